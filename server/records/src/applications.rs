//! What an applicant does with an application, from the first click to the last.

mod answers;
mod content;
mod draft;
mod eligibility;
mod evidence;
mod freeze;
mod handing_in;
mod invariants;
pub(crate) mod load;
mod mine;
pub(crate) mod papers;
mod person;
mod photo;
mod pictures;
mod save;
pub(crate) mod seats;
mod signature;
mod signature_link;
mod start;
mod submit;
mod withdraw;

pub use draft::draft;
pub use evidence::{Direction, add_file, move_file, remove_file};
pub use freeze::{Frozen, Texts, frozen};
pub use invariants::broken_promises;
pub use mine::{case_of, mine};
pub use photo::{PhotoUpload, keep_photo, remove_photo, take_earlier_photo};
pub use save::save_answers;
pub use signature::sign;
pub use signature_link::{request_signature, sign_by_link, to_sign};
pub use start::start;
pub use submit::{submit, submit_begun};
pub use withdraw::{undo, withdraw};

pub(crate) use answers::{sections, targets};
pub(crate) use draft::{file_kept, ground_of, judged, signature_kept};
pub(crate) use freeze::{answers_of_round, files_of, masked, was_handed_in};
pub(crate) use handing_in::HandingIn;
pub(crate) use person::Person;
