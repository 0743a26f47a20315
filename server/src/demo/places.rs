//! People who wait before a full plan of the demonstration, so that its line can be seen at once.

use super::PASSWORD;
use domain::account::SignUp;
use records::{Error, Records, accounts, places, plans};

/// A plan without seats left.
const PLAN: &str = "2026-S-001208";
/// Invented: name, number of the identity card, mobile.
const WAITING: [(&str, &str, &str); 3] = [
    ("何静", "330106199203050122", "13957400101"),
    ("唐亮", "330106199508110245", "13957400102"),
    ("罗敏", "330106198801230137", "13957400103"),
];

/// Lets them join, if nobody waits yet.
pub(super) async fn play(records: &Records) -> Result<(), Error> {
    let plan = plans::by_number(records, PLAN).await?;
    if places::line(records, plan.id).await?.waiting > 0 {
        return Ok(());
    }
    for (name, id_no, mobile) in WAITING {
        let typed = SignUp {
            name: name.into(),
            id_kind: "RIC".into(),
            id_no: id_no.into(),
            mobile: mobile.into(),
            password: PASSWORD.into(),
            password_again: PASSWORD.into(),
            agreed: "yes".into(),
            ..SignUp::default()
        };
        match accounts::sign_up(records, &typed).await {
            // Here from an earlier start.
            Ok(_) | Err(Error::Refused(_)) => {}
            Err(other) => return Err(other),
        }
        let account = accounts::sign_in(records, id_no, PASSWORD).await?;
        match places::join(records, account, plan.id, None).await {
            // The plan of the demonstration may have closed meanwhile.
            Ok(_) | Err(Error::Refused(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(())
}
