//! The history: every act a line, every line chained.

use crate::cast::*;
use domain::page::desk::Decision;
use domain::page::mine::What;
use records::history::{self, BrokenAt};
use records::{applications, desk};
use sea_orm::ConnectionTrait;
use testkit::both_databases;

both_databases! {
    async fn every_act_leaves_a_line_and_the_chain_holds(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        decides(world, &wang, id, Decision::Approve).await;
        let lines = desk::case(&world.records, &wang, id).await.unwrap().history;
        let what: Vec<_> = lines.iter().map(|line| line.what).collect();
        assert_eq!(what, [
            What::Started, What::PhotoKept, What::FileAdded, What::Signed, What::Submitted,
            What::Claimed, What::Opened, What::Approved,
        ]);
        assert_eq!(history::verify(&world.records, &id.to_string()).await.unwrap(), Ok(()));
    }

    async fn opening_a_case_again_within_a_quarter_of_an_hour_is_one_reading(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        for minutes in [0, 5, 5, 10] {
            world.pass(minutes);
            desk::case(&world.records, &wang, id).await.unwrap();
        }
        let lines = desk::case(&world.records, &wang, id).await.unwrap().history;
        assert_eq!(lines.iter().filter(|line| line.what == What::Opened).count(), 2);
        let timeline = applications::case_of(&world.records, li.id, id).await.unwrap().timeline;
        assert!(timeline.iter().all(|line| line.what != What::Opened));
    }

    async fn a_changed_line_breaks_the_chain_where_it_was_changed(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = submitted(world, &plan, &li).await;
        let database = sea_orm::Database::connect(world.database_url()).await.unwrap();
        database.execute_unprepared(&format!("UPDATE history SET at = at - 86400000 WHERE case_id = '{id}' AND seq = 3")).await.unwrap();
        assert_eq!(history::verify(&world.records, &id.to_string()).await.unwrap(), Err(BrokenAt(3)));
        database.execute_unprepared(&format!("DELETE FROM history WHERE case_id = '{id}' AND seq = 2")).await.unwrap();
        assert_eq!(history::verify(&world.records, &id.to_string()).await.unwrap(), Err(BrokenAt(2)));
        database.close().await.unwrap();
    }

    async fn a_checkpoint_sees_a_chain_that_was_cut_off_at_its_end(world) {
        let (plan, li) = (world.plan().await, world.applicant("李强").await);
        let id = submitted(world, &plan, &li).await;
        assert!(history::checkpoint(&world.records).await.unwrap().is_none(), "nothing is a minute old");
        world.pass(2);
        let checkpoint = history::checkpoint(&world.records).await.unwrap().unwrap();
        assert_eq!(checkpoint.cases, 1);
        world.pass(2);
        applications::withdraw(&world.records, li.id, id).await.unwrap();
        assert!(history::verify_checkpoint(&world.records, &checkpoint).await.unwrap(), "what came later does not matter");

        let database = sea_orm::Database::connect(world.database_url()).await.unwrap();
        database.execute_unprepared(&format!("DELETE FROM history WHERE case_id = '{id}' AND seq >= 5")).await.unwrap();
        database.close().await.unwrap();
        assert_eq!(history::verify(&world.records, &id.to_string()).await.unwrap(), Ok(()), "the chain alone cannot see it");
        assert!(!history::verify_checkpoint(&world.records, &checkpoint).await.unwrap());
        let forged = history::Checkpoint { signature: "00".repeat(64), ..checkpoint };
        assert!(!history::verify_checkpoint(&world.records, &forged).await.unwrap());
    }

    async fn neither_history_nor_news_hold_personal_data(world) {
        let (plan, li, wang) = (world.plan().await, world.applicant("李强").await, world.reviewer("王芳").await);
        let id = submitted(world, &plan, &li).await;
        desk::reveal(&world.records, &wang, id, "mobile", "电话核实").await.unwrap();
        let database = sea_orm::Database::connect(world.database_url()).await.unwrap();
        for (table, columns) in [("history", "detail || actor_name"), ("outbox", "topic || entity || kind"), ("application", "receipt || corrected || doubts")] {
            let question = sea_orm::Statement::from_string(database.get_database_backend(), format!("SELECT {columns} FROM {table}"));
            for row in database.query_all_raw(question).await.unwrap() {
                let text: Option<String> = row.try_get_by_index(0).unwrap();
                let text = text.unwrap_or_default();
                assert!(!text.contains(&li.id_no) && !text.contains(&li.mobile) && !text.contains("李强"), "{table}: {text}");
            }
        }
        database.close().await.unwrap();
    }
}
