//! Issuing: everybody who passed, at once; prepared by one and signed by another where the procedure says so.

use super::ground::{Ground, Holder, chain, id_place, locked_scores, released, waiting};
use crate::applications::answers_of_many;
use crate::entity::{certificate as row, certificate_batch, certificate_edition, counter};
use crate::live::outbox::News;
use crate::messages::{self, Telling};
use crate::{Error, Records, Tx, history, live, sql};
use chrono::Datelike;
use domain::account::{Role, StaffMember};
use domain::certificate::payload::Claims;
use domain::certificate::{self, CertificateRefusal, NumberFault};
use domain::ids::PlanId;
use domain::message::MessageKind;
use domain::page::mine::What;
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, Set};
use serde_json::json;
use std::collections::HashSet;

/// Rows written by one statement: below the 32,766 values of SQLite.
const AT_ONCE: usize = 500;

/// What was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Issued {
    /// Certificates.
    pub issued: u32,
    /// People of the prepared list who got none: a score or a decision was changed meanwhile.
    pub left_out: u32,
}

/// 准备: keeps the list of those who passed, for another person to sign.
pub async fn prepare(records: &Records, member: &StaffMember, plan: PlanId) -> Result<u32, Error> {
    let ground = Ground::open(records, member, plan).await?;
    let tx = records.begin().await?;
    let now = records.now();
    let scores = locked_scores(&tx, plan).await?;
    ground.ensure_ready(released(scores.as_ref(), now), now)?;
    if let Some(known) = prepared(&tx, plan).await? {
        let at = Timestamp(known.prepared_at);
        return Err(CertificateRefusal::PreparedAlready { by: known.prepared_name, at }.into());
    }
    let people = waiting(records, &tx.db, &ground).await?;
    if people.is_empty() {
        return Err(CertificateRefusal::Nobody.into());
    }
    let batch = batch(records, &ground, member, &people, now);
    certificate_batch::Entity::insert(batch).exec_without_returning(&tx.db).await?;
    let count = u32::try_from(people.len()).unwrap_or(u32::MAX);
    let detail = json!({ "people": count });
    history::append(&tx, now, &chain(plan), &history::Actor::from(member), What::CertificatesPrepared, detail).await?;
    tx.commit().await?;
    Ok(count)
}

/// 收回: gives a prepared list up; whoever prepared it, or a manager.
pub async fn drop_prepared(records: &Records, member: &StaffMember, plan: PlanId) -> Result<(), Error> {
    Ground::open(records, member, plan).await?;
    let tx = records.begin().await?;
    let now = records.now();
    let mut batch = prepared(&tx, plan).await?.ok_or(CertificateRefusal::NothingPrepared)?;
    if member.role != Role::Manager && batch.prepared_by != member.id.to_string() {
        return Err(Error::Forbidden);
    }
    batch.state = "dropped".into();
    batch.into_active_model().reset_all().update(&tx.db).await?;
    history::append(&tx, now, &chain(plan), &history::Actor::from(member), What::CertificatesDropped, json!({}))
        .await?;
    tx.commit().await
}

/// 签发: another manager signs what was prepared. Only who still passes gets a certificate.
pub async fn sign(records: &Records, member: &StaffMember, plan: PlanId) -> Result<Issued, Error> {
    let ground = Ground::managed(records, member, plan).await?;
    let mut tx = records.begin().await?;
    let now = records.now();
    let scores = locked_scores(&tx, plan).await?;
    ground.ensure_ready(released(scores.as_ref(), now), now)?;
    let mut batch = prepared(&tx, plan).await?.ok_or(CertificateRefusal::NothingPrepared)?;
    if ground.profile.certificate.two_persons && batch.prepared_by == member.id.to_string() {
        return Err(CertificateRefusal::SamePerson.into());
    }
    let listed: Vec<String> =
        serde_json::from_str(&batch.people).map_err(|why| Error::bad_row("certificate_batch", &batch.id, why))?;
    let mut people = waiting(records, &tx.db, &ground).await?;
    people.retain(|one| listed.contains(&one.application.to_string()));
    if people.is_empty() {
        return Err(CertificateRefusal::Nobody.into());
    }
    let issued = Issued {
        issued: u32::try_from(people.len()).unwrap_or(u32::MAX),
        left_out: u32::try_from(listed.len().saturating_sub(people.len())).unwrap_or(u32::MAX),
    };
    let id = batch.id.clone();
    batch.state = "signed".into();
    batch.signed_by = Some(member.id.to_string());
    batch.signed_name = member.name.clone();
    batch.signed_at = Some(now.0);
    batch.into_active_model().reset_all().update(&tx.db).await?;
    Issuing { records, ground: &ground, batch: &id, member, now }.write(&mut tx, &people).await?;
    tx.commit().await?;
    Ok(issued)
}

/// 发证 by one person, where the procedure lets one do it.
pub async fn issue(records: &Records, member: &StaffMember, plan: PlanId) -> Result<Issued, Error> {
    let ground = Ground::managed(records, member, plan).await?;
    if ground.profile.certificate.two_persons {
        return Err(CertificateRefusal::TwoPersons.into());
    }
    let mut tx = records.begin().await?;
    let now = records.now();
    let scores = locked_scores(&tx, plan).await?;
    ground.ensure_ready(released(scores.as_ref(), now), now)?;
    let people = waiting(records, &tx.db, &ground).await?;
    if people.is_empty() {
        return Err(CertificateRefusal::Nobody.into());
    }
    let mut batch = batch(records, &ground, member, &people, now);
    let id = batch.id.clone().take().unwrap_or_default();
    batch.state = Set("signed".into());
    batch.signed_by = Set(Some(member.id.to_string()));
    batch.signed_name = Set(member.name.clone());
    batch.signed_at = Set(Some(now.0));
    certificate_batch::Entity::insert(batch).exec_without_returning(&tx.db).await?;
    Issuing { records, ground: &ground, batch: &id, member, now }.write(&mut tx, &people).await?;
    tx.commit().await?;
    Ok(Issued { issued: u32::try_from(people.len()).unwrap_or(u32::MAX), left_out: 0 })
}

fn batch(
    records: &Records,
    ground: &Ground,
    member: &StaffMember,
    people: &[Holder],
    now: Timestamp,
) -> certificate_batch::ActiveModel {
    let ids: Vec<String> = people.iter().map(|one| one.application.to_string()).collect();
    certificate_batch::ActiveModel {
        id: Set(records.chance().id(now).to_string()),
        plan_id: Set(ground.plan.id.to_string()),
        agency_id: Set(ground.plan.agency.to_string()),
        state: Set("prepared".into()),
        people: Set(json!(ids).to_string()),
        prepared_by: Set(member.id.to_string()),
        prepared_name: Set(member.name.clone()),
        prepared_at: Set(now.0),
        signed_by: Set(None),
        signed_name: Set(String::new()),
        signed_at: Set(None),
    }
}

async fn prepared(tx: &Tx, plan: PlanId) -> Result<Option<certificate_batch::Model>, Error> {
    Ok(certificate_batch::Entity::find()
        .filter(certificate_batch::Column::PlanId.eq(plan.to_string()))
        .filter(certificate_batch::Column::State.eq("prepared"))
        .lock_exclusive()
        .one(&tx.db)
        .await?)
}

/// Takes numbers of an agency's year: the row of the counter is held until the transaction ends, and goes back with it.
async fn take_numbers(tx: &Tx, agency: &str, year: i32, count: usize) -> Result<u32, Error> {
    let name = format!("certificate/{agency}/{year}");
    let fresh = counter::ActiveModel { name: Set(name.clone()), value: Set(0) };
    counter::Entity::insert(fresh)
        .on_conflict_do_nothing_on([counter::Column::Name])
        .exec_without_returning(&tx.db)
        .await?;
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let last = sql::number(
        &tx.db,
        "UPDATE counter SET value = value + $2 WHERE name = $1 AND value + $2 <= $3 RETURNING value",
        vec![name.into(), count.into(), i64::from(certificate::LAST_SEQUENCE).into()],
    );
    let last = last.await?.ok_or(CertificateRefusal::Number(NumberFault::Full))?;
    u32::try_from(last - count + 1).map_err(|_| CertificateRefusal::Number(NumberFault::Full).into())
}

/// One act of issuing: for whom it is, under which batch, by whom and when.
struct Issuing<'a> {
    records: &'a Records,
    ground: &'a Ground,
    batch: &'a str,
    member: &'a StaffMember,
    now: Timestamp,
}

/// What one statement's worth of certificates writes, and who hears of it.
#[derive(Default)]
struct Sheaf {
    rows: Vec<row::ActiveModel>,
    editions: Vec<certificate_edition::ActiveModel>,
    told: Vec<Telling>,
    lines: Vec<history::NewLine>,
    news: Vec<News>,
}

impl Issuing<'_> {
    async fn write(&self, tx: &mut Tx, people: &[Holder]) -> Result<(), Error> {
        let plan = &self.ground.plan;
        let first = take_numbers(tx, &plan.agency.to_string(), self.now.day().year(), people.len()).await?;
        let key = self.records.inner.keys.certificate_key()?;
        let mut numbers = first..;
        for some in people.chunks(AT_ONCE) {
            let posted = self.posted(tx, some).await?;
            let mut sheaf = Sheaf::default();
            for (holder, sequence) in some.iter().zip(&mut numbers) {
                let posted = posted.contains(&holder.application.to_string());
                self.add(&mut sheaf, holder, &key, sequence, posted)?;
            }
            row::Entity::insert_many(sheaf.rows).exec_without_returning(&tx.db).await?;
            certificate_edition::Entity::insert_many(sheaf.editions).exec_without_returning(&tx.db).await?;
            history::append_all(tx, self.now, sheaf.lines).await?;
            live::append(tx, self.now, sheaf.news).await?;
            messages::tell_all(self.records, tx, self.now, sheaf.told).await?;
        }
        let (actor, detail) = (self.actor(), json!({ "people": people.len(), "batch": self.batch }));
        history::append(tx, self.now, &chain(plan.id), &actor, What::CertificateIssued, detail).await
    }

    fn actor(&self) -> history::Actor {
        history::Actor::from(self.member)
    }

    /// The applications whose people want the paper sent.
    async fn posted(&self, tx: &Tx, people: &[Holder]) -> Result<HashSet<String>, Error> {
        if self.ground.profile.form.field("delivery").is_none() {
            return Ok(HashSet::new());
        }
        let ids: Vec<String> = people.iter().map(|one| one.application.to_string()).collect();
        let wishes = answers_of_many(self.records, &tx.db, &ids).await?;
        Ok(wishes.into_iter().filter(|(_, answers)| answers.get("delivery") == "post").map(|(id, _)| id).collect())
    }

    /// One certificate: its row, its first edition, a line of history, and who hears of it.
    fn add(&self, sheaf: &mut Sheaf, holder: &Holder, key: &str, sequence: u32, posted: bool) -> Result<(), Error> {
        let (plan, rules) = (&self.ground.plan, &self.ground.profile.certificate);
        let pattern = if plan.level.is_some() { &rules.number } else { &rules.special_number };
        let number = certificate::number(pattern, &plan.agency_filing, self.now.day().year(), plan.level, sequence)
            .map_err(CertificateRefusal::Number)?;
        let id = self.records.chance().id(self.now).to_string();
        sheaf.rows.push(self.row(holder, &id, &number, sequence, posted));
        sheaf.editions.push(self.first_edition(holder, &id, &number, key)?);
        sheaf.told.push(
            Telling::to_account(&holder.account, MessageKind::CertificateIssued, &id, 1)
                .application(holder.application)
                .plan(plan.id)
                .agency(plan.agency)
                .number(&number),
        );
        sheaf.lines.push(history::NewLine {
            case: holder.application.to_string(),
            actor: self.actor(),
            what: What::CertificateIssued,
            detail: json!({ "number": number }),
        });
        for topic in [format!("account:{}", holder.account), format!("application:{}", holder.application)] {
            let entity = holder.application.to_string();
            sheaf.news.push(News { topic, entity, version: holder.revision, kind: "certificate_issued" });
        }
        Ok(())
    }

    fn row(&self, holder: &Holder, id: &str, number: &str, sequence: u32, posted: bool) -> row::ActiveModel {
        let day = self.now.day();
        row::ActiveModel {
            id: Set(id.to_owned()),
            number: Set(number.to_owned()),
            year: Set(day.year().into()),
            sequence: Set(sequence.into()),
            batch_id: Set(self.batch.to_owned()),
            application_id: Set(holder.application.to_string()),
            account_id: Set(holder.account.clone()),
            plan_id: Set(self.ground.plan.id.to_string()),
            agency_id: Set(self.ground.plan.agency.to_string()),
            issued_on: Set(day.to_string()),
            issued_at: Set(self.now.0),
            edition: Set(1),
            state: Set("valid".into()),
            revoked_at: Set(None),
            revoked_name: Set(String::new()),
            revoke_reason: Set(None),
            revoke_words: Set(String::new()),
            again: Set(0),
            delivery: Set(if posted { "post" } else { "pickup" }.into()),
            carrier: Set(String::new()),
            reference: Set(String::new()),
            delivered_at: Set(None),
        }
    }

    fn first_edition(
        &self,
        holder: &Holder,
        id: &str,
        number: &str,
        key: &str,
    ) -> Result<certificate_edition::ActiveModel, Error> {
        let plan = &self.ground.plan;
        let face = self.ground.face(holder);
        let claims = Claims {
            key: key.to_owned(),
            number: number.to_owned(),
            edition: 1,
            name: face.name.clone(),
            id_tail: tail(&holder.id_no),
            what: face.what(),
            level: plan.level.map_or(0, |level| level.number()),
            issued_on: self.now.day(),
        };
        Ok(certificate_edition::ActiveModel {
            certificate_id: Set(id.to_owned()),
            edition: Set(1),
            kind: Set("first".into()),
            face: Set(json!(face).to_string()),
            id_sealed: Set(self.records.inner.keys.seal(&id_place(id, 1), holder.id_no.as_bytes())?),
            photo: Set(holder.photo.clone()),
            payload: Set(sealed(self.records, &claims)?),
            reason: Set(String::new()),
            staff_id: Set(self.member.id.to_string()),
            staff_name: Set(self.member.name.clone()),
            at: Set(self.now.0),
            agency_id: Set(plan.agency.to_string()),
            stock: Set(None),
        })
    }
}

/// What the code says, with its signature.
pub(super) fn sealed(records: &Records, claims: &Claims) -> Result<String, Error> {
    let signature = records.inner.keys.sign_certificate(claims.statement().as_bytes())?;
    Ok(claims.seal(&signature))
}

/// The last four characters of an identity number.
pub(super) fn tail(id_no: &str) -> String {
    let all: Vec<char> = id_no.chars().collect();
    all[all.len().saturating_sub(4)..].iter().collect()
}
