//! 扫码在线签名: a link that works once, for ten minutes, on another screen. Who holds it may sign, and see nothing else.

use super::draft::ground_of;
use super::load;
use super::signature::{self, Screen};
use crate::keys::digest;
use crate::live::{self, outbox::News};
use crate::{
    Error, Records, Tx,
    entity::{application, signature_request as row},
    sql,
};
use chrono::TimeDelta;
use domain::ids::{AccountId, ApplicationId, SignatureRequestId};
use domain::masking::{self, Audience};
use domain::page::wizard::{SignatureRequest, ToSign};
use domain::refusal::SignatureRefusal;
use domain::time::Timestamp;
use qrcode::{Color, EcLevel, QrCode};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, Set};

/// Minutes that a link lives: long enough to find the phone, short enough to be lost harmlessly.
const LINK_MINUTES: i64 = 10;

/// Makes a link to sign on another screen; an older one dies. `origin` is the address that the phone
/// can reach, such as `https://example.gov.cn`: it stands before the path in the QR code.
pub async fn request_signature(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    origin: &str,
) -> Result<SignatureRequest, Error> {
    let token = records.chance().token();
    let path = format!("/sign/{token}");
    let (qr_path, qr_size) = qr(&format!("{}{path}", origin.trim_end_matches('/')))?;
    let tx = records.begin().await?;
    let now = records.now();
    let whole = load::own_locked(records, &tx, account, id).await?;
    signature::ensure_open(&whole)?;
    sql::run(
        &tx.db,
        "UPDATE signature_request SET until_at = $1 WHERE application_id = $2 AND used_at IS NULL AND until_at > $1",
        vec![now.0.into(), whole.row.id.clone().into()],
    )
    .await?;
    let request = SignatureRequestId(records.chance().id(now));
    let until = now.plus(TimeDelta::minutes(LINK_MINUTES));
    let kept = row::ActiveModel {
        id: Set(request.to_string()),
        token_hash: Set(digest(&token)),
        application_id: Set(whole.row.id.clone()),
        created_at: Set(now.0),
        until_at: Set(until.0),
        used_at: Set(None),
    };
    kept.insert(&tx.db).await?;
    tx.commit().await?;
    Ok(SignatureRequest { id: request, path, until, qr_path, qr_size })
}

/// What the phone shows before signing. A link that is used, over or unknown gives the same answer.
pub async fn to_sign(records: &Records, token: &str) -> Result<ToSign, Error> {
    let request = living(records, token).await?;
    let case = application::Entity::find_by_id(request.application_id.as_str())
        .one(records.read())
        .await?
        .ok_or(Error::NotFound)?;
    let plan = case.plan_id.parse().map_err(|_| Error::bad_row("application", &case.id, "plan"))?;
    let (plan, profile) = ground_of(records, plan).await?;
    Ok(ToSign {
        name_masked: masking::name(&case.name, Audience::Self_),
        plan_title: plan.title,
        declaration: profile.declaration.clone(),
        until: Timestamp(request.until_at),
    })
}

/// Signs by a link, which is used up. A drawing that is refused leaves it alive.
pub async fn sign_by_link(records: &Records, token: &str, png: Vec<u8>) -> Result<(), Error> {
    let request = living(records, token).await?;
    let id: ApplicationId =
        request.application_id.parse().map_err(|_| Error::bad_row("signature_request", &request.id, "application"))?;
    let case = application::Entity::find_by_id(request.application_id.as_str())
        .one(records.read())
        .await?
        .ok_or(Error::NotFound)?;
    let (_, profile) =
        ground_of(records, case.plan_id.parse().map_err(|_| Error::bad_row("application", &case.id, "plan"))?).await?;
    let drawing = signature::drawing(records, png).await?;
    let mut tx = records.begin().await?;
    // The application first, as everywhere: two acts that wait for each other would never end.
    let case = load::locked(&tx, id).await?.ok_or(Error::NotFound)?;
    use_up(records, &tx, &request).await?;
    let mut whole = load::whole(records, &tx.db, case).await?;
    signature::put(records, &mut tx, &mut whole, &profile, &drawing, Screen::Phone).await?;
    let news = News {
        topic: format!("signature:{}", request.id),
        entity: request.id.clone(),
        version: whole.row.revision,
        kind: "signed",
    };
    live::append(&mut tx, records.now(), vec![news]).await?;
    tx.commit().await
}

async fn living(records: &Records, token: &str) -> Result<row::Model, Error> {
    let request = row::Entity::find()
        .filter(row::Column::TokenHash.eq(digest(token)))
        .filter(row::Column::UsedAt.is_null())
        .filter(row::Column::UntilAt.gt(records.now().0))
        .one(records.read())
        .await?;
    request.ok_or_else(|| SignatureRefusal::LinkOver.into())
}

/// One conditional update: of two phones with the same link, one signs.
async fn use_up(records: &Records, tx: &Tx, request: &row::Model) -> Result<(), Error> {
    let done = sql::run(
        &tx.db,
        "UPDATE signature_request SET used_at = $1 WHERE id = $2 AND used_at IS NULL AND until_at > $1",
        vec![records.now().0.into(), request.id.clone().into()],
    );
    if done.await?.rows_affected() == 1 { Ok(()) } else { Err(SignatureRefusal::LinkOver.into()) }
}

/// The code as an SVG path of unit squares, and the modules per side.
fn qr(text: &str) -> Result<(String, u32), Error> {
    let code =
        QrCode::with_error_correction_level(text, EcLevel::M).map_err(|fault| Error::Paper(fault.to_string()))?;
    let width = code.width();
    let colors = code.to_colors();
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        while x < row.len() {
            let run = row[x..].iter().take_while(|color| **color == Color::Dark).count();
            if run > 0 {
                path.push_str(&format!("M{x} {y}h{run}v1h-{run}z"));
            }
            x += run.max(1);
        }
    }
    Ok((path, u32::try_from(width).unwrap_or(0)))
}
