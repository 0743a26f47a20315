//! 变更待审: what the desks approved is changed with their approval; until then, and after a refusal, the plan stays.

use crate::cast::*;
use crate::planner::{Office, changed, office, opened, refusal, view};
use domain::account::StaffMember;
use domain::ids::PlanId;
use domain::page::mine::What;
use domain::plan::Plan;
use domain::planner::{AmendmentStage, FilingDesk, PlannerRefusal};
use records::planner::{self, Amended};
use records::{Error, applications, history, plans};
use testkit::{Applicant, World, both_databases};

/// A public plan with somebody who has registered.
async fn open(world: &World) -> (Office, PlanId, Applicant, domain::ids::ApplicationId) {
    let office = office(world).await;
    let plan = opened(world, &office, "2027-01-17").await;
    let li = world.applicant("李强").await;
    let case = submitted(world, &plan, &li).await;
    (office, plan.id, li, case)
}

async fn plan(world: &World, id: PlanId) -> Plan {
    plans::get(&world.records, id).await.unwrap()
}

async fn decided(
    world: &World,
    who: &StaffMember,
    id: PlanId,
    approved: bool,
    words: &str,
) -> Result<AmendmentStage, Error> {
    let seen = view(world, who, id).await.amendments[0].revision;
    planner::decide_amendment(&world.records, who, id, seen, approved, words).await
}

both_databases! {
    async fn a_new_site_waits_for_both_desks_and_then_everybody_is_told(world) {
        let (office, id, li, case) = open(world).await;
        let before = plan(world, id).await;
        let asked = changed(world, &office, id, &[("site", "新考点"), ("contact", "孙悦")], "原考点停电").await.unwrap();
        assert_eq!(asked, Amended::Waits);
        assert_eq!(plan(world, id).await, before, "the plan goes on as it was published");
        let shown = view(world, &office.boss, id).await;
        assert_eq!(shown.row.amending, Some(AmendmentStage::AtCentre));
        assert!(shown.amendments[0].changes.contains("新考点") && shown.form.get("site") != "新考点");
        assert_eq!(applications::case_of(&world.records, li.id, case).await.unwrap().timeline.last().unwrap().what, What::Submitted);
        assert_eq!(refusal(changed(world, &office, id, &[("site", "又一个")], "再换").await), PlannerRefusal::AmendmentWaits);
        assert_eq!(changed(world, &office, id, &[("contact", "罗青")], "换联系人").await.unwrap(), Amended::InForce, "what needs no approval does not wait");
        let hub = planner::list(&world.records, &office.centre, "", None).await.unwrap();
        assert_eq!(hub.rows[0].amending, Some(AmendmentStage::AtCentre), "what waits for the desk stands first");
        assert!(is_not_found(planner::decide_amendment(&world.records, &office.boss, id, 0, true, "").await));

        assert_eq!(decided(world, &office.centre, id, true, "").await.unwrap(), AmendmentStage::AtAuthority);
        assert_eq!(refusal(decided(world, &office.centre, id, true, "").await), PlannerRefusal::SamePerson);
        let stale = planner::decide_amendment(&world.records, &office.authority, id, 0, true, "").await;
        assert!(matches!(stale, Err(Error::ChangedMeanwhile)));
        assert_eq!(plan(world, id).await.site, before.site, "one desk is not enough");
        assert_eq!(decided(world, &office.authority, id, true, "同意换址").await.unwrap(), AmendmentStage::Approved);
        let now = plan(world, id).await;
        assert_eq!((now.site.as_str(), now.contact.as_str()), ("新考点", "孙悦"), "exactly what was asked, on the plan as it stands");
        let told = applications::case_of(&world.records, li.id, case).await.unwrap();
        assert_eq!(told.timeline.last().unwrap().what, What::PlanActed);
        let shown = view(world, &office.boss, id).await;
        assert_eq!(shown.row.amending, None);
        assert_eq!(shown.amendments[0].opinions.iter().map(|one| (one.0, one.1)).collect::<Vec<_>>(), [(FilingDesk::Centre, true), (FilingDesk::Authority, true)]);
        assert!(history::verify(&world.records, &id.to_string()).await.unwrap().is_ok());
    }

    async fn a_refusal_keeps_the_old_and_a_change_can_be_taken_back(world) {
        let (office, id, ..) = open(world).await;
        let before = plan(world, id).await;
        changed(world, &office, id, &[("skill_place", "9 号楼")], "设备检修").await.unwrap();
        assert_eq!(refusal(decided(world, &office.centre, id, false, " ").await), PlannerRefusal::NoReason);
        assert_eq!(decided(world, &office.centre, id, false, "9 号楼没有通过勘查").await.unwrap(), AmendmentStage::Refused);
        assert_eq!(refusal(planner::decide_amendment(&world.records, &office.authority, id, 1, true, "").await), PlannerRefusal::NoAmendment);
        changed(world, &office, id, &[("skill_place", "8 号楼")], "设备检修").await.unwrap();
        planner::withdraw_amendment(&world.records, &office.boss, id, 0).await.unwrap();
        assert_eq!(plan(world, id).await, before);
        let shown = view(world, &office.authority, id).await;
        assert_eq!(shown.amendments.iter().map(|one| one.stage).collect::<Vec<_>>(), [AmendmentStage::Withdrawn, AmendmentStage::Refused]);
        assert_ne!(shown.form.get("skill_place"), "9 号楼");
        let acts: Vec<&str> = shown.history.iter().map(|line| line.act.as_str()).collect();
        assert!(acts.ends_with(&["amendment_asked", "amendment_refused", "amendment_asked", "amendment_withdrawn"]), "{acts:?}");
    }

    async fn two_clerks_ask_at_once_and_one_change_waits(world) {
        let (office, id, ..) = open(world).await;
        let shown = view(world, &office.boss, id).await;
        let other = world.second_server().await;
        let form = |site: &str| {
            let mut form = shown.form.clone();
            form.set("site", site);
            form
        };
        let (one, two) = (form("甲"), form("乙"));
        let (one, two) = tokio::join!(
            planner::amend(&world.records, &office.boss, id, shown.revision, &one, "换址", ""),
            planner::amend(&other, &office.boss, id, shown.revision, &two, "换址", ""),
        );
        assert_eq!([one.is_ok(), two.is_ok()].into_iter().filter(|ok| *ok).count(), 1);
        assert_eq!(view(world, &office.boss, id).await.amendments.len(), 1);
    }

    async fn what_breaks_a_rule_by_the_time_it_is_approved_is_not_put_in_force(world) {
        let (office, id, ..) = open(world).await;
        let form = view(world, &office.boss, id).await.form;
        // Ten days of tickets that end on the exam day: the exam and the end of the tickets move together.
        let later = [("theory_on", "2027-01-20"), ("skill_on", "2027-01-20"), ("ticket_end", "2027-01-20"), ("ticket_start", "2027-01-10"),
            ("score_pub_start", "2027-01-25"), ("score_pub_end", "2027-02-10")];
        assert_eq!(changed(world, &office, id, &later, "考场让给高考").await.unwrap(), Amended::Waits);
        decided(world, &office.centre, id, true, "").await.unwrap();
        // Meanwhile the plan is called off: nothing is left to change.
        let seen = view(world, &office.boss, id).await.revision;
        planner::cancel(&world.records, &office.boss, id, seen, "考点停用").await.unwrap();
        assert_eq!(refusal(decided(world, &office.authority, id, true, "").await), PlannerRefusal::NoAmendment);
        assert_eq!(plan(world, id).await.exam_on.to_string(), form.get("theory_on"));
    }
}
