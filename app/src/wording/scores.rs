//! Sentences about scores: entering, comparing, locking, releasing, looking again.

use domain::page::scores::{MyScores, ScoreBoard, ScoreRefusal, ScoreState};
use domain::roster::FileRefusal;
use domain::scores::{ExamResult, Mark, MarkFault, Noted, ScoreFault, ScoreSheetRefusal};
use domain::time::{Timestamp, chinese_date, chinese_moment};

/// A moment inside a refusal. The year is written: the reader's today is not known here.
fn moment(at: Timestamp) -> String {
    chinese_moment(at, chrono::NaiveDate::MIN)
}

/// Why nothing was done.
pub fn refusal(refusal: &ScoreRefusal) -> String {
    match refusal {
        ScoreRefusal::NotHeldYet { exam_on } => {
            format!(
                "考试在{}。考完以后才能录入成绩，发布要在考试日以后。",
                chinese_date(*exam_on, chrono::NaiveDate::MIN)
            )
        }
        ScoreRefusal::Locked => {
            "成绩已经锁定，不能再录入。要改个别成绩，请用“更正成绩”；要重录，请先解除锁定。".to_owned()
        }
        ScoreRefusal::NotLocked => "成绩还没有锁定。请先锁定，再发布或更正。".to_owned(),
        ScoreRefusal::Released => "成绩已经发布，考生已经看到。有错请用“更正成绩”，原来的成绩会留着。".to_owned(),
        ScoreRefusal::MomentPast { at } => {
            format!("发布时间{}已经过了，没有发布。请核对年月日；要现在就发布，请把发布时间空着。", moment(*at))
        }
        ScoreRefusal::NotReleased => "成绩还没有发布。发布以后会显示在这里。".to_owned(),
        ScoreRefusal::Nobody => "这个计划还没有审核通过的考生，没有成绩可以锁定。".to_owned(),
        ScoreRefusal::Incomplete { people } => {
            format!("还有 {people} 人缺成绩，不能锁定。缺考请写“缺考”，不要空着，也不要写 0。")
        }
        ScoreRefusal::Differences { cells } => {
            format!("有 {cells} 处两个人录得不一样，不能锁定。请对照试卷，录错的人改自己那一份。")
        }
        ScoreRefusal::Cells(cells) => format!("有 {} 格不是成绩，这一页都没有保存。改好再保存一次。", cells.len()),
        ScoreRefusal::ThirdHand => "这个计划已经由另外两个人录入。请由他们两位录完，或导入成绩表。".to_owned(),
        ScoreRefusal::NoTrial => "没有等着取用的成绩表。请先上传一份。".to_owned(),
        ScoreRefusal::NothingReady => "成绩表里没有一行能取用。请先照着提示改好。".to_owned(),
        ScoreRefusal::NoReason => "请写明原因，看的人才知道为什么。".to_owned(),
        ScoreRefusal::SameMark => "新成绩和原来的一样，或者是空的，没有改。请核对后再填。".to_owned(),
        ScoreRefusal::RecheckOver { until: Some(until) } => {
            format!("申请复核的时间{}已过。有疑问，请打机构电话。", moment(*until))
        }
        ScoreRefusal::RecheckOver { until: None } => "这个计划不设成绩复核。有疑问，请打机构电话。".to_owned(),
        ScoreRefusal::AskedAlready => "这一科已经申请过复核，每科一次。答复会显示在这里。".to_owned(),
        ScoreRefusal::AnsweredAlready => "这份复核已经答复过了。请刷新看最新的。".to_owned(),
    }
}

/// Why a file is no sheet.
pub fn file(refusal: &FileRefusal) -> String {
    match refusal {
        FileRefusal::Empty => "文件是空的。请选填好的表再上传。".to_owned(),
        FileRefusal::TooBig { bytes, limit } => format!(
            "文件有 {}，最大 {}。请分成几份，或另存为 xlsx 再传。",
            super::photo::weight(*bytes),
            super::photo::weight(*limit)
        ),
        FileRefusal::TooManyRows { limit } => format!("表里的行太多，一次最多 {limit} 行。请分成几份。"),
        FileRefusal::NotASheet => "这不是表格文件。请上传 xlsx、xls 或 csv。".to_owned(),
        FileRefusal::WebPage => {
            "这个文件名字像表格，里面是网页，别的系统导出的常常这样。请用表格软件打开，另存为 xlsx 再传。".to_owned()
        }
        FileRefusal::Locked => "表格设了密码，打不开。请去掉密码另存一份再传。".to_owned(),
        FileRefusal::Broken => "表格损坏了，读不出来。请用表格软件打开，另存为 xlsx 再传。".to_owned(),
    }
}

/// Why a sheet is no score sheet.
pub fn sheet(refusal: &ScoreSheetRefusal) -> String {
    match refusal {
        ScoreSheetRefusal::NoHeadings => {
            "前 30 行里没有表头。表头要有准考证号、姓名、证件号码和各科成绩。可以先下载成绩表来填。".to_owned()
        }
        ScoreSheetRefusal::ColumnMissing(column) => {
            format!("表头里缺“{column}”这一列。请补上这一列，再上传。")
        }
    }
}

/// What is wrong with a row, and what to do.
pub fn fault(fault: &ScoreFault) -> String {
    match fault {
        ScoreFault::TicketUnknown => "这个计划没有这个准考证号。请核对号码。".to_owned(),
        ScoreFault::TicketDuplicate => "这个准考证号在表里出现了两次。请留一行。".to_owned(),
        ScoreFault::NameMismatch => "姓名和这个准考证号的考生不一样。请核对是不是串行了。".to_owned(),
        ScoreFault::IdMismatch => "证件号码和这个准考证号的考生不一样。请核对是不是串行了。".to_owned(),
        ScoreFault::Mark(_, why) => mark_fault(*why).to_owned(),
        ScoreFault::SubjectNotInLevel(subject) => format!("这个考生不考{}，这一格要空着。", subject.label()),
        ScoreFault::SubjectAlreadyPassed(subject) => {
            format!("{}以前已经合格，成绩保留，这一格要空着。", subject.label())
        }
    }
}

/// Why a text is no mark.
pub fn mark_fault(why: MarkFault) -> &'static str {
    match why {
        MarkFault::NotANumber => "要填 0 到 100 的数，或“缺考”“违纪”。",
        MarkFault::Decimals => "最多一位小数，例如 86.5。",
        MarkFault::Range => "最高 100 分。",
    }
}

/// How scores stand.
pub fn state(state: ScoreState, now: Timestamp) -> String {
    let at = |at: Timestamp| chinese_moment(at, now.day());
    match state {
        ScoreState::Open => "正在录入".to_owned(),
        ScoreState::Locked { at: since } => format!("{}锁定，还没发布", at(since)),
        ScoreState::Released { at: then } if then > now => format!("{}发布", at(then)),
        ScoreState::Released { at: then } => format!("{}已发布", at(then)),
    }
}

/// What there is to do before the scores can be locked.
pub fn progress(board: &ScoreBoard) -> String {
    let (people, open, differ) = (board.lines.len(), board.incomplete(), board.differences());
    match (open, differ) {
        (0, 0) => format!("{people} 人的成绩都齐了。"),
        (open, 0) => format!("{people} 人，还有 {open} 人缺成绩。"),
        (open, differ) => format!("{people} 人，还有 {open} 人缺成绩，{differ} 处两个人录得不一样。"),
    }
}

/// What the exam room noted.
pub fn noted(noted: Noted) -> &'static str {
    match noted {
        Noted::Came => "考场登记到场",
        Noted::Absent => "考场登记缺考",
        Noted::Misconduct => "考场登记违纪",
    }
}

/// Said before locking where marks and exam rooms say different things.
pub fn contradictions(cells: usize) -> String {
    format!("有 {cells} 处成绩和考场登记对不上，列在下面。请核对后再锁定；确实没错，可以照样锁定。")
}

/// Where a certificate stands although the corrected marks do not carry it.
pub fn unearned(number: &str) -> String {
    format!("更正后不合格，证书 {number} 还有效，去看要不要撤销")
}

/// The button that releases when the public list begins.
pub fn release_as_planned(at: Timestamp, now: Timestamp) -> String {
    format!("按计划，{}成绩公示开始时发布", chinese_moment(at, now.day()))
}

/// The word for a result.
pub fn result(result: ExamResult) -> &'static str {
    match result {
        ExamResult::Pass => "合格",
        ExamResult::Fail => "不合格",
        ExamResult::Incomplete => "成绩不全",
    }
}

/// A mark as people read it.
pub fn mark(mark: Mark) -> String {
    match mark {
        Mark::Blank => "—".to_owned(),
        Mark::Carried(_) => format!("{}（保留）", mark.shown()),
        other => other.shown(),
    }
}

/// The first sentence under a candidate's scores.
pub fn mine(scores: &MyScores, issued: bool) -> String {
    match (scores.result, scores.resit.is_empty()) {
        (ExamResult::Pass, _) if issued => "各科都合格，证书已经核发。".to_owned(),
        (ExamResult::Pass, _) => "各科都合格。成绩公示结束后，由机构办理证书。".to_owned(),
        (_, false) => format!(
            "{}没有合格。合格的科目保留 {} 个月，补考只考没合格的。",
            scores.resit.join("、"),
            scores.valid_months
        ),
        (ExamResult::Fail, true) => "这次没有合格。可以报下一期重新考试。".to_owned(),
        (ExamResult::Incomplete, true) => "有科目还没有成绩，请打机构电话问。".to_owned(),
    }
}

/// Until when a recheck can be asked for.
pub fn recheck_hint(until: Timestamp, now: Timestamp) -> String {
    format!("{}前可以申请，每科一次。复核看有没有漏判、加错分、登错分，不重新评分。", chinese_moment(until, now.day()))
}

/// After rows were taken.
pub fn taken(rows: u32, left: u32) -> String {
    match left {
        0 => format!("取用了 {rows} 行。"),
        left => format!("取用了 {rows} 行，还有 {left} 行要改。"),
    }
}

/// After a page was entered.
pub fn entered(changed: u32, differ: u32) -> String {
    match differ {
        0 => format!("保存了 {changed} 格。"),
        differ => format!("保存了 {changed} 格，其中 {differ} 格和另一个人录得不一样，见下面。"),
    }
}

/// What the sheet must have.
pub const SHEET_HINT: &str =
    "xlsx、xls 或 csv。按准考证号对应考生，姓名和证件号码也要对得上。先试一遍，看过再取用；有错的行不动。";
/// How hands enter.
pub const HANDS_HINT: &str = "两个人各录一遍，互相看不到。录得一样才算数，不一样的列出来核对。0 到 100，最多一位小数；缺考写“缺考”，违纪写“违纪”。";
/// What to do where marks and exam rooms say different things.
pub const CONTRADICTED_HINT: &str =
    "请对照试卷和考场记录。成绩录错就改成绩；考场登记错了，在“考试日”里撤销登记。缺考写“缺考”，不写 0。";
/// What locking does.
pub const LOCK_HINT: &str = "锁定以后不能再录入和导入。每个人每一科都要有成绩。";
/// What releasing does.
pub const RELEASE_HINT: &str = "发布以后考生马上看到自己的成绩，合格的科目开始保留。发布后只能一条一条更正。";
/// What a correction keeps.
pub const CORRECT_HINT: &str = "原来的成绩会留着，考生看到新的。原因考生也能看到。";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_counted() {
        assert_eq!(taken(3, 0), "取用了 3 行。");
        assert_eq!(taken(3, 2), "取用了 3 行，还有 2 行要改。");
        assert_eq!(mark(Mark::Carried(Some(850))), "85.0（保留）");
        assert_eq!(mark(Mark::Score(0)), "0.0", "zero is a mark");
    }
}
