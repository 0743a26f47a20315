//! The steps of the procedures as people without script meet them: drawn by the server, sent as plain forms.

use crate::common::{Answer, Site, site};
use domain::application::Stage;
use domain::ids::{ApplicationId, PlanId};
use domain::occupation::SkillLevel;
use domain::plan::Plan;
use records::applications::PhotoUpload;
use records::plans::{NewPlan, NewSite};
use records::{accounts, applications, profiles};
use testkit::{Applicant, World};

const ZJ_DAILY: &str = include_str!("../../profiles/zj-daily.toml");
const JX_GONGQIN: &str = include_str!("../../profiles/jx-gongqin.toml");
const ZHHN: &str = include_str!("../../profiles/zhhn.toml");

async fn plan_of(world: &World, file: &str, change: impl FnOnce(&mut NewPlan)) -> Plan {
    let profile = profiles::parse(file, "profile.toml").unwrap();
    profiles::publish(&world.records, &profile).await.unwrap();
    world
        .plan_with(|new| {
            new.profile = profile.name.clone();
            new.subjects.clear();
            change(new);
        })
        .await
}

fn place(name: &str, capacity: u32) -> NewSite {
    NewSite {
        name: name.into(),
        address: format!("{name}路1号"),
        capacity,
        reviewer: format!("{name}初审处"),
        contact: "周敏".into(),
        phone: "0571-00000000".into(),
        exam: None,
    }
}

fn two_places(new: &mut NewPlan) {
    new.capacity = 0;
    new.site = String::new();
    new.sites = vec![place("城东技校", 1), place("城西技校", 20)];
}

fn upload() -> PhotoUpload {
    PhotoUpload { used: testkit::photo(), original: Vec::new(), file_name: "张三.JPG".into() }
}

/// Where a plain form sent its person.
fn onward(answer: &Answer) -> String {
    assert!(answer.status.is_redirection(), "{} {}", answer.status, answer.text());
    answer.header("location").to_owned()
}

/// A person at a browser without script.
struct Visitor<'a> {
    site: &'a Site,
    who: Applicant,
    cookie: String,
}

impl<'a> Visitor<'a> {
    async fn new(world: &World, site: &'a Site) -> Visitor<'a> {
        let who = world.applicant("李强").await;
        let cookie = site.applicant(who.id).await;
        Visitor { site, who, cookie }
    }

    async fn page(&self, path: &str) -> String {
        self.site.get(path).cookie(&self.cookie).send().await.text()
    }

    async fn posts(&self, name: &str, fields: &[(&str, &str)]) -> String {
        onward(&self.site.post(&format!("/api/{name}")).cookie(&self.cookie).form(fields).send().await)
    }

    async fn starts(&self, plan: PlanId) -> String {
        self.posts("plan/start", &[("plan", &plan.to_string())]).await
    }

    async fn logs_in_again(&mut self) {
        self.cookie = self.site.applicant(self.who.id).await;
    }
}

/// The revision that a form was drawn with.
fn revision_in(page: &str) -> String {
    let (_, after) = page.split_once("name=\"revision\" value=\"").unwrap();
    after.split('"').next().unwrap().to_owned()
}

fn id_of(path: &str) -> ApplicationId {
    path.split('/').nth(2).unwrap().parse().unwrap()
}

/// T8, S0-05 to S0-22: gate, site, form, away and back, documents, two texts, 报名.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_daily_assessment_from_the_gate_to_the_submission() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let plan = plan_of(&world, ZJ_DAILY, two_places).await;
    let mut li = Visitor::new(&world, &site).await;

    let back = li.starts(plan.id).await;
    let told = li.page(&back).await;
    for part in ["未完成无法报名", "个人资料", "去填写", "头像", "去上传", "/profile/photo?next="] {
        assert!(told.contains(part), "{part}");
    }
    accounts::update_profile(&world.records, li.who.id, None, "浙江省杭州市西湖区文三路1号", "大学专科").await.unwrap();
    accounts::photo::keep(&world.records, li.who.id, upload()).await.unwrap();

    let first = li.starts(plan.id).await;
    assert!(first.ends_with("/site"), "{first}");
    let id = id_of(&first);
    let sites = records::plans::sites(&world.records, plan.id).await.unwrap();
    let shown = li.page(&first).await;
    for part in
        ["选择报名机构", "城东技校路1号", "城东技校初审处", "还有 20 个名额", "选了哪个报名机构，就到哪个机构考试"]
    {
        assert!(shown.contains(part), "{part}");
    }
    let nothing = li.posts("apply/site", &[("id", &id.to_string())]).await;
    assert!(li.page(&nothing).await.contains("还没有选报名机构"));
    let next = li.posts("apply/site", &[("id", &id.to_string()), ("site", &sites[0].id.to_string())]).await;
    assert!(next.ends_with("/photo"), "{next}");

    let form = format!("/apply/{id}/form");
    let shown = li.page(&form).await;
    assert!(shown.contains("城东技校初审处"), "the first reviewer is a fact");
    let saved = li
        .posts(
            "apply/save",
            &[
                ("id", &id.to_string()),
                ("revision", "0"),
                ("go", "next"),
                ("answers[exam_kind]", "first"),
                ("answers[condition]", "1"),
                ("answers[source]", "student"),
                ("answers[employer]", "杭州第一技师学院"),
                ("answers[delivery]", "pickup"),
            ],
        )
        .await;
    assert!(saved.ends_with("/documents?kept=1"), "{saved}");
    let kept = li.page(&saved).await;
    for part in ["暂存成功", "先下载打印，签字盖章", "at=documents"] {
        assert!(kept.contains(part), "{part}");
    }

    // Away to have the form signed and stamped, and back.
    li.logs_in_again().await;
    let tasks = li.page(&format!("/my/{id}")).await;
    for part in ["完善报名信息", "还有 1 件事", "还不能办", "接着办：完善报名信息"] {
        assert!(tasks.contains(part), "{part}");
    }
    let documents = li.page(&format!("/apply/{id}/documents")).await;
    assert!(documents.contains("任选一种就够：学生证，或教务处所出学历证明"), "either is enough");
    assert!(!documents.contains("doc-prior_certificate"), "level 4 brings no certificate (T7)");
    for key in ["id_card", "education", "application_form"] {
        applications::add_file(&world.records, li.who.id, id, key, "张三.pdf", testkit::pdf(1)).await.unwrap();
    }
    li.posts("apply/proof", &[("id", &id.to_string()), ("document", "education"), ("proof", "registrar_letter")]).await;

    let preview = li.page(&format!("/apply/{id}/preview")).await;
    for part in ["我已阅读并同意《鉴定报名须知》", "《浙江政务服务网注册协议》", ">报名<", "在打印的申请表上手写签名"]
    {
        assert!(preview.contains(part), "{part}: {preview}");
    }
    let key = format!("{id}-1");
    let one = [("id", id.to_string()), ("key", key.clone()), ("consents[notice]", "yes".to_owned())];
    let one: Vec<(&str, &str)> = one.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let refused = li.posts("apply/submit", &one).await;
    assert!(li.page(&refused).await.contains("还没有勾选同意《浙江政务服务网注册协议》"));
    let mut both = one.clone();
    both.push(("consents[portal]", "yes"));
    let done = li.posts("apply/submit", &both).await;
    assert!(done.starts_with(&format!("/my/{id}")), "{done}");
    assert_eq!(li.posts("apply/submit", &both).await, done, "a second click means the same");

    // Until somebody reviews it, the site can be changed, and the seat goes along.
    assert!(li.page(&format!("/my/{id}")).await.contains("改选报名机构"));
    let moved = li.posts("apply/site", &[("id", &id.to_string()), ("site", &sites[1].id.to_string())]).await;
    assert_eq!(moved, format!("/my/{id}"));
    assert!(li.page(&moved).await.contains("城西技校初审处"));
    assert_eq!(applications::broken_promises(&world.records).await.unwrap(), [""; 0]);
    site.running.stop().await;
}

/// T7: level 3 asks for the certificate as well; a full site says so in words.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn level_three_brings_the_certificate_and_a_full_site_says_so() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let plan = plan_of(&world, ZJ_DAILY, |new| {
        two_places(new);
        new.level = SkillLevel::from_number(3);
    })
    .await;
    let li = Visitor::new(&world, &site).await;
    accounts::update_profile(&world.records, li.who.id, None, "浙江省杭州市西湖区文三路1号", "大学专科").await.unwrap();
    accounts::photo::keep(&world.records, li.who.id, upload()).await.unwrap();
    let sites = records::plans::sites(&world.records, plan.id).await.unwrap();
    let linked = li.posts("plan/start", &[("plan", &plan.id.to_string()), ("site", &sites[1].id.to_string())]).await;
    let id = id_of(&linked);
    let draft = applications::draft(&world.records, li.who.id, id).await.unwrap();
    assert_eq!(draft.site, Some(sites[1].id), "preset by the link");
    assert!(li.page(&format!("/apply/{id}/documents")).await.contains("职业资格证书信息"));
    let plan_page = li.page(&format!("/plans/{}?site={}", plan.id, sites[1].id)).await;
    assert!(plan_page.contains("可以选的报名机构") && plan_page.contains(&format!("value=\"{}\"", sites[1].id)));
    site.running.stop().await;
}

/// S1-01, S1-20: the wrong place and the wrong level are told with the right ones.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_campaign_says_who_is_in_the_wrong_place_and_which_level_is_possible() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let plan = plan_of(&world, JX_GONGQIN, |new| new.level = SkillLevel::from_number(3)).await;
    let li = Visitor::new(&world, &site).await;
    let first = li.starts(plan.id).await;
    assert!(first.ends_with("/entry"), "{first}");
    let id = id_of(&first).to_string();
    let entry = |unit: &'static str, trade: &'static str| {
        [("id", id.clone()), ("answers[unit_kind]", unit.to_owned()), ("answers[special_trade]", trade.to_owned())]
    };
    let send = async |fields: [(&str, String); 3]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        li.posts("apply/entry", &fields).await
    };
    let stays = send(entry("city", "no")).await;
    let told = li.page(&stays).await;
    for part in ["市直属单位在此处只能报二级", "请到本地市鉴定中心报名", "放弃这份报名"] {
        assert!(told.contains(part), "{part}");
    }
    let unanswered = send(entry("", "no")).await;
    assert!(li.page(&unanswered).await.contains("“所在单位”还没填"));
    let next = send(entry("province", "no")).await;
    assert!(next.ends_with("/form"), "{next}");

    let shown = li.page(&next).await;
    for part in ["本次考试统一规定", "南昌市省中心", "个人考生报名", "理论实操"] {
        assert!(shown.contains(part), "{part}");
    }
    assert!(!shown.contains("answers[unit_kind]"), "asked once");
    let wrong = li
        .posts(
            "apply/save",
            &[
                ("id", &id),
                ("revision", &revision_in(&shown)),
                ("go", "next"),
                ("answers[prior_level]", "5"),
                ("answers[exam_kind]", "normal"),
            ],
        )
        .await;
    let told = li.page(&wrong).await;
    assert!(told.contains("您现在是五级/初级工，这次报的是三级/高级工，现在可以报的是四级/中级工"), "{told}");
    let resit = li
        .posts(
            "apply/save",
            &[
                ("id", &id),
                ("revision", &revision_in(&told)),
                ("go", "update:exam_kind"),
                ("answers[prior_level]", "4"),
                ("answers[exam_kind]", "resit"),
            ],
        )
        .await;
    assert!(li.page(&resit).await.contains("不能报补考"), "the ordinary exam is offered instead");
    let draft = applications::draft(&world.records, li.who.id, id.parse().unwrap()).await.unwrap();
    assert!(matches!(draft.stage, Stage::Draft));
    assert_eq!(draft.answers.get("unit_kind"), "province", "saving the form keeps what was answered before");
    site.running.stop().await;
}

/// S2-15: the notice comes first and may be 「无」.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_notice_is_read_once_and_the_next_step_comes() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let plan = plan_of(&world, ZHHN, |new| new.subjects = vec!["理论".into()]).await;
    let li = Visitor::new(&world, &site).await;
    let first = li.starts(plan.id).await;
    assert!(first.ends_with("/notice"), "{first}");
    assert!(li.page(&first).await.contains("我已阅读，下一步"));
    let next = li.posts("apply/notice", &[("id", &id_of(&first).to_string())]).await;
    assert!(next.ends_with("/form"), "{next}");
    let again = li.page(&first).await;
    assert!(!again.contains("我已阅读，下一步"));
    site.running.stop().await;
}
