//! The page of a plan's rosters: sheets on their way in, photos beside them, and what comes out again.

mod doing;
mod refusal;

pub use doing::{ClassHours, MendDone, MendGroup, MendLine, Mended, SheetTop};
pub use refusal::{ArchiveFault, LeftOut, LeftOutWhy, RosterRefusal, RowRefusal};

use crate::ids::{ApplicationId, PlanId, RosterId};
use crate::photo::{PhotoFault, PhotoSpec};
use crate::refusal::Refusal;
use crate::roster::{Column, FaultKind, Layout, LayoutRefusal};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a roster stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RosterState {
    /// Its columns are not all known yet.
    Mapping,
    /// It is tried; rows can be mended and imported.
    Open,
    /// People are being imported.
    Running,
    /// The import rests.
    Paused,
    /// The import is being taken back.
    Undoing,
    /// It was taken back.
    Undone,
}

impl RosterState {
    /// Every state.
    pub const ALL: [RosterState; 6] = [
        RosterState::Mapping,
        RosterState::Open,
        RosterState::Running,
        RosterState::Paused,
        RosterState::Undoing,
        RosterState::Undone,
    ];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            RosterState::Mapping => "mapping",
            RosterState::Open => "open",
            RosterState::Running => "running",
            RosterState::Paused => "paused",
            RosterState::Undoing => "undoing",
            RosterState::Undone => "undone",
        }
    }

    /// Reads [`RosterState::as_str`].
    pub fn parse(word: &str) -> Option<RosterState> {
        RosterState::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether the server works on it by itself.
    pub fn is_moving(self) -> bool {
        matches!(self, RosterState::Running | RosterState::Undoing)
    }
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowState {
    /// Can be imported.
    Ready,
    /// Something is to be mended first.
    Faulty,
    /// Imported by this roster.
    Done,
    /// The person was in the plan already, by another import or by themselves.
    There,
    /// The import was refused; the reason stands beside it.
    Refused,
    /// Taken back.
    Undone,
    /// Imported, and left in place when the rest was taken back: the person had begun to work on it.
    Stays,
    /// Not to be imported: the foot of the sheet, or as somebody said.
    LeftOut,
}

impl RowState {
    /// Every state.
    pub const ALL: [RowState; 8] = [
        RowState::Ready,
        RowState::Faulty,
        RowState::Done,
        RowState::There,
        RowState::Refused,
        RowState::Undone,
        RowState::Stays,
        RowState::LeftOut,
    ];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            RowState::Ready => "ready",
            RowState::Faulty => "faulty",
            RowState::Done => "done",
            RowState::There => "there",
            RowState::Refused => "refused",
            RowState::Undone => "undone",
            RowState::Stays => "stays",
            RowState::LeftOut => "left_out",
        }
    }

    /// Reads [`RowState::as_str`].
    pub fn parse(word: &str) -> Option<RowState> {
        RowState::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether its cells can still be changed.
    pub fn is_open(self) -> bool {
        matches!(self, RowState::Ready | RowState::Faulty | RowState::Refused)
    }
}

/// How many rows stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RosterCounts {
    /// Can be imported.
    pub ready: u32,
    /// To be mended.
    pub faulty: u32,
    /// Imported.
    pub done: u32,
    /// In the plan already.
    pub there: u32,
    /// Refused by the import.
    pub refused: u32,
    /// Taken back.
    pub undone: u32,
    /// Left in place.
    pub stays: u32,
    /// Not to be imported; nobody of the sheet.
    pub left_out: u32,
}

impl RosterCounts {
    /// All people of the sheet, without rows that are left out.
    pub fn all(self) -> u32 {
        self.ready + self.faulty + self.done + self.there + self.refused + self.undone + self.stays
    }

    /// Counts `number` more rows of a state.
    pub fn add(&mut self, state: RowState, number: u32) {
        let place = match state {
            RowState::Ready => &mut self.ready,
            RowState::Faulty => &mut self.faulty,
            RowState::Done => &mut self.done,
            RowState::There => &mut self.there,
            RowState::Refused => &mut self.refused,
            RowState::Undone => &mut self.undone,
            RowState::Stays => &mut self.stays,
            RowState::LeftOut => &mut self.left_out,
        };
        *place += number;
    }
}

/// How a photo came to its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Joining {
    /// To nobody.
    No,
    /// By the number in its name.
    Number,
    /// By the name alone, which only one person has.
    Name,
    /// By hand.
    Hand,
    /// The number is right and the name is another: somebody has to look.
    OtherName,
    /// The person has a photo already.
    Twice,
}

impl Joining {
    /// Every way.
    pub const ALL: [Joining; 6] =
        [Joining::No, Joining::Number, Joining::Name, Joining::Hand, Joining::OtherName, Joining::Twice];

    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Joining::No => "no",
            Joining::Number => "number",
            Joining::Name => "name",
            Joining::Hand => "hand",
            Joining::OtherName => "other_name",
            Joining::Twice => "twice",
        }
    }

    /// Reads [`Joining::as_str`].
    pub fn parse(word: &str) -> Option<Joining> {
        Joining::ALL.into_iter().find(|joining| joining.as_str() == word)
    }
}

/// A photo of a roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterPhoto {
    /// Id.
    pub id: String,
    /// Name of its file.
    pub file_name: String,
    /// How it came to its row.
    pub joining: Joining,
    /// The row that it belongs to, or may belong to, and the name there.
    pub row: Option<(u32, String)>,
    /// What is wrong with it by the plan's limits.
    pub faults: Vec<PhotoFault>,
    /// Whether its bytes are kept, so that it can be shown.
    pub shown: bool,
}

/// A cell that can be mended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RosterCell {
    /// Position in the row, from 0; none where the sheet has no such column.
    pub place: Option<u32>,
    /// The column.
    pub column: Column,
    /// What stands there.
    pub found: String,
    /// What is wrong with it.
    pub faults: Vec<FaultKind>,
}

/// The same fault in many rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FaultGroup {
    /// The column.
    pub column: Column,
    /// What is wrong, as in the first of them.
    pub kind: FaultKind,
    /// What stands there, as in the first of them.
    pub found: String,
    /// How many rows.
    pub rows: u32,
    /// Numbers of the first rows.
    pub first: Vec<u32>,
    /// Whether one text mends them all.
    pub mendable: bool,
}

/// A row as the page shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RosterRow {
    /// Number, as the spreadsheet counts.
    pub row: u32,
    /// Where it stands.
    pub state: RowState,
    /// 姓名
    pub name: String,
    /// 证件号码, masked.
    pub id_no_masked: String,
    /// 性别
    pub gender: String,
    /// 文化程度
    pub education: String,
    /// Years, as the sheet says them.
    pub years: String,
    /// 申报条件: the number.
    pub condition: String,
    /// Cells at fault.
    pub cells: Vec<RosterCell>,
    /// Its photo, good or not.
    pub photo: Option<RosterPhoto>,
    /// Whether a photo is wanted and not there.
    pub photo_missing: bool,
    /// Whether the person adds the photo later.
    pub photo_later: bool,
    /// Why the import was refused.
    pub refusal: Option<RowRefusal>,
    /// The application, once there is one.
    pub application: Option<ApplicationId>,
}

/// A roster in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterLine {
    /// Id.
    pub id: RosterId,
    /// Name of the uploaded file.
    pub file_name: String,
    /// Who uploaded it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Where it stands.
    pub state: RosterState,
    /// Rows.
    pub counts: RosterCounts,
}

/// Which rows are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RosterTab {
    /// Those to be mended, or refused.
    #[default]
    Faulty,
    /// Everybody.
    All,
    /// Photos that found nobody.
    Photos,
    /// Cells that can be mended together.
    Mends,
}

impl RosterTab {
    /// Every tab.
    pub const ALL: [RosterTab; 4] = [RosterTab::Faulty, RosterTab::All, RosterTab::Photos, RosterTab::Mends];

    /// The word in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            RosterTab::Faulty => "faulty",
            RosterTab::All => "all",
            RosterTab::Photos => "photos",
            RosterTab::Mends => "mends",
        }
    }

    /// Reads [`RosterTab::as_str`].
    pub fn parse(word: &str) -> Option<RosterTab> {
        RosterTab::ALL.into_iter().find(|tab| tab.as_str() == word)
    }
}

/// One roster, opened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RosterBoard {
    /// The line.
    pub line: RosterLine,
    /// Its columns, as proposed or changed.
    pub layout: Layout,
    /// Why its columns are not enough.
    pub unmapped: Option<LayoutRefusal>,
    /// 班别
    pub class: String,
    /// 培训日期
    pub training: String,
    /// 学时
    pub hours: String,
    /// The same beside the standard; none where it has no figure for the level.
    pub class_hours: Option<ClassHours>,
    /// The top of the sheet, and whether it can be read otherwise.
    pub top: SheetTop,
    /// Rows with cells that can be mended together.
    pub mendable: u32,
    /// Those cells, where they are looked at.
    pub mends: Vec<MendGroup>,
    /// What was mended last, the newest first.
    pub mended: Vec<MendDone>,
    /// Which rows are shown.
    pub tab: RosterTab,
    /// Page, from 1.
    pub page: u32,
    /// Number of pages.
    pub pages: u32,
    /// Rows of the page.
    pub rows: Vec<RosterRow>,
    /// What is wrong, by reason, the most frequent first.
    pub groups: Vec<FaultGroup>,
    /// Whether photos were uploaded, so that every row wants one.
    pub photos_wanted: bool,
    /// Number of photos.
    pub photos: u32,
    /// Number of photos that need somebody to look.
    pub strays: u32,
    /// Those of the page.
    pub stray_photos: Vec<RosterPhoto>,
    /// People without a photo: row and name. At most a few hundred.
    pub lacking: Vec<(u32, String)>,
    /// What was left out of the archives.
    pub left_out: Vec<LeftOut>,
    /// Why the import came to rest by itself.
    pub note: Option<Refusal>,
    /// Drafts of this roster that nobody has confirmed.
    pub unconfirmed: u32,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RosterDesk {
    /// Server time.
    pub now: Timestamp,
    /// The plan.
    pub plan: PlanId,
    /// Its title.
    pub title: String,
    /// Its number.
    pub number: String,
    /// Whether its procedure lets the agency collect.
    pub collects: bool,
    /// Limits of its photos.
    pub spec: PhotoSpec,
    /// Conditions of the plan.
    pub conditions: Vec<(u32, String)>,
    /// Rosters, the newest first.
    pub rosters: Vec<RosterLine>,
    /// The one that is looked at.
    pub board: Option<RosterBoard>,
    /// People who would stand in the sheets that go out.
    pub people: u32,
}
