//! Public lists of a plan: rosters and scores, shown for their window, objected to and corrected.

use crate::cast::*;
use crate::planner::{office, opened, refusal, view};
use domain::page::desk::Decision;
use domain::planner::{NoticeKind, PlannerRefusal};
use domain::refusal::Refusal;
use domain::timeline::TimePoint;
use records::{knowing, planner, scores};
use testkit::both_databases;

both_databases! {
    async fn a_roster_is_public_for_its_window_and_masked(world) {
        let office = office(world).await;
        let wang = world.reviewer("王芳").await;
        let plan = opened(world, &office, "2027-01-17").await;
        let id = plan.id;
        let open = |from: &str, until: &str| {
            let window = (TimePoint::parse(from).unwrap(), TimePoint::parse(until).unwrap());
            let (records, boss) = (world.records.clone(), office.boss.clone());
            async move { planner::open_notice(&records, &boss, id, NoticeKind::Roster, Some(window)).await }
        };
        assert_eq!(refusal(open("2026-12-24", "2027-01-03").await), PlannerRefusal::NothingToShow);
        for name in ["李强", "欧阳小明"] {
            let who = world.applicant(name).await;
            let case = submitted(world, &plan, &who).await;
            decides(world, &wang, case, Decision::Approve).await;
        }
        assert_eq!(refusal(open("2026-12-24", "2027-01-02").await), PlannerRefusal::WindowTooShort { need: 10, days: 9 });
        open("2026-12-24", "2027-01-03").await.unwrap();
        assert_eq!(refusal(open("2026-12-24", "2027-01-03").await), PlannerRefusal::NoticeThere);
        let notice = view(world, &office.boss, id).await.notices.remove(0).id;
        assert!(planner::public_notices(&world.records).await.unwrap().is_empty(), "not before its day");
        assert!(is_not_found(planner::public_notice(&world.records, &notice, 1).await));

        world.at("2026-12-24 00:00:00");
        assert_eq!(planner::public_notices(&world.records).await.unwrap().len(), 1);
        let list = planner::public_notice(&world.records, &notice, 1).await.unwrap();
        let names: Vec<&str> = list.entries.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["李*", "欧***"]);
        assert!(list.entries.iter().all(|entry| entry.id_no.starts_with("****") && !entry.id_no.contains("1990")));

        assert_eq!(refusal(planner::object(&world.records, &notice, Some(2), "", "138", "冒名", None).await), PlannerRefusal::NoReason);
        let object = async |proof: Vec<u8>| {
            planner::object(&world.records, &notice, Some(2), "钱程", "13900000000", "此人不在本单位工作，附社保查询单", Some(proof)).await
        };
        assert!(matches!(refused(object(b"MZ not a paper".to_vec()).await), Refusal::Paper(_)));
        object(testkit::pdf(1)).await.unwrap();
        let told = view(world, &office.boss, id).await.notices.remove(0).objections.remove(0);
        assert_eq!(told.proof.as_deref(), Some("pdf"));
        assert!(is_not_found(planner::proof(&world.records, &office.authority, id, &told.id).await));
        let proof = planner::proof(&world.records, &office.boss, id, &told.id).await.unwrap();
        assert_eq!((proof.content_type, proof.bytes), ("application/pdf", testkit::pdf(1)));
        assert_eq!(view(world, &office.boss, id).await.history.last().unwrap().act, "objection_proof", "opening it is on record");
        assert_eq!((told.about.as_str(), told.name.as_str(), told.answer.clone()), ("第 2 行　欧阳小明", "钱*", None));
        assert_eq!(refusal(planner::answer_objection(&world.records, &office.boss, &told.id, true, "").await), PlannerRefusal::NoReason);
        assert!(is_not_found(planner::answer_objection(&world.records, &office.authority, &told.id, true, "查实").await));
        planner::answer_objection(&world.records, &office.boss, &told.id, true, "已查实").await.unwrap();
        assert_eq!(refusal(planner::answer_objection(&world.records, &office.boss, &told.id, false, "再答").await), PlannerRefusal::Answered);
        let list = planner::public_notice(&world.records, &notice, 1).await.unwrap();
        assert_eq!((list.total, list.entries.len()), (1, 1), "a sustained objection corrects the list");
        assert_eq!(view(world, &office.boss, id).await.history.last().unwrap().act, "objection_sustained");
        let archive = knowing::archive(&world.records, &office.boss, id).await.unwrap();
        let kept = &archive.tables.iter().find(|table| table.title == "objections").unwrap().rows;
        assert_eq!((kept[0][3].as_str(), kept[0][7].as_str(), kept[0][10].as_str()), ("钱*", "已查实", "01.pdf"));
        assert!(archive.files.iter().any(|file| file.folder == "objections" && file.name == "01.pdf"));

        world.at("2027-01-03 23:59:59");
        assert!(planner::public_notice(&world.records, &notice, 1).await.is_ok(), "the last second still counts");
        world.at("2027-01-04 00:00:00");
        assert!(is_not_found(planner::public_notice(&world.records, &notice, 1).await), "gone at the end");
        assert_eq!(refusal(planner::object(&world.records, &notice, None, "钱程", "139", "晚了", None).await), PlannerRefusal::NoticeOver);
    }

    async fn scores_are_public_once_released(world) {
        let office = office(world).await;
        let (wang, zhao) = (world.reviewer("王芳").await, world.reviewer("赵敏").await);
        let plan = opened(world, &office, "2027-01-17").await;
        let id = plan.id;
        let mut marks = Vec::new();
        for (name, own) in [("李强", ["86.5", "70"]), ("孙悦", ["59.5", "缺考"])] {
            let who = world.applicant(name).await;
            let case = submitted(world, &plan, &who).await;
            decides(world, &wang, case, Decision::Approve).await;
            marks.extend(own.into_iter().enumerate().map(|(place, text)| (case, place, text.to_owned())));
        }
        world.at("2027-01-20 10:00:00");
        let open = async || {
            let window = (TimePoint::parse("2027-01-21").unwrap(), TimePoint::parse("2027-01-31").unwrap());
            planner::open_notice(&world.records, &office.boss, id, NoticeKind::Scores, Some(window)).await
        };
        assert_eq!(refusal(open().await), PlannerRefusal::NothingToShow, "not before the release");
        for member in [&wang, &zhao] {
            scores::enter(&world.records, member, id, &marks).await.unwrap();
        }
        scores::lock(&world.records, &office.boss, id).await.unwrap();
        let day = TimePoint::parse("2027-01-21").unwrap().starts();
        scores::release(&world.records, &office.boss, id, day).await.unwrap();
        open().await.unwrap();
        let notice = view(world, &office.boss, id).await.notices.remove(0).id;
        scores::unlock(&world.records, &office.boss, id, "复核一份答卷").await.unwrap();
        world.at("2027-01-21 10:00:00");
        assert!(is_not_found(planner::public_notice(&world.records, &notice, 1).await), "taken back before its day");
        assert!(planner::public_notices(&world.records).await.unwrap().is_empty());
        scores::lock(&world.records, &office.boss, id).await.unwrap();
        scores::release(&world.records, &office.boss, id, world.records.now()).await.unwrap();
        let list = planner::public_notice(&world.records, &notice, 1).await.unwrap();
        let shown: Vec<(&str, Vec<&str>, &str)> = list
            .entries
            .iter()
            .map(|entry| (entry.name.as_str(), entry.marks.iter().map(|(_, mark)| mark.as_str()).collect(), entry.result.as_str()))
            .collect();
        assert_eq!(shown, [("李*", vec!["86.5", "70"], "合格"), ("孙*", vec!["59.5", "缺考"], "不合格")]);
    }
}
