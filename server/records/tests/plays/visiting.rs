//! 现场勘查 with photos: by the offices and by the agency, each its own; nothing hidden in a photo stays.

use crate::cast::*;
use crate::planner::{office, published, refusal, view};
use domain::account::Role;
use domain::planner::PlannerRefusal;
use domain::refusal::Refusal;
use records::planner;
use testkit::both_databases;

/// A photo of a place.
fn picture() -> Vec<u8> {
    testkit::photo()
}

both_databases! {
    async fn a_visit_has_photos_that_whoever_sees_the_plan_sees(world) {
        let office = office(world).await;
        let id = published(world, &office, "2027-01-17").await;
        let today = world.records.now().day();
        let tomorrow = today.succ_opt().unwrap();
        let visits = async |who, on, words: &'static str| planner::inspect(&world.records, who, id, on, true, words).await;
        assert_eq!(refusal(visits(&office.centre, today, " ").await), PlannerRefusal::NoReason);
        assert_eq!(refusal(visits(&office.centre, tomorrow, "还没去").await), PlannerRefusal::VisitAhead { on: tomorrow, today });
        visits(&office.centre, today, "工位 30 个，监控完好").await.unwrap();
        visits(&office.boss, today, "自查：消防通道畅通").await.unwrap();
        assert!(is_not_found(visits(&world.reviewer("王芳").await, today, "路过").await));

        let shown = view(world, &office.centre, id).await.inspections;
        assert_eq!(shown.len(), 2);
        let (own, other) = (shown.iter().find(|one| one.own).unwrap(), shown.iter().find(|one| !one.own).unwrap());
        assert_eq!((own.by.as_str(), other.by.as_str(), other.body.is_empty()), ("郑文", "周敏", false));
        let adds = async |who, visit: &str, bytes| planner::add_photo(&world.records, who, id, visit, bytes).await;
        assert!(is_not_found(adds(&office.boss, &own.id, picture()).await), "nobody adds to the record of another");
        assert!(matches!(refused(adds(&office.centre, &own.id, b"<svg/>".to_vec()).await), Refusal::Paper(_)));
        adds(&office.centre, &own.id, picture()).await.unwrap();
        adds(&office.centre, &own.id, picture()).await.unwrap();
        let shown = view(world, &office.boss, id).await.inspections;
        let photos = &shown.iter().find(|one| one.by == "郑文").unwrap().photos;
        assert_eq!(photos.len(), 2);
        let served = planner::photo(&world.records, &office.boss, id, &photos[0]).await.unwrap();
        assert_eq!(served.content_type, "image/jpeg");
        assert!(!served.bytes.windows(4).any(|four| four == b"Exif"), "nothing hidden stays");
        let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
        assert!(is_not_found(planner::photo(&world.records, &stranger, id, &photos[0]).await));
        for _ in 2..12 {
            adds(&office.centre, &own.id, picture()).await.unwrap();
        }
        assert_eq!(refusal(adds(&office.centre, &own.id, picture()).await), PlannerRefusal::TooManyPhotos { most: 12 });
        world.pass(120);
        records::files::sweep(&world.records).await.unwrap();
        planner::photo(&world.records, &office.boss, id, &photos[1]).await.expect("the sweeper knows photos of visits");

        // The archive of the plan has them all, with what was found and what the desks said.
        let archive = records::knowing::archive(&world.records, &office.boss, id).await.unwrap();
        let pictures: Vec<_> = archive.files.iter().filter(|file| file.folder == "visits").collect();
        assert_eq!(pictures.len(), 12);
        assert!(pictures[0].read(&world.records).await.unwrap().starts_with(&[0xff, 0xd8]), "{:?}", pictures[0]);
        let table = |title: &str| &archive.tables.iter().find(|table| table.title == title).unwrap().rows;
        assert_eq!(table("visits").len(), 2);
        assert!(table("visits").iter().any(|row| row[3].contains("监控完好") && row[7].contains(&pictures[0].name)));
        let said: Vec<(&str, &str)> = table("opinions").iter().map(|row| (row[2].as_str(), row[3].as_str())).collect();
        assert_eq!(said, [("认定中心审核", "同意"), ("人社部门审批", "同意")]);
    }
}
