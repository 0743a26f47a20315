//! Sentences for everything that can go wrong.

use crate::Failure;
use domain::account::SignUpRefusal;
use domain::application::SubmitRefusal;
use domain::form::FieldFault;
use domain::refusal::Refusal;

/// The login has ended.
pub const SIGN_IN_NEEDED: &str = "登录已结束。请重新登录，填过的都还在。";
/// On a page that keeps itself up to date, once its login has ended.
pub const LIVE_ENDED: &str = "登录已结束，这一页不再自动更新。";
/// The link to sign in without leaving a page of the desk.
pub const SIGN_IN_ELSEWHERE: &str = "在新标签页登录";
/// The link to sign in and come back.
pub const SIGN_IN_AGAIN: &str = "重新登录";
/// Not allowed.
pub const FORBIDDEN: &str = "您的账号不能做这件事。如果应该能做，请联系机构管理员。";
/// There is no such thing.
pub const NOT_FOUND: &str = "没有找到这一页。可能已经撤下，或者链接不完整。";
/// The page was drawn from an older state.
pub const CHANGED_MEANWHILE: &str = "这一页打开后，别处已经改过。请先看最新的内容，再决定。";
/// The server could not be reached.
pub const NETWORK: &str = "没有发送成功，网络断了。填的都还在这一页，网络恢复后再点一次。";
/// The request could not be read.
pub const MALFORMED: &str = "这一页的内容没有读懂，可能是旧页面。请刷新后再试，填过的已经保存。";
/// An upload that did not arrive whole.
pub const BROKEN_OFF: &str = "没有传完，网络断了。原来的都还在，请再传一次。";

/// Something broke on our side; `number` finds it in the log.
pub fn broken(number: &str) -> String {
    format!("没有成功，是系统这边出了问题，已经记录。请稍后再试；打电话咨询时请报编号 {number}。")
}

/// What went wrong, and what to do next.
pub fn failure(failure: &Failure) -> String {
    match failure {
        Failure::Refused(refusal) => super::form::refusal(refusal),
        Failure::Told(words) => words.clone(),
        Failure::SignInNeeded => SIGN_IN_NEEDED.into(),
        Failure::Forbidden => FORBIDDEN.into(),
        Failure::NotFound => NOT_FOUND.into(),
        Failure::ChangedMeanwhile => CHANGED_MEANWHILE.into(),
        Failure::Broken(number) => broken(number),
        Failure::Network => NETWORK.into(),
        Failure::Malformed => MALFORMED.into(),
    }
}

/// The faults of single fields that a failure carries; empty when it is about the whole.
fn field_faults(failure: &Failure) -> &[FieldFault] {
    match failure {
        Failure::Refused(
            Refusal::SignUp(SignUpRefusal::Faults(faults))
            | Refusal::Answers(faults)
            | Refusal::Submit(SubmitRefusal::FormFaults(faults)),
        ) => faults,
        _ => &[],
    }
}

/// The lines of an error summary: one per field with its anchor, or one sentence without.
pub fn lines(failure: &Failure) -> Vec<(String, String)> {
    match field_faults(failure) {
        [] => vec![(String::new(), self::failure(failure))],
        faults => super::form::faults(faults),
    }
}
