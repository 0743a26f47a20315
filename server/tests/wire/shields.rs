//! What stands before every route.

use crate::common::{PATIENCE, site, site_with, until};
use hyper::StatusCode;
use server::serve::Limits;
use std::time::Duration;
use testkit::World;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_form_from_another_site_changes_nothing() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let li = world.applicant("李强").await;
    let cookie = site.applicant(li.id).await;
    let foreign: [&[(&str, &str)]; 6] = [
        &[("origin", "https://evil.test")],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("referer", "https://evil.test/")],
        &[],
    ];
    for path in ["/preferences", "/api/account/sign-in", "/upload/0/photo", "/sign/x/signature", "/nowhere"] {
        for headers in foreign {
            let mut ask = site.post(path).without("origin").cookie(&cookie).form(&[("mode", "large")]);
            for (name, value) in headers {
                ask = ask.with(name, value);
            }
            let answer = ask.send().await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
            assert!(answer.text().contains("不是从本站的页面上发出的"), "{}", answer.text());
            assert!(answer.headers.get("set-cookie").is_none());
        }
    }
    let own = site.post("/preferences").form(&[("mode", "large"), ("back", "/my")]).send().await;
    assert_eq!((own.status, own.header("location")), (StatusCode::SEE_OTHER, "/my"));
    assert!(own.header("set-cookie").starts_with("mode=large; Path=/; HttpOnly; SameSite=Lax"));
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_answer_carries_the_headers() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    for path in [
        "/",
        "/sign-in",
        "/office/sign-in",
        "/nowhere",
        "/robots.txt",
        "/healthz",
        "/assets/applicant/x-1.js",
        "/live?topics=plan:1",
    ] {
        let answer = site.get(path).open().await;
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert!(header("content-security-policy").contains("default-src 'none'"), "{path}");
        assert!(header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert!(header("permissions-policy").contains("camera=(self)"), "{path}");
        assert!(!header("cache-control").is_empty(), "{path}");
    }
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn scripts_run_by_the_nonce_of_one_answer_only() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let nonce = |text: &str| text.split("'nonce-").nth(1).map(|rest| rest.split('\'').next().unwrap().to_owned());
    let (first, second) = (site.get("/sign-in").send().await, site.get("/sign-in").send().await);
    let (one, two) = (
        nonce(first.header("content-security-policy")).unwrap(),
        nonce(second.header("content-security-policy")).unwrap(),
    );
    assert_ne!(one, two);
    assert_eq!(
        first.text().matches("<script").count(),
        first.text().matches(&format!("nonce=\"{one}\"")).count() - preloads(&first.text(), &one)
    );
    assert!(!first.header("content-security-policy").contains("unsafe-inline"));
    site.running.stop().await;
}

fn preloads(text: &str, nonce: &str) -> usize {
    text.split("<link").skip(1).filter(|link| link.split('>').next().unwrap().contains(nonce)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_a_signed_in_person_saw_is_not_kept() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let li = world.applicant("李强").await;
    let cookie = site.applicant(li.id).await;
    assert_eq!(site.get("/").send().await.header("cache-control"), "no-cache");
    assert_eq!(site.get("/my").cookie(&cookie).send().await.header("cache-control"), "no-store");
    assert_eq!(
        site.get("/assets/applicant/x-1.js").cookie(&cookie).send().await.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn too_much_is_refused_everywhere() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let much = vec![b'a'; 70 * 1024];
    for path in ["/preferences", "/api/account/sign-in", "/api/account/sign-up", "/api/apply/save", "/healthz", "/live"]
    {
        let answer = site.post(path).body("application/x-www-form-urlencoded", much.clone()).send().await;
        assert!(matches!(answer.status.as_u16(), 413 | 404 | 405), "{path}: {}", answer.status);
    }
    let form = site.post("/preferences").body("application/x-www-form-urlencoded", much.clone()).send().await;
    assert_eq!(form.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(form.text().contains("内容太大"), "{}", form.text());
    let script =
        site.post("/api/account/sign-in").script().body("application/x-www-form-urlencoded", much).send().await;
    assert_eq!((script.status, script.json()), (StatusCode::PAYLOAD_TOO_LARGE, serde_json::json!("Malformed")));
    site.running.stop().await;
}

/// A body without a length that never ends is cut off at the limit.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_endless_body_is_cut_off() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let mut stream = site.connect().await;
    let head = format!(
        "POST /api/account/sign-in HTTP/1.1\r\nHost: x\r\nOrigin: {}\r\nAccept: text/html\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n",
        site.origin
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let chunk = [b"4000\r\n".to_vec(), vec![b'a'; 0x4000], b"\r\n".to_vec()].concat();
    let mut sent = 0;
    for _ in 0..200 {
        if stream.write_all(&chunk).await.is_err() {
            break;
        }
        sent += 1;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
    assert!(sent < 200 || !answer.starts_with(b"HTTP/1.1 200"), "all of it was read");
    assert_eq!(site.get("/healthz").send().await.status, StatusCode::OK);
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn unknown_addresses_and_methods_have_words() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    for (method, path, status) in [
        ("GET", "/nowhere", 404),
        ("GET", "/office/nowhere", 404),
        ("GET", "/assets/applicant/../../etc/passwd", 404),
        ("GET", "/assets/applicant/%2e%2e/x", 404),
        ("POST", "/api/nothing", 404),
        ("GET", "/api/account/sign-in", 404),
        ("GET", "/upload/1/photo", 405),
        ("GET", "/preferences", 405),
        ("PUT", "/healthz", 405),
        ("DELETE", "/", 405),
        ("POST", "/demo/sign-in", 404),
        ("POST", "/demo/clock", 404),
    ] {
        let answer = site.ask(method, path).with("origin", &site.origin).send().await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}");
        assert!(
            answer.text().contains("<h1>") && answer.header("content-type").starts_with("text/html"),
            "{method} {path}: {}",
            answer.text()
        );
        assert!(!answer.text().contains("server function"), "{path} tells its inner workings");
    }
    let script = site.get("/api/nothing").script().send().await;
    assert_eq!(script.json(), serde_json::json!("NotFound"));
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_is_sent_to_another_site() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    for back in ["https://evil.test/", "//evil.test", "/\\evil.test", "/a\r\nX: y", "javascript:alert(1)"] {
        let answer = site.post("/preferences").form(&[("theme", "dark"), ("back", back)]).send().await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/"), "{back:?}");
    }
    site.running.stop().await;
}

/// A head that never ends holds its connection for seconds, and nobody else's.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn slow_heads_are_cut_off_and_harm_nobody() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let mut slow = Vec::new();
    for _ in 0..100 {
        let mut stream = site.connect().await;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.unwrap();
        slow.push(stream);
    }
    assert_eq!(site.get("/healthz").send().await.status, StatusCode::OK);
    let mut one = slow.pop().unwrap();
    let mut rest = Vec::new();
    tokio::time::timeout(PATIENCE, one.read_to_end(&mut rest)).await.expect("cut off").unwrap();
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn connections_from_one_address_have_a_limit() {
    let world = World::sqlite().await;
    let site = site_with(&world, false, Limits { connections: 100, per_address: 3 }).await;
    // They are taken in the order in which they came.
    let held: Vec<_> = futures::future::join_all((0..3).map(|_| site.connect())).await;
    let mut more = site.connect().await;
    let _ = more.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let mut answer = Vec::new();
    let _ = more.read_to_end(&mut answer).await;
    assert!(answer.is_empty(), "the fourth connection was served");
    drop(held);
    until("room for others", async || site.answers("/healthz").await.then_some(())).await;
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_page_ends_many_times_at_once() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let plan = world.plan().await;
    let li = world.applicant("李强").await;
    let cookie = site.applicant(li.id).await;
    let paths = [
        "/".to_owned(),
        format!("/plans/{}", plan.id),
        format!("/plans/{}/eligibility", plan.id),
        "/sign-in".into(),
        "/sign-up".into(),
        "/my".into(),
        "/profile".into(),
        "/privacy".into(),
        "/office/sign-in".into(),
    ];
    for path in &paths {
        let all = futures::future::join_all((0..20).map(|_| site.get(path).cookie(&cookie).send())).await;
        for answer in all {
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            assert!(answer.text().contains("</html>"), "{path} does not end");
        }
    }
    site.running.stop().await;
}
