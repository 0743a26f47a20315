//! What left the house of the demonstration's agency: nothing is sent, but its log has lines, and some say why nothing arrived.

use domain::message::Way;
use records::messages::{self, Open, Outcome};
use records::{Error, Records};

/// Most letters of the log.
const MOST: u32 = 60;

/// Writes the log of what was told so far. A demonstration sends nothing: this is what a text message service might answer.
pub(super) async fn play(records: &Records) -> Result<(), Error> {
    while messages::plan_deliveries(records, Open { mail: true, sms: true }).await? > 0 {}
    let failed = |reason: &str, again: bool| Outcome::Failed { reason: reason.to_owned(), again };
    for (place, one) in messages::take_due(records, &[Way::Mail, Way::Sms], MOST).await?.into_iter().enumerate() {
        let outcome = match place % 5 {
            1 => failed("timeout", true),
            3 => failed("isv.MOBILE_NUMBER_ILLEGAL", false),
            _ => Outcome::Sent,
        };
        messages::settle(records, &one.delivery, &one.lease, &outcome).await?;
    }
    Ok(())
}
