//! Moving and zooming: pointers, wheel, keys, slider.

use super::super::photo::{Desk, Phase};
use super::browser::{Studio, changed, with};
use leptos::prelude::*;

/// Client pixels in one unit of the stage of 400 by 455.
fn stage_unit(desk: Desk) -> f64 {
    desk.stage.get_untracked().map_or(1.0, |canvas| {
        let shown = canvas.get_bounding_client_rect();
        (shown.width() / 400.0).max(shown.height() / 455.0).max(0.01)
    })
}

/// Moves the picture under the frame by client pixels.
fn drag(desk: Desk, right: f64, down: f64) {
    let per_pixel = 1.0 / (stage_unit(desk) * desk.frame.get_untracked().0);
    with(|studio| {
        let scale = studio.crop.width * per_pixel;
        studio.crop.x -= right * scale;
        studio.crop.y -= down * scale;
        keep_inside(studio);
    });
}

fn resize(studio: &mut Studio, width: f64) {
    let width = width.clamp(studio.narrowest.min(studio.widest), studio.widest);
    let height = studio.crop.height * width / studio.crop.width;
    studio.crop.x += (studio.crop.width - width) / 2.0;
    studio.crop.y += (studio.crop.height - height) / 2.0;
    (studio.crop.width, studio.crop.height) = (width, height);
    keep_inside(studio);
}

fn keep_inside(studio: &mut Studio) {
    let crop = &mut studio.crop;
    crop.x = crop.x.clamp(0.0, (studio.width - crop.width).max(0.0));
    crop.y = crop.y.clamp(0.0, (studio.height - crop.height).max(0.0));
}

fn zoom_factor(desk: Desk, factor: f64) {
    with(|studio| {
        let width = studio.crop.width / factor;
        resize(studio, width);
    });
    changed(desk);
}

pub fn zoom_to(desk: Desk, position: u32) {
    with(|studio| {
        let part = (studio.narrowest / studio.widest).powf(f64::from(position.min(100)) / 100.0);
        let width = studio.widest * part;
        resize(studio, width);
    });
    changed(desk);
}

pub fn zoom_by(desk: Desk, step: i32) {
    zoom_to(desk, desk.zoom.get_untracked().saturating_add_signed(step));
}

pub fn pointer_down(desk: Desk, event: &leptos::ev::PointerEvent) {
    if desk.phase.get_untracked() != Phase::Ready {
        return;
    }
    if let Some(canvas) = desk.stage.get_untracked() {
        let _ = canvas.set_pointer_capture(event.pointer_id());
    }
    with(|studio| studio.pointers.push((event.pointer_id(), event.client_x().into(), event.client_y().into())));
}

pub fn pointer_move(desk: Desk, event: &leptos::ev::PointerEvent) {
    let (id, x, y) = (event.pointer_id(), f64::from(event.client_x()), f64::from(event.client_y()));
    let Some(Some((before, after))) = with(|studio| {
        let before = studio.pointers.clone();
        let pointer = studio.pointers.iter_mut().find(|(known, ..)| *known == id)?;
        (pointer.1, pointer.2) = (x, y);
        Some((before, studio.pointers.clone()))
    }) else {
        return;
    };
    let middle = |all: &[(i32, f64, f64)]| {
        let count = all.len().max(1) as f64;
        (all.iter().map(|one| one.1).sum::<f64>() / count, all.iter().map(|one| one.2).sum::<f64>() / count)
    };
    let (from, to) = (middle(&before), middle(&after));
    drag(desk, to.0 - from.0, to.1 - from.1);
    let apart = |all: &[(i32, f64, f64)]| match all {
        [a, b, ..] => Some((a.1 - b.1).hypot(a.2 - b.2).max(1.0)),
        _ => None,
    };
    if let (Some(from), Some(to)) = (apart(&before), apart(&after)) {
        zoom_factor(desk, to / from);
    } else {
        changed(desk);
    }
}

pub fn pointer_up(_desk: Desk, event: &leptos::ev::PointerEvent) {
    with(|studio| studio.pointers.retain(|(id, ..)| *id != event.pointer_id()));
}

pub fn wheel(desk: Desk, event: &leptos::ev::WheelEvent) {
    if desk.phase.get_untracked() == Phase::Ready {
        event.prevent_default();
        zoom_factor(desk, (-event.delta_y() / 500.0).clamp(-0.3, 0.3).exp());
    }
}

pub fn key(desk: Desk, event: &leptos::ev::KeyboardEvent) {
    if desk.phase.get_untracked() != Phase::Ready {
        return;
    }
    let step = if event.shift_key() { 40.0 } else { 8.0 };
    match event.key().as_str() {
        "ArrowLeft" => drag(desk, -step, 0.0),
        "ArrowRight" => drag(desk, step, 0.0),
        "ArrowUp" => drag(desk, 0.0, -step),
        "ArrowDown" => drag(desk, 0.0, step),
        "+" | "=" => return zoom_key(desk, event, 5),
        "-" | "_" => return zoom_key(desk, event, -5),
        _ => return,
    }
    event.prevent_default();
    changed(desk);
}

fn zoom_key(desk: Desk, event: &leptos::ev::KeyboardEvent, step: i32) {
    event.prevent_default();
    zoom_by(desk, step);
}
