//! Text messages: requests of two services, signed as they document it, and what their answers mean.
//!
//! Both want a signature (短信签名) and templates that were approved there; a text of ours is never sent, only the values of a
//! template's variables.

mod aliyun;
mod tencent;

use super::{NotSent, Signed};
use domain::time::Timestamp;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// Most characters of one variable: both services refuse longer ones.
const VALUE_MAX: usize = 20;

/// A text message service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Service {
    /// 阿里云短信
    Aliyun,
    /// 腾讯云短信
    Tencent {
        /// SmsSdkAppId
        app: String,
        /// Region, like `ap-guangzhou`.
        region: String,
    },
}

/// An account at a service.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Which service.
    pub service: Service,
    /// AccessKeyId or SecretId.
    pub key_id: String,
    /// AccessKeySecret or SecretKey.
    pub secret: String,
    /// 短信签名
    pub sign: String,
    /// Where it is asked, without a slash at the end: `https://dysmsapi.aliyuncs.com`.
    pub api: String,
}

// Secrets never reach a log.
impl std::fmt::Debug for Account {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Account").field("service", &self.service).field("sign", &self.sign).finish_non_exhaustive()
    }
}

/// One text message: a template with its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text<'a> {
    /// Id of the delivery.
    pub delivery: &'a str,
    /// Eleven digits.
    pub to: &'a str,
    /// Template of the service.
    pub template: &'a str,
    /// Names and values, in the order of the template.
    pub values: &'a [(&'a str, String)],
    /// When it is sent.
    pub at: Timestamp,
    /// A text that is used once.
    pub nonce: &'a str,
}

impl Account {
    /// The request that sends it.
    pub fn request(&self, text: Text<'_>) -> Signed {
        match &self.service {
            Service::Aliyun => aliyun::request(self, text),
            Service::Tencent { app, region } => tencent::request(self, app, region, text),
        }
    }

    /// What an answer means; `status` is that of HTTP.
    pub fn understood(&self, status: u16, body: &str) -> Result<(), NotSent> {
        let json: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
        let code = match self.service {
            Service::Aliyun => json["Code"].as_str(),
            Service::Tencent { .. } => {
                let answer = &json["Response"];
                answer["Error"]["Code"].as_str().or_else(|| answer["SendStatusSet"][0]["Code"].as_str())
            }
        };
        match code {
            Some(code) if code.eq_ignore_ascii_case("ok") => Ok(()),
            // The service's own word, as long as it looks like one: an answer is not trusted to be short or clean.
            Some(code) => {
                let word: String =
                    code.chars().filter(|ch| ch.is_ascii_alphanumeric() || "._-".contains(*ch)).take(60).collect();
                let again = LATER.iter().any(|part| word.contains(part));
                Err(NotSent { reason: word, again })
            }
            None => Err(NotSent::for_now(format!("http-{status}"))),
        }
    }
}

/// Codes of both services that pass by themselves.
const LATER: [&str; 6] =
    ["LIMIT_CONTROL", "LimitExceeded", "InternalError", "Throttling", "ServiceUnavailable", "SystemError"];

/// The host of an `https://host` address.
fn host(api: &str) -> &str {
    api.split_once("://").map_or(api, |(_, rest)| rest).trim_end_matches('/')
}

fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// HMAC-SHA256 of the parts one after the other, not yet finished.
pub(crate) fn keyed(key: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    // HMAC takes keys of every length: longer ones are hashed first.
    let block = if key.len() > 64 { Sha256::digest(key).to_vec() } else { key.to_vec() };
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&block).unwrap_or_else(|_| Hmac::new(&Default::default()));
    for part in parts {
        mac.update(part);
    }
    mac
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    keyed(key, &[text.as_bytes()]).finalize().into_bytes().to_vec()
}

/// A value as a template takes it: one line, short, never empty.
pub fn value(text: &str) -> String {
    let short: String = text.chars().filter(|ch| !ch.is_control()).take(VALUE_MAX).collect();
    if short.trim().is_empty() { "—".into() } else { short }
}
