//! Rows that are not imported: the foot of a sheet is known by itself, somebody else is left out by hand, and both come
//! back when they are asked to.

use crate::cast::*;
use domain::account::{Role, StaffMember};
use domain::ids::RosterId;
use domain::page::roster::{RosterBoard, RosterCounts, RosterTab, RowState};
use domain::plan::Plan;
use domain::roster::{Cell, FaultKind, Sheet};
use records::rosters::{self as acts, ArrivedPhoto};
use records::{Error, Records};
use testkit::{World, both_databases};

fn sheet(rows: &[(u32, &[&str])]) -> Vec<Sheet> {
    let cell = |text: &&str| if text.is_empty() { Cell::Empty } else { Cell::Text((*text).to_owned()) };
    let rows = rows.iter().map(|(number, cells)| (*number, cells.iter().map(cell).collect()));
    vec![Sheet { name: "名单".into(), rows: rows.collect(), ..Sheet::default() }]
}

fn id_no(sequence: u32) -> String {
    testkit::id_number("330802", "19950312", sequence)
}

async fn board(world: &World, boss: &StaffMember, plan: &Plan, id: RosterId) -> RosterBoard {
    acts::desk(&world.records, boss, plan.id, Some(id), Some(RosterTab::All), 1).await.unwrap().board.unwrap()
}

fn states(board: &RosterBoard) -> Vec<(u32, RowState)> {
    board.rows.iter().map(|row| (row.row, row.state)).collect()
}

async fn works(records: &Records) {
    while acts::work(records).await.unwrap() {}
}

/// 张三 stands there twice, 王五 has no number, and below them is who filled it in.
fn people(one: &str, two: &str) -> Vec<Sheet> {
    sheet(&[
        (1, &["序号", "姓名", "身份证号码", "电话"]),
        (2, &["1", "张三", one, "13800004300"]),
        (3, &["2", "张三", one, "13800004300"]),
        (4, &["3", "李四", two, "13800004301"]),
        (5, &["4", "王五", "", "13800004302"]),
        (7, &["合计", "4人", "", ""]),
        (8, &["填表人：毛伟", "", "", "2026年10月8日"]),
    ])
}

both_databases! {
    async fn who_does_not_belong_into_a_sheet_is_left_out_and_comes_back(world) {
        use RowState::{Done, Faulty, LeftOut, Ready};
        let (plan, boss) = (world.collecting_plan(|_| {}).await, world.manager("毛伟").await);
        let id = acts::keep(&world.records, &boss, plan.id, "名单.xlsx", people(&id_no(21), &id_no(23))).await.unwrap();
        let first = board(world, &boss, &plan, id).await;
        assert_eq!(states(&first), [(2, Ready), (3, Faulty), (4, Ready), (5, Faulty), (7, LeftOut), (8, LeftOut)]);
        assert_eq!(first.line.counts, RosterCounts { ready: 2, faulty: 2, left_out: 2, ..RosterCounts::default() });
        assert_eq!(first.line.counts.all(), 4, "a foot is nobody");

        // Of the two the later one is meant: once the first is out, nothing is wrong with it.
        acts::leave_out(&world.records, &boss, id, 2).await.unwrap();
        assert_eq!(states(&board(world, &boss, &plan, id).await)[..2], [(2, LeftOut), (3, Ready)]);
        acts::take_back(&world.records, &boss, id, 2).await.unwrap();
        let back = board(world, &boss, &plan, id).await;
        assert_eq!(states(&back)[..2], [(2, Ready), (3, Faulty)]);
        assert!(back.rows[1].cells.iter().any(|cell| cell.faults.contains(&FaultKind::IdDuplicate { first: 2 })));

        for row in [3, 5] {
            acts::leave_out(&world.records, &boss, id, row).await.unwrap();
        }
        acts::begin(&world.records, &boss, id).await.unwrap();
        works(&world.records).await;
        let after = board(world, &boss, &plan, id).await;
        assert_eq!(states(&after), [(2, Done), (3, LeftOut), (4, Done), (5, LeftOut), (7, LeftOut), (8, LeftOut)]);
        assert_eq!((after.line.counts.done, after.line.counts.all()), (2, 2), "nothing is left to mend");

        // What was taken for a foot by mistake is a row like others, with what is wrong with it.
        acts::take_back(&world.records, &boss, id, 7).await.unwrap();
        let foot = board(world, &boss, &plan, id).await;
        assert!(foot.rows.iter().any(|row| row.row == 7 && row.state == Faulty && !row.cells.is_empty()));
        for settled in [
            acts::leave_out(&world.records, &boss, id, 2).await,
            acts::take_back(&world.records, &boss, id, 2).await,
            acts::leave_out(&world.records, &boss, id, 99).await,
        ] {
            assert!(matches!(settled, Err(Error::ChangedMeanwhile)), "{settled:?}");
        }
        let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
        assert!(is_not_found(acts::leave_out(&world.records, &stranger, id, 7).await));
        assert!(is_not_found(acts::take_back(&world.records, &stranger, id, 8).await));
    }

    async fn a_photo_goes_to_the_row_that_stays(world) {
        let (plan, boss) = (world.collecting_plan(|_| {}).await, world.manager("毛伟").await);
        let one = id_no(21);
        let id = acts::keep(&world.records, &boss, plan.id, "名单.xlsx", people(&one, &id_no(23))).await.unwrap();
        let photo = ArrivedPhoto { name: format!("{one}张三.jpg"), bytes: testkit::photo() };
        acts::keep_photos(&world.records, &boss, id, vec![photo]).await.unwrap();
        acts::photos_arrived(&world.records, &boss, id, Vec::new()).await.unwrap();
        let of = |board: &RosterBoard| board.rows.iter().filter(|row| row.photo.is_some()).map(|row| row.row).collect::<Vec<_>>();
        assert_eq!(of(&board(world, &boss, &plan, id).await), [2]);
        acts::leave_out(&world.records, &boss, id, 2).await.unwrap();
        assert_eq!(of(&board(world, &boss, &plan, id).await), [3], "it is the same person's");
        acts::leave_out(&world.records, &boss, id, 3).await.unwrap();
        let alone = board(world, &boss, &plan, id).await;
        assert_eq!((of(&alone), alone.strays), (Vec::new(), 1));
        acts::take_back(&world.records, &boss, id, 3).await.unwrap();
        assert_eq!(of(&board(world, &boss, &plan, id).await), [3]);
    }
}
