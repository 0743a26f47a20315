//! 候补: joining the line before a full plan, one's place in it, and leaving. Plain forms, drawn by the server.

use super::mine::countdown::countdown;
use crate::Failure;
use crate::ui::icon;
use crate::wording::places as words;
use domain::ids::{ApplicationId, PlanId};
use domain::page::mine::{MyApplication, MyCase};
use domain::places::{Line, PlaceState};
use domain::time::Timestamp;
use domain::timeline::WindowState;
use leptos::prelude::*;
use server_fn::ServerFn;

/// 排队候补: begins a draft where there is none, and joins the line of its plan.
#[server(name = JoinLine, endpoint = "plan/wait")]
pub async fn join_line(
    /// The plan.
    plan: PlanId,
    /// A site chosen by a link, or empty.
    #[server(default)]
    site: String,
) -> Result<ApplicationId, Failure> {
    let out = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        records::places::join(&records, account, plan, site.parse().ok()).await.map_err(crate::failure::from_records)
    }
    .await;
    crate::again::ssr::settle(out, |id| crate::paths::my_case(*id), &crate::paths::plan(plan), Vec::new())
}

/// Joins again with the draft that is there.
#[server(name = JoinLineAgain, endpoint = "my/wait")]
pub async fn join_line_again(
    /// The application.
    id: ApplicationId,
) -> Result<(), Failure> {
    let out = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        records::places::join_draft(&records, account, id).await.map_err(crate::failure::from_records)
    }
    .await;
    crate::again::ssr::settle(out, |()| crate::paths::my_case(id), &crate::paths::my_case(id), Vec::new())
}

/// 退出候补.
#[server(name = LeaveLine, endpoint = "my/leave-line")]
pub async fn leave_line(
    /// The application.
    id: ApplicationId,
) -> Result<(), Failure> {
    let out = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        records::places::leave(&records, account, id).await.map_err(crate::failure::from_records)
    }
    .await;
    crate::again::ssr::settle(out, |()| crate::paths::my_case(id), &crate::paths::my_case(id), Vec::new())
}

/// A submission that found no seat finds a place in the line instead; where it leads, if there is one.
#[cfg(feature = "ssr")]
pub(super) async fn wait_instead(
    records: &records::Records,
    account: domain::ids::AccountId,
    id: ApplicationId,
    failure: &Failure,
) -> Option<String> {
    use domain::application::SubmitRefusal;
    use domain::refusal::Refusal;
    let full = matches!(
        failure,
        Failure::Refused(Refusal::Submit(SubmitRefusal::Full { .. } | SubmitRefusal::SiteFull { .. }))
    );
    if !full {
        return None;
    }
    match records::places::join_draft(records, account, id).await {
        Ok(()) => Some(format!("{}?waiting=1", crate::paths::my_case(id))),
        Err(why) => {
            tracing::debug!("No place in the line: {why}");
            None
        }
    }
}

/// How long the line is and how it moved, for everybody; with the button to join while registration is open.
pub(super) fn before_a_plan(id: PlanId, line: &Line, site: &str, full: bool, now: Timestamp) -> Option<AnyView> {
    let told = line.waiting > 0 || line.moved > 0;
    if !full && !told {
        return None;
    }
    let join = full.then(|| {
        view! {
            <div class="only-wide">{join_button(id, site)}</div>
            <p class="meta">{words::joining(line.hours)}</p>
        }
    });
    Some(
        view! {
            <div class="stack stack--2">
                <p class="meta num" data-swap="line">{words::line(line, now)}</p>
                {join}
            </div>
        }
        .into_any(),
    )
}

/// 排队候补.
pub(super) fn join_button(id: PlanId, site: &str) -> AnyView {
    let site = (!site.is_empty()).then(|| view! { <input type="hidden" name="site" value=site.to_owned()/> });
    view! {
        <form method="post" action=JoinLine::PATH>
            <input type="hidden" name="plan" value=id.to_string()/>
            {site}
            <button class="btn btn--big btn--wide">{icon("clock", "")}<span>"排队候补"</span></button>
        </form>
    }
    .into_any()
}

/// One's own place on the page of the application.
pub(super) fn card(case: &MyCase, fresh: bool) -> Option<AnyView> {
    let place = case.line.place.as_ref().filter(|place| place.state != PlaceState::Seated)?;
    let id = case.line.id;
    let (tone, symbol) = match place.state {
        PlaceState::Offered => ("me", "me"),
        PlaceState::Waiting => ("others", "clock"),
        _ => ("expired", "info"),
    };
    let count = place.until.filter(|_| place.state == PlaceState::Offered).map(|until| countdown(until, case.now));
    let open = case.plan.window.state_at(case.now) == WindowState::Open;
    let acts = match place.state {
        // Filling in and handing in is what stands below.
        PlaceState::Offered => leave(id, "不要这个名额"),
        PlaceState::Waiting => leave(id, "退出候补"),
        PlaceState::Passed | PlaceState::Left if open => view! {
            <form method="post" action=JoinLineAgain::PATH>
                <input type="hidden" name="id" value=id.to_string()/>
                <button class="btn btn--quiet" type="submit">"重新排队"</button>
            </form>
        }
        .into_any(),
        _ => ().into_any(),
    };
    Some(
        view! {
            <section class="panel panel__b stack stack--3" aria-labelledby="place">
                {fresh.then(|| view! { <p><b>{words::JOINED}</b></p> })}
                <p class="banner" data-state=tone>{icon(symbol, "")}<b id="place" class="num">{words::title(place)}</b></p>
                <p>{words::meaning(place, case.now)}</p>
                {count}
                <p class="meta num">{words::line(&place.line, case.now)}</p>
                <div class="row">{acts}</div>
            </section>
        }
        .into_any(),
    )
}

fn leave(id: ApplicationId, label: &'static str) -> AnyView {
    view! {
        <form method="post" action=LeaveLine::PATH>
            <input type="hidden" name="id" value=id.to_string()/>
            <button class="btn btn--text" type="submit">{label}</button>
        </form>
    }
    .into_any()
}

/// One's place beside an application of the list.
pub(super) fn beside(one: &MyApplication, now: Timestamp) -> Option<AnyView> {
    let place = one.place.as_ref().filter(|place| place.state.is_open())?;
    Some(view! { <p><b class="num">{words::short(place, now)}</b></p> }.into_any())
}
