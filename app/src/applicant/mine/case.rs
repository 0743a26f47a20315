//! One application: where it stands, what to do next, what was said, what was handed in.

use super::countdown::countdown;
use super::path::path;
use crate::again::{Again, use_again};
use crate::applicant::wizard::{draft, failure_summary, place_of, unreachable_page, waiting};
use crate::part::follow::follow;
use crate::ui::{LevelTag, StateBadge, icon};
use crate::wording::mine as words;
use crate::wording::wizard::remark_alone;
use crate::{Failure, paths};
use domain::application::progress::{Act, Tone};
use domain::application::{Remark, Stage, Target};
use domain::ids::ApplicationId;
use domain::page::mine::MyCase;
use domain::page::wizard::Draft;
use domain::profile::{Standing, Step};
use domain::time::{Timestamp, chinese_date};
use domain::timeline::WindowState;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;

/// One's own application.
#[server(name = FetchMyCase, endpoint = "my/case")]
pub async fn my_case(
    /// The application.
    id: ApplicationId,
) -> Result<MyCase, Failure> {
    let (records, account) = crate::signed_in::ssr::applicant().await?;
    records::applications::case_of(&records, account, id).await.map_err(crate::failure::from_records)
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
    crate::again::ssr::settle(out, |()| paths::step(id, Step::Preview), &paths::my_case(id), Vec::new())
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
                            Ok(case) => {
                                let writing = matches!(case.stage, Stage::Draft | Stage::Returned { .. });
                                let draft = if writing { draft(case.line.id).await.ok() } else { None };
                                page(case, draft.as_ref(), asked, again.as_ref())
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
    case: MyCase,
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

/// What is to pay, until when, and how; or what became of it.
fn payment(case: &MyCase) -> Option<AnyView> {
    let lines = words::payment(case);
    if lines.is_empty() {
        return None;
    }
    if case.line.due.is_some() {
        return Some(to_pay(case, lines));
    }
    let lines = lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view();
    let word = (!case.line.progress.payment.is_empty())
        .then(|| view! { <span class="badge" data-state="others">{case.line.progress.payment.clone()}</span> });
    Some(
        view! {
            <section aria-labelledby="payment" class="stack stack--2">
                <div class="row between"><h2 id="payment">"缴费"</h2>{word}</div>
                {lines}
                {case.order.as_ref().and_then(|order| super::pay::receipt(case.line.id, order)).map(|link| view! { <p class="row">{link}</p> })}
            </section>
        }
        .into_any(),
    )
}

/// A fee that waits for the person: the thing to do now, above all else.
fn to_pay(case: &MyCase, lines: Vec<String>) -> AnyView {
    let lines = lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view();
    let until = case.axes.money.until();
    let button = case.order.is_some().then(|| {
        view! { <a class="btn btn--big" href=paths::pay(case.line.id)><span>"去缴费"</span>{icon("arrow", "")}</a> }
    });
    view! {
        <section class="todo" data-state="me" aria-labelledby="payment">
            <div class="todo__h">
                <h2 id="payment" class="h-s">{icon("me", "s")}" 缴费"</h2>
                <span>{case.line.progress.payment.clone()}</span>
            </div>
            <div class="todo__b">
                <div class="stack stack--2">{lines}{until.map(|until| countdown(until, case.now))}</div>
                {button}
            </div>
        </section>
    }
    .into_any()
}

/// Originals to bring along while the review is still to come.
fn counter(case: &MyCase) -> Option<AnyView> {
    let waits = matches!(case.stage, Stage::Submitted { .. } | Stage::Returned { .. });
    (waits && !case.counter.is_empty()).then(|| {
        view! {
            <section aria-labelledby="counter" class="stack stack--2">
                <h2 id="counter">"现场审查"</h2>
                <p>{words::counter(&case.counter)}</p>
            </section>
        }
        .into_any()
    })
}

/// 改选报名机构, as long as nobody has begun to review.
fn change_site(case: &MyCase) -> Option<AnyView> {
    let can = case.has_sites
        && matches!(case.stage, Stage::Submitted { .. })
        && case.line.progress.acts.contains(&Act::Undo)
        && case.plan.window.state_at(case.now) == WindowState::Open;
    can.then(|| {
        let href = paths::step(case.line.id, Step::Site);
        view! { <p><a href=href>"改选报名机构"</a></p> }.into_any()
    })
}

/// The one thing to do now.
fn next_act(case: &MyCase, draft: Option<&Draft>) -> AnyView {
    if let Some(line) = case.timeline.iter().rev().find(|line| line.what == domain::page::mine::What::PlanCancelled) {
        return view! {
            <p class="banner" data-state="expired">{icon("info", "")}<span>{crate::wording::planner::called_off(&line.text)}</span></p>
            <p class="row"><a class="btn" href=paths::HOME>"找下一期"</a></p>
        }
        .into_any();
    }
    match &case.stage {
        Stage::Draft if case.line.progress.acts.contains(&Act::Continue) => view! {
            {draft.map(super::tasks::tasks)}
            {(!waits(case)).then(|| countdown(case.plan.window.closes, case.now))}
        }
        .into_any(),
        Stage::Returned { until, remarks, .. } if case.line.progress.acts.contains(&Act::Correct) => {
            draft.map(|draft| tasks(case, draft, *until, remarks)).into_any()
        }
        Stage::Rejected { .. } | Stage::Withdrawn { .. } => {
            let open = case.plan.window.state_at(case.now) == WindowState::Open;
            let (words, href, label) = if open {
                (words::AGAIN_POSSIBLE, paths::plan(case.plan.id), "看这场考试")
            } else {
                (words::AGAIN_LATER, paths::HOME.to_owned(), "找下一期")
            };
            view! {
                <p>{words}</p>
                <p class="row">
                    <a class="btn" href=href>{label}</a>
                    <a href=format!("tel:{}", case.plan.contact_phone) rel="external">{format!("{} {}", case.plan.contact, case.plan.contact_phone)}</a>
                </p>
            }
            .into_any()
        }
        _ => ().into_any(),
    }
}

/// The returned items as a task list: each line leads to its place, and only these places are open.
fn tasks(case: &MyCase, draft: &Draft, until: Timestamp, remarks: &[Remark]) -> AnyView {
    let id = case.line.id;
    let label_of = |target: &Target| {
        case.labels
            .iter()
            .find(|(known, _)| known == target)
            .map_or_else(|| target.as_text(), |(_, label)| label.clone())
    };
    let done = |target: &Target| case.corrected.contains(target);
    let left = remarks.iter().filter(|remark| !done(&remark.on)).count();
    let mut lines: Vec<AnyView> = remarks
        .iter()
        .map(|remark| task(place_of(draft, &remark.on), label_of(&remark.on), remark_alone(remark), done(&remark.on)))
        .collect();
    // The pledge stands under the answers as they were: whatever is changed is signed again.
    if draft.profile.asks_signature()
        && case.signature.is_none()
        && !remarks.iter().any(|remark| remark.on == Target::Signature)
    {
        let why = "内容改过以后，要在承诺书下面再签一次".to_owned();
        lines.push(task(place_of(draft, &Target::Signature), "重新签名".to_owned(), why, false));
    }
    let button = if left == 0 { "核对并重新提交" } else { "改好了，去重新提交" };
    view! {
        <section aria-labelledby="tasks" class="stack stack--3">
            <div class="row between">
                <h2 id="tasks">{format!("要改 {} 处，已改 {} 处", remarks.len(), remarks.len() - left)}</h2>
                <span class="meta num">{words::deadline(until, case.now)}</span>
            </div>
            {countdown(until, case.now)}
            <ul class="tasks">{lines}</ul>
            <p class="row">
                <a class=if left == 0 { "btn btn--big" } else { "btn btn--quiet" } href=paths::step(id, Step::Preview)>{button}</a>
            </p>
        </section>
    }
    .into_any()
}

fn task(href: String, label: String, why: String, done: bool) -> AnyView {
    let (tone, text) = if done { (Tone::Done, "已改") } else { (Tone::Me, "要改") };
    view! {
        <li>
            <span>
                <a href=href>{label}</a>
                <br/>
                <span class="meta">{why}</span>
            </span>
            <StateBadge tone text/>
        </li>
    }
    .into_any()
}

/// Undo and withdrawal, as far as they are possible; why not, where they are not.
fn ways_back(case: &MyCase) -> AnyView {
    let id = case.line.id;
    let may = |act: Act| case.line.progress.acts.contains(&act);
    if matches!(case.stage, Stage::Submitted { .. }) && !may(Act::Withdraw) {
        return view! { <p class="meta">{icon("info", "s")}<span>{words::CLAIMED}</span></p> }.into_any();
    }
    let undo = may(Act::Undo).then(|| {
        view! {
            <form method="post" action=UndoSubmission::PATH>
                <input type="hidden" name="id" value=id.to_string()/>
                <button class="btn btn--quiet" type="submit">{icon("undo", "")}<span>"撤回来改"</span></button>
            </form>
        }
    });
    let withdraw = may(Act::Withdraw)
        .then(|| view! { <a class="btn btn--text" href=format!("{}?withdraw=1", paths::my_case(id))>"放弃报名"</a> });
    let hint = may(Act::Undo).then(|| view! { <p class="meta">{words::undo_hint(case.edit_until)}</p> });
    view! {
        <div class="row">{undo}{withdraw}</div>
        {hint}
    }
    .into_any()
}

/// The question as a page: giving up is worth one.
fn withdraw_page(case: &MyCase, refused: Option<AnyView>) -> AnyView {
    let id = case.line.id;
    view! {
        <Title text=words::WITHDRAW_TITLE/>
        {refused}
        <section class="dialog dialog--page" aria-labelledby="give-up">
            <h1 id="give-up">{words::WITHDRAW_TITLE}</h1>
            <p>{case.plan.title.clone()}</p>
            <p class="soft">{words::withdraw_meaning(case)}</p>
            <div class="row">
                <form method="post" action=WithdrawApplication::PATH>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <button class="btn btn--danger" type="submit">"放弃报名"</button>
                </form>
                <a class="btn btn--quiet" href=paths::my_case(id)>"不放弃"</a>
            </div>
        </section>
    }
    .into_any()
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
