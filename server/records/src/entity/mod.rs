//! Rows as the database keeps them. Ids are UUID texts, moments are UTC milliseconds, `…_sealed` is encrypted,
//! `…_index` is a keyed hash. Only acts read and write them.

pub mod account;
pub mod account_photo;
pub mod account_way;
pub mod agency;
pub mod application;
pub mod attempt;
pub mod checkpoint;
pub mod claim;
pub mod confirm_link;
pub mod counter;
pub mod file;
pub mod frozen;
pub mod history;
pub mod login;
pub mod opinion;
pub mod original_check;
pub mod outbox;
pub mod payment_order;
pub mod plan;
pub mod plan_site;
pub mod portal_visit;
pub mod preloaded;
pub mod profile;
pub mod recheck;
pub mod refund;
pub mod score_correction;
pub mod score_sheet;
pub mod signature_request;
pub mod staff;
pub mod standard;
pub mod subject_result;
pub mod trial;
