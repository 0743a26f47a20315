//! Everything beside the form: sign-in, numbers, photo, review, payment, print-outs, words.

use super::wrong::Wrong;
use super::{Checker, fields};
use crate::application::Target;
use crate::form::{Field, FieldKind};
use crate::profile::{Payer, Printable, Profile, SignatureMode, Source, WayIn};

/// What 公告 can fill in.
const NOTICE: [&str; 10] =
    ["exam", "kind", "occupation", "trade", "level", "conditions", "opens", "closes", "agency", "number"];

pub(super) fn check(checker: &mut Checker) {
    sign_in(checker);
    help_and_consents(checker);
    ladder(checker);
    papers(checker);
    numbering(checker);
    times(checker);
    photo(checker);
    declaration(checker);
    review(checker);
    prints(checker);
    payment(checker);
    scores(checker);
    certificates(checker);
    phrases(checker);
}

fn sign_in(checker: &mut Checker) {
    let profile = checker.profile;
    if profile.sign_in.is_empty() {
        checker.wrong("sign_in", Wrong::TooFew(1));
    }
    twice(checker, "sign_in", &profile.sign_in);
    twice(checker, "gate", &profile.gate);
    if profile.sign_in.contains(&WayIn::RegistrationNumber) && profile.numbering.registration_number.is_empty() {
        checker.wrong("numbering", Wrong::CalledFor("sign_in = registration_number".into()));
    }
    if profile.collecting.by_agency {
        checker.range("collecting.link_days", profile.collecting.link_days.into(), 1, 60);
    }
}

fn twice<T: PartialEq + std::fmt::Debug>(checker: &mut Checker, path: &str, all: &[T]) {
    for (at, one) in all.iter().enumerate() {
        if all[..at].contains(one) {
            checker.wrong(format!("{path}.{at}"), Wrong::Twice(format!("{one:?}")));
        }
    }
}

fn help_and_consents(checker: &mut Checker) {
    let profile = checker.profile;
    for (at, line) in profile.help.iter().enumerate() {
        checker.text(format!("help.{at}.topic"), &line.topic);
        if line.phone.is_empty() {
            checker.wrong(format!("help.{at}.phone"), Wrong::TooFew(1));
        }
        for (place, phone) in line.phone.iter().enumerate() {
            if !is_phone(phone) {
                checker.wrong(format!("help.{at}.phone.{place}"), Wrong::Phone(phone.clone()));
            }
        }
    }
    checker.once("consent", "key", profile.consent.iter().map(|consent| consent.key.as_str()));
    for (at, consent) in profile.consent.iter().enumerate() {
        checker.key(format!("consent.{at}.key"), &consent.key);
        checker.text(format!("consent.{at}.title"), &consent.title);
        checker.range(format!("consent.{at}.version"), consent.version.into(), 1, 1_000_000);
        if consent.text.is_empty() {
            checker.wrong(format!("consent.{at}.text"), Wrong::TooFew(1));
        }
        checker.texts(&format!("consent.{at}.text"), &consent.text);
    }
}

fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let begins = text.strip_prefix('+').unwrap_or(text);
    (5..=20).contains(&digits)
        && begins.starts_with(|first: char| first.is_ascii_digit())
        && text.ends_with(|last: char| last.is_ascii_digit())
        && begins.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, '-' | ' '))
}

fn ladder(checker: &mut Checker) {
    let Some(ladder) = &checker.profile.ladder else { return };
    of_kind(checker, "ladder.field", &ladder.field, FieldKind::Level);
    for (at, level) in ladder.entry.iter().enumerate() {
        if !(1..=5).contains(level) {
            checker.wrong(format!("ladder.entry.{at}"), Wrong::Level(level.to_string()));
        }
    }
    if ladder.entry.is_empty() {
        checker.wrong("ladder.entry", Wrong::TooFew(1));
    }
}

/// The field of that key, if it is of the kind that is needed.
fn of_kind<'a>(checker: &mut Checker<'a>, path: &str, key: &str, must: FieldKind) -> Option<&'a Field> {
    let profile: &'a Profile = checker.profile;
    match profile.form.field(key) {
        None => checker.wrong(path, Wrong::NoField { key: key.into(), like: None }),
        Some(field) if field.kind == must => return Some(field),
        Some(field) => checker.wrong(path, Wrong::Kind { key: key.into(), is: field.kind, must }),
    }
    None
}

fn papers(checker: &mut Checker) {
    let Some(papers) = &checker.profile.papers else { return };
    for (level, subjects) in &papers.by_level {
        let path = format!("papers.by_level.{level}");
        if !matches!(level.as_str(), "1" | "2" | "3" | "4" | "5") {
            checker.wrong(&path, Wrong::Level(level.clone()));
        }
        if subjects.is_empty() {
            checker.wrong(&path, Wrong::TooFew(1));
        }
        checker.texts(&path, subjects);
        checker.once(&path, "", subjects.iter().map(String::as_str));
    }
    checker.range("papers.resit_most", papers.resit_most.into(), 0, 10);
    checker.range("papers.valid_months", papers.valid_months.into(), 1, 120);
    if papers.exam_kind.is_empty() {
        for (path, text) in [("papers.resit", &papers.resit), ("papers.chosen", &papers.chosen)] {
            if !text.is_empty() {
                checker.wrong("papers", Wrong::CalledFor(path.into()));
            }
        }
        return;
    }
    if let Some(field) = of_kind(checker, "papers.exam_kind", &papers.exam_kind, FieldKind::Choice)
        && !field.choices.iter().any(|choice| choice.value == papers.resit)
    {
        let offered = field.choices.iter().map(|choice| choice.value.clone()).collect();
        let wrong = Wrong::NeverAnswered { key: field.key.clone(), value: papers.resit.clone(), offered };
        checker.wrong("papers.resit", wrong);
    }
    of_kind(checker, "papers.chosen", &papers.chosen, FieldKind::Subjects);
}

fn numbering(checker: &mut Checker) {
    let numbers = &checker.profile.numbering;
    checker.pattern("numbering.plan_number", &numbers.plan_number, &["yyyy", "seq"], &["seq"]);
    let known = ["agency", "month", "occupation", "trade", "level"];
    checker.pattern("numbering.plan_title", &numbers.plan_title, &known, &[]);
    checker.text("numbering.plan_title", &numbers.plan_title);
    let known = ["plan", "yyyy", "month", "agency", "occupation", "trade", "level", "seq"];
    checker.pattern("numbering.application_number", &numbers.application_number, &known, &["seq"]);
    if !numbers.registration_number.is_empty() {
        // Beside the identity number it is all that opens the account: it must not be countable.
        let known = ["yyyy", "seq", "random"];
        checker.pattern("numbering.registration_number", &numbers.registration_number, &known, &["seq", "random"]);
    }
    if !numbers.ticket_number.is_empty() {
        let known = ["plan_serial", "plan", "yyyy", "seq"];
        checker.pattern("numbering.ticket_number", &numbers.ticket_number, &known, &["seq"]);
    }
    checker.pattern("plan_notice", &checker.profile.plan_notice, &NOTICE, &[]);
}

fn times(checker: &mut Checker) {
    let times = &checker.profile.times;
    let days = [
        ("pub_min_days", times.pub_min_days),
        ("ticket_min_days", times.ticket_min_days),
        ("ticket_offset", times.ticket_offset),
        ("eform_lead", times.eform_lead),
        ("filing_lead", times.filing_lead),
        ("paper_lead", times.paper_lead),
    ];
    for (key, days) in days {
        if let Some(days) = days {
            checker.range(format!("times.{key}"), days.into(), 0, 365);
        }
    }
}

fn photo(checker: &mut Checker) {
    let spec = &checker.profile.photo.spec;
    checker.texts("photo.advice", &checker.profile.photo.advice);
    let above = |measured: String, other: &str, limit: String| Wrong::Above { measured, other: other.into(), limit };
    if spec.formats.is_empty() {
        checker.wrong("photo.spec.formats", Wrong::TooFew(1));
    } else if spec.output_format().is_none() {
        checker.wrong("photo.spec.formats", Wrong::CalledFor("one of jpeg and png".into()));
    }
    if let (Some(low), Some(high)) = (spec.ratio_min, spec.ratio_max)
        && low > high
    {
        checker.wrong("photo.spec.ratio_min", above(low.to_string(), "ratio_max", high.to_string()));
    }
    if let (Some(fewest), Some(most)) = (spec.fewest_bytes(), spec.most_bytes())
        && fewest > most
    {
        checker.wrong(
            "photo.spec.bytes_more_than",
            above((fewest - 1).to_string(), "the heaviest file", most.to_string()),
        );
    }
    for (key, more_than, other, most) in [
        ("width_more_than", spec.width_more_than, "max_width", spec.max_width),
        ("height_more_than", spec.height_more_than, "max_height", spec.max_height),
    ] {
        if let (Some(more_than), Some(most)) = (more_than, most)
            && more_than >= most
        {
            checker.wrong(format!("photo.spec.{key}"), above((more_than + 1).to_string(), other, most.to_string()));
        }
    }
    for (key, size) in [("exact", spec.exact), ("aim", spec.aim)] {
        if let Some((width, height)) = size
            && (width == 0 || height == 0 || !spec.allows_size(width, height))
        {
            checker.wrong(format!("photo.spec.{key}"), Wrong::Contradicts("the limits on pixels and ratio".into()));
        }
    }
    if let Some(dpi) = spec.dpi {
        checker.range("photo.spec.dpi", dpi.into(), 72, 1200);
    }
    if let Some(pattern) = &spec.file_name {
        checker.pattern("photo.spec.file_name", pattern, &["id_no", "name"], &[]);
    }
    if let Some(extension) = &spec.export_extension
        && !extension.starts_with('.')
    {
        checker
            .wrong("photo.spec.export_extension", Wrong::Contradicts("file names: write \".jpg\" with its dot".into()));
    }
}

fn declaration(checker: &mut Checker) {
    let (declaration, mode) = (&checker.profile.declaration, checker.profile.signature);
    checker.text("declaration.title", &declaration.title);
    checker.range("declaration.version", declaration.version.into(), 1, 1_000_000);
    if declaration.clauses.is_empty() && mode != SignatureMode::None {
        checker.wrong("declaration.clauses", Wrong::TooFew(1));
    }
    checker.texts("declaration.clauses", &declaration.clauses);
}

fn review(checker: &mut Checker) {
    let profile = checker.profile;
    let review = &profile.review;
    checker.range("review.correction_days_max", review.correction_days_max.into(), 1, 90);
    checker.range("review.claim_minutes", review.claim_minutes.into(), 1, 480);
    checker.range("review.answer_days", review.answer_days.into(), 0, 90);
    if review.correction_days == 0 {
        checker.range("review.correction_days", 0, 1, review.correction_days_max.into());
    } else if review.correction_days > review.correction_days_max {
        let (measured, limit) = (review.correction_days.to_string(), review.correction_days_max.to_string());
        let wrong = Wrong::Above { measured, other: "correction_days_max".into(), limit };
        checker.wrong("review.correction_days", wrong);
    }
    if review.reject_reason.is_empty() {
        // Nobody may be refused without a reason.
        checker.wrong("review.reject_reason", Wrong::TooFew(1));
    }
    fields::choices(checker, "review.reject_reason", &review.reject_reason);
    for (at, remark) in review.return_remark.iter().enumerate() {
        checker.text(format!("review.return_remark.{at}.label"), &remark.label);
        let known = match Target::parse(&remark.value) {
            Some(Target::Field(key)) => profile.form.field(&key).is_some(),
            Some(Target::Document(key)) => profile.requirement(&key).is_some(),
            Some(Target::Photo) => true,
            Some(Target::Signature) => profile.signature == SignatureMode::Screen,
            None => false,
        };
        if !known {
            checker.wrong(format!("review.return_remark.{at}.value"), Wrong::NoTarget(remark.value.clone()));
        }
    }
}

fn prints(checker: &mut Checker) {
    let profile = checker.profile;
    let print = &profile.print;
    let kinds: Vec<Printable> = profile.download.iter().map(|download| download.what).collect();
    for (at, download) in profile.download.iter().enumerate() {
        if kinds[..at].contains(&download.what) {
            checker.wrong(format!("download.{at}.what"), Wrong::Twice(format!("{:?}", download.what)));
        }
        if download.when.is_empty() {
            checker.wrong(format!("download.{at}.when"), Wrong::TooFew(1));
        }
        twice(checker, &format!("download.{at}.when"), &download.when);
        if download.what == Printable::ApplicationForm && print.template.is_empty() {
            checker.wrong(format!("download.{at}.what"), Wrong::CalledFor("print.template".into()));
        }
    }
    if !print.returns_as.is_empty() {
        match profile.requirement(&print.returns_as) {
            None => checker.wrong("print.returns_as", Wrong::NoDocument(print.returns_as.clone())),
            Some(document) if document.source == Source::Paper => {
                checker.wrong("print.returns_as", Wrong::Contradicts("source = \"paper\" of that document".into()));
            }
            Some(_) if !kinds.contains(&Printable::ApplicationForm) => {
                checker.wrong("print.returns_as", Wrong::CalledFor("a [[download]] of application_form".into()));
            }
            Some(_) => {}
        }
    }
    if !print.template.is_empty() {
        checker.text("print.title", &print.title);
    }
}

fn scores(checker: &mut Checker) {
    let score = &checker.profile.score;
    checker.range("score.pass", score.pass.into(), 1, 100);
    for (subject, points) in &score.pass_by_subject {
        checker.range(format!("score.pass_by_subject.{subject}"), (*points).into(), 1, 100);
    }
    checker.range("score.recheck_days", score.recheck_days.into(), 0, 60);
}

/// Two agencies and two years must never make the same number.
fn certificates(checker: &mut Checker) {
    let rules = &checker.profile.certificate;
    for (path, pattern) in [("number", &rules.number), ("special_number", &rules.special_number)] {
        let path = format!("certificate.{path}");
        if !pattern.contains("{seq") {
            checker.wrong(path.clone(), Wrong::CalledFor("{seq:6}, the counter".into()));
        }
        if !pattern.contains("{yy}") && !pattern.contains("{yyyy}") {
            checker.wrong(path.clone(), Wrong::CalledFor("{yy} or {yyyy}: the counter begins anew every year".into()));
        }
        if !pattern.contains("{filing}") {
            checker.wrong(path, Wrong::CalledFor("{filing}: every agency has a counter of its own".into()));
        }
    }
    checker.range("certificate.wait_days", rules.wait_days.into(), 0, 60);
    checker.range("certificate.share_days", rules.share_days.into(), 1, 365);
    if rules.columns.is_empty() {
        checker.wrong("certificate.columns", Wrong::TooFew(1));
    }
    twice(checker, "certificate.columns", &rules.columns);
    for (at, query) in rules.queries.iter().enumerate() {
        checker.text(format!("certificate.queries.{at}.label"), &query.label);
        checker.text(format!("certificate.queries.{at}.url"), &query.url);
    }
}

fn payment(checker: &mut Checker) {
    let payment = &checker.profile.payment;
    checker.range("payment.days", payment.days.into(), 0, 365);
    checker.range("payment.refund_percent", payment.refund_percent.into(), 0, 100);
    checker.range("payment.refund_days_before", payment.refund_days_before.into(), 0, 365);
    for (place, rule) in payment.fee.iter().enumerate() {
        checker.range(format!("payment.fee[{place}].fen"), u64::try_from(rule.fen).unwrap_or(u64::MAX), 0, 1_000_000);
    }
    if !payment.fiscal_code.is_empty() {
        let known = ["filing", "region", "yyyy", "yy", "month", "seq"];
        checker.pattern("payment.fiscal_code", &payment.fiscal_code, &known, &["seq"]);
    }
    if payment.unpaid_gives_up && payment.days == 0 {
        checker.wrong("payment.unpaid_gives_up", Wrong::CalledFor("payment.days above 0".into()));
    }
    if payment.payer != Payer::Applicant && (payment.gate || payment.unpaid_gives_up) {
        checker.wrong(
            "payment.payer",
            Wrong::Contradicts("gate or unpaid_gives_up: only applicants can be held back".into()),
        );
    }
    checker.range("places.offer_hours", checker.profile.places.offer_hours.into(), 1, 168);
    let ticket = &checker.profile.ticket;
    checker.range("ticket.opens_days_before", ticket.opens_days_before.into(), 0, 90);
    checker.texts("ticket.rules", &ticket.rules);
    if let Some(offset) = checker.profile.times.ticket_offset
        && ticket.opens_days_before > 0
        && u32::from(offset) != ticket.opens_days_before
    {
        checker.wrong("ticket.opens_days_before", Wrong::Contradicts(format!("times.ticket_offset = {offset}")));
    }
}

fn phrases(checker: &mut Checker) {
    let phrases = &checker.profile.phrases;
    if !phrases.results.is_empty() {
        checker.pattern("phrases.results", &phrases.results, &["n"], &["n"]);
    }
    checker.texts("phrases.photo_note", &phrases.photo_note);
    checker.texts("phrases.form_note", &phrases.form_note);
    checker.texts("phrases.after_submit", &phrases.after_submit);
}
