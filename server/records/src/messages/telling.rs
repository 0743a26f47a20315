//! Writing a message down, in the transaction of the act that it tells of.

use crate::entity::{application, message as row};
use crate::keys::place;
use crate::live::{self, outbox::News};
use crate::{Error, Records, Tx};
use domain::ids::{ApplicationId, Fen, PlanId};
use domain::message::{Facts, MessageKind};
use domain::time::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, Set};

/// Rows written by one statement: below the 32,766 values of SQLite.
const AT_ONCE: usize = 500;

/// Who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Recipient {
    /// A candidate, by account.
    Account(String),
    /// The managers of an agency.
    Agency(String),
    /// Whoever left a mobile or a mail address, with the objection that it was left with.
    Contact {
        /// The objection.
        objection: String,
        /// What was left.
        contact: String,
    },
}

/// A message to be: to whom, about what. One per recipient, kind, entity and version, however often it is told.
#[derive(Debug, Clone)]
pub(crate) struct Telling {
    to: Recipient,
    kind: MessageKind,
    agency: Option<String>,
    plan: Option<String>,
    application: Option<String>,
    entity: String,
    version: i64,
    facts: Facts,
    /// Whether open pages must hear of it: an act about an application tells them by itself.
    wakes: bool,
}

impl Telling {
    /// To the applicant, about the application as it stands after the change.
    pub fn about(case: &application::Model, kind: MessageKind) -> Telling {
        Telling::about_one(&case.account_id, &case.id, case.revision, kind)
            .agency(&case.agency_id)
            .under(&case.plan_id, &case.id)
    }

    /// To an applicant about an application, of which no more is known than this. Its act tells the open pages.
    pub fn about_one(account: &str, application: &str, revision: i64, kind: MessageKind) -> Telling {
        Telling {
            to: Recipient::Account(account.to_owned()),
            kind,
            agency: None,
            plan: None,
            application: Some(application.to_owned()),
            entity: application.to_owned(),
            version: revision,
            facts: Facts::default(),
            wakes: false,
        }
    }

    /// To a candidate, about something that is no application: `entity` and `version` make it one message.
    pub fn to_account(account: impl ToString, kind: MessageKind, entity: impl ToString, version: i64) -> Telling {
        Telling {
            to: Recipient::Account(account.to_string()),
            kind,
            agency: None,
            plan: None,
            application: None,
            entity: entity.to_string(),
            version,
            facts: Facts::default(),
            wakes: true,
        }
    }

    /// To the managers of an agency.
    pub fn to_agency(agency: impl ToString, kind: MessageKind, entity: impl ToString, version: i64) -> Telling {
        let agency = agency.to_string();
        Telling {
            to: Recipient::Agency(agency.clone()),
            agency: Some(agency),
            ..Telling::to_account("", kind, entity, version)
        }
    }

    /// To somebody who left a contact with an objection.
    pub fn to_contact(objection: &str, contact: &str, agency: impl ToString, kind: MessageKind) -> Telling {
        Telling {
            to: Recipient::Contact { objection: objection.to_owned(), contact: contact.to_owned() },
            agency: Some(agency.to_string()),
            ..Telling::to_account("", kind, objection, 1)
        }
    }

    /// About another thing than the application: an order, a ticket, a certificate.
    pub fn of(mut self, entity: impl ToString, version: i64) -> Telling {
        self.entity = entity.to_string();
        self.version = version;
        self
    }

    /// Where no act tells the open pages, the message does.
    pub fn waking(mut self) -> Telling {
        self.wakes = true;
        self
    }

    /// Concerning a plan.
    pub fn plan(mut self, plan: PlanId) -> Telling {
        self.plan = Some(plan.to_string());
        self
    }

    /// Concerning an application.
    pub fn application(mut self, application: ApplicationId) -> Telling {
        self.application = Some(application.to_string());
        self
    }

    /// Concerning a plan and an application, by their ids as rows keep them.
    pub fn under(mut self, plan: &str, application: &str) -> Telling {
        self.plan = Some(plan.to_owned());
        self.application = Some(application.to_owned());
        self
    }

    /// On behalf of an agency: its templates, its pushes.
    pub fn agency(mut self, agency: impl ToString) -> Telling {
        self.agency = Some(agency.to_string());
        self
    }

    /// Last moment to act.
    pub fn until(mut self, until: impl Into<Option<Timestamp>>) -> Telling {
        self.facts.until = until.into();
        self
    }

    /// The moment that it is about.
    pub fn at(mut self, at: Timestamp) -> Telling {
        self.facts.at = Some(at);
        self
    }

    /// Money.
    pub fn amount(mut self, amount: Fen) -> Telling {
        self.facts.amount = Some(amount);
        self
    }

    /// Number of an order, a ticket, a certificate.
    pub fn number(mut self, number: impl Into<String>) -> Telling {
        self.facts.number = number.into();
        self
    }

    /// Words of the office.
    pub fn words(mut self, words: impl Into<String>) -> Telling {
        self.facts.words = words.into();
        self
    }

    /// What its plan examined, and what it examines now.
    pub fn became(mut self, was: String, is: String) -> Telling {
        self.facts.became = Some((was, is));
        self
    }

    /// Subject of a notice, name of a milestone.
    pub fn title(mut self, title: impl Into<String>) -> Telling {
        self.facts.title = title.into();
        self
    }
}

/// Writes one message. Told again, nothing happens.
pub(crate) async fn tell(records: &Records, tx: &mut Tx, at: Timestamp, telling: Telling) -> Result<(), Error> {
    tell_all(records, tx, at, vec![telling]).await
}

/// Writes many messages by few statements, and wakes the pages of who is told.
pub(crate) async fn tell_all(
    records: &Records,
    tx: &mut Tx,
    at: Timestamp,
    tellings: Vec<Telling>,
) -> Result<(), Error> {
    let mut rest = tellings.into_iter().peekable();
    while rest.peek().is_some() {
        let (mut rows, mut news) = (Vec::new(), Vec::new());
        for telling in rest.by_ref().take(AT_ONCE) {
            let id = records.chance().id(at).to_string();
            news.extend(news_of(&telling, &id));
            rows.push(row_of(records, telling, id, at)?);
        }
        let once =
            OnConflict::columns([row::Column::Recipient, row::Column::Kind, row::Column::Entity, row::Column::Version])
                .do_nothing()
                .to_owned();
        row::Entity::insert_many(rows).on_conflict(once).exec_without_returning(&tx.db).await?;
        live::append(tx, at, news).await?;
    }
    Ok(())
}

fn news_of(telling: &Telling, id: &str) -> Option<News> {
    if !telling.wakes {
        return None;
    }
    let topic = match &telling.to {
        Recipient::Account(account) => format!("account:{account}"),
        Recipient::Agency(_) | Recipient::Contact { .. } => return None,
    };
    // Pages that show one application look at its id, the others at the kind.
    let entity = telling.application.clone().unwrap_or_else(|| id.to_owned());
    Some(News { topic, entity, version: telling.version, kind: "message" })
}

fn row_of(records: &Records, telling: Telling, id: String, at: Timestamp) -> Result<row::ActiveModel, Error> {
    let keys = &records.inner.keys;
    let facts = serde_json::to_vec(&telling.facts).map_err(|why| Error::bad_row("message", &id, why))?;
    let (recipient, account, contact) = match telling.to {
        Recipient::Account(account) => (format!("account:{account}"), Some(account), None),
        Recipient::Agency(agency) => (format!("agency:{agency}"), None, None),
        Recipient::Contact { objection, contact } => {
            let sealed = keys.seal(&place("message", "contact", &id), contact.as_bytes())?;
            (format!("objection:{objection}"), None, Some(sealed))
        }
    };
    Ok(row::ActiveModel {
        facts_sealed: Set(keys.seal(&place("message", "facts", &id), &facts)?),
        id: Set(id),
        recipient: Set(recipient),
        account_id: Set(account),
        agency_id: Set(telling.agency),
        plan_id: Set(telling.plan),
        application_id: Set(telling.application),
        kind: Set(telling.kind.as_str().to_owned()),
        entity: Set(telling.entity),
        version: Set(telling.version),
        contact_sealed: Set(contact),
        at: Set(at.0),
        planned: Set(0),
        read_at: Set(None),
    })
}
