//! Rosters over HTTP: a sheet and photos come in, hostile files are told, the import runs by itself, sheets go out.

use crate::common::{Answer, Site, site_in_rounds, until};
use domain::account::Role;
use domain::page::roster::{RosterState, RosterTab};
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
