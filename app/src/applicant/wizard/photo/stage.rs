//! The stage with the chosen photo, the frame over it and its handles; and the checks beside it.

use super::super::studio;
use super::{Check, Desk, Phase};
use crate::ui::{icon, tone_icon};
use domain::application::progress::Tone;
use leptos::prelude::*;

pub(super) fn stage_view(desk: Desk, phase: impl Fn() -> &'static str + Send + Sync + 'static) -> AnyView {
    let over = RwSignal::new(false);
    let corner = move || {
        let (width, height) = desk.frame.get();
        ((400.0 - width) / 2.0, (455.0 - height) / 2.0, width, height)
    };
    let shade = move || {
        let (x, y, width, height) = corner();
        format!("M0 0h400v455H0zM{x:.1} {y:.1}v{height:.1}h{width:.1}v-{height:.1}z")
    };
    let corners = move || {
        let (x, y, width, height) = corner();
        let (right, low) = (x + width, y + height);
        format!(
            "M{x:.1} {:.1}V{y:.1}H{:.1}M{:.1} {y:.1}H{right:.1}V{:.1}M{right:.1} {:.1}V{low:.1}H{:.1}M{:.1} {low:.1}H{x:.1}V{:.1}",
            y + 28.0,
            x + 28.0,
            right - 28.0,
            y + 28.0,
            low - 28.0,
            right - 28.0,
            x + 28.0,
            low - 28.0
        )
    };
    // Where the head belongs in an identity photo: top of the hair and chin.
    let aims = move || {
        let (x, y, width, height) = corner();
        let (top, chin) = (y + height * 0.12, y + height * 0.74);
        format!("M{x:.1} {top:.1}h{width:.1}M{x:.1} {chin:.1}h{width:.1}")
    };
    let button = move |name: &'static str, label: &'static str, act: fn(Desk)| {
        view! {
            <button class="btn btn--quiet btn--icon" type="button" aria-label=label on:click=move |_| act(desk)>{icon(name, "")}</button>
        }
    };
    view! {
        <div
            class="crop"
            data-crop=phase
            data-over=move || over.get().then_some("")
            on:dragover=move |event: leptos::ev::DragEvent| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event: leptos::ev::DragEvent| {
                event.prevent_default();
                over.set(false);
                studio::dropped(desk, &event);
            }
        >
            <canvas
                class="crop__c"
                width="800"
                height="910"
                tabindex=move || if desk.phase.get() == Phase::Ready { "0" } else { "-1" }
                role="img"
                aria-label="裁剪框：方向键移动，加减号缩放"
                node_ref=desk.stage
                on:pointerdown=move |event| studio::pointer_down(desk, &event)
                on:pointermove=move |event| studio::pointer_move(desk, &event)
                on:pointerup=move |event| studio::pointer_up(desk, &event)
                on:pointercancel=move |event| studio::pointer_up(desk, &event)
                on:wheel=move |event| studio::wheel(desk, &event)
                on:keydown=move |event| studio::key(desk, &event)
            ></canvas>
            <svg class="crop__g" viewBox="0 0 400 455" aria-hidden="true" preserveAspectRatio="xMidYMid slice">
                <path class="crop__shade" d=shade fill-rule="evenodd"/>
                <path class="crop__corner" d=corners/>
                <path class="crop__aim" d=aims/>
            </svg>
            <label class="crop__empty" for="pick">
                {icon("camera", "")}
                <b>"拍一张或选一张"</b>
                <span>"手机照片、照相馆电子照都可以，太大会自动压缩"</span>
            </label>
            <p class="crop__msg">"正在读取照片"</p>
        </div>
        <div class="crop__bar" hidden=move || desk.phase.get() != Phase::Ready>
            {button("minus", "缩小", |desk| studio::zoom_by(desk, -10))}
            {button("rotate-left", "向左转 90 度", |desk| studio::rotate(desk, false))}
            <input
                class="range"
                type="range"
                min="0"
                max="100"
                aria-label="照片缩放"
                prop:value=move || desk.zoom.get().to_string()
                on:input=move |event| studio::zoom_to(desk, event_target_value(&event).parse().unwrap_or(0))
            />
            {button("plus", "放大", |desk| studio::zoom_by(desk, 10))}
            {button("rotate", "向右转 90 度", |desk| studio::rotate(desk, true))}
        </div>
    }
    .into_any()
}

pub(super) fn check_view(check: Check) -> AnyView {
    let mark = if check.tone == Tone::Me { "alert" } else { tone_icon(check.tone) };
    let said = match check.tone {
        Tone::Done => "：合格",
        Tone::Refused => "：不合格",
        _ => "：请留意",
    };
    view! {
        <li data-state=check.tone.as_str()>
            {icon(mark, "")}
            <span>{check.name}<span class="vh">{said}</span></span>
            <span class="v">{check.value}</span>
            {(!check.fix.is_empty()).then(|| view! { <span class="fix">{check.fix}</span> })}
        </li>
    }
    .into_any()
}
