//! 机构名册: what each agency is filed for and until when, whom to ask, training units and stations.

use super::plans::acts::{AddToRegister, ChangeContact, REGISTER, RemoveFromRegister, register};
use crate::again::Again;
use crate::office::drawn::once_there;
use crate::ui::{ErrorSummary, SelectField, StateBadge, TextField, icon};
use crate::wording::register as words;
use crate::{Failure, paths};
use domain::application::progress::Tone;
use domain::page::planner::{AgencyCard, ContactLine, Register, ScopeLine};
use domain::planner::PlannerRefusal;
use domain::refusal::Refusal;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;

/// What the address asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Asks {
    open: String,
    done: String,
    /// The entry that is to be deleted.
    remove: String,
    /// The contact that is to be written anew.
    edit: String,
}

/// 机构名册.
#[component]
pub fn AgenciesPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let asks = crate::ui::memo(move |_| {
        let query = query.read();
        let get = |key: &str| query.get(key).unwrap_or_default();
        Asks { open: get("open"), done: get("done"), remove: get("remove"), edit: get("edit") }
    });
    let asked = Resource::new(|| (), |()| register());
    view! {
        <Title text="机构名册 · 技考工作台"/>
        <main id="main">
            {once_there(asked, move |register, again| page(register, &asks.get_untracked(), again))}
        </main>
    }
}

fn page(register: &Register, asks: &Asks, again: Option<&Again>) -> AnyView {
    let refused = again.map(|again| {
        let what = again.typed("what");
        let lines = match faults(again) {
            [] => vec![(String::new(), crate::wording::failure(&again.failure))],
            faults => faults
                .iter()
                .map(|fault| (field_id(again.typed("agency"), what, &fault.key), words::fault(what, fault)))
                .collect(),
        };
        view! { <ErrorSummary faults=lines/> }
    });
    let told = words::said(&asks.done).filter(|_| again.is_none()).map(|done| {
        view! { <p class="banner" data-state="done" role="status">{icon("ok", "")}<span>{done}</span></p> }
    });
    let alone = register.agencies.len() == 1;
    let cards = register.agencies.iter().map(|card| agency(card, register, &asks.open, alone, again)).collect_view();
    view! {
        <header class="deskhead">
            <h1>"机构名册"</h1><span class="grow"></span>
            <a class="btn btn--quiet" href="/office/plans" rel="external">{icon("left", "")}<span>"计划"</span></a>
        </header>
        <div class="dash__b">{told}{refused}{one_entry(register, asks, again)}{cards}</div>
    }
    .into_any()
}

/// The fields of a refused form that are to be mended.
fn faults(again: &Again) -> &[domain::planner::PlanFault] {
    match &again.failure {
        Failure::Refused(Refusal::Planner(PlannerRefusal::Faults(faults))) => faults,
        _ => &[],
    }
}

/// Id of a field in the form of an entry.
fn field_id(agency: &str, what: &str, key: &str) -> String {
    if what == "edit" { format!("edit-{key}") } else { format!("{agency}-{what}-{key}") }
}

/// The sentence at a field of a refused form.
fn wrong(again: Option<&Again>, what: &str, key: &str) -> Signal<Option<String>> {
    let found = again.and_then(|again| faults(again).iter().find(|fault| fault.key == key));
    Signal::stored(found.map(|fault| words::fault(what, fault)))
}

/// Above the cards: the question before an entry is deleted, or the form to write a contact anew.
fn one_entry(register: &Register, asks: &Asks, again: Option<&Again>) -> Option<AnyView> {
    if asks.remove.is_empty() && asks.edit.is_empty() {
        return None;
    }
    for card in &register.agencies {
        if let Some(line) = card.contacts.iter().find(|line| line.id == asks.edit) {
            return Some(panel(card, editing(card, line, again)));
        }
        let contact = card.contacts.iter().find(|line| line.id == asks.remove).map(words::remove_contact);
        let unit = || card.units.iter().find(|line| line.id == asks.remove).map(words::remove_unit);
        let scope = || card.scopes.iter().find(|line| line.id == asks.remove).map(words::remove_scope);
        if let Some(question) = contact.or_else(unit).or_else(scope) {
            return Some(panel(card, removing(card, &asks.remove, question)));
        }
    }
    // Deleted meanwhile; where a form came back because of that, it has said so.
    again.is_none().then(|| {
        view! { <p class="banner" data-state="me" role="status">{icon("alert", "")}<span>{words::GONE}</span></p> }
            .into_any()
    })
}

fn panel(card: &AgencyCard, inside: AnyView) -> AnyView {
    view! {
        <section class="panel" id="entry" aria-labelledby="entry-title">
            <div class="panel__h"><h2 id="entry-title">{card.name.clone()}</h2></div>
            <div class="panel__b stack stack--3">{inside}</div>
        </section>
    }
    .into_any()
}

fn back_to(card: &AgencyCard) -> String {
    format!("{REGISTER}?open={0}#agency-{0}", card.id)
}

fn removing(card: &AgencyCard, id: &str, question: String) -> AnyView {
    view! {
        <p>{question}</p>
        <form method="post" action=RemoveFromRegister::PATH class="row">
            <input type="hidden" name="agency" value=card.id.to_string()/>
            <input type="hidden" name="entry" value=id.to_owned()/>
            <button class="btn btn--danger" type="submit">"删除"</button>
            <a class="btn btn--quiet" href=back_to(card)>"不删除"</a>
        </form>
    }
    .into_any()
}

/// A contact as it stands, to be written anew.
fn editing(card: &AgencyCard, line: &ContactLine, again: Option<&Again>) -> AnyView {
    let own = again.filter(|again| again.typed("what") == "edit");
    let stands = |key: &str| match key {
        "topic" => &line.topic,
        "region" => &line.region,
        "name" => &line.name,
        _ => &line.phone,
    };
    let fields = CONTACT.iter().map(|(key, label, hint, optional)| {
        let seen = stands(key).clone();
        let value = own.map_or(seen.as_str(), |again| again.typed(&format!("edit {key}"))).to_owned();
        let (name, id, error) = (format!("new[{key}]"), field_id("", "edit", key), wrong(own, "edit", key));
        view! {
            <input type="hidden" name=format!("seen[{key}]") value=seen/>
            <TextField name=name id=id label=*label hint=*hint value=value error=error optional=*optional maxlength=100/>
        }
        .into_any()
    });
    let fields = fields.collect_view();
    view! {
        <form method="post" action=ChangeContact::PATH class="stack stack--3">
            <input type="hidden" name="agency" value=card.id.to_string()/>
            <input type="hidden" name="entry" value=line.id.clone()/>
            <div class="cq"><div class="fields fields--2">{fields}</div></div>
            <div class="row">
                <button class="btn" type="submit">"保存联系人"</button>
                <a class="btn btn--quiet" href=back_to(card)>"不修改"</a>
            </div>
        </form>
    }
    .into_any()
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
    let edits = register.may_edit || register.may_file;
    let scopes = card.scopes.iter().map(|line| scope(line, card, register)).collect_view();
    let contacts = card
        .contacts
        .iter()
        .map(|line| {
            let place = words::place(&line.region).to_owned();
            let acts = edits.then(|| {
                let what = format!("{} {}", line.topic, line.name);
                view! { {to_entry(card, "edit", &line.id, &what)}{to_entry(card, "remove", &line.id, &what)} }
            });
            view! { <tr><th scope="row">{line.topic.clone()}</th><td data-label="地区">{place}</td><td data-label="姓名">{line.name.clone()}</td><td class="num nb" data-label="电话">{line.phone.clone()}</td><td class="acts">{acts}</td></tr> }.into_any()
        })
        .collect_view();
    let units = card
        .units
        .iter()
        .map(|line| {
            let kind = if line.station { "站点" } else { "培训单位" };
            let remove = edits.then(|| to_entry(card, "remove", &line.id, &line.name));
            view! { <tr><th scope="row">{line.name.clone()}</th><td data-label="类别">{kind}</td><td data-label="地址">{line.address.clone()}</td><td class="acts">{remove}</td></tr> }.into_any()
        })
        .collect_view();
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
    let remove = register.may_file.then(|| to_entry(card, "remove", &line.id, &line.code));
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

/// The link to the question or to the form of one entry.
fn to_entry(card: &AgencyCard, act: &'static str, id: &str, what: &str) -> AnyView {
    let href = format!("{REGISTER}?open={}&{act}={}#entry", card.id, paths::encode(id));
    let (class, word) = if act == "edit" { ("link", "修改") } else { ("link link--danger", "删除") };
    view! { <a class=class href=href>{word}<span class="vh">{what.to_owned()}</span></a> }.into_any()
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
    let own = again.filter(|again| again.typed("what") == what);
    let controls = lines
        .iter()
        .map(|(key, label, hint, optional)| {
            let value = own.map_or("", |again| again.typed(&format!("{what} {key}"))).to_owned();
            let (id, error) = (field_id(&card.id.to_string(), what, key), wrong(own, what, key));
            view! { <TextField name=format!("entry[{key}]") id=id label=*label hint=*hint value=value error=error optional=*optional maxlength=100/> }.into_any()
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

/// The fields of a contact.
const CONTACT: [Line; 4] = [
    ("topic", "事项", "如 报名、考务、证书、缴费", false),
    ("region", "地区", "如 柯城；空着是全部地区", true),
    ("name", "姓名", "", false),
    ("phone", "电话", "", false),
];

fn add_contact(card: &AgencyCard, again: Option<&Again>) -> AnyView {
    adding(card, again, "contact", "登记一位联系人", &CONTACT, ().into_any())
}

fn add_unit(card: &AgencyCard, again: Option<&Again>) -> AnyView {
    let options = vec![("no".to_owned(), "培训单位".to_owned()), ("yes".to_owned(), "站点".to_owned())];
    let chosen = again.map_or("", |again| again.typed("unit station")).to_owned();
    let id = field_id(&card.id.to_string(), "unit", "station");
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
