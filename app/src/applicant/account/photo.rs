//! 证件照 of the profile: one photo for all applications. A plain form; each application crops it for its plan.

use crate::again::{Again, use_again};
use crate::ui::{Banner, ErrorSummary, fault_page, icon};
use crate::wording::{failure as failures, photo as say};
use crate::{Failure, paths};
use domain::application::progress::Tone;
use domain::page::wizard::MasterPhoto;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;

/// The kept photo; people who are not signed in are sent to sign in.
#[server(name = FetchMasterPhoto, endpoint = "account/photo")]
pub async fn master_photo() -> Result<Option<MasterPhoto>, Failure> {
    let outcome = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        records::accounts::photo::get(&records, account).await.map_err(crate::failure::from_records)
    }
    .await;
    if outcome == Err(Failure::SignInNeeded) {
        leptos_axum::redirect(&paths::sign_in(paths::PROFILE_PHOTO));
    }
    outcome
}

/// Forgets the kept photo.
#[server(name = RemoveMasterPhoto, endpoint = "account/remove-photo")]
pub async fn remove_master_photo() -> Result<(), Failure> {
    let outcome = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        records::accounts::photo::remove(&records, account).await.map_err(crate::failure::from_records)
    }
    .await;
    let back = format!("{}?done=removed", paths::PROFILE_PHOTO);
    crate::again::ssr::settle(outcome, |()| back, paths::PROFILE_PHOTO, Vec::new())
}

/// 照片底片: the photo that every further application begins with.
#[component]
pub fn ProfilePhotoPage() -> impl IntoView {
    let photo = Resource::new(|| (), |()| master_photo());
    let again = use_again();
    let query = crate::ui::query_map();
    let asked = crate::ui::memo(move |_| {
        let query = query.read();
        let next = query.get("next").filter(|next| paths::is_ours(next)).unwrap_or_default();
        (query.get("done").unwrap_or_default(), next)
    });
    view! {
        <Transition fallback=|| view! { <div class="wrap page"><p class="skel skel--60"></p></div> }>
            {move || Suspend::new(async move {
                match (photo.await, again.await) {
                    (Ok(photo), again) => page(photo.as_ref(), again.as_ref(), &asked.get_untracked()),
                    (Err(failure), _) => fault_page(&failure),
                }
            })}
        </Transition>
    }
}

fn page(photo: Option<&MasterPhoto>, again: Option<&Again>, (done, next): &(String, String)) -> AnyView {
    let faults = again.map(|again| failures::lines(&again.failure)).unwrap_or_default();
    let title = if faults.is_empty() { "证件照 - 技考" } else { "错误：证件照 - 技考" };
    let news = match done.as_str() {
        _ if again.is_some() => None,
        "kept" => Some(say::MASTER_KEPT),
        "removed" => Some(say::MASTER_REMOVED),
        _ => None,
    };
    let on = (!next.is_empty()).then(|| view! { <p><a class="btn" href=next.clone()>"接着办"</a></p> });
    let save = if news.is_some() && !next.is_empty() { "btn btn--quiet" } else { "btn" };
    let action = paths::upload_profile_photo(next);
    let label = if photo.is_some() { "换一张" } else { "选一张照片" };
    view! {
        <Title text=title/>
        <div class="wrap wrap--narrow page stack stack--6">
            <ErrorSummary faults=faults title="没有收下这张照片"/>
            {news.map(|words| view! { <Banner tone=Tone::Done role="status"><p>{words}</p>{on}</Banner> })}
            <div class="stack stack--3">
                <h1>"证件照"</h1>
                {super::tabs(paths::PROFILE_PHOTO)}
                <p class="soft">{say::MASTER_LEAD}</p>
            </div>
            {photo.map(kept)}
            <form class="stack stack--5" method="post" enctype="multipart/form-data" action=action>
                <div class="field">
                    <label class="field__l" for="photo">{label}</label>
                    <p class="hint" id="photo-hint">{say::MASTER_HINT}</p>
                    <input type="file" id="photo" name="photo" accept="image/jpeg,image/png,image/webp" aria-describedby="photo-hint" required/>
                </div>
                <p><button class=save>"保存照片"</button></p>
            </form>
        </div>
    }
    .into_any()
}

fn kept(photo: &MasterPhoto) -> AnyView {
    let points = photo
        .points
        .iter()
        .map(|code| view! { <li data-state="me">{icon("alert", "")}<span>{say::point(code)}</span></li> })
        .collect_view();
    let facts = crate::wording::wizard::photo_facts(photo.width, photo.height, photo.bytes);
    let since = say::master_since(&photo.at.day().to_string());
    view! {
        <section class="panel" aria-labelledby="kept">
            <div class="panel__h"><h2 id="kept">"现在用的照片"</h2></div>
            <div class="panel__b row row--top">
                <img class="ph ph--xl" src=paths::file(photo.file) alt="您存的证件照"/>
                <div class="stack stack--2 grow">
                    <p class="num">{facts}</p>
                    <p class="meta">{since}</p>
                    <ul class="checks checks--tight">{points}</ul>
                    <form method="post" action=RemoveMasterPhoto::PATH>
                        <button class="btn btn--quiet">{icon("trash", "")}<span>"删除"</span></button>
                    </form>
                </div>
            </div>
        </section>
    }
    .into_any()
}
