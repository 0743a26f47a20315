//! The form of a plan, field by field as the official sheet has it; drawn by the server, kept at every step.

use super::acts::{PAGE, SavePlan, plan_desk};
use crate::again::Again;
use crate::office::drawn::once_there;
use crate::office::parts::of_form;
use crate::ui::{ErrorSummary, SelectField, StateBadge, TextArea, TextField, field_shell, icon};
use crate::wording::planner as words;
use crate::{Failure, paths};
use domain::form::Answers;
use domain::page::planner::{FilingOpinion, PlanDesk, UnitLine};
use domain::planner::{
    ASSESSOR_PARTS, ASSESSORS_MAX, FieldKind, FieldSpec, PlanFault, PlanFaultWhy, PlannerRefusal, Section, fields,
    label as label_alone,
};
use domain::refusal::Refusal;
use domain::time::Timestamp;
use domain::timeline::PointName;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;

/// Empty rows of assessors offered beside those that are filled.
const SPARE_ROWS: usize = 2;

/// The editor.
#[component]
pub fn PlanEditPage() -> impl IntoView {
    let params = crate::ui::params_map();
    let query = crate::ui::query_map();
    let asks = crate::ui::memo(move |_| {
        (params.read().get("id").unwrap_or_default(), query.read().get("copy").unwrap_or_default())
    });
    let saved = crate::ui::memo(move |_| query.read().get("done").unwrap_or_default());
    let asked = Resource::new(move || asks.get(), |(id, copy)| plan_desk(id, copy));
    view! {
        <main id="main">
            {once_there(asked, move |desk, again| page(desk, &saved.get_untracked(), again))}
        </main>
    }
}

/// What a field is drawn from.
pub(super) struct Drawing<'a> {
    pub form: &'a Answers,
    pub faults: &'a [PlanFault],
    /// None where fields stand alone, without the headings of their sections.
    pub desk: Option<&'a PlanDesk>,
    /// What the agency is filed for: value and words.
    pub scopes: &'a [(String, String)],
}

impl Drawing<'_> {
    fn error(&self, key: &str) -> Signal<Option<String>> {
        Signal::stored(self.faults.iter().find(|fault| fault.key == key).map(words::fault))
    }

    /// The control of one field.
    pub(super) fn control(&self, field: &FieldSpec) -> AnyView {
        let (id, name) = (field.key.to_owned(), format!("form[{}]", field.key));
        let value = self.form.get(field.key).to_owned();
        let label = if self.desk.is_some() { field.label.to_owned() } else { label_alone(field.key) };
        let (error, optional) = (self.error(field.key), !field.required);
        let hint = match self.latest(field.key) {
            Some(latest) if field.hint.is_empty() => format!("最晚 {latest}"),
            Some(latest) => format!("最晚 {latest}。{}", field.hint),
            None => field.hint.to_owned(),
        };
        let text = |class: &'static str, kind: &'static str, max: u32, mode: &'static str| {
            let (name, id, label, value, hint) = (name.clone(), id.clone(), label.clone(), value.clone(), hint.clone());
            view! { <TextField name id label value hint error optional kind class maxlength=max inputmode=mode/> }
                .into_any()
        };
        let list = |options: Vec<(String, String)>| {
            let all = std::iter::once((String::new(), "请选择".to_owned())).chain(options).collect();
            let (name, id, label, value, hint) = (name.clone(), id.clone(), label.clone(), value.clone(), hint.clone());
            view! { <SelectField name id label options=all value hint error optional/> }.into_any()
        };
        match field.kind {
            FieldKind::Line(max) => match self.offered(field.key) {
                offered if offered.is_empty() => text("", "text", max, ""),
                offered => {
                    let bad = error.get_untracked().is_some();
                    let described = crate::ui::describedby(&id, !hint.is_empty(), bad);
                    let options = offered.into_iter().map(|one| view! { <option value=one></option> }).collect_view();
                    let known = format!("{id}-known");
                    let control = view! {
                        <input class="input" type="text" name=name id=id.clone() value=value maxlength=max list=known.clone() aria-invalid=bad.then_some("true") aria-describedby=described/>
                        <datalist id=known>{options}</datalist>
                    };
                    field_shell(id, label, hint, error, optional, control.into_any())
                }
            },
            FieldKind::Area(max) => {
                let described = crate::ui::describedby(&id, !hint.is_empty(), error.get_untracked().is_some());
                let bad = error.get_untracked().is_some();
                let control = match described {
                    Some(described) => view! { <TextArea name id=id.clone() value rows=3 maxlength=max describedby=described invalid=bad/> }.into_any(),
                    None => view! { <TextArea name id=id.clone() value rows=3 maxlength=max invalid=bad/> }.into_any(),
                };
                field_shell(id, label, hint, error, optional, control)
            }
            // Room for other ways of writing: 40 人, 2027年1月17日（周日）, 下午1点半.
            FieldKind::Number(..) => text("w-8 num", "text", 10, "numeric"),
            FieldKind::Money => text("w-8 num", "text", 14, "decimal"),
            FieldKind::Day => text("w-12 num", "text", 20, ""),
            FieldKind::Clock => text("w-8 num", "text", 12, ""),
            FieldKind::Point => text("w-12 num", "text", 32, ""),
            FieldKind::Scope => list(self.scopes.to_vec()),
            FieldKind::Procedure => list(self.desk.map(|desk| desk.procedures.clone()).unwrap_or_default()),
        }
    }

    /// What the register knows for a field: stations where exams are held, units where people are taught.
    fn offered(&self, key: &str) -> Vec<String> {
        let station = match key {
            "site" | "theory_place" | "skill_place" => true,
            "training_unit" => false,
            _ => return Vec::new(),
        };
        let units = self.desk.map_or(&[][..], |desk| desk.units.as_slice());
        let said = |unit: &UnitLine| match unit.address.as_str() {
            address if station && !address.is_empty() => format!("{}（{address}）", unit.name),
            _ => unit.name.clone(),
        };
        units.iter().filter(|unit| unit.station == station).map(said).collect()
    }

    /// The latest legal day of a date.
    fn latest(&self, key: &str) -> Option<String> {
        let point = PointName::ALL.into_iter().find(|point| point.key() == key)?;
        let stone = self.desk?.milestones.iter().find(|stone| stone.point == Some(point))?;
        stone.latest.map(|day| day.to_string())
    }
}

fn page(desk: &PlanDesk, saved: &str, again: Option<&Again>) -> AnyView {
    let title = if desk.id.is_some() { "填写认定方案" } else { "新建计划" };
    let (tone, word) = words::stage(desk.stage);
    let typed = of_form(again, "form ").map(|again| {
        let pairs =
            again.typed.iter().filter_map(|(key, value)| Some((key.strip_prefix("form ")?.to_owned(), value.clone())));
        Answers(pairs.collect())
    });
    let form = typed.unwrap_or_else(|| desk.form.clone());
    // What is merely not there yet is told when it is filed, not while it is written.
    let refused = match again.map(|again| &again.failure) {
        Some(Failure::Refused(Refusal::Planner(PlannerRefusal::Faults(faults)))) => faults.clone(),
        _ => Vec::new(),
    };
    let wrong: Vec<PlanFault> = if refused.is_empty() {
        desk.faults.iter().filter(|fault| fault.why != PlanFaultWhy::Missing).cloned().collect()
    } else {
        refused.clone()
    };
    let summary = match again.map(|again| &again.failure) {
        None => ().into_any(),
        Some(Failure::Refused(Refusal::Planner(PlannerRefusal::Faults(faults)))) => {
            // Dates that do not fit are told in the same breath: whoever mends the fields sees no second list afterwards.
            let dates = desk.conflicts.iter().map(|one| (one.point.key().to_owned(), words::conflict(one, desk.now)));
            let lines = faults.iter().map(|fault| (fault.key.clone(), words::fault(fault))).chain(dates).collect();
            view! { <ErrorSummary faults=lines/> }.into_any()
        }
        Some(Failure::Refused(Refusal::Planner(PlannerRefusal::Conflicts(found)))) => {
            let lines = found.iter().map(|one| (one.point.key().to_owned(), words::conflict(one, desk.now))).collect();
            view! { <ErrorSummary faults=lines/> }.into_any()
        }
        Some(failure) => {
            view! { <ErrorSummary faults=vec![(String::new(), crate::wording::failure(failure))]/> }.into_any()
        }
    };
    let drawing = Drawing { form: &form, faults: &wrong, desk: Some(desk), scopes: &desk.scopes };
    let sections = Section::ALL.into_iter().map(|section| group(section, &drawing, desk)).collect_view();
    let missing = desk.faults.iter().filter(|fault| fault.why == PlanFaultWhy::Missing).count();
    let back = desk.id.map_or_else(|| PAGE.to_owned(), paths::office_plan);
    let told = (!saved.is_empty() && again.is_none()).then(|| {
        let fine = wrong.is_empty() && desk.conflicts.is_empty();
        let solved = saved != "unsolved";
        let said = words::draft_saved(solved, missing, wrong.len(), desk.conflicts.len());
        let (state, symbol) = if fine && solved { ("done", "ok") } else { ("me", "alert") };
        view! { <p class="banner" data-state=state role="status">{icon(symbol, "")}<span>{said}</span></p> }
    });
    view! {
        <Title text=format!("{title} · 技考工作台")/>
        <header class="deskhead">
            <h1>{title}</h1><StateBadge tone=tone text=word/><span class="grow"></span>
            <a class="btn btn--quiet" href=back rel="external">{icon("left", "")}<span>"回去"</span></a>
        </header>
        <div class="dash__b">
            {told}{summary}{opinions(&desk.opinions, desk.now)}
            {desk.scopes.is_empty().then(|| view! {
                <p class="banner" data-state="me">{icon("alert", "")}<span>"本机构没有还在有效期的备案范围，计划不能提交。请主管部门在“机构名册”里登记。"</span></p>
            })}
            <form method="post" action=SavePlan::PATH class="stack stack--6">
                <input type="hidden" name="id" value=desk.id.map(|id| id.to_string()).unwrap_or_default()/>
                <input type="hidden" name="seen" value=desk.revision.0/>
                {desk.copy.map(|from| view! { <input type="hidden" name="copy" value=from.to_string()/> })}
                {sections}
                {assessors(&drawing)}
                <div class="row">
                    <button class="btn" type="submit" name="act" value="file">"保存并提交备案"</button>
                    <button class="btn btn--quiet" type="submit" name="act" value="save">"保存草稿"</button>
                </div>
                <p class="meta">"提交时检查每一栏和全部日期，有问题会逐条指出，填过的都留着。计划编号在第一次提交时生成。"</p>
            </form>
        </div>
    }
    .into_any()
}

fn group(section: Section, drawing: &Drawing<'_>, desk: &PlanDesk) -> AnyView {
    let id = match section {
        Section::Basics => "basics",
        Section::Theory => "theory",
        Section::Skill => "skill",
        Section::Dates => "dates",
        Section::Training => "training",
    };
    let controls =
        fields().iter().filter(|field| field.section == section).map(|field| drawing.control(field)).collect_view();
    let dates = (section == Section::Dates).then(|| solving(desk));
    view! {
        <section class="panel" id=id aria-labelledby=format!("{id}-title")>
            <div class="panel__h"><h2 id=format!("{id}-title")>{section.title()}</h2></div>
            <div class="panel__b stack stack--4">{dates}<div class="cq"><div class="fields fields--2">{controls}</div></div></div>
        </section>
    }
    .into_any()
}

/// The two buttons that solve dates, what does not fit, and the earliest exam.
fn solving(desk: &PlanDesk) -> AnyView {
    let lines = desk
        .conflicts
        .iter()
        .map(|violation| {
            let href = format!("#{}", violation.point.key());
            view! { <li data-state="refused">{icon("no", "")}<span><a href=href rel="external">{words::conflict(violation, desk.now)}</a></span></li> }.into_any()
        })
        .collect_view();
    let conflicts =
        (!desk.conflicts.is_empty()).then(|| view! { <ul class="checks" aria-label="对不上的时间">{lines}</ul> });
    let mend = (!desk.conflicts.is_empty()).then(|| {
        view! { <button class="btn btn--quiet" type="submit" name="act" value="mend">"按建议改好对不上的"</button> }
    });
    let late = desk
        .overdue
        .iter()
        .map(|stone| {
            view! { <li data-state="refused">{icon("no", "")}<span>{words::too_late(stone)}</span></li> }.into_any()
        })
        .collect_view();
    let late = (!desk.overdue.is_empty()).then(|| view! { <ul class="checks" aria-label="来不及的">{late}</ul> });
    let earliest = desk.earliest_exam.map(|day| {
        view! { <p class="meta">{format!("按现在的规则，今天起最早能安排的考试日是 {day}。")}</p> }
    });
    view! {
        {late}{conflicts}{super::timeline::unknown(desk.unknown_days)}
        <div class="row">
            <button class="btn btn--quiet" type="submit" name="act" value="propose">{icon("cal", "")}<span>"按认定日期倒推全部时间点"</span></button>
            {mend}
        </div>
        {earliest}
    }
    .into_any()
}

fn assessors(drawing: &Drawing<'_>) -> AnyView {
    let rows = (drawing.form.rows("assessor") + SPARE_ROWS).clamp(3, ASSESSORS_MAX);
    let row = |at: usize| {
        let cells = ASSESSOR_PARTS
            .into_iter()
            .map(|(part, label)| {
                let key = format!("assessor.{at}.{part}");
                let error = drawing.faults.iter().find(|fault| fault.key == key).map(words::fault);
                let says = format!("第 {} 位{label}", at + 1);
                let wide = if matches!(part, "gender" | "age") { "input w-4" } else { "input" };
                view! {
                    <td data-label=label>
                        <input class=wide id=key.clone() name=format!("form[{key}]") value=drawing.form.get(&key).to_owned() maxlength="60" aria-label=says aria-invalid=error.is_some().then_some("true")/>
                        {error.map(|error| view! { <p class="err">{error}</p> })}
                    </td>
                }
                .into_any()
            })
            .collect_view();
        view! { <tr><th scope="row" class="num">{at + 1}</th>{cells}</tr> }.into_any()
    };
    let heads =
        ASSESSOR_PARTS.into_iter().map(|(_, label)| view! { <th scope="col">{label}</th> }.into_any()).collect_view();
    let body = (0..rows).map(row).collect_view();
    view! {
        <section class="panel" id="assessors" aria-labelledby="assessors-title">
            <div class="panel__h"><h2 id="assessors-title">"考评员简况"</h2></div>
            <div class="panel__b stack stack--3">
                <p class="meta">"受认定管理机构委托后填写。填了姓名就要填胸卡号；行不够，保存后会多出两行。"</p>
                <div class="tablewrap" role="region" tabindex="0" aria-label="考评员">
                    <table class="table table--blocks">
                        <thead><tr><th scope="col">"序号"</th>{heads}</tr></thead>
                        <tbody>{body}</tbody>
                    </table>
                </div>
            </div>
        </section>
    }
    .into_any()
}

/// What the desks said.
pub(super) fn opinions(all: &[FilingOpinion], now: Timestamp) -> Option<AnyView> {
    let lines = all
        .iter()
        .map(|opinion| {
            let (_, outcome) = words::outcome(opinion.outcome);
            let foot = format!("{}　{}　{}", opinion.by, opinion.body, crate::wording::desk::moment(opinion.at, now));
            view! {
                <blockquote class="said">
                    <p>{format!("{}（第 {} 次）：{outcome}。{}", words::desk(opinion.desk), opinion.round, opinion.text)}</p>
                    <footer>{foot}</footer>
                </blockquote>
            }
            .into_any()
        })
        .collect_view();
    (!all.is_empty()).then(|| view! { <div class="stack stack--2">{lines}</div> }.into_any())
}
