//! The demonstration: invented agencies, plans and people, never beside real ones.

mod cases;
pub mod cashier;
mod certificates;
mod places;
mod planner;
pub mod portal;
mod rooms;
mod rosters;

pub use certificates::certificates;

use cases::Case;
use domain::account::{Role, SignUp};
use domain::page::staff::NewStaff;
use records::{Error, Records};
use serde::Deserialize;

const AGENCIES: &str = include_str!("../demo/agencies.toml");
const PLANS: &str = include_str!("../demo/plans.toml");
/// Plans of the procedures beside the first one.
const MORE_PLANS: &str = include_str!("../demo/plans-of-others.toml");
const STANDARDS: &str = include_str!("../demo/standards.json");
const PEOPLE: &str = include_str!("../demo/people.toml");
/// The procedures that come with the product.
pub const PROFILES: [(&str, &str); 5] = [
    ("zj-daily.toml", include_str!("../profiles/zj-daily.toml")),
    ("jx-gongqin.toml", include_str!("../profiles/jx-gongqin.toml")),
    ("zhhn.toml", include_str!("../profiles/zhhn.toml")),
    ("zynl.toml", include_str!("../profiles/zynl.toml")),
    ("qz-institution.toml", include_str!("../profiles/qz-institution.toml")),
];

/// Everybody of the demonstration signs in with it, where one click is not enough.
pub const PASSWORD: &str = "jikao-yanshi-2026";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct People {
    applicant: Vec<Applicant>,
    staff: Vec<Member>,
}

#[derive(Deserialize)]
struct Applicant {
    name: String,
    id_no: String,
    mobile: String,
    /// An application that this person has made already.
    #[serde(flatten)]
    case: Option<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Member {
    login_name: String,
    name: String,
    role: Role,
    #[serde(default)]
    agency: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    body: String,
}

/// Fills the records with the demonstration, as far as it is not there. The folder was claimed for it before.
pub async fn fill(records: &Records) -> Result<(), Error> {
    for (file, text) in PROFILES {
        records::profiles::publish(records, &records::profiles::parse(text, file)?).await?;
    }
    records::standards::import(records, STANDARDS).await?;
    records::agencies::import(records, AGENCIES, "demo/agencies.toml").await?;
    records::plans::import(records, PLANS, "demo/plans.toml").await?;
    records::plans::import(records, MORE_PLANS, "demo/plans-of-others.toml").await?;
    let people: People =
        toml::from_str(PEOPLE).map_err(|why| Error::Configuration(format!("demo/people.toml: {why}")))?;
    let (mut applied, mut holder) = (Vec::new(), None);
    for person in people.applicant {
        let id = records::accounts::create_demo(records, &sign_up(&person)).await?;
        if person.name == certificates::HOLDER {
            holder = Some(id);
        }
        applied.extend(person.case.map(|case| (id, case)));
    }
    let (mut reviewer, mut manager, mut clerk) = (None, None, None);
    for member in people.staff {
        let agency = match member.agency.as_str() {
            "" => None,
            code => Some(records::agencies::by_filing(records, code).await?.ok_or(Error::NotFound)?.id),
        };
        let new = NewStaff {
            login_name: member.login_name,
            name: member.name,
            role: member.role,
            agency,
            region: member.region,
            body: member.body,
        };
        let id = records::staff::create_demo(records, new, PASSWORD).await?;
        if member.role == Role::Reviewer && member.agency == cases::AGENCY {
            reviewer = Some(id);
        }
        if member.role == Role::Manager && member.agency == cases::AGENCY {
            manager = Some(id);
        }
        if member.role == Role::Manager && member.agency == rosters::AGENCY {
            clerk = Some(id);
        }
    }
    let reviewer =
        reviewer.ok_or_else(|| Error::Configuration("demo/people.toml has no reviewer of the first agency".into()))?;
    let reviewer = records::staff::member(records, reviewer).await?;
    for (account, case) in &applied {
        case.play(records, *account, &reviewer).await?;
    }
    if let (Some(account), Some(manager)) = (holder, manager) {
        let manager = records::staff::member(records, manager).await?;
        certificates::play(records, account, &reviewer, &manager).await?;
    }
    if let Some(manager) = manager {
        rooms::furnish(records, &records::staff::member(records, manager).await?).await?;
    }
    if let Some(clerk) = clerk {
        rosters::play(records, &records::staff::member(records, clerk).await?).await?;
    }
    places::play(records).await?;
    planner::play(records).await?;
    Ok(())
}

fn sign_up(person: &Applicant) -> SignUp {
    SignUp {
        name: person.name.clone(),
        id_kind: "RIC".into(),
        id_no: person.id_no.clone(),
        mobile: person.mobile.clone(),
        password: PASSWORD.into(),
        password_again: PASSWORD.into(),
        agreed: "yes".into(),
        ..SignUp::default()
    }
}
