//! Signing on this screen and on the phone.

use crate::cast::*;
use domain::refusal::{Refusal, SignatureRefusal, UploadRefusal};
use records::applications;
use testkit::both_databases;

both_databases! {
    async fn a_link_works_once_on_another_screen(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let request = applications::request_signature(&world.records, li.id, id, "https://example.gov.cn/").await.unwrap();
        assert!(request.qr_size >= 21 && request.qr_path.starts_with('M'));
        let token = request.path.strip_prefix("/sign/").unwrap();
        let shown = applications::to_sign(&world.records, token).await.unwrap();
        assert_eq!((shown.name_masked.as_str(), shown.plan_title), ("李*", plan.title.clone()));
        assert_eq!(shown.declaration.clauses.len(), 5);

        let blank = applications::sign_by_link(&world.records, token, blank()).await;
        assert_eq!(refused(blank), Refusal::Signature(SignatureRefusal::Empty));
        applications::sign_by_link(&world.records, token, testkit::signature()).await.unwrap();
        assert!(draft(world, &li, id).await.signature.unwrap().by_phone);
        let again = applications::sign_by_link(&world.records, token, testkit::signature()).await;
        assert_eq!(refused(again), Refusal::Signature(SignatureRefusal::LinkOver));
        assert_eq!(refused(applications::to_sign(&world.records, token).await), Refusal::Signature(SignatureRefusal::LinkOver));
    }

    async fn two_phones_with_one_link_make_one_signature(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let request = applications::request_signature(&world.records, li.id, id, "").await.unwrap();
        let token = request.path.strip_prefix("/sign/").unwrap();
        let phones = (0..5).map(|_| applications::sign_by_link(&world.records, token, testkit::signature()));
        let outcomes = futures::future::join_all(phones).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    }

    async fn a_link_dies_after_ten_minutes_or_when_a_newer_one_is_made(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let link = || applications::request_signature(&world.records, li.id, id, "");
        let older = link().await.unwrap();
        let newer = link().await.unwrap();
        let over = |path: &str| { let token = path.strip_prefix("/sign/").unwrap().to_owned(); async move {
            applications::to_sign(&world.records, &token).await.is_err()
        }};
        assert!(over(&older.path).await && !over(&newer.path).await);
        world.pass(10);
        assert!(over(&newer.path).await);
        assert!(over("/sign/made-up").await);
    }

    async fn a_link_cannot_sign_what_was_handed_in_meanwhile(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = ready(world, &plan, &li).await;
        let request = applications::request_signature(&world.records, li.id, id, "").await.unwrap();
        submits(world, &li, id).await;
        let token = request.path.strip_prefix("/sign/").unwrap();
        let late = applications::sign_by_link(&world.records, token, testkit::signature()).await;
        assert_eq!(refused(late), Refusal::Upload(UploadRefusal::NotOpen));
    }

    async fn only_a_drawing_signs(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let sign = |bytes: Vec<u8>| applications::sign(&world.records, li.id, id, bytes);
        assert_eq!(refused(sign(Vec::new()).await), Refusal::Signature(SignatureRefusal::Empty));
        assert_eq!(refused(sign(blank()).await), Refusal::Signature(SignatureRefusal::Empty));
        assert_eq!(refused(sign(testkit::photo()).await), Refusal::Signature(SignatureRefusal::NotAPicture));
        assert_eq!(refused(sign(b"<svg onload=alert(1)>".to_vec()).await), Refusal::Signature(SignatureRefusal::NotAPicture));
        assert!(matches!(refused(sign(vec![0; 400_000]).await), Refusal::Upload(UploadRefusal::TooLarge { .. })));
        assert!(draft(world, &li, id).await.signature.is_none());
    }
}

fn blank() -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::RgbaImage::new(600, 240).write_to(&mut out, image::ImageFormat::Png).unwrap();
    out.into_inner()
}
