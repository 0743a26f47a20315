//! 我的消息: what was told, newest first; where it is sent besides; the link that proves a mail address.

use super::wizard::{failure_summary, unreachable_page, waiting};
use crate::again::{Again, use_again};
use crate::part::follow::follow;
use crate::ui::{Banner, SelectField, StateBadge, TextField, icon};
use crate::wording::messages::{pages as words, templates};
use crate::{Failure, paths};
use domain::application::progress::Tone;
use domain::ids::AccountId;
use domain::message::Language;
use domain::page::messages::{ContactPage, Inbox, InboxLine};
use domain::time::{Timestamp, chinese_moment};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;

/// A page of 我的消息, and whose it is.
#[server(name = FetchInbox, endpoint = "my/messages")]
pub async fn inbox(#[server(default)] page: u32) -> Result<(AccountId, Inbox), Failure> {
    let (records, account) = crate::signed_in::ssr::applicant().await?;
    let inbox = records::messages::inbox(&records, account, page).await.map_err(crate::failure::from_records)?;
    Ok((account, inbox))
}

/// Notes that a message was read, or all of them, and goes on to `next`.
#[server(name = ReadMessage, endpoint = "my/message-read")]
pub async fn read(#[server(default)] id: String, #[server(default)] next: String) -> Result<(), Failure> {
    let out = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        let read = match id.as_str() {
            "" => records::messages::read_all(&records, account).await,
            id => records::messages::read(&records, account, id).await,
        };
        read.map_err(crate::failure::from_records)
    }
    .await;
    let next = if paths::is_ours(&next) { next } else { paths::MESSAGES.to_owned() };
    crate::again::ssr::settle(out, |()| next, paths::MESSAGES, Vec::new())
}

/// Where messages are sent to, and which ways this installation has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaysShown {
    /// Addresses and wishes.
    pub contact: ContactPage,
    /// Whether mail is sent from here.
    pub mail: bool,
    /// Whether text messages are sent from here.
    pub sms: bool,
}

/// Where messages of the signed-in candidate are sent to.
#[server(name = FetchMessageWays, endpoint = "my/message-ways")]
pub async fn ways() -> Result<WaysShown, Failure> {
    let open = use_context::<crate::signed_in::ssr::PostWays>().unwrap_or_default().open;
    let (records, account) = crate::signed_in::ssr::applicant().await?;
    let contact = records::messages::contact(&records, account).await.map_err(crate::failure::from_records)?;
    Ok(WaysShown { contact, mail: open.mail, sms: open.sms })
}

/// Asks for a mail address, which gets a link; an empty one forgets the present one.
#[server(name = SetMail, endpoint = "my/mail")]
pub async fn set_mail(#[server(default)] mail: String, #[server(default)] forget: String) -> Result<(), Failure> {
    let out = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        let done = match forget.as_str() {
            "" => records::messages::set_mail(&records, account, &mail).await,
            _ => records::messages::forget_mail(&records, account).await,
        };
        done.map_err(crate::failure::from_records)
    }
    .await;
    let saved = if forget.is_empty() { "mail" } else { "forgotten" };
    let next = format!("{}?saved={saved}", paths::MESSAGES_WAYS);
    crate::again::ssr::settle(out, |()| next, paths::MESSAGES_WAYS, vec![("mail".to_owned(), mail)])
}

/// Keeps which ways are not wanted, and the language.
#[server(name = KeepMessageWays, endpoint = "my/message-ways-keep")]
pub async fn keep_ways(
    #[server(default)] mail: String,
    #[server(default)] sms: String,
    #[server(default)] language: String,
) -> Result<(), Failure> {
    let out = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        let language = Language::parse(&language).unwrap_or_default();
        // A box that is not ticked is not sent.
        records::messages::keep_preferences(&records, account, mail.is_empty(), sms.is_empty(), language)
            .await
            .map_err(crate::failure::from_records)
    }
    .await;
    let next = format!("{}?saved=ways", paths::MESSAGES_WAYS);
    crate::again::ssr::settle(out, |()| next, paths::MESSAGES_WAYS, Vec::new())
}

/// The masked address that a link would confirm.
#[server(name = FetchMailToConfirm, endpoint = "mail")]
pub async fn mail_to_confirm(token: String) -> Result<Option<String>, Failure> {
    let records = crate::signed_in::ssr::records()?;
    records::messages::contact_to_confirm(&records, &token).await.map_err(crate::failure::from_records)
}

/// Confirms a mail address by the link that went there.
#[server(name = ConfirmMail, endpoint = "mail-confirm")]
pub async fn confirm_mail(token: String) -> Result<(), Failure> {
    let here = format!("{}/{}", paths::CONFIRM_MAIL, paths::encode(&token));
    let out = async {
        let records = crate::signed_in::ssr::records()?;
        records::messages::confirm_mail(&records, &token).await.map_err(crate::failure::from_records)
    }
    .await;
    crate::again::ssr::settle(out, |()| format!("{}/done", paths::CONFIRM_MAIL), &here, Vec::new())
}

/// 我的消息.
#[component]
pub fn MessagesPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let page =
        crate::ui::memo(move |_| query.read().get("page").and_then(|page| page.parse::<u32>().ok()).unwrap_or(1));
    let kept = Resource::new(move || page.get(), inbox);
    view! {
        <div class="wrap wrap--narrow page">
            <Title text="我的消息"/>
            <Transition fallback=waiting>
                {move || Suspend::new(async move {
                    match kept.await {
                        Ok((account, inbox)) => list(&inbox, follow(vec![format!("account:{account}")])),
                        Err(failure) => unreachable_page(failure, paths::MESSAGES),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

fn list(inbox: &Inbox, live: AnyView) -> AnyView {
    let none = inbox.lines.is_empty().then(|| {
        view! {
            <div class="empty">
                {icon("bell", "")}
                <p><b>"还没有消息"</b></p>
                <p class="meta">"报名的每一步有了结果，都会在这里告诉您。"</p>
                <a class="btn btn--quiet" href=paths::MINE>"看我的报名"</a>
            </div>
        }
    });
    let unread = (inbox.unread > 0).then(|| {
        view! {
            <form method="post" action=ReadMessage::PATH class="row between">
                <span class="num">{format!("{} 条未读", inbox.unread)}</span>
                <button class="btn btn--quiet btn--small">"全部标为已读"</button>
            </form>
        }
    });
    let lines = inbox.lines.iter().map(|one| line(one, inbox.now)).collect_view();
    let step = |to: u32, word: &'static str| {
        view! { <a class="btn btn--quiet" href=format!("{}?page={to}", paths::MESSAGES)>{word}</a> }.into_any()
    };
    let pages = (inbox.pages > 1).then(|| {
        view! {
            <nav class="row between" aria-label="翻页">
                {(inbox.page > 1).then(|| step(inbox.page - 1, "较新的"))}
                <span class="meta num">{format!("第 {} / {} 页", inbox.page, inbox.pages)}</span>
                {(inbox.page < inbox.pages).then(|| step(inbox.page + 1, "较早的"))}
            </nav>
        }
    });
    view! {
        <nav class="crumb" aria-label="位置"><a href=paths::MINE>{icon("left", "s")}"我的报名"</a></nav>
        <div class="row between"><h1>"我的消息"</h1>{live}</div>
        <p class="meta"><a href=paths::MESSAGES_WAYS>"邮箱、短信和语言"</a></p>
        <div class="stack stack--4 mt-4" data-swap="messages">
            {unread}
            {none}
            {lines}
            {pages}
        </div>
    }
    .into_any()
}

fn line(one: &InboxLine, now: Timestamp) -> AnyView {
    let letter = &one.letter;
    let written = templates::write(letter, None);
    let at = chinese_moment(letter.at, now.day());
    let badge = (!one.read).then(|| view! { <StateBadge tone=Tone::Me text="未读" symbol="bell"/> });
    let heading = format!("m-{}", letter.id);
    let id = heading.clone();
    // What was asked for may be done, or over: then the message leads to the application.
    let (next, word) = match (one.since, letter.application) {
        (Some(_), Some(id)) => (paths::my_case(id), "看报名"),
        _ => (templates::path(letter), templates::action(letter.kind)),
    };
    let since = one.since.map(|since| {
        let (tone, text) = words::since(since);
        view! { <StateBadge tone=tone text=text.to_owned()/> }
    });
    // Going on is reading: one button does both.
    let on = (next != paths::MESSAGES).then(|| {
        view! {
            <form method="post" action=ReadMessage::PATH>
                <input type="hidden" name="id" value=letter.id.clone()/>
                <input type="hidden" name="next" value=next/>
                <button class="btn btn--quiet btn--small">{word}</button>
            </form>
        }
    });
    let read = (!one.read).then(|| {
        view! {
            <form method="post" action=ReadMessage::PATH>
                <input type="hidden" name="id" value=letter.id.clone()/>
                <button class="btn btn--quiet btn--small">"标为已读"</button>
            </form>
        }
    });
    view! {
        <section class="panel" aria-labelledby=heading>
            <div class="panel__b stack stack--3">
                <div class="row between">
                    <h2 class="h-s" id=id>{written.subject}</h2>
                    {badge}
                </div>
                <p class="meta num">{at}</p>
                <p class="pre prose" lang=letter.language.as_str()>{written.body}</p>
                <div class="row">{since}{on}{read}</div>
            </div>
        </section>
    }
    .into_any()
}

/// Where messages are sent besides the page: mail, text messages, language.
#[component]
pub fn MessageWaysPage() -> impl IntoView {
    let kept = Resource::new(|| (), |()| ways());
    let again = use_again();
    let query = crate::ui::query_map();
    let saved = crate::ui::memo(move |_| query.read().get("saved").unwrap_or_default());
    view! {
        <div class="wrap wrap--narrow page">
            <Title text="消息发到哪里"/>
            <Transition fallback=waiting>
                {move || Suspend::new(async move {
                    let again = again.await;
                    match kept.await {
                        Ok(shown) => ways_body(&shown, again.as_ref(), &saved.get_untracked()),
                        Err(failure) => unreachable_page(failure, paths::MESSAGES_WAYS),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

fn ways_body(shown: &WaysShown, again: Option<&Again>, saved: &str) -> AnyView {
    let contact = &shown.contact;
    let news = match saved {
        _ if again.is_some() => None,
        "mail" => Some("确认信已经发出。请打开邮箱里的链接，点“确认”后生效。"),
        "forgotten" => Some("邮箱已经删除，不会再往那里发信。"),
        "ways" => Some("已保存。"),
        _ => None,
    };
    let said = |text: &str, none: &str| if text.is_empty() { none.to_owned() } else { text.to_owned() };
    let facts = [
        ("邮箱", said(&contact.mail, "没有填")),
        ("待确认的邮箱", contact.pending.clone()),
        ("手机", said(&contact.mobile, "没有填")),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .map(|(name, text)| view! { <div><dt>{name}</dt><dd class="num">{text}</dd></div> })
    .collect_view();
    let languages =
        Language::ALL.iter().map(|one| (one.as_str().to_owned(), words::language(*one).to_owned())).collect::<Vec<_>>();
    let wish = |name: &'static str, checked: bool, label: &'static str, note: &'static str| {
        view! {
            <label class="check">
                <input type="checkbox" name=name value="1" checked=checked/>
                <span>{label}<small class="meta">{note}</small></span>
            </label>
        }
        .into_any()
    };
    let closed = |open: bool| if open { "" } else { "　本站目前没有开通，打开后等开通即可收到" };
    let forget = (!contact.mail.is_empty() || !contact.pending.is_empty()).then(|| {
        view! {
            <form method="post" action=SetMail::PATH>
                <input type="hidden" name="forget" value="1"/>
                <button class="btn btn--quiet btn--small">"删除邮箱"</button>
            </form>
        }
    });
    let mail = if shown.mail {
        view! {
            <form method="post" action=SetMail::PATH class="stack stack--4">
                <TextField name="mail" label=if contact.mail.is_empty() { "联系邮箱" } else { "换一个邮箱" }
                    hint="会先发一封确认信，点了里面的链接才算数" value=again.map_or("", |again| again.typed("mail")).to_owned()
                    kind="email" inputmode="email" autocomplete="email" class="w-20" maxlength=254/>
                <p><button class="btn">"发确认信"</button></p>
            </form>
        }
        .into_any()
    } else {
        view! { <p class="soft">"本站没有开通邮件，消息都在“我的消息”里。"</p> }.into_any()
    };
    view! {
        <nav class="crumb" aria-label="位置"><a href=paths::MESSAGES>{icon("left", "s")}"我的消息"</a></nav>
        <div class="stack stack--6">
            {again.map(|again| failure_summary(&again.failure, Vec::new()))}
            {news.map(|words| view! { <Banner tone=Tone::Done role="status"><p>{words}</p></Banner> })}
            <div class="stack stack--2">
                <h1>"消息发到哪里"</h1>
                <p class="lead">"审核结果、补正和截止时间一定会在“我的消息”里；邮件和短信可以随时关掉。"</p>
            </div>
            <section class="stack stack--4" aria-labelledby="where">
                <h2 id="where" class="h-s">"邮箱和手机"</h2>
                <dl class="kv">{facts}</dl>
                {mail}
                {forget}
                <p class="meta">"换手机号码请到"<a href=paths::PROFILE>"个人资料"</a>"。"</p>
            </section>
            <section class="stack stack--4" aria-labelledby="wishes">
                <h2 id="wishes" class="h-s">"怎么通知我"</h2>
                <form method="post" action=KeepMessageWays::PATH class="stack stack--4">
                    {wish("mail", !contact.no_mail, "发邮件", closed(shown.mail))}
                    {wish("sms", !contact.no_sms, "要我处理的事发短信，晚上十点到早上八点不发", closed(shown.sms))}
                    <SelectField name="language" label="消息的语言" options=languages value=contact.language.as_str().to_owned()/>
                    <p><button class="btn">"保存"</button></p>
                </form>
            </section>
        </div>
    }
    .into_any()
}

/// The page of a link that proves a mail address. Opening it is not enough: some mail programs open every link.
#[component]
pub fn ConfirmMailPage() -> impl IntoView {
    let params = crate::ui::params_map();
    let token = crate::ui::memo(move |_| params.read().get("token").unwrap_or_default());
    let kept = Resource::new(
        move || token.get(),
        |token| async move { if token == "done" { Ok(None) } else { mail_to_confirm(token).await } },
    );
    view! {
        <div class="wrap wrap--narrow page">
            <Title text="确认邮箱"/>
            <Meta name="robots" content="noindex"/>
            <Transition fallback=waiting>
                {move || Suspend::new(async move {
                    match kept.await {
                        Ok(shown) => confirm_body(shown, token.get_untracked()),
                        Err(failure) => unreachable_page(failure, paths::HOME),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

fn confirm_body(shown: Option<String>, token: String) -> AnyView {
    match shown {
        Some(mail) => view! {
            <form method="post" action=ConfirmMail::PATH class="stack stack--4">
                <h1>"确认邮箱"</h1>
                <p class="lead">"以后报名的消息也会发到 "<b class="num">{mail}</b>"。不是您要求的，关掉这一页就行。"</p>
                <input type="hidden" name="token" value=token/>
                <p><button class="btn btn--big">"确认"</button></p>
            </form>
        }
        .into_any(),
        None if token == "done" => view! {
            <div class="stack stack--4">
                <h1>"邮箱确认好了"</h1>
                <p class="lead">"以后报名的消息也会发到这个邮箱。"</p>
                <p><a class="btn btn--quiet" href=paths::MINE>"看我的报名"</a></p>
            </div>
        }
        .into_any(),
        None => view! {
            <div class="stack stack--4">
                <h1>"链接不能用了"</h1>
                <p class="lead">{crate::wording::messages::refusal(&domain::message::MessageRefusal::CodeOver)}</p>
                <p><a class="btn btn--quiet" href=paths::MESSAGES_WAYS>"重新发送"</a></p>
            </div>
        }
        .into_any(),
    }
}
