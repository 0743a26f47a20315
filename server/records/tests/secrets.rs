//! What must never lie open: numbers in the database, keys on the disk.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a play that cannot go on has failed")]

use domain::eligibility::{ApplicantFacts, Job, YearMonth};
use records::keys::{Keys, place};
use records::{Chance, Error, Records, Settings, accounts};
use sea_orm::{ConnectionTrait, Database, DatabaseBackend, Statement};
use std::path::Path;
use testkit::{PASSWORD, World, both_databases};

both_databases! {
    async fn no_number_lies_open_in_the_database(world) {
        let li = world.applicant("李强").await;
        let address = "杭州市西湖区无名路七号";
        accounts::update_profile(&world.records, li.id, None, address, "大学本科").await.unwrap();
        let job = Job { occupation: "一种少见的职业".into(), from: YearMonth::parse("2016-01").unwrap(), to: None };
        let facts = ApplicantFacts { jobs: vec![job], ..ApplicantFacts::default() };
        accounts::keep_facts(&world.records, li.id, &facts).await.unwrap();
        assert!(accounts::sign_in(&world.records, &li.id_no, "a-wrong-guess-of-li").await.is_err());

        let kept = everything_kept(world).await;
        assert!(contains(&kept, "李强".as_bytes()), "the search looks in the right place");
        for secret in [li.id_no.as_str(), &li.mobile, address, "一种少见的职业", PASSWORD, "a-wrong-guess-of-li"] {
            assert!(!contains(&kept, secret.as_bytes()), "{secret} lies open");
        }
    }

    async fn a_database_with_other_keys_does_not_open(world) {
        let other = tempfile::tempdir().unwrap();
        let settings = Settings { database: Some(world.database_url()), hash_memory_kib: 64, ..Settings::in_folder(other.path()) };
        let outcome = Records::open(settings).await;
        assert!(matches!(outcome, Err(Error::Secret(why)) if why.contains("other keys")));
        world.second_server().await;
    }
}

/// Every byte of the SQLite files, WAL included, or every row of every PostgreSQL table as text.
async fn everything_kept(world: &World) -> Vec<u8> {
    let db = Database::connect(world.database_url()).await.unwrap();
    let mut kept = Vec::new();
    if db.get_database_backend() == DatabaseBackend::Sqlite {
        for entry in std::fs::read_dir(world.folder()).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                kept.extend(std::fs::read(path).unwrap());
            }
        }
    } else {
        let all = |sql: &str| Statement::from_string(DatabaseBackend::Postgres, sql);
        let tables = db
            .query_all_raw(all("SELECT tablename::text AS t FROM pg_tables WHERE schemaname = 'public'"))
            .await
            .unwrap();
        for table in tables {
            let table: String = table.try_get("", "t").unwrap();
            for row in db.query_all_raw(all(&format!("SELECT x::text AS t FROM \"{table}\" x"))).await.unwrap() {
                kept.extend(row.try_get::<String>("", "t").unwrap().into_bytes());
            }
        }
    }
    db.close().await.unwrap();
    kept
}

fn contains(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len()).any(|part| part == needle)
}

fn keys_in(folder: &Path) -> Result<Keys, Error> {
    Keys::load_or_create(folder, &Chance::seeded(5))
}

#[test]
fn keys_are_made_once_and_only_their_owner_reads_them() {
    let folder = tempfile::tempdir().unwrap();
    let keys = keys_in(folder.path()).unwrap();
    let sealed = keys.seal(&place("account", "id_no", 1), b"330106").unwrap();
    let again = keys_in(folder.path()).unwrap();
    assert_eq!(again.open(&place("account", "id_no", 1), &sealed).unwrap(), b"330106");
    assert_eq!(again.index("purpose", "text"), keys.index("purpose", "text"));
    assert_ne!(keys.index("purpose", "text"), keys.index("another", "text"));
    assert!(keys.is_our_checkpoint("heads", &again.sign_checkpoint("heads")));
    assert!(!keys.is_our_checkpoint("other heads", &again.sign_checkpoint("heads")));

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let kept = folder.path().join("keys");
        assert_eq!(mode(&kept), 0o700);
        let mut files = 0;
        for entry in std::fs::read_dir(&kept).unwrap() {
            assert_eq!(mode(&entry.unwrap().path()), 0o600);
            files += 1;
        }
        assert_eq!(files, 4);
        std::fs::set_permissions(kept.join("index.key"), std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(keys_in(folder.path()), Err(Error::Secret(why)) if why.contains("others can read")));
    }
}

#[test]
fn a_sealed_value_opens_only_in_its_own_place() {
    let folder = tempfile::tempdir().unwrap();
    let keys = keys_in(folder.path()).unwrap();
    let here = place("account", "id_no", 1);
    let sealed = keys.seal(&here, b"330106").unwrap();
    assert_ne!(sealed, keys.seal(&here, b"330106").unwrap(), "equal values do not look equal");
    assert!(keys.open(&place("account", "id_no", 2), &sealed).is_err(), "another row");
    assert!(keys.open(&place("account", "mobile", 1), &sealed).is_err(), "another column");
    let mut bent = sealed.clone();
    *bent.last_mut().unwrap() ^= 1;
    assert!(keys.open(&here, &bent).is_err(), "a changed byte");
    assert!(keys.open(&here, &sealed[..5]).is_err(), "a cut value");
}

#[test]
fn old_keys_open_and_new_keys_seal_after_a_rotation() {
    let folder = tempfile::tempdir().unwrap();
    let before = keys_in(folder.path()).unwrap();
    let old = before.seal("place", b"old").unwrap();
    assert_eq!(Keys::rotate(folder.path(), &Chance::seeded(6)).unwrap(), 2);
    let after = keys_in(folder.path()).unwrap();
    let new = after.seal("place", b"new").unwrap();
    assert_eq!(
        (after.open("place", &old).unwrap(), after.open("place", &new).unwrap()),
        (b"old".to_vec(), b"new".to_vec())
    );
    assert!(before.open("place", &new).is_err(), "the old set cannot know the new key");
}

#[test]
fn a_database_without_its_keys_gets_no_new_ones() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("records.db"), b"").unwrap();
    assert!(matches!(keys_in(folder.path()), Err(Error::Secret(why)) if why.contains("put the folder keys/ back")));
    assert!(!folder.path().join("keys").exists());
}
