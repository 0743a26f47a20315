//! Handing in, several at a time. In a rush each commit costs a journey to the disk, and on PostgreSQL the
//! plan's row while it lasts. So whoever comes first writes for everybody who waits for the same plan by
//! then: a few statements and one commit for all. Nobody waits for company: who comes alone goes alone.

use super::freeze::{self, Freezing};
use super::load::{self, Whole};
use super::seats::{self, NoSeat, Taken};
use super::submit::next_stage;
use crate::live::outbox::{self, Audience, News};
use crate::messages::{self, Telling};
use crate::{Error, Records, Tx, entity::application, history, live, places, sql};
use chrono::Datelike;
use domain::application::{Stage, SubmitRefusal};
use domain::ids::PlanId;
use domain::message::MessageKind;
use domain::page::mine::What;
use domain::page::wizard::Receipt;
use domain::plan::{Plan, Site};
use domain::profile::{self, Profile};
use domain::time::Timestamp;
use sea_orm::Value;
use serde_json::json;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Most submissions in one transaction. Batches are powers of two, so that few different statements stay prepared.
const MOST: usize = 32;

/// What is ready to be written.
pub(super) struct Ready {
    pub whole: Whole,
    pub plan: Arc<Plan>,
    pub profile: Arc<Profile>,
    pub site: Option<Site>,
    pub freezing: Freezing,
    pub key: String,
    /// A seat that is held for this application.
    pub offer: Option<places::Offer>,
    /// When the request reached the server.
    pub began: Timestamp,
}

/// None when something moved since it was prepared.
type Answer = Result<Option<Receipt>, Error>;

/// The desks of all plans, on this server.
#[derive(Default)]
pub struct HandingIn {
    desks: Mutex<HashMap<PlanId, Arc<Desk>>>,
}

/// Where submissions for one plan wait, and the pen that one of them holds.
#[derive(Default)]
struct Desk {
    waiting: Mutex<VecDeque<(Ready, oneshot::Sender<Answer>)>>,
    pen: Arc<tokio::sync::Mutex<()>>,
}

impl HandingIn {
    fn desk(&self, plan: PlanId) -> Arc<Desk> {
        locked(&self.desks).entry(plan).or_default().clone()
    }
}

impl Desk {
    /// The next that are written together. Who has gone away meanwhile handed nothing in.
    fn next(&self) -> Vec<(Ready, oneshot::Sender<Answer>)> {
        let mut waiting = locked(&self.waiting);
        waiting.retain(|(_, answer)| !answer.is_closed());
        let most = waiting.len().min(MOST);
        let count = if most == 0 { 0 } else { 1 << most.ilog2() };
        waiting.drain(..count).collect()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes what is ready, with others who wait for the same plan. None when something moved since it was prepared.
pub(super) async fn hand_in(records: &Records, ready: Ready) -> Answer {
    let desk = records.inner.handing_in.desk(ready.whole.plan);
    let (answer, mut answered) = oneshot::channel();
    locked(&desk.waiting).push_back((ready, answer));
    loop {
        let pen = tokio::select! {
            biased;
            // An answer that never comes belongs to a batch that failed as a whole: looked at anew.
            answer = &mut answered => return answer.unwrap_or(Ok(None)),
            pen = desk.pen.clone().lock_owned() => pen,
        };
        let batch = desk.next();
        let records = records.clone();
        // A task of its own: whoever holds the pen may hang up, and the others must not notice.
        let written = tokio::spawn(async move {
            write_all(&records, batch).await;
            drop(pen);
        });
        if written.await.is_err() {
            return Ok(None);
        }
    }
}

async fn write_all(records: &Records, batch: Vec<(Ready, oneshot::Sender<Answer>)>) {
    let (ready, answers): (Vec<Ready>, Vec<_>) = batch.into_iter().unzip();
    let outcomes = match write(records, &ready).await {
        Ok(outcomes) => outcomes,
        Err(Error::ChangedMeanwhile) if ready.len() == 1 => vec![Ok(None)],
        // Too few seats for all, or something is wrong with one of them: each by itself, in order.
        Err(_) if ready.len() > 1 => {
            let mut outcomes = Vec::with_capacity(ready.len());
            for one in &ready {
                let outcome = write(records, std::slice::from_ref(one)).await;
                outcomes.push(match outcome {
                    Err(Error::ChangedMeanwhile) => Ok(None),
                    outcome => outcome.and_then(|mut outcome| outcome.pop().unwrap_or(Ok(None))),
                });
            }
            outcomes
        }
        Err(why) => vec![Err(why)],
    };
    for (outcome, answer) in outcomes.into_iter().zip(answers) {
        // Who does not listen any more finds the receipt at the next look.
        let _ = answer.send(outcome);
    }
}

/// One that can be written: nothing moved, and the clock still allows it.
struct Going<'a> {
    ready: &'a Ready,
    at: Timestamp,
    round: u32,
    row: application::Model,
}

/// Writes submissions for one plan in one transaction, each with its outcome. An error means that nothing
/// at all was written.
async fn write(records: &Records, batch: &[Ready]) -> Result<Vec<Answer>, Error> {
    let Some(plan) = batch.first().map(|ready| ready.plan.clone()) else { return Ok(Vec::new()) };
    let mut tx = records.begin().await?;
    let now = records.now();
    let mut standing = load::revisions_locked(&tx, batch.iter().map(|ready| ready.whole.id)).await?;
    let mut outcomes: Vec<Answer> = Vec::with_capacity(batch.len());
    let mut going: Vec<(usize, Going<'_>)> = Vec::with_capacity(batch.len());
    for (place, ready) in batch.iter().enumerate() {
        // Taken out, so that a second click in the same batch finds that something moved.
        let unmoved = standing.remove(&ready.whole.row.id) == Some(ready.whole.row.revision);
        outcomes.push(Ok(None));
        if !unmoved {
            continue;
        }
        match go(ready, now) {
            Ok(one) => going.push((place, one)),
            Err(refused) => outcomes[place] = Err(refused),
        }
    }
    if going.is_empty() {
        return Ok(outcomes);
    }
    let rounds = going.iter().map(|(_, one)| (one.ready.whole.id, one.round, &one.ready.freezing, one.at));
    freeze::keep(&tx, rounds).await?;
    let lines = going.iter().map(|(_, one)| history::NewLine {
        case: one.row.id.clone(),
        actor: history::Actor::Applicant(one.ready.whole.account),
        what: What::Submitted,
        detail: json!({ "round": one.round, "content": one.ready.freezing.content }),
    });
    history::append_all(&tx, now, lines.collect()).await?;
    number(&tx, &plan, &mut going).await?;
    let mut receipts = Vec::with_capacity(going.len());
    for (_, one) in &mut going {
        let number = one.row.number.clone().unwrap_or_default();
        let receipt = Receipt { id: one.ready.whole.id, number, at: one.at, round: one.round };
        one.row.receipt = Some(load::text(&receipt)?);
        one.row.revision += 1;
        receipts.push(receipt);
    }
    save(&tx, &going).await?;
    live::append(&mut tx, now, news(&going)).await?;
    let told = going.iter().map(|(_, one)| Telling::about(&one.row, MessageKind::Submitted)).collect();
    messages::tell_all(records, &mut tx, now, told).await?;
    // A returned application has kept its seat.
    let first = going.iter().filter(|(_, one)| one.round == 1).map(|(_, one)| one.ready);
    // Whoever was offered a seat has it already.
    let (offered, first): (Vec<&Ready>, Vec<&Ready>) = first.partition(|ready| ready.offer.is_some());
    let taken = take_seats(&tx, &plan, &first).await?;
    let offers: Vec<&places::Offer> = offered.iter().filter_map(|ready| ready.offer.as_ref()).collect();
    if !places::take_up(&tx, &offers, now).await? {
        return Err(Error::ChangedMeanwhile);
    }
    tx.commit().await?;
    if let Some(taken) = taken {
        taken.publish(records);
    }
    for ((place, _), receipt) in going.into_iter().zip(receipts) {
        outcomes[place] = Ok(Some(receipt));
    }
    Ok(outcomes)
}

/// A seat for each. Late in the act: the row of the plan is held from here to the commit.
async fn take_seats(tx: &Tx, plan: &Plan, first: &[&Ready]) -> Result<Option<Taken>, Error> {
    if first.is_empty() {
        return Ok(None);
    }
    let mut sites: BTreeMap<String, i64> = BTreeMap::new();
    for site in first.iter().filter_map(|ready| ready.whole.row.site_id.clone()) {
        *sites.entry(site).or_default() += 1;
    }
    let seats = i64::try_from(first.len()).unwrap_or(i64::MAX);
    let refusal = match seats::take(tx, plan.id, seats, &sites).await? {
        Ok(taken) => return Ok(Some(taken)),
        Err(NoSeat::Cancelled) => SubmitRefusal::PlanCancelled,
        Err(NoSeat::Plan) => SubmitRefusal::Full { capacity: plan.capacity },
        Err(NoSeat::Site(full)) => {
            let mut all = first.iter().filter_map(|ready| ready.site.as_ref());
            let (site, capacity) = all
                .find(|site| site.id.to_string() == full)
                .map_or((full, 0), |site| (site.name.clone(), site.capacity));
            SubmitRefusal::SiteFull { site, capacity }
        }
    };
    Err(refusal.into())
}

fn go(ready: &Ready, now: Timestamp) -> Result<Going<'_>, Error> {
    let stage = next_stage(&ready.whole, &ready.plan, ready.offer.is_some(), ready.began, now)?;
    let Stage::Submitted { at, round } = stage else { return Err(SubmitRefusal::NotADraft(stage.name()).into()) };
    let mut row = ready.whole.row.clone();
    load::put_stage(&mut row, &stage)?;
    row.submit_key = Some(ready.key.clone());
    Ok(Going { ready, at, round, row })
}

/// News of all. Who looks at the plan needs to hear only once that seats were taken.
fn news(going: &[(usize, Going<'_>)]) -> Vec<News> {
    let first = going.iter().position(|(_, one)| one.round == 1);
    let told = going.iter().enumerate().flat_map(|(place, (_, one))| {
        let audience = if first == Some(place) { Audience::Seats } else { Audience::Desk };
        outbox::of(&one.row, "submitted", audience)
    });
    told.collect()
}

/// Draws the next 报名号 of the procedure's pattern for those that have none. Everything but `{seq}` names the counter.
async fn number(tx: &Tx, plan: &Plan, going: &mut [(usize, Going<'_>)]) -> Result<(), Error> {
    let Some(profile) = going.first().map(|(_, one)| one.ready.profile.clone()) else { return Ok(()) };
    let without = going.iter().filter(|(_, one)| one.row.number.is_none()).count();
    let count = i64::try_from(without).unwrap_or(i64::MAX);
    if count == 0 {
        return Ok(());
    }
    let (year, month) = (plan.year.to_string(), format!("{:02}", plan.window.opens.day().month()));
    let level = plan.level.map_or_else(String::new, |level| level.number().to_string());
    let values = [
        ("plan", plan.number.as_str()),
        ("yyyy", year.as_str()),
        ("month", month.as_str()),
        ("agency", plan.agency_filing.as_str()),
        ("occupation", plan.occupation.as_str()),
        ("trade", plan.trade.as_str()),
        ("level", level.as_str()),
    ];
    let counter = profile::fill(&profile.numbering.application_number, &values);
    let last = sql::number(
        &tx.db,
        "INSERT INTO counter (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = counter.value + $2 RETURNING value",
        vec![counter.clone().into(), count.into()],
    );
    let last = last.await?.unwrap_or(count);
    let unnumbered = going.iter_mut().filter(|(_, one)| one.row.number.is_none());
    for ((_, one), seq) in unnumbered.zip(last - count + 1..) {
        one.row.number = Some(profile::fill(&counter, &[("seq", seq.to_string().as_str())]));
    }
    Ok(())
}

/// Saves all rows by one statement: what a submission changes, and nothing else.
async fn save(tx: &Tx, going: &[(usize, Going<'_>)]) -> Result<(), Error> {
    const COLUMNS: usize = 11;
    let mut values: Vec<Value> = Vec::with_capacity(going.len() * COLUMNS);
    let mut text = String::from(
        "WITH handed (id, revision, submitted_at, round, submit_key, number, receipt, corrected, doubts, doubt_count, name) AS (VALUES ",
    );
    for (place, (_, one)) in going.iter().enumerate() {
        text.push_str(if place == 0 { "(" } else { ",(" });
        for column in 1..=COLUMNS {
            let comma = if column == 1 { "" } else { "," };
            write!(text, "{comma}${}", place * COLUMNS + column)
                .map_err(|why| Error::bad_row("application", &one.row.id, why))?;
        }
        text.push(')');
        let row = &one.row;
        values.extend::<[Value; COLUMNS]>([
            row.id.clone().into(),
            row.revision.into(),
            row.submitted_at.into(),
            row.round.into(),
            row.submit_key.clone().into(),
            row.number.clone().into(),
            row.receipt.clone().into(),
            row.corrected.clone().into(),
            row.doubts.clone().into(),
            row.doubt_count.into(),
            row.name.clone().into(),
        ]);
    }
    text.push_str(
        ") UPDATE application SET stage = 'submitted', revision = handed.revision, submitted_at = handed.submitted_at,
             round = handed.round, submit_key = handed.submit_key, number = handed.number, receipt = handed.receipt,
             corrected = handed.corrected, doubts = handed.doubts, doubt_count = handed.doubt_count, name = handed.name,
             decided_at = NULL, until_at = NULL, remarks = NULL, grounds = NULL
         FROM handed WHERE application.id = handed.id",
    );
    sql::run(&tx.db, &text, values).await?;
    Ok(())
}
