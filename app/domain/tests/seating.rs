//! Rooms, seats and who watches over them: what arranging promises, for many invented exams.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use domain::ids::{ApplicationId, RoomId, SessionId, SiteId};
use domain::seating::{
    Busy, Conflict, Duty, Hall, Keeper, Misfit, Needs, Person, Place, Room, Seating, Session, StaffingFault, Watch,
    arrange, conflicts, invigilators_for, staffing, verify,
};
use domain::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const THEORY: &str = "理论考试";
const SKILL: &str = "实操考试";

fn at(text: &str) -> Timestamp {
    Timestamp::parse_shanghai(text).unwrap()
}

fn room(number: u128, rows: u16, columns: u16) -> Room {
    Room {
        id: RoomId(Uuid::from_u128(number)),
        name: number.to_string(),
        site: None,
        rows,
        columns,
        capacity: rows * columns,
        ground_floor: false,
        subject: None,
    }
}

fn session(number: u128, subject: &str, from: &str, to: &str) -> Session {
    Session { id: SessionId(Uuid::from_u128(number)), subject: subject.into(), from: at(from), to: at(to) }
}

fn person(number: u128, unit: &str) -> Person {
    Person {
        id: ApplicationId(Uuid::from_u128(number)),
        group: "电工 4".into(),
        unit: unit.into(),
        subjects: vec![THEORY.into()],
        site: None,
        needs: Needs::default(),
        busy: Vec::new(),
    }
}

fn morning() -> Session {
    session(1, THEORY, "2027-01-17 09:00:00", "2027-01-17 10:30:00")
}

fn firm(hall: &Hall, seatings: &[Seating]) -> Vec<Conflict> {
    verify(hall, seatings).into_iter().map(|(.., conflict)| conflict).filter(Conflict::is_firm).collect()
}

/// A number below `most`, different for every `seed`.
fn roll(seed: &mut u64, most: u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % most
}

/// An invented exam: some rooms, sessions that overlap or not, people with and without needs.
fn invented(seed: u64) -> Hall {
    let mut dice = seed;
    let sites = [None, Some(SiteId(Uuid::from_u128(901))), Some(SiteId(Uuid::from_u128(902)))];
    let rooms = (0..2 + roll(&mut dice, 6))
        .map(|number| {
            let mut room = room(100 + u128::from(number), 1 + roll(&mut dice, 6) as u16, 1 + roll(&mut dice, 6) as u16);
            room.capacity -= roll(&mut dice, u64::from(room.capacity)) as u16;
            room.ground_floor = roll(&mut dice, 3) == 0;
            room.site = sites[roll(&mut dice, 3) as usize];
            room.subject = [None, None, Some(THEORY.into()), Some(SKILL.into())][roll(&mut dice, 4) as usize].clone();
            room
        })
        .collect();
    let sessions = (0..1 + roll(&mut dice, 5))
        .map(|number| {
            let begins = at("2027-01-17 08:00:00").0 + roll(&mut dice, 8) as i64 * 3_600_000;
            let subject = if roll(&mut dice, 2) == 0 { THEORY } else { SKILL };
            Session {
                id: SessionId(Uuid::from_u128(200 + u128::from(number))),
                subject: subject.into(),
                from: Timestamp(begins),
                to: Timestamp(begins + 5_400_000),
            }
        })
        .collect();
    let people = (0..roll(&mut dice, 90))
        .map(|number| {
            let mut one = person(1000 + u128::from(number), ["", "甲厂", "乙厂", "丙校"][roll(&mut dice, 4) as usize]);
            one.group = ["电工 4", "电工 3"][roll(&mut dice, 2) as usize].into();
            one.subjects = [vec![THEORY.into()], vec![SKILL.into()], vec![THEORY.into(), SKILL.into()]]
                [roll(&mut dice, 3) as usize]
                .clone();
            one.site = sites[roll(&mut dice, 3) as usize];
            one.needs.ground_floor = roll(&mut dice, 12) == 0;
            one.needs.extra_minutes = if roll(&mut dice, 15) == 0 { 45 } else { 0 };
            if roll(&mut dice, 20) == 0 {
                one.busy = vec![(at("2027-01-17 09:00:00"), at("2027-01-17 11:00:00"))];
            }
            one
        })
        .collect();
    Hall { rooms, sessions, people }
}

#[test]
fn nobody_ever_sits_where_the_rule_forbids_and_everybody_is_accounted_for() {
    for seed in 1..150 {
        let hall = invented(seed);
        let made = arrange(&hall, &[], seed);
        assert_eq!(firm(&hall, &made.seatings), [], "seed {seed}");
        let seated: BTreeSet<(ApplicationId, String)> = made
            .seatings
            .iter()
            .map(|one| (one.person, hall.session(one.place.session).unwrap().subject.clone()))
            .collect();
        assert_eq!(seated.len(), made.seatings.len(), "one seat a subject, seed {seed}");
        let unplaced: BTreeSet<(ApplicationId, String)> =
            made.unplaced.iter().map(|one| (one.person, one.subject.clone())).collect();
        let all: BTreeSet<(ApplicationId, String)> = hall
            .people
            .iter()
            .flat_map(|person| person.subjects.iter().map(|subject| (person.id, subject.clone())))
            .collect();
        assert!(seated.is_disjoint(&unplaced), "seed {seed}");
        assert_eq!(seated.union(&unplaced).cloned().collect::<BTreeSet<_>>(), all, "seed {seed}");
        // Who was left over for want of seats could not simply have been put somewhere.
        for one in made.unplaced.iter().filter(|one| matches!(one.why, Misfit::Full { .. })) {
            for session in hall.sessions.iter().filter(|session| session.subject == one.subject) {
                for room in &hall.rooms {
                    for seat in 1..=room.capacity {
                        let place = Place { session: session.id, room: room.id, seat };
                        let against = conflicts(&hall, &made.seatings, one.person, place);
                        assert!(against.iter().any(Conflict::is_firm), "seed {seed}: a seat was free: {place:?}");
                    }
                }
            }
        }
        assert_eq!(arrange(&hall, &[], seed), made, "the same seed, the same seats");
    }
}

#[test]
fn what_was_fixed_stays() {
    for seed in 1..100 {
        let hall = invented(seed);
        let first = arrange(&hall, &[], seed);
        let fixed: Vec<Seating> = first.seatings.iter().step_by(3).map(|one| Seating { fixed: true, ..*one }).collect();
        let again = arrange(&hall, &fixed, seed + 1);
        assert!(fixed.iter().all(|one| again.seatings.contains(one)), "seed {seed}");
        assert_eq!(firm(&hall, &again.seatings), [], "seed {seed}");
    }
}

#[test]
fn nobody_sits_beside_somebody_of_the_same_unit_where_that_can_be_avoided() {
    for (units, people, rows, columns) in [(2, 60, 6, 5), (3, 90, 5, 6), (5, 150, 6, 5), (10, 300, 5, 6)] {
        let hall = Hall {
            rooms: (0..(people / 30)).map(|number| room(number, rows, columns)).collect(),
            sessions: vec![morning()],
            people: (0..people).map(|number| person(number, &format!("第{}厂", number % units))).collect(),
        };
        let made = arrange(&hall, &[], 7);
        assert_eq!(made.unplaced, []);
        assert_eq!(verify(&hall, &made.seatings), [], "{units} units");
    }
    // One unit alone in half a room: gaps keep them apart.
    let hall = Hall {
        rooms: vec![room(1, 6, 5)],
        sessions: vec![morning()],
        people: (0..15).map(|number| person(number, "甲厂")).collect(),
    };
    assert_eq!(verify(&hall, &arrange(&hall, &[], 1).seatings), []);
}

#[test]
fn a_group_has_rooms_of_its_own_evenly_filled() {
    let mut people: Vec<Person> = (0..40).map(|number| person(number, "")).collect();
    people[25..].iter_mut().for_each(|one| one.group = "电工 3".into());
    let hall = Hall { rooms: (0..4).map(|number| room(number, 4, 4)).collect(), sessions: vec![morning()], people };
    let made = arrange(&hall, &[], 3);
    let mut groups: BTreeMap<RoomId, BTreeSet<&str>> = BTreeMap::new();
    let mut sizes: BTreeMap<RoomId, usize> = BTreeMap::new();
    for one in &made.seatings {
        groups.entry(one.place.room).or_default().insert(&hall.person(one.person).unwrap().group);
        *sizes.entry(one.place.room).or_default() += 1;
    }
    assert!(groups.values().all(|groups| groups.len() == 1));
    assert_eq!(sizes.values().copied().collect::<Vec<_>>(), [13, 12, 15]);
}

#[test]
fn needs_come_first_and_every_misfit_has_its_reason() {
    let mut hall = Hall {
        rooms: vec![room(1, 1, 2), Room { ground_floor: true, ..room(2, 1, 1) }],
        sessions: vec![morning()],
        people: (0..3).map(|number| person(number, "")).collect(),
    };
    hall.people[2].needs.ground_floor = true;
    let made = arrange(&hall, &[], 1);
    assert_eq!(made.unplaced, [], "the room without stairs is kept for who needs it");

    let why = |hall: &Hall| arrange(hall, &[], 1).unplaced.into_iter().map(|one| one.why).collect::<Vec<_>>();
    hall.people[1].needs.ground_floor = true;
    assert_eq!(why(&hall), [Misfit::Full { seats: 1 }]);
    hall.rooms[1].ground_floor = false;
    assert_eq!(why(&hall), [Misfit::NoGroundFloor, Misfit::NoGroundFloor]);
    hall.people.truncate(1);
    hall.people[0].subjects = vec![THEORY.into(), SKILL.into()];
    assert_eq!(why(&hall), [Misfit::NoSession]);
    hall.sessions.push(session(2, SKILL, "2027-01-17 10:00:00", "2027-01-17 12:00:00"));
    assert_eq!(why(&hall), [Misfit::Clash { with: THEORY.into() }]);
    hall.sessions[1].from = at("2027-01-17 10:30:00");
    assert_eq!(why(&hall), [], "one ends as the other begins");
    hall.people[0].needs.extra_minutes = 15;
    assert_eq!(why(&hall), [Misfit::Clash { with: THEORY.into() }], "extra time counts");
    hall.people[0].needs.extra_minutes = 0;
    hall.rooms.iter_mut().for_each(|room| room.subject = Some(THEORY.into()));
    assert_eq!(why(&hall), [Misfit::NoRoom]);
    hall.people[0].busy = vec![(at("2027-01-17 08:00:00"), at("2027-01-17 09:30:00"))];
    assert_eq!(why(&hall), [Misfit::Clash { with: String::new() }, Misfit::NoRoom]);
}

#[test]
fn extra_time_keeps_the_room() {
    let mut hall = Hall {
        rooms: vec![room(1, 1, 2)],
        sessions: vec![morning(), session(2, SKILL, "2027-01-17 10:40:00", "2027-01-17 12:00:00")],
        people: vec![person(1, ""), Person { subjects: vec![SKILL.into()], ..person(2, "") }],
    };
    let together = arrange(&hall, &[], 1);
    assert_eq!(together.unplaced, []);
    hall.people[0].needs.extra_minutes = 30;
    let busy = |with: &str| Conflict::RoomBusy { with: with.into() };
    assert_eq!(firm(&hall, &together.seatings), [busy(SKILL), busy(THEORY)], "granted after seats were given");
    let made = arrange(&hall, &[], 1);
    let left: Vec<(ApplicationId, Misfit)> = made.unplaced.into_iter().map(|one| (one.person, one.why)).collect();
    assert_eq!(left, [(hall.people[1].id, Misfit::Full { seats: 0 })], "nobody comes in while somebody still writes");
    let place = Place { session: hall.sessions[1].id, room: hall.rooms[0].id, seat: 1 };
    assert_eq!(conflicts(&hall, &made.seatings, hall.people[1].id, place), [busy(THEORY)]);
    hall.sessions[1].from = at("2027-01-17 11:00:00");
    let made = arrange(&hall, &[], 1);
    assert_eq!((made.unplaced.len(), firm(&hall, &made.seatings)), (0, Vec::new()), "one ends as the other begins");
}

#[test]
fn who_sits_theory_late_sits_the_skill_test_early() {
    let hall = Hall {
        rooms: vec![room(1, 5, 4)],
        sessions: vec![
            session(1, THEORY, "2027-01-17 08:00:00", "2027-01-17 09:30:00"),
            session(2, THEORY, "2027-01-17 10:00:00", "2027-01-17 11:30:00"),
            session(3, SKILL, "2027-01-17 12:00:00", "2027-01-17 13:00:00"),
            session(4, SKILL, "2027-01-17 13:30:00", "2027-01-17 14:30:00"),
        ],
        people: (0..40)
            .map(|number| Person { subjects: vec![THEORY.into(), SKILL.into()], ..person(number, "甲厂") })
            .collect(),
    };
    let made = arrange(&hall, &[], 5);
    assert_eq!((made.seatings.len(), made.unplaced.len()), (80, 0));
}

#[test]
fn a_change_by_hand_is_held_against_the_same_rule() {
    let mut hall = Hall {
        rooms: vec![room(1, 2, 3), Room { subject: Some(SKILL.into()), ..room(2, 1, 2) }],
        sessions: vec![morning(), session(2, SKILL, "2027-01-17 10:00:00", "2027-01-17 12:00:00")],
        people: vec![person(1, "甲厂"), person(2, "甲厂"), person(3, "乙厂")],
    };
    let place = |session: usize, room: usize, seat| Place {
        session: hall.sessions[session].id,
        room: hall.rooms[room].id,
        seat,
    };
    let (one, five) = (place(0, 0, 1), place(0, 0, 5));
    let (six, beyond, skill, other) = (place(0, 0, 6), place(0, 0, 7), place(1, 1, 1), place(0, 1, 1));
    let ids: Vec<ApplicationId> = hall.people.iter().map(|person| person.id).collect();
    let seatings =
        [Seating { person: ids[0], place: one, fixed: false }, Seating { person: ids[2], place: five, fixed: false }];
    let against = |hall: &Hall, place| conflicts(hall, &seatings, ids[1], place);
    assert_eq!(against(&hall, one), [Conflict::Taken { by: ids[0] }]);
    assert_eq!(against(&hall, six), []);
    let four = Place { seat: 4, ..one };
    assert_eq!(against(&hall, four), [Conflict::SameUnit { unit: "甲厂".into(), seat: 1 }], "in front of it");
    assert!(!against(&hall, four)[0].is_firm());
    assert_eq!(against(&hall, beyond), [Conflict::NoSuchPlace { seats: 6 }]);
    assert_eq!(against(&hall, skill), [Conflict::NotTheirs { subject: SKILL.into() }]);
    assert_eq!(against(&hall, other), [Conflict::OtherSubject { serves: SKILL.into() }]);
    hall.people[1].needs.ground_floor = true;
    hall.people[1].busy = vec![(at("2027-01-17 08:30:00"), at("2027-01-17 09:30:00"))];
    assert_eq!(against(&hall, six), [Conflict::Stairs, Conflict::Elsewhere { from: at("2027-01-17 08:30:00") }]);
    assert_eq!(conflicts(&hall, &seatings, ids[0], one), [], "the own seat is no obstacle");
}

#[test]
fn five_thousand_people_all_have_their_seats() {
    let hall = Hall {
        rooms: (0..90).map(|number| Room { ground_floor: number < 20, ..room(number, 6, 5) }).collect(),
        sessions: vec![
            session(1, THEORY, "2027-01-17 08:00:00", "2027-01-17 09:30:00"),
            session(2, THEORY, "2027-01-17 10:00:00", "2027-01-17 11:30:00"),
            session(3, SKILL, "2027-01-17 13:00:00", "2027-01-17 15:00:00"),
            session(4, SKILL, "2027-01-17 15:30:00", "2027-01-17 17:30:00"),
        ],
        people: (0..5000)
            .map(|number| Person {
                subjects: vec![THEORY.into(), SKILL.into()],
                group: format!("电工 {}", number % 3),
                needs: Needs { ground_floor: number % 97 == 0, extra_minutes: 0 },
                ..person(10_000 + number, &format!("第{}厂", (number * number) % 41))
            })
            .collect(),
    };
    let made = arrange(&hall, &[], 11);
    assert_eq!((made.seatings.len(), made.unplaced.len()), (10_000, 0));
    assert_eq!(firm(&hall, &made.seatings), []);
}

#[test]
fn a_room_is_watched_by_the_rule() {
    assert_eq!([1, 15, 30, 31, 45, 46].map(invigilators_for), [2, 2, 2, 3, 3, 4]);
    let keeper = |name: &str, unit: &str, duty, card: &str, until: &str| Keeper {
        name: name.into(),
        unit: unit.into(),
        duty,
        card_no: card.into(),
        card_until: until.parse().ok(),
    };
    let (li, luo) =
        (keeper("李青", "甲校", Duty::Invigilator, "", ""), keeper("罗山", "甲校", Duty::Invigilator, "", ""));
    let day = "2027-01-17".parse().unwrap();
    let watch = Watch { people: 31, day, keepers: vec![&li, &luo], ..Watch::default() };
    assert_eq!(staffing(&watch), [StaffingFault::FewInvigilators { have: 2, need: 3 }]);
    assert_eq!(staffing(&Watch { people: 30, ..watch.clone() }), []);
    assert_eq!(staffing(&Watch { people: 0, keepers: Vec::new(), ..watch.clone() }), [], "nobody to watch over");
    let twice = Watch { people: 30, elsewhere: vec![("李青", "4")], ..watch };
    assert_eq!(staffing(&twice), [StaffingFault::Elsewhere { name: "李青".into(), room: "4".into() }]);

    let one = keeper("周一", "丙校", Duty::Assessor, "3301", "2027-01-17");
    let two = keeper("周二", "丙校", Duty::Assessor, "", "2027-12-31");
    let three = keeper("周三", "甲厂", Duty::Assessor, "3303", "2027-01-16");
    let four = keeper("周四", "丙校", Duty::Assessor, "3304", "2028-01-16");
    let units = vec![("甲厂", 6), ("乙厂", 4)];
    let watch = Watch { assessed: true, people: 10, units, day, keepers: vec![&one, &two], ..Watch::default() };
    assert_eq!(
        staffing(&watch),
        [StaffingFault::FewAssessors { have: 2, need: 3 }, StaffingFault::NoCard { name: "周二".into() }]
    );
    let all = Watch { keepers: vec![&one, &three, &four, &four], ..watch.clone() };
    assert_eq!(
        staffing(&all),
        [
            StaffingFault::EvenAssessors { have: 4 },
            StaffingFault::CardOver { name: "周三".into(), until: "2027-01-16".parse().ok() },
            StaffingFault::OwnUnit { name: "周三".into(), unit: "甲厂".into(), people: 6 },
        ]
    );
    let keepers = vec![&one, &four, &four];
    assert_eq!(staffing(&Watch { keepers: keepers.clone(), ..watch.clone() }), [], "valid on its last day");
    // For another plan at that time: known by the card, whatever the spelling of the name.
    let busy = Busy { card_no: "3304 ".into(), plan: "另一个计划".into(), ..Busy::default() };
    let nameless = Busy { plan: "第三个计划".into(), ..Busy::default() };
    let twice = Watch { keepers: vec![&one, &four], assessed: false, other_plans: vec![&nameless, &busy], ..watch };
    let told = StaffingFault::OtherPlan { name: "周四".into(), plan: "另一个计划".into() };
    assert_eq!(staffing(&twice)[1..], [told], "nobody is taken for somebody without a name");
}
