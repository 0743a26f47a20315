//! Rules of looking: what is due, when a rate is far off, and how a sample is drawn so that anybody can draw it again.

use crate::page::knowing::{DueBy, DueWhat};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Why no sampling list was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum SamplingRefusal {
    /// A number out of its limits, or none.
    #[error("{label}: {least} to {most}")]
    Number {
        /// What it is called.
        label: String,
        /// Least.
        least: u64,
        /// Most.
        most: u64,
    },
    /// The last day lies before the first.
    #[error("{until} before {from}")]
    Backwards {
        /// First day.
        from: NaiveDate,
        /// Last day.
        until: NaiveDate,
    },
    /// Nobody was approved for an exam within these days.
    #[error("nobody between {from} and {until}")]
    Nobody {
        /// First day.
        from: NaiveDate,
        /// Last day.
        until: NaiveDate,
    },
    /// More people than anybody looks at.
    #[error("{people} people")]
    TooMany {
        /// How many would be drawn.
        people: u32,
        /// Most.
        most: u32,
    },
}

/// Days before the exam from which a plan without tickets is something to do.
pub const TICKETS_DAYS: i64 = 10;
/// Fewest marked people of a plan, and of all others, for comparing their rates.
pub const FEWEST: u64 = 20;
/// How many standard errors away a rate has to lie: 3 happens by chance once in 370 times.
pub const FAR: f64 = 3.0;
/// How many points away, in per cent: what is certain may still be too small to matter.
pub const POINTS: f64 = 15.0;

/// Where a plan stands, as far as somebody has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Last day of registration.
    pub closes: NaiveDate,
    /// Last day of the review.
    pub review: NaiveDate,
    /// Day of the exam.
    pub exam: NaiveDate,
    /// Applications that wait for a reviewer.
    pub waiting: u64,
    /// Approved applications.
    pub approved: u64,
    /// Whether tickets are published.
    pub tickets: bool,
    /// Whether scores are locked, and whether they are released.
    pub scores: (bool, bool),
    /// Objections without an answer.
    pub objections: u64,
    /// Requests about tickets and adjustments without an answer.
    pub requests: u64,
    /// Requests to look at a mark again without an answer.
    pub rechecks: u64,
    /// Places where two doors state different things, undecided.
    pub doors: u64,
}

/// What is to be done for a plan today, by whom, and since when.
pub fn due(plan: &Standing, today: NaiveDate) -> Vec<(DueWhat, DueBy, NaiveDate)> {
    let mut due = Vec::new();
    if plan.closes == today {
        due.push((DueWhat::WindowCloses, DueBy::Applicants, plan.closes));
    }
    if plan.review <= today && plan.waiting > 0 {
        due.push((DueWhat::Review(plan.waiting), DueBy::Reviewers, plan.review));
    }
    let days = (plan.exam - today).num_days();
    if plan.approved > 0 {
        if (0..=TICKETS_DAYS).contains(&days) && !plan.tickets {
            due.push((DueWhat::Tickets, DueBy::Managers, plan.exam));
        }
        if days == 0 {
            due.push((DueWhat::Exam, DueBy::Hall, plan.exam));
        }
        match plan.scores {
            (false, _) if days < 0 => due.push((DueWhat::EnterScores, DueBy::Reviewers, plan.exam)),
            (true, false) => due.push((DueWhat::ReleaseScores, DueBy::Managers, plan.exam)),
            _ => {}
        }
    }
    // Somebody waits for an answer: that is due on every day until it is given.
    let waiting = [
        (plan.requests, DueWhat::Requests(plan.requests), DueBy::Managers),
        (plan.doors, DueWhat::Doors(plan.doors), DueBy::Hall),
        (plan.objections, DueWhat::Objections(plan.objections), DueBy::Managers),
        (plan.rechecks, DueWhat::Rechecks(plan.rechecks), DueBy::Managers),
    ];
    due.extend(waiting.into_iter().filter(|(count, ..)| *count > 0).map(|(_, what, by)| (what, by, today)));
    due
}

/// How a plan's pass rate compares with that of all others of its occupation and level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// Own rate, in per cent.
    pub own: f64,
    /// Rate of the others, in per cent.
    pub others: f64,
    /// Standard errors between them.
    pub z: f64,
}

/// The test of two proportions with a pooled rate; none where there are too few people or no difference is possible.
pub fn compare(own: (u64, u64), others: (u64, u64)) -> Option<Comparison> {
    let ((passed, sat), (passed_there, sat_there)) = (own, others);
    if sat < FEWEST || sat_there < FEWEST {
        return None;
    }
    #[allow(clippy::cast_precision_loss, reason = "people are counted in thousands, not in quadrillions")]
    let number = |count: u64| count as f64;
    let (rate, there) = (number(passed) / number(sat), number(passed_there) / number(sat_there));
    let pooled = number(passed + passed_there) / number(sat + sat_there);
    let error = (pooled * (1.0 - pooled) * (1.0 / number(sat) + 1.0 / number(sat_there))).sqrt();
    (error > 0.0).then(|| Comparison { own: rate * 100.0, others: there * 100.0, z: (rate - there) / error })
}

/// Whether it is worth a look: certain enough, and large enough.
pub fn is_far(found: &Comparison) -> bool {
    found.z.abs() >= FAR && (found.own - found.others).abs() >= POINTS
}

/// Draws a stratified sample: of each stratum the share, rounded up, at least `least`, at most all. Whoever has the
/// smallest numbers by [`ticket`] is drawn, so the order in which people are listed does not matter.
pub fn draw<'a>(people: &[(&'a str, &'a str)], percent: u32, least: u32, seed: u64) -> Vec<(&'a str, &'a str)> {
    let mut tickets: Vec<(&str, u64, &str)> =
        people.iter().map(|(stratum, id)| (*stratum, ticket(seed, id), *id)).collect();
    tickets.sort_unstable();
    tickets.dedup();
    let mut drawn = Vec::new();
    for stratum in tickets.chunk_by(|one, other| one.0 == other.0) {
        let share = (stratum.len() * usize::try_from(percent).unwrap_or(100)).div_ceil(100);
        let wanted = share.max(usize::try_from(least).unwrap_or(0)).min(stratum.len());
        drawn.extend(stratum[..wanted].iter().map(|(name, _, id)| (*name, *id)));
    }
    drawn
}

/// The number of an id under a seed: FNV-1a over its bytes, begun with the seed, stirred by SplitMix64.
pub fn ticket(seed: u64, id: &str) -> u64 {
    let begun = seed ^ 0xcbf2_9ce4_8422_2325;
    let hash = id.bytes().fold(begun, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let mut stirred = hash.wrapping_add(0x9e37_79b9_7f4a_7c15);
    stirred = (stirred ^ (stirred >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    stirred = (stirred ^ (stirred >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    stirred ^ (stirred >> 31)
}

/// Bands of ages, as reports name them.
pub const BANDS: [(&str, i64, i64); 6] = [
    ("不满 20 岁", 0, 19),
    ("20–29 岁", 20, 29),
    ("30–39 岁", 30, 39),
    ("40–49 岁", 40, 49),
    ("50–59 岁", 50, 59),
    ("60 岁以上", 60, 200),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap_or_default()
    }

    fn plan() -> Standing {
        Standing {
            closes: day("2026-12-06"),
            review: day("2026-12-10"),
            exam: day("2027-01-17"),
            waiting: 3,
            approved: 40,
            tickets: false,
            scores: (false, false),
            objections: 0,
            requests: 0,
            rechecks: 0,
            doors: 0,
        }
    }

    #[test]
    fn every_day_has_its_work() {
        let on = |today: &str, plan: Standing| -> Vec<DueWhat> {
            due(&plan, day(today)).into_iter().map(|(what, ..)| what).collect()
        };
        assert_eq!(on("2026-11-21", plan()), []);
        assert_eq!(on("2026-12-06", plan()), [DueWhat::WindowCloses]);
        assert_eq!(on("2026-12-10", plan()), [DueWhat::Review(3)]);
        let reviewed = Standing { waiting: 0, ..plan() };
        assert_eq!(on("2027-01-06", reviewed), []);
        assert_eq!(on("2027-01-07", reviewed), [DueWhat::Tickets]);
        assert_eq!(on("2027-01-17", Standing { tickets: true, ..reviewed }), [DueWhat::Exam]);
        assert_eq!(on("2027-01-18", reviewed), [DueWhat::EnterScores]);
        assert_eq!(on("2027-01-20", Standing { scores: (true, false), ..reviewed }), [DueWhat::ReleaseScores]);
        assert_eq!(on("2027-01-20", Standing { scores: (true, true), ..reviewed }), []);
        let asked = Standing { objections: 2, scores: (true, true), ..reviewed };
        assert_eq!(on("2027-01-20", asked), [DueWhat::Objections(2)]);
        let waiting = Standing { requests: 1, doors: 3, rechecks: 4, ..asked };
        let all = [DueWhat::Requests(1), DueWhat::Doors(3), DueWhat::Objections(2), DueWhat::Rechecks(4)];
        assert_eq!(on("2027-01-20", waiting), all, "whoever waits for an answer is named every day");
        assert_eq!(on("2027-01-18", Standing { approved: 0, ..reviewed }), [], "nobody was examined");
    }

    #[test]
    fn a_rate_is_far_only_when_it_is_certain_and_large() {
        // Two proportions, by hand: 95/100 against 600/1000: pooled 695/1100, error 0.05058, z 6.92.
        let found = compare((95, 100), (600, 1_000)).unwrap_or(Comparison { own: 0.0, others: 0.0, z: 0.0 });
        assert!((found.z - 6.92).abs() < 0.01 && is_far(&found), "{found:?}");
        assert!(compare((19, 19), (600, 1_000)).is_none(), "too few");
        assert!(compare((100, 100), (1_000, 1_000)).is_none(), "everybody passed");
        assert!(compare((66, 100), (600, 1_000)).is_some_and(|found| !is_far(&found)), "by chance");
        assert!(compare((6_500, 10_000), (60_000, 100_000)).is_some_and(|found| !is_far(&found)), "certain but small");
    }

    #[test]
    fn a_sample_can_be_drawn_again_and_covers_every_stratum() {
        let ids: Vec<String> = (0..200).map(|number| format!("case-{number}")).collect();
        let mut people: Vec<(&str, &str)> =
            ids.iter().enumerate().map(|(at, id)| (if at < 195 { "上午" } else { "下午" }, id.as_str())).collect();
        let drawn = draw(&people, 5, 2, 42);
        people.reverse();
        assert_eq!(draw(&people, 5, 2, 42), drawn, "whatever the order");
        assert_ne!(draw(&people, 5, 2, 43), drawn, "another seed");
        let of = |stratum: &str| drawn.iter().filter(|(name, _)| *name == stratum).count();
        assert_eq!((of("上午"), of("下午")), (10, 2), "5 % rounded up, and at least two");
        assert_eq!(draw(&people[..3], 1, 9, 1).len(), 3, "never more than there are");
        // The rule is public: these numbers stay what they are.
        assert_eq!(ticket(42, "case-7"), ticket(42, "case-7"));
        assert_ne!(ticket(42, "case-7"), ticket(42, "case-8"));
    }
}
