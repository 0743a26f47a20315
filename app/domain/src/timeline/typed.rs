//! Days and times of day as people type them: 2027/1/17, 2027年1月17日（周日）, 20270117, 9点半, 下午2:30.
//!
//! Only what can mean one thing is read. A year is written with four digits, and twenty-four o'clock is nobody's guess.

use super::TimePoint;
use crate::form::check;
use crate::text::fold_char;
use chrono::{NaiveDate, NaiveTime};

/// Words for the half of the day, and the hours that are added to a clock of twelve.
const HALVES: [(&str, u32); 9] = [
    ("凌晨", 0),
    ("早上", 0),
    ("上午", 0),
    ("中午", 12),
    ("下午", 12),
    ("傍晚", 12),
    ("晚上", 12),
    ("am", 0),
    ("pm", 12),
];

/// A day, or a day and a time of it.
pub fn typed_point(text: &str) -> Option<TimePoint> {
    let plain = plain(text);
    let (day, rest) = leading_day(&plain)?;
    let rest = without_weekday(rest);
    match rest.trim_start_matches(['t', 'T', ',', ' ']) {
        "" => Some(TimePoint::Day(day)),
        clock => read_clock(clock).map(|clock| TimePoint::Moment(day.and_time(clock))),
    }
}

/// A day alone.
pub fn typed_day(text: &str) -> Option<NaiveDate> {
    match typed_point(text) {
        Some(TimePoint::Day(day)) => Some(day),
        _ => None,
    }
}

/// A time of day, to the minute.
pub fn typed_clock(text: &str) -> Option<NaiveTime> {
    read_clock(&plain(text))
}

/// Without full-width forms and blanks at the ends; signs that stand for others are made alike.
fn plain(text: &str) -> String {
    let folded: String = text.chars().map(fold_char).collect();
    folded.trim().replace(['。', '．'], ".").replace(['—', '–', '－', '~'], "-")
}

/// The day that a text begins with, and what follows it.
fn leading_day(text: &str) -> Option<(NaiveDate, &str)> {
    let numbers = if number(text).0.len() == 8 { 1 } else { 3 };
    let mut rest = text;
    for _ in 0..numbers {
        let (digits, behind) = number(rest.trim_start_matches(|ch: char| !ch.is_ascii_digit()));
        if digits.is_empty() {
            return None;
        }
        rest = behind;
    }
    let day = check::day(&text[..text.len() - rest.len()])?;
    let rest = rest.trim_start();
    Some((day, rest.strip_prefix(['日', '号']).unwrap_or(rest)))
}

/// The digits that a text begins with, and what follows them.
fn number(text: &str) -> (&str, &str) {
    text.split_at(text.find(|ch: char| !ch.is_ascii_digit()).unwrap_or(text.len()))
}

/// The rest behind `周日`, `星期天` or `(周日)`: the day is known without it.
fn without_weekday(text: &str) -> &str {
    let text = text.trim_start();
    let bare = text.strip_prefix('(').unwrap_or(text);
    let named = ["星期", "礼拜", "周"].iter().find_map(|word| bare.strip_prefix(word));
    match named.and_then(|rest| rest.strip_prefix(['一', '二', '三', '四', '五', '六', '日', '天'])) {
        Some(rest) => rest.strip_prefix(')').unwrap_or(rest).trim_start(),
        None => text,
    }
}

fn read_clock(text: &str) -> Option<NaiveTime> {
    let lower = text.trim().to_ascii_lowercase();
    let half = HALVES.iter().find(|(word, _)| lower.starts_with(word) || lower.ends_with(word));
    let bare = half.map_or(lower.as_str(), |(word, _)| lower.trim_start_matches(word).trim_end_matches(word)).trim();
    let (hour, minute) = match number(bare) {
        (run, "") if run.len() == 4 => (&run[..2], &run[2..]),
        (hour, rest) if (1..=2).contains(&hour.len()) => (hour, minutes(rest)?),
        _ => return None,
    };
    let hour: u32 = hour.parse().ok()?;
    let hour = match half {
        // Noon to one, midnight to another.
        Some((word, _)) if hour == 12 && !matches!(*word, "中午" | "下午" | "pm") => return None,
        // 中午11:30 is before noon, 下午14:30 counts to twenty-four already.
        Some((word, more)) if hour < 12 && (*word != "中午" || hour < 10) => hour + more,
        _ => hour,
    };
    NaiveTime::from_hms_opt(hour, minute.parse().ok()?, 0)
}

/// What stands behind the hour: `:30`, `:30:00`, `点`, `点半`, `时30分`.
fn minutes(rest: &str) -> Option<&str> {
    let rest = rest.trim_start();
    let spoken = ["点钟", "点整", "点", "时"].iter().find_map(|word| rest.strip_prefix(word));
    if let Some(rest) = spoken {
        return match rest {
            "" => Some("00"),
            "半" => Some("30"),
            "一刻" => Some("15"),
            "三刻" => Some("45"),
            rest => two_digits(rest.strip_suffix('分').unwrap_or(rest)),
        };
    }
    let rest = rest.strip_prefix([':', '.'])?;
    two_digits(rest.strip_suffix(":00").unwrap_or(rest))
}

fn two_digits(text: &str) -> Option<&str> {
    (text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_they_are_typed() {
        for text in [
            "2027-01-17",
            "2027-1-17",
            "2027/1/17",
            "2027.1.17",
            "2027。1。17",
            "20270117",
            "2027年1月17日",
            "2027年01月17号",
            "2027 年 1 月 17 日",
            "２０２７－１－１７",
            "2027年1月17日（周日）",
            "2027-01-17 星期天",
            " 2027-01-17 ",
        ] {
            assert_eq!(typed_day(text).map(|day| day.to_string()).as_deref(), Some("2027-01-17"), "{text}");
        }
        for text in
            ["", "1月17日", "27-1-17", "2027-13-01", "2027-02-29", "17/1/2027", "2027年1月", "202701171", "明天"]
        {
            assert_eq!(typed_day(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_may_have_its_time() {
        for text in [
            "2027-01-17 17:30",
            "2027-01-17T17:30",
            "2027-01-17 17:30:00",
            "2027年1月17日17时30分",
            "2027年1月17日（周日）下午5:30",
            "2027/1/17 下午5点半",
            "2027.1.17 17：30",
            "20270117 1730",
            "2027-01-17，17.30",
            "2027-1-17 5:30 PM",
        ] {
            assert_eq!(typed_point(text).map(|at| at.to_string()).as_deref(), Some("2027-01-17 17:30:00"), "{text}");
        }
        for text in ["2027-01-17 24:00", "2027-01-17 17:60", "2027-01-17 晚些", "2027-01-17 17", "2027-01-17 17:3"] {
            assert_eq!(typed_point(text), None, "{text}");
        }
    }

    #[test]
    fn clocks_are_read_as_they_are_typed() {
        for (text, wanted) in [
            ("9:00", "09:00"),
            ("９：００", "09:00"),
            ("09.00", "09:00"),
            ("0900", "09:00"),
            ("9点", "09:00"),
            ("9点半", "09:30"),
            ("9时15分", "09:15"),
            ("上午9点整", "09:00"),
            ("下午2点三刻", "14:45"),
            ("下午14:30", "14:30"),
            ("中午12:00", "12:00"),
            ("中午11点半", "11:30"),
            ("中午1点", "13:00"),
            ("晚上7:00", "19:00"),
        ] {
            let read = typed_clock(text).map(|clock| clock.format("%H:%M").to_string());
            assert_eq!(read.as_deref(), Some(wanted), "{text}");
        }
        for text in ["", "9", "900", "25:00", "九点", "9:5", "9:00-10:30", "24:00", "晚上12点", "上午12:00"] {
            assert_eq!(typed_clock(text), None, "{text}");
        }
    }
}
