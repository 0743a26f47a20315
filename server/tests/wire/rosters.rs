//! Rosters over HTTP: a sheet and photos come in, hostile files are told, the import runs by itself, sheets go out.

use crate::common::{Answer, Site, site_in_rounds, until};
use domain::account::Role;
use domain::page::roster::{RosterState, RosterTab};
use domain::roster::{Cell, Column, Layout, SheetKind};
use hyper::StatusCode;
use rosters::Archive;
use std::io::Cursor;
use testkit::World;

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/rosters/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The sentence that a refused plain form comes back with.
async fn told(site: &Site, cookie: &str, answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let back = answer.header("location").to_owned();
    assert!(back.contains("again="), "{back}");
    site.get(back.split('#').next().unwrap()).cookie(cookie).send().await.text()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_roster_comes_in_is_imported_by_itself_and_goes_out() {
    let world = World::sqlite().await;
    let (site, plan) = (site_in_rounds(&world).await, world.collecting_plan(|_| {}).await);
    let boss = world.manager("毛伟").await;
    let cookie = site.staff(&boss).await;
    let page = format!("/office/plans/{}/roster", plan.id);
    let sheet = format!("{page}/sheet");

    let empty = site.get(&page).cookie(&cookie).send().await;
    assert_eq!(empty.status, StatusCode::OK, "{}", empty.text());
    assert!(empty.text().contains("上传名单"));
    let no_sheet = site.post(&sheet).cookie(&cookie).files(&[("file", "不是表.pdf", b"%PDF-1.7")]).send().await;
    assert!(told(&site, &cookie, &no_sheet).await.contains("这不是表格文件"));
    let nobody = site.post(&sheet).cookie(&cookie).files(&[("file", "空表.xlsx", &file("空表.xlsx"))]).send().await;
    assert!(told(&site, &cookie, &nobody).await.contains("表"), "said why");

    let kept =
        site.post(&sheet).cookie(&cookie).files(&[("file", "名单.xlsx", &file("报名信息表_30.xlsx"))]).send().await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
    let here = kept.header("location").to_owned();
    let shown = site.get(&here).cookie(&cookie).send().await.text();
    assert!(shown.contains("30 人里，30 人可以导入"), "{shown}");
    let roster = here.split("roster=").nth(1).unwrap().split('&').next().unwrap().to_owned();

    // Somebody who does not belong into it is left out on the page, and comes back.
    let row = [("plan", plan.id.to_string()), ("roster", roster.clone()), ("row", "5".into()), ("tab", "all".into())];
    let row: Vec<(&str, &str)> = row.iter().map(|(key, value)| (*key, value.as_str())).collect();
    for (act, says) in [("leave-out", "29 人里，29 人可以导入，1 行不导入"), ("take-back", "30 人里，30 人可以导入")]
    {
        let done = site.post(&format!("/api/office/roster-{act}")).cookie(&cookie).form(&row).send().await;
        let next = done.header("location").split('#').next().unwrap().to_owned();
        let shown = site.get(&next).cookie(&cookie).send().await.text();
        assert!(shown.contains(says) && shown.contains("tab=all"), "{act} {next} {shown}");
        assert_eq!(shown.contains("/api/office/roster-take-back"), act == "leave-out", "{act}");
    }
    let page_of_another = b"<html><body><table><tr><td>\xe5\xa7\x93\xe5\x90\x8d</td></tr></table></body></html>";
    let web = site.post(&sheet).cookie(&cookie).files(&[("file", "名单.xls", page_of_another)]).send().await;
    assert!(told(&site, &cookie, &web).await.contains("里面是网页"));

    // Hostile archives: told, and nothing of them is kept.
    let photos = format!("{page}/{roster}/photos");
    let slip =
        site.post(&photos).cookie(&cookie).files(&[("file", "照片.zip", &file("照片_zipslip.zip"))]).send().await;
    assert!(slip.header("location").contains("done=photos"), "{}", slip.text());
    let shown = site.get(&here).cookie(&cookie).send().await.text();
    assert!(shown.contains("上次传的有 6 个没有取用") && shown.contains("路径指向压缩包外面"), "{shown}");
    assert!(!world.folder().join("evil.txt").exists());
    let broken = site.post(&photos).cookie(&cookie).files(&[("file", "照片.zip", b"PK\x03\x04 torn")]).send().await;
    assert!(told(&site, &cookie, &broken).await.contains("这个压缩包打不开"));
    let bomb =
        site.post(&photos).cookie(&cookie).files(&[("file", "照片.zip", &file("照片_zipbomb.zip"))]).send().await;
    assert!(bomb.header("location").contains("done=photos"));
    // A sheet is packed as an archive is, and a note may lie among photos: both are named, and nobody has to join them.
    let strays = async || {
        let desk = records::rosters::desk(&world.records, &boss, plan.id, roster.parse().ok(), Some(RosterTab::All), 1);
        desk.await.unwrap().board.unwrap().strays
    };
    let before = strays().await;
    let sheet_again = file("报名信息表_30.xlsx");
    let notes: &[u8] = "照片都在这里".as_bytes();
    let wrong =
        site.post(&photos).cookie(&cookie).files(&[("file", "名单.xlsx", &sheet_again), ("file", "说明.txt", notes)]);
    let wrong = wrong.send().await;
    assert!(wrong.header("location").ends_with("done=photos-some"), "{}", wrong.header("location"));
    let shown = site.get(wrong.header("location")).cookie(&cookie).send().await.text();
    for says in ["上传的文件里有没取用的", "上次传的有 2 个没有取用", "是表格或文档，不是照片", "不是照片，没有取用"]
    {
        assert!(shown.contains(says), "{says}: {shown}");
    }
    assert_eq!(strays().await, before);

    let t19 = site.post(&photos).cookie(&cookie).files(&[("file", "照片.zip", &file("照片_T19.zip"))]).send().await;
    assert!(t19.header("location").contains("done=photos"), "{}", t19.text());
    let shown = site.get(&here).cookie(&cookie).send().await.text();
    assert!(shown.contains("27 人可以导入，3 人要改"), "{shown}");

    let ids = [("plan", plan.id.to_string()), ("roster", roster.clone())];
    let form: Vec<(&str, &str)> = ids.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let later = site.post("/api/office/roster-later").cookie(&cookie).form(&form).send().await;
    assert_eq!(later.status, StatusCode::FOUND, "{}", later.text());
    let begun = site.post("/api/office/roster-begin").cookie(&cookie).form(&form).send().await;
    assert!(begun.header("location").contains("done=begun"), "{}", begun.header("location"));
    let id = roster.parse().unwrap();
    until("the import, which the server does by itself", async || {
        let desk = records::rosters::desk(&world.records, &boss, plan.id, Some(id), Some(RosterTab::All), 1).await;
        let line = desk.unwrap().board.unwrap().line;
        (line.state == RosterState::Open && line.counts.done == 30).then_some(())
    })
    .await;
    // A colleague whose page still shows the button is told who was faster, above what came of it.
    let colleague = site.staff(&world.reviewer("郑文").await).await;
    let late = site.post("/api/office/roster-begin").cookie(&colleague).form(&form).send().await;
    let next = late.header("location");
    assert!(next.contains("again="), "{next}");
    let shown = site.get(next).cookie(&colleague).send().await.text();
    assert!(shown.contains("毛伟 已经在 ") && shown.contains("不用再按"), "{shown}");
    assert!(!shown.contains("没有成功") && !shown.contains("http-equiv=\"refresh\""), "{shown}");

    for what in ["roster.xlsx", "registration.xlsx"] {
        let out = site.get(&format!("{page}/out/{what}")).cookie(&cookie).send().await;
        assert_eq!((out.status, &out.body[..2]), (StatusCode::OK, b"PK".as_slice()), "{what}");
        assert_eq!(rosters::read(&out.body).unwrap()[0].rows.len(), 34, "title, two lines, headings, thirty people");
    }
    let zip = site.get(&format!("{page}/out/photos.zip")).cookie(&cookie).send().await;
    let archive = Archive::open(Cursor::new(zip.body.to_vec())).unwrap();
    assert!(archive.len() >= 27 && archive.names().all(|name| name.ends_with(".JPG")), "{}", archive.len());
    let links = site.post(&format!("{page}/{roster}/links.xlsx")).cookie(&cookie).send().await;
    let sheet_of_links = rosters::read(&links.body).unwrap();
    assert!(
        sheet_of_links[0].rows.iter().any(|(_, cells)| cells.iter().any(|cell| cell.shown().contains("/confirm/")))
    );
    let faults = site.get(&format!("{page}/{roster}/faults.xlsx")).cookie(&cookie).send().await;
    assert_eq!(faults.status, StatusCode::OK);

    // Nobody else sees any of it.
    let stranger = site.staff(&world.staff("沈嘉", Role::Manager, "S000033000208").await).await;
    for path in [page.clone(), format!("{page}/out/roster.xlsx"), format!("{page}/{roster}/faults.xlsx")] {
        assert_eq!(site.get(&path).cookie(&stranger).send().await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let taken =
        site.post(&sheet).cookie(&stranger).files(&[("file", "x.xlsx", &file("报名信息表_30.xlsx"))]).send().await;
    assert_eq!(taken.status, StatusCode::NOT_FOUND);
    site.running.stop().await;
}

/// A downloaded sheet as somebody sends it back: its own title, head and headings, with these people below.
fn filled_in(empty: &[u8], people: &[&[(&str, &str)]]) -> Vec<u8> {
    let sheet = rosters::read(empty).unwrap().remove(0);
    let layout = Layout::propose(&sheet).unwrap();
    let lines: Vec<Vec<String>> = sheet
        .rows
        .iter()
        .map(|(_, cells)| cells.iter().map(Cell::shown).filter(|text| !text.is_empty()).collect())
        .collect();
    let headings = &lines[layout.headings_at as usize - 1];
    let row = |person: &&[(&str, &str)]| -> Vec<String> {
        let cell = |heading: &String| {
            person.iter().find(|(known, _)| Column::of_heading(known) == Column::of_heading(heading))
        };
        headings.iter().map(|heading| cell(heading).map_or_else(String::new, |(_, text)| (*text).to_owned())).collect()
    };
    let rows: Vec<Vec<String>> = people.iter().map(row).collect();
    let head = lines[1..layout.headings_at as usize - 1].to_vec();
    rosters::writing::table(&lines[0][0], &head, headings, &rows).unwrap()
}

/// Before anybody has a list, schools are given an empty one; filled in, it is read without a word about its columns.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_empty_sheet_goes_out_to_schools_and_comes_back_filled_in() {
    let world = World::sqlite().await;
    let (site, plan) = (site_in_rounds(&world).await, world.collecting_plan(|_| {}).await);
    let boss = world.manager("毛伟").await;
    let cookie = site.staff(&boss).await;
    let page = format!("/office/plans/{}/roster", plan.id);
    let people: [&[(&str, &str)]; 2] = [
        &[
            ("姓名", "张三"),
            ("证件类型", "居民身份证"),
            ("证件号码", "330822199012153426"),
            ("性别", "女"),
            ("出生日期", "1990-12-15"),
            ("出生年月", "1990-12"),
            ("文化程度", "大专"),
            ("手机号码", "13800004300"),
            ("考生来源", "企业职工"),
            ("申报条件", "1"),
        ],
        &[
            ("姓名", "李四"),
            ("证件类型", "居民身份证"),
            ("证件号码", "330802199503120244"),
            ("性别", "女"),
            ("出生日期", "1995-03-12"),
            ("出生年月", "1995-03"),
            ("文化程度", "高中"),
            ("手机号码", "13800004301"),
            ("考生来源", "在校学生"),
            ("申报条件", "3"),
        ],
    ];
    let shown = site.get(&page).cookie(&cookie).send().await.text();
    for (what, kind) in [("registration-empty.xlsx", SheetKind::Registration), ("roster-empty.xlsx", SheetKind::Roster)]
    {
        let path = format!("{page}/out/{what}");
        assert!(shown.contains(&path), "{what} stands on the page: {shown}");
        let out = site.get(&path).cookie(&cookie).send().await;
        assert_eq!(out.status, StatusCode::OK, "{}", out.text());
        assert!(out.header("content-disposition").contains(&plan.number), "named after its plan");
        let sheets = rosters::read(&out.body).unwrap();
        let said: Vec<String> = sheets[1].rows.iter().flat_map(|(_, cells)| cells.iter().map(Cell::shown)).collect();
        assert_eq!(sheets[1].name, "填写说明");
        assert!(kind.columns().iter().all(|column| said.contains(&column.label().to_owned())), "{said:?}");
        assert_eq!(
            said.iter().any(|text| text == "有证书"),
            kind == SheetKind::Registration,
            "conditions word for word"
        );

        let upload = async |bytes: &[u8]| {
            let file = [("file", "名单.xlsx", bytes)];
            site.post(&format!("{page}/sheet")).cookie(&cookie).files(&file).send().await
        };
        let nobody = told(&site, &cookie, &upload(&out.body).await).await;
        assert!(nobody.contains("表头下面没有人"), "its columns are right, and nobody is in it: {nobody}");
        let kept = upload(&filled_in(&out.body, &people)).await;
        assert!(kept.header("location").contains("done=kept"), "{}", kept.header("location"));
        let read = site.get(kept.header("location")).cookie(&cookie).send().await.text();
        assert!(read.contains("2 人里，2 人可以导入") && !read.contains("请核对有没有传错计划"), "{what}: {read}");
    }
    // Other people's plans have no empty sheets either.
    let stranger = site.staff(&world.staff("沈嘉", Role::Manager, "S000033000208").await).await;
    let theirs = site.get(&format!("{page}/out/roster-empty.xlsx")).cookie(&stranger).send().await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
    site.running.stop().await;
}
