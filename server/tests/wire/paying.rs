//! Paying over the wire: our server and a simulated cashier speak the protocols of both channels.

use crate::common::{Site, deaf, site_paying, until_closed};
use domain::account::StaffMember;
use domain::ids::{ApplicationId, Fen};
use domain::page::desk::Decision;
use domain::page::money::MyOrder;
use domain::payment::{Attempt, Channel, Disbelief, OrderState, Outcome};
use domain::profile::LateMoney;
use records::{applications, desk, payments};
use server::demo::cashier::{Cashier, Mood};
use server::pay::{Asked, Channels, Payer, work};
use server::routes::portals::Portals;
use server::serve::Limits;
use testkit::{Applicant, World};
use tokio::net::TcpListener;

pub struct Scene {
    pub world: World,
    pub site: Site,
    pub cashier: Cashier,
    pub li: Applicant,
    pub id: ApplicationId,
    wang: StaffMember,
}

const LIMITS: Limits = Limits { connections: 500, per_address: 500 };

impl Scene {
    pub async fn new() -> Scene {
        Scene::under(LateMoney::Restores).await
    }

    async fn under(late: LateMoney) -> Scene {
        let world = World::sqlite().await;
        let mut profile = records::profiles::parse(testkit::ZYNL, "zynl.toml").unwrap();
        profile.name = "in-time".into();
        profile.payment.days = 3;
        profile.payment.unpaid_gives_up = true;
        profile.payment.late_money = late;
        records::profiles::publish(&world.records, &profile).await.unwrap();
        let plan = world.plan_with(|new| new.profile = "in-time".into()).await;
        let (li, wang) = (world.applicant("李强").await, world.reviewer("王芳").await);
        let records = &world.records;
        let id = testkit::complete_draft(records, li.id, plan.id).await.unwrap();
        applications::submit(records, li.id, id, "key").await.unwrap();
        desk::claim(records, &wang, id).await.unwrap();
        let seen = desk::case(records, &wang, id).await.unwrap().line.revision;
        desk::decide(records, &wang, id, seen, Decision::Approve).await.unwrap();

        let chance = records::Chance::seeded(7);
        let cashier = Cashier::start([127, 0, 0, 1].into(), records.clock().clone(), chance).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let channels = Channels::read(&cashier.payment, &origin, &cashier.keys()).unwrap();
        let site = site_paying(&world, false, LIMITS, listener, Portals::default(), channels).await;
        Scene { world, site, cashier, li, id, wang }
    }

    pub async fn order(&self) -> MyOrder {
        applications::case_of(&self.world.records, self.li.id, self.id).await.unwrap().order.unwrap()
    }

    /// Clicks the button of a channel; gives the number of the order.
    async fn chooses(&self, channel: Channel) -> String {
        let cookie = self.site.applicant(self.li.id).await;
        let answer =
            self.site.post(&app::paths::pay_by(self.id, channel.as_str())).with("cookie", &cookie).send().await;
        assert_eq!(answer.status, 303);
        assert_eq!(answer.header("location"), format!("{}?by={}", app::paths::pay(self.id), channel.as_str()));
        self.order().await.number
    }

    async fn page(&self, path: &str) -> String {
        let cookie = self.site.applicant(self.li.id).await;
        let answer = self.site.get(path).with("cookie", &cookie).send().await;
        assert_eq!(answer.status, 200);
        answer.text()
    }

    async fn round(&self) {
        work::round(&self.world.records, &self.site.running.app.channels).await.unwrap();
    }

    pub async fn ends(self) {
        let broken = applications::broken_promises(&self.world.records).await.unwrap();
        assert_eq!(broken, Vec::<String>::new());
        self.site.running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_channels_give_a_code_and_tell_what_was_paid() {
    for channel in [Channel::Wechat, Channel::Alipay] {
        let scene = Scene::new().await;
        let number = scene.chooses(channel).await;
        let page = scene.page(&format!("{}?by={}", app::paths::pay(scene.id), channel.as_str())).await;
        assert!(page.contains("付款二维码") && page.contains("280.00") && page.contains(&number));
        assert_eq!(scene.order().await.state, OrderState::Paying);
        assert!(scene.cashier.pay(channel, &number, Mood::Plain).await);
        let order = scene.order().await;
        assert_eq!((order.state, order.channel), (OrderState::Paid, Some(channel)));
        let page = scene.page(&app::paths::pay(scene.id)).await;
        assert!(page.contains("缴清"), "{page}");
        scene.ends().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_often_wrongly_or_by_others_pays_once() {
    for channel in [Channel::Wechat, Channel::Alipay] {
        let scene = Scene::new().await;
        let number = scene.chooses(channel).await;
        assert!(scene.cashier.pay(channel, &number, Mood::WrongAmount).await);
        assert_eq!(scene.order().await.state, OrderState::Paying, "another amount pays nothing");
        let records = &scene.world.records;
        assert_eq!(payments::notice_count(records, Outcome::Reject(Disbelief::Amount)).await.unwrap(), 1);
        assert!(scene.cashier.pay(channel, &number, Mood::Forged).await);
        assert!(scene.cashier.pay(channel, &number, Mood::Repeated).await);
        assert_eq!(scene.order().await.state, OrderState::Paid);
        assert_eq!(payments::notice_count(records, Outcome::Paid).await.unwrap(), 1);
        assert!(payments::pending_refunds(records).await.unwrap().is_empty());
        scene.ends().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn money_of_the_other_channel_goes_back_though_nobody_tells_of_it() {
    let scene = Scene::new().await;
    let number = scene.chooses(Channel::Alipay).await;
    assert_eq!(scene.chooses(Channel::Wechat).await, number);
    assert!(scene.cashier.pay(Channel::Wechat, &number, Mood::Plain).await);
    assert_eq!(scene.order().await.channel, Some(Channel::Wechat));
    // The code of the other channel is still on a second screen.
    assert!(scene.cashier.pay(Channel::Alipay, &number, Mood::Lost).await);
    scene.round().await;
    assert_eq!((scene.order().await.state, scene.order().await.channel), (OrderState::Paid, Some(Channel::Wechat)));
    assert_eq!(scene.cashier.refunded(Channel::Alipay, &number).0, 28_000);
    assert_eq!(scene.cashier.refunded(Channel::Wechat, &number).0, 0);
    // Two hours later no code takes money any more, and nobody is asked.
    scene.world.pass(121);
    assert!(payments::open_numbers(&scene.world.records).await.unwrap().is_empty());
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_notification_is_found_by_asking() {
    let scene = Scene::new().await;
    let number = scene.chooses(Channel::Wechat).await;
    assert!(scene.cashier.pay(Channel::Wechat, &number, Mood::Lost).await);
    assert_eq!(scene.order().await.state, OrderState::Paying);
    let cookie = scene.site.applicant(scene.li.id).await;
    let answer = scene.site.post(&app::paths::pay_by(scene.id, "check")).with("cookie", &cookie).send().await;
    assert_eq!(answer.header("location"), app::paths::pay(scene.id));
    assert_eq!(scene.order().await.state, OrderState::Paid);
    let bill = scene.site.running.app.channels.bill(
        Channel::Wechat,
        scene.world.records.now().day(),
        work::now(&scene.world.records),
    );
    let bill = bill.await.unwrap().unwrap();
    let day = scene.world.records.now().day();
    let found = payments::reconcile(&scene.world.records, &scene.wang, Channel::Wechat, day, bill).await.unwrap();
    assert_eq!((found.agreed, found.sum, found.differences.len()), (1, Fen(28_000), 0));
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_expires_that_was_paid_and_what_expires_is_given_back() {
    let scene = Scene::new().await;
    let number = scene.chooses(Channel::Wechat).await;
    assert!(scene.cashier.pay(Channel::Wechat, &number, Mood::Lost).await);
    scene.world.at("2026-11-25 00:00:00");
    scene.round().await;
    assert_eq!(scene.order().await.state, OrderState::Paid, "the question comes before the end");
    scene.ends().await;

    // What comes after the end brings the place back, or goes back by itself: the procedure says which.
    for late in [LateMoney::Restores, LateMoney::GoesBack] {
        let scene = Scene::under(late).await;
        let number = scene.chooses(Channel::Alipay).await;
        scene.world.at("2026-11-25 00:00:00");
        scene.round().await;
        assert_eq!(scene.order().await.state, OrderState::Expired);
        assert!(scene.cashier.pay(Channel::Alipay, &number, Mood::Repeated).await);
        for _ in 0..2 {
            scene.round().await;
        }
        let (state, back) = match late {
            LateMoney::Restores => (OrderState::Paid, 0),
            LateMoney::GoesBack => (OrderState::Expired, 28_000),
        };
        assert_eq!((scene.order().await.state, scene.cashier.refunded(Channel::Alipay, &number)), (state, Fen(back)));
        let told = if back == 0 { "报名恢复" } else { "会退给您" };
        assert!(scene.page(app::paths::MESSAGES).await.contains(told));
        assert!(payments::pending_refunds(&scene.world.records).await.unwrap().is_empty());
        scene.ends().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_channel_takes_nothing_and_keeps_the_order_open() {
    let scene = Scene::new().await;
    scene.chooses(Channel::Wechat).await;
    let Scene { world, site, cashier, li, id, wang } = scene;
    let house = cashier.origin.trim_start_matches("http://").to_owned();
    drop(cashier);
    until_closed(&house).await;
    let cookie = site.applicant(li.id).await;
    let answer = site.post(&app::paths::pay_by(id, "alipay")).with("cookie", &cookie).send().await;
    let back = answer.header("location").to_owned();
    assert!(back.contains("again="), "{back}");
    let page = site.get(&back).with("cookie", &cookie).send().await.text();
    assert!(page.contains("支付渠道没有回答"), "{page}");
    world.at("2026-11-25 00:00:00");
    work::round(&world.records, &site.running.app.channels).await.unwrap();
    let order = applications::case_of(&world.records, li.id, id).await.unwrap().order.unwrap();
    assert_eq!(order.state, OrderState::Paying, "who cannot be asked may have been paid");
    drop(wang);
    site.running.stop().await;
}

/// A channel that takes every question and answers none holds up a round once, not once for every order.
#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_hangs_does_not_hold_up_the_other() {
    let scene = Scene::new().await;
    let records = &scene.world.records;
    scene.chooses(Channel::Wechat).await;
    let plan = applications::case_of(records, scene.li.id, scene.id).await.unwrap().plan.id;
    let mut numbers = Vec::new();
    for (name, channel) in [("赵敏", Channel::Wechat), ("钱进", Channel::Wechat), ("孙悦", Channel::Alipay)] {
        let who = scene.world.applicant(name).await;
        let id = testkit::complete_draft(records, who.id, plan).await.unwrap();
        applications::submit(records, who.id, id, "key").await.unwrap();
        desk::claim(records, &scene.wang, id).await.unwrap();
        let seen = desk::case(records, &scene.wang, id).await.unwrap().line.revision;
        desk::decide(records, &scene.wang, id, seen, Decision::Approve).await.unwrap();
        let cookie = scene.site.applicant(who.id).await;
        scene.site.post(&app::paths::pay_by(id, channel.as_str())).with("cookie", &cookie).send().await;
        let number = applications::case_of(records, who.id, id).await.unwrap().order.unwrap().number;
        numbers.push((who, id, number));
    }
    let (sun, id, number) = &numbers[2];
    assert!(scene.cashier.pay(Channel::Alipay, number, Mood::Lost).await);
    // Its port takes connections, and nobody is behind it.
    let hanging = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut payment = scene.cashier.payment.clone();
    for channel in &mut payment.channel {
        if let server::config::PayChannel::Wechat(wechat) = channel {
            wechat.api = format!("http://{}", hanging.local_addr().unwrap());
            wechat.backup.clone_from(&wechat.api);
        }
    }
    let channels = Channels::read(&payment, "http://127.0.0.1:1", &scene.cashier.keys()).unwrap();
    // Three questions of seven seconds would take longer.
    let patience = std::time::Duration::from_secs(15);
    tokio::time::timeout(patience, work::round(records, &channels)).await.expect("asked for each order").unwrap();
    let order = applications::case_of(records, sun.id, *id).await.unwrap().order.unwrap();
    assert_eq!(order.state, OrderState::Paid, "the other channel was heard");
    assert_eq!(scene.order().await.state, OrderState::Paying);
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn others_pay_nothing_and_learn_nothing() {
    let scene = Scene::new().await;
    let zhao = scene.world.applicant("赵敏").await;
    let cookie = scene.site.applicant(zhao.id).await;
    let answer = scene.site.post(&app::paths::pay_by(scene.id, "wechat")).with("cookie", &cookie).send().await;
    assert_eq!(answer.status, 404);
    let answer = scene.site.ask("POST", "/pay/notify/wechat").body("application/json", b"{}".to_vec()).send().await;
    assert_eq!(answer.status, 400, "no signature, no belief");
    let answer = scene
        .site
        .ask("POST", "/pay/notify/alipay")
        .body("application/x-www-form-urlencoded", b"sign=x".to_vec())
        .send()
        .await;
    assert_eq!(answer.text(), "failure");
    let answer = scene.site.ask("POST", "/pay/notify/cash").body("text/plain", Vec::new()).send().await;
    assert_eq!(answer.status, 404);
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_money_desk_works_with_plain_forms() {
    let scene = Scene::new().await;
    let cookie = scene.site.staff(&scene.wang).await;
    let number = scene.order().await.number;
    let page = scene.site.get(&format!("/office/money?q={number}")).with("cookie", &cookie).send().await;
    assert!(
        page.text().contains("已收现金") && !page.text().contains("免收原因"),
        "a reviewer takes cash and decides nothing"
    );
    let boss = scene.world.manager("周敏").await;
    let cookie = scene.site.staff(&boss).await;
    let form = [("number", number.as_str()), ("seen", "0"), ("act", "waive"), ("words", "")];
    let answer = scene.site.post("/api/office/money-act").with("cookie", &cookie).form(&form).send().await;
    assert!(answer.header("location").contains("again="));
    let form = [("number", number.as_str()), ("seen", "0"), ("act", "waive"), ("words", "低保")];
    let answer = scene.site.post("/api/office/money-act").with("cookie", &cookie).form(&form).send().await;
    assert_eq!(answer.status, 302);
    let told = scene.site.get(answer.header("location")).with("cookie", &cookie).send().await.text();
    assert!(told.contains("已免收，原因记入历史"), "{told}");
    assert_eq!(scene.order().await.state, OrderState::Waived);
    let sheet = scene.site.get("/office/money/settlement.xlsx").with("cookie", &cookie).send().await;
    assert_eq!((sheet.status.as_u16(), &sheet.body[..2]), (200, b"PK".as_slice()));
    let month = scene.site.get("/office/money/settlement.xlsx?month=2026-11").with("cookie", &cookie).send().await;
    assert_eq!((month.status.as_u16(), &month.body[..2]), (200, b"PK".as_slice()));
    let page = scene.site.get("/office/money/settlement?month=2026-13").with("cookie", &cookie).send().await.text();
    assert!(page.contains("“2026-13”不是月份") && page.contains("2026-11-01 至 2026-11-30"), "{page}");
    let far = scene.world.staff("钱进", domain::account::Role::Authority, "").await;
    let far = scene.site.staff(&far).await;
    let page = scene.site.get("/office/reports/money?month=2026-13").with("cookie", &far).send().await.text();
    assert!(page.contains("“2026-13”不是月份") && page.contains("没有收款，也没有退款"), "{page}");
    let sheet = scene.site.get("/office/reports/money.xlsx?month=2026-11").with("cookie", &far).send().await;
    assert_eq!((sheet.status.as_u16(), &sheet.body[..2]), (200, b"PK".as_slice()));
    let day = scene.site.get("/office/money/day?channel=wechat&day=2026-11-21").with("cookie", &cookie).send().await;
    assert!(day.text().contains("账目一致"), "{}", day.text());
    scene.ends().await;
}

/// A browser of a phone opens the channel's own page; the attempt has a number of its own and pays the same order.
#[tokio::test(flavor = "multi_thread")]
async fn on_a_phone_the_channels_own_pages_are_opened() {
    const PHONE: &str = "Mozilla/5.0 (Linux; Android 14; Pixel) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36";
    for channel in [Channel::Wechat, Channel::Alipay] {
        let scene = Scene::new().await;
        let cookie = scene.site.applicant(scene.li.id).await;
        let path = app::paths::pay_by(scene.id, channel.as_str());
        let answer = scene.site.post(&path).with("cookie", &cookie).with("user-agent", PHONE).send().await;
        assert_eq!(answer.status, 303);
        let page = scene.page(answer.header("location")).await;
        assert!(page.contains("id=\"open\"") && !page.contains("付款二维码"), "{page}");
        let link = page.split("href=\"http").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let link = format!("http{}", link.replace("&amp;", "&"));
        let opened = reqwest::Client::builder().no_proxy().build().unwrap().get(&link).send().await.unwrap();
        assert_eq!(opened.status().as_u16(), 200, "{link}");
        assert!(opened.text().await.unwrap().contains("280.00"));
        let number = scene.order().await.number;
        assert!(scene.cashier.pay(channel, &Attempt::Phone.number(&number), Mood::Lost).await);
        scene.round().await;
        let order = scene.order().await;
        assert_eq!((order.state, order.channel), (OrderState::Paid, Some(channel)));
        // Inside 微信 no other page opens: a form leads to a code for another phone.
        let inside = format!("{PHONE} MicroMessenger/8.0");
        let other = Scene::new().await;
        let cookie = other.site.applicant(other.li.id).await;
        let path = app::paths::pay_by(other.id, channel.as_str());
        let answer = other.site.post(&path).with("cookie", &cookie).with("user-agent", &inside).send().await;
        assert!(other.page(answer.header("location")).await.contains("付款二维码"));
        other.ends().await;
        scene.ends().await;
    }
}

/// Both bills are fetched by night, each once, and held against the books.
#[tokio::test(flavor = "multi_thread")]
async fn the_bills_of_both_channels_are_kept_by_night() {
    for channel in [Channel::Wechat, Channel::Alipay] {
        let scene = Scene::new().await;
        let number = scene.chooses(channel).await;
        assert!(scene.cashier.pay(channel, &number, Mood::Plain).await);
        let records = &scene.world.records;
        let channels = &scene.site.running.app.channels;
        scene.world.at("2026-11-22 09:59:59");
        work::night(records, channels).await.unwrap();
        let early = payments::nights(records, &scene.wang, &channels.offered()).await.unwrap();
        assert!(early.iter().all(|night| night.agreed == 0), "the bill of yesterday is not there yet");
        scene.world.at("2026-11-22 10:00:00");
        for _ in 0..5 {
            work::night(records, channels).await.unwrap();
        }
        assert!(payments::missing_bills(records, &channels.offered()).await.unwrap().is_empty());
        let nights = payments::nights(records, &scene.wang, &channels.offered()).await.unwrap();
        let found = nights.iter().find(|night| night.channel == channel && night.agreed > 0).unwrap();
        assert_eq!((found.agreed, found.sum, found.differences.len()), (1, Fen(28_000), 0));
        let boss = scene.world.manager("周敏").await;
        let cookie = scene.site.staff(&boss).await;
        let page = scene.site.get("/office/money/day").with("cookie", &cookie).send().await.text();
        assert!(page.contains("最近几天自动对的") && page.contains("2026-11-21"), "{page}");
        let day = format!("/office/money/day?channel={}&day=2026-11-21", channel.as_str());
        let page = scene.site.get(&day).with("cookie", &cookie).send().await.text();
        assert!(page.contains("账目一致"), "{page}");
        scene.ends().await;
    }
}

/// What came for an order that had expired, and was never told, is found in the bill of its day.
#[tokio::test(flavor = "multi_thread")]
async fn late_money_that_nobody_told_of_is_found_by_night() {
    for channel in [Channel::Wechat, Channel::Alipay] {
        let scene = Scene::new().await;
        let number = scene.chooses(channel).await;
        scene.world.at("2026-11-25 00:00:00");
        scene.round().await;
        assert!(scene.cashier.pay(channel, &number, Mood::Lost).await);
        scene.round().await;
        assert_eq!(scene.order().await.state, OrderState::Expired, "nobody is asked about what is over");
        scene.world.at("2026-11-26 10:00:00");
        for _ in 0..3 {
            work::night(&scene.world.records, &scene.site.running.app.channels).await.unwrap();
        }
        assert_eq!(scene.order().await.state, OrderState::Paid);
        scene.ends().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_is_for_its_payer_alone() {
    let scene = Scene::new().await;
    let path = app::paths::receipt(scene.id);
    let cookie = scene.site.applicant(scene.li.id).await;
    assert_eq!(scene.site.get(&path).with("cookie", &cookie).send().await.status, 404, "nothing was paid");
    let number = scene.chooses(Channel::Wechat).await;
    assert!(scene.cashier.pay(Channel::Wechat, &number, Mood::Plain).await);
    let answer = scene.site.get(&path).with("cookie", &cookie).send().await;
    assert_eq!((answer.status.as_u16(), &answer.body[..5]), (200, b"%PDF-".as_slice()));
    let zhao = scene.world.applicant("赵敏").await;
    let cookie = scene.site.applicant(zhao.id).await;
    assert_eq!(scene.site.get(&path).with("cookie", &cookie).send().await.status, 404);
    scene.ends().await;
}

/// The platform of 微信支付 changes its key: an unknown one makes us ask for its certificates, once; then it is believed.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_of_the_platform_is_asked_for_once() {
    let scene = Scene::new().await;
    let number = scene.chooses(Channel::Wechat).await;
    scene.cashier.changes_its_key();
    assert!(scene.cashier.pay(Channel::Wechat, &number, Mood::Forged).await, "somebody else's signature comes first");
    assert_eq!(scene.order().await.state, OrderState::Paid);
    // Answers are proved with it, too.
    let told = scene.site.running.app.channels.query(
        Channel::Wechat,
        Attempt::Screen,
        &number,
        work::now(&scene.world.records),
    );
    assert!(told.await.unwrap().is_some());
    scene.ends().await;
}

/// While the first address of 微信支付 cannot be reached, the other one is asked.
#[tokio::test(flavor = "multi_thread")]
async fn where_the_first_address_is_down_the_other_is_asked() {
    let (_held, nobody) = deaf();
    let world = World::sqlite().await;
    let (clock, chance) = (world.records.clock().clone(), records::Chance::seeded(7));
    let cashier = Cashier::start([127, 0, 0, 1].into(), clock, chance).await.unwrap();
    let mut payment = cashier.payment.clone();
    for channel in &mut payment.channel {
        if let server::config::PayChannel::Wechat(wechat) = channel {
            wechat.backup = std::mem::replace(&mut wechat.api, format!("http://{nobody}"));
        }
    }
    let channels = Channels::read(&payment, "http://127.0.0.1:1", &cashier.keys()).unwrap();
    let asked =
        Asked { number: "R20261121000001", amount: Fen(28_000), about: "考试费", until: None, from: Payer::Screen };
    let code = channels.create(Channel::Wechat, &asked, work::now(&world.records)).await.unwrap();
    assert!(code.starts_with("http"), "{code}");
}
