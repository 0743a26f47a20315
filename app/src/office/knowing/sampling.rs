//! 督导抽查: lists are drawn by a rule that stands on the page, and each person is looked at with a verdict.

use crate::again::Again;
use crate::office::drawn::once_there;
use crate::office::parts::summary;
use crate::ui::{RadioCard, RadioCards, StateBadge, TextField, icon};
use crate::{Failure, paths};
use domain::application::progress::Tone;
use domain::page::knowing::{SampleItem, SampleVerdict, Sampling, SamplingLine, Strata};
use domain::time::official_moment;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;

/// The rule, as it stands on every list.
const RULE: &str = "先按层分开，每层按比例向上取整、至少取够下限；每个人的次序由种子和申报编号按公布的算法算出（写在操作手册里），取最小的若干个。同一批人、同一个种子，抽出来的一定是同一份名单。";

/// The lists of the viewer's agency or region.
#[server(name = FetchSamplings, endpoint = "office/samplings")]
pub async fn samplings() -> Result<Vec<SamplingLine>, Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    records::knowing::list(&records, &member).await.map_err(crate::failure::from_records)
}

/// One list.
#[server(name = FetchSampling, endpoint = "office/sampling")]
pub async fn sampling(id: String) -> Result<Sampling, Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    records::knowing::one(&records, &member, &id).await.map_err(crate::failure::from_records)
}

/// Draws a list.
#[server(name = DrawSample, endpoint = "office/sampling-draw")]
pub async fn draw(
    #[server(default)] title: String,
    #[server(default)] strata: String,
    #[server(default)] percent: String,
    #[server(default)] least: String,
    #[server(default)] from: String,
    #[server(default)] until: String,
    #[server(default)] seed: String,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let out = async {
        let wanted = records::knowing::Wanted {
            title: title.clone(),
            strata: Strata::parse(&strata).unwrap_or_default(),
            percent: number("每层抽百分之几", &percent, 1, 100)?,
            least: number("每层至少几人", &least, 0, 1_000)?,
            from: day("from", "考试日期从", &from)?,
            until: day("until", "到", &until)?,
            seed: if seed.trim().is_empty() { None } else { Some(number("种子", &seed, 0, u64::MAX)?) },
        };
        records::knowing::draw(&records, &member, &wanted).await.map_err(crate::failure::from_records)
    }
    .await;
    let typed = [
        ("title", title),
        ("strata", strata),
        ("percent", percent),
        ("least", least),
        ("from", from),
        ("until", until),
        ("seed", seed),
    ];
    let typed = typed.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    crate::again::ssr::settle(out, |id| format!("/office/sampling/{id}"), "/office/sampling", typed).map(|_| ())
}

/// A number as it was typed, within its limits.
#[cfg(feature = "ssr")]
fn number<N>(label: &str, typed: &str, least: u64, most: u64) -> Result<N, Failure>
where
    N: std::str::FromStr + Copy + Into<u64>,
{
    let read = domain::text::typed_number::<N>(typed).filter(|number| (least..=most).contains(&(*number).into()));
    read.ok_or_else(|| {
        domain::refusal::Refusal::from(domain::knowing::SamplingRefusal::Number { label: label.into(), least, most })
            .into()
    })
}

/// A day as it was typed; none where nothing was.
#[cfg(feature = "ssr")]
fn day(key: &str, label: &str, typed: &str) -> Result<Option<chrono::NaiveDate>, Failure> {
    use domain::form::{FieldFault, Problem};
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let fault = || FieldFault { key: key.into(), label: label.into(), problem: Problem::NotADate };
    let read = domain::timeline::typed_day(typed).map(Some);
    read.ok_or_else(|| domain::refusal::Refusal::Answers(vec![fault()]).into())
}

/// Notes what was found.
#[server(name = NoteSample, endpoint = "office/sampling-note")]
pub async fn note(
    id: String,
    no: u32,
    #[server(default)] verdict: String,
    #[server(default)] words: String,
) -> Result<(), Failure> {
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let here = format!("/office/sampling/{}", paths::encode(&id));
    let out = match SampleVerdict::parse(&verdict) {
        Some(verdict) => {
            let done = records::knowing::note_verdict(&records, &member, &id, no, verdict, &words).await;
            done.map_err(crate::failure::from_records)
        }
        None => Err(Failure::Told("请先选看下来怎么样。".to_owned())),
    };
    let typed = vec![(format!("words {no}"), words), (format!("verdict {no}"), verdict)];
    crate::again::ssr::settle(
        out,
        |()| format!("{here}?done={no}#item-{no}"),
        &format!("{here}?open={no}#item-{no}"),
        typed,
    )
}

/// All lists, and a new one.
#[component]
pub fn SamplingsPage() -> impl IntoView {
    let asked = Resource::new(|| (), |()| samplings());
    view! {
        <Title text="督导抽查 · 技考工作台"/>
        <main id="main">
            <header class="deskhead"><h1>"督导抽查"</h1><span class="grow"></span>
                <a class="btn btn--quiet" href="/office/reports">{icon("left", "")}<span>"回报告"</span></a>
            </header>
            {once_there(asked, move |lines, again| all(lines, again))}
        </main>
    }
}

fn strata_word(strata: Strata) -> &'static str {
    match strata {
        Strata::Session => "按场次",
        Strata::Trade => "按职业和等级",
    }
}

fn all(lines: &[SamplingLine], again: Option<&Again>) -> AnyView {
    let typed = |key: &str, usual: &str| {
        again.map(|again| again.typed(key)).filter(|typed| !typed.is_empty()).unwrap_or(usual).to_owned()
    };
    let rows = lines
        .iter()
        .map(|line| {
            let href = format!("/office/sampling/{}", line.id);
            let days = format!("{} 至 {}", line.from, line.until);
            let rule = format!("{}，{}%，每层至少 {}", strata_word(line.strata), line.percent, line.least);
            view! {
                <tr>
                    <th scope="row"><a href=href>{line.title.clone()}</a></th>
                    <td data-label="考试日期" class="num">{days}</td>
                    <td data-label="规则">{rule}</td>
                    <td data-label="种子" class="num">{line.seed.to_string()}</td>
                    <td data-label="抽到" class="r num">{format!("{} / {}", line.items, line.frame)}</td>
                    <td data-label="看过" class="r num">{line.seen}</td>
                    <td data-label="谁抽的">{format!("{}　{}", line.drawn_by, official_moment(line.at))}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    let table = if lines.is_empty() {
        view! { <div class="empty"><p><b>"还没有抽查名单"</b></p><p class="meta">"在下面抽一份。"</p></div> }.into_any()
    } else {
        view! {
            <div class="tablewrap" role="region" tabindex="0" aria-label="抽查名单">
                <table class="table table--blocks">
                    <thead><tr><th scope="col">"名称"</th><th scope="col">"考试日期"</th><th scope="col">"规则"</th><th scope="col">"种子"</th><th scope="col" class="r">"抽到"</th><th scope="col" class="r">"看过"</th><th scope="col">"谁抽的"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    let cards = vec![RadioCard::new("session", "按场次"), RadioCard::new("trade", "按职业和等级")];
    view! {
        <div class="dash__b stack stack--4">
            {summary(Signal::stored(again.map(|again| again.failure.clone())))}
            {table}
            <section class="panel" aria-labelledby="draw-title">
                <div class="panel__h"><h2 id="draw-title">"抽一份"</h2></div>
                <div class="panel__b">
                    <form method="post" action=DrawSample::PATH class="stack stack--3">
                        <TextField name="title" label="名称" hint="例如 一季度抽查" value=typed("title", "") class="w-20" maxlength=60/>
                        <RadioCards name="strata" id="strata".to_owned() legend="怎么分层" cards=cards value=typed("strata", "session") columns=2/>
                        <div class="row row--top">
                            <TextField name="from" label="考试日期从" hint="例如 2027-01-01" value=typed("from", "") class="w-12 num" maxlength=20/>
                            <TextField name="until" label="到" hint="含当天" value=typed("until", "") class="w-12 num" maxlength=20/>
                            <TextField name="percent" label="每层抽百分之几" hint="1 到 100" value=typed("percent", "5") class="w-8 num" maxlength=3/>
                            <TextField name="least" label="每层至少几人" hint="不够就全抽" value=typed("least", "2") class="w-8 num" maxlength=4/>
                            <TextField name="seed" label="种子" hint="不填就现掷一个，填了照填的抽" value=typed("seed", "") class="w-12 num" maxlength=20/>
                        </div>
                        <p class="meta">{RULE}</p>
                        <p><button class="btn" type="submit">"抽取"</button></p>
                    </form>
                </div>
            </section>
        </div>
    }
    .into_any()
}

/// One list.
#[component]
pub fn SamplingPage() -> impl IntoView {
    let (params, query) = (crate::ui::params_map(), crate::ui::query_map());
    let id = crate::ui::memo(move |_| params.read().get("id").unwrap_or_default());
    let open = crate::ui::memo(move |_| query.read().get("open").and_then(|no| no.parse::<u32>().ok()));
    let done = crate::ui::memo(move |_| query.read().get("done").is_some());
    let asked = Resource::new(move || id.get(), sampling);
    view! {
        <Title text="抽查名单 · 技考工作台"/>
        <main id="main">
            {once_there(asked, move |found, again| list(found, open.get_untracked(), done.get_untracked(), again))}
        </main>
    }
}

fn verdict_word(verdict: SampleVerdict) -> (Tone, &'static str) {
    match verdict {
        SampleVerdict::Fine => (Tone::Done, "没有问题"),
        SampleVerdict::Doubtful => (Tone::Me, "有疑点"),
        SampleVerdict::Wrong => (Tone::Refused, "有问题"),
    }
}

fn list(found: &Sampling, open: Option<u32>, done: bool, again: Option<&Again>) -> AnyView {
    let line = &found.line;
    let rows = found.items.iter().map(|item| row(&line.id, item)).collect_view();
    let told = (done && again.is_none()).then(|| {
        view! { <p class="banner" data-state="done" role="status">{icon("ok", "")}<span>"记下了。"</span></p> }
    });
    let form =
        open.and_then(|no| found.items.iter().find(|item| item.no == no)).map(|item| look(&line.id, item, again));
    let facts = [
        ("考试日期", format!("{} 至 {}", line.from, line.until)),
        ("分层", format!("{}，每层 {}%，至少 {} 人", strata_word(line.strata), line.percent, line.least)),
        ("种子", line.seed.to_string()),
        ("抽到", format!("{} 人里 {} 人", line.frame, line.items)),
        ("看过", format!("{} 人", line.seen)),
        ("谁抽的", format!("{}　{}", line.drawn_by, official_moment(line.at))),
    ];
    let facts =
        facts.into_iter().map(|(label, value)| view! { <div><dt>{label}</dt><dd>{value}</dd></div> }).collect_view();
    view! {
        <header class="deskhead"><h1>{line.title.clone()}</h1><span class="grow"></span>
            <a class="btn btn--quiet" href=format!("/office/sampling/{}/list.xlsx", line.id) rel="external">{icon("download", "")}<span>"名单（xlsx）"</span></a>
            <a class="btn btn--quiet" href="/office/sampling">{icon("left", "")}<span>"回抽查"</span></a>
        </header>
        <div class="dash__b stack stack--4">
            {told}{summary(Signal::stored(again.map(|again| again.failure.clone())))}
            <dl class="kv kv--tight kv--two">{facts}</dl>
            <p class="meta">{RULE}</p>
            {form}
            <div class="tablewrap" role="region" tabindex="0" aria-label="抽到的人">
                <table class="table table--blocks">
                    <thead><tr><th scope="col">"序号"</th><th scope="col">"报名号"</th><th scope="col">"姓名"</th><th scope="col">"层"</th><th scope="col">"看下来"</th><th scope="col">"怎么办"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </div>
    }
    .into_any()
}

fn row(id: &str, item: &SampleItem) -> AnyView {
    let said = match &item.verdict {
        Some((verdict, words, by, at)) => {
            let (tone, word) = verdict_word(*verdict);
            let foot = format!("{by}　{}", official_moment(*at));
            view! { <StateBadge tone=tone text=word/><p>{words.clone()}</p><p class="meta">{foot}</p> }.into_any()
        }
        None => view! { <span class="meta">"还没看"</span> }.into_any(),
    };
    view! {
        <tr id=format!("item-{}", item.no)>
            <th scope="row" class="num">{item.no}</th>
            <td data-label="报名号" class="num"><a href=paths::case(item.application) rel="external">{item.number.clone()}</a></td>
            <td data-label="姓名">{item.name.clone()}</td>
            <td data-label="层">{item.stratum.clone()}</td>
            <td data-label="看下来">{said}</td>
            <td class="acts"><a href=format!("/office/sampling/{id}?open={}#look", item.no)>"记一笔"</a></td>
        </tr>
    }
    .into_any()
}

fn look(id: &str, item: &SampleItem, again: Option<&Again>) -> AnyView {
    let typed = |key: &str| again.map_or("", |again| again.typed(&format!("{key} {}", item.no))).to_owned();
    let cards = SampleVerdict::ALL.map(|verdict| RadioCard::new(verdict.as_str(), verdict_word(verdict).1)).to_vec();
    view! {
        <section class="panel" id="look" aria-labelledby="look-title">
            <div class="panel__h"><h2 id="look-title">{format!("{}　{}", item.no, item.name)}</h2></div>
            <div class="panel__b">
                <form method="post" action=NoteSample::PATH class="stack stack--3">
                    <input type="hidden" name="id" value=id.to_owned()/>
                    <input type="hidden" name="no" value=item.no.to_string()/>
                    <RadioCards name="verdict" id="verdict".to_owned() legend="看下来" cards=cards value=typed("verdict") columns=3/>
                    <TextField name="words" label="看到了什么" hint="有疑点或有问题时要写" value=typed("words") maxlength=500/>
                    <p><button class="btn" type="submit">"记下"</button></p>
                </form>
            </div>
        </section>
    }
    .into_any()
}
