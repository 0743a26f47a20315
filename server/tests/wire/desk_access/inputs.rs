//! What people type or upload must not act where it arrives: no sheet computes it, and nothing too large is kept.

use super::scene::Scene;
use rosters::Archive;
use std::io::Cursor;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Names that a spreadsheet would compute.
const NASTY: [&str; 6] = ["=HYPERLINK(\"http://x.example\",\"y\")", "+1", "@x", "-2+3", "\t=1", "\r=1"];

/// The parts of a workbook that hold cells.
fn cells(workbook: &[u8]) -> Vec<String> {
    let mut archive = Archive::open(Cursor::new(workbook.to_vec())).unwrap();
    let names: Vec<String> = archive.names().map(str::to_owned).collect();
    let places =
        names.iter().enumerate().filter(|(_, name)| name.starts_with("sheet") || name.starts_with("sharedStrings"));
    places.map(|(at, _)| String::from_utf8_lossy(&archive.file(at, 10_000_000).unwrap().bytes).into_owned()).collect()
}

#[test]
fn every_writer_writes_text() {
    let headings = vec!["姓名".to_owned()];
    let rows: Vec<Vec<String>> = NASTY.iter().map(|text| vec![(*text).to_owned()]).collect();
    let head = vec![vec![NASTY[0].to_owned()]];
    let person =
        |name: &str| domain::roster::RosterPerson { name: name.into(), ..domain::roster::RosterPerson::default() };
    let people: Vec<_> = NASTY.iter().map(|name| person(name)).collect();
    for workbook in [
        rosters::writing::table(NASTY[0], &head, &headings, &rows).unwrap(),
        rosters::writing::book(NASTY[0], &head, &[("人", &headings, &rows)]).unwrap(),
        rosters::writing::xlsx(domain::roster::SheetKind::Roster, NASTY[0], &head, &people).unwrap(),
    ] {
        let cells = cells(&workbook);
        assert!(cells.len() > 1 && cells.iter().all(|part| !part.contains("<f>") && !part.contains("<f ")));
        assert!(cells.iter().any(|part| part.contains("=HYPERLINK")), "it stands there, as text");
    }
    let csv = String::from_utf8(rosters::writing::csv(&headings, &rows).unwrap()).unwrap();
    for line in csv.trim_start_matches('\u{feff}').lines().filter(|line| !line.trim_matches('"').is_empty()) {
        let first = line.trim_start_matches('"').chars().next().unwrap_or(' ');
        assert!(!"=+-@\t".contains(first), "{line:?} in {csv:?}");
    }
}

/// People and agencies with names that a spreadsheet would compute: every sheet of the site holds them as text.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_sheet_of_the_site_computes() {
    let scene = Scene::set().await;
    for table in ["application", "account", "agency"] {
        scene.run(&format!("UPDATE {table} SET name = '{}'", NASTY[0])).await;
    }
    let cookie = scene.cookie('m');
    for (path, told) in [
        ("/office/plans/@plan/roster/out/roster.xlsx", true),
        ("/office/plans/@plan/roster/out/registration.xlsx", true),
        ("/office/scores/@plan/sheet.xlsx", true),
        ("/office/money/settlement.xlsx", true),
        ("/office/plans/@plan/certificates.xlsx", false),
        ("/office/plans/@plan/report.xlsx", false),
        ("/office/reports/agency.xlsx?year=2027", false),
        ("/office/plans/@collected/roster/@roster/faults.xlsx", false),
    ] {
        let answer = scene.site.get(&scene.filled(path)).cookie(cookie).send().await;
        assert_eq!(answer.status.as_u16(), 200, "{path}: {}", answer.text());
        let cells = cells(&answer.body);
        assert!(cells.iter().all(|part| !part.contains("<f>") && !part.contains("<f ")), "{path}");
        assert!(!told || cells.iter().any(|part| part.contains("=HYPERLINK")), "{path} names somebody");
    }
    let archive = scene.site.get(&scene.filled("/office/plans/@plan/archive.zip")).cookie(cookie).send().await;
    let mut archive = Archive::open(Cursor::new(archive.body.to_vec())).unwrap();
    let names: Vec<String> = archive.names().map(str::to_owned).collect();
    let at = |name: &str| names.iter().position(|known| known == name).unwrap_or_else(|| panic!("{name} in {names:?}"));
    let people = String::from_utf8(archive.file(at("people.csv"), 1_000_000).unwrap().bytes).unwrap();
    assert!(people.contains("'=HYPERLINK") && !people.contains(",=") && !people.contains("\"=HYP"), "{people}");
    // Every file of the archive is as its index says.
    let index = String::from_utf8(archive.file(at("index.csv"), 1_000_000).unwrap().bytes).unwrap();
    for line in index.lines().skip(1) {
        let [path, bytes, digest] = line.splitn(3, ',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        // Names in folders are not unique without them.
        if path.contains('/') {
            continue;
        }
        let found = archive.file(at(path), 50_000_000).unwrap().bytes;
        assert_eq!(
            (found.len().to_string().as_str(), hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&found)).as_str()),
            (bytes, digest)
        );
    }
    assert!(names.len() > 10 && archive.bad().is_empty());
    scene.site.running.stop().await;
}

/// Whatever is too large is refused before it is read, with a sentence, and nothing of it is kept.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn too_large_is_told_and_not_kept() {
    let scene = Scene::set().await;
    let before = scene.kept().await;
    for (path, kind) in [
        ("/upload/@draft/photo", 'o'),
        ("/upload/profile/photo", 'o'),
        ("/upload/@draft/documents/evidence", 'o'),
        ("/upload/@draft/signature", 'o'),
        ("/office/cases/@app/opinions/agency/seal", 'r'),
        ("/office/scores/@plan/sheet", 'm'),
        ("/office/profiles/file", 'd'),
        ("/office/plans/@collected/roster/sheet", 'm'),
        ("/office/plans/@collected/roster/@roster/photos", 'm'),
        ("/api/verify", 'g'),
    ] {
        let path = scene.filled(path);
        let mut line = scene.site.connect().await;
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {0}\r\norigin: {1}\r\naccept: text/html\r\ncookie: {2}\r\nconnection: close\r\n\
             content-type: multipart/form-data; boundary=brook\r\ncontent-length: 700000000\r\n\r\n--brook\r\n",
            scene.site.address,
            scene.site.origin,
            scene.cookie(kind)
        );
        line.write_all(head.as_bytes()).await.unwrap();
        let mut told = Vec::new();
        // The server may hang up on what it will not read.
        let _ = line.read_to_end(&mut told).await;
        let told = String::from_utf8_lossy(&told).into_owned();
        assert!(told.starts_with("HTTP/1.1 413"), "{path}: {}", told.lines().next().unwrap_or(""));
        assert!(told.contains("太大"), "{path} says what is wrong: {told}");
    }
    assert_eq!(scene.kept().await, before);
    scene.site.running.stop().await;
}
