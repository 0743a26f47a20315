//! 微信支付: Native orders, questions, refunds and bills over API v3. Every answer is proved before it is read.

use super::{Asked, KeyFiles, Now, Payer, Silent, Told, attempt, body, quiet};
use crate::config::WechatPay;
use axum::http::HeaderMap;
use chrono::{NaiveDate, SecondsFormat};
use domain::ids::Fen;
use domain::page::money::BillLine;
use domain::payment::Notice;
use domain::time::Timestamp;
use payments::wechat::{Merchant, PlatformKeys, Signed, prove};
use payments::{SigningKey, VerifyingKey, alipay::fen};
use records::payments::PendingRefund;
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

/// Most characters of a description.
const ABOUT_MAX: usize = 40;

#[derive(Debug)]
pub(super) struct Wechat {
    merchant: Merchant,
    keys: PlatformKeys,
    api: String,
    back: String,
    http: reqwest::Client,
}

impl Wechat {
    pub(super) fn read(
        settings: &WechatPay,
        back: String,
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
        Ok(Wechat { merchant, keys, api: settings.api.trim_end_matches('/').into(), back, http })
    }

    pub(super) async fn create(&self, asked: &Asked<'_>, now: Now) -> Result<String, Silent> {
        let about: String = asked.about.chars().take(ABOUT_MAX).collect();
        let mut order = json!({
            "appid": self.merchant.appid,
            "mchid": self.merchant.mchid,
            "description": about,
            "out_trade_no": attempt(asked.number, asked.from),
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
        };
        let answer = self.ask("POST", path, &order.to_string(), now).await?;
        let answer = answer.ok_or_else(|| Silent::Refused("404".into()))?;
        let said = text(&answer, key).ok_or(Silent::Unreadable)?;
        Ok(match asked.from {
            Payer::Screen => said.to_owned(),
            // The channel sends the payer back there.
            Payer::Phone { back, .. } => {
                let mut url = reqwest::Url::parse(said).map_err(|_| Silent::Unreadable)?;
                url.query_pairs_mut().append_pair("redirect_url", back);
                url.into()
            }
        })
    }

    pub(super) async fn query(&self, number: &str, now: Now) -> Result<Option<Notice>, Silent> {
        let path = format!("/v3/pay/transactions/out-trade-no/{number}?mchid={}", self.merchant.mchid);
        let Some(answer) = self.ask("GET", &path, "", now).await? else { return Ok(None) };
        let (notice, _) = self.merchant.transaction(answer.to_string().as_bytes())?;
        Ok(Some(notice))
    }

    pub(super) fn told(&self, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Result<Told, Silent> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let signed = signed(&text);
        let told = self.merchant.notification(&signed, body, &self.keys, now)?;
        Ok(Told { event: told.event, notice: told.notice })
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
            return Err(payments::Unproved::Signature.into());
        }
        lines(&file).ok_or(Silent::Unreadable)
    }

    /// Asks, proves the answer, reads it. None is a proved "no such thing".
    async fn ask(&self, method: &str, path: &str, said: &str, now: Now) -> Result<Option<Value>, Silent> {
        let authorization = self.merchant.authorization(method, path, said, now.at, &now.nonce)?;
        let url = format!("{}{path}", self.api);
        let request = if method == "GET" { self.http.get(url) } else { self.http.post(url).body(said.to_owned()) };
        let answer = request
            .header("Authorization", authorization)
            .header("Accept", "application/json")
            .header("Content-Type", "application/json")
            .send()
            .await
            .map_err(quiet)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let said = body(answer).await?;
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        prove(&signed(&header), said.as_bytes(), &self.keys, now.at)?;
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
