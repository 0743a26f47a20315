//! What both bundles share: nothing. See `bin/applicant.rs` and `bin/office.rs`.
