//! The demonstration, and that it never meets real people.

use crate::common::site_with;
use domain::page::desk::QueueFilter;
use server::purpose::Purpose;
use server::serve::Limits;
use testkit::World;

const LIMITS: Limits = Limits { connections: 100, per_address: 100 };

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_fills_an_empty_folder_and_again_changes_nothing() {
    let world = World::sqlite().await;
    Purpose::Demo.claim(&world.records, world.folder()).await.unwrap();
    let filled = || async {
        let cast = server::demo::fill(&world.records).await.unwrap();
        server::demo::furnish(&world.records, cast).await.unwrap();
    };
    filled().await;
    assert!(server::demo::is_furnished(&world.records).await.unwrap());
    let count = || async {
        let staff = records::staff::demo_staff(&world.records).await.unwrap();
        let people = records::accounts::demo_personas(&world.records).await.unwrap();
        let reviewer = staff.iter().find(|member| member.name == "周敏").unwrap();
        let queue = records::desk::queue(&world.records, reviewer, &QueueFilter::default()).await.unwrap();
        (staff.len(), people.len(), queue.lines.len())
    };
    let first = count().await;
    assert!(first.0 >= 5 && first.1 >= 6 && first.2 >= 3, "{first:?}");
    filled().await;
    assert_eq!(count().await, first);
}

/// Opened at the turn of a day, a month or a year, on a leap day, or years from now, it is as complete as today.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn it_is_complete_whenever_it_is_opened() {
    for at in ["2026-12-31 23:59:59", "2027-01-31 00:00:30", "2028-02-29 09:15:00", "2031-10-01 22:30:00"] {
        let world = World::sqlite().await;
        world.at(at);
        let cast = server::demo::fill(&world.records).await.unwrap();
        server::demo::furnish(&world.records, cast).await.unwrap_or_else(|why| panic!("{at}: {why}"));
        assert!(server::demo::is_furnished(&world.records).await.unwrap(), "{at}");
        let staff = records::staff::demo_staff(&world.records).await.unwrap();
        let reviewer = staff.iter().find(|member| member.name == "周敏").unwrap();
        let today = records::plans::by_number(&world.records, "2026-S-001230").await.unwrap();
        assert_eq!(today.exam_on, world.records.now().day(), "{at}");
        let door = records::rooms::door_list(&world.records, reviewer, today.id).await.unwrap();
        assert_eq!(door.people.len(), 6, "{at}");
        world.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_folder_has_one_purpose() {
    let demo = World::sqlite().await;
    Purpose::Demo.claim(&demo.records, demo.folder()).await.unwrap();
    Purpose::Demo.claim(&demo.records, demo.folder()).await.unwrap();
    let why = Purpose::Real.claim(&demo.records, demo.folder()).await.unwrap_err().to_string();
    assert!(why.contains("demonstration") && why.contains("JIKAO_DATA"), "{why}");

    let real = World::sqlite().await;
    Purpose::Real.claim(&real.records, real.folder()).await.unwrap();
    let why = Purpose::Demo.claim(&real.records, real.folder()).await.unwrap_err().to_string();
    assert!(why.contains("real people"), "{why}");

    // A database with staff in it tells it too, whatever folder it is used with.
    let elsewhere = World::sqlite().await;
    elsewhere.reviewer("周敏").await;
    assert!(Purpose::Demo.claim(&elsewhere.records, elsewhere.folder()).await.is_err());
    Purpose::Real.claim(&elsewhere.records, elsewhere.folder()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_click_opens_a_persona_and_nobody_else() {
    let world = World::sqlite().await;
    let real = world.applicant("李强").await;
    let reviewer = world.reviewer("真人").await;
    server::demo::fill(&world.records).await.unwrap();
    let site = site_with(&world, true, LIMITS).await;
    let (persona, _) = records::accounts::demo_personas(&world.records).await.unwrap().remove(0);
    let member = records::staff::demo_staff(&world.records).await.unwrap().remove(0);

    let signed_in = site.post("/demo/sign-in").form(&[("account", &persona.to_string()), ("next", "/my")]).send().await;
    assert_eq!((signed_in.status.as_u16(), signed_in.header("location")), (303, "/my"));
    let cookie = signed_in.header("set-cookie").split(';').next().unwrap().to_owned();
    let listening = site.get(&format!("/live?topics=account:{persona}")).cookie(&cookie).open().await;
    assert_eq!(listening.status().as_u16(), 200);
    let desk = site.post("/demo/sign-in").form(&[("staff", &member.id.to_string())]).send().await;
    assert_eq!((desk.status.as_u16(), desk.header("location")), (303, "/office"));

    for (key, id) in [("account", real.id.to_string()), ("staff", reviewer.id.to_string())] {
        let refused = site.post("/demo/sign-in").form(&[(key, &id)]).send().await;
        assert_eq!(refused.status.as_u16(), 404, "{key}");
        assert!(refused.headers.get("set-cookie").is_none());
    }
    let away = site
        .post("/demo/sign-in")
        .form(&[("account", &persona.to_string()), ("next", "https://evil.test")])
        .send()
        .await;
    assert_eq!(away.header("location"), "/");
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_rehearsal_has_a_clock_of_its_own() {
    let world = World::sqlite().await;
    let site = site_with(&world, true, LIMITS).await;
    let set = site.post("/demo/clock").form(&[("at", "2026-12-06 23:59:59")]).send().await;
    assert_eq!((set.status.as_u16(), set.text().as_str()), (200, "2026-12-06 23:59:59"));
    let moved = site.post("/demo/clock").form(&[("minutes", "1")]).send().await;
    assert_eq!(moved.text(), "2026-12-07 00:00:59");
    for wrong in [("at", "tomorrow"), ("minutes", "9223372036854775807"), ("hours", "1")] {
        assert_eq!(site.post("/demo/clock").form(&[wrong]).send().await.status.as_u16(), 400, "{wrong:?}");
    }
    let through = site.post("/demo/clock").with("x-forwarded-for", "203.0.113.7").form(&[("minutes", "1")]);
    assert_eq!(through.send().await.status.as_u16(), 403, "a visitor behind a proxy on this machine");
    site.running.stop().await;
}
