//! What one print-out is made of, and how it fills its sheet.

use super::super::draft::ground_of;
use super::super::load::{self, Whole};
use super::super::person::Person;
use super::super::{answers, content, freeze};
use super::{FormToPrint, TicketToPrint};
use crate::desk::access::{self};
use crate::entity::application;
use crate::rooms::{self, PaperSeat, TicketSeats};
use crate::{Error, Records, files, opinions, plans, rosters, ways};
use chrono::NaiveDate;
use documents::forms::{self, FormSheet, Orientation, TicketSheet, WorkPeriod};
use domain::account::Viewer;
use domain::application::Stage;
use domain::application::axes;
use domain::application::printing::{PrintRefusal, TicketStand, may_print};
use domain::form::{Answers, FieldKind};
use domain::ids::ApplicationId;
use domain::page::opinion::{OpinionKept, Seal};
use domain::plan::Plan;
use domain::profile::{Opinion, Printable, Profile};
use domain::seating::grouped;
use domain::time::{Timestamp, chinese_date};
use sea_orm::EntityTrait;

/// The field of an opinion that says how many hours the class had.
const HOURS: &str = "hours";

/// What a print-out is made of.
pub(super) struct Ground {
    whole: Whole,
    plan: Plan,
    profile: std::sync::Arc<Profile>,
    person: Person,
    /// Name of the chosen site, or of the plan's only place.
    place: String,
    /// Every answer in full: as handed in, or as it stands in a draft.
    answers: Answers,
    /// Whether it is still being written.
    draft: bool,
    /// Rooms and seats, once they were published.
    seats: Option<TicketSeats>,
}

impl Ground {
    pub(super) async fn open(
        records: &Records,
        viewer: &Viewer,
        id: ApplicationId,
        what: Printable,
    ) -> Result<Ground, Error> {
        if !access::may_read(records, viewer, id).await? {
            return Err(Error::NotFound);
        }
        let row = application::Entity::find_by_id(id.to_string()).one(records.read()).await?;
        let whole = load::whole(records, records.read(), row.ok_or(Error::NotFound)?).await?;
        let (plan, profile) = ground_of(records, whole.plan).await?;
        let (now, kept) = (records.now(), load::axes_of(&whole.row)?);
        let standing = axes::standing(whole.stage.name(), &kept.at(&profile.payment, now));
        let stand = rooms::stand(records.read(), &whole.row.plan_id).await?;
        match (viewer, may_print(what, &profile, standing, &kept.at(&profile.payment, now), plan.exam_on, stand, now)) {
            (_, Ok(())) => {}
            // The office prints a form whenever there is one, for the file and for the counter.
            (Viewer::Staff(_), Err(PrintRefusal::NotYet { what: Printable::ApplicationForm, .. })) => {}
            (
                Viewer::Staff(_),
                Err(PrintRefusal::TooEarly { .. } | PrintRefusal::PaymentFirst | PrintRefusal::TicketOver { .. }),
            ) => {}
            (_, Err(refusal)) => return Err(refusal.into()),
        }
        let seats = match what {
            Printable::Ticket => rooms::seats_of(records.read(), &whole.row.id).await?,
            Printable::ApplicationForm => None,
        };
        if seats.is_none() && what == Printable::Ticket && stand != TicketStand::Unplanned {
            return Err(PrintRefusal::SeatsPending.into());
        }
        let person = Person::load(records.read(), whole.account).await?;
        let draft = matches!(whole.stage, Stage::Draft | Stage::Returned { .. });
        // The office never sees what is still being written.
        let draft = draft && !matches!(viewer, Viewer::Staff(_));
        let mut answers = if draft || whole.row.round == 0 {
            let asked = answers::asked_only(&profile.form, &whole.answers);
            person.whole_into(records, &profile.form, &asked)?
        } else {
            freeze::answers_of_round(records, records.read(), id, whole.row.round).await?
        };
        let chosen = match whole.site {
            Some(id) => plans::sites(records, whole.plan).await?.into_iter().find(|site| site.id == id),
            None => None,
        };
        answers::put_chosen(&profile, &plan, chosen.as_ref(), &mut answers);
        let place = chosen.map_or_else(|| plan.site.clone(), |site| site.name);
        Ok(Ground { whole, plan, profile, person, place, answers, draft, seats })
    }

    pub(super) async fn form(&self, records: &Records) -> Result<FormToPrint, Error> {
        let profile = &self.profile;
        let sections = answers::sections(profile, &self.plan, &self.answers);
        let mut sheet = FormSheet {
            title: profile.print.title.clone(),
            photo: self.photo(records).await?,
            reference_no: self.number(),
            qr_text: self.number(),
            printed_at: stamped(records.now()),
            made: Some(records.now()),
            draft: self.draft,
            ..FormSheet::default()
        };
        self.facts(records, &mut sheet).await?;
        for section in &sections {
            for line in &section.lines {
                sheet.set(&line.key, line.value.clone());
            }
        }
        sheet.sections = sections
            .into_iter()
            .map(|section| forms::Section {
                title: section.title,
                rows: section.lines.into_iter().map(|line| (line.label, line.value)).collect(),
            })
            .collect();
        for field in profile.form.fields() {
            match field.kind {
                FieldKind::Condition => sheet.conditions = self.condition(&field.key),
                FieldKind::Jobs => sheet.work_periods = self.jobs(&field.key),
                _ => {}
            }
        }
        let pledge = &profile.declaration;
        sheet.declaration = (!pledge.clauses.is_empty()).then(|| forms::Declaration {
            title: pledge.title.clone(),
            lead: pledge.lead.clone(),
            clauses: pledge.clauses.clone(),
        });
        if let Some(signed) = self.whole.signature.as_ref().filter(|_| content::is_drawn(&self.whole, profile)) {
            let row = files::row(records, &signed.file.to_string()).await?;
            sheet.signature = Some(records.inner.files.read(&row.sha256).await?);
            sheet.signed_on = official_day(signed.at.day());
        }
        let asks_hours = |opinion: &Opinion| opinion.field.iter().any(|field| field.key == HOURS);
        let hours = match profile.opinion.iter().any(asks_hours) {
            true => rosters::hours_of(records, &self.whole.row.id).await?,
            false => String::new(),
        };
        for opinion in opinions::of_case(records, profile, &self.whole.row.id).await? {
            // Of an opinion that nobody has written yet, the class still knows its hours: the rest is filled in by hand.
            if opinion.by.is_some() || (asks_hours(&opinion.asked) && !hours.is_empty()) {
                sheet.opinions.push(self.opinion(records, opinion, &hours).await?);
            }
        }
        Ok(FormToPrint { template: profile.print.template.clone(), sheet, name: self.file_name("申请表") })
    }

    pub(super) async fn ticket(&self, records: &Records) -> Result<TicketToPrint, Error> {
        let (plan, profile) = (&self.plan, &self.profile);
        let identity = domain::masking::id_number(&self.person.id_number(records)?, domain::masking::Audience::Self_);
        let level = plan.level.map_or_else(String::new, |level| level.title().to_owned());
        let pair = |label: &str, text: String| (label.to_owned(), text);
        let person = vec![
            pair("姓名", self.person.name().to_owned()),
            pair("证件号码", identity),
            pair("报考职业", plan.occupation_and_trade()),
            pair("等级", level),
            pair("科目", plan.subjects.join("、")),
        ];
        let papers = match &self.seats {
            Some(seats) => seats.papers.iter().map(|paper| self.paper(records, paper, seats.extra_minutes)).collect(),
            None => plan.subjects.iter().map(|subject| self.plain_paper(records, subject)).collect(),
        };
        let number = self.seats.as_ref().map_or_else(|| self.number(), |seats| seats.number.clone());
        let mut person = person;
        if let Some((_, subjects)) = person.last_mut().filter(|_| self.seats.is_some()) {
            *subjects = self.subjects();
        }
        let sheet = TicketSheet {
            orientation: if profile.ticket.landscape { Orientation::Landscape } else { Orientation::Portrait },
            title: if plan.level.is_some() { String::new() } else { format!("{}准考证", plan.kind.label()) },
            occasion: format!("{}　计划编号 {}", plan.title, plan.number),
            ticket_no: grouped(&number),
            photo: self.photo(records).await?,
            person: person.into_iter().filter(|(_, text)| !text.is_empty()).collect(),
            papers,
            rules: ticket_rules(profile),
            qr_text: match &self.seats {
                Some(_) => format!("/office/plans/{}/day?code={number}", plan.id),
                None => number.clone(),
            },
            qr_caption: match &self.seats {
                Some(_) => vec!["进场核验码".into(), "给监考员扫".into()],
                None => vec!["报名号".into()],
            },
            route: self.seats.as_ref().map(|seats| lines_of(&seats.route)).unwrap_or_default(),
            issuer: plan.agency_name.clone(),
            help: format!("有问题打 {} {}", plan.contact, plan.contact_phone),
            version: match &self.seats {
                Some(seats) => format!("第 {} 版　{}", seats.version, official_day(seats.issued_at.day())),
                None => official_day(records.now().day()),
            },
        };
        Ok(TicketToPrint { sheet, name: self.file_name("准考证") })
    }

    /// A paper of which no more is known than day and place.
    fn plain_paper(&self, records: &Records, subject: &str) -> forms::TicketPaper {
        forms::TicketPaper {
            name: subject.to_owned(),
            time: chinese_date(self.plan.exam_on, records.now().day()),
            place: self.place.clone(),
            ..forms::TicketPaper::default()
        }
    }

    /// A paper with its room and seat.
    fn paper(&self, records: &Records, paper: &PaperSeat, extra: i64) -> forms::TicketPaper {
        let clock = |at: Timestamp| {
            use chrono::Timelike;
            let local = at.in_shanghai();
            format!("{}:{:02}", local.hour(), local.minute())
        };
        let (from, to) = (Timestamp(paper.starts_at), Timestamp(paper.ends_at + extra * 60_000));
        let enter = Timestamp(paper.starts_at - paper.entry_minutes * 60_000);
        let late = Timestamp(paper.starts_at + paper.late_minutes * 60_000);
        let minutes = format!("{} 分钟", to.since(from) / 60_000);
        let note = [paper.note.as_str(), if paper.note.contains("分钟") && extra == 0 { "" } else { &minutes }];
        let slot = |label: &str, value: String| forms::Slot { label: label.into(), value };
        forms::TicketPaper {
            name: paper.subject.clone(),
            note: note.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "),
            time: format!("{}　{}–{}", chinese_date(from.day(), records.now().day()), clock(from), clock(to)),
            arrival: format!("{} 开始进场，{} 后不能进", clock(enter), clock(late)),
            place: if paper.address.is_empty() { self.place.clone() } else { paper.address.clone() },
            slots: vec![slot("考场", paper.room.clone()), slot("座位", paper.seat.to_string())],
        }
    }

    fn subjects(&self) -> String {
        let own = self.seats.as_ref().map_or(&[][..], |seats| seats.papers.as_slice());
        let sits = |subject: &&String| own.iter().any(|paper| paper.subject == **subject);
        let subjects: Vec<&str> = self.plan.subjects.iter().filter(sits).map(String::as_str).collect();
        subjects.join("、")
    }

    /// Facts that templates know by key, also where the form does not ask for them.
    async fn facts(&self, records: &Records, sheet: &mut FormSheet) -> Result<(), Error> {
        let (plan, person) = (&self.plan, &self.person);
        let level = plan.level.map_or_else(String::new, |level| level.title().to_owned());
        let serial = ways::number::of(records, self.whole.account).await?;
        for (key, text) in [
            ("name", person.name().to_owned()),
            ("gender", person.gender.map_or_else(String::new, |gender| gender.label().to_owned())),
            ("birth", person.birth.map_or_else(String::new, official_day)),
            ("id_type", person.kind.label().to_owned()),
            ("id_no", person.id_number(records)?),
            ("mobile", person.mobile(records)?),
            ("education", person.education().to_owned()),
            ("address", person.address(records)?),
            ("occupation", plan.occupation.clone()),
            ("job", plan.trade.clone()),
            ("level", level),
            ("subjects", plan.subjects.join("、")),
            ("agency", plan.agency_name.clone()),
            ("site", self.place.clone()),
            ("plan_no", plan.number.clone()),
            ("plan", plan.title.clone()),
            ("serial", serial.unwrap_or_default()),
        ] {
            sheet.set(key, text);
        }
        Ok(())
    }

    fn number(&self) -> String {
        self.whole.row.number.clone().unwrap_or_default()
    }

    fn condition(&self, key: &str) -> String {
        let claimed = self.answers.get(key);
        let found = self.plan.conditions.iter().find(|(number, _)| number.to_string() == claimed);
        found.map_or_else(String::new, |(_, text)| text.clone())
    }

    fn jobs(&self, group: &str) -> Vec<WorkPeriod> {
        let employer = self.answers.get("employer").to_owned();
        let get = |row: usize, part: &str| self.answers.get(&format!("{group}.{row}.{part}")).to_owned();
        (0..self.answers.rows(group))
            .filter(|row| !get(*row, "from").is_empty())
            .map(|row| WorkPeriod {
                from: official_month(&get(row, "from")),
                to: match get(row, "to") {
                    open if open.is_empty() => "至今".into(),
                    to => official_month(&to),
                },
                employer: employer.clone(),
                post: get(row, "occ"),
            })
            .collect()
    }

    pub(super) async fn photo(&self, records: &Records) -> Result<Option<Vec<u8>>, Error> {
        let Some(slot) = &self.whole.photo else { return Ok(None) };
        let row = files::row(records, &slot.kept.file.to_string()).await?;
        Ok(Some(records.inner.files.read(&row.sha256).await?))
    }

    /// An opinion as it is printed; `hours` are those of the class, where the opinion itself says none.
    async fn opinion(&self, records: &Records, opinion: OpinionKept, hours: &str) -> Result<forms::Opinion, Error> {
        let in_words = |key: &str, kind: FieldKind| {
            let value = opinion.fields.get(key);
            match (kind, value) {
                (_, "") if key == HOURS => hours.to_owned(),
                (FieldKind::YesNo, "yes") => "是".to_owned(),
                (FieldKind::YesNo, "no") => "否".to_owned(),
                (FieldKind::Date, day) => day.parse().map_or_else(|_| day.to_owned(), official_day),
                (_, value) => value.to_owned(),
            }
        };
        let fields =
            opinion.asked.field.iter().map(|field| (field.label.clone(), in_words(&field.key, field.kind))).collect();
        let seal = match (opinion.seal, opinion.seal_file) {
            (Seal::Scan, Some(file)) => {
                let row = files::row(records, &file.to_string()).await?;
                Some(records.inner.files.read(&row.sha256).await?)
            }
            _ => None,
        };
        Ok(forms::Opinion {
            title: opinion.asked.title.clone(),
            fields,
            text: opinion.text.clone(),
            date: opinion.by.as_ref().map_or_else(String::new, |(_, at)| official_day(at.day())),
            seal,
            seal_name: match opinion.seal {
                Seal::Electronic => self.plan.agency_name.clone(),
                Seal::None | Seal::Scan => String::new(),
            },
        })
    }

    fn file_name(&self, what: &str) -> String {
        let number = self.number();
        let gap = if number.is_empty() { "" } else { "-" };
        format!("{number}{gap}{}-{what}.pdf", self.person.name())
    }
}

/// The procedure's rules; where it sets none, those that hold everywhere.
fn ticket_rules(profile: &Profile) -> Vec<String> {
    match profile.ticket.rules.as_slice() {
        [] => [
            "带准考证和身份证件原件，两证齐全才能进场。",
            "手机、手表、无线耳机请关机，放进存包处。",
            "听从监考员安排，违纪的成绩无效。",
        ]
        .map(str::to_owned)
        .into(),
        own => own.to_vec(),
    }
}

/// Lines of a text: the first stands in ink.
fn lines_of(text: &str) -> Vec<String> {
    let parts = text.split(['\n', '，', '；']).map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// `2026年11月21日`
fn official_day(day: NaiveDate) -> String {
    use chrono::Datelike;
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// `2026年11月21日 14:05`
fn stamped(at: Timestamp) -> String {
    use chrono::Timelike;
    let local = at.in_shanghai();
    format!("{} {:02}:{:02}", official_day(local.date()), local.hour(), local.minute())
}

/// `2019年3月` of `2019-03`; what is no month stays as it was typed.
fn official_month(text: &str) -> String {
    let parts = text.split_once('-').and_then(|(year, month)| Some((year, month.parse::<u8>().ok()?)));
    parts.map_or_else(|| text.to_owned(), |(year, month)| format!("{year}年{month}月"))
}
