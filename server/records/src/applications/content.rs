//! What a signature stands under: a digest of everything that is handed in with it.

use super::answers::asked_only;
use super::load::Whole;
use domain::profile::Profile;
use serde_json::json;
use sha2::{Digest, Sha256};

/// Digest of answers, photo, evidence and pledge. Changing any of them makes a signature outdated.
pub(crate) fn digest(whole: &Whole, profile: &Profile) -> String {
    let files: Vec<(&str, &str)> =
        whole.files.iter().map(|file| (file.requirement.as_str(), file.sha256.as_str())).collect();
    let content = json!([
        whole.row.plan_id,
        asked_only(&profile.form, &whole.answers),
        whole.photo.as_ref().map(|photo| photo.sha256.as_str()),
        files,
        declaration_digest(profile),
    ]);
    hex::encode(Sha256::digest(content.to_string()))
}

/// Digest of the pledge, word by word.
pub(crate) fn declaration_digest(profile: &Profile) -> String {
    let pledge = &profile.declaration;
    let words = json!([pledge.title, pledge.version, pledge.lead, pledge.clauses]);
    hex::encode(Sha256::digest(words.to_string()))
}

/// Whether there is a signature for what stands there now, or none is drawn in this procedure.
pub(crate) fn is_signed(whole: &Whole, profile: &Profile) -> bool {
    !profile.asks_signature() || is_drawn(whole, profile)
}

/// Whether there is a signature, and it is for what stands there now.
pub(crate) fn is_drawn(whole: &Whole, profile: &Profile) -> bool {
    whole.signature.as_ref().is_some_and(|signature| signature.content == digest(whole, profile))
}
