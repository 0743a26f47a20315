use super::{Answer, Unusable};
use chrono::NaiveDate;
use clap::Args;
use domain::id_document::{Gender, IdKind, IdNumber};
use serde_json::{Value, json};

/// `jikao check id`.
#[derive(Debug, Args)]
pub struct Id {
    /// Kind of the document (RIC, HMRP, TWRP, RIC15, FPR23, FPR17, HMTP, TWTP, PASS-CN, PASS-F); found out when not given
    #[arg(long)]
    kind: Option<String>,
    /// The day that counts as today (YYYY-MM-DD)
    #[arg(long, value_name = "DATE")]
    today: Option<NaiveDate>,
    /// Answer as JSON: one object, or an array for several numbers
    #[arg(long)]
    json: bool,
    /// Numbers to look at
    #[arg(required = true)]
    numbers: Vec<String>,
}

impl Id {
    pub(super) fn answer(&self) -> Result<Answer, Unusable> {
        let kind = match &self.kind {
            Some(code) => Some(IdKind::from_code(code).ok_or_else(|| {
                let known: Vec<&str> = IdKind::ALL.iter().map(|kind| kind.code()).collect();
                Unusable(format!("no kind {code:?}; there are {}", known.join(", ")))
            })?),
            None => None,
        };
        let today = self.today.unwrap_or_else(|| records::Clock::System.now().day());
        let mut answer = Answer { lines: Vec::new(), json: None, refused: false };
        let mut all = Vec::new();
        for number in &self.numbers {
            let meant = kind.unwrap_or_else(|| IdNumber::recognise(number));
            let read = IdNumber::parse(Some(meant), number, today);
            answer.refused |= read.is_err();
            let id = read.as_ref().ok();
            let fault = read.as_ref().err().map(|fault| fault.code());
            let birth = id.and_then(IdNumber::birth).map(|birth| birth.to_string());
            let gender = id.and_then(IdNumber::gender).map(Gender::label);
            if self.json {
                all.push(json!({
                    "input": number,
                    "kind": meant.code(),
                    "valid": read.is_ok(),
                    "error": fault,
                    "normalized": IdNumber::normalise(meant, number),
                    "birth": birth,
                    "gender": gender,
                }));
            } else {
                let told = fault.map_or_else(
                    || [birth.as_deref(), gender].into_iter().flatten().collect::<Vec<_>>().join(" "),
                    |fault| format!("wrong: {fault}"),
                );
                let word = if read.is_ok() { "valid" } else { "invalid" };
                answer.lines.push(format!("{word}\t{number}\t{}\t{told}", meant.label()).trim_end().to_owned());
            }
        }
        answer.json = match all.len() {
            _ if !self.json => None,
            1 => all.pop(),
            _ => Some(Value::Array(all)),
        };
        Ok(answer)
    }
}
