//! Applications that people of the demonstration have made already: through the same acts as everybody's.

use domain::account::StaffMember;
use domain::application::{Remark, Target};
use domain::form::Answers;
use domain::ids::{AccountId, ApplicationId};
use domain::page::desk::Decision;
use domain::time::Timestamp;
use records::applications::{self, PhotoUpload};
use records::{Error, Records, desk};
use serde::Deserialize;

/// The agency that reviews these applications.
pub(super) const AGENCY: &str = "S000033000123";
/// The plan that they are for; it is always open.
pub(super) const PLAN: &str = "2026-S-001201";
const PORTRAITS: [&[u8]; 3] = [
    include_bytes!("../../demo/portrait-1.jpg"),
    include_bytes!("../../demo/portrait-2.jpg"),
    include_bytes!("../../demo/portrait-3.jpg"),
];
pub(super) const PAPER: &[u8] = include_bytes!("../../demo/paper.pdf");
const SIGNATURE: &[u8] = include_bytes!("../../demo/signature.png");
/// Days to correct a returned application.
const CORRECTION_DAYS: i64 = 5;

/// One application.
#[derive(Deserialize)]
pub(super) struct Case {
    case: End,
    address: String,
    employer: String,
    post: String,
    since: String,
    portrait: usize,
}

/// How far it has come.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum End {
    /// Waits for a reviewer.
    Waiting,
    /// Returned for correction.
    Returned,
    /// Approved.
    Approved,
}

impl Case {
    /// Somebody who lives and works there.
    pub(super) fn of(address: &str, employer: &str, portrait: usize) -> Case {
        Case {
            case: End::Waiting,
            address: address.to_owned(),
            employer: employer.to_owned(),
            post: "核算员".to_owned(),
            since: "2019-05".to_owned(),
            portrait,
        }
    }

    /// Plays it, if this person has made no application yet.
    pub(super) async fn play(
        &self,
        records: &Records,
        account: AccountId,
        reviewer: &StaffMember,
    ) -> Result<(), Error> {
        let plan = records::plans::by_number(records, PLAN).await?;
        let known = applications::mine(records, account).await?;
        if !known.applications.is_empty() {
            return Ok(());
        }
        let id = applications::start(records, account, plan.id).await?;
        self.fill(records, account, id).await?;
        applications::submit(records, account, id, "demo").await?;
        let decision = match self.case {
            End::Waiting => return Ok(()),
            End::Approved => Decision::Approve,
            End::Returned => Decision::Return {
                remarks: vec![Remark::said(
                    Target::Document("evidence".into()),
                    "工作证明的公章压住了日期，看不清起止时间，请重新拍一张",
                )],
                until: Timestamp::end_of(Timestamp(records.now().0 + CORRECTION_DAYS * 86_400_000).day()),
            },
        };
        desk::claim(records, reviewer, id).await?;
        let seen = desk::case(records, reviewer, id).await?.line.revision;
        desk::decide(records, reviewer, id, seen, decision).await?;
        Ok(())
    }

    pub(super) async fn fill(&self, records: &Records, account: AccountId, id: ApplicationId) -> Result<(), Error> {
        let portrait = PORTRAITS.get(self.portrait.wrapping_sub(1)).ok_or(Error::NotFound)?;
        let upload = PhotoUpload { used: portrait.to_vec(), original: Vec::new(), file_name: "证件照.jpg".into() };
        applications::keep_photo(records, account, id, upload).await?;
        let mut answers = Answers::default();
        for (key, value) in [
            ("source", "society"),
            ("education", "大学专科"),
            ("address", self.address.as_str()),
            ("employer", self.employer.as_str()),
            ("employer_uscc", "91350100M000100Y43"),
            ("years_occ", "6"),
            ("post", self.post.as_str()),
            ("dispatched", "no"),
            ("jobs.0.occ", "碳排放核算员"),
            ("jobs.0.from", self.since.as_str()),
            ("upgrade", "no"),
            ("apply_mode", "regular"),
            ("condition", "1"),
        ] {
            answers.set(key, value);
        }
        let seen = applications::draft(records, account, id).await?.revision;
        applications::save_answers(records, account, id, seen, answers).await?;
        applications::add_file(records, account, id, "evidence", "证明材料（样本）.pdf", PAPER.to_vec()).await?;
        applications::sign(records, account, id, SIGNATURE.to_vec()).await
    }
}
