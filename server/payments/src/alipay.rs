//! 支付宝 RSA2. Signing and proving as the official Node library does (alipay/alipay-sdk-nodejs-all).

use crate::{KeyFault, SigningKey, Unproved, VerifyingKey};
use domain::ids::Fen;
use domain::page::money::BillLine;
use domain::payment::Notice;
use std::collections::BTreeMap;
use std::fmt;

/// The one kind of signature that is accepted: SHA-256 with RSA.
pub const SIGN_TYPE: &str = "RSA2";

/// An app of ours at Alipay.
pub struct App {
    /// app_id
    pub app_id: String,
    /// 商户 PID: seller_id of notifications.
    pub seller_id: String,
    key: SigningKey,
    alipay: VerifyingKey,
}

impl fmt::Debug for App {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("App").field("app_id", &self.app_id).finish_non_exhaustive()
    }
}

/// A proved notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// notify_id; the same for every repetition.
    pub event: String,
    /// What it says.
    pub notice: Notice,
    /// The state in the channel's word: TRADE_SUCCESS, WAIT_BUYER_PAY, ….
    pub trade_status: String,
}

impl App {
    /// An app with our key and Alipay's.
    pub fn new(app_id: String, seller_id: String, key: SigningKey, alipay: VerifyingKey) -> App {
        App { app_id, seller_id, key, alipay }
    }

    /// The signature of a request's parameters; `sign` itself and empty values are left out.
    pub fn sign(&self, parameters: &BTreeMap<String, String>) -> Result<String, KeyFault> {
        self.key.sign(&sign_string(parameters, &["sign"]))
    }

    /// Proves and reads a notification from its raw form body. Values are decoded once.
    pub fn notification(&self, body: &[u8]) -> Result<Notification, Unproved> {
        let parameters: BTreeMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
        self.prove(&parameters)?;
        let get = |key: &str| parameters.get(key).map(String::as_str).unwrap_or_default();
        if get("app_id") != self.app_id {
            return Err(Unproved::App);
        }
        if get("seller_id") != self.seller_id {
            return Err(Unproved::Merchant);
        }
        let trade_status = get("trade_status").to_owned();
        let notice = Notice {
            order: get("out_trade_no").to_owned(),
            transaction: get("trade_no").to_owned(),
            amount: fen(get("total_amount")).ok_or(Unproved::Amount)?,
            success: matches!(trade_status.as_str(), "TRADE_SUCCESS" | "TRADE_FINISHED"),
        };
        Ok(Notification { event: get("notify_id").to_owned(), notice, trade_status })
    }

    /// Proves the answer to a request, and gives what it says: the object under `member`, byte for byte as it was signed.
    pub fn answer<'b>(&self, body: &'b str, member: &str) -> Result<&'b str, Unproved> {
        let said = object_under(body, member).ok_or(Unproved::Malformed)?;
        let whole: serde_json::Value = serde_json::from_str(body).map_err(|_| Unproved::Malformed)?;
        let signature = whole.get("sign").and_then(|sign| sign.as_str()).ok_or(Unproved::Signature)?;
        if self.alipay.proves(said.as_bytes(), signature) { Ok(said) } else { Err(Unproved::Signature) }
    }

    fn prove(&self, parameters: &BTreeMap<String, String>) -> Result<(), Unproved> {
        if parameters.get("sign_type").is_some_and(|kind| kind != SIGN_TYPE) {
            return Err(Unproved::SignatureType);
        }
        let signature = parameters.get("sign").filter(|sign| !sign.is_empty()).ok_or(Unproved::Signature)?;
        // Payments leave sign_type out of the text, some service messages keep it in.
        let proved = [["sign", "sign_type"].as_slice(), ["sign"].as_slice()]
            .into_iter()
            .any(|left_out| self.alipay.proves(sign_string(parameters, left_out).as_bytes(), signature));
        if proved { Ok(()) } else { Err(Unproved::Signature) }
    }
}

/// The text of the object that stands under a member, braces included.
fn object_under<'b>(body: &'b str, member: &str) -> Option<&'b str> {
    let key = format!("\"{member}\"");
    let after = body.find(&key)? + key.len();
    let start = after + body[after..].find('{')?;
    let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
    for (place, byte) in body.bytes().enumerate().skip(start) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return body.get(start..=place);
                }
            }
            _ => {}
        }
    }
    None
}

/// `k=v` joined by `&`, by key, un-encoded, without empty values.
pub fn sign_string(parameters: &BTreeMap<String, String>, left_out: &[&str]) -> String {
    let parts: Vec<String> = parameters
        .iter()
        .filter(|(key, value)| !value.is_empty() && !left_out.contains(&key.as_str()))
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    parts.join("&")
}

/// Reads yuan with at most two decimals into fen: `280.00`, `0.09`, `280`.
pub fn fen(yuan: &str) -> Option<Fen> {
    let (whole, part) = yuan.split_once('.').unwrap_or((yuan, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    let part: i64 = format!("{part:0<2}").parse().ok()?;
    Some(Fen(whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(part)?))
}

/// Reads 业务明细 of a day: GBK, remarks behind `#`, columns by their headings, a tab behind every value. Payments only;
/// refunds stand there too.
pub fn bill(bytes: &[u8]) -> Option<Vec<BillLine>> {
    let (text, _, _) = encoding_rs::GBK.decode(bytes);
    let mut rows = text.lines().filter(|row| !row.starts_with('#') && !row.trim().is_empty());
    let cells = |row: &str| -> Vec<String> { row.split(',').map(|cell| cell.trim().to_owned()).collect() };
    let head = cells(rows.next()?);
    let column = |name: &str| head.iter().position(|heading| heading == name);
    let (transaction, order, kind, amount) =
        (column("支付宝交易号")?, column("商户订单号")?, column("业务类型")?, column("订单金额（元）")?);
    let mut lines = Vec::new();
    for row in rows {
        let cells = cells(row);
        if cells.len() < head.len() || cells.get(kind).is_none_or(|kind| kind != "交易") {
            continue;
        }
        lines.push(BillLine {
            order: cells.get(order)?.clone(),
            transaction: cells.get(transaction)?.clone(),
            amount: fen(cells.get(amount)?)?,
        });
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bill_is_read_by_its_headings_from_gbk() {
        let file = "#支付宝业务明细查询\r\n#账号：[20880000000000010156]\r\n\
            支付宝交易号,商户订单号,业务类型,商品名称,订单金额（元）,商家实收（元）\r\n\
            42001\t,R20261121000001\t,交易\t,电工 考试费\t,280.00\t,278.32\t\r\n\
            42001\t,R20261121000001\t,退款\t,电工 考试费\t,-280.00\t,-278.32\t\r\n\
            #-----------------------------------------业务明细列表结束\r\n#导出时间：[2026年11月22日]\r\n";
        let (gbk, _, _) = encoding_rs::GBK.encode(file);
        let read = bill(&gbk).unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!(
            (read[0].order.as_str(), read[0].transaction.as_str(), read[0].amount),
            ("R20261121000001", "42001", Fen(28_000))
        );
        assert_eq!(bill(b"nothing,of,this\n"), None);
        assert_eq!(bill(b""), None);
    }

    #[test]
    fn what_was_signed_is_cut_out_as_it_stands() {
        let body = r#"{"alipay_trade_query_response": {"msg":"a } \" b","x":{"y":1}} ,"sign":"s"}"#;
        assert_eq!(object_under(body, "alipay_trade_query_response"), Some(r#"{"msg":"a } \" b","x":{"y":1}}"#));
        assert_eq!(object_under(body, "another"), None);
        assert_eq!(object_under(r#"{"m":{"#, "m"), None);
    }

    #[test]
    fn yuan_become_fen_without_floating_points() {
        assert_eq!(fen("280.00"), Some(Fen(28_000)));
        assert_eq!(fen("0.09"), Some(Fen(9)));
        assert_eq!(fen("180.5"), Some(Fen(18_050)));
        assert_eq!(fen("1.005"), None);
        assert_eq!(fen("-1.00"), None);
        assert_eq!(fen(""), None);
        assert_eq!(fen("99999999999999999999"), None);
    }
}
