//! 学时 of a class on the forms of its people.

use crate::rosters::{keeps, plan_of, works};
use domain::account::StaffMember;
use domain::ids::RosterId;
use records::rosters as acts;
use testkit::{World, both_databases};

/// 学时 as the first form of a roster prints it, and the date and the seal beside it; none where nothing is said.
async fn printed(world: &World, boss: &StaffMember, id: RosterId) -> Option<(String, String, String)> {
    let form = acts::forms(&world.records, boss, id, 1).await.unwrap().forms.remove(0);
    let opinion = form.sheet.opinions.into_iter().find(|opinion| opinion.title == "培训单位意见")?;
    let field = |label: &str| opinion.fields.iter().find(|(known, _)| known == label).unwrap().1.clone();
    assert_eq!((field("经办人").as_str(), opinion.text.as_str()), ("", ""), "only the hours are known");
    Some((field("学时"), opinion.date, opinion.seal_name))
}

both_databases! {
    async fn hours_of_a_class_stand_on_the_forms_of_its_people(world) {
        let (plan, boss) = (plan_of(world).await, world.manager("毛伟").await);
        let id = keeps(&world.records, &boss, &plan, "报名信息表_30.xlsx").await.unwrap();
        acts::begin(&world.records, &boss, id).await.unwrap();
        works(&world.records).await;
        assert_eq!(printed(world, &boss, id).await, None, "nobody has said how many");
        for hours in ["120", "96"] {
            acts::describe(&world.records, &boss, id, "2026年第3期", "", hours).await.unwrap();
            let blank = |hours: &str| Some((hours.to_owned(), String::new(), String::new()));
            assert_eq!(printed(world, &boss, id).await, blank(hours), "neither date nor seal: nobody has signed");
        }
        acts::describe(&world.records, &boss, id, "2026年第3期", "", "").await.unwrap();
        assert_eq!(printed(world, &boss, id).await, None);
    }
}
