//! The list of plans, and one plan with everything around it.

use super::register::{badge, scopes};
use super::{calendar, ensure_sees, form_of, procedure_of, stage_of, times_of_plan};
use crate::desk::access::Scope;
use crate::entity::{agency, planning};
use crate::{Error, Records, history, plans, sql};
use domain::account::{Role, StaffMember};
use domain::form::Answers;
use domain::ids::{Fen, PlanId, Revision};
use domain::occupation::SkillLevel;
use domain::page::planner::{
    FilingBadge, FilingOpinion, PlanActs, PlanBill, PlanHappening, PlanHub, PlanNumbers, PlanRow, PlanView, ScopeLine,
};
use domain::plan::{Plan, PlanState};
use domain::planner::{self, AmendmentStage, FilingDesk, FilingOutcome, PlanStage};
use domain::profile::{Payer, Profile};
use domain::time::Timestamp;
use domain::timeline::{LeadTimes, Milestone, PointName, TimePoints, check, milestones};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;
use std::sync::Arc;

/// Most plans of one list.
const MOST: u64 = 400;

/// A plan as far as it has come: on its way, public, or both.
pub(super) struct Known {
    pub row: Option<planning::Model>,
    pub plan: Option<Plan>,
    pub form: Answers,
    pub profile: Option<Arc<Profile>>,
}

impl Known {
    pub(super) async fn load(records: &Records, id: PlanId) -> Result<Known, Error> {
        let row = planning::Entity::find_by_id(id.to_string()).one(records.read()).await?;
        let plan = match plans::get(records, id).await {
            Ok(plan) => Some(plan),
            Err(Error::NotFound) => None,
            Err(other) => return Err(other),
        };
        Known::of(records, row, plan).await
    }

    async fn of(records: &Records, row: Option<planning::Model>, plan: Option<Plan>) -> Result<Known, Error> {
        let form = row.as_ref().map(form_of).transpose()?.unwrap_or_default();
        let profile = match &plan {
            Some(plan) => Some(plans::profile_of(records, plan).await?),
            None => procedure_of(records, &form).await?,
        };
        if row.is_none() && plan.is_none() {
            return Err(Error::NotFound);
        }
        Ok(Known { row, plan, form, profile })
    }

    pub(super) fn stage(&self) -> Result<PlanStage, Error> {
        self.row.as_ref().map_or(Ok(PlanStage::Published), stage_of)
    }

    pub(super) fn agency_id(&self) -> String {
        match (&self.row, &self.plan) {
            (Some(row), _) => row.agency_id.clone(),
            (None, Some(plan)) => plan.agency.to_string(),
            (None, None) => String::new(),
        }
    }

    /// Id of the row.
    pub(super) fn id(&self) -> String {
        match (&self.row, &self.plan) {
            (Some(row), _) => row.id.clone(),
            (None, plan) => plan.as_ref().map(|plan| plan.id.to_string()).unwrap_or_default(),
        }
    }

    /// Number and title, as far as it has them.
    pub(super) fn named(&self) -> String {
        let (number, title) = match (&self.plan, &self.row) {
            (Some(plan), _) => (plan.number.as_str(), plan.title.as_str()),
            (None, Some(row)) => (row.number.as_deref().unwrap_or_default(), row.title.as_str()),
            (None, None) => ("", ""),
        };
        format!("{number} {title}").trim().to_owned()
    }

    pub(super) fn times(&self) -> TimePoints {
        match (&self.row, &self.plan) {
            (None, Some(plan)) => times_of_plan(plan),
            _ => planner::times_of(&self.form),
        }
    }

    pub(super) fn rules(&self) -> LeadTimes {
        self.profile.as_ref().map(|profile| profile.times.clone()).unwrap_or_default()
    }

    /// Code and level of what is examined.
    fn subject(&self) -> (String, Option<SkillLevel>) {
        match &self.plan {
            Some(plan) => (plan.code.clone(), plan.level),
            None => scope_of(&self.form),
        }
    }

    fn shown(&self, records: &Records, agency: &str, filed: &[ScopeLine]) -> Result<PlanRow, Error> {
        let now = records.now();
        let times = self.times();
        let exam_on = times.first_exam().map(|exam| exam.day());
        let (code, level) = self.subject();
        let stones = milestones(&times, &self.rules(), calendar(records));
        let number = match (&self.plan, &self.row) {
            (Some(plan), _) => plan.number.clone(),
            (None, row) => row.as_ref().and_then(|row| row.number.clone()).unwrap_or_default(),
        };
        let title = match (&self.plan, &self.row) {
            (Some(plan), _) => plan.title.clone(),
            (None, row) => row.as_ref().map(|row| row.title.clone()).unwrap_or_default(),
        };
        let id = match (&self.row, &self.plan) {
            (Some(row), _) => row.id.parse().map_err(|_| Error::bad_row("planning", &row.id, "id"))?,
            (None, Some(plan)) => plan.id,
            (None, None) => return Err(Error::NotFound),
        };
        let stage = self.stage()?;
        let ended = matches!(stage, PlanStage::Cancelled | PlanStage::Refused);
        Ok(PlanRow {
            id,
            number,
            title,
            agency: agency.to_owned(),
            stage,
            state: self.plan.as_ref().filter(|_| !ended).map(|plan| plan.state_at(now)),
            exam_on,
            badge: if code.is_empty() { FilingBadge::Unknown } else { badge(filed, &code, level, exam_on) },
            next: if ended { None } else { next_of(&stones, stage, now) },
            amending: None,
        })
    }
}

/// Code and level that a form names: `6-31-01-03/4`.
pub(super) fn scope_of(form: &Answers) -> (String, Option<SkillLevel>) {
    let (code, level) = form.get("scope").split_once('/').unwrap_or(("", ""));
    (code.to_owned(), level.parse().ok().and_then(SkillLevel::from_number))
}

/// What comes next.
fn next_of(stones: &[Milestone], stage: PlanStage, now: Timestamp) -> Option<Milestone> {
    // What was filed needs no filing any more.
    let filed = |stone: &&Milestone| stone.point == Some(PointName::PlanFiled) && stage != PlanStage::Draft;
    stones.iter().filter(|stone| !filed(stone)).find(|stone| stone.at.is_some_and(|at| at.ends() >= now)).copied()
}

/// The plans that a member sees.
pub async fn list(
    records: &Records,
    member: &StaffMember,
    q: &str,
    stage: Option<PlanStage>,
) -> Result<PlanHub, Error> {
    let scope = Scope::of(records, member).await?;
    let agencies: HashMap<String, agency::Model> = agency::Entity::find()
        .all(records.read())
        .await?
        .into_iter()
        .filter(|agency| scope.holds(&agency.id, &agency.region))
        .map(|agency| (agency.id.clone(), agency))
        .collect();
    let filed = scopes(records.read()).await?;
    let known = known_to(records, member, &agencies).await?;
    let mut per_stage: Vec<(PlanStage, u64)> = PlanStage::ALL.iter().map(|stage| (*stage, 0)).collect();
    let waiting: HashMap<String, AmendmentStage> = super::amending::waiting_plans(records).await?.into_iter().collect();
    let mut shown = Vec::new();
    for one in &known {
        let agency_id = one.agency_id();
        let Some(agency) = agencies.get(&agency_id) else { continue };
        let own = filed.get(&agency_id).map_or(&[][..], Vec::as_slice);
        let mut row = one.shown(records, &agency.name, own)?;
        row.amending = waiting.get(&row.id.to_string()).copied();
        if let Some((_, count)) = per_stage.iter_mut().find(|(stage, _)| *stage == row.stage) {
            *count += 1;
        }
        let words = format!("{} {} {}", row.number, row.title, row.agency);
        let wanted =
            stage.is_none_or(|stage| stage == row.stage) && q.split_whitespace().all(|word| words.contains(word));
        if wanted {
            shown.push(row);
        }
    }
    put_in_order(&mut shown, member.role);
    shown.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    Ok(PlanHub {
        now: records.now(),
        rows: shown,
        per_stage,
        may_draft: member.role == Role::Manager,
        may_decide: member.role == Role::Authority,
        many_agencies: member.role == Role::Authority,
    })
}

/// The plans of these agencies: those that came about here, and those that were public from the beginning.
async fn known_to(
    records: &Records,
    member: &StaffMember,
    agencies: &HashMap<String, agency::Model>,
) -> Result<Vec<Known>, Error> {
    let mut public: HashMap<String, Plan> = plans::all(records)
        .await?
        .into_iter()
        .filter(|plan| agencies.contains_key(&plan.agency.to_string()))
        .map(|plan| (plan.id.to_string(), plan))
        .collect();
    let rows = planning::Entity::find()
        .filter(planning::Column::AgencyId.is_in(agencies.keys().cloned()))
        .order_by_desc(planning::Column::UpdatedAt)
        .order_by_desc(planning::Column::Id)
        .limit(MOST)
        .all(records.read())
        .await?;
    let mut known = Vec::new();
    for row in rows {
        // What an agency has not filed is its own business.
        if member.role == Role::Authority && row.filed_at.is_none() && row.stage == PlanStage::Draft.as_str() {
            continue;
        }
        let plan = public.remove(&row.id);
        known.push(Known::of(records, Some(row), plan).await?);
    }
    for plan in public.into_values() {
        known.push(Known::of(records, None, Some(plan)).await?);
    }
    Ok(known)
}

/// What waits for this member stands first, then what comes next; what is over stands last.
fn put_in_order(rows: &mut [PlanRow], role: Role) {
    rows.sort_by_key(|row| {
        let waits = match role {
            Role::Authority => row.stage.desk().is_some() || row.amending.is_some(),
            _ => row.stage.is_open() || row.stage == PlanStage::Approved,
        };
        let over = matches!(row.state, Some(PlanState::Closed { .. })) && row.next.is_none();
        let day = row.next.and_then(|stone| stone.at).map_or(i64::MAX, |at| at.ends().0);
        (!waits, over, day, std::cmp::Reverse(row.number.clone()))
    });
}

/// One plan with everything around it.
pub async fn view(records: &Records, member: &StaffMember, id: PlanId) -> Result<PlanView, Error> {
    let known = Known::load(records, id).await?;
    let agency = ensure_sees(records.read(), records, member, &known.agency_id()).await?;
    let stage = known.stage()?;
    if member.role == Role::Authority && stage == PlanStage::Draft {
        return Err(Error::NotFound);
    }
    let filed = scopes(records.read()).await?;
    let own = filed.get(&agency.id).map_or(&[][..], Vec::as_slice);
    let mut row = known.shown(records, &agency.name, own)?;
    let (times, rules) = (known.times(), known.rules());
    let stones = milestones(&times, &rules, calendar(records));
    let conflicts = if known.row.is_some() { check(&times, &rules, calendar(records)) } else { Vec::new() };
    let (trade, level, seats) = match &known.plan {
        Some(plan) => (plan.occupation_and_trade(), plan.level, (plan.capacity, plan.taken)),
        None => {
            let (code, level) = scope_of(&known.form);
            let named = own.iter().find(|line| line.code == code);
            let words = named.map(|line| domain::plan::occupation_and_trade(&line.occupation, &line.trade));
            (words.unwrap_or(code), level, (planner::seats_of(&known.form), 0))
        }
    };
    let amendments = super::amending::amendments(records, id).await?;
    row.amending = amendments.first().map(|one| one.stage).filter(|stage| stage.desk().is_some());
    let acts = acts(
        member,
        stage,
        row.amending,
        known.plan.as_ref(),
        times.last_exam().map(|exam| exam.ends()),
        records.now(),
    );
    let today = records.now().day();
    let scopes = own.iter().filter(|_| acts.amend).flat_map(|line| super::drafting::options_of(line, today)).collect();
    Ok(PlanView {
        now: records.now(),
        scopes,
        bill: if acts.work { bill(records, id, known.profile.as_deref()).await? } else { None },
        revision: Revision(known.row.as_ref().map_or(0, |row| row.revision)),
        ended: known.row.as_ref().map(|row| row.ended.clone()).unwrap_or_default(),
        has_form: known.row.as_ref().is_some_and(|row| row.round > 0 || member.role != Role::Authority),
        procedure: known.profile.as_ref().map(|profile| profile.title.clone()).unwrap_or_default(),
        trade,
        level,
        seats,
        milestones: stones,
        conflicts,
        unknown_days: calendar(records).unknown(&times, &rules),
        rules,
        numbers: numbers(records, id).await?,
        opinions: opinions(records, id).await?,
        inspections: super::visiting::visits(records, member, id).await?,
        amendments,
        notices: super::notices::of_plan(records, id).await?,
        history: happenings(records, id).await?,
        form: match (&known.row, &known.plan) {
            (None, Some(plan)) => super::drafting::form_of_plan(plan),
            _ => known.form,
        },
        acts,
        row,
    })
}

fn acts(
    member: &StaffMember,
    stage: PlanStage,
    amending: Option<AmendmentStage>,
    plan: Option<&Plan>,
    exam_ends: Option<Timestamp>,
    now: Timestamp,
) -> PlanActs {
    let manages = member.role == Role::Manager;
    let over = exam_ends.is_some_and(|end| end < now);
    let live = !matches!(stage, PlanStage::Cancelled | PlanStage::Refused);
    PlanActs {
        edit: manages && stage.is_open(),
        take_back: manages && stage == PlanStage::AtCentre,
        decide: stage.desk().filter(|_| member.role == Role::Authority),
        publish: manages && stage == PlanStage::Approved,
        amend: manages && stage == PlanStage::Published && !over,
        decide_amendment: amending.and_then(AmendmentStage::desk).filter(|_| member.role == Role::Authority),
        close: manages && live && plan.is_some_and(|plan| plan.window.is_open(now)),
        cancel: manages && live && !over,
        copy: manages,
        notices: manages && stage == PlanStage::Published,
        work: member.role.decides() && plan.is_some(),
        inspect: matches!(member.role, Role::Authority | Role::Manager) && live && stage != PlanStage::Draft,
    }
}

async fn numbers(records: &Records, id: PlanId) -> Result<PlanNumbers, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        drafts: i64,
        waiting: i64,
        returned: i64,
        approved: i64,
        rejected: i64,
        due: i64,
        paid: i64,
        filed: i64,
    }
    let row: Option<Row> = sql::one(
        records.read(),
        "SELECT COUNT(*) FILTER (WHERE stage = 'draft') AS drafts,
                COUNT(*) FILTER (WHERE stage = 'submitted') AS waiting,
                COUNT(*) FILTER (WHERE stage = 'returned') AS returned,
                COUNT(*) FILTER (WHERE stage = 'approved') AS approved,
                COUNT(*) FILTER (WHERE stage = 'rejected') AS rejected,
                COUNT(*) FILTER (WHERE money = 'due') AS due,
                COUNT(*) FILTER (WHERE money IN ('paid','waived','agency')) AS paid,
                COUNT(*) FILTER (WHERE filing = 'filed') AS filed
         FROM application WHERE plan_id = $1",
        vec![id.to_string().into()],
    )
    .await?;
    let income = sql::number(
        records.read(),
        "SELECT CAST(COALESCE(SUM(amount - refunded), 0) AS BIGINT) FROM payment_order
         WHERE plan_id = $1 AND state IN ('paid','refunding','partly_refunded')",
        vec![id.to_string().into()],
    )
    .await?;
    let count = |text: &'static str| sql::number(records.read(), text, vec![id.to_string().into()]);
    let seated = count("SELECT COUNT(DISTINCT application_id) FROM exam_seat WHERE plan_id = $1").await?;
    let scored =
        count("SELECT COUNT(DISTINCT application_id) FROM score WHERE plan_id = $1 AND kind <> 'carried'").await?;
    let certified = count("SELECT COUNT(*) FROM certificate WHERE plan_id = $1 AND state = 'valid'").await?;
    let many = |count: i64| u64::try_from(count).unwrap_or(0);
    Ok(row.map_or_else(PlanNumbers::default, |row| PlanNumbers {
        drafts: many(row.drafts),
        waiting: many(row.waiting),
        returned: many(row.returned),
        approved: many(row.approved),
        rejected: many(row.rejected),
        due: many(row.due),
        paid: many(row.paid),
        income: Fen(income.unwrap_or(0)),
        filed: many(row.filed),
        seated: many(seated.unwrap_or(0)),
        scored: many(scored.unwrap_or(0)),
        certified: many(certified.unwrap_or(0)),
    }))
}

/// The bill of the agency, where there is one or will be.
async fn bill(records: &Records, id: PlanId, profile: Option<&Profile>) -> Result<Option<PlanBill>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        number: String,
        asked: i64,
        received: i64,
    }
    let row: Option<Row> = sql::one(
        records.read(),
        "SELECT b.number, b.received, CAST(COALESCE((SELECT SUM(o.amount) FROM agency_bill_order l
                JOIN payment_order o ON o.id = l.order_id WHERE l.bill_id = b.id), 0) AS BIGINT) AS asked
         FROM agency_bill b WHERE b.plan_id = $1 ORDER BY b.created_at, b.number LIMIT 1",
        vec![id.to_string().into()],
    )
    .await?;
    let agency_pays = profile.is_some_and(|profile| profile.payment.payer == Payer::Agency);
    let nothing_yet = agency_pays.then(|| PlanBill { number: String::new(), asked: Fen(0), received: Fen(0) });
    let made = row.map(|row| PlanBill { number: row.number, asked: Fen(row.asked), received: Fen(row.received) });
    Ok(made.or(nothing_yet))
}

pub(super) async fn opinions(records: &Records, id: PlanId) -> Result<Vec<FilingOpinion>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        round: i64,
        desk: String,
        outcome: String,
        text: String,
        staff_name: String,
        body: String,
        at: i64,
    }
    let rows: Vec<Row> = sql::all(
        records.read(),
        "SELECT round, desk, outcome, text, staff_name, body, at FROM planning_opinion WHERE planning_id = $1 ORDER BY at, desk",
        vec![id.to_string().into()],
    )
    .await?;
    let read = |row: Row| {
        let bad = |why: &str| Error::bad_row("planning_opinion", id, why);
        Ok(FilingOpinion {
            round: u32::try_from(row.round).map_err(|_| bad("round"))?,
            desk: FilingDesk::parse(&row.desk).ok_or_else(|| bad("desk"))?,
            outcome: FilingOutcome::parse(&row.outcome).ok_or_else(|| bad("outcome"))?,
            text: row.text,
            by: row.staff_name,
            body: row.body,
            at: Timestamp(row.at),
        })
    };
    rows.into_iter().map(read).collect()
}

/// The plan's own lines of history.
async fn happenings(records: &Records, id: PlanId) -> Result<Vec<PlanHappening>, Error> {
    let lines = history::lines(records, &id.to_string()).await?;
    let read = |line: crate::entity::history::Model| {
        let detail: serde_json::Value = serde_json::from_str(&line.detail).unwrap_or_default();
        let text = |key: &str| detail.get(key).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let act = text("act");
        PlanHappening {
            at: Timestamp(line.at),
            who: line.actor_name,
            act: if act.is_empty() { line.what } else { act },
            text: text("text"),
        }
    };
    Ok(lines.into_iter().map(read).collect())
}
