//! One certificate at the desk: what it says, its chain, and what can be done to it.

use super::acts::{ChangeCertificate, case};
use crate::again::Again;
use crate::office::drawn::once_there;
use crate::office::keys;
use crate::office::parts::{of_form, summary};
use crate::paths;
use crate::ui::{RadioCard, RadioCards, StateBadge, TextField, icon};
use crate::wording::certificates as words;
use domain::application::progress::Tone;
use domain::certificate::RevokeReason;
use domain::page::certificates::{CertificateCase, Delivery};
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;

/// One certificate.
#[component]
pub fn CertificatePage() -> impl IntoView {
    let (params, query) = (crate::ui::params_map(), crate::ui::query_map());
    let id = crate::ui::memo(move |_| params.read().get("id").unwrap_or_default());
    let done = crate::ui::memo(move |_| query.read().get("done").unwrap_or_default());
    let asked = Resource::new(move || id.get(), case);
    view! {
        <Title text="证书 · 技考工作台"/>
        <main id="main">
            <header class="deskhead"><h1>"证书"</h1><span class="grow"></span>{keys::help_button()}</header>
            {once_there(asked, move |case, again| body(case, said(&done.get_untracked()), again))}
        </main>
    }
}

fn said(done: &str) -> Option<&'static str> {
    Some(match done {
        "stock" => "纸质证书号已登记。",
        "deliver" => "领取或寄送已登记。",
        "correct" => "已更正，出了新的一版。请打印新的，收回旧的。",
        "reissue" => "已补发，出了新的一版。请打印新的。",
        "revoke" => "已撤销。现在谁来查验都会看到。",
        _ => return None,
    })
}

fn body(case: &CertificateCase, done: Option<&'static str>, again: Option<&Again>) -> AnyView {
    let line = &case.line;
    let told = done.filter(|_| again.is_none()).map(|done| {
        view! { <p class="banner" data-state="done" role="status">{icon("ok", "")}<span>{done}</span></p> }
    });
    let refused = summary(Signal::stored(again.map(|again| again.failure.clone())));
    let (tone, state) = match line.revoked {
        Some(_) => (Tone::Refused, "已撤销".to_owned()),
        None if line.edition > 1 => (Tone::Done, format!("有效，第 {} 版", line.edition)),
        None => (Tone::Done, "有效".to_owned()),
    };
    let fact = |name: &'static str, value: String| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }.into_any();
    let chain = case.chain.iter().map(|link| view! { <li>{words::link(link)}</li> }).collect_view();
    let address = case.address.clone().map(|(who, phone, place)| fact("寄到", format!("{who}　{phone}　{place}")));
    let pdf = format!("{}/certificate.pdf", paths::office_certificate(&line.id));
    let open = line.revoked.is_none();
    view! {
        <div class="dash__b stack stack--4">
            <nav class="crumb" aria-label="位置"><a href=paths::plan_certificates(case.plan)>{icon("left", "s")}{case.title.clone()}</a></nav>
            {told}
            {refused}
            <section class="panel" aria-labelledby="one-title">
                <div class="panel__h"><h2 id="one-title">{format!("{}　{}", line.face.name, line.number)}</h2><StateBadge tone=tone text=state/></div>
                <div class="panel__b stack stack--3">
                    <dl class="kv kv--tight">
                        {fact("证件", format!("{} {}", line.face.id_type, line.face.id_masked))}
                        {fact("职业（工种）", line.face.what())}
                        {fact("等级", line.face.level.map_or("专项能力", |level| level.name()).to_owned())}
                        {fact("发证日期", words::day(line.issued_on))}
                        {fact("纸质证书号", if line.stock.is_empty() { "—".to_owned() } else { format!("NO.{}", line.stock) })}
                        {fact("领取", words::delivery(&line.delivery))}
                        {address}
                    </dl>
                    <p class="row"><a class="btn" href=pdf rel="external">{icon("print", "")}<span>"打印这一张（PDF）"</span></a></p>
                </div>
            </section>
            <section class="panel" aria-labelledby="chain-title">
                <div class="panel__h"><h2 id="chain-title">"经过"</h2></div>
                <ul class="panel__b stack stack--2">{chain}</ul>
            </section>
            {open.then(|| paper(case, again))}
            {(open && case.may_sign).then(|| changes(case, again))}
        </div>
    }
    .into_any()
}

/// What was typed into the form of an act that was refused.
fn typed(again: Option<&Again>, act: &str, key: &str) -> String {
    of_form(again, act).map_or("", |again| again.typed(key)).to_owned()
}

fn hidden(case: &CertificateCase, act: &'static str) -> AnyView {
    view! { <input type="hidden" name="id" value=case.line.id.clone()/><input type="hidden" name="act" value=act/> }
        .into_any()
}

fn paper(case: &CertificateCase, again: Option<&Again>) -> AnyView {
    let stock = match typed(again, "stock", "words") {
        empty if empty.is_empty() => case.line.stock.clone(),
        typed => typed,
    };
    let by_post = matches!(case.line.delivery, Delivery::Post { .. });
    view! {
        <section class="panel" aria-labelledby="paper-title">
            <div class="panel__h"><h2 id="paper-title">"纸质证书"</h2></div>
            <div class="panel__b stack stack--4">
                <form method="post" action=ChangeCertificate::PATH class="row row--end" id="stock">
                    {hidden(case, "stock")}
                    <TextField name="words" id="stock-no" label="纸质证书号" hint="纸上的 NO." value=stock class="w-12 num" inputmode="numeric" maxlength=20/>
                    <button class="btn btn--quiet" type="submit">"登记"</button>
                </form>
                <form method="post" action=ChangeCertificate::PATH class="row row--end" id="deliver">
                    {hidden(case, "deliver")}
                    <TextField name="carrier" label="快递公司" hint=if by_post { "这个人选了邮寄" } else { "自己来领的空着" } value=typed(again, "deliver", "carrier") class="w-12" maxlength=30 optional=true/>
                    <TextField name="words" id="deliver-to" label="快递单号，或谁领走的" value=typed(again, "deliver", "words") class="w-20" maxlength=60/>
                    <button class="btn btn--quiet" type="submit">"登记"</button>
                </form>
            </div>
        </section>
    }
    .into_any()
}

fn changes(case: &CertificateCase, again: Option<&Again>) -> AnyView {
    let face = &case.line.face;
    let was = |key: &str, now: &str| match typed(again, "correct", key) {
        empty if empty.is_empty() => now.to_owned(),
        typed => typed,
    };
    let reasons: Vec<RadioCard> =
        RevokeReason::ALL.into_iter().map(|why| RadioCard::new(why.as_str(), words::revoke_reason(why))).collect();
    let section = |act: &'static str, title: &'static str, form: AnyView| {
        let open = of_form(again, act).is_some();
        view! { <details class="panel more" id=act open=open><summary>{icon("down", "s")}{title}</summary><div class="panel__b">{form}</div></details> }
            .into_any()
    };
    let correct = view! {
        <form method="post" action=ChangeCertificate::PATH class="stack stack--3">
            {hidden(case, "correct")}
            <p class="meta">{words::CORRECT_HINT}</p>
            <TextField name="name" label="姓名" value=was("name", &face.name) class="w-20" maxlength=60/>
            <TextField name="id_no" label="证件号码" hint="空着就是不改" value=typed(again, "correct", "id_no") class="w-20 num" maxlength=30 optional=true/>
            <TextField name="occupation" label="职业名称" value=was("occupation", &face.occupation) maxlength=60/>
            <TextField name="trade" label="工种/职业方向" hint="填 - 就是没有" value=was("trade", &face.trade) maxlength=60 optional=true/>
            <TextField name="words" id="correct-why" label="为什么更正" value=typed(again, "correct", "words") maxlength=300/>
            <p><button class="btn" type="submit">"更正，出新的一版"</button></p>
        </form>
    }
    .into_any();
    let reissue = view! {
        <form method="post" action=ChangeCertificate::PATH class="stack stack--3">
            {hidden(case, "reissue")}
            <p class="meta">{words::REISSUE_HINT}</p>
            <TextField name="words" id="reissue-why" label="为什么补发" hint="例如：本人声明遗失" value=typed(again, "reissue", "words") maxlength=300/>
            <p><button class="btn" type="submit">"补发"</button></p>
        </form>
    }
    .into_any();
    let revoke = view! {
        <form method="post" action=ChangeCertificate::PATH class="stack stack--3">
            {hidden(case, "revoke")}
            <p class="meta">{words::REVOKE_HINT}</p>
            <RadioCards name="why" id="why" legend="原因，任何人都能看到" value=typed(again, "revoke", "why") cards=reasons columns=2/>
            <TextField name="words" id="revoke-why" label="说明，只有机构和本人看得到" value=typed(again, "revoke", "words") maxlength=300/>
            <label class="check"><input type="checkbox" name="again" value="yes" checked=typed(again, "revoke", "again") == "yes"/><span>"仍然合格的话，允许重新发一张（新编号）"</span></label>
            <p><button class="btn btn--danger" type="submit">"撤销这张证书"</button></p>
        </form>
    }
    .into_any();
    view! {
        {section("correct", "更正：证书上写错了", correct)}
        {section("reissue", "补发：纸遗失或损坏", reissue)}
        {section("revoke", "撤销：这张证书不该有效", revoke)}
    }
    .into_any()
}
