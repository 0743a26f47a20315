//! Pushes to systems of agencies: JSON without personal data, signed so that the receiver knows who says it and when.
//!
//! `Jikao-Signature: t=1795000000,v1=<hex>` where v1 is HMAC-SHA256 of `{t}.{body}` with the secret that was shown once.

use super::Signed;
use domain::time::Timestamp;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Header of the signature.
pub const SIGNATURE: &str = "jikao-signature";
/// Header of the delivery's id: a push that comes twice carries the same one.
pub const DELIVERY: &str = "jikao-delivery";
/// Seconds that a receiver should allow between the signature's time and its own.
pub const WINDOW_SECONDS: i64 = 300;

/// A push that is ready to be sent.
pub fn signed(url: &str, secret: &str, delivery: &str, body: String, at: Timestamp) -> Signed {
    let seconds = at.0 / 1000;
    let signature = format!("t={seconds},v1={}", hex::encode(mac(secret, seconds, &body).finalize().into_bytes()));
    let headers = vec![
        ("content-type", "application/json; charset=utf-8".to_owned()),
        (DELIVERY, delivery.to_owned()),
        (SIGNATURE, signature),
    ];
    Signed { url: url.to_owned(), headers, body }
}

/// Whether a push is ours and fresh: what a receiver does.
pub fn is_ours(header: &str, secret: &str, body: &str, now: Timestamp) -> bool {
    let parts = header.split(',').filter_map(|part| part.split_once('='));
    let (mut seconds, mut told) = (None, None);
    for (name, value) in parts {
        match name.trim() {
            "t" => seconds = value.parse::<i64>().ok(),
            "v1" => told = hex::decode(value).ok(),
            _ => {}
        }
    }
    let (Some(seconds), Some(told)) = (seconds, told) else { return false };
    (now.0 / 1000 - seconds).abs() <= WINDOW_SECONDS && mac(secret, seconds, body).verify_slice(&told).is_ok()
}

fn mac(secret: &str, seconds: i64, body: &str) -> Hmac<Sha256> {
    super::sms::keyed(secret.as_bytes(), &[seconds.to_string().as_bytes(), b".", body.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_tells_ours_from_forged_old_and_changed() {
        let at = Timestamp(1_795_000_000_123);
        let push = signed("https://a.example/hook", "s3cret", "d1", "{\"kind\":\"returned\"}".into(), at);
        let header = &push.headers.iter().find(|(name, _)| *name == SIGNATURE).unwrap().1;
        assert!(header.starts_with("t=1795000000,v1="));
        assert!(is_ours(header, "s3cret", &push.body, at));
        assert!(!is_ours(header, "other", &push.body, at));
        assert!(!is_ours(header, "s3cret", "{\"kind\":\"approved\"}", at));
        assert!(!is_ours(header, "s3cret", &push.body, Timestamp(at.0 + 301_000)));
        assert!(!is_ours("v1=00", "s3cret", &push.body, at));
    }
}
