//! 候补: whoever comes first is offered the next free seat; an offer passes on; never one seat too many.

use crate::cast::*;
use crate::variant::plan_under;
use domain::application::{Stage, SubmitRefusal};
use domain::ids::ApplicationId;
use domain::message::MessageKind;
use domain::page::desk::Decision;
use domain::page::messages::Since;
use domain::places::{Place, PlaceRefusal, PlaceState};
use domain::plan::Plan;
use domain::refusal::Refusal;
use records::{applications, desk, messages, payments, places};
use testkit::{Applicant, World, both_databases, shanghai};

/// A plan with that many seats whose offers last that many hours.
async fn with_seats(world: &World, name: &str, seats: u32, hours: u32) -> Plan {
    let mut profile = records::profiles::parse(testkit::ZYNL, "zynl.toml").unwrap();
    profile.name = name.into();
    profile.places.offer_hours = hours;
    profile.payment.days = 3;
    profile.payment.unpaid_gives_up = true;
    records::profiles::publish(&world.records, &profile).await.unwrap();
    world
        .plan_with(|new| {
            new.profile = name.into();
            new.capacity = seats;
        })
        .await
}

async fn full(id: &Applicant, world: &World, draft: ApplicationId) -> bool {
    let refusal = refused(applications::submit(&world.records, id.id, draft, "key").await);
    matches!(refusal, Refusal::Submit(SubmitRefusal::Full { .. }))
}

async fn waits(world: &World, plan: &Plan, name: &str) -> (Applicant, ApplicationId) {
    let who = world.applicant(name).await;
    let id = ready(world, plan, &who).await;
    places::join_draft(&world.records, who.id, id).await.unwrap();
    (who, id)
}

async fn place(world: &World, id: ApplicationId) -> Place {
    places::place(&world.records, id).await.unwrap().unwrap()
}

async fn stands(world: &World, id: ApplicationId) -> (PlaceState, u32) {
    let place = place(world, id).await;
    (place.state, place.ahead)
}

async fn all_well(world: &World) {
    assert_eq!(applications::broken_promises(&world.records).await.unwrap(), [""; 0]);
}

both_databases! {
    async fn a_freed_seat_goes_to_the_first_and_to_nobody_else(world) {
        let plan = with_seats(world, "line", 1, 24).await;
        let li = world.applicant("李强").await;
        let open = ready(world, &plan, &li).await;
        let early = refused(places::join_draft(&world.records, li.id, open).await);
        assert_eq!(early, PlaceRefusal::SeatsLeft { left: 1 }.into(), "nobody waits while there are seats");
        submits(world, &li, open).await;
        let late = refused(places::join_draft(&world.records, li.id, open).await);
        assert!(matches!(late, Refusal::Places(PlaceRefusal::NotADraft(_))));

        let (wang, first) = waits(world, &plan, "王芳").await;
        let (zhao, second) = waits(world, &plan, "赵敏").await;
        places::join_draft(&world.records, wang.id, first).await.unwrap();
        assert_eq!((stands(world, first).await, stands(world, second).await), ((PlaceState::Waiting, 0), (PlaceState::Waiting, 1)));
        assert!(full(&zhao, world, second).await);
        assert_eq!(places::line(&world.records, plan.id).await.unwrap().waiting, 2);

        applications::withdraw(&world.records, li.id, open).await.unwrap();
        assert_eq!(taken(world, &plan).await, 1, "a held seat counts as taken");
        let offered = place(world, first).await;
        assert_eq!((offered.state, offered.until), (PlaceState::Offered, Some(shanghai("2026-11-22 10:00:00"))));
        // Both pages say the moment at which the seat is lost, not the later one at which registration ends.
        let listed = applications::mine(&world.records, wang.id).await.unwrap().applications;
        assert_eq!(listed[0].progress.until, offered.until);
        assert_eq!(applications::case_of(&world.records, wang.id, first).await.unwrap().line.progress.until, offered.until);
        assert_eq!(stands(world, second).await, (PlaceState::Waiting, 0));
        assert!(full(&zhao, world, second).await, "held means held");
        let passer = world.applicant("孙悦").await;
        let id = ready(world, &plan, &passer).await;
        assert!(full(&passer, world, id).await);
        all_well(world).await;

        submits(world, &wang, first).await;
        submits(world, &wang, first).await;
        assert_eq!(taken(world, &plan).await, 1);
        let line = places::line(&world.records, plan.id).await.unwrap();
        assert_eq!((line.waiting, line.offered, line.moved, line.last), (1, 0, 1, Some(shanghai("2026-11-21 10:00:00"))));
        assert_eq!(places::place(&world.records, first).await.unwrap(), None, "who has a seat does not wait");
        all_well(world).await;
    }

    async fn an_offer_passes_on_and_who_missed_it_may_join_again(world) {
        let plan = with_seats(world, "line", 1, 2).await;
        let li = world.applicant("李强").await;
        let open = submitted(world, &plan, &li).await;
        let (wang, first) = waits(world, &plan, "王芳").await;
        let (_, second) = waits(world, &plan, "赵敏").await;
        let (sun, third) = waits(world, &plan, "孙悦").await;
        applications::undo(&world.records, li.id, open).await.unwrap();
        world.pass(120);
        places::work(&world.records).await.unwrap();
        assert_eq!(stands(world, first).await.0, PlaceState::Offered, "the last second still counts");
        world.pass(1);
        assert_eq!(stands(world, first).await.0, PlaceState::Passed, "the page knows at once");
        assert!(full(&wang, world, first).await);
        places::work(&world.records).await.unwrap();
        assert_eq!((stands(world, second).await, stands(world, third).await), ((PlaceState::Offered, 0), (PlaceState::Waiting, 0)));
        places::join_draft(&world.records, wang.id, first).await.unwrap();
        assert_eq!(stands(world, first).await, (PlaceState::Waiting, 1), "at the end");
        all_well(world).await;

        places::leave(&world.records, sun.id, third).await.unwrap();
        let again = refused(places::leave(&world.records, sun.id, third).await);
        assert_eq!(again, PlaceRefusal::NotIn.into());
        assert_eq!(stands(world, first).await, (PlaceState::Waiting, 0));
        world.pass(121);
        places::work(&world.records).await.unwrap();
        assert_eq!(stands(world, first).await.0, PlaceState::Offered);
        places::leave(&world.records, wang.id, first).await.unwrap();
        assert_eq!(taken(world, &plan).await, 0, "nobody is left: the seat is everybody's");
        all_well(world).await;
        submits(world, &wang, first).await;
        all_well(world).await;
    }

    /// In the morning, or the evening before where the morning is too late; and not at all to whoever has used the place.
    async fn an_offer_is_reminded_of_once_before_it_ends_and_not_at_night(world) {
        let plan = with_seats(world, "line", 3, 24).await;
        let mut seated = Vec::new();
        for name in ["李强", "周明", "吴静"] {
            let who = world.applicant(name).await;
            let id = submitted(world, &plan, &who).await;
            seated.push((who, id));
        }
        let (wang, first) = waits(world, &plan, "王芳").await;
        let (sun, second) = waits(world, &plan, "孙悦").await;
        let (zhao, _) = waits(world, &plan, "赵敏").await;
        let reminded = async |who: &Applicant| {
            for _ in 0..2 {
                messages::remind(&world.records).await.unwrap();
            }
            let lines = messages::inbox(&world.records, who.id, 1).await.unwrap().lines;
            lines.into_iter().filter(|line| line.letter.kind == MessageKind::PlaceSoon).collect::<Vec<_>>()
        };
        for (who, id) in &seated[..2] {
            applications::withdraw(&world.records, who.id, *id).await.unwrap();
        }
        submits(world, &sun, second).await;
        for moment in ["2026-11-22 01:59:00", "2026-11-22 02:01:00", "2026-11-22 07:59:00"] {
            world.at(moment);
            assert!(reminded(&wang).await.is_empty(), "{moment}");
        }
        world.at("2026-11-22 08:00:00");
        let told = reminded(&wang).await;
        assert_eq!((told.len(), told[0].letter.facts.until), (1, Some(shanghai("2026-11-22 10:00:00"))));
        assert_eq!((told[0].letter.application, told[0].since), (Some(first), None));
        world.at("2026-11-22 08:30:00");
        submits(world, &wang, first).await;
        world.at("2026-11-22 09:00:00");
        assert_eq!(reminded(&wang).await.iter().map(|line| line.since).collect::<Vec<_>>(), [Some(Since::Seated)]);
        assert!(reminded(&sun).await.is_empty(), "who has used it needs no reminder");

        // Held until half past eight: eight would be too late, so the evening before.
        let (who, id) = &seated[2];
        world.at("2026-11-23 08:30:00");
        applications::withdraw(&world.records, who.id, *id).await.unwrap();
        world.at("2026-11-23 20:59:00");
        assert!(reminded(&zhao).await.is_empty());
        world.at("2026-11-23 21:00:00");
        assert_eq!(reminded(&zhao).await.len(), 1);
        world.at("2026-11-24 08:31:00");
        places::work(&world.records).await.unwrap();
        assert_eq!(reminded(&zhao).await.iter().map(|line| line.since).collect::<Vec<_>>(), [Some(Since::PassedOn)]);
    }

    async fn every_way_in_which_a_seat_comes_free_makes_an_offer(world) {
        let plan = with_seats(world, "line", 3, 48).await;
        let wang = world.reviewer("王芳").await;
        let mut seated = Vec::new();
        for name in ["李强", "赵敏", "孙悦"] {
            let who = world.applicant(name).await;
            let id = submitted(world, &plan, &who).await;
            seated.push((who, id));
        }
        let mut line = Vec::new();
        for name in ["周明", "吴静", "郑洁", "冯刚"] {
            line.push(waits(world, &plan, name).await);
        }
        decides(world, &wang, seated[0].1, rejecting("不符合")).await;
        assert_eq!(stands(world, line[0].1).await.0, PlaceState::Offered, "rejected");
        decides(world, &wang, seated[1].1, Decision::Approve).await;
        let order = applications::case_of(&world.records, seated[1].0.id, seated[1].1).await.unwrap().order.unwrap();
        submits(world, &line[0].0, line[0].1).await;
        world.at("2026-11-25 00:00:00");
        assert!(payments::expire(&world.records, &order.number).await.unwrap());
        assert_eq!(stands(world, line[1].1).await.0, PlaceState::Offered, "unpaid in time");
        // Given up, together with the offer.
        applications::withdraw(&world.records, line[1].0.id, line[1].1).await.unwrap();
        assert_eq!(stands(world, line[2].1).await.0, PlaceState::Offered, "passed on");
        assert_eq!(taken(world, &plan).await, 3);
        all_well(world).await;
        // A reopened case needs a seat again, and those that are held are not free.
        let seen = revision(world, &wang, seated[0].1).await;
        let again = refused(desk::reopen(&world.records, &wang, seated[0].1, seen, "误判").await);
        assert!(matches!(again, Refusal::Review(domain::application::ReviewRefusal::Full { .. })));
        all_well(world).await;
    }

    async fn an_offer_holds_beyond_the_close_of_registration_and_ends_with_the_review(world) {
        let plan = with_seats(world, "line", 1, 168).await;
        let li = world.applicant("李强").await;
        let open = submitted(world, &plan, &li).await;
        let (wang, first) = waits(world, &plan, "王芳").await;
        let (zhao, second) = waits(world, &plan, "赵敏").await;
        world.records.clock().set(domain::time::Timestamp(plan.window.closes.0 + 3_600_000));
        let reviewer = world.reviewer("周敏").await;
        decides(world, &reviewer, open, rejecting("不符合")).await;
        let offered = place(world, first).await;
        assert_eq!(offered.state, PlaceState::Offered);
        assert!(offered.until.unwrap() <= plan.review_close);
        let case = applications::case_of(&world.records, wang.id, first).await.unwrap();
        assert!(matches!(case.stage, Stage::Draft) && !case.line.progress.over, "there is something to do");
        let late = world.applicant("孙悦").await;
        assert!(matches!(applications::start(&world.records, late.id, plan.id).await, Err(records::Error::Refused(_))));
        submits(world, &wang, first).await;
        all_well(world).await;
        world.records.clock().set(domain::time::Timestamp(plan.review_close.0 + 1_000));
        places::work(&world.records).await.unwrap();
        assert_eq!(stands(world, second).await.0, PlaceState::Ended);
        let told = messages::inbox(&world.records, zhao.id, 1).await.unwrap().lines;
        let told: Vec<MessageKind> = told.iter().map(|line| line.letter.kind).collect();
        assert_eq!(told, [MessageKind::PlaceEnded], "nobody waits for nothing");
        all_well(world).await;
    }

    /// 600 people before a full plan of 30; half of the seated give up while the line is joined and the offered hand in.
    async fn six_hundred_wait_and_freed_seats_are_never_oversold(world) {
        let plan = with_seats(world, "line", 30, 24).await;
        let mut people = Vec::new();
        for number in 0..630 {
            let who = world.applicant(&format!("考生{}", ["甲", "乙", "丙", "丁"][number % 4])).await;
            let id = match number {
                // Whoever hands in needs a complete draft, the others only a place.
                0..90 => ready(world, &plan, &who).await,
                _ => applications::start(&world.records, who.id, plan.id).await.unwrap(),
            };
            people.push((who, id));
        }
        for (who, id) in &people[..30] {
            submits(world, who, *id).await;
        }
        let second = world.second_server().await;
        for (who, id) in &people[30..90] {
            places::join_draft(&world.records, who.id, *id).await.unwrap();
        }
        let joins = people[90..].iter().zip(0..).map(|((who, id), number)| {
            let server = if number % 2 == 0 { world.records.clone() } else { second.clone() };
            let (account, id) = (who.id, *id);
            tokio::spawn(async move { places::join_draft(&server, account, id).await.unwrap() })
        });
        let leaves = people[..15].iter().zip(0..).map(|((who, id), number)| {
            let server = if number % 2 == 0 { second.clone() } else { world.records.clone() };
            let (account, id) = (who.id, *id);
            tokio::spawn(async move { applications::withdraw(&server, account, id).await.map(drop).unwrap() })
        });
        let all: Vec<_> = joins.chain(Vec::new()).collect::<Vec<_>>().into_iter().chain(leaves.collect::<Vec<_>>()).collect();
        for done in futures::future::join_all(all).await {
            done.unwrap();
        }
        let line = places::line(&world.records, plan.id).await.unwrap();
        assert_eq!((line.waiting, line.offered, line.moved), (585, 15, 15));
        assert_eq!(taken(world, &plan).await, 30);
        all_well(world).await;
        // All sixty with complete drafts try at once: the fifteen first get in, and nobody else.
        let rush = people[30..90].iter().map(|(who, id)| applications::submit(&world.records, who.id, *id, "key"));
        let outcomes = futures::future::join_all(rush).await;
        for (number, outcome) in outcomes.into_iter().enumerate() {
            match outcome {
                Ok(_) => assert!(number < 15, "{number} was not offered a seat"),
                refusal => assert_eq!(refused(refusal), Refusal::Submit(SubmitRefusal::Full { capacity: 30 }), "{number}"),
            }
        }
        assert_eq!(taken(world, &plan).await, 30);
        // Two servers pass on at once what nobody took.
        for (who, id) in &people[15..25] {
            applications::withdraw(&world.records, who.id, *id).await.unwrap();
        }
        world.pass(24 * 60 + 1);
        let (one, other) = tokio::join!(places::work(&world.records), places::work(&second));
        one.unwrap();
        other.unwrap();
        let line = places::line(&world.records, plan.id).await.unwrap();
        assert_eq!((line.waiting, line.offered, line.moved), (565, 10, 35));
        all_well(world).await;
    }

    async fn who_waits_is_bound_to_the_trade_and_others_join_nothing_of_mine(world) {
        let plan = plan_under(world, "line", |_| {}).await;
        let li = world.applicant("李强").await;
        let id = ready(world, &plan, &li).await;
        let other = world.applicant("赵敏").await;
        assert!(is_not_found(places::join_draft(&world.records, other.id, id).await));
        assert!(is_not_found(places::leave(&world.records, other.id, id).await));
        assert_eq!(places::line(&world.records, plan.id).await.unwrap(), domain::places::Line::default());
    }
}
