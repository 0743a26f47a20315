//! The door without a network: the place where the script of the page works, the empty page that a device keeps, and what
//! somebody must decide because two doors state different things.

use super::DecideAtDoor;
use crate::again::Again;
use crate::paths;
use crate::ui::{RadioCard, RadioCards, StateBadge, TextField, icon};
use crate::wording::{door as words, rooms};
use domain::application::progress::Tone;
use domain::ids::PlanId;
use domain::page::door::DoorConflict;
use domain::page::rooms::DayPage as Shown;
use domain::time::chinese_moment;
use leptos::prelude::*;
use server_fn::ServerFn;

/// The script of the door.
const SCRIPT: &str = "/door.js";

/// Where the script works. Without script nothing is seen of it.
pub(super) fn panel(shown: &Shown, nonce: Option<String>) -> AnyView {
    view! {
        <section id="door" class="panel" aria-live="off" hidden data-plan=shown.plan.to_string() data-reader=shown.reader.to_string()></section>
        <script type="application/json" id="door-words" inner_html=words::script_json()></script>
        <script src=SCRIPT nonce=nonce defer></script>
    }
    .into_any()
}

/// The empty page that a device keeps: no name stands in it, only the plan in its address.
pub fn shell(plan: PlanId, css: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"zh-CN\" data-density=\"desk\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\">\
         <title>考试日 · 技考工作台</title><link rel=\"icon\" href=\"/favicon.svg\"><link rel=\"stylesheet\" href=\"{css}\"></head><body>\
         <main id=\"main\" class=\"wrap page stack stack--4\"><h1>考试日</h1><p class=\"meta\"><a href=\"{}\">{}</a></p>\
         <section id=\"door\" class=\"panel\" data-plan=\"{plan}\"></section>\
         <noscript><p>没有网络时签到要打开脚本。</p></noscript></main>\
         <script type=\"application/json\" id=\"door-words\">{}</script><script src=\"{SCRIPT}\" defer></script></body></html>",
        paths::office_day(plan),
        "有网络了，打开完整页面",
        words::script_json()
    )
}

/// 要判断的: one door says present, the other absent.
pub(super) fn conflicts(shown: &Shown, again: Option<&Again>) -> Option<AnyView> {
    if shown.conflicts.is_empty() {
        return None;
    }
    let waiting = shown.conflicts.iter().filter(|one| one.decided.is_none()).count();
    let (tone, text) = match waiting {
        0 => (Tone::Done, "都判断过了".to_owned()),
        waiting => (Tone::Me, format!("{waiting} 处要判断")),
    };
    let lines = shown.conflicts.iter().map(|one| line(shown, one, again)).collect_view();
    Some(
        view! {
            <section id="conflicts" aria-labelledby="conflicts-title" class="stack stack--3">
                <div class="row between"><h2 id="conflicts-title">"要判断的"</h2><StateBadge tone=tone text=text/></div>
                <p class="meta">"两处登记说法不一样。请核对考场记录和签到单，再决定；两处的登记都会留在记录里。"</p>
                <ul class="tasks tasks--plain">{lines}</ul>
            </section>
        }
        .into_any(),
    )
}

fn line(shown: &Shown, one: &DoorConflict, again: Option<&Again>) -> AnyView {
    let today = shown.now.day();
    let at = |at| chinese_moment(at, today);
    let (room, seat) = &one.place;
    let place = format!("{}　{}　{} {seat} 号", one.ticket, one.subject, rooms::room(room));
    let stated =
        format!("{}登记：{}到场。{}登记：{}缺考。", one.came.1, at(one.came.0), one.absent.1, at(one.absent.0));
    let end = match &one.decided {
        Some((came, by, reason)) => {
            let text = format!("{by}判断为{}：{reason}", if *came { "到场" } else { "缺考" });
            view! { <p class="meta">{icon("ok", "s")}{text}</p> }.into_any()
        }
        None => form(shown, one, again.filter(|again| again.typed("decides") == one.id.to_string())),
    };
    view! {
        <li><div class="stack stack--3 grow">
            <p><b>{one.name.clone()}</b>"　"<span class="num">{place}</span></p>
            <p>{stated}</p>
            {end}
        </div></li>
    }
    .into_any()
}

fn form(shown: &Shown, one: &DoorConflict, again: Option<&Again>) -> AnyView {
    let typed = |key: &str| again.map_or("", |again| again.typed(key)).to_owned();
    let cards = vec![RadioCard::new("yes", "到场"), RadioCard::new("no", "缺考")];
    view! {
        <form method="post" action=DecideAtDoor::PATH class="stack stack--3">
            <input type="hidden" name="plan" value=shown.plan.to_string()/>
            <input type="hidden" name="id" value=one.id.to_string()/>
            <input type="hidden" name="session" value=one.session.to_string()/>
            <RadioCards name="came" id=format!("came-{}", one.id) legend=format!("{}算", one.name) cards=cards value=typed("came") columns=2/>
            <TextField name="reason" id=format!("reason-{}", one.id) label="依据" hint="例如：考场签到单有本人签名" value=typed("reason") maxlength=500/>
            <p><button class="btn" type="submit">"决定"</button></p>
        </form>
    }
    .into_any()
}
