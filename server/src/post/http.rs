//! Asking over HTTP: briefly, without following anybody, and not behind our own firewall.

use crate::elsewhere;
use ::messages::{NotSent, Signed};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// Longest that one question may take.
const ANSWER_TIME: Duration = Duration::from_secs(15);
/// Longest that a connection may take to be made.
const CONNECT_TIME: Duration = Duration::from_secs(5);
/// Most bytes of an answer that are read.
const ANSWER_BYTES: usize = 64 * 1024;

/// A client for services that the configuration names.
pub fn plain() -> Result<reqwest::Client, String> {
    builder().build().map_err(|why| why.to_string())
}

/// A client for addresses that people at the desk name: public ones, unless the configuration says otherwise.
pub fn pushing(local: bool) -> Result<reqwest::Client, String> {
    let builder = match local {
        true => builder(),
        false => builder().https_only(true).dns_resolver(Arc::new(PublicOnly)),
    };
    builder.build().map_err(|why| why.to_string())
}

fn builder() -> reqwest::ClientBuilder {
    elsewhere::client(CONNECT_TIME, ANSWER_TIME)
}

/// Sends a request; gives status and body.
pub async fn ask(http: &reqwest::Client, request: Signed) -> Result<(u16, String), NotSent> {
    let mut asked = http.post(&request.url);
    for (name, text) in request.headers {
        asked = asked.header(name, text);
    }
    let mut answer = asked.body(request.body).send().await.map_err(|why| silent(&why))?;
    let status = answer.status().as_u16();
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|why| silent(&why))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > ANSWER_BYTES {
            break;
        }
    }
    Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
}

fn silent(why: &reqwest::Error) -> NotSent {
    let mut cause: Option<&dyn std::error::Error> = Some(why);
    while let Some(one) = cause {
        if one.is::<NotPublic>() {
            return NotSent::for_ever("not-public");
        }
        cause = one.source();
    }
    NotSent::for_now(if why.is_timeout() { "timeout" } else { "no-answer" })
}

/// A name that leads into this house.
#[derive(Debug, thiserror::Error)]
#[error("not a public address")]
struct NotPublic;

/// Looks names up, and keeps those addresses that the whole world can reach.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(NotPublic.into());
            }
            let all: Addrs = Box::new(public.into_iter());
            Ok(all)
        })
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => {
            let [a, b, ..] = four.octets();
            let shared = a == 100 && (64..128).contains(&b);
            let test = a == 198 && (18..20).contains(&b);
            !(four.is_private()
                || four.is_loopback()
                || four.is_link_local()
                || four.is_broadcast()
                || four.is_documentation()
                || four.is_multicast()
                || a == 0
                || a >= 240
                || shared
                || test)
        }
        IpAddr::V6(six) => match six.to_ipv4() {
            Some(four) => is_public(IpAddr::V4(four)),
            // 2000::/3 is what is given out to the world.
            None => six.segments()[0] & 0xe000 == 0x2000,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_house_are_not_public() {
        for own in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "::1",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(!is_public(own.parse().unwrap()), "{own}");
        }
        for world in ["1.1.1.1", "47.96.0.1", "2400:3200::1"] {
            assert!(is_public(world.parse().unwrap()), "{world}");
        }
    }
}
