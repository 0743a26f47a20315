//! Evidence: several files per requirement, in an order the applicant chooses. It stands below the form, or is a step
//! of its own where the profile says so.

mod facts;

pub use facts::{Evidence, FileShown};

use super::{Visit, back_link, head, next_step, refused, remark_view};
use crate::ui::{StateBadge, icon};
use crate::wording::{photo as papers, wizard as words};
use crate::{Failure, paths};
use domain::application::progress::Tone;
use domain::form::Answers;
use domain::ids::{ApplicationId, FileId};
use domain::page::wizard::{Draft, FileKept};
use domain::profile::Step;
use facts::{Need, step_of};
use leptos::prelude::*;
use server_fn::ServerFn;

/// What is kept by now.
#[server(name = FetchFiles, endpoint = "apply/files")]
pub async fn files(
    /// The application.
    id: ApplicationId,
) -> Result<Vec<FileShown>, Failure> {
    super::draft(id).await.map(|draft| draft.files.iter().map(FileShown::of).collect())
}

/// 上传证件信息: the list as a step of its own.
pub(super) fn documents_step(draft: &Draft, visit: &Visit) -> AnyView {
    let facts = (Evidence::of(draft), draft.answers.clone());
    let list = crate::part::part("documents", &facts, documents_part(facts.clone()));
    let next = paths::step(draft.id, next_step(draft, Step::Documents));
    view! {
        {head(draft, Step::Documents)}
        {refused(visit)}
        <div class="stack stack--5 mt-6">
            <h1>{super::name(draft, Step::Documents)}</h1>
            {super::notes(draft, Step::Documents)}
            {super::documents::to_print(draft)}
            {list}
            {super::documents::beside(draft)}
        </div>
        <div class="actionbar">
            <a class="btn btn--big btn--main" href=next>"下一步"{icon("arrow", "")}</a>
            {back_link(draft, Step::Documents)}
        </div>
    }
    .into_any()
}

/// The list by itself, under answers that stay as they are.
pub(super) fn documents_part((evidence, answers): (Evidence, Answers)) -> AnyView {
    let files = RwSignal::new(evidence.files.clone());
    needs(&evidence, RwSignal::new(answers), files)
}

/// Takes a file out.
#[server(name = RemoveFile, endpoint = "apply/remove-file")]
pub async fn remove_file(
    /// The application.
    id: ApplicationId,
    /// The file.
    file: FileId,
    /// Key of its requirement, for the way back.
    requirement: String,
    /// The step it was done in, for the way back.
    #[server(default)]
    at: String,
) -> Result<(), Failure> {
    let out = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        records::applications::remove_file(&records, account, id, file).await.map_err(crate::failure::from_records)
    }
    .await;
    ssr::back_to(out.map(drop), id, &at, &requirement)
}

/// Moves a file up (`up` is `yes`) or down by one place.
#[server(name = MoveFile, endpoint = "apply/move-file")]
pub async fn move_file(
    /// The application.
    id: ApplicationId,
    /// The file.
    file: FileId,
    /// `yes` for up.
    up: String,
    /// Key of its requirement, for the way back.
    requirement: String,
    /// The step it was done in, for the way back.
    #[server(default)]
    at: String,
) -> Result<(), Failure> {
    let direction =
        if up == "yes" { records::applications::Direction::Up } else { records::applications::Direction::Down };
    let out = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        records::applications::move_file(&records, account, id, file, direction)
            .await
            .map_err(crate::failure::from_records)
    }
    .await;
    ssr::back_to(out.map(drop), id, &at, &requirement)
}

#[cfg(feature = "ssr")]
mod ssr {
    use crate::signed_in::ssr::is_plain_form;
    use crate::{Failure, paths};
    use domain::ids::ApplicationId;
    use domain::profile::Step;

    /// A plain form goes back to the list it came from; a script stays where it is.
    pub fn back_to(
        outcome: Result<(), Failure>,
        id: ApplicationId,
        at: &str,
        requirement: &str,
    ) -> Result<(), Failure> {
        if !is_plain_form() {
            return outcome;
        }
        let step = Step::from_slug(at).unwrap_or(Step::Form);
        let back = format!("{}#doc-{}", paths::step(id, step), paths::encode(requirement));
        crate::again::ssr::settle(outcome, |()| back.clone(), &back, Vec::new())
    }
}

/// A file on its way, or one that did not arrive.
#[derive(Clone)]
struct Sending {
    /// Counts up; finds the file again for another try.
    number: usize,
    name: String,
    bytes: u64,
    percent: RwSignal<u32>,
    /// Why it is not kept; `retry` when another try may help.
    problem: RwSignal<Option<(String, bool)>>,
}

/// What a list needs to change itself.
#[derive(Clone, Copy)]
struct List {
    /// The application, and the word of the step.
    place: StoredValue<(String, String)>,
    need: StoredValue<Need>,
    files: RwSignal<Vec<FileShown>>,
    sending: RwSignal<Vec<Sending>>,
    /// What went wrong with the last move or removal.
    problem: RwSignal<Option<String>>,
    /// Said to screen readers after an upload.
    news: RwSignal<String>,
}

/// All requirements, each shown while `answers` ask for it.
pub(super) fn needs(evidence: &Evidence, answers: RwSignal<Answers>, files: RwSignal<Vec<FileShown>>) -> AnyView {
    if evidence.needs.is_empty() {
        return ().into_any();
    }
    let place = StoredValue::new((evidence.id.clone(), evidence.at.clone()));
    let notes = evidence.notes.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
    let needs = evidence
        .needs
        .iter()
        .map(|wanted| {
            let list = List {
                place,
                need: StoredValue::new(wanted.clone()),
                files,
                sending: RwSignal::new(Vec::new()),
                problem: RwSignal::new(None),
                news: RwSignal::new(String::new()),
            };
            need(list, wanted, answers)
        })
        .collect_view();
    view! {
        <section class="needs" id="part-documents" aria-label="证明材料">
            {needs}
            <ul class="meta">{notes}</ul>
        </section>
    }
    .into_any()
}

fn need(list: List, wanted: &Need, answers: RwSignal<Answers>) -> AnyView {
    let show = wanted.show.clone();
    let asked = move || show.as_ref().is_none_or(|when| answers.with(|answers| when.holds(answers)));
    let (key, open) = (wanted.key.clone(), wanted.open);
    let own = crate::ui::memo(move |_| {
        list.files.with(|files| files.iter().filter(|file| file.requirement == key).cloned().collect::<Vec<_>>())
    });
    let required = wanted.required;
    let badge = move || {
        let count = own.with(Vec::len);
        let (tone, text) = match (count, required) {
            (0, true) => (Tone::Me, "还没传".to_owned()),
            (0, false) => (Tone::Draft, "选填".to_owned()),
            _ => (Tone::Done, format!("已有 {count} 份")),
        };
        view! { <StateBadge tone text/> }
    };
    let tone = move || if own.with(Vec::is_empty) { "me" } else { "done" };
    let kept = move || {
        let files = own.get();
        let last = files.len().saturating_sub(1);
        files.into_iter().enumerate().map(|(at, file)| kept_view(list, file, at == 0, at == last, open)).collect_view()
    };
    let on_its_way = move || list.sending.get().into_iter().map(|one| sending_view(list, one)).collect_view();
    let examples = wanted.examples.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
    let limits = wanted.limits.clone();
    let chooser = if open {
        chooser(list, wanted)
    } else {
        view! { <p class="meta">{icon("lock", "s")}<span>{words::CLOSED_FIELD}</span></p> }.into_any()
    };
    let remark = wanted.remark.clone().map(remark_view);
    view! {
        <section class="need" id=format!("doc-{}", wanted.key) tabindex="-1" data-state=tone hidden=move || !asked()>
            <div class="need__h">
                <h2>{wanted.label.clone()}</h2>
                {badge}
            </div>
            {remark}
            <ul class="soft">{examples}</ul>
            <p class="hint">{limits}</p>
            <ol class="files">{kept}</ol>
            <ul class="files">{on_its_way}</ul>
            {move || list.problem.get().map(|text| view! { <p class="err" role="alert">{icon("alert", "s")}<span>{text}</span></p> })}
            <p class="vh" aria-live="polite">{move || list.news.get()}</p>
            {chooser}
        </section>
    }
    .into_any()
}

fn chooser(list: List, wanted: &Need) -> AnyView {
    let input = format!("pick-{}", wanted.key);
    let over = RwSignal::new(false);
    view! {
        <form
            method="post"
            enctype="multipart/form-data"
            action=wanted.upload.clone()
            class="stack stack--2"
            on:submit=move |event: leptos::ev::SubmitEvent| event.prevent_default()
        >
            <input
                class="vh"
                type="file"
                name="file"
                id=input.clone()
                multiple
                accept=wanted.accept.clone()
                on:change=move |event| chosen(list, &event)
            />
            <label
                class="drop"
                for=input
                data-over=move || over.get().then_some("")
                on:dragover=move |event: leptos::ev::DragEvent| {
                    event.prevent_default();
                    over.set(true);
                }
                on:dragleave=move |_| over.set(false)
                on:drop=move |event: leptos::ev::DragEvent| {
                    event.prevent_default();
                    over.set(false);
                    dropped(list, &event);
                }
            >
                {icon("upload", "")}
                <b>{format!("选择文件：{}", wanted.label)}</b>
                <span class="meta">
                    <span>"可以一次选几个"</span>
                    <span class="drag needs-js">"，或拖到这里"</span>
                </span>
            </label>
            <p class="no-js">
                <button class="btn btn--quiet" type="submit">"上传选好的文件"</button>
            </p>
        </form>
    }
    .into_any()
}

fn kept_view(list: List, file: FileShown, first: bool, last: bool, open: bool) -> AnyView {
    let acts = open.then(|| {
        let up = (!first).then(|| act(list, &file, "up", format!("把 {} 往前移", file.name)));
        let down = (!last).then(|| act(list, &file, "down", format!("把 {} 往后移", file.name)));
        let remove = act(list, &file, "trash", format!("删除 {}", file.name));
        let straighten = file.picture.then(|| {
            let href = format!("/apply/{}/documents/{}/straighten", list.place.get_value().0, file.id);
            view! { <a class="btn btn--text btn--small" href=href rel="external">"拉正"</a> }
        });
        view! { <div class="file__a">{straighten}{up}{down}{remove}</div> }
    });
    let picture = if file.picture {
        view! { <img src=file.href.clone() alt="" loading="lazy"/> }.into_any()
    } else {
        icon("file", "")
    };
    view! {
        <li class="file" data-state="done">
            <a class="file__t" href=file.href target="_blank" rel="external">
                {picture}
                <span class="vh">{format!("打开 {}", file.name)}</span>
            </a>
            <div class="file__b">
                <b class="clip">{file.name}</b>
                <span class="meta num">{file.about}</span>
            </div>
            {acts}
        </li>
    }
    .into_any()
}

/// A button that is a form of its own: `up`, `down` or `trash`, like its icon.
fn act(list: List, file: &FileShown, what: &'static str, label: String) -> AnyView {
    let (id, at) = list.place.get_value();
    let (url, up) = match what {
        "trash" => (RemoveFile::PATH, None),
        "up" => (MoveFile::PATH, Some("yes")),
        _ => (MoveFile::PATH, Some("no")),
    };
    let hidden = [("id", Some(id)), ("file", Some(file.id.clone())), ("requirement", Some(file.requirement.clone()))]
        .into_iter()
        .chain([("at", Some(at)), ("up", up.map(str::to_owned))])
        .filter_map(|(name, value)| Some((name, value?)))
        .collect::<Vec<_>>();
    let inputs = hidden
        .iter()
        .map(|(name, value)| view! { <input type="hidden" name=*name value=value.clone()/> })
        .collect_view();
    view! {
        <form
            method="post"
            action=url
            on:submit=move |event: leptos::ev::SubmitEvent| {
                event.prevent_default();
                change(list, url, hidden.clone());
            }
        >
            {inputs}
            <button class="btn btn--quiet btn--icon" type="submit" aria-label=label>{icon(what, "")}</button>
        </form>
    }
    .into_any()
}

fn sending_view(list: List, one: Sending) -> AnyView {
    let (percent, problem, number) = (one.percent, one.problem, one.number);
    let state = move || if problem.with(Option::is_some) { "refused" } else { "others" };
    let told = move || match problem.get() {
        None => view! {
            <progress class="meter meter--full" max="100" value=move || percent.get().to_string()></progress>
            <span class="meta">{move || words::sent(percent.get())}</span>
        }
        .into_any(),
        Some((text, retry)) => {
            let again = retry.then(|| {
                view! { <button class="btn btn--quiet btn--small" type="button" on:click=move |_| retry_one(list, number)>"再试一次"</button> }
            });
            view! {
                <p class="err" role="alert">{icon("alert", "s")}<span>{text}</span></p>
                <p class="row">
                    {again}
                    <button class="btn btn--text btn--small" type="button" on:click=move |_| list.forget(number)>"不传这个了"</button>
                </p>
            }
            .into_any()
        }
    };
    view! {
        <li class="file" data-state=state>
            <span class="file__t">{icon("upload", "")}</span>
            <div class="file__b">
                <b class="clip">{one.name}</b>
                <span class="meta num">{papers::weight(one.bytes)}</span>
                {told}
            </div>
        </li>
    }
    .into_any()
}

impl List {
    fn forget(self, number: usize) {
        self.sending.update(|all| all.retain(|one| one.number != number));
        #[cfg(feature = "hydrate")]
        browser::forget(number);
    }
}

/// Moves or removes a file: `fields` go to the server function at `url`, as they would without script.
fn change(list: List, url: &'static str, fields: Vec<(&'static str, String)>) {
    #[cfg(feature = "hydrate")]
    browser::change(list, url, fields);
    #[cfg(not(feature = "hydrate"))]
    let _ = (list, url, fields);
}

fn chosen(list: List, event: &leptos::ev::Event) {
    #[cfg(feature = "hydrate")]
    browser::chosen(list, event);
    #[cfg(not(feature = "hydrate"))]
    let _ = (list.need, list.problem, list.news, event);
}

fn dropped(list: List, event: &leptos::ev::DragEvent) {
    #[cfg(feature = "hydrate")]
    browser::dropped(list, event);
    #[cfg(not(feature = "hydrate"))]
    let _ = (list, event);
}

fn retry_one(list: List, number: usize) {
    #[cfg(feature = "hydrate")]
    browser::retry(list, number);
    #[cfg(not(feature = "hydrate"))]
    let _ = (list, number);
}

#[cfg(feature = "hydrate")]
mod browser;

/// Whether a file can be shown as a picture.
pub(super) fn is_picture(file: &FileKept) -> bool {
    file.format != "pdf"
}

/// The anchor of a requirement, in the step that shows the list.
pub(super) fn anchor(draft: &Draft, requirement: &str) -> String {
    format!("{}#doc-{requirement}", paths::step(draft.id, step_of(draft)))
}
