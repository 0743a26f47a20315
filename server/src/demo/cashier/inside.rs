//! Inside 微信: who somebody is (网页授权), orders for that person (JSAPI), and the window of payment.

use super::wechat::{answer, proved, refused};
use super::{APPID, Mood, Order, Shared, page};
use axum::Json;
use axum::body::Body;
use axum::extract::{OriginalUri, Query, State as Has};
use axum::http::{HeaderMap, Method, Response, StatusCode};
use axum::response::{IntoResponse, Redirect};
use domain::ids::Fen;
use domain::payment::Channel;
use domain::time::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How long a code can be given in, in milliseconds.
const CODE_MS: i64 = 5 * 60_000;

/// What was given out.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Codes with the moment of each; those that were given in are known without one.
    codes: BTreeMap<String, Option<Timestamp>>,
    openids: BTreeSet<String>,
    /// Numbers of orders by 预支付交易会话标识.
    prepaid: BTreeMap<String, String>,
}

#[derive(Deserialize)]
pub(super) struct Asks {
    appid: String,
    redirect_uri: String,
    response_type: String,
    scope: String,
    state: String,
}

/// Sends somebody back with a code; nobody is asked anything.
pub(super) async fn authorize(Has(state): Has<Shared>, Query(asks): Query<Asks>) -> Response<Body> {
    let understood = asks.appid == APPID && asks.response_type == "code" && asks.scope == "snsapi_base";
    let plain = asks.state.len() <= 128 && asks.state.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let back = reqwest::Url::parse(&asks.redirect_uri).ok().filter(|_| understood && plain);
    let Some(mut back) = back else { return StatusCode::BAD_REQUEST.into_response() };
    let code = state.nonce();
    state.inside().codes.insert(code.clone(), Some(state.now()));
    back.query_pairs_mut().append_pair("code", &code).append_pair("state", &asks.state);
    Redirect::to(back.as_str()).into_response()
}

#[derive(Deserialize)]
pub(super) struct GivenIn {
    appid: String,
    secret: String,
    code: String,
    grant_type: String,
}

/// Tells who a code was given to, once. Faults are told with 200, as there.
pub(super) async fn token(Has(state): Has<Shared>, Query(given): Query<GivenIn>) -> Json<Value> {
    let fault = |code: i64, words: &str| Json(json!({ "errcode": code, "errmsg": words }));
    if given.appid != APPID || given.secret != state.app_secret || given.grant_type != "authorization_code" {
        return fault(40_125, "invalid appsecret");
    }
    let (now, openid) = (state.now(), format!("o{}", &state.nonce()[..27]));
    let mut known = state.inside();
    match known.codes.get_mut(&given.code).map(Option::take) {
        Some(Some(at)) if now.0 - at.0 < CODE_MS => {}
        Some(None) => return fault(40_163, "code been used"),
        _ => return fault(40_029, "invalid code"),
    }
    known.openids.insert(openid.clone());
    Json(json!({ "access_token": "unused", "expires_in": 7200, "openid": openid, "scope": "snsapi_base" }))
}

/// An order for somebody whom we sent back.
pub(super) async fn create(
    Has(state): Has<Shared>,
    uri: OriginalUri,
    headers: HeaderMap,
    body: String,
) -> Response<Body> {
    if proved(&state, &Method::POST, &uri, &headers, &body).is_none() {
        return refused(&state, StatusCode::UNAUTHORIZED, "SIGN_ERROR");
    }
    let said: Value = serde_json::from_str(&body).unwrap_or_default();
    let payer = said["payer"]["openid"].as_str().unwrap_or_default();
    let Some(order) = Order::of_wechat(&said).filter(|_| state.inside().openids.contains(payer)) else {
        return refused(&state, StatusCode::BAD_REQUEST, "PARAM_ERROR");
    };
    let (prepay, number) = (format!("wx{}", state.digits()), order.number.clone());
    state.keep(Channel::Wechat, order);
    state.inside().prepaid.insert(prepay.clone(), number);
    answer(&state, StatusCode::OK, &json!({ "prepay_id": prepay }))
}

/// The window of payment, as a page calls it; what it says afterwards.
pub(super) async fn window(Has(state): Has<Shared>, Json(call): Json<Value>) -> Json<Value> {
    let word = if pays(&state, &call, Mood::Plain).await { "ok" } else { "fail" };
    Json(json!({ "err_msg": format!("get_brand_wcpay_request:{word}") }))
}

/// Pays what a window was called with, if it was signed by the merchant.
pub(super) async fn pays(state: &Shared, call: &Value, mood: Mood) -> bool {
    let text = |key: &str| call[key].as_str().unwrap_or_default();
    let signed = format!("{}\n{}\n{}\n{}\n", text("appId"), text("timeStamp"), text("nonceStr"), text("package"));
    let prepay = text("package").strip_prefix("prepay_id=").unwrap_or_default();
    let number = state.inside().prepaid.get(prepay).cloned();
    let proved = text("appId") == APPID
        && text("signType") == "RSA"
        && state.merchant.proves(signed.as_bytes(), text("paySign"));
    match number.filter(|_| proved) {
        Some(number) => page::pay_and_tell(state, Channel::Wechat, &number, mood).await,
        None => false,
    }
}

impl Order {
    /// An order as it is asked for, whatever the kind of payment.
    pub(super) fn of_wechat(said: &Value) -> Option<Order> {
        let text = |key: &str| said[key].as_str().unwrap_or_default().to_owned();
        Some(Order {
            number: text("out_trade_no"),
            amount: Fen(said["amount"]["total"].as_i64()?),
            about: text("description"),
            back: text("notify_url"),
            home: String::new(),
            paid: None,
            refunds: BTreeMap::new(),
        })
    }
}
