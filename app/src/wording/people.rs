//! Sentences about candidates' accounts at the desk.

use domain::form::Problem;
use domain::page::people::{MOST_PRELOADED, PreloadedState, RowProblem};
use domain::time::{Timestamp, chinese_moment};

/// Hint of the list.
pub const LIST_HINT: &str =
    "一人一行：姓名,证件类型,证件号码,手机号码。可以从表格里直接复制过来；证件类型、手机号码可以空着，分隔符要留。";
/// Why there is no default password.
pub const NO_DEFAULT_PASSWORD: &str =
    "不设初始密码，证件号码后六位也不能登录。每人一个激活码，30 天内有效，用一次就作废，密码由本人设。";
/// The codes are shown once.
pub const CODES_ONCE: &str = "激活码只显示这一次，系统里不留原文。请现在打印或复制，再分别交给本人。";
/// How to copy them.
pub const COPY_HINT: &str = "全选、复制，粘到表格里就是三列";
/// Lead of merging.
pub const MERGE_LEAD: &str =
    "换发护照等情况会让同一个人有两个账号。请先核对新旧证件，再合并：报名、登录方式和资料都归到留下的账号。";
/// Hint of the reason.
pub const REASON_HINT: &str = "怎么核对出是同一个人。会记进操作记录，请不要写证件号码";
/// After merging.
pub const MERGED: &str = "已合并。旧账号不能再登录，旧证件会认到留下的账号。";
/// A number without an account.
pub const NO_SUCH_ACCOUNT: &str = "其中一个证件号码没有账号。请核对两个号码；只有一个账号的，不用合并。";

/// Heading of the codes.
pub fn codes_title(count: usize) -> String {
    format!("{count} 人的激活码")
}

/// Heading of the rows that were not taken.
pub fn faults_title(count: usize) -> String {
    format!("{count} 行没有预录，改好后在下面再交一次")
}

/// The row of a pasted list that a fault is about.
pub fn row(row: u32) -> String {
    format!("第 {row} 行")
}

/// Until when a code works.
pub fn until(at: Timestamp, now: Timestamp) -> String {
    chinese_moment(at, now.day())
}

/// When a line came to its state.
pub fn state_at(state: PreloadedState, at: Timestamp, now: Timestamp) -> String {
    let at = chinese_moment(at, now.day());
    match state {
        PreloadedState::Waiting => format!("{at}前有效"),
        PreloadedState::Expired => format!("{at}到期"),
        PreloadedState::Used => format!("{at}激活"),
        PreloadedState::Revoked => format!("{at}收回"),
    }
}

/// How many applications an account has.
pub fn applications(count: u32) -> String {
    format!("{count} 份")
}

/// Why a row was not taken, and what to do.
pub fn row_problem(problem: &RowProblem) -> String {
    match problem {
        RowProblem::Columns { found } => {
            format!("这一行有 {found} 列，要 4 列：姓名,证件类型,证件号码,手机号码。")
        }
        RowProblem::Cell(fault) if fault.problem == Problem::NotOffered => {
            "证件类型不认识。请写居民身份证、港澳居民来往内地通行证、护照这样的全名，或空着。".to_owned()
        }
        RowProblem::Cell(fault) => super::form::fault(fault),
        RowProblem::TwiceInList { row } => format!("和第 {row} 行是同一个人，留一行就够。"),
        RowProblem::AlreadyListed => {
            "这个人已经预录，激活码还没用。要新的激活码，请在名单里点“重发激活码”。".to_owned()
        }
        RowProblem::TooMany => format!("一次最多 {MOST_PRELOADED} 人。请把后面的分开再交一次。"),
    }
}
