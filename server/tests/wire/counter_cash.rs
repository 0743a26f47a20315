//! 窗口收现金 at an order that has expired: the page says before any money is taken whether the place comes back.

use crate::common::{Site, site};
use domain::ids::Revision;
use domain::page::desk::Decision;
use domain::payment::OrderState;
use domain::plan::Plan;
use domain::profile::LateMoney;
use records::{applications, desk, payments};
use testkit::{World, ZYNL};

async fn plan(world: &World, late: LateMoney) -> Plan {
    let mut profile = records::profiles::parse(ZYNL, "zynl.toml").unwrap();
    profile.name = format!("late-{late:?}").to_lowercase();
    profile.payment.days = 3;
    profile.payment.unpaid_gives_up = true;
    profile.payment.late_money = late;
    records::profiles::publish(&world.records, &profile).await.unwrap();
    world.plan_with(|new| new.profile = profile.name.clone()).await
}

/// The number of an order that nobody paid in time, and its revision.
async fn expired(world: &World, plan: &Plan, name: &str) -> (String, Revision) {
    let (who, wang) = (world.applicant(name).await, world.reviewer("王芳").await);
    let id = testkit::complete_draft(&world.records, who.id, plan.id).await.unwrap();
    applications::submit(&world.records, who.id, id, "key").await.unwrap();
    desk::claim(&world.records, &wang, id).await.unwrap();
    let seen = desk::case(&world.records, &wang, id).await.unwrap().line.revision;
    desk::decide(&world.records, &wang, id, seen, Decision::Approve).await.unwrap();
    let order = applications::case_of(&world.records, who.id, id).await.unwrap().order.unwrap();
    world.records.clock().set(domain::time::Timestamp(order.until.unwrap().0 + 1_000));
    assert!(payments::expire(&world.records, &order.number).await.unwrap());
    let line = payments::list(&world.records, &wang, None, &order.number, None).await.unwrap().lines.remove(0);
    (order.number, line.revision)
}

async fn takes_cash(site: &Site, cookie: &str, (number, seen): &(String, Revision), receipt: &str) -> String {
    let seen = seen.0.to_string();
    let form = [("number", number.as_str()), ("seen", &seen), ("act", "cash"), ("words", receipt)];
    let done = site.post("/api/office/money-act").cookie(cookie).form(&form).send().await;
    let back = done.header("location").to_owned();
    site.get(&back).cookie(cookie).send().await.text()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_page_says_whether_to_take_cash_before_it_is_taken() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let strict = plan(&world, LateMoney::GoesBack).await;
    let gone = expired(&world, &strict, "李强").await;
    let wang = world.reviewer("周宁").await;
    let cookie = site.staff(&wang).await;
    let page = site.get(&format!("/office/money?q={}", gone.0)).cookie(&cookie).send().await.text();
    let not_taken = "请不要收钱：缴费已过期，按规定过期没有缴费就是放弃。";
    assert!(page.contains(not_taken) && !page.contains("已收现金"), "{page}");
    // A page that was drawn before may still have the form.
    let page = takes_cash(&site, &cookie, &gone, "0007").await;
    assert!(page.contains("没有成功") && page.contains("已经收下的现金请当面退还"), "{page}");

    let kind = plan(&world, LateMoney::Restores).await;
    let free = expired(&world, &kind, "赵敏").await;
    // Days later: yesterday's login has ended.
    let cookie = site.staff(&wang).await;
    let page = site.get(&format!("/office/money?q={}", free.0)).cookie(&cookie).send().await.text();
    assert!(
        page.contains("收下这笔钱，报名就恢复") && page.contains("已收现金") && !page.contains("免收原因"),
        "{page}"
    );
    let page = takes_cash(&site, &cookie, &free, "0007").await;
    assert!(page.contains("已缴费") && page.contains("窗口现金 0007") && !page.contains("已收现金"), "{page}");
    let order = payments::list(&world.records, &wang, None, &free.0, None).await.unwrap().lines.remove(0);
    assert_eq!(order.state, OrderState::Paid);
    site.running.stop().await;
}
