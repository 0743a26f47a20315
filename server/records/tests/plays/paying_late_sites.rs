//! Late money where a plan has sites: the place that comes back is one of the site, not only of the plan.

use crate::cast::*;
use crate::procedures::{plan_under, site};
use domain::account::StaffMember;
use domain::application::axes::Money;
use domain::ids::{ApplicationId, Fen, SiteId};
use domain::message::MessageKind;
use domain::page::desk::Decision;
use domain::payment::{Channel, Gone, Notice, OrderState, Outcome};
use domain::plan::Plan;
use domain::profile::{LateMoney, Step};
use records::plans::NewSite;
use records::{Records, applications, messages, payments, plans};
use testkit::{Applicant, World, both_databases};

const FEE: i64 = 28_000;

async fn plan_at(world: &World, sites: Vec<NewSite>) -> (Plan, Vec<SiteId>) {
    let plan = plan_under(
        world,
        |profile| {
            profile.wizard.insert(0, Step::Site);
            profile.payment.days = 3;
            profile.payment.unpaid_gives_up = true;
            profile.payment.late_money = LateMoney::Restores;
        },
        |new| {
            new.capacity = 0;
            new.site = String::new();
            new.sites = sites;
        },
    )
    .await;
    let sites = plans::sites(&world.records, plan.id).await.unwrap().into_iter().map(|site| site.id).collect();
    (plan, sites)
}

async fn at_site(world: &World, plan: &Plan, name: &str, site: SiteId) -> (Applicant, ApplicationId) {
    let who = world.applicant(name).await;
    let id = ready(world, plan, &who).await;
    applications::choose_site(&world.records, who.id, id, site).await.unwrap();
    submits(world, &who, id).await;
    (who, id)
}

/// Approved at a site; the fee is due.
struct Due {
    who: Applicant,
    id: ApplicationId,
    number: String,
}

async fn due(world: &World, plan: &Plan, name: &str, site: SiteId, wang: &StaffMember) -> Due {
    let (who, id) = at_site(world, plan, name, site).await;
    decides(world, wang, id, Decision::Approve).await;
    let case = applications::case_of(&world.records, who.id, id).await.unwrap();
    Due { who, id, number: case.order.unwrap().number }
}

async fn given_up(world: &World, all: &[&Due]) {
    world.at("2026-11-25 00:00:00");
    for one in all {
        assert!(payments::expire(&world.records, &one.number).await.unwrap());
    }
}

async fn pays(records: &Records, event: &str, one: &Due) -> Outcome {
    let transaction = format!("t-{}", one.number);
    let notice = Notice { order: one.number.clone(), transaction, amount: Fen(FEE), success: true };
    payments::take_notice(records, Channel::Wechat, event, "hash", &notice).await.unwrap()
}

async fn money(world: &World, one: &Due) -> Money {
    applications::case_of(&world.records, one.who.id, one.id).await.unwrap().axes.money
}

/// Seats that are taken, in the plan and at each site, as a server knows that has just started.
async fn seats(world: &World, plan: &Plan) -> (u32, Vec<u32>) {
    let fresh = world.second_server().await;
    let sites = plans::sites(&fresh, plan.id).await.unwrap();
    (plans::get(&fresh, plan.id).await.unwrap().taken, sites.iter().map(|site| site.taken).collect())
}

async fn all_well(world: &World) {
    assert_eq!(applications::broken_promises(&world.records).await.unwrap(), [""; 0]);
}

both_databases! {
    async fn a_free_seat_elsewhere_brings_nobody_back(world) {
        let (plan, sites) = plan_at(world, vec![site("城东", 1), site("城西", 2)]).await;
        let wang = world.reviewer("王芳").await;
        let li = due(world, &plan, "李强", sites[0], &wang).await;
        let zhao = due(world, &plan, "赵敏", sites[1], &wang).await;
        given_up(world, &[&li, &zhao]).await;
        assert_eq!(seats(world, &plan).await, (0, vec![0, 0]), "both were given back where they were");
        let (sun, east) = at_site(world, &plan, "孙悦", sites[0]).await;

        // The plan has two seats left, none of them where 李强 was.
        let at_counter = payments::list(&world.records, &wang, None, &li.number, None).await.unwrap();
        assert_eq!(at_counter.late, Some(Err(Gone::Full)));
        assert_eq!(pays(&world.records, "e1", &li).await, Outcome::Late);
        assert!(matches!(money(world, &li).await, Money::Expired { .. }));
        assert_eq!(pays(&world.records, "e2", &zhao).await, Outcome::Restored);
        assert_eq!(money(world, &zhao).await, Money::Paid);
        assert_eq!(seats(world, &plan).await, (2, vec![1, 1]), "at the site where it was");
        all_well(world).await;

        // The seat there is free again: cash brings back who missed it.
        applications::withdraw(&world.records, sun.id, east).await.unwrap();
        let line = payments::list(&world.records, &wang, None, &li.number, None).await.unwrap();
        assert_eq!(line.late, Some(Ok(())));
        payments::pay_cash(&world.records, &wang, &li.number, line.lines[0].revision, "0007").await.unwrap();
        assert_eq!((money(world, &li).await, seats(world, &plan).await), (Money::Paid, (2, vec![1, 1])));
        let lines = messages::inbox(&world.records, li.who.id, 1).await.unwrap().lines;
        let kinds: Vec<MessageKind> = lines.iter().map(|line| line.letter.kind).collect();
        assert!(kinds.contains(&MessageKind::LateReturned) && kinds.contains(&MessageKind::PlaceRestored), "{kinds:?}");
        all_well(world).await;
    }

    /// Two who were at one site pay late at the same moment, on two servers, and it has one seat; the other site has more.
    async fn of_two_late_payers_of_a_site_one_gets_its_last_seat(world) {
        let (plan, sites) = plan_at(world, vec![site("城东", 2), site("城西", 5)]).await;
        let wang = world.reviewer("王芳").await;
        let one = due(world, &plan, "李强", sites[0], &wang).await;
        let other = due(world, &plan, "赵敏", sites[0], &wang).await;
        let west = due(world, &plan, "周明", sites[1], &wang).await;
        given_up(world, &[&one, &other, &west]).await;
        at_site(world, &plan, "孙悦", sites[0]).await;
        let second = world.second_server().await;
        let race = [(&world.records, &one), (&second, &other), (&second, &west), (&second, &one), (&world.records, &other)];
        let race = race.into_iter().enumerate().map(|(nth, (server, due))| async move { pays(server, &format!("e{nth}"), due).await });
        let outcomes = futures::future::join_all(race).await;
        for (outcome, times) in [(Outcome::Restored, 2), (Outcome::Late, 1), (Outcome::Duplicate, 2)] {
            assert_eq!(outcomes.iter().filter(|one| **one == outcome).count(), times, "{outcomes:?}");
        }
        assert_eq!(seats(world, &plan).await, (3, vec![2, 1]));
        assert_eq!(money(world, &west).await, Money::Paid);
        let mut states = Vec::new();
        for due in [&one, &other] {
            states.push(applications::case_of(&world.records, due.who.id, due.id).await.unwrap().order.unwrap().state);
        }
        states.sort_by_key(|state| state.as_str());
        assert_eq!(states, [OrderState::Expired, OrderState::Paid]);
        assert_eq!(payments::pending_refunds(&world.records).await.unwrap().len(), 1);
        all_well(world).await;
    }
}
