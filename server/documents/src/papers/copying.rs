//! Carrying pages of one PDF over into another: contents and resources, nothing else.

use super::marks;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use std::collections::{HashMap, HashSet, VecDeque};

/// Entries that lead back into the old document or say nothing about how a page looks.
const LEFT_BEHIND: [&[u8]; 7] =
    [b"Parent", b"Metadata", b"PieceInfo", b"StructParent", b"StructParents", b"Annots", b"Thumb"];

/// Page trees deeper than this are nonsense.
const DEEPEST_TREE: usize = 64;

/// Copies objects of `source` into `target`, each once, following references.
pub(super) struct Copier<'a> {
    pub source: &'a Document,
    pub target: &'a mut Document,
    placed: HashMap<ObjectId, ObjectId>,
    waiting: VecDeque<(ObjectId, ObjectId)>,
    pages: HashSet<ObjectId>,
}

impl<'a> Copier<'a> {
    /// A copier that never follows a reference to one of `pages` or to their tree.
    pub fn new(source: &'a Document, target: &'a mut Document, pages: &[ObjectId]) -> Self {
        let pages = pages.iter().copied().collect();
        Copier { source, target, placed: HashMap::new(), waiting: VecDeque::new(), pages }
    }

    /// Copies one page under `parent`, with what is stamped on it drawn into the page itself.
    pub fn page(&mut self, page: ObjectId, parent: ObjectId) -> Option<ObjectId> {
        let source = self.source;
        let old = source.get_dictionary(page).ok()?;
        let mut new = Dictionary::new();
        new.set("Type", Object::Name(b"Page".to_vec()));
        new.set("Parent", Object::Reference(parent));
        for key in [&b"MediaBox"[..], b"CropBox", b"Rotate"] {
            if let Some(value) = inherited(source, page, key) {
                new.set(key, self.carry(value));
            }
        }
        if !new.has(b"MediaBox") {
            new.set("MediaBox", marks::numbers(&[0.0, 0.0, 595.0, 842.0]));
        }
        for key in [&b"Group"[..], b"UserUnit"] {
            if let Ok(value) = old.get(key) {
                new.set(key, self.carry(value));
            }
        }
        let contents = old.get(b"Contents").ok();
        let resources = inherited(source, page, b"Resources");
        let stamps = marks::of_page(source, old);
        if stamps.is_empty() {
            new.set("Resources", resources.map_or(Object::Dictionary(Dictionary::new()), |value| self.carry(value)));
            if let Some(contents) = contents {
                new.set("Contents", self.carry(contents));
            }
        } else {
            self.draw_stamps(&mut new, contents, resources, stamps);
        }
        self.finish();
        Some(self.target.add_object(new))
    }

    fn draw_stamps(
        &mut self,
        page: &mut Dictionary,
        contents: Option<&'a Object>,
        resources: Option<&'a Object>,
        stamps: Vec<marks::Stamp<'a>>,
    ) {
        let source = self.source;
        let mut resources = match resources.and_then(|value| resolved_dictionary(source, value)) {
            Some(dictionary) => self.carry_dictionary(dictionary),
            None => Dictionary::new(),
        };
        let old_forms = resources.get(b"XObject").ok().cloned();
        let mut forms = match old_forms {
            Some(Object::Dictionary(forms)) => forms,
            // Already carried over as an object of its own: finish it, then take its entries.
            Some(Object::Reference(id)) => {
                self.finish();
                self.target.get_dictionary(id).cloned().unwrap_or_default()
            }
            _ => Dictionary::new(),
        };
        let mut drawing = b"Q\n".to_vec();
        for (index, stamp) in stamps.into_iter().enumerate() {
            let name = format!("JikaoStamp{index}");
            let mut form = Stream::new(self.carry_dictionary(&stamp.form.dict), stamp.form.content.clone());
            form.dict.set("Type", Object::Name(b"XObject".to_vec()));
            form.dict.set("Subtype", Object::Name(b"Form".to_vec()));
            forms.set(name.as_bytes(), Object::Reference(self.target.add_object(form)));
            let [a, b, c, d, e, f] = stamp.matrix;
            drawing
                .extend_from_slice(format!("q {a:.5} {b:.5} {c:.5} {d:.5} {e:.5} {f:.5} cm /{name} Do Q\n").as_bytes());
        }
        resources.set("XObject", Object::Dictionary(forms));
        page.set("Resources", Object::Dictionary(resources));
        let before = self.target.add_object(Stream::new(Dictionary::new(), b"q\n".to_vec()));
        let after = self.target.add_object(Stream::new(Dictionary::new(), drawing));
        let mut parts = vec![Object::Reference(before)];
        match contents.map(|value| source.dereference(value).map_or(value, |(_, value)| value)) {
            Some(Object::Array(streams)) => {
                for stream in streams {
                    let stream = self.carry(stream);
                    parts.push(stream);
                }
            }
            Some(_) => parts.extend(contents.map(|value| self.carry(value))),
            None => {}
        }
        parts.push(Object::Reference(after));
        page.set("Contents", Object::Array(parts));
    }

    /// The same object for the target; what it refers to is queued, so that a long chain of
    /// references cannot exhaust the stack.
    fn carry(&mut self, object: &Object) -> Object {
        match object {
            Object::Reference(id) => self.place(*id),
            Object::Array(items) => Object::Array(items.iter().map(|item| self.carry(item)).collect()),
            Object::Dictionary(dictionary) => Object::Dictionary(self.carry_dictionary(dictionary)),
            Object::Stream(stream) => {
                let mut copy = stream.clone();
                copy.dict = self.carry_dictionary(&stream.dict);
                copy.dict.set("Length", copy.content.len() as i64);
                Object::Stream(copy)
            }
            plain => plain.clone(),
        }
    }

    fn carry_dictionary(&mut self, dictionary: &Dictionary) -> Dictionary {
        let mut copy = Dictionary::new();
        for (key, value) in dictionary.iter() {
            if !LEFT_BEHIND.contains(&key.as_slice()) {
                copy.set(key.as_slice(), self.carry(value));
            }
        }
        copy
    }

    fn place(&mut self, id: ObjectId) -> Object {
        if let Some(new) = self.placed.get(&id) {
            return Object::Reference(*new);
        }
        let leads_to_pages = self.pages.contains(&id)
            || self
                .source
                .get_dictionary(id)
                .is_ok_and(|object| object.has_type(b"Pages") || object.has_type(b"Catalog"));
        if leads_to_pages || !self.source.has_object(id) {
            return Object::Null;
        }
        let new = self.target.new_object_id();
        self.placed.insert(id, new);
        self.waiting.push_back((id, new));
        Object::Reference(new)
    }

    fn finish(&mut self) {
        let source = self.source;
        while let Some((old, new)) = self.waiting.pop_front() {
            let copy = match source.objects.get(&old) {
                Some(object) => self.carry(object),
                None => Object::Null,
            };
            self.target.objects.insert(new, copy);
        }
    }
}

/// The value of a page entry that its parents may hold for it.
fn inherited<'a>(source: &'a Document, page: ObjectId, key: &[u8]) -> Option<&'a Object> {
    let mut node = source.get_dictionary(page).ok()?;
    for _ in 0..DEEPEST_TREE {
        if let Ok(value) = node.get(key) {
            return Some(value);
        }
        node = resolved_dictionary(source, node.get(b"Parent").ok()?)?;
    }
    None
}

fn resolved_dictionary<'a>(source: &'a Document, value: &'a Object) -> Option<&'a Dictionary> {
    source.dereference(value).ok()?.1.as_dict().ok()
}
