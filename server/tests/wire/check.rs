//! `jikao check` over every shared case.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire/fixtures")
}

fn photos() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testkit/fixtures/photos")
}

fn fixture(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Runs `jikao check …`: the exit code and what it printed.
fn check(arguments: &[&str]) -> (i32, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_jikao")).arg("check").args(arguments).output().unwrap();
    (done.status.code().unwrap(), String::from_utf8(done.stdout).unwrap())
}

fn check_json(arguments: &[&str]) -> (i32, Value) {
    let (code, text) = check(&[arguments, &["--json"]].concat());
    (code, serde_json::from_str(&text).unwrap_or_else(|_| panic!("{arguments:?}: not JSON: {text}")))
}

/// The procedures behind the letters of the shared cases.
fn profile(seed: &str) -> &'static str {
    match seed {
        "S0" => "zj-daily",
        "S1" => "jx-gongqin",
        "S2" => "zhhn",
        "S3" => "zynl",
        "S4" => "qz-institution",
        other => panic!("no profile {other}"),
    }
}

#[test]
fn every_photo_under_every_profile() {
    let expected = fixture(&photos().join("expected.json"));
    let rows = expected["photos"].as_array().unwrap();
    for seed in ["S0", "S1", "S2", "S3", "S4"] {
        let files: Vec<String> =
            rows.iter().map(|row| photos().join(row["file"].as_str().unwrap()).display().to_string()).collect();
        let mut arguments = vec!["photo", "--profile", profile(seed)];
        arguments.extend(files.iter().map(String::as_str));
        let (code, answer) = check_json(&arguments);
        assert_eq!(code, 1, "some are refused under every profile");
        let answers = answer.as_array().unwrap();
        assert_eq!(answers.len(), rows.len());
        for (row, (answer, file)) in rows.iter().zip(answers.iter().zip(&files)) {
            let wanted = &row["profiles"][seed];
            let name = format!("{} under {seed}: {answer}", row["file"]);
            assert_eq!(answer["file"], **file, "{name}");
            assert_eq!(answer["verdict"], wanted["verdict"], "{name}");
            assert_eq!(by_code(&answer["faults"]), by_code(&wanted["faults"]), "{name}");
            assert_eq!(words(&answer["warnings"]), words(&row["warnings"]), "{name}");
        }
    }
}

/// Faults in any order; a measured ratio may be rounded differently.
fn by_code(faults: &Value) -> BTreeSet<String> {
    let told = |fault: &Value| match fault["measured"].as_f64() {
        Some(measured) => json!([fault["code"], format!("{measured:.3}"), fault["rule"]]).to_string(),
        None => json!([fault["code"], fault["measured"], fault["rule"]]).to_string(),
    };
    faults.as_array().unwrap().iter().map(told).collect()
}

fn words(list: &Value) -> BTreeSet<&str> {
    list.as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

#[test]
fn a_photo_that_passes_or_waits_for_a_person_is_not_refused() {
    for file in ["ok_413x579_40k.jpg", "blue_background.jpg"] {
        let path = photos().join(file).display().to_string();
        assert_eq!(check(&["photo", "--profile", "zynl", &path]).0, 0, "{file}");
    }
}

#[test]
fn every_identity_number() {
    let cases = fixture(&fixtures().join("ids.json"));
    let today = cases["today"].as_str().unwrap();
    let list = cases["id_numbers"].as_array().unwrap();
    assert!(list.len() >= 30);
    for case in list {
        let (input, kind) = (case["input"].as_str().unwrap(), case["kind"].as_str().unwrap());
        let (code, answer) = check_json(&["id", input, "--kind", kind, "--today", today]);
        assert_eq!(code == 0, case["valid"] == true, "{case}");
        for key in ["input", "kind", "valid", "error", "normalized", "birth", "gender"] {
            assert_eq!(answer[key], case[key], "{key} of {case}");
        }
    }
}

#[test]
fn several_numbers_are_an_array() {
    let (code, answer) = check_json(&["id", "330822199012153426", "330822199012153420"]);
    assert_eq!(code, 1);
    assert_eq!((&answer[0]["valid"], &answer[1]["error"]), (&json!(true), &json!("check")));
}

#[test]
fn every_case_of_eligibility() {
    let folder = tempfile::tempdir().unwrap();
    let standards = fixture(&fixtures().join("eligibility.json"));
    let cases = fixture(&fixtures().join("eligibility_cases.json"));
    for case in cases["cases"].as_array().unwrap() {
        let name = case["standard"].as_str().unwrap();
        let mut standard = standards[name].clone();
        if let Some(overrides) = case["overrides"].as_object() {
            standard.as_object_mut().unwrap().extend(overrides.clone());
        }
        let (standards_file, facts_file) = (folder.path().join("standards.json"), folder.path().join("facts.json"));
        std::fs::write(&standards_file, json!({ name: standard }).to_string()).unwrap();
        std::fs::write(&facts_file, case["facts"].to_string()).unwrap();
        let (code, answer) = check_json(&[
            "eligibility",
            "--standards",
            standards_file.to_str().unwrap(),
            "--standard",
            name,
            "--level",
            &case["level"].to_string(),
            "--as-of",
            case["as_of"].as_str().unwrap(),
            "--facts",
            facts_file.to_str().unwrap(),
        ]);
        let mut wanted = case["expect"].clone();
        for (number, condition) in wanted.as_object_mut().unwrap() {
            condition["earliest_true_date"] = case["earliest_true_date"][number].clone();
        }
        assert_eq!(answer, wanted, "{}", case["id"]);
        let refused = case["any_true"] == false && case["needs_reviewer"] == false;
        assert_eq!(code, i32::from(refused), "{}", case["id"]);
    }
}

#[test]
fn every_case_of_dates() {
    let folder = tempfile::tempdir().unwrap();
    let cases = fixture(&fixtures().join("times.json"));
    for case in cases["cases"].as_array().unwrap() {
        let file = folder.path().join("plan.json");
        std::fs::write(&file, case.to_string()).unwrap();
        let (code, answer) =
            check_json(&["plan", file.to_str().unwrap(), "--profile", profile(case["profile"].as_str().unwrap())]);
        assert_eq!(answer, case["expect"], "{}", case["id"]);
        assert_eq!(code, i32::from(case["expect"]["ok"] == false), "{}", case["id"]);
    }
}

/// A plan file may leave its settings out; those of the profile hold.
#[test]
fn the_lead_times_are_those_of_the_profile() {
    let folder = tempfile::tempdir().unwrap();
    let cases = fixture(&fixtures().join("times.json"));
    for seed in ["S0", "S1", "S2", "S3", "S4"] {
        for case in cases["cases"].as_array().unwrap() {
            if case["profile"] != seed || case["settings"] != cases["profiles"][seed] || !case["calendar"].is_null() {
                continue;
            }
            let file = folder.path().join("plan.json");
            std::fs::write(&file, json!({ "times": case["times"] }).to_string()).unwrap();
            let (_, answer) = check_json(&["plan", file.to_str().unwrap(), "--profile", profile(seed)]);
            assert_eq!(answer, case["expect"], "{}", case["id"]);
        }
    }
}

/// The plans printed in the guides: the one whose exam lies before its registration is refused.
#[test]
fn every_printed_plan() {
    let folder = tempfile::tempdir().unwrap();
    let plans = fixture(&fixtures().join("plans.json"));
    let mut checked = 0;
    for plan in plans["plans"].as_array().unwrap() {
        let (Some(window), Some(exam)) = (plan["registration"].as_object(), plan["exam"].as_str()) else { continue };
        let file = folder.path().join("plan.json");
        let times = json!({ "reg_open": window["open"], "reg_close": window["close"], "exams": [exam] });
        std::fs::write(&file, json!({ "times": times }).to_string()).unwrap();
        let (code, answer) =
            check_json(&["plan", file.to_str().unwrap(), "--profile", profile(plan["profile"].as_str().unwrap())]);
        assert_eq!(answer["ok"], plan["valid_dates"], "{}", plan["id"]);
        assert_eq!(answer["violations"], plan["violations"], "{}", plan["id"]);
        assert_eq!(code, i32::from(plan["valid_dates"] == false), "{}", plan["id"]);
        checked += 1;
    }
    assert!(checked >= 5, "{checked}");
}

#[test]
fn bad_usage_is_2_and_says_why() {
    for arguments in [
        vec!["photo", "--profile", "nowhere", "x.jpg"],
        vec!["photo", "--profile", "zynl"],
        vec!["photo", "--profile", "zynl", "/nowhere/at-all.jpg"],
        vec!["id", "--kind", "XYZ", "1"],
        vec!["plan", "/nowhere/plan.json", "--profile", "zynl"],
        vec!["wisdom"],
    ] {
        let done = Command::new(env!("CARGO_BIN_EXE_jikao")).arg("check").args(&arguments).output().unwrap();
        assert_eq!(done.status.code(), Some(2), "{arguments:?}");
        assert!(!done.stderr.is_empty() && done.stdout.is_empty(), "{arguments:?}");
    }
}
