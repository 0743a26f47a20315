//! "Am I eligible?", before signing up: a few plain questions, an answer per condition.

pub mod answers;
mod questions;
#[cfg(feature = "ssr")]
pub mod remembered;
mod verdict;

use crate::ui::{ErrorSummary, fault_page, icon};
use crate::wording::{eligibility as say, form as words};
use crate::{Failure, paths};
use domain::eligibility::ConditionVerdict;
use domain::form::{Answers, FieldFault};
use domain::ids::PlanId;
use domain::plan::Plan;
use domain::time::Timestamp;
use leptos::html::Div;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckShown {
    /// Server time.
    pub now: Timestamp,
    /// The plan.
    pub plan: Plan,
    /// What was answered before.
    pub answers: Answers,
    /// The outcome, once it was asked for.
    pub outcome: Option<Judged>,
    /// What the plan's conditions ask about.
    pub asks: Asks,
}

/// What came of the answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Judged {
    /// Something typed is wrong.
    Faults(Vec<FieldFault>),
    /// One verdict per condition; empty when the plan has no rules to judge by.
    Verdicts(Vec<ConditionVerdict>),
}

/// Which questions a plan's conditions make necessary.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Asks {
    /// Whether there are rules at all.
    pub rules: bool,
    /// Occupations and trades that count, for choosing from.
    pub occupations: Vec<String>,
    /// Classes of technical schools that conditions name.
    pub classes: Vec<String>,
    /// Whether professional titles matter.
    pub titles: bool,
    /// Whether an apprenticeship matters.
    pub apprenticeship: bool,
}

/// The questions of a plan, with what this browser or this account answered before.
#[server(name = FetchCheck, endpoint = "check")]
pub async fn check_shown(
    /// The plan.
    id: PlanId,
) -> Result<CheckShown, Failure> {
    use crate::failure::from_records;
    use domain::account::Viewer;
    let records = crate::signed_in::ssr::records()?;
    let plan = records::plans::get(&records, id).await.map_err(from_records)?;
    let standard = records::plans::standard_of(&records, &plan).await.map_err(from_records)?;
    let asks = match (&standard, plan.level) {
        (Some(standard), Some(level)) => ssr::asks(standard, level, &plan),
        _ => Asks::default(),
    };
    let (answers, checked) = match (remembered::recall(), crate::signed_in::ssr::viewer(false).await?) {
        (Some(remembered), _) => (remembered.answers, remembered.checked),
        (None, Viewer::Applicant { id, .. }) => {
            match records::accounts::facts(&records, id).await.map_err(from_records)? {
                Some(facts) => (answers::answers_of(&facts), true),
                None => (Answers::default(), false),
            }
        }
        (None, _) => (Answers::default(), false),
    };
    let outcome = if checked { Some(ssr::judged(&records, &plan, &answers).await?) } else { None };
    Ok(CheckShown { now: records.now(), plan, answers, outcome, asks })
}

/// Judges answers, or changes the number of rows. `act` is `check`, `add:GROUP` or `drop:GROUP:ROW`.
#[server(name = AnswerCheck, endpoint = "check/answer")]
pub async fn answer_check(
    /// The plan.
    plan: PlanId,
    /// What was typed.
    #[server(default)]
    answers: Answers,
    /// Which button was pressed.
    #[server(default)]
    act: String,
) -> Result<Judged, Failure> {
    use crate::failure::from_records;
    use crate::signed_in::ssr as asking;
    use domain::account::Viewer;
    let (records, site) = (asking::records()?, asking::site()?);
    let shown = records::plans::get(&records, plan).await.map_err(from_records)?;
    let mut answers = answers::sifted(answers);
    let checks = match act.split(':').collect::<Vec<_>>().as_slice() {
        ["add", group] if answers::GROUPS.contains(group) => {
            answers::add_row(&mut answers, group);
            false
        }
        ["drop", group, row] if answers::GROUPS.contains(group) => {
            if let Ok(row) = row.parse() {
                answers::drop_row(&mut answers, group, row);
            }
            false
        }
        _ => true,
    };
    remembered::remember(&records, &site, remembered::Remembered { answers: answers.clone(), checked: checks });
    let judged = ssr::judged(&records, &shown, &answers).await?;
    if let (Judged::Verdicts(_), true, Viewer::Applicant { id, .. }) = (&judged, checks, asking::viewer(false).await?)
        && let Ok(facts) = answers::facts_of(&answers, records.now().day())
    {
        records::accounts::keep_facts(&records, id, &facts).await.map_err(from_records)?;
    }
    if asking::is_plain_form() {
        let place = match act.split(':').nth(1) {
            Some(group) if answers::GROUPS.contains(&group) => group,
            _ => "outcome",
        };
        leptos_axum::redirect(&format!("{}#{place}", paths::eligibility(plan)));
    }
    Ok(judged)
}

#[cfg(feature = "ssr")]
mod ssr {
    use super::{Asks, Judged, answers};
    use crate::Failure;
    use domain::eligibility::{Node, OccupationalStandard};
    use domain::form::Answers;
    use domain::occupation::SkillLevel;
    use domain::plan::Plan;
    use records::Records;

    pub(super) async fn judged(records: &Records, plan: &Plan, typed: &Answers) -> Result<Judged, Failure> {
        match answers::facts_of(typed, records.now().day()) {
            Err(faults) => Ok(Judged::Faults(faults)),
            Ok(facts) => {
                let verdicts =
                    records::plans::judge(records, plan, &facts).await.map_err(crate::failure::from_records)?;
                Ok(Judged::Verdicts(verdicts))
            }
        }
    }

    pub(super) fn asks(standard: &OccupationalStandard, level: SkillLevel, plan: &Plan) -> Asks {
        let mut asks = Asks { rules: !standard.conditions(level).is_empty(), ..Asks::default() };
        let names =
            [&plan.occupation, &plan.trade].into_iter().chain(&standard.trades).chain(&standard.related_occupations);
        for name in names {
            if !name.is_empty() && !asks.occupations.contains(name) {
                asks.occupations.push(name.clone());
            }
        }
        for condition in standard.conditions(level) {
            look(&condition.when, &mut asks);
        }
        asks
    }

    fn look(node: &Node, asks: &mut Asks) {
        match node {
            Node::All(nodes) | Node::Any(nodes) => nodes.iter().for_each(|node| look(node, asks)),
            Node::Title { .. } => asks.titles = true,
            Node::ApprenticeshipCompleted { .. } => asks.apprenticeship = true,
            Node::Edu { class, .. } | Node::Enrolled { class, .. } => {
                for name in class {
                    if !asks.classes.contains(name) {
                        asks.classes.push(name.clone());
                    }
                }
            }
            Node::Age { .. } | Node::Intends { .. } | Node::Work { .. } | Node::Cert { .. } => {}
        }
    }
}

/// "Am I eligible?" for one plan.
#[component]
pub fn EligibilityPage() -> impl IntoView {
    let params = crate::ui::params_map();
    let id = crate::ui::memo(move |_| params.read().get("id").and_then(|id| id.parse::<PlanId>().ok()));
    let shown = Resource::new(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => check_shown(id).await,
                None => Err(Failure::NotFound),
            }
        },
    );
    let action = ServerAction::<AnswerCheck>::new();
    view! {
        <Transition fallback=|| view! { <div class="wrap page"><p class="skel skel--60"></p></div> }>
            {move || Suspend::new(async move {
                match shown.await {
                    Ok(shown) => page(&shown, action),
                    Err(failure) => fault_page(&failure),
                }
            })}
        </Transition>
    }
}

fn page(shown: &CheckShown, action: ServerAction<AnswerCheck>) -> AnyView {
    let plan = &shown.plan;
    let outcome = RwSignal::new(shown.outcome.clone());
    let broken = RwSignal::new(None::<Failure>);
    let place = NodeRef::<Div>::new();
    Effect::new(move |_| match action.value().get() {
        Some(Ok(judged)) => {
            broken.set(None);
            // A phone shows the answer below the questions: the focus goes there. Faults take it themselves.
            let answered = matches!(judged, Judged::Verdicts(_));
            outcome.set(Some(judged));
            if let (true, Some(place)) = (answered, place.get_untracked()) {
                let _ = place.focus();
            }
        }
        Some(Err(failure)) => broken.set(Some(failure)),
        None => {}
    });
    let faults = crate::ui::memo(move |_| match outcome.read().as_ref() {
        Some(Judged::Faults(faults)) => words::faults(faults),
        _ => Vec::new(),
    });
    let summary = move || match broken.get() {
        Some(failure) => vec![(String::new(), crate::wording::failure(&failure))],
        None => faults.get(),
    };
    let (today, id, conditions) = (shown.now.day(), plan.id, StoredValue::new(plan.conditions.clone()));
    let (closes, open) = (plan.window.closes, plan.window.is_open(shown.now));
    let verdict = move || match outcome.get() {
        Some(Judged::Verdicts(verdicts)) => {
            conditions.with_value(|conditions| verdict::verdict(&verdicts, conditions, id, today, closes.day(), open))
        }
        _ => verdict::waiting(),
    };
    // The server writes the title after the page is drawn and gone: then what was drawn counts.
    let fine = faults.with_untracked(Vec::is_empty);
    let title = move || {
        if faults.try_with(Vec::is_empty).unwrap_or(fine) {
            "测一测能不能报 - 技考"
        } else {
            "错误：测一测能不能报 - 技考"
        }
    };
    view! {
        <Title text=title/>
        <div class="wrap page">
            <nav class="crumb" aria-label="位置"><a href=paths::plan(plan.id)>{icon("left", "s")}<span>"返回计划"</span></a></nav>
            <div class="stack stack--6">
                {move || view! { <ErrorSummary faults=summary()/> }}
                <div class="stack stack--2">
                    <h1>"测一测能不能报"</h1>
                    <p class="lead">{format!("{}　{}", plan.occupation_and_trade(), plan.level.map(|level| level.name()).unwrap_or_default())}</p>
                    <p class="soft">{say::LEAD}</p>
                </div>
                {if shown.asks.rules {
                    view! {
                        <div class="cols cols--pair">
                            {questions::questions(shown, action, faults)}
                            <div id="outcome" class="sticky" aria-live="polite" tabindex="-1" node_ref=place>{verdict}</div>
                        </div>
                    }
                    .into_any()
                } else {
                    view! { {verdict::without_rules(plan)} }.into_any()
                }}
            </div>
        </div>
    }
    .into_any()
}
