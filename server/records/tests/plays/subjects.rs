//! 变更工种和等级: those whom it concerns are listed before anybody asks, both desks approve, and then nobody's eligibility
//! stands on other ground without a word: each application is looked at again, and stays or goes back.

use crate::cast::*;
use crate::planner::{Office, office, published, refusal, view};
use domain::account::StaffMember;
use domain::application::{AskedAnew, Stage, StageName, Target};
use domain::ids::{ApplicationId, Fen, PlanId};
use domain::message::MessageKind;
use domain::occupation::SkillLevel;
use domain::page::desk::Decision;
use domain::payment::{Channel, Notice, OrderState, Outcome};
use domain::plan::Plan;
use domain::planner::{AffectedWhy, AmendmentStage, Examination, PlanFaultWhy, PlannerRefusal, SettledBy};
use domain::profile::LateMoney;
use domain::time::Timestamp;
use records::planner::{self, Amended, Entry};
use records::{Error, applications, history, messages, payments, plans};
use testkit::{Applicant, World, both_databases};

const LEVEL_THREE: (&str, &str) = ("scope", "4-09-07-04-03/3");
const OTHER_TRADE: (&str, &str) = ("scope", "4-09-07-04-02/4");
const OTHER_OCCUPATION: (&str, &str) = ("scope", "4-12-01-01/4");

async fn open(world: &World) -> (Office, PlanId) {
    let (office, [id]) = public(world).await;
    (office, id)
}

/// So many plans, all open for registration.
async fn public<const MANY: usize>(world: &World) -> (Office, [PlanId; MANY]) {
    let office = office(world).await;
    let ids = opened(world, &office).await;
    (office, ids)
}

async fn opened<const MANY: usize>(world: &World, office: &Office) -> [PlanId; MANY] {
    for (occupation, trade, code) in
        [("碳排放管理员", "碳排放监测员", "4-09-07-04-02"), ("汽车维修工", "", "4-12-01-01")]
    {
        let entry = Entry::Scope {
            occupation: occupation.into(),
            trade: trade.into(),
            code: code.into(),
            levels: "四级 3".into(),
            from: "2025-01-01".into(),
            until: "2027-12-31".into(),
            document: String::new(),
        };
        planner::add(&world.records, &office.authority, office.boss.agency.unwrap(), &entry).await.unwrap();
    }
    let mut ids = [PlanId(uuid::Uuid::nil()); MANY];
    for id in &mut ids {
        *id = published(world, office, "2027-01-17").await;
    }
    let opens = plan(world, ids[0]).await.window.opens;
    world.records.clock().set(Timestamp(opens.0 + 3_600_000));
    ids
}

async fn plan(world: &World, id: PlanId) -> Plan {
    plans::get(&world.records, id).await.unwrap()
}

async fn registered(world: &World, id: PlanId, name: &str) -> (Applicant, ApplicationId) {
    let who = world.applicant(name).await;
    let case = submitted(world, &plan(world, id).await, &who).await;
    (who, case)
}

async fn asks(
    world: &World,
    who: &StaffMember,
    id: PlanId,
    change: &[(&str, &str)],
    seen: &str,
) -> Result<Amended, Error> {
    let shown = view(world, who, id).await;
    let mut form = shown.form;
    for (key, value) in change {
        form.set(key, value);
    }
    planner::amend(&world.records, who, id, shown.revision, &form, "评价对象变了", seen).await
}

/// Asks once, sees whom it concerns, and asks again.
async fn asks_knowing(world: &World, office: &Office, id: PlanId, change: &[(&str, &str)]) -> Examination {
    let PlannerRefusal::Affects(found) = refusal(asks(world, &office.boss, id, change, "").await) else { panic!() };
    assert_eq!(asks(world, &office.boss, id, change, &found.token).await.unwrap(), Amended::Waits);
    found
}

async fn both_agree(world: &World, office: &Office, id: PlanId) -> Result<AmendmentStage, Error> {
    // Later than what was handed in, so that the newest message is the newest.
    world.pass(1);
    let seen = view(world, &office.boss, id).await.amendments[0].revision;
    planner::decide_amendment(&world.records, &office.centre, id, seen, true, "").await?;
    planner::decide_amendment(&world.records, &office.authority, id, seen + 1, true, "同意").await
}

async fn stage(world: &World, who: &Applicant, case: ApplicationId) -> Stage {
    draft(world, who, case).await.stage
}

async fn told(world: &World, who: &Applicant) -> Vec<MessageKind> {
    let page = messages::inbox(&world.records, who.id, 1).await.unwrap();
    page.lines.into_iter().map(|line| line.letter.kind).collect()
}

fn why<'a>(found: &'a Examination, name: &str) -> &'a [AffectedWhy] {
    &found.people.iter().find(|one| one.name == name).unwrap().why
}

both_databases! {
    async fn another_level_goes_back_to_everybody_whatever_was_decided(world) {
        let (office, id) = open(world).await;
        let wang = world.reviewer("王芳").await;
        let ((li, approved), (zhao, waiting), (sun, returned)) =
            (registered(world, id, "李强").await, registered(world, id, "赵敏").await, registered(world, id, "孙悦").await);
        decides(world, &wang, approved, Decision::Approve).await;
        let until = view(world, &office.boss, id).await.form.get("review_close").to_owned();
        assert!(!until.is_empty());
        let day = world.records.now().day().succ_opt().unwrap().to_string();
        decides(world, &wang, returned, returning(&[field("post")], &format!("{day} 23:59:59"))).await;
        let beginner = world.applicant("陈立").await;
        let draft_case = ready(world, &plan(world, id).await, &beginner).await;

        let found = asks_knowing(world, &office, id, &[LEVEL_THREE]).await;
        assert_eq!((found.returned, found.kept, found.people.len()), (3, 0, 3), "a draft asked for nothing yet");
        assert_eq!(found.people.iter().find(|one| one.name == "李强").unwrap().stage, StageName::Approved);
        assert!(why(&found, "赵敏").contains(&AffectedWhy::Level) && why(&found, "赵敏").contains(&AffectedWhy::Condition));
        assert_eq!(plan(world, id).await.level, Some(SkillLevel::IntermediateWorker), "until both desks agree, the level stays");
        assert!(view(world, &office.centre, id).await.amendments[0].changes.contains("3 人退回补正，0 人保留"));
        assert_eq!(stage(world, &li, approved).await.name(), StageName::Approved);
        let fee_then = applications::frozen(&world.records, &domain::account::Viewer::Staff(wang.clone()), approved, 1).await.unwrap().texts.fee;

        assert_eq!(both_agree(world, &office, id).await.unwrap(), AmendmentStage::Approved);
        let now = plan(world, id).await;
        assert_eq!((now.level, now.fee), (Some(SkillLevel::SeniorWorker), Fen(28_000)));
        assert!(now.title.contains("高级工") && now.conditions.len() > 1, "{}", now.title);
        assert_eq!(view(world, &office.boss, id).await.row.title, now.title);
        for (who, case) in [(&li, approved), (&zhao, waiting), (&sun, returned)] {
            let Stage::Returned { remarks, until, .. } = stage(world, who, case).await else { panic!("not returned") };
            assert!(until > world.records.now());
            let asked = remarks.iter().find(|remark| remark.on == field("condition")).and_then(|remark| remark.anew.clone()).unwrap();
            assert!(asked.was.contains("四级/中级工") && asked.is.contains("三级/高级工") && asked.ask == AskedAnew::Condition, "{asked:?}");
            assert!(remarks.iter().any(|remark| remark.on == Target::Signature));
            assert_eq!(told(world, who).await[0], MessageKind::Returned);
            let letter = messages::inbox(&world.records, who.id, 1).await.unwrap().lines.remove(0).letter;
            assert_eq!(letter.facts.words, "评价对象变了");
            assert!(letter.facts.became.is_some_and(|(was, is)| was == asked.was && is == asked.is));
            assert!(history::verify(&world.records, &case.to_string()).await.unwrap().is_ok());
        }
        let Stage::Returned { remarks, .. } = stage(world, &sun, returned).await else { panic!() };
        assert!(remarks.iter().any(|remark| remark.on == field("post")), "what was to be corrected before still is");
        assert_eq!(stage(world, &beginner, draft_case).await, Stage::Draft);
        assert_eq!(now.taken, 3, "nobody lost a seat");

        // What was signed was for another level: handed in again it is signed again, at the fee of the first time.
        assert!(matches!(refused(applications::submit(&world.records, li.id, approved, "k2").await), domain::refusal::Refusal::Submit(_)));
        assert!(!draft(world, &li, approved).await.corrected.contains(&field("condition")));
        saves(world, &li, approved, answers()).await;
        assert!(draft(world, &li, approved).await.corrected.contains(&field("condition")), "the same number is another condition now");
        signs(world, &li, approved).await;
        applications::submit(&world.records, li.id, approved, "k3").await.unwrap();
        let again = applications::frozen(&world.records, &domain::account::Viewer::Staff(wang.clone()), approved, 2).await.unwrap();
        assert_eq!(again.texts.fee, fee_then);
        assert_eq!(again.texts.conditions, now.conditions, "and it was agreed to as it reads now");
        decides(world, &wang, approved, Decision::Approve).await;
        let orders = payments::money_rows(&world.records, &office.boss, None).await.unwrap();
        assert_eq!(orders.iter().filter(|order| order.application == approved).map(|order| order.amount).collect::<Vec<_>>(), [Fen(28_000)]);
    }

    async fn another_trade_of_the_same_level_keeps_who_still_meets_the_condition(world) {
        let (office, id) = open(world).await;
        let wang = world.reviewer("王芳").await;
        let ((li, kept), (zhao, back)) = (registered(world, id, "李强").await, registered(world, id, "赵敏").await);
        let short = with(with(answers(), "jobs.0.from", "2025-06"), "years_occ", "1");
        let sun = world.applicant("孙悦").await;
        let newcomer = ready(world, &plan(world, id).await, &sun).await;
        saves(world, &sun, newcomer, short).await;
        signs(world, &sun, newcomer).await;
        decides(world, &wang, kept, Decision::Approve).await;
        decides(world, &wang, back, Decision::Approve).await;

        let PlannerRefusal::Affects(early) = refusal(asks(world, &office.boss, id, &[OTHER_TRADE], "").await) else { panic!() };
        assert_eq!((early.returned, early.kept), (0, 2));
        submits(world, &sun, newcomer).await;
        let PlannerRefusal::Affects(found) = refusal(asks(world, &office.boss, id, &[OTHER_TRADE], &early.token).await) else {
            panic!("the list that was seen is not the list any more")
        };
        assert_eq!((found.returned, found.kept), (1, 2));
        assert_eq!(why(&found, "孙悦"), [AffectedWhy::NotShown]);
        assert_eq!(found.people[0].name, "孙悦", "those that go back stand first");
        asks(world, &office.boss, id, &[OTHER_TRADE], &found.token).await.unwrap();
        // Somebody registers while the desks look at it.
        let (chen, late) = registered(world, id, "陈立").await;
        both_agree(world, &office, id).await.unwrap();

        assert_eq!(plan(world, id).await.trade, "碳排放监测员");
        for (who, case, name) in [(&li, kept, StageName::Approved), (&zhao, back, StageName::Approved), (&chen, late, StageName::Submitted)] {
            assert_eq!(stage(world, who, case).await.name(), name);
            assert_eq!(told(world, who).await[0], MessageKind::PlanChanged);
        }
        assert_eq!(stage(world, &sun, newcomer).await.name(), StageName::Returned);
        let kinds = told(world, &sun).await;
        assert_eq!(kinds[0], MessageKind::Returned);
        assert!(!kinds.contains(&MessageKind::PlanChanged), "one message says it all");
    }

    async fn what_the_filing_does_not_cover_or_work_stands_on_is_not_changed(world) {
        let (office, [id, elsewhere]) = public(world).await;
        let outside = refusal(asks(world, &office.boss, id, &[("scope", "4-09-07-04-02/5")], "").await);
        let PlannerRefusal::Faults(faults) = outside else { panic!("{outside:?}") };
        assert!(faults.iter().any(|fault| fault.key == "scope" && fault.why == PlanFaultWhy::OutsideFiling));
        let unknown = refusal(asks(world, &office.boss, id, &[("scope", "1-01-01-01/4")], "").await);
        assert!(matches!(unknown, PlannerRefusal::Faults(_)));
        assert_eq!(refusal(asks(world, &office.boss, id, &[("conditions", "年满十八周岁")], "").await), PlannerRefusal::Nothing, "conditions change with the subject alone");

        // With nobody there, nobody is to be seen; what was typed as conditions is for the new subject.
        assert_eq!(asks(world, &office.boss, id, &[OTHER_OCCUPATION, ("conditions", "从事汽车维修满三年")], "").await.unwrap(), Amended::Waits);
        both_agree(world, &office, id).await.unwrap();
        assert_eq!(plan(world, id).await.conditions, [(1, "从事汽车维修满三年".to_owned())]);
        let PlannerRefusal::Faults(old) = refusal(asks(world, &office.boss, id, &[OTHER_TRADE], "").await) else { panic!() };
        assert_eq!(old[0].why, PlanFaultWhy::WrittenForAnother);

        // Somebody of this trade elsewhere: the change would register them twice.
        let li = world.applicant("李强").await;
        submitted(world, &plan(world, elsewhere).await, &li).await;
        submitted(world, &plan(world, id).await, &li).await;
        let twice = refusal(asks(world, &office.boss, id, &[("scope", "4-09-07-04-03/4"), ("conditions", "")], "").await);
        assert!(matches!(&twice, PlannerRefusal::SameTrade(people) if people.len() == 1 && people[0].contains("李强")), "{twice:?}");

        // Once the list went to the authority, both stay.
        let wang = world.reviewer("王芳").await;
        let (_, case) = registered(world, elsewhere, "赵敏").await;
        decides(world, &wang, case, Decision::Approve).await;
        records::filing::file(&world.records, &office.boss, elsewhere).await.unwrap();
        assert_eq!(refusal(asks(world, &office.boss, elsewhere, &[LEVEL_THREE], "").await), PlannerRefusal::Settled(SettledBy::Filed));
    }

    /// Whoever did not pay in time was reviewed for what the plan was: money that comes after it became another goes back.
    async fn late_money_brings_nobody_back_to_a_plan_that_examines_something_else(world) {
        let office = office(world).await;
        let mut profile = (*records::profiles::newest(&world.records, "filed").await.unwrap().unwrap()).clone();
        profile.version += 1;
        profile.payment.days = 1;
        profile.payment.unpaid_gives_up = true;
        profile.payment.late_money = LateMoney::Restores;
        records::profiles::publish(&world.records, &profile).await.unwrap();
        let [id] = opened(world, &office).await;
        let wang = world.reviewer("王芳").await;
        let ((li, changed), (zhao, open)) = (registered(world, id, "李强").await, registered(world, id, "赵敏").await);
        let mut numbers = Vec::new();
        for (who, case) in [(&li, changed), (&zhao, open)] {
            decides(world, &wang, case, Decision::Approve).await;
            numbers.push(applications::case_of(&world.records, who.id, case).await.unwrap().order.unwrap().number);
        }
        world.pass(48 * 60);
        assert!(payments::expire(&world.records, &numbers[0]).await.unwrap());
        let order = async |who: &Applicant, case| applications::case_of(&world.records, who.id, case).await.unwrap().order.unwrap().state;
        let pays = async |event: &str, number: &str, transaction: &str| {
            let notice = Notice { order: number.into(), transaction: transaction.into(), amount: Fen(28_000), success: true };
            payments::take_notice(&world.records, Channel::Wechat, event, "hash", &notice).await.unwrap()
        };
        assert_eq!(pays("e0", &numbers[1], "t0").await, Outcome::Paid, "the other one has paid meanwhile");
        assert_eq!(order(&li, changed).await, OrderState::Expired);

        let found = asks_knowing(world, &office, id, &[OTHER_TRADE]).await;
        assert_eq!((found.returned, found.kept), (0, 1), "who gave the seat up is asked for nothing");
        assert_eq!(order(&li, changed).await, OrderState::Expired, "until both desks agree, it may come back");
        both_agree(world, &office, id).await.unwrap();
        assert_eq!((order(&li, changed).await, order(&zhao, open).await), (OrderState::Cancelled, OrderState::Paid));

        let before = plan(world, id).await;
        assert!(before.taken < before.capacity, "there is room");
        world.pass(1);
        assert_eq!(pays("e1", &numbers[0], "t1").await, Outcome::Late);
        assert_eq!(pays("e2", &numbers[0], "t1").await, Outcome::Duplicate);
        assert_eq!((plan(world, id).await.taken, order(&li, changed).await), (before.taken, OrderState::Cancelled));
        let back = payments::pending_refunds(&world.records).await.unwrap();
        assert_eq!(back.iter().map(|one| one.transaction.as_str()).collect::<Vec<_>>(), ["t1"]);
        let letter = messages::inbox(&world.records, li.id, 1).await.unwrap().lines.remove(0).letter;
        assert_eq!((letter.kind, letter.facts.words.as_str()), (MessageKind::LateReturned, "缴费单已经作废"));
        assert_eq!(applications::broken_promises(&world.records).await.unwrap(), [""; 0]);
    }

    async fn the_desks_refuse_and_nobody_notices(world) {
        let (office, id) = open(world).await;
        let (li, case) = registered(world, id, "李强").await;
        let before = plan(world, id).await;
        asks_knowing(world, &office, id, &[LEVEL_THREE]).await;
        let messages = told(world, &li).await.len();
        let seen = view(world, &office.boss, id).await.amendments[0].revision;
        planner::decide_amendment(&world.records, &office.centre, id, seen, false, "报名已经过半").await.unwrap();
        assert_eq!(plan(world, id).await, before);
        assert_eq!(stage(world, &li, case).await.name(), StageName::Submitted);
        assert_eq!(told(world, &li).await.len(), messages);
    }
}
