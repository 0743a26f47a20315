//! Evaluations of 申报条件 per second on one core: a whole level of a standard against one person's facts.

use crate::report::Report;
use crate::stats;
use crate::{Options, Outcome};
use domain::eligibility::{ApplicantFacts, OccupationalStandard, judge};
use domain::occupation::SkillLevel;
use std::collections::BTreeMap;
use std::hint::black_box;

/// Evaluations per second and core.
const GOAL: f64 = 10_000.0;
/// Evaluations of one round.
const ROUND: usize = 20_000;

/// A person with four jobs that overlap, two certificates and a diploma.
const FACTS: &str = r#"{
    "birth": "1990-03-07",
    "jobs": [
        { "occ": "碳排放核算员", "from": "2012-07", "to": "2016-08" },
        { "occ": "能源管理员", "from": "2015-01", "to": "2018-02" },
        { "occ": "电工", "from": "2017-05", "to": "2021-06" },
        { "occ": "汽车维修工", "from": "2020-09", "to": null }
    ],
    "certs": [
        { "level": 5, "occ": "电工", "date": "2013-04-10" },
        { "level": 4, "occ": "碳排放管理员", "date": "2019-04-10" }
    ],
    "edu": [{ "kind": "大学专科", "status": "毕业", "major": "机电一体化" }]
}"#;

/// Judges every level of every standard of the demonstration in turn.
pub fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    report.part("Verdicts on conditions");
    let standards: BTreeMap<String, OccupationalStandard> =
        serde_json::from_str(include_str!("../../demo/standards.json"))?;
    let facts: ApplicantFacts = serde_json::from_str(FACTS)?;
    let as_of = "2026-11-21".parse()?;
    let cases: Vec<(&OccupationalStandard, SkillLevel)> =
        standards.values().flat_map(|standard| standard.levels.keys().map(move |level| (standard, *level))).collect();
    let mut rates = Vec::with_capacity(options.rounds);
    for _ in 0..options.rounds {
        let began = stats::now();
        for (standard, level) in cases.iter().cycle().take(ROUND) {
            black_box(judge(standard, *level, as_of, black_box(&facts)));
        }
        rates.push(stats::per_second(ROUND, began.elapsed()));
    }
    let rate = stats::median(&rates);
    report.goal(
        "levels judged per second, one core",
        format!("{}/s", stats::thousands(rate)),
        &format!("at least {}/s", stats::thousands(GOAL)),
        rate >= GOAL,
    );
    Ok(())
}
