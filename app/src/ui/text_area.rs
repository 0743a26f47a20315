use leptos::prelude::*;

/// The only way to a `<textarea>`: leptos 0.8 does not escape its children when it renders on the
/// server, so a text with `</textarea>` would become markup. Here the text is escaped by hand.
#[component]
pub fn TextArea(
    /// Name of the control.
    name: String,
    /// Id, for its label.
    id: String,
    /// What stands in it at first.
    value: String,
    /// Rows shown.
    #[prop(default = 3)]
    rows: u32,
    /// Most characters.
    #[prop(optional)]
    maxlength: Option<u32>,
    /// Ids of hint and error.
    #[prop(optional)]
    describedby: Option<String>,
    /// Whether it is wrong.
    #[prop(default = false)]
    invalid: bool,
    /// Whether it must be filled.
    #[prop(default = false)]
    required: bool,
) -> impl IntoView {
    let escaped = escape(&value);
    view! {
        <textarea
            class="input"
            name=name
            id=id
            rows=rows
            maxlength=maxlength
            aria-describedby=describedby
            aria-invalid=invalid.then_some("true")
            required=required
            inner_html=escaped
        ></textarea>
    }
}

fn escape(text: &str) -> String {
    // A textarea swallows a line break right after its start tag, so one is given to it.
    let mut out = String::with_capacity(text.len() + 1);
    if text.starts_with('\n') {
        out.push('\n');
    }
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn a_text_cannot_close_its_own_box() {
        assert_eq!(escape("</textarea><script>"), "&lt;/textarea&gt;&lt;script&gt;");
    }
}
