//! Handing in: checked again, frozen, once.

use crate::cast::*;
use domain::account::Viewer;
use domain::application::{Stage, SubmitRefusal, WithdrawRefusal};
use domain::refusal::Refusal;
use domain::time::Timestamp;
use records::{applications, desk, profiles};
use testkit::{ZYNL, both_databases, shanghai};

both_databases! {
    async fn a_complete_draft_is_handed_in(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = ready(world, &plan, &li).await;
        let receipt = submits(world, &li, id).await;
        assert_eq!(receipt.number, format!("{}-0001", plan.number));
        assert_eq!(receipt.round, 1);
        let case = applications::case_of(&world.records, li.id, id).await.unwrap();
        assert_eq!(case.stage, Stage::Submitted { at: receipt.at, round: 1 });
        assert!(case.answers.contains(&("考生类别".into(), "社会人员".into())));
        assert_eq!(taken(world, &plan).await, 1);
    }

    async fn what_is_missing_is_named_in_the_order_of_the_steps(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let submit = || applications::submit(&world.records, li.id, id, "key");
        assert_eq!(refused(submit().await), Refusal::Submit(SubmitRefusal::PhotoMissing));
        uploads_photo(world, &li, id).await;
        let Refusal::Submit(SubmitRefusal::FormFaults(faults)) = refused(submit().await) else { panic!("another refusal") };
        assert!(faults.iter().any(|fault| fault.key == "source"));
        saves(world, &li, id, answers()).await;
        assert_eq!(refused(submit().await), Refusal::Submit(SubmitRefusal::DocumentsMissing(vec!["其他材料PDF扫描件".into()])));
        applications::add_file(&world.records, li.id, id, "evidence", "证明.pdf", testkit::pdf(1)).await.unwrap();
        assert_eq!(refused(submit().await), Refusal::Submit(SubmitRefusal::NotSigned));
        signs(world, &li, id).await;
        assert_eq!(submit().await.unwrap().round, 1);
    }

    /// Double click, impatient reload, lost answer: one application, one answer.
    async fn fifty_clicks_at_once_make_one_application(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = ready(world, &plan, &li).await;
        let clicks = (0..50).map(|_| applications::submit(&world.records, li.id, id, "key"));
        let receipts: Vec<_> = futures::future::join_all(clicks).await.into_iter().map(Result::unwrap).collect();
        assert!(receipts.iter().all(|receipt| *receipt == receipts[0]));
        assert_eq!(applications::submit(&world.records, li.id, id, "another key").await.unwrap(), receipts[0]);
        assert_eq!(taken(world, &plan).await, 1);
        let timeline = applications::case_of(&world.records, li.id, id).await.unwrap().timeline;
        let submissions = timeline.iter().filter(|one| one.what == domain::page::mine::What::Submitted).count();
        assert_eq!(submissions, 1);
    }

    /// T16: 23:59:59 is in time, 00:00:00 is not, and a request that was on its way is not lost.
    async fn the_last_second_counts_and_the_next_one_does_not(world) {
        let plan = world.plan().await;
        let (li, wang, zhao) = (world.applicant("李强").await, world.applicant("王芳").await, world.applicant("赵敏").await);
        let in_time = ready(world, &plan, &li).await;
        let too_late = ready(world, &plan, &wang).await;
        let on_its_way = ready(world, &plan, &zhao).await;

        world.records.clock().set(Timestamp(shanghai("2026-12-06 23:59:59").0 + 999));
        submits(world, &li, in_time).await;

        world.at("2026-12-07 00:00:00");
        let refusal = refused(applications::submit(&world.records, wang.id, too_late, "key").await);
        assert_eq!(refusal, Refusal::Submit(SubmitRefusal::WindowClosed { closed: plan.window.closes }));
        assert!(draft(world, &wang, too_late).await.photo.is_some(), "the draft lost nothing");

        world.at("2026-12-07 00:00:20");
        let began = shanghai("2026-12-06 23:59:58");
        applications::submit_begun(&world.records, zhao.id, on_its_way, "key", began).await.unwrap();
        world.at("2026-12-07 00:01:01");
        let refusal = refused(applications::submit_begun(&world.records, wang.id, too_late, "key", began).await);
        assert!(matches!(refusal, Refusal::Submit(SubmitRefusal::WindowClosed { .. })));
    }

    /// T14: a student is asked once, the work fields disappear, and the official values are kept for exports.
    async fn a_student_has_no_work_fields_and_they_are_kept_as_not_applicable(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = ready(world, &plan, &li).await;
        let mut student = answers();
        for (key, value) in [("source", "student"), ("tech_school", "yes"), ("condition", "3")] {
            student.set(key, value);
        }
        saves(world, &li, id, student).await;
        signs(world, &li, id).await;
        submits(world, &li, id).await;
        let frozen = applications::frozen(&world.records, &applicant(&li), id, 1).await.unwrap();
        assert!(!frozen.answers.has("employer") && !frozen.answers.has("years_occ"), "typed before, not handed in");
        for (key, value) in [("employer", "无工作单位"), ("years_occ", "0"), ("post", "无"), ("dispatched", "否")] {
            assert!(frozen.texts.not_applicable.contains(&(key.into(), value.into())), "{key}");
        }
        assert_eq!(draft(world, &li, id).await.answers.get("employer"), "杭州某某环境科技有限公司", "turning back would bring it back");
    }

    /// T17: the pledge, the conditions and the fee are kept as they were agreed to.
    async fn a_pledge_edited_later_does_not_change_a_signed_one(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = submitted(world, &plan, &li).await;
        let before = applications::frozen(&world.records, &applicant(&li), id, 1).await.unwrap();

        let mut edited = profiles::parse(ZYNL, "zynl.toml").unwrap();
        edited.version = 2;
        edited.declaration.version = 2;
        edited.declaration.clauses[0] = "另一句话。".into();
        profiles::publish(&world.records, &edited).await.unwrap();

        let after = applications::frozen(&world.records, &applicant(&li), id, 1).await.unwrap();
        assert_eq!(after, before);
        assert_eq!(after.texts.declaration.clauses.len(), 5);
        assert!(after.texts.declaration.clauses[0].starts_with("本人已阅读并理解"));
        assert_eq!((after.texts.fee, after.texts.profile.1), (28_000, 1));
        assert_eq!(after.answers.get("id_no"), li.id_no, "frozen in full, sealed");
    }

    async fn changing_an_answer_after_signing_asks_for_a_new_signature(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = ready(world, &plan, &li).await;
        assert!(!draft(world, &li, id).await.signature_outdated);
        saves(world, &li, id, with(answers(), "post", "主管")).await;
        let changed = draft(world, &li, id).await;
        assert!(changed.signature_outdated && changed.signature.is_none());
        let refusal = refused(applications::submit(&world.records, li.id, id, "key").await);
        assert_eq!(refusal, Refusal::Submit(SubmitRefusal::SignedOtherText));
        saves(world, &li, id, answers()).await;
        assert!(!draft(world, &li, id).await.signature_outdated, "as it was signed, so signed it is");
    }

    async fn a_submission_can_be_taken_back_until_a_reviewer_claims_it(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        applications::undo(&world.records, li.id, id).await.unwrap();
        assert_eq!(taken(world, &plan).await, 0);
        assert!(queue(world, &wang, "all").await.is_empty(), "a draft is nobody else's business");
        assert!(is_not_found(desk::case(&world.records, &wang, id).await));

        let number = submits(world, &li, id).await.number;
        assert_eq!(number, format!("{}-0001", plan.number), "the number stays");
        let until = desk::claim(&world.records, &wang, id).await.unwrap().until;
        let refusal = refused(applications::undo(&world.records, li.id, id).await);
        assert_eq!(refusal, Refusal::Withdraw(WithdrawRefusal::Claimed { until }));
        world.pass(16);
        applications::undo(&world.records, li.id, id).await.unwrap();
    }

    async fn withdrawing_frees_the_seat(world) {
        let (plan, li) = (world.plan_with(|new| new.capacity = 1).await, world.applicant("李强").await);
        let zhao = world.applicant("赵敏").await;
        let id = submitted(world, &plan, &li).await;
        let waiting = ready(world, &plan, &zhao).await;
        let refusal = refused(applications::submit(&world.records, zhao.id, waiting, "key").await);
        assert_eq!(refusal, Refusal::Submit(SubmitRefusal::Full { capacity: 1 }));
        applications::withdraw(&world.records, li.id, id).await.unwrap();
        submits(world, &zhao, waiting).await;
        let again = refused(applications::withdraw(&world.records, li.id, id).await);
        assert!(matches!(again, Refusal::Withdraw(WithdrawRefusal::AlreadyClosed(_))));
    }
}

fn applicant(who: &testkit::Applicant) -> Viewer {
    Viewer::Applicant { id: who.id, name: who.name.clone() }
}
