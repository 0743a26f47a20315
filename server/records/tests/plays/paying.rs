//! A fee is paid: once, whatever channels say how often; and what goes back goes back once.

use crate::cast::*;
use crate::variant::plan_under;
use domain::account::{Role, StaffMember};
use domain::application::axes::Money;
use domain::ids::{ApplicationId, Fen, Revision};
use domain::message::MessageKind;
use domain::page::desk::Decision;
use domain::page::mine::{MyCase, What};
use domain::page::money::{BillLine, Difference, MyOrder, OrderLine};
use domain::payment::{Attempt, Channel, Disbelief, Notice, OrderState, Outcome, PaymentRefusal};
use domain::plan::Plan;
use domain::profile::{DueFrom, FeeRule, LateMoney, Payer};
use domain::refusal::Refusal;
use records::{Error, applications, desk, messages, payments};
use testkit::{Applicant, World, both_databases, shanghai};

const FEE: i64 = 28_000;

async fn my(world: &World, who: &Applicant, id: ApplicationId) -> MyCase {
    applications::case_of(&world.records, who.id, id).await.unwrap()
}

async fn order(world: &World, who: &Applicant, id: ApplicationId) -> MyOrder {
    my(world, who, id).await.order.unwrap()
}

async fn in_time(world: &World) -> Plan {
    plan_under(world, "in-time", |profile| {
        profile.payment.days = 3;
        profile.payment.unpaid_gives_up = true;
        profile.payment.late_money = LateMoney::GoesBack;
    })
    .await
}

/// An approved application whose fee is due.
async fn due(world: &World, plan: &Plan, who: &Applicant, wang: &StaffMember) -> (ApplicationId, String) {
    let id = submitted(world, plan, who).await;
    decides(world, wang, id, Decision::Approve).await;
    (id, order(world, who, id).await.number)
}

fn told(order: &str, transaction: &str, fen: i64) -> Notice {
    Notice { order: order.into(), transaction: transaction.into(), amount: Fen(fen), success: true }
}

async fn tell(world: &World, event: &str, notice: &Notice) -> Outcome {
    payments::take_notice(&world.records, Channel::Wechat, event, "hash", notice).await.unwrap()
}

async fn line(world: &World, member: &StaffMember, number: &str) -> OrderLine {
    let list = payments::list(&world.records, member, None, number, None).await.unwrap();
    list.lines.into_iter().next().unwrap()
}

async fn all_well(world: &World) {
    assert_eq!(applications::broken_promises(&world.records).await.unwrap(), Vec::<String>::new());
}

both_databases! {
    async fn a_notice_pays_once_whatever_comes_how_often(world) {
        let (plan, li, wang) = (in_time(world).await, world.applicant("李强").await, world.reviewer("王芳").await);
        let (id, number) = due(world, &plan, &li, &wang).await;
        let before = order(world, &li, id).await;
        assert_eq!((before.amount, before.state, before.until), (Fen(FEE), OrderState::Due, Some(shanghai("2026-11-24 23:59:59"))));

        assert_eq!(tell(world, "e0", &told("R1", "t1", FEE)).await, Outcome::Reject(Disbelief::UnknownOrder));
        assert_eq!(tell(world, "e1", &told(&number, "t1", FEE - 1)).await, Outcome::Reject(Disbelief::Amount));
        let unpaid = Notice { success: false, ..told(&number, "t1", FEE) };
        assert_eq!(tell(world, "e2", &unpaid).await, Outcome::Ignore);
        assert_eq!(order(world, &li, id).await.state, OrderState::Due, "nothing of this paid it");

        assert_eq!(tell(world, "e3", &told(&number, "t1", FEE)).await, Outcome::Paid);
        for event in ["e3", "e3", "e4", "query/t1"] {
            assert_eq!(tell(world, event, &told(&number, "t1", FEE)).await, Outcome::Duplicate, "{event}");
        }
        assert_eq!(tell(world, "e2b", &unpaid).await, Outcome::Ignore, "an older message that comes later changes nothing");
        let case = my(world, &li, id).await;
        assert_eq!((case.axes.money, case.order.unwrap().state), (Money::Paid, OrderState::Paid));
        assert_eq!(case.timeline.iter().filter(|one| one.what == What::FeePaid).count(), 1);
        all_well(world).await;
    }

    async fn a_hundred_notices_at_once_pay_once(world) {
        let (plan, li, wang) = (in_time(world).await, world.applicant("李强").await, world.reviewer("王芳").await);
        let (id, number) = due(world, &plan, &li, &wang).await;
        let all = (0..100).map(|n| {
            let (records, notice) = (world.records.clone(), told(&number, "t1", FEE));
            tokio::spawn(async move {
                payments::take_notice(&records, Channel::Wechat, &format!("e{}", n % 10), "hash", &notice).await.unwrap()
            })
        });
        let outcomes = futures::future::join_all(all.collect::<Vec<_>>()).await;
        let paid = outcomes.into_iter().filter(|outcome| *outcome.as_ref().unwrap() == Outcome::Paid).count();
        assert_eq!(paid, 1);
        assert_eq!(order(world, &li, id).await.state, OrderState::Paid);
        all_well(world).await;
    }

    async fn a_second_payment_goes_back_by_itself(world) {
        let (plan, li, wang) = (in_time(world).await, world.applicant("李强").await, world.reviewer("王芳").await);
        let (id, number) = due(world, &plan, &li, &wang).await;
        assert_eq!(tell(world, "e1", &told(&number, "t1", FEE)).await, Outcome::Paid);
        let other = payments::take_notice(&world.records, Channel::Alipay, "a1", "hash", &told(&number, "a", FEE)).await.unwrap();
        assert_eq!(other, Outcome::Double);
        let again = payments::take_notice(&world.records, Channel::Alipay, "a2", "hash", &told(&number, "a", FEE)).await.unwrap();
        assert_eq!(again, Outcome::Duplicate);
        let waiting = payments::pending_refunds(&world.records).await.unwrap();
        assert_eq!(waiting.len(), 1);
        assert_eq!((waiting[0].channel, waiting[0].transaction.as_str(), waiting[0].amount), (Channel::Alipay, "a", Fen(FEE)));
        all_well(world).await;
        for _ in 0..2 {
            payments::refund_done(&world.records, &waiting[0].number).await.unwrap();
        }
        assert_eq!(order(world, &li, id).await.state, OrderState::Paid, "the first payment stands");
        assert!(payments::pending_refunds(&world.records).await.unwrap().is_empty());
        all_well(world).await;
    }

    async fn unpaid_in_time_is_given_up_and_late_money_goes_back(world) {
        let (plan, li, wang) = (in_time(world).await, world.applicant("李强").await, world.reviewer("王芳").await);
        let (id, number) = due(world, &plan, &li, &wang).await;
        payments::keep_code(&world.records, &number, Channel::Wechat, Attempt::Screen, "weixin://pay").await.unwrap();
        assert_eq!(payments::open_numbers(&world.records).await.unwrap(), [(number.clone(), vec![(Channel::Wechat, Attempt::Screen)])]);
        world.at("2026-11-24 23:59:59");
        assert!(payments::overdue(&world.records).await.unwrap().is_empty(), "the last second still counts");
        assert!(!payments::expire(&world.records, &number).await.unwrap());
        world.at("2026-11-25 00:00:00");
        let over = payments::overdue(&world.records).await.unwrap();
        assert_eq!((over[0].number.as_str(), over[0].asked.as_slice()), (number.as_str(), [(Channel::Wechat, Attempt::Screen)].as_slice()));
        assert_eq!(taken(world, &plan).await, 1);
        assert!(payments::expire(&world.records, &number).await.unwrap());
        assert!(!payments::expire(&world.records, &number).await.unwrap(), "once");
        assert_eq!(taken(world, &plan).await, 0, "the place is free again");
        let case = my(world, &li, id).await;
        assert!(matches!(case.axes.money, Money::Expired { .. }));
        assert!(case.line.progress.over);
        all_well(world).await;
        let late = refused(payments::begin(&world.records, li.id, id, Channel::Wechat, Attempt::Screen).await);
        assert!(matches!(late, Refusal::Payment(PaymentRefusal::Expired { .. })));

        assert_eq!(tell(world, "e1", &told(&number, "t1", FEE)).await, Outcome::Late);
        assert_eq!(tell(world, "e2", &told(&number, "t1", FEE)).await, Outcome::Duplicate);
        let waiting = payments::pending_refunds(&world.records).await.unwrap();
        assert_eq!(waiting.len(), 1);
        payments::refund_done(&world.records, &waiting[0].number).await.unwrap();
        assert_eq!(order(world, &li, id).await.state, OrderState::Expired);
        all_well(world).await;
        applications::withdraw(&world.records, li.id, id).await.unwrap();
        assert_eq!(taken(world, &plan).await, 0, "a seat that was given up is not given back twice");
        all_well(world).await;
    }

    async fn a_reopened_case_that_expired_needs_its_seat_again(world) {
        let (plan, li, wang) = (in_time(world).await, world.applicant("李强").await, world.reviewer("王芳").await);
        let (id, number) = due(world, &plan, &li, &wang).await;
        world.at("2026-11-25 00:00:00");
        assert!(payments::expire(&world.records, &number).await.unwrap());
        let seen = revision(world, &wang, id).await;
        desk::reopen(&world.records, &wang, id, seen, "确有原因").await.unwrap();
        assert_eq!(taken(world, &plan).await, 1);
        all_well(world).await;
        decides(world, &wang, id, Decision::Approve).await;
        let fresh = order(world, &li, id).await;
        assert_ne!(fresh.number, number);
        assert_eq!((fresh.state, fresh.until), (OrderState::Due, Some(shanghai("2026-11-28 23:59:59"))));
        all_well(world).await;
    }

    async fn a_crash_before_our_commit_is_closed_by_a_question(world) {
        let (plan, li, wang) = (in_time(world).await, world.applicant("李强").await, world.reviewer("王芳").await);
        let (id, number) = due(world, &plan, &li, &wang).await;
        let (shown, known) = payments::begin(&world.records, li.id, id, Channel::Wechat, Attempt::Screen).await.unwrap();
        assert_eq!((shown.number.as_str(), known), (number.as_str(), None));
        // The channel answered and we died before we kept the code: the same question again asks for the same order.
        let (again, known) = payments::begin(&world.records, li.id, id, Channel::Wechat, Attempt::Screen).await.unwrap();
        assert_eq!((again.number.as_str(), known), (number.as_str(), None));
        payments::keep_code(&world.records, &number, Channel::Wechat, Attempt::Screen, "weixin://pay").await.unwrap();
        let (_, known) = payments::begin(&world.records, li.id, id, Channel::Wechat, Attempt::Screen).await.unwrap();
        assert_eq!(known.as_deref(), Some("weixin://pay"));
        // The notification was lost: the answer to a question pays, the notification that comes after all does not.
        assert_eq!(tell(world, "query/t1", &told(&number, "t1", FEE)).await, Outcome::Paid);
        assert_eq!(tell(world, "e1", &told(&number, "t1", FEE)).await, Outcome::Duplicate);
        assert!(payments::open_numbers(&world.records).await.unwrap().is_empty());
        all_well(world).await;
    }

    async fn cash_and_transfers_have_their_numbers(world) {
        let (plan, wang, boss) = (in_time(world).await, world.reviewer("王芳").await, world.manager("周敏").await);
        let (li, zhao) = (world.applicant("李强").await, world.applicant("赵敏").await);
        let (id, one) = due(world, &plan, &li, &wang).await;
        let (_, other) = due(world, &plan, &zhao, &wang).await;
        let seen = line(world, &wang, &one).await.revision;
        assert_eq!(refused(payments::pay_cash(&world.records, &wang, &one, seen, " ").await), PaymentRefusal::NoWords.into());
        payments::pay_cash(&world.records, &wang, &one, seen, "0012345").await.unwrap();
        payments::pay_cash(&world.records, &wang, &one, seen, "0012345").await.unwrap();
        assert_eq!(my(world, &li, id).await.axes.money, Money::Paid);
        let seen = line(world, &wang, &other).await.revision;
        let twice = refused(payments::pay_cash(&world.records, &wang, &other, seen, "0012345").await);
        assert_eq!(twice, PaymentRefusal::ReceiptUsed.into());
        assert!(matches!(payments::confirm_transfer(&world.records, &wang, &other, seen, "凭证 7").await, Err(Error::Forbidden)));
        assert!(matches!(payments::confirm_transfer(&world.records, &boss, &other, Revision(99), "凭证 7").await, Err(Error::ChangedMeanwhile)));
        payments::confirm_transfer(&world.records, &boss, &other, seen, "凭证 7").await.unwrap();
        let paid = line(world, &boss, &other).await;
        assert_eq!((paid.state, paid.channel, paid.reference.as_str()), (OrderState::Paid, Some(Channel::Transfer), "凭证 7"));
        let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
        assert!(is_not_found(payments::waive(&world.records, &stranger, &one, seen, "困难").await));
        all_well(world).await;
    }

    async fn waiving_needs_a_reason(world) {
        let (plan, li, wang) = (in_time(world).await, world.applicant("李强").await, world.reviewer("王芳").await);
        let boss = world.manager("周敏").await;
        let (id, number) = due(world, &plan, &li, &wang).await;
        let seen = line(world, &boss, &number).await.revision;
        assert_eq!(refused(payments::waive(&world.records, &boss, &number, seen, "").await), PaymentRefusal::NoWords.into());
        payments::waive(&world.records, &boss, &number, seen, "低保家庭").await.unwrap();
        assert_eq!(my(world, &li, id).await.axes.money, Money::Waived);
        let lines = messages::inbox(&world.records, li.id, 1).await.unwrap().lines;
        let waived = lines.iter().find(|line| line.letter.kind == MessageKind::FeeWaived).unwrap();
        assert_eq!((waived.letter.facts.amount, waived.letter.facts.words.as_str()), (Some(Fen(FEE)), ""), "why is nobody else's business");
        assert_eq!(tell(world, "e1", &told(&number, "t1", FEE)).await, Outcome::Double, "who pays all the same gets it back");
        all_well(world).await;
    }

    async fn a_refund_asked_twice_is_one_refund(world) {
        let (plan, li, wang) = (in_time(world).await, world.applicant("李强").await, world.reviewer("王芳").await);
        let boss = world.manager("周敏").await;
        let (id, number) = due(world, &plan, &li, &wang).await;
        tell(world, "e1", &told(&number, "t1", FEE)).await;
        let seen = line(world, &boss, &number).await.revision;
        let too_much = refused(payments::ask_refund(&world.records, &boss, &number, seen, Fen(FEE + 1), "多收").await);
        assert_eq!(too_much, PaymentRefusal::RefundTooMuch { most: Fen(FEE) }.into());
        for _ in 0..3 {
            payments::ask_refund(&world.records, &boss, &number, seen, Fen(8_000), "多收").await.unwrap();
        }
        let waiting = payments::pending_refunds(&world.records).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].amount), (1, Fen(8_000)));
        payments::refund_done(&world.records, &waiting[0].number).await.unwrap();
        let part = order(world, &li, id).await;
        assert_eq!((part.state, part.refunded), (OrderState::PartlyRefunded, Fen(8_000)));
        all_well(world).await;
        let seen = line(world, &boss, &number).await.revision;
        let more = refused(payments::ask_refund(&world.records, &boss, &number, seen, Fen(20_001), "多收").await);
        assert_eq!(more, PaymentRefusal::RefundTooMuch { most: Fen(20_000) }.into());
        payments::ask_refund(&world.records, &boss, &number, seen, Fen(20_000), "计划取消").await.unwrap();
        let rest = payments::pending_refunds(&world.records).await.unwrap();
        payments::refund_done(&world.records, &rest[0].number).await.unwrap();
        assert_eq!(order(world, &li, id).await.state, OrderState::Refunded);
        all_well(world).await;
    }

    async fn who_withdraws_in_time_gets_back_what_the_procedure_says(world) {
        let plan = plan_under(world, "four-fifths", |profile| { profile.payment.refund_percent = 80; }).await;
        let (li, wang, boss) = (world.applicant("李强").await, world.reviewer("王芳").await, world.manager("周敏").await);
        let (id, number) = due(world, &plan, &li, &wang).await;
        let seen = line(world, &wang, &number).await.revision;
        payments::pay_cash(&world.records, &wang, &number, seen, "0012345").await.unwrap();
        applications::withdraw(&world.records, li.id, id).await.unwrap();
        let back = payments::list(&world.records, &boss, None, "", None).await.unwrap().refunds;
        assert_eq!((back.len(), back[0].amount, back[0].channel), (1, Fen(22_400), Channel::Cash));
        assert!(payments::pending_refunds(&world.records).await.unwrap().is_empty(), "cash is handed out by people");
        payments::refund_paid_out(&world.records, &boss, &back[0].number, "领款单 3").await.unwrap();
        assert_eq!(order(world, &li, id).await.state, OrderState::PartlyRefunded);
        all_well(world).await;
    }

    async fn a_rejected_case_gets_everything_back(world) {
        let plan = plan_under(world, "early", |profile| { profile.payment.due = DueFrom::Submission; }).await;
        let (li, wang) = (world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        assert_eq!(my(world, &li, id).await.order, None);
        let (shown, _) = payments::begin(&world.records, li.id, id, Channel::Alipay, Attempt::Screen).await.unwrap();
        assert_eq!(shown.amount, Fen(FEE));
        assert_eq!(tell(world, "e1", &told(&shown.number, "t1", FEE)).await, Outcome::Paid);
        all_well(world).await;
        decides(world, &wang, id, rejecting("不符合条件")).await;
        let waiting = payments::pending_refunds(&world.records).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].amount), (1, Fen(FEE)));
        payments::refund_done(&world.records, &waiting[0].number).await.unwrap();
        assert_eq!(order(world, &li, id).await.state, OrderState::Refunded);
        all_well(world).await;
        let seen = revision(world, &wang, id).await;
        desk::reopen(&world.records, &wang, id, seen, "看错了").await.unwrap();
        decides(world, &wang, id, Decision::Approve).await;
        assert_eq!(order(world, &li, id).await.state, OrderState::Due, "a new order, for the old one went back");
        all_well(world).await;
    }

    async fn who_paid_before_the_approval_has_paid(world) {
        let plan = plan_under(world, "early", |profile| { profile.payment.due = DueFrom::Submission; }).await;
        let (li, wang) = (world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        let (shown, _) = payments::begin(&world.records, li.id, id, Channel::Wechat, Attempt::Screen).await.unwrap();
        tell(world, "e1", &told(&shown.number, "t1", FEE)).await;
        decides(world, &wang, id, Decision::Approve).await;
        assert_eq!(my(world, &li, id).await.axes.money, Money::Paid);
        all_well(world).await;
    }

    async fn fees_follow_the_schedule_and_stay_as_they_were_handed_in(world) {
        let rule = |label: &str, key: &str, is: &str, fen| FeeRule {
            label: label.into(),
            when: domain::form::When { key: key.into(), is: vec![is.into()], is_not: Vec::new(), and: None },
            fen,
            each_subject: true,
        };
        let plan = plan_under(world, "schedule", |profile| {
            profile.payment.fee = vec![rule("免收", "source", "student", 0), rule("每科", "plan.level", "4", 9_000)];
        })
        .await;
        let (li, wang) = (world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        decides(world, &wang, id, Decision::Approve).await;
        assert_eq!(order(world, &li, id).await.amount, Fen(18_000), "two subjects");
        all_well(world).await;
    }

    async fn the_agency_pays_by_transfer_and_nobody_else_is_asked(world) {
        let plan = plan_under(world, "bill", |profile| {
            profile.payment.payer = Payer::Agency;
            profile.payment.gate = false;
        })
        .await;
        let (li, wang, boss) = (world.applicant("李强").await, world.reviewer("王芳").await, world.manager("周敏").await);
        let (id, number) = due(world, &plan, &li, &wang).await;
        assert_eq!(my(world, &li, id).await.axes.money, Money::Agency);
        let refusal = refused(payments::begin(&world.records, li.id, id, Channel::Wechat, Attempt::Screen).await);
        assert_eq!(refusal, PaymentRefusal::NotNow(OrderState::ByAgency).into());
        let seen = line(world, &boss, &number).await.revision;
        payments::confirm_transfer(&world.records, &boss, &number, seen, "电汇 20261121").await.unwrap();
        assert_eq!(my(world, &li, id).await.axes.money, Money::Agency);
        assert_eq!(line(world, &boss, &number).await.state, OrderState::Paid);
        all_well(world).await;
    }

    /// What came in in one month and goes back in the next stands in both.
    async fn a_month_is_settled_by_what_moved_in_it(world) {
        let (plan, wang, boss) = (in_time(world).await, world.reviewer("王芳").await, world.manager("周敏").await);
        let (li, zhao) = (world.applicant("李强").await, world.applicant("赵敏").await);
        let (id, one) = due(world, &plan, &li, &wang).await;
        let (_, other) = due(world, &plan, &zhao, &wang).await;
        tell(world, "e1", &told(&one, "t1", FEE)).await;
        let seen = line(world, &wang, &other).await.revision;
        payments::pay_cash(&world.records, &wang, &other, seen, "0001").await.unwrap();
        let (november, december) = (shanghai("2026-11-30 12:00:00").day(), shanghai("2026-12-01 00:00:00").day());
        world.at("2026-12-01 00:00:00");
        applications::withdraw(&world.records, li.id, id).await.unwrap();
        let settled = |day| payments::settlement(&world.records, &boss, day);
        assert_eq!(settled(december).await.unwrap().to_return, Fen(FEE), "asked for, and not there yet");
        assert!(settled(december).await.unwrap().lines.is_empty());
        let back = payments::pending_refunds(&world.records).await.unwrap().remove(0);
        payments::refund_done(&world.records, &back.number).await.unwrap();

        let first = settled(november).await.unwrap();
        let lines: Vec<_> = first.lines.iter().map(|one| (one.channel, one.payments, one.received, one.refunds, one.returned)).collect();
        assert_eq!(lines, [(Channel::Cash, 1, Fen(FEE), 0, Fen(0)), (Channel::Wechat, 1, Fen(FEE), 0, Fen(0))]);
        assert_eq!((first.sums(), first.to_return), ((Fen(2 * FEE), Fen(0)), Fen(0)));
        assert_eq!((first.from.to_string(), first.to.to_string()), ("2026-11-01".into(), "2026-11-30".into()));
        assert_eq!(settled(december).await.unwrap().sums(), (Fen(0), Fen(FEE)));
        let moved = payments::movements(&world.records, &boss, november).await.unwrap();
        assert_eq!(moved.iter().map(|one| (one.order.as_str(), one.amount)).collect::<Vec<_>>(), [(one.as_str(), Fen(FEE)), (other.as_str(), Fen(FEE))]);
        let moved = payments::movements(&world.records, &boss, december).await.unwrap();
        assert_eq!(moved.iter().map(|one| one.amount).collect::<Vec<_>>(), [Fen(-FEE)]);
        let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
        assert!(payments::settlement(&world.records, &stranger, november).await.unwrap().lines.is_empty());
        assert!(payments::movements(&world.records, &stranger, november).await.unwrap().is_empty());
        let authority = world.staff("钱进", Role::Authority, "").await;
        assert!(matches!(payments::settlement(&world.records, &authority, november).await, Err(Error::Forbidden)));
        all_well(world).await;
    }

    /// What an authority reads of its agencies is what each of them reads of itself; nobody is named, and nobody else reads it.
    async fn an_authority_reads_what_its_agencies_took(world) {
        let (plan, wang, boss) = (in_time(world).await, world.reviewer("王芳").await, world.manager("周敏").await);
        let of = async |agency: &'static str| world.plan_with(|new| (new.profile, new.agency) = ("in-time".into(), agency.into())).await;
        let (other, far) = (of("S000033000208").await, of("S000036000618").await);
        let shen = world.staff("沈嘉", Role::Manager, "S000033000208").await;
        let xiong = world.staff("熊立", Role::Manager, "S000036000618").await;
        let people = [world.applicant("李强").await, world.applicant("赵敏").await, world.applicant("罗青").await, world.applicant("陈立").await];
        let (id, first) = due(world, &plan, &people[0], &wang).await;
        let (_, second) = due(world, &plan, &people[1], &wang).await;
        let (_, theirs) = due(world, &other, &people[2], &shen).await;
        let (_, elsewhere) = due(world, &far, &people[3], &xiong).await;
        tell(world, "e1", &told(&first, "t1", FEE)).await;
        tell(world, "e2", &told(&second, "t2", FEE)).await;
        for (member, number, receipt) in [(&shen, &theirs, "0001"), (&xiong, &elsewhere, "0001")] {
            let seen = line(world, member, number).await.revision;
            payments::pay_cash(&world.records, member, number, seen, receipt).await.unwrap();
        }
        world.at("2026-12-01 00:00:00");
        applications::withdraw(&world.records, people[0].id, id).await.unwrap();

        let authority = world.staff("钱进", Role::Authority, "").await;
        let (november, december) = (shanghai("2026-11-30 12:00:00").day(), shanghai("2026-12-01 00:00:00").day());
        let reads = async |day| payments::region_settlement(&world.records, &authority, day).await.unwrap();
        let month = reads(november).await;
        let mut sums: Vec<_> = month.agencies().into_iter().map(|one| (one.agency, one.channel, one.plans, one.payments, one.received)).collect();
        sums.sort_by_key(|one| one.1);
        assert_eq!(sums, [(plan.agency, Channel::Wechat, 1, 2, Fen(2 * FEE)), (other.agency, Channel::Cash, 1, 1, Fen(FEE))], "not the province beyond");
        assert_eq!(month.sums(), (Fen(3 * FEE), Fen(0)));
        for member in [&boss, &shen] {
            let own = payments::settlement(&world.records, member, november).await.unwrap();
            let seen: Vec<_> = month.lines.iter().filter(|(agency, ..)| Some(*agency) == member.agency).map(|(.., line)| line.clone()).collect();
            assert_eq!(own.lines, seen, "one set of books");
        }
        let asked: Vec<_> = month.to_return.iter().map(|(agency, _, fen)| (*agency, *fen)).collect();
        assert_eq!(asked, [(plan.agency, Fen(FEE))], "asked for, and not there yet");
        let back = payments::pending_refunds(&world.records).await.unwrap().remove(0);
        payments::refund_done(&world.records, &back.number).await.unwrap();
        let month = reads(december).await;
        assert_eq!((month.sums(), month.to_return), ((Fen(0), Fen(FEE)), Vec::new()));
        for member in [&wang, &boss] {
            assert!(matches!(payments::region_settlement(&world.records, member, november).await, Err(Error::Forbidden)));
        }
        all_well(world).await;
    }

    async fn a_bill_of_the_day_is_held_against_the_books(world) {
        let (plan, wang, boss) = (in_time(world).await, world.reviewer("王芳").await, world.manager("周敏").await);
        let (li, zhao) = (world.applicant("李强").await, world.applicant("赵敏").await);
        let (_, one) = due(world, &plan, &li, &wang).await;
        let (_, other) = due(world, &plan, &zhao, &wang).await;
        tell(world, "e1", &told(&one, "t1", FEE)).await;
        let there = |order: &str, transaction: &str, fen| BillLine { order: order.into(), transaction: transaction.into(), amount: Fen(fen) };
        let bill = vec![there(&one, "t1", FEE), there(&other, "t2", FEE)];
        let day = world.records.now().day();
        let found = payments::reconcile(&world.records, &boss, Channel::Wechat, day, bill).await.unwrap();
        assert_eq!((found.agreed, found.sum), (1, Fen(FEE)));
        assert_eq!(found.differences, [Difference::OnlyThere(there(&other, "t2", FEE))], "a notification was lost");
        let empty = payments::reconcile(&world.records, &boss, Channel::Wechat, day, Vec::new()).await.unwrap();
        assert_eq!(empty.differences, [Difference::OnlyHere(there(&one, "t1", FEE))]);
        let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
        let theirs = payments::reconcile(&world.records, &stranger, Channel::Wechat, day, vec![there(&one, "t1", FEE)]).await.unwrap();
        assert!(theirs.differences.is_empty(), "another agency's payments are none of theirs");
    }
}
