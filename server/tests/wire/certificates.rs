//! Certificates over HTTP: who gets which file, what anybody is told, and what machines can prove by themselves.

use crate::common::{Site, site};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::account::{Role, StaffMember, Viewer};
use domain::certificate::RevokeReason;
use domain::ids::ApplicationId;
use domain::page::desk::Decision;
use domain::plan::Plan;
use records::{applications, certificates, desk, scores};
use testkit::{Applicant, World, ZYNL};

struct Stage {
    plan: Plan,
    reviewer: StaffMember,
    boss: StaffMember,
    owner: Applicant,
    other: Applicant,
    id: String,
    number: String,
}

async fn approved(world: &World, plan: &Plan, who: &Applicant, reviewer: &StaffMember) -> ApplicationId {
    let id = testkit::complete_draft(&world.records, who.id, plan.id).await.unwrap();
    applications::submit(&world.records, who.id, id, "key").await.unwrap();
    desk::claim(&world.records, reviewer, id).await.unwrap();
    let seen = desk::case(&world.records, reviewer, id).await.unwrap().line.revision;
    desk::decide(&world.records, reviewer, id, seen, Decision::Approve).await.unwrap();
    id
}

/// 李强 and 王芳 passed, and hold their certificates.
async fn issued(world: &World) -> Stage {
    let mut profile = records::profiles::parse(ZYNL, "zynl.toml").unwrap();
    profile.name = "certified".into();
    records::profiles::publish(&world.records, &profile).await.unwrap();
    let plan = world.plan_with(|new| new.profile = "certified".into()).await;
    let (owner, other) = (world.applicant("李强").await, world.applicant("王芳").await);
    let (reviewer, boss) = (world.reviewer("周敏").await, world.manager("赵明").await);
    let mut typed = Vec::new();
    for who in [&owner, &other] {
        let id = approved(world, &plan, who, &reviewer).await;
        typed.extend([(id, 0, "80".to_owned()), (id, 1, "80".to_owned())]);
    }
    world.at("2027-01-20 10:00:00");
    for member in [&reviewer, &boss] {
        scores::enter(&world.records, member, plan.id, &typed).await.unwrap();
    }
    scores::lock(&world.records, &boss, plan.id).await.unwrap();
    scores::release(&world.records, &boss, plan.id, world.records.now()).await.unwrap();
    certificates::issue(&world.records, &boss, plan.id).await.unwrap();
    let mut mine = certificates::mine(&world.records, owner.id).await.unwrap();
    let line = mine.remove(0).line;
    Stage { plan, reviewer, boss, owner, other, id: line.id, number: line.number }
}

async fn code(world: &World, site: &Site, stage: &Stage) -> String {
    let viewer = Viewer::Applicant { id: stage.owner.id, name: String::new() };
    certificates::sheet(&world.records, &viewer, &stage.id, &site.origin).await.unwrap().sheet.qr_text
}

/// The public half of the key with this id, from the published list.
async fn published(site: &Site, kid: &str) -> ed25519_dalek::VerifyingKey {
    let list = site.get("/.well-known/certificate-keys.json").send().await;
    assert_eq!(list.header("access-control-allow-origin"), "*");
    let list = list.json();
    let key = list["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid).unwrap().clone();
    assert_eq!((key["kty"].as_str(), key["crv"].as_str()), (Some("OKP"), Some("Ed25519")));
    let bytes: [u8; 32] = URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap().try_into().unwrap();
    ed25519_dalek::VerifyingKey::from_bytes(&bytes).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn files_for_every_kind_of_person() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let stage = issued(&world).await;
    let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
    let authority = world.staff("叶舟", Role::Authority, "").await;
    let people = [
        ("guest", String::new()),
        ("owner", site.applicant(stage.owner.id).await),
        ("another candidate", site.applicant(stage.other.id).await),
        ("reviewer", site.staff(&stage.reviewer).await),
        ("manager", site.staff(&stage.boss).await),
        ("manager elsewhere", site.staff(&stranger).await),
        ("authority", site.staff(&authority).await),
    ];
    let (id, plan) = (&stage.id, stage.plan.id);
    for (path, wanted) in [
        (format!("/my/certificates/{id}/certificate.pdf"), [401, 200, 404, 401, 401, 401, 401]),
        (format!("/my/certificates/{id}/face.svg"), [401, 200, 404, 401, 401, 401, 401]),
        (format!("/my/certificates/{id}/credential.json"), [401, 200, 404, 401, 401, 401, 401]),
        (format!("/my/certificates/{id}/credential.jwt"), [401, 200, 404, 401, 401, 401, 401]),
        (format!("/my/certificates/{id}"), [302, 200, 404, 302, 302, 302, 302]),
        (format!("/office/certificates/{id}/certificate.pdf"), [401, 401, 401, 200, 200, 404, 404]),
        (format!("/office/plans/{plan}/certificates.pdf"), [401, 401, 401, 200, 200, 404, 403]),
        (format!("/office/plans/{plan}/certificates.xlsx"), [401, 401, 401, 403, 200, 404, 403]),
    ] {
        let mut wrong = Vec::new();
        for ((who, cookie), wanted) in people.iter().zip(wanted) {
            let ask = site.get(&path).cookie(cookie);
            let got = if wanted == 302 { ask } else { ask.script() }.send().await.status.as_u16();
            if got != wanted {
                wrong.push(format!("{who}: {path}: {got}, wanted {wanted}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
    let pdf = site.get(&format!("/my/certificates/{id}/certificate.pdf")).cookie(&people[1].1).send().await;
    assert_eq!((pdf.header("content-type"), pdf.header("cache-control")), ("application/pdf", "private, no-store"));
    assert!(pdf.body.starts_with(b"%PDF-"));
    let list = site.get("/my/certificates").cookie(&people[1].1).send().await.text();
    assert!(list.contains(&stage.number), "the list leads to the certificate");
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn anybody_asks_without_script_and_without_a_name_in_the_address() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let stage = issued(&world).await;
    let ask = async |number: &str, name: &str| {
        let sent = site.post("/api/verify").form(&[("number", number), ("name", name)]).send().await;
        assert_eq!(sent.status.as_u16(), 302, "{}", sent.text());
        let to = sent.header("location").to_owned();
        assert!(!to.contains(number) && !to.contains("%E6"), "nothing personal stands in {to}");
        site.get(&to).send().await.text()
    };
    let page = ask(&stage.number, "李强").await;
    assert!(page.contains("证书有效") && page.contains("李*") && !page.contains(&stage.owner.id_no), "{page}");
    assert!(page.contains("2027年1月20日"));
    assert!(ask(&stage.number, "王芳").await.contains("姓名对不上"));
    assert!(ask("1933000000400123", "李强").await.contains("16 位的职业资格证书编号"));
    assert!(ask("12", "李强").await.contains("编号长度不对"));
    assert!(ask("S000033000123274999999", "李强").await.contains("查不到这张证书"));
    let code = code(&world, &site, &stage).await;
    let path = code.strip_prefix(&site.origin).unwrap().to_owned();
    let scanned = site.get(&path).send().await.text();
    assert!(scanned.contains("证书有效") && scanned.contains("电子签名没有被改过") && scanned.contains("李强"));
    // A camera that gives the text: it goes into the same field.
    let pasted = site.post("/api/verify").form(&[("number", &code), ("name", "")]).send().await;
    assert_eq!(pasted.header("location"), path);
    assert!(site.get("/verify?c=AAAA").send().await.text().contains("这不是证书上的码"));
    assert!(site.get("/verify?s=nobody").send().await.text().contains("已经停用或到期"));
    assert!(site.get("/verify?q=nothing").send().await.text().contains("查验证书真假"));

    certificates::revoke(&world.records, &stage.boss, &stage.id, RevokeReason::Misconduct, "内部说明", false)
        .await
        .unwrap();
    for page in [ask(&stage.number, "李强").await, site.get(&path).send().await.text()] {
        assert!(page.contains("证书已撤销") && page.contains("违反考试纪律或材料不实") && !page.contains("内部说明"));
    }
    let list = site.get("/.well-known/certificate-revocations.json").send().await.json();
    assert_eq!(list["revokedCredential"][0]["number"], stage.number.as_str());
    let offline = site.get("/verify/offline").send().await;
    let policy = offline.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && policy.contains("script-src 'sha256-") && !policy.contains("unsafe")
    );
    let page = offline.text();
    assert!(page.contains(&stage.number) && page.contains("Ed25519") && !page.contains("src="), "it stands alone");
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn machines_prove_code_and_credential_with_the_published_key() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let stage = issued(&world).await;
    let code = code(&world, &site, &stage).await;
    let opened = domain::certificate::payload::open(&code).unwrap();
    let key = published(&site, opened.key()).await;
    let claims = opened
        .believed(Some(key.as_bytes()), |public, words, signature| {
            let key = ed25519_dalek::VerifyingKey::from_bytes(public).unwrap();
            key.verify_strict(words, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
        })
        .unwrap();
    assert_eq!((claims.number.as_str(), claims.name.as_str(), claims.level), (stage.number.as_str(), "李强", 4));

    let cookie = site.applicant(stage.owner.id).await;
    let path = |name: &str| format!("/my/certificates/{}/{name}", stage.id);
    let credential = site.get(&path("credential.json")).cookie(&cookie).send().await.json();
    let kinds: Vec<&str> = credential["type"].as_array().unwrap().iter().filter_map(|kind| kind.as_str()).collect();
    assert_eq!(kinds, ["VerifiableCredential", "OpenBadgeCredential"]);
    assert_eq!(credential["validFrom"], "2027-01-20T00:00:00+08:00");
    let token = site.get(&path("credential.jwt")).cookie(&cookie).send().await.text();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, body) = signed.split_once('.').unwrap();
    let read =
        |part: &str| serde_json::from_slice::<serde_json::Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    let header = read(header);
    assert_eq!(header["alg"], "EdDSA");
    let key = published(&site, header["kid"].as_str().unwrap().rsplit_once('#').unwrap().1).await;
    let signature: [u8; 64] = URL_SAFE_NO_PAD.decode(signature).unwrap().try_into().unwrap();
    key.verify_strict(signed.as_bytes(), &ed25519_dalek::Signature::from_bytes(&signature)).unwrap();
    assert_eq!(read(body)["credentialSubject"], credential["credentialSubject"]);
    site.running.stop().await;
}
