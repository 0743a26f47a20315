//! 退订: the link that every mail carries which can be switched off, as mail programs and people use it.

use crate::common::{Site, site};
use crate::messages::has_mail;
use domain::message::Way;
use hyper::StatusCode;
use records::{applications, messages};
use testkit::{Applicant, World};

/// Somebody with a proved address, and the secret in the mail about what was just handed in.
async fn written_to(world: &World, name: &str, mail: &str) -> (Applicant, String) {
    let (plan, who) = (world.plan().await, world.applicant(name).await);
    has_mail(&world.records, who.id, mail).await;
    let id = testkit::complete_draft(&world.records, who.id, plan.id).await.unwrap();
    applications::submit(&world.records, who.id, id, "key").await.unwrap();
    let open = messages::Open { mail: true, sms: false };
    while messages::plan_deliveries(&world.records, open).await.unwrap() > 0 {}
    let mut sent = messages::take_due(&world.records, &[Way::Mail], 10).await.unwrap();
    (who, sent.remove(0).stop.unwrap())
}

async fn is_off(world: &World, who: &Applicant) -> bool {
    messages::contact(&world.records, who.id).await.unwrap().no_mail
}

/// A mail program: no page of ours, no cookie, nothing but the address and what the standard says.
async fn one_click(site: &Site, path: &str) -> StatusCode {
    let said = b"List-Unsubscribe=One-Click".to_vec();
    site.ask("POST", path).body("application/x-www-form-urlencoded", said).send().await.status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_click_of_a_mail_program_switches_mails_off() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let (li, token) = written_to(&world, "李强", "li@example.org").await;
    let path = format!("/unsubscribe/{token}");

    let page = site.get(&path).send().await;
    assert!(page.status.is_success() && page.text().contains("l***@example.org") && page.text().contains("不再发邮件"));
    assert!(!is_off(&world, &li).await, "some mail programs open every link");

    let mut other = token.clone();
    let last = other.pop().unwrap();
    other.push(if last == '0' { '1' } else { '0' });
    for wrong in [other.as_str(), "x", &token[..36]] {
        let wrong = format!("/unsubscribe/{}", app::paths::encode(wrong));
        assert_eq!(one_click(&site, &wrong).await, StatusCode::NOT_FOUND, "{wrong}");
        assert!(site.get(&wrong).send().await.text().contains("链接不能用了"), "{wrong}");
    }
    assert!(!is_off(&world, &li).await);

    assert_eq!(one_click(&site, &path).await, StatusCode::OK);
    assert!(is_off(&world, &li).await);
    assert_eq!(one_click(&site, &path).await, StatusCode::OK, "again is no fault");
    let page = site.get(&path).send().await.text();
    assert!(page.contains("已经不发邮件了") && page.contains("/my/messages/ways"), "{page}");
    let ways = site.get("/my/messages/ways").cookie(&site.applicant(li.id).await).send().await.text();
    let tick = ways.split("name=\"mail\"").find(|part| part.starts_with(" value=\"1\"")).unwrap();
    assert!(!tick.split('>').next().unwrap().contains("checked"), "the page of ways says so too");
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_opens_the_link_presses_a_button() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let (zhao, token) = written_to(&world, "赵敏", "zhao@example.org").await;
    let path = format!("/unsubscribe/{token}");
    let page = site.get(&path).send().await.text();
    assert!(page.contains(&format!("action=\"{path}\"")) && page.contains("value=\"page\""), "{page}");
    let done = site.post(&path).form(&[("from", "page")]).send().await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, path.as_str()));
    assert!(site.get(&path).send().await.text().contains("已经不发邮件了"));
    assert!(is_off(&world, &zhao).await);
    // Nothing else of the site is open to whoever comes from elsewhere.
    let elsewhere = site.ask("POST", "/unsubscribed").form(&[("from", "page")]).send().await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN);
    site.running.stop().await;
}
