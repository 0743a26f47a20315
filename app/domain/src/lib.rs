//! The rules of the field, shared by browser and server.
//!
//! Nothing here knows the time, rolls dice, or touches a file: facts come in as arguments,
//! answers go out as values. Every refusal is a value; its sentence lives in `app::wording`.

pub mod account;
pub mod application;
pub mod bank_card;
pub mod certificate;
pub mod certificate_no;
pub mod contact;
pub mod credit_code;
pub mod eligibility;
pub mod form;
pub mod helpline;
pub mod id_document;
pub mod ids;
pub mod knowing;
pub mod masking;
pub mod message;
pub mod occupation;
pub mod page;
pub mod paper;
pub mod payment;
pub mod photo;
pub mod places;
pub mod plan;
pub mod planner;
pub mod profile;
pub mod refusal;
pub mod roster;
pub mod scores;
pub mod seating;
pub mod text;
pub mod time;
pub mod timeline;
