//! Canvas work of the studio.

use super::super::photo::{Check, Desk, Phase};
use super::super::photo_checks::checks;
use super::super::upload::{self, Trouble};
use super::canvas::{context_of, decode, encode, new_canvas};
use crate::wording::photo as sentences;
use domain::application::progress::Tone;
use domain::photo::{
    Attempt, Fit, Looks, Next, OtherFile, PhotoFault, PhotoFormat, PhotoSpec, Verdict, fit, inspect, judge, look_at,
    next_quality,
};
use gloo_file::futures::read_as_bytes;
use leptos::prelude::*;
use std::cell::RefCell;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, CanvasRenderingContext2d, FormData, HtmlCanvasElement, HtmlInputElement};

/// Files above this are not even read, in bytes.
const LARGEST_FILE: f64 = 80.0 * 1024.0 * 1024.0;
/// Originals above this are sent as a JPEG of the same picture, in bytes.
const HEAVIEST_ORIGINAL: f64 = 24.0 * 1024.0 * 1024.0;
/// Stillness after which the picture is rendered.
const PAUSE: Duration = Duration::from_millis(300);

/// A part of the upright picture, in its pixels.
#[derive(Clone, Copy)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// What is on the stage.
pub struct Studio {
    /// The upright picture on white.
    base: HtmlCanvasElement,
    pub width: f64,
    pub height: f64,
    pub crop: Rect,
    /// Width of the largest and of the smallest crop.
    pub widest: f64,
    pub narrowest: f64,
    /// The chosen file, and what its bytes are when they can be used unchanged.
    original: Blob,
    name: String,
    unchanged: Option<Vec<u8>>,
    /// What would be sent.
    used: Option<Blob>,
    /// Counts up with every change; older renderings are thrown away.
    job: u32,
    pub pointers: Vec<(i32, f64, f64)>,
    timer: Option<TimeoutHandle>,
}

thread_local! {
    static STUDIO: RefCell<Option<Studio>> = const { RefCell::new(None) };
}

/// Does something with the picture on the stage, if there is one.
pub fn with<T>(act: impl FnOnce(&mut Studio) -> T) -> Option<T> {
    STUDIO.with_borrow_mut(|studio| studio.as_mut().map(act))
}

fn leave() {
    STUDIO.with_borrow_mut(|studio| {
        if let Some(handle) = studio.as_mut().and_then(|studio| studio.timer.take()) {
            handle.clear();
        }
        *studio = None;
    });
}

pub fn chosen(desk: Desk, event: &leptos::ev::Event) {
    let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
    if let Some(file) = input.files().and_then(|files| files.get(0)) {
        begin(desk, file);
    }
    // The same file can be chosen again.
    input.set_value("");
}

pub fn dropped(desk: Desk, event: &leptos::ev::DragEvent) {
    if let Some(file) = event.data_transfer().and_then(|data| data.files()).and_then(|files| files.get(0)) {
        begin(desk, file);
    }
}

fn begin(desk: Desk, file: web_sys::File) {
    leave();
    desk.phase.set(Phase::Loading);
    desk.ready.set(false);
    desk.checks.set(Vec::new());
    desk.failure.set(None);
    leptos::task::spawn_local(async move {
        let name = file.name();
        if let Err(list) = open(desk, file.into(), name).await {
            desk.checks.try_set(list);
            desk.phase.try_set(Phase::Refused);
        }
    });
}

fn refused(fault: &PhotoFault) -> Check {
    Check {
        tone: Tone::Refused,
        name: sentences::fault_name(fault),
        value: String::new(),
        fix: sentences::fault(fault),
    }
}

/// Reads, inspects and decodes the file and puts it on the stage; the error is the list of what is wrong.
async fn open(desk: Desk, file: Blob, name: String) -> Result<(), Vec<Check>> {
    if file.size() > LARGEST_FILE {
        let (measured, at_most) = (file.size() as u64, LARGEST_FILE as u64);
        return Err(vec![refused(&PhotoFault::BytesMax { measured, at_most })]);
    }
    let unreadable = |seen| vec![refused(&PhotoFault::Unreadable { seen })];
    let bytes = read_as_bytes(&gloo_file::Blob::from(file.clone())).await.map_err(|_| unreadable(None))?;
    let spec = desk.spec.get_value();
    let inspection = inspect(&bytes, Some(&name), &spec);
    let seen = match inspection.faults.iter().find(|fault| fault.is_of_the_file()) {
        // Some browsers decode what the header reader does not know, an iPhone its own HEIC above all.
        Some(PhotoFault::Unreadable {
            seen: Some(seen @ (OtherFile::Heic | OtherFile::Avif | OtherFile::Bmp | OtherFile::Tiff)),
        }) => Some(*seen),
        Some(fault) => return Err(vec![refused(fault)]),
        None => None,
    };
    let base = decode(&file).await.map_err(|_| unreadable(seen))?;
    let (width, height) = (f64::from(base.width()), f64::from(base.height()));
    let measures =
        inspection.facts.as_ref().map(|facts| format!("{}×{}，", facts.width, facts.height)).unwrap_or_default();
    desk.chosen.set(format!("{name}，{measures}{}", sentences::weight(bytes.len() as u64)));
    desk.faults.set(if seen.is_some() { Vec::new() } else { inspection.faults.clone() });
    desk.warnings.set(inspection.warnings.clone());
    // A format that only this browser reads is kept as JPEG, or nobody else could look at the original;
    // the same for one that is too heavy to send.
    let (original, name) = if seen.is_some() || file.size() > HEAVIEST_ORIGINAL {
        (encode(&base, PhotoFormat::Jpeg, 92).await.map_err(|_| unreadable(seen))?, "photo.jpg".to_owned())
    } else {
        (file, name)
    };
    let unchanged = (inspection.verdict == Verdict::Pass).then_some(bytes);
    // What is wrong with each number, and that no cut can help.
    let too_small = || {
        let mut list = checks(&inspection, None, &spec);
        list.retain(|check| check.tone == Tone::Refused);
        match list.iter_mut().find(|check| check.name == "像素") {
            Some(pixels) => pixels.fix = sentences::too_small(&spec),
            None => list.push(Check {
                tone: Tone::Refused,
                name: "像素",
                value: format!("{width:.0}×{height:.0}"),
                fix: sentences::too_small(&spec),
            }),
        }
        list
    };
    let crop = shape(&spec, width, height).ok_or_else(too_small)?;
    let mut studio = Studio {
        base,
        width,
        height,
        crop,
        widest: crop.width,
        narrowest: crop.width,
        original,
        name,
        unchanged,
        used: None,
        job: 0,
        pointers: Vec::new(),
        timer: None,
    };
    studio.narrowest = narrowest(&spec, crop);
    STUDIO.set(Some(studio));
    desk.phase.set(Phase::Ready);
    framed(desk);
    Ok(())
}

/// The largest part that has the right shape: the whole picture where it fits already.
fn shape(spec: &PhotoSpec, width: f64, height: f64) -> Option<Rect> {
    if spec.allows_size(width as u32, height as u32) {
        return Some(Rect { x: 0.0, y: 0.0, width, height });
    }
    let crop = fit(width as u32, height as u32, spec)?.crop;
    Some(Rect { x: crop.x.into(), y: crop.y.into(), width: crop.width.into(), height: crop.height.into() })
}

/// How far one may zoom in before the picture would have to be enlarged.
fn narrowest(spec: &PhotoSpec, crop: Rect) -> f64 {
    let possible = |part: f64| fit((crop.width * part) as u32, (crop.height * part) as u32, spec).is_some();
    let (mut low, mut high) = (0.02, 1.0);
    for _ in 0..12 {
        let middle = (low + high) / 2.0;
        if possible(middle) { high = middle } else { low = middle }
    }
    crop.width * high
}

/// The frame takes the shape of the crop; then everything is drawn.
fn framed(desk: Desk) {
    if let Some(ratio) = with(|studio| studio.crop.width / studio.crop.height) {
        let (mut width, mut height) = (386.0 * ratio, 386.0);
        if width > 340.0 {
            (width, height) = (340.0, 340.0 / ratio);
        }
        desk.frame.set((width, height));
    }
    changed(desk);
}

/// Draws the stage at once and renders after a pause.
pub fn changed(desk: Desk) {
    paint(desk);
    desk.ready.set(false);
    let handle = set_timeout_with_handle(move || leptos::task::spawn_local(render(desk)), PAUSE).ok();
    with(|studio| {
        studio.job += 1;
        studio.used = None;
        if let Some(before) = studio.timer.take() {
            before.clear();
        }
        studio.timer = handle;
        let span = (studio.narrowest / studio.widest).ln();
        let position = if span.abs() < 1e-6 { 0.0 } else { (studio.crop.width / studio.widest).ln() / span * 100.0 };
        desk.zoom.set(position.clamp(0.0, 100.0).round() as u32);
    });
}

fn paint(desk: Desk) {
    let (frame_width, frame_height) = desk.frame.get_untracked();
    with(|studio| {
        if let Some((canvas, context)) =
            desk.stage.get_untracked().and_then(|canvas| context_of(&canvas).map(|context| (canvas, context)))
        {
            let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
            let unit = width / 400.0;
            let scale = frame_width * unit / studio.crop.width;
            let x = (400.0 - frame_width) / 2.0 * unit - studio.crop.x * scale;
            let y = (455.0 - frame_height) / 2.0 * unit - studio.crop.y * scale;
            context.set_fill_style_str("#39474a");
            context.fill_rect(0.0, 0.0, width, height);
            let _ = context.draw_image_with_html_canvas_element_and_dw_and_dh(
                &studio.base,
                x,
                y,
                studio.width * scale,
                studio.height * scale,
            );
        }
        for (shot, width) in desk.shots.into_iter().zip([132u32, 104, 76]) {
            let Some(canvas) = shot.get_untracked() else { continue };
            let height = (f64::from(width) * studio.crop.height / studio.crop.width) as u32;
            canvas.set_width(width);
            canvas.set_height(height);
            if let Some(context) = context_of(&canvas) {
                let _ = draw(&context, &studio.base, studio.crop, width, height);
            }
        }
    });
}

fn draw(
    context: &CanvasRenderingContext2d,
    base: &HtmlCanvasElement,
    from: Rect,
    width: u32,
    height: u32,
) -> Result<(), JsValue> {
    context.draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
        base,
        from.x,
        from.y,
        from.width,
        from.height,
        0.0,
        0.0,
        width.into(),
        height.into(),
    )
}

/// Renders what the frame shows, searches the quality, inspects the outcome like the server will.
async fn render(desk: Desk) {
    let Some((job, base, crop, whole, unchanged)) = with(|studio| {
        let whole = studio.crop.width >= studio.width && studio.crop.height >= studio.height;
        (studio.job, studio.base.clone(), studio.crop, whole, studio.unchanged.clone())
    }) else {
        return;
    };
    let spec = desk.spec.get_value();
    let Some(part) = fit(crop.width as u32, crop.height as u32, &spec) else {
        desk.checks.set(vec![Check {
            tone: Tone::Refused,
            name: "像素",
            value: format!("{:.0}×{:.0}", crop.width, crop.height),
            fix: "放得太大了，像素不够。请按“缩小”，或换一张更大的照片。".into(),
        }]);
        return;
    };
    let from = Rect {
        x: crop.x + f64::from(part.crop.x),
        y: crop.y + f64::from(part.crop.y),
        width: part.crop.width.into(),
        height: part.crop.height.into(),
    };
    let looks = measure(&base, from, part.width, part.height);
    let used = match unchanged.filter(|_| whole) {
        // Fits as it is: every re-encoding would only lose.
        Some(bytes) => with(|studio| studio.original.clone()).map(|blob| (blob, bytes)),
        None => search(&base, from, &part, &spec, job).await,
    };
    if with(|studio| studio.job) != Some(job) {
        return;
    }
    match used {
        Some((blob, bytes)) => {
            let inspection = inspect(&bytes, None, &spec);
            desk.checks.set(checks(&inspection, looks.as_ref(), &spec));
            let passes = judge(&inspection, looks.as_ref(), &spec) != Verdict::Fail;
            with(|studio| studio.used = passes.then_some(blob));
            desk.ready.set(passes);
        }
        None => desk.checks.set(vec![Check {
            tone: Tone::Refused,
            name: "文件大小",
            value: sentences::bytes(&spec),
            fix: "这样裁剪后，怎么压缩都达不到要求的大小。请按“缩小”多留一些画面，或换一张更清楚的照片。".into(),
        }]),
    }
}

fn measure(base: &HtmlCanvasElement, from: Rect, width: u32, height: u32) -> Option<Looks> {
    let (_, context) = new_canvas(width, height).ok()?;
    draw(&context, base, from, width, height).ok()?;
    let data = context.get_image_data(0.0, 0.0, width.into(), height.into()).ok()?;
    look_at(&data.data(), width, height)
}

/// Tries qualities and sizes until a file lies inside the limits.
async fn search(
    base: &HtmlCanvasElement,
    from: Rect,
    part: &Fit,
    spec: &PhotoSpec,
    job: u32,
) -> Option<(Blob, Vec<u8>)> {
    let mut history: Vec<Attempt> = Vec::new();
    let mut blobs: Vec<Blob> = Vec::new();
    let mut drawn: Option<(u32, u32, HtmlCanvasElement)> = None;
    loop {
        match next_quality(part, &history, spec) {
            Next::Done(at) => {
                let blob = blobs.get(at)?.clone();
                let bytes = read_as_bytes(&gloo_file::Blob::from(blob.clone())).await.ok()?;
                return Some((blob, bytes));
            }
            Next::Impossible => return None,
            Next::Try { quality, width, height } => {
                let canvas = match drawn.take() {
                    Some((w, h, canvas)) if (w, h) == (width, height) => canvas,
                    _ => {
                        let (canvas, context) = new_canvas(width, height).ok()?;
                        draw(&context, base, from, width, height).ok()?;
                        canvas
                    }
                };
                let blob = encode(&canvas, part.format, quality).await.ok()?;
                if with(|studio| studio.job) != Some(job) {
                    return None;
                }
                history.push(Attempt { quality, width, height, bytes: blob.size() as u64 });
                blobs.push(blob);
                drawn = Some((width, height, canvas));
            }
        }
    }
}

pub fn rotate(desk: Desk, clockwise: bool) {
    let spec = desk.spec.get_value();
    let turned = with(|studio| {
        let crop = shape(&spec, studio.height, studio.width)?;
        let (canvas, context) = new_canvas(studio.height as u32, studio.width as u32).ok()?;
        let (angle, x, y) = if clockwise {
            (std::f64::consts::FRAC_PI_2, studio.height, 0.0)
        } else {
            (-std::f64::consts::FRAC_PI_2, 0.0, studio.width)
        };
        context.translate(x, y).ok()?;
        context.rotate(angle).ok()?;
        context.draw_image_with_html_canvas_element(&studio.base, 0.0, 0.0).ok()?;
        studio.base = canvas;
        (studio.width, studio.height) = (studio.height, studio.width);
        studio.crop = crop;
        studio.widest = crop.width;
        studio.narrowest = narrowest(&spec, crop);
        studio.unchanged = None;
        Some(())
    });
    if turned.flatten().is_some() {
        framed(desk);
    }
}

pub fn send(desk: Desk) {
    if desk.sending.get_untracked().is_some() {
        return;
    }
    let Some(Some((used, original, name))) =
        with(|studio| studio.used.clone().map(|used| (used, studio.original.clone(), studio.name.clone())))
    else {
        return;
    };
    desk.failure.set(None);
    desk.sending.set(Some(0));
    leptos::task::spawn_local(async move {
        let outcome = post(desk, &used, &original, &name).await;
        desk.sending.try_set(None);
        match outcome {
            Ok(()) => desk.done(),
            Err(trouble) => {
                desk.failure.try_set(Some(trouble.words));
            }
        }
    });
}

async fn post(desk: Desk, used: &Blob, original: &Blob, name: &str) -> Result<(), Trouble> {
    let form = FormData::new().map_err(|_| Trouble::network())?;
    let _ = form.append_with_blob_and_filename("photo", used, "photo.jpg");
    let _ = form.append_with_blob_and_filename("original", original, name);
    upload::send(&desk.upload.get_value(), &form, move |percent| {
        desk.sending.try_set(Some(percent));
    })
    .await
}
