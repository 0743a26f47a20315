//! Channels of payment behind one small interface: make an order, ask about it, read what is told, give back, bill of a day.
//! What a notice does to an order is decided in the records; here it is only proved and read.

mod alipay;
mod inside;
mod keys;
mod wechat;
pub mod work;

pub use keys::KeyFiles;

use crate::{config, elsewhere};
use ::app::paths;
use axum::http::HeaderMap;
use chrono::NaiveDate;
use domain::ids::Fen;
use domain::page::money::BillLine;
use domain::payment::{Attempt, Channel, Notice};
use domain::time::Timestamp;
use payments::Unproved;
use records::payments::PendingRefund;
use std::sync::Arc;
use std::time::Duration;

/// Longest that one question may take: less than a page may.
const ANSWER_TIME: Duration = Duration::from_secs(7);
/// Longest that a connection may take to be made.
const CONNECT_TIME: Duration = Duration::from_secs(3);
/// Heaviest answer that is read, in bytes: a bill of a day with a hundred thousand lines.
const ANSWER_BYTES: usize = 32 * 1024 * 1024;

/// The channels of this installation; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Channels(Arc<Vec<Kind>>);

#[derive(Debug)]
enum Kind {
    Wechat(Box<wechat::Wechat>),
    Alipay(Box<alipay::Alipay>),
}

/// What a channel is asked to take.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// Our number.
    pub number: &'a str,
    /// How much.
    pub amount: Fen,
    /// What for, as the payer reads it.
    pub about: &'a str,
    /// Last second to pay.
    pub until: Option<Timestamp>,
    /// Where the payer sits.
    pub from: Payer<'a>,
}

/// Where a payer sits: a code is scanned from a screen; elsewhere the channel's own pages are opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payer<'a> {
    /// Before a screen, or inside a program that opens no other: a QR code.
    Screen,
    /// In the browser of a phone: H5 and 手机网站支付.
    Phone {
        /// The address that the payer comes from, as the channel wants to know it.
        ip: &'a str,
        /// Where the payer comes back to.
        back: &'a str,
    },
    /// Inside 微信: JSAPI.
    Inside {
        /// Who that is in 微信, for our account; used at once and kept nowhere.
        openid: &'a str,
    },
    /// In the browser of a computer: 电脑网站支付.
    Page {
        /// Where the payer comes back to.
        back: &'a str,
    },
}

impl Payer<'_> {
    /// The kind of payment.
    pub fn attempt(self) -> Attempt {
        match self {
            Payer::Screen => Attempt::Screen,
            Payer::Phone { .. } => Attempt::Phone,
            Payer::Inside { .. } => Attempt::Inside,
            Payer::Page { .. } => Attempt::Page,
        }
    }
}

impl Asked<'_> {
    /// The number of this attempt at the channel.
    fn number(&self) -> String {
        self.from.attempt().number(self.number)
    }
}

/// What a channel told, proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The channel's id of the message; the same for every repetition.
    pub event: String,
    /// What it says.
    pub notice: Notice,
}

/// The moment and the dice of a question.
#[derive(Debug, Clone)]
pub struct Now {
    /// When.
    pub at: Timestamp,
    /// A text that is used once.
    pub nonce: String,
}

/// A channel did not answer as it should. Never holds an address or a body.
#[derive(Debug, thiserror::Error)]
pub enum Silent {
    /// Not in the configuration.
    #[error("no such channel")]
    Unknown,
    /// No answer, or none in time.
    #[error("no answer: {0}")]
    NoAnswer(reqwest::Error),
    /// An answer that is not believed.
    #[error("not believed: {0}")]
    Unproved(#[from] Unproved),
    /// It says no.
    #[error("refused with {0}")]
    Refused(String),
    /// Not readable.
    #[error("an answer that cannot be read")]
    Unreadable,
    /// We could not sign.
    #[error("{0}")]
    Key(#[from] payments::KeyFault),
}

impl Channels {
    /// Reads keys and makes ready; `origin` is ours. Nobody is asked yet.
    pub fn read(settings: &config::Payment, origin: &str, files: &KeyFiles) -> Result<Channels, String> {
        let http = elsewhere::client(CONNECT_TIME, ANSWER_TIME).build().map_err(|why| why.to_string())?;
        let back = |channel: Channel| format!("{origin}{}", paths::pay_notify(channel));
        let door = format!("{origin}{}", paths::PAY_INSIDE_BACK);
        let kinds = settings.channel.iter().map(|channel| match channel {
            config::PayChannel::Wechat(one) => {
                wechat::Wechat::read(one, back(Channel::Wechat), &door, http.clone(), files)
                    .map(|wechat| Kind::Wechat(Box::new(wechat)))
            }
            config::PayChannel::Alipay(one) => alipay::Alipay::read(one, back(Channel::Alipay), http.clone(), files)
                .map(|alipay| Kind::Alipay(Box::new(alipay))),
        });
        Ok(Channels(Arc::new(kinds.collect::<Result<_, _>>()?)))
    }

    /// The channels, in the order of their buttons.
    pub fn offered(&self) -> Vec<Channel> {
        self.0.iter().map(Kind::channel).collect()
    }

    fn get(&self, channel: Channel) -> Result<&Kind, Silent> {
        self.0.iter().find(|kind| kind.channel() == channel).ok_or(Silent::Unknown)
    }

    /// Whether somebody inside 微信 can pay there, by its window of payment.
    pub fn inside_wechat(&self) -> bool {
        self.inside().is_some()
    }

    /// Where 微信 tells us who somebody inside it is: it sends them back to our [`paths::PAY_INSIDE_BACK`] with `state`.
    pub fn wechat_door(&self, state: &str) -> Option<String> {
        self.inside()?.door(state)
    }

    /// Who came back from there with this code. A code is good once, for minutes.
    pub async fn openid(&self, code: &str) -> Result<String, Silent> {
        self.inside().ok_or(Silent::Unknown)?.openid(code).await
    }

    fn inside(&self) -> Option<&inside::Inside> {
        self.0.iter().find_map(|kind| match kind {
            Kind::Wechat(wechat) => wechat.inside(),
            Kind::Alipay(_) => None,
        })
    }

    /// Makes an order at the channel; gives what its QR code says, the address to open, or inside 微信 what its window of
    /// payment is called with. The same order again gives a code again.
    pub async fn create(&self, channel: Channel, asked: &Asked<'_>, now: Now) -> Result<String, Silent> {
        match self.get(channel)? {
            Kind::Wechat(wechat) => wechat.create(asked, now).await,
            Kind::Alipay(alipay) => alipay.create(asked, now).await,
        }
    }

    /// Asks what became of an order; none where the channel knows of no payment.
    pub async fn query(
        &self,
        channel: Channel,
        attempt: Attempt,
        number: &str,
        now: Now,
    ) -> Result<Option<Told>, Silent> {
        let number = attempt.number(number);
        let notice = match self.get(channel)? {
            Kind::Wechat(wechat) => wechat.query(&number, now).await?,
            Kind::Alipay(alipay) => alipay.query(&number, now).await?,
        };
        Ok(notice.filter(|notice| notice.success).map(|notice| {
            let notice = of_our_order(notice);
            Told { event: format!("query/{}", notice.transaction), notice }
        }))
    }

    /// Proves and reads a notification from its headers and its raw body.
    pub async fn told(&self, channel: Channel, headers: &HeaderMap, body: &[u8], now: Now) -> Result<Told, Silent> {
        let told = match self.get(channel)? {
            Kind::Wechat(wechat) => wechat.told(headers, body, now).await?,
            Kind::Alipay(alipay) => alipay.told(body)?,
        };
        Ok(Told { notice: of_our_order(told.notice), event: told.event })
    }

    /// Gives money back; whether it has arrived. The same refund again is the same refund.
    pub async fn refund(&self, refund: &PendingRefund, now: Now) -> Result<bool, Silent> {
        match self.get(refund.channel)? {
            Kind::Wechat(wechat) => wechat.refund(refund, now).await,
            Kind::Alipay(alipay) => alipay.refund(refund, now).await,
        }
    }

    /// The bill of a day, where the channel gives one that we read.
    pub async fn bill(&self, channel: Channel, day: NaiveDate, now: Now) -> Result<Option<Vec<BillLine>>, Silent> {
        let mut lines = match self.get(channel)? {
            Kind::Wechat(wechat) => wechat.bill(day, now).await?,
            Kind::Alipay(alipay) => alipay.bill(day, now).await?,
        };
        for line in &mut lines {
            line.order = Attempt::order_of(&line.order).to_owned();
        }
        Ok(Some(lines))
    }
}

/// The notice of an attempt is a notice of its order.
fn of_our_order(notice: Notice) -> Notice {
    Notice { order: Attempt::order_of(&notice.order).to_owned(), ..notice }
}

impl Kind {
    fn channel(&self) -> Channel {
        match self {
            Kind::Wechat(_) => Channel::Wechat,
            Kind::Alipay(_) => Channel::Alipay,
        }
    }
}

/// The body of an answer, not heavier than anybody should say.
async fn body(answer: reqwest::Response) -> Result<String, Silent> {
    String::from_utf8(bytes(answer).await?).map_err(|_| Silent::Unreadable)
}

/// The same for files.
async fn bytes(answer: reqwest::Response) -> Result<Vec<u8>, Silent> {
    elsewhere::body(answer, ANSWER_BYTES).await.map_err(quiet)?.ok_or(Silent::Unreadable)
}

fn quiet(why: reqwest::Error) -> Silent {
    Silent::NoAnswer(why.without_url())
}
