//! Who pays how much, from when until when, and what becomes of money that is late or given back.

use crate::form::{Answers, When};
use crate::ids::Fen;
use crate::plan::Plan;
use crate::time::Timestamp;
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// Who pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payer {
    /// The applicant, after review.
    #[default]
    Applicant,
    /// The agency, in one bill.
    Agency,
    /// Nobody.
    Nobody,
}

/// How payment stands in the procedure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PaymentRules {
    /// Who pays.
    pub payer: Payer,
    /// Whether the ticket waits for the payment.
    pub gate: bool,
    /// Calendar days from approval to the deadline, last second of that day; 0 means no deadline.
    pub days: u32,
    /// 视为自动弃考: an unpaid place is given up at the deadline.
    pub unpaid_gives_up: bool,
    /// What becomes of money that comes after the place was given up.
    pub late_money: LateMoney,
    /// From when on the fee can be paid.
    pub due: DueFrom,
    /// Fees that differ from the plan's: the first that holds counts.
    pub fee: Vec<FeeRule>,
    /// Percent of the fee that goes back to who withdraws in time; a rejection gives back everything.
    pub refund_percent: u32,
    /// Calendar days before the exam until whose end a withdrawal gives money back.
    pub refund_days_before: u32,
    /// Pattern of 缴款码 where fees go to the treasury: `{filing}`, `{region}`, `{yyyy}`, `{yy}`, `{month}`, `{seq}`; empty
    /// where there are none. Its length and check digits are the treasury's and are not published.
    pub fiscal_code: String,
}

/// What becomes of money that comes after the place was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LateMoney {
    /// The place is given back while one is free that nobody waits for and the lists of the plan are not settled; else it
    /// goes back.
    #[default]
    Restores,
    /// It always goes back: given up is given up.
    GoesBack,
}

/// From when on a fee can be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueFrom {
    /// From the first review's approval on.
    #[default]
    Approval,
    /// From the submission on.
    Submission,
}

/// A fee that differs from the plan's: of a resit, of a class of people, of a level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeRule {
    /// What the fee is called: 补考费, 在校学生免收.
    pub label: String,
    /// When it holds; may look at answers and at `plan.level`, `plan.kind`, `plan.occupation`, `plan.code`.
    pub when: When,
    /// Fen; 0 is free.
    pub fen: i64,
    /// Whether `fen` is for each subject that is taken.
    #[serde(default)]
    pub each_subject: bool,
}

/// Calendar days before the exam until whose end a withdrawal gives money back, where the procedure says nothing.
/// No authoritative text fixes it; five days is when tickets go out in the procedures that say it.
const REFUND_DAYS_BEFORE: u32 = 5;

impl Default for PaymentRules {
    fn default() -> Self {
        PaymentRules {
            payer: Payer::Applicant,
            gate: true,
            days: 0,
            unpaid_gives_up: false,
            late_money: LateMoney::Restores,
            due: DueFrom::Approval,
            fee: Vec::new(),
            refund_percent: 100,
            refund_days_before: REFUND_DAYS_BEFORE,
            fiscal_code: String::new(),
        }
    }
}

impl PaymentRules {
    /// The fee of these answers, and what it is called where it is not the plan's own.
    pub fn fee_of(&self, plan: &Plan, answers: &Answers, subjects: usize) -> (Fen, &str) {
        match self.fee.iter().find(|rule| super::specialise::holds_on(&rule.when, plan, answers)) {
            Some(rule) if rule.each_subject => {
                let subjects = i64::try_from(subjects).unwrap_or(i64::MAX);
                (Fen(rule.fen.saturating_mul(subjects)), rule.label.as_str())
            }
            Some(rule) => (Fen(rule.fen), rule.label.as_str()),
            None => (plan.fee, ""),
        }
    }

    /// What goes back to who withdraws at `now`, of what was paid.
    pub fn back_after_withdrawal(&self, paid: Fen, exam_on: NaiveDate, now: Timestamp) -> Fen {
        let last = exam_on.checked_sub_days(Days::new(self.refund_days_before.into())).unwrap_or(exam_on);
        if now.day() > last { Fen(0) } else { Fen(paid.0.saturating_mul(self.refund_percent.min(100).into()) / 100) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_goes_back_until_the_profile_says_no() {
        let rules = PaymentRules { refund_percent: 80, ..PaymentRules::default() };
        let exam = NaiveDate::from_ymd_opt(2026, 12, 20).unwrap();
        let at = |text: &str| Timestamp::parse_shanghai(text).unwrap();
        assert_eq!(rules.back_after_withdrawal(Fen(28_001), exam, at("2026-12-15 23:59:59")), Fen(22_400));
        assert_eq!(rules.back_after_withdrawal(Fen(28_001), exam, at("2026-12-16")), Fen(0));
    }
}
