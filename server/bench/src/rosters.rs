//! A roster of five thousand people with five thousand photos: tried, joined, imported.

use crate::report::Report;
use crate::scene::{Kind, Scene};
use crate::stats::{self, Times};
use crate::{Options, Outcome};
use domain::account::{Role, StaffMember};
use domain::page::roster::RosterTab;
use domain::page::staff::NewStaff;
use domain::plan::Plan;
use domain::roster::{Cell, Sheet, SheetKind};
use records::rosters::{self, ArrivedPhoto};
use std::time::Duration;

/// Most people that the invented numbers and mobiles last for.
const PEOPLE_MAX: u32 = 5_000;
/// Photos that are handed over at once, as the upload does.
const AT_ONCE: usize = 16;
/// Longest dry run.
const DRY_RUN: Duration = Duration::from_secs(5);
/// Longest import with photos.
const IMPORT: Duration = Duration::from_secs(60);
/// Most memory that it may add, in bytes.
const MEMORY: u64 = 200 * 1024 * 1024;

const QZ: &str = include_str!("../../profiles/qz-institution.toml");

/// Measures both databases; the goals are those of the default one.
pub async fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    let people = options.people.clamp(1, PEOPLE_MAX);
    for kind in [Kind::Sqlite, Kind::Postgres] {
        if kind == Kind::Postgres && !crate::scene::has_postgres() {
            continue;
        }
        report.part(&format!("Roster of {people} people with photos, {kind:?}"));
        let (mut dry, mut whole, mut photos) = (Times::default(), Times::default(), Times::default());
        let before = peak();
        for _ in 0..options.rounds.clamp(1, 2) {
            round(kind, people, &mut dry, &mut photos, &mut whole, report).await?;
        }
        let grown = peak().saturating_sub(before);
        let (dry, whole) = (dry.percentile(0.5), whole.percentile(0.5));
        report.goal("dry run", stats::ms(dry), &format!("at most {}", stats::ms(DRY_RUN)), dry <= DRY_RUN);
        report.line("photos alone", &stats::ms(photos.percentile(0.5)));
        report.goal("photos and import", stats::ms(whole), &format!("at most {}", stats::ms(IMPORT)), whole <= IMPORT);
        let megabytes = |bytes: u64| format!("{} MB", bytes / 1024 / 1024);
        report.goal(
            "memory that it added at most",
            megabytes(grown),
            &format!("at most {}", megabytes(MEMORY)),
            grown <= MEMORY,
        );
    }
    Ok(())
}

async fn round(
    kind: Kind,
    people: u32,
    dry: &mut Times,
    photos: &mut Times,
    whole: &mut Times,
    report: &mut Report,
) -> Outcome<()> {
    let scene = Scene::open(kind).await?;
    let (plan, boss) = ground(&scene, people).await?;
    let sheet = sheet(people);
    let began = stats::now();
    let id = rosters::keep(&scene.records, &boss, plan.id, "五千人.xlsx", vec![sheet]).await?;
    dry.add(began.elapsed());

    let photo = testkit::photo_of(413, 579, 95);
    let began = stats::now();
    let numbers: Vec<u32> = (0..people).collect();
    for some in numbers.chunks(AT_ONCE) {
        let arrived = some.iter().map(|number| {
            let (id_no, name) = person(*number);
            // Trailing bytes make every file another one.
            let mut bytes = photo.clone();
            bytes.extend_from_slice(&number.to_be_bytes());
            ArrivedPhoto { name: format!("{id_no}{name}.JPG"), bytes }
        });
        rosters::keep_photos(&scene.records, &boss, id, arrived.collect()).await?;
    }
    rosters::photos_arrived(&scene.records, &boss, id, Vec::new()).await?;
    photos.add(began.elapsed());
    rosters::begin(&scene.records, &boss, id).await?;
    while rosters::work(&scene.records).await? {}
    whole.add(began.elapsed());

    let desk = rosters::desk(&scene.records, &boss, plan.id, Some(id), Some(RosterTab::All), 1).await?;
    let counts = desk.board.ok_or("no board")?.line.counts;
    let missing = if counts.done == people { Vec::new() } else { vec![format!("{counts:?}")] };
    report.promise("everybody is imported once", missing);
    scene.close().await
}

async fn ground(scene: &Scene, people: u32) -> Outcome<(Plan, StaffMember)> {
    records::profiles::publish(&scene.records, &records::profiles::parse(QZ, "qz-institution.toml")?).await?;
    let mut new = testkit::new_plan(scene.records.now().day());
    new.profile = "qz-institution".into();
    new.conditions = vec!["满一年".into()];
    new.capacity = people;
    let agency = records::agencies::by_filing(&scene.records, &new.agency).await?.ok_or("no agency")?.id;
    let id = records::plans::publish(&scene.records, &new).await?;
    let staff = NewStaff {
        login_name: "bench".into(),
        name: "毛伟".into(),
        role: Role::Manager,
        agency: Some(agency),
        region: String::new(),
        body: String::new(),
    };
    let boss = records::staff::create_demo(&scene.records, staff, "measured-by-the-clock").await?;
    let boss = records::staff::member(&scene.records, boss).await?;
    Ok((records::plans::get(&scene.records, id).await?, boss))
}

fn person(number: u32) -> (String, String) {
    const SURNAMES: [char; 10] = ['赵', '钱', '孙', '李', '周', '吴', '郑', '王', '冯', '陈'];
    const GIVEN: [char; 20] = [
        '安', '博', '晨', '冬', '恩', '帆', '广', '涵', '佳', '凯', '岚', '明', '宁', '平', '青', '然', '诗', '婷',
        '文', '欣',
    ];
    let at = |chars: &[char], place: u32| chars[place as usize % chars.len()];
    let name: String = [at(&SURNAMES, number), at(&GIVEN, number / 10), at(&GIVEN, number / 200)].into_iter().collect();
    let (day, sequence) = (number / 500, number % 500 * 2 + 1);
    (testkit::id_number("330802", &format!("199001{:02}", day + 1), sequence), name)
}

fn sheet(people: u32) -> Sheet {
    let text = |text: &str| Cell::Text(text.to_owned());
    let columns = SheetKind::Registration.columns();
    let mut rows = vec![(4, columns.iter().map(|column| text(column.label())).collect::<Vec<_>>())];
    for number in 0..people {
        let (id_no, name) = person(number);
        let birth = format!("{}-{}-{}", &id_no[6..10], &id_no[10..12], &id_no[12..14]);
        let mobile = format!("138{number:08}");
        let cells = [
            name.as_str(),
            "居民身份证",
            id_no.as_str(),
            "男",
            birth.as_str(),
            "汉",
            "高中",
            mobile.as_str(),
            "企业",
            "衢州某某护理院",
            "3",
            "无",
            "浙江省衢州市柯城区",
            "",
            "1",
        ];
        rows.push((number + 5, cells.into_iter().map(text).collect()));
    }
    Sheet { name: "名单".into(), rows, ..Sheet::default() }
}

/// The most memory that this process has had, in bytes; 0 where the system does not say.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}
