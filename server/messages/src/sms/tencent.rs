//! 腾讯云短信: SendSms, signed with TC3-HMAC-SHA256.

use super::{Account, Text, hmac, host, sha256};
use crate::Signed;
use chrono::DateTime;
use serde_json::json;

const VERSION: &str = "2021-01-11";
const CONTENT: &str = "application/json; charset=utf-8";

pub(super) fn request(account: &Account, app: &str, region: &str, text: Text<'_>) -> Signed {
    let values: Vec<&str> = text.values.iter().map(|(_, value)| value.as_str()).collect();
    let body = json!({
        "PhoneNumberSet": [format!("+86{}", text.to)],
        "SmsSdkAppId": app,
        "SignName": account.sign,
        "TemplateId": text.template,
        "TemplateParamSet": values,
        "SessionContext": text.delivery,
    })
    .to_string();
    let seconds = text.at.0 / 1000;
    let canonical = canonical(host(&account.api), &body);
    let date = date(seconds);
    let signature = signature(&account.secret, &date, &to_sign(seconds, &date, &canonical));
    let authorization = format!(
        "TC3-HMAC-SHA256 Credential={}/{date}/sms/tc3_request, SignedHeaders=content-type;host;x-tc-action, Signature={signature}",
        account.key_id
    );
    Signed {
        url: format!("{}/", account.api),
        headers: vec![
            ("content-type", CONTENT.into()),
            ("x-tc-action", "SendSms".into()),
            ("x-tc-version", VERSION.into()),
            ("x-tc-region", region.to_owned()),
            ("x-tc-timestamp", seconds.to_string()),
            ("authorization", authorization),
        ],
        body,
    }
}

fn canonical(host: &str, body: &str) -> String {
    format!(
        "POST\n/\n\ncontent-type:{CONTENT}\nhost:{host}\nx-tc-action:sendsms\n\ncontent-type;host;x-tc-action\n{}",
        sha256(body)
    )
}

fn date(seconds: i64) -> String {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default().format("%Y-%m-%d").to_string()
}

fn to_sign(seconds: i64, date: &str, canonical: &str) -> String {
    format!("TC3-HMAC-SHA256\n{seconds}\n{date}/sms/tc3_request\n{}", sha256(canonical))
}

fn signature(secret: &str, date: &str, to_sign: &str) -> String {
    let key = hmac(format!("TC3{secret}").as_bytes(), date);
    let key = hmac(&hmac(&key, "sms"), "tc3_request");
    hex::encode(hmac(&key, to_sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A vector of the rules of the field (domain-rules §6.6, appendix A).
    #[test]
    fn a_text_message_is_written_as_the_vector_says() {
        let body = "{\"PhoneNumberSet\":[\"+8613800000000\"],\"SmsSdkAppId\":\"1400000001\",\"SignName\":\"某评价机构\",\"TemplateId\":\"1000001\",\"TemplateParamSet\":[\"8421\",\"5\"]}";
        let canonical = canonical("sms.tencentcloudapi.com", body);
        assert_eq!(
            canonical,
            "POST\n/\n\ncontent-type:application/json; charset=utf-8\nhost:sms.tencentcloudapi.com\nx-tc-action:sendsms\n\ncontent-type;host;x-tc-action\n8b2da731020e9c359dce59c84304b3a6e4aa572df41d103e17c777cd4281f95d"
        );
        assert_eq!(
            to_sign(1_767_319_200, &date(1_767_319_200), &canonical),
            "TC3-HMAC-SHA256\n1767319200\n2026-01-02/sms/tc3_request\nb4c60f866b10b14456c18a5011f72d615a4df6422c3aa4b9902b89e68c1eae47"
        );
    }

    /// The key is derived in three steps; made with another implementation of HMAC.
    #[test]
    fn the_key_is_derived_in_three_steps() {
        assert_eq!(signature("SECRET", "2026-01-02", "text"), SIGNED_ELSEWHERE);
    }

    const SIGNED_ELSEWHERE: &str = "f74a69fc327c1f5edbf45e5a9d3ee69d75679dea05737b5066318ad3288e3d1c";
}
