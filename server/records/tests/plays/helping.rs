//! Whom candidates ask: the agency's people for the place of a plan, and nobody of another place.

use domain::account::{Role, StaffMember};
use domain::ids::PlanId;
use domain::page::planner::ContactLine;
use domain::planner::PlannerRefusal;
use domain::refusal::Refusal;
use records::planner::{self, Entry};
use records::{Error, history, plans};
use testkit::{World, both_databases};

async fn adds(world: &World, boss: &StaffMember, region: &str, topic: &str, name: &str) {
    let (region, topic, name) = (region.to_owned(), topic.to_owned(), name.to_owned());
    let entry = Entry::Contact { region, topic, name, phone: "0571-00000000".into() };
    planner::add(&world.records, boss, boss.agency.unwrap(), &entry).await.unwrap();
}

async fn asked(world: &World, plan: PlanId) -> Vec<String> {
    plans::help(&world.records, plan).await.unwrap().into_iter().map(|line| line.name).collect()
}

both_databases! {
    async fn a_plan_names_who_is_there_for_its_place_and_follows_the_register(world) {
        let (plan, boss) = (world.plan().await, world.manager("周敏").await);
        assert!(asked(world, plan.id).await.is_empty());
        adds(world, &boss, "", "报名", "程一帆").await;
        assert_eq!(asked(world, plan.id).await, ["程一帆"], "at once, not with the next plan");
        adds(world, &boss, &plan.city_name, "报名", "毛伟").await;
        adds(world, &boss, "舟山市", "报名", "何平").await;
        adds(world, &boss, "全省", "证书", "罗青").await;
        assert_eq!(asked(world, plan.id).await, ["罗青", "毛伟"], "closest first to each topic, nobody of another city");
        let card = planner::register(&world.records, &boss).await.unwrap().agencies.remove(0);
        let mao = card.contacts.iter().find(|line| line.name == "毛伟").unwrap();
        planner::remove(&world.records, &boss, card.id, &mao.id).await.unwrap();
        assert_eq!(asked(world, plan.id).await, ["程一帆", "罗青"], "whoever is there for all takes over");
    }

    async fn a_contact_is_written_anew_and_no_colleague_is_overwritten(world) {
        let (plan, boss) = (world.plan().await, world.manager("周敏").await);
        let agency = boss.agency.unwrap();
        adds(world, &boss, "", "报名", "程一帆").await;
        let line = async || planner::register(&world.records, &boss).await.unwrap().agencies.remove(0).contacts.remove(0);
        let seen = line().await;
        let changes = async |who: &StaffMember, seen: &ContactLine, name: &str, phone: &str| {
            let new = ContactLine { name: name.into(), phone: phone.into(), ..seen.clone() };
            planner::change_contact(&world.records, who, agency, seen, new).await
        };
        let empty = changes(&boss, &seen, " ", "").await;
        let Err(Error::Refused(Refusal::Planner(PlannerRefusal::Faults(faults)))) = empty else { panic!("{empty:?}") };
        assert_eq!(faults.iter().map(|fault| fault.key.as_str()).collect::<Vec<_>>(), ["name", "phone"]);
        changes(&boss, &seen, " 毛伟 ", "0571-00000001").await.unwrap();
        assert_eq!(asked(world, plan.id).await, ["毛伟"], "at once");
        let now = line().await;
        assert_eq!((now.id.as_str(), now.topic.as_str(), now.phone.as_str()), (seen.id.as_str(), "报名", "0571-00000001"));
        // A colleague still looks at what stood there before.
        assert!(matches!(changes(&boss, &seen, "罗青", "0571-00000002").await, Err(Error::ChangedMeanwhile)));
        assert_eq!(line().await, now);
        let wang = world.reviewer("王芳").await;
        assert!(matches!(changes(&wang, &now, "罗青", "1").await, Err(Error::Forbidden)));
        let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
        assert!(matches!(changes(&stranger, &now, "罗青", "1").await, Err(Error::NotFound)));
        planner::remove(&world.records, &boss, agency, &now.id).await.unwrap();
        assert!(matches!(changes(&boss, &now, "罗青", "1").await, Err(Error::NotFound)));
        assert!(history::verify(&world.records, &agency.to_string()).await.unwrap().is_ok());
    }

    async fn another_server_names_them_as_soon_as_it_looks_again(world) {
        let (plan, boss) = (world.plan().await, world.manager("周敏").await);
        let other = world.second_server().await;
        assert!(plans::help(&other, plan.id).await.unwrap().is_empty());
        adds(world, &boss, "", "报名", "程一帆").await;
        world.pass(1);
        assert_eq!(plans::help(&other, plan.id).await.unwrap().len(), 1);
    }
}
