//! A filing that waits at the centre is taken back, mended and handed in again; once the centre has decided it is too late.

use super::office::{decided, drafted, files, office, refusal, seen, view};
use crate::cast::*;
use domain::account::{Role, StaffMember};
use domain::ids::{PlanId, Revision};
use domain::planner::{FilingOutcome, PlanStage, PlannerRefusal};
use domain::timeline::PointName;
use records::planner;
use records::{Error, history};
use testkit::{World, both_databases};

async fn takes_back(world: &World, member: &StaffMember, id: PlanId) -> Result<(), Error> {
    planner::take_back(&world.records, member, id, seen(world, member, id).await).await
}

/// Plans that wait for a member, and those of the list with this one among them.
async fn waits(world: &World, member: &StaffMember, id: PlanId) -> (u64, bool) {
    let list = planner::list(&world.records, member, "", None).await.unwrap();
    let waiting = records::desk::waiting(&world.records, member).await.unwrap();
    (waiting.plans, list.rows.iter().any(|row| row.id == id))
}

both_databases! {
    async fn a_filing_is_taken_back_until_the_centre_has_decided(world) {
        let office = office(world).await;
        let id = drafted(world, &office, "2027-01-17").await;
        assert_eq!(refusal(takes_back(world, &office.boss, id).await), PlannerRefusal::NotTakenBack(PlanStage::Draft));
        files(world, &office, id).await;
        let waiting = view(world, &office.boss, id).await;
        assert!(waiting.acts.take_back && !waiting.acts.edit);
        assert!(!view(world, &office.centre, id).await.acts.take_back, "the centre sends back, it takes nothing back");
        assert_eq!(waits(world, &office.centre, id).await, (1, true));

        let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
        assert!(is_not_found(planner::take_back(&world.records, &stranger, id, waiting.revision).await));
        assert!(is_not_found(planner::take_back(&world.records, &office.centre, id, waiting.revision).await));
        let wang = world.reviewer("王芳").await;
        assert!(matches!(planner::take_back(&world.records, &wang, id, waiting.revision).await, Err(Error::Forbidden)));
        let stale = planner::take_back(&world.records, &office.boss, id, Revision(1)).await;
        assert!(matches!(stale, Err(Error::ChangedMeanwhile)));

        takes_back(world, &office.boss, id).await.unwrap();
        let back = view(world, &office.boss, id).await;
        assert_eq!((back.row.stage, back.row.number), (PlanStage::Draft, waiting.row.number.clone()), "its number stays");
        assert!(back.acts.edit && !back.acts.take_back);
        let acts: Vec<&str> = back.history.iter().map(|line| line.act.as_str()).collect();
        assert_eq!(acts, ["drafted", "filed", "taken_back"]);
        assert_eq!(waits(world, &office.centre, id).await, (0, false), "nobody's turn but the agency's");
        assert_eq!(waits(world, &office.boss, id).await, (0, true));
        assert!(records::desk::dashboard(&world.records, &office.centre).await.unwrap().due.iter().all(|due| due.plan != id));
        assert!(is_not_found(planner::view(&world.records, &office.centre, id).await));
        let late = planner::decide(&world.records, &office.centre, id, waiting.revision, FilingOutcome::Approve, "").await;
        assert_eq!(refusal(late), PlannerRefusal::NotNow(PlanStage::Draft));

        // Handed in again on another day, that day is the one of filing.
        world.at("2026-11-24 09:00:00");
        files(world, &office, id).await;
        let again = view(world, &office.boss, id).await;
        assert_eq!((again.row.number, again.form.get(PointName::PlanFiled.key())), (waiting.row.number, "2026-11-24"));
        decided(world, &office.centre, id, FilingOutcome::Return, "考评员要写全").await.unwrap();
        assert_eq!(refusal(takes_back(world, &office.boss, id).await), PlannerRefusal::NotTakenBack(PlanStage::Returned));

        // What was sent back and handed in once more stands again where it was: with what the centre wants mended.
        world.at("2026-11-25 09:00:00");
        files(world, &office, id).await;
        takes_back(world, &office.boss, id).await.unwrap();
        let back = view(world, &office.boss, id).await;
        assert_eq!((back.row.stage, back.opinions.len()), (PlanStage::Returned, 1));
        assert_eq!((waits(world, &office.centre, id).await, waits(world, &office.boss, id).await), ((0, true), (1, true)));
        files(world, &office, id).await;
        assert_eq!(view(world, &office.boss, id).await.form.get(PointName::PlanFiled.key()), "2026-11-24", "examined once");
        assert_eq!(decided(world, &office.centre, id, FilingOutcome::Approve, "").await.unwrap(), PlanStage::AtAuthority);
        assert_eq!(view(world, &office.boss, id).await.opinions.last().unwrap().round, 2);
        assert_eq!(refusal(takes_back(world, &office.boss, id).await), PlannerRefusal::NotTakenBack(PlanStage::AtAuthority));
        assert!(history::verify(&world.records, &id.to_string()).await.unwrap().is_ok());
    }

    async fn taken_back_and_decided_at_the_same_time_one_of_them_counts(world) {
        let office = office(world).await;
        let other = world.second_server().await;
        for _ in 0..6 {
            let id = drafted(world, &office, "2027-01-17").await;
            files(world, &office, id).await;
            let revision = seen(world, &office.boss, id).await;
            let (records, boss) = (world.records.clone(), office.boss.clone());
            let taking = tokio::spawn(async move { planner::take_back(&records, &boss, id, revision).await });
            let (records, centre) = (other.clone(), office.centre.clone());
            let deciding = tokio::spawn(async move {
                planner::decide(&records, &centre, id, revision, FilingOutcome::Approve, "").await
            });
            let (taken, approved) = (taking.await.unwrap(), deciding.await.unwrap());
            let shown = view(world, &office.boss, id).await;
            let last = shown.history.last().unwrap().act.clone();
            match taken {
                Ok(()) => {
                    assert_eq!(refusal(approved), PlannerRefusal::NotNow(PlanStage::Draft));
                    assert_eq!((shown.row.stage, last.as_str(), shown.opinions.len()), (PlanStage::Draft, "taken_back", 0));
                }
                late => {
                    assert_eq!(approved.unwrap(), PlanStage::AtAuthority);
                    assert_eq!(refusal(late), PlannerRefusal::NotTakenBack(PlanStage::AtAuthority));
                    assert_eq!((shown.row.stage, last.as_str()), (PlanStage::AtAuthority, "approve_centre"));
                }
            }
            assert_eq!(shown.history.len(), 3, "one line for what happened, none for what did not");
        }
        other.close().await.unwrap();
    }
}
