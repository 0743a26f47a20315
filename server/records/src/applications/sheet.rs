//! 申请表 and 准考证 as plain data in their final words: the form from what was handed in, or from the draft with
//! 草稿 across the page where the procedure prints it before that.

use super::draft::ground_of;
use super::load::{self, Whole};
use super::person::Person;
use super::{answers, content, freeze};
use crate::desk::access::{self, Scope};
use crate::entity::application;
use crate::files::Served;
use crate::rooms::{self, PaperSeat, TicketSeats};
use crate::{Error, Records, files, history, opinions, plans, ways};
use chrono::NaiveDate;
use documents::forms::{self, FormSheet, Orientation, TicketSheet, WorkPeriod};
use domain::account::{Role, StaffMember, Viewer};
use domain::application::axes;
use domain::application::printing::{PrintRefusal, TicketStand, may_print};
use domain::application::{Stage, StageName};
use domain::form::{Answers, FieldKind};
use domain::ids::{ApplicationId, PlanId};
use domain::page::mine::What;
use domain::page::opinion::{OpinionKept, Seal};
use domain::photo::export_name;
use domain::plan::Plan;
use domain::profile::{Printable, Profile, Standing};
use domain::seating::grouped;
use domain::time::{Timestamp, chinese_date};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

/// Most forms of one plan in one file.
pub const MOST_FORMS: usize = 500;
/// Most tickets of one plan in one file: their photos are in memory together.
pub const MOST_TICKETS: usize = 1_000;

/// A form on its way to the press.
#[derive(Debug, Clone)]
pub struct FormToPrint {
    /// Name of the template.
    pub template: String,
    /// What stands on it.
    pub sheet: FormSheet,
    /// Name to save it under.
    pub name: String,
}

/// A ticket on its way to the press.
#[derive(Debug, Clone)]
pub struct TicketToPrint {
    /// What stands on it.
    pub sheet: TicketSheet,
    /// Name to save it under.
    pub name: String,
}

/// The form of one application, for its applicant as the procedure allows, for staff once it was handed in.
/// That staff printed it is a line of its history.
pub async fn application_form(records: &Records, viewer: &Viewer, id: ApplicationId) -> Result<FormToPrint, Error> {
    let ground = Ground::open(records, viewer, id, Printable::ApplicationForm).await?;
    if let Viewer::Staff(member) = viewer {
        note(records, member, id, Printable::ApplicationForm).await?;
    }
    ground.form(records).await
}

/// The ticket of one application.
pub async fn ticket(records: &Records, viewer: &Viewer, id: ApplicationId) -> Result<TicketToPrint, Error> {
    let ground = Ground::open(records, viewer, id, Printable::Ticket).await?;
    if let Viewer::Staff(member) = viewer {
        note(records, member, id, Printable::Ticket).await?;
    }
    ground.ticket(records).await
}

/// The photo of one application under the name that the procedure gives it, for staff. That somebody took it is a line
/// of its history: the name may carry the full identity number.
pub async fn photo_to_send(records: &Records, member: &StaffMember, id: ApplicationId) -> Result<Served, Error> {
    if !access::may_read(records, &Viewer::Staff(member.clone()), id).await? {
        return Err(Error::NotFound);
    }
    let row = application::Entity::find_by_id(id.to_string()).one(records.read()).await?;
    let whole = load::whole(records, records.read(), row.ok_or(Error::NotFound)?).await?;
    let slot = whole.photo.as_ref().ok_or(Error::NotFound)?;
    let kept = files::row(records, &slot.kept.file.to_string()).await?;
    let (_, profile) = ground_of(records, whole.plan).await?;
    let person = Person::load(records.read(), whole.account).await?;
    let download_name = export_name(&profile.photo.spec, &person.id_number(records)?, person.name());
    let bytes = records.inner.files.read(&kept.sha256).await?;
    note(records, member, id, "photo").await?;
    Ok(Served { content_type: files::media_type(&kept.format), bytes, download_name })
}

/// The forms of all applications of a plan in one state, for a manager of its agency; in the order of their numbers.
pub async fn forms_of_plan(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    standing: Standing,
) -> Result<Vec<FormToPrint>, Error> {
    let viewer = Viewer::Staff(member.clone());
    let mut forms = Vec::new();
    for id in all_of_plan(records, member, plan, standing).await?.into_iter().take(MOST_FORMS) {
        forms.push(application_form(records, &viewer, id).await?);
    }
    Ok(forms)
}

/// The tickets of a plan, for a manager of its agency: where seats were given, all of them by room and seat; else those
/// of the applications in one state, in the order of their numbers. `part` counts from 1, [`MOST_TICKETS`] in each.
pub async fn tickets_of_plan(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    standing: Standing,
    part: usize,
) -> Result<Vec<TicketToPrint>, Error> {
    let viewer = Viewer::Staff(member.clone());
    let ids = if rooms::stand(records.read(), &plan.to_string()).await? == TicketStand::Unplanned {
        all_of_plan(records, member, plan, standing).await?
    } else {
        ensure_prints(records, member, plan).await?;
        rooms::by_seat(records.read(), plan).await?
    };
    let own: Vec<ApplicationId> =
        ids.into_iter().skip(part.saturating_sub(1) * MOST_TICKETS).take(MOST_TICKETS).collect();
    if own.is_empty() {
        return Err(PrintRefusal::Nothing.into());
    }
    let mut tickets = Vec::with_capacity(own.len());
    for id in &own {
        let ground = Ground::open(records, &viewer, *id, Printable::Ticket).await?;
        tickets.push(ground.ticket(records).await?);
    }
    note_all(records, member, &own, Printable::Ticket).await?;
    Ok(tickets)
}

/// The applications of a plan in one state, by number; refused where there is none.
async fn all_of_plan(
    records: &Records,
    member: &StaffMember,
    plan: PlanId,
    standing: Standing,
) -> Result<Vec<ApplicationId>, Error> {
    ensure_prints(records, member, plan).await?;
    let rows = application::Entity::find()
        .filter(application::Column::PlanId.eq(plan.to_string()))
        .filter(application::Column::Round.gt(0))
        .filter(application::Column::Stage.ne(StageName::Draft.as_str()))
        .order_by_asc(application::Column::Number)
        .order_by_asc(application::Column::Id)
        .all(records.read())
        .await?;
    let mut found = Vec::new();
    for row in rows {
        let stage = load::stage_of(&row)?;
        if axes::standing(stage.name(), &load::axes_of(&row)?) != standing {
            continue;
        }
        found.push(row.id.parse().map_err(|_| Error::bad_row("application", &row.id, "id"))?);
    }
    if found.is_empty() { Err(PrintRefusal::Nothing.into()) } else { Ok(found) }
}

/// Managers print for their own agency; to everybody else the plan does not exist, or they may not.
async fn ensure_prints(records: &Records, member: &StaffMember, plan: PlanId) -> Result<(), Error> {
    let (own, _) = ground_of(records, plan).await?;
    if member.agency != Some(own.agency) {
        return Err(Error::NotFound);
    }
    if member.role == Role::Manager { Ok(()) } else { Err(Error::Forbidden) }
}

/// What a print-out is made of.
struct Ground {
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
    async fn open(records: &Records, viewer: &Viewer, id: ApplicationId, what: Printable) -> Result<Ground, Error> {
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

    async fn form(&self, records: &Records) -> Result<FormToPrint, Error> {
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
        for opinion in opinions::of_case(records, profile, &self.whole.row.id).await? {
            if opinion.by.is_some() {
                sheet.opinions.push(self.opinion(records, opinion).await?);
            }
        }
        Ok(FormToPrint { template: profile.print.template.clone(), sheet, name: self.file_name("申请表") })
    }

    async fn ticket(&self, records: &Records) -> Result<TicketToPrint, Error> {
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

    async fn photo(&self, records: &Records) -> Result<Option<Vec<u8>>, Error> {
        let Some(slot) = &self.whole.photo else { return Ok(None) };
        let row = files::row(records, &slot.kept.file.to_string()).await?;
        Ok(Some(records.inner.files.read(&row.sha256).await?))
    }

    async fn opinion(&self, records: &Records, opinion: OpinionKept) -> Result<forms::Opinion, Error> {
        let in_words = |key: &str, kind: FieldKind| {
            let value = opinion.fields.get(key);
            match (kind, value) {
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

/// That staff printed a paper with full numbers is a line of the history.
async fn note(
    records: &Records,
    member: &StaffMember,
    id: ApplicationId,
    what: impl serde::Serialize,
) -> Result<(), Error> {
    let scope = Scope::of(records, member).await?;
    let tx = records.begin().await?;
    let row = load::locked(&tx, id).await?.filter(|row| scope.covers(row)).ok_or(Error::NotFound)?;
    let actor = history::Actor::from(member);
    let detail = json!({ "what": what });
    history::append(&tx, records.now(), &row.id, &actor, What::Printed, detail).await?;
    tx.commit().await
}

/// The same for many, five hundred in a transaction.
async fn note_all(
    records: &Records,
    member: &StaffMember,
    ids: &[ApplicationId],
    what: Printable,
) -> Result<(), Error> {
    for some in ids.chunks(500) {
        let tx = records.begin().await?;
        // Held, so that two lines of one history are never written at once.
        load::revisions_locked(&tx, some.iter().copied()).await?;
        let lines = some.iter().map(|id| history::NewLine {
            case: id.to_string(),
            actor: history::Actor::from(member),
            what: What::Printed,
            detail: json!({ "what": what }),
        });
        history::append_all(&tx, records.now(), lines.collect()).await?;
        tx.commit().await?;
    }
    Ok(())
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
