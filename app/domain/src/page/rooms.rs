//! 考场 and 考试日: what the desk arranges, publishes and notes, and what is refused.

mod day;

pub use day::{CameLine, DayChoice, DayPage, DayPerson, DaySeat, DaySession, MisconductLine};

use crate::ids::{ApplicationId, FileId, PlanId, SiteId};
use crate::seating::{
    Conflict, Keeper, Misfit, Needs, Place, Room, Session, StaffingFault, TicketWindow, WindowRefusal,
};
use crate::time::Timestamp;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// 考场 with its address and how many sit there in all sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomLine {
    /// The room.
    pub room: Room,
    /// Where it is: building, floor, street.
    pub address: String,
    /// Seats given in it.
    pub seated: u32,
}

/// 场次 with its notes and how many sit in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionLine {
    /// The session.
    pub session: Session,
    /// 机考 90 分钟
    pub note: String,
    /// Minutes before the begin from which people may enter.
    pub entry_minutes: u16,
    /// Minutes after the begin until which people may still enter.
    pub late_minutes: u16,
    /// Seats given in it.
    pub seated: u32,
}

/// Somebody without a seat, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnplacedLine {
    /// Application.
    pub id: ApplicationId,
    /// 姓名
    pub name: String,
    /// 报名号
    pub number: String,
    /// 科目
    pub subject: String,
    /// Why; none where a seat is free and only has to be given.
    pub why: Option<Misfit>,
}

/// Something that speaks against a seat that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictLine {
    /// Application.
    pub id: ApplicationId,
    /// 姓名
    pub name: String,
    /// Where the person sits.
    pub place: Place,
    /// 科目
    pub subject: String,
    /// Name of the room.
    pub room: String,
    /// What speaks against it.
    pub conflict: Conflict,
}

/// One seat that is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatLine {
    /// Number of the seat.
    pub seat: u16,
    /// Application.
    pub id: ApplicationId,
    /// 姓名
    pub name: String,
    /// 准考证号, or 报名号 before tickets are published.
    pub ticket: String,
    /// Employer or school; empty where there is none.
    pub unit: String,
    /// Whether arranging anew leaves it alone.
    pub fixed: bool,
    /// What was granted.
    pub needs: Needs,
    /// Whether something firm speaks against it.
    pub firm: bool,
    /// Whether a neighbour comes from the same unit.
    pub beside: bool,
}

/// 座位图: one room during one session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatMap {
    /// The session.
    pub session: Session,
    /// The room.
    pub room: Room,
    /// Who sits there, by seat.
    pub seats: Vec<SeatLine>,
}

/// Somebody on duty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeeperLine {
    /// Id.
    pub id: String,
    /// Who.
    pub keeper: Keeper,
    /// Whom this person stands in for, and why; none where it is nobody.
    pub replaces: Option<(String, String)>,
}

/// A room during a session with its staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchLine {
    /// The session.
    pub session: Session,
    /// The room.
    pub room: Room,
    /// People in it.
    pub people: u32,
    /// Whether marks are given on the spot.
    pub assessed: bool,
    /// Who is on duty.
    pub keepers: Vec<KeeperLine>,
    /// What is wrong.
    pub faults: Vec<StaffingFault>,
}

/// How tickets stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TicketState {
    /// When they were published first, and the days on which they can be printed.
    pub published: Option<(Timestamp, TicketWindow)>,
    /// Tickets given out.
    pub tickets: u32,
    /// People with every seat and no ticket yet.
    pub waiting: u32,
}

/// Something granted to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustmentLine {
    /// Application.
    pub id: ApplicationId,
    /// 姓名
    pub name: String,
    /// What.
    pub needs: Needs,
    /// Why.
    pub reason: String,
}

/// A request of a candidate: something is wrong on the ticket, or something is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatRequest {
    /// Id.
    pub id: String,
    /// Application.
    pub application: ApplicationId,
    /// 姓名
    pub name: String,
    /// What is asked.
    pub words: String,
    /// 证明, where there is one.
    pub proof: Option<FileId>,
    /// When.
    pub at: Timestamp,
    /// When it was answered, and the words.
    pub answer: Option<(Timestamp, String)>,
}

/// The page of rooms of one plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomsPage {
    /// Server time.
    pub now: Timestamp,
    /// Plan.
    pub plan: PlanId,
    /// Its title.
    pub title: String,
    /// Its number.
    pub number: String,
    /// First day of the exam.
    pub exam_on: NaiveDate,
    /// Subjects, in order.
    pub subjects: Vec<String>,
    /// Sites to choose from; empty where there is one place alone.
    pub sites: Vec<(SiteId, String)>,
    /// How to get there, as tickets say it.
    pub route: String,
    /// Counts every change of the seats.
    pub revision: i64,
    /// Rooms.
    pub rooms: Vec<RoomLine>,
    /// Sessions, in order of time.
    pub sessions: Vec<SessionLine>,
    /// People to seat.
    pub people: u32,
    /// Seats to give, one for each person and subject.
    pub wanted: u32,
    /// Seats given.
    pub seated: u32,
    /// Who has none; shown once somebody was seated.
    pub unplaced: Vec<UnplacedLine>,
    /// What speaks against seats that were given.
    pub conflicts: Vec<ConflictLine>,
    /// Rooms during sessions with people, for the seat map.
    pub maps: Vec<(Session, Room, u32)>,
    /// The chosen seat map.
    pub map: Option<SeatMap>,
    /// Staff.
    pub watches: Vec<WatchLine>,
    /// What was granted.
    pub adjustments: Vec<AdjustmentLine>,
    /// What candidates asked, those without answer first.
    pub requests: Vec<SeatRequest>,
    /// Tickets.
    pub tickets: TicketState,
    /// Whether the reader changes rooms and seats.
    pub may_arrange: bool,
}

/// How somebody came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// 已到
    Present,
    /// 迟到
    Late,
    /// 缺考
    Absent,
}

impl Presence {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Presence::Present => "present",
            Presence::Late => "late",
            Presence::Absent => "absent",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Presence::Present, Presence::Late, Presence::Absent].into_iter().find(|one| one.as_str() == word)
    }
}

/// What came of one line that was noted without a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Merged {
    /// Taken over.
    Taken(Presence),
    /// Noted already, at the same minute or earlier: nothing changed.
    Known(Timestamp),
    /// Noted as absent before; the person came, so that was put right.
    Mended(Presence),
    /// No such ticket.
    Unknown,
    /// No time can be read in the line.
    NoTime,
    /// At that time no session of this person was open for entry.
    NoSession,
}

/// Why nothing was done about rooms, seats, tickets or attendance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum SeatingRefusal {
    /// There is no session.
    #[error("no session")]
    NoSessions,
    /// There is no room.
    #[error("no room")]
    NoRooms,
    /// Nobody to seat.
    #[error("nobody to seat")]
    Nobody,
    /// Tickets are out: only who has no seat gets one, others move one by one.
    #[error("tickets are out")]
    Published,
    /// Nobody has a seat in every subject.
    #[error("nobody is seated")]
    NotSeated,
    /// Seats with something firm against them, or people without one.
    #[error("{conflicts} conflicts, {unplaced} unplaced")]
    Unfinished {
        /// Seats with something firm against them.
        conflicts: u32,
        /// People and subjects without a seat.
        unplaced: u32,
    },
    /// The days on which tickets can be printed.
    #[error("window: {0}")]
    Window(#[from] WindowRefusal),
    /// This speaks against the change: whose seat, and what.
    #[error("{} conflicts", .0.len())]
    Against(Vec<(String, Conflict)>),
    /// Name of a room, taken already.
    #[error("room {0} is there already")]
    RoomTwice(String),
    /// More seats than rows times columns, or none.
    #[error("{seats} seats do not fit")]
    RoomSize {
        /// Seats asked for.
        seats: u32,
        /// Rows times columns.
        most: u32,
    },
    /// A number out of its limits.
    #[error("{label}: {least} to {most}")]
    Number {
        /// What it is called.
        label: String,
        /// Least.
        least: u16,
        /// Most.
        most: u16,
    },
    /// People sit in it.
    #[error("{people} people sit there")]
    InUse {
        /// How many.
        people: u32,
    },
    /// This person is on duty there already.
    #[error("on duty already")]
    OnDutyTwice {
        /// Who.
        name: String,
    },
    /// A session of this subject at this time is there already.
    #[error("{subject} is there already")]
    SessionTwice {
        /// Subject.
        subject: String,
        /// Begin.
        from: Timestamp,
    },
    /// No time of day.
    #[error("{label}: no time of day")]
    NotAClock {
        /// What it is called.
        label: String,
    },
    /// Nothing was granted that could be taken back, and nothing was chosen.
    #[error("nothing to grant")]
    NothingToGrant,
    /// It ends before it begins, or lasts longer than a day.
    #[error("times out of order")]
    TimesOutOfOrder,
    /// Before the exam day of the plan.
    #[error("before {exam_on}")]
    BeforeExamDay {
        /// First day of the exam.
        exam_on: NaiveDate,
    },
    /// A reason is missing.
    #[error("no reason")]
    NoReason,
    /// The seat typed is none, or nobody sits there.
    #[error("no such seat")]
    NoSeat,
    /// People may not enter yet.
    #[error("entry opens later")]
    TooEarly {
        /// When it opens.
        opens: Timestamp,
    },
    /// Too late to enter.
    #[error("entry is over")]
    TooLate {
        /// Minutes after the begin.
        minutes: u32,
        /// Minutes allowed.
        limit: u16,
    },
    /// Noted already.
    #[error("checked in already")]
    AlreadyIn {
        /// When.
        at: Timestamp,
        /// By whom.
        by: String,
    },
    /// Nothing is in conflict here, or it was decided.
    #[error("nothing to decide")]
    NothingToDecide,
    /// A proof is no picture and no PDF that can be kept, or too heavy.
    #[error("the proof cannot be kept")]
    Proof,
    /// Nothing was noted that could be taken back.
    #[error("not checked in")]
    NotIn,
    /// Tickets are not out yet.
    #[error("no tickets yet")]
    NoTickets,
    /// The time for requests is over, or has not come.
    #[error("no requests from {exam_on} on")]
    AskingOver {
        /// First day of the exam.
        exam_on: NaiveDate,
    },
    /// A request waits for its answer.
    #[error("asked already")]
    AskedAlready,
}
