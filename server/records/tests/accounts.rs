//! Candidates sign up, sign in, are locked out, and nobody learns who is registered.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a play that cannot go on has failed")]

use domain::account::{SignInRefusal, SignUp, SignUpRefusal, Viewer};
use domain::form::Problem;
use domain::refusal::Refusal;
use domain::time::Timestamp;
use records::{Error, accounts, logins};
use testkit::{PASSWORD, World, both_databases, id_number};

async fn refusal(world: &World, id_no: &str, password: &str) -> SignInRefusal {
    match accounts::sign_in(&world.records, id_no, password).await {
        Err(Error::Refused(Refusal::SignIn(refusal))) => refusal,
        other => panic!("a refusal was expected, not {other:?}"),
    }
}

async fn faults(world: &World, typed: &SignUp) -> Vec<(String, Problem)> {
    match accounts::sign_up(&world.records, typed).await {
        Err(Error::Refused(Refusal::SignUp(SignUpRefusal::Faults(faults)))) => {
            faults.into_iter().map(|fault| (fault.key, fault.problem)).collect()
        }
        other => panic!("faults were expected, not {other:?}"),
    }
}

both_databases! {
    async fn the_number_may_be_typed_in_any_form(world) {
        let typed = SignUp { id_no: number_with_x(), ..world.sign_up_of("李强") };
        accounts::sign_up(&world.records, &typed).await.unwrap();
        let id = accounts::sign_in(&world.records, &typed.id_no, PASSWORD).await.unwrap();
        let wide: String = typed.id_no.chars().map(|ch| char::from_u32(ch as u32 + 0xfee0).unwrap()).collect();
        let spaced = format!(" {} {} {}", &typed.id_no[..6], &typed.id_no[6..14], &typed.id_no[14..]);
        for form in [typed.id_no.to_lowercase(), wide, spaced] {
            assert_eq!(accounts::sign_in(&world.records, &form, PASSWORD).await.unwrap(), id, "{form}");
        }
    }

    async fn a_person_sees_own_numbers_masked(world) {
        let li = world.applicant("李强").await;
        let person = accounts::person(&world.records, li.id).await.unwrap();
        assert_eq!(person.name, "李强");
        assert_eq!(person.id_no_masked, format!("330106********{}", &li.id_no[14..]));
        assert!(person.mobile_masked.starts_with("138****"), "{}", person.mobile_masked);
        assert_eq!(person.birth.unwrap().to_string(), "1990-03-07");
        assert_eq!((person.complete_percent, person.missing.len()), (60, 2));

        accounts::update_profile(&world.records, li.id, Some("139 0000 0001"), "杭州市西湖区 文三路1号", "大学本科").await.unwrap();
        let person = accounts::person(&world.records, li.id).await.unwrap();
        assert_eq!((person.complete_percent, person.mobile_masked.as_str()), (100, "139****0001"));
        assert_eq!(person.address, "杭州市西湖区 文三路1号");

        let wrong = accounts::update_profile(&world.records, li.id, Some("12345"), "", "").await;
        assert!(matches!(wrong, Err(Error::Refused(Refusal::Answers(_)))), "{wrong:?}");
        assert_eq!(accounts::person(&world.records, li.id).await.unwrap().mobile_masked, "139****0001");
    }

    async fn signing_up_twice_answers_the_same_and_changes_nothing(world) {
        let first = world.sign_up_of("李强");
        accounts::sign_up(&world.records, &first).await.unwrap();
        let id = accounts::sign_in(&world.records, &first.id_no, PASSWORD).await.unwrap();

        let second = SignUp { password: "another-lake".into(), password_again: "another-lake".into(), ..first.clone() };
        accounts::sign_up(&world.records, &second).await.unwrap();
        assert_eq!(refusal(world, &first.id_no, "another-lake").await, SignInRefusal::NoMatch);
        assert_eq!(accounts::sign_in(&world.records, &first.id_no, PASSWORD).await.unwrap(), id);
    }

    async fn known_and_unknown_numbers_are_refused_in_the_same_words(world) {
        let li = world.applicant("李强").await;
        let nobody = id_number("330106", "19850101", 999);
        for attempt in 1..=7 {
            let known = refusal(world, &li.id_no, "wrong-password").await;
            let unknown = refusal(world, &nobody, "wrong-password").await;
            assert_eq!(known, unknown, "try {attempt}");
            let expected = if attempt < 5 { SignInRefusal::NoMatch } else { SignInRefusal::Locked { minutes: 15 } };
            assert_eq!(known, expected, "try {attempt}");
        }
    }

    async fn five_wrong_tries_rest_the_account_for_a_quarter_of_an_hour(world) {
        let li = world.applicant("李强").await;
        for _ in 0..5 {
            refusal(world, &li.id_no, "wrong-password").await;
        }
        assert_eq!(refusal(world, &li.id_no, PASSWORD).await, SignInRefusal::Locked { minutes: 15 });
        world.pass(10);
        assert_eq!(refusal(world, &li.id_no, PASSWORD).await, SignInRefusal::Locked { minutes: 5 });
        world.pass(5);
        assert_eq!(accounts::sign_in(&world.records, &li.id_no, PASSWORD).await.unwrap(), li.id);

        let wang = world.applicant("王芳").await;
        for _ in 0..4 {
            refusal(world, &li.id_no, "wrong-password").await;
        }
        assert_eq!(accounts::sign_in(&world.records, &wang.id_no, PASSWORD).await.unwrap(), wang.id, "nobody else is locked");
        assert_eq!(accounts::sign_in(&world.records, &li.id_no, PASSWORD).await.unwrap(), li.id, "a right try clears the count");
        assert_eq!(refusal(world, &li.id_no, "wrong-password").await, SignInRefusal::NoMatch);
    }

    async fn many_guesses_at_once_gain_nothing(world) {
        let li = world.applicant("李强").await;
        let mut guesses = Vec::new();
        for guess in 0..20 {
            let (records, id_no) = (world.records.clone(), li.id_no.clone());
            guesses.push(tokio::spawn(async move { accounts::sign_in(&records, &id_no, &format!("guess-number-{guess}")).await }));
        }
        let mut looked_at = 0;
        for guess in guesses {
            if let Err(Error::Refused(Refusal::SignIn(SignInRefusal::NoMatch))) = guess.await.unwrap() {
                looked_at += 1;
            }
        }
        assert_eq!(looked_at, 4, "the fifth and all later ones are told to rest");
        assert_eq!(refusal(world, &li.id_no, PASSWORD).await, SignInRefusal::Locked { minutes: 15 });
    }

    async fn every_fault_of_a_sign_up_is_named_at_once(world) {
        let typed = SignUp {
            name: "李".into(),
            id_no: "330106199003070000".into(),
            mobile: "12345".into(),
            password: "12345678".into(),
            agreed: String::new(),
            ..world.sign_up_of("李强")
        };
        let found = faults(world, &typed).await;
        let keys: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["name", "id_no", "mobile", "password", "agreed"]);

        let born = world.sign_up_of("李强");
        let own = SignUp { password: format!("li{}", &born.id_no[12..]), ..born };
        let own = SignUp { password_again: own.password.clone(), ..own };
        assert_eq!(faults(world, &own).await, [("password".into(), Problem::PasswordGuessable)]);

        let differ = SignUp { password_again: "kite-over-lakes".into(), ..world.sign_up_of("李强") };
        assert_eq!(faults(world, &differ).await, [("password_again".into(), Problem::PasswordsDiffer)]);
    }

    async fn a_passport_asks_for_birth_and_gender(world) {
        let passport = SignUp { id_kind: "PASS-CN".into(), id_no: "e12345678".into(), ..world.sign_up_of("陈晨") };
        let found = faults(world, &passport).await;
        assert_eq!(found, [("birth".into(), Problem::Missing), ("gender".into(), Problem::Missing)]);

        let passport = SignUp { birth: "1992-02-29".into(), gender: "female".into(), ..passport };
        accounts::sign_up(&world.records, &passport).await.unwrap();
        let id = accounts::sign_in(&world.records, "E1234 5678", PASSWORD).await.unwrap();
        assert_eq!(accounts::person(&world.records, id).await.unwrap().birth.unwrap().to_string(), "1992-02-29");
    }

    async fn a_login_ends_by_itself(world) {
        let li = world.applicant("李强").await;
        let token = logins::start_applicant(&world.records, li.id).await.unwrap();
        let here = Viewer::Applicant { id: li.id, name: "李强".into() };
        let who = async || logins::viewer(&world.records, Some(&token)).await.unwrap();
        assert_eq!(who().await, here);
        for _ in 0..15 {
            world.pass(30);
            assert_eq!(who().await, here, "every half hour a page keeps it alive");
        }
        world.pass(30);
        assert_eq!(who().await, Viewer::Guest, "but for eight hours at most");

        let idle = logins::start_applicant(&world.records, li.id).await.unwrap();
        world.pass(31);
        assert_eq!(logins::viewer(&world.records, Some(&idle)).await.unwrap(), Viewer::Guest);
        logins::sweep(&world.records).await.unwrap();
        for unknown in [None, Some(""), Some("nothing"), Some(idle.as_str())] {
            assert_eq!(logins::viewer(&world.records, unknown).await.unwrap(), Viewer::Guest);
        }
    }

    async fn for_a_day_it_is_known_whose_login_ended(world) {
        let li = world.applicant("李强").await;
        let wang = world.reviewer("王芳").await;
        let records = &world.records;
        let whose = async |token: &str| logins::ended(records, token).await.unwrap().map(|ended| (ended.whose, ended.at));
        let (candidate, staff) =
            (logins::start_applicant(records, li.id).await.unwrap(), logins::start_staff(records, wang.id).await.unwrap());
        let begun = records.now();
        assert_eq!((whose(&candidate).await, whose(&staff).await, whose("nothing").await), (None, None, None));
        assert_eq!(logins::longest_until(records, &staff).await.unwrap(), Some(Timestamp(begun.0 + 8 * 3_600_000)));

        world.pass(16);
        let at = |minutes: i64| Timestamp(begun.0 + minutes * 60_000);
        assert_eq!(whose(&staff).await, Some((logins::Whose::Staff(wang.id), at(16))));
        assert_eq!(logins::longest_until(records, &staff).await.unwrap(), None, "nothing ends twice");
        assert_eq!(whose(&candidate).await, None, "a candidate has half an hour");
        logins::end_all_of_account(records, li.id, None).await.unwrap();
        assert_eq!(whose(&candidate).await, Some((logins::Whose::Applicant(li.id), at(16))), "ended from elsewhere");

        let left = logins::start_staff(records, wang.id).await.unwrap();
        logins::end(records, &left).await.unwrap();
        assert_eq!(whose(&left).await, None, "whoever signs out leaves nothing");
        world.pass(24 * 60 - 1);
        logins::sweep(records).await.unwrap();
        assert!(whose(&candidate).await.is_some() && whose(&staff).await.is_some());
        world.pass(1);
        logins::sweep(records).await.unwrap();
        assert_eq!((whose(&candidate).await, whose(&staff).await), (None, None));
    }

    async fn changing_the_password_ends_the_other_logins(world) {
        let li = world.applicant("李强").await;
        let here = logins::start_applicant(&world.records, li.id).await.unwrap();
        let elsewhere = logins::start_applicant(&world.records, li.id).await.unwrap();
        let change = async |old: &str, new: &str| accounts::change_password(&world.records, li.id, old, new, &here).await;
        assert!(matches!(change("wrong-password", "boat-on-river").await, Err(Error::Refused(Refusal::SignIn(_)))));
        assert!(matches!(change(PASSWORD, "12345678").await, Err(Error::Refused(Refusal::SignUp(_)))));
        change(PASSWORD, "boat-on-river").await.unwrap();

        assert_ne!(logins::viewer(&world.records, Some(&here)).await.unwrap(), Viewer::Guest);
        assert_eq!(logins::viewer(&world.records, Some(&elsewhere)).await.unwrap(), Viewer::Guest);
        assert_eq!(refusal(world, &li.id_no, PASSWORD).await, SignInRefusal::NoMatch);
        assert_eq!(accounts::sign_in(&world.records, &li.id_no, "boat-on-river").await.unwrap(), li.id);
        logins::end(&world.records, &here).await.unwrap();
        assert_eq!(logins::viewer(&world.records, Some(&here)).await.unwrap(), Viewer::Guest);
    }

    async fn facts_are_kept_with_the_birth_date_of_the_number(world) {
        use domain::eligibility::ApplicantFacts;
        let li = world.applicant("李强").await;
        assert_eq!(accounts::facts(&world.records, li.id).await.unwrap(), None);
        let typed = ApplicantFacts { birth: "2000-01-01".parse().ok(), apprenticeship_completed: true, ..ApplicantFacts::default() };
        accounts::keep_facts(&world.records, li.id, &typed).await.unwrap();
        let kept = accounts::facts(&world.records, li.id).await.unwrap().unwrap();
        assert_eq!(kept.birth.unwrap().to_string(), "1990-03-07");
        assert!(kept.apprenticeship_completed);
    }

    async fn a_persona_of_the_demonstration_is_made_once(world) {
        let typed = world.sign_up_of("李强");
        let id = accounts::create_demo(&world.records, &typed).await.unwrap();
        assert_eq!(accounts::create_demo(&world.records, &typed).await.unwrap(), id);
        world.applicant("王芳").await;
        assert_eq!(accounts::demo_personas(&world.records).await.unwrap(), [(id, "李强".to_owned())]);
    }
}

fn number_with_x() -> String {
    (1..999).map(|sequence| id_number("330106", "19910307", sequence)).find(|number| number.ends_with('X')).unwrap()
}
