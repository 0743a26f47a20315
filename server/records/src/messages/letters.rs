//! A message with everything that its words are made of.

use crate::entity::{account, application, message as row, message_contact, message_template};
use crate::keys::place;
use crate::{Error, Records, plans};
use domain::ids::PlanId;
use domain::message::{Language, MessageKind, To};
use domain::page::messages::Letter;
use domain::plan::Plan;
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::collections::HashMap;

/// What messages refer to, loaded by few questions.
pub(super) struct Around {
    accounts: HashMap<String, account::Model>,
    contacts: HashMap<String, message_contact::Model>,
    cases: HashMap<String, application::Model>,
    plans: HashMap<String, Option<Plan>>,
    templates: HashMap<(String, String, String), (String, String)>,
}

impl Around {
    pub(super) async fn load(records: &Records, messages: &[row::Model]) -> Result<Around, Error> {
        let db = records.read();
        let ids = |of: fn(&row::Model) -> Option<&String>| {
            let mut all: Vec<String> = messages.iter().filter_map(of).cloned().collect();
            all.sort();
            all.dedup();
            all
        };
        let accounts = ids(|one| one.account_id.as_ref());
        let contacts =
            message_contact::Entity::find().filter(message_contact::Column::AccountId.is_in(accounts.clone())).all(db);
        let contacts = contacts.await?.into_iter().map(|one| (one.account_id.clone(), one)).collect();
        let accounts = account::Entity::find().filter(account::Column::Id.is_in(accounts)).all(db).await?;
        let applications = ids(|one| one.application_id.as_ref());
        let cases = application::Entity::find().filter(application::Column::Id.is_in(applications)).all(db).await?;
        let agencies = ids(|one| one.agency_id.as_ref());
        let templates =
            message_template::Entity::find().filter(message_template::Column::AgencyId.is_in(agencies)).all(db).await?;
        let mut plans = HashMap::new();
        for id in ids(|one| one.plan_id.as_ref()) {
            plans.insert(id.clone(), plan(records, &id).await?);
        }
        Ok(Around {
            accounts: accounts.into_iter().map(|one| (one.id.clone(), one)).collect(),
            contacts,
            cases: cases.into_iter().map(|one| (one.id.clone(), one)).collect(),
            plans,
            templates: templates
                .into_iter()
                .map(|one| ((one.agency_id, one.kind, one.language), (one.subject, one.body)))
                .collect(),
        })
    }

    pub(super) fn account(&self, message: &row::Model) -> Option<&account::Model> {
        self.accounts.get(message.account_id.as_ref()?)
    }

    pub(super) fn case(&self, message: &row::Model) -> Option<&application::Model> {
        self.cases.get(message.application_id.as_ref()?)
    }

    pub(super) fn plan(&self, message: &row::Model) -> Option<&Plan> {
        self.plans.get(message.plan_id.as_ref()?)?.as_ref()
    }

    pub(super) fn contact(&self, message: &row::Model) -> Option<&message_contact::Model> {
        self.contacts.get(message.account_id.as_ref()?)
    }

    /// A message as it is written to its recipient.
    pub(super) fn letter(&self, records: &Records, message: &row::Model) -> Result<Letter, Error> {
        let kind = kind_of(message)?;
        let facts = records.inner.keys.open(&place("message", "facts", &message.id), &message.facts_sealed)?;
        let language = self.contact(message).and_then(|one| Language::parse(&one.language)).unwrap_or_default();
        let own = match (&message.agency_id, kind.is_worded_by_agencies()) {
            (Some(agency), true) => {
                self.templates.get(&(agency.clone(), message.kind.clone(), language.as_str().into()))
            }
            _ => None,
        };
        let plan = self.plan(message);
        let parsed = |id: &Option<String>| id.as_deref().and_then(|id| id.parse().ok());
        Ok(Letter {
            id: message.id.clone(),
            kind,
            at: Timestamp(message.at),
            language,
            name: match kind.to() {
                To::Person => self.account(message).map(|one| one.name.clone()).unwrap_or_default(),
                To::Contact | To::Agency => String::new(),
            },
            plan: message.plan_id.as_deref().and_then(|id| id.parse().ok()),
            plan_title: plan.map(|plan| plan.title.clone()).unwrap_or_default(),
            trade: plan.map(Plan::occupation_and_trade).unwrap_or_default(),
            level: plan.and_then(|plan| plan.level),
            agency: plan.map(|plan| plan.agency_name.clone()).unwrap_or_default(),
            phone: plan.map(|plan| plan.contact_phone.clone()).unwrap_or_default(),
            number: self.case(message).and_then(|case| case.number.clone()).unwrap_or_default(),
            application: parsed(&message.application_id),
            facts: serde_json::from_slice(&facts).map_err(|why| Error::bad_row("message", &message.id, why))?,
            own: own.cloned(),
        })
    }
}

pub(super) fn kind_of(message: &row::Model) -> Result<MessageKind, Error> {
    MessageKind::parse(&message.kind).ok_or_else(|| Error::bad_row("message", &message.id, "kind"))
}

/// A plan that may not be public yet.
async fn plan(records: &Records, id: &str) -> Result<Option<Plan>, Error> {
    let Ok(id) = id.parse::<PlanId>() else { return Ok(None) };
    match plans::get(records, id).await {
        Ok(plan) => Ok(Some(plan)),
        Err(Error::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}
