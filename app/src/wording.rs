//! Every sentence that people read, in one place: what happened, why, what to do next.
//! The domain says what; the wording says it kindly. Another language is another copy of this folder.

pub mod account;
pub mod certificates;
pub mod collecting;
pub mod desk;
#[cfg(feature = "ssr")]
pub mod door;
pub mod eligibility;
pub mod failure;
pub mod form;
#[cfg(feature = "ssr")]
pub mod kept;
pub mod knowing;
pub mod messages;
pub mod mine;
pub mod money;
pub mod people;
pub mod photo;
pub mod places;
pub mod planner;
pub mod plans;
pub mod printing;
#[cfg(feature = "ssr")]
pub mod procedure;
pub mod recovery;
#[cfg(feature = "ssr")]
pub mod register;
pub mod rooms;
pub mod rosters;
pub mod scores;
pub mod steps;
pub mod wizard;

pub use failure::failure;

/// What a search engine shows under the name.
#[cfg(feature = "ssr")]
pub const DESCRIPTION: &str = "查职业技能等级认定的考试计划，看自己符不符合申报条件，在线报名、领准考证、查成绩和证书。手机上就能办完，不装插件。";
