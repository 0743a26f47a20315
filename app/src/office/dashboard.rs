//! Counters of an agency, or of all agencies of an authority's region.

use super::parts::broken;
use super::{charts, keys};
use crate::again::{Again, use_again};
use crate::live::{LiveBadge, LiveEvent, use_live};
use crate::ui::{TextField, icon};
use crate::wording::desk as words;
use crate::wording::knowing;
use crate::{Failure, paths};
#[cfg(feature = "ssr")]
use domain::ids::PlanId;
use domain::page::desk::{Dashboard, PlanCounters};
use domain::page::knowing::{Due, DueWhat};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;

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

/// 提交申报: files the approved applications of a plan.
#[server(name = FilePlan, endpoint = "office/file")]
pub async fn file_plan(plan: String) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = records::filing::file(&records, &member, id).await.map_err(crate::failure::from_records);
    let here = format!("/office/dashboard?file={id}#filing");
    crate::again::ssr::settle(out, |count| format!("/office/dashboard?filed={count}"), &here, vec![]).map(|_| ())
}

/// Takes the filing of a plan back, with a reason.
#[server(name = TakeFilingBack, endpoint = "office/take-filing-back")]
pub async fn take_filing_back(plan: String, #[server(default)] reason: String) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = records::filing::take_back(&records, &member, id, &reason).await.map_err(crate::failure::from_records);
    let here = format!("/office/dashboard?unfile={id}#filing");
    let typed = vec![("reason".to_owned(), reason)];
    crate::again::ssr::settle(out, |count| format!("/office/dashboard?unfiled={count}"), &here, typed).map(|_| ())
}

/// What the address asks of the filing: which plan, and what was done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Filing {
    file: String,
    unfile: String,
    filed: String,
    unfiled: String,
}

/// 概览.
#[component]
pub fn DashboardPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let filing = crate::ui::memo(move |_| {
        let query = query.read();
        let text = |key: &str| query.get(key).unwrap_or_default();
        Filing { file: text("file"), unfile: text("unfile"), filed: text("filed"), unfiled: text("unfiled") }
    });
    let again = use_again();
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
                    let again = again.await;
                    match asked.await {
                        Err(failure) => broken(&failure),
                        Ok(desk) => {
                            let asks = filing_panel(&filing.get(), &desk.counters, again);
                            if topics.with_untracked(|now| *now != desk.topics) {
                                topics.set(desk.topics.clone());
                            }
                            let figures = crate::ui::memo(move |_| fresh.get().unwrap_or_else(|| desk.counters.clone()));
                            view! { {asks} {page(figures, desk.region)} }.into_any()
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
        let funnel = figures.with(|figures| figures.funnel);
        charts::funnel(vec![
            ("开始填", funnel.begun),
            ("提交", funnel.submitted),
            ("通过", funnel.approved),
            ("费用结清", funnel.paid),
            ("排好座位", funnel.seated),
            ("到考", funnel.present),
            ("全部合格", funnel.passed),
            ("拿到证书", funnel.certificates),
        ])
    };
    let chart = move || figures.with(|figures| charts::per_day(&figures.submitted_per_day, &figures.decided_per_day));
    let recent = move || figures.with(|figures| figures.submitted_per_day.iter().map(|(_, count)| count).sum::<u64>());
    let sparks = move || figures.with(|figures| charts::spark(&figures.submitted_per_day, "最近 14 天每天提交的件数"));
    let lanes = move || {
        figures.with(|figures| {
            let lane = |plan: &PlanCounters| (plan.title.clone(), plan.opens.day(), plan.closes.day(), plan.exam_on);
            charts::timeline(figures.plans.iter().map(lane).collect(), figures.now.day())
        })
    };
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
            <div class="dash__two">
                <section aria-labelledby="due-title"><h2 id="due-title">"今天要做"</h2>{move || figures.with(|figures| due(figures, region))}</section>
                <section aria-labelledby="lanes-title"><h2 id="lanes-title">"计划的日子"</h2>{lanes}</section>
            </div>
            <section aria-labelledby="plans-title">
                <h2 id="plans-title">"各计划"</h2>
                {move || figures.with(|figures| table(figures, region))}
            </section>
            <div class="dash__two">
                <section aria-labelledby="days-title"><h2 id="days-title">"每天提交和审完"</h2>{chart}</section>
                <section aria-labelledby="steps-title"><h2 id="steps-title">"从开始填到证书"</h2>{steps}</section>
            </div>
            <section aria-labelledby="subjects-title">
                <h2 id="subjects-title">"各科目合格率"</h2>
                {move || figures.with(subjects)}
            </section>
        </div>
    }
    .into_any()
}

/// Most things of the list: those that are most overdue.
const DUE_SHOWN: usize = 12;

/// Where it is done; whoever reads a whole region decides on plans alone.
fn where_done(due: &Due, region: bool) -> String {
    let (id, plan) = (due.plan, paths::office_plan(due.plan));
    match due.what {
        DueWhat::Opinion(_) => format!("{plan}/filing"),
        DueWhat::ChangeOpinion(_) => format!("{plan}/change"),
        _ if region => plan,
        DueWhat::WindowCloses => plan,
        DueWhat::Review(_) => format!("{}?plan={id}", paths::OFFICE),
        DueWhat::Tickets => paths::office_rooms(id),
        DueWhat::Requests(_) => format!("{}#requests", paths::office_rooms(id)),
        DueWhat::Exam => paths::office_day(id),
        DueWhat::Doors(_) => format!("{}#conflicts", paths::office_day(id)),
        DueWhat::EnterScores | DueWhat::ReleaseScores => paths::scores(id),
        DueWhat::Rechecks(_) => format!("{}#rechecks", paths::scores(id)),
        DueWhat::Objections(_) => format!("{plan}/notices"),
    }
}

/// What is due today and by whom.
fn due(figures: &Dashboard, region: bool) -> AnyView {
    if figures.due.is_empty() {
        return view! { <p class="meta">"今天没有到期的事。"</p> }.into_any();
    }
    let today = figures.now.day();
    let line = |due: &Due| {
        let href = where_done(due, region);
        let (what, meta) =
            (knowing::due(due), format!("{}　{}", knowing::due_by(due.by), knowing::due_on(due.on, today)));
        view! { <li><span><a href=href rel="external">{what}</a><br/><span class="meta">{due.title.clone()}" "<span class="num nb">{due.number.clone()}</span></span></span><span class="meta">{meta}</span></li> }.into_any()
    };
    let lines = figures.due.iter().take(DUE_SHOWN).map(line).collect_view();
    let more = figures.due.len().saturating_sub(DUE_SHOWN);
    let more = (more > 0).then(|| view! { <p class="meta">{format!("还有 {more} 件")}</p> });
    view! { <ul class="tasks tasks--plain">{lines}</ul>{more} }.into_any()
}

/// Pass rates by subject, as bars with their numbers.
fn subjects(figures: &Dashboard) -> AnyView {
    if figures.subjects.is_empty() {
        return view! { <p class="meta">"还没有发布过成绩。"</p> }.into_any();
    }
    let rows = figures
        .subjects
        .iter()
        .map(|one| {
            view! {
                <li>
                    <span>{one.subject.clone()}</span>
                    <progress class="meter meter--tall" max=one.sat.to_string() value=one.passed.to_string() aria-hidden="true"></progress>
                    <span class="v"><b>{knowing::rate(one.passed, one.sat)}</b>" "<small>{format!("{} 人里 {} 人", one.sat, one.passed)}</small></span>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! { <ul class="funnel">{rows}</ul> }.into_any()
}

/// The question before filing or taking it back, and what came of it.
fn filing_panel(asks: &Filing, figures: &Dashboard, again: Option<Again>) -> Option<AnyView> {
    let done = match (asks.filed.parse::<u32>(), asks.unfiled.parse::<u32>()) {
        (Ok(count), _) => Some(words::filed(count)),
        (_, Ok(count)) => Some(words::unfiled(count)),
        _ => None,
    };
    if let Some(done) = done {
        return Some(view! { <div class="dash__b"><p class="banner" data-state="done" role="status">{icon("ok", "")}<span>{done}</span></p></div> }.into_any());
    }
    let find = |id: &str| figures.plans.iter().find(|plan| figures.may_file && plan.id.to_string() == id);
    let refused = again.as_ref().map(|again| super::parts::summary(Signal::stored(Some(again.failure.clone()))));
    let (plan, question, form) = if let Some(plan) = find(&asks.file) {
        let form = view! {
            <form method="post" action=FilePlan::PATH class="row">
                <input type="hidden" name="plan" value=plan.id.to_string()/>
                <button class="btn" type="submit">"提交申报"</button>
                <a class="btn btn--quiet" href="/office/dashboard">"先不提交"</a>
            </form>
        };
        (plan, words::file_question(plan.approved.saturating_sub(plan.filed)), form.into_any())
    } else if let Some(plan) = find(&asks.unfile) {
        let typed = again.as_ref().map_or("", |again| again.typed("reason")).to_owned();
        let form = view! {
            <form method="post" action=TakeFilingBack::PATH class="stack stack--3">
                <input type="hidden" name="plan" value=plan.id.to_string()/>
                <TextField name="reason" label="为什么收回" hint="申报人会看到" value=typed maxlength=200/>
                <div class="row">
                    <button class="btn btn--danger" type="submit">"收回申报"</button>
                    <a class="btn btn--quiet" href="/office/dashboard">"不收回"</a>
                </div>
            </form>
        };
        (plan, words::unfile_question(plan.filed), form.into_any())
    } else {
        // A print-out of a whole plan was refused.
        return refused.map(|refused| view! { <div class="dash__b">{refused}</div> }.into_any());
    };
    Some(
        view! {
            <div class="dash__b">
                <section class="panel" id="filing" aria-labelledby="filing-title">
                    <div class="panel__h"><h2 id="filing-title">{plan.title.clone()}</h2></div>
                    <div class="panel__b stack stack--3">{refused}<p>{question}</p>{form}</div>
                </section>
            </div>
        }
        .into_any(),
    )
}

/// What a manager can do with a plan: file it, take that back, print its forms.
fn plan_acts(plan: &PlanCounters) -> AnyView {
    let open = plan.approved.saturating_sub(plan.filed);
    let file = (open > 0).then(|| {
        let href = format!("/office/dashboard?file={}", plan.id);
        view! { <a href=href>{format!("提交申报（{open}）")}</a> }
    });
    let unfile = (plan.filed > 0).then(|| {
        let href = format!("/office/dashboard?unfile={}", plan.id);
        view! { <a href=href>"收回申报"</a> }
    });
    let forms = [("approved", "通过的申请表", open), ("filed", "已申报的申请表", plan.filed)]
        .into_iter()
        .filter(|(.., count)| *count > 0)
        .map(|(standing, word, _)| {
            view! { <a href=paths::office_plan_forms(plan.id, standing) rel="external">{word}</a> }.into_any()
        })
        .collect_view();
    let tickets = (plan.filed > 0).then(|| {
        view! { <a href=paths::office_plan_tickets(plan.id, "filed") rel="external">"已申报的准考证"</a> }
    });
    if open == 0 && plan.filed == 0 {
        return view! { <td class="acts"></td> }.into_any();
    }
    view! { <td class="acts">{file}{unfile}{forms}{tickets}</td> }.into_any()
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
                ("已申报", plan.filed.to_string()),
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
                    <td class="num" data-label="考试">{plan.exam_on.to_string()}</td>
                    {numbers}
                    {figures.may_file.then(|| plan_acts(plan))}
                </tr>
            }
            .into_any()
        })
        .collect_view();
    let agency = region.then(|| view! { <th scope="col">"机构"</th> });
    let heads = ["草稿", "待审", "等补正", "通过", "不通过", "已申报", "名额"]
        .into_iter()
        .map(|word| view! { <th scope="col" class="r">{word}</th> })
        .collect_view();
    let acts = figures.may_file.then(|| view! { <th scope="col">"申报"</th> });
    view! {
        <div class="tablewrap" role="region" tabindex="0" aria-label="各计划的数">
            <table class="table table--blocks">
                <thead><tr><th scope="col">"计划"</th>{agency}<th scope="col">"报名截止"</th><th scope="col">"考试"</th>{heads}{acts}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
