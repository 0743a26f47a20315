//! Sentences about rooms, seats, tickets and the exam day.

use domain::page::rooms::{Merged, Presence, SeatingRefusal, TicketState};
use domain::seating::{Conflict, Misfit, Needs, StaffingFault, WindowRefusal};
use domain::time::{Timestamp, chinese_date, chinese_moment};

/// A moment inside a refusal. The year is written: the reader's today is not known here.
fn moment(at: Timestamp) -> String {
    chinese_moment(at, chrono::NaiveDate::MIN)
}

/// Why nothing was done.
pub fn refusal(refusal: &SeatingRefusal) -> String {
    match refusal {
        SeatingRefusal::NoSessions => "还没有场次，没法编排。请先加场次：科目、日期和时间。".to_owned(),
        SeatingRefusal::NoRooms => "还没有考场，没法编排。请先加考场：名称、排数、列数。".to_owned(),
        SeatingRefusal::Nobody => "这个计划还没有审核通过的考生，没有人可以编排。".to_owned(),
        SeatingRefusal::Published => {
            "准考证已经发布，不能全部重排。没有座位的人可以补排，要换座位的请一个一个调整，准考证会重发。".to_owned()
        }
        SeatingRefusal::NotSeated => "还没有人各科都有座位，没有准考证可发。请先编排。".to_owned(),
        SeatingRefusal::Unfinished { conflicts, unplaced } => match (*conflicts, *unplaced) {
            (0, unplaced) => {
                format!("还有 {unplaced} 个人次没有座位，不能发布准考证。请加考场或场次后补排，原因列在下面。")
            }
            (conflicts, 0) => format!("有 {conflicts} 个座位不能用，不能发布准考证。请照下面的说明调整。"),
            (conflicts, unplaced) => {
                format!("有 {conflicts} 个座位不能用，还有 {unplaced} 个人次没有座位，不能发布准考证。请先调整。")
            }
        },
        SeatingRefusal::Window(why) => window(why),
        SeatingRefusal::Against(all) => {
            let told: Vec<String> = all.iter().map(|(name, why)| format!("{name}：{}", conflict(why))).collect();
            let soft = all.iter().all(|(_, why)| !why.is_firm());
            let next = if soft {
                "确实要这样，请勾选“知道了，仍然这样排”再提交。"
            } else {
                "请换一个座位。"
            };
            format!("没有改。{}{next}", told.join(""))
        }
        SeatingRefusal::RoomTwice(name) => format!("考场“{name}”已经有了。请换个名称，或改原来的那个。"),
        SeatingRefusal::RoomSize { seats, most } => {
            format!("座位数填了 {seats}，按排数和列数要在 1 到 {most} 之间。请改座位数，或改排数、列数。")
        }
        SeatingRefusal::Number { label, least, most } => {
            format!("“{label}”要填 {least} 到 {most} 的整数。请改一下再保存。")
        }
        SeatingRefusal::InUse { people } => {
            format!("这里还排着 {people} 人，不能删，也不能换科目。请先把考生调到别处，把监考、考评人员撤下。")
        }
        SeatingRefusal::OnDutyTwice { name } => {
            format!("{name}已经在这个考场这一场值班，不用再派。同名的另一个人，请填他自己的工作单位。")
        }
        SeatingRefusal::SessionTwice { subject, from } => {
            format!("{}的{subject}已经有一场，时间也一样。座位不够请加考场，要另开一场请换时间。", moment(*from))
        }
        SeatingRefusal::NotAClock { label } => format!("“{label}”没有这个时间。请写成 9:00 或 13:30 这样。"),
        SeatingRefusal::NothingToGrant => {
            "没有选任何便利：请勾选“安排无台阶的考场”，或填延长几分钟。这个人现在也没有可以取消的。".to_owned()
        }
        SeatingRefusal::TimesOutOfOrder => "结束时间要比开始晚，而且不超过 12 小时。请核对。".to_owned(),
        SeatingRefusal::BeforeExamDay { exam_on } => {
            format!("考试从{}开始，场次不能更早。请核对日期。", chinese_date(*exam_on, chrono::NaiveDate::MIN))
        }
        SeatingRefusal::NoReason => "请写明原因，看的人才知道为什么。".to_owned(),
        SeatingRefusal::NoSeat => "没有这个座位，或者座位上没有人。请照座位图核对号码。".to_owned(),
        SeatingRefusal::TooEarly { opens } => format!("还没到进场时间，{}开始进场。", moment(*opens)),
        SeatingRefusal::TooLate { minutes, limit } => {
            format!("开考已经 {minutes} 分钟，超过 {limit} 分钟不能进场。请按缺考登记，并告诉考生找考务负责人。")
        }
        SeatingRefusal::AlreadyIn { at, by } => {
            format!("{}已经由{by}签到过。如果不是本人，请核对证件并找考务负责人。", moment(*at))
        }
        SeatingRefusal::NothingToDecide => "这里没有要判断的，或者已经判断过。请刷新页面。".to_owned(),
        SeatingRefusal::Proof => {
            "证明不能用：请上传 JPG、PNG 图片或 PDF，不超过 10 MB。没有证明也可以先申请。".to_owned()
        }
        SeatingRefusal::NotIn => "还没有登记，没有可以撤销的。".to_owned(),
        SeatingRefusal::AskingOver { exam_on } => format!(
            "审核通过以后、{}考试以前可以申请。现在请打机构电话。",
            chinese_date(*exam_on, chrono::NaiveDate::MIN)
        ),
        SeatingRefusal::AskedAlready => "上一次申请还在等答复。要补充，请打机构电话。".to_owned(),
        SeatingRefusal::NoTickets => "准考证还没有发布，不能签到。请考务先发布准考证。".to_owned(),
    }
}

/// Said where a change gave people another version of their ticket.
pub fn renewed(tickets: u32) -> String {
    format!("{tickets} 张准考证换了新版，考生已经收到通知。")
}

fn window(why: &WindowRefusal) -> String {
    let day = |day: &chrono::NaiveDate| chinese_date(*day, chrono::NaiveDate::MIN);
    match why {
        WindowRefusal::TooShort { days, need, latest } => format!(
            "准考证的下载时间只有 {days} 天，按规程至少 {need} 天，最晚从{}开始。请改考试日期，或向主管部门说明。",
            day(latest)
        ),
        WindowRefusal::AfterExam { exam_on } => format!("下载要在考试日{}以前开始。请改日期。", day(exam_on)),
    }
}

/// What speaks against a seat.
pub fn conflict(conflict: &Conflict) -> String {
    match conflict {
        Conflict::NoSuchPlace { seats: 0 } => "这个人、场次或考场已经不在这次考试里。".to_owned(),
        Conflict::NoSuchPlace { seats } => format!("这个考场只有 1 到 {seats} 号座位。"),
        Conflict::NotTheirs { subject } => format!("这个人不考{subject}。"),
        Conflict::OtherSubject { serves } => format!("这个考场只用于{serves}。"),
        Conflict::OtherSite => "不在这个人选的考点。".to_owned(),
        Conflict::Stairs => "这个人要安排无台阶的考场，这里要上楼。".to_owned(),
        Conflict::Clash { with, from } => format!("和这个人{}的{with}时间重叠。", moment(*from)),
        Conflict::Elsewhere { from } => format!("和这个人{}的另一场考试时间重叠。", moment(*from)),
        Conflict::RoomBusy { with } => format!("这个考场那时还要考{with}，延长的时间也算在内。"),
        Conflict::Taken { .. } => "座位上已经有人，要换请用“互换”。".to_owned(),
        Conflict::SameUnit { unit, seat } => format!("和 {seat} 号座位的人同单位（{unit}）相邻。"),
    }
}

/// Why somebody got no seat, and what to do.
pub fn misfit(why: &Misfit) -> String {
    match why {
        Misfit::NoSession => "这一科还没有场次。请加一场。".to_owned(),
        Misfit::NoRoom => "没有考场用于这一科。请加考场，或放开考场的科目限制。".to_owned(),
        Misfit::NoRoomAtSite => "选的考点没有考场。请在这个考点加考场。".to_owned(),
        Misfit::NoGroundFloor => "要无台阶的考场，现在一间也没有。请标出一楼或有电梯的考场。".to_owned(),
        Misfit::Clash { with } if with.is_empty() => "各场都和另一个计划的考试时间重叠。请加一场。".to_owned(),
        Misfit::Clash { with } => format!("各场都和本人的{with}时间重叠。请加一场，或错开时间。"),
        Misfit::Full { seats: 0 } => "考场那时都有别的场次，延长的时间也算在内。请加考场，或把场次错开。".to_owned(),
        Misfit::Full { seats } => format!("能坐的 {seats} 个座位都满了。请加考场或加一场。"),
    }
}

/// What is wrong with the staff of a room.
pub fn staffing(fault: &StaffingFault) -> String {
    match fault {
        StaffingFault::FewInvigilators { have, need } => {
            format!("监考 {have} 人，至少要 {need} 人（每 15 名考生 1 人，每个考场不少于 2 人）")
        }
        StaffingFault::FewAssessors { have, need } => format!("考评员 {have} 人，至少要 {need} 人"),
        StaffingFault::EvenAssessors { have } => format!("考评员 {have} 人，要是单数"),
        StaffingFault::NoCard { name } => format!("{name}没有填考评员证号"),
        StaffingFault::CardOver { name, until: Some(until) } => {
            format!("{name}的考评员证{}到期", chinese_date(*until, chrono::NaiveDate::MIN))
        }
        StaffingFault::CardOver { name, until: None } => format!("{name}没有填考评员证的有效期"),
        StaffingFault::OwnUnit { name, unit, people } => format!("{name}和 {people} 名考生同单位（{unit}），要回避"),
        StaffingFault::OtherPlan { name, plan } => format!("{name}同一时间在另一个计划值班：{plan}"),
        StaffingFault::Elsewhere { name, room } => format!("{name}同一时间还在{}", self::room(room)),
    }
}

/// What was granted.
pub fn needs(needs: Needs) -> String {
    match (needs.ground_floor, needs.extra_minutes) {
        (true, 0) => "无台阶考场".to_owned(),
        (false, 0) => String::new(),
        (true, minutes) => format!("无台阶考场，延长 {minutes} 分钟"),
        (false, minutes) => format!("延长 {minutes} 分钟"),
    }
}

/// A room as it is spoken of: 第 3 考场, 机房 5.
pub fn room(name: &str) -> String {
    if name.chars().all(|ch| ch.is_ascii_digit()) {
        format!("第 {name} 考场")
    } else if ["考场", "机房", "教室", "室", "楼"].iter().any(|word| name.contains(word)) {
        name.to_owned()
    } else {
        format!("{name}考场")
    }
}

/// How somebody came.
pub fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Present => "已到",
        Presence::Late => "迟到",
        Presence::Absent => "缺考",
    }
}

/// What came of a line that was noted without a network.
pub fn merged(merged: &Merged) -> String {
    match merged {
        Merged::Taken(how) => format!("补登为{}", presence(*how)),
        Merged::Known(at) => format!("{}已经签到过，没有改", moment(*at)),
        Merged::Mended(how) => format!("原来登记的是缺考，改为{}", presence(*how)),
        Merged::Unknown => "没有这个准考证号，请核对".to_owned(),
        Merged::NoTime => "看不出时间，要写成 08:52 这样".to_owned(),
        Merged::NoSession => "那个时间没有这个人能进场的场次，请核对".to_owned(),
    }
}

/// How tickets stand.
pub fn tickets(state: &TicketState, now: Timestamp) -> String {
    let day = |day| chinese_date(day, now.day());
    match state.published {
        None => "还没有发布准考证。".to_owned(),
        Some((_, window)) => {
            let waiting = match state.waiting {
                0 => String::new(),
                people => format!("还有 {people} 人没有发，再点一次发布。"),
            };
            format!("已发 {} 张，{}到{}能下载。{waiting}", state.tickets, day(window.opens), day(window.closes))
        }
    }
}

/// After arranging.
pub fn arranged(seated: u32, unplaced: u32) -> String {
    match unplaced {
        0 => format!("排好了 {seated} 个人次，都有座位。"),
        unplaced => format!("排好了 {seated} 个人次，{unplaced} 个没有座位，原因在下面。"),
    }
}

/// How arranging works.
pub const ARRANGE_HINT: &str =
    "同工种同等级排在一起，同单位的尽量不相邻，要无台阶考场的先排。固定的座位不动；排法号一样，结果一样。";
/// What publishing does.
pub const PUBLISH_HINT: &str =
    "发布以后考生能看到考场和座位。以后再改时间、考场或座位，改到的人准考证会重发，版本加一。";
/// How a seat is changed by hand.
pub const HAND_HINT: &str = "改动按同一套规则核对，不行的会说明原因。准考证发布以后，改到的人会收到新版本。";
/// How lines noted without a network are handed in.
pub const MERGE_HINT: &str =
    "没有网络时，先在纸上或手机里记下准考证号和到场时间。有网了贴到这里，一行一个，例如：20260012860017 08:52";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_move_says_why_and_what_next() {
        let soft = Conflict::SameUnit { unit: "甲厂".into(), seat: 4 };
        let told = refusal(&SeatingRefusal::Against(vec![("李青".into(), soft)]));
        assert!(told.starts_with("没有改。李青：和 4 号座位的人同单位（甲厂）相邻。") && told.contains("仍然这样排"));
        let firm = refusal(&SeatingRefusal::Against(vec![("李青".into(), Conflict::Stairs)]));
        assert!(firm.ends_with("请换一个座位。"));
    }
}
