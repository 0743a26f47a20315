//! A portal to rehearse with: it speaks the ticket protocol and OpenID Connect, knows invented people only, and
//! can be slow, wrong and forgetful. For demonstrations and tests.

mod oidc;
pub mod people;
mod tickets;

use super::stand;
use crate::config::{Assurance, Claims, Oidc, Portal, Provider, SignIn};
use crate::routes::portals::Secret;
use axum::Router;
use axum::response::Html;
use axum::routing::{get, post};
use ed25519_dalek::SigningKey;
use people::{PEOPLE, Person};
use records::{Chance, Clock};
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::DropGuard;

/// Service code of the ticket protocol.
pub const SERVICE_CODE: &str = "jikao";
/// Our name at the OpenID Connect side.
pub const CLIENT_ID: &str = "jikao";
/// Key of the ticket side in the configuration.
pub const PORTAL: &str = "zwfw";
/// Key of the OpenID Connect side.
pub const OIDC: &str = "id";
/// Longer than anybody waits for an answer.
const SLOWLY: Duration = Duration::from_secs(30);
/// Minutes that a ticket or a code lasts.
const TICKET_MINUTES: i64 = 5;

/// A running simulator.
#[derive(Debug)]
pub struct Simulator {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its own origin.
    pub origin: String,
    /// Providers for the configuration of the server.
    pub sign_in: SignIn,
    secret: String,
    _open: DropGuard,
}

/// What its pages and answers know.
struct State {
    origin: String,
    /// Our addresses to come back to: ticket protocol, OpenID Connect.
    back: [String; 2],
    secret: String,
    signing: SigningKey,
    /// Somebody else's key: what it signs is forged.
    foreign: SigningKey,
    clock: Clock,
    chance: Chance,
    under_way: Mutex<HashMap<String, UnderWay>>,
}

/// A ticket, a code or a token, and whose it is.
#[derive(Clone)]
struct UnderWay {
    person: &'static Person,
    until: i64,
    /// Kept from the question, for OpenID Connect.
    nonce: String,
    challenge: String,
}

type Shared = Arc<State>;

impl Simulator {
    /// Starts on a port of its own at `host`, for a server whose people come back to `site`.
    pub async fn start(host: IpAddr, site: &str, clock: Clock, chance: Chance) -> io::Result<Simulator> {
        let listener = TcpListener::bind((host, 0)).await?;
        let address = listener.local_addr()?;
        let name = if host.is_unspecified() { "127.0.0.1".to_owned() } else { host.to_string() };
        let origin = format!("http://{name}:{}", address.port());
        let secret = chance.token();
        let back = |key: &str| format!("{site}{}", ::app::paths::sign_in_back(key));
        let state = Arc::new(State {
            origin: origin.clone(),
            back: [back(PORTAL), back(OIDC)],
            secret: secret.clone(),
            signing: SigningKey::from_bytes(&chance.bytes()),
            foreign: SigningKey::from_bytes(&chance.bytes()),
            clock,
            chance,
            under_way: Mutex::default(),
        });
        let router = Router::new()
            .route("/sso/usp.do", get(tickets::page))
            .route("/sso/pick", get(tickets::pick))
            .route("/sso/servlet/simpleauth", get(tickets::answer))
            .route("/.well-known/openid-configuration", get(oidc::discovery))
            .route("/authorize", get(oidc::page))
            .route("/authorize/pick", get(oidc::pick))
            .route("/token", post(oidc::token))
            .route("/jwks", get(oidc::keys))
            .route("/userinfo", get(oidc::userinfo))
            .with_state(state);
        let open = stand::open(listener, router, "portal");
        let sign_in = providers(&origin);
        Ok(Simulator { address, origin, sign_in, secret, _open: open })
    }

    /// The secret that both sides share; it stands in no file.
    pub fn secret(&self, _: &Path) -> Result<Secret, String> {
        Ok(Secret::new(self.secret.as_str()))
    }
}

/// Both sides, as a configuration file would name them.
fn providers(origin: &str) -> SignIn {
    let no_file = PathBuf::from("simulator");
    let assurance =
        |claim: &str| Some(Assurance { claim: claim.into(), values: ["2".to_owned(), "3".to_owned()].into() });
    SignIn {
        provider: vec![
            Provider::Portal(Portal {
                key: PORTAL.into(),
                title: "省政务服务网（演示）".into(),
                login_url: format!("{origin}/sso/usp.do"),
                api_url: format!("{origin}/sso/servlet/simpleauth"),
                service_code: SERVICE_CODE.into(),
                secret_file: no_file.clone(),
                claims: Claims { assurance: assurance("authlevel"), ..Claims::of_portal() },
            }),
            Provider::Oidc(Oidc {
                key: OIDC.into(),
                title: "统一身份认证（演示）".into(),
                issuer: origin.into(),
                client_id: CLIENT_ID.into(),
                secret_file: Some(no_file),
                scopes: vec!["profile".into(), "phone".into()],
                hosts: Vec::new(),
                clock_skew: 60,
                claims: Claims {
                    kinds: BTreeMap::from([("10".into(), "RIC".into()), ("14".into(), "HMTP".into())]),
                    assurance: assurance("acr"),
                    ..Claims::default()
                },
            }),
        ],
    }
}

impl State {
    fn now_ms(&self) -> i64 {
        self.clock.now().0
    }

    fn under_way(&self) -> MutexGuard<'_, HashMap<String, UnderWay>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives out a ticket, a code or a token.
    fn issue(&self, prefix: &str, person: &'static Person, nonce: &str, challenge: &str) -> String {
        let ticket = format!("{prefix}-{}", self.chance.token());
        let until = self.now_ms() + TICKET_MINUTES * 60_000;
        let under_way = UnderWay { person, until, nonce: nonce.to_owned(), challenge: challenge.to_owned() };
        let mut all = self.under_way();
        let now = self.now_ms();
        all.retain(|_, one| one.until > now);
        all.insert(ticket.clone(), under_way);
        ticket
    }

    /// Takes it back as what it was given out as: once, unless the portal is forgetful.
    fn redeem(&self, prefix: &str, ticket: &str) -> Option<UnderWay> {
        ticket.strip_prefix(prefix)?.strip_prefix('-')?;
        let mut all = self.under_way();
        let found = all.get(ticket).filter(|one| one.until > self.now_ms()).cloned()?;
        if found.person.mood != people::Mood::Forgetful {
            all.remove(ticket);
        }
        (found.person.mood != people::Mood::Expired).then_some(found)
    }
}

/// The page of the portal: everybody is a link. `address` gets the person's subject at its end.
fn page_of_people(title: &str, address: &str) -> Html<String> {
    let people: String = PEOPLE
        .iter()
        .map(|person| {
            format!(
                "<li><a href=\"{}{}\"><b>{}</b></a><br><small>{}</small></li>",
                escaped(address),
                person.subject,
                person.name,
                person.about
            )
        })
        .collect();
    Html(format!(
        "<!DOCTYPE html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <link rel=\"icon\" href=\"data:,\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>\
         body{{font:16px/1.6 system-ui,sans-serif;max-width:34em;margin:2em auto;padding:0 1em;color:#1f2328;background:#fff}}\
         li{{margin:0 0 12px}}a{{color:#0b57a4;display:inline-block;padding:4px 0}}small{{color:#57606a}}</style></head>\
         <body><main><h1>{title}</h1><p>这是演示用的门户，里面的人都是虚构的。点一个人登录：</p><ul>{people}</ul></main></body></html>"
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}
