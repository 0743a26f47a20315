//! Messages: one per transition, sent at least once, never to an address that was not proved, never by a way that is not
//! wanted.

use crate::cast::*;
use crate::variant::plan_under;
use domain::application::progress::Tone;
use domain::ids::Fen;
use domain::message::{DeliveryState, Language, MessageKind, MessageRefusal, Way, rhythm};
use domain::page::desk::Decision;
use domain::page::messages::{Audience, Letter};
use domain::refusal::Refusal;
use records::messages::{self, Address, Open, Outcome, Outgoing};
use records::{applications, desk};
use testkit::{Applicant, World, both_databases, shanghai};

const ALL: [Way; 3] = [Way::Mail, Way::Sms, Way::Webhook];

async fn inbox(world: &World, who: &Applicant) -> Vec<Letter> {
    let page = messages::inbox(&world.records, who.id, 1).await.unwrap();
    page.lines.into_iter().map(|line| line.letter).collect()
}

async fn kinds(world: &World, who: &Applicant) -> Vec<MessageKind> {
    inbox(world, who).await.into_iter().map(|letter| letter.kind).collect()
}

/// Plans everything and takes what is due now.
async fn taken_now(world: &World) -> Vec<Outgoing> {
    while messages::plan_deliveries(&world.records, Open { mail: true, sms: true }).await.unwrap() > 0 {}
    messages::take_due(&world.records, &ALL, 100).await.unwrap()
}

async fn settled(world: &World, one: &Outgoing, outcome: Outcome) -> Option<DeliveryState> {
    messages::settle(&world.records, &one.delivery, &one.lease, &outcome).await.unwrap()
}

/// Takes everything that is due and says it was sent; gives what it was.
async fn delivered(world: &World) -> Vec<(MessageKind, &'static str)> {
    let mut sent = Vec::new();
    for one in taken_now(world).await {
        let way = match one.address {
            Address::Mail(_) => "mail",
            Address::Mobile(_) => "sms",
            Address::Endpoint { .. } => "push",
        };
        assert_eq!(settled(world, &one, Outcome::Sent).await, Some(DeliveryState::Sent));
        sent.push((one.letter.kind, way));
    }
    sent.sort();
    sent
}

fn failing(reason: &str) -> Outcome {
    Outcome::Failed { reason: reason.into(), again: true }
}

/// A mail address with its proof.
async fn has_mail(world: &World, who: &Applicant, mail: &str) {
    messages::set_mail(&world.records, who.id, mail).await.unwrap();
    let all = taken_now(world).await;
    let one = all.iter().find(|one| one.letter.kind == MessageKind::MailConfirm).unwrap();
    messages::confirm_mail(&world.records, &one.letter.facts.number).await.unwrap();
    for one in &all {
        settled(world, one, Outcome::Sent).await;
    }
}

fn told(refusal: Refusal) -> MessageRefusal {
    match refusal {
        Refusal::Messages(refusal) => refusal,
        other => panic!("another refusal: {other:?}"),
    }
}

both_databases! {
    async fn every_transition_is_told_once(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        submits(world, &li, id).await;
        assert_eq!(kinds(world, &li).await, [MessageKind::Submitted], "clicking again tells nothing");

        world.pass(1);
        decides(world, &wang, id, returning(&[field("post")], "2026-11-25 23:59:59")).await;
        let newest = inbox(world, &li).await.remove(0);
        assert_eq!((newest.kind, newest.facts.until, newest.facts.words.as_str()), (MessageKind::Returned, Some(shanghai("2026-11-25 23:59:59")), "请更正"));
        assert_eq!((newest.application, newest.name.as_str(), newest.plan_title.as_str()), (Some(id), "李强", plan.title.as_str()));
        assert!(!newest.number.is_empty());

        world.pass(1);
        saves(world, &li, id, with(answers(), "post", "另一个岗位")).await;
        signs(world, &li, id).await;
        submits(world, &li, id).await;
        world.pass(1);
        decides(world, &wang, id, rejecting("年限不足")).await;
        world.pass(1);
        let seen = revision(world, &wang, id).await;
        desk::reopen(&world.records, &wang, id, seen, "看错了").await.unwrap();
        world.pass(1);
        decides(world, &wang, id, Decision::Approve).await;
        let all = kinds(world, &li).await;
        assert_eq!(all[1..], [MessageKind::Reopened, MessageKind::Rejected, MessageKind::Submitted, MessageKind::Returned, MessageKind::Submitted]);
        assert!(matches!(all[0], MessageKind::Approved | MessageKind::PaymentDue), "{:?}", all[0]);

        assert_eq!(messages::unread(&world.records, li.id).await.unwrap(), 6);
        let first = inbox(world, &li).await.remove(0).id;
        let zhao = world.applicant("赵敏").await;
        messages::read(&world.records, zhao.id, &first).await.unwrap();
        assert_eq!(messages::unread(&world.records, li.id).await.unwrap(), 6, "others read nothing of it");
        messages::read(&world.records, li.id, &first).await.unwrap();
        assert_eq!(messages::unread(&world.records, li.id).await.unwrap(), 5);
        messages::read_all(&world.records, li.id).await.unwrap();
        assert_eq!(messages::unread(&world.records, li.id).await.unwrap(), 0);
        assert!(kinds(world, &zhao).await.is_empty());
    }

    async fn what_is_refused_or_undone_by_the_database_tells_nobody(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        desk::claim(&world.records, &wang, id).await.unwrap();
        let seen = revision(world, &wang, id).await;
        refused(desk::decide(&world.records, &wang, id, seen, rejecting(" ")).await);
        assert_eq!(kinds(world, &li).await, [MessageKind::Submitted]);
    }

    async fn an_address_is_proved_before_anything_else_goes_there(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        assert_eq!(told(refused(messages::set_mail(&world.records, li.id, "nobody").await)), MessageRefusal::MailAddress);
        messages::set_mail(&world.records, li.id, "Li@Example.org").await.unwrap();
        submitted(world, &plan, &li).await;
        let all = taken_now(world).await;
        assert_eq!(all.iter().map(|one| one.letter.kind).collect::<Vec<_>>(), [MessageKind::MailConfirm], "nothing else goes there yet");
        assert!(matches!(&all[0].address, Address::Mail(mail) if mail.eq_ignore_ascii_case("li@example.org")));
        let token = all[0].letter.facts.number.clone();
        assert!(!kinds(world, &li).await.contains(&MessageKind::MailConfirm), "the link is for the mailbox alone");
        settled(world, &all[0], Outcome::Sent).await;

        assert_eq!(told(refused(messages::confirm_mail(&world.records, "other").await)), MessageRefusal::CodeOver);
        let masked = messages::contact_to_confirm(&world.records, &token).await.unwrap().unwrap();
        assert!(masked.contains("***@"), "{masked}");
        world.pass(24 * 60 + 1);
        assert_eq!(told(refused(messages::confirm_mail(&world.records, &token).await)), MessageRefusal::CodeOver, "a day is over");

        has_mail(world, &li, "li@example.org").await;
        assert_eq!(told(refused(messages::confirm_mail(&world.records, &token).await)), MessageRefusal::CodeOver, "once");
        let contact = messages::contact(&world.records, li.id).await.unwrap();
        assert_eq!((contact.mail.as_str(), contact.pending.as_str()), ("l***@example.org", ""));
        messages::forget_mail(&world.records, li.id).await.unwrap();
        assert_eq!(messages::contact(&world.records, li.id).await.unwrap().mail, "");
    }

    async fn nobodys_mailbox_is_filled_from_here(world) {
        let li = world.applicant("李强").await;
        for _ in 0..5 {
            messages::set_mail(&world.records, li.id, "victim@example.org").await.unwrap();
        }
        let more = messages::set_mail(&world.records, li.id, "victim@example.org").await;
        assert!(matches!(told(refused(more)), MessageRefusal::TooOften { .. }));
    }

    async fn decisions_go_by_mail_and_text_message_and_each_can_be_switched_off(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        has_mail(world, &li, "li@example.org").await;
        let id = submitted(world, &plan, &li).await;
        assert_eq!(delivered(world).await, [(MessageKind::Submitted, "mail")], "what one did oneself is no text message");
        decides(world, &wang, id, returning(&[field("post")], "2026-11-25 23:59:59")).await;
        assert_eq!(delivered(world).await, [(MessageKind::Returned, "mail"), (MessageKind::Returned, "sms")]);
        assert_eq!(delivered(world).await, [], "sent is sent");

        messages::keep_preferences(&world.records, li.id, true, true, Language::En).await.unwrap();
        saves(world, &li, id, with(answers(), "post", "另一个岗位")).await;
        signs(world, &li, id).await;
        submits(world, &li, id).await;
        decides(world, &wang, id, rejecting("年限不足")).await;
        assert_eq!(delivered(world).await, []);
        let newest = inbox(world, &li).await;
        assert!(newest.iter().any(|one| one.kind == MessageKind::Rejected), "the inbox cannot be closed");
        assert_eq!(newest[0].language, Language::En);
    }

    async fn a_wish_counts_up_to_the_last_moment(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        decides(world, &wang, id, rejecting("年限不足")).await;
        while messages::plan_deliveries(&world.records, Open { mail: true, sms: true }).await.unwrap() > 0 {}
        messages::keep_preferences(&world.records, li.id, false, true, Language::Zh).await.unwrap();
        assert!(messages::take_due(&world.records, &ALL, 100).await.unwrap().is_empty());
        let log = messages::delivered(&world.records).await.unwrap();
        assert_eq!(log.iter().map(|line| (line.state.as_str(), line.reason.as_str())).collect::<Vec<_>>(), [("given_up", "no-address")]);
    }

    async fn text_messages_wait_for_the_morning(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        world.at("2026-11-21 22:30:00");
        decides(world, &wang, id, rejecting("年限不足")).await;
        assert_eq!(delivered(world).await, []);
        assert_eq!(messages::next_due(&world.records, &ALL).await.unwrap(), Some(shanghai("2026-11-22 08:00:00")));
        world.at("2026-11-22 07:59:59");
        assert_eq!(delivered(world).await, []);
        world.at("2026-11-22 08:00:00");
        assert_eq!(delivered(world).await, [(MessageKind::Rejected, "sms")]);
    }

    async fn without_a_way_out_nothing_is_sent_later(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        submitted(world, &plan, &li).await;
        assert_eq!(messages::plan_deliveries(&world.records, Open::default()).await.unwrap(), 1);
        world.pass(60);
        assert_eq!(delivered(world).await, [], "a way that is opened tomorrow sends nothing of yesterday");
    }

    async fn failures_are_tried_again_with_longer_and_longer_waits(world) {
        let (plan, li, zhou) = (world.plan().await, world.applicant("李强").await, world.manager("周敏").await);
        has_mail(world, &li, "li@example.org").await;
        submitted(world, &plan, &li).await;
        for (nth, wait) in rhythm::WAITS.into_iter().enumerate() {
            let all = taken_now(world).await;
            assert_eq!(all.len(), 1, "attempt {nth}");
            assert_eq!(settled(world, &all[0], failing("smtp-450")).await, Some(DeliveryState::Failed));
            assert!(taken_now(world).await.is_empty(), "not at once");
            world.pass(wait - 1);
            assert!(taken_now(world).await.is_empty(), "not before {wait} minutes");
            world.pass(1);
        }
        let all = taken_now(world).await;
        assert_eq!(settled(world, &all[0], failing("smtp-450")).await, Some(DeliveryState::GivenUp));
        world.pass(10_000);
        assert!(taken_now(world).await.is_empty());

        let page = messages::desk(&world.records, &zhou, Some(plan.id), Some(Way::Mail), Some(DeliveryState::GivenUp)).await.unwrap();
        assert_eq!(page.lines.len(), 1);
        assert_eq!((page.lines[0].attempts, page.lines[0].reason.as_str()), (6, "smtp-450"));
        messages::again(&world.records, &zhou, &page.lines[0].id).await.unwrap();
        let all = taken_now(world).await;
        assert_eq!(settled(world, &all[0], Outcome::Sent).await, Some(DeliveryState::Sent));
        let twice = messages::again(&world.records, &zhou, &page.lines[0].id).await;
        assert_eq!(told(refused(twice)), MessageRefusal::NotFailed);
        let stranger = world.staff("外人", domain::account::Role::Manager, "S000033000208").await;
        assert!(is_not_found(messages::again(&world.records, &stranger, &page.lines[0].id).await));
        assert!(messages::desk(&world.records, &stranger, None, None, None).await.unwrap().lines.is_empty());
    }

    async fn what_can_never_arrive_is_given_up_at_once(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        has_mail(world, &li, "li@example.org").await;
        submitted(world, &plan, &li).await;
        let all = taken_now(world).await;
        let never = Outcome::Failed { reason: "smtp-550".into(), again: false };
        assert_eq!(settled(world, &all[0], never).await, Some(DeliveryState::GivenUp));
    }

    async fn a_dead_nodes_delivery_is_taken_up_again_and_its_late_word_counts_nothing(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        has_mail(world, &li, "li@example.org").await;
        submitted(world, &plan, &li).await;
        let first = taken_now(world).await;
        assert!(taken_now(world).await.is_empty(), "one node is at it");
        world.pass(rhythm::LEASE_MS / 60_000);
        let second = taken_now(world).await;
        assert_eq!(first[0].delivery, second[0].delivery, "the same delivery, so the same Message-ID");
        assert_ne!(first[0].lease, second[0].lease);
        assert_eq!(settled(world, &first[0], failing("smtp-timeout")).await, None, "overtaken");
        assert_eq!(settled(world, &second[0], Outcome::Sent).await, Some(DeliveryState::Sent));
        assert_eq!(settled(world, &second[0], failing("late")).await, None, "sent stays sent");
    }

    async fn many_nodes_take_each_delivery_once(world) {
        let plan = world.plan().await;
        let mut people = Vec::new();
        for name in ["李强", "赵敏", "钱进", "孙立", "周全", "吴用"] {
            let who = world.applicant(name).await;
            has_mail(world, &who, "a@example.org").await;
            people.push(who);
        }
        for who in &people {
            submitted(world, &plan, who).await;
        }
        let nodes = (0..8).map(|_| {
            let records = world.records.clone();
            tokio::spawn(async move {
                messages::plan_deliveries(&records, Open { mail: true, sms: true }).await.unwrap();
                messages::take_due(&records, &ALL, 2).await.unwrap().into_iter().map(|one| one.delivery).collect::<Vec<_>>()
            })
        });
        let mut all = Vec::new();
        for node in futures::future::join_all(nodes.collect::<Vec<_>>()).await {
            all.extend(node.unwrap());
        }
        all.extend(taken_now(world).await.into_iter().map(|one| one.delivery));
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!((all.len(), count), (6, 6), "each once, none lost");
    }

    async fn an_agency_hears_by_its_own_address_and_a_secret_that_is_shown_once(world) {
        let (plan, li, zhou) = (world.plan().await, world.applicant("李强").await, world.manager("周敏").await);
        let inside = messages::add_endpoint(&world.records, &zhou, "http://127.0.0.1:9000/hook", false).await;
        assert_eq!(told(refused(inside)), MessageRefusal::Endpoint);
        let secret = messages::add_endpoint(&world.records, &zhou, "https://hook.example.org/jikao", false).await.unwrap();
        submitted(world, &plan, &li).await;
        let all = taken_now(world).await;
        assert!(matches!(&all[0].address, Address::Endpoint { url, secret: kept } if url == "https://hook.example.org/jikao" && *kept == secret));
        settled(world, &all[0], failing("http-500")).await;
        let endpoint = messages::endpoints(&world.records, &zhou).await.unwrap().remove(0);
        messages::end_endpoint(&world.records, &zhou, &endpoint.id).await.unwrap();
        world.pass(10);
        assert!(taken_now(world).await.is_empty(), "an ended address hears nothing more");
        let log = messages::delivered(&world.records).await.unwrap();
        assert_eq!(log[0].reason, "endpoint-ended");
        for n in 0..5 {
            messages::add_endpoint(&world.records, &zhou, &format!("https://h{n}.example.org"), false).await.unwrap();
        }
        let sixth = messages::add_endpoint(&world.records, &zhou, "https://h6.example.org", false).await;
        assert_eq!(told(refused(sixth)), MessageRefusal::TooManyEndpoints { limit: 5 });
        let wang = world.reviewer("王芳").await;
        assert!(matches!(messages::add_endpoint(&world.records, &wang, "https://h.example.org", false).await, Err(records::Error::Forbidden)));
    }

    async fn an_agency_words_its_messages_with_known_placeholders(world) {
        let (plan, li, zhou) = (world.plan().await, world.applicant("李强").await, world.manager("周敏").await);
        let keep = |subject: &'static str, body: &'static str| {
            let (records, zhou) = (world.records.clone(), zhou.clone());
            async move { messages::keep_words(&records, &zhou, MessageKind::Submitted, Language::Zh, subject, body).await }
        };
        assert_eq!(told(refused(keep("{密码}", "x").await)), MessageRefusal::Placeholders(vec!["{密码}".into()]));
        keep("收到了：{工种}", "{姓名}，请等候。\r\n{链接}").await.unwrap();
        keep("收到：{工种}", "{姓名}，请等候。\r\n{链接}").await.unwrap();
        submitted(world, &plan, &li).await;
        assert_eq!(inbox(world, &li).await[0].own, Some(("收到：{工种}".into(), "{姓名}，请等候。\n{链接}".into())));
        let own = messages::own_words(&world.records, &zhou, MessageKind::Submitted, Language::Zh).await.unwrap().unwrap();
        assert_eq!(own.by, "周敏");
        messages::drop_words(&world.records, &zhou, MessageKind::Submitted, Language::Zh).await.unwrap();
        assert_eq!(inbox(world, &li).await[0].own, None);
        assert!(is_not_found(messages::keep_words(&world.records, &zhou, MessageKind::MailConfirm, Language::Zh, "a", "b").await));
    }

    async fn a_notice_goes_to_those_whom_the_preview_counted(world) {
        let (plan, zhou, wang) = (world.plan().await, world.manager("周敏").await, world.reviewer("王芳").await);
        let (li, zhao) = (world.applicant("李强").await, world.applicant("赵敏").await);
        let send = |audience, shown| {
            let (records, zhou) = (world.records.clone(), zhou.clone());
            async move { messages::send_notice(&records, &zhou, plan.id, audience, "集合时间", "{姓名}，请 8 点到。", shown).await }
        };
        assert_eq!(told(refused(send(Audience::Everybody, 0).await)), MessageRefusal::Nobody);
        let first = submitted(world, &plan, &li).await;
        let preview = messages::notice_preview(&world.records, &zhou, plan.id, Audience::Everybody, "集合时间", "{姓名}，请 8 点到。").await.unwrap();
        assert_eq!((preview.people, preview.by_mail, preview.first[0].name.as_str()), (1, 0, "李强"));
        submitted(world, &plan, &zhao).await;
        assert_eq!(told(refused(send(Audience::Everybody, 1).await)), MessageRefusal::OtherPeople { now: 2, shown: 1 });
        world.pass(1);
        assert_eq!(send(Audience::Everybody, 2).await.unwrap(), 2);
        for who in [&li, &zhao] {
            let newest = inbox(world, who).await.remove(0);
            assert_eq!((newest.kind, newest.facts.title.as_str()), (MessageKind::Notice, "集合时间"));
        }
        world.pass(1);
        decides(world, &wang, first, rejecting("年限不足")).await;
        assert_eq!(send(Audience::Submitted, 1).await.unwrap(), 1, "who is out hears no more");
        let page = messages::desk(&world.records, &zhou, None, None, None).await.unwrap();
        assert_eq!(page.notices.iter().map(|one| one.people).collect::<Vec<_>>(), [1, 2]);
        let forbidden = messages::send_notice(&world.records, &wang, plan.id, Audience::Everybody, "a", "b", 1).await;
        assert!(matches!(forbidden, Err(records::Error::Forbidden)));
        let stranger = world.staff("外人", domain::account::Role::Manager, "S000033000208").await;
        assert!(is_not_found(messages::notice_preview(&world.records, &stranger, plan.id, Audience::Everybody, "a", "b").await));
    }

    async fn deadlines_are_reminded_of_once_and_only_while_they_matter(world) {
        let plan = plan_under(world, "reminding", |profile| {
            profile.payment.days = 5;
            profile.payment.unpaid_gives_up = true;
        })
        .await;
        let (li, zhao, wang) = (world.applicant("李强").await, world.applicant("赵敏").await, world.reviewer("王芳").await);
        let late = submitted(world, &plan, &li).await;
        decides(world, &wang, late, returning(&[field("post")], "2026-11-23 23:59:59")).await;
        let owing = submitted(world, &plan, &zhao).await;
        decides(world, &wang, owing, Decision::Approve).await;
        let until = applications::case_of(&world.records, zhao.id, owing).await.unwrap().order.unwrap().until.unwrap();

        let count = |kind: MessageKind, who: &Applicant| {
            let (records, id) = (world.records.clone(), who.id);
            async move {
                messages::remind(&records).await.unwrap();
                messages::remind(&records).await.unwrap();
                let page = messages::inbox(&records, id, 1).await.unwrap();
                page.lines.into_iter().filter(|line| line.letter.kind == kind).count()
            }
        };
        assert_eq!(count(MessageKind::CorrectionSoon, &li).await, 0, "two days are left");
        world.at("2026-11-23 06:00:00");
        assert_eq!(count(MessageKind::CorrectionSoon, &li).await, 1);
        let mut payments = Vec::new();
        for hours in [73, 71, 25, 23, 1] {
            world.records.clock().set(domain::time::Timestamp(until.0 - hours * 3_600_000));
            payments.push(count(MessageKind::PaymentSoon, &zhao).await);
        }
        assert_eq!(payments, [0, 1, 1, 2, 2], "three days before, and one day before");
        let newest = inbox(world, &zhao).await.remove(0);
        assert_eq!((newest.facts.amount, newest.facts.until), (Some(Fen(28_000)), Some(until)));
        world.records.clock().set(domain::time::Timestamp(until.0 + 1));
        assert_eq!(count(MessageKind::PaymentSoon, &zhao).await, 2);
        world.at("2027-01-14 09:00:00");
        assert_eq!(count(MessageKind::ExamSoon, &zhao).await, 1, "the exam is on the 17th");
        assert_eq!(count(MessageKind::ExamSoon, &li).await, 0, "who was not approved has no exam");
    }

    async fn the_office_hears_in_the_morning_what_the_day_brings(world) {
        let (_, zhou) = (world.plan().await, world.manager("周敏").await);
        world.at("2027-01-17 06:00:00");
        messages::remind(&world.records).await.unwrap();
        let own = || async { messages::desk(&world.records, &zhou, None, None, None).await.unwrap().own };
        assert!(own().await.is_empty(), "not before seven");
        world.at("2027-01-17 07:05:00");
        messages::remind(&world.records).await.unwrap();
        messages::remind(&world.records).await.unwrap();
        let all = own().await;
        assert!(all.iter().any(|one| one.letter.facts.title.ends_with("考试") && !one.read), "{all:?}");
        let count = all.len();
        messages::own_read(&world.records, &zhou).await.unwrap();
        let read = own().await;
        assert_eq!((read.len(), read.iter().filter(|one| one.read).count()), (count, count));
        let stranger = world.staff("外人", domain::account::Role::Manager, "S000033000208").await;
        assert!(messages::desk(&world.records, &stranger, None, None, None).await.unwrap().own.is_empty());
    }

    async fn who_cannot_sign_in_learns_the_stage_and_nobody_learns_more(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = submitted(world, &plan, &li).await;
        let number = applications::case_of(&world.records, li.id, id).await.unwrap().line.number;
        let tail = &li.mobile[7..];
        let ask = |number: String, tail: String| {
            let records = world.records.clone();
            async move { messages::standing(&records, &number, &tail).await }
        };
        let found = ask(number.clone(), tail.into()).await.unwrap().unwrap();
        assert_eq!((found.plan_title.as_str(), found.progress.tone), (plan.title.as_str(), Tone::Others));
        let wide: String = number.chars().map(|ch| char::from_u32(ch as u32 + 0xFEE0).filter(|_| ch.is_ascii_graphic()).unwrap_or(ch)).collect();
        assert!(ask(format!(" {wide} "), tail.into()).await.unwrap().is_some(), "full-width digits are typing aids");

        let other = if tail == "0000" { "1111" } else { "0000" };
        for (asked, digits) in [(number.as_str(), other), ("BM0000000000", tail), (number.as_str(), ""), ("", "")] {
            assert_eq!(ask(asked.into(), digits.into()).await.unwrap(), None, "{asked} {digits}");
        }
        let mut answers = Vec::new();
        for asked in [number.as_str(), "BM0000000001"] {
            let mut outcome = Ok(None);
            for _ in 0..8 {
                outcome = ask(asked.into(), other.into()).await;
            }
            answers.push(told(refused(outcome)));
        }
        assert!(matches!(answers[0], MessageRefusal::TooOften { .. }));
        assert_eq!(answers[0], answers[1], "a number that exists rests as long as one that does not");
        let right = ask(number, tail.into()).await;
        assert!(matches!(told(refused(right)), MessageRefusal::TooOften { .. }), "guessing on is of no use");
    }

    async fn the_deadline_of_a_payment_can_be_put_into_a_calendar(world) {
        let plan = plan_under(world, "dated", |profile| profile.payment.days = 3).await;
        let (li, zhao, wang) = (world.applicant("李强").await, world.applicant("赵敏").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        assert_eq!(messages::deadline(&world.records, li.id, id).await.unwrap(), None);
        decides(world, &wang, id, Decision::Approve).await;
        let one = messages::deadline(&world.records, li.id, id).await.unwrap().unwrap();
        assert_eq!(one.to, shanghai("2026-11-24 23:59:59"));
        assert!(is_not_found(messages::deadline(&world.records, zhao.id, id).await));
        assert_eq!(messages::appointments(&world.records, li.id, id).await.unwrap(), [], "no ticket yet");
    }

    async fn addresses_and_facts_lie_sealed(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        has_mail(world, &li, "a-rare-address@example.org").await;
        let id = submitted(world, &plan, &li).await;
        decides(world, &wang, id, rejecting("一句少见的理由")).await;
        let log = messages::delivered(&world.records).await.unwrap();
        assert!(!format!("{log:?}").contains("rare"));
        let db = sea_orm::Database::connect(world.database_url()).await.unwrap();
        use sea_orm::ConnectionTrait;
        for table in ["message", "message_contact", "message_delivery"] {
            let rows = db.query_all_raw(sea_orm::Statement::from_string(db.get_database_backend(), format!("SELECT * FROM {table}"))).await.unwrap();
            assert!(!rows.is_empty());
            let all = format!("{rows:?}");
            assert!(!all.contains("a-rare-address") && !all.contains("一句少见的理由"), "{table}");
        }
    }
}
