//! The photo studio: decoding, cropping, rotating and re-encoding on canvases, in the browser alone.
//! What to cut and how to encode is decided by `domain::photo`; here it is carried out.
//! Pictures are never enlarged and never retouched.

use super::photo::Desk;

/// A file was chosen or taken with the camera.
pub(super) fn chosen(desk: Desk, event: &leptos::ev::Event) {
    #[cfg(feature = "hydrate")]
    browser::chosen(desk, event);
    #[cfg(not(feature = "hydrate"))]
    let _ = (desk, event);
}

/// A file was dropped on the stage.
pub(super) fn dropped(desk: Desk, event: &leptos::ev::DragEvent) {
    #[cfg(feature = "hydrate")]
    browser::dropped(desk, event);
    #[cfg(not(feature = "hydrate"))]
    let _ = (desk, event);
}

/// A finger or the mouse goes down.
pub(super) fn pointer_down(desk: Desk, event: &leptos::ev::PointerEvent) {
    #[cfg(feature = "hydrate")]
    hands::pointer_down(desk, event);
    #[cfg(not(feature = "hydrate"))]
    let _ = (desk, event);
}

/// One pointer drags, two pinch.
pub(super) fn pointer_move(desk: Desk, event: &leptos::ev::PointerEvent) {
    #[cfg(feature = "hydrate")]
    hands::pointer_move(desk, event);
    #[cfg(not(feature = "hydrate"))]
    let _ = (desk, event);
}

/// A pointer is lifted.
pub(super) fn pointer_up(desk: Desk, event: &leptos::ev::PointerEvent) {
    #[cfg(feature = "hydrate")]
    hands::pointer_up(desk, event);
    #[cfg(not(feature = "hydrate"))]
    let _ = (desk, event);
}

/// The wheel zooms.
pub(super) fn wheel(desk: Desk, event: &leptos::ev::WheelEvent) {
    #[cfg(feature = "hydrate")]
    hands::wheel(desk, event);
    #[cfg(not(feature = "hydrate"))]
    let _ = (desk, event);
}

/// Arrow keys move, plus and minus zoom.
pub(super) fn key(desk: Desk, event: &leptos::ev::KeyboardEvent) {
    #[cfg(feature = "hydrate")]
    hands::key(desk, event);
    #[cfg(not(feature = "hydrate"))]
    let _ = (desk, event);
}

/// The slider was moved to `position`, 0 to 100.
pub(super) fn zoom_to(desk: Desk, position: u32) {
    #[cfg(feature = "hydrate")]
    hands::zoom_to(desk, position);
    #[cfg(not(feature = "hydrate"))]
    let _ = (desk, position);
}

/// A step of the zoom buttons.
pub(super) fn zoom_by(desk: Desk, step: i32) {
    #[cfg(feature = "hydrate")]
    hands::zoom_by(desk, step);
    #[cfg(not(feature = "hydrate"))]
    let _ = (desk, step);
}

/// A quarter turn.
pub(super) fn rotate(desk: Desk, clockwise: bool) {
    #[cfg(feature = "hydrate")]
    browser::rotate(desk, clockwise);
    #[cfg(not(feature = "hydrate"))]
    let _ = (desk, clockwise);
}

/// Uploads the prepared picture and the original.
pub(super) fn send(desk: Desk) {
    #[cfg(feature = "hydrate")]
    browser::send(desk);
    #[cfg(not(feature = "hydrate"))]
    let _ = (desk.upload, desk.spec, Desk::done);
}

#[cfg(feature = "hydrate")]
mod browser;
#[cfg(feature = "hydrate")]
mod canvas;
#[cfg(feature = "hydrate")]
mod hands;
