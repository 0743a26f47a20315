//! Faults of a roster by their reason, and one text that mends every row that says the same.

use crate::cast::*;
use domain::id_document::IdFault;
use domain::ids::RosterId;
use domain::page::roster::{RosterBoard, RosterTab};
use domain::roster::{Column, FaultKind};
use records::rosters as acts;
use testkit::{World, both_databases, id_number};

const WRONG: &str = "大专毕业了";
const RIGHT: &str = "大学专科和专科学校";

fn sheet() -> String {
    let mut text =
        "姓名,证件类型,证件号码,性别,出生日期,民族,文化程度,手机号码,考生来源,所在单位,工作年限,申报条件\n".to_owned();
    for (at, name) in ["张三", "李四", "王五"].into_iter().enumerate() {
        let number = id_number("330802", "19900307", 11 + 2 * u32::try_from(at).unwrap());
        text.push_str(&format!(
            "{name},居民身份证,{number},男,1990-03-07,汉族,{WRONG},1380000000{at},企业,清河厂,5,1\n"
        ));
    }
    text
}

async fn board(
    world: &World,
    boss: &domain::account::StaffMember,
    plan: domain::ids::PlanId,
    id: RosterId,
) -> RosterBoard {
    acts::desk(&world.records, boss, plan, Some(id), Some(RosterTab::Faulty), 1).await.unwrap().board.unwrap()
}

both_databases! {
    async fn one_text_mends_every_row_that_says_the_same(world) {
        let plan = world.collecting_plan(|new| new.conditions = vec!["满一年".into()]).await;
        let boss = world.manager("周敏").await;
        let sheets = rosters::read(sheet().as_bytes()).unwrap();
        let id = acts::keep(&world.records, &boss, plan.id, "名单.csv", sheets).await.unwrap();
        let shown = board(world, &boss, plan.id, id).await;
        let group = shown.groups.iter().find(|group| group.column == Column::Education).unwrap();
        assert_eq!((group.rows, group.first.as_slice(), group.found.as_str(), group.mendable), (3, &[2, 3, 4][..], WRONG, true));
        let mends = async |column, found: &'static str| acts::mend_same(&world.records, &boss, id, column, found, RIGHT).await;
        assert!(is_not_found(mends(Column::Name, "张三").await), "names differ in every row");
        assert_eq!(mends(Column::Education, "没有人这样写").await.unwrap(), 0);
        assert_eq!(mends(Column::Education, WRONG).await.unwrap(), 3);
        let shown = board(world, &boss, plan.id, id).await;
        assert!(shown.groups.iter().all(|group| group.column != Column::Education), "{:?}", shown.groups);
    }

    async fn numbers_that_are_wrong_for_another_reason_stand_apart(world) {
        let plan = world.collecting_plan(|new| new.conditions = vec!["满一年".into()]).await;
        let boss = world.manager("周敏").await;
        // Two end wrongly, one was born on a day that no calendar has.
        let mut text = sheet().replace(WRONG, RIGHT);
        for sequence in [11, 13] {
            let right = id_number("330802", "19900307", sequence);
            let end = if right.ends_with('1') { '2' } else { '1' };
            text = text.replace(&right, &format!("{}{end}", &right[..17]));
        }
        let right = id_number("330802", "19900307", 15);
        text = text.replace(&right, &right.replacen("19900307", "19901307", 1));
        let sheets = rosters::read(text.as_bytes()).unwrap();
        let id = acts::keep(&world.records, &boss, plan.id, "名单.csv", sheets).await.unwrap();
        let shown = board(world, &boss, plan.id, id).await;
        let groups: Vec<(FaultKind, &[u32])> = shown
            .groups
            .iter()
            .filter(|group| group.column == Column::IdNo)
            .map(|group| (group.kind.clone(), group.first.as_slice()))
            .collect();
        assert_eq!(groups, [(FaultKind::Id(IdFault::Check), &[2, 3][..]), (FaultKind::Id(IdFault::Date), &[4][..])]);
    }
}
