//! The page on which somebody with a phone would pay, and what is told afterwards.

use super::{Mood, Order, SLOWLY, Shared, State, alipay, wechat};
use axum::body::Body;
use axum::extract::{Form, Path, State as Has};
use axum::http::{Response, StatusCode};
use axum::response::{Html, IntoResponse, Redirect};
use domain::ids::Fen;
use domain::payment::Channel;
use serde::Deserialize;

/// How often a repeated notification is told.
const TIMES: usize = 5;

pub(super) async fn page(Has(state): Has<Shared>, Path((channel, number)): Path<(String, String)>) -> Response<Body> {
    let found = Channel::parse(&channel).and_then(|channel| state.orders().get(&(channel, number)).cloned());
    let Some(order) = found else { return StatusCode::NOT_FOUND.into_response() };
    let buttons: String = Mood::ALL
        .iter()
        .filter(|(mood, ..)| (*mood == Mood::Again) == order.paid.is_some())
        .map(|(_, word, label)| format!("<p><button name=\"mood\" value=\"{word}\">{label}</button></p>"))
        .collect();
    let paid = if order.paid.is_some() {
        "<p id=\"paid\"><b>已付款。</b>可以回到缴费那一页了。</p>"
    } else {
        ""
    };
    // As there: what stands in the address is signed, and yet nobody should believe it.
    let home = if order.paid.is_some() && !order.home.is_empty() {
        let home = escaped(&order.home);
        format!("<p><a id=\"home\" href=\"{home}?trade_status=TRADE_SUCCESS\">返回商家</a></p>")
    } else {
        String::new()
    };
    let back: i64 = order.refunds.values().map(|fen| fen.0).sum();
    let back = if back > 0 { format!("<p id=\"refunded\">已退 {} 元</p>", Fen(back).yuan()) } else { String::new() };
    let title = if channel == "wechat" { "微信支付（演示）" } else { "支付宝（演示）" };
    Html(format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <link rel=\"icon\" href=\"data:,\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>\
         body{{font:16px/1.6 system-ui,sans-serif;max-width:34em;margin:2em auto;padding:0 1em;color:#1f2328;background:#fff}}\
         button{{font:inherit;padding:.6em 1.2em}}b.sum{{font-size:2em}}</style></head>\
         <body><main><h1>{title}</h1><p>这是演示用的收银台，不会真的扣钱。</p>\
         <p>{}<br>{}</p><p><b class=\"sum\">{} 元</b></p>{paid}{home}{back}<form method=\"post\">{buttons}</form></main></body></html>",
        escaped(&order.about),
        escaped(&order.number),
        order.amount.yuan(),
    ))
    .into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    mood: String,
}

pub(super) async fn pay(
    Has(state): Has<Shared>,
    Path((channel, number)): Path<(String, String)>,
    Form(chosen): Form<Chosen>,
) -> Response<Body> {
    let mood = Mood::ALL.iter().find(|(_, word, _)| *word == chosen.mood).map(|(mood, ..)| *mood);
    let (Some(channel), Some(mood)) = (Channel::parse(&channel), mood) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    if pay_and_tell(&state, channel, &number, mood).await {
        Redirect::to(&format!("/cashier/{}/{number}", channel.as_str())).into_response()
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

/// Pays an order and tells it in a mood. What is slow goes on by itself.
pub(super) async fn pay_and_tell(state: &Shared, channel: Channel, number: &str, mood: Mood) -> bool {
    let order = {
        let mut orders = state.orders();
        let Some(order) = orders.get_mut(&(channel, number.to_owned())) else { return false };
        if mood == Mood::Again || order.paid.is_none() && mood != Mood::WrongAmount {
            order.paid = Some((state.digits(), state.now()));
        }
        order.clone()
    };
    let event = state.nonce();
    match mood {
        Mood::Plain | Mood::Again => tell(state, channel, &order, order.amount, &event, false).await,
        Mood::Lost => {}
        Mood::WrongAmount => {
            let mut claimed = order.clone();
            claimed.paid = Some((state.digits(), state.now()));
            tell(state, channel, &claimed, Fen(1), &event, false).await;
        }
        Mood::Forged => {
            tell(state, channel, &order, order.amount, &state.nonce(), true).await;
            tell(state, channel, &order, order.amount, &event, false).await;
        }
        Mood::Repeated => {
            for _ in 0..TIMES {
                tell(state, channel, &order, order.amount, &event, false).await;
            }
            // Another message about the same payment, too.
            tell(state, channel, &order, order.amount, &state.nonce(), false).await;
        }
        Mood::Slow => {
            let state = state.clone();
            tokio::spawn(async move {
                tokio::time::sleep(SLOWLY).await;
                tell(&state, channel, &order, order.amount, &event, false).await;
            });
        }
    }
    true
}

async fn tell(state: &State, channel: Channel, order: &Order, amount: Fen, event: &str, forged: bool) {
    let request = match channel {
        Channel::Wechat => {
            let platform = if forged { &state.foreign_wechat } else { state.wechat() };
            let nonce = &state.nonce()[..12];
            let Some(body) = platform.notification(event, &wechat::told(order, amount), nonce) else { return };
            let Ok(headers) = platform.headers(&body, state.now(), &state.nonce()) else { return };
            let mut request = state.http.post(&order.back).header("Content-Type", "application/json").body(body);
            for (name, value) in headers {
                request = request.header(name, value);
            }
            request
        }
        _ => {
            let platform = if forged { &state.foreign } else { &state.alipay };
            let Ok(body) = platform.notification(alipay::told(order, amount, event)) else { return };
            state.http.post(&order.back).header("Content-Type", "application/x-www-form-urlencoded").body(body)
        }
    };
    if let Err(why) = request.send().await {
        tracing::warn!("The simulated cashier reached nobody: {}", why.without_url());
    }
}

/// Gives money back; the same number again is the same refund.
pub(super) fn give_back(state: &State, channel: Channel, transaction: &str, number: String, amount: Fen) -> bool {
    let mut orders = state.orders();
    // A second payment of an order has replaced the number of the first; both may go back.
    let found = orders
        .iter_mut()
        .find(|((by, _), order)| *by == channel && order.paid.as_ref().is_some_and(|(known, _)| known == transaction));
    match found {
        Some((_, order)) => {
            order.refunds.insert(number, amount);
            true
        }
        None => false,
    }
}
