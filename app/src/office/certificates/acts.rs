//! Doorways of the certificates at the desk.

use crate::{Failure, paths};
use domain::ids::PlanId;
use domain::page::certificates::{CertificateCase, CertificateDesk};
use leptos::prelude::*;

/// The certificates of a plan.
#[server(name = FetchCertificateDesk, endpoint = "office/certificates")]
pub async fn desk(plan: String) -> Result<CertificateDesk, Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let plan: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    records::certificates::desk(&records, &member, plan).await.map_err(crate::failure::from_records)
}

/// One certificate.
#[server(name = FetchCertificateCase, endpoint = "office/certificate")]
pub async fn case(id: String) -> Result<CertificateCase, Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    records::certificates::case(&records, &member, &id).await.map_err(crate::failure::from_records)
}

/// What is done for a whole plan: `prepare`, `drop`, `sign`, `issue`, `stock` with the first number, `hand` with a name.
#[server(name = PlanCertificates, endpoint = "office/certificates-act")]
pub async fn for_plan(plan: String, act: String, #[server(default)] words: String) -> Result<(), Failure> {
    use records::certificates;
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let here = paths::plan_certificates(id);
    let done = async {
        Ok(match act.as_str() {
            "prepare" => format!("prepared&n={}", certificates::prepare(&records, &member, id).await?),
            "drop" => {
                certificates::drop_prepared(&records, &member, id).await?;
                "dropped".to_owned()
            }
            "sign" => format!("issued&n={}", certificates::sign(&records, &member, id).await?.issued),
            "issue" => format!("issued&n={}", certificates::issue(&records, &member, id).await?.issued),
            "stock" => format!("stocked&n={}", certificates::assign_stock(&records, &member, id, &words).await?),
            "hand" => format!("handed&n={}", certificates::hand_all(&records, &member, id, &words).await?),
            _ => return Err(records::Error::NotFound),
        })
    };
    let out = done.await.map_err(crate::failure::from_records);
    // The first key tells which form it was.
    let typed = vec![(act, String::new()), ("words".to_owned(), words)];
    crate::again::ssr::settle(out, |done| format!("{here}?done={done}"), &here, typed).map(drop)
}

/// What is done to one certificate: `stock`, `deliver`, `correct`, `reissue`, `revoke`.
#[server(name = ChangeCertificate, endpoint = "office/certificate-act")]
pub async fn change(
    id: String,
    act: String,
    #[server(default)] words: String,
    #[server(default)] carrier: String,
    #[server(default)] name: String,
    #[server(default)] id_no: String,
    #[server(default)] occupation: String,
    #[server(default)] trade: String,
    #[server(default)] why: String,
    #[server(default)] again: String,
) -> Result<(), Failure> {
    use domain::certificate::RevokeReason;
    use records::certificates::{self, Changes};
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let here = paths::office_certificate(&id);
    let changes =
        Changes { name: name.clone(), id_no: id_no.clone(), occupation: occupation.clone(), trade: trade.clone() };
    let done = async {
        match act.as_str() {
            "stock" => certificates::set_stock(&records, &member, &id, &words).await,
            "deliver" => certificates::deliver(&records, &member, &id, &carrier, &words).await,
            "correct" => certificates::correct(&records, &member, &id, &changes, &words).await,
            "reissue" => certificates::reissue(&records, &member, &id, &words).await,
            "revoke" => {
                let why = RevokeReason::parse(&why).ok_or(domain::certificate::CertificateRefusal::NoReason)?;
                certificates::revoke(&records, &member, &id, why, &words, again == "yes").await
            }
            _ => Err(records::Error::NotFound),
        }
    };
    let out = done.await.map_err(crate::failure::from_records);
    let next = format!("{here}?done={act}");
    let back = format!("{here}#{act}");
    let mut typed = vec![(act, String::new())];
    for (key, value) in [
        ("words", words),
        ("carrier", carrier),
        ("name", name),
        ("id_no", id_no),
        ("occupation", occupation),
        ("trade", trade),
        ("why", why),
        ("again", again),
    ] {
        typed.push((key.to_owned(), value));
    }
    crate::again::ssr::settle(out, |()| next, &back, typed)
}
