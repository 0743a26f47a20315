//! The links by which people confirm what an agency typed in, sent from the desk.

use crate::cast::*;
use crate::collecting::{collected_plan, confirm_refused, token_of, typed};
use crate::rosters;
use domain::account::{Role, StaffMember};
use domain::message::{DeliveryState, Language, MessageKind, Way};
use domain::page::collecting::{Collected, CollectedLine, ConfirmPage, ConfirmRefusal, LinksSent};
use domain::page::mine::What;
use domain::plan::Plan;
use records::collecting::{self, GAP_MINUTES, MANY_GAP_MINUTES, PER_DAY};
use records::history;
use records::messages::{self, Address, Open, Outcome, Outgoing};
use testkit::{World, both_databases};

const SMS: Open = Open { mail: false, sms: true };

/// What goes out now.
async fn out(world: &World) -> Vec<Outgoing> {
    while messages::plan_deliveries(&world.records, Open { mail: true, sms: true }).await.unwrap() > 0 {}
    messages::take_due(&world.records, &[Way::Mail, Way::Sms], 100).await.unwrap()
}

async fn settled(world: &World, one: &Outgoing, outcome: Outcome) {
    messages::settle(&world.records, &one.delivery, &one.lease, &outcome).await.unwrap();
}

async fn line(world: &World, boss: &StaffMember, name: &str) -> CollectedLine {
    let desk = collecting::desk(&world.records, boss, None).await.unwrap();
    desk.lines.into_iter().find(|line| line.name == name).unwrap()
}

/// What the line says of a link that was sent: on which way, and where it stands.
async fn ways(world: &World, boss: &StaffMember, name: &str) -> Option<Vec<(Way, DeliveryState, String)>> {
    let sent = line(world, boss, name).await.sent?;
    Some(sent.ways.into_iter().map(|one| (one.way, one.state, one.reason)).collect())
}

fn named(plan: &Plan, name: &str, sequence: u32) -> Collected {
    Collected { name: name.into(), mobile: format!("1380000{sequence:04}"), ..typed(plan, sequence) }
}

both_databases! {
    async fn a_link_goes_to_the_mobile_and_its_way_stands_in_the_list(world) {
        let records = &world.records;
        let (plan, boss) = (collected_plan(world).await, world.manager("周敏").await);
        let by_hand = collecting::collect(records, &boss, &typed(&plan, 511)).await.unwrap();
        assert_eq!(ways(world, &boss, "吴迪").await, None);
        let until = collecting::send_link(records, &boss, by_hand.id, SMS).await.unwrap();
        assert!(line(world, &boss, "吴迪").await.sent.unwrap().waits);
        assert_eq!(confirm_refused(collecting::page(records, token_of(&by_hand.path), None).await), ConfirmRefusal::LinkOver, "another took its place");

        let mut all = out(world).await;
        assert_eq!(all.len(), 1);
        let one = all.remove(0);
        assert!(matches!(&one.address, Address::Mobile(to) if to == "13800007788"));
        assert_eq!((one.letter.kind, one.letter.facts.until), (MessageKind::ConfirmAsked, Some(until)));
        let secret = one.letter.facts.number.clone();
        assert!(secret.len() <= 20, "it fits into a variable of a text message");
        assert_eq!(ways(world, &boss, "吴迪").await.unwrap(), [(Way::Sms, DeliveryState::Sending, String::new())]);
        let lost = Outcome::Failed { reason: "isv.MOBILE_NUMBER_ILLEGAL".into(), again: false };
        settled(world, &one, lost).await;
        assert_eq!(ways(world, &boss, "吴迪").await.unwrap(), [(Way::Sms, DeliveryState::GivenUp, "isv.MOBILE_NUMBER_ILLEGAL".to_owned())]);

        let ConfirmPage::Ask(_) = collecting::page(records, &secret, None).await.unwrap() else { panic!("open at once") };
        let proof = collecting::prove(records, &secret, "7788").await.unwrap();
        let (account, id) = collecting::whose(records, &secret, Some(&proof)).await.unwrap();
        assert_eq!(id, by_hand.id);
        assert!(messages::inbox(records, account, 1).await.unwrap().lines.is_empty(), "the secret stands in no inbox");
        for what in [What::LinkSent, What::LinkMade] {
            assert_eq!(lines(world, &id.to_string(), what).await, 1, "one by hand, one sent: {what:?}");
        }
        assert!(history::verify(records, &id.to_string()).await.unwrap().is_ok());

        let again = collecting::renew_link(records, &boss, id).await.unwrap();
        assert_eq!(ways(world, &boss, "吴迪").await, None, "the new one was sent to nobody");
        collecting::page(records, token_of(&again.path), None).await.unwrap();
    }

    async fn one_press_reaches_everybody_who_has_not_confirmed_and_disturbs_nobody(world) {
        let records = &world.records;
        let (plan, boss) = (collected_plan(world).await, world.manager("周敏").await);
        for (name, sequence) in [("吴迪", 521), ("郑和", 522), ("王五", 523), ("孙立", 524)] {
            collecting::collect(records, &boss, &named(&plan, name, sequence)).await.unwrap();
        }
        let (wu, zheng, sun) = (line(world, &boss, "吴迪").await.id, line(world, &boss, "郑和").await.id, line(world, &boss, "孙立").await.id);
        let busy = collecting::renew_link(records, &boss, zheng).await.unwrap();
        let proof = collecting::prove(records, token_of(&busy.path), "0522").await.unwrap();
        let quiet = collecting::renew_link(records, &boss, sun).await.unwrap();
        let theirs = collecting::prove(records, token_of(&quiet.path), "0524").await.unwrap();
        let (account, _) = collecting::whose(records, token_of(&quiet.path), Some(&theirs)).await.unwrap();
        messages::keep_preferences(records, account, false, true, Language::Zh).await.unwrap();
        world.pass(61);
        let proof = match collecting::whose(records, token_of(&busy.path), Some(&proof)).await {
            Ok(_) => panic!("an hour is over"),
            Err(_) => collecting::prove(records, token_of(&busy.path), "0522").await.unwrap(),
        };

        let done = collecting::send_links(records, &boss, plan.id, SMS).await.unwrap();
        assert_eq!(done, LinksSent { sent: 2, lately: 0, busy: 1, unreachable: 1 });
        collecting::whose(records, token_of(&busy.path), Some(&proof)).await.unwrap();
        collecting::page(records, token_of(&quiet.path), None).await.unwrap();
        let all = out(world).await;
        assert_eq!(all.len(), 2);
        for one in &all {
            settled(world, one, Outcome::Sent).await;
        }
        let done = collecting::send_links(records, &boss, plan.id, SMS).await.unwrap();
        assert_eq!(done, LinksSent { sent: 0, lately: 2, busy: 1, unreachable: 1 }, "a second press sends nothing twice");
        assert!(out(world).await.is_empty());

        let rests = u32::try_from(GAP_MINUTES).unwrap();
        assert_eq!(confirm_refused(collecting::send_link(records, &boss, wu, SMS).await), ConfirmRefusal::SentLately { minutes: rests });
        for _ in 1..PER_DAY {
            world.pass(GAP_MINUTES);
            collecting::send_link(records, &boss, wu, SMS).await.unwrap();
        }
        world.pass(GAP_MINUTES);
        assert_eq!(confirm_refused(collecting::send_link(records, &boss, wu, SMS).await), ConfirmRefusal::SentOften { limit: PER_DAY });
        world.pass(MANY_GAP_MINUTES);
        let done = collecting::send_links(records, &boss, plan.id, SMS).await.unwrap();
        assert_eq!(done.sent, 3, "the next day again, also to whom was busy");
    }

    async fn a_link_that_waited_for_the_morning_is_not_sent_when_another_took_its_place(world) {
        let records = &world.records;
        let (plan, boss) = (collected_plan(world).await, world.manager("周敏").await);
        let id = collecting::collect(records, &boss, &typed(&plan, 531)).await.unwrap().id;
        world.at("2026-11-21 22:30:00");
        collecting::send_link(records, &boss, id, SMS).await.unwrap();
        assert!(out(world).await.is_empty(), "nobody is woken");
        assert_eq!(ways(world, &boss, "吴迪").await.unwrap(), [(Way::Sms, DeliveryState::Planned, String::new())]);
        world.pass(GAP_MINUTES);
        collecting::send_link(records, &boss, id, SMS).await.unwrap();
        world.at("2026-11-22 08:00:00");
        let all = out(world).await;
        assert_eq!(all.len(), 1);
        collecting::page(records, &all[0].letter.facts.number, None).await.unwrap();
    }

    async fn people_of_a_roster_are_sent_their_first_link(world) {
        let records = &world.records;
        let (plan, boss) = (rosters::plan_of(world).await, world.manager("毛伟").await);
        let id = rosters::keeps(records, &boss, &plan, "报名信息表_30.xlsx").await.unwrap();
        records::rosters::begin(records, &boss, id).await.unwrap();
        rosters::works(records).await;
        let desk = collecting::desk(records, &boss, Some(plan.id)).await.unwrap();
        assert_eq!((desk.lines.len(), desk.waiting), (0, 30), "nobody has a link yet");
        let done = collecting::send_links(records, &boss, plan.id, SMS).await.unwrap();
        assert_eq!(done, LinksSent { sent: 30, ..LinksSent::default() });
        assert_eq!(out(world).await.len(), 30);
        let desk = collecting::desk(records, &boss, Some(plan.id)).await.unwrap();
        assert!(desk.lines.len() == 30 && desk.lines.iter().all(|line| line.sent.is_some()));
    }

    async fn sending_keeps_to_its_agency_and_says_when_no_way_leads_there(world) {
        let records = &world.records;
        let (plan, boss) = (collected_plan(world).await, world.manager("周敏").await);
        let link = collecting::collect(records, &boss, &typed(&plan, 541)).await.unwrap();
        let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
        assert!(is_not_found(collecting::send_link(records, &stranger, link.id, SMS).await));
        assert_eq!(collecting::send_links(records, &stranger, plan.id, SMS).await.unwrap(), LinksSent::default());
        let authority = world.staff("叶舟", Role::Authority, "").await;
        assert!(collecting::send_links(records, &authority, plan.id, SMS).await.is_err());
        assert_eq!(confirm_refused(collecting::send_link(records, &boss, link.id, Open::default()).await), ConfirmRefusal::NotSent);
        let mail = Open { mail: true, sms: false };
        assert_eq!(confirm_refused(collecting::send_link(records, &boss, link.id, mail).await), ConfirmRefusal::NoAddress, "no mail address was proved");
        collecting::page(records, token_of(&link.path), None).await.unwrap();

        // Whoever has an account is written to where they want it: the agency's typing changes nothing of theirs.
        let li = world.applicant("李强").await;
        let theirs = Collected { name: "李强".into(), id_no: li.id_no.clone(), mobile: "13900009999".into(), ..typed(&plan, 542) };
        let own = collecting::collect(records, &boss, &theirs).await.unwrap();
        collecting::send_link(records, &boss, own.id, SMS).await.unwrap();
        let all = out(world).await;
        assert!(matches!(&all[0].address, Address::Mobile(to) if *to == li.mobile));
    }
}

/// Lines of this kind in the history of a draft, which the desk does not open.
async fn lines(world: &World, case: &str, what: What) -> i64 {
    use sea_orm::{ConnectionTrait, Database, Statement};
    let db = Database::connect(world.database_url()).await.unwrap();
    let question = format!("SELECT COUNT(*) AS n FROM history WHERE case_id = '{case}' AND what = '{}'", what.as_str());
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), question)).await.unwrap().unwrap();
    let count = row.try_get("", "n").unwrap();
    db.close().await.unwrap();
    count
}
