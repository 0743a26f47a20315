//! The counter: finding a case by a number, looking at originals; and opinions with their seals.

use crate::cast::*;
use crate::variant::plan_under;
use domain::account::Role;
use domain::application::ReviewRefusal;
use domain::form::{Answers, Field, FieldKind};
use domain::page::desk::Decision;
use domain::page::mine::What;
use domain::page::opinion::{OpinionTyped, Seal};
use domain::plan::Plan;
use domain::profile::{Opinion, Requirement, ReviewMode, Source};
use domain::refusal::Refusal;
use records::{Error, applications, counter, desk, history, opinions};
use testkit::{World, both_databases};

fn original(profile: &domain::profile::Profile, key: &str, label: &str, required: bool) -> Requirement {
    let mut original = profile.document[0].clone();
    original.key = key.into();
    original.label = label.into();
    original.source = Source::Paper;
    original.required = required;
    original.show = None;
    original.unless_looked_up = String::new();
    original
}

async fn at_the_counter(world: &World) -> Plan {
    plan_under(world, "counter", |profile| {
        profile.review.mode = ReviewMode::Counter;
        for (key, label, required) in
            [("id_paper", "身份证", true), ("degree_paper", "学历证书", true), ("other_paper", "其他证书", false)]
        {
            let paper = original(profile, key, label, required);
            profile.document.push(paper);
        }
    })
    .await
}

fn text_field(key: &str, label: &str) -> Field {
    let mut field: Field =
        serde_json::from_value(serde_json::json!({ "key": key, "label": label, "kind": "text" })).unwrap();
    field.kind = FieldKind::Text;
    field
}

async fn with_opinions(world: &World) -> Plan {
    plan_under(world, "opinions", |profile| {
        profile.opinion = vec![
            Opinion {
                key: "training".into(),
                title: "培训单位意见".into(),
                field: vec![text_field("hours", "学时"), text_field("operator", "经办人")],
                seal: true,
                required: true,
            },
            Opinion {
                key: "agency".into(),
                title: "认定机构意见".into(),
                field: Vec::new(),
                seal: true,
                required: false,
            },
        ];
    })
    .await
}

fn training(electronic: bool) -> OpinionTyped {
    let mut fields = Answers::default();
    fields.set("hours", "120");
    fields.set("operator", "周平");
    OpinionTyped { fields, text: "同意".into(), electronic }
}

both_databases! {
    async fn a_case_is_found_by_its_number_and_by_the_identity_number(world) {
        let (plan, li, wang) = (at_the_counter(world).await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        let number = applications::case_of(&world.records, li.id, id).await.unwrap().line.number;
        assert_eq!(counter::look_up(&world.records, &wang, &number).await.unwrap(), [id]);
        assert_eq!(counter::look_up(&world.records, &wang, &format!(" {} ", li.id_no)).await.unwrap(), [id]);
        let none = counter::look_up(&world.records, &wang, "2026-S-999999-0001").await;
        assert_eq!(refused(none), Refusal::Review(ReviewRefusal::NoSuchCase));
        let stranger = world.staff("沈嘉", Role::Reviewer, "S000033000208").await;
        assert!(counter::look_up(&world.records, &stranger, &number).await.is_err(), "another agency finds nothing");
        let authority = world.staff("叶舟", Role::Authority, "").await;
        assert!(matches!(counter::look_up(&world.records, &authority, &number).await, Err(Error::Forbidden)));
        let seen = desk::case(&world.records, &wang, id).await.unwrap().history;
        assert_eq!(seen.iter().filter(|one| one.what == What::LookedUp).count(), 2, "each look is in the history");
        assert!(seen.iter().all(|one| !one.text.contains(&li.id_no)), "the number is not");
    }

    async fn approval_waits_for_every_required_original(world) {
        let (plan, li, wang) = (at_the_counter(world).await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        let open = counter::open(&world.records, &wang, id).await.unwrap();
        assert!(open.at_counter && open.case.mine);
        assert_eq!(open.case.originals.len(), 3);
        let early = desk::decide(&world.records, &wang, id, open.case.line.revision, Decision::Approve).await;
        assert_eq!(refused(early), Refusal::Review(ReviewRefusal::OriginalsUnchecked(vec!["身份证".into(), "学历证书".into()])));

        let seen = counter::check(&world.records, &wang, id, open.case.line.revision, &["id_paper".into()]).await.unwrap();
        let half = desk::decide(&world.records, &wang, id, seen, Decision::Approve).await;
        assert_eq!(refused(half), Refusal::Review(ReviewRefusal::OriginalsUnchecked(vec!["学历证书".into()])));
        assert!(matches!(counter::check(&world.records, &wang, id, open.case.line.revision, &[]).await, Err(Error::ChangedMeanwhile)));

        let both = ["id_paper".to_owned(), "degree_paper".to_owned()];
        let seen = counter::check(&world.records, &wang, id, seen, &both).await.unwrap();
        desk::decide(&world.records, &wang, id, seen, Decision::Approve).await.unwrap();
        let told = applications::case_of(&world.records, li.id, id).await.unwrap().timeline;
        let checked: Vec<_> = told.iter().filter(|one| one.what == What::OriginalsChecked).map(|one| one.text.as_str()).collect();
        assert_eq!(checked, ["身份证", "学历证书"], "the candidate reads what was looked at");
        let case = desk::case(&world.records, &wang, id).await.unwrap();
        assert_eq!(case.originals[0].checked.as_ref().unwrap().0, "王芳");
        assert!(history::verify(&world.records, &id.to_string()).await.unwrap().is_ok());
    }

    async fn a_colleagues_case_is_not_ticked(world) {
        let (plan, li) = (at_the_counter(world).await, world.applicant("李强").await);
        let (wang, chen) = (world.reviewer("王芳").await, world.reviewer("陈静").await);
        let id = submitted(world, &plan, &li).await;
        let open = counter::open(&world.records, &wang, id).await.unwrap();
        let other = counter::check(&world.records, &chen, id, open.case.line.revision, &["id_paper".into()]).await;
        assert!(matches!(refused(other), Refusal::Review(ReviewRefusal::ClaimedBy(_))));
        assert!(!counter::open(&world.records, &chen, id).await.unwrap().case.mine);
    }

    async fn a_required_opinion_with_its_seal_comes_before_approval(world) {
        let (plan, li, wang) = (with_opinions(world).await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        desk::claim(&world.records, &wang, id).await.unwrap();
        let missing = Refusal::Review(ReviewRefusal::OpinionsMissing(vec!["培训单位意见".into()]));
        let seen = revision(world, &wang, id).await;
        assert_eq!(refused(desk::decide(&world.records, &wang, id, seen, Decision::Approve).await), missing);

        let empty = opinions::write(&world.records, &wang, id, "training", &OpinionTyped::default()).await;
        assert!(matches!(refused(empty), Refusal::Answers(faults) if faults.len() == 2));
        assert!(is_not_found(opinions::write(&world.records, &wang, id, "nobody", &training(false)).await));
        opinions::write(&world.records, &wang, id, "training", &training(false)).await.unwrap();
        let seen = revision(world, &wang, id).await;
        assert_eq!(refused(desk::decide(&world.records, &wang, id, seen, Decision::Approve).await), missing, "written, not sealed");

        opinions::seal_with_scan(&world.records, &wang, id, "training", "章.png", testkit::signature()).await.unwrap();
        let case = desk::case(&world.records, &wang, id).await.unwrap();
        assert_eq!((case.opinions[0].seal, case.opinions[0].fields.get("hours")), (Seal::Scan, "120"));
        let viewer = domain::account::Viewer::Staff(wang.clone());
        let scan = case.opinions[0].seal_file.unwrap();
        assert!(!records::files::open(&world.records, &viewer, scan).await.unwrap().bytes.is_empty());
        // Written once more without asking for the electronic seal, the scan stays.
        opinions::write(&world.records, &wang, id, "training", &training(false)).await.unwrap();
        let seen = revision(world, &wang, id).await;
        desk::decide(&world.records, &wang, id, seen, Decision::Approve).await.unwrap();
    }

    async fn the_same_opinion_goes_under_many_cases(world) {
        let (plan, wang) = (with_opinions(world).await, world.reviewer("王芳").await);
        let (li, zhao) = (world.applicant("李强").await, world.applicant("赵敏").await);
        let (one, two) = (submitted(world, &plan, &li).await, submitted(world, &plan, &zhao).await);
        let rejected = submitted(world, &plan, &world.applicant("孙伟").await).await;
        decides(world, &wang, rejected, rejecting("年限不足")).await;
        let outcome = opinions::write_many(&world.records, &wang, &[one, two, rejected], "training", &training(true)).await.unwrap();
        assert_eq!((outcome.written, outcome.refused.len()), (2, 1));
        for id in [one, two] {
            decides(world, &wang, id, Decision::Approve).await;
        }
        let board = opinions::desk(&world.records, &wang, Some(plan.id)).await.unwrap();
        assert_eq!(board.cases.len(), 2);
        assert!(board.cases.iter().all(|(.., complete)| complete == &["training".to_owned()]));
        let stranger = world.staff("沈嘉", Role::Reviewer, "S000033000208").await;
        let none = opinions::write_many(&world.records, &stranger, &[one], "training", &training(true)).await.unwrap();
        assert_eq!((none.written, none.refused.len()), (0, 0));
    }
}
