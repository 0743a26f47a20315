//! 我的证书: the list; one of them as it is printed, its files, and links for employers.

use crate::again::use_again;
use crate::applicant::wizard::{failure_summary, unreachable_page, waiting};
use crate::ui::{LevelTag, SelectField, StateBadge, icon};
use crate::wording::certificates as words;
use crate::{Failure, paths};
use domain::application::progress::Tone;
use domain::page::certificates::{CertificateLine, MyCertificate};
use domain::time::chinese_moment;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;

/// Lives of a link that are offered, in days.
const LIVES: [u32; 4] = [3, 7, 30, 90];

/// All certificates of the signed-in candidate.
#[server(name = FetchMyCertificates, endpoint = "my/certificates")]
pub async fn my_certificates() -> Result<Vec<MyCertificate>, Failure> {
    let (records, account) = crate::signed_in::ssr::applicant().await?;
    records::certificates::mine(&records, account).await.map_err(crate::failure::from_records)
}

/// One of them, with a link that was made just now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateShown {
    /// The certificate.
    pub one: MyCertificate,
    /// The address of the new link, shown once.
    pub fresh: Option<String>,
}

/// One's own certificate; `link` is the key of an address that was made just now.
#[server(name = FetchMyCertificate, endpoint = "my/certificate")]
pub async fn my_certificate(id: String, #[server(default)] link: String) -> Result<CertificateShown, Failure> {
    let fresh = crate::office::parts::ssr::kept(&link);
    let (records, account) = crate::signed_in::ssr::applicant().await?;
    let one = records::certificates::one(&records, account, &id).await.map_err(crate::failure::from_records)?;
    let fresh = fresh.and_then(|kept| kept.into_iter().find_map(|(key, text)| (key == id).then_some(text)));
    Ok(CertificateShown { one, fresh })
}

/// Makes a link that shows the certificate for some days.
#[server(name = ShareCertificate, endpoint = "my/certificate-share")]
pub async fn share(id: String, #[server(default)] days: String) -> Result<(), Failure> {
    let here = paths::my_certificate(&id);
    let origin = crate::signed_in::ssr::site()?.origin;
    let out = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        let days = days.parse().unwrap_or(7);
        let made = records::certificates::share(&records, account, &id, days).await;
        let (token, _) = made.map_err(crate::failure::from_records)?;
        let address = format!("{origin}{}?s={token}", paths::VERIFY);
        Ok(crate::office::parts::ssr::keep_for_next_page(&records, vec![(id.clone(), address)]))
    }
    .await;
    crate::again::ssr::settle(out, |key| format!("{here}?link={key}#share"), &here, Vec::new()).map(drop)
}

/// Ends a link before its time.
#[server(name = EndCertificateLink, endpoint = "my/certificate-link-end")]
pub async fn end_link(id: String, link: String) -> Result<(), Failure> {
    let here = paths::my_certificate(&id);
    let out = async {
        let (records, account) = crate::signed_in::ssr::applicant().await?;
        records::certificates::end_link(&records, account, &link).await.map_err(crate::failure::from_records)
    }
    .await;
    crate::again::ssr::settle(out, |()| format!("{here}#share"), &here, Vec::new())
}

/// 我的证书.
#[component]
pub fn MyCertificatesPage() -> impl IntoView {
    let kept = Resource::new(|| (), |()| my_certificates());
    view! {
        <div class="wrap page">
            <Title text="我的证书"/>
            <Transition fallback=waiting>
                {move || Suspend::new(async move {
                    match kept.await {
                        Ok(all) => list(&all),
                        Err(failure) => unreachable_page(failure, paths::MY_CERTIFICATES),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

fn badge(line: &CertificateLine) -> AnyView {
    match line.revoked {
        Some(_) => view! { <StateBadge tone=Tone::Refused text="已撤销"/> }.into_any(),
        None => view! { <StateBadge tone=Tone::Done text="有效"/> }.into_any(),
    }
}

fn list(all: &[MyCertificate]) -> AnyView {
    let none = all.is_empty().then(|| {
        view! {
            <div class="empty">
                {icon("cert", "")}
                <p><b>"还没有证书"</b></p>
                <p class="meta">"考试各科都合格、机构发证以后，证书会出现在这里，不用等纸质的。"</p>
                <a class="btn btn--quiet" href=paths::MINE>"看我的报名"</a>
            </div>
        }
    });
    let rows = all
        .iter()
        .map(|one| {
            let line = &one.line;
            view! {
                <tr>
                    <th scope="row" data-label="证书编号"><a class="num" href=paths::my_certificate(&line.id)>{line.number.clone()}</a></th>
                    <td data-label="发证日期" class="nb">{words::day(line.issued_on)}</td>
                    <td data-label="发证机构">{line.face.agency.clone()}</td>
                    <td data-label="职业">{line.face.occupation.clone()}</td>
                    <td data-label="工种/职业方向">{if line.face.trade.is_empty() { "—".to_owned() } else { line.face.trade.clone() }}</td>
                    <td data-label="等级" class="nb">{line.face.level.map_or("专项能力", |level| level.name())}</td>
                    <td data-label="状态">{badge(line)}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    let heads = ["证书编号", "发证日期", "发证机构", "职业", "工种/职业方向", "等级", "状态"]
        .into_iter()
        .map(|word| view! { <th scope="col">{word}</th> })
        .collect_view();
    view! {
        <nav class="crumb" aria-label="位置"><a href=paths::MINE>{icon("left", "s")}"我的报名"</a></nav>
        <div class="stack stack--5">
            <div class="stack stack--1"><h1>"我的证书"</h1>
                {(!all.is_empty()).then(|| view! { <p class="lead">"点编号看证书、下载 PDF、发给单位查验。"</p> })}</div>
            {none}
            {(!all.is_empty()).then(|| view! {
                <div class="tablewrap" role="region" tabindex="0" aria-label="我的证书">
                    <table class="table table--blocks"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
                </div>
            })}
        </div>
    }
    .into_any()
}

/// One certificate.
#[component]
pub fn MyCertificatePage() -> impl IntoView {
    let (params, query) = (crate::ui::params_map(), crate::ui::query_map());
    let asked = crate::ui::memo(move |_| {
        (params.read().get("id").unwrap_or_default(), query.read().get("link").unwrap_or_default())
    });
    let again = use_again();
    let kept = Resource::new(move || asked.get(), |(id, link)| my_certificate(id, link));
    view! {
        <div class="wrap page page--tight">
            <Transition fallback=waiting>
                {move || Suspend::new(async move {
                    let again = again.await;
                    match kept.await {
                        Ok(shown) => {
                            let refused = again.map(|again| failure_summary(&again.failure, Vec::new()));
                            page(&shown, refused)
                        }
                        Err(failure) => unreachable_page(failure, paths::MY_CERTIFICATES),
                    }
                })}
            </Transition>
        </div>
    }
    .into_any()
}

fn page(shown: &CertificateShown, refused: Option<AnyView>) -> AnyView {
    let (one, line) = (&shown.one, &shown.one.line);
    let file = |name: &str| paths::my_certificate_file(&line.id, name);
    let title = if line.face.level.is_some() { "职业技能等级证书" } else { "专项职业能力证书" };
    let revoked = line.revoked.map(|(at, why)| {
        let text = format!(
            "这张证书在{}撤销，原因：{}。不能再用；有疑问请打 {}（{}）。",
            words::day(at.day()),
            words::revoke_reason(why),
            one.contact.1,
            one.contact.0
        );
        view! { <p class="banner" data-state="refused">{icon("no", "")}<span>{text}</span></p> }
    });
    let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any();
    let chain = one.chain.iter().map(|link| view! { <li>{words::link(link)}</li> }).collect_view();
    view! {
        <Title text=title/>
        <nav class="crumb" aria-label="位置"><a href=paths::MY_CERTIFICATES>{icon("left", "s")}"我的证书"</a></nav>
        {refused}
        <div class="stack stack--5">
            <div class="row between">
                <div class="stack stack--1">
                    <h1>{title}</h1>
                    <p class="row row--tight">{badge(line)}<span class="meta">{format!("{}　{}发证", line.face.what(), words::day(line.issued_on))}</span></p>
                </div>
                <p class="row">
                    <a class="btn" href=file("certificate.pdf") rel="external">{icon("download", "")}<span>"下载 PDF"</span></a>
                    <a class="btn btn--quiet" href="#share">{icon("link", "")}<span>"发给单位查验"</span></a>
                </p>
            </div>
            {revoked}
            <img class="sheet" src=file("face.svg") width="1188" height="840" alt=format!("证书样子：{}，{}，编号 {}。内容见下面的文字。", line.face.name, line.face.what(), line.number)/>
            <div class="cols cols--two">
                <section aria-labelledby="says" class="stack stack--2">
                    <h2 id="says">"证书上写的"</h2>
                    <dl class="kv">
                        {fact("姓名", line.face.name.clone())}
                        {fact(if line.face.id_type == "居民身份证" { "身份证号码" } else { "证件号码" }, line.face.id_masked.clone())}
                        {fact("职业（工种）", line.face.what())}
                        <div><dt>"等级"</dt><dd><LevelTag level=line.face.level/></dd></div>
                        {fact("证书编号", line.number.clone())}
                        {fact("发证机构", line.face.agency.clone())}
                        {fact("发证日期", words::day(line.issued_on))}
                        {fact("纸质证书号", if line.stock.is_empty() { "还没打印".to_owned() } else { format!("NO.{}", line.stock) })}
                        {fact("怎么领", words::delivery(&line.delivery))}
                    </dl>
                </section>
                <div class="stack stack--5">
                    {sharing(shown)}
                    <section aria-labelledby="chain" class="stack stack--2"><h2 id="chain">"经过"</h2><ul class="stack stack--1">{chain}</ul></section>
                    <details class="more">
                        <summary>{icon("down", "s")}<span>"放进电子履历、给别的系统读的文件"</span></summary>
                        <p class="meta">"Open Badges 3.0 格式，签名用公布的密钥就能验。"</p>
                        <p class="row row--tight"><a href=file("credential.json") rel="external">"下载 JSON"</a><a href=file("credential.jwt") rel="external">"下载带签名的 JWT"</a></p>
                    </details>
                </div>
            </div>
        </div>
    }
    .into_any()
}

fn sharing(shown: &CertificateShown) -> AnyView {
    let one = &shown.one;
    let fresh = shown.fresh.clone().map(|address| {
        view! {
            <div class="field">
                <label for="fresh">"新链接，只显示这一次，请现在复制"</label>
                <input class="input num" id="fresh" readonly value=address/>
            </div>
        }
    });
    let links = one
        .links
        .iter()
        .map(|link| {
            view! {
                <li>
                    <span>{format!("{} 做的，{} 到期", chinese_moment(link.at, one.now.day()), chinese_moment(link.until, one.now.day()))}</span>
                    <form method="post" action=EndCertificateLink::PATH>
                        <input type="hidden" name="id" value=one.line.id.clone()/>
                        <input type="hidden" name="link" value=link.id.clone()/>
                        <button class="btn btn--quiet btn--small" type="submit">"停用"</button>
                    </form>
                </li>
            }
            .into_any()
        })
        .collect_view();
    let options: Vec<(String, String)> = LIVES
        .into_iter()
        .filter(|days| *days <= one.share_days)
        .map(|days| (days.to_string(), format!("{days} 天")))
        .collect();
    let form = (one.line.revoked.is_none() && !options.is_empty()).then(|| {
        view! {
            <form method="post" action=ShareCertificate::PATH class="row row--end">
                <input type="hidden" name="id" value=one.line.id.clone()/>
                <SelectField name="days" label="有效期" options=options value="7"/>
                <button class="btn btn--quiet" type="submit">"做一个链接"</button>
            </form>
        }
    });
    view! {
        <section aria-labelledby="share" class="stack stack--3">
            <h2 id="share" tabindex="-1">"发给单位查验"</h2>
            <p class="soft">"拿到链接的人不用登录，看到姓名、证件号码后四位、职业、等级和是否有效，看不到照片。到期自动失效，也可以随时停用。"</p>
            {fresh}
            {(!one.links.is_empty()).then(|| view! { <ul class="tasks tasks--plain">{links}</ul> })}
            {form}
        </section>
    }
    .into_any()
}
