//! `[sign_in]`: portals and identity providers that people may come from.

use super::BadConfig;
use domain::id_document::IdKind;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Ways to sign in besides our own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SignIn {
    /// Providers, in the order of their buttons.
    pub provider: Vec<Provider>,
}

/// A provider, by the protocol that it speaks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Provider {
    /// OpenID Connect: code flow with PKCE.
    Oidc(Oidc),
    /// The ticket protocol of a provincial portal.
    Portal(Portal),
}

/// An OpenID Connect provider.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// Short name in addresses; people's ways are kept under it, so it never changes.
    pub key: String,
    /// What the button says after 用….
    pub title: String,
    /// Issuer, exactly as in its discovery document.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// File with our secret, readable by the server alone; none for a public client.
    #[serde(default)]
    pub secret_file: Option<PathBuf>,
    /// Scopes besides `openid`.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Further origins that the discovery document may name for tokens and keys.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Seconds by which the provider's clock may differ.
    #[serde(default = "a_minute")]
    pub clock_skew: u32,
    /// Where the person's particulars stand.
    #[serde(default)]
    pub claims: Claims,
}

/// A provincial portal.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Portal {
    /// Short name in addresses; people's ways are kept under it, so it never changes.
    pub key: String,
    /// What the button says after 用….
    pub title: String,
    /// Page where people sign in: `…/sso/usp.do`.
    pub login_url: String,
    /// Where tickets are checked: `…/sso/servlet/simpleauth`.
    pub api_url: String,
    /// Our service code.
    pub service_code: String,
    /// File with the service's password, readable by the server alone.
    pub secret_file: PathBuf,
    /// Where the person's particulars stand.
    #[serde(default = "Claims::of_portal")]
    pub claims: Claims,
}

/// Which answer of the provider is which particular of the person.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Claims {
    /// What never changes for a person.
    pub subject: String,
    /// 姓名
    pub name: String,
    /// 证件号码: the first that is filled counts.
    pub document: Vec<Document>,
    /// The provider's word for a kind of document → our code (`RIC`, `HMTP`, `PASS-F`, …).
    pub kinds: BTreeMap<String, String>,
    /// 手机号码
    pub mobile: String,
    /// 出生日期
    pub birth: String,
    /// 性别
    pub gender: String,
    /// Where the provider says how well it knows the person; without it everybody counts as known.
    pub assurance: Option<Assurance>,
}

/// Where a number stands.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Answer that holds the number.
    pub claim: String,
    /// Code of the kind, where this answer always means one.
    #[serde(default)]
    pub kind: Option<String>,
    /// Answer that says the kind, looked up in `kinds`.
    #[serde(default)]
    pub kind_claim: Option<String>,
}

/// How well the provider must know the person.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assurance {
    /// Answer that says it.
    pub claim: String,
    /// Values that are enough.
    pub values: BTreeSet<String>,
}

fn a_minute() -> u32 {
    60
}

impl Default for Claims {
    fn default() -> Self {
        Claims {
            subject: "sub".into(),
            name: "name".into(),
            document: vec![Document { claim: "id_number".into(), kind: None, kind_claim: Some("id_type".into()) }],
            kinds: BTreeMap::new(),
            mobile: "phone_number".into(),
            birth: "birthdate".into(),
            gender: "gender".into(),
            assurance: None,
        }
    }
}

impl Claims {
    /// The words of the provincial portal (domain rules §6.5).
    pub fn of_portal() -> Self {
        let of = |claim: &str, kind: &str| Document {
            claim: claim.into(),
            kind: (!kind.is_empty()).then(|| kind.into()),
            kind_claim: None,
        };
        Claims {
            subject: "userid".into(),
            name: "username".into(),
            document: vec![
                of("idnum", ""),
                of("permitlicense", "HMTP"),
                of("taiwanlicense", "TWTP"),
                of("passport", "PASS-F"),
            ],
            kinds: BTreeMap::new(),
            mobile: "mobile".into(),
            birth: "birthday".into(),
            gender: "sex".into(),
            assurance: None,
        }
    }
}

impl Provider {
    /// Short name in addresses.
    pub fn key(&self) -> &str {
        match self {
            Provider::Oidc(oidc) => &oidc.key,
            Provider::Portal(portal) => &portal.key,
        }
    }

    fn claims(&self) -> &Claims {
        match self {
            Provider::Oidc(oidc) => &oidc.claims,
            Provider::Portal(portal) => &portal.claims,
        }
    }
}

impl SignIn {
    pub(super) fn check(&self) -> Result<(), BadConfig> {
        let mut keys = BTreeSet::new();
        for provider in &self.provider {
            let key = provider.key();
            let wrong = |what: String| Err(BadConfig(format!("sign_in.provider {key:?}: {what}")));
            if key.is_empty()
                || !key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            {
                return wrong("key is small letters, digits and -".into());
            }
            if !keys.insert(key) {
                return wrong("two providers have this key".into());
            }
            let urls = match provider {
                Provider::Oidc(oidc) => {
                    let mut urls = vec![("issuer", &oidc.issuer)];
                    urls.extend(oidc.hosts.iter().map(|host| ("hosts", host)));
                    urls
                }
                Provider::Portal(portal) => vec![("login_url", &portal.login_url), ("api_url", &portal.api_url)],
            };
            for (name, url) in urls {
                if !is_safe(url) {
                    return wrong(format!("{name} is {url:?}; it is an https:// address, or http:// on this machine"));
                }
            }
            let claims = provider.claims();
            let kinds =
                claims.kinds.values().chain(claims.document.iter().filter_map(|document| document.kind.as_ref()));
            for kind in kinds {
                if IdKind::from_code(kind).is_none() {
                    return wrong(format!(
                        "claims: {kind:?} is no kind of document (RIC, HMTP, TWTP, PASS-CN, PASS-F, …)"
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Secrets and identities travel only where nobody listens.
pub(super) fn is_safe(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else { return false };
    let loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    (url.scheme() == "https" || (url.scheme() == "http" && loopback))
        && url.username().is_empty()
        && url.password().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SignIn, String> {
        let read: SignIn = toml::from_str(text).map_err(|why| why.to_string())?;
        read.check().map_err(|why| why.to_string())?;
        Ok(read)
    }

    const PORTAL: &str = r#"
        [[provider]]
        kind = "portal"
        key = "zwfw"
        title = "省政务服务网"
        login_url = "https://puser.example.org/sso/usp.do"
        api_url = "https://puser.example.org/sso/servlet/simpleauth"
        service_code = "jikao"
        secret_file = "/etc/jikao/zwfw.secret"
    "#;

    #[test]
    fn a_portal_needs_no_claims_and_an_unknown_key_is_refused() {
        let read_back = read(PORTAL).unwrap();
        let Provider::Portal(portal) = &read_back.provider[0] else { panic!("a portal") };
        assert_eq!(portal.claims.document.len(), 4);
        assert!(read(&format!("{PORTAL}\nclientid = \"x\"")).is_err());
        assert!(read(&format!("{PORTAL}\n{PORTAL}")).unwrap_err().contains("two providers"));
    }

    #[test]
    fn secrets_never_travel_in_the_clear() {
        for url in ["http://puser.example.org/x", "ftp://puser.example.org", "https://user:secret@puser.example.org/"] {
            let text = PORTAL.replace("https://puser.example.org/sso/usp.do", url);
            assert!(read(&text).unwrap_err().contains("login_url"), "{url}");
        }
        let kind = read(&format!("{PORTAL}\n[provider.claims]\nkinds = {{ \"1\" = \"ID\" }}")).unwrap_err();
        assert!(kind.contains("no kind of document"), "{kind}");
    }
}
