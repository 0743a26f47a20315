//! 机构名册: what each agency is filed for and until when, whom to ask, training units and stations.

use super::parts::of_form;
use super::plans::acts::{AddToRegister, RemoveFromRegister, register};
use crate::Failure;
use crate::again::Again;
use crate::office::drawn::once_there;
use crate::ui::{ErrorSummary, SelectField, StateBadge, TextField, icon};
use crate::wording::planner as words;
use domain::application::progress::Tone;
use domain::page::planner::{AgencyCard, Register, ScopeLine};
use domain::planner::PlannerRefusal;
use domain::refusal::Refusal;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;

/// 机构名册.
#[component]
pub fn AgenciesPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let asks = crate::ui::memo(move |_| {
        let query = query.read();
        (query.get("open").unwrap_or_default(), query.get("done").is_some())
    });
    let asked = Resource::new(|| (), |()| register());
    view! {
        <Title text="机构名册 · 技考工作台"/>
        <main id="main">
            {once_there(asked, move |register, again| page(register, &asks.get_untracked(), again))}
        </main>
    }
}

fn page(register: &Register, (open, done): &(String, bool), again: Option<&Again>) -> AnyView {
    let refused = again.map(|again| {
        let lines = match &again.failure {
            Failure::Refused(Refusal::Planner(PlannerRefusal::Faults(faults))) => faults
                .iter()
                .map(|fault| (format!("{}-{}", again.typed("agency"), fault.key), register_fault(fault)))
                .collect(),
            failure => vec![(String::new(), crate::wording::failure(failure))],
        };
        view! { <ErrorSummary faults=lines/> }
    });
    let told = (*done && again.is_none()).then(|| {
        view! { <p class="banner" data-state="done" role="status">{icon("ok", "")}<span>"已登记。"</span></p> }
    });
    let alone = register.agencies.len() == 1;
    let cards = register.agencies.iter().map(|card| agency(card, register, open, alone, again)).collect_view();
    view! {
        <header class="deskhead">
            <h1>"机构名册"</h1><span class="grow"></span>
            <a class="btn btn--quiet" href="/office/plans" rel="external">{icon("left", "")}<span>"计划"</span></a>
        </header>
        <div class="dash__b">{told}{refused}{cards}</div>
    }
    .into_any()
}

/// What is wrong with an entry: its fields are not those of a plan.
fn register_fault(fault: &domain::planner::PlanFault) -> String {
    let name = match fault.key.as_str() {
        "occupation" => "职业",
        "code" => "编码",
        "levels" => "等级",
        "from" => "有效期开始",
        "until" => "有效期截止",
        "topic" => "事项",
        "name" => "名称或姓名",
        "phone" => "电话",
        other => other,
    };
    if fault.key == "code" {
        return "编码不对。请照 4-09-07-04 或 4-09-07-04-03 的样子填。".to_owned();
    }
    let sentence = words::fault(fault);
    sentence.strip_prefix(fault.key.as_str()).map_or(sentence.clone(), |rest| format!("{name}{rest}"))
}

fn agency(card: &AgencyCard, register: &Register, open: &str, alone: bool, again: Option<&Again>) -> AnyView {
    let id = card.id.to_string();
    let mine = again.filter(|again| again.typed("agency") == id);
    let is_open = alone || open == id || mine.is_some();
    let today = register.now.day();
    let valid = card.scopes.iter().filter(|line| line.from <= today && today <= line.until).count();
    let badge = match (card.scopes.len(), valid) {
        (0, _) => (Tone::Draft, "没有登记备案".to_owned()),
        (_, 0) => (Tone::Refused, "备案都已到期".to_owned()),
        (_, valid) => (Tone::Done, format!("{valid} 项备案有效")),
    };
    let scopes = card.scopes.iter().map(|line| scope(line, card, register)).collect_view();
    let contacts = card
        .contacts
        .iter()
        .map(|line| {
            let place = if line.region.is_empty() { "全部地区".to_owned() } else { line.region.clone() };
            let remove = (register.may_edit || register.may_file).then(|| removing(card, &line.id, &line.topic));
            view! { <tr><th scope="row">{line.topic.clone()}</th><td data-label="地区">{place}</td><td data-label="姓名">{line.name.clone()}</td><td class="num nb" data-label="电话">{line.phone.clone()}</td><td class="acts">{remove}</td></tr> }.into_any()
        })
        .collect_view();
    let units = card
        .units
        .iter()
        .map(|line| {
            let kind = if line.station { "站点" } else { "培训单位" };
            let remove = (register.may_edit || register.may_file).then(|| removing(card, &line.id, &line.name));
            view! { <tr><th scope="row">{line.name.clone()}</th><td data-label="类别">{kind}</td><td data-label="地址">{line.address.clone()}</td><td class="acts">{remove}</td></tr> }.into_any()
        })
        .collect_view();
    let edits = register.may_edit || register.may_file;
    let empty = |words: &'static str| view! { <p class="meta">{words}</p> };
    view! {
        <section class="panel" id=format!("agency-{id}") aria-labelledby=format!("name-{id}")>
            <div class="panel__h"><h2 id=format!("name-{id}")>{card.name.clone()}</h2><StateBadge tone=badge.0 text=badge.1/></div>
            <div class="panel__b stack stack--4">
                <p class="meta">{format!("备案号 {}　{}　{} {}", card.filing_code, card.city, card.contact, card.phone)}</p>
                <details class="more" open=is_open>
                    <summary>{icon("down", "s")}"备案范围、联系人、培训单位和站点"</summary>
                    <div class="stack stack--4">
                        <h3>"备案的职业、工种和等级"</h3>
                        {card.scopes.is_empty().then(|| empty("还没有登记。没有登记的职业不能提交计划。"))}
                        {(!card.scopes.is_empty()).then(|| view! {
                            <div class="tablewrap" role="region" tabindex="0" aria-label="备案范围"><table class="table table--blocks">
                                <thead><tr><th scope="col">"职业（工种）"</th><th scope="col">"编码"</th><th scope="col">"等级"</th><th scope="col">"有效期"</th><th scope="col">"文号"</th><th scope="col">"状态"</th><th scope="col"><span class="vh">"删除"</span></th></tr></thead>
                                <tbody>{scopes}</tbody>
                            </table></div>
                        })}
                        {register.may_file.then(|| add_scope(card, mine))}
                        <h3>"联系人，按地区和事项"</h3>
                        {card.contacts.is_empty().then(|| empty("还没有登记。"))}
                        {(!card.contacts.is_empty()).then(|| view! { <div class="tablewrap" role="region" tabindex="0" aria-label="联系人"><table class="table table--blocks"><tbody>{contacts}</tbody></table></div> })}
                        {edits.then(|| add_contact(card, mine))}
                        <h3>"培训单位和站点"</h3>
                        {card.units.is_empty().then(|| empty("还没有登记。"))}
                        {(!card.units.is_empty()).then(|| view! { <div class="tablewrap" role="region" tabindex="0" aria-label="培训单位和站点"><table class="table table--blocks"><tbody>{units}</tbody></table></div> })}
                        {edits.then(|| add_unit(card, mine))}
                    </div>
                </details>
            </div>
        </section>
    }
    .into_any()
}

fn scope(line: &ScopeLine, card: &AgencyCard, register: &Register) -> AnyView {
    let today = register.now.day();
    let (tone, word) = if today > line.until {
        (Tone::Refused, "已到期".to_owned())
    } else if today < line.from {
        (Tone::Draft, "还没生效".to_owned())
    } else if (line.until - today).num_days() <= 90 {
        (Tone::Me, format!("还有 {} 天到期", (line.until - today).num_days()))
    } else {
        (Tone::Done, "有效".to_owned())
    };
    let levels = line.levels.iter().map(|level| level.name()).collect::<Vec<_>>().join("、");
    let remove = register.may_file.then(|| removing(card, &line.id, &line.code));
    view! {
        <tr>
            <th scope="row">{domain::plan::occupation_and_trade(&line.occupation, &line.trade)}</th>
            <td class="num nb" data-label="编码">{line.code.clone()}</td>
            <td data-label="等级">{levels}</td>
            <td class="num nb" data-label="有效期">{format!("{} 至 {}", line.from, line.until)}</td>
            <td data-label="文号">{line.document.clone()}</td>
            <td data-label="状态"><StateBadge tone=tone text=word/></td>
            <td class="acts">{remove}</td>
        </tr>
    }
    .into_any()
}

fn removing(card: &AgencyCard, id: &str, what: &str) -> AnyView {
    view! {
        <form method="post" action=RemoveFromRegister::PATH>
            <input type="hidden" name="agency" value=card.id.to_string()/>
            <input type="hidden" name="entry" value=id.to_owned()/>
            <button class="link link--danger" type="submit">"删除"<span class="vh">{what.to_owned()}</span></button>
        </form>
    }
    .into_any()
}

/// A line of an entry form: key, label, hint, whether it may be empty.
type Line = (&'static str, &'static str, &'static str, bool);

fn adding(
    card: &AgencyCard,
    again: Option<&Again>,
    what: &'static str,
    title: &'static str,
    lines: &[Line],
    more: AnyView,
) -> AnyView {
    let own = of_form(again, &format!("{what} "));
    let controls = lines
        .iter()
        .map(|(key, label, hint, optional)| {
            let value = own.map_or("", |again| again.typed(&format!("{what} {key}"))).to_owned();
            let id = format!("{}-{key}", card.id);
            view! { <TextField name=format!("entry[{key}]") id=id label=*label hint=*hint value=value optional=*optional maxlength=100/> }.into_any()
        })
        .collect_view();
    view! {
        <details class="more" open=own.is_some()>
            <summary>{icon("plus", "s")}{title}</summary>
            <form method="post" action=AddToRegister::PATH class="stack stack--3">
                <input type="hidden" name="agency" value=card.id.to_string()/>
                <input type="hidden" name="what" value=what/>
                <div class="cq"><div class="fields fields--2">{controls}{more}</div></div>
                <p><button class="btn btn--quiet" type="submit">{title}</button></p>
            </form>
        </details>
    }
    .into_any()
}

fn add_scope(card: &AgencyCard, again: Option<&Again>) -> AnyView {
    let lines = [
        ("occupation", "职业", "", false),
        ("trade", "工种", "不分工种的空着", true),
        ("code", "职业（工种）编码", "如 4-09-07-04-03", false),
        ("levels", "等级", "如 五级、四级、三级", false),
        ("from", "有效期开始", "如 2026-01-01", false),
        ("until", "有效期截止", "含当天", false),
        ("document", "备案文号", "", true),
    ];
    adding(card, again, "scope", "登记一项备案", &lines, ().into_any())
}

fn add_contact(card: &AgencyCard, again: Option<&Again>) -> AnyView {
    let lines = [
        ("topic", "事项", "如 报名、考务、证书、缴费", false),
        ("region", "地区", "如 柯城；空着是全部地区", true),
        ("name", "姓名", "", false),
        ("phone", "电话", "", false),
    ];
    adding(card, again, "contact", "登记一位联系人", &lines, ().into_any())
}

fn add_unit(card: &AgencyCard, again: Option<&Again>) -> AnyView {
    let options = vec![("no".to_owned(), "培训单位".to_owned()), ("yes".to_owned(), "站点".to_owned())];
    let chosen = of_form(again, "unit ").map_or("", |again| again.typed("unit station")).to_owned();
    let id = format!("{}-station", card.id);
    let more =
        view! { <SelectField name="entry[station]" id=id label="类别" options=options value=chosen/> }.into_any();
    adding(
        card,
        again,
        "unit",
        "登记培训单位或站点",
        &[("name", "名称", "", false), ("address", "地址", "", true)],
        more,
    )
}
