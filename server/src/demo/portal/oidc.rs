//! OpenID Connect: discovery, a page, a code, an identity signed with Ed25519, and particulars on request.

use super::people::{Mood, person};
use super::{CLIENT_ID, SLOWLY, Shared, page_of_people};
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Json, response::Html};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer, SigningKey};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Name of the key among the published ones.
const KEY_ID: &str = "simulator-1";
/// Seconds that an identity is good for.
const GOOD_FOR: i64 = 300;

pub(super) async fn discovery(State(state): State<Shared>) -> Json<Value> {
    let origin = &state.origin;
    Json(json!({
        "issuer": origin,
        "authorization_endpoint": format!("{origin}/authorize"),
        "token_endpoint": format!("{origin}/token"),
        "userinfo_endpoint": format!("{origin}/userinfo"),
        "jwks_uri": format!("{origin}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "profile", "phone"],
    }))
}

pub(super) async fn keys(State(state): State<Shared>) -> Json<Value> {
    let x = URL_SAFE_NO_PAD.encode(state.signing.verifying_key().to_bytes());
    Json(json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": KEY_ID, "x": x }] }))
}

#[derive(Deserialize)]
pub(super) struct Asked {
    client_id: String,
    redirect_uri: String,
    response_type: String,
    state: String,
    nonce: String,
    code_challenge: String,
    code_challenge_method: String,
    #[serde(default)]
    person: String,
}

impl Asked {
    fn is_right(&self, back: &str) -> bool {
        self.client_id == CLIENT_ID
            && self.redirect_uri == back
            && self.response_type == "code"
            && self.code_challenge_method == "S256"
    }
}

/// Where people are sent to sign in.
pub(super) async fn page(State(state): State<Shared>, Query(asked): Query<Asked>) -> Response {
    if !asked.is_right(&state.back[1]) {
        return (StatusCode::BAD_REQUEST, Html("unknown client or address")).into_response();
    }
    let encode = ::app::paths::encode;
    let address = format!(
        "/authorize/pick?client_id={}&redirect_uri={}&response_type=code&state={}&nonce={}&code_challenge={}&code_challenge_method=S256&person=",
        encode(&asked.client_id),
        encode(&asked.redirect_uri),
        encode(&asked.state),
        encode(&asked.nonce),
        encode(&asked.code_challenge)
    );
    page_of_people("统一身份认证（演示）", &address).into_response()
}

/// Somebody was picked: back with a code.
pub(super) async fn pick(State(state): State<Shared>, Query(asked): Query<Asked>) -> Response {
    let Some(person) = person(&asked.person).filter(|_| asked.is_right(&state.back[1])) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let (back, kept) = (&asked.redirect_uri, ::app::paths::encode(&asked.state));
    if person.mood == Mood::Declines {
        return Redirect::to(&format!("{back}?error=access_denied&state={kept}")).into_response();
    }
    let code = state.issue("CD", person, &asked.nonce, &asked.code_challenge);
    Redirect::to(&format!("{back}?code={code}&state={kept}")).into_response()
}

#[derive(Deserialize)]
pub(super) struct Exchange {
    grant_type: String,
    code: String,
    redirect_uri: String,
    code_verifier: String,
}

/// A code becomes an identity.
pub(super) async fn token(State(state): State<Shared>, headers: HeaderMap, Form(exchange): Form<Exchange>) -> Response {
    let basic = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{}", state.secret)));
    if headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) != Some(basic.as_str()) {
        return refuse(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    let one = state.redeem("CD", &exchange.code).filter(|one| {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&exchange.code_verifier));
        exchange.grant_type == "authorization_code"
            && exchange.redirect_uri == state.back[1]
            && one.challenge == challenge
    });
    let Some(one) = one else { return refuse(StatusCode::BAD_REQUEST, "invalid_grant") };
    if one.person.mood == Mood::Slow {
        tokio::time::sleep(SLOWLY).await;
    }
    let issued = state.now_ms() / 1000;
    let mut claims = json!({
        "iss": state.origin, "aud": CLIENT_ID, "sub": one.person.subject, "nonce": one.nonce,
        "iat": issued, "exp": issued + GOOD_FOR, "name": one.person.name,
        "acr": if one.person.mood == Mood::NotAssured { "1" } else { "3" },
    });
    if !one.person.id_no.is_empty() {
        claims["id_number"] = one.person.id_no.into();
        claims["id_type"] = one.person.id_type.into();
    }
    let signing = if one.person.mood == Mood::Forged { &state.foreign } else { &state.signing };
    let access = state.issue("AT", one.person, "", "");
    Json(json!({
        "access_token": access, "token_type": "Bearer", "expires_in": GOOD_FOR, "id_token": signed(signing, &claims),
    }))
    .into_response()
}

/// What stands in no identity: the mobile number and what a permit does not tell.
pub(super) async fn userinfo(State(state): State<Shared>, headers: HeaderMap) -> Response {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some(one) = bearer.strip_prefix("Bearer ").and_then(|token| state.redeem("AT", token)) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let mut told = json!({ "sub": one.person.subject });
    for (claim, value) in
        [("phone_number", one.person.mobile), ("birthdate", one.person.birth), ("gender", one.person.sex)]
    {
        if !value.is_empty() {
            told[claim] = value.into();
        }
    }
    Json(told).into_response()
}

fn signed(key: &SigningKey, claims: &Value) -> String {
    let head = URL_SAFE_NO_PAD.encode(json!({ "alg": "EdDSA", "typ": "JWT", "kid": KEY_ID }).to_string());
    let body = URL_SAFE_NO_PAD.encode(claims.to_string());
    let signature = URL_SAFE_NO_PAD.encode(key.sign(format!("{head}.{body}").as_bytes()).to_bytes());
    format!("{head}.{body}.{signature}")
}

fn refuse(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}
