//! One photo per person: what is kept for all applications, and what becomes of it in each.

use crate::cast::*;
use domain::account::Viewer;
use domain::photo::{PhotoFormat, PhotoSpec, inspect};
use domain::refusal::{Refusal, UploadRefusal};
use records::accounts::photo as master;
use records::applications::{self, PhotoUpload};
use records::files;
use testkit::{both_databases, photo_of};

both_databases! {
    async fn a_photo_of_the_profile_comes_with_every_new_draft(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        assert!(master::get(&world.records, li.id).await.unwrap().is_none());
        let kept = master::keep(&world.records, li.id, upload(photo_of(1240, 1737, 90))).await.unwrap();
        assert_eq!((kept.width, kept.height, kept.points.len()), (1240, 1737, 0));
        assert_eq!(master::get(&world.records, li.id).await.unwrap(), Some(kept.clone()));
        world.pass(60);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let photo = draft(world, &li, id).await.photo.unwrap();
        assert_eq!((photo.width, photo.height, photo.taken_over), (1240, 1737, Some(kept.at)), "it fits as it is");
        assert_ne!(photo.file, kept.file, "the application has its own");
        let served = files::open(&world.records, &viewer(&li), photo.file).await.unwrap().bytes;
        let limits = records::profiles::parse(testkit::ZYNL, "zynl.toml").unwrap().photo.spec;
        assert!(inspect(&served, None, &limits).faults.is_empty());
        assert!(files::check(&world.records).await.unwrap().is_empty());
    }

    async fn the_smallest_plan_gets_ninety_by_a_hundred_and_twenty_at_300_dots(world) {
        let plan = other_photo(world, |spec| {
            *spec = PhotoSpec { formats: vec![PhotoFormat::Jpeg], exact: Some((90, 120)), dpi: Some(300), ..PhotoSpec::default() };
        }).await;
        let li = world.applicant("李强").await;
        master::keep(&world.records, li.id, upload(photo_of(900, 1200, 90))).await.unwrap();
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let photo = draft(world, &li, id).await.photo.unwrap();
        assert_eq!((photo.width, photo.height), (90, 120));
        let served = files::open(&world.records, &viewer(&li), photo.file).await.unwrap().bytes;
        // JFIF: unit 1 is dots per inch, then 300 twice.
        assert_eq!(served[13..18], [1, 0x01, 0x2c, 0x01, 0x2c]);
    }

    async fn a_photo_as_it_was_chosen_is_made_to_the_one_exact_size(world) {
        let plan = other_photo(world, |spec| {
            *spec = PhotoSpec { formats: vec![PhotoFormat::Jpeg], exact: Some((90, 120)), ..PhotoSpec::default() };
        }).await;
        let li = world.applicant("李强").await;
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let kept = applications::keep_photo(&world.records, li.id, id, upload(photo_of(413, 579, 90))).await.unwrap();
        assert_eq!((kept.width, kept.height), (90, 120));
        let small = applications::keep_photo(&world.records, li.id, id, upload(photo_of(80, 100, 90))).await;
        let Refusal::Photo(faults) = refused(small) else { panic!("refused for another reason") };
        assert!(!faults.is_empty(), "nothing is blown up");
    }

    async fn a_small_photo_of_an_application_grows_from_its_original(world) {
        let small = other_photo(world, |spec| {
            *spec = PhotoSpec { formats: vec![PhotoFormat::Jpeg], exact: Some((90, 120)), ..PhotoSpec::default() };
        }).await;
        let large = world.plan_with(|new| { new.trade = "碳排放监测员".into(); new.code = "4-09-07-04-02".into(); }).await;
        let li = world.applicant("李强").await;
        let id = applications::start(&world.records, li.id, small.id).await.unwrap();
        let upload = PhotoUpload { used: photo_of(90, 120, 90), original: photo_of(900, 1200, 95), file_name: "a.jpg".into() };
        applications::keep_photo(&world.records, li.id, id, upload).await.unwrap();
        let next = applications::start(&world.records, li.id, large.id).await.unwrap();
        let photo = draft(world, &li, next).await.photo.unwrap();
        assert_eq!((photo.width, photo.height), (900, 1200), "the small one would have been refused");
    }

    async fn the_first_upload_becomes_the_kept_photo_and_a_correction_replaces_it(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        uploads_photo(world, &li, id).await;
        let first = master::get(&world.records, li.id).await.unwrap().unwrap();
        assert_eq!((first.width, first.height), (413, 579));
        let better = PhotoUpload { used: photo_of(420, 600, 95), original: Vec::new(), file_name: "b.jpg".into() };
        applications::keep_photo(&world.records, li.id, id, better).await.unwrap();
        let second = master::get(&world.records, li.id).await.unwrap().unwrap();
        assert_eq!((second.width, second.height), (420, 600), "a returned photo must not come back");
        master::keep(&world.records, li.id, upload(photo_of(1240, 1737, 90))).await.unwrap();
        uploads_photo(world, &li, id).await;
        assert_eq!(master::get(&world.records, li.id).await.unwrap().unwrap().width, 1240, "chosen in the profile, it stays");
    }

    async fn a_photo_with_something_to_look_at_is_offered_and_not_attached(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let blue = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../testkit/fixtures/photos/blue_background.jpg")).unwrap();
        let kept = master::keep(&world.records, li.id, upload(blue)).await.unwrap();
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let before = draft(world, &li, id).await;
        assert_eq!((before.photo, before.earlier_photo), (None, Some(kept.file)));
        let taken = applications::take_over(&world.records, li.id, id).await.unwrap();
        assert!(taken.points.contains(&"background".to_owned()));
    }

    async fn a_plan_may_refuse_what_others_leave_to_the_reviewer(world) {
        let plan = other_photo(world, |spec| spec.refuse_points = vec![domain::photo::PointKind::Background]).await;
        let li = world.applicant("李强").await;
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let blue = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../testkit/fixtures/photos/blue_background.jpg")).unwrap();
        let outcome = applications::keep_photo(&world.records, li.id, id, upload(blue)).await;
        let Refusal::Photo(faults) = refused(outcome) else { panic!("refused for another reason") };
        assert_eq!(faults[0].code(), "background");
    }

    async fn the_kept_photo_is_its_owners_alone_and_can_be_forgotten(world) {
        let (li, wang) = (world.applicant("李强").await, world.reviewer("王芳").await);
        let zhao = world.applicant("赵敏").await;
        let kept = master::keep(&world.records, li.id, upload(testkit::photo())).await.unwrap();
        assert!(files::open(&world.records, &viewer(&li), kept.file).await.is_ok());
        assert!(is_not_found(files::open(&world.records, &viewer(&zhao), kept.file).await));
        assert!(is_not_found(files::open(&world.records, &Viewer::Staff(wang), kept.file).await));
        master::remove(&world.records, li.id).await.unwrap();
        assert!(master::get(&world.records, li.id).await.unwrap().is_none());
        assert!(is_not_found(files::open(&world.records, &viewer(&li), kept.file).await));
        let tiny = master::keep(&world.records, li.id, upload(photo_of(80, 100, 90))).await;
        assert!(matches!(refused(tiny), Refusal::Photo(_)));
    }

    async fn a_crooked_paper_becomes_straight_in_its_place(world) {
        let (plan, li, zhao) = (world.plan().await, world.applicant("李强").await, world.applicant("赵敏").await);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        applications::add_file(&world.records, li.id, id, "evidence", "证明.pdf", testkit::pdf(1)).await.unwrap();
        let crooked = applications::add_file(&world.records, li.id, id, "evidence", "证书.jpg", photo_of(1200, 1600, 80)).await;
        let Ok(crooked) = crooked else { return };
        let corners = domain::paper::Corners::parse("100,100,900,150,950,900,50,950").unwrap();
        let preview = applications::straight_preview(&world.records, li.id, id, crooked.id, corners).await.unwrap();
        assert!(image::load_from_memory(&preview.bytes).unwrap().height() <= 480);
        assert!(is_not_found(applications::straighten(&world.records, zhao.id, id, crooked.id, corners).await));
        let flat = domain::paper::Corners::parse("0,0,10,0,10,10,0,10").unwrap();
        assert_eq!(refused(applications::straighten(&world.records, li.id, id, crooked.id, flat).await), Refusal::Upload(UploadRefusal::NotStraightened));
        let straight = applications::straighten(&world.records, li.id, id, crooked.id, corners).await.unwrap();
        let files = draft(world, &li, id).await.files;
        assert_eq!((files.len(), files[1].id, files[1].name.as_str()), (2, straight.id, "证书.jpg"));
        assert_eq!(applications::picture_size(&world.records, li.id, id, straight.id).await.unwrap().0, 1083);
        let paper = applications::straighten(&world.records, li.id, id, files[0].id, corners).await;
        assert_eq!(refused(paper), Refusal::Upload(UploadRefusal::NotStraightened));
    }
}

fn upload(used: Vec<u8>) -> PhotoUpload {
    PhotoUpload { used, original: Vec::new(), file_name: "照片.jpg".into() }
}

fn viewer(who: &testkit::Applicant) -> Viewer {
    Viewer::Applicant { id: who.id, name: who.name.clone() }
}

/// A plan of another procedure: the first one with other limits of its photo.
async fn other_photo(world: &testkit::World, change: impl FnOnce(&mut PhotoSpec)) -> domain::plan::Plan {
    let mut profile = records::profiles::parse(testkit::ZYNL, "zynl.toml").unwrap();
    profile.name = "other".into();
    change(&mut profile.photo.spec);
    records::profiles::publish(&world.records, &profile).await.unwrap();
    world.plan_with(|new| new.profile = "other".into()).await
}
