//! 接口推送: addresses of the agency's own system that hear of every message, signed.

use super::tabs;
use crate::Failure;
use crate::again::Again;
use crate::office::drawn::drawn;
use crate::office::parts::summary;
use crate::ui::{TextField, icon};
use crate::wording::messages::pages as words;
use domain::page::messages::Endpoint;
use domain::time::{Timestamp, chinese_moment};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;

/// Address of the page.
pub const PAGE: &str = "/office/messages/endpoints";

/// The addresses, and the secret of one that was added just now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointsShown {
    /// Server time.
    pub now: Timestamp,
    /// Addresses.
    pub all: Vec<Endpoint>,
    /// Shown once.
    pub secret: Option<String>,
}

/// The addresses of the agency; `made` is the key of a secret that is shown once.
#[server(name = FetchEndpoints, endpoint = "office/message-endpoints")]
pub async fn endpoints(#[server(default)] made: String) -> Result<EndpointsShown, Failure> {
    let secret = crate::office::parts::ssr::kept(&made).and_then(|lines| lines.into_iter().next());
    let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
    let all = records::messages::endpoints(&records, &member).await.map_err(crate::failure::from_records)?;
    Ok(EndpointsShown { now: records.now(), all, secret: secret.map(|(_, text)| text) })
}

/// Adds an address or ends one: `act` says which.
#[server(name = EndpointAct, endpoint = "office/message-endpoint-act")]
pub async fn act(act: String, #[server(default)] url: String, #[server(default)] id: String) -> Result<(), Failure> {
    let local = use_context::<crate::signed_in::ssr::PostWays>().unwrap_or_default().local;
    let out = async {
        let (records, member) = crate::office::parts::ssr::staff_or_sign_in().await?;
        let done = match act.as_str() {
            "add" => records::messages::add_endpoint(&records, &member, &url, local).await.map(Some),
            "end" => records::messages::end_endpoint(&records, &member, &id).await.map(|()| None),
            _ => Err(records::Error::NotFound),
        };
        let secret = done.map_err(crate::failure::from_records)?;
        Ok(secret.map_or_else(String::new, |secret| {
            let key = crate::office::parts::ssr::keep_for_next_page(&records, vec![("secret".to_owned(), secret)]);
            format!("?made={key}")
        }))
    }
    .await;
    crate::again::ssr::settle(out, |more| format!("{PAGE}{more}"), PAGE, vec![("url".to_owned(), url)]).map(drop)
}

/// 接口推送.
#[component]
pub fn EndpointsPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let made = crate::ui::memo(move |_| query.read().get("made").unwrap_or_default());
    let asked = Resource::new(move || made.get(), endpoints);
    drawn("接口推送", None, asked, page)
}

fn page(shown: &EndpointsShown, again: Option<&Again>) -> AnyView {
    let refused = summary(Signal::stored(again.map(|again| again.failure.clone())));
    let secret = shown.secret.as_ref().map(|secret| {
        view! {
            <div class="banner" data-state="me" role="status">{icon("lock", "")}
                <div><p><b>"签名密钥只显示这一次，请现在抄到对方系统里："</b></p><p><code class="num" id="secret">{secret.clone()}</code></p></div>
            </div>
        }
    });
    let rows = shown
        .all
        .iter()
        .map(|one| {
            let last = one.last_sent.map_or_else(|| "—".to_owned(), |at| chinese_moment(at, shown.now.day()));
            view! {
                <tr>
                    <th scope="row"><code>{one.url.clone()}</code></th>
                    <td data-label="谁加的">{one.by.clone()}</td>
                    <td data-label="从" class="num">{chinese_moment(one.since, shown.now.day())}</td>
                    <td data-label="最近送达" class="num">{last}</td>
                    <td data-label="最近失败">{words::reason(&one.last_reason)}</td>
                    <td>
                        <form method="post" action=EndpointAct::PATH>
                            <input type="hidden" name="id" value=one.id.clone()/>
                            <button class="btn btn--quiet btn--small" name="act" value="end">"停用"</button>
                        </form>
                    </td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    let table = match shown.all.is_empty() {
        true => view! { <div class="empty"><p><b>"还没有推送地址"</b></p><p class="meta">"机构自己的系统可以在这里登记一个地址，报名有了变化就会收到一条签过名的通知，不含个人信息。"</p></div> }.into_any(),
        false => view! {
            <div class="tablewrap" role="region" tabindex="0" aria-label="接口的表格"><table class="table table--blocks">
                <thead><tr><th scope="col">"地址"</th><th scope="col">"谁加的"</th><th scope="col">"从"</th><th scope="col">"最近送达"</th><th scope="col">"最近失败"</th><th scope="col"><span class="vh">"操作"</span></th></tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        }
        .into_any(),
    };
    view! {
        <div class="dash__b stack stack--5">
            {refused}
            {tabs(PAGE)}
            {secret}
            {table}
            <form method="post" action=EndpointAct::PATH class="toolbar">
                <TextField name="url" label="新的推送地址" hint="https:// 开头" value=again.map_or("", |again| again.typed("url")).to_owned() kind="url" class="w-20" maxlength=300 autocomplete="off"/>
                <button class="btn" name="act" value="add" type="submit">{icon("plus", "")}<span>"登记"</span></button>
            </form>
            <details class="more"><summary>"给对方系统的技术人员：怎么核对签名"</summary><p class="meta prose">"每条推送带 Jikao-Signature 头：t 是秒数，v1 是用密钥对“t.正文”算的 HMAC-SHA256。对方回答 2xx 才算送达；没有回答会在 1 分钟、5 分钟、30 分钟、2 小时、12 小时后再试。"</p></details>
        </div>
    }
    .into_any()
}
