//! Parts that pages are made of. The vocabulary of classes is docs/design/classes.md.

mod badge;
mod banner;
mod busy_button;
mod error_summary;
mod fault;
mod field;
mod icon;
mod level;
mod memo;
mod not_found;
mod plain_field;
mod text_area;

pub use badge::{StateBadge, tone_icon};
pub use banner::Banner;
pub use busy_button::BusyButton;
pub use error_summary::ErrorSummary;
pub use fault::fault_page;
pub use field::{
    DateField, Field, RadioCard, RadioCards, SelectField, TextField, after_the_press, describedby, error_line,
    field_shell, options_view, tidy_day, tidy_month,
};
pub use icon::{Icon, icon};
pub use level::{LevelTag, LevelTile};
pub use memo::{location, memo, params_map, query_map};
pub use not_found::NotFoundPage;
#[cfg(any(feature = "ssr", feature = "applicant"))]
pub(crate) use plain_field::{MOST_CARDS, line_of};
pub use plain_field::{PlainForm, faults_of};
pub use text_area::TextArea;
