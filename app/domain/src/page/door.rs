//! 签到 at a door without a network: the list that a device keeps, what it notes, and what came of each note.

use crate::ids::{ApplicationId, PlanId, SessionId, StaffId};
use crate::page::rooms::Presence;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Most notes in one request.
pub const NOTES_MAX: usize = 400;
/// From so long before a session on, its list may be kept on a device: 36 hours, in ms.
pub const KEPT_BEFORE: i64 = 36 * 3_600_000;

/// What a device keeps for its door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorList {
    /// Server time: the device reckons with its distance from its own clock.
    pub now: Timestamp,
    /// Plan.
    pub plan: PlanId,
    /// Its title.
    pub title: String,
    /// For whom: nobody else's login opens it.
    pub reader: StaffId,
    /// What the device seals everything with, 64 hexadecimal digits. It is given to a login and kept no longer than it.
    pub key: String,
    /// When the device deletes the list by itself.
    pub until: Timestamp,
    /// Sessions, in order of time.
    pub sessions: Vec<DoorSession>,
    /// Who has a seat in them.
    pub people: Vec<DoorPerson>,
}

/// A session with the times of the late rule, as the server judges them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorSession {
    /// Id.
    pub id: SessionId,
    /// 科目
    pub subject: String,
    /// Begin: who comes after it is late.
    pub from: Timestamp,
    /// End.
    pub to: Timestamp,
    /// From when on people may enter.
    pub opens: Timestamp,
    /// Until when people may still enter.
    pub closes: Timestamp,
}

/// Somebody who is expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorPerson {
    /// Application.
    pub id: ApplicationId,
    /// 姓名
    pub name: String,
    /// 准考证号
    pub ticket: String,
    /// 证件号码, masked.
    pub id_no: String,
    /// Whether there is a photo to fetch.
    pub photo: bool,
    /// Minutes more than others have.
    pub extra_minutes: u16,
    /// Seats, in order of time.
    pub seats: Vec<DoorSeat>,
}

/// Where and when a candidate sits, as the door knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorSeat {
    /// The session.
    pub session: SessionId,
    /// Name of the room.
    pub room: String,
    /// Seat.
    pub seat: u16,
    /// What is noted on the server: how, and when.
    pub came: Option<(Presence, Timestamp)>,
}

/// What is stated at a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoorKind {
    /// The person came.
    Came,
    /// 缺考
    Absent,
    /// 违纪
    Misconduct,
}

impl DoorKind {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            DoorKind::Came => "came",
            DoorKind::Absent => "absent",
            DoorKind::Misconduct => "misconduct",
        }
    }
}

/// One note of a device. Its id is made there, so that the same note may arrive any number of times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorNote {
    /// Made by the device: a UUID.
    pub id: String,
    /// About whom.
    pub application: ApplicationId,
    /// In which session.
    pub session: SessionId,
    /// What.
    pub kind: DoorKind,
    /// When, by the server's clock as far as the device knew it.
    pub at: Timestamp,
    /// What happened, for a misconduct.
    #[serde(default)]
    pub words: String,
}

/// What a device hands in at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorBatch {
    /// What the device is called: 设备 7F2A.
    pub device: String,
    /// What the device thinks the server's clock shows.
    pub clock: Timestamp,
    /// Notes, at most [`NOTES_MAX`].
    pub notes: Vec<DoorNote>,
}

/// What came of a note. The words are those of the database, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoorOutcome {
    /// Taken over.
    Taken,
    /// Another door noted the same person earlier: that stays.
    EarlierKept,
    /// Another door noted the same person later: this earlier time counts.
    EarlierTaken,
    /// 缺考 had been noted for everybody who had not come; this person had come, so that was put right.
    Mended,
    /// One door says present, the other absent: somebody decides.
    Conflict,
    /// That was decided before.
    Decided,
    /// Before people may enter, or while somebody may still come: not taken.
    TooEarly,
    /// After the limit for late entry: not taken.
    TooLate,
    /// No such person or seat in this plan: not taken.
    Unknown,
}

impl DoorOutcome {
    /// Every outcome.
    pub const ALL: [DoorOutcome; 9] = [
        DoorOutcome::Taken,
        DoorOutcome::EarlierKept,
        DoorOutcome::EarlierTaken,
        DoorOutcome::Mended,
        DoorOutcome::Conflict,
        DoorOutcome::Decided,
        DoorOutcome::TooEarly,
        DoorOutcome::TooLate,
        DoorOutcome::Unknown,
    ];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            DoorOutcome::Taken => "taken",
            DoorOutcome::EarlierKept => "earlier_kept",
            DoorOutcome::EarlierTaken => "earlier_taken",
            DoorOutcome::Mended => "mended",
            DoorOutcome::Conflict => "conflict",
            DoorOutcome::Decided => "decided",
            DoorOutcome::TooEarly => "too_early",
            DoorOutcome::TooLate => "too_late",
            DoorOutcome::Unknown => "unknown",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        DoorOutcome::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// What the device is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorAnswer {
    /// Server time.
    pub now: Timestamp,
    /// How far the clock that the device reckoned with was ahead of ours, in ms; behind where it is negative.
    pub skew: i64,
    /// Each note with what came of it, in the order of the request.
    pub notes: Vec<(String, DoorOutcome)>,
}

/// One door says present, the other absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorConflict {
    /// Application.
    pub id: ApplicationId,
    /// 姓名
    pub name: String,
    /// 准考证号
    pub ticket: String,
    /// The session.
    pub session: SessionId,
    /// 科目
    pub subject: String,
    /// Name of the room and seat.
    pub place: (String, u16),
    /// When the person came, by whom.
    pub came: (Timestamp, String),
    /// When 缺考 was noted, by whom.
    pub absent: (Timestamp, String),
    /// Whether the person counts as come, who decided, and why; none while it waits.
    pub decided: Option<(bool, String, String)>,
}
