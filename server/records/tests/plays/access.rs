//! Who sees what. Who may not is told that there is nothing.

use crate::cast::*;
use domain::account::{Role, Viewer};
use domain::ids::{ApplicationId, FileId, Revision};
use domain::page::desk::Decision;
use domain::page::mine::What;
use records::{Error, applications, desk, files};
use testkit::both_databases;

both_databases! {
    async fn another_agency_sees_nothing(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = submitted(world, &plan, &li).await;
        let agencies = records::agencies::list(&world.records).await.unwrap();
        let other = agencies.iter().find(|agency| agency.id != plan.agency).unwrap();
        let stranger = world.staff("周杰", Role::Manager, &other.filing_code).await;
        assert!(queue(world, &stranger, "all").await.is_empty());
        assert!(is_not_found(desk::case(&world.records, &stranger, id).await));
        assert!(is_not_found(desk::claim(&world.records, &stranger, id).await));
        assert!(is_not_found(desk::decide(&world.records, &stranger, id, Revision(1), Decision::Approve).await));
        assert!(is_not_found(desk::reveal(&world.records, &stranger, id, "id_no", "核对").await));
        assert!(is_not_found(files::merged(&world.records, &stranger, id, "evidence").await));
        assert!(desk::approve_many(&world.records, &stranger, &[(id, Revision(1))]).await.unwrap().approved.is_empty());
        let photo = draft(world, &li, id).await.photo.unwrap().file;
        assert!(is_not_found(files::open(&world.records, &Viewer::Staff(stranger), photo).await));
    }

    async fn an_authority_reads_its_region_and_decides_nothing(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = submitted(world, &plan, &li).await;
        let authority = world.staff("省厅", Role::Authority, "").await;
        assert_eq!(queue(world, &authority, "").await, ["李强"]);
        let case = desk::case(&world.records, &authority, id).await.unwrap();
        assert!(!case.may_decide);
        assert!(matches!(desk::claim(&world.records, &authority, id).await, Err(Error::Forbidden)));
        let decided = desk::decide(&world.records, &authority, id, case.line.revision, Decision::Approve).await;
        assert!(matches!(decided, Err(Error::Forbidden)));
        assert!(matches!(desk::reveal(&world.records, &authority, id, "id_no", "核对").await, Err(Error::Forbidden)));
        assert_eq!(desk::dashboard(&world.records, &authority).await.unwrap().plans.len(), 1);
    }

    async fn an_administrator_sees_no_cases(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = submitted(world, &plan, &li).await;
        let admin = world.staff("运维", Role::Administrator, "").await;
        assert!(is_not_found(desk::case(&world.records, &admin, id).await));
        assert!(is_not_found(desk::dashboard(&world.records, &admin).await));
    }

    async fn numbers_are_masked_until_they_are_revealed_with_a_reason(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        let case = desk::case(&world.records, &wang, id).await.unwrap();
        let line = |key: &str| case.sections.iter().flat_map(|section| &section.answers).find(|line| line.key == key).unwrap().clone();
        assert!(line("id_no").masked && !line("id_no").value.contains("19900307"));
        assert!(line("mobile").masked && line("mobile").value.contains("****"));
        assert!(line("address").masked && !line("address").value.contains("文三路"));
        assert!(!line("employer").masked);

        assert!(desk::reveal(&world.records, &wang, id, "id_no", " ").await.is_err());
        assert!(is_not_found(desk::reveal(&world.records, &wang, id, "employer", "核对").await));
        assert_eq!(desk::reveal(&world.records, &wang, id, "id_no", "与证件核对").await.unwrap(), li.id_no);
        let history = desk::case(&world.records, &wang, id).await.unwrap().history;
        let revealed = history.iter().find(|one| one.what == What::Revealed).unwrap();
        assert_eq!((revealed.who.as_str(), revealed.text.as_str()), ("王芳", "与证件核对"));
        let seen = applications::case_of(&world.records, li.id, id).await.unwrap().timeline;
        assert!(seen.iter().all(|one| one.who.is_empty() && one.what != What::Revealed));
    }

    async fn files_open_for_their_owner_and_their_agency_only(world) {
        let (plan, li, wang, eve) =
            (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await, world.applicant("钱七").await);
        let id = submitted(world, &plan, &li).await;
        let draft = draft(world, &li, id).await;
        let viewer = |who: &testkit::Applicant| Viewer::Applicant { id: who.id, name: who.name.clone() };
        for file in [draft.photo.as_ref().unwrap().file, draft.files[0].id, draft.signature.as_ref().unwrap().file] {
            assert!(!files::open(&world.records, &viewer(&li), file).await.unwrap().bytes.is_empty());
            files::open(&world.records, &Viewer::Staff(wang.clone()), file).await.unwrap();
            assert!(is_not_found(files::open(&world.records, &viewer(&eve), file).await));
            assert!(is_not_found(files::open(&world.records, &Viewer::Guest, file).await));
        }
        let made_up = FileId(world.records.chance().id(world.records.now()));
        assert!(is_not_found(files::open(&world.records, &viewer(&li), made_up).await));
        let made_up = ApplicationId(made_up.0);
        assert!(is_not_found(applications::draft(&world.records, li.id, made_up).await));
    }

    async fn another_persons_file_cannot_be_moved_or_removed(world) {
        let (plan, li, eve) = (world.plan().await, world.applicant("李强").await, world.applicant("钱七").await);
        let (theirs, own) = (ready(world, &plan, &li).await, ready(world, &plan, &eve).await);
        let file = draft(world, &li, theirs).await.files[0].id;
        assert!(is_not_found(applications::remove_file(&world.records, eve.id, own, file).await));
        assert!(is_not_found(applications::remove_file(&world.records, eve.id, theirs, file).await));
        assert!(is_not_found(applications::move_file(&world.records, eve.id, own, file, applications::Direction::Up).await));
        assert_eq!(draft(world, &li, theirs).await.files.len(), 1);
    }

    async fn a_person_with_two_applications_is_shown_as_a_duplicate(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let other = world.plan_with(|new| { new.trade = "碳排放监测员".into(); new.code = "4-09-07-04-02".into(); }).await;
        let first = submitted(world, &plan, &li).await;
        let second = submitted(world, &other, &li).await;
        let case = desk::case(&world.records, &wang, second).await.unwrap();
        assert_eq!(case.duplicates.len(), 1);
        assert_eq!((case.duplicates[0].id, case.duplicates[0].same_person), (Some(first), true));
    }
}
