//! Subject and text of every kind, in Chinese and in English. Agencies may word theirs; a line whose placeholder has no
//! value is left out.

use crate::paths;
use domain::ids::Fen;
use domain::message::template::fill;
use domain::message::{Facts, Language, MessageKind};
use domain::occupation::SkillLevel;
use domain::page::messages::Letter;
use domain::time::{Timestamp, chinese_moment, official_moment};

/// A message in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// One line.
    pub subject: String,
    /// Lines.
    pub body: String,
}

/// The words of a message. With an `origin` its link is one of the lines; without, the page has a button.
pub fn write(letter: &Letter, origin: Option<&str>) -> Written {
    let values = values(letter, origin);
    let (subject, body) = match (&letter.own, letter.kind) {
        (_, MessageKind::Notice) => {
            let body = match letter.language {
                Language::Zh => format!("{}\n{{链接}}", letter.facts.words),
                Language::En => format!("{}\n{{link}}", letter.facts.words),
            };
            return Written { subject: fill(&letter.facts.title, &values), body: fill(&body, &values) };
        }
        (Some((subject, body)), _) => (subject.as_str(), body.as_str()),
        (None, kind) => template(kind, letter.language),
    };
    let written = Written { subject: fill(subject, &values), body: fill(body, &values) };
    // A subject whose placeholder has no value would be empty.
    match written.subject.is_empty() {
        true => Written { subject: label(letter.kind).to_owned(), ..written },
        false => written,
    }
}

fn values(letter: &Letter, origin: Option<&str>) -> Vec<(&'static str, String)> {
    let moment = |at: Option<Timestamp>| match (at, letter.language) {
        (None, _) => String::new(),
        (Some(at), Language::Zh) => chinese_moment(at, letter.at.day()),
        (Some(at), Language::En) => official_moment(at).chars().take(16).collect(),
    };
    let facts = &letter.facts;
    vec![
        ("姓名", letter.name.clone()),
        ("计划", letter.plan_title.clone()),
        ("工种", letter.trade.clone()),
        ("等级", letter.level.map_or("", SkillLevel::name).to_owned()),
        ("机构", letter.agency.clone()),
        ("电话", letter.phone.clone()),
        ("报名号", letter.number.clone()),
        ("编号", facts.number.clone()),
        ("截止时间", moment(facts.until)),
        ("时间", moment(facts.at)),
        ("金额", facts.amount.map(Fen::yuan).unwrap_or_default()),
        ("说明", explanation(facts, letter.language)),
        ("标题", facts.title.clone()),
        ("链接", origin.map(|origin| format!("{origin}{}", path(letter))).unwrap_or_default()),
    ]
}

/// Words of the office; where a plan examines something else now, what became of it as well.
fn explanation(facts: &Facts, language: Language) -> String {
    let words = &facts.words;
    match (&facts.became, language) {
        (None, _) => words.clone(),
        (Some((was, is)), Language::Zh) => {
            format!("计划由“{was}”变更为“{is}”，请按新的申报条件核对。原因：{words}")
        }
        (Some((was, is)), Language::En) => {
            format!("the plan examines “{is}” now instead of “{was}”; please check what you told. Reason: {words}")
        }
    }
}

/// Where to go on: the page that the message is about.
pub fn path(letter: &Letter) -> String {
    use MessageKind as Kind;
    match (letter.kind, letter.application) {
        (Kind::MailConfirm, _) => format!("{}/{}", paths::CONFIRM_MAIL, letter.facts.number),
        (
            Kind::CertificateIssued | Kind::CertificateCorrected | Kind::CertificateSent | Kind::CertificateRevoked,
            _,
        ) => paths::MY_CERTIFICATES.into(),
        (Kind::ObjectionAnswered, _) => paths::NOTICES.into(),
        (Kind::MilestoneDue | Kind::MilestoneSoon | Kind::PlanDecided, _) => {
            letter.plan.map_or_else(|| "/office/plans".into(), paths::office_plan)
        }
        (Kind::BillReady, _) => "/office/money".into(),
        (Kind::SmsCode | Kind::MailCode, _) => paths::FORGOT.into(),
        (Kind::ConfirmAsked, _) => paths::confirm_link(&letter.facts.number),
        (Kind::PaymentDue | Kind::PaymentSoon, Some(id)) => paths::pay(id),
        (_, Some(id)) => paths::my_case(id),
        (_, None) => paths::MESSAGES.into(),
    }
}

/// The word on the button that leads there.
pub fn action(kind: MessageKind) -> &'static str {
    use MessageKind as Kind;
    match kind {
        Kind::Returned | Kind::CorrectionSoon => "去补正",
        Kind::PaymentDue | Kind::PaymentSoon => "去缴费",
        Kind::TicketPublished | Kind::TicketChanged | Kind::TicketOpens | Kind::ExamSoon => "看准考证",
        Kind::ScoresReleased | Kind::ScoreCorrected | Kind::RecheckAnswered => "看成绩",
        Kind::CertificateIssued | Kind::CertificateCorrected | Kind::CertificateSent | Kind::CertificateRevoked => {
            "看证书"
        }
        Kind::PlaceOffered | Kind::PlaceSoon => "去确认",
        Kind::MilestoneDue | Kind::MilestoneSoon | Kind::PlanDecided => "看计划",
        Kind::BillReady => "看账单",
        Kind::ConfirmAsked => "去确认",
        _ => "看报名",
    }
}

/// The name of a kind.
pub fn label(kind: MessageKind) -> &'static str {
    use MessageKind as Kind;
    match kind {
        Kind::Submitted => "提交成功",
        Kind::Approved => "审核通过",
        Kind::PaymentDue => "审核通过，待缴费",
        Kind::Returned => "退回补正",
        Kind::Rejected => "审核不通过",
        Kind::Reopened => "恢复审核",
        Kind::Paid => "缴费成功",
        Kind::FeeWaived => "费用免收",
        Kind::PaymentExpired => "逾期未缴费",
        Kind::PlaceRestored => "逾期缴费，名额恢复",
        Kind::LateReturned => "逾期缴费，原路退回",
        Kind::Refunded => "退款到账",
        Kind::PlaceOffered => "候补到位",
        Kind::PlaceSoon => "候补名额快到期",
        Kind::PlacePassed => "候补名额过期",
        Kind::PlaceEnded => "候补结束",
        Kind::TicketPublished => "准考证已发布",
        Kind::TicketChanged => "准考证有变",
        Kind::SeatAnswered => "申请答复",
        Kind::PlanChanged => "考试安排变更",
        Kind::PlanCancelled => "考试取消",
        Kind::ScoresReleased => "成绩发布",
        Kind::ScoreCorrected => "成绩更正",
        Kind::RecheckAnswered => "复核答复",
        Kind::CertificateIssued => "证书签发",
        Kind::CertificateCorrected => "证书更正或补发",
        Kind::CertificateSent => "证书寄出",
        Kind::CertificateRevoked => "证书撤销",
        Kind::ObjectionAnswered => "异议答复",
        Kind::Notice => "机构通知",
        Kind::CorrectionSoon => "补正即将截止",
        Kind::PaymentSoon => "缴费即将截止",
        Kind::TicketOpens => "准考证可打印",
        Kind::ExamSoon => "考试临近",
        Kind::MailConfirm => "邮箱确认",
        Kind::SmsCode => "短信验证码",
        Kind::MailCode => "邮箱验证码",
        Kind::ConfirmAsked => "请确认报名资料",
        Kind::MilestoneDue => "计划今日到期",
        Kind::MilestoneSoon => "计划快到期",
        Kind::PlanDecided => "方案批复",
        Kind::BillReady => "机构账单",
    }
}

/// Subject and text of the product.
pub fn template(kind: MessageKind, language: Language) -> (&'static str, &'static str) {
    match language {
        Language::Zh => chinese(kind),
        Language::En => super::english::template(kind),
    }
}

fn chinese(kind: MessageKind) -> (&'static str, &'static str) {
    use MessageKind as Kind;
    match kind {
        Kind::Submitted => (
            "{工种}{等级} 报名已提交",
            "{姓名}，您好：\n您报名的“{计划}”已经提交，报名号 {报名号}。\n接下来由{机构}审核，结果会再告诉您，不需要反复登录查看。\n{链接}",
        ),
        Kind::Approved => (
            "{工种}{等级} 审核通过",
            "{姓名}，您好：\n您报名的“{计划}”审核通过了，报名号 {报名号}。\n考场和座位排好后会再告诉您。\n{链接}",
        ),
        Kind::PaymentDue => (
            "{工种}{等级} 审核通过，请缴费",
            "{姓名}，您好：\n您报名的“{计划}”审核通过了，报名号 {报名号}。\n请缴考试费 {金额} 元。\n缴费截止：{截止时间}。\n{链接}",
        ),
        Kind::Returned => (
            "{工种}{等级} 报名资料要补正",
            "{姓名}，您好：\n您报名的“{计划}”有几处要改：\n{说明}。\n请在 {截止时间} 前改好再提交，名额一直为您留着。\n有疑问请打 {电话}。\n{链接}",
        ),
        Kind::Rejected => (
            "{工种}{等级} 审核没有通过",
            "{姓名}，您好：\n您报名的“{计划}”审核没有通过。\n原因：{说明}\n有疑问请打 {电话}。\n{链接}",
        ),
        Kind::Reopened => (
            "{工种}{等级} 恢复审核",
            "{姓名}，您好：\n您报名的“{计划}”恢复审核了，之前的决定不再算数。\n说明：{说明}\n{链接}",
        ),
        Kind::Paid => {
            ("{工种}{等级} 缴费成功", "{姓名}，您好：\n收到您“{计划}”的考试费 {金额} 元，缴费单号 {编号}。\n{链接}")
        }
        Kind::FeeWaived => (
            "{工种}{等级} 考试费免收",
            "{姓名}，您好：\n“{计划}”的考试费 {金额} 元不用缴了，机构已经免收，报名照常有效。\n{链接}",
        ),
        Kind::PaymentExpired => (
            "{工种}{等级} 逾期未缴费",
            "{姓名}，您好：\n“{计划}”的考试费到期没有缴，名额已经放开。\n还想参加，请看有没有空位或下一期计划，或打 {电话}。\n{链接}",
        ),
        Kind::PlaceRestored => (
            "{工种}{等级} 缴费到账，报名恢复",
            "{姓名}，您好：\n“{计划}”的考试费 {金额} 元在截止以后才到账。还有名额，您的报名已经恢复，不用再办什么。\n缴费单号 {编号}。\n{链接}",
        ),
        Kind::LateReturned => (
            "{工种}{等级} 缴费到账晚了，会退给您",
            "{姓名}，您好：\n您为“{计划}”付的 {金额} 元到账晚了，没能用上。\n原因：{说明}\n这笔钱会按原来的付款方式全额退回，不用申请。\n有疑问请打 {电话}。\n{链接}",
        ),
        Kind::Refunded => (
            "{工种}{等级} 退款 {金额} 元",
            "{姓名}，您好：\n“{计划}”的考试费退回 {金额} 元，按原来的付款方式到账。\n{链接}",
        ),
        Kind::PlaceOffered => (
            "{工种}{等级} 有名额了",
            "{姓名}，您好：\n您候补的“{计划}”空出一个名额，先为您留着。\n请在 {截止时间} 前提交报名，过时会让给下一位。\n{链接}",
        ),
        Kind::PlaceSoon => (
            "{工种}{等级} 为您留的名额快到期",
            "{姓名}，您好：\n为您留的“{计划}”名额还没有用上，{截止时间} 到期，过时会让给下一位。\n填过的都还在，打开就能接着填，再点提交。\n有疑问请打 {电话}。\n{链接}",
        ),
        Kind::PlacePassed => (
            "{工种}{等级} 为您留的名额过期了",
            "{姓名}，您好：\n为您留的“{计划}”名额没有在时间内用上，已经让给下一位。\n{说明}\n{链接}",
        ),
        Kind::PlaceEnded => (
            "{工种}{等级} 候补结束，没有轮到",
            "{姓名}，您好：\n“{计划}”的候补结束了，这一次没有轮到您，不用再等。\n填过的资料都留着，下一期可以照着填。\n有疑问请打 {电话}。\n{链接}",
        ),
        Kind::TicketPublished => (
            "{工种}{等级} 准考证已发布",
            "{姓名}，您好：\n“{计划}”的考场和座位排好了，准考证号 {编号}。\n{时间} 起可以打印准考证。\n{链接}",
        ),
        Kind::TicketChanged => (
            "{工种}{等级} 准考证有变，请看新的一版",
            "{姓名}，您好：\n“{计划}”的考试时间、地点、考场、座位或怎么去有变动，准考证号 {编号} 不变。\n打印过的请重新打印，以新的为准。\n{链接}",
        ),
        Kind::PlanChanged => (
            "{工种}{等级} 考试安排有变",
            "{姓名}，您好：\n您报名的“{计划}”有变动：\n{说明}\n有疑问请打 {电话}。\n{链接}",
        ),
        Kind::PlanCancelled => (
            "{工种}{等级} 考试取消",
            "{姓名}，您好：\n很抱歉，您报名的“{计划}”取消了。\n原因：{说明}\n缴过的费用会原路退回。有疑问请打 {电话}。\n{链接}",
        ),
        // What was granted may say more of a person than a mail should.
        Kind::SeatAnswered => (
            "{工种}{等级} 您的申请有答复",
            "{姓名}，您好：\n您为“{计划}”申请的准考证更正或合理便利，机构答复了。请登录查看。\n{链接}",
        ),
        Kind::ScoresReleased => (
            "{工种}{等级} 成绩发布",
            "{姓名}，您好：\n“{计划}”的成绩可以查了。为了保密，成绩只在登录后的页面上显示。\n{链接}",
        ),
        Kind::ScoreCorrected => {
            ("{工种}{等级} 成绩更正", "{姓名}，您好：\n“{计划}”{标题}的成绩有更正，请登录查看。\n原因：{说明}\n{链接}")
        }
        Kind::RecheckAnswered => {
            ("{工种}{等级} 复核有答复", "{姓名}，您好：\n您申请复核的“{计划}”{标题}有答复：{说明}\n{链接}")
        }
        Kind::CertificateIssued => (
            "{工种}{等级} 证书已签发",
            "{姓名}，您好：\n您的{工种}{等级}证书签发了，编号 {编号}。\n可以在“我的证书”里下载电子证书。\n{链接}",
        ),
        Kind::CertificateCorrected => (
            "证书 {编号} 有新的一版",
            "{姓名}，您好：\n您编号 {编号} 的证书更正或补发了，编号不变，请用新的一版。\n原因：{说明}\n{链接}",
        ),
        Kind::CertificateSent => (
            "证书 {编号} 已寄出",
            "{姓名}，您好：\n您编号 {编号} 的纸质证书寄出了。\n快递：{标题}\n运单号：{说明}\n电子证书在“我的证书”里。\n{链接}",
        ),
        Kind::CertificateRevoked => (
            "证书 {编号} 已撤销",
            "{姓名}，您好：\n您编号 {编号} 的证书撤销了，不能再使用。\n原因：{说明}\n有疑问请打 {电话}。\n{链接}",
        ),
        Kind::ObjectionAnswered => {
            ("您提出的异议有答复", "您好：\n您对“{计划}”公示提出的异议，{机构}答复如下：\n{说明}\n有疑问请打 {电话}。")
        }
        Kind::Notice => ("{标题}", "{说明}\n{链接}"),
        Kind::CorrectionSoon => (
            "{工种}{等级} 补正快要截止",
            "{姓名}，您好：\n您报名的“{计划}”还没有补正，{截止时间} 截止，过时不能再改。\n{链接}",
        ),
        Kind::PaymentSoon => (
            "{工种}{等级} 缴费快要截止",
            "{姓名}，您好：\n您报名的“{计划}”还没有缴费，{截止时间} 截止。\n应缴 {金额} 元。\n{链接}",
        ),
        Kind::TicketOpens => (
            "{工种}{等级} 今天起可以打印准考证",
            "{姓名}，您好：\n“{计划}”的准考证今天起可以打印，考试当天请带准考证和身份证。\n{链接}",
        ),
        Kind::ExamSoon => (
            "{工种}{等级} 考试临近",
            "{姓名}，您好：\n“{计划}”的考试就要到了：{时间}。\n请提前看好路线，带上准考证和身份证。\n{链接}",
        ),
        Kind::MailConfirm => (
            "请确认您的邮箱",
            "{姓名}，您好：\n有人（应该是您）把这个邮箱填为技考的联系邮箱。\n请打开下面的链接，再点“确认”。24 小时内有效，确认前不会再往这里发信。\n{链接}\n不是您填的，不用理会这封信。",
        ),
        Kind::SmsCode | Kind::MailCode => (
            "重设密码的验证码",
            "{姓名}，您好：\n您的验证码是 {编号}，{截止时间} 前有效，用一次就作废。\n请只在您要验证码的那一页填，不要告诉任何人，机构的老师也不会问您要。\n不是您要的，不用理会，密码没有变。",
        ),
        Kind::ConfirmAsked => (
            "请确认{机构}为您填的报名资料",
            "{姓名}，您好：\n{机构}替您填好了“{计划}”的报名资料，要您本人看过、确认才算报名。\n请在 {截止时间} 前打开下面的链接，核对、补上照片，再确认。\n有疑问请打 {电话}。\n{链接}",
        ),
        Kind::MilestoneDue => ("今天到期：{标题}", "“{标题}”今天到期，最晚 {截止时间}。\n{链接}"),
        Kind::MilestoneSoon => ("快到期：{标题}", "“{标题}”最晚 {截止时间}，请提前办好。\n{链接}"),
        Kind::PlanDecided => ("方案有了批复：{标题}", "“{标题}”有了批复：{说明}\n{链接}"),
        Kind::BillReady => ("机构账单：{标题}", "{标题}\n应付 {金额} 元。\n付款截止：{截止时间}。\n{说明}\n{链接}"),
    }
}

/// Said below a mail: where its kind can be switched off. None below a letter that was asked for just now, or that answers
/// somebody who has no account.
pub fn footer(letter: &Letter, origin: &str) -> Option<String> {
    if !letter.kind.can_be_switched_off() {
        return None;
    }
    let page = format!("{origin}{}", paths::MESSAGES_WAYS);
    Some(match letter.language {
        Language::Zh => format!("不想再收邮件，请登录后在这里关掉：{page}"),
        Language::En => format!("To receive no more mails, sign in and switch them off: {page}"),
    })
}

/// The variables of a text message's template: what it is about, the trade, until when. A code stands alone, as services
/// want it; what asks to be confirmed has the secret of its link in place of what it is about.
pub fn text_values(letter: &Letter) -> Vec<(&'static str, String)> {
    let until = letter.facts.until.or(letter.facts.at);
    let about = match letter.kind {
        MessageKind::SmsCode => return vec![("code", letter.facts.number.clone())],
        MessageKind::ConfirmAsked => ("link", letter.facts.number.clone()),
        kind => ("what", label(kind).to_owned()),
    };
    vec![
        about,
        ("trade", letter.trade.clone()),
        ("until", until.map(|at| official_moment(at).chars().take(16).collect()).unwrap_or_default()),
    ]
}

/// An invented message of a kind, for previews and tests of a way.
pub fn sample(kind: MessageKind, language: Language, now: Timestamp) -> Letter {
    let soon = Timestamp(now.0 + 3 * 86_400_000);
    Letter {
        id: String::new(),
        kind,
        at: now,
        language,
        name: "李强".into(),
        plan: None,
        plan_title: "2026年第四季度电工认定".into(),
        trade: "电工".into(),
        level: Some(SkillLevel::SeniorWorker),
        agency: "示例技能评价中心".into(),
        phone: "0571-00000000".into(),
        number: "BM2026120001".into(),
        application: None,
        facts: Facts {
            until: Some(soon),
            at: Some(soon),
            amount: Some(Fen(28_000)),
            number: "R20261121000001".into(),
            words: "工作年限证明看不清，请重新拍".into(),
            title: "理论知识".into(),
            became: None,
        },
        own: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::message::template::check;

    const NOON: Timestamp = Timestamp(1_795_233_600_000);

    #[test]
    fn every_kind_has_words_in_both_languages_and_no_placeholder_is_left() {
        for kind in MessageKind::ALL {
            for language in Language::ALL {
                let (subject, body) = template(*kind, language);
                assert_eq!(check(subject, body), Ok(()), "{kind:?}");
                let written = write(&sample(*kind, language, NOON), Some("https://jikao.example"));
                assert!(!written.subject.contains(['{', '}', '\n']), "{}", written.subject);
                assert!(!written.body.contains(['{', '}']), "{}", written.body);
                assert!(!written.body.trim().is_empty());
            }
        }
    }

    #[test]
    fn a_return_says_what_until_when_and_where_to_go_on() {
        let written = write(&sample(MessageKind::Returned, Language::Zh, NOON), Some("https://jikao.example"));
        assert_eq!(written.subject, "电工三级/高级工 报名资料要补正");
        for part in ["李强，您好", "工作年限证明看不清，请重新拍", "前改好再提交", "https://jikao.example/"]
        {
            assert!(written.body.contains(part), "{part} in {}", written.body);
        }
        let footer = |kind| footer(&sample(kind, Language::Zh, NOON), "https://jikao.example");
        assert!(footer(MessageKind::Returned).unwrap().ends_with("https://jikao.example/my/messages/ways"));
        assert_eq!((footer(MessageKind::MailConfirm), footer(MessageKind::ObjectionAnswered)), (None, None));
        let inbox = write(&sample(MessageKind::Returned, Language::Zh, NOON), None);
        assert!(!inbox.body.contains("http"));
    }

    #[test]
    fn a_plan_that_became_another_says_what_it_was_and_is() {
        let mut letter = sample(MessageKind::Returned, Language::Zh, NOON);
        letter.facts.became = Some(("电工 四级/中级工".into(), "电工 三级/高级工".into()));
        letter.facts.words = "单位要求".into();
        let body = write(&letter, None).body;
        assert!(
            body.contains("由“电工 四级/中级工”变更为“电工 三级/高级工”") && body.contains("原因：单位要求。"),
            "{body}"
        );
        letter.language = Language::En;
        assert!(write(&letter, None).body.contains("Reason: 单位要求"));
    }

    #[test]
    fn an_agency_words_its_own_and_words_of_people_stay_words() {
        let mut letter = sample(MessageKind::Returned, Language::Zh, NOON);
        letter.own = Some(("{工种}要补正".into(), "{说明}".into()));
        letter.facts.words = "{姓名}".into();
        assert_eq!(write(&letter, None), Written { subject: "电工要补正".into(), body: "{姓名}".into() });
        let mut notice = sample(MessageKind::Notice, Language::Zh, NOON);
        notice.facts.title = "集合时间".into();
        notice.facts.words = "{姓名}，请 8 点到。".into();
        assert_eq!(write(&notice, None).body, "李强，请 8 点到。");
    }
}
