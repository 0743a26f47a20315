//! Mail by SMTP. The Message-ID is made of the delivery's id: where a crash between the server's answer and our commit
//! sends a mail twice, both carry the same one, and mail programs show one.

use super::NotSent;
use domain::time::Timestamp;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::time::{Duration, SystemTime};

/// Longest that a connection or one answer of a mail server may take.
pub const ANSWER_TIME: Duration = Duration::from_secs(30);
/// Connections that are kept to the mail server.
const CONNECTIONS: u32 = 4;

/// The way to a mail server; cheap to clone. Nothing is asked before the first mail.
#[derive(Debug, Clone)]
pub struct Postman {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    host: String,
}

/// One mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mail<'a> {
    /// Id of the delivery.
    pub delivery: &'a str,
    /// To whom.
    pub to: &'a str,
    /// Subject, one line.
    pub subject: &'a str,
    /// Plain text.
    pub text: &'a str,
    /// When it is sent.
    pub at: Timestamp,
    /// Address that switches such mails off, where that may be done: by a page for whoever opens it, by one click for mail
    /// programs that post to it (RFC 8058, for https alone).
    pub stop: Option<&'a str>,
}

/// The settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadMail {
    /// Not an address of a mail server.
    #[error("mail.url is no smtp:// or smtps:// address of a mail server: {0}")]
    Url(String),
    /// Not a sender.
    #[error("mail.from is no sender like \"技考 <noreply@example.org>\": {0}")]
    From(String),
    /// A password would go over the line for everybody to read.
    #[error("mail.url sends over an open line; use smtps:// or ?tls=required (an open line is for this machine only)")]
    Open,
}

impl Postman {
    /// Makes ready. `url` is `smtps://host` or `smtp://host:587?tls=required`; `login` are name and password; `host` is the
    /// name under which we greet and which Message-IDs end with.
    pub fn new(url: &str, from: &str, login: Option<(String, String)>, host: &str) -> Result<Postman, BadMail> {
        let from: Mailbox = from.parse().map_err(|why| BadMail::From(format!("{why}")))?;
        if !is_closed(url) && !is_here(url) {
            return Err(BadMail::Open);
        }
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|why| BadMail::Url(format!("{why}")))?
            .timeout(Some(ANSWER_TIME))
            .hello_name(ClientId::Domain(host.to_owned()))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS));
        if let Some((name, password)) = login {
            builder = builder.credentials(Credentials::new(name, password));
        }
        Ok(Postman { transport: builder.build(), from, host: host.to_owned() })
    }

    /// Sends one mail; ends when the server has taken it.
    pub async fn send(&self, mail: Mail<'_>) -> Result<(), NotSent> {
        let message = self.written(mail)?;
        self.transport.send(message).await.map(drop).map_err(|why| {
            let code = why.status().map(|code| code.to_string());
            match code {
                Some(code) if why.is_permanent() => NotSent::for_ever(format!("smtp-{code}")),
                Some(code) => NotSent::for_now(format!("smtp-{code}")),
                None if why.is_timeout() => NotSent::for_now("smtp-timeout"),
                None if why.is_tls() => NotSent::for_now("smtp-tls"),
                None => NotSent::for_now("smtp-no-answer"),
            }
        })
    }

    /// The mail as it goes over the line.
    pub fn written(&self, mail: Mail<'_>) -> Result<Message, NotSent> {
        let to: Address = mail.to.parse().map_err(|_| NotSent::for_ever("mail-address"))?;
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(mail.at.0).unwrap_or(0));
        let subject: String = mail.subject.chars().filter(|ch| !ch.is_control()).collect();
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .date(at)
            .message_id(Some(message_id(mail.delivery, &self.host)))
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.to_owned())
            .map_err(|_| NotSent::for_ever("mail-text"))?;
        let mut say = |name: &'static str, value: String| {
            // Addresses are not folded: they have no space to fold at.
            let header = HeaderName::new_from_ascii_str(name);
            message.headers_mut().insert_raw(HeaderValue::dangerous_new_pre_encoded(header, value.clone(), value));
        };
        // Nobody's holiday note answers a machine.
        say("Auto-Submitted", "auto-generated".into());
        if let Some(stop) = mail.stop.filter(|stop| is_address(stop)) {
            say("List-Unsubscribe", format!("<{stop}>"));
            if stop.starts_with("https://") {
                say("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into());
            }
        }
        Ok(message)
    }
}

/// Whether it can stand in a header as it is.
fn is_address(stop: &str) -> bool {
    stop.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"".contains(&byte))
}

/// The Message-ID of a delivery, the same however often it is sent.
pub fn message_id(delivery: &str, host: &str) -> String {
    format!("<{delivery}@{host}>")
}

fn is_closed(url: &str) -> bool {
    url.starts_with("smtps://") || url.split_once('?').is_some_and(|(_, query)| query == "tls=required")
}

fn is_here(url: &str) -> bool {
    let authority = url.strip_prefix("smtp://").unwrap_or_default().split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    ["127.0.0.1", "localhost", "[::1]"]
        .iter()
        .any(|own| host.strip_prefix(own).is_some_and(|port| port.is_empty() || port.starts_with(':')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn postman(url: &str) -> Result<Postman, BadMail> {
        Postman::new(url, "技考 <noreply@example.org>", None, "jikao.example.org")
    }

    #[tokio::test]
    async fn an_open_line_is_for_this_machine_only() {
        for url in [
            "smtps://mail.example.org",
            "smtp://mail.example.org:587?tls=required",
            "smtp://127.0.0.1:2525",
            "smtp://localhost",
        ] {
            assert!(postman(url).is_ok(), "{url}");
        }
        for url in [
            "smtp://mail.example.org",
            "smtp://mail.example.org?tls=opportunistic",
            "smtp://localhost.example.org",
            "smtp://127.0.0.1@mail.example.org",
        ] {
            assert!(matches!(postman(url), Err(BadMail::Open)), "{url}");
        }
        assert!(matches!(Postman::new("smtp://localhost", "nobody", None, "h"), Err(BadMail::From(_))));
    }

    #[tokio::test]
    async fn a_mail_says_who_it_is_and_carries_nothing_that_was_smuggled_in() {
        let mail = Mail {
            delivery: "0190-d1",
            to: "li@example.org",
            subject: "请补正\r\nBcc: all@example.org",
            text: "李强，您好：\n\n.\n请补正。",
            at: Timestamp(1_795_000_000_000),
            stop: None,
        };
        let twice = [0, 1].map(|_| {
            String::from_utf8(postman("smtp://localhost").unwrap().written(mail).unwrap().formatted()).unwrap()
        });
        assert_eq!(twice[0], twice[1], "a doubled mail is the same mail");
        assert!(twice[0].contains("Message-ID: <0190-d1@jikao.example.org>\r\n"), "{}", twice[0]);
        assert!(twice[0].contains("Auto-Submitted: auto-generated\r\n"));
        assert!(twice[0].contains("\r\nDate: ") && !twice[0].contains("\r\nBcc"));
        let wrong = postman("smtp://localhost").unwrap().written(Mail { to: "li", ..mail }).unwrap_err();
        assert!(!wrong.again);
    }

    #[tokio::test]
    async fn what_can_be_switched_off_says_where_and_how() {
        let written = |stop: Option<&str>| {
            let mail = Mail { delivery: "d1", to: "li@example.org", subject: "a", text: "b", at: Timestamp(0), stop };
            String::from_utf8(postman("smtp://localhost").unwrap().written(mail).unwrap().formatted()).unwrap()
        };
        let stop = format!("jikao.example.org/unsubscribe/{}", "0".repeat(69));
        let closed = written(Some(&format!("https://{stop}")));
        assert!(closed.contains(&format!("\r\nList-Unsubscribe: <https://{stop}>\r\n")), "{closed}");
        assert!(closed.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{closed}");
        let open = written(Some(&format!("http://{stop}")));
        assert!(open.contains(&format!("\r\nList-Unsubscribe: <http://{stop}>\r\n")), "{open}");
        assert!(!open.contains("List-Unsubscribe-Post"), "one click is for https: {open}");
        for none in [written(None), written(Some("https://a/\r\nBcc: all@example.org")), written(Some("https://a/>x"))]
        {
            assert!(!none.contains("List-Unsubscribe") && !none.contains("Bcc"), "{none}");
        }
    }
}
