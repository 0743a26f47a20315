//! Settings: one commented file and environment variables, with defaults that work.

mod messages;
mod payment;
mod sign_in;
mod virus_scan;

pub use messages::{MailServer, Push, SmsProvider, SmsService};
pub use payment::{AlipayPay, PayChannel, Payment, WechatPay};
pub use sign_in::{Assurance, Claims, Document, Oidc, Portal, Provider, SignIn};
pub use virus_scan::VirusScan;

use documents::forms::{FontPlaces, Places};
use records::certificate_lookup::Source as Certificates;
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The example file, every key with its default.
pub const EXAMPLE: &str = include_str!("../jikao.toml");

/// What an installation can choose.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Folder of database, files and keys.
    pub data: PathBuf,
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Database; none is a SQLite file in the data folder.
    pub database: Option<String>,
    /// Origin under which people reach the site; none is derived from `listen`.
    pub origin: Option<String>,
    /// Folder of the browser's bundles.
    pub dist: PathBuf,
    /// Folder of other public files.
    pub public: PathBuf,
    /// Most connections at once.
    pub connections: usize,
    /// Most connections at once from one address.
    pub connections_per_address: usize,
    /// Most open pages of one person that follow something.
    pub streams_per_person: usize,
    /// Filter of the log.
    pub log: String,
    /// Form of its lines.
    pub log_format: LogFormat,
    /// Folder of fonts for print-outs; none looks in the usual places.
    pub fonts: Option<PathBuf>,
    /// Folder of templates that replace the built-in forms; none keeps these.
    pub templates: Option<PathBuf>,
    /// Where earlier certificates are looked up.
    pub certificates: Certificates,
    /// Portals and identity providers that people may come from.
    pub sign_in: SignIn,
    /// Channels that fees are paid by.
    pub payment: Payment,
    /// The mail server; none sends no mail.
    pub mail: Option<MailServer>,
    /// The service of text messages; none sends none.
    pub sms: Option<SmsService>,
    /// Pushes to systems of agencies.
    pub push: Push,
    /// The virus scanner that uploads are shown to.
    pub virus_scan: VirusScan,
}

/// Form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// The configuration cannot be used; the text names the file, the variable or the key.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadConfig(pub(crate) String);

impl Default for Config {
    fn default() -> Self {
        Config {
            data: "var".into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
            database: None,
            origin: None,
            dist: "dist".into(),
            public: "public".into(),
            connections: 16_000,
            connections_per_address: 4_000,
            // Tabs of several devices.
            streams_per_person: 60,
            log: "info".into(),
            log_format: LogFormat::Text,
            fonts: None,
            templates: None,
            certificates: Certificates::Off,
            sign_in: SignIn::default(),
            payment: Payment::default(),
            mail: None,
            sms: None,
            push: Push::default(),
            virus_scan: VirusScan::default(),
        }
    }
}

impl Config {
    /// Defaults, then the file (`file`, or `jikao.toml` here if there is one), then what `variable` knows.
    pub fn load(file: Option<&Path>, variable: impl Fn(&str) -> Option<String>) -> Result<Config, BadConfig> {
        let mut config = match file {
            Some(path) => Config::read(path)?,
            None if Path::new("jikao.toml").is_file() => Config::read(Path::new("jikao.toml"))?,
            None => Config::default(),
        };
        let text = |name: &str, place: &mut String| {
            if let Some(value) = variable(name) {
                *place = value;
            }
        };
        let path = |name: &str, place: &mut PathBuf| {
            if let Some(value) = variable(name) {
                *place = value.into();
            }
        };
        path("JIKAO_DATA", &mut config.data);
        path("JIKAO_DIST", &mut config.dist);
        path("JIKAO_PUBLIC", &mut config.public);
        text("JIKAO_LOG", &mut config.log);
        config.database = variable("JIKAO_DATABASE").or(config.database);
        config.origin = variable("JIKAO_ORIGIN").or(config.origin);
        config.fonts = variable("JIKAO_FONTS").map(PathBuf::from).or(config.fonts);
        parsed("JIKAO_LISTEN", &variable, &mut config.listen)?;
        parsed("JIKAO_CONNECTIONS", &variable, &mut config.connections)?;
        parsed("JIKAO_CONNECTIONS_PER_ADDRESS", &variable, &mut config.connections_per_address)?;
        parsed("JIKAO_STREAMS_PER_PERSON", &variable, &mut config.streams_per_person)?;
        match variable("JIKAO_LOG_FORMAT").as_deref() {
            None => {}
            Some("text") => config.log_format = LogFormat::Text,
            Some("json") => config.log_format = LogFormat::Json,
            Some(other) => return Err(BadConfig(format!("JIKAO_LOG_FORMAT is {other:?}; it is \"text\" or \"json\""))),
        }
        config.checked()
    }

    fn read(path: &Path) -> Result<Config, BadConfig> {
        let text = std::fs::read_to_string(path)
            .map_err(|why| BadConfig(format!("{}: cannot be read: {why}", path.display())))?;
        toml::from_str(&text).map_err(|why| BadConfig(format!("{}: {why}", path.display())))
    }

    fn checked(self) -> Result<Config, BadConfig> {
        if let Some(origin) = &self.origin {
            let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")).unwrap_or_default();
            let plain =
                !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
            if !plain {
                return Err(BadConfig(format!(
                    "origin is {origin:?}; it is http:// or https:// with a host and nothing behind it, like https://jikao.example.org"
                )));
            }
        }
        if let Some(url) = &self.database
            && !["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme))
        {
            return Err(BadConfig("database is neither a sqlite: nor a postgres: address".into()));
        }
        if let Certificates::Http { url } = &self.certificates
            && !url.starts_with("https://")
            && !url.starts_with("http://127.0.0.1")
        {
            return Err(BadConfig("certificates.http.url does not begin with https://".into()));
        }
        self.sign_in.check()?;
        self.payment.check()?;
        self.sms.as_ref().map_or(Ok(()), SmsService::check)?;
        Ok(self)
    }

    /// Where fonts and templates of print-outs lie.
    pub fn printing(&self) -> Places {
        Places { fonts: FontPlaces::usual(self.fonts.as_deref()), templates: self.templates.clone() }
    }

    /// Origin under which people reach the site, without a slash at the end.
    pub fn origin(&self) -> String {
        match &self.origin {
            Some(origin) => origin.clone(),
            None if self.listen.ip().is_unspecified() => format!("http://127.0.0.1:{}", self.listen.port()),
            None => format!("http://{}", self.listen),
        }
    }
}

fn parsed<T: std::str::FromStr>(
    name: &str,
    variable: impl Fn(&str) -> Option<String>,
    place: &mut T,
) -> Result<(), BadConfig> {
    if let Some(value) = variable(name) {
        *place = value.parse().map_err(|_| BadConfig(format!("{name} is {value:?}, which cannot be read")))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_file_says_the_defaults() {
        assert_eq!(toml::from_str::<Config>(EXAMPLE).unwrap(), Config::default());
    }

    #[test]
    fn a_misspelt_key_is_refused() {
        assert!(toml::from_str::<Config>("lisen = \"127.0.0.1:1\"").is_err());
    }

    #[test]
    fn variables_go_first() {
        let config = Config::load(None, |name| match name {
            "JIKAO_LISTEN" => Some("0.0.0.0:8080".into()),
            "JIKAO_DATA" => Some("/srv/jikao".into()),
            _ => None,
        });
        let config = config.unwrap();
        assert_eq!(config.origin(), "http://127.0.0.1:8080");
        assert_eq!(config.data, PathBuf::from("/srv/jikao"));
    }

    #[test]
    fn an_origin_with_a_path_is_refused() {
        for origin in ["https://a.example/", "a.example", "ftp://a.example", "https://a.example/x", "https://"] {
            let config = Config { origin: Some(origin.into()), ..Config::default() };
            assert!(config.checked().is_err(), "{origin}");
        }
    }
}
