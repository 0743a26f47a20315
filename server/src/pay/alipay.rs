//! 支付宝: precreate, wap and page, query and refund at the gateway. Every answer is proved before it is read.

use super::ANSWER_BYTES;
use super::{Asked, KeyFiles, Now, Payer, Silent, Told, body, bytes, quiet};
use crate::config::AlipayPay;
use chrono::NaiveDate;
use domain::page::money::BillLine;
use domain::payment::Notice;
use domain::time::official_moment;
use payments::alipay::{App, SIGN_TYPE, fen};
use payments::{SigningKey, Unproved, VerifyingKey};
use records::payments::PendingRefund;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// 业务处理成功
const DONE: &str = "10000";
/// Most characters of a subject.
const ABOUT_MAX: usize = 80;

#[derive(Debug)]
pub(super) struct Alipay {
    app: App,
    gateway: String,
    back: String,
    http: reqwest::Client,
}

impl Alipay {
    pub(super) fn read(
        settings: &AlipayPay,
        back: String,
        http: reqwest::Client,
        files: &KeyFiles,
    ) -> Result<Alipay, String> {
        let wrong = |path: &std::path::Path, why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
        let key =
            SigningKey::from_pem(&files.secret(&settings.key_file)?).map_err(|why| wrong(&settings.key_file, &why))?;
        let alipay = VerifyingKey::from_pem(&files.open(&settings.alipay_key_file)?)
            .map_err(|why| wrong(&settings.alipay_key_file, &why))?;
        let app = App::new(settings.app_id.clone(), settings.seller_id.clone(), key, alipay);
        Ok(Alipay { app, gateway: settings.gateway.clone(), back, http })
    }

    pub(super) async fn create(&self, asked: &Asked<'_>, now: Now) -> Result<String, Silent> {
        let mut order = json!({
            "out_trade_no": asked.number(),
            "total_amount": asked.amount.yuan(),
            "subject": asked.about.chars().take(ABOUT_MAX).collect::<String>(),
            "seller_id": self.app.seller_id,
        });
        if let Some(until) = asked.until {
            order["time_expire"] = official_moment(until).into();
        }
        // 手机网站支付, 电脑网站支付: the browser itself carries the signed request to the gateway.
        let carried = match asked.from {
            Payer::Screen => None,
            Payer::Phone { back, .. } => Some(("alipay.trade.wap.pay", "QUICK_WAP_WAY", back)),
            Payer::Page { back } => Some(("alipay.trade.page.pay", "FAST_INSTANT_TRADE_PAY", back)),
            Payer::Inside { .. } => return Err(Silent::Unknown),
        };
        if let Some((method, product, back)) = carried {
            order["product_code"] = product.into();
            let mut parameters = self.parameters(method, &order, &now);
            parameters.insert("return_url".into(), back.to_owned());
            parameters.insert("sign".into(), self.app.sign(&parameters)?);
            let mut url = reqwest::Url::parse(&self.gateway).map_err(|_| Silent::Unreadable)?;
            url.query_pairs_mut().extend_pairs(&parameters);
            return Ok(url.into());
        }
        let answer = done(self.ask("alipay.trade.precreate", &order, &now).await?)?;
        text(&answer, "qr_code").map(str::to_owned).ok_or(Silent::Unreadable)
    }

    pub(super) async fn query(&self, number: &str, now: Now) -> Result<Option<Notice>, Silent> {
        let answer = self.ask("alipay.trade.query", &json!({ "out_trade_no": number }), &now).await?;
        if text(&answer, "sub_code") == Some("ACQ.TRADE_NOT_EXIST") {
            return Ok(None);
        }
        let answer = done(answer)?;
        let amount = text(&answer, "total_amount").and_then(fen).ok_or(Unproved::Amount)?;
        Ok(Some(Notice {
            order: text(&answer, "out_trade_no").unwrap_or_default().to_owned(),
            transaction: text(&answer, "trade_no").unwrap_or_default().to_owned(),
            amount,
            success: matches!(text(&answer, "trade_status"), Some("TRADE_SUCCESS" | "TRADE_FINISHED")),
        }))
    }

    pub(super) fn told(&self, body: &[u8]) -> Result<Told, Silent> {
        let told = self.app.notification(body)?;
        Ok(Told { event: told.event, notice: told.notice })
    }

    pub(super) async fn refund(&self, refund: &PendingRefund, now: Now) -> Result<bool, Silent> {
        let asked = json!({
            "trade_no": refund.transaction,
            "refund_amount": refund.amount.yuan(),
            "out_request_no": refund.number,
            "refund_reason": refund.reason,
        });
        // A success without change of funds is the same refund asked again.
        done(self.ask("alipay.trade.refund", &asked, &now).await?).map(|_| true)
    }

    /// The bill of a day: an archive behind an address that stands in a proved answer.
    pub(super) async fn bill(&self, day: NaiveDate, now: Now) -> Result<Vec<BillLine>, Silent> {
        let asked = json!({ "bill_type": "trade", "bill_date": day.to_string() });
        let answer = self.ask("alipay.data.dataservice.bill.downloadurl.query", &asked, &now).await?;
        if text(&answer, "sub_code").is_some_and(|code| code.contains("bill_not_exist")) {
            return Ok(Vec::new());
        }
        let answer = done(answer)?;
        let url = text(&answer, "bill_download_url").ok_or(Silent::Unreadable)?;
        let ours = self.gateway.trim_end_matches("/gateway.do");
        if !url.starts_with("https://") && !url.starts_with(ours) {
            return Err(Silent::Unreadable);
        }
        let file = bytes(self.http.get(url).send().await.map_err(quiet)?).await?;
        let details = tokio::task::spawn_blocking(move || details(file)).await.map_err(|_| Silent::Unreadable)?;
        payments::alipay::bill(&details.ok_or(Silent::Unreadable)?).ok_or(Silent::Unreadable)
    }

    fn parameters(&self, method: &str, said: &Value, now: &Now) -> BTreeMap<String, String> {
        [
            ("app_id", self.app.app_id.clone()),
            ("method", method.to_owned()),
            ("format", "JSON".into()),
            ("charset", "utf-8".into()),
            ("sign_type", SIGN_TYPE.into()),
            ("timestamp", official_moment(now.at)),
            ("version", "1.0".into()),
            ("notify_url", self.back.clone()),
            ("biz_content", said.to_string()),
        ]
        .map(|(key, value)| (key.to_owned(), value))
        .into()
    }

    async fn ask(&self, method: &str, said: &Value, now: &Now) -> Result<Value, Silent> {
        let mut parameters = self.parameters(method, said, now);
        parameters.insert("sign".into(), self.app.sign(&parameters)?);
        let mut form = reqwest::Url::parse("http://form.invalid").map_err(|_| Silent::Unreadable)?;
        form.query_pairs_mut().extend_pairs(&parameters);
        let answer = self
            .http
            .post(&self.gateway)
            .header("Content-Type", "application/x-www-form-urlencoded;charset=utf-8")
            .body(form.query().unwrap_or_default().to_owned())
            .send()
            .await
            .map_err(quiet)?;
        let answer = body(answer).await?;
        let member = format!("{}_response", method.replace('.', "_"));
        let said = self.app.answer(&answer, &member)?;
        serde_json::from_str(said).map_err(|_| Silent::Unreadable)
    }
}

/// 业务明细 out of the archive; its summary lies beside it.
fn details(file: Vec<u8>) -> Option<Vec<u8>> {
    let mut archive = rosters::Archive::open(std::io::Cursor::new(file)).ok()?;
    let place = archive.names().position(|name| name.ends_with("业务明细.csv"))?;
    let entry = archive.file(place, ANSWER_BYTES as u64)?;
    (entry.bytes.len() <= ANSWER_BYTES).then_some(entry.bytes)
}

fn done(answer: Value) -> Result<Value, Silent> {
    match text(&answer, "code") {
        Some(DONE) => Ok(answer),
        Some(code) => Err(Silent::Refused(format!("{code} {}", text(&answer, "sub_code").unwrap_or_default()))),
        None => Err(Silent::Unreadable),
    }
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str()
}
