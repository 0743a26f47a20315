//! 查报名进度: by number and the end of the mobile, for who cannot sign in. Says where it stands and nothing about whom.

use super::wizard::{failure_summary, unreachable_page, waiting};
use crate::again::{Again, use_again};
use crate::ui::{LevelTag, StateBadge, TextField, icon};
use crate::wording::mine as words;
use crate::{Failure, paths};
use domain::application::Party;
use domain::page::messages::Standing;
use domain::time::chinese_moment;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use server_fn::ServerFn;

/// What was found a moment ago, kept under a key that nobody can guess.
#[server(name = FetchStanding, endpoint = "standing")]
pub async fn standing(#[server(default)] key: String) -> Result<Option<Standing>, Failure> {
    let kept = crate::office::parts::ssr::kept(&key).and_then(|lines| lines.into_iter().next());
    Ok(kept.filter(|(name, _)| name == "standing").and_then(|(_, text)| serde_json::from_str(&text).ok()))
}

/// Looks for an application. Number and digits never stand in an address.
#[server(name = AskStanding, endpoint = "standing-ask")]
pub async fn ask_standing(#[server(default)] number: String, #[server(default)] tail: String) -> Result<(), Failure> {
    let out = async {
        if let Some(lacking) = crate::wording::messages::standing_lacks(&number, &tail) {
            return Err(Failure::Told(lacking));
        }
        let records = crate::signed_in::ssr::records()?;
        let found =
            records::messages::standing(&records, &number, &tail).await.map_err(crate::failure::from_records)?;
        let found = found.ok_or_else(|| Failure::Told(crate::wording::messages::NO_STANDING.into()))?;
        let text = serde_json::to_string(&found).map_err(|_| Failure::NotFound)?;
        Ok(crate::office::parts::ssr::keep_for_next_page(&records, vec![("standing".to_owned(), text)]))
    }
    .await;
    let typed = vec![("number".to_owned(), number)];
    crate::again::ssr::settle(out, |key| format!("{}?found={key}", paths::STATUS), paths::STATUS, typed).map(drop)
}

/// 查报名进度.
#[component]
pub fn StatusPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let key = crate::ui::memo(move |_| query.read().get("found").unwrap_or_default());
    let found = Resource::new(move || key.get(), standing);
    let again = use_again();
    view! {
        <div class="wrap wrap--narrow page">
            <Title text="查报名进度"/>
            <Meta name="robots" content="noindex"/>
            <Transition fallback=waiting>
                {move || Suspend::new(async move {
                    let again = again.await;
                    match found.await {
                        Ok(found) => body(found.as_ref(), again.as_ref()),
                        Err(failure) => unreachable_page(failure, paths::STATUS),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

fn body(found: Option<&Standing>, again: Option<&Again>) -> AnyView {
    let refused = again.map(|again| failure_summary(&again.failure, Vec::new()));
    let number = again.map_or("", |again| again.typed("number")).to_owned();
    view! {
        <div class="stack stack--6">
            {refused}
            <div class="stack stack--2">
                <h1>"查报名进度"</h1>
                <p class="lead">"登录不了也能查。要办事（补正、缴费、打印）请登录。"</p>
            </div>
            {found.map(answer)}
            <form method="post" action=AskStanding::PATH class="stack stack--5">
                <TextField name="number" label="报名号" hint="提交后的页面、发给您的消息和申报表上都有，例如 2026-S-001201-0001" value=number class="w-20 num" autocomplete="off" maxlength=60/>
                <TextField name="tail" label="手机后四位" hint="报名时填的手机号码的最后四位" class="w-8 num" inputmode="numeric" autocomplete="off" maxlength=8/>
                <p class="row">
                    <button class=if found.is_some() { "btn btn--quiet" } else { "btn btn--big" }>{icon("search", "")}<span>"查询"</span></button>
                    <a href=paths::sign_in("")>"去登录"</a>
                </p>
            </form>
        </div>
    }
    .into_any()
}

fn answer(found: &Standing) -> AnyView {
    let progress = &found.progress;
    let next = match progress.awaits {
        Party::Applicant => "轮到您：登录后按提示办理",
        Party::Payer => "轮到缴费",
        Party::Reviewer => "轮到机构，不需要您做什么",
        Party::Nobody => "不需要再做什么",
    };
    let until = progress.until.map_or_else(|| "—".to_owned(), |until| chinese_moment(until, found.now.day()));
    let facts = [
        ("计划", found.plan_title.clone()),
        ("接下来", next.to_owned()),
        ("截止时间", until),
        ("咨询电话", found.phone.clone()),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .map(|(name, text)| view! { <div><dt>{name}</dt><dd class="num">{text}</dd></div> })
    .collect_view();
    view! {
        <section class="panel" aria-labelledby="found">
            <div class="panel__h">
                <h2 id="found" class="h-s">{found.trade.clone()}" "{found.level.map(|level| view! { <LevelTag level=level/> })}</h2>
                <StateBadge tone=progress.tone text=words::badge(progress)/>
            </div>
            <div class="panel__b"><dl class="kv kv--tight" role="status">{facts}</dl></div>
        </section>
    }
    .into_any()
}
