//! Cells that are mended together, as proposed, and put back.

use crate::cast::*;
use domain::account::StaffMember;
use domain::ids::RosterId;
use domain::page::roster::{MendGroup, Mended, RosterBoard, RosterRefusal, RosterTab, RowState};
use domain::plan::Plan;
use domain::refusal::Refusal;
use domain::roster::{Cell, MendReason, Sheet, SheetKind};
use records::rosters as acts;
use records::{Error, Records};
use testkit::both_databases;

/// Five people, each written otherwise; all women born on 1995-03-12, the last with a passport. Nobody can guess the level
/// of the first.
fn sheet() -> Sheet {
    let id_no = |sequence: u32| testkit::id_number("330802", "19950312", sequence);
    let headings = SheetKind::Registration.columns().iter().map(|column| column.label().to_owned()).collect::<Vec<_>>();
    let row = |name: &str, kind: &str, number: &str, gender: &str, birth: &str, mobile: &str, level: &str| {
        [name, kind, number, gender, birth, "汉", "高中", mobile, "企业", "护理院", "3", level, "衢州", "", "1"]
            .map(str::to_owned)
            .to_vec()
    };
    let spaced = format!("{} {}", &id_no(22)[..6], &id_no(22)[6..]);
    let rows = [
        headings,
        row("张一", "居民身份证", &id_no(20), "女", "19950312", "13800004300", "三级/技师"),
        row("张二", "居民身份证", &spaced, "", "34770", "１３８００００４３０１", "高级工（三级）"),
        row("张三", "身份证件", &id_no(24), "女", "1995年3月12日", "138.0000.4302", "无"),
        row("张四", "居民身份证", &id_no(26), "男", "1995-03-12", "13800004303", "无"),
        row("张五", "护照", "E12345678", "女", "95/3/12", "13800004304", "无"),
    ];
    let rows = rows.into_iter().zip(1..).map(|(cells, number)| {
        let cell = |text: String| if text.is_empty() { Cell::Empty } else { Cell::Text(text) };
        (number, cells.into_iter().map(cell).collect())
    });
    Sheet { name: "名单".into(), rows: rows.collect(), ..Sheet::default() }
}

async fn board(records: &Records, boss: &StaffMember, plan: &Plan, id: RosterId) -> RosterBoard {
    acts::desk(records, boss, plan.id, Some(id), Some(RosterTab::Mends), 1).await.unwrap().board.unwrap()
}

/// What is shown of a reason, with the first of its texts.
fn shown(groups: &[MendGroup], reason: MendReason) -> Vec<(u32, u32, String)> {
    let lines = groups.iter().filter(|group| group.reason == reason).flat_map(|group| &group.lines);
    lines.map(|line| (line.row, line.place, line.becomes[0].clone())).collect()
}

fn roster_refused<T: std::fmt::Debug>(outcome: Result<T, Error>) -> RosterRefusal {
    match refused(outcome) {
        Refusal::Roster(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

both_databases! {
    async fn what_was_meant_is_mended_together_as_shown_and_put_back(world) {
        let (plan, boss) = (world.collecting_plan(|_| {}).await, world.manager("毛伟").await);
        let id = acts::keep(&world.records, &boss, plan.id, "名单.xlsx", vec![sheet()]).await.unwrap();
        let first = board(&world.records, &boss, &plan, id).await;
        assert_eq!((first.mendable, first.line.counts.ready, first.line.counts.faulty), (5, 0, 5));
        let found: Vec<(MendReason, Vec<u32>)> =
            first.mends.iter().map(|group| (group.reason, group.lines.iter().map(|line| line.row).collect())).collect();
        assert_eq!(found, [
            (MendReason::Day, vec![2, 4]),
            (MendReason::DaySerial, vec![3]),
            (MendReason::Digits, vec![3, 3, 4]),
            (MendReason::Level, vec![3]),
            (MendReason::IdKind, vec![4]),
            (MendReason::Gender, vec![3]),
            (MendReason::DayAsked, vec![6]),
            (MendReason::GenderDiffers, vec![5]),
        ]);

        let digits = shown(&first.mends, MendReason::Digits);
        let done = acts::mend_proposed(&world.records, &boss, id, MendReason::Digits, &digits).await.unwrap();
        assert_eq!(done, Mended { cells: 3, left: 0 });
        // Sent twice, by a second click or a second clerk: nothing is proposed there any more.
        let again = acts::mend_proposed(&world.records, &boss, id, MendReason::Digits, &digits).await.unwrap();
        assert_eq!(again, Mended { cells: 0, left: 3 });
        for reason in MendReason::ALL {
            let lines = shown(&board(&world.records, &boss, &plan, id).await.mends, reason);
            world.pass(1);
            acts::mend_proposed(&world.records, &boss, id, reason, &lines).await.unwrap();
        }
        let after = board(&world.records, &boss, &plan, id).await;
        assert_eq!((after.mendable, after.line.counts.ready, after.line.counts.faulty), (0, 4, 1), "{:?}", after.mends);
        assert_eq!(after.mended.len(), 5, "the last five can be put back");

        // The last one was the gender that differed: it stands there as before.
        let last = &after.mended[0];
        assert_eq!((last.cells, last.by.as_str()), (1, "毛伟"));
        assert_eq!(acts::put_back(&world.records, &boss, id, &last.id).await.unwrap(), Mended { cells: 1, left: 0 });
        assert_eq!(roster_refused(acts::put_back(&world.records, &boss, id, &last.id).await), RosterRefusal::PutBack);
        let back = board(&world.records, &boss, &plan, id).await;
        assert_eq!(shown(&back.mends, MendReason::GenderDiffers), [(5, 3, "女".to_owned())]);
        assert_eq!((back.line.counts.ready, back.mended.len()), (3, 5));
    }

    async fn what_is_not_proposed_is_not_done_and_what_changed_since_stays(world) {
        let (plan, boss) = (world.collecting_plan(|_| {}).await, world.manager("毛伟").await);
        let id = acts::keep(&world.records, &boss, plan.id, "名单.xlsx", vec![sheet()]).await.unwrap();
        let forged = [(5, 3, "不明".to_owned()), (5, 99, "女".to_owned()), (77, 3, "女".to_owned())];
        let out = acts::mend_proposed(&world.records, &boss, id, MendReason::GenderDiffers, &forged).await.unwrap();
        assert_eq!(out, Mended { cells: 0, left: 2 });
        let other_reason = [(5, 3, "女".to_owned())];
        let out = acts::mend_proposed(&world.records, &boss, id, MendReason::Gender, &other_reason).await.unwrap();
        assert_eq!(out, Mended { cells: 0, left: 1 });
        assert!(board(&world.records, &boss, &plan, id).await.mended.is_empty(), "nothing was done");

        let levels = shown(&board(&world.records, &boss, &plan, id).await.mends, MendReason::Level);
        acts::mend_proposed(&world.records, &boss, id, MendReason::Level, &levels).await.unwrap();
        let mend = board(&world.records, &boss, &plan, id).await.mended.remove(0);
        acts::mend(&world.records, &boss, id, &[(3, 11, "四级/中级工".into())]).await.unwrap();
        assert_eq!(acts::put_back(&world.records, &boss, id, &mend.id).await.unwrap(), Mended { cells: 0, left: 1 });

        // Rows that were imported stay as they are.
        world.pass(1);
        acts::mend(&world.records, &boss, id, &[(5, 3, "女".into())]).await.unwrap();
        let mend = board(&world.records, &boss, &plan, id).await.mended.remove(0);
        acts::begin(&world.records, &boss, id).await.unwrap();
        while acts::work(&world.records).await.unwrap() {}
        assert_eq!(acts::put_back(&world.records, &boss, id, &mend.id).await.unwrap(), Mended { cells: 0, left: 1 });
        let rows = acts::desk(&world.records, &boss, plan.id, Some(id), Some(RosterTab::All), 1).await.unwrap().board.unwrap().rows;
        assert_eq!((rows[3].state, rows[3].gender.as_str()), (RowState::Done, "女"));
        let stranger = world.staff("沈嘉", domain::account::Role::Manager, "S000033000208").await;
        assert!(is_not_found(acts::put_back(&world.records, &stranger, id, &mend.id).await));
    }
}
