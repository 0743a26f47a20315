//! Levels one by one, subjects by level, and a resit of what was failed.

use crate::cast::*;
use crate::procedures::{plan_under, toml};
use domain::account::Viewer;
use domain::application::SubmitRefusal;
use domain::form::{Answers, Problem};
use domain::ids::ApplicationId;
use domain::occupation::SkillLevel;
use domain::plan::Plan;
use domain::profile::{Profile, SignatureMode};
use domain::refusal::Refusal;
use records::results::{self, NewResult, Outcome};
use records::{Error, applications};
use testkit::{Applicant, World, both_databases};

fn rules(profile: &mut Profile) {
    profile.signature = SignatureMode::None;
    profile.document.clear();
    profile.form.section = vec![toml(
        r#"
            key = "exam"
            title = "报考"
            [[field]]
            key = "prior_level"
            label = "原级别"
            kind = "level"
            required = false
            [[field]]
            key = "exam_kind"
            label = "考试类型"
            kind = "choice"
            choices = [{ value = "normal", label = "正常考试" }, { value = "resit", label = "补考" }]
            [[field]]
            key = "subjects"
            label = "考试科目"
            kind = "plan_fact"
            [[field]]
            key = "resit_subjects"
            label = "补考科目"
            kind = "subjects"
            show = { key = "exam_kind", is = ["resit"] }
        "#,
    )];
    profile.ladder = Some(toml("field = \"prior_level\"\nentry = [5]"));
    profile.papers = Some(toml(
        r#"
        by_level = { 4 = ["理论", "实操"], 3 = ["理论", "实操"], 2 = ["理论", "实操", "综合"] }
        exam_kind = "exam_kind"
        resit = "resit"
        chosen = "resit_subjects"
        resit_most = 1
    "#,
    ));
}

async fn plan_of(world: &World, level: u8) -> Plan {
    plan_under(world, rules, |new| {
        new.level = SkillLevel::from_number(level);
        new.subjects.clear();
    })
    .await
}

fn typed(pairs: &[(&str, &str)]) -> Answers {
    let mut answers = Answers::default();
    for (key, value) in pairs {
        answers.set(key, value);
    }
    answers
}

async fn begins(world: &World, plan: &Plan, who: &Applicant) -> ApplicationId {
    let id = applications::start(&world.records, who.id, plan.id).await.unwrap();
    uploads_photo(world, who, id).await;
    id
}

async fn faults(world: &World, who: &Applicant, id: ApplicationId, answers: &[(&str, &str)]) -> Vec<(String, Problem)> {
    saves(world, who, id, typed(answers)).await;
    match refused(applications::submit(&world.records, who.id, id, "key").await) {
        Refusal::Submit(SubmitRefusal::FormFaults(faults)) => {
            faults.into_iter().map(|fault| (fault.key, fault.problem)).collect()
        }
        other => panic!("{other:?}"),
    }
}

async fn has_result(world: &World, who: &Applicant, level: u8, subject: &str, outcome: Outcome) {
    let manager = world.manager("周敏").await;
    let result = NewResult {
        id_no: who.id_no.clone(),
        code: "4-09-07-04-03".into(),
        level: SkillLevel::from_number(level).unwrap(),
        subject: subject.into(),
        outcome,
        plan: None,
    };
    results::record(&world.records, &manager, &[result]).await.unwrap();
}

both_databases! {
    /// T3: from five to three is refused with what is possible; from four to three passes.
    async fn levels_are_taken_one_by_one(world) {
        let plan = plan_of(world, 3).await;
        let li = world.applicant("李强").await;
        let id = begins(world, &plan, &li).await;
        let wrong = faults(world, &li, id, &[("prior_level", "5"), ("exam_kind", "normal")]).await;
        let fault = domain::profile::LadderFault { present: Some(5), wanted: 3, possible: Some(4) };
        assert_eq!(wrong, [("prior_level".into(), Problem::Ladder(fault))]);
        let none = faults(world, &li, id, &[("exam_kind", "normal")]).await;
        let fault = domain::profile::LadderFault { present: None, wanted: 3, possible: Some(5) };
        assert_eq!(none, [("prior_level".into(), Problem::Ladder(fault))]);
        saves(world, &li, id, typed(&[("prior_level", "4"), ("exam_kind", "normal")])).await;
        submits(world, &li, id).await;
    }

    /// T4: three papers at level 2, two at level 4, one in a resit.
    async fn subjects_follow_the_level_and_the_resit(world) {
        let (four, two) = (plan_of(world, 4).await, world.plan_with(|new| {
            new.profile = "own".into();
            new.level = SkillLevel::from_number(2);
            new.subjects.clear();
        }).await);
        assert_eq!((four.subjects.len(), two.subjects.len()), (2, 3));
        let li = world.applicant("李强").await;
        let id = begins(world, &four, &li).await;
        let resit = [("prior_level", "5"), ("exam_kind", "resit"), ("resit_subjects.0", "实操")];
        let nobody = faults(world, &li, id, &resit).await;
        assert_eq!(nobody, [("exam_kind".into(), Problem::NotFailed)], "nothing was failed");

        has_result(world, &li, 4, "理论", Outcome::Passed(Some(715))).await;
        has_result(world, &li, 4, "实操", Outcome::Failed(Some(552))).await;
        has_result(world, &li, 3, "理论", Outcome::Failed(Some(100))).await;
        let shown = draft(world, &li, id).await;
        assert_eq!(shown.failed, ["实操"]);
        let offered: Vec<_> = shown.profile.form.field("resit_subjects").unwrap().choices.iter().map(|one| one.value.clone()).collect();
        assert_eq!(offered, ["实操"]);
        let passed = [("prior_level", "5"), ("exam_kind", "resit"), ("resit_subjects.0", "理论")];
        assert_eq!(faults(world, &li, id, &passed).await, [("resit_subjects".into(), Problem::NotFailed)]);
        let none = [("prior_level", "5"), ("exam_kind", "resit")];
        assert_eq!(faults(world, &li, id, &none).await, [("resit_subjects".into(), Problem::Missing)]);
        saves(world, &li, id, typed(&resit)).await;
        submits(world, &li, id).await;
        let viewer = Viewer::Applicant { id: li.id, name: li.name.clone() };
        let frozen = applications::frozen(&world.records, &viewer, id, 1).await.unwrap();
        assert_eq!(frozen.texts.subjects, ["实操"]);
        assert_eq!(frozen.answers.get("subjects"), "实操");
    }

    async fn one_subject_at_a_time_where_the_procedure_says_so(world) {
        let plan = plan_of(world, 4).await;
        let li = world.applicant("李强").await;
        let id = begins(world, &plan, &li).await;
        has_result(world, &li, 4, "理论", Outcome::Absent).await;
        has_result(world, &li, 4, "实操", Outcome::Failed(None)).await;
        let both = [("prior_level", "5"), ("exam_kind", "resit"), ("resit_subjects.0", "理论"), ("resit_subjects.1", "实操")];
        assert_eq!(faults(world, &li, id, &both).await, [("resit_subjects".into(), Problem::TooManySubjects { chosen: 2, limit: 1 })]);
    }

    async fn a_subject_passed_too_long_ago_has_to_be_sat_again(world) {
        let plan = plan_of(world, 4).await;
        let li = world.applicant("李强").await;
        world.at("2025-03-01 10:00:00");
        has_result(world, &li, 4, "理论", Outcome::Failed(None)).await;
        world.at("2025-06-01 10:00:00");
        has_result(world, &li, 4, "理论", Outcome::Passed(None)).await;
        world.at("2026-11-21 10:00:00");
        let id = begins(world, &plan, &li).await;
        assert_eq!(draft(world, &li, id).await.failed, ["理论"], "passed more than a year before the exam");
        has_result(world, &li, 4, "理论", Outcome::Passed(None)).await;
        assert_eq!(draft(world, &li, id).await.failed, [""; 0]);
    }

    async fn results_come_from_a_file_or_from_a_manager(world) {
        let plan = plan_of(world, 4).await;
        let (li, wang) = (world.applicant("李强").await, world.reviewer("王芳").await);
        let result = NewResult {
            id_no: li.id_no.clone(),
            code: "4-09-07-04-03".into(),
            level: SkillLevel::from_number(4).unwrap(),
            subject: "理论".into(),
            outcome: Outcome::Failed(None),
            plan: Some(plan.id),
        };
        assert!(matches!(results::record(&world.records, &wang, &[result]).await, Err(Error::Forbidden)));
        let file = format!("成绩,科目,等级,职业编码,证件号码\n59.5,理论,四级,4-09-07-04-03,{}\n", li.id_no);
        assert_eq!(results::import(&world.records, &file, "results.csv").await.unwrap(), 1);
        let bad = format!("{file}80,理论,六级,4-09-07-04-03,{}\n,理论,4,4-09-07-04-03,123\n", li.id_no);
        let Err(Error::Configuration(told)) = results::import(&world.records, &bad, "results.csv").await else { panic!("imported") };
        assert!(told.contains("results.csv:3: 等级") && told.contains("results.csv:4: 证件号码"), "{told}");
        let id = begins(world, &plan, &li).await;
        assert_eq!(draft(world, &li, id).await.failed, ["理论"]);
    }
}
