//! Sentences for refusals and field faults.

use domain::refusal::Refusal;

/// The sentence of a refusal.
pub fn refusal(refusal: &Refusal) -> String {
    refusal.to_string()
}
