//! 我的报名: what waits for me comes first.

use super::draft::{files_kept, ground_of, signature_kept};
use super::load::{self, Whole};
use super::person::Person;
use super::{answers, content, freeze};
use crate::{
    Error, Records,
    desk::timeline,
    entity::{application, claim},
    payments, places, plans, profiles, rooms, sql,
};
use chrono::NaiveDate;
use domain::application::axes::{Axes, Money};
use domain::application::printing::{TicketStand, may_print};
use domain::application::progress::{self, Progress};
use domain::application::{Party, Stage};
use domain::form::Answers;
use domain::ids::{AccountId, ApplicationId, Fen};
use domain::occupation::SkillLevel;
use domain::page::mine::{ComesBack, Mine, MyApplication, MyCase, OfficialLines, PrintLine, What};
use domain::places::{Place, PlaceState};
use domain::plan::{Plan, occupation_and_trade};
use domain::profile::{Download, Printable, Profile, ReviewMode, Source, Standing, specialise};
use domain::time::Timestamp;
use domain::timeline::RegistrationWindow;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder};
use std::collections::HashMap;

/// All applications of a person: those that wait for the person first, by what is over soonest, then the newest.
pub async fn mine(records: &Records, account: AccountId) -> Result<Mine, Error> {
    let now = records.now();
    let rows = application::Entity::find()
        .filter(application::Column::AccountId.eq(account.to_string()))
        .order_by_desc(application::Column::StartedAt)
        .order_by_desc(application::Column::Id)
        .all(records.read())
        .await?;
    let plans = plans_of(records, account).await?;
    let claims = claims_of(records, account, now).await?;
    let mut places = places::places_of(records, account).await?;
    let stands = rooms::stands_of(records.read(), &plans.keys().cloned().collect::<Vec<_>>()).await?;
    let orders = open_orders_of(records, account).await?;
    let mut applications = Vec::with_capacity(rows.len());
    for row in rows {
        let plan = plans.get(&row.plan_id).ok_or_else(|| Error::bad_row("application", &row.id, "plan"))?;
        let stage = load::stage_of(&row)?;
        let held = claims.get(&row.id).map(load::claim_of).transpose()?;
        let profile = profiles::get(records, &plan.profile, u32::try_from(plan.profile_version).unwrap_or(0)).await?;
        let window = RegistrationWindow { opens: Timestamp(plan.opens_at), closes: Timestamp(plan.closes_at) };
        let place = places.remove(&row.id);
        let window = places::window_of(window, place.as_ref(), Timestamp(plan.review_close));
        let axes = load::axes_of(&row)?;
        let owes = matches!(axes.at(&profile.payment, now).money, Money::Due { .. });
        let progress = progress::derive(&stage, &axes, held.as_ref(), &window, Fen(plan.fee), &profile, now)
            .called_off(ended_with(plan.cancelled_at, &stage))
            .held_until(place.as_ref().and_then(Place::held_until));
        let exam_on = plan.exam_on.parse().map_err(|_| Error::bad_row("plan", &row.plan_id, "exam_on"))?;
        let stand = stands.get(&row.plan_id).copied().unwrap_or_default();
        let mut prints = print_lines(&profile, progress.standing, &axes, exam_on, stand, now);
        prints.retain(|print| print.refusal.is_none());
        let mut line = plan.line(&row, progress)?;
        line.due = owes.then(|| orders.get(&row.id).copied().unwrap_or(Fen(plan.fee)));
        line.pays_here = orders.contains_key(&row.id);
        line.prints = prints;
        line.place = place;
        line.has_payment = !profile.phrases.payment_due.is_empty();
        applications.push(line);
    }
    applications.sort_by_key(|one| match rank(&one.progress) {
        _ if one.due.is_some() => (0, one.progress.until),
        0 => (0, Some(ends(one))),
        rank => (rank, None),
    });
    Ok(Mine { now, applications })
}

/// One application, whole, as its applicant may see it.
pub async fn case_of(records: &Records, account: AccountId, id: ApplicationId) -> Result<MyCase, Error> {
    let whole = load::own(records, account, id).await?;
    let (mut plan, profile) = ground_of(records, whole.plan).await?;
    let sites = plans::sites(records, plan.id).await?;
    let site = sites.iter().find(|site| Some(site.id) == whole.site);
    // Where several sites are offered, the exam is at the chosen one, on its day.
    if let Some(site) = site {
        plan.site.clone_from(&site.name);
        plan.exam_on = site.exam_on;
    }
    let now = records.now();
    let place = match whole.stage {
        Stage::Draft => places::place(records, id).await?,
        _ => None,
    };
    plan.window = places::window_of(plan.window, place.as_ref(), plan.review_close);
    let held = load::live_claim(records.read(), id, now).await?;
    let scores = crate::scores::mine(records, &whole.row, &plan, &profile).await?;
    let axes = crate::scores::shown_axes(load::axes_of(&whole.row)?, scores.as_ref());
    let timeline = timeline::for_applicant(records, id).await?;
    let progress = progress::derive(&whole.stage, &axes, held.as_ref(), &plan.window, plan.fee, &profile, now)
        .called_off(timeline.iter().any(|one| one.what == What::PlanCancelled))
        .held_until(place.as_ref().and_then(Place::held_until));
    let stand = rooms::stand(records.read(), &whole.row.plan_id).await?;
    let prints = print_lines(&profile, progress.standing, &axes, plan.exam_on, stand, now);
    let mut shown = shown_answers(records, &whole, &profile).await?;
    answers::put_chosen(&profile, &plan, site, &mut shown);
    let remarks = match &whole.stage {
        Stage::Returned { remarks, .. } => remarks.as_slice(),
        _ => &[],
    };
    let order = payments::my_order(records.read(), id).await?;
    Ok(MyCase {
        scores,
        seat_requests: rooms::requests(records, "application_id", &whole.row.id).await?,
        line: MyApplication {
            id,
            number: whole.row.number.clone().unwrap_or_default(),
            plan_title: plan.title.clone(),
            trade: plan.occupation_and_trade(),
            occupation: plan.occupation.clone(),
            direction: plan.trade.clone(),
            level: plan.level.map_or_else(String::new, |level| level.short().to_owned()),
            agency_name: plan.agency_name.clone(),
            progress,
            since: Timestamp(whole.row.started_at),
            has_payment: !profile.phrases.payment_due.is_empty(),
            due: matches!(axes.at(&profile.payment, now).money, Money::Due { .. })
                .then(|| order.as_ref().map_or(plan.fee, |order| order.amount)),
            pays_here: order.is_some(),
            prints: prints.iter().filter(|print| print.refusal.is_none()).cloned().collect(),
            place,
        },
        axes: axes.at(&profile.payment, now),
        prints,
        comes_back: comes_back(&profile, &whole),
        order,
        lines: official_lines(&profile),
        has_sites: sites.len() > 1,
        edit_until: profile.review.edit_until,
        counter: to_bring(&profile, &plan, &shown),
        now,
        labels: remarks.iter().map(|remark| (remark.on.clone(), answers::label_of(&profile, &remark.on))).collect(),
        corrected: whole.corrected.clone(),
        answers: labelled(&profile, &plan, &shown),
        raw: shown,
        photo: whole.photo.as_ref().map(|slot| slot.kept.clone()),
        files: files_kept(records, &whole.files)?,
        signature: whole.signature.as_ref().filter(|_| content::is_drawn(&whole, &profile)).map(signature_kept),
        timeline,
        answer_days: profile.review.answer_days,
        stage: whole.stage,
        plan,
    })
}

fn official_lines(profile: &Profile) -> OfficialLines {
    OfficialLines {
        approved: profile.phrases.approved_line.clone(),
        unpaid: profile.phrases.unpaid.clone(),
        after_submit: profile.phrases.after_submit.clone(),
        gives_up: profile.payment.unpaid_gives_up,
        gate: profile.payment.gate,
    }
}

/// Originals that are looked at, at a counter, by label.
fn to_bring(profile: &Profile, plan: &Plan, shown: &Answers) -> Vec<String> {
    match profile.review.mode {
        ReviewMode::Desk => Vec::new(),
        ReviewMode::Counter => specialise(profile, plan)
            .documents_for(shown)
            .filter(|document| document.source == Source::Paper)
            .map(|document| document.label.clone())
            .collect(),
    }
}

/// Answers with their verbatim labels.
fn labelled(profile: &Profile, plan: &Plan, shown: &Answers) -> Vec<(String, String)> {
    let lines = answers::sections(profile, plan, shown).into_iter().flat_map(|section| section.lines);
    lines.map(|line| (line.label, line.value)).collect()
}

/// Whether an application ended because its plan was called off, and not by what was done before.
fn ended_with(cancelled_at: Option<i64>, stage: &Stage) -> bool {
    cancelled_at.is_some_and(|called_off| match stage {
        Stage::Withdrawn { at } => at.0 >= called_off,
        Stage::Rejected { .. } => false,
        _ => true,
    })
}

/// What the procedure prints, and whether it is there yet.
pub(crate) fn print_lines(
    profile: &Profile,
    standing: Standing,
    axes: &Axes,
    exam_on: NaiveDate,
    stand: TicketStand,
    now: Timestamp,
) -> Vec<PrintLine> {
    let line = |download: &Download| PrintLine {
        what: download.what,
        title: print_title(profile, download.what),
        refusal: may_print(download.what, profile, standing, axes, exam_on, stand, now).err(),
    };
    profile.download.iter().map(line).collect()
}

/// The name of a print-out in its procedure.
pub(crate) fn print_title(profile: &Profile, what: Printable) -> String {
    match what {
        Printable::ApplicationForm if profile.print.title.is_empty() => "申请表".into(),
        Printable::ApplicationForm => profile.print.title.clone(),
        Printable::Ticket => "准考证".into(),
    }
}

/// Where the signed and stamped form comes back.
fn comes_back(profile: &Profile, whole: &Whole) -> Option<ComesBack> {
    let document = profile.requirement(&profile.print.returns_as).filter(|one| one.source == Source::Upload)?;
    Some(ComesBack {
        key: document.key.clone(),
        label: document.label.clone(),
        is_there: whole.files.iter().any(|file| file.requirement == document.key),
    })
}

/// As handed in, where it was; as it stands, while it is still being written.
async fn shown_answers(records: &Records, whole: &Whole, profile: &Profile) -> Result<Answers, Error> {
    if whole.row.round > 0 && !matches!(whole.stage, Stage::Returned { .. }) {
        let mut frozen = freeze::answers_of_round(records, records.read(), whole.id, whole.row.round).await?;
        freeze::mask(&mut frozen, domain::masking::Audience::Self_);
        // One's own address is no secret to oneself, and the page would be useless without it.
        let address = whole.answers.get("address");
        if !address.is_empty() {
            frozen.set("address", address);
        }
        return Ok(frozen);
    }
    let person = Person::load(records.read(), whole.account).await?;
    person.masked_into(records, &profile.form, &whole.answers)
}

/// When what waits for its person is over; in a line no clock runs against anybody.
fn ends(one: &MyApplication) -> Timestamp {
    let waits = one.place.as_ref().is_some_and(|place| place.state == PlaceState::Waiting);
    one.progress.until.filter(|_| !waits).unwrap_or(Timestamp(i64::MAX))
}

fn rank(progress: &Progress) -> u8 {
    match (progress.awaits, progress.over) {
        (_, true) => 3,
        (Party::Applicant, _) => 0,
        (Party::Reviewer | Party::Payer, _) => 1,
        (Party::Nobody, _) => 2,
    }
}

#[derive(FromQueryResult)]
struct OpenOrder {
    application_id: String,
    amount: i64,
}

#[derive(FromQueryResult)]
struct PlanRow {
    id: String,
    title: String,
    occupation: String,
    trade: String,
    level: Option<i64>,
    agency_name: String,
    opens_at: i64,
    closes_at: i64,
    review_close: i64,
    exam_on: String,
    fee: i64,
    profile: String,
    profile_version: i64,
    cancelled_at: Option<i64>,
}

impl PlanRow {
    fn line(&self, row: &application::Model, progress: Progress) -> Result<MyApplication, Error> {
        let level = self.level.and_then(|number| u8::try_from(number).ok()).and_then(SkillLevel::from_number);
        Ok(MyApplication {
            id: row.id.parse().map_err(|_| Error::bad_row("application", &row.id, "id"))?,
            number: row.number.clone().unwrap_or_default(),
            plan_title: self.title.clone(),
            trade: occupation_and_trade(&self.occupation, &self.trade),
            occupation: self.occupation.clone(),
            direction: self.trade.clone(),
            level: level.map_or_else(String::new, |level| level.short().to_owned()),
            agency_name: self.agency_name.clone(),
            progress,
            since: Timestamp(row.started_at),
            has_payment: false,
            due: None,
            pays_here: false,
            prints: Vec::new(),
            place: None,
        })
    }
}

async fn plans_of(records: &Records, account: AccountId) -> Result<HashMap<String, PlanRow>, Error> {
    let rows: Vec<PlanRow> = sql::all(
        records.read(),
        "SELECT p.id, p.title, p.occupation, p.trade, p.level, g.name AS agency_name, p.opens_at, p.closes_at,
                p.review_close, p.exam_on, p.fee, p.profile, p.profile_version,
                p.cancelled_at
         FROM plan p JOIN agency g ON g.id = p.agency_id
         WHERE p.id IN (SELECT plan_id FROM application WHERE account_id = $1)",
        vec![account.to_string().into()],
    )
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// What open orders of a person ask for, by application.
async fn open_orders_of(records: &Records, account: AccountId) -> Result<HashMap<String, Fen>, Error> {
    let rows: Vec<OpenOrder> = sql::all(
        records.read(),
        "SELECT o.application_id, o.amount FROM payment_order o JOIN application a ON a.id = o.application_id
         WHERE a.account_id = $1 AND o.state IN ('due', 'paying')",
        vec![account.to_string().into()],
    )
    .await?;
    Ok(rows.into_iter().map(|row| (row.application_id, Fen(row.amount))).collect())
}

async fn claims_of(
    records: &Records,
    account: AccountId,
    now: Timestamp,
) -> Result<HashMap<String, claim::Model>, Error> {
    let rows: Vec<claim::Model> = sql::all(
        records.read(),
        "SELECT c.application_id, c.staff_id, c.name, c.until_at FROM claim c
         JOIN application a ON a.id = c.application_id WHERE a.account_id = $1 AND c.until_at > $2",
        vec![account.to_string().into(), now.0.into()],
    )
    .await?;
    Ok(rows.into_iter().map(|row| (row.application_id.clone(), row)).collect())
}
