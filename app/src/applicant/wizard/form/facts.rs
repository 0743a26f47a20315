//! What the form is drawn from and checked with, on the server and on the phone alike.

use super::super::autosave::{Advice, Answered};
use super::super::evidence::Evidence;
use super::super::lookup::Lookup;
use super::super::{Visit, after_form, field_of, field_view, is_open, remark_on};
use crate::part::read::read_fields;
use crate::wording::wizard as words;
use domain::application::Target;
use domain::eligibility::{ConditionVerdict, Outcome, Reason};
use domain::form::{Answers, Field, FieldFault, FieldKind, Form, check};
use domain::occupation::SkillLevel;
use domain::page::wizard::Draft;
use domain::profile::{ENTRY_SECTION, Ladder};
use domain::time::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

/// What the form is drawn from and checked with.
#[derive(Debug, Clone, Serialize)]
pub struct Facts {
    /// The application.
    pub id: String,
    /// The server's clock when this was drawn: days are judged by it.
    pub now: Timestamp,
    /// The questions.
    pub form: Form,
    /// The plan's conditions.
    pub conditions: Vec<(u32, String)>,
    /// What is kept.
    pub kept: Answered,
    /// Answers that are kept.
    pub answers: Answers,
    /// What stands in the form, if that is something else: what a refused form sent.
    pub typed: Option<Answers>,
    /// Values as people read them, where the answer itself is not shown: facts of plan and account, closed fields.
    pub told: BTreeMap<String, String>,
    /// Keys of the fields that take changes.
    pub open: Vec<String>,
    /// The reviewer's words, by field.
    pub remarks: BTreeMap<String, String>,
    /// The evidence below the form.
    pub evidence: Evidence,
    /// Whether every fault is shown from the beginning.
    pub check: bool,
    /// Rows asked for by the address, without script.
    pub rows: usize,
    /// The page after this one.
    pub next: String,
    /// 逐级申报, where the procedure has it.
    pub ladder: Option<Ladder>,
    /// Number of the plan's level; 0 where it has none.
    pub level: u8,
    /// 证书查询, where the procedure has it.
    pub lookup: Option<Lookup>,
}
read_fields!(Facts {
    id,
    now,
    form,
    conditions,
    kept,
    answers,
    typed,
    told,
    open,
    remarks,
    evidence,
    check,
    rows,
    next,
    ladder,
    level,
    lookup,
});

impl Facts {
    /// What the form needs of a draft; `typed` is what a refused form sent.
    pub fn of(draft: &Draft, visit: &Visit, typed: Option<Answers>) -> Facts {
        // What was asked before stands on its own step.
        let mut form = draft.profile.form.clone();
        form.section.retain(|section| section.key != ENTRY_SECTION);
        let open: Vec<String> =
            form.fields().filter(|field| is_open(draft, &field.key)).map(|field| field.key.clone()).collect();
        let told = form
            .fields()
            .filter(|field| field.is_given() || !open.contains(&field.key))
            .map(|field| (field.key.clone(), field_view::read(draft, field)))
            .collect();
        let remarks = form
            .fields()
            .filter_map(|field| Some((field.key.clone(), remark_on(draft, &Target::Field(field.key.clone()))?)))
            .collect();
        Facts {
            id: draft.id.to_string(),
            now: draft.now,
            conditions: draft.plan.conditions.clone(),
            kept: Answered {
                revision: draft.revision.0,
                saved: words::saved(draft.saved_at),
                advice: advice(&draft.verdicts),
                theirs: None,
            },
            answers: draft.answers.clone(),
            typed,
            told,
            open,
            remarks,
            evidence: if draft.profile.documents_apart() { Evidence::default() } else { Evidence::of(draft) },
            check: visit.check,
            rows: visit.rows,
            next: after_form(draft),
            ladder: draft.profile.ladder.clone(),
            level: draft.plan.level.map_or(0, SkillLevel::number),
            lookup: Lookup::of(draft, visit.again.as_ref()),
            form,
        }
    }

    /// What is wrong or missing in the form, where it takes changes.
    pub fn faults(&self, answers: &Answers) -> Vec<FieldFault> {
        let mut faults = check::form(&self.form, answers, &self.conditions, self.now);
        let level = SkillLevel::from_number(self.level);
        faults.extend(self.ladder.as_ref().and_then(|ladder| check::ladder(&self.form, ladder, level, answers)));
        faults.retain(|fault| self.is_open(field_of(&fault.key)));
        faults
    }

    /// Whether a rule looks at more than the field itself.
    pub fn is_judged_with_others(&self, field: &Field) -> bool {
        field.kind == FieldKind::Subjects || self.ladder.as_ref().is_some_and(|ladder| ladder.field == field.key)
    }

    /// Whether a field takes changes.
    pub fn is_open(&self, key: &str) -> bool {
        self.open.iter().any(|open| open == key)
    }

    /// Answers that are given and not typed.
    pub fn given(&self) -> Answers {
        let mut given = self.answers.clone();
        given.0.retain(|key, _| self.form.field(key).is_some_and(Field::is_given));
        given
    }
}

/// Verdicts in words. 工作经历 is optional: who left it out is told what it is good for, not that they do not qualify.
pub fn advice(verdicts: &[ConditionVerdict]) -> Vec<Advice> {
    use crate::wording::eligibility as say;
    let told = |verdict: &ConditionVerdict| match verdict.outcome {
        Outcome::Yes => ("done", say::verdict(verdict)),
        Outcome::Unknown => ("me", say::verdict(verdict)),
        Outcome::No if lacks_months_alone(verdict) => ("me", say::UNCOUNTED.to_owned()),
        Outcome::No => ("refused", say::verdict(verdict)),
    };
    verdicts
        .iter()
        .map(|verdict| {
            let (state, words) = told(verdict);
            Advice { no: u32::from(verdict.no), state: state.to_owned(), words }
        })
        .collect()
}

/// Whether nothing but months of work is missing, and none was counted.
fn lacks_months_alone(verdict: &ConditionVerdict) -> bool {
    let uncounted = |reason: &Reason| matches!(reason, Reason::WorkMonthsShort { have: 0, .. });
    !verdict.reasons.is_empty() && verdict.reasons.iter().all(uncounted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_left_out_the_jobs_is_not_refused_for_it() {
        let short = |have| ConditionVerdict {
            no: 1,
            outcome: Outcome::No,
            reasons: vec![Reason::WorkMonthsShort { have, need: 60, since: None }],
            earliest: None,
            evidence: Vec::new(),
        };
        assert_eq!(advice(&[short(0)])[0].state, "me");
        let counted = advice(&[short(12)]).remove(0);
        assert!(counted.state == "refused" && counted.words.contains("1 年"), "{counted:?}");
    }
}
