//! 财政缴款码: codes by state, confirmed one by one or by the treasury's file of a day.

use crate::Failure;
use crate::again::Again;
use crate::office::drawn::drawn;
use crate::office::parts::summary;
use crate::ui::{SelectField, StateBadge, TextArea, TextField, icon};
use crate::wording::money as words;
use domain::application::progress::Tone;
use domain::page::bills::{FiscalFile, FiscalLine, FiscalList, FiscalState};
use leptos::prelude::*;
use server_fn::ServerFn;

const PAGE: &str = "/office/money/fiscal";

/// The codes that the address asks for.
#[server(name = FetchFiscal, endpoint = "office/fiscal")]
pub async fn fiscal(#[server(default)] state: String, #[server(default)] q: String) -> Result<FiscalList, Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    records::payments::fiscal_codes(&records, &member, FiscalState::parse(&state), &q)
        .await
        .map_err(crate::failure::from_records)
}

/// Confirms or voids a code: `act` says which.
#[server(name = FiscalAct, endpoint = "office/fiscal-act")]
pub async fn fiscal_act(code: String, act: String, #[server(default)] words: String) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let done = match act.as_str() {
        "paid" => records::payments::confirm_fiscal(&records, &member, &code, &words).await,
        "void" => records::payments::void_fiscal(&records, &member, &code).await,
        _ => Err(records::Error::NotFound),
    };
    let page = crate::office::parts::with_query(PAGE, "q", &code);
    let typed = vec![("words".to_owned(), words)];
    crate::again::ssr::settle(done.map_err(crate::failure::from_records), |()| page.clone(), &page, typed)
}

/// Takes the lines of the treasury's file: code, amount, receipt, by tab or comma; shown again with what came of it.
#[server(name = FiscalDay, endpoint = "office/fiscal-day")]
pub async fn fiscal_day(#[server(default)] lines: String) -> Result<FiscalFile, Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let read: Vec<(String, String, String)> = lines
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let mut cells = line.split(['\t', ',', '，']).map(|cell| cell.trim().to_owned());
            (cells.next().unwrap_or_default(), cells.next().unwrap_or_default(), cells.next().unwrap_or_default())
        })
        .collect();
    let done = records::payments::fiscal_file(&records, &member, &read).await.map_err(crate::failure::from_records);
    // What could not be taken is told on the page, with what was typed; the rest is in the books.
    let told = done.and_then(|file| match file.wrong.is_empty() {
        true => Ok(file),
        false => Err(Failure::Told(words::fiscal_told(&file))),
    });
    crate::again::ssr::settle(told, |_| PAGE.to_owned(), PAGE, vec![("lines".to_owned(), lines)])
}

/// 财政缴款码.
#[component]
pub fn FiscalPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let asks = crate::ui::memo(move |_| {
        let query = query.read();
        (query.get("state").unwrap_or_default(), query.get("q").unwrap_or_default())
    });
    let asked = Resource::new(move || asks.get(), |(state, q)| fiscal(state, q));
    drawn("财政缴款码", None, asked, move |list, again| body(list, asks.get_untracked(), again))
}

fn tone(state: FiscalState) -> Tone {
    match state {
        FiscalState::Due => Tone::Others,
        FiscalState::Paid => Tone::Done,
        FiscalState::Void => Tone::Expired,
    }
}

fn body(list: &FiscalList, (state, q): (String, String), again: Option<&Again>) -> AnyView {
    let refused = summary(Signal::stored(again.map(|again| again.failure.clone())));
    let options = std::iter::once((String::new(), "全部".to_owned()))
        .chain(FiscalState::ALL.iter().map(|one| (one.as_str().to_owned(), words::fiscal_state(*one).to_owned())))
        .collect();
    let counts = list
        .counts
        .iter()
        .map(|(state, codes, fen)| {
            let href = format!("{PAGE}?state={}", state.as_str());
            view! { <div><dt><a href=href>{words::fiscal_state(*state)}</a></dt><dd class="num">{format!("{codes} 个　{} 元", fen.yuan())}</dd></div> }.into_any()
        })
        .collect_view();
    let rows = list.lines.iter().map(|line| row(line, list, again)).collect_view();
    let table = if list.lines.is_empty() {
        view! { <div class="empty"><p><b>"没有符合的缴款码"</b></p><p class="meta">"办法里写了缴款码的计划，考生在缴费页取码后会出现在这里。"</p></div> }.into_any()
    } else {
        view! {
            <div class="tablewrap" role="region" tabindex="0" aria-label="缴款码的表格">
                <table class="table table--blocks">
                    <thead><tr><th scope="col">"缴款码"</th><th scope="col">"姓名"</th><th scope="col">"金额（元）"</th><th scope="col">"状态"</th><th scope="col">"票据或取码时间"</th><th scope="col">"办理"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    let file = list.may_decide.then(|| {
        view! {
            <section class="panel" aria-labelledby="file-title">
                <div class="panel__h"><h2 id="file-title">"当天入账文件"</h2></div>
                <div class="panel__b">
                    <form method="post" action=FiscalDay::PATH class="stack stack--3">
                        <div class="field">
                            <label for="lines">"每行一笔：缴款码、金额、票据号"</label>
                            <p class="hint" id="lines-h">"从财政的文件里复制三列，粘贴在这里。重复粘贴不会记两次。"</p>
                            <TextArea name="lines".to_owned() id="lines".to_owned() rows=6 value=again.map_or("", |again| again.typed("lines")).to_owned() describedby="lines-h".to_owned()/>
                        </div>
                        <p><button class="btn" type="submit">"入账"</button></p>
                    </form>
                </div>
            </section>
        }
    });
    view! {
        <div class="dash__b stack stack--4">
            {refused}
            <p><a href="/office/money" rel="external">{icon("left", "s")}"回到费用"</a></p>
            <form method="get" action=PAGE class="toolbar" role="search">
                <TextField name="q" label="缴款码、姓名或缴费单号" value=q class="w-20" maxlength=60/>
                <SelectField name="state" label="状态" options=options value=state/>
                <button class="btn btn--quiet" type="submit">{icon("search", "")}<span>"查找"</span></button>
            </form>
            {(!list.counts.is_empty()).then(|| view! { <dl class="kv kv--tight">{counts}</dl> })}
            {table}
            {file}
        </div>
    }
    .into_any()
}

fn row(line: &FiscalLine, list: &FiscalList, again: Option<&Again>) -> AnyView {
    let when = match line.state {
        FiscalState::Paid => format!("{}，{}", line.receipt, words::moment(line.paid_at, list.now)),
        _ => words::moment(Some(line.since), list.now),
    };
    // One code alone is open to be worked on.
    let open = list.may_decide && line.state == FiscalState::Due;
    let acts = match (open, list.lines.len()) {
        (true, 1) => view! {
            <form method="post" action=FiscalAct::PATH class="toolbar">
                <input type="hidden" name="code" value=line.code.clone()/>
                <input type="hidden" name="act" value="paid"/>
                <TextField name="words" label="财政票据代码和号码" value=again.map_or("", |again| again.typed("words")).to_owned() maxlength=60 autocomplete="off"/>
                <button class="btn btn--quiet" type="submit">"确认已缴"</button>
            </form>
            <form method="post" action=FiscalAct::PATH>
                <input type="hidden" name="code" value=line.code.clone()/>
                <input type="hidden" name="act" value="void"/>
                <button class="btn btn--text" type="submit">"作废"</button>
            </form>
        }
        .into_any(),
        (true, _) => view! { <a href=format!("{PAGE}?q={}", line.code)>"办理"</a> }.into_any(),
        _ => ().into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="num">{line.code.clone()}</th>
            <td data-label="姓名"><a href=format!("/office/money?q={}", line.order) rel="external">{line.name.clone()}</a></td>
            <td data-label="金额（元）" class="r">{line.amount.yuan()}</td>
            <td data-label="状态"><StateBadge tone=tone(line.state) text=words::fiscal_state(line.state).to_owned()/></td>
            <td data-label="票据或取码时间">{when}</td>
            <td class="acts">{acts}</td>
        </tr>
    }
    .into_any()
}
