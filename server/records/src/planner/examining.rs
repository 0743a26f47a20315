//! Another occupation, trade or level: whether it may be, whom it concerns, and what becomes of their applications.

use super::changing::LIVE;
use super::drafting::title_of;
use super::publishing::new_plan;
use crate::applications::load;
use crate::applications::reexamine::{self, Becoming, Looked};
use crate::desk::return_bounds;
use crate::entity::{application, claim};
use crate::history::{self, Actor};
use crate::live::{self, outbox, outbox::Audience};
use crate::messages::{self, Telling};
use crate::{Error, Records, Tx, agencies, payments, plans, results, sql};
use domain::account::StaffMember;
use domain::application::Stage;
use domain::form::Answers;
use domain::message::MessageKind;
use domain::page::mine::What;
use domain::page::planner::ScopeLine;
use domain::plan::Plan;
use domain::planner::{self, Affected, Examination, NAMED_MAX, PlanFault, PlanFaultWhy, PlannerRefusal, SettledBy};
use domain::profile::Profile;
use domain::time::Timestamp;
use domain::timeline::TimePoint;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

/// Whether a change makes the plan examine something else.
pub(super) fn is_other_subject(before: &Answers, form: &Answers) -> bool {
    before.get("scope") != form.get("scope")
}

/// The plan before and after; refused where the filing does not cover it, where conditions were written for what it was,
/// or where the standard does not know it.
pub(super) async fn becoming(
    records: &Records,
    plan: &Plan,
    profile: &Profile,
    (before, form): (&Answers, &Answers),
    own: &[ScopeLine],
) -> Result<Becoming, Error> {
    let fault = |key: &str, why| PlannerRefusal::Faults(vec![PlanFault { key: key.into(), why }]);
    let (code, _) = super::hub::scope_of(form);
    if own.iter().all(|line| line.code != code) {
        return Err(fault("scope", PlanFaultWhy::OutsideFiling).into());
    }
    if form.has("conditions") && form.get("conditions") == before.get("conditions") {
        return Err(fault("conditions", PlanFaultWhy::WrittenForAnother).into());
    }
    let title = title_of(records, plan.agency, form, Some(profile), own).await?;
    let filing = agencies::get(records, plan.agency).await?.filing_code;
    let new = new_plan(records, profile, form, own, &filing, plan.number.clone(), &title).await?;
    let mut after = plans::with_subject(records, plan, profile, &new).await.map_err(|faults| {
        let rules = faults.into_iter().map(|words| PlanFault { key: "scope".into(), why: PlanFaultWhy::Rule(words) });
        PlannerRefusal::Faults(rules.collect())
    })?;
    // Dates that change with it count as well: conditions are met on a day.
    let times = planner::times_of(form);
    if let (Some(opens), Some(closes)) = (times.reg_open, times.reg_close) {
        (after.window.opens, after.window.closes) = (opens.starts(), closes.ends());
    }
    after.exam_on = times.first_exam().map_or(after.exam_on, TimePoint::day);
    let profile = plans::profile_for(records, &after).await?;
    Ok(Becoming { before: plan.clone(), after, profile })
}

/// Applications that were looked at, each in the revision that was looked at.
pub(super) type LookedAt = HashMap<String, (i64, Looked)>;

/// Looks at everybody who has registered.
pub(super) async fn look_at_all(records: &Records, plans: &Becoming) -> Result<(LookedAt, Examination), Error> {
    let rows = application::Entity::find()
        .filter(application::Column::PlanId.eq(plans.before.id.to_string()))
        .filter(application::Column::Stage.is_in(LIVE))
        .order_by_asc(application::Column::Number)
        .order_by_asc(application::Column::Id)
        .all(records.read())
        .await?;
    let (mut all, mut found, mut digest) = (LookedAt::new(), Examination::default(), Sha256::new());
    digest.update(plans.after.subject_in_words());
    for row in rows.iter().filter(|row| !is_over(row)) {
        let looked = reexamine::look(records, row, plans).await?;
        let back = !looked.why.is_empty();
        if back {
            found.returned += 1
        } else {
            found.kept += 1
        }
        digest.update(format!("{}{back}", row.id));
        found.people.push(Affected {
            id: row.id.parse().map_err(|_| Error::bad_row("application", &row.id, "id"))?,
            number: row.number.clone().unwrap_or_default(),
            name: row.name.clone(),
            stage: load::stage_of(row)?.name(),
            why: looked.why.clone(),
        });
        all.insert(row.id.clone(), (row.revision, looked));
    }
    found.people.sort_by_key(|one| one.why.is_empty());
    found.people.truncate(NAMED_MAX);
    found.token = hex::encode(digest.finalize()).chars().take(16).collect();
    Ok((all, found))
}

/// Who did not pay in time gave the seat up: nothing stands that could go back.
fn is_over(row: &application::Model) -> bool {
    row.money == "expired"
}

/// What has been done already on the ground of who sits in a plan and what it examines; none while both may change.
pub(crate) async fn settled_by<C: sea_orm::ConnectionTrait>(db: &C, plan: &str) -> Result<Option<SettledBy>, Error> {
    for (by, question) in [
        (SettledBy::Certificates, "SELECT COUNT(*) FROM certificate WHERE plan_id = $1"),
        (SettledBy::Scores, "SELECT COUNT(*) FROM score WHERE plan_id = $1"),
        (SettledBy::Tickets, "SELECT COUNT(*) FROM admission_ticket WHERE plan_id = $1"),
        (SettledBy::Seats, "SELECT COUNT(*) FROM exam_seat WHERE plan_id = $1"),
        (SettledBy::Notice, "SELECT COUNT(*) FROM notice WHERE plan_id = $1"),
        (SettledBy::Filed, "SELECT COUNT(*) FROM application WHERE plan_id = $1 AND filing = 'filed'"),
    ] {
        if sql::number(db, question, vec![plan.into()]).await?.unwrap_or(0) > 0 {
            return Ok(Some(by));
        }
    }
    Ok(None)
}

/// Refuses what cannot be undone any more, what would register somebody twice for one trade, and what leaves nobody time.
pub(super) async fn ensure_may<C: sea_orm::ConnectionTrait>(
    db: &C,
    plans: &Becoming,
    now: Timestamp,
) -> Result<(), Error> {
    let id = plans.before.id.to_string();
    if let Some(by) = settled_by(db, &id).await? {
        return Err(PlannerRefusal::Settled(by).into());
    }
    #[derive(FromQueryResult)]
    struct Twice {
        name: String,
        number: Option<String>,
    }
    let twice: Vec<Twice> = sql::all(
        db,
        "SELECT a.name, a.number FROM application a JOIN application b ON b.account_id = a.account_id
         WHERE a.plan_id = $1 AND b.plan_id <> $1 AND b.trade_key = $2 AND b.window_opens <= $4 AND b.window_closes >= $3
           AND a.stage IN ('draft','submitted','returned','approved') AND b.stage IN ('draft','submitted','returned','approved')
           AND NOT (a.stage = 'draft' AND $4 < $5) AND NOT (b.stage = 'draft' AND b.window_closes < $5)
         ORDER BY a.number, a.id LIMIT 20",
        vec![
            id.into(),
            results::trade_key(&plans.after).into(),
            plans.after.window.opens.0.into(),
            plans.after.window.closes.0.into(),
            now.0.into(),
        ],
    )
    .await?;
    if !twice.is_empty() {
        let named = |one: Twice| match one.number {
            Some(number) => format!("{}（{number}）", one.name),
            None => one.name,
        };
        return Err(PlannerRefusal::SameTrade(twice.into_iter().map(named).collect()).into());
    }
    Ok(())
}

/// Puts the new subject in force: the plan itself, and every application that was begun for it. Gives those that went
/// back; they are told here, and why.
pub(super) async fn settle(
    records: &Records,
    tx: &mut Tx,
    member: &StaffMember,
    plans: &Becoming,
    mut looked: LookedAt,
    reason: &str,
    now: Timestamp,
) -> Result<HashSet<String>, Error> {
    ensure_may(&tx.db, plans, now).await?;
    plans::put_subject(tx, &plans.after, now).await?;
    let id = plans.before.id.to_string();
    payments::void_expired(tx, &id).await?;
    let key = results::trade_key(&plans.after);
    sql::run(
        &tx.db,
        "UPDATE application SET trade_key = $2 WHERE plan_id = $1 AND stage IN ('draft','submitted','returned','approved')",
        vec![id.clone().into(), key.into()],
    )
    .await?;
    let rows = application::Entity::find()
        .filter(application::Column::PlanId.eq(id))
        .filter(application::Column::Stage.is_in(LIVE))
        .order_by_asc(application::Column::Id)
        .lock_exclusive()
        .all(&tx.db)
        .await?;
    let (until, _) = return_bounds(&plans.after, &plans.profile, now);
    let mut back = HashSet::new();
    let (mut lines, mut news, mut told) = (Vec::new(), Vec::new(), Vec::new());
    for mut row in rows.into_iter().filter(|row| !is_over(row)) {
        // Whoever handed in since is looked at here: few, while all others wait.
        let outcome = match looked.remove(&row.id) {
            Some((revision, outcome)) if revision == row.revision => outcome,
            _ => reexamine::look(records, &row, plans).await?,
        };
        if matches!(load::stage_of(&row)?, Stage::Approved { .. }) && !outcome.why.is_empty() {
            payments::on_reopen(tx, &row).await?;
        }
        let Some(returned) = outcome.put(&mut row, plans, until, now)? else {
            load::save(tx, &mut row).await?;
            continue;
        };
        if until <= now {
            return Err(PlannerRefusal::TooNear.into());
        }
        load::save(tx, &mut row).await?;
        claim::Entity::delete_by_id(row.id.as_str()).exec(&tx.db).await?;
        let (was, is) = (plans.before.subject_in_words(), plans.after.subject_in_words());
        lines.push(history::NewLine {
            case: row.id.clone(),
            actor: Actor::from(member),
            what: What::Returned,
            detail: json!({
                "text": reason, "was": was, "is": is, "on": returned.on, "until": returned.until,
                "from": returned.from.as_str(), "amended": true,
            }),
        });
        news.extend(outbox::of(&row, "returned", Audience::Desk));
        told.push(Telling::about(&row, MessageKind::Returned).became(was, is).words(reason).until(returned.until));
        back.insert(row.id);
    }
    while !lines.is_empty() {
        // A statement has room for so many lines.
        let some = lines.drain(..lines.len().min(200)).collect();
        history::append_all(tx, now, some).await?;
    }
    while !news.is_empty() {
        let some = news.drain(..news.len().min(1_000)).collect();
        live::append(tx, now, some).await?;
    }
    messages::tell_all(records, tx, now, told).await?;
    Ok(back)
}

/// Whether two looks were at the same change.
pub(super) fn is_same(one: &Becoming, other: &Becoming) -> bool {
    let facts = |plan: &Plan| {
        let Plan { occupation, trade, code, level, conditions, subjects, window, exam_on, .. } = plan;
        (
            occupation.clone(),
            trade.clone(),
            code.clone(),
            *level,
            conditions.clone(),
            subjects.clone(),
            *window,
            *exam_on,
        )
    };
    facts(&one.after) == facts(&other.after) && facts(&one.before) == facts(&other.before)
}
