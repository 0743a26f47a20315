//! One error crosses the wire; causes stay home.

use domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use server_fn::codec::JsonEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// Why a page could not do what was asked. The sentence is [`crate::wording::failure`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Failure {
    /// The rules say no, for a stated reason.
    #[error("refused: {0}")]
    #[serde(serialize_with = "wire::write")]
    #[cfg_attr(feature = "applicant", serde(skip_deserializing))]
    #[cfg_attr(not(feature = "applicant"), serde(deserialize_with = "wire::read"))]
    Refused(Refusal),
    /// The same, as a phone hears it: in the words of the server, without the code that reads every reason.
    #[error("refused: {0}")]
    #[cfg_attr(feature = "applicant", serde(rename(deserialize = "Refused"), deserialize_with = "wire::heard"))]
    Told(String),
    /// Nobody is signed in, or the login has ended.
    #[error("sign-in needed")]
    SignInNeeded,
    /// Signed in, but not allowed.
    #[error("forbidden")]
    Forbidden,
    /// There is no such thing, or it is not theirs to know.
    #[error("not found")]
    NotFound,
    /// The page was drawn from an older state.
    #[error("changed meanwhile")]
    ChangedMeanwhile,
    /// Something broke on our side; the number finds it in the log.
    #[error("broken, incident {0}")]
    Broken(String),
    /// The server could not be reached.
    #[error("network")]
    Network,
    /// The request could not be read: a page from an older version, or a tampered form.
    #[error("malformed")]
    Malformed,
}

/// How a refusal travels: why, and the sentence for it.
mod wire {
    use domain::refusal::Refusal;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize)]
    struct Told<'a> {
        why: &'a Refusal,
        words: String,
    }

    pub fn write<S: Serializer>(why: &Refusal, out: S) -> Result<S::Ok, S::Error> {
        Told { why, words: crate::wording::form::refusal(why) }.serialize(out)
    }

    #[cfg(not(feature = "applicant"))]
    pub fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Refusal, D::Error> {
        #[derive(Deserialize)]
        struct Why {
            why: Refusal,
        }
        Why::deserialize(from).map(|told| told.why)
    }

    #[cfg(feature = "applicant")]
    pub fn heard<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
        #[derive(Deserialize)]
        struct Words {
            words: String,
        }
        Words::deserialize(from).map(|told| told.words)
    }
}

impl FromServerFnError for Failure {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Failure::Network,
            _ => Failure::Malformed,
        }
    }
}

impl<R: Into<Refusal>> From<R> for Failure {
    fn from(refusal: R) -> Self {
        Failure::Refused(refusal.into())
    }
}

/// Turns what came of an act into what may cross the wire.
#[cfg(feature = "ssr")]
pub fn from_records(error: records::Error) -> Failure {
    match error {
        records::Error::Refused(refusal) => Failure::Refused(refusal),
        records::Error::NotFound => Failure::NotFound,
        records::Error::Forbidden => Failure::Forbidden,
        records::Error::ChangedMeanwhile => Failure::ChangedMeanwhile,
        broken => Failure::Broken(incident(&broken)),
    }
}

/// Logs a fault once, with its causes, and gives it a number that a person can quote.
#[cfg(feature = "ssr")]
pub fn incident(broken: &dyn std::error::Error) -> String {
    let number = match leptos::prelude::use_context::<records::Records>() {
        Some(records) => records.chance().bytes::<4>().iter().map(|byte| format!("{byte:02x}")).collect(),
        None => String::from("unknown"),
    };
    let mut causes = broken.to_string();
    let mut source = broken.source();
    while let Some(cause) = source {
        causes.push_str(": ");
        causes.push_str(&cause.to_string());
        source = cause.source();
    }
    // Tells the router that this one is our fault and no refusal.
    if let (Some(answer), Ok(value)) =
        (leptos::prelude::use_context::<leptos_axum::ResponseOptions>(), http::HeaderValue::from_str(&number))
    {
        answer.insert_header(http::HeaderName::from_static("x-incident"), value);
    }
    tracing::error!(incident = %number, "Could not finish a request: {causes}");
    number
}
