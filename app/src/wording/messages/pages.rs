//! Words of the pages around messages.

use domain::application::progress::Tone;
use domain::message::{DeliveryState, Language, Way};
use domain::page::messages::{Audience, Since};

/// A way.
pub fn way(way: Way) -> &'static str {
    match way {
        Way::Mail => "邮件",
        Way::Sms => "短信",
        Way::Webhook => "接口推送",
    }
}

/// Where a delivery stands.
pub fn state(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Planned => "待发送",
        DeliveryState::Sending => "发送中",
        DeliveryState::Sent => "已发送",
        DeliveryState::Failed => "失败，会再试",
        DeliveryState::GivenUp => "没有送达",
    }
}

/// Title of the page of the link below a mail, and its question.
pub const STOP: &str = "不再收邮件";
/// Its button.
pub const STOP_BUTTON: &str = "不再发邮件";
/// Its title once it is done.
pub const STOPPED: &str = "已经不发邮件了";
/// Its title where the link counts no longer.
pub const STOP_OVER: &str = "链接不能用了";
/// What to do then.
pub const STOP_OVER_LEAD: &str = "这封信发出以后，邮箱换过或者删掉了，也可能是链接没有复制完整。登录以后可以关掉邮件。";
/// Where ways are chosen.
pub const STOP_WAYS: &str = "看消息发到哪里";

/// What the button does.
pub fn stop(mail: &str) -> String {
    format!("以后报名的消息不再发到 {mail}。审核结果、补正和缴费的截止时间都在“我的消息”里，请记得登录查看。")
}

/// What it has done.
pub fn stopped(mail: &str) -> String {
    format!("报名的消息不再发到 {mail}，都在“我的消息”里。想再收邮件，登录以后可以打开。")
}

/// What waits for a way that is closed, and what becomes of it.
pub fn closed_waiting(kind: Way, waiting: u64) -> String {
    format!(
        "{}没有开通，还有 {waiting} 条是开通的时候写下的：到时间以后一天内重新开通就照发，过了一天不再发。考生在“我的消息”里都看得到。",
        way(kind)
    )
}

/// What has become of what a message asks for.
pub fn since(since: Since) -> (Tone, &'static str) {
    match since {
        Since::Paid => (Tone::Done, "已缴清"),
        Since::Waived => (Tone::Done, "免收，不用缴"),
        Since::ByAgency => (Tone::Done, "由机构统一缴，您不用缴"),
        Since::Unpaid => (Tone::Expired, "缴费时间已过"),
        Since::Again => (Tone::Others, "在重新审核，现在不用缴"),
        Since::Corrected => (Tone::Done, "已经改好提交"),
        Since::Uncorrected => (Tone::Expired, "补正时间已过"),
        Since::Seated => (Tone::Done, "名额已用上"),
        Since::PassedOn => (Tone::Expired, "名额已让给下一位"),
        Since::Ended => (Tone::Expired, "这份报名已经结束"),
    }
}

/// A language by its own name.
pub fn language(language: Language) -> &'static str {
    match language {
        Language::Zh => "中文",
        Language::En => "English",
    }
}

/// Who a notice goes to.
pub fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Everybody => "全部在办的",
        Audience::Submitted => "待审核的",
        Audience::Returned => "退回补正的",
        Audience::Approved => "审核通过的",
        Audience::Unpaid => "待缴费的",
    }
}

/// Why a sending failed, and what can be done. Unknown words of a service are shown as they are.
pub fn reason(word: &str) -> String {
    let told = match word {
        "" => return "—".into(),
        "no-address" => "收件人已停用这个渠道或没有地址",
        "endpoint-ended" => "推送地址已停用",
        "mail-address" => "邮箱地址写法不对",
        "smtp-timeout" => "邮件服务器没有及时回答",
        "smtp-no-answer" => "连不上邮件服务器",
        "smtp-tls" => "和邮件服务器的加密连接没有建立",
        "timeout" => "对方没有及时回答",
        "no-answer" => "连不上对方",
        "not-public" => "推送地址指向内部网络，不发送",
        "no-template" => "短信模板还没有设好",
        // What the provider of text messages answers most.
        "isv.MOBILE_NUMBER_ILLEGAL" => "手机号码不存在或写错了，请和考生核对",
        "isv.BUSINESS_LIMIT_CONTROL" | "isv.DAY_LIMIT_CONTROL" => "这个号码收得太多，服务商今天不再发",
        "isv.AMOUNT_NOT_ENOUGH" | "isv.OUT_OF_SERVICE" => "短信账户余额不足或已停机，请系统管理员充值",
        "isv.SMS_SIGNATURE_ILLEGAL" => "短信签名没有通过审核，请系统管理员核对",
        "isv.SMS_TEMPLATE_ILLEGAL" => "短信模板没有通过审核，请系统管理员核对",
        "isv.BLACK_KEY_CONTROL_LIMIT" => "号码在服务商的黑名单里，请换别的方式通知",
        "way-closed" => "渠道没有开通，过了一天不再发",
        "over" => "收件人已经办好，不用再发",
        _ => "",
    };
    match (told, word.split_once('-')) {
        ("", Some(("smtp", code))) => format!("邮件服务器拒收（{code}）"),
        ("", Some(("http", code))) => format!("对方回答 {code}"),
        ("", _) => format!("服务商回答 {word}"),
        (told, _) => told.into(),
    }
}
