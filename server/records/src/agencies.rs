//! Assessment agencies: filed with a province, found by their filing code.

use crate::configuration::{complaint, from_toml, line_of};
use crate::entity::agency;
use crate::{Error, Records, divisions};
use domain::ids::AgencyId;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use serde::Deserialize;

/// 机构.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agency {
    /// Id.
    pub id: AgencyId,
    /// 机构备案号
    pub filing_code: String,
    /// 机构名称
    pub name: String,
    /// Division code of the city, six digits.
    pub region: String,
    /// 联系人
    pub contact: String,
    /// 联系电话
    pub phone: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    agency: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    filing_code: String,
    name: String,
    region: String,
    contact: String,
    phone: String,
}

/// Imports `[[agency]]` entries; an agency that is known by its filing code is brought up to date.
pub async fn import(records: &Records, text: &str, file_name: &str) -> Result<Vec<AgencyId>, Error> {
    let file: File = from_toml(text, file_name)?;
    for entry in &file.agency {
        let line = line_of(text, &entry.filing_code);
        if !is_filing_code(&entry.filing_code) {
            return Err(complaint(
                file_name,
                line,
                "filing_code",
                "a filing code is one letter and 12 digits, as S000033000123",
            ));
        }
        if divisions::name_of(&entry.region).is_none() {
            return Err(complaint(file_name, line, "region", format!("{} is no division code", entry.region)));
        }
        if entry.name.trim().is_empty() {
            return Err(complaint(file_name, line, "name", "is empty"));
        }
    }
    let now = records.now();
    let tx = records.begin().await?;
    let mut ids = Vec::new();
    for entry in file.agency {
        let known = by_filing_in(&tx.db, &entry.filing_code).await?;
        let id = known.as_ref().map_or_else(|| AgencyId(records.chance().id(now)), |known| known.id);
        let row = agency::ActiveModel {
            id: Set(id.to_string()),
            filing_code: Set(entry.filing_code),
            name: Set(entry.name.trim().to_owned()),
            region: Set(entry.region),
            contact: Set(entry.contact),
            phone: Set(entry.phone),
            created_at: Set(now.0),
        };
        match known {
            None => {
                agency::Entity::insert(row).exec_without_returning(&tx.db).await?;
            }
            Some(_) => {
                let change = agency::ActiveModel { created_at: sea_orm::NotSet, ..row };
                agency::Entity::update(change).exec(&tx.db).await?;
            }
        }
        ids.push(id);
    }
    tx.commit().await?;
    records.inner.cache.forget_plans();
    Ok(ids)
}

/// One agency.
pub async fn get(records: &Records, id: AgencyId) -> Result<Agency, Error> {
    let row = agency::Entity::find_by_id(id.to_string()).one(records.read()).await?.ok_or(Error::NotFound)?;
    read(row)
}

/// One agency by its filing code.
pub async fn by_filing(records: &Records, filing_code: &str) -> Result<Option<Agency>, Error> {
    by_filing_in(records.read(), filing_code).await
}

/// All agencies, by filing code.
pub async fn list(records: &Records) -> Result<Vec<Agency>, Error> {
    list_in(records.read()).await
}

pub(crate) async fn list_in(db: &impl ConnectionTrait) -> Result<Vec<Agency>, Error> {
    let rows = agency::Entity::find().order_by_asc(agency::Column::FilingCode).all(db).await?;
    rows.into_iter().map(read).collect()
}

async fn by_filing_in(db: &impl ConnectionTrait, filing_code: &str) -> Result<Option<Agency>, Error> {
    let row = agency::Entity::find().filter(agency::Column::FilingCode.eq(filing_code)).one(db).await?;
    row.map(read).transpose()
}

fn read(row: agency::Model) -> Result<Agency, Error> {
    let id = row.id.parse().map_err(|why| Error::bad_row("agency", &row.id, why))?;
    Ok(Agency {
        id,
        filing_code: row.filing_code,
        name: row.name,
        region: row.region,
        contact: row.contact,
        phone: row.phone,
    })
}

fn is_filing_code(text: &str) -> bool {
    text.len() == 13 && text.starts_with(['S', 'Y']) && text[1..].bytes().all(|byte| byte.is_ascii_digit())
}
