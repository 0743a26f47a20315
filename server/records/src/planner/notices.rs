//! 公示: masked lists with a window that the calendar opens and closes, and what anybody objects to them.

use super::calendar;
use super::changing::ensure_theirs;
use super::drafting::note;
use super::hub::Known;
use super::objecting::objections;
use crate::keys::place;
use crate::scores::{Marks, marks_of};
use crate::{Error, Records, plans, sql};
use domain::account::StaffMember;
use domain::application::axes::{Axes, Money};
use domain::ids::PlanId;
use domain::masking::{self, Audience};
use domain::page::planner::{NoticeLine, PublicEntry, PublicNotice, PublicNoticeLine};
use domain::plan::Plan;
use domain::planner::{NoticeKind, PlanStage, PlannerRefusal};
use domain::profile::Profile;
use domain::scores::Mark;
use domain::time::Timestamp;
use domain::timeline::{Measure, TimePoint, TimePoints, TimeRule, check};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};

/// Lines on one page of a public list.
const PER_PAGE: u32 = 100;

#[derive(FromQueryResult)]
pub(super) struct NoticeRow {
    pub id: String,
    plan_id: String,
    kind: String,
    opens_at: i64,
    closes_at: i64,
}

fn kind_of(row: &NoticeRow) -> Result<NoticeKind, Error> {
    NoticeKind::parse(&row.kind).ok_or_else(|| Error::bad_row("notice", &row.id, "kind"))
}

/// Opens a public list: who stands on it is frozen now, when it is seen says the window. Without dates it takes those of
/// the plan.
pub async fn open_notice(
    records: &Records,
    member: &StaffMember,
    id: PlanId,
    kind: NoticeKind,
    window: Option<(TimePoint, TimePoint)>,
) -> Result<(), Error> {
    let known = Known::load(records, id).await?;
    ensure_theirs(&known, member)?;
    let (Some(plan), Some(profile)) = (&known.plan, &known.profile) else {
        return Err(PlannerRefusal::NotNow(known.stage()?).into());
    };
    let stage = known.stage()?;
    if stage != PlanStage::Published {
        return Err(PlannerRefusal::NotNow(stage).into());
    }
    let now = records.now();
    let times = known.times();
    let planned = match kind {
        NoticeKind::Roster => times.roster_pub_start.zip(times.roster_pub_end),
        NoticeKind::Scores => times.score_pub_start.zip(times.score_pub_end),
    };
    let (from, until) = window.or(planned).ok_or(PlannerRefusal::NotNow(stage))?;
    // What has begun in the past begins now: a window counts from the day it is really seen.
    let from = if from.starts() < now { TimePoint::Moment(now.in_shanghai()) } else { from };
    long_enough(kind, from, until, profile, records)?;
    if kind == NoticeKind::Scores && !released(records, id, from.starts()).await? {
        return Err(PlannerRefusal::NothingToShow.into());
    }
    let people = people(records, plan, profile).await?;
    if people.is_empty() {
        return Err(PlannerRefusal::NothingToShow.into());
    }
    let tx = records.begin().await?;
    let notice = records.chance().id(now).to_string();
    let inserted = sql::run(
        &tx.db,
        "INSERT INTO notice (id, plan_id, kind, opens_at, closes_at, staff_id, staff_name, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (plan_id, kind) DO NOTHING",
        vec![
            notice.clone().into(),
            id.to_string().into(),
            kind.as_str().into(),
            from.starts().0.into(),
            until.ends().0.into(),
            member.id.to_string().into(),
            member.name.clone().into(),
            now.0.into(),
        ],
    );
    if inserted.await?.rows_affected() == 0 {
        return Err(PlannerRefusal::NoticeThere.into());
    }
    let numbered: Vec<(i64, String)> = (1..).zip(people).collect();
    for some in numbered.chunks(200) {
        let places: Vec<String> = (0..some.len()).map(|at| format!("($1, ${}, ${})", at * 2 + 2, at * 2 + 3)).collect();
        let mut values: Vec<Value> = vec![notice.clone().into()];
        for (no, application) in some {
            values.extend::<[Value; 2]>([(*no).into(), application.clone().into()]);
        }
        let text = format!("INSERT INTO notice_line (notice_id, no, application_id) VALUES {}", places.join(","));
        sql::run(&tx.db, &text, values).await?;
    }
    let act = match kind {
        NoticeKind::Roster => "notice_roster",
        NoticeKind::Scores => "notice_scores",
    };
    note(&tx, now, id, member, act, &format!("{from} – {until}")).await?;
    tx.commit().await
}

/// A roster is public as long as the procedure asks; scores at least until the next day.
fn long_enough(
    kind: NoticeKind,
    from: TimePoint,
    until: TimePoint,
    profile: &Profile,
    records: &Records,
) -> Result<(), Error> {
    let times = TimePoints { roster_pub_start: Some(from), roster_pub_end: Some(until), ..TimePoints::default() };
    let broken = check(&times, &profile.times, calendar(records));
    if let (NoticeKind::Roster, Some(violation)) =
        (kind, broken.iter().find(|violation| violation.rule == TimeRule::PubMinDays))
        && let (Measure::Days(days), Measure::Days(need)) = (violation.measured, violation.required)
    {
        return Err(PlannerRefusal::WindowTooShort { need: u32::try_from(need).unwrap_or(0), days }.into());
    }
    let days = (until.day() - from.day()).num_days();
    if days < 1 { Err(PlannerRefusal::WindowTooShort { need: 1, days }.into()) } else { Ok(()) }
}

async fn released(records: &Records, id: PlanId, at: Timestamp) -> Result<bool, Error> {
    let text = "SELECT release_at FROM score_sheet WHERE plan_id = $1 AND state = 'released'";
    let release = sql::number(records.read(), text, vec![id.to_string().into()]).await?;
    Ok(release.is_some_and(|release| release <= at.0))
}

/// Those whose application stands, by number; who did not pay in time gave up.
async fn people(records: &Records, plan: &Plan, profile: &Profile) -> Result<Vec<String>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        money: String,
        due_until: Option<i64>,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT id, money, due_until FROM application WHERE plan_id = $1 AND stage = 'approved' ORDER BY number, id",
        vec![plan.id.to_string().into()],
    )
    .await?;
    let stands = |row: &Row| {
        let money = Money::parse(&row.money, row.due_until.map(Timestamp)).unwrap_or_default();
        let axes = Axes { money, ..Axes::default() }.at(&profile.payment, records.now());
        !matches!(axes.money, Money::Expired { .. })
    };
    Ok(rows.into_iter().filter(stands).map(|row| row.id).collect())
}

/// The lists of a plan with their objections, for the office.
pub(super) async fn of_plan(records: &Records, id: PlanId) -> Result<Vec<NoticeLine>, Error> {
    let rows: Vec<NoticeRow> = sql::all(
        records.read(),
        "SELECT id, plan_id, kind, opens_at, closes_at FROM notice WHERE plan_id = $1 ORDER BY opens_at, id",
        vec![id.to_string().into()],
    )
    .await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        lines.push(NoticeLine {
            kind: kind_of(&row)?,
            opens: Timestamp(row.opens_at),
            closes: Timestamp(row.closes_at),
            objections: objections(records, &row.id).await?,
            id: row.id,
        });
    }
    Ok(lines)
}

/// The lists that are public now, those that end first in front. Scores are public only while they are released: taking
/// them back takes the list down.
pub async fn public_notices(records: &Records) -> Result<Vec<PublicNoticeLine>, Error> {
    let now = records.now().0;
    let rows: Vec<NoticeRow> = sql::all(
        records.read(),
        "SELECT n.id, n.plan_id, n.kind, n.opens_at, n.closes_at FROM notice n JOIN plan p ON p.id = n.plan_id
         WHERE n.opens_at <= $1 AND n.closes_at >= $1 AND p.cancelled_at IS NULL
           AND (n.kind <> 'scores' OR EXISTS (SELECT 1 FROM score_sheet s
            WHERE s.plan_id = n.plan_id AND s.state = 'released' AND s.release_at <= $1)) ORDER BY n.closes_at, n.id LIMIT 200",
        vec![now.into()],
    )
    .await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let id = row.plan_id.parse().map_err(|_| Error::bad_row("notice", &row.id, "plan"))?;
        lines.push(public_line(&row, &plans::get(records, id).await?)?);
    }
    Ok(lines)
}

fn public_line(row: &NoticeRow, plan: &Plan) -> Result<PublicNoticeLine, Error> {
    Ok(PublicNoticeLine {
        id: row.id.clone(),
        kind: kind_of(row)?,
        title: plan.title.clone(),
        agency: plan.agency_name.clone(),
        opens: Timestamp(row.opens_at),
        closes: Timestamp(row.closes_at),
    })
}

/// A list that is public now; before and after, there is none.
pub(super) async fn current<C: ConnectionTrait>(db: &C, records: &Records, id: &str) -> Result<NoticeRow, Error> {
    let now = records.now().0;
    let row: Option<NoticeRow> = sql::one(
        db,
        "SELECT n.id, n.plan_id, n.kind, n.opens_at, n.closes_at FROM notice n JOIN plan p ON p.id = n.plan_id
         WHERE n.id = $1 AND n.opens_at <= $2 AND n.closes_at >= $2 AND p.cancelled_at IS NULL
           AND (n.kind <> 'scores' OR EXISTS (SELECT 1 FROM score_sheet s
            WHERE s.plan_id = n.plan_id AND s.state = 'released' AND s.release_at <= $2))",
        vec![id.into(), now.into()],
    )
    .await?;
    row.ok_or(Error::NotFound)
}

/// One page of a public list.
pub async fn public_notice(records: &Records, id: &str, page: u32) -> Result<PublicNotice, Error> {
    let row = current(records.read(), records, id).await?;
    let plan_id: PlanId = row.plan_id.parse().map_err(|_| Error::bad_row("notice", &row.id, "plan"))?;
    let plan = plans::get(records, plan_id).await?;
    let total = sql::number(
        records.read(),
        "SELECT COUNT(*) FROM notice_line WHERE notice_id = $1 AND struck_at IS NULL",
        vec![id.into()],
    );
    let total = u64::try_from(total.await?.unwrap_or(0)).unwrap_or(0);
    let pages = u32::try_from(total.div_ceil(u64::from(PER_PAGE))).unwrap_or(1).max(1);
    let page = page.clamp(1, pages);
    let scores = kind_of(&row)? == NoticeKind::Scores;
    Ok(PublicNotice {
        entries: entries(records, &row.id, &plan, page, scores).await?,
        line: public_line(&row, &plan)?,
        now: records.now(),
        number: plan.number.clone(),
        trade: plan.occupation_and_trade(),
        level: plan.level,
        contact: format!("{} {}", plan.contact, plan.contact_phone),
        subjects: if scores { plan.subjects.clone() } else { Vec::new() },
        total,
        page,
        pages,
    })
}

async fn entries(
    records: &Records,
    notice: &str,
    plan: &Plan,
    page: u32,
    scores: bool,
) -> Result<Vec<PublicEntry>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        no: i64,
        application_id: String,
        name: String,
        account: String,
        id_sealed: Vec<u8>,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT l.no, l.application_id, a.name, o.id AS account, o.id_sealed FROM notice_line l
         JOIN application a ON a.id = l.application_id JOIN account o ON o.id = a.account_id
         WHERE l.notice_id = $1 AND l.struck_at IS NULL ORDER BY l.no LIMIT $2 OFFSET $3",
        vec![notice.into(), i64::from(PER_PAGE).into(), i64::from((page - 1) * PER_PAGE).into()],
    )
    .await?;
    let marks = if scores { marks_of(records.read(), plan.id).await? } else { Marks::new() };
    let profile = plans::profile_of(records, plan).await?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let id_no = records.inner.keys.open_text(&place("account", "id_no", &row.account), &row.id_sealed)?;
        let mark = |subject: &String| marks.get(&(row.application_id.clone(), subject.clone())).copied();
        let shown = plan.subjects.iter().filter(|_| scores).map(|subject| {
            let words = mark(subject).map_or_else(|| "—".to_owned(), Mark::brief);
            (subject.clone(), words)
        });
        let shown = shown.collect();
        let passed = plan
            .subjects
            .iter()
            .all(|subject| mark(subject).is_some_and(|mark| mark.passes(profile.score.pass_tenths(subject))));
        entries.push(PublicEntry {
            no: u32::try_from(row.no).unwrap_or(0),
            name: masking::name(&row.name, Audience::Public),
            id_no: masking::id_number(&id_no, Audience::Public),
            marks: shown,
            result: match (scores, passed) {
                (false, _) => String::new(),
                (true, true) => "合格".into(),
                (true, false) => "不合格".into(),
            },
        });
    }
    Ok(entries)
}
