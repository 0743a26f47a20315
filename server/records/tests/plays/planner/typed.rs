//! What a planner types is read as it is meant; what is a fact is not typed; what hangs on a plan ends with it.

use super::office::{decided, drafted, files, filled};
use super::{changed, office, published, refusal, seen, view};
use domain::planner::{AmendmentStage, FilingOutcome, PlanStage, PlannerRefusal};
use domain::timeline::PointName;
use records::planner::{self, Amended, Dates, Entry};
use testkit::both_databases;

both_databases! {
    async fn days_and_times_are_read_however_they_are_typed(world) {
        let office = office(world).await;
        let mut form = filled("2027年1月17日（周日）");
        for (key, typed) in [("theory_from", "上午9点"), ("theory_to", "10点半"), ("seats", "４０人"), ("fee", "280元"), ("training_from", "2026/11/2")] {
            form.set(key, typed);
        }
        let id = planner::save(&world.records, &office.boss, None, domain::ids::Revision(0), &form, Dates::Propose).await.unwrap();
        let shown = view(world, &office.boss, id).await;
        assert_eq!(shown.conflicts, []);
        for (key, read) in [("theory_on", "2027-01-17"), ("skill_on", "2027-01-17"), ("theory_from", "09:00"), ("theory_to", "10:30"), ("seats", "40"), ("fee", "280"), ("training_from", "2026-11-02")] {
            assert_eq!(shown.form.get(key), read, "{key}");
        }
        files(world, &office, id).await;
        let entry = Entry::Scope {
            occupation: "电工".into(), trade: String::new(), code: "6-31-01-03".into(), levels: "4".into(),
            from: "2025.1.1".into(), until: "2026年12月31日".into(), document: String::new(),
        };
        planner::add(&world.records, &office.authority, office.boss.agency.unwrap(), &entry).await.unwrap();
        let register = planner::register(&world.records, &office.boss).await.unwrap();
        let days: Vec<String> = register.agencies[0].scopes.iter().map(|line| format!("{} {} {}", line.code, line.from, line.until)).collect();
        assert!(days.contains(&"6-31-01-03 2025-01-01 2026-12-31".to_owned()), "{days:?}");
    }

    async fn nothing_is_solved_or_promised_before_there_is_a_procedure_and_an_exam(world) {
        let office = office(world).await;
        let mut form = filled("2027-01-17");
        assert!(planner::can_solve(&world.records, &form).await.unwrap());
        let ready = planner::save(&world.records, &office.boss, None, domain::ids::Revision(0), &form, Dates::Propose).await.unwrap();
        let desk = planner::desk(&world.records, &office.boss, Some(ready), None).await.unwrap();
        assert!(desk.earliest_exam.is_some());

        form.set("procedure", "");
        assert!(!planner::can_solve(&world.records, &form).await.unwrap(), "each procedure has lead times of its own");
        let bare = planner::save(&world.records, &office.boss, None, domain::ids::Revision(0), &form, Dates::Propose).await.unwrap();
        let desk = planner::desk(&world.records, &office.boss, Some(bare), None).await.unwrap();
        assert_eq!(desk.earliest_exam, None);
        let mut dayless = filled("2027-01-17");
        for key in ["theory_on", "skill_on"] {
            dayless.set(key, "");
        }
        assert!(!planner::can_solve(&world.records, &dayless).await.unwrap());
    }

    async fn the_first_day_of_filing_counts_and_nobody_types_another(world) {
        let office = office(world).await;
        let first = world.records.now().day().to_string();
        let id = drafted(world, &office, "2027-01-17").await;
        files(world, &office, id).await;
        decided(world, &office.centre, id, FilingOutcome::Return, "考评员要写全").await.unwrap();

        // Fifteen days before the exam are over when it comes back: it was in time all the same.
        world.at("2027-01-05 09:00:00");
        let desk = planner::desk(&world.records, &office.boss, Some(id), None).await.unwrap();
        assert_eq!(desk.stage, PlanStage::Returned);
        assert!(desk.overdue.iter().all(|stone| stone.point != Some(PointName::PlanFiled)), "{:?}", desk.overdue);
        let new = planner::desk(&world.records, &office.boss, None, Some(id)).await.unwrap();
        assert!(new.overdue.is_empty(), "no exam, nothing late");

        let mut form = desk.form;
        form.set("plan_filed", "2026-12-31");
        planner::save(&world.records, &office.boss, Some(id), desk.revision, &form, Dates::Keep).await.unwrap();
        assert_eq!(view(world, &office.boss, id).await.form.get("plan_filed"), first);
        let now = seen(world, &office.boss, id).await;
        planner::save(&world.records, &office.boss, Some(id), now, &form, Dates::Propose).await.unwrap();
        assert_eq!(view(world, &office.boss, id).await.form.get("plan_filed"), first, "solved anew, and still a fact");
        form.set("theory_on", "2027-03-07");
        form.set("skill_on", "2027-03-07");
        let now = seen(world, &office.boss, id).await;
        planner::save(&world.records, &office.boss, Some(id), now, &form, Dates::Propose).await.unwrap();
        files(world, &office, id).await;
        let filed = view(world, &office.boss, id).await;
        assert_eq!((filed.row.stage, filed.form.get("plan_filed")), (PlanStage::AtCentre, first.as_str()));
    }

    async fn a_plan_that_is_called_off_leaves_no_change_waiting(world) {
        let office = office(world).await;
        let id = published(world, &office, "2027-01-17").await;
        assert_eq!(changed(world, &office, id, &[("site", "新考点")], "原考点停电").await.unwrap(), Amended::Waits);
        let waiting = view(world, &office.authority, id).await.amendments[0].revision;
        let now = seen(world, &office.boss, id).await;
        planner::cancel(&world.records, &office.boss, id, now, "不办了").await.unwrap();
        let shown = view(world, &office.authority, id).await;
        assert_eq!((shown.row.amending, shown.acts.decide_amendment, shown.amendments[0].stage), (None, None, AmendmentStage::Withdrawn));
        let hub = planner::list(&world.records, &office.authority, "", None).await.unwrap();
        assert!(hub.rows.iter().all(|row| row.amending.is_none()), "no desk has to decide about it");
        let late = planner::decide_amendment(&world.records, &office.centre, id, waiting, true, "").await;
        assert_eq!(refusal(late), PlannerRefusal::NoAmendment);
    }
}
