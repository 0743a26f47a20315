//! What can be printed, and from when on.

use super::axes::{Axes, Money};
use crate::profile::{Printable, Profile, Standing};
use crate::seating::TicketWindow;
use crate::time::Timestamp;
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// Why something cannot be printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum PrintRefusal {
    /// The procedure does not print this.
    #[error("not printed in this procedure")]
    NotOffered(Printable),
    /// Not in this state; it will be there in one of these.
    #[error("not in this state")]
    NotYet {
        /// What.
        what: Printable,
        /// The states in which it is there.
        when: Vec<Standing>,
    },
    /// Too early before the exam.
    #[error("not before {opens}")]
    TooEarly {
        /// The first day on which it is there.
        opens: NaiveDate,
    },
    /// 先缴费
    #[error("the fee is due")]
    PaymentFirst,
    /// None of the chosen cases can be printed.
    #[error("nothing to print")]
    Nothing,
    /// Rooms and seats are being arranged.
    #[error("seats are not given yet")]
    SeatsPending,
    /// The days of the ticket are over.
    #[error("until {closed}")]
    TicketOver {
        /// Its last day.
        closed: NaiveDate,
    },
}

/// How the tickets of a plan stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TicketStand {
    /// The plan arranges no seats: the ticket names day and place.
    #[default]
    Unplanned,
    /// Rooms are being arranged; the ticket comes with the seats.
    Pending,
    /// Published, for these days.
    Out(TicketWindow),
}

/// Whether `what` can be printed now by its applicant, under this procedure. Staff may print a form at any time
/// after it was handed in; for them `standing` of the case is what counts too, without the payment.
pub fn may_print(
    what: Printable,
    profile: &Profile,
    standing: Standing,
    axes: &Axes,
    exam_on: NaiveDate,
    stand: TicketStand,
    now: Timestamp,
) -> Result<(), PrintRefusal> {
    let download =
        profile.download.iter().find(|download| download.what == what).ok_or(PrintRefusal::NotOffered(what))?;
    // Tickets that were given out are there for everybody who has one, whatever the list at the authority says: they are
    // told that it is out, and the door lets them in.
    let given_out = what == Printable::Ticket && matches!(stand, TicketStand::Out(_)) && standing == Standing::Approved;
    if !download.when.contains(&standing) && !given_out {
        return Err(PrintRefusal::NotYet { what, when: download.when.clone() });
    }
    if what == Printable::Ticket {
        let days = profile.ticket.opens_days_before;
        let window = match stand {
            TicketStand::Pending => return Err(PrintRefusal::SeatsPending),
            TicketStand::Out(window) => Some(window),
            TicketStand::Unplanned if days > 0 => {
                let opens = exam_on.checked_sub_days(Days::new(days.into())).unwrap_or(exam_on);
                Some(TicketWindow { opens, closes: NaiveDate::MAX })
            }
            TicketStand::Unplanned => None,
        };
        if let Some(window) = window {
            if now.day() < window.opens {
                return Err(PrintRefusal::TooEarly { opens: window.opens });
            }
            if now.day() > window.closes {
                return Err(PrintRefusal::TicketOver { closed: window.closes });
            }
        }
        if profile.payment.gate && matches!(axes.money, Money::Due { .. } | Money::Expired { .. }) {
            return Err(PrintRefusal::PaymentFirst);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::Download;

    fn profile() -> Profile {
        let mut profile = Profile {
            download: vec![
                Download { what: Printable::ApplicationForm, when: vec![Standing::Approved, Standing::Filed] },
                Download { what: Printable::Ticket, when: vec![Standing::Filed] },
            ],
            ..Profile::default()
        };
        profile.payment.gate = false;
        profile
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_shanghai(text).unwrap()
    }

    #[test]
    fn the_ticket_waits_for_the_filing_and_the_form_for_the_approval() {
        let (profile, exam, now) = (profile(), at("2027-01-17").day(), at("2026-12-01"));
        let ask =
            |what, standing| may_print(what, &profile, standing, &Axes::default(), exam, TicketStand::default(), now);
        assert_eq!(ask(Printable::ApplicationForm, Standing::Approved), Ok(()));
        assert_eq!(
            ask(Printable::ApplicationForm, Standing::Submitted),
            Err(PrintRefusal::NotYet {
                what: Printable::ApplicationForm,
                when: vec![Standing::Approved, Standing::Filed]
            })
        );
        assert!(ask(Printable::Ticket, Standing::Approved).is_err());
        assert_eq!(ask(Printable::Ticket, Standing::Filed), Ok(()));
    }

    #[test]
    fn a_ticket_opens_so_many_days_before_the_exam_and_after_the_payment() {
        let mut profile = profile();
        profile.ticket.opens_days_before = 5;
        profile.payment.gate = true;
        let exam = at("2027-01-17").day();
        let due = Axes { money: Money::Due { until: None }, ..Axes::default() };
        let ask = |axes: &Axes, now: &str| {
            may_print(Printable::Ticket, &profile, Standing::Filed, axes, exam, TicketStand::default(), at(now))
        };
        assert_eq!(
            ask(&Axes::default(), "2027-01-11 23:59:59"),
            Err(PrintRefusal::TooEarly { opens: at("2027-01-12").day() })
        );
        assert_eq!(ask(&Axes::default(), "2027-01-12 00:00:00"), Ok(()));
        assert_eq!(ask(&due, "2027-01-12 00:00:00"), Err(PrintRefusal::PaymentFirst));
    }

    #[test]
    fn where_seats_are_arranged_the_published_days_count() {
        let (profile, exam) = (profile(), at("2027-01-17").day());
        let window = TicketWindow { opens: at("2027-01-07").day(), closes: exam };
        let ask = |stand, now: &str| {
            may_print(Printable::Ticket, &profile, Standing::Filed, &Axes::default(), exam, stand, at(now))
        };
        assert_eq!(ask(TicketStand::Pending, "2027-01-10"), Err(PrintRefusal::SeatsPending));
        let out = TicketStand::Out(window);
        assert_eq!(ask(out, "2027-01-06 23:59:59"), Err(PrintRefusal::TooEarly { opens: window.opens }));
        assert_eq!(ask(out, "2027-01-07 00:00:00"), Ok(()));
        assert_eq!(ask(out, "2027-01-17 23:59:59"), Ok(()));
        assert_eq!(ask(out, "2027-01-18 00:00:00"), Err(PrintRefusal::TicketOver { closed: exam }));
    }

    #[test]
    fn a_ticket_that_was_given_out_does_not_wait_for_the_filing() {
        let (profile, exam) = (profile(), at("2027-01-17").day());
        let ask = |stand, standing| {
            may_print(Printable::Ticket, &profile, standing, &Axes::default(), exam, stand, at("2027-01-17"))
        };
        let out = TicketStand::Out(TicketWindow { opens: at("2027-01-07").day(), closes: exam });
        assert_eq!(ask(out, Standing::Approved), Ok(()));
        assert!(ask(TicketStand::Pending, Standing::Approved).is_err());
        assert!(ask(out, Standing::Returned).is_err());
    }
}
