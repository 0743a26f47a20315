//! A forgotten password and a link to confirm, by text message: from the form to the service and back.

use crate::common::{Answer, Site, site, until};
use crate::messages::{Receiver, post, site as posting, sms};
use domain::page::collecting::Collected;
use records::{accounts, collecting, logins};
use server::config::{Config, SmsProvider};
use testkit::{PASSWORD, World};

const NEW: &str = "boat-on-river";

/// A site whose text messages arrive at a receiver, with templates for codes and links.
async fn texting(world: &World) -> (Site, Receiver) {
    let receiver = Receiver::open().await;
    let mut service = sms(SmsProvider::Aliyun, &receiver.origin);
    service.templates.insert("sms_code".into(), "SMS_2".into());
    service.templates.insert("confirm_asked".into(), "SMS_3".into());
    let post = post(Config { sms: Some(service), ..Config::default() });
    (posting(world, post).await, receiver)
}

/// The value of a variable in the next text message with this template.
async fn variable(receiver: &Receiver, template: &str, name: &str) -> String {
    let (template, mark) = (format!("TemplateCode={template}&"), format!("%22{name}%22%3A%22"));
    until(&format!("a text message with {name}"), async || {
        let told = receiver.told();
        let path = &told.iter().find(|(path, ..)| path.contains(&template))?.0;
        Some(path.split_once(&mark).expect("the variable").1.split('%').next().unwrap().to_owned())
    })
    .await
}

fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let lines = answer.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.filter_map(|line| line.split(';').next()?.split_once('='));
    pairs.find(|(known, value)| *known == name && !value.is_empty()).map(|(key, value)| format!("{key}={value}"))
}

/// What stands on the page between its heading and the end of its form.
fn middle(page: &str) -> String {
    let (_, rest) = page.split_once("<h1").unwrap_or_else(|| panic!("no heading: {page}"));
    rest.split_once("</form>").map_or(rest, |(form, _)| form).to_owned()
}

async fn asks(site: &Site, number: &str) -> (Answer, String) {
    let answer = site.post("/api/account/forgot-ask").form(&[("number", number), ("next", "/plans/1")]).send().await;
    assert_eq!(answer.header("location"), "/forgot?step=code&next=/plans/1", "{}", answer.text());
    let ticket = cookie(&answer, "jikao-forgot").expect("a ticket, whoever it is");
    (answer, ticket)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_set_anew_by_a_code_on_the_phone() {
    let world = World::sqlite().await;
    let li = world.applicant("李强").await;
    let (site, receiver) = texting(&world).await;
    let before = site.applicant(li.id).await;
    assert!(site.get("/sign-in?next=/plans/1").send().await.text().contains("href=\"/forgot?next=/plans/1\""));
    let first = site.get("/forgot?next=/plans/1").send().await.text();
    assert!(first.contains("发验证码") && first.contains("/activate?reset=1&amp;next=/plans/1"), "{first}");

    let (known, ticket) = asks(&site, &li.mobile).await;
    let (unknown, nobody) = asks(&site, "13912345678").await;
    assert_eq!(known.status, unknown.status);
    let names = |answer: &Answer| answer.headers.keys().map(|name| name.to_string()).collect::<Vec<_>>();
    assert_eq!(names(&known), names(&unknown));
    let page = site.get("/forgot?step=code&next=/plans/1").cookie(&ticket).send().await.text();
    let other = site.get("/forgot?step=code&next=/plans/1").cookie(&nobody).send().await.text();
    assert!(page.contains("验证码已经发出") && page.contains("name=\"id_no\""), "{page}");
    assert_eq!(middle(&page), middle(&other), "nobody learns who is registered");

    let code = variable(&receiver, "SMS_2", "code").await;
    assert!(code.len() == 6 && receiver.told()[0].0.contains(&li.mobile));
    let typed = |code: &str| {
        let code = code.to_owned();
        let (site, ticket, id_no) = (&site, &ticket, li.id_no.as_str());
        async move {
            let form = [
                ("code", code.as_str()),
                ("id_no", id_no),
                ("password", NEW),
                ("password_again", NEW),
                ("next", "/plans/1"),
            ];
            site.post("/api/account/forgot").cookie(ticket).form(&form).send().await
        }
    };
    let wrong = if code == "000000" { "111111" } else { "000000" };
    let refused = typed(wrong).await;
    let back = refused.header("location");
    assert!(back.starts_with("/forgot?step=code&next=/plans/1&again="), "{back}");
    let page = site.get(back).cookie(&ticket).send().await.text();
    assert!(
        page.contains("还可以试 4 次") && page.contains(&format!("value=\"{}\"", li.id_no)),
        "what was typed stays: {page}"
    );
    assert!(!page.contains(NEW), "but no password");

    let done = typed(&code).await;
    assert_eq!(done.header("location"), "/plans/1", "{}", done.text());
    let login = cookie(&done, "jikao").expect("signed in");
    let secret = login.split_once('=').unwrap().1.to_owned();
    assert!(
        matches!(logins::viewer(&world.records, Some(&secret)).await.unwrap(), domain::account::Viewer::Applicant { id, .. } if id == li.id)
    );
    assert!(
        site.get("/my").cookie(&before).send().await.header("location").starts_with("/sign-in"),
        "every other login has ended"
    );
    assert_eq!(accounts::sign_in(&world.records, &li.id_no, NEW).await.unwrap(), li.id);
    assert!(accounts::sign_in(&world.records, &li.id_no, PASSWORD).await.is_err());
    let again = typed(&code).await;
    assert!(again.header("location").starts_with("/forgot?next=/plans/1&again="), "{}", again.header("location"));
    assert!(site.get(again.header("location")).send().await.text().contains("已经用过、过了 10 分钟"));
    assert_eq!(receiver.told().len(), 1, "nothing went to who is not registered");
    site.running.stop().await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_codes_go_out_the_page_says_which_ways_there_are() {
    let world = World::sqlite().await;
    let li = world.applicant("李强").await;
    let site = site(&world).await;
    let page = site.get("/forgot").send().await.text();
    assert!(page.contains("没有开通短信和邮箱验证码") && page.contains("href=\"/activate?reset=1\""), "{page}");
    assert!(!page.contains("发验证码"), "nothing is promised");
    let refused = site.post("/api/account/forgot-ask").form(&[("number", &li.mobile)]).send().await;
    assert!(cookie(&refused, "jikao-forgot").is_none());
    assert!(site.get(refused.header("location")).send().await.text().contains("没有发。请带本人证件"));
    site.running.stop().await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agency_sends_the_link_and_sees_that_it_went_out() {
    let world = World::sqlite().await;
    let plan = world.collecting_plan(|_| {}).await;
    let boss = world.manager("周敏").await;
    let (site, receiver) = texting(&world).await;
    let desk = site.staff(&boss).await;
    let address = format!("/office/collect?plan={}", plan.id);
    let person = Collected {
        plan: plan.id.to_string(),
        name: "吴迪".into(),
        id_kind: "RIC".into(),
        id_no: testkit::id_number("330106", "19920812", 551),
        mobile: "13800007788".into(),
        ..Collected::default()
    };
    let made = collecting::collect(&world.records, &boss, &person).await.unwrap();
    let page = site.get(&address).cookie(&desk).send().await.text();
    assert!(page.contains("给还没确认的 1 人发链接") && page.contains("发给本人"), "{page}");
    let plan_id = plan.id.to_string();
    let sent = site.post("/api/office/send-links").cookie(&desk).form(&[("plan", &plan_id)]).send().await;
    let page = site.get(sent.header("location")).cookie(&desk).send().await.text();
    assert!(page.contains("链接正在发给 1 人"), "{} {page}", sent.header("location"));
    let secret = variable(&receiver, "SMS_3", "link").await;
    assert!(secret.len() == 20 && !secret.contains("%"), "{secret}");
    let link = format!("/confirm/{secret}");
    assert!(site.get(&link).send().await.text().contains("手机号码"), "asks who it is");
    assert!(site.get(&made.path).send().await.text().contains("已经用过、换过"), "the one by hand is over");
    until("the desk sees it", async || {
        let page = site.get(&address).cookie(&desk).send().await.text();
        (page.contains("短信") && page.contains("已发送")).then_some(())
    })
    .await;
    let id = made.id.to_string();
    let again = site.post("/api/office/send-link").cookie(&desk).form(&[("id", &id), ("plan", &plan_id)]).send().await;
    assert!(site.get(again.header("location")).cookie(&desk).send().await.text().contains("刚给这个人发过链接"));
    assert_eq!(receiver.told().len(), 1);
    site.running.stop().await;
    world.finish().await;
}
