//! A complete draft, and the answers in it.

use domain::form::Answers;
use domain::ids::{AccountId, ApplicationId, PlanId};
use domain::page::wizard::Saved;
use records::applications::{self, PhotoUpload};
use records::{Error, Records};

/// Answers that leave nothing open: an employee with six years in the trade, claiming the first condition.
pub fn answers() -> Answers {
    let mut answers = Answers::default();
    for (key, value) in [
        ("source", "society"),
        ("education", "大学专科"),
        ("address", "浙江省杭州市西湖区文三路1号"),
        ("employer", "杭州某某环境科技有限公司"),
        ("employer_uscc", "91350100M000100Y43"),
        ("years_occ", "6"),
        ("post", "核算员"),
        ("dispatched", "no"),
        ("jobs.0.occ", "碳排放核算员"),
        ("jobs.0.from", "2020-01"),
        ("upgrade", "no"),
        ("apply_mode", "regular"),
        ("condition", "1"),
    ] {
        answers.set(key, value);
    }
    answers
}

/// The photo of every complete draft, as it is uploaded.
pub fn upload() -> PhotoUpload {
    PhotoUpload { used: crate::photo(), original: Vec::new(), file_name: "照片.jpg".into() }
}

/// A draft with everything in it, signed; made by the acts.
pub async fn complete_draft(records: &Records, who: AccountId, plan: PlanId) -> Result<ApplicationId, Error> {
    let id = applications::start(records, who, plan).await?;
    applications::keep_photo(records, who, id, upload()).await?;
    let seen = applications::draft(records, who, id).await?.revision;
    let saved = applications::save_answers(records, who, id, seen, answers()).await?;
    assert!(matches!(saved, Saved::Kept { .. }), "nobody else writes here: {saved:?}");
    applications::add_file(records, who, id, "evidence", "证明.pdf", crate::pdf(1)).await?;
    applications::sign(records, who, id, crate::signature()).await?;
    Ok(id)
}
