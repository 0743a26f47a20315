//! 证书: issuing for a plan, paper, files; one certificate with its chain, and what can be done to it.

mod acts;
mod one;

pub use one::CertificatePage;

use super::keys;
use super::parts::{of_form, summary};
use crate::again::Again;
use crate::office::drawn::once_there;
use crate::paths;
use crate::ui::{StateBadge, TextField, icon};
use crate::wording::certificates as words;
use acts::{PlanCertificates, desk};
use domain::application::progress::Tone;
use domain::page::certificates::{CertificateDesk, CertificateLine};
use domain::time::chinese_moment;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;

/// Lines of one page.
const PAGE: usize = 100;
/// Certificates of one file.
const AT_ONCE: usize = 500;

/// The certificates of a plan.
#[component]
pub fn CertificatesPage() -> impl IntoView {
    let (params, query) = (crate::ui::params_map(), crate::ui::query_map());
    let plan = crate::ui::memo(move |_| params.read().get("id").unwrap_or_default());
    let asks = crate::ui::memo(move |_| {
        let query = query.read();
        let number = |key: &str| query.get(key).and_then(|text| text.parse::<usize>().ok());
        (number("page").unwrap_or(1).max(1), query.get("done").unwrap_or_default(), number("n").unwrap_or(0))
    });
    let asked = Resource::new(move || plan.get(), desk);
    view! {
        <Title text="证书 · 技考工作台"/>
        <main id="main">
            <header class="deskhead"><h1>"证书"</h1>{super::plans::around::tabs("certificates")}<span class="grow"></span>{keys::help_button()}</header>
            {once_there(asked, move |desk, again| {
                let (page, done, count) = asks.get_untracked();
                body(desk, page, said(&done, count), again)
            })}
        </main>
    }
}

/// What was done, from the short word in the address.
fn said(done: &str, count: usize) -> Option<String> {
    Some(match done {
        "prepared" => format!("准备好了 {count} 人的名单，等另一位管理员签发。"),
        "dropped" => "名单收回了，没有发证。".to_owned(),
        "issued" => format!("发了 {count} 张证书，考生现在就能看到。"),
        "stocked" => format!("登记了 {count} 张纸质证书号。"),
        "handed" => format!("登记了 {count} 张领取。"),
        _ => return None,
    })
}

fn body(desk: &CertificateDesk, page: usize, done: Option<String>, again: Option<&Again>) -> AnyView {
    let told = done.filter(|_| again.is_none()).map(|done| {
        view! { <p class="banner" data-state="done" role="status">{icon("ok", "")}<span>{done}</span></p> }
    });
    let refused = summary(Signal::stored(again.map(|again| again.failure.clone())));
    view! {
        <div class="dash__b stack stack--4">
            <nav class="crumb" aria-label="位置"><a href=format!("/office/plans/{}", desk.plan) rel="external">{icon("left", "s")}{desk.title.clone()}</a></nav>
            {told}
            {refused}
            {standing(desk)}
            {doubtful(desk)}
            {paper(desk, again)}
            {table(desk, page)}
        </div>
    }
    .into_any()
}

/// A form of one button.
fn button(desk: &CertificateDesk, act: &'static str, word: String, main: bool) -> AnyView {
    view! {
        <form method="post" action=PlanCertificates::PATH>
            <input type="hidden" name="plan" value=desk.plan.to_string()/>
            <input type="hidden" name="act" value=act/>
            <button class=if main { "btn" } else { "btn btn--quiet" } type="submit">{main.then(|| icon("cert", ""))}<span>{word}</span></button>
        </form>
    }
    .into_any()
}

/// How far issuing has come, and the one next step.
fn standing(desk: &CertificateDesk) -> AnyView {
    let (waiting, issued) = (desk.waiting.len(), desk.lines.len());
    let now = desk.now;
    let (tone, state) = match (&desk.prepared, desk.released, waiting) {
        (_, None, _) => (Tone::Draft, "成绩还没发布"),
        (Some(_), ..) => (Tone::Others, "等签发"),
        (None, Some(_), 0) if issued == 0 => (Tone::Expired, "没有合格的人"),
        (None, Some(_), 0) => (Tone::Done, "都发了"),
        (None, Some(_), _) => (Tone::Me, "可以发证"),
    };
    let early = desk.from.filter(|from| now.day() < *from);
    let names = (waiting > 0).then(|| {
        let names = desk.waiting.join("、");
        view! { <details class="more"><summary>{icon("down", "s")}{format!("合格、还没有证书的 {waiting} 人")}</summary><p>{names}</p></details> }
    });
    let next = match (&desk.prepared, desk.released) {
        (_, None) => view! { <p>"成绩发布以后，合格的人会出现在这里。"<a href=paths::scores(desk.plan) rel="external">"去看成绩"</a></p> }.into_any(),
        (Some(list), _) => {
            let by = format!("{} 在 {} 准备了 {} 人的名单。", list.by, chinese_moment(list.at, now.day()), list.people);
            let sign = if !desk.may_sign {
                view! { <p class="meta">"由机构管理员签发。"</p> }.into_any()
            } else if list.own && desk.two_persons {
                view! { <p class="meta">"是您自己准备的，要由另一位管理员签发。"</p> }.into_any()
            } else {
                button(desk, "sign", format!("核对无误，签发 {} 张", list.people), true)
            };
            let back = (list.own || desk.may_sign).then(|| button(desk, "drop", "收回名单".to_owned(), false));
            view! { <p>{by}</p><div class="row">{sign}{back}</div> }.into_any()
        }
        (None, Some(_)) if waiting == 0 => ().into_any(),
        (None, Some(_)) => {
            if let Some(from) = early {
                view! { <p>{format!("成绩公示后，{}起可以发证。", words::day(from))}</p> }.into_any()
            } else if desk.two_persons {
                view! { <p class="meta">{words::TWO_PERSONS}</p>{button(desk, "prepare", format!("准备 {waiting} 人的名单"), true)} }.into_any()
            } else if desk.may_sign {
                view! { <p class="meta">{words::ONE_PERSON}</p>{button(desk, "issue", format!("给 {waiting} 人发证"), true)} }.into_any()
            } else {
                view! { <p class="meta">"由机构管理员发证。"</p> }.into_any()
            }
        }
    };
    view! {
        <section class="panel" aria-labelledby="standing-title">
            <div class="panel__h"><h2 id="standing-title">"发证"</h2><StateBadge tone=tone text=state/></div>
            <div class="panel__b stack stack--3">
                <p>{format!("已发 {issued} 张，待发 {waiting} 人。")}</p>
                {names}
                {next}
            </div>
        </section>
    }
    .into_any()
}

/// Holders who no longer pass.
fn doubtful(desk: &CertificateDesk) -> Option<AnyView> {
    if desk.doubtful.is_empty() {
        return None;
    }
    let of = |id: &String| desk.lines.iter().find(|line| line.id == *id);
    let rows = desk
        .doubtful
        .iter()
        .filter_map(of)
        .map(|line| {
            view! { <li><a href=paths::office_certificate(&line.id)>{format!("{} {}", line.face.name, line.number)}</a></li> }
                .into_any()
        })
        .collect_view();
    Some(
        view! {
            <section class="banner" data-state="me" aria-label="要处理的证书">
                {icon("alert", "")}
                <div><p><b>"成绩更正以后不再合格，证书还有效"</b></p><p>"请核对，该撤销的打开来撤销。"</p><ul>{rows}</ul></div>
            </section>
        }
        .into_any(),
    )
}

/// Printing, numbers of paper, handing over, files.
fn paper(desk: &CertificateDesk, again: Option<&Again>) -> Option<AnyView> {
    let valid: Vec<&CertificateLine> = desk.lines.iter().filter(|line| line.revoked.is_none()).collect();
    if valid.is_empty() {
        return None;
    }
    let typed = |form: &str, key: &str| of_form(again, form).map_or("", |again| again.typed(key)).to_owned();
    let files = (0..valid.len())
        .step_by(AT_ONCE)
        .map(|from| {
            let href = format!("/office/plans/{}/certificates.pdf?from={from}", desk.plan);
            let to = (from + AT_ONCE).min(valid.len());
            let word = if valid.len() <= AT_ONCE {
                "全部打印（PDF）".to_owned()
            } else {
                format!("第 {}–{to} 张（PDF）", from + 1)
            };
            view! { <a class="btn btn--quiet" href=href rel="external">{icon("print", "")}<span>{word}</span></a> }
        })
        .collect_view();
    let without = valid.iter().filter(|line| line.stock.is_empty()).count();
    let stock = (without > 0).then(|| {
        view! {
            <form method="post" action=PlanCertificates::PATH class="row row--end">
                <input type="hidden" name="plan" value=desk.plan.to_string()/>
                <input type="hidden" name="act" value="stock"/>
                <TextField name="words" id="stock" label=format!("{without} 张还没有纸质证书号，从哪个号起") hint="纸上的 NO.，按证书编号的顺序往后排" value=typed("stock", "words") class="w-12 num" inputmode="numeric" maxlength=20/>
                <button class="btn btn--quiet" type="submit">"登记"</button>
            </form>
        }
    });
    let unfetched = valid
        .iter()
        .filter(|line| matches!(line.delivery, domain::page::certificates::Delivery::Pickup { handed: None }))
        .count();
    let hand = (unfetched > 0).then(|| {
        view! {
            <form method="post" action=PlanCertificates::PATH class="row row--end">
                <input type="hidden" name="plan" value=desk.plan.to_string()/>
                <input type="hidden" name="act" value="hand"/>
                <TextField name="words" id="hand" label=format!("{unfetched} 张上门领取的一起领走，谁领的") hint="学校或单位统一领取时用" value=typed("hand", "words") class="w-20" maxlength=60/>
                <button class="btn btn--quiet" type="submit">"登记领取"</button>
            </form>
        }
    });
    let export = desk.may_sign.then(|| {
        let href = format!("/office/plans/{}/certificates.xlsx", desk.plan);
        view! { <a class="btn btn--quiet" href=href rel="external">{icon("download", "")}<span>"全国联网查询上报表（xlsx）"</span></a> }
    });
    Some(
        view! {
            <section class="panel" aria-labelledby="paper-title">
                <div class="panel__h"><h2 id="paper-title">"打印、领取、上报"</h2></div>
                <div class="panel__b stack stack--4"><p class="row">{files}{export}</p>{stock}{hand}</div>
            </section>
        }
        .into_any(),
    )
}

fn table(desk: &CertificateDesk, page: usize) -> Option<AnyView> {
    if desk.lines.is_empty() {
        return None;
    }
    let pages = desk.lines.len().div_ceil(PAGE);
    let page = page.min(pages);
    let rows = desk
        .lines
        .iter()
        .skip((page - 1) * PAGE)
        .take(PAGE)
        .map(|line| {
            let (tone, state) = match line.revoked {
                Some(_) => (Tone::Refused, "已撤销".to_owned()),
                None if line.edition > 1 => (Tone::Done, format!("有效，第 {} 版", line.edition)),
                None => (Tone::Done, "有效".to_owned()),
            };
            view! {
                <tr>
                    <th scope="row"><a class="num" href=paths::office_certificate(&line.id)>{line.number.clone()}</a></th>
                    <td data-label="姓名">{line.face.name.clone()}</td>
                    <td data-label="证件号码" class="num">{line.face.id_masked.clone()}</td>
                    <td data-label="发证日期">{words::day(line.issued_on)}</td>
                    <td data-label="纸质证书号" class="num">{if line.stock.is_empty() { "—".to_owned() } else { line.stock.clone() }}</td>
                    <td data-label="领取">{words::delivery(&line.delivery)}</td>
                    <td data-label="状态"><StateBadge tone=tone text=state/></td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    let heads = ["证书编号", "姓名", "证件号码", "发证日期", "纸质证书号", "领取", "状态"]
        .into_iter()
        .map(|word| view! { <th scope="col">{word}</th> })
        .collect_view();
    let here = paths::plan_certificates(desk.plan);
    let more = (pages > 1).then(|| {
        let links = (1..=pages)
            .map(|at| {
                let current = (at == page).then_some("page");
                view! { <a href=format!("{here}?page={at}") aria-current=current>{at}</a> }
            })
            .collect_view();
        view! { <nav class="pages" aria-label="分页">{links}</nav> }
    });
    Some(
        view! {
            <section aria-labelledby="issued-title" class="stack stack--3">
                <h2 id="issued-title">{format!("证书（{}）", desk.lines.len())}</h2>
                <div class="tablewrap" role="region" tabindex="0" aria-label="证书">
                    <table class="table table--blocks"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
                </div>
                {more}
            </section>
        }
        .into_any(),
    )
}
