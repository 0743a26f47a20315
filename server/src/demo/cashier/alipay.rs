//! The side of 支付宝.

use super::{APP_ID, Order, SELLER_ID, Shared, State};
use axum::body::Body;
use axum::extract::{Query, RawQuery, State as Has};
use axum::http::{Response, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use domain::ids::Fen;
use domain::page::money::BillLine;
use domain::payment::Channel;
use domain::time::official_moment;
use payments::alipay::{fen, sign_string};
use rosters::zipping::Zipping;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) async fn gateway(Has(state): Has<Shared>, body: String) -> Response<Body> {
    let Some(parameters) = read(&body) else { return StatusCode::BAD_REQUEST.into_response() };
    let get = |key: &str| parameters.get(key).map(String::as_str).unwrap_or_default();
    let method = get("method").to_owned();
    let proved =
        get("app_id") == APP_ID && state.merchant.proves(sign_string(&parameters, &["sign"]).as_bytes(), get("sign"));
    let said: Value = serde_json::from_str(get("biz_content")).unwrap_or_default();
    let answer = if proved { act(&state, &method, &said, get("notify_url")) } else { no("isv.invalid-signature") };
    match state.alipay.answer(&format!("{}_response", method.replace('.', "_")), &answer) {
        Ok(text) => ([(header::CONTENT_TYPE, "application/json;charset=utf-8")], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// 手机网站支付, 电脑网站支付: the browser comes with the signed request.
pub(super) async fn carried(Has(state): Has<Shared>, RawQuery(query): RawQuery) -> Response<Body> {
    let Some(parameters) = query.as_deref().and_then(read) else { return StatusCode::BAD_REQUEST.into_response() };
    let get = |key: &str| parameters.get(key).map(String::as_str).unwrap_or_default();
    let said: Value = serde_json::from_str(get("biz_content")).unwrap_or_default();
    let proved = get("app_id") == APP_ID
        && matches!(
            (get("method"), said["product_code"].as_str()),
            ("alipay.trade.wap.pay", Some("QUICK_WAP_WAY")) | ("alipay.trade.page.pay", Some("FAST_INSTANT_TRADE_PAY"))
        )
        && state.merchant.proves(sign_string(&parameters, &["sign"]).as_bytes(), get("sign"));
    match keep(&state, &said, get("notify_url"), get("return_url")).filter(|_| proved) {
        Some((_, page)) => Redirect::to(&page).into_response(),
        None => StatusCode::BAD_REQUEST.into_response(),
    }
}

#[derive(Deserialize)]
pub(super) struct On {
    #[serde(default)]
    day: String,
}

/// The archive of a day.
pub(super) async fn bill_file(Has(state): Has<Shared>, Query(on): Query<On>) -> Response<Body> {
    let lines: Vec<BillLine> = state
        .orders()
        .iter()
        .filter(|((channel, _), _)| *channel == Channel::Alipay)
        .filter_map(|(_, order)| {
            let (transaction, at) = order.paid.clone()?;
            (at.day().to_string() == on.day).then(|| BillLine {
                order: order.number.clone(),
                transaction,
                amount: order.amount,
            })
        })
        .collect();
    let file = state.alipay.bill(&lines);
    let mut zip = Zipping::new(std::io::Cursor::new(Vec::new()));
    let name = format!("{SELLER_ID}0156_{}_业务明细.csv", on.day.replace('-', ""));
    match zip.add(&name, &file).and_then(|()| zip.finish()) {
        Ok(bytes) => ([(header::CONTENT_TYPE, "application/zip")], bytes.into_inner()).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Keeps an order; its number and the page on which it is paid.
fn keep(state: &State, said: &Value, back: &str, home: &str) -> Option<(String, String)> {
    let text = |key: &str| said[key].as_str().unwrap_or_default().to_owned();
    let order = Order {
        number: text("out_trade_no"),
        amount: fen(&text("total_amount"))?,
        about: text("subject"),
        back: back.to_owned(),
        home: home.to_owned(),
        paid: None,
        refunds: BTreeMap::new(),
    };
    Some((order.number.clone(), state.keep(Channel::Alipay, order)))
}

fn act(state: &State, method: &str, said: &Value, back: &str) -> Value {
    let text = |key: &str| said[key].as_str().unwrap_or_default().to_owned();
    match method {
        "alipay.trade.precreate" => {
            let Some((number, code)) = keep(state, said, back, "") else { return no("ACQ.INVALID_PARAMETER") };
            json!({ "code": "10000", "msg": "Success", "out_trade_no": number, "qr_code": code })
        }
        "alipay.data.dataservice.bill.downloadurl.query" => {
            let url = format!("{}/bill/alipay?day={}", state.origin, text("bill_date"));
            json!({ "code": "10000", "msg": "Success", "bill_download_url": url })
        }
        "alipay.trade.query" => match state.orders().get(&(Channel::Alipay, text("out_trade_no"))) {
            None => no("ACQ.TRADE_NOT_EXIST"),
            Some(order) => json!({
                "code": "10000",
                "msg": "Success",
                "out_trade_no": order.number,
                "trade_no": order.paid.as_ref().map_or("", |(transaction, _)| transaction.as_str()),
                "trade_status": if order.paid.is_some() { "TRADE_SUCCESS" } else { "WAIT_BUYER_PAY" },
                "total_amount": order.amount.yuan(),
            }),
        },
        "alipay.trade.refund" => {
            let Some(amount) = fen(&text("refund_amount")) else { return no("ACQ.INVALID_PARAMETER") };
            let (transaction, number) = (text("trade_no"), text("out_request_no"));
            if super::page::give_back(state, Channel::Alipay, &transaction, number, amount) {
                json!({ "code": "10000", "msg": "Success", "fund_change": "Y" })
            } else {
                no("ACQ.TRADE_NOT_EXIST")
            }
        }
        _ => no("isv.invalid-method"),
    }
}

fn no(code: &str) -> Value {
    json!({ "code": "40004", "msg": "Business Failed", "sub_code": code })
}

/// The parameters of a form body.
fn read(body: &str) -> Option<BTreeMap<String, String>> {
    let mut url = reqwest::Url::parse("http://form.invalid").ok()?;
    url.set_query(Some(body));
    Some(url.query_pairs().into_owned().collect())
}

/// A payment, as a notification tells it.
pub(super) fn told(order: &Order, amount: Fen, event: &str) -> BTreeMap<String, String> {
    let (transaction, at) = order.paid.clone().unwrap_or_default();
    [
        ("notify_id", event),
        ("notify_type", "trade_status_sync"),
        ("app_id", APP_ID),
        ("seller_id", SELLER_ID),
        ("out_trade_no", order.number.as_str()),
        ("trade_no", transaction.as_str()),
        ("trade_status", "TRADE_SUCCESS"),
        ("total_amount", amount.yuan().as_str()),
        ("gmt_payment", official_moment(at).as_str()),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into()
}
