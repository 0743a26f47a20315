//! Stamps, signatures and filled-in fields of a page: annotations that have a look of their own.
//!
//! Merging leaves annotations behind, because they can act; what they show is drawn into the
//! page, so that a seal or a typed answer does not vanish from a certificate.

use lopdf::{Dictionary, Document, Object, Stream};

/// A drawing of an annotation and where it goes on the page.
pub(super) struct Stamp<'a> {
    /// The form to draw.
    pub form: &'a Stream,
    /// The matrix that puts it into place.
    pub matrix: [f32; 6],
}

/// Flags of annotations that are not shown: hidden and no-view.
const NOT_SHOWN: i64 = 0b10_0010;
/// Most annotations drawn on one page.
const MOST_STAMPS: usize = 500;

/// The visible drawings of a page's annotations, in their order.
pub(super) fn of_page<'a>(document: &'a Document, page: &'a Dictionary) -> Vec<Stamp<'a>> {
    let Ok(annotations) = page.get_deref(b"Annots", document).and_then(Object::as_array) else {
        return Vec::new();
    };
    annotations.iter().take(MOST_STAMPS).filter_map(|annotation| stamp(document, annotation)).collect()
}

fn stamp<'a>(document: &'a Document, annotation: &'a Object) -> Option<Stamp<'a>> {
    let annotation = document.dereference(annotation).ok()?.1.as_dict().ok()?;
    let flags = annotation.get_deref(b"F", document).and_then(Object::as_i64).unwrap_or(0);
    let kind = annotation.get(b"Subtype").and_then(Object::as_name).unwrap_or_default();
    if flags & NOT_SHOWN != 0 || kind == b"Popup" || kind == b"Link" {
        return None;
    }
    let looks = annotation.get_deref(b"AP", document).ok()?.as_dict().ok()?;
    let form = match looks.get_deref(b"N", document).ok()? {
        Object::Stream(form) => form,
        Object::Dictionary(states) => {
            let state = annotation.get_deref(b"AS", document).ok()?.as_name().ok()?;
            states.get_deref(state, document).ok()?.as_stream().ok()?
        }
        _ => return None,
    };
    let place = numbers_of::<4>(document, annotation, b"Rect")?;
    let bounds = numbers_of::<4>(document, &form.dict, b"BBox")?;
    let matrix = numbers_of::<6>(document, &form.dict, b"Matrix").unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    Some(Stamp { form, matrix: placing(place, bounds, matrix)? })
}

/// Moves and scales the transformed bounds of a form onto its place (ISO 32000-1, 12.5.5).
fn placing(place: [f32; 4], bounds: [f32; 4], matrix: [f32; 6]) -> Option<[f32; 6]> {
    let [a, b, c, d, e, f] = matrix;
    let corners = [(0, 1), (0, 3), (2, 1), (2, 3)].map(|(x, y)| {
        let (x, y) = (bounds[x], bounds[y]);
        (a * x + c * y + e, b * x + d * y + f)
    });
    let low = |values: [f32; 4]| values.into_iter().fold(f32::INFINITY, f32::min);
    let high = |values: [f32; 4]| values.into_iter().fold(f32::NEG_INFINITY, f32::max);
    let (xs, ys) = (corners.map(|corner| corner.0), corners.map(|corner| corner.1));
    let (left, right, bottom, top) = (low(xs), high(xs), low(ys), high(ys));
    let (place_left, place_right) = (place[0].min(place[2]), place[0].max(place[2]));
    let (place_bottom, place_top) = (place[1].min(place[3]), place[1].max(place[3]));
    if right - left <= 0.0 || top - bottom <= 0.0 || place_right <= place_left || place_top <= place_bottom {
        return None;
    }
    let (wide, high) = ((place_right - place_left) / (right - left), (place_top - place_bottom) / (top - bottom));
    let placed = [wide, 0.0, 0.0, high, place_left - left * wide, place_bottom - bottom * high];
    placed.iter().all(|number| number.is_finite()).then_some(placed)
}

fn numbers_of<const N: usize>(document: &Document, dictionary: &Dictionary, key: &[u8]) -> Option<[f32; N]> {
    let array = dictionary.get_deref(key, document).ok()?.as_array().ok()?;
    let mut numbers = [0.0; N];
    for (number, value) in numbers.iter_mut().zip(array.get(..N)?) {
        *number = document.dereference(value).ok()?.1.as_float().ok()?;
    }
    Some(numbers)
}

/// An array of numbers.
pub(super) fn numbers(values: &[f32]) -> Object {
    Object::Array(values.iter().map(|value| Object::Real(*value)).collect())
}
