//! Occupational standards from files.
#![allow(clippy::unwrap_used, reason = "a play that cannot go on has failed")]

use domain::eligibility::OccupationalStandard;
use domain::occupation::SkillLevel;
use records::standards;
use std::collections::BTreeMap;
use testkit::{STANDARDS, World};

const FILES: [(&str, &str); 3] = [
    ("4-09-07-04.toml", include_str!("../../standards/4-09-07-04.toml")),
    ("4-12-01-01.toml", include_str!("../../standards/4-12-01-01.toml")),
    ("6-31-01-03.toml", include_str!("../../standards/6-31-01-03.toml")),
];

#[tokio::test]
async fn templates_give_the_conditions_as_they_are_printed() {
    let world = World::sqlite().await;
    let printed: BTreeMap<String, OccupationalStandard> = serde_json::from_str(STANDARDS).unwrap();
    for (file, text) in FILES {
        let names = standards::import_file(&world.records, text, file, None).await.unwrap();
        let made = standards::get(&world.records, &names[0]).await.unwrap().unwrap();
        let wanted = &printed[&names[0]];
        for (level, conditions) in &wanted.levels {
            for (made, wanted) in made.conditions(*level).iter().zip(conditions) {
                assert_eq!((&made.text, &made.when), (&wanted.text, &wanted.when), "{file} {level:?}");
                assert_eq!(made.evidence, wanted.evidence, "{file} {level:?}");
            }
        }
        assert_eq!(made.levels.keys().collect::<Vec<_>>(), wanted.levels.keys().collect::<Vec<_>>());
        assert_eq!((&made.trades, &made.trade_levels), (&wanted.trades, &wanted.trade_levels));
        assert_eq!((&made.related_majors, &made.code), (&wanted.related_majors, &wanted.code));
        assert_eq!(made.subjects[&SkillLevel::Technician].len(), 3);
    }
    let carbon = standards::get(&world.records, "碳排放管理员").await.unwrap().unwrap();
    assert_eq!(carbon.training_hours[&SkillLevel::JuniorWorker], 40);
}

#[tokio::test]
async fn a_mistake_is_told_with_file_line_and_key() {
    let world = World::sqlite().await;
    let good = FILES[1].1;
    for (bad, told) in [
        (
            good.replace("template = \"2018\"", "template = \"2019\""),
            "x.toml:4: template: there is no 2019; there are 2023, 2018",
        ),
        (
            good.replace("own_or_related\"", "everything\""),
            "x.toml:10: scope: is \"everything\"; it is \"own\" or \"own_or_related\"",
        ),
        (
            good.replace("scope =", "years_4_9 = 3\nscope ="),
            "x.toml:10: years_4_9: is no parameter of template 2018; it has ",
        ),
        (
            good.replace("scope =", "years_4_1 = 0\nscope ="),
            "x.toml:10: years_4_1: is 0; it is a number of years, 1 to 40",
        ),
        (good.replace("edition", "editoin"), "x.toml:7: editoin: unknown field"),
        (good.replace("4-12-01-01", "4-12"), "x.toml:5: code: "),
    ] {
        let why = standards::import_file(&world.records, &bad, "x.toml", None).await.unwrap_err().to_string();
        assert!(why.starts_with(told), "{why}\nwanted {told}");
    }
    let why = standards::import_file(&world.records, "{\n\"电工\": 3}", "x.json", None).await.unwrap_err().to_string();
    assert!(why.starts_with("x.json:2: "), "{why}");
}

#[tokio::test]
async fn years_differ_from_occupation_to_occupation() {
    let world = World::sqlite().await;
    let text = FILES[2].1.replace("scope = \"own\"", "scope = \"own\"\nyears_3_1 = 4");
    standards::import_file(&world.records, &text, "a.toml", None).await.unwrap();
    let made = standards::get(&world.records, "电工").await.unwrap().unwrap();
    assert_eq!(
        made.condition(SkillLevel::SeniorWorker, 1).unwrap().text,
        "取得本职业四级/中级工职业资格证书（技能等级证书）后，累计从事本职业工作4年（含）以上。"
    );
}

const DIRECTORY: &str = r#"{ "code": 200, "body": [{ "careerCode": "4", "careerName": "社会生产服务和生活服务人员", "children": [
  { "careerCode": "4-09", "careerName": "水利、环境和公共设施管理服务人员", "children": [
    { "careerCode": "4-09-07", "careerName": "环境治理服务人员", "children": [
      { "careerCode": "4-09-07-04", "careerName": "碳排放管理员", "children": [
        { "careerCode": "4-09-07-04-02", "careerName": "碳排放监测员" } ] },
      { "careerCode": "4-09-07-05", "careerName": "碳汇计量评估师" } ] } ] } ] }] }"#;

#[tokio::test]
async fn the_ministrys_directory_gives_codes_and_trades() {
    let world = World::sqlite().await;
    let names = standards::import_file(&world.records, DIRECTORY, "d.json", None).await.unwrap();
    assert_eq!(names, ["碳排放管理员"], "without a template nothing is invented");
    let known = standards::get(&world.records, "碳排放管理员").await.unwrap().unwrap();
    assert_eq!(known.trades.len(), 6, "a trade that was there is not doubled");
    assert_eq!(known.trade_codes["碳排放监测员"].as_str(), "4-09-07-04-02");
    let names = standards::import_file(&world.records, DIRECTORY, "d.json", Some("2023")).await.unwrap();
    assert_eq!(names.len(), 2);
    let new = standards::get(&world.records, "碳汇计量评估师").await.unwrap().unwrap();
    assert_eq!((new.levels.len(), new.code.as_ref().unwrap().as_str()), (5, "4-09-07-05"));
    let bad = DIRECTORY.replace("\"careerName\": \"碳汇计量评估师\"", "\"name\": \"碳汇计量评估师\"");
    let why = standards::import_file(&world.records, &bad, "d.json", None).await.unwrap_err().to_string();
    assert!(why.starts_with("d.json:6: careerName: "), "{why}");
}
