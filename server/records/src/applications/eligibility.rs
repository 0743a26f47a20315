//! Facts for the conditions: what was kept before, with what the form says now.

use super::person::Person;
use domain::eligibility::{ApplicantFacts, CertificateFact, Education, EducationKind, Job, StudyStatus, YearMonth};
use domain::form::{Answers, FieldKind, Form, check};
use domain::occupation::SkillLevel;

/// Kept facts merged with the answers. What the form answers wins over what was kept.
pub(crate) fn facts(form: &Form, answers: &Answers, person: &Person, kept: &ApplicantFacts) -> ApplicantFacts {
    let mut facts = kept.clone();
    facts.birth = person.birth.or(facts.birth);
    if let Some(group) = form.fields().find(|field| field.kind == FieldKind::Jobs) {
        let jobs = jobs(&group.key, answers);
        if !jobs.is_empty() {
            facts.jobs = jobs;
        }
    }
    if let Some(certificate) = prior_certificate(answers)
        && !facts.certificates.contains(&certificate)
    {
        facts.certificates.push(certificate);
    }
    if let Some(education) = education(form, answers)
        && !facts.educations.iter().any(|other| other.kind == education.kind && other.status == education.status)
    {
        facts.educations.push(education);
    }
    facts
}

/// A first filling of the form from facts that are known already.
pub(crate) fn prefill(form: &Form, facts: &ApplicantFacts, education: &str, address: &str) -> Answers {
    let mut answers = Answers::default();
    let asks = |key: &str| {
        form.field(key).is_some_and(|field| !matches!(field.kind, FieldKind::PlanFact | FieldKind::AccountFact))
    };
    if asks("address") {
        answers.set("address", address);
    }
    if asks("education") {
        let known = facts
            .educations
            .iter()
            .max_by_key(|education| education.kind.rank())
            .map(|education| education.kind.name());
        for word in [education, known.unwrap_or_default()] {
            let offered = form
                .field("education")
                .and_then(|field| field.choices.iter().find(|choice| choice.value == word || choice.label == word));
            if let Some(choice) = offered {
                answers.set("education", &choice.value);
                break;
            }
        }
    }
    if let Some(group) = form.fields().find(|field| field.kind == FieldKind::Jobs) {
        for (row, job) in facts.jobs.iter().take(check::JOBS_MAX).enumerate() {
            answers.set(&format!("{}.{row}.occ", group.key), &job.occupation);
            answers.set(&format!("{}.{row}.from", group.key), &job.from.to_string());
            answers.set(&format!("{}.{row}.to", group.key), &job.to.map_or_else(String::new, |to| to.to_string()));
        }
    }
    if let Some(best) = facts.certificates.iter().max_by_key(|certificate| certificate.level) {
        for (key, value) in [
            ("upgrade", "yes".to_owned()),
            ("prior_level", best.level.number().to_string()),
            ("prior_occ", best.occupation.clone()),
            ("prior_date", best.date.to_string()),
        ] {
            if asks(key) {
                answers.set(key, &value);
            }
        }
    }
    answers
}

fn jobs(group: &str, answers: &Answers) -> Vec<Job> {
    let month = |text: &str| check::month(text).and_then(|text| YearMonth::parse(&text).ok());
    (0..answers.rows(group).min(check::JOBS_MAX))
        .filter_map(|row| {
            let get = |part: &str| answers.get(&format!("{group}.{row}.{part}"));
            let to = get("to");
            let ended = if to.is_empty() { None } else { Some(month(to)?) };
            (!get("occ").is_empty())
                .then(|| Some(Job { occupation: get("occ").to_owned(), from: month(get("from"))?, to: ended }))
                .flatten()
        })
        .collect()
}

fn prior_certificate(answers: &Answers) -> Option<CertificateFact> {
    if answers.get("upgrade") != "yes" {
        return None;
    }
    Some(CertificateFact {
        level: SkillLevel::parse(answers.get("prior_level"))?,
        occupation: answers.get("prior_occ").to_owned(),
        date: check::day(answers.get("prior_date"))?,
    })
}

fn education(form: &Form, answers: &Answers) -> Option<Education> {
    let value = answers.get("education");
    let label = form
        .field("education")
        .and_then(|field| field.choices.iter().find(|choice| choice.value == value))
        .map_or(value, |choice| choice.label.as_str());
    let kind = EducationKind::ALL
        .into_iter()
        .find(|kind| kind.name() == value || kind.name() == label || also_called(label) == Some(*kind))?;
    let status = match (answers.get("source"), answers.get("graduating")) {
        ("student", "yes") => StudyStatus::Graduating,
        ("student", _) => StudyStatus::Studying,
        _ => StudyStatus::Graduated,
    };
    let major = answers.get("major");
    Some(Education { kind, class: None, major: (!major.is_empty()).then(|| major.to_owned()), status, assessed: None })
}

/// How forms of the field write a kind of school.
fn also_called(label: &str) -> Option<EducationKind> {
    Some(match label {
        "研究生" | "硕士" => EducationKind::Master,
        "博士" => EducationKind::Doctor,
        "本科" => EducationKind::Bachelor,
        "大专" | "专科" | "大学专科和专科学校" => EducationKind::JuniorCollege,
        "中专" | "中等专业学校" | "职高" => EducationKind::SecondaryVocational,
        "高中" => EducationKind::SeniorMiddle,
        _ => return None,
    })
}
