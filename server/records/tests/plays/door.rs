//! Two doors without a network: what each noted arrives later, in any order and any number of times.

use crate::cast::*;
use crate::rooms::{Stage, approved, seating};
use domain::account::{Role, StaffMember};
use domain::ids::SessionId;
use domain::page::door::{DoorBatch, DoorKind, DoorNote, DoorOutcome};
use domain::page::knowing::DueWhat;
use domain::page::mine::What;
use domain::page::rooms::{DayPage, Presence, SeatingRefusal};
use domain::time::Timestamp;
use records::rooms::{self, Mode};
use testkit::{World, both_databases, shanghai};

/// Three people with tickets on the morning of 2027-01-17; theory begins at 9:00, entry from 8:30 to 9:15.
async fn morning(world: &World) -> (Stage, SessionId) {
    let stage = approved(world, &["李强", "罗青", "陈立"], |_| ()).await;
    let (theory, _, _) = stage.furnished(world).await;
    stage.arranges(world, Mode::Anew).await.unwrap();
    rooms::publish(&world.records, &stage.zhou, stage.plan.id, None).await.unwrap();
    world.at("2027-01-17 08:20:00");
    (stage, theory)
}

fn note(stage: &Stage, id: u32, at: usize, session: SessionId, kind: DoorKind, time: &str) -> DoorNote {
    DoorNote {
        id: format!("00000000-0000-4000-8000-{id:012}"),
        application: stage.people[at].1,
        session,
        kind,
        at: shanghai(&format!("2027-01-17 {time}")),
        words: if kind == DoorKind::Misconduct { "手机响了".into() } else { String::new() },
    }
}

async fn hands_in(world: &World, stage: &Stage, device: &str, notes: Vec<DoorNote>) -> Vec<DoorOutcome> {
    let batch = DoorBatch { device: device.into(), clock: world.records.now(), notes };
    let member = if device == "甲" { &stage.wang } else { &stage.zhou };
    let told = rooms::hand_in(&world.records, member, stage.plan.id, &batch).await.unwrap();
    assert_eq!(told.skew, 0);
    told.notes.into_iter().map(|(_, outcome)| outcome).collect()
}

async fn day(world: &World, stage: &Stage) -> DayPage {
    rooms::day(&world.records, &stage.wang, stage.plan.id, "").await.unwrap()
}

/// Somebody of another agency.
async fn outsider(world: &World) -> StaffMember {
    world.staff("沈嘉", Role::Reviewer, "S000033000208").await
}

/// Lines of history about what doors stated of somebody.
async fn stated(world: &World, stage: &Stage, at: usize) -> usize {
    let case = records::desk::case(&world.records, &stage.wang, stage.people[at].1).await.unwrap();
    case.history.iter().filter(|line| matches!(line.what, What::Attended | What::MisconductNoted)).count()
}

/// How somebody came to the first session, and when.
async fn presence(world: &World, stage: &Stage, at: usize) -> Option<(Presence, Timestamp)> {
    let number = rooms::door_list(&world.records, &stage.wang, stage.plan.id).await.unwrap();
    let person = number.people.into_iter().find(|person| person.id == stage.people[at].1).unwrap();
    person.seats[0].came
}

both_databases! {
    async fn a_device_keeps_the_list_of_its_day_and_nothing_else(world) {
        let (stage, theory) = morning(world).await;
        world.at("2027-01-15 20:59:59");
        let early = rooms::door_list(&world.records, &stage.wang, stage.plan.id).await.unwrap();
        assert_eq!((early.people.len(), early.sessions.len()), (0, 0), "36 hours before the begin at the earliest");
        world.at("2027-01-16 08:00:00");
        let list = rooms::door_list(&world.records, &stage.wang, stage.plan.id).await.unwrap();
        assert_eq!((list.people.len(), list.sessions.len(), list.reader), (3, 2, stage.wang.id));
        let (opens, closes) = (list.sessions[0].opens, list.sessions[0].closes);
        assert_eq!((list.sessions[0].id, opens, closes), (theory, shanghai("2027-01-17 08:30:00"), shanghai("2027-01-17 09:15:00")));
        assert_eq!(list.until, shanghai("2027-01-18 00:00:00"));
        assert!(list.people.iter().all(|person| person.id_no.contains('*') && person.photo && person.seats.len() == 2));
        assert_eq!(list.key.len(), 64);
        let other = rooms::door_list(&world.records, &stage.zhou, stage.plan.id).await.unwrap();
        assert_ne!(list.key, other.key, "another person's login opens nothing");
        let small = rooms::door_photo(&world.records, &stage.wang, stage.plan.id, stage.people[0].1).await.unwrap();
        assert!(small.starts_with(&[0xff, 0xd8]) && small.len() < 20_000, "{} bytes", small.len());
        let far = outsider(world).await;
        assert!(is_not_found(rooms::door_list(&world.records, &far, stage.plan.id).await));
        assert!(is_not_found(rooms::door_photo(&world.records, &far, stage.plan.id, stage.people[0].1).await));
        world.at("2027-01-18 09:00:00");
        assert_eq!(rooms::door_list(&world.records, &stage.wang, stage.plan.id).await.unwrap().people.len(), 0, "over");
    }

    async fn the_same_note_counts_once_however_often_it_arrives(world) {
        let (stage, theory) = morning(world).await;
        world.at("2027-01-17 09:05:00");
        let came = note(&stage, 1, 0, theory, DoorKind::Came, "08:50:00");
        let late = note(&stage, 2, 1, theory, DoorKind::Came, "09:04:00");
        let phone = note(&stage, 3, 0, theory, DoorKind::Misconduct, "09:05:00");
        let all = vec![came.clone(), late, phone];
        assert_eq!(hands_in(world, &stage, "甲", all.clone()).await, [DoorOutcome::Taken; 3]);
        assert_eq!(hands_in(world, &stage, "甲", all.clone()).await, [DoorOutcome::Taken; 3], "the answer was lost on the way");
        let other = world.second_server().await;
        let batch = DoorBatch { device: "甲".into(), clock: world.records.now(), notes: all };
        let (one, two) = tokio::join!(
            rooms::hand_in(&world.records, &stage.wang, stage.plan.id, &batch),
            rooms::hand_in(&other, &stage.wang, stage.plan.id, &batch),
        );
        assert_eq!(one.unwrap().notes, two.unwrap().notes);
        assert_eq!(presence(world, &stage, 0).await, Some((Presence::Present, shanghai("2027-01-17 08:50:00"))));
        assert_eq!(presence(world, &stage, 1).await.unwrap().0, Presence::Late);
        let code = rooms::door_list(&world.records, &stage.wang, stage.plan.id).await.unwrap().people;
        let number = &code.iter().find(|person| person.id == stage.people[0].1).unwrap().ticket;
        let page = rooms::day(&world.records, &stage.wang, stage.plan.id, number).await.unwrap();
        assert_eq!(page.person.unwrap().misconduct.len(), 1);
        assert_eq!(stated(world, &stage, 0).await, 2, "a line for the check-in and one for the misconduct");
    }

    async fn two_doors_agree_on_the_earlier_time(world) {
        let (stage, theory) = morning(world).await;
        world.at("2027-01-17 09:10:00");
        let came = |id, at, time| note(&stage, id, at, theory, DoorKind::Came, time);
        assert_eq!(hands_in(world, &stage, "甲", vec![came(1, 0, "08:50:00"), came(2, 1, "09:02:00")]).await, [DoorOutcome::Taken; 2]);
        let told = hands_in(world, &stage, "乙", vec![came(3, 0, "08:55:00"), came(4, 1, "08:58:00")]).await;
        assert_eq!(told, [DoorOutcome::EarlierKept, DoorOutcome::EarlierTaken]);
        assert_eq!(presence(world, &stage, 0).await, Some((Presence::Present, shanghai("2027-01-17 08:50:00"))));
        assert_eq!(presence(world, &stage, 1).await, Some((Presence::Present, shanghai("2027-01-17 08:58:00"))), "no longer late");
        for (at, (_, id)) in stage.people[..2].iter().enumerate() {
            assert_eq!(stated(world, &stage, at).await, 2, "both statements stay");
            assert_eq!(records::history::verify(&world.records, &id.to_string()).await.unwrap(), Ok(()));
        }
    }

    async fn the_late_rule_is_that_of_the_door_with_a_network(world) {
        let (stage, theory) = morning(world).await;
        world.at("2027-01-17 09:20:00");
        let told = hands_in(world, &stage, "甲", vec![
            note(&stage, 1, 0, theory, DoorKind::Came, "08:29:59"),
            note(&stage, 2, 0, theory, DoorKind::Came, "08:30:00"),
            note(&stage, 3, 1, theory, DoorKind::Came, "09:15:01"),
            note(&stage, 4, 1, theory, DoorKind::Absent, "09:15:00"),
            note(&stage, 5, 1, theory, DoorKind::Absent, "09:15:01"),
            // A clock that runs ahead: never later than now.
            note(&stage, 6, 2, theory, DoorKind::Came, "09:59:00"),
            DoorNote { id: "no-id".into(), ..note(&stage, 7, 2, theory, DoorKind::Came, "08:50:00") },
            DoorNote { application: domain::ids::ApplicationId(uuid::Uuid::nil()), ..note(&stage, 8, 2, theory, DoorKind::Came, "08:50:00") },
        ]).await;
        assert_eq!(told, [
            DoorOutcome::TooEarly, DoorOutcome::Taken, DoorOutcome::TooLate, DoorOutcome::TooEarly, DoorOutcome::Taken,
            DoorOutcome::TooLate, DoorOutcome::Unknown, DoorOutcome::Unknown,
        ]);
        assert_eq!(presence(world, &stage, 1).await.unwrap().0, Presence::Absent);
        assert_eq!(presence(world, &stage, 2).await, None);
        let batch = DoorBatch { device: "甲".into(), clock: Timestamp(world.records.now().0 + 130_000), notes: vec![] };
        let skew = rooms::hand_in(&world.records, &stage.wang, stage.plan.id, &batch).await.unwrap().skew;
        assert_eq!(skew, 130_000, "the device is told how far its clock is off");
        let far = outsider(world).await;
        assert!(is_not_found(rooms::hand_in(&world.records, &far, stage.plan.id, &batch).await));
    }

    async fn present_and_absent_is_for_a_human_to_decide(world) {
        let (stage, theory) = morning(world).await;
        world.at("2027-01-17 09:30:00");
        let came = |id, at, time| note(&stage, id, at, theory, DoorKind::Came, time);
        let absent = |id, at| note(&stage, id, at, theory, DoorKind::Absent, "09:16:00");
        assert_eq!(hands_in(world, &stage, "甲", vec![came(1, 0, "08:50:00")]).await, [DoorOutcome::Taken]);
        assert_eq!(hands_in(world, &stage, "乙", vec![absent(2, 0), absent(3, 1)]).await, [DoorOutcome::Conflict, DoorOutcome::Taken]);
        assert_eq!(hands_in(world, &stage, "甲", vec![came(4, 1, "08:52:00")]).await, [DoorOutcome::Conflict]);
        // Absent for everybody who had not come says nothing about one person: whoever came is put right.
        assert_eq!(rooms::absent(&world.records, &stage.wang, stage.plan.id, theory).await.unwrap(), 1);
        assert_eq!(hands_in(world, &stage, "甲", vec![came(5, 2, "08:53:00")]).await, [DoorOutcome::Mended]);

        let page = day(world, &stage).await;
        assert_eq!(page.conflicts.len(), 2);
        let due = records::desk::dashboard(&world.records, &stage.zhou).await.unwrap().due;
        assert!(due.iter().any(|due| due.what == DueWhat::Doors(2) && due.number == stage.plan.number), "{due:?}");
        assert!(page.conflicts.iter().all(|one| one.decided.is_none() && one.subject == crate::rooms::THEORY));
        let first = page.conflicts.iter().find(|one| one.id == stage.people[0].1).unwrap();
        assert_eq!((first.came.1.as_str(), first.absent.1.as_str()), ("王芳", "周敏（乙）"));
        let decides = async |at: usize, came: bool, reason: &'static str| {
            rooms::decide_at_door(&world.records, &stage.zhou, stage.plan.id, stage.people[at].1, theory, came, reason).await
        };
        assert_eq!(seating(decides(0, true, " ").await), SeatingRefusal::NoReason);
        assert_eq!(seating(decides(2, true, "签到单有签名").await), SeatingRefusal::NothingToDecide);
        decides(0, false, "签到单没有签名").await.unwrap();
        decides(1, true, "签到单有签名").await.unwrap();
        assert_eq!(seating(decides(1, true, "再来一次").await), SeatingRefusal::NothingToDecide);
        assert_eq!(presence(world, &stage, 0).await.unwrap().0, Presence::Absent);
        assert_eq!(presence(world, &stage, 1).await, Some((Presence::Present, shanghai("2027-01-17 08:52:00"))));
        assert_eq!(hands_in(world, &stage, "甲", vec![came(6, 0, "08:40:00")]).await, [DoorOutcome::Decided], "and stays decided");
        let page = day(world, &stage).await;
        assert!(page.conflicts.iter().all(|one| one.decided.as_ref().is_some_and(|(_, by, _)| by == "周敏")));
        for (_, id) in &stage.people {
            assert_eq!(records::history::verify(&world.records, &id.to_string()).await.unwrap(), Ok(()));
        }
    }
}
