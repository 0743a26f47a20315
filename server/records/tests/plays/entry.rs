//! Who may register here, and what must be ready first: told before anything is filled in, and again at the end.

use crate::cast::*;
use crate::procedures::{plan_under, toml};
use domain::application::{StageName, StartRefusal, SubmitRefusal};
use domain::page::wizard::Saved;
use domain::profile::{Gate, Profile, Step};
use domain::refusal::Refusal;
use records::{accounts, applications};
use testkit::both_databases;

const ENTRY: &str = r#"
title = "先确认是不是在这里报名"
[[field]]
key = "unit_kind"
label = "所在单位"
kind = "choice"
choices = [{ value = "province", label = "省直属单位" }, { value = "city", label = "市直属单位" }]
[[refusal]]
when = { key = "unit_kind", is = ["city"], and = { key = "plan.level", is_not = ["2"] } }
text = "市直属单位在此处只能报二级。"
go = "请到本地市鉴定中心报名。"
"#;

fn asks_where_from(profile: &mut Profile) {
    profile.wizard.insert(0, Step::Entry);
    profile.entry = Some(toml(ENTRY));
}

both_databases! {
    async fn the_wrong_place_is_told_and_the_draft_kept_until_it_is_discarded(world) {
        let plan = plan_under(world, asks_where_from, |_| {}).await;
        let li = world.applicant("李强").await;
        let id = ready(world, &plan, &li).await;
        assert!(!draft(world, &li, id).await.passed.contains(&Step::Entry), "not answered yet");
        saves(world, &li, id, with(answers(), "unit_kind", "city")).await;
        let wrong = SubmitRefusal::WrongPlace { text: "市直属单位在此处只能报二级。".into(), go: "请到本地市鉴定中心报名。".into() };
        assert_eq!(refused(applications::submit(&world.records, li.id, id, "key").await), Refusal::Submit(wrong));
        let kept = draft(world, &li, id).await;
        assert_eq!(kept.answers.get("unit_kind"), "city");
        assert!(!kept.passed.contains(&Step::Entry));

        saves(world, &li, id, with(answers(), "unit_kind", "province")).await;
        assert!(draft(world, &li, id).await.passed.contains(&Step::Entry));
        signs(world, &li, id).await;
        submits(world, &li, id).await;
        let case = applications::case_of(&world.records, li.id, id).await.unwrap();
        assert!(case.answers.contains(&("所在单位".into(), "省直属单位".into())), "a reviewer reads it too");
        applications::withdraw(&world.records, li.id, id).await.unwrap();
    }

    async fn an_unanswered_entry_question_is_missing_like_any_other(world) {
        let plan = plan_under(world, asks_where_from, |_| {}).await;
        let li = world.applicant("李强").await;
        let id = ready(world, &plan, &li).await;
        let refusal = refused(applications::submit(&world.records, li.id, id, "key").await);
        let Refusal::Submit(SubmitRefusal::FormFaults(faults)) = refusal else { panic!("{refusal:?}") };
        assert_eq!(faults.iter().map(|fault| fault.key.as_str()).collect::<Vec<_>>(), ["unit_kind"]);
    }

    async fn a_plan_that_nobody_may_enter_here_says_so_at_the_start(world) {
        let closed = |profile: &mut Profile| {
            profile.entry = Some(toml(r#"
                title = "报名范围"
                [[refusal]]
                when = { key = "plan.level", is = ["4"] }
                text = "四级不在这里报名。"
                go = "请到所在区报名。"
            "#));
        };
        let plan = plan_under(world, closed, |_| {}).await;
        let li = world.applicant("李强").await;
        let wrong = StartRefusal::WrongPlace { text: "四级不在这里报名。".into(), go: "请到所在区报名。".into() };
        assert_eq!(refused(applications::start(&world.records, li.id, plan.id).await), Refusal::Start(wrong));
    }

    /// S0-05: 未完成无法报名, and the way on is said.
    async fn profile_and_photo_come_before_the_first_step(world) {
        let gated = |profile: &mut Profile| profile.gate = vec![Gate::Profile, Gate::Photo];
        let plan = plan_under(world, gated, |_| {}).await;
        let li = world.applicant("李强").await;
        let missing = |missing: &[Gate]| Refusal::Start(StartRefusal::NotReady { missing: missing.to_vec() });
        let start = || applications::start(&world.records, li.id, plan.id);
        assert_eq!(refused(start().await), missing(&[Gate::Profile, Gate::Photo]));
        accounts::update_profile(&world.records, li.id, None, "浙江省杭州市西湖区文三路1号", "大学专科").await.unwrap();
        assert_eq!(refused(start().await), missing(&[Gate::Photo]));
        let upload = applications::PhotoUpload { used: testkit::photo(), original: Vec::new(), file_name: "头像.JPG".into() };
        accounts::photo::keep(&world.records, li.id, upload).await.unwrap();
        let id = start().await.unwrap();
        assert!(draft(world, &li, id).await.photo.is_some(), "the photo of the account is in it");
    }

    async fn the_notice_is_confirmed_once(world) {
        let plan = plan_under(world, |profile| profile.wizard.insert(0, Step::Notice), |_| {}).await;
        let li = world.applicant("李强").await;
        let id = ready(world, &plan, &li).await;
        let refusal = refused(applications::submit(&world.records, li.id, id, "key").await);
        assert_eq!(refusal, Refusal::Submit(SubmitRefusal::NoticeUnread));
        applications::confirm_notice(&world.records, li.id, id).await.unwrap();
        let before = draft(world, &li, id).await;
        applications::confirm_notice(&world.records, li.id, id).await.unwrap();
        assert_eq!(draft(world, &li, id).await.saved_at, before.saved_at);
        submits(world, &li, id).await;
        let closed = refused(applications::confirm_notice(&world.records, li.id, id).await);
        assert!(matches!(closed, Refusal::Upload(_)), "{closed:?}");
    }

    /// P19: what the campaign fixes is shown, never asked, and kept with what is handed in.
    async fn presets_are_facts_and_follow_the_answers(world) {
        let fixed = |profile: &mut Profile| {
            asks_where_from(profile);
            profile.form.section.push(toml(r#"
                key = "fixed"
                title = "这次考试已经定好的"
                [[field]]
                key = "apply_unit"
                label = "申报单位"
                kind = "preset"
                value = "个人考生报名"
                case = [{ when = { key = "unit_kind", is = ["city"] }, value = "本地市鉴定中心" }]
            "#));
            profile.entry.as_mut().unwrap().refusal.clear();
        };
        let plan = plan_under(world, fixed, |_| {}).await;
        let li = world.applicant("李强").await;
        let id = ready(world, &plan, &li).await;
        assert_eq!(draft(world, &li, id).await.answers.get("apply_unit"), "个人考生报名");
        let typed = with(with(answers(), "unit_kind", "city"), "apply_unit", "我自己写的");
        saves(world, &li, id, typed).await;
        assert_eq!(draft(world, &li, id).await.answers.get("apply_unit"), "本地市鉴定中心");
        signs(world, &li, id).await;
        submits(world, &li, id).await;
        let viewer = domain::account::Viewer::Applicant { id: li.id, name: li.name.clone() };
        let frozen = applications::frozen(&world.records, &viewer, id, 1).await.unwrap();
        assert_eq!(frozen.answers.get("apply_unit"), "本地市鉴定中心");
        assert!(applications::case_of(&world.records, li.id, id).await.unwrap().answers.contains(&("申报单位".into(), "本地市鉴定中心".into())));
    }

    /// T5, P8: the second application in a trade shows the first; each way out is one tap.
    async fn a_second_application_in_the_trade_names_the_first(world) {
        let (plan, other) = (world.plan().await, world.plan_with(|new| new.title = "另一期".into()).await);
        let li = world.applicant("李强").await;
        let first = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let refusal = refused(applications::start(&world.records, li.id, other.id).await);
        let Refusal::Start(StartRefusal::SameTrade { other: known, stage, .. }) = refusal else { panic!("{refusal:?}") };
        assert_eq!((known, stage), (first, StageName::Draft));
        assert_eq!(applications::start(&world.records, li.id, plan.id).await.unwrap(), first, "continue");
        applications::withdraw(&world.records, li.id, known).await.unwrap();
        applications::start(&world.records, li.id, other.id).await.unwrap();
    }

    /// T2: the photo does not wait for the form.
    async fn a_photo_is_kept_while_the_form_is_empty(world) {
        let plan = plan_under(world, asks_where_from, |_| {}).await;
        let li = world.applicant("李强").await;
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        uploads_photo(world, &li, id).await;
        assert!(draft(world, &li, id).await.photo.is_some());
        // Nor does a form with faults wait for anything.
        let seen = draft(world, &li, id).await.revision;
        let saved = applications::save_answers(&world.records, li.id, id, seen, with(domain::form::Answers::default(), "years_occ", "很多")).await;
        assert!(matches!(saved, Ok(Saved::Kept { .. })));
    }
}
