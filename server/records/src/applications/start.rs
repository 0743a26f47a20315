//! 马上报名: from a plan to a draft.

use super::draft::ground_of;
use super::person::Person;
use super::{eligibility, load};
use crate::live::outbox::{self, Audience};
use crate::{
    Error, Records, Tx, accounts,
    entity::{account, account_photo, application},
    history, live, plans, results, sql,
};
use domain::application::{StageName, StartRefusal};
use domain::eligibility::ApplicantFacts;
use domain::form::Answers;
use domain::ids::{AccountId, ApplicationId, PlanId, SiteId};
use domain::page::mine::What;
use domain::plan::{Plan, Site};
use domain::profile::{Entry, Gate, Profile};
use domain::time::Timestamp;
use domain::timeline::WindowState;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter};
use serde_json::json;
use std::sync::Arc;

/// Stages in which an application stands in the way of another one.
const ACTIVE: [&str; 4] = ["draft", "submitted", "returned", "approved"];

/// Begins an application, or finds the one that this person has for this plan already.
pub async fn start(records: &Records, account: AccountId, plan: PlanId) -> Result<ApplicationId, Error> {
    start_at(records, account, plan, None).await
}

/// Begins an application with a site chosen by a link. A site that is unknown or full leaves the choice open; one
/// that is the only one is chosen without asking.
pub async fn start_at(
    records: &Records,
    account: AccountId,
    plan: PlanId,
    site: Option<SiteId>,
) -> Result<ApplicationId, Error> {
    let ground = Ground::open(records, plan).await?;
    let linked = ground.sites.iter().find(|known| Some(known.id) == site && known.seats_left() > 0).map(|site| site.id);
    let person = Person::load(records.read(), account).await?;
    let facts = accounts::facts(records, account).await?.unwrap_or_default();
    let beginner = Beginner { account, person: &person, facts, site: linked, typed: None };
    let mut tx = records.begin().await?;
    let row = match begin(records, &mut tx, &ground, beginner).await? {
        Begun::Existing(id) => return Ok(id),
        Begun::New(row) => row,
    };
    let id = row.id.parse().map_err(|_| Error::bad_row("application", &row.id, "id"))?;
    tx.commit().await?;
    super::photo::attach_master(records, account, id).await;
    Ok(id)
}

/// Where people begin: the same for everybody of a plan.
pub(crate) struct Ground {
    pub plan: Plan,
    pub profile: Arc<Profile>,
    sites: Vec<Site>,
    region: String,
}

impl Ground {
    /// Opens a plan.
    pub(crate) async fn open(records: &Records, plan: PlanId) -> Result<Ground, Error> {
        let (plan, profile) = ground_of(records, plan).await?;
        let sites = plans::sites(records, plan.id).await?;
        let region =
            sql::text(records.read(), "SELECT region FROM agency WHERE id = $1", vec![plan.agency.to_string().into()]);
        Ok(Ground { region: region.await?.ok_or(Error::NotFound)?, plan, profile, sites })
    }

    /// Refuses what stands in everybody's way.
    pub(crate) fn ensure_takes(&self, now: Timestamp) -> Result<(), StartRefusal> {
        ensure_open(&self.plan, now)?;
        ensure_right_place(&self.profile)
    }
}

/// Who begins, and with what.
pub(crate) struct Beginner<'a> {
    pub account: AccountId,
    pub person: &'a Person,
    pub facts: ApplicantFacts,
    /// A site that a link chose; the only one of a plan is chosen without asking.
    pub site: Option<SiteId>,
    /// Answers that the agency typed in, over what the account knows.
    pub typed: Option<Answers>,
}

/// What came of beginning.
pub(crate) enum Begun {
    /// The person has an active application for this plan.
    Existing(ApplicationId),
    /// A draft, not committed yet.
    New(Box<application::Model>),
}

/// The act itself, inside a transaction. A refusal leaves nothing behind but what the caller wrote before.
pub(crate) async fn begin(
    records: &Records,
    tx: &mut Tx,
    ground: &Ground,
    beginner: Beginner<'_>,
) -> Result<Begun, Error> {
    let (plan, profile) = (&ground.plan, &ground.profile);
    let Beginner { account, person, facts, site, typed } = beginner;
    let site = match ground.sites.as_slice() {
        [only] => Some(only.id),
        _ => site,
    };
    let mut answers = eligibility::prefill(&profile.form, &facts, person.education(), &person.address(records)?);
    let now = records.now();
    hold_account(tx, account).await?;
    if let Some(existing) = existing(tx, account, plan.id).await? {
        return Ok(Begun::Existing(existing));
    }
    ground.ensure_takes(now)?;
    ensure_ready(tx, records, profile, person, account).await?;
    ensure_no_other_of_the_trade(tx, account, plan, now).await?;

    let answers_revision = i64::from(typed.is_some());
    if let Some(typed) = typed {
        answers.0.extend(super::answers::typed_only(&profile.form, &typed).0);
    }
    let id = ApplicationId(records.chance().id(now));
    let key = id.to_string();
    let row = application::Model {
        id: key.clone(),
        account_id: account.to_string(),
        plan_id: plan.id.to_string(),
        agency_id: plan.agency.to_string(),
        region: ground.region.clone(),
        name: person.name().to_owned(),
        birth: person.birth.map(|day| day.to_string()),
        trade_key: results::trade_key(plan),
        window_opens: plan.window.opens.0,
        window_closes: plan.window.closes.0,
        stage: StageName::Draft.as_str().to_owned(),
        number: None,
        round: 0,
        revision: 1,
        answers_revision,
        answers_sealed: load::seal(records, "answers", &key, &answers)?,
        facts_sealed: Some(load::seal(records, "facts", &key, &facts)?),
        started_at: now.0,
        saved_at: now.0,
        submitted_at: None,
        decided_at: None,
        until_at: None,
        remarks: None,
        grounds: None,
        corrected: "[]".into(),
        doubts: "[]".into(),
        doubt_count: 0,
        submit_key: None,
        receipt: None,
        photo: None,
        signature: None,
        site_id: site.map(|site| site.to_string()),
        marks: "{}".into(),
        filing: "none".into(),
        filed_at: None,
        money: "none".into(),
        due_until: None,
        exam: "none".into(),
    };
    application::Entity::insert(row.clone().into_active_model()).exec_without_returning(&tx.db).await?;
    history::append(tx, now, &key, &history::Actor::Applicant(account), What::Started, json!({ "plan": plan.number }))
        .await?;
    live::append(tx, now, outbox::of(&row, "started", Audience::Applicant)).await?;
    Ok(Begun::New(Box::new(row)))
}

/// One person begins one application at a time: the account's row is held until the transaction ends.
async fn hold_account(tx: &Tx, account: AccountId) -> Result<(), Error> {
    let held = account::Entity::update_many()
        .col_expr(account::Column::UpdatedAt, Expr::col(account::Column::UpdatedAt))
        .filter(account::Column::Id.eq(account.to_string()))
        .exec(&tx.db)
        .await?;
    if held.rows_affected == 1 { Ok(()) } else { Err(Error::NotFound) }
}

async fn existing(tx: &Tx, account: AccountId, plan: PlanId) -> Result<Option<ApplicationId>, Error> {
    let row = application::Entity::find()
        .filter(application::Column::AccountId.eq(account.to_string()))
        .filter(application::Column::PlanId.eq(plan.to_string()))
        .filter(application::Column::Stage.is_in(ACTIVE))
        .one(&tx.db)
        .await?;
    row.map(|row| row.id.parse().map_err(|_| Error::bad_row("application", &row.id, "id"))).transpose()
}

fn ensure_open(plan: &Plan, now: Timestamp) -> Result<(), StartRefusal> {
    match plan.window.state_at(now) {
        WindowState::Open => Ok(()),
        WindowState::Upcoming => Err(StartRefusal::NotOpenYet { opens: plan.window.opens }),
        WindowState::Closed => Err(StartRefusal::WindowClosed { closed: plan.window.closes }),
    }
}

/// A plan that this procedure takes nobody for says so before anything is filled in.
fn ensure_right_place(profile: &Profile) -> Result<(), StartRefusal> {
    match profile.entry.as_ref().and_then(Entry::closed_to_all) {
        Some(wrong) => Err(StartRefusal::WrongPlace { text: wrong.text.clone(), go: wrong.go.clone() }),
        None => Ok(()),
    }
}

/// 未完成无法报名: what the procedure wants to be ready in the account.
async fn ensure_ready(
    tx: &Tx,
    records: &Records,
    profile: &Profile,
    person: &Person,
    account: AccountId,
) -> Result<(), Error> {
    let mut missing = Vec::new();
    for gate in &profile.gate {
        let ready = match gate {
            Gate::Profile => !person.education().is_empty() && !person.address(records)?.is_empty(),
            Gate::Photo => account_photo::Entity::find_by_id(account.to_string()).one(&tx.db).await?.is_some(),
        };
        if !ready {
            missing.push(*gate);
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(StartRefusal::NotReady { missing }.into()) }
}

#[derive(FromQueryResult)]
struct Other {
    id: String,
    title: String,
    started_at: i64,
    stage: String,
}

/// 「同一时间段不能报考同一工种」. A draft whose own window has closed can never be handed in, so it bars nothing:
/// but one that waits in a line may be.
async fn ensure_no_other_of_the_trade(tx: &Tx, account: AccountId, plan: &Plan, now: Timestamp) -> Result<(), Error> {
    let other: Option<Other> = sql::one(
        &tx.db,
        "SELECT a.id, p.title, a.started_at, a.stage FROM application a JOIN plan p ON p.id = a.plan_id
         WHERE a.account_id = $1 AND a.trade_key = $2
           AND a.stage IN ('draft','submitted','returned','approved')
           AND a.window_opens <= $3 AND a.window_closes >= $4
           AND NOT (a.stage = 'draft' AND a.window_closes < $5 AND NOT EXISTS (
             SELECT 1 FROM waiting_place w WHERE w.application_id = a.id AND w.state IN ('waiting','offered')))
         ORDER BY a.started_at, a.id LIMIT 1",
        vec![
            account.to_string().into(),
            results::trade_key(plan).into(),
            plan.window.closes.0.into(),
            plan.window.opens.0.into(),
            now.0.into(),
        ],
    )
    .await?;
    let Some(other) = other else { return Ok(()) };
    let refusal = StartRefusal::SameTrade {
        other: other.id.parse().map_err(|_| Error::bad_row("application", &other.id, "id"))?,
        plan: other.title,
        since: Timestamp(other.started_at),
        stage: StageName::parse(&other.stage).ok_or_else(|| Error::bad_row("application", &other.id, "stage"))?,
    };
    Err(refusal.into())
}
