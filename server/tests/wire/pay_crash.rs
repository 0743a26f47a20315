//! Killed in the middle of paying, again and again; and a channel that hangs. What a channel took is in the books once,
//! or on its way back. `JIKAO_KILLS=50` makes the long variant.
#![allow(clippy::disallowed_methods, reason = "a process is waited for by the clock on the wall")]

use crate::common::{free_address, until};
use crate::hardship::{Server, bundle, exchange, open};
use domain::ids::{AccountId, ApplicationId};
use domain::page::desk::Decision;
use domain::page::staff::NewStaff;
use domain::payment::{Attempt, Channel, OrderState};
use records::{Chance, Records, applications, desk, logins, payments, plans, staff};
use server::demo::cashier::{Cashier, Mood};
use server::pay::{Asked, Channels, Payer, work};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Kills of the short variant.
const KILLS: usize = 4;
/// People who pay at once.
const AT_ONCE: usize = 3;
const MOODS: [Mood; 5] = [Mood::Plain, Mood::Repeated, Mood::Lost, Mood::Forged, Mood::WrongAmount];

#[derive(Clone)]
struct Due {
    account: AccountId,
    id: ApplicationId,
    cookie: String,
}

/// A folder with approved applications whose fees are due.
async fn prepared(folder: &Path, count: usize) -> Vec<Due> {
    let records = open(folder).await;
    let mut profile = records::profiles::parse(testkit::ZYNL, "zynl.toml").unwrap();
    // A procedure of its own: the server brings the five that it knows, and none may change under its name.
    profile.name = "three-days".into();
    profile.payment.days = 3;
    records::profiles::publish(&records, &profile).await.unwrap();
    records::agencies::import(&records, testkit::AGENCIES, "agencies.toml").await.unwrap();
    records::standards::import(&records, testkit::STANDARDS).await.unwrap();
    let mut plan = testkit::new_plan(records.now().day());
    plan.capacity = 1_000;
    plan.profile = "three-days".into();
    let plan = plans::publish(&records, &plan).await.unwrap();
    let agency = records::agencies::by_filing(&records, "S000033000123").await.unwrap().map(|agency| agency.id);
    let new = NewStaff {
        login_name: "wangfang".into(),
        name: "王芳".into(),
        role: domain::account::Role::Reviewer,
        agency,
        region: String::new(),
        body: String::new(),
    };
    let token = staff::invite(&records, new).await.unwrap();
    let id = staff::accept_invite(&records, &token, testkit::PASSWORD).await.unwrap();
    let wang = staff::member(&records, id).await.unwrap();
    let mut due = Vec::new();
    // Their photos are looked at once: a hundred and fifty took longer than all kills.
    let side = sea_orm::Database::connect(format!("sqlite://{}", folder.join("records.db").display())).await.unwrap();
    let people = testkit::crowd::crowd(&records, &side, folder, plan, count).await.unwrap();
    side.close().await.unwrap();
    for (account, id) in people {
        applications::submit(&records, account, id, "key").await.unwrap();
        desk::claim(&records, &wang, id).await.unwrap();
        let seen = desk::case(&records, &wang, id).await.unwrap().line.revision;
        desk::decide(&records, &wang, id, seen, Decision::Approve).await.unwrap();
        let token = logins::start_applicant(&records, account).await.unwrap();
        due.push(Due { account, id, cookie: format!("jikao={token}") });
    }
    records.close().await.unwrap();
    due
}

async fn begins(address: &str, due: &Due, channel: Channel) -> Option<u16> {
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nAccept: text/html\r\nCookie: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        app::paths::pay_by(due.id, channel.as_str()),
        due.cookie,
    );
    exchange(address, &request).await.map(|(status, _)| status)
}

async fn number_of(records: &Records, due: &Due) -> (String, OrderState) {
    let order = applications::case_of(records, due.account, due.id).await.unwrap().order.unwrap();
    (order.number, order.state)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_while_people_pay_nothing_is_lost_and_nothing_paid_twice() {
    let kills = std::env::var("JIKAO_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let (data, bundle) = (tempfile::tempdir().unwrap(), bundle());
    let due = Arc::new(prepared(data.path(), kills * 3).await);
    let cashier = Cashier::start([127, 0, 0, 1].into(), records::Clock::System, Chance::seeded(7)).await.unwrap();
    let config = cashier.write_configuration(data.path()).unwrap();
    let cashier = Arc::new(cashier);
    let (next, money) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    for cycle in 0..kills {
        // A new address for each life: what is told to an earlier one is lost, and found by asking.
        let address = free_address();
        let mut server = Server::start_at(data.path(), bundle.path(), &address, Some(&config)).await;
        let mut hands = tokio::task::JoinSet::new();
        for hand in 0..AT_ONCE {
            let (due, next, cashier, address) = (due.clone(), next.clone(), cashier.clone(), address.clone());
            let money = money.clone();
            hands.spawn(async move {
                let channel = if hand % 2 == 0 { Channel::Wechat } else { Channel::Alipay };
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if begins(&address, &due[at % due.len()], channel).await.is_none() {
                        return;
                    }
                    for number in cashier.unpaid(channel) {
                        let mood = MOODS[at % MOODS.len()];
                        if cashier.pay(channel, &number, mood).await && mood != Mood::WrongAmount {
                            money.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                }
            });
        }
        tokio::time::sleep(Duration::from_millis(20 + cycle as u64 * 29 % 160)).await;
        if cycle + 1 == kills {
            // On a slow machine every kill may have come before the first payment; then nothing would have been tried.
            until("a payment", async || (money.load(Ordering::Relaxed) > 0).then_some(())).await;
        }
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        while let Some(hand) = hands.join_next().await {
            hand.unwrap();
        }
    }
    // The next server asks, and gives back what came twice.
    let records = open(data.path()).await;
    let channels = Channels::read(&cashier.payment, &format!("http://{}", free_address()), &cashier.keys()).unwrap();
    for _ in 0..3 {
        work::round(&records, &channels).await.unwrap();
    }
    let mut paid = 0;
    for one in due.iter() {
        let (number, state) = number_of(&records, one).await;
        let kept: Vec<Channel> =
            [Channel::Wechat, Channel::Alipay].into_iter().filter(|by| cashier.has(*by, &number)).collect();
        let back: usize = kept.iter().filter(|by| cashier.refunded(**by, &number).0 > 0).count();
        match state {
            OrderState::Paid => {
                paid += 1;
                assert_eq!(kept.len() - back, 1, "{number}: taken once, the rest went back");
            }
            state => assert!(kept.is_empty(), "{number} is {state:?}, and a channel has its money"),
        }
    }
    assert!(paid > 0, "every kill came before the first payment");
    assert!(payments::pending_refunds(&records).await.unwrap().is_empty());
    assert_eq!(applications::broken_promises(&records).await.unwrap(), Vec::<String>::new());
    records.close().await.unwrap();
}

/// A channel takes the question and says nothing for a minute: the person hears after seconds, and nothing is lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_hangs_keeps_nobody_waiting() {
    let hanging = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", hanging.local_addr().unwrap());
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = hanging.accept().await {
            held.push(stream);
        }
    });
    let cashier = Cashier::start([127, 0, 0, 1].into(), records::Clock::System, Chance::seeded(7)).await.unwrap();
    let mut payment = cashier.payment.clone();
    for channel in &mut payment.channel {
        match channel {
            server::config::PayChannel::Wechat(wechat) => wechat.api.clone_from(&origin),
            server::config::PayChannel::Alipay(alipay) => alipay.gateway = format!("{origin}/gateway.do"),
        }
    }
    let channels = Channels::read(&payment, "http://127.0.0.1:1", &cashier.keys()).unwrap();
    let world = testkit::World::sqlite().await;
    let began = Instant::now();
    let asked = Asked {
        number: "R20261121000001",
        amount: domain::ids::Fen(28_000),
        about: "考试费",
        until: None,
        from: Payer::Screen,
    };
    let (one, other) = tokio::join!(
        channels.create(Channel::Wechat, &asked, work::now(&world.records)),
        channels.query(Channel::Alipay, Attempt::Screen, "R20261121000001", work::now(&world.records)),
    );
    assert!(one.is_err() && other.is_err());
    assert!(began.elapsed() < Duration::from_secs(45), "{:?}", began.elapsed());
}
