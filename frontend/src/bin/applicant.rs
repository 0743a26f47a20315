//! Takes over the parts of the candidates' pages that are kinder with script.

fn main() {
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    app::applicant::awake();
}
