//! Procedures of a play's own: the first profile with a few rules changed.

use domain::plan::Plan;
use domain::profile::Profile;
use records::plans::{NewPlan, NewSite};
use records::profiles;
use testkit::{World, ZYNL};

/// An open plan under the first procedure with `rules` changed.
pub async fn plan_under(world: &World, rules: impl FnOnce(&mut Profile), change: impl FnOnce(&mut NewPlan)) -> Plan {
    let mut profile = profiles::parse(ZYNL, "zynl.toml").unwrap();
    profile.name = "own".into();
    profile.version = 1;
    rules(&mut profile);
    profiles::publish(&world.records, &profile).await.unwrap();
    world
        .plan_with(|new| {
            new.profile = "own".into();
            change(new);
        })
        .await
}

/// A part of a profile as its file writes it.
pub fn toml<T: serde::de::DeserializeOwned>(text: &str) -> T {
    toml::from_str(text).unwrap()
}

/// A site with so many seats.
pub fn site(name: &str, capacity: u32) -> NewSite {
    NewSite {
        name: name.into(),
        address: format!("{name}路1号"),
        capacity,
        reviewer: format!("{name}初审处"),
        contact: "周敏".into(),
        phone: "0571-00000000".into(),
        exam: None,
    }
}
