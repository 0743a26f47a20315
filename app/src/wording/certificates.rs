//! Sentences about certificates: issuing, correcting, revoking, and what anybody who asks is told.

use chrono::{Datelike, NaiveDate};
use domain::certificate::payload::PayloadFault;
use domain::certificate::{CertificateRefusal, EditionKind, NumberFault, RevokeReason};
use domain::certificate_no::{CertificateKind, CertificateNoFault};
use domain::page::certificates::{ChainLink, ChainWhat, Delivery, Verdict};
use domain::time::{Timestamp, chinese_moment};

/// A day as certificates write it: 2026年11月21日.
pub fn day(day: NaiveDate) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

fn moment(at: Timestamp) -> String {
    chinese_moment(at, NaiveDate::MIN)
}

/// Why nothing was done.
pub fn refusal(refusal: &CertificateRefusal) -> String {
    match refusal {
        CertificateRefusal::NotReleased => "成绩还没有发布，不能发证。请先在“成绩”里锁定并发布。".to_owned(),
        CertificateRefusal::TooEarly { from } => {
            format!("成绩要先公示，{}起才能发证。到那天再来。", day(*from))
        }
        CertificateRefusal::Nobody => "没有要发证的人：合格的都已经有证书了。".to_owned(),
        CertificateRefusal::PreparedAlready { by, at } => {
            format!("{by} 在 {} 已经准备好一份名单，等另一个人签发。先签发或收回那一份。", moment(*at))
        }
        CertificateRefusal::NothingPrepared => {
            "没有等着签发的名单，可能别人已经签发或收回了。请刷新看最新的。".to_owned()
        }
        CertificateRefusal::TwoPersons => "这个程序规定一个人准备、另一个人签发。请先准备名单。".to_owned(),
        CertificateRefusal::SamePerson => "名单是您自己准备的，要由另一位管理员签发。".to_owned(),
        CertificateRefusal::Number(fault) => number(*fault).to_owned(),
        CertificateRefusal::NoReason => "请写明原因，以后查得到。".to_owned(),
        CertificateRefusal::Revoked => "这张证书已经撤销，不能再改。需要的话，可以重新发一张新的。".to_owned(),
        CertificateRefusal::SameFace => "没有改动：填的和证书上现在写的一样。请改好再保存。".to_owned(),
        CertificateRefusal::Name => "姓名没有读懂。请照身份证上的写，不要带数字和符号。".to_owned(),
        CertificateRefusal::IdNo => "证件号码不对，请照证件逐位核对。".to_owned(),
        CertificateRefusal::Stock => "纸质证书号是 1 到 12 位数字，例如 00021734。请照纸上的 NO. 填。".to_owned(),
        CertificateRefusal::StockTaken { stock } => {
            format!("纸质证书号 {stock} 已经用在另一张证书上。请核对纸上的号码。")
        }
        CertificateRefusal::NoneWithoutStock => "每张证书都已经有纸质证书号了。".to_owned(),
        CertificateRefusal::NoReceiver => "请填写谁领走的；邮寄的要填快递公司和单号。".to_owned(),
        CertificateRefusal::TooManyLinks { limit } => {
            format!("已经有 {limit} 个链接没有到期。请先停用一个，再做新的。")
        }
        CertificateRefusal::NothingToPrint => "没有有效的证书可以打印。".to_owned(),
    }
}

fn number(fault: NumberFault) -> &'static str {
    match fault {
        NumberFault::Code(_) => "按机构备案号编不出证书编号。请核对备案号：一个字母加 12 位数字。",
        NumberFault::Parts => "证书编号和机构备案号、年份或等级对不上。请核对程序里的编号规则。",
        NumberFault::Pattern => "程序里的证书编号规则有误，编出来的不是编号。",
        NumberFault::Full => "今年的证书编号用完了（每年最多 999999 张）。",
    }
}

/// What a revocation is called in public.
pub fn revoke_reason(reason: RevokeReason) -> &'static str {
    match reason {
        RevokeReason::ScoreCorrected => "成绩更正",
        RevokeReason::Misconduct => "违反考试纪律或材料不实",
        RevokeReason::IssuedWrongly => "发放有误",
        RevokeReason::Request => "持证人申请",
    }
}

/// The heading of a verdict.
pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "证书有效",
        Verdict::Revoked { .. } => "证书已撤销",
        Verdict::Corrected { .. } => "这一版已经更正",
        Verdict::Replaced { .. } => "这张纸已经作废",
    }
}

/// What a verdict means, and what to do.
pub fn advice(verdict: Verdict, renewed: bool) -> String {
    match verdict {
        Verdict::Valid => "和手里的证书逐项对一遍：姓名、证件号码后几位、等级和编号都要一样。".to_owned(),
        Verdict::Revoked { at, why } => {
            let renewed = if renewed {
                "已经另发一张新证书，请持证人出示新的。"
            } else {
                "这张证书不能再用。"
            };
            format!("{}撤销，原因：{}。{renewed}", day(at.day()), revoke_reason(why))
        }
        Verdict::Corrected { at } => {
            format!("{}更正过，以更正后的为准，就是下面写的。请持证人出示新打印的证书。", day(at.day()))
        }
        Verdict::Replaced { at } => {
            format!("原来的纸遗失或损坏，{}补发了新的，编号不变。请持证人出示补发的那一张。", day(at.day()))
        }
    }
}

/// What an old number is, and where to ask.
pub fn old(kind: CertificateKind) -> (&'static str, &'static str) {
    match kind {
        CertificateKind::Qualification16 => (
            "这是 16 位的职业资格证书编号",
            "以前的职业资格证书由各地鉴定中心核发，不在这里登记。请到“技能人才评价证书全国联网查询系统”（http://jndj.osta.org.cn）查，或问发证的鉴定中心。",
        ),
        CertificateKind::Shanghai13 => (
            "这是 13 位的编号，像上海以前的职业资格证书",
            "在全国系统里查时，前面补三个 0 写成 16 位：http://jndj.osta.org.cn。也可以问上海市职业技能鉴定中心。",
        ),
        CertificateKind::Skill22 => ("职业技能等级证书", "请再查一次。"),
    }
}

/// Why a text is no number.
pub fn no_number(fault: CertificateNoFault, typed: &str) -> &'static str {
    match fault {
        CertificateNoFault::Length if typed.trim().is_empty() => {
            "还没有填证书编号。请照证书右侧“证书编号”填，没有编号就扫证书上的码。"
        }
        CertificateNoFault::Length => {
            "编号长度不对：职业技能等级证书是 22 位，旧的职业资格证书是 16 或 13 位。请照证书右侧“证书编号”填。"
        }
        CertificateNoFault::Class => "22 位的编号以 Y 或 S 开头，后面都是数字。请核对第一位。",
        CertificateNoFault::Charset => {
            "编号里有不该有的字符。第一位是字母，后面 21 位都是数字，常见的是把数字 0 看成字母 O。"
        }
        CertificateNoFault::Province => "编号第 6、7 位不是省级代码。请逐位核对。",
        CertificateNoFault::Level => "编号第 16 位是等级，只能是 1 到 5。请逐位核对。",
    }
}

/// Why a code proves nothing, and what to do.
pub fn code(fault: PayloadFault) -> (&'static str, &'static str) {
    match fault {
        PayloadFault::Malformed => ("这不是证书上的码，或没有扫全", "请把码放平再扫一次，或在这里用编号和姓名查。"),
        PayloadFault::Version => ("这个码的版本这里还不认识", "请用编号和姓名查。"),
        PayloadFault::UnknownKey => {
            ("签名用的不是这里公布的密钥", "证书可能不是这里发的，或密钥已经停用。请用编号和姓名查，以登记的为准。")
        }
        PayloadFault::Forged => {
            ("签名对不上，内容被改过", "这个码不是发证机构签的。请不要采信，并把证书的情况告诉发证机构。")
        }
    }
}

/// A link of the chain in a line: 2026年11月21日 核发.
pub fn link(link: &ChainLink) -> String {
    let words = match link.what {
        ChainWhat::Edition(EditionKind::First) => "核发".to_owned(),
        ChainWhat::Edition(EditionKind::Correction) => format!("更正（第 {} 版）", link.edition),
        ChainWhat::Edition(EditionKind::Reissue) => format!("补发（第 {} 版）", link.edition),
        ChainWhat::Revoked(why) => format!("撤销：{}", revoke_reason(why)),
    };
    let by = if link.by.is_empty() { String::new() } else { format!("　{}", link.by) };
    let reason = if link.reason.is_empty() { String::new() } else { format!("　原因：{}", link.reason) };
    format!("{}　{words}{by}{reason}", day(link.at.day()))
}

/// How the paper goes out, in a line.
pub fn delivery(delivery: &Delivery) -> String {
    match delivery {
        Delivery::Pickup { handed: None } => "上门领取，还没领".to_owned(),
        Delivery::Pickup { handed: Some((to, at)) } => format!("{} {to} 领取", day(at.day())),
        Delivery::Post { sent: None } => "邮寄，还没寄".to_owned(),
        Delivery::Post { sent: Some((carrier, tracking, at)) } => {
            format!("{} 寄出，{carrier} {tracking}", day(at.day()))
        }
    }
}

/// What the page of a query says at first.
pub const VERIFY_LEAD: &str = "不用登录。扫证书上的码最快，也可以手工输入。";
/// What strangers are not shown.
pub const MASKED: &str = "为保护持证人，只显示一部分信息，不显示照片。";
/// What is said where signing needs two people.
pub const TWO_PERSONS: &str = "一个人准备名单，另一位管理员核对后签发。编号在签发时产生，按年连续，不重不漏。";
/// What is said where one person is enough.
pub const ONE_PERSON: &str = "点一下，所有合格的人一次发完。编号按年连续，不重不漏。";
/// What a correction does.
pub const CORRECT_HINT: &str = "编号不变，出新的一版。旧纸上的码再扫，会显示“已更正”和日期。";
/// What a reissue does.
pub const REISSUE_HINT: &str = "内容和编号不变，出新的一版。旧纸上的码再扫，会显示“已补发”和日期。";
/// What a revocation does.
pub const REVOKE_HINT: &str =
    "编号永远作废，不再发给别人。查验时任何人都看到“已撤销”、日期和原因；下面写的说明只有机构看得到。";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_says_the_date_and_what_to_do() {
        let at = Timestamp::parse_shanghai("2027-03-02").unwrap();
        let revoked = Verdict::Revoked { at, why: RevokeReason::ScoreCorrected };
        assert_eq!(advice(revoked, false), "2027年3月2日撤销，原因：成绩更正。这张证书不能再用。");
        assert!(advice(revoked, true).contains("新证书"));
        assert!(advice(Verdict::Corrected { at }, false).contains("2027年3月2日更正"));
    }
}
