//! Why a forgotten password was not set anew by a code.

use serde::{Deserialize, Serialize};

/// Why a forgotten password was not set anew by a code. None of them tells whether a number is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum RecoveryRefusal {
    /// This installation sends no codes.
    #[error("no way for codes")]
    Closed,
    /// It sends codes by mail alone, and to a mobile number nothing can be mailed.
    #[error("codes go by mail alone")]
    MailAlone,
    /// What was typed is neither a mobile number nor the number of a document.
    #[error("not a number")]
    NotANumber,
    /// Codes for this number were asked for too often.
    #[error("asked too often, {minutes} minutes rest")]
    TooOften {
        /// How long it rests.
        minutes: u32,
    },
    /// Too many codes were asked for from this network.
    #[error("too many from here, {minutes} minutes rest")]
    Crowded {
        /// How long it rests.
        minutes: u32,
    },
    /// The code is not right, or the number of the document that is typed with it.
    #[error("no match, {left} tries left")]
    NoMatch {
        /// Tries that this code has left.
        left: u32,
    },
    /// The code was used, replaced or guessed at too often, or its minutes are over.
    #[error("the code is over")]
    Over,
}
