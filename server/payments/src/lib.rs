//! What the payment channels say on the wire: requests signed, answers and notifications proved and opened.
//!
//! Nothing here sends or stores anything. A notification becomes a [`domain::payment::Notice`] only after its signature is
//! proved over the raw body; what it does to an order is decided by [`domain::payment::judge`].

pub mod alipay;
pub mod keys;
pub mod platform;
pub mod wechat;

pub use keys::{KeyFault, SigningKey, VerifyingKey};

/// Why a notification is not believed, before any order is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Unproved {
    /// A header that signatures need is missing.
    #[error("a header of the signature is missing")]
    MissingHeader,
    /// Said five minutes ago or more, or as far ahead.
    #[error("the time of the message is 300 seconds or more away")]
    Timestamp,
    /// A kind of signature that is not known.
    #[error("unknown type of signature")]
    SignatureType,
    /// Signed with a key that is not known: the keys should be fetched again, once.
    #[error("signed with an unknown key")]
    UnknownSerial,
    /// The signature is not of this text and key.
    #[error("the signature does not fit")]
    Signature,
    /// Encrypted in a way that is not known.
    #[error("unknown encryption")]
    Algorithm,
    /// It cannot be decrypted.
    #[error("cannot be decrypted")]
    Decrypt,
    /// For another merchant.
    #[error("for another merchant")]
    Merchant,
    /// For another app.
    #[error("for another app")]
    App,
    /// In another currency.
    #[error("in another currency")]
    Currency,
    /// An amount that cannot be read.
    #[error("an amount that cannot be read")]
    Amount,
    /// Not of the form that the channel documents.
    #[error("not of the documented form")]
    Malformed,
}
