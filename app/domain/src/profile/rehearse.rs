//! Walking invented people through a procedure before anybody real does.

use super::{LadderFault, Numbering, Profile, Requirement, Standing, WrongPlace, fill, specialise};
use crate::application::axes::{Axes, Exam, Filing, money_after_approval};
use crate::application::{Grounds, Stage, progress};
use crate::form::check::ladder;
use crate::form::{Answers, Field, FieldKind, Problem, When, is_asked};
use crate::ids::{AgencyId, Fen, PlanId};
use crate::occupation::SkillLevel;
use crate::plan::{Plan, PlanKind};
use crate::time::Timestamp;
use crate::timeline::RegistrationWindow;
use chrono::{Datelike, Days, NaiveDate};
use uuid::Uuid;

/// An invented person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Somebody {
    /// A pupil in the last year.
    Student,
    /// At work, with the certificate of the level below.
    Worker,
    /// In the army, without a certificate.
    Soldier,
    /// From Hong Kong, with a residence permit.
    HongKong,
    /// Failed one subject last time.
    Resit,
    /// In the wrong place: who of the first refusal is meant.
    WrongPlace,
}

impl Somebody {
    /// Everybody, in the order they are walked through.
    pub const ALL: [Somebody; 6] = [
        Somebody::Student,
        Somebody::Worker,
        Somebody::Soldier,
        Somebody::HongKong,
        Somebody::Resit,
        Somebody::WrongPlace,
    ];

    /// The level that this person applies for.
    fn level(self) -> SkillLevel {
        match self {
            Somebody::Soldier => SkillLevel::JuniorWorker,
            Somebody::Worker => SkillLevel::SeniorWorker,
            _ => SkillLevel::IntermediateWorker,
        }
    }

    /// What this person would choose: keys of the field dictionary and the values that would do, best first.
    fn wishes(self) -> &'static [(&'static str, &'static [&'static str])] {
        match self {
            Somebody::Student => &[("source", &["student"]), ("tech_school", &["yes"]), ("delivery", &["pickup"])],
            Somebody::Worker => &[
                ("source", &["employee", "enterprise"]),
                ("upgrade", &["yes"]),
                ("prior_kind", &["skill_level"]),
                ("prior_level", &["4"]),
                ("delivery", &["post"]),
            ],
            Somebody::Soldier => &[("source", &["soldier"]), ("no_employer", &["yes"])],
            Somebody::HongKong => &[("source", &["society"]), ("hukou_type", &["台港澳人员"]), ("prior_level", &["5"])],
            Somebody::Resit => {
                &[("source", &["society"]), ("exam_kind", &["resit"]), ("upgrade", &["yes"]), ("prior_level", &["5"])]
            }
            Somebody::WrongPlace => &[("source", &["society"])],
        }
    }
}

/// What one person meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// Level applied for.
    pub level: SkillLevel,
    /// What was answered.
    pub answers: Answers,
    /// Sent away, and where to.
    pub wrong_place: Option<WrongPlace>,
    /// 逐级申报 stands in the way.
    pub ladder: Option<LadderFault>,
    /// Questions, in order.
    pub asked: Vec<Field>,
    /// Shown and never asked: label and value; facts of plan and account have none yet.
    pub given: Vec<(String, String)>,
    /// Not asked: label and the official value that stands for it.
    pub left_out: Vec<(String, String)>,
    /// Documents called for.
    pub documents: Vec<Requirement>,
    /// Subjects to sit.
    pub subjects: Vec<String>,
    /// Whether this is a resit, in which some of the subjects are chosen.
    pub resit: bool,
}

/// Walks somebody through. None where the procedure does not know such a person: nobody is in the wrong place
/// where everybody may enter, nobody resits where there is no resit.
pub fn walk(profile: &Profile, who: Somebody, today: NaiveDate) -> Option<Walk> {
    if who == Somebody::Resit && profile.papers.as_ref().is_none_or(|papers| papers.exam_kind.is_empty()) {
        return None;
    }
    if who == Somebody::WrongPlace && profile.entry.as_ref().is_none_or(|entry| entry.refusal.is_empty()) {
        return None;
    }
    let plan = plan(profile, Some(who.level()), today);
    let own = specialise(profile, &plan);
    let entry: &[Field] = own.entry.as_ref().map_or(&[], |entry| entry.field.as_slice());
    let mut answers = Answers::default();
    for field in entry.iter().chain(own.form.fields()) {
        answer(field, who, &mut answers);
    }
    if who == Somebody::WrongPlace
        && let Some(first) = own.entry.as_ref().and_then(|entry| entry.refusal.first())
    {
        satisfy(&first.when, &mut answers);
    }
    let entered = |entry: &super::Entry| entry.refusal.iter().find(|wrong| wrong.when.holds(&answers)).cloned();
    let wrong_place = own.entry.as_ref().and_then(entered);
    let fault = own.ladder.as_ref().and_then(|rule| ladder(&own.form, rule, plan.level, &answers));
    let ladder = fault.and_then(|fault| match fault.problem {
        Problem::Ladder(fault) => Some(fault),
        _ => None,
    });
    let shown = |field: &&Field| field.show.as_ref().is_none_or(|when| when.holds(&answers));
    let (on, off): (Vec<&Field>, Vec<&Field>) =
        own.form.fields().partition(|field| is_asked(&own.form, field, &answers));
    let resit = own
        .papers
        .as_ref()
        .is_some_and(|papers| !papers.exam_kind.is_empty() && answers.get(&papers.exam_kind) == papers.resit);
    Some(Walk {
        level: who.level(),
        wrong_place,
        ladder,
        asked: entry
            .iter()
            .filter(shown)
            .chain(on.iter().copied())
            .filter(|field| !field.is_given())
            .cloned()
            .collect(),
        given: on
            .iter()
            .filter(|field| field.kind == FieldKind::Preset)
            .map(|field| (field.label.clone(), field.preset(&answers).to_owned()))
            .collect(),
        left_out: off.iter().map(|field| (field.label.clone(), field.not_applicable.clone())).collect(),
        documents: own.documents_for(&answers).cloned().collect(),
        subjects: own.papers.as_ref().map(|papers| papers.of_level(plan.level).to_vec()).unwrap_or_default(),
        resit,
        answers,
    })
}

fn answer(field: &Field, who: Somebody, answers: &mut Answers) {
    let wished = who.wishes().iter().find(|(key, _)| *key == field.key).map_or(&[] as &[&str], |(_, values)| values);
    let offered = |value: &&&str| match field.kind {
        FieldKind::Choice => field.choices.iter().any(|choice| choice.value == **value),
        FieldKind::YesNo => matches!(**value, "yes" | "no"),
        FieldKind::Level => true,
        _ => false,
    };
    let value = match (wished.iter().find(offered), field.kind) {
        (Some(value), _) => (*value).to_owned(),
        (None, FieldKind::Choice) => field.choices.first().map(|choice| choice.value.clone()).unwrap_or_default(),
        (None, FieldKind::YesNo) => "no".to_owned(),
        _ => return,
    };
    answers.set(&field.key, &value);
}

/// Answers so that a condition holds, as far as its own words tell how.
fn satisfy(when: &When, answers: &mut Answers) {
    if let Some(value) = when.is.first() {
        answers.set(&when.key, value);
    }
    if let Some(further) = &when.and {
        satisfy(further, answers);
    }
}

/// An invented plan of this procedure.
pub fn plan(profile: &Profile, level: Option<SkillLevel>, today: NaiveDate) -> Plan {
    let day = |days: u64| today.checked_add_days(Days::new(days)).unwrap_or(today);
    let number = number(&profile.numbering, today).0;
    Plan {
        id: PlanId(Uuid::nil()),
        number,
        year: today.year(),
        title: String::new(),
        agency: AgencyId(Uuid::nil()),
        agency_name: String::new(),
        agency_filing: String::new(),
        contact: String::new(),
        contact_phone: String::new(),
        kind: if level.is_some() { PlanKind::LevelRecognition } else { PlanKind::SpecialCapability },
        occupation: "电工".into(),
        trade: String::new(),
        code: "6-31-01-03".into(),
        level,
        subjects: Vec::new(),
        city: String::new(),
        city_name: String::new(),
        county: String::new(),
        county_name: String::new(),
        site: String::new(),
        cancelled: false,
        window: RegistrationWindow { opens: Timestamp::start_of(today), closes: Timestamp::end_of(day(15)) },
        review_close: Timestamp::end_of(day(20)),
        exam_on: day(57),
        capacity: 50,
        taken: 0,
        fee: Fen(26_000),
        scope: Vec::new(),
        instructions: Vec::new(),
        conditions: vec![(1, "条件".into())],
        profile: profile.name.clone(),
        profile_version: profile.version,
        standard: String::new(),
    }
}

/// A plan number, an application number and a registration number as they would read; the last is empty where
/// nobody gets one.
pub fn number(numbering: &Numbering, today: NaiveDate) -> (String, String, String) {
    let (year, month) = (today.year().to_string(), today.month().to_string());
    let values = [
        ("yyyy", year.as_str()),
        ("month", month.as_str()),
        ("seq", "1"),
        ("random", "4821"),
        ("agency", "S000000000000"),
        ("occupation", "电工"),
        ("trade", "电工"),
        ("level", "4"),
    ];
    let plan = fill(&numbering.plan_number, &values);
    let mut with_plan = values.to_vec();
    with_plan.push(("plan", plan.as_str()));
    let application = fill(&numbering.application_number, &with_plan);
    let registration = fill(&numbering.registration_number, &values);
    (plan, application, registration)
}

/// The official label and the word of the payment column at each standing.
pub fn labels(profile: &Profile, today: NaiveDate) -> Vec<(Standing, String, String)> {
    let plan = plan(profile, Some(SkillLevel::IntermediateWorker), today);
    let at = Timestamp::start_of(today);
    let money = money_after_approval(&profile.payment, plan.fee, at);
    let approved = Axes { money, ..Axes::default() };
    let filed = Axes { filing: Filing::Filed { at }, ..approved };
    let grounds = Grounds { code: "other".into(), text: String::new() };
    let until = plan.window.closes;
    let all = [
        (Stage::Draft, Axes::default()),
        (Stage::Submitted { at, round: 1 }, Axes::default()),
        (Stage::Returned { at, until, remarks: Vec::new(), round: 1 }, Axes::default()),
        (Stage::Rejected { at, grounds }, Axes::default()),
        (Stage::Withdrawn { at }, Axes::default()),
        (Stage::Approved { at }, approved),
        (Stage::Approved { at }, filed),
        (Stage::Approved { at }, Axes { exam: Exam::ScorePublic, ..filed }),
    ];
    let told = all.iter().map(|(stage, axes)| {
        let told = progress::derive(stage, axes, None, &plan.window, plan.fee, profile, at);
        (told.standing, told.label, told.payment)
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::{Case, Choice, Form, Section};
    use crate::profile::{Entry, Ladder, Papers};

    fn field(key: &str, kind: FieldKind) -> Field {
        let choice = |value: &str| Choice { value: value.into(), label: value.into(), hint: String::new() };
        Field {
            key: key.into(),
            label: key.into(),
            kind,
            required: true,
            hint: String::new(),
            show: None,
            not_applicable: String::new(),
            choices: match key {
                "source" => vec![choice("society"), choice("student")],
                "exam_kind" => vec![choice("normal"), choice("resit")],
                "unit" => vec![choice("province"), choice("other")],
                _ => Vec::new(),
            },
            max: 0,
            autocomplete: String::new(),
            value: String::new(),
            case: Vec::new(),
        }
    }

    fn is(key: &str, value: &str) -> When {
        When { key: key.into(), is: vec![value.into()], ..When::default() }
    }

    fn profile() -> Profile {
        let mut work = field("employer", FieldKind::Text);
        work.show = Some(When { key: "source".into(), is_not: vec!["student".into()], ..When::default() });
        work.not_applicable = "无".into();
        let mut bundle = field("subjects", FieldKind::Preset);
        bundle.value = "两科".into();
        bundle.case = vec![Case { when: is("exam_kind", "resit"), value: "单项".into() }];
        let fields = vec![
            field("source", FieldKind::Choice),
            work,
            field("prior_level", FieldKind::Level),
            field("exam_kind", FieldKind::Choice),
            bundle,
        ];
        let section =
            Section { key: "all".into(), title: "全部".into(), hint: String::new(), show: None, field: fields };
        Profile {
            entry: Some(Entry {
                title: "在这里报吗".into(),
                field: vec![field("unit", FieldKind::Choice)],
                refusal: vec![WrongPlace {
                    when: is("unit", "other"), text: "不在此".into(), go: "到市里".into()
                }],
            }),
            form: Form { section: vec![section] },
            ladder: Some(Ladder { field: "prior_level".into(), entry: vec![5] }),
            papers: Some(Papers {
                by_level: [("4".to_owned(), vec!["理论".to_owned(), "实操".to_owned()])].into(),
                exam_kind: "exam_kind".into(),
                resit: "resit".into(),
                chosen: "chosen".into(),
                resit_most: 1,
                valid_months: 12,
            }),
            ..Profile::default()
        }
    }

    fn walked(who: Somebody) -> Walk {
        walk(&profile(), who, NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()).unwrap()
    }

    #[test]
    fn a_student_is_not_asked_about_work() {
        let student = walked(Somebody::Student);
        assert!(!student.asked.iter().any(|field| field.key == "employer"));
        assert_eq!(student.left_out, [("employer".to_owned(), "无".to_owned())]);
        assert_eq!(student.subjects, ["理论", "实操"]);
        assert_eq!(student.ladder, Some(LadderFault { present: None, wanted: 4, possible: Some(5) }));
    }

    #[test]
    fn a_worker_climbs_and_a_resit_candidate_gets_the_other_preset() {
        let worker = walked(Somebody::Worker);
        assert_eq!((worker.ladder, worker.wrong_place), (None, None));
        assert_eq!(worker.given, [("subjects".to_owned(), "两科".to_owned())]);
        let resit = walked(Somebody::Resit);
        assert_eq!((resit.resit, resit.given[0].1.as_str()), (true, "单项"));
    }

    #[test]
    fn somebody_in_the_wrong_place_is_sent_on() {
        assert_eq!(walked(Somebody::WrongPlace).wrong_place.unwrap().go, "到市里");
        let open = Profile { entry: None, ..profile() };
        assert!(walk(&open, Somebody::WrongPlace, NaiveDate::MIN).is_none());
    }

    #[test]
    fn numbers_read_as_their_patterns_say() {
        let numbering = Numbering {
            plan_number: "{yyyy}-S-{seq:6}".into(),
            application_number: "{plan}-{seq:4}".into(),
            ..Numbering::default()
        };
        let (plan, application, registration) = number(&numbering, NaiveDate::from_ymd_opt(2026, 11, 21).unwrap());
        assert_eq!((plan.as_str(), application.as_str()), ("2026-S-000001", "2026-S-000001-0001"));
        assert_eq!(registration, "");
    }
}
