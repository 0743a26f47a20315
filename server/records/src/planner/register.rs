//! The register of agencies: what each is filed for and until when, whom to ask, training units and stations.

use crate::desk::access;
use crate::entity::agency;
use crate::history::{self, Actor};
use crate::{Error, Records, Tx, divisions, sql};
use chrono::NaiveDate;
use domain::account::{Role, StaffMember};
use domain::ids::AgencyId;
use domain::occupation::{OccupationCode, SkillLevel, TradeCode};
use domain::page::mine::What;
use domain::page::planner::{AgencyCard, ContactLine, FilingBadge, Register, ScopeLine, UnitLine};
use domain::planner::{PlanFault, PlanFaultWhy, PlannerRefusal};
use domain::time::Timestamp;
use domain::timeline::typed_day;
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, QueryOrder};
use serde_json::json;
use std::collections::HashMap;

#[derive(FromQueryResult)]
struct ScopeRow {
    id: String,
    agency_id: String,
    occupation: String,
    trade: String,
    code: String,
    levels: String,
    valid_from: String,
    valid_until: String,
    document: String,
}

/// What agencies are filed for, by agency.
pub(super) async fn scopes<C: ConnectionTrait>(db: &C) -> Result<HashMap<String, Vec<ScopeLine>>, Error> {
    let rows: Vec<ScopeRow> = sql::all(
        db,
        "SELECT id, agency_id, occupation, trade, code, levels, valid_from, valid_until, document FROM agency_scope
         ORDER BY code, valid_from, id",
        vec![],
    )
    .await?;
    let mut all: HashMap<String, Vec<ScopeLine>> = HashMap::new();
    for row in rows {
        let bad = |why: &str| Error::bad_row("agency_scope", &row.id, why);
        let numbers: Vec<u8> = serde_json::from_str(&row.levels).map_err(|_| bad("levels"))?;
        let line = ScopeLine {
            levels: numbers.into_iter().filter_map(SkillLevel::from_number).collect(),
            from: row.valid_from.parse().map_err(|_| bad("valid_from"))?,
            until: row.valid_until.parse().map_err(|_| bad("valid_until"))?,
            id: row.id,
            occupation: row.occupation,
            trade: row.trade,
            code: row.code,
            document: row.document,
        };
        all.entry(row.agency_id).or_default().push(line);
    }
    Ok(all)
}

/// Whether occupation or trade of `code` at this level is filed on this day. A filing of an occupation holds for all its
/// trades.
pub(super) fn badge(lines: &[ScopeLine], code: &str, level: Option<SkillLevel>, on: Option<NaiveDate>) -> FilingBadge {
    if lines.is_empty() {
        return FilingBadge::Unknown;
    }
    let fits = |line: &&ScopeLine| {
        let under =
            code == line.code || code.strip_prefix(line.code.as_str()).is_some_and(|rest| rest.starts_with('-'));
        under && level.is_some_and(|level| line.levels.contains(&level))
    };
    let mut found = lines.iter().filter(fits).peekable();
    if found.peek().is_none() {
        return FilingBadge::Outside;
    }
    let valid = |line: &ScopeLine| on.is_none_or(|day| line.from <= day && day <= line.until);
    if found.any(valid) { FilingBadge::Inside } else { FilingBadge::Expired }
}

/// The agencies that a member sees: an authority its region's, an administrator all, everybody else the own one.
pub async fn register(records: &Records, member: &StaffMember) -> Result<Register, Error> {
    let prefix = match member.role {
        Role::Authority => access::region_of(records, member).await?.ok_or(Error::NotFound)?,
        _ => String::new(),
    };
    let own = member.agency.map(|agency| agency.to_string());
    let rows = agency::Entity::find().order_by_asc(agency::Column::FilingCode).all(records.read()).await?;
    let mut scopes = scopes(records.read()).await?;
    let mut contacts = contacts(records.read()).await?;
    let mut units = units(records).await?;
    let mut agencies = Vec::new();
    for row in rows {
        let seen = match member.role {
            Role::Administrator => true,
            Role::Authority => row.region.starts_with(&prefix),
            Role::Manager | Role::Reviewer => own.as_ref() == Some(&row.id),
        };
        if !seen {
            continue;
        }
        agencies.push(AgencyCard {
            id: row.id.parse().map_err(|_| Error::bad_row("agency", &row.id, "id"))?,
            city: divisions::name_of(&row.region).unwrap_or(&row.region).to_owned(),
            scopes: scopes.remove(&row.id).unwrap_or_default(),
            contacts: contacts.remove(&row.id).unwrap_or_default(),
            units: units.remove(&row.id).unwrap_or_default(),
            filing_code: row.filing_code,
            name: row.name,
            contact: row.contact,
            phone: row.phone,
        });
    }
    Ok(Register {
        now: records.now(),
        agencies,
        may_file: matches!(member.role, Role::Authority | Role::Administrator),
        may_edit: member.role == Role::Manager,
    })
}

/// People to ask, by agency.
pub(crate) async fn contacts<C: ConnectionTrait>(db: &C) -> Result<HashMap<String, Vec<ContactLine>>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        agency_id: String,
        region: String,
        topic: String,
        name: String,
        phone: String,
    }
    let text =
        "SELECT id, agency_id, region, topic, name, phone FROM agency_contact ORDER BY region, topic, created_at, id";
    let rows: Vec<Row> = sql::all(db, text, vec![]).await?;
    let mut all: HashMap<String, Vec<ContactLine>> = HashMap::new();
    for row in rows {
        let line = ContactLine { id: row.id, region: row.region, topic: row.topic, name: row.name, phone: row.phone };
        all.entry(row.agency_id).or_default().push(line);
    }
    Ok(all)
}

/// Training units and stations, by agency.
pub(super) async fn units(records: &Records) -> Result<HashMap<String, Vec<UnitLine>>, Error> {
    #[derive(FromQueryResult)]
    struct Row {
        id: String,
        agency_id: String,
        station: i64,
        name: String,
        address: String,
    }
    let text = "SELECT id, agency_id, station, name, address FROM agency_unit ORDER BY station, name, id";
    let rows: Vec<Row> = sql::all(records.read(), text, vec![]).await?;
    let mut all: HashMap<String, Vec<UnitLine>> = HashMap::new();
    for row in rows {
        let line = UnitLine { id: row.id, station: row.station == 1, name: row.name, address: row.address };
        all.entry(row.agency_id).or_default().push(line);
    }
    Ok(all)
}

/// What is written into the register by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// An occupation or trade that the agency is filed for.
    Scope {
        /// 职业
        occupation: String,
        /// 工种, or empty.
        trade: String,
        /// 编码
        code: String,
        /// Level numbers, apart by blanks or commas.
        levels: String,
        /// First day.
        from: String,
        /// Last day.
        until: String,
        /// 备案文号, or empty.
        document: String,
    },
    /// Somebody to ask.
    Contact {
        /// Where, or empty for everywhere.
        region: String,
        /// What about.
        topic: String,
        /// Who.
        name: String,
        /// Telephone.
        phone: String,
    },
    /// A training unit or a station.
    Unit {
        /// Whether it is a station.
        station: bool,
        /// Name.
        name: String,
        /// Address.
        address: String,
    },
}

/// Adds an entry to an agency: filings by authority or administrator, contacts and units by the agency's manager as well.
pub async fn add(records: &Records, member: &StaffMember, of: AgencyId, entry: &Entry) -> Result<(), Error> {
    ensure_writes(records, member, of, matches!(entry, Entry::Scope { .. })).await?;
    let faults = faults_of(entry);
    if !faults.is_empty() {
        return Err(PlannerRefusal::Faults(faults).into());
    }
    let tx = records.begin().await?;
    let now = records.now();
    let id = records.chance().id(now).to_string();
    let agency = of.to_string();
    let said = match entry {
        Entry::Scope { occupation, trade, code, levels, from, until, document } => {
            let numbers: Vec<u8> = levels_of(levels).into_iter().map(SkillLevel::number).collect();
            let levels = serde_json::to_string(&numbers).map_err(|why| Error::bad_row("agency_scope", &id, why))?;
            let added = sql::run(
                &tx.db,
                "INSERT INTO agency_scope (id, agency_id, occupation, trade, code, levels, valid_from, valid_until, document, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                 ON CONFLICT (agency_id, code, valid_from) DO UPDATE SET
                    occupation = excluded.occupation, trade = excluded.trade, levels = excluded.levels,
                    valid_until = excluded.valid_until, document = excluded.document",
                vec![
                    id.into(),
                    agency.clone().into(),
                    occupation.trim().into(),
                    trade.trim().into(),
                    code.trim().into(),
                    levels.into(),
                    written(from).into(),
                    written(until).into(),
                    document.trim().into(),
                    now.0.into(),
                ],
            );
            added.await?;
            format!("备案 {} {}", code.trim(), occupation.trim())
        }
        Entry::Contact { region, topic, name, phone } => {
            sql::run(
                &tx.db,
                "INSERT INTO agency_contact (id, agency_id, region, topic, name, phone, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                vec![
                    id.into(),
                    agency.clone().into(),
                    region.trim().into(),
                    topic.trim().into(),
                    name.trim().into(),
                    phone.trim().into(),
                    now.0.into(),
                ],
            )
            .await?;
            format!("联系人 {}", topic.trim())
        }
        Entry::Unit { station, name, address } => {
            sql::run(
                &tx.db,
                "INSERT INTO agency_unit (id, agency_id, station, name, address, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
                vec![
                    id.into(),
                    agency.clone().into(),
                    i64::from(*station).into(),
                    name.trim().into(),
                    address.trim().into(),
                    now.0.into(),
                ],
            )
            .await?;
            format!("{} {}", if *station { "站点" } else { "培训单位" }, name.trim())
        }
    };
    note_agency(&tx, now, member, &agency, "register_added", &said).await?;
    tx.commit().await?;
    // Pages of plans name whom to ask.
    records.inner.cache.forget_plans();
    Ok(())
}

/// Writes a contact anew, where it still says what `seen` says: what a colleague has written meanwhile is not lost.
pub async fn change_contact(
    records: &Records,
    member: &StaffMember,
    of: AgencyId,
    seen: &ContactLine,
    new: ContactLine,
) -> Result<(), Error> {
    ensure_writes(records, member, of, false).await?;
    let ContactLine { region, topic, name, phone, .. } = new;
    let said = format!("联系人 {}", topic.trim());
    let [region, topic, name, phone] = [region, topic, name, phone].map(|text| text.trim().to_owned());
    let entry =
        Entry::Contact { region: region.clone(), topic: topic.clone(), name: name.clone(), phone: phone.clone() };
    let faults = faults_of(&entry);
    if !faults.is_empty() {
        return Err(PlannerRefusal::Faults(faults).into());
    }
    let tx = records.begin().await?;
    let agency = of.to_string();
    let changed = sql::run(
        &tx.db,
        "UPDATE agency_contact SET region = $1, topic = $2, name = $3, phone = $4
         WHERE id = $5 AND agency_id = $6 AND region = $7 AND topic = $8 AND name = $9 AND phone = $10",
        vec![
            region.into(),
            topic.into(),
            name.into(),
            phone.into(),
            seen.id.clone().into(),
            agency.clone().into(),
            seen.region.clone().into(),
            seen.topic.clone().into(),
            seen.name.clone().into(),
            seen.phone.clone().into(),
        ],
    );
    if changed.await?.rows_affected() == 0 {
        let there = sql::number(
            &tx.db,
            "SELECT COUNT(*) FROM agency_contact WHERE id = $1 AND agency_id = $2",
            vec![seen.id.clone().into(), agency.into()],
        );
        return Err(if there.await? == Some(1) { Error::ChangedMeanwhile } else { Error::NotFound });
    }
    note_agency(&tx, records.now(), member, &agency, "register_changed", &said).await?;
    tx.commit().await?;
    records.inner.cache.forget_plans();
    Ok(())
}

/// Takes an entry off. A filing that plans under way stand on stays.
pub async fn remove(records: &Records, member: &StaffMember, of: AgencyId, id: &str) -> Result<(), Error> {
    ensure_writes(records, member, of, false).await?;
    let tx = records.begin().await?;
    let now = records.now();
    let agency = of.to_string();
    let code = sql::text(
        &tx.db,
        "SELECT code FROM agency_scope WHERE id = $1 AND agency_id = $2",
        vec![id.into(), agency.clone().into()],
    )
    .await?;
    if let Some(code) = code {
        ensure_writes(records, member, of, true).await?;
        let used = sql::number(
            &tx.db,
            "SELECT COUNT(*) FROM planning WHERE agency_id = $1 AND stage NOT IN ('draft','cancelled','refused')
             AND form LIKE $2",
            vec![agency.clone().into(), format!("%\"scope\":\"{code}/%").into()],
        );
        if used.await?.unwrap_or(0) > 0 {
            return Err(PlannerRefusal::ScopeInUse.into());
        }
    }
    let mut gone = None;
    for (table, what, called) in
        [("agency_scope", "备案", "code"), ("agency_contact", "联系人", "topic"), ("agency_unit", "单位或站点", "name")]
    {
        let text = format!("DELETE FROM {table} WHERE id = $1 AND agency_id = $2 RETURNING {called}");
        let name = sql::text(&tx.db, &text, vec![id.into(), agency.clone().into()]).await?;
        gone = gone.or(name.map(|name| format!("{what} {name}")));
    }
    // The history names what is no longer there.
    let Some(gone) = gone else { return Err(Error::NotFound) };
    note_agency(&tx, now, member, &agency, "register_removed", &gone).await?;
    tx.commit().await?;
    records.inner.cache.forget_plans();
    Ok(())
}

async fn note_agency(
    tx: &Tx,
    now: Timestamp,
    member: &StaffMember,
    agency: &str,
    act: &str,
    text: &str,
) -> Result<(), Error> {
    let detail = json!({ "act": act, "text": text });
    history::append(tx, now, agency, &Actor::from(member), What::PlanActed, detail).await
}

async fn ensure_writes(records: &Records, member: &StaffMember, of: AgencyId, filing: bool) -> Result<(), Error> {
    let row = agency::Entity::find_by_id(of.to_string()).one(records.read()).await?.ok_or(Error::NotFound)?;
    match member.role {
        Role::Administrator => Ok(()),
        Role::Authority => {
            let prefix = access::region_of(records, member).await?.ok_or(Error::NotFound)?;
            if row.region.starts_with(&prefix) { Ok(()) } else { Err(Error::NotFound) }
        }
        Role::Manager if member.agency == Some(of) && !filing => Ok(()),
        Role::Manager | Role::Reviewer if member.agency == Some(of) => Err(Error::Forbidden),
        Role::Manager | Role::Reviewer => Err(Error::NotFound),
    }
}

/// A day in one writing, however it was typed.
fn written(text: &str) -> String {
    typed_day(text).map_or_else(|| text.trim().to_owned(), |day| day.to_string())
}

/// `5 4 3`, `五级、四级`: level numbers as people write them.
fn levels_of(text: &str) -> Vec<SkillLevel> {
    let mut levels: Vec<SkillLevel> = SkillLevel::EXAMINED
        .into_iter()
        .filter(|level| {
            let numbers = ["五", "四", "三", "二", "一"];
            let word = usize::from(5_u8.saturating_sub(level.number()));
            text.contains(char::from(b'0' + level.number()))
                || numbers.get(word).is_some_and(|word| text.contains(word))
        })
        .collect();
    levels.sort_by_key(|level| std::cmp::Reverse(level.number()));
    levels
}

fn faults_of(entry: &Entry) -> Vec<PlanFault> {
    let mut faults = Vec::new();
    let mut need = |key: &str, text: &str, max: u32| {
        let why = match text.trim().chars().count() {
            0 => PlanFaultWhy::Missing,
            count if count > max as usize => PlanFaultWhy::TooLong { max },
            _ => return,
        };
        faults.push(PlanFault { key: key.to_owned(), why });
    };
    match entry {
        Entry::Scope { occupation, code, levels, from, until, .. } => {
            need("occupation", occupation, 60);
            let code = code.trim();
            if OccupationCode::parse(code).is_err() && TradeCode::parse(code).is_err() {
                faults.push(PlanFault { key: "code".into(), why: PlanFaultWhy::Unknown });
            }
            if levels_of(levels).is_empty() {
                faults.push(PlanFault { key: "levels".into(), why: PlanFaultWhy::Missing });
            }
            let day = typed_day;
            for (key, text) in [("from", from), ("until", until)] {
                if day(text).is_none() {
                    faults.push(PlanFault { key: key.into(), why: PlanFaultWhy::NotADay });
                }
            }
            if let (Some(from), Some(until)) = (day(from), day(until))
                && until < from
            {
                faults.push(PlanFault { key: "until".into(), why: PlanFaultWhy::EndsFirst });
            }
        }
        Entry::Contact { topic, name, phone, .. } => {
            need("topic", topic, 40);
            need("name", name, 40);
            need("phone", phone, 40);
        }
        Entry::Unit { name, .. } => need("name", name, 60),
    }
    faults
}
