//! An application whose plan became another one: it goes back, whatever a desk had decided before.

use super::{Remark, ReviewRefusal, Stage, Target};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a plan asks for that examines something else than what was applied for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anew {
    /// What it examined: occupation, trade and level in words.
    pub was: String,
    /// What it examines now.
    pub is: String,
    /// What is to be done.
    pub ask: AskedAnew,
}

/// What is to be done anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedAnew {
    /// A condition of the new level is to be claimed.
    Condition,
    /// The form asks for something else here.
    Field,
    /// A document is needed that was not before.
    Document,
    /// What was agreed to reads otherwise.
    Signature,
    /// Nothing in particular: to look at everything and say yes or no.
    Whole,
}

impl Remark {
    /// What a reviewer says about something.
    pub fn said(on: Target, text: impl Into<String>) -> Remark {
        Remark { on, text: text.into(), anew: None }
    }

    /// What the plan asks for about something.
    pub fn anew(on: Target, anew: Anew) -> Remark {
        Remark { on, text: String::new(), anew: Some(anew) }
    }
}

impl Stage {
    /// 退回补正 because the plan itself was changed, also after an approval. `round` is the round that was handed in. What
    /// was to be corrected before still is, and no deadline becomes shorter.
    pub fn return_for_amendment(
        self,
        remarks: Vec<Remark>,
        until: Timestamp,
        round: u32,
        at: Timestamp,
    ) -> Result<Stage, ReviewRefusal> {
        match self {
            Stage::Submitted { .. } | Stage::Approved { .. } => Ok(Stage::Returned { at, until, remarks, round }),
            Stage::Returned { until: earlier, remarks: before, round, .. } => {
                let new = |remark: &Remark| before.iter().all(|known| known.on != remark.on);
                let added: Vec<Remark> = remarks.into_iter().filter(new).collect();
                let remarks = before.into_iter().chain(added).collect();
                Ok(Stage::Returned { at, until: until.max(earlier), remarks, round })
            }
            other => Err(ReviewRefusal::NotUnderReview(other.name())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remark(on: Target, text: &str) -> Remark {
        Remark::said(on, text)
    }

    #[test]
    fn approved_and_waiting_applications_go_back_and_remarks_add_up() {
        let new = vec![remark(Target::Signature, "新"), remark(Target::Photo, "新")];
        let back = |stage: Stage| stage.return_for_amendment(new.clone(), Timestamp(90), 1, Timestamp(50));
        for stage in [Stage::Approved { at: Timestamp(1) }, Stage::Submitted { at: Timestamp(1), round: 1 }] {
            let Ok(Stage::Returned { at, until, remarks, round }) = back(stage) else { panic!("not returned") };
            assert_eq!((at, until, remarks.len(), round), (Timestamp(50), Timestamp(90), 2, 1));
        }
        let before = Stage::Returned {
            at: Timestamp(1),
            until: Timestamp(95),
            remarks: vec![remark(Target::Photo, "旧")],
            round: 3,
        };
        let Ok(Stage::Returned { until, remarks, round, .. }) = back(before) else { panic!("not returned") };
        assert_eq!((until, round), (Timestamp(95), 3));
        let said: Vec<&str> = remarks.iter().map(|remark| remark.text.as_str()).collect();
        assert_eq!(said, ["旧", "新"], "the earlier remark on the photo stays, the signature comes to it");
        for ended in [Stage::Draft, Stage::Withdrawn { at: Timestamp(1) }] {
            assert_eq!(back(ended.clone()), Err(ReviewRefusal::NotUnderReview(ended.name())));
        }
    }
}
