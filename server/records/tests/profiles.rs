//! Procedures are read from files, and a mistake in one is named.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a play that cannot go on has failed")]

use domain::form::{Answers, is_asked};
use domain::profile::Step;
use records::{Error, profiles};
use testkit::ZYNL;

fn complaint(text: &str) -> String {
    match profiles::parse(text, "zynl.toml") {
        Err(Error::Configuration(text)) => text,
        other => panic!("a complaint was expected, not {other:?}"),
    }
}

fn changed(from: &str, to: &str) -> String {
    assert!(ZYNL.contains(from), "{from}");
    complaint(&ZYNL.replacen(from, to, 1))
}

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
fn a_mistake_is_named_with_file_line_and_key() {
    let line = |what: &str| ZYNL.lines().position(|line| line.contains(what)).unwrap() + 1;
    let typo = changed("width_more_than", "widht_more_than");
    assert!(
        typo.starts_with(&format!("zynl.toml:{}: widht_more_than: unknown field", line("width_more_than"))),
        "{typo}"
    );
    let kind = changed("\"credit_code\"", "\"credit_cod\"");
    assert!(kind.starts_with(&format!("zynl.toml:{}: kind: unknown variant", line("\"credit_code\""))), "{kind}");
    let broken = changed("wizard = [", "wizard = ");
    assert!(broken.starts_with("zynl.toml:"), "{broken}");
}

#[test]
fn a_rule_that_can_never_hold_is_refused() {
    let show = changed("show = { key = \"upgrade\", is = [\"yes\"] }", "show = { key = \"upgrad\", is = [\"yes\"] }");
    assert!(show.contains("show looks at upgrad, which is no field"), "{show}");
    let value = changed("is = [\"student\"]", "is = [\"studnet\"]");
    assert!(value.contains("tech_school: show waits for source = studnet"), "{value}");
    assert!(changed("ratio_min = \"0.65\"", "ratio_min = \"0.85\"").contains("ratio_min is above ratio_max"));
    assert!(changed("{yyyy}-S-{seq:6}", "{yyyy}-S").contains("a number needs {seq}"));
    assert!(changed("key = \"post\"", "key = \"employer\"").contains("employer: a field with this key is there twice"));
    assert!(changed("bytes_more_than = 30_720", "bytes_more_than = 3_072_000").contains("no photo can weigh"));
}
