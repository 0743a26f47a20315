//! Doorways of the page of scores.

use crate::{Failure, paths};
use domain::ids::{ApplicationId, PlanId};
use domain::page::scores::ScoreDesk;
use domain::scores::{self, Mark};
use leptos::prelude::*;
use std::collections::HashMap;

/// The page of scores.
#[server(name = FetchScoreDesk, endpoint = "office/scores")]
pub async fn desk(#[server(default)] plan: String) -> Result<ScoreDesk, Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let plan: Option<PlanId> = plan.parse().ok();
    records::scores::desk(&records, &member, plan).await.map_err(crate::failure::from_records)
}

/// Puts other texts into cells of the uploaded sheet.
#[server(name = MendScoreSheet, endpoint = "office/scores-mend")]
pub async fn mend(plan: String, #[server(default)] cells: HashMap<String, String>) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    // A key that began with a digit would be read as a place in a list: keys begin with a letter.
    let place = |key: &str| {
        key.strip_prefix('r')?.split_once('.').and_then(|(row, column)| Some((row.parse().ok()?, column.parse().ok()?)))
    };
    let cells: Vec<(u32, u32, String)> =
        cells.into_iter().filter_map(|(key, text)| place(&key).map(|(row, column)| (row, column, text))).collect();
    let out = records::scores::mend(&records, &member, id, &cells).await.map_err(crate::failure::from_records);
    settle(out, id, "#trial", |()| "done=mended".to_owned(), Vec::new())
}

/// Takes the rows without fault.
#[server(name = TakeScoreSheet, endpoint = "office/scores-take")]
pub async fn take(plan: String) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = records::scores::take(&records, &member, id).await.map_err(crate::failure::from_records);
    settle(out, id, "", |taken| format!("taken={}&left={}", taken.rows, taken.left), Vec::new())
}

/// Throws the uploaded sheet away.
#[server(name = DropScoreSheet, endpoint = "office/scores-drop")]
pub async fn drop_sheet(plan: String) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = records::scores::drop_trial(&records, &member, id).await.map_err(crate::failure::from_records);
    settle(out, id, "", |()| "done=dropped".to_owned(), Vec::new())
}

/// Enters one page of marks.
#[server(name = EnterScores, endpoint = "office/scores-enter")]
pub async fn enter(
    plan: String,
    #[server(default)] page: String,
    #[server(default)] q: String,
    #[server(default)] marks: HashMap<String, String>,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let place = |key: &str| {
        key.strip_prefix('m')?.split_once('.').and_then(|(id, place)| Some((id.parse().ok()?, place.parse().ok()?)))
    };
    let typed: Vec<(ApplicationId, usize, String)> =
        marks.iter().filter_map(|(key, text)| place(key).map(|(id, place)| (id, place, text.clone()))).collect();
    let out = records::scores::enter(&records, &member, id, &typed).await.map_err(crate::failure::from_records);
    let remembered =
        marks.into_iter().map(|(key, text)| (format!("mark {}", key.trim_start_matches('m')), text)).collect();
    let here = people(id, &q, &page);
    let next = |done: &records::scores::Entered| format!("{here}&entered={}&differ={}", done.changed, done.differ);
    crate::again::ssr::settle(out, next, &here, remembered).map(drop)
}

/// 锁定.
#[server(name = LockScores, endpoint = "office/scores-lock")]
pub async fn lock(plan: String) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = records::scores::lock(&records, &member, id).await.map_err(crate::failure::from_records);
    settle(out, id, "", |()| "done=locked".to_owned(), Vec::new())
}

/// 解除锁定.
#[server(name = UnlockScores, endpoint = "office/scores-unlock")]
pub async fn unlock(plan: String, #[server(default)] reason: String) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = records::scores::unlock(&records, &member, id, &reason).await.map_err(crate::failure::from_records);
    settle(out, id, "", |()| "done=unlocked".to_owned(), vec![("reason".to_owned(), reason)])
}

/// 发布.
#[server(name = ReleaseScores, endpoint = "office/scores-release")]
pub async fn release(plan: String, #[server(default)] at: String) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let moment = match at.trim() {
        "" => Some(records.now()),
        text => domain::timeline::typed_point(text).map(domain::timeline::TimePoint::starts),
    };
    let out = match moment {
        Some(moment) => {
            records::scores::release(&records, &member, id, moment).await.map_err(crate::failure::from_records)
        }
        None => {
            use domain::form::{FieldFault, Problem};
            let fault = FieldFault { key: "at".into(), label: "发布时间".into(), problem: Problem::NotADate };
            Err(domain::refusal::Refusal::Answers(vec![fault]).into())
        }
    };
    // Nothing typed means now.
    let done = if at.trim().is_empty() { "done=out" } else { "done=released" };
    settle(out, id, "", |()| done.to_owned(), vec![("at".to_owned(), at)])
}

/// 更正.
#[server(name = CorrectScore, endpoint = "office/scores-correct")]
pub async fn correct(
    plan: String,
    #[server(default)] cell: String,
    #[server(default)] mark: String,
    #[server(default)] reason: String,
    #[server(default)] page: String,
    #[server(default)] q: String,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let id: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = async {
        if cell.is_empty() {
            use domain::form::{FieldFault, Problem};
            let fault = FieldFault { key: "cell".into(), label: "谁的哪一科".into(), problem: Problem::Missing };
            return Err(domain::refusal::Refusal::Answers(vec![fault]).into());
        }
        let (case, subject) = cell.split_once('.').ok_or(Failure::NotFound)?;
        let case: ApplicationId = case.parse().map_err(|_| Failure::NotFound)?;
        let new = ssr::mark(&mark)?;
        records::scores::correct(&records, &member, case, subject, new, &reason)
            .await
            .map_err(crate::failure::from_records)
    }
    .await;
    let typed = vec![("cell".to_owned(), cell.clone()), ("mark".to_owned(), mark), ("reason why".to_owned(), reason)];
    let here = people(id, &q, &page);
    crate::again::ssr::settle(out, |()| format!("{here}&done=corrected#correct"), &here, typed).map(drop)
}

/// 答复复核.
#[server(name = AnswerRecheck, endpoint = "office/scores-answer")]
pub async fn answer(
    plan: String,
    id: String,
    #[server(default)] mark: String,
    #[server(default)] words: String,
) -> Result<(), Failure> {
    use records::scores::Answer;
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let of: PlanId = plan.parse().map_err(|_| Failure::NotFound)?;
    let out = async {
        let answer = match ssr::mark(&mark)? {
            Mark::Blank => Answer::Kept,
            new => Answer::Corrected(new),
        };
        records::scores::answer_recheck(&records, &member, &id, answer, &words)
            .await
            .map_err(crate::failure::from_records)
    }
    .await;
    let typed = vec![(format!("mark of {id}"), mark.clone()), (format!("words of {id}"), words.clone())];
    settle(out, of, "#rechecks", |()| "done=answered".to_owned(), typed)
}

mod ssr {
    use super::{Failure, Mark, scores};
    use domain::page::scores::ScoreRefusal;
    use domain::refusal::Refusal;

    /// A mark as typed.
    pub(super) fn mark(text: &str) -> Result<Mark, Failure> {
        let read = scores::read(text);
        read.map_err(|why| Refusal::from(ScoreRefusal::Cells(vec![("mark".to_owned(), why)])).into())
    }
}

/// The page of the people who were looked at.
fn people(plan: PlanId, q: &str, page: &str) -> String {
    let q = if q.is_empty() { String::new() } else { format!("&q={}", paths::encode(q)) };
    format!("{}{q}&page={}", paths::scores(plan), page.parse::<u32>().unwrap_or(1))
}

/// Back to the page of the plan: with what was done, or with what was typed and why it was refused.
fn settle<T>(
    out: Result<T, Failure>,
    plan: PlanId,
    anchor: &str,
    done: impl FnOnce(&T) -> String,
    typed: Vec<(String, String)>,
) -> Result<(), Failure> {
    let here = paths::scores(plan);
    let next = |value: &T| format!("{here}&{}{anchor}", done(value));
    crate::again::ssr::settle(out, next, &here, typed).map(drop)
}
