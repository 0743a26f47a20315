//! Sentences about data that an agency collected, and about looking certificates up.

use domain::page::collecting::{ConfirmRefusal, LookupRefusal};

/// Why a link does not go on.
pub fn refusal(refusal: &ConfirmRefusal) -> String {
    match refusal {
        ConfirmRefusal::LinkOver => "这个链接已经用过、换过，或超过了有效期。请向给您链接的机构要一个新的。".to_owned(),
        ConfirmRefusal::NoMatch => "和机构登记的对不上。请核对后再试；姓名或号码登记错了，请打机构电话改。".to_owned(),
        ConfirmRefusal::Locked { minutes } => {
            format!("连续试错次数太多，为了安全先停 {minutes} 分钟。资料都还在，到时再试。")
        }
        ConfirmRefusal::AskAgain => "为了安全，请再确认一次是您本人。改过的都已保存。".to_owned(),
        ConfirmRefusal::AlreadyThere => {
            "这个人自己已经报了这个计划，或已经确认过，不能再由机构填。请本人登录接着办。".to_owned()
        }
        ConfirmRefusal::NotCollected => "这个计划由考生自己报名，机构不代填。请选机构采集的计划。".to_owned(),
    }
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
