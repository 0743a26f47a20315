//! The side of 微信支付.

use super::{APPID, MCHID, MERCHANT_SERIAL, NEXT_CERTIFICATE, Order, Shared, State};
use axum::body::{Body, Bytes};
use axum::extract::{OriginalUri, Path, Query, State as Has};
use axum::http::{HeaderMap, Method, Response, StatusCode, header};
use axum::response::IntoResponse;
use domain::ids::Fen;
use domain::payment::Channel;
use domain::time::official_moment;
use payments::wechat::{SCHEME, request_message};
use serde::Deserialize;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use std::collections::BTreeMap;

/// A request whose signature is not the merchant's is answered with 401.
pub(super) fn proved(state: &State, method: &Method, uri: &OriginalUri, headers: &HeaderMap, body: &str) -> Option<()> {
    let said = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix(SCHEME)?;
    let parts: BTreeMap<&str, &str> = said
        .trim()
        .split(',')
        .filter_map(|part| part.split_once('=').map(|(key, value)| (key, value.trim_matches('"'))))
        .collect();
    let path = uri.0.path_and_query()?.as_str();
    let seconds = parts.get("timestamp")?.parse().ok()?;
    let message = request_message(method.as_str(), path, body, seconds, parts.get("nonce_str")?);
    let ours = parts.get("mchid") == Some(&MCHID) && parts.get("serial_no") == Some(&MERCHANT_SERIAL);
    (ours && state.merchant.proves(message.as_bytes(), parts.get("signature")?)).then_some(())
}

pub(super) fn answer(state: &State, status: StatusCode, body: &Value) -> Response<Body> {
    let text = body.to_string();
    let Ok(headers) = state.wechat().headers(&text, state.now(), &state.nonce()) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut answer = (status, [(header::CONTENT_TYPE, "application/json")], text).into_response();
    for (name, value) in headers {
        if let Ok(value) = value.parse() {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

pub(super) fn refused(state: &State, status: StatusCode, code: &str) -> Response<Body> {
    answer(state, status, &json!({ "code": code, "message": code }))
}

pub(super) async fn create(
    Has(state): Has<Shared>,
    uri: OriginalUri,
    headers: HeaderMap,
    body: String,
) -> Response<Body> {
    made(&state, &uri, &headers, &body, "code_url")
}

/// The same for the browser of a phone, which says where it comes from.
pub(super) async fn create_h5(
    Has(state): Has<Shared>,
    uri: OriginalUri,
    headers: HeaderMap,
    body: String,
) -> Response<Body> {
    let said: Value = serde_json::from_str(&body).unwrap_or_default();
    let scene = &said["scene_info"];
    if scene["payer_client_ip"].as_str().is_none_or(str::is_empty) || scene["h5_info"]["type"].as_str().is_none() {
        return refused(&state, StatusCode::BAD_REQUEST, "PARAM_ERROR");
    }
    made(&state, &uri, &headers, &body, "h5_url")
}

fn made(state: &Shared, uri: &OriginalUri, headers: &HeaderMap, body: &str, key: &str) -> Response<Body> {
    if proved(state, &Method::POST, uri, headers, body).is_none() {
        return refused(state, StatusCode::UNAUTHORIZED, "SIGN_ERROR");
    }
    let said: Value = serde_json::from_str(body).unwrap_or_default();
    let Some(order) = Order::of_wechat(&said) else {
        return refused(state, StatusCode::BAD_REQUEST, "PARAM_ERROR");
    };
    let code = state.keep(Channel::Wechat, order);
    answer(state, StatusCode::OK, &json!({ key: code }))
}

/// The certificate of the platform, for who knows an older one.
pub(super) async fn certificates(Has(state): Has<Shared>, uri: OriginalUri, headers: HeaderMap) -> Response<Body> {
    if proved(&state, &Method::GET, &uri, &headers, "").is_none() {
        return refused(&state, StatusCode::UNAUTHORIZED, "SIGN_ERROR");
    }
    match state.wechat_next.certificates(NEXT_CERTIFICATE, &state.nonce()[..12]) {
        Some(list) => answer(&state, StatusCode::OK, &list),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// A payment, as queries and notifications tell it.
pub(super) fn told(order: &Order, amount: Fen) -> Value {
    let (transaction, state) = match &order.paid {
        Some((transaction, _)) => (transaction.as_str(), "SUCCESS"),
        None => ("", "NOTPAY"),
    };
    json!({
        "appid": APPID,
        "mchid": MCHID,
        "out_trade_no": order.number,
        "transaction_id": transaction,
        "trade_state": state,
        "amount": { "total": amount.0, "payer_total": amount.0, "currency": "CNY" },
    })
}

pub(super) async fn query(
    Has(state): Has<Shared>,
    Path(number): Path<String>,
    uri: OriginalUri,
    headers: HeaderMap,
) -> Response<Body> {
    if proved(&state, &Method::GET, &uri, &headers, "").is_none() {
        return refused(&state, StatusCode::UNAUTHORIZED, "SIGN_ERROR");
    }
    let found = state.orders().get(&(Channel::Wechat, number)).cloned();
    match found {
        Some(order) => answer(&state, StatusCode::OK, &told(&order, order.amount)),
        None => refused(&state, StatusCode::NOT_FOUND, "ORDER_NOT_EXIST"),
    }
}

pub(super) async fn refund(
    Has(state): Has<Shared>,
    uri: OriginalUri,
    headers: HeaderMap,
    body: String,
) -> Response<Body> {
    if proved(&state, &Method::POST, &uri, &headers, &body).is_none() {
        return refused(&state, StatusCode::UNAUTHORIZED, "SIGN_ERROR");
    }
    let said: Value = serde_json::from_str(&body).unwrap_or_default();
    let transaction = said["transaction_id"].as_str().unwrap_or_default();
    let number = said["out_refund_no"].as_str().unwrap_or_default().to_owned();
    let amount = Fen(said["amount"]["refund"].as_i64().unwrap_or_default());
    let taken = super::page::give_back(&state, Channel::Wechat, transaction, number, amount);
    if taken {
        answer(&state, StatusCode::OK, &json!({ "status": "SUCCESS" }))
    } else {
        refused(&state, StatusCode::BAD_REQUEST, "PARAM_ERROR")
    }
}

#[derive(Deserialize)]
pub(super) struct On {
    #[serde(default)]
    bill_date: String,
}

pub(super) async fn bill(
    Has(state): Has<Shared>,
    Query(on): Query<On>,
    uri: OriginalUri,
    headers: HeaderMap,
) -> Response<Body> {
    if proved(&state, &Method::GET, &uri, &headers, "").is_none() {
        return refused(&state, StatusCode::UNAUTHORIZED, "SIGN_ERROR");
    }
    let digest = hex::encode(Sha1::digest(file_of(&state, &on.bill_date)));
    let url = format!("{}/v3/billdownload/file?bill_date={}", state.origin, on.bill_date);
    answer(&state, StatusCode::OK, &json!({ "hash_type": "SHA1", "hash_value": digest, "download_url": url }))
}

pub(super) async fn bill_file(
    Has(state): Has<Shared>,
    Query(on): Query<On>,
    uri: OriginalUri,
    headers: HeaderMap,
    _: Bytes,
) -> Response<Body> {
    if proved(&state, &Method::GET, &uri, &headers, "").is_none() {
        return refused(&state, StatusCode::UNAUTHORIZED, "SIGN_ERROR");
    }
    file_of(&state, &on.bill_date).into_response()
}

fn file_of(state: &State, day: &str) -> String {
    let mut file = String::from("\u{feff}交易时间,公众账号ID,商户号,微信订单号,商户订单号,交易状态,订单金额\n");
    for ((channel, _), order) in state.orders().iter() {
        if let Some((transaction, at)) = order.paid.as_ref().filter(|_| *channel == Channel::Wechat)
            && at.day().to_string() == day
        {
            let (at, amount) = (official_moment(*at), order.amount.yuan());
            let line = format!("`{at},`{APPID},`{MCHID},`{transaction},`{},`SUCCESS,`{amount}\n", order.number);
            file.push_str(&line);
        }
    }
    file.push_str("总交易单数,订单总金额\n");
    file
}
