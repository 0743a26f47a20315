//! A server as a process that is killed while it writes, and one whose disk is full: what was acknowledged stays,
//! and what was not kept was not acknowledged. The long variant is `bench --only crash --cycles 200`.
#![allow(clippy::disallowed_methods, reason = "a process is waited for by the clock on the wall")]

use crate::common::{PATIENCE, free_address, until};
use domain::account::SignUp;
use domain::ids::{AccountId, ApplicationId};
use records::applications;
use records::{Records, Settings, accounts, logins, plans};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Kills of the short variant.
const CYCLES: usize = 10;
/// People who hand in at once.
const AT_ONCE: usize = 4;
/// Complete drafts: more than are handed in between two kills.
const DRAFTS: usize = 80;

/// Somebody's complete draft, and the cookie to hand it in with.
#[derive(Clone)]
struct Draft {
    id: ApplicationId,
    cookie: String,
}

/// A data folder with complete drafts in it.
async fn prepared(count: usize) -> (TempDir, Vec<Draft>) {
    let folder = tempfile::tempdir().unwrap();
    let records = open(folder.path()).await;
    records::profiles::publish(&records, &records::profiles::parse(testkit::ZYNL, "zynl.toml").unwrap()).await.unwrap();
    records::agencies::import(&records, testkit::AGENCIES, "agencies.toml").await.unwrap();
    records::standards::import(&records, testkit::STANDARDS).await.unwrap();
    let mut plan = testkit::new_plan(records.now().day());
    plan.capacity = 1_000;
    let plan = plans::publish(&records, &plan).await.unwrap();
    let mut drafts = Vec::new();
    for person in 0..count {
        let account = signed_up(&records, person).await;
        let id = testkit::complete_draft(&records, account, plan).await.unwrap();
        let token = logins::start_applicant(&records, account).await.unwrap();
        drafts.push(Draft { id, cookie: format!("jikao={token}") });
    }
    records.close().await.unwrap();
    (folder, drafts)
}

pub async fn open(folder: &Path) -> Records {
    Records::open(Settings { hash_memory_kib: 64, ..Settings::in_folder(folder) }).await.unwrap()
}

pub async fn signed_up(records: &Records, person: usize) -> AccountId {
    let number = testkit::id_number("330106", "19900307", u32::try_from(person).unwrap() + 1);
    let typed = SignUp {
        name: "李强".into(),
        id_kind: "RIC".into(),
        id_no: number.clone(),
        mobile: format!("1390000{person:04}"),
        password: testkit::PASSWORD.into(),
        password_again: testkit::PASSWORD.into(),
        agreed: "yes".into(),
        ..SignUp::default()
    };
    accounts::sign_up(records, &typed).await.unwrap();
    accounts::sign_in(records, &number, testkit::PASSWORD).await.unwrap()
}

/// A server as a process of its own.
pub struct Server {
    pub child: Child,
    pub address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    async fn start(data: &Path, bundle: &Path) -> Server {
        Server::start_at(data, bundle, &free_address(), None).await
    }

    /// At an address of the caller's choice, with a configuration file.
    pub async fn start_at(data: &Path, bundle: &Path, address: &str, config: Option<&Path>) -> Server {
        let address = address.to_owned();
        // A file that may not grow any more is an error to be told, as on a full disk, and not the end.
        let child = Command::new("sh")
            .args(["-c", "trap '' XFSZ; exec \"$0\" serve", env!("CARGO_BIN_EXE_jikao")])
            .env("JIKAO_DATA", data)
            .env("JIKAO_DIST", bundle.join("dist"))
            .env("JIKAO_PUBLIC", bundle.join("public"))
            .env("JIKAO_LISTEN", &address)
            .envs(config.map(|file| ("JIKAO_CONFIG", file)))
            .env("JIKAO_ORIGIN", format!("http://{address}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::options().create(true).append(true).open(data.join("said.log")).unwrap())
            .spawn()
            .unwrap();
        let server = Server { child, address };
        let began = Instant::now();
        while server.status("/healthz").await != Some(200) {
            let said = || std::fs::read_to_string(data.join("said.log")).unwrap_or_default();
            assert!(began.elapsed() < PATIENCE, "the server does not answer: {}", said());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        server
    }

    async fn status(&self, path: &str) -> Option<u16> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n\r\n");
        exchange(&self.address, &request).await.map(|(status, _)| status)
    }
}

/// Hands a draft in: status and body, or nothing when the server went away.
async fn hand_in(address: &str, draft: &Draft) -> Option<(u16, String)> {
    let body = format!("id={}&key=one-key", draft.id);
    let request = format!(
        "POST /api/apply/submit HTTP/1.1\r\nHost: x\r\nOrigin: http://{address}\r\nAccept: application/json\r\n\
         Cookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        draft.cookie,
        body.len()
    );
    exchange(address, &request).await
}

pub async fn exchange(address: &str, request: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    let text = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let length = head.to_ascii_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    // Half an answer acknowledges nothing.
    if length.is_some_and(|length: usize| body.len() < length) {
        return None;
    }
    Some((head.split(' ').nth(1)?.parse().ok()?, body.to_owned()))
}

/// What a browser is given: enough for the server to start.
pub fn bundle() -> TempDir {
    let files = tempfile::tempdir().unwrap();
    for root in ["applicant", "office"] {
        let folder = files.path().join("dist").join(root);
        std::fs::create_dir_all(&folder).unwrap();
        for name in ["x-1.js", "x-1_bg.wasm", "x-2.css"] {
            std::fs::write(folder.join(name), name).unwrap();
        }
    }
    std::fs::create_dir_all(files.path().join("public")).unwrap();
    files
}

/// 报名号 of an acknowledged submission.
fn number_in(body: &str) -> String {
    let receipt: serde_json::Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("no receipt: {body}"));
    receipt["number"].as_str().unwrap_or_else(|| panic!("no number: {body}")).to_owned()
}

/// Every acknowledged number is on its application, and every promise holds.
async fn check(folder: &Path, acknowledged: &[(Draft, String)]) {
    let records = open(folder).await;
    for (draft, number) in acknowledged {
        let account = logins::viewer(&records, draft.cookie.strip_prefix("jikao=")).await.unwrap();
        let domain::account::Viewer::Applicant { id: account, .. } = account else { panic!("a login was lost") };
        let receipt = applications::submit(&records, account, draft.id, "one-key").await.unwrap();
        assert_eq!(&receipt.number, number, "an acknowledged submission was lost");
    }
    assert_eq!(applications::broken_promises(&records).await.unwrap(), Vec::<String>::new());
    records.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_again_and_again_nothing_acknowledged_is_lost() {
    let (data, drafts) = prepared(DRAFTS).await;
    let bundle = bundle();
    let waiting = Arc::new(Mutex::new(drafts));
    let acknowledged = Arc::new(Mutex::new(Vec::<(Draft, String)>::new()));
    for cycle in 0..CYCLES {
        let mut server = Server::start(data.path(), bundle.path()).await;
        let mut hands = tokio::task::JoinSet::new();
        for _ in 0..AT_ONCE {
            let (waiting, acknowledged, address) = (waiting.clone(), acknowledged.clone(), server.address.clone());
            hands.spawn(async move {
                loop {
                    let Some(draft) = waiting.lock().unwrap().pop() else { return };
                    match hand_in(&address, &draft).await {
                        Some((200, body)) => acknowledged.lock().unwrap().push((draft, number_in(&body))),
                        Some((status, body)) => panic!("answered {status}: {body}"),
                        None => {
                            // Kept or not: nobody was told. They come again, with the same key.
                            waiting.lock().unwrap().insert(0, draft);
                            return;
                        }
                    }
                }
            });
        }
        tokio::time::sleep(Duration::from_millis(15 + cycle as u64 * 13 % 50)).await;
        if cycle + 1 == CYCLES {
            // On a slow machine every kill may have come before the first answer; then nothing would have been tried.
            until("an answer", async || (!acknowledged.lock().unwrap().is_empty()).then_some(())).await;
        }
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        while let Some(hand) = hands.join_next().await {
            hand.unwrap();
        }
    }
    let acknowledged = acknowledged.lock().unwrap().clone();
    assert!(!acknowledged.is_empty(), "every kill came before the first answer");
    check(data.path(), &acknowledged).await;
}

/// As on a full disk: no file of the process may grow. `prlimit` belongs to util-linux.
#[cfg(target_os = "linux")]
fn no_file_may_grow(server: &Server, full: bool) {
    let limit = if full { "--fsize=4096:unlimited" } else { "--fsize=unlimited:unlimited" };
    let done = Command::new("prlimit").args(["--pid", &server.child.id().to_string(), limit]).status().unwrap();
    assert!(done.success(), "prlimit sets the limit");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_a_full_disk_nothing_is_acknowledged_and_it_goes_on_when_there_is_room() {
    let (data, drafts) = prepared(12).await;
    let bundle = bundle();
    // The log lies on the same disk: it has no room either, not for a single line.
    std::fs::write(data.path().join("said.log"), "an older line\n".repeat(600)).unwrap();
    let server = Server::start(data.path(), bundle.path()).await;
    let mut acknowledged = Vec::new();
    let (before, rest) = drafts.split_at(2);
    for draft in before {
        let (status, body) = hand_in(&server.address, draft).await.unwrap();
        assert_eq!(status, 200, "{body}");
        acknowledged.push((draft.clone(), number_in(&body)));
    }
    for round in 0..2 {
        no_file_may_grow(&server, true);
        // One by one and together: also who shares a transaction with others is refused.
        let mut hands = tokio::task::JoinSet::new();
        for draft in &rest[round..] {
            let (address, draft) = (server.address.clone(), draft.clone());
            hands.spawn(async move { hand_in(&address, &draft).await.unwrap() });
        }
        for (status, body) in hands.join_all().await {
            assert_eq!(status, 500, "round {round}: acknowledged on a full disk: {body}");
            assert!(body.contains("Broken"), "the incident has a number: {body}");
        }
        assert_eq!(server.status("/").await, Some(200), "what is only read goes on");
        no_file_may_grow(&server, false);
        let (draft, still) = (&rest[round], server.status("/healthz").await);
        assert_eq!(still, Some(200));
        let (status, body) = hand_in(&server.address, draft).await.unwrap();
        assert_eq!(status, 200, "room again, and no restart: {body}");
        acknowledged.push((draft.clone(), number_in(&body)));
        // The one that is kept now would be answered again with its receipt.
        let repeated = hand_in(&server.address, draft).await.unwrap();
        assert_eq!(number_in(&repeated.1), acknowledged.last().unwrap().1);
    }
    drop(server);
    check(data.path(), &acknowledged).await;
}

/// The folder cannot be written at all: the server says so at once and does not begin.
#[tokio::test]
async fn a_folder_that_is_a_file_is_told_at_the_start() {
    let (folder, bundle) = (tempfile::tempdir().unwrap(), bundle());
    let data: PathBuf = folder.path().join("data");
    std::fs::write(&data, "not a folder").unwrap();
    let said = Command::new(env!("CARGO_BIN_EXE_jikao"))
        .arg("serve")
        .env("JIKAO_DATA", &data)
        .env("JIKAO_DIST", bundle.path().join("dist"))
        .env("JIKAO_PUBLIC", bundle.path().join("public"))
        .env("JIKAO_LISTEN", "127.0.0.1:0")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(!said.status.success() && text.contains(&data.display().to_string()), "{text}");
}
