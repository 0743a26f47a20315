//! By hand: two people enter every mark without seeing what the other entered. Where both entered the same, it counts.

use super::ground::{Counting, Ground, chain, ensure_open, entries_of, locked_sheet, put};
use crate::{Error, Records, history, sql};
use domain::account::StaffMember;
use domain::ids::{ApplicationId, PlanId};
use domain::page::mine::What;
use domain::page::scores::{MarkSource, ScoreRefusal};
use domain::scores::{Mark, agreed, read};
use serde_json::json;
use std::collections::BTreeSet;

/// What came of entering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entered {
    /// Cells that changed.
    pub changed: u32,
    /// Cells of this page in which the other person entered something else.
    pub differ: u32,
}

/// Enters marks: application, place of the subject in the plan, what was typed. A cell left empty takes one's own entry
/// back. All or nothing: cells that hold no mark are named.
pub async fn enter(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    typed: &[(ApplicationId, usize, String)],
) -> Result<Entered, Error> {
    let ground = Ground::open(records, member, plan).await?;
    ground.ensure_held(records.now())?;
    let sitters = ground.sitters(records).await?;
    let mut cells = Vec::new();
    let mut wrong = Vec::new();
    for (id, place, text) in typed {
        let subject = ground.plan.subjects.get(*place);
        let sitter = sitters.iter().find(|sitter| sitter.id == *id);
        let (Some(subject), Some(sitter)) = (subject, sitter) else { continue };
        match read(text) {
            Ok(mark) if sitter.subjects.contains(subject) => cells.push((id.to_string(), subject.clone(), mark)),
            Ok(_) => {}
            Err(why) => wrong.push((format!("{id}.{place}"), why)),
        }
    }
    if !wrong.is_empty() {
        return Err(ScoreRefusal::Cells(wrong).into());
    }
    let tx = records.begin().await?;
    let now = records.now();
    ensure_open(&locked_sheet(&tx, plan).await?)?;
    let before = entries_of(&tx.db, plan).await?;
    let own = member.id.to_string();
    let others: BTreeSet<&str> =
        before.values().flatten().map(|entry| entry.staff.as_str()).filter(|staff| *staff != own).collect();
    if others.len() > 1 {
        return Err(ScoreRefusal::ThirdHand.into());
    }
    let mut entered = Entered { changed: 0, differ: 0 };
    for (id, subject, mark) in cells {
        let known = before.get(&(id.clone(), subject.clone())).map_or(&[][..], Vec::as_slice);
        let mine = known.iter().find(|entry| entry.staff == own).map_or(Mark::Blank, |entry| entry.mark);
        let other = known.iter().find(|entry| entry.staff != own).map(|entry| entry.mark);
        if mine != mark {
            keep(&tx, plan, member, &id, &subject, mark, now.0).await?;
            entered.changed += 1;
            let both: Vec<Mark> = other.into_iter().chain((mark != Mark::Blank).then_some(mark)).collect();
            match agreed(&both) {
                Some(mark) => {
                    let source = MarkSource::Hands;
                    let counting = Counting { application: &id, subject: &subject, mark, source, by: &own };
                    put(&tx, plan, counting, now).await?;
                }
                None => forget(&tx, &id, &subject).await?,
            }
        }
        entered.differ += u32::from(mark != Mark::Blank && other.is_some_and(|other| other != mark));
    }
    if entered.changed > 0 {
        let detail = json!({ "cells": entered.changed });
        history::append(&tx, now, &chain(plan), &history::Actor::from(member), What::ScoresEntered, detail).await?;
    }
    tx.commit().await?;
    Ok(entered)
}

async fn keep(
    tx: &crate::Tx,
    plan: PlanId,
    member: &StaffMember,
    id: &str,
    subject: &str,
    mark: Mark,
    now: i64,
) -> Result<(), Error> {
    let staff = member.id.to_string();
    if mark == Mark::Blank {
        let text = "DELETE FROM score_entry WHERE application_id = $1 AND subject = $2 AND staff_id = $3";
        sql::run(&tx.db, text, vec![id.into(), subject.into(), staff.into()]).await?;
        return Ok(());
    }
    sql::run(
        &tx.db,
        "INSERT INTO score_entry (application_id, subject, staff_id, staff_name, plan_id, kind, tenths, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (application_id, subject, staff_id) DO UPDATE
         SET kind = excluded.kind, tenths = excluded.tenths, at = excluded.at",
        vec![
            id.into(),
            subject.into(),
            staff.into(),
            member.name.clone().into(),
            plan.to_string().into(),
            mark.kind().into(),
            mark.tenths().map(i64::from).into(),
            now.into(),
        ],
    )
    .await?;
    Ok(())
}

/// A mark that two people had agreed on counts no longer once one of them enters another.
async fn forget(tx: &crate::Tx, id: &str, subject: &str) -> Result<(), Error> {
    let text = "DELETE FROM score WHERE application_id = $1 AND subject = $2 AND source = 'hands'";
    sql::run(&tx.db, text, vec![id.into(), subject.into()]).await?;
    Ok(())
}
