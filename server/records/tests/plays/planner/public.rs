//! What becomes of a plan in public: of which it is a copy, what its level examines, and what changes after publication.

use super::office::{changed, decided, files, filled, published, seen};
use super::{office, opened, view};
use crate::cast::*;
use domain::account::Viewer;
use domain::ids::Revision;
use domain::page::mine::What;
use domain::planner::FilingOutcome;
use domain::timeline::{DayUnit, UnknownDays};
use records::planner::{self, Amended, Dates, Entry};
use records::{Error, applications, history, plans, profiles};
use testkit::both_databases;

both_databases! {
    async fn a_copy_says_of_which_plan_it_is(world) {
        let office = office(world).await;
        let first = published(world, &office, "2027-01-17").await;
        let desk = planner::desk(&world.records, &office.boss, None, Some(first)).await.unwrap();
        assert_eq!(desk.copy, Some(first));
        let copy = planner::save_copy(&world.records, &office.boss, first, &desk.form, Dates::Keep).await.unwrap();
        let line = view(world, &office.boss, copy).await.history.remove(0);
        let number = view(world, &office.boss, first).await.row.number;
        assert_eq!(line.act, "copied");
        assert!(line.text.starts_with(&number) && line.text.len() > number.len(), "{}", line.text);
        assert!(history::verify(&world.records, &copy.to_string()).await.unwrap().is_ok());
        let stranger = world.staff("沈嘉", domain::account::Role::Manager, "S000033000208").await;
        let taken = planner::save_copy(&world.records, &stranger, first, &desk.form, Dates::Keep).await;
        assert!(is_not_found(taken), "another agency's plan is none to copy");
    }

    async fn instructions_are_amended_at_once_and_told_and_a_county_waits_for_the_desks(world) {
        let office = office(world).await;
        let plan = opened(world, &office, "2027-01-17").await;
        let li = world.applicant("李强").await;
        let case = submitted(world, &plan, &li).await;
        let now = changed(world, &office, plan.id, &[("instructions", "带身份证。\n提前半小时到。"), ("theory_rooms", "3"), ("theory_invigilators", "6")], "补充说明").await;
        assert_eq!(now.unwrap(), Amended::InForce);
        assert_eq!(plans::get(&world.records, plan.id).await.unwrap().instructions, ["带身份证。", "提前半小时到。"]);
        let told = applications::case_of(&world.records, li.id, case).await.unwrap().timeline.pop().unwrap();
        assert_eq!(told.what, What::PlanActed);
        assert!(told.text.contains("带身份证。　提前半小时到。") && told.text.contains("补充说明"), "{}", told.text);
        assert_eq!(changed(world, &office, plan.id, &[("county", "余杭区")], "换考点").await.unwrap(), Amended::Waits);
        for desk in [&office.centre, &office.authority] {
            let seen = view(world, desk, plan.id).await.amendments[0].revision;
            planner::decide_amendment(&world.records, desk, plan.id, seen, true, "").await.unwrap();
        }
        let now = plans::get(&world.records, plan.id).await.unwrap();
        assert_eq!((now.county.as_str(), now.county_name.as_str()), ("330110", "余杭区"));
        assert_eq!(now.instructions.len(), 2, "what was changed before stays");
        assert!(matches!(changed(world, &office, plan.id, &[("county", "龙游县")], "换考点").await, Err(Error::Refused(_))), "no county of this city");
    }

    async fn from_technician_on_papers_are_reviewed_besides(world) {
        let office = office(world).await;
        let profile = profiles::newest(&world.records, "filed").await.unwrap().unwrap();
        assert!(profile.papers.is_none(), "the procedure names no subjects");
        let entry = Entry::Scope { occupation: "碳排放管理员".into(), trade: "碳排放核算员".into(), code: "4-09-07-04-03".into(),
            levels: "4 2".into(), from: "2025-01-01".into(), until: "2027-12-31".into(), document: String::new() };
        planner::add(&world.records, &office.authority, office.boss.agency.unwrap(), &entry).await.unwrap();
        for (level, subjects) in [("4", &["理论考试", "实操考试"][..]), ("2", &["理论考试", "实操考试", "综合评审"])] {
            let mut form = filled("2027-01-17");
            form.set("scope", &format!("4-09-07-04-03/{level}"));
            form.set("conditions", "取得相关职业三级证书后，从事本职业工作 3 年以上。");
            let id = planner::save(&world.records, &office.boss, None, Revision(0), &form, Dates::Propose).await.unwrap();
            files(world, &office, id).await;
            decided(world, &office.centre, id, FilingOutcome::Approve, "").await.unwrap();
            decided(world, &office.authority, id, FilingOutcome::Approve, "").await.unwrap();
            let seen = seen(world, &office.boss, id).await;
            planner::publish(&world.records, &office.boss, id, seen).await.unwrap();
            assert_eq!(plans::get(&world.records, id).await.unwrap().subjects, subjects, "{level}");
        }
    }

    async fn working_days_of_a_year_that_nobody_announced_are_said_to_be_so(world) {
        let office = office(world).await;
        assert_eq!(planner::plans_beyond_calendar(&world.records).await.unwrap(), None);
        let id = published(world, &office, "2027-01-17").await;
        assert_eq!(view(world, &office.boss, id).await.unknown_days, None, "calendar days need no calendar");
        let mut profile = profiles::newest(&world.records, "filed").await.unwrap().unwrap().as_ref().clone();
        profile.version += 1;
        profile.times.day_unit = DayUnit::Working;
        profiles::publish(&world.records, &profile).await.unwrap();
        let form = filled("2027-03-07");
        let id = planner::save(&world.records, &office.boss, None, Revision(0), &form, Dates::Propose).await.unwrap();
        let beyond = UnknownDays { known: Some(2026), year: 2027 };
        assert_eq!(view(world, &office.boss, id).await.unknown_days, Some(beyond));
        let desk = planner::desk(&world.records, &office.boss, Some(id), None).await.unwrap();
        assert_eq!(desk.unknown_days, Some(beyond));
        assert_eq!(planner::plans_beyond_calendar(&world.records).await.unwrap(), Some((beyond, 1)));
    }

    async fn a_ticket_gets_a_new_version_with_another_way_or_place_and_not_with_another_contact(world) {
        let stage = crate::rooms::approved(world, &["李强"], |_| ()).await;
        stage.furnished(world).await;
        stage.arranges(world, records::rooms::Mode::Anew).await.unwrap();
        records::rooms::publish(&world.records, &stage.zhou, stage.plan.id, None).await.unwrap();
        let (who, id) = &stage.people[0];
        let viewer = Viewer::Applicant { id: who.id, name: who.name.clone() };
        let ticket = async || applications::ticket(&world.records, &viewer, *id).await.unwrap().sheet;
        let amends = async |key: &str, value: &str| {
            let shown = view(world, &stage.zhou, stage.plan.id).await;
            let mut form = shown.form;
            form.set(key, value);
            planner::amend(&world.records, &stage.zhou, stage.plan.id, shown.revision, &form, "停电", "").await.unwrap()
        };
        records::rooms::keep_route(&world.records, &stage.zhou, stage.plan.id, "地铁 2 号线").await.unwrap();
        assert!(ticket().await.version.starts_with("第 2 版"), "{}", ticket().await.version);
        records::rooms::keep_route(&world.records, &stage.zhou, stage.plan.id, "地铁 2 号线").await.unwrap();
        assert!(ticket().await.version.starts_with("第 2 版"), "the same way is no news");
        assert_eq!(amends("site", "新考点").await, Amended::InForce);
        let now = ticket().await;
        assert_eq!((now.papers[0].place.as_str(), &now.version[..9]), ("新考点", "第 3 版"));
        amends("contact", "孙悦").await;
        assert!(ticket().await.version.starts_with("第 3 版"), "nobody prints a ticket again for a name to ask");
        let told = records::messages::inbox(&world.records, who.id, 1).await.unwrap().lines;
        let changed = told.iter().filter(|line| line.letter.kind == domain::message::MessageKind::TicketChanged).count();
        assert_eq!(changed, 2, "once for each new version");
    }
}
