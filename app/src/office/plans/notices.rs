//! 公示和异议 of one plan, at the desk.

use super::acts::{AnswerObjection, OpenNotice, RevealObjector, part};
use super::said;
use crate::again::Again;
use crate::office::parts::summary;
use crate::paths;
use crate::ui::{RadioCard, RadioCards, StateBadge, TextArea, TextField, field_shell, icon};
use crate::wording::planner as words;
use domain::application::progress::Tone;
use domain::page::planner::{NoticeLine, ObjectionLine, PlanView};
use domain::planner::NoticeKind;
use domain::timeline::PointName;
use leptos::prelude::*;
use server_fn::ServerFn;

/// The public lists of one plan.
#[component]
pub fn PlanNoticesPage() -> impl IntoView {
    super::shell("公示和异议 · 技考工作台", page)
}

fn page(plan: &PlanView, done: &str, again: Option<&Again>) -> AnyView {
    // What was just revealed comes the way of a refused form, but nothing was refused.
    let refused = again.filter(|again| again.typed("shown").is_empty());
    let told = said(done).filter(|_| again.is_none()).map(|done| {
        view! { <p class="banner" data-state="done" role="status">{icon("ok", "")}<span>{done}</span></p> }
    });
    let lists = [NoticeKind::Roster, NoticeKind::Scores].into_iter().map(|kind| list(plan, kind, again)).collect_view();
    view! {
        <header class="deskhead">
            <h1>"公示和异议"</h1><span class="meta num">{plan.row.number.clone()}</span>
            {plan.acts.work.then(|| super::around::tabs_of(plan.row.id, "notices"))}<span class="grow"></span>
            <a class="btn btn--quiet" href=paths::office_plan(plan.row.id) rel="external">{icon("left", "")}<span>"回计划"</span></a>
        </header>
        <div class="dash__b">
            {told}{summary(Signal::stored(refused.map(|again| again.failure.clone())))}
            <p><b>{plan.row.title.clone()}</b></p>
            <p class="meta">"公示的名单在点“开始公示”那一刻定下，姓名和证件号码只露一点；到开始那天自动公开，过了截止自动撤下，搜索引擎不收录。"</p>
            {lists}
        </div>
    }
    .into_any()
}

fn list(plan: &PlanView, kind: NoticeKind, again: Option<&Again>) -> AnyView {
    let title = words::notice(kind);
    let id = format!("{}-title", kind.as_str());
    let heading = id.clone();
    let found = plan.notices.iter().find(|notice| notice.kind == kind);
    let body = match found {
        Some(notice) => standing(plan, notice, again),
        None if plan.acts.notices => opening(plan, kind, again),
        None => view! { <p class="meta">"还没有定。"</p> }.into_any(),
    };
    let badge = found.map(|notice| {
        let (tone, word) = match (plan.now < notice.opens, plan.now > notice.closes) {
            (true, _) => (Tone::Draft, "还没开始"),
            (_, true) => (Tone::Expired, "已结束，已撤下"),
            _ => (Tone::Done, "正在公示"),
        };
        view! { <StateBadge tone=tone text=word/> }
    });
    view! {
        <section class="panel" aria-labelledby=id>
            <div class="panel__h"><h2 id=heading>{title}</h2>{badge}</div>
            <div class="panel__b stack stack--4">{body}</div>
        </section>
    }
    .into_any()
}

fn opening(plan: &PlanView, kind: NoticeKind, again: Option<&Again>) -> AnyView {
    let (from, until) = match kind {
        NoticeKind::Roster => (PointName::RosterPubStart, PointName::RosterPubEnd),
        NoticeKind::Scores => (PointName::ScorePubStart, PointName::ScorePubEnd),
    };
    let value = |point: PointName, word: &str| {
        let typed = again.map_or("", |again| again.typed(&format!("{} {word}", kind.as_str())));
        if typed.is_empty() { plan.form.get(point.key()).to_owned() } else { typed.to_owned() }
    };
    let hint = match (kind, plan.rules.pub_min_days) {
        (NoticeKind::Roster, Some(days)) => format!("含当天；至少 {days} 天"),
        _ => "含当天".to_owned(),
    };
    let key = |word: &str| format!("{}-{word}", kind.as_str());
    view! {
        <form method="post" action=OpenNotice::PATH class="stack stack--3">
            <input type="hidden" name="id" value=plan.row.id.to_string()/>
            <input type="hidden" name="kind" value=kind.as_str()/>
            <div class="row row--top">
                <TextField name="from" id=key("from") label="公示开始" hint="从当天 0 点起" value=value(from, "from") class="w-12 num" maxlength=19/>
                <TextField name="until" id=key("until") label="公示截止" hint=hint value=value(until, "until") class="w-12 num" maxlength=19/>
            </div>
            <p><button class="btn" type="submit">{format!("开始{}", words::notice(kind))}</button></p>
        </form>
    }
    .into_any()
}

fn standing(plan: &PlanView, notice: &NoticeLine, again: Option<&Again>) -> AnyView {
    let window = format!(
        "{} 至 {}",
        crate::wording::desk::moment(notice.opens, plan.now),
        crate::wording::desk::moment(notice.closes, plan.now)
    );
    let open = plan.now >= notice.opens && plan.now <= notice.closes;
    let link = open.then(|| {
        view! { <p><a href=format!("/notices/{}", notice.id) rel="external">"看公开的页面"</a></p> }
    });
    let lines = notice.objections.iter().map(|one| objection(plan, one, again)).collect_view();
    let none = notice.objections.is_empty().then(|| view! { <p class="meta">"没有人提异议。"</p> });
    view! { <p>{window}</p>{link}{none}{lines} }.into_any()
}

fn objection(plan: &PlanView, one: &ObjectionLine, again: Option<&Again>) -> AnyView {
    let typed = |key: &str| again.map_or("", |again| again.typed(&format!("{key} {}", one.id))).to_owned();
    let about = if one.about.is_empty() { "整份名单".to_owned() } else { one.about.clone() };
    let end = match &one.answer {
        Some((sustained, text, by, at)) => {
            let (tone, word) =
                if *sustained { (Tone::Done, "异议成立") } else { (Tone::Expired, "异议不成立") };
            let foot = format!("{by}　{}", crate::wording::desk::moment(*at, plan.now));
            view! { <p><StateBadge tone=tone text=word/></p><blockquote class="said"><p>{text.clone()}</p><footer>{foot}</footer></blockquote> }.into_any()
        }
        None if plan.acts.notices => {
            let cards = vec![
                RadioCard {
                    hint: "报名公示会去掉这一行；成绩请用“更正成绩”".into(), ..RadioCard::new("yes", "成立")
                },
                RadioCard::new("no", "不成立"),
            ];
            let key = format!("answer-{}", one.id);
            let control = view! { <TextArea name="answer".to_owned() id=key.clone() value=typed("answer") rows=3 maxlength=500/> }.into_any();
            view! {
                <form method="post" action=AnswerObjection::PATH class="stack stack--3">
                    <input type="hidden" name="id" value=plan.row.id.to_string()/>
                    <input type="hidden" name="objection" value=one.id.clone()/>
                    <RadioCards name="sustained" id=format!("sustained-{}", one.id) legend="查下来" cards=cards value=typed("sustained") columns=2/>
                    {field_shell(key, "答复和理由".into(), "记录在案".into(), Signal::stored(None), false, control)}
                    <p><button class="btn" type="submit">"答复"</button></p>
                </form>
            }
            .into_any()
        }
        None => view! { <p class="meta">"还没有答复。"</p> }.into_any(),
    };
    view! {
        <section class="group" id=format!("objection-{}", one.id)>
            <h3>{about}</h3>
            <p class="pre">{one.text.clone()}</p>
            {proof(plan, one)}
            {objector(plan, one, &typed("contact"), typed("why"))}
            {end}
        </section>
    }
    .into_any()
}

/// What came with an objection: whoever answers it can open it.
fn proof(plan: &PlanView, one: &ObjectionLine) -> Option<AnyView> {
    let word = match one.proof.as_deref()? {
        "pdf" => "证明材料（PDF）",
        _ => "证明材料（照片）",
    };
    let href = part(plan.row.id, &format!("objections/{}/proof", one.id));
    Some(match plan.acts.notices {
        true => view! { <p><a href=href rel="external">{icon("file", "s")}<span>{word}</span></a><span class="meta">"　打开会记录在案"</span></p> }.into_any(),
        false => view! { <p class="meta">{word}</p> }.into_any(),
    })
}

/// Who objected: masked, and in full after an act with a reason.
fn objector(plan: &PlanView, one: &ObjectionLine, revealed: &str, why: String) -> AnyView {
    let at = crate::wording::desk::moment(one.at, plan.now);
    if !revealed.is_empty() {
        return view! { <p class="meta">{format!("{revealed}　{at}")}</p> }.into_any();
    }
    let reveal = plan.acts.notices.then(|| {
        view! {
            <form method="post" action=RevealObjector::PATH class="row row--top">
                <input type="hidden" name="id" value=plan.row.id.to_string()/>
                <input type="hidden" name="objection" value=one.id.clone()/>
                <TextField name="why" id=format!("why-{}", one.id) label="看全名和联系方式的理由" hint="记录在案" value=why maxlength=200/>
                <p><button class="btn btn--quiet" type="submit">"显示"</button></p>
            </form>
        }
    });
    view! { <p class="meta">{format!("{}　{}　{at}", one.name, one.contact)}</p>{reveal} }.into_any()
}
