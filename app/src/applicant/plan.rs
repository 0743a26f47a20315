//! One plan: what it is, whom it is for, what is needed, and the way in.

use super::home::row;
use crate::again::{Again, use_again};
use crate::part::follow::follow;
use crate::ui::{Banner, ErrorSummary, Icon, LevelTag, StateBadge, fault_page, icon};
use crate::wording::{self, plans as say, steps};
use crate::{Failure, paths};
use chrono::NaiveDate;
use domain::application::progress::Tone;
use domain::application::{StageName, StartRefusal};
use domain::ids::{ApplicationId, PlanId};
use domain::photo::PhotoSpec;
use domain::places::Line;
use domain::plan::{Plan, PlanResults, PlanState, Site, state_of};
use domain::profile::{Gate, Requirement};
use domain::refusal::Refusal;
use domain::time::{Timestamp, chinese_date, chinese_moment};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;

/// Everything the plan page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanShown {
    /// Server time.
    pub now: Timestamp,
    /// The plan.
    pub plan: Plan,
    /// Limits of the photo, as they will be enforced.
    pub photo: PhotoSpec,
    /// What the procedure asks of the photo in words.
    pub photo_advice: Vec<String>,
    /// Documents that may be asked for.
    pub documents: Vec<Requirement>,
    /// 公告 of the plan, from the procedure's template; empty where it has none.
    pub notice: String,
    /// Short name and title of the procedure.
    pub procedure: (String, String),
    /// Names of the steps, in order.
    pub steps: Vec<String>,
    /// The procedure's words for two applications in one trade.
    pub same_trade: String,
    /// Where this one cannot be registered for: others of the same occupation.
    pub others: Option<PlanResults>,
    /// Who is told at once that they register elsewhere: why, and where.
    pub elsewhere: Option<(String, String)>,
    /// Places to choose from.
    pub sites: Vec<Site>,
    /// A site chosen by a link, or empty.
    pub site: String,
    /// The line of people who wait for a seat.
    pub line: Line,
}

/// A plan with what its procedure asks for.
#[server(name = FetchPlan, endpoint = "plan")]
pub async fn plan_shown(
    /// The plan.
    id: PlanId,
) -> Result<PlanShown, Failure> {
    use crate::failure::from_records;
    let records = crate::signed_in::ssr::records()?;
    let now = records.now();
    let plan = records::plans::get(&records, id).await.map_err(from_records)?;
    let profile = records::plans::profile_of(&records, &plan).await.map_err(from_records)?;
    let others = match plan.state_at(now) {
        PlanState::Open { .. } => None,
        _ => {
            let search = domain::plan::PlanSearch { occupation: plan.occupation.clone(), ..Default::default() };
            let mut results = records::plans::search(&records, &search).await.map_err(from_records)?;
            results.lines.retain(|line| line.id != id);
            results.lines.truncate(5);
            Some(results)
        }
    };
    let mut line = records::places::line(&records, id).await.map_err(from_records)?;
    if line.hours == 0 {
        line.hours = profile.places.offer_hours;
    }
    Ok(PlanShown {
        now,
        line,
        photo: profile.photo.spec.clone(),
        photo_advice: profile.photo.advice.clone(),
        documents: profile.document.clone(),
        notice: wording::procedure::plan_notice(&profile, &plan),
        procedure: (profile.name.clone(), profile.title.clone()),
        steps: profile.wizard.iter().map(|step| wording::procedure::step_name(&profile, *step).to_owned()).collect(),
        same_trade: profile.phrases.same_trade.clone(),
        elsewhere: profile
            .entry
            .as_ref()
            .and_then(|entry| entry.closed_to_all())
            .map(|wrong| (wrong.text.clone(), wrong.go.clone())),
        sites: records::plans::sites(&records, id).await.map_err(from_records)?,
        site: String::new(),
        plan,
        others,
    })
}

/// 马上报名: begins an application, or goes on with the one that is there.
#[server(name = StartApplication, endpoint = "plan/start")]
pub async fn start_application(
    /// The plan.
    plan: PlanId,
    /// A site chosen by a link, or empty.
    #[server(default)]
    site: String,
) -> Result<ApplicationId, Failure> {
    use crate::failure::from_records;
    let outcome = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        let id =
            records::applications::start_at(&records, account, plan, site.parse().ok()).await.map_err(from_records)?;
        let ground = records::plans::get(&records, plan).await.map_err(from_records)?;
        let profile = records::plans::profile_of(&records, &ground).await.map_err(from_records)?;
        Ok((id, profile.wizard.first().copied().unwrap_or(domain::profile::Step::Preview)))
    }
    .await;
    let back = if site.parse::<domain::ids::SiteId>().is_ok() {
        format!("{}?site={site}", paths::plan(plan))
    } else {
        paths::plan(plan)
    };
    crate::again::ssr::settle(outcome, |(id, first)| paths::step(*id, *first), &back, Vec::new()).map(|(id, _)| id)
}

/// Gives up the application that stands in the way of this plan.
#[server(name = GiveUpOther, endpoint = "plan/give-up")]
pub async fn give_up_other(
    /// The plan whose page this is.
    plan: PlanId,
    /// The application to give up.
    other: ApplicationId,
) -> Result<(), Failure> {
    let outcome = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        records::applications::withdraw(&records, account, other).await.map_err(crate::failure::from_records)?;
        Ok(())
    }
    .await;
    crate::again::ssr::settle(outcome, |()| format!("{}?given-up=1", paths::plan(plan)), &paths::plan(plan), Vec::new())
}

/// The page of one plan.
#[component]
pub fn PlanPage() -> impl IntoView {
    let params = crate::ui::params_map();
    let query = crate::ui::query_map();
    let id = crate::ui::memo(move |_| params.read().get("id").and_then(|id| id.parse::<PlanId>().ok()));
    let shown = Resource::new(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => plan_shown(id).await,
                None => Err(Failure::NotFound),
            }
        },
    );
    let again = use_again();
    let given_up = crate::ui::memo(move |_| query.read().get("given-up").is_some());
    let site = crate::ui::memo(move |_| query.read().get("site").unwrap_or_default());
    view! {
        <Transition fallback=|| view! { <div class="wrap page"><p class="skel skel--60"></p><p class="skel"></p></div> }>
            {move || Suspend::new(async move {
                match (shown.await, again.await) {
                    (Ok(mut shown), again) => {
                        shown.site = site.get_untracked();
                        page(&shown, again.as_ref(), given_up.get_untracked())
                    }
                    (Err(failure), _) => fault_page(&failure),
                }
            })}
        </Transition>
    }
}

fn page(shown: &PlanShown, again: Option<&Again>, given_up: bool) -> AnyView {
    let PlanShown { now, plan, .. } = shown;
    let state = plan.state_at(*now);
    let (tone, word) = say::badge(state);
    let title = format!("{}{} - 技考", if again.is_some() { "错误：" } else { "" }, plan.title);
    let open = matches!(state, PlanState::Open { .. });
    // What has to be ready first is the thing to do now; the button for afterwards steps back.
    let not_yet = again.is_some_and(|again| {
        matches!(
            again.failure,
            Failure::Refused(Refusal::Start(StartRefusal::NotReady { .. } | StartRefusal::SameTrade { .. }))
        )
    });
    view! {
        <Title text=title/>
        <div class="wrap page" class:has-actionbar=open>
            <nav class="crumb" aria-label="位置"><a href=paths::HOME>{icon("left", "s")}<span>"返回查询结果"</span></a></nav>
            <div class="cols cols--aside">
                <div class="stack stack--8">
                    {again.map(|again| refused(shown, &again.failure))}
                    {given_up.then(|| view! { <Banner tone=Tone::Done role="status"><p>{say::GIVEN_UP}</p></Banner> })}
                    <div class="stack stack--2">
                        <p class="row row--tight">
                            <LevelTag level=plan.level/>
                            <StateBadge tone=tone text=word symbol=say::badge_icon(state)/>
                            <span class="meta num">{format!("计划编号 {}", plan.number)}</span>
                        </p>
                        <h1>{plan.occupation_and_trade()}</h1>
                        <p class="soft">{format!("{}　{}", plan.agency_name, plan.title)}</p>
                        {procedure_link(&shown.procedure)}
                    </div>
                    {plan.cancelled.then(|| view! { <Banner tone=Tone::Expired><p>{wording::planner::PLAN_CANCELLED}</p></Banner> })}
                    {shown.elsewhere.clone().map(|(text, go)| view! { <Banner tone=Tone::Refused><p><b>{text}</b></p><p>{go}</p></Banner> })}
                    {closed(shown, state)}
                    {dates(plan, *now)}
                    {notice(&shown.notice)}
                    {sites(shown)}
                    {conditions(plan)}
                    {paragraphs("scope", "认定范围", &plan.scope)}
                    {basics(plan)}
                    {paragraphs("instructions", "申报说明", &plan.instructions)}
                </div>
                <aside class="stack sticky" aria-label="报名">
                    {way_in(plan, shown, not_yet)}
                    {needed(shown)}
                </aside>
            </div>
            {open.then(|| view! { <div class="actionbar only-narrow">{start_button(plan.id, &shown.site, not_yet)}</div> })}
        </div>
    }
    .into_any()
}

/// Why the last press of a button did not do what it says.
fn refused(shown: &PlanShown, failure: &Failure) -> AnyView {
    match failure {
        Failure::Refused(Refusal::Start(StartRefusal::NotReady { missing })) => return not_ready(shown, missing),
        Failure::Refused(Refusal::Start(StartRefusal::WrongPlace { text, go })) => {
            return view! { <ErrorSummary title=text.clone() faults=vec![(String::new(), go.clone())]/> }.into_any();
        }
        _ => {}
    }
    let Failure::Refused(Refusal::Start(StartRefusal::SameTrade { other, plan, since, stage })) = failure else {
        return view! { <ErrorSummary faults=wording::failure::lines(failure)/> }.into_any();
    };
    let official = if shown.same_trade.is_empty() { say::SAME_TRADE } else { &shown.same_trade };
    let (href, words) = match stage {
        StageName::Draft => (paths::go_on(*other), "接着填那一份"),
        _ => (paths::my_case(*other), "看那一份"),
    };
    view! {
        <ErrorSummary title=official.to_owned() faults=vec![(String::new(), say::same_trade(plan, *since, *stage, shown.now))]/>
        <div class="row row--top">
            <a class="btn" href=href>{words}</a>
            <details class="more">
                <summary>{icon("down", "s")}<span>{format!("放弃“{plan}”")}</span></summary>
                <form class="stack stack--3" method="post" action=GiveUpOther::PATH>
                    <input type="hidden" name="plan" value=shown.plan.id.to_string()/>
                    <input type="hidden" name="other" value=other.to_string()/>
                    <p>{say::give_up(plan)}</p>
                    <p><button class="btn btn--danger">"确定放弃那一份"</button></p>
                </form>
            </details>
        </div>
    }
    .into_any()
}

/// 未完成无法报名: what to do first, each with its page; from there one comes back here.
fn not_ready(shown: &PlanShown, missing: &[Gate]) -> AnyView {
    let back = paths::encode(&paths::plan(shown.plan.id));
    let lines = missing
        .iter()
        .enumerate()
        .map(|(at, gate)| {
            let (name, why, go) = steps::gate(*gate);
            let class = if at == 0 { "btn" } else { "btn btn--quiet" };
            let page = match gate {
                Gate::Profile => paths::PROFILE.to_owned(),
                Gate::Photo => paths::PROFILE_PHOTO.to_owned(),
            };
            view! {
                <li>
                    <span><b>{name}</b><br/><span class="meta">{why}</span></span>
                    <a class=class href=format!("{page}?next={back}")>{go}</a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="panel panel__b stack stack--3" aria-labelledby="not-ready" tabindex="-1">
            <h2 id="not-ready">{steps::not_ready(missing.len())}</h2>
            <ul class="tasks">{lines}</ul>
        </section>
    }
    .into_any()
}

/// Why one cannot register, and the other plans of the occupation.
fn closed(shown: &PlanShown, state: PlanState) -> AnyView {
    let Some(words) = say::not_open(state, shown.now) else { return ().into_any() };
    let (tone, _) = say::badge(state);
    let others = match &shown.others {
        Some(others) if !others.lines.is_empty() => {
            let rows = others.lines.iter().map(|line| row(line, others)).collect_view();
            view! {
                <section class="stack" aria-labelledby="others">
                    <h2 id="others">{format!("{}的其他计划", shown.plan.occupation)}</h2>
                    <ul class="plans">{rows}</ul>
                </section>
            }
            .into_any()
        }
        _ => view! {
            <p class="meta">{format!("现在没有其他“{}”的计划。", shown.plan.occupation)}<a href=paths::HOME>"看全部计划"</a></p>
        }
        .into_any(),
    };
    view! { <Banner tone=tone><p>{words}</p></Banner>{others} }.into_any()
}

fn dates(plan: &Plan, now: Timestamp) -> AnyView {
    let today = now.day();
    let state = plan.window.state_at(now);
    let open = state == domain::timeline::WindowState::Open;
    let over = state == domain::timeline::WindowState::Closed;
    let mark = |current: bool, past: bool| match (current, past) {
        (true, _) => Some("now"),
        (_, true) => Some("past"),
        _ => None,
    };
    let reviewing = over && now <= plan.review_close;
    let steps = [
        (
            "报名",
            format!("{} 至 {}", chinese_moment(plan.window.opens, today), chinese_moment(plan.window.closes, today)),
            open,
            over,
        ),
        ("初审", format!("{} 前出结果", chinese_moment(plan.review_close, today)), reviewing, now > plan.review_close),
        ("考试", chinese_date(plan.exam_on, today), plan.exam_on == today, plan.exam_on < today),
    ];
    let steps = steps
        .into_iter()
        .map(|(word, when, current, past)| {
            view! {
                <li data-at=mark(current, past) aria-current=current.then_some("step")><b>{word}</b><span>{when}</span></li>
            }
        })
        .collect_view();
    view! {
        <section class="stack" aria-labelledby="dates">
            <h2 id="dates">"这次考试的时间"</h2>
            <ol class="track track--h">{steps}</ol>
        </section>
    }
    .into_any()
}

/// The places to choose from, with their seats.
fn sites(shown: &PlanShown) -> AnyView {
    if shown.sites.is_empty() {
        return ().into_any();
    }
    let rows = shown
        .sites
        .iter()
        .map(|site| {
            view! {
                <div>
                    <dt>{site.name.clone()}</dt>
                    <dd>
                        <span>{site.address.clone()}</span>
                        <br/>
                        <span class="meta">{steps::site_exam(site.exam_on, shown.now)}"　"{steps::site_seats(site)}</span>
                    </dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <section class="stack" aria-labelledby="sites">
            <h2 id="sites">"可以选的报名机构"</h2>
            <dl class="kv" data-swap="sites">{rows}</dl>
        </section>
    }
    .into_any()
}

fn basics(plan: &Plan) -> AnyView {
    // The facts of a plan carry their year: they are copied and compared.
    let full = |at| chinese_moment(at, NaiveDate::MIN);
    let place = format!("{}{}", plan.city_name, plan.county_name);
    let facts = [
        ("计划名称", plan.title.clone()),
        ("计划编号", plan.number.clone()),
        ("计划年度", plan.year.to_string()),
        ("计划类型", plan.kind.label().to_owned()),
        ("机构名称", plan.agency_name.clone()),
        ("机构备案号", plan.agency_filing.clone()),
        ("职业", plan.occupation.clone()),
        ("工种", plan.trade.clone()),
        ("职业（工种）编码", plan.code.clone()),
        ("等级", plan.level.map(|level| level.name().to_owned()).unwrap_or_default()),
        ("申报科目", plan.subjects.join("、")),
        ("报名开始时间", full(plan.window.opens)),
        ("报名截止时间", full(plan.window.closes)),
        ("初审截止时间", full(plan.review_close)),
        ("考试日期", chinese_date(plan.exam_on, NaiveDate::MIN)),
        ("考试地区", place),
        ("考核地点", plan.site.clone()),
        ("计划人数", plan.capacity.to_string()),
        ("费用", say::fee(plan.fee)),
        ("联系人", plan.contact.clone()),
    ];
    let rows = facts
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
        .collect_view();
    let phone = (!plan.contact_phone.is_empty()).then(|| {
        let href = format!("tel:{}", plan.contact_phone);
        view! { <div><dt>"联系电话"</dt><dd><a href=href rel="external">{plan.contact_phone.clone()}</a></dd></div> }
    });
    view! {
        <section class="stack" aria-labelledby="basics">
            <h2 id="basics">"基本信息"</h2>
            <dl class="kv">{rows}{phone}</dl>
        </section>
    }
    .into_any()
}

/// 公告, as the agency's procedure words it.
fn notice(text: &str) -> AnyView {
    if text.is_empty() {
        return ().into_any();
    }
    view! {
        <section class="stack stack--3" aria-labelledby="notice"><h2 id="notice">"计划公告"</h2><p>{text.to_owned()}</p></section>
    }
    .into_any()
}

/// The way to the page of the procedure: steps, documents, telephones.
fn procedure_link((name, title): &(String, String)) -> AnyView {
    view! { <p class="meta">"报名办法："<a href=paths::procedure(name)>{title.clone()}</a></p> }.into_any()
}

fn paragraphs(id: &'static str, title: &'static str, texts: &[String]) -> AnyView {
    if texts.is_empty() {
        return ().into_any();
    }
    let texts = texts.iter().map(|text| view! { <p>{text.clone()}</p> }).collect_view();
    view! { <section class="stack stack--3" aria-labelledby=id><h2 id=id>{title}</h2>{texts}</section> }.into_any()
}

fn conditions(plan: &Plan) -> AnyView {
    if plan.conditions.is_empty() {
        return ().into_any();
    }
    let rows = plan
        .conditions
        .iter()
        .map(|(number, text)| view! { <div><dt>{format!("条件（{number}）")}</dt><dd>{text.clone()}</dd></div> })
        .collect_view();
    view! {
        <section class="stack" aria-labelledby="conditions">
            <h2 id="conditions">"申报条件"</h2>
            <p class="soft">"符合其中一条就可以报。"</p>
            <dl class="kv">{rows}</dl>
            <a class="hero__test" href=paths::eligibility(plan.id)>
                <Icon name="me"/>
                <span><b>"不清楚能不能报？"</b><span>"　回答几个问题，先测一测，不用登录"</span></span>
                <Icon name="right"/>
            </a>
        </section>
    }
    .into_any()
}

/// 马上报名; `not_yet`: something else is to be done first.
fn start_button(id: PlanId, site: &str, not_yet: bool) -> AnyView {
    let class = if not_yet { "btn btn--quiet btn--big btn--wide" } else { "btn btn--big btn--wide" };
    let site = (!site.is_empty()).then(|| view! { <input type="hidden" name="site" value=site.to_owned()/> });
    view! {
        <form method="post" action=StartApplication::PATH>
            <input type="hidden" name="plan" value=id.to_string()/>
            {site}
            <button class=class><span>"马上报名"</span>{icon("arrow", "")}</button>
        </form>
    }
    .into_any()
}

/// Countdown, seats, and the button.
fn way_in(plan: &Plan, shown: &PlanShown, not_yet: bool) -> AnyView {
    let (names, site, now) = (&shown.steps, shown.site.as_str(), shown.now);
    let state = plan.state_at(now);
    let today = now.day();
    let count = matches!(state, PlanState::Open { .. } | PlanState::Full).then(|| {
        let soon = plan.window.closes.since(now) < 3_600_000;
        let parts = say::countdown(plan.window.closes, now)
            .into_iter()
            .map(|(number, unit)| view! { <b>{number}</b><small>{unit}</small> })
            .collect_view();
        view! {
            <p class="count" class:t-me=soon>{parts}</p>
            <p class="meta">{format!("{} 截止", chinese_moment(plan.window.closes, today))}</p>
        }
    });
    let (capacity, drawn, window) = (plan.capacity, plan.taken, plan.window);
    let left = capacity.saturating_sub(drawn);
    let low = left.saturating_mul(10) <= capacity;
    let seats = (!matches!(state, PlanState::Closed { .. })).then(|| {
        view! {
            <p class="row between">
                <span class="num" data-swap="seats"><span>"余 "</span><b>{left}</b><span>{format!(" / {capacity} 个名额")}</span></span>
                {follow(vec![format!("plan:{}", plan.id)])}
            </p>
            <div data-swap="meter">
                <progress class="meter meter--full" max=capacity value=left data-low=low.then_some("") aria-hidden="true"></progress>
            </div>
        }
    });
    let words = (!matches!(state, PlanState::Open { .. })).then(|| {
        let (_, word) = say::badge(state_of(&window, capacity, drawn, now));
        view! { <p><b>{word}</b></p><p class="meta">{say::registration(&window, state, now)}</p> }
    });
    let button = match state {
        PlanState::Open { .. } => view! {
            <div class="only-wide">{start_button(plan.id, site, not_yet)}</div>
            <p class="meta">{say::steps(names)}</p>
            {super::places::before_a_plan(plan.id, &shown.line, site, false, now)}
        }
        .into_any(),
        PlanState::Full => view! { {super::places::before_a_plan(plan.id, &shown.line, site, true, now)} }.into_any(),
        _ => ().into_any(),
    };
    view! { <div class="panel panel__b stack stack--3">{words}{count}{seats}{button}</div> }.into_any()
}

/// What to have at hand.
fn needed(shown: &PlanShown) -> AnyView {
    let line = |words: String| view! { <li>{icon("check", "s")}<span>{words}</span></li> };
    let photo =
        say::photo_limits(&shown.photo).into_iter().chain(shown.photo_advice.iter().cloned()).map(line).collect_view();
    let documents = shown
        .documents
        .iter()
        .map(|document| {
            let label = if document.required && document.show.is_none() { document.label.clone() } else { format!("{}（需要时）", document.label) };
            let examples = document.examples.iter().map(|example| view! { <li>{example.clone()}</li> }).collect_view();
            let limits = wording::photo::paper_limits(&document.file, document.max_files, document.merged_bytes_less_than);
            view! { <div class="stack stack--1"><h3 class="h-s">{label}</h3><ul class="meta">{examples}<li>{limits}</li></ul></div> }
        })
        .collect_view();
    view! {
        <section class="panel panel__b stack stack--3" aria-labelledby="needed">
            <h2 id="needed" class="h-s">"请先准备好"</h2>
            <div class="stack stack--1"><h3 class="h-s">"证件照，手机现拍也行"</h3><ul class="meta">{photo}</ul></div>
            {documents}
        </section>
    }
    .into_any()
}
