//! Evidence: several files per requirement, in an order the applicant chooses.

use super::form::FormState;
use super::remark_on;
use crate::ui::{StateBadge, icon};
use crate::wording::{photo as papers, wizard as words};
use crate::{Failure, paths};
use domain::application::Target;
use domain::application::progress::Tone;
use domain::ids::{ApplicationId, FileId};
use domain::page::wizard::FileKept;
use domain::paper::{PaperFormat, PaperSpec};
use domain::profile::{Requirement, Step};
use leptos::prelude::*;
use server_fn::ServerFn;

/// Takes a file out.
#[server(name = RemoveFile, endpoint = "apply/remove-file")]
pub async fn remove_file(
    /// The application.
    id: ApplicationId,
    /// The file.
    file: FileId,
    /// Key of its requirement, for the way back.
    requirement: String,
) -> Result<(), Failure> {
    let out = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        records::applications::remove_file(&records, account, id, file).await.map_err(crate::failure::from_records)
    }
    .await;
    ssr::back_to(out.map(drop), id, &requirement)
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
    ssr::back_to(out.map(drop), id, &requirement)
}

#[cfg(feature = "ssr")]
mod ssr {
    use crate::signed_in::ssr::is_plain_form;
    use crate::{Failure, paths};
    use domain::ids::ApplicationId;
    use domain::profile::Step;

    /// A plain form goes back to the list it came from; a script stays where it is.
    pub fn back_to(outcome: Result<(), Failure>, id: ApplicationId, requirement: &str) -> Result<(), Failure> {
        if !is_plain_form() {
            return outcome;
        }
        let back = format!("{}#doc-{}", paths::step(id, Step::Form), paths::encode(requirement));
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
    id: ApplicationId,
    key: StoredValue<String>,
    spec: StoredValue<PaperSpec>,
    files: RwSignal<Vec<FileKept>>,
    sending: RwSignal<Vec<Sending>>,
    /// What went wrong with the last move or removal.
    problem: RwSignal<Option<String>>,
    /// Said to screen readers after an upload.
    news: RwSignal<String>,
}

/// All requirements, each shown while it is asked for.
pub(super) fn needs(state: FormState) -> AnyView {
    let all = state.draft.with_value(|draft| {
        draft
            .profile
            .document
            .iter()
            .map(|wanted| {
                let target = Target::Document(wanted.key.clone());
                let asked_now = wanted.show.as_ref().is_none_or(|when| when.holds(&draft.answers));
                (wanted.clone(), draft.may_change(&target) || !asked_now, remark_on(draft, &target), draft.id)
            })
            .collect::<Vec<_>>()
    });
    if all.is_empty() {
        return ().into_any();
    }
    let notes = state.draft.with_value(|draft| draft.profile.phrases.form_note.clone());
    let notes = notes.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    let needs = all
        .into_iter()
        .map(|(wanted, open, remark, id)| {
            let list = List {
                id,
                key: StoredValue::new(wanted.key.clone()),
                spec: StoredValue::new(wanted.file.clone()),
                files: state.files,
                sending: RwSignal::new(Vec::new()),
                problem: RwSignal::new(None),
                news: RwSignal::new(String::new()),
            };
            need(state, list, &wanted, open, remark)
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

fn need(state: FormState, list: List, wanted: &Requirement, open: bool, remark: Option<String>) -> AnyView {
    let asked = state.holds(wanted.show.clone());
    let key = wanted.key.clone();
    let own = Memo::new(move |_| {
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
    let limits = papers::paper_limits(&wanted.file, wanted.max_files, wanted.merged_bytes_less_than);
    let chooser = if open {
        chooser(list, wanted)
    } else {
        view! { <p class="meta">{icon("lock", "s")}<span>{words::CLOSED_FIELD}</span></p> }.into_any()
    };
    let remark = remark.map(|text| view! { <p class="banner" data-state="me">{icon("me", "")}<span>{text}</span></p> });
    view! {
        <section class="need" id=format!("doc-{}", wanted.key) tabindex="-1" data-state=tone hidden=move || !asked.get()>
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

/// Formats as a file picker takes them.
fn accept(spec: &PaperSpec) -> String {
    spec.formats.iter().map(|format| format.media_type()).collect::<Vec<_>>().join(",")
}

fn chooser(list: List, wanted: &Requirement) -> AnyView {
    let input = format!("pick-{}", wanted.key);
    let over = RwSignal::new(false);
    view! {
        <form
            method="post"
            enctype="multipart/form-data"
            action=paths::upload_document(list.id, &wanted.key)
            class="stack stack--2"
            on:submit=move |event: leptos::ev::SubmitEvent| event.prevent_default()
        >
            <input
                class="vh"
                type="file"
                name="file"
                id=input.clone()
                multiple
                accept=accept(&wanted.file)
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

fn kept_view(list: List, file: FileKept, first: bool, last: bool, open: bool) -> AnyView {
    let pdf = file.format == "pdf";
    let href = paths::file(file.id);
    let picture =
        if pdf { icon("file", "") } else { view! { <img src=href.clone() alt="" loading="lazy"/> }.into_any() };
    let acts = open.then(|| {
        let up = (!first).then(|| act(list, &file, "up", format!("把 {} 往前移", file.name)));
        let down = (!last).then(|| act(list, &file, "down", format!("把 {} 往后移", file.name)));
        let remove = act(list, &file, "trash", format!("删除 {}", file.name));
        view! { <div class="file__a">{up}{down}{remove}</div> }
    });
    view! {
        <li class="file" data-state="done">
            <a class="file__t" href=href target="_blank" rel="external">
                {picture}
                <span class="vh">{format!("打开 {}", file.name)}</span>
            </a>
            <div class="file__b">
                <b class="clip">{file.name.clone()}</b>
                <span class="meta num">{words::file_facts(file.bytes, file.pages, pdf)}</span>
            </div>
            {acts}
        </li>
    }
    .into_any()
}

/// A button that is a form of its own: `up`, `down` or `trash`, like its icon.
fn act(list: List, file: &FileKept, what: &'static str, label: String) -> AnyView {
    let id = file.id;
    let key = list.key.get_value();
    let (url, up) = match what {
        "trash" => (RemoveFile::url(), None),
        "up" => (MoveFile::url(), Some("yes")),
        _ => (MoveFile::url(), Some("no")),
    };
    let up = up.map(|up| view! { <input type="hidden" name="up" value=up/> });
    view! {
        <form
            method="post"
            action=url
            on:submit=move |event: leptos::ev::SubmitEvent| {
                event.prevent_default();
                leptos::task::spawn_local(async move {
                    let key = list.key.get_value();
                    let out = match what {
                        "trash" => remove_file(list.id, id, key).await,
                        "up" => move_file(list.id, id, "yes".into(), key).await,
                        _ => move_file(list.id, id, "no".into(), key).await,
                    };
                    list.problem.set(out.err().map(|failure| crate::wording::failure(&failure)));
                    list.ask_again().await;
                });
            }
        >
            <input type="hidden" name="id" value=list.id.to_string()/>
            <input type="hidden" name="file" value=id.to_string()/>
            <input type="hidden" name="requirement" value=key/>
            {up}
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
    /// Asks the server what is kept now.
    async fn ask_again(self) {
        if let Ok(draft) = super::draft(self.id).await {
            self.files.try_set(draft.files);
        }
    }

    fn forget(self, number: usize) {
        self.sending.update(|all| all.retain(|one| one.number != number));
        #[cfg(feature = "hydrate")]
        browser::forget(number);
    }
}

fn chosen(list: List, event: &leptos::ev::Event) {
    #[cfg(feature = "hydrate")]
    browser::chosen(list, event);
    #[cfg(not(feature = "hydrate"))]
    let _ = (list.spec, event);
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

/// Whether a format can be shown as a picture.
pub(super) fn is_picture(file: &FileKept) -> bool {
    file.format != format_word(PaperFormat::Pdf)
}

fn format_word(format: PaperFormat) -> &'static str {
    match format {
        PaperFormat::Pdf => "pdf",
        PaperFormat::Jpeg => "jpeg",
        PaperFormat::Png => "png",
    }
}

/// The anchor of a requirement on the form step.
pub(super) fn anchor(id: ApplicationId, requirement: &str) -> String {
    format!("{}#doc-{requirement}", paths::step(id, Step::Form))
}
