//! 报名向导: photo, form with evidence, signature, preview. One draft, four pages, driven by the profile.

mod autosave;
mod conflict;
mod evidence;
mod field_view;
mod form;
mod jobs;
mod photo;
#[cfg(any(feature = "hydrate", test))]
mod photo_checks;
mod preview;
mod sign;
pub(in crate::applicant) mod signature_pad;
mod studio;
#[cfg(feature = "hydrate")]
mod upload;

pub(in crate::applicant) use preview::place;
pub(in crate::applicant) use sign::declaration_view;

use crate::again::{Again, use_again};
use crate::live::{LiveEvent, use_live};
use crate::ui::{Banner, ErrorSummary, LevelTag, icon};
use crate::wording::wizard as words;
use crate::{Failure, paths};
use domain::application::progress::Tone;
use domain::application::{Stage, Target};
use domain::form::{FieldFault, check};
use domain::ids::ApplicationId;
use domain::page::wizard::Draft;
use domain::profile::Step;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use serde::{Deserialize, Serialize};

/// The draft behind every step.
#[server(name = FetchDraft, endpoint = "apply/draft")]
pub async fn draft(
    /// The application.
    id: ApplicationId,
) -> Result<Draft, Failure> {
    let (records, account) = crate::signed_in::ssr::applicant().await?;
    records::applications::draft(&records, account, id).await.map_err(crate::failure::from_records)
}

/// The hash of the page, what was typed before, and the way to ask again: what steps share.
#[derive(Clone)]
struct Visit {
    /// `?check=1`: show every fault.
    check: bool,
    /// `?rows=3`: rows of the repeated group, for browsers without script.
    rows: usize,
    /// What a refused form left.
    again: Option<Again>,
    /// Counted up to ask for the draft again.
    reload: RwSignal<u32>,
}

/// A step of the wizard.
#[component]
pub fn WizardPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let id = Memo::new(move |_| params.read().get("id").and_then(|id| id.parse::<ApplicationId>().ok()));
    let step = Memo::new(move |_| params.read().get("step").and_then(|slug| Step::from_slug(&slug)));
    let token = Memo::new(move |_| query.read().get("link").unwrap_or_default());
    let again = use_again();
    let kept = Resource::new(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => draft(id).await,
                None => Err(Failure::NotFound),
            }
        },
    );
    let link = Resource::new(
        move || token.get(),
        |token| async move { if token.is_empty() { None } else { Some(sign::signature_link(token).await) } },
    );
    view! {
        <div class="wrap page page--tight has-actionbar">
            <Transition fallback=waiting>
                {move || Suspend::new(async move {
                    let again = again.await;
                    let link = link.await;
                    let shown = kept.await;
                    let query = query.get_untracked();
                    match (shown, step.get_untracked()) {
                        (Ok(draft), Some(step)) => {
                            let facts = Facts {
                                check: query.get("check").is_some(),
                                rows: query.get("rows").and_then(|rows| rows.parse().ok()).unwrap_or(0),
                                again,
                                link,
                                draft,
                                step,
                            };
                            whole(facts)
                        }
                        (Ok(_), None) => unreachable_page(Failure::NotFound, paths::MINE),
                        (Err(failure), _) => {
                            let back = match (id.get_untracked(), step.get_untracked()) {
                                (Some(id), Some(step)) => paths::step(id, step),
                                _ => paths::MINE.to_owned(),
                            };
                            unreachable_page(failure, &back)
                        }
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

/// What a step is drawn from.
#[derive(Clone, Serialize, Deserialize)]
struct Facts {
    draft: Draft,
    step: Step,
    check: bool,
    rows: usize,
    again: Option<Again>,
    link: Option<Result<sign::LinkShown, Failure>>,
}

/// A step as a part of the page: its title, and what the browser takes over.
fn whole(facts: Facts) -> AnyView {
    let title = words::title(facts.step, facts.check || facts.again.is_some());
    let drawn = if facts.step == Step::Preview {
        // Nothing is typed here: the page is whole without script, and its key makes a second click harmless.
        let Facts { draft, check, rows, again, .. } = facts;
        let visit = Visit { check, rows, again, reload: RwSignal::new(0) };
        if is_editable(&draft) { preview::preview_step(draft, visit) } else { over(&draft) }
    } else {
        crate::part::part("wizard", &facts, shown(facts.clone()))
    };
    view! {
        <Title text=title/>
        {drawn}
    }
    .into_any()
}

/// Takes a step over.
#[cfg(feature = "applicant")]
pub fn take_over(facts: &str, place: web_sys::HtmlElement) {
    crate::part::browser::draw(facts, place, shown);
}

fn shown(Facts { draft, step, check, rows, again, link }: Facts) -> AnyView {
    let id = draft.id;
    let reload = RwSignal::new(0u32);
    // The other screen signs, or another page of this draft submits: these two steps follow by themselves.
    let news = RwSignal::new(0u32);
    let topics = Signal::stored(vec![format!("application:{id}")]);
    let status = use_live(topics, Callback::new(move |_: LiveEvent| news.update(|count| *count += 1)));
    let latest = RwSignal::new(draft);
    Effect::new(move |before: Option<u32>| {
        let now = reload.get();
        if before.is_some_and(|before| before != now) {
            leptos::task::spawn_local(async move {
                if let Ok(newer) = self::draft(id).await {
                    latest.try_set(newer);
                }
            });
        }
        now
    });
    let visit = Visit { check, rows, again, reload };
    view! { {move || steps(latest.get(), step, visit.clone(), link.clone(), sign::Follow { news, status })} }.into_any()
}

/// What stands here until the page has come.
pub(in crate::applicant) fn waiting() -> AnyView {
    view! {
        <div aria-busy="true">
            <p class="skel skel--60"></p>
            <p class="skel"></p>
            <p class="skel skel--80"></p>
        </div>
    }
    .into_any()
}

/// Why a page cannot be shown, and the way on. People who are not signed in are sent to sign in.
pub(in crate::applicant) fn unreachable_page(failure: Failure, back: &str) -> AnyView {
    let (href, label) = match failure {
        Failure::SignInNeeded => (paths::sign_in(back), "登录"),
        Failure::NotFound | Failure::Forbidden => (paths::MINE.to_owned(), "我的报名"),
        _ => (back.to_owned(), "再试一次"),
    };
    #[cfg(feature = "ssr")]
    if failure == Failure::SignInNeeded {
        leptos_axum::redirect(&href);
    } else if failure == Failure::NotFound
        && let Some(answer) = use_context::<leptos_axum::ResponseOptions>()
    {
        answer.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="没有打开"/>
        <section class="empty">
            <h1>"没有打开"</h1>
            <p>{crate::wording::failure(&failure)}</p>
            <p>
                <a class="btn" href=href rel="external">{label}</a>
            </p>
        </section>
    }
    .into_any()
}

fn steps(
    draft: Draft,
    step: Step,
    visit: Visit,
    link: Option<Result<sign::LinkShown, Failure>>,
    follow: sign::Follow,
) -> AnyView {
    if !is_editable(&draft) {
        return over(&draft);
    }
    match step {
        Step::Photo => photo::photo_step(draft, visit),
        Step::Form => form::form_step(draft, visit),
        Step::Sign => sign::sign_step(draft, visit, link, follow),
        // Drawn by the server alone, see `whole`.
        Step::Preview => ().into_any(),
    }
}

fn is_editable(draft: &Draft) -> bool {
    matches!(draft.stage, Stage::Draft | Stage::Returned { .. })
}

fn over(draft: &Draft) -> AnyView {
    view! {
        {head(draft, Step::Preview, ().into_any())}
        <h1>"已经提交"</h1>
        <p class="lead">{words::NOT_A_DRAFT}</p>
        <p>
            <a class="btn" href=paths::my_case(draft.id)>"看进度"</a>
        </p>
    }
    .into_any()
}

/// The line above the steps, and the steps themselves. `saved` is the badge of the form.
fn head(draft: &Draft, now_at: Step, saved: AnyView) -> AnyView {
    let all = draft.profile.wizard.clone();
    let at = all.iter().position(|step| *step == now_at).unwrap_or(0);
    let count = all.len();
    let next = all.get(at + 1).map(|step| format!("下一步 {}", words::step(*step)));
    let bars = all
        .iter()
        .enumerate()
        .map(|(place, step)| {
            let state = if place == at { Some("now") } else { is_done(draft, *step).then_some("done") };
            view! { <li data-s=state></li> }
        })
        .collect_view();
    let id = draft.id;
    let names = all
        .iter()
        .enumerate()
        .map(|(place, step)| {
            let name = words::step(*step);
            let href = paths::step(id, *step);
            if place == at {
                view! { <li aria-current="step"><span>{format!("{}. {name}", place + 1)}</span></li> }.into_any()
            } else if is_done(draft, *step) {
                view! { <li data-s="done">{icon("check", "s")}<span>" "</span><a href=href>{name}</a></li> }.into_any()
            } else {
                view! { <li><a href=href>{format!("{}. {name}", place + 1)}</a></li> }.into_any()
            }
        })
        .collect_view();
    let place = words::step_of(at + 1, count);
    let returned = match &draft.stage {
        Stage::Returned { until, .. } => {
            let told = words::returned(*until, draft.now);
            Some(view! {
                <Banner tone=Tone::Me>
                    <span>{told}</span>
                    <a href=paths::my_case(id)>"看要改哪几处"</a>
                </Banner>
            })
        }
        _ => None,
    };
    view! {
        <p class="wctx">
            <span class="row nowrap">
                <LevelTag level=draft.plan.level/>
                <b class="clip">{draft.plan.occupation_and_trade()}</b>
                <span class="meta only-wide">{draft.plan.agency_name.clone()}</span>
                <span class="meta only-wide">{words::closes(draft.plan.window.closes, draft.now)}</span>
            </span>
            {saved}
        </p>
        <nav aria-label="报名步骤">
            <ol class="steps only-wide">{names}</ol>
            <div class="steps-s only-narrow">
                <p class="meta">
                    <span>{place}</span>
                    "　"
                    <b>{words::step(now_at)}</b>
                    "　"
                    <span class="nb">{next}</span>
                </p>
                <ol aria-hidden="true">{bars}</ol>
            </div>
        </nav>
        {returned}
    }
    .into_any()
}

/// What a refused form says on top of its page, when the failure is not told at the fields.
fn refused(visit: &Visit) -> AnyView {
    match &visit.again {
        // Whoever had to sign in first has done so by now.
        Some(again) if again.failure != Failure::SignInNeeded => failure_summary(&again.failure, Vec::new()),
        _ => ().into_any(),
    }
}

/// A failure as the first thing of a page, with the lines that belong to it.
pub(in crate::applicant) fn failure_summary(failure: &Failure, more: Vec<(String, String)>) -> AnyView {
    let faults = if more.is_empty() { vec![(String::new(), crate::wording::failure(failure))] } else { more };
    view! { <ErrorSummary faults=faults/> }.into_any()
}

/// What is wrong or missing in the form, documents included: anchor and sentence.
fn form_faults(draft: &Draft, answers: &domain::form::Answers) -> Vec<FieldFault> {
    check::form(&draft.profile.form, answers, &draft.plan.conditions, draft.now)
        .into_iter()
        .filter(|fault| is_open(draft, field_of(&fault.key)))
        .collect()
}

/// Whether a field takes changes: while returned, what the reviewer named, and what only becomes a
/// question through a correction.
fn is_open(draft: &Draft, key: &str) -> bool {
    let form = &draft.profile.form;
    draft.may_change(&Target::Field(key.to_owned()))
        || form.field(key).is_some_and(|field| !domain::form::is_asked(form, field, &draft.answers))
}

/// The field that a row belongs to: `jobs.1.to` is of `jobs`.
fn field_of(key: &str) -> &str {
    key.split('.').next().unwrap_or(key)
}

/// Documents that are asked for and not there.
fn documents_missing<'a>(
    draft: &'a Draft,
    answers: &'a domain::form::Answers,
) -> impl Iterator<Item = &'a domain::profile::Requirement> {
    draft
        .profile
        .documents_for(answers)
        .filter(|wanted| wanted.required && draft.files_of(&wanted.key).next().is_none())
}

fn is_done(draft: &Draft, step: Step) -> bool {
    match step {
        Step::Photo => draft.photo.is_some(),
        Step::Form => {
            form_faults(draft, &draft.answers).is_empty() && documents_missing(draft, &draft.answers).next().is_none()
        }
        Step::Sign => draft.signature.is_some() && !draft.signature_outdated,
        Step::Preview => false,
    }
}

/// The step after this one, in the order of the profile.
fn next_step(draft: &Draft, step: Step) -> Step {
    let all = &draft.profile.wizard;
    all.iter().position(|known| *known == step).and_then(|at| all.get(at + 1)).copied().unwrap_or(Step::Preview)
}

/// The step before this one.
fn step_before(draft: &Draft, step: Step) -> Option<Step> {
    let all = &draft.profile.wizard;
    all.iter().position(|known| *known == step).and_then(|at| at.checked_sub(1)).and_then(|at| all.get(at)).copied()
}

/// 上一步.
fn back_link(draft: &Draft, step: Step) -> AnyView {
    step_before(draft, step)
        .map(|before| view! { <a class="btn btn--text" href=paths::step(draft.id, before)>"上一步"</a> })
        .into_any()
}

/// The reviewer's words about something that was returned.
fn remark_on(draft: &Draft, target: &Target) -> Option<String> {
    match &draft.stage {
        Stage::Returned { remarks, .. } => {
            remarks.iter().find(|remark| remark.on == *target).map(|remark| words::remark(&remark.text))
        }
        _ => None,
    }
}
