//! The decision: approve, return item by item, reject with a reason; and taking it back.

use super::acts::{ClaimCase, ReleaseCase, ReopenCase};
use super::decide::DecideCase;
use super::{Around, Open, changes};
use crate::Failure;
use crate::again::Again;
use crate::office::parts::{failure_of, of_form, stage_tone, summary};
use crate::ui::{BusyButton, StateBadge, TextArea, icon, options_view};
use crate::wording::desk as words;
use crate::wording::wizard::remark_alone;
use domain::application::{Stage, StageName, Target};
use domain::form::Choice;
use domain::page::desk::Case;
use domain::time::Timestamp;
use leptos::form::ActionForm;
use leptos::prelude::*;
use std::time::Duration;

/// The pane at the end of the page (on phones a bar below).
pub(super) fn pane(case: &Case, open: Open, around: &Around, again: Option<&Again>) -> AnyView {
    let inside = match &case.stage {
        _ if !case.may_decide => view! { {outcome(case)} <p class="meta">{words::READ_ONLY}</p> }.into_any(),
        Stage::Submitted { .. } => deciding(case, open, around, again),
        Stage::Approved { .. } | Stage::Rejected { .. } | Stage::Returned { .. } => {
            // An act of an old page came too late: what stands now answers it, and so does the reason.
            let late = of_form(again, "reopen").is_none().then_some(again).flatten();
            let late = summary(Signal::stored(late.map(|again| again.failure.clone())));
            view! { {late} {outcome(case)} {reopening(case, open, again)} }.into_any()
        }
        Stage::Draft | Stage::Withdrawn { .. } => outcome(case),
    };
    view! { <section class="dk__d" aria-labelledby="decision-title"><h2 id="decision-title">"您的决定"</h2>{inside}</section> }.into_any()
}

/// How it was decided.
fn outcome(case: &Case) -> AnyView {
    let said = match &case.stage {
        Stage::Rejected { grounds, .. } => vec![("原因".to_owned(), grounds.text.clone())],
        Stage::Returned { remarks, .. } => remarks
            .iter()
            .map(|remark| {
                let label =
                    case.targets.iter().find(|(target, _)| *target == remark.on).map(|(_, label)| label.clone());
                (label.unwrap_or_else(|| remark.on.as_text()), remark_alone(remark))
            })
            .collect(),
        _ => Vec::new(),
    };
    let said = said
        .into_iter()
        .map(|(label, text)| view! { <div><dt>{label}</dt><dd class="pre">{text}</dd></div> })
        .collect_view();
    let when = match &case.stage {
        Stage::Submitted { at, .. } | Stage::Approved { at } | Stage::Rejected { at, .. } | Stage::Withdrawn { at } => {
            words::moment(*at, case.now)
        }
        Stage::Returned { until, .. } => format!("补正期限 {}", words::moment(*until, case.now)),
        Stage::Draft => String::new(),
    };
    view! {
        <p class="row"><StateBadge tone=stage_tone(case.line.stage) text=words::stage(case.line.stage)/><span class="meta">{when}</span></p>
        <dl class="kv kv--tight">{said}</dl>
    }
    .into_any()
}

fn deciding(case: &Case, open: Open, around: &Around, again: Option<&Again>) -> AnyView {
    let claim = ServerAction::<ClaimCase>::new();
    let release = ServerAction::<ReleaseCase>::new();
    let now = case.now;
    Effect::new(move |_| {
        if let Some(Ok(held)) = claim.value().get() {
            open.claim.set(Some(held));
            open.mine.set(true);
        }
    });
    Effect::new(move |_| {
        if let Some(Ok(())) = release.value().get() {
            open.claim.set(None);
            open.mine.set(false);
        }
    });
    renew(case, open);
    let nothing_typed = again.filter(|again| again.typed.is_empty());
    let failure = failure_of(claim.value().into(), nothing_typed);
    let by_other = move || {
        open.claim.get().filter(|_| !open.mine.get()).map(|claim| {
            view! { <p class="banner" data-state="others">{icon("lock", "")}<span>{words::held_by(&claim, now)}</span></p> }
        })
    };
    let taken = move || open.claim.with(Option::is_some) && !open.mine.get();
    let minutes = case.rules.claim_minutes;
    let id = case.line.id.to_string();
    let same = id.clone();
    // What was begun stays in sight even when the hold is lost: nothing that was written disappears.
    let choice = RwSignal::new(of_form(again, "choice").map_or("", |again| again.typed("choice")).to_owned());
    let form = form(case, open, around, again, choice);
    view! {
        <div class="stack stack--3" hidden=move || open.mine.get()>
            {by_other}
            {summary(failure)}
            <ActionForm action=claim>
                <input type="hidden" name="id" value=same/>
                <div hidden=move || taken() || open.ended.get() class="stack stack--2">
                    <BusyButton pending=claim.pending() label="开始审" busy="正在领取" class="btn--wide"/>
                    <p class="meta">{format!("领取 {minutes} 分钟，页面开着会自动续；这期间别人只能看。")}</p>
                </div>
            </ActionForm>
        </div>
        <div class="stack stack--3" hidden=move || !open.mine.get() && choice.read().is_empty()>
            {form}
            <ActionForm action=release attr:class="center-text">
                <input type="hidden" name="id" value=id/>
                <button class="btn btn--text">"不审了，放回队列"</button>
            </ActionForm>
        </div>
    }
    .into_any()
}

/// While the page is open the hold is renewed, three times before it would end.
fn renew(case: &Case, open: Open) {
    let id = case.line.id.to_string();
    let every = Duration::from_secs(u64::from(case.rules.claim_minutes.max(1)) * 20);
    Effect::new(move |_| {
        let id = id.clone();
        let again = move || {
            if !open.mine.try_get_untracked().unwrap_or(false) {
                return;
            }
            let id = id.clone();
            leptos::task::spawn_local(async move {
                match super::acts::claim(id).await {
                    Ok(held) => {
                        let _ = open.claim.try_set(Some(held));
                        let _ = open.signed_out.try_set(false);
                    }
                    Err(Failure::Network) => {}
                    Err(Failure::SignInNeeded) => {
                        let _ = open.signed_out.try_set(true);
                    }
                    Err(_) => {
                        let _ = open.mine.try_set(false);
                    }
                }
            });
        };
        if let Ok(clock) = set_interval_with_handle(again, every) {
            on_cleanup(move || clock.clear());
        }
    });
}

fn form(case: &Case, open: Open, around: &Around, again: Option<&Again>, choice: RwSignal<String>) -> AnyView {
    let action = ServerAction::<DecideCase>::new();
    let again = of_form(again, "choice");
    let typed = |key: &str| again.map_or("", |again| again.typed(key)).to_owned();
    let seen = RwSignal::new(case.line.revision.0);
    let failure = failure_of(action.value().into(), again);
    // A stale page: with script the differences, without it what happened since.
    let newer = RwSignal::new(None::<Case>);
    let id = case.line.id.to_string();
    let asked = id.clone();
    Effect::new(move |_| {
        if let Some(Err(Failure::ChangedMeanwhile)) = action.value().get() {
            let id = asked.clone();
            leptos::task::spawn_local(async move {
                if let Ok(fresh) = super::case(id).await {
                    let _ = newer.try_set(Some(fresh));
                }
            });
        }
    });
    let before = StoredValue::new(case.clone());
    let drawn_before = typed("drawn").parse().ok().map(Timestamp);
    let stale = move || match (failure.get(), newer.get(), drawn_before) {
        (Some(Failure::ChangedMeanwhile), Some(fresh), _) => stale_panel(
            changes::table(before.with_value(|before| changes::between(before, &fresh))),
            Some((open, seen, fresh.line.revision.0, action)),
        ),
        (Some(Failure::ChangedMeanwhile), None, Some(drawn)) => {
            stale_panel(before.with_value(|case| changes::since(case, drawn)), None)
        }
        (Some(Failure::ChangedMeanwhile), None, None) => ().into_any(),
        _ => ().into_any(),
    };
    let refused = Signal::derive(move || failure.get().filter(|failure| *failure != Failure::ChangedMeanwhile));
    let card = move |value: &'static str, word: &'static str, key: &'static str, shown: &'static str| {
        let checked = choice.get_untracked() == value;
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="choice"
                    value=value
                    required
                    checked=checked
                    data-key=key
                    on:change=move |_| choice.set(value.to_owned())
                />
                <span class="row between"><b>{word}</b><kbd>{shown}</kbd></span>
            </label>
        }
        .into_any()
    };
    let cards = view! {
        {card("approve", "通过", "a", "A")}
        {card("return", "退回补正", "r", "R")}
        {card("reject", "不通过", "x", "X")}
    };
    let (returning, rejecting) = (returning(case, &typed), rejecting(&case.rules.reject_reason, &typed));
    let (address, drawn) = (around.address.clone(), case.now.0.to_string());
    let verb = move || match choice.read().as_str() {
        "approve" => "通过",
        "return" => "退回",
        "reject" => "不通过",
        _ => "提交决定",
    };
    // Staying, the address does not change, so the case is asked for again here.
    let staying = StoredValue::new(false);
    Effect::new(move |_| {
        if let Some(Ok(())) = action.value().get()
            && staying.get_value()
        {
            open.refresh.update(|count| *count += 1);
        }
    });
    let pending = action.pending();
    let hold = move |pressed: leptos::ev::MouseEvent| {
        if pending.get_untracked() {
            pressed.prevent_default();
        }
    };
    let next = around.next.map(|next| next.to_string()).unwrap_or_default();
    view! {
        {summary(refused)}
        {stale}
        <ActionForm action=action attr:class="stack stack--3">
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="seen" value=move || seen.get().to_string()/>
            <input type="hidden" name="next" value=next/>
            <input type="hidden" name="address" value=address/>
            <input type="hidden" name="drawn" value=drawn/>
            <div class="choices dk__r" role="radiogroup" aria-label="决定" id="choice">
                {cards}
            </div>
            {returning}
            {rejecting}
            <button
                class="btn btn--wide"
                name="then"
                value="next"
                data-key="ctrl+enter"
                aria-busy=move || pending.get().then_some("true")
                on:click=move |pressed| {
                    staying.set_value(false);
                    hold(pressed);
                }
            >
                <span>{move || if pending.get() { "正在提交".to_owned() } else { format!("{}，看下一件", verb()) }}</span>
                <kbd class="only-wide">"Ctrl ↵"</kbd>
            </button>
            <button class="btn btn--text btn--wide only-wide" name="then" value="stay" on:click=move |pressed| {
                staying.set_value(true);
                hold(pressed);
            }>
                "只提交，留在这件"
            </button>
        </ActionForm>
    }
    .into_any()
}

/// What changed, and the way on.
fn stale_panel(changes: AnyView, on: Option<(Open, RwSignal<i64>, i64, ServerAction<DecideCase>)>) -> AnyView {
    let on = on.map(|(open, seen, revision, action)| {
        let accept = move |_| {
            seen.set(revision);
            open.revision.set(revision);
            open.changed.set(false);
            action.clear();
        };
        view! {
            <p class="row">
                <button class="btn btn--small" type="button" on:click=accept>"看过了，保留我的决定"</button>
                <button class="btn btn--quiet btn--small" type="button" on:click=move |_| open.refresh.update(|count| *count += 1)>
                    "打开最新的，重新来"
                </button>
            </p>
        }
    });
    view! {
        <div class="errsum" role="alert" tabindex="-1">
            <h2>{icon("alert", "")}<span>"这件有变化"</span></h2>
            <p>{words::CHANGED_BEFORE_DECISION}</p>
            {changes}
            {on}
        </div>
    }
    .into_any()
}

fn returning(case: &Case, typed: &impl Fn(&str) -> String) -> AnyView {
    let is_field = |target: &Target| matches!(target, Target::Field(_));
    let item = |(target, label): &(Target, String)| remark(target, label, &case.rules.return_remark, typed);
    let things = case.targets.iter().filter(|(target, _)| !is_field(target)).map(item).collect_view();
    let fields = case.targets.iter().filter(|(target, _)| is_field(target)).map(item).collect_view();
    let any_field = case
        .targets
        .iter()
        .any(|(target, _)| is_field(target) && !typed(&format!("target {}", target.as_text())).is_empty());
    let (default, latest) = case.return_until;
    let chosen = match typed("until") {
        empty if empty.is_empty() => default.day().to_string(),
        chosen => chosen,
    };
    let first = case.now.day().succ_opt().unwrap_or(case.now.day()).to_string();
    view! {
        <fieldset class="dk__why" data-for="return">
            <legend class="label">"哪里要补"</legend>
            {things}
            <details class="more" open=any_field>
                <summary>{icon("down", "s")}<span>"表里的各项"</span></summary>
                <div>{fields}</div>
            </details>
            <p class="hint">{words::SENT_VERBATIM}</p>
            <div class="field">
                <label for="until">"补正期限"</label>
                <p class="hint" id="until-h">{words::until_hint(default, latest, case.now)}</p>
                <input class="input w-12 num" type="date" id="until" name="until" value=chosen min=first max=latest.day().to_string() aria-describedby="until-h"/>
            </div>
        </fieldset>
    }
    .into_any()
}

fn remark(target: &Target, label: &str, offered: &[Choice], typed: &impl Fn(&str) -> String) -> AnyView {
    let key = target.as_text();
    let id = format!("remark-{}", key.replace([':', '.'], "-"));
    let picked = typed(&format!("picked {key}"));
    let options: Vec<(String, String)> = offered
        .iter()
        .filter(|choice| choice.value == key || choice.value.is_empty())
        .map(|choice| (choice.label.clone(), choice.label.clone()))
        .collect();
    let pick = (!options.is_empty()).then(|| {
        let options = std::iter::once((String::new(), "自己写".to_owned())).chain(options).collect();
        view! {
            <select class="select" name=format!("picked[{key}]") aria-label=format!("{label}：常用的说法")>
                {options_view(options, &picked)}
            </select>
        }
    });
    let checked = !typed(&format!("target {key}")).is_empty();
    view! {
        <div class="remark">
            <label class="check">
                <input type="checkbox" name="targets[]" value=key.clone() checked=checked/>
                <span>{label.to_owned()}</span>
            </label>
            <div class="when stack stack--1">
                {pick}
                <label class="vh" for=id.clone()>{format!("{label}：要补什么")}</label>
                <TextArea name=format!("remarks[{key}]") id=id value=typed(&format!("remark {key}")) rows=2 maxlength=500/>
            </div>
        </div>
    }
    .into_any()
}

fn rejecting(reasons: &[Choice], typed: &impl Fn(&str) -> String) -> AnyView {
    let before = typed("reason");
    let card = |value: String, label: String| {
        let checked = value == before && !value.is_empty();
        view! { <label class="check"><input type="radio" name="reason" value=value checked=checked/><span>{label}</span></label> }.into_any()
    };
    let cards = reasons
        .iter()
        .map(|reason| card(format!("{}|{}", reason.value, reason.label), reason.label.clone()))
        .chain(std::iter::once(card("|".into(), "其他，自己写".into())))
        .collect_view();
    view! {
        <fieldset class="dk__why" data-for="reject">
            <legend class="label">"为什么不通过"</legend>
            <div>{cards}</div>
            <div class="field">
                <label for="own_words">"对申报人说"</label>
                <p class="hint" id="own_words-h">{words::SENT_VERBATIM}</p>
                <TextArea name="own_words".to_owned() id="own_words".to_owned() value=typed("own_words") rows=3 maxlength=500 describedby="own_words-h".to_owned()/>
            </div>
        </fieldset>
    }
    .into_any()
}

fn reopening(case: &Case, open: Open, again: Option<&Again>) -> AnyView {
    let action = ServerAction::<ReopenCase>::new();
    Effect::new(move |_| {
        if let Some(Ok(())) = action.value().get() {
            open.refresh.update(|count| *count += 1);
        }
    });
    let again = of_form(again, "reopen");
    let failure = failure_of(action.value().into(), again);
    let typed = again.map_or("", |again| again.typed("reopen")).to_owned();
    let (id, seen) = (case.line.id.to_string(), case.line.revision.0.to_string());
    let word = match case.line.stage {
        StageName::Returned => "收回退回，重新审",
        _ => "恢复审核",
    };
    view! {
        {summary(failure)}
        <ActionForm action=action attr:class="stack stack--3" attr:id="reopen">
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="seen" value=seen/>
            <div class="field">
                <label for="reason">"为什么恢复"</label>
                <p class="hint" id="reason-h">"会记入这件的历史，申报人会看到又在审核。"</p>
                <TextArea name="reason".to_owned() id="reason".to_owned() value=typed rows=3 maxlength=500 required=true describedby="reason-h".to_owned()/>
            </div>
            <BusyButton pending=action.pending() label=word busy="正在恢复" class="btn--quiet btn--wide"/>
        </ActionForm>
    }
    .into_any()
}
