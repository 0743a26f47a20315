//! A forgotten password is set anew by a code that goes to the mobile or to the proved mailbox, and nobody learns from it who is
//! registered.

use crate::cast::*;
use domain::account::{RecoveryRefusal, SignUp, SignUpRefusal, Viewer};
use domain::form::Problem;
use domain::message::{DeliveryState, Language, MessageKind, Way};
use domain::page::mine::What;
use domain::refusal::Refusal;
use records::accounts::recovery::{self, CODE_MINUTES, GUESSES, NewPassword, PER_DAY, PER_NETWORK};
use records::messages::{self, Address, Open, Outcome, Outgoing};
use records::{Error, accounts, history, logins, preloaded};
use testkit::{Applicant, PASSWORD, World, both_databases, id_number};

const NEW: &str = "boat-on-river";
const HERE: &str = "203.0.113.7";
const BOTH: Open = Open { mail: true, sms: true };
const SMS: Open = Open { mail: false, sms: true };
const MAIL: Open = Open { mail: true, sms: false };

async fn asks(world: &World, number: &str, open: Open) -> String {
    recovery::ask(&world.records, number, HERE, open).await.unwrap()
}

fn told<T: std::fmt::Debug>(outcome: Result<T, Error>) -> RecoveryRefusal {
    match refused(outcome) {
        Refusal::Recovery(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

/// What goes out now.
async fn out(world: &World) -> Vec<Outgoing> {
    while messages::plan_deliveries(&world.records, BOTH).await.unwrap() > 0 {}
    messages::take_due(&world.records, &[Way::Mail, Way::Sms], 100).await.unwrap()
}

/// Everything that goes out now arrives: where it went, and the code in it.
async fn arrives(world: &World) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for one in out(world).await {
        let to = match &one.address {
            Address::Mail(to) | Address::Mobile(to) => to.clone(),
            Address::Endpoint { .. } => panic!("a code is pushed to nobody"),
        };
        all.push((to, one.letter.facts.number.clone()));
        messages::settle(&world.records, &one.delivery, &one.lease, &Outcome::Sent).await.unwrap();
    }
    all.sort();
    all
}

/// The one code that arrives.
async fn code(world: &World) -> String {
    let mut all = arrives(world).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0).1
}

fn chosen(code: &str, id_no: &str) -> NewPassword {
    NewPassword { code: code.into(), id_no: id_no.into(), password: NEW.into(), password_again: NEW.into() }
}

fn faults(outcome: Result<domain::ids::AccountId, Error>) -> Vec<(String, Problem)> {
    match refused(outcome) {
        Refusal::SignUp(SignUpRefusal::Faults(faults)) => {
            faults.into_iter().map(|one| (one.key, one.problem)).collect()
        }
        other => panic!("{other:?}"),
    }
}

/// A code that is surely not this one.
fn another(code: &str) -> String {
    if code.starts_with('0') { code.replacen('0', "1", 1) } else { format!("0{}", &code[1..]) }
}

async fn has_mail(world: &World, who: &Applicant, mail: &str) {
    messages::set_mail(&world.records, who.id, mail).await.unwrap();
    let proof = code(world).await;
    messages::confirm_mail(&world.records, &proof).await.unwrap();
}

both_databases! {
    async fn a_code_to_the_mobile_sets_a_new_password_and_ends_all_that_was_before(world) {
        let records = &world.records;
        let li = world.applicant("李强").await;
        let before = logins::start_applicant(records, li.id).await.unwrap();
        let ticket = asks(world, &format!("+86 {}", li.mobile), BOTH).await;
        assert!(recovery::asked(records, &ticket).await.unwrap().unwrap().by_mobile);
        let sent = arrives(world).await;
        assert_eq!((sent.len(), &sent[0].0), (1, &li.mobile), "to this number and nowhere else");
        let code = &sent[0].1;
        assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()));
        assert_eq!(kept_in_clear(world, &[code, &li.mobile, &li.id_no]).await, 0, "neither code nor number stands in the row");
        assert_eq!(accounts::sign_in(records, &li.id_no, PASSWORD).await.unwrap(), li.id, "until it is used, all stays as it was");

        let spaced = format!(" {} {} ", &code[..3], &code[3..]);
        assert_eq!(recovery::finish(records, &ticket, &chosen(&spaced, &li.id_no.to_lowercase())).await.unwrap(), li.id);
        assert_eq!(accounts::sign_in(records, &li.id_no, NEW).await.unwrap(), li.id);
        assert!(accounts::sign_in(records, &li.id_no, PASSWORD).await.is_err(), "the forgotten one is over");
        assert!(matches!(logins::viewer(records, Some(&before)).await.unwrap(), Viewer::Guest), "and so is every login of before");
        assert_eq!(told(recovery::finish(records, &ticket, &chosen(code, &li.id_no)).await), RecoveryRefusal::Over, "once");
        assert_eq!(recovery::asked(records, &ticket).await.unwrap(), None);
        for what in [What::PasswordCodeSent, What::PasswordReset] {
            let lines = format!("SELECT COUNT(*) AS n FROM history WHERE case_id = '{}' AND what = '{}'", li.id, what.as_str());
            assert_eq!(count(world, &lines).await, 1, "{what:?}");
        }
        assert!(history::verify(records, &li.id.to_string()).await.unwrap().is_ok());
        assert_eq!(messages::inbox(records, li.id, 1).await.unwrap().lines.len(), 0, "a code stands in no inbox");
    }

    async fn known_or_not_the_answers_are_the_same(world) {
        let records = &world.records;
        let li = world.applicant("李强").await;
        let nobody = id_number("330106", "19900307", 900);
        for (known, unknown, id_no) in [(li.mobile.as_str(), "13900001234", nobody.as_str()), (li.id_no.as_str(), nobody.as_str(), "")] {
            let mut answers = Vec::new();
            for number in [known, unknown] {
                let ticket = asks(world, number, BOTH).await;
                let sent = arrives(world).await;
                assert_eq!(sent.len(), usize::from(number == known));
                let wrong = sent.first().map_or_else(|| "123456".to_owned(), |(_, code)| another(code));
                let mut all = vec![format!("{:?}", recovery::asked(records, &ticket).await.unwrap())];
                for _ in 0..=GUESSES {
                    all.push(format!("{:?}", told(recovery::finish(records, &ticket, &chosen(&wrong, id_no)).await)));
                }
                let weak = NewPassword { password: "12345678".into(), ..chosen(&wrong, id_no) };
                all.push(format!("{:?}", refused(recovery::finish(records, &ticket, &weak).await)));
                for _ in 0..6 {
                    all.push(format!("{:?}", recovery::ask(records, number, HERE, BOTH).await.map(|_| ()).map_err(|why| why.to_string())));
                }
                arrives(world).await;
                answers.push(all);
            }
            assert_eq!(answers[0], answers[1]);
            assert!(answers[0][1].contains("left: 4") && answers[0][5].contains("left: 0"), "{:?}", answers[0]);
            assert!(answers[0][6].contains("Over") && answers[0][13].contains("too often"), "{:?}", answers[0]);
        }
    }

    async fn after_five_guesses_after_ten_minutes_and_after_a_later_one_a_code_is_over(world) {
        let records = &world.records;
        let li = world.applicant("李强").await;
        let first = asks(world, &li.id_no, SMS).await;
        let first_code = code(world).await;
        let second = asks(world, &li.id_no, SMS).await;
        let second_code = code(world).await;
        assert_eq!(told(recovery::finish(records, &first, &chosen(&first_code, "")).await), RecoveryRefusal::Over, "the later one alone");
        for left in (0..GUESSES).rev() {
            let wrong = recovery::finish(records, &second, &chosen(&another(&second_code), "")).await;
            assert_eq!(told(wrong), RecoveryRefusal::NoMatch { left });
        }
        assert_eq!(told(recovery::finish(records, &second, &chosen(&second_code, "")).await), RecoveryRefusal::Over, "right, but too late");

        let third = asks(world, &li.id_no, SMS).await;
        let third_code = code(world).await;
        world.pass(CODE_MINUTES);
        assert_eq!(told(recovery::finish(records, &third, &chosen(&third_code, "")).await), RecoveryRefusal::Over);
        assert_eq!(told(recovery::finish(records, "made-up", &chosen(&third_code, "")).await), RecoveryRefusal::Over, "a code alone is nothing");
        assert_eq!(accounts::sign_in(records, &li.id_no, PASSWORD).await.unwrap(), li.id);
    }

    async fn asking_rests_for_a_number_for_a_network_and_for_a_day(world) {
        let records = &world.records;
        let li = world.applicant("李强").await;
        for _ in 0..5 {
            asks(world, &li.mobile, SMS).await;
        }
        assert_eq!(told(recovery::ask(records, &li.mobile, HERE, SMS).await), RecoveryRefusal::TooOften { minutes: 15 });
        assert_eq!(out(world).await.len(), 1, "what a later code took the place of is not sent any more");
        world.pass(15);
        for _ in 5..PER_DAY {
            asks(world, &li.mobile, SMS).await;
        }
        world.pass(15);
        for _ in 0..5 {
            let asked = recovery::ask(records, &li.mobile, HERE, SMS).await;
            assert!(matches!(told(asked), RecoveryRefusal::TooOften { .. }), "{PER_DAY} a day");
        }
        world.pass(15);
        let minutes = 24 * 60 - 45;
        assert_eq!(told(recovery::ask(records, &li.mobile, "198.51.100.1", SMS).await), RecoveryRefusal::TooOften { minutes }, "{PER_DAY} a day");
        world.pass(i64::from(minutes));
        asks(world, &li.mobile, SMS).await;

        let elsewhere = "198.51.100.2";
        for nth in 0..PER_NETWORK {
            recovery::ask(records, &format!("1390000{nth:04}"), elsewhere, SMS).await.unwrap();
        }
        assert_eq!(told(recovery::ask(records, &li.mobile, elsewhere, SMS).await), RecoveryRefusal::Crowded { minutes: 15 });
        asks(world, &li.mobile, SMS).await;
    }

    async fn a_mobile_that_several_people_share_needs_the_document(world) {
        let records = &world.records;
        let li = world.applicant("李强").await;
        let typed = SignUp { mobile: li.mobile.clone(), ..world.sign_up_of("李小红") };
        accounts::sign_up(records, &typed).await.unwrap();
        let child = accounts::sign_in(records, &typed.id_no, PASSWORD).await.unwrap();
        let stranger = world.applicant("钱七").await;
        let ticket = asks(world, &li.mobile, SMS).await;
        let code = code(world).await;
        assert_eq!(faults(recovery::finish(records, &ticket, &chosen(&code, " ")).await), [("id_no".to_owned(), Problem::Missing)]);
        let other = recovery::finish(records, &ticket, &chosen(&code, &stranger.id_no)).await;
        assert_eq!(told(other), RecoveryRefusal::NoMatch { left: 4 }, "a mobile proves nothing of an account with another");
        assert_eq!(recovery::finish(records, &ticket, &chosen(&code, &typed.id_no)).await.unwrap(), child);
        assert_eq!(accounts::sign_in(records, &li.id_no, PASSWORD).await.unwrap(), li.id, "nothing happened to the other");
    }

    async fn a_bad_password_costs_no_try_and_the_code_stays(world) {
        let records = &world.records;
        let li = world.applicant("李强").await;
        let ticket = asks(world, &li.id_no, SMS).await;
        let code = code(world).await;
        let own = format!("x{}", &li.mobile[3..]);
        for (password, again, problem) in [
            ("kite", "kite", Problem::TooShort { length: 4, needed: 8 }),
            (NEW, "another", Problem::PasswordsDiffer),
            (own.as_str(), own.as_str(), Problem::PasswordGuessable),
        ] {
            let typed = NewPassword { password: password.into(), password_again: again.into(), ..chosen(&code, "") };
            assert_eq!(faults(recovery::finish(records, &ticket, &typed).await)[0].1, problem);
        }
        assert_eq!(told(recovery::finish(records, &ticket, &chosen(&another(&code), "")).await), RecoveryRefusal::NoMatch { left: 4 });
        // Whoever does not have the code does not learn whose numbers these are.
        let guess = NewPassword { password: own.clone(), password_again: own, ..chosen(&another(&code), "") };
        assert_eq!(told(recovery::finish(records, &ticket, &guess).await), RecoveryRefusal::NoMatch { left: 3 });
        assert_eq!(recovery::finish(records, &ticket, &chosen(&code, "")).await.unwrap(), li.id);
    }

    async fn by_the_number_of_the_document_it_also_goes_to_the_proved_mailbox(world) {
        let records = &world.records;
        let (li, zhao) = (world.applicant("李强").await, world.applicant("赵敏").await);
        has_mail(world, &li, "li@example.org").await;
        messages::set_mail(records, zhao.id, "zhao@example.org").await.unwrap();
        arrives(world).await;
        // What is not wanted otherwise is wanted when one asks for it.
        messages::keep_preferences(records, li.id, true, true, Language::En).await.unwrap();
        let ticket = asks(world, &li.id_no, BOTH).await;
        let sent = arrives(world).await;
        assert_eq!(sent.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), [li.mobile.as_str(), "li@example.org"]);
        assert_eq!(sent[0].1, sent[1].1, "one code by two ways");
        assert_eq!(recovery::finish(records, &ticket, &chosen(&sent[1].1, "")).await.unwrap(), li.id);

        asks(world, &zhao.id_no, MAIL).await;
        assert!(arrives(world).await.is_empty(), "nothing goes where nobody has proved anything");
        asks(world, &li.id_no, MAIL).await;
        assert_eq!(arrives(world).await[0].0, "li@example.org");
        assert_eq!(told(recovery::ask(records, &li.mobile, HERE, MAIL).await), RecoveryRefusal::MailAlone);
        assert_eq!(told(recovery::ask(records, &li.mobile, HERE, Open::default()).await), RecoveryRefusal::Closed);
        for slip in ["", "  ", "1380000", "138000000001", "330106199003079999", "li@example.org"] {
            let asked = recovery::ask(records, slip, HERE, BOTH).await;
            // Seven digits may be a document of somewhere.
            if slip == "1380000" { asked.unwrap(); } else { assert_eq!(told(asked), RecoveryRefusal::NotANumber, "{slip:?}"); }
        }
    }

    async fn a_code_leaves_at_night_and_is_not_sent_when_it_is_over(world) {
        let records = &world.records;
        let li = world.applicant("李强").await;
        world.at("2026-11-21 23:30:00");
        let ticket = asks(world, &li.id_no, SMS).await;
        let mut all = out(world).await;
        assert_eq!(all.iter().map(|one| one.letter.kind).collect::<Vec<_>>(), [MessageKind::SmsCode], "who waits for it is awake");
        let one = all.remove(0);
        let busy = Outcome::Failed { reason: "no-answer".into(), again: true };
        assert_eq!(messages::settle(records, &one.delivery, &one.lease, &busy).await.unwrap(), Some(DeliveryState::Failed));
        world.pass(1);
        let again = out(world).await;
        assert_eq!(again.len(), 1, "a minute later, at night too");
        messages::settle(records, &again[0].delivery, &again[0].lease, &busy).await.unwrap();
        recovery::finish(records, &ticket, &chosen(&one.letter.facts.number, "")).await.unwrap();
        world.pass(5);
        assert!(out(world).await.is_empty(), "used meanwhile");
        let log = messages::delivered(records).await.unwrap();
        assert_eq!(log.iter().map(|line| (line.state.as_str(), line.reason.as_str())).collect::<Vec<_>>(), [("given_up", "over")]);
    }

    async fn what_the_counter_gave_is_over_too_and_codes_are_forgotten_after_a_day(world) {
        let records = &world.records;
        let plan = world.plan().await;
        let li = world.applicant("李强").await;
        let id = submitted(world, &plan, &li).await;
        let chen = world.reviewer("陈默").await;
        let paper = preloaded::reset(records, &chen, id).await.unwrap();
        arrives(world).await;
        let ticket = asks(world, &li.id_no, SMS).await;
        let code = code(world).await;
        recovery::finish(records, &ticket, &chosen(&code, "")).await.unwrap();
        assert!(preloaded::open(records, &li.id_no, &paper.code).await.is_err());
        accounts::sweep(records).await.unwrap();
        world.pass(25 * 60);
        accounts::sweep(records).await.unwrap();
        assert_eq!(rows(world).await, 0, "codes are forgotten after a day");
    }
}

/// Rows of codes that hold one of these anywhere a thief could read it.
async fn kept_in_clear(world: &World, texts: &[&str]) -> i64 {
    let mut all = 0;
    for text in texts {
        let columns = ["subject", "code_hash", "ticket_hash"].map(|column| format!("{column} = '{text}'")).join(" OR ");
        all += count(world, &format!("SELECT COUNT(*) AS n FROM password_code WHERE {columns}")).await;
    }
    all
}

async fn rows(world: &World) -> i64 {
    count(world, "SELECT COUNT(*) AS n FROM password_code").await
}

async fn count(world: &World, question: &str) -> i64 {
    use sea_orm::{ConnectionTrait, Database, Statement};
    let db = Database::connect(world.database_url()).await.unwrap();
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), question)).await.unwrap().unwrap();
    let count = row.try_get("", "n").unwrap();
    db.close().await.unwrap();
    count
}
