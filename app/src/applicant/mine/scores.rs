//! 成绩 on the page of one's own application, as soon as they are released; with the request to look again.

use super::case::RecheckScore;
use crate::again::Again;
use crate::ui::{SelectField, StateBadge, TextArea, icon};
use crate::wording::scores as words;
use domain::application::progress::Tone;
use domain::page::mine::MyCase;
use domain::page::scores::{MyScores, Recheck};
use domain::scores::{ExamResult, Mark};
use domain::time::chinese_moment;
use leptos::prelude::*;
use server_fn::ServerFn;

/// The section; nothing before the release.
pub(super) fn section(case: &MyCase, again: Option<&Again>) -> Option<AnyView> {
    let scores = case.scores.as_ref()?;
    let tone = if scores.result == ExamResult::Pass { Tone::Done } else { Tone::Refused };
    let rows = scores
        .marks
        .iter()
        .map(|(subject, mark, passed)| {
            let (tone, text) = if *passed { (Tone::Done, "合格") } else { (Tone::Refused, "不合格") };
            view! {
                <tr>
                    <th scope="row">{subject.clone()}</th>
                    <td data-label="成绩" class="num">{words::mark(*mark)}</td>
                    <td data-label="结果"><StateBadge tone=tone text=text/></td>
                </tr>
            }
            .into_any()
        })
        .collect_view();
    let issued = scores.result == ExamResult::Pass
        && case.timeline.iter().any(|one| one.what == domain::page::mine::What::CertificateIssued);
    let asked = scores.rechecks.iter().map(|one| request(case, one)).collect_view();
    Some(
        view! {
            <section aria-labelledby="scores" class="stack stack--3">
                <div class="row between"><h2 id="scores">"成绩"</h2><StateBadge tone=tone text=words::result(scores.result)/></div>
                <table class="table">
                    <thead><tr><th scope="col">"科目"</th><th scope="col">"成绩"</th><th scope="col">"结果"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
                <p>{words::mine(scores, issued)}</p>
                {issued.then(|| view! { <p class="row"><a class="btn" href=crate::paths::MY_CERTIFICATES>{icon("cert", "")}<span>"看我的证书"</span></a></p> })}
                <p class="meta">{format!("{}发布", chinese_moment(scores.released, case.now.day()))}</p>
                {asked}
                {ask(case, scores, again)}
            </section>
        }
        .into_any(),
    )
}

fn request(case: &MyCase, one: &Recheck) -> AnyView {
    let at = |at| chinese_moment(at, case.now.day());
    let said = match &one.answer {
        None => format!("{}已申请复核{}，等机构答复。", at(one.at), one.subject),
        Some((when, true, text)) => format!("{}的复核{}已答复，成绩已更正：{text}", one.subject, at(*when)),
        Some((when, false, text)) => format!("{}的复核{}已答复，维持原成绩：{text}", one.subject, at(*when)),
    };
    let state = if one.answer.is_some() { "done" } else { "others" };
    view! { <p class="banner" data-state=state>{icon("info", "")}<span>{said}</span></p> }.into_any()
}

fn ask(case: &MyCase, scores: &MyScores, again: Option<&Again>) -> Option<AnyView> {
    let until = scores.recheck_until.filter(|until| case.now <= *until)?;
    let open = scores.marks.iter().filter(|(subject, mark, _)| {
        !matches!(mark, Mark::Carried(_)) && !scores.rechecks.iter().any(|one| one.subject == *subject)
    });
    let options: Vec<(String, String)> =
        open.map(|(subject, mark, _)| (subject.clone(), format!("{subject} {}", words::mark(*mark)))).collect();
    if options.is_empty() {
        return None;
    }
    let typed = |key: &str| again.map_or("", |again| again.typed(key)).to_owned();
    Some(
        view! {
            <details class="more" open=again.is_some()>
                <summary>"对成绩有疑问，申请复核"</summary>
                <form method="post" action=RecheckScore::PATH class="stack stack--3">
                    <input type="hidden" name="id" value=case.line.id.to_string()/>
                    <p class="meta">{words::recheck_hint(until, case.now)}</p>
                    <SelectField name="subject" label="哪一科" options=options value=typed("subject")/>
                    <div class="field">
                        <label for="recheck-reason">"为什么"</label>
                        <TextArea name="reason".to_owned() id="recheck-reason".to_owned() value=typed("recheck") rows=3 maxlength=500/>
                    </div>
                    <p><button class="btn btn--quiet" type="submit">"申请复核"</button></p>
                </form>
            </details>
        }
        .into_any(),
    )
}
