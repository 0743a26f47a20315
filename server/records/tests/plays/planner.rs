//! Plans on their way: drafted, filed, examined, approved, published, amended, closed, called off.

mod lead_times;
mod office;
mod public;
mod taken_back;
mod told;
mod typed;

use crate::cast::*;
use domain::account::{Role, StaffMember};
use domain::form::Answers;
use domain::ids::{PlanId, Revision};
use domain::page::desk::Decision;
use domain::page::knowing::DueWhat;
use domain::page::mine::What;
use domain::page::planner::FilingBadge;
use domain::payment::{Channel, Notice, OrderState};
use domain::plan::PlanSearch;
use domain::planner::{FilingDesk, FilingOutcome, NoticeKind, PlanFaultWhy, PlanStage, PlannerRefusal};
use domain::refusal::Refusal;
use domain::timeline::TimeRule;
pub use office::{Office, changed, office, opened, published, refusal, seen, view};
use office::{decided, drafted, files, files_for, filled};
use records::planner::{self, Amended, Dates, Entry};
use records::{Error, Records, agencies, applications, history, payments, plans};
use testkit::{World, both_databases};

async fn changed_by(world: &World, who: &StaffMember, id: PlanId) -> Result<(), Error> {
    planner::amend(&world.records, who, id, Revision(0), &Answers::default(), "换场地", "").await.map(drop)
}

both_databases! {
    async fn a_plan_is_filed_returned_mended_approved_and_found(world) {
        let office = office(world).await;
        let id = drafted(world, &office, "2027-01-17").await;
        let draft = view(world, &office.boss, id).await;
        assert_eq!((draft.row.stage, draft.row.badge, draft.row.number.as_str()), (PlanStage::Draft, FilingBadge::Inside, ""));
        assert_eq!(draft.conflicts, [], "what is solved backwards breaks no rule");
        assert_eq!(draft.row.title, "浙江省生态与环境修复技术协会1月份碳排放管理员（碳排放核算员）中级工申报计划");
        assert!(is_not_found(planner::view(&world.records, &office.centre, id).await), "a draft is the agency's own business");

        files(world, &office, id).await;
        let number = view(world, &office.boss, id).await.row.number;
        assert_eq!(number, "2027-S-000001");
        let due = records::desk::dashboard(&world.records, &office.centre).await.unwrap().due;
        let opinion = due.iter().find(|due| due.plan == id && due.what == DueWhat::Opinion(FilingDesk::Centre));
        assert_eq!(opinion.unwrap().number, number, "plans of one title are told apart by it: {due:?}");
        let theirs = records::desk::dashboard(&world.records, &office.boss).await.unwrap().due;
        assert!(theirs.iter().all(|due| due.plan != id), "the agency waits");
        let waits = async |member| records::desk::waiting(&world.records, member).await.unwrap().plans;
        assert_eq!((waits(&office.centre).await, waits(&office.boss).await), (1, 0));
        let later = planner::save(&world.records, &office.boss, Some(id), Revision(2), &filled("2027-01-18"), Dates::Keep).await;
        assert_eq!(refusal(later), PlannerRefusal::NotNow(PlanStage::AtCentre));
        assert_eq!(refusal(decided(world, &office.centre, id, FilingOutcome::Return, " ").await), PlannerRefusal::NoReason);
        decided(world, &office.centre, id, FilingOutcome::Return, "考评员要写全").await.unwrap();
        assert_eq!((waits(&office.centre).await, waits(&office.boss).await), (0, 1), "sent back: the agency's turn");

        let desk = planner::desk(&world.records, &office.boss, Some(id), None).await.unwrap();
        assert_eq!((desk.stage, desk.opinions[0].text.as_str()), (PlanStage::Returned, "考评员要写全"));
        let mut form = desk.form;
        form.set("assessor.1.name", "孙悦");
        form.set("assessor.1.card", "K-0002");
        planner::save(&world.records, &office.boss, Some(id), desk.revision, &form, Dates::Keep).await.unwrap();
        let stale = planner::save(&world.records, &office.boss, Some(id), desk.revision, &form, Dates::Keep).await;
        assert!(matches!(stale, Err(Error::ChangedMeanwhile)));
        files(world, &office, id).await;
        assert_eq!(view(world, &office.boss, id).await.row.number, number, "the number is drawn once");

        assert_eq!(decided(world, &office.centre, id, FilingOutcome::Approve, "").await.unwrap(), PlanStage::AtAuthority);
        assert_eq!(refusal(decided(world, &office.centre, id, FilingOutcome::Approve, "").await), PlannerRefusal::SamePerson);
        let now = view(world, &office.boss, id).await.revision;
        assert_eq!(refusal(planner::publish(&world.records, &office.boss, id, now).await), PlannerRefusal::NotNow(PlanStage::AtAuthority));
        assert_eq!(view(world, &office.authority, id).await.acts.decide, Some(FilingDesk::Authority));
        decided(world, &office.authority, id, FilingOutcome::Approve, "同意实施").await.unwrap();

        let before = plans::search(&world.records, &PlanSearch::default()).await.unwrap().total;
        let now = view(world, &office.boss, id).await.revision;
        planner::publish(&world.records, &office.boss, id, now).await.unwrap();
        let plan = plans::get(&world.records, id).await.unwrap();
        assert_eq!((plan.number, plan.capacity, plan.fee.0), (number, 40, 28_000));
        assert_eq!(plans::search(&world.records, &PlanSearch::default()).await.unwrap().total, before + 1);
        let shown = view(world, &office.boss, id).await;
        let acts: Vec<&str> = shown.history.iter().map(|line| line.act.as_str()).collect();
        assert_eq!(acts, ["drafted", "filed", "return", "filed", "approve_centre", "approve_authority", "published"]);
        assert_eq!(shown.opinions.len(), 3);
        assert!(shown.acts.amend && shown.acts.cancel && !shown.acts.edit);
        assert!(history::verify(&world.records, &id.to_string()).await.unwrap().is_ok());
        let times = planner::times(&world.records, id).await.unwrap();
        assert_eq!(times.roster_pub_start.zip(times.ticket_start).map(|(roster, ticket)| (roster.day() < ticket.day(), ticket.to_string())), Some((true, "2027-01-07".into())));
    }

    async fn no_plan_outside_the_filing(world) {
        let office = office(world).await;
        let agency = office.boss.agency.unwrap();
        for (scope, exam) in [("6-31-01-03/4", "2027-01-17"), ("4-09-07-04-03/1", "2027-01-17"), ("4-09-07-04-03/4", "2028-01-16")] {
            let mut form = filled(exam);
            form.set("scope", scope);
            let id = planner::save(&world.records, &office.boss, None, Revision(0), &form, Dates::Propose).await.unwrap();
            let seen = seen(world, &office.boss, id).await;
            let PlannerRefusal::Faults(faults) = refusal(planner::file(&world.records, &office.boss, id, seen).await) else { panic!("{scope}") };
            assert!(faults.iter().any(|fault| fault.key == "scope" && fault.why == PlanFaultWhy::OutsideFiling), "{scope} {exam}");
        }
        let entry = Entry::Scope { occupation: "电工".into(), trade: String::new(), code: "6-31-01-03".into(), levels: "4".into(), from: "2025-01-01".into(), until: "2026-12-31".into(), document: String::new() };
        assert!(matches!(planner::add(&world.records, &office.boss, agency, &entry).await, Err(Error::Forbidden)), "an agency does not file itself");
        let contact = Entry::Contact { region: "柯城".into(), topic: "报名".into(), name: "周敏".into(), phone: "0570-00000000".into() };
        planner::add(&world.records, &office.boss, agency, &contact).await.unwrap();
        let register = planner::register(&world.records, &office.boss).await.unwrap();
        assert_eq!((register.agencies.len(), register.agencies[0].scopes.len(), register.agencies[0].contacts.len()), (1, 1, 1));
        let card = &register.agencies[0];
        planner::remove(&world.records, &office.boss, agency, &card.contacts[0].id).await.unwrap();
        assert!(matches!(planner::remove(&world.records, &office.boss, agency, &card.scopes[0].id).await, Err(Error::Forbidden)));
        let id = drafted(world, &office, "2027-01-17").await;
        files(world, &office, id).await;
        assert_eq!(refusal(planner::remove(&world.records, &office.authority, agency, &card.scopes[0].id).await), PlannerRefusal::ScopeInUse);
        // A filing that ends before the exam is as none.
        files_for(world, &office, "2027-01-16").await;
        assert_eq!(view(world, &office.boss, id).await.row.badge, FilingBadge::Expired);
        let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
        assert!(is_not_found(planner::view(&world.records, &stranger, id).await));
        assert!(is_not_found(planner::file(&world.records, &stranger, id, Revision(1)).await));
        let wang = world.reviewer("王芳").await;
        assert!(matches!(planner::save(&world.records, &wang, None, Revision(0), &filled("2027-01-17"), Dates::Keep).await, Err(Error::Forbidden)));
    }

    async fn numbers_are_drawn_once_however_many_file_at_once(world) {
        let office = office(world).await;
        let other = world.second_server().await;
        let mut ids = Vec::new();
        for _ in 0..8 {
            ids.push(drafted(world, &office, "2027-01-17").await);
        }
        let filing = |records: &Records, id: PlanId| {
            let (records, boss) = (records.clone(), office.boss.clone());
            tokio::spawn(async move { planner::file(&records, &boss, id, Revision(1)).await })
        };
        let running: Vec<_> = ids.iter().enumerate().map(|(at, id)| filing(if at % 2 == 0 { &world.records } else { &other }, *id)).collect();
        for one in running {
            one.await.unwrap().unwrap();
        }
        let mut numbers = Vec::new();
        for id in &ids {
            numbers.push(view(world, &office.boss, *id).await.row.number);
        }
        numbers.sort();
        let want: Vec<String> = (1..=8).map(|seq| format!("2027-S-{seq:06}")).collect();
        assert_eq!(numbers, want);
        other.close().await.unwrap();
    }

    async fn dates_that_do_not_fit_are_told_and_mended(world) {
        let office = office(world).await;
        let id = drafted(world, &office, "2027-01-17").await;
        let shown = view(world, &office.boss, id).await;
        let mut form = shown.form;
        form.set("roster_pub_end", form.get("roster_pub_start").to_owned().as_str());
        form.set("ticket_end", "2027-01-16");
        planner::save(&world.records, &office.boss, Some(id), shown.revision, &form, Dates::Keep).await.unwrap();
        let seen_now = seen(world, &office.boss, id).await;
        let PlannerRefusal::Conflicts(found) = refusal(planner::file(&world.records, &office.boss, id, seen_now).await) else { panic!() };
        let rules: Vec<TimeRule> = found.iter().map(|one| one.rule).collect();
        assert_eq!(rules, [TimeRule::PubMinDays, TimeRule::TicketEndsOnExamDay, TimeRule::TicketMinDays]);
        planner::save(&world.records, &office.boss, Some(id), seen_now, &form, Dates::Mend).await.unwrap();
        assert_eq!(view(world, &office.boss, id).await.conflicts, []);
        files(world, &office, id).await;

        // Fourteen days before the exam is one day too late.
        let late = drafted(world, &office, "2027-03-07").await;
        world.at("2027-02-21 09:00:00");
        let seen_late = seen(world, &office.boss, late).await;
        let PlannerRefusal::Conflicts(found) = refusal(planner::file(&world.records, &office.boss, late, seen_late).await) else { panic!() };
        assert_eq!(found.iter().map(|one| one.rule).collect::<Vec<_>>(), [TimeRule::FilingLead]);
        world.at("2027-02-20 23:00:00");
        files(world, &office, late).await;

        let copy = planner::desk(&world.records, &office.boss, None, Some(late)).await.unwrap();
        assert_eq!((copy.form.get("seats"), copy.form.get("theory_on"), copy.form.get("reg_open")), ("40", "", ""));
        assert!(copy.earliest_exam.is_some_and(|day| day.to_string().as_str() > "2027-03-11"));
    }

    async fn an_amendment_has_a_reason_and_everybody_is_told(world) {
        let office = office(world).await;
        let id = published(world, &office, "2027-01-17").await;
        let opens = plans::get(&world.records, id).await.unwrap().window.opens;
        world.records.clock().set(domain::time::Timestamp(opens.0 + 3_600_000));
        let plan = plans::get(&world.records, id).await.unwrap();
        let li = world.applicant("李强").await;
        let case = submitted(world, &plan, &li).await;
        assert_eq!(refusal(changed(world, &office, id, &[("site", "新考点")], "").await), PlannerRefusal::NoReason);
        assert_eq!(refusal(changed(world, &office, id, &[], "因故").await), PlannerRefusal::Nothing);
        assert_eq!(refusal(changed(world, &office, id, &[("seats", "0")], "因故").await), PlannerRefusal::Faults(vec![domain::planner::PlanFault { key: "seats".into(), why: PlanFaultWhy::NotANumber { min: 1, max: 100_000 } }]));
        let PlannerRefusal::Conflicts(found) = refusal(changed(world, &office, id, &[("theory_on", "2027-01-10"), ("skill_on", "2027-01-10")], "提前").await) else { panic!() };
        assert!(found.iter().any(|one| one.rule == TimeRule::TicketEndsOnExamDay));
        let mut moved = view(world, &office.boss, id).await.form;
        moved.set("fee", "1");
        let fixed = planner::amend(&world.records, &office.boss, id, seen(world, &office.boss, id).await, &moved, "调价", "").await;
        assert_eq!(refusal(fixed), PlannerRefusal::Nothing, "what people registered for stays");

        let done = changed(world, &office, id, &[("contact", "孙悦"), ("seats", "60")], "换联系人").await.unwrap();
        assert_eq!(done, Amended::InForce, "nobody approved a contact");
        let plan = plans::get(&world.records, id).await.unwrap();
        assert_eq!((plan.contact.as_str(), plan.capacity), ("孙悦", 60));
        let told = applications::case_of(&world.records, li.id, case).await.unwrap();
        assert_eq!(told.timeline.last().unwrap().what, What::PlanActed);
        assert_eq!(view(world, &office.authority, id).await.history.last().unwrap().act, "amended");

        let now = seen(world, &office.boss, id).await;
        planner::close_early(&world.records, &office.boss, id, now, "名额已满").await.unwrap();
        assert!(!plans::get(&world.records, id).await.unwrap().window.is_open(domain::time::Timestamp(world.records.now().0 + 1_000)));
        assert!(view(world, &office.boss, id).await.ended.contains("名额已满"));
        world.pass(5);
        let zhao = world.applicant("赵敏").await;
        assert!(matches!(refused(applications::start(&world.records, zhao.id, id).await), Refusal::Start(_)));
        assert!(history::verify(&world.records, &case.to_string()).await.unwrap().is_ok());
    }

    async fn a_plan_that_is_called_off_gives_everything_back(world) {
        let office = office(world).await;
        let wang = world.reviewer("王芳").await;
        let id = published(world, &office, "2027-01-17").await;
        let opens = plans::get(&world.records, id).await.unwrap().window.opens;
        world.records.clock().set(domain::time::Timestamp(opens.0 + 3_600_000));
        let plan = plans::get(&world.records, id).await.unwrap();
        let (li, zhao, sun) = (world.applicant("李强").await, world.applicant("赵敏").await, world.applicant("孙悦").await);
        let paid = submitted(world, &plan, &li).await;
        decides(world, &wang, paid, Decision::Approve).await;
        let order = applications::case_of(&world.records, li.id, paid).await.unwrap().order.unwrap();
        let notice = Notice { order: order.number.clone(), transaction: "42".into(), amount: order.amount, success: true };
        payments::take_notice(&world.records, Channel::Wechat, "e1", "hash", &notice).await.unwrap();
        let waiting = submitted(world, &plan, &zhao).await;
        let draft = ready(world, &plan, &sun).await;
        let qian = world.applicant("钱宁").await;
        let given_up = submitted(world, &plan, &qian).await;
        applications::withdraw(&world.records, qian.id, given_up).await.unwrap();
        world.records.clock().set(domain::time::Timestamp(opens.0 + 7_200_000));

        let now = seen(world, &office.boss, id).await;
        assert_eq!(refusal(planner::cancel(&world.records, &office.boss, id, now, " ").await), PlannerRefusal::NoReason);
        planner::cancel(&world.records, &office.boss, id, now, "考点停用").await.unwrap();
        for (who, case) in [(&li, paid), (&zhao, waiting), (&sun, draft)] {
            let told = applications::case_of(&world.records, who.id, case).await;
            if let Ok(told) = told {
                assert_eq!(told.timeline.last().unwrap().what, What::PlanCancelled);
            }
            assert!(history::verify(&world.records, &case.to_string()).await.unwrap().is_ok());
        }
        for who in [&li, &zhao, &sun] {
            let stands = applications::mine(&world.records, who.id).await.unwrap().applications.remove(0).progress;
            assert_eq!((stands.label.as_str(), stands.called_off, stands.acts.len()), ("计划已取消", true, 0));
        }
        let stands = applications::mine(&world.records, qian.id).await.unwrap().applications.remove(0).progress;
        assert_eq!((stands.label.as_str(), stands.called_off), ("已撤回", false), "who gave up before did it themselves");
        let back = applications::case_of(&world.records, li.id, paid).await.unwrap().order.unwrap();
        assert_eq!((back.state, back.refunded), (OrderState::Refunding, order.amount));
        assert!(refused(applications::submit(&world.records, sun.id, draft, "key").await) != Refusal::Planner(PlannerRefusal::Nothing));
        assert_eq!(taken(world, &plan).await, 0);
        assert_eq!(applications::broken_promises(&world.records).await.unwrap(), Vec::<String>::new());
        let again = planner::cancel(&world.records, &office.boss, id, Revision(99), "再取消").await;
        assert_eq!(refusal(again), PlannerRefusal::NotNow(PlanStage::Cancelled));
        planner::settle_cancelled(&world.records).await.unwrap();
    }

    /// Whoever submits while a plan is called off has submitted before and is told, or is refused.
    async fn called_off_while_people_submit(world) {
        let office = office(world).await;
        let id = published(world, &office, "2027-01-17").await;
        let opens = plans::get(&world.records, id).await.unwrap().window.opens;
        world.records.clock().set(domain::time::Timestamp(opens.0 + 3_600_000));
        let plan = plans::get(&world.records, id).await.unwrap();
        let other = world.second_server().await;
        let mut people = Vec::new();
        for at in 0..6 {
            let who = world.applicant(&format!("考生{}", ["甲", "乙", "丙", "丁", "戊", "己"][at])).await;
            let case = ready(world, &plan, &who).await;
            people.push((who, case));
        }
        let now = seen(world, &office.boss, id).await;
        let submitting: Vec<_> = people.iter().enumerate().map(|(at, (who, case))| {
            let (records, account, case) = (if at % 2 == 0 { world.records.clone() } else { other.clone() }, who.id, *case);
            tokio::spawn(async move { applications::submit(&records, account, case, "key").await })
        }).collect();
        planner::cancel(&world.records, &office.boss, id, now, "考点停用").await.unwrap();
        let mut outcomes = Vec::new();
        for one in submitting {
            outcomes.push(one.await.unwrap());
        }
        // A submission that committed just before is ended by the same act, or by the next round of upkeep.
        planner::settle_cancelled(&world.records).await.unwrap();
        for (outcome, (who, case)) in outcomes.into_iter().zip(&people) {
            let told = applications::case_of(&world.records, who.id, *case).await;
            match outcome {
                Ok(_) => assert!(told.unwrap().timeline.iter().any(|line| line.what == What::PlanCancelled)),
                Err(Error::Refused(Refusal::Submit(_))) | Err(Error::ChangedMeanwhile) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(taken(world, &plan).await, 0);
        assert_eq!(applications::broken_promises(&world.records).await.unwrap(), Vec::<String>::new());
        other.close().await.unwrap();
    }

    async fn imported_plans_can_be_seen_and_called_off_too(world) {
        let office = office(world).await;
        let plan = world.plan().await;
        let shown = view(world, &office.boss, plan.id).await;
        assert_eq!((shown.row.stage, shown.revision, shown.conflicts.len()), (PlanStage::Published, Revision(0), 0));
        let hub = planner::list(&world.records, &office.boss, "", None).await.unwrap();
        assert_eq!((hub.rows.len(), hub.may_draft), (1, true));
        assert_eq!(planner::list(&world.records, &office.boss, "没有这个", None).await.unwrap().rows.len(), 0);
        let region = planner::list(&world.records, &office.authority, "", Some(PlanStage::Published)).await.unwrap();
        assert_eq!((region.rows.len(), region.may_decide, region.may_draft), (1, true, false));
        let draft = drafted(world, &office, "2027-01-17").await;
        let all = agencies::list(&world.records).await.unwrap();
        let elsewhere = all.iter().find(|agency| agency.id != plan.agency).unwrap();
        let stranger = world.staff("周杰", Role::Manager, &elsewhere.filing_code).await;
        for id in [draft, plan.id] {
            assert!(is_not_found(planner::close_early(&world.records, &stranger, id, Revision(0), "停").await), "not even its stage");
            assert!(is_not_found(planner::cancel(&world.records, &stranger, id, Revision(0), "停").await));
            assert!(is_not_found(planner::open_notice(&world.records, &stranger, id, NoticeKind::Roster, None).await));
            assert!(is_not_found(changed_by(world, &stranger, id).await));
        }
        changed(world, &office, plan.id, &[("site", "新考点")], "换场地").await.unwrap_or_else(|why| panic!("{why:?}"));
        planner::cancel(&world.records, &office.boss, plan.id, seen(world, &office.boss, plan.id).await, "不办了").await.unwrap();
        assert_eq!(view(world, &office.boss, plan.id).await.row.stage, PlanStage::Cancelled);
        assert!(agencies::list(&world.records).await.unwrap().len() >= 4);
    }
}
