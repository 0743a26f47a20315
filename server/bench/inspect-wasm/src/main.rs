//! What a browser does with a chosen photo, a few hundred times. Whoever calls `main` divides its time.

fn main() {
    let (photo, spec) = (inspect_wasm::photo(), inspect_wasm::spec());
    // A wrong verdict ends the module, and the benchmark with it.
    assert!(inspect_wasm::verdicts(&photo, &spec, inspect_wasm::VERDICTS), "the photo is within its limits");
}
