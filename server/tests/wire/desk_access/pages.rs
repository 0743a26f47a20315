//! Every address that is read with GET.

use super::scene::{KINDS, Scene};
use std::collections::BTreeSet;

/// A line of a table: what is asked, how, and what comes of it.
pub struct Row {
    pub name: String,
    pub given: String,
    pub wanted: String,
}

/// The tables are files beside this one: a row is `what | how | what comes of it`.
pub fn rows(file: &str) -> Vec<Row> {
    let path = format!("{}/tests/wire/desk_access/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let [name, given, wanted] = line.split('|').collect::<Vec<_>>()[..] else { panic!("{file}: {line}") };
            Row { name: name.trim().into(), given: given.trim().into(), wanted: wanted.trim().into() }
        })
        .collect()
}

/// Patterns that a browser only posts to, or whose answer is a file that everybody may have.
const FOR_ALL: &[&str] = &["/assets/{*path}", "/robots.txt", "/api/{*name}"];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_page_for_every_kind_of_person() {
    let scene = Scene::set().await;
    let (gets, _) = routes(&scene);
    let table = rows("pages.txt");
    let known: BTreeSet<String> =
        table.iter().map(|row| row.name.clone()).chain(FOR_ALL.iter().map(|one| (*one).to_owned())).collect();
    let unknown: Vec<&String> = gets.difference(&known).collect();
    let gone: Vec<&String> = known.difference(&gets).collect();
    let mut wrong: Vec<String> = unknown.iter().map(|route| format!("no row says who may read {route}")).collect();
    wrong.extend(gone.iter().map(|route| format!("{route} is no more")));
    for Row { name, given, wanted } in &table {
        let address = scene.filled(given);
        let mut got = String::new();
        for (kind, cookie) in &scene.people {
            let answer = scene.site.get(&address).cookie(cookie).open().await;
            let (status, location) = (answer.status().as_u16(), header(&answer, "location"));
            // A stream has no end.
            let text = if address.starts_with("/live") { String::new() } else { body(answer).await };
            let told = scene.told(status, &location, &text);
            if told == '!' {
                wrong.push(format!("{kind} {address}: {status}"));
            }
            got.push(told);
        }
        if got != *wanted {
            wrong.push(format!("{name} | {given} | {got}\n# wanted {wanted} of {KINDS}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    scene.site.running.stop().await;
}

fn header(answer: &hyper::Response<hyper::body::Incoming>, name: &str) -> String {
    answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned()
}

async fn body(answer: hyper::Response<hyper::body::Incoming>) -> String {
    use http_body_util::BodyExt;
    String::from_utf8_lossy(&answer.into_body().collect().await.unwrap().to_bytes()).into_owned()
}

/// Patterns that the router answers to `GET`, and those to `POST`, as it says itself.
pub fn routes(scene: &Scene) -> (BTreeSet<String>, BTreeSet<String>) {
    let told = format!("{:?}", server::routes::router(&scene.site.running.app));
    let mut patterns = Vec::new();
    let mut rest = told.as_str();
    while let Some(at) = rest.find("RouteId(") {
        rest = &rest[at + 8..];
        let Some((id, after)) = rest.split_once(')') else { break };
        let after = after.trim_start_matches(": ");
        if let Some(pattern) = after.strip_prefix('"').and_then(|text| text.split_once('"')) {
            patterns.push((id.to_owned(), pattern.0.to_owned()));
        }
    }
    let answers = |id: &str, method: &str| {
        let entry = format!("RouteId({id}): MethodRouter(MethodRouter {{");
        let Some(at) = told.find(&entry) else { return false };
        let of = &told[at + entry.len()..];
        let of = &of[..of.find("RouteId(").unwrap_or(of.len())];
        let said = of.split_once(&format!("{method}: ")).map_or("", |(_, said)| said);
        !said.starts_with("None")
    };
    let with = |method: &str| -> BTreeSet<String> {
        let ours = patterns.iter().filter(|(_, pattern)| !pattern.contains("__private__"));
        ours.filter(|(id, _)| answers(id, method)).map(|(_, pattern)| pattern.clone()).collect()
    };
    let (gets, posts) = (with("get"), with("post"));
    assert!(
        gets.len() > 60 && posts.len() > 10,
        "the router no longer says its routes: {}",
        &told[..told.len().min(2_000)]
    );
    (gets, posts)
}
