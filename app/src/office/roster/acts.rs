//! Doorways of the page of rosters.

use super::address;
use crate::Failure;
use domain::ids::{PlanId, RosterId};
use domain::page::roster::{Mended, RosterDesk, RosterTab};
use domain::roster::{Column, MendReason, SheetKind};
use leptos::prelude::*;
use std::collections::HashMap;

/// The page of a plan's rosters.
#[server(name = FetchRosterDesk, endpoint = "office/rosters")]
pub async fn desk(
    plan: String,
    #[server(default)] roster: String,
    #[server(default)] tab: String,
    #[server(default)] page: String,
) -> Result<RosterDesk, Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let plan: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let page = page.parse().unwrap_or(1);
    records::rosters::desk(&records, &member, plan, roster.parse().ok(), RosterTab::parse(&tab), page)
        .await
        .map_err(crate::failure::from_records)
}

/// Says which column is which.
#[server(name = MapRoster, endpoint = "office/roster-map")]
pub async fn map(
    plan: String,
    roster: String,
    #[server(default)] kind: String,
    #[server(default)] columns: HashMap<String, String>,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let (plan, id) = ids(&plan, &roster)?;
    let kind = if kind == "roster" { SheetKind::Roster } else { SheetKind::Registration };
    // Keys begin with a letter: one that began with a digit would be read as a place in a list.
    let place = |key: &str| key.strip_prefix('c').and_then(|place| place.parse::<usize>().ok());
    let columns: Vec<(usize, Option<Column>)> =
        columns.iter().filter_map(|(key, word)| Some((place(key)?, Column::from_key(word)))).collect();
    let out = records::rosters::map(&records, &member, id, kind, &columns).await;
    let done = |missing: &Option<_>| if missing.is_none() { "mapped" } else { "unmapped" };
    settle(out.map_err(crate::failure::from_records), plan, id, "", done, Vec::new())
}

/// Reads the file again: which sheet, and where its headings are.
#[server(name = RereadRoster, endpoint = "office/roster-headings")]
pub async fn reread(
    plan: String,
    roster: String,
    #[server(default)] sheet: String,
    #[server(default)] row: String,
    #[server(default)] high: String,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let (plan, id) = ids(&plan, &roster)?;
    let typed =
        vec![("row".to_owned(), row.clone()), ("high".to_owned(), high.clone()), ("sheet".to_owned(), sheet.clone())];
    let number = |text: &str| {
        let digits: String = text.chars().filter(|ch| !ch.is_whitespace()).collect();
        digits.parse::<u32>().map_err(|_| Failure::Told(crate::wording::rosters::page::ROW_NUMBER.to_owned()))
    };
    let out = match (number(&row), number(&high), sheet.parse().unwrap_or(0)) {
        (Ok(row), Ok(high), sheet) => records::rosters::reread(&records, &member, id, sheet, row, high)
            .await
            .map_err(crate::failure::from_records),
        (Err(why), ..) | (_, Err(why), _) => Err(why),
    };
    let done = |missing: &Option<_>| if missing.is_none() { "reread" } else { "reread-unmapped" };
    settle(out, plan, id, "#headings", done, typed)
}

/// Puts other texts into cells.
#[server(name = MendRoster, endpoint = "office/roster-mend")]
pub async fn mend(
    plan: String,
    roster: String,
    #[server(default)] cells: HashMap<String, String>,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let (plan, id) = ids(&plan, &roster)?;
    let out = records::rosters::mend(&records, &member, id, &placed(&cells)).await;
    let typed = cells.into_iter().map(|(key, text)| (format!("cell {key}"), text)).collect();
    settle(out.map_err(crate::failure::from_records), plan, id, "#rows", |_| "mended", typed)
}

/// Does what was proposed, as it was shown.
#[server(name = MendProposed, endpoint = "office/roster-mend-proposed")]
pub async fn mend_proposed(
    plan: String,
    roster: String,
    reason: String,
    #[server(default)] cells: HashMap<String, String>,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let (plan, id) = ids(&plan, &roster)?;
    let reason = MendReason::parse(&reason).ok_or(Failure::Malformed)?;
    // What nobody has chosen comes as an empty text.
    let chosen: Vec<(u32, u32, String)> = placed(&cells).into_iter().filter(|(.., text)| !text.is_empty()).collect();
    let out = match chosen.as_slice() {
        [] => Err(Failure::Told(crate::wording::rosters::page::NOTHING_CHOSEN.to_owned())),
        chosen => records::rosters::mend_proposed(&records, &member, id, reason, chosen)
            .await
            .map_err(crate::failure::from_records),
    };
    let done = |mended: &Mended| if mended.left == 0 { "mended-all" } else { "mended-some" };
    settle(out, plan, id, "&tab=mends#rows", done, Vec::new())
}

/// Puts back what a mend has changed.
#[server(name = PutBackMend, endpoint = "office/roster-put-back")]
pub async fn put_back(
    plan: String,
    roster: String,
    mend: String,
    #[server(default)] tab: String,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let (plan, id) = ids(&plan, &roster)?;
    let out = records::rosters::put_back(&records, &member, id, &mend).await.map_err(crate::failure::from_records);
    let done = |back: &Mended| if back.left == 0 { "put-back" } else { "put-back-some" };
    settle(out, plan, id, &tab_of(&tab), done, Vec::new())
}

/// Cells of a form by row and place: `r12.3`.
fn placed(cells: &HashMap<String, String>) -> Vec<(u32, u32, String)> {
    let place = |key: &str| {
        key.strip_prefix('r')?.split_once('.').and_then(|(row, column)| Some((row.parse().ok()?, column.parse().ok()?)))
    };
    cells.iter().filter_map(|(key, text)| place(key).map(|(row, column)| (row, column, text.clone()))).collect()
}

/// Puts one text into every row that says the same wrong thing.
#[server(name = MendSame, endpoint = "office/roster-mend-same")]
pub async fn mend_same(
    plan: String,
    roster: String,
    #[server(default)] column: String,
    #[server(default)] found: String,
    #[server(default)] text: String,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let (plan, id) = ids(&plan, &roster)?;
    let known = Column::ALL.into_iter().find(|known| known.key() == column);
    let out = match known {
        Some(known) => records::rosters::mend_same(&records, &member, id, known, &found, &text).await,
        None => Err(records::Error::NotFound),
    };
    settle(out.map_err(crate::failure::from_records), plan, id, "#rows", |_| "mended", Vec::new())
}

/// 班别, 培训日期, 学时.
#[server(name = DescribeRoster, endpoint = "office/roster-describe")]
pub async fn describe(
    plan: String,
    roster: String,
    #[server(default)] class: String,
    #[server(default)] training: String,
    #[server(default)] hours: String,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let (plan, id) = ids(&plan, &roster)?;
    let out = records::rosters::describe(&records, &member, id, &class, &training, &hours).await;
    let typed = vec![("class".to_owned(), class), ("training".to_owned(), training), ("hours".to_owned(), hours)];
    settle(out.map_err(crate::failure::from_records), plan, id, "#class-title", |()| "described", typed)
}

/// Begins or resumes the import.
#[server(name = BeginRoster, endpoint = "office/roster-begin")]
pub async fn begin(plan: String, roster: String) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let (plan, id) = ids(&plan, &roster)?;
    let out = records::rosters::begin(&records, &member, id).await.map_err(crate::failure::from_records);
    settle(out, plan, id, "", |()| "begun", Vec::new())
}

/// Lets the import rest.
#[server(name = PauseRoster, endpoint = "office/roster-pause")]
pub async fn pause(plan: String, roster: String) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let (plan, id) = ids(&plan, &roster)?;
    let out = records::rosters::pause(&records, &member, id).await.map_err(crate::failure::from_records);
    settle(out, plan, id, "", |()| "paused", Vec::new())
}

/// Takes the whole import back.
#[server(name = UndoRoster, endpoint = "office/roster-undo")]
pub async fn undo(plan: String, roster: String) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let (plan, id) = ids(&plan, &roster)?;
    let out = records::rosters::undo(&records, &member, id).await.map_err(crate::failure::from_records);
    settle(out, plan, id, "", |()| "undoing", Vec::new())
}

/// Throws a roster away.
#[server(name = DropRoster, endpoint = "office/roster-drop")]
pub async fn drop_roster(plan: String, roster: String) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let (plan, id) = ids(&plan, &roster)?;
    let out = records::rosters::drop_roster(&records, &member, id).await.map_err(crate::failure::from_records);
    let next = |_: &()| format!("{}?done=dropped", address::page(plan));
    crate::again::ssr::settle(out, next, &address::opened(plan, id), Vec::new()).map(drop)
}

/// Joins a photo to a row by hand.
#[server(name = JoinRosterPhoto, endpoint = "office/roster-join")]
pub async fn join(plan: String, roster: String, photo: String, #[server(default)] row: String) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let (plan, id) = ids(&plan, &roster)?;
    let out = match row.parse() {
        Ok(row) => {
            records::rosters::join_photo(&records, &member, id, &photo, row).await.map_err(crate::failure::from_records)
        }
        Err(_) => Err(Failure::Told("请先选这张照片是谁的，再点配上。".to_owned())),
    };
    settle(out, plan, id, "&tab=photos#rows", |()| "joined", Vec::new())
}

/// Throws a photo away.
#[server(name = DropRosterPhoto, endpoint = "office/roster-photo-drop")]
pub async fn drop_photo(plan: String, roster: String, photo: String) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let (plan, id) = ids(&plan, &roster)?;
    let out = records::rosters::drop_photo(&records, &member, id, &photo).await.map_err(crate::failure::from_records);
    settle(out, plan, id, "&tab=photos#rows", |()| "photo-dropped", Vec::new())
}

/// 用原图重做.
#[server(name = RenderRosterPhoto, endpoint = "office/roster-render")]
pub async fn render(plan: String, roster: String, photo: String) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let (plan, id) = ids(&plan, &roster)?;
    let out = records::rosters::render_photo(&records, &member, id, &photo).await.map_err(crate::failure::from_records);
    settle(out, plan, id, "#rows", |()| "rendered", Vec::new())
}

/// Lets people add their photo when they confirm: one row, or everybody without one.
#[server(name = RosterPhotosLater, endpoint = "office/roster-later")]
pub async fn later(plan: String, roster: String, #[server(default)] row: String) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let (plan, id) = ids(&plan, &roster)?;
    let out = records::rosters::photos_later(&records, &member, id, row.parse().ok())
        .await
        .map_err(crate::failure::from_records);
    settle(out, plan, id, "#rows", |()| "later", Vec::new())
}

/// Leaves a row out of the import.
#[server(name = LeaveOutRow, endpoint = "office/roster-leave-out")]
pub async fn leave_out(
    plan: String,
    roster: String,
    #[server(default)] row: String,
    #[server(default)] tab: String,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let (plan, id) = ids(&plan, &roster)?;
    let row = row.parse().map_err(|_| Failure::NotFound)?;
    let out = records::rosters::leave_out(&records, &member, id, row).await.map_err(crate::failure::from_records);
    settle(out, plan, id, &tab_of(&tab), |()| "left-out", Vec::new())
}

/// Takes a row back that was left out.
#[server(name = TakeBackRow, endpoint = "office/roster-take-back")]
pub async fn take_back(
    plan: String,
    roster: String,
    #[server(default)] row: String,
    #[server(default)] tab: String,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let (plan, id) = ids(&plan, &roster)?;
    let row = row.parse().map_err(|_| Failure::NotFound)?;
    let out = records::rosters::take_back(&records, &member, id, row).await.map_err(crate::failure::from_records);
    settle(out, plan, id, &tab_of(&tab), |()| "taken-back", Vec::new())
}

/// Back to the rows, at the tab where the button was.
#[cfg(feature = "ssr")]
fn tab_of(tab: &str) -> String {
    format!("&tab={}#rows", RosterTab::parse(tab).unwrap_or_default().as_str())
}

fn ids(plan: &str, roster: &str) -> Result<(PlanId, RosterId), Failure> {
    let plan = plan.parse().map_err(|_| Failure::NotFound)?;
    Ok((plan, roster.parse().map_err(|_| Failure::NotFound)?))
}

/// Back to the roster: with what was done, or with what was typed and why it was refused.
fn settle<T>(
    out: Result<T, Failure>,
    plan: PlanId,
    id: RosterId,
    anchor: &str,
    done: impl FnOnce(&T) -> &'static str,
    typed: Vec<(String, String)>,
) -> Result<(), Failure> {
    let here = address::opened(plan, id);
    let (query, fragment) =
        anchor.split_once('#').map_or((anchor, String::new()), |(query, fragment)| (query, format!("#{fragment}")));
    let back = format!("{here}{query}{fragment}");
    let next = |value: &T| format!("{here}{query}&done={}{fragment}", done(value));
    crate::again::ssr::settle(out, next, &back, typed).map(drop)
}
