//! Messages: written in the transaction of the act that they tell of, sent afterwards by whoever dispatches.
//!
//! A message keeps facts. Its words come from a template when it is read or sent, so that a corrected template
//! words what is still to be sent. Nothing here sends: [`take_due`] hands out what is due, [`settle`] takes back what came
//! of it.

mod addresses;
mod desk;
mod endpoints;
mod inbox;
mod letters;
mod notices;
mod planning;
mod reminders;
mod sending;
mod since;
mod standing;
mod stopping;
mod telling;
mod templates;

pub use addresses::{confirm_mail, contact, contact_to_confirm, forget_mail, keep_preferences, set_mail};
pub use desk::{again, desk, own_read};
pub use endpoints::{add_endpoint, end_endpoint, endpoints};
pub use inbox::{appointments, deadline, inbox, read, read_all, unread};
pub use notices::{notice_preview, send_notice};
pub use planning::{Open, end_closed, plan_deliveries};
pub use reminders::remind;
pub use sending::{Address, LogLine, Outcome, Outgoing, delivered, next_due, settle, take_due};
pub use standing::standing;
pub use stopping::{mail_to_stop, stop_mail};
pub use templates::{drop_words, keep_words, own_words};

pub(crate) use addresses::move_to;
pub(crate) use telling::{Telling, tell, tell_all};

use crate::Error;
use domain::account::{Role, StaffMember};
use domain::contact::{Email, Mobile};
use domain::ids::AgencyId;

/// Why a delivery was given up that nobody needs any more: what it asks for is done.
const OVER: &str = "over";

/// Whether what somebody left as a contact is a mobile or a mail address that can be written to.
pub(crate) fn is_address(contact: &str) -> bool {
    Mobile::parse(contact).is_ok() || Email::parse(contact).is_ok()
}

/// The agency that a member manages.
fn managed(member: &StaffMember) -> Result<AgencyId, Error> {
    match (member.role, member.agency) {
        (Role::Manager, Some(agency)) => Ok(agency),
        _ => Err(Error::Forbidden),
    }
}

/// `$from, $from+1, …`: places for so many values.
fn places(from: usize, count: usize) -> String {
    (from..from + count).map(|place| format!("${place}")).collect::<Vec<_>>().join(",")
}
