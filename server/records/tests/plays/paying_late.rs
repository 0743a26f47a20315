//! Money that comes after the place was given up: the place comes back where one is free and nobody waits for it; else the
//! money goes back. Either is told, and neither happens twice.

use crate::cast::*;
use crate::variant::plan_under;
use domain::account::StaffMember;
use domain::application::axes::Money;
use domain::ids::{ApplicationId, Fen};
use domain::message::MessageKind;
use domain::page::desk::Decision;
use domain::page::mine::{MyCase, What};
use domain::payment::{Channel, Gone, Notice, OrderState, Outcome, PaymentRefusal};
use domain::places::PlaceState;
use domain::plan::Plan;
use domain::profile::LateMoney;
use records::{Records, applications, filing, messages, payments, places};
use testkit::{Applicant, World, both_databases};

const FEE: i64 = 28_000;

async fn with_seats(world: &World, seats: u32, late: LateMoney) -> Plan {
    let name = format!("late-{seats}");
    plan_under(world, &name, |profile| {
        profile.payment.days = 3;
        profile.payment.unpaid_gives_up = true;
        profile.payment.late_money = late;
    })
    .await;
    world
        .plan_with(|new| {
            new.profile = name;
            new.capacity = seats;
        })
        .await
}

async fn my(world: &World, who: &Applicant, id: ApplicationId) -> MyCase {
    applications::case_of(&world.records, who.id, id).await.unwrap()
}

/// An approved application whose fee is due, with the number of its order.
async fn due(world: &World, plan: &Plan, name: &str, wang: &StaffMember) -> (Applicant, ApplicationId, String) {
    let who = world.applicant(name).await;
    let id = submitted(world, plan, &who).await;
    decides(world, wang, id, Decision::Approve).await;
    let number = my(world, &who, id).await.order.unwrap().number;
    (who, id, number)
}

/// The same, given up since.
async fn given_up(world: &World, number: &str) {
    world.at("2026-11-25 00:00:00");
    assert!(payments::expire(&world.records, number).await.unwrap());
}

async fn pays(records: &Records, event: &str, order: &str, transaction: &str) -> Outcome {
    let notice = Notice { order: order.into(), transaction: transaction.into(), amount: Fen(FEE), success: true };
    payments::take_notice(records, Channel::Wechat, event, "hash", &notice).await.unwrap()
}

/// What somebody was told of late money, with the reason.
async fn told(world: &World, who: &Applicant) -> Vec<(MessageKind, String)> {
    let page = messages::inbox(&world.records, who.id, 1).await.unwrap();
    let late = [MessageKind::PlaceRestored, MessageKind::LateReturned];
    let letters = page.lines.into_iter().map(|line| line.letter).filter(|letter| late.contains(&letter.kind));
    letters.map(|letter| (letter.kind, letter.facts.words)).collect()
}

async fn back(world: &World) -> Vec<(String, Fen)> {
    let waiting = payments::pending_refunds(&world.records).await.unwrap();
    waiting.into_iter().map(|one| (one.transaction, one.amount)).collect()
}

async fn all_well(world: &World) {
    assert_eq!(applications::broken_promises(&world.records).await.unwrap(), [""; 0]);
}

both_databases! {
    async fn the_place_comes_back_while_one_is_free(world) {
        let (plan, wang) = (with_seats(world, 2, LateMoney::Restores).await, world.reviewer("王芳").await);
        let (li, id, number) = due(world, &plan, "李强", &wang).await;
        given_up(world, &number).await;
        assert_eq!(taken(world, &plan).await, 0);
        world.at("2026-11-25 08:00:00");

        assert_eq!(pays(&world.records, "e1", &number, "t1").await, Outcome::Restored);
        for event in ["e1", "e2"] {
            assert_eq!(pays(&world.records, event, &number, "t1").await, Outcome::Duplicate, "{event}");
        }
        assert_eq!((taken(world, &plan).await, back(world).await), (1, Vec::new()));
        let case = my(world, &li, id).await;
        assert_eq!((case.axes.money, case.line.progress.over), (Money::Paid, false));
        let order = case.order.unwrap();
        assert_eq!((order.state, order.channel), (OrderState::Paid, Some(Channel::Wechat)));
        let paid: Vec<_> = case.timeline.iter().filter(|one| one.what == What::FeePaid).collect();
        assert!(paid.len() == 1 && paid[0].text.contains("报名已恢复"), "{paid:?}");
        assert_eq!(told(world, &li).await, [(MessageKind::PlaceRestored, String::new())]);
        all_well(world).await;

        // From here on it is a paid order like every other.
        assert_eq!(pays(&world.records, "e3", &number, "t2").await, Outcome::Double);
        applications::withdraw(&world.records, li.id, id).await.unwrap();
        assert_eq!(taken(world, &plan).await, 0);
        let mut all = back(world).await;
        all.sort();
        assert_eq!(all, [("t1".to_owned(), Fen(FEE)), ("t2".to_owned(), Fen(FEE))]);
        all_well(world).await;
    }

    /// Two who gave up pay late at the same moment, on two servers, and one seat is left.
    async fn of_two_late_payers_one_gets_the_last_seat(world) {
        let (plan, wang) = (with_seats(world, 2, LateMoney::Restores).await, world.reviewer("王芳").await);
        let (one, other) = (due(world, &plan, "李强", &wang).await, due(world, &plan, "赵敏", &wang).await);
        for (_, _, number) in [&one, &other] {
            given_up(world, number).await;
        }
        let sun = world.applicant("孙悦").await;
        submitted(world, &plan, &sun).await;
        assert_eq!(taken(world, &plan).await, 1);
        let second = world.second_server().await;
        let race = [(&world.records, &one, "t1"), (&second, &other, "t2"), (&second, &one, "t1"), (&world.records, &other, "t2")];
        let race = race.into_iter().enumerate().map(|(nth, (server, (_, _, number), transaction))| {
            let (server, number) = (server.clone(), number.clone());
            tokio::spawn(async move { pays(&server, &format!("e{nth}"), &number, transaction).await })
        });
        let race: Vec<_> = race.collect();
        let outcomes: Vec<Outcome> = futures::future::join_all(race).await.into_iter().map(Result::unwrap).collect();
        for (outcome, times) in [(Outcome::Restored, 1), (Outcome::Late, 1), (Outcome::Duplicate, 2)] {
            assert_eq!(outcomes.iter().filter(|one| **one == outcome).count(), times, "{outcomes:?}");
        }
        assert_eq!(back(world).await.len(), 1);
        let mut states = Vec::new();
        for (who, id, _) in [&one, &other] {
            states.push(my(world, who, *id).await.order.unwrap().state);
        }
        states.sort_by_key(|state| state.as_str());
        assert_eq!(states, [OrderState::Expired, OrderState::Paid]);
        let fresh = world.second_server().await;
        assert_eq!(records::plans::get(&fresh, plan.id).await.unwrap().taken, 2);
        all_well(world).await;
    }

    async fn nobody_in_the_line_is_overtaken(world) {
        let (plan, wang) = (with_seats(world, 1, LateMoney::Restores).await, world.reviewer("王芳").await);
        let (li, id, number) = due(world, &plan, "李强", &wang).await;
        let zhao = world.applicant("赵敏").await;
        let waits = ready(world, &plan, &zhao).await;
        places::join_draft(&world.records, zhao.id, waits).await.unwrap();
        given_up(world, &number).await;
        let offered = || async { places::place(&world.records, waits).await.unwrap().unwrap().state };
        assert_eq!(offered().await, PlaceState::Offered);
        assert_eq!(pays(&world.records, "e1", &number, "t1").await, Outcome::Late);
        assert_eq!((offered().await, back(world).await), (PlaceState::Offered, vec![("t1".to_owned(), Fen(FEE))]));
        assert_eq!(told(world, &li).await, [(MessageKind::LateReturned, "名额已经给了别人".to_owned())]);
        assert!(matches!(my(world, &li, id).await.axes.money, Money::Expired { .. }));
        all_well(world).await;
        // The offer was not taken and nobody is behind it: now the seat is free, and money may come once more.
        places::leave(&world.records, zhao.id, waits).await.unwrap();
        assert_eq!(pays(&world.records, "e2", &number, "t2").await, Outcome::Restored);
        assert_eq!(back(world).await, [("t1".to_owned(), Fen(FEE))], "the first goes back all the same");
        all_well(world).await;
    }

    /// 窗口: late cash is late money. Whether it brings the place back is said before anybody takes it.
    async fn cash_at_the_counter_brings_a_place_back_or_is_not_taken(world) {
        let (plan, wang) = (with_seats(world, 2, LateMoney::Restores).await, world.reviewer("王芳").await);
        let (li, id, number) = due(world, &plan, "李强", &wang).await;
        let (zhao, other, second) = due(world, &plan, "赵敏", &wang).await;
        for number in [&number, &second] {
            given_up(world, number).await;
        }
        world.at("2026-11-25 08:00:00");
        let at_counter = async |number: &str| payments::list(&world.records, &wang, None, number, None).await.unwrap();
        let shown = at_counter(&number).await;
        assert_eq!((shown.lines.len(), shown.late), (1, Some(Ok(()))));
        assert_eq!(taken(world, &plan).await, 0, "who looks takes nothing");
        let seen = shown.lines[0].revision;
        let cash = async |number: &str, receipt: &str| payments::pay_cash(&world.records, &wang, number, seen, receipt).await;

        // Two hand in after the page was drawn: the money stays where it is.
        let (sun, zhou) = (world.applicant("孙悦").await, world.applicant("周明").await);
        let (fast, faster) = (submitted(world, &plan, &sun).await, submitted(world, &plan, &zhou).await);
        assert_eq!(refused(cash(&number, "0007").await), PaymentRefusal::Gone(Gone::Full).into());
        assert_eq!(at_counter(&number).await.late, Some(Err(Gone::Full)));
        assert_eq!(my(world, &li, id).await.order.unwrap().state, OrderState::Expired);
        assert_eq!((told(world, &li).await, back(world).await), (Vec::new(), Vec::new()));
        all_well(world).await;

        applications::withdraw(&world.records, sun.id, fast).await.unwrap();
        for _ in 0..2 {
            cash(&number, "0007").await.unwrap();
        }
        let case = my(world, &li, id).await;
        assert_eq!((case.axes.money, case.line.progress.over, taken(world, &plan).await), (Money::Paid, false, 2));
        let order = case.order.unwrap();
        assert_eq!((order.state, order.channel), (OrderState::Paid, Some(Channel::Cash)));
        assert_eq!(case.timeline.iter().filter(|one| one.what == What::FeePaid && one.text.contains("报名已恢复")).count(), 1);
        assert_eq!(told(world, &li).await, [(MessageKind::PlaceRestored, String::new())]);
        assert_eq!(at_counter(&number).await.late, None, "a paid order like every other");

        // A receipt that stands under another order takes no seat.
        applications::withdraw(&world.records, zhou.id, faster).await.unwrap();
        assert_eq!(refused(cash(&second, "0007").await), PaymentRefusal::ReceiptUsed.into());
        assert_eq!(taken(world, &plan).await, 1);
        all_well(world).await;
        cash(&second, "0008").await.unwrap();
        assert_eq!((my(world, &zhao, other).await.axes.money, taken(world, &plan).await), (Money::Paid, 2));
        all_well(world).await;

        let strict = with_seats(world, 3, LateMoney::GoesBack).await;
        let (_, _, number) = due(world, &strict, "吴静", &wang).await;
        world.at("2026-12-01 00:00:00");
        assert!(payments::expire(&world.records, &number).await.unwrap());
        assert_eq!(at_counter(&number).await.late, Some(Err(Gone::GivenUp)));
        assert_eq!(refused(cash(&number, "0009").await), PaymentRefusal::Gone(Gone::GivenUp).into());
        all_well(world).await;
    }

    async fn given_up_is_given_up_where_the_procedure_or_the_lists_say_so(world) {
        let wang = world.reviewer("王芳").await;
        let strict = with_seats(world, 3, LateMoney::GoesBack).await;
        let (li, _, number) = due(world, &strict, "李强", &wang).await;
        let plan = with_seats(world, 4, LateMoney::Restores).await;
        let (zhao, _, filed) = due(world, &plan, "赵敏", &wang).await;
        let (sun, ended, gone) = due(world, &plan, "孙悦", &wang).await;
        let free = world.applicant("周明").await;
        let stays = submitted(world, &plan, &free).await;
        for number in [&number, &filed, &gone] {
            given_up(world, number).await;
        }
        assert_eq!(pays(&world.records, "e1", &number, "t1").await, Outcome::Late);
        assert_eq!(told(world, &li).await, [(MessageKind::LateReturned, "过期未缴视为放弃".to_owned())]);

        applications::withdraw(&world.records, sun.id, ended).await.unwrap();
        assert_eq!(pays(&world.records, "e2", &gone, "t2").await, Outcome::Late);
        assert_eq!(told(world, &sun).await, [(MessageKind::LateReturned, "缴费单已经作废".to_owned())]);

        decides(world, &wang, stays, Decision::Approve).await;
        filing::file(&world.records, &world.manager("周敏").await, plan.id).await.unwrap();
        assert_eq!(pays(&world.records, "e3", &filed, "t3").await, Outcome::Late);
        assert_eq!(told(world, &zhao).await, [(MessageKind::LateReturned, "名单已经确定".to_owned())]);
        assert_eq!((taken(world, &strict).await, taken(world, &plan).await, back(world).await.len()), (0, 1, 3));
        all_well(world).await;
    }
}
