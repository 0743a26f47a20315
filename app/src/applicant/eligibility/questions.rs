//! The questions: schooling, work, certificates, titles. Rows are added by a button that is a plain submit
//! without script.

use super::answers::{RANKS, ROWS_MAX, STATUSES, rows};
use super::{AnswerCheck, Asks, CheckShown};
use crate::ui::{BusyButton, DateField, SelectField, TextField, icon};
use domain::eligibility::EducationKind;
use domain::form::Answers;
use domain::occupation::SkillLevel;
use leptos::prelude::*;

/// Anchors and sentences of what is wrong now.
type Faults = Memo<Vec<(String, String)>>;

/// A group of rows: its name, the question, and what is said beside it.
struct Group {
    key: &'static str,
    question: &'static str,
    hint: &'static str,
    one: &'static str,
    more: &'static str,
}

const EDUCATION: Group = Group {
    key: "edu",
    question: "读过什么学校？",
    hint: "毕业的、在读的都算，填最高的一个也行",
    one: "学历",
    more: "再加一个学历",
};
const WORK: Group = Group {
    key: "jobs",
    question: "做过哪些相关的工作？",
    hint: "一段一段填；现在还在做的，结束年月空着",
    one: "工作",
    more: "再加一份工作",
};
const CERTIFICATES: Group = Group {
    key: "certs",
    question: "已经有哪些证书？",
    hint: "职业资格证书、职业技能等级证书；没有就空着",
    one: "证书",
    more: "再加一本证书",
};
const TITLES: Group =
    Group {
        key: "titles", question: "有专业技术职称吗？", hint: "没有就空着", one: "职称", more: "再加一个职称"
    };

/// The whole form.
pub fn questions(shown: &CheckShown, action: ServerAction<AnswerCheck>, faults: Faults) -> AnyView {
    let (answers, asks) = (&shown.answers, &shown.asks);
    let titles = asks.titles.then(|| group(&TITLES, answers, asks, faults));
    let apprenticeship = asks.apprenticeship.then(|| {
        let done = answers.get("apprenticeship") == "yes";
        view! {
            <li class="ask">
                <h2>"学徒期满了吗？"</h2>
                <label class="check">
                    <input type="checkbox" name="answers[apprenticeship]" value="yes" checked=done/>
                    <span>"在本职业当学徒，已经期满"</span>
                </label>
            </li>
        }
    });
    let birth = answers.get("birth").to_owned();
    let plan = shown.plan.id.to_string();
    let groups = [
        group(&EDUCATION, answers, asks, faults),
        group(&WORK, answers, asks, faults),
        group(&CERTIFICATES, answers, asks, faults),
    ];
    view! {
        <ActionForm action=action attr:class="stack stack--6" attr:novalidate="">
            <input type="hidden" name="plan" value=plan/>
            // The first submit button of a form is the one that Enter presses.
            <button class="vh" name="act" value="check" tabindex="-1" aria-hidden="true">"看结果"</button>
            <ol class="asks">
                <li class="ask">
                    <h2>"哪天出生？"</h2>
                    <DateField name="answers[birth]" id="birth" label="出生日期" value=birth error=error(faults, "birth".to_owned()) autocomplete="bday"/>
                </li>
                {groups}
                {titles}
                {apprenticeship}
            </ol>
            <div><BusyButton pending=action.pending() label="看结果" busy="正在算" class="btn--big" sends=("act", "check".to_owned())/></div>
        </ActionForm>
    }
    .into_any()
}

fn error(faults: Faults, key: String) -> Signal<Option<String>> {
    Signal::derive(move || {
        faults.with(|faults| faults.iter().find(|(known, _)| *known == key).map(|(_, sentence)| sentence.clone()))
    })
}

fn group(group: &'static Group, answers: &Answers, asks: &Asks, faults: Faults) -> AnyView {
    let key = group.key;
    let count = rows(answers, key);
    // In the browser rows come and go at once; without script the buttons send the form.
    let shown: RwSignal<Vec<usize>> = RwSignal::new((0..count).collect());
    let answers = StoredValue::new(answers.clone());
    let asks = StoredValue::new(asks.clone());
    let drop = move |row: usize| shown.update(|rows| rows.retain(|known| *known != row));
    let rows = move |row: usize| {
        let parts = answers.with_value(|answers| asks.with_value(|asks| parts(key, row, answers, asks, faults)));
        let more_than_one = move || shown.read().len() > 1;
        view! {
            <fieldset class="job">
                <legend class="vh">{format!("第 {} 份{}", row + 1, group.one)}</legend>
                <div class="job__h">
                    <b>{group.one}</b>
                    <button
                        class="link"
                        name="act"
                        value=format!("drop:{key}:{row}")
                        hidden=move || !more_than_one()
                        on:click=move |pressed| {
                            pressed.prevent_default();
                            drop(row);
                        }
                    >
                        "删除"
                    </button>
                </div>
                {parts}
            </fieldset>
        }
        .into_any()
    };
    view! {
        <li class="ask" id=key>
            <h2>{group.question}</h2>
            <p class="hint">{group.hint}</p>
            <input type="hidden" name=format!("answers[rows.{key}]") value=move || shown.read().len()/>
            <div class="rows">
                <For each=move || shown.get() key=|row| *row children=rows/>
                <div class="rows__f">
                    <button
                        class="btn btn--quiet"
                        name="act"
                        value=format!("add:{key}")
                        on:click=move |pressed| {
                            pressed.prevent_default();
                            shown.update(|rows| {
                                let next = rows.iter().max().map_or(0, |last| last + 1);
                                if rows.len() < ROWS_MAX && next < ROWS_MAX {
                                    rows.push(next);
                                }
                            });
                        }
                    >
                        {icon("plus", "")}
                        <span>{group.more}</span>
                    </button>
                </div>
            </div>
        </li>
    }
    .into_any()
}

fn choose(names: impl Iterator<Item = String>, none: &str) -> Vec<(String, String)> {
    let mut options = vec![(String::new(), none.to_owned())];
    options.extend(names.map(|name| (name.clone(), name)));
    options
}

/// The fields of one row.
fn parts(group: &'static str, row: usize, answers: &Answers, asks: &Asks, faults: Faults) -> AnyView {
    let key = |part: &str| format!("{group}.{row}.{part}");
    let value = |part: &str| answers.get(&key(part)).to_owned();
    let select = |part: &str, label: &'static str, options: Vec<(String, String)>| {
        let mut options = options;
        let value = value(part);
        if !options.iter().any(|(known, _)| *known == value) {
            options.push((value.clone(), value.clone()));
        }
        view! { <SelectField name=format!("answers[{}]", key(part)) id=key(part) label=label options=options value=value error=error(faults, key(part))/> }.into_any()
    };
    let date = |part: &str, label: &'static str, month: bool| {
        view! { <DateField name=format!("answers[{}]", key(part)) id=key(part) label=label value=value(part) month=month error=error(faults, key(part))/> }.into_any()
    };
    let occupation = || {
        let names = asks.occupations.iter().cloned().chain(std::iter::once("其他职业".to_owned()));
        select("occ", "职业（工种）", choose(names, "请选择"))
    };
    let fields = match group {
        "jobs" => vec![occupation(), date("from", "开始年月", true), date("to", "结束年月（还在做就空着）", true)],
        "certs" => {
            let levels = SkillLevel::EXAMINED.map(|level| (level.number().to_string(), level.name().to_owned()));
            let mut options = choose(std::iter::empty(), "请选择");
            options.extend(levels);
            vec![occupation(), select("level", "等级", options), date("date", "发证日期", false)]
        }
        "edu" => {
            let kinds = EducationKind::ALL.into_iter().map(|kind| kind.name().to_owned());
            let statuses = STATUSES.into_iter().map(|status| status.name().to_owned());
            let mut fields = vec![
                select("kind", "学校类型", choose(kinds, "请选择")),
                select("status", "毕业了吗", choose(statuses, "请选择")),
            ];
            if !asks.classes.is_empty() {
                fields.push(select("class", "技工院校的班别", choose(asks.classes.iter().cloned(), "不是，或不清楚")));
            }
            let major = view! { <TextField name=format!("answers[{}]", key("major")) id=key("major") label="专业" value=value("major") optional=true maxlength=60 error=error(faults, key("major"))/> };
            fields.push(major.into_any());
            fields
        }
        _ => vec![
            select("rank", "级别", choose(RANKS.into_iter().map(|rank| rank.name().to_owned()), "请选择")),
            date("date", "取得日期", false),
        ],
    };
    view! { <div class="cq"><div class="fields fields--2">{fields}</div></div> }.into_any()
}
