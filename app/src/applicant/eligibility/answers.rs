//! From what was typed to facts, and back. Keys: `birth`, `jobs.0.occ|from|to`, `certs.0.level|occ|date`,
//! `edu.0.kind|status|class|major`, `titles.0.rank|date`, `apprenticeship`.

use chrono::NaiveDate;
use domain::eligibility::{
    ApplicantFacts, CertificateFact, Education, EducationKind, Job, StudyStatus, TitleFact, TitleRank, YearMonth,
};
use domain::form::{Answers, FieldFault, Problem, check};
use domain::occupation::SkillLevel;

/// The groups of which there can be several.
pub const GROUPS: [&str; 4] = ["jobs", "certs", "edu", "titles"];
/// Most rows of a group.
pub const ROWS_MAX: usize = 20;
/// Most characters of one answer.
const TEXT_MAX: u32 = 60;

/// Ranks of titles, lowest first.
pub const RANKS: [TitleRank; 3] = [TitleRank::Junior, TitleRank::Intermediate, TitleRank::Senior];
/// How far a course may have come.
pub const STATUSES: [StudyStatus; 5] = [
    StudyStatus::Graduated,
    StudyStatus::Graduating,
    StudyStatus::Studying,
    StudyStatus::Completed,
    StudyStatus::LeftEarly,
];

/// Parts of a group's row, the first being the one that makes a row count.
pub fn parts_of(group: &str) -> &'static [&'static str] {
    match group {
        "jobs" => &["occ", "from", "to"],
        "certs" => &["level", "occ", "date"],
        "edu" => &["kind", "status", "class", "major"],
        _ => &["rank", "date"],
    }
}

/// Words of a part, for faults.
fn label(group: &str, part: &str, row: usize) -> String {
    let (what, part) = match (group, part) {
        ("jobs", "occ") => ("工作", "职业"),
        ("jobs", "from") => ("工作", "开始年月"),
        ("jobs", _) => ("工作", "结束年月"),
        ("certs", "level") => ("证书", "等级"),
        ("certs", "occ") => ("证书", "职业"),
        ("certs", _) => ("证书", "发证日期"),
        ("edu", "kind") => ("学历", "学校类型"),
        ("edu", "status") => ("学历", "毕业情况"),
        ("edu", "class") => ("学历", "班别"),
        ("edu", _) => ("学历", "专业"),
        (_, "rank") => ("职称", "级别"),
        _ => ("职称", "取得日期"),
    };
    format!("第 {} 份{what}的{part}", row + 1)
}

/// How many rows of `group` are shown: at least one, and one more when asked for.
pub fn rows(answers: &Answers, group: &str) -> usize {
    let asked = answers.get(&format!("rows.{group}")).parse().unwrap_or(1);
    answers.rows(group).max(asked).clamp(1, ROWS_MAX)
}

/// One row more.
pub fn add_row(answers: &mut Answers, group: &str) {
    let wanted = (rows(answers, group) + 1).min(ROWS_MAX);
    answers.set(&format!("rows.{group}"), &wanted.to_string());
}

/// Takes a row out; those behind it move up.
pub fn drop_row(answers: &mut Answers, group: &str, row: usize) {
    let count = rows(answers, group);
    for at in row..count {
        for part in parts_of(group) {
            let next = answers.get(&format!("{group}.{}.{part}", at + 1)).to_owned();
            answers.set(&format!("{group}.{at}.{part}"), &next);
        }
    }
    answers.set(&format!("rows.{group}"), &count.saturating_sub(1).max(1).to_string());
}

/// Keeps only answers of this form, of a sensible length.
pub fn sifted(typed: Answers) -> Answers {
    let known = |key: &str| {
        let mut parts = key.splitn(3, '.');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("birth" | "apprenticeship"), None, None) => true,
            (Some("rows"), Some(group), None) => GROUPS.contains(&group),
            (Some(group), Some(row), Some(part)) => {
                GROUPS.contains(&group)
                    && row.parse::<usize>().is_ok_and(|row| row < ROWS_MAX)
                    && parts_of(group).contains(&part)
            }
            _ => false,
        }
    };
    let mut kept = Answers::default();
    for (key, value) in typed.0 {
        if known(&key) && value.chars().count() <= TEXT_MAX as usize {
            kept.set(&key, &value);
        }
    }
    kept
}

struct Reader<'a> {
    answers: &'a Answers,
    today: NaiveDate,
    /// The day of birth, once it was read.
    birth: Option<NaiveDate>,
    faults: Vec<FieldFault>,
}

impl Reader<'_> {
    fn fault(&mut self, group: &str, row: usize, part: &str, problem: Problem) {
        self.faults.push(FieldFault { key: format!("{group}.{row}.{part}"), label: label(group, part, row), problem });
    }

    fn text(&self, group: &str, row: usize, part: &str) -> String {
        self.answers.get(&format!("{group}.{row}.{part}")).to_owned()
    }

    fn is_used(&self, group: &str, row: usize) -> bool {
        parts_of(group).iter().any(|part| self.answers.has(&format!("{group}.{row}.{part}")))
    }

    fn chosen<T>(&mut self, group: &str, row: usize, part: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(group, row, part);
        let read = parse(&text);
        if read.is_none() {
            let problem = if text.is_empty() { Problem::Missing } else { Problem::NotOffered };
            self.fault(group, row, part, problem);
        }
        read
    }

    fn words(&mut self, group: &str, row: usize, part: &str) -> Option<String> {
        self.chosen(group, row, part, |text| (!text.is_empty()).then(|| text.to_owned()))
    }

    fn day(&mut self, group: &str, row: usize, part: &str) -> Option<NaiveDate> {
        let text = self.text(group, row, part);
        match check::day(&text) {
            _ if text.is_empty() => self.fault(group, row, part, Problem::Missing),
            None => self.fault(group, row, part, Problem::NotADate),
            Some(day) if day > self.today => self.fault(group, row, part, Problem::InFuture),
            Some(day) if self.birth.is_some_and(|birth| day < birth) => {
                self.fault(group, row, part, Problem::BeforeBirth)
            }
            Some(day) => return Some(day),
        }
        None
    }

    fn month(&mut self, group: &str, row: usize, part: &str) -> Option<YearMonth> {
        let text = self.text(group, row, part);
        match check::month(&text).and_then(|month| YearMonth::parse(&month).ok()) {
            _ if text.is_empty() => self.fault(group, row, part, Problem::Missing),
            None => self.fault(group, row, part, Problem::NotADate),
            Some(month) if YearMonth::of(self.today).is_ok_and(|now| month > now) => {
                self.fault(group, row, part, Problem::InFuture)
            }
            Some(month) if self.birth.and_then(|day| YearMonth::of(day).ok()).is_some_and(|born| month < born) => {
                self.fault(group, row, part, Problem::BeforeBirth)
            }
            Some(month) => return Some(month),
        }
        None
    }

    fn job(&mut self, row: usize) -> Option<Job> {
        let (occupation, from) = (self.words("jobs", row, "occ"), self.month("jobs", row, "from"));
        let to =
            if self.text("jobs", row, "to").is_empty() { Some(None) } else { self.month("jobs", row, "to").map(Some) };
        let (occupation, from, to) = (occupation?, from?, to?);
        if to.is_some_and(|to| to < from) {
            self.fault("jobs", row, "to", Problem::BeforeStart);
        }
        Some(Job { occupation, from, to })
    }
}

fn education_kind(text: &str) -> Option<EducationKind> {
    EducationKind::ALL.into_iter().find(|kind| kind.name() == text)
}

/// The facts of what was typed, or what is wrong with it. Rows without any answer do not count.
pub fn facts_of(answers: &Answers, today: NaiveDate) -> Result<ApplicantFacts, Vec<FieldFault>> {
    let mut reader = Reader { answers, today, birth: None, faults: Vec::new() };
    let mut facts = ApplicantFacts {
        apprenticeship_completed: answers.get("apprenticeship") == "yes",
        ..ApplicantFacts::default()
    };
    let birth = answers.get("birth");
    if !birth.is_empty() {
        let problem = match check::day(birth) {
            None => Some(Problem::NotADate),
            Some(day) if day > today => Some(Problem::InFuture),
            day => {
                facts.birth = day;
                reader.birth = day;
                None
            }
        };
        if let Some(problem) = problem {
            reader.faults.push(FieldFault { key: "birth".into(), label: "出生日期".into(), problem });
        }
    }
    for row in 0..answers.rows("edu").min(ROWS_MAX) {
        if reader.is_used("edu", row) {
            let kind = reader.chosen("edu", row, "kind", education_kind);
            let status =
                reader.chosen("edu", row, "status", |text| STATUSES.into_iter().find(|status| status.name() == text));
            let (class, major) = (reader.text("edu", row, "class"), reader.text("edu", row, "major"));
            let some = |text: String| (!text.is_empty()).then_some(text);
            if let (Some(kind), Some(status)) = (kind, status) {
                facts.educations.push(Education {
                    kind,
                    class: some(class),
                    major: some(major),
                    status,
                    assessed: None,
                });
            }
        }
    }
    for row in 0..answers.rows("jobs").min(ROWS_MAX) {
        if reader.is_used("jobs", row) {
            facts.jobs.extend(reader.job(row));
        }
    }
    for row in 0..answers.rows("certs").min(ROWS_MAX) {
        if reader.is_used("certs", row) {
            let level = reader.chosen("certs", row, "level", SkillLevel::parse);
            let (occupation, date) = (reader.words("certs", row, "occ"), reader.day("certs", row, "date"));
            if let (Some(level), Some(occupation), Some(date)) = (level, occupation, date) {
                facts.certificates.push(CertificateFact { level, occupation, date });
            }
        }
    }
    for row in 0..answers.rows("titles").min(ROWS_MAX) {
        if reader.is_used("titles", row) {
            let rank = reader.chosen("titles", row, "rank", |text| RANKS.into_iter().find(|rank| rank.name() == text));
            if let (Some(rank), Some(date)) = (rank, reader.day("titles", row, "date")) {
                facts.titles.push(TitleFact { rank, date, matched: None });
            }
        }
    }
    if reader.faults.is_empty() { Ok(facts) } else { Err(reader.faults) }
}

/// Facts as answers, for showing them again.
pub fn answers_of(facts: &ApplicantFacts) -> Answers {
    let mut answers = Answers::default();
    let mut put = |key: String, value: &str| answers.set(&key, value);
    if let Some(birth) = facts.birth {
        put("birth".into(), &birth.to_string());
    }
    if facts.apprenticeship_completed {
        put("apprenticeship".into(), "yes");
    }
    for (row, job) in facts.jobs.iter().enumerate() {
        put(format!("jobs.{row}.occ"), &job.occupation);
        put(format!("jobs.{row}.from"), &job.from.to_string());
        put(format!("jobs.{row}.to"), &job.to.map(|to| to.to_string()).unwrap_or_default());
    }
    for (row, certificate) in facts.certificates.iter().enumerate() {
        put(format!("certs.{row}.level"), &certificate.level.number().to_string());
        put(format!("certs.{row}.occ"), &certificate.occupation);
        put(format!("certs.{row}.date"), &certificate.date.to_string());
    }
    for (row, education) in facts.educations.iter().enumerate() {
        put(format!("edu.{row}.kind"), education.kind.name());
        put(format!("edu.{row}.status"), education.status.name());
        put(format!("edu.{row}.class"), education.class.as_deref().unwrap_or_default());
        put(format!("edu.{row}.major"), education.major.as_deref().unwrap_or_default());
    }
    for (row, title) in facts.titles.iter().enumerate() {
        put(format!("titles.{row}.rank"), title.rank.name());
        put(format!("titles.{row}.date"), &title.date.to_string());
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Answers {
        let mut answers = Answers::default();
        for (key, value) in pairs {
            answers.set(key, value);
        }
        answers
    }

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
    }

    #[test]
    fn answers_become_facts_and_facts_answers() {
        let answers = typed(&[
            ("birth", "19900305"),
            ("jobs.0.occ", "电工"),
            ("jobs.0.from", "201904"),
            ("certs.0.level", "5"),
            ("certs.0.occ", "电工"),
            ("certs.0.date", "2020.6.1"),
            ("edu.0.kind", "技工学校"),
            ("edu.0.status", "毕业"),
        ]);
        let facts = facts_of(&answers, today()).unwrap();
        assert_eq!(facts.jobs[0].from.to_string(), "2019-04");
        assert_eq!(facts_of(&answers_of(&facts), today()).unwrap(), facts);
    }

    #[test]
    fn every_fault_is_named_at_its_field() {
        let answers = typed(&[
            ("birth", "1990-02-30"),
            ("jobs.1.occ", "电工"),
            ("jobs.1.from", "2024-05"),
            ("jobs.1.to", "2024-04"),
            ("certs.0.level", "5"),
        ]);
        let keys: Vec<String> = facts_of(&answers, today()).unwrap_err().into_iter().map(|fault| fault.key).collect();
        assert_eq!(keys, ["birth", "jobs.1.to", "certs.0.occ", "certs.0.date"]);
    }

    #[test]
    fn what_lies_before_the_birth_is_a_slip_of_the_year() {
        let answers = typed(&[("birth", "1990-03-05"), ("jobs.0.occ", "电工"), ("jobs.0.from", "1924-05")]);
        let faults = facts_of(&answers, today()).unwrap_err();
        assert_eq!((faults.len(), &faults[0].problem), (1, &Problem::BeforeBirth));
        assert_eq!(crate::wording::form::fault(&faults[0]), "“第 1 份工作的开始年月”比出生日期还早。请核对年份。");
    }

    #[test]
    fn a_dropped_row_leaves_no_gap() {
        let mut answers = typed(&[("jobs.0.occ", "甲"), ("jobs.1.occ", "乙"), ("jobs.2.occ", "丙")]);
        drop_row(&mut answers, "jobs", 1);
        assert_eq!((answers.get("jobs.0.occ"), answers.get("jobs.1.occ"), answers.rows("jobs")), ("甲", "丙", 2));
        add_row(&mut answers, "jobs");
        assert_eq!(rows(&answers, "jobs"), 3);
    }

    #[test]
    fn foreign_keys_are_sifted_out() {
        let answers =
            sifted(typed(&[("is_admin", "yes"), ("jobs.99.occ", "x"), ("jobs.0.pay", "1"), ("birth", "1990-01-01")]));
        assert_eq!(answers.0.len(), 1);
    }
}
