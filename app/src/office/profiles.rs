//! Procedures at the desk: what is published, what it says, what two versions differ in, and a new version from
//! its file: checked, rehearsed with invented people, published.
//!
//! Everything is worded on the server; the browser gets sheets of names and values.

use super::parts::summary;
use crate::Failure;
use crate::again::Again;
use crate::office::drawn::once_there;
use crate::paths;
use crate::ui::{TextArea, icon};
use crate::wording::desk as words;
use domain::page::sheet::{Part, Sheet};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;

/// Where the page is.
const HERE: &str = "/office/profiles";

/// A published version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Short name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Version.
    pub version: u32,
    /// Day of publishing.
    pub on: String,
    /// Plans that keep it.
    pub plans: u64,
}

/// A file that is not published yet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Draft {
    /// As it was typed.
    pub text: String,
    /// Line, key and sentence of everything that is wrong.
    pub wrong: Vec<(usize, String, String)>,
    /// What it asks, and what invented people meet; empty while something is wrong.
    pub sheets: Vec<Sheet>,
    /// Why it was not published.
    pub refused: String,
}

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Published versions.
    pub lines: Vec<Line>,
    /// What was asked for: one version, or the difference of two.
    pub sheet: Option<Sheet>,
    /// The file under way.
    pub draft: Draft,
}

/// Published versions, one of them or the difference of two (`NAME@VERSION`), and the file under way.
#[server(name = FetchProfiles, endpoint = "office/profiles")]
pub async fn profiles(
    /// The version to show.
    #[server(default)]
    one: String,
    /// `rehearse`, or the version to compare with.
    #[server(default)]
    with: String,
    /// Key of a file that was checked just now.
    #[server(default)]
    shown: String,
) -> Result<Shown, Failure> {
    use crate::failure::from_records;
    use crate::wording::procedure::{compare::compare, rehearse::rehearse, show::show};
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    records::profiles::ensure_may_publish(&member).map_err(from_records)?;
    let published = records::profiles::published(&records).await.map_err(from_records)?;
    let today = records.now().day();
    let find = |meant: &str| {
        let (name, version) = meant.split_once('@')?;
        let version: u32 = version.parse().ok()?;
        published.iter().map(|one| &one.profile).find(|profile| profile.name == name && profile.version == version)
    };
    let sheet = match (find(&one), find(&with), with.as_str()) {
        (Some(one), Some(other), _) => Some(compare(one, other)),
        (Some(one), None, "rehearse") => Some(rehearse(one, today)),
        (Some(one), None, _) => Some(show(one, today)),
        (None, ..) => None,
    };
    let kept = super::parts::ssr::kept(&shown).unwrap_or_default();
    let typed = |key: &str| kept.iter().find(|(known, _)| known == key).map_or("", |(_, value)| value).to_owned();
    let lines = published
        .iter()
        .map(|one| Line {
            name: one.profile.name.clone(),
            title: one.profile.title.clone(),
            version: one.profile.version,
            on: one.at.day().to_string(),
            plans: one.plans,
        })
        .collect();
    Ok(Shown { lines, sheet, draft: ssr::draft(typed("text"), typed("refused"), today) })
}

/// The page with the text of a file that was read in, checked.
#[cfg(feature = "ssr")]
pub fn page_with(records: &records::Records, text: String) -> String {
    let kept = super::parts::ssr::keep_for_next_page(records, vec![("text".into(), text)]);
    format!("{}#draft", super::parts::with_query(HERE, "shown", &kept))
}

/// Checks a file, or publishes it when `publish` says so and nothing is wrong. Both end on the page.
#[server(name = CheckProfile, endpoint = "office/profiles/check")]
pub async fn check_profile(
    /// The file.
    text: String,
    /// Not empty: publish it.
    #[server(default)]
    publish: String,
) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    records::profiles::ensure_may_publish(&member).map_err(crate::failure::from_records)?;
    let mut refused = String::new();
    if !publish.is_empty()
        && let Ok(profile) = records::profiles::read(&text)
    {
        match records::profiles::publish_by(&records, &member, &profile).await {
            Ok(()) => {
                let done = format!("{HERE}?one={}@{}&published=1", profile.name, profile.version);
                return crate::again::ssr::settle(Ok(()), |()| done, HERE, Vec::new());
            }
            Err(records::Error::Configuration(_)) => {
                let newest = records::profiles::newest(&records, &profile.name).await.ok().flatten();
                refused = words::version_must_count_up(newest.map_or(0, |newest| newest.version));
            }
            Err(other) => return Err(crate::failure::from_records(other)),
        }
    }
    let kept =
        super::parts::ssr::keep_for_next_page(&records, vec![("text".into(), text), ("refused".into(), refused)]);
    let next = format!("{}#draft", super::parts::with_query(HERE, "shown", &kept));
    crate::again::ssr::settle(Ok(()), |()| next, HERE, Vec::new())
}

/// The server's side.
#[cfg(feature = "ssr")]
mod ssr {
    use super::Draft;
    use crate::wording::procedure::{rehearse::rehearse, show::show, wrong};
    use chrono::NaiveDate;
    use records::profiles::What;

    /// A file, read and checked.
    pub(super) fn draft(text: String, refused: String, today: NaiveDate) -> Draft {
        if text.trim().is_empty() {
            return Draft::default();
        }
        let (wrong, sheets) = match records::profiles::read(&text) {
            Ok(profile) => (Vec::new(), vec![rehearse(&profile, today), show(&profile, today)]),
            Err(complaints) => (complaints.into_iter().map(told).collect(), Vec::new()),
        };
        Draft { text, wrong, sheets, refused }
    }

    fn told(complaint: records::profiles::Complaint) -> (usize, String, String) {
        let sentence = match &complaint.what {
            What::Wrong(fault) => wrong::wrong(fault),
            What::Unreadable(why) => wrong::unreadable(why),
        };
        (complaint.line, complaint.key, sentence)
    }
}

/// 程序.
#[component]
pub fn ProfilesPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let asked = crate::ui::memo(move |_| {
        let query = query.read();
        let text = |key: &str| query.get(key).unwrap_or_default();
        (text("one"), text("with"), text("shown"), query.get("published").is_some())
    });
    let shown = Resource::new(move || asked.get(), |(one, with, shown, _)| profiles(one, with, shown));
    view! {
        <Title text="报名程序 · 技考工作台"/>
        <main id="main">
            <header class="deskhead"><h1>"报名程序"</h1></header>
            {once_there(shown, move |shown, again| page(shown, asked.get_untracked().3, again))}
        </main>
    }
}

fn page(shown: &Shown, published: bool, again: Option<&Again>) -> AnyView {
    let refused = again.map(|again| summary(Signal::stored(Some(again.failure.clone()))));
    let done = published.then(|| view! { <p class="panel panel__b" role="status">{words::PROFILE_PUBLISHED}</p> });
    view! {
        <div class="dash__b">
            {refused}
            {done}
            {list(&shown.lines)}
            {shown.sheet.as_ref().map(|asked| sheet("sheet", asked))}
            {compare_form(&shown.lines)}
            {draft(&shown.draft)}
        </div>
    }
    .into_any()
}

fn list(lines: &[Line]) -> AnyView {
    let rows = lines
        .iter()
        .map(|line| {
            let one = format!("{HERE}?one={}@{}", line.name, line.version);
            let name = format!("{} 第 {} 版", line.title, line.version);
            view! {
                <tr>
                    <th scope="row">{line.title.clone()}</th>
                    <td data-label="名称">{line.name.clone()}</td>
                    <td data-label="版本" class="num">{line.version}</td>
                    <td data-label="发布" class="num">{line.on.clone()}</td>
                    <td data-label="在用的计划" class="num">{line.plans}</td>
                    <td class="acts">
                        <a href=one.clone()><span>"看全文"</span><span class="vh">{name.clone()}</span></a>
                        " "
                        <a href=format!("{one}&with=rehearse")><span>"试走"</span><span class="vh">{name}</span></a>
                    </td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    let heads = ["程序", "名称", "版本", "发布", "在用的计划", "操作"]
        .into_iter()
        .map(|word| view! { <th scope="col">{word}</th> })
        .collect_view();
    view! {
        <div class="tablewrap" role="region" tabindex="0" aria-label="已发布的程序">
            <table class="table table--blocks"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
        </div>
    }
    .into_any()
}

/// A sheet as headings with names and values.
fn sheet(id: &'static str, sheet: &Sheet) -> AnyView {
    let parts = sheet.parts.iter().map(part).collect_view();
    view! {
        <section class="panel" aria-labelledby=id>
            <div class="panel__h"><h2 id=id>{sheet.title.clone()}</h2></div>
            <div class="panel__b stack stack--4">{parts}</div>
        </section>
    }
    .into_any()
}

fn part(part: &Part) -> AnyView {
    let rows = part
        .lines
        .iter()
        .map(|(name, value)| view! { <div><dt>{name.clone()}</dt><dd>{value.clone()}</dd></div> }.into_any())
        .collect_view();
    view! { <section class="stack stack--1"><h3>{part.title.clone()}</h3><dl class="kv">{rows}</dl></section> }
        .into_any()
}

fn compare_form(lines: &[Line]) -> AnyView {
    let choice = |name: &'static str, label: &'static str| {
        let options = lines
            .iter()
            .map(|line| {
                let value = format!("{}@{}", line.name, line.version);
                view! { <option value=value>{format!("{} 第 {} 版", line.title, line.version)}</option> }.into_any()
            })
            .collect_view();
        let id = format!("compare-{name}");
        view! {
            <div class="field"><label for=id.clone()>{label}</label><select class="select" id=id name=name>{options}</select></div>
        }
        .into_any()
    };
    view! {
        <section class="panel" aria-labelledby="compare-title">
            <div class="panel__h"><h2 id="compare-title">"比较两个版本"</h2></div>
            <form class="panel__b stack stack--3" method="get" action=HERE>
                {choice("one", "原来的")}
                {choice("with", "现在的")}
                <p><button class="btn btn--quiet">"比较"</button></p>
            </form>
        </section>
    }
    .into_any()
}

fn draft(draft: &Draft) -> AnyView {
    let checked = !draft.text.is_empty();
    let fine = checked && draft.wrong.is_empty();
    let wrong = (!draft.wrong.is_empty()).then(|| {
        let lines = draft
            .wrong
            .iter()
            .map(|(line, key, sentence)| {
                view! { <li><b class="num">{format!("第 {line} 行　{key}")}</b>"　"<span>{sentence.clone()}</span></li> }.into_any()
            })
            .collect_view();
        view! {
            <div class="errsum" role="alert" tabindex="-1">
                <h3>{words::profile_faults(draft.wrong.len())}</h3>
                <ul>{lines}</ul>
            </div>
        }
    });
    let refused = (!draft.refused.is_empty())
        .then(|| view! { <div class="errsum" role="alert"><p>{draft.refused.clone()}</p></div> });
    let said = (fine && draft.refused.is_empty())
        .then(|| view! { <p role="status">{icon("ok", "s")}{words::PROFILE_FINE}</p> });
    let publish = fine.then(|| view! { <button class="btn" name="publish" value="yes">"发布这一版"</button> });
    let check = if fine { "btn btn--quiet" } else { "btn" };
    let sheets = draft.sheets.iter().zip(["rehearsed", "read"]).map(|(one, id)| sheet(id, one)).collect_view();
    view! {
        <section class="panel" id="draft" aria-labelledby="draft-title">
            <div class="panel__h"><h2 id="draft-title">"新的版本"</h2></div>
            <form class="panel__b stack stack--3" method="post" action=CheckProfile::PATH>
                {refused}{wrong}{said}
                <div class="field field--wide">
                    <label for="profile-text">"程序文件（TOML）"</label>
                    <p class="hint" id="profile-text-h">{words::PROFILE_PASTE}</p>
                    <TextArea name="text".into() id="profile-text".into() value=draft.text.clone() rows=16 required=true describedby="profile-text-h".to_owned()/>
                </div>
                <p class="row">{publish}<button class=check>"检查并试走"</button></p>
            </form>
            {from_file()}
        </section>
        {sheets}
    }
    .into_any()
}

/// Reads the text of a file into the box above, which alone would do.
fn from_file() -> AnyView {
    view! {
        <form class="panel__b stack stack--3" method="post" action=paths::UPLOAD_PROFILE_FILE enctype="multipart/form-data">
            <div class="field">
                <label for="profile-file">"或者选文件"</label>
                <input class="input" type="file" name="file" id="profile-file" accept=".toml,text/plain" required/>
            </div>
            <p><button class="btn btn--quiet">"读入并检查"</button></p>
        </form>
    }
    .into_any()
}
