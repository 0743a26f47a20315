//! Sentences about data that an agency collected, and about looking certificates up.

use super::messages::pages;
use domain::message::DeliveryState;
use domain::page::collecting::{ConfirmRefusal, LinkSent, LinksSent, LookupRefusal};
use domain::time::{Timestamp, chinese_moment};

/// Under a link that is over.
pub const CONFIRMED_BEFORE: &str = "自己已经确认过的，报名交给机构了，凭报名号和手机号码后四位能查到哪一步。";
/// On the page behind a link: no photo yet.
pub const PHOTO_MISSING: &str = "还没有证件照。在“证件照”那里选一张，点“上传”。";
/// On the page behind a link: not signed yet.
pub const NOT_SIGNED: &str = "还没有签名。在“签名”那里签上名字，再提交。";
/// On the page behind a link: what was signed has changed.
pub const SIGNED_OTHER: &str = "签名以后资料改过。请在“签名”那里再签一次，再提交。";

/// Why a link does not go on.
pub fn refusal(refusal: &ConfirmRefusal) -> String {
    match refusal {
        ConfirmRefusal::LinkOver => {
            "这个链接已经用过、换过、答错太多次，或超过了有效期。请向给您链接的机构要一个新的。".to_owned()
        }
        ConfirmRefusal::NoMatch => "和机构登记的对不上。请核对后再试；姓名或号码登记错了，请打机构电话改。".to_owned(),
        ConfirmRefusal::Locked { minutes } => {
            format!("连续试错次数太多，为了安全先停 {minutes} 分钟。资料都还在，到时再试。")
        }
        ConfirmRefusal::AskAgain => "为了安全，请再确认一次是您本人。改过的都已保存。".to_owned(),
        ConfirmRefusal::AlreadyThere => {
            "这个人自己已经报了这个计划，或已经确认过，不能再由机构填。请本人登录接着办。".to_owned()
        }
        ConfirmRefusal::NotCollected => "这个计划由考生自己报名，机构不代填。请选机构采集的计划。".to_owned(),
        ConfirmRefusal::NotSent => {
            "这里没有开通发链接的短信和邮件，没有发。请点“换新链接”，把显示的链接自己发给本人。".to_owned()
        }
        ConfirmRefusal::NoAddress => {
            "没有发：本人没有登记手机、没有确认过邮箱，或者不收通知。请点“换新链接”，当面或打电话给本人。".to_owned()
        }
        ConfirmRefusal::SentLately { minutes } if *minutes > 60 => {
            format!("一天内已经给这个人发过链接，没有再发。{} 小时后可以再发。", minutes.div_ceil(60))
        }
        ConfirmRefusal::SentLately { minutes } => {
            format!("刚给这个人发过链接，没有再发，以前那个还能用。{minutes} 分钟后可以再发。")
        }
        ConfirmRefusal::SentOften { limit } => {
            format!("一天里已经给这个人发过 {limit} 次，没有再发。请打电话问问，或点“换新链接”自己发给本人。")
        }
    }
}

/// Beside the list, where links are sent from here.
pub const SENDING_HINT: &str = "发给本人登记的手机和确认过的邮箱。每次发的都是新链接，以前给的旧链接失效；短信晚上 10 点到早上 8 点不发，早上再发。";
/// Beside the list, where they are not.
pub const NOT_SENDING: &str = "这里没有开通发链接的短信和邮件。请点“换新链接”，把显示的链接自己发给本人。";

/// A link was sent to one person.
pub const SENT_ONE: &str = "链接正在发给本人，发没发出去看下面的列表。以前给的链接已经失效。";

/// On the button that sends to all.
pub fn send_all(people: u32) -> String {
    format!("给还没确认的 {people} 人发链接")
}

/// What came of sending to all.
pub fn sent_all(done: &LinksSent) -> String {
    let mut parts = vec![match done.sent {
        0 => "没有发出新的链接".to_owned(),
        people => format!("链接正在发给 {people} 人，发没发出去看下面的列表"),
    }];
    if done.lately > 0 {
        parts.push(format!("{} 人一天内发过，没有再发", done.lately));
    }
    if done.busy > 0 {
        parts.push(format!("{} 人正在核对，没有打断", done.busy));
    }
    if done.unreachable > 0 {
        parts.push(format!("{} 人没有可用的手机或邮箱，请自己把链接给本人", done.unreachable));
    }
    format!("{}。", parts.join("；"))
}

/// Where a link that was sent stands, a line for each way.
pub fn sending(sent: &LinkSent, now: Timestamp) -> Vec<String> {
    let moment = |at: Timestamp| chinese_moment(at, now.day());
    if sent.ways.is_empty() {
        let asked = moment(sent.at);
        let line = if sent.waits {
            format!("{asked} 交给系统，正在发")
        } else {
            format!("{asked} 没有发出：没有通到本人的渠道")
        };
        return vec![line];
    }
    let line = |one: &domain::page::collecting::LinkOnItsWay| {
        let (way, state, at) = (pages::way(one.way), pages::state(one.state), moment(one.at));
        match one.state {
            DeliveryState::Sent => format!("{way} {at} {state}"),
            DeliveryState::Planned if one.at > now => format!("{way}{state}，{at} 发"),
            DeliveryState::Planned | DeliveryState::Sending => format!("{way}{state}"),
            DeliveryState::Failed => format!("{way}{state}（{at}）：{}", pages::reason(&one.reason)),
            DeliveryState::GivenUp => format!("{way} {at} {state}：{}", pages::reason(&one.reason)),
        }
    };
    sent.ways.iter().map(line).collect()
}

/// Why a certificate was not found. Everything can be typed as before.
pub fn lookup(refusal: &LookupRefusal) -> &'static str {
    match refusal {
        LookupRefusal::Off => "本地没有接通证书查询。请照着证书填写，并上传原证书佐证材料。",
        LookupRefusal::NoNumber => "请先填原证书编号，再点查询。",
        LookupRefusal::NotFound => "没有查到您名下的这个编号。请核对编号；还是查不到的，照着证书填写，并上传佐证材料。",
        LookupRefusal::Unreachable => "证书查询暂时没有回应。可以过一会儿再查，或照着证书填写，并上传佐证材料。",
    }
}

/// Beside the button that looks a certificate up.
pub const LOOKUP_HINT: &str = "填好编号点一下，查到的会替您填好；查不到的，照着证书自己填。";

/// The certificate was found; `documents` need not be handed in.
pub fn found(documents: &[&str]) -> String {
    format!("系统查到了这本证书，已经填好，不用再传{}。改动查到的内容，就要自己上传。", documents.join("、"))
}
