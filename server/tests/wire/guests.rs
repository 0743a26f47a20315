//! Public pages that every guest shares for a moment.

use crate::common::site;
use testkit::World;

/// Each rendering has a nonce of its own, so two answers with one nonce are one rendering.
fn nonce(answer: &crate::common::Answer) -> String {
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

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn looks_are_shared_among_those_who_chose_them_and_other_cookies_are_ones_own() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let plain = site.get("/").send().await;
    let large = site.get("/").cookie("mode=large").send().await;
    assert!(large.text().contains("data-mode=\"large\"") && !plain.text().contains("data-mode=\"large\""));
    assert_eq!(nonce(&large), nonce(&site.get("/").cookie("mode=large").send().await), "one rendering for these looks");
    assert_eq!(nonce(&plain), nonce(&site.get("/").send().await));
    for own in ["jikao=made-up", "mode=large; other=1", "eligibility=x"] {
        let (one, two) = (site.get("/").cookie(own).send().await, site.get("/").cookie(own).send().await);
        assert_ne!(nonce(&one), nonce(&two), "{own}");
    }
    let (one, two) = (site.get("/?again=x").send().await, site.get("/?again=x").send().await);
    assert_ne!(nonce(&one), nonce(&two), "who was refused comes back alone");
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_is_served_by_one_rendering_and_a_change_is_seen_after_it() {
    let world = World::sqlite().await;
    let plan = world.plan().await;
    let site = std::sync::Arc::new(site(&world).await);
    let path = format!("/plans/{}", plan.id);
    let mut crowd = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let (site, path) = (site.clone(), path.clone());
        crowd.spawn(async move { nonce(&site.get(&path).send().await) });
    }
    let seen: std::collections::HashSet<String> = crowd.join_all().await.into_iter().collect();
    assert_eq!(seen.len(), 1, "one renders, the others wait");

    assert!(site.get(&path).send().await.text().contains("data-swap=\"seats\""));
    world.records.clock().set(domain::time::Timestamp(plan.window.closes.0 + 86_400_000));
    assert!(!site.get(&path).send().await.text().contains("data-swap=\"seats\""), "closed is seen as closed");
    std::sync::Arc::into_inner(site).unwrap().running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn shared_pages_come_compressed_with_every_header() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let plain = site.get("/").send().await;
    assert_eq!(plain.header("content-encoding"), "");
    for (asked, wanted) in [("gzip, deflate", "gzip"), ("gzip, deflate, br", "br"), ("br;q=0, gzip", "gzip")] {
        let answer = site.get("/").with("accept-encoding", asked).send().await;
        assert_eq!(answer.header("content-encoding"), wanted);
        assert!(answer.body.len() < plain.body.len() / 2, "{wanted}: {} of {}", answer.body.len(), plain.body.len());
        for name in
            ["content-security-policy", "content-type", "x-content-type-options", "referrer-policy", "cache-control"]
        {
            assert_eq!(answer.header(name), plain.header(name), "{name}");
            assert!(!answer.header(name).is_empty(), "{name}");
        }
        assert!(answer.header("vary").contains("Accept-Encoding"));
    }
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_plan_and_an_application_name_whom_to_ask() {
    let world = World::sqlite().await;
    let (plan, boss) = (world.plan().await, world.manager("周敏").await);
    for (region, name, phone) in [("", "程一帆", "0571-00008091"), ("舟山市", "何平", "0580-00008092")] {
        let entry = records::planner::Entry::Contact {
            region: region.into(),
            topic: "报名和方案".into(),
            name: name.into(),
            phone: phone.into(),
        };
        records::planner::add(&world.records, &boss, plan.agency, &entry).await.unwrap();
    }
    let site = site(&world).await;
    let li = world.applicant("李强").await;
    let case = records::applications::start(&world.records, li.id, plan.id).await.unwrap();
    let own = site.applicant(li.id).await;
    let public = site.get(&format!("/plans/{}", plan.id)).send().await.text();
    let mine = site.get(&format!("/my/{case}")).cookie(&own).send().await.text();
    for page in [public, mine] {
        assert!(page.contains("有问题找谁") && page.contains("tel:0571-00008091") && page.contains("程一帆"));
        assert!(!page.contains("何平"), "nobody of another city");
    }
    site.running.stop().await;
}
