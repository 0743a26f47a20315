//! Rooms, seats and tickets: arranged by rule, changed by hand, published, reissued; the door on the exam day.

use crate::cast::*;
use crate::variant::plan_under;
use domain::account::{Role, StaffMember, Viewer};
use domain::application::axes::Exam;
use domain::application::printing::PrintRefusal;
use domain::ids::{ApplicationId, RoomId, SessionId};
use domain::message::MessageKind;
use domain::page::desk::Decision;
use domain::page::knowing::DueWhat;
use domain::page::rooms::{Merged, Presence, RoomsPage, SeatingRefusal};
use domain::plan::Plan;
use domain::profile::{Download, Printable, Profile, Standing};
use domain::refusal::Refusal;
use domain::seating::{Conflict, Duty, Keeper, Misfit, Needs, Place, StaffingFault};
use domain::time::Timestamp;
use records::rooms::{self, Mode, RoomTyped, SessionTyped};
use records::{Error, applications};
use testkit::{Applicant, World, both_databases, shanghai};

pub const THEORY: &str = "理论考试";
pub const SKILL: &str = "实操考试";

pub struct Stage {
    pub plan: Plan,
    pub wang: StaffMember,
    pub zhou: StaffMember,
    pub people: Vec<(Applicant, ApplicationId)>,
}

/// A plan (exam on 2027-01-17) with approved people. Subjects: 理论考试, 实操考试.
pub async fn approved(world: &World, names: &[&str], change: impl FnOnce(&mut Profile)) -> Stage {
    let plan = plan_under(world, "seated", |profile| {
        profile.payment.unpaid_gives_up = false;
        profile.payment.gate = false;
        profile.download = vec![Download { what: Printable::Ticket, when: vec![Standing::Approved, Standing::Filed] }];
        change(profile);
    })
    .await;
    let (wang, zhou) = (world.reviewer("王芳").await, world.manager("周敏").await);
    let mut people = Vec::new();
    for name in names {
        let who = world.applicant(name).await;
        let id = submitted(world, &plan, &who).await;
        decides(world, &wang, id, Decision::Approve).await;
        people.push((who, id));
    }
    Stage { plan, wang, zhou, people }
}

impl Stage {
    pub async fn page(&self, world: &World) -> RoomsPage {
        rooms::page(&world.records, &self.zhou, self.plan.id, None).await.unwrap()
    }

    async fn room(&self, world: &World, name: &str, rows: u16, columns: u16) -> RoomId {
        let typed = RoomTyped { name: name.into(), rows, columns, count: 1, ..RoomTyped::default() };
        rooms::save_room(&world.records, &self.zhou, self.plan.id, &typed).await.unwrap();
        self.page(world).await.rooms.last().unwrap().room.id
    }

    async fn session(&self, world: &World, subject: &str, from: &str, to: &str) -> SessionId {
        let typed = session(subject, from, to);
        rooms::save_session(&world.records, &self.zhou, self.plan.id, &typed).await.unwrap();
        let page = self.page(world).await;
        page.sessions.iter().find(|line| line.session.from == typed.from).unwrap().session.id
    }

    /// Two sessions and one room with gaps.
    pub async fn furnished(&self, world: &World) -> (SessionId, SessionId, RoomId) {
        let room = self.room(world, "3", 3, 4).await;
        let theory = self.session(world, THEORY, "2027-01-17 09:00:00", "2027-01-17 10:30:00").await;
        let skill = self.session(world, SKILL, "2027-01-17 13:30:00", "2027-01-17 16:00:00").await;
        (theory, skill, room)
    }

    pub async fn arranges(&self, world: &World, mode: Mode) -> Result<rooms::Arranged, Error> {
        let seen = self.page(world).await.revision;
        rooms::arrange(&world.records, &self.zhou, self.plan.id, seen, mode, 7).await
    }

    async fn seat(&self, world: &World, at: usize, session: SessionId, room: RoomId) -> Place {
        let page = rooms::page(&world.records, &self.zhou, self.plan.id, Some((session, room))).await.unwrap();
        let seats = page.map.unwrap().seats;
        let seat = seats.iter().find(|line| line.id == self.people[at].1).unwrap().seat;
        Place { session, room, seat }
    }

    async fn ticket(&self, world: &World, at: usize) -> Result<applications::TicketToPrint, Error> {
        let (who, id) = &self.people[at];
        let viewer = Viewer::Applicant { id: who.id, name: who.name.clone() };
        applications::ticket(&world.records, &viewer, *id).await
    }
}

pub fn session(subject: &str, from: &str, to: &str) -> SessionTyped {
    SessionTyped {
        id: None,
        subject: subject.into(),
        note: "机考".into(),
        from: shanghai(from),
        to: shanghai(to),
        entry_minutes: 30,
        late_minutes: 15,
    }
}

pub fn seating<T: std::fmt::Debug>(outcome: Result<T, Error>) -> SeatingRefusal {
    match refused(outcome) {
        Refusal::Seating(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

pub fn keeper(name: &str, duty: Duty, card: &str, until: &str) -> Keeper {
    Keeper {
        name: name.into(), unit: "技师学院".into(), duty, card_no: card.into(), card_until: until.parse().ok()
    }
}

both_databases! {
    async fn everybody_gets_a_seat_a_number_and_a_ticket(world) {
        let stage = approved(world, &["李强", "罗青", "陈立"], |_| ()).await;
        assert_eq!(seating(stage.arranges(world, Mode::Anew).await), SeatingRefusal::NoSessions);
        let (theory, _, room) = stage.furnished(world).await;
        assert!(matches!(refused(stage.ticket(world, 0).await), Refusal::Print(PrintRefusal::SeatsPending)));
        assert_eq!(seating(rooms::publish(&world.records, &stage.zhou, stage.plan.id, None).await), SeatingRefusal::NotSeated);
        let arranged = stage.arranges(world, Mode::Anew).await.unwrap();
        assert_eq!((arranged.seated, arranged.unplaced), (6, 0));

        world.at("2027-01-04 10:00:00");
        assert_eq!(rooms::publish(&world.records, &stage.zhou, stage.plan.id, None).await.unwrap(), 3);
        assert_eq!(rooms::publish(&world.records, &stage.zhou, stage.plan.id, None).await.unwrap(), 0, "once");
        let page = stage.page(world).await;
        let window = page.tickets.published.unwrap().1;
        assert_eq!((window.opens.to_string(), window.closes.to_string()), ("2027-01-04".into(), "2027-01-17".into()));
        let mut numbers = Vec::new();
        for at in 0..3 {
            let sheet = stage.ticket(world, at).await.unwrap().sheet;
            let seat = stage.seat(world, at, theory, room).await.seat;
            assert_eq!(sheet.papers.len(), 2);
            assert_eq!(sheet.papers[0].slots[0].value, "3");
            assert_eq!(sheet.papers[0].slots[1].value, seat.to_string());
            assert!(sheet.papers[0].time.ends_with("9:00–10:30"), "{}", sheet.papers[0].time);
            assert_eq!(sheet.papers[0].arrival, "8:30 开始进场，9:15 后不能进");
            assert!(sheet.version.starts_with("第 1 版"));
            assert!(sheet.qr_text.ends_with(&sheet.ticket_no.replace(' ', "")));
            numbers.push(sheet.ticket_no.replace(' ', ""));
        }
        numbers.sort();
        let serial: String = stage.plan.number.chars().filter(char::is_ascii_digit).collect();
        assert_eq!(numbers, [1, 2, 3].map(|seq| format!("{serial}{seq:04}")));
        let (who, id) = &stage.people[0];
        let case = applications::case_of(&world.records, who.id, *id).await.unwrap();
        assert_eq!(case.axes.exam, Exam::Seated);
        assert_eq!(records::history::verify(&world.records, &id.to_string()).await.unwrap(), Ok(()));
        world.at("2027-01-20 10:00:00");
        let board = records::scores::desk(&world.records, &stage.zhou, Some(stage.plan.id)).await.unwrap().board.unwrap();
        let tickets: Vec<String> = board.lines.into_iter().map(|line| line.ticket).collect();
        assert_eq!(tickets, numbers, "scores find people by the ticket");
    }

    async fn two_clerks_arrange_at_once_and_one_of_them_is_told(world) {
        let stage = approved(world, &["李强", "罗青"], |_| ()).await;
        stage.furnished(world).await;
        let other = world.second_server().await;
        let wu = world.manager("吴桐").await;
        let seen = stage.page(world).await.revision;
        let (one, two) = tokio::join!(
            rooms::arrange(&world.records, &stage.zhou, stage.plan.id, seen, Mode::Anew, 1),
            rooms::arrange(&other, &wu, stage.plan.id, seen, Mode::Anew, 2),
        );
        let won = usize::from(one.is_ok()) + usize::from(two.is_ok());
        assert_eq!(won, 1);
        assert!([one, two].into_iter().any(|outcome| matches!(outcome, Err(Error::ChangedMeanwhile))));
        assert_eq!(stage.page(world).await.seated, 4);
        // Published at once by both: every number is given once.
        let (one, two) = tokio::join!(
            rooms::publish(&world.records, &stage.zhou, stage.plan.id, None),
            rooms::publish(&other, &wu, stage.plan.id, None),
        );
        assert_eq!(one.unwrap() + two.unwrap(), 2);
        assert_eq!(stage.page(world).await.tickets.tickets, 2);
    }

    async fn who_is_moved_gets_version_two_and_nobody_else(world) {
        let stage = approved(world, &["李强", "罗青"], |_| ()).await;
        let (theory, _, room) = stage.furnished(world).await;
        stage.arranges(world, Mode::Anew).await.unwrap();
        rooms::publish(&world.records, &stage.zhou, stage.plan.id, None).await.unwrap();
        assert_eq!(seating(stage.arranges(world, Mode::Anew).await), SeatingRefusal::Published);
        let number = stage.ticket(world, 0).await.unwrap().sheet.ticket_no;
        let (from, other) = (stage.seat(world, 0, theory, room).await, stage.seat(world, 1, theory, room).await);

        let moves = async |place: Place, despite: bool| {
            let seen = stage.page(world).await.revision;
            rooms::move_to(&world.records, &stage.zhou, stage.plan.id, seen, stage.people[0].1, place, despite).await
        };
        let told = seating(moves(other, false).await);
        let SeatingRefusal::Against(told) = told else { panic!("{told:?}") };
        assert!(told.contains(&("李强".into(), Conflict::Taken { by: stage.people[1].1 })));
        // Beside a colleague only on purpose: both work for the same employer.
        let columns = 4;
        let beside = if other.seat % columns == 0 { other.seat - 1 } else { other.seat + 1 };
        let beside = Place { seat: beside, ..other };
        assert!(matches!(seating(moves(beside, false).await), SeatingRefusal::Against(all) if all.iter().all(|(_, why)| !why.is_firm())));
        assert_ne!(from, beside);
        assert_eq!(moves(beside, true).await.unwrap(), 1, "one ticket says something else");
        let sheet = stage.ticket(world, 0).await.unwrap().sheet;
        assert!(sheet.version.starts_with("第 2 版"), "{}", sheet.version);
        assert_eq!((sheet.ticket_no.as_str(), sheet.papers[0].slots[1].value.as_str()), (number.as_str(), beside.seat.to_string().as_str()));
        assert!(stage.ticket(world, 1).await.unwrap().sheet.version.starts_with("第 1 版"));
        let stale = rooms::move_to(&world.records, &stage.zhou, stage.plan.id, 1, stage.people[0].1, from, true).await;
        assert!(matches!(stale, Err(Error::ChangedMeanwhile)));

        // The room gets another name: everybody's ticket says so. Then both change places.
        let typed = RoomTyped { id: Some(room), name: "机房 5".into(), rows: 3, columns: 4, count: 1, ..RoomTyped::default() };
        assert_eq!(rooms::save_room(&world.records, &stage.zhou, stage.plan.id, &typed).await.unwrap(), 2);
        assert!(stage.ticket(world, 0).await.unwrap().sheet.version.starts_with("第 3 版"));
        assert!(stage.ticket(world, 1).await.unwrap().sheet.version.starts_with("第 2 版"));
        let seen = stage.page(world).await.revision;
        rooms::swap(&world.records, &stage.zhou, stage.plan.id, seen, beside, other, true).await.unwrap();
        assert_eq!(stage.seat(world, 0, theory, room).await, other);
        assert_eq!(stage.seat(world, 1, theory, room).await, beside);
        assert_eq!(seating(rooms::drop_room(&world.records, &stage.zhou, stage.plan.id, room).await), SeatingRefusal::InUse { people: 4 });
    }

    async fn a_ticket_is_there_on_its_days_alone(world) {
        let stage = approved(world, &["李强"], |profile| profile.times.ticket_min_days = Some(10)).await;
        stage.furnished(world).await;
        stage.arranges(world, Mode::Anew).await.unwrap();
        world.at("2027-01-08 10:00:00");
        let told = seating(rooms::publish(&world.records, &stage.zhou, stage.plan.id, None).await);
        assert!(matches!(told, SeatingRefusal::Window(domain::seating::WindowRefusal::TooShort { days: 9, need: 10, .. })), "{told:?}");
        world.at("2027-01-02 10:00:00");
        let opens = "2027-01-07".parse().unwrap();
        rooms::publish(&world.records, &stage.zhou, stage.plan.id, Some(opens)).await.unwrap();
        assert_eq!(refused(stage.ticket(world, 0).await), Refusal::Print(PrintRefusal::TooEarly { opens }));
        world.at("2027-01-07 00:00:00");
        stage.ticket(world, 0).await.unwrap();
        world.at("2027-01-17 23:59:59");
        stage.ticket(world, 0).await.unwrap();
        world.at("2027-01-18 00:00:00");
        let closed = "2027-01-17".parse().unwrap();
        assert_eq!(refused(stage.ticket(world, 0).await), Refusal::Print(PrintRefusal::TicketOver { closed }));
        let (who, id) = &stage.people[0];
        let case = applications::case_of(&world.records, who.id, *id).await.unwrap();
        assert_eq!(case.prints[0].refusal, Some(PrintRefusal::TicketOver { closed }), "and the page says so");
    }

    async fn needs_are_granted_and_misfits_have_their_reason(world) {
        let stage = approved(world, &["李强", "罗青"], |_| ()).await;
        stage.furnished(world).await;
        let grants = async |needs: Needs, reason: &'static str| {
            rooms::grant(&world.records, &stage.zhou, stage.plan.id, "李强", needs, reason).await
        };
        let stairs = Needs { ground_floor: true, extra_minutes: 0 };
        assert_eq!(seating(grants(stairs, " ").await), SeatingRefusal::NoReason);
        grants(stairs, "腿部骨折，有诊断书").await.unwrap();
        assert_eq!(stage.arranges(world, Mode::Anew).await.unwrap().unplaced, 2);
        let page = stage.page(world).await;
        assert!(page.unplaced.iter().all(|line| line.name == "李强" && line.why == Some(Misfit::NoGroundFloor)));
        assert_eq!(page.adjustments[0].reason, "腿部骨折，有诊断书");
        assert!(matches!(seating(rooms::publish(&world.records, &stage.zhou, stage.plan.id, None).await), SeatingRefusal::Unfinished { unplaced: 2, .. }));
        let typed = RoomTyped { name: "一楼".into(), rows: 1, columns: 1, ground_floor: true, count: 1, ..RoomTyped::default() };
        rooms::save_room(&world.records, &stage.zhou, stage.plan.id, &typed).await.unwrap();
        assert!(stage.page(world).await.unplaced.iter().all(|line| line.why.is_none()), "a seat is free now");
        assert_eq!(stage.arranges(world, Mode::Fill).await.unwrap().unplaced, 0);
        grants(Needs { ground_floor: true, extra_minutes: 30 }, "另需延长时间").await.unwrap();
        rooms::publish(&world.records, &stage.zhou, stage.plan.id, None).await.unwrap();
        let sheet = stage.ticket(world, 0).await.unwrap().sheet;
        assert!(sheet.papers[0].time.ends_with("9:00–11:00"), "extra time stands on the ticket: {}", sheet.papers[0].time);
        assert_eq!(sheet.papers[0].note, "机考 120 分钟");
    }

    async fn rooms_and_sessions_are_checked_as_they_are_typed(world) {
        let stage = approved(world, &[], |_| ()).await;
        stage.room(world, "3", 6, 5).await;
        let saves = async |typed: RoomTyped| rooms::save_room(&world.records, &stage.zhou, stage.plan.id, &typed).await;
        let room = |name: &str| RoomTyped { name: name.into(), rows: 6, columns: 5, count: 1, ..RoomTyped::default() };
        assert_eq!(seating(saves(room("3")).await), SeatingRefusal::RoomTwice("3".into()));
        assert_eq!(seating(saves(RoomTyped { capacity: Some(31), ..room("4") }).await), SeatingRefusal::RoomSize { seats: 31, most: 30 });
        assert!(matches!(seating(saves(RoomTyped { rows: 61, ..room("4") }).await), SeatingRefusal::Number { .. }));
        assert!(matches!(refused(saves(room(" ")).await), Refusal::Answers(_)));
        saves(RoomTyped { count: 3, ..room("4") }).await.unwrap();
        let names: Vec<String> = stage.page(world).await.rooms.into_iter().map(|line| line.room.name).collect();
        assert_eq!(names, ["3", "4", "5", "6"]);
        let times = async |from: &str, to: &str| {
            rooms::save_session(&world.records, &stage.zhou, stage.plan.id, &session(THEORY, from, to)).await
        };
        assert_eq!(seating(times("2027-01-17 09:00:00", "2027-01-17 09:00:00").await), SeatingRefusal::TimesOutOfOrder);
        assert_eq!(seating(times("2027-01-16 09:00:00", "2027-01-16 10:00:00").await), SeatingRefusal::BeforeExamDay { exam_on: stage.plan.exam_on });
        assert!(matches!(refused(rooms::save_session(&world.records, &stage.zhou, stage.plan.id, &session("外语", "2027-01-17 09:00:00", "2027-01-17 10:00:00")).await), Refusal::Answers(_)));
        let stranger = world.staff("沈嘉", Role::Manager, "S000033000208").await;
        assert!(is_not_found(rooms::page(&world.records, &stranger, stage.plan.id, None).await));
        assert!(matches!(rooms::save_room(&world.records, &stage.wang, stage.plan.id, &room("9")).await, Err(Error::Forbidden)));
        assert!(rooms::page(&world.records, &stage.wang, stage.plan.id, None).await.is_ok(), "reviewers look");
    }

    async fn a_room_has_its_staff_and_somebody_stands_in(world) {
        let stage = approved(world, &["李强"], |_| ()).await;
        let (theory, skill, room) = stage.furnished(world).await;
        stage.arranges(world, Mode::Anew).await.unwrap();
        let posts = async |session, one: Keeper| {
            rooms::post(&world.records, &stage.zhou, stage.plan.id, session, room, &one).await
        };
        posts(theory, keeper("赵敏", Duty::Invigilator, "", "")).await.unwrap();
        for name in ["考评一", "考评二"] {
            posts(skill, keeper(name, Duty::Assessor, "3301", "2028-01-01")).await.unwrap();
        }
        posts(skill, Keeper { unit: "杭州某某环境科技有限公司".into(), ..keeper("考评三", Duty::Assessor, "3302", "2027-01-16") }).await.unwrap();
        let page = stage.page(world).await;
        assert_eq!(page.watches[0].faults, [StaffingFault::FewInvigilators { have: 1, need: 2 }]);
        let until = "2027-01-16".parse().ok();
        assert_eq!(
            page.watches[1].faults,
            [
                StaffingFault::CardOver { name: "考评三".into(), until },
                StaffingFault::OwnUnit { name: "考评三".into(), unit: "杭州某某环境科技有限公司".into(), people: 1 },
            ]
        );
        let id = page.watches[1].keepers.iter().find(|line| line.keeper.name == "考评三").unwrap().id.clone();
        let by = keeper("考评四", Duty::Assessor, "3304", "2029-01-01");
        assert_eq!(seating(rooms::replace(&world.records, &stage.zhou, stage.plan.id, &id, &by, "").await), SeatingRefusal::NoReason);
        rooms::replace(&world.records, &stage.zhou, stage.plan.id, &id, &by, "同单位回避").await.unwrap();
        let page = stage.page(world).await;
        assert_eq!(page.watches[1].faults, []);
        let line = page.watches[1].keepers.iter().find(|line| line.keeper.name == "考评四").unwrap();
        assert_eq!(line.replaces, Some(("考评三".into(), "同单位回避".into())));
        let archive = records::knowing::archive(&world.records, &stage.zhou, stage.plan.id).await.unwrap();
        let kept = &archive.tables.iter().find(|table| table.title == "staff").unwrap().rows;
        let gone = kept.iter().find(|row| row[4] == "考评三").unwrap();
        assert_eq!((gone[3].as_str(), gone[10].as_str()), ("考评员", "同单位回避"), "who was replaced stays on record");

        // The same assessor in another plan of the agency at that time, and by the number of the card under another spelling.
        let other = approved(world, &["陈立"], |_| ()).await;
        let (_, afternoon, there) = other.furnished(world).await;
        other.arranges(world, Mode::Anew).await.unwrap();
        for (name, card) in [("考评四", "3304"), ("考评 一", "3301")] {
            let one = keeper(name, Duty::Assessor, card, "2029-01-01");
            rooms::post(&world.records, &other.zhou, other.plan.id, afternoon, there, &one).await.unwrap();
        }
        let faults = stage.page(world).await.watches.remove(1).faults;
        let named: Vec<&str> = faults
            .iter()
            .filter_map(|fault| match fault {
                StaffingFault::OtherPlan { name, plan } if *plan == other.plan.title => Some(name.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!((named, faults.len()), (vec!["考评一", "考评二", "考评四"], 3), "both have the card 3301: {faults:?}");
    }

    async fn the_door_knows_who_is_early_late_and_absent(world) {
        let stage = approved(world, &["李强", "罗青", "陈立"], |_| ()).await;
        let (theory, skill, _) = stage.furnished(world).await;
        stage.arranges(world, Mode::Anew).await.unwrap();
        let comes = async |at: usize, session| {
            rooms::check_in(&world.records, &stage.wang, stage.plan.id, stage.people[at].1, session).await
        };
        world.at("2027-01-17 08:31:00");
        assert_eq!(seating(comes(0, theory).await), SeatingRefusal::NoTickets);
        rooms::publish(&world.records, &stage.zhou, stage.plan.id, None).await.unwrap();
        world.at("2027-01-17 08:29:59");
        assert_eq!(seating(comes(0, theory).await), SeatingRefusal::TooEarly { opens: shanghai("2027-01-17 08:30:00") });
        world.at("2027-01-17 08:40:00");
        let number = stage.ticket(world, 0).await.unwrap().sheet.qr_text;
        let page = rooms::day(&world.records, &stage.wang, stage.plan.id, &number).await.unwrap();
        let person = page.person.unwrap();
        assert_eq!((person.name.as_str(), person.seats.len()), ("李强", 2));
        assert!(person.photo.is_some() && person.id_no_masked.contains('*'));
        let asks = async |typed: &str| rooms::day(&world.records, &stage.wang, stage.plan.id, typed).await.unwrap();
        for unknown in ["123", "陈", "0", "%"] {
            let page = asks(unknown).await;
            assert_eq!((page.person, page.choices, page.unknown.as_deref()), (None, Vec::new(), Some(unknown)));
        }
        // Who left the ticket at home is found by name, or by the last digits.
        assert_eq!(asks("陈立").await.person.unwrap().name, "陈立");
        assert_eq!(asks(&number[number.len() - 4..]).await.person.unwrap().name, "李强");
        assert_eq!(comes(0, theory).await.unwrap(), Presence::Present);
        assert!(matches!(seating(comes(0, theory).await), SeatingRefusal::AlreadyIn { .. }));
        assert!(matches!(seating(comes(0, skill).await), SeatingRefusal::TooEarly { .. }));
        rooms::take_back(&world.records, &stage.wang, stage.plan.id, stage.people[0].1, theory, "扫错了人").await.unwrap();
        world.at("2027-01-17 09:00:01");
        assert_eq!(comes(0, theory).await.unwrap(), Presence::Late);
        world.at("2027-01-17 09:16:00");
        assert_eq!(seating(comes(1, theory).await), SeatingRefusal::TooLate { minutes: 16, limit: 15 });
        assert_eq!(rooms::absent(&world.records, &stage.wang, stage.plan.id, theory).await.unwrap(), 2);
        rooms::misconduct(&world.records, &stage.wang, stage.plan.id, stage.people[0].1, theory, "手机响了").await.unwrap();
        let page = rooms::day(&world.records, &stage.wang, stage.plan.id, "").await.unwrap();
        let counted = &page.sessions[0];
        assert_eq!((counted.expected, counted.present, counted.late, counted.absent), (3, 1, 1, 2));

        // What another door noted without a network comes later: each line by its own time.
        let code = stage.ticket(world, 1).await.unwrap().sheet.ticket_no;
        let own = stage.ticket(world, 0).await.unwrap().sheet.ticket_no;
        let text = format!("{code} 08:52\n{own} 9:10\n99999999 08:50\n{code}\n{code} 12:00\n");
        let day = shanghai("2027-01-17 00:00:00").day();
        let merged = rooms::merge(&world.records, &stage.wang, stage.plan.id, day, &text).await.unwrap();
        let came: Vec<Merged> = merged.into_iter().map(|(_, what)| what).collect();
        let known = Merged::Known(Timestamp(shanghai("2027-01-17 09:00:01").0));
        assert_eq!(came, [Merged::Mended(Presence::Present), known, Merged::Unknown, Merged::NoTime, Merged::NoSession]);
        let page = rooms::day(&world.records, &stage.wang, stage.plan.id, &own).await.unwrap();
        assert_eq!(page.person.unwrap().misconduct[0].words, "手机响了");

        // All of it lies in the archive of the plan.
        let archive = records::knowing::archive(&world.records, &stage.zhou, stage.plan.id).await.unwrap();
        let table = |title: &str| archive.tables.iter().find(|table| table.title == title).unwrap();
        let came: Vec<(&str, &str, &str)> =
            table("seats").rows.iter().map(|row| (row[1].as_str(), row[4].as_str(), row[9].as_str())).collect();
        assert_eq!(came.len(), 6);
        for wanted in [("李强", THEORY, "迟到"), ("罗青", THEORY, "已到"), ("陈立", THEORY, "缺考"), ("李强", SKILL, "没有登记")] {
            assert!(came.contains(&wanted), "{wanted:?} in {came:?}");
        }
        assert_eq!(table("misconduct").rows[0][1..4], ["李强", THEORY, "手机响了"]);
        for (_, id) in &stage.people {
            assert_eq!(records::history::verify(&world.records, &id.to_string()).await.unwrap(), Ok(()));
        }
    }

    async fn two_of_one_name_are_told_apart_by_their_cards(world) {
        let stage = approved(world, &["李强", "李强"], |_| ()).await;
        stage.furnished(world).await;
        stage.arranges(world, Mode::Anew).await.unwrap();
        rooms::publish(&world.records, &stage.zhou, stage.plan.id, None).await.unwrap();
        let asks = async |typed: &str| rooms::day(&world.records, &stage.wang, stage.plan.id, typed).await.unwrap();
        let page = asks("李强").await;
        assert_eq!((page.person, page.unknown, page.choices.len()), (None, None, 2));
        assert_ne!(page.choices[0].id_no_masked, page.choices[1].id_no_masked);
        let chosen = asks(&page.choices[1].ticket).await;
        assert_eq!((chosen.person.unwrap().ticket, chosen.choices), (page.choices[1].ticket.clone(), Vec::new()));
    }

    async fn a_candidate_asks_and_reads_the_answer(world) {
        let stage = approved(world, &["李强"], |_| ()).await;
        let (who, id) = stage.people[0].clone();
        let asks = async |words: &'static str| rooms::ask(&world.records, who.id, id, words, None).await;
        assert_eq!(seating(asks(" ").await), SeatingRefusal::NoReason);
        asks("腿部骨折，要一楼考场").await.unwrap();
        assert_eq!(seating(asks("再说一次").await), SeatingRefusal::AskedAlready);
        let other = world.applicant("罗青").await;
        assert!(is_not_found(rooms::ask(&world.records, other.id, id, "不是我的", None).await));
        let due = async || records::desk::dashboard(&world.records, &stage.zhou).await.unwrap().due.into_iter().map(|due| due.what).collect::<Vec<_>>();
        assert!(due().await.contains(&DueWhat::Requests(1)), "it is on the list of whoever has to answer");
        let waits = async || records::desk::waiting(&world.records, &stage.zhou).await.unwrap().answers;
        assert_eq!(waits().await, 1, "and counted beside every page");
        let asked = stage.page(world).await.requests.remove(0);
        assert_eq!((asked.words.as_str(), asked.name.as_str(), asked.answer), ("腿部骨折，要一楼考场", "李强", None));
        let answers = async |words: &'static str| {
            rooms::answer(&world.records, &stage.zhou, stage.plan.id, &asked.id, words).await
        };
        assert_eq!(seating(answers("").await), SeatingRefusal::NoReason);
        answers("已安排一楼考场。").await.unwrap();
        assert!(!due().await.contains(&DueWhat::Requests(1)));
        assert_eq!(waits().await, 0);
        assert!(is_not_found(answers("再答一次").await));
        let case = applications::case_of(&world.records, who.id, id).await.unwrap();
        assert_eq!(case.seat_requests[0].answer.clone().unwrap().1, "已安排一楼考场。");
        let told = records::messages::inbox(&world.records, who.id, 1).await.unwrap();
        assert!(told.lines.iter().any(|one| one.letter.kind == MessageKind::SeatAnswered), "nobody has to look every day");
        world.at("2027-01-17 00:00:00");
        assert_eq!(seating(asks("太晚了").await), SeatingRefusal::AskingOver { exam_on: stage.plan.exam_on });
        assert_eq!(records::history::verify(&world.records, &id.to_string()).await.unwrap(), Ok(()));
    }

    async fn who_withdrew_or_came_later_is_shown_and_mended(world) {
        let stage = approved(world, &["李强", "罗青"], |_| ()).await;
        let (theory, _, room) = stage.furnished(world).await;
        stage.arranges(world, Mode::Anew).await.unwrap();
        let fixed = stage.seat(world, 0, theory, room).await;
        let seen = stage.page(world).await.revision;
        rooms::fix(&world.records, &stage.zhou, stage.plan.id, seen, fixed, true).await.unwrap();
        stage.arranges(world, Mode::Anew).await.unwrap();
        assert_eq!(stage.seat(world, 0, theory, room).await, fixed, "fixed seats stay");

        let seen = revision(world, &stage.wang, stage.people[1].1).await;
        records::desk::reopen(&world.records, &stage.wang, stage.people[1].1, seen, "材料有疑问").await.unwrap();
        let page = stage.page(world).await;
        assert_eq!((page.people, page.conflicts.len()), (1, 2), "seats of somebody who is no candidate any more");
        assert!(page.conflicts.iter().all(|line| line.name == "罗青" && line.conflict == Conflict::NoSuchPlace { seats: 0 }));
        stage.arranges(world, Mode::Fill).await.unwrap();
        assert_eq!(stage.page(world).await.conflicts, [], "arranging takes them back");
        rooms::publish(&world.records, &stage.zhou, stage.plan.id, None).await.unwrap();
        decides(world, &stage.wang, stage.people[1].1, Decision::Approve).await;
        assert_eq!(stage.arranges(world, Mode::Fill).await.unwrap().seated, 4);
        assert_eq!(stage.page(world).await.tickets.tickets, 2, "who comes later gets a ticket with the seat");
    }
}
