//! Coming from a portal or an identity provider, over HTTP, against the simulator.

use crate::common::{Answer, Site, site_on, until_closed};
use domain::account::{SignUp, Viewer};
use domain::profile::{Profile, WayIn};
use hyper::StatusCode;
use records::{Chance, accounts, logins, preloaded, profiles, ways};
use server::demo::portal::{OIDC, PORTAL, Simulator};
use server::routes::portals::{Portals, Secret};
use server::serve::Limits;
use testkit::{PASSWORD, World, ZYNL};
use tokio::net::TcpListener;

/// A site and the simulator that its people may come from.
struct Stage {
    world: World,
    site: Site,
    simulator: Simulator,
}

const LIMITS: Limits = Limits { connections: 500, per_address: 500 };

async fn stage() -> Stage {
    let world = World::sqlite().await;
    let zynl = profiles::parse(ZYNL, "zynl.toml").unwrap();
    let ways = vec![WayIn::Account, WayIn::RegistrationNumber, WayIn::Activation, WayIn::Portal];
    let mut all = Profile { name: "all".into(), sign_in: ways, ..zynl };
    all.numbering.registration_number = "{yyyy}{seq:6}{random:4}".into();
    profiles::publish(&world.records, &all).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let clock = world.records.clock().clone();
    let simulator = Simulator::start([127, 0, 0, 1].into(), &origin, clock, Chance::System).await.unwrap();
    let portals = Portals::with(&simulator.sign_in, &origin, |path| simulator.secret(path)).unwrap();
    let site = site_on(&world, false, LIMITS, listener, portals).await;
    Stage { world, site, simulator }
}

/// The value of a cookie that an answer sets.
fn cookie(answer: &Answer, name: &str) -> Option<String> {
    answer
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|line| line.to_str().ok()?.split(';').next()?.split_once('='))
        .find(|(known, value)| *known == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

impl Stage {
    /// From our button to the provider's page: the address there, and the cookie of this visit.
    async fn goes(&self, key: &str, next: &str) -> (String, String) {
        let answer = self.site.get(&app::paths::sign_in_with(key, next)).send().await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let visit = cookie(&answer, "jikao-way").expect("a cookie for the visit");
        (answer.header("location").to_owned(), format!("jikao-way={visit}"))
    }

    /// Picks a person at the provider: the address that the browser is sent back to, as a path of ours.
    async fn picks(&self, there: &str, person: &str) -> String {
        let pick = there.replace("/sso/usp.do?", "/sso/pick?").replace("/authorize?", "/authorize/pick?");
        let browser =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        let page = browser.get(there).send().await.unwrap();
        assert!(page.status().is_success(), "the provider knows us: {}", page.text().await.unwrap());
        let answer = browser.get(format!("{pick}&person={person}")).send().await.unwrap();
        let back = answer.headers().get("location").expect("sent back").to_str().unwrap().to_owned();
        back.strip_prefix(&self.site.origin).expect("back to us").to_owned()
    }

    async fn comes(&self, key: &str, person: &str, next: &str) -> Answer {
        let (there, visit) = self.goes(key, next).await;
        let back = self.picks(&there, person).await;
        self.site.get(&back).cookie(&visit).send().await
    }

    async fn viewer(&self, answer: &Answer) -> Viewer {
        logins::viewer(&self.world.records, cookie(answer, "jikao").as_deref()).await.unwrap()
    }

    /// The sentence on the sign-in page that a failed sign-in leads to.
    async fn reads(&self, answer: &Answer) -> String {
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        assert!(cookie(answer, "jikao").is_none(), "nobody is signed in");
        let page = answer.header("location");
        assert!(page.starts_with("/sign-in?"), "{page}");
        let page = self.site.get(page).send().await;
        assert_eq!(page.status, StatusCode::OK);
        page.text()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_from_either_side_is_in_by_one_click_and_is_one_account() {
    let stage = stage().await;
    let page = stage.site.get("/sign-in?next=/plans/1").send().await.text();
    assert!(page.contains("用省政务服务网登录（演示）"), "{page}");
    assert!(page.contains("/sign-in/with/zwfw?next=/plans/1"));

    let first = stage.comes(PORTAL, "sim-1", "/plans/1?x=2").await;
    assert_eq!(first.header("location"), "/plans/1?x=2", "the way on is kept");
    let Viewer::Applicant { id, name } = stage.viewer(&first).await else { panic!("signed in") };
    assert_eq!(name, "陈一鸣");
    let second = stage.comes(OIDC, "sim-1", "").await;
    assert_eq!(second.header("location"), "/profile?first=linked&next=/my", "told once that two ways became one");
    assert_eq!(stage.viewer(&second).await, Viewer::Applicant { id, name });
    assert_eq!(stage.comes(OIDC, "sim-1", "").await.header("location"), "/my");
    let person = accounts::person(&stage.world.records, id).await.unwrap();
    assert_eq!((person.ways.len(), person.mobile_masked.as_str()), (3, "139****0008"), "{:?}", person.ways);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_mobile_is_asked_on_the_profile_page() {
    let stage = stage().await;
    for key in [PORTAL, OIDC] {
        let answer = stage.comes(key, "sim-2", "/plans/1").await;
        assert_eq!(answer.header("location"), "/profile?first=mobile&next=/plans/1");
        let login = format!("jikao={}", cookie(&answer, "jikao").unwrap());
        let page = stage.site.get(answer.header("location")).cookie(&login).send().await.text();
        assert!(page.contains("还差一个手机号码") && page.contains("接着办"), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_goes_wrong_is_a_sentence_on_the_sign_in_page() {
    let stage = stage().await;
    let told = [
        (PORTAL, "sim-5", "没有给出姓名或证件号码"),
        (OIDC, "sim-5", "没有给出姓名或证件号码"),
        (PORTAL, "sim-6", "还没有完成实名认证"),
        (OIDC, "sim-6", "还没有完成实名认证"),
        (PORTAL, "sim-7", "隔得太久"),
        (OIDC, "sim-7", "隔得太久"),
        (PORTAL, "sim-8", "没有回应"),
        (OIDC, "sim-8", "核对不上"),
        (PORTAL, "sim-11", "取消了登录"),
        (OIDC, "sim-11", "取消了登录"),
    ];
    for (key, person, sentence) in told {
        let answer = stage.comes(key, person, "/plans/1").await;
        assert!(
            answer.header("location").contains("next=/plans/1"),
            "the way on is kept: {}",
            answer.header("location")
        );
        let page = stage.reads(&answer).await;
        assert!(page.contains(sentence), "{key} {person}: {page}");
        assert!(page.contains("用省政务服务网登录"), "another way is offered");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_does_not_answer_keeps_nobody_waiting() {
    let stage = stage().await;
    for key in [PORTAL, OIDC] {
        let answer = stage.comes(key, "sim-9", "").await;
        assert!(stage.reads(&answer).await.contains("没有回应"));
    }
    let Stage { simulator, site, world } = stage;
    // Another one first, so that it cannot take the place of the one that ends.
    let clock = world.records.clock().clone();
    let other = Simulator::start([127, 0, 0, 1].into(), "http://127.0.0.1:1", clock, Chance::System).await.unwrap();
    let house = simulator.origin.trim_start_matches("http://").to_owned();
    drop(simulator);
    until_closed(&house).await;
    let stage = Stage { simulator: other, site, world };
    stage.world.pass(20);
    let answer = stage.site.get("/sign-in/with/id").send().await;
    assert!(stage.reads(&answer).await.contains("没有回应"), "discovery finds nobody");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tickets_are_taken_once_even_from_a_forgetful_portal() {
    let stage = stage().await;
    for key in [PORTAL, OIDC] {
        let (there, visit) = stage.goes(key, "").await;
        let back = stage.picks(&there, "sim-10").await;
        let first = stage.site.get(&back).cookie(&visit).send().await;
        assert!(matches!(stage.viewer(&first).await, Viewer::Applicant { .. }), "{key}");
        let again = stage.site.get(&back).cookie(&visit).send().await;
        assert!(stage.reads(&again).await.contains("已经用过一次"), "{key}: the same browser");
    }
    let (there, visit) = stage.goes(PORTAL, "").await;
    let back = stage.picks(&there, "sim-10").await;
    stage.site.get(&back).cookie(&visit).send().await;
    let (_, other) = stage.goes(PORTAL, "").await;
    let stolen = stage.site.get(&back).cookie(&other).send().await;
    assert!(stage.reads(&stolen).await.contains("已经用过一次"), "another browser");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_signed_in_by_a_link_of_somebody_else() {
    let stage = stage().await;
    let (there, _) = stage.goes(PORTAL, "").await;
    let back = stage.picks(&there, "sim-1").await;
    assert!(
        stage.reads(&stage.site.get(&back).send().await).await.contains("不是从这个页面开始"),
        "no visit in this browser"
    );

    let (there, visit) = stage.goes(OIDC, "").await;
    let back = stage.picks(&there, "sim-1").await;
    let (_, victim) = stage.goes(OIDC, "").await;
    let forged = stage.site.get(&back).cookie(&victim).send().await;
    assert!(stage.reads(&forged).await.contains("核对不上"), "a state of another browser");
    let (_, elsewhere) = stage.goes(PORTAL, "").await;
    let crossed =
        stage.site.get(&back.replace("/id/", "/zwfw/").replace("code=", "ticket=")).cookie(&elsewhere).send().await;
    stage.reads(&crossed).await;
    assert!(matches!(stage.viewer(&stage.site.get(&back).cookie(&visit).send().await).await, Viewer::Applicant { .. }));

    let (there, visit) = stage.goes(PORTAL, "").await;
    let back = stage.picks(&there, "sim-1").await;
    stage.world.pass(20);
    assert!(stage.reads(&stage.site.get(&back).cookie(&visit).send().await).await.contains("隔得太久"));
    let invented = stage.goes(PORTAL, "").await.1;
    let guess = stage.site.get("/sign-in/with/zwfw/back?ticket=ST-guess").cookie(&invented).send().await;
    assert!(stage.reads(&guess).await.contains("隔得太久"));
    assert_eq!(stage.site.get("/sign-in/with/nobody").send().await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_paths_of_ours_are_gone_on_to() {
    let stage = stage().await;
    for foreign in ["https://evil.example/", "//evil.example", "/\\evil.example"] {
        assert_eq!(stage.comes(PORTAL, "sim-1", foreign).await.header("location"), "/my", "{foreign}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_is_there_is_linked_and_a_reissued_permit_finds_it() {
    let stage = stage().await;
    let typed = SignUp {
        id_kind: "HMTP".into(),
        id_no: "H8765432100".into(),
        birth: "1990-03-07".into(),
        gender: "female".into(),
        ..stage.world.sign_up_of("黄嘉欣")
    };
    accounts::sign_up(&stage.world.records, &typed).await.unwrap();
    let id = accounts::sign_in(&stage.world.records, "H87654321", PASSWORD).await.unwrap();
    for (key, person) in [(PORTAL, "sim-3"), (PORTAL, "sim-4"), (OIDC, "sim-3"), (OIDC, "sim-4")] {
        let answer = stage.comes(key, person, "").await;
        assert_eq!(stage.viewer(&answer).await, Viewer::Applicant { id, name: "黄嘉欣".into() }, "{key} {person}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_secret_signs_nobody_in() {
    let world = World::sqlite().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let clock = world.records.clock().clone();
    let simulator = Simulator::start([127, 0, 0, 1].into(), &origin, clock, Chance::System).await.unwrap();
    let portals = Portals::with(&simulator.sign_in, &origin, |_| Ok(Secret::new("another"))).unwrap();
    let site = site_on(&world, false, LIMITS, listener, portals).await;
    let stage = Stage { world, site, simulator };
    assert!(stage.reads(&stage.comes(PORTAL, "sim-1", "").await).await.contains("隔得太久"));
    assert!(stage.reads(&stage.comes(OIDC, "sim-1", "").await).await.contains("没有回应"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_number_is_shown_after_the_first_sign_in_and_found_again() {
    let stage = stage().await;
    let typed = stage.world.sign_up_of("李强");
    accounts::sign_up(&stage.world.records, &typed).await.unwrap();
    let form = [("id_no", typed.id_no.as_str()), ("password", PASSWORD), ("next", ""), ("fresh", "1")];
    let answer = stage.site.post("/api/account/sign-in").form(&form).send().await;
    assert_eq!(answer.header("location"), "/registration-number");
    let login = format!("jikao={}", cookie(&answer, "jikao").unwrap());
    let page = stage.site.get("/registration-number").cookie(&login).send().await.text();
    let id = accounts::sign_in(&stage.world.records, &typed.id_no, PASSWORD).await.unwrap();
    let number = ways::number::of(&stage.world.records, id).await.unwrap().unwrap();
    assert!(page.contains(&number) && page.contains("请不要重复注册！"), "{page}");
    assert!(stage.site.get("/profile").cookie(&login).send().await.text().contains(&number));

    let page = stage.site.get("/sign-in?way=find").send().await.text();
    assert!(page.contains("找回报名序号"), "{page}");
    let form = [("id_no", typed.id_no.as_str()), ("mobile", typed.mobile.as_str()), ("next", "/plans/1")];
    let answer = stage.site.post("/api/account/find-number").form(&form).send().await;
    assert!(!answer.header("location").contains(&number), "never in an address");
    let page = stage.site.get(answer.header("location")).send().await.text();
    assert!(page.contains(&number), "{page}");
    let form = [("number", number.as_str()), ("id_no", typed.id_no.as_str()), ("next", "/plans/1")];
    let answer = stage.site.post("/api/account/sign-in-number").form(&form).send().await;
    assert_eq!(answer.header("location"), "/plans/1");

    let form = [("id_no", typed.id_no.as_str()), ("mobile", "13911112222"), ("next", "")];
    let answer = stage.site.post("/api/account/find-number").form(&form).send().await;
    let page = stage.site.get(answer.header("location")).send().await.text();
    assert!(page.contains("没有找到") && page.contains(&typed.id_no), "what was typed stays: {page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_prepared_account_is_opened_by_its_code_alone() {
    let stage = stage().await;
    let zhou = stage.world.manager("周敏").await;
    let desk = stage.site.staff(&zhou).await;
    let id_no = testkit::id_number("330106", "19950612", 41);
    let list = format!("欧阳志远,居民身份证,{id_no},13700000041\n孙七,居民身份证,123,");
    let answer = stage.site.post("/api/office/prepare").cookie(&desk).form(&[("list", &list)]).send().await;
    let page = stage.site.get(answer.header("location")).cookie(&desk).send().await.text();
    assert!(page.contains("激活码只显示这一次") && page.contains("第 2 行") && page.contains("孙七"), "{page}");
    assert!(!stage.site.get("/office/people").cookie(&desk).send().await.text().contains("激活码只显示这一次"));

    let line = preloaded::list(&stage.world.records, &zhou).await.unwrap().remove(0);
    let code = preloaded::renew(&stage.world.records, &zhou, &line.id).await.unwrap().code;
    let open = async |code: &str| {
        let form = [("id_no", id_no.as_str()), ("code", code), ("next", "/plans/1")];
        stage.site.post("/api/account/activate-open").form(&form).send().await
    };
    let refused = open(&id_no[12..]).await;
    let page = stage.site.get(refused.header("location")).send().await.text();
    assert!(page.contains("证件号码和这个码对不上"), "{page}");
    let opened = open(&code.to_lowercase()).await;
    assert_eq!(opened.header("location"), "/activate?next=/plans/1", "no secret in an address");
    let ticket = format!("jikao-activate={}", cookie(&opened, "jikao-activate").unwrap());
    let page = stage.site.get("/activate").cookie(&ticket).send().await.text();
    assert!(page.contains("欧**远") && !page.contains("欧阳志远") && !page.contains(&id_no), "{page}");
    let form =
        [("password", "boat-on-river"), ("password_again", "boat-on-river"), ("agreed", "yes"), ("next", "/plans/1")];
    let answer = stage.site.post("/api/account/activate").cookie(&ticket).form(&form).send().await;
    assert_eq!(answer.header("location"), "/plans/1", "{}", answer.text());
    assert!(matches!(stage.viewer(&answer).await, Viewer::Applicant { .. }));
}
