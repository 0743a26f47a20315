//! One plan: what it is, whom it is for, what is needed, and the way in.

pub(super) mod facts;
mod in_the_way;
mod way_in;

use crate::again::{Again, use_again};
use crate::ui::{Banner, LevelTag, StateBadge, fault_page, icon};
use crate::wording::{self, plans as say};
use crate::{Failure, paths};
use domain::application::StartRefusal;
use domain::application::progress::Tone;
use domain::helpline::HelpLine;
use domain::ids::{ApplicationId, PlanId};
use domain::photo::PhotoSpec;
use domain::places::Line;
use domain::plan::{Plan, PlanResults, PlanState, Site};
use domain::profile::Requirement;
use domain::refusal::Refusal;
use domain::time::Timestamp;
use facts::{basics, conditions, dates, help, notice, paragraphs, procedure_link, sites};
use in_the_way::{closed, others, refused};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use way_in::{needed, start_button, way_in};

/// Everything the plan page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanShown {
    /// Server time.
    pub now: Timestamp,
    /// The plan.
    pub plan: Plan,
    /// Limits of the photo, as they will be enforced.
    pub photo: PhotoSpec,
    /// What the procedure asks of the photo in words.
    pub photo_advice: Vec<String>,
    /// Documents that may be asked for.
    pub documents: Vec<Requirement>,
    /// 公告 of the plan, from the procedure's template; empty where it has none.
    pub notice: String,
    /// Short name and title of the procedure.
    pub procedure: (String, String),
    /// Names of the steps, in order.
    pub steps: Vec<String>,
    /// The procedure's words for two applications in one trade.
    pub same_trade: String,
    /// Where this one cannot be registered for: others of the same occupation.
    pub others: Option<PlanResults>,
    /// Who is told at once that they register elsewhere: why, and where.
    pub elsewhere: Option<(String, String)>,
    /// Places to choose from.
    pub sites: Vec<Site>,
    /// A site chosen by a link, or empty.
    pub site: String,
    /// The line of people who wait for a seat.
    pub line: Line,
    /// Whom to ask, by topic, for this place.
    pub help: Vec<HelpLine>,
}

/// A plan with what its procedure asks for.
#[server(name = FetchPlan, endpoint = "plan")]
pub async fn plan_shown(
    /// The plan.
    id: PlanId,
) -> Result<PlanShown, Failure> {
    use crate::failure::from_records;
    let records = crate::signed_in::ssr::records()?;
    let now = records.now();
    let plan = records::plans::get(&records, id).await.map_err(from_records)?;
    let profile = records::plans::profile_of(&records, &plan).await.map_err(from_records)?;
    let others = match plan.state_at(now) {
        PlanState::Open { .. } => None,
        _ => {
            let search = domain::plan::PlanSearch { occupation: plan.occupation.clone(), ..Default::default() };
            let mut results = records::plans::search(&records, &search).await.map_err(from_records)?;
            results.lines.retain(|line| line.id != id);
            results.lines.truncate(5);
            Some(results)
        }
    };
    let mut line = records::places::line(&records, id).await.map_err(from_records)?;
    if line.hours == 0 {
        line.hours = profile.places.offer_hours;
    }
    Ok(PlanShown {
        now,
        line,
        photo: profile.photo.spec.clone(),
        photo_advice: profile.photo.advice.clone(),
        documents: profile.document.clone(),
        notice: wording::procedure::plan_notice(&profile, &plan),
        procedure: (profile.name.clone(), profile.title.clone()),
        steps: profile.wizard.iter().map(|step| wording::procedure::step_name(&profile, *step).to_owned()).collect(),
        same_trade: profile.phrases.same_trade.clone(),
        elsewhere: profile
            .entry
            .as_ref()
            .and_then(|entry| entry.closed_to_all())
            .map(|wrong| (wrong.text.clone(), wrong.go.clone())),
        sites: records::plans::sites(&records, id).await.map_err(from_records)?,
        site: String::new(),
        help: records::plans::help(&records, id).await.map_err(from_records)?,
        plan,
        others,
    })
}

/// 马上报名: begins an application, or goes on with the one that is there.
#[server(name = StartApplication, endpoint = "plan/start")]
pub async fn start_application(
    /// The plan.
    plan: PlanId,
    /// A site chosen by a link, or empty.
    #[server(default)]
    site: String,
) -> Result<ApplicationId, Failure> {
    use crate::failure::from_records;
    let outcome = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        let id =
            records::applications::start_at(&records, account, plan, site.parse().ok()).await.map_err(from_records)?;
        let ground = records::plans::get(&records, plan).await.map_err(from_records)?;
        let profile = records::plans::profile_of(&records, &ground).await.map_err(from_records)?;
        Ok((id, profile.wizard.first().copied().unwrap_or(domain::profile::Step::Preview)))
    }
    .await;
    let back = if site.parse::<domain::ids::SiteId>().is_ok() {
        format!("{}?site={site}", paths::plan(plan))
    } else {
        paths::plan(plan)
    };
    crate::again::ssr::settle(outcome, |(id, first)| paths::step(*id, *first), &back, Vec::new()).map(|(id, _)| id)
}

/// Gives up the application that stands in the way of this plan.
#[server(name = GiveUpOther, endpoint = "plan/give-up")]
pub async fn give_up_other(
    /// The plan whose page this is.
    plan: PlanId,
    /// The application to give up.
    other: ApplicationId,
) -> Result<(), Failure> {
    let outcome = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        records::applications::withdraw(&records, account, other).await.map_err(crate::failure::from_records)?;
        Ok(())
    }
    .await;
    crate::again::ssr::settle(outcome, |()| format!("{}?given-up=1", paths::plan(plan)), &paths::plan(plan), Vec::new())
}

/// The page of one plan.
#[component]
pub fn PlanPage() -> impl IntoView {
    let params = crate::ui::params_map();
    let query = crate::ui::query_map();
    let id = crate::ui::memo(move |_| params.read().get("id").and_then(|id| id.parse::<PlanId>().ok()));
    let shown = Resource::new(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => plan_shown(id).await,
                None => Err(Failure::NotFound),
            }
        },
    );
    let again = use_again();
    let given_up = crate::ui::memo(move |_| query.read().get("given-up").is_some());
    let site = crate::ui::memo(move |_| query.read().get("site").unwrap_or_default());
    view! {
        <Transition fallback=|| view! { <div class="wrap page"><p class="skel skel--60"></p><p class="skel"></p></div> }>
            {move || Suspend::new(async move {
                match (shown.await, again.await) {
                    (Ok(mut shown), again) => {
                        shown.site = site.get_untracked();
                        page(&shown, again.as_ref(), given_up.get_untracked())
                    }
                    (Err(failure), _) => fault_page(&failure),
                }
            })}
        </Transition>
    }
}

/// What has to be ready first is the thing to do now; the button for afterwards steps back.
fn not_yet(again: Option<&Again>) -> bool {
    again.is_some_and(|again| {
        matches!(
            again.failure,
            Failure::Refused(Refusal::Start(StartRefusal::NotReady { .. } | StartRefusal::SameTrade { .. }))
        )
    })
}

fn page(shown: &PlanShown, again: Option<&Again>, given_up: bool) -> AnyView {
    let PlanShown { now, plan, .. } = shown;
    let state = plan.state_at(*now);
    let (tone, word) = say::badge(state);
    let title = format!("{}{} - 技考", if again.is_some() { "错误：" } else { "" }, plan.title);
    // On a phone the one thing to do stands at the foot of the screen.
    let act = match state {
        PlanState::Open { .. } => Some(start_button(plan.id, &shown.site, not_yet(again))),
        PlanState::Full => Some(crate::applicant::places::join_button(plan.id, &shown.site)),
        _ => None,
    };
    let bar = act.is_some();
    let over = matches!(state, PlanState::Closed { .. }) || plan.cancelled;
    view! {
        <Title text=title/>
        <div class="wrap page" class:has-actionbar=bar>
            <nav class="crumb" aria-label="位置"><a href=paths::HOME>{icon("left", "s")}<span>"返回查询结果"</span></a></nav>
            <div class="cols cols--aside">
                <div class="stack stack--8">
                    {again.map(|again| refused(shown, &again.failure))}
                    {given_up.then(|| view! { <Banner tone=Tone::Done role="status"><p>{say::GIVEN_UP}</p></Banner> })}
                    <div class="stack stack--2">
                        <p class="row row--tight">
                            <LevelTag level=plan.level/>
                            <StateBadge tone=tone text=word symbol=say::badge_icon(state)/>
                            <span class="meta num">{format!("计划编号 {}", plan.number)}</span>
                        </p>
                        <h1>{plan.occupation_and_trade()}</h1>
                        <p class="soft">{say::of_agency(&plan.agency_name, &plan.title)}</p>
                        {procedure_link(&shown.procedure)}
                    </div>
                    {plan.cancelled.then(|| view! { <Banner tone=Tone::Expired><p>{wording::planner::PLAN_CANCELLED}</p></Banner> })}
                    {shown.elsewhere.clone().map(|(text, go)| view! { <Banner tone=Tone::Refused><p><b>{text}</b></p><p>{go}</p></Banner> })}
                    {closed(shown, state)}
                    {over.then(|| others(shown))}
                    {dates(plan, *now)}
                    {notice(&shown.notice)}
                    {sites(shown)}
                    {conditions(plan)}
                    {paragraphs("scope", "认定范围", &plan.scope)}
                    {basics(plan)}
                    {paragraphs("instructions", "申报说明", &plan.instructions)}
                    {(!over).then(|| others(shown))}
                </div>
                <aside class="stack sticky" aria-label="报名">
                    {way_in(plan, shown, not_yet(again))}
                    {needed(shown)}
                    {(!shown.help.is_empty()).then(|| view! { <div class="panel panel__b">{help(&shown.help)}</div> })}
                </aside>
            </div>
            {act.map(|act| view! { <div class="actionbar only-narrow">{act}</div> })}
        </div>
    }
    .into_any()
}
