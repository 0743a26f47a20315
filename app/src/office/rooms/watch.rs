//! 监考与考评: who is on duty where, what is wrong with it, and who stands in.

use super::{PostKeeper, RelieveKeeper, span, typed};
use crate::again::Again;
use crate::ui::{SelectField, StateBadge, TextField};
use crate::wording::rooms as words;
use domain::application::progress::Tone;
use domain::page::rooms::{KeeperLine, RoomsPage, WatchLine};
use domain::seating::Duty;
use domain::time::{Timestamp, chinese_date};
use leptos::prelude::*;
use server_fn::ServerFn;

fn duty(duty: Duty) -> &'static str {
    match duty {
        Duty::Invigilator => "监考员",
        Duty::Assessor => "考评员",
    }
}

pub(super) fn section(shown: &RoomsPage, again: Option<&Again>) -> Option<AnyView> {
    if shown.watches.is_empty() {
        return None;
    }
    let rows = shown.watches.iter().map(|line| row(shown, line, again)).collect_view();
    let wrong = shown.watches.iter().filter(|line| !line.faults.is_empty()).count();
    let (tone, text) = match wrong {
        0 => (Tone::Done, "都配齐了".to_owned()),
        wrong => (Tone::Me, format!("{wrong} 处要补")),
    };
    Some(
        view! {
            <section aria-labelledby="watch" class="stack stack--3">
                <div class="row between"><h2 id="watch">"监考与考评"</h2><StateBadge tone=tone text=text/></div>
                <p class="meta">"理论：每 15 名考生 1 名监考员，每个考场不少于 2 名。实操和综合评审：考评员 3 名以上、单数、持有效证件、回避本单位考生。"</p>
                <div class="tablewrap tablewrap--tall" role="region" tabindex="0" aria-label="监考与考评表">
                    <table class="table table--blocks">
                        <thead><tr><th scope="col">"考场"</th><th scope="col">"场次"</th><th scope="col">"考生"</th><th scope="col">"人员"</th><th scope="col">"还差什么"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                {shown.may_arrange.then(|| form(shown, again))}
            </section>
        }
        .into_any(),
    )
}

fn row(shown: &RoomsPage, line: &WatchLine, again: Option<&Again>) -> AnyView {
    let keepers = line.keepers.iter().map(|one| keeper(shown, one, again)).collect_view();
    let faults = line.faults.iter().map(|fault| view! { <li>{words::staffing(fault)}</li> }).collect_view();
    let class = if line.faults.is_empty() { "" } else { "warn" };
    view! {
        <tr>
            <th scope="row">{words::room(&line.room.name)}</th>
            <td data-label="场次"><span>{line.session.subject.clone()}<br/><span class="meta num">{span(&line.session, shown.now)}</span></span></td>
            <td data-label="考生" class="num">{format!("{} 人", line.people)}</td>
            <td data-label="人员"><ul>{keepers}</ul></td>
            <td data-label="还差什么" class=class>{if line.faults.is_empty() { view! { "—" }.into_any() } else { view! { <ul>{faults}</ul> }.into_any() }}</td>
        </tr>
    }
    .into_any()
}

fn keeper(shown: &RoomsPage, one: &KeeperLine, again: Option<&Again>) -> AnyView {
    let card = match (one.keeper.duty, one.keeper.card_until) {
        (Duty::Assessor, Some(until)) => {
            format!("　证号 {}，{}到期", one.keeper.card_no, chinese_date(until, Timestamp::default().day()))
        }
        (Duty::Assessor, None) => format!("　证号 {}", one.keeper.card_no),
        (Duty::Invigilator, _) => String::new(),
    };
    let stands_in = one
        .replaces
        .as_ref()
        .map(|(name, why)| view! { <br/><span class="meta">{format!("补派，原来是{name}（{why}）")}</span> });
    let relieve = shown.may_arrange.then(|| {
        let form = format!("relieve {}", one.id);
        let open = again.is_some_and(|again| again.typed("form") == form);
        view! {
            <details class="more" open=open>
                <summary>"撤下"<span class="vh">{one.keeper.name.clone()}</span></summary>
                <form method="post" action=RelieveKeeper::PATH class="toolbar">
                    <input type="hidden" name="plan" value=shown.plan.to_string()/>
                    <input type="hidden" name="keeper" value=one.id.clone()/>
                    <TextField name="why" id=format!("why-{}", one.id) label="原因" value=typed(again, &form, "why", "") maxlength=200/>
                    <button class="btn btn--quiet" type="submit">"撤下"</button>
                </form>
            </details>
        }
    });
    view! {
        <li>
            <b>{one.keeper.name.clone()}</b>" "<span class="meta">{format!("{}　{}{card}", duty(one.keeper.duty), one.keeper.unit)}</span>
            {stands_in}
            {relieve}
        </li>
    }
    .into_any()
}

fn form(shown: &RoomsPage, again: Option<&Again>) -> AnyView {
    let blocks: Vec<(String, String)> = shown
        .watches
        .iter()
        .map(|line| {
            let label = format!(
                "{}　{} {}",
                words::room(&line.room.name),
                line.session.subject,
                span(&line.session, shown.now)
            );
            (format!("{}.{}", line.session.id, line.room.id), label)
        })
        .collect();
    let replaced: Vec<(String, String)> = std::iter::once((String::new(), "不是补派".to_owned()))
        .chain(shown.watches.iter().flat_map(|line| {
            line.keepers
                .iter()
                .map(|one| (one.id.clone(), format!("补{}（{}）", one.keeper.name, words::room(&line.room.name))))
        }))
        .collect();
    // The next room that lacks somebody.
    let lacking = shown.watches.iter().find(|line| !line.faults.is_empty()).or(shown.watches.first());
    let next = lacking.map(|line| format!("{}.{}", line.session.id, line.room.id)).unwrap_or_default();
    let wanted = match lacking {
        Some(line) if line.assessed => Duty::Assessor,
        _ => Duty::Invigilator,
    };
    let duties = [Duty::Invigilator, Duty::Assessor].map(|one| (one.as_str().to_owned(), duty(one).to_owned()));
    let kept = |key: &str, new: &str| typed(again, "keeper", key, new);
    view! {
        <details class="more" id="keeper-form" open=again.is_none_or(|again| again.typed("form") == "keeper")>
            <summary>"派人"</summary>
            <form method="post" action=PostKeeper::PATH class="stack stack--3" id="keeper">
                <input type="hidden" name="plan" value=shown.plan.to_string()/>
                <div class="toolbar">
                    <SelectField name="block" id="keeper-block" label="考场和场次" options=blocks value=kept("block", &next)/>
                    <SelectField name="duty" label="职责" options=duties.into() value=kept("duty", wanted.as_str())/>
                    <TextField name="keeper" id="keeper-name" label="姓名" value=kept("keeper", "") class="w-12" maxlength=60 autocomplete="off"/>
                    <TextField name="unit" label="工作单位" value=kept("unit", "") maxlength=60 autocomplete="off"/>
                </div>
                <div class="toolbar">
                    <TextField name="card_no" label="考评员证号" value=kept("card_no", "") class="w-12 num" maxlength=60 optional=true autocomplete="off"/>
                    <TextField name="card_until" kind="date" label="证件有效期" value=kept("card_until", "") class="w-12 num" optional=true/>
                    <SelectField name="replaces" label="补派" options=replaced value=kept("replaces", "")/>
                    <TextField name="why" id="keeper-why" label="补派原因" value=kept("why", "") maxlength=200 optional=true/>
                    <button class="btn btn--quiet" type="submit">"保存"</button>
                </div>
            </form>
        </details>
    }
    .into_any()
}
