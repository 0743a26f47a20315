//! 写通知: to all of a plan, or of one state of it. What it will be stands there before it goes.

use super::tabs;
use crate::again::Again;
use crate::office::drawn::drawn;
use crate::office::parts::summary;
use crate::ui::{SelectField, StateBadge, TextArea, TextField, icon};
use crate::wording::messages::{pages as words, templates as letters};
use crate::{Failure, paths};
use domain::application::progress::Tone;
use domain::ids::PlanId;
use domain::message::template::{BODY_MAX, SUBJECT_MAX};
use domain::page::messages::{Audience, Letter, NoticePreview};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;

/// Address of the page.
pub const PAGE: &str = "/office/messages/notice";

/// What is being written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NoticeDraft {
    /// Id of the plan.
    pub plan: String,
    /// Who of it.
    pub audience: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body: String,
}

/// The form, and what it will be once it was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeShown {
    /// Plans to choose from.
    pub plans: Vec<(PlanId, String)>,
    /// What is being written.
    pub draft: NoticeDraft,
    /// What it will be.
    pub preview: Option<NoticePreview>,
    /// Whether mail is sent from here.
    pub mail: bool,
}

/// The form; `draft` is the key of what is being written.
#[server(name = FetchNotice, endpoint = "office/message-notice")]
pub async fn notice(#[server(default)] draft: String, #[server(default)] plan: String) -> Result<NoticeShown, Failure> {
    use crate::failure::from_records;
    let kept = crate::office::parts::ssr::kept(&draft).and_then(|lines| lines.into_iter().next());
    let open = use_context::<crate::signed_in::ssr::PostWays>().unwrap_or_default().open;
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let desk = records::messages::desk(&records, &member, None, None, None).await.map_err(from_records)?;
    if !desk.may_manage {
        return Err(Failure::Forbidden);
    }
    let draft: Option<NoticeDraft> = kept.and_then(|(_, text)| serde_json::from_str(&text).ok());
    let mut shown = NoticeShown {
        plans: desk.plans,
        draft: NoticeDraft { plan, ..NoticeDraft::default() },
        preview: None,
        mail: open.mail,
    };
    if let Some(draft) = draft {
        let audience = Audience::parse(&draft.audience).unwrap_or(Audience::Everybody);
        let plan = draft.plan.parse().map_err(|_| Failure::NotFound)?;
        let seen =
            records::messages::notice_preview(&records, &member, plan, audience, &draft.subject, &draft.body).await;
        shown.preview = Some(seen.map_err(from_records)?);
        shown.draft = draft;
    }
    Ok(shown)
}

/// Looks at a notice, or sends it to the people whom the preview counted.
#[server(name = NoticeAct, endpoint = "office/message-notice-act")]
pub async fn act(
    act: String,
    plan: String,
    #[server(default)] audience: String,
    #[server(default)] subject: String,
    #[server(default)] body: String,
    #[server(default)] shown: u32,
) -> Result<(), Failure> {
    use crate::failure::from_records;
    let draft = NoticeDraft { plan, audience, subject, body };
    let out = async {
        let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
        let plan = draft.plan.parse().map_err(|_| Failure::NotFound)?;
        let audience = Audience::parse(&draft.audience).unwrap_or(Audience::Everybody);
        use records::messages as post;
        if act == "send" {
            let sent = post::send_notice(&records, &member, plan, audience, &draft.subject, &draft.body, shown).await;
            return sent.map(|people| format!("?sent={people}")).map_err(from_records);
        }
        post::notice_preview(&records, &member, plan, audience, &draft.subject, &draft.body)
            .await
            .map_err(from_records)?;
        let text = serde_json::to_string(&draft).map_err(|_| Failure::NotFound)?;
        let key = crate::office::parts::ssr::keep_for_next_page(&records, vec![("draft".to_owned(), text)]);
        Ok(format!("?draft={key}#preview"))
    }
    .await;
    let typed = [("plan", draft.plan), ("audience", draft.audience), ("subject", draft.subject), ("body", draft.body)];
    let typed = typed.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    crate::again::ssr::settle(out, |more| format!("{PAGE}{more}"), PAGE, typed).map(drop)
}

/// 写通知.
#[component]
pub fn NoticePage() -> impl IntoView {
    let query = crate::ui::query_map();
    let asks = crate::ui::memo(move |_| {
        let query = query.read();
        let get = |key: &str| query.get(key).unwrap_or_default();
        [get("draft"), get("plan"), get("sent")]
    });
    let asked = Resource::new(move || asks.get(), |[draft, plan, _]| notice(draft, plan));
    drawn("写通知", None, asked, move |shown, again| {
        let [.., sent] = asks.get_untracked();
        page(shown, &sent, again)
    })
}

fn page(shown: &NoticeShown, sent: &str, again: Option<&Again>) -> AnyView {
    let refused = summary(Signal::stored(again.map(|again| again.failure.clone())));
    let news = sent.parse::<u32>().ok().map(|people| {
        view! { <p class="banner" data-state="done" role="status">{icon("ok", "")}<span>{format!("已发给 {people} 人。")}<a href=paths::OFFICE_MESSAGES>"看发送记录"</a></span></p> }
    });
    let typed = |key: &str, kept: &str| again.map_or_else(|| kept.to_owned(), |again| again.typed(key).to_owned());
    let draft = &shown.draft;
    let plans = shown.plans.iter().map(|(id, title)| (id.to_string(), title.clone())).collect::<Vec<_>>();
    let audiences =
        Audience::ALL.iter().map(|one| (one.as_str().to_owned(), words::audience(*one).to_owned())).collect::<Vec<_>>();
    let looked = shown.preview.as_ref().filter(|_| again.is_none());
    view! {
        <div class="dash__b stack stack--5">
            {refused}
            {news}
            {tabs(PAGE)}
            <form method="post" action=NoticeAct::PATH class="stack stack--4">
                <div class="toolbar">
                    <SelectField name="plan" label="计划" options=plans value=typed("plan", &draft.plan)/>
                    <SelectField name="audience" label="发给" options=audiences value=typed("audience", &draft.audience)/>
                </div>
                <TextField name="subject" label="标题" value=typed("subject", &draft.subject) maxlength=SUBJECT_MAX/>
                <div class="field">
                    <label for="body">"正文"</label>
                    <p class="hint" id="body-h">"可以用 {姓名}、{计划}、{报名号}、{电话} 等占位。不要写证件号码、成绩这类个人信息。"</p>
                    <TextArea name="body".to_owned() id="body".to_owned() value=typed("body", &draft.body) rows=8 maxlength=BODY_MAX describedby="body-h".to_owned()/>
                </div>
                <p><button class=if looked.is_some() { "btn btn--quiet" } else { "btn" } name="act" value="look" type="submit">{icon("eye", "")}<span>"预览"</span></button></p>
            </form>
            {looked.map(|preview| ready(shown, preview))}
        </div>
    }
    .into_any()
}

fn ready(shown: &NoticeShown, preview: &NoticePreview) -> AnyView {
    let draft = &shown.draft;
    let mail = match (shown.mail, preview.by_mail) {
        (false, _) => "本站没有开通邮件，只进“我的消息”。".to_owned(),
        (true, 0) => "没有人留邮箱，只进“我的消息”。".to_owned(),
        (true, some) => format!("都进“我的消息”，其中 {some} 人还会收到邮件。"),
    };
    view! {
        {as_it_looks("preview", &format!("会发给 {} 人，前 {} 人看到的是：", preview.people, preview.first.len()), &preview.first)}
        <p>{mail}</p>
        <form method="post" action=NoticeAct::PATH>
            <input type="hidden" name="plan" value=draft.plan.clone()/>
            <input type="hidden" name="audience" value=draft.audience.clone()/>
            <input type="hidden" name="subject" value=draft.subject.clone()/>
            <input type="hidden" name="body" value=draft.body.clone()/>
            <input type="hidden" name="shown" value=preview.people.to_string()/>
            <button class="btn btn--big" name="act" value="send" type="submit">{format!("发给这 {} 人", preview.people)}</button>
        </form>
    }
    .into_any()
}

/// Messages as people will see them.
pub(super) fn as_it_looks(id: &'static str, title: &str, all: &[Letter]) -> AnyView {
    let one = |letter: &Letter| {
        let written = letters::write(letter, Some("https://…"));
        view! {
            <article class="panel">
                <div class="panel__h"><b>{written.subject}</b><StateBadge tone=Tone::Draft text="预览" symbol="eye"/></div>
                <div class="panel__b"><p class="pre prose" lang=letter.language.as_str()>{written.body}</p></div>
            </article>
        }
        .into_any()
    };
    let all = all.iter().map(one).collect_view();
    view! {
        <section aria-labelledby=id class="stack stack--3">
            <h2 id=id>{title.to_owned()}</h2>
            {all}
        </section>
    }
    .into_any()
}
