//! How an exam ended: every subject by itself, nothing averaged.

use super::{Mark, Subject};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How an exam ended for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExamResult {
    /// 合格
    Pass,
    /// 不合格
    Fail,
    /// A mark is still missing: it cannot be published.
    Incomplete,
}

/// How an exam ended for somebody: the mark and the pass mark of every subject of it; none where the person neither sits the
/// subject now nor has passed it before. What is sat must have its mark, and without every subject nobody has passed.
pub fn ended(subjects: &[Option<(Mark, u16)>]) -> ExamResult {
    let known = || subjects.iter().flatten();
    if known().next().is_none() || known().any(|(mark, _)| *mark == Mark::Blank) {
        ExamResult::Incomplete
    } else if subjects.iter().all(|one| one.is_some_and(|(mark, pass)| mark.passes(pass))) {
        ExamResult::Pass
    } else {
        ExamResult::Fail
    }
}

/// Every subject must reach its pass mark.
pub fn result(marks: &BTreeMap<Subject, Mark>, pass_tenths: u16) -> ExamResult {
    if marks.is_empty() || marks.values().any(|mark| *mark == Mark::Blank) {
        ExamResult::Incomplete
    } else if marks.values().all(|mark| mark.passes(pass_tenths)) {
        ExamResult::Pass
    } else {
        ExamResult::Fail
    }
}

/// Subjects of a resit: what was not passed, when something was, and nobody was disciplined.
pub fn resit_subjects(marks: &BTreeMap<Subject, Mark>, pass_tenths: u16) -> Vec<Subject> {
    let some_passed = marks.values().any(|mark| mark.passes(pass_tenths));
    let disciplined = marks.values().any(|mark| *mark == Mark::Disciplined);
    if result(marks, pass_tenths) != ExamResult::Fail || !some_passed || disciplined {
        return Vec::new();
    }
    marks.iter().filter(|(_, mark)| !mark.passes(pass_tenths)).map(|(subject, _)| *subject).collect()
}
