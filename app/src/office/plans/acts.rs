//! What the pages about plans send: each a plain form that comes back with what was typed where it is refused.

use crate::office::parts::with_query;
use crate::{Failure, paths};
use domain::ids::PlanId;
use domain::page::planner::{PlanDesk, Register};
use leptos::prelude::*;
use std::collections::HashMap;

#[cfg(feature = "ssr")]
use crate::failure::from_records;
#[cfg(feature = "ssr")]
use crate::office::parts::ssr::staff_or_sign_in;
#[cfg(feature = "ssr")]
use domain::form::Answers;
#[cfg(feature = "ssr")]
use domain::ids::Revision;

/// The list.
pub(super) const PAGE: &str = "/office/plans";
/// The register.
pub(in crate::office) const REGISTER: &str = "/office/agencies";

/// A part of one plan's pages: `edit`, `filing`, `change`, `notices`.
pub(super) fn part(id: PlanId, part: &str) -> String {
    format!("{}/{part}", paths::office_plan(id))
}

/// The editor of a plan, of a copy, or of a new one.
#[server(name = FetchPlanDesk, endpoint = "office/plan-desk")]
pub async fn plan_desk(#[server(default)] id: String, #[server(default)] copy: String) -> Result<PlanDesk, Failure> {
    let (records, member) = staff_or_sign_in().await?;
    let read = |text: &str| match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Failure::NotFound),
    };
    records::planner::desk(&records, &member, read(&id)?, read(&copy)?).await.map_err(from_records)
}

/// Keeps the form; `act` solves dates or files it afterwards.
#[server(name = SavePlan, endpoint = "office/plan-save")]
pub async fn save_plan(
    #[server(default)] id: String,
    #[server(default)] seen: i64,
    #[server(default)] form: HashMap<String, String>,
    #[server(default)] act: String,
    #[server(default)] copy: String,
) -> Result<(), Failure> {
    use records::planner::{self, Dates};
    let (records, member) = staff_or_sign_in().await?;
    let known: Option<PlanId> = id.parse().ok();
    let typed = typed_of(&form);
    let answers = Answers(form.into_iter().collect());
    let dates = match act.as_str() {
        "propose" => Dates::Propose,
        "mend" => Dates::Mend,
        _ => Dates::Keep,
    };
    let saved = match (known, copy.parse::<PlanId>()) {
        (None, Ok(from)) => planner::save_copy(&records, &member, from, &answers, dates).await,
        _ => planner::save(&records, &member, known, Revision(seen), &answers, dates).await,
    };
    let saved = match saved {
        Ok(id) => id,
        Err(why) => {
            let new = || match copy.parse::<PlanId>() {
                Ok(from) => format!("{PAGE}/new?copy={from}"),
                Err(_) => format!("{PAGE}/new"),
            };
            let back = known.map_or_else(new, |id| part(id, "edit"));
            return crate::again::ssr::settle(Err(from_records(why)), |()| String::new(), &back, typed);
        }
    };
    let here = part(saved, "edit");
    if act != "file" {
        // Without an exam or a procedure there is nothing to solve from: the page says so at its top.
        let unsolved = dates != Dates::Keep && !planner::can_solve(&records, &answers).await.map_err(from_records)?;
        let done = match dates {
            _ if unsolved => "unsolved",
            Dates::Keep => "saved",
            _ => "saved#dates",
        };
        return crate::again::ssr::settle(Ok(()), |()| format!("{here}?done={done}"), &here, typed);
    }
    let filed = async {
        let now = planner::view(&records, &member, saved).await?.revision;
        planner::file(&records, &member, saved, now).await
    };
    // The form was kept: only the refusal travels on.
    let out = filed.await.map_err(from_records);
    let next = with_query(&paths::office_plan(saved), "done", "filed");
    crate::again::ssr::settle(out, |()| next.clone(), &here, Vec::new())
}

/// The agency takes back what waits at the centre.
#[server(name = TakeBackPlan, endpoint = "office/plan-back")]
pub async fn take_back_plan(id: PlanId, seen: i64) -> Result<(), Failure> {
    let (records, member) = staff_or_sign_in().await?;
    let out = records::planner::take_back(&records, &member, id, Revision(seen)).await.map_err(from_records);
    let next = with_query(&paths::office_plan(id), "done", "taken_back");
    crate::again::ssr::settle(out, |()| next.clone(), &paths::office_plan(id), Vec::new())
}

/// A desk decides.
#[server(name = DecidePlan, endpoint = "office/plan-decide")]
pub async fn decide_plan(
    id: PlanId,
    seen: i64,
    #[server(default)] outcome: String,
    #[server(default)] words: String,
) -> Result<(), Failure> {
    use domain::planner::FilingOutcome;
    let (records, member) = staff_or_sign_in().await?;
    let out = match FilingOutcome::parse(&outcome) {
        None => Err(Failure::Told("请先选同意、退回或不同意。".to_owned())),
        Some(chosen) => records::planner::decide(&records, &member, id, Revision(seen), chosen, &words)
            .await
            .map(|_| ())
            .map_err(from_records),
    };
    let done = match outcome.as_str() {
        "return" => "returned",
        "refuse" => "refused",
        _ => "approved",
    };
    let next = with_query(&paths::office_plan(id), "done", done);
    let typed = vec![("outcome".to_owned(), outcome), ("words".to_owned(), words)];
    crate::again::ssr::settle(out, |()| next.clone(), &part(id, "filing"), typed)
}

/// Publishes.
#[server(name = PublishPlan, endpoint = "office/plan-publish")]
pub async fn publish_plan(id: PlanId, seen: i64) -> Result<(), Failure> {
    let (records, member) = staff_or_sign_in().await?;
    let out = records::planner::publish(&records, &member, id, Revision(seen)).await.map_err(from_records);
    let next = with_query(&paths::office_plan(id), "done", "published");
    crate::again::ssr::settle(out, |()| next.clone(), &part(id, "filing"), Vec::new())
}

/// Records a visit on site.
#[server(name = InspectPlan, endpoint = "office/plan-inspect")]
pub async fn inspect_plan(
    id: PlanId,
    #[server(default)] on: String,
    #[server(default)] fit: String,
    #[server(default)] findings: String,
) -> Result<(), Failure> {
    let (records, member) = staff_or_sign_in().await?;
    let out = match (domain::timeline::typed_day(&on), fit.as_str()) {
        (None, _) => Err(Failure::Told("勘查日期请照 2027-01-10 的样子填。".to_owned())),
        (Some(day), "yes" | "no") => {
            let done = records::planner::inspect(&records, &member, id, day, fit == "yes", &findings).await;
            done.map_err(from_records)
        }
        (Some(_), _) => Err(Failure::Told("请先选场地合格或要整改。".to_owned())),
    };
    let next = with_query(&part(id, "filing"), "done", "inspected");
    let typed = vec![("on".to_owned(), on), ("fit".to_owned(), fit), ("findings".to_owned(), findings)];
    crate::again::ssr::settle(out, |()| next.clone(), &part(id, "filing"), typed)
}

/// Amends a published plan.
#[server(name = AmendPlan, endpoint = "office/plan-amend")]
pub async fn amend_plan(
    id: PlanId,
    seen: i64,
    #[server(default)] form: HashMap<String, String>,
    #[server(default)] why: String,
    #[server(default)] confirmed: String,
) -> Result<(), Failure> {
    let (records, member) = staff_or_sign_in().await?;
    let mut typed = typed_of(&form);
    typed.push(("amend why".to_owned(), why.clone()));
    let out = async {
        // What the page does not show stays as it is.
        let mut whole = records::planner::view(&records, &member, id).await?.form;
        for (key, value) in &form {
            whole.set(key, value);
        }
        records::planner::amend(&records, &member, id, Revision(seen), &whole, &why, &confirmed).await
    };
    let out = out.await.map_err(from_records);
    let next = |done: &str| with_query(&paths::office_plan(id), "done", done);
    crate::again::ssr::settle(
        out,
        |came| match came {
            records::planner::Amended::InForce => next("amended"),
            records::planner::Amended::Waits => next("amendment_asked"),
        },
        &part(id, "change"),
        typed,
    )
    .map(drop)
}

/// A desk decides about a change that waits.
#[server(name = DecideAmendment, endpoint = "office/plan-amendment")]
pub async fn decide_amendment(
    id: PlanId,
    seen: i64,
    #[server(default)] approved: String,
    #[server(default)] words: String,
) -> Result<(), Failure> {
    use domain::planner::AmendmentStage;
    let (records, member) = staff_or_sign_in().await?;
    let out = match approved.as_str() {
        "yes" | "no" => {
            let yes = approved == "yes";
            records::planner::decide_amendment(&records, &member, id, seen, yes, &words).await.map_err(from_records)
        }
        _ => Err(Failure::Told("请先选同意变更或不同意变更。".to_owned())),
    };
    let typed = vec![("amendment approved".to_owned(), approved), ("amendment words".to_owned(), words)];
    crate::again::ssr::settle(
        out,
        |came| {
            let done = match came {
                AmendmentStage::Approved => "amended",
                AmendmentStage::Refused => "amendment_refused",
                _ => "approved",
            };
            with_query(&paths::office_plan(id), "done", done)
        },
        &format!("{}#amendments", part(id, "filing")),
        typed,
    )
    .map(drop)
}

/// The agency takes a change back.
#[server(name = WithdrawAmendment, endpoint = "office/plan-amendment-back")]
pub async fn withdraw_amendment(id: PlanId, seen: i64) -> Result<(), Failure> {
    let (records, member) = staff_or_sign_in().await?;
    let out = records::planner::withdraw_amendment(&records, &member, id, seen).await.map_err(from_records);
    let next = with_query(&paths::office_plan(id), "done", "amendment_withdrawn");
    crate::again::ssr::settle(out, |()| next.clone(), &part(id, "change"), Vec::new())
}

/// Closes registration early, or calls the plan off.
#[server(name = EndPlan, endpoint = "office/plan-end")]
pub async fn end_plan(
    id: PlanId,
    seen: i64,
    #[server(default)] act: String,
    #[server(default)] why: String,
) -> Result<(), Failure> {
    let (records, member) = staff_or_sign_in().await?;
    let (out, done) = if act == "close" {
        (records::planner::close_early(&records, &member, id, Revision(seen), &why).await, "closed")
    } else {
        (records::planner::cancel(&records, &member, id, Revision(seen), &why).await, "cancelled")
    };
    let next = with_query(&paths::office_plan(id), "done", done);
    let typed = vec![(format!("{act} why"), why)];
    crate::again::ssr::settle(out.map_err(from_records), |()| next.clone(), &part(id, "change"), typed)
}

/// Opens a public list.
#[server(name = OpenNotice, endpoint = "office/plan-notice")]
pub async fn open_notice(
    id: PlanId,
    #[server(default)] kind: String,
    #[server(default)] from: String,
    #[server(default)] until: String,
) -> Result<(), Failure> {
    use domain::planner::NoticeKind;
    use domain::timeline::typed_point;
    let (records, member) = staff_or_sign_in().await?;
    let kind_of = NoticeKind::parse(&kind).ok_or(Failure::Malformed)?;
    let out = match (typed_point(&from), typed_point(&until)) {
        (Some(from), Some(until)) => {
            let window = Some((from, until));
            records::planner::open_notice(&records, &member, id, kind_of, window).await.map_err(from_records)
        }
        _ => Err(Failure::Told("公示起止请照 2027-01-10 的样子填，两个都要填。".to_owned())),
    };
    let next = with_query(&part(id, "notices"), "done", "noticed");
    let typed = vec![(format!("{kind} from"), from), (format!("{kind} until"), until)];
    crate::again::ssr::settle(out, |()| next.clone(), &part(id, "notices"), typed)
}

/// Answers an objection.
#[server(name = AnswerObjection, endpoint = "office/plan-objection")]
pub async fn answer_objection(
    id: PlanId,
    objection: String,
    #[server(default)] sustained: String,
    #[server(default)] answer: String,
) -> Result<(), Failure> {
    let (records, member) = staff_or_sign_in().await?;
    let out = match sustained.as_str() {
        "yes" | "no" => {
            let yes = sustained == "yes";
            let done = records::planner::answer_objection(&records, &member, &objection, yes, &answer).await;
            done.map(|_| ()).map_err(from_records)
        }
        _ => Err(Failure::Told("请先选异议是否成立。".to_owned())),
    };
    let here = format!("{}#objection-{objection}", part(id, "notices"));
    let next = with_query(&part(id, "notices"), "done", "answered");
    let typed = vec![(format!("answer {objection}"), answer), (format!("sustained {objection}"), sustained)];
    crate::again::ssr::settle(out, |()| next.clone(), &here, typed)
}

/// Shows who objected and how they are reached, with a reason that stays in the history.
#[server(name = RevealObjector, endpoint = "office/plan-objector")]
pub async fn reveal_objector(id: PlanId, objection: String, #[server(default)] why: String) -> Result<(), Failure> {
    let (records, member) = staff_or_sign_in().await?;
    let done = records::planner::reveal_objector(&records, &member, &objection, &why).await.map_err(from_records);
    let here = format!("{}#objection-{objection}", part(id, "notices"));
    let next = |(_, whole): &(PlanId, String)| {
        let lines = vec![("shown".to_owned(), objection.clone()), (format!("contact {objection}"), whole.clone())];
        let key = crate::office::parts::ssr::keep_for_next_page(&records, lines);
        format!("{}#objection-{objection}", with_query(&part(id, "notices"), "again", &key))
    };
    crate::again::ssr::settle(done, next, &here, vec![(format!("why {objection}"), why)]).map(|_| ())
}

/// The register of agencies.
#[server(name = FetchRegister, endpoint = "office/register")]
pub async fn register() -> Result<Register, Failure> {
    let (records, member) = staff_or_sign_in().await?;
    records::planner::register(&records, &member).await.map_err(from_records)
}

/// Writes into the register: `what` says whether a filing, a contact, a training unit or a station.
#[server(name = AddToRegister, endpoint = "office/register-add")]
pub async fn add_to_register(
    agency: domain::ids::AgencyId,
    what: String,
    #[server(default)] entry: HashMap<String, String>,
) -> Result<(), Failure> {
    use records::planner::Entry;
    let (records, member) = staff_or_sign_in().await?;
    let get = |key: &str| entry.get(key).cloned().unwrap_or_default();
    let new = match what.as_str() {
        "scope" => Entry::Scope {
            occupation: get("occupation"),
            trade: get("trade"),
            code: get("code"),
            levels: get("levels"),
            from: get("from"),
            until: get("until"),
            document: get("document"),
        },
        "contact" => {
            Entry::Contact { region: get("region"), topic: get("topic"), name: get("name"), phone: get("phone") }
        }
        _ => Entry::Unit { station: get("station") == "yes", name: get("name"), address: get("address") },
    };
    let out = records::planner::add(&records, &member, agency, &new).await.map_err(from_records);
    let here = format!("{REGISTER}?open={agency}");
    let mut typed: Vec<(String, String)> =
        entry.into_iter().map(|(key, value)| (format!("{what} {key}"), value)).collect();
    typed.push(("agency".to_owned(), agency.to_string()));
    typed.push(("what".to_owned(), what));
    crate::again::ssr::settle(out, |()| format!("{REGISTER}?open={agency}&done=added#agency-{agency}"), &here, typed)
}

/// Writes a contact of the register anew.
#[server(name = ChangeContact, endpoint = "office/register-change")]
pub async fn change_contact(
    agency: domain::ids::AgencyId,
    entry: String,
    #[server(default)] seen: HashMap<String, String>,
    #[server(default)] new: HashMap<String, String>,
) -> Result<(), Failure> {
    use domain::page::planner::ContactLine;
    let (records, member) = staff_or_sign_in().await?;
    let line = |from: &HashMap<String, String>| {
        let get = |key: &str| from.get(key).cloned().unwrap_or_default();
        let (region, topic, name, phone) = (get("region"), get("topic"), get("name"), get("phone"));
        ContactLine { id: entry.clone(), region, topic, name, phone }
    };
    let out = records::planner::change_contact(&records, &member, agency, &line(&seen), line(&new)).await;
    // What was refused is told at the top, above the form.
    let here = format!("{REGISTER}?open={agency}&edit={}", paths::encode(&entry));
    let mut typed: Vec<(String, String)> = new.into_iter().map(|(key, value)| (format!("edit {key}"), value)).collect();
    typed.push(("agency".to_owned(), agency.to_string()));
    typed.push(("what".to_owned(), "edit".to_owned()));
    let next = |_: &()| format!("{REGISTER}?open={agency}&done=changed#agency-{agency}");
    crate::again::ssr::settle(out.map_err(still_there), next, &here, typed)
}

/// A colleague may have deleted it meanwhile: the page that comes back is there all the same.
#[cfg(feature = "ssr")]
fn still_there(why: records::Error) -> Failure {
    match from_records(why) {
        Failure::NotFound => Failure::Told(crate::wording::register::GONE.to_owned()),
        other => other,
    }
}

/// Takes an entry off the register.
#[server(name = RemoveFromRegister, endpoint = "office/register-remove")]
pub async fn remove_from_register(agency: domain::ids::AgencyId, entry: String) -> Result<(), Failure> {
    let (records, member) = staff_or_sign_in().await?;
    let out = records::planner::remove(&records, &member, agency, &entry).await.map_err(still_there);
    let here = format!("{REGISTER}?open={agency}");
    let next = |_: &()| format!("{REGISTER}?open={agency}&done=removed#agency-{agency}");
    crate::again::ssr::settle(out, next, &here, vec![("agency".to_owned(), agency.to_string())])
}

/// What was typed into a form of fields, as it is remembered.
#[cfg(feature = "ssr")]
fn typed_of(form: &HashMap<String, String>) -> Vec<(String, String)> {
    form.iter().map(|(key, value)| (format!("form {key}"), value.clone())).collect()
}
