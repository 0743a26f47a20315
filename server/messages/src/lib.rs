//! What mail servers, text message services and agencies' systems are told.
//!
//! Nothing here keeps anything. Mail is sent through a [`mail::Postman`] that is given in; requests to text message services
//! and pushes are built and signed here, and sent by who has a client.

pub mod mail;
pub mod push;
pub mod sms;

/// A request that is ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// Whole address.
    pub url: String,
    /// Headers besides `host`.
    pub headers: Vec<(&'static str, String)>,
    /// Body; may be empty.
    pub body: String,
}

/// What came of a sending: a word for the log, never an address or a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NotSent {
    /// A short word, with the service's own code where it has one: `smtp-550`, `isv.BUSINESS_LIMIT_CONTROL`.
    pub reason: String,
    /// Whether trying again can help.
    pub again: bool,
}

impl NotSent {
    /// Trying again may help.
    pub fn for_now(reason: impl Into<String>) -> NotSent {
        NotSent { reason: reason.into(), again: true }
    }

    /// It never will.
    pub fn for_ever(reason: impl Into<String>) -> NotSent {
        NotSent { reason: reason.into(), again: false }
    }
}
