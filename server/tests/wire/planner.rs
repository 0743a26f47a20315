//! Plans at the desk over HTTP, as a browser without script sends its forms.

use crate::common::site;
use domain::account::Role;
use domain::form::Answers;
use domain::ids::Revision;
use domain::timeline::LeadTimes;
use hyper::StatusCode;
use records::planner::{self, Dates, Entry};
use testkit::{World, ZYNL};

/// What an agency writes into the form of a plan.
const FORM: [(&str, &str); 25] = [
    ("procedure", "filed"),
    ("scope", "4-09-07-04-03/4"),
    ("seats", "40"),
    ("fee", "280"),
    ("city", "杭州市"),
    ("county", "西湖区"),
    ("site", "文三路考点"),
    ("theory_on", "2027-01-17"),
    ("theory_from", "09:00"),
    ("theory_to", "10:30"),
    ("theory_place", "1 号楼"),
    ("theory_rooms", "2"),
    ("theory_invigilators", "4"),
    ("theory_markers", "2"),
    ("theory_head", "罗青"),
    ("theory_source", "市技能人才评价管理服务中心"),
    ("skill_on", "2027-01-17"),
    ("skill_from", "13:30"),
    ("skill_to", "17:00"),
    ("skill_place", "2 号楼"),
    ("skill_assessors", "3"),
    ("skill_head", "陈立"),
    ("skill_source", "市技能人才评价管理服务中心"),
    ("assessor.0.name", "何平"),
    ("assessor.0.card", "K-0001"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_filing_is_taken_back_by_a_button_on_the_page_of_its_plan() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let mut profile = records::profiles::parse(ZYNL, "zynl.toml").unwrap();
    profile.name = "filed".into();
    profile.times = LeadTimes {
        pub_min_days: Some(10),
        ticket_min_days: Some(10),
        ticket_ends_on_exam_day: true,
        eform_lead: Some(20),
        filing_lead: Some(15),
        paper_lead: Some(7),
        ..LeadTimes::default()
    };
    records::profiles::publish(&world.records, &profile).await.unwrap();
    let (boss, authority) = (world.manager("周敏").await, world.staff("叶舟", Role::Authority, "").await);
    let scope = Entry::Scope {
        occupation: "碳排放管理员".into(),
        trade: "碳排放核算员".into(),
        code: "4-09-07-04-03".into(),
        levels: "4".into(),
        from: "2025-01-01".into(),
        until: "2027-12-31".into(),
        document: String::new(),
    };
    planner::add(&world.records, &authority, boss.agency.unwrap(), &scope).await.unwrap();
    let mut form = Answers::default();
    for (key, value) in FORM {
        form.set(key, value);
    }
    let id = planner::save(&world.records, &boss, None, Revision(0), &form, Dates::Propose).await.unwrap();
    planner::file(&world.records, &boss, id, Revision(1)).await.unwrap();
    let seen = planner::view(&world.records, &boss, id).await.unwrap().revision.0.to_string();

    let (cookie, page) = (site.staff(&boss).await, format!("/office/plans/{id}"));
    let shown = site.get(&page).cookie(&cookie).send().await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
    let has_button = |text: &str| text.contains("/api/office/plan-back") && text.contains("撤回修改</button>");
    assert!(has_button(&shown.text()), "{}", shown.text());
    let theirs = site.staff(&authority).await;
    assert!(!has_button(&site.get(&page).cookie(&theirs).send().await.text()), "the centre has no such button");

    let fields = [("id", id.to_string()), ("seen", seen)];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let press = async || site.post("/api/office/plan-back").cookie(&cookie).form(&fields).send().await;
    let done = press().await;
    assert!(done.header("location").ends_with("done=taken_back"), "{} {}", done.status, done.header("location"));
    let shown = site.get(done.header("location")).cookie(&cookie).send().await.text();
    assert!(shown.contains("备案已撤回") && shown.contains(&format!("{page}/edit")) && !has_button(&shown), "{shown}");

    // Pressed once more, from a page that was left open.
    let late = press().await;
    assert!(late.header("location").contains("again="), "{} {}", late.status, late.header("location"));
    let told = site.get(late.header("location")).cookie(&cookie).send().await.text();
    assert!(told.contains("这个计划现在是“草稿”，不用撤回"), "{told}");
    site.running.stop().await;
}
