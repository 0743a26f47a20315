//! Seats in a rush: never one too many, never one too few.

use crate::cast::*;
use domain::application::SubmitRefusal;
use domain::refusal::Refusal;
use records::applications;
use testkit::both_databases;

both_databases! {
    /// T21: 200 people for 50 seats, all at once, on two servers.
    async fn two_hundred_at_once_for_fifty_seats_take_exactly_fifty(world) {
        let plan = world.plan().await;
        let mut people = Vec::new();
        for number in 0..200 {
            let who = world.applicant(&format!("考生{}", ["甲", "乙", "丙", "丁"][number % 4])).await;
            let id = ready(world, &plan, &who).await;
            people.push((who, id));
        }
        let second = world.second_server().await;
        let rush = people.iter().enumerate().map(|(number, (who, id))| {
            let server = if number % 2 == 0 { &world.records } else { &second };
            applications::submit(server, who.id, *id, "key")
        });
        let outcomes = futures::future::join_all(rush).await;
        let mut numbers = std::collections::BTreeSet::new();
        let mut full = 0;
        for outcome in outcomes {
            match outcome {
                Ok(receipt) => assert!(numbers.insert(receipt.number), "no number twice"),
                Err(_) if { full += 1; full > 150 } => panic!("too many refused"),
                refusal => assert_eq!(refused(refusal), Refusal::Submit(SubmitRefusal::Full { capacity: 50 })),
            }
        }
        assert_eq!((numbers.len(), full), (50, 150));
        let submitted = queue_total(world).await;
        assert_eq!(submitted, 50);
        assert_eq!(applications::broken_promises(&world.records).await.unwrap(), [""; 0]);
    }

    /// Submissions are written several at a time. Whoever hangs up meanwhile harms neither the others nor himself.
    async fn hanging_up_in_a_rush_loses_nothing_and_takes_nothing_twice(world) {
        let plan = world.plan().await;
        let mut people = Vec::new();
        for number in 0..16 {
            let who = world.applicant(&format!("考生{}", ["甲", "乙", "丙", "丁"][number % 4])).await;
            let id = ready(world, &plan, &who).await;
            people.push((who, id));
        }
        let rush = people.iter().zip(0_u64..).map(|((who, id), number)| {
            let patience = std::time::Duration::from_millis(number * 2);
            tokio::time::timeout(patience, applications::submit(&world.records, who.id, *id, "key"))
        });
        futures::future::join_all(rush).await;
        let again = people.iter().map(|(who, id)| applications::submit(&world.records, who.id, *id, "key"));
        let receipts: Vec<_> = futures::future::join_all(again).await.into_iter().map(Result::unwrap).collect();
        let numbers: std::collections::BTreeSet<_> = receipts.iter().map(|receipt| &receipt.number).collect();
        assert_eq!((numbers.len(), taken(world, &plan).await), (16, 16));
        assert_eq!(applications::broken_promises(&world.records).await.unwrap(), [""; 0]);
    }
}

async fn queue_total(world: &testkit::World) -> u64 {
    let wang = world.reviewer("王芳").await;
    let filter = domain::page::desk::QueueFilter::default();
    records::desk::queue(&world.records, &wang, &filter).await.unwrap().total
}
