//! Files on their way in, good and bad.

use crate::common::{Site, site, until};
use domain::ids::ApplicationId;
use hyper::StatusCode;
use serde_json::json;
use std::path::{Path, PathBuf};
use testkit::{World, pdf, photo, signature};
use tokio::io::AsyncWriteExt;

fn fixtures(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testkit/fixtures").join(folder)
}

async fn draft(world: &World, site: &Site) -> (ApplicationId, String) {
    let plan = world.plan().await;
    let li = world.applicant("李强").await;
    let id = records::applications::start(&world.records, li.id, plan.id).await.unwrap();
    (id, site.applicant(li.id).await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_photo_is_kept_with_script_and_without() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let (id, cookie) = draft(&world, &site).await;
    let path = format!("/upload/{id}/photo");
    let good = photo();

    let script = site
        .post(&path)
        .script()
        .cookie(&cookie)
        .files(&[("photo", "我.jpg", &good), ("original", "我.jpg", &good)])
        .send()
        .await;
    assert_eq!(script.status, StatusCode::OK, "{}", script.text());
    assert_eq!((&script.json()["ok"]["width"], &script.json()["ok"]["height"]), (&json!(413), &json!(579)));

    let plain = site.post(&path).cookie(&cookie).files(&[("photo", "我.jpg", &good)]).send().await;
    assert_eq!(
        (plain.status, plain.header("location")),
        (StatusCode::SEE_OTHER, format!("/apply/{id}/photo").as_str())
    );

    let file = script.json()["ok"]["file"].as_str().unwrap().to_owned();
    let kept = site.get(&format!("/files/{file}")).cookie(&cookie).send().await;
    // The second upload replaced the first.
    assert_eq!(kept.status, StatusCode::NOT_FOUND);
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refused_photo_says_why_and_the_draft_stays() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let (id, cookie) = draft(&world, &site).await;
    let path = format!("/upload/{id}/photo");
    let small = std::fs::read(fixtures("photos").join("bytes_29k.jpg")).unwrap();

    let script = site.post(&path).script().cookie(&cookie).files(&[("photo", "x.jpg", &small)]).send().await;
    assert_eq!(script.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(script.json()["Refused"]["why"]["Photo"][0]["bytes_min"].is_object(), "{}", script.text());

    let plain = site.post(&path).cookie(&cookie).files(&[("photo", "x.jpg", &small)]).send().await;
    assert!(plain.header("location").starts_with(&format!("/apply/{id}/photo?again=")), "{}", plain.header("location"));
    site.running.stop().await;
}

/// Everything that people and programs send instead of a photo: always an answer, never a fault of ours.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_hostile_file_gets_a_clear_answer() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let (id, cookie) = draft(&world, &site).await;
    let mut seen = 0;
    for (folder, path) in
        [("photos", format!("/upload/{id}/photo")), ("documents", format!("/upload/{id}/documents/evidence"))]
    {
        for entry in std::fs::read_dir(fixtures(folder)).unwrap() {
            let file = entry.unwrap().path();
            if file.extension().is_some_and(|extension| extension == "json") {
                continue;
            }
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            let bytes = std::fs::read(&file).unwrap();
            let field = if folder == "photos" { "photo" } else { "file" };
            let answer = site.post(&path).script().cookie(&cookie).files(&[(field, &name, &bytes)]).send().await;
            assert!(matches!(answer.status.as_u16(), 200 | 422), "{name}: {} {}", answer.status, answer.text());
            if answer.status == StatusCode::UNPROCESSABLE_ENTITY {
                assert!(answer.json()["Refused"].is_object(), "{name}: {}", answer.text());
            }
            seen += 1;
        }
    }
    assert!(seen >= 55, "{seen}");
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn malformed_forms_are_refused_in_words() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let (id, cookie) = draft(&world, &site).await;
    let path = format!("/upload/{id}/photo");
    let cases: [(&str, &[u8]); 6] = [
        ("application/json", b"{}"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=brook", b""),
        (
            "multipart/form-data; boundary=brook",
            b"--brook\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"x.jpg\"\r\n\r\nnever ends",
        ),
        ("multipart/form-data; boundary=brook", b"--brook--\r\n"),
        ("text/plain", b"photo"),
    ];
    for (kind, body) in cases {
        let answer = site.post(&path).script().cookie(&cookie).body(kind, body.to_vec()).send().await;
        assert!(matches!(answer.status.as_u16(), 400 | 422), "{kind} {body:?}: {} {}", answer.status, answer.text());
        let plain = site.post(&path).cookie(&cookie).body(kind, body.to_vec()).send().await;
        assert!(
            plain.header("location").starts_with(&format!("/apply/{id}/photo?again=")),
            "{kind} {body:?}: {}",
            plain.header("location")
        );
    }
    let parts: Vec<(&str, &str, &[u8])> = (0..40).map(|_| ("file", "x.pdf", &b"%PDF-"[..])).collect();
    let many =
        site.post(&format!("/upload/{id}/documents/evidence")).script().cookie(&cookie).files(&parts).send().await;
    assert_eq!(many.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", many.text());
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn too_large_files_are_refused_and_leave_nothing_behind() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let (id, cookie) = draft(&world, &site).await;
    let mut heavy = pdf(1);
    heavy.resize(33 * 1024 * 1024, b' ');
    let answer = site
        .post(&format!("/upload/{id}/documents/evidence"))
        .script()
        .cookie(&cookie)
        .files(&[("file", "大.pdf", &heavy)])
        .send()
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told = &answer.json()["Refused"]["why"]["Paper"][0]["bytes_max"];
    assert_eq!((&told["measured"], &told["allowed"]), (&json!(33 * 1024 * 1024), &json!(20 * 1024 * 1024 - 1)));
    let waiting = std::fs::read_dir(world.folder().join("arriving")).unwrap().count();
    assert_eq!(waiting, 0, "uploads are left behind");

    let scrawl = vec![b'x'; 600 * 1024];
    let answer = site.post(&format!("/upload/{id}/signature")).script().cookie(&cookie).signed(&scrawl).send().await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    site.running.stop().await;
}

/// Anybody may object, without signing in: what arrives slowly waits on disk and never in memory.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_proof_that_arrives_slowly_holds_no_memory() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let arriving = || {
        let files = std::fs::read_dir(world.folder().join("arriving")).unwrap();
        files.map(|file| file.unwrap().metadata().map_or(0, |file| file.len())).collect::<Vec<u64>>()
    };
    let mut line = site.connect().await;
    let head = format!(
        "POST /notices/{}/object HTTP/1.1\r\nHost: x\r\nOrigin: {}\r\nAccept: text/html\r\n\
         Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000\r\n\r\n\
         --x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n王芳\r\n\
         --x\r\nContent-Disposition: form-data; name=\"proof\"; filename=\"a.pdf\"\r\n\r\n",
        "0190a000-0000-7000-8000-000000000000", site.origin
    );
    line.write_all(head.as_bytes()).await.unwrap();
    line.write_all(&[b'x'; 300_000]).await.unwrap();
    until("the proof on disk", async || (arriving().iter().sum::<u64>() > 200_000).then_some(())).await;
    drop(line);
    until("its end", async || arriving().is_empty().then_some(())).await;
    site.running.stop().await;
}

/// Without script all files of a choice come in one form: each is named that was refused, with what was measured, and each
/// that was kept.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_several_files_the_refused_are_named_and_the_others_kept() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let (id, cookie) = draft(&world, &site).await;
    let path = format!("/upload/{id}/documents/evidence?at=form");
    let mut heavy = pdf(1);
    heavy.resize(33 * 1024 * 1024, b' ');
    let mixed: [(&str, &str, &[u8]); 4] = [
        ("file", "证明 一.pdf", &pdf(1)),
        ("file", "扫描 二.pdf", &heavy),
        ("file", "说明 三.docx", b"PK\x03\x04 a letter"),
        ("file", "证明 四.pdf", &pdf(2)),
    ];
    let plain = site.post(&path).cookie(&cookie).files(&mixed).send().await;
    let back = plain.header("location").to_owned();
    assert!(back.starts_with(&format!("/apply/{id}/form?again=")) && !back.contains('#'), "{back}");
    let page = site.get(&back).cookie(&cookie).send().await.text();
    for told in [
        "有 2 个文件没有收下",
        "“扫描 二.pdf”没有收下：文件 33 MB，最多 19.9 MB。请压缩或分成几份。",
        "“说明 三.docx”没有收下：不认识这种文件，要",
        "已经收好 2 个，不用再传：“证明 一.pdf”、“证明 四.pdf”。",
    ] {
        assert!(page.contains(told), "{told} in {page}");
    }
    let kept = |page: &str| ["证明 一.pdf", "证明 四.pdf"].map(|name| page.contains(&format!(">{name}<")));
    let shown = site.get(&format!("/apply/{id}/form")).cookie(&cookie).send().await.text();
    assert_eq!(kept(&shown), [true, true]);
    assert!(!shown.contains("扫描 二.pdf") && !shown.contains("说明 三.docx"));

    // One alone needs no name, and where nothing can be kept at all it is said once.
    let alone = site.post(&path).cookie(&cookie).files(&mixed[2..3]).send().await;
    let page = site.get(alone.header("location")).cookie(&cookie).send().await.text();
    assert!(page.contains("不认识这种文件") && !page.contains("没有收下"), "{page}");
    let nowhere = format!("/upload/{id}/documents/unknown?at=form");
    let nowhere = site.post(&nowhere).cookie(&cookie).files(&mixed[..2]).send().await;
    let page = site.get(nowhere.header("location")).cookie(&cookie).send().await.text();
    assert_eq!(page.matches("这个计划不收这种材料").count(), 1);
    assert_eq!(std::fs::read_dir(world.folder().join("arriving")).unwrap().count(), 0, "uploads are left behind");
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn evidence_and_signature_arrive_and_are_served_safely() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let (id, cookie) = draft(&world, &site).await;
    let two = site
        .post(&format!("/upload/{id}/documents/evidence"))
        .script()
        .cookie(&cookie)
        .files(&[("file", "证明 一.pdf", &pdf(2)), ("file", "二.pdf", &pdf(1))])
        .send()
        .await;
    assert_eq!(two.status, StatusCode::OK, "{}", two.text());
    let kept = two.json()["ok"].as_array().unwrap().clone();
    assert_eq!((kept.len(), &kept[0]["pages"]), (2, &json!(2)));

    let file = site.get(&format!("/files/{}", kept[0]["id"].as_str().unwrap())).cookie(&cookie).send().await;
    assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, "application/pdf"));
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert_eq!(file.header("cache-control"), "private, no-store");
    assert_eq!(file.header("cross-origin-resource-policy"), "same-origin");
    assert!(file.header("content-security-policy").starts_with("sandbox; default-src 'none';"));
    assert!(
        file.header("content-disposition").starts_with("inline; filename*=UTF-8''%E8%AF%81%E6%98%8E"),
        "{}",
        file.header("content-disposition")
    );
    let saved =
        site.get(&format!("/files/{}?download=1", kept[0]["id"].as_str().unwrap())).cookie(&cookie).send().await;
    assert!(saved.header("content-disposition").starts_with("attachment"));

    let path = format!("/upload/{id}/signature");
    let picture = signature();
    let pledge_open = [("signature", "s.png", &picture[..])];
    let unagreed = site.post(&path).script().cookie(&cookie).files(&pledge_open).send().await;
    assert_eq!(unagreed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(unagreed.json()["Refused"]["why"]["Signature"], "NotAgreed", "{}", unagreed.text());
    let signed = site.post(&path).script().cookie(&cookie).signed(&picture).send().await;
    assert_eq!(signed.status, StatusCode::OK, "{}", signed.text());
    site.running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_link_signs_once() {
    let world = World::sqlite().await;
    let site = site(&world).await;
    let plan = world.plan().await;
    let li = world.applicant("李强").await;
    let id = records::applications::start(&world.records, li.id, plan.id).await.unwrap();
    let request = records::applications::request_signature(&world.records, li.id, id, &site.origin).await.unwrap();
    let path = format!("{}/signature", request.path.trim_start_matches(site.origin.as_str()));
    let first = site.post(&path).script().signed(&signature()).send().await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    let again = site.post(&path).script().signed(&signature()).send().await;
    assert!(matches!(again.status.as_u16(), 404 | 422), "{}", again.text());
    let made_up = site.post("/sign/abc/signature").script().signed(&signature()).send().await;
    assert!(matches!(made_up.status.as_u16(), 404 | 422), "{}", made_up.text());
    site.running.stop().await;
}
