//! The register of agencies over HTTP, with plain forms: it asks before it deletes, and a contact is mended in its place.

use crate::common::site;
use testkit::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_register_asks_before_it_deletes_and_mends_a_contact_in_its_place() {
    let world = World::sqlite().await;
    let boss = world.manager("周敏").await;
    let agency = boss.agency.unwrap().to_string();
    let site = site(&world).await;
    let cookie = site.staff(&boss).await;
    let reads = async |address: &str| {
        let path = address.split('#').next().unwrap().to_owned();
        site.get(&path).cookie(&cookie).send().await.text()
    };
    let sends = async |act: &str, fields: &[(&str, &str)]| {
        let fields: Vec<(&str, &str)> = [("agency", agency.as_str())].iter().chain(fields).copied().collect();
        let answer = site.post(&format!("/api/office/register-{act}")).cookie(&cookie).form(&fields).send().await;
        answer.header("location").to_owned()
    };
    let contacts = async || {
        let mut agencies = records::planner::register(&world.records, &boss).await.unwrap().agencies;
        agencies.remove(0).contacts
    };

    // Nobody is added without a name, and the field is named; the rest stays.
    let typed = [("entry[topic]", "报名"), ("entry[region]", ""), ("entry[phone]", "0571-00008091")];
    let empty = [("what", "contact"), ("entry[name]", " ")];
    let refused = sends("add", &[empty.as_slice(), typed.as_slice()].concat()).await;
    let page = reads(&refused).await;
    assert!(refused.contains("again=") && !refused.contains('#'), "what is wrong stands at the top: {refused}");
    assert!(page.contains("姓名还没有填。") && page.contains(&format!("href=\"#{agency}-contact-name\"")), "{page}");
    assert!(page.contains("value=\"0571-00008091\""), "{page}");
    assert!(contacts().await.is_empty());
    let full = [("what", "contact"), ("entry[name]", "程一帆")];
    let added = sends("add", &[full.as_slice(), typed.as_slice()].concat()).await;
    assert!(reads(&added).await.contains("已登记。"));
    let id = contacts().await[0].id.clone();

    // Mended in its place; what a colleague wrote meanwhile is not overwritten, and what was typed stays.
    let form = reads(&format!("/office/agencies?edit={id}")).await;
    assert!(form.contains("保存联系人") && form.contains("value=\"程一帆\""), "{form}");
    let seen =
        [("seen[topic]", "报名"), ("seen[region]", ""), ("seen[name]", "程一帆"), ("seen[phone]", "0571-00008091")];
    let new = [("entry", id.as_str()), ("new[topic]", "报名"), ("new[region]", ""), ("new[phone]", "0571-00008092")];
    let changes = async |name: &'static str| {
        sends("change", &[seen.as_slice(), new.as_slice(), &[("new[name]", name)]].concat()).await
    };
    let page = reads(&changes("").await).await;
    assert!(page.contains("姓名还没有填。") && page.contains("href=\"#edit-name\""), "{page}");
    assert!(page.contains("value=\"0571-00008092\"") && page.contains("保存联系人"), "{page}");
    assert!(reads(&changes("毛伟").await).await.contains("已改好。"));
    assert_eq!((contacts().await[0].name.as_str(), contacts().await.len()), ("毛伟", 1));
    let page = reads(&changes("罗青").await).await;
    assert!(page.contains("别处已经改过") && page.contains("value=\"罗青\""), "{page}");
    assert_eq!(contacts().await[0].name, "毛伟");

    // The list leads to the question; only the question deletes, and it names what.
    let list = reads("/office/agencies").await;
    assert!(list.contains(&format!("remove={id}#entry")) && !list.contains("register-remove"), "{list}");
    let question = reads(&format!("/office/agencies?remove={id}")).await;
    assert!(question.contains("要删除联系人“报名，全部地区，毛伟 0571-00008092”吗？"), "{question}");
    assert!(question.contains("register-remove") && question.contains("不删除"));
    assert_eq!(contacts().await.len(), 1);
    let removed = sends("remove", &[("entry", id.as_str())]).await;
    assert!(reads(&removed).await.contains("已删除。"));
    assert!(contacts().await.is_empty());
    // A second desk, whose page was drawn before.
    let gone = "这一条已经不在名册里";
    assert!(reads(&format!("/office/agencies?remove={id}")).await.contains(gone));
    assert!(reads(&sends("remove", &[("entry", id.as_str())]).await).await.contains(gone));
    assert!(reads(&changes("罗青").await).await.contains(gone));
    site.running.stop().await;
}
