//! The photo: large, beside its limits, with the points that a person should look at.

use crate::paths;
use crate::ui::icon;
use crate::wording::photo as words;
use domain::application::Target;
use domain::page::desk::Case;
use domain::page::wizard::PhotoKept;
use domain::photo::PhotoSpec;
use leptos::html::Dialog;
use leptos::prelude::*;

/// Photo, signature, limits.
pub(super) fn pane(case: &Case) -> AnyView {
    let Some(photo) = &case.photo else {
        return view! { <div class="panel panel__b"><p>"没有照片。"</p></div> }.into_any();
    };
    let src = paths::office_file(photo.file);
    let size = format!("{}×{}", photo.width, photo.height);
    let alt = format!("{} 的证件照", case.line.name);
    let changed = case
        .corrected
        .contains(&Target::Photo)
        .then(|| view! { <span class="badge" data-state="others">"换过"</span> });
    let signature = case.signature.as_ref().map(|signature| {
        let src = paths::office_file(signature.file);
        let by = if signature.by_phone { "手机签" } else { "本机签" };
        let again = case
            .corrected
            .contains(&Target::Signature)
            .then(|| view! { <span class="badge" data-state="others">"重签"</span> });
        view! {
            <figure>
                <figcaption><b>"签名"</b>{again}<span>{by}</span></figcaption>
                <div class="pic"><img class="pic__wide" src=src alt="申报人的签名"/></div>
            </figure>
        }
    });
    let dialog = NodeRef::<Dialog>::new();
    let zoom = RwSignal::new(1_u8);
    let turn = RwSignal::new(0_u16);
    let open = move |_| {
        zoom.set(1);
        turn.set(0);
        browser::show(dialog);
    };
    let original = src.clone();
    view! {
        <div>
            <div class="compare">
                <figure>
                    <figcaption><b>"报名照片"</b>{changed}<span class="num">{size}</span></figcaption>
                    <div class="pic"><img src=src.clone() alt=alt.clone()/></div>
                </figure>
                {signature}
            </div>
            <p class="dk__acts">
                <button class="btn btn--quiet needs-js" type="button" data-key="z" on:click=open>
                    {icon("zin", "")}
                    <span>"放大"</span>
                    <kbd class="only-wide">"Z"</kbd>
                </button>
                <a class="btn btn--text" href=original target="_blank" rel="noopener external">"单独打开照片"</a>
            </p>
            <ul class="checks checks--tight">{limits(photo, &case.photo_spec)} {points(photo)}</ul>
            <dialog class="lightbox" aria-label=alt.clone() node_ref=dialog>
                <figure class="docview" data-zoom=move || zoom.get().to_string() data-turn=move || turn.get().to_string()>
                    <div class="docview__s" tabindex="0" role="region" aria-label="照片，可滚动"><img src=src alt=alt.clone()/></div>
                    <figcaption>
                        {tools(zoom, turn)}
                        <span class="grow"></span>
                        <form method="dialog"><button class="btn btn--quiet">{icon("x", "")}<span>"关闭"</span></button></form>
                    </figcaption>
                </figure>
            </dialog>
        </div>
    }
    .into_any()
}

/// Zoom and turn, for photo and documents. They need script and appear with it.
pub(super) fn tools(zoom: RwSignal<u8>, turn: RwSignal<u16>) -> AnyView {
    view! {
        <button class="btn btn--quiet btn--icon needs-js" type="button" aria-label="缩小" on:click=move |_| zoom.update(|zoom| *zoom = (*zoom - 1).max(1))>
            {icon("zout", "")}
        </button>
        <button class="btn btn--quiet btn--icon needs-js" type="button" aria-label="放大" on:click=move |_| zoom.update(|zoom| *zoom = (*zoom + 1).min(3))>
            {icon("zin", "")}
        </button>
        <button class="btn btn--quiet btn--icon needs-js" type="button" aria-label="顺时针转 90 度" on:click=move |_| turn.update(|turn| *turn = (*turn + 90) % 360)>
            {icon("rotate", "")}
        </button>
    }
    .into_any()
}

/// Measured beside allowed.
fn limits(photo: &PhotoKept, spec: &PhotoSpec) -> AnyView {
    let bytes_fit = spec.fewest_bytes().is_none_or(|least| photo.bytes >= least)
        && spec.most_bytes().is_none_or(|most| photo.bytes <= most);
    let lines = [
        (
            "像素",
            format!("{}×{}", photo.width, photo.height),
            words::pixels(spec),
            spec.allows_size(photo.width, photo.height),
        ),
        ("大小", words::weight(photo.bytes), words::bytes(spec), bytes_fit),
    ];
    lines
        .into_iter()
        .map(|(name, measured, wanted, fits)| {
            let wanted = if wanted.is_empty() { measured } else { format!("{measured}，要{wanted}") };
            let (state, symbol, verdict) = if fits { ("done", "ok", "合格") } else { ("me", "alert", "要您看") };
            view! {
                <li data-state=state>{icon(symbol, "")}<span><b>{name}</b>" "<span class="meta">{wanted}</span></span><span class="st">{verdict}</span></li>
            }
            .into_any()
        })
        .collect_view()
        .into_any()
}

fn points(photo: &PhotoKept) -> AnyView {
    photo
        .points
        .iter()
        .map(|code| {
            let sentence = words::point(code);
            view! { <li data-state="me">{icon("alert", "")}<span>{sentence}</span><span class="st">"要您看"</span></li> }.into_any()
        })
        .collect_view()
        .into_any()
}

/// What only a browser can do.
mod browser {
    use leptos::html::Dialog;
    use leptos::prelude::*;

    pub fn show(dialog: NodeRef<Dialog>) {
        #[cfg(feature = "hydrate")]
        if let Some(dialog) = dialog.get_untracked() {
            let _ = dialog.show_modal();
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = dialog;
    }
}
