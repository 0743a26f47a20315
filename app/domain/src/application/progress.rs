//! Progress is derived: facts, profile and time in; label, next mover, allowed acts and deadline out.

use super::{Claim, Party, Stage};
use crate::profile::Phrases;
use crate::time::Timestamp;
use crate::timeline::{RegistrationWindow, WindowState};
use serde::{Deserialize, Serialize};

/// How an application stands for its applicant right now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The official word of the procedure, or the product's own where it has none.
    pub label: String,
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
    claim: Option<&Claim>,
    window: &RegistrationWindow,
    phrases: &Phrases,
    now: Timestamp,
) -> Progress {
    let claimed = claim.is_some_and(|claim| claim.until > now);
    let open = window.state_at(now) == WindowState::Open;
    let (words, own, tone) = match stage {
        Stage::Draft if !open => ("", "草稿已过期", Tone::Expired),
        Stage::Draft => (phrases.draft.as_str(), "草稿，还没提交", Tone::Draft),
        Stage::Submitted { .. } => (phrases.submitted.as_str(), "等机构审核", Tone::Others),
        Stage::Returned { until, .. } if now > *until => ("", "补正已过期", Tone::Expired),
        Stage::Returned { .. } => (phrases.returned.as_str(), "退回补正", Tone::Me),
        Stage::Approved { .. } => (phrases.approved.as_str(), "审核通过", Tone::Done),
        Stage::Rejected { .. } => (phrases.rejected.as_str(), "审核不通过", Tone::Refused),
        Stage::Withdrawn { .. } => (phrases.withdrawn.as_str(), "已撤回", Tone::Expired),
    };
    let acts = match stage {
        Stage::Draft if open => vec![Act::Continue, Act::Withdraw],
        Stage::Draft => vec![Act::Withdraw],
        Stage::Submitted { .. } if claimed => vec![],
        Stage::Submitted { round: 1, .. } if open => vec![Act::Undo, Act::Withdraw],
        Stage::Submitted { .. } => vec![Act::Withdraw],
        Stage::Returned { until, .. } if now <= *until => vec![Act::Correct, Act::Withdraw],
        Stage::Returned { .. } | Stage::Approved { .. } => vec![Act::Withdraw],
        Stage::Rejected { .. } | Stage::Withdrawn { .. } => vec![],
    };
    let until = match stage {
        Stage::Draft => Some(window.closes),
        Stage::Returned { until, .. } => Some(*until),
        _ => None,
    };
    Progress {
        label: if words.is_empty() { own.into() } else { words.into() },
        tone,
        awaits: if tone == Tone::Expired { Party::Nobody } else { stage.awaits() },
        acts,
        until,
        over: tone == Tone::Expired && !matches!(stage, Stage::Withdrawn { .. }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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

    #[test]
    fn a_submission_can_be_taken_back_until_a_reviewer_holds_it() {
        let stage = Stage::Submitted { at: at("2026-11-20"), round: 1 };
        let now = at("2026-11-21 10:00:00");
        let free = derive(&stage, None, &window(), &Phrases::default(), now);
        assert!(free.acts.contains(&Act::Undo));

        let held = Claim { by: StaffId(uuid::Uuid::nil()), name: "王芳".into(), until: at("2026-11-21 10:15:00") };
        let taken = derive(&stage, Some(&held), &window(), &Phrases::default(), now);
        assert!(taken.acts.is_empty());

        let later = derive(&stage, Some(&held), &window(), &Phrases::default(), at("2026-11-21 10:15:01"));
        assert!(later.acts.contains(&Act::Undo), "a hold that ran out holds nothing");
    }

    #[test]
    fn a_draft_ends_with_the_window() {
        let open = derive(&Stage::Draft, None, &window(), &Phrases::default(), at("2026-12-06 23:59:59"));
        assert_eq!((open.tone, open.awaits), (Tone::Draft, Party::Applicant));
        let over = derive(&Stage::Draft, None, &window(), &Phrases::default(), at("2026-12-07 00:00:00"));
        assert_eq!((over.tone, over.awaits, over.over), (Tone::Expired, Party::Nobody, true));
    }
}
