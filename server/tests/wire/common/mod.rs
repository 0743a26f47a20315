//! A server in this process, and a browser that shows everything it gets.

use axum::body::Bytes;
use domain::account::StaffMember;
use domain::ids::AccountId;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use server::bundle::Bundles;
use server::pay::Channels;
use server::post::Post;
use server::routes::portals::Portals;
use server::running::{Running, Setup};
use server::serve::Limits;
use std::net::SocketAddr;
use std::str::FromStr;
use testkit::World;
use tokio::net::{TcpListener, TcpStream};

/// A running server over a world.
pub struct Site {
    pub running: Running,
    pub address: SocketAddr,
    pub origin: String,
    _files: tempfile::TempDir,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }
}

/// Opens the site on a port of its own.
pub async fn site(world: &World) -> Site {
    site_with(world, false, Limits { connections: 500, per_address: 500 }).await
}

pub async fn site_with(world: &World, demo: bool, limits: Limits) -> Site {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    site_on(world, demo, limits, listener, Portals::default()).await
}

/// A site whose people may come from these providers.
pub async fn site_on(world: &World, demo: bool, limits: Limits, listener: TcpListener, portals: Portals) -> Site {
    site_paying(world, demo, limits, listener, portals, Channels::default()).await
}

/// A site whose fees are paid by these channels.
pub async fn site_paying(
    world: &World,
    demo: bool,
    limits: Limits,
    listener: TcpListener,
    portals: Portals,
    channels: Channels,
) -> Site {
    site_posting(world, demo, limits, listener, portals, channels, Post::none()).await
}

/// A site whose messages leave by this post.
pub async fn site_posting(
    world: &World,
    demo: bool,
    limits: Limits,
    listener: TcpListener,
    portals: Portals,
    channels: Channels,
    post: Post,
) -> Site {
    let files = tempfile::tempdir().unwrap();
    let (dist, public) = (files.path().join("dist"), files.path().join("public"));
    for root in ["applicant", "office"] {
        std::fs::create_dir_all(dist.join(root)).unwrap();
        for name in ["x-1.js", "x-1_bg.wasm", "x-2.css"] {
            std::fs::write(dist.join(root).join(name), name).unwrap();
        }
    }
    std::fs::create_dir_all(&public).unwrap();
    std::fs::write(public.join("robots.txt"), "User-agent: *\n").unwrap();
    let address = listener.local_addr().unwrap();
    let origin = format!("http://{address}");
    let bundles = Bundles::read(&dist, &public).unwrap();
    let fonts = std::env::var_os("JIKAO_FONTS").map(std::path::PathBuf::from);
    let printing =
        documents::forms::Places { fonts: documents::forms::FontPlaces::usual(fonts.as_deref()), templates: None };
    let setup = Setup { origin: origin.clone(), demo, bundles, limits, portals, channels, post, printing };
    let running = Running::start(world.records.clone(), world.folder(), setup, listener).await.unwrap();
    Site { running, address, origin, _files: files }
}

/// A request in the making.
pub struct Ask<'a> {
    site: &'a Site,
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Site {
    pub fn get(&self, path: &str) -> Ask<'_> {
        self.ask("GET", path)
    }

    /// A form sent by a page of ours.
    pub fn post(&self, path: &str) -> Ask<'_> {
        self.ask("POST", path).with("origin", &self.origin)
    }

    pub fn ask(&self, method: &'static str, path: &str) -> Ask<'_> {
        Ask {
            site: self,
            method,
            path: path.to_owned(),
            headers: vec![("accept".into(), "text/html".into())],
            body: Vec::new(),
        }
    }

    /// The cookie of a signed-in candidate.
    pub async fn applicant(&self, id: AccountId) -> String {
        let token = records::logins::start_applicant(&self.running.app.records, id).await.unwrap();
        format!("jikao={token}")
    }

    /// The cookie of a signed-in member of staff.
    pub async fn staff(&self, member: &StaffMember) -> String {
        let token = records::logins::start_staff(&self.running.app.records, member.id).await.unwrap();
        format!("jikao-office={token}")
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }
}

impl Ask<'_> {
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    pub fn cookie(self, cookie: &str) -> Self {
        if cookie.is_empty() { self } else { self.with("cookie", cookie) }
    }

    /// As a script of ours asks.
    pub fn script(self) -> Self {
        self.with("accept", "application/json")
    }

    pub fn form(mut self, pairs: &[(&str, &str)]) -> Self {
        let coded: Vec<String> = pairs
            .iter()
            .map(|(key, value)| format!("{}={}", app::paths::encode(key), app::paths::encode(value)))
            .collect();
        self.body = coded.join("&").into_bytes();
        self.with("content-type", "application/x-www-form-urlencoded")
    }

    pub fn body(mut self, content_type: &str, body: Vec<u8>) -> Self {
        self.body = body;
        self.with("content-type", content_type)
    }

    /// Files of a form: field, name on the device, bytes.
    pub fn files(self, files: &[(&str, &str, &[u8])]) -> Self {
        self.parts(files, &[])
    }

    /// A signature with the pledge agreed to.
    pub fn signed(self, png: &[u8]) -> Self {
        self.parts(&[("signature", "s.png", png)], &["agreed"])
    }

    fn parts(self, files: &[(&str, &str, &[u8])], ticked: &[&str]) -> Self {
        let mut body = Vec::new();
        for (field, name, bytes) in files {
            body.extend_from_slice(b"--brook\r\n");
            body.extend_from_slice(
                format!("Content-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n").as_bytes(),
            );
            body.extend_from_slice(b"Content-Type: application/octet-stream\r\n\r\n");
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        for name in ticked {
            let part = format!("--brook\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\nyes\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        body.extend_from_slice(b"--brook--\r\n");
        self.body("multipart/form-data; boundary=brook", body)
    }

    pub async fn send(self) -> Answer {
        let answer = self.open().await;
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// The answer with its body still flowing.
    pub async fn open(self) -> hyper::Response<Incoming> {
        let stream = self.site.connect().await;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let mut request =
            Request::builder().method(self.method).uri(&self.path).header("host", self.site.address.to_string());
        for (name, value) in &self.headers {
            request = request.header(HeaderName::from_str(name).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        sender.send_request(request.body(Full::new(Bytes::from(self.body))).unwrap()).await.unwrap()
    }
}
