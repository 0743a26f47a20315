//! Returned for correction: only what was returned is open.

use crate::cast::*;
use domain::application::{Stage, SubmitRefusal, Target};
use domain::page::desk::Doubt;
use domain::refusal::{Refusal, UploadRefusal};
use records::{applications, desk};
use testkit::both_databases;

both_databases! {
    async fn only_returned_fields_open_and_a_corrected_application_comes_back(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        decides(world, &wang, id, returning(&[field("post"), Target::Document("evidence".into())], "2026-11-25 23:59:59")).await;

        let open = draft(world, &li, id).await;
        assert!(open.may_change(&field("post")) && !open.may_change(&field("employer")));
        let mine = applications::case_of(&world.records, li.id, id).await.unwrap();
        assert_eq!(mine.labels[0].1, "从事岗位");
        assert_eq!(taken(world, &plan).await, 1, "a returned application keeps its seat");

        let closed = applications::save_answers(&world.records, li.id, id, open.revision, with(answers(), "employer", "别家")).await;
        assert_eq!(refused(closed), Refusal::Upload(UploadRefusal::NotOpen));
        let nothing = refused(applications::submit(&world.records, li.id, id, "key 2").await);
        assert_eq!(nothing, Refusal::Submit(SubmitRefusal::NothingCorrected));

        saves(world, &li, id, with(answers(), "post", "碳核算主管")).await;
        applications::add_file(&world.records, li.id, id, "evidence", "补充.pdf", testkit::pdf(2)).await.unwrap();
        let corrected = draft(world, &li, id).await.corrected;
        let before = desk::case(&world.records, &wang, id).await.unwrap();
        assert_eq!(before.evidence[0].files.len(), 1, "the desk sees what was handed in, not what is being prepared");
        assert!(corrected.contains(&field("post")) && corrected.contains(&Target::Document("evidence".into())));
        signs(world, &li, id).await;
        let receipt = applications::submit(&world.records, li.id, id, "key 2").await.unwrap();
        assert_eq!(receipt.round, 2);
        assert_eq!(taken(world, &plan).await, 1);

        let case = desk::case(&world.records, &wang, id).await.unwrap();
        assert!(case.doubts.contains(&Doubt::Resubmitted));
        assert!(case.corrected.contains(&field("post")), "the reviewer sees what was changed");
        assert_eq!(case.evidence[0].files.len(), 2);
    }

    async fn a_page_that_sends_only_the_returned_fields_loses_nothing(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        decides(world, &wang, id, returning(&[field("post")], "2026-11-25 23:59:59")).await;
        let mut only = domain::form::Answers::default();
        only.set("post", "主管");
        saves(world, &li, id, only).await;
        let draft = draft(world, &li, id).await;
        assert_eq!((draft.answers.get("post"), draft.answers.get("years_occ")), ("主管", "6"));
    }

    async fn a_correction_that_asks_new_questions_opens_them(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        decides(world, &wang, id, returning(&[field("upgrade")], "2026-11-25 23:59:59")).await;
        let mut upgrading = answers();
        for (key, value) in [
            ("upgrade", "yes"), ("prior_kind", "skill_level"), ("prior_occ", "碳排放管理员"), ("prior_no", "S000033000001201234567"),
            ("prior_level", "5"), ("prior_date", "2021-06-30"), ("prior_issuer", "某协会"),
        ] {
            upgrading.set(key, value);
        }
        saves(world, &li, id, upgrading).await;
        let open = draft(world, &li, id).await;
        assert!(open.may_change(&field("prior_no")) && open.may_change(&Target::Document("prior_file".into())));
        applications::add_file(&world.records, li.id, id, "prior_file", "原证书.pdf", testkit::pdf(1)).await.unwrap();
        signs(world, &li, id).await;
        assert_eq!(submits(world, &li, id).await.round, 2);
    }

    async fn a_photo_that_was_not_returned_stays(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        decides(world, &wang, id, returning(&[field("post")], "2026-11-25 23:59:59")).await;
        let upload = applications::PhotoUpload { used: testkit::photo(), ..Default::default() };
        let refusal = refused(applications::keep_photo(&world.records, li.id, id, upload).await);
        assert_eq!(refusal, Refusal::Upload(UploadRefusal::NotOpen));
        assert_eq!(refused(applications::remove_photo(&world.records, li.id, id).await), Refusal::Upload(UploadRefusal::NotOpen));
    }

    async fn a_name_is_corrected_in_the_profile_and_not_by_typing(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        decides(world, &wang, id, returning(&[field("mobile"), field("no_such_field")], "2026-11-25 23:59:59")).await;
        assert_eq!(draft(world, &li, id).await.open_targets, [field("mobile")], "a remark on nothing is no remark");
        saves(world, &li, id, with(answers(), "mobile", "13900001111")).await;
        let nothing = refused(applications::submit(&world.records, li.id, id, "key").await);
        assert_eq!(nothing, Refusal::Submit(SubmitRefusal::NothingCorrected));
        let address = "浙江省杭州市西湖区文三路1号";
        records::accounts::update_profile(&world.records, li.id, Some("13900001111"), address, "大学专科").await.unwrap();
        submits(world, &li, id).await;
    }

    async fn corrections_after_the_deadline_come_too_late(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        decides(world, &wang, id, returning(&[field("post")], "2026-11-25 23:59:59")).await;
        saves(world, &li, id, with(answers(), "post", "主管")).await;
        signs(world, &li, id).await;
        world.at("2026-11-26 00:01:00");
        let refusal = refused(applications::submit(&world.records, li.id, id, "key").await);
        assert!(matches!(refusal, Refusal::Submit(SubmitRefusal::CorrectionOver { .. })));
    }

    async fn corrections_may_come_after_the_window_has_closed(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        world.at("2026-12-08 09:00:00");
        decides(world, &wang, id, returning(&[field("post")], "2026-12-12 23:59:59")).await;
        saves(world, &li, id, with(answers(), "post", "主管")).await;
        signs(world, &li, id).await;
        submits(world, &li, id).await;
        let case = applications::case_of(&world.records, li.id, id).await.unwrap();
        assert!(matches!(case.stage, Stage::Submitted { round: 2, .. }));
    }
}
