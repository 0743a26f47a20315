//! Papers and sheets about money: the settlement, data for invoices, the bill of an agency with its slips, receipts.

use super::sheets::{member, workbook};
use crate::shield::answers::Reader;
use crate::state::App;
use app::again::ssr::back_with;
use app::failure::from_records;
use app::signed_in::ssr::cookie_in;
use app::wording::money as words;
use app::{Failure, paths};
use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::{get, post};
use documents::forms::{FormSheet, Section};
use domain::account::{StaffMember, Viewer};
use domain::ids::{Fen, PlanId, Revision};
use domain::page::money::{Movement, OrderLine, RegionSettlement, Settlement};
use domain::payment::PaymentRefusal;
use domain::refusal::{Refusal, UploadRefusal};
use domain::time::official_moment;
use leptos::prelude::Owner;
use records::{Error, applications, payments};
use serde::Deserialize;

/// Heaviest upload of a slip, with the few words beside it.
pub const SLIP_BYTES: usize = 11 * 1024 * 1024;

/// Sheets, papers and slips that are looked at.
pub fn router() -> Router<App> {
    Router::new()
        .route("/office/money/settlement.xlsx", get(settlement))
        .route("/office/money/invoices.xlsx", get(invoices))
        .route("/office/reports/money.xlsx", get(of_region))
        .route("/office/plans/{id}/bill.pdf", get(bill_pdf))
        .route("/office/plans/{id}/bill/vouchers/{payment}", get(slip))
        .route("/my/{id}/receipt.pdf", get(receipt))
}

/// Slips on their way in.
pub fn uploads() -> Router<App> {
    Router::new().route("/office/plans/{id}/bill/arrived", post(arrived))
}

/// `?plan=`: one plan only; `?month=2026-11`: what moved in a month, instead of how every order stands.
#[derive(Debug, Deserialize)]
struct Of {
    #[serde(default)]
    plan: String,
    #[serde(default)]
    month: String,
}

async fn settlement(State(app): State<App>, Query(of): Query<Of>, headers: HeaderMap) -> Response<Body> {
    let made = async {
        let member = member(&app, &headers).await?;
        let at = official_moment(app.records.now());
        if !of.month.is_empty() {
            let day = words::month(&of.month).ok_or(Failure::Malformed)?;
            let sums = payments::settlement(&app.records, &member, day).await;
            let sums = sums.map_err(|why| crate::failure(&app, why))?;
            let moved = payments::movements(&app.records, &member, day).await;
            let moved = moved.map_err(|why| crate::failure(&app, why))?;
            return heavy(&app, move || month(&sums, &moved, &at)).await;
        }
        let lines = payments::money_rows(&app.records, &member, of.plan.parse().ok()).await;
        let lines = lines.map_err(|why| crate::failure(&app, why))?;
        heavy(&app, move || sheet(&lines, &at)).await
    };
    answered(&app, &headers, made.await.map(|bytes| workbook(bytes, "结算表.xlsx")))
}

/// 各机构收费 of a month: by agency and channel, and plan by plan.
async fn of_region(State(app): State<App>, Query(of): Query<Of>, headers: HeaderMap) -> Response<Body> {
    let made = async {
        let member = member(&app, &headers).await?;
        let now = app.records.now();
        let day = match of.month.as_str() {
            "" => now.day(),
            typed => words::month(typed).ok_or(Failure::Malformed)?,
        };
        let month = payments::region_settlement(&app.records, &member, day).await;
        let month = month.map_err(|why| crate::failure(&app, why))?;
        heavy(&app, move || agencies(&month, &official_moment(now))).await
    };
    answered(&app, &headers, made.await.map(|bytes| workbook(bytes, "各机构收费.xlsx")))
}

/// 开票资料 of every bill of the agency: one line per invoice.
async fn invoices(State(app): State<App>, headers: HeaderMap) -> Response<Body> {
    let made = async {
        let member = member(&app, &headers).await?;
        let bills = payments::bills(&app.records, &member).await.map_err(|why| crate::failure(&app, why))?;
        let headings = [
            "账单号",
            "计划",
            "状态",
            "发票抬头",
            "税号",
            "项目",
            "金额（元）",
            "发票号码",
            "开户行",
            "账号",
            "联系人",
            "电话",
        ];
        let mut rows = Vec::new();
        for (_, title, bill) in bills {
            let whole = domain::page::bills::Invoice {
                title: bill.data.title.clone(),
                tax_no: bill.data.tax_no.clone(),
                item: "考试费".into(),
                amount: bill.amount,
                number: String::new(),
            };
            let split = if bill.invoices.is_empty() { vec![whole] } else { bill.invoices };
            for one in split {
                rows.push(vec![
                    bill.number.clone(),
                    title.clone(),
                    words::bill_state(bill.state).to_owned(),
                    one.title,
                    one.tax_no,
                    one.item,
                    one.amount.yuan(),
                    one.number,
                    bill.data.bank.clone(),
                    bill.data.account.clone(),
                    bill.data.contact.clone(),
                    bill.data.phone.clone(),
                ]);
            }
        }
        let at = official_moment(app.records.now());
        heavy(&app, move || {
            let head = vec![vec![format!("导出时间：{at}"), format!("共 {} 张", rows.len())]];
            let headings = headings.map(str::to_owned);
            rosters::writing::table("开票资料", &head, &headings, &rows).map_err(|why| why.to_string())
        })
        .await
    };
    answered(&app, &headers, made.await.map(|bytes| workbook(bytes, "开票资料.xlsx")))
}

/// Work for the processor alone, beside the event loop.
async fn heavy(app: &App, work: impl FnOnce() -> Result<Vec<u8>, String> + Send + 'static) -> Result<Vec<u8>, Failure> {
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(why)) => Err(crate::failure(app, Error::Paper(why))),
        Err(why) => Err(crate::failure(app, Error::Paper(why.to_string()))),
    }
}

fn answered(app: &App, headers: &HeaderMap, made: Result<Response<Body>, Failure>) -> Response<Body> {
    made.unwrap_or_else(|failure| Reader::of(headers, "/office").words(app, crate::status_of(&failure), None))
}

async fn bill_pdf(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response<Body> {
    let made = async {
        let member = member(&app, &headers).await?;
        let sheet = bill_sheet(&app, &member, id.parse().map_err(|_| Failure::NotFound)?).await?;
        app.printing.set(&app, move |press| press.application_form("agency-bill", &sheet)).await
    };
    answered(&app, &headers, made.await.map(|printed| pdf(printed.pdf, "bill.pdf")))
}

async fn bill_sheet(app: &App, member: &StaffMember, id: PlanId) -> Result<FormSheet, Failure> {
    let page = payments::bill_page(&app.records, member, id).await.map_err(|why| crate::failure(app, why))?;
    let people = payments::bill_people(&app.records, member, id).await.map_err(|why| crate::failure(app, why))?;
    let bill = page.bill.ok_or(Failure::NotFound)?;
    let mut sheet = FormSheet { printed_at: official_moment(page.now), made: Some(page.now), ..FormSheet::default() };
    let left = Fen((bill.amount.0 - bill.received.0).max(0));
    for (key, text) in [
        ("number", bill.number),
        ("date", bill.since.day().to_string()),
        ("title", bill.data.title),
        ("tax_no", bill.data.tax_no),
        ("bank", bill.data.bank),
        ("account", bill.data.account),
        ("contact", bill.data.contact),
        ("phone", bill.data.phone),
        ("agency", page.agency),
        ("plan", format!("{} {}", page.plan_number, page.plan_title)),
        ("people", format!("{} 人", bill.people.0)),
        ("amount", format!("{} 元", bill.amount.yuan())),
        ("capitals", words::capitals(bill.amount)),
        ("received", format!("{} 元", bill.received.yuan())),
        ("left", format!("{} 元", left.yuan())),
    ] {
        sheet.set(key, text);
    }
    let rows = people
        .into_iter()
        .map(|one| (format!("{}　{}", one.name, one.application_number), one.amount.yuan()))
        .collect();
    sheet.sections = vec![Section { title: "明细".into(), rows }];
    Ok(sheet)
}

async fn slip(
    State(app): State<App>,
    Path((id, payment)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response<Body> {
    let made = async {
        let member = member(&app, &headers).await?;
        let plan: PlanId = id.parse().map_err(|_| Failure::NotFound)?;
        payments::voucher(&app.records, &member, plan, &payment).await.map_err(|why| crate::failure(&app, why))
    };
    let answer = made.await.map(|(kind, bytes)| {
        let mut answer = Response::new(Body::from(bytes));
        let out = answer.headers_mut();
        out.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        out.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        answer
    });
    answered(&app, &headers, answer)
}

/// `POST /office/plans/{id}/bill/arrived`: `amount`, `words`, `seen` and the slip as `file`.
async fn arrived(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    request: Request,
) -> Response<Body> {
    let page = id.parse().map_or_else(|_| "/office/money".to_owned(), paths::plan_bill);
    let mut typed = Vec::new();
    let outcome = async {
        let member = member(&app, &headers).await?;
        let plan: PlanId = id.parse().map_err(|_| Failure::NotFound)?;
        // Whose it is comes before what it is.
        payments::bill_page(&app.records, &member, plan).await.map_err(from_records)?;
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| Failure::Malformed)?;
        let broken = |_| Failure::from(Refusal::from(UploadRefusal::BrokenOff));
        let mut file = Vec::new();
        while let Some(field) = form.next_field().await.map_err(broken)? {
            match field.name().map(str::to_owned) {
                Some(name) if name == "file" => file = field.bytes().await.map_err(broken)?.to_vec(),
                Some(name) if ["amount", "words", "seen"].contains(&name.as_str()) => {
                    let text = field.text().await.map_err(broken)?;
                    typed.push((name, text.chars().take(200).collect::<String>()));
                }
                _ => {}
            }
        }
        let said = |key: &str| typed.iter().find(|(name, _)| name == key).map_or("", |(_, text)| text.as_str());
        let amount = payments::fen_of(said("amount")).ok_or(Refusal::from(PaymentRefusal::NoAmount))?;
        let seen = Revision(said("seen").parse().map_err(|_| Failure::Malformed)?);
        let slip = said("words").to_owned();
        payments::confirm_bill_payment(&app.records, &member, plan, seen, amount, &slip, file)
            .await
            .map_err(from_records)
    }
    .await;
    match outcome {
        Ok(()) => super::preferences::see(&page, "/office/money"),
        Err(failure @ (Failure::NotFound | Failure::Forbidden)) => answered(&app, &headers, Err(failure)),
        Err(failure) => {
            let owner = Owner::new();
            owner.with(|| app.provide());
            let back = owner.with(|| back_with(&failure, &page, typed));
            owner.cleanup();
            super::preferences::see(&back, "/office/money")
        }
    }
}

/// `GET /my/{id}/receipt.pdf`: 缴费凭证 of one's own application.
async fn receipt(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response<Body> {
    let made = async {
        let id = id.parse().map_err(|_| Failure::NotFound)?;
        let token = cookie_in(&headers, app.site.applicant_cookie());
        let viewer = records::logins::viewer(&app.records, token.as_deref()).await;
        let Viewer::Applicant { id: account, name } = viewer.map_err(|why| crate::failure(&app, why))? else {
            return Err(Failure::SignInNeeded);
        };
        let case = applications::case_of(&app.records, account, id).await.map_err(|why| crate::failure(&app, why))?;
        let order = case.order.clone().filter(|order| order.paid_at.is_some()).ok_or(Failure::NotFound)?;
        let mut sheet =
            FormSheet { printed_at: official_moment(case.now), made: Some(case.now), ..FormSheet::default() };
        let refunded = if order.refunded.0 == 0 { "无".to_owned() } else { format!("{} 元", order.refunded.yuan()) };
        for (key, text) in [
            ("number", order.number),
            ("state", words::state(order.state).to_owned()),
            ("name", name),
            ("application_number", case.line.number.clone()),
            ("agency", case.plan.agency_name.clone()),
            ("plan", format!("{} {}", case.plan.number, case.plan.title)),
            ("trade", case.line.trade.clone()),
            ("level", case.line.level.clone()),
            ("amount", format!("{} 元", order.amount.yuan())),
            ("capitals", words::capitals(order.amount)),
            ("channel", order.channel.map_or("", words::channel).to_owned()),
            ("paid_at", order.paid_at.map(official_moment).unwrap_or_default()),
            ("refunded", refunded),
        ] {
            sheet.set(key, text);
        }
        app.printing.set(&app, move |press| press.application_form("receipt", &sheet)).await
    };
    match made.await {
        Ok(printed) => pdf(printed.pdf, "receipt.pdf"),
        Err(failure) => Reader::of(&headers, "/my").words(&app, crate::status_of(&failure), None),
    }
}

fn pdf(bytes: Vec<u8>, name: &'static str) -> Response<Body> {
    let mut answer = Response::new(Body::from(bytes));
    *answer.status_mut() = StatusCode::OK;
    let out = answer.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(disposition) = HeaderValue::from_str(&format!("inline; filename=\"{name}\"")) {
        out.insert(header::CONTENT_DISPOSITION, disposition);
    }
    answer
}

fn sheet(lines: &[OrderLine], at: &str) -> Result<Vec<u8>, String> {
    let headings = [
        "缴费单号",
        "报名号",
        "姓名",
        "计划",
        "金额（元）",
        "状态",
        "方式",
        "流水、收据或凭证号",
        "缴费时间",
        "退款（元）",
        "实收（元）",
        "说明",
    ];
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|one| {
            let earned = if one.paid_at.is_some() { one.amount.0 - one.refunded.0 } else { 0 };
            vec![
                one.number.clone(),
                one.application_number.clone(),
                one.name.clone(),
                one.plan_title.clone(),
                one.amount.yuan(),
                words::state(one.state).to_owned(),
                one.channel.map_or("", words::channel).to_owned(),
                one.reference.clone(),
                one.paid_at.map(official_moment).unwrap_or_default(),
                one.refunded.yuan(),
                Fen(earned).yuan(),
                one.reason.clone(),
            ]
        })
        .collect();
    let sum: i64 = lines.iter().filter(|one| one.paid_at.is_some()).map(|one| one.amount.0 - one.refunded.0).sum();
    let head =
        vec![vec![format!("导出时间：{at}"), format!("共 {} 笔", lines.len()), format!("实收 {} 元", Fen(sum).yuan())]];
    rosters::writing::table("考试费结算表", &head, &headings.map(str::to_owned), &rows).map_err(|why| why.to_string())
}

/// A month of a region: agencies, their plans, and what is still to go back.
fn agencies(month: &RegionSettlement, at: &str) -> Result<Vec<u8>, String> {
    let (received, returned) = month.sums();
    let head = vec![vec![
        format!("{} 至 {}", month.from, month.to),
        format!(
            "收款 {} 元，退款 {} 元，净额 {} 元",
            received.yuan(),
            returned.yuan(),
            Fen(received.0 - returned.0).yuan()
        ),
        format!("导出时间：{at}"),
    ]];
    let sums: Vec<Vec<String>> = month.agencies().iter().map(|sum| words::agency_cells(sum).to_vec()).collect();
    let of_plan = |(_, agency, line): &(_, String, _)| {
        std::iter::once(agency.clone()).chain(words::settlement_cells(line)).collect::<Vec<String>>()
    };
    let plans: Vec<Vec<String>> = month.lines.iter().map(of_plan).collect();
    let back: Vec<Vec<String>> =
        month.to_return.iter().map(|(_, agency, fen)| vec![agency.clone(), fen.yuan()]).collect();
    let of_sums = words::AGENCY_SUMS.map(str::to_owned);
    let of_plans: Vec<String> = std::iter::once("机构").chain(words::SETTLEMENT).map(str::to_owned).collect();
    let of_back = ["机构", "还没退到的（元）"].map(str::to_owned);
    let tables: [(&str, &[String], &[Vec<String>]); 3] =
        [("各机构", &of_sums, &sums), ("各计划", &of_plans, &plans), ("还没退到的", &of_back, &back)];
    rosters::writing::book("各机构考试费按月汇总", &head, &tables).map_err(|why| why.to_string())
}

/// A month: the sums, and every movement behind them.
fn month(sums: &Settlement, moved: &[Movement], at: &str) -> Result<Vec<u8>, String> {
    let (received, returned) = sums.sums();
    let head = vec![vec![
        format!("{} 至 {}", sums.from, sums.to),
        format!(
            "收款 {} 元，退款 {} 元，净额 {} 元",
            received.yuan(),
            returned.yuan(),
            Fen(received.0 - returned.0).yuan()
        ),
        format!("导出时间：{at}"),
    ]];
    let lines: Vec<Vec<String>> = sums.lines.iter().map(|line| words::settlement_cells(line).to_vec()).collect();
    let rows: Vec<Vec<String>> = moved
        .iter()
        .map(|one| {
            let (received, returned) =
                if one.amount.0 < 0 { (Fen(0), Fen(-one.amount.0)) } else { (one.amount, Fen(0)) };
            vec![
                official_moment(one.at),
                one.order.clone(),
                one.application_number.clone(),
                one.name.clone(),
                one.plan_title.clone(),
                words::channel(one.channel).to_owned(),
                received.yuan(),
                returned.yuan(),
                one.reference.clone(),
            ]
        })
        .collect();
    let of_sums = words::SETTLEMENT.map(str::to_owned);
    let of_rows =
        ["时间", "缴费单号", "报名号", "姓名", "计划", "渠道", "收款（元）", "退款（元）", "流水、收据、凭证或退款号"];
    let of_rows = of_rows.map(str::to_owned);
    let tables: [(&str, &[String], &[Vec<String>]); 2] = [("汇总", &of_sums, &lines), ("明细", &of_rows, &rows)];
    rosters::writing::book("考试费按月结算", &head, &tables).map_err(|why| why.to_string())
}
