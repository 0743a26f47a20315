//! Reading the form of a plan: what is missing or wrong, and the dates in it.

use super::fields::{FieldKind, fields};
use super::{ASSESSORS_MAX, PlanFault, PlanFaultWhy, invigilators_needed};
use crate::form::Answers;
use crate::text::fold_char;
use crate::timeline::{PointName, TimePoint, TimePoints, typed_clock, typed_day, typed_point};
use chrono::{NaiveDate, NaiveTime};

/// Highest fee, in yuan.
const FEE_MAX: u64 = 10_000;

/// A field that may be empty or unreadable.
type Blank<T> = Result<Option<T>, PlanFaultWhy>;

/// `09:00`; none when nothing is there.
fn clock(text: &str) -> Blank<NaiveTime> {
    if text.is_empty() {
        return Ok(None);
    }
    let text = text.replace('：', ":");
    let whole = if text.len() == 4 { format!("0{text}") } else { text };
    NaiveTime::parse_from_str(&whole, "%H:%M").map(Some).map_err(|_| PlanFaultWhy::NotAClock)
}

fn day(text: &str) -> Blank<NaiveDate> {
    if text.is_empty() {
        return Ok(None);
    }
    match TimePoint::parse(text) {
        Ok(TimePoint::Day(day)) => Ok(Some(day)),
        _ => Err(PlanFaultWhy::NotADay),
    }
}

fn point(text: &str) -> Blank<TimePoint> {
    if text.is_empty() {
        return Ok(None);
    }
    TimePoint::parse(text).map(Some).map_err(|_| PlanFaultWhy::NotATime)
}

/// What was typed in another writing, in the one of the form: days, times of day, numbers with their unit. What cannot
/// be read, and what is right already, stays as it was typed.
pub fn tidy(form: &mut Answers) {
    for field in fields() {
        let text = form.get(field.key);
        let better = match field.kind {
            FieldKind::Day if day(text).is_err() => typed_day(text).map(|day| day.to_string()),
            // A colon as wide as a character is understood, but no sheet is printed with it.
            FieldKind::Clock if clock(text).is_err() || text.contains('：') => {
                typed_clock(text).map(|clock| clock.format("%H:%M").to_string())
            }
            FieldKind::Point if point(text).is_err() => typed_point(text).map(|at| at.to_string()),
            FieldKind::Number(..) if text.parse::<u32>().is_err() => counted(text),
            FieldKind::Money if !text.is_empty() && fen(text).is_none() => amount(text),
            _ => None,
        };
        if let Some(better) = better {
            form.set(field.key, &better);
        }
    }
}

/// `40人`, `４０`: the number before its unit.
fn counted(text: &str) -> Option<String> {
    let folded: String = text.chars().map(fold_char).filter(|ch| !ch.is_whitespace()).collect();
    let bare = ["学时", "课时", "人", "个", "间", "名", "位"].iter().find_map(|unit| folded.strip_suffix(unit));
    bare.unwrap_or(&folded).parse::<u32>().ok().map(|number| number.to_string())
}

/// `280元`, `￥280.00`: the amount without its unit.
fn amount(text: &str) -> Option<String> {
    let folded: String = text.chars().map(fold_char).filter(|ch| !ch.is_whitespace()).collect();
    let bare = folded.trim_start_matches(['¥', '￥']);
    let bare = ["元/人", "元"].iter().find_map(|unit| bare.strip_suffix(unit)).unwrap_or(bare);
    fen(bare).map(|_| bare.to_owned())
}

/// From when until when an exam lasts: `theory` or `skill`; none where day or beginning is missing or unreadable.
pub fn clock_range(form: &Answers, exam: &str) -> Option<(TimePoint, NaiveTime)> {
    let on = day(form.get(&format!("{exam}_on"))).ok()??;
    let from = clock(form.get(&format!("{exam}_from"))).ok()??;
    let to = clock(form.get(&format!("{exam}_to"))).ok().flatten().unwrap_or(from);
    Some((TimePoint::Moment(on.and_time(from)), to))
}

/// The exams that the form names: with their time where it is known, else the day.
pub fn exams_of(form: &Answers) -> Vec<TimePoint> {
    ["theory", "skill"]
        .into_iter()
        .filter_map(|exam| {
            let at = clock_range(form, exam).map(|(at, _)| at);
            at.or_else(|| day(form.get(&format!("{exam}_on"))).ok().flatten().map(TimePoint::Day))
        })
        .collect()
}

/// The dates of the form, as far as they can be read.
pub fn times_of(form: &Answers) -> TimePoints {
    let mut times = TimePoints { exams: exams_of(form), ..TimePoints::default() };
    for name in PointName::ALL {
        times.set(name, point(form.get(name.key())).ok().flatten());
    }
    times
}

/// Everything that keeps a form from being filed, in the order of the form; what needs the agency's filing, the
/// procedures or the divisions is looked at elsewhere.
pub fn missing(form: &Answers) -> Vec<PlanFault> {
    let mut faults = Vec::new();
    for field in fields() {
        let text = form.get(field.key);
        let why = match field.kind {
            _ if text.is_empty() => field.required.then_some(PlanFaultWhy::Missing),
            FieldKind::Line(max) | FieldKind::Area(max) => {
                (text.chars().count() > max as usize).then_some(PlanFaultWhy::TooLong { max })
            }
            FieldKind::Number(min, max) => {
                let fits = text.parse::<u32>().is_ok_and(|number| (min..=max).contains(&number));
                (!fits).then_some(PlanFaultWhy::NotANumber { min, max })
            }
            FieldKind::Money => fen(text).is_none().then_some(PlanFaultWhy::NotMoney),
            FieldKind::Day => day(text).err(),
            FieldKind::Clock => clock(text).err(),
            FieldKind::Point => point(text).err(),
            FieldKind::Scope | FieldKind::Procedure => None,
        };
        faults.extend(why.map(|why| PlanFault { key: field.key.to_owned(), why }));
    }
    for exam in ["theory", "skill"] {
        if let Some((TimePoint::Moment(from), to)) = clock_range(form, exam)
            && form.has(&format!("{exam}_to"))
            && to <= from.time()
        {
            faults.push(PlanFault { key: format!("{exam}_to"), why: PlanFaultWhy::EndsFirst });
        }
    }
    if let (Ok(Some(from)), Ok(Some(to))) = (day(form.get("training_from")), day(form.get("training_to")))
        && to < from
    {
        faults.push(PlanFault { key: "training_to".into(), why: PlanFaultWhy::EndsFirst });
    }
    people(form, &mut faults);
    faults
}

/// Invigilators and assessors.
fn people(form: &Answers, faults: &mut Vec<PlanFault>) {
    let number = |key: &str| form.get(key).parse::<u32>().ok();
    if let (Some(rooms), Some(there), Some(seats)) =
        (number("theory_rooms"), number("theory_invigilators"), number("seats"))
    {
        let need = invigilators_needed(rooms, seats);
        if there < need {
            let why = PlanFaultWhy::TooFewInvigilators { need };
            faults.push(PlanFault { key: "theory_invigilators".into(), why });
        }
    }
    if number("skill_assessors").is_some_and(|count| count < 3 || count % 2 == 0) {
        faults.push(PlanFault { key: "skill_assessors".into(), why: PlanFaultWhy::AssessorsOdd });
    }
    for row in 0..form.rows("assessor").min(ASSESSORS_MAX) {
        let part = |part: &str| form.get(&format!("assessor.{row}.{part}"));
        let mut fault = |why| faults.push(PlanFault { key: format!("assessor.{row}.card"), why });
        let card = part("card").trim();
        if !part("name").is_empty() && card.is_empty() {
            fault(PlanFaultWhy::NoCard);
        } else if let Some(first) = (0..row).find(|other| same_card(form.get(&format!("assessor.{other}.card")), card))
        {
            fault(PlanFaultWhy::SameCard { first: first + 1 });
        }
    }
}

/// Whether two card numbers are one, however they were typed.
fn same_card(one: &str, other: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars().map(fold_char).filter(|ch| !ch.is_whitespace()).map(|ch| ch.to_ascii_uppercase()).collect()
    };
    !other.is_empty() && plain(one) == plain(other)
}

/// Yuan as people type them, in fen: `280`, `280.5`, `280.00`.
fn fen(text: &str) -> Option<i64> {
    let (yuan, rest) = text.split_once('.').unwrap_or((text, ""));
    if rest.len() > 2 || yuan.is_empty() || !yuan.bytes().chain(rest.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let yuan: u64 = yuan.parse().ok().filter(|yuan| *yuan <= FEE_MAX)?;
    let cents: i64 = format!("{rest:0<2}").parse().ok()?;
    let fen = i64::try_from(yuan).ok()? * 100 + cents;
    (fen <= i64::try_from(FEE_MAX).ok()? * 100).then_some(fen)
}

/// The fee of the form, in fen.
pub fn fee_of(form: &Answers) -> i64 {
    fen(form.get("fee")).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::planner::label;

    fn form(pairs: &[(&str, &str)]) -> Answers {
        let mut form = Answers::default();
        for (key, value) in pairs {
            form.set(key, value);
        }
        form
    }

    #[test]
    fn an_empty_form_misses_what_is_required_and_nothing_else() {
        let faults = missing(&Answers::default());
        let required = fields().iter().filter(|field| field.required).count();
        assert_eq!(faults.len(), required);
        assert!(faults.iter().all(|fault| fault.why == PlanFaultWhy::Missing));
    }

    #[test]
    fn every_key_stands_once() {
        let mut keys: Vec<&str> = fields().iter().map(|field| field.key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), fields().len());
        assert_eq!(label("skill_on"), "应会认定日期");
        assert_eq!(label("assessor.1.card"), "第 2 位考评员的胸卡号");
    }

    #[test]
    fn what_is_typed_wrong_is_told_at_its_field() {
        let wrong = form(&[
            ("seats", "三十"),
            ("fee", "28,0"),
            ("theory_on", "2027-02-29"),
            ("theory_from", "25:00"),
            ("reg_open", "明天"),
            ("skill_on", "2027-01-17"),
            ("skill_from", "14:00"),
            ("skill_to", "13:00"),
            ("theory_rooms", "2"),
            ("theory_invigilators", "3"),
            ("skill_assessors", "4"),
            ("assessor.0.name", "韩冰"),
        ]);
        let why = |key: &str| missing(&wrong).into_iter().find(|fault| fault.key == key).map(|fault| fault.why);
        assert_eq!(why("seats"), Some(PlanFaultWhy::NotANumber { min: 1, max: 100_000 }));
        assert_eq!(why("fee"), Some(PlanFaultWhy::NotMoney));
        assert_eq!(why("theory_on"), Some(PlanFaultWhy::NotADay));
        assert_eq!(why("theory_from"), Some(PlanFaultWhy::NotAClock));
        assert_eq!(why("reg_open"), Some(PlanFaultWhy::NotATime));
        assert_eq!(why("skill_to"), Some(PlanFaultWhy::EndsFirst));
        assert_eq!(why("skill_assessors"), Some(PlanFaultWhy::AssessorsOdd));
        assert_eq!(why("assessor.0.card"), Some(PlanFaultWhy::NoCard));
        let twice = form(&[
            ("assessor.0.name", "韩冰"),
            ("assessor.0.card", "Z33-00081"),
            ("assessor.1.name", "方敏"),
            ("assessor.1.card", "z33－00081 "),
            ("assessor.2.name", "李雷"),
            ("assessor.2.card", "Z33-00082"),
        ]);
        let cards: Vec<PlanFault> =
            missing(&twice).into_iter().filter(|fault| fault.key.starts_with("assessor")).collect();
        let same = PlanFault { key: "assessor.1.card".into(), why: PlanFaultWhy::SameCard { first: 1 } };
        assert_eq!(cards, [same], "a card belongs to one person");
        let crowded = form(&[("theory_rooms", "2"), ("theory_invigilators", "3"), ("seats", "60")]);
        let found = missing(&crowded).into_iter().find(|fault| fault.key == "theory_invigilators");
        assert_eq!(found.map(|fault| fault.why), Some(PlanFaultWhy::TooFewInvigilators { need: 4 }));
    }

    #[test]
    fn what_can_be_read_is_written_as_the_form_writes_it() {
        let mut form = form(&[
            ("theory_on", "2027年1月17日（周日）"),
            ("theory_from", "9点半"),
            ("theory_to", "9:00"),
            ("skill_from", "13：30"),
            ("reg_open", "2026/12/1"),
            ("reg_close", "2026.12.20 下午5:00"),
            ("review_close", "2026-12-23 17:00"),
            ("paper_due", "考前一周"),
            ("seats", "４０ 人"),
            ("theory_rooms", "2个"),
            ("skill_assessors", "三人"),
            ("fee", "￥280.00元/人"),
            ("site", "2027年1月17日"),
        ]);
        tidy(&mut form);
        for (key, wanted) in [
            ("theory_on", "2027-01-17"),
            ("theory_from", "09:30"),
            ("theory_to", "9:00"),
            ("skill_from", "13:30"),
            ("reg_open", "2026-12-01"),
            ("reg_close", "2026-12-20 17:00:00"),
            ("review_close", "2026-12-23 17:00"),
            ("paper_due", "考前一周"),
            ("seats", "40"),
            ("theory_rooms", "2"),
            ("skill_assessors", "三人"),
            ("fee", "280.00"),
            ("site", "2027年1月17日"),
        ] {
            assert_eq!(form.get(key), wanted, "{key}");
        }
    }

    #[test]
    fn dates_of_the_form_are_the_dates_of_the_plan() {
        let form = form(&[
            ("theory_on", "2026-12-20"),
            ("theory_from", "9:00"),
            ("skill_on", "2026-12-21"),
            ("reg_close", "2026-11-20 17:00"),
            ("review_close", "bald"),
        ]);
        let times = times_of(&form);
        let at = |text: &str| TimePoint::parse(text).unwrap();
        assert_eq!(times.exams, [at("2026-12-20 09:00"), at("2026-12-21")]);
        assert_eq!((times.reg_close, times.review_close), (Some(at("2026-11-20 17:00")), None));
        assert_eq!(
            [fen("280"), fen("280.5"), fen("280.00"), fen("10000.01"), fen("-1")],
            [Some(28_000), Some(28_050), Some(28_000), None, None]
        );
    }
}
