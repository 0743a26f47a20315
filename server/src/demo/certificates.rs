//! Certificates of the demonstration: those that the lookup knows, and one that was issued here, through the same acts
//! as everybody's. The people are invented, and so are these.

use super::cases::Case;
use domain::account::StaffMember;
use domain::ids::AccountId;
use domain::page::desk::Decision;
use domain::time::Timestamp;
use records::certificate_lookup::{Certificate, Source};
use records::{Error, Records, applications, certificates as acts, desk, payments, scores};

/// Who holds the certificate.
pub(super) const HOLDER: &str = "于小山";
/// The plan of the guide, whose exam was in April 2024.
const PLAN: &str = "2024-S-000911";
/// What the holder applied with.
const CASE: &str = r#"
case = "approved"
address = "浙江省衢州市常山县天马街道文峰路 18 号"
employer = "衢州某某环境检测有限公司"
post = "核算员"
since = "2018-01"
portrait = 3
"#;

/// The list, in place of a register.
pub fn certificates() -> Source {
    let known = |certificate_no: &str, name: &str, occupation: &str, level: u8, issued_on: &str| Certificate {
        certificate_no: certificate_no.into(),
        name: name.into(),
        occupation: occupation.into(),
        level,
        issued_on: issued_on.into(),
        issuer: "浙江省生态与环境修复技术协会".into(),
        kind: "skill_level".into(),
    };
    Source::Demo(vec![
        known("Y000033000001235000123", "罗青", "碳排放核算员", 5, "2022-05-30"),
        known("Y000033000001234000456", "陈立", "碳排放核算员", 4, "2023-06-18"),
    ])
}

/// Plays registration, exam, scores and certificate on their days of 2024, if it was not done yet. The clock of a
/// demonstration can be moved; where it cannot, nothing happens.
pub(super) async fn play(
    records: &Records,
    account: AccountId,
    reviewer: &StaffMember,
    manager: &StaffMember,
) -> Result<(), Error> {
    if !applications::mine(records, account).await?.applications.is_empty() {
        return Ok(());
    }
    let now = records.now();
    let done = in_2024(records, account, reviewer, manager).await;
    records.clock().set(now);
    done
}

async fn in_2024(
    records: &Records,
    account: AccountId,
    reviewer: &StaffMember,
    manager: &StaffMember,
) -> Result<(), Error> {
    if !moved(records, "2024-03-20 10:00:00") {
        return Ok(());
    }
    let case: Case = toml::from_str(CASE).map_err(|why| Error::Configuration(format!("demo: {why}")))?;
    let plan = records::plans::by_number(records, PLAN).await?;
    let id = applications::start(records, account, plan.id).await?;
    case.fill(records, account, id).await?;
    applications::submit(records, account, id, "demo").await?;
    desk::claim(records, reviewer, id).await?;
    let seen = desk::case(records, reviewer, id).await?.line.revision;
    desk::decide(records, reviewer, id, seen, Decision::Approve).await?;
    let orders = payments::money_rows(records, manager, None).await?;
    if let Some(order) = orders.into_iter().find(|order| order.application == id && order.state.is_open()) {
        payments::pay_cash(records, reviewer, &order.number, order.revision, "收据 0000911").await?;
    }
    moved(records, "2024-04-23 09:00:00");
    for member in [reviewer, manager] {
        let typed = [(id, 0, "86".to_owned()), (id, 1, "91.5".to_owned())];
        scores::enter(records, member, plan.id, &typed).await?;
    }
    scores::lock(records, manager, plan.id).await?;
    scores::release(records, manager, plan.id, records.now()).await?;
    moved(records, "2024-05-18 15:00:00");
    acts::issue(records, manager, plan.id).await?;
    acts::assign_stock(records, manager, plan.id, "00021734").await?;
    acts::hand_all(records, manager, plan.id, HOLDER).await?;
    Ok(())
}

/// Whether the clock shows this moment now.
fn moved(records: &Records, at: &str) -> bool {
    let Some(at) = Timestamp::parse_shanghai(at) else { return false };
    records.clock().set(at);
    records.now().since(at).abs() < 60_000
}
