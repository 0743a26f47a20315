//! Plans are imported, searched and judged.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a play that cannot go on has failed")]

use domain::eligibility::{ApplicantFacts, Job, Outcome, YearMonth};
use domain::occupation::SkillLevel;
use domain::plan::{PlanKind, PlanSearch, PlanState};
use domain::timeline::TimePoint;
use records::{Error, plans, profiles};
use sea_orm::{ConnectionTrait, Database};
use testkit::{DEMO_PLANS, World, both_databases};

async fn found(world: &World, wanted: PlanSearch) -> Vec<String> {
    let results = plans::search(&world.records, &wanted).await.unwrap();
    assert_eq!(results.total as usize, results.lines.len(), "these searches fit on one page");
    results.lines.into_iter().map(|line| line.number).collect()
}

fn complaint(outcome: Result<impl std::fmt::Debug, Error>) -> String {
    match outcome {
        Err(Error::Configuration(text)) => text,
        other => panic!("a complaint was expected, not {other:?}"),
    }
}

/// The second plan printed in the guide: an exam a year before registration.
const BACKWARDS: &str = r#"
[[plan]]
number = "2022-S-000411"
agency = "S000033000208"
occupation = "电工"
code = "6-31-01-03"
level = 4
subjects = ["理论考试", "实操考试"]
city = "杭州市"
opens = "2022-04-11"
closes = "2022-04-30"
exam = "2021-05-08"
capacity = 80
profile = "zynl"
standard = "电工"
"#;

both_databases! {
    async fn the_demonstration_can_be_imported_again_and_again(world) {
        let first = plans::import(&world.records, DEMO_PLANS, "plans.toml").await.unwrap();
        assert!(first.len() >= 28, "{}", first.len());
        world.pass(3 * 24 * 60);
        assert_eq!(plans::import(&world.records, DEMO_PLANS, "plans.toml").await.unwrap(), first);
        let historic = plans::by_number(&world.records, " 2024-S-000911 ").await.unwrap();
        assert_eq!(historic.title, "浙江省生态与环境修复技术协会4月份碳排放管理员（碳排放核算员）中级工申报计划");
        assert_eq!(domain::time::official_moment(historic.window.closes), "2024-03-28 23:59:59");
        assert_eq!((historic.fee.0, historic.year, historic.county_name.as_str()), (28_000, 2024, "西湖区"));
        assert_eq!(historic.contact, "周敏", "the agency's contact where the plan names none");
        assert_eq!(historic.conditions.len(), 3);
    }

    /// T11
    async fn a_plan_whose_exam_lies_before_its_registration_is_refused(world) {
        let text = complaint(plans::import(&world.records, BACKWARDS, "plans.toml").await);
        assert!(text.starts_with("plans.toml:2: 2022-S-000411: closes: close_before_exam: "), "{text}");
        assert!(text.contains("is 2022-04-30, compared with 2021-05-08; make it 2021-05-07"), "{text}");
        assert!(plans::by_number(&world.records, "2022-S-000411").await.is_err());
    }

    async fn every_fault_of_a_file_is_named_with_its_line_and_nothing_is_saved(world) {
        let good = BACKWARDS.replace("2021-05-08", "2022-05-08").replace("000411", "000412");
        let bad = BACKWARDS
            .replace("杭州市", "杭州")
            .replace("\"电工\"\ncode", "\"电焊工\"\ncode")
            .replace("capacity = 80", "capacity = 0")
            .replace("2021-05-08", "2022-05-08");
        let text = complaint(plans::import(&world.records, &format!("{good}{bad}"), "plans.toml").await);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert!(lines.iter().all(|line| line.starts_with("plans.toml:17: 2022-S-000411: ")), "{text}");
        assert!(text.contains("city: 杭州 is no city") && text.contains("capacity: is 0"), "{text}");
        assert!(plans::by_number(&world.records, "2022-S-000412").await.is_err(), "all or nothing");

        let unknown = complaint(plans::import(&world.records, &good.replace("capacity", "capasity"), "plans.toml").await);
        assert!(unknown.starts_with("plans.toml:13: capasity: unknown field"), "{unknown}");
        let relative = complaint(plans::import(&world.records, &good.replace("2022-04-11", "-10d"), "plans.toml").await);
        assert!(relative.contains("opens: -10d counts from today"), "{relative}");
        let json = r#"{"plan": [{"agency": "S000033000208", "occupation": "电工"}]}"#;
        assert!(complaint(plans::import(&world.records, json, "plans.json").await).starts_with("plans.json:1: "));
    }

    async fn json_is_read_like_toml(world) {
        let json = r#"{"plan": [{"number": "2027-S-000001", "agency": "S000033000208", "occupation": "电工",
            "code": "6-31-01-03", "level": 4, "subjects": ["理论考试"], "city": "330100", "opens": "2027-01-04",
            "closes": "2027-01-20", "exam": "2027-02-20", "capacity": 10, "profile": "zynl", "standard": "电工"}]}"#;
        plans::import(&world.records, json, "plans.json").await.unwrap();
        let plan = plans::by_number(&world.records, "2027-S-000001").await.unwrap();
        assert_eq!(plan.title, "钱塘技能评价中心2月份电工中级工申报计划", "a plan without a trade has no empty brackets");
        assert_eq!(domain::time::official_moment(plan.review_close), "2027-01-25 23:59:59");
    }

    async fn plans_without_a_number_are_numbered_in_turn(world) {
        let first = world.plan().await;
        let second = world.plan().await;
        assert_eq!((first.number.as_str(), second.number.as_str()), ("2027-S-000001", "2027-S-000002"), "the year of the exam");
        let by_hand = world.plan_with(|plan| plan.number = "2027-S-000003".into()).await;
        let fourth = world.plan().await;
        assert_eq!((by_hand.number.as_str(), fourth.number.as_str()), ("2027-S-000003", "2027-S-000004"));
        assert_eq!(first.title, "浙江省生态与环境修复技术协会1月份碳排放管理员（碳排放核算员）中级工申报计划");
    }

    async fn every_filter_of_the_search_filters(world) {
        let carbon = world.plan().await.number;
        let electrician = world.plan_with(|plan| {
            plan.agency = "S000033000315".into();
            (plan.occupation, plan.trade, plan.code) = ("电工".into(), String::new(), "6-31-01-03".into());
            plan.level = Some(SkillLevel::SeniorWorker);
            (plan.city, plan.county) = ("宁波市".into(), "海曙区".into());
            plan.standard = "电工".into();
        }).await.number;
        let orchard = world.plan_with(|plan| {
            plan.kind = PlanKind::SpecialCapability;
            (plan.occupation, plan.trade, plan.code) = ("胡柚栽培".into(), String::new(), String::new());
            (plan.level, plan.standard) = (None, String::new());
            (plan.city, plan.county) = ("衢州市".into(), String::new());
        }).await.number;
        let by = |change: fn(&mut PlanSearch)| { let mut wanted = PlanSearch::default(); change(&mut wanted); wanted };
        let carbon = vec![carbon];
        let electrician = vec![electrician];
        assert_eq!(found(world, by(|s| s.q = "生态与环境修复　核算".into())).await, carbon, "words of agency and trade");
        assert_eq!(found(world, by(|s| s.q = "２０２７－ｓ－０００００２".into())).await, electrician, "a number in full width");
        assert_eq!(found(world, by(|s| s.q = "海曙 高级工".into())).await, electrician, "words of place and level");
        for wildcard in ["%", "_", "2027%", "' OR 1=1 --"] {
            let wanted = PlanSearch { q: wildcard.into(), ..PlanSearch::default() };
            assert!(found(world, wanted).await.is_empty(), "{wildcard} is just a text");
        }
        assert_eq!(found(world, by(|s| s.kind = "special_capability".into())).await, vec![orchard]);
        assert_eq!(found(world, by(|s| s.occupation = "电工".into())).await, electrician);
        assert_eq!(found(world, by(|s| s.trade = "碳排放核算员".into())).await, carbon);
        assert_eq!(found(world, by(|s| s.level = "3".into())).await, electrician);
        assert_eq!(found(world, by(|s| s.city = "330200".into())).await, electrician);
        assert_eq!(found(world, by(|s| s.county = "330106".into())).await, carbon);

        let carbons = by(|s| s.occupation = "碳排放管理员".into());
        let results = plans::search(&world.records, &PlanSearch { city: "330100".into(), ..carbons }).await.unwrap();
        assert_eq!(results.per_level, [(5, 0), (4, 1), (3, 0), (2, 0), (1, 0)]);
        assert_eq!(results.occupations.len(), 3);
        assert_eq!(results.trades, ["碳排放核算员"]);
        assert_eq!(results.cities.len(), 3);
        assert_eq!(results.counties, [("330106".to_owned(), "西湖区".to_owned())]);
    }

    async fn open_plans_come_first_then_full_to_come_and_over(world) {
        let late = world.plan().await.number;
        let soon = world.plan_with(|plan| plan.closes = "2026-11-23".to_owned().try_into().unwrap()).await.number;
        let coming = world.plan_with(|plan| plan.opens = "2026-11-29".to_owned().try_into().unwrap()).await.number;
        let over = world.plan_with(|plan| plan.closes = "2026-11-20".to_owned().try_into().unwrap()).await.number;
        let full = world.plan_with(|plan| plan.capacity = 1).await;
        take_every_seat(world, &full.number).await;
        world.pass(1);
        let all = |state: &str| PlanSearch { state: state.into(), ..PlanSearch::default() };
        let order = [&soon, &late, &full.number, &coming, &over].map(String::clone);
        assert_eq!(found(world, all("all")).await, order);
        assert_eq!(found(world, all("")).await, order[..4]);
        assert_eq!(found(world, all("open")).await, order[..3]);
        assert_eq!(found(world, all("upcoming")).await, [coming]);
        assert_eq!(found(world, all("closed")).await, [over]);
    }

    async fn a_search_is_shown_page_by_page(world) {
        for _ in 0..23 {
            world.plan().await;
        }
        let page = async |page| plans::search(&world.records, &PlanSearch { page, ..PlanSearch::default() }).await.unwrap();
        let (first, last, beyond) = (page(0).await, page(3).await, page(99).await);
        assert_eq!((first.total, first.page, first.lines.len()), (23, 1, 10));
        assert_eq!((last.page, last.lines.len()), (3, 3));
        assert_eq!(beyond, last);
        assert_ne!(first.lines[9].id, page(2).await.lines[0].id);
    }

    /// T16
    async fn the_last_second_counts_and_the_next_does_not(world) {
        let id = world.plan_with(|plan| {
            plan.opens = TimePoint::parse("2026-11-22 00:00:00").unwrap();
            plan.closes = TimePoint::parse("2026-12-06 23:59:59").unwrap();
        }).await.id;
        let open = async |at: &str| {
            world.at(at);
            let plan = plans::get(&world.records, id).await.unwrap();
            let listed = plans::search(&world.records, &PlanSearch { state: "open".into(), ..PlanSearch::default() }).await.unwrap();
            let open = matches!(plan.state_at(world.records.now()), PlanState::Open { .. });
            assert_eq!(listed.total, u64::from(open), "page and search agree at {at}");
            open
        };
        assert!(!open("2026-11-21 23:59:59").await);
        assert!(open("2026-11-22 00:00:00").await);
        assert!(open("2026-12-06 23:59:59").await);
        world.records.clock().set(domain::time::Timestamp(world.records.now().0 + 999));
        assert!(plans::get(&world.records, id).await.unwrap().window.is_open(world.records.now()), "the whole last second");
        assert!(!open("2026-12-07 00:00:00").await);
    }

    async fn another_server_sees_plans_and_seats_within_two_seconds(world) {
        let other = world.second_server().await;
        let plan = world.plan().await;
        assert_eq!(plans::get(&other, plan.id).await.unwrap().taken, 0);
        take_every_seat(world, &plan.number).await;
        let second = world.plan().await;
        world.pass(1);
        assert_eq!(plans::get(&other, plan.id).await.unwrap().taken, plan.capacity);
        assert_eq!(plans::get(&other, second.id).await.unwrap().number, second.number);
    }

    async fn conditions_are_judged_on_the_day_registration_closes(world) {
        let plan = world.plan().await;
        let five_years_at_the_close = ApplicantFacts {
            jobs: vec![Job { occupation: "碳排放管理员".into(), from: YearMonth::parse("2021-12").unwrap(), to: None }],
            ..ApplicantFacts::default()
        };
        let verdicts = plans::judge(&world.records, &plan, &five_years_at_the_close).await.unwrap();
        assert_eq!(verdicts.iter().map(|verdict| verdict.no).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(verdicts[1].outcome, Outcome::No, "no certificate of level five");

        let template = world.plan_with(|plan| {
            (plan.occupation, plan.trade, plan.code) = ("养老护理员".into(), String::new(), "4-10-01-05".into());
            plan.standard = "template_2023".into();
        }).await;
        let jobs = vec![Job { occupation: "养老护理员".into(), from: YearMonth::parse("2016-01").unwrap(), to: None }];
        let verdicts = plans::judge(&world.records, &template, &ApplicantFacts { jobs, ..ApplicantFacts::default() }).await.unwrap();
        assert_eq!(verdicts[0].outcome, Outcome::Yes, "a template speaks of the plan's occupation");
    }

    async fn a_plan_keeps_the_procedure_it_was_published_with(world) {
        let old = world.plan().await;
        let mut changed = profiles::newest(&world.records, "zynl").await.unwrap().unwrap().as_ref().clone();
        changed.declaration.clauses[0] = "另一句话。".into();
        let refused = profiles::publish(&world.records, &changed).await;
        assert!(complaint(refused).contains("count version up"));
        changed.version = 2;
        profiles::publish(&world.records, &changed).await.unwrap();
        profiles::publish(&world.records, &changed).await.unwrap();
        let new = world.plan().await;
        assert_eq!((old.profile_version, new.profile_version), (1, 2));
        let clause = async |plan| plans::profile_of(&world.records, plan).await.unwrap().declaration.clauses[0].clone();
        assert_ne!(clause(&old).await, clause(&new).await);
    }
}

/// As if people had applied.
async fn take_every_seat(world: &World, number: &str) {
    let db = Database::connect(world.database_url()).await.unwrap();
    db.execute_unprepared(&format!("UPDATE plan SET taken = capacity WHERE number = '{number}'")).await.unwrap();
    db.close().await.unwrap();
}
