//! What an agency hears about its plans: what the desks decided, and what it has to do in three days.

use super::office::{decided, drafted, files};
use super::{Office, changed, office, published, view};
use domain::message::MessageKind;
use domain::planner::FilingOutcome;
use records::{messages, planner};
use testkit::{World, both_databases};

/// Titles or words of the agency's own messages of one kind.
async fn heard(world: &World, office: &Office, kind: MessageKind) -> Vec<String> {
    let own = messages::desk(&world.records, &office.boss, None, None, None).await.unwrap().own;
    let said = own.into_iter().filter(|one| one.letter.kind == kind);
    said.map(|one| if kind == MessageKind::PlanDecided { one.letter.facts.words } else { one.letter.facts.title })
        .collect()
}

async fn morning(world: &World, day: &str) {
    world.at(&format!("{day} 07:05:00"));
    messages::remind(&world.records).await.unwrap();
    messages::remind(&world.records).await.unwrap();
}

both_databases! {
    async fn what_an_agency_has_to_do_it_hears_three_days_before(world) {
        let office = office(world).await;
        let id = drafted(world, &office, "2027-01-17").await;
        let title = view(world, &office.boss, id).await.row.title;
        morning(world, "2026-12-29").await;
        assert!(heard(world, &office, MessageKind::MilestoneSoon).await.is_empty(), "four days before nothing is said");
        morning(world, "2026-12-30").await;
        assert_eq!(heard(world, &office, MessageKind::MilestoneSoon).await, [format!("{title}：方案备案")], "once");
        files(world, &office, id).await;
        morning(world, "2027-01-02").await;
        let today = heard(world, &office, MessageKind::MilestoneDue).await;
        assert!(today.iter().all(|one| !one.ends_with("方案备案")), "what was filed is not reminded of: {today:?}");
        morning(world, "2027-01-07").await;
        let soon = heard(world, &office, MessageKind::MilestoneSoon).await;
        assert!(soon.contains(&format!("{title}：纸质材料报送")), "{soon:?}");
        assert_eq!(soon.len(), 2, "what candidates do by themselves is not the agency's: {soon:?}");
    }

    async fn what_the_desks_decided_stands_in_the_messages(world) {
        let office = office(world).await;
        let id = drafted(world, &office, "2027-01-17").await;
        files(world, &office, id).await;
        decided(world, &office.centre, id, FilingOutcome::Return, "考评员要写全").await.unwrap();
        assert_eq!(heard(world, &office, MessageKind::PlanDecided).await, ["退回修改。考评员要写全"]);

        let other = published(world, &office, "2027-01-17").await;
        let said = heard(world, &office, MessageKind::PlanDecided).await;
        assert!(said.contains(&"已批准。同意".to_owned()) && said.len() == 2, "the centre's agreement is no decision: {said:?}");
        for (approved, words) in [(false, "新考点没有监控"), (true, "")] {
            changed(world, &office, other, &[("site", "新考点")], "原考点停电").await.unwrap();
            let desks = if approved { vec![&office.centre, &office.authority] } else { vec![&office.centre] };
            for desk in desks {
                let seen = view(world, desk, other).await.amendments[0].revision;
                planner::decide_amendment(&world.records, desk, other, seen, approved, words).await.unwrap();
            }
        }
        let said = heard(world, &office, MessageKind::PlanDecided).await;
        assert!(said.iter().any(|words| words == "变更没有批准。新考点没有监控"), "{said:?}");
        assert!(said.iter().any(|words| words.starts_with("变更已批准：") && words.contains("新考点")), "{said:?}");
        assert_eq!(said.len(), 4);
    }
}
