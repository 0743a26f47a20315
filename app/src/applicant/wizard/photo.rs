//! 上传证件照: limits, choosing, the studio, checks with the measurement, upload.

mod kept;
mod stage;

use super::autosave::go;
use super::{Visit, back_link, head, next_step, refused, remark_on, remark_view, studio};
use crate::part::read::read_fields;
use crate::ui::{ErrorSummary, StateBadge, icon};
use crate::wording::{photo as sentences, wizard as words};
use crate::{Failure, paths};
use domain::application::Target;
use domain::application::progress::Tone;
use domain::ids::ApplicationId;
use domain::page::wizard::{Draft, PhotoKept};
use domain::photo::{PhotoFault, PhotoSpec, PhotoWarning};
use domain::profile::Step;
use kept::{earlier_view, kept_view};
use leptos::html::Canvas;
use leptos::prelude::*;
use serde::Serialize;
use stage::{check_view, stage_view};

/// Takes over a photo of an earlier application.
#[server(name = TakeEarlierPhoto, endpoint = "apply/earlier-photo")]
pub async fn take_earlier_photo(
    /// The application.
    id: ApplicationId,
) -> Result<PhotoKept, Failure> {
    let out = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        records::applications::take_over(&records, account, id).await.map_err(crate::failure::from_records)
    }
    .await;
    let page = paths::step(id, Step::Photo);
    crate::again::ssr::settle(out, |_| page.clone(), &page, Vec::new())
}

/// How far the studio is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "on the server nothing is ever chosen"))]
pub(super) enum Phase {
    /// Nothing is chosen.
    Empty,
    /// Reading and decoding.
    Loading,
    /// On the stage.
    Ready,
    /// Cannot be used; the checks say why.
    Refused,
}

impl Phase {
    fn as_str(self) -> &'static str {
        match self {
            Phase::Empty => "empty",
            Phase::Loading => "loading",
            Phase::Ready => "ready",
            Phase::Refused => "refused",
        }
    }
}

/// One line of the list beside the stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Check {
    /// Passed, to be looked at, or refused.
    pub tone: Tone,
    /// What was measured.
    pub name: &'static str,
    /// Measured and wanted value.
    pub value: String,
    /// What to do; empty when nothing is to be done.
    pub fix: String,
}

/// What the page and the studio share.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    /// Where the photo goes.
    pub upload: StoredValue<String>,
    /// The page after this one.
    next: StoredValue<String>,
    /// The limits.
    pub spec: StoredValue<PhotoSpec>,
    /// How far it is.
    pub phase: RwSignal<Phase>,
    /// What is wrong with the chosen file as it is.
    pub faults: RwSignal<Vec<PhotoFault>>,
    /// What is worth telling about it.
    pub warnings: RwSignal<Vec<PhotoWarning>>,
    /// Name and measures of the chosen file.
    pub chosen: RwSignal<String>,
    /// The live list.
    pub checks: RwSignal<Vec<Check>>,
    /// Position of the slider, 0 (all) to 100 (nearest).
    pub zoom: RwSignal<u32>,
    /// Width and height of the frame on the stage of 400 by 455.
    pub frame: RwSignal<(f64, f64)>,
    /// A file inside the limits is at hand.
    pub ready: RwSignal<bool>,
    /// Percent sent.
    pub sending: RwSignal<Option<u32>>,
    /// Why sending did not work; the file stays at hand.
    pub failure: RwSignal<Option<String>>,
    /// The stage.
    pub stage: NodeRef<Canvas>,
    /// The three previews.
    pub shots: [NodeRef<Canvas>; 3],
}

impl Desk {
    /// The photo is kept: on to the next page.
    pub fn done(self) {
        go(&self.next.get_value());
    }
}

/// What the studio works with.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Facts {
    /// Where the photo goes.
    upload: String,
    /// The page after this one.
    next: String,
    /// The limits.
    spec: PhotoSpec,
    /// The limits in words: name and value.
    limits: Vec<(String, String)>,
    /// Lines of advice.
    advice: Vec<String>,
    /// Whether a photo is kept already.
    has_photo: bool,
}
read_fields!(Facts { upload, next, spec, limits, advice, has_photo });

/// Ids of what stands in the action bar: the studio speaks there.
const NEXT: &str = "go-on";
const USE: &str = "use-photo";
/// Id of the file input.
const PICK: &str = "pick";

/// The step.
pub(super) fn photo_step(draft: &Draft, visit: &Visit) -> AnyView {
    let open = draft.may_change(&Target::Photo);
    let has_photo = draft.photo.is_some();
    let next = paths::step(draft.id, next_step(draft, Step::Photo));
    let notes = draft.profile.phrases.photo_note.iter().map(|line| view! { <li>{line.clone()}</li> }).collect_view();
    let remark = remark_on(draft, &Target::Photo).map(remark_view);
    let kept = draft.photo.as_ref().map(|photo| kept_view(photo, open));
    let earlier = draft.earlier_photo.filter(|_| open).map(|file| earlier_view(draft.id, file));
    let studio = open.then(|| {
        let limits = sentences::limits(&draft.profile.photo.spec);
        let facts = Facts {
            upload: paths::upload_photo(draft.id),
            next: next.clone(),
            spec: draft.profile.photo.spec.clone(),
            limits: limits.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            advice: draft.profile.photo.advice.clone(),
            has_photo,
        };
        crate::part::part("photo", &facts, studio_part(facts.clone()))
    });
    let phone = draft.plan.contact_phone.clone();
    view! {
        {head(draft, Step::Photo)}
        {not_taken(visit)}
        <div class="stack mt-6">
            <h1>{super::name(draft, Step::Photo)}</h1>
            {super::notes(draft, Step::Photo)}
            {remark}
            <ul class="meta">{notes}</ul>
            {kept}
            {earlier}
            {studio}
            <p class="meta">
                <b>"照片确实拍不了？"</b>
                <span>"格式、像素和大小合格就能先用，背景、清晰度这些请人工看，由审核老师决定。还是不行，请打电话 "</span>
                <a href=format!("tel:{phone}") rel="external">{phone.clone()}</a>
            </p>
        </div>
        <div class="actionbar">
            <a class="btn btn--big btn--main" id=NEXT href=next hidden=open && !has_photo>"下一步"{icon("arrow", "")}</a>
            <button
                class="btn btn--big btn--main"
                id=USE
                type="submit"
                form="photo"
                aria-disabled="true"
                aria-describedby="checks"
                hidden=!open || has_photo
            >
                {CHOOSE_FIRST}
            </button>
            {back_link(draft, Step::Photo)}
        </div>
    }
    .into_any()
}

/// Why a photo that was sent as it was chosen is not taken: each fault with its measure, and what to do.
#[cfg(feature = "ssr")]
fn not_taken(visit: &Visit) -> AnyView {
    use domain::refusal::Refusal;
    let Some(Failure::Refused(Refusal::Photo(faults))) = visit.again.as_ref().map(|again| &again.failure) else {
        return refused(visit);
    };
    let lines = faults.iter().map(sentences::fault).chain(sentences::next(faults).map(str::to_owned));
    let lines = lines.map(|line| (PICK.to_owned(), line)).collect::<Vec<_>>();
    view! { <ErrorSummary faults=lines title="没有收下这张照片"/> }.into_any()
}

// The page is drawn by the server alone.
#[cfg(not(feature = "ssr"))]
fn not_taken(visit: &Visit) -> AnyView {
    refused(visit)
}

/// The studio: choosing, cropping, the checks, sending.
pub(super) fn studio_part(facts: Facts) -> AnyView {
    let desk = Desk {
        upload: StoredValue::new(facts.upload.clone()),
        next: StoredValue::new(facts.next.clone()),
        spec: StoredValue::new(facts.spec.clone()),
        phase: RwSignal::new(Phase::Empty),
        faults: RwSignal::new(Vec::new()),
        warnings: RwSignal::new(Vec::new()),
        chosen: RwSignal::new(String::new()),
        checks: RwSignal::new(Vec::new()),
        zoom: RwSignal::new(0),
        frame: RwSignal::new((276.0, 386.0)),
        ready: RwSignal::new(false),
        sending: RwSignal::new(None),
        failure: RwSignal::new(None),
        stage: NodeRef::new(),
        shots: [NodeRef::new(), NodeRef::new(), NodeRef::new()],
    };
    let has_photo = facts.has_photo;
    Effect::new(move |_| main_button(desk, has_photo));
    view! {
        {move || {
            let faults = desk.failure.get().map(|sentence| vec![(String::new(), sentence)]);
            view! { <ErrorSummary faults=faults.unwrap_or_default() title="没有上传成功，照片还在这一页"/> }
        }}
        {studio_view(desk, facts)}
    }
    .into_any()
}

/// Formats a file picker offers. Whatever a browser can decode may be chosen: the studio writes the right one.
const ACCEPT: &str = "image/*";

fn studio_view(desk: Desk, facts: Facts) -> AnyView {
    let advice = facts.advice.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    let limits = facts
        .limits
        .into_iter()
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
        .collect_view();
    let phase = move || desk.phase.get().as_str();
    let badge = move || {
        desk.checks.with(|checks| {
            let wrong = checks.iter().filter(|check| check.tone == Tone::Refused).count();
            let soft = checks.iter().filter(|check| check.tone == Tone::Me).count();
            (!checks.is_empty()).then(|| {
                let (tone, text) = match (wrong, soft) {
                    (0, 0) => (Tone::Done, "可以使用".to_owned()),
                    (0, soft) => (Tone::Me, format!("可以使用，{soft} 项请留意")),
                    (wrong, _) => (Tone::Refused, format!("{wrong} 项不合格")),
                };
                view! { <StateBadge tone text/> }
            })
        })
    };
    let lines = move || desk.checks.get().into_iter().map(check_view).collect_view();
    let original = move || {
        let faults = desk.faults.get();
        let warnings = desk.warnings.get();
        (desk.phase.get() == Phase::Ready && !(faults.is_empty() && warnings.is_empty())).then(|| {
            let faults = faults
                .iter()
                .map(|fault| view! { <li data-state="others">{icon("info", "")}<span>{sentences::fault(fault)}</span></li> })
                .collect_view();
            let warnings = warnings
                .iter()
                .map(|warning| view! { <li data-state="draft">{icon("info", "")}<span>{sentences::point(warning.code())}</span></li> })
                .collect_view();
            view! {
                <details class="more">
                    <summary>{icon("down", "s")}"您选的原图"</summary>
                    <div class="stack stack--2">
                        <p class="meta num">{desk.chosen.get()}</p>
                        <ul class="checks checks--tight">{faults}{warnings}</ul>
                        <p class="meta">"不合要求的地方已经用裁剪和压缩处理，左边就是处理后的样子。原图也会保留给审核老师看，照片内容没有改动。"</p>
                    </div>
                </details>
            }
        })
    };
    let shots = ["准考证", "证书", "列表"]
        .into_iter()
        .zip(["ph", "ph ph--m", "ph ph--s"])
        .zip(desk.shots)
        .map(|((name, class), shot)| view! { <figure><canvas class=class node_ref=shot></canvas><figcaption>{name}</figcaption></figure> })
        .collect_view();
    view! {
        <form
            id="photo"
            class="photo"
            method="post"
            enctype="multipart/form-data"
            action=facts.upload
            on:submit=move |event: leptos::ev::SubmitEvent| {
                event.prevent_default();
                match desk.phase.get_untracked() {
                    Phase::Empty | Phase::Refused => pick(),
                    Phase::Loading | Phase::Ready => studio::send(desk),
                }
            }
        >
            <div class="stack stack--3">
                {stage_view(desk, phase)}
                <div class="row">
                    <label class="btn btn--quiet needs-js" for="cam">{icon("camera", "")}<span>"拍一张"</span></label>
                    <input class="vh needs-js" type="file" id="cam" accept=ACCEPT capture="user" on:change=move |event| studio::chosen(desk, &event)/>
                    <label class="btn btn--quiet" for=PICK>{icon("image", "")}<span>"选照片"</span></label>
                    <input class="vh" type="file" name="photo" id=PICK accept=ACCEPT on:change=move |event| studio::chosen(desk, &event)/>
                    <button class="btn no-js" type="submit">"上传选好的照片"</button>
                </div>
            </div>
            <section aria-live="polite" aria-labelledby="checks">
                <div class="stack stack--3" hidden=move || desk.phase.get() != Phase::Empty>
                    <h2 class="ruled">"照片要求"</h2>
                    <dl class="kv kv--tight">{limits}</dl>
                    <ul class="soft">{advice}</ul>
                    <p class="meta needs-js">"选好照片，马上告诉您合不合格，不用等上传。"</p>
                </div>
                <div class="row between ruled" hidden=move || desk.phase.get() == Phase::Empty>
                    <h2 id="checks">"检查结果"</h2>
                    {badge}
                </div>
                <ul class="checks" hidden=move || desk.phase.get() == Phase::Empty>{lines}</ul>
                {original}
                <div class="shots" hidden=move || desk.phase.get() != Phase::Ready>
                    {shots}
                    <p class="meta grow">"照片先在您这台设备上检查，点“用这张照片”才上传。只裁剪、旋转和压缩，不修图。"</p>
                </div>
            </section>
        </form>
    }
    .into_any()
}

/// Opens the choice of a file.
fn pick() {
    #[cfg(feature = "hydrate")]
    if let Some(input) = document().get_element_by_id(PICK) {
        use wasm_bindgen::JsCast;
        input.unchecked_into::<web_sys::HtmlElement>().click();
    }
}

const CHOOSE_FIRST: &str = "先选一张照片";

/// The button at the end: what it says is what is still to be done.
fn main_button(desk: Desk, has_photo: bool) {
    let (sending, phase, ready) = (desk.sending.get(), desk.phase.get(), desk.ready.get());
    let wrong = desk.checks.with(|checks| checks.iter().filter(|check| check.tone == Tone::Refused).count());
    let failed = desk.failure.with(Option::is_some);
    let words = match (sending, phase, ready) {
        (Some(percent), ..) => words::sent(percent),
        (None, Phase::Empty, _) => CHOOSE_FIRST.to_owned(),
        (None, Phase::Loading, _) => "正在读取照片".to_owned(),
        (None, Phase::Refused, _) => "换一张照片".to_owned(),
        (None, Phase::Ready, true) if failed => "再传一次".to_owned(),
        (None, Phase::Ready, true) => "用这张照片，下一步".to_owned(),
        (None, Phase::Ready, false) if wrong > 0 => format!("先改好 {wrong} 处"),
        (None, Phase::Ready, false) => "正在检查".to_owned(),
    };
    let (Some(link), Some(button)) = (document().get_element_by_id(NEXT), document().get_element_by_id(USE)) else {
        return;
    };
    let keeps = has_photo && phase == Phase::Empty;
    let _ = link.toggle_attribute_with_force("hidden", !keeps);
    let _ = button.toggle_attribute_with_force("hidden", keeps);
    // Without a picture that can be used the button opens the choice of one.
    let picks = matches!(phase, Phase::Empty | Phase::Refused);
    let _ = button.set_attribute("aria-disabled", if ready || picks { "false" } else { "true" });
    let _ = button.set_attribute("aria-busy", if sending.is_some() { "true" } else { "false" });
    button.set_text_content(Some(&words));
}
