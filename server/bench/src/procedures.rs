//! What it costs that plans follow different procedures: one plan asked for its procedure again and again, beside
//! five plans of five procedures in turn.

use crate::report::Report;
use crate::scene::{Kind, Scene};
use crate::{Options, Outcome, stats};
use domain::plan::Plan;
use records::{Records, plans, profiles};
use std::time::Duration;

/// Asked so often in a round.
const TIMES: u32 = 200_000;
/// More than this for a change of procedure would be felt beside the quickest page (8 µs).
const GOAL: Duration = Duration::from_nanos(500);

/// The five that come with the program.
const FILES: [(&str, &str); 5] = [
    ("zynl.toml", testkit::ZYNL),
    ("zj-daily.toml", include_str!("../../profiles/zj-daily.toml")),
    ("jx-gongqin.toml", include_str!("../../profiles/jx-gongqin.toml")),
    ("zhhn.toml", include_str!("../../profiles/zhhn.toml")),
    ("qz-institution.toml", include_str!("../../profiles/qz-institution.toml")),
];

/// Alternates one plan with five.
pub async fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    report.part("Five procedures");
    let scene = Scene::open(Kind::Sqlite).await?;
    let mut mixed = Vec::new();
    for (file, text) in FILES {
        let profile = profiles::parse(text, file)?;
        if file != "zynl.toml" {
            profiles::publish(&scene.records, &profile).await?;
        }
        let mut new = testkit::new_plan(scene.records.now().day());
        new.profile.clone_from(&profile.name);
        let id = plans::publish(&scene.records, &new).await?;
        mixed.push(plans::get(&scene.records, id).await?);
    }
    let alone: Vec<Plan> = mixed.first().map(|plan| vec![plan.clone(); mixed.len()]).unwrap_or_default();
    let (mut same, mut turns) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds.max(3) {
        same.push(round(&scene.records, &alone).await?);
        turns.push(round(&scene.records, &mixed).await?);
    }
    let (same, turns) = (stats::median(&same), stats::median(&turns));
    report.line("one procedure, asked again", &format!("{same:.0} ns"));
    let more = turns - same;
    report.goal(
        "five procedures in turn",
        format!("{turns:.0} ns, {more:+.0} ns for the change"),
        &format!("at most {} ns more", GOAL.as_nanos()),
        more <= GOAL.as_nanos() as f64,
    );
    scene.close().await
}

/// Nanoseconds of one question.
async fn round(records: &Records, plans: &[Plan]) -> Outcome<f64> {
    let began = stats::now();
    let mut steps = 0;
    for plan in plans.iter().cycle().take(TIMES as usize) {
        steps += plans::profile_of(records, plan).await?.step.len();
    }
    let spent = began.elapsed().as_nanos() as f64 / f64::from(TIMES);
    if steps == 0 {
        return Err("a procedure without steps".into());
    }
    Ok(spent)
}
