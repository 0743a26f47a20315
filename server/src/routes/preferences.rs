//! `POST /preferences`: how this browser wants the pages to look.

use crate::state::App;
use axum::Form;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde::Deserialize;

/// A year, in seconds: a choice of looks need not be made again.
const KEPT: u32 = 31_536_000;

/// What the form sends; what is absent stays as it is.
#[derive(Debug, Deserialize)]
pub struct Preferences {
    mode: Option<String>,
    theme: Option<String>,
    keys: Option<String>,
    #[serde(default)]
    back: String,
}

/// Keeps the choices in cookies and goes back to the page.
pub async fn keep(State(app): State<App>, Form(chosen): Form<Preferences>) -> Response<Body> {
    let mut answer = see(&chosen.back, app::paths::HOME);
    let secure = if app.site.secure() { "; Secure" } else { "" };
    let choices = [
        ("mode", &chosen.mode, ["large", "normal"]),
        ("theme", &chosen.theme, ["dark", "light"]),
        ("keys", &chosen.keys, ["on", "off"]),
    ];
    for (name, value, allowed) in choices {
        let Some(value) = value else { continue };
        // An empty or unknown value is the default again.
        let (value, age) = if allowed.contains(&value.as_str()) { (value.as_str(), KEPT) } else { ("", 0) };
        let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            answer.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    answer
}

/// Sends on to `path` if it is a path of this site, else to `otherwise`.
pub fn see(path: &str, otherwise: &str) -> Response<Body> {
    let path = if app::paths::is_ours(path) { path } else { otherwise };
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::SEE_OTHER;
    if let Ok(location) = HeaderValue::from_str(path) {
        answer.headers_mut().insert(header::LOCATION, location);
    }
    answer
}
