//! Sentences about a forgotten password that is set anew by a code.

use domain::account::RecoveryRefusal;

/// Under the heading, where codes go by text message and by mail.
pub const LEAD: &str = "填注册时的手机号码或证件号码，我们发一个 6 位验证码，用它设一个新密码。";
/// Under the heading, where codes go by mail alone.
pub const LEAD_MAIL: &str = "填注册时的证件号码，我们往您确认过的邮箱发一个 6 位验证码，用它设一个新密码。";
/// Hint of the number.
pub const NUMBER_HINT: &str = "填手机号码，验证码发到这个手机；填证件号码，发到账号登记的手机和确认过的邮箱";
/// Hint of the number, where only text messages go out.
pub const NUMBER_HINT_SMS: &str = "填手机号码或证件号码都行，验证码发到账号登记的手机";
/// Hint of the number, where codes go by mail alone.
pub const NUMBER_HINT_MAIL: &str = "没有在“我的消息”里确认过邮箱的，请用下面别的办法";
/// No codes are sent here.
pub const CLOSED: &str = "这里没有开通短信和邮箱验证码，忘了密码请用下面的办法。报名和资料都在，不会丢。";
/// Hint of the code.
pub const CODE_HINT: &str = "6 位数字。一两分钟还没收到，请看看是不是号码填错了，再要一个";
/// Hint of the number of the document beside a code that went to a mobile.
pub const ID_HINT: &str = "一个手机号可能登记过几个账号，用证件号码认出是您";
/// Where the new password is set.
pub const NOW: &str = "设好以后直接登录。原来的密码作废，别的设备上的登录也会退出。报名和资料都在。";
/// Beside the way to the counter.
pub const COUNTER: &str = "带本人证件到报名机构的窗口，核对后给重设码，当场或回家都能设";
/// Beside the other ways.
pub const OTHERS: &str = "手机换了号、收不到验证码，也可以：";

/// A code was asked for: the same words whether the number is known or not.
pub fn asked(minutes: i64) -> String {
    format!(
        "如果这个号码注册过，验证码已经发出，{minutes} 分钟内有效。号码没有注册过，或者没有登记手机、没有确认邮箱的，收不到。"
    )
}

/// Why it did not go on, and what to do next.
pub fn refusal(refusal: RecoveryRefusal) -> String {
    match refusal {
        RecoveryRefusal::Closed => {
            "这里没有开通短信和邮箱验证码，没有发。请带本人证件到报名机构的窗口，或用别的方式登录。".to_owned()
        }
        RecoveryRefusal::MailAlone => {
            "这里只往邮箱发验证码，不发短信。请改填证件号码，验证码发到您确认过的邮箱。".to_owned()
        }
        RecoveryRefusal::NotANumber => {
            "这不像手机号码，也不像证件号码，没有发验证码。手机号码是 11 位数字，身份证号码是 18 位，请核对后再填。"
                .to_owned()
        }
        RecoveryRefusal::TooOften { minutes } => {
            format!(
                "这个号码要验证码的次数太多，为了安全先停 {}。最后收到的那个没过 10 分钟的话还能用。",
                rest(minutes)
            )
        }
        RecoveryRefusal::Crowded { minutes } => {
            format!("从您这个网络要验证码的人太多，先停 {}。到时再试，或换手机流量打开这一页。", rest(minutes))
        }
        RecoveryRefusal::NoMatch { left: 0 } => {
            "没有对上，这个验证码已经试满次数，作废了。请再要一个，并核对证件号码。".to_owned()
        }
        RecoveryRefusal::NoMatch { left } => {
            format!("没有对上。请核对验证码（以最后收到的为准）和证件号码，还可以试 {left} 次。")
        }
        RecoveryRefusal::Over => {
            "这个验证码已经用过、过了 10 分钟、试满了次数，或者后来又要过新的。请再要一个。".to_owned()
        }
    }
}

/// How long something rests.
fn rest(minutes: u32) -> String {
    if minutes < 120 { format!("{minutes} 分钟") } else { format!("{} 小时", minutes.div_ceil(60)) }
}
