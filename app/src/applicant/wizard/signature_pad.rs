//! A pad to sign on, with finger, pen or mouse; a picture of a signature for everybody else.

use super::autosave::go;
use crate::part::read::read_fields;
use crate::ui::{ErrorSummary, icon};
use crate::wording::wizard as words;
use leptos::html::Canvas;
use leptos::prelude::*;
use serde::Serialize;

/// A line shorter than this is a touch, not a name; in pixels of the page.
#[cfg(feature = "hydrate")]
const SHORTEST: f64 = 60.0;

/// What the pad and its canvas share.
#[derive(Clone, Copy)]
struct Pad {
    canvas: NodeRef<Canvas>,
    /// Length of what is drawn.
    ink: RwSignal<f64>,
    last: StoredValue<Option<(f64, f64)>>,
    /// Name of a chosen picture.
    picture: RwSignal<String>,
    sending: RwSignal<bool>,
    problem: RwSignal<Option<String>>,
    /// What is still missing, in words.
    missing: RwSignal<Option<&'static str>>,
    path: StoredValue<String>,
    next: StoredValue<String>,
}

impl Pad {
    /// The signature is kept: on to the next page, or, where there is none, what was signed makes way for the thanks.
    fn done(self) {
        let next = self.next.get_value();
        if !next.is_empty() {
            return go(&next);
        }
        for (id, hidden) in [(TO_SIGN, true), (SIGNED, false)] {
            if let Some(place) = document().get_element_by_id(id) {
                let _ = place.toggle_attribute_with_force("hidden", hidden);
            }
        }
    }
}

/// Id of what stands on a page until it is signed.
pub(in crate::applicant) const TO_SIGN: &str = "to-sign";
/// Id of what stands there afterwards.
pub(in crate::applicant) const SIGNED: &str = "thanks";

/// What the pad needs to know.
#[derive(Debug, Clone, Serialize)]
pub(in crate::applicant) struct Facts {
    /// Where the drawing goes.
    path: String,
    /// The page after this one; empty on a phone that only signs.
    next: String,
}
read_fields!(Facts { path, next });

/// The pad with consent and button; `path` takes the drawing, `next` is the page after this one: empty on a phone that
/// only signs, where [`TO_SIGN`] makes way for [`SIGNED`].
pub(in crate::applicant) fn signature_pad(path: String, next: String) -> AnyView {
    let facts = Facts { path, next };
    crate::part::part("signature", &facts, pad_part(facts.clone()))
}

/// The pad itself.
pub(super) fn pad_part(Facts { path, next }: Facts) -> AnyView {
    // On a phone that only signs there is room for a tall pad.
    let tall = next.is_empty();
    let pad = Pad {
        canvas: NodeRef::new(),
        ink: RwSignal::new(0.0),
        last: StoredValue::new(None),
        picture: RwSignal::new(String::new()),
        sending: RwSignal::new(false),
        problem: RwSignal::new(None),
        missing: RwSignal::new(None),
        path: StoredValue::new(path.clone()),
        next: StoredValue::new(next),
    };
    let state = move || if pad.ink.get() > 0.0 { "drawn" } else { "empty" };
    let faults = move || {
        let failed = pad.problem.get().map(|sentence| (String::new(), sentence));
        let missing = pad.missing.get().map(|words| {
            let anchor = if words == words::NOT_AGREED { "agreed" } else { "pad" };
            (anchor.to_owned(), words.to_owned())
        });
        view! { <ErrorSummary faults=failed.into_iter().chain(missing).collect()/> }
    };
    let class = if tall { "sig sig--tall needs-js" } else { "sig needs-js" };
    let send_words = move || if pad.sending.get() { "正在提交签名" } else { "同意并用这个签名" };
    view! {
        <form
            class="stack"
            method="post"
            enctype="multipart/form-data"
            action=path
            novalidate
            on:submit=move |event: leptos::ev::SubmitEvent| {
                event.prevent_default();
                send(pad, &event);
            }
        >
            {faults}
            <div class=class id="pad" data-sig=state data-hint="在这里手写您的姓名">
                <canvas
                    aria-label="手写签名区"
                    node_ref=pad.canvas
                    on:pointerdown=move |event| pointer(pad, &event, Stroke::Begins)
                    on:pointermove=move |event| pointer(pad, &event, Stroke::Goes)
                    on:pointerup=move |event| pointer(pad, &event, Stroke::Ends)
                    on:pointercancel=move |event| pointer(pad, &event, Stroke::Ends)
                ></canvas>
            </div>
            <p class="row needs-js">
                <button class="btn btn--quiet" type="button" on:click=move |_| clear(pad)>{icon("undo", "")}<span>"重签"</span></button>
                <span class="meta">"用手指、笔或鼠标写。要写得清楚，和证件上的姓名一致。"</span>
            </p>
            <div class="field">
                <label for="signature">
                    <span>"不方便手写？传一张签名照片"</span>
                    <span class="opt">"选填"</span>
                </label>
                <p class="hint" id="signature-h">"签在白纸上拍照，只留签名部分，JPG 或 PNG。"</p>
                <input
                    class="input"
                    type="file"
                    name="signature"
                    id="signature"
                    accept="image/png,image/jpeg"
                    aria-describedby="signature-h"
                    on:change=move |event| pick(pad, &event)
                />
                <p class="meta" hidden=move || pad.picture.with(String::is_empty)>
                    {move || format!("会用 {} 作签名。", pad.picture.get())}
                </p>
            </div>
            <label class="check" for="agreed">
                <input type="checkbox" name="agreed" id="agreed" value="yes" required/>
                <span>"我已逐条阅读，同意以上承诺"</span>
            </label>
            <p>
                <button class="btn btn--big" type="submit" aria-busy=move || pad.sending.get().then_some("true")>{send_words}</button>
            </p>
        </form>
    }
    .into_any()
}

/// What a pointer does on the pad.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stroke {
    Begins,
    Goes,
    Ends,
}

fn pointer(pad: Pad, event: &leptos::ev::PointerEvent, stroke: Stroke) {
    #[cfg(feature = "hydrate")]
    browser::pointer(pad, event, stroke);
    #[cfg(not(feature = "hydrate"))]
    let _ = (pad.canvas, pad.last, pad.path, Pad::done, event, stroke);
}

fn clear(pad: Pad) {
    #[cfg(feature = "hydrate")]
    browser::clear(pad);
    #[cfg(not(feature = "hydrate"))]
    let _ = pad;
}

fn pick(pad: Pad, event: &leptos::ev::Event) {
    #[cfg(feature = "hydrate")]
    browser::pick(pad, event);
    #[cfg(not(feature = "hydrate"))]
    let _ = (pad, event);
}

fn send(pad: Pad, event: &leptos::ev::SubmitEvent) {
    #[cfg(feature = "hydrate")]
    browser::send(pad, event);
    #[cfg(not(feature = "hydrate"))]
    let _ = (pad, event);
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::super::upload::{self, Kind, Trouble};
    use super::{Pad, SHORTEST, Stroke};
    use crate::wording::wizard as words;
    use js_sys::Promise;
    use leptos::prelude::*;
    use std::cell::RefCell;
    use wasm_bindgen::closure::Closure;
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{Blob, CanvasRenderingContext2d, File, FormData, HtmlCanvasElement, HtmlInputElement};

    /// Widest picture that is sent, in pixels; strokes need no more.
    const WIDEST: f64 = 1000.0;

    thread_local! {
        static PICTURE: RefCell<Option<File>> = const { RefCell::new(None) };
    }

    fn context_of(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
        Some(canvas.get_context("2d").ok()??.unchecked_into())
    }

    /// The canvas gets the pixels of the screen; what is drawn stays until its size changes.
    fn prepared(pad: Pad) -> Option<(HtmlCanvasElement, CanvasRenderingContext2d)> {
        let canvas = pad.canvas.get_untracked()?;
        let context = context_of(&canvas)?;
        if pad.ink.get_untracked() == 0.0 {
            let density = window().device_pixel_ratio().clamp(1.0, 3.0);
            let shown = canvas.get_bounding_client_rect();
            canvas.set_width((shown.width() * density) as u32);
            canvas.set_height((shown.height() * density) as u32);
            let _ = context.scale(density, density);
        }
        context.set_stroke_style_str("#17211f");
        context.set_line_width(2.6);
        context.set_line_cap("round");
        context.set_line_join("round");
        Some((canvas, context))
    }

    pub fn pointer(pad: Pad, event: &leptos::ev::PointerEvent, stroke: Stroke) {
        if stroke == Stroke::Ends {
            pad.last.set_value(None);
            return;
        }
        let Some(canvas) = pad.canvas.get_untracked() else { return };
        let at = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        if stroke == Stroke::Begins {
            event.prevent_default();
            let _ = canvas.set_pointer_capture(event.pointer_id());
            prepared(pad);
            pad.missing.set(None);
            pad.last.set_value(Some(at));
            return;
        }
        let (Some(from), Some(context)) = (pad.last.get_value(), context_of(&canvas)) else { return };
        context.begin_path();
        context.move_to(from.0, from.1);
        context.line_to(at.0, at.1);
        context.stroke();
        pad.last.set_value(Some(at));
        pad.ink.update(|ink| *ink += (at.0 - from.0).hypot(at.1 - from.1));
    }

    pub fn clear(pad: Pad) {
        pad.ink.set(0.0);
        pad.last.set_value(None);
        prepared(pad);
    }

    pub fn pick(pad: Pad, event: &leptos::ev::Event) {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let file = input.and_then(|input| input.files()).and_then(|files| files.get(0));
        pad.picture.set(file.as_ref().map(File::name).unwrap_or_default());
        pad.missing.set(None);
        PICTURE.set(file);
    }

    pub fn send(pad: Pad, _event: &leptos::ev::SubmitEvent) {
        if pad.sending.get_untracked() {
            return;
        }
        pad.problem.set(None);
        let picture = PICTURE.with_borrow(Clone::clone);
        let agreed = document()
            .get_element_by_id("agreed")
            .and_then(|input| input.dyn_into::<HtmlInputElement>().ok())
            .is_some_and(|input| input.checked());
        let missing = if picture.is_none() && pad.ink.get_untracked() < SHORTEST {
            Some(words::PAD_EMPTY)
        } else if agreed {
            None
        } else {
            Some(words::NOT_AGREED)
        };
        pad.missing.set(missing);
        if missing.is_some() {
            return;
        }
        pad.sending.set(true);
        leptos::task::spawn_local(async move {
            let outcome = post(pad, picture).await;
            pad.sending.try_set(false);
            match outcome {
                Ok(()) => pad.done(),
                Err(trouble) => {
                    pad.problem.try_set(Some(trouble.words));
                }
            }
        });
    }

    async fn post(pad: Pad, picture: Option<File>) -> Result<(), Trouble> {
        let no_picture =
            |_: JsValue| Trouble { kind: Kind::Refused, words: crate::wording::form::NOT_A_PICTURE.to_owned() };
        let png = match picture {
            Some(file) => from_file(&file).await.map_err(no_picture)?,
            None => {
                let canvas = pad.canvas.get_untracked().ok_or_else(|| no_picture(JsValue::NULL))?;
                let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
                let (out, context) = white(width, height).map_err(no_picture)?;
                let drawn = context.draw_image_with_html_canvas_element_and_dw_and_dh(
                    &canvas,
                    0.0,
                    0.0,
                    out.width().into(),
                    out.height().into(),
                );
                drawn.map_err(no_picture)?;
                png_of(&out).await.map_err(no_picture)?
            }
        };
        let form = FormData::new().map_err(no_picture)?;
        let _ = form.append_with_blob_and_filename("signature", &png, "signature.png");
        let _ = form.append_with_str("agreed", "yes");
        upload::send(&pad.path.get_value(), &form, |_| {}).await
    }

    /// A picture of a signature, as PNG of a sensible size.
    async fn from_file(file: &File) -> Result<Blob, JsValue> {
        let bitmap = JsFuture::from(window().create_image_bitmap_with_blob(file)?).await?;
        let bitmap: web_sys::ImageBitmap = bitmap.unchecked_into();
        let (out, context) = white(bitmap.width().into(), bitmap.height().into())?;
        context.draw_image_with_image_bitmap_and_dw_and_dh(
            &bitmap,
            0.0,
            0.0,
            out.width().into(),
            out.height().into(),
        )?;
        png_of(&out).await
    }

    fn white(width: f64, height: f64) -> Result<(HtmlCanvasElement, CanvasRenderingContext2d), JsValue> {
        let scale = (WIDEST / width.max(height).max(1.0)).min(1.0);
        let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
        canvas.set_width((width * scale).max(1.0) as u32);
        canvas.set_height((height * scale).max(1.0) as u32);
        let context = context_of(&canvas).ok_or(JsValue::NULL)?;
        context.set_fill_style_str("#fff");
        context.fill_rect(0.0, 0.0, canvas.width().into(), canvas.height().into());
        Ok((canvas, context))
    }

    async fn png_of(canvas: &HtmlCanvasElement) -> Result<Blob, JsValue> {
        let promise = Promise::new(&mut |resolve, _reject| {
            let given = Closure::once_into_js(move |blob: JsValue| {
                let _ = resolve.call1(&JsValue::NULL, &blob);
            });
            let _ = canvas.to_blob_with_type(given.unchecked_ref(), "image/png");
        });
        JsFuture::from(promise).await?.dyn_into()
    }
}
