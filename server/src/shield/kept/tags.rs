//! Reads the tags of a page that this server drew: well formed, attributes in quotes, every element closed.

/// An attribute, with its place in the page.
#[derive(Debug, Clone)]
pub struct Attribute<'a> {
    name: &'a str,
    raw: &'a str,
    /// Where its name begins.
    pub start: usize,
    /// Behind its value.
    pub end: usize,
}

/// A tag, with its place in the page.
#[derive(Debug, Clone)]
pub struct Tag<'a> {
    /// Name of the element.
    pub name: &'a str,
    /// `</…>`.
    pub closing: bool,
    /// Where its `<` stands.
    pub start: usize,
    /// Behind its `>`.
    pub end: usize,
    /// What it stands in, by number; none for the outermost.
    pub parent: Option<usize>,
    /// Its closing tag, by number.
    pub closed_by: Option<usize>,
    attributes: Vec<Attribute<'a>>,
}

impl<'a> Tag<'a> {
    /// An attribute by its name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute<'a>> {
        self.attributes.iter().find(|one| one.name.eq_ignore_ascii_case(name))
    }

    /// Whether it has this attribute.
    pub fn has(&self, name: &str) -> bool {
        self.attribute(name).is_some()
    }

    /// The value of an attribute, as it was meant; empty where there is none.
    pub fn value(&self, name: &str) -> String {
        self.attribute(name).map_or_else(String::new, |one| meant(one.raw))
    }

    /// Where another attribute is added.
    pub fn room(&self, html: &str) -> usize {
        if html[..self.end].ends_with("/>") { self.end - 2 } else { self.end - 1 }
    }
}

/// Elements that are never closed.
const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
/// Elements whose inside is text, whatever it looks like.
const TEXT: [&str; 4] = ["script", "style", "textarea", "title"];

/// The tags of a page, in order, each with what it stands in.
pub fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut all: Vec<Tag<'_>> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(found) = html[at..].find('<').map(|found| at + found) {
        at = match html.as_bytes().get(found + 1) {
            Some(b'!') => found + behind_note(&html[found..]),
            Some(letter) if *letter == b'/' || letter.is_ascii_alphabetic() => {
                let mut tag = tag_at(html, found);
                let (name, end) = (tag.name, tag.end);
                let here = all.len();
                if tag.closing {
                    if let Some(depth) = open.iter().rposition(|one| all[*one].name == name) {
                        all[open[depth]].closed_by = Some(here);
                        open.truncate(depth);
                    }
                } else {
                    tag.parent = open.last().copied();
                    if !VOID.contains(&name) && !html[..end].ends_with("/>") {
                        open.push(here);
                    }
                }
                let text = !tag.closing && TEXT.contains(&name);
                all.push(tag);
                if text { html[end..].find(&format!("</{name}")).map_or(html.len(), |close| end + close) } else { end }
            }
            _ => found + 1,
        };
    }
    all
}

/// How long a comment, a marker of the framework or the doctype is.
fn behind_note(from: &str) -> usize {
    let (mark, least) = if from.starts_with("<!--") && !from.starts_with("<!-->") { ("-->", 4) } else { (">", 2) };
    from[least..].find(mark).map_or(from.len(), |found| least + found + mark.len())
}

fn tag_at(html: &str, start: usize) -> Tag<'_> {
    let bytes = html.as_bytes();
    let ends = |at: usize| at >= bytes.len();
    let closing = bytes.get(start + 1) == Some(&b'/');
    let mut at = start + 1 + usize::from(closing);
    let name_from = at;
    while !ends(at) && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'-') {
        at += 1;
    }
    let name = &html[name_from..at];
    let mut attributes = Vec::new();
    loop {
        while !ends(at) && (bytes[at].is_ascii_whitespace() || bytes[at] == b'/') {
            at += 1;
        }
        if ends(at) || bytes[at] == b'>' {
            break;
        }
        let from = at;
        while !ends(at) && !bytes[at].is_ascii_whitespace() && !matches!(bytes[at], b'=' | b'>' | b'/') {
            at += 1;
        }
        let name = &html[from..at];
        let mut raw = "";
        if bytes.get(at) == Some(&b'=') {
            at += 1;
            let (quote, inside) = match bytes.get(at) {
                Some(quote @ (b'"' | b'\'')) => (Some(*quote), at + 1),
                _ => (None, at),
            };
            at = inside;
            while !ends(at) && quote.map_or(!bytes[at].is_ascii_whitespace() && bytes[at] != b'>', |q| bytes[at] != q) {
                at += 1;
            }
            raw = &html[inside..at];
            at = (at + usize::from(quote.is_some())).min(bytes.len());
        }
        // A lone `=` or quote would else never end.
        at = at.max(from + 1);
        attributes.push(Attribute { name, raw, start: from, end: at });
    }
    Tag { name, closing, start, end: (at + 1).min(bytes.len()), parent: None, closed_by: None, attributes }
}

/// A text as it was meant before it was escaped.
pub fn meant(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let named = rest.find(';').filter(|end| *end <= 8).and_then(|end| Some((letter(&rest[1..end])?, end + 1)));
        let (letter, length) = named.unwrap_or(('&', 1));
        out.push(letter);
        rest = &rest[length..];
    }
    out + rest
}

fn letter(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

/// A text as it stands in a page, between tags or in an attribute.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_tag_by_tag() {
        let html = "<!DOCTYPE html><p class=\"a &quot;b&quot;\" hidden>x<!--s-1 <b> --><!><br/><input name='n'></p>";
        let read = tags(html);
        let names: Vec<_> = read.iter().map(|tag| (tag.name, tag.closing, tag.parent)).collect();
        assert_eq!(names, [("p", false, None), ("br", false, Some(0)), ("input", false, Some(0)), ("p", true, None)]);
        assert_eq!(
            (read[0].value("class").as_str(), read[0].has("hidden"), read[0].closed_by),
            ("a \"b\"", true, Some(3))
        );
        assert_eq!(
            (read[2].value("name").as_str(), &html[..read[1].room(html)]),
            ("n", &html[..html.find("/>").unwrap()])
        );
    }

    #[test]
    fn what_stands_in_text_is_no_tag() {
        let read = tags("<script>if (a<b) '<p>'</script><textarea><b></textarea><i></i>");
        let names: Vec<_> = read.iter().map(|tag| tag.name).collect();
        assert_eq!(names, ["script", "script", "textarea", "textarea", "i", "i"]);
    }

    #[test]
    fn a_text_is_escaped_and_meant_again() {
        for text in ["", "a & b", "</textarea><script>", "\"&amp;\" 'x'", "&;&#;", "一"] {
            assert_eq!(meant(&escaped(text)), text);
        }
        assert_eq!(meant("&#x27;&#39;&nope; &"), "''&nope; &");
    }

    #[test]
    fn a_broken_page_ends() {
        for broken in ["<", "<a", "<a =", "<a b=\"", "</", "<!--", "<textarea>", "<a =\"x\">", "<p ==>"] {
            tags(broken);
        }
    }
}
