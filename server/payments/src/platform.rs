//! The other side of the wire: what a channel's own server would sign and encrypt. For simulators and tests.

use crate::alipay::{SIGN_TYPE, sign_string};
use crate::{KeyFault, SigningKey};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::page::money::BillLine;
use domain::time::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// 微信支付, as its platform.
#[derive(Debug)]
pub struct Wechat {
    /// Serial number of its certificate.
    pub serial: String,
    /// Its key.
    pub key: SigningKey,
    /// The APIv3 key that it shares with the merchant.
    pub apiv3_key: [u8; 32],
}

impl Wechat {
    /// The headers of a signed answer or notification.
    pub fn headers(&self, body: &str, at: Timestamp, nonce: &str) -> Result<[(&'static str, String); 4], KeyFault> {
        let seconds = at.0.div_euclid(1000);
        let signature = self.key.sign(&format!("{seconds}\n{nonce}\n{body}\n"))?;
        Ok([
            ("Wechatpay-Timestamp", seconds.to_string()),
            ("Wechatpay-Nonce", nonce.to_owned()),
            ("Wechatpay-Serial", self.serial.clone()),
            ("Wechatpay-Signature", signature),
        ])
    }

    /// The body of a notification about a payment; `nonce` has 12 characters.
    pub fn notification(&self, event: &str, transaction: &Value, nonce: &str) -> Option<String> {
        let body = json!({
            "id": event,
            "event_type": "TRANSACTION.SUCCESS",
            "resource_type": "encrypt-resource",
            "resource": self.sealed(transaction.to_string().as_bytes(), "transaction", nonce)?,
        });
        Some(body.to_string())
    }

    /// The answer of `GET /v3/certificates`: this platform's certificate, in PEM; `nonce` has 12 characters.
    pub fn certificates(&self, pem: &[u8], nonce: &str) -> Option<Value> {
        Some(json!({ "data": [{
            "serial_no": self.serial,
            "effective_time": "2026-01-01T00:00:00+08:00",
            "expire_time": "2126-01-01T00:00:00+08:00",
            "encrypt_certificate": self.sealed(pem, "certificate", nonce)?,
        }]}))
    }

    fn sealed(&self, plain: &[u8], associated: &str, nonce: &str) -> Option<Value> {
        let cipher = Aes256Gcm::new(Key::<Aes256Gcm>::from_slice(&self.apiv3_key));
        if nonce.len() != 12 {
            return None;
        }
        let payload = Payload { msg: plain, aad: associated.as_bytes() };
        let sealed = cipher.encrypt(Nonce::from_slice(nonce.as_bytes()), payload).ok()?;
        Some(json!({
            "algorithm": "AEAD_AES_256_GCM",
            "ciphertext": STANDARD.encode(sealed),
            "associated_data": associated,
            "nonce": nonce,
        }))
    }
}

/// 支付宝, as its platform.
#[derive(Debug)]
pub struct Alipay {
    /// Its key.
    pub key: SigningKey,
}

impl Alipay {
    /// The form body of a notification.
    pub fn notification(&self, mut parameters: BTreeMap<String, String>) -> Result<String, KeyFault> {
        let signature = self.key.sign(&sign_string(&parameters, &["sign", "sign_type"]))?;
        parameters.insert("sign_type".into(), SIGN_TYPE.into());
        parameters.insert("sign".into(), signature);
        Ok(form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish())
    }

    /// 业务明细 of a day, as it lies in the archive: GBK.
    pub fn bill(&self, lines: &[BillLine]) -> Vec<u8> {
        let mut file =
            String::from("#支付宝业务明细查询\r\n#-----------------------------------------业务明细列表\r\n");
        file.push_str("支付宝交易号,商户订单号,业务类型,商品名称,订单金额（元）,商家实收（元）\r\n");
        for line in lines {
            let (transaction, order, yuan) = (&line.transaction, &line.order, line.amount.yuan());
            file.push_str(&format!("{transaction}\t,{order}\t,交易\t,考试费\t,{yuan}\t,{yuan}\t\r\n"));
        }
        file.push_str("#-----------------------------------------业务明细列表结束\r\n");
        encoding_rs::GBK.encode(&file).0.into_owned()
    }

    /// A signed answer, its object under `member`.
    pub fn answer(&self, member: &str, said: &Value) -> Result<String, KeyFault> {
        let said = said.to_string();
        let signature = self.key.sign(&said)?;
        Ok(format!("{{\"{member}\":{said},\"sign\":\"{signature}\"}}"))
    }
}
