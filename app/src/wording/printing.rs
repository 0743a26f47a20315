//! Sentences about forms and tickets: what they are called, when they are there, what becomes of them.

use domain::application::printing::PrintRefusal;
use domain::profile::{Printable, Standing};
use domain::time::chinese_date;

/// What it is called where the procedure has no name for it.
pub fn what(what: Printable) -> &'static str {
    match what {
        Printable::ApplicationForm => "申请表",
        Printable::Ticket => "准考证",
    }
}

/// A state as it stands inside a sentence: `审核通过以后`.
fn after(standing: Standing) -> &'static str {
    match standing {
        Standing::Draft => "保存草稿以后",
        Standing::Submitted => "提交以后",
        Standing::Returned => "退回补正时",
        Standing::Approved => "审核通过以后",
        Standing::Rejected => "审核结束以后",
        Standing::Withdrawn => "撤回以后",
        Standing::Filed => "机构提交申报以后",
        Standing::Scored => "成绩发布以后",
    }
}

/// When it will be there: `审核通过以后能下载`.
pub fn when(refusal: &PrintRefusal) -> String {
    match refusal {
        PrintRefusal::NotOffered(printable) => format!("这种报名不用{}", what(*printable)),
        PrintRefusal::NotYet { when, .. } => {
            let first = when.iter().min().map_or("以后", |standing| after(*standing));
            format!("{first}能下载")
        }
        PrintRefusal::TooEarly { opens } => {
            format!("{} 起能下载", chinese_date(*opens, chrono::NaiveDate::MIN))
        }
        PrintRefusal::PaymentFirst => "缴费以后能下载".to_owned(),
        PrintRefusal::Nothing => "没有能打印的".to_owned(),
        PrintRefusal::SeatsPending => "考场座位排好、发布以后能下载".to_owned(),
        PrintRefusal::TicketOver { closed } => {
            format!("{} 已截止下载", chinese_date(*closed, chrono::NaiveDate::MIN))
        }
    }
}

/// The whole sentence of a refusal.
pub fn refusal(refusal: &PrintRefusal) -> String {
    match refusal {
        PrintRefusal::NotOffered(printable) => {
            format!("这种报名不用{}。有疑问请打机构电话。", what(*printable))
        }
        PrintRefusal::NotYet { what: printable, .. } => {
            format!("{}现在还没有，{}。到时这一页会有下载的链接。", what(*printable), when(refusal))
        }
        PrintRefusal::TooEarly { .. } => format!("准考证还没到下载的日子，{}。", when(refusal)),
        PrintRefusal::PaymentFirst => "还没有缴费，缴费以后才能下载准考证。".to_owned(),
        PrintRefusal::Nothing => "选的状态里没有人，没有能打印的表格。请换一个状态。".to_owned(),
        PrintRefusal::SeatsPending => format!("准考证现在还没有，{}。到时这一页会有链接。", when(refusal)),
        PrintRefusal::TicketOver { .. } => format!("准考证{}。考试还没考的，请打机构电话。", when(refusal)),
    }
}

/// What to do with a form that comes back signed and stamped.
pub fn comes_back(label: &str, is_there: bool) -> String {
    if is_there {
        format!("签好字、盖好章的“{label}”已经传上来了。")
    } else {
        format!("下载后打印，签字、盖章，再拍照或扫描，回来传到“{label}”。")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_when_it_will_be_there() {
        let early = PrintRefusal::NotYet { what: Printable::Ticket, when: vec![Standing::Scored, Standing::Filed] };
        assert_eq!(when(&early), "机构提交申报以后能下载");
        assert!(refusal(&early).starts_with("准考证现在还没有"));
    }
}
