//! Notifications of payments: how many a second are taken, each with its order, ledger, history and news in one commit.

use crate::drafts;
use crate::report::Report;
use crate::scene::{Kind, Scene};
use crate::{Options, Outcome, stats};
use domain::account::Role;
use domain::page::desk::Decision;
use domain::page::staff::NewStaff;
use domain::payment::{Channel, Notice};
use records::{applications, desk, payments, staff};
use std::sync::Arc;
use tokio::task::JoinSet;

/// Orders that are paid.
const ORDERS: usize = 600;
/// Notifications that arrive at once.
const AT_ONCE: usize = 32;
/// Each is told so often.
const TIMES: usize = 2;
/// Notifications a second.
const GOAL: f64 = 500.0;

/// Tells every order as paid, twice, and asks for every promise.
pub async fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    report.part("Notifications of payments, SQLite");
    let orders = ORDERS.min(options.submissions);
    let scene = Scene::open(Kind::Sqlite).await?;
    let plan = scene.plan(100_000).await?;
    let records = &scene.records;
    let agency = plan.agency;
    let new = NewStaff {
        login_name: "bench".into(),
        name: "王芳".into(),
        role: Role::Reviewer,
        agency: Some(agency),
        region: String::new(),
        body: String::new(),
    };
    let reviewer = staff::member(records, staff::create_demo(records, new, "measured-by-the-clock").await?).await?;
    let mut notices = Vec::with_capacity(orders);
    for (account, id) in drafts::prepare(&scene, &plan, orders).await? {
        applications::submit(records, account, id, "bench").await?;
        desk::claim(records, &reviewer, id).await?;
        let seen = desk::case(records, &reviewer, id).await?.line.revision;
        desk::decide(records, &reviewer, id, seen, Decision::Approve).await?;
        let order =
            applications::case_of(records, account, id).await?.order.ok_or("an approved case without an order")?;
        let transaction = format!("42{}", order.number);
        notices.push(Notice { order: order.number, transaction, amount: order.amount, success: true });
    }
    scene.tidy().await?;
    let notices = Arc::new(notices);
    let began = stats::now();
    let mut hands = JoinSet::new();
    for hand in 0..AT_ONCE {
        let (records, notices) = (records.clone(), notices.clone());
        hands.spawn(async move {
            for round in 0..TIMES {
                for notice in notices.iter().skip(hand).step_by(AT_ONCE) {
                    let event = format!("{round}/{}", notice.transaction);
                    payments::take_notice(&records, Channel::Wechat, &event, "", notice).await?;
                }
            }
            Ok::<(), records::Error>(())
        });
    }
    for done in hands.join_all().await {
        done?;
    }
    let rate = (orders * TIMES) as f64 / began.elapsed().as_secs_f64();
    report.goal("notifications, half of them told again", format!("{rate:.0}/s"), "500/s", rate >= GOAL);
    report.promise("paid once, and every ledger sums to zero", applications::broken_promises(records).await?);
    scene.close().await
}
