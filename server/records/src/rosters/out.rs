//! Out again: the official sheets, the photos under their names, the forms of a roster, and links to confirm.

use super::{Opened, chain, many};
use crate::applications::{self, FormToPrint, ground_of, load};
use crate::entity::account;
use crate::keys::place;
use crate::{Error, Records, collecting, desk::access, history, sql};
use domain::account::{StaffMember, Viewer};
use domain::form::Answers;
use domain::id_document::Gender;
use domain::ids::{PlanId, RosterId};
use domain::page::mine::What;
use domain::page::roster::RosterRefusal;
use domain::photo::export_name;
use domain::roster::RosterPerson;
use domain::time::Timestamp;
use sea_orm::{EntityTrait, FromQueryResult};
use serde_json::json;

/// The applications that stand in the sheets of a plan: whatever was handed in and not given up, and drafts that the
/// agency collected. A row that met somebody's own draft gives the agency nothing of it.
const LISTED: &str = "a.plan_id = $1 AND (a.stage IN ('submitted','returned','approved')
    OR (a.stage = 'draft' AND (EXISTS (SELECT 1 FROM roster_row w WHERE w.application_id = a.id AND w.state IN ('done','stays'))
      OR EXISTS (SELECT 1 FROM confirm_link l WHERE l.application_id = a.id))))";
/// Rows that are read at once.
const AT_ONCE: usize = 200;
/// Forms of one file.
const FORMS: u64 = 100;

/// What the sheets of a plan say.
#[derive(Debug, Clone)]
pub struct Sheets {
    /// Title of the plan.
    pub title: String,
    /// Its number.
    pub number: String,
    /// 机构
    pub agency: String,
    /// 职业（工种）
    pub trade: String,
    /// 等级
    pub level: String,
    /// Day of the exam.
    pub exam_on: chrono::NaiveDate,
    /// 班别, where all rosters of the plan say one.
    pub class: String,
    /// 培训日期
    pub training: String,
    /// 学时
    pub hours: String,
    /// Everybody.
    pub people: Vec<RosterPerson>,
}

/// What an empty sheet of a plan says.
#[derive(Debug, Clone)]
pub struct Blank {
    /// What stands in its head; nobody is in it.
    pub sheets: Sheets,
    /// The plan's conditions: number and text.
    pub conditions: Vec<(u32, String)>,
}

/// A photo on its way out.
#[derive(Debug, Clone)]
pub struct Leaving {
    /// Name by the procedure's rule.
    pub name: String,
    sha256: String,
}

impl Leaving {
    /// The bytes; one photo at a time, so that memory stays small.
    pub async fn read(&self, records: &Records) -> Result<Vec<u8>, Error> {
        records.inner.files.read(&self.sha256).await
    }
}

/// A link that was just made, with whom it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkLine {
    /// 姓名
    pub name: String,
    /// 手机号码, in full: the link is sent there.
    pub mobile: String,
    /// Path with the secret.
    pub path: String,
    /// It works until then.
    pub until: Timestamp,
}

/// Some forms of a roster, and how many there are.
#[derive(Debug, Clone)]
pub struct FormsPart {
    /// The forms of this part.
    pub forms: Vec<FormToPrint>,
    /// All of the roster.
    pub all: u32,
}

#[derive(FromQueryResult)]
struct Listed {
    id: String,
    account_id: String,
    answers_sealed: Vec<u8>,
    photo: Option<String>,
}

/// How many people stand in the sheets of a plan.
pub(super) async fn people_of(records: &Records, plan: PlanId) -> Result<u32, Error> {
    let question = format!("SELECT COUNT(*) FROM application a WHERE {LISTED}");
    Ok(many(sql::number(records.read(), &question, vec![plan.to_string().into()]).await?.unwrap_or(0)))
}

/// Everybody of a plan, as the official sheets name them. Who took them out is on record: the numbers are whole.
pub async fn sheets(records: &Records, member: &StaffMember, plan: PlanId, which: &str) -> Result<Sheets, Error> {
    let (own, profile) = own_plan(records, member, plan).await?;
    let rows = listed(records, plan).await?;
    let mut people = Vec::with_capacity(rows.len());
    for some in rows.chunks(AT_ONCE) {
        for row in some {
            let given = given(records, &row.account_id).await?;
            let answers: Answers = load::unseal(records, "answers", &row.id, &row.answers_sealed)?;
            people.push(domain::roster::person(given, &answers, &profile.form));
        }
    }
    if people.is_empty() {
        return Err(RosterRefusal::NobodyLeft.into());
    }
    let (class, training, hours) = described(records, plan).await?;
    note(records, member, plan, which).await?;
    Ok(Sheets { class, training, hours, people, ..head(&own) })
}

/// A sheet with nobody in it, to be filled in elsewhere and uploaded here. It says nothing that is not public, and may be
/// taken before there is anybody; which class it is for is said by whoever fills it in.
pub async fn blank(records: &Records, member: &StaffMember, plan: PlanId) -> Result<Blank, Error> {
    let plan = super::ground(records, member, plan).await?.plan;
    Ok(Blank { sheets: head(&plan), conditions: plan.conditions.clone() })
}

/// What the plan alone says in the head of a sheet.
fn head(plan: &domain::plan::Plan) -> Sheets {
    Sheets {
        agency: plan.agency_name.clone(),
        trade: if plan.trade.is_empty() { plan.occupation.clone() } else { plan.trade.clone() },
        level: plan.level.map_or_else(String::new, |level| level.title().to_owned()),
        exam_on: plan.exam_on,
        title: plan.title.clone(),
        number: plan.number.clone(),
        class: String::new(),
        training: String::new(),
        hours: String::new(),
        people: Vec::new(),
    }
}

/// The photos of a plan under the names that the procedure gives them.
pub async fn photos_of(records: &Records, member: &StaffMember, plan: PlanId) -> Result<Vec<Leaving>, Error> {
    let (_, profile) = own_plan(records, member, plan).await?;
    let mut leaving = Vec::new();
    for row in listed(records, plan).await? {
        let Some(slot) = row.photo.as_deref() else { continue };
        let slot: load::PhotoSlot =
            serde_json::from_str(slot).map_err(|why| Error::bad_row("application", &row.id, why))?;
        let given = given(records, &row.account_id).await?;
        let name = export_name(&profile.photo.spec, &given.id_no, &given.name);
        leaving.push(Leaving { name, sha256: slot.sha256 });
    }
    if leaving.is_empty() {
        return Err(RosterRefusal::NobodyLeft.into());
    }
    note(records, member, plan, "photos").await?;
    Ok(leaving)
}

/// 申报表 of the people of a roster, a hundred per part, from 1. Before somebody has confirmed, 草稿 stands across it.
pub async fn forms(records: &Records, member: &StaffMember, id: RosterId, part: u32) -> Result<FormsPart, Error> {
    let opened = Opened::open(records, member, id).await?;
    let key = opened.row.id.clone();
    let all = "SELECT COUNT(*) FROM roster_row WHERE roster_id = $1 AND state IN ('done','stays')";
    let all = many(sql::number(records.read(), all, vec![key.clone().into()]).await?.unwrap_or(0));
    #[derive(FromQueryResult)]
    struct One {
        id: String,
        account_id: String,
        name: String,
        stage: String,
    }
    let skip = u64::from(part.saturating_sub(1)) * FORMS;
    let rows: Vec<One> = sql::all(
        records.read(),
        &format!(
            "SELECT a.id, a.account_id, a.name, a.stage FROM roster_row w JOIN application a ON a.id = w.application_id
             WHERE w.roster_id = $1 AND w.state IN ('done','stays') ORDER BY w.row_no LIMIT {FORMS} OFFSET {skip}"
        ),
        vec![key.clone().into()],
    )
    .await?;
    if rows.is_empty() {
        return Err(RosterRefusal::NobodyLeft.into());
    }
    let mut forms = Vec::with_capacity(rows.len());
    for row in rows {
        let bad = |what: &str| Error::bad_row("application", &row.id, what);
        let application = row.id.parse().map_err(|_| bad("id"))?;
        // A draft that the agency collected is read as its applicant would print it; the rest as the office does.
        let viewer = match row.stage.as_str() {
            "draft" => Viewer::Applicant { id: row.account_id.parse().map_err(|_| bad("account"))?, name: row.name },
            _ => Viewer::Staff(member.clone()),
        };
        forms.push(applications::application_form(records, &viewer, application).await?);
    }
    note(records, member, opened.ground.plan.id, "forms").await?;
    Ok(FormsPart { forms, all })
}

/// A link each for everybody of a roster who has not confirmed; earlier links die.
pub async fn links(records: &Records, member: &StaffMember, id: RosterId) -> Result<Vec<LinkLine>, Error> {
    let opened = Opened::open(records, member, id).await?;
    #[derive(FromQueryResult)]
    struct One {
        id: String,
        account_id: String,
        name: String,
    }
    let rows: Vec<One> = sql::all(
        records.read(),
        "SELECT a.id, a.account_id, a.name FROM roster_row w JOIN application a ON a.id = w.application_id
         WHERE w.roster_id = $1 AND w.state IN ('done','stays') AND a.stage = 'draft' ORDER BY w.row_no",
        vec![opened.row.id.clone().into()],
    )
    .await?;
    if rows.is_empty() {
        return Err(RosterRefusal::NobodyLeft.into());
    }
    let days = opened.ground.profile.collecting.link_days;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let id = row.id.parse().map_err(|_| Error::bad_row("application", &row.id, "id"))?;
        let link = collecting::make_link(records, member, id, days).await?;
        let mobile = given(records, &row.account_id).await?.mobile;
        lines.push(LinkLine { name: row.name, mobile, path: link.path, until: link.until });
    }
    Ok(lines)
}

async fn own_plan(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
) -> Result<(domain::plan::Plan, std::sync::Arc<domain::profile::Profile>), Error> {
    access::ensure_decides(member)?;
    let (own, profile) = ground_of(records, plan).await?;
    if member.agency == Some(own.agency) { Ok((own, profile)) } else { Err(Error::NotFound) }
}

async fn listed(records: &Records, plan: PlanId) -> Result<Vec<Listed>, Error> {
    let question = format!(
        "SELECT a.id, a.account_id, a.answers_sealed, a.photo FROM application a WHERE {LISTED} ORDER BY a.started_at, a.id"
    );
    sql::all(records.read(), &question, vec![plan.to_string().into()]).await
}

/// What an account knows of its person.
async fn given(records: &Records, id: &str) -> Result<RosterPerson, Error> {
    let row = account::Entity::find_by_id(id).one(records.read()).await?.ok_or(Error::NotFound)?;
    let keys = &records.inner.keys;
    let gender = row.gender.as_deref().and_then(Gender::from_code);
    Ok(RosterPerson {
        id_no: keys.open_text(&place("account", "id_no", &row.id), &row.id_sealed)?,
        mobile: keys.open_text(&place("account", "mobile", &row.id), &row.mobile_sealed)?,
        gender: gender.map_or_else(String::new, |gender| gender.label().to_owned()),
        birth: row.birth.unwrap_or_default(),
        education: row.education,
        id_kind: row.id_kind,
        name: row.name,
        ..RosterPerson::default()
    })
}

/// Class, days and hours of training, where the rosters of the plan agree.
async fn described(records: &Records, plan: PlanId) -> Result<(String, String, String), Error> {
    use crate::entity::roster;
    use sea_orm::{ColumnTrait, QueryFilter};
    let rosters = roster::Entity::find()
        .filter(roster::Column::PlanId.eq(plan.to_string()))
        .filter(roster::Column::State.ne("undone"))
        .all(records.read())
        .await?;
    let mut heads = Vec::with_capacity(rosters.len());
    for row in &rosters {
        heads.push(super::head_of(records, row)?);
    }
    let one = |of: fn(&super::Head) -> &String| {
        let mut words: Vec<&String> = heads.iter().map(of).filter(|word| !word.is_empty()).collect();
        words.dedup();
        if words.len() == 1 { words[0].clone() } else { String::new() }
    };
    Ok((one(|head| &head.class), one(|head| &head.training), one(|head| &head.hours)))
}

/// 学时 of the class with which somebody was imported: of the latest one that says any. Empty where none is known.
pub(crate) async fn hours_of(records: &Records, application: &str) -> Result<String, Error> {
    use crate::entity::roster;
    #[derive(FromQueryResult)]
    struct One {
        roster_id: String,
    }
    let rows: Vec<One> = sql::all(
        records.read(),
        "SELECT roster_id FROM roster_row WHERE application_id = $1 AND state IN ('done','stays') ORDER BY roster_id DESC",
        vec![application.to_owned().into()],
    )
    .await?;
    for row in rows {
        let kept = roster::Entity::find_by_id(row.roster_id).one(records.read()).await?.ok_or(Error::NotFound)?;
        let hours = super::head_of(records, &kept)?.hours;
        if !hours.is_empty() {
            return Ok(hours);
        }
    }
    Ok(String::new())
}

async fn note(records: &Records, member: &StaffMember, plan: PlanId, which: &str) -> Result<(), Error> {
    let tx = records.begin().await?;
    let actor = history::Actor::from(member);
    let at = records.now();
    history::append(&tx, at, &chain(&plan.to_string()), &actor, What::Printed, json!({ "sheet": which })).await?;
    tx.commit().await
}
