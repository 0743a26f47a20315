//! Who somebody inside 微信 is, for our account there (网页授权, scope `snsapi_base`: nobody is asked for anything, and
//! nothing but the openid is told).

use super::{KeyFiles, Silent, body, quiet};
use crate::config::WechatPay;
use serde::Deserialize;

/// Longest code and openid that are believed, in characters.
const WORD_MAX: usize = 128;

pub(super) struct Inside {
    appid: String,
    secret: String,
    authorize: String,
    token: String,
    back: String,
    http: reqwest::Client,
}

impl std::fmt::Debug for Inside {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Inside").field("appid", &self.appid).finish_non_exhaustive()
    }
}

/// What is told for a code: an openid, or a number of the fault. The token beside it opens nothing that we want.
#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    openid: String,
    #[serde(default)]
    errcode: i64,
}

impl Inside {
    /// Ready where an AppSecret is configured; `back` is where people come back to.
    pub(super) fn read(
        settings: &WechatPay,
        back: &str,
        http: reqwest::Client,
        files: &KeyFiles,
    ) -> Result<Option<Inside>, String> {
        let Some(file) = &settings.app_secret_file else { return Ok(None) };
        let secret = String::from_utf8(files.secret(file)?).unwrap_or_default().trim().to_owned();
        if secret.is_empty() || !secret.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(format!("{}: an AppSecret has 32 letters and digits", file.display()));
        }
        Ok(Some(Inside {
            appid: settings.appid.clone(),
            secret,
            authorize: settings.authorize.clone(),
            token: settings.token.clone(),
            back: back.to_owned(),
            http,
        }))
    }

    /// The address that leads there and back. `state` has letters and digits only.
    pub(super) fn door(&self, state: &str) -> Option<String> {
        let mut url = reqwest::Url::parse(&self.authorize).ok()?;
        // In this order, and with this fragment: 微信 compares.
        url.query_pairs_mut()
            .append_pair("appid", &self.appid)
            .append_pair("redirect_uri", &self.back)
            .append_pair("response_type", "code")
            .append_pair("scope", "snsapi_base")
            .append_pair("state", state);
        url.set_fragment(Some("wechat_redirect"));
        Some(url.into())
    }

    /// Gives a code in.
    pub(super) async fn openid(&self, code: &str) -> Result<String, Silent> {
        if code.is_empty() || code.len() > WORD_MAX {
            return Err(Silent::Unreadable);
        }
        let mut url = reqwest::Url::parse(&self.token).map_err(|_| Silent::Unreadable)?;
        url.query_pairs_mut()
            .append_pair("appid", &self.appid)
            .append_pair("secret", &self.secret)
            .append_pair("code", code)
            .append_pair("grant_type", "authorization_code");
        let answer = self.http.get(url).send().await.map_err(quiet)?;
        let told: Told = serde_json::from_str(&body(answer).await?).map_err(|_| Silent::Unreadable)?;
        match told.openid.len() {
            1..=WORD_MAX => Ok(told.openid),
            _ => Err(Silent::Refused(told.errcode.to_string())),
        }
    }
}
