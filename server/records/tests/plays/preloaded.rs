//! An agency prepares accounts, and people open theirs by a one-time code.

use crate::cast::submitted;
use domain::account::{Role, SignInRefusal, StaffMember, Viewer, WayRefusal};
use domain::form::Problem;
use domain::page::people::{AddedPeople, PreloadedState, RowProblem};
use domain::refusal::Refusal;
use records::preloaded::{self, Activation, CODE_DAYS};
use records::{Error, accounts};
use testkit::{PASSWORD, World, both_databases, id_number};

const NEW: &str = "boat-on-river";

fn row(name: &str, sequence: u32) -> (String, String) {
    let id_no = id_number("330106", "19950612", sequence);
    (format!("{name},居民身份证,{id_no},1370000{sequence:04}"), id_no)
}

async fn adds(world: &World, by: &StaffMember, text: &str) -> AddedPeople {
    preloaded::add(&world.records, by, text).await.unwrap()
}

fn chosen() -> Activation {
    Activation { password: NEW.into(), password_again: NEW.into(), agreed: true, ..Activation::default() }
}

fn way(error: Error) -> WayRefusal {
    match error {
        Error::Refused(Refusal::Way(refusal)) => refusal,
        other => panic!("a refusal of a way was expected, not {other:?}"),
    }
}

both_databases! {
    async fn good_rows_get_a_code_and_every_faulty_row_is_named(world) {
        let zhou = world.manager("周敏").await;
        let (li, li_no) = row("李强", 31);
        let (wang, _) = row("王芳", 32);
        let list = format!("姓名,证件类型,证件号码,手机号码\n{li}\n\n{wang}\n{li}\n赵六,居民身份证,330106199506120000,1370000\n陈晨,学生证,12345,\n孙七\n");
        let added = adds(world, &zhou, &list).await;
        assert_eq!(added.codes.len(), 2);
        assert_eq!((added.codes[0].name.as_str(), &added.codes[0].id_no_masked[..6]), ("李强", "330106"));
        assert_eq!(added.codes[0].code.len(), 9, "eight characters in two groups");
        assert!(!added.codes[0].code.contains(['0', 'O', '1', 'I', 'L']));
        let rows: Vec<u32> = added.faults.iter().map(|fault| fault.row).collect();
        assert_eq!(rows, [5, 6, 7, 8]);
        assert_eq!(added.faults[0].problems, [RowProblem::TwiceInList { row: 2 }]);
        let keys = |at: usize| -> Vec<&str> {
            added.faults[at].problems.iter().map(|problem| match problem { RowProblem::Cell(fault) => fault.key.as_str(), _ => "" }).collect()
        };
        assert_eq!(keys(1), ["id_no", "mobile"]);
        assert!(matches!(&added.faults[2].problems[0], RowProblem::Cell(fault) if fault.problem == Problem::NotOffered));
        assert_eq!(added.faults[3].problems, [RowProblem::Columns { found: 1 }]);
        assert_eq!(added.faults[3].typed, "孙七");

        let again = adds(world, &zhou, &li).await;
        assert_eq!((again.codes.len(), &again.faults[0].problems), (0, &vec![RowProblem::AlreadyListed]));
        let states: Vec<PreloadedState> = preloaded::list(&world.records, &zhou).await.unwrap().iter().map(|line| line.state).collect();
        assert_eq!(states, [PreloadedState::Waiting; 2]);
        assert_eq!(world.records_hold(&li_no).await, 0, "no number stands in the database as it is");
        assert_eq!(world.records_hold(&added.codes[0].code.replace('-', "")).await, 0, "and no code");
    }

    async fn the_person_opens_the_account_by_the_code_and_the_last_six_digits_never_work(world) {
        let records = &world.records;
        let zhou = world.manager("周敏").await;
        let (line, id_no) = row("欧阳志远", 33);
        let code = adds(world, &zhou, &line).await.codes.remove(0).code;
        assert_eq!(way(preloaded::open(records, &id_no, &id_no[12..]).await.unwrap_err()), WayRefusal::CodeNoMatch, "T9");
        assert_eq!(way(preloaded::open(records, &id_no, "").await.unwrap_err()), WayRefusal::CodeNoMatch);
        assert!(accounts::sign_in(records, &id_no, &id_no[12..]).await.is_err(), "nor as a password");
        let other = id_number("330106", "19950612", 34);
        assert_eq!(way(preloaded::open(records, &other, &code).await.unwrap_err()), WayRefusal::CodeNoMatch, "a code belongs to one person");

        let typed = code.to_lowercase().replace('-', " ");
        let token = preloaded::open(records, &id_no.to_lowercase(), &typed).await.unwrap();
        let welcome = preloaded::welcome(records, &token).await.unwrap();
        assert_eq!((welcome.name_masked.as_str(), welcome.has_account, welcome.asks_birth), ("欧**远", false, false));
        assert_eq!(welcome.mobile_masked, "137****0033");

        let guessable = Activation { password: format!("li{}", &id_no[12..]), ..chosen() };
        let guessable = Activation { password_again: guessable.password.clone(), agreed: false, ..guessable };
        match preloaded::activate(records, &token, &guessable).await.unwrap_err() {
            Error::Refused(Refusal::SignUp(domain::account::SignUpRefusal::Faults(faults))) => {
                let keys: Vec<&str> = faults.iter().map(|fault| fault.key.as_str()).collect();
                assert_eq!(keys, ["password", "agreed"]);
            }
            other => panic!("{other:?}"),
        }
        let id = preloaded::activate(records, &token, &chosen()).await.unwrap();
        assert_eq!(accounts::sign_in(records, &id_no, NEW).await.unwrap(), id);
        let person = accounts::person(records, id).await.unwrap();
        assert_eq!((person.name.as_str(), person.mobile_masked.as_str()), ("欧阳志远", "137****0033"));
        assert_eq!(way(preloaded::activate(records, &token, &chosen()).await.unwrap_err()), WayRefusal::ActivationOver, "once");
        assert_eq!(way(preloaded::open(records, &id_no, &code).await.unwrap_err()), WayRefusal::CodeNoMatch, "used up");
        assert_eq!(preloaded::list(records, &zhou).await.unwrap()[0].state, PreloadedState::Used);
    }

    async fn guessing_a_code_is_slow(world) {
        let zhou = world.manager("周敏").await;
        let (line, id_no) = row("李强", 35);
        let code = adds(world, &zhou, &line).await.codes.remove(0).code;
        for _ in 0..5 {
            preloaded::open(&world.records, &id_no, "AAAA-AAAA").await.unwrap_err();
        }
        let rests = preloaded::open(&world.records, &id_no, &code).await.unwrap_err();
        assert!(matches!(rests, Error::Refused(Refusal::SignIn(SignInRefusal::Locked { minutes: 15 }))), "{rests:?}");
        world.pass(15);
        preloaded::open(&world.records, &id_no, &code).await.unwrap();
    }

    async fn a_code_ends_by_itself_is_renewed_and_taken_back(world) {
        let records = &world.records;
        let zhou = world.manager("周敏").await;
        let (line, id_no) = row("李强", 36);
        let first = adds(world, &zhou, &line).await.codes.remove(0).code;
        world.pass(CODE_DAYS * 24 * 60);
        let listed = preloaded::list(records, &zhou).await.unwrap().remove(0);
        assert_eq!(listed.state, PreloadedState::Expired);
        assert_eq!(way(preloaded::open(records, &id_no, &first).await.unwrap_err()), WayRefusal::CodeNoMatch);

        let second = preloaded::renew(records, &zhou, &listed.id).await.unwrap().code;
        assert_ne!(first, second);
        assert!(preloaded::open(records, &id_no, &first).await.is_err());
        let token = preloaded::open(records, &id_no, &second).await.unwrap();
        world.pass(15);
        assert_eq!(way(preloaded::welcome(records, &token).await.unwrap_err()), WayRefusal::ActivationOver);

        let token = preloaded::open(records, &id_no, &second).await.unwrap();
        preloaded::revoke(records, &zhou, &listed.id).await.unwrap();
        assert_eq!(way(preloaded::activate(records, &token, &chosen()).await.unwrap_err()), WayRefusal::ActivationOver);
        assert!(matches!(preloaded::renew(records, &zhou, &listed.id).await, Err(Error::ChangedMeanwhile)));
        assert_eq!(preloaded::list(records, &zhou).await.unwrap()[0].state, PreloadedState::Revoked);
        assert_eq!(adds(world, &zhou, &line).await.codes.len(), 1, "and prepared anew");
    }

    async fn an_account_in_use_is_linked_by_its_own_password_only(world) {
        let records = &world.records;
        let zhou = world.manager("周敏").await;
        let plan = world.plan().await;
        let li = world.applicant("李强").await;
        submitted(world, &plan, &li).await;
        let code = adds(world, &zhou, &format!("李强,,{},", li.id_no)).await.codes.remove(0).code;
        let token = preloaded::open(records, &li.id_no, &code).await.unwrap();
        assert!(preloaded::welcome(records, &token).await.unwrap().has_account);
        assert!(preloaded::activate(records, &token, &chosen()).await.is_err(), "whoever holds the list cannot take it over");
        let own = Activation { password: PASSWORD.into(), ..Activation::default() };
        assert_eq!(preloaded::activate(records, &token, &own).await.unwrap(), li.id);
        assert_eq!(accounts::sign_in(records, &li.id_no, PASSWORD).await.unwrap(), li.id);
    }

    async fn an_account_that_nobody_ever_used_gives_way_to_the_code(world) {
        let records = &world.records;
        let zhou = world.manager("周敏").await;
        let squatter = world.applicant("张三").await;
        let code = adds(world, &zhou, &format!("赵敏\t居民身份证\t{}\t13700000077", squatter.id_no)).await.codes.remove(0).code;
        let token = preloaded::open(records, &squatter.id_no, &code).await.unwrap();
        assert!(!preloaded::welcome(records, &token).await.unwrap().has_account);
        let id = preloaded::activate(records, &token, &chosen()).await.unwrap();
        assert_eq!(id, squatter.id, "one person, one account");
        assert!(accounts::sign_in(records, &squatter.id_no, PASSWORD).await.is_err());
        assert_eq!(accounts::sign_in(records, &squatter.id_no, NEW).await.unwrap(), id);
        assert_eq!(accounts::person(records, id).await.unwrap().name, "赵敏");
    }

    async fn only_managers_prepare_accounts_and_only_their_own(world) {
        let zhou = world.manager("周敏").await;
        let (line, _) = row("李强", 37);
        adds(world, &zhou, &line).await;
        let id = preloaded::list(&world.records, &zhou).await.unwrap().remove(0).id;
        let elsewhere = world.staff("吴刚", Role::Manager, "S000033000208").await;
        assert!(preloaded::list(&world.records, &elsewhere).await.unwrap().is_empty());
        assert!(matches!(preloaded::renew(&world.records, &elsewhere, &id).await, Err(Error::NotFound)));
        assert!(matches!(preloaded::revoke(&world.records, &elsewhere, &id).await, Err(Error::NotFound)));
        let reviewer = world.reviewer("王芳").await;
        let administrator = world.staff("管理员", Role::Administrator, "").await;
        for other in [&reviewer, &administrator] {
            assert!(matches!(preloaded::add(&world.records, other, &line).await, Err(Error::Forbidden)));
            assert!(matches!(preloaded::list(&world.records, other).await, Err(Error::Forbidden)));
        }
        assert_eq!(adds(world, &elsewhere, &line).await.codes.len(), 1, "each agency has its own list");
    }

    async fn a_forgotten_password_is_set_anew_by_a_code_of_the_counter(world) {
        let records = &world.records;
        let plan = world.plan().await;
        let li = world.applicant("李强").await;
        let id = submitted(world, &plan, &li).await;
        let chen = world.reviewer("陈默").await;
        let before = records::logins::start_applicant(records, li.id).await.unwrap();
        let first = preloaded::reset(records, &chen, id).await.unwrap();
        let code = preloaded::reset(records, &chen, id).await.unwrap();
        assert_eq!(way(preloaded::open(records, &li.id_no, &first.code).await.unwrap_err()), WayRefusal::CodeNoMatch, "the later one alone works");
        assert_eq!(accounts::sign_in(records, &li.id_no, PASSWORD).await.unwrap(), li.id, "until it is used, all stays as it was");

        let token = preloaded::open(records, &li.id_no, &code.code).await.unwrap();
        let welcome = preloaded::welcome(records, &token).await.unwrap();
        assert!(welcome.resets && !welcome.has_account && !welcome.asks_birth);
        let unlike = Activation { password_again: "another".into(), ..chosen() };
        assert!(preloaded::activate(records, &token, &unlike).await.is_err());
        assert_eq!(preloaded::activate(records, &token, &chosen()).await.unwrap(), li.id);
        assert_eq!(accounts::sign_in(records, &li.id_no, NEW).await.unwrap(), li.id);
        assert!(accounts::sign_in(records, &li.id_no, PASSWORD).await.is_err(), "the forgotten one is over");
        assert!(matches!(records::logins::viewer(records, Some(&before)).await.unwrap(), Viewer::Guest), "and so is every login of before");
        assert_eq!(way(preloaded::open(records, &li.id_no, &code.code).await.unwrap_err()), WayRefusal::CodeNoMatch, "once");

        let late = preloaded::reset(records, &chen, id).await.unwrap();
        world.pass(preloaded::RESET_HOURS * 60);
        assert_eq!(way(preloaded::open(records, &li.id_no, &late.code).await.unwrap_err()), WayRefusal::CodeNoMatch, "too late");
        let agencies = records::agencies::list(records).await.unwrap();
        let other = agencies.iter().find(|agency| agency.id != plan.agency).unwrap();
        let stranger = world.staff("周杰", Role::Manager, &other.filing_code).await;
        assert!(matches!(preloaded::reset(records, &stranger, id).await, Err(Error::NotFound | Error::Forbidden)), "only where the person has a case");
        assert!(preloaded::list(records, &world.manager("周敏").await).await.unwrap().is_empty(), "no prepared account");
    }
}

trait Holds {
    async fn records_hold(&self, text: &str) -> i64;
}

impl Holds for World {
    /// Rows of the list that hold this text anywhere a thief could read it.
    async fn records_hold(&self, text: &str) -> i64 {
        use sea_orm::{ConnectionTrait, Database, Statement};
        let db = Database::connect(self.database_url()).await.unwrap();
        let sql = format!(
            "SELECT COUNT(*) AS n FROM preloaded WHERE id_index LIKE '%{text}%' OR id_masked LIKE '%{text}%' OR code_hash LIKE '%{text}%'"
        );
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
        let count = row.try_get("", "n").unwrap();
        db.close().await.unwrap();
        count
    }
}
