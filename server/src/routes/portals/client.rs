//! Asking a provider: only at addresses of the configuration, with a clock, a weight limit, and without
//! following anybody anywhere.

use crate::elsewhere;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use std::collections::BTreeSet;
use std::pin::Pin;
use std::time::Duration;

/// Longest that one question may take.
const ANSWER_TIME: Duration = Duration::from_secs(5);
/// Longest that a connection may take to be made.
const CONNECT_TIME: Duration = Duration::from_secs(3);
/// Heaviest answer that is read, in bytes; keys and identities are a tenth of it.
const ANSWER_BYTES: usize = 256 * 1024;

/// A provider did not answer as it should. Never holds an address: those carry tickets and signatures.
#[derive(Debug, thiserror::Error)]
pub enum Silent {
    /// Not an address of the configuration.
    #[error("an address outside the configuration")]
    ElsewhereAsked,
    /// No answer, or none in time.
    #[error("no answer: {0}")]
    NoAnswer(reqwest::Error),
    /// More than anybody should say.
    #[error("an answer heavier than {ANSWER_BYTES} bytes")]
    TooHeavy,
    /// Not readable.
    #[error("an answer that cannot be read")]
    Unreadable,
}

/// Asks one provider.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    origins: BTreeSet<String>,
}

impl Client {
    /// A client that asks only at the origins of these addresses.
    pub fn new<'a>(addresses: impl IntoIterator<Item = &'a str>) -> Result<Client, Silent> {
        let http = elsewhere::client(CONNECT_TIME, ANSWER_TIME).build().map_err(quiet)?;
        let origins = addresses
            .into_iter()
            .filter_map(|address| reqwest::Url::parse(address).ok())
            .map(|url| url.origin().ascii_serialization())
            .collect();
        Ok(Client { http, origins })
    }

    /// Asks with GET and reads JSON.
    pub async fn json(&self, url: reqwest::Url) -> Result<serde_json::Value, Silent> {
        self.check(&url)?;
        let answer = self.http.get(url).send().await.map_err(quiet)?;
        let (status, bytes) = (answer.status(), body(answer).await?);
        if !status.is_success() {
            return Err(Silent::Unreadable);
        }
        serde_json::from_slice(&bytes).map_err(|_| Silent::Unreadable)
    }

    /// Asks what the library of OpenID Connect wants to know.
    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, Silent> {
        let request = reqwest::Request::try_from(request).map_err(quiet)?;
        self.check(request.url())?;
        let answer = self.http.execute(request).await.map_err(quiet)?;
        let mut response = http::Response::new(Vec::new());
        *response.status_mut() = answer.status();
        response.headers_mut().clone_from(answer.headers());
        *response.body_mut() = body(answer).await?;
        Ok(response)
    }

    fn check(&self, url: &reqwest::Url) -> Result<(), Silent> {
        let known = self.origins.contains(&url.origin().ascii_serialization());
        if known { Ok(()) } else { Err(Silent::ElsewhereAsked) }
    }
}

// Named and boxed: a closure that borrows the client would make every page that asks a provider tied to one thread.
impl<'c> AsyncHttpClient<'c> for Client {
    type Error = Silent;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Silent>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

async fn body(answer: reqwest::Response) -> Result<Vec<u8>, Silent> {
    elsewhere::body(answer, ANSWER_BYTES).await.map_err(quiet)?.ok_or(Silent::TooHeavy)
}

fn quiet(why: reqwest::Error) -> Silent {
    Silent::NoAnswer(why.without_url())
}
