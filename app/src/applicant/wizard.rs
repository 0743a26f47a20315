//! 报名向导: one draft, one page for each step, driven by the profile. The server draws the pages. What a step does
//! with script is a part of its page (photo studio, form, evidence, signature pad), each with only the facts that it
//! shows and checks; a step that only shows things has none.

mod autosave;
mod conflict;
mod documents;
mod entry;
mod evidence;
mod field_view;
mod form;
mod jobs;
mod lookup;
mod notice;
mod photo;
#[cfg(any(feature = "hydrate", test))]
mod photo_checks;
mod preview;
mod sign;
pub(in crate::applicant) mod signature_pad;
mod site;
mod studio;
#[cfg(feature = "hydrate")]
mod upload;

pub(in crate::applicant) use preview::place_of;
pub(in crate::applicant) use sign::declaration_view;
#[cfg(feature = "ssr")]
pub(in crate::applicant) use sign::ssr::qr;

use crate::again::{Again, use_again};
use crate::ui::{Banner, ErrorSummary, LevelTag, icon};
use crate::wording::{form as form_words, wizard as words};
use crate::{Failure, paths};
use domain::application::progress::Tone;
use domain::application::{Stage, Target};
use domain::form::{FieldFault, check};
use domain::ids::ApplicationId;
use domain::page::wizard::Draft;
use domain::profile::Step;
use domain::refusal::{Refusal, UploadRefusal};
use leptos::prelude::*;
use leptos_meta::Title;

/// The draft behind every step.
#[server(name = FetchDraft, endpoint = "apply/draft")]
pub async fn draft(
    /// The application.
    id: ApplicationId,
) -> Result<Draft, Failure> {
    let (records, account) = crate::signed_in::ssr::applicant().await?;
    records::applications::draft(&records, account, id).await.map_err(crate::failure::from_records)
}

/// What the address and a refused form say about this visit of a step.
struct Visit {
    /// `?check=1`: show every fault.
    check: bool,
    /// `?rows=3`: rows of the repeated group, for browsers without script.
    rows: usize,
    /// What a refused form left.
    again: Option<Again>,
    /// `?site=ID`: a site chosen by a link.
    site: Option<String>,
    /// `?kept=1`: the form was saved just now.
    kept: bool,
    /// `?link=SECRET`: the link for signing on another screen, as long as it lives.
    link: Option<Result<sign::LinkShown, Failure>>,
}

/// A step of the wizard.
#[component]
pub fn WizardPage() -> impl IntoView {
    let params = crate::ui::params_map();
    let query = crate::ui::query_map();
    let id = crate::ui::memo(move |_| params.read().get("id").and_then(|id| id.parse::<ApplicationId>().ok()));
    let step = crate::ui::memo(move |_| params.read().get("step").and_then(|slug| Step::from_slug(&slug)));
    let goes_on = crate::ui::memo(move |_| params.read().get("step").is_some_and(|slug| slug == paths::GO_ON));
    let token = crate::ui::memo(move |_| query.read().get("link").unwrap_or_default());
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
                        (Ok(draft), step) if step.map_or(goes_on.get_untracked(), |step| !has(&draft, step)) => {
                            elsewhere(&draft)
                        }
                        (Ok(draft), Some(step)) => {
                            let visit = Visit {
                                check: query.get("check").is_some(),
                                rows: query.get("rows").and_then(|rows| rows.parse().ok()).unwrap_or(0),
                                again,
                                site: query.get("site"),
                                kept: query.get("kept").is_some(),
                                link,
                            };
                            whole(&draft, step, &visit)
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

/// Whether the procedure of a draft has this step; a photo that it wants beforehand may be changed here, too.
fn has(draft: &Draft, step: Step) -> bool {
    let before = step == Step::Photo && draft.profile.gate.contains(&domain::profile::Gate::Photo);
    before || draft.profile.wizard.contains(&step)
}

/// On to the first step that leaves something open; to the application itself where nothing is written any more.
fn elsewhere(draft: &Draft) -> AnyView {
    let open = draft.profile.wizard.iter().copied().find(|step| !is_done(draft, *step)).unwrap_or(Step::Preview);
    let href = match draft.stage {
        Stage::Draft => paths::step(draft.id, open),
        _ => paths::my_case(draft.id),
    };
    #[cfg(feature = "ssr")]
    leptos_axum::redirect(&href);
    view! { <p><a class="btn" href=href>"接着办"</a></p> }.into_any()
}

/// A step as a page: its title, and what it shows.
fn whole(draft: &Draft, step: Step, visit: &Visit) -> AnyView {
    let wrong = visit.check || visit.again.is_some();
    let title = if wrong { format!("错误：{}", name(draft, step)) } else { name(draft, step) };
    let moves = step == Step::Site && matches!(draft.stage, Stage::Submitted { .. }) && !draft.sites.is_empty();
    let drawn = if moves {
        site::site_step(draft, visit)
    } else if !is_editable(draft) {
        over(draft)
    } else {
        // Every step is drawn by the server; those with a studio, a form or a pad contain a part for it.
        match step {
            Step::Photo => photo::photo_step(draft, visit),
            Step::Form => form::form_step(draft, visit),
            Step::Documents => evidence::documents_step(draft, visit),
            Step::Sign => sign::sign_step(draft, visit),
            Step::Preview => preview::preview_step(draft, visit),
            Step::Entry => entry::entry_step(draft, visit),
            Step::Notice => notice::notice_step(draft, visit),
            Step::Site => site::site_step(draft, visit),
        }
    };
    view! {
        <Title text=title/>
        {saved(draft, visit)}
        {drawn}
    }
    .into_any()
}

/// The official words after saving the form, and what comes now.
fn saved(draft: &Draft, visit: &Visit) -> AnyView {
    let official = draft.profile.phrases.draft_saved.clone();
    if !visit.kept || visit.again.is_some() || official.is_empty() {
        return ().into_any();
    }
    view! {
        <Banner tone=Tone::Done role="status">
            <p><b>{official}</b></p>
            <p>{words::SAVED_FORM}</p>
        </Banner>
    }
    .into_any()
}

/// The step after the form, with the official words about saving where the procedure has them.
fn after_form(draft: &Draft) -> String {
    let next = paths::step(draft.id, next_step(draft, Step::Form));
    if draft.profile.phrases.draft_saved.is_empty() { next } else { format!("{next}?kept=1") }
}

/// Takes over the part `name` of a step.
#[cfg(feature = "applicant")]
pub fn take_over(name: &str, facts: &str, place: web_sys::HtmlElement) {
    use crate::part::browser::draw;
    match name {
        "photo" => draw(facts, place, photo::studio_part),
        "form" => draw(facts, place, form::form_part),
        "documents" => draw(facts, place, evidence::documents_part),
        "signature" => draw(facts, place, signature_pad::pad_part),
        "other-screen" => draw(facts, place, sign::other_screen_part),
        _ => {}
    }
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

fn is_editable(draft: &Draft) -> bool {
    matches!(draft.stage, Stage::Draft | Stage::Returned { .. })
}

fn over(draft: &Draft) -> AnyView {
    view! {
        {head(draft, Step::Preview)}
        <h1>"已经提交"</h1>
        <p class="lead">{words::NOT_A_DRAFT}</p>
        <p>
            <a class="btn" href=paths::my_case(draft.id)>"看进度"</a>
        </p>
    }
    .into_any()
}

/// The line above the steps, and the steps themselves; on the form with the badge that says what is saved.
fn head(draft: &Draft, now_at: Step) -> AnyView {
    let saved = (now_at == Step::Form).then(|| autosave::badge(draft.saved_at));
    let all = draft.profile.wizard.clone();
    let at = all.iter().position(|step| *step == now_at).unwrap_or(0);
    let count = all.len();
    let next = all.get(at + 1).map(|step| format!("下一步 {}", name(draft, *step)));
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
            let name = name(draft, *step);
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
        Stage::Returned { until, remarks, .. } => {
            let told = words::returned(*until, draft.now, remarks);
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
                    <b>{name(draft, now_at)}</b>
                    <span class="nb">{next}</span>
                </p>
                <ol aria-hidden="true">{bars}</ol>
            </div>
        </nav>
        {returned}
    }
    .into_any()
}

/// The name of a step: as the procedure calls it, else our own.
pub(in crate::applicant) fn name(draft: &Draft, step: Step) -> String {
    match draft.profile.step_title(step) {
        "" => words::step(step).to_owned(),
        official => official.to_owned(),
    }
}

/// What the procedure says above a step, verbatim. The notice is its own step's text.
/// The official notes of a step: they stand under its heading.
fn notes(draft: &Draft, step: Step) -> AnyView {
    let lines = draft.profile.step_note(step);
    if step == Step::Notice || lines.is_empty() {
        return ().into_any();
    }
    let lines = lines.iter().map(|line| view! { <p>{line.clone()}</p> }).collect_view();
    view! { <div class="soft stack stack--1 mt-2">{lines}</div> }.into_any()
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
    if let Failure::Refused(Refusal::Upload(UploadRefusal::Partly { refused, kept })) = failure {
        let lines = form_words::partly(refused, kept).into_iter().map(|line| (String::new(), line)).collect();
        return view! { <ErrorSummary faults=lines title=form_words::partly_title(refused.len())/> }.into_any();
    }
    let faults = if more.is_empty() { vec![(String::new(), crate::wording::failure(failure))] } else { more };
    view! { <ErrorSummary faults=faults/> }.into_any()
}

/// What is wrong or missing in the form.
fn form_faults(draft: &Draft, answers: &domain::form::Answers) -> Vec<FieldFault> {
    let ladder = draft.profile.ladder.as_ref();
    check::form(&draft.profile.form, answers, &draft.plan.conditions, draft.now)
        .into_iter()
        .chain(ladder.and_then(|ladder| check::ladder(&draft.profile.form, ladder, draft.plan.level, answers)))
        .filter(|fault| !is_entry(draft, field_of(&fault.key)))
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

/// Whether a question is asked on the step before everything else.
fn is_entry(draft: &Draft, key: &str) -> bool {
    draft.profile.entry.as_ref().is_some_and(|entry| entry.field.iter().any(|field| field.key == key))
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
        .uploads_for(answers, &draft.looked_up)
        .filter(|wanted| wanted.required && draft.files_of(&wanted.key).next().is_none())
}

/// Whether a step leaves nothing open.
pub(in crate::applicant) fn is_done(draft: &Draft, step: Step) -> bool {
    match step {
        Step::Photo => draft.photo.is_some(),
        Step::Form => {
            form_faults(draft, &draft.answers).is_empty()
                && (draft.profile.documents_apart() || documents_missing(draft, &draft.answers).next().is_none())
        }
        Step::Sign => draft.signature.is_some() && !draft.signature_outdated,
        Step::Documents => documents_missing(draft, &draft.answers).next().is_none(),
        Step::Entry | Step::Notice | Step::Site => draft.passed.contains(&step),
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

/// The reviewer's words at what was returned.
fn remark_view(text: String) -> AnyView {
    view! { <p class="banner" data-state="me">{icon("me", "")}<span>{text}</span></p> }.into_any()
}

/// The reviewer's words about something that was returned.
fn remark_on(draft: &Draft, target: &Target) -> Option<String> {
    match &draft.stage {
        Stage::Returned { remarks, .. } => remarks.iter().find(|remark| remark.on == *target).map(words::remark),
        _ => None,
    }
}
