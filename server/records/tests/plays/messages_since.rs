//! What a message asks for may be done or over when it is read or sent: then it asks for nothing, and nobody is written to.

use crate::cast::*;
use crate::variant::plan_under;
use domain::ids::{ApplicationId, Fen};
use domain::message::{MessageKind, Way};
use domain::page::desk::Decision;
use domain::page::messages::Since;
use domain::payment::{Channel, Notice, Outcome};
use domain::plan::Plan;
use records::messages::{self, Open};
use records::{applications, desk, payments, places};
use testkit::{Applicant, World, both_databases};

const ALL: [Way; 3] = [Way::Mail, Way::Sms, Way::Webhook];

async fn in_time(world: &World, seats: u32) -> Plan {
    plan_under(world, "in-time", |profile| {
        profile.payment.days = 3;
        profile.payment.unpaid_gives_up = true;
    })
    .await;
    world
        .plan_with(|new| {
            new.profile = "in-time".into();
            new.capacity = seats;
        })
        .await
}

/// What has become of the newest message of a kind; none where it is still to be done.
async fn since(world: &World, who: &Applicant, kind: MessageKind) -> Option<Since> {
    let page = messages::inbox(&world.records, who.id, 1).await.unwrap();
    page.lines.into_iter().find(|line| line.letter.kind == kind).unwrap().since
}

async fn pays(world: &World, who: &Applicant, id: ApplicationId) {
    let order = applications::case_of(&world.records, who.id, id).await.unwrap().order.unwrap();
    let notice = Notice { order: order.number, transaction: "t1".into(), amount: Fen(28_000), success: true };
    let outcome = payments::take_notice(&world.records, Channel::Wechat, "e1", "hash", &notice).await.unwrap();
    assert_eq!(outcome, Outcome::Paid);
}

async fn log(world: &World) -> Vec<(String, String)> {
    let all = messages::delivered(&world.records).await.unwrap();
    all.into_iter().map(|line| (line.state, line.reason)).collect()
}

async fn planned(world: &World) {
    while messages::plan_deliveries(&world.records, Open { mail: true, sms: true }).await.unwrap() > 0 {}
}

fn one(state: &str, reason: &str) -> Vec<(String, String)> {
    vec![(state.to_owned(), reason.to_owned())]
}

both_databases! {
    async fn a_message_asks_for_nothing_that_is_done_or_over(world) {
        let (plan, wang) = (in_time(world, 5).await, world.reviewer("王芳").await);
        let (li, zhao) = (world.applicant("李强").await, world.applicant("赵敏").await);
        let (id, other) = (submitted(world, &plan, &li).await, submitted(world, &plan, &zhao).await);
        assert_eq!(since(world, &li, MessageKind::Submitted).await, None, "it asks for nothing");
        decides(world, &wang, id, returning(&[field("post")], "2026-11-23 23:59:59")).await;
        assert_eq!(since(world, &li, MessageKind::Returned).await, None, "to be done");
        saves(world, &li, id, with(answers(), "post", "另一个岗位")).await;
        signs(world, &li, id).await;
        submits(world, &li, id).await;
        assert_eq!(since(world, &li, MessageKind::Returned).await, Some(Since::Corrected));

        decides(world, &wang, id, Decision::Approve).await;
        decides(world, &wang, other, Decision::Approve).await;
        assert_eq!(since(world, &li, MessageKind::PaymentDue).await, None);
        let seen = revision(world, &wang, id).await;
        desk::reopen(&world.records, &wang, id, seen, "再看一遍").await.unwrap();
        assert_eq!(since(world, &li, MessageKind::PaymentDue).await, Some(Since::Again));
        decides(world, &wang, id, Decision::Approve).await;
        pays(world, &li, id).await;
        assert_eq!(since(world, &li, MessageKind::PaymentDue).await, Some(Since::Paid));
        assert_eq!(since(world, &zhao, MessageKind::PaymentDue).await, None, "another one's money");
        world.at("2026-11-25 00:00:00");
        assert_eq!(since(world, &zhao, MessageKind::PaymentDue).await, Some(Since::Unpaid), "by the clock, before anybody wrote it down");
        applications::withdraw(&world.records, zhao.id, other).await.unwrap();
        assert_eq!(since(world, &zhao, MessageKind::PaymentDue).await, Some(Since::Ended));
    }

    async fn an_offer_that_was_used_or_passed_on_asks_for_nothing(world) {
        let plan = in_time(world, 1).await;
        let (li, zhao) = (world.applicant("李强").await, world.applicant("赵敏").await);
        let id = submitted(world, &plan, &li).await;
        let waits = ready(world, &plan, &zhao).await;
        places::join_draft(&world.records, zhao.id, waits).await.unwrap();
        applications::withdraw(&world.records, li.id, id).await.unwrap();
        assert_eq!(since(world, &zhao, MessageKind::PlaceOffered).await, None);
        submits(world, &zhao, waits).await;
        assert_eq!(since(world, &zhao, MessageKind::PlaceOffered).await, Some(Since::Seated));
        let sun = world.applicant("孙悦").await;
        let late = ready(world, &plan, &sun).await;
        places::join_draft(&world.records, sun.id, late).await.unwrap();
        applications::withdraw(&world.records, zhao.id, waits).await.unwrap();
        assert_eq!(since(world, &sun, MessageKind::PlaceOffered).await, None);
        world.pass(169 * 60);
        assert_eq!(since(world, &sun, MessageKind::PlaceOffered).await, Some(Since::PassedOn));
    }

    /// A text message waits for the morning; what was paid at night is not asked for in the morning.
    async fn what_was_done_meanwhile_is_not_sent(world) {
        let (plan, wang) = (in_time(world, 5).await, world.reviewer("王芳").await);
        let li = world.applicant("李强").await;
        let id = submitted(world, &plan, &li).await;
        world.at("2026-11-21 22:30:00");
        decides(world, &wang, id, Decision::Approve).await;
        planned(world).await;
        pays(world, &li, id).await;
        assert_eq!(log(world).await, one("planned", ""));
        world.at("2026-11-22 08:00:00");
        assert!(messages::take_due(&world.records, &ALL, 100).await.unwrap().is_empty());
        assert_eq!(log(world).await, one("given_up", "over"));
        let page = messages::desk(&world.records, &world.manager("周敏").await, None, None, None).await.unwrap();
        let sms = page.ways.iter().find(|one| one.way == Way::Sms).unwrap();
        assert_eq!((sms.given_up, sms.waiting, sms.last_reason.as_str()), (0, 0, ""), "nothing has failed");
    }

    async fn what_waits_for_a_closed_way_ends_after_a_day(world) {
        let (plan, wang) = (in_time(world, 5).await, world.reviewer("王芳").await);
        let li = world.applicant("李强").await;
        let id = submitted(world, &plan, &li).await;
        decides(world, &wang, id, Decision::Approve).await;
        planned(world).await;
        let closed = || messages::end_closed(&world.records, &[Way::Mail, Way::Webhook]);
        assert_eq!(closed().await.unwrap(), 0, "a restart with a wrong configuration loses nothing");
        world.pass(24 * 60 - 1);
        assert_eq!(closed().await.unwrap(), 0);
        world.pass(1);
        assert_eq!(messages::end_closed(&world.records, &ALL).await.unwrap(), 0, "an open way keeps its own");
        assert_eq!(closed().await.unwrap(), 1);
        assert_eq!(log(world).await, one("given_up", "way-closed"));
        assert_eq!(closed().await.unwrap(), 0);
        assert!(messages::take_due(&world.records, &ALL, 100).await.unwrap().is_empty(), "and is not sent when it opens");
    }
}
