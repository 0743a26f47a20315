//! A score sheet as agencies keep it, with every planted fault named and every mark understood.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use domain::scores::{ExamResult, PASS_TENTHS, Sitting, Subject, resit_subjects, result, rows};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

fn file(name: &str) -> Vec<u8> {
    fs::read(format!("{}/tests/fixtures/scores/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn sitting(person: &Value) -> Sitting {
    let level = person["level"].as_u64().unwrap();
    let mut subjects = BTreeSet::from([Subject::Theory, Subject::Practical]);
    if level <= 2 {
        subjects.insert(Subject::Comprehensive);
    }
    let carried = person["carried"].as_object().into_iter().flatten();
    Sitting {
        name: person["name"].as_str().unwrap().into(),
        id_no: person["id_no"].as_str().unwrap().into(),
        subjects,
        carried: carried
            .map(|(subject, tenths)| (Subject::parse(subject).unwrap(), u16::try_from(tenths.as_u64().unwrap()).ok()))
            .collect(),
    }
}

#[test]
fn every_row_is_judged_as_expected() {
    let expected: Value = serde_json::from_slice(&file("expected.json")).unwrap();
    let people = expected["candidates"].as_object().unwrap();
    let sittings: BTreeMap<String, Sitting> =
        people.iter().map(|(ticket, person)| (ticket.clone(), sitting(person))).collect();
    let sheets = rosters::read(&file("成绩表_24.xlsx")).unwrap();
    let found = rows(&sheets[0], &sittings).unwrap();
    let wanted = expected["files"]["成绩表_24.xlsx"].as_array().unwrap();
    assert_eq!(found.len(), wanted.len());
    for (found, wanted) in found.iter().zip(wanted) {
        assert_eq!(u64::from(found.row), wanted["row"].as_u64().unwrap());
        let errors: Vec<String> = serde_json::from_value(wanted["errors"].clone()).unwrap_or_default();
        let codes: Vec<String> = found.faults.iter().map(|fault| fault.code()).collect();
        assert_eq!(codes, errors, "row {}", found.row);
        if !errors.is_empty() {
            assert!(found.marks.is_empty(), "a row with a fault changes nothing");
            continue;
        }
        for (subject, told) in wanted["subjects"].as_object().unwrap() {
            let mark = found.marks[&Subject::parse(subject).unwrap()];
            assert_eq!(mark.kind(), told["kind"].as_str().unwrap(), "row {} {subject}", found.row);
            assert_eq!(mark.passes(PASS_TENTHS), told["passed"].as_bool().unwrap(), "row {} {subject}", found.row);
            assert_eq!(mark.tenths().map(|tenths| f64::from(tenths) / 10.0), told["score"].as_f64());
        }
        let word = match result(&found.marks, PASS_TENTHS) {
            ExamResult::Pass => "PASS",
            ExamResult::Fail => "FAIL",
            ExamResult::Incomplete => "INCOMPLETE",
        };
        assert_eq!(word, wanted["result"].as_str().unwrap(), "row {}", found.row);
        let resit: Vec<&str> = resit_subjects(&found.marks, PASS_TENTHS).into_iter().map(Subject::as_str).collect();
        let wanted: Vec<String> = serde_json::from_value(wanted["resit_subjects"].clone()).unwrap();
        assert_eq!(resit, wanted, "row {}", found.row);
    }
}
