//! Approving many at once: select, confirm, see what came of each.

use crate::again::Again;
use crate::office::parts::{failure_of, filter_query, summary};
use crate::ui::{BusyButton, icon};
use crate::wording::desk as words;
use crate::{Failure, paths};
use domain::page::desk::{Queue, QueueFilter, QueueLine};
use leptos::form::ActionForm;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What came of approving many: how many, and who was left, by name, with the reason and the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Approved.
    pub approved: usize,
    /// Left alone: name and number, address, reason.
    pub refused: Vec<(String, String, String)>,
}

/// Approves the selected cases whose rules all pass. A case is sent as `id:revision:name`.
#[server(name = ApproveMany, endpoint = "office/approve-many")]
pub async fn approve_many(
    #[server(default)] cases: Vec<String>,
    #[server(default)] back: String,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let picked: Vec<_> = cases.iter().filter_map(|case| ssr::read(case)).collect();
    let chosen: Vec<_> = picked.iter().map(|(id, revision, _)| (*id, *revision)).collect();
    let out = records::desk::approve_many(&records, &member, &chosen).await.map_err(crate::failure::from_records);
    let back = if paths::is_ours(&back) && back.starts_with(paths::OFFICE) { back } else { paths::OFFICE.to_owned() };
    let next = |outcome: &domain::page::desk::BulkOutcome| {
        let mut lines = vec![("approved".to_owned(), outcome.approved.len().to_string())];
        lines.extend(outcome.refused.iter().map(|(id, refusal)| {
            let name = picked.iter().find(|(picked, ..)| picked == id).map_or("", |(.., name)| name.as_str());
            (format!("{id} {name}"), serde_json::to_string(refusal).unwrap_or_default())
        }));
        let key = crate::office::parts::ssr::keep_for_next_page(&records, lines);
        crate::office::parts::with_query(paths::OFFICE, "outcome", &key)
    };
    crate::again::ssr::settle(out, next, &back, vec![]).map(|_| ())
}

/// What came of the last bulk approval of this browser.
#[server(name = FetchBulkOutcome, endpoint = "office/bulk-outcome")]
pub async fn outcome(key: String) -> Result<Option<Report>, Failure> {
    crate::signed_in::ssr::staff().await?;
    Ok(crate::office::parts::ssr::kept(&key).map(ssr::report))
}

/// The server's side.
#[cfg(feature = "ssr")]
mod ssr {
    use super::Report;
    use domain::application::ReviewRefusal;
    use domain::ids::{ApplicationId, Revision};

    pub(super) fn read(case: &str) -> Option<(ApplicationId, Revision, String)> {
        let mut parts = case.splitn(3, ':');
        let id = parts.next()?.parse().ok()?;
        let revision = parts.next()?.parse().ok()?;
        Some((id, Revision(revision), parts.next().unwrap_or_default().to_owned()))
    }

    pub(super) fn report(lines: Vec<(String, String)>) -> Report {
        let mut report = Report { approved: 0, refused: Vec::new() };
        for (key, value) in lines {
            if key == "approved" {
                report.approved = value.parse().unwrap_or(0);
            } else if let (Some((id, name)), Ok(refusal)) =
                (key.split_once(' '), serde_json::from_str::<ReviewRefusal>(&value))
            {
                let address = id.parse().map(crate::paths::case).unwrap_or_default();
                report.refused.push((name.to_owned(), address, crate::wording::form::refusal(&refusal.into())));
            }
        }
        report
    }
}

/// The pane that asks before approving.
pub(super) fn confirmation(
    queue: &Queue,
    filter: &QueueFilter,
    picked: &[String],
    approve: ServerAction<ApproveMany>,
    again: Option<&Again>,
) -> AnyView {
    let back = format!("{}{}", paths::OFFICE, filter_query(filter));
    let chosen: Vec<(&String, &QueueLine)> = picked
        .iter()
        .filter_map(|pick| {
            let id = pick.split_once(':').map_or(pick.as_str(), |(id, _)| id);
            queue.lines.iter().find(|line| line.id.to_string() == id).map(|line| (pick, line))
        })
        .collect();
    let count = chosen.len();
    let rows = chosen.iter().map(|(_, line)| row(line)).collect_view();
    let inputs = chosen
        .iter()
        .map(|(pick, line)| {
            view! { <input type="hidden" name="cases[]" value=format!("{pick}:{}（{}）", line.name, line.number)/> }
        })
        .collect_view();
    let failure = failure_of(approve.value().into(), again);
    let again_to = back.clone();
    view! {
        <section class="dk__c" aria-labelledby="bulk-title">
            <div class="stack stack--4">
                <h2 id="bulk-title">{words::bulk_question(count)}</h2>
                {summary(failure)}
                <p class="soft">{words::BULK_ADVICE}</p>
                <ul class="checks checks--tight">{rows}</ul>
                <ActionForm action=approve attr:class="row">
                    {inputs}
                    <input type="hidden" name="back" value=again_to/>
                    <BusyButton pending=approve.pending() label=format!("通过这 {count} 件") busy="正在通过"/>
                    <a class="btn btn--quiet" href=back>"不通过，回队列"</a>
                </ActionForm>
            </div>
        </section>
    }
    .into_any()
}

fn row(line: &QueueLine) -> AnyView {
    let (state, symbol, verdict) = match &line.first_doubt {
        None => ("done", "ok", "规则全部合格".to_owned()),
        Some(doubt) => ("me", "alert", format!("会留下：{}", words::doubt(doubt))),
    };
    view! {
        <li data-state=state>
            {icon(symbol, "")}
            <span><b>{line.name.clone()}</b>" "<span class="meta">{format!("{}　{} {}", line.number, line.trade, line.level)}</span></span>
            <span class="st">{verdict}</span>
        </li>
    }
    .into_any()
}

/// The pane that tells what came of it.
pub(super) fn report(report: &Report) -> AnyView {
    let rows = report
        .refused
        .iter()
        .map(|(name, address, reason)| {
            view! {
                <li data-state="me">
                    {icon("alert", "")}
                    <span><a href=address.clone()>{name.clone()}</a><br/><span class="meta">{reason.clone()}</span></span>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <section class="dk__c" aria-labelledby="bulk-title">
            <div class="stack stack--4" role="status">
                <h2 id="bulk-title">{words::bulk_outcome(report.approved, report.refused.len())}</h2>
                <ul class="checks">{rows}</ul>
                <p><a class="btn" href=paths::OFFICE>"回队列"</a></p>
            </div>
        </section>
    }
    .into_any()
}
