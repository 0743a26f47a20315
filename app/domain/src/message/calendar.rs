//! 日历文件: appointments as RFC 5545 text, for the calendar of a phone.

use crate::time::Timestamp;
use chrono::DateTime;

/// A time and a place that a calendar keeps: one session of an exam.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// Stays the same when the appointment moves, so that a calendar replaces it.
    pub uid: String,
    /// Counts up whenever it moves.
    pub sequence: u32,
    /// First moment.
    pub from: Timestamp,
    /// Last moment.
    pub to: Timestamp,
    /// Title.
    pub title: String,
    /// Where; may be empty.
    pub place: String,
    /// What else to know; may have lines.
    pub words: String,
    /// Minutes before it when the phone shall remind.
    pub alarms: Vec<u32>,
}

/// A calendar file. Shanghai has had no summer time since 1991, so one rule describes the zone.
pub fn file(appointments: &[Appointment], now: Timestamp) -> String {
    let mut out = String::with_capacity(512 + appointments.len() * 512);
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Jikao//Jikao//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VTIMEZONE",
        "TZID:Asia/Shanghai",
        "BEGIN:STANDARD",
        "DTSTART:19910915T000000",
        "TZOFFSETFROM:+0800",
        "TZOFFSETTO:+0800",
        "TZNAME:CST",
        "END:STANDARD",
        "END:VTIMEZONE",
    ] {
        put(&mut out, line);
    }
    for one in appointments {
        put(&mut out, "BEGIN:VEVENT");
        put(&mut out, &format!("UID:{}", escaped(&one.uid)));
        put(&mut out, &format!("DTSTAMP:{}", utc(now)));
        put(&mut out, &format!("SEQUENCE:{}", one.sequence));
        put(&mut out, &format!("DTSTART;TZID=Asia/Shanghai:{}", wall(one.from)));
        put(&mut out, &format!("DTEND;TZID=Asia/Shanghai:{}", wall(one.to)));
        put(&mut out, &format!("SUMMARY:{}", escaped(&one.title)));
        for (name, text) in [("LOCATION", &one.place), ("DESCRIPTION", &one.words)] {
            if !text.is_empty() {
                put(&mut out, &format!("{name}:{}", escaped(text)));
            }
        }
        for minutes in &one.alarms {
            put(&mut out, "BEGIN:VALARM");
            put(&mut out, "ACTION:DISPLAY");
            put(&mut out, &format!("DESCRIPTION:{}", escaped(&one.title)));
            put(&mut out, &format!("TRIGGER:-PT{minutes}M"));
            put(&mut out, "END:VALARM");
        }
        put(&mut out, "END:VEVENT");
    }
    put(&mut out, "END:VCALENDAR");
    out
}

fn wall(at: Timestamp) -> String {
    at.in_shanghai().format("%Y%m%dT%H%M%S").to_string()
}

fn utc(at: Timestamp) -> String {
    DateTime::from_timestamp_millis(at.0).unwrap_or_default().format("%Y%m%dT%H%M%SZ").to_string()
}

/// RFC 5545 §3.3.11: backslash, semicolon, comma and line ends are escaped; other control characters have no place.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    for ch in text.chars() {
        match ch {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(ch);
            }
            '\r' => out.push_str("\\n"),
            '\n' if before == '\r' => {}
            '\n' => out.push_str("\\n"),
            ch if ch.is_control() => {}
            ch => out.push(ch),
        }
        before = ch;
    }
    out
}

/// RFC 5545 §3.1: no line is longer than 75 octets, a longer one goes on after CRLF and a space; no character is cut.
fn put(out: &mut String, line: &str) {
    const OCTETS: usize = 75;
    let mut length = 0;
    for ch in line.chars() {
        if length + ch.len_utf8() > OCTETS {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(ch);
        length += ch.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exam() -> Appointment {
        Appointment {
            uid: "x1-s1@jikao".into(),
            sequence: 2,
            from: Timestamp::parse_shanghai("2026-12-20 09:00:00").unwrap(),
            to: Timestamp::parse_shanghai("2026-12-20 10:30:00").unwrap(),
            title: "电工 三级 理论知识".into(),
            place: "杭州市西湖区文三路1号, 3号楼; 101室".into(),
            words: "座位 12\r\n请带\\身份证\n迟到30分钟不得入场".into(),
            alarms: vec![1440, 120],
        }
    }

    #[test]
    fn every_line_ends_with_crlf_and_has_at_most_75_octets() {
        let long = Appointment { words: "考场".repeat(100), ..exam() };
        let text = file(&[long], Timestamp(0));
        assert!(text.ends_with("END:VCALENDAR\r\n"));
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        for line in text.split("\r\n") {
            assert!(line.len() <= 75, "{line}");
        }
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains(&format!("DESCRIPTION:{}\r\n", "考场".repeat(100))));
    }

    #[test]
    fn words_are_escaped_and_times_are_those_of_the_wall() {
        let text = file(&[exam()], Timestamp::parse_shanghai("2026-11-21 08:00:00").unwrap()).replace("\r\n ", "");
        for line in [
            "UID:x1-s1@jikao",
            "SEQUENCE:2",
            "DTSTAMP:20261121T000000Z",
            "DTSTART;TZID=Asia/Shanghai:20261220T090000",
            "DTEND;TZID=Asia/Shanghai:20261220T103000",
            "LOCATION:杭州市西湖区文三路1号\\, 3号楼\\; 101室",
            "DESCRIPTION:座位 12\\n请带\\\\身份证\\n迟到30分钟不得入场",
            "TRIGGER:-PT1440M",
        ] {
            assert!(text.contains(&format!("\r\n{line}\r\n")), "{line} in {text}");
        }
        assert_eq!(text.matches("BEGIN:VALARM").count(), 2);
    }

    #[test]
    fn a_title_cannot_smuggle_a_line_in() {
        let evil = Appointment { title: "a\r\nEND:VCALENDAR".into(), alarms: Vec::new(), ..exam() };
        let text = file(&[evil], Timestamp(0));
        assert_eq!(text.matches("\r\nEND:VCALENDAR\r\n").count(), 1);
    }
}
