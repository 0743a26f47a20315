//! The demonstration: invented agencies, plans and people, never beside real ones.

mod cases;
pub mod cashier;
mod certificates;
mod exam_day;
mod letters;
mod places;
mod planner;
pub mod portal;
mod rooms;
mod rosters;
mod sampling;
mod stand;

pub use certificates::certificates;

use cases::Case;
use domain::account::{Role, SignUp, StaffMember};
use domain::ids::AccountId;
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

/// Whom the rest of the demonstration needs again.
pub struct Cast {
    applied: Vec<(AccountId, Case)>,
    holder: Option<AccountId>,
    reviewer: StaffMember,
    manager: StaffMember,
    clerk: StaffMember,
}

/// Fills the records with what the first pages show, as far as it is not there: plans, and people who can sign in. The
/// folder was claimed for it before. [`furnish`] does the rest, while the first visitor reads.
pub async fn fill(records: &Records) -> Result<Cast, Error> {
    for (file, text) in PROFILES {
        records::profiles::publish(records, &records::profiles::parse(text, file)?).await?;
    }
    records::standards::import(records, STANDARDS).await?;
    records::agencies::import(records, AGENCIES, "demo/agencies.toml").await?;
    records::plans::import(records, PLANS, "demo/plans.toml").await?;
    records::plans::import(records, MORE_PLANS, "demo/plans-of-others.toml").await?;
    let people: People =
        toml::from_str(PEOPLE).map_err(|why| Error::Configuration(format!("demo/people.toml: {why}")))?;
    let typed: Vec<SignUp> = people.applicant.iter().map(|one| sign_up(&one.name, &one.id_no, &one.mobile)).collect();
    let ids = records::accounts::create_demo_all(records, &typed, true).await?;
    let (mut applied, mut holder) = (Vec::new(), None);
    for (person, id) in people.applicant.into_iter().zip(ids) {
        if person.name == certificates::HOLDER {
            holder = Some(id);
        }
        applied.extend(person.case.map(|case| (id, case)));
    }
    let mut staff = Vec::with_capacity(people.staff.len());
    for member in &people.staff {
        let agency = match member.agency.as_str() {
            "" => None,
            code => Some(records::agencies::by_filing(records, code).await?.ok_or(Error::NotFound)?.id),
        };
        staff.push(NewStaff {
            login_name: member.login_name.clone(),
            name: member.name.clone(),
            role: member.role,
            agency,
            region: member.region.clone(),
            body: member.body.clone(),
        });
    }
    let ids = records::staff::create_demo_all(records, staff, PASSWORD).await?;
    let find = async |role: Role, agency: &str| {
        let at = people.staff.iter().position(|member| member.role == role && member.agency == agency);
        let missing = || Error::Configuration(format!("demo/people.toml has no {role:?} of {agency}"));
        records::staff::member(records, at.and_then(|at| ids.get(at).copied()).ok_or_else(missing)?).await
    };
    Ok(Cast {
        applied,
        holder,
        reviewer: find(Role::Reviewer, cases::AGENCY).await?,
        manager: find(Role::Manager, cases::AGENCY).await?,
        clerk: find(Role::Manager, rosters::AGENCY).await?,
    })
}

/// What people of the demonstration have done already, through the same acts as everybody's, as far as it is not there.
/// `records` are opened for this alone: their clock goes back to when things happened, and nobody else looks at it.
pub async fn furnish(records: &Records, cast: Cast) -> Result<(), Error> {
    let Cast { applied, holder, reviewer, manager, clerk } = cast;
    for (account, case) in &applied {
        case.play(records, *account, &reviewer).await?;
    }
    rooms::furnish(records, &manager).await?;
    planner::play(records).await?;
    rosters::play(records, &clerk).await?;
    exam_day::play(records, &reviewer, &manager).await?;
    letters::play(records).await?;
    places::play(records).await?;
    if let Some(account) = holder {
        certificates::play(records, account, &reviewer, &manager).await?;
    }
    sampling::play(records).await
}

/// Whether [`furnish`] has come to its end.
pub async fn is_furnished(records: &Records) -> Result<bool, Error> {
    sampling::is_drawn(records).await
}

fn sign_up(name: &str, id_no: &str, mobile: &str) -> SignUp {
    SignUp {
        name: name.to_owned(),
        id_kind: "RIC".into(),
        id_no: id_no.to_owned(),
        mobile: mobile.to_owned(),
        password: PASSWORD.into(),
        password_again: PASSWORD.into(),
        agreed: "yes".into(),
        ..SignUp::default()
    }
}
