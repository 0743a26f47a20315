//! The verdict on a photo of one megabyte, natively and in WebAssembly.

use crate::report::Report;
use crate::stats::{self, Times};
use crate::{Options, Outcome};
use inspect_wasm::VERDICTS;
use std::process::Command;
use std::time::Duration;

/// Longest time of a verdict in a browser.
const GOAL: Duration = Duration::from_millis(50);

/// Measures both, run by run.
pub fn measure(options: &Options, report: &mut Report) -> Outcome<()> {
    report.part("Verdict on a photo of 1 MB");
    if !options.wasm.is_file() {
        return Err(format!("{} is not built; `make bench` does", options.wasm.display()).into());
    }
    let (photo, spec) = (inspect_wasm::photo(), inspect_wasm::spec());
    let (mut native, mut wasm) = (Times::default(), Times::default());
    for _ in 0..options.rounds {
        let began = stats::now();
        if !inspect_wasm::verdicts(&photo, &spec, VERDICTS) {
            return Err("the photo of the benchmark does not fit its limits".into());
        }
        native.add(began.elapsed() / VERDICTS);
        let run = Command::new("node").args(["server/bench/inspect.mjs"]).arg(&options.wasm).arg("1").output()?;
        if !run.status.success() {
            return Err(String::from_utf8_lossy(&run.stderr).into_owned().into());
        }
        let ms: f64 = String::from_utf8_lossy(&run.stdout).trim().parse()?;
        wasm.add(Duration::from_secs_f64(ms / 1000.0) / VERDICTS);
    }
    report.line("native", &stats::ms(native.percentile(0.5)));
    let browser = wasm.percentile(0.5);
    // The module makes its photo first, so its figure is a little too high.
    report.goal("in WebAssembly (V8)", stats::ms(browser), &format!("at most {}", stats::ms(GOAL)), browser <= GOAL);
    Ok(())
}
