//! The dates of a plan against the shared cases.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its fixture has failed")]

use chrono::{DateTime, NaiveDate};
use domain::time::Timestamp;
use domain::timeline::{
    Admission, DayUnit, IN_FLIGHT_GRACE_SECONDS, LeadTimes, PointName, RegistrationWindow, TimePoint, TimePoints,
    TimeRule, Who, WindowRefusal, WindowState, WorkCalendar, check, earliest_exam, latest_dates, latest_schedule, mend,
    milestones, overdue, propose,
};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

fn files() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("times"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    let read = |path| serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    paths.into_iter().map(read).collect()
}

fn rows<'a>(file: &'a Value, key: &str) -> &'a [Value] {
    file[key].as_array().unwrap()
}

fn settings(value: &Value) -> LeadTimes {
    serde_json::from_value(value.clone()).unwrap()
}

fn calendar(case: &Value) -> WorkCalendar {
    case.get("calendar").map(|value| serde_json::from_value(value.clone()).unwrap()).unwrap_or_default()
}

#[test]
fn every_shared_plan_breaks_exactly_the_rules_named() {
    for file in files() {
        assert!(rows(&file, "cases").len() >= 30);
        for case in rows(&file, "cases") {
            let times: TimePoints = serde_json::from_value(case["times"].clone()).unwrap();
            let found = check(&times, &settings(&case["settings"]), &calendar(case));
            let rules: Vec<TimeRule> = found.iter().map(|violation| violation.rule).collect();
            assert_eq!(json!(rules), case["expect"]["violations"], "{}", case["id"]);
            assert_eq!(json!(found.is_empty()), case["expect"]["ok"], "{}", case["id"]);
        }
    }
}

#[test]
fn every_proposed_fix_satisfies_its_rule() {
    let mut mended = 0;
    for file in files() {
        for case in rows(&file, "cases") {
            let times: TimePoints = serde_json::from_value(case["times"].clone()).unwrap();
            let (settings, calendar) = (settings(&case["settings"]), calendar(case));
            for violation in check(&times, &settings, &calendar) {
                let mut better = times.clone();
                better.set(violation.point, violation.fix);
                assert!(better.get(violation.point).is_some(), "{}", case["id"]);
                let still = check(&better, &settings, &calendar);
                assert!(still.iter().all(|other| other.rule != violation.rule), "{} {violation:?}", case["id"]);
                mended += 1;
            }
        }
    }
    assert!(mended >= 15, "{mended}");
}

#[test]
fn rules_have_the_ids_of_the_shared_list() {
    let ids: Vec<&str> = TimeRule::ALL.iter().map(|rule| rule.id()).collect();
    for file in files() {
        let shared: Vec<&str> = rows(&file, "rules").iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert_eq!(ids, shared);
    }
    assert_eq!(serde_json::to_value(TimeRule::ALL).unwrap(), json!(ids));
}

#[test]
fn every_shared_moment_lies_where_it_is_said_to() {
    for file in files() {
        for row in rows(&file, "moments") {
            let point = |key: &str| TimePoint::parse(row["registration"][key].as_str().unwrap()).unwrap();
            let window = RegistrationWindow::between(point("open"), point("close"));
            let instant = DateTime::parse_from_rfc3339(row["instant"].as_str().unwrap()).unwrap();
            let now = Timestamp(instant.timestamp_millis());
            assert_eq!(json!(window.is_open(now)), row["open"], "{row}");
        }
    }
}

#[test]
fn every_shared_exam_has_its_latest_dates() {
    for file in files() {
        for row in rows(&file, "latest_dates") {
            let exam: NaiveDate = row["exam"].as_str().unwrap().parse().unwrap();
            let settings = settings(&file["profiles"][row["profile"].as_str().unwrap()]);
            let latest = latest_dates(exam, &settings, &WorkCalendar::default());
            assert_eq!(serde_json::to_value(&latest).unwrap(), row["latest"], "{row}");
        }
    }
}

#[test]
fn a_schedule_solved_backwards_breaks_no_rule() {
    let exam: NaiveDate = "2026-12-20".parse().unwrap();
    for file in files() {
        for (name, profile) in file["profiles"].as_object().unwrap() {
            for strict in [false, true] {
                let settings = LeadTimes { review_before_pub: strict, ..settings(profile) };
                let times = latest_schedule(exam, &settings, &WorkCalendar::default());
                assert_eq!(check(&times, &settings, &WorkCalendar::default()), [], "{name} {times:?}");
            }
        }
    }
}

fn spring() -> RegistrationWindow {
    let point = |text| TimePoint::parse(text).unwrap();
    RegistrationWindow::between(point("2024-03-11 00:00:00"), point("2024-03-28 23:59:59"))
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_shanghai(text).unwrap()
}

#[test]
fn registration_is_open_through_its_last_second() {
    let window = spring();
    assert_eq!(window.state_at(at("2024-03-10 23:59:59")), WindowState::Upcoming);
    assert_eq!(window.state_at(at("2024-03-11 00:00:00")), WindowState::Open);
    assert_eq!(window.state_at(Timestamp(at("2024-03-28 23:59:59").0 + 999)), WindowState::Open);
    assert_eq!(window.state_at(at("2024-03-29 00:00:00")), WindowState::Closed);
}

#[test]
fn a_request_that_began_in_time_is_never_lost_without_words() {
    let window = spring();
    let admit = |began, now| window.admit(at(began), at(now), IN_FLIGHT_GRACE_SECONDS);
    let closed = Err(WindowRefusal::Closed { closed: window.closes });
    assert_eq!(admit("2024-03-28 23:59:58", "2024-03-28 23:59:59"), Ok(Admission::InTime));
    assert_eq!(admit("2024-03-28 23:59:59", "2024-03-29 00:00:00"), Ok(Admission::InFlight));
    assert_eq!(admit("2024-03-28 23:59:59", "2024-03-29 00:00:59"), Ok(Admission::InFlight));
    assert_eq!(admit("2024-03-28 23:59:59", "2024-03-29 00:01:00"), closed);
    assert_eq!(admit("2024-03-29 00:00:00", "2024-03-29 00:00:00"), closed);
    assert_eq!(
        admit("2024-03-10 23:59:59", "2024-03-10 23:59:59"),
        Err(WindowRefusal::NotYetOpen { opens: window.opens })
    );
    assert_eq!(window.admit(at("2024-03-28 23:59:59"), at("2024-03-29 00:00:00"), 0), closed);
}

#[test]
fn lead_times_are_read_from_a_profile_and_misspellings_are_refused() {
    let text = "pub_min_days = 10\nfiling_lead = 15\nday_unit = \"working\"\n";
    let settings: LeadTimes = toml::from_str(text).unwrap();
    assert_eq!((settings.pub_min_days, settings.filing_lead), (Some(10), Some(15)));
    assert!(toml::from_str::<LeadTimes>("filing_leed = 15").is_err());
    assert!(toml::from_str::<LeadTimes>("day_unit = \"workday\"").is_err());
    let calendar = "holidays = [\"2026-10-01\"]\nextra_workdays = [\"2026-10-10\"]";
    let calendar: WorkCalendar = toml::from_str(calendar).unwrap();
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    assert!(!calendar.is_workday(day("2026-10-01")) && calendar.is_workday(day("2026-10-10")));
    assert!(serde_json::from_str::<TimePoints>("{\"reg_opens\": \"2026-10-01\"}").is_err());
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_proposed_schedule_breaks_no_rule_and_leaves_out_no_point() {
    for file in files() {
        for (name, profile) in file["profiles"].as_object().unwrap() {
            for unit in ["calendar", "working"] {
                let mut profile = profile.clone();
                profile["day_unit"] = json!(unit);
                let settings = settings(&profile);
                let calendar =
                    WorkCalendar { holidays: vec![day("2027-01-01")], extra_workdays: vec![day("2027-01-02")] };
                // Across the turn of the year, and with an exam of two days.
                let exams = ["2027-01-16 09:00", "2027-01-17 13:30"].map(|text| TimePoint::parse(text).unwrap());
                let times = propose(&exams, &settings, &calendar, day("2026-11-01"));
                assert_eq!(check(&times, &settings, &calendar), [], "{name} {unit} {times:?}");
                assert_eq!(times.exams, exams);
                for stone in milestones(&times, &settings, &calendar) {
                    let (Some(at), Some(latest)) = (stone.at, stone.latest) else { continue };
                    assert!(at.day() <= latest, "{name} {unit} {stone:?}");
                }
                assert!(times.reg_open < times.reg_close && times.score_pub_start < times.score_pub_end);
            }
        }
    }
}

#[test]
fn every_shared_conflict_can_be_mended() {
    for file in files() {
        for case in rows(&file, "cases") {
            let times: TimePoints = serde_json::from_value(case["times"].clone()).unwrap();
            let (settings, calendar) = (settings(&case["settings"]), calendar(case));
            let better = mend(&times, &settings, &calendar);
            let left = check(&better, &settings, &calendar);
            assert_eq!(better.exams, times.exams, "{}", case["id"]);
            assert_eq!(left, [], "{}", case["id"]);
            if case["expect"]["ok"] == json!(true) {
                assert_eq!(better, times, "what fits is left alone: {}", case["id"]);
            }
        }
    }
}

#[test]
fn the_seed_knows_its_latest_dates_and_who_must_act() {
    let settings = LeadTimes {
        pub_min_days: Some(10),
        ticket_min_days: Some(10),
        ticket_ends_on_exam_day: true,
        eform_lead: Some(20),
        filing_lead: Some(15),
        paper_lead: Some(7),
        ..LeadTimes::default()
    };
    let plain = WorkCalendar::default();
    let times = propose(&[TimePoint::Day(day("2027-01-10"))], &settings, &plain, day("2026-11-01"));
    let stones = milestones(&times, &settings, &plain);
    let latest = |point| stones.iter().find(|stone| stone.point == Some(point)).unwrap();
    for (point, last, actor) in [
        (PointName::EformDue, "2026-12-21", Who::Agency),
        (PointName::PlanFiled, "2026-12-26", Who::Agency),
        (PointName::PaperDue, "2027-01-03", Who::Agency),
        (PointName::TicketStart, "2026-12-31", Who::Applicants),
        (PointName::RosterPubStart, "2026-12-31", Who::Agency),
        (PointName::RosterPubEnd, "2027-01-10", Who::Public),
    ] {
        assert_eq!((latest(point).latest, latest(point).who), (Some(day(last)), actor), "{point:?}");
    }
    let set: Vec<_> = stones.iter().filter_map(|stone| stone.at).map(TimePoint::ends).collect();
    assert!(set.is_sorted() && set.len() == stones.len(), "{stones:?}");
    assert_eq!(stones.iter().filter(|stone| stone.point.is_none()).count(), 1, "the exam stands among them once");

    assert_eq!(overdue(&times, &settings, &plain, day("2026-12-21")), []);
    let late: Vec<_> = overdue(&times, &settings, &plain, day("2026-12-27")).iter().map(|stone| stone.point).collect();
    assert_eq!(late, [Some(PointName::EformDue), Some(PointName::PlanFiled)]);
    let earliest = earliest_exam(day("2026-12-27"), &settings, &plain).unwrap();
    assert_eq!(earliest, day("2027-01-16"), "twenty days for the electronic forms");
    assert_eq!(
        overdue(
            &TimePoints { exams: vec![TimePoint::Day(earliest)], ..TimePoints::default() },
            &settings,
            &plain,
            day("2026-12-27")
        ),
        []
    );
    let working = LeadTimes { day_unit: DayUnit::Working, ..settings };
    assert!(earliest_exam(day("2026-12-27"), &working, &plain).unwrap() > earliest);
}
