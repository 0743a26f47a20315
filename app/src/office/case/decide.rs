//! The doorway of a decision: reads the form, hands it to the act, leads on to the next case.

use crate::Failure;
use leptos::prelude::*;
use std::collections::HashMap;

/// Decides a case. With `then` = `next` the next case is taken up at once.
#[server(name = DecideCase, endpoint = "office/decide")]
pub async fn decide(
    id: String,
    seen: i64,
    #[server(default)] choice: String,
    #[server(default)] targets: Vec<String>,
    #[server(default)] picked: HashMap<String, String>,
    #[server(default)] remarks: HashMap<String, String>,
    #[server(default)] until: String,
    #[server(default)] reason: String,
    #[server(default)] own_words: String,
    #[server(default)] then: String,
    #[server(default)] next: String,
    #[server(default)] address: String,
    #[server(default)] drawn: String,
) -> Result<(), Failure> {
    use crate::paths;
    use domain::ids::{ApplicationId, Revision};
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: ApplicationId = id.parse().map_err(|_| Failure::NotFound)?;
    let typed = ssr::Typed { choice, targets, picked, remarks, until, reason, own_words, drawn };
    let address = if paths::is_ours(&format!("/office{address}")) { address } else { String::new() };
    let here = format!("{}{address}", paths::case(id));
    let decided = match typed.decision() {
        Ok(decision) => {
            let out = records::desk::decide(&records, &member, id, Revision(seen), decision).await;
            out.map_err(crate::failure::from_records)
        }
        Err(failure) => Err(failure),
    };
    let next = next.parse::<ApplicationId>().ok().filter(|next| then == "next" && *next != id);
    if let (Ok(_), Some(next)) = (&decided, next) {
        // Whoever was faster has it; the page then says so.
        let _ = records::desk::claim(&records, &member, next).await;
    }
    let on = |stage: &domain::application::Stage| match next {
        Some(next) => {
            let last = format!("{id}.{}", stage.name().as_str());
            crate::office::parts::with_query(&format!("{}{address}", paths::case(next)), "last", &last)
        }
        None if then == "next" => format!("{}{address}", paths::OFFICE),
        None => here.clone(),
    };
    crate::again::ssr::settle(decided, on, &here, typed.remembered()).map(|_| ())
}

/// The server's side.
#[cfg(feature = "ssr")]
mod ssr {
    use crate::Failure;
    use domain::application::{Grounds, Remark, Target};
    use domain::form::{FieldFault, Problem};
    use domain::page::desk::Decision;
    use domain::refusal::Refusal;
    use domain::time::Timestamp;
    use std::collections::HashMap;

    /// Code of a reason that is nothing without the reviewer's own words.
    const OTHER: &str = "other";

    /// What the form sent.
    pub(super) struct Typed {
        pub choice: String,
        pub targets: Vec<String>,
        pub picked: HashMap<String, String>,
        pub remarks: HashMap<String, String>,
        pub until: String,
        pub reason: String,
        pub own_words: String,
        pub drawn: String,
    }

    impl Typed {
        pub(super) fn decision(&self) -> Result<Decision, Failure> {
            match self.choice.as_str() {
                "approve" => Ok(Decision::Approve),
                "return" => Ok(Decision::Return { remarks: self.remarks(), until: self.until()? }),
                "reject" => Ok(Decision::Reject { grounds: self.grounds() }),
                _ => Err(fault("choice", "决定", Problem::Missing)),
            }
        }

        fn remarks(&self) -> Vec<Remark> {
            let text = |key: &str| {
                let both = [self.picked.get(key), self.remarks.get(key)];
                let said: Vec<&str> =
                    both.into_iter().flatten().map(|words| words.trim()).filter(|words| !words.is_empty()).collect();
                said.join(" ")
            };
            self.targets.iter().filter_map(|key| Some(Remark::said(Target::parse(key)?, text(key)))).collect()
        }

        fn until(&self) -> Result<Timestamp, Failure> {
            let day = self.until.trim().parse().map_err(|_| fault("until", "补正期限", Problem::NotADate))?;
            Ok(Timestamp::end_of(day))
        }

        /// The picked reason carries its words, as they were shown: `code|words`.
        fn grounds(&self) -> Grounds {
            let (code, label) = self.reason.split_once('|').unwrap_or(("", ""));
            let own = self.own_words.trim();
            // 其他原因 alone tells an applicant nothing.
            let text = match (label.is_empty() || code == OTHER, own.is_empty()) {
                (true, _) => own.to_owned(),
                (false, true) => label.to_owned(),
                (false, false) => format!("{label}：{own}"),
            };
            Grounds { code: code.to_owned(), text }
        }

        pub(super) fn remembered(&self) -> Vec<(String, String)> {
            let mut out: Vec<(String, String)> = [
                ("choice", &self.choice),
                ("until", &self.until),
                ("reason", &self.reason),
                ("own_words", &self.own_words),
                ("drawn", &self.drawn),
            ]
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.clone()))
            .collect();
            out.extend(self.targets.iter().map(|key| (format!("target {key}"), "on".to_owned())));
            out.extend(self.picked.iter().map(|(key, value)| (format!("picked {key}"), value.clone())));
            out.extend(self.remarks.iter().map(|(key, value)| (format!("remark {key}"), value.clone())));
            out
        }
    }

    fn fault(key: &str, label: &str, problem: Problem) -> Failure {
        Failure::Refused(Refusal::Answers(vec![FieldFault { key: key.into(), label: label.into(), problem }]))
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        fn typed(choice: &str) -> Typed {
            Typed {
                choice: choice.into(),
                targets: vec!["document:evidence".into(), "nonsense".into()],
                picked: HashMap::from([("document:evidence".into(), "公章不清".into())]),
                remarks: HashMap::from([("document:evidence".into(), " 请重拍 ".into())]),
                until: "2026-11-28".into(),
                reason: "major|专业不符".into(),
                own_words: String::new(),
                drawn: String::new(),
            }
        }

        #[test]
        fn a_return_says_both_the_picked_and_the_own_words() {
            let Ok(Decision::Return { remarks, until }) = typed("return").decision() else { panic!("no return") };
            assert_eq!(remarks, [Remark::said(Target::Document("evidence".into()), "公章不清 请重拍")]);
            assert_eq!(domain::time::official_moment(until), "2026-11-28 23:59:59");
        }

        #[test]
        fn a_rejection_keeps_the_code_and_the_words() {
            let Ok(Decision::Reject { grounds }) = typed("reject").decision() else { panic!("no rejection") };
            assert_eq!((grounds.code.as_str(), grounds.text.as_str()), ("major", "专业不符"));
        }

        #[test]
        fn another_reason_is_one_in_own_words() {
            let other = |own: &str| {
                let typed = Typed { reason: "other|其他原因".into(), own_words: own.into(), ..typed("reject") };
                match typed.decision() {
                    Ok(Decision::Reject { grounds }) => grounds.text,
                    _ => panic!("no rejection"),
                }
            };
            assert_eq!(other(" 证件过期 "), "证件过期");
            assert_eq!(other(""), "", "the act refuses a rejection without words");
        }

        #[test]
        fn nothing_chosen_is_told_at_the_choice() {
            assert!(
                matches!(typed("").decision(), Err(Failure::Refused(Refusal::Answers(faults))) if faults[0].key == "choice")
            );
        }
    }
}
