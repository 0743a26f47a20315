//! The post on the wire: mail at a real SMTP server, text messages and pushes at a receiver on loopback, and what becomes of
//! messages when the server is killed in the middle of sending. `JIKAO_KILLS=50` makes the long variant.

use crate::common::{Site, free_address, site_posting, until};
use crate::hardship::{Server, bundle, open, signed_up};
use domain::message::{Way, rhythm};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use messages::push;
use records::messages::{self as post_acts, LogLine};
use records::{Clock, Records, Settings, applications, plans};
use server::config::{Config, MailServer, Push, SmsProvider, SmsService};
use server::pay::{Channels, KeyFiles};
use server::post::{Post, work};
use server::routes::portals::Portals;
use server::serve::Limits;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::{Applicant, World};
use tokio::net::TcpListener;

/// Kills of the short variant.
const KILLS: usize = 5;

/// A mail server from Debian's package python3-aiosmtpd.
struct Mailbox {
    child: Child,
    port: u16,
    file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A mail as it arrived.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
struct Arrived {
    id: String,
    from: String,
    to: String,
    subject: String,
    text: String,
    /// `List-Unsubscribe`; empty where it carries none.
    stop: String,
    /// `Auto-Submitted`.
    automatic: String,
}

impl Mailbox {
    fn open() -> Mailbox {
        use std::io::BufRead;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mails.jsonl");
        std::fs::write(&file, "").unwrap();
        // The package belongs to Debian's Python, which need not be the first on the path.
        let python = ["/usr/bin/python3", "python3"].into_iter().find(|one| {
            let known = Command::new(one).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
            known.is_ok_and(|status| status.success())
        });
        let mut child = Command::new(python.expect("install the Debian package python3-aiosmtpd"))
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wire/fixtures/mailbox.py"))
            .arg(&file)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        std::io::BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Mailbox { child, port: line.trim().parse().unwrap(), file, _folder: folder }
    }

    fn mails(&self) -> Vec<Arrived> {
        let text = std::fs::read_to_string(&self.file).unwrap();
        // The last line may be on its way.
        let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        whole.map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn settings(&self) -> MailServer {
        MailServer {
            url: format!("smtp://127.0.0.1:{}", self.port),
            from: "技考 <noreply@jikao.example>".into(),
            credentials_file: None,
        }
    }
}

pub fn post(config: Config) -> Post {
    let files = KeyFiles::kept(vec![("sms.keys", b"AKIDEXAMPLE\nSECRET\n".to_vec())]);
    Post::read(&Config { origin: Some("http://jikao.example".into()), ..config }, &files).unwrap()
}

pub async fn site(world: &World, post: Post) -> Site {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let limits = Limits { connections: 100, per_address: 100 };
    site_posting(world, false, limits, listener, Portals::default(), Channels::default(), post).await
}

async fn log(world: &World) -> Vec<LogLine> {
    post_acts::delivered(&world.records).await.unwrap()
}

async fn state_is(world: &World, wanted: &[(&str, &str)]) {
    until(&format!("{wanted:?}"), async || {
        let log = log(world).await;
        let seen: BTreeSet<(&str, &str)> = log.iter().map(|line| (line.state.as_str(), line.reason.as_str())).collect();
        (seen == wanted.iter().copied().collect()).then_some(())
    })
    .await;
}

async fn submits(world: &World, plan: domain::ids::PlanId, who: &Applicant) {
    let id = testkit::complete_draft(&world.records, who.id, plan).await.unwrap();
    applications::submit(&world.records, who.id, id, "key").await.unwrap();
}

/// A proved address, without waiting for the mail. Before a site is open: its own rounds would take the letter instead.
pub async fn has_mail(records: &Records, who: domain::ids::AccountId, mail: &str) {
    post_acts::set_mail(records, who, mail).await.unwrap();
    let open = post_acts::Open { mail: true, sms: false };
    while post_acts::plan_deliveries(records, open).await.unwrap() > 0 {}
    for one in post_acts::take_due(records, &[Way::Mail], 100).await.unwrap() {
        let outcome = post_acts::Outcome::Sent;
        if one.letter.kind == domain::message::MessageKind::MailConfirm {
            post_acts::confirm_mail(records, &one.letter.facts.number).await.unwrap();
        }
        post_acts::settle(records, &one.delivery, &one.lease, &outcome).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_proved_by_a_mail_and_the_next_message_arrives_there() {
    let (world, mailbox) = (World::sqlite().await, Mailbox::open());
    let zhao = world.applicant("赵敏").await;
    has_mail(&world.records, zhao.id, "zhao@example.org").await;
    let site = site(&world, post(Config { mail: Some(mailbox.settings()), ..Config::default() })).await;
    let (plan, li) = (world.plan().await, world.applicant("李强").await);
    let cookie = site.applicant(li.id).await;
    let asked = site.post("/api/my/mail").cookie(&cookie).form(&[("mail", "li@example.org")]).send().await;
    assert_eq!(asked.header("location"), "/my/messages/ways?saved=mail", "{}", asked.text());
    let proof = until("the mail with the link", async || mailbox.mails().into_iter().next()).await;
    assert_eq!((proof.to.as_str(), proof.subject.as_str()), ("li@example.org", "请确认您的邮箱"));
    assert_eq!((proof.stop.as_str(), proof.automatic.as_str()), ("", "auto-generated"), "who asked for it wants it");
    let link = proof.text.lines().find_map(|line| line.strip_prefix("http://jikao.example")).unwrap().to_owned();
    let page = site.get(&link).send().await;
    assert!(page.text().contains("l***@example.org") && page.text().contains("确认"), "{}", page.text());
    submits(&world, plan.id, &li).await;
    assert_eq!(post_acts::contact(&world.records, li.id).await.unwrap().mail, "", "opening the link is not enough");
    let token = link.rsplit('/').next().unwrap();
    let done = site.post("/api/mail-confirm").form(&[("token", token)]).send().await;
    assert_eq!(done.header("location"), "/mail/done");

    submits(&world, plan.id, &zhao).await;
    let arrived = until("the message", async || {
        mailbox.mails().into_iter().find(|mail| mail.to == "zhao@example.org" && mail.subject.contains("提交"))
    })
    .await;
    assert!(
        arrived.text.contains("赵敏，您好")
            && arrived.text.contains("http://jikao.example/my/")
            && arrived.text.contains("不想再收邮件"),
        "{}",
        arrived.text
    );
    assert!(arrived.id.ends_with("@jikao.example>"), "{}", arrived.id);
    let stop = arrived.stop.strip_prefix("<http://jikao.example/unsubscribe/").unwrap().strip_suffix('>').unwrap();
    let known = post_acts::mail_to_stop(&world.records, stop).await.unwrap().unwrap();
    assert_eq!((known.mail.as_str(), known.stopped), ("z***@example.org", false));
    site.running.stop().await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_gets_it_later_a_closed_mailbox_never_and_a_lost_answer_twice() {
    let (world, mailbox) = (World::sqlite().await, Mailbox::open());
    let plan = world.plan().await;
    let mut people = Vec::new();
    let addresses = [("李强", "busy-1"), ("赵敏", "gone-1"), ("钱进", "lost-1"), ("孙立", "slow-1")];
    for (name, mail) in addresses {
        let who = world.applicant(name).await;
        has_mail(&world.records, who.id, &format!("{mail}@example.org")).await;
        people.push(who);
    }
    for who in &people {
        submits(&world, plan.id, who).await;
    }
    let post = post(Config { mail: Some(mailbox.settings()), ..Config::default() });
    while work::round(&world.records, &post).await.unwrap() > 0 {}
    let states: BTreeMap<String, usize> =
        log(&world).await.into_iter().filter(|line| !line.reason.is_empty()).fold(BTreeMap::new(), |mut all, line| {
            *all.entry(format!("{} {}", line.state, line.reason)).or_default() += 1;
            all
        });
    assert_eq!(states.get("failed smtp-451"), Some(&1), "{states:?}");
    assert_eq!(states.get("given_up smtp-550"), Some(&1), "{states:?}");
    assert_eq!(states.len(), 3, "the lost answer is a failure too: {states:?}");
    world.pass(rhythm::WAITS[0]);
    while work::round(&world.records, &post).await.unwrap() > 0 {}
    let mails = mailbox.mails();
    let lost: Vec<&Arrived> = mails.iter().filter(|mail| mail.to == "lost-1@example.org").collect();
    assert_eq!(lost.len(), 2, "at least once");
    assert_eq!(lost[0], lost[1], "and recognisable: the same Message-ID");
    assert_eq!(mails.iter().filter(|mail| mail.to == "busy-1@example.org").count(), 1);
    assert!(!mails.iter().any(|mail| mail.to.starts_with("gone")));
    assert!(log(&world).await.iter().all(|line| matches!(line.state.as_str(), "sent" | "given_up")));
    world.finish().await;
}

/// What a receiver was told: address, headers in lower case, body.
pub type Told = (String, BTreeMap<String, String>, String);

/// A receiver on loopback: text message service and system of an agency in one.
pub struct Receiver {
    pub origin: String,
    told: Arc<Mutex<Vec<Told>>>,
}

impl Receiver {
    /// Answers as the address says: `/fail` 500 at first, `/slow` after a while, `/lost` not at all at first, `/gone` 410.
    pub async fn open() -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let told: Arc<Mutex<Vec<Told>>> = Arc::default();
        let kept = told.clone();
        let count = Arc::new(AtomicUsize::new(0));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, count) = (kept.clone(), count.clone());
                tokio::spawn(async move {
                    let service =
                        service_fn(move |request: Request<Incoming>| answer(request, kept.clone(), count.clone()));
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        Receiver { origin, told }
    }

    pub fn told(&self) -> Vec<Told> {
        self.told.lock().unwrap().clone()
    }
}

async fn answer(
    request: Request<Incoming>,
    kept: Arc<Mutex<Vec<Told>>>,
    count: Arc<AtomicUsize>,
) -> Result<Response<Full<axum::body::Bytes>>, std::io::Error> {
    let path = request.uri().to_string();
    let headers = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
        .collect();
    let body = request.into_body().collect().await.unwrap().to_bytes();
    kept.lock().unwrap().push((path.clone(), headers, String::from_utf8_lossy(&body).into_owned()));
    let first = count.fetch_add(1, Ordering::SeqCst) == 0;
    let status = match path.as_str() {
        "/fail" if first => 500,
        "/gone" => 410,
        "/lost" if first => return Err(std::io::ErrorKind::ConnectionReset.into()),
        "/slow" => {
            tokio::time::sleep(Duration::from_millis(500)).await;
            200
        }
        _ => 200,
    };
    let text = if path.starts_with("/?") {
        "{\"Code\":\"OK\"}"
    } else {
        "{\"Response\":{\"SendStatusSet\":[{\"Code\":\"Ok\"}]}}"
    };
    Ok(Response::builder().status(status).body(Full::from(text)).unwrap())
}

pub fn sms(provider: SmsProvider, api: &str) -> SmsService {
    SmsService {
        provider,
        keys_file: "sms.keys".into(),
        sign: "某评价机构".into(),
        template: "SMS_1".into(),
        templates: [("rejected".to_owned(), String::new())].into(),
        app: "1400000001".into(),
        region: "ap-guangzhou".into(),
        api: Some(api.to_owned()),
    }
}

/// Somebody whose application was returned: a matter of days, so also by text message.
async fn returned(world: &World, plan: domain::ids::PlanId, name: &str) -> Applicant {
    use domain::application::{Remark, Target};
    let (who, wang) = (world.applicant(name).await, world.reviewer("王芳").await);
    let id = testkit::complete_draft(&world.records, who.id, plan).await.unwrap();
    applications::submit(&world.records, who.id, id, "key").await.unwrap();
    records::desk::claim(&world.records, &wang, id).await.unwrap();
    let seen = records::desk::case(&world.records, &wang, id).await.unwrap().line.revision;
    let remarks = vec![Remark::said(Target::Field("post".into()), "请更正")];
    let decision = domain::page::desk::Decision::Return { remarks, until: testkit::shanghai("2026-11-25 23:59:59") };
    records::desk::decide(&world.records, &wang, id, seen, decision).await.unwrap();
    who
}

#[tokio::test(flavor = "multi_thread")]
async fn text_messages_reach_both_services_signed_and_without_a_text_of_ours() {
    for provider in [SmsProvider::Aliyun, SmsProvider::Tencent] {
        let (world, receiver) = (World::sqlite().await, Receiver::open().await);
        let plan = world.plan().await;
        let li = returned(&world, plan.id, "李强").await;
        let post = post(Config { sms: Some(sms(provider, &receiver.origin)), ..Config::default() });
        while work::round(&world.records, &post).await.unwrap() > 0 {}
        let told = receiver.told();
        assert_eq!(told.len(), 1, "one text message, about the return alone");
        let (path, headers, body) = &told[0];
        let (scheme, all) = match provider {
            SmsProvider::Aliyun => ("ACS3-HMAC-SHA256 Credential=AKIDEXAMPLE,", path),
            SmsProvider::Tencent => ("TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/", body),
        };
        assert!(headers["authorization"].starts_with(scheme), "{headers:?}");
        assert!(all.contains(&li.mobile), "{all}");
        assert!(!all.contains("李强") && !all.contains(&app::paths::encode("李强")), "no name leaves");
        state_is(&world, &[("sent", "")]).await;
        world.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pushes_are_signed_retried_and_carry_nobodys_name() {
    for (path, first, then) in [
        ("/plain", ("sent", ""), ("sent", "")),
        ("/slow", ("sent", ""), ("sent", "")),
        ("/fail", ("failed", "http-500"), ("sent", "")),
        ("/lost", ("failed", "no-answer"), ("sent", "")),
        ("/gone", ("given_up", "http-410"), ("given_up", "http-410")),
    ] {
        let (world, receiver) = (World::sqlite().await, Receiver::open().await);
        let (plan, zhou) = (world.plan().await, world.manager("周敏").await);
        let url = format!("{}{path}", receiver.origin);
        let secret = post_acts::add_endpoint(&world.records, &zhou, &url, true).await.unwrap();
        let li = world.applicant("李强").await;
        submits(&world, plan.id, &li).await;
        let post = post(Config { push: Push { local: true }, ..Config::default() });
        while work::round(&world.records, &post).await.unwrap() > 0 {}
        state_is(&world, &[first]).await;
        world.pass(rhythm::WAITS[0]);
        while work::round(&world.records, &post).await.unwrap() > 0 {}
        state_is(&world, &[then]).await;
        let told = receiver.told();
        let ids: BTreeSet<&String> = told.iter().map(|(_, headers, _)| &headers[push::DELIVERY]).collect();
        assert_eq!(ids.len(), 1, "{path}: one delivery, however often it is told");
        for (_, headers, body) in &told {
            let age = domain::time::Timestamp(world.records.now().0);
            assert!(push::is_ours(&headers[push::SIGNATURE], &secret, body, age), "{path}");
            assert!(!push::is_ours(&headers[push::SIGNATURE], "another", body, age));
            assert!(body.contains("\"kind\":\"submitted\"") && !body.contains("李强"), "{body}");
        }
        world.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_leave_nothing_behind_the_firewall_is_knocked_at() {
    let (world, receiver) = (World::sqlite().await, Receiver::open().await);
    let (plan, zhou) = (world.plan().await, world.manager("周敏").await);
    let port = receiver.origin.rsplit(':').next().unwrap().to_owned();
    // A public name that leads into the house.
    post_acts::add_endpoint(&world.records, &zhou, &format!("https://localhost:{port}/x"), true).await.unwrap();
    submits(&world, plan.id, &world.applicant("李强").await).await;
    let post = post(Config::default());
    while work::round(&world.records, &post).await.unwrap() > 0 {}
    state_is(&world, &[("given_up", "not-public")]).await;
    assert!(receiver.told().is_empty());
    world.finish().await;
}

/// A folder with messages that wait to be mailed.
async fn prepared(folder: &Path, count: usize) {
    let records = open(folder).await;
    records::profiles::publish(&records, &records::profiles::parse(testkit::ZYNL, "zynl.toml").unwrap()).await.unwrap();
    records::agencies::import(&records, testkit::AGENCIES, "agencies.toml").await.unwrap();
    records::standards::import(&records, testkit::STANDARDS).await.unwrap();
    let mut plan = testkit::new_plan(records.now().day());
    plan.capacity = 1_000;
    let plan = plans::publish(&records, &plan).await.unwrap();
    let mut ids = Vec::new();
    for person in 0..count {
        let account = signed_up(&records, person).await;
        // The first mailbox keeps the server waiting, so that it is surely killed in the middle of that one.
        let kind = if person == 0 { "held" } else { "p" };
        has_mail(&records, account, &format!("{kind}-{person}@example.org")).await;
        ids.push((account, testkit::complete_draft(&records, account, plan).await.unwrap()));
    }
    for (account, id) in ids {
        applications::submit(&records, account, id, "key").await.unwrap();
    }
    records.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_while_sending_every_message_arrives_and_doubled_ones_are_the_same_mail() {
    let kills = std::env::var("JIKAO_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let (data, bundle, mailbox) = (tempfile::tempdir().unwrap(), bundle(), Mailbox::open());
    let people = kills * 8;
    prepared(data.path(), people).await;
    let config = data.path().join("jikao.toml");
    let settings = mailbox.settings();
    std::fs::write(&config, format!("[mail]\nurl = \"{}\"\nfrom = \"{}\"\n", settings.url, settings.from)).unwrap();
    let address = free_address();
    let mut interrupted = 0;
    for cycle in 0..kills {
        let mut server = Server::start_at(data.path(), bundle.path(), &address, Some(&config)).await;
        tokio::time::sleep(Duration::from_millis(3 + cycle as u64 * 17 % 60)).await;
        if cycle == 0 {
            let seen = open(data.path()).await;
            until("a message on its way", async || {
                let log = post_acts::delivered(&seen).await.unwrap();
                log.iter().any(|line| line.state == "sending").then_some(())
            })
            .await;
            seen.close().await.unwrap();
        }
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        let records = open(data.path()).await;
        interrupted +=
            post_acts::delivered(&records).await.unwrap().iter().filter(|line| line.state == "sending").count();
        records.close().await.unwrap();
    }
    // Minutes later: leases of the dead have ended, and the next server takes everything up.
    let clock = Clock::Shifted(Arc::new(AtomicI64::new(10 * rhythm::LEASE_MS)));
    let records =
        Records::open(Settings { clock, hash_memory_kib: 64, ..Settings::in_folder(data.path()) }).await.unwrap();
    let config = Config { mail: Some(settings), origin: Some(format!("http://{address}")), ..Config::default() };
    let post = Post::read(&config, &KeyFiles::on_disk()).unwrap();
    while work::round(&records, &post).await.unwrap() > 0 {}
    let log = post_acts::delivered(&records).await.unwrap();
    assert!(log.iter().all(|line| line.state == "sent"), "{:?}", log.iter().find(|line| line.state != "sent"));
    let mails = mailbox.mails();
    let reached: BTreeSet<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(reached.len(), people, "none lost");
    let different: BTreeSet<&Arrived> = mails.iter().collect();
    let ids: BTreeSet<&str> = mails.iter().map(|mail| mail.id.as_str()).collect();
    assert_eq!((different.len(), ids.len()), (people, people), "a mail that came twice is the same mail");
    let known: BTreeSet<String> = log.iter().map(|line| messages::mail::message_id(&line.id, "127.0.0.1")).collect();
    assert!(ids.iter().all(|id| known.contains(*id)), "every Message-ID is a delivery's");
    assert!(interrupted > 0, "no kill came in the middle of sending");
    records.close().await.unwrap();
}
