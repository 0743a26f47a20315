//! Members of staff: invited by a one-time link, never given a password by someone else.

use crate::accounts::{password, throttle};
use crate::entity::{agency, staff};
use crate::history::{self, Actor};
use crate::keys::digest;
use crate::{Error, Records, logins};
use domain::account::{Role, SignUpRefusal, StaffMember};
use domain::form::{FieldFault, Problem};
use domain::ids::{AgencyId, StaffId};
use domain::page::mine::{Happening, What};
use domain::page::staff::{NewStaff, StaffLine};
use domain::refusal::Refusal;
use domain::time::Timestamp;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use serde_json::json;
use std::collections::HashMap;

/// Hours that an invitation lasts.
const INVITATION_HOURS: i64 = 72;

/// Whose login name and password these are; unknown names take the same way.
pub async fn sign_in(records: &Records, login_name: &str, password: &str) -> Result<StaffId, Error> {
    let login_name = login_name.trim().to_lowercase();
    let subject = format!("staff/{}", records.inner.keys.index("staff.login_name", &login_name));
    let attempt = throttle::reserve(records, subject).await?;
    let row = staff::Entity::find()
        .filter(staff::Column::LoginName.eq(login_name))
        .filter(staff::Column::Active.eq(1))
        .one(records.read())
        .await?;
    let hash = row.as_ref().and_then(|row| row.password_hash.as_deref());
    let matches = records.inner.hasher.verify(password, hash).await;
    attempt.settle(records, &matches).await?;
    match (matches?, row) {
        (true, Some(row)) => parse_id(&row.id),
        _ => Err(attempt.refusal().into()),
    }
}

/// Invites someone and gives the secret of the one-time link. Inviting a login name again that has not
/// been accepted yet replaces the earlier link.
pub async fn invite(records: &Records, new: NewStaff) -> Result<String, Error> {
    invite_as(records, &Actor::System, None, new).await
}

/// `within`: the agency of who invites; an invitation of another agency is not theirs to replace.
async fn invite_as(records: &Records, by: &Actor, within: Option<AgencyId>, new: NewStaff) -> Result<String, Error> {
    let checked = check(&new)?;
    let token = records.chance().token();
    let now = records.now();
    let until = now.0 + INVITATION_HOURS * 3_600_000;
    let tx = records.begin().await?;
    if let Some(agency) = new.agency {
        agency::Entity::find_by_id(agency.to_string()).one(&tx.db).await?.ok_or(Error::NotFound)?;
    }
    let known = staff::Entity::find().filter(staff::Column::LoginName.eq(checked.as_str())).one(&tx.db).await?;
    let mut row = staff::ActiveModel {
        agency_id: Set(new.agency.map(|agency| agency.to_string())),
        region: Set(new.region.trim().to_owned()),
        body: Set(new.body.trim().to_owned()),
        name: Set(new.name.trim().to_owned()),
        role: Set(new.role.as_str().to_owned()),
        invite_hash: Set(Some(digest(&token))),
        invite_until: Set(Some(until)),
        ..Default::default()
    };
    let id = match known {
        Some(known) if known.password_hash.is_some() => return Err(taken().into()),
        Some(known) if within.is_some_and(|own| known.agency_id != Some(own.to_string())) => {
            return Err(taken().into());
        }
        Some(known) => {
            row.id = Set(known.id.clone());
            row.update(&tx.db).await?;
            known.id
        }
        None => {
            let id = StaffId(records.chance().id(now)).to_string();
            row.id = Set(id.clone());
            row.login_name = Set(checked);
            row.password_hash = Set(None);
            row.active = Set(1);
            row.demo = Set(0);
            row.created_at = Set(now.0);
            staff::Entity::insert(row).exec_without_returning(&tx.db).await?;
            id
        }
    };
    let detail = json!({ "role": new.role.as_str() });
    history::append(&tx, now, &id, by, What::StaffInvited, detail).await?;
    tx.commit().await?;
    Ok(token)
}

/// [`invite`] by a member of staff: administrators invite anyone, managers into their own agency.
pub async fn invite_by(records: &Records, by: &StaffMember, new: NewStaff) -> Result<String, Error> {
    let own_agency = by.agency.is_some() && by.agency == new.agency;
    match by.role {
        Role::Administrator => {}
        Role::Manager if own_agency && matches!(new.role, Role::Reviewer | Role::Manager) => {}
        _ => return Err(Error::Forbidden),
    }
    let within = by.agency.filter(|_| by.role != Role::Administrator);
    invite_as(records, &Actor::from(by), within, new).await
}

/// Whom an invitation is for.
pub async fn invited(records: &Records, token: &str) -> Result<String, Error> {
    Ok(by_invitation(records, token).await?.name)
}

/// Sets the first password and uses the invitation up.
pub async fn accept_invite(records: &Records, token: &str, password: &str) -> Result<StaffId, Error> {
    let row = by_invitation(records, token).await?;
    check_password(password, &row)?;
    let hash = records.inner.hasher.hash(password, records.chance()).await?;
    let tx = records.begin().await?;
    let used = staff::Entity::update_many()
        .set(staff::ActiveModel {
            password_hash: Set(Some(hash)),
            invite_hash: Set(None),
            invite_until: Set(None),
            ..Default::default()
        })
        .filter(staff::Column::InviteHash.eq(digest(token)))
        .exec(&tx.db)
        .await?;
    if used.rows_affected != 1 {
        return Err(Error::NotFound);
    }
    history::append(&tx, records.now(), &row.id, &themselves(&row), What::StaffJoined, json!({})).await?;
    tx.commit().await?;
    parse_id(&row.id)
}

/// The people that this member of staff may see: administrators all, others their own agency.
pub async fn list(records: &Records, by: &StaffMember) -> Result<Vec<StaffLine>, Error> {
    let mut people = staff::Entity::find().order_by_asc(staff::Column::Name).order_by_asc(staff::Column::Id);
    people = match (by.role, by.agency) {
        (Role::Administrator, _) => people,
        (Role::Manager, Some(agency)) => people.filter(staff::Column::AgencyId.eq(agency.to_string())),
        _ => return Err(Error::Forbidden),
    };
    let agencies: HashMap<String, String> =
        agency::Entity::find().all(records.read()).await?.into_iter().map(|row| (row.id, row.name)).collect();
    let now = records.now().0;
    let line = |row: staff::Model| {
        let of_agency = row.agency_id.as_ref().and_then(|id| agencies.get(id)).cloned();
        Ok(StaffLine {
            id: parse_id(&row.id)?,
            role: role_of(&row)?,
            body: of_agency.unwrap_or_else(|| row.body.clone()),
            active: row.active == 1,
            last: None,
            invited: row.password_hash.is_none() && row.invite_until.is_some_and(|until| until > now),
            name: row.name,
            login_name: row.login_name,
        })
    };
    let mut lines: Vec<StaffLine> =
        people.all(records.read()).await?.into_iter().map(line).collect::<Result<_, Error>>()?;
    for line in &mut lines {
        line.last = crate::desk::timeline::of(records, &line.id.to_string()).await?.pop();
    }
    Ok(lines)
}

/// Lets a member of staff in or out. Nobody shuts themselves out; being shut out ends every login at once.
pub async fn set_active(records: &Records, by: &StaffMember, id: StaffId, active: bool) -> Result<(), Error> {
    let row = find(records, id).await?;
    if !leads(by, &row) || by.id == id {
        return Err(Error::Forbidden);
    }
    let change = staff::ActiveModel { id: Set(row.id), active: Set(i64::from(active)), ..Default::default() };
    let tx = records.begin().await?;
    change.update(&tx.db).await?;
    let what = if active { What::StaffLetIn } else { What::StaffShutOut };
    history::append(&tx, records.now(), &id.to_string(), &Actor::from(by), what, json!({})).await?;
    tx.commit().await?;
    if active { Ok(()) } else { logins::end_all_of_staff(records, id, None).await }
}

/// What was done to somebody's access, oldest first, for whoever may let them in and out.
pub async fn history(records: &Records, by: &StaffMember, id: StaffId) -> Result<Vec<Happening>, Error> {
    if !leads(by, &find(records, id).await?) {
        return Err(Error::Forbidden);
    }
    crate::desk::timeline::of(records, &id.to_string()).await
}

fn leads(by: &StaffMember, row: &staff::Model) -> bool {
    let same_agency = by.agency.map(|agency| agency.to_string()) == row.agency_id && by.agency.is_some();
    by.role == Role::Administrator || (by.role == Role::Manager && same_agency)
}

/// Changes the password and ends every other login. `keep_token` is the browser that asks.
pub async fn change_password(
    records: &Records,
    id: StaffId,
    old: &str,
    new: &str,
    keep_token: &str,
) -> Result<(), Error> {
    let attempt = throttle::reserve(records, format!("password/{id}")).await?;
    let row = find(records, id).await?;
    let matches = records.inner.hasher.verify(old, row.password_hash.as_deref()).await;
    attempt.settle(records, &matches).await?;
    if !matches? {
        return Err(attempt.refusal().into());
    }
    check_password(new, &row)?;
    let hash = records.inner.hasher.hash(new, records.chance()).await?;
    let by = themselves(&row);
    let change = staff::ActiveModel { id: Set(row.id), password_hash: Set(Some(hash)), ..Default::default() };
    let tx = records.begin().await?;
    change.update(&tx.db).await?;
    history::append(&tx, records.now(), &id.to_string(), &by, What::StaffPassword, json!({})).await?;
    tx.commit().await?;
    logins::end_all_of_staff(records, id, Some(keep_token)).await
}

fn themselves(row: &staff::Model) -> Actor {
    Actor::Staff { id: row.id.clone(), name: row.name.clone() }
}

/// The member of staff, as pages need it.
pub async fn member(records: &Records, id: StaffId) -> Result<StaffMember, Error> {
    let row = find(records, id).await?;
    member_of(records, row).await
}

/// The division code whose agencies an authority reads (a prefix), or "".
pub async fn region(records: &Records, id: StaffId) -> Result<String, Error> {
    Ok(find(records, id).await?.region)
}

/// Makes a person of the demonstration with a password, or finds them again.
pub async fn create_demo(records: &Records, new: NewStaff, password: &str) -> Result<StaffId, Error> {
    create_demo_all(records, vec![new], password).await?.pop().ok_or(Error::NotFound)
}

/// The same for many: the password is hashed once, and all are there after one transaction, in this order.
pub async fn create_demo_all(records: &Records, all: Vec<NewStaff>, password: &str) -> Result<Vec<StaffId>, Error> {
    let known: HashMap<String, String> =
        staff::Entity::find().all(records.read()).await?.into_iter().map(|row| (row.login_name, row.id)).collect();
    let (mut ids, mut fresh) = (Vec::with_capacity(all.len()), Vec::new());
    let now = records.now();
    for (place, new) in (0..).zip(all) {
        let login_name = check(&new)?;
        match known.get(&login_name) {
            Some(id) => ids.push(parse_id(id)?),
            None => {
                let id = StaffId(records.chance().id(Timestamp(now.0 + place)));
                ids.push(id);
                fresh.push((id, login_name, new));
            }
        }
    }
    if fresh.is_empty() {
        return Ok(ids);
    }
    let hash = records.inner.hasher.hash(password, records.chance()).await?;
    let tx = records.begin().await?;
    for (id, login_name, new) in fresh {
        let row = staff::ActiveModel {
            id: Set(id.to_string()),
            login_name: Set(login_name),
            agency_id: Set(new.agency.map(|agency| agency.to_string())),
            region: Set(new.region.trim().to_owned()),
            body: Set(new.body.trim().to_owned()),
            name: Set(new.name.trim().to_owned()),
            role: Set(new.role.as_str().to_owned()),
            password_hash: Set(Some(hash.clone())),
            invite_hash: Set(None),
            invite_until: Set(None),
            active: Set(1),
            demo: Set(1),
            created_at: Set(now.0),
        };
        staff::Entity::insert(row).exec_without_returning(&tx.db).await?;
        let detail = json!({ "role": new.role.as_str() });
        history::append(&tx, now, &id.to_string(), &Actor::System, What::StaffInvited, detail).await?;
    }
    tx.commit().await?;
    Ok(ids)
}

/// The staff of the demonstration, oldest first.
pub async fn demo_staff(records: &Records) -> Result<Vec<StaffMember>, Error> {
    let rows = staff::Entity::find()
        .filter(staff::Column::Demo.eq(1))
        .order_by_asc(staff::Column::CreatedAt)
        .order_by_asc(staff::Column::Id)
        .all(records.read())
        .await?;
    let mut members = Vec::with_capacity(rows.len());
    for row in rows {
        members.push(member_of(records, row).await?);
    }
    Ok(members)
}

/// A row with the name of its agency.
pub(crate) async fn member_of(records: &Records, row: staff::Model) -> Result<StaffMember, Error> {
    let bad = |why: &str| Error::bad_row("staff", &row.id, why);
    let (agency, body) = match &row.agency_id {
        None => (None, row.body.clone()),
        Some(id) => {
            let found = agency::Entity::find_by_id(id.as_str()).one(records.read()).await?;
            let agency: AgencyId = id.parse().map_err(|_| bad("agency_id is no id"))?;
            (Some(agency), found.map_or_else(String::new, |agency| agency.name))
        }
    };
    Ok(StaffMember { id: parse_id(&row.id)?, role: role_of(&row)?, name: row.name, agency, body })
}

fn check(new: &NewStaff) -> Result<String, Error> {
    let mut faults = Vec::new();
    let mut fault =
        |key: &str, label: &str, problem| faults.push(FieldFault { key: key.into(), label: label.into(), problem });
    let login_name = new.login_name.trim().to_lowercase();
    let plain = |ch: char| ch.is_ascii_alphanumeric() || matches!(ch, '.' | '_' | '-' | '@');
    if login_name.is_empty() {
        fault("login_name", "登录名", Problem::Missing);
    } else if login_name.len() > 60 || !login_name.chars().all(plain) {
        fault("login_name", "登录名", Problem::NotOffered);
    }
    match u32::try_from(new.name.trim().chars().count()).unwrap_or(u32::MAX) {
        0 => fault("name", "姓名", Problem::Missing),
        length @ 51.. => fault("name", "姓名", Problem::TooLong { length, limit: 50 }),
        _ => {}
    }
    if matches!(new.role, Role::Reviewer | Role::Manager) != new.agency.is_some() {
        fault("agency", "机构", Problem::Missing);
    }
    if faults.is_empty() { Ok(login_name) } else { Err(Refusal::Answers(faults).into()) }
}

fn taken() -> Refusal {
    Refusal::Answers(vec![FieldFault {
        key: "login_name".into(),
        label: "登录名".into(),
        problem: Problem::NotOffered,
    }])
}

fn check_password(password: &str, row: &staff::Model) -> Result<(), Error> {
    match password::fault(password, &[&row.login_name, &row.name]) {
        None => Ok(()),
        Some(problem) => {
            let fault = FieldFault { key: "password".into(), label: "密码".into(), problem };
            Err(SignUpRefusal::Faults(vec![fault]).into())
        }
    }
}

async fn by_invitation(records: &Records, token: &str) -> Result<staff::Model, Error> {
    staff::Entity::find()
        .filter(staff::Column::InviteHash.eq(digest(token)))
        .filter(staff::Column::InviteUntil.gt(records.now().0))
        .filter(staff::Column::Active.eq(1))
        .one(records.read())
        .await?
        .ok_or(Error::NotFound)
}

async fn find(records: &Records, id: StaffId) -> Result<staff::Model, Error> {
    staff::Entity::find_by_id(id.to_string()).one(records.read()).await?.ok_or(Error::NotFound)
}

fn parse_id(text: &str) -> Result<StaffId, Error> {
    text.parse().map_err(|why| Error::bad_row("staff", text, why))
}

fn role_of(row: &staff::Model) -> Result<Role, Error> {
    Role::parse(&row.role).ok_or_else(|| Error::bad_row("staff", &row.id, "unknown role"))
}
