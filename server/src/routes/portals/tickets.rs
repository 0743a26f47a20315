//! The ticket protocol of a provincial portal: the browser brings a ticket, the server asks whose it is, with
//! a signature over service code, password and time. The portal's rule is MD5; it is used here and nowhere else.

use super::claims;
use super::client::{Client, Silent};
use crate::config::Portal;
use crate::routes::portals::secret::Secret;
use domain::account::WayRefusal;
use domain::time::Timestamp;
use md5::{Digest, Md5};
use records::ways::arrival::Arrival;
use reqwest::Url;
use serde_json::{Map, Value};

/// One portal.
#[derive(Debug)]
pub struct Tickets {
    settings: Portal,
    secret: Secret,
    client: Client,
    login: Url,
    api: Url,
}

impl Tickets {
    /// A portal by its settings; what cannot be used is told.
    pub fn new(settings: Portal, secret: Secret) -> Result<Tickets, String> {
        let client = Client::new([settings.api_url.as_str()]).map_err(|why| why.to_string())?;
        let url = |text: &str| Url::parse(text).map_err(|why| format!("{text:?}: {why}"));
        Ok(Tickets { login: url(&settings.login_url)?, api: url(&settings.api_url)?, settings, secret, client })
    }

    /// Where the browser goes.
    pub fn login_address(&self) -> String {
        let mut url = self.login.clone();
        url.query_pairs_mut().append_pair("action", "ssoLogin").append_pair("servicecode", &self.settings.service_code);
        url.into()
    }

    /// Whose ticket it is.
    pub async fn whose(&self, ticket: &str, now: Timestamp) -> Result<Arrival, WayRefusal> {
        let checked = self.ask(now, &[("method", "ticketValidation"), ("st", ticket)]).await?;
        let token = claims::text(&checked, "token");
        if token.is_empty() {
            return Err(WayRefusal::Unreachable);
        }
        let person = self.ask(now, &[("method", "getUserInfo"), ("token", &token)]).await?;
        claims::read(&self.settings.claims, &self.settings.key, &person)
    }

    /// Asks, and takes nothing but `result` 0 for a yes.
    async fn ask(&self, now: Timestamp, what: &[(&str, &str)]) -> Result<Map<String, Value>, WayRefusal> {
        let time = stamp(now);
        let mut url = self.api.clone();
        url.query_pairs_mut()
            .extend_pairs(what)
            .append_pair("servicecode", &self.settings.service_code)
            .append_pair("time", &time)
            .append_pair("sign", &sign(&self.settings.service_code, self.secret.text(), &time))
            .append_pair("datatype", "json");
        let method = what.first().map_or("", |(_, method)| method);
        let answer = match self.client.json(url).await {
            Ok(Value::Object(answer)) => answer,
            Ok(_) => return Err(told(&self.settings.key, method, &Silent::Unreadable)),
            Err(why) => return Err(told(&self.settings.key, method, &why)),
        };
        match claims::text(&answer, "result").as_str() {
            "0" => Ok(answer),
            "" => Err(told(&self.settings.key, method, &Silent::Unreadable)),
            // The portal's words may repeat the ticket, so only its number is logged.
            result => {
                let result: String = result.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
                tracing::warn!(provider = %self.settings.key, method, result, "The portal did not accept a ticket");
                Err(WayRefusal::Expired)
            }
        }
    }
}

fn told(provider: &str, method: &str, why: &Silent) -> WayRefusal {
    tracing::warn!(provider, method, "A portal did not answer: {why}");
    WayRefusal::Unreachable
}

/// `md5(servicecode + servicepwd + time)`, in small hexadecimal digits.
pub fn sign(service_code: &str, password: &str, time: &str) -> String {
    let mut digest = Md5::new();
    for part in [service_code, password, time] {
        digest.update(part.as_bytes());
    }
    hex::encode(digest.finalize())
}

/// `yyyyMMddHHmmss` by Shanghai's clocks.
pub fn stamp(now: Timestamp) -> String {
    domain::time::official_moment(now).chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_signature_comes_out() {
        // Vector of domain rules §6.5.
        assert_eq!(sign("demo", "demopwd", "20260102100000"), "75418e75b9d4d717c016a813af9ddbc3");
        let moment = Timestamp::parse_shanghai("2026-01-02 10:00:00").unwrap();
        assert_eq!(stamp(moment), "20260102100000");
    }
}
