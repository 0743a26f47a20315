//! The settlement of an agency: every order as xlsx.

use crate::shield::answers::Reader;
use crate::state::App;
use app::signed_in::ssr::cookie_in;
use app::wording::money as words;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::routing::get;
use domain::account::Viewer;
use domain::page::money::OrderLine;
use domain::time::official_moment;
use records::{Error, payments};

/// `/office/money/settlement.xlsx`.
pub fn router() -> Router<App> {
    Router::new().route("/office/money/settlement.xlsx", get(settlement))
}

async fn settlement(State(app): State<App>, headers: HeaderMap) -> Response<Body> {
    let reader = Reader::of(&headers, "/office");
    let made = async {
        let token = cookie_in(&headers, app.site.staff_cookie());
        let Viewer::Staff(member) = records::logins::viewer(&app.records, token.as_deref()).await? else {
            return Ok(None);
        };
        if !member.role.decides() {
            return Err(Error::Forbidden);
        }
        let lines = payments::money_rows(&app.records, &member).await?;
        let at = official_moment(app.records.now());
        // A hundred thousand rows are work for the processor alone.
        let done = tokio::task::spawn_blocking(move || sheet(&lines, &at)).await;
        match done {
            Ok(Ok(bytes)) => Ok(Some(bytes)),
            Ok(Err(why)) => Err(Error::Paper(why)),
            Err(why) => Err(Error::Paper(why.to_string())),
        }
    };
    match made.await {
        Ok(None) => reader.words(&app, StatusCode::UNAUTHORIZED, None),
        Ok(Some(bytes)) => {
            let mut answer = Response::new(Body::from(bytes));
            let headers = answer.headers_mut();
            let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            let name = "attachment; filename=\"settlement.xlsx\"";
            headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(name));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
            answer
        }
        Err(why) => crate::refused(&app, why),
    }
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
                domain::ids::Fen(earned).yuan(),
                one.reason.clone(),
            ]
        })
        .collect();
    let sum: i64 = lines.iter().filter(|one| one.paid_at.is_some()).map(|one| one.amount.0 - one.refunded.0).sum();
    let head = vec![vec![
        format!("导出时间：{at}"),
        format!("共 {} 笔", lines.len()),
        format!("实收 {} 元", domain::ids::Fen(sum).yuan()),
    ]];
    rosters::writing::table("考试费结算表", &head, &headings.map(str::to_owned), &rows).map_err(|why| why.to_string())
}
