//! From a plan to a draft, and typing into it.

use crate::cast::*;
use domain::application::{StageName, StartRefusal};
use domain::eligibility::Outcome;
use domain::form::Problem;
use domain::ids::Revision;
use domain::occupation::SkillLevel;
use domain::page::wizard::Saved;
use domain::refusal::Refusal;
use records::{Error, accounts, applications};
use testkit::both_databases;

both_databases! {
    async fn starting_twice_finds_the_same_draft(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let first = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let again = applications::start(&world.records, li.id, plan.id).await.unwrap();
        assert_eq!(first, again);
        assert_eq!(applications::mine(&world.records, li.id).await.unwrap().applications.len(), 1);
    }

    async fn twenty_clicks_at_once_start_one_draft(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let clicks = (0..20).map(|_| applications::start(&world.records, li.id, plan.id));
        let ids: Vec<_> = futures::future::join_all(clicks).await.into_iter().map(Result::unwrap).collect();
        assert!(ids.iter().all(|id| *id == ids[0]));
    }

    async fn the_same_trade_in_an_overlapping_window_names_the_other_application(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let other = world.plan_with(|new| new.level = Some(SkillLevel::SeniorWorker)).await;
        let first = submitted(world, &plan, &li).await;
        let refusal = refused(applications::start(&world.records, li.id, other.id).await);
        let Refusal::Start(StartRefusal::SameTrade { other, plan: title, stage, .. }) = refusal else { panic!("{refusal:?}") };
        assert_eq!((other, title, stage), (first, plan.title, StageName::Submitted));
    }

    async fn a_withdrawn_application_bars_nothing(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let other = world.plan_with(|new| new.level = Some(SkillLevel::SeniorWorker)).await;
        let first = applications::start(&world.records, li.id, plan.id).await.unwrap();
        applications::withdraw(&world.records, li.id, first).await.unwrap();
        applications::start(&world.records, li.id, other.id).await.unwrap();
        let again = refused(applications::start(&world.records, li.id, plan.id).await);
        assert!(matches!(again, Refusal::Start(StartRefusal::SameTrade { .. })));
    }

    async fn a_closed_plan_takes_no_draft(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        world.at("2026-12-07 00:00:00");
        let refusal = refused(applications::start(&world.records, li.id, plan.id).await);
        assert_eq!(refusal, Refusal::Start(StartRefusal::WindowClosed { closed: plan.window.closes }));
    }

    async fn what_was_told_before_signing_up_stands_in_the_form(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let facts = serde_json::from_str(
            r#"{"jobs":[{"occ":"碳排放核算员","from":"2020-01"}],"certs":[{"level":5,"occ":"碳排放管理员","date":"2021-06-30"}]}"#,
        ).unwrap();
        accounts::keep_facts(&world.records, li.id, &facts).await.unwrap();
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let draft = draft(world, &li, id).await;
        for (key, value) in [("jobs.0.from", "2020-01"), ("upgrade", "yes"), ("prior_level", "5"), ("name", "李强")] {
            assert_eq!(draft.answers.get(key), value);
        }
        assert_eq!(draft.verdicts.iter().find(|verdict| verdict.no == 1).unwrap().outcome, Outcome::Yes);
        assert!(!draft.answers.get("id_no").contains("19900307"), "masked even for oneself");
    }

    async fn typing_is_kept_and_found_again(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        saves(world, &li, id, with(answers(), "employer_uscc", "wrong but kept")).await;
        let on_another_device = draft(world, &li, id).await;
        assert_eq!(on_another_device.answers.get("employer_uscc"), "wrong but kept");
        assert_eq!(on_another_device.answers.get("years_occ"), "6");
    }

    async fn a_stale_page_loses_politely(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let seen = draft(world, &li, id).await.revision;
        let phone = with(answers(), "post", "核算员");
        let desktop = with(answers(), "post", "主管");
        applications::save_answers(&world.records, li.id, id, seen, phone.clone()).await.unwrap();
        let saved = applications::save_answers(&world.records, li.id, id, seen, desktop.clone()).await.unwrap();
        assert_eq!(saved, Saved::ChangedMeanwhile { revision: Revision(seen.0 + 1), theirs: phone.clone(), ours: desktop });
        assert_eq!(draft(world, &li, id).await.answers.get("post"), "核算员", "nothing was overwritten");
        let same = applications::save_answers(&world.records, li.id, id, seen, phone).await.unwrap();
        assert!(matches!(same, Saved::Kept { revision, .. } if revision.0 == seen.0 + 1), "the same text from a stale page is fine");
    }

    async fn unknown_fields_and_endless_answers_are_not_kept(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let odd = with(with(answers(), "is_admin", "yes"), "post", &"长".repeat(3_000));
        let Refusal::Answers(faults) = refused(applications::save_answers(&world.records, li.id, id, Revision(0), odd).await) else {
            panic!("another refusal")
        };
        assert_eq!(faults.len(), 2);
        assert!(faults.iter().any(|fault| fault.problem == Problem::Unknown));
    }

    async fn nobody_writes_facts_of_the_account_through_the_form(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        saves(world, &li, id, with(with(answers(), "name", "王五"), "id_no", "110101199003078515")).await;
        let draft = draft(world, &li, id).await;
        assert_eq!(draft.answers.get("name"), "李强");
        assert!(draft.answers.get("id_no").starts_with("330106"));
    }

    async fn another_persons_draft_does_not_exist(world) {
        let (plan, li, eve) = (world.plan().await, world.applicant("李强").await, world.applicant("钱七").await);
        let id = ready(world, &plan, &li).await;
        assert!(is_not_found(applications::draft(&world.records, eve.id, id).await));
        assert!(is_not_found(applications::save_answers(&world.records, eve.id, id, Revision(0), answers()).await));
        assert!(is_not_found(applications::submit(&world.records, eve.id, id, "key").await));
        assert!(is_not_found(applications::case_of(&world.records, eve.id, id).await));
        assert!(is_not_found(applications::withdraw(&world.records, eve.id, id).await));
        assert!(matches!(applications::sign(&world.records, eve.id, id, testkit::signature()).await, Err(Error::NotFound)));
    }
}
