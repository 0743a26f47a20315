//! A supervisor's sampling list of the demonstration, with what was seen of two people. Drawn last of all.

use chrono::Days;
use domain::account::{Role, StaffMember};
use domain::page::knowing::{SampleVerdict, Strata};
use records::knowing::{self, Wanted};
use records::{Error, Records};

/// Its seed, so that every demonstration draws alike.
const SEED: u64 = 20_261_121;

/// The authority of the whole region.
async fn supervisor(records: &Records) -> Result<StaffMember, Error> {
    let staff = records::staff::demo_staff(records).await?;
    let found = staff.into_iter().find(|member| member.role == Role::Authority && member.body.contains("浙江省"));
    found.ok_or(Error::NotFound)
}

/// Whether the list is there.
pub(super) async fn is_drawn(records: &Records) -> Result<bool, Error> {
    Ok(!knowing::list(records, &supervisor(records).await?).await?.is_empty())
}

/// Draws it, if there is none.
pub(super) async fn play(records: &Records) -> Result<(), Error> {
    let supervisor = supervisor(records).await?;
    if !knowing::list(records, &supervisor).await?.is_empty() {
        return Ok(());
    }
    let today = records.now().day();
    let wanted = Wanted {
        title: "本季度督导抽查（演示）".into(),
        strata: Strata::Trade,
        percent: 50,
        least: 2,
        from: today.checked_sub_days(Days::new(30)),
        until: today.checked_add_days(Days::new(90)),
        seed: Some(SEED),
    };
    let id = knowing::draw(records, &supervisor, &wanted).await?;
    let drawn = knowing::one(records, &supervisor, &id).await?.items;
    for (item, (verdict, words)) in drawn
        .iter()
        .zip([(SampleVerdict::Fine, ""), (SampleVerdict::Doubtful, "工作证明的公章看不清，已请机构调原件。")])
    {
        knowing::note_verdict(records, &supervisor, &id, item.no, verdict, words).await?;
    }
    Ok(())
}
