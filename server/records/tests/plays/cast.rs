//! What the plays have in common: a complete draft, and the ways to it.

use domain::account::StaffMember;
use domain::application::{Grounds, Remark, Stage, Target};
use domain::form::Answers;
use domain::ids::{ApplicationId, Revision};
use domain::page::desk::{Decision, QueueFilter};
use domain::page::wizard::{Draft, Receipt, Saved};
use domain::plan::Plan;
use domain::refusal::Refusal;
use records::applications;
use records::{Error, desk};
pub use testkit::answers;
use testkit::{Applicant, World};

pub fn with(mut answers: Answers, key: &str, value: &str) -> Answers {
    answers.set(key, value);
    answers
}

pub async fn draft(world: &World, who: &Applicant, id: ApplicationId) -> Draft {
    applications::draft(&world.records, who.id, id).await.unwrap()
}

pub async fn saves(world: &World, who: &Applicant, id: ApplicationId, answers: Answers) {
    let seen = draft(world, who, id).await.revision;
    let saved = applications::save_answers(&world.records, who.id, id, seen, answers).await.unwrap();
    assert!(matches!(saved, Saved::Kept { .. }));
}

pub async fn uploads_photo(world: &World, who: &Applicant, id: ApplicationId) {
    applications::keep_photo(&world.records, who.id, id, testkit::upload()).await.unwrap();
}

pub async fn signs(world: &World, who: &Applicant, id: ApplicationId) {
    applications::sign(&world.records, who.id, id, testkit::signature()).await.unwrap();
}

/// A draft with everything in it, signed.
pub async fn ready(world: &World, plan: &Plan, who: &Applicant) -> ApplicationId {
    testkit::complete_draft(&world.records, who.id, plan.id).await.unwrap()
}

pub async fn submits(world: &World, who: &Applicant, id: ApplicationId) -> Receipt {
    applications::submit(&world.records, who.id, id, "key").await.unwrap()
}

/// A submitted application.
pub async fn submitted(world: &World, plan: &Plan, who: &Applicant) -> ApplicationId {
    let id = ready(world, plan, who).await;
    submits(world, who, id).await;
    id
}

pub async fn revision(world: &World, member: &StaffMember, id: ApplicationId) -> Revision {
    desk::case(&world.records, member, id).await.unwrap().line.revision
}

/// Claims and decides.
pub async fn decides(world: &World, member: &StaffMember, id: ApplicationId, decision: Decision) -> Stage {
    desk::claim(&world.records, member, id).await.unwrap();
    let seen = revision(world, member, id).await;
    desk::decide(&world.records, member, id, seen, decision).await.unwrap()
}

pub fn returning(targets: &[Target], until: &str) -> Decision {
    let remarks = targets.iter().map(|on| Remark::said(on.clone(), "请更正")).collect();
    Decision::Return { remarks, until: testkit::shanghai(until) }
}

pub fn rejecting(text: &str) -> Decision {
    Decision::Reject { grounds: Grounds { code: "condition".into(), text: text.into() } }
}

pub fn field(key: &str) -> Target {
    Target::Field(key.into())
}

/// Names of the people in a tab of the queue.
pub async fn queue(world: &World, member: &StaffMember, tab: &str) -> Vec<String> {
    let filter = QueueFilter { tab: tab.into(), ..QueueFilter::default() };
    desk::queue(&world.records, member, &filter).await.unwrap().lines.into_iter().map(|line| line.name).collect()
}

/// The refusal of an act that must not happen.
pub fn refused<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Refusal {
    match outcome {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

pub fn is_not_found<T: std::fmt::Debug>(outcome: Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::NotFound))
}

pub async fn taken(world: &World, plan: &Plan) -> u32 {
    records::plans::get(&world.records, plan.id).await.unwrap().taken
}
