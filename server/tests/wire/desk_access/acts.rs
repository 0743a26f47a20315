//! Every server function and every raw route that is posted to: each asks by itself who is there.

use super::pages::{Row, routes, rows};
use super::scene::{KINDS, Scene};
use std::collections::BTreeSet;

/// Raw routes that belong to nobody.
const RAW_FOR_ALL: &[&str] = &["/api/{*name}", "/preferences"];

fn pairs(text: &str) -> Vec<(&str, &str)> {
    text.split('&').filter_map(|pair| pair.split_once('=')).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_server_functions_read_for_every_kind_of_person() {
    let scene = Scene::set().await;
    let (read, acts, open) = (rows("read.txt"), rows("acts.txt"), rows("open.txt"));
    let named: BTreeSet<&str> = read.iter().chain(&acts).chain(&open).map(|row| row.name.as_str()).collect();
    let all: BTreeSet<String> =
        server_fn::axum::server_fn_paths().map(|(path, _)| path.trim_start_matches("/api/").to_owned()).collect();
    let unknown: Vec<&String> = all.iter().filter(|name| !named.contains(name.as_str())).collect();
    let gone: Vec<&&str> = named.iter().filter(|name| !all.contains(**name)).collect();
    let mut wrong: Vec<String> = unknown.iter().map(|name| format!("no row says who may ask {name}")).collect();
    wrong.extend(gone.iter().map(|name| format!("{name} is no more")));
    for Row { name, given, wanted } in &read {
        let filled = scene.filled(given);
        let mut got = String::new();
        for (kind, cookie) in &scene.people {
            let ask = scene.site.post(&format!("/api/{name}")).script().cookie(cookie).form(&pairs(&filled));
            let answer = ask.send().await;
            let told = scene.told(answer.status.as_u16(), answer.header("location"), &answer.text());
            if told == '!' || misread(&answer.text()) {
                wrong.push(format!("{kind} {name}: {} {}", answer.status, answer.text()));
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

/// Whether the form did not even fit the function: then nothing was tried.
fn misread(text: &str) -> bool {
    ["missing field", "Deserialization", "invalid type", "unknown field"].iter().any(|words| text.contains(words))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_may_not_changes_nothing() {
    let scene = Scene::set().await;
    let (_, posts) = routes(&scene);
    let (acts, raw) = (rows("acts.txt"), rows("raw.txt"));
    let known: BTreeSet<String> =
        raw.iter().map(|row| row.name.clone()).chain(RAW_FOR_ALL.iter().map(|one| (*one).to_owned())).collect();
    let unknown: Vec<&String> = posts.difference(&known).collect();
    let mut wrong: Vec<String> = unknown.iter().map(|route| format!("no row says who may post to {route}")).collect();
    let mut before = scene.kept().await;
    let acts = acts.iter().map(|row| (format!("/api/{}", row.name), Some(row.given.as_str()), row.wanted.as_str()));
    let raw = raw.iter().map(|row| (row.given.clone(), None, row.wanted.as_str()));
    for (address, given, may) in acts.chain(raw) {
        let address = scene.filled(&address);
        for (kind, cookie) in scene.people.iter().filter(|(kind, _)| !may.contains(*kind)) {
            let ask = scene.site.post(&address).script().cookie(cookie);
            let answer = match given {
                Some(given) => ask.form(&pairs(&scene.filled(given))).send().await,
                None => ask.files(&[("file", "x.txt", b"nothing of use")]).send().await,
            };
            let text = answer.text();
            let told = scene.told(answer.status.as_u16(), answer.header("location"), &text);
            if matches!(told, '!' | 'F' | 'P') || misread(&text) {
                wrong.push(format!("{kind} {address}: {} {text}", answer.status));
            }
            let now = scene.kept().await;
            let changed: Vec<&String> =
                now.iter().filter(|(table, rows)| before.get(*table) != Some(rows)).map(|(table, _)| table).collect();
            if !changed.is_empty() {
                wrong.push(format!("{kind} {address} changed {changed:?}: {} {text}", answer.status));
                before = now;
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    scene.site.running.stop().await;
}
