//! 微信支付: Native, H5 and JSAPI orders, questions, refunds and bills over API v3. Every answer is proved before it is read.

use super::inside::Inside;
use super::{Asked, KeyFiles, Now, Payer, Silent, Told, body, quiet};
use crate::config::WechatPay;
use axum::http::HeaderMap;
use chrono::{NaiveDate, SecondsFormat};
use domain::ids::Fen;
use domain::page::money::BillLine;
use domain::payment::Notice;
use domain::time::Timestamp;
use payments::wechat::{Merchant, PlatformKeys, Signed, prove};
use payments::{SigningKey, Unproved, VerifyingKey, alipay::fen};
use records::payments::PendingRefund;
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Between two questions for the platform's certificates, in milliseconds.
const RENEW_MS: i64 = 10 * 60_000;
/// Most characters of a description.
const ABOUT_MAX: usize = 40;

#[derive(Debug)]
pub(super) struct Wechat {
    merchant: Merchant,
    keys: RwLock<Arc<PlatformKeys>>,
    /// When the keys were last asked for, in milliseconds; never before 0.
    renewed_at: AtomicI64,
    api: String,
    backup: String,
    back: String,
    inside: Option<Inside>,
    http: reqwest::Client,
}

impl Wechat {
    pub(super) fn read(
        settings: &WechatPay,
        back: String,
        door: &str,
        http: reqwest::Client,
        files: &KeyFiles,
    ) -> Result<Wechat, String> {
        let wrong = |path: &std::path::Path, why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
        let key =
            SigningKey::from_pem(&files.secret(&settings.key_file)?).map_err(|why| wrong(&settings.key_file, &why))?;
        let apiv3 = files.secret(&settings.apiv3_key_file)?;
        let apiv3: [u8; 32] = apiv3
            .trim_ascii()
            .try_into()
            .map_err(|_| wrong(&settings.apiv3_key_file, &"the APIv3 key has 32 characters"))?;
        let mut keys = PlatformKeys::new();
        for (serial, path) in &settings.platform_keys {
            let key = VerifyingKey::from_pem(&files.open(path)?).map_err(|why| wrong(path, &why))?;
            keys.insert(serial.clone(), key);
        }
        let merchant =
            Merchant::new(settings.mchid.clone(), settings.appid.clone(), settings.serial.clone(), key, apiv3);
        let inside = Inside::read(settings, door, http.clone(), files)?;
        let keys = RwLock::new(Arc::new(keys));
        let renewed_at = AtomicI64::new(0);
        let host = |address: &str| address.trim_end_matches('/').to_owned();
        let (api, backup) = (host(&settings.api), host(&settings.backup));
        Ok(Wechat { merchant, keys, renewed_at, api, backup, back, inside, http })
    }

    pub(super) fn inside(&self) -> Option<&Inside> {
        self.inside.as_ref()
    }

    pub(super) async fn create(&self, asked: &Asked<'_>, now: Now) -> Result<String, Silent> {
        let about: String = asked.about.chars().take(ABOUT_MAX).collect();
        let mut order = json!({
            "appid": self.merchant.appid,
            "mchid": self.merchant.mchid,
            "description": about,
            "out_trade_no": asked.number(),
            "notify_url": self.back,
            "amount": { "total": asked.amount.0, "currency": "CNY" },
        });
        if let Some(until) = asked.until {
            order["time_expire"] = rfc3339(until).into();
        }
        let (path, key) = match asked.from {
            Payer::Screen => ("/v3/pay/transactions/native", "code_url"),
            Payer::Phone { ip, .. } => {
                order["scene_info"] = json!({ "payer_client_ip": ip, "h5_info": { "type": "Wap" } });
                ("/v3/pay/transactions/h5", "h5_url")
            }
            Payer::Inside { openid } => {
                order["payer"] = json!({ "openid": openid });
                ("/v3/pay/transactions/jsapi", "prepay_id")
            }
            Payer::Page { .. } => return Err(Silent::Unknown),
        };
        let answer = self.ask("POST", path, &order.to_string(), now.clone()).await?;
        let answer = answer.ok_or_else(|| Silent::Refused("404".into()))?;
        let said = text(&answer, key).ok_or(Silent::Unreadable)?;
        Ok(match asked.from {
            Payer::Inside { .. } => self.call(said, &now)?,
            Payer::Screen | Payer::Page { .. } => said.to_owned(),
            // The channel sends the payer back there.
            Payer::Phone { back, .. } => {
                let mut url = reqwest::Url::parse(said).map_err(|_| Silent::Unreadable)?;
                url.query_pairs_mut().append_pair("redirect_url", back);
                url.into()
            }
        })
    }

    /// What the window of payment is called with (`getBrandWCPayRequest`), as JSON.
    fn call(&self, prepay_id: &str, now: &Now) -> Result<String, Silent> {
        let signature = self.merchant.jsapi_signature(prepay_id, now.at, &now.nonce)?;
        let call = json!({
            "appId": self.merchant.appid,
            "timeStamp": now.at.0.div_euclid(1000).to_string(),
            "nonceStr": now.nonce,
            "package": format!("prepay_id={prepay_id}"),
            "signType": "RSA",
            "paySign": signature,
        });
        Ok(call.to_string())
    }

    pub(super) async fn query(&self, number: &str, now: Now) -> Result<Option<Notice>, Silent> {
        let path = format!("/v3/pay/transactions/out-trade-no/{number}?mchid={}", self.merchant.mchid);
        let Some(answer) = self.ask("GET", &path, "", now).await? else { return Ok(None) };
        let (notice, _) = self.merchant.transaction(answer.to_string().as_bytes())?;
        Ok(Some(notice))
    }

    pub(super) async fn told(&self, headers: &HeaderMap, body: &[u8], now: Now) -> Result<Told, Silent> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let (signed, at) = (signed(&text), now.at);
        let mut told = self.merchant.notification(&signed, body, &self.keys(), at);
        if told == Err(Unproved::UnknownSerial) && self.renew(now).await {
            told = self.merchant.notification(&signed, body, &self.keys(), at);
        }
        let told = told?;
        Ok(Told { event: told.event, notice: told.notice })
    }

    fn keys(&self) -> Arc<PlatformKeys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks for the platform's certificates, since something is signed with a key that is not known; whether there are others
    /// now. Anybody can claim a key, so it is asked once in a while only.
    async fn renew(&self, now: Now) -> bool {
        let due = |last: i64| (now.at.0 - last >= RENEW_MS).then_some(now.at.0);
        if self.renewed_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, due).is_err() {
            return false;
        }
        let at = now.at;
        // Another text than that of the question which brought us here.
        let now = Now { nonce: now.nonce.chars().rev().collect(), ..now };
        match self.certificates(now).await {
            Ok(keys) => {
                tracing::info!(keys = keys.len(), "Took the certificates of 微信支付's platform");
                *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
                true
            }
            Err(why) => {
                tracing::warn!(at = at.0, "The certificates of 微信支付's platform are not to be had: {why}");
                false
            }
        }
    }

    /// The keys that are known and those of the certificates. The answer is proved with them together.
    async fn certificates(&self, now: Now) -> Result<PlatformKeys, Silent> {
        let at = now.at;
        let (status, headers, said) = self.send("GET", "/v3/certificates", "", now).await?;
        if !status.is_success() {
            return Err(Silent::Refused(status.as_u16().to_string()));
        }
        let mut keys = self.merchant.certificates(said.as_bytes())?;
        for (serial, key) in self.keys().iter() {
            keys.entry(serial.clone()).or_insert_with(|| key.clone());
        }
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        prove(&signed(&header), said.as_bytes(), &keys, at)?;
        Ok(keys)
    }

    pub(super) async fn refund(&self, refund: &PendingRefund, now: Now) -> Result<bool, Silent> {
        let asked = json!({
            "transaction_id": refund.transaction,
            "out_refund_no": refund.number,
            "reason": refund.reason.chars().take(ABOUT_MAX).collect::<String>(),
            "amount": { "refund": refund.amount.0, "total": refund.paid.0, "currency": "CNY" },
        });
        let answer = self.ask("POST", "/v3/refund/domestic/refunds", &asked.to_string(), now).await?;
        match answer.as_ref().and_then(|answer| text(answer, "status")) {
            Some("SUCCESS") => Ok(true),
            Some("PROCESSING") => Ok(false),
            Some(other) => Err(Silent::Refused(other.to_owned())),
            None => Err(Silent::Unreadable),
        }
    }

    /// The bill of a day. The file itself is not signed: its digest stands in the signed answer before.
    pub(super) async fn bill(&self, day: NaiveDate, now: Now) -> Result<Vec<BillLine>, Silent> {
        let path = format!("/v3/bill/tradebill?bill_date={day}&bill_type=SUCCESS");
        let Some(answer) = self.ask("GET", &path, "", now.clone()).await? else { return Ok(Vec::new()) };
        let (url, digest) = text(&answer, "download_url").zip(text(&answer, "hash_value")).ok_or(Silent::Unreadable)?;
        let path = url.strip_prefix(&self.api).filter(|path| path.starts_with('/')).ok_or(Silent::Unreadable)?;
        let authorization = self.merchant.authorization("GET", path, "", now.at, &now.nonce)?;
        let answer = self.http.get(url).header("Authorization", authorization).send().await.map_err(quiet)?;
        let file = body(answer).await?;
        if hex::encode(Sha1::digest(file.as_bytes())) != digest.to_ascii_lowercase() {
            return Err(Unproved::Signature.into());
        }
        lines(&file).ok_or(Silent::Unreadable)
    }

    /// Asks, proves the answer, reads it. None is a proved "no such thing".
    async fn ask(&self, method: &str, path: &str, said: &str, now: Now) -> Result<Option<Value>, Silent> {
        let (status, headers, said) = self.send(method, path, said, now.clone()).await?;
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let (signed, at) = (signed(&header), now.at);
        let mut proved = prove(&signed, said.as_bytes(), &self.keys(), at);
        if proved == Err(Unproved::UnknownSerial) && self.renew(now).await {
            proved = prove(&signed, said.as_bytes(), &self.keys(), at);
        }
        proved?;
        match status {
            StatusCode::NOT_FOUND => Ok(None),
            status if status.is_success() => serde_json::from_str(&said).map(Some).map_err(|_| Silent::Unreadable),
            status => {
                let code = serde_json::from_str::<Value>(&said).ok();
                let code = code.as_ref().and_then(|said| text(said, "code")).unwrap_or_default();
                Err(Silent::Refused(format!("{} {code}", status.as_u16())))
            }
        }
    }

    /// Sends a signed request; the answer is not proved yet.
    async fn send(
        &self,
        method: &str,
        path: &str,
        said: &str,
        now: Now,
    ) -> Result<(StatusCode, HeaderMap, String), Silent> {
        let authorization = self.merchant.authorization(method, path, said, now.at, &now.nonce)?;
        let send = |host: &str| {
            let url = format!("{host}{path}");
            let request = if method == "GET" { self.http.get(url) } else { self.http.post(url).body(said.to_owned()) };
            request
                .header("Authorization", &authorization)
                .header("Accept", "application/json")
                .header("Content-Type", "application/json")
                .send()
        };
        let answer = match send(&self.api).await {
            // Nothing was said to the first one yet; the signature is not of the host.
            Err(why) if why.is_connect() && !self.backup.is_empty() => send(&self.backup).await,
            first => first,
        };
        let answer = answer.map_err(quiet)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        Ok((status, headers, body(answer).await?))
    }
}

fn signed<'h>(header: &impl Fn(&str) -> Option<&'h str>) -> Signed<'h> {
    Signed {
        timestamp: header("Wechatpay-Timestamp"),
        nonce: header("Wechatpay-Nonce"),
        serial: header("Wechatpay-Serial"),
        signature: header("Wechatpay-Signature"),
        signature_type: header("Wechatpay-Signature-Type"),
    }
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str()
}

fn rfc3339(at: Timestamp) -> String {
    let local = at.in_shanghai().and_utc().to_rfc3339_opts(SecondsFormat::Secs, false);
    // A wall clock in Shanghai, written with its own offset.
    local.replace("+00:00", "+08:00")
}

/// The payments of a bill: columns by their headings, every value behind a backtick; the totals at the end are left out.
fn lines(file: &str) -> Option<Vec<BillLine>> {
    let mut rows = file.lines();
    let head: Vec<&str> = rows.next()?.trim_start_matches('\u{feff}').split(',').collect();
    let column = |names: &[&str]| head.iter().position(|name| names.contains(&name.trim()));
    let order = column(&["商户订单号"])?;
    let transaction = column(&["微信订单号"])?;
    let amount = column(&["订单金额", "总金额", "应结订单金额"])?;
    let mut lines = Vec::new();
    for row in rows.filter(|row| row.starts_with('`')) {
        let cells: Vec<&str> = row.split(',').map(|cell| cell.trim().trim_start_matches('`')).collect();
        if cells.len() != head.len() {
            continue;
        }
        lines.push(BillLine {
            order: (*cells.get(order)?).to_owned(),
            transaction: (*cells.get(transaction)?).to_owned(),
            amount: Fen(fen(cells.get(amount)?)?.0),
        });
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bill_is_read_by_its_headings() {
        let file = "\u{feff}交易时间,微信订单号,商户订单号,交易状态,订单金额\n\
            `2026-11-21 10:00:00,`4200000001,`R20261121000001,`SUCCESS,`280.00\n\
            总交易单数,订单总金额\n`1,`280.00\n";
        let read = lines(file).unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!((read[0].order.as_str(), read[0].amount), ("R20261121000001", Fen(28_000)));
        assert_eq!(lines("nothing,of,this"), None);
    }

    #[test]
    fn deadlines_are_told_by_the_clock_of_shanghai() {
        let at = Timestamp::parse_shanghai("2026-11-24 23:59:59").unwrap();
        assert_eq!(rfc3339(at), "2026-11-24T23:59:59+08:00");
    }
}
