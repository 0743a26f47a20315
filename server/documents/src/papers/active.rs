//! Looking for anything in a PDF that acts by itself, in every object of the file, also those
//! inside object streams and those no page leads to.

use domain::paper::ActiveContent;
use lopdf::{Dictionary, Document, Object};
use std::collections::BTreeSet;

/// What acts by itself in the document, without repetition.
pub(super) fn find(document: &Document) -> Vec<ActiveContent> {
    let mut found = BTreeSet::new();
    for object in document.objects.values() {
        look_into(document, object, &mut found);
    }
    look_at_dictionary(document, &document.trailer, &mut found);
    found.into_iter().collect()
}

/// The reader bounds how deep objects nest, and references are not followed: every object of
/// the file is visited once.
fn look_into(document: &Document, object: &Object, found: &mut BTreeSet<ActiveContent>) {
    match object {
        Object::Array(items) => items.iter().for_each(|item| look_into(document, item, found)),
        Object::Dictionary(dictionary) => look_at_dictionary(document, dictionary, found),
        Object::Stream(stream) => look_at_dictionary(document, &stream.dict, found),
        _ => {}
    }
}

fn look_at_dictionary(document: &Document, dictionary: &Dictionary, found: &mut BTreeSet<ActiveContent>) {
    for (key, value) in dictionary.iter() {
        let value = document.dereference(value).map_or(value, |(_, value)| value);
        // Fonts and pictures may have any name, so the shape of the value decides as well.
        found.extend(match key.as_slice() {
            b"S" => action(value),
            b"JS" if matches!(value, Object::String(..) | Object::Stream(_)) => Some(ActiveContent::JavaScript),
            b"JavaScript" if value.as_dict().is_ok() => Some(ActiveContent::JavaScript),
            b"OpenAction" if value.as_dict().is_ok_and(|action| !is_jump(action)) => Some(ActiveContent::OpenAction),
            b"AA" if value.as_dict().is_ok_and(|events| has_actions(document, events)) => {
                Some(ActiveContent::AdditionalActions)
            }
            b"EF" if value.as_dict().is_ok_and(|files| has_streams(document, files)) => {
                Some(ActiveContent::EmbeddedFile)
            }
            b"XFA" if !value.is_null() => Some(ActiveContent::ActiveForm),
            b"Type" if is_name(value, &[b"EmbeddedFile"]) => Some(ActiveContent::EmbeddedFile),
            b"Subtype" if is_name(value, &[b"FileAttachment"]) => Some(ActiveContent::EmbeddedFile),
            b"Subtype" if is_name(value, &[b"RichMedia", b"Movie", b"Sound", b"Screen", b"3D"]) => {
                Some(ActiveContent::RichMedia)
            }
            _ => None,
        });
    }
    for (_, value) in dictionary.iter() {
        look_into(document, value, found);
    }
}

/// What an action of this kind does; links and jumps are harmless.
fn action(kind: &Object) -> Option<ActiveContent> {
    match kind.as_name().ok()? {
        b"JavaScript" => Some(ActiveContent::JavaScript),
        b"Launch" => Some(ActiveContent::Launch),
        b"SubmitForm" | b"ImportData" => Some(ActiveContent::ActiveForm),
        b"GoToE" => Some(ActiveContent::EmbeddedFile),
        b"Rendition" | b"Movie" | b"Sound" | b"RichMediaExecute" | b"GoTo3DView" => Some(ActiveContent::RichMedia),
        _ => None,
    }
}

/// Many writers open a document at its first page by a harmless jump.
fn is_jump(action: &Dictionary) -> bool {
    action.get(b"S").is_ok_and(|kind| is_name(kind, &[b"GoTo"])) && !action.has(b"Next")
}

fn is_name(value: &Object, names: &[&[u8]]) -> bool {
    value.as_name().is_ok_and(|name| names.contains(&name))
}

fn has_actions(document: &Document, events: &Dictionary) -> bool {
    events.iter().any(|(_, value)| {
        let value = document.dereference(value).map_or(value, |(_, value)| value);
        value.as_dict().is_ok_and(|action| action.has(b"S"))
    })
}

fn has_streams(document: &Document, files: &Dictionary) -> bool {
    files.iter().any(|(_, value)| {
        let value = document.dereference(value).map_or(value, |(_, value)| value);
        value.as_stream().is_ok()
    })
}
