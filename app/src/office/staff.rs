//! People of the office: a manager's own agency, an administrator's everybody.

use super::parts::{anew, broken, failure_of, fault_of, summary};
use crate::Failure;
use crate::again::{Again, use_again};
use crate::ui::{BusyButton, RadioCard, RadioCards, SelectField, StateBadge, TextField, icon};
use crate::wording::desk as words;
use domain::account::Role;
use domain::application::progress::Tone;
use domain::ids::{AgencyId, StaffId};
use domain::page::staff::StaffLine;
use domain::time::{Timestamp, chinese_moment};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

/// The list, and what an invitation may choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// The people.
    pub lines: Vec<StaffLine>,
    /// The viewer, who cannot shut themselves out.
    pub me: StaffId,
    /// Agencies to choose from; empty for managers, whose own is meant.
    pub agencies: Vec<(AgencyId, String)>,
    /// Roles to choose from.
    pub roles: Vec<Role>,
    /// An invitation link that was just made; shown this once.
    pub invitation: Option<String>,
    /// The time now.
    pub now: Timestamp,
}

/// The people.
#[server(name = FetchPeople, endpoint = "office/people")]
pub async fn people(#[server(default)] shown: String) -> Result<People, Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let administrator = member.role == Role::Administrator;
    let asked = async {
        let lines = records::staff::list(&records, &member).await?;
        let agencies = if administrator { records::agencies::list(&records).await? } else { Vec::new() };
        Ok((lines, agencies))
    };
    let (lines, agencies) = asked.await.map_err(crate::failure::from_records)?;
    let all = [Role::Reviewer, Role::Manager, Role::Authority, Role::Administrator];
    let roles = all.into_iter().filter(|role| administrator || role.decides()).collect();
    let kept = super::parts::ssr::kept(&shown).unwrap_or_default();
    Ok(People {
        lines,
        me: member.id,
        now: records.now(),
        agencies: agencies.into_iter().map(|agency| (agency.id, agency.name)).collect(),
        roles,
        invitation: kept
            .into_iter()
            .find_map(|(key, value)| (key == format!("invitation {}", member.id)).then_some(value)),
    })
}

/// Invites someone; the link is shown once on the page that follows.
#[server(name = InviteStaff, endpoint = "office/invite")]
pub async fn invite(
    login_name: String,
    name: String,
    #[server(default)] role: String,
    #[server(default)] agency: String,
    #[server(default)] region: String,
    #[server(default)] body: String,
) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let typed = [
        ("login_name", &login_name),
        ("name", &name),
        ("role", &role),
        ("agency", &agency),
        ("region", &region),
        ("body", &body),
    ];
    let typed = typed.into_iter().map(|(key, value)| (key.to_owned(), value.clone())).collect();
    let role = Role::parse(&role).unwrap_or(Role::Reviewer);
    let agency = if role.decides() { member.agency.or_else(|| agency.parse().ok()) } else { None };
    let new = domain::page::staff::NewStaff { login_name, name, role, agency, region, body };
    let out = records::staff::invite_by(&records, &member, new).await.map_err(crate::failure::from_records);
    let site = crate::signed_in::ssr::site()?;
    let next = |token: &String| {
        let link = format!("{}/office/invite/{}", site.origin, crate::paths::encode(token));
        let kept = super::parts::ssr::keep_for_next_page(&records, vec![(format!("invitation {}", member.id), link)]);
        super::parts::with_query("/office/staff", "shown", &kept)
    };
    crate::again::ssr::settle(out, next, "/office/staff", typed).map(|_| ())
}

/// Lets a person in or out.
#[server(name = SetStaffActive, endpoint = "office/set-active")]
pub async fn set_active(id: String, active: String) -> Result<(), Failure> {
    let (records, member) = super::parts::ssr::staff_or_sign_in().await?;
    let id: StaffId = id.parse().map_err(|_| Failure::NotFound)?;
    let out =
        records::staff::set_active(&records, &member, id, active == "yes").await.map_err(crate::failure::from_records);
    super::parts::ssr::settle_here(out, "/office/staff", vec![])
}

/// 人员.
#[component]
pub fn StaffPage() -> impl IntoView {
    let query = crate::ui::query_map();
    let shown = crate::ui::memo(move |_| query.read().get("shown").unwrap_or_default());
    let switch = ServerAction::<SetStaffActive>::new();
    let inviting = ServerAction::<InviteStaff>::new();
    let asked = Resource::new(move || (shown.get(), switch.version().get()), |(shown, _)| people(shown));
    let again = use_again();
    view! {
        <Title text="人员 · 技考工作台"/>
        <main id="main">
            <header class="deskhead"><h1>"人员"</h1></header>
            <Transition>
                {move || Suspend::new(async move {
                    let (people, again) = (asked.await, again.await);
                    match people {
                        Err(failure) => broken(&failure),
                        Ok(people) => {
                            // An empty form after every invitation.
                            let drawn = format!("{} {}", shown.get_untracked(), switch.version().get_untracked());
                            let offered = people.clone();
                            let form = anew(drawn, move || invite_form(&offered, inviting, again.as_ref()));
                            view! {
                            <div class="dash__b">
                                {people.invitation.clone().map(invitation)}
                                {summary(failure_of(switch.value().into(), None))}
                                {list(&people, switch)}
                                {form}
                            </div>
                            }
                            .into_any()
                        }
                    }
                })}
            </Transition>
        </main>
    }
}

fn invitation(link: String) -> AnyView {
    view! {
        <section class="panel" aria-labelledby="link-title">
            <div class="panel__h"><h2 id="link-title">"邀请链接"</h2></div>
            <div class="panel__b stack stack--2" role="status">
                <p>{words::INVITATION}</p>
                <label class="vh" for="link">"邀请链接"</label>
                <input class="input num" id="link" readonly value=link/>
            </div>
        </section>
    }
    .into_any()
}

fn list(people: &People, switch: ServerAction<SetStaffActive>) -> AnyView {
    let me = people.me;
    let rows = people
        .lines
        .iter()
        .map(|person| {
            let (tone, state) = match (person.active, person.invited) {
                (false, _) => (Tone::Expired, "已停用"),
                (true, true) => (Tone::Others, "等本人设密码"),
                (true, false) => (Tone::Done, "可以登录"),
            };
            let (value, word) = if person.active { ("", "停用") } else { ("yes", "重新启用") };
            let act = if person.id == me {
                view! { <span class="meta">"您自己"</span> }.into_any()
            } else {
                let (id, name) = (person.id.to_string(), person.name.clone());
                view! {
                    <ActionForm action=switch>
                        <input type="hidden" name="id" value=id/>
                        <input type="hidden" name="active" value=value/>
                        <button class="link"><span>{word}</span><span class="vh">{name}</span></button>
                    </ActionForm>
                }
                .into_any()
            };
            let last = person.last.as_ref().map(|last| {
                let when = chinese_moment(last.at, people.now.day());
                view! { <p class="meta">{format!("{when}　{}", words::happening(last.what, &last.who))}</p> }
            });
            view! {
                <tr>
                    <th scope="row">{person.name.clone()}</th>
                    <td data-label="登录名">{person.login_name.clone()}</td>
                    <td data-label="岗位">{person.role.label()}</td>
                    <td data-label="单位">{person.body.clone()}</td>
                    <td data-label="状态"><div class="stack stack--1"><StateBadge tone=tone text=state/>{last}</div></td>
                    <td class="acts">{act}</td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    let heads = ["姓名", "登录名", "岗位", "单位", "状态", "操作"]
        .into_iter()
        .map(|word| view! { <th scope="col">{word}</th> })
        .collect_view();
    view! {
        <div class="tablewrap" role="region" tabindex="0" aria-label="人员">
            <table class="table table--blocks"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
        </div>
    }
    .into_any()
}

fn invite_form(people: &People, action: ServerAction<InviteStaff>, again: Option<&Again>) -> AnyView {
    let failure = failure_of(action.value().into(), again);
    let typed = |key: &str| again.map_or("", |again| again.typed(key)).to_owned();
    let (login_name, name, region, body) = (typed("login_name"), typed("name"), typed("region"), typed("body"));
    let role = match typed("role") {
        none if none.is_empty() => Role::Reviewer.as_str().to_owned(),
        role => role,
    };
    let cards = people.roles.iter().map(|role| RadioCard::new(role.as_str(), role.label())).collect();
    let anyone = !people.agencies.is_empty();
    let choose = anyone.then(|| {
        let options = std::iter::once((String::new(), "请选择".to_owned()))
            .chain(people.agencies.iter().map(|(id, name)| (id.to_string(), name.clone())))
            .collect();
        view! {
            <SelectField name="agency" label="机构" hint="审核员和机构管理员要选" options=options value=typed("agency") error=fault_of(failure, "agency")/>
            <TextField name="body" label="单位名称" hint="人社部门、系统管理员填写" optional=true value=body maxlength=60/>
            <TextField name="region" label="地区代码" hint="人社部门填写，例如 3308 是整个市" optional=true inputmode="numeric" class="w-8 num" value=region maxlength=6/>
        }
        .into_any()
    });
    let pending = action.pending();
    view! {
        <section class="panel" aria-labelledby="invite-title">
            <div class="panel__h"><h2 id="invite-title">"邀请新人"</h2></div>
            <div class="panel__b stack stack--4">
                {summary(failure)}
                <ActionForm action=action attr:class="stack stack--4">
                    <TextField name="name" label="姓名" value=name maxlength=50 class="w-12" error=fault_of(failure, "name")/>
                    <TextField
                        name="login_name"
                        label="登录名"
                        hint="字母、数字和 . _ - @，以后不能改"
                        value=login_name
                        maxlength=60
                        class="w-20"
                        error=fault_of(failure, "login_name")
                    />
                    <RadioCards name="role" legend="岗位" cards=cards value=role columns=2/>
                    {choose}
                    <p>
                        {icon("link", "s")}
                        <span class="meta">"提交后会得到一个只显示一次的链接，由本人打开并设置密码。"</span>
                    </p>
                    <p><BusyButton pending=pending label="生成邀请链接" busy="正在生成"/></p>
                </ActionForm>
            </div>
        </section>
    }
    .into_any()
}
