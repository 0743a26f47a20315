//! 申请表 and 准考证 as plain data in their final words: the form from what was handed in, or from the draft with
//! 草稿 across the page where the procedure prints it before that.

mod ground;

use super::draft::ground_of;
use super::load::{self};
use super::person::Person;
use crate::desk::access::{self, Scope};
use crate::entity::application;
use crate::files::Served;
use crate::rooms::{self};
use crate::{Error, Records, files, history};
use documents::forms::{FormSheet, TicketSheet};
use domain::account::{Role, StaffMember, Viewer};
use domain::application::StageName;
use domain::application::axes;
use domain::application::printing::{PrintRefusal, TicketStand};
use domain::ids::{ApplicationId, PlanId};
use domain::page::mine::What;
use domain::photo::export_name;
use domain::profile::{Printable, Standing};
use ground::Ground;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

/// Most forms of one plan in one file.
const MOST_FORMS: usize = 500;
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
