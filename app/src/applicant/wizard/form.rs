//! 填写报名信息: the questions of the profile, section by section, and the evidence below them.

use super::autosave::{Saver, Then};
use super::{
    Visit, back_link, documents_missing, evidence, field_of, field_view, form_faults, head, is_open, next_step, refused,
};
use crate::again::Again;
use crate::ui::{ErrorSummary, icon};
use crate::wording::{form as sentences, wizard as words};
use crate::{Failure, paths};
use domain::form::{Answers, Field, FieldFault, FieldKind, Section, When, check};
use domain::ids::ApplicationId;
use domain::page::wizard::{Draft, FileKept, Saved};
use domain::profile::Step;
use leptos::prelude::*;
use server_fn::ServerFn;
use std::collections::HashMap;

/// Saves answers. `go` says what comes then, for browsers without script: `next`, `update:KEY`,
/// `row-add:KEY`, `row-remove:KEY:N`; `auto` goes nowhere.
#[server(name = SaveForm, endpoint = "apply/save")]
pub async fn save_form(
    /// The application.
    id: ApplicationId,
    /// Revision that the page was drawn from.
    revision: i64,
    /// What comes then.
    go: String,
    /// Answers by key.
    #[server(default)]
    answers: HashMap<String, String>,
) -> Result<Saved, Failure> {
    let typed: Vec<(String, String)> = answers.clone().into_iter().collect();
    let outcome = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        ssr::save(&records, account, id, revision, &go, answers).await
    }
    .await;
    if go == "auto" {
        return outcome.map(|(saved, _)| saved);
    }
    let form = paths::step(id, Step::Form);
    let outcome = match outcome {
        Ok((Saved::ChangedMeanwhile { .. }, _)) => Err(Failure::ChangedMeanwhile),
        other => other,
    };
    crate::again::ssr::settle(outcome, |(_, next)| next.clone(), &form, typed).map(|(saved, _)| saved)
}

#[cfg(feature = "ssr")]
mod ssr {
    use super::{after, overlay};
    use crate::Failure;
    use crate::failure::from_records;
    use domain::ids::{AccountId, ApplicationId, Revision};
    use domain::page::wizard::Saved;
    use records::{Records, applications};
    use std::collections::HashMap;

    /// Lays the posted answers over the kept ones, saves, and says where to go.
    pub async fn save(
        records: &Records,
        account: AccountId,
        id: ApplicationId,
        revision: i64,
        go: &str,
        answers: HashMap<String, String>,
    ) -> Result<(Saved, String), Failure> {
        let draft = applications::draft(records, account, id).await.map_err(from_records)?;
        let merged = overlay(&draft, answers, go);
        let saved = applications::save_answers(records, account, id, Revision(revision), merged.clone())
            .await
            .map_err(from_records)?;
        Ok((saved, after(&draft, &merged, go)))
    }
}

/// The kept answers with the posted ones on top: a page posts only what it shows.
#[cfg(feature = "ssr")]
fn overlay(draft: &Draft, posted: HashMap<String, String>, go: &str) -> Answers {
    let mut answers = draft.answers.clone();
    for (key, value) in posted {
        answers.set(&key, &value);
    }
    if let Some((key, row)) = go.strip_prefix("row-remove:").and_then(|rest| rest.split_once(':')) {
        super::jobs::remove_row(&mut answers, key, row.parse().unwrap_or(usize::MAX));
    }
    answers
}

/// Where a plain form goes after saving.
#[cfg(feature = "ssr")]
fn after(draft: &Draft, answers: &Answers, go: &str) -> String {
    let form = paths::step(draft.id, Step::Form);
    if let Some(key) = go.strip_prefix("update:") {
        return format!("{form}#{key}");
    }
    if let Some(key) = go.strip_prefix("row-add:") {
        return format!("{form}?rows={}#{key}", answers.rows(key) + 1);
    }
    if let Some((key, _)) = go.strip_prefix("row-remove:").and_then(|rest| rest.split_once(':')) {
        return format!("{form}#{key}");
    }
    if form_faults(draft, answers).is_empty() && documents_missing(draft, answers).next().is_none() {
        paths::step(draft.id, next_step(draft, Step::Form))
    } else {
        format!("{form}?check=1")
    }
}

/// What the parts of the form share.
#[derive(Clone, Copy)]
pub(super) struct FormState {
    /// The draft as it was drawn.
    pub draft: StoredValue<Draft>,
    /// Answers and their saving.
    pub saver: Saver,
    /// What is wrong, as far as the person has been there.
    pub faults: RwSignal<Vec<FieldFault>>,
    /// Files handed in.
    pub files: RwSignal<Vec<FileKept>>,
    /// Lines of the summary; not empty only after pressing 下一步.
    pub summary: RwSignal<Vec<(String, String)>>,
    /// Whether the summary takes the focus: when it appears, not when a line of it is done.
    focus: StoredValue<bool>,
    /// Rows asked for by the address, without script.
    pub rows: usize,
}

impl FormState {
    /// The sentence at a field.
    pub fn error_of(self, key: &str) -> Signal<Option<String>> {
        let key = key.to_owned();
        Signal::derive(move || self.faults.with(|faults| sentences::fault_of(faults, &key)))
    }

    /// Whether `when` holds for what stands in the form; no condition always holds.
    pub fn holds(self, when: Option<When>) -> Signal<bool> {
        let answers = self.saver.answers;
        Signal::derive(move || when.as_ref().is_none_or(|when| answers.with(|answers| when.holds(answers))))
    }

    /// Whether a field takes changes.
    pub fn editable(self, key: &str) -> bool {
        self.draft.with_value(|draft| is_open(draft, key))
    }

    /// Takes over what was typed under `key`.
    fn typed(self, key: &str, value: &str) {
        self.saver.answers.update(|answers| answers.set(key, value));
        // A fault on show disappears as soon as it is put right.
        if self.faults.with_untracked(|faults| faults.iter().any(|fault| fault.key == key)) {
            self.look_at(key);
        }
        self.saver.touch();
    }

    /// Checks one field that the person has left.
    fn look_at(self, key: &str) {
        let owner = field_of(key).to_owned();
        let fresh = self.draft.with_value(|draft| {
            let answers = self.saver.answers.get_untracked();
            let Some(field) = draft.profile.form.field(&owner) else { return Vec::new() };
            if field.kind == FieldKind::Jobs {
                return form_faults(draft, &answers).into_iter().filter(|fault| fault.key == key).collect();
            }
            check::field(field, answers.get(&owner), &draft.plan.conditions, draft.now)
                .map(|problem| FieldFault { key: owner.clone(), label: field.label.clone(), problem })
                .into_iter()
                .collect::<Vec<_>>()
        });
        self.faults.update(|faults| {
            faults.retain(|fault| fault.key != key);
            faults.extend(fresh);
        });
        self.shrink();
    }

    /// Lines of the summary that are put right disappear; new ones come only with 下一步.
    pub fn shrink(self) {
        if self.summary.with_untracked(Vec::is_empty) {
            return;
        }
        let still = self.draft.with_value(|draft| {
            let mut draft = draft.clone();
            draft.files = self.files.get_untracked();
            let missing = missing_lines(&draft, &self.saver.answers.get_untracked());
            let faults = self.faults.with_untracked(|faults| sentences::faults(faults));
            faults.into_iter().chain(missing).map(|(anchor, _)| anchor).collect::<Vec<_>>()
        });
        let left: Vec<_> =
            self.summary.get_untracked().into_iter().filter(|(anchor, _)| still.contains(anchor)).collect();
        if self.summary.with_untracked(|lines| lines.len() != left.len()) {
            self.focus.set_value(false);
            self.summary.set(left);
        }
    }

    /// 下一步: everything is checked; what is wrong is listed, otherwise the rest is saved and the next page comes.
    fn next(self) {
        let (faults, missing, next) = self.draft.with_value(|draft| {
            let answers = self.saver.answers.get_untracked();
            let mut draft = draft.clone();
            draft.files = self.files.get_untracked();
            let missing = missing_lines(&draft, &answers);
            (form_faults(&draft, &answers), missing, paths::step(draft.id, next_step(&draft, Step::Form)))
        });
        let lines: Vec<_> = sentences::faults(&faults).into_iter().chain(missing).collect();
        self.faults.set(faults);
        if lines.is_empty() {
            self.summary.set(Vec::new());
            self.saver.finish(Then::Go(next));
        } else {
            self.saver.flush();
            self.focus.set_value(true);
            self.summary.set(lines);
        }
    }
}

/// Documents that are missing, as lines of the summary.
fn missing_lines(draft: &Draft, answers: &Answers) -> Vec<(String, String)> {
    documents_missing(draft, answers)
        .map(|wanted| (format!("doc-{}", wanted.key), words::document_missing(&wanted.label)))
        .collect()
}

/// The step.
pub(super) fn form_step(draft: Draft, visit: Visit) -> AnyView {
    let mut answers = draft.answers.clone();
    let mut changed_meanwhile = Vec::new();
    if let Some(again) = &visit.again {
        take_typed(&draft, again, &mut answers, &mut changed_meanwhile);
    }
    let faults = if visit.check { form_faults(&draft, &answers) } else { Vec::new() };
    let mut summary = sentences::faults(&faults);
    if visit.check {
        summary.extend(missing_lines(&draft, &answers));
    }
    let state = FormState {
        saver: Saver::new(&draft, answers, visit.reload),
        faults: RwSignal::new(faults),
        files: RwSignal::new(draft.files.clone()),
        summary: RwSignal::new(summary),
        focus: StoredValue::new(true),
        rows: visit.rows,
        draft: StoredValue::new(draft.clone()),
    };
    let on_top = if changed_meanwhile.is_empty() { refused(&visit) } else { super::conflict::told(changed_meanwhile) };
    // The page's own title is the server's; a summary that appears later changes it here.
    Effect::new(move |before: Option<bool>| {
        let wrong = !state.summary.with(Vec::is_empty);
        if before.is_some_and(|before| before != wrong) {
            document().set_title(&words::title(Step::Form, wrong));
        }
        wrong
    });
    // Files come and go: their lines of the summary with them.
    Effect::new(move |_| {
        state.files.track();
        state.shrink();
    });
    let sections = draft.profile.form.section.iter().map(|section| section_view(state, section)).collect_view();
    let phone = draft.plan.contact_phone.clone();
    let skip = paths::step(draft.id, next_step(&draft, Step::Form));
    view! {
        {head(&draft, Step::Form, state.saver.badge())}
        {on_top}
        {move || view! { <ErrorSummary faults=state.summary.get() focus=state.focus.get_value()/> }}
        {super::conflict::choice(state)}
        <div class="cols cols--form mt-6">
        <div class="stack stack--6">
        <h1>"填写报名信息"</h1>
        <form
            id="answers"
            class="stack stack--6"
            method="post"
            action=SaveForm::url()
            novalidate
            on:input=move |event| take(state, &event, false)
            on:change=move |event| take(state, &event, true)
            on:submit=move |event: leptos::ev::SubmitEvent| {
                event.prevent_default();
                state.next();
            }
        >
            <input type="hidden" name="id" value=draft.id.to_string()/>
            <input
                type="hidden"
                name="revision"
                value=draft.revision.0
                prop:value=move || state.saver.revision.get().0.to_string()
            />
            // Enter in a box means "next", not the first button that happens to come.
            <button class="vh" type="submit" name="go" value="next" tabindex="-1" aria-hidden="true">"下一步"</button>
            {sections}
        </form>
        {evidence::needs(state)}
        <div class="actionbar">
            <button class="btn btn--big btn--main" type="submit" form="answers" name="go" value="next">
                <span>"保存，下一步"</span>
                {icon("arrow", "")}
            </button>
            {back_link(&draft, Step::Form)}
            <a class="btn btn--text" href=skip>"没有的先空着，以后补"</a>
        </div>
        </div>
        <aside class="stack stack--3 sticky soft" aria-labelledby="help">
            <h2 class="h-s" id="help">"一次填不完也没关系"</h2>
            <p>"填的内容自动保存。换手机或电脑，登录后都能接着填。"</p>
            <p>
                <span>"不清楚怎么填，可以问机构："</span>
                <a href=format!("tel:{phone}") rel="external">{phone.clone()}</a>
            </p>
        </aside>
        </div>
    }
    .into_any()
}

/// What a refused plain form typed goes on top of what is kept. After a change elsewhere, `differs`
/// gets a line for each answer that is not the same.
fn take_typed(draft: &Draft, again: &Again, answers: &mut Answers, differs: &mut Vec<super::conflict::Line>) {
    for (key, value) in &again.typed {
        let Some(field) = draft.profile.form.field(field_of(key)) else { continue };
        if again.failure == Failure::ChangedMeanwhile && answers.get(key) != value.trim() {
            differs.push(super::conflict::Line {
                key: key.clone(),
                label: field.label.clone(),
                ours: field_view::shown(field, value, &draft.plan.conditions),
                theirs: field_view::shown(field, answers.get(key), &draft.plan.conditions),
            });
        }
        answers.set(key, value);
    }
}

fn section_view(state: FormState, section: &Section) -> AnyView {
    let asked = state.holds(section.show.clone());
    let recorded: Vec<String> = section
        .field
        .iter()
        .filter(|field| !field.not_applicable.is_empty())
        .map(|field| format!("{} {}", field.label, field.not_applicable))
        .collect();
    let instead = section.show.is_some().then(|| {
        let words = words::not_applicable(&section.title, &recorded);
        view! { <p class="meta" hidden=move || asked.get()>{words}</p> }
    });
    let hint = (!section.hint.is_empty()).then(|| view! { <p class="hint">{section.hint.clone()}</p> });
    // Neighbours that depend on the same answer stand under one bar; facts stand in one list.
    let mut groups: Vec<(Option<When>, Vec<AnyView>)> = Vec::new();
    let mut at = 0;
    while let Some(field) = section.field.get(at) {
        let facts = section.field[at..].iter().take_while(|next| is_fact(next) && next.show == field.show).count();
        let view =
            if facts > 0 { field_view::facts(state, &section.field[at..at + facts]) } else { one_field(state, field) };
        at += facts.max(1);
        match groups.last_mut() {
            Some((show, fields)) if *show == field.show => fields.push(view),
            _ => groups.push((field.show.clone(), vec![view])),
        }
    }
    let fields = groups
        .into_iter()
        .map(|(show, fields)| match show {
            None => fields.into_any(),
            Some(when) => {
                let holds = state.holds(Some(when));
                view! { <div class="when stack stack--5" hidden=move || !holds.get()>{fields}</div> }.into_any()
            }
        })
        .collect_view();
    view! {
        {instead}
        <section class="group stack stack--5" id=format!("part-{}", section.key) hidden=move || !asked.get()>
            <h2>{section.title.clone()}</h2>
            {hint}
            {fields}
        </section>
    }
    .into_any()
}

fn is_fact(field: &Field) -> bool {
    matches!(field.kind, FieldKind::PlanFact | FieldKind::AccountFact)
}

/// A field, with 更新 below it when other questions depend on it.
fn one_field(state: FormState, field: &Field) -> AnyView {
    let key = field.key.clone();
    let decides = state.draft.with_value(|draft| {
        let form = &draft.profile.form;
        let looks = |when: &Option<When>| when.as_ref().is_some_and(|when| looks_at(when, &key));
        form.section.iter().any(|section| looks(&section.show) || section.field.iter().any(|field| looks(&field.show)))
            || draft.profile.document.iter().any(|document| looks(&document.show))
    });
    let update = (decides && state.editable(&field.key)).then(|| {
        view! {
            <p class="row no-js">
                <button class="btn btn--quiet btn--small" type="submit" name="go" value=format!("update:{}", field.key)>
                    "更新"
                    <span class="vh">{format!("：{}", field.label)}</span>
                </button>
                <span class="hint">{words::UPDATE_HINT}</span>
            </p>
        }
    });
    view! {
        {field_view::field_view(state, field)}
        {update}
    }
    .into_any()
}

fn looks_at(when: &When, key: &str) -> bool {
    when.key == key || when.and.as_ref().is_some_and(|further| looks_at(further, key))
}

/// One listener for the whole form: what was typed where.
fn take(state: FormState, event: &leptos::ev::Event, left: bool) {
    let Some((name, value)) = control(event) else { return };
    let Some(key) = name.strip_prefix("answers[").and_then(|rest| rest.strip_suffix(']')) else { return };
    state.typed(key, &value);
    if left {
        state.look_at(key);
    }
}

/// Name and value of the control that an event came from.
#[cfg(feature = "hydrate")]
fn control(event: &leptos::ev::Event) -> Option<(String, String)> {
    use wasm_bindgen::JsCast;
    let target = event.target()?;
    if let Some(input) = target.dyn_ref::<web_sys::HtmlInputElement>() {
        return Some((input.name(), input.value()));
    }
    if let Some(select) = target.dyn_ref::<web_sys::HtmlSelectElement>() {
        return Some((select.name(), select.value()));
    }
    let area = target.dyn_ref::<web_sys::HtmlTextAreaElement>()?;
    Some((area.name(), area.value()))
}

// Events only happen in a browser.
#[cfg(not(feature = "hydrate"))]
fn control(_event: &leptos::ev::Event) -> Option<(String, String)> {
    None
}
