//! 全局和报告: the authority's cockpit, what can be taken out, and sampling lists. Drawn by the server.

pub mod sampling;
pub mod settlement;

use super::parts::broken;
use crate::Failure;
use crate::ui::{SelectField, TextField, icon};
use crate::wording::knowing as words;
use chrono::Datelike;
use domain::account::Role;
use domain::page::knowing::{Cockpit, Group, Signal as Sign};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

/// Earliest and latest year that is asked for: nothing is kept beyond.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2200;

/// The cockpit of a year, of one city or of all; this year's where none is said.
#[server(name = FetchCockpit, endpoint = "office/cockpit")]
pub async fn cockpit(#[server(default)] year: String, #[server(default)] city: String) -> Result<Cockpit, Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let year =
        domain::text::typed_number(&year).filter(|year| YEARS.contains(year)).unwrap_or(records.now().day().year());
    records::knowing::cockpit(&records, &member, year, &city).await.map_err(crate::failure::from_records)
}

/// Who asks for reports, and in which year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reports {
    /// This year.
    pub year: i32,
    /// The viewer's role.
    pub role: Role,
}

/// What the viewer may take out.
#[server(name = FetchReports, endpoint = "office/reports")]
pub async fn reports() -> Result<Reports, Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    if !member.role.reads_cases() {
        return Err(Failure::Forbidden);
    }
    Ok(Reports { year: records.now().day().year(), role: member.role })
}

/// 全局.
#[component]
pub fn CockpitPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let asks = crate::ui::memo(move |_| {
        let query = query.read();
        (query.get("year").unwrap_or_default(), query.get("city").unwrap_or_default())
    });
    let asked = Resource::new(move || asks.get(), |(year, city)| cockpit(year, city));
    view! {
        <Title text="全局 · 技考工作台"/>
        <main id="main">
            <Transition>
                {move || Suspend::new(async move {
                    match asked.await {
                        Err(failure) => broken(&failure),
                        Ok(cockpit) => shown(&cockpit),
                    }
                })}
            </Transition>
        </main>
    }
}

fn shown(cockpit: &Cockpit) -> AnyView {
    let funnel = &cockpit.all.funnel;
    let steps = super::charts::funnel(vec![
        ("提交", funnel.submitted),
        ("通过", funnel.approved),
        ("费用结清", funnel.paid),
        ("排好座位", funnel.seated),
        ("到考", funnel.present),
        ("全部合格", funnel.passed),
        ("拿到证书", funnel.certificates),
    ]);
    let parts = [
        ("regions", "按地区", &cockpit.regions),
        ("agencies", "按机构", &cockpit.agencies),
        ("occupations", "按职业（工种）", &cockpit.occupations),
        ("levels", "按等级", &cockpit.levels),
        ("ages", "按年龄（考试当天）", &cockpit.ages),
    ];
    let parts = parts.into_iter().map(|(id, title, groups)| part(id, title, groups)).collect_view();
    let rate = words::rate(funnel.passed, cockpit.all.marked);
    let year = cockpit.year.to_string();
    let cities: Vec<(String, String)> =
        std::iter::once((String::new(), "全部地区".to_owned())).chain(cockpit.cities.iter().cloned()).collect();
    let narrowed = cockpit.cities.iter().find(|(code, _)| *code == cockpit.city).map(|(_, name)| format!("{name}，"));
    let heading = format!("{}{year} 年考试的计划", narrowed.unwrap_or_default());
    view! {
        <header class="deskhead"><h1>"全局"</h1><span class="meta">{heading}</span><span class="grow"></span>
            <form method="get" class="row row--tight">
                <TextField name="year" label="年份" value=year class="w-4 num" maxlength=4/>
                <SelectField name="city" label="地区" options=cities value=cockpit.city.clone()/>
                <button class="btn btn--quiet" type="submit">"看"</button>
            </form>
        </header>
        <div class="dash__b">
            <dl class="stat">
                <div><dt>"计划"</dt><dd><b>{cockpit.all.plans}</b></dd></div>
                <div><dt>"提交"</dt><dd><b>{funnel.submitted}</b></dd></div>
                <div><dt>"到考"</dt><dd><b>{funnel.present}</b></dd></div>
                <div><dt>"合格率"</dt><dd><b>{rate}</b><span>"已发布的成绩"</span></dd></div>
                <div><dt>"证书"</dt><dd><b>{funnel.certificates}</b></dd></div>
            </dl>
            <div class="dash__two">
                <section aria-labelledby="signals-title"><h2 id="signals-title">"值得看一眼的"</h2>{signals(&cockpit.signals)}</section>
                <section aria-labelledby="steps-title"><h2 id="steps-title">"从提交到证书"</h2>{steps}</section>
            </div>
            {parts}
        </div>
    }
    .into_any()
}

/// Signals with their evidence. They say where to look and decide nothing.
fn signals(signals: &[Sign]) -> AnyView {
    let note = view! { <p class="meta">"只提示去看什么，依据写在旁边；不会因此自动退回或拒绝任何人。"</p> };
    if signals.is_empty() {
        return view! { {note}<p class="meta">"现在没有。"</p> }.into_any();
    }
    let line = |one: &Sign| {
        let links = one
            .looks
            .iter()
            .map(words::look)
            .map(|(word, href)| view! { <a href=href rel="external">{word}</a> }.into_any())
            .collect_view();
        view! {
            <li>
                <span>
                    <b>{words::signal(one.kind())}</b>{format!("　{}", one.about)}<br/>
                    <span class="meta">{words::evidence(&one.evidence)}{words::listed(&one.evidence, one.looks.len())}</span><br/>
                    <span class="row">{links}</span>
                </span>
            </li>
        }
        .into_any()
    };
    view! { {note}<ul class="tasks tasks--plain">{signals.iter().map(line).collect_view()}</ul> }.into_any()
}

/// Groups as bars, and as a table with every number.
fn part(id: &'static str, title: &'static str, groups: &[Group]) -> AnyView {
    let heading = format!("{id}-title");
    let rows = groups
        .iter()
        .map(|group| {
            let funnel = &group.funnel;
            let rate = words::rate(funnel.passed, group.marked);
            let cell = |label: &'static str, count: u64| {
                view! { <td class="r num" data-label=label>{count}</td> }.into_any()
            };
            view! {
                <tr>
                    <th scope="row">{group.name.clone()}</th>
                    {cell("提交", funnel.submitted)}{cell("通过", funnel.approved)}{cell("有成绩", group.marked)}{cell("合格", funnel.passed)}
                    <td class="r num" data-label="合格率">{rate}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    let heads = ["提交", "通过", "有成绩", "合格", "合格率"]
        .into_iter()
        .map(|word| view! { <th scope="col" class="r">{word}</th> })
        .collect_view();
    view! {
        <section aria-labelledby=heading>
            <h2 id=format!("{id}-title")>{title}</h2>
            <div class="dash__two">
                <div>{bars(title, groups)}</div>
                <div class="tablewrap" role="region" tabindex="0" aria-label=format!("{title}的数字")>
                    <table class="table table--blocks">
                        <thead><tr><th scope="col">"名称"</th>{heads}</tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </div>
        </section>
    }
    .into_any()
}

/// Most bars of a chart; the table beside it has all groups.
const BARS: usize = 10;

/// Handed in and passed of each group, from zero.
fn bars(title: &str, groups: &[Group]) -> AnyView {
    let some = &groups[..groups.len().min(BARS)];
    let most = some.iter().map(|group| group.funnel.submitted).max().unwrap_or(0).max(1);
    let height = some.len() * 40 + 4;
    let rows = some
        .iter()
        .enumerate()
        .map(|(at, group)| {
            let top = at * 40;
            let width = |count: u64| count * 560 / most;
            let (submitted, passed) = (group.funnel.submitted, group.funnel.passed);
            view! {
                <text x="0" y=top + 12>{group.name.clone()}</text>
                <rect class="fill-2" x="0" y=top + 17 width=width(submitted) height="9"></rect>
                <rect class="fill-1" x="0" y=top + 26 width=width(passed) height="9"></rect>
                <text class="v" x=width(submitted) + 6 y=top + 31>{format!("{submitted} / {passed}")}</text>
            }
            .into_any()
        })
        .collect_view();
    let sentence = format!("{title}：每组上面一条是提交，下面一条是合格；数都在旁边的表里");
    view! {
        <svg class="chart" viewBox=format!("0 0 640 {height}") role="img" aria-label=sentence>{rows}</svg>
        <ul class="legend">
            <li><svg viewBox="0 0 28 12" aria-hidden="true"><rect class="fill-2" width="28" height="12"></rect></svg><span>"提交"</span></li>
            <li><svg viewBox="0 0 28 12" aria-hidden="true"><rect class="fill-1" width="28" height="12"></rect></svg><span>"合格"</span></li>
        </ul>
    }
    .into_any()
}

/// 报告.
#[component]
pub fn ReportsPage() -> impl IntoView {
    let asked = Resource::new(|| (), |()| reports());
    view! {
        <Title text="报告 · 技考工作台"/>
        <main id="main">
            <header class="deskhead"><h1>"报告"</h1></header>
            <Transition>
                {move || Suspend::new(async move {
                    match asked.await {
                        Err(failure) => broken(&failure),
                        Ok(reports) => list(&reports),
                    }
                })}
            </Transition>
        </main>
    }
}

fn list(reports: &Reports) -> AnyView {
    let year = reports.year;
    let (title, file) = match reports.role {
        Role::Authority => ("全年统计", "region"),
        _ => ("本机构全年情况", "agency"),
    };
    let rows = [year, year - 1]
        .into_iter()
        .map(|year| {
            let path = |kind: &str| format!("/office/reports/{file}.{kind}?year={year}");
            view! {
                <li>
                    <span>{format!("{year} 年{title}")}</span>
                    <span class="row">
                        <a href=path("xlsx") rel="external">{icon("download", "icon--s")}"表格（xlsx）"</a>
                        <a href=path("pdf") rel="external">{icon("download", "icon--s")}"文件（PDF）"</a>
                    </span>
                </li>
            }
            .into_any()
        })
        .collect_view();
    let sampling = matches!(reports.role, Role::Manager | Role::Authority).then(|| {
        view! {
            <section class="panel">
                <div class="panel__h"><h2>"督导抽查"</h2></div>
                <div class="panel__b"><p>"按写明的规则抽人，种子留存，谁都能重抽出同一份名单。"</p><p><a href="/office/sampling">"去抽查名单"</a></p></div>
            </section>
        }
    });
    let money = (reports.role == Role::Authority).then(|| {
        view! {
            <section class="panel">
                <div class="panel__h"><h2>"各机构收费"</h2></div>
                <div class="panel__b"><p>"每个月各机构收了多少、退了多少，按渠道分，和机构自己的结算是同一本账。"</p><p><a href=crate::paths::REGION_SETTLEMENT rel="external">"按月看各机构收费"</a></p></div>
            </section>
        }
    });
    view! {
        <div class="dash__b stack stack--4">
            <section class="panel">
                <div class="panel__h"><h2>"统计"</h2></div>
                <div class="panel__b"><ul class="tasks tasks--plain">{rows}</ul><p class="meta">"只有人数，没有姓名。单个计划的报告和档案在计划页上。"</p></div>
            </section>
            {money}
            {sampling}
        </div>
    }
    .into_any()
}
