//! What the database is asked: no page, and nothing that is done for each of thousands, reads a table from end to end that
//! grows with people.

use crate::cast::submitted;
use crate::{knowing as known, rosters as lists};
use domain::account::Role;
use domain::page::desk::QueueFilter;
use records::asked::Asked;
use records::{Records, Settings};
use records::{
    applications, certificates, desk, knowing, messages, opinions, payments, planner, rooms, rosters, scores,
};
use testkit::{World, both_databases};

/// Another server of this world, whose questions are listened to from now on.
async fn listened(world: &World, asked: &Asked) -> Records {
    let settings = Settings {
        database: Some(world.database_url()),
        clock: world.records.clock().clone(),
        asked: Some(asked.clone()),
        ..Settings::in_folder(world.folder())
    };
    let records = Records::open(settings).await.unwrap();
    asked.explained(&records).await.unwrap();
    records
}

async fn reads_nothing_whole(asked: &Asked, records: &Records, least: usize) {
    let explained = asked.explained(records).await.unwrap();
    assert!(explained.len() >= least, "{} statements were listened to", explained.len());
    let whole = explained.iter().map(|one| (one.text.as_str(), one.whole()));
    let whole: Vec<(&str, Vec<&str>)> = whole.filter(|(_, steps)| !steps.is_empty()).collect();
    assert!(whole.is_empty(), "{whole:#?}");
}

both_databases! {
    /// Whatever the desk's lists, dashboard and cockpit ask of tables that grow with people is answered by an index.
    async fn no_list_reads_everything(world) {
        let plan = known::plan_of(world).await;
        let (wang, zhou) = (world.reviewer("周敏").await, world.manager("赵明").await);
        let authority = world.staff("叶舟", Role::Authority, "").await;
        let li = world.applicant("李强").await;
        submitted(world, &plan, &li).await;
        known::examined(world, &plan, &wang, &zhou).await;
        scores::release(&world.records, &zhou, plan.id, world.records.now()).await.unwrap();
        certificates::issue(&world.records, &zhou, plan.id).await.unwrap();

        let asked = Asked::default();
        let records = &listened(world, &asked).await;
        for tab in ["waiting", "claimed", "returned", "decided", "all"] {
            let filter = QueueFilter { tab: tab.into(), q: "李".into(), ..QueueFilter::default() };
            desk::queue(records, &wang, &filter).await.unwrap();
            desk::queue(records, &authority, &QueueFilter { tab: tab.into(), ..QueueFilter::default() }).await.unwrap();
        }
        for member in [&zhou, &authority] {
            desk::dashboard(records, member).await.unwrap();
            desk::waiting(records, member).await.unwrap();
            planner::list(records, member, "", None).await.unwrap();
            planner::view(records, member, plan.id).await.unwrap();
            knowing::list(records, member).await.unwrap();
            knowing::plan_report(records, member, plan.id).await.unwrap();
        }
        let cockpit = knowing::cockpit(records, &authority, 2027, "").await.unwrap();
        assert_eq!((cockpit.all.marked, cockpit.ages[2].funnel.passed), (3, 2), "what is asked has something to find");
        knowing::agency_year(records, &zhou, 2027).await.unwrap();
        knowing::region_year(records, &authority, 2027).await.unwrap();
        payments::list(records, &zhou, None, "", None).await.unwrap();
        payments::region_settlement(records, &authority, records.now().day()).await.unwrap();
        messages::desk(records, &zhou, Some(plan.id), None, None).await.unwrap();
        scores::desk(records, &zhou, Some(plan.id)).await.unwrap();
        certificates::desk(records, &zhou, plan.id).await.unwrap();
        rooms::page(records, &zhou, plan.id, None).await.unwrap();
        rooms::day(records, &wang, plan.id, "李强").await.unwrap();
        knowing::archive(records, &zhou, plan.id).await.unwrap();
        opinions::desk(records, &zhou, None).await.unwrap();
        applications::mine(records, li.id).await.unwrap();
        messages::inbox(records, li.id, 1).await.unwrap();
        messages::unread(records, li.id).await.unwrap();

        reads_nothing_whole(&asked, records, 60).await;
        records.close().await.unwrap();
    }

    async fn taking_an_import_back_reads_nothing_whole(world) {
        let (plan, boss) = (lists::plan_of(world).await, world.manager("毛伟").await);
        let id = lists::keeps(&world.records, &boss, &plan, "报名信息表_30.xlsx").await.unwrap();
        lists::photos(&world.records, &boss, id, "照片_gbk.zip").await;
        rosters::photos_later(&world.records, &boss, id, None).await.unwrap();
        rosters::begin(&world.records, &boss, id).await.unwrap();
        lists::works(&world.records).await;

        let asked = Asked::default();
        let records = &listened(world, &asked).await;
        rosters::undo(records, &boss, id).await.unwrap();
        lists::works(records).await;
        reads_nothing_whole(&asked, records, 20).await;
        records.close().await.unwrap();
    }
}
