//! 准考证 as one page that needs nothing beside itself: look, photo and code stand inside, so that it opens on a phone
//! without a network once it is kept. Two addresses: to look at, and to keep.

use crate::applicant::wizard::qr;
use crate::paths;
use domain::ids::ApplicationId;
use domain::profile::Printable;
use leptos::prelude::*;
use records::applications::TicketToPrint;

/// Everything about how it looks; the colours of the product, and ink on white where it is printed.
const LOOK: &str = "*{box-sizing:border-box;margin:0}body{font:1rem/1.55 'PingFang SC','HarmonyOS Sans SC','MiSans','Microsoft YaHei',\
'Noto Sans CJK SC','Noto Sans SC',system-ui,sans-serif;background:#f5f6f3;color:#17211f;padding:1rem;-webkit-text-size-adjust:100%}\
main{max-width:40rem;margin:0 auto;display:grid;gap:1rem}a{color:#0b5874}h1{font-size:1.6rem}p{text-wrap:pretty}\
nav{display:flex;flex-wrap:wrap;gap:.6rem}nav a{display:inline-flex;align-items:center;justify-content:center;min-height:2.75rem;\
padding:.4rem 1rem;border:1px solid #7d8883;border-radius:.5rem;background:#fff;color:#0b5874;text-decoration:none;font-weight:600}\
nav a:first-child{background:#0d5b73;border-color:#0d5b73;color:#fff}a:focus-visible{outline:3px solid #ffb81c;outline-offset:2px}\
.t{background:#fff;border:1px solid #d9ddd7;border-radius:.8rem;overflow:hidden}.t>*{padding:1.1rem 1.2rem}\
.t>*+*{border-top:1px solid #d9ddd7}.h{background:#08404f;color:#fff}.h h2{font-size:1.2rem}.h p{overflow-wrap:anywhere}\
.n{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:.2rem 1rem;margin-top:.5rem}\
.n b{font-size:1.35rem;letter-spacing:.02em;font-variant-numeric:tabular-nums;white-space:nowrap}\
.w{display:grid;grid-template-columns:auto minmax(0,1fr);gap:1.1rem;align-items:start}.w img{width:6.2rem;border:1px solid #7d8883;display:block}\
dl{display:grid;grid-template-columns:auto minmax(0,1fr);gap:.3rem .9rem}dt,.m{color:#58645f}dd{overflow-wrap:anywhere}\
dd.name{font-size:1.2rem;font-weight:700}.p{background:#f5f6f3}.p h3{font-size:1.15rem;display:inline}.p .m{margin-left:.6rem}\
.p .when{font-size:1.35rem;font-weight:700;font-variant-numeric:tabular-nums;line-height:1.35;margin-top:.3rem}\
.s{display:flex;flex-wrap:wrap;gap:.2rem 1.6rem;align-items:baseline;margin-top:.4rem}.s b{font-size:1.75rem;color:#08404f;margin-left:.5rem;line-height:1.3}\
.q{display:grid;grid-template-columns:8.5rem minmax(0,1fr);gap:1.1rem;align-items:center}.q svg{width:8.5rem;height:8.5rem;background:#fff}\
ol{padding-inline-start:1.4rem;display:grid;gap:.2rem}.f{margin-top:.8rem;color:#58645f}\
@media(max-width:24rem){body{padding:.6rem}.t>*{padding:.9rem}.w img{width:5.4rem}.w{gap:.8rem}dl{gap:.25rem .6rem;font-size:.94rem}}\
@media print{body{background:#fff;padding:0}nav,.k{display:none}.t{border-color:#17211f}.h,.p{-webkit-print-color-adjust:exact;print-color-adjust:exact}}";

/// The page. `photo` is the picture as a `data:` address; `kept` leaves out what leads back to the site.
pub fn document(id: ApplicationId, ticket: &TicketToPrint, photo: Option<String>, kept: bool) -> String {
    let sheet = &ticket.sheet;
    let person = sheet.person.iter().enumerate().map(|(at, (label, text))| {
        let class = if at == 0 { "name" } else { "" };
        view! { <dt>{label.clone()}</dt><dd class=class>{text.clone()}</dd> }
    });
    let photo = photo.map(|photo| view! { <img src=photo alt="证件照"/> });
    let papers = sheet
        .papers
        .iter()
        .map(|paper| {
            let slots = paper
                .slots
                .iter()
                .map(|slot| view! { <span><span class="m">{slot.label.clone()}</span><b>{slot.value.clone()}</b></span> })
                .collect_view();
            view! {
                <section class="p">
                    <h3>{paper.name.clone()}</h3><span class="m">{paper.note.clone()}</span>
                    <p class="when">{paper.time.clone()}</p>
                    <p>{paper.arrival.clone()}</p>
                    <p>{paper.place.clone()}</p>
                    <p class="s">{slots}</p>
                </section>
            }
            .into_any()
        })
        .collect_view();
    let code = qr(&sheet.qr_text).map(|(path, size)| {
        let view_box = format!("-2 -2 {} {}", size + 4, size + 4);
        let captions = sheet.qr_caption.iter().map(|line| view! { <p>{line.clone()}</p> }).collect_view();
        let route = sheet.route.join("，");
        let route = (!route.is_empty()).then(|| view! { <p class="f">"怎么去："{route}</p> });
        view! {
            <section class="q">
                <svg viewBox=view_box role="img" aria-label="进场核验码" shape-rendering="crispEdges"><path d=path fill="#000"/></svg>
                <div>{captions}{route}</div>
            </section>
        }
    });
    let rules = sheet.rules.iter().map(|rule| view! { <li>{rule.clone()}</li> }).collect_view();
    let ways = (!kept).then(|| {
        let pdf = paths::my_print(id, Printable::Ticket);
        let keep = format!("{}?keep=1", paths::my_ticket(id));
        view! {
            <p class="k"><a href=paths::my_case(id)>"‹ 回到这份报名"</a></p>
            <h1>"准考证"</h1>
            <p class="m k">"存到手机以后，没有网络也能打开。时间、地点、考场或座位有变，这里会换成新版本。"</p>
            <nav aria-label="准考证"><a href=pdf>"打印（PDF）"</a><a href=keep download="准考证.html">"存到手机"</a></nav>
        }
    });
    let title =
        if sheet.title.is_empty() { "职业技能等级认定准考证".to_owned() } else { sheet.title.clone() };
    let body = view! {
        <main>
            {ways}
            <article class="t">
                <header class="h">
                    <h2>{title}</h2>
                    <p>{sheet.occasion.clone()}</p>
                    <p class="n"><span>"准考证号"</span><b>{sheet.ticket_no.clone()}</b></p>
                </header>
                <section class="w">{photo}<dl>{person.collect_view()}</dl></section>
                {papers}
                {code}
                <section>
                    <h3>"考试要记住的"</h3>
                    <ol>{rules}</ol>
                    <p class="f">"发证机构　"{sheet.issuer.clone()}<br/>{sheet.help.clone()}<br/>{sheet.version.clone()}</p>
                </section>
            </article>
        </main>
    };
    format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\">\
         <title>准考证</title><style>{LOOK}</style></head><body>{}</body></html>",
        body.to_html()
    )
}
