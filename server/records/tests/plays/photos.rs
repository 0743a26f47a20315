//! Photos: what is refused and why, what is kept, and what is never shown.

use crate::cast::*;
use crate::variant::plan_under;
use domain::account::Viewer;
use domain::photo::{PhotoFault, PhotoFormat, PhotoSpec};
use domain::refusal::Refusal;
use records::applications::{self, PhotoUpload};
use records::files;
use testkit::{both_databases, photo_of};

both_databases! {
    /// T1: the extension's case and Chinese names are no reason to refuse.
    async fn a_chinese_name_in_capitals_uploads(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let upload = PhotoUpload { used: testkit::photo(), original: Vec::new(), file_name: "张三.JPG".into() };
        let kept = applications::keep_photo(&world.records, li.id, id, upload).await.unwrap();
        assert_eq!((kept.width, kept.height), (413, 579));
        assert!(kept.points.is_empty(), "{:?}", kept.points);
        let served = files::open(&world.records, &viewer(&li), kept.file).await.unwrap();
        assert_eq!((served.content_type, served.download_name.as_str()), ("image/jpeg", "张三.JPG"));
    }

    /// T13: each limit refuses with its own sentence, made of the measured and the required value.
    async fn every_limit_refuses_with_measured_and_required_values(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let upload = |used: Vec<u8>| async move {
            let upload = PhotoUpload { used, original: Vec::new(), file_name: "a.jpg".into() };
            match applications::keep_photo(&world.records, li.id, id, upload).await {
                Ok(_) => Vec::new(),
                other => match refused(other) { Refusal::Photo(faults) => faults, other => panic!("{other:?}") },
            }
        };
        let light = photo_of(413, 579, 10);
        assert!(light.len() < 30_720);
        assert!(matches!(upload(light).await[..], [PhotoFault::BytesMin { more_than: 30_720, .. }]));
        let small = upload(photo_of(215, 300, 100)).await;
        assert!(small.contains(&PhotoFault::WidthMin { measured: 215, more_than: 215 }));
        assert!(small.contains(&PhotoFault::HeightMin { measured: 300, more_than: 300 }));
        assert!(matches!(upload(photo_of(486, 600, 90)).await[..], [PhotoFault::RatioMax { .. }]));
        assert!(upload(photo_of(480, 600, 90)).await.is_empty(), "0.8 itself is allowed");
        assert!(matches!(upload(testkit::pdf(1)).await[..], [PhotoFault::Unreadable { .. }]));
        let mut cut = testkit::photo();
        cut.truncate(cut.len() / 2);
        assert!(!upload(cut).await.is_empty());
    }

    /// A phone without script sends what its camera made: too heavy and too large, and else as it has to be.
    async fn what_a_camera_made_is_made_smaller(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let camera = photo_of(1500, 2000, 100);
        assert!(camera.len() > 1024 * 1024, "{}", camera.len());
        let upload = PhotoUpload { used: camera.clone(), original: Vec::new(), file_name: "IMG_0001.JPG".into() };
        let kept = applications::keep_photo(&world.records, li.id, id, upload).await.unwrap();
        assert!((30_721..1_048_576).contains(&kept.bytes), "{kept:?}");
        assert_eq!((kept.width, kept.height), (413, 579), "the size of the procedure, of the middle of the picture");
        // A page that prepared the picture is taken at its word: what it sends is not touched.
        let upload = PhotoUpload { used: camera.clone(), original: camera, file_name: "IMG_0001.JPG".into() };
        let told = refused(applications::keep_photo(&world.records, li.id, id, upload).await);
        assert!(matches!(told, Refusal::Photo(faults) if matches!(faults[..], [PhotoFault::BytesMax { .. }])));
    }

    /// T12: one pixel or some bytes more than 慧鉴 allows is told with both numbers, or made to fit where no page has done so.
    async fn what_is_a_little_too_much_is_told_with_both_numbers_or_made_to_fit(world) {
        let plan = plan_under(world, "five-by-seven", |profile| {
            profile.photo.spec = PhotoSpec {
                formats: vec![PhotoFormat::Jpeg, PhotoFormat::Png],
                max_width: Some(500),
                max_height: Some(700),
                max_bytes: Some(1_048_576),
                aim: Some((413, 579)),
                ..PhotoSpec::default()
            };
        })
        .await;
        let li = world.applicant("李强").await;
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let mut heavy = photo_of(500, 700, 95);
        heavy.resize(1_153_434, 0);
        let tall = PhotoFault::HeightMax { measured: 701, at_most: 700 };
        let weighs = PhotoFault::BytesMax { measured: 1_153_434, at_most: 1_048_576 };
        for (used, fault) in [(photo_of(500, 701, 90), tall), (heavy, weighs)] {
            let prepared = PhotoUpload { used: used.clone(), original: used.clone(), file_name: "a.jpg".into() };
            let told = refused(applications::keep_photo(&world.records, li.id, id, prepared).await);
            assert_eq!(told, Refusal::Photo(vec![fault]));
            let chosen = PhotoUpload { used, original: Vec::new(), file_name: "a.jpg".into() };
            let kept = applications::keep_photo(&world.records, li.id, id, chosen).await.unwrap();
            assert!(kept.width <= 500 && kept.height <= 700 && kept.bytes <= 1_048_576, "{kept:?}");
        }
        let most = PhotoUpload { used: photo_of(500, 700, 90), original: photo_of(500, 700, 90), file_name: "a.jpg".into() };
        let kept = applications::keep_photo(&world.records, li.id, id, most).await.unwrap();
        assert_eq!((kept.width, kept.height), (500, 700), "what is allowed itself stays as it is");
    }

    async fn where_it_was_taken_and_what_hangs_behind_it_is_never_shown(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = ready(world, &plan, &li).await;
        let tainted = tainted();
        let upload = PhotoUpload { used: tainted.clone(), original: tainted.clone(), file_name: "a.jpg".into() };
        let kept = applications::keep_photo(&world.records, li.id, id, upload).await.unwrap();
        for viewer in [viewer(&li), Viewer::Staff(wang)] {
            let Ok(served) = files::open(&world.records, &viewer, kept.file).await else { continue };
            assert!(!contains(&served.bytes, b"SECRET-PLACE") && !contains(&served.bytes, b"<script>"));
            assert_eq!(served.bytes.len() as u64, kept.bytes);
            assert!(image::load_from_memory(&served.bytes).is_ok());
        }
    }

    async fn a_photo_that_the_camera_stored_lying_is_kept_upright(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let upload = PhotoUpload { used: lying(), original: Vec::new(), file_name: "IMG_0001.JPG".into() };
        let kept = applications::keep_photo(&world.records, li.id, id, upload).await.unwrap();
        assert_eq!((kept.width, kept.height), (413, 579));
        assert!(kept.points.contains(&"exif_orientation".to_owned()));
        let served = files::open(&world.records, &viewer(&li), kept.file).await.unwrap().bytes;
        let picture = image::load_from_memory(&served).unwrap();
        assert_eq!((picture.width(), picture.height()), (413, 579), "upright without a note in the file");
        assert!(!contains(&served, b"Exif"));
    }

    async fn the_original_is_for_the_office_alone(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = ready(world, &plan, &li).await;
        let upload = PhotoUpload { used: testkit::photo(), original: photo_of(826, 1158, 95), file_name: "a.jpg".into() };
        applications::keep_photo(&world.records, li.id, id, upload).await.unwrap();
        signs(world, &li, id).await;
        submits(world, &li, id).await;
        let database = sea_orm::Database::connect(world.database_url()).await.unwrap();
        let question = format!("SELECT id FROM file WHERE application_id = '{id}' AND kind = 'photo_original' AND removed_at IS NULL");
        let question = sea_orm::Statement::from_string(sea_orm::ConnectionTrait::get_database_backend(&database), question);
        let row = sea_orm::ConnectionTrait::query_one_raw(&database, question).await.unwrap().unwrap();
        let original = row.try_get_by_index::<String>(0).unwrap().parse().unwrap();
        database.close().await.unwrap();
        assert!(is_not_found(files::open(&world.records, &viewer(&li), original).await));
        let served = files::open(&world.records, &Viewer::Staff(wang), original).await.unwrap();
        assert_eq!(image::load_from_memory(&served.bytes).unwrap().width(), 826);
    }

    async fn an_earlier_photo_is_offered_and_taken_over(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let other = world.plan_with(|new| { new.trade = "碳排放监测员".into(); new.code = "4-09-07-04-02".into(); }).await;
        let first = submitted(world, &plan, &li).await;
        // Without a photo that is kept for all applications, the newest one of another application is offered.
        records::accounts::photo::remove(&world.records, li.id).await.unwrap();
        let second = applications::start(&world.records, li.id, other.id).await.unwrap();
        let offered = draft(world, &li, second).await.earlier_photo.unwrap();
        assert_eq!(offered, draft(world, &li, first).await.photo.unwrap().file);
        let kept = applications::take_over(&world.records, li.id, second).await.unwrap();
        assert_ne!(kept.file, offered, "each application has its own");
        assert!(kept.taken_over.is_some());
        assert_eq!(draft(world, &li, second).await.photo.unwrap(), kept);
        assert!(files::check(&world.records).await.unwrap().is_empty());
    }

    async fn a_removed_photo_is_gone_and_unsigns(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = ready(world, &plan, &li).await;
        let file = draft(world, &li, id).await.photo.unwrap().file;
        applications::remove_photo(&world.records, li.id, id).await.unwrap();
        let after = draft(world, &li, id).await;
        assert!(after.photo.is_none() && after.signature_outdated);
        assert!(is_not_found(files::open(&world.records, &viewer(&li), file).await));
    }

    async fn every_row_has_its_bytes_and_bytes_without_a_row_are_swept(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = ready(world, &plan, &li).await;
        applications::remove_file(&world.records, li.id, id, draft(world, &li, id).await.files[0].id).await.unwrap();
        let stray = world.folder().join("files/00").join("00".repeat(32));
        std::fs::create_dir_all(stray.parent().unwrap()).unwrap();
        std::fs::write(&stray, b"upload that broke off").unwrap();
        assert_eq!(files::sweep(&world.records).await.unwrap(), 0, "it is too young to be sure");
        let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000);
        for entry in walk(&world.folder().join("files")) {
            std::fs::File::options().write(true).open(entry).unwrap().set_modified(long_ago).unwrap();
        }
        assert_eq!(files::sweep(&world.records).await.unwrap(), 1);
        assert!(!stray.exists());
        assert!(files::check(&world.records).await.unwrap().is_empty());
    }
}

fn viewer(who: &testkit::Applicant) -> Viewer {
    Viewer::Applicant { id: who.id, name: who.name.clone() }
}

/// A photo with a comment, an application segment and a page behind its end.
fn tainted() -> Vec<u8> {
    let clean = testkit::photo();
    let mut bytes = clean[..2].to_vec();
    for marker in [0xfe_u8, 0xed] {
        let text = b"SECRET-PLACE";
        bytes.extend_from_slice(&[0xff, marker, 0, text.len() as u8 + 2]);
        bytes.extend_from_slice(text);
    }
    bytes.extend_from_slice(&clean[2..]);
    bytes.extend_from_slice(b"<script>alert(1)</script>");
    bytes
}

/// A photo stored on its side, with the note that a camera leaves: turn it by 90 degrees.
fn lying() -> Vec<u8> {
    let stored = photo_of(579, 413, 95);
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01".to_vec();
    // One entry: orientation (0x0112), a short, once: 6.
    exif.extend_from_slice(&[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]);
    let mut bytes = stored[..2].to_vec();
    bytes.extend_from_slice(&[0xff, 0xe1, 0, exif.len() as u8 + 2]);
    bytes.extend_from_slice(&exif);
    bytes.extend_from_slice(&stored[2..]);
    bytes
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}
