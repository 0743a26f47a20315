//! 申报条件 against the shared cases, and against what must hold for anyone.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its fixture has failed")]

use chrono::{Days, NaiveDate};
use domain::eligibility::{
    ApplicantFacts, Job, OccupationalStandard, Outcome, Reason, YearMonth, any_true, judge, needs_reviewer,
};
use domain::occupation::SkillLevel;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

fn fixtures(prefix: &str) -> Vec<(PathBuf, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(prefix))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no fixture {prefix}*");
    files
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path, serde_json::from_str(&text).unwrap())
        })
        .collect()
}

fn standards() -> Value {
    fixtures("eligibility.json").remove(0).1
}

static STANDARDS: LazyLock<Vec<OccupationalStandard>> = LazyLock::new(|| {
    let by_name: BTreeMap<String, OccupationalStandard> = serde_json::from_value(standards()).unwrap();
    let mut list: Vec<_> = by_name.into_values().collect();
    let mut configured = list.clone();
    for standard in &mut configured {
        standard.related_occupations = vec!["能源管理员".into()];
        standard.own_majors = vec!["环境工程".into()];
    }
    list.append(&mut configured);
    list
});

fn day(text: &Value) -> NaiveDate {
    text.as_str().unwrap().parse().unwrap()
}

/// A reason as the shared cases write it: its code beside what was measured.
fn coded(reason: &Reason) -> Value {
    let kept = serde_json::to_value(reason).unwrap();
    let mut flat = kept.get(reason.code()).cloned().unwrap_or_else(|| {
        assert_eq!(kept, reason.code());
        json!({})
    });
    flat["code"] = json!(reason.code());
    flat
}

#[test]
fn every_shared_case_is_judged_as_written() {
    let mut judged = 0;
    for (path, file) in fixtures("eligibility_cases") {
        let standards = standards();
        for case in file["cases"].as_array().unwrap() {
            let id = format!("{} {}", path.display(), case["id"]);
            let mut standard = standards[case["standard"].as_str().unwrap()].clone();
            if let Some(overrides) = case["overrides"].as_object() {
                for (key, value) in overrides {
                    standard[key] = value.clone();
                }
            }
            let standard: OccupationalStandard = serde_json::from_value(standard).unwrap();
            let facts: ApplicantFacts = serde_json::from_value(case["facts"].clone()).unwrap();
            let level: SkillLevel = serde_json::from_value(case["level"].clone()).unwrap();
            let verdicts = judge(&standard, level, day(&case["as_of"]), &facts);

            let mut got = serde_json::Map::new();
            let mut earliest = serde_json::Map::new();
            for verdict in &verdicts {
                let reasons: Vec<Value> = verdict.reasons.iter().map(coded).collect();
                let value = json!({ "result": verdict.outcome, "reasons": reasons });
                got.insert(verdict.no.to_string(), value);
                earliest.insert(verdict.no.to_string(), json!(verdict.earliest));
            }
            assert_eq!(Value::from(got), case["expect"], "{id}");
            assert_eq!(Value::from(earliest), case["earliest_true_date"], "{id}");
            assert_eq!(json!(any_true(&verdicts)), case["any_true"], "{id}");
            assert_eq!(json!(needs_reviewer(&verdicts)), case["needs_reviewer"], "{id}");
            judged += 1;
        }
    }
    assert!(judged >= 37, "{judged} cases");
}

#[test]
fn a_standard_survives_being_stored() {
    for standard in STANDARDS.iter() {
        let text = serde_json::to_string(standard).unwrap();
        assert_eq!(&serde_json::from_str::<OccupationalStandard>(&text).unwrap(), standard);
    }
}

#[test]
fn a_misspelt_key_is_refused() {
    let good = standards()["电工"].clone();
    let refused = |change: fn(&mut Value)| {
        let mut standard = good.clone();
        change(&mut standard);
        serde_json::from_value::<OccupationalStandard>(standard).is_err()
    };
    assert!(!refused(|s| s["notes"] = json!("seed text")));
    assert!(refused(|s| s["related_major"] = json!([])));
    assert!(refused(|s| s["levels"]["5"][0]["when"]["work"]["year"] = json!(1)));
    assert!(refused(|s| s["levels"]["5"][0]["when"] = json!({ "wrok": { "scope": "own" } })));
    assert!(refused(|s| s["levels"]["5"][0]["when"]["work"]["scope"] = json!("all")));
    assert!(refused(|s| s["levels"]["6"] = json!([])));
    assert!(refused(|s| s["code"] = json!("6-31")));
}

#[test]
fn trades_have_their_own_levels() {
    let standard: OccupationalStandard = serde_json::from_value(standards()["碳排放管理员"].clone()).unwrap();
    assert!(!standard.requires_trade(SkillLevel::JuniorWorker));
    assert!(standard.requires_trade(SkillLevel::IntermediateWorker));
    assert!(standard.trades_at(SkillLevel::JuniorWorker).is_empty());
    assert_eq!(standard.trades_at(SkillLevel::IntermediateWorker).len(), 5);
    let senior = standard.trades_at(SkillLevel::SeniorWorker);
    assert_eq!(senior.len(), 6);
    let accountant = senior.iter().find(|trade| trade.name == "碳排放核算员").unwrap();
    assert_eq!(accountant.code.as_ref().unwrap().as_str(), "4-09-07-04-03");
}

#[test]
fn proofs_follow_the_rule_where_the_standard_lists_none() {
    let listed: OccupationalStandard = serde_json::from_value(standards()["碳排放管理员"].clone()).unwrap();
    let proofs = |standard: &OccupationalStandard, level, no| standard.condition(level, no).unwrap().proofs();
    assert_eq!(proofs(&listed, SkillLevel::JuniorWorker, 1), Vec::<String>::new());
    assert_eq!(proofs(&listed, SkillLevel::SeniorWorker, 1), ["work_commitment", "social_security"]);
    let unlisted: OccupationalStandard = serde_json::from_value(standards()["电工"].clone()).unwrap();
    assert_eq!(proofs(&unlisted, SkillLevel::JuniorWorker, 2), ["apprenticeship_proof"]);
    assert_eq!(proofs(&unlisted, SkillLevel::SeniorWorker, 3), ["edu_proof", "cert_scan", "work_proof"]);
}

#[test]
fn an_unknown_birthday_goes_to_the_reviewer() {
    let standard: OccupationalStandard = serde_json::from_value(standards()["碳排放管理员"].clone()).unwrap();
    let as_of = "2026-11-21".parse().unwrap();
    let verdicts = judge(&standard, SkillLevel::JuniorWorker, as_of, &ApplicantFacts::default());
    assert_eq!(verdicts[0].outcome, Outcome::Unknown);
    assert_eq!(verdicts[0].reasons, [Reason::BirthUnknown]);
    assert_eq!(verdicts[1].outcome, Outcome::No);
    assert!(needs_reviewer(&verdicts));
    assert!(judge(&standard, SkillLevel::ChiefTechnician, as_of, &ApplicantFacts::default()).is_empty());
}

fn occupation() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["电工", "碳排放管理员", "碳排放核算员", "汽车维修工", "能源管理员", "焊工", ""])
        .prop_map(String::from)
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0u64..30_000).prop_map(|offset| NaiveDate::from_ymd_opt(1960, 1, 1).unwrap() + Days::new(offset))
}

fn any_month() -> impl Strategy<Value = YearMonth> {
    (1960i32..2060, 1u32..=12).prop_map(|(year, month)| YearMonth::new(year, month).unwrap())
}

fn job() -> impl Strategy<Value = Job> {
    (occupation(), any_month(), prop::option::of(any_month())).prop_map(|(occupation, from, to)| Job {
        occupation,
        from,
        to,
    })
}

/// Facts by way of their stored form, so that reading them is tried as well.
fn facts() -> impl Strategy<Value = ApplicantFacts> {
    let certificate = (1u8..=5, occupation(), any_day())
        .prop_map(|(level, occ, date)| json!({ "level": level, "occ": occ, "date": date }));
    let title = (prop::sample::select(vec!["初级", "中级", "高级"]), any_day(), any::<Option<bool>>())
        .prop_map(|(rank, date, matched)| json!({ "rank": rank, "date": date, "matched": matched }));
    let kinds = vec!["初中", "技工学校", "高级技工学校", "技师学院", "高等职业学校", "大学专科", "大学本科"];
    let course = (
        prop::sample::select(kinds),
        prop::sample::select(vec!["毕业", "应届在读", "在读", "结业", "肄业"]),
        prop::option::of(prop::sample::select(vec!["环境工程", "机电一体化", "美术"])),
        prop::option::of(prop::sample::select(vec!["高级工班", "预备技师班", "技师班", "中级工班"])),
        any::<Option<bool>>(),
    )
        .prop_map(|(kind, status, major, class, assessed)| {
            json!({ "kind": kind, "status": status, "major": major, "class": class, "assessed": assessed })
        });
    (
        prop::option::of(any_day()),
        prop::collection::vec(job(), 0..5),
        prop::collection::vec(certificate, 0..3),
        prop::collection::vec(title, 0..3),
        prop::collection::vec(course, 0..3),
        any::<bool>(),
    )
        .prop_map(|(birth, jobs, certs, titles, edu, apprentice)| {
            serde_json::from_value(json!({
                "birth": birth, "jobs": jobs, "certs": certs, "titles": titles, "edu": edu,
                "apprenticeship_completed": apprentice,
            }))
            .unwrap()
        })
}

fn outcomes(which: usize, level: SkillLevel, as_of: NaiveDate, facts: &ApplicantFacts) -> Vec<Outcome> {
    judge(&STANDARDS[which], level, as_of, facts).iter().map(|verdict| verdict.outcome).collect()
}

proptest! {
    #[test]
    fn another_month_of_work_never_turns_a_yes_into_a_no(
        facts in facts(), which in 0usize..8, level in 1u8..=5, as_of in any_day(),
        occupation in occupation(), month in any_month(),
    ) {
        let level = SkillLevel::from_number(level).unwrap();
        let before = outcomes(which, level, as_of, &facts);
        let mut more = facts;
        more.jobs.push(Job { occupation, from: month, to: Some(month) });
        let after = outcomes(which, level, as_of, &more);
        for (before, after) in before.into_iter().zip(after) {
            prop_assert!(after >= before);
        }
    }

    #[test]
    fn time_alone_never_turns_a_yes_into_a_no(
        facts in facts(), which in 0usize..8, level in 1u8..=5, as_of in any_day(), later in 0u64..9_000,
    ) {
        let level = SkillLevel::from_number(level).unwrap();
        let before = outcomes(which, level, as_of, &facts);
        let after = outcomes(which, level, as_of + Days::new(later), &facts);
        for (before, after) in before.into_iter().zip(after) {
            prop_assert!(after >= before);
        }
    }

    #[test]
    fn the_earliest_day_is_the_first_yes_and_every_no_has_a_reason(
        facts in facts(), which in 0usize..8, level in 1u8..=5, as_of in any_day(),
    ) {
        let level = SkillLevel::from_number(level).unwrap();
        for (at, verdict) in judge(&STANDARDS[which], level, as_of, &facts).into_iter().enumerate() {
            prop_assert_eq!(verdict.reasons.is_empty(), verdict.outcome == Outcome::Yes);
            let text = serde_json::to_string(&verdict).unwrap();
            prop_assert_eq!(&serde_json::from_str::<domain::eligibility::ConditionVerdict>(&text).unwrap(), &verdict);
            if let Some(first) = verdict.earliest {
                prop_assert_eq!(outcomes(which, level, first, &facts)[at], Outcome::Yes);
                if first > as_of {
                    let eve = first.pred_opt().unwrap();
                    prop_assert_ne!(outcomes(which, level, eve, &facts)[at], Outcome::Yes);
                }
            }
        }
    }

    #[test]
    fn judging_never_panics_at_the_ends_of_time(facts in facts(), which in 0usize..8, level in 0u8..=8, last in any::<bool>()) {
        if let Some(level) = SkillLevel::from_number(level) {
            let as_of = if last { NaiveDate::MAX } else { NaiveDate::MIN };
            let verdicts = judge(&STANDARDS[which], level, as_of, &facts);
            prop_assert_eq!(verdicts.len(), STANDARDS[which].conditions(level).len());
        }
    }
}
