//! Progress is derived: facts, profile and time in; label, next mover, allowed acts and deadline out.

use super::axes::{self, Axes, Money};
use super::{Claim, Party, Stage};
use crate::ids::Fen;
use crate::profile::{EditUntil, Payer, Phrases, Profile, Standing};
use crate::time::Timestamp;
use crate::timeline::{RegistrationWindow, WindowState};
use serde::{Deserialize, Serialize};

/// How an application stands for its applicant right now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The official word of the procedure, or the product's own where it has none.
    pub label: String,
    /// The official state behind the word.
    pub standing: Standing,
    /// 支付状态, in its own column; empty where there is nothing to say.
    pub payment: String,
    /// Colour and icon of the state.
    pub tone: Tone,
    /// Who moves next.
    pub awaits: Party,
    /// What the applicant may do now.
    pub acts: Vec<Act>,
    /// Until when the next move must be made, if it must.
    pub until: Option<Timestamp>,
    /// What happens if it is not; `true` when the time is over already.
    pub over: bool,
    /// Whether it ended because the agency called the plan off: nothing that its applicant did.
    #[serde(default)]
    pub called_off: bool,
}

impl Progress {
    /// What ended with its plan, where `ended`: said as it was, and nothing left to do.
    pub fn called_off(self, ended: bool) -> Self {
        if !ended {
            return self;
        }
        Progress {
            label: "计划已取消".into(),
            tone: Tone::Expired,
            awaits: Party::Nobody,
            acts: Vec::new(),
            until: None,
            over: false,
            called_off: true,
            ..self
        }
    }

    /// A draft whose seat is held for its person until `held`: that moment counts, whenever registration ends.
    pub fn held_until(self, held: Option<Timestamp>) -> Self {
        match (held, self.until) {
            (Some(_), Some(_)) if self.standing == Standing::Draft => Progress { until: held, ..self },
            _ => self,
        }
    }
}

/// The six states of the design, as `data-state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// 草稿
    Draft,
    /// 等我
    Me,
    /// 等别人
    Others,
    /// 完成
    Done,
    /// 不通过
    Refused,
    /// 过期
    Expired,
}

impl Tone {
    /// The value of `data-state`.
    pub fn as_str(self) -> &'static str {
        match self {
            Tone::Draft => "draft",
            Tone::Me => "me",
            Tone::Others => "others",
            Tone::Done => "done",
            Tone::Refused => "refused",
            Tone::Expired => "expired",
        }
    }
}

/// What an applicant may do with an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Act {
    /// Go on with the draft.
    Continue,
    /// Correct the returned items.
    Correct,
    /// Take the submission back into a draft (nobody has begun to review).
    Undo,
    /// Give the application up.
    Withdraw,
}

/// Derives the progress of an application.
pub fn derive(
    stage: &Stage,
    axes: &Axes,
    claim: Option<&Claim>,
    window: &RegistrationWindow,
    fee: Fen,
    profile: &Profile,
    now: Timestamp,
) -> Progress {
    let axes = axes.at(&profile.payment, now);
    let standing = axes::standing(stage.name(), &axes);
    let open = window.state_at(now) == WindowState::Open;
    let (label, tone) = label(stage, &axes, standing, &profile.phrases, open, now);
    let until = match stage {
        Stage::Draft => Some(window.closes),
        Stage::Returned { until, .. } => Some(*until),
        Stage::Approved { .. } => axes.money.until(),
        _ => None,
    };
    Progress {
        label,
        standing,
        payment: payment_word(standing, &axes, fee, profile),
        tone,
        awaits: match (tone, &axes.money) {
            (Tone::Expired, _) => Party::Nobody,
            (_, Money::None | Money::Due { .. } | Money::Expired { .. }) => stage.awaits(),
            // Paid, or nothing to pay for the applicant: the agency goes on.
            _ if matches!(stage, Stage::Approved { .. }) => Party::Reviewer,
            _ => stage.awaits(),
        },
        acts: acts(stage, &axes, claim, open, profile.review.edit_until, now),
        until,
        over: tone == Tone::Expired && !matches!(stage, Stage::Withdrawn { .. }),
        called_off: false,
    }
}

/// The official word, or the product's own, with the colour of the state.
fn label(
    stage: &Stage,
    axes: &Axes,
    standing: Standing,
    phrases: &Phrases,
    open: bool,
    now: Timestamp,
) -> (String, Tone) {
    let (words, own, tone) = match (stage, standing) {
        (Stage::Draft, _) if !open => ("", "草稿已过期", Tone::Expired),
        (Stage::Draft, _) => (phrases.draft.as_str(), "草稿，还没提交", Tone::Draft),
        (Stage::Submitted { .. }, _) => (phrases.submitted.as_str(), "等机构审核", Tone::Others),
        (Stage::Returned { until, .. }, _) if now > *until => ("", "补正已过期", Tone::Expired),
        (Stage::Returned { .. }, _) => (phrases.returned.as_str(), "退回补正", Tone::Me),
        (Stage::Approved { .. }, Standing::Scored) => (phrases.scored.as_str(), "成绩发布", Tone::Done),
        (Stage::Approved { .. }, _) if axes::is_given_up(stage, axes) => {
            (phrases.unpaid.as_str(), "没有按时缴费，视为放弃", Tone::Expired)
        }
        (Stage::Approved { .. }, Standing::Filed) => (phrases.filed.as_str(), "已提交申报", Tone::Done),
        (Stage::Approved { .. }, _) => (phrases.approved.as_str(), "审核通过", Tone::Done),
        (Stage::Rejected { .. }, _) => (phrases.rejected.as_str(), "审核不通过", Tone::Refused),
        (Stage::Withdrawn { .. }, _) => (phrases.withdrawn.as_str(), "已撤回", Tone::Expired),
    };
    (if words.is_empty() { own.into() } else { words.into() }, tone)
}

fn acts(
    stage: &Stage,
    axes: &Axes,
    claim: Option<&Claim>,
    open: bool,
    edit_until: EditUntil,
    now: Timestamp,
) -> Vec<Act> {
    let held = claim.is_some_and(|claim| claim.until > now) && edit_until == EditUntil::Claim;
    match stage {
        Stage::Draft if open => vec![Act::Continue, Act::Withdraw],
        Stage::Draft => vec![Act::Withdraw],
        Stage::Submitted { .. } if held => vec![],
        Stage::Submitted { round: 1, .. } if open => vec![Act::Undo, Act::Withdraw],
        Stage::Submitted { .. } => vec![Act::Withdraw],
        Stage::Returned { until, .. } if now <= *until => vec![Act::Correct, Act::Withdraw],
        // What was filed with the authority is taken off the list by the agency alone.
        Stage::Approved { .. } if matches!(axes.filing, axes::Filing::Filed { .. }) => vec![],
        // An exam that was sat and has its marks is no place to give up.
        Stage::Approved { .. } if axes.exam == axes::Exam::ScorePublic => vec![],
        Stage::Returned { .. } | Stage::Approved { .. } => vec![Act::Withdraw],
        Stage::Rejected { .. } | Stage::Withdrawn { .. } => vec![],
    }
}

/// 支付状态. Where payment is no gate, the fee stands there as due from submission on, as its guide shows it.
fn payment_word(standing: Standing, axes: &Axes, fee: Fen, profile: &Profile) -> String {
    let due =
        || if profile.phrases.payment_due.is_empty() { "待缴费" } else { profile.phrases.payment_due.as_str() };
    let word = match (axes.money, standing) {
        (_, Standing::Scored | Standing::Draft | Standing::Rejected | Standing::Withdrawn) => "",
        (Money::Due { .. }, _) => due(),
        (Money::None, Standing::Submitted)
            if !profile.payment.gate && profile.payment.payer == Payer::Applicant && fee.0 > 0 =>
        {
            due()
        }
        (Money::None, _) => "",
        (Money::Paid, _) => "已支付",
        (Money::Expired { .. }, _) => "逾期未支付",
        (Money::Waived, _) => "不用支付",
        (Money::Agency, _) => "由机构支付",
    };
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::axes::Filing;
    use crate::ids::StaffId;

    fn window() -> RegistrationWindow {
        RegistrationWindow {
            opens: Timestamp::parse_shanghai("2026-11-01").unwrap(),
            closes: Timestamp::parse_shanghai("2026-12-06 23:59:59").unwrap(),
        }
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_shanghai(text).unwrap()
    }

    fn of(stage: &Stage, claim: Option<&Claim>, profile: &Profile, now: &str) -> Progress {
        derive(stage, &Axes::default(), claim, &window(), Fen(28_000), profile, at(now))
    }

    /// The five labels of the procedure that this comes from, and its payment column.
    fn zhhn() -> Profile {
        let mut profile = Profile::default();
        profile.phrases.submitted = "待处理".into();
        profile.phrases.rejected = "申请不通过".into();
        profile.phrases.approved = "申请通过".into();
        profile.phrases.filed = "已提交申报".into();
        profile.phrases.scored = "成绩发布".into();
        profile.phrases.payment_due = "待支付".into();
        profile.payment.gate = false;
        profile.review.edit_until = EditUntil::Decision;
        profile
    }

    #[test]
    fn a_submission_can_be_taken_back_until_a_reviewer_holds_it() {
        let stage = Stage::Submitted { at: at("2026-11-20"), round: 1 };
        let plain = Profile::default();
        assert!(of(&stage, None, &plain, "2026-11-21 10:00:00").acts.contains(&Act::Undo));

        let held = Claim { by: StaffId(uuid::Uuid::nil()), name: "王芳".into(), until: at("2026-11-21 10:15:00") };
        assert!(of(&stage, Some(&held), &plain, "2026-11-21 10:00:00").acts.is_empty());
        let later = of(&stage, Some(&held), &plain, "2026-11-21 10:15:01");
        assert!(later.acts.contains(&Act::Undo), "a hold that ran out holds nothing");

        let until_decided = of(&stage, Some(&held), &zhhn(), "2026-11-21 10:00:00");
        assert!(until_decided.acts.contains(&Act::Undo), "where one may edit until the decision, a hold holds nothing");
        let approved = of(&Stage::Approved { at: at("2026-11-21") }, None, &zhhn(), "2026-11-21 10:00:00");
        assert!(!approved.acts.contains(&Act::Undo));
    }

    #[test]
    fn an_exam_with_marks_is_not_given_up() {
        let stage = Stage::Approved { at: at("2026-11-21") };
        let acts = |exam| {
            let axes = Axes { exam, ..Axes::default() };
            derive(&stage, &axes, None, &window(), Fen(0), &Profile::default(), at("2027-02-01")).acts
        };
        assert_eq!(acts(axes::Exam::Seated), [Act::Withdraw]);
        assert!(acts(axes::Exam::ScorePublic).is_empty());
    }

    #[test]
    fn a_held_seat_is_lost_before_registration_ends() {
        let draft = || of(&Stage::Draft, None, &Profile::default(), "2026-11-22 13:00:00");
        let held = at("2026-11-23 13:00:00");
        assert_eq!(draft().held_until(Some(held)).until, Some(held));
        assert_eq!(draft().held_until(None).until, Some(window().closes));
        let sent = of(&Stage::Submitted { at: held, round: 1 }, None, &Profile::default(), "2026-11-23 14:00:00");
        assert_eq!(sent.held_until(Some(held)).until, None, "handed in, nothing runs out");
    }

    #[test]
    fn a_draft_ends_with_the_window() {
        let open = of(&Stage::Draft, None, &Profile::default(), "2026-12-06 23:59:59");
        assert_eq!((open.tone, open.awaits), (Tone::Draft, Party::Applicant));
        let over = of(&Stage::Draft, None, &Profile::default(), "2026-12-07 00:00:00");
        assert_eq!((over.tone, over.awaits, over.over), (Tone::Expired, Party::Nobody, true));
    }

    #[test]
    fn the_five_labels_and_the_payment_column() {
        let approved = Stage::Approved { at: at("2026-11-21") };
        let due = Axes { money: Money::Due { until: None }, ..Axes::default() };
        let filed = Axes { filing: Filing::Filed { at: at("2026-12-10") }, ..due };
        let scored = Axes { exam: axes::Exam::ScorePublic, ..filed };
        let grounds = crate::application::Grounds { code: String::new(), text: "年限不足".into() };
        for (stage, axes, label, payment) in [
            (Stage::Submitted { at: at("2026-11-20"), round: 1 }, Axes::default(), "待处理", "待支付"),
            (Stage::Rejected { at: at("2026-11-20"), grounds }, Axes::default(), "申请不通过", ""),
            (approved.clone(), due, "申请通过", "待支付"),
            (approved.clone(), filed, "已提交申报", "待支付"),
            (approved, scored, "成绩发布", ""),
        ] {
            let progress = derive(&stage, &axes, None, &window(), Fen(28_000), &zhhn(), at("2026-12-11"));
            assert_eq!((progress.label.as_str(), progress.payment.as_str()), (label, payment));
        }
    }

    #[test]
    fn unpaid_at_the_deadline_reads_as_the_procedure_calls_it() {
        let mut profile = Profile::default();
        profile.phrases.unpaid = "视为自动弃考".into();
        profile.payment.unpaid_gives_up = true;
        let axes = Axes { money: Money::Due { until: Some(at("2026-11-24 23:59:59")) }, ..Axes::default() };
        let ask = |now: &str| {
            let stage = Stage::Approved { at: at("2026-11-21") };
            derive(&stage, &axes, None, &window(), Fen(28_000), &profile, at(now))
        };
        let before = ask("2026-11-24 23:59:59");
        assert_eq!((before.label.as_str(), before.until), ("审核通过", axes.money.until()));
        let after = ask("2026-11-25");
        assert_eq!((after.label.as_str(), after.over, after.awaits), ("视为自动弃考", true, Party::Nobody));
    }
}
