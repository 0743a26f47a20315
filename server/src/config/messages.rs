//! `[mail]`, `[sms]`, `[push]`: the ways by which messages leave the house. All are off by default: then the inbox on the
//! site is the only one, and the desk says so.

use super::BadConfig;
use domain::message::MessageKind;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The mail server that messages leave by.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailServer {
    /// `smtps://host` or `smtp://host:587?tls=required`.
    pub url: String,
    /// Sender, like `技考 <noreply@example.org>`.
    pub from: String,
    /// Two lines, name and password, readable by the server alone; none where the server asks for none.
    #[serde(default)]
    pub credentials_file: Option<PathBuf>,
}

/// Which service sends text messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmsProvider {
    /// 阿里云短信
    Aliyun,
    /// 腾讯云短信
    Tencent,
}

/// The service of text messages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsService {
    /// Which service.
    pub provider: SmsProvider,
    /// Two lines, id and secret of the access key, readable by the server alone.
    pub keys_file: PathBuf,
    /// 短信签名
    pub sign: String,
    /// The template that is used where `templates` names none: variables `what`, `trade`, `until`, in this order.
    pub template: String,
    /// Templates of single kinds of messages, by their word; an empty one sends no text message for this kind.
    #[serde(default)]
    pub templates: BTreeMap<String, String>,
    /// SmsSdkAppId of Tencent.
    #[serde(default)]
    pub app: String,
    /// Region of Tencent.
    #[serde(default = "region")]
    pub region: String,
    /// Where it is asked; none asks where the service documents.
    #[serde(default)]
    pub api: Option<String>,
}

/// Pushes to systems of agencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Push {
    /// Whether addresses of this house may be pushed to, also without TLS: where the agency's system stands beside this
    /// one. Off, nobody at the desk can make this server knock at doors behind the firewall.
    pub local: bool,
}

fn region() -> String {
    "ap-guangzhou".into()
}

impl SmsService {
    /// Where it is asked.
    pub fn api(&self) -> String {
        let own = match self.provider {
            SmsProvider::Aliyun => "https://dysmsapi.aliyuncs.com",
            SmsProvider::Tencent => "https://sms.tencentcloudapi.com",
        };
        self.api.as_deref().unwrap_or(own).trim_end_matches('/').to_owned()
    }

    pub(super) fn check(&self) -> Result<(), BadConfig> {
        if !super::sign_in::is_safe(&self.api()) {
            return Err(BadConfig(format!(
                "sms.api is {:?}; it is an https:// address, or http:// on this machine",
                self.api()
            )));
        }
        if let Some(unknown) = self.templates.keys().find(|word| MessageKind::parse(word).is_none()) {
            let all: Vec<&str> = MessageKind::ALL.iter().map(|kind| kind.as_str()).collect();
            return Err(BadConfig(format!(
                "sms.templates: {unknown:?} is no kind of message; they are {}",
                all.join(", ")
            )));
        }
        if self.provider == SmsProvider::Tencent && self.app.is_empty() {
            return Err(BadConfig("sms.app: Tencent wants the SmsSdkAppId".into()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn kinds_are_known_and_keys_are_not_sent_over_open_lines() {
        const SMS: &str = "[sms]\nprovider = \"aliyun\"\nkeys_file = \"k\"\nsign = \"技考\"\ntemplate = \"SMS_1\"\n";
        let read =
            |text: &str| toml::from_str::<Config>(text).map(|config| config.sms.is_none_or(|sms| sms.check().is_ok()));
        assert_eq!(read(SMS), Ok(true));
        assert_eq!(read(&format!("{SMS}api = \"http://sms.example.org\"")), Ok(false));
        assert_eq!(read(&format!("{SMS}[sms.templates]\nreturned = \"SMS_2\"")), Ok(true));
        assert_eq!(read(&format!("{SMS}[sms.templates]\nreturnd = \"SMS_2\"")), Ok(false));
        assert_eq!(read(&SMS.replace("aliyun", "tencent")), Ok(false), "an app is wanted");
        assert!(read("[mail]\nurl = \"smtp://localhost\"").is_err(), "a sender is wanted");
    }
}
