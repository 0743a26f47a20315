//! 扫码在线签名: the pledge, a pad on this screen, or a phone by a single-use link.

use super::signature_pad::signature_pad;
use super::{Visit, back_link, head, next_step, refused, remark_on, remark_view};
use crate::part::read::read_fields;
use crate::ui::{Banner, StateBadge, icon};
use crate::wording::wizard as words;
use crate::{Failure, paths};
use domain::application::Target;
use domain::application::progress::Tone;
use domain::ids::ApplicationId;
use domain::page::wizard::{Draft, SignatureKept, SignatureRequest};
use domain::profile::{Declaration, Step};
use domain::time::Timestamp;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;
#[cfg(feature = "hydrate")]
use std::time::Duration;

/// Makes a link to sign on another screen, and shows it.
#[server(name = RequestSignature, endpoint = "apply/request-signature")]
pub async fn request_signature(
    /// The application.
    id: ApplicationId,
) -> Result<SignatureRequest, Failure> {
    let out = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        let origin = crate::signed_in::ssr::site()?.origin;
        records::applications::request_signature(&records, account, id, &origin)
            .await
            .map_err(crate::failure::from_records)
    }
    .await;
    let page = paths::step(id, Step::Sign);
    let shown = |request: &SignatureRequest| {
        let token = request.path.rsplit('/').next().unwrap_or_default();
        format!("{}?link={}#phone", paths::step(id, Step::Sign), paths::encode(token))
    };
    crate::again::ssr::settle(out, shown, &page, Vec::new())
}

/// A living link, as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkShown {
    /// The whole address, to be read or copied.
    pub url: String,
    /// When it dies.
    pub until: Timestamp,
    /// Server time.
    pub now: Timestamp,
    /// The QR code as an SVG path on a square of `qr_size` modules.
    pub qr_path: String,
    /// Modules per side.
    pub qr_size: u32,
}

/// The link of this token, as long as it lives.
#[server(name = FetchSignatureLink, endpoint = "apply/signature-link")]
pub async fn signature_link(
    /// The secret of the link.
    token: String,
) -> Result<LinkShown, Failure> {
    let (records, _) = crate::signed_in::ssr::applicant().await?;
    let shown = records::applications::to_sign(&records, &token).await.map_err(crate::failure::from_records)?;
    let url = format!("{}{}", crate::signed_in::ssr::site()?.origin, paths::sign_by_link(&token));
    let (qr_path, qr_size) = ssr::qr(&url).unwrap_or_default();
    Ok(LinkShown { url, until: shown.until, now: records.now(), qr_path, qr_size })
}

#[cfg(feature = "ssr")]
pub(super) mod ssr {
    use qrcode::{Color, EcLevel, QrCode};

    /// The code as an SVG path of runs of modules, and the modules per side.
    pub fn qr(text: &str) -> Option<(String, u32)> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let mut path = String::new();
        for (y, row) in code.to_colors().chunks(width).enumerate() {
            let mut x = 0;
            while x < row.len() {
                let run = row[x..].iter().take_while(|color| **color == Color::Dark).count();
                if run > 0 {
                    path.push_str(&format!("M{x} {y}h{run}v1h-{run}z"));
                }
                x += run.max(1);
            }
        }
        Some((path, u32::try_from(width).ok()?))
    }

    #[cfg(test)]
    mod tests {
        #[test]
        fn a_link_becomes_a_square_of_modules() {
            let (path, size) = super::qr("https://example.invalid/sign/abc").unwrap();
            // The upper left finder pattern begins with a row of seven dark modules.
            assert!(path.starts_with("M0 0h7v1h-7z"));
            assert!(size >= 21);
        }
    }
}

/// The page after this one, once another screen has signed: a newer signature than `before`, which is empty where
/// there was none. Empty as long as there is none.
#[server(name = FetchSignedElsewhere, endpoint = "apply/signed-elsewhere")]
pub async fn signed_elsewhere(
    /// The application.
    id: ApplicationId,
    /// The signature that the page shows.
    #[server(default)]
    before: String,
) -> Result<String, Failure> {
    let draft = super::draft(id).await?;
    let newer = draft.signature.as_ref().is_some_and(|kept| kept.by_phone && kept.file.to_string() != before);
    Ok(if newer { paths::step(id, next_step(&draft, Step::Sign)) } else { String::new() })
}

/// Time between two questions while nothing is live.
#[cfg(feature = "hydrate")]
const POLL: Duration = Duration::from_secs(3);

/// The step.
pub(super) fn sign_step(draft: &Draft, visit: &Visit) -> AnyView {
    let next = paths::step(draft.id, next_step(draft, Step::Sign));
    let remark = remark_on(draft, &Target::Signature).map(remark_view);
    let outdated =
        draft.signature_outdated.then(|| view! { <Banner tone=Tone::Me><span>{words::SIGNED_BEFORE}</span></Banner> });
    let open = draft.signature.is_none() || draft.may_change(&Target::Signature);
    let kept = draft.signature.as_ref().map(|signature| kept_view(signature, draft.now));
    let signed = kept.is_some();
    let ways = open.then(|| ways(draft, visit.link.as_ref(), &next));
    let ways = match (signed, ways) {
        (true, Some(ways)) => view! {
            <details class="more">
                <summary>{icon("down", "s")}"重新签"</summary>
                <div>{ways}</div>
            </details>
        }
        .into_any(),
        (_, ways) => ways.into_any(),
    };
    let main = signed.then(|| view! { <a class="btn btn--big btn--main" href=next>"下一步"{icon("arrow", "")}</a> });
    view! {
        {head(draft, Step::Sign)}
        {refused(visit)}
        <div class="stack stack--5 mt-6">
            <h1>{super::name(draft, Step::Sign)}</h1>
            {super::notes(draft, Step::Sign)}
            {remark}
            {outdated}
            {declaration_view(&draft.profile.declaration)}
            {kept}
            {ways}
        </div>
        <div class="actionbar">
            {main}
            {back_link(draft, Step::Sign)}
        </div>
    }
    .into_any()
}

/// 承诺书, verbatim.
pub(in crate::applicant) fn declaration_view(declaration: &Declaration) -> AnyView {
    let clauses =
        declaration.clauses.iter().map(|clause| view! { <li><span>{clause.clone()}</span></li> }).collect_view();
    view! {
        <section class="stack stack--3" aria-labelledby="pledge">
            <h2 id="pledge">{declaration.title.clone()}</h2>
            <p>{declaration.lead.clone()}</p>
            <ol class="clauses">{clauses}</ol>
        </section>
    }
    .into_any()
}

fn kept_view(signature: &SignatureKept, now: Timestamp) -> AnyView {
    view! {
        <section class="panel" aria-labelledby="signed">
            <div class="panel__h">
                <h2 id="signed">"我的签名"</h2>
                <StateBadge tone=Tone::Done text="已签名"/>
            </div>
            <div class="panel__b stack stack--2">
                <img class="sig__img" src=paths::file(signature.file) alt="我的签名"/>
                <p class="meta">{words::signed_at(signature.at, now, signature.by_phone)}</p>
            </div>
        </section>
    }
    .into_any()
}

fn ways(draft: &Draft, link: Option<&Result<LinkShown, Failure>>, next: &str) -> AnyView {
    view! {
        <div class="cols cols--pair">
            <section aria-labelledby="here" class="stack">
                <h2 id="here">"在这里签"</h2>
                {signature_pad(paths::upload_signature(draft.id), next.to_owned())}
            </section>
            <section aria-labelledby="phone" class="stack">
                <h2 id="phone">"用手机扫码签"</h2>
                {phone_view(draft, link)}
            </section>
        </div>
    }
    .into_any()
}

/// Id of the code, which fades when it is over.
const CODE: &str = "code";

fn phone_view(draft: &Draft, link: Option<&Result<LinkShown, Failure>>) -> AnyView {
    let id = draft.id;
    let button = |label: &'static str| {
        view! {
            <form method="post" action=RequestSignature::PATH>
                <input type="hidden" name="id" value=id.to_string()/>
                <button class="btn btn--quiet" type="submit">{icon("qr", "")}<span>{label}</span></button>
            </form>
        }
    };
    let waits = |left: Option<i64>| {
        let before = draft.signature.as_ref().map(|signature| signature.file.to_string()).unwrap_or_default();
        let facts = OtherScreen { id: id.to_string(), before, left };
        crate::part::part("other-screen", &facts, other_screen_part(facts.clone()))
    };
    match link {
        None => view! {
            <p class="soft">"手机上手写更方便。点下面的按钮，用微信或相机扫出现的二维码，签好后这一页自己往下走。"</p>
            {button("显示二维码")}
            {waits(None)}
        }
        .into_any(),
        Some(Err(failure)) => view! {
            <p class="err" role="alert">{icon("alert", "s")}<span>{crate::wording::failure(failure)}</span></p>
            {button("换一个二维码")}
            {waits(None)}
        }
        .into_any(),
        Some(Ok(link)) => {
            let left = link.until.since(link.now);
            view! {
                <div class="qrp" id=CODE data-expired=(left <= 0).then_some("")>
                    <div class="qr">
                        <svg viewBox=format!("0 0 {0} {0}", link.qr_size) role="img" aria-label="手机签名二维码" shape-rendering="crispEdges">
                            <path d=link.qr_path.clone() fill="#000"/>
                        </svg>
                    </div>
                    <div>
                        <p><b>"用微信或相机扫码签名"</b></p>
                        <p class="meta">
                            <span>{words::link_until(link.until)}</span>
                        </p>
                        {waits(Some(left))}
                    </div>
                </div>
                <p class="meta">
                    <span>"扫不了码，就在手机上打开："</span>
                    <a href=link.url.clone() rel="external">{link.url.clone()}</a>
                </p>
                // No paragraph: a form ends one, and the page would not be what was written.
                <div class="row">
                    <a class="btn btn--quiet" href=paths::step(id, Step::Sign) rel="external">"我已在手机上签好，继续"</a>
                    {button("换一个二维码")}
                </div>
            }
            .into_any()
        }
    }
}

/// What is needed to wait for the other screen.
#[derive(Debug, Clone, Serialize)]
pub(super) struct OtherScreen {
    /// The application.
    id: String,
    /// The signature that the page shows; empty where there is none.
    before: String,
    /// Milliseconds that the link still lives, where one is shown.
    left: Option<i64>,
}
read_fields!(OtherScreen { id, before, left });

/// How long the link still lives; and the page goes on by itself when the other screen has signed: told by the
/// stream, asked for without one.
pub(super) fn other_screen_part(facts: OtherScreen) -> AnyView {
    let shown = facts.left;
    let left = RwSignal::new(shown.unwrap_or_default());
    #[cfg(feature = "hydrate")]
    browser::follow(facts, left);
    #[cfg(not(feature = "hydrate"))]
    let _ = (facts.id, facts.before);
    shown
        .map(|_| {
            let told = move || match left.get() {
                ..=0 => "二维码已过期，请换一个。".to_owned(),
                left => format!("还有 {}", words::minutes_left(left)),
            };
            view! {
                <p class="meta num" role="timer">{told}</p>
                <p class="live" data-live="retry" hidden=move || left.get() <= 0>"等待签名"</p>
            }
        })
        .into_any()
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::super::{autosave::go, upload};
    use super::{CODE, FetchSignedElsewhere, OtherScreen, POLL};
    use crate::live::{LiveEvent, LiveStatus, use_live};
    use leptos::prelude::*;
    use server_fn::ServerFn;
    use std::time::Duration;

    /// Counts down `left`, and goes on when the other screen has signed.
    pub fn follow(facts: OtherScreen, left: RwSignal<i64>) {
        let topics = Signal::stored(vec![format!("application:{}", facts.id)]);
        let facts = StoredValue::new(facts);
        let look = move || {
            leptos::task::spawn_local(async move {
                let OtherScreen { id, before, .. } = facts.get_value();
                if let Ok(next) = upload::ask(FetchSignedElsewhere::PATH, &[("id", &id), ("before", &before)]).await
                    && let Some(next) = next.text().filter(|next| !next.is_empty())
                {
                    go(&next);
                }
            });
        };
        // The other screen signs, or another page of this draft submits.
        let status = use_live(topics, Callback::new(move |_: LiveEvent| look()));
        let asking = move || {
            if status.get_untracked() != LiveStatus::On {
                look();
            }
        };
        let ticking = move || {
            left.update(|left| *left -= 1000);
            if left.get_untracked() <= 0
                && let Some(code) = document().get_element_by_id(CODE)
            {
                let _ = code.set_attribute("data-expired", "");
            }
        };
        set_interval(asking, POLL);
        set_interval(ticking, Duration::from_secs(1));
    }
}
