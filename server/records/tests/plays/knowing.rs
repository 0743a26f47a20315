//! Figures, signals, sampling lists, reports and the archive.

use crate::cast::{decides, is_not_found, refused, submitted};
use domain::account::{Role, StaffMember};
use domain::ids::ApplicationId;
use domain::knowing::SamplingRefusal;
use domain::page::desk::Decision;
use domain::page::knowing::{DueWhat, Evidence, SampleVerdict, SignalKind, Strata};
use domain::plan::Plan;
use domain::refusal::Refusal;
use domain::scores::Mark;
use records::knowing::{self, Wanted};
use records::{Error, certificates, desk, scores};
use sea_orm::ConnectionTrait;
use testkit::{World, both_databases};

pub async fn plan_of(world: &World) -> Plan {
    let mut profile = records::profiles::parse(testkit::ZYNL, "zynl.toml").unwrap();
    profile.name = "known".into();
    profile.payment.gate = false;
    records::profiles::publish(&world.records, &profile).await.unwrap();
    world.plan_with(|new| new.profile = "known".into()).await
}

/// Four people apply, three are approved, two pass.
pub async fn examined(world: &World, plan: &Plan, reviewer: &StaffMember, boss: &StaffMember) -> Vec<ApplicationId> {
    let mut ids = Vec::new();
    for name in ["欧阳静", "王芳", "罗青", "于小山"] {
        let who = world.applicant(name).await;
        ids.push(submitted(world, plan, &who).await);
    }
    for id in &ids[..3] {
        decides(world, reviewer, *id, Decision::Approve).await;
    }
    world.at("2027-01-20 10:00:00");
    let marks = [("80", "80"), ("59.9", "90"), ("60", "60")];
    let typed: Vec<(ApplicationId, usize, String)> = ids
        .iter()
        .zip(marks)
        .flat_map(|(id, (theory, skill))| [(*id, 0, theory.to_owned()), (*id, 1, skill.to_owned())])
        .collect();
    for member in [reviewer, boss] {
        scores::enter(&world.records, member, plan.id, &typed).await.unwrap();
    }
    scores::lock(&world.records, boss, plan.id).await.unwrap();
    ids
}

fn quarter(title: &str) -> Wanted {
    Wanted {
        title: title.into(),
        strata: Strata::Trade,
        percent: 50,
        least: 1,
        from: "2027-01-01".parse().ok(),
        until: "2027-03-31".parse().ok(),
        seed: Some(42),
    }
}

both_databases! {
    /// The funnel follows every act, and a correction changes a pass rate that was kept.
    async fn figures_follow_what_happens(world) {
        let plan = plan_of(world).await;
        let (wang, zhou) = (world.reviewer("周敏").await, world.manager("赵明").await);
        let authority = world.staff("叶舟", Role::Authority, "").await;
        let ids = examined(world, &plan, &wang, &zhou).await;
        let records = &world.records;

        let before = desk::dashboard(records, &zhou).await.unwrap();
        assert_eq!((before.funnel.begun, before.funnel.submitted, before.funnel.approved), (4, 4, 3));
        assert_eq!(before.funnel.passed, 0, "nothing is known of marks before their release");
        let due: Vec<DueWhat> = before.due.iter().map(|due| due.what).collect();
        assert!(due.contains(&DueWhat::ReleaseScores) && due.contains(&DueWhat::Review(1)), "{due:?}");

        scores::release(records, &zhou, plan.id, records.now()).await.unwrap();
        let board = desk::dashboard(records, &zhou).await.unwrap();
        assert_eq!(board.funnel.passed, 2);
        let rates: Vec<(u64, u64)> = board.subjects.iter().map(|one| (one.passed, one.sat)).collect();
        assert_eq!(rates, [(2, 3), (3, 3)]);

        world.pass(1);
        scores::correct(records, &zhou, ids[1], &plan.subjects[0], Mark::Score(600), "漏加 0.1 分").await.unwrap();
        let board = desk::dashboard(records, &zhou).await.unwrap();
        assert_eq!(board.funnel.passed, 3, "what was kept is counted anew");
        certificates::issue(records, &zhou, plan.id).await.unwrap();
        assert_eq!(desk::dashboard(records, &zhou).await.unwrap().funnel.certificates, 3);

        let cockpit = knowing::cockpit(records, &authority, 2027, "").await.unwrap();
        assert_eq!((cockpit.all.plans, cockpit.all.marked, cockpit.all.funnel.passed), (1, 3, 3));
        let ages: Vec<(u64, u64)> = cockpit.ages.iter().map(|band| (band.funnel.submitted, band.funnel.passed)).collect();
        assert_eq!(ages, [(0, 0), (0, 0), (4, 3), (0, 0), (0, 0), (0, 0)], "born 1990-03-07, examined 2027-01-17: 36");
        assert_eq!(cockpit.levels[0].name, "四级/中级工");
        assert!(matches!(knowing::cockpit(records, &zhou, 2027, "").await, Err(Error::Forbidden)));
        let here = knowing::cockpit(records, &authority, 2027, &plan.city).await.unwrap();
        assert_eq!((here.city.as_str(), here.all.plans, here.cities.len()), (plan.city.as_str(), 1, 1));
        let elsewhere = knowing::cockpit(records, &authority, 2027, "330200").await.unwrap();
        assert_eq!((elsewhere.city.as_str(), elsewhere.all.plans), ("", 1), "a city without exams narrows nothing");
        assert_eq!(knowing::cockpit(records, &authority, 2026, "").await.unwrap().all.plans, 0, "the year of the exam counts");

        // A correction downwards leaves a certificate that was not earned: whoever corrected is shown it.
        world.pass(1);
        scores::correct(records, &zhou, ids[1], &plan.subjects[0], Mark::Score(599), "复核以后更正").await.unwrap();
        let kept = scores::desk(records, &zhou, Some(plan.id)).await.unwrap().board.unwrap().corrections;
        let numbers: Vec<bool> = kept.iter().map(|one| one.unearned.is_some()).collect();
        assert_eq!(numbers, [true, true], "both lines are of the person who does not pass now");
        assert_eq!(desk::dashboard(records, &zhou).await.unwrap().funnel.passed, 2);
    }

    /// Days that were counted stay counted, and follow what is taken back, added late or lies in the future.
    async fn the_work_of_days_is_counted_once_and_right(world) {
        let plan = plan_of(world).await;
        let (wang, zhou) = (world.reviewer("周敏").await, world.manager("赵明").await);
        let records = &world.records;
        let work = async || {
            let board = desk::dashboard(records, &zhou).await.unwrap();
            let newest = |days: &[(chrono::NaiveDate, u64)]| days.iter().rev().take(2).map(|(_, many)| *many).collect::<Vec<_>>();
            (newest(&board.submitted_per_day), newest(&board.decided_per_day), board.today)
        };
        assert_eq!(work().await, (vec![0, 0], vec![0, 0], (0, 0, 0)));
        let li = world.applicant("李强").await;
        let first = submitted(world, &plan, &li).await;
        assert_eq!(work().await.0, [1, 0], "what has just come counts at once");
        world.pass(5);
        assert_eq!(work().await.0, [1, 0], "and once, when it is settled");
        let zhao = world.applicant("赵敏").await;
        submitted(world, &plan, &zhao).await;
        decides(world, &wang, first, Decision::Approve).await;
        assert_eq!(work().await, (vec![2, 0], vec![1, 0], (1, 0, 0)));
        world.pass(24 * 60);
        assert_eq!(work().await, (vec![0, 2], vec![0, 1], (0, 0, 0)), "a day later it is yesterday's");
        assert_eq!(work().await, (vec![0, 2], vec![0, 1], (0, 0, 0)));

        // A line that another server was late with, and lines that went with an import that was undone.
        let side = sea_orm::Database::connect(world.database_url()).await.unwrap();
        let late = "INSERT INTO history (case_id, seq, at, actor_kind, actor_id, actor_name, what, detail, previous, hash)
            SELECT case_id, 99, at + 1, actor_kind, actor_id, actor_name, what, detail, previous, hash FROM history
            WHERE what = 'approved'";
        side.execute_unprepared(late).await.unwrap();
        assert_eq!(work().await, (vec![0, 2], vec![0, 2], (0, 0, 0)));
        side.execute_unprepared("DELETE FROM history WHERE what = 'submitted'").await.unwrap();
        assert_eq!(work().await, (vec![0, 0], vec![0, 2], (0, 0, 0)));
        side.close().await.unwrap();
    }

    /// Signals name numbers and cases; everybody stays as they were.
    async fn signals_have_evidence_and_change_nothing(world) {
        let plan = plan_of(world).await;
        let authority = world.staff("叶舟", Role::Authority, "").await;
        let mut all = Vec::new();
        for name in ["欧阳静", "王芳", "罗青", "于小山", "上官云"] {
            let who = world.applicant(name).await;
            all.push(submitted(world, &plan, &who).await);
        }
        let cockpit = knowing::cockpit(&world.records, &authority, 2027, "").await.unwrap();
        let of = |kind: SignalKind| cockpit.signals.iter().filter(move |signal| signal.kind() == kind).count();
        // The testkit gives everybody one photo and one address.
        assert!(of(SignalKind::SharedPhoto) == 1 && of(SignalKind::AddressBurst) == 1, "{:?}", cockpit.signals);
        assert_eq!((of(SignalKind::PassRate), of(SignalKind::SharedMobile), of(SignalKind::TwoPlaces)), (0, 0, 0));
        let burst = cockpit.signals.iter().find(|signal| signal.kind() == SignalKind::AddressBurst).unwrap();
        assert!(matches!(burst.evidence, Evidence::AddressBurst { people: 5, .. }) && !burst.about.contains("文三路1号"), "{burst:?}");
        assert!(cockpit.signals.iter().all(|signal| !signal.about.contains("欧阳静") && signal.looks.len() == 5));
        let board = desk::dashboard(&world.records, &world.manager("赵明").await).await.unwrap();
        assert_eq!(board.funnel.submitted, 5);
        assert_eq!(board.plans[0].waiting, 5, "nobody was decided by a signal");
    }

    /// One person at two exams of one day is said once, whichever of the two they chose first.
    async fn one_person_in_two_places_is_one_signal(world) {
        let authority = world.staff("叶舟", Role::Authority, "").await;
        let (one, other) = (plan_of(world).await, world.plan().await);
        let people = ["李强", "赵敏", "钱进", "孙立"];
        let mut accounts = Vec::new();
        for (name, plan) in people.into_iter().zip([&one, &other, &other, &one]) {
            let who = world.applicant(name).await;
            submitted(world, plan, &who).await;
            accounts.push(who.id);
        }
        // The wizard lets nobody into two exams of one trade: two accounts that were one person's, found out later.
        let side = sea_orm::Database::connect(world.database_url()).await.unwrap();
        for pair in accounts.chunks(2) {
            let merged = format!("UPDATE application SET account_id = '{}' WHERE account_id = '{}'", pair[0], pair[1]);
            side.execute_unprepared(&merged).await.unwrap();
        }
        side.close().await.unwrap();
        let cockpit = knowing::cockpit(&world.records, &authority, 2027, "").await.unwrap();
        let twice: Vec<_> = cockpit.signals.iter().filter(|signal| signal.kind() == SignalKind::TwoPlaces).collect();
        assert_eq!(twice.len(), 2, "{twice:?}");
        assert!(twice.iter().all(|signal| signal.looks.len() == 2), "{twice:?}");
    }

    /// The same people and the same seed give the same list; others neither see nor note anything.
    async fn a_sample_is_drawn_again_and_looked_at(world) {
        let plan = plan_of(world).await;
        let (wang, zhou) = (world.reviewer("周敏").await, world.manager("赵明").await);
        let authority = world.staff("叶舟", Role::Authority, "").await;
        let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
        let records = &world.records;
        for name in ["欧阳静", "王芳", "罗青", "于小山", "上官云", "诸葛明"] {
            let who = world.applicant(name).await;
            let id = submitted(world, &plan, &who).await;
            decides(world, &wang, id, Decision::Approve).await;
        }
        assert!(matches!(refused(knowing::draw(records, &zhou, &Wanted::default()).await), Refusal::Answers(faults) if faults.len() == 3), "title and both days");
        let typed = |change: &dyn Fn(&mut Wanted)| {
            let mut wanted = quarter("一季度");
            change(&mut wanted);
            wanted
        };
        let days = (quarter("").from.unwrap(), quarter("").until.unwrap());
        for (wanted, why) in [
            (typed(&|wanted| wanted.percent = 101), SamplingRefusal::Number { label: "每层抽百分之几".into(), least: 1, most: 100 }),
            (typed(&|wanted| wanted.least = 1_001), SamplingRefusal::Number { label: "每层至少几人".into(), least: 0, most: 1_000 }),
            (
                typed(&|wanted| (wanted.from, wanted.until) = (wanted.until, wanted.from)),
                SamplingRefusal::Backwards { from: days.1, until: days.0 },
            ),
        ] {
            assert_eq!(refused(knowing::draw(records, &authority, &wanted).await), Refusal::Sampling(why));
        }
        let first = knowing::draw(records, &authority, &quarter("一季度")).await.unwrap();
        let again = knowing::draw(records, &authority, &quarter("核对")).await.unwrap();
        let of = async |id: &str| knowing::one(records, &authority, id).await.unwrap();
        let (one, other) = (of(&first).await, of(&again).await);
        let people = |list: &domain::page::knowing::Sampling| list.items.iter().map(|item| item.application).collect::<Vec<_>>();
        assert_eq!((one.line.frame, one.items.len()), (6, 3));
        assert_eq!(people(&one), people(&other), "same people, same seed");
        let mut thrown = quarter("现掷");
        thrown.seed = None;
        let thrown = knowing::draw(records, &authority, &thrown).await.unwrap();
        let kept = of(&thrown).await.line.seed;
        let repeat = knowing::draw(records, &authority, &Wanted { seed: Some(kept), ..quarter("重抽") }).await.unwrap();
        assert_eq!(people(&of(&thrown).await), people(&of(&repeat).await), "the seed that was thrown is kept");

        assert!(matches!(
            refused(knowing::note_verdict(records, &authority, &first, 1, SampleVerdict::Wrong, " ").await),
            Refusal::Answers(_)
        ));
        knowing::note_verdict(records, &authority, &first, 1, SampleVerdict::Doubtful, "签名不像本人").await.unwrap();
        let seen = knowing::taken_out(records, &authority, &first).await.unwrap();
        let (verdict, words, by, _) = seen.items[0].verdict.clone().unwrap();
        assert_eq!((verdict, words.as_str(), by.as_str(), seen.line.seen), (SampleVerdict::Doubtful, "签名不像本人", "叶舟", 1));
        assert!(!seen.items[0].name.contains("阳"), "names are masked: {}", seen.items[0].name);

        assert!(is_not_found(knowing::one(records, &zhou, &first).await), "an authority's list is not the agency's");
        assert!(is_not_found(knowing::note_verdict(records, &stranger, &first, 1, SampleVerdict::Fine, "").await));
        assert!(matches!(knowing::list(records, &wang).await, Err(Error::Forbidden)));
        assert!(is_not_found(knowing::note_verdict(records, &authority, &first, 99, SampleVerdict::Fine, "").await));
        let nobody = knowing::draw(records, &stranger, &quarter("空")).await;
        let (from, until) = (quarter("").from.unwrap(), quarter("").until.unwrap());
        assert_eq!(refused(nobody), Refusal::Sampling(SamplingRefusal::Nobody { from, until }), "another agency has nobody to draw");
    }

    /// Reports count and name nobody; the archive holds every file with its bytes, for its manager alone.
    async fn reports_and_the_archive(world) {
        let plan = plan_of(world).await;
        let (wang, zhou) = (world.reviewer("周敏").await, world.manager("赵明").await);
        let authority = world.staff("叶舟", Role::Authority, "").await;
        let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
        let ids = examined(world, &plan, &wang, &zhou).await;
        let records = &world.records;
        scores::release(records, &zhou, plan.id, records.now()).await.unwrap();

        let report = knowing::plan_report(records, &authority, plan.id).await.unwrap();
        assert_eq!(report.tables[0].rows[6], ["全部科目合格", "2", "50.0%"]);
        assert_eq!(report.tables[1].rows[0], ["理论考试", "3", "2", "66.7%"]);
        assert!(is_not_found(knowing::plan_report(records, &stranger, plan.id).await));
        let year = knowing::agency_year(records, &zhou, 2027).await.unwrap();
        assert_eq!(year.tables[2].rows.len(), 1);
        assert!(matches!(knowing::agency_year(records, &authority, 2027).await, Err(Error::Forbidden)));
        let region = knowing::region_year(records, &authority, 2027).await.unwrap();
        assert!(matches!(knowing::region_year(records, &zhou, 2027).await, Err(Error::Forbidden)));
        for report in [&report, &year, &region] {
            let all = format!("{report:?}");
            assert!(!all.contains("欧阳静") && !all.contains("罗青"), "a report names nobody");
        }

        let archive = knowing::archive(records, &zhou, plan.id).await.unwrap();
        let photos: Vec<_> = archive.files.iter().filter(|file| file.name.contains("photo")).collect();
        assert!(photos.len() >= ids.len(), "{:?}", archive.files);
        for file in &archive.files {
            assert!(!file.read(records).await.unwrap().is_empty(), "{file:?}");
        }
        let answers = archive.files.iter().find(|file| file.name == "answers.json").unwrap().read(records).await.unwrap();
        assert!(String::from_utf8(answers).unwrap().contains("核算员"));
        assert_eq!(archive.tables[0].rows.len(), 4);
        let states: Vec<&str> = archive.tables[0].rows.iter().map(|row| row[3].as_str()).collect();
        assert_eq!((states.iter().filter(|state| **state == "审核通过").count(), states.len()), (3, 4), "in words that people read");
        let happened = &archive.tables[3].rows;
        assert!(happened.iter().any(|row| row[5] == "scores_released") && happened.iter().any(|row| row[5] == "submitted"));
        for (member, name) in [(&wang, "reviewer"), (&authority, "authority")] {
            assert!(matches!(knowing::archive(records, member, plan.id).await, Err(Error::Forbidden)), "{name}");
        }
        assert!(is_not_found(knowing::archive(records, &stranger, plan.id).await));
        scores::correct(records, &zhou, ids[1], &plan.subjects[0], Mark::Absent, "其实没有来").await.unwrap();
        let again = knowing::archive(records, &zhou, plan.id).await.unwrap();
        let corrected = again.tables.iter().find(|table| table.title == "corrections").unwrap();
        assert_eq!((corrected.rows[0][2].as_str(), corrected.rows[0][3].as_str(), corrected.rows[0][4].as_str()), ("59.9", "缺考", "其实没有来"));
        assert!(again.tables[3].rows.iter().any(|row| row[6].contains("archived")), "taking it out is on record");
    }
}
