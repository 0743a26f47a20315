//! Rosters: tried, mended, joined with photos, imported by one or by two, killed in the middle, taken back, and out again.

use crate::cast::*;
use domain::account::{Role, StaffMember};
use domain::ids::RosterId;
use domain::page::collecting::ConfirmPage;
use domain::page::roster::{
    Joining, RosterBoard, RosterRefusal, RosterRow, RosterState, RosterTab, RowRefusal, RowState,
};
use domain::plan::Plan;
use domain::refusal::Refusal;
use domain::roster::{Column, Layout, LayoutRefusal, RosterFault, SheetKind};
use records::rosters::{self as acts, ArrivedPhoto};
use records::{Error, Records, applications, collecting, history};
use rosters::Archive;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Cursor;
use testkit::{World, both_databases};

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../rosters/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn expected() -> Value {
    serde_json::from_slice(&file("expected.json")).unwrap()
}

/// An open plan whose agency collects, with three conditions.
pub async fn plan_of(world: &World) -> Plan {
    plan_in(world, "碳排放核算员", "4-09-07-04-03").await
}

async fn plan_in(world: &World, trade: &str, code: &str) -> Plan {
    world
        .collecting_plan(|new| {
            (new.trade, new.code) = (trade.into(), code.into());
            new.capacity = 3_000;
        })
        .await
}

pub async fn keeps(records: &Records, boss: &StaffMember, plan: &Plan, name: &str) -> Result<RosterId, Error> {
    let sheets = rosters::read(&file(name)).unwrap();
    acts::keep(records, boss, plan.id, name, sheets).await
}

async fn board(records: &Records, boss: &StaffMember, plan: &Plan, id: RosterId, tab: RosterTab) -> RosterBoard {
    acts::desk(records, boss, plan.id, Some(id), Some(tab), 1).await.unwrap().board.unwrap()
}

/// Every row of a roster, over all pages.
async fn every(records: &Records, boss: &StaffMember, plan: &Plan, id: RosterId) -> Vec<RosterRow> {
    let mut rows = Vec::new();
    for page in 1.. {
        let desk = acts::desk(records, boss, plan.id, Some(id), Some(RosterTab::All), page).await.unwrap();
        let board = desk.board.unwrap();
        rows.extend(board.rows);
        if page == board.pages {
            return rows;
        }
    }
    rows
}

fn codes(rows: &[RosterRow]) -> BTreeMap<String, Vec<String>> {
    let code = |row: &RosterRow| -> Vec<String> {
        let of = |column: Column, kind: &domain::roster::FaultKind| {
            RosterFault { column, kind: kind.clone(), found: String::new() }.code()
        };
        let mut codes: Vec<String> =
            row.cells.iter().flat_map(|cell| cell.faults.iter().map(move |kind| of(cell.column, kind))).collect();
        if let Some(photo) = &row.photo {
            if photo.joining == Joining::OtherName {
                codes.push("photo_name_mismatch".into());
            }
            codes.extend(photo.faults.iter().map(|fault| format!("photo_{}", fault.code())));
        } else if row.photo_missing {
            codes.push("photo_missing".into());
        }
        codes
    };
    rows.iter().map(|row| (row.row.to_string(), code(row))).filter(|(_, codes)| !codes.is_empty()).collect()
}

fn roster_refused<T: std::fmt::Debug>(outcome: Result<T, Error>) -> RosterRefusal {
    match refused(outcome) {
        Refusal::Roster(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

/// Photos of an archive, as the upload hands them over.
pub async fn photos(records: &Records, boss: &StaffMember, id: RosterId, name: &str) {
    let spec = acts::ensure_takes_photos(records, boss, id).await.unwrap();
    let mut archive = Archive::open(Cursor::new(file(name))).unwrap();
    let mut some = Vec::new();
    for place in 0..archive.len() {
        let entry = archive.file(place, spec.most_bytes().unwrap()).unwrap();
        some.push(ArrivedPhoto { name: entry.name, bytes: entry.bytes });
    }
    acts::keep_photos(records, boss, id, some).await.unwrap();
    acts::photos_arrived(records, boss, id, Vec::new()).await.unwrap();
}

pub async fn works(records: &Records) {
    while acts::work(records).await.unwrap() {}
}

async fn applications_of(world: &World, plan: &Plan) -> i64 {
    use sea_orm::{ConnectionTrait, Database, Statement};
    let db = Database::connect(world.database_url()).await.unwrap();
    let text = format!("SELECT COUNT(*) FROM application WHERE plan_id = '{}'", plan.id);
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), text)).await.unwrap().unwrap();
    let count = row.try_get_by_index::<i64>(0).unwrap();
    db.close().await.unwrap();
    count
}

both_databases! {
    async fn every_sheet_is_tried_and_every_cell_at_fault_is_named(world) {
        let (plan, boss) = (plan_of(world).await, world.manager("毛伟").await);
        let expected = expected();
        let mut seen = 0;
        for (name, wanted) in expected["files"].as_object().unwrap() {
            if !wanted["errors"].is_object() {
                continue;
            }
            let id = keeps(&world.records, &boss, &plan, name).await.unwrap();
            let rows = every(&world.records, &boss, &plan, id).await;
            assert_eq!(rows.len() as u64, wanted["rows"].as_u64().unwrap(), "{name}");
            let errors: BTreeMap<String, Vec<String>> = serde_json::from_value(wanted["errors"].clone()).unwrap();
            assert_eq!(codes(&rows), errors, "{name}");
            let line = board(&world.records, &boss, &plan, id, RosterTab::All).await.line;
            assert_eq!(u64::from(line.counts.ready), wanted["ok"].as_u64().unwrap(), "{name}");
            assert!(rows.iter().all(|row| (row.state == RowState::Ready) == row.cells.is_empty()));
            seen += 1;
        }
        assert_eq!(seen, 8);
        let desk = acts::desk(&world.records, &boss, plan.id, None, None, 1).await.unwrap();
        assert_eq!((desk.rosters.len(), desk.people), (8, 0), "a dry run changes nothing");
        assert_eq!(applications_of(world, &plan).await, 0);

        let none = keeps(&world.records, &boss, &plan, "空表.xlsx").await;
        assert!(matches!(roster_refused(none), RosterRefusal::Layout(LayoutRefusal::NoHeadings { .. })));
        let short = keeps(&world.records, &boss, &plan, "报名信息表_缺列.xlsx").await.unwrap();
        let open = board(&world.records, &boss, &plan, short, RosterTab::All).await;
        assert_eq!((open.line.state, open.unmapped), (RosterState::Mapping, Some(LayoutRefusal::ColumnsMissing(vec!["证件号码".into()]))));
        assert_eq!(roster_refused(acts::begin(&world.records, &boss, short).await), RosterRefusal::State(RosterState::Mapping));
    }

    async fn columns_are_named_by_hand_where_the_sheet_calls_them_otherwise(world) {
        let (plan, boss) = (plan_of(world).await, world.manager("毛伟").await);
        let mut sheets = rosters::read(&file("报名信息表_utf8bom.csv")).unwrap();
        let layout = Layout::propose(&sheets[0]).unwrap();
        let place = layout.place_of(Column::IdNo).unwrap();
        let at = sheets[0].rows.iter().position(|(number, _)| *number == layout.headings_at).unwrap();
        sheets[0].rows[at].1[place] = domain::roster::Cell::Text("号".into());
        let id = acts::keep(&world.records, &boss, plan.id, "名单.csv", sheets).await.unwrap();
        assert_eq!(board(&world.records, &boss, &plan, id, RosterTab::All).await.line.state, RosterState::Mapping);
        let twice = [(place, Some(Column::Name))];
        let missing = acts::map(&world.records, &boss, id, SheetKind::Registration, &twice).await.unwrap();
        assert!(missing.is_some(), "what was chosen stays, and is not enough");
        let right = [(place, Some(Column::IdNo))];
        assert_eq!(acts::map(&world.records, &boss, id, SheetKind::Registration, &right).await.unwrap(), None);
        let line = board(&world.records, &boss, &plan, id, RosterTab::All).await.line;
        assert_eq!((line.state, line.counts.ready), (RosterState::Open, 12));
    }

    async fn a_cell_is_mended_in_place_and_the_rest_waits(world) {
        let (plan, boss) = (plan_of(world).await, world.manager("毛伟").await);
        let id = keeps(&world.records, &boss, &plan, "报名信息表_错误.xlsx").await.unwrap();
        let open = board(&world.records, &boss, &plan, id, RosterTab::Faulty).await;
        assert_eq!((open.line.counts.faulty, open.line.counts.ready, open.rows.len()), (20, 4, 20));
        let cell = |row: u32, column: Column| {
            let row = open.rows.iter().find(|one| one.row == row).unwrap();
            row.cells.iter().find(|cell| cell.column == column).unwrap().clone()
        };
        let email = cell(22, Column::Email);
        assert!(!email.found.is_empty(), "what stands there is shown");
        let duplicate = cell(7, Column::IdNo);
        acts::mend(&world.records, &boss, id, &[
            (22, email.place.unwrap(), "li@example.cn".into()),
            (11, cell(11, Column::Mobile).place.unwrap(), "13800001234".into()),
            (7, duplicate.place.unwrap(), testkit::id_number("330802", "19950101", 21)),
        ]).await.unwrap();
        let rows = every(&world.records, &boss, &plan, id).await;
        let state = |number: u32| rows.iter().find(|row| row.row == number).unwrap();
        assert_eq!((state(22).state, state(11).state), (RowState::Ready, RowState::Ready));
        assert!(state(7).cells.iter().all(|cell| cell.faults.iter().all(|kind| kind.code() != "id_duplicate")));

        // What is good goes in; the rest can be mended later and follows.
        acts::begin(&world.records, &boss, id).await.unwrap();
        works(&world.records).await;
        let after = board(&world.records, &boss, &plan, id, RosterTab::All).await.line;
        assert_eq!((after.state, after.counts.done), (RosterState::Open, after.counts.all() - after.counts.faulty));
        let done = after.counts.done;
        assert!(matches!(roster_refused(acts::begin(&world.records, &boss, id).await), RosterRefusal::Imported { .. }));
        let school = cell(17, Column::Education);
        acts::mend(&world.records, &boss, id, &[(17, school.place.unwrap(), "大专".into()), (22, 0, "改名".into())]).await.unwrap();
        acts::begin(&world.records, &boss, id).await.unwrap();
        works(&world.records).await;
        let rows = every(&world.records, &boss, &plan, id).await;
        assert_eq!(rows.iter().filter(|row| row.state == RowState::Done).count() as u32, done + 1);
        assert!(rows.iter().find(|row| row.row == 22).unwrap().name != "改名", "imported rows stay as they are");
        assert_eq!(applications_of(world, &plan).await, i64::from(done) + 1);
        assert_eq!(applications::broken_promises(&world.records).await.unwrap(), Vec::<String>::new());
    }

    async fn t19_twenty_seven_are_ready_three_are_named_and_joined_by_hand(world) {
        let (plan, boss) = (plan_of(world).await, world.manager("毛伟").await);
        let id = keeps(&world.records, &boss, &plan, "报名信息表_30.xlsx").await.unwrap();
        photos(&world.records, &boss, id, "照片_T19.zip").await;
        let rows = every(&world.records, &boss, &plan, id).await;
        let named: BTreeMap<String, Vec<String>> =
            serde_json::from_value(expected()["files"]["照片_T19.zip"]["named"].clone()).unwrap();
        assert_eq!(codes(&rows), named);
        let line = board(&world.records, &boss, &plan, id, RosterTab::All).await;
        assert_eq!((line.line.counts.ready, line.line.counts.faulty, line.photos, line.strays), (27, 3, 29, 1));
        photos(&world.records, &boss, id, "照片_T19.zip").await;
        assert_eq!(board(&world.records, &boss, &plan, id, RosterTab::All).await.photos, 29, "sent again, kept once");

        // 9: another name in the file's name, the same person. 18: too light, made anew or later. 25: none, later.
        let strays = board(&world.records, &boss, &plan, id, RosterTab::Photos).await;
        let stray = &strays.stray_photos[0];
        assert_eq!(stray.row.as_ref().unwrap(), &(9, "花莹梓".to_owned()));
        assert_eq!(strays.lacking.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [9, 25]);
        acts::join_photo(&world.records, &boss, id, &stray.id, 9).await.unwrap();
        assert_eq!(roster_refused(acts::join_photo(&world.records, &boss, id, &stray.id, 25).await), RosterRefusal::Joined);
        let light = rows.iter().find(|row| row.row == 18).unwrap().photo.clone().unwrap();
        match acts::render_photo(&world.records, &boss, id, &light.id).await {
            Ok(()) => {}
            Err(Error::Refused(Refusal::Roster(RosterRefusal::NotRendered))) => acts::photos_later(&world.records, &boss, id, Some(18)).await.unwrap(),
            other => panic!("{other:?}"),
        }
        acts::photos_later(&world.records, &boss, id, Some(25)).await.unwrap();
        let seen = acts::photo(&world.records, &boss, id, &stray.id).await.unwrap();
        assert!(seen.content_type == "image/jpeg" && !seen.bytes.is_empty());
        let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
        assert!(is_not_found(acts::photo(&world.records, &stranger, id, &stray.id).await));

        acts::begin(&world.records, &boss, id).await.unwrap();
        works(&world.records).await;
        let rows = every(&world.records, &boss, &plan, id).await;
        assert!(rows.iter().all(|row| row.state == RowState::Done), "{:?}", rows.iter().find(|row| row.state != RowState::Done));
        let leaving = acts::photos_of(&world.records, &boss, plan.id).await.unwrap();
        assert!(leaving.len() >= 28 && leaving.iter().any(|one| one.name.ends_with("花莹梓.JPG")), "{:?}", leaving.first());
        assert!(!leaving[0].read(&world.records).await.unwrap().is_empty());
        assert_eq!(applications::broken_promises(&world.records).await.unwrap(), Vec::<String>::new());
    }

    async fn photos_that_come_after_the_import_find_their_drafts(world) {
        let (plan, boss) = (plan_of(world).await, world.manager("毛伟").await);
        let id = keeps(&world.records, &boss, &plan, "报名信息表_30.xlsx").await.unwrap();
        acts::begin(&world.records, &boss, id).await.unwrap();
        works(&world.records).await;
        assert!(matches!(roster_refused(acts::photos_of(&world.records, &boss, plan.id).await), RosterRefusal::NobodyLeft));
        photos(&world.records, &boss, id, "照片_T19.zip").await;
        assert_eq!(acts::photos_of(&world.records, &boss, plan.id).await.unwrap().len(), 27);
        let strays = board(&world.records, &boss, &plan, id, RosterTab::Photos).await;
        assert_eq!(strays.lacking.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [9, 25]);
        acts::join_photo(&world.records, &boss, id, &strays.stray_photos[0].id, 9).await.unwrap();
        assert_eq!(acts::photos_of(&world.records, &boss, plan.id).await.unwrap().len(), 28);
        assert_eq!(applications::broken_promises(&world.records).await.unwrap(), Vec::<String>::new());
    }

    async fn archives_of_every_kind_come_to_the_right_rows(world) {
        let (plan, boss) = (plan_of(world).await, world.manager("毛伟").await);
        let with = |rows: &[RosterRow]| rows.iter().filter(|row| row.photo.as_ref().is_some_and(|photo| photo.faults.is_empty())).map(|row| row.row).collect::<Vec<_>>();
        for (zip, ready) in [("照片_gbk.zip", vec![5, 6, 7, 8, 9, 10]), ("照片_zipslip.zip", vec![5]), ("照片_zipbomb.zip", vec![])] {
            let id = keeps(&world.records, &boss, &plan, "报名信息表_30.xlsx").await.unwrap();
            photos(&world.records, &boss, id, zip).await;
            let rows = every(&world.records, &boss, &plan, id).await;
            assert_eq!(with(&rows), ready, "{zip}");
            if zip == "照片_zipbomb.zip" {
                let five = rows.iter().find(|row| row.row == 5).unwrap();
                let photo = five.photo.as_ref().unwrap();
                assert_eq!((photo.faults[0].code(), photo.shown), ("bytes_max", false), "read to the limit, not kept");
            }
        }
    }

    async fn two_clerks_import_the_same_people_once(world) {
        let (plan, one, two) = (plan_of(world).await, world.manager("毛伟").await, world.reviewer("郑文").await);
        let second = world.second_server().await;
        let (a, b) = (
            keeps(&world.records, &one, &plan, "报名信息表_30.xlsx").await.unwrap(),
            keeps(&second, &two, &plan, "花名册_30.xlsx").await.unwrap(),
        );
        acts::begin(&world.records, &one, a).await.unwrap();
        acts::begin(&second, &two, b).await.unwrap();
        let told = RosterRefusal::Imported { by: "毛伟".into(), at: world.records.now() };
        assert_eq!(roster_refused(acts::begin(&second, &two, a).await), told, "once is enough");
        tokio::join!(works(&world.records), works(&second));
        works(&world.records).await;
        world.pass(5);
        assert_eq!(roster_refused(acts::begin(&second, &two, a).await), told, "nothing is left, and it says who was faster");
        let (of_a, of_b) = (every(&world.records, &one, &plan, a).await, every(&world.records, &one, &plan, b).await);
        let count = |rows: &[RosterRow], state: RowState| rows.iter().filter(|row| row.state == state).count();
        assert_eq!(count(&of_a, RowState::Done) + count(&of_b, RowState::Done), 30);
        assert_eq!(count(&of_a, RowState::There) + count(&of_b, RowState::There), 30, "{of_a:?}");
        assert_eq!(applications_of(world, &plan).await, 30);
        assert_eq!(applications::broken_promises(&world.records).await.unwrap(), Vec::<String>::new());
        second.close().await.unwrap();
    }

    async fn an_import_killed_in_the_middle_goes_on_where_it_stood(world) {
        let (plan, boss) = (plan_of(world).await, world.manager("毛伟").await);
        let id = keeps(&world.records, &boss, &plan, "报名信息表_30.xlsx").await.unwrap();
        photos(&world.records, &boss, id, "照片_gbk.zip").await;
        acts::photos_later(&world.records, &boss, id, None).await.unwrap();
        acts::begin(&world.records, &boss, id).await.unwrap();
        // Torn out at whatever place it has come to, a few times.
        for milliseconds in [3, 11, 23, 40] {
            let server = world.second_server().await;
            let running = tokio::spawn({
                let server = server.clone();
                async move { while acts::work(&server).await.unwrap_or(false) {} }
            });
            tokio::time::sleep(std::time::Duration::from_millis(milliseconds)).await;
            running.abort();
            let _ = running.await;
            server.close().await.unwrap();
        }
        let before = board(&world.records, &boss, &plan, id, RosterTab::All).await.line.counts;
        assert_eq!(applications_of(world, &plan).await, i64::from(before.done), "a row and its application come together or not at all");
        works(&world.records).await;
        let after = board(&world.records, &boss, &plan, id, RosterTab::All).await.line;
        assert_eq!((after.state, after.counts.done), (RosterState::Open, 30));
        assert_eq!(applications_of(world, &plan).await, 30);
        assert_eq!(applications::broken_promises(&world.records).await.unwrap(), Vec::<String>::new());
    }

    async fn an_import_rests_and_goes_on(world) {
        let (plan, boss) = (plan_of(world).await, world.manager("毛伟").await);
        let id = keeps(&world.records, &boss, &plan, "报名信息表_30.xlsx").await.unwrap();
        acts::begin(&world.records, &boss, id).await.unwrap();
        assert!(acts::work(&world.records).await.unwrap());
        let cells = [(5, 0, "张三".to_owned())];
        assert_eq!(roster_refused(acts::mend(&world.records, &boss, id, &cells).await), RosterRefusal::State(RosterState::Running));
        acts::pause(&world.records, &boss, id).await.unwrap();
        assert!(!acts::work(&world.records).await.unwrap(), "nothing moves");
        let line = board(&world.records, &boss, &plan, id, RosterTab::All).await.line;
        assert_eq!((line.state, line.counts.done, line.counts.ready), (RosterState::Paused, 20, 10));
        acts::begin(&world.records, &boss, id).await.unwrap();
        // The window closes in the middle: it rests by itself, and says why.
        world.at("2026-12-20 10:00:00");
        works(&world.records).await;
        let rested = board(&world.records, &boss, &plan, id, RosterTab::All).await;
        assert_eq!((rested.line.state, rested.line.counts.done), (RosterState::Paused, 20));
        assert!(matches!(rested.note, Some(Refusal::Start(_))));
        assert!(matches!(refused(acts::begin(&world.records, &boss, id).await), Refusal::Start(_)));
    }

    async fn a_row_that_the_rules_refuse_says_why_and_can_be_mended(world) {
        let (plan, boss) = (plan_of(world).await, world.manager("毛伟").await);
        let sheets = rosters::read(&file("报名信息表_30.xlsx")).unwrap();
        let layout = Layout::propose(&sheets[0]).unwrap();
        let first = domain::roster::judge::rows(&sheets[0], &layout, &domain::roster::Rules { today: world.records.now().day(), conditions: 3 }).remove(0);
        // Somebody has an account under this number with another name.
        let mut other = rosters::read(&file("报名信息表_30.xlsx")).unwrap();
        let at = other[0].rows.iter().position(|(number, _)| *number == first.row).unwrap();
        other[0].rows.truncate(at + 1);
        other[0].rows[at].1[layout.place_of(Column::Name).unwrap()] = domain::roster::Cell::Text("错名字".into());
        let wrong = acts::keep(&world.records, &boss, plan.id, "错.xlsx", other).await.unwrap();
        acts::begin(&world.records, &boss, wrong).await.unwrap();
        works(&world.records).await;
        let id = acts::keep(&world.records, &boss, plan.id, "对.xlsx", sheets).await.unwrap();
        acts::begin(&world.records, &boss, id).await.unwrap();
        works(&world.records).await;
        let rows = board(&world.records, &boss, &plan, id, RosterTab::Faulty).await.rows;
        assert_eq!((rows.len(), rows[0].state, rows[0].refusal.clone()), (1, RowState::Refused, Some(RowRefusal::OtherName)));

        // The wrong one is taken back, account and all; then the right one goes in.
        acts::undo(&world.records, &boss, wrong).await.unwrap();
        works(&world.records).await;
        assert_eq!(board(&world.records, &boss, &plan, wrong, RosterTab::All).await.line.state, RosterState::Undone);
        let name = rows[0].cells.iter().find(|cell| cell.column == Column::Name).unwrap();
        acts::mend(&world.records, &boss, id, &[(rows[0].row, name.place.unwrap(), name.found.clone())]).await.unwrap();
        acts::begin(&world.records, &boss, id).await.unwrap();
        works(&world.records).await;
        assert_eq!(board(&world.records, &boss, &plan, id, RosterTab::All).await.line.counts.done, 30);
    }

    async fn a_whole_import_is_taken_back_before_filing(world) {
        let (plan, boss) = (plan_of(world).await, world.manager("毛伟").await);
        let id = keeps(&world.records, &boss, &plan, "报名信息表_30.xlsx").await.unwrap();
        photos(&world.records, &boss, id, "照片_gbk.zip").await;
        acts::photos_later(&world.records, &boss, id, None).await.unwrap();
        assert_eq!(roster_refused(acts::undo(&world.records, &boss, id).await), RosterRefusal::NothingToUndo);
        acts::begin(&world.records, &boss, id).await.unwrap();
        works(&world.records).await;
        assert!(matches!(roster_refused(acts::drop_roster(&world.records, &boss, id).await), RosterRefusal::State(_)));

        // One of them follows the link and works on it: that one stays.
        let links = acts::links(&world.records, &boss, id).await.unwrap();
        assert_eq!(links.len(), 30);
        let token = links[3].path.strip_prefix("/confirm/").unwrap();
        let proof = collecting::prove(&world.records, token, &links[3].mobile[7..]).await.unwrap();
        let (account, case) = collecting::whose(&world.records, token, Some(&proof)).await.unwrap();
        let ConfirmPage::Open(open) = collecting::page(&world.records, token, Some(&proof)).await.unwrap() else { panic!("not open") };
        assert!(!open.1.answers.get("education").is_empty() && open.1.photo.is_some(), "what the sheet and the archive said is there");
        let changed = with(open.1.answers.clone(), "post", "护理员");
        let typed = { let mut typed = changed; typed.0.retain(|key, _| open.1.profile.form.field(key).is_none_or(|field| !field.is_given())); typed };
        applications::save_answers(&world.records, account, case, open.1.revision, typed).await.unwrap();

        acts::undo(&world.records, &boss, id).await.unwrap();
        works(&world.records).await;
        let line = board(&world.records, &boss, &plan, id, RosterTab::All).await.line;
        assert_eq!((line.state, line.counts.undone, line.counts.stays), (RosterState::Undone, 29, 1));
        assert_eq!(applications_of(world, &plan).await, 1);
        assert!(history::verify(&world.records, &case.to_string()).await.unwrap().is_ok());
        assert!(history::verify(&world.records, &format!("roster/{id}")).await.unwrap().is_ok());
        assert_eq!(applications::broken_promises(&world.records).await.unwrap(), Vec::<String>::new());
        // The same sheet again: everybody but the one who is there.
        let again = keeps(&world.records, &boss, &plan, "报名信息表_30.xlsx").await.unwrap();
        acts::begin(&world.records, &boss, again).await.unwrap();
        works(&world.records).await;
        let line = board(&world.records, &boss, &plan, again, RosterTab::All).await.line;
        assert_eq!((line.counts.done, line.counts.there), (29, 1));
    }

    async fn a_row_that_met_somebodys_own_draft_gives_the_agency_nothing(world) {
        // Nobody has two drafts for one trade at a time.
        let (first, plan) = (plan_in(world, "碳排放监测员", "4-09-07-04-01").await, plan_of(world).await);
        let boss = world.manager("毛伟").await;
        let id = keeps(&world.records, &boss, &first, "报名信息表_30.xlsx").await.unwrap();
        acts::begin(&world.records, &boss, id).await.unwrap();
        works(&world.records).await;
        let link = acts::links(&world.records, &boss, id).await.unwrap().remove(3);
        let token = link.path.strip_prefix("/confirm/").unwrap();
        let proof = collecting::prove(&world.records, token, &link.mobile[7..]).await.unwrap();
        let (account, _) = collecting::whose(&world.records, token, Some(&proof)).await.unwrap();
        // The person began by themselves, before the agency listed them.
        let own = applications::start(&world.records, account, plan.id).await.unwrap();
        let id = keeps(&world.records, &boss, &plan, "报名信息表_30.xlsx").await.unwrap();
        acts::begin(&world.records, &boss, id).await.unwrap();
        works(&world.records).await;
        let board = board(&world.records, &boss, &plan, id, RosterTab::All).await;
        assert_eq!((board.line.counts.done, board.line.counts.there), (29, 1));
        let out = acts::sheets(&world.records, &boss, plan.id, "roster").await.unwrap();
        assert!(out.people.len() == 29 && out.people.iter().all(|person| person.name != link.name), "not in the sheets");
        assert_eq!(acts::forms(&world.records, &boss, id, 1).await.unwrap().all, 29, "no form of theirs");
        let links = acts::links(&world.records, &boss, id).await.unwrap();
        assert!(links.len() == 29 && links.iter().all(|one| one.name != link.name), "no link into their draft");
        let draft = applications::draft(&world.records, account, own).await.unwrap();
        assert!(draft.answers.get("post").is_empty(), "nothing was written into it");
        assert!(is_not_found(records::desk::case(&world.records, &boss, own).await), "the desk has no such case");
    }

    /// T20: the order of the columns is held against the guide in `server/rosters/tests/fixtures.rs`.
    async fn t20_one_roster_goes_out_in_every_official_sheet(world) {
        let (plan, boss) = (plan_of(world).await, world.manager("毛伟").await);
        assert!(matches!(roster_refused(acts::sheets(&world.records, &boss, plan.id, "roster").await), RosterRefusal::NobodyLeft));
        let id = keeps(&world.records, &boss, &plan, "报名信息表_30.xlsx").await.unwrap();
        acts::describe(&world.records, &boss, id, "2026年第3期", "2026年10月8日至11月6日", "120").await.unwrap();
        acts::begin(&world.records, &boss, id).await.unwrap();
        works(&world.records).await;
        let out = acts::sheets(&world.records, &boss, plan.id, "roster").await.unwrap();
        assert_eq!((out.people.len(), out.class.as_str(), out.hours.as_str()), (30, "2026年第3期", "120"));
        for kind in [SheetKind::Registration, SheetKind::Roster] {
            let bytes = rosters::writing::xlsx(kind, "表", &Vec::new(), &out.people).unwrap();
            let sheet = rosters::read(&bytes).unwrap().remove(0);
            let layout = Layout::propose(&sheet).unwrap();
            assert_eq!((layout.kind, layout.check()), (kind, Ok(())));
            let rules = domain::roster::Rules { today: world.records.now().day(), conditions: 3 };
            let faulty: Vec<_> = domain::roster::judge::rows(&sheet, &layout, &rules).into_iter().filter(|row| !row.faults.is_empty()).collect();
            assert!(faulty.is_empty(), "what goes out can come in again: {:?}", faulty.first());
        }
        let part = acts::forms(&world.records, &boss, id, 1).await.unwrap();
        assert_eq!((part.forms.len(), part.all, part.forms[0].sheet.draft), (30, 30, true));
        let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
        assert!(is_not_found(acts::sheets(&world.records, &stranger, plan.id, "roster").await));
        assert!(is_not_found(acts::desk(&world.records, &stranger, plan.id, None, None, 1).await));
        let supervisor = world.staff("陈正", Role::Authority, "").await;
        assert!(matches!(acts::keep(&world.records, &supervisor, plan.id, "x", Vec::new()).await, Err(Error::Forbidden)));
    }

    async fn what_was_filed_is_not_taken_back(world) {
        let (plan, boss) = (plan_of(world).await, world.manager("毛伟").await);
        let id = keeps(&world.records, &boss, &plan, "报名信息表_30.xlsx").await.unwrap();
        photos(&world.records, &boss, id, "照片_gbk.zip").await;
        acts::photos_later(&world.records, &boss, id, None).await.unwrap();
        acts::begin(&world.records, &boss, id).await.unwrap();
        works(&world.records).await;
        let rows = every(&world.records, &boss, &plan, id).await;
        let case = rows[0].application.unwrap();
        // As far as filing is asked, only the axis matters.
        use sea_orm::{ConnectionTrait, Database};
        let db = Database::connect(world.database_url()).await.unwrap();
        db.execute_unprepared(&format!("UPDATE application SET stage = 'approved', submitted_at = 1, decided_at = 1, filing = 'filed', filed_at = 1 WHERE id = '{case}'")).await.unwrap();
        db.close().await.unwrap();
        assert_eq!(roster_refused(acts::undo(&world.records, &boss, id).await), RosterRefusal::Filed { people: 1 });
        let seen = history::verify(&world.records, &case.to_string()).await.unwrap();
        assert!(seen.is_ok());
    }
}
