//! People who wait before a full plan of the demonstration: one of them has just been offered a seat.

use super::cases::Case;
use super::sign_up;
use records::{Error, Records, accounts, applications, places, plans};

/// A plan with one seat left, which is about to be taken and given back.
const PLAN: &str = "2026-S-001208";
/// Invented: name, number of the identity card, mobile.
const WAITING: [(&str, &str, &str); 3] = [
    ("何静", "330106199203050122", "13957400101"),
    ("唐亮", "330106199508110245", "13957400102"),
    ("罗敏", "330106198801230137", "13957400103"),
];
/// Who took the last seat and gave it back.
const LAST: (&str, &str, &str) = ("郑明", "330109200105190978", "13957400104");

/// Lets them join, if nobody waits yet.
pub(super) async fn play(records: &Records) -> Result<(), Error> {
    let plan = plans::by_number(records, PLAN).await?;
    if places::line(records, plan.id).await?.waiting > 0 || !plan.window.is_open(records.now()) {
        return Ok(());
    }
    let typed: Vec<_> =
        WAITING.iter().chain([&LAST]).map(|(name, id_no, mobile)| sign_up(name, id_no, mobile)).collect();
    let mut accounts = accounts::create_demo_all(records, &typed, false).await?;
    let last = accounts.pop().ok_or(Error::NotFound)?;
    if !applications::mine(records, last).await?.applications.is_empty() {
        return Ok(());
    }
    let taken = applications::start(records, last, plan.id).await?;
    Case::of("浙江省杭州市萧山区市心中路 8 号", "杭州某某机电有限公司", 1).fill(records, last, taken).await?;
    applications::submit(records, last, taken, "demo").await?;
    for account in accounts {
        places::join(records, account, plan.id, None).await?;
    }
    applications::withdraw(records, last, taken).await.map(drop)
}
