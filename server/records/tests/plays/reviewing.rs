//! The desk: claims, decisions, and their ways back.

use crate::cast::*;
use domain::application::{ReviewRefusal, Stage, StageName};
use domain::ids::Revision;
use domain::page::desk::{Decision, Doubt, QueueFilter};
use domain::page::mine::What;
use domain::refusal::Refusal;
use records::{Error, applications, desk};
use testkit::{both_databases, shanghai};

both_databases! {
    async fn the_longest_waiting_comes_first_and_claims_are_seen(world) {
        let plan = world.plan().await;
        let (wang, chen) = (world.reviewer("王芳").await, world.reviewer("陈静").await);
        let (li, zhao) = (world.applicant("李强").await, world.applicant("赵敏").await);
        let first = submitted(world, &plan, &li).await;
        world.pass(30);
        submitted(world, &plan, &zhao).await;
        assert_eq!(queue(world, &wang, "").await, ["李强", "赵敏"]);

        desk::claim(&world.records, &wang, first).await.unwrap();
        let seen = desk::queue(&world.records, &chen, &QueueFilter::default()).await.unwrap();
        assert_eq!(seen.lines[0].claim.as_ref().unwrap().name, "王芳");
        assert_eq!((seen.waiting, seen.claimed, seen.total), (2, 1, 2));
        assert_eq!(queue(world, &chen, "claimed").await, ["李强"]);
        let refusal = refused(desk::claim(&world.records, &chen, first).await);
        assert!(matches!(refusal, Refusal::Review(ReviewRefusal::ClaimedBy(claim)) if claim.name == "王芳"));

        desk::release(&world.records, &wang, first).await.unwrap();
        desk::claim(&world.records, &chen, first).await.unwrap();
        assert_eq!(desk::case(&world.records, &chen, first).await.unwrap().next, world_line(world, &chen, "赵敏").await);
    }

    async fn an_expired_claim_decides_nothing(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let (wang, chen) = (world.reviewer("王芳").await, world.reviewer("陈静").await);
        let id = submitted(world, &plan, &li).await;
        let seen = revision(world, &wang, id).await;
        let unclaimed = desk::decide(&world.records, &wang, id, seen, Decision::Approve).await;
        assert_eq!(refused(unclaimed), Refusal::Review(ReviewRefusal::NotClaimed));

        desk::claim(&world.records, &wang, id).await.unwrap();
        world.pass(10);
        desk::claim(&world.records, &wang, id).await.unwrap();
        world.pass(10);
        desk::decide(&world.records, &chen, id, seen, Decision::Approve).await.expect_err("renewed after ten minutes, held for five more");
        world.pass(6);
        let late = desk::decide(&world.records, &wang, id, seen, Decision::Approve).await;
        assert_eq!(refused(late), Refusal::Review(ReviewRefusal::NotClaimed));
        desk::claim(&world.records, &chen, id).await.unwrap();
        let other = desk::decide(&world.records, &wang, id, seen, Decision::Approve).await;
        assert!(matches!(refused(other), Refusal::Review(ReviewRefusal::ClaimedBy(_))));
    }

    async fn a_page_drawn_before_the_last_change_decides_nothing(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        let seen = revision(world, &wang, id).await;
        applications::undo(&world.records, li.id, id).await.unwrap();
        submits(world, &li, id).await;
        desk::claim(&world.records, &wang, id).await.unwrap();
        let stale = desk::decide(&world.records, &wang, id, seen, Decision::Approve).await;
        assert!(matches!(stale, Err(Error::ChangedMeanwhile)));
    }

    /// T22: no refusal without a reason, and the candidate reads it.
    async fn rejecting_without_a_reason_is_impossible_and_the_candidate_reads_it(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        desk::claim(&world.records, &wang, id).await.unwrap();
        let seen = revision(world, &wang, id).await;
        let mute = desk::decide(&world.records, &wang, id, seen, rejecting("  ")).await;
        assert_eq!(refused(mute), Refusal::Review(ReviewRefusal::NoGrounds));
        let mute = desk::decide(&world.records, &wang, id, seen, Decision::Return { remarks: vec![], until: shanghai("2026-11-25 23:59:59") }).await;
        assert_eq!(refused(mute), Refusal::Review(ReviewRefusal::NoRemark));

        desk::decide(&world.records, &wang, id, seen, rejecting("工作年限证明不足五年")).await.unwrap();
        let case = applications::case_of(&world.records, li.id, id).await.unwrap();
        assert!(matches!(&case.stage, Stage::Rejected { grounds, .. } if grounds.text == "工作年限证明不足五年"));
        let last = case.timeline.last().unwrap();
        assert_eq!((last.what, last.text.as_str(), last.who.as_str()), (What::Rejected, "工作年限证明不足五年", ""));
        assert_eq!(taken(world, &plan).await, 0, "the seat is free again");
    }

    async fn a_deadline_lies_within_the_rules_and_before_the_exam(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        desk::claim(&world.records, &wang, id).await.unwrap();
        let case = desk::case(&world.records, &wang, id).await.unwrap();
        assert_eq!(case.return_until, (shanghai("2026-11-26 23:59:59"), shanghai("2026-12-01 23:59:59")));
        for until in ["2026-11-21 09:00:00", "2026-12-02 00:00:00"] {
            let out = desk::decide(&world.records, &wang, id, case.line.revision, returning(&[field("post")], until)).await;
            assert!(matches!(refused(out), Refusal::Review(ReviewRefusal::DeadlineOutOfBounds { .. })), "{until}");
        }
        world.at("2027-01-14 10:00:00");
        desk::claim(&world.records, &wang, id).await.unwrap();
        let case = desk::case(&world.records, &wang, id).await.unwrap();
        assert_eq!(case.return_until.1, shanghai("2027-01-16 23:59:59"), "the exam is on the 17th");
    }

    async fn a_decision_can_be_taken_back_with_a_reason(world) {
        let plan = world.plan_with(|new| new.capacity = 1).await;
        let (li, zhao, wang) = (world.applicant("李强").await, world.applicant("赵敏").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        decides(world, &wang, id, rejecting("年限不足")).await;
        let seen = revision(world, &wang, id).await;
        let mute = desk::reopen(&world.records, &wang, id, seen, " ").await;
        assert_eq!(refused(mute), Refusal::Review(ReviewRefusal::NoGrounds));

        let other = submitted(world, &plan, &zhao).await;
        let full = desk::reopen(&world.records, &wang, id, seen, "材料补齐").await;
        assert_eq!(refused(full), Refusal::Review(ReviewRefusal::Full { capacity: 1 }));
        applications::withdraw(&world.records, zhao.id, other).await.unwrap();

        let stage = desk::reopen(&world.records, &wang, id, seen, "材料补齐").await.unwrap();
        assert!(matches!(stage, Stage::Submitted { round: 1, .. }));
        assert_eq!(taken(world, &plan).await, 1);
        let history = desk::case(&world.records, &wang, id).await.unwrap().history;
        assert!(history.iter().any(|one| one.what == What::Rejected && one.text == "年限不足"), "the old grounds stay in the history");
        assert!(history.iter().any(|one| one.what == What::Reopened && one.text == "材料补齐"));
    }

    async fn a_rejected_applicant_who_began_anew_is_not_reopened_beside_it(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        decides(world, &wang, id, rejecting("年限不足")).await;
        applications::start(&world.records, li.id, plan.id).await.unwrap();
        let seen = revision(world, &wang, id).await;
        let refusal = refused(desk::reopen(&world.records, &wang, id, seen, "再看一次").await);
        assert_eq!(refusal, Refusal::Review(ReviewRefusal::NothingToReopen(StageName::Rejected)));
    }

    async fn many_are_approved_at_once_only_where_every_rule_passes(world) {
        let plan = world.plan().await;
        let (wang, chen) = (world.reviewer("王芳").await, world.reviewer("陈静").await);
        let (li, zhao, sun) = (world.applicant("李强").await, world.applicant("赵敏").await, world.applicant("孙伟").await);
        let clean = submitted(world, &plan, &li).await;
        let held = submitted(world, &plan, &sun).await;
        let doubtful = ready(world, &plan, &zhao).await;
        saves(world, &zhao, doubtful, with(answers(), "condition", "2")).await;
        signs(world, &zhao, doubtful).await;
        submits(world, &zhao, doubtful).await;
        desk::claim(&world.records, &chen, held).await.unwrap();

        let lines = desk::queue(&world.records, &wang, &QueueFilter::default()).await.unwrap().lines;
        let line = lines.iter().find(|line| line.id == doubtful).unwrap();
        assert_eq!((line.doubts, &line.first_doubt), (1, &Some(Doubt::ConditionNotMet)));
        let chosen: Vec<_> = lines.iter().map(|line| (line.id, line.revision)).collect();
        let outcome = desk::approve_many(&world.records, &wang, &chosen).await.unwrap();
        assert_eq!(outcome.approved, [clean]);
        assert!(outcome.refused.contains(&(doubtful, ReviewRefusal::RulesNotPassed)));
        assert!(outcome.refused.iter().any(|(id, refusal)| *id == held && matches!(refusal, ReviewRefusal::ClaimedBy(_))));
    }

    async fn two_reviewers_at_once_make_one_decision(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let (wang, chen) = (world.reviewer("王芳").await, world.reviewer("陈静").await);
        let id = submitted(world, &plan, &li).await;
        let (first, second) = tokio::join!(desk::claim(&world.records, &wang, id), desk::claim(&world.records, &chen, id));
        assert!(first.is_ok() != second.is_ok(), "one holds it");
        let holder = if first.is_ok() { &wang } else { &chen };
        let seen = revision(world, holder, id).await;
        let decide = |decision| desk::decide(&world.records, holder, id, seen, decision);
        let (approved, rejected) = tokio::join!(decide(Decision::Approve), decide(rejecting("年限不足")));
        assert!(approved.is_ok() != rejected.is_ok());
    }

    async fn the_dashboard_counts_what_happened(world) {
        let plan = world.plan().await;
        let wang = world.reviewer("王芳").await;
        let (li, zhao, sun) = (world.applicant("李强").await, world.applicant("赵敏").await, world.applicant("孙伟").await);
        let approved = submitted(world, &plan, &li).await;
        submitted(world, &plan, &zhao).await;
        applications::start(&world.records, sun.id, plan.id).await.unwrap();
        decides(world, &wang, approved, Decision::Approve).await;
        let board = desk::dashboard(&world.records, &wang).await.unwrap();
        let line = &board.plans[0];
        assert_eq!((line.drafts, line.waiting, line.approved, line.taken), (1, 1, 1, 2));
        assert_eq!((board.decided_today, board.today), (1, (1, 0, 0)));
        assert_eq!(board.oldest, Some(world.records.now()));
        assert_eq!(board.submitted_per_day.len(), 14);
        assert_eq!(board.submitted_per_day.last().unwrap().1, 2);
        assert_eq!(board.decided_per_day.last().unwrap().1, 1);
    }

    async fn an_application_that_was_never_handed_in_has_no_case(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = ready(world, &plan, &li).await;
        assert!(is_not_found(desk::case(&world.records, &wang, id).await));
        assert!(is_not_found(desk::claim(&world.records, &wang, id).await));
        assert!(is_not_found(desk::decide(&world.records, &wang, id, Revision(1), Decision::Approve).await));
        assert!(queue(world, &wang, "all").await.is_empty());
    }
}

async fn world_line(
    world: &testkit::World,
    member: &domain::account::StaffMember,
    name: &str,
) -> Option<domain::ids::ApplicationId> {
    let filter = QueueFilter { q: name.into(), ..QueueFilter::default() };
    desk::queue(&world.records, member, &filter).await.unwrap().lines.first().map(|line| line.id)
}
