//! 考试日: the page of the door.

use super::Presence;
use crate::ids::{ApplicationId, FileId, PlanId, StaffId};
use crate::page::door::DoorConflict;
use crate::seating::{Needs, Session};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A seat of somebody on the exam day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaySeat {
    /// The session.
    pub session: Session,
    /// From when on people may enter, and until when.
    pub entry: (Timestamp, Timestamp),
    /// Name of the room.
    pub room: String,
    /// Seat.
    pub seat: u16,
    /// How the person came, when that was noted, and by whom.
    pub presence: Option<(Presence, Timestamp, String)>,
}

/// A misconduct that was noted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MisconductLine {
    /// 科目
    pub subject: String,
    /// What happened.
    pub words: String,
    /// When it was noted.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}

/// Somebody who stands at the door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayPerson {
    /// Application.
    pub id: ApplicationId,
    /// 姓名
    pub name: String,
    /// 准考证号
    pub ticket: String,
    /// Version of the ticket.
    pub version: u32,
    /// 证件号码, masked.
    pub id_no_masked: String,
    /// The photo.
    pub photo: Option<FileId>,
    /// What was granted.
    pub needs: Needs,
    /// Seats, in order of time.
    pub seats: Vec<DaySeat>,
    /// Misconduct.
    pub misconduct: Vec<MisconductLine>,
}

/// A session on the exam day, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaySession {
    /// The session.
    pub session: Session,
    /// From when on people may enter, and until when.
    pub entry: (Timestamp, Timestamp),
    /// Seats given.
    pub expected: u32,
    /// 已到, late ones among them.
    pub present: u32,
    /// 迟到
    pub late: u32,
    /// 缺考
    pub absent: u32,
    /// Rooms: name, expected, present.
    pub rooms: Vec<(String, u32, u32)>,
}

/// The page of the exam day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayPage {
    /// Server time.
    pub now: Timestamp,
    /// Plan.
    pub plan: PlanId,
    /// Its title.
    pub title: String,
    /// Sessions, in order of time.
    pub sessions: Vec<DaySession>,
    /// Who was asked for.
    pub person: Option<DayPerson>,
    /// What was typed and led to nobody.
    pub unknown: Option<String>,
    /// Who may be meant, where what was typed fits several.
    pub choices: Vec<DayChoice>,
    /// Who came last, the newest first.
    pub newest: Vec<CameLine>,
    /// Where doors state different things, those that wait first.
    pub conflicts: Vec<DoorConflict>,
    /// Who reads this page.
    pub reader: StaffId,
}

/// One of several people who fit what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayChoice {
    /// 姓名
    pub name: String,
    /// 准考证号
    pub ticket: String,
    /// 证件号码, masked.
    pub id_no_masked: String,
}

/// Somebody who came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CameLine {
    /// 姓名
    pub name: String,
    /// Name of the room.
    pub room: String,
    /// Seat.
    pub seat: u16,
    /// When.
    pub at: Timestamp,
    /// How.
    pub how: Presence,
}
