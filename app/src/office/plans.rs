//! 计划: the list of plans, and one plan with everything that can be done with it.

pub mod acts;
mod amending;
pub mod around;
pub mod change;
pub mod editor;
pub mod filing;
pub mod notices;
mod timeline;

use super::keys;
use super::parts::{broken, summary};
use crate::again::Again;
use crate::office::drawn::once_there;
use crate::ui::{StateBadge, icon};
use crate::wording::planner as words;
use crate::{Failure, paths};
use acts::{PAGE, TakeBackPlan};
use domain::page::planner::{PlanHub, PlanNumbers, PlanRow, PlanView};
use domain::planner::PlanStage;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;

/// The plans that the signed-in member of staff may see.
#[server(name = FetchPlanHub, endpoint = "office/plan-hub")]
pub async fn plan_hub(#[server(default)] q: String, #[server(default)] stage: String) -> Result<PlanHub, Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    if !member.role.reads_cases() {
        return Err(Failure::Forbidden);
    }
    records::planner::list(&records, &member, &q, PlanStage::parse(&stage)).await.map_err(crate::failure::from_records)
}

/// One plan with everything around it.
#[server(name = FetchPlanView, endpoint = "office/plan-view")]
pub async fn plan_view(id: String) -> Result<PlanView, Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    records::planner::view(&records, &member, id).await.map_err(crate::failure::from_records)
}

/// What stands around a page of one plan. `page` draws it from the plan, the act that was just done, and what was typed
/// before a refusal.
fn shell(title: &'static str, page: fn(&PlanView, &str, Option<&Again>) -> AnyView) -> AnyView {
    let (params, query) = (crate::ui::params_map(), crate::ui::query_map());
    let id = crate::ui::memo(move |_| params.read().get("id").unwrap_or_default());
    let done = crate::ui::memo(move |_| query.read().get("done").unwrap_or_default());
    let asked = Resource::new(move || id.get(), plan_view);
    view! {
        <Title text=title/>
        <main id="main">
            {once_there(asked, move |plan, again| page(plan, &done.get_untracked(), again))}
        </main>
    }
    .into_any()
}

/// 计划.
#[component]
pub fn PlansPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let asks = crate::ui::memo(move |_| {
        let query = query.read();
        (query.get("q").unwrap_or_default(), query.get("stage").unwrap_or_default())
    });
    let asked = Resource::new(move || asks.get(), |(q, stage)| plan_hub(q, stage));
    view! {
        <Title text="计划 · 技考工作台"/>
        <main id="main">
            <Transition>
                {move || Suspend::new(async move {
                    match asked.await {
                        Err(failure) => broken(&failure),
                        Ok(hub) => hub_page(&hub, &asks.get_untracked()),
                    }
                })}
            </Transition>
        </main>
    }
}

fn hub_page(hub: &PlanHub, (q, stage): &(String, String)) -> AnyView {
    let tab = |word: &'static str, key: &'static str, count: u64| {
        let mut href = PAGE.to_owned();
        if !key.is_empty() {
            href = super::parts::with_query(&href, "stage", key);
        }
        let here = (stage == key).then_some("page");
        view! { <a href=href rel="external" aria-current=here>{word}" "<span class="n">{count}</span></a> }.into_any()
    };
    let all = hub.per_stage.iter().map(|(_, count)| count).sum();
    let tabs = hub
        .per_stage
        .iter()
        .filter(|(known, count)| *count > 0 || known.as_str() == stage)
        .map(|(known, count)| tab(words::stage_tab(*known), known.as_str(), *count))
        .collect_view();
    let rows = hub.rows.iter().map(|row| line(row, hub)).collect_view();
    let new = hub.may_draft.then(|| {
        view! { <a class="btn" href="/office/plans/new" rel="external">{icon("plus", "")}<span>"新建计划"</span></a> }
    });
    let agency = hub.many_agencies.then(|| view! { <th scope="col">"机构"</th> });
    let list = if hub.rows.is_empty() {
        view! {
            <div class="empty">{icon("cal", "l")}<p><b>"没有符合的计划"</b></p>
            <p class="meta">{if hub.may_draft { "点“新建计划”，定了考试日，其余日期按规则倒推。" } else { "机构提交备案后会出现在这里。" }}</p></div>
        }
        .into_any()
    } else {
        view! {
            <div class="tablewrap" role="region" tabindex="0" aria-label="计划">
                <table class="table table--blocks">
                    <thead><tr>
                        <th scope="col">"计划"</th>{agency}<th scope="col">"进展"</th><th scope="col">"备案"</th>
                        <th scope="col">"考试日"</th><th scope="col">"接下来"</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <header class="deskhead">
            <h1>"计划"</h1><span class="grow"></span>
            <a class="btn btn--quiet" href="/office/agencies" rel="external">{icon("building", "")}<span>"机构名册"</span></a>
            {new}{keys::help_button()}
        </header>
        <div class="dash__b stack stack--4">
            <nav class="tabs" aria-label="按进展看">{tab("全部", "", all)}{tabs}</nav>
            <form method="get" action=PAGE class="toolbar" role="search">
                {(!stage.is_empty()).then(|| view! { <input type="hidden" name="stage" value=stage.clone()/> })}
                <crate::ui::TextField name="q" label="编号、名称或机构" value=q.clone() class="w-20" maxlength=60/>
                <button class="btn btn--quiet" type="submit">{icon("search", "")}<span>"查找"</span></button>
            </form>
            {list}
        </div>
    }
    .into_any()
}

fn line(row: &PlanRow, hub: &PlanHub) -> AnyView {
    let title = if row.title.is_empty() { "（还没有名称）".to_owned() } else { row.title.clone() };
    let (tone, word) = words::stage(row.stage);
    let (filing, filed) = words::filing_badge(row.badge);
    let registration = row.state.filter(|_| row.stage == PlanStage::Published).map(|state| {
        let (_, word) = crate::wording::plans::badge(state);
        view! { <br/><span class="meta">{word}</span> }
    });
    let amending = row.amending.map(|stage| {
        let (tone, word) = words::amendment(stage);
        view! { " "<StateBadge tone=tone text=word/> }
    });
    let next = row.next.and_then(|stone| stone.at.map(|at| (stone, at))).map(|(stone, at)| {
        let (_, far) = words::distance(at, hub.now);
        view! {
            <span>{words::point(stone.point)}"　"<b class="nb">{words::at_in_words(at, hub.now)}</b></span><br/>
            <span class="meta">{format!("{far}，{}", words::who(stone.who))}</span>
        }
    });
    let agency = hub.many_agencies.then(|| view! { <td data-label="机构">{row.agency.clone()}</td> });
    view! {
        <tr>
            <th scope="row">
                <a href=paths::office_plan(row.id) rel="external">{title}</a><br/>
                <span class="meta num">{row.number.clone()}</span>
            </th>
            {agency}
            <td data-label="进展"><StateBadge tone=tone text=word/>{amending}{registration}</td>
            <td data-label="备案"><StateBadge tone=filing text=filed/></td>
            <td class="num nb" data-label="考试日">{row.exam_on.map(|day| day.to_string()).unwrap_or_default()}</td>
            <td data-label="接下来">{next}</td>
        </tr>
    }
    .into_any()
}

/// One plan.
#[component]
pub fn PlanHubPage() -> impl IntoView {
    let params = crate::ui::params_map();
    let query = crate::ui::query_map();
    let id = crate::ui::memo(move |_| params.read().get("id").unwrap_or_default());
    let done = crate::ui::memo(move |_| query.read().get("done").unwrap_or_default());
    let asked = Resource::new(move || id.get(), plan_view);
    view! {
        <main id="main">
            {once_there(asked, move |view, again| {
                let refused = summary(Signal::stored(again.map(|again| again.failure.clone())));
                plan_page(view, &done.get_untracked(), refused)
            })}
        </main>
    }
}

fn plan_page(plan: &PlanView, done: &str, refused: AnyView) -> AnyView {
    let (tone, word) = words::stage(plan.row.stage);
    let (filing, filed) = words::filing_badge(plan.row.badge);
    let title = if plan.row.title.is_empty() { "新计划".to_owned() } else { plan.row.title.clone() };
    let told = said(done).map(|done| {
        view! { <p class="banner" data-state="done" role="status">{icon("ok", "")}<span>{done}</span></p> }
    });
    let ended = (!plan.ended.is_empty()).then(|| {
        view! { <p class="banner" data-state="expired">{icon("info", "")}<span>{plan.ended.clone()}</span></p> }
    });
    let lock = if plan.row.stage == PlanStage::Published { "lock" } else { "" };
    view! {
        <Title text=format!("{title} · 技考工作台")/>
        <header class="deskhead">
            <h1>{title.clone()}</h1>
            <StateBadge tone=tone text=word symbol=lock/>
            {plan.row.amending.map(|stage| {
                let (tone, word) = words::amendment(stage);
                view! { <StateBadge tone=tone text=word/> }
            })}
            <span class="meta num">{plan.row.number.clone()}</span>
            {plan.acts.work.then(|| around::tabs_of(plan.row.id, ""))}
            <span class="grow"></span>
            <a class="btn btn--quiet" href=PAGE rel="external">{icon("left", "")}<span>"全部计划"</span></a>
        </header>
        <div class="dash__b">
            {told}{refused}{ended}
            {counters(plan)}
            <div class="dash__top">
                <section class="panel" aria-labelledby="dates-title">
                    <div class="panel__h"><h2 id="dates-title">"时间点，从考试日倒推"</h2><StateBadge tone=filing text=filed/></div>
                    <div class="panel__b stack stack--4">
                        {conflicts(plan)}
                        {timeline::unknown(plan.unknown_days)}
                        {timeline::chart(&plan.milestones, plan.now)}
                        {timeline::table(plan)}
                    </div>
                </section>
                <section class="first-narrow" aria-labelledby="todo-title">
                    <h2 id="todo-title">"接下来"</h2>
                    {tasks(plan)}
                    {take_back(plan)}
                    {history(plan)}
                </section>
            </div>
            {around::everything(plan)}
            <section aria-labelledby="funnel-title">
                <h2 id="funnel-title">"从草稿到证书"</h2>
                {funnel(&plan.numbers)}
            </section>
            {around::taken_out(plan)}
        </div>
    }
    .into_any()
}

/// What was done, from the short word in the address.
fn said(done: &str) -> Option<&'static str> {
    Some(match done {
        "saved" => "草稿已保存。",
        "filed" => "已提交备案，等认定中心审核。",
        "taken_back" => "备案已撤回，方案又可以改了。改好再提交，编号不变。",
        "approved" => "已签意见：同意。",
        "returned" => "已退回机构修改。",
        "refused" => "已签意见：不同意。",
        "published" => "计划已发布，考生现在能查到。日期已锁定。",
        "amended" => "变更已生效，报了名的人已收到通知。",
        "amendment_asked" => "变更已提交，等认定中心审核。批准以前，计划照原来公布的执行。",
        "amendment_refused" => "已签意见：不同意变更。计划不变。",
        "amendment_withdrawn" => "变更已撤回，计划不变。",
        "photos" => "勘查照片已保存。",
        "closed" => "报名已提前截止。",
        "cancelled" => "计划已取消。报了名的人已收到通知，缴过的费用全额退回。",
        "noticed" => "公示的时间已定，到时自动公开，到期自动撤下。",
        "answered" => "异议已答复，记录在案。",
        "inspected" => "现场勘查记录已保存。",
        _ => return None,
    })
}

fn conflicts(plan: &PlanView) -> Option<AnyView> {
    let lines = plan
        .conflicts
        .iter()
        .map(|violation| {
            view! { <li data-state="refused">{icon("no", "")}<span>{words::conflict(violation, plan.now)}</span></li> }
                .into_any()
        })
        .collect_view();
    (!plan.conflicts.is_empty()).then(|| {
        view! { <div role="group" aria-label="时间点的问题"><p><b>{format!("有 {} 处时间对不上", plan.conflicts.len())}</b></p><ul class="checks">{lines}</ul></div> }
            .into_any()
    })
}

fn counters(plan: &PlanView) -> AnyView {
    let numbers = &plan.numbers;
    let id = plan.row.id;
    let submitted = numbers.waiting + numbers.returned + numbers.approved + numbers.rejected;
    let queue = format!("/office?plan={id}");
    view! {
        <dl class="stat">
            <div><dt><span>"已报名"</span><span>{format!("名额 {}", plan.seats.0)}</span></dt><dd><b>{submitted}</b><span>{format!("草稿 {}", numbers.drafts)}</span></dd></div>
            <div><dt>"待初审"</dt><dd><b>{numbers.waiting}</b><a href=queue>"去审"</a></dd></div>
            <div><dt>"等补正"</dt><dd><b>{numbers.returned}</b><span>{format!("不通过 {}", numbers.rejected)}</span></dd></div>
            <div><dt>"已通过"</dt><dd><b>{numbers.approved}</b><span>{format!("已申报 {}", numbers.filed)}</span></dd></div>
            <div><dt>"待缴费"</dt><dd><b>{numbers.due}</b><a href="/office/money" rel="external">"去看"</a></dd></div>
            <div><dt>"已缴费"</dt><dd><b>{numbers.paid}</b><span class="num">{format!("{} 元", numbers.income.yuan())}</span></dd></div>
        </dl>
    }
    .into_any()
}

/// What is to be decided or changed next.
fn tasks(plan: &PlanView) -> AnyView {
    let id = plan.row.id;
    let base = paths::office_plan(id);
    let mut lines: Vec<(String, &'static str, String)> = Vec::new();
    if plan.acts.edit {
        lines.push((format!("{base}/edit"), "填写方案并提交备案", "按审批（备案）表逐栏填，时间点自动倒推".into()));
    }
    if plan.acts.decide_amendment.is_some() {
        lines.push((format!("{base}/filing#amendments"), "审核这次变更", "批准以前照原来公布的执行".into()));
    }
    if plan.acts.decide.is_some() {
        lines.push((format!("{base}/filing"), "审核这份方案", "同意、退回或不同意，写明意见".into()));
    } else if plan.acts.publish {
        lines.push((format!("{base}/filing"), "发布计划", "发布后考生能查到，日期锁定".into()));
    } else if plan.row.stage != PlanStage::Draft && plan.has_form {
        let visits = plan.inspections.len();
        lines.push((
            format!("{base}/filing"),
            "方案和意见",
            format!("{} 条意见，勘查 {visits} 次", plan.opinions.len()),
        ));
    }
    if !plan.acts.work && plan.row.stage == PlanStage::Published {
        lines.push((format!("{base}/notices"), "公示和异议", "报名公示、成绩公示".into()));
        lines.push((paths::plan(id), "考生看到的计划页", "公布的样子".into()));
    }
    if plan.acts.amend || plan.acts.close {
        lines.push((format!("{base}/change"), "变更、提前截止或取消", "都要写原因，报了名的人会收到通知".into()));
    } else if plan.acts.cancel {
        lines.push((format!("{base}/change"), "取消计划", "写明原因，取消以后不能恢复".into()));
    }
    if plan.acts.copy {
        lines.push((format!("/office/plans/new?copy={id}"), "照这个再建一个", "内容照抄，日期重新倒推".into()));
    }
    let lines = lines
        .into_iter()
        .map(|(href, word, hint)| {
            view! { <li><span><a href=href rel="external">{word}</a><br/><span class="meta">{hint}</span></span></li> }
                .into_any()
        })
        .collect_view();
    view! { <ul class="tasks">{lines}</ul> }.into_any()
}

/// The way back from the centre, as long as it has not decided.
fn take_back(plan: &PlanView) -> Option<AnyView> {
    plan.acts.take_back.then(|| {
        view! {
            <form method="post" action=TakeBackPlan::PATH class="stack stack--2">
                <input type="hidden" name="id" value=plan.row.id.to_string()/>
                <input type="hidden" name="seen" value=plan.revision.0/>
                <p class="meta">{words::TAKE_BACK_HINT}</p>
                <p><button class="btn btn--quiet" type="submit">"撤回修改"</button></p>
            </form>
        }
        .into_any()
    })
}

fn history(plan: &PlanView) -> Option<AnyView> {
    let lines = plan
        .history
        .iter()
        .rev()
        .take(12)
        .map(|line| {
            let when = crate::wording::desk::stamp(line.at, plan.now);
            let text = if line.text.is_empty() { String::new() } else { format!("：{}", line.text) };
            view! { <li><time>{when}</time><span>{format!("{} {}{text}", line.who, words::act(&line.act))}</span></li> }
                .into_any()
        })
        .collect_view();
    (!plan.history.is_empty())
        .then(|| view! { <h2 class="mt-4">"发生过的"</h2><ol class="log">{lines}</ol> }.into_any())
}

fn funnel(numbers: &PlanNumbers) -> AnyView {
    let submitted = numbers.waiting + numbers.returned + numbers.approved + numbers.rejected;
    super::charts::funnel(vec![
        ("开始填", submitted + numbers.drafts),
        ("提交", submitted),
        ("通过", numbers.approved),
        ("缴费", numbers.paid),
        ("排座", numbers.seated),
        ("成绩", numbers.scored),
        ("证书", numbers.certified),
    ])
}
