//! Signals: what a person should look at, with the numbers behind it. Nothing is ever refused because of one.

use super::cockpit::Counted;
use crate::applications::load;
use crate::desk::access::Scope;
use crate::{Error, Records, sql};
use domain::form::Answers;
use domain::knowing::{compare, is_far};
use domain::masking::{self, Audience};
use domain::page::knowing::{Signal, SignalKind};
use sea_orm::{FromQueryResult, Value};
use std::collections::HashMap;

/// Most signals of one kind.
const MOST: usize = 20;
/// People on one mobile number that are worth a look.
const ONE_MOBILE: i64 = 3;
/// Applications from one address within an hour that are worth a look.
const ONE_ADDRESS: usize = 5;
const HOUR_MS: i64 = 3_600_000;
/// Newest applications whose addresses are compared: they have to be unsealed one by one.
const ADDRESSES: u64 = 3_000;

/// All signals of a scope; rates among the plans of the year, the others among what is there.
pub(super) async fn all(records: &Records, scope: &Scope, counted: &[Counted]) -> Result<Vec<Signal>, Error> {
    let mut all = rates(counted);
    all.extend(two_places(records, scope).await?);
    all.extend(shared_mobiles(records, scope).await?);
    all.extend(shared_photos(records, scope).await?);
    all.extend(addresses(records, scope).await?);
    Ok(all)
}

fn case(id: &str, number: &str) -> (String, String) {
    (number.to_owned(), format!("/office/cases/{id}"))
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
            let evidence = format!(
                "本计划 {} 人里 {} 人合格（{:.1}%），同职业同等级其他计划 {} 人里 {} 人合格（{:.1}%）；两个比例的 z 检验 z = {:.2}，按约定 |z| ≥ 3 且相差 ≥ 15 个百分点才列出",
                one.marked, one.funnel.passed, test.own, others.1, others.0, test.others, test.z
            );
            let links = vec![("计划".to_owned(), format!("/office/plans/{}", one.plan.id))];
            let about = format!("{}　{}", one.agency, one.plan.title);
            Some((test.z.abs(), Signal { kind: SignalKind::PassRate, about, evidence, links }))
        })
        .collect();
    found.sort_by(|one, other| other.0.total_cmp(&one.0));
    found.into_iter().take(MOST).map(|(_, signal)| signal).collect()
}

#[derive(FromQueryResult)]
struct Pair {
    id: String,
    number: Option<String>,
    name: String,
    other_id: String,
    other_number: Option<String>,
    other_name: String,
    on_day: String,
}

impl Pair {
    fn links(&self) -> Vec<(String, String)> {
        vec![
            case(&self.id, self.number.as_deref().unwrap_or("一件")),
            case(&self.other_id, self.other_number.as_deref().unwrap_or("另一件")),
        ]
    }
}

/// One person, two plans, one day.
async fn two_places(records: &Records, scope: &Scope) -> Result<Vec<Signal>, Error> {
    let (clause, value) = scope.clause(1);
    let text = format!(
        "SELECT a.id, a.number, a.name, b.id AS other_id, b.number AS other_number, b.name AS other_name, p.exam_on AS on_day
         FROM plan p JOIN application a ON a.plan_id = p.id AND a.stage IN ('submitted','returned','approved')
         JOIN application b ON b.account_id = a.account_id AND b.id > a.id AND b.plan_id <> a.plan_id
          AND b.stage IN ('submitted','returned','approved')
         JOIN plan q ON q.id = b.plan_id AND q.exam_on = p.exam_on
         WHERE {clause} AND p.exam_on >= $2 ORDER BY p.exam_on, a.id LIMIT {MOST}"
    );
    let today = records.now().day().to_string();
    let rows: Vec<Pair> = sql::all(records.read(), &text, vec![value, today.into()]).await?;
    let signal = |row: Pair| Signal {
        kind: SignalKind::TwoPlaces,
        about: masking::name(&row.name, Audience::Staff),
        evidence: format!("同一个人有两个计划都在 {} 考", row.on_day),
        links: row.links(),
    };
    Ok(rows.into_iter().map(signal).collect())
}

/// One mobile number, many people.
async fn shared_mobiles(records: &Records, scope: &Scope) -> Result<Vec<Signal>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        mobile: String,
        people: i64,
        first: String,
        last: String,
    }
    let (clause, value) = scope.clause(1);
    let text = format!(
        "SELECT MIN(o.mobile_masked) AS mobile, COUNT(DISTINCT o.id) AS people, MIN(a.id) AS first, MAX(a.id) AS last
         FROM application a JOIN account o ON o.id = a.account_id
         WHERE {clause} AND a.stage IN ('submitted','returned','approved') AND o.merged_into IS NULL
         GROUP BY o.mobile_index HAVING COUNT(DISTINCT o.id) >= {ONE_MOBILE} ORDER BY 2 DESC, 1 LIMIT {MOST}"
    );
    let rows: Vec<Row> = sql::all(records.read(), &text, vec![value]).await?;
    let signal = |row: Row| Signal {
        kind: SignalKind::SharedMobile,
        about: row.mobile,
        evidence: format!("{} 个人用同一个手机号报名；{ONE_MOBILE} 人起列出", row.people),
        links: vec![case(&row.first, "最早一件"), case(&row.last, "最近一件")],
    };
    Ok(rows.into_iter().map(signal).collect())
}

/// Two people, the very same picture.
async fn shared_photos(records: &Records, scope: &Scope) -> Result<Vec<Signal>, Error> {
    let (clause, value) = scope.clause(1);
    let text = format!(
        "SELECT a.id, a.number, a.name, b.id AS other_id, b.number AS other_number, b.name AS other_name, f.sha256 AS on_day
         FROM application a JOIN file f ON f.application_id = a.id AND f.kind = 'photo' AND f.removed_at IS NULL
         JOIN file g ON g.sha256 = f.sha256 AND g.kind = 'photo' AND g.removed_at IS NULL AND g.application_id > f.application_id
         JOIN application b ON b.id = g.application_id AND b.account_id <> a.account_id AND b.round > 0
         WHERE {clause} AND a.round > 0 AND a.stage <> 'draft' AND b.stage <> 'draft' ORDER BY a.id, b.id LIMIT {MOST}"
    );
    let rows: Vec<Pair> = sql::all(records.read(), &text, vec![value]).await?;
    let name = |name: &str| masking::name(name, Audience::Staff);
    let signal = |row: Pair| Signal {
        kind: SignalKind::SharedPhoto,
        about: format!("{} 和 {}", name(&row.name), name(&row.other_name)),
        evidence: format!("两个人交的是同一个照片文件（SHA-256 {}…）", row.on_day.get(..12).unwrap_or("")),
        links: row.links(),
    };
    Ok(rows.into_iter().map(signal).collect())
}

/// Many applications from one address within an hour.
async fn addresses(records: &Records, scope: &Scope) -> Result<Vec<Signal>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        number: Option<String>,
        account_id: String,
        submitted_at: i64,
        answers_sealed: Vec<u8>,
    }
    let newest = records.now().0 - 90 * 24 * HOUR_MS;
    let (clause, value) = scope.clause(1);
    let text = format!(
        "SELECT a.id, a.number, a.account_id, a.submitted_at, a.answers_sealed FROM application a
         WHERE {clause} AND a.stage IN ('submitted','returned','approved') AND a.submitted_at >= $2
         ORDER BY a.submitted_at DESC LIMIT {ADDRESSES}"
    );
    let values: Vec<Value> = vec![value, newest.into()];
    let mut houses: HashMap<String, Vec<Row>> = HashMap::new();
    for row in sql::all::<Row, _>(records.read(), &text, values).await? {
        let answers: Answers = load::unseal(records, "answers", &row.id, &row.answers_sealed)?;
        let house: String = answers.get("address").split_whitespace().collect();
        if !house.is_empty() {
            houses.entry(house).or_default().push(row);
        }
    }
    let mut found: Vec<Signal> = Vec::new();
    for (house, mut rows) in houses {
        rows.sort_by_key(|row| row.submitted_at);
        // The densest hour.
        let best = (0..rows.len())
            .map(|at| {
                let until = rows[at].submitted_at + HOUR_MS;
                let some: Vec<&Row> = rows[at..].iter().take_while(|row| row.submitted_at <= until).collect();
                let people: std::collections::HashSet<&str> = some.iter().map(|row| row.account_id.as_str()).collect();
                (people.len(), at)
            })
            .max_by_key(|(people, at)| (*people, std::cmp::Reverse(*at)));
        if let Some((people, at)) = best.filter(|(people, _)| *people >= ONE_ADDRESS) {
            let links = rows[at..].iter().take(3).map(|row| case(&row.id, row.number.as_deref().unwrap_or("一件")));
            found.push(Signal {
                kind: SignalKind::AddressBurst,
                about: masking::address(&house, Audience::Staff),
                evidence: format!(
                    "一小时内 {people} 个人写了同一个通讯地址；{ONE_ADDRESS} 人起列出，看的是最近 {ADDRESSES} 件"
                ),
                links: links.collect(),
            });
        }
    }
    found.sort_by(|one, other| other.evidence.cmp(&one.evidence).then(one.about.cmp(&other.about)));
    found.truncate(MOST);
    Ok(found)
}
