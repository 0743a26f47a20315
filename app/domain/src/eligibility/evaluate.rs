//! The rules themselves.

use super::facts::{ApplicantFacts, EducationKind, StudyStatus, TitleRank, YearMonth};
use super::standard::{MajorScope, Node, OccupationalStandard, Scope};
use super::{Outcome, Reason};
use crate::occupation::SkillLevel;
use chrono::{Datelike, NaiveDate, TimeDelta};

/// How far ahead the first day of a "yes" is looked for, in years.
pub const EARLIEST_HORIZON_YEARS: u8 = 20;

/// The same day `years` later; 29 February becomes 1 March in a common year.
pub fn plus_years(day: NaiveDate, years: u8) -> NaiveDate {
    let year = day.year() + i32::from(years);
    day.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 3, 1)).unwrap_or(NaiveDate::MAX)
}

/// Full years lived on a day; the birthday counts, negative before birth.
pub fn full_years(birth: NaiveDate, on: NaiveDate) -> i32 {
    let years = on.year() - birth.year();
    let reached = (on.month(), on.day()) >= (birth.month(), birth.day());
    if reached { years } else { years - 1 }
}

/// Distinct calendar months worked in `scope`, both ends of every job included, up to the month
/// of `as_of`; with `since`, only from its month on.
pub fn work_months(
    standard: &OccupationalStandard,
    scope: Scope,
    since: Option<NaiveDate>,
    as_of: NaiveDate,
    facts: &ApplicantFacts,
) -> u32 {
    let last = month_index(as_of);
    let first = since.map_or(i32::MIN, month_index);
    let mut spans: Vec<(i32, i32)> = facts
        .jobs
        .iter()
        .filter(|job| standard.covers(&job.occupation, scope))
        .map(|job| (job.from.index().max(first), job.to.map_or(last, YearMonth::index).min(last)))
        .filter(|(from, to)| from <= to)
        .collect();
    spans.sort_unstable();
    let (mut months, mut counted_to) = (0, i32::MIN);
    for (from, to) in spans {
        let from = from.max(counted_to.saturating_add(1));
        if from <= to {
            months += (to - from + 1) as u32;
            counted_to = to;
        }
    }
    months
}

fn month_index(day: NaiveDate) -> i32 {
    day.year() * 12 + day.month0() as i32
}

/// The outcome of one rule and what is missing for a "yes".
pub(super) fn evaluate(
    standard: &OccupationalStandard,
    node: &Node,
    as_of: NaiveDate,
    facts: &ApplicantFacts,
) -> (Outcome, Vec<Reason>) {
    let mut evaluation = Evaluation { standard, facts, as_of, reasons: Vec::new() };
    let outcome = evaluation.node(node);
    if outcome == Outcome::Yes {
        evaluation.reasons.clear();
    }
    (outcome, evaluation.reasons)
}

/// First day after `as_of` on which the rule holds. No rule ever turns from "yes" to "no" by the
/// passing of time alone, so halving the interval finds it.
pub(super) fn earliest(
    standard: &OccupationalStandard,
    node: &Node,
    as_of: NaiveDate,
    facts: &ApplicantFacts,
) -> Option<NaiveDate> {
    let holds = |day| evaluate(standard, node, day, facts).0 == Outcome::Yes;
    let mut no = as_of;
    let mut yes = plus_years(as_of, EARLIEST_HORIZON_YEARS);
    if !holds(yes) {
        return None;
    }
    while (yes - no).num_days() > 1 {
        let middle = no.checked_add_signed(TimeDelta::days((yes - no).num_days() / 2))?;
        if holds(middle) { yes = middle } else { no = middle }
    }
    Some(yes)
}

struct Evaluation<'a> {
    standard: &'a OccupationalStandard,
    facts: &'a ApplicantFacts,
    as_of: NaiveDate,
    reasons: Vec<Reason>,
}

impl Evaluation<'_> {
    fn node(&mut self, node: &Node) -> Outcome {
        match node {
            Node::All(nodes) => {
                let mut all = Outcome::Yes;
                for node in nodes {
                    all = all.min(self.node(node));
                }
                all
            }
            Node::Any(nodes) => {
                let before = self.reasons.len();
                let mut any = Outcome::No;
                for node in nodes {
                    any = any.max(self.node(node));
                }
                self.forget_when_met(any, before);
                any
            }
            Node::Age { min } => self.age(*min),
            Node::Intends { .. } => Outcome::Yes,
            Node::Work { scope, years } => self.work(*scope, years.unwrap_or(0)),
            Node::Cert { level, scope, then_work_years, held_years, work_scope } => {
                let work_scope = work_scope.unwrap_or(*scope);
                self.certificate(*level, *scope, *held_years, *then_work_years, work_scope)
            }
            Node::Title { rank, scope, then_work_years } => self.title(*rank, *scope, *then_work_years),
            Node::Edu { kinds, min_level, class, major, graduating_ok, assessed } => {
                let asked = Diploma {
                    kinds: kinds.as_deref(),
                    min_rank: min_level.unwrap_or(0),
                    classes: class,
                    major: *major,
                    graduating_ok: *graduating_ok,
                    assessed: *assessed,
                };
                self.education(&asked)
            }
            Node::Enrolled { kinds, class } => self.enrolled(kinds, class),
            Node::ApprenticeshipCompleted { .. } => {
                self.require(self.facts.apprenticeship_completed, Reason::ApprenticeshipNotCompleted)
            }
        }
    }

    fn age(&mut self, need: u8) -> Outcome {
        let Some(birth) = self.facts.birth else {
            self.reasons.push(Reason::BirthUnknown);
            return Outcome::Unknown;
        };
        let have = full_years(birth, self.as_of);
        self.require(have >= i32::from(need), Reason::AgeShort { have, need })
    }

    fn work(&mut self, scope: Scope, years: u8) -> Outcome {
        if years > 0 {
            return self.months_of_work(scope, years, None);
        }
        let any = work_months(self.standard, scope, None, self.as_of, self.facts) > 0;
        self.require(any, Reason::NoWorkInScope)
    }

    fn months_of_work(&mut self, scope: Scope, years: u8, since: Option<NaiveDate>) -> Outcome {
        let have = work_months(self.standard, scope, since, self.as_of, self.facts);
        let need = u32::from(years) * 12;
        self.require(have >= need, Reason::WorkMonthsShort { have, need, since })
    }

    fn certificate(
        &mut self,
        need: SkillLevel,
        scope: Scope,
        held_years: Option<u8>,
        then_work_years: Option<u8>,
        work_scope: Scope,
    ) -> Outcome {
        let facts = self.facts;
        let before = self.reasons.len();
        let mut best = Outcome::No;
        for held in &facts.certificates {
            if !self.standard.covers(&held.occupation, scope) {
                self.reasons.push(Reason::CertOccupationOutOfScope { occ: held.occupation.clone() });
                continue;
            }
            if held.level < need {
                self.reasons.push(Reason::CertLevelTooLow { have: held.level, need });
                continue;
            }
            let issued = held.date <= self.as_of;
            let mut one = self.require(issued, Reason::CertAfterAsOf { date: held.date });
            if let Some(years) = held_years {
                one = one.min(self.anniversary(held.date, years));
            }
            if let Some(years) = then_work_years {
                one = one.min(self.anniversary(held.date, years));
                one = one.min(self.months_of_work(work_scope, years, Some(held.date)));
            }
            best = best.max(one);
        }
        self.forget_when_met(best, before);
        self.explain_empty(best, before, Reason::CertMissing { need });
        best
    }

    fn title(&mut self, need: TitleRank, scope: Scope, then_work_years: Option<u8>) -> Outcome {
        let facts = self.facts;
        let before = self.reasons.len();
        let mut best = Outcome::No;
        for held in &facts.titles {
            if held.rank < need {
                self.reasons.push(Reason::TitleRankTooLow { have: held.rank, need });
                continue;
            }
            let mut one = self.decided(held.matched, Reason::TitleMatchUnknown, Reason::TitleNotMatching);
            match then_work_years {
                Some(years) => {
                    one = one.min(self.anniversary(held.date, years));
                    one = one.min(self.months_of_work(scope, years, Some(held.date)));
                }
                None => {
                    let granted = held.date <= self.as_of;
                    one = one.min(self.require(granted, Reason::TitleAfterAsOf { date: held.date }));
                }
            }
            best = best.max(one);
        }
        self.forget_when_met(best, before);
        self.explain_empty(best, before, Reason::TitleMissing { need });
        best
    }

    fn education(&mut self, asked: &Diploma<'_>) -> Outcome {
        let facts = self.facts;
        let before = self.reasons.len();
        let mut best = Outcome::No;
        for course in &facts.educations {
            if asked.kinds.is_some_and(|kinds| !kinds.contains(&course.kind)) || course.kind.rank() < asked.min_rank {
                self.reasons.push(Reason::EduKindNotListed { kind: course.kind });
                continue;
            }
            if !lists_class(asked.classes, course.class.as_deref()) {
                self.reasons.push(Reason::EduClassNotListed { have: course.class.clone() });
                continue;
            }
            let finished = course.status == StudyStatus::Graduated
                || (course.status == StudyStatus::Graduating && asked.graduating_ok);
            if !finished {
                self.reasons.push(Reason::EduNotGraduated { status: course.status });
                continue;
            }
            let mut one = self.major(course.major.as_deref(), asked.major);
            if asked.assessed {
                one = one.min(self.decided(course.assessed, Reason::AssessedUnknown, Reason::NotAssessed));
            }
            best = best.max(one);
        }
        self.forget_when_met(best, before);
        self.explain_empty(best, before, Reason::EduMissing);
        best
    }

    /// With no list loaded at all a reviewer decides; with a list, a major outside it is a "no".
    fn major(&mut self, major: Option<&str>, scope: MajorScope) -> Outcome {
        let listed = |list: &[String]| list.iter().any(|name| Some(name.as_str()) == major);
        let standard = self.standard;
        let met = match scope {
            MajorScope::Any => true,
            MajorScope::Own => listed(&standard.own_majors),
            MajorScope::OwnOrRelated => listed(&standard.own_majors) || listed(&standard.related_majors),
        };
        if met {
            return Outcome::Yes;
        }
        let major = major.map(String::from);
        if standard.own_majors.is_empty() && standard.related_majors.is_empty() {
            self.reasons.push(Reason::MajorListNotConfigured { major });
            return Outcome::Unknown;
        }
        self.reasons.push(Reason::MajorNotInList { major });
        Outcome::No
    }

    fn enrolled(&mut self, kinds: &[EducationKind], classes: &[String]) -> Outcome {
        let pupil = self.facts.educations.iter().any(|course| {
            course.status.is_enrolled() && kinds.contains(&course.kind) && lists_class(classes, course.class.as_deref())
        });
        self.require(pupil, Reason::NotEnrolled)
    }

    fn anniversary(&mut self, date: NaiveDate, years: u8) -> Outcome {
        let reached_on = plus_years(date, years);
        self.require(reached_on <= self.as_of, Reason::AnniversaryNotReached { reached_on })
    }

    /// A fact only a reviewer can settle: settled or not.
    fn decided(&mut self, fact: Option<bool>, open: Reason, denied: Reason) -> Outcome {
        match fact {
            Some(true) => Outcome::Yes,
            Some(false) => {
                self.reasons.push(denied);
                Outcome::No
            }
            None => {
                self.reasons.push(open);
                Outcome::Unknown
            }
        }
    }

    fn require(&mut self, met: bool, otherwise: Reason) -> Outcome {
        if met {
            return Outcome::Yes;
        }
        self.reasons.push(otherwise);
        Outcome::No
    }

    /// One certificate, course or branch that fits makes the others' faults beside the point.
    fn forget_when_met(&mut self, outcome: Outcome, before: usize) {
        if outcome == Outcome::Yes {
            self.reasons.truncate(before);
        }
    }

    fn explain_empty(&mut self, outcome: Outcome, before: usize, missing: Reason) {
        if outcome != Outcome::Yes && self.reasons.len() == before {
            self.reasons.push(missing);
        }
    }
}

/// What an `edu` rule asks of one course.
struct Diploma<'a> {
    kinds: Option<&'a [EducationKind]>,
    min_rank: u8,
    classes: &'a [String],
    major: MajorScope,
    graduating_ok: bool,
    assessed: bool,
}

fn lists_class(classes: &[String], class: Option<&str>) -> bool {
    classes.is_empty() || classes.iter().any(|name| Some(name.as_str()) == class)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_leap_day_comes_round_on_the_first_of_march() {
        assert_eq!(plus_years(day("2020-02-29"), 3), day("2023-03-01"));
        assert_eq!(plus_years(day("2020-02-29"), 4), day("2024-02-29"));
        assert_eq!(full_years(day("2008-02-29"), day("2026-02-28")), 17);
        assert_eq!(full_years(day("2008-02-29"), day("2026-03-01")), 18);
        assert_eq!(full_years(day("2008-02-29"), day("2007-03-01")), -1);
        assert_eq!(plus_years(NaiveDate::MAX, 5), NaiveDate::MAX);
    }
}
