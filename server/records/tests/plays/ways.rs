//! One person is one account, whichever way they come.

use crate::cast::submitted;
use domain::account::{MergeRefusal, Role, SignInRefusal, SignUp, StaffMember, Viewer, Way, WayRefusal};
use domain::id_document::{Gender, IdKind};
use domain::ids::AccountId;
use domain::page::mine::What;
use domain::profile::{Profile, WayIn};
use domain::refusal::Refusal;
use records::ways::arrival::{Arrival, Arrived, arrive};
use records::ways::{number, visit};
use records::{Error, accounts, applications, history, logins, profiles, ways};
use testkit::{PASSWORD, World, ZYNL, both_databases, id_number};

/// Publishes a procedure whose people sign in by 报名序号.
pub async fn numbers_are_used(world: &World) {
    let zynl = profiles::parse(ZYNL, "zynl.toml").unwrap();
    let mut gongqin =
        Profile { name: "gongqin".into(), sign_in: vec![WayIn::Account, WayIn::RegistrationNumber], ..zynl };
    gongqin.numbering.registration_number = "{yyyy}{seq:6}{random:4}".into();
    profiles::publish(&world.records, &gongqin).await.unwrap();
}

fn way(error: Error) -> WayRefusal {
    match error {
        Error::Refused(Refusal::Way(refusal)) => refusal,
        other => panic!("a refusal of a way was expected, not {other:?}"),
    }
}

fn from_portal(subject: &str, name: &str, id_no: &str) -> Arrival {
    Arrival {
        provider: "zwfw".into(),
        subject: subject.into(),
        name: name.into(),
        id_no: id_no.into(),
        mobile: "13900000001".into(),
        ..Arrival::default()
    }
}

async fn comes(world: &World, who: &Arrival) -> Arrived {
    arrive(&world.records, Way::Portal, who).await.unwrap()
}

async fn ways_of(world: &World, id: AccountId) -> Vec<Way> {
    let kept = ways::of(&world.records, id).await.unwrap();
    Way::ALL.into_iter().filter(|way| kept.iter().any(|kept| kept.way == *way)).collect()
}

async fn happened(world: &World, id: AccountId) -> Vec<What> {
    assert!(history::verify(&world.records, &id.to_string()).await.unwrap().is_ok());
    let db = sea_orm::Database::connect(world.database_url()).await.unwrap();
    let rows = sea_orm::ConnectionTrait::query_all_raw(
        &db,
        sea_orm::Statement::from_string(
            sea_orm::ConnectionTrait::get_database_backend(&db),
            format!("SELECT what FROM history WHERE case_id = '{id}' ORDER BY seq"),
        ),
    )
    .await
    .unwrap();
    let words = rows.iter().map(|row| row.try_get::<String>("", "what").unwrap());
    let found = words.map(|word| What::parse(&word).unwrap()).collect();
    db.close().await.unwrap();
    found
}

async fn administrator(world: &World) -> StaffMember {
    world.staff("管理员", Role::Administrator, "").await
}

both_databases! {
    async fn a_registration_number_is_issued_at_sign_up_and_signs_in(world) {
        let before = world.applicant("王芳").await;
        assert_eq!(number::of(&world.records, before.id).await.unwrap(), None, "no procedure uses numbers yet");
        assert!(!ways::offered(&world.records).await.unwrap().registration_number);
        numbers_are_used(world).await;
        assert!(ways::offered(&world.records).await.unwrap().registration_number);

        let li = world.applicant("李强").await;
        let number = number::of(&world.records, li.id).await.unwrap().unwrap();
        assert_eq!((number.len(), &number[..10]), (14, "2026000001"));
        assert_eq!(accounts::person(&world.records, li.id).await.unwrap().registration_number.as_deref(), Some(number.as_str()));
        let spaced = format!(" {} {} ", &number[..4], &number[4..]);
        for typed in [number.as_str(), spaced.as_str()] {
            assert_eq!(number::sign_in(&world.records, typed, &li.id_no.to_lowercase()).await.unwrap(), li.id);
        }
        let others = number::sign_in(&world.records, &number, &before.id_no).await.unwrap_err();
        assert_eq!(way(others), WayRefusal::NumberNoMatch, "a number belongs to one person");

        logins::start_applicant(&world.records, before.id).await.unwrap();
        let later = number::of(&world.records, before.id).await.unwrap().unwrap();
        assert_eq!(&later[..10], "2026000002", "whoever was here before gets one at the next sign-in");
        assert_ne!(later[10..], number[10..], "the end cannot be counted on");
    }

    async fn guessing_a_registration_number_is_slow_and_never_locks_the_password(world) {
        numbers_are_used(world).await;
        let li = world.applicant("李强").await;
        let nobody = id_number("330106", "19850101", 999);
        for attempt in 1..=6 {
            for id_no in [&li.id_no, &nobody] {
                let refused = number::sign_in(&world.records, "20260000019999", id_no).await.unwrap_err();
                match refused {
                    Error::Refused(Refusal::Way(WayRefusal::NumberNoMatch)) if attempt < 5 => {}
                    Error::Refused(Refusal::SignIn(SignInRefusal::Locked { minutes: 15 })) if attempt >= 5 => {}
                    other => panic!("try {attempt}: {other:?}"),
                }
            }
        }
        assert_eq!(accounts::sign_in(&world.records, &li.id_no, PASSWORD).await.unwrap(), li.id);
    }

    async fn a_forgotten_number_is_found_again_and_unknown_people_get_one_answer(world) {
        numbers_are_used(world).await;
        let li = world.applicant("李强").await;
        let number = number::of(&world.records, li.id).await.unwrap().unwrap();
        let found = number::find_again(&world.records, &li.id_no, &format!("+86 {}", li.mobile)).await.unwrap();
        assert_eq!(found, number);
        assert_eq!(happened(world, li.id).await, [What::NumberFound]);
        for (id_no, mobile) in [
            (li.id_no.as_str(), "13900009999"),
            (li.id_no.as_str(), ""),
            (&id_number("330106", "19850101", 999), li.mobile.as_str()),
            ("nonsense", "nonsense"),
        ] {
            let refused = number::find_again(&world.records, id_no, mobile).await.unwrap_err();
            assert_eq!(way(refused), WayRefusal::NothingFound, "{mobile}");
        }
        for _ in 0..2 {
            number::find_again(&world.records, &li.id_no, "13900009999").await.unwrap_err();
        }
        let rests = number::find_again(&world.records, &li.id_no, &li.mobile).await.unwrap_err();
        assert!(matches!(rests, Error::Refused(Refusal::SignIn(SignInRefusal::Locked { .. }))), "{rests:?}");
        assert_eq!(number::sign_in(&world.records, &number, &li.id_no).await.unwrap(), li.id, "signing in is counted apart");
    }

    async fn whoever_the_portal_knows_gets_an_account_without_being_asked(world) {
        numbers_are_used(world).await;
        let id_no = id_number("330106", "19920305", 21);
        let first = comes(world, &from_portal("u-1", "陈一鸣", &id_no)).await;
        assert_eq!((first.opened, first.linked, first.needs_mobile), (true, false, false));
        let person = accounts::person(&world.records, first.account).await.unwrap();
        assert_eq!((person.name.as_str(), person.id_kind, person.has_password), ("陈一鸣", IdKind::Resident, false));
        assert_eq!((person.birth.unwrap().to_string().as_str(), person.gender), ("1992-03-05", Some(Gender::Male)));
        assert_eq!(person.mobile_masked, "139****0001");
        assert_eq!(happened(world, first.account).await, [What::WayAdded]);
        assert_eq!(ways_of(world, first.account).await, [Way::RegistrationNumber, Way::Portal]);

        let again = comes(world, &from_portal("u-1", "陈一鸣", "")).await;
        assert_eq!((again.account, again.opened, again.linked), (first.account, false, false), "known by the portal's own name");
        let refused = accounts::sign_in(&world.records, &id_no, "").await;
        assert!(matches!(refused, Err(Error::Refused(Refusal::SignIn(SignInRefusal::NoMatch)))), "no password, no way in by one");

        accounts::change_password(&world.records, first.account, "", "boat-on-river", "").await.unwrap();
        assert_eq!(accounts::sign_in(&world.records, &id_no, "boat-on-river").await.unwrap(), first.account);
    }

    async fn a_missing_mobile_is_asked_for_and_taken_over_when_the_portal_learns_it(world) {
        let id_no = id_number("330106", "19920305", 22);
        let silent = Arrival { mobile: String::new(), ..from_portal("u-2", "何晓", &id_no) };
        let first = comes(world, &silent).await;
        assert!(first.needs_mobile);
        let person = accounts::person(&world.records, first.account).await.unwrap();
        assert!(person.missing.contains(&"手机号码".to_owned()), "{:?}", person.missing);
        assert!(!comes(world, &from_portal("u-2", "何晓", &id_no)).await.needs_mobile);
        assert_eq!(accounts::person(&world.records, first.account).await.unwrap().mobile_masked, "139****0001");
    }

    async fn without_name_or_number_nobody_is_let_in(world) {
        let id_no = id_number("330106", "19920305", 23);
        for who in [
            from_portal("u-3", "何晓", ""),
            from_portal("u-3", "", &id_no),
            from_portal("", "何晓", &id_no),
            from_portal("u-3", "何晓", "330106199203050000"),
        ] {
            assert_eq!(way(arrive(&world.records, Way::Portal, &who).await.unwrap_err()), WayRefusal::NoIdentity);
        }
    }

    async fn the_portal_links_the_account_that_a_person_has(world) {
        let li = world.applicant("李强").await;
        let open = logins::start_applicant(&world.records, li.id).await.unwrap();
        let came = comes(world, &from_portal("u-4", "李强", &li.id_no)).await;
        assert_eq!((came.account, came.opened, came.linked), (li.id, false, true));
        assert_eq!(logins::viewer(&world.records, Some(&open)).await.unwrap(), Viewer::Guest, "logins from before end once");
        assert_eq!(accounts::sign_in(&world.records, &li.id_no, PASSWORD).await.unwrap(), li.id, "the password stays");
        let other = arrive(&world.records, Way::Oidc, &Arrival { provider: "id".into(), ..from_portal("u-4", "李强", &li.id_no) }).await.unwrap();
        assert_eq!(other.account, li.id);
        assert_eq!(ways_of(world, li.id).await, [Way::Password, Way::Portal, Way::Oidc]);
    }

    async fn whoever_signed_up_with_a_foreign_number_loses_it_to_its_owner(world) {
        numbers_are_used(world).await;
        let squatter = world.applicant("张三").await;
        let number = number::of(&world.records, squatter.id).await.unwrap().unwrap();
        let came = comes(world, &from_portal("u-5", "赵敏", &squatter.id_no)).await;
        assert_eq!(came.account, squatter.id);
        let person = accounts::person(&world.records, came.account).await.unwrap();
        assert_eq!((person.name.as_str(), person.mobile_masked.as_str(), person.has_password), ("赵敏", "139****0001", false));
        assert!(accounts::sign_in(&world.records, &squatter.id_no, PASSWORD).await.is_err());
        assert!(number::sign_in(&world.records, &number, &squatter.id_no).await.is_err());
    }

    async fn a_reissued_permit_is_the_same_person(world) {
        let typed = SignUp {
            id_kind: "HMTP".into(),
            id_no: "H1234567801".into(),
            birth: "1990-03-07".into(),
            gender: "female".into(),
            ..world.sign_up_of("黄嘉欣")
        };
        accounts::sign_up(&world.records, &typed).await.unwrap();
        let id = accounts::sign_in(&world.records, "h12345678", PASSWORD).await.unwrap();
        let reissued = Arrival { id_kind: Some(IdKind::HongKongMacaoPass), ..from_portal("u-6", "黄嘉欣", "H1234567802") };
        let came = comes(world, &reissued).await;
        assert_eq!((came.account, came.linked), (id, true));
        let masked = accounts::person(&world.records, id).await.unwrap().id_no_masked;
        assert!(masked.ends_with("02"), "the newest number is kept: {masked}");
        assert_eq!(accounts::sign_in(&world.records, "H1234567801", PASSWORD).await.unwrap(), id, "the old one still finds it");
    }

    async fn two_kinds_of_document_with_one_number_are_not_one_person(world) {
        let typed = SignUp {
            id_kind: "TWTP".into(),
            id_no: "12345678".into(),
            birth: "1990-03-07".into(),
            gender: "male".into(),
            ..world.sign_up_of("林志远")
        };
        accounts::sign_up(&world.records, &typed).await.unwrap();
        let foreigner = Arrival { id_kind: Some(IdKind::ForeignPassport), ..from_portal("u-7", "John Smith", "12345678") };
        assert_eq!(way(arrive(&world.records, Way::Portal, &foreigner).await.unwrap_err()), WayRefusal::OtherDocument);
    }

    async fn a_visit_ends_once_and_a_ticket_is_taken_once(world) {
        let records = &world.records;
        let visit = visit::begin(records, "zwfw", "/my").await.unwrap();
        assert_ne!(visit.state(), visit.nonce());
        assert_eq!(visit::next_of(records, &visit.token).await.unwrap(), "/my");
        let elsewhere = visit::spend(records, &visit.token, "other", "ST-1").await.unwrap_err();
        assert_eq!(way(elsewhere), WayRefusal::Expired, "begun with another provider");
        assert_eq!(visit::spend(records, &visit.token, "zwfw", "ST-1").await.unwrap(), "/my");
        assert_eq!(way(visit::spend(records, &visit.token, "zwfw", "ST-2").await.unwrap_err()), WayRefusal::Replayed);

        let second = visit::begin(records, "zwfw", "").await.unwrap();
        assert_eq!(way(visit::spend(records, &second.token, "zwfw", "ST-1").await.unwrap_err()), WayRefusal::Replayed, "another browser, the same ticket");
        let late = visit::begin(records, "zwfw", "").await.unwrap();
        world.pass(visit::VISIT_MINUTES);
        assert_eq!(way(visit::spend(records, &late.token, "zwfw", "ST-3").await.unwrap_err()), WayRefusal::Expired);
        assert_eq!(way(visit::spend(records, "unknown", "zwfw", "ST-3").await.unwrap_err()), WayRefusal::Expired);
        ways::sweep(records).await.unwrap();
        let third = visit::begin(records, "zwfw", "").await.unwrap();
        assert_eq!(way(visit::spend(records, &third.token, "zwfw", "ST-1").await.unwrap_err()), WayRefusal::Replayed, "sweeping forgets no ticket");
    }

    async fn two_accounts_of_one_person_become_one(world) {
        numbers_are_used(world).await;
        let records = &world.records;
        let admin = administrator(world).await;
        let plan = world.plan().await;
        let old = world.applicant("陈晨").await;
        let case = submitted(world, &plan, &old).await;
        let came = comes(world, &from_portal("u-8", "陈晨", &old.id_no)).await;
        assert_eq!(came.account, old.id);
        let open = logins::start_applicant(records, old.id).await.unwrap();
        let new = world.applicant("陈晨").await;

        let side = accounts::look_up(records, &admin, &old.id_no).await.unwrap();
        assert_eq!((side.id, side.applications, side.name_masked.as_str()), (old.id, 1, "陈*"));
        let merge = async |reason: &str| accounts::merge(records, &admin, old.id, new.id, reason).await;
        assert!(matches!(merge("  ").await, Err(Error::Refused(Refusal::Merge(MergeRefusal::NoReason)))));
        merge("护照换发，本人带新旧护照核对").await.unwrap();

        assert_eq!(logins::viewer(records, Some(&open)).await.unwrap(), Viewer::Guest);
        assert!(accounts::sign_in(records, &old.id_no, PASSWORD).await.is_err(), "the lost account signs in no more");
        assert_eq!(accounts::sign_in(records, &new.id_no, PASSWORD).await.unwrap(), new.id);
        assert_eq!(comes(world, &from_portal("u-8", "陈晨", &old.id_no)).await.account, new.id, "the portal leads to the one that stays");
        assert_eq!(comes(world, &from_portal("u-9", "陈晨", &old.id_no)).await.account, new.id, "and so does the old document");
        applications::case_of(records, new.id, case).await.unwrap();
        assert!(matches!(applications::case_of(records, old.id, case).await, Err(Error::NotFound)));
        assert_eq!(happened(world, old.id).await.last(), Some(&What::Merged));
        assert!(happened(world, new.id).await.contains(&What::Merged));
        assert!(history::verify(records, &case.to_string()).await.unwrap().is_ok());
        assert!(matches!(merge("再来一次").await, Err(Error::Refused(Refusal::Merge(MergeRefusal::AlreadyMerged)))));
    }

    async fn merging_is_refused_when_both_applied_or_when_somebody_else_asks(world) {
        let records = &world.records;
        let admin = administrator(world).await;
        let plan = world.plan().await;
        let (one, other) = (world.applicant("陈晨").await, world.applicant("陈晨").await);
        applications::start(records, one.id, plan.id).await.unwrap();
        applications::start(records, other.id, plan.id).await.unwrap();
        let both = accounts::merge(records, &admin, one.id, other.id, "同一个人").await;
        assert!(matches!(both, Err(Error::Refused(Refusal::Merge(MergeRefusal::BothApplied { .. })))), "{both:?}");
        assert_eq!(accounts::sign_in(records, &one.id_no, PASSWORD).await.unwrap(), one.id, "nothing happened");
        let same = accounts::merge(records, &admin, one.id, one.id, "同一个人").await;
        assert!(matches!(same, Err(Error::Refused(Refusal::Merge(MergeRefusal::Same)))));
        let manager = world.manager("周敏").await;
        assert!(matches!(accounts::merge(records, &manager, one.id, other.id, "同一个人").await, Err(Error::Forbidden)));
        assert!(matches!(accounts::look_up(records, &manager, &one.id_no).await, Err(Error::Forbidden)));
        assert!(matches!(accounts::look_up(records, &admin, "nobody").await, Err(Error::NotFound)));
    }
}
