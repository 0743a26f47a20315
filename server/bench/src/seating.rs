//! Seats for five thousand people, each in two subjects.

use crate::report::Report;
use crate::stats::{self, Times};
use crate::{Options, Outcome};
use domain::ids::{ApplicationId, RoomId, SessionId};
use domain::seating::{Hall, Needs, Person, Room, Session, arrange, verify};
use domain::time::Timestamp;
use std::time::Duration;
use uuid::Uuid;

/// Longest time for all of them.
const GOAL: Duration = Duration::from_secs(2);
const PEOPLE: u128 = 5_000;
const SUBJECTS: [&str; 2] = ["理论考试", "实操考试"];

/// Arranges, and proves that nobody sits where the rule forbids.
pub fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    report.part("Seats");
    let hall = hall();
    let (mut times, mut broken) = (Times::default(), Vec::new());
    for round in 0..options.rounds.max(1) {
        let began = stats::now();
        let made = arrange(&hall, &[], round as u64);
        times.add(began.elapsed());
        let firm = verify(&hall, &made.seatings).iter().filter(|(.., conflict)| conflict.is_firm()).count();
        if firm > 0 || !made.unplaced.is_empty() {
            broken.push(format!("seed {round}: {firm} conflicts, {} without a seat", made.unplaced.len()));
        }
    }
    let time = times.percentile(0.5);
    let what = format!("{PEOPLE} people seated in two subjects");
    report.goal(&what, stats::ms(time), &format!("at most {}", stats::ms(GOAL)), time <= GOAL);
    report.promise("nobody sits where the rule forbids", broken);
    Ok(())
}

/// 90 rooms of 30 seats, two sessions of each subject, 41 employers, some people with needs.
fn hall() -> Hall {
    let day = 1_800_000_000_000_i64;
    let room = |number: u128| Room {
        id: RoomId(Uuid::from_u128(number)),
        name: number.to_string(),
        site: None,
        rows: 6,
        columns: 5,
        capacity: 30,
        ground_floor: number < 20,
        subject: None,
    };
    let session = |number: u128| {
        let from = day + i64::try_from(number).unwrap_or_default() * 3 * 3_600_000;
        Session {
            id: SessionId(Uuid::from_u128(500 + number)),
            subject: SUBJECTS[usize::from(number >= 2)].to_owned(),
            from: Timestamp(from),
            to: Timestamp(from + 5_400_000),
        }
    };
    let person = |number: u128| Person {
        id: ApplicationId(Uuid::from_u128(10_000 + number)),
        group: format!("电工 {}", number % 3),
        unit: format!("第{}厂", (number * number) % 41),
        subjects: SUBJECTS.map(str::to_owned).into(),
        site: None,
        needs: Needs {
            ground_floor: number.is_multiple_of(97),
            extra_minutes: if number.is_multiple_of(211) { 30 } else { 0 },
        },
        busy: Vec::new(),
    };
    Hall {
        rooms: (0..90).map(room).collect(),
        sessions: (0..4).map(session).collect(),
        people: (0..PEOPLE).map(person).collect(),
    }
}
