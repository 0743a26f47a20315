//! 衢州: what is filed too near to the exam, or public for too few days, is refused with the days that there are and the days
//! that there must be.

use super::office::{drafted, files};
use super::{Office, office, refusal, seen, view};
use domain::ids::PlanId;
use domain::planner::PlannerRefusal;
use domain::timeline::{Measure, PointName, TimeRule};
use records::planner::{self, Dates};
use testkit::{World, both_databases};

/// The rules that filing now would break: which, at which point, measured and required days.
async fn broken(world: &World, office: &Office, id: PlanId) -> Vec<(TimeRule, PointName, Measure, Measure)> {
    let seen = seen(world, &office.boss, id).await;
    let PlannerRefusal::Conflicts(found) = refusal(planner::file(&world.records, &office.boss, id, seen).await) else {
        panic!("filed")
    };
    found.into_iter().map(|one| (one.rule, one.point, one.measured, one.required)).collect()
}

both_databases! {
    /// T18: filing fourteen days before the exam is refused for the lead time, and so is a publicity of nine days.
    async fn too_late_and_too_short_are_refused_with_both_numbers(world) {
        let office = office(world).await;
        let id = drafted(world, &office, "2027-03-07").await;
        let shown = view(world, &office.boss, id).await;
        let proposed: chrono::NaiveDate = shown.form.get("roster_pub_end").parse().unwrap();
        let mut form = shown.form;
        form.set("roster_pub_end", &proposed.pred_opt().unwrap().to_string());
        planner::save(&world.records, &office.boss, Some(id), shown.revision, &form, Dates::Keep).await.unwrap();
        let short = (TimeRule::PubMinDays, PointName::RosterPubEnd, Measure::Days(9), Measure::Days(10));
        assert_eq!(broken(world, &office, id).await, [short]);
        form.set("roster_pub_end", &proposed.to_string());
        let seen = seen(world, &office.boss, id).await;
        planner::save(&world.records, &office.boss, Some(id), seen, &form, Dates::Keep).await.unwrap();

        world.at("2027-02-21 00:00:00");
        let late = (TimeRule::FilingLead, PointName::PlanFiled, Measure::Days(14), Measure::Days(15));
        assert_eq!(broken(world, &office, id).await, [late]);
        world.at("2027-02-20 23:59:59");
        files(world, &office, id).await;
    }
}
