//! Pages, server functions and wording: what people see.
//!
//! Two roots, two bundles: [`applicant::ApplicantApp`] for everybody, [`office::OfficeApp`] for the desk.
//! The same code renders on the server (feature `ssr`) and takes over in the browser (feature `hydrate`).

// A large page is a large type; the default limit is meant for smaller ones.
#![recursion_limit = "512"]
// Server functions become structs whose fields cannot carry a line of their own.
#![allow(missing_docs)]

pub mod again;
#[cfg(any(feature = "ssr", feature = "applicant"))]
pub mod applicant;
pub mod failure;
#[cfg(feature = "ssr")]
pub mod kept;
pub mod live;
#[cfg(any(feature = "ssr", feature = "office"))]
pub mod office;
pub mod part;
pub mod paths;
pub mod shell;
pub mod signed_in;
pub mod ui;
pub mod wording;

pub use failure::Failure;
