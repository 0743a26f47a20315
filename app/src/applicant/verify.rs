//! 证书查验: anybody asks, by number and name, by the code on the paper, by a link of its holder. No account, no script.

use super::wizard::waiting;
use crate::ui::{LevelTag, TextField, icon};
use crate::wording::certificates as words;
use crate::{Failure, paths};
use domain::application::progress::Tone;
use domain::page::certificates::{Finding, Found, Verdict};
use domain::time::{Timestamp, chinese_moment};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;

/// What was asked, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// Server time.
    pub now: Timestamp,
    /// The answer; none before anything was asked.
    pub finding: Option<Finding>,
    /// Number as typed.
    pub number: String,
    /// Name as typed.
    pub name: String,
}

/// What the address asks: a code, a link, or a sealed question.
#[server(name = FetchVerification, endpoint = "verification")]
pub async fn verification(
    #[server(default)] c: String,
    #[server(default)] s: String,
    #[server(default)] q: String,
) -> Result<Verification, Failure> {
    use records::certificates;
    let records = crate::signed_in::ssr::records()?;
    let mut shown = Verification { now: records.now(), finding: None, number: String::new(), name: String::new() };
    let found = if !c.is_empty() {
        Some(certificates::by_code(&records, &c).await)
    } else if !s.is_empty() {
        Some(certificates::by_link(&records, &s).await)
    } else if let Some((number, name)) = certificates::open_question(&records, &q) {
        let found = certificates::by_number(&records, &number, &name).await;
        (shown.number, shown.name) = (number, name);
        Some(found)
    } else {
        None
    };
    shown.finding = found.transpose().map_err(crate::failure::from_records)?;
    Ok(shown)
}

/// Asks by number and name, or by the text of a code in place of the number.
#[server(name = Verify, endpoint = "verify")]
pub async fn verify(#[server(default)] number: String, #[server(default)] name: String) -> Result<(), Failure> {
    let records = crate::signed_in::ssr::records()?;
    // Some cameras give the text instead of following it.
    let next = match number.rsplit_once("c=") {
        Some((_, code)) if code.len() > 60 => format!("{}?c={}", paths::VERIFY, paths::encode(code.trim())),
        _ => {
            let sealed = records::certificates::seal_question(&records, &number, &name);
            format!("{}?q={}", paths::VERIFY, sealed.map_err(crate::failure::from_records)?)
        }
    };
    leptos_axum::redirect(&next);
    Ok(())
}

/// 证书查验.
#[component]
pub fn VerifyPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let asked = crate::ui::memo(move |_| {
        let query = query.read();
        let get = |key: &str| query.get(key).unwrap_or_default();
        (get("c"), get("s"), get("q"))
    });
    let answer = Resource::new(move || asked.get(), |(c, s, q)| verification(c, s, q));
    view! {
        <div class="wrap page">
            <Transition fallback=waiting>
                {move || Suspend::new(async move {
                    match answer.await {
                        Ok(shown) => page(&shown),
                        Err(failure) => super::wizard::unreachable_page(failure, paths::VERIFY),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

fn page(shown: &Verification) -> AnyView {
    let number_fault = Signal::stored(match shown.finding {
        Some(Finding::NoNumber(why)) => Some(words::no_number(why, &shown.number).to_owned()),
        _ => None,
    });
    // Both are asked for at once: who left the name out as well is not sent back twice.
    let nameless = match shown.finding {
        Some(Finding::NoName) => true,
        Some(Finding::NoNumber(_)) => shown.name.trim().is_empty(),
        _ => false,
    };
    let name_fault = Signal::stored(nameless.then(|| "请填持证人姓名，和证书上写的一样。".to_owned()));
    let result = shown.finding.as_ref().and_then(|finding| result(finding, shown.now));
    let again = result.is_some();
    view! {
        <Title text="证书查验"/>
        <div class="cols cols--pair">
            <div class="stack stack--5">
                <div class="stack stack--1"><h1>"查验证书真假"</h1><p class="lead">{words::VERIFY_LEAD}</p></div>
                {result}
                <form method="post" action=Verify::PATH class="stack stack--4" aria-label="按编号查验">
                    {again.then(|| view! { <h2>"再查一张"</h2> })}
                    <TextField name="number" label="证书编号" hint="在证书右侧，22 位字母和数字。大小写、全角、空格都行" value=shown.number.clone() error=number_fault class="num" maxlength=60/>
                    <TextField name="name" label="持证人姓名" value=shown.name.clone() error=name_fault class="w-20" maxlength=60/>
                    <p><button class=if again { "btn btn--quiet btn--big" } else { "btn btn--big" } type="submit">{icon("search", "")}<span>"查验"</span></button></p>
                </form>
            </div>
            <aside class="stack stack--4">
                <section class="panel" aria-labelledby="how"><div class="panel__h"><h2 id="how">"怎么查"</h2></div><div class="panel__b stack stack--3">
                    <p>{icon("qr", "s")}" 用手机相机或微信扫证书左下角的码，结果直接打开。"</p>
                    <p>"没有网络也能验签名："<a href=paths::VERIFY_OFFLINE rel="external">"打开断网查验页"</a>"，先存到手机里。"</p>
                    <p>"看自己的、下载电子证书："<a href=paths::MY_CERTIFICATES>"我的证书"</a></p>
                    <p class="meta">"别的省、别的机构发的证书，请到“"<a href="http://jndj.osta.org.cn" rel="external noreferrer">"技能人才评价证书全国联网查询系统"</a>"”查。"</p>
                </div></section>
                <section aria-labelledby="means" class="stack stack--3">
                    <h2 id="means">"结果是什么意思"</h2>
                    <ul class="rules rules--plain">
                        {meaning("done", "ok", "有效", "登记在册，没有被撤销。")}
                        {meaning("me", "alert", "已更正、已补发", "编号还是这个编号，以新打印的证书为准。")}
                        {meaning("refused", "no", "已撤销", "不能再用，会写明日期和原因。")}
                        {meaning("expired", "slash", "查不到", "编号可能输错，比如 0 和 O；或不是这里发的。")}
                    </ul>
                </section>
            </aside>
        </div>
    }
    .into_any()
}

fn meaning(state: &'static str, symbol: &'static str, word: &'static str, text: &'static str) -> AnyView {
    view! { <li data-state=state>{icon(symbol, "")}<div><p><b>{word}</b></p><p class="meta">{text}</p></div></li> }
        .into_any()
}

/// The answer; nothing where a field says what is missing.
fn result(finding: &Finding, now: Timestamp) -> Option<AnyView> {
    let told = |tone: Tone, title: String, text: String| Some(plain(tone, title, text, now));
    match finding {
        Finding::Found(found) => Some(certificate(found, now)),
        Finding::NoNumber(_) | Finding::NoName => None,
        Finding::NameMismatch => told(
            Tone::Me,
            "姓名对不上".into(),
            "有这个编号，但不是这个人的。请照证书上的姓名再输一次；连错 5 次要等 15 分钟。如果照着证书输的，这张证书可能被改过。".into(),
        ),
        Finding::Resting { minutes } => told(
            Tone::Others,
            "姓名错得太多，先歇一会儿".into(),
            format!("请 {minutes} 分钟后再查。扫证书上的码不受影响，现在就能查。"),
        ),
        Finding::Unknown => told(
            Tone::Expired,
            "查不到这张证书".into(),
            "这里没有登记这个编号。请逐位核对，比如 0 和 O。也可能是别的机构发的，请到“技能人才评价证书全国联网查询系统”（http://jndj.osta.org.cn）查，或问发证机构。".into(),
        ),
        Finding::Old(kind) => {
            let (title, text) = words::old(*kind);
            told(Tone::Others, title.into(), text.into())
        }
        Finding::Code(fault) => {
            let (title, text) = words::code(*fault);
            told(Tone::Refused, title.into(), text.into())
        }
        Finding::LinkOver => told(
            Tone::Expired,
            "这个链接已经停用或到期".into(),
            "持证人分享的链接有期限。请向持证人要一个新的，或用编号和姓名查。".into(),
        ),
    }
}

fn plain(tone: Tone, title: String, text: String, now: Timestamp) -> AnyView {
    view! {
        <section class="verdict" data-state=tone.as_str() aria-labelledby="verdict" role="status">
            <div class="verdict__h">{icon(crate::ui::tone_icon(tone), "")}<h2 id="verdict">{title}</h2><p class="soft num">{checked(now)}</p></div>
            <p class="verdict__b">{text}</p>
        </section>
    }
    .into_any()
}

fn checked(now: Timestamp) -> String {
    format!("{} 查验", chinese_moment(now, chrono::NaiveDate::MIN))
}

fn certificate(found: &Found, now: Timestamp) -> AnyView {
    let tone = match found.verdict {
        Verdict::Valid => Tone::Done,
        Verdict::Revoked { .. } => Tone::Refused,
        Verdict::Corrected { .. } | Verdict::Replaced { .. } => Tone::Me,
    };
    let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any();
    let level = match found.face.level {
        Some(level) => view! { <LevelTag level=Some(level)/> }.into_any(),
        None => "专项能力".into_any(),
    };
    let signature = found.signed.then(|| {
        view! { <li data-state="done">{icon("ok", "")}<div><p><b>"电子签名没有被改过"</b></p><p class="meta">"和登记的一致"</p></div></li> }
    });
    let counted = match found.verdict {
        Verdict::Revoked { .. } => None,
        _ => Some(
            view! { <li data-state="done">{icon("ok", "")}<div><p><b>"没有被撤销"</b></p><p class="meta">{format!("按 {} 的登记", chinese_moment(now, now.day()))}</p></div></li> },
        ),
    };
    let filing = found.number.starts_with(found.face.filing.as_str()).then(|| {
        view! { <li data-state="done">{icon("ok", "")}<div><p><b>"编号和机构备案号一致"</b></p><p class="meta">{format!("备案号 {}", found.face.filing)}</p></div></li> }
    });
    let chain = (found.chain.len() > 1).then(|| {
        let lines = found.chain.iter().map(|link| view! { <li>{words::link(link)}</li> }).collect_view();
        view! { <details class="more" open><summary>{icon("down", "s")}"这张证书的经过"</summary><ul class="stack stack--1 verdict__b">{lines}</ul></details> }
    });
    let link = found.link_until.map(|until| {
        view! { <p class="verdict__f meta">{format!("持证人分享的链接，{} 前有效。", chinese_moment(until, now.day()))}</p> }
    });
    let masked = (!found.signed && found.link_until.is_none())
        .then(|| view! { <p class="verdict__f meta">{icon("shield", "s")}" "{words::MASKED}</p> });
    let (agency, phone) = found.contact.clone();
    view! {
        <section class="verdict" data-state=tone.as_str() aria-labelledby="verdict" role="status">
            <div class="verdict__h">{icon(crate::ui::tone_icon(tone), "")}<h2 id="verdict">{words::verdict(found.verdict)}</h2><p class="soft num">{checked(now)}</p></div>
            <div class="verdict__b stack stack--3">
                <p>{words::advice(found.verdict, found.renewed)}</p>
                <dl class="kv">
                    {fact("持证人", found.face.name.clone())}
                    {fact("证件号码", found.face.id_masked.clone())}
                    {fact("职业（工种）", found.face.what())}
                    <div><dt>"技能等级"</dt><dd>{level}</dd></div>
                    {fact("发证机构", found.face.agency.clone())}
                    {fact("发证日期", words::day(found.issued_on))}
                    {fact("证书编号", found.number.clone())}
                </dl>
            </div>
            <ul class="rules">{signature}{counted}{filing}</ul>
            {chain}
            {masked}
            {link}
            <details class="more"><summary>{icon("down", "s")}"查到的和手里的不一样？"</summary>
                <p class="verdict__b">{format!("请以这里的结果为准，并打 {phone}（{agency}）告诉发证机构。证书可能被人改过。")}</p></details>
        </section>
    }
    .into_any()
}
