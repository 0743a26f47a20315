//! What there is to know of a plan: its days, its places, whom it is for, its particulars.

use super::PlanShown;
use crate::paths;
use crate::ui::Icon;
use crate::wording::{plans as say, steps};
use chrono::NaiveDate;
use domain::helpline::HelpLine;
use domain::plan::Plan;
use domain::time::{Timestamp, chinese_date, chinese_moment};
use leptos::prelude::*;

pub(super) fn dates(plan: &Plan, now: Timestamp) -> AnyView {
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
pub(super) fn sites(shown: &PlanShown) -> AnyView {
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

pub(super) fn basics(plan: &Plan) -> AnyView {
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
        .map(|(name, value)| {
            // A moment breaks between day and hour, not inside 周三.
            let class = name.ends_with("时间").then_some("whole");
            view! { <div><dt>{name}</dt><dd class=class>{value}</dd></div> }
        })
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

/// Whom to ask about what. A tap calls.
pub(in crate::applicant) fn help(lines: &[HelpLine]) -> AnyView {
    if lines.is_empty() {
        return ().into_any();
    }
    let rows = lines
        .iter()
        .map(|line| {
            let href = format!("tel:{}", line.phone.replace(' ', ""));
            let region = (!line.region.is_empty())
                .then(|| view! { <br/><span class="meta">{say::help_region(&line.region)}</span> });
            view! {
                <div>
                    <dt class="meta">{line.topic.clone()}</dt>
                    <dd>{line.name.clone()}" "<a class="num nb" href=href rel="external">{line.phone.clone()}</a>{region}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <section class="stack stack--3" aria-labelledby="help">
            <h2 id="help" class="h-s">{say::HELP}</h2>
            <dl class="stack stack--3">{rows}</dl>
        </section>
    }
    .into_any()
}

/// 公告, as the agency's procedure words it.
pub(super) fn notice(text: &str) -> AnyView {
    if text.is_empty() {
        return ().into_any();
    }
    view! {
        <section class="stack stack--3" aria-labelledby="notice"><h2 id="notice">"计划公告"</h2><p>{text.to_owned()}</p></section>
    }
    .into_any()
}

/// The way to the page of the procedure: steps, documents, telephones.
pub(super) fn procedure_link((name, title): &(String, String)) -> AnyView {
    view! { <p class="meta">"报名办法："<a href=paths::procedure(name)>{title.clone()}</a></p> }.into_any()
}

pub(super) fn paragraphs(id: &'static str, title: &'static str, texts: &[String]) -> AnyView {
    if texts.is_empty() {
        return ().into_any();
    }
    let texts = texts.iter().map(|text| view! { <p>{text.clone()}</p> }).collect_view();
    view! { <section class="stack stack--3" aria-labelledby=id><h2 id=id>{title}</h2>{texts}</section> }.into_any()
}

pub(super) fn conditions(plan: &Plan) -> AnyView {
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
