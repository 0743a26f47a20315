//! 选择报名机构: each place with its address, its exam day, its seats and who reviews there.

use super::{Visit, back_link, head, name, next_step};
use crate::ui::icon;
use crate::wording::steps as words;
use crate::{Failure, paths};
use domain::application::{Stage, SubmitRefusal};
use domain::ids::ApplicationId;
#[cfg(feature = "ssr")]
use domain::ids::SiteId;
use domain::page::wizard::Draft;
use domain::plan::Site;
use domain::profile::Step;
use leptos::prelude::*;
use server_fn::ServerFn;

/// Chooses a site; what is handed in takes its seat along.
#[server(name = ChooseSite, endpoint = "apply/site")]
pub async fn choose_site(
    /// The application.
    id: ApplicationId,
    /// The site; empty when none was picked.
    #[server(default)]
    site: String,
) -> Result<(), Failure> {
    use crate::failure::from_records;
    let outcome = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        let site = site.parse::<SiteId>().map_err(|_| Failure::from(SubmitRefusal::SiteMissing))?;
        records::applications::choose_site(&records, account, id, site).await.map_err(from_records)?;
        let draft = records::applications::draft(&records, account, id).await.map_err(from_records)?;
        Ok(match draft.stage {
            Stage::Submitted { .. } => paths::my_case(id),
            _ => paths::step(id, next_step(&draft, Step::Site)),
        })
    }
    .await;
    crate::again::ssr::settle(outcome, String::clone, &paths::step(id, Step::Site), Vec::new()).map(drop)
}

/// The step; also after submitting, as long as the site can be changed.
pub(super) fn site_step(draft: &Draft, visit: &Visit) -> AnyView {
    let handed_in = matches!(draft.stage, Stage::Submitted { .. });
    let rules = &draft.profile.site;
    let chosen = draft.site.map(|site| site.to_string()).or_else(|| visit.site.clone());
    let first = draft.sites.iter().position(|site| site.seats_left() > 0 || Some(site.id) == draft.site);
    let cards = draft
        .sites
        .iter()
        .enumerate()
        .map(|(at, site)| card(draft, site, chosen.as_deref() == Some(site.id.to_string().as_str()), first == Some(at)))
        .collect_view();
    let note = (!rules.note.is_empty()).then(|| view! { <p class="lead">{rules.note.clone()}</p> });
    let main = if handed_in { "改到选中的机构" } else { "选好了，下一步" };
    let body = if draft.sites.is_empty() {
        view! {
            <p class="lead">"这个计划只有一个考试地点，不用选。"</p>
            <p>{draft.plan.site.clone()}</p>
        }
        .into_any()
    } else {
        view! {
            {note}
            <p class="meta">{words::site_until(draft.plan.window.closes, draft.now)}</p>
            <fieldset class="field" id="site">
                <legend class="vh">{name(draft, Step::Site)}</legend>
                <div class="choices">{cards}</div>
            </fieldset>
        }
        .into_any()
    };
    let onward = if draft.sites.is_empty() {
        view! { <a class="btn btn--big btn--main" href=paths::step(draft.id, next_step(draft, Step::Site))>"下一步"{icon("arrow", "")}</a> }
            .into_any()
    } else {
        view! { <button class="btn btn--big btn--main" type="submit" form="sites"><span>{main}</span>{icon("arrow", "")}</button> }
            .into_any()
    };
    let back = if handed_in {
        view! { <a class="btn btn--text" href=paths::my_case(draft.id)>"不改了"</a> }.into_any()
    } else {
        back_link(draft, Step::Site)
    };
    let missing = Failure::from(SubmitRefusal::SiteMissing);
    let refused = match &visit.again {
        Some(again) if again.failure == missing => {
            super::failure_summary(&missing, vec![("site-first".to_owned(), words::SITE_MISSING.to_owned())])
        }
        _ => super::refused(visit),
    };
    view! {
        {head(draft, Step::Site)}
        {refused}
        <form method="post" action=ChooseSite::PATH id="sites" class="stack stack--4 mt-6">
            <input type="hidden" name="id" value=draft.id.to_string()/>
            <h1>{name(draft, Step::Site)}</h1>
            {super::notes(draft, Step::Site)}
            {body}
        </form>
        <div class="actionbar">
            {onward}
            {back}
        </div>
    }
    .into_any()
}

fn card(draft: &Draft, site: &Site, chosen: bool, first: bool) -> AnyView {
    let own = draft.site == Some(site.id);
    let full = site.seats_left() == 0 && !own;
    let reviewer = if site.reviewer.is_empty() { &draft.plan.agency_name } else { &site.reviewer };
    let label =
        if draft.profile.site.reviewer_label.is_empty() { "初审" } else { &draft.profile.site.reviewer_label };
    let contact = [site.contact.as_str(), site.phone.as_str()].into_iter().filter(|text| !text.is_empty());
    let contact = contact.collect::<Vec<_>>().join("　");
    let lines = [
        site.address.clone(),
        words::site_exam(site.exam_on, draft.now),
        format!("{label}　{reviewer}"),
        if contact.is_empty() { String::new() } else { format!("联系　{contact}") },
    ];
    let lines =
        lines.into_iter().filter(|line| !line.is_empty()).map(|line| view! { <small>{line}</small> }).collect_view();
    let seats = if own { format!("已选。{}", words::site_seats(site)) } else { words::site_seats(site) };
    let id = if first { "site-first".to_owned() } else { format!("site-{}", site.id) };
    view! {
        <label class="choice" class:is-off=full>
            <input type="radio" name="site" id=id value=site.id.to_string() checked=chosen && !full disabled=full/>
            <b>{site.name.clone()}</b>
            {lines}
            <small class="num"><b>{seats}</b></small>
        </label>
    }
    .into_any()
}
