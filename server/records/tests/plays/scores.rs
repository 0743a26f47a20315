//! Scores: from a sheet, by two hands, locked, released at a moment, looked at again, corrected, and what a resit makes of it.

use crate::cast::*;
use crate::variant::plan_under;
use domain::account::StaffMember;
use domain::application::WithdrawRefusal;
use domain::ids::ApplicationId;
use domain::page::desk::Decision;
use domain::page::knowing::DueWhat;
use domain::page::scores::{MyScores, ScoreBoard, ScoreRefusal, ScoreState};
use domain::plan::Plan;
use domain::profile::Profile;
use domain::refusal::Refusal;
use domain::roster::{Cell, Sheet};
use domain::scores::{ExamResult, Mark, MarkFault, Noted};
use records::results::{NewResult, Outcome};
use records::rooms::{self, Mode};
use records::scores::{self, Answer};
use records::{Error, applications};
use testkit::{Applicant, World, both_databases};

/// After the exam of the first plan.
const AFTER: &str = "2027-01-20 10:00:00";

struct Stage {
    plan: Plan,
    wang: StaffMember,
    zhao: StaffMember,
    zhou: StaffMember,
    people: Vec<(Applicant, ApplicationId)>,
}

/// A plan with approved people, after its exam. Subjects: 理论考试, 实操考试.
async fn examined(world: &World, names: &[&str], change: impl FnOnce(&mut Profile)) -> Stage {
    let plan = plan_under(world, "scored", |profile| {
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
    Stage { plan, wang, zhao, zhou, people }
}

impl Stage {
    async fn board(&self, world: &World, member: &StaffMember) -> ScoreBoard {
        scores::desk(&world.records, member, Some(self.plan.id)).await.unwrap().board.unwrap()
    }

    async fn mine(&self, world: &World, at: usize) -> Option<MyScores> {
        let (who, id) = &self.people[at];
        applications::case_of(&world.records, who.id, *id).await.unwrap().scores
    }

    async fn enters(
        &self,
        world: &World,
        member: &StaffMember,
        marks: &[(usize, usize, &str)],
    ) -> Result<scores::Entered, Error> {
        let typed: Vec<_> =
            marks.iter().map(|(at, place, text)| (self.people[*at].1, *place, (*text).to_owned())).collect();
        scores::enter(&world.records, member, self.plan.id, &typed).await
    }

    /// Both enter the same, for everybody.
    async fn all_entered(&self, world: &World, marks: &[(usize, usize, &str)]) {
        for member in [&self.wang, &self.zhao] {
            self.enters(world, member, marks).await.unwrap();
        }
    }

    async fn released(&self, world: &World, marks: &[(usize, usize, &str)]) {
        self.all_entered(world, marks).await;
        scores::lock(&world.records, &self.zhou, self.plan.id).await.unwrap();
        scores::release(&world.records, &self.zhou, self.plan.id, world.records.now()).await.unwrap();
    }
}

fn sheet(headings: &[&str], rows: &[Vec<String>]) -> Sheet {
    let line = |texts: Vec<String>| texts.into_iter().map(Cell::Text).collect::<Vec<_>>();
    let mut all = vec![(2, line(headings.iter().map(|text| (*text).to_owned()).collect()))];
    all.extend(rows.iter().enumerate().map(|(at, row)| (u32::try_from(at).unwrap() + 3, line(row.clone()))));
    Sheet { name: "成绩".into(), rows: all, ..Sheet::default() }
}

const HEADINGS: [&str; 5] = ["准考证号", "姓名", "证件号码", "理论成绩", "实操成绩"];

fn score_refusal<T: std::fmt::Debug>(outcome: Result<T, Error>) -> ScoreRefusal {
    match refused(outcome) {
        Refusal::Scores(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

both_databases! {
    /// Who stayed away is written down at the door and need not be typed; a mark that says otherwise is shown, and nothing is
    /// refused because of it.
    async fn marks_are_held_against_what_the_exam_room_noted(world) {
        let seats = crate::rooms::approved(world, &["李强", "罗青", "陈立"], |_| ()).await;
        let (theory, skill, _) = seats.furnished(world).await;
        seats.arranges(world, Mode::Anew).await.unwrap();
        rooms::publish(&world.records, &seats.zhou, seats.plan.id, None).await.unwrap();
        let zhao = world.reviewer("赵敏").await;
        world.at("2027-01-17 08:40:00");
        for at in [0, 2] {
            rooms::check_in(&world.records, &seats.wang, seats.plan.id, seats.people[at].1, theory).await.unwrap();
        }
        world.at("2027-01-17 09:20:00");
        rooms::absent(&world.records, &seats.wang, seats.plan.id, theory).await.unwrap();
        rooms::misconduct(&world.records, &seats.wang, seats.plan.id, seats.people[2].1, theory, "夹带").await.unwrap();
        world.at(AFTER);
        let stage = Stage { plan: seats.plan, wang: seats.wang, zhao, zhou: seats.zhou, people: seats.people };

        let board = stage.board(world, &stage.wang).await;
        let noted = |board: &ScoreBoard, at: usize| board.lines.iter().find(|line| line.id == stage.people[at].1).unwrap().cells[0].noted;
        assert_eq!([0, 1, 2].map(|at| noted(&board, at)), [Some(Noted::Came), Some(Noted::Absent), Some(Noted::Misconduct)]);
        assert_eq!((board.contradictions(), board.lines[0].cells[1].noted), (0, None), "no marks yet, and nothing noted of {skill}");
        let (_, headings, rows) = scores::blank_sheet(&world.records, &stage.wang, stage.plan.id).await.unwrap();
        assert_eq!((headings[5].as_str(), headings[7].as_str()), ("理论成绩", "备注"));
        let of = |name: &str| rows.iter().find(|row| row[1] == name).unwrap();
        assert_eq!((of("李强")[5].as_str(), of("罗青")[5].as_str(), of("罗青")[6].as_str()), ("", "缺考", ""));
        assert_eq!((of("陈立")[5].as_str(), of("陈立")[7].as_str()), ("", "理论考试考场登记违纪"), "a person decides");

        let marks = [(0, 0, "缺考"), (0, 1, "80"), (1, 0, "0"), (1, 1, "70"), (2, 0, "88"), (2, 1, "66")];
        stage.all_entered(world, &marks).await;
        assert_eq!(stage.board(world, &stage.zhou).await.contradictions(), 3);
        stage.all_entered(world, &[(0, 0, "75"), (1, 0, "缺考")]).await;
        let board = stage.board(world, &stage.zhou).await;
        assert_eq!(board.contradictions(), 1, "the misconduct ended with a warning");
        scores::lock(&world.records, &stage.zhou, stage.plan.id).await.unwrap();
    }

    async fn a_sheet_is_tried_mended_and_taken(world) {
        let stage = examined(world, &["李强", "罗青", "陈立"], |_| ()).await;
        let board = stage.board(world, &stage.wang).await;
        assert_eq!((board.lines.len(), board.incomplete(), board.state), (3, 3, ScoreState::Open));
        let row = |at: usize, theory: &str, practical: &str| {
            let ticket = board.lines.iter().find(|line| line.id == stage.people[at].1).unwrap().ticket.clone();
            vec![ticket, stage.people[at].0.name.clone(), stage.people[at].0.id_no.clone(), theory.into(), practical.into()]
        };
        let mut wrong_name = row(2, "80", "缺考");
        wrong_name[1] = "陈力".into();
        let typed = sheet(&HEADINGS, &[row(0, "59.9", "88"), row(1, "60.05", "101"), wrong_name]);
        scores::keep_sheet(&world.records, &stage.wang, stage.plan.id, "成绩.xlsx", typed).await.unwrap();
        let trial = stage.board(world, &stage.wang).await.trial.unwrap();
        assert_eq!((trial.rows, trial.ready, trial.faulty.len()), (3, 1, 2));
        let told: Vec<String> = trial.faulty.iter().flat_map(|row| &row.faults).map(|(fault, _)| fault.code()).collect();
        assert_eq!(told, ["score_decimals:theory", "score_range:practical", "name_mismatch"]);
        let (_, cell) = &trial.faulty[0].faults[0];
        let cell = cell.clone().unwrap();
        assert_eq!((cell.column, cell.heading.as_str(), cell.found.as_str()), (3, "理论成绩", "60.05"));
        assert!(stage.board(world, &stage.zhao).await.trial.is_none(), "a colleague's sheet is not mine");

        let taken = scores::take(&world.records, &stage.wang, stage.plan.id).await.unwrap();
        assert_eq!((taken.rows, taken.left), (1, 2), "a row with a fault changes nothing");
        let mended = [(4, 3, "60.5".to_owned()), (4, 4, "100".to_owned()), (5, 1, "陈立".to_owned())];
        scores::mend(&world.records, &stage.wang, stage.plan.id, &mended).await.unwrap();
        let taken = scores::take(&world.records, &stage.wang, stage.plan.id).await.unwrap();
        assert_eq!((taken.rows, taken.left), (2, 0));
        let board = stage.board(world, &stage.wang).await;
        assert!(board.trial.is_none());
        let mut results: Vec<_> = board.lines.iter().map(|line| (line.name.clone(), line.result)).collect();
        results.sort_by(|one, other| one.0.cmp(&other.0));
        let wanted = [("李强", ExamResult::Fail), ("罗青", ExamResult::Pass), ("陈立", ExamResult::Fail)];
        let mut wanted: Vec<_> = wanted.map(|(name, result)| (name.to_owned(), result)).into();
        wanted.sort_by(|one, other| one.0.cmp(&other.0));
        assert_eq!(results, wanted, "59.9 is not rounded up, absent fails");
        assert_eq!(score_refusal(scores::take(&world.records, &stage.wang, stage.plan.id).await), ScoreRefusal::NoTrial);
    }

    async fn two_people_enter_and_only_what_agrees_counts(world) {
        let stage = examined(world, &["李强", "罗青"], |_| ()).await;
        let all = [(0, 0, "70"), (0, 1, "0"), (1, 0, "65.5"), (1, 1, "缺考")];
        assert_eq!(stage.enters(world, &stage.wang, &all).await.unwrap().changed, 4);
        assert_eq!(stage.board(world, &stage.wang).await.incomplete(), 2, "one hand alone counts for nothing");
        assert!(stage.board(world, &stage.zhao).await.lines.iter().flat_map(|line| &line.cells).all(|cell| cell.own.is_none() && cell.differs.is_empty()), "the second enters blind");

        world.pass(1);
        let entered = stage.enters(world, &stage.zhao, &[(0, 0, "70"), (0, 1, "缺考"), (1, 0, "６５．５"), (1, 1, "缺考")]).await.unwrap();
        assert_eq!((entered.changed, entered.differ), (4, 1));
        let board = stage.board(world, &stage.wang).await;
        assert_eq!((board.differences(), board.incomplete()), (1, 1), "absent is not zero");
        let differ = board.lines.iter().flat_map(|line| &line.cells).find(|cell| !cell.differs.is_empty()).unwrap();
        assert_eq!(differ.differs, [("王芳".to_owned(), Mark::Score(0)), ("赵敏".to_owned(), Mark::Absent)]);
        assert_eq!(score_refusal(scores::lock(&world.records, &stage.zhou, stage.plan.id).await), ScoreRefusal::Differences { cells: 1 });
        assert_eq!(score_refusal(stage.enters(world, &stage.zhou, &[(0, 0, "71")]).await), ScoreRefusal::ThirdHand);

        stage.enters(world, &stage.wang, &[(0, 1, "缺考")]).await.unwrap();
        let board = stage.board(world, &stage.wang).await;
        assert_eq!((board.differences(), board.incomplete()), (0, 0));
        scores::lock(&world.records, &stage.zhou, stage.plan.id).await.unwrap();
        assert_eq!(score_refusal(stage.enters(world, &stage.wang, &[(0, 0, "71")]).await), ScoreRefusal::Locked);
    }

    async fn a_cell_that_holds_no_mark_is_named_and_nothing_is_kept(world) {
        let stage = examined(world, &["李强"], |_| ()).await;
        let refusal = score_refusal(stage.enters(world, &stage.wang, &[(0, 0, "88"), (0, 1, "六十")]).await);
        let key = format!("{}.1", stage.people[0].1);
        assert_eq!(refusal, ScoreRefusal::Cells(vec![(key, MarkFault::NotANumber)]));
        assert!(stage.board(world, &stage.wang).await.lines[0].cells.iter().all(|cell| cell.own.is_none()));
    }

    async fn who_may_do_what(world) {
        let stage = examined(world, &["李强"], |_| ()).await;
        let other = world.staff("沈嘉", domain::account::Role::Manager, "S000033000208").await;
        assert!(is_not_found(scores::desk(&world.records, &other, Some(stage.plan.id)).await));
        assert!(is_not_found(scores::lock(&world.records, &other, stage.plan.id).await));
        assert!(matches!(scores::lock(&world.records, &stage.wang, stage.plan.id).await, Err(Error::Forbidden)));
        assert_eq!(score_refusal(scores::lock(&world.records, &stage.zhou, stage.plan.id).await), ScoreRefusal::Incomplete { people: 1 });
        world.at("2027-01-10 10:00:00");
        let early = score_refusal(stage.enters(world, &stage.wang, &[(0, 0, "88")]).await);
        assert_eq!(early, ScoreRefusal::NotHeldYet { exam_on: stage.plan.exam_on });
    }

    async fn nobody_sees_a_score_before_its_moment(world) {
        let stage = examined(world, &["李强", "罗青"], |_| ()).await;
        stage.all_entered(world, &[(0, 0, "59.9"), (0, 1, "88"), (1, 0, "60"), (1, 1, "60")]).await;
        scores::lock(&world.records, &stage.zhou, stage.plan.id).await.unwrap();
        assert!(stage.mine(world, 0).await.is_none());
        let at = testkit::shanghai("2027-01-21 09:00:00");
        let slip = testkit::shanghai("2026-01-21 09:00:00");
        let early = scores::release(&world.records, &stage.zhou, stage.plan.id, slip).await;
        assert_eq!(score_refusal(early), ScoreRefusal::MomentPast { at: slip }, "a slip of the year shows nobody anything");
        scores::release(&world.records, &stage.zhou, stage.plan.id, at).await.unwrap();
        world.at("2027-01-21 08:59:59");
        assert_eq!(scores::publish_due(&world.records).await.unwrap(), 0);
        assert!(stage.mine(world, 0).await.is_none());

        world.at("2027-01-21 09:00:00");
        let seen = stage.mine(world, 0).await.unwrap();
        assert_eq!(seen.marks, [("理论考试".into(), Mark::Score(599), false), ("实操考试".into(), Mark::Score(880), true)]);
        assert_eq!((seen.result, seen.resit), (ExamResult::Fail, vec!["理论考试".to_owned()]));
        let (who, id) = &stage.people[1];
        let case = applications::case_of(&world.records, who.id, *id).await.unwrap();
        assert_eq!(case.line.progress.standing, domain::profile::Standing::Scored, "at the moment, before anything is written down");
        assert_eq!(case.scores.unwrap().result, ExamResult::Pass);
        assert_eq!(scores::publish_due(&world.records).await.unwrap(), 1);
        assert_eq!(scores::publish_due(&world.records).await.unwrap(), 0, "once");
        let mine = applications::mine(&world.records, who.id).await.unwrap();
        assert_eq!(mine.applications[0].progress.standing, domain::profile::Standing::Scored);
        assert_eq!(score_refusal(scores::unlock(&world.records, &stage.zhou, stage.plan.id, "弄错了").await), ScoreRefusal::Released);
    }

    async fn locked_scores_open_again_with_a_reason(world) {
        let stage = examined(world, &["李强"], |_| ()).await;
        stage.all_entered(world, &[(0, 0, "70"), (0, 1, "80")]).await;
        scores::lock(&world.records, &stage.zhou, stage.plan.id).await.unwrap();
        assert_eq!(score_refusal(scores::unlock(&world.records, &stage.zhou, stage.plan.id, " ").await), ScoreRefusal::NoReason);
        scores::unlock(&world.records, &stage.zhou, stage.plan.id, "漏录一份试卷").await.unwrap();
        stage.all_entered(world, &[(0, 0, "71")]).await;
        assert_eq!(score_refusal(scores::release(&world.records, &stage.zhou, stage.plan.id, world.records.now()).await), ScoreRefusal::NotLocked);
    }

    async fn a_recheck_is_asked_in_time_and_a_correction_keeps_the_old_mark(world) {
        let stage = examined(world, &["李强"], |profile| profile.score.recheck_days = 5).await;
        stage.released(world, &[(0, 0, "59.5"), (0, 1, "80")]).await;
        let (who, id) = stage.people[0].clone();
        let gone = refused(applications::withdraw(&world.records, who.id, id).await);
        assert_eq!(gone, Refusal::Withdraw(WithdrawRefusal::Scored), "an exam with marks is not given up");
        assert!(applications::case_of(&world.records, who.id, id).await.unwrap().line.progress.acts.is_empty());
        let asks = |subject: &'static str| scores::ask_recheck(&world.records, who.id, id, subject, "第三大题好像漏加了");
        asks("理论考试").await.unwrap();
        assert_eq!(score_refusal(asks("理论考试").await), ScoreRefusal::AskedAlready);
        assert!(is_not_found(asks("外语").await));
        world.at("2027-01-26 00:00:00");
        let until = Some(testkit::shanghai("2027-01-25 23:59:59"));
        assert_eq!(score_refusal(asks("实操考试").await), ScoreRefusal::RecheckOver { until });

        let asked = stage.board(world, &stage.zhou).await.rechecks.remove(0);
        assert_eq!((asked.reason.as_str(), asked.mark), ("第三大题好像漏加了", Mark::Score(595)));
        let due = async || records::desk::dashboard(&world.records, &stage.zhou).await.unwrap().due.into_iter().map(|due| due.what).collect::<Vec<_>>();
        assert!(due().await.contains(&DueWhat::Rechecks(1)), "it is on the list of whoever has to answer");
        let waits = async || records::desk::waiting(&world.records, &stage.zhou).await.unwrap().answers;
        assert_eq!(waits().await, 1, "and counted beside every page");
        let answers = |words: &'static str| scores::answer_recheck(&world.records, &stage.zhou, &asked.id, Answer::Corrected(Mark::Score(615)), words);
        assert_eq!(score_refusal(answers("").await), ScoreRefusal::NoReason);
        answers("第三大题少加 2 分，已更正。").await.unwrap();
        assert_eq!(score_refusal(answers("再来一次").await), ScoreRefusal::AnsweredAlready);
        assert!(!due().await.contains(&DueWhat::Rechecks(1)));
        assert_eq!(waits().await, 0);
        let board = stage.board(world, &stage.zhou).await;
        let kept = &board.corrections[0];
        assert_eq!((kept.old, kept.new, kept.by.as_str()), (Mark::Score(595), Mark::Score(615), "周敏"));
        let seen = stage.mine(world, 0).await.unwrap();
        assert_eq!((seen.result, seen.marks[0].1), (ExamResult::Pass, Mark::Score(615)));
        assert!(seen.rechecks[0].answer.clone().unwrap().1);
        let case = id.to_string();
        assert_eq!(records::history::verify(&world.records, &case).await.unwrap(), Ok(()));
        assert_eq!(score_refusal(scores::correct(&world.records, &stage.zhou, id, "理论考试", Mark::Score(615), "再改").await), ScoreRefusal::SameMark);
        assert!(matches!(scores::correct(&world.records, &stage.wang, id, "理论考试", Mark::Score(1), "x").await, Err(Error::Forbidden)));
    }

    async fn a_procedure_may_set_other_marks_and_no_recheck(world) {
        let stage = examined(world, &["李强"], |profile| {
            profile.score.recheck_days = 0;
            profile.score.pass_by_subject.insert("实操考试".into(), 70);
        }).await;
        stage.released(world, &[(0, 0, "60"), (0, 1, "69.9")]).await;
        let seen = stage.mine(world, 0).await.unwrap();
        assert_eq!((seen.result, seen.recheck_until), (ExamResult::Fail, None));
        let (who, id) = &stage.people[0];
        let asked = scores::ask_recheck(&world.records, who.id, *id, "实操考试", "请再看").await;
        assert_eq!(score_refusal(asked), ScoreRefusal::RecheckOver { until: None });
    }

    /// What was passed counts for the months of the procedure: a resit has only what was failed.
    async fn a_resit_has_only_what_was_failed(world) {
        let (again, _) = resitting(world).await;
        let board = again.board(world, &again.wang).await;
        assert_eq!((board.lines[0].cells[0].mark, board.lines[0].cells[0].sits), (Mark::Carried(Some(850)), false));
        again.released(world, &[(0, 0, "10"), (0, 1, "75")]).await;
        let seen = again.mine(world, 0).await.unwrap();
        assert_eq!(seen.marks, [("理论考试".into(), Mark::Carried(Some(850)), true), ("实操考试".into(), Mark::Score(750), true)]);
        assert_eq!(seen.result, ExamResult::Pass);
    }

    /// The newest word on a subject counts, also after somebody has applied for the resit of the other one.
    async fn a_pass_that_was_corrected_away_carries_nobody(world) {
        let (again, first) = resitting(world).await;
        let corrects = async |mark: Mark, why: &'static str| {
            scores::correct(&world.records, &again.zhou, first, "理论考试", mark, why).await.unwrap();
            world.pass(1);
            again.board(world, &again.wang).await.lines.remove(0).cells[0].mark
        };
        assert_eq!(corrects(Mark::Score(550), "复核以后更正").await, Mark::Blank);
        assert_eq!(corrects(Mark::Score(850), "更正错了人").await, Mark::Carried(Some(850)));
        assert_eq!(corrects(Mark::Score(551), "再核").await, Mark::Blank);
        again.released(world, &[(0, 1, "75")]).await;
        let seen = again.mine(world, 0).await.unwrap();
        assert_eq!((seen.result, seen.resit), (ExamResult::Fail, vec!["理论考试".to_owned()]), "one subject is still open");
        assert_eq!(again.board(world, &again.wang).await.lines[0].result, ExamResult::Fail);
    }

    /// Of an exam elsewhere often only 合格 is known: it counts, and everybody is told the same of it.
    async fn a_pass_without_a_mark_counts_like_any_other(world) {
        let (again, first) = resitting(world).await;
        let li = &again.people[0].0;
        scores::correct(&world.records, &again.zhou, first, "理论考试", Mark::Absent, "不是本人考的").await.unwrap();
        world.pass(1);
        let elsewhere = NewResult {
            id_no: li.id_no.clone(),
            code: again.plan.code.clone(),
            level: again.plan.level.unwrap(),
            subject: "理论考试".into(),
            outcome: Outcome::Passed(None),
            plan: None,
        };
        records::results::record(&world.records, &again.zhou, &[elsewhere]).await.unwrap();
        let line = again.board(world, &again.wang).await.lines.remove(0);
        assert_eq!((line.cells[0].mark, line.cells[0].mark.shown().as_str()), (Mark::Carried(None), "合格"));
        again.released(world, &[(0, 1, "75")]).await;
        assert_eq!(again.mine(world, 0).await.unwrap().result, ExamResult::Pass);
        assert_eq!(records::certificates::issue(&world.records, &again.zhou, again.plan.id).await.unwrap().issued, 1);
        assert_eq!(records::desk::dashboard(&world.records, &again.zhou).await.unwrap().funnel.passed, 1);
    }
}

/// Somebody passed theory, failed the skill test and is approved for its resit, which is over. With the first application.
async fn resitting(world: &World) -> (Stage, ApplicationId) {
    let stage = examined(world, &["李强", "罗青"], |profile| {
        profile.papers = Some(crate::procedures::toml(
            r#"
            by_level = { 4 = ["理论考试", "实操考试"] }
            exam_kind = "exam_kind"
            resit = "resit"
            chosen = "resit_subjects"
            valid_months = 12
        "#,
        ));
        profile.form.section.push(crate::procedures::toml(
            r#"
            key = "exam_again"
            title = "补考"
            [[field]]
            key = "exam_kind"
            label = "考试类型"
            kind = "choice"
            required = false
            choices = [{ value = "normal", label = "正常考试" }, { value = "resit", label = "补考" }]
            [[field]]
            key = "resit_subjects"
            label = "补考科目"
            kind = "subjects"
            show = { key = "exam_kind", is = ["resit"] }
        "#,
        ));
    })
    .await;
    stage.released(world, &[(0, 0, "85"), (0, 1, "40"), (1, 0, "违纪"), (1, 1, "90")]).await;
    let next = world.plan_with(|new| new.profile = "scored".into()).await;
    let (li, luo) = (stage.people[0].0.clone(), stage.people[1].0.clone());
    let id = applications::start(&world.records, luo.id, next.id).await.unwrap();
    assert_eq!(draft(world, &luo, id).await.failed, [""; 0], "违纪 has no resit");

    let id = applications::start(&world.records, li.id, next.id).await.unwrap();
    assert_eq!(draft(world, &li, id).await.failed, ["实操考试"]);
    uploads_photo(world, &li, id).await;
    saves(world, &li, id, with(with(answers(), "exam_kind", "resit"), "resit_subjects.0", "实操考试")).await;
    applications::add_file(&world.records, li.id, id, "evidence", "证明.pdf", testkit::pdf(1)).await.unwrap();
    signs(world, &li, id).await;
    submits(world, &li, id).await;
    decides(world, &stage.wang, id, Decision::Approve).await;
    world.at("2027-04-01 10:00:00");
    let first = stage.people[0].1;
    (Stage { plan: next, people: vec![(li, id)], ..stage }, first)
}
