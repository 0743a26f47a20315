//! 模板: how the agency words its messages, looked at with an invented person before they are kept.

use super::tabs;
use crate::again::Again;
use crate::office::drawn::drawn;
use crate::office::parts::summary;
use crate::ui::{SelectField, TextArea, TextField, icon};
use crate::wording::messages::{pages as words, templates as letters};
use crate::{Failure, paths};
use domain::message::template::{BODY_MAX, PLACEHOLDERS, SUBJECT_MAX};
use domain::message::{Language, MessageKind};
use domain::page::messages::OwnWords;
use domain::time::{Timestamp, chinese_moment};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;

/// Address of the page.
pub const PAGE: &str = "/office/messages/templates";

/// One template, as it is kept and as somebody is writing it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateShown {
    /// Which kind.
    pub kind: MessageKind,
    /// In which language.
    pub language: Language,
    /// The agency's own words.
    pub own: Option<OwnWords>,
    /// What is being written and only looked at so far.
    pub draft: Option<(String, String)>,
    /// Server time.
    pub now: Timestamp,
}

fn kind_of(word: &str) -> MessageKind {
    MessageKind::parse(word).filter(|kind| kind.is_worded_by_agencies()).unwrap_or(MessageKind::Returned)
}

/// The template that the address asks for; `draft` is the key of one that is being written.
#[server(name = FetchTemplate, endpoint = "office/message-template")]
pub async fn template(
    #[server(default)] kind: String,
    #[server(default)] language: String,
    #[server(default)] draft: String,
) -> Result<TemplateShown, Failure> {
    let kept = crate::office::parts::ssr::kept(&draft);
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let (kind, language) = (kind_of(&kind), Language::parse(&language).unwrap_or_default());
    let own =
        records::messages::own_words(&records, &member, kind, language).await.map_err(crate::failure::from_records)?;
    let draft = kept.and_then(|lines| {
        let of = |name: &str| lines.iter().find(|(key, _)| key == name).map(|(_, text)| text.clone());
        Some((of("subject")?, of("body")?))
    });
    Ok(TemplateShown { kind, language, own, draft, now: records.now() })
}

/// Looks at a template with an invented person, keeps it, or goes back to the words of the product: `act` says which.
#[server(name = TemplateAct, endpoint = "office/message-template-act")]
pub async fn act(
    act: String,
    kind: String,
    language: String,
    #[server(default)] subject: String,
    #[server(default)] body: String,
) -> Result<(), Failure> {
    let here = format!("{PAGE}?kind={}&language={}", paths::encode(&kind), paths::encode(&language));
    let out = async {
        let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
        let (kind, language) = (kind_of(&kind), Language::parse(&language).unwrap_or_default());
        use records::messages as post;
        let done = match act.as_str() {
            "look" => match domain::message::template::check(&subject, &body) {
                Ok(()) => {
                    let lines = vec![("subject".to_owned(), subject.clone()), ("body".to_owned(), body.clone())];
                    let key = crate::office::parts::ssr::keep_for_next_page(&records, lines);
                    return Ok(format!("&draft={key}#preview"));
                }
                Err(why) => Err(why.into()),
            },
            "keep" => post::keep_words(&records, &member, kind, language, &subject, &body).await,
            "drop" => post::drop_words(&records, &member, kind, language).await,
            _ => Err(records::Error::NotFound),
        };
        done.map(|()| format!("&done={act}")).map_err(crate::failure::from_records)
    }
    .await;
    let typed = vec![("subject".to_owned(), subject), ("body".to_owned(), body)];
    crate::again::ssr::settle(out, |more| format!("{here}{more}"), &here, typed).map(drop)
}

/// 模板.
#[component]
pub fn TemplatesPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let asks = crate::ui::memo(move |_| {
        let query = query.read();
        let get = |key: &str| query.get(key).unwrap_or_default();
        [get("kind"), get("language"), get("draft"), get("done")]
    });
    let asked = Resource::new(move || asks.get(), |[kind, language, draft, _]| template(kind, language, draft));
    drawn("消息模板", None, asked, move |shown, again| {
        let [.., done] = asks.get_untracked();
        page(shown, &done, again)
    })
}

fn page(shown: &TemplateShown, done: &str, again: Option<&Again>) -> AnyView {
    let refused = summary(Signal::stored(again.map(|again| again.failure.clone())));
    let news = match done {
        "keep" => Some("已保存。以后的消息按这个模板写，已经发出的不变。"),
        "drop" => Some("已恢复为系统的文字。"),
        _ => None,
    };
    let news = news.map(
        |text| view! { <p class="banner" data-state="done" role="status">{icon("ok", "")}<span>{text}</span></p> },
    );
    let (product_subject, product_body) = letters::template(shown.kind, shown.language);
    let own = shown.own.as_ref();
    let (subject, body) = match (again, &shown.draft, own) {
        (Some(again), ..) => (again.typed("subject").to_owned(), again.typed("body").to_owned()),
        (None, Some((subject, body)), _) => (subject.clone(), body.clone()),
        (None, None, Some(own)) => (own.subject.clone(), own.body.clone()),
        (None, None, None) => (product_subject.to_owned(), product_body.to_owned()),
    };
    // What was refused cannot be shown as it would look.
    let preview = again.is_none().then(|| preview(shown, &subject, &body));
    let kinds = MessageKind::ALL
        .iter()
        .filter(|kind| kind.is_worded_by_agencies())
        .map(|kind| (kind.as_str().to_owned(), letters::label(*kind).to_owned()))
        .collect::<Vec<_>>();
    let languages =
        Language::ALL.iter().map(|one| (one.as_str().to_owned(), words::language(*one).to_owned())).collect::<Vec<_>>();
    let whose = match own {
        Some(own) => format!("{} 于 {} 改过", own.by, chinese_moment(own.at, shown.now.day())),
        None => "现在用的是系统的文字".into(),
    };
    let places = PLACEHOLDERS
        .iter()
        .map(|(name, _)| view! { <code class="nb">{format!("{{{name}}}")}</code>" " })
        .collect_view();
    let back = own.map(|_| {
        view! { <button class="btn btn--quiet" name="act" value="drop" type="submit">"恢复系统的文字"</button> }
    });
    view! {
        <div class="dash__b stack stack--5">
            {refused}
            {news}
            {tabs(PAGE)}
            <form method="get" action=PAGE class="toolbar">
                <SelectField name="kind" label="哪一种消息" options=kinds value=shown.kind.as_str().to_owned()/>
                <SelectField name="language" label="语言" options=languages value=shown.language.as_str().to_owned()/>
                <button class="btn btn--quiet" type="submit">"打开"</button>
            </form>
            <form method="post" action=TemplateAct::PATH class="stack stack--4">
                <input type="hidden" name="kind" value=shown.kind.as_str()/>
                <input type="hidden" name="language" value=shown.language.as_str()/>
                <p class="meta">{whose}</p>
                <TextField name="subject" label="标题" value=subject maxlength=SUBJECT_MAX/>
                <div class="field">
                    <label for="body">"正文"</label>
                    <p class="hint" id="body-h">"一行里的占位没有内容时，整行不出现。可用的占位："{places}</p>
                    <TextArea name="body".to_owned() id="body".to_owned() value=body rows=9 maxlength=BODY_MAX describedby="body-h".to_owned()/>
                </div>
                <p class="row">
                    <button class="btn btn--quiet" name="act" value="look" type="submit">{icon("eye", "")}<span>"预览"</span></button>
                    <button class="btn" name="act" value="keep" type="submit">"保存"</button>
                    {back}
                </p>
            </form>
            {preview}
        </div>
    }
    .into_any()
}

fn preview(shown: &TemplateShown, subject: &str, body: &str) -> AnyView {
    let mut letter = letters::sample(shown.kind, shown.language, shown.now);
    letter.own = Some((subject.to_owned(), body.to_owned()));
    super::notice::as_it_looks("preview", "看起来是这样（虚构的人）", &[letter])
}
