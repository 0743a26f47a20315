//! 拉正: a photo of a paper made straight by its four corners. The picture is a button: each tap on it sets one corner,
//! and the server draws what would come out. Numbers do the same for a keyboard. No script is needed.

use crate::again::use_again;
use crate::ui::{ErrorSummary, fault_page, icon};
use crate::wording::{failure as failures, photo as say};
use crate::{Failure, paths};
use domain::ids::{ApplicationId, FileId};
use domain::paper::Corners;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;

/// Width of the picture on the page in CSS pixels: taps arrive in them, on every screen.
const SHOWN: u32 = 320;
/// Names of the corners, in the order of [`Corners`].
const NAMES: [&str; 4] = ["左上角", "右上角", "右下角", "左下角"];

/// What the page needs to know of the picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crooked {
    /// The name it had on the applicant's device.
    pub name: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The list that it stands in.
    pub back: String,
}

/// A picture among the evidence.
#[server(name = FetchCrooked, endpoint = "apply/crooked")]
pub async fn crooked(
    /// The application.
    id: ApplicationId,
    /// The file.
    file: FileId,
) -> Result<Crooked, Failure> {
    use crate::failure::from_records;
    let outcome = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        let draft = records::applications::draft(&records, account, id).await.map_err(from_records)?;
        let (width, height) =
            records::applications::picture_size(&records, account, id, file).await.map_err(from_records)?;
        let found = draft.files.iter().find(|kept| kept.id == file).ok_or(Failure::NotFound)?;
        let step = if draft.profile.documents_apart() {
            domain::profile::Step::Documents
        } else {
            domain::profile::Step::Form
        };
        let back = format!("{}#doc-{}", paths::step(id, step), paths::encode(&found.requirement));
        Ok(Crooked { name: found.name.clone(), width, height, back })
    }
    .await;
    if outcome == Err(Failure::SignInNeeded) {
        leptos_axum::redirect(&paths::sign_in(&paths::straighten(id, file)));
    }
    outcome
}

/// Puts the straight picture in the place of the crooked one.
#[server(name = Straighten, endpoint = "apply/straighten")]
pub async fn straighten(
    /// The application.
    id: ApplicationId,
    /// The file.
    file: FileId,
    /// The corners.
    corners: String,
    /// The list to go back to.
    back: String,
) -> Result<(), Failure> {
    let outcome = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        let corners = Corners::parse(&corners).ok_or(Failure::Malformed)?;
        records::applications::straighten(&records, account, id, file, corners)
            .await
            .map(drop)
            .map_err(crate::failure::from_records)
    }
    .await;
    let next = if paths::is_ours(&back) { back } else { paths::my_case(id) };
    let here = format!("{}?corners={corners}", paths::straighten(id, file));
    crate::again::ssr::settle(outcome, |()| next, &here, Vec::new())
}

/// A crooked photo of a paper and what it becomes by its four corners, to be taken or moved.
#[component]
pub fn StraightenPage() -> impl IntoView {
    let (params, query) = (crate::ui::params_map(), crate::ui::query_map());
    let which = crate::ui::memo(move |_| {
        let params = params.read();
        let id = params.get("id").and_then(|id| id.parse::<ApplicationId>().ok())?;
        Some((id, params.get("file").and_then(|file| file.parse::<FileId>().ok())?))
    });
    let picture = Resource::new(
        move || which.get(),
        |which| async move {
            match which {
                Some((id, file)) => crooked(id, file).await.map(|picture| (id, file, picture)),
                None => Err(Failure::NotFound),
            }
        },
    );
    let again = use_again();
    view! {
        <Transition fallback=|| view! { <div class="wrap page"><p class="skel skel--60"></p></div> }>
            {move || Suspend::new(async move {
                match (picture.await, again.await) {
                    (Ok((id, file, picture)), again) => {
                        let faults = again.map(|again| failures::lines(&again.failure)).unwrap_or_default();
                        page(id, file, &picture, &query.read_untracked(), faults)
                    }
                    (Err(failure), _) => fault_page(&failure),
                }
            })}
        </Transition>
    }
}

/// The corners as the address tells them, and the one that the next tap sets.
fn corners_of(query: &ParamsMap, picture: &Crooked) -> (Corners, usize) {
    let mut corners = query.get("corners").and_then(|text| Corners::parse(&text)).unwrap_or(Corners::WHOLE);
    // The eight numbers, in percent.
    for at in 0..8 {
        let typed = query.get(&format!("n{at}")).and_then(|text| text.trim().parse::<f32>().ok());
        if let Some(percent) = typed.filter(|percent| (0.0..=100.0).contains(percent)) {
            let corner = &mut corners.0[at / 2];
            let place = if at % 2 == 0 { &mut corner.0 } else { &mut corner.1 };
            *place = (percent * 10.0).round() as u16;
        }
    }
    let at = query.get("at").and_then(|at| at.parse::<usize>().ok()).filter(|at| *at < NAMES.len()).unwrap_or(0);
    let tapped = |name: &str| query.get(name).and_then(|text| text.parse::<u32>().ok());
    if let (Some(x), Some(y)) = (tapped("tap.x"), tapped("tap.y")) {
        let share = |place: u32, side: u32| u16::try_from((place * 1000 / side.max(1)).min(1000)).unwrap_or(1000);
        corners.0[at] = (share(x, SHOWN), share(y, shown_height(picture)));
        return (corners, (at + 1) % NAMES.len());
    }
    (corners, at)
}

fn shown_height(picture: &Crooked) -> u32 {
    (SHOWN * picture.height / picture.width.max(1)).max(1)
}

fn page(
    id: ApplicationId,
    file: FileId,
    picture: &Crooked,
    query: &ParamsMap,
    faults: Vec<(String, String)>,
) -> AnyView {
    let (corners, at) = corners_of(query, picture);
    let here = paths::straighten(id, file);
    let usable = corners.are_usable();
    let outline: String = corners.0.iter().map(|(x, y)| format!("{x},{y} ")).collect();
    let marks =
        corners.0.iter().map(|(x, y)| view! { <circle cx=x.to_string() cy=y.to_string() r="22"/> }).collect_view();
    let numbers = NAMES
        .iter()
        .zip(corners.0)
        .enumerate()
        .map(|(corner, (name, (x, y)))| number_pair(corner, name, x, y))
        .collect_view();
    let outcome = if usable {
        view! {
            <img class="straight__out" src=paths::straight_preview(id, file, &corners) alt="拉正以后的样子"/>
            <form method="post" action=Straighten::PATH>
                <input type="hidden" name="id" value=id.to_string()/>
                <input type="hidden" name="file" value=file.to_string()/>
                <input type="hidden" name="corners" value=corners.to_string()/>
                <input type="hidden" name="back" value=picture.back.clone()/>
                <button class="btn btn--big">"用拉正后的图片"</button>
            </form>
        }
        .into_any()
    } else {
        view! { <p class="banner" data-state="me">{icon("me", "")}<span>{say::NOT_STRAIGHTENED}</span></p> }.into_any()
    };
    let tap = format!("{}：点纸的{}", picture.name, NAMES[at]);
    view! {
        <Title text="拉正图片 - 技考"/>
        <div class="wrap page stack stack--5">
            <ErrorSummary faults=faults title="没有改动"/>
            <div class="stack stack--2">
                <p><a href=picture.back.clone()>"返回材料"</a></p>
                <h1>"拉正图片"</h1>
                <p class="soft">{say::STRAIGHTEN_LEAD}</p>
            </div>
            <div class="straight">
                <section class="stack stack--3" aria-labelledby="corners">
                    <h2 id="corners" class="h-s">"请点纸的"<b>{NAMES[at]}</b></h2>
                    <form class="straight__tap" method="get" action=here.clone()>
                        <input type="hidden" name="corners" value=corners.to_string()/>
                        <input type="hidden" name="at" value=at.to_string()/>
                        <input
                            type="image"
                            name="tap"
                            src=paths::file(file)
                            alt=tap
                            width=SHOWN.to_string()
                            height=shown_height(picture).to_string()
                        />
                        <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
                            <polygon points=outline/>
                            {marks}
                        </svg>
                    </form>
                    <details class="more">
                        <summary>{icon("down", "s")}"用数字改"</summary>
                        <form class="stack stack--3" method="get" action=here>
                            {numbers}
                            <p><button class="btn btn--quiet">"看看效果"</button></p>
                        </form>
                    </details>
                </section>
                <section class="stack stack--3" aria-labelledby="out">
                    <h2 id="out" class="h-s">"拉正以后"</h2>
                    {outcome}
                    <p><a class="btn btn--text" href=picture.back.clone()>"不用拉正，保留原图"</a></p>
                </section>
            </div>
        </div>
    }
    .into_any()
}

fn number_pair(corner: usize, name: &'static str, x: u16, y: u16) -> AnyView {
    let input = |at: usize, label: String, value: u16| {
        view! {
            <label class="row">
                <span>{label}</span>
                <input class="input num w-5" type="number" name=format!("n{at}") min="0" max="100" step="0.1" value=format!("{}.{}", value / 10, value % 10)/>
            </label>
        }
    };
    view! {
        <fieldset class="row">
            <legend>{name}</legend>
            {input(corner * 2, "离左边 %".to_owned(), x)}
            {input(corner * 2 + 1, "离上边 %".to_owned(), y)}
        </fieldset>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> Crooked {
        Crooked { name: "a.jpg".into(), width: 3000, height: 4000, back: "/my".into() }
    }

    fn asked(pairs: &[(&str, &str)]) -> (Corners, usize) {
        let mut query = ParamsMap::new();
        for (name, value) in pairs {
            query.insert((*name).to_owned(), (*value).to_owned());
        }
        corners_of(&query, &picture())
    }

    #[test]
    fn each_tap_sets_the_next_corner() {
        assert_eq!(asked(&[]), (Corners::WHOLE, 0));
        let (corners, at) =
            asked(&[("corners", "0,0,1000,0,1000,1000,0,1000"), ("at", "0"), ("tap.x", "32"), ("tap.y", "42")]);
        assert_eq!((corners.0[0], at), ((100, 98), 1));
        let (corners, at) = asked(&[("corners", &corners.to_string()), ("at", "3"), ("tap.x", "0"), ("tap.y", "9999")]);
        assert_eq!((corners.0[0], corners.0[3], at), ((100, 98), (0, 1000), 0));
    }

    #[test]
    fn numbers_set_what_they_can_and_nonsense_changes_nothing() {
        let (corners, _) = asked(&[("n0", "12.5"), ("n5", "99.9"), ("n7", "101"), ("n2", "x"), ("at", "7")]);
        assert_eq!(corners.0, [(125, 0), (1000, 0), (1000, 999), (0, 1000)]);
    }
}
