//! Paying inside 微信 and on a computer, over the wire: who somebody is, the order for that person, the window, and the way
//! back from a channel.

use crate::common::Answer;
use crate::paying::Scene;
use domain::payment::{Attempt, Channel, OrderState};
use records::applications;
use server::demo::cashier::Mood;

const INSIDE: &str = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile MicroMessenger/8.0.49";
const IN_ALIPAY: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) AppleWebKit/605.1.15 Mobile AlipayClient/10.6";
const DESKTOP: &str = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36";

impl Scene {
    async fn looks(&self, path: &str, agent: &str) -> Answer {
        let cookie = self.site.applicant(self.li.id).await;
        self.asks(path, agent, &cookie).await
    }

    async fn asks(&self, path: &str, agent: &str, cookie: &str) -> Answer {
        self.site.get(path).with("cookie", cookie).with("user-agent", agent).send().await
    }

    /// Walks to 微信 and gives the address that it sends back to, on our side.
    async fn through_wechat(&self, cookie: &str) -> String {
        let gone = self.asks(&app::paths::pay_inside(self.id), INSIDE, cookie).await;
        assert_eq!(gone.status, 303);
        let door = gone.header("location").to_owned();
        assert!(door.contains("scope=snsapi_base") && door.ends_with("#wechat_redirect"), "{door}");
        let browser =
            reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let back = browser.get(&door).send().await.unwrap();
        let back = back.headers()["location"].to_str().unwrap().to_owned();
        let at = back.find(app::paths::PAY_INSIDE_BACK).unwrap();
        back[at..].to_owned()
    }
}

fn call_in(page: &str) -> String {
    let (_, rest) = page.split_once("data-call=\"").unwrap_or_else(|| panic!("no call: {page}"));
    rest.split('"').next().unwrap().replace("&quot;", "\"").replace("&amp;", "&")
}

#[tokio::test(flavor = "multi_thread")]
async fn inside_wechat_its_window_is_called_with_what_we_signed() {
    let scene = Scene::new().await;
    let page = scene.looks(&app::paths::pay(scene.id), INSIDE).await.text();
    let (by_wechat, by_alipay) = (page.find("用微信支付").unwrap(), page.find("用支付宝").unwrap());
    assert!(page.contains(&app::paths::pay_inside(scene.id)) && by_wechat < by_alipay, "{page}");
    let cookie = scene.site.applicant(scene.li.id).await;
    let back = scene.through_wechat(&cookie).await;
    let answer = scene.asks(&back, INSIDE, &cookie).await;
    assert_eq!(answer.status, 303);
    let (there, _) = answer.header("location").split_once('#').unwrap();
    let page = scene.asks(there, INSIDE, &cookie).await.text();
    assert!(page.contains("/wechat-pay.js") && page.contains("换成二维码"), "{page}");
    let call = call_in(&page);
    assert_eq!(scene.order().await.state, OrderState::Paying);
    // Another package than the one that was signed pays nothing.
    assert!(!scene.cashier.window(&call.replace("prepay_id=wx", "prepay_id=wy"), Mood::Plain).await);
    assert!(scene.cashier.window(&call, Mood::Plain).await);
    let order = scene.order().await;
    assert_eq!((order.state, order.channel), (OrderState::Paid, Some(Channel::Wechat)));
    assert!(scene.cashier.has(Channel::Wechat, &Attempt::Inside.number(&order.number)));
    scene.ends().await;
}

/// The state that goes to 微信 and back is good once, for minutes, and for one login.
#[tokio::test(flavor = "multi_thread")]
async fn the_way_through_wechat_is_walked_once_by_who_began_it() {
    let scene = Scene::new().await;
    let cookie = scene.site.applicant(scene.li.id).await;
    let over = async |path: &str, cookie: &str| {
        let back = scene.asks(path, INSIDE, cookie).await.header("location").to_owned();
        assert!(back.contains("again="), "{back}");
        scene.asks(&back, INSIDE, cookie).await.text()
    };
    let back = scene.through_wechat(&cookie).await;
    // Somebody else, and the same person with another login.
    let zhao = scene.world.applicant("赵敏").await;
    let others = scene.site.applicant(zhao.id).await;
    assert_eq!(scene.asks(&back, INSIDE, &others).await.status, 303);
    let another = scene.site.applicant(scene.li.id).await;
    assert!(over(&back, &another).await.contains("请再点一次"));
    assert!(scene.cashier.unpaid(Channel::Wechat).is_empty(), "nothing was made for them");
    // The one who began: once.
    let answer = scene.asks(&back, INSIDE, &cookie).await;
    assert!(answer.header("location").contains("way=inside"), "{}", answer.header("location"));
    assert!(over(&back, &cookie).await.contains("已经用过"));
    // Too late, invented, without a code.
    let late = scene.through_wechat(&cookie).await;
    scene.world.pass(6);
    assert!(over(&late, &cookie).await.contains("太晚"));
    let invented = format!("{}?code=x&state=6162", app::paths::PAY_INSIDE_BACK);
    let to = scene.asks(&invented, INSIDE, &cookie).await.header("location").to_owned();
    assert!(to.starts_with(app::paths::MINE) && !to.contains("way=inside"), "{to}");
    let fresh = scene.through_wechat(&cookie).await;
    let (path, query) = fresh.split_once('?').unwrap();
    let state = query.split('&').find(|one| one.starts_with("state=")).unwrap();
    assert!(over(&format!("{path}?{state}"), &cookie).await.contains("请再点一次"));
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_wechat_that_is_not_known_takes_nothing() {
    let scene = Scene::new().await;
    let cookie = scene.site.applicant(scene.li.id).await;
    let back = scene.through_wechat(&cookie).await;
    let (path, query) = back.split_once('?').unwrap();
    let state = query.split('&').find(|one| one.starts_with("state=")).unwrap();
    let answer = scene.asks(&format!("{path}?code=another&{state}"), INSIDE, &cookie).await;
    let page = scene.asks(answer.header("location"), INSIDE, &cookie).await.text();
    assert!(page.contains("支付渠道没有回答"), "{page}");
    assert!(scene.cashier.unpaid(Channel::Wechat).is_empty());
    scene.ends().await;
}

/// On a computer the page of Alipay opens beside the code; who comes back is shown what the channel says, and not what the
/// address says.
#[tokio::test(flavor = "multi_thread")]
async fn on_a_computer_the_page_of_alipay_opens_and_its_way_back_proves_nothing() {
    let scene = Scene::new().await;
    let cookie = scene.site.applicant(scene.li.id).await;
    let page = scene.asks(&app::paths::pay(scene.id), DESKTOP, &cookie).await.text();
    assert!(
        page.contains("name=\"way\" value=\"page\"") && !page.contains(&app::paths::pay_inside(scene.id)),
        "{page}"
    );
    let by_alipay = app::paths::pay_by(scene.id, "alipay");
    let asked = scene.site.post(&by_alipay).with("cookie", &cookie).with("user-agent", DESKTOP);
    let answer = asked.form(&[("way", "page")]).send().await;
    assert!(answer.header("location").ends_with("by=alipay&way=page"), "{}", answer.header("location"));
    let page = scene.asks(answer.header("location"), DESKTOP, &cookie).await.text();
    let link = page.split("href=\"http").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let link = format!("http{}", link.replace("&amp;", "&"));
    assert!(link.contains("alipay.trade.page.pay") && link.contains("FAST_INSTANT_TRADE_PAY"), "{link}");
    let opened = reqwest::Client::builder().no_proxy().build().unwrap().get(&link).send().await.unwrap();
    assert!(opened.status().is_success() && opened.text().await.unwrap().contains("280.00"));
    // An address that claims success changes nothing.
    let claims = format!("{}?trade_status=TRADE_SUCCESS&total_amount=280.00", app::paths::pay_back(scene.id));
    let answer = scene.asks(&claims, DESKTOP, &cookie).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, app::paths::pay(scene.id).as_str()));
    assert_eq!(scene.order().await.state, OrderState::Paying);
    // The notification is lost: who comes back makes us ask.
    let number = Attempt::Page.number(&scene.order().await.number);
    assert!(scene.cashier.pay(Channel::Alipay, &number, Mood::Lost).await);
    scene.asks(&claims, DESKTOP, &cookie).await;
    assert_eq!(scene.order().await.state, OrderState::Paid);
    let zhao = scene.world.applicant("赵敏").await;
    let others = scene.site.applicant(zhao.id).await;
    assert_eq!(scene.asks(&claims, DESKTOP, &others).await.status, 404, "and nobody else's order is asked for");
    scene.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn inside_alipay_its_own_page_opens() {
    let scene = Scene::new().await;
    let cookie = scene.site.applicant(scene.li.id).await;
    let page = scene.asks(&app::paths::pay(scene.id), IN_ALIPAY, &cookie).await.text();
    assert!(page.find("用支付宝").unwrap() < page.find("用微信支付").unwrap(), "{page}");
    let path = app::paths::pay_by(scene.id, "alipay");
    let answer = scene.site.post(&path).with("cookie", &cookie).with("user-agent", IN_ALIPAY).send().await;
    assert!(answer.header("location").ends_with("way=phone"), "{}", answer.header("location"));
    let page = scene.asks(answer.header("location"), IN_ALIPAY, &cookie).await.text();
    let link = page.split("href=\"http").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let link = format!("http{}", link.replace("&amp;", "&"));
    assert!(link.contains("QUICK_WAP_WAY"), "{link}");
    assert!(
        reqwest::Client::builder().no_proxy().build().unwrap().get(&link).send().await.unwrap().status().is_success()
    );
    let number = scene.order().await.number;
    assert!(scene.cashier.pay(Channel::Alipay, &Attempt::Phone.number(&number), Mood::Plain).await);
    let order = applications::case_of(&scene.world.records, scene.li.id, scene.id).await.unwrap().order.unwrap();
    assert_eq!(order.state, OrderState::Paid);
    scene.ends().await;
}
