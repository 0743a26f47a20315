//! Print-outs and merged papers: forms one by one, tickets by the hundred, ten pictures as one PDF.

use crate::report::Report;
use crate::stats::{self, Times};
use crate::{Options, Outcome};
use documents::forms::{FORMS, FontPlaces, FormSheet, Places, Press, TicketSheet, specimen_form, specimen_ticket};
use documents::papers::{self, Part};
use domain::paper::PaperFormat;
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use std::fs;
use std::time::Duration;

/// Longest time of one application form, warm.
const FORM_GOAL: Duration = Duration::from_millis(25);
/// Forms of each template that are measured in a round.
const FORMS_EACH: usize = 20;
/// Tickets of one document, and of one occasion.
const TICKETS_AT_ONCE: usize = 500;
const TICKETS: usize = 10_000;
/// The rest of the tickets is printed when it takes no longer than this, else reckoned.
const PATIENCE: Duration = Duration::from_secs(60);
/// Longest time and most memory of merging ten pictures, and the limit of the result.
const MERGE_GOAL: Duration = Duration::from_secs(3);
const MERGE_MEMORY: u64 = 150;
const MERGE_LIMIT: u64 = 20 * 1024 * 1024;
/// Bytes of one picture.
const PICTURE_BYTES: usize = 3_000_000;
/// Pictures differ, so that nothing is remembered that a real run would not remember.
const FACES: u32 = 40;

/// Measures all three.
pub fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    report.part("Print-outs");
    let began = stats::now();
    let press =
        Press::open(&Places { fonts: FontPlaces::usual(None), templates: std::env::var("TPL").ok().map(Into::into) })?;
    report.line("finding fonts, reading templates", &stats::ms(began.elapsed()));
    let faces = (0..FACES).map(|shade| picture(295, 413, shade, 88)).collect::<Outcome<Vec<_>>>()?;
    forms(options, &press, &faces, report)?;
    tickets(&press, &faces, report)?;
    if std::env::var("TT").is_ok() {
        return Ok(());
    }
    merging(options, report)
}

fn forms(options: &Options, press: &Press, faces: &[Vec<u8>], report: &mut Report) -> Outcome<()> {
    let began = stats::now();
    press.application_form(FORMS[0], &person(0, faces))?;
    report.line("the very first form", &stats::ms(began.elapsed()));
    press.proof()?;
    let (mut all, mut count) = (Times::default(), 1);
    for name in FORMS {
        let mut times = Times::default();
        for _ in 0..FORMS_EACH * options.rounds {
            let sheet = person(count, faces);
            count += 1;
            let began = stats::now();
            press.application_form(name, &sheet)?;
            times.add(began.elapsed());
        }
        report.line(&format!("form {name}"), &format!("p50 {}", stats::ms(times.percentile(0.5))));
        all.extend(times);
    }
    let p95 = all.percentile(0.95);
    let reached = format!("p50 {}, p95 {}", stats::ms(all.percentile(0.5)), stats::ms(p95));
    report.goal(
        "an application form, warm",
        reached,
        &format!("p95 at most {}", stats::ms(FORM_GOAL)),
        p95 <= FORM_GOAL,
    );
    Ok(())
}

fn person(count: usize, faces: &[Vec<u8>]) -> FormSheet {
    let mut sheet = specimen_form();
    sheet.set("name", format!("于小山{count}"));
    sheet.set("mobile", format!("138{count:08}"));
    sheet.set("employer", format!("云州市清河电气安装第{count}有限公司"));
    sheet.reference_no = format!("2026-S-001286-{count:04}");
    sheet.qr_text = format!("https://jikao.example/a/2026-S-001286-{count:04}");
    sheet.photo = faces.get(count % faces.len()).cloned();
    sheet
}

fn tickets(press: &Press, faces: &[Vec<u8>], report: &mut Report) -> Outcome<()> {
    let batch = |from: usize| -> Vec<TicketSheet> {
        (from..from + TICKETS_AT_ONCE)
            .map(|count| {
                let mut sheet = specimen_ticket();
                sheet.ticket_no = format!("2701 286 {:02} {count:05}", count % 30);
                sheet.qr_text = format!("https://jikao.example/t/{count:05}.MEUCIQDx3k2u7l0");
                sheet.photo = faces.get(count % faces.len()).cloned();
                if let Some((_, name)) = sheet.person.first_mut() {
                    *name = format!("于小山{count}");
                }
                sheet
            })
            .collect()
    };
    let before = resident();
    forget_peak();
    let began = stats::now();
    let first = press.tickets(&batch(0), None)?;
    let one = began.elapsed();
    let memory = peak().saturating_sub(before);
    let rate = stats::per_second(TICKETS_AT_ONCE, one);
    report.line(
        &format!("{TICKETS_AT_ONCE} tickets in one document"),
        &format!(
            "{:.1} s, {rate:.0} per second, {} KB, {memory} MB more memory",
            one.as_secs_f64(),
            first.pdf.len() / 1024
        ),
    );
    let batches = TICKETS / TICKETS_AT_ONCE;
    let reckoned = one * u32::try_from(batches)?;
    if reckoned > PATIENCE {
        let goal = format!("at most {} s", PATIENCE.as_secs());
        report.goal(&format!("{TICKETS} tickets, reckoned"), format!("{:.0} s", reckoned.as_secs_f64()), &goal, false);
        return Ok(());
    }
    for place in 1..batches {
        press.tickets(&batch(place * TICKETS_AT_ONCE), None)?;
    }
    let all = began.elapsed();
    let goal = format!("at most {} s", PATIENCE.as_secs());
    report.goal(&format!("{TICKETS} tickets"), format!("{:.1} s", all.as_secs_f64()), &goal, all <= PATIENCE);
    Ok(())
}

fn merging(options: &Options, report: &mut Report) -> Outcome<()> {
    let pictures = (0..10).map(big_picture).collect::<Outcome<Vec<_>>>()?;
    let bytes: usize = pictures.iter().map(Vec::len).sum();
    let parts: Vec<Part<'_>> =
        pictures.iter().map(|bytes| Part { kind: PaperFormat::Jpeg, bytes, title: "学历证书" }).collect();
    let (mut times, mut memory) = (Times::default(), 0);
    for _ in 0..options.rounds.min(3) {
        let before = resident();
        forget_peak();
        let began = stats::now();
        let merged = papers::merge(&parts, MERGE_LIMIT)?;
        times.add(began.elapsed());
        memory = memory.max(peak().saturating_sub(before));
        if merged.len() as u64 > MERGE_LIMIT {
            return Err("the merged document is above its limit".into());
        }
    }
    let time = times.percentile(0.5);
    let what = format!("10 pictures, {:.1} MB together, to one PDF", bytes as f64 / 1e6);
    report.goal(&what, stats::ms(time), &format!("at most {}", stats::ms(MERGE_GOAL)), time <= MERGE_GOAL);
    let goal = format!("at most {MERGE_MEMORY} MB");
    report.goal("more memory while merging", format!("{memory} MB"), &goal, memory <= MERGE_MEMORY);
    Ok(())
}

/// A picture as a camera's: smooth ground, fine noise. The seed makes it differ.
fn picture(width: u32, height: u32, seed: u32, quality: u8) -> Outcome<Vec<u8>> {
    let mut noise = seed.wrapping_mul(2_654_435_761) | 1;
    let picture = RgbImage::from_fn(width, height, |x, y| {
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        let ground = (x * 120 / width + y * 90 / height) as u8;
        let grain = (noise % 24) as u8;
        Rgb([ground.wrapping_add(grain), ground.saturating_add(20), 200 - ground.min(180) + grain / 2])
    });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&picture)?;
    Ok(bytes)
}

/// A photo of a paper by a phone of 12 megapixels, about [`PICTURE_BYTES`].
fn big_picture(seed: u32) -> Outcome<Vec<u8>> {
    let mut best = Vec::new();
    for quality in [60, 70, 80, 85, 90, 94] {
        best = picture(4000, 3000, seed, quality)?;
        if best.len() >= PICTURE_BYTES {
            break;
        }
    }
    Ok(best)
}

/// Memory of this process in MB; 0 where the system does not tell.
fn resident() -> u64 {
    status("VmRSS:")
}

/// The most it was since [`forget_peak`].
fn peak() -> u64 {
    status("VmHWM:")
}

fn forget_peak() {
    // Where this is not allowed, the figure is too high, never too low.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

fn status(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}
