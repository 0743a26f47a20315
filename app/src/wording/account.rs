//! Sentences about accounts: signing up, signing in, the profile, and what becomes of personal data.

use domain::account::{MergeRefusal, PASSWORD_MIN, WayRefusal};

/// What is missing from a sign-in; none where both are there.
pub fn sign_in_empty(id_no: &str, password: &str) -> Option<&'static str> {
    match (id_no.trim().is_empty(), password.is_empty()) {
        (true, true) => Some("证件号码和密码都还没填。"),
        (true, false) => Some("证件号码还没填。"),
        (false, true) => Some("密码还没填。"),
        (false, false) => None,
    }
}

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
/// Hint of 报名序号 at sign-in.
pub const NUMBER_HINT: &str = "注册报名后显示过，“个人资料”里也有";
/// Lead of 找回报名序号.
pub const FIND_LEAD: &str = "输入证件号码和注册时的手机号码，马上显示报名序号。";
/// Hint of the mobile number there.
pub const FIND_MOBILE_HINT: &str = "注册时填的那一个";
/// Under a number that was found again.
pub const NUMBER_FOUND: &str = "请记下来，或拍一张照。忘了还可以再找，不用重新注册。";
/// Under a number that was just issued.
pub const NUMBER_ISSUED: &str = "请记下来。以后用它和证件号码登录，也可以用证件号码和密码登录。";
/// What is easily done wrong with it.
pub const NUMBER_KEPT: &str = "请不要重复注册！忘了报名序号，在登录页“找回报名序号”，“个人资料”里也一直能看到。";
/// Lead of the activation.
pub const ACTIVATE_LEAD: &str = "机构已经为您登记好姓名和证件，用机构发给您的激活码打开账号，自己设密码。";
/// Lead of setting a new password.
pub const RESET_LEAD: &str =
    "请带本人证件到报名机构的窗口：工作人员核对后给您一个重设码，24 小时内有效，用一次就作废。也可以先用别的方式登录。";
/// Hint of the code for a new password.
pub const RESET_HINT: &str = "窗口给的 8 位字母和数字，大小写都行";
/// Shown where the new password is set.
pub const RESET_NOW: &str = "设好以后，原来的密码作废，其他设备上的登录也会退出。报名和资料都在。";
/// Hint of the code.
pub const CODE_HINT: &str = "8 位字母和数字，大小写都行。证件号码后六位不能当激活码";
/// Whoever is not the person that the page names.
pub const NOT_YOU: &str = "这不是您？请关掉这一页，告诉发激活码的机构。";
/// The person has an account that is in use.
pub const ACCOUNT_IN_USE: &str = "这个证件号码的账号已经在用。请输入原来的密码；忘了密码，请到登录页点“重设密码”。";
/// Shown after somebody came from a portal and has an account without a mobile number.
pub const MOBILE_FIRST: &str = "登录好了。还差一个手机号码：审核结果会通知到它，报名前请补上。";
/// Shown once after a portal led to an account that was there before.
pub const LINKED_FIRST: &str =
    "这个证件号码以前注册过账号，已经和这次的登录合到一起，报名都在。如果以前那次不是您注册的，请马上在下面换密码。";
/// Hint where a password was never set.
pub const NO_PASSWORD_YET: &str = "您现在用别的方式登录。设一个密码，以后也能用证件号码和密码登录。";

/// Link to the sign-up; official words where people sign in by 报名序号.
pub fn sign_up_link(numbers: bool) -> &'static str {
    if numbers { "注册报名" } else { "注册" }
}

/// Button of a provider.
pub fn sign_in_with(title: &str) -> String {
    // 演示 stands at the end, as in every label of a demonstration.
    match title.strip_suffix("（演示）") {
        Some(title) => format!("用{title}登录（演示）"),
        None => format!("用{title}登录"),
    }
}

/// Hint of a mobile number that the agency gave.
pub fn keep_mobile(masked: &str) -> String {
    format!("机构登记的是 {masked}，不换就空着")
}

/// A way to sign in, for its owner.
pub fn way_name(way: domain::account::Way) -> &'static str {
    use domain::account::Way;
    match way {
        Way::Password => "证件号码和密码",
        Way::RegistrationNumber => "报名序号和证件号码",
        Way::Portal => "政务服务网",
        Way::Oidc => "统一身份认证",
        Way::Activation => "机构预录，激活码",
    }
}

/// On the sign-in page of somebody who came from another page.
pub const SIGN_IN_FIRST: &str = "登录后回到刚才那一页接着办。还没有账号的先注册，注册完也会回来。";
/// Hint of an identity number at sign-in.
pub const SIGN_IN_HINT: &str = "注册时用的证件号码，最后的 X 大小写都行";
/// Consent.
pub const CONSENT: &str = "我已阅读并同意个人信息的处理说明";
/// What the address is for.
pub const ADDRESS_HINT: &str = "寄证书、写进申报表都用它";
/// The mobile number stays as it is when nothing is typed.
pub const NEW_MOBILE_HINT: &str = "不换就空着";

/// Why another way did not lead anywhere, and what to do next.
pub fn way(refusal: WayRefusal) -> &'static str {
    match refusal {
        WayRefusal::NumberNoMatch => {
            "报名序号和证件号码对不上。请核对后再试，或用“找回报名序号”；用证件号码和密码也能登录。"
        }
        WayRefusal::NothingFound => {
            "没有找到。请核对证件号码，以及注册时填的手机号码；手机号码换过的，请用密码登录后在“个人资料”里查看。"
        }
        WayRefusal::CodeNoMatch => {
            "证件号码和这个码对不上，或者码已经用过、收回、过期。请核对后再试；还不行，请向给您码的机构要一个新的。"
        }
        WayRefusal::ActivationOver => "隔得太久，这一步要重新开始。请再输一次证件号码和机构给的码。",
        WayRefusal::Expired => "这次登录隔得太久，或者不是从这个页面开始的。请再点一次登录。",
        WayRefusal::Replayed => "这次登录已经用过一次。请再点一次登录。",
        WayRefusal::Forged => "对方发回的内容核对不上，为了安全没有登录。请再点一次；还不行，请换一种方式登录。",
        WayRefusal::Declined => "您在那边取消了登录。可以再点一次，或换一种方式。",
        WayRefusal::Unreachable => "那边现在没有回应，没有登录成功。请过几分钟再试，或换一种方式登录。",
        WayRefusal::NoIdentity => {
            "那边没有给出姓名或证件号码，认不出您是谁。请先在那边完成实名认证，或换一种方式登录。"
        }
        WayRefusal::NotAssured => "您在那边还没有完成实名认证。请先去完成，再来登录；也可以换一种方式。",
        WayRefusal::OtherDocument => {
            "这个号码已经用另一种证件注册过，系统分不清是不是同一个人。请带证件到机构窗口核对。"
        }
    }
}

/// Why two accounts were not merged, and what to do next.
pub fn merge(refusal: &MergeRefusal) -> String {
    match refusal {
        MergeRefusal::Same => "两个号码是同一个账号，不用合并。".to_owned(),
        MergeRefusal::AlreadyMerged => "其中一个账号已经合并过。请重新查一次。".to_owned(),
        MergeRefusal::BothApplied { plan } => {
            format!("两个账号都报了计划 {plan}，不能合并。请本人先放弃其中一份，再合并。")
        }
        MergeRefusal::NoReason => "还没有写原因。请写清怎么核对出是同一个人。".to_owned(),
    }
}

/// Hint of a new password.
pub fn password_hint() -> String {
    format!("至少 {PASSWORD_MIN} 位。几个不相干的词连在一起最好记，也最难猜；不要用手机号和证件号码")
}

/// How complete the profile is.
pub fn complete(percent: u32, missing: &[String], needed: bool) -> String {
    if missing.is_empty() {
        "资料已经填全，报名时不用再填。".to_owned()
    } else {
        let rest = if needed { "这次报名要先填好，填完接着报。" } else { "报名时补也可以。" };
        format!("资料完成 {percent}%，还差：{}。{rest}", missing.join("、"))
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
