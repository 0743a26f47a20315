//! Requests and notifications with their expected ends. Keys are synthetic and serve tests alone.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use domain::ids::Fen;
use domain::payment::{Disbelief, Notice, OrderFacts, OrderState, Outcome, judge};
use domain::time::Timestamp;
use payments::wechat::{self, Merchant, PlatformKeys, Signed};
use payments::{SigningKey, Unproved, VerifyingKey, alipay};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

const PEM: &[u8] = include_bytes!("fixtures/keys_synthetic_test_rsa.pem");

fn vectors() -> Value {
    serde_json::from_str(include_str!("fixtures/payments.json")).unwrap()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn merchant(vectors: &Value) -> Merchant {
    let context = &vectors["context"];
    let key: [u8; 32] = text(context, "apiv3_key").as_bytes().try_into().unwrap();
    Merchant::new(
        text(context, "mchid").into(),
        text(context, "appid").into(),
        text(vectors, "merchant_serial").into(),
        SigningKey::from_pem(PEM).unwrap(),
        key,
    )
}

fn app(vectors: &Value) -> alipay::App {
    let context = &vectors["context"];
    alipay::App::new(
        text(context, "ali_app_id").into(),
        text(context, "ali_seller_id").into(),
        SigningKey::from_pem(PEM).unwrap(),
        VerifyingKey::from_pem(text(context, "alipay_public_key").as_bytes()).unwrap(),
    )
}

fn platform_keys(vectors: &Value) -> PlatformKeys {
    let keys = vectors["context"]["wechat_platform_keys"].as_object().unwrap();
    keys.iter()
        .map(|(serial, pem)| (serial.clone(), VerifyingKey::from_pem(pem.as_str().unwrap().as_bytes()).unwrap()))
        .collect()
}

fn order(vectors: &Value, number: &str) -> Option<OrderFacts> {
    let order = vectors["context"]["orders"].get(number)?;
    Some(OrderFacts {
        amount: Fen(order["amount_fen"].as_i64()?),
        state: OrderState::parse(text(order, "state"))?,
        transaction: order["transaction_id"].as_str().map(Into::into),
    })
}

/// The result and reason in the words of the vectors.
fn in_words(read: Result<Notice, Unproved>, vectors: &Value, is_wechat: bool) -> (&'static str, &'static str) {
    let notice = match read {
        Ok(notice) => notice,
        Err(why) => {
            let reason = match why {
                Unproved::MissingHeader => "missing_header",
                Unproved::Timestamp => "timestamp",
                Unproved::SignatureType if is_wechat => "signature_type",
                Unproved::SignatureType => "sign_type",
                Unproved::UnknownSerial => "unknown_serial",
                Unproved::Signature => "signature",
                Unproved::Algorithm => "algorithm",
                Unproved::Decrypt => "decrypt",
                Unproved::Merchant if is_wechat => "mchid",
                Unproved::Merchant => "seller_id",
                Unproved::App if is_wechat => "appid",
                Unproved::App => "app_id",
                Unproved::Currency => "currency",
                Unproved::Amount => "amount",
                Unproved::Malformed => "malformed",
            };
            return ("reject", reason);
        }
    };
    match judge(&notice, order(vectors, &notice.order).as_ref()) {
        Outcome::Paid => ("paid", "ok"),
        Outcome::Late => ("late", "order_expired"),
        Outcome::Restored => unreachable!("whether a place is free is found out by the act"),
        Outcome::Duplicate => ("duplicate", "already_paid"),
        Outcome::Double => ("double", "paid_twice"),
        Outcome::Ignore => ("ignore", if is_wechat { "trade_state" } else { "trade_status" }),
        Outcome::Reject(Disbelief::Amount) => ("reject", "amount"),
        Outcome::Reject(Disbelief::UnknownOrder) => ("reject", "unknown_order"),
    }
}

#[test]
fn wechat_requests_are_signed_as_documented() {
    let vectors = vectors();
    let merchant = merchant(&vectors);
    for case in vectors["wechat_requests"].as_array().unwrap() {
        let (method, path, body, nonce) =
            (text(case, "method"), text(case, "path"), text(case, "body"), text(case, "nonce"));
        let seconds = case["timestamp"].as_i64().unwrap_or_else(|| text(case, "timestamp").parse().unwrap());
        let message = wechat::request_message(method, path, body, seconds, nonce);
        assert_eq!(hex::encode(Sha256::digest(message.as_bytes())), text(case, "message_sha256"), "{}", case["id"]);
        let header = merchant.authorization(method, path, body, Timestamp(seconds * 1000), nonce).unwrap();
        assert_eq!(header, text(case, "authorization"), "{}", case["id"]);
    }
}

#[test]
fn wechat_pages_pay_with_the_documented_signature() {
    let vectors = vectors();
    let at = Timestamp(1_767_225_600_000);
    let signature = merchant(&vectors)
        .jsapi_signature("wx01000000000000000000000000000001", at, "593BEC0C930BF1AFEB40B4A08C8FB242")
        .unwrap();
    assert_eq!(signature, text(&vectors["wechat_jsapi"], "signature"));
}

#[test]
fn every_wechat_notification_ends_as_expected() {
    let vectors = vectors();
    let (merchant, keys) = (merchant(&vectors), platform_keys(&vectors));
    let cases = vectors["wechat_notifications"].as_array().unwrap();
    assert_eq!(cases.len(), 28);
    let mut seen = BTreeSet::new();
    for case in cases {
        let header = |name: &str| case["headers"][name].as_str();
        let signed = Signed {
            timestamp: header("Wechatpay-Timestamp"),
            nonce: header("Wechatpay-Nonce"),
            serial: header("Wechatpay-Serial"),
            signature: header("Wechatpay-Signature"),
            signature_type: header("Wechatpay-Signature-Type"),
        };
        let now = Timestamp(case["now"].as_i64().unwrap() * 1000);
        let read = merchant.notification(&signed, text(case, "body").as_bytes(), &keys, now);
        // An event that was taken is not taken again, whatever the order says meanwhile.
        let told_before = read.as_ref().is_ok_and(|read| !seen.insert(read.event.clone()));
        let found = match told_before {
            true => ("duplicate", "already_paid"),
            false => in_words(read.map(|read| read.notice), &vectors, true),
        };
        let wanted = &case["expect"];
        assert_eq!(found, (text(wanted, "result"), text(wanted, "reason")), "{}: {}", case["id"], case["note"]);
    }
}

#[test]
fn every_alipay_notification_ends_as_expected() {
    let vectors = vectors();
    let app = app(&vectors);
    let cases = vectors["alipay_notifications"].as_array().unwrap();
    assert_eq!(cases.len(), 18);
    let mut seen = BTreeSet::new();
    for case in cases {
        let read = app.notification(text(case, "form_body").as_bytes());
        // An event that was taken is not taken again, whatever the order says meanwhile.
        let told_before = read.as_ref().is_ok_and(|read| !seen.insert(read.event.clone()));
        let found = match told_before {
            true => ("duplicate", "already_paid"),
            false => in_words(read.map(|read| read.notice), &vectors, false),
        };
        let wanted = &case["expect"];
        assert_eq!(found, (text(wanted, "result"), text(wanted, "reason")), "{}: {}", case["id"], case["note"]);
    }
}

#[test]
fn alipay_requests_are_signed_as_documented() {
    let vectors = vectors();
    let case = &vectors["alipay_request"];
    let parameters: BTreeMap<String, String> = serde_json::from_value(case["params"].clone()).unwrap();
    assert_eq!(alipay::sign_string(&parameters, &["sign"]), text(case, "sign_string"));
    assert_eq!(app(&vectors).sign(&parameters).unwrap(), text(case, "sign"));
}

#[test]
fn the_channels_encryption_opens() {
    let vectors = vectors();
    let case = &vectors["aes_gcm"];
    let key: [u8; 32] = text(case, "key").as_bytes().try_into().unwrap();
    let plain = wechat::decrypt(&key, text(case, "nonce"), text(case, "aad"), text(case, "ciphertext_b64")).unwrap();
    assert_eq!(String::from_utf8(plain).unwrap(), text(case, "plaintext"));
}

#[test]
fn a_file_without_a_key_is_refused() {
    assert!(SigningKey::from_pem(b"nothing").is_err());
    assert!(VerifyingKey::from_pem(PEM).is_err(), "a private key is no public one");
}
