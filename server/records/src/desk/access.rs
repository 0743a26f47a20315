//! Who may see which case. Who may not is told that there is none.

use crate::{Error, Records, entity::application, sql};
use domain::account::{Role, StaffMember, Viewer};
use domain::ids::ApplicationId;
use sea_orm::{EntityTrait, Value};

/// The cases that a member of staff sees.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Scope {
    /// One agency's.
    Agency(String),
    /// Those of every agency in a region, by the beginning of its division code.
    Region(String),
}

impl Scope {
    /// The scope of a member: reviewers and managers their agency, authorities their region, administrators nothing.
    pub(crate) async fn of(records: &Records, member: &StaffMember) -> Result<Scope, Error> {
        match (member.role, member.agency) {
            (Role::Reviewer | Role::Manager, Some(agency)) => Ok(Scope::Agency(agency.to_string())),
            (Role::Authority, _) => Ok(Scope::Region(region_of(records, member).await?.ok_or(Error::NotFound)?)),
            _ => Err(Error::NotFound),
        }
    }

    /// A condition on the table called `a`, with the value for placeholder `$n`.
    pub(crate) fn clause(&self, n: usize) -> (String, Value) {
        match self {
            Scope::Agency(id) => (format!("a.agency_id = ${n}"), id.clone().into()),
            Scope::Region(prefix) => (format!("a.region LIKE ${n}"), format!("{prefix}%").into()),
        }
    }

    /// A condition on the agencies called `g`, with the value for placeholder `$n`: their applications are then found by
    /// an index, and not by reading all.
    pub(crate) fn agencies(&self, n: usize) -> (String, Value) {
        match self {
            Scope::Agency(id) => (format!("g.id = ${n}"), id.clone().into()),
            Scope::Region(prefix) => (format!("g.region LIKE ${n}"), format!("{prefix}%").into()),
        }
    }

    /// Whether a case lies within. Drafts are their applicants' own business, whatever they were before.
    pub(crate) fn covers(&self, row: &application::Model) -> bool {
        self.holds(&row.agency_id, &row.region) && row.round > 0 && row.stage != "draft"
    }

    /// Whether an agency of a region lies within.
    pub(crate) fn holds(&self, agency: &str, region: &str) -> bool {
        match self {
            Scope::Agency(id) => agency == id,
            Scope::Region(prefix) => region.starts_with(prefix.as_str()),
        }
    }
}

/// Whether a person may see an application: its applicant, or staff in whose scope it lies.
pub(crate) async fn may_read(records: &Records, viewer: &Viewer, id: ApplicationId) -> Result<bool, Error> {
    let Some(row) = application::Entity::find_by_id(id.to_string()).one(records.read()).await? else {
        return Ok(false);
    };
    match viewer {
        Viewer::Guest => Ok(false),
        Viewer::Applicant { id, .. } => Ok(row.account_id == id.to_string()),
        Viewer::Staff(member) => match Scope::of(records, member).await {
            Ok(scope) => Ok(scope.covers(&row)),
            Err(Error::NotFound) => Ok(false),
            Err(other) => Err(other),
        },
    }
}

/// The beginning of the division codes that a member's authority covers.
pub(crate) async fn region_of(records: &Records, member: &StaffMember) -> Result<Option<String>, Error> {
    let code =
        sql::text(records.read(), "SELECT region FROM staff WHERE id = $1", vec![member.id.to_string().into()]).await?;
    // An empty code would cover the whole country by accident.
    Ok(code.map(|code| region_prefix(&code).to_owned()).filter(|prefix| !prefix.is_empty()))
}

/// What all codes of a region begin with: `330000` covers `33…`, `330800` covers `3308…`.
pub(crate) fn region_prefix(code: &str) -> &str {
    let mut prefix = code;
    while prefix.len() > 2 && prefix.ends_with("00") {
        prefix = &prefix[..prefix.len() - 2];
    }
    prefix
}

/// Ends with [`Error::Forbidden`] where a role reads but never decides.
pub(crate) fn ensure_decides(member: &StaffMember) -> Result<(), Error> {
    if member.role.decides() { Ok(()) } else { Err(Error::Forbidden) }
}

#[cfg(test)]
mod tests {
    use super::region_prefix;

    #[test]
    fn a_province_covers_its_counties() {
        assert!("330802".starts_with(region_prefix("330000")));
        assert!("330802".starts_with(region_prefix("330800")));
        assert!(!"330802".starts_with(region_prefix("331000")));
        assert_eq!(region_prefix("33"), "33");
    }
}
