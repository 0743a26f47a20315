//! Uploads before a virus scanner that is only played.
#![allow(clippy::unwrap_used, reason = "a play that cannot go on has failed")]

use domain::refusal::{Refusal, UploadRefusal};
use records::applications::{self, PhotoUpload};
use records::files::{OnFailure, VirusScan};
use records::{Chance, Error, Records, Settings};
use std::path::Path;
use testkit::World;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;

/// Answers like clamd: what contains EICAR is found. Checks the framing of INSTREAM on the way.
fn clamd(socket: &Path) {
    let listener = UnixListener::bind(socket).unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut command = [0; 10];
            stream.read_exact(&mut command).await.unwrap();
            assert_eq!(&command, b"zINSTREAM\0");
            let mut bytes = Vec::new();
            loop {
                let length = stream.read_u32().await.unwrap() as usize;
                if length == 0 {
                    break;
                }
                let from = bytes.len();
                bytes.resize(from + length, 0);
                stream.read_exact(&mut bytes[from..]).await.unwrap();
            }
            let infected = bytes.windows(5).any(|part| part == b"EICAR");
            let answer: &[u8] = if infected { b"stream: Eicar-Test-Signature FOUND\0" } else { b"stream: OK\0" };
            stream.write_all(answer).await.unwrap();
        }
    });
}

async fn records(world: &World, on_failure: OnFailure) -> Records {
    let settings = Settings {
        database: Some(world.database_url()),
        clock: world.records.clock().clone(),
        chance: Chance::seeded(77),
        hash_memory_kib: 64,
        virus_scan: Some(VirusScan { socket: world.folder().join("clamd.ctl"), on_failure }),
        ..Settings::in_folder(world.folder())
    };
    Records::open(settings).await.unwrap()
}

fn infected() -> Vec<u8> {
    let mut pdf = testkit::pdf(1);
    let at = pdf.windows(6).position(|part| part == b"(Page ").unwrap();
    pdf.splice(at + 1..at + 5, *b"EICA");
    let at = pdf.windows(4).position(|part| part == b"EICA").unwrap();
    pdf[at + 4] = b'R';
    pdf
}

fn refusal<T: std::fmt::Debug>(outcome: Result<T, Error>) -> UploadRefusal {
    match outcome {
        Err(Error::Refused(Refusal::Upload(refusal))) => refusal,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_found_is_refused_and_nothing_of_it_is_kept() {
    let world = World::sqlite().await;
    let records = records(&world, OnFailure::Refuse).await;
    clamd(&world.folder().join("clamd.ctl"));
    let (plan, li) = (world.plan().await, world.applicant("李强").await);
    let id = applications::start(&records, li.id, plan.id).await.unwrap();
    let add = |bytes| applications::add_file(&records, li.id, id, "evidence", "a.pdf", bytes);
    assert_eq!(refusal(add(infected()).await), UploadRefusal::Infected);
    let sound = add(testkit::pdf(1)).await.unwrap();
    assert!(!sound.unscanned);
    let mut original = testkit::photo();
    original.extend_from_slice(b"EICAR");
    let upload = PhotoUpload { used: testkit::photo(), original, file_name: "a.jpg".into() };
    assert_eq!(refusal(applications::keep_photo(&records, li.id, id, upload).await), UploadRefusal::Infected);
    let draft = applications::draft(&records, li.id, id).await.unwrap();
    assert_eq!((draft.files.len(), draft.photo), (1, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_an_answer_the_setting_decides() {
    let world = World::sqlite().await;
    let (plan, li) = (world.plan().await, world.applicant("李强").await);
    let id = applications::start(&world.records, li.id, plan.id).await.unwrap();
    let strict = records(&world, OnFailure::Refuse).await;
    let outcome = applications::add_file(&strict, li.id, id, "evidence", "a.pdf", testkit::pdf(1)).await;
    assert_eq!(refusal(outcome), UploadRefusal::NotScanned);
    let lenient = records(&world, OnFailure::AcceptAndMark).await;
    let kept = applications::add_file(&lenient, li.id, id, "evidence", "a.pdf", testkit::pdf(1)).await.unwrap();
    assert!(kept.unscanned, "the reviewer is told");
    let upload = PhotoUpload { used: testkit::photo(), original: Vec::new(), file_name: "a.jpg".into() };
    let photo = applications::keep_photo(&lenient, li.id, id, upload).await.unwrap();
    assert_eq!(photo.points, ["unscanned"]);
}
