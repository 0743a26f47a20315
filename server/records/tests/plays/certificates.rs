//! Certificates: who passed gets a number without a gap, by one or by two; what is corrected, lost or revoked stays
//! readable; anybody can ask, and nobody learns more than the paper says.

use crate::cast::*;
use crate::variant::plan_under;
use domain::account::{Role, StaffMember};
use domain::certificate::payload::PayloadFault;
use domain::certificate::{CertificateRefusal, EditionKind, RevokeReason};
use domain::certificate_no::CertificateKind;
use domain::ids::ApplicationId;
use domain::message::MessageKind;
use domain::page::certificates::{CertificateLine, ChainWhat, Delivery, Finding, Found, Verdict};
use domain::page::desk::Decision;
use domain::plan::Plan;
use domain::profile::Profile;
use domain::refusal::Refusal;
use domain::scores::Mark;
use records::certificates::{self, Changes};
use records::keys::Keys;
use records::{Chance, Error, messages, scores};
use std::os::unix::fs::PermissionsExt;
use testkit::{Applicant, World, both_databases};

const AFTER: &str = "2027-01-20 10:00:00";
const ORIGIN: &str = "https://jikao.example";

struct Stage {
    plan: Plan,
    wang: StaffMember,
    zhou: StaffMember,
    people: Vec<(Applicant, ApplicationId)>,
}

/// A plan after its exam: everybody passed but those whose name is in `failed`; the scores are public.
async fn released(world: &World, names: &[&str], failed: &[&str], change: impl FnOnce(&mut Profile)) -> Stage {
    let plan = plan_under(world, "certified", |profile| {
        profile.payment.unpaid_gives_up = false;
        change(profile);
    })
    .await;
    let (wang, zhao, zhou) = (world.reviewer("王芳").await, world.reviewer("赵敏").await, world.manager("周敏").await);
    let mut people = Vec::new();
    for name in names {
        let who = world.applicant(name).await;
        let id = submitted(world, &plan, &who).await;
        decides(world, &wang, id, Decision::Approve).await;
        people.push((who, id));
    }
    world.at(AFTER);
    let mark = |name: &str| if failed.contains(&name) { "59.9" } else { "80" };
    let typed: Vec<_> =
        people.iter().flat_map(|(who, id)| [(*id, 0, mark(&who.name).to_owned()), (*id, 1, "60".to_owned())]).collect();
    for member in [&wang, &zhao] {
        scores::enter(&world.records, member, plan.id, &typed).await.unwrap();
    }
    scores::lock(&world.records, &zhou, plan.id).await.unwrap();
    scores::release(&world.records, &zhou, plan.id, world.records.now()).await.unwrap();
    Stage { plan, wang, zhou, people }
}

impl Stage {
    async fn lines(&self, world: &World) -> Vec<CertificateLine> {
        certificates::desk(&world.records, &self.zhou, self.plan.id).await.unwrap().lines
    }

    async fn of(&self, world: &World, at: usize) -> CertificateLine {
        let (who, _) = &self.people[at];
        let mut mine = certificates::mine(&world.records, who.id).await.unwrap();
        mine.remove(0).line
    }

    /// The code on the paper of the edition that counts now.
    async fn code(&self, world: &World, at: usize) -> String {
        let viewer = domain::account::Viewer::Applicant { id: self.people[at].0.id, name: String::new() };
        let line = self.of(world, at).await;
        let printed = certificates::sheet(&world.records, &viewer, &line.id, ORIGIN).await.unwrap();
        printed.sheet.qr_text
    }
}

fn refusal_of<T: std::fmt::Debug>(outcome: Result<T, Error>) -> CertificateRefusal {
    match refused(outcome) {
        Refusal::Certificates(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

fn found(finding: Finding) -> Found {
    match finding {
        Finding::Found(found) => *found,
        other => panic!("{other:?}"),
    }
}

async fn ask(world: &World, number: &str, name: &str) -> Finding {
    certificates::by_number(&world.records, number, name).await.unwrap()
}

both_databases! {
    async fn who_passed_gets_a_number_and_sees_it_at_once(world) {
        let stage = released(world, &["李强", "罗青", "陈立"], &["罗青"], |_| ()).await;
        assert_eq!(certificates::mine(&world.records, stage.people[0].0.id).await.unwrap(), []);
        let done = certificates::issue(&world.records, &stage.zhou, stage.plan.id).await.unwrap();
        assert_eq!((done.issued, done.left_out), (2, 0));
        let lines = stage.lines(world).await;
        let numbers: Vec<&str> = lines.iter().map(|line| line.number.as_str()).collect();
        assert_eq!(numbers, ["S000033000123274000001", "S000033000123274000002"]);
        assert_eq!(lines[0].face.name, "李强");
        assert_eq!((lines[0].issued_on.to_string(), lines[0].edition), ("2027-01-20".into(), 1));
        assert_eq!(lines[0].delivery, Delivery::Pickup { handed: None });
        let mine = certificates::mine(&world.records, stage.people[0].0.id).await.unwrap();
        assert_eq!(mine[0].line, lines[0]);
        assert!(mine[0].chain.iter().all(|link| link.by.is_empty()), "who did it is the desk's business");
        assert_eq!(certificates::mine(&world.records, stage.people[1].0.id).await.unwrap(), [], "one subject failed");
        assert_eq!(
            refusal_of(certificates::issue(&world.records, &stage.zhou, stage.plan.id).await),
            CertificateRefusal::Nobody
        );
        assert_eq!(certificates::broken_promises(&world.records).await.unwrap(), Vec::<String>::new());
        records::history::verify(&world.records, &stage.people[0].1.to_string()).await.unwrap().unwrap();
        let own = certificates::of_application(&world.records, stage.people[0].1).await.unwrap();
        assert_eq!(own.map(|(_, number)| number).as_deref(), Some("S000033000123274000001"));
    }

    async fn nothing_is_issued_before_the_scores_are_public_long_enough(world) {
        let plan = plan_under(world, "early", |_| ()).await;
        let zhou = world.manager("周敏").await;
        assert_eq!(refusal_of(certificates::issue(&world.records, &zhou, plan.id).await), CertificateRefusal::NotReleased);
        let stage = released(world, &["李强"], &[], |profile| profile.certificate.wait_days = 5).await;
        let early = refusal_of(certificates::issue(&world.records, &stage.zhou, stage.plan.id).await);
        assert_eq!(early, CertificateRefusal::TooEarly { from: "2027-01-25".parse().unwrap() });
        world.at("2027-01-25 00:00:00");
        certificates::issue(&world.records, &stage.zhou, stage.plan.id).await.unwrap();
    }

    async fn one_prepares_and_another_signs(world) {
        let stage = released(world, &["李强", "罗青"], &[], |profile| profile.certificate.two_persons = true).await;
        let (plan, records) = (stage.plan.id, &world.records);
        assert_eq!(refusal_of(certificates::issue(records, &stage.zhou, plan).await), CertificateRefusal::TwoPersons);
        assert_eq!(refusal_of(certificates::sign(records, &stage.zhou, plan).await), CertificateRefusal::NothingPrepared);
        assert_eq!(certificates::prepare(records, &stage.zhou, plan).await.unwrap(), 2);
        let again = refusal_of(certificates::prepare(records, &stage.wang, plan).await);
        assert!(matches!(again, CertificateRefusal::PreparedAlready { by, .. } if by == "周敏"));
        assert_eq!(refusal_of(certificates::sign(records, &stage.zhou, plan).await), CertificateRefusal::SamePerson);
        assert!(matches!(certificates::sign(records, &stage.wang, plan).await, Err(Error::Forbidden)), "a reviewer signs nothing");
        assert!(matches!(certificates::drop_prepared(records, &stage.wang, plan).await, Err(Error::Forbidden)));
        certificates::drop_prepared(records, &stage.zhou, plan).await.unwrap();
        assert!(stage.lines(world).await.is_empty(), "nothing was issued");

        // Prepared by a reviewer, signed by the manager; who failed meanwhile is left out.
        assert_eq!(certificates::prepare(records, &stage.wang, plan).await.unwrap(), 2);
        scores::correct(records, &stage.zhou, stage.people[1].1, "理论考试", Mark::Score(500), "登错").await.unwrap();
        let done = certificates::sign(records, &stage.zhou, plan).await.unwrap();
        assert_eq!((done.issued, done.left_out), (1, 1));
        let desk = certificates::desk(records, &stage.wang, plan).await.unwrap();
        assert_eq!((desk.lines.len(), desk.prepared, desk.waiting.len(), desk.may_sign), (1, None, 0, false));
    }

    async fn two_clerks_at_once_leave_no_gap_and_make_no_double(world) {
        let names = ["李强", "罗青", "陈立", "王一", "何平", "孙悦", "林晓", "郑文"];
        let first = released(world, &names, &[], |_| ()).await;
        world.at("2026-11-21 10:00:00");
        let second = released(world, &["赵一", "赵二", "赵三"], &[], |_| ()).await;
        let other_boss = world.manager("吴桐").await;
        let here = |member: StaffMember, plan| {
            let records = world.records.clone();
            async move { certificates::issue(&records, &member, plan).await }
        };
        let server = world.second_server().await;
        let elsewhere = {
            let (member, plan) = (other_boss.clone(), first.plan.id);
            async move { certificates::issue(&server, &member, plan).await }
        };
        let outcomes = tokio::join!(
            here(first.zhou.clone(), first.plan.id),
            elsewhere,
            here(second.zhou.clone(), second.plan.id),
            here(other_boss.clone(), second.plan.id),
        );
        let issued: u32 = [outcomes.0, outcomes.1, outcomes.2, outcomes.3]
            .into_iter()
            .map(|outcome| match outcome {
                Ok(done) => done.issued,
                other => {
                    assert_eq!(refusal_of(other), CertificateRefusal::Nobody);
                    0
                }
            })
            .sum();
        assert_eq!(issued, 11, "everybody once");
        let mut numbers: Vec<String> = Vec::new();
        for plan in [&first, &second] {
            numbers.extend(plan.lines(world).await.into_iter().map(|line| line.number));
        }
        numbers.sort();
        let wanted: Vec<String> = (1..=11).map(|at| format!("S000033000123274{at:06}")).collect();
        assert_eq!(numbers, wanted);
        assert_eq!(certificates::broken_promises(&world.records).await.unwrap(), Vec::<String>::new());
    }

    async fn a_number_that_cannot_be_made_takes_none(world) {
        let stage = released(world, &["李强"], &[], |profile| profile.certificate.number = "{filing}{yy}5{seq:6}".into()).await;
        let told = refusal_of(certificates::issue(&world.records, &stage.zhou, stage.plan.id).await);
        assert_eq!(told, CertificateRefusal::Number(domain::certificate::NumberFault::Parts));
        assert!(stage.lines(world).await.is_empty());
        assert_eq!(certificates::broken_promises(&world.records).await.unwrap(), Vec::<String>::new(), "the counter went back");
    }

    async fn corrected_lost_and_revoked_the_chain_stays(world) {
        let stage = released(world, &["李强"], &[], |_| ()).await;
        let records = &world.records;
        certificates::issue(records, &stage.zhou, stage.plan.id).await.unwrap();
        let line = stage.of(world, 0).await;
        let first_code = stage.code(world, 0).await;
        let valid = found(certificates::by_code(records, &first_code).await.unwrap());
        assert_eq!((valid.verdict, valid.signed, valid.face.name.as_str()), (Verdict::Valid, true, "李强"));
        assert!(valid.face.id_masked.ends_with(&stage.people[0].0.id_no[14..]) && !valid.face.id_masked.contains("1990"));

        let none = Changes::default();
        assert_eq!(refusal_of(certificates::correct(records, &stage.zhou, &line.id, &none, "看看").await), CertificateRefusal::SameFace);
        let changes = Changes { name: "李　强华".into(), ..Changes::default() };
        assert_eq!(refusal_of(certificates::correct(records, &stage.zhou, &line.id, &changes, " ").await), CertificateRefusal::NoReason);
        assert!(matches!(certificates::correct(records, &stage.wang, &line.id, &changes, "改名").await, Err(Error::Forbidden)));
        let nonsense = Changes { name: "李1".into(), ..Changes::default() };
        assert_eq!(refusal_of(certificates::correct(records, &stage.zhou, &line.id, &nonsense, "改名").await), CertificateRefusal::Name);
        let nonsense = Changes { id_no: "330106199003070000".into(), ..Changes::default() };
        assert_eq!(refusal_of(certificates::correct(records, &stage.zhou, &line.id, &nonsense, "改号").await), CertificateRefusal::IdNo);
        world.at("2027-02-01 09:00:00");
        certificates::correct(records, &stage.zhou, &line.id, &changes, "公安机关更名").await.unwrap();
        let corrected = stage.of(world, 0).await;
        assert_eq!((corrected.number.as_str(), corrected.edition, corrected.face.name.as_str()), (line.number.as_str(), 2, "李强华"));
        let old_paper = found(certificates::by_code(records, &first_code).await.unwrap());
        assert!(matches!(old_paper.verdict, Verdict::Corrected { at } if at.day().to_string() == "2027-02-01"));
        assert_eq!((old_paper.edition, old_paper.newest, old_paper.face.name.as_str()), (1, 2, "李强华"));
        // Who holds the old paper types the old name.
        assert!(matches!(found(ask(world, &line.number, "李强").await).verdict, Verdict::Corrected { .. }));
        assert_eq!(found(ask(world, &line.number, "李强华").await).verdict, Verdict::Valid);

        world.at("2027-03-01 09:00:00");
        let second_code = stage.code(world, 0).await;
        certificates::reissue(records, &stage.zhou, &line.id, "本人声明遗失").await.unwrap();
        let lost = found(certificates::by_code(records, &second_code).await.unwrap());
        assert!(matches!(lost.verdict, Verdict::Replaced { at } if at.day().to_string() == "2027-03-01"));
        assert_eq!(found(certificates::by_code(records, &stage.code(world, 0).await).await.unwrap()).verdict, Verdict::Valid);

        world.at("2027-04-01 09:00:00");
        certificates::revoke(records, &stage.zhou, &line.id, RevokeReason::Misconduct, "替考，见处理决定", false).await.unwrap();
        for finding in [ask(world, &line.number, "李强华").await, certificates::by_code(records, &second_code).await.unwrap()] {
            let revoked = found(finding);
            assert!(matches!(revoked.verdict, Verdict::Revoked { at, why: RevokeReason::Misconduct } if at.day().to_string() == "2027-04-01"));
            let kinds: Vec<ChainWhat> = revoked.chain.iter().map(|link| link.what).collect();
            assert_eq!(
                kinds,
                [
                    ChainWhat::Edition(EditionKind::First),
                    ChainWhat::Edition(EditionKind::Correction),
                    ChainWhat::Edition(EditionKind::Reissue),
                    ChainWhat::Revoked(RevokeReason::Misconduct),
                ]
            );
            assert!(revoked.chain.iter().all(|link| link.reason.is_empty() && link.by.is_empty()), "words stay inside");
        }
        let desk = certificates::case(records, &stage.wang, &line.id).await.unwrap();
        assert_eq!(desk.chain.last().unwrap().reason, "替考，见处理决定");
        assert_eq!(refusal_of(certificates::reissue(records, &stage.zhou, &line.id, "再来").await), CertificateRefusal::Revoked);
        assert_eq!(certificates::revoked(records).await.unwrap(), [(line.number.clone(), "2027-04-01".parse().unwrap())]);
        assert_eq!(refusal_of(certificates::issue(records, &stage.zhou, stage.plan.id).await), CertificateRefusal::Nobody, "revoked for good");
        assert_eq!(certificates::broken_promises(records).await.unwrap(), Vec::<String>::new());
        records::history::verify(records, &stage.people[0].1.to_string()).await.unwrap().unwrap();
    }

    async fn a_wrong_one_may_be_followed_by_a_new_one(world) {
        let stage = released(world, &["李强"], &[], |_| ()).await;
        let records = &world.records;
        certificates::issue(records, &stage.zhou, stage.plan.id).await.unwrap();
        let line = stage.of(world, 0).await;
        scores::correct(records, &stage.zhou, stage.people[0].1, "理论考试", Mark::Score(400), "登错").await.unwrap();
        let desk = certificates::desk(records, &stage.zhou, stage.plan.id).await.unwrap();
        assert_eq!(desk.doubtful, std::slice::from_ref(&line.id), "the desk is told that the holder no longer passes");
        certificates::revoke(records, &stage.zhou, &line.id, RevokeReason::ScoreCorrected, "成绩更正", true).await.unwrap();
        assert_eq!(refusal_of(certificates::issue(records, &stage.zhou, stage.plan.id).await), CertificateRefusal::Nobody);
        scores::correct(records, &stage.zhou, stage.people[0].1, "理论考试", Mark::Score(900), "又登错").await.unwrap();
        world.at("2027-02-20 09:00:00");
        certificates::issue(records, &stage.zhou, stage.plan.id).await.unwrap();
        let old = found(ask(world, &line.number, "李强").await);
        assert!(matches!(old.verdict, Verdict::Revoked { why: RevokeReason::ScoreCorrected, .. }) && old.renewed);
        let lines = stage.lines(world).await;
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[1].number, "S000033000123274000002", "the old number is never given again");
    }

    async fn anybody_may_ask_and_learns_no_more_than_the_paper_says(world) {
        let stage = released(world, &["李强青"], &[], |_| ()).await;
        certificates::issue(&world.records, &stage.zhou, stage.plan.id).await.unwrap();
        let number = stage.of(world, 0).await.number;
        let wide: String = number.chars().map(|ch| char::from_u32(ch as u32 + 0xfee0).unwrap()).collect();
        let told = found(ask(world, &format!(" {} ", wide.to_lowercase()), " 李强青 ").await);
        assert_eq!((told.verdict, told.face.name.as_str(), told.signed), (Verdict::Valid, "李**", false));
        assert!(told.face.id_masked.starts_with("**************") && told.contact.0 == stage.plan.agency_name);
        assert_eq!(ask(world, "1933000000400123", "李强青").await, Finding::Old(CertificateKind::Qualification16));
        assert_eq!(ask(world, "S000033000123274999999", "李强青").await, Finding::Unknown);
        assert!(matches!(ask(world, "S0000330O0123274000001", "李强青").await, Finding::NoNumber(_)));
        assert_eq!(ask(world, &number, "").await, Finding::NoName);
        for _ in 0..4 {
            assert_eq!(ask(world, &number, "李四").await, Finding::NameMismatch);
        }
        ask(world, &number, "李四").await;
        assert!(matches!(ask(world, &number, "李强青").await, Finding::Resting { .. }), "names are not to be guessed");
        let code = stage.code(world, 0).await;
        assert_eq!(found(certificates::by_code(&world.records, &code).await.unwrap()).verdict, Verdict::Valid, "the code is no guess");
        world.at("2027-01-20 10:16:00");
        assert_eq!(found(ask(world, &number, "李强青").await).verdict, Verdict::Valid);
        // Every single letter of the code is under the signature.
        let at = code.find("c=").unwrap() + 60;
        let other = if code.as_bytes()[at] == b'A' { "B" } else { "A" };
        let forged = format!("{}{other}{}", &code[..at], &code[at + 1..]);
        assert!(matches!(certificates::by_code(&world.records, &forged).await.unwrap(), Finding::Code(_)), "{code}");
        let sealed = certificates::seal_question(&world.records, &number, "李强青").unwrap();
        assert!(!sealed.contains("李") && !sealed.contains(&number));
        assert_eq!(certificates::open_question(&world.records, &sealed), Some((number.clone(), "李强青".to_owned())));
        assert_eq!(certificates::open_question(&world.records, "nonsense"), None);
        world.at("2027-01-20 11:00:00");
        assert_eq!(certificates::open_question(&world.records, &sealed), None, "half an hour");
    }

    async fn a_link_shows_it_until_its_end(world) {
        let stage = released(world, &["李强", "罗青"], &[], |_| ()).await;
        let records = &world.records;
        certificates::issue(records, &stage.zhou, stage.plan.id).await.unwrap();
        let (owner, other) = (stage.people[0].0.id, stage.people[1].0.id);
        let id = stage.of(world, 0).await.id;
        assert!(is_not_found(certificates::share(records, other, &id, 7).await));
        assert!(is_not_found(certificates::one(records, other, &id).await));
        let (token, until) = certificates::share(records, owner, &id, 7).await.unwrap();
        assert_eq!(domain::time::official_moment(until), "2027-01-27 23:59:59");
        let shown = found(certificates::by_link(records, &token).await.unwrap());
        assert_eq!((shown.face.name.as_str(), shown.link_until), ("李强", Some(until)));
        world.at("2027-01-28 00:00:00");
        assert_eq!(certificates::by_link(records, &token).await.unwrap(), Finding::LinkOver);
        let (token, _) = certificates::share(records, owner, &id, 4_000).await.unwrap();
        let links = certificates::one(records, owner, &id).await.unwrap().links;
        assert_eq!((links.len(), links[0].until.day().to_string()), (1, "2027-02-27".into()), "at most the procedure's days");
        assert!(is_not_found(certificates::end_link(records, other, &links[0].id).await));
        certificates::end_link(records, owner, &links[0].id).await.unwrap();
        assert_eq!(certificates::by_link(records, &token).await.unwrap(), Finding::LinkOver);
        for _ in 0..5 {
            certificates::share(records, owner, &id, 1).await.unwrap();
        }
        assert_eq!(refusal_of(certificates::share(records, owner, &id, 1).await), CertificateRefusal::TooManyLinks { limit: 5 });
    }

    async fn paper_has_numbers_and_reaches_its_holder(world) {
        let stage = released(world, &["李强", "罗青", "陈立"], &[], |_| ()).await;
        let (records, plan) = (&world.records, stage.plan.id);
        certificates::issue(records, &stage.zhou, plan).await.unwrap();
        assert_eq!(refusal_of(certificates::assign_stock(records, &stage.wang, plan, "abc").await), CertificateRefusal::Stock);
        let lines = stage.lines(world).await;
        certificates::set_stock(records, &stage.wang, &lines[1].id, "00021735").await.unwrap();
        let taken = refusal_of(certificates::assign_stock(records, &stage.wang, plan, "NO.00021734").await);
        assert_eq!(taken, CertificateRefusal::StockTaken { stock: "00021735".into() });
        assert_eq!(certificates::assign_stock(records, &stage.wang, plan, "００021740").await.unwrap(), 2);
        assert_eq!(refusal_of(certificates::assign_stock(records, &stage.wang, plan, "1").await), CertificateRefusal::NoneWithoutStock);
        let stocks: Vec<String> = stage.lines(world).await.into_iter().map(|line| line.stock).collect();
        assert_eq!(stocks, ["00021740", "00021735", "00021741"], "in the order of the numbers");

        assert_eq!(refusal_of(certificates::deliver(records, &stage.wang, &lines[0].id, "邮政快递", " ").await), CertificateRefusal::NoReceiver);
        for _ in 0..2 {
            certificates::deliver(records, &stage.wang, &lines[0].id, "邮政快递", "1234567890123").await.unwrap();
        }
        let mut sent = Vec::new();
        for (who, _) in &stage.people {
            let told = messages::inbox(records, who.id, 1).await.unwrap().lines.into_iter().map(|line| line.letter);
            sent.extend(told.filter(|letter| letter.kind == MessageKind::CertificateSent));
        }
        let told: Vec<_> = sent.iter().map(|one| (one.facts.number.as_str(), one.facts.title.as_str(), one.facts.words.as_str())).collect();
        assert_eq!(told, [(lines[0].number.as_str(), "邮政快递", "1234567890123")], "its holder, once");
        assert_eq!(certificates::hand_all(records, &stage.wang, plan, "云州技师学院 周老师").await.unwrap(), 2);
        let lines = stage.lines(world).await;
        assert!(matches!(&lines[0].delivery, Delivery::Post { sent: Some((carrier, tracking, _)) } if carrier == "邮政快递" && tracking == "1234567890123"));
        assert!(matches!(&lines[2].delivery, Delivery::Pickup { handed: Some((to, _)) } if to == "云州技师学院 周老师"));
        // A new paper has no number yet, and is still to be handed over.
        certificates::reissue(records, &stage.zhou, &lines[0].id, "遗失").await.unwrap();
        let again = &stage.lines(world).await[0];
        assert_eq!((again.stock.as_str(), &again.delivery), ("", &Delivery::Post { sent: None }));
    }

    async fn files_and_strangers(world) {
        let stage = released(world, &["李强", "罗青"], &["罗青"], |_| ()).await;
        let (records, plan) = (&world.records, stage.plan.id);
        assert_eq!(refusal_of(certificates::rows(records, &stage.zhou, plan).await), CertificateRefusal::NothingToPrint);
        certificates::issue(records, &stage.zhou, plan).await.unwrap();
        let line = stage.of(world, 0).await;
        let (_, headings, rows) = certificates::rows(records, &stage.zhou, plan).await.unwrap();
        assert_eq!(headings[..4], ["序号", "姓名", "证件类型", "证件号码"]);
        let li = &stage.people[0].0;
        assert_eq!(rows, [vec![
            "1".to_owned(), "李强".into(), "居民身份证".into(), li.id_no.clone(), "碳排放管理员".into(), "碳排放核算员".into(),
            "四级/中级工".into(), line.number.clone(), "2027-01-20".into(), stage.plan.agency_name.clone(), "S000033000123".into(),
        ]]);
        let (credential, jwt) = certificates::credential(records, li.id, &line.id, ORIGIN).await.unwrap();
        assert_eq!(credential["credentialSubject"]["achievement"]["humanCode"], line.number.as_str());
        assert!(!credential.to_string().contains(&li.id_no), "no identity number leaves the house");
        let signed: Vec<&str> = jwt.split('.').collect();
        assert_eq!(signed.len(), 3);

        let (stranger, authority) = (world.staff("沈嘉", Role::Manager, "S000033000208").await, world.staff("叶舟", Role::Authority, "").await);
        for member in [&stranger, &authority] {
            for outcome in [
                certificates::desk(records, member, plan).await.map(drop),
                certificates::case(records, member, &line.id).await.map(drop),
                certificates::issue(records, member, plan).await.map(drop),
                certificates::prepare(records, member, plan).await.map(drop),
                certificates::revoke(records, member, &line.id, RevokeReason::Request, "x", false).await,
                certificates::set_stock(records, member, &line.id, "1").await,
                certificates::rows(records, member, plan).await.map(drop),
            ] {
                assert!(matches!(outcome, Err(Error::NotFound | Error::Forbidden)), "{outcome:?}");
            }
        }
        assert!(matches!(certificates::rows(records, &stage.wang, plan).await, Err(Error::Forbidden)), "full numbers are for managers");
        assert!(matches!(certificates::issue(records, &stage.wang, plan).await, Err(Error::Forbidden)));
        assert_eq!(ask(world, &line.number, "罗青").await, Finding::NameMismatch);
        let known = certificates::known_to(records, &line.number, "李强").await.unwrap().unwrap();
        assert_eq!((known.level, known.occupation.as_str()), (4, "碳排放核算员"));
        assert!(certificates::known_to(records, &line.number, "罗青").await.unwrap().is_none());
    }

    async fn a_new_key_signs_and_older_codes_stay_proved(world) {
        let stage = released(world, &["李强"], &[], |_| ()).await;
        certificates::issue(&world.records, &stage.zhou, stage.plan.id).await.unwrap();
        let old = stage.code(world, 0).await;
        let keys = world.folder().join("keys");
        assert_eq!(Keys::rotate_certificates(world.folder(), &Chance::System).unwrap(), 2);
        assert_eq!(std::fs::metadata(keys.join("certificate-2.key")).unwrap().permissions().mode() & 0o077, 0);
        let server = world.second_server().await;
        let published = certificates::keys(&server);
        assert_eq!(published.len(), 2);
        assert_eq!(found(certificates::by_code(&server, &old).await.unwrap()).verdict, Verdict::Valid);
        certificates::reissue(&server, &stage.zhou, &stage.of(world, 0).await.id, "换新密钥").await.unwrap();
        let new = stage.code(world, 0).await;
        let key = |code: &str| domain::certificate::payload::open(code).unwrap().key().to_owned();
        assert_eq!((key(&new), key(&old)), (published[0].0.clone(), published[1].0.clone()));
        // A server that has not read the new key yet knows the number all the same.
        assert_eq!(certificates::by_code(&world.records, &new).await.unwrap(), Finding::Code(PayloadFault::UnknownKey));
        std::fs::remove_file(keys.join("certificate-1.key")).unwrap();
        let without = world.second_server().await;
        assert_eq!(certificates::by_code(&without, &old).await.unwrap(), Finding::Code(PayloadFault::UnknownKey));
        assert_eq!(found(certificates::by_code(&without, &new).await.unwrap()).verdict, Verdict::Valid);
    }

    async fn who_asked_for_the_post_gets_it_by_post(world) {
        const SECTION: &str = r#"{ "key": "delivery", "title": "证书领取", "field": [
            { "key": "delivery", "label": "证书领取方式", "kind": "choice", "required": false,
              "choices": [{ "value": "pickup", "label": "上门领取" }, { "value": "post", "label": "邮寄" }] },
            { "key": "recipient", "label": "收件人", "kind": "person_name", "required": false },
            { "key": "recipient_phone", "label": "收件人手机号码", "kind": "mobile", "required": false },
            { "key": "recipient_address", "label": "收件地址", "kind": "text", "required": false }] }"#;
        let plan = plan_under(world, "posted", |profile| {
            profile.payment.unpaid_gives_up = false;
            profile.form.section.push(serde_json::from_str(SECTION).unwrap());
        })
        .await;
        let (wang, zhou, li) = (world.reviewer("王芳").await, world.manager("周敏").await, world.applicant("李强").await);
        let id = ready(world, &plan, &li).await;
        let mut typed = answers();
        for (key, value) in [
            ("delivery", "post"),
            ("recipient", "李大强"),
            ("recipient_phone", "13800001111"),
            ("recipient_address", "浙江省杭州市西湖区文三路1号"),
        ] {
            typed.set(key, value);
        }
        saves(world, &li, id, typed).await;
        signs(world, &li, id).await;
        submits(world, &li, id).await;
        decides(world, &wang, id, Decision::Approve).await;
        world.at(AFTER);
        for member in [&wang, &zhou] {
            let marks = [(id, 0, "80".to_owned()), (id, 1, "80".to_owned())];
            scores::enter(&world.records, member, plan.id, &marks).await.unwrap();
        }
        scores::lock(&world.records, &zhou, plan.id).await.unwrap();
        scores::release(&world.records, &zhou, plan.id, world.records.now()).await.unwrap();
        certificates::issue(&world.records, &zhou, plan.id).await.unwrap();
        let line = certificates::mine(&world.records, li.id).await.unwrap().remove(0).line;
        assert_eq!(line.delivery, Delivery::Post { sent: None });
        let case = certificates::case(&world.records, &wang, &line.id).await.unwrap();
        let wanted = ("李大强".to_owned(), "13800001111".to_owned(), "浙江省杭州市西湖区文三路1号".to_owned());
        assert_eq!(case.address, Some(wanted));
        assert!(matches!(
            certificates::hand_all(&world.records, &wang, plan.id, "学校").await,
            Err(Error::Refused(_))
        ), "nobody fetches what goes by post");
    }
}
