//! What stands beside the review itself: forms and tickets to print, opinions with their seals, originals, the money.

use crate::office::parts::stage_tone;
use crate::paths;
use crate::ui::icon;
use crate::wording::desk as words;
use crate::wording::printing;
use domain::page::desk::Case;
use domain::page::mine::PrintLine;
use leptos::prelude::*;

/// Links and states in one row each; nothing where the procedure has none of it.
pub(super) fn pane(case: &Case) -> Option<AnyView> {
    let prints: Vec<AnyView> = case.prints.iter().map(|print| print_link(case, print)).collect();
    let lines = [
        (!prints.is_empty()).then(|| line("表格", prints.into_any())),
        opinions(case).map(|view| line("意见栏", view)),
        originals(case).map(|view| line("原件", view)),
        (!case.payment.is_empty()).then(|| {
            let until = case.axes.money.until().map(|until| format!("，{} 截止", words::moment(until, case.now)));
            line("支付状态", view! { <span>{case.payment.clone()}</span><span class="meta">{until}</span> }.into_any())
        }),
    ];
    if lines.iter().all(Option::is_none) {
        return None;
    }
    let lines = lines.into_iter().flatten().collect_view();
    Some(view! { <dl class="kv kv--tight mb-3" data-tone=stage_tone(case.line.stage).as_str()>{lines}</dl> }.into_any())
}

fn line(label: &'static str, what: AnyView) -> AnyView {
    view! { <div><dt>{label}</dt><dd class="row row--tight">{what}</dd></div> }.into_any()
}

/// The office prints the form of whatever was handed in; a ticket only when there is one.
fn print_link(case: &Case, print: &PrintLine) -> AnyView {
    let form = print.what == domain::profile::Printable::ApplicationForm;
    match &print.refusal {
        Some(refusal) if !form => {
            view! { <span class="meta">{format!("{}：{}", print.title, printing::when(refusal))}</span> }.into_any()
        }
        _ => {
            let href = paths::office_print(case.line.id, print.what);
            view! { <a href=href rel="external">{icon("download", "s")}<span>{print.title.clone()}</span></a> }
                .into_any()
        }
    }
}

fn opinions(case: &Case) -> Option<AnyView> {
    if case.opinions.is_empty() {
        return None;
    }
    let missing: Vec<&str> = case
        .opinions
        .iter()
        .filter(|one| one.asked.required && !one.is_complete())
        .map(|one| one.asked.title.as_str())
        .collect();
    let done = case.opinions.iter().filter(|one| one.is_complete()).count();
    let state = if missing.is_empty() {
        format!("{done} / {} 项已填好", case.opinions.len())
    } else {
        format!("还缺{}，不能通过", missing.join("、"))
    };
    let link = case.may_decide.then(|| view! { <a href=paths::opinions(case.line.id)>"填写意见和盖章"</a> });
    Some(view! { <span>{state}</span>{link} }.into_any())
}

fn originals(case: &Case) -> Option<AnyView> {
    if case.originals.is_empty() {
        return None;
    }
    let done = case.originals.iter().filter(|one| one.checked.is_some()).count();
    let link = case.may_decide.then(|| view! { <a href=paths::counter(case.line.id)>"到现场审查核对"</a> });
    Some(view! { <span>{format!("{done} / {} 项已核对", case.originals.len())}</span>{link} }.into_any())
}
