//! A plan whose exam is today, so that its door can be opened at once: six people were approved weeks ago, their employer
//! has paid a part of the bill, and some have come already.

use super::cases::{AGENCY, Case, PAPER, PLAN};
use super::{PROFILES, rooms as furnishing, sign_up};
use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};
use domain::account::StaffMember;
use domain::ids::{AccountId, ApplicationId, Fen, PlanId};
use domain::page::bills::BillData;
use domain::page::desk::Decision;
use domain::profile::Payer;
use domain::time::Timestamp;
use domain::timeline::TimePoint;
use records::plans::NewPlan;
use records::rooms::{self, Mode};
use records::{Error, Records, accounts, applications, desk, payments, plans};

/// Its number.
const NUMBER: &str = "2026-S-001230";
/// The procedure of [`PLAN`], for people whose employer pays.
const PROCEDURE: &str = "zynl-unit";
/// Invented: name, number of the identity card, mobile.
const PEOPLE: [(&str, &str, &str); 6] = [
    ("赵安", "330106199404170315", "13957400201"),
    ("钱宁", "330106199706220429", "13957400202"),
    ("孙和", "330108199211300534", "13957400203"),
    ("李越", "330110199902080640", "13957400204"),
    ("周远", "330183199509010759", "13957400205"),
    ("吴岚", "33010619960315086X", "13957400206"),
];
/// Of these, so many stand at the door already.
const CAME: usize = 3;
/// What the employer has paid so far, in fen: two of six and something over.
const PAID: Fen = Fen(70_000);

/// Plays it, unless the plan is there. Afterwards the clock shows what it showed.
pub(super) async fn play(records: &Records, reviewer: &StaffMember, manager: &StaffMember) -> Result<(), Error> {
    if plans::by_number(records, NUMBER).await.is_ok() {
        return Ok(());
    }
    let now = records.now();
    let done = weeks_ago(records, reviewer, manager, now).await;
    records.clock().set(now);
    done
}

async fn weeks_ago(
    records: &Records,
    reviewer: &StaffMember,
    manager: &StaffMember,
    now: Timestamp,
) -> Result<(), Error> {
    let today = now.day();
    let ago = |days: u64| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    let morning = |days: u64| at(ago(days), 10, 0);
    records.clock().set(morning(45));
    let plan = published(records, ago(40), ago(25), today).await?;

    records.clock().set(morning(38));
    let typed: Vec<_> = PEOPLE.iter().map(|(name, id_no, mobile)| sign_up(name, id_no, mobile)).collect();
    let accounts = accounts::create_demo_all(records, &typed, false).await?;
    let mut people = Vec::with_capacity(accounts.len());
    for (account, (name, ..)) in accounts.into_iter().zip(PEOPLE) {
        people.push(approved(records, plan, account, name, reviewer).await?);
    }

    records.clock().set(morning(20));
    billed(records, plan, manager).await?;

    records.clock().set(morning(12));
    let begins = door_opens_now(now);
    furnishing::small(records, manager, plan, begins).await?;
    let seen = rooms::page(records, manager, plan, None).await?.revision;
    rooms::arrange(records, manager, plan, seen, Mode::Anew, 20).await?;
    rooms::publish(records, manager, plan, None).await?;

    let session = rooms::page(records, manager, plan, None).await?.sessions.first().ok_or(Error::NotFound)?.session.id;
    let entry = Timestamp(begins.0 - 25 * 60_000);
    for (place, application) in (0_i64..).zip(people.iter().take(CAME)) {
        let came = Timestamp(entry.0 + place * 90_000);
        records.clock().set(if came > now { entry } else { came });
        rooms::check_in(records, reviewer, plan, *application, session).await?;
    }
    Ok(())
}

fn at(day: NaiveDate, hour: u32, minute: u32) -> Timestamp {
    Timestamp::from_shanghai(day.and_time(NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default()))
}

/// When the theory begins: in a quarter of an hour, so that its door stands open, but within the day.
fn door_opens_now(now: Timestamp) -> Timestamp {
    let soon = now.plus(TimeDelta::minutes(15));
    let whole = Timestamp(soon.0 - soon.0.rem_euclid(5 * 60_000));
    whole.clamp(at(now.day(), 0, 30), at(now.day(), 20, 0))
}

/// The plan, like the one that most people of the demonstration applied for.
async fn published(records: &Records, opens: NaiveDate, closes: NaiveDate, exam: NaiveDate) -> Result<PlanId, Error> {
    let Some((file, text)) = PROFILES.iter().find(|(file, _)| *file == "zynl.toml") else {
        return Err(Error::NotFound);
    };
    let mut profile = records::profiles::parse(text, file)?;
    profile.name = PROCEDURE.into();
    profile.title = format!("{}（单位缴费）", profile.title);
    profile.payment.payer = Payer::Agency;
    profile.payment.gate = false;
    records::profiles::publish(records, &profile).await?;
    let like = plans::by_number(records, PLAN).await?;
    let new = NewPlan {
        number: NUMBER.into(),
        title: format!("{}今日考试的{}计划（演示）", like.agency_name, like.occupation_and_trade()),
        agency: AGENCY.into(),
        contact: like.contact,
        contact_phone: like.contact_phone,
        kind: like.kind,
        occupation: like.occupation,
        trade: like.trade,
        code: like.code,
        level: like.level,
        subjects: like.subjects,
        city: like.city,
        county: like.county,
        site: like.site,
        sites: Vec::new(),
        opens: TimePoint::Day(opens),
        closes: TimePoint::Day(closes),
        review_close: None,
        exam,
        capacity: 40,
        fee: Fen(28_000),
        scope: like.scope,
        instructions: like.instructions,
        conditions: like.conditions.into_iter().map(|(_, text)| text).collect(),
        profile: PROCEDURE.into(),
        standard: like.standard,
    };
    plans::publish(records, &new).await
}

async fn approved(
    records: &Records,
    plan: PlanId,
    account: AccountId,
    name: &str,
    reviewer: &StaffMember,
) -> Result<ApplicationId, Error> {
    let id = applications::start(records, account, plan).await?;
    let portrait = name.len() % 3 + 1;
    // One house: six people of one address are a signal in the cockpit.
    Case::of("浙江省杭州市西湖区文三路 90 号 3 幢", "杭州某某检测有限公司", portrait)
        .fill(records, account, id)
        .await?;
    applications::submit(records, account, id, "demo").await?;
    desk::claim(records, reviewer, id).await?;
    let seen = desk::case(records, reviewer, id).await?.line.revision;
    desk::decide(records, reviewer, id, seen, Decision::Approve).await?;
    Ok(id)
}

/// The employer's bill, paid in part.
async fn billed(records: &Records, plan: PlanId, manager: &StaffMember) -> Result<(), Error> {
    let payer = BillData {
        title: "杭州某某检测有限公司".into(),
        tax_no: "91350100M000100Y43".into(),
        bank: "某某银行杭州文三支行".into(),
        account: "6222020000000000018".into(),
        contact: "钱会计".into(),
        phone: "0571-00001231".into(),
    };
    payments::prepare_bill(records, manager, plan, &payer).await?;
    let bill = payments::bill_page(records, manager, plan).await?.bill.ok_or(Error::NotFound)?;
    let slip = "网银回单 20260001（演示）";
    payments::confirm_bill_payment(records, manager, plan, bill.revision, PAID, slip, PAPER.to_vec()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_door_is_open_whenever_the_demonstration_begins() {
        let shanghai = |text: &str| Timestamp::parse_shanghai(text).unwrap_or(Timestamp(0));
        for (now, begins) in [
            ("2026-11-21 10:07:31", "2026-11-21 10:20:00"),
            ("2026-11-21 00:03:00", "2026-11-21 00:30:00"),
            ("2026-11-21 23:58:00", "2026-11-21 20:00:00"),
        ] {
            assert_eq!(door_opens_now(shanghai(now)), shanghai(begins), "{now}");
        }
    }
}
