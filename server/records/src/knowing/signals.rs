//! Signals: what a person should look at, with the numbers behind it. Nothing is ever refused because of one.

use super::cockpit::Counted;
use crate::applications::load;
use crate::desk::access::Scope;
use crate::sql::Question;
use crate::{Error, Records, sql};
use chrono::Days;
use domain::form::Answers;
use domain::knowing::{compare, is_far};
use domain::masking::{self, Audience};
use domain::page::knowing::{Evidence, Look, Signal};
use domain::time::Timestamp;
use sea_orm::FromQueryResult;
use std::collections::{HashMap, HashSet};

/// Most signals of one kind.
const MOST: usize = 20;
/// Most rows that are read for signals of one kind, and most of them that one signal names.
const ROWS: usize = 400;
const SHOWN: usize = 6;
/// People on one mobile number that are worth a look.
const ONE_MOBILE: u64 = 3;
/// Applications from one address within an hour that are worth a look.
const ONE_ADDRESS: usize = 5;
const HOUR_MS: i64 = 3_600_000;
/// Days after an exam during which its people are compared with others, and of applications whose addresses are.
const RECENT: u64 = 90;
/// Newest applications whose addresses are compared: they have to be unsealed one by one.
const ADDRESSES: u64 = 3_000;

/// Exams of the city that was chosen, or of all.
const IN_CITY: &str = "($3 = '' OR p.city = $3)";

/// All signals of a scope; rates among the plans of the year, the others among what is there.
pub(super) async fn all(
    records: &Records,
    scope: &Scope,
    city: &str,
    counted: &[Counted],
) -> Result<Vec<Signal>, Error> {
    let mut all = rates(counted);
    all.extend(two_places(records, scope, city).await?);
    all.extend(shared_mobiles(records, scope, city).await?);
    all.extend(shared_photos(records, scope, city).await?);
    all.extend(addresses(records, scope, city).await?);
    Ok(all)
}

/// A plan beside all others of its occupation and level.
fn rates(counted: &[Counted]) -> Vec<Signal> {
    let mut sums: HashMap<(&str, Option<i64>), (u64, u64)> = HashMap::new();
    for one in counted {
        let sum = sums.entry((&one.plan.code, one.plan.level)).or_default();
        (sum.0, sum.1) = (sum.0 + one.funnel.passed, sum.1 + one.marked);
    }
    let mut found: Vec<(f64, Signal)> = counted
        .iter()
        .filter_map(|one| {
            let sum = sums.get(&(one.plan.code.as_str(), one.plan.level))?;
            let others = (sum.0 - one.funnel.passed, sum.1 - one.marked);
            let test = compare((one.funnel.passed, one.marked), others).filter(is_far)?;
            let evidence = Evidence::PassRate {
                own: (one.funnel.passed, one.marked),
                others,
                test: (test.own, test.others, test.z),
            };
            let looks = vec![Look::Plan(one.plan.id.clone())];
            let about = format!("{}　{}", one.agency, one.plan.title);
            Some((test.z.abs(), Signal { about, evidence, looks }))
        })
        .collect();
    found.sort_by(|one, other| other.0.total_cmp(&one.0));
    found.into_iter().take(MOST).map(|(_, signal)| signal).collect()
}

/// One person, two plans, one day.
async fn two_places(records: &Records, scope: &Scope, city: &str) -> Result<Vec<Signal>, Error> {
    #[derive(FromQueryResult)]
    struct Pair {
        id: String,
        number: Option<String>,
        name: String,
        other_id: String,
        other_number: Option<String>,
        on_day: String,
    }
    let (text, values) = two_places_question(scope, city, records.now());
    let mut rows: Vec<Pair> = sql::all(records.read(), &text, values).await?;
    // Where both are the reader's, each finds the other.
    let mut seen = HashSet::new();
    rows.retain(|row| {
        seen.insert((row.id.clone().min(row.other_id.clone()), row.id.clone().max(row.other_id.clone())))
    });
    rows.truncate(MOST);
    let signal = |row: Pair| Signal {
        about: masking::name(&row.name, Audience::Staff),
        evidence: Evidence::TwoPlaces { on: row.on_day },
        looks: vec![Look::Case(row.id, row.number), Look::Case(row.other_id, row.other_number)],
    };
    Ok(rows.into_iter().map(signal).collect())
}

/// From the plans to their people, and from each to what else they applied for. `CROSS JOIN` is the order in which SQLite
/// looks; PostgreSQL finds its own.
fn two_places_question(scope: &Scope, city: &str, now: Timestamp) -> Question {
    let (clause, value) = scope.clause(1);
    let text = format!(
        "SELECT a.id, a.number, a.name, b.id AS other_id, b.number AS other_number, p.exam_on AS on_day
         FROM plan p CROSS JOIN application a CROSS JOIN application b CROSS JOIN plan q
         WHERE {clause} AND p.exam_on >= $2 AND {IN_CITY} AND a.plan_id = p.id AND a.stage IN ('submitted','returned','approved')
           AND b.account_id = a.account_id AND b.plan_id <> a.plan_id
           AND b.stage IN ('submitted','returned','approved') AND q.id = b.plan_id AND q.exam_on = p.exam_on
         ORDER BY p.exam_on, a.id, b.id LIMIT {}",
        2 * MOST
    );
    (text, vec![value, now.day().to_string().into(), city.into()])
}

/// An application of several that share something; `name` is what the signal may say.
#[derive(FromQueryResult)]
struct Sharing {
    shared: String,
    id: String,
    number: Option<String>,
    name: String,
    people: i64,
}

/// Rows of what is shared, one after another, as groups.
fn groups(rows: Vec<Sharing>) -> Vec<Vec<Sharing>> {
    let mut all: Vec<Vec<Sharing>> = Vec::new();
    for row in rows {
        match all.last_mut() {
            Some(group) if group.first().is_some_and(|first| first.shared == row.shared) => group.push(row),
            _ => all.push(vec![row]),
        }
    }
    all.truncate(MOST);
    all
}

fn people_of(group: &[Sharing]) -> u64 {
    group.first().map_or(0, |first| u64::try_from(first.people).unwrap_or(0))
}

fn looks_of(group: Vec<Sharing>) -> Vec<Look> {
    group.into_iter().take(SHOWN).map(|one| Look::Case(one.id, one.number)).collect()
}

/// One mobile number, many people.
async fn shared_mobiles(records: &Records, scope: &Scope, city: &str) -> Result<Vec<Signal>, Error> {
    let (text, values) = shared_mobiles_question(scope, city, records.now());
    let signal = |group: Vec<Sharing>| Signal {
        about: group.first().map(|first| first.name.clone()).unwrap_or_default(),
        evidence: Evidence::SharedMobile { people: people_of(&group), least: ONE_MOBILE },
        looks: looks_of(group),
    };
    let rows = sql::all(records.read(), &text, values).await?;
    Ok(groups(rows).into_iter().map(signal).collect())
}

fn shared_mobiles_question(scope: &Scope, city: &str, now: Timestamp) -> Question {
    let (clause, value) = scope.clause(1);
    let recent = format!(
        "FROM plan p CROSS JOIN application a CROSS JOIN account o
         WHERE a.plan_id = p.id AND a.stage IN ('submitted','returned','approved') AND o.id = a.account_id AND p.exam_on >= $2 AND {IN_CITY} AND {clause} AND o.merged_into IS NULL"
    );
    let text = format!(
        "WITH many AS (SELECT o.mobile_index, COUNT(DISTINCT o.id) AS people {recent}
               GROUP BY o.mobile_index HAVING COUNT(DISTINCT o.id) >= {ONE_MOBILE})
         SELECT o.mobile_index AS shared, a.id, a.number, o.mobile_masked AS name, many.people
         FROM many JOIN account o ON o.mobile_index = many.mobile_index JOIN application a ON a.account_id = o.id
          AND a.stage IN ('submitted','returned','approved') JOIN plan p ON p.id = a.plan_id
         WHERE p.exam_on >= $2 AND {IN_CITY} AND {clause} AND o.merged_into IS NULL
         ORDER BY many.people DESC, o.mobile_index, a.id LIMIT {ROWS}"
    );
    (text, vec![value, since(now).into(), city.into()])
}

/// The first exam whose people are still compared.
fn since(now: Timestamp) -> String {
    let day = now.day();
    day.checked_sub_days(Days::new(RECENT)).unwrap_or(day).to_string()
}

/// Several people, the very same picture. Whom the reader may not see is counted, not named.
async fn shared_photos(records: &Records, scope: &Scope, city: &str) -> Result<Vec<Signal>, Error> {
    let (text, values) = shared_photos_question(scope, city, records.now());
    let signal = |group: Vec<Sharing>| {
        let names: Vec<String> =
            group.iter().take(SHOWN).map(|one| masking::name(&one.name, Audience::Staff)).collect();
        let digest = group.first().and_then(|first| first.shared.get(..12)).unwrap_or("").to_owned();
        Signal {
            about: names.join("、"),
            evidence: Evidence::SharedPhoto { people: people_of(&group), digest },
            looks: looks_of(group),
        }
    };
    let rows = sql::all(records.read(), &text, values).await?;
    Ok(groups(rows).into_iter().map(signal).collect())
}

/// First the pictures of those who were examined lately, then whose they are besides: counted once for each picture, however
/// many people share it.
fn shared_photos_question(scope: &Scope, city: &str, now: Timestamp) -> Question {
    let (clause, value) = scope.clause(1);
    let recent = format!(
        "a.plan_id = p.id AND f.application_id = a.id AND f.kind = 'photo' AND f.removed_at IS NULL AND p.exam_on >= $2 AND {IN_CITY}
           AND {clause} AND a.round > 0 AND a.stage <> 'draft'"
    );
    let text = format!(
        "WITH near AS (SELECT DISTINCT f.sha256 FROM plan p CROSS JOIN application a CROSS JOIN file f WHERE {recent}),
         many AS (SELECT g.sha256, COUNT(DISTINCT b.account_id) AS people FROM near n CROSS JOIN file g CROSS JOIN application b
             WHERE g.sha256 = n.sha256 AND g.kind = 'photo' AND g.removed_at IS NULL AND b.id = g.application_id
               AND b.round > 0 AND b.stage <> 'draft'
             GROUP BY g.sha256 HAVING COUNT(DISTINCT b.account_id) > 1)
         SELECT f.sha256 AS shared, a.id, a.number, a.name, many.people
         FROM many CROSS JOIN file f CROSS JOIN application a CROSS JOIN plan p
         WHERE f.sha256 = many.sha256 AND {recent} ORDER BY many.people DESC, f.sha256, a.id LIMIT {ROWS}"
    );
    (text, vec![value, since(now).into(), city.into()])
}

/// Many applications from one address within an hour.
async fn addresses(records: &Records, scope: &Scope, city: &str) -> Result<Vec<Signal>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        number: Option<String>,
        account_id: String,
        submitted_at: i64,
        answers_sealed: Vec<u8>,
    }
    let (text, values) = addresses_question(scope, city, records.now());
    let mut houses: HashMap<String, Vec<Row>> = HashMap::new();
    for row in sql::all::<Row, _>(records.read(), &text, values).await? {
        let answers: Answers = load::unseal(records, "answers", &row.id, &row.answers_sealed)?;
        let house: String = answers.get("address").split_whitespace().collect();
        if !house.is_empty() {
            houses.entry(house).or_default().push(row);
        }
    }
    let mut found: Vec<(usize, Signal)> = Vec::new();
    for (house, mut rows) in houses {
        rows.sort_by_key(|row| row.submitted_at);
        // The densest hour.
        let best = (0..rows.len())
            .map(|at| {
                let until = rows[at].submitted_at + HOUR_MS;
                let some: Vec<&Row> = rows[at..].iter().take_while(|row| row.submitted_at <= until).collect();
                let people: HashSet<&str> = some.iter().map(|row| row.account_id.as_str()).collect();
                (people.len(), at)
            })
            .max_by_key(|(people, at)| (*people, std::cmp::Reverse(*at)));
        if let Some((people, at)) = best.filter(|(people, _)| *people >= ONE_ADDRESS) {
            let looks = rows[at..].iter().take(SHOWN).map(|row| Look::Case(row.id.clone(), row.number.clone()));
            let signal = Signal {
                about: masking::address(&house, Audience::Staff),
                evidence: Evidence::AddressBurst { people: people as u64, least: ONE_ADDRESS as u64, among: ADDRESSES },
                looks: looks.collect(),
            };
            found.push((people, signal));
        }
    }
    found.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.about.cmp(&other.1.about)));
    Ok(found.into_iter().take(MOST).map(|(_, signal)| signal).collect())
}

/// By the queues of the agencies: nobody reads all applications to find the newest.
fn addresses_question(scope: &Scope, city: &str, now: Timestamp) -> Question {
    let newest = now.0 - i64::try_from(RECENT).unwrap_or(0) * 24 * HOUR_MS;
    let (clause, value) = scope.agencies(1);
    let text = format!(
        "SELECT a.id, a.number, a.account_id, a.submitted_at, a.answers_sealed FROM agency g
         CROSS JOIN application a CROSS JOIN plan p
         WHERE {clause} AND a.agency_id = g.id AND a.stage IN ('submitted','returned','approved') AND a.submitted_at >= $2
           AND p.id = a.plan_id AND {IN_CITY} ORDER BY a.submitted_at DESC, a.id DESC LIMIT {ADDRESSES}"
    );
    (text, vec![value, newest.into(), city.into()])
}
