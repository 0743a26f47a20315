//! An agency's office with its plans, and the two desks that examine them: what they do in a word.

use crate::cast::*;
use domain::account::{Role, StaffMember};
use domain::form::Answers;
use domain::ids::{PlanId, Revision};
use domain::page::planner::PlanView;
use domain::plan::Plan;
use domain::planner::{FilingOutcome, PlanStage, PlannerRefusal};
use domain::refusal::Refusal;
use domain::time::Timestamp;
use domain::timeline::LeadTimes;
use records::planner::{self, Amended, Dates, Entry};
use records::{Error, plans};
use testkit::{World, ZYNL};

const CODE: &str = "4-09-07-04-03";

pub struct Office {
    pub boss: StaffMember,
    pub centre: StaffMember,
    pub authority: StaffMember,
}

/// An agency that is filed for one trade until the end of 2027, under the lead times of 衢州.
pub async fn office(world: &World) -> Office {
    let mut profile = records::profiles::parse(ZYNL, "zynl.toml").unwrap();
    profile.name = "filed".into();
    profile.payment.unpaid_gives_up = false;
    profile.times = LeadTimes {
        pub_min_days: Some(10),
        ticket_min_days: Some(10),
        ticket_ends_on_exam_day: true,
        eform_lead: Some(20),
        filing_lead: Some(15),
        paper_lead: Some(7),
        ..LeadTimes::default()
    };
    records::profiles::publish(&world.records, &profile).await.unwrap();
    let office = Office {
        boss: world.manager("周敏").await,
        centre: world.staff("郑文", Role::Authority, "").await,
        authority: world.staff("叶舟", Role::Authority, "").await,
    };
    files_for(world, &office, "2027-12-31").await;
    office
}

pub(super) async fn files_for(world: &World, office: &Office, until: &str) {
    let entry = Entry::Scope {
        occupation: "碳排放管理员".into(),
        trade: "碳排放核算员".into(),
        code: CODE.into(),
        levels: "五级、四级 3".into(),
        from: "2025-01-01".into(),
        until: until.into(),
        document: "浙人社备〔2025〕1号".into(),
    };
    planner::add(&world.records, &office.authority, office.boss.agency.unwrap(), &entry).await.unwrap();
}

pub(super) fn filled(exam: &str) -> Answers {
    let mut form = Answers::default();
    for (key, value) in [
        ("procedure", "filed"),
        ("scope", "4-09-07-04-03/4"),
        ("seats", "40"),
        ("fee", "280"),
        ("city", "杭州市"),
        ("county", "西湖区"),
        ("site", "文三路考点"),
        ("theory_on", exam),
        ("theory_from", "09:00"),
        ("theory_to", "10:30"),
        ("theory_place", "1 号楼"),
        ("theory_rooms", "2"),
        ("theory_invigilators", "4"),
        ("theory_markers", "2"),
        ("theory_head", "罗青"),
        ("theory_source", "市技能人才评价管理服务中心"),
        ("skill_on", exam),
        ("skill_from", "13:30"),
        ("skill_to", "17:00"),
        ("skill_place", "2 号楼"),
        ("skill_assessors", "3"),
        ("skill_head", "陈立"),
        ("skill_source", "市技能人才评价管理服务中心"),
        ("assessor.0.name", "何平"),
        ("assessor.0.card", "K-0001"),
    ] {
        form.set(key, value);
    }
    form
}

pub async fn view(world: &World, member: &StaffMember, id: PlanId) -> PlanView {
    planner::view(&world.records, member, id).await.unwrap()
}

pub async fn seen(world: &World, member: &StaffMember, id: PlanId) -> Revision {
    view(world, member, id).await.revision
}

pub(super) async fn drafted(world: &World, office: &Office, exam: &str) -> PlanId {
    planner::save(&world.records, &office.boss, None, Revision(0), &filled(exam), Dates::Propose).await.unwrap()
}

pub(super) async fn files(world: &World, office: &Office, id: PlanId) {
    let seen = seen(world, &office.boss, id).await;
    planner::file(&world.records, &office.boss, id, seen).await.unwrap();
}

pub(super) async fn decided(
    world: &World,
    member: &StaffMember,
    id: PlanId,
    outcome: FilingOutcome,
    words: &str,
) -> Result<PlanStage, Error> {
    let seen = seen(world, member, id).await;
    planner::decide(&world.records, member, id, seen, outcome, words).await
}

pub async fn published(world: &World, office: &Office, exam: &str) -> PlanId {
    let id = drafted(world, office, exam).await;
    files(world, office, id).await;
    decided(world, &office.centre, id, FilingOutcome::Approve, "").await.unwrap();
    decided(world, &office.authority, id, FilingOutcome::Approve, "同意").await.unwrap();
    let seen = seen(world, &office.boss, id).await;
    planner::publish(&world.records, &office.boss, id, seen).await.unwrap();
    id
}

/// A public plan, an hour after its registration has opened.
pub async fn opened(world: &World, office: &Office, exam: &str) -> Plan {
    let id = published(world, office, exam).await;
    let opens = plans::get(&world.records, id).await.unwrap().window.opens;
    world.records.clock().set(Timestamp(opens.0 + 3_600_000));
    plans::get(&world.records, id).await.unwrap()
}

pub fn refusal<T: std::fmt::Debug>(outcome: Result<T, Error>) -> PlannerRefusal {
    match refused(outcome) {
        Refusal::Planner(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

pub async fn changed(
    world: &World,
    office: &Office,
    id: PlanId,
    change: &[(&str, &str)],
    why: &str,
) -> Result<Amended, Error> {
    let shown = view(world, &office.boss, id).await;
    let mut form = shown.form;
    for (key, value) in change {
        form.set(key, value);
    }
    planner::amend(&world.records, &office.boss, id, shown.revision, &form, why, "").await
}
