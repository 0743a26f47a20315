//! What is the same whenever this server asks another one: it follows nobody, takes no detour, waits only so long, and
//! reads only so much.

use reqwest::redirect::Policy;
use std::time::Duration;

/// A client that waits so long for a connection, and so long for the whole answer.
pub(crate) fn client(connecting: Duration, answering: Duration) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .redirect(Policy::none())
        .connect_timeout(connecting)
        .timeout(answering)
        .no_proxy()
        .user_agent("jikao")
}

/// The body of an answer; none where it is heavier than `most` bytes.
pub(crate) async fn body(mut answer: reqwest::Response, most: usize) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if bytes.len() + chunk.len() > most {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}
