//! Money, filing and the official labels; and editing until the decision.

use crate::cast::*;
use crate::variant::plan_under;
use domain::account::Role;
use domain::application::axes::{Filing, Money};
use domain::application::progress::Act;
use domain::application::{ReviewRefusal, StageName, WithdrawRefusal};
use domain::page::desk::Decision;
use domain::page::mine::{MyCase, What};
use domain::plan::Plan;
use domain::profile::{EditUntil, Profile};
use domain::refusal::Refusal;
use records::{Error, applications, desk, filing, history};
use testkit::{Applicant, World, both_databases, shanghai};

/// The five labels, editing until the decision, and a payment that is no gate.
fn five_labels(profile: &mut Profile) {
    profile.phrases.submitted = "待处理".into();
    profile.phrases.approved = "申请通过".into();
    profile.phrases.rejected = "申请不通过".into();
    profile.phrases.filed = "已提交申报".into();
    profile.phrases.payment_due = "待支付".into();
    profile.payment.gate = false;
    profile.review.edit_until = EditUntil::Decision;
}

async fn my(world: &World, who: &Applicant, id: domain::ids::ApplicationId) -> MyCase {
    applications::case_of(&world.records, who.id, id).await.unwrap()
}

async fn in_time(world: &World) -> Plan {
    plan_under(world, "in-time", |profile| {
        profile.payment.days = 3;
        profile.payment.unpaid_gives_up = true;
        profile.phrases.unpaid = "视为自动弃考".into();
        profile.phrases.approved_line = "恭喜您已通过审查，请在规定时间内进行缴费！".into();
    })
    .await
}

both_databases! {
    async fn approval_makes_the_fee_due_and_reopening_takes_it_back(world) {
        let (plan, li, wang) = (in_time(world).await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        assert_eq!(my(world, &li, id).await.axes.money, Money::None);
        decides(world, &wang, id, Decision::Approve).await;
        let case = my(world, &li, id).await;
        let until = shanghai("2026-11-24 23:59:59");
        assert_eq!(case.axes.money, Money::Due { until: Some(until) });
        assert_eq!((case.line.progress.until, case.lines.gives_up), (Some(until), true));
        assert_eq!(case.lines.approved, "恭喜您已通过审查，请在规定时间内进行缴费！");

        let seen = revision(world, &wang, id).await;
        desk::reopen(&world.records, &wang, id, seen, "再看一遍").await.unwrap();
        assert_eq!(my(world, &li, id).await.axes.money, Money::None);

        world.at("2026-11-22 09:00:00");
        decides(world, &wang, id, Decision::Approve).await;
        world.at("2026-11-25 23:59:59");
        assert!(!my(world, &li, id).await.line.progress.over, "the last second still counts");
        world.at("2026-11-26 00:00:00");
        let case = my(world, &li, id).await;
        assert_eq!((case.line.progress.label.as_str(), case.line.progress.over), ("视为自动弃考", true));
        assert!(matches!(case.axes.money, Money::Expired { .. }));
        assert!(history::verify(&world.records, &id.to_string()).await.unwrap().is_ok());
    }

    async fn many_at_once_owe_as_well_and_free_exams_owe_nothing(world) {
        let (plan, wang) = (in_time(world).await, world.reviewer("王芳").await);
        let free = world.plan_with(|new| { new.fee = domain::ids::Fen(0); new.trade = "碳排放监测员".into(); new.code = "4-09-07-04-02".into(); }).await;
        let li = world.applicant("李强").await;
        let (one, other) = (submitted(world, &plan, &li).await, submitted(world, &free, &li).await);
        let lines = desk::queue(&world.records, &wang, &domain::page::desk::QueueFilter::default()).await.unwrap().lines;
        let chosen: Vec<_> = lines.iter().map(|line| (line.id, line.revision)).collect();
        let outcome = desk::approve_many(&world.records, &wang, &chosen).await.unwrap();
        // Two applications of one person are a doubt where the first was already there.
        for id in [one, other] {
            if !outcome.approved.contains(&id) {
                decides(world, &wang, id, Decision::Approve).await;
            }
        }
        assert!(matches!(my(world, &li, one).await.axes.money, Money::Due { until: Some(_) }));
        assert_eq!(my(world, &li, other).await.axes.money, Money::Waived);
    }

    async fn a_manager_files_the_approved_and_takes_it_back_with_a_reason(world) {
        let plan = plan_under(world, "five", five_labels).await;
        let (wang, boss) = (world.reviewer("王芳").await, world.manager("周敏").await);
        let (li, zhao) = (world.applicant("李强").await, world.applicant("赵敏").await);
        let (approved, waiting) = (submitted(world, &plan, &li).await, submitted(world, &plan, &zhao).await);
        assert_eq!(refused(filing::file(&world.records, &boss, plan.id).await), Refusal::Review(ReviewRefusal::NothingToFile));
        decides(world, &wang, approved, Decision::Approve).await;
        assert_eq!(my(world, &li, approved).await.line.progress.label, "申请通过");

        assert!(matches!(filing::file(&world.records, &wang, plan.id).await, Err(Error::Forbidden)), "reviewers do not file");
        let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
        assert!(is_not_found(filing::file(&world.records, &stranger, plan.id).await));

        world.at("2026-12-10 09:00:00");
        assert_eq!(filing::file(&world.records, &boss, plan.id).await.unwrap(), 1);
        let case = my(world, &li, approved).await;
        assert_eq!((case.line.progress.label.as_str(), case.line.progress.payment.as_str()), ("已提交申报", "待支付"));
        assert_eq!(case.axes.filing, Filing::Filed { at: shanghai("2026-12-10 09:00:00") });
        assert_eq!(case.timeline.last().unwrap().what, What::Filed);
        assert_eq!(my(world, &zhao, waiting).await.line.progress.label, "待处理");
        let board = desk::dashboard(&world.records, &boss).await.unwrap();
        assert_eq!((board.may_file, board.plans[0].approved, board.plans[0].filed), (true, 1, 1));

        assert_eq!(refused(applications::withdraw(&world.records, li.id, approved).await), Refusal::Withdraw(WithdrawRefusal::Filed));
        let seen = revision(world, &wang, approved).await;
        assert_eq!(refused(desk::reopen(&world.records, &wang, approved, seen, "再看").await), Refusal::Review(ReviewRefusal::FiledAlready));

        assert_eq!(refused(filing::take_back(&world.records, &boss, plan.id, " ").await), Refusal::Review(ReviewRefusal::NoGrounds));
        assert_eq!(filing::take_back(&world.records, &boss, plan.id, "名单有误").await.unwrap(), 1);
        assert_eq!(my(world, &li, approved).await.line.progress.label, "申请通过");
        assert_eq!(refused(filing::take_back(&world.records, &boss, plan.id, "名单有误").await), Refusal::Review(ReviewRefusal::NothingFiled));
        assert!(history::verify(&world.records, &approved.to_string()).await.unwrap().is_ok());
    }

    /// T10: a candidate edits while 待处理, also from a reviewer's hands; refused when 申请通过.
    async fn one_may_edit_until_the_decision(world) {
        let plan = plan_under(world, "five", five_labels).await;
        let (li, wang) = (world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        desk::claim(&world.records, &wang, id).await.unwrap();
        let seen = revision(world, &wang, id).await;
        assert!(my(world, &li, id).await.line.progress.acts.contains(&Act::Undo));
        applications::undo(&world.records, li.id, id).await.unwrap();
        assert!(is_not_found(desk::decide(&world.records, &wang, id, seen, Decision::Approve).await), "the hold is gone with the case");
        assert_eq!(taken(world, &plan).await, 0);

        saves(world, &li, id, with(answers(), "post", "高级核算员")).await;
        signs(world, &li, id).await;
        submits(world, &li, id).await;
        assert_eq!(my(world, &li, id).await.line.progress.payment, "待支付", "the column stands there while 待处理");
        decides(world, &wang, id, Decision::Approve).await;
        let late = refused(applications::undo(&world.records, li.id, id).await);
        assert_eq!(late, Refusal::Withdraw(WithdrawRefusal::NoMoreChanges(StageName::Approved)));
    }

    async fn elsewhere_a_claimed_case_stays_with_its_reviewer(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        desk::claim(&world.records, &wang, id).await.unwrap();
        let held = refused(applications::undo(&world.records, li.id, id).await);
        assert!(matches!(held, Refusal::Withdraw(WithdrawRefusal::Claimed { .. })));
        world.at("2026-12-07 00:00:00");
        let closed = refused(applications::undo(&world.records, li.id, id).await);
        assert!(matches!(closed, Refusal::Withdraw(WithdrawRefusal::WindowClosed { .. })));
    }
}
