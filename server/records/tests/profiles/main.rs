//! Procedures are read from files, and a mistake in one is named.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a play that cannot go on has failed")]

mod mistakes;
mod more_mistakes;

use domain::form::{Answers, is_asked};
use domain::profile::Step;
use mistakes::Mistake;
use records::{Error, profiles};
use testkit::{ZYNL, both_databases};

#[test]
fn the_first_procedure_says_what_its_guide_says() {
    let profile = profiles::parse(ZYNL, "zynl.toml").unwrap();
    assert_eq!(profile.wizard, [Step::Photo, Step::Form, Step::Sign, Step::Preview]);
    assert_eq!(profile.declaration.clauses.len(), 5);
    assert!(profile.declaration.clauses[1].contains("不弄虚作假"));
    assert_eq!(profile.phrases.photo_note.len(), 3);
    let labels: Vec<&str> = profile.form.fields().map(|field| field.label.as_str()).collect();
    for label in [
        "报考职业名称",
        "考生类别",
        "身份证件号码",
        "统一社会信用代码",
        "是否人力资源派遣员工",
        "是否晋级申报",
        "符合申报条件",
    ] {
        assert!(labels.contains(&label), "{label}");
    }
    let spec = &profile.photo.spec;
    assert!(spec.allows_size(216, 301) && !spec.allows_size(215, 301) && !spec.allows_size(216, 300));
    assert_eq!((spec.fewest_bytes(), spec.most_bytes()), (Some(30_721), Some(1_048_575)));
}

#[test]
fn students_are_asked_once_and_never_about_work() {
    let profile = profiles::parse(ZYNL, "zynl.toml").unwrap();
    let asked = |answers: &Answers| -> Vec<String> {
        profile
            .form
            .fields()
            .filter(|field| is_asked(&profile.form, field, answers))
            .map(|field| field.key.clone())
            .collect()
    };
    let mut student = Answers::default();
    student.set("source", "student");
    let of_student = asked(&student);
    for key in ["no_employer", "employer", "employer_uscc", "years_occ", "post", "dispatched"] {
        assert!(!of_student.contains(&key.to_owned()), "{key}");
    }
    assert!(of_student.contains(&"tech_school".to_owned()));
    let official = |key: &str| profile.form.field(key).unwrap().not_applicable.as_str();
    assert_eq!(
        [
            official("employer"),
            official("employer_uscc"),
            official("years_occ"),
            official("post"),
            official("dispatched")
        ],
        ["无工作单位", "-", "0", "无", "否"]
    );

    let mut jobless = Answers::default();
    jobless.set("source", "society");
    jobless.set("no_employer", "yes");
    let of_jobless = asked(&jobless);
    assert!(of_jobless.contains(&"years_occ".to_owned()) && !of_jobless.contains(&"employer_uscc".to_owned()));
    assert!(!of_jobless.contains(&"prior_no".to_owned()), "only for an upgrade");
    assert_eq!(profile.documents_for(&jobless).map(|document| document.key.as_str()).collect::<Vec<_>>(), ["evidence"]);
    jobless.set("upgrade", "yes");
    assert!(asked(&jobless).contains(&"prior_no".to_owned()));
    assert_eq!(profile.documents_for(&jobless).count(), 2);
}

#[test]
fn every_procedure_that_comes_with_the_product_is_fine() {
    for (name, text) in PROFILES {
        let profile = profiles::parse(text, name).unwrap();
        assert_eq!(profile.name, name);
    }
}

const PROFILES: [(&str, &str); 5] = [
    ("zj-daily", include_str!("../../../profiles/zj-daily.toml")),
    ("jx-gongqin", include_str!("../../../profiles/jx-gongqin.toml")),
    ("zhhn", include_str!("../../../profiles/zhhn.toml")),
    ("zynl", ZYNL),
    ("qz-institution", include_str!("../../../profiles/qz-institution.toml")),
];

#[test]
fn each_key_wrong_once_is_named_with_its_line_and_what_would_be_right() {
    let mut wrong = Vec::new();
    for Mistake { profile, from, to, line, words } in mistakes::MISTAKES.iter().chain(more_mistakes::MISTAKES) {
        let (_, text) = PROFILES.iter().find(|(name, _)| name == profile).unwrap();
        assert!(text.contains(from), "{profile} has no {from}");
        let changed = text.replacen(from, to, 1);
        let told = complaint_of(&changed, profile);
        let at = changed.find(line).unwrap_or_else(|| panic!("{line} after {to}"));
        let expected = format!("{profile}.toml:{}: ", changed[..at].matches('\n').count() + 1);
        let here = told.lines().filter(|told| told.starts_with(&expected)).collect::<Vec<_>>().join("\n");
        let all = if words == &["zynl.toml:"] { told.clone() } else { here };
        if words.iter().any(|word| !all.contains(word)) {
            wrong.push(format!("{profile}: {from:?} -> {to:?}\n  wanted {expected} {words:?}\n  got    {told}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn complaint_of(text: &str, name: &str) -> String {
    match profiles::parse(text, &format!("{name}.toml")) {
        Err(Error::Configuration(text)) => text,
        other => panic!("a complaint was expected, not {other:?}"),
    }
}

#[test]
fn everything_is_said_at_once_in_the_order_of_the_lines() {
    let text =
        ZYNL.replacen("correction_days = 5", "correction_days = 15", 1).replacen("{yyyy}-S-{seq:6}", "{yyyy}-S", 1);
    let told = complaint_of(&text, "zynl");
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 2, "{told}");
    assert!(lines[0].contains("plan_number") && lines[1].contains("correction_days"), "{told}");
}

both_databases! {
    async fn a_version_is_published_once_and_must_count_up(world) {
        let manager = world.manager("吴桐").await;
        let known = profiles::newest(&world.records, "zynl").await.unwrap().unwrap();
        let again = profiles::publish_by(&world.records, &manager, &known).await;
        assert!(matches!(again, Err(Error::Configuration(why)) if why.contains("make it 2")));
        let mut next = known.as_ref().clone();
        next.version = 2;
        next.title = "第二版".into();
        profiles::publish_by(&world.records, &manager, &next).await.unwrap();
        world.plan().await;
        let published = profiles::published(&world.records).await.unwrap();
        let lines: Vec<_> = published.iter().map(|one| (one.profile.version, one.plans)).collect();
        assert_eq!(lines, [(2, 1), (1, 0)], "the newest first, with the plans that keep each");
        let reviewer = world.reviewer("周敏").await;
        assert!(matches!(profiles::publish_by(&world.records, &reviewer, &next).await, Err(Error::Forbidden)));
    }
}
