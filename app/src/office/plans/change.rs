//! 变更、提前截止、取消: each with a reason, told to everybody who has registered.

use super::acts::{AmendPlan, EndPlan};
use super::editor::Drawing;
use crate::again::Again;
use crate::office::parts::of_form;
use crate::ui::{ErrorSummary, StateBadge, TextField, icon};
use crate::wording::planner as words;
use crate::{Failure, paths};
use domain::application::progress::Tone;
use domain::form::Answers;
use domain::page::planner::PlanView;
use domain::planner::{Examination, FieldSpec, PlanFault, PlanStage, PlannerRefusal, fields};
use domain::refusal::Refusal;
use leptos::prelude::*;
use server_fn::ServerFn;

/// What can be amended: what is examined, instructions, dates, times, places, rooms, people, seats.
const KEYS: [&str; 35] = [
    "scope",
    "conditions",
    "seats",
    "site",
    "contact",
    "contact_phone",
    "county",
    "instructions",
    "theory_on",
    "theory_from",
    "theory_to",
    "theory_place",
    "theory_rooms",
    "theory_head",
    "theory_other",
    "skill_on",
    "skill_from",
    "skill_to",
    "skill_place",
    "skill_assessors",
    "skill_head",
    "skill_other",
    "reg_open",
    "reg_close",
    "review_close",
    "pay_deadline",
    "roster_pub_start",
    "roster_pub_end",
    "ticket_start",
    "ticket_end",
    "score_pub_start",
    "score_pub_end",
    "eform_due",
    "paper_due",
    "theory_invigilators",
];

/// Changing a published plan.
#[component]
pub fn PlanChangePage() -> impl IntoView {
    super::shell("变更、提前截止或取消 · 技考工作台", |plan, _, again| page(plan, again))
}

fn page(plan: &PlanView, again: Option<&Again>) -> AnyView {
    let told = match again.map(|again| &again.failure) {
        None => ().into_any(),
        Some(Failure::Refused(Refusal::Planner(PlannerRefusal::Faults(faults)))) => {
            let lines = faults.iter().map(|fault| (fault.key.clone(), words::fault(fault))).collect();
            view! { <ErrorSummary faults=lines/> }.into_any()
        }
        Some(Failure::Refused(Refusal::Planner(PlannerRefusal::Conflicts(found)))) => {
            let lines = found.iter().map(|one| (one.point.key().to_owned(), words::conflict(one, plan.now))).collect();
            view! { <ErrorSummary faults=lines/> }.into_any()
        }
        Some(failure) => {
            view! { <ErrorSummary faults=vec![(String::new(), crate::wording::failure(failure))]/> }.into_any()
        }
    };
    let nothing = !(plan.acts.amend || plan.acts.close || plan.acts.cancel);
    let title = if plan.acts.cancel && !plan.acts.amend && !plan.acts.close {
        "取消计划"
    } else {
        "变更、提前截止或取消"
    };
    // Before it is public nobody has registered for it, and nobody is told.
    let ends = if plan.row.stage == PlanStage::Published {
        "报了名的人都会收到通知，缴过的费用全额退回；取消以后不能恢复。"
    } else {
        "还没有发布，考生看不到。取消以后不能恢复，要再办就照这个再建一个。"
    };
    view! {
        <header class="deskhead">
            <h1>{title}</h1><span class="meta num">{plan.row.number.clone()}</span><span class="grow"></span>
            <a class="btn btn--quiet" href=paths::office_plan(plan.row.id) rel="external">{icon("left", "")}<span>"回计划"</span></a>
        </header>
        <div class="dash__b">
            {told}
            <p><b>{plan.row.title.clone()}</b></p>
            {nothing.then(|| view! { <p class="meta">"这个计划现在没有可以变更的。"</p> })}
            {super::amending::section(plan, again)}
            {(plan.acts.amend && plan.row.amending.is_none()).then(|| amendment(plan, again))}
            {plan.acts.close.then(|| ending(plan, again, "close", "提前截止报名", "点了以后马上不能再报名；已经报上的不受影响。", "提前截止"))}
            {plan.acts.cancel.then(|| ending(plan, again, "cancel", "取消计划", ends, "取消计划"))}
        </div>
    }
    .into_any()
}

fn amendment(plan: &PlanView, again: Option<&Again>) -> AnyView {
    let typed = of_form(again, "form ").map(|again| {
        let pairs =
            again.typed.iter().filter_map(|(key, value)| Some((key.strip_prefix("form ")?.to_owned(), value.clone())));
        Answers(pairs.collect())
    });
    let form = typed.unwrap_or_else(|| plan.form.clone());
    // What is examined now stays a choice, also where its filing has ended.
    let mut scopes = plan.scopes.clone();
    let now = plan.form.get("scope");
    if !now.is_empty() && scopes.iter().all(|(value, _)| value != now) {
        let level = plan.level.map_or("", |level| level.name());
        scopes.insert(0, (now.to_owned(), format!("{} {level}（现在的）", plan.trade)));
    }
    let faults: Vec<PlanFault> = match again.map(|again| &again.failure) {
        Some(Failure::Refused(Refusal::Planner(PlannerRefusal::Faults(faults)))) => faults.clone(),
        _ => Vec::new(),
    };
    let drawing = Drawing { form: &form, faults: &faults, desk: None, scopes: &scopes };
    let found = match again.map(|again| &again.failure) {
        Some(Failure::Refused(Refusal::Planner(PlannerRefusal::Affects(found)))) => Some(found),
        _ => None,
    };
    let (button, confirmed) = match found {
        Some(found) => ("看过名单，提交变更", found.token.clone()),
        None => ("提交变更", String::new()),
    };
    let open = |field: &&FieldSpec| KEYS.contains(&field.key);
    let controls = fields().iter().filter(open).map(|field| drawing.control(field)).collect_view();
    let why = again.map_or("", |again| again.typed("amend why")).to_owned();
    view! {
        <section class="panel" aria-labelledby="amend-title">
            <div class="panel__h"><h2 id="amend-title">"变更"</h2></div>
            <form method="post" action=AmendPlan::PATH class="panel__b stack stack--4">
                <input type="hidden" name="id" value=plan.row.id.to_string()/>
                <input type="hidden" name="seen" value=plan.revision.0/>
                <p class="meta">"只改要变的。日期、时间和地点是批准过的，变更要认定中心和人社部门重新审批，批准以前照原来的执行；申报说明、联系人、试场、人员和人数改了马上生效。工种、等级也可以变更，提交前先列出受影响的人；收费不能变更。"</p>
                {found.map(affected)}
                <div class="cq"><div class="fields fields--2">{controls}</div></div>
                <TextField name="why" id="amend-why" label="变更原因" hint="报了名的人会看到" value=why maxlength=500/>
                <input type="hidden" name="confirmed" value=confirmed/>
                <p><button class="btn" type="submit">{button}</button></p>
            </form>
        </section>
    }
    .into_any()
}

/// Whoever has registered, and what becomes of their applications.
fn affected(found: &Examination) -> AnyView {
    let rows = found
        .people
        .iter()
        .map(|one| {
            let (tone, word) = match one.why.is_empty() {
                true => (Tone::Done, "保留"),
                false => (Tone::Me, "退回补正"),
            };
            let why = one.why.iter().map(|why| words::affected_why(*why)).collect::<Vec<_>>().join("；");
            view! {
                <tr>
                    <th scope="row">{one.name.clone()}<br/><span class="meta num">{one.number.clone()}</span></th>
                    <td data-label="现在">{crate::wording::desk::stage(one.stage)}</td>
                    <td data-label="变更以后"><StateBadge tone=tone text=word/></td>
                    <td data-label="为什么">{why}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    let shown = u32::try_from(found.people.len()).unwrap_or(u32::MAX);
    let all = found.returned + found.kept;
    let more = (shown < all).then(|| view! { <p class="meta">{format!("共 {all} 人，只列出前 {shown} 人。")}</p> });
    view! {
        <section class="stack stack--3" id="affected" aria-labelledby="affected-title">
            <h3 id="affected-title">"受影响的人"</h3>
            <p class="meta">"变更批准时再审一遍。退回的会收到消息，要按新的条件确认并重新签名，名额和已定的费用不变；保留的也会收到变更通知。"</p>
            <div class="tablewrap" role="region" tabindex="0" aria-label="受影响的人的名单">
                <table class="table table--blocks">
                    <thead><tr><th scope="col">"姓名和报名号"</th><th scope="col">"现在"</th><th scope="col">"变更以后"</th><th scope="col">"为什么"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {more}
        </section>
    }
    .into_any()
}

fn ending(
    plan: &PlanView,
    again: Option<&Again>,
    act: &'static str,
    title: &'static str,
    hint: &'static str,
    button: &'static str,
) -> AnyView {
    let why = again.map_or("", |again| again.typed(&format!("{act} why"))).to_owned();
    let class = if act == "cancel" { "btn btn--danger" } else { "btn btn--quiet" };
    view! {
        <section class="panel" aria-labelledby=format!("{act}-title")>
            <div class="panel__h"><h2 id=format!("{act}-title")>{title}</h2></div>
            <form method="post" action=EndPlan::PATH class="panel__b stack stack--3">
                <input type="hidden" name="id" value=plan.row.id.to_string()/>
                <input type="hidden" name="seen" value=plan.revision.0/>
                <input type="hidden" name="act" value=act/>
                <p class="meta">{hint}</p>
                <TextField name="why" id=format!("{act}-why") label="原因" hint="报了名的人会看到" value=why maxlength=500/>
                <p><button class=class type="submit">{button}</button></p>
            </form>
        </section>
    }
    .into_any()
}
