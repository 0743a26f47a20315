//! Evidence: several files, in order, one PDF for the reviewer.

use crate::cast::*;
use domain::paper::PaperFault;
use domain::refusal::{Refusal, UploadRefusal};
use records::applications::{self, Direction};
use records::files;
use testkit::both_databases;

both_databases! {
    /// T15: a later upload never overwrites an earlier one; the reviewer gets one PDF.
    async fn two_files_for_one_requirement_are_both_kept_and_merged(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = ready(world, &plan, &li).await;
        applications::add_file(&world.records, li.id, id, "evidence", "毕业证.jpg", testkit::photo()).await.unwrap();
        applications::add_file(&world.records, li.id, id, "evidence", "大写扩展名.PDF", testkit::pdf(3)).await.unwrap();
        let kept = draft(world, &li, id).await.files;
        let names: Vec<_> = kept.iter().map(|file| (file.name.as_str(), file.pages)).collect();
        assert_eq!(names, [("证明.pdf", 1), ("毕业证.jpg", 1), ("大写扩展名.PDF", 3)]);
        signs(world, &li, id).await;
        submits(world, &li, id).await;
        let merged = files::merged(&world.records, &wang, id, "evidence").await.unwrap();
        assert_eq!(merged.content_type, "application/pdf");
        assert!(merged.bytes.starts_with(b"%PDF-") && merged.bytes.len() < 20_971_520);
        assert_eq!(documents_pages(&merged.bytes), 5);
        assert!(is_not_found(files::merged(&world.records, &wang, id, "prior_file").await));
    }

    async fn pictures_are_made_smaller_to_fit_one_pdf_and_what_cannot_fit_is_refused(world) {
        let mut narrow = records::profiles::parse(testkit::ZYNL, "zynl.toml").unwrap();
        narrow.version = 2;
        for document in &mut narrow.document {
            document.merged_bytes_less_than = 150_000;
        }
        records::profiles::publish(&world.records, &narrow).await.unwrap();
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        assert_eq!(plan.profile_version, 2);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let mut kept = 0;
        let refusal = loop {
            let added = applications::add_file(&world.records, li.id, id, "evidence", "证明.jpg", testkit::photo()).await;
            if added.is_err() { break refused(added); }
            kept += 1;
        };
        assert!(kept * testkit::photo().len() > 150_000, "{kept} pictures fit only because they were made smaller");
        assert!(matches!(refusal, Refusal::Upload(UploadRefusal::MergedTooLarge { limit: 150_000, .. })), "{refusal:?}");
        assert_eq!(draft(world, &li, id).await.files.len(), kept);
    }

    async fn files_change_places_and_go(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = ready(world, &plan, &li).await;
        for name in ["二.pdf", "三.pdf"] {
            applications::add_file(&world.records, li.id, id, "evidence", name, testkit::pdf(1)).await.unwrap();
        }
        let files = draft(world, &li, id).await.files;
        applications::move_file(&world.records, li.id, id, files[2].id, Direction::Up).await.unwrap();
        applications::move_file(&world.records, li.id, id, files[2].id, Direction::Up).await.unwrap();
        applications::move_file(&world.records, li.id, id, files[2].id, Direction::Up).await.unwrap();
        applications::move_file(&world.records, li.id, id, files[0].id, Direction::Down).await.unwrap();
        applications::remove_file(&world.records, li.id, id, files[1].id).await.unwrap();
        let after = draft(world, &li, id).await;
        let names: Vec<_> = after.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["三.pdf", "证明.pdf"]);
        assert!(after.signature_outdated, "it was signed over other papers");
    }

    async fn papers_that_act_or_break_are_refused_with_the_reason(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        let add = |bytes: Vec<u8>| async move {
            match refused(applications::add_file(&world.records, li.id, id, "evidence", "证明.pdf", bytes).await) {
                Refusal::Paper(faults) => faults,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(add(Vec::new()).await, [PaperFault::Empty]);
        assert!(matches!(add(b"<html>".to_vec()).await[..], [PaperFault::Format { measured: None, .. }]));
        let active = String::from_utf8(testkit::pdf(1)).unwrap()
            .replace("/Type /Catalog", "/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >>");
        assert!(matches!(add(active.into_bytes()).await[..], [PaperFault::ActiveContent { .. } | PaperFault::Damaged]));
        assert!(matches!(add(vec![b'%'; 21 * 1024 * 1024]).await[..], [PaperFault::Format { .. }, PaperFault::BytesMax { .. }]));
        assert!(draft(world, &li, id).await.files.is_empty());
    }

    async fn an_unknown_requirement_and_a_closed_application_take_no_file(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = submitted(world, &plan, &li).await;
        let odd = applications::add_file(&world.records, li.id, id, "no_such", "a.pdf", testkit::pdf(1)).await;
        assert_eq!(refused(odd), Refusal::Upload(UploadRefusal::UnknownDocument));
        let closed = applications::add_file(&world.records, li.id, id, "evidence", "a.pdf", testkit::pdf(1)).await;
        assert_eq!(refused(closed), Refusal::Upload(UploadRefusal::NotOpen));
    }

    async fn the_twenty_first_file_is_one_too_many(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
        for _ in 0..20 {
            applications::add_file(&world.records, li.id, id, "evidence", "a.pdf", testkit::pdf(1)).await.unwrap();
        }
        let more = applications::add_file(&world.records, li.id, id, "evidence", "a.pdf", testkit::pdf(1)).await;
        assert_eq!(refused(more), Refusal::Upload(UploadRefusal::TooMany { limit: 20 }));
    }
}

fn documents_pages(bytes: &[u8]) -> usize {
    // Page objects of the merged file; the page tree itself is `/Type /Pages`.
    let text = String::from_utf8_lossy(bytes);
    text.matches("/Type/Page").count() - text.matches("/Type/Pages").count()
}
