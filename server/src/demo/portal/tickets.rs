//! The portal's own protocol: a page, a ticket, and two questions with a signature.

use super::people::{Mood, Person, person};
use super::{SERVICE_CODE, SLOWLY, Shared, page_of_people};
use crate::routes::portals::tickets::{sign, stamp};
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::time::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

/// Minutes by which the caller's clock may differ.
const SKEW_MINUTES: i64 = 5;

#[derive(Deserialize)]
pub(super) struct Asked {
    action: String,
    servicecode: String,
}

/// Where people are sent to sign in.
pub(super) async fn page(Query(asked): Query<Asked>) -> Response {
    if asked.action != "ssoLogin" || asked.servicecode != SERVICE_CODE {
        return (StatusCode::BAD_REQUEST, "unknown service").into_response();
    }
    page_of_people("省政务服务网（演示）", "/sso/pick?person=").into_response()
}

#[derive(Deserialize)]
pub(super) struct Picked {
    person: String,
}

/// Somebody was picked: back with a ticket.
pub(super) async fn pick(State(state): State<Shared>, Query(picked): Query<Picked>) -> Response {
    let Some(person) = person(&picked.person) else { return StatusCode::NOT_FOUND.into_response() };
    let back = &state.back[0];
    if person.mood == Mood::Declines {
        return Redirect::to(back).into_response();
    }
    let ticket = state.issue("ST", person, "", "");
    Redirect::to(&format!("{back}?ticket={ticket}")).into_response()
}

#[derive(Deserialize)]
pub(super) struct Question {
    method: String,
    servicecode: String,
    time: String,
    sign: String,
    #[serde(default)]
    st: String,
    #[serde(default)]
    token: String,
}

/// Whose ticket it is, and who that is.
pub(super) async fn answer(State(state): State<Shared>, Query(question): Query<Question>) -> Json<Value> {
    let right = question.servicecode == SERVICE_CODE
        && is_now(&question.time, state.clock.now())
        && question.sign == sign(SERVICE_CODE, &state.secret, &question.time);
    if !right {
        return refuse("3", "签名错误");
    }
    match question.method.as_str() {
        "ticketValidation" => match state.redeem("ST", &question.st) {
            None => refuse("2", "票据无效或已过期"),
            Some(one) => {
                if one.person.mood == Mood::Slow {
                    tokio::time::sleep(SLOWLY).await;
                }
                if one.person.mood == Mood::Forged {
                    return Json(json!({ "answer": "not what was asked" }));
                }
                Json(json!({ "result": "0", "token": state.issue("TK", one.person, "", "") }))
            }
        },
        "getUserInfo" => match state.redeem("TK", &question.token) {
            None => refuse("2", "令牌无效"),
            Some(one) => Json(told(one.person)),
        },
        _ => refuse("1", "未知方法"),
    }
}

fn told(person: &Person) -> Value {
    let (resident, permit) = if person.id_type == "14" { ("", person.id_no) } else { (person.id_no, "") };
    json!({
        "result": "0", "errmsg": "", "userid": person.subject, "username": person.name, "idnum": resident,
        "permitlicense": permit, "mobile": person.mobile, "birthday": person.birth, "sex": person.sex,
        "authlevel": if person.mood == Mood::NotAssured { "1" } else { "3" },
    })
}

fn refuse(result: &str, errmsg: &str) -> Json<Value> {
    Json(json!({ "result": result, "errmsg": errmsg }))
}

fn is_now(time: &str, now: Timestamp) -> bool {
    (-SKEW_MINUTES..=SKEW_MINUTES).any(|minutes| {
        let near = stamp(Timestamp(now.0 + minutes * 60_000));
        near.get(..12) == time.get(..12)
    })
}
