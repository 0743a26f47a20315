//! Live pages: what changes arrives, what was missed comes again, and an end is an end.

use crate::common::{PATIENCE, STREAMS_PER_PERSON, Site, site, until};
use domain::ids::AccountId;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde_json::Value;
use std::collections::VecDeque;
use std::time::Duration;
use testkit::World;
use tokio::time::timeout;

/// A page that listens.
struct Ear {
    body: Incoming,
    heard: VecDeque<Value>,
    rest: String,
}

async fn listen(site: &Site, cookie: &str, topics: &str, last: i64) -> Ear {
    let answer = site.get(&format!("/live?topics={topics}&last={last}")).cookie(cookie).open().await;
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert_eq!(answer.headers()["x-accel-buffering"], "no");
    Ear { body: answer.into_body(), heard: VecDeque::new(), rest: String::new() }
}

impl Ear {
    /// The next message, or none when the stream has ended.
    async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(message) = self.heard.pop_front() {
                return Some(message);
            }
            let frame = timeout(PATIENCE, self.body.frame()).await.expect("something arrives")?;
            self.rest.push_str(std::str::from_utf8(frame.unwrap().data_ref().unwrap()).unwrap());
            while let Some((whole, rest)) = self.rest.split_once("\n\n") {
                let message = whole
                    .lines()
                    .find_map(|line| line.strip_prefix("data: "))
                    .map(|data| serde_json::from_str(data).unwrap());
                self.heard.extend(message);
                self.rest = rest.to_owned();
            }
        }
    }

    async fn silent(&mut self) -> bool {
        // A sign of life says nothing.
        loop {
            match timeout(Duration::from_millis(400), self.body.frame()).await {
                Err(_) => return true,
                Ok(Some(Ok(frame))) if frame.data_ref().is_some_and(|data| data.starts_with(b":")) => {}
                Ok(_) => return false,
            }
        }
    }
}

/// Waits until all that happened so far was told: who listens from now on hears only what comes.
async fn all_told(world: &World, site: &Site) {
    let newest = records::live::newest(&world.records).await.unwrap();
    until("the news", async || (site.running.app.exchange.position().get() >= newest).then_some(())).await;
}

async fn begin(world: &World, site: &Site) -> (AccountId, String, domain::ids::PlanId) {
    let plan = world.plan().await;
    let li = world.applicant("李强").await;
    (li.id, site.applicant(li.id).await, plan.id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_arrives_at_every_page_that_listens() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let (li, cookie, plan) = begin(&world, &site).await;
    let other = world.applicant("王芳").await;
    all_told(&world, &site).await;
    let mut first = listen(&site, &cookie, &format!("account:{li}"), 0).await;
    let mut second = listen(&site, &cookie, &format!("account:{li}"), 0).await;
    let mut elsewhere = listen(&site, &site.applicant(other.id).await, &format!("account:{}", other.id), 0).await;
    for ear in [&mut first, &mut second, &mut elsewhere] {
        assert_eq!(ear.next().await.unwrap()["kind"], "hello");
    }
    let id = records::applications::start(&world.records, li, plan).await.unwrap();
    for ear in [&mut first, &mut second] {
        let told = ear.next().await.unwrap();
        assert_eq!(
            (told["entity"].as_str(), told["topic"].as_str()),
            (Some(id.to_string().as_str()), Some(format!("account:{li}").as_str()))
        );
        assert!(!told.to_string().contains("李强"), "nothing personal travels");
    }
    assert!(elsewhere.silent().await, "another candidate hears nothing");
    assert_eq!(site.running.app.exchange.streams(), 3);
    drop((first, second, elsewhere));
    until("the end of the streams", async || (site.running.app.exchange.streams() == 0).then_some(())).await;
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_missed_comes_again() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let (li, cookie, plan) = begin(&world, &site).await;
    let topic = format!("account:{li}");
    let id = records::applications::start(&world.records, li, plan).await.unwrap();
    let seen = records::live::newest(&world.records).await.unwrap();
    records::applications::sign(&world.records, li, id, testkit::signature()).await.unwrap();
    all_told(&world, &site).await;

    let mut back = listen(&site, &cookie, &topic, seen).await;
    let hello = back.next().await.unwrap();
    assert_eq!((hello["kind"].as_str(), hello["id"].as_i64()), (Some("hello"), Some(seen)));
    let missed = back.next().await.unwrap();
    assert!(missed["id"].as_i64().unwrap() > seen && missed["entity"] == id.to_string(), "{missed}");
    assert!(back.silent().await, "once");

    // A browser that connects again by itself tells its position in a header.
    let by_header = site
        .get(&format!("/live?topics={topic}&last=0"))
        .cookie(&cookie)
        .with("last-event-id", &seen.to_string())
        .open()
        .await;
    let mut by_header = Ear { body: by_header.into_body(), heard: VecDeque::new(), rest: String::new() };
    assert_eq!(by_header.next().await.unwrap()["id"], seen);
    assert_eq!(by_header.next().await.unwrap()["entity"], id.to_string());

    let newest = records::live::newest(&world.records).await.unwrap();
    let mut ahead = listen(&site, &cookie, &topic, newest + 1_000).await;
    assert_eq!(ahead.next().await.unwrap()["kind"], "resync", "a position of another database");
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_a_long_absence_everything_is_asked_for_again() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let (li, cookie, plan) = begin(&world, &site).await;
    let id = records::applications::start(&world.records, li, plan).await.unwrap();
    for _ in 0..260 {
        records::applications::sign(&world.records, li, id, testkit::signature()).await.unwrap();
    }
    let newest = records::live::newest(&world.records).await.unwrap();
    assert!(newest > 500, "{newest}");
    let mut ear = listen(&site, &cookie, &format!("account:{li},application:{id}"), 1).await;
    let first = ear.next().await.unwrap();
    assert_eq!((first["kind"].as_str(), first["id"].as_i64()), (Some("resync"), Some(newest)));
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_takes_the_places_of_all_others() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let (li, cookie, plan) = begin(&world, &site).await;
    let other = world.applicant("王芳").await;
    let topic = format!("account:{li}");
    let mut held = Vec::new();
    for _ in 0..STREAMS_PER_PERSON {
        held.push(listen(&site, &cookie, &topic, 0).await);
    }
    let full = site.get(&format!("/live?topics={topic}&last=0")).cookie(&cookie).send().await;
    assert_eq!((full.status.as_u16(), full.header("retry-after")), (503, "30"));
    // Others are not concerned, and whoever closes a page may open another one.
    let elsewhere = site.applicant(other.id).await;
    held.push(listen(&site, &elsewhere, &format!("account:{}", other.id), 0).await);
    held.push(listen(&site, "", &format!("plan:{plan}"), 0).await);
    held.remove(0);
    until("a place", async || (site.running.app.exchange.streams() == STREAMS_PER_PERSON + 1).then_some(())).await;
    held.push(listen(&site, &cookie, &topic, 0).await);
    drop(held);
    until("the end of the streams", async || (site.running.app.exchange.streams() == 0).then_some(())).await;
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_page_whose_login_has_ended_is_told_to_sign_in() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let (li, candidate, plan) = begin(&world, &site).await;
    let wang = world.reviewer("王芳").await;
    let desk = site.staff(&wang).await;
    let told = async |cookie: &str, topics: &str| {
        // The status alone: a stream that opens has no end.
        let path = format!("/live?topics={topics}&last=0");
        site.ask("HEAD", &path).cookie(cookie).send().await.status.as_u16()
    };
    let agency = format!("agency:{}", wang.agency.unwrap());
    let both = format!("{candidate}; {desk}");
    assert_eq!((told(&desk, &agency).await, told(&both, &agency).await), (200, 200));
    assert_eq!(told(&desk, "region:330000").await, 403, "signing in again would not help");
    records::logins::end_all_of_staff(&world.records, wang.id, None).await.unwrap();
    assert_eq!(told(&desk, &agency).await, 401);
    assert_eq!(told(&both, &agency).await, 401, "a candidate at the same browser is nobody at the desk");
    let refused = site.get(&format!("/live?topics={agency}&last=0")).cookie(&desk).send().await;
    assert_eq!(refused.json(), serde_json::json!("SignInNeeded"));

    assert_eq!(told(&both, &format!("account:{li}")).await, 200, "the candidate's login goes on");
    world.pass(35);
    assert_eq!(told(&both, &format!("account:{li}")).await, 401, "idle for too long");
    assert_eq!(told(&both, &format!("plan:{plan}")).await, 200, "what everybody may hear goes on");
    let none = async || (site.running.app.exchange.streams() == 0).then_some(());
    until("the end of streams that nobody reads", none).await;
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_server_that_ends_ends_its_streams() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let (li, cookie, _) = begin(&world, &site).await;
    let mut ear = listen(&site, &cookie, &format!("account:{li}"), 0).await;
    assert_eq!(ear.next().await.unwrap()["kind"], "hello");
    site.running.stop().await;
    assert!(ear.next().await.is_none(), "cut by the end, and not by patience");
}
