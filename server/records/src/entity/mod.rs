//! Rows as the database keeps them. Ids are UUID texts, moments are UTC milliseconds, `…_sealed` is encrypted,
//! `…_index` is a keyed hash. Only acts read and write them.

pub mod account;
pub mod agency;
pub mod application;
pub mod attempt;
pub mod checkpoint;
pub mod claim;
pub mod counter;
pub mod file;
pub mod frozen;
pub mod history;
pub mod login;
pub mod outbox;
pub mod plan;
pub mod profile;
pub mod signature_request;
pub mod staff;
pub mod standard;
