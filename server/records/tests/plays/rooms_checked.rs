//! What is typed about sessions, needs and staff: nothing is there twice, and nothing is granted that is nothing.

use crate::rooms::{SKILL, THEORY, approved, keeper, seating, session};
use domain::page::rooms::SeatingRefusal;
use domain::seating::{Duty, Needs, StaffingFault};
use records::rooms::{self, Mode, SessionTyped};
use testkit::both_databases;

both_databases! {
    async fn one_person_is_not_two_invigilators(world) {
        let stage = approved(world, &["李强"], |_| ()).await;
        let (theory, _, room) = stage.furnished(world).await;
        stage.arranges(world, Mode::Anew).await.unwrap();
        let zhao = keeper("赵敏", Duty::Invigilator, "", "");
        let posts = async |one| rooms::post(&world.records, &stage.zhou, stage.plan.id, theory, room, one).await;
        posts(&zhao).await.unwrap();
        let twice = SeatingRefusal::OnDutyTwice { name: "赵敏".into() };
        assert_eq!(seating(posts(&zhao).await), twice);
        let page = stage.page(world).await;
        assert_eq!(page.watches[0].faults, [StaffingFault::FewInvigilators { have: 1, need: 2 }]);
        // Whoever is there cannot stand in for another there; after leaving, they may.
        posts(&keeper("钱宁", Duty::Invigilator, "", "")).await.unwrap();
        let page = stage.page(world).await;
        let id = |name: &str| page.watches[0].keepers.iter().find(|line| line.keeper.name == name).unwrap().id.clone();
        let stands_in = rooms::replace(&world.records, &stage.zhou, stage.plan.id, &id("钱宁"), &zhao, "没有来").await;
        assert_eq!(seating(stands_in), twice);
        rooms::relieve(&world.records, &stage.zhou, stage.plan.id, &id("赵敏"), "生病").await.unwrap();
        rooms::replace(&world.records, &stage.zhou, stage.plan.id, &id("钱宁"), &zhao, "病好了来替").await.unwrap();
        let names: Vec<String> =
            stage.page(world).await.watches[0].keepers.iter().map(|line| line.keeper.name.clone()).collect();
        assert_eq!(names, ["赵敏"]);
    }

    async fn a_session_is_there_once_and_nobody_is_late_after_its_end(world) {
        let stage = approved(world, &[], |_| ()).await;
        let saves = async |typed: &SessionTyped| {
            rooms::save_session(&world.records, &stage.zhou, stage.plan.id, typed).await
        };
        let morning = session(THEORY, "2027-01-17 09:00:00", "2027-01-17 10:00:00");
        let late = |late_minutes| SessionTyped { late_minutes, ..morning.clone() };
        let over = SeatingRefusal::Number { label: "迟到几分钟不能进".into(), least: 0, most: 60 };
        assert_eq!(seating(saves(&late(61)).await), over);
        saves(&late(60)).await.unwrap();
        let twice = SeatingRefusal::SessionTwice { subject: THEORY.into(), from: morning.from };
        assert_eq!(seating(saves(&morning).await), twice);
        saves(&session(SKILL, "2027-01-17 09:00:00", "2027-01-17 10:00:00")).await.unwrap();
        let id = stage.page(world).await.sessions[0].session.id;
        saves(&SessionTyped { id: Some(id), note: "笔试".into(), ..morning.clone() }).await.unwrap();
        assert_eq!(stage.page(world).await.sessions.len(), 2);
    }

    async fn granting_nothing_to_who_has_nothing_is_no_grant(world) {
        let stage = approved(world, &["李强"], |_| ()).await;
        let grants = async |needs| {
            rooms::grant(&world.records, &stage.zhou, stage.plan.id, "李强", needs, "残疾人证").await
        };
        assert_eq!(seating(grants(Needs::default()).await), SeatingRefusal::NothingToGrant);
        grants(Needs { ground_floor: true, extra_minutes: 0 }).await.unwrap();
        grants(Needs::default()).await.unwrap();
        assert_eq!(stage.page(world).await.adjustments.len(), 0);
    }
}
