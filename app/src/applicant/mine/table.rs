//! The list as its procedure shows it: 职业, 工种/职业方向, 等级, 状态, 支付状态, 操作, all in words.

use crate::paths;
use crate::ui::StateBadge;
use crate::wording::mine as words;
use domain::application::progress::Act;
use domain::page::mine::MyApplication;
use leptos::prelude::*;

/// The table of the applications whose procedure has a payment column; nothing when there are none.
pub(super) fn table(applications: &[MyApplication]) -> Option<AnyView> {
    let rows: Vec<AnyView> = applications.iter().filter(|one| one.has_payment).map(row).collect();
    if rows.is_empty() {
        return None;
    }
    let heads = ["职业", "工种/职业方向", "等级", "状态", "支付状态", "操作"]
        .into_iter()
        .map(|word| view! { <th scope="col">{word}</th> })
        .collect_view();
    Some(
        view! {
            <section aria-labelledby="all">
                <h2 class="ruled" id="all">"全部报名"</h2>
                <div class="tablewrap" role="region" tabindex="0" aria-label="全部报名">
                    <table class="table table--blocks"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
                </div>
            </section>
        }
        .into_any(),
    )
}

fn row(one: &MyApplication) -> AnyView {
    let or_dash = |text: &str| if text.is_empty() { "—".to_owned() } else { text.to_owned() };
    let mut acts: Vec<AnyView> = Vec::new();
    let may = |act: Act| one.progress.acts.contains(&act);
    if may(Act::Continue) {
        acts.push(view! { <a href=paths::go_on(one.id)>"接着填"</a> }.into_any());
    }
    if may(Act::Correct) {
        acts.push(view! { <a href=paths::my_case(one.id)>"去修改"</a> }.into_any());
    }
    if may(Act::Undo) {
        acts.push(view! { <a href=paths::my_case(one.id)>"撤回来改"</a> }.into_any());
    }
    for print in &one.prints {
        let word = format!("下载{}", crate::wording::printing::what(print.what));
        acts.push(view! { <a href=paths::my_print(one.id, print.what) rel="external">{word}</a> }.into_any());
    }
    acts.push(view! { <a href=paths::my_case(one.id)>"看进度"</a> }.into_any());
    view! {
        <tr>
            <th scope="row">{one.occupation.clone()}</th>
            <td data-label="工种/职业方向">{or_dash(&one.direction)}</td>
            <td data-label="等级">{or_dash(&one.level)}</td>
            <td data-label="状态"><StateBadge tone=one.progress.tone text=words::badge(&one.progress)/></td>
            <td data-label="支付状态">{or_dash(&one.progress.payment)}</td>
            <td data-label="操作"><span class="row row--tight">{acts}</span></td>
        </tr>
    }
    .into_any()
}
