//! The post: takes messages that are due, words them, and sends them by mail, text message or push. What is sent and what
//! failed is kept in the records; here is only the way out.

mod http;
pub mod work;

use crate::config::{Config, MailServer, SmsProvider, SmsService};
use crate::pay::KeyFiles;
use ::messages::mail::{Mail, Postman};
use ::messages::sms::{Account, Service, Text, value};
use ::messages::{NotSent, push};
use app::paths;
use app::wording::messages::templates;
use domain::message::{MessageKind, Way};
use domain::page::messages::Letter;
use domain::time::Timestamp;
use records::Chance;
use records::messages::{Address, Open, Outcome, Outgoing};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The ways of this installation; cheap to clone.
#[derive(Debug, Clone)]
pub struct Post(Arc<Ways>);

#[derive(Debug)]
struct Ways {
    origin: String,
    mail: Option<Postman>,
    sms: Option<Sms>,
    pushing: Option<reqwest::Client>,
    local: bool,
}

#[derive(Debug)]
struct Sms {
    account: Account,
    template: String,
    templates: BTreeMap<String, String>,
    http: reqwest::Client,
}

impl Sms {
    /// The template of a kind; none where nothing is sent about it.
    fn template(&self, kind: MessageKind) -> Option<&str> {
        let common = Some(&self.template).filter(|_| !kind.needs_own_text());
        let template = self.templates.get(kind.as_str()).or(common)?;
        (!template.is_empty()).then_some(template.as_str())
    }
}

impl Post {
    /// Reads keys and makes ready; nobody is asked yet.
    pub fn read(config: &Config, files: &KeyFiles) -> Result<Post, String> {
        let origin = config.origin();
        let mail = config.mail.as_ref().map(|mail| postman(mail, &origin, files)).transpose()?;
        let sms = config.sms.as_ref().map(|sms| service(sms, files)).transpose()?;
        let (local, pushing) = (config.push.local, Some(http::pushing(config.push.local)?));
        Ok(Post(Arc::new(Ways { origin, mail, sms, pushing, local })))
    }

    /// No way out at all: the inbox alone.
    pub fn none() -> Post {
        Post(Arc::new(Ways { origin: String::new(), mail: None, sms: None, pushing: None, local: false }))
    }

    /// Which ways people can be reached by.
    pub fn open(&self) -> Open {
        Open { mail: self.0.mail.is_some(), sms: self.0.sms.is_some() }
    }

    /// Whether this kind leaves as a text message: the service has a template for it.
    pub fn texts(&self, kind: MessageKind) -> bool {
        self.0.sms.as_ref().is_some_and(|sms| sms.template(kind).is_some())
    }

    /// Whether pushes may go to addresses of this house.
    pub fn local(&self) -> bool {
        self.0.local
    }

    /// The ways that are served.
    pub fn ways(&self) -> Vec<Way> {
        let of = |there: bool, way: Way| there.then_some(way);
        let ways = &self.0;
        [of(ways.mail.is_some(), Way::Mail), of(ways.sms.is_some(), Way::Sms), of(ways.pushing.is_some(), Way::Webhook)]
            .into_iter()
            .flatten()
            .collect()
    }

    /// Sends one; ends when the other side has taken it, or has not.
    pub async fn send(&self, one: &Outgoing, now: Timestamp, chance: &Chance) -> Outcome {
        let sent = match &one.address {
            Address::Mail(to) => self.mail(&one.delivery, to, &one.letter, one.stop.as_deref(), now).await,
            Address::Mobile(to) => self.text(&one.delivery, to, &one.letter, now, chance).await,
            Address::Endpoint { url, secret } => self.push(&one.delivery, url, secret, &one.letter, now).await,
        };
        match sent {
            Ok(()) => Outcome::Sent,
            Err(NotSent { reason, again }) => Outcome::Failed { reason, again },
        }
    }

    /// Sends an invented message to try a way.
    pub async fn attempt(&self, way: Way, to: &str, now: Timestamp, chance: &Chance) -> Result<(), NotSent> {
        let letter = templates::sample(MessageKind::Submitted, domain::message::Language::Zh, now);
        let id = chance.id(now).to_string();
        match way {
            Way::Mail => self.mail(&id, to, &letter, None, now).await,
            Way::Sms => self.text(&id, to, &letter, now, chance).await,
            Way::Webhook => Err(NotSent::for_ever("no-address")),
        }
    }

    async fn mail(
        &self,
        delivery: &str,
        to: &str,
        letter: &Letter,
        stop: Option<&str>,
        at: Timestamp,
    ) -> Result<(), NotSent> {
        let postman = self.0.mail.as_ref().ok_or(NotSent::for_now("no-mail"))?;
        let mut written = templates::write(letter, Some(&self.0.origin));
        if let Some(footer) = templates::footer(letter, &self.0.origin) {
            written.body = format!("{}\n\n{footer}", written.body.trim_end());
        }
        let stop = stop.map(|token| format!("{}{}", self.0.origin, paths::stop_mail(token)));
        let (subject, text) = (written.subject.as_str(), written.body.as_str());
        postman.send(Mail { delivery, to, subject, text, at, stop: stop.as_deref() }).await
    }

    async fn text(
        &self,
        delivery: &str,
        to: &str,
        letter: &Letter,
        at: Timestamp,
        chance: &Chance,
    ) -> Result<(), NotSent> {
        let sms = self.0.sms.as_ref().ok_or(NotSent::for_now("no-sms"))?;
        let template = sms.template(letter.kind).ok_or(NotSent::for_ever("no-template"))?;
        let values: Vec<(&str, String)> =
            templates::text_values(letter).into_iter().map(|(name, text)| (name, value(&text))).collect();
        let nonce = chance.token();
        let text = Text { delivery, to, template, values: &values, at, nonce: &nonce };
        let (status, body) = http::ask(&sms.http, sms.account.request(text)).await?;
        sms.account.understood(status, &body)
    }

    /// What happened, without anybody's name: a system of the agency asks for the rest with its own rights.
    async fn push(
        &self,
        delivery: &str,
        url: &str,
        secret: &str,
        letter: &Letter,
        at: Timestamp,
    ) -> Result<(), NotSent> {
        let http = self.0.pushing.as_ref().ok_or(NotSent::for_now("no-push"))?;
        let body = serde_json::json!({
            "id": delivery,
            "kind": letter.kind,
            "at": letter.at.0,
            "plan": letter.plan,
            "application": letter.application,
            "number": letter.number,
            "until": letter.facts.until,
        });
        let request = push::signed(url, secret, delivery, body.to_string(), at);
        let (status, _) = http::ask(http, request).await?;
        match status {
            200..=299 => Ok(()),
            410 => Err(NotSent::for_ever("http-410")),
            other => Err(NotSent::for_now(format!("http-{other}"))),
        }
    }
}

fn postman(mail: &MailServer, origin: &str, files: &KeyFiles) -> Result<Postman, String> {
    let login = mail.credentials_file.as_deref().map(|path| two_lines(path, files)).transpose()?;
    let host = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    let host = host.split([':', '/']).next().unwrap_or("localhost");
    Postman::new(&mail.url, &mail.from, login, host).map_err(|why| why.to_string())
}

fn service(sms: &SmsService, files: &KeyFiles) -> Result<Sms, String> {
    let (key_id, secret) = two_lines(&sms.keys_file, files)?;
    let service = match sms.provider {
        SmsProvider::Aliyun => Service::Aliyun,
        SmsProvider::Tencent => Service::Tencent { app: sms.app.clone(), region: sms.region.clone() },
    };
    Ok(Sms {
        account: Account { service, key_id, secret, sign: sms.sign.clone(), api: sms.api() },
        template: sms.template.clone(),
        templates: sms.templates.clone(),
        http: http::plain()?,
    })
}

/// Name and secret, each on its line, in a file that only its owner reads.
fn two_lines(path: &std::path::Path, files: &KeyFiles) -> Result<(String, String), String> {
    let wrong = || format!("{}: two lines are wanted, the name and the secret", path.display());
    let text = String::from_utf8(files.secret(path)?).map_err(|_| wrong())?;
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    match (lines.next(), lines.next(), lines.next()) {
        (Some(name), Some(secret), None) => Ok((name.to_owned(), secret.to_owned())),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_file_of_keys_has_two_lines() {
        let files = KeyFiles::kept(vec![
            ("good", b"name\n\n secret \n".to_vec()),
            ("short", b"name\n".to_vec()),
            ("long", b"a\nb\nc".to_vec()),
        ]);
        assert_eq!(two_lines(Path::new("good"), &files), Ok(("name".into(), "secret".into())));
        for name in ["short", "long", "missing"] {
            assert!(two_lines(Path::new(name), &files).is_err(), "{name}");
        }
    }
}
