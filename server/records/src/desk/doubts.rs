//! Points for a person to look at, found when a case is handed in. Advice, never a bar.

use crate::applications::{Person, load::Whole};
use crate::{Error, Records, sql};
use domain::certificate_no::CertificateNo;
use domain::eligibility::{ApplicantFacts, ConditionVerdict, Outcome};
use domain::form::{Answers, FieldKind};
use domain::page::desk::Doubt;
use domain::profile::Profile;
use domain::time::Timestamp;

/// Points of a photo that a reviewer should judge; others (a turned or printed-colour original) were dealt with.
const PHOTO_POINTS: [&str; 3] = ["background", "blank", "edited"];
/// Years typed and years of dated jobs may differ by this much: people round.
const YEARS_SLACK: i64 = 1;

/// All doubts of a case, as it is handed in.
pub(crate) async fn find(
    records: &Records,
    whole: &Whole,
    profile: &Profile,
    person: &Person,
    asked: &Answers,
    facts: &ApplicantFacts,
    verdicts: &[ConditionVerdict],
) -> Result<Vec<Doubt>, Error> {
    let mut doubts = Vec::new();
    doubts.extend(condition(profile, asked, verdicts));
    if let Some(photo) = &whole.photo {
        let points = photo.kept.points.iter().filter(|point| PHOTO_POINTS.contains(&point.as_str()));
        doubts.extend(points.map(|point| Doubt::Photo(point.clone())));
    }
    if doubled(records, whole, person).await? {
        doubts.push(Doubt::Duplicate);
    }
    let number = asked.get("prior_no");
    if !number.is_empty() && !CertificateNo::parse(number).is_ok_and(|number| number.warning().is_none()) {
        doubts.push(Doubt::CertificateNo);
    }
    if person.has_unusual_id(records)? {
        doubts.push(Doubt::IdNumber);
    }
    if work_years_differ(asked, facts, records.now()) {
        doubts.push(Doubt::WorkYears);
    }
    if whole.row.round > 0 {
        doubts.push(Doubt::Resubmitted);
    }
    Ok(doubts)
}

/// What the rules say about the condition that the applicant claims.
fn condition(profile: &Profile, asked: &Answers, verdicts: &[ConditionVerdict]) -> Option<Doubt> {
    let field = profile.form.fields().find(|field| field.kind == FieldKind::Condition)?;
    let claimed = asked.get(&field.key);
    match verdicts.iter().find(|verdict| verdict.no.to_string() == claimed).map(|verdict| verdict.outcome) {
        Some(Outcome::Yes) => None,
        Some(Outcome::No) => Some(Doubt::ConditionNotMet),
        Some(Outcome::Unknown) | None => Some(Doubt::ConditionUnknown),
    }
}

/// Whether an application is under way of the same person for the same trade, or of somebody else with the
/// same mobile. Each half has its index: in a rush this is asked with every submission.
async fn doubled(records: &Records, whole: &Whole, person: &Person) -> Result<bool, Error> {
    let found = sql::number(
        records.read(),
        "SELECT CAST(1 AS BIGINT) WHERE EXISTS (SELECT 1 FROM application a
             WHERE a.account_id = $2 AND a.trade_key = $3 AND a.id <> $1 AND a.stage IN ('submitted','returned','approved'))
         OR EXISTS (SELECT 1 FROM account o JOIN application a ON a.account_id = o.id
             WHERE o.mobile_index = $4 AND o.id <> $2 AND a.stage IN ('submitted','returned','approved'))",
        vec![
            whole.row.id.clone().into(),
            whole.row.account_id.clone().into(),
            whole.row.trade_key.clone().into(),
            person.mobile_index().into(),
        ],
    );
    Ok(found.await?.is_some())
}

fn work_years_differ(asked: &Answers, facts: &ApplicantFacts, now: Timestamp) -> bool {
    let (Ok(typed), false) = (asked.get("years_occ").parse::<i64>(), facts.jobs.is_empty()) else { return false };
    let index = |month: domain::eligibility::YearMonth| i64::from(month.year()) * 12 + i64::from(month.month());
    let this_month = domain::eligibility::YearMonth::of(now.day()).map_or(0, index);
    let mut spans: Vec<(i64, i64)> =
        facts.jobs.iter().map(|job| (index(job.from), job.to.map_or(this_month, index))).collect();
    spans.sort_unstable();
    let (mut months, mut counted_to) = (0, 0);
    for (from, to) in spans {
        months += (to - from.max(counted_to + 1) + 1).max(0);
        counted_to = counted_to.max(to);
    }
    (months / 12 - typed).abs() > YEARS_SLACK
}
