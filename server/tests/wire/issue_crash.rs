//! Killed in the middle of issuing certificates and of numbering their papers, again and again, while two managers do both
//! at once. Whatever was begun is there as a whole or not at all. `JIKAO_KILLS=50` makes the long variant.
#![allow(clippy::disallowed_methods, reason = "a process is waited for by the clock on the wall")]

use crate::common::{free_address, until};
use crate::hardship::{Server, bundle, open};
use domain::account::{Role, StaffMember};
use domain::ids::{ApplicationId, PlanId};
use domain::page::staff::NewStaff;
use records::{Records, certificates, history, logins, plans, staff};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use testkit::crowd::crowd;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Kills of the short variant.
const KILLS: usize = 3;
/// Plans whose certificates are issued for each kill, and people of each who passed.
const PLANS: usize = 4;
const PEOPLE: usize = 6;

struct Ready {
    plans: Vec<PlanId>,
    managers: Vec<(StaffMember, String)>,
}

async fn beside(folder: &Path) -> DatabaseConnection {
    Database::connect(format!("sqlite://{}", folder.join("records.db").display())).await.unwrap()
}

/// A folder with plans after their exams: everybody passed, the scores are public, nobody has a certificate.
async fn prepared(folder: &Path, count: usize) -> Ready {
    let records = open(folder).await;
    records::profiles::publish(&records, &records::profiles::parse(testkit::ZYNL, "zynl.toml").unwrap()).await.unwrap();
    records::agencies::import(&records, testkit::AGENCIES, "agencies.toml").await.unwrap();
    records::standards::import(&records, testkit::STANDARDS).await.unwrap();
    let mut ready = Ready { plans: Vec::new(), managers: Vec::new() };
    for _ in 0..count {
        ready.plans.push(plans::publish(&records, &testkit::new_plan(records.now().day())).await.unwrap());
    }
    let agency = plans::get(&records, ready.plans[0]).await.unwrap().agency;
    for (login_name, name) in [("zhoumin", "周敏"), ("zhaoming", "赵明")] {
        let new = NewStaff {
            login_name: login_name.into(),
            name: name.into(),
            role: Role::Manager,
            agency: Some(agency),
            region: String::new(),
            body: String::new(),
        };
        let token = staff::invite(&records, new).await.unwrap();
        let id = staff::accept_invite(&records, &token, testkit::PASSWORD).await.unwrap();
        let cookie = format!("jikao-office={}", logins::start_staff(&records, id).await.unwrap());
        ready.managers.push((staff::member(&records, id).await.unwrap(), cookie));
    }
    let side = beside(folder).await;
    let people = crowd(&records, &side, folder, ready.plans[0], count * PEOPLE).await.unwrap();
    let (now, boss) = (records.now().0, ready.managers[0].0.id);
    for (plan, some) in ready.plans.iter().zip(people.chunks(PEOPLE)) {
        let ids: Vec<String> = some.iter().map(|(_, id)| format!("'{id}'")).collect();
        let ids = ids.join(",");
        for statement in [
            format!(
                "UPDATE application SET plan_id = '{plan}', stage = 'approved', round = 1, submitted_at = {now},
                 decided_at = {now}, number = 'N-' || substr(id, 10) WHERE id IN ({ids})"
            ),
            format!(
                "INSERT INTO score (application_id, subject, plan_id, kind, tenths, source, recorded_by, at)
                 SELECT a.id, s.value, a.plan_id, 'score', 800, 'sheet', '{boss}', {now}
                 FROM application a, json_each('[\"理论考试\",\"实操考试\"]') s WHERE a.id IN ({ids})"
            ),
            format!(
                "INSERT INTO score_sheet (plan_id, state, revision, locked_at, locked_by, release_at, released_by, published_at)
                 VALUES ('{plan}', 'released', 1, {now}, '{boss}', {now}, '{boss}', {now})"
            ),
        ] {
            side.execute_unprepared(&statement).await.unwrap();
        }
    }
    side.close().await.unwrap();
    records.close().await.unwrap();
    ready
}

/// Sends a form of the desk; where it leads to, or nothing when the server went away.
async fn acts(address: &str, cookie: &str, plan: PlanId, act: &str, words: &str) -> Option<String> {
    let body = format!("plan={plan}&act={act}&words={words}");
    let request = format!(
        "POST /api/office/certificates-act HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nAccept: text/html\r\n\
         Cookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.ok()?;
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok()?;
    let text = String::from_utf8_lossy(&answer).into_owned();
    let (head, _) = text.split_once("\r\n\r\n")?;
    let location = head.lines().find_map(|line| line.strip_prefix("location: "));
    Some(location.unwrap_or_else(|| panic!("answered {head}")).to_owned())
}

/// The first paper of the n-th plan.
fn paper(at: usize) -> String {
    format!("{:08}", at * 100 + 1)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn killed_while_certificates_are_issued_no_number_and_no_paper_is_lost_or_given_twice() {
    let kills = std::env::var("JIKAO_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let (data, bundle) = (tempfile::tempdir().unwrap(), bundle());
    let ready = Arc::new(prepared(data.path(), kills * PLANS).await);
    let (next, answered) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (mut issued, mut stocked) = (BTreeSet::new(), BTreeSet::new());
    for cycle in 0..kills {
        let address = free_address();
        let mut server = Server::start_at(data.path(), bundle.path(), &address, None).await;
        let mut hands = tokio::task::JoinSet::new();
        for hand in 0..ready.managers.len() {
            let (ready, next, address) = (ready.clone(), next.clone(), address.clone());
            let answered = answered.clone();
            hands.spawn(async move {
                let (mut issued, mut stocked) = (Vec::new(), Vec::new());
                loop {
                    // Both take each plan up, one of them first: two clerks who issue at once.
                    let at = next.fetch_add(1, Ordering::Relaxed) / 2 % ready.plans.len();
                    let (plan, cookie) = (ready.plans[at], &ready.managers[hand].1);
                    let Some(told) = acts(&address, cookie, plan, "issue", "").await else { break };
                    if told.contains("done=issued") {
                        issued.push(at);
                        answered.fetch_add(1, Ordering::Relaxed);
                    }
                    let Some(told) = acts(&address, cookie, plan, "stock", &paper(at)).await else { break };
                    if told.contains("done=stocked") {
                        stocked.push(at);
                    }
                }
                (issued, stocked)
            });
        }
        // Every kill finds another place in the acts, also where the first answers of a server are slow.
        tokio::time::sleep(Duration::from_millis(180 + cycle as u64 * 41 % 300)).await;
        if cycle + 1 == kills {
            // Otherwise nothing would have been tried where the machine is slower than every kill.
            until("a certificate", async || (answered.load(Ordering::Relaxed) > 0).then_some(())).await;
        }
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        for (was_issued, was_stocked) in hands.join_all().await {
            for at in was_issued {
                assert!(issued.insert(at), "plan {at} was issued twice");
            }
            for at in was_stocked {
                assert!(stocked.insert(at), "the papers of plan {at} were numbered twice");
            }
        }
        // Right afterwards, before anybody mends anything.
        let records = open(data.path()).await;
        whole(&records, data.path(), &ready, &issued, &stocked).await;
        records.close().await.unwrap();
    }
    assert!(!issued.is_empty(), "every kill came before the first certificate");
    // Life goes on where it stopped: the numbers run on without a gap.
    let records = open(data.path()).await;
    let boss = &ready.managers[0].0;
    for (at, plan) in ready.plans.iter().enumerate() {
        let desk = certificates::desk(&records, boss, *plan).await.unwrap();
        if desk.lines.is_empty() {
            certificates::issue(&records, boss, *plan).await.unwrap();
        }
        issued.insert(at);
        let _: Result<u32, records::Error> = certificates::assign_stock(&records, boss, *plan, &paper(at)).await;
        stocked.insert(at);
    }
    let numbers = whole(&records, data.path(), &ready, &issued, &stocked).await;
    assert_eq!(numbers.len(), ready.plans.len() * PEOPLE);
    records.close().await.unwrap();
}

/// Everything holds: what was acknowledged is there, a plan has all of its certificates or none, each with its number, its
/// line of history, its message and its news; papers follow one another. Gives the numbers.
async fn whole(
    records: &Records,
    folder: &Path,
    ready: &Ready,
    issued: &BTreeSet<usize>,
    stocked: &BTreeSet<usize>,
) -> BTreeSet<String> {
    assert_eq!(certificates::broken_promises(records).await.unwrap(), Vec::<String>::new());
    let (mut numbers, mut papers, mut people) = (BTreeSet::new(), BTreeSet::new(), Vec::<ApplicationId>::new());
    let side = beside(folder).await;
    for (at, plan) in ready.plans.iter().enumerate() {
        let of_plan = rows(
            &side,
            &format!(
                "SELECT c.number, COALESCE(e.stock, ''), c.application_id FROM certificate c
                 JOIN certificate_edition e ON e.certificate_id = c.id AND e.edition = c.edition
                 WHERE c.plan_id = '{plan}' ORDER BY c.number"
            ),
        )
        .await;
        let had = if of_plan.is_empty() { 0 } else { PEOPLE };
        assert_eq!(of_plan.len(), had, "plan {at} has some of its certificates");
        assert!(had > 0 || !issued.contains(&at), "plan {at} was acknowledged and is lost");
        let stock: Vec<&str> = of_plan.iter().map(|row| row[1].as_str()).filter(|stock| !stock.is_empty()).collect();
        assert!(!stocked.contains(&at) || stock.len() == PEOPLE, "the papers of plan {at} are lost");
        if !stock.is_empty() {
            let first: u64 = paper(at).parse().unwrap();
            let wanted: Vec<String> = (0..PEOPLE as u64).map(|step| format!("{:08}", first + step)).collect();
            assert_eq!(stock, wanted, "papers lie as they were printed, by number, all or none");
        }
        for row in &of_plan {
            assert!(numbers.insert(row[0].clone()), "{} was given twice", row[0]);
            assert!(row[1].is_empty() || papers.insert(row[1].clone()), "paper {} was used twice", row[1]);
            people.push(row[2].parse().unwrap());
        }
    }
    for id in &people {
        assert_eq!(history::verify(records, &id.to_string()).await.unwrap(), Ok(()), "{id}");
    }
    // What is told stands and falls with what is told of.
    let told = |what: &str, text: &str| {
        let (what, text) = (what.to_owned(), text.to_owned());
        let side = &side;
        let wanted: BTreeMap<String, usize> = people.iter().map(|id| (id.to_string(), 1)).collect();
        async move {
            let mut found = BTreeMap::<String, usize>::new();
            for row in rows(side, &text).await {
                *found.entry(row[0].clone()).or_default() += 1;
            }
            assert_eq!(found, wanted, "{what}: one each, and none for what is not there");
        }
    };
    told(
        "history",
        "SELECT case_id FROM history WHERE what = 'certificate_issued' AND case_id NOT LIKE 'certificates/%'",
    )
    .await;
    told("message", "SELECT application_id FROM message WHERE kind = 'certificate_issued'").await;
    told("news", "SELECT entity FROM outbox WHERE kind = 'certificate_issued' AND topic LIKE 'application:%'").await;
    side.close().await.unwrap();
    numbers
}

/// Rows of texts.
async fn rows(side: &DatabaseConnection, text: &str) -> Vec<Vec<String>> {
    let rows = side.query_all_raw(Statement::from_string(side.get_database_backend(), text)).await.unwrap();
    let cells = |row: &sea_orm::QueryResult| {
        (0..row.column_names().len()).map(|at| row.try_get_by_index::<String>(at).unwrap()).collect()
    };
    rows.iter().map(cells).collect()
}
