//! 签名 under the pledge: a drawing, bound to everything it stands under.

use super::content;
use super::draft::ground_of;
use super::load::{self, SignatureSlot, Whole};
use super::pictures;
use crate::files::row::NewFile;
use crate::files::store::{Gate, KeptBytes};
use crate::live::outbox::{self, Audience};
use crate::{Error, Records, Tx, entity::file, history, live, sql};
use domain::application::{Stage, Target};
use domain::ids::{AccountId, ApplicationId, FileId};
use domain::page::mine::What;
use domain::profile::Profile;
use domain::refusal::UploadRefusal;
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::json;

/// A drawing that was looked at and is kept, but signs nothing yet.
pub(super) struct Drawing {
    bytes: KeptBytes,
    _gate: Gate,
    width: u32,
    height: u32,
}

/// Signs on this screen: the pledge, over answers, photo and evidence as they stand now.
pub async fn sign(records: &Records, account: AccountId, id: ApplicationId, png: Vec<u8>) -> Result<(), Error> {
    let whole = load::own(records, account, id).await?;
    ensure_open(&whole)?;
    let (_, profile) = ground_of(records, whole.plan).await?;
    let drawing = drawing(records, png).await?;
    let mut tx = records.begin().await?;
    let mut whole = load::own_locked(records, &tx, account, id).await?;
    put(records, &mut tx, &mut whole, &profile, &drawing, Screen::This).await?;
    tx.commit().await
}

/// Where it was drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Screen {
    This,
    Phone,
}

/// Looks at a drawing and keeps its bytes.
pub(super) async fn drawing(records: &Records, png: Vec<u8>) -> Result<Drawing, Error> {
    if png.len() > pictures::SIGNATURE_MOST_BYTES {
        return Err(UploadRefusal::TooLarge { limit: pictures::SIGNATURE_MOST_BYTES as u64 }.into());
    }
    let (bytes, width, height) = records.inner.files.work(move || pictures::signature(&png)).await??;
    let gate = records.inner.files.gate().await;
    Ok(Drawing { bytes: records.inner.files.keep(&gate, bytes).await?, _gate: gate, width, height })
}

/// Puts a drawing under the application; the one before it is replaced.
pub(super) async fn put(
    records: &Records,
    tx: &mut Tx,
    whole: &mut Whole,
    profile: &Profile,
    drawing: &Drawing,
    screen: Screen,
) -> Result<(), Error> {
    ensure_open(whole)?;
    let now = records.now();
    sql::run(
        &tx.db,
        "UPDATE file SET removed_at = $1 WHERE application_id = $2 AND kind = 'signature' AND removed_at IS NULL",
        vec![now.0.into(), whole.row.id.clone().into()],
    )
    .await?;
    let id = FileId(records.chance().id(now));
    let row = NewFile {
        name: "signature.png",
        size: Some((drawing.width, drawing.height)),
        ..NewFile::of(&whole.row.id, "signature", "png", &drawing.bytes)
    }
    .row(records, id, now)?;
    file::Entity::insert(row.into_active_model()).exec_without_returning(&tx.db).await?;
    let content = content::digest(whole, profile);
    let slot = SignatureSlot { file: id, at: now, by_phone: screen == Screen::Phone, content: content.clone() };
    whole.row.signature = Some(load::text(&slot)?);
    whole.correct(Target::Signature)?;
    load::save(tx, &mut whole.row).await?;
    let detail = json!({
        "content": content,
        "declaration": content::declaration_digest(profile),
        "by_phone": slot.by_phone,
    });
    history::append(tx, now, &whole.row.id, &history::Actor::Applicant(whole.account), What::Signed, detail).await?;
    live::append(tx, now, outbox::of(&whole.row, "signed", Audience::Applicant)).await
}

/// A draft can be signed, and a returned application: whatever is corrected must be signed again.
pub(super) fn ensure_open(whole: &Whole) -> Result<(), Error> {
    match whole.stage {
        Stage::Draft | Stage::Returned { .. } => Ok(()),
        _ => Err(UploadRefusal::NotOpen.into()),
    }
}
