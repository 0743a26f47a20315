//! Sentences about accounts: signing up, signing in, the profile, and what becomes of personal data.

use domain::account::PASSWORD_MIN;

/// After a sign-up. It is the same whether the number was known or not, so that nobody learns who is registered.
pub const SIGNED_UP: &str = "如果资料无误，账号已经开好，请用证件号码和刚才的密码登录。以前注册过的，请用原来的密码。";
/// The password that was given as the present one is not.
pub const OLD_PASSWORD_WRONG: &str = "现在的密码不对。请核对大小写，再输一次。";
/// The profile was kept.
pub const PROFILE_SAVED: &str = "已保存。以后报名会直接用这些资料。";
/// The password was changed.
pub const PASSWORD_CHANGED: &str = "密码已换好。别的设备上的登录都已退出。";
/// Line under the heading of the sign-up.
pub const SIGN_UP_LEAD: &str = "一个证件一个账号，填一次，以后报名都不用再填。";
/// Hint of the name.
pub const NAME_HINT: &str = "按证件上的写";
/// Hint of the mobile number.
pub const MOBILE_HINT: &str = "审核结果会通知到这个号码";
/// Hint of the fields that only some documents need.
pub const BIRTH_HINT: &str = "护照、通行证等号码里没有出生日期的证件才要填，例如 1990-03-05";
/// Hint of an identity number at sign-in.
pub const SIGN_IN_HINT: &str = "注册时用的证件号码，最后的 X 大小写都行";
/// Consent.
pub const CONSENT: &str = "我已阅读并同意个人信息的处理说明";
/// What the address is for.
pub const ADDRESS_HINT: &str = "寄证书、写进申报表都用它";
/// The mobile number stays as it is when nothing is typed.
pub const NEW_MOBILE_HINT: &str = "不换就空着";

/// Hint of a new password.
pub fn password_hint() -> String {
    format!("至少 {PASSWORD_MIN} 位。几个不相干的词连在一起最好记，也最难猜；不要用手机号和证件号码")
}

/// How complete the profile is.
pub fn complete(percent: u32, missing: &[String]) -> String {
    if missing.is_empty() {
        "资料已经填全，报名时不用再填。".to_owned()
    } else {
        format!("资料完成 {percent}%，还差：{}。报名时补也可以。", missing.join("、"))
    }
}

/// The notice on personal data: headings and paragraphs. The law asks for purpose, kind, time and rights.
pub fn privacy() -> [(&'static str, &'static [&'static str]); 6] {
    [
        (
            "为什么要这些资料",
            &["报名、审核、编排考场、发证都要确认您是谁、符不符合申报条件。没有这些资料，办不了职业技能等级认定。"],
        ),
        (
            "收哪些",
            &[
                "注册时：姓名、证件类型和号码、手机号；证件号码里没有出生日期和性别的，再问这两项。",
                "报名时：证件照、文化程度、工作经历、原有证书、通讯地址、证明材料、签名。",
                "证件号码、证件照和签名是敏感个人信息，只用在报名、考试和发证上。",
            ],
        ),
        (
            "谁能看到",
            &[
                "您报名的机构里负责审核的老师，和监督它的人社部门。他们看到的证件号码、手机号和地址默认遮住一部分；要看完整的，系统会记下是谁、什么时候、为什么看。",
                "不卖给任何人，不用来推销，不交给第三方做画像。",
            ],
        ),
        ("怎么保管", &["证件号码、手机号和地址加密存放，密码只存不能还原的摘要。每一次打开完整报名都有记录，改不掉。"]),
        (
            "存多久",
            &[
                "没有提交的草稿随报名截止作废。提交过的报名按职业技能等级认定档案的规定年限保存，到期删除。测一测能不能报时填的内容，不登录只在服务器内存里放两小时。",
            ],
        ),
        (
            "您可以",
            &[
                "在“个人资料”里查看和更正；要复制、删除或撤回同意，请联系报名的机构，或到机构窗口办理。撤回以后，已经办完的事情仍然有效，没办完的就停下。",
            ],
        ),
    ]
}
