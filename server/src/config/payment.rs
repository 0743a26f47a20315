//! `[[payment.channel]]`: how fees are paid on-line.

use super::BadConfig;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Channels, in the order of their buttons; none means that fees are paid at the counter or by transfer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Payment {
    /// Channels.
    pub channel: Vec<PayChannel>,
}

/// A channel, by the protocol that it speaks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PayChannel {
    /// 微信支付 API v3.
    Wechat(WechatPay),
    /// 支付宝 with RSA2.
    Alipay(AlipayPay),
}

/// A merchant at 微信支付.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WechatPay {
    /// 商户号
    pub mchid: String,
    /// AppID
    pub appid: String,
    /// Serial number of our certificate.
    pub serial: String,
    /// Our private key, PEM, readable by the server alone.
    pub key_file: PathBuf,
    /// The APIv3 key, 32 characters, readable by the server alone.
    pub apiv3_key_file: PathBuf,
    /// Public keys or certificates of the platform, PEM, by serial number or key id.
    pub platform_keys: BTreeMap<String, PathBuf>,
    /// AppSecret of the account (公众号), 32 characters, readable by the server alone. With it people inside 微信 pay in its own
    /// window (JSAPI); without it they scan a code with another phone.
    #[serde(default)]
    pub app_secret_file: Option<PathBuf>,
    /// Where it is asked.
    #[serde(default = "wechat_api")]
    pub api: String,
    /// Where it is asked while the first one cannot be reached; empty for nowhere.
    #[serde(default = "wechat_backup")]
    pub backup: String,
    /// Where 微信 sends somebody back from, with a code for who it is (网页授权).
    #[serde(default = "wechat_authorize")]
    pub authorize: String,
    /// Where such a code is given in.
    #[serde(default = "wechat_token")]
    pub token: String,
}

/// An app at 支付宝.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlipayPay {
    /// app_id
    pub app_id: String,
    /// 商户 PID
    pub seller_id: String,
    /// Our private key, PEM, readable by the server alone.
    pub key_file: PathBuf,
    /// Alipay's public key, PEM.
    pub alipay_key_file: PathBuf,
    /// Where it is asked.
    #[serde(default = "alipay_gateway")]
    pub gateway: String,
}

fn wechat_api() -> String {
    "https://api.mch.weixin.qq.com".into()
}

fn wechat_backup() -> String {
    "https://api2.mch.weixin.qq.com".into()
}

fn wechat_authorize() -> String {
    "https://open.weixin.qq.com/connect/oauth2/authorize".into()
}

fn wechat_token() -> String {
    "https://api.weixin.qq.com/sns/oauth2/access_token".into()
}

fn alipay_gateway() -> String {
    "https://openapi.alipay.com/gateway.do".into()
}

impl Payment {
    pub(super) fn check(&self) -> Result<(), BadConfig> {
        let count = |wechat: bool| {
            self.channel.iter().filter(|channel| matches!(channel, PayChannel::Wechat(_)) == wechat).count()
        };
        if count(true) > 1 || count(false) > 1 {
            return Err(BadConfig("payment.channel: one channel of each kind, please".into()));
        }
        for channel in &self.channel {
            let addresses = match channel {
                PayChannel::Wechat(wechat) => {
                    let mut all =
                        vec![("api", &wechat.api), ("authorize", &wechat.authorize), ("token", &wechat.token)];
                    all.extend((!wechat.backup.is_empty()).then_some(("backup", &wechat.backup)));
                    all
                }
                PayChannel::Alipay(alipay) => vec![("gateway", &alipay.gateway)],
            };
            if let Some((name, url)) = addresses.into_iter().find(|(_, url)| !super::sign_in::is_safe(url)) {
                return Err(BadConfig(format!(
                    "payment.channel: {name} is {url:?}; it is an https:// address, or http:// on this machine"
                )));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    const ALIPAY: &str = "[[payment.channel]]\nkind = \"alipay\"\napp_id = \"1\"\nseller_id = \"2\"\nkey_file = \"k\"\nalipay_key_file = \"p\"\n";

    const WECHAT: &str = "[[payment.channel]]\nkind = \"wechat\"\nmchid = \"1\"\nappid = \"2\"\nserial = \"3\"\nkey_file = \"k\"\napiv3_key_file = \"a\"\nplatform_keys = {}\napp_secret_file = \"s\"\n";

    #[test]
    fn one_channel_of_each_kind_and_only_where_nobody_listens() {
        let read = |text: &str| toml::from_str::<Config>(text).map(|config| config.payment.check().is_ok());
        assert_eq!(read(ALIPAY), Ok(true));
        assert_eq!(read(&format!("{ALIPAY}{ALIPAY}")), Ok(false));
        assert_eq!(read(&format!("{ALIPAY}gateway = \"http://pay.example.org\"")), Ok(false));
        assert!(read(&format!("{ALIPAY}keyfile = \"x\"")).is_err());
        assert_eq!(read(WECHAT), Ok(true));
        assert_eq!(read(&format!("{WECHAT}token = \"http://api.example.org/token\"")), Ok(false));
    }
}
