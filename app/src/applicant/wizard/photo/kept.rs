//! Photos that are kept already: the one of this application, and one of an earlier application.

use super::TakeEarlierPhoto;
use crate::paths;
use crate::ui::{StateBadge, icon};
use crate::wording::{photo as sentences, wizard as words};
use domain::application::progress::Tone;
use domain::ids::{ApplicationId, FileId};
use domain::page::wizard::PhotoKept;
use leptos::prelude::*;
use server_fn::ServerFn;

/// The photo of this application.
pub fn kept_view(photo: &PhotoKept, open: bool) -> AnyView {
    let points = photo
        .points
        .iter()
        .map(|code| view! { <li data-state="me">{icon("alert", "")}<span>{sentences::point(code)}</span></li> })
        .collect_view();
    let closed = (!open).then(|| view! { <p class="meta">{icon("lock", "s")}<span>{words::CLOSED_FIELD}</span></p> });
    let taken_over = photo.taken_over.map(|from| {
        let words = sentences::taken_over(&from.day().to_string());
        view! { <p class="meta">{words}</p> }
    });
    view! {
        <section class="panel" aria-labelledby="kept">
            <div class="panel__h">
                <h2 id="kept">"已经上传的照片"</h2>
                <StateBadge tone=Tone::Done text="可以使用"/>
            </div>
            <div class="panel__b row row--top">
                <img class="ph ph--xl" src=paths::file(photo.file) alt="已经上传的证件照"/>
                <div class="stack stack--2 grow">
                    <p class="num">{words::photo_facts(photo.width, photo.height, photo.bytes)}</p>
                    {taken_over}
                    <ul class="checks checks--tight">{points}</ul>
                    {closed}
                </div>
            </div>
        </section>
    }
    .into_any()
}

/// A photo of an earlier application, offered.
pub fn earlier_view(id: ApplicationId, file: FileId) -> AnyView {
    view! {
        <section class="panel" aria-labelledby="earlier">
            <div class="panel__b row">
                <img class="ph" src=paths::file(file) alt="您以前用过的证件照"/>
                <div class="stack stack--2 grow">
                    <h2 id="earlier" class="h-s">"沿用上次的照片，会按这次的要求裁好"</h2>
                    <form method="post" action=TakeEarlierPhoto::PATH>
                        <input type="hidden" name="id" value=id.to_string()/>
                        <button class="btn btn--quiet" type="submit">"用这张"</button>
                    </form>
                </div>
            </div>
        </section>
    }
    .into_any()
}
