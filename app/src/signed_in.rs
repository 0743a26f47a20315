//! Who is asking. Server functions begin with one of these.

use crate::Failure;
use domain::account::Viewer;
use leptos::prelude::*;

/// Who looks at this page: a candidate under `/`, staff under `/office`.
#[server(name = FetchViewer, endpoint = "viewer")]
pub async fn viewer() -> Result<Viewer, Failure> {
    ssr::viewer(false).await
}

/// Who looks at the desk.
#[server(name = FetchStaffViewer, endpoint = "office/viewer")]
pub async fn staff_viewer() -> Result<Viewer, Failure> {
    ssr::viewer(true).await
}

/// Names and readers of cookies, and the three openings of a server function.
#[cfg(feature = "ssr")]
pub mod ssr {
    use crate::{Failure, failure::from_records};
    use domain::account::{StaffMember, Viewer};
    use domain::ids::AccountId;
    use http::request::Parts;
    use leptos::prelude::use_context;
    use records::Records;
    use std::net::IpAddr;

    /// Facts of the installation that cookies and links depend on.
    #[derive(Debug, Clone)]
    pub struct Site {
        /// Origin under which people reach the site, without a slash at the end.
        pub origin: String,
        /// Whether the one-click personas of demo mode are offered.
        pub demo: bool,
    }

    /// A provider of the configuration that people may sign in with.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ProviderButton {
        /// Its key in the configuration.
        pub key: String,
        /// What it is called.
        pub title: String,
    }

    /// All of them, in the order of the configuration; provided by the router.
    #[derive(Debug, Clone, Default)]
    pub struct Providers(pub Vec<ProviderButton>);

    /// Channels that fees can be paid by; provided by the router.
    #[derive(Debug, Clone, Default)]
    pub struct PayChannels {
        /// In the order of the configuration.
        pub offered: Vec<domain::payment::Channel>,
        /// Whether somebody inside 微信 pays in its own window.
        pub inside_wechat: bool,
    }

    /// Ways by which messages leave this installation; provided by the router.
    #[derive(Debug, Clone, Copy, Default)]
    pub struct PostWays {
        /// Mail and text messages.
        pub open: records::messages::Open,
        /// Whether pushes may go to addresses of this house.
        pub local: bool,
        /// Whether text messages carry codes: their service has a template for them.
        pub codes: bool,
        /// Whether text messages carry links to confirm.
        pub links: bool,
    }

    /// The ways by which a code for a forgotten password goes out.
    pub fn open_for_codes() -> records::messages::Open {
        let ways = use_context::<PostWays>().unwrap_or_default();
        records::messages::Open { mail: ways.open.mail, sms: ways.open.sms && ways.codes }
    }

    /// The ways by which a link to confirm goes out.
    pub fn open_for_links() -> records::messages::Open {
        let ways = use_context::<PostWays>().unwrap_or_default();
        records::messages::Open { mail: ways.open.mail, sms: ways.open.sms && ways.links }
    }

    /// The network of whoever asks; see [`network_of`].
    pub fn network() -> String {
        let Some(parts) = use_context::<Parts>() else { return String::new() };
        let peer = parts.extensions.get::<axum::extract::ConnectInfo<std::net::SocketAddr>>();
        network_of(peer.map(|peer| peer.0.ip()), &parts.headers)
    }

    /// The address that a request comes from: who is connected, or whom our own proxy names, which writes behind what
    /// browsers say.
    pub fn address_of(peer: Option<IpAddr>, headers: &http::HeaderMap) -> Option<IpAddr> {
        let ours = peer.is_none_or(|ip| match ip.to_canonical() {
            IpAddr::V4(four) => four.is_loopback() || four.is_private(),
            IpAddr::V6(six) => six.is_loopback() || six.is_unique_local(),
        });
        let told = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
        let named = told.and_then(|list| list.rsplit(',').next()).and_then(|one| one.trim().parse::<IpAddr>().ok());
        named.filter(|_| ours).or(peer).map(|ip| ip.to_canonical())
    }

    /// The network of that address: one of version 6 is one place, as it is given to one household.
    pub fn network_of(peer: Option<IpAddr>, headers: &http::HeaderMap) -> String {
        match address_of(peer, headers) {
            Some(IpAddr::V4(four)) => four.to_string(),
            Some(IpAddr::V6(six)) => six.segments()[..4].iter().map(|part| format!("{part:x}:")).collect(),
            None => String::new(),
        }
    }

    /// Asks a channel for its bill of a day; none where it gives none that we read, an error where it is silent.
    pub type BillOf =
        std::pin::Pin<Box<dyn Future<Output = Result<Option<Vec<domain::page::money::BillLine>>, ()>> + Send>>;

    /// How bills are asked for; provided by the router.
    #[derive(Clone)]
    pub struct Bills(pub std::sync::Arc<dyn Fn(domain::payment::Channel, chrono::NaiveDate) -> BillOf + Send + Sync>);

    impl Site {
        /// Name of the candidates' cookie: with `__Host-` wherever the site is served over TLS.
        pub fn applicant_cookie(&self) -> &'static str {
            if self.secure() { "__Host-jikao" } else { "jikao" }
        }

        /// Name of the desk's cookie.
        pub fn staff_cookie(&self) -> &'static str {
            if self.secure() { "__Host-jikao-office" } else { "jikao-office" }
        }

        /// Name of the cookie of a browser that answered who it is for, on the page of a link to confirm.
        pub fn confirm_cookie(&self) -> &'static str {
            if self.secure() { "__Host-jikao-confirm" } else { "jikao-confirm" }
        }

        /// Whether the site is served over TLS.
        pub fn secure(&self) -> bool {
            self.origin.starts_with("https://")
        }

        /// A `Set-Cookie` value; an empty token ends the cookie.
        pub fn set_cookie(&self, name: &str, token: &str) -> String {
            let secure = if self.secure() { "; Secure" } else { "" };
            let age = if token.is_empty() { "; Max-Age=0" } else { "" };
            format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
        }
    }

    /// The records, as provided by the router.
    pub fn records() -> Result<Records, Failure> {
        use_context().ok_or_else(|| Failure::Broken("no-records".into()))
    }

    /// The installation, as provided by the router.
    pub fn site() -> Result<Site, Failure> {
        use_context().ok_or_else(|| Failure::Broken("no-site".into()))
    }

    /// A cookie of this request.
    pub fn cookie(name: &str) -> Option<String> {
        let parts = use_context::<Parts>()?;
        cookie_in(&parts.headers, name)
    }

    /// A cookie of these headers.
    pub fn cookie_in(headers: &http::HeaderMap, name: &str) -> Option<String> {
        headers
            .get_all(http::header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .find_map(|pair| {
                let (key, value) = pair.trim().split_once('=')?;
                (key == name).then(|| value.to_owned())
            })
    }

    /// Who is asking: from the desk's cookie or from the candidates'.
    pub async fn viewer(office: bool) -> Result<Viewer, Failure> {
        let (records, site) = (records()?, site()?);
        let name = if office { site.staff_cookie() } else { site.applicant_cookie() };
        records::logins::viewer(&records, cookie(name).as_deref()).await.map_err(from_records)
    }

    /// The signed-in candidate.
    pub async fn applicant() -> Result<(Records, AccountId), Failure> {
        match viewer(false).await? {
            Viewer::Applicant { id, .. } => Ok((records()?, id)),
            _ => Err(sign_in_needed()),
        }
    }

    /// The signed-in member of staff.
    pub async fn staff() -> Result<(Records, StaffMember), Failure> {
        match viewer(true).await? {
            Viewer::Staff(member) => Ok((records()?, member)),
            _ => Err(sign_in_needed()),
        }
    }

    /// Name of the header that tells the router of a form that came from nobody: it keeps what was typed. It never leaves
    /// the house.
    pub const SIGN_IN_NEEDED: &str = "x-sign-in-needed";

    fn sign_in_needed() -> Failure {
        if let Some(answer) = use_context::<leptos_axum::ResponseOptions>() {
            let name = http::HeaderName::from_static(SIGN_IN_NEEDED);
            answer.insert_header(name, http::HeaderValue::from_static("yes"));
        }
        Failure::SignInNeeded
    }

    /// Sets a cookie on the answer.
    pub fn answer_with_cookie(value: &str) {
        if let (Some(answer), Ok(value)) =
            (use_context::<leptos_axum::ResponseOptions>(), http::HeaderValue::from_str(value))
        {
            answer.append_header(http::header::SET_COOKIE, value);
        }
    }

    /// Whether the request is a plain form of a browser without script.
    pub fn is_plain_form() -> bool {
        use_context::<Parts>().is_some_and(|parts| {
            parts
                .headers
                .get(http::header::ACCEPT)
                .and_then(|accept| accept.to_str().ok())
                .is_some_and(|accept| accept.contains("text/html"))
        })
    }

    #[cfg(test)]
    mod tests {
        use super::network_of;

        #[test]
        fn a_browser_cannot_say_where_it_is_and_our_proxy_can() {
            let of = |peer: &str, told: Option<&str>| {
                let mut headers = http::HeaderMap::new();
                if let Some(told) = told {
                    headers.insert("x-forwarded-for", http::HeaderValue::from_str(told).unwrap());
                }
                network_of(Some(peer.parse().unwrap()), &headers)
            };
            assert_eq!(of("203.0.113.7", Some("198.51.100.1")), "203.0.113.7", "nobody but ours is believed");
            assert_eq!(
                of("127.0.0.1", Some("198.51.100.1, 203.0.113.7")),
                "203.0.113.7",
                "the last word is the proxy's"
            );
            assert_eq!(of("10.0.0.2", Some("nonsense")), "10.0.0.2");
            assert_eq!(of("127.0.0.1", None), "127.0.0.1");
            assert_eq!(of("::ffff:203.0.113.7", None), "203.0.113.7");
            assert_eq!(of("2400:3200:1:2::9", None), of("2400:3200:1:2:ffff::1", None), "one household");
            assert_ne!(of("2400:3200:1:2::9", None), of("2400:3200:1:3::9", None));
        }
    }
}
