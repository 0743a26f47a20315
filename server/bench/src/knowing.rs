//! The dashboard of two hundred plans and a hundred thousand applications, and a storm of people who read their scores.

use crate::Outcome;
use crate::drafts;
use crate::report::Report;
use crate::scene::{Kind, Scene};
use crate::stats::{self, Times};
use domain::account::{Role, StaffMember};
use domain::ids::{AccountId, ApplicationId};
use domain::page::desk::QueueFilter;
use domain::page::staff::NewStaff;
use domain::plan::Plan;
use records::asked::Asked;
use records::{Records, desk, knowing, messages, payments, planner, scores, staff};
use sea_orm::{ConnectionTrait, Statement};
use std::time::Duration;

/// Plans, how many people there are, and how many of them applied for each: everybody for five, and each has a draft besides.
const PLANS: usize = 200;
const PEOPLE: usize = 16_680;
const EVERY: usize = 40;
/// How often the dashboard is asked for, and longest for each.
const ASKS: usize = 200;
const LISTED: usize = 30;
const GOAL: Duration = Duration::from_millis(100);
/// People who read their scores at once, how often altogether, and look-ups a second that are wanted.
const READERS: usize = 32;
const LOOKS: usize = 20_000;
const RATE: f64 = 10_000.0;

/// The dashboard on one database.
pub async fn dashboard(kind: Kind, report: &mut Report) -> Outcome<()> {
    let (scene, boss, _) = filled(kind).await?;
    let records = &scene.records;
    let authority = member(&scene, Role::Authority, None).await?;
    let counted = count(&scene, "SELECT COUNT(*) FROM application").await?;
    report.line("applications, plans", &format!("{}, {PLANS}", stats::thousands(counted)));
    for (who, member) in [("agency", &boss), ("authority", &authority)] {
        let began = stats::now();
        let first = desk::dashboard(records, member).await?;
        report.line(&format!("{who}: the first of a new server counts all marks"), &stats::ms(began.elapsed()));
        report.line(
            &format!("{who}: submitted, present, passed"),
            &format!("{}, {}, {}", first.funnel.submitted, first.funnel.present, first.funnel.passed),
        );
        let mut times = Times::default();
        for _ in 0..ASKS {
            let one = stats::now();
            desk::dashboard(records, member).await?;
            times.add(one.elapsed());
        }
        let (half, most) = (times.percentile(0.5), times.percentile(0.95));
        let reached = format!("p50 {}, p95 {}", stats::ms(half), stats::ms(most));
        report.goal(&format!("{who}: dashboard"), reached, "100 ms", most <= GOAL);
    }
    lists(&scene, &boss, &authority, report).await?;
    questions(&scene, &boss, &authority, report).await?;
    let began = stats::now();
    knowing::cockpit(records, &authority, year(records)?, "").await?;
    report.line("the cockpit of a year", &stats::ms(began.elapsed()));
    scene.close().await
}

/// The queue at this size: those who wait, everybody, and who is looked for by name or number.
async fn lists(scene: &Scene, boss: &StaffMember, authority: &StaffMember, report: &mut Report) -> Outcome<()> {
    let records = &scene.records;
    for (who, member) in [("agency", boss), ("authority", authority)] {
        for (what, tab, q) in [
            ("who waits", "", ""),
            ("everybody", "all", ""),
            ("everybody, by number", "all", "B-0100-12"),
            ("everybody, a name that nobody has", "all", "欧阳无名"),
        ] {
            let filter = QueueFilter { tab: tab.to_owned(), q: q.to_owned(), ..QueueFilter::default() };
            let (mut times, mut found) = (Times::default(), 0);
            for _ in 0..LISTED {
                let one = stats::now();
                found = desk::queue(records, member, &filter).await?.total;
                times.add(one.elapsed());
            }
            let most = times.percentile(0.95);
            let reached = format!("p50 {}, p95 {} ({found} found)", stats::ms(times.percentile(0.5)), stats::ms(most));
            report.goal(&format!("{who}: queue, {what}"), reached, "100 ms", most <= GOAL);
        }
    }
    Ok(())
}

/// How the database goes about what dashboard, cockpit and lists ask, at this size: no question reads all applications.
async fn questions(scene: &Scene, boss: &StaffMember, authority: &StaffMember, report: &mut Report) -> Outcome<()> {
    let asked = Asked::default();
    let records = &scene.listened(&asked).await?;
    asked.explained(records).await?;
    for member in [boss, authority] {
        desk::dashboard(records, member).await?;
        for (tab, q) in [("", ""), ("all", ""), ("all", "B-0100-12")] {
            let filter = QueueFilter { tab: tab.to_owned(), q: q.to_owned(), ..QueueFilter::default() };
            desk::queue(records, member, &filter).await?;
        }
        planner::list(records, member, "", None).await?;
        knowing::list(records, member).await?;
    }
    knowing::cockpit(records, authority, year(records)?, "").await?;
    payments::list(records, boss, None, "", None).await?;
    messages::desk(records, boss, None, None, None).await?;
    let explained = asked.explained(records).await?;
    let mut scans = Vec::new();
    for one in &explained {
        // The list of two hundred ids says nothing.
        let text: String = one.text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(110).collect();
        for step in one.of_people() {
            report.line(&text, step.split("  (").next().unwrap_or(step));
        }
        scans.extend(one.whole().into_iter().map(|step| format!("{text}: {step}")));
    }
    report.line("questions of dashboard, cockpit and lists", &explained.len().to_string());
    report.promise("none of them reads a table from end to end that grows with people", scans);
    records.close().await?;
    Ok(())
}

fn year(records: &Records) -> Outcome<i32> {
    Ok(records.now().day().format("%Y").to_string().parse()?)
}

/// People who read their own scores.
pub async fn reading(kind: Kind, report: &mut Report) -> Outcome<()> {
    let (scene, _, some) = filled(kind).await?;
    // One that was started when all plans were there.
    let server = scene.second_server().await?;
    let began = stats::now();
    let mut readers = tokio::task::JoinSet::new();
    for reader in 0..READERS {
        let (records, some) = (server.clone(), some.clone());
        readers.spawn(async move {
            for at in 0..LOOKS / READERS {
                let (account, id) = some[(at * READERS + reader) % some.len()];
                let case = scores::own(&records, account, id).await?;
                if case.is_none() {
                    return Err("somebody's scores are not there".into());
                }
            }
            Outcome::Ok(())
        });
    }
    while let Some(reader) = readers.join_next().await {
        reader??;
    }
    let rate = stats::per_second(LOOKS, began.elapsed());
    let reached = format!("{}/s", stats::thousands(rate));
    report.goal("look-ups of one's own scores", reached, "10,000/s", rate >= RATE);
    server.close().await?;
    scene.close().await
}

fn plan_id(at: usize) -> String {
    format!("01900000-0000-7000-8000-{at:012}")
}

async fn count(scene: &Scene, question: &str) -> Outcome<f64> {
    let row = scene.side.query_one_raw(Statement::from_string(scene.side.get_database_backend(), question)).await?;
    let number: i64 = row.ok_or("no count")?.try_get_by_index(0)?;
    #[allow(clippy::cast_precision_loss, reason = "a hundred thousand")]
    Ok(number as f64)
}

async fn member(scene: &Scene, role: Role, plan: Option<&Plan>) -> Outcome<StaffMember> {
    let new = NewStaff {
        login_name: format!("bench-{role:?}").to_lowercase(),
        name: "周敏".into(),
        role,
        agency: plan.map(|plan| plan.agency),
        region: if role == Role::Authority { "33".into() } else { String::new() },
        body: if role == Role::Authority { "省人力社保厅".into() } else { String::new() },
    };
    Ok(staff::member(&scene.records, staff::create_demo(&scene.records, new, "measured-by-the-clock").await?).await?)
}

/// A database of that size: one plan and one draft are made by the acts, the others are copies, in every stage. Half of
/// the plans are over: attended, marked and released. Gives those whose scores are public.
async fn filled(kind: Kind) -> Outcome<(Scene, StaffMember, Vec<(AccountId, ApplicationId)>)> {
    let scene = Scene::open(kind).await?;
    let plan = scene.plan(100_000).await?;
    let boss = member(&scene, Role::Manager, Some(&plan)).await?;
    let first = drafts::prepare(&scene, &plan, PEOPLE).await?.remove(0);
    let (now, own) = (scene.records.now().0, plan.id.to_string());
    let (mut statements, padded) = (Vec::new(), |number: &str| match kind {
        Kind::Sqlite => format!("substr('000000000000' || ({number}), -12)"),
        Kind::Postgres => format!("lpad(({number})::text, 12, '0')"),
    });
    for at in 0..PLANS {
        let days = i64::try_from(at)? * 2 - 199;
        let exam = domain::time::Timestamp(now + days * 86_400_000).day();
        let closes = now + (days - 30) * 86_400_000;
        let id = plan_id(at);
        // Nobody has handed in tomorrow: where registration is open, people came over the last two months.
        let (handed, pace) = if closes > now { (now, 10_000_000) } else { (closes, 100_000) };
        statements.push(format!(
            "INSERT INTO plan (id, number, year, title, agency_id, contact, contact_phone, kind, occupation, trade, code, level,
                subjects, city, city_name, county, county_name, site, opens_at, closes_at, review_close, exam_on, capacity, taken,
                fee, scope, instructions, conditions, profile, profile_version, standard, search, published_at, updated_at)
             SELECT '{id}', 'B-{at:04}', year, title, agency_id, contact, contact_phone, kind, occupation, trade, code, level,
                subjects, city, city_name, county, county_name, site, {closes} - 1000000000, {closes}, {closes}, '{exam}', capacity, 0,
                fee, scope, instructions, conditions, profile, profile_version, standard, search, published_at, updated_at
             FROM plan WHERE id = '{own}'"
        ));
        // Each person's application for this plan; where it stands goes round by the number of the plan and the person.
        let number = format!("{at} * 100000 + n");
        statements.push(format!(
            "INSERT INTO application (id, account_id, plan_id, agency_id, region, name, birth, trade_key, window_opens, window_closes,
                stage, number, round, revision, answers_revision, answers_sealed, facts_sealed, started_at, saved_at,
                submitted_at, decided_at, corrected, doubts, doubt_count, photo, signature, money, exam)
             SELECT '01900000-0000-7000-9000-' || {}, account_id, '{id}', agency_id, region, name, birth, trade_key, window_opens,
                window_closes, stage_of, CASE WHEN stage_of = 'draft' THEN NULL ELSE 'B-{at:04}-' || n END,
                CASE WHEN stage_of = 'draft' THEN 0 ELSE 1 END, revision, answers_revision, answers_sealed, facts_sealed,
                started_at, saved_at, CASE WHEN stage_of = 'draft' THEN NULL ELSE {handed} - n / {EVERY} * {pace} END,
                CASE WHEN stage_of IN ('approved','rejected','returned') THEN {handed} - n / {EVERY} * {pace} / 2 END, corrected, doubts, 0, photo, signature,
                CASE WHEN stage_of = 'approved' THEN 'paid' ELSE 'none' END,
                CASE WHEN stage_of = 'approved' AND {days} < 0 THEN 'score_public' ELSE 'none' END
             FROM (SELECT a.*, CASE (n / {EVERY} + {at}) % 10 WHEN 0 THEN 'draft' WHEN 1 THEN 'submitted' WHEN 2 THEN 'returned'
                WHEN 3 THEN 'rejected' ELSE 'approved' END AS stage_of
                FROM (SELECT b.*, ROW_NUMBER() OVER (ORDER BY b.id) AS n FROM application b WHERE b.plan_id = '{own}') AS a
                WHERE n % {EVERY} = {at} % {EVERY}) AS c",
            padded(&number)
        ));
    }
    let (oldest, last) = (plan_id(0), plan_id(99));
    let id = &boss.id;
    let subjects: Vec<String> = plan.subjects.iter().map(|subject| format!("SELECT '{subject}' AS subject")).collect();
    let hash = match kind {
        Kind::Sqlite => "CAST(substr(a.id, -3) AS BIGINT)",
        Kind::Postgres => "CAST(right(a.id, 3) AS BIGINT)",
    };
    statements.extend([
        "INSERT INTO history (case_id, seq, at, actor_kind, actor_id, actor_name, what, detail, previous, hash)
             SELECT id, 901, submitted_at, 'applicant', account_id, '', 'submitted', '{}', '', '' FROM application
             WHERE submitted_at IS NOT NULL".to_string(),
        format!(
            "INSERT INTO history (case_id, seq, at, actor_kind, actor_id, actor_name, what, detail, previous, hash)
             SELECT id, 902, decided_at, 'staff', '{id}', '', stage, '{{}}', '', '' FROM application WHERE decided_at IS NOT NULL"
        ),
        format!(
            "INSERT INTO exam_session (id, plan_id, subject, starts_at, ends_at, entry_minutes, late_minutes, created_at)
             SELECT id, id, 'x', 1, 2, 30, 15, 1 FROM plan WHERE id BETWEEN '{oldest}' AND '{last}'"
        ),
        format!(
            "INSERT INTO attendance (application_id, session_id, plan_id, presence, at, staff_id, staff_name)
             SELECT id, plan_id, plan_id, 'present', 1, '{id}', '' FROM application
             WHERE stage = 'approved' AND plan_id BETWEEN '{oldest}' AND '{last}'"
        ),
        format!(
            "INSERT INTO score (application_id, subject, plan_id, kind, tenths, source, recorded_by, at)
             SELECT a.id, s.subject, a.plan_id, 'score', 400 + ({hash} % 500), 'sheet', '{id}', 1 FROM application a, ({}) AS s
             WHERE a.stage = 'approved' AND a.plan_id BETWEEN '{oldest}' AND '{last}'",
            subjects.join(" UNION ALL ")
        ),
        format!(
            "INSERT INTO score_sheet (plan_id, state, revision, locked_at, locked_by, release_at, released_by, published_at)
             SELECT id, 'released', 1, 1, '{id}', 1, '{id}', 1 FROM plan WHERE id BETWEEN '{oldest}' AND '{last}'"
        ),
        "ANALYZE".to_owned(),
    ]);
    for statement in &statements {
        scene.side.execute_unprepared(statement).await?;
    }
    // The newest are opened and compared.
    let newest = "SELECT id FROM application WHERE submitted_at IS NOT NULL ORDER BY submitted_at DESC LIMIT 5000";
    let newest = scene.side.query_all_raw(Statement::from_string(scene.side.get_database_backend(), newest)).await?;
    let newest: Vec<String> = newest.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?;
    testkit::crowd::own_seals(&scene.side, scene.folder(), first, &newest).await?;
    scene.tidy().await?;
    let rows = scene.side.query_all_raw(Statement::from_string(
        scene.side.get_database_backend(),
        format!("SELECT account_id, id FROM application WHERE stage = 'approved' AND plan_id BETWEEN '{oldest}' AND '{last}' LIMIT 5000"),
    ));
    let mut some = Vec::new();
    for row in rows.await? {
        let (account, id): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        some.push((account.parse()?, id.parse()?));
    }
    Ok((scene, boss, some))
}
