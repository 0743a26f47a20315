//! What is agreed to and how it is signed: kept with version and time, frozen with what is handed in.

use crate::cast::*;
use crate::procedures::{plan_under, toml};
use domain::account::Viewer;
use domain::application::{SubmitRefusal, Target};
use domain::form::Answers;
use domain::profile::{Profile, SignatureMode, Step};
use domain::refusal::Refusal;
use records::{applications, desk};
use testkit::both_databases;

fn two_texts(profile: &mut Profile) {
    for (key, title) in [("notice", "鉴定报名须知"), ("portal", "浙江政务服务网注册协议")] {
        profile
            .consent
            .push(toml(&format!("key = \"{key}\"\ntitle = \"{title}\"\nversion = 3\ntext = [\"第一条。\"]")));
    }
}

fn on_paper(profile: &mut Profile) {
    profile.signature = SignatureMode::Paper;
    profile.wizard.retain(|step| *step != Step::Sign);
}

both_databases! {
    /// S0-15: two texts, each by itself.
    async fn every_text_is_agreed_to_by_itself_and_frozen(world) {
        let plan = plan_under(world, two_texts, |_| {}).await;
        let li = world.applicant("李强").await;
        let id = ready(world, &plan, &li).await;
        let submit = || applications::submit(&world.records, li.id, id, "key");
        let missing = |titles: &[&str]| {
            Refusal::Submit(SubmitRefusal::ConsentMissing(titles.iter().map(|&title| title.to_owned()).collect()))
        };
        assert_eq!(refused(submit().await), missing(&["鉴定报名须知", "浙江政务服务网注册协议"]));
        applications::agree(&world.records, li.id, id, &["notice".into(), "nothing".into()]).await.unwrap();
        assert_eq!(refused(submit().await), missing(&["浙江政务服务网注册协议"]));
        let first = draft(world, &li, id).await.agreed[0].at;
        world.pass(5);
        applications::agree(&world.records, li.id, id, &["notice".into(), "portal".into()]).await.unwrap();
        submit().await.unwrap();
        let viewer = Viewer::Applicant { id: li.id, name: li.name.clone() };
        let frozen = applications::frozen(&world.records, &viewer, id, 1).await.unwrap();
        let kept: Vec<_> = frozen.texts.consents.iter().map(|(text, at)| (text.key.as_str(), text.version, *at)).collect();
        assert_eq!(kept, [("notice", 3, first), ("portal", 3, world.records.now())]);
        assert_eq!(frozen.texts.consents[0].0.text, ["第一条。"]);
    }

    async fn what_is_no_longer_ticked_is_no_longer_agreed_to(world) {
        let plan = plan_under(world, two_texts, |_| {}).await;
        let li = world.applicant("李强").await;
        let id = ready(world, &plan, &li).await;
        applications::agree(&world.records, li.id, id, &["notice".into(), "portal".into()]).await.unwrap();
        applications::agree(&world.records, li.id, id, &["portal".into()]).await.unwrap();
        let agreed = draft(world, &li, id).await.agreed;
        assert_eq!(agreed.iter().map(|one| one.key.as_str()).collect::<Vec<_>>(), ["portal"]);
    }

    async fn who_signs_on_paper_needs_no_signature_here(world) {
        let plan = plan_under(world, on_paper, |_| {}).await;
        let (li, wang) = (world.applicant("李强").await, world.reviewer("王芳").await);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        uploads_photo(world, &li, id).await;
        saves(world, &li, id, answers()).await;
        applications::add_file(&world.records, li.id, id, "evidence", "证明.pdf", testkit::pdf(1)).await.unwrap();
        assert!(!draft(world, &li, id).await.signature_outdated);
        submits(world, &li, id).await;
        let case = desk::case(&world.records, &wang, id).await.unwrap();
        assert!(case.signature.is_none());
        assert!(case.targets.iter().all(|(target, _)| *target != Target::Signature), "nothing to return there");
        assert_eq!(applications::broken_promises(&world.records).await.unwrap(), [""; 0]);
    }

    /// T7 and S0-19/20: by level, one of several proofs, originals only at the counter, nothing that was looked up.
    async fn documents_are_asked_for_where_they_are_needed(world) {
        let rules = |profile: &mut Profile| {
            on_paper(profile);
            let mut more = Vec::new();
            for (key, extra) in [
                ("education", "any_of = [{ value = \"card\", label = \"学生证\" }, { value = \"letter\", label = \"教务处证明\" }]"),
                ("prior_certificate", "show = { key = \"plan.level\", is = [\"3\"] }"),
                ("original", "source = \"paper\""),
                ("looked_up", "unless_looked_up = \"post\""),
            ] {
                more.push(toml(&format!(
                    "key = \"{key}\"\nlabel = \"{key}\"\nmerged_bytes_less_than = 1000000\n{extra}\n[file]\nformats = [\"pdf\"]"
                )));
            }
            profile.document = more;
        };
        let plan = plan_under(world, rules, |_| {}).await;
        let li = world.applicant("李强").await;
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        uploads_photo(world, &li, id).await;
        saves(world, &li, id, answers()).await;
        let submit = || applications::submit(&world.records, li.id, id, "key");
        let missing = |labels: &[&str]| {
            Refusal::Submit(SubmitRefusal::DocumentsMissing(labels.iter().map(|&label| label.to_owned()).collect()))
        };
        assert_eq!(refused(submit().await), missing(&["education", "looked_up"]), "level 4 brings no certificate");
        let mut found = Answers::default();
        found.set("post", "核算员");
        found.set("years_occ", "7");
        applications::keep_looked_up(&world.records, li.id, id, &found).await.unwrap();
        assert_eq!(refused(submit().await), missing(&["education", "looked_up"]), "one of them was changed: none counts");
        found.set("years_occ", "6");
        applications::keep_looked_up(&world.records, li.id, id, &found).await.unwrap();
        assert_eq!(refused(submit().await), missing(&["education"]));
        saves(world, &li, id, with(answers(), "post", "主管")).await;
        assert_eq!(refused(submit().await), missing(&["education", "looked_up"]), "typed over");
        saves(world, &li, id, answers()).await;
        applications::choose_proof(&world.records, li.id, id, "education", "letter").await.unwrap();
        applications::add_file(&world.records, li.id, id, "education", "证明.pdf", testkit::pdf(1)).await.unwrap();
        submit().await.unwrap();
        let viewer = Viewer::Applicant { id: li.id, name: li.name.clone() };
        let frozen = applications::frozen(&world.records, &viewer, id, 1).await.unwrap();
        assert_eq!(frozen.texts.proofs, [("education".to_owned(), "教务处证明".to_owned())]);
    }
}
