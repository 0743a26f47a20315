//! Certificates: ten thousand issued in one act and set as PDF, and how many a second the page of a query answers.

use crate::drafts;
use crate::report::Report;
use crate::scene::{Kind, Scene};
use crate::web::{client, process};
use crate::{Options, Outcome, stats};
use documents::forms::{FontPlaces, Places, Press};
use domain::account::Role;
use domain::page::staff::NewStaff;
use records::{certificates, staff};
use sea_orm::ConnectionTrait;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// Longest for issuing and setting ten thousand.
const GOAL: Duration = Duration::from_secs(120);
const OF: f64 = 10_000.0;
/// Certificates that a press sets at once: one file each of a hundred.
const ONE_FILE: usize = 100;
/// Connections that ask at once, and answers a second that are wanted.
const CONNECTIONS: usize = 32;
const RATE: f64 = 5_000.0;

/// Both.
pub async fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    report.part("Certificates, SQLite");
    issuing(options.certificates, report).await?;
    asking(options, report).await
}

async fn issuing(people: usize, report: &mut Report) -> Outcome<()> {
    let scene = Scene::open(Kind::Sqlite).await?;
    let plan = scene.plan(100_000).await?;
    let records = &scene.records;
    let new = NewStaff {
        login_name: "bench".into(),
        name: "周敏".into(),
        role: Role::Manager,
        agency: Some(plan.agency),
        region: String::new(),
        body: String::new(),
    };
    let boss = staff::member(records, staff::create_demo(records, new, "measured-by-the-clock").await?).await?;
    drafts::prepare(&scene, &plan, people).await?;
    // As after the exam: approved, every subject passed, the scores public.
    let (id, now) = (plan.id, records.now().0);
    for statement in [
        format!(
            "UPDATE application SET stage = 'approved', round = 1, submitted_at = {now}, decided_at = {now},
             number = '{}-' || substr(id, 10) WHERE plan_id = '{id}'",
            plan.number
        ),
        format!(
            "INSERT INTO score (application_id, subject, plan_id, kind, tenths, source, recorded_by, at)
             SELECT a.id, s.value, a.plan_id, 'score', 800, 'sheet', '{}', {now} FROM application a, json_each('{}') s
             WHERE a.plan_id = '{id}'",
            boss.id,
            serde_json::to_string(&plan.subjects)?
        ),
        format!(
            "INSERT INTO score_sheet (plan_id, state, revision, locked_at, locked_by, release_at, released_by, published_at)
             VALUES ('{id}', 'released', 1, {now}, '{0}', {now}, '{0}', {now})",
            boss.id
        ),
    ] {
        scene.side.execute_unprepared(&statement).await?;
    }
    scene.tidy().await?;
    let began = stats::now();
    let done = certificates::issue(records, &boss, id).await?;
    let issued = began.elapsed();
    report.line(&format!("{} certificates issued and signed in one act", done.issued), &stats::ms(issued));
    let press = Arc::new(Press::open(&Places { fonts: FontPlaces::usual(None), templates: None })?);
    let (mut hands, mut from) = (JoinSet::new(), 0);
    let at_once = std::thread::available_parallelism().map_or(2, usize::from);
    let mut bytes = 0;
    while from < people || !hands.is_empty() {
        if from < people && hands.len() < at_once {
            let sheets = certificates::sheets_of_plan(records, &boss, id, from, "https://jikao.example").await?;
            let sheets: Vec<_> = sheets.into_iter().map(|one| one.sheet).collect();
            from += sheets.len();
            let press = press.clone();
            hands.spawn_blocking(move || {
                let files =
                    sheets.chunks(ONE_FILE).map(|some| press.certificates(some, None).map(|done| done.pdf.len()));
                files.sum::<Result<usize, _>>()
            });
        } else if let Some(done) = hands.join_next().await {
            bytes += done??;
        }
    }
    let all = began.elapsed();
    report.line("their PDFs", &format!("{:.0} MB", bytes as f64 / 1e6));
    // Fewer are measured by the same pace.
    let goal = GOAL.mul_f64(people as f64 / OF);
    let (reached, wanted) = (format!("{:.1} s", all.as_secs_f64()), format!("at most {:.1} s", goal.as_secs_f64()));
    report.goal(&format!("{people} issued, with PDFs"), reached, &wanted, all <= goal);
    report.promise("numbers from 1 without a gap", certificates::broken_promises(records).await?);
    scene.close().await
}

/// The page that a scanned code opens, on the demonstration's certificate.
async fn asking(options: &Options, report: &mut Report) -> Outcome<()> {
    let folder = crate::scene::folder()?;
    let server = process::jikao(&options.server, folder.path()).await?;
    let address = &server.address;
    let page = client::page(address, "/sign-in").await?;
    let (before, _) = page.split_once("于小山").ok_or("the demonstration has no holder")?;
    let (_, rest) = before.rsplit_once("name=\"account\" value=\"").ok_or("the holder has no button")?;
    let account = rest.get(..36).ok_or("no id")?;
    let signed_in = client::post(address, "/demo/sign-in", "", &format!("account={account}"), false).await?;
    let cookie = signed_in.head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).ok_or("not signed in")?;
    let cookie = cookie.split(';').next().unwrap_or_default();
    let list = client::page_with(address, "/my/certificates", cookie).await?;
    let (_, rest) = list.split_once("/my/certificates/").ok_or("the holder has no certificate")?;
    let id = rest.get(..36).ok_or("no id")?;
    let badge = client::page_with(address, &format!("/my/certificates/{id}/credential.json"), cookie).await?;
    let (_, code) = badge.split_once("/verify?c=").ok_or("the credential has no code")?;
    let code: String = code.chars().take_while(char::is_ascii_alphanumeric).collect();
    let path = format!("/verify?c={code}");
    let round = Duration::from_secs_f64(options.seconds);
    client::load(address, &path, "gzip, deflate", CONNECTIONS, round / 3).await?;
    let mut rates = Vec::new();
    for _ in 0..options.rounds.min(3) {
        rates.push(client::load(address, &path, "gzip, deflate", CONNECTIONS, round).await?.rate);
    }
    let rate = stats::median(&rates);
    report.goal("page of a query by code", format!("{}/s", stats::thousands(rate)), "5,000/s", rate >= RATE);
    Ok(())
}
