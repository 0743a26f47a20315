//! 微信支付 API v3. Signing and proving as the official Go library does (wechatpay-apiv3/wechatpay-go 0.2.21).

use crate::{KeyFault, SigningKey, Unproved, VerifyingKey};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::ids::Fen;
use domain::payment::Notice;
use domain::time::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;

/// The scheme of the signatures.
pub const SCHEME: &str = "WECHATPAY2-SHA256-RSA2048";
/// A message this old, or as far ahead, is refused, in seconds.
pub const WINDOW_SECONDS: i64 = 300;
/// The one encryption of notifications.
const ALGORITHM: &str = "AEAD_AES_256_GCM";
/// Bytes of the nonce of AES-GCM.
const NONCE_BYTES: usize = 12;

/// A merchant: who we are, and our keys.
pub struct Merchant {
    /// 商户号
    pub mchid: String,
    /// AppID
    pub appid: String,
    /// Serial number of our certificate, in capital hexadecimal.
    pub serial: String,
    key: SigningKey,
    apiv3_key: [u8; 32],
}

impl fmt::Debug for Merchant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Merchant").field("mchid", &self.mchid).finish_non_exhaustive()
    }
}

/// Keys of the platform, by serial number or key id.
pub type PlatformKeys = BTreeMap<String, VerifyingKey>;

/// What signatures of answers and notifications are made of.
#[derive(Debug, Clone, Copy, Default)]
pub struct Signed<'a> {
    /// `Wechatpay-Timestamp`
    pub timestamp: Option<&'a str>,
    /// `Wechatpay-Nonce`
    pub nonce: Option<&'a str>,
    /// `Wechatpay-Serial`
    pub serial: Option<&'a str>,
    /// `Wechatpay-Signature`
    pub signature: Option<&'a str>,
    /// `Wechatpay-Signature-Type`; absent means [`SCHEME`].
    pub signature_type: Option<&'a str>,
}

/// An opened notification of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Id of the event; the same for every repetition.
    pub event: String,
    /// What it says.
    pub notice: Notice,
    /// The state in the channel's word: SUCCESS, USERPAYING, CLOSED, ….
    pub trade_state: String,
}

#[derive(Deserialize)]
struct Envelope {
    id: String,
    resource: Resource,
}

#[derive(Deserialize)]
struct Resource {
    algorithm: String,
    ciphertext: String,
    #[serde(default)]
    associated_data: String,
    nonce: String,
}

/// The certificates of the platform, as they are asked for.
#[derive(Deserialize)]
struct Certificates {
    data: Vec<SealedCertificate>,
}

#[derive(Deserialize)]
struct SealedCertificate {
    serial_no: String,
    encrypt_certificate: Resource,
}

/// A payment as notifications and queries tell it.
#[derive(Debug, Deserialize)]
struct Transaction {
    appid: String,
    mchid: String,
    out_trade_no: String,
    #[serde(default)]
    transaction_id: String,
    trade_state: String,
    amount: Option<Amount>,
}

#[derive(Debug, Deserialize)]
struct Amount {
    total: i64,
    #[serde(default = "yuan")]
    currency: String,
}

fn yuan() -> String {
    "CNY".to_owned()
}

impl Merchant {
    /// A merchant with its keys. The APIv3 key has 32 bytes.
    pub fn new(mchid: String, appid: String, serial: String, key: SigningKey, apiv3_key: [u8; 32]) -> Merchant {
        Merchant { mchid, appid, serial, key, apiv3_key }
    }

    /// The `Authorization` header of a request. `path` includes the query; an empty body is "".
    pub fn authorization(
        &self,
        method: &str,
        path: &str,
        body: &str,
        at: Timestamp,
        nonce: &str,
    ) -> Result<String, KeyFault> {
        let seconds = at.0.div_euclid(1000);
        let signature = self.key.sign(&request_message(method, path, body, seconds, nonce))?;
        Ok(format!(
            "{SCHEME} mchid=\"{}\",nonce_str=\"{nonce}\",timestamp=\"{seconds}\",serial_no=\"{}\",signature=\"{signature}\"",
            self.mchid, self.serial
        ))
    }

    /// `paySign` for paying inside WeChat (JSAPI).
    pub fn jsapi_signature(&self, prepay_id: &str, at: Timestamp, nonce: &str) -> Result<String, KeyFault> {
        let seconds = at.0.div_euclid(1000);
        self.key.sign(&format!("{}\n{seconds}\n{nonce}\nprepay_id={prepay_id}\n", self.appid))
    }

    /// Proves and opens a notification of a payment. `body` is the raw body, byte for byte.
    pub fn notification(
        &self,
        signed: &Signed<'_>,
        body: &[u8],
        keys: &PlatformKeys,
        now: Timestamp,
    ) -> Result<Notification, Unproved> {
        prove(signed, body, keys, now)?;
        let envelope: Envelope = serde_json::from_slice(body).map_err(|_| Unproved::Malformed)?;
        let plain = self.open(&envelope.resource)?;
        let (notice, trade_state) = self.transaction(&plain)?;
        Ok(Notification { event: envelope.id, notice, trade_state })
    }

    /// Reads a payment as a query tells it, after the answer's signature was proved.
    pub fn transaction(&self, body: &[u8]) -> Result<(Notice, String), Unproved> {
        let told: Transaction = serde_json::from_slice(body).map_err(|_| Unproved::Malformed)?;
        if told.mchid != self.mchid {
            return Err(Unproved::Merchant);
        }
        if told.appid != self.appid {
            return Err(Unproved::App);
        }
        let success = told.trade_state == "SUCCESS";
        let amount = match told.amount {
            Some(amount) if amount.currency != "CNY" => return Err(Unproved::Currency),
            Some(amount) => amount.total,
            None if success => return Err(Unproved::Amount),
            None => 0,
        };
        let notice =
            Notice { order: told.out_trade_no, transaction: told.transaction_id, amount: Fen(amount), success };
        Ok((notice, told.trade_state))
    }

    /// Reads the keys of the platform's certificates (`GET /v3/certificates`). Each is sealed with the APIv3 key, so that nobody
    /// else can have made it; the answer itself is to be proved with them.
    pub fn certificates(&self, body: &[u8]) -> Result<PlatformKeys, Unproved> {
        let told: Certificates = serde_json::from_slice(body).map_err(|_| Unproved::Malformed)?;
        let mut keys = PlatformKeys::new();
        for one in told.data {
            let pem = self.open(&one.encrypt_certificate)?;
            keys.insert(one.serial_no, VerifyingKey::from_pem(&pem).map_err(|_| Unproved::Malformed)?);
        }
        Ok(keys)
    }

    fn open(&self, resource: &Resource) -> Result<Vec<u8>, Unproved> {
        if resource.algorithm != ALGORITHM {
            return Err(Unproved::Algorithm);
        }
        decrypt(&self.apiv3_key, &resource.nonce, &resource.associated_data, &resource.ciphertext)
    }
}

/// The text that a request's signature is of.
pub fn request_message(method: &str, path: &str, body: &str, seconds: i64, nonce: &str) -> String {
    format!("{method}\n{path}\n{seconds}\n{nonce}\n{body}\n")
}

/// Proves an answer or a notification over its raw body.
pub fn prove(signed: &Signed<'_>, body: &[u8], keys: &PlatformKeys, now: Timestamp) -> Result<(), Unproved> {
    let (Some(timestamp), Some(nonce), Some(serial), Some(signature)) =
        (signed.timestamp, signed.nonce, signed.serial, signed.signature)
    else {
        return Err(Unproved::MissingHeader);
    };
    if signed.signature_type.is_some_and(|kind| kind != SCHEME) {
        return Err(Unproved::SignatureType);
    }
    let seconds: i64 = timestamp.parse().map_err(|_| Unproved::Timestamp)?;
    if now.0.div_euclid(1000).abs_diff(seconds) >= WINDOW_SECONDS.unsigned_abs() {
        return Err(Unproved::Timestamp);
    }
    let key = keys.get(serial).ok_or(Unproved::UnknownSerial)?;
    let mut message = format!("{timestamp}\n{nonce}\n").into_bytes();
    message.extend_from_slice(body);
    message.push(b'\n');
    if key.proves(&message, signature) { Ok(()) } else { Err(Unproved::Signature) }
}

/// Decrypts what is sealed with the APIv3 key: base64, the last 16 bytes are the tag.
pub fn decrypt(key: &[u8; 32], nonce: &str, associated: &str, ciphertext: &str) -> Result<Vec<u8>, Unproved> {
    let sealed = STANDARD.decode(ciphertext).map_err(|_| Unproved::Decrypt)?;
    if nonce.len() != NONCE_BYTES {
        return Err(Unproved::Decrypt);
    }
    let cipher = Aes256Gcm::new(Key::<Aes256Gcm>::from_slice(key));
    let payload = Payload { msg: &sealed, aad: associated.as_bytes() };
    cipher.decrypt(Nonce::from_slice(nonce.as_bytes()), payload).map_err(|_| Unproved::Decrypt)
}
