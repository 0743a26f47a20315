//! One case, whole: everything a reviewer needs to decide, and nothing to write down elsewhere.

use super::access::Scope;
use super::{decide, queue, timeline};
use crate::applications::{self, Person, file_kept, files_of, frozen, ground_of, judged, load, masked, signature_kept};
use crate::{
    Error, Records, counter,
    entity::{application, file},
    history, opinions, plans, rooms, sql,
};
use domain::account::{StaffMember, Viewer};
use domain::application::{StageName, progress};
use domain::form::{Answers, FieldKind};
use domain::ids::ApplicationId;
use domain::masking::Audience;
use domain::page::desk::{AnswerLine, AnswerSection, Case, Doubt, Duplicate, EvidenceGroup};
use domain::page::mine::What;
use domain::page::wizard::PhotoKept;
use domain::plan::Plan;
use domain::profile::{Profile, specialise};
use domain::time::Timestamp;
use sea_orm::{EntityTrait, FromQueryResult};
use serde_json::json;

/// Opening the same case again within this time is the same reading, in milliseconds.
const SAME_READING_MS: i64 = 15 * 60_000;

/// A case, for a member in whose scope it lies. That it was opened is a line of its history.
pub async fn case(records: &Records, member: &StaffMember, id: ApplicationId) -> Result<Case, Error> {
    let scope = Scope::of(records, member).await?;
    let row = application::Entity::find_by_id(id.to_string()).one(records.read()).await?;
    let row = row.filter(|row| scope.covers(row)).ok_or(Error::NotFound)?;
    note_opening(records, member, id).await?;

    let now = records.now();
    let whole = load::whole(records, records.read(), row).await?;
    let (plan, profile) = ground_of(records, whole.plan).await?;
    let person = Person::load(records.read(), whole.account).await?;
    let round = u32::try_from(whole.row.round).unwrap_or(1);
    let mut handed_in = frozen(records, &Viewer::Staff(member.clone()), id, round).await?;
    // The conditions as they read when they were agreed to.
    let mut plan_then = plan.clone();
    plan_then.conditions = handed_in.texts.conditions.clone();
    let (_, verdicts) = judged(records, &plan, &profile, &person, &handed_in.answers, &whole.facts).await?;
    // The site can be changed after handing in.
    let sites = plans::sites(records, plan.id).await?;
    let site = sites.iter().find(|site| Some(site.id) == whole.site);
    applications::put_chosen(&profile, &plan, site, &mut handed_in.answers);
    let files = files_of(records, id, &handed_in).await?;
    let doubts: Vec<Doubt> = load::json(&whole.row, "doubts", &whole.row.doubts)?;
    let line = queue::line_of(records, &scope, id, now).await?;
    let axes = load::axes_of(&whole.row)?;
    let progress = progress::derive(&whole.stage, &axes, line.claim.as_ref(), &plan.window, plan.fee, &profile, now);
    let own = specialise(&profile, &plan);
    let originals = counter::originals(records.read(), &own, &handed_in.answers, &whole.row.id).await?;
    let stand = rooms::stand(records.read(), &whole.row.plan_id).await?;
    let (previous, next) = queue::neighbours(records, &scope, member, &line, now).await?;
    Ok(Case {
        mine: line.claim.as_ref().is_some_and(|claim| claim.by == member.id),
        may_decide: member.role.decides(),
        prints: applications::print_lines(&profile, progress.standing, &axes, plan.exam_on, stand, now),
        axes: axes.at(&profile.payment, now),
        label: progress.label,
        payment: progress.payment,
        opinions: opinions::of_case(records, &profile, &whole.row.id).await?,
        originals,
        looked_up: whole.marks.looked_up(&handed_in.answers),
        sections: answer_sections(&profile, &plan_then, &handed_in.answers),
        claimed_condition: claimed_condition(&profile, &plan_then, &handed_in.answers),
        verdicts,
        doubts,
        photo: files.iter().find(|file| file.kind == "photo").map(photo_kept).transpose()?,
        photo_spec: profile.photo.spec.clone(),
        evidence: evidence(records, &profile, &files)?,
        signature: handed_in.texts.signature.as_ref().map(signature_kept),
        duplicates: duplicates(records, &scope, &whole.row, &person).await?,
        history: timeline::for_staff(records, id).await?,
        targets: applications::targets(&profile, &handed_in.answers),
        corrected: whole.corrected.clone(),
        rules: profile.review.clone(),
        return_until: decide::return_bounds(&plan, &profile, now),
        next,
        previous,
        stage: whole.stage,
        plan,
        line,
        now,
    })
}

/// Reading a full file is a line of its history, once per sitting.
async fn note_opening(records: &Records, member: &StaffMember, id: ApplicationId) -> Result<(), Error> {
    let last = sql::number(
        records.read(),
        "SELECT COALESCE(MAX(at), 0) FROM history WHERE case_id = $1 AND actor_id = $2 AND what = 'opened'",
        vec![id.to_string().into(), member.id.to_string().into()],
    );
    if records.now().0 - last.await?.unwrap_or(0) < SAME_READING_MS {
        return Ok(());
    }
    let tx = records.begin().await?;
    // Holding the case keeps two lines of its history from being written at once.
    load::locked(&tx, id).await?;
    history::append(&tx, records.now(), &id.to_string(), &history::Actor::from(member), What::Opened, json!({}))
        .await?;
    tx.commit().await
}

fn answer_sections(profile: &Profile, plan: &Plan, answers: &Answers) -> Vec<AnswerSection> {
    applications::sections(profile, plan, answers)
        .into_iter()
        .map(|section| AnswerSection {
            title: section.title,
            answers: section
                .lines
                .into_iter()
                .map(|line| AnswerLine {
                    masked: !line.value.is_empty() && masked(&line.key, "", Audience::Staff).is_some(),
                    key: line.key,
                    label: line.label,
                    value: line.value,
                })
                .collect(),
        })
        .collect()
}

fn claimed_condition(profile: &Profile, plan: &Plan, answers: &Answers) -> Option<(u32, String)> {
    let field = profile.form.fields().find(|field| field.kind == FieldKind::Condition)?;
    plan.conditions.iter().find(|(number, _)| number.to_string() == answers.get(&field.key)).cloned()
}

/// A photo as it was handed in, from the row of its file.
fn photo_kept(row: &file::Model) -> Result<PhotoKept, Error> {
    let size = |side: Option<i64>| side.and_then(|side| u32::try_from(side).ok()).unwrap_or(0);
    Ok(PhotoKept {
        file: row.id.parse().map_err(|_| Error::bad_row("file", &row.id, "id"))?,
        width: size(row.width),
        height: size(row.height),
        bytes: u64::try_from(row.bytes).unwrap_or(0),
        points: serde_json::from_str(&row.points).map_err(|_| Error::bad_row("file", &row.id, "points"))?,
        at: Timestamp(row.created_at),
        taken_over: None,
    })
}

fn evidence(records: &Records, profile: &Profile, files: &[file::Model]) -> Result<Vec<EvidenceGroup>, Error> {
    let mut groups: Vec<EvidenceGroup> = profile
        .document
        .iter()
        .map(|document| EvidenceGroup { key: document.key.clone(), label: document.label.clone(), files: Vec::new() })
        .collect();
    for file in files.iter().filter(|file| file.kind == "evidence") {
        if let Some(group) = groups.iter_mut().find(|group| group.key == file.requirement) {
            group.files.push(file_kept(records, file)?);
        }
    }
    groups.retain(|group| !group.files.is_empty());
    Ok(groups)
}

#[derive(FromQueryResult)]
struct Other {
    id: String,
    number: Option<String>,
    title: String,
    stage: String,
    account_id: String,
    agency_id: String,
    region: String,
}

/// Other applications of the same person, or of somebody with the same mobile; their ids only where the member may open them.
async fn duplicates(
    records: &Records,
    scope: &Scope,
    row: &application::Model,
    person: &Person,
) -> Result<Vec<Duplicate>, Error> {
    let others: Vec<Other> = sql::all(
        records.read(),
        "SELECT a.id, a.number, p.title, a.stage, a.account_id, a.agency_id, a.region FROM application a
         JOIN plan p ON p.id = a.plan_id JOIN account o ON o.id = a.account_id
         WHERE a.id <> $1 AND a.round > 0 AND a.stage <> 'draft' AND (a.account_id = $2 OR o.mobile_index = $3)
         ORDER BY a.started_at DESC, a.id DESC LIMIT 20",
        vec![row.id.clone().into(), row.account_id.clone().into(), person.mobile_index().into()],
    )
    .await?;
    let mut duplicates = Vec::new();
    for other in others {
        let visible = scope.holds(&other.agency_id, &other.region);
        let id: ApplicationId = other.id.parse().map_err(|_| Error::bad_row("application", &other.id, "id"))?;
        duplicates.push(Duplicate {
            id: visible.then_some(id),
            number: other.number.unwrap_or_default(),
            plan_title: other.title,
            stage: StageName::parse(&other.stage).ok_or_else(|| Error::bad_row("application", &other.id, "stage"))?,
            same_person: other.account_id == row.account_id,
        });
    }
    Ok(duplicates)
}
