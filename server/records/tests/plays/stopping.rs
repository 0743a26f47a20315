//! 退订: the link in a mail switches mails off for the address that it was sent to, once, and that is written down.

use crate::cast::*;
use domain::message::{Language, MessageKind, Way};
use domain::page::desk::Decision;
use records::messages::{self, Open, Outcome, Outgoing};
use records::{Error, history};
use testkit::{Applicant, World, both_databases};

const ALL: [Way; 3] = [Way::Mail, Way::Sms, Way::Webhook];

/// Everything that leaves now.
async fn sent(world: &World) -> Vec<Outgoing> {
    while messages::plan_deliveries(&world.records, Open { mail: true, sms: true }).await.unwrap() > 0 {}
    let all = messages::take_due(&world.records, &ALL, 100).await.unwrap();
    for one in &all {
        messages::settle(&world.records, &one.delivery, &one.lease, &Outcome::Sent).await.unwrap();
    }
    all
}

async fn has_mail(world: &World, who: &Applicant, mail: &str) {
    messages::set_mail(&world.records, who.id, mail).await.unwrap();
    let all = sent(world).await;
    let proof = all.iter().find(|one| one.letter.kind == MessageKind::MailConfirm).unwrap();
    assert_eq!(proof.stop, None, "a mail that was asked for just now cannot be switched off");
    messages::confirm_mail(&world.records, &proof.letter.facts.number).await.unwrap();
}

async fn is_off(world: &World, who: &Applicant) -> bool {
    messages::contact(&world.records, who.id).await.unwrap().no_mail
}

/// How often it was written down that somebody wants messages by other ways.
async fn written_down(world: &World, who: &Applicant) -> usize {
    use sea_orm::ConnectionTrait;
    assert!(history::verify(&world.records, &who.id.to_string()).await.unwrap().is_ok());
    let db = sea_orm::Database::connect(world.database_url()).await.unwrap();
    let text = format!("SELECT detail FROM history WHERE case_id = '{}' AND what = 'message_ways'", who.id);
    let rows = db.query_all_raw(sea_orm::Statement::from_string(db.get_database_backend(), text)).await.unwrap();
    db.close().await.unwrap();
    rows.len()
}

both_databases! {
    async fn the_link_in_a_mail_switches_mails_off_and_nothing_else(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        has_mail(world, &li, "li@example.org").await;
        let id = submitted(world, &plan, &li).await;
        let mails = sent(world).await;
        let link = mails[0].stop.clone().unwrap();
        let shown = messages::mail_to_stop(&world.records, &link).await.unwrap().unwrap();
        assert_eq!((shown.mail.as_str(), shown.stopped), ("l***@example.org", false));
        assert!(!is_off(world, &li).await, "looking changes nothing");
        for _ in 0..2 {
            messages::stop_mail(&world.records, &link).await.unwrap();
        }
        assert!(is_off(world, &li).await && messages::mail_to_stop(&world.records, &link).await.unwrap().unwrap().stopped);
        assert_eq!(written_down(world, &li).await, 1, "once");

        decides(world, &wang, id, Decision::Approve).await;
        let rest = sent(world).await;
        assert!(rest.iter().all(|one| one.stop.is_none() && one.letter.kind != MessageKind::Submitted));
        assert_eq!(rest.len(), 1, "the text message, which was not switched off");
        assert_eq!(messages::inbox(&world.records, li.id, 1).await.unwrap().lines.len(), 2, "the inbox stays");

        // On again by the page, and by the same link off once more.
        messages::keep_preferences(&world.records, li.id, false, false, Language::En).await.unwrap();
        messages::keep_preferences(&world.records, li.id, false, false, Language::Zh).await.unwrap();
        assert_eq!((is_off(world, &li).await, written_down(world, &li).await), (false, 2), "a language is no way");
        messages::stop_mail(&world.records, &link).await.unwrap();
        assert_eq!((is_off(world, &li).await, written_down(world, &li).await), (true, 3));
    }

    async fn a_link_counts_for_its_person_and_its_address_alone(world) {
        let (plan, li, zhao) = (world.plan().await, world.applicant("李强").await, world.applicant("赵敏").await);
        has_mail(world, &li, "li@example.org").await;
        has_mail(world, &zhao, "zhao@example.org").await;
        submitted(world, &plan, &li).await;
        let link = sent(world).await.iter().find_map(|one| one.stop.clone()).unwrap();
        let of_zhao = link.replace(&li.id.to_string(), &zhao.id.to_string());
        assert_ne!(link, of_zhao);
        for wrong in [of_zhao.as_str(), "", "-", &link[..link.len() - 1], &format!("{link}0")] {
            assert_eq!(messages::mail_to_stop(&world.records, wrong).await.unwrap(), None, "{wrong}");
            assert!(matches!(messages::stop_mail(&world.records, wrong).await, Err(Error::NotFound)), "{wrong}");
        }
        world.pass(60);
        has_mail(world, &li, "new@example.org").await;
        assert!(is_not_found(messages::stop_mail(&world.records, &link).await), "the old mailbox has no say any more");
        assert!(!is_off(world, &li).await && !is_off(world, &zhao).await);
        assert_eq!(written_down(world, &li).await, 0);
    }
}
