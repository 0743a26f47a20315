//! How a sheet is read: where its headings are, which sheet of a file, what stays when it is read again; and how its
//! class stands beside the standard.

use crate::cast::*;
use domain::account::StaffMember;
use domain::ids::RosterId;
use domain::occupation::SkillLevel;
use domain::page::roster::{RosterBoard, RosterRefusal, RosterState, RosterTab, RowRefusal, RowState};
use domain::plan::Plan;
use domain::refusal::Refusal;
use domain::roster::{Cell, Column, LayoutRefusal, Sheet, SheetKind, ShortHours};
use records::rosters::{self as acts, ArrivedPhoto};
use records::{Error, Records, applications};
use testkit::{World, both_databases};

/// The standard that gives training hours for 五级, 二级 and 一级.
const CARBON: &str = include_str!("../../../standards/4-09-07-04.toml");

async fn plan_at(world: &World, level: SkillLevel) -> Plan {
    world.collecting_plan(|new| new.level = Some(level)).await
}

fn sheet(name: &str, rows: &[(u32, &[&str])]) -> Sheet {
    let cell = |text: &&str| if text.is_empty() { Cell::Empty } else { Cell::Text((*text).to_owned()) };
    let rows = rows.iter().map(|(number, cells)| (*number, cells.iter().map(cell).collect()));
    Sheet { name: name.into(), rows: rows.collect(), ..Sheet::default() }
}

fn id_no(sequence: u32) -> String {
    testkit::id_number("330802", "19950312", sequence)
}

async fn board(records: &Records, boss: &StaffMember, plan: &Plan, id: RosterId) -> RosterBoard {
    acts::desk(records, boss, plan.id, Some(id), Some(RosterTab::All), 1).await.unwrap().board.unwrap()
}

fn roster_refused<T: std::fmt::Debug>(outcome: Result<T, Error>) -> RosterRefusal {
    match refused(outcome) {
        Refusal::Roster(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

async fn works(records: &Records) {
    while acts::work(records).await.unwrap() {}
}

both_databases! {
    async fn a_person_says_where_the_headings_are_and_what_was_mended_stays(world) {
        let (plan, boss) = (plan_at(world, SkillLevel::IntermediateWorker).await, world.manager("毛伟").await);
        let (one, two) = (id_no(21), id_no(23));
        let people = sheet("名单", &[
            (1, &["甲班名册", "第一列是人名", "第二列是号码"]),
            (3, &["人名", "号", "联系方式"]),
            (4, &["张三", &one, "13800004300"]),
            (5, &["李四", &two, "1380000430"]),
        ]);
        let other = sheet("另一张", &[(2, &["姓名", "身份证号码", "电话"]), (3, &["王五", &id_no(25), "13800004302"]), (4, &["赵六", &id_no(27), "13800004303"])]);
        // No heading is known: the row is guessed, and nothing goes on before a person has said it.
        let id = acts::keep(&world.records, &boss, plan.id, "名单.xlsx", vec![people.clone()]).await.unwrap();
        let open = board(&world.records, &boss, &plan, id).await;
        assert_eq!((open.line.state, open.layout.headings_at, open.line.counts.all()), (RosterState::Mapping, 1, 3));
        assert!(matches!(open.unmapped, Some(LayoutRefusal::NoHeadings { .. })));
        assert_eq!(open.top.rows.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 3, 4, 5]);
        assert!(open.top.open);
        acts::drop_roster(&world.records, &boss, id).await.unwrap();

        let id = acts::keep(&world.records, &boss, plan.id, "名单.xlsx", vec![people, other]).await.unwrap();
        let open = board(&world.records, &boss, &plan, id).await;
        assert_eq!((open.top.sheet, open.line.counts.all()), (1, 2), "the sheet whose headings are known is read");
        for (row, high, refusal) in [
            (2, 1, LayoutRefusal::NoSuchRow { row: 2, last: 5 }),
            (9, 1, LayoutRefusal::NoSuchRow { row: 9, last: 5 }),
            (3, 4, LayoutRefusal::Height { high: 4, highest: 3 }),
        ] {
            let out = acts::reread(&world.records, &boss, id, 0, row, high).await;
            assert_eq!(roster_refused(out), RosterRefusal::Layout(refusal));
        }
        assert_eq!(roster_refused(acts::reread(&world.records, &boss, id, 0, 5, 1).await), RosterRefusal::Nobody);
        let missing = acts::reread(&world.records, &boss, id, 0, 1, 1).await.unwrap();
        assert!(matches!(missing, Some(LayoutRefusal::ColumnsMissing(_))));
        let columns = [(0, Some(Column::Name)), (1, Some(Column::IdNo)), (2, Some(Column::Mobile))];
        assert_eq!(acts::map(&world.records, &boss, id, SheetKind::Roster, &columns).await.unwrap(), None);
        let open = board(&world.records, &boss, &plan, id).await;
        assert_eq!((open.line.state, open.line.counts.all(), open.line.counts.faulty), (RosterState::Open, 3, 2), "the real headings are no person");
        acts::mend(&world.records, &boss, id, &[(5, 2, "13800004301".into())]).await.unwrap();

        // One row further down: what was said and what was mended stay.
        assert_eq!(acts::reread(&world.records, &boss, id, 0, 3, 1).await.unwrap(), None);
        let open = board(&world.records, &boss, &plan, id).await;
        assert_eq!((open.line.counts.ready, open.line.counts.all(), open.layout.kind), (2, 2, SheetKind::Roster));
        assert_eq!(open.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["张三", "李四"]);
        // And up again: the row that had gone is back.
        assert_eq!(acts::reread(&world.records, &boss, id, 0, 1, 1).await.unwrap(), None);
        let open = board(&world.records, &boss, &plan, id).await;
        assert_eq!((open.line.counts.ready, open.line.counts.all()), (2, 3));

        assert_eq!(acts::reread(&world.records, &boss, id, 0, 3, 1).await.unwrap(), None);
        acts::begin(&world.records, &boss, id).await.unwrap();
        works(&world.records).await;
        assert_eq!(roster_refused(acts::reread(&world.records, &boss, id, 0, 1, 1).await), RosterRefusal::Begun);
        let open = board(&world.records, &boss, &plan, id).await;
        assert!(!open.top.open && open.line.counts.done == 2, "{:?}", open.line);
        let stranger = world.staff("沈嘉", domain::account::Role::Manager, "S000033000208").await;
        assert!(is_not_found(acts::reread(&world.records, &stranger, id, 0, 1, 1).await));
    }

    async fn headings_over_two_rows_are_found_and_photos_stay_with_their_people(world) {
        let (plan, boss) = (plan_at(world, SkillLevel::IntermediateWorker).await, world.manager("毛伟").await);
        let (one, two) = (id_no(21), id_no(23));
        let people = sheet("名单", &[
            (1, &["班别：第3期", "", "学时：40"]),
            (2, &["序号", "姓名", "身份证号码", "联系方式", "", "考核信息", ""]),
            (3, &["", "", "", "手机", "邮箱", "理论", "技能"]),
            (4, &["1", "张三", &one, "13800004300", "a@example.cn", "", ""]),
            (5, &["2", "李四", &two, "13800004301", "b@example.cn", "", ""]),
        ]);
        let id = acts::keep(&world.records, &boss, plan.id, "名单.xlsx", vec![people]).await.unwrap();
        let open = board(&world.records, &boss, &plan, id).await;
        assert_eq!((open.layout.headings_at, open.layout.headings_high), (2, 2));
        assert_eq!((open.line.state, open.line.counts.ready, open.class.as_str(), open.hours.as_str()), (RosterState::Open, 2, "第3期", "40"));
        let photo = ArrivedPhoto { name: format!("{one}张三.JPG"), bytes: testkit::photo_of(413, 579, 95) };
        acts::keep_photos(&world.records, &boss, id, vec![photo]).await.unwrap();
        acts::photos_arrived(&world.records, &boss, id, Vec::new()).await.unwrap();
        // The clerk tries one row, sees that 手机 and 理论 became a person, and says two.
        acts::reread(&world.records, &boss, id, 0, 2, 1).await.unwrap();
        assert_eq!(board(&world.records, &boss, &plan, id).await.line.counts.all(), 3);
        acts::reread(&world.records, &boss, id, 0, 2, 2).await.unwrap();
        let open = board(&world.records, &boss, &plan, id).await;
        assert_eq!((open.line.counts.all(), open.line.counts.ready), (2, 1), "李四 lacks a photo");
        assert!(open.rows[0].photo.is_some());
        // Headings below the first person: the photo is nobody's for now, and comes back with the person.
        acts::reread(&world.records, &boss, id, 0, 4, 1).await.unwrap();
        assert_eq!(board(&world.records, &boss, &plan, id).await.strays, 1);
        acts::reread(&world.records, &boss, id, 0, 2, 2).await.unwrap();
        assert!(board(&world.records, &boss, &plan, id).await.rows[0].photo.is_some());
    }

    async fn a_class_shorter_than_its_standard_is_told_and_refuses_nobody(world) {
        records::standards::import_file(&world.records, CARBON, "4-09-07-04.toml", None).await.unwrap();
        let (plan, boss) = (plan_at(world, SkillLevel::Technician).await, world.manager("毛伟").await);
        let one = id_no(21);
        let people = sheet("名单", &[
            (1, &["班别：第3期", "", "学时：80学时"]),
            (2, &["序号", "姓名", "身份证号码"]),
            (3, &["1", "张三", &one]),
        ]);
        let id = acts::keep(&world.records, &boss, plan.id, "名单.xlsx", vec![people.clone()]).await.unwrap();
        let hours = board(&world.records, &boss, &plan, id).await.class_hours.unwrap();
        assert_eq!((hours.required, hours.short), (100, Some(ShortHours { measured: 80, required: 100 })));
        assert_eq!((hours.occupation.as_str(), hours.level), ("碳排放管理员", SkillLevel::Technician));
        for (wrong, what) in [("八十", "words"), ("0", "nothing"), ("2001", "too many"), ("-80", "a sign")] {
            let out = acts::describe(&world.records, &boss, id, "第3期", "", wrong).await;
            assert_eq!(roster_refused(out), RosterRefusal::NoHours { most: 2_000 }, "{what}");
        }
        acts::begin(&world.records, &boss, id).await.unwrap();
        works(&world.records).await;
        assert_eq!(board(&world.records, &boss, &plan, id).await.line.counts.done, 1, "it is told, and refuses nobody");
        acts::describe(&world.records, &boss, id, "第3期", "", "１００ 学时").await.unwrap();
        let open = board(&world.records, &boss, &plan, id).await;
        assert_eq!((open.hours.as_str(), open.class_hours.unwrap().short), ("100", None));
        acts::describe(&world.records, &boss, id, "第3期", "", "").await.unwrap();
        assert_eq!(board(&world.records, &boss, &plan, id).await.class_hours.unwrap().short, None, "not written is not short");
    }

    async fn one_who_cannot_be_imported_holds_up_nobody_of_the_same_transaction(world) {
        let (first, second) = (plan_at(world, SkillLevel::IntermediateWorker).await, plan_at(world, SkillLevel::SeniorWorker).await);
        let boss = world.manager("毛伟").await;
        let numbers: Vec<String> = (0..14).map(|at| id_no(21 + 2 * at)).collect();
        let names = ["甲一", "乙二", "丙三", "丁四", "戊五", "己六", "庚七", "辛八", "壬九", "癸十", "子一", "丑二", "寅三", "卯四"];
        let rows = |which: &[usize]| {
            let mut rows = vec![(1, ["序号", "姓名", "身份证号码"].map(|text| Cell::Text(text.into())).to_vec())];
            rows.extend(which.iter().map(|at| {
                let cells = [(at + 1).to_string(), names[*at].to_owned(), numbers[*at].clone()];
                (u32::try_from(*at).unwrap() + 2, cells.map(Cell::Text).to_vec())
            }));
            Sheet { name: "名单".into(), rows, ..Sheet::default() }
        };
        // The fourth is in another plan of the same trade already, which a draft of stands in the way.
        let early = acts::keep(&world.records, &boss, first.id, "早.xlsx", vec![rows(&[3])]).await.unwrap();
        acts::begin(&world.records, &boss, early).await.unwrap();
        works(&world.records).await;
        let id = acts::keep(&world.records, &boss, second.id, "全.xlsx", vec![rows(&(0..14).collect::<Vec<_>>())]).await.unwrap();
        acts::begin(&world.records, &boss, id).await.unwrap();
        works(&world.records).await;
        let open = board(&world.records, &boss, &second, id).await;
        assert_eq!((open.line.state, open.line.counts.done, open.line.counts.refused), (RosterState::Open, 13, 1), "{:?}", open.line);
        let fourth = &open.rows[3];
        assert_eq!(fourth.state, RowState::Refused);
        assert!(matches!(fourth.refusal, Some(RowRefusal::Rule(Refusal::Start(_)))), "{:?}", fourth.refusal);
        assert_eq!(applications::broken_promises(&world.records).await.unwrap(), Vec::<String>::new());
    }
}
