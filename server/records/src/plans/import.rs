//! Plan files: TOML with `[[plan]]`, or the same in JSON. All or nothing; every fault at once.

use super::publish::{NewPlan, NewSite, prepare, save};
use crate::configuration::{complaint, from_toml, line_at};
use crate::{Error, Records};
use chrono::{Days, NaiveDate};
use domain::ids::{Fen, PlanId};
use domain::occupation::SkillLevel;
use domain::plan::PlanKind;
use domain::timeline::TimePoint;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeSet;
use std::fmt;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File<T> {
    /// Allows `opens = "-10d"`: for demonstrations, whose plans must be open today.
    #[serde(default)]
    relative_dates: bool,
    plan: Vec<T>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default)]
    number: String,
    #[serde(default)]
    title: String,
    agency: String,
    #[serde(default)]
    contact: String,
    #[serde(default)]
    contact_phone: String,
    #[serde(default = "level_recognition")]
    kind: PlanKind,
    occupation: String,
    #[serde(default)]
    trade: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    level: Option<SkillLevel>,
    #[serde(default)]
    subjects: Vec<String>,
    city: String,
    #[serde(default)]
    county: String,
    #[serde(default)]
    site: Places,
    opens: String,
    closes: String,
    #[serde(default)]
    review_close: Option<String>,
    exam: String,
    #[serde(default)]
    capacity: u32,
    #[serde(default)]
    fee: String,
    #[serde(default)]
    scope: Vec<String>,
    #[serde(default)]
    instructions: Vec<String>,
    #[serde(default)]
    conditions: Vec<String>,
    profile: String,
    #[serde(default)]
    standard: String,
    #[serde(default)]
    taken: u32,
}

/// `site = "one place"`, or `[[plan.site]]` for each of several.
#[derive(Default)]
struct Places {
    one: String,
    several: Vec<SiteEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteEntry {
    name: String,
    #[serde(default)]
    address: String,
    capacity: u32,
    #[serde(default)]
    reviewer: String,
    #[serde(default)]
    contact: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    exam: Option<String>,
}

impl<'de> Deserialize<'de> for Places {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Places;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a place in words, or a list of [[plan.site]]")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Places, E> {
                Ok(Places { one: text.to_owned(), several: Vec::new() })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Places, A::Error> {
                let mut several = Vec::new();
                while let Some(site) = list.next_element()? {
                    several.push(site);
                }
                Ok(Places { one: String::new(), several })
            }
        }
        from.deserialize_any(Either)
    }
}

fn level_recognition() -> PlanKind {
    PlanKind::LevelRecognition
}

/// Imports a plan file; the name's end (`.json`) tells JSON from TOML. Plans whose number is known stay as
/// they are. Gives the ids in the order of the file.
pub async fn import(records: &Records, text: &str, file_name: &str) -> Result<Vec<PlanId>, Error> {
    let (relative, entries) = read(text, file_name)?;
    let today = records.now().day();
    let mut ready = Vec::with_capacity(entries.len());
    let mut faults = Vec::new();
    let mut numbers = BTreeSet::new();
    for (line, entry) in &entries {
        let name = if entry.number.is_empty() { entry.occupation.as_str() } else { entry.number.as_str() };
        if !entry.number.is_empty() && !numbers.insert(entry.number.as_str()) {
            faults.push(complaint(file_name, *line, name, "number: is there twice").to_string());
        }
        let outcome = match entry.read(relative.then_some(today)) {
            Err(fault) => Err(vec![fault]),
            Ok(new) => prepare(records, &new).await,
        };
        match outcome {
            Ok(plan) => ready.push(plan.with_taken(entry.taken)),
            Err(found) => faults.extend(found.iter().map(|what| complaint(file_name, *line, name, what).to_string())),
        }
    }
    if faults.is_empty() { save(records, ready).await } else { Err(Error::Configuration(faults.join("\n"))) }
}

fn read(text: &str, file_name: &str) -> Result<(bool, Vec<(usize, Entry)>), Error> {
    if file_name.ends_with(".json") {
        let file: File<Entry> = serde_json::from_str(text).map_err(|why| complaint(file_name, why.line(), "", &why))?;
        let places = text.match_indices("\"occupation\"").map(|(at, _)| line_at(text, at)).chain(std::iter::repeat(1));
        return Ok((file.relative_dates, places.zip(file.plan).collect()));
    }
    let file: File<toml::Spanned<Entry>> = from_toml(text, file_name)?;
    let entries = file.plan.into_iter().map(|entry| (line_at(text, entry.span().start), entry.into_inner()));
    Ok((file.relative_dates, entries.collect()))
}

impl Entry {
    fn read(&self, today: Option<NaiveDate>) -> Result<NewPlan, String> {
        let point = |key: &str, text: &str| point(text, today).map_err(|what| format!("{key}: {what}"));
        let exam = point("exam", &self.exam)?.day();
        if self.taken > 0 && today.is_none() {
            return Err("taken: seats are taken by applications, not by a file".into());
        }
        Ok(NewPlan {
            number: self.number.clone(),
            title: self.title.clone(),
            agency: self.agency.clone(),
            contact: self.contact.clone(),
            contact_phone: self.contact_phone.clone(),
            kind: self.kind,
            occupation: self.occupation.clone(),
            trade: self.trade.clone(),
            code: self.code.clone(),
            level: self.level,
            subjects: self.subjects.clone(),
            city: self.city.clone(),
            county: self.county.clone(),
            site: self.site.one.clone(),
            sites: (1..)
                .zip(&self.site.several)
                .map(|(place, site)| {
                    let exam =
                        site.exam.as_deref().map(|text| point(&format!("site {place}: exam"), text)).transpose()?;
                    Ok(NewSite {
                        name: site.name.clone(),
                        address: site.address.clone(),
                        capacity: site.capacity,
                        reviewer: site.reviewer.clone(),
                        contact: site.contact.clone(),
                        phone: site.phone.clone(),
                        exam: exam.map(|exam| exam.day()),
                    })
                })
                .collect::<Result<_, String>>()?,
            opens: point("opens", &self.opens)?,
            closes: point("closes", &self.closes)?,
            review_close: self.review_close.as_deref().map(|text| point("review_close", text)).transpose()?,
            exam,
            capacity: self.capacity,
            fee: fen(&self.fee)?,
            scope: self.scope.clone(),
            instructions: self.instructions.clone(),
            conditions: self.conditions.clone(),
            profile: self.profile.clone(),
            standard: self.standard.clone(),
        })
    }
}

/// `2026-12-06`, `2026-12-06 23:59:59`; where offsets are allowed also `-10d`, `+15d 23:59:59`.
fn point(text: &str, today: Option<NaiveDate>) -> Result<TimePoint, String> {
    let text = text.trim();
    if !text.starts_with(['+', '-']) {
        return TimePoint::parse(text).map_err(|why| why.to_string());
    }
    let Some(today) = today else {
        return Err(format!("{text} counts from today, which only a file with relative_dates = true may do"));
    };
    let (offset, clock) = text.split_once(' ').unwrap_or((text, ""));
    let unreadable = || format!("{text} reads neither as +15d nor as +15d 23:59:59");
    let days: i64 = offset.strip_suffix('d').and_then(|days| days.parse().ok()).ok_or_else(unreadable)?;
    let away = Days::new(days.unsigned_abs());
    let day = if days < 0 { today.checked_sub_days(away) } else { today.checked_add_days(away) };
    let day = day.ok_or_else(unreadable)?;
    let full = if clock.is_empty() { day.to_string() } else { format!("{day} {clock}") };
    TimePoint::parse(&full).map_err(|_| unreadable())
}

/// `280`, `280.5`, `280.00` yuan; empty is free.
fn fen(text: &str) -> Result<Fen, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Fen(0));
    }
    let wrong = || format!("fee: {text} reads not as 280 or 280.00 yuan");
    let (yuan, rest) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(yuan) || !digits(rest) || rest.len() > 2 || yuan.len() > 9 {
        return Err(wrong());
    }
    let yuan: i64 = yuan.parse().map_err(|_| wrong())?;
    let fen: i64 = format!("{rest:0<2}").parse().map_err(|_| wrong())?;
    Ok(Fen(yuan * 100 + fen))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_today_only_where_the_file_says_so() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21);
        assert_eq!(point("+15d 23:59:59", today).map(|point| point.to_string()), Ok("2026-12-06 23:59:59".into()));
        assert_eq!(point("-21d", today).map(|point| point.to_string()), Ok("2026-10-31".into()));
        assert!(point("-21d", None).is_err());
        assert!(point("+1w", today).is_err());
    }

    #[test]
    fn fees_are_whole_fen() {
        assert_eq!(fen("280"), Ok(Fen(28_000)));
        assert_eq!(fen("280.5"), Ok(Fen(28_050)));
        assert_eq!(fen(""), Ok(Fen(0)));
        assert!(fen("280.005").is_err());
        assert!(fen("-1").is_err());
    }
}
