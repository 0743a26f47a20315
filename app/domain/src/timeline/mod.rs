//! The dates of a plan: what they are, whether they fit together, and when registration is open.
//!
//! Every lead time is a setting, since the five procedures differ; all times are Shanghai's.

mod check;
mod days;
mod latest;
mod point;
mod solve;
mod typed;
mod window;

pub use check::{Measure, TimeRule, TimeViolation, check};
pub use days::{DayCount, DayUnit, LeadTimes, UnknownDays, WorkCalendar};
pub use latest::{LatestDates, latest_dates, latest_schedule};
pub use point::{PointName, TimePoint, TimePointFault, TimePoints};
pub use solve::{Milestone, Who, earliest_exam, mend, milestones, overdue, propose, who};
pub use typed::{typed_clock, typed_day, typed_point};
pub use window::{Admission, IN_FLIGHT_GRACE_SECONDS, RegistrationWindow, WindowRefusal, WindowState};
