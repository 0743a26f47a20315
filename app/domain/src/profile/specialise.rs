//! A profile on the ground of one plan: conditions that look at the plan (`plan.level`, `plan.kind`, …) are decided
//! once, so that neither browser nor server carries them further.

use super::Profile;
use crate::form::{Answers, Field, When};
use crate::plan::Plan;

/// Prefix of the keys that look at the plan.
pub const PLAN: &str = "plan.";

/// The keys that a condition may ask of a plan.
pub const PLAN_KEYS: [&str; 4] = ["plan.level", "plan.kind", "plan.occupation", "plan.code"];

/// What is left of a condition once the plan is known.
enum Left {
    Holds,
    Fails,
    Asks(When),
}

/// The profile as it stands for `plan`: what the plan rules out is gone, what it decides is no question any more.
pub fn specialise(profile: &Profile, plan: &Plan) -> Profile {
    let mut own = profile.clone();
    own.form.section.retain_mut(|section| kept(&mut section.show, plan));
    for section in &mut own.form.section {
        fields(&mut section.field, plan);
    }
    // A heading over nothing says nothing.
    own.form.section.retain(|section| !section.field.is_empty());
    own.document.retain_mut(|document| kept(&mut document.show, plan));
    if let Some(entry) = &mut own.entry {
        fields(&mut entry.field, plan);
        entry.refusal.retain_mut(|wrong| match left(&wrong.when, plan) {
            Left::Fails => false,
            Left::Holds => {
                wrong.when = When::default();
                true
            }
            Left::Asks(when) => {
                wrong.when = when;
                true
            }
        });
    }
    own
}

fn fields(all: &mut Vec<Field>, plan: &Plan) {
    all.retain_mut(|field| kept(&mut field.show, plan));
    for field in all {
        field.case.retain_mut(|case| match left(&case.when, plan) {
            Left::Fails => false,
            Left::Holds => {
                case.when = When::default();
                true
            }
            Left::Asks(when) => {
                case.when = when;
                true
            }
        });
    }
}

fn kept(show: &mut Option<When>, plan: &Plan) -> bool {
    let Some(when) = show else { return true };
    match left(when, plan) {
        Left::Holds => *show = None,
        Left::Fails => return false,
        Left::Asks(rest) => *show = Some(rest),
    }
    true
}

/// Whether a condition that may look at plan and answers holds.
pub(super) fn holds_on(when: &When, plan: &Plan, answers: &Answers) -> bool {
    match left(when, plan) {
        Left::Holds => true,
        Left::Fails => false,
        Left::Asks(rest) => rest.holds(answers),
    }
}

fn left(when: &When, plan: &Plan) -> Left {
    let further = when.and.as_deref().map(|and| left(and, plan));
    let further = match further {
        Some(Left::Fails) => return Left::Fails,
        Some(Left::Asks(rest)) => Some(Box::new(rest)),
        Some(Left::Holds) | None => None,
    };
    if when.key.is_empty() || when.key.starts_with(PLAN) {
        let value = fact(&when.key, plan);
        let holds = (when.is.is_empty() || when.is.contains(&value)) && !when.is_not.contains(&value);
        return match (holds, further) {
            (false, _) => Left::Fails,
            (true, None) => Left::Holds,
            (true, Some(rest)) => Left::Asks(*rest),
        };
    }
    Left::Asks(When { and: further, ..when.clone() })
}

/// A fact of the plan: the level's number or `special`, the kind's word, the occupation's name, the code.
fn fact(key: &str, plan: &Plan) -> String {
    match key {
        "plan.level" => plan.level.map_or_else(|| "special".into(), |level| level.number().to_string()),
        "plan.kind" => plan.kind.as_str().into(),
        "plan.occupation" => plan.occupation.clone(),
        "plan.code" => plan.code.clone(),
        _ => String::new(),
    }
}
