//! 重审: a plan is about to examine, or examines now, something else than what an application was handed in for. One
//! application is for one occupation and one level: it stays only where both stay, where the condition that was claimed
//! reads the same, and where what was handed in still shows that it is met. Everything else goes back to its applicant,
//! whatever a reviewer had decided on other ground.

use super::answers::{asked_only, targets};
use super::draft::judged;
use super::freeze::texts_of;
use super::load;
use super::marks::PlanAmended;
use super::person::Person;
use super::submit::{documents_missing, form_faults};
use super::{freeze, resit};
use crate::{Error, Records, desk::doubts, entity::application, results};
use domain::application::{Anew, AskedAnew, Remark, Stage, Target};
use domain::eligibility::{ConditionVerdict, Outcome};
use domain::form::{Answers, FieldKind};
use domain::plan::Plan;
use domain::planner::AffectedWhy;
use domain::profile::Profile;
use domain::time::Timestamp;
use std::sync::Arc;

/// What came of looking again.
#[derive(Debug, Clone)]
pub(crate) struct Looked {
    /// Why it goes back; empty where it stays.
    pub why: Vec<AffectedWhy>,
    remarks: Vec<Remark>,
    /// For the reviewer, where it stays before one.
    doubts: String,
    doubt_count: i64,
    fee: i64,
}

/// A plan before and after, with the procedure as it stands for it after.
#[derive(Clone)]
pub(crate) struct Becoming {
    pub before: Plan,
    pub after: Plan,
    pub profile: Arc<Profile>,
}

/// Looks at one application that was handed in.
pub(crate) async fn look(records: &Records, row: &application::Model, plans: &Becoming) -> Result<Looked, Error> {
    let texts = texts_of(records.read(), row).await?;
    let row = application::Model { trade_key: results::trade_key(&plans.after), ..row.clone() };
    let whole = load::whole(records, records.read(), row).await?;
    let person = Person::load(records.read(), whole.account).await?;
    let (profile, failed) = resit::for_person(records, &plans.after, plans.profile.clone(), &person).await?;
    let asked = asked_only(&profile.form, &whole.answers);
    let full = person.whole_into(records, &profile.form, &asked)?;
    let (facts, verdicts) = judged(records, &plans.after, &profile, &person, &whole.answers, &whole.facts).await?;

    let mut why = Vec::new();
    if plans.before.level != plans.after.level {
        why.push(AffectedWhy::Level);
    }
    if plans.before.occupation != plans.after.occupation {
        why.push(AffectedWhy::Occupation);
    }
    why.extend(claim(&profile, &asked, &texts, &plans.after, &verdicts));
    let faults = form_faults(&profile, &plans.after, &full, &failed, records.now());
    if !faults.is_empty() {
        why.push(AffectedWhy::Form);
    }
    let documents = documents_missing(&profile, &whole, &full, &asked);
    let documents: Vec<Target> = documents.into_iter().map(|(key, _)| Target::Document(key)).collect();
    if !documents.is_empty() {
        why.push(AffectedWhy::Documents);
    }
    let remarks = if why.is_empty() {
        Vec::new()
    } else {
        let fields = faults.into_iter().map(|fault| Target::Field(fault.key)).collect();
        remarks(&profile, &full, plans, fields, documents)
    };
    let doubts = doubts::find(records, &whole, &profile, &person, &asked, &facts, &verdicts).await?;
    Ok(Looked {
        why,
        remarks,
        doubt_count: i64::try_from(doubts.len()).unwrap_or(i64::MAX),
        doubts: load::text(&doubts)?,
        fee: texts.fee,
    })
}

/// What is not the same any more about the condition that was claimed. Where the procedure asks for none, all of them
/// must read as they did.
fn claim(
    profile: &Profile,
    asked: &Answers,
    texts: &freeze::Texts,
    after: &Plan,
    verdicts: &[ConditionVerdict],
) -> Option<AffectedWhy> {
    let Some(field) = profile.form.fields().find(|field| field.kind == FieldKind::Condition) else {
        return (texts.conditions != after.conditions).then_some(AffectedWhy::Condition);
    };
    let claimed = asked.get(&field.key);
    let words =
        |all: &[(u32, String)]| all.iter().find(|(no, _)| no.to_string() == claimed).map(|(_, text)| text.clone());
    let (then, now) = (words(&texts.conditions), words(&after.conditions));
    if then.is_none() || then != now {
        return Some(AffectedWhy::Condition);
    }
    let shown = verdicts.iter().any(|one| one.no.to_string() == claimed && one.outcome == Outcome::Yes);
    (!shown).then_some(AffectedWhy::NotShown)
}

/// What is to be looked at anew. There is always something: handing it in again says yes to the plan as it is now.
fn remarks(
    profile: &Profile,
    full: &Answers,
    plans: &Becoming,
    fields: Vec<Target>,
    documents: Vec<Target>,
) -> Vec<Remark> {
    let known = targets(profile, full);
    let is_known = |target: &Target| known.iter().any(|(other, _)| other == target);
    let anew = |ask| Anew { was: plans.before.subject_in_words(), is: plans.after.subject_in_words(), ask };
    let condition = profile.form.fields().find(|field| field.kind == FieldKind::Condition);
    let condition = condition.map(|field| Target::Field(field.key.clone()));
    let mut all: Vec<(Target, AskedAnew)> = Vec::new();
    all.extend(condition.map(|on| (on, AskedAnew::Condition)));
    all.extend(fields.into_iter().map(|on| (on, AskedAnew::Field)));
    all.extend(documents.into_iter().map(|on| (on, AskedAnew::Document)));
    if profile.asks_signature() {
        all.push((Target::Signature, AskedAnew::Signature));
    }
    let mut remarks: Vec<Remark> = Vec::new();
    for (on, ask) in all {
        if is_known(&on) && remarks.iter().all(|other| other.on != on) {
            remarks.push(Remark::anew(on, anew(ask)));
        }
    }
    if remarks.is_empty() {
        let on = known.into_iter().map(|(target, _)| target).find(|target| matches!(target, Target::Field(_)));
        remarks.push(Remark::anew(on.unwrap_or(Target::Photo), anew(AskedAnew::Whole)));
    }
    remarks
}

impl Looked {
    /// Writes the outcome into the row, which is not saved yet. Gives what whoever goes back is told.
    pub(crate) fn put(
        &self,
        row: &mut application::Model,
        plans: &Becoming,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Returned>, Error> {
        row.trade_key = results::trade_key(&plans.after);
        let stage = load::stage_of(row)?;
        if self.why.is_empty() {
            if matches!(stage, Stage::Submitted { .. }) {
                row.doubts.clone_from(&self.doubts);
                row.doubt_count = self.doubt_count;
            }
            return Ok(None);
        }
        let from = stage.name();
        let was_back = matches!(stage, Stage::Returned { .. });
        let round = u32::try_from(row.round).map_err(|_| Error::bad_row("application", &row.id, "round"))?;
        let next = stage.return_for_amendment(self.remarks.clone(), until, round, now)?;
        let Stage::Returned { until, .. } = &next else { return Ok(None) };
        let until = *until;
        load::put_stage(row, &next)?;
        if !was_back {
            row.corrected = "[]".into();
        }
        // What was signed was for another plan.
        row.signature = None;
        let mut marks: super::marks::Marks = load::json(row, "marks", &row.marks)?;
        marks.amended = Some(PlanAmended { round: row.round, fee: self.fee });
        row.marks = load::text(&marks)?;
        Ok(Some(Returned { from, until, on: self.remarks.iter().map(|remark| remark.on.as_text()).collect() }))
    }
}

/// One that goes back.
pub(crate) struct Returned {
    pub from: domain::application::StageName,
    pub until: Timestamp,
    pub on: Vec<String>,
}
