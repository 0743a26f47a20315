//! What is wrong with a plan as it is handed in: everything at once, each fault by the key of a plan file.

use super::publish::NewPlan;
use crate::agencies::{self, Agency};
use crate::{Error, Records, divisions, profiles, standards};
use chrono::Days;
use domain::eligibility::OccupationalStandard;
use domain::ids::Fen;
use domain::occupation::{OccupationCode, SkillLevel, TradeCode};
use domain::plan::PlanKind;
use domain::profile::{Profile, Step};
use domain::timeline::{Measure, PointName, TimePoint, TimePoints, TimeViolation, WorkCalendar, check};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Most seats of one plan.
const CAPACITY_MAX: u32 = 100_000;
/// Highest fee, in fen: 10,000 yuan.
const FEE_MAX: i64 = 1_000_000;
/// Days of review after the close where the plan does not say.
const REVIEW_DAYS: u64 = 5;

/// A division: code and name.
type Division = (&'static str, &'static str);

/// What a plan refers to, as far as it was found.
pub(super) struct Known {
    agency: Option<Agency>,
    profile: Option<Arc<Profile>>,
    standard: Option<Arc<OccupationalStandard>>,
    city: Option<Division>,
    county: Option<Division>,
}

/// What a plan without a fault consists of, beside what it says itself.
pub(super) struct Checked {
    pub agency: Agency,
    pub profile: Arc<Profile>,
    pub city: Division,
    pub county: Option<Division>,
    pub seats: u32,
    pub subjects: Vec<String>,
    pub conditions: Vec<(u32, String)>,
    pub review_close: TimePoint,
}

impl Known {
    pub(super) async fn look_up(records: &Records, new: &NewPlan) -> Result<Known, Error> {
        let city = divisions::find_city(&new.city, "");
        Ok(Known {
            agency: agencies::by_filing(records, &new.agency).await?,
            profile: profiles::newest(records, &new.profile).await?,
            standard: match new.standard.as_str() {
                "" => None,
                name => standards::get(records, name).await?,
            },
            city,
            county: city.and_then(|(code, _)| divisions::find_county(&new.county, code)),
        })
    }

    /// Either everything that a plan needs, or everything that is wrong with it.
    pub(super) fn check(self, new: &NewPlan) -> Result<Checked, Vec<String>> {
        let mut faults = Vec::new();
        self.check_references(new, &mut faults);
        let seats = capacity_of(new, &mut faults);
        if seats == 0 || seats > CAPACITY_MAX {
            faults.push(format!("capacity: is {seats}, must be 1 to {CAPACITY_MAX}"));
        }
        if new.fee.0 < 0 || new.fee.0 > FEE_MAX {
            faults.push(format!("fee: is {} yuan, must be 0 to {}", new.fee.yuan(), Fen(FEE_MAX).yuan()));
        }
        let subjects = self.subjects_of(new);
        if subjects.is_empty() {
            faults.push("subjects: at least one".into());
        }
        let times = times_of(new);
        self.check_procedure(new, &times, &mut faults);
        let conditions = conditions_of(new, self.standard.as_deref());
        if conditions.is_empty() && new.kind == PlanKind::LevelRecognition {
            faults.push("conditions: none given, and the standard has none for this level".into());
        }
        let review_close = times.review_close.unwrap_or(TimePoint::Day(new.exam));
        match (self.agency, self.profile, self.city) {
            (Some(agency), Some(profile), Some(city)) if faults.is_empty() => {
                let county = self.county;
                Ok(Checked { agency, profile, city, county, seats, subjects, conditions, review_close })
            }
            _ => Err(faults),
        }
    }

    /// Agency, place, trade and standard.
    fn check_references(&self, new: &NewPlan, faults: &mut Vec<String>) {
        if self.agency.is_none() {
            faults.push(format!("agency: no agency is filed as {}", new.agency));
        }
        if self.city.is_none() {
            faults.push(format!("city: {} is no city", new.city));
        } else if self.county.is_none() && !new.county.is_empty() {
            faults.push(format!("county: {} is no county of {}", new.county, new.city));
        }
        check_trade(new, self.standard.as_deref(), faults);
        if !new.standard.is_empty() && self.standard.is_none() {
            faults.push(format!("standard: no standard is loaded as {}", new.standard));
        }
    }

    /// The procedure, and the lead times that it has.
    fn check_procedure(&self, new: &NewPlan, times: &TimePoints, faults: &mut Vec<String>) {
        let Some(profile) = &self.profile else {
            faults.push(format!("profile: no profile is published as {}", new.profile));
            return;
        };
        let broken = check(times, &profile.times, &WorkCalendar::default());
        faults.extend(broken.iter().map(|violation| sentence(violation, times)));
        if !new.sites.is_empty() && !profile.wizard.contains(&Step::Site) {
            faults.push(format!("site: the procedure {} has no step to choose one", profile.name));
        }
    }

    /// Its own subjects, or those of the procedure for this level.
    fn subjects_of(&self, new: &NewPlan) -> Vec<String> {
        match self.profile.as_ref().and_then(|profile| profile.papers.as_ref()) {
            Some(papers) if new.subjects.is_empty() => papers.of_level(new.level).to_vec(),
            _ => new.subjects.clone(),
        }
    }
}

/// The seats of a plan with sites are those of its sites; what is wrong with a site is named by its place.
fn capacity_of(new: &NewPlan, faults: &mut Vec<String>) -> u32 {
    if new.sites.is_empty() {
        return new.capacity;
    }
    let mut names = BTreeSet::new();
    for (place, site) in (1..).zip(&new.sites) {
        let name = site.name.trim();
        if name.is_empty() {
            faults.push(format!("site {place}: name: is empty"));
        } else if !names.insert(name) {
            faults.push(format!("site {place}: name: {name} is there twice"));
        }
        if site.capacity == 0 || site.capacity > CAPACITY_MAX {
            faults.push(format!("site {place}: capacity: is {}, must be 1 to {CAPACITY_MAX}", site.capacity));
        }
        if let Some(day) = site.exam.filter(|day| *day < new.exam) {
            faults.push(format!("site {place}: exam: is {day}, the exam of the plan begins {}", new.exam));
        }
    }
    let sum = new.sites.iter().fold(0_u32, |sum, site| sum.saturating_add(site.capacity));
    if new.capacity != 0 && new.capacity != sum {
        faults.push(format!("capacity: is {}, the sites have {sum}; leave it out", new.capacity));
    }
    sum
}

fn times_of(new: &NewPlan) -> TimePoints {
    let review_close = new.review_close.or_else(|| {
        let later = new.closes.day().checked_add_days(Days::new(REVIEW_DAYS))?;
        // Where the close itself lies too late, the rule on closing speaks, and not this default.
        Some(TimePoint::Day(later.min(new.exam.pred_opt()?).max(new.closes.day())))
    });
    TimePoints {
        reg_open: Some(new.opens),
        reg_close: Some(new.closes),
        review_close,
        exams: vec![TimePoint::Day(new.exam)],
        ..TimePoints::default()
    }
}

pub(super) fn check_trade(new: &NewPlan, standard: Option<&OccupationalStandard>, faults: &mut Vec<String>) {
    if new.occupation.trim().is_empty() {
        faults.push("occupation: is empty".into());
    }
    let code = new.code.trim();
    let readable = OccupationCode::parse(code).is_ok() || TradeCode::parse(code).is_ok();
    match (new.kind, new.level) {
        (PlanKind::LevelRecognition, Some(level)) if level.is_examined() => {
            if !readable {
                faults.push(format!("code: {code} is no code as 4-09-07-04 or 4-09-07-04-03"));
            }
            if let Some(standard) = standard
                && standard.occupation != "*"
            {
                check_against(new, level, standard, faults);
            }
        }
        (PlanKind::LevelRecognition, _) => faults.push("level: needs one of 5, 4, 3, 2, 1".into()),
        (PlanKind::SpecialCapability, Some(_)) => faults.push("level: special capabilities have none".into()),
        (PlanKind::SpecialCapability, None) => {
            if !code.is_empty() && !readable {
                faults.push(format!("code: {code} is no code as 4-09-07-04 or 4-09-07-04-03"));
            }
        }
    }
}

fn check_against(new: &NewPlan, level: SkillLevel, standard: &OccupationalStandard, faults: &mut Vec<String>) {
    if standard.occupation != new.occupation.trim() {
        faults.push(format!("standard: speaks of {}, not of {}", standard.occupation, new.occupation));
    }
    if standard.conditions(level).is_empty() {
        faults.push(format!("level: {} has no {}", standard.occupation, level.name()));
    }
    let trades = standard.trades_at(level);
    let trade = new.trade.trim();
    if !trade.is_empty() && !trades.is_empty() && !trades.iter().any(|known| known.name == trade) {
        let names: Vec<&str> = trades.iter().map(|known| known.name.as_str()).collect();
        faults.push(format!("trade: {trade} is not examined at {}; there are {}", level.name(), names.join(", ")));
    }
}

pub(super) fn conditions_of(new: &NewPlan, standard: Option<&OccupationalStandard>) -> Vec<(u32, String)> {
    if !new.conditions.is_empty() {
        return (1..).zip(new.conditions.iter().cloned()).collect();
    }
    match (standard, new.level) {
        (Some(standard), Some(level)) => standard
            .conditions(level)
            .iter()
            .map(|condition| (u32::from(condition.no), condition.text.clone()))
            .collect(),
        _ => Vec::new(),
    }
}

/// The key of a point as a plan file writes it.
fn key_of(point: PointName) -> &'static str {
    match point {
        PointName::RegOpen => "opens",
        PointName::RegClose => "closes",
        PointName::ReviewClose => "review_close",
        _ => "times",
    }
}

/// `closes: close_before_exam: is 2022-04-30, compared with 2021-05-08; make it 2021-05-07`.
fn sentence(violation: &TimeViolation, times: &TimePoints) -> String {
    let measure = |measure: Measure| match measure {
        Measure::At(point) => point.to_string(),
        Measure::Days(days) => format!("{days} days"),
    };
    let now = times.get(violation.point).map_or_else(|| measure(violation.measured), |point| point.to_string());
    let fix = violation
        .fix
        .map_or_else(|| "no date would do".to_owned(), |fix| format!("make it {fix} or move the other date"));
    format!(
        "{}: {}: is {now}, compared with {}; {fix}",
        key_of(violation.point),
        violation.rule.id(),
        measure(violation.required)
    )
}
