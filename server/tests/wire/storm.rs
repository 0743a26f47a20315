//! Many people without script at once: forms that are refused, pages that are read. Everybody is shown their own
//! refusal and what they typed, and nobody is ever shown anything of somebody else's.

use crate::common::{Answer, Site, site};
use domain::ids::ApplicationId;
use domain::plan::Plan;
use records::applications;
use std::sync::Arc;
use testkit::{Applicant, World};

/// People with a form before them, on each side.
const CANDIDATES: usize = 32;
const REVIEWERS: usize = 16;
/// People who only read.
const READERS: usize = 16;
/// Forms that each of them sends.
const ROUNDS: usize = 6;

/// A mark that is on nobody else's things: three letters that stand for a number.
fn name_of(person: usize) -> String {
    const STEMS: [char; 10] = ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸'];
    let digits = [person / 100 % 10, person / 10 % 10, person % 10];
    format!("欧阳{}", digits.map(|digit| STEMS[digit]).iter().collect::<String>())
}

/// What this person types: also found on no other page.
fn typed_by(person: usize, round: usize) -> String {
    format!("zz{person:03}zz{round}")
}

/// Every mark on a page is this person's.
fn only_own(page: &str, person: usize, what: &str) -> Result<(), String> {
    let own = format!("{person:03}");
    for (at, _) in page.match_indices("zz") {
        let rest = page.get(at + 2..at + 7).unwrap_or_default();
        let is_mark = rest.ends_with("zz") && rest.bytes().take(3).all(|byte| byte.is_ascii_digit());
        if is_mark && rest[..3] != own {
            return Err(format!("{what}: person {own} is shown what {} typed", &rest[..3]));
        }
    }
    Ok(())
}

fn has(page: &Answer, wanted: &str, what: &str) -> Result<(), String> {
    if page.status.as_u16() != 200 {
        return Err(format!("{what}: answered {}", page.status));
    }
    // Behind the end stands what the page's script is given; it proves nothing about what a person sees.
    let text = page.text();
    let Some((shown, _)) = text.split_once("</html>") else {
        return Err(format!("{what}: the page has no end"));
    };
    if shown.contains(wanted) { Ok(()) } else { Err(format!("{what}: {wanted:?} is not shown")) }
}

/// Follows a refused form to the page that tells why.
async fn follow(site: &Site, cookie: &str, answer: Answer, what: &str) -> Result<Answer, String> {
    let to = answer.header("location").to_owned();
    if answer.status.as_u16() != 302 || !to.contains("again=") {
        return Err(format!("{what}: was sent to {to:?} with {}", answer.status));
    }
    Ok(site.get(&to).cookie(cookie).send().await)
}

/// A complete, submitted application.
async fn submitted(world: &World, plan: &Plan, who: &Applicant) -> ApplicationId {
    let id = testkit::complete_draft(&world.records, who.id, plan.id).await.unwrap();
    applications::submit(&world.records, who.id, id, "key").await.unwrap();
    id
}

/// A candidate whose sign-in, profile and form are refused, again and again.
async fn candidate(site: &Site, person: usize, cookie: &str, draft: ApplicationId) -> Result<(), String> {
    let name = name_of(person);
    for round in 0..ROUNDS {
        let typed = typed_by(person, round);
        let tried = site.post("/api/account/sign-in").form(&[("id_no", &typed), ("password", "x"), ("next", "")]);
        let page = follow(site, "", tried.send().await, "sign-in").await?;
        has(&page, &typed, "sign-in")?;
        has(&page, "没有登录成功", "sign-in")?;
        only_own(&page.text(), person, "sign-in")?;

        let update = [("mobile", "1"), ("address", typed.as_str()), ("education", "")];
        let tried = site.post("/api/account/update").cookie(cookie).form(&update);
        let page = follow(site, cookie, tried.send().await, "profile").await?;
        has(&page, &typed, "profile")?;
        has(&page, "<title>错误：个人资料", "profile")?;
        has(&page, &name, "profile")?;
        only_own(&page.text(), person, "profile")?;

        let id = draft.to_string();
        let old = [("id", id.as_str()), ("revision", "77"), ("go", "next"), ("answers[address]", &typed)];
        let tried = site.post("/api/apply/save").cookie(cookie).form(&old);
        let page = follow(site, cookie, tried.send().await, "form").await?;
        has(&page, &typed, "form")?;
        only_own(&page.text(), person, "form")?;

        let mine = site.get("/my").cookie(cookie).send().await;
        has(&mine, "碳排放", "my")?;
        only_own(&mine.text(), person, "my")?;
    }
    Ok(())
}

/// A reviewer whose decision is refused: a rejection with too few words, on a state long gone.
async fn reviewer(site: &Site, person: usize, cookie: &str, case: ApplicationId) -> Result<(), String> {
    let here = format!("/office/cases/{case}");
    for round in 0..ROUNDS * 2 {
        let (id, typed) = (case.to_string(), typed_by(person, round));
        let drawn = (site.running.app.records.now().0 - 60_000).to_string();
        let form = [
            ("drawn", drawn.as_str()),
            ("id", id.as_str()),
            ("seen", "0"),
            ("choice", "reject"),
            ("reason", "condition|不符合申报条件"),
            ("own_words", typed.as_str()),
        ];
        let tried = site.post("/api/office/decide").cookie(cookie).form(&form).send().await;
        let page = follow(site, cookie, tried, "decision").await?;
        has(&page, &typed, "decision")?;
        has(&page, "没有提交", "decision")?;
        has(&page, &name_of(person), "decision")?;
        only_own(&page.text(), person, "decision")?;
        let again = site.get(&here).cookie(cookie).send().await;
        if again.text().contains(&format!("zz{person:03}zz")) {
            return Err(format!("a page without a refusal shows one to {person:03}"));
        }
    }
    Ok(())
}

/// Somebody who only reads: a guest, or a candidate whose name stands in the head of the page.
async fn reader(site: &Site, person: usize, cookie: &str, plan: &str) -> Result<(), String> {
    for round in 0..ROUNDS * 4 {
        let typed = typed_by(person, round);
        let found = site.get(&format!("/?q={typed}")).cookie(cookie).send().await;
        has(&found, &typed, "search")?;
        only_own(&found.text(), person, "search")?;
        let shown = site.get(plan).cookie(cookie).send().await;
        has(&shown, "碳排放", "plan")?;
        only_own(&shown.text(), person, "plan")?;
        for page in [&found, &shown] {
            let text = page.text();
            for other in 0..CANDIDATES + REVIEWERS + READERS {
                if text.contains(&name_of(other)) && (cookie.is_empty() || other != person) {
                    return Err(format!("reader {person:03} is shown the name of {other:03}"));
                }
            }
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everybody_is_told_their_own_refusal_and_nothing_of_others() {
    let world = World::sqlite().await;
    let site = Arc::new(site(&world).await);
    let plan = world.plan().await;
    let mut people = tokio::task::JoinSet::new();
    let mut waiting: Vec<std::pin::Pin<Box<dyn Future<Output = Result<(), String>> + Send>>> = Vec::new();
    for person in 0..CANDIDATES {
        let who = world.applicant(&name_of(person)).await;
        let draft = applications::start(&world.records, who.id, plan.id).await.unwrap();
        let (site, cookie) = (site.clone(), site.applicant(who.id).await);
        waiting.push(Box::pin(async move { candidate(&site, person, &cookie, draft).await }));
    }
    for person in CANDIDATES..CANDIDATES + REVIEWERS {
        let who = world.applicant(&name_of(person)).await;
        let case = submitted(&world, &plan, &who).await;
        let member = world.reviewer(&format!("审{person}")).await;
        records::desk::claim(&world.records, &member, case).await.unwrap();
        let (site, cookie) = (site.clone(), site.staff(&member).await);
        waiting.push(Box::pin(async move { reviewer(&site, person, &cookie, case).await }));
    }
    for person in CANDIDATES + REVIEWERS..CANDIDATES + REVIEWERS + READERS {
        let cookie = if person % 2 == 0 {
            String::new()
        } else {
            let who = world.applicant(&name_of(person)).await;
            site.applicant(who.id).await
        };
        let (site, plan) = (site.clone(), format!("/plans/{}", plan.id));
        waiting.push(Box::pin(async move { reader(&site, person, &cookie, &plan).await }));
    }
    for one in waiting {
        people.spawn(one);
    }
    let mut wrong = Vec::new();
    while let Some(outcome) = people.join_next().await {
        wrong.extend(outcome.unwrap().err());
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), CANDIDATES + REVIEWERS + READERS, wrong.join("\n"));
    Arc::into_inner(site).unwrap().running.stop().await;
}
