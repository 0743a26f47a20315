//! What every act of an agency on one of its plans begins with.

use super::access;
use crate::applications::ground_of;
use crate::{Error, Records};
use domain::account::{Role, StaffMember};
use domain::ids::PlanId;
use domain::plan::Plan;
use domain::profile::Profile;
use std::sync::Arc;

/// A plan and its procedure, opened for a member of its own agency.
pub(crate) struct Ground {
    pub plan: Plan,
    pub profile: Arc<Profile>,
}

impl Ground {
    /// Opens a plan of the member's own agency; of any other there is none.
    pub(crate) async fn open(records: &Records, member: &StaffMember, plan: PlanId) -> Result<Ground, Error> {
        access::ensure_decides(member)?;
        let (plan, profile) = ground_of(records, plan).await?;
        if member.agency != Some(plan.agency) {
            return Err(Error::NotFound);
        }
        Ok(Ground { plan, profile })
    }

    /// The same, for what only managers do.
    pub(crate) async fn managed(records: &Records, member: &StaffMember, plan: PlanId) -> Result<Ground, Error> {
        let ground = Ground::open(records, member, plan).await?;
        if member.role == Role::Manager { Ok(ground) } else { Err(Error::Forbidden) }
    }

    /// The subjects that a person sits, in the order of the plan: those of a resit, else all. `texts` are frozen with
    /// the submission.
    pub(crate) fn subjects_of(&self, texts: Option<&str>) -> Vec<String> {
        #[derive(serde::Deserialize)]
        struct Chosen {
            #[serde(default)]
            subjects: Vec<String>,
        }
        let chosen = texts.and_then(|texts| serde_json::from_str::<Chosen>(texts).ok()).map(|chosen| chosen.subjects);
        let chosen = chosen.filter(|subjects| !subjects.is_empty());
        let sits = |name: &&String| chosen.as_ref().is_none_or(|chosen| chosen.contains(*name));
        self.plan.subjects.iter().filter(sits).cloned().collect()
    }
}
