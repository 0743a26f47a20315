//! Procedures of one's own: the first profile, changed where a play needs it.

use domain::plan::Plan;
use domain::profile::Profile;
use testkit::{World, ZYNL};

/// A plan under a procedure that is the first profile but for what `change` makes of it.
pub async fn plan_under(world: &World, name: &str, change: impl FnOnce(&mut Profile)) -> Plan {
    let mut profile = records::profiles::parse(ZYNL, "zynl.toml").unwrap();
    profile.name = name.into();
    change(&mut profile);
    records::profiles::publish(&world.records, &profile).await.unwrap();
    world.plan_with(|new| new.profile = name.into()).await
}
