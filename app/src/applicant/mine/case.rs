//! One application: where it stands, what to do next, what was said, what was handed in.

mod to_do;
mod ways_back;

use super::path::path;
use crate::again::{Again, use_again};
use crate::applicant::wizard::{draft, failure_summary, unreachable_page, waiting};
use crate::part::follow::follow;
use crate::ui::{LevelTag, StateBadge, icon};
use crate::wording::mine as words;
use crate::{Failure, paths};
use domain::application::Stage;
use domain::application::progress::{Act, Tone};
use domain::helpline::HelpLine;
use domain::ids::ApplicationId;
use domain::page::mine::MyCase;
use domain::page::wizard::Draft;
use domain::profile::Standing;
use domain::time::{Timestamp, chinese_date};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use to_do::{change_site, counter, next_act, payment};
use ways_back::{ways_back, withdraw_page};

/// An application with whom to ask about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseShown {
    /// The application.
    pub case: MyCase,
    /// Whom to ask, by topic, for its place.
    pub help: Vec<HelpLine>,
}

/// One's own application.
#[server(name = FetchMyCase, endpoint = "my/case")]
pub async fn my_case(
    /// The application.
    id: ApplicationId,
) -> Result<CaseShown, Failure> {
    use crate::failure::from_records;
    let (records, account) = crate::signed_in::ssr::applicant().await?;
    let case = records::applications::case_of(&records, account, id).await.map_err(from_records)?;
    let help = records::plans::help(&records, case.plan.id).await.map_err(from_records)?;
    Ok(CaseShown { case, help })
}

/// Takes a submission back into a draft.
#[server(name = UndoSubmission, endpoint = "my/undo")]
pub async fn undo(
    /// The application.
    id: ApplicationId,
) -> Result<(), Failure> {
    let out = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        records::applications::undo(&records, account, id).await.map(drop).map_err(crate::failure::from_records)
    }
    .await;
    crate::again::ssr::settle(
        out,
        |()| paths::step(id, domain::profile::Step::Preview),
        &paths::my_case(id),
        Vec::new(),
    )
}

/// Gives the application up.
#[server(name = WithdrawApplication, endpoint = "my/withdraw")]
pub async fn withdraw(
    /// The application.
    id: ApplicationId,
) -> Result<(), Failure> {
    let out = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        records::applications::withdraw(&records, account, id).await.map(drop).map_err(crate::failure::from_records)
    }
    .await;
    crate::again::ssr::settle(out, |()| paths::my_case(id), &paths::my_case(id), Vec::new())
}

/// 申请复核: asks to look at a score again.
#[server(name = RecheckScore, endpoint = "my/recheck")]
pub async fn recheck(
    /// The application.
    id: ApplicationId,
    #[server(default)] subject: String,
    #[server(default)] reason: String,
) -> Result<(), Failure> {
    let out = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        let asked = records::scores::ask_recheck(&records, account, id, &subject, &reason).await;
        asked.map_err(crate::failure::from_records)
    }
    .await;
    let typed = vec![("subject".to_owned(), subject), ("recheck".to_owned(), reason)];
    crate::again::ssr::settle(out, |()| paths::my_case(id), &paths::my_case(id), typed)
}

/// One application.
#[component]
pub fn MyCasePage() -> impl IntoView {
    let params = crate::ui::params_map();
    let query = crate::ui::query_map();
    let id = crate::ui::memo(move |_| params.read().get("id").and_then(|id| id.parse::<ApplicationId>().ok()));
    let asked = crate::ui::memo(move |_| {
        let query = query.read();
        (query.get("submitted").is_some(), query.get("withdraw").is_some(), query.get("waiting").is_some())
    });
    let again = use_again();
    let kept = Resource::new(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => my_case(id).await,
                None => Err(Failure::NotFound),
            }
        },
    );
    view! {
        <div class="wrap page page--tight">
            <Transition fallback=waiting>
                {move || {
                    let asked = asked.get();
                    Suspend::new(async move {
                        let again = again.await;
                        match kept.await {
                            Ok(shown) => {
                                let case = &shown.case;
                                let writing = matches!(case.stage, Stage::Draft | Stage::Returned { .. });
                                let draft = if writing { draft(case.line.id).await.ok() } else { None };
                                page(shown, draft.as_ref(), asked, again.as_ref())
                            }
                            // Whoever came by the link of a message is led back to it.
                            Err(failure) => {
                                let here = id.get_untracked().map_or_else(|| paths::MINE.to_owned(), paths::my_case);
                                unreachable_page(failure, &here)
                            }
                        }
                    })
                }}
            </Transition>
        </div>
    }
    .into_any()
}

fn page(
    CaseShown { case, help }: CaseShown,
    draft: Option<&Draft>,
    (submitted, asks_withdraw, waiting): (bool, bool, bool),
    again: Option<&Again>,
) -> AnyView {
    let refused = again.map(|again| failure_summary(&again.failure, Vec::new()));
    let seat = super::seat::section(&case, again);
    let scores = super::scores::section(&case, again.filter(|again| !again.typed("subject").is_empty()));
    if asks_withdraw && case.line.progress.acts.contains(&Act::Withdraw) {
        return withdraw_page(&case, refused);
    }
    let mut topics = vec![format!("application:{}", case.line.id)];
    if case.line.place.is_some() {
        // The line moves by what others do.
        topics.push(format!("plan:{}", case.plan.id));
    }
    let fresh = submitted && matches!(case.stage, Stage::Submitted { .. });
    let name = case.plan.occupation_and_trade();
    let due = case.line.due.is_some();
    let head = if fresh {
        outcome(&case)
    } else {
        let lead = if waits(&case) && !case.line.progress.called_off {
            crate::wording::places::LEAD.to_owned()
        } else {
            words::lead(&case)
        };
        view! {
            <div class="row between">
                <h1>{name.clone()}</h1>
                <StateBadge tone=case.line.progress.tone text=words::badge(&case.line.progress)/>
            </div>
            {congratulation(&case)}
            <p class="lead">{lead}</p>
        }
        .into_any()
    };
    view! {
        <Title text=if fresh { "已提交".to_owned() } else { name }/>
        <nav class="crumb" aria-label="位置">
            <a href=paths::MINE>{icon("left", "s")}"我的报名"</a>
            {follow(topics)}
        </nav>
        {refused}
        <div class="stack stack--5" data-swap="case">
        {head}
        <p class="row meta">
            <LevelTag level=case.plan.level/>
            <a href=paths::plan(case.plan.id)>{case.plan.title.clone()}</a>
            <span class="num">{number_of(&case)}</span>
        </p>
        {path_of(&case)}
        {due.then(|| payment(&case))}
        {scores}
        {crate::applicant::places::card(&case, waiting)}
        {next_act(&case, draft)}
        {change_site(&case)}
        {seat}
        {(!due).then(|| payment(&case))}
        {super::prints::section(&case)}
        {counter(&case)}
        {ways_back(&case)}
        {crate::applicant::plan::facts::help(&help)}
        {timeline(&case)}
        {handed_in(&case)}
        </div>
    }
    .into_any()
}

/// Whether it stands in a line: then no clock runs against it.
fn waits(case: &MyCase) -> bool {
    case.line.place.as_ref().is_some_and(|place| place.state == domain::places::PlaceState::Waiting)
}

/// Whether it stands in a line or holds a seat from it: its place says by when.
fn in_line(case: &MyCase) -> bool {
    case.line.place.as_ref().is_some_and(|place| place.state.is_open())
}

fn number_of(case: &MyCase) -> Option<String> {
    (!case.line.number.is_empty()).then(|| format!("报名号 {}", case.line.number))
}

/// Submitted just now: the number to quote and what comes.
fn outcome(case: &MyCase) -> AnyView {
    let official = &case.lines.after_submit;
    let official = (!official.is_empty()).then(|| {
        let lines = official.iter().map(|line| view! { <p>{line.clone()}</p> }).collect_view();
        view! { <div class="soft stack stack--1">{lines}</div> }
    });
    let next = words::what_next(case)
        .into_iter()
        .map(|(what, detail)| view! { <li><b>{what}</b><span>{detail}</span></li> })
        .collect_view();
    view! {
        <section class="outcome" data-state="done">
            {icon("ok", "")}
            <h1 tabindex="-1">"已提交"</h1>
            <p class="lead">{words::lead(case)}</p>
            <p class="outcome__no"><span>"报名号"</span><b class="num">{case.line.number.clone()}</b></p>
        </section>
        {official}
        <section aria-labelledby="next" class="stack stack--3">
            <h2 id="next">"接下来"</h2>
            <ol class="next">{next}</ol>
        </section>
    }
    .into_any()
}

fn path_of(case: &MyCase) -> AnyView {
    let day = |at: Timestamp| {
        let text = chinese_date(at.day(), case.now.day());
        text.split(' ').next().unwrap_or_default().to_owned()
    };
    let exam = chinese_date(case.plan.exam_on, case.now.day());
    let exam = exam.split(' ').next().unwrap_or_default().to_owned();
    let submitted =
        case.timeline.iter().rev().find(|one| one.what == domain::page::mine::What::Submitted).map(|one| day(one.at));
    let decided = match &case.stage {
        Stage::Approved { at } | Stage::Rejected { at, .. } => day(*at),
        Stage::Returned { until, .. } => format!("{}前", day(*until)),
        Stage::Submitted { .. } => format!("{}前", day(case.plan.review_close)),
        _ => String::new(),
    };
    let after_submission = submitted.is_some();
    let dates = [day(case.line.since), submitted.unwrap_or_default(), decided, exam];
    path(case.line.progress.tone, case.line.due.is_some(), after_submission, dates)
}

/// The official words after approval, as the procedure has them.
fn congratulation(case: &MyCase) -> Option<AnyView> {
    let said = !case.lines.approved.is_empty()
        && case.line.progress.standing == Standing::Approved
        && case.line.progress.tone == Tone::Done;
    said.then(|| {
        view! { <p class="banner" data-state="done">{icon("ok", "")}<span><b>{case.lines.approved.clone()}</b></span></p> }
            .into_any()
    })
}

fn timeline(case: &MyCase) -> AnyView {
    let last = case.timeline.len().saturating_sub(1);
    let lines = case
        .timeline
        .iter()
        .enumerate()
        .map(|(at, one)| {
            let mark = if at == last { "now" } else { "past" };
            view! {
                <li data-at=mark>
                    <b>{words::happening(one.what)}</b>
                    <span>{words::happened_at(one, case.now)}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="history" class="stack stack--3">
            <h2 id="history">"经过"</h2>
            <ol class="track">{lines}</ol>
        </section>
    }
    .into_any()
}

/// Everything that was handed in, folded.
fn handed_in(case: &MyCase) -> AnyView {
    let answers = case
        .answers
        .iter()
        .map(|(label, value)| view! { <div><dt>{label.clone()}</dt><dd>{value.clone()}</dd></div> })
        .collect_view();
    let photo =
        case.photo.as_ref().map(|photo| view! { <img class="ph ph--x" src=paths::file(photo.file) alt="证件照"/> });
    let files = case
        .files
        .iter()
        .map(|file| view! { <li><a href=paths::file(file.id) target="_blank" rel="external">{file.name.clone()}</a></li> })
        .collect_view();
    let signature = case
        .signature
        .as_ref()
        .map(|signature| view! { <img class="sig__img" src=paths::file(signature.file) alt="我的签名"/> });
    let title = if case.stage == Stage::Draft { "已经填的内容" } else { "交上去的内容" };
    view! {
        <details class="more">
            <summary>{icon("down", "s")}{title}</summary>
            <div class="stack">
                <div class="withphoto">
                    <dl class="kv kv--tight">{answers}</dl>
                    {photo}
                </div>
                <ul>{files}</ul>
                {signature}
            </div>
        </details>
    }
    .into_any()
}
