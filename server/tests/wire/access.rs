//! Who may reach what: every route for every kind of person, their own things and others'.

use crate::common::{Site, site};
use domain::account::Role;
use testkit::{World, pdf};

/// Statuses in the order: guest, owner, another candidate, own agency's reviewer, another agency's reviewer,
/// authority, administrator.
struct Row {
    method: &'static str,
    path: String,
    wanted: [u16; 7],
}

async fn cookies(world: &World, site: &Site) -> (Vec<(&'static str, String)>, domain::ids::AccountId) {
    let owner = world.applicant("李强").await;
    let other = world.applicant("王芳").await;
    let reviewer = world.reviewer("周敏").await;
    let stranger = world.staff("沈嘉", Role::Reviewer, "S000033000208").await;
    let authority = world.staff("叶舟", Role::Authority, "").await;
    let administrator = world.staff("管理", Role::Administrator, "").await;
    let mut all = vec![("guest", String::new())];
    all.push(("owner", site.applicant(owner.id).await));
    all.push(("another candidate", site.applicant(other.id).await));
    all.push(("reviewer", site.staff(&reviewer).await));
    all.push(("reviewer elsewhere", site.staff(&stranger).await));
    all.push(("authority", site.staff(&authority).await));
    all.push(("administrator", site.staff(&administrator).await));
    (all, owner.id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_route_for_every_kind_of_person() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let (people, owner) = cookies(&world, &site).await;
    let plan = world.plan().await;
    let id = records::applications::start(&world.records, owner, plan.id).await.unwrap();
    let file =
        records::applications::add_file(&world.records, owner, id, "evidence", "证明.pdf", pdf(1)).await.unwrap().id;
    let nobody = "01900000-0000-7000-8000-000000000000";
    let row = |method, path: String, wanted| Row { method, path, wanted };
    let table = [
        // A draft is its owner's business: no desk sees its files.
        row("GET", format!("/files/{file}"), [401, 200, 404, 401, 401, 401, 401]),
        row("GET", format!("/office/files/{file}"), [401, 401, 401, 404, 404, 404, 404]),
        row("GET", format!("/office/cases/{id}/documents/evidence.pdf"), [401, 401, 401, 404, 404, 404, 404]),
        row("GET", format!("/files/{nobody}"), [401, 404, 404, 401, 401, 401, 401]),
        row("GET", "/files/not-an-id".into(), [401, 404, 404, 401, 401, 401, 401]),
        row("GET", format!("/office/files/{nobody}"), [401, 401, 401, 404, 404, 404, 404]),
        row("GET", format!("/live?topics=account:{owner}"), [401, 200, 403, 401, 401, 401, 401]),
        row("GET", format!("/live?topics=application:{id}"), [401, 200, 403, 401, 401, 401, 401]),
        row("GET", format!("/live?topics=agency:{}", plan.agency), [401, 401, 401, 200, 403, 403, 403]),
        row("GET", "/live?topics=region:330000".into(), [401, 401, 401, 403, 403, 200, 403]),
        row("GET", "/live?topics=region:340000".into(), [401, 401, 401, 403, 403, 403, 403]),
        row("GET", format!("/live?topics=plan:{}", plan.id), [200; 7]),
        row("GET", format!("/live?topics=plan:{},account:{owner}", plan.id), [401, 200, 403, 401, 401, 401, 401]),
        row("GET", "/live?topics=".into(), [400; 7]),
        row("GET", "/live?topics=everything".into(), [403; 7]),
        row("POST", format!("/upload/{id}/photo"), [401, 422, 404, 401, 401, 401, 401]),
        row("POST", format!("/upload/{id}/documents/evidence"), [401, 422, 404, 401, 401, 401, 401]),
        row("POST", format!("/upload/{id}/signature"), [401, 422, 404, 401, 401, 401, 401]),
        row("POST", format!("/upload/{nobody}/photo"), [401, 404, 404, 401, 401, 401, 401]),
        row("POST", "/upload/1%27%20OR%201=1/photo".into(), [404; 7]),
    ];
    let mut wrong = Vec::new();
    for Row { method, path, wanted } in &table {
        for ((who, cookie), wanted) in people.iter().zip(wanted) {
            let mut ask = site.ask(method, path).with("origin", &site.origin).script().cookie(cookie);
            if *method == "POST" {
                // Nobody's photo, paper or signature: the owner is told so, others do not get that far.
                ask = ask.files(&[("file", "x.txt", b"nothing of use")]);
            }
            let got = ask.open().await.status().as_u16();
            if got != *wanted {
                wrong.push(format!("{who}: {method} {path}: {got}, wanted {wanted}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    site.running.stop().await;
}

/// Pages of candidates and of the desk: who is not meant to see them learns nothing from them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pages_keep_what_is_in_them() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let (people, owner) = cookies(&world, &site).await;
    let plan = world.plan().await;
    let id = records::applications::start(&world.records, owner, plan.id).await.unwrap();
    for path in [
        format!("/apply/{id}/form"),
        format!("/apply/{id}/photo"),
        format!("/my/{id}"),
        format!("/office/cases/{id}"),
        "/my".into(),
        "/profile".into(),
        "/office".into(),
        "/office/staff".into(),
        "/office/dashboard".into(),
    ] {
        for (who, cookie) in &people {
            let answer = site.get(&path).cookie(cookie).send().await;
            assert!(answer.status.as_u16() < 500, "{who} {path}: {}", answer.text());
            let tells = answer.text().contains("李强");
            assert!(!tells || *who == "owner", "{who} learns the name from {path}");
        }
    }
    site.running.stop().await;
}

/// An ended or idle login is a guest's.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stale_login_opens_nothing() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let li = world.applicant("李强").await;
    let plan = world.plan().await;
    let id = records::applications::start(&world.records, li.id, plan.id).await.unwrap();
    let file =
        records::applications::add_file(&world.records, li.id, id, "evidence", "证明.pdf", pdf(1)).await.unwrap().id;
    let cookie = site.applicant(li.id).await;
    let ask = || site.get(&format!("/files/{file}")).script().cookie(&cookie).send();
    assert_eq!(ask().await.status.as_u16(), 200);
    world.pass(35);
    assert_eq!(ask().await.status.as_u16(), 401, "idle for too long");

    let cookie = site.applicant(li.id).await;
    records::logins::end_all_of_account(&world.records, li.id, None).await.unwrap();
    let ended = site.get(&format!("/files/{file}")).script().cookie(&cookie).send().await;
    assert_eq!((ended.status.as_u16(), ended.json()), (401, serde_json::json!("SignInNeeded")));
    for made_up in ["jikao=", "jikao=x", "jikao=' OR 1=1 --", "jikao=../../etc/passwd"] {
        assert_eq!(
            site.get(&format!("/files/{file}")).script().cookie(made_up).send().await.status.as_u16(),
            401,
            "{made_up}"
        );
    }
    site.running.stop().await;
}
