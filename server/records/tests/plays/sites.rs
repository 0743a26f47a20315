//! 报名机构: seats of their own, chosen on the way, changed until registration closes.

use crate::cast::*;
use crate::procedures::{plan_under, site};
use domain::application::{SiteRefusal, StageName, SubmitRefusal};
use domain::ids::SiteId;
use domain::plan::Plan;
use domain::profile::{Profile, Step};
use domain::refusal::Refusal;
use records::plans::NewSite;
use records::{Error, applications, desk, plans};
use testkit::{World, both_databases};

fn sited(profile: &mut Profile) {
    profile.wizard.insert(0, Step::Site);
    let section = &mut profile.form.section[0];
    for (key, label) in [("site", "报名机构"), ("reviewer", "初审机构"), ("exam_on", "考试日期")] {
        let mut field = section.field[0].clone();
        field.key = key.into();
        field.label = label.into();
        section.field.push(field);
    }
}

async fn plan_at(world: &World, sites: Vec<NewSite>) -> Plan {
    plan_under(world, sited, |new| {
        new.capacity = 0;
        new.site = String::new();
        new.sites = sites;
    })
    .await
}

async fn ids(world: &World, plan: &Plan) -> Vec<SiteId> {
    plans::sites(&world.records, plan.id).await.unwrap().into_iter().map(|site| site.id).collect()
}

async fn seats(world: &World, plan: &Plan) -> (u32, Vec<u32>) {
    let sites = plans::sites(&world.records, plan.id).await.unwrap();
    (taken(world, plan).await, sites.iter().map(|site| site.taken).collect())
}

/// What a server knows that has just started; one that ran along hears of the other's seats a moment later.
async fn taken_by_all(world: &World, plan: &Plan) -> u32 {
    let fresh = world.second_server().await;
    plans::get(&fresh, plan.id).await.unwrap().taken
}

async fn keeps_its_promises(world: &World) {
    assert_eq!(applications::broken_promises(&world.records).await.unwrap(), [""; 0]);
}

both_databases! {
    async fn a_seat_is_taken_at_the_site_and_in_the_plan_and_goes_along(world) {
        let plan = plan_at(world, vec![site("城东", 2), site("城西", 1)]).await;
        assert_eq!(plan.capacity, 3);
        let (li, zhao) = (world.applicant("李强").await, world.applicant("赵敏").await);
        let (east, west) = (ids(world, &plan).await[0], ids(world, &plan).await[1]);
        let choose = |who: &testkit::Applicant, id, site| { let who = who.id; async move { applications::choose_site(&world.records, who, id, site).await } };

        let id = ready(world, &plan, &li).await;
        assert_eq!(refused(applications::submit(&world.records, li.id, id, "key").await), Refusal::Submit(SubmitRefusal::SiteMissing));
        choose(&li, id, east).await.unwrap();
        let shown = draft(world, &li, id).await;
        assert_eq!((shown.answers.get("site"), shown.answers.get("reviewer")), ("城东", "城东初审处"));
        assert!(shown.passed.contains(&Step::Site));
        assert_eq!(seats(world, &plan).await, (0, vec![0, 0]), "a draft takes no seat");
        submits(world, &li, id).await;
        assert_eq!(seats(world, &plan).await, (1, vec![1, 0]));

        // Until a reviewer begins, the seat goes along.
        choose(&li, id, west).await.unwrap();
        assert_eq!(seats(world, &plan).await, (1, vec![0, 1]));
        let case = applications::case_of(&world.records, li.id, id).await.unwrap();
        assert!(case.answers.contains(&("报名机构".into(), "城西".into())), "{:?}", case.answers);

        // The other one is full: who wants to go there stays where he is.
        let other = ready(world, &plan, &zhao).await;
        choose(&zhao, other, east).await.unwrap();
        submits(world, &zhao, other).await;
        let full = SiteRefusal::Full { site: "城西".into(), capacity: 1 };
        assert_eq!(refused(choose(&zhao, other, west).await), Refusal::Site(full));
        assert_eq!(seats(world, &plan).await, (2, vec![1, 1]));

        let wang = world.reviewer("王芳").await;
        let claim = desk::claim(&world.records, &wang, id).await.unwrap();
        assert_eq!(refused(choose(&li, id, east).await), Refusal::Site(SiteRefusal::Claimed { until: claim.until }));
        let shown = desk::case(&world.records, &wang, id).await.unwrap();
        let lines: Vec<_> = shown.sections.iter().flat_map(|section| &section.answers).collect();
        assert!(lines.iter().any(|line| line.label == "初审机构" && line.value == "城西初审处"), "where it is now");
        decides(world, &wang, id, rejecting("不符合条件")).await;
        assert_eq!(seats(world, &plan).await, (1, vec![1, 0]), "a rejection frees both");
        assert_eq!(refused(choose(&li, id, east).await), Refusal::Site(SiteRefusal::Decided(StageName::Rejected)));
        keeps_its_promises(world).await;
    }

    async fn nobody_moves_after_registration_has_closed_or_to_another_plan(world) {
        let plan = plan_at(world, vec![site("城东", 2), site("城西", 1)]).await;
        let other = world.plan_with(|new| {
            new.profile = "own".into();
            new.capacity = 0;
            new.sites = vec![site("城南", 5), site("城北", 5)];
        }).await;
        let li = world.applicant("李强").await;
        let id = applications::start_at(&world.records, li.id, plan.id, Some(ids(world, &plan).await[1])).await.unwrap();
        assert_eq!(draft(world, &li, id).await.site, Some(ids(world, &plan).await[1]), "by a link");
        let strange = ids(world, &other).await[0];
        assert_eq!(refused(applications::choose_site(&world.records, li.id, id, strange).await), Refusal::Site(SiteRefusal::Unknown));
        world.at("2026-12-07 00:00:00");
        let east = ids(world, &plan).await[0];
        let refusal = refused(applications::choose_site(&world.records, li.id, id, east).await);
        assert_eq!(refusal, Refusal::Site(SiteRefusal::WindowClosed { closed: plan.window.closes }));
        let wang = world.applicant("王五").await;
        assert!(is_not_found(applications::choose_site(&world.records, wang.id, id, east).await));
    }

    async fn a_plan_with_one_site_asks_nobody(world) {
        let plan = plan_at(world, vec![site("城东", 2)]).await;
        let li = world.applicant("李强").await;
        let id = ready(world, &plan, &li).await;
        submits(world, &li, id).await;
        assert_eq!(seats(world, &plan).await, (1, vec![1]));
        applications::undo(&world.records, li.id, id).await.unwrap();
        assert_eq!(seats(world, &plan).await, (0, vec![0]));
        keeps_its_promises(world).await;
    }

    /// Two servers, three sites, more people than seats, and some who change their mind meanwhile.
    async fn a_rush_on_three_sites_takes_every_seat_once(world) {
        let plan = plan_at(world, vec![site("城东", 6), site("城西", 6), site("城南", 8)]).await;
        let sites = ids(world, &plan).await;
        let mut people = Vec::new();
        for number in 0..36_usize {
            let who = world.applicant(&format!("考生{}", ["甲", "乙", "丙", "丁"][number % 4])).await;
            let id = ready(world, &plan, &who).await;
            applications::choose_site(&world.records, who.id, id, sites[number % 3]).await.unwrap();
            people.push((who, id));
        }
        let second = world.second_server().await;
        let rush = people.iter().enumerate().map(|(number, (who, id))| {
            let server = if number % 2 == 0 { &world.records } else { &second };
            let wanted = sites[(number + 1) % 3];
            async move {
                let handed_in = applications::submit(server, who.id, *id, "key").await;
                if number % 4 == 0 && handed_in.is_ok() {
                    let moved = applications::choose_site(server, who.id, *id, wanted).await;
                    assert!(matches!(moved, Ok(()) | Err(Error::Refused(Refusal::Site(SiteRefusal::Full { .. })))), "{moved:?}");
                }
                handed_in
            }
        });
        let outcomes = futures::future::join_all(rush).await;
        let mut got = 0;
        for outcome in outcomes {
            match outcome {
                Ok(_) => got += 1,
                refusal => {
                    let refusal = refused(refusal);
                    let Refusal::Submit(SubmitRefusal::SiteFull { capacity: 6 | 8, .. } | SubmitRefusal::Full { capacity: 20 }) = refusal else { panic!("{refusal:?}") };
                }
            }
        }
        assert!((1..=20).contains(&got), "{got}");
        assert_eq!(taken_by_all(world, &plan).await, got);
        keeps_its_promises(world).await;
        // Whoever found a site full goes to one that is not, until the last seat is taken.
        for (who, id) in &people {
            for wanted in &sites {
                if applications::choose_site(&world.records, who.id, *id, *wanted).await.is_ok() {
                    let _ = applications::submit(&world.records, who.id, *id, "key").await;
                }
            }
        }
        assert_eq!(taken_by_all(world, &plan).await, 20);
        keeps_its_promises(world).await;
    }

    async fn a_file_lists_the_sites_and_names_what_is_wrong_with_one(world) {
        plan_under(world, sited, |_| {}).await;
        let file = |sites: &str| format!(r#"
            [[plan]]
            number = "2026-R-000001"
            agency = "S000033000123"
            occupation = "碳排放管理员"
            trade = "碳排放核算员"
            code = "4-09-07-04-03"
            level = 4
            subjects = ["理论考试"]
            city = "330100"
            opens = "2026-11-11"
            closes = "2026-12-06"
            exam = "2027-01-17"
            profile = "own"
            standard = "碳排放管理员"
            {sites}
        "#);
        let import = |sites: &str| { let text = file(sites); async move { plans::import(&world.records, &text, "plans.toml").await } };
        let Err(Error::Configuration(told)) = import("[[plan.site]]\nname = \"城东\"\ncapacity = 0\n[[plan.site]]\nname = \"城东\"\ncapacity = 5\nexam = \"2027-01-10\"\n").await else { panic!("imported") };
        for part in ["site 1: capacity: is 0", "site 2: name: 城东 is there twice", "site 2: exam: is 2027-01-10"] {
            assert!(told.contains(part), "{told}");
        }
        let Err(Error::Configuration(told)) = import("capacity = 9\n[[plan.site]]\nname = \"城东\"\ncapacity = 5\n").await else { panic!("imported") };
        assert!(told.contains("capacity: is 9, the sites have 5"), "{told}");
        let Err(Error::Configuration(told)) = import("[[plan.site]]\nname = \"城东\"\nseats = 5\n").await else { panic!("imported") };
        assert!(told.contains("seats"), "{told}");
        let id = import("[[plan.site]]\nname = \"城东\"\naddress = \"文三路1号\"\ncapacity = 5\nreviewer = \"东校\"\nexam = \"2027-01-18\"\n[[plan.site]]\nname = \"城西\"\ncapacity = 7\n").await.unwrap()[0];
        let sites = plans::sites(&world.records, id).await.unwrap();
        assert_eq!(plans::get(&world.records, id).await.unwrap().capacity, 12);
        assert_eq!((sites[0].address.as_str(), sites[0].exam_on.to_string(), sites[1].exam_on.to_string()), ("文三路1号", "2027-01-18".into(), "2027-01-17".into()));
    }
}
