//! 机构账单: one bill per plan. Who pays, what arrived, which invoices, and everybody on it.

use crate::again::Again;
use crate::office::drawn::once_there;
use crate::office::keys;
use crate::office::parts::summary;
use crate::ui::{StateBadge, TextField, icon};
use crate::wording::money as words;
use crate::{Failure, paths};
use domain::application::progress::Tone;
use domain::ids::{Fen, PlanId};
use domain::page::bills::{AgencyBill, BillData, BillField, BillPage, BillPerson, BillState, Invoice};
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use std::collections::HashMap;

/// Empty lines offered beside the invoices that are there.
const SPARE: usize = 2;

/// The bill of a plan with everybody on it.
#[server(name = FetchPlanBill, endpoint = "office/bill")]
pub async fn plan_bill(
    /// The plan.
    plan: PlanId,
) -> Result<(BillPage, Vec<BillPerson>), Failure> {
    use crate::failure::from_records;
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let page = records::payments::bill_page(&records, &member, plan).await.map_err(from_records)?;
    let people = records::payments::bill_people(&records, &member, plan).await.map_err(from_records)?;
    Ok((page, people))
}

/// Makes the bill, or adds who came later.
#[server(name = MakeBill, endpoint = "office/bill-make")]
pub async fn make_bill(
    /// The plan.
    plan: PlanId,
    /// Who pays.
    data: BillData,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let made = records::payments::prepare_bill(&records, &member, plan, &data).await;
    let typed = BillField::ALL.iter().map(|field| (field.as_str().to_owned(), data.get(*field).to_owned())).collect();
    let page = paths::plan_bill(plan);
    crate::again::ssr::settle(made.map(drop).map_err(crate::failure::from_records), |()| page.clone(), &page, typed)
}

/// The invoices of the bill: `f[0.title]`, `f[0.tax_no]`, `f[0.item]`, `f[0.amount]`, `f[0.number]`; empty lines are left out.
#[server(name = SetInvoices, endpoint = "office/bill-invoices")]
pub async fn set_invoices(
    /// The plan.
    plan: PlanId,
    /// The revision that the page showed.
    seen: i64,
    /// The lines.
    #[server(default)]
    f: HashMap<String, String>,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let part = |line: usize, key: &str| f.get(&format!("{line}.{key}")).cloned().unwrap_or_default();
    let lines: Vec<Invoice> = (0..60)
        .map(|line| Invoice {
            title: part(line, "title"),
            tax_no: part(line, "tax_no"),
            item: part(line, "item"),
            amount: records::payments::fen_of(&part(line, "amount")).unwrap_or_default(),
            number: part(line, "number"),
        })
        .filter(|one| !(one.title.trim().is_empty() && one.amount.0 == 0))
        .collect();
    let seen = domain::ids::Revision(seen);
    let done = records::payments::set_invoices(&records, &member, plan, seen, &lines).await;
    let page = paths::plan_bill(plan);
    let typed = f.into_iter().collect();
    crate::again::ssr::settle(done.map_err(crate::failure::from_records), |()| page.clone(), &page, typed)
}

/// Gives the credit of a bill back.
#[server(name = ReturnCredit, endpoint = "office/bill-return")]
pub async fn return_credit(
    /// The plan.
    plan: PlanId,
    /// The revision that the page showed.
    seen: i64,
    /// Number of the slip.
    #[server(default)]
    words: String,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let seen = domain::ids::Revision(seen);
    let done = records::payments::return_credit(&records, &member, plan, seen, &words).await;
    let page = paths::plan_bill(plan);
    let typed = vec![("return".to_owned(), words)];
    crate::again::ssr::settle(done.map_err(crate::failure::from_records), |()| page.clone(), &page, typed)
}

/// 机构账单.
#[component]
pub fn PlanBillPage() -> impl IntoView {
    let params = crate::ui::params_map();
    let id = crate::ui::memo(move |_| params.read().get("id").and_then(|id| id.parse::<PlanId>().ok()));
    let asked = Resource::new(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => plan_bill(id).await,
                None => Err(Failure::NotFound),
            }
        },
    );
    view! {
        <Title text="机构账单 · 技考工作台"/>
        <main id="main">
            {once_there(asked, move |(page, people), again| body(page, people, again))}
        </main>
    }
}

fn typed(again: Option<&Again>, key: &str, kept: &str) -> String {
    match again.map(|again| again.typed(key)) {
        Some(typed) if !typed.is_empty() => typed.to_owned(),
        _ => kept.to_owned(),
    }
}

fn body(page: &BillPage, people: &[BillPerson], again: Option<&Again>) -> AnyView {
    let refused = summary(Signal::stored(again.map(|again| again.failure.clone())));
    let files = page.bill.as_ref().map(|_| {
        let pdf = format!("{}.pdf", paths::plan_bill(page.plan));
        view! { <a class="btn btn--quiet" href=pdf rel="external">{icon("print", "")}<span>"账单 PDF"</span></a> }
    });
    let badge = page.bill.as_ref().map(|bill| {
        let tone = match bill.state {
            BillState::Open => Tone::Others,
            BillState::Partly => Tone::Me,
            BillState::Paid => Tone::Done,
        };
        view! { <StateBadge tone text=words::bill_state(bill.state).to_owned()/> }
    });
    let filter = format!("/office/money?plan={}", page.plan);
    view! {
        <header class="deskhead">
            <h1>"机构账单"</h1>{badge}<span class="meta num">{page.plan_number.clone()}</span>
            <span class="grow"></span>
            {files}
            <a class="btn btn--quiet" href=paths::office_plan(page.plan) rel="external">{icon("left", "")}<span>"回计划"</span></a>
            {keys::help_button()}
        </header>
        <div class="dash__b stack stack--4">
            {refused}
            <div class="row"><b>{page.plan_title.clone()}</b><span class="meta">{page.agency.clone()}</span><a href=filter rel="external">"这个计划的缴费单"</a></div>
            {page.bill.as_ref().map(|bill| state(page, bill, again))}
            {payer(page, again)}
            {page.bill.as_ref().map(|bill| invoices(page, bill, again))}
            {(!people.is_empty()).then(|| listed(people))}
        </div>
    }
    .into_any()
}

fn state(page: &BillPage, bill: &AgencyBill, again: Option<&Again>) -> AnyView {
    let left = Fen((bill.amount.0 - bill.received.0).max(0));
    let credit = Fen(bill.received.0 - bill.covered.0);
    let facts = [
        ("账单号", bill.number.clone()),
        ("应缴", format!("{} 元，{} 人", bill.amount.yuan(), bill.people.0)),
        ("已到账", format!("{} 元", bill.received.yuan())),
        ("还差", format!("{} 元", left.yuan())),
        ("已缴清的人", format!("{} 人", bill.people.1)),
        (
            "余额",
            if credit.0 == 0 {
                "—".into()
            } else {
                format!("{} 元，够下一个人时自动用上", credit.yuan())
            },
        ),
        ("开单", format!("{}，{}", bill.by, words::moment(Some(bill.since), page.now))),
    ]
    .into_iter()
    .map(|(name, value)| view! { <div><dt>{name}</dt><dd class="num">{value}</dd></div> })
    .collect_view();
    let rows = bill
        .payments
        .iter()
        .map(|one| {
            let sign = if one.returned { "退 " } else { "" };
            let slip = one.has_file.then(|| {
                let href = format!("{}/vouchers/{}", paths::plan_bill(page.plan), one.id);
                view! { <a href=href rel="external">"看回单"</a> }
            });
            view! {
                <tr>
                    <th scope="row">{words::moment(Some(one.at), page.now)}</th>
                    <td data-label="金额（元）" class="r">{format!("{sign}{}", one.amount.yuan())}</td>
                    <td data-label="回单">{one.voucher.clone()}</td>
                    <td data-label="确认人">{one.by.clone()}</td>
                    <td class="acts">{slip}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    let table = (!bill.payments.is_empty()).then(|| {
        view! {
            <div class="tablewrap" role="region" tabindex="0" aria-label="到账的表格">
                <table class="table table--blocks">
                    <thead><tr><th scope="col">"时间"</th><th scope="col">"金额（元）"</th><th scope="col">"回单"</th><th scope="col">"确认人"</th><th scope="col">"文件"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    let confirm = (page.may_decide && left.0 > 0).then(|| {
        view! {
            <form method="post" enctype="multipart/form-data" action=format!("{}/arrived", paths::plan_bill(page.plan)) class="stack stack--3">
                <input type="hidden" name="seen" value=bill.revision.0.to_string()/>
                <div class="toolbar">
                    <TextField name="amount" label="到账多少元" hint=format!("可以分几次，现在还差 {} 元", left.yuan()) value=typed(again, "amount", &left.yuan()) class="w-12 num" inputmode="decimal" autocomplete="off"/>
                    <TextField name="words" label="回单的日期和流水号" value=typed(again, "words", "") maxlength=200 autocomplete="off"/>
                </div>
                <div class="field">
                    <label for="slip">"银行回单"</label>
                    <p class="hint" id="slip-h">"PDF 或照片，10 MB 以内"</p>
                    <input class="input" type="file" name="file" id="slip" accept="application/pdf,image/jpeg,image/png" aria-describedby="slip-h" required/>
                </div>
                <p><button class="btn" type="submit">"确认到账"</button></p>
            </form>
        }
    });
    let waits = (!page.may_decide && left.0 > 0)
        .then(|| view! { <p class="meta">"转账到账后，由机构管理员上传回单确认。"</p> });
    let back = (page.may_decide && bill.received > bill.amount && credit.0 > 0).then(|| {
        view! {
            <form method="post" action=ReturnCredit::PATH class="toolbar">
                <input type="hidden" name="plan" value=page.plan.to_string()/>
                <input type="hidden" name="seen" value=bill.revision.0.to_string()/>
                <TextField name="words" id="return" label="退款回单号" hint=format!("退 {} 元余额", credit.yuan()) value=typed(again, "return", "") maxlength=200 autocomplete="off"/>
                <button class="btn btn--quiet" type="submit">"已退余额"</button>
            </form>
        }
    });
    view! {
        <section class="panel" aria-labelledby="state-title">
            <div class="panel__h"><h2 id="state-title">"付款"</h2></div>
            <div class="panel__b stack stack--4"><dl class="kv kv--tight">{facts}</dl>{table}{confirm}{waits}{back}</div>
        </section>
    }
    .into_any()
}

fn payer(page: &BillPage, again: Option<&Again>) -> AnyView {
    let kept = page.bill.as_ref().map(|bill| bill.data.clone()).unwrap_or_default();
    let (loose, sum) = page.loose;
    if page.bill.is_none() && loose == 0 {
        return view! {
            <div class="empty"><p><b>"还没有要开的账单"</b></p><p class="meta">"由机构统一缴费的计划，审核通过的人会出现在这里。"</p></div>
        }
        .into_any();
    }
    let fields = BillField::ALL
        .iter()
        .map(|field| {
            let (key, name) = (field.as_str(), format!("data[{}]", field.as_str()));
            let value = typed(again, key, kept.get(*field));
            let class = if *field == BillField::Title || *field == BillField::Bank { "w-30" } else { "w-20" };
            view! { <TextField name=name id=key label=words::bill_field(*field) value=value class=class maxlength=100 autocomplete="off"/> }
                .into_any()
        })
        .collect_view();
    let (title, button) = match (page.bill.is_some(), loose) {
        (false, _) => ("开账单", format!("开账单：{loose} 人，{} 元", sum.yuan())),
        (true, 0) => ("缴费单位", "保存".to_owned()),
        (true, _) => ("缴费单位", format!("保存，并加上新来的 {loose} 人，{} 元", sum.yuan())),
    };
    view! {
        <section class="panel" aria-labelledby="payer-title">
            <div class="panel__h"><h2 id="payer-title">{title}</h2></div>
            <div class="panel__b">
                <form method="post" action=MakeBill::PATH class="stack stack--4">
                    <input type="hidden" name="plan" value=page.plan.to_string()/>
                    {fields}
                    <p><button class="btn" type="submit">{button}</button></p>
                </form>
            </div>
        </section>
    }
    .into_any()
}

fn invoices(page: &BillPage, bill: &AgencyBill, again: Option<&Again>) -> AnyView {
    let whole = Invoice {
        title: bill.data.title.clone(),
        tax_no: bill.data.tax_no.clone(),
        item: "考试费".into(),
        amount: bill.amount,
        number: String::new(),
    };
    let kept: Vec<Invoice> = if bill.invoices.is_empty() { vec![whole] } else { bill.invoices.clone() };
    let rows = (0..kept.len() + SPARE)
        .map(|line| {
            let one = kept.get(line).cloned().unwrap_or_default();
            let amount = if one.amount.0 == 0 { String::new() } else { one.amount.yuan() };
            let field = |key: &'static str, label: &'static str, class: &'static str, value: &str| {
                let name = format!("f[{line}.{key}]");
                let value = typed(again, &format!("{line}.{key}"), value);
                view! { <TextField name=name id=format!("i{line}-{key}") label=label value=value class=class maxlength=100 autocomplete="off"/> }
                    .into_any()
            };
            view! {
                <fieldset class="toolbar">
                    <legend class="vh">{format!("第 {} 张", line + 1)}</legend>
                    {field("title", "发票抬头", "w-20", &one.title)}
                    {field("tax_no", "税号", "w-20 num", &one.tax_no)}
                    {field("item", "项目", "w-12", &one.item)}
                    {field("amount", "金额（元）", "w-8 num", &amount)}
                    {field("number", "发票号码（开好后填）", "w-20 num", &one.number)}
                </fieldset>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby="invoice-title">
            <div class="panel__h"><h2 id="invoice-title">"发票"</h2></div>
            <div class="panel__b">
                <form method="post" action=SetInvoices::PATH class="stack stack--4">
                    <input type="hidden" name="plan" value=page.plan.to_string()/>
                    <input type="hidden" name="seen" value=bill.revision.0.to_string()/>
                    <p class="meta">{format!("可以分开开，各张合计要等于 {} 元。不用的行留空。", bill.amount.yuan())}</p>
                    {rows}
                    <p class="row">
                        <button class="btn btn--quiet" type="submit">"保存发票"</button>
                        <a href="/office/money/invoices.xlsx" rel="external">{icon("download", "s")}<span>"全部开票资料"</span></a>
                    </p>
                </form>
            </div>
        </section>
    }
    .into_any()
}

fn listed(people: &[BillPerson]) -> AnyView {
    let rows = people
        .iter()
        .map(|one| {
            let (tone, text) = if one.paid { (Tone::Done, "已缴") } else { (Tone::Others, "待缴") };
            view! {
                <tr>
                    <th scope="row">{one.name.clone()}</th>
                    <td data-label="报名号" class="num">{one.application_number.clone()}</td>
                    <td data-label="缴费单号" class="num"><a href=format!("/office/money?q={}", one.order) rel="external">{one.order.clone()}</a></td>
                    <td data-label="金额（元）" class="r">{one.amount.yuan()}</td>
                    <td data-label="状态"><StateBadge tone text/></td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <section aria-labelledby="people-title">
            <h2 id="people-title">{format!("账单上的人（{}）", people.len())}</h2>
            <div class="tablewrap" role="region" tabindex="0" aria-label="账单上的人的表格">
                <table class="table table--blocks">
                    <thead><tr><th scope="col">"姓名"</th><th scope="col">"报名号"</th><th scope="col">"缴费单号"</th><th scope="col">"金额（元）"</th><th scope="col">"状态"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
