//! 班级: its name, days and hours, beside what the standard gives.

use super::acts::DescribeRoster;
use crate::again::Again;
use crate::ui::{TextField, icon};
use crate::wording::rosters::page as words;
use domain::page::roster::{RosterBoard, RosterDesk};
use leptos::prelude::*;
use server_fn::ServerFn;

pub(super) fn section(desk: &RosterDesk, board: &RosterBoard, again: Option<&Again>) -> AnyView {
    let typed = |key: &str, kept: &str| {
        again.map(|again| again.typed(key)).filter(|text| !text.is_empty()).unwrap_or(kept).to_owned()
    };
    let standing = board.class_hours.as_ref().map(|hours| match hours.short {
        Some(short) => {
            let words = words::short_hours(hours, short);
            view! { <p class="err">{icon("alert", "s")}<span>{words}</span></p> }.into_any()
        }
        None => view! { <p class="meta">{words::required_hours(hours)}</p> }.into_any(),
    });
    view! {
        <section class="panel" aria-labelledby="class-title">
            <div class="panel__h"><h2 id="class-title">"班级和学时"</h2></div>
            <div class="panel__b stack stack--3">
                {standing}
                <form method="post" action=DescribeRoster::PATH class="stack stack--3">
                    <input type="hidden" name="plan" value=desk.plan.to_string()/>
                    <input type="hidden" name="roster" value=board.line.id.to_string()/>
                    <TextField name="class" label="班别" value=typed("class", &board.class) class="w-20" maxlength=60 optional=true/>
                    <TextField name="training" label="培训日期" hint="例如 2026年10月8日至11月6日" value=typed("training", &board.training) class="w-20" maxlength=60 optional=true/>
                    <TextField name="hours" label="学时" hint="只写数字，例如 120" value=typed("hours", &board.hours) class="w-8 num" inputmode="numeric" maxlength=12 optional=true/>
                    <p><button class="btn btn--quiet" type="submit">"保存"</button></p>
                </form>
            </div>
        </section>
    }
    .into_any()
}

/// A class that is too short is told before anything is imported.
pub(super) fn told(board: &RosterBoard) -> Option<AnyView> {
    let hours = board.class_hours.as_ref()?;
    let words = words::short_hours(hours, hours.short?);
    Some(
        view! { <p class="banner" data-state="me" role="status">{icon("alert", "")}<span>{words}" "<a href="#class-title">"看班级和学时"</a></span></p> }
            .into_any(),
    )
}
