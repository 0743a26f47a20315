//! 方案和意见: the form as it was filed, what the desks said, the decision, visits on site, publication.

use super::acts::{DecidePlan, InspectPlan, PublishPlan, part};
use super::editor::opinions;
use super::{said, timeline};
use crate::again::Again;
use crate::office::parts::summary;
use crate::paths;
use crate::ui::{RadioCard, RadioCards, StateBadge, TextArea, TextField, field_shell, icon};
use crate::wording::planner as words;
use domain::application::progress::Tone;
use domain::form::Answers;
use domain::page::planner::{Inspection, PlanView};
use domain::planner::{ASSESSOR_PARTS, FieldKind, FilingDesk, Section, fields};
use domain::timeline::PointName;
use leptos::prelude::*;
use server_fn::ServerFn;

/// The filing of one plan.
#[component]
pub fn PlanFilingPage() -> impl IntoView {
    super::shell("方案和意见 · 技考工作台", page)
}

fn page(plan: &PlanView, done: &str, again: Option<&Again>) -> AnyView {
    let (tone, word) = words::stage(plan.row.stage);
    let (filing, filed) = words::filing_badge(plan.row.badge);
    let told = said(done).filter(|_| again.is_none()).map(|done| {
        view! { <p class="banner" data-state="done" role="status">{icon("ok", "")}<span>{done}</span></p> }
    });
    let refused = summary(Signal::stored(again.map(|again| again.failure.clone())));
    let sheet = part(plan.row.id, "filing.pdf");
    view! {
        <header class="deskhead">
            <h1>"方案和意见"</h1><StateBadge tone=tone text=word/><span class="meta num">{plan.row.number.clone()}</span>
            <span class="grow"></span>
            <a class="btn btn--quiet" href=sheet rel="external">{icon("print", "")}<span>"审批（备案）表 PDF"</span></a>
            <a class="btn btn--quiet" href=paths::office_plan(plan.row.id) rel="external">{icon("left", "")}<span>"回计划"</span></a>
        </header>
        <div class="dash__b">
            {told}{refused}
            <div class="row"><b>{plan.row.title.clone()}</b><span class="meta">{plan.row.agency.clone()}</span><StateBadge tone=filing text=filed/></div>
            {decision(plan, again)}
            {super::amending::section(plan, again)}
            {publication(plan)}
            {opinions(&plan.opinions, plan.now)}
            {sections(plan)}
            <section class="panel" aria-labelledby="dates-title">
                <div class="panel__h"><h2 id="dates-title">"时间点"</h2></div>
                <div class="panel__b stack stack--4">{timeline::chart(&plan.milestones, plan.now)}{timeline::table(plan)}</div>
            </section>
            {visits(plan, again)}
        </div>
    }
    .into_any()
}

fn decision(plan: &PlanView, again: Option<&Again>) -> Option<AnyView> {
    let desk = plan.acts.decide?;
    let typed = |key: &str| again.map_or("", |again| again.typed(key)).to_owned();
    let next = if desk == FilingDesk::Centre { "转人社部门审批" } else { "机构可以发布" };
    let cards =
        [("approve", "同意", next), ("return", "退回修改", "机构改好再提交"), ("refuse", "不同意", "这份方案到此为止")]
            .into_iter()
            .map(|(value, label, hint)| RadioCard { hint: hint.to_owned(), ..RadioCard::new(value, label) })
            .collect();
    let control =
        view! { <TextArea name="words".to_owned() id="words".to_owned() value=typed("words") rows=3 maxlength=500/> }
            .into_any();
    let shell = field_shell(
        "words".into(),
        "意见".into(),
        "退回和不同意要写明原因，机构会看到；同意可以空着".into(),
        Signal::stored(None),
        true,
        control,
    );
    Some(
        view! {
            <section class="panel" aria-labelledby="decide-title">
                <div class="panel__h"><h2 id="decide-title">{words::desk(desk)}</h2></div>
                <form method="post" action=DecidePlan::PATH class="panel__b stack stack--4">
                    <input type="hidden" name="id" value=plan.row.id.to_string()/>
                    <input type="hidden" name="seen" value=plan.revision.0/>
                    <RadioCards name="outcome" legend="决定" cards=cards value=typed("outcome") columns=3/>
                    {shell}
                    <p><button class="btn" type="submit">"签署意见"</button></p>
                </form>
            </section>
        }
        .into_any(),
    )
}

fn publication(plan: &PlanView) -> Option<AnyView> {
    let over = plan.milestones.iter().find(|stone| stone.point == Some(PointName::RegClose)).and_then(|stone| stone.at);
    let over = over.filter(|at| at.ends() < plan.now).map(|at| {
        let words = words::published_late(at, plan.now);
        view! { <p class="banner" data-state="me">{icon("alert", "")}<span>{words}</span></p> }
    });
    plan.acts.publish.then(|| {
        view! {
            <section class="panel" aria-labelledby="publish-title">
                <div class="panel__h"><h2 id="publish-title">"发布计划"</h2></div>
                <form method="post" action=PublishPlan::PATH class="panel__b stack stack--3">
                    <input type="hidden" name="id" value=plan.row.id.to_string()/>
                    <input type="hidden" name="seen" value=plan.revision.0/>
                    {over}
                    <p class="meta">"发布后考生能查到，编号和名称不再变，日期锁定；以后要改，用“变更”并写原因。"</p>
                    <p><button class="btn" type="submit">{icon("lock", "")}<span>"发布"</span></button></p>
                </form>
            </section>
        }
        .into_any()
    })
}

/// The form, section by section; empty fields are left out.
fn sections(plan: &PlanView) -> AnyView {
    let shown = |section: Section| {
        let rows = fields()
            .iter()
            .filter(|field| field.section == section && plan.form.has(field.key) && section != Section::Dates)
            .map(|field| {
                let value = match field.kind {
                    FieldKind::Scope => words_of_scope(plan),
                    FieldKind::Procedure => plan.procedure.clone(),
                    _ => plan.form.get(field.key).to_owned(),
                };
                view! { <div><dt>{field.label}</dt><dd class="pre">{value}</dd></div> }.into_any()
            })
            .collect::<Vec<_>>();
        (!rows.is_empty()).then(|| {
            view! {
                <section class="panel"><div class="panel__h"><h2>{section.title()}</h2></div>
                <div class="panel__b"><dl class="kv kv--two">{rows.into_iter().collect_view()}</dl></div></section>
            }
            .into_any()
        })
    };
    let all = Section::ALL.into_iter().filter_map(shown).collect_view();
    view! { {all}{assessors(&plan.form)} }.into_any()
}

fn words_of_scope(plan: &PlanView) -> String {
    format!("{} {}", plan.trade, plan.level.map_or("", domain::occupation::SkillLevel::name))
}

fn assessors(form: &Answers) -> Option<AnyView> {
    let rows = (0..form.rows("assessor"))
        .filter(|row| form.has(&format!("assessor.{row}.name")))
        .map(|row| {
            let cells = ASSESSOR_PARTS
                .into_iter()
                .map(|(part, label)| {
                    view! { <td data-label=label>{form.get(&format!("assessor.{row}.{part}")).to_owned()}</td> }
                        .into_any()
                })
                .collect_view();
            view! { <tr>{cells}</tr> }.into_any()
        })
        .collect::<Vec<_>>();
    let heads =
        ASSESSOR_PARTS.into_iter().map(|(_, label)| view! { <th scope="col">{label}</th> }.into_any()).collect_view();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="panel" aria-labelledby="assessors-title">
                <div class="panel__h"><h2 id="assessors-title">"考评员简况"</h2></div>
                <div class="tablewrap" role="region" tabindex="0" aria-label="考评员"><table class="table table--blocks">
                    <thead><tr>{heads}</tr></thead><tbody>{rows.into_iter().collect_view()}</tbody>
                </table></div>
            </section>
        }
        .into_any()
    })
}

/// The photos of a visit, and the way to add some to one's own record.
fn photos(plan: &PlanView, visit: &Inspection) -> AnyView {
    let address = |photo: &str| part(plan.row.id, &format!("visits/photos/{photo}"));
    let shots = visit
        .photos
        .iter()
        .enumerate()
        .map(|(at, photo)| {
            let alt = format!("{}勘查照片 {}", visit.on, at + 1);
            view! { <a href=address(photo) rel="external"><img class="ph ph--xl" src=address(photo) alt=alt loading="lazy" width="150"/></a> }
                .into_any()
        })
        .collect_view();
    let add = (visit.own && plan.acts.inspect && visit.photos.len() < 12).then(|| {
        let id = format!("photos-{}", visit.id);
        view! {
            <form method="post" action=part(plan.row.id, &format!("visits/{}/photos", visit.id)) enctype="multipart/form-data" class="toolbar">
                <div class="field">
                    <label for=id.clone()>"加勘查照片"</label>
                    <p class="hint">"JPG 或 PNG，每张不超过 10 MB，最多 12 张；拍摄地点等隐藏信息会去掉"</p>
                    <input class="filein" type="file" name="photo" id=id multiple accept="image/jpeg,image/png"/>
                </div>
                <button class="btn btn--quiet" type="submit">"上传照片"</button>
            </form>
        }
    });
    view! { <span class="row">{shots}</span>{add} }.into_any()
}

fn visits(plan: &PlanView, again: Option<&Again>) -> Option<AnyView> {
    if plan.inspections.is_empty() && !plan.acts.inspect {
        return None;
    }
    let lines = plan
        .inspections
        .iter()
        .map(|visit| {
            let (tone, word) = if visit.fit { (Tone::Done, "场地合格") } else { (Tone::Refused, "要整改") };
            let photos = photos(plan, visit);
            let by = [visit.body.as_str(), visit.by.as_str()].join("　");
            view! {
                <li><div class="stack stack--2 grow">
                    <span><b>{visit.on.to_string()}</b>"　"{visit.text.clone()}<br/><span class="meta">{by.trim().to_owned()}</span></span>
                    {photos}
                </div><StateBadge tone=tone text=word/></li>
            }
            .into_any()
        })
        .collect_view();
    let typed = |key: &str| again.map_or("", |again| again.typed(key)).to_owned();
    let form = plan.acts.inspect.then(|| {
        let cards = vec![RadioCard::new("yes", "场地合格"), RadioCard::new("no", "要整改")];
        let control = view! { <TextArea name="findings".to_owned() id="findings".to_owned() value=typed("findings") rows=3 maxlength=500/> }.into_any();
        let shell = field_shell("findings".into(), "勘查情况".into(), "场地、设备、监控、消防".into(), Signal::stored(None), false, control);
        view! {
            <form method="post" action=InspectPlan::PATH class="stack stack--4">
                <input type="hidden" name="id" value=plan.row.id.to_string()/>
                <TextField name="on" label="勘查日期" hint="如 2027-01-10" value=typed("on") class="w-12 num" maxlength=20/>
                <RadioCards name="fit" legend="结论" cards=cards value=typed("fit") columns=2/>
                {shell}
                <p><button class="btn btn--quiet" type="submit">"保存勘查记录"</button></p>
            </form>
        }
    });
    Some(
        view! {
            <section class="panel" aria-labelledby="visit-title">
                <div class="panel__h"><h2 id="visit-title">"现场勘查"</h2></div>
                <div class="panel__b stack stack--4"><ul class="tasks tasks--plain">{lines}</ul>{form}</div>
            </section>
        }
        .into_any(),
    )
}
