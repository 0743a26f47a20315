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
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use testkit::World;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
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

/// Longest that anything is waited for; a busy machine may need it, and when all is well nobody waits that long.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Streams that one person may have open at the servers of these tests.
pub const STREAMS_PER_PERSON: usize = 20;

/// Looks again and again until it is there.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let waited = tokio::time::timeout(PATIENCE, async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("{what} did not come"))
}

/// Waits until nobody listens there any more.
pub async fn until_closed(address: &str) {
    until("the end of a server", async || TcpStream::connect(address).await.is_err().then_some(())).await;
}

/// An address that nobody listens at, and that nobody else can take while it is held.
pub fn deaf() -> (tokio::net::TcpSocket, SocketAddr) {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

/// A free address for a server that is started later. It lies below the ports that the system gives to whoever connects or
/// asks for any, and every caller of this program gets another one.
pub fn free_address() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let nth = NEXT.fetch_add(1, Ordering::Relaxed).wrapping_add(std::process::id().wrapping_mul(251));
        let address = format!("127.0.0.1:{}", 20_000 + nth % 12_000);
        if std::net::TcpListener::bind(&address).is_ok() {
            return address;
        }
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
    opened(world, demo, limits, listener, portals, channels, Post::none(), false).await
}

/// A site that walks its rounds. All others do only what they are asked: a round beside a test would do the same acts at
/// moments of its own.
pub async fn site_in_rounds(world: &World) -> Site {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let limits = Limits { connections: 500, per_address: 500 };
    opened(world, false, limits, listener, Portals::default(), Channels::default(), Post::none(), true).await
}

/// A site that walks its rounds and whose messages leave by this post.
pub async fn site_posting(
    world: &World,
    demo: bool,
    limits: Limits,
    listener: TcpListener,
    portals: Portals,
    channels: Channels,
    post: Post,
) -> Site {
    opened(world, demo, limits, listener, portals, channels, post, true).await
}

#[allow(clippy::too_many_arguments, reason = "the two above have the words for them")]
async fn opened(
    world: &World,
    demo: bool,
    limits: Limits,
    listener: TcpListener,
    portals: Portals,
    channels: Channels,
    post: Post,
    rounds: bool,
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
    let setup = Setup {
        origin: origin.clone(),
        demo,
        bundles,
        limits,
        streams_per_person: STREAMS_PER_PERSON,
        portals,
        channels,
        post,
        rounds,
        printing,
    };
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

    /// Whether a request is answered at all: a connection may be refused or cut.
    pub async fn answers(&self, path: &str) -> bool {
        let Ok(mut stream) = TcpStream::connect(self.address).await else { return false };
        let asked = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let mut answer = Vec::new();
        let _ = stream.write_all(asked.as_bytes()).await;
        let _ = stream.read_to_end(&mut answer).await;
        answer.starts_with(b"HTTP/1.1 200")
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
