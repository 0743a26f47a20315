//! Forms, tickets, links to confirm and seals over HTTP: who gets what, and what a refusal looks like.

use crate::common::site;
use domain::account::Role;
use domain::ids::ApplicationId;
use domain::page::collecting::Collected;
use domain::page::desk::Decision;
use domain::plan::Plan;
use domain::profile::{Download, Opinion, Printable, Profile, Standing};
use records::{applications, collecting, desk, filing};
use testkit::{Applicant, World, ZYNL};

async fn plan_under(world: &World, name: &str, change: impl FnOnce(&mut Profile)) -> Plan {
    let mut profile = records::profiles::parse(ZYNL, "zynl.toml").unwrap();
    profile.name = name.into();
    change(&mut profile);
    records::profiles::publish(&world.records, &profile).await.unwrap();
    world.plan_with(|new| new.profile = name.into()).await
}

fn printing(profile: &mut Profile) {
    profile.print.template = "zynl".into();
    profile.print.title = "个人申请表".into();
    profile.payment.gate = false;
    profile.download = vec![
        Download { what: Printable::ApplicationForm, when: vec![Standing::Approved, Standing::Filed] },
        Download { what: Printable::Ticket, when: vec![Standing::Filed] },
    ];
    profile.opinion = vec![Opinion {
        key: "agency".into(),
        title: "认定机构意见".into(),
        field: Vec::new(),
        seal: true,
        required: false,
    }];
}

async fn submitted(world: &World, plan: &Plan, who: &Applicant) -> ApplicationId {
    let id = testkit::complete_draft(&world.records, who.id, plan.id).await.unwrap();
    applications::submit(&world.records, who.id, id, "key").await.unwrap();
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn forms_and_tickets_for_every_kind_of_person() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let plan = plan_under(&world, "printing", printing).await;
    let (owner, other) = (world.applicant("李强").await, world.applicant("王芳").await);
    let (reviewer, boss) = (world.reviewer("周敏").await, world.manager("赵明").await);
    let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
    let authority = world.staff("叶舟", Role::Authority, "").await;
    let id = submitted(&world, &plan, &owner).await;
    let people = [
        ("guest", String::new()),
        ("owner", site.applicant(owner.id).await),
        ("another candidate", site.applicant(other.id).await),
        ("reviewer", site.staff(&reviewer).await),
        ("manager", site.staff(&boss).await),
        ("manager elsewhere", site.staff(&stranger).await),
        ("authority", site.staff(&authority).await),
    ];
    let (form, ticket) = (format!("/my/{id}/print/application-form.pdf"), format!("/my/{id}/print/ticket.pdf"));
    let at_desk = format!("/office/cases/{id}/print/application-form.pdf");
    let of_plan = format!("/office/plans/{}/forms.pdf?standing=approved", plan.id);
    let seal = format!("/office/cases/{id}/opinions/agency/seal");
    let check = async |method: &'static str, path: &str, wanted: [u16; 7]| {
        let mut wrong = Vec::new();
        for ((who, cookie), wanted) in people.iter().zip(wanted) {
            let mut ask = site.ask(method, path).with("origin", &site.origin).script().cookie(cookie);
            if method == "POST" {
                ask = ask.files(&[("file", "x.txt", b"no picture")]);
            }
            let got = ask.send().await.status.as_u16();
            if got != wanted {
                wrong.push(format!("{who}: {method} {path}: {got}, wanted {wanted}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    };
    check("GET", &form, [401, 422, 404, 401, 401, 401, 401]).await;
    check("GET", &at_desk, [401, 401, 401, 200, 200, 404, 200]).await;
    check("GET", &of_plan, [401, 401, 401, 403, 422, 404, 404]).await;
    check("POST", &seal, [401, 401, 401, 422, 422, 404, 403]).await;
    check("GET", &format!("/my/{id}/print/other.pdf"), [401, 404, 404, 401, 401, 401, 401]).await;

    // A browser is led back to the case, where the sentence stands.
    let refused = site.get(&form).cookie(&people[1].1).send().await;
    assert_eq!(refused.status.as_u16(), 303);
    let page = site.get(refused.header("location")).cookie(&people[1].1).send().await;
    assert!(page.text().contains("审核通过以后能下载"), "{}", page.text());

    desk::claim(&world.records, &reviewer, id).await.unwrap();
    let seen = desk::case(&world.records, &reviewer, id).await.unwrap().line.revision;
    desk::decide(&world.records, &reviewer, id, seen, Decision::Approve).await.unwrap();
    check("GET", &form, [401, 200, 404, 401, 401, 401, 401]).await;
    check("GET", &ticket, [401, 422, 404, 401, 401, 401, 401]).await;
    check("GET", &of_plan, [401, 401, 401, 403, 200, 404, 404]).await;
    filing::file(&world.records, &boss, plan.id).await.unwrap();
    check("GET", &ticket, [401, 200, 404, 401, 401, 401, 401]).await;

    let printed = site.get(&form).cookie(&people[1].1).send().await;
    assert_eq!(printed.header("content-type"), "application/pdf");
    assert!(printed.body.starts_with(b"%PDF-"));
    assert_eq!(printed.header("cache-control"), "private, no-store");
    let list = site.get("/my").cookie(&people[1].1).send().await.text();
    assert!(list.contains("ticket.pdf"), "the list leads to the ticket");
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_link_to_confirm_works_without_script() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let plan = plan_under(&world, "collected", |profile| profile.collecting.by_agency = true).await;
    let boss = world.manager("周敏").await;
    let typed = Collected {
        plan: plan.id.to_string(),
        name: "吴迪".into(),
        id_kind: "RIC".into(),
        id_no: testkit::id_number("330106", "19920812", 700),
        mobile: "13800007788".into(),
        answers: testkit::answers(),
    };
    let link = collecting::collect(&world.records, &boss, &typed).await.unwrap();
    let token = link.path.strip_prefix("/confirm/").unwrap().to_owned();
    let first = site.get(&link.path).send().await.text();
    assert!(first.contains("确认您的报名资料") && !first.contains("吴迪") && !first.contains("文三路"));

    let wrong = site.post("/api/confirm/prove").form(&[("token", &token), ("answer", "0000")]).send().await;
    let back = site.get(wrong.header("location")).send().await.text();
    assert!(back.contains("对不上"), "{back}");
    assert_eq!(site.get(&format!("{}/photo", link.path)).send().await.status.as_u16(), 404);
    let stolen = site.post(&format!("{}/photo", link.path)).script().files(&[("photo", "p.jpg", &testkit::photo())]);
    assert_eq!(stolen.send().await.status.as_u16(), 422, "the link alone changes nothing");

    let right = site.post("/api/confirm/prove").form(&[("token", &token), ("answer", "7788")]).send().await;
    let cookie = right.header("set-cookie").split(';').next().unwrap().to_owned();
    assert!(cookie.starts_with("jikao-confirm="));
    let open = site.get(&link.path).cookie(&cookie).send().await.text();
    assert!(open.contains("核对您的资料") && open.contains("杭州某某环境科技有限公司"));

    let photo =
        site.post(&format!("{}/photo", link.path)).cookie(&cookie).files(&[("photo", "p.jpg", &testkit::photo())]);
    assert_eq!(photo.send().await.status.as_u16(), 303);
    let shown = site.get(&format!("{}/photo", link.path)).cookie(&cookie).send().await;
    assert_eq!((shown.status.as_u16(), shown.header("content-type")), (200, "image/jpeg"));
    let (account, id) = {
        let proof = cookie.strip_prefix("jikao-confirm=").unwrap();
        collecting::whose(&world.records, &token, Some(proof)).await.unwrap()
    };
    applications::add_file(&world.records, account, id, "evidence", "证明.pdf", testkit::pdf(1)).await.unwrap();
    let revision = applications::draft(&world.records, account, id).await.unwrap().revision.0.to_string();
    let form = [("token", token.as_str()), ("revision", &revision), ("answers[post]", "主管"), ("then", "save")];
    let saved = site.post("/api/confirm/save").cookie(&cookie).form(&form).send().await;
    assert!(saved.header("location").ends_with("?saved=1"), "{}", saved.header("location"));
    let signed =
        site.post(&format!("{}/signature", link.path)).cookie(&cookie).signed(&testkit::signature()).send().await;
    assert_eq!(signed.status.as_u16(), 303);
    let revision = applications::draft(&world.records, account, id).await.unwrap().revision.0.to_string();
    let form = [("token", token.as_str()), ("revision", &revision), ("then", "confirm")];
    let confirmed = site.post("/api/confirm/save").cookie(&cookie).form(&form).send().await;
    let done = site.get(confirmed.header("location")).cookie(&cookie).send().await.text();
    assert!(done.contains("已确认，报名已提交"), "{done}");
    assert!(!desk::case(&world.records, &boss, id).await.unwrap().sections.is_empty());
    site.running.stop().await;
}
