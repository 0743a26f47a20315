//! Counters of an agency, or of all agencies of an authority's region.

use super::parts::broken;
use super::{charts, keys};
use crate::live::{LiveBadge, LiveEvent, use_live};
use crate::wording::desk as words;
use crate::{Failure, paths};
use domain::page::desk::{Dashboard, PlanCounters};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

/// The counters, with what the page listens to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskDashboard {
    /// The counters.
    pub counters: Dashboard,
    /// Topics.
    pub topics: Vec<String>,
    /// Whether the viewer reads a whole region.
    pub region: bool,
}

/// The counters.
#[server(name = FetchDashboard, endpoint = "office/dashboard")]
pub async fn dashboard() -> Result<DeskDashboard, Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    if !member.role.reads_cases() {
        leptos_axum::redirect("/office/staff");
        return Err(Failure::Forbidden);
    }
    let asked = async {
        let counters = records::desk::dashboard(&records, &member).await?;
        let region = member.agency.is_none();
        let topics = records::live::topics_of(&records, &domain::account::Viewer::Staff(member)).await?;
        Ok(DeskDashboard { counters, topics, region })
    };
    asked.await.map_err(crate::failure::from_records)
}

/// 概览.
#[component]
pub fn DashboardPage() -> impl IntoView {
    let asked = Resource::new(|| (), |()| dashboard());
    let topics = RwSignal::new(Vec::<String>::new());
    // Later answers replace the figures in place, so that nothing jumps.
    let fresh = RwSignal::new(None::<Dashboard>);
    let ask = move |_: LiveEvent| {
        leptos::task::spawn_local(async move {
            if let Ok(desk) = dashboard().await {
                let _ = fresh.try_set(Some(desk.counters));
            }
        });
    };
    let status = use_live(topics.into(), Callback::new(ask));
    view! {
        <Title text="概览 · 技考工作台"/>
        <main id="main">
            <header class="deskhead">
                <h1>"概览"</h1>
                <LiveBadge status=status/>
                <span class="grow"></span>
                {keys::help_button()}
            </header>
            <Suspense>
                {move || Suspend::new(async move {
                    match asked.await {
                        Err(failure) => broken(&failure),
                        Ok(desk) => {
                            if topics.with_untracked(|now| *now != desk.topics) {
                                topics.set(desk.topics.clone());
                            }
                            let figures = Memo::new(move |_| fresh.get().unwrap_or_else(|| desk.counters.clone()));
                            page(figures, desk.region)
                        }
                    }
                })}
            </Suspense>
        </main>
    }
}

fn page(figures: Memo<Dashboard>, region: bool) -> AnyView {
    let sum = move |of: fn(&PlanCounters) -> u64| figures.with(|figures| figures.plans.iter().map(of).sum::<u64>());
    let oldest = move || {
        figures.with(|figures| figures.oldest.map(|oldest| format!("最久 {}", words::age(figures.now, oldest))))
    };
    let seats = move || {
        let (taken, capacity) = (sum(|plan| plan.taken.into()), sum(|plan| plan.capacity.into()));
        format!("余 {}", capacity.saturating_sub(taken))
    };
    let today = move || {
        let (approved, returned, rejected) = figures.with(|figures| figures.today);
        format!("通过 {approved}，退回 {returned}，不通过 {rejected}")
    };
    let steps = move || {
        let submitted = sum(|plan| plan.waiting + plan.returned + plan.approved + plan.rejected);
        charts::funnel(vec![
            ("开始填", submitted + sum(|plan| plan.drafts)),
            ("提交", submitted),
            ("审完", sum(|plan| plan.approved + plan.rejected)),
            ("通过", sum(|plan| plan.approved)),
        ])
    };
    let chart = move || figures.with(|figures| charts::per_day(&figures.submitted_per_day, &figures.decided_per_day));
    let recent = move || figures.with(|figures| figures.submitted_per_day.iter().map(|(_, count)| count).sum::<u64>());
    let sparks = move || figures.with(|figures| charts::spark(&figures.submitted_per_day, "最近 14 天每天提交的件数"));
    let note = region.then(|| view! { <p class="meta">"本地区所有评价机构。您可以查看，决定由机构作出。"</p> });
    view! {
        <div class="dash__b">
            {note}
            <dl class="stat">
                <div>
                    <dt><span>"待审"</span><span class="t-me">{oldest}</span></dt>
                    <dd><b>{move || sum(|plan| plan.waiting)}</b><a href=paths::OFFICE>"去看"</a></dd>
                </div>
                <div><dt>"等补正"</dt><dd><b>{move || sum(|plan| plan.returned)}</b><a href="/office?tab=returned">"去看"</a></dd></div>
                <div><dt>"已通过"</dt><dd><b>{move || sum(|plan| plan.approved)}</b><span>{seats}</span></dd></div>
                <div><dt>"草稿"</dt><dd><b>{move || sum(|plan| plan.drafts)}</b><span>"还没提交"</span></dd></div>
                <div><dt>"14 天提交"</dt><dd><b>{recent}</b>{sparks}</dd></div>
                <div><dt>"今天已审"</dt><dd><b>{move || figures.with(|figures| figures.decided_today)}</b><span>{today}</span></dd></div>
            </dl>
            <section aria-labelledby="plans-title">
                <h2 id="plans-title">"各计划"</h2>
                {move || figures.with(|figures| table(figures, region))}
            </section>
            <div class="dash__two">
                <section aria-labelledby="days-title"><h2 id="days-title">"每天提交和审完"</h2>{chart}</section>
                <section aria-labelledby="steps-title"><h2 id="steps-title">"从开始填到通过"</h2>{steps}</section>
            </div>
        </div>
    }
    .into_any()
}

fn table(figures: &Dashboard, region: bool) -> AnyView {
    if figures.plans.is_empty() {
        return view! { <div class="empty"><p><b>"还没有计划"</b></p><p class="meta">"计划发布后，这里有每一期的数。"</p></div> }.into_any();
    }
    let rows = figures
        .plans
        .iter()
        .map(|plan| {
            let link = format!("/office?plan={}", plan.id);
            let agency = region.then(|| view! { <td data-label="机构">{plan.agency_name.clone()}</td> });
            let numbers = [
                ("草稿", plan.drafts.to_string()),
                ("待审", plan.waiting.to_string()),
                ("等补正", plan.returned.to_string()),
                ("通过", plan.approved.to_string()),
                ("不通过", plan.rejected.to_string()),
                ("名额", format!("{} / {}", plan.taken, plan.capacity)),
            ]
            .into_iter()
            .map(|(label, value)| view! { <td class="r num" data-label=label>{value}</td> }.into_any())
            .collect_view();
            let closes = if plan.closes < figures.now {
                "已截止".to_owned()
            } else {
                words::moment(plan.closes, figures.now)
            };
            view! {
                <tr>
                    <th scope="row"><a href=link>{plan.title.clone()}</a></th>
                    {agency}
                    <td data-label="报名截止">{closes}</td>
                    {numbers}
                </tr>
            }
            .into_any()
        })
        .collect_view();
    let agency = region.then(|| view! { <th scope="col">"机构"</th> });
    let heads = ["草稿", "待审", "等补正", "通过", "不通过", "名额"]
        .into_iter()
        .map(|word| view! { <th scope="col" class="r">{word}</th> })
        .collect_view();
    view! {
        <div class="tablewrap" role="region" tabindex="0" aria-label="各计划的数">
            <table class="table table--blocks">
                <thead><tr><th scope="col">"计划"</th>{agency}<th scope="col">"报名截止"</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
