//! The moment that everybody waits for: the scores of a full plan become public at once, each person is told once, and
//! who looks meanwhile is not kept waiting.

use crate::variant::plan_under;
use domain::ids::ApplicationId;
use records::scores;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use testkit::both_databases;
use testkit::crowd::crowd;

/// People of the plan; the last two are not told: one withdrew, one has no mark.
const PEOPLE: usize = 302;
const TOLD: i64 = 300;

async fn count(side: &DatabaseConnection, question: &str) -> i64 {
    let question = Statement::from_string(side.get_database_backend(), question);
    side.query_one_raw(question).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

both_databases! {
    async fn scores_of_hundreds_are_released_at_once(world) {
        let plan = plan_under(world, "many", |_| {}).await;
        let zhou = world.manager("周敏").await;
        let side = Database::connect(world.database_url()).await.unwrap();
        let people = crowd(&world.records, &side, world.folder(), plan.id, PEOPLE).await.unwrap();
        world.at("2027-01-20 10:00:00");
        let (now, boss, id) = (world.records.now().0, zhou.id, plan.id);
        let (gone, unmarked) = (people[PEOPLE - 2].1, people[PEOPLE - 1].1);
        for statement in [
            format!(
                "UPDATE application SET stage = 'approved', round = 1, submitted_at = {now}, decided_at = {now},
                 number = 'N-' || substr(id, 10) WHERE plan_id = '{id}'"
            ),
            format!("UPDATE application SET stage = 'withdrawn' WHERE id = '{gone}'"),
            format!(
                "INSERT INTO score (application_id, subject, plan_id, kind, tenths, source, recorded_by, at)
                 SELECT a.id, s.subject, a.plan_id, 'score', 800, 'sheet', '{boss}', {now}
                 FROM application a, (SELECT '理论考试' AS subject UNION ALL SELECT '实操考试') AS s
                 WHERE a.plan_id = '{id}' AND a.id <> '{unmarked}'"
            ),
            format!(
                "INSERT INTO score_sheet (plan_id, state, revision, locked_at, locked_by)
                 VALUES ('{id}', 'locked', 1, {now}, '{boss}')"
            ),
        ] {
            side.execute_unprepared(&statement).await.unwrap();
        }

        // Somebody looks again and again, before, meanwhile and afterwards.
        let (over, looks) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let reader = {
            let (records, over, looks, some) = (world.records.clone(), over.clone(), looks.clone(), people.clone());
            tokio::spawn(async move {
                let mut seen = 0;
                while !over.load(Ordering::Relaxed) {
                    let (account, id) = some[looks.fetch_add(1, Ordering::Relaxed) % 300];
                    seen += usize::from(scores::own(&records, account, id).await.unwrap().is_some());
                }
                seen
            })
        };
        while looks.load(Ordering::Relaxed) < 3 {
            tokio::task::yield_now().await;
        }
        scores::release(&world.records, &zhou, plan.id, world.records.now()).await.unwrap();
        let then = looks.load(Ordering::Relaxed);
        while looks.load(Ordering::Relaxed) < then + 3 {
            tokio::task::yield_now().await;
        }
        over.store(true, Ordering::Relaxed);
        assert!(reader.await.unwrap() > 0, "who looked afterwards saw marks");

        let own = |id: ApplicationId| (world.records.clone(), people.iter().find(|one| one.1 == id).unwrap().0, id);
        for (records, account, id) in [own(gone), own(unmarked)] {
            assert_eq!(scores::own(&records, account, id).await.unwrap(), None);
        }
        // Somebody else's are not there at all.
        let foreign = scores::own(&world.records, people[0].0, people[1].1).await;
        assert!(matches!(foreign, Err(records::Error::NotFound)), "{foreign:?}");

        let told = "FROM message WHERE kind = 'scores_released'";
        let counts = async || {
            [
                count(&side, &format!("SELECT COUNT(*) {told}")).await,
                count(&side, &format!("SELECT COUNT(DISTINCT recipient) {told}")).await,
                count(&side, "SELECT COUNT(*) FROM history WHERE what = 'scores_released' AND case_id NOT LIKE 'scores/%'").await,
                count(&side, "SELECT COUNT(*) FROM application WHERE exam = 'score_public'").await,
                count(&side, "SELECT COUNT(*) FROM subject_result").await / 2,
                // To the pages of each person; the desks of agency and region hear of the plan once.
                (count(&side, "SELECT COUNT(*) FROM outbox WHERE kind = 'scores_released'").await - 2) / 2,
            ]
        };
        let once = counts().await;
        assert_eq!(once[..4], [TOLD; 4]);
        assert_eq!(once[5], TOLD);
        assert_eq!(scores::publish_due(&world.records).await.unwrap(), 0);
        assert_eq!(counts().await, once, "nobody is told twice");
        side.close().await.unwrap();
    }
}
