//! Home: find a plan. The search is one GET form, so that its address can be shared.

use crate::ui::{LevelTile, StateBadge, icon, options_view};
use crate::wording::plans as say;
use crate::{Failure, paths};
use domain::occupation::SkillLevel;
use domain::plan::{PlanKind, PlanLine, PlanResults, PlanSearch, state_of};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

/// States to filter by: value and words.
const STATES: [(&str, &str); 5] =
    [("", "正在报名和即将开始"), ("open", "正在报名"), ("upcoming", "即将开始"), ("closed", "已截止"), ("all", "全部")];
/// Most characters of a search word.
const WORDS_MAX: usize = 60;

/// A search as it was settled, and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// The search without parts that contradict each other.
    pub search: PlanSearch,
    /// Its answer.
    pub results: PlanResults,
    /// Procedures with plans that are not over: name and title.
    pub procedures: Vec<(String, String)>,
}

/// Searches plans. A trade of another occupation and a county of another city are dropped: without
/// script, the form sends what was chosen before together with the new choice.
#[server(name = FetchPlans, endpoint = "plans")]
pub async fn plans(
    /// What is searched.
    search: PlanSearch,
) -> Result<Found, Failure> {
    let records = crate::signed_in::ssr::records()?;
    let mut search = search;
    let mut results = records::plans::search(&records, &search).await.map_err(crate::failure::from_records)?;
    let trade_is_foreign = !search.trade.is_empty() && !results.trades.contains(&search.trade);
    let county_is_foreign =
        !search.county.is_empty() && !results.counties.iter().any(|(code, _)| *code == search.county);
    if trade_is_foreign || county_is_foreign {
        if trade_is_foreign {
            search.trade.clear();
        }
        if county_is_foreign {
            search.county.clear();
        }
        results = records::plans::search(&records, &search).await.map_err(crate::failure::from_records)?;
    }
    let procedures = records::plans::procedures(&records).await.map_err(crate::failure::from_records)?;
    Ok(Found { search, results, procedures })
}

/// Home and plan search.
#[component]
pub fn HomePage() -> impl IntoView {
    let query = crate::ui::query_map();
    let search = crate::ui::memo(move |_| {
        let query = query.read();
        let text = |key: &str| query.get(key).unwrap_or_default().trim().chars().take(WORDS_MAX).collect::<String>();
        PlanSearch {
            q: text("q"),
            kind: text("kind"),
            occupation: text("occupation"),
            trade: text("trade"),
            level: text("level"),
            city: text("city"),
            county: text("county"),
            state: text("state"),
            page: text("page").parse().unwrap_or(1),
        }
    });
    let found = Resource::new(move || search.get(), plans);
    view! {
        <Title text="查考试计划 - 技考"/>
        <Transition fallback=|| view! { <div class="wrap page"><p class="skel skel--60"></p><p class="skel"></p></div> }>
            {move || Suspend::new(async move {
                match found.await {
                    Ok(found) => page(&found),
                    Err(failure) => crate::ui::fault_page(&failure),
                }
            })}
        </Transition>
    }
}

/// The parts of a search that are set, without the page.
fn parts(search: &PlanSearch) -> Vec<(&'static str, &str)> {
    let all = [
        ("q", &search.q),
        ("kind", &search.kind),
        ("occupation", &search.occupation),
        ("trade", &search.trade),
        ("level", &search.level),
        ("city", &search.city),
        ("county", &search.county),
        ("state", &search.state),
    ];
    all.into_iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| (key, value.as_str())).collect()
}

/// The address of a search; an empty search is the home page.
fn address<'a>(parts: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = String::from(paths::HOME);
    for (at, (key, value)) in parts.into_iter().enumerate() {
        out.push(if at == 0 { '?' } else { '&' });
        out.push_str(key);
        out.push('=');
        out.push_str(&paths::encode(value));
    }
    out
}

/// The address of this search with `key` set to `value`, or without it.
fn with(search: &PlanSearch, key: &'static str, value: &str) -> String {
    let kept = parts(search).into_iter().filter(|(known, _)| *known != key && !depends(known, key));
    address(kept.chain((!value.is_empty()).then_some((key, value))))
}

/// Whether `part` only makes sense together with `on`.
fn depends(part: &str, on: &str) -> bool {
    matches!((part, on), ("trade", "occupation") | ("county", "city"))
}

fn page(found: &Found) -> AnyView {
    let Found { search, results, procedures } = found;
    view! {
        <div class="hero">
            <div class="wrap hero__in">
                <div class="stack">
                    <h1 class="hero__t">"找到您要考的技能等级"</h1>
                    <form class="search" role="search" method="get" action=paths::HOME>
                        <label class="vh" for="q">"机构、计划、工种或计划编号"</label>
                        {icon("search", "")}
                        <input id="q" name="q" type="search" value=search.q.clone() placeholder="工种、机构或计划编号" maxlength="60"/>
                        {hidden(search, &["q"])}
                        <button class="btn">"搜索"</button>
                    </form>
                    {hot(results)}
                </div>
                {ladder(search, results)}
            </div>
        </div>
        <div class="wrap page">
            <div class="cols cols--filters">
                <div class="only-wide">{filters(search, results, "w")}</div>
                <section aria-labelledby="count">
                    {bar(search, results)}
                    {rows(search, results)}
                    {pages(search, results)}
                </section>
            </div>
            <div class="pub">{entrances(procedures)} {open_to_all()}</div>
        </div>
    }
    .into_any()
}

/// The parts of the search that this form does not ask for.
fn hidden(search: &PlanSearch, asked: &[&str]) -> AnyView {
    parts(search)
        .into_iter()
        .filter(|(key, _)| !asked.contains(key))
        .map(|(key, value)| view! { <input type="hidden" name=key value=value.to_owned()/> })
        .collect_view()
        .into_any()
}

fn hot(results: &PlanResults) -> AnyView {
    if results.occupations.is_empty() {
        return ().into_any();
    }
    let links = results
        .occupations
        .iter()
        .take(5)
        .map(|name| view! { <a href=address([("occupation", name.as_str())])>{name.clone()}</a> })
        .collect_view();
    view! { <p class="hot"><span class="meta">"可以报的职业"</span>{links}</p> }.into_any()
}

/// Where to read how each procedure goes.
fn entrances(procedures: &[(String, String)]) -> AnyView {
    if procedures.is_empty() {
        return ().into_any();
    }
    let links = procedures
        .iter()
        .map(|(name, title)| view! { <li><a href=paths::procedure(name)>{title.clone()}</a></li> })
        .collect_view();
    view! {
        <section aria-labelledby="ways">
            <h2 class="ruled" id="ways">"报名办法"</h2>
            <ul class="tasks tasks--plain">{links}</ul>
        </section>
    }
    .into_any()
}

/// What everybody can look up without signing in.
fn open_to_all() -> AnyView {
    let links = [
        (paths::STATUS, "查报名进度", "用报名号和手机后四位"),
        (paths::VERIFY, "查验证书真假", "扫码，或输编号和姓名"),
        (paths::NOTICES, "看公示", "正在公示的名单和成绩"),
    ]
    .into_iter()
    .map(|(href, name, how)| view! { <li><a href=href>{name}</a><span class="meta">{how}</span></li> })
    .collect_view();
    view! {
        <section aria-labelledby="open">
            <h2 class="ruled" id="open">"不用登录也能办"</h2>
            <ul class="tasks tasks--plain">{links}</ul>
        </section>
    }
    .into_any()
}

fn ladder(search: &PlanSearch, results: &PlanResults) -> AnyView {
    let steps = SkillLevel::EXAMINED
        .into_iter()
        .map(|level| {
            let number = level.number().to_string();
            let count =
                results.per_level.iter().find(|(known, _)| *known == level.number()).map_or(0, |(_, count)| *count);
            let here = search.level == number;
            let href = with(search, "level", if here { "" } else { &number });
            view! {
                <li>
                    <a href=href aria-current=here.then_some("true")>
                        <b>{level.short()}</b>
                        <span>{level.title()}</span>
                        <span class="num">{format!("{count} 期")}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="ladderbox">
            <h2 class="vh">"按等级找"</h2>
            <ol class="ladder">{steps}</ol>
        </div>
    }
    .into_any()
}

/// One list of the filters; `prefix` keeps ids apart, because phones and wide screens have a form each.
fn choice(
    prefix: &str,
    name: &'static str,
    label: &'static str,
    any: &str,
    options: Vec<(String, String)>,
    chosen: &str,
) -> AnyView {
    let id = format!("{prefix}-{name}");
    let mut all = vec![(String::new(), any.to_owned())];
    all.extend(options);
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select class="select" id=id name=name>{options_view(all, chosen)}</select>
        </div>
    }
    .into_any()
}

fn same(names: &[String]) -> Vec<(String, String)> {
    names.iter().map(|name| (name.clone(), name.clone())).collect()
}

fn filters(search: &PlanSearch, results: &PlanResults, prefix: &'static str) -> AnyView {
    let states = STATES
        .into_iter()
        .map(|(value, words)| {
            let id = format!("{prefix}-state-{value}");
            view! {
                <label class="check">
                    <input type="radio" name="state" id=id value=value checked=search.state == value/>
                    <span>{words}</span>
                </label>
            }
        })
        .collect_view();
    let kinds = [PlanKind::LevelRecognition, PlanKind::SpecialCapability]
        .map(|kind| (kind.as_str().to_owned(), kind.label().to_owned()))
        .to_vec();
    let levels = SkillLevel::EXAMINED.map(|level| (level.number().to_string(), level.name().to_owned())).to_vec();
    // Trades and counties are offered once their occupation and city are chosen: the server knows them then.
    let trades = (!results.trades.is_empty())
        .then(|| choice(prefix, "trade", "工种", "全部工种", same(&results.trades), &search.trade));
    let counties = (!results.counties.is_empty())
        .then(|| choice(prefix, "county", "县（市、区）", "全部", results.counties.clone(), &search.county));
    view! {
        <form class="filters" method="get" action=paths::HOME aria-label="筛选">
            {hidden(search, &["state", "kind", "occupation", "trade", "level", "city", "county"])}
            <fieldset><legend>"报名状态"</legend>{states}</fieldset>
            {choice(prefix, "occupation", "职业", "全部职业", same(&results.occupations), &search.occupation)}
            {trades}
            {choice(prefix, "level", "等级", "全部等级", levels, &search.level)}
            {choice(prefix, "city", "考试地区", "全部地区", results.cities.clone(), &search.city)}
            {counties}
            {choice(prefix, "kind", "计划类型", "全部类型", kinds, &search.kind)}
            <button class="btn btn--quiet btn--wide">"更新结果"</button>
        </form>
    }
    .into_any()
}

/// The words of a part of the search, as its chip says them.
fn chip_words(key: &str, value: &str, results: &PlanResults) -> String {
    let named = |list: &[(String, String)]| {
        list.iter().find(|(code, _)| code == value).map_or_else(|| value.to_owned(), |(_, name)| name.clone())
    };
    match key {
        "q" => format!("“{value}”"),
        "kind" => PlanKind::parse(value).map_or_else(|| value.to_owned(), |kind| kind.label().to_owned()),
        "level" => SkillLevel::parse(value).map_or_else(|| value.to_owned(), |level| level.name().to_owned()),
        "city" => named(&results.cities),
        "county" => named(&results.counties),
        "state" => STATES.iter().find(|(known, _)| *known == value).map_or(value, |(_, words)| words).to_owned(),
        _ => value.to_owned(),
    }
}

fn bar(search: &PlanSearch, results: &PlanResults) -> AnyView {
    let set = parts(search);
    let count = set.len();
    let chips = set
        .into_iter()
        .map(|(key, value)| {
            view! {
                <li>
                    <a class="chip chip--on" href=with(search, key, "")>
                        <span>{chip_words(key, value, results)}</span>
                        <span class="vh">"，移除"</span>
                        {icon("x", "s")}
                    </a>
                </li>
            }
        })
        .collect_view();
    let summary = if count == 0 { "筛选".to_owned() } else { format!("筛选（{count}）") };
    view! {
        <div class="bar">
            <h2 id="count" aria-live="polite"><span>"查询结果：共 "</span><span class="num">{results.total}</span><span>" 条"</span></h2>
            {(count > 0).then(|| view! { <ul class="chips">{chips}</ul><a href=paths::HOME>"清除"</a> })}
            <details class="only-narrow fbtn">
                <summary class="btn btn--quiet">{icon("filter", "s")}<span>{summary}</span></summary>
                <div class="panel panel__b">{filters(search, results, "n")}</div>
            </details>
            <p class="meta">"快截止的在前"</p>
        </div>
    }
    .into_any()
}

fn rows(search: &PlanSearch, results: &PlanResults) -> AnyView {
    if results.lines.is_empty() {
        let filtered = !parts(search).is_empty();
        let (href, words) = if filtered {
            (paths::HOME.to_owned(), "清除条件，看全部")
        } else {
            (address([("state", "all")]), "看已经截止的")
        };
        return view! {
            <div class="empty">
                {icon("inbox", "")}
                <p><b>{say::nothing_found(filtered)}</b></p>
                <a class="btn btn--quiet" href=href>{words}</a>
            </div>
        }
        .into_any();
    }
    let rows = results.lines.iter().map(|line| row(line, results)).collect_view();
    view! { <ul class="plans">{rows}</ul> }.into_any()
}

/// One plan as a row; also used for the other plans of an occupation.
pub fn row(line: &PlanLine, results: &PlanResults) -> AnyView {
    use domain::plan::PlanState;
    let now = results.now;
    let state = state_of(&line.window, line.capacity, line.taken, now);
    let (tone, word) = say::badge(state);
    let closed = matches!(state, PlanState::Closed { .. });
    let left = say::left(&line.window, state, now);
    let seats = matches!(state, PlanState::Open { .. } | PlanState::Full).then(|| {
        let low = matches!(state, PlanState::Open { few: true, .. } | PlanState::Full);
        view! {
            <span class="meta num">{say::seats(line.capacity, line.taken)}</span>
            <progress
                class="meter"
                max=line.capacity
                value=line.capacity.saturating_sub(line.taken)
                data-low=low.then_some("")
                aria-hidden="true"
            ></progress>
        }
    });
    view! {
        <li class="plan" data-closed=closed.then_some("")>
            <LevelTile level=line.level/>
            <div class="plan__main">
                <h3><a href=paths::plan(line.id)>{line.trade.clone()}</a></h3>
                <p class="meta">{say::of_agency(&line.agency_name, &line.title)}</p>
                <p class="meta">{line.place.clone()}</p>
            </div>
            <div class="plan__dates">
                <span>
                    <span class="nb">{say::registration(&line.window, state, now)}</span>
                    {(!left.is_empty()).then(|| view! { <span class="nb">{left}</span> })}
                </span>
                <span>{say::exam(line.exam_on, now)}</span>
            </div>
            <div class="plan__act">
                <StateBadge tone=tone text=word symbol=say::badge_icon(state)/>
                {seats}
            </div>
        </li>
    }
    .into_any()
}

fn pages(search: &PlanSearch, results: &PlanResults) -> AnyView {
    let last = results.total.div_ceil(u64::from(results.per_page.max(1))).max(1);
    if last == 1 {
        return ().into_any();
    }
    let here = u64::from(results.page.max(1));
    let to = |page: u64| {
        let number = page.to_string();
        address(parts(search).into_iter().chain((page > 1).then_some(("page", number.as_str()))))
    };
    let mut links = Vec::new();
    let mut before = 0;
    for page in (1..=last).filter(|page| *page == 1 || *page == last || page.abs_diff(here) <= 1) {
        if page > before + 1 {
            links.push(view! { <span aria-hidden="true">"…"</span> }.into_any());
        }
        let current = (page == here).then_some("page");
        links.push(
            view! { <a href=to(page) aria-current=current aria-label=format!("第 {page} 页")>{page}</a> }.into_any(),
        );
        before = page;
    }
    let back = (here > 1).then(|| view! { <a href=to(here - 1)>{icon("left", "s")}<span>"上一页"</span></a> });
    let on = (here < last).then(|| view! { <a href=to(here + 1)><span>"下一页"</span>{icon("right", "s")}</a> });
    view! { <nav class="pages mt-4" aria-label="分页">{back}{links}{on}</nav> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_the_search_and_drops_what_depends() {
        let search = PlanSearch {
            occupation: "电工".into(),
            trade: "维修电工".into(),
            level: "4".into(),
            ..PlanSearch::default()
        };
        assert_eq!(with(&search, "occupation", ""), "/?level=4");
        assert_eq!(
            with(&search, "level", ""),
            "/?occupation=%E7%94%B5%E5%B7%A5&trade=%E7%BB%B4%E4%BF%AE%E7%94%B5%E5%B7%A5"
        );
        assert_eq!(address([]), "/");
    }
}
