//! 阿里云短信: SendSms, signed with ACS3-HMAC-SHA256.

use super::{Account, Text, hmac, host, sha256};
use crate::Signed;
use chrono::DateTime;
use serde_json::{Map, Value};

const VERSION: &str = "2017-05-25";
const SIGNED_HEADERS: &str = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version";

pub(super) fn request(account: &Account, text: Text<'_>) -> Signed {
    let values: Map<String, Value> =
        text.values.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str()))).collect();
    let query = query(&[
        ("OutId", text.delivery),
        ("PhoneNumbers", text.to),
        ("SignName", &account.sign),
        ("TemplateCode", text.template),
        ("TemplateParam", &Value::from(values).to_string()),
    ]);
    let date = DateTime::from_timestamp_millis(text.at.0).unwrap_or_default().format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let body_hash = sha256("");
    let canonical = canonical(host(&account.api), "SendSms", VERSION, &query, &date, text.nonce, &body_hash);
    let signature = hex::encode(hmac(account.secret.as_bytes(), &to_sign(&canonical)));
    let authorization =
        format!("ACS3-HMAC-SHA256 Credential={},SignedHeaders={SIGNED_HEADERS},Signature={signature}", account.key_id);
    Signed {
        url: format!("{}/?{query}", account.api),
        headers: vec![
            ("x-acs-action", "SendSms".into()),
            ("x-acs-version", VERSION.into()),
            ("x-acs-date", date),
            ("x-acs-signature-nonce", text.nonce.to_owned()),
            ("x-acs-content-sha256", body_hash),
            ("authorization", authorization),
        ],
        body: String::new(),
    }
}

fn canonical(host: &str, action: &str, version: &str, query: &str, date: &str, nonce: &str, body_hash: &str) -> String {
    format!(
        "POST\n/\n{query}\nhost:{host}\nx-acs-action:{action}\nx-acs-content-sha256:{body_hash}\nx-acs-date:{date}\n\
         x-acs-signature-nonce:{nonce}\nx-acs-version:{version}\n\n{SIGNED_HEADERS}\n{body_hash}"
    )
}

fn to_sign(canonical: &str) -> String {
    format!("ACS3-HMAC-SHA256\n{}", sha256(canonical))
}

/// Sorted, and encoded as RFC 3986 wants it.
fn query(values: &[(&str, &str)]) -> String {
    let mut all: Vec<String> =
        values.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    all.sort();
    all.join("&")
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// The sample that Alibaba Cloud publishes with its description of the signature.
    #[test]
    fn the_published_sample_is_reproduced() {
        let query =
            query(&[("RegionId", "cn-shanghai"), ("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd")]);
        let nonce = "3156853299f313e23d1673dc12e1703d";
        let host = "ecs.cn-shanghai.aliyuncs.com";
        let canonical = canonical(host, "RunInstances", "2014-05-26", &query, "2023-10-26T10:22:32Z", nonce, EMPTY);
        let signature = hex::encode(hmac(b"YourAccessKeySecret", &to_sign(&canonical)));
        assert_eq!(signature, "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
    }

    /// A vector of the rules of the field (domain-rules §6.6, appendix A).
    #[test]
    fn a_text_message_is_written_as_the_vector_says() {
        let query = query(&[
            ("PhoneNumbers", "13800000000"),
            ("SignName", "某评价机构"),
            ("TemplateCode", "SMS_000001"),
            ("TemplateParam", "{\"code\":\"8421\"}"),
        ]);
        assert_eq!(
            query,
            "PhoneNumbers=13800000000&SignName=%E6%9F%90%E8%AF%84%E4%BB%B7%E6%9C%BA%E6%9E%84&TemplateCode=SMS_000001&TemplateParam=%7B%22code%22%3A%228421%22%7D"
        );
        let nonce = "3156853299f313e23d1673dc12e1703d";
        let canonical =
            canonical("dysmsapi.aliyuncs.com", "SendSms", VERSION, &query, "2026-01-02T02:00:00Z", nonce, EMPTY);
        assert_eq!(
            to_sign(&canonical),
            "ACS3-HMAC-SHA256\n3aa43f85e5a86bf1eb59f6d4af12e9cb22172db2b68ec23568ea2fa191d9905f"
        );
    }
}
