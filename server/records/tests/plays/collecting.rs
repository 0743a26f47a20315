//! Data that an agency collects and people confirm; printing; looking certificates up.

use crate::cast::*;
use crate::variant::plan_under;
use domain::account::{Role, Viewer};
use domain::application::printing::PrintRefusal;
use domain::page::collecting::{Collected, CollectedState, ConfirmPage, ConfirmRefusal, LookupRefusal};
use domain::page::desk::Decision;
use domain::page::mine::What;
use domain::plan::Plan;
use domain::profile::{Download, Printable, Standing};
use domain::refusal::Refusal;
use records::{Error, applications, collecting, desk, filing, history};
use testkit::{World, both_databases, id_number};

pub async fn collected_plan(world: &World) -> Plan {
    plan_under(world, "collected", |profile| {
        profile.collecting.by_agency = true;
        profile.collecting.link_days = 7;
    })
    .await
}

pub fn typed(plan: &Plan, sequence: u32) -> Collected {
    Collected {
        plan: plan.id.to_string(),
        name: "吴迪".into(),
        id_kind: "RIC".into(),
        id_no: id_number("330106", "19920812", sequence),
        mobile: "13800007788".into(),
        answers: answers(),
    }
}

pub fn token_of(path: &str) -> &str {
    path.strip_prefix("/confirm/").unwrap()
}

pub fn confirm_refused<T: std::fmt::Debug>(outcome: Result<T, Error>) -> ConfirmRefusal {
    match refused(outcome) {
        Refusal::Confirm(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

both_databases! {
    async fn a_person_confirms_what_the_agency_collected(world) {
        let (plan, boss) = (collected_plan(world).await, world.manager("周敏").await);
        let link = collecting::collect(&world.records, &boss, &typed(&plan, 501)).await.unwrap();
        let token = token_of(&link.path);
        let ConfirmPage::Ask(head) = collecting::page(&world.records, token, None).await.unwrap() else { panic!("open at once") };
        assert!(!head.id_no_masked.contains("19920812") && !head.name_masked.contains("吴迪"));

        assert_eq!(confirm_refused(collecting::prove(&world.records, token, "0000").await), ConfirmRefusal::NoMatch);
        let proof = collecting::prove(&world.records, token, "7788").await.unwrap();
        let by_birth = collecting::prove(&world.records, token, "1992-08-12").await.unwrap();
        assert_eq!(confirm_refused(collecting::whose(&world.records, token, Some(&proof)).await), ConfirmRefusal::AskAgain, "one browser at a time");
        let proof = Some(by_birth.as_str());
        let (account, id) = collecting::whose(&world.records, token, proof).await.unwrap();
        let ConfirmPage::Open(open) = collecting::page(&world.records, token, proof).await.unwrap() else { panic!("not open") };
        assert_eq!(open.1.answers.get("employer"), "杭州某某环境科技有限公司");

        let early = collecting::confirm(&world.records, token, proof, "k").await;
        assert!(matches!(refused(early), Refusal::Submit(_)), "all checks hold here too");
        let upload = applications::PhotoUpload { used: testkit::photo(), original: Vec::new(), file_name: "照片.jpg".into() };
        applications::keep_photo(&world.records, account, id, upload).await.unwrap();
        applications::add_file(&world.records, account, id, "evidence", "证明.pdf", testkit::pdf(1)).await.unwrap();
        applications::sign(&world.records, account, id, testkit::signature()).await.unwrap();
        let receipt = collecting::confirm(&world.records, token, proof, "k").await.unwrap();
        assert!(!receipt.number.is_empty());
        let ConfirmPage::Done(_, number) = collecting::page(&world.records, token, proof).await.unwrap() else { panic!("not done") };
        assert_eq!(number, receipt.number);
        assert_eq!(confirm_refused(collecting::whose(&world.records, token, proof).await), ConfirmRefusal::LinkOver);
        assert_eq!(confirm_refused(collecting::renew_link(&world.records, &boss, id).await), ConfirmRefusal::LinkOver);

        let seen = desk::case(&world.records, &boss, id).await.unwrap().history;
        for what in [What::Collected, What::LinkMade, What::Confirmed] {
            assert_eq!(seen.iter().filter(|one| one.what == what).count(), 1, "{what:?}");
        }
        assert!(history::verify(&world.records, &id.to_string()).await.unwrap().is_ok());
        let board = collecting::desk(&world.records, &boss, None).await.unwrap();
        assert_eq!(board.lines[0].state, CollectedState::Confirmed);
    }

    async fn a_link_ends_with_its_time_with_the_next_one_and_after_too_many_tries(world) {
        let (plan, boss) = (collected_plan(world).await, world.manager("周敏").await);
        let first = collecting::collect(&world.records, &boss, &typed(&plan, 502)).await.unwrap();
        let second = collecting::renew_link(&world.records, &boss, first.id).await.unwrap();
        assert_eq!(confirm_refused(collecting::page(&world.records, token_of(&first.path), None).await), ConfirmRefusal::LinkOver);
        assert_eq!(confirm_refused(collecting::page(&world.records, "made-up", None).await), ConfirmRefusal::LinkOver);
        let token = token_of(&second.path);
        for _ in 0..4 {
            assert_eq!(confirm_refused(collecting::prove(&world.records, token, "1111").await), ConfirmRefusal::NoMatch);
        }
        assert!(matches!(confirm_refused(collecting::prove(&world.records, token, "1111").await), ConfirmRefusal::Locked { .. }));
        assert!(matches!(confirm_refused(collecting::prove(&world.records, token, "7788").await), ConfirmRefusal::Locked { .. }), "right, but resting");
        world.pass(16);
        collecting::prove(&world.records, token, "7788").await.unwrap();
        world.at("2026-11-29 00:00:00");
        assert_eq!(confirm_refused(collecting::page(&world.records, token, None).await), ConfirmRefusal::LinkOver);
        assert_eq!(collecting::desk(&world.records, &boss, None).await.unwrap().lines[0].state, CollectedState::Expired);
    }

    async fn a_link_that_somebody_guesses_at_for_hours_is_over(world) {
        let (plan, boss) = (collected_plan(world).await, world.manager("周敏").await);
        let link = collecting::collect(&world.records, &boss, &typed(&plan, 503)).await.unwrap();
        let token = token_of(&link.path);
        for _ in 0..3 {
            for _ in 0..5 {
                collecting::prove(&world.records, token, "1111").await.unwrap_err();
            }
            world.pass(16);
            records::accounts::sweep(&world.records).await.unwrap();
        }
        collecting::prove(&world.records, token, "7788").await.unwrap();
        for _ in 0..4 {
            assert_eq!(confirm_refused(collecting::prove(&world.records, token, "1111").await), ConfirmRefusal::NoMatch);
        }
        collecting::prove(&world.records, token, "1111").await.unwrap_err();
        world.pass(16);
        assert_eq!(confirm_refused(collecting::prove(&world.records, token, "7788").await), ConfirmRefusal::LinkOver, "the twentieth");
        let line = &collecting::desk(&world.records, &boss, None).await.unwrap().lines[0];
        assert_eq!(line.state, CollectedState::Expired, "and the agency sees it");
        let again = collecting::renew_link(&world.records, &boss, line.id).await.unwrap();
        collecting::prove(&world.records, token_of(&again.path), "7788").await.unwrap();
    }

    async fn collecting_keeps_to_its_agency_and_its_procedure(world) {
        let (plan, boss) = (collected_plan(world).await, world.manager("周敏").await);
        let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
        assert!(is_not_found(collecting::collect(&world.records, &stranger, &typed(&plan, 503)).await));
        let own = world.plan_with(|new| { new.trade = "碳排放监测员".into(); new.code = "4-09-07-04-02".into(); }).await;
        assert_eq!(confirm_refused(collecting::collect(&world.records, &boss, &typed(&own, 503)).await), ConfirmRefusal::NotCollected);
        let bad = Collected { id_no: "330106199208129998".into(), mobile: "123".into(), ..typed(&plan, 503) };
        let told = refused(collecting::collect(&world.records, &boss, &bad).await);
        let Refusal::Answers(faults) = &told else { panic!("{told:?}") };
        assert_eq!(faults.iter().map(|fault| fault.key.as_str()).collect::<Vec<_>>(), ["id_no", "mobile"]);

        // Who has an account keeps it; another name under the number is a mistake; what people began themselves is theirs.
        let li = world.applicant("李强").await;
        let theirs = Collected { name: "李强".into(), id_no: li.id_no.clone(), ..typed(&plan, 503) };
        let other_name = Collected { name: "李刚".into(), ..theirs.clone() };
        assert_eq!(confirm_refused(collecting::collect(&world.records, &boss, &other_name).await), ConfirmRefusal::NoMatch);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        saves(world, &li, id, answers()).await;
        assert_eq!(confirm_refused(collecting::collect(&world.records, &boss, &theirs).await), ConfirmRefusal::AlreadyThere);
    }

    async fn forms_are_printed_as_the_procedure_allows(world) {
        let plan = plan_under(world, "printing", |profile| {
            profile.print.template = "zhhn".into();
            profile.print.title = "个人申请表".into();
            profile.payment.gate = false;
            profile.download = vec![
                Download { what: Printable::ApplicationForm, when: vec![Standing::Draft, Standing::Approved, Standing::Filed] },
                Download { what: Printable::Ticket, when: vec![Standing::Filed] },
            ];
        })
        .await;
        let (li, eve) = (world.applicant("李强").await, world.applicant("钱七").await);
        let (wang, boss) = (world.reviewer("王芳").await, world.manager("周敏").await);
        let own = Viewer::Applicant { id: li.id, name: li.name.clone() };
        let other = Viewer::Applicant { id: eve.id, name: eve.name.clone() };
        let staff = Viewer::Staff(wang.clone());
        let id = ready(world, &plan, &li).await;
        let draft = applications::application_form(&world.records, &own, id).await.unwrap();
        assert!(draft.sheet.draft && draft.sheet.photo.is_some() && draft.sheet.signature.is_some());
        assert!(is_not_found(applications::application_form(&world.records, &other, id).await));
        assert!(is_not_found(applications::application_form(&world.records, &staff, id).await), "a draft is its owner's");

        submits(world, &li, id).await;
        let waits = refused(applications::application_form(&world.records, &own, id).await);
        assert!(matches!(waits, Refusal::Print(PrintRefusal::NotYet { .. })));
        let form = applications::application_form(&world.records, &staff, id).await.unwrap();
        let value = |key: &str| form.sheet.values.iter().find(|(known, _)| known == key).map(|(_, text)| text.clone()).unwrap_or_default();
        assert_eq!((value("name"), value("id_no"), value("employer")), ("李强".into(), li.id_no.clone(), "杭州某某环境科技有限公司".into()));
        assert!(!form.sheet.draft && !form.sheet.reference_no.is_empty());
        assert!(desk::case(&world.records, &wang, id).await.unwrap().history.iter().any(|line| line.what == What::Printed && line.who == "王芳"));

        decides(world, &wang, id, Decision::Approve).await;
        applications::application_form(&world.records, &own, id).await.unwrap();
        assert!(matches!(refused(applications::ticket(&world.records, &own, id).await), Refusal::Print(PrintRefusal::NotYet { .. })));
        filing::file(&world.records, &boss, plan.id).await.unwrap();
        let ticket = applications::ticket(&world.records, &own, id).await.unwrap();
        assert_eq!(ticket.sheet.papers.len(), 2);
        assert!(ticket.sheet.person.iter().all(|(_, text)| !text.contains("19900307")), "masked on the ticket");

        let all = applications::forms_of_plan(&world.records, &boss, plan.id, Standing::Filed).await.unwrap();
        assert_eq!(all.len(), 1);
        let tickets = applications::tickets_of_plan(&world.records, &boss, plan.id, Standing::Filed, 1).await.unwrap();
        assert_eq!(tickets.len(), all.len(), "a ticket for each");
        assert!(matches!(applications::tickets_of_plan(&world.records, &wang, plan.id, Standing::Filed, 1).await, Err(Error::Forbidden)));
        assert_eq!(refused(applications::forms_of_plan(&world.records, &boss, plan.id, Standing::Rejected).await), Refusal::Print(PrintRefusal::Nothing));
        assert!(matches!(applications::forms_of_plan(&world.records, &wang, plan.id, Standing::Filed).await, Err(Error::Forbidden)));
    }

    async fn without_a_register_a_certificate_is_typed_as_before(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let off = records::certificate_lookup::look_up_prior(&world.records, li.id, id, "Y000033000001230500123").await;
        assert_eq!(refused(off), Refusal::Lookup(LookupRefusal::Off));
        let none = records::certificate_lookup::look_up_prior(&world.records, li.id, id, "  ").await;
        assert_eq!(refused(none), Refusal::Lookup(LookupRefusal::NoNumber));
        assert_eq!(draft(world, &li, id).await.answers.get("prior_no"), "");
    }
}
