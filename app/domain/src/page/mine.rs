//! What candidates see of their own applications.

mod happening;

pub use happening::{Happening, What};

use crate::application::axes::Axes;
use crate::application::printing::PrintRefusal;
use crate::application::progress::Progress;
use crate::application::{Stage, Target};
use crate::form::Answers;
use crate::ids::{ApplicationId, Fen};
use crate::page::rooms::SeatRequest;
use crate::page::scores::MyScores;
use crate::page::wizard::{FileKept, PhotoKept, SignatureKept};
use crate::places::Place;
use crate::plan::Plan;
use crate::profile::Printable;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// One line of 我的报名.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyApplication {
    /// Id.
    pub id: ApplicationId,
    /// 报名号, or empty for a draft.
    pub number: String,
    /// Title of the plan.
    pub plan_title: String,
    /// 职业（工种）
    pub trade: String,
    /// 职业
    pub occupation: String,
    /// 工种/职业方向; empty where the occupation has none.
    pub direction: String,
    /// 等级, short.
    pub level: String,
    /// 机构
    pub agency_name: String,
    /// Where it stands, derived.
    pub progress: Progress,
    /// When it was begun.
    pub since: Timestamp,
    /// Whether its procedure has a payment column.
    pub has_payment: bool,
    /// The fee that the person has to pay now, fen.
    pub due: Option<Fen>,
    /// Whether it can be paid here; otherwise as the agency says.
    pub pays_here: bool,
    /// What can be printed now, with the name it has in the procedure.
    pub prints: Vec<PrintLine>,
    /// The place in the line before a full plan; none where it does not wait.
    pub place: Option<Place>,
}

/// Something that the procedure prints, and whether it is there yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintLine {
    /// What.
    pub what: Printable,
    /// Its name: 浙江省职业技能鉴定申请表.
    pub title: String,
    /// Why it is not there yet; none when it is.
    pub refusal: Option<PrintRefusal>,
}

/// What becomes of the signed and stamped form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComesBack {
    /// Key of the document that takes the scan.
    pub key: String,
    /// Its label.
    pub label: String,
    /// Whether a scan is there already.
    pub is_there: bool,
}

/// The official words around payment and approval.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OfficialLines {
    /// Said after approval: 恭喜您已通过审查，请在规定时间内进行缴费！
    pub approved: String,
    /// Said where a payment is missing: 视为自动弃考.
    pub unpaid: String,
    /// Said after submitting, line by line.
    pub after_submit: Vec<String>,
    /// Whether an unpaid place is given up at the deadline.
    pub gives_up: bool,
    /// Whether the ticket waits for the payment.
    pub gate: bool,
}

/// 我的报名: what waits for me comes first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mine {
    /// Server time.
    pub now: Timestamp,
    /// Applications, those that wait for the applicant first, then the newest.
    pub applications: Vec<MyApplication>,
}

/// One application, whole, as its applicant may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MyCase {
    /// The line.
    pub line: MyApplication,
    /// Server time.
    pub now: Timestamp,
    /// The plan.
    pub plan: Plan,
    /// Stage with its facts (remarks, grounds, deadlines).
    pub stage: Stage,
    /// Filing, money and exam, as they stand now.
    pub axes: Axes,
    /// What the procedure prints.
    pub prints: Vec<PrintLine>,
    /// Where the signed and stamped form comes back, where the procedure wants it.
    pub comes_back: Option<ComesBack>,
    /// The order of the fee, where there is one.
    pub order: Option<crate::page::money::MyOrder>,
    /// Official words.
    pub lines: OfficialLines,
    /// Until when a submission can be taken back and changed.
    pub edit_until: crate::profile::EditUntil,
    /// Whether the plan has sites to choose from.
    pub has_sites: bool,
    /// Whether originals are looked at, at a counter, and which.
    pub counter: Vec<String>,
    /// Label of every target that a remark names.
    pub labels: Vec<(Target, String)>,
    /// While returned: what has been corrected so far.
    pub corrected: Vec<Target>,
    /// Answers with their verbatim labels, as frozen (or as they stand, for a draft).
    pub answers: Vec<(String, String)>,
    /// Raw answers.
    pub raw: Answers,
    /// The photo.
    pub photo: Option<PhotoKept>,
    /// Evidence.
    pub files: Vec<FileKept>,
    /// Signature.
    pub signature: Option<SignatureKept>,
    /// What happened, oldest first.
    pub timeline: Vec<Happening>,
    /// Days within which an answer may be expected.
    pub answer_days: u32,
    /// Scores, once they are released.
    pub scores: Option<MyScores>,
    /// What was asked about ticket and seat.
    pub seat_requests: Vec<SeatRequest>,
}
