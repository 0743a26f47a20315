//! A login that ended costs nobody what they typed: the form waits for the same person at the same browser, and nothing is
//! done by itself.

use crate::common::{Answer, Ask, Site, site};
use domain::account::StaffMember;
use domain::application::StageName;
use domain::ids::{ApplicationId, Revision};
use records::{applications, desk, logins};
use testkit::World;

/// A case that somebody reviews, whose login has just ended.
struct Scene {
    site: Site,
    wang: StaffMember,
    zhou: StaffMember,
    id: ApplicationId,
    id_no: String,
    seen: Revision,
    cookie: String,
}

const REASON: &str = "工作证明的紫金花看不清，请重拍 <原件>";

async fn reviewing(world: &World) -> Scene {
    let site = site(world).await;
    let li = world.applicant("李强").await;
    let plan = world.plan().await;
    let (wang, zhou) = (world.reviewer("王芳").await, world.reviewer("周敏").await);
    let id = testkit::complete_draft(&world.records, li.id, plan.id).await.unwrap();
    applications::submit(&world.records, li.id, id, "key").await.unwrap();
    desk::claim(&world.records, &wang, id).await.unwrap();
    let seen = desk::case(&world.records, &wang, id).await.unwrap().line.revision;
    let cookie = site.staff(&wang).await;
    world.pass(16);
    Scene { site, wang, zhou, id, id_no: li.id_no, seen, cookie }
}

impl Scene {
    fn page(&self) -> String {
        format!("/office/cases/{}", self.id)
    }

    /// The decision as the plain form of the page sends it.
    fn decides(&self, cookie: &str, reason: &str) -> Ask<'_> {
        let (id, seen) = (self.id.to_string(), self.seen.0.to_string());
        let fields = [
            ("id", id.as_str()),
            ("seen", seen.as_str()),
            ("next", ""),
            ("address", ""),
            ("drawn", "1"),
            ("choice", "reject"),
            ("until", "2026-12-01"),
            ("reason", "|"),
            ("own_words", reason),
            ("then", "stay"),
        ];
        let from = format!("{}{}", self.site.origin, self.page());
        self.site.post("/api/office/decide").with("referer", &from).cookie(cookie).form(&fields)
    }

    async fn reads(&self, path: &str, cookie: &str) -> String {
        self.site.get(path).cookie(cookie).send().await.text()
    }

    async fn stage(&self, world: &World) -> StageName {
        desk::case(&world.records, &self.zhou, self.id).await.unwrap().line.stage
    }
}

/// The cookie that binds what waits to this browser.
fn kept(answer: &Answer) -> String {
    let line = answer.header("set-cookie");
    assert!(line.starts_with("jikao-kept=") && line.contains("HttpOnly") && line.contains("SameSite=Lax"), "{line}");
    assert!(line.contains("Max-Age=1800"), "{line}");
    line.split(';').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_number_that_was_shown_once_is_shown_to_nobody_who_finds_its_address() {
    let world = World::sqlite().await;
    let scene = reviewing(&world).await;
    let (wang, zhou) = (scene.site.staff(&scene.wang).await, scene.site.staff(&scene.zhou).await);
    let id = scene.id.to_string();
    let asked = [("id", id.as_str()), ("key", "id_no"), ("reason", "与证件核对")];
    let answer = scene.site.post("/api/office/reveal").cookie(&wang).form(&asked).send().await;
    let address = answer.header("location").split('#').next().unwrap().to_owned();
    assert!(scene.reads(&address, &wang).await.contains(&scene.id_no), "{address}");
    assert!(!scene.reads(&address, &zhou).await.contains(&scene.id_no), "a colleague at the same browser");
    let key = address.split("shown=").nth(1).unwrap();
    for cookie in ["", zhou.as_str()] {
        for doorway in ["/api/again", "/api/office/revealed"] {
            let told = scene.site.post(doorway).script().cookie(cookie).form(&[("key", key)]).send().await;
            assert!(!told.text().contains(&scene.id_no), "{doorway}");
        }
    }
    let told = scene.site.post("/api/office/revealed").script().cookie(&wang).form(&[("key", key)]).send().await;
    assert!(told.text().contains(&scene.id_no), "the page asks again with script");
    scene.site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_decision_after_the_login_ended_waits_for_its_reviewer() {
    let world = World::sqlite().await;
    let scene = reviewing(&world).await;
    let answer = scene.decides(&scene.cookie, REASON).send().await;
    let next = app::paths::encode(&format!("{}#kept", scene.page()));
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, format!("/office/sign-in?next={next}").as_str())
    );
    assert!(answer.headers.get("x-sign-in-needed").is_none(), "what the house tells itself stays inside");
    assert_eq!(scene.stage(&world).await, StageName::Submitted, "nothing is done by itself");

    let browser = kept(&answer);
    let gate = scene.reads(answer.header("location"), &format!("{}; {browser}", scene.cookie)).await;
    assert!(gate.contains("结束了，刚才那一步没有办，填的内容替您留到"), "{gate}");
    assert!(!gate.contains("紫金花"), "who signs in next is not told what");

    let again = format!("{}; {browser}", scene.site.staff(&scene.wang).await);
    let page = scene.reads(&scene.page(), &again).await;
    assert!(page.contains("登录结束时填的内容放回来了，还没有提交"), "{page}");
    assert!(page.contains("紫金花看不清，请重拍 &lt;原件&gt;</textarea>"), "{page}");
    assert!(!page.contains("<script type=\"module\""), "code that takes the page over would draw it empty");
    assert_eq!(scene.stage(&world).await, StageName::Submitted, "they press again");

    // Pressed again, refused, and at last done: the newest words wait, then nothing does.
    let refused = scene.decides(&again, "紫金花看不清，第二次").send().await;
    assert!(refused.header("location").contains("again="), "{}", refused.header("location"));
    assert!(scene.reads(&scene.page(), &again).await.contains("紫金花看不清，第二次</textarea>"));
    desk::claim(&world.records, &scene.wang, scene.id).await.unwrap();
    let done = scene.decides(&again, "紫金花看不清，第二次").send().await;
    assert!(!done.header("location").contains("again="), "{} {}", done.status, done.header("location"));
    assert_eq!(scene.stage(&world).await, StageName::Rejected);
    assert!(!scene.reads(&scene.page(), &again).await.contains("还没有提交"));
    scene.site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_else_is_shown_what_waits() {
    let world = World::sqlite().await;
    let scene = reviewing(&world).await;
    let browser = kept(&scene.decides(&scene.cookie, REASON).send().await);

    let other = format!("{}; {browser}", scene.site.staff(&scene.zhou).await);
    let page = scene.reads(&scene.page(), &other).await;
    assert!(!page.contains("紫金花") && page.contains("只给那个账号看"), "{page}");
    let elsewhere = scene.site.staff(&scene.wang).await;
    assert!(!scene.reads(&scene.page(), &elsewhere).await.contains("紫金花"), "another browser");
    let made_up = format!("{elsewhere}; jikao-kept=x");
    assert!(!scene.reads(&scene.page(), &made_up).await.contains("紫金花"));

    let own = format!("{elsewhere}; {browser}");
    assert!(scene.reads(&scene.page(), &own).await.contains("紫金花"));
    world.pass(14);
    assert!(scene.reads(&scene.page(), &own).await.contains("紫金花"));
    world.pass(14);
    assert!(scene.reads(&scene.page(), &own).await.contains("紫金花"));
    world.pass(2);
    assert!(!scene.reads(&scene.page(), &own).await.contains("紫金花"), "after half an hour it is gone");
    scene.site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn only_forms_of_ours_from_logins_that_ended_are_kept() {
    let world = World::sqlite().await;
    let scene = reviewing(&world).await;
    let foreign = scene.decides(&scene.cookie, REASON).with("origin", "https://elsewhere.example").send().await;
    assert_eq!((foreign.status.as_u16(), foreign.header("set-cookie")), (403, ""));
    let unknown = scene.decides("jikao-office=nothing", REASON).send().await;
    assert_eq!((unknown.status.as_u16(), unknown.header("set-cookie")), (302, ""), "nobody knows whose it was");

    // Whoever signs out leaves nothing behind, and a wrong password is no form of the login before.
    let cookie = scene.site.staff(&scene.wang).await;
    logins::end(&world.records, cookie.strip_prefix("jikao-office=").unwrap()).await.unwrap();
    assert_eq!(scene.decides(&cookie, REASON).send().await.header("set-cookie"), "");
    let wrong = scene.site.post("/api/office/sign-in").cookie(&scene.cookie);
    let wrong = wrong.form(&[("login_name", "nobody"), ("password", "wrong-words-1"), ("next", "")]).send().await;
    assert!(
        wrong.header("location").contains("again=") && wrong.header("set-cookie").is_empty(),
        "{:?}",
        wrong.headers
    );

    // A script is told, and stays on its page.
    let told = scene.decides(&scene.cookie, REASON).script().send().await;
    assert_eq!((told.status.as_u16(), told.header("set-cookie")), (422, ""));
    assert_eq!((told.header("serverfnredirect"), told.header("location")), ("", ""));
    assert!(told.text().contains("SignInNeeded"), "{}", told.text());
    scene.site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_form_with_files_the_words_are_kept_and_the_files_named() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let li = world.applicant("李强").await;
    let plan = world.plan().await;
    let id = testkit::complete_draft(&world.records, li.id, plan.id).await.unwrap();
    applications::submit(&world.records, li.id, id, "key").await.unwrap();
    let cookie = site.applicant(li.id).await;
    world.pass(31);
    let body = [
        "--brook\r\nContent-Disposition: form-data; name=\"words\"\r\n\r\n轮椅，请安排一楼\r\n",
        "--brook\r\nContent-Disposition: form-data; name=\"proof\"; filename=\"残疾证.jpg\"\r\n\r\n",
        &"x".repeat(3_000_000),
        "\r\n--brook--\r\n",
    ];
    let here = format!("{}/my/{id}", site.origin);
    let asked = site.post(&format!("/my/{id}/seat")).with("referer", &here).cookie(&cookie);
    let answer = asked.body("multipart/form-data; boundary=brook", body.concat().into_bytes()).send().await;
    assert!(answer.header("location").starts_with("/sign-in?next=/my/"), "{}", answer.header("location"));
    let browser = kept(&answer);

    let gate = site.get(answer.header("location")).cookie(&format!("{cookie}; {browser}")).send().await.text();
    assert!(gate.contains("刚才那一步没有办"), "{gate}");
    let own = format!("{}; {browser}", site.applicant(li.id).await);
    let page = site.get(&format!("/my/{id}")).cookie(&own).send().await.text();
    assert!(page.contains("轮椅，请安排一楼") && page.contains("“残疾证.jpg”"), "{page}");
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_form_of_a_draft_comes_back_filled_in() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let li = world.applicant("李强").await;
    let plan = world.plan().await;
    let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
    let page = format!("/apply/{id}/form");
    let cookie = site.applicant(li.id).await;
    let drawn = site.get(&page).cookie(&cookie).send().await.text();
    let revision = drawn.split("name=\"revision\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    world.pass(31);
    let id = id.to_string();
    let fields =
        [("id", id.as_str()), ("revision", &revision), ("go", "next"), ("answers[address]", "文三路 \"90\" 号")];
    let saved = site.post("/api/apply/save").with("referer", &format!("{}{page}", site.origin)).cookie(&cookie);
    let answer = saved.form(&fields).send().await;
    assert!(answer.header("location").starts_with("/sign-in?next="), "{}", answer.header("location"));
    let own = format!("{}; {}", site.applicant(li.id).await, kept(&answer));
    let shown = site.get(&page).cookie(&own).send().await.text();
    assert!(shown.contains("value=\"文三路 &quot;90&quot; 号\""), "{shown}");
    assert_eq!(
        applications::draft(&world.records, li.id, id.parse().unwrap()).await.unwrap().revision.0.to_string(),
        revision
    );
    site.running.stop().await;
}
