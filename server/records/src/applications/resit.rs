//! 补考: only the subjects that were failed, and only by those who failed them.

use super::person::Person;
use crate::{Error, Records, results};
use domain::form::{Answers, Choice, FieldFault, FieldKind, Problem, check};
use domain::plan::Plan;
use domain::profile::Profile;
use std::sync::Arc;

/// Beside the choice of a resit, for somebody who has failed nothing.
const NOTHING_FAILED: &str = "没有查到您在这个职业、这个等级有不合格的科目，不能报补考。";

/// The procedure as this person meets it: the subjects of a resit are those that were failed. Gives them as well.
pub(crate) async fn for_person(
    records: &Records,
    plan: &Plan,
    profile: Arc<Profile>,
    person: &Person,
) -> Result<(Arc<Profile>, Vec<String>), Error> {
    let Some(papers) = profile.papers.as_ref().filter(|papers| !papers.chosen.is_empty()) else {
        return Ok((profile, Vec::new()));
    };
    let failed = results::to_sit_again(records, person.id_index(), plan, papers.valid_months).await?;
    let mut own = Profile::clone(&profile);
    for field in own.form.section.iter_mut().flat_map(|section| &mut section.field) {
        if field.key == papers.chosen && field.kind == FieldKind::Subjects {
            let choice = |name: &String| Choice { value: name.clone(), label: name.clone(), hint: String::new() };
            field.choices = failed.iter().map(choice).collect();
            field.max = papers.resit_most;
        }
        if field.key == papers.exam_kind
            && failed.is_empty()
            && let Some(resit) = field.choices.iter_mut().find(|choice| choice.value == papers.resit)
        {
            resit.hint = NOTHING_FAILED.into();
        }
    }
    Ok((Arc::new(own), failed))
}

/// A resit by somebody who has failed nothing.
pub(crate) fn fault(profile: &Profile, answers: &Answers, failed: &[String]) -> Option<FieldFault> {
    let papers = profile.papers.as_ref()?;
    let field = profile.form.field(&papers.exam_kind)?;
    let wrong = papers.is_resit(answers) && failed.is_empty() && !papers.chosen.is_empty();
    wrong.then(|| FieldFault { key: field.key.clone(), label: field.label.clone(), problem: Problem::NotFailed })
}

/// The subjects of an application: those of the plan, or the chosen ones of a resit.
pub(crate) fn subjects(profile: &Profile, plan: &Plan, answers: &Answers) -> Vec<String> {
    match &profile.papers {
        Some(papers) if papers.is_resit(answers) && !papers.chosen.is_empty() => {
            check::chosen_subjects(&papers.chosen, answers).into_iter().map(str::to_owned).collect()
        }
        _ => plan.subjects.clone(),
    }
}
