//! 公示: masked lists while they are public, and what anybody objects to them. No search engine keeps these pages.

use crate::Failure;
use crate::again::{Again, use_again};
use crate::ui::{ErrorSummary, TextArea, TextField, fault_page, field_shell, icon};
use crate::wording::planner as words;
use domain::page::planner::{PublicEntry, PublicNotice, PublicNoticeLine};
use domain::planner::NoticeKind;
use domain::time::{Timestamp, chinese_moment};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};

const PAGE: &str = "/notices";

/// The lists that are public now.
#[server(name = FetchNotices, endpoint = "notices")]
pub async fn notices() -> Result<(Timestamp, Vec<PublicNoticeLine>), Failure> {
    let records = crate::signed_in::ssr::records()?;
    ssr::not_kept();
    let lines = records::planner::public_notices(&records).await.map_err(crate::failure::from_records)?;
    Ok((records.now(), lines))
}

/// One page of a list.
#[server(name = FetchNotice, endpoint = "notice")]
pub async fn notice(id: String, #[server(default)] page: u32) -> Result<PublicNotice, Failure> {
    let records = crate::signed_in::ssr::records()?;
    ssr::not_kept();
    records::planner::public_notice(&records, &id, page.max(1)).await.map_err(crate::failure::from_records)
}

/// Where an objection to a list goes, with the file that proves it.
pub fn object_to(id: &str) -> String {
    format!("{PAGE}/{id}/object")
}

/// What the form of an objection sent.
#[derive(Debug, Clone, Default)]
pub struct Objection {
    /// Number of the line; empty for the list as a whole.
    pub line: String,
    /// Who objects.
    pub name: String,
    /// How they are reached.
    pub contact: String,
    /// What is wrong, and what speaks for it.
    pub evidence: String,
    /// A picture or a PDF; empty where there is none.
    pub proof: Vec<u8>,
}

/// Objects to a list. Gives the page to go on with.
#[cfg(feature = "ssr")]
pub async fn object(records: &records::Records, id: &str, typed: Objection) -> String {
    let here = format!("{PAGE}/{id}");
    let Objection { line, name, contact, evidence, proof } = typed;
    let no = line.trim().parse().ok();
    let out = if name.trim().is_empty() || contact.trim().is_empty() || evidence.trim().is_empty() {
        Err(Failure::Told("姓名、联系方式和事实依据都要填，查实要用。".to_owned()))
    } else if no.is_none() && !line.trim().is_empty() {
        Err(Failure::Told("第几行请填名单上的序号；对整份名单有异议就空着。".to_owned()))
    } else {
        let proof = (!proof.is_empty()).then_some(proof);
        records::planner::object(records, id, no, &name, &contact, &evidence, proof)
            .await
            .map_err(crate::failure::from_records)
    };
    let typed = [("line", line), ("name", name), ("contact", contact), ("evidence", evidence)];
    match out {
        Ok(()) => format!("{here}?done=objected#object"),
        Err(failure) => {
            let typed = typed.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
            crate::again::ssr::back_with(&failure, &format!("{here}#object"), typed)
        }
    }
}

/// The server's side.
#[cfg(feature = "ssr")]
mod ssr {
    use http::{HeaderName, HeaderValue};
    use leptos::prelude::use_context;

    /// Tells robots to keep nothing, and caches as well: a list that was taken down is down.
    pub fn not_kept() {
        if let Some(answer) = use_context::<leptos_axum::ResponseOptions>() {
            let robots = HeaderValue::from_static("noindex, nofollow, noarchive");
            answer.insert_header(HeaderName::from_static("x-robots-tag"), robots);
            answer.insert_header(http::header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    }
}

/// 正在公示.
#[component]
pub fn NoticesPage() -> impl IntoView {
    let asked = Resource::new(|| (), |()| notices());
    view! {
        <Title text="正在公示 - 技考"/>
        <Meta name="robots" content="noindex, nofollow, noarchive"/>
        <div class="wrap wrap--narrow page stack stack--6">
            <h1>"正在公示"</h1>
            <Transition>
                {move || Suspend::new(async move {
                    match asked.await {
                        Err(failure) => fault_page(&failure),
                        Ok((now, lines)) => list(&lines, now),
                    }
                })}
            </Transition>
        </div>
    }
}

fn list(lines: &[PublicNoticeLine], now: Timestamp) -> AnyView {
    if lines.is_empty() {
        return view! {
            <div class="empty">{icon("list", "l")}<p><b>"现在没有正在公示的名单"</b></p><p class="meta">"公示期过了，名单会自动撤下。自己报到哪一步，随时能查。"</p><a class="btn btn--quiet" href=crate::paths::STATUS>"查报名进度"</a></div>
        }
        .into_any();
    }
    let rows = lines
        .iter()
        .map(|line| {
            let href = format!("{PAGE}/{}", line.id);
            let until = format!("{}　公示到 {}", line.agency, chinese_moment(line.closes, now.day()));
            view! { <li><span><a href=href>{format!("{}：{}", words::notice(line.kind), line.title)}</a><br/><span class="meta">{until}</span></span></li> }.into_any()
        })
        .collect_view();
    view! { <ul class="tasks">{rows}</ul> }.into_any()
}

/// One public list.
#[component]
pub fn NoticePage() -> impl IntoView {
    let params = crate::ui::params_map();
    let query = crate::ui::query_map();
    let asks = crate::ui::memo(move |_| {
        let page = query.read().get("page").and_then(|page| page.parse().ok()).unwrap_or(1);
        (params.read().get("id").unwrap_or_default(), page)
    });
    let objected = crate::ui::memo(move |_| query.read().get("done").is_some());
    let asked = Resource::new(move || asks.get(), |(id, page)| notice(id, page));
    let again = use_again();
    view! {
        <Meta name="robots" content="noindex, nofollow, noarchive"/>
        <Transition>
            {move || Suspend::new(async move {
                let again = again.await;
                match asked.await {
                    Err(failure) => fault_page(&failure),
                    Ok(notice) => page(&notice, objected.get_untracked(), again.as_ref()),
                }
            })}
        </Transition>
    }
}

fn page(notice: &PublicNotice, objected: bool, again: Option<&Again>) -> AnyView {
    let now = notice.now.day();
    let title = format!("{}：{}", words::notice(notice.line.kind), notice.line.title);
    let level = notice.level.map_or("", domain::occupation::SkillLevel::name);
    let window = format!("{} 至 {}", chinese_moment(notice.line.opens, now), chinese_moment(notice.line.closes, now));
    let heads = notice
        .subjects
        .iter()
        .map(|subject| view! { <th scope="col">{subject.clone()}</th> }.into_any())
        .collect_view();
    let scores = notice.line.kind == NoticeKind::Scores;
    let rows = notice.entries.iter().map(|entry| row(entry, scores)).collect_view();
    let address = |page: u32| format!("{PAGE}/{}?page={page}", notice.line.id);
    let pages = (notice.pages > 1).then(|| {
        let before = (notice.page > 1).then(|| view! { <a href=address(notice.page - 1)>"上一页"</a> });
        let after = (notice.page < notice.pages).then(|| view! { <a href=address(notice.page + 1)>"下一页"</a> });
        view! { <nav class="pages" aria-label="分页">{before}<span class="meta">{format!("第 {} 页，共 {} 页", notice.page, notice.pages)}</span>{after}</nav> }
    });
    view! {
        <Title text=format!("{title} - 技考")/>
        <div class="wrap page stack stack--6">
            <nav class="crumb" aria-label="位置"><a href=PAGE>{icon("left", "s")}"正在公示"</a></nav>
            <div class="stack stack--2">
                <h1>{title}</h1>
                <p class="meta">{format!("计划编号 {}　{} {level}", notice.number, notice.trade)}</p>
                <p>{format!("公示时间：{window}。过了公示期，这一页会撤下。")}</p>
                <p class="meta">{format!("共 {} 人。姓名和证件号码只显示一部分。咨询：{}", notice.total, notice.contact)}</p>
            </div>
            <div class="tablewrap" role="region" tabindex="0" aria-label="公示名单">
                <table class="table">
                    <thead><tr><th scope="col">"序号"</th><th scope="col">"姓名"</th><th scope="col">"证件号码"</th>{heads}{scores.then(|| view! { <th scope="col">"结果"</th> })}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {pages}
            {form(notice, objected, again)}
        </div>
    }
    .into_any()
}

fn row(entry: &PublicEntry, scores: bool) -> AnyView {
    let marks =
        entry.marks.iter().map(|(_, mark)| view! { <td class="num">{mark.clone()}</td> }.into_any()).collect_view();
    view! {
        <tr><td class="num">{entry.no}</td><th scope="row">{entry.name.clone()}</th><td class="num nb">{entry.id_no.clone()}</td>{marks}{scores.then(|| view! { <td>{entry.result.clone()}</td> })}</tr>
    }
    .into_any()
}

fn form(notice: &PublicNotice, objected: bool, again: Option<&Again>) -> AnyView {
    let typed = |key: &str| again.map_or("", |again| again.typed(key)).to_owned();
    let refused = again.map(|again| {
        view! { <ErrorSummary faults=vec![(String::new(), crate::wording::failure(&again.failure))]/> }
    });
    if objected && again.is_none() {
        return view! {
            <section id="object" class="stack stack--2">
                <p class="banner" data-state="done" role="status">{icon("ok", "")}<span>"异议已收到。机构查实后按您留的方式答复，成立的会更正名单。"</span></p>
            </section>
        }
        .into_any();
    }
    let control = view! { <TextArea name="evidence".to_owned() id="evidence".to_owned() value=typed("evidence") rows=5 maxlength=2000/> }.into_any();
    let file = view! { <input class="filein" type="file" name="proof" id="proof" accept="image/jpeg,image/png,application/pdf" aria-describedby="proof-h"/> }
        .into_any();
    let hint = "照片或 PDF 一个，最大 5 MB；多份材料请合成一个 PDF".to_owned();
    let proof = field_shell("proof".into(), "证明材料".into(), hint, Signal::stored(None), true, file);
    view! {
        <section id="object" class="panel" aria-labelledby="object-title">
            <div class="panel__h"><h2 id="object-title">"对名单有异议"</h2></div>
            <form method="post" action=object_to(&notice.line.id) enctype="multipart/form-data" class="panel__b stack stack--4">
                {refused}
                <p class="meta">"请写真实姓名和联系方式，只有办理的人看得到。没有事实依据的不受理。"</p>
                <TextField name="line" label="第几行" hint="名单上的序号；对整份名单有异议就空着" value=typed("line") class="w-4 num" inputmode="numeric" maxlength=6 optional=true/>
                {field_shell("evidence".into(), "事实和依据".into(), "哪里不对，有什么证据，到哪里可以查到".into(), Signal::stored(None), false, control)}
                {proof}
                <TextField name="name" label="您的姓名" value=typed("name") class="w-12" maxlength=50/>
                <TextField name="contact" label="联系电话或邮箱" value=typed("contact") class="w-20" maxlength=100/>
                <p><button class="btn" type="submit">"提交异议"</button></p>
            </form>
        </section>
    }
    .into_any()
}
