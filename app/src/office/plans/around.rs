//! The ways around one plan: tabs above each of its pages, and on its own page everything that there is, by what it is for.

use crate::paths;
use crate::ui::icon;
use domain::ids::PlanId;
use domain::page::planner::PlanView;
use domain::planner::PlanStage;
use leptos::prelude::*;

/// Pages of a plan for those who work on it: short word in the address, what it is called.
const PAGES: [(&str, &str); 9] = [
    ("", "计划"),
    ("roster", "名单"),
    ("notices", "公示"),
    ("rooms", "考场"),
    ("day", "考试日"),
    ("scores", "成绩"),
    ("certificates", "证书"),
    ("money", "费用"),
    ("messages", "消息"),
];

fn address(id: PlanId, page: &str) -> String {
    match page {
        "" => paths::office_plan(id),
        "scores" => paths::scores(id),
        "money" | "messages" => format!("/office/{page}?plan={id}"),
        page => format!("{}/{page}", paths::office_plan(id)),
    }
}

/// The tabs of the plan that the address names, as a part of it or as `?plan=`; nothing where it names none.
pub fn tabs(here: &'static str) -> Option<AnyView> {
    let named = crate::ui::params_map()
        .read_untracked()
        .get("id")
        .or_else(|| crate::ui::query_map().read_untracked().get("plan"));
    Some(tabs_of(named?.parse().ok()?, here))
}

/// The tabs of one plan.
pub fn tabs_of(id: PlanId, here: &'static str) -> AnyView {
    let tabs = PAGES
        .into_iter()
        .map(|(page, word)| {
            let current = (page == here).then_some("page");
            view! { <a href=address(id, page) rel="external" aria-current=current>{word}</a> }.into_any()
        })
        .collect_view();
    view! { <nav class="tabs" aria-label="这个计划">{tabs}</nav> }.into_any()
}

/// A way: address, word, what stands there.
type Way = (String, &'static str, String);

/// Every page of a public plan, by what it is for.
pub(super) fn everything(plan: &PlanView) -> Option<AnyView> {
    if !plan.acts.work || !matches!(plan.row.stage, PlanStage::Published | PlanStage::Cancelled) {
        return None;
    }
    let groups: Vec<(&'static str, &'static str, Vec<Way>)> = vec![
        ("people", "报名", people(plan)),
        ("exam", "考试", exam(plan)),
        ("outcome", "成绩和证书", outcome(plan)),
        ("money", "费用和消息", money(plan)),
    ];
    let drawn = groups.into_iter().map(|(key, title, ways)| group(key, title, ways)).collect_view();
    Some(view! { <div class="dash__two">{drawn}</div> }.into_any())
}

fn group(key: &'static str, title: &'static str, ways: Vec<Way>) -> AnyView {
    let (id, labelled) = (format!("{key}-title"), format!("{key}-title"));
    let lines = ways
        .into_iter()
        .map(|(href, word, hint)| {
            let rel = (!href.starts_with("/office?")).then_some("external");
            view! { <li><span><a href=href rel=rel>{word}</a><br/><span class="meta">{hint}</span></span></li> }
                .into_any()
        })
        .collect_view();
    view! { <section aria-labelledby=labelled><h2 id=id>{title}</h2><ul class="tasks">{lines}</ul></section> }
        .into_any()
}

fn people(plan: &PlanView) -> Vec<Way> {
    let (id, numbers) = (plan.row.id, &plan.numbers);
    vec![
        (format!("/office?plan={id}"), "审核台", format!("待审 {}，等补正 {}", numbers.waiting, numbers.returned)),
        (address(id, "roster"), "名单", format!("导入、照片、导出；已通过 {} 人", numbers.approved)),
        (address(id, "notices"), "公示和异议", of_notices(plan)),
        (paths::plan(id), "考生看到的计划页", "可以把这个地址发给考生".to_owned()),
    ]
}

fn of_notices(plan: &PlanView) -> String {
    let waiting: usize =
        plan.notices.iter().map(|notice| notice.objections.iter().filter(|one| one.answer.is_none()).count()).sum();
    match (plan.notices.len(), waiting) {
        (0, _) => "还没有公示".to_owned(),
        (count, 0) => format!("{count} 份，没有待答复的异议"),
        (count, waiting) => format!("{count} 份，{waiting} 条异议等答复"),
    }
}

fn exam(plan: &PlanView) -> Vec<Way> {
    let (id, numbers) = (plan.row.id, &plan.numbers);
    vec![
        (address(id, "rooms"), "考场和座位", format!("已排 {} 人", numbers.seated)),
        (format!("{}#seats-title", address(id, "rooms")), "准考证", "发布、下载全部、补发".to_owned()),
        (address(id, "day"), "考试日", "签到、缺考、违纪，断网也能签".to_owned()),
    ]
}

fn outcome(plan: &PlanView) -> Vec<Way> {
    let (id, numbers) = (plan.row.id, &plan.numbers);
    vec![
        (address(id, "scores"), "成绩", format!("已录 {} 人", numbers.scored)),
        (address(id, "certificates"), "证书", format!("{} 本", numbers.certified)),
    ]
}

fn money(plan: &PlanView) -> Vec<Way> {
    let id = plan.row.id;
    let mut ways = vec![(
        address(id, "money"),
        "费用",
        format!("{} 元，待缴费 {} 人", plan.numbers.income.yuan(), plan.numbers.due),
    )];
    if let Some(bill) = &plan.bill {
        let hint = if bill.number.is_empty() {
            "还没有出账单".to_owned()
        } else {
            format!("{}：{} 元，已到 {} 元", bill.number, bill.asked.yuan(), bill.received.yuan())
        };
        ways.push((paths::plan_bill(id), "机构账单", hint));
    }
    ways.push((address(id, "messages"), "消息", "发出的每一条，失败的写明原因".to_owned()));
    ways.push((format!("/office/messages/notice?plan={id}"), "写通知", "发给这个计划的人".to_owned()));
    ways
}

/// What can be taken out of a plan: its report for all who see it, its archive for its manager.
pub(super) fn taken_out(plan: &PlanView) -> Option<AnyView> {
    if plan.row.stage != PlanStage::Published {
        return None;
    }
    let path = |name: &str| format!("{}/{name}", paths::office_plan(plan.row.id));
    let archive = plan.acts.notices.then(|| {
        view! { <a href=path("archive.zip") rel="external">{icon("download", "icon--s")}"全部档案（zip，含个人材料）"</a> }
    });
    Some(
        view! {
            <section aria-labelledby="out-title">
                <h2 id="out-title">"报告和档案"</h2>
                <p class="row">
                    <a href=path("report.xlsx") rel="external">{icon("download", "icon--s")}"计划报告（xlsx）"</a>
                    <a href=path("report.pdf") rel="external">{icon("download", "icon--s")}"计划报告（PDF）"</a>
                    {archive}
                </p>
            </section>
        }
        .into_any(),
    )
}
