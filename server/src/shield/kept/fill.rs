//! Puts what was typed back into the form of a page. One way for every form: whoever adds a form need not think of it.

use super::tags::{Tag, escaped, meant, tags};
use app::kept::{KeptForm, PLACE};
use std::ops::Range;

/// Hidden fields that say of which state a page was drawn. They go back as they were sent: what somebody else did
/// meanwhile is then told as to every old page, and not overwritten.
const STATE: [&str; 3] = ["seen", "revision", "drawn"];
/// Hidden fields that say where to go on: another way to the same form may draw them differently.
const WAYS: [&str; 8] = ["next", "back", "address", "here", "page", "shown", "fresh", "confirmed"];

/// The page with the form filled in and a sentence before it, and the names of the fields that say what the form is
/// about; none where the form is not there. `note` words the sentence, knowing whether there is anything to fill in or
/// only a button.
pub fn fill(html: &str, form: &KeptForm, note: impl Fn(bool) -> String) -> Option<(String, Vec<String>)> {
    let tags = tags(html);
    let page = Page { html, tags: &tags };
    let at = page.form_of(form)?;
    let mut edits = Edits(Vec::new());
    let controls = page.controls(at);
    let typed = controls.iter().map(|at| &tags[*at]).any(|tag| tag.name != "button" && kind(tag) != "hidden");
    edits.put(tags[at].start, banner(html, &note(typed)));
    let mut left: Vec<(&str, &str)> = form.fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    for control in controls {
        if page.control(control, &mut left, &mut edits) {
            page.unfold(control, Some(at), &mut edits);
        }
    }
    page.unfold(at, None, &mut edits);
    let about = page.hidden(at).map(|tag| tag.value("name")).filter(|name| !may_differ(name)).collect();
    Some((edits.done(html), about))
}

fn may_differ(name: &str) -> bool {
    name.is_empty() || STATE.contains(&name) || WAYS.contains(&name)
}

/// The page with a sentence above everything, and below it what was typed where `form` is given.
pub fn tell(html: &str, words: &str, form: Option<&KeptForm>) -> String {
    let texts: String = form.map_or_else(String::new, |form| {
        let words = form.fields.iter().map(|(_, value)| value.trim()).filter(|value| is_words(value));
        words.map(|words| format!("<p class=\"pre\">{}</p>", escaped(words))).collect()
    });
    let tags = tags(html);
    let first = |name: &str| tags.iter().position(|tag| tag.name == name && !tag.closing);
    let pane = tags.iter().position(|tag| tag.value("class").split(' ').any(|class| class == "dk__c"));
    let main = first("main");
    let head = main.and_then(|main| {
        let head = tags.iter().position(|tag| tag.name == "header" && tag.parent == Some(main))?;
        tags[head].closed_by
    });
    let Some(at) = pane.or(head).or(main).or_else(|| first("body")) else { return html.to_owned() };
    let mut edits = Edits(Vec::new());
    edits.put(tags[at].end, banner_of(html, &format!("<p>{}</p>{texts}", escaped(words))));
    edits.done(html)
}

/// The page as the server drew it, to stay so: code that takes it over would draw what was there before.
pub fn still(html: &str) -> String {
    let tags = tags(html);
    let mut edits = Edits(Vec::new());
    for tag in tags.iter().filter(|tag| tag.name == "script" && tag.value("type") == "module") {
        if let Some(end) = tag.closed_by.map(|close| tags[close].end) {
            edits.swap(tag.start..end, String::new());
        }
    }
    edits.done(html)
}

/// What a person wrote, and no id, number or word of a choice.
fn is_words(value: &str) -> bool {
    value.chars().any(|letter| !letter.is_ascii() || letter == ' ' || letter == '\n')
}

fn banner(html: &str, words: &str) -> String {
    banner_of(html, &format!("<p>{}</p>", escaped(words)))
}

fn banner_of(html: &str, inside: &str) -> String {
    // Only the first has the place that the page opens at.
    let mark = format!("id=\"{PLACE}\"");
    let id = if html.contains(&mark) { String::new() } else { format!(" {mark}") };
    format!(
        "<div class=\"banner\" data-state=\"me\" role=\"status\" tabindex=\"-1\"{id}>\
         <svg class=\"icon\" aria-hidden=\"true\"><use href=\"/icons.svg#info\"></use></svg><div>{inside}</div></div>"
    )
}

struct Page<'a> {
    html: &'a str,
    tags: &'a [Tag<'a>],
}

impl Page<'_> {
    /// The form that was sent: it goes to the same place about the same thing. Among several, the one that has most of
    /// the names.
    fn form_of(&self, form: &KeptForm) -> Option<usize> {
        let forms = (0..self.tags.len()).filter(|at| self.tags[*at].name == "form" && !self.tags[*at].closing);
        let known = |at: &usize| {
            let controls = self.controls(*at);
            let has = |key: &str| controls.iter().any(|at| self.tags[*at].value("name") == key);
            form.fields.iter().filter(|(key, _)| has(key)).count()
        };
        // The first of equals: `max_by_key` would take the last.
        forms.filter(|at| self.fits(*at, form)).rev().max_by_key(known)
    }

    fn fits(&self, at: usize, form: &KeptForm) -> bool {
        let tag = &self.tags[at];
        if !tag.value("method").eq_ignore_ascii_case("post") {
            return false;
        }
        // Only a form that goes there is looked at: a page may have hundreds.
        tag.value("action") == form.action
            && self.hidden(at).all(|hidden| {
                let (name, value) = (hidden.value("name"), hidden.value("value"));
                let mut sent = form.fields.iter().filter(|(key, _)| *key == name).peekable();
                // What was not sent at all says nothing against it.
                may_differ(&name) || sent.peek().is_none() || sent.any(|(_, sent)| *sent == value)
            })
    }

    fn hidden(&self, form: usize) -> impl Iterator<Item = &Tag<'_>> {
        self.controls(form).into_iter().map(move |at| &self.tags[at]).filter(|tag| kind(tag) == "hidden")
    }

    /// The controls of a form: inside of it, or anywhere with its id.
    fn controls(&self, form: usize) -> Vec<usize> {
        let id = self.tags[form].value("id");
        let names = ["input", "textarea", "select", "button"];
        let is_its = |at: &usize| {
            let tag = &self.tags[*at];
            if tag.closing || !names.contains(&tag.name) {
                return false;
            }
            if tag.has("form") {
                !id.is_empty() && tag.value("form") == id
            } else {
                self.above(*at).any(|one| one == form)
            }
        };
        (0..self.tags.len()).filter(is_its).collect()
    }

    fn above(&self, at: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.tags[at].parent, move |above| self.tags[*above].parent)
    }

    /// Sets one control as it was sent; whether that changed it. `left` are the fields that no control has taken yet.
    fn control<'f>(&self, at: usize, left: &mut Vec<(&'f str, &'f str)>, edits: &mut Edits) -> bool {
        let tag = &self.tags[at];
        let name = tag.value("name");
        if name.is_empty() || tag.has("disabled") {
            return false;
        }
        match (tag.name, kind(tag).as_str()) {
            ("button", _) | (_, "password" | "file" | "submit" | "image" | "button" | "reset") => false,
            ("input", "checkbox" | "radio") => {
                let value = if tag.has("value") { tag.value("value") } else { "on".to_owned() };
                let sent = take(left, |(key, sent)| *key == name && *sent == value).is_some();
                self.tick(tag, "checked", sent, edits)
            }
            ("input", "hidden") if !STATE.contains(&name.as_str()) => false,
            ("input", _) => {
                let Some(sent) = take(left, |(key, _)| *key == name) else { return false };
                if tag.value("value") == sent {
                    return false;
                }
                let value = format!("value=\"{}\"", escaped(sent));
                match tag.attribute("value") {
                    Some(old) => edits.swap(old.start..old.end, value),
                    None => edits.put(tag.room(self.html), format!(" {value}")),
                }
                true
            }
            ("textarea", _) => {
                let (Some(sent), Some(close)) = (take(left, |(key, _)| *key == name), tag.closed_by) else {
                    return false;
                };
                let inside = tag.end..self.tags[close].start;
                // A text box swallows a line break right after its tag.
                let first = if sent.starts_with(['\r', '\n']) { "\n" } else { "" };
                let changed = meant(&self.html[inside.clone()]).trim_start() != sent.trim_start();
                edits.swap(inside, format!("{first}{}", escaped(sent)));
                changed
            }
            ("select", _) => self.choose(at, &name, left, edits),
            _ => false,
        }
    }

    fn choose<'f>(&self, at: usize, name: &str, left: &mut Vec<(&'f str, &'f str)>, edits: &mut Edits) -> bool {
        let mut changed = false;
        let many = self.tags[at].has("multiple");
        let mut sent: Vec<&str> = Vec::new();
        while let Some(one) = take(left, |(key, _)| *key == name) {
            sent.push(one);
            if !many {
                break;
            }
        }
        if sent.is_empty() && !many {
            return false;
        }
        for option in (0..self.tags.len()).filter(|one| self.tags[*one].name == "option" && !self.tags[*one].closing) {
            if !self.above(option).any(|one| one == at) {
                continue;
            }
            let tag = &self.tags[option];
            let text =
                || tag.closed_by.map_or_else(String::new, |end| meant(&self.html[tag.end..self.tags[end].start]));
            let value = if tag.has("value") { tag.value("value") } else { text() };
            changed |= self.tick(tag, "selected", sent.contains(&value.as_str()), edits);
        }
        changed
    }

    fn tick(&self, tag: &Tag<'_>, word: &str, on: bool, edits: &mut Edits) -> bool {
        match (tag.attribute(word), on) {
            (None, true) => edits.put(tag.room(self.html), format!(" {word}")),
            (Some(old), false) => edits.swap(old.start..old.end, String::new()),
            _ => return false,
        }
        true
    }

    /// Opens whatever hides this: folds up to `until`, and above a form also what was put away.
    fn unfold(&self, at: usize, until: Option<usize>, edits: &mut Edits) {
        for above in self.above(at).take_while(|above| Some(*above) != until) {
            let tag = &self.tags[above];
            if tag.name == "details" && !tag.has("open") {
                edits.put_once(tag.room(self.html), " open");
            }
            if let (None, Some(hidden)) = (until, tag.attribute("hidden")) {
                edits.swap(hidden.start..hidden.end, String::new());
            }
        }
    }
}

/// What a control is, by its `type`.
fn kind(tag: &Tag<'_>) -> String {
    if tag.name == "input" && tag.has("type") { tag.value("type").to_ascii_lowercase() } else { String::new() }
}

fn take<'a>(left: &mut Vec<(&'a str, &'a str)>, is_it: impl Fn(&(&'a str, &'a str)) -> bool) -> Option<&'a str> {
    let at = left.iter().position(is_it)?;
    Some(left.remove(at).1)
}

/// Changes of a page, done together.
struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    fn put(&mut self, at: usize, text: String) {
        self.0.push((at..at, text));
    }

    fn put_once(&mut self, at: usize, text: &str) {
        if !self.0.iter().any(|(range, known)| *range == (at..at) && known == text) {
            self.put(at, text.to_owned());
        }
    }

    fn swap(&mut self, range: Range<usize>, text: String) {
        self.0.push((range, text));
    }

    fn done(mut self, html: &str) -> String {
        self.0.sort_by_key(|(range, _)| (range.start, range.end));
        let mut out = String::with_capacity(html.len() + 1_024);
        let mut at = 0;
        for (range, text) in self.0 {
            out.push_str(&html[at..range.start]);
            out.push_str(&text);
            at = range.end;
        }
        out.push_str(&html[at..]);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::Timestamp;

    fn sent(action: &str, fields: &[(&str, &str)]) -> KeptForm {
        KeptForm {
            page: "/x".to_owned(),
            action: action.to_owned(),
            fields: fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
            files: Vec::new(),
            ended: Timestamp(0),
            about: Vec::new(),
        }
    }

    /// The page without the sentence before the form.
    fn filled(html: &str, fields: &[(&str, &str)]) -> Option<String> {
        let (page, _) = fill(html, &sent("/a", fields), |_| "N".to_owned())?;
        Some(page.replace(&banner("", "N"), ""))
    }

    #[test]
    fn every_kind_of_control_takes_what_was_sent() {
        let html = "<form method=\"post\" action=\"/a\"><input type=\"text\" name=\"t\" value=\"old\"><input name=\"u\"/>\
            <input type=\"checkbox\" name=\"c\" value=\"1\" checked><input type=\"checkbox\" name=\"c\" value=\"2\">\
            <input type=\"radio\" name=\"r\" value=\"x\"><select name=\"s\"><option value=\"1\" selected>一</option>\
            <option>二</option></select><textarea name=\"w\">old</textarea></form>";
        let fields = [("t", "a\"b"), ("u", "<i>"), ("c", "2"), ("r", "x"), ("s", "二"), ("w", "\n</textarea>一")];
        assert_eq!(
            filled(html, &fields).unwrap(),
            "<form method=\"post\" action=\"/a\"><input type=\"text\" name=\"t\" value=\"a&quot;b\"><input name=\"u\" value=\"&lt;i&gt;\"/>\
            <input type=\"checkbox\" name=\"c\" value=\"1\" ><input type=\"checkbox\" name=\"c\" value=\"2\" checked>\
            <input type=\"radio\" name=\"r\" value=\"x\" checked><select name=\"s\"><option value=\"1\" >一</option>\
            <option selected>二</option></select><textarea name=\"w\">\n\n&lt;/textarea&gt;一</textarea></form>"
        );
    }

    #[test]
    fn names_that_come_several_times_are_taken_in_order() {
        let html = "<form method=\"post\" action=\"/a\"><input name=\"n\"><input name=\"n\"></form>";
        let page = filled(html, &[("n", "1"), ("n", "2")]).unwrap();
        assert!(page.contains("<input name=\"n\" value=\"1\"><input name=\"n\" value=\"2\">"), "{page}");
    }

    #[test]
    fn the_form_about_another_thing_stays_as_it_is() {
        let one = |id: &str| {
            format!(
                "<form method=\"post\" action=\"/a\"><input type=\"hidden\" name=\"id\" value=\"{id}\"><input name=\"t\"></form>"
            )
        };
        let two = [("id", "2"), ("t", "字")];
        let (_, about) = fill(&one("2"), &sent("/a", &two), |_| String::new()).unwrap();
        assert_eq!(about, ["id"]);
        let page = filled(&(one("1") + &one("2")), &two).unwrap();
        assert_eq!(page, one("1") + &one("2").replace("name=\"t\"", "name=\"t\" value=\"字\""));
        assert_eq!(filled(&one("1"), &two), None, "nothing slides to another");
        assert_eq!(filled("<form action=\"/a\"><input name=\"t\"></form>", &[("t", "字")]), None, "a search is no act");
    }

    #[test]
    fn an_old_state_goes_back_as_it_was_seen() {
        let html = "<form method=\"post\" action=\"/a\"><input type=\"hidden\" name=\"seen\" value=\"9\"><input type=\"hidden\" name=\"next\" value=\"/b\"></form>";
        let page = filled(html, &[("seen", "7"), ("next", "/c")]).unwrap();
        assert!(page.contains("name=\"seen\" value=\"7\"") && page.contains("name=\"next\" value=\"/b\""), "{page}");
    }

    #[test]
    fn secrets_and_files_are_never_filled_in() {
        let html = "<form method=\"post\" action=\"/a\"><input type=\"password\" name=\"p\"><input type=\"file\" name=\"f\"></form>";
        assert_eq!(filled(html, &[("p", "x"), ("f", "y")]).unwrap(), html);
    }

    #[test]
    fn what_hides_the_form_is_opened() {
        let html = "<div hidden><details><form method=\"post\" action=\"/a\" id=\"f\"></form></details></div><details><input name=\"t\" form=\"f\"></details><details></details>";
        assert_eq!(
            filled(html, &[("t", "x")]).unwrap(),
            "<div ><details open><form method=\"post\" action=\"/a\" id=\"f\"></form></details></div><details open><input name=\"t\" form=\"f\" value=\"x\"></details><details></details>"
        );
    }

    #[test]
    fn a_lone_button_has_a_sentence_of_its_own() {
        let note = |typed: bool| if typed { "typed".to_owned() } else { "pressed".to_owned() };
        let of = |inside: &str| {
            let html = format!("<form method=\"post\" action=\"/a\">{inside}<button>x</button></form>");
            fill(&html, &sent("/a", &[]), note).unwrap().0
        };
        assert!(of("").contains("<p>pressed</p>"));
        assert!(of("<textarea name=\"t\"></textarea>").contains("<p>typed</p>"));
    }

    #[test]
    fn a_page_without_the_form_shows_the_words_to_copy() {
        let form = sent("/a", &[("id", "0190-77"), ("why", "证明 <看不清>"), ("n", "12")]);
        let page = tell("<main id=\"main\"><h1>x</h1></main>", "没有了", Some(&form));
        assert!(page.contains("<p>没有了</p><p class=\"pre\">证明 &lt;看不清&gt;</p></div>"), "{page}");
        assert!(page.starts_with("<main id=\"main\"><div class=\"banner\"") && !page.contains("0190-77"), "{page}");
        assert_eq!(
            still("<p></p><script type=\"module\" nonce=\"x\">a<b</script><script src=\"/y\"></script>"),
            "<p></p><script src=\"/y\"></script>"
        );
    }
}
