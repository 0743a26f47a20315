//! Open streams: what they weigh, and how soon a change reaches every desk.

use super::client;
use super::process;
use crate::report::Report;
use crate::stats::{self, Times};
use crate::{Options, Outcome};
use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Streams whose weight is measured, and desks that hear of a change.
const STREAMS: usize = 10_000;
const DESKS: usize = 5_000;
/// Acts whose arrival is timed.
const ACTS: usize = 20;
/// Streams that are being opened at one time.
const OPENING: usize = 64;
/// Goals: memory over idle, in MB, and time from act to arrival.
const MEMORY_MB: f64 = 150.0;
const ARRIVAL_P99: Duration = Duration::from_millis(500);
/// Longest that everybody may take to hear of one act.
const PATIENCE: Duration = Duration::from_secs(20);
/// Connections have few numbers per address of ours; the whole of 127.0.0.0/8 is this machine.
const ADDRESSES: usize = 4;

/// Opens ten thousand streams, then five thousand desks.
pub async fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    report.part("Live streams from one server process");
    let folder = crate::scene::folder()?;
    let many = ["JIKAO_CONNECTIONS", "JIKAO_CONNECTIONS_PER_ADDRESS", "JIKAO_STREAMS_PER_PERSON"];
    let many = many.map(|limit| (limit, "20000"));
    let server = process::start(&options.server, "demo", &folder.path().join("data"), &many).await?;
    let address = server.address.clone();
    let plan = super::plan_path(&address).await?;
    let memory = || server.memory_kb().map(|kb| f64::from(kb) / 1024.0);
    // What any visit leaves behind is no matter of streams.
    client::load(&address, "/", "gzip", 8, Duration::from_secs(1)).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;

    let (idle, began) = (memory(), stats::now());
    let topic = plan.replace("/plans/", "plan:");
    let ears = Ears::open(&address, &topic, "", STREAMS).await?;
    report.line("streams opened", &format!("{STREAMS} in {:.1} s", began.elapsed().as_secs_f64()));
    tokio::time::sleep(Duration::from_secs(2)).await;
    if let (Some(idle), Some(open)) = (idle, memory()) {
        let grown = open - idle;
        report.goal(
            &format!("{} open streams: memory over idle ({idle:.0} MB)", stats::thousands(STREAMS as f64)),
            format!("{grown:.0} MB, {:.1} KB each", grown * 1024.0 / STREAMS as f64),
            &format!("at most {MEMORY_MB} MB"),
            grown <= MEMORY_MB,
        );
    }
    ears.close().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    if let Some(after) = memory() {
        report.line("memory after all have gone", &format!("{after:.0} MB"));
    }

    let (cookie, topic, case) = desk(&address).await?;
    let mut ears = Ears::open(&address, &topic, &cookie, DESKS).await?;
    let mut times = Times::default();
    for act in 0..ACTS {
        let path = if act % 2 == 0 { "/api/office/claim" } else { "/api/office/release" };
        let began = stats::now();
        let done = client::post(&address, path, &cookie, &format!("id={case}"), true).await?;
        if done.status != 200 {
            return Err(format!("{path} answered {}: {}", done.status, done.body).into());
        }
        times.extend(ears.all_hear(began).await?);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    report.line(
        &format!("{ACTS} acts, each heard by {} desks", stats::thousands(DESKS as f64)),
        &format!("p50 {}, slowest {}", stats::ms(times.percentile(0.5)), stats::ms(times.percentile(1.0))),
    );
    let p99 = times.percentile(0.99);
    report.goal(
        "from act to arrival at every desk: p99",
        stats::ms(p99),
        &format!("at most {}", stats::ms(ARRIVAL_P99)),
        p99 <= ARRIVAL_P99,
    );
    ears.close().await;
    Ok(())
}

/// A reviewer's cookie, the topic of the desk, and a case that nobody has claimed.
async fn desk(address: &str) -> Outcome<(String, String, String)> {
    let page = client::page(address, "/office/sign-in").await?;
    let staff: Vec<&str> = page.split("name=\"staff\" value=\"").skip(1).filter_map(|rest| rest.get(..36)).collect();
    for id in staff {
        let answer = client::post(address, "/demo/sign-in", "", &format!("staff={id}"), false).await?;
        let cookie = answer.head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("set-cookie").then(|| value.split(';').next().unwrap_or_default().to_owned())
        });
        let Some(cookie) = cookie else { continue };
        let queue = client::post(address, "/api/office/queue", &cookie, "", true).await?;
        let Ok(queue) = serde_json::from_str::<serde_json::Value>(&queue.body) else { continue };
        let free = queue["queue"]["lines"].as_array().into_iter().flatten().find(|line| line["claim"].is_null());
        let (topic, case) = (queue["topics"][0].as_str(), free.and_then(|line| line["id"].as_str()));
        if let (Some(true), Some(topic), Some(case)) = (queue["decides"].as_bool(), topic, case) {
            return Ok((cookie, topic.to_owned(), case.to_owned()));
        }
    }
    Err("no reviewer of the demonstration has a case to claim".into())
}

/// Many open streams, and what they hear.
struct Ears {
    listening: JoinSet<Outcome<()>>,
    heard: mpsc::UnboundedReceiver<(usize, Instant)>,
    count: usize,
}

impl Ears {
    /// Opens so many streams on a topic; they stand when each has been greeted.
    async fn open(address: &str, topic: &str, cookie: &str, count: usize) -> Outcome<Ears> {
        let server: SocketAddr = address.parse()?;
        let (tell, mut heard) = mpsc::unbounded_channel();
        let mut listening = JoinSet::new();
        let request = format!(
            "GET /live?topics={topic} HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\nCookie: {cookie}\r\n\r\n"
        );
        let mut greeted = 0;
        for number in 0..count {
            while number >= greeted + OPENING {
                wait(&mut heard, &mut listening).await?;
                greeted += 1;
            }
            let (request, tell) = (request.clone(), tell.clone());
            listening.spawn(async move { listen(server, number, &request, &tell).await });
        }
        while greeted < count {
            wait(&mut heard, &mut listening).await?;
            greeted += 1;
        }
        Ok(Ears { listening, heard, count })
    }

    /// Waits until every stream has heard something; the time of each since `began`.
    async fn all_hear(&mut self, began: Instant) -> Outcome<Times> {
        let (mut times, mut missing) = (Times::default(), (0..self.count).collect::<HashSet<usize>>());
        while !missing.is_empty() {
            let (who, at) = wait(&mut self.heard, &mut self.listening).await?;
            if missing.remove(&who) {
                times.add(at - began);
            }
        }
        Ok(times)
    }

    async fn close(mut self) {
        self.listening.shutdown().await;
    }
}

async fn wait(
    heard: &mut mpsc::UnboundedReceiver<(usize, Instant)>,
    listening: &mut JoinSet<Outcome<()>>,
) -> Outcome<(usize, Instant)> {
    match timeout(PATIENCE, heard.recv()).await {
        Ok(Some(one)) => Ok(one),
        _ => match listening.try_join_next() {
            Some(Ok(Err(why))) => Err(format!("a stream ended: {why}").into()),
            _ => Err("a stream stayed silent".into()),
        },
    }
}

/// One stream: tells of the greeting and of every event.
async fn listen(
    server: SocketAddr,
    number: usize,
    request: &str,
    tell: &mpsc::UnboundedSender<(usize, Instant)>,
) -> Outcome<()> {
    let socket = TcpSocket::new_v4()?;
    let ours = u8::try_from(number % ADDRESSES)? + 2;
    socket.bind(SocketAddr::from(([127, 0, 0, ours], 0)))?;
    let mut stream = socket.connect(server).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut buffer = [0_u8; 1024];
    loop {
        let length = stream.read(&mut buffer).await?;
        if length == 0 {
            return Err("the server hung up".into());
        }
        let piece = &buffer[..length];
        if piece.starts_with(b"HTTP/1.1 ") && !piece.starts_with(b"HTTP/1.1 200") {
            return Err(String::from_utf8_lossy(piece).lines().next().unwrap_or_default().to_owned().into());
        }
        // Events are small: one comes in one piece. The sign of life carries no data.
        if piece.windows(6).any(|window| window == b"data: ") && tell.send((number, stats::now())).is_err() {
            return Ok(());
        }
    }
}
