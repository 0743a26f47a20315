//! Sentences for everything that can go wrong.

use crate::Failure;
use domain::account::SignUpRefusal;
use domain::application::SubmitRefusal;
use domain::form::FieldFault;
use domain::refusal::Refusal;

/// What went wrong, and what to do next.
pub fn failure(failure: &Failure) -> String {
    match failure {
        Failure::Refused(refusal) => super::form::refusal(refusal),
        Failure::Told(words) => words.clone(),
        Failure::SignInNeeded => "登录已结束。请重新登录，填过的都还在。".into(),
        Failure::Forbidden => "您的账号不能做这件事。如果应该能做，请联系机构管理员。".into(),
        Failure::NotFound => "没有找到这一页。可能已经撤下，或者链接不完整。".into(),
        Failure::ChangedMeanwhile => "这一页打开后，别处已经改过。请先看最新的内容，再决定。".into(),
        Failure::Broken(number) => {
            format!("没有成功，是系统这边出了问题，已经记录。请稍后再试；打电话咨询时请报编号 {number}。")
        }
        Failure::Network => "没有发送成功，网络断了。填的都还在这一页，网络恢复后再点一次。".into(),
        Failure::Malformed => "这一页的内容没有读懂，可能是旧页面。请刷新后再试，填过的已经保存。".into(),
    }
}

/// The faults of single fields that a failure carries; empty when it is about the whole.
pub fn field_faults(failure: &Failure) -> &[FieldFault] {
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
