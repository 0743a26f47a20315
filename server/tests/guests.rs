//! Public pages that every guest shares for a moment.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod common;

use common::site;
use testkit::World;

/// Each rendering has a nonce of its own, so two answers with one nonce are one rendering.
fn nonce(answer: &common::Answer) -> String {
    let policy = answer.header("content-security-policy");
    policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn guests_share_a_page_for_a_moment_and_people_with_a_cookie_never() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let li = world.applicant("李强").await;
    let cookie = site.applicant(li.id).await;

    let first = site.get("/").send().await;
    let second = site.get("/").send().await;
    assert_eq!(nonce(&first), nonce(&second), "one rendering for both");
    assert!(second.text().contains(&format!("nonce=\"{}\"", nonce(&second))), "policy and page agree");

    let own = site.get("/").cookie(&cookie).send().await;
    assert!(own.text().contains("李强"));
    let guest = site.get("/").send().await;
    assert!(!guest.text().contains("李强"), "a guest never sees somebody's page");
    let other = site.get("/?q=x").send().await;
    assert_ne!(nonce(&other), nonce(&guest), "another address is another page");

    world.records.clock().set(domain::time::Timestamp(world.records.now().0 + 250));
    let later = site.get("/").send().await;
    assert_ne!(nonce(&later), nonce(&guest), "after a quarter of a second it is drawn again");
    site.running.stop().await;
}
