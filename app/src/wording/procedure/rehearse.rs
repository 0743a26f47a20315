//! Invented people on their way through a procedure, as a sheet.

use super::{choice_word, show, step_name};
use crate::wording::form::problem;
use chrono::NaiveDate;
use domain::form::{FieldKind, Problem};
use domain::page::sheet::{Part, Sheet};
use domain::profile::rehearse::{Somebody, Walk, walk};
use domain::profile::{Profile, Source};

fn name(who: Somebody) -> &'static str {
    match who {
        Somebody::Student => "学生（应届，没有证书）",
        Somebody::Worker => "在职职工（有四级证书）",
        Somebody::Soldier => "军人（没有证书）",
        Somebody::HongKong => "香港居民（港澳居民居住证）",
        Somebody::Resit => "补考的人（上次一科没过）",
        Somebody::WrongPlace => "走错地方的人",
    }
}

/// Everybody's way, and what holds for all.
pub fn rehearse(profile: &Profile, today: NaiveDate) -> Sheet {
    let mut sheet = Sheet {
        title: format!("{} 第 {} 版：试走一遍（人都是虚构的）", profile.title, profile.version),
        ..Sheet::default()
    };
    for who in Somebody::ALL {
        let mut part = Part::new(name(who));
        match walk(profile, who, today) {
            None => part.say(match who {
                Somebody::Resit => "这个程序没有补考，没有人走这一条。",
                _ => "这个程序谁都可以报，没有人会走错。",
            }),
            Some(walk) => walked(profile, &walk, &mut part),
        }
        sheet.add(part);
    }
    let all = show::show(profile, today);
    sheet
        .parts
        .extend(all.parts.into_iter().filter(|part| matches!(part.title.as_str(), "考生看到的状态" | "编号（例子）")));
    sheet
}

fn walked(profile: &Profile, walk: &Walk, part: &mut Part) {
    part.line("报考等级", walk.level.name());
    let steps: Vec<&str> = profile.wizard.iter().map(|step| step_name(profile, *step)).collect();
    part.line("步骤", steps.join(" › "));
    match &walk.wrong_place {
        Some(wrong) => {
            part.line("能不能在这里报", format!("不能。{}{}", wrong.text, wrong.go));
            return;
        }
        None => part.line("能不能在这里报", "能"),
    }
    if let Some(ladder) = &profile.ladder {
        let label = profile.form.field(&ladder.field).map_or("", |field| field.label.as_str());
        let said = walk.ladder.map_or_else(|| "通过".to_owned(), |fault| problem(label, &Problem::Ladder(fault)));
        part.line("逐级申报", said);
    }
    let asked: Vec<String> = walk
        .asked
        .iter()
        .map(|field| {
            let value = walk.answers.get(&field.key);
            match (value, field.kind) {
                ("", _) if field.required => field.label.clone(),
                ("", _) => format!("{}（选填）", field.label),
                (value, FieldKind::Choice) => format!("{}（选“{}”）", field.label, choice_word(field, value)),
                ("yes", FieldKind::YesNo) => format!("{}（选“是”）", field.label),
                ("no", FieldKind::YesNo) => format!("{}（选“否”）", field.label),
                (value, _) => format!("{}（{}）", field.label, super::value_word("plan.level", None, value)),
            }
        })
        .collect();
    part.line("要填", asked.join("、"));
    let given: Vec<String> = walk.given.iter().map(|(label, value)| format!("{label}“{value}”")).collect();
    part.line("已定好", given.join("、"));
    let left_out: Vec<String> = walk
        .left_out
        .iter()
        .map(|(label, official)| if official.is_empty() { label.clone() } else { format!("{label}（记“{official}”）") })
        .collect();
    part.line("不用填", left_out.join("、"));
    let documents: Vec<String> = walk
        .documents
        .iter()
        .map(|document| {
            let any: Vec<&str> = document.any_of.iter().map(|one| one.label.as_str()).collect();
            let any = if any.is_empty() { String::new() } else { format!("（{}）", any.join("或")) };
            let how = match document.source {
                Source::Upload => "",
                Source::Paper => "，现场交验",
                Source::Preloaded => "，机构提交",
            };
            let optional = if document.required { "" } else { "，可以不交" };
            format!("{}{any}{how}{optional}", document.label)
        })
        .collect();
    part.line("材料", if documents.is_empty() { "没有".to_owned() } else { documents.join("；") });
    let subjects = walk.subjects.join("、");
    let subjects = match (subjects.is_empty(), walk.resit) {
        (true, true) => "上次没过的科目".to_owned(),
        (false, true) => format!("从{subjects}里选上次没过的"),
        (true, false) => "按计划".to_owned(),
        (false, false) => subjects,
    };
    part.line("考什么", subjects);
}
