//! What travels with a part, as the browser reads it. The browser parses JSON itself; here it is only picked apart
//! by name. A reader generated for each shape was a tenth of what a phone had to load.

use domain::form::{Answers, Case, Choice, Field, FieldKind, Form, Section, When};
use domain::paper::{PaperFormat, PaperSpec};
use domain::photo::{Background, PhotoFormat, PhotoSpec, PointKind, Ratio};
use domain::profile::Ladder;
use domain::time::Timestamp;
use std::collections::BTreeMap;

/// A piece of JSON: in the browser its own value, elsewhere that of `serde_json`.
pub struct Given(Inner);

#[cfg(feature = "hydrate")]
type Inner = wasm_bindgen::JsValue;
#[cfg(not(feature = "hydrate"))]
type Inner = serde_json::Value;

#[cfg(feature = "hydrate")]
impl Given {
    /// Reads a text; `None` when it is no JSON.
    pub fn parse(text: &str) -> Option<Given> {
        js_sys::JSON::parse(text).ok().map(Given)
    }

    /// What stands under `key`; nothing when there is no such key.
    pub fn at(&self, key: &str) -> Given {
        Given(js_sys::Reflect::get(&self.0, &key.into()).unwrap_or_default())
    }

    /// Whether anything stands here.
    pub fn is_there(&self) -> bool {
        !self.0.is_null() && !self.0.is_undefined()
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    fn number(&self) -> f64 {
        self.0.as_f64().unwrap_or_default()
    }

    fn is_true(&self) -> bool {
        self.0.is_truthy()
    }

    fn items(&self) -> Vec<Given> {
        if self.is_there() { js_sys::Array::from(&self.0).iter().map(Given).collect() } else { Vec::new() }
    }

    fn keys(&self) -> Vec<String> {
        let keys = js_sys::Reflect::own_keys(&self.0).unwrap_or_default();
        keys.iter().filter_map(|key| key.as_string()).collect()
    }
}

#[cfg(not(feature = "hydrate"))]
impl Given {
    /// Reads a text; `None` when it is no JSON.
    pub fn parse(text: &str) -> Option<Given> {
        serde_json::from_str(text).ok().map(Given)
    }

    /// What stands under `key`; nothing when there is no such key.
    pub fn at(&self, key: &str) -> Given {
        Given(self.0.get(key).cloned().unwrap_or_default())
    }

    /// Whether anything stands here.
    pub fn is_there(&self) -> bool {
        !self.0.is_null()
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<String> {
        self.0.as_str().map(str::to_owned)
    }

    fn number(&self) -> f64 {
        self.0.as_f64().unwrap_or_default()
    }

    fn is_true(&self) -> bool {
        self.0.as_bool().unwrap_or_default()
    }

    fn items(&self) -> Vec<Given> {
        self.0.as_array().into_iter().flatten().cloned().map(Given).collect()
    }

    fn keys(&self) -> Vec<String> {
        self.0.as_object().into_iter().flat_map(|object| object.keys().cloned()).collect()
    }
}

impl Given {
    /// Nothing at all.
    pub fn nothing() -> Given {
        Given(Inner::default())
    }

    /// What stands under `key`, as a `T`.
    pub fn get<T: Read>(&self, key: &str) -> T {
        T::read(&self.at(key))
    }
}

/// Something that is read from what travels with a page. What is missing is empty: the server that wrote the facts
/// and the code that reads them are one release.
pub trait Read: Sized {
    /// Reads it.
    fn read(given: &Given) -> Self;
}

/// Says how a struct is read: field by field, under the names that `Serialize` writes.
macro_rules! read_fields {
    ($shape:ty { $($field:ident),* $(,)? }) => {
        impl $crate::part::read::Read for $shape {
            fn read(given: &$crate::part::read::Given) -> Self {
                Self { $($field: given.get(stringify!($field))),* }
            }
        }
    };
}
pub(crate) use read_fields;

/// Says how an enum without values is read: by the words that `Serialize` writes.
macro_rules! read_words {
    ($shape:ty, $($word:literal => $value:ident),* ; else $other:ident) => {
        impl Read for $shape {
            fn read(given: &Given) -> Self {
                match given.text().as_deref() {
                    $(Some($word) => Self::$value,)*
                    _ => Self::$other,
                }
            }
        }
    };
}

impl Read for String {
    fn read(given: &Given) -> Self {
        given.text().unwrap_or_default()
    }
}

impl Read for bool {
    fn read(given: &Given) -> Self {
        given.is_true()
    }
}

macro_rules! read_numbers {
    ($($number:ty),*) => {
        $(impl Read for $number {
            fn read(given: &Given) -> Self {
                given.number() as $number
            }
        })*
    };
}
read_numbers!(u8, u16, u32, u64, i64, usize);

impl<T: Read> Read for Option<T> {
    fn read(given: &Given) -> Self {
        given.is_there().then(|| T::read(given))
    }
}

impl<T: Read> Read for Box<T> {
    fn read(given: &Given) -> Self {
        Box::new(T::read(given))
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(given: &Given) -> Self {
        given.items().iter().map(T::read).collect()
    }
}

impl<A: Read, B: Read> Read for (A, B) {
    fn read(given: &Given) -> Self {
        let items = given.items();
        let nothing = Given::nothing();
        (A::read(items.first().unwrap_or(&nothing)), B::read(items.get(1).unwrap_or(&nothing)))
    }
}

impl Read for BTreeMap<String, String> {
    fn read(given: &Given) -> Self {
        given.keys().into_iter().map(|key| (key.clone(), given.get(&key))).collect()
    }
}

impl Read for Answers {
    fn read(given: &Given) -> Self {
        Answers(Read::read(given))
    }
}

impl Read for Timestamp {
    fn read(given: &Given) -> Self {
        Timestamp(Read::read(given))
    }
}

impl Read for chrono::NaiveDate {
    fn read(given: &Given) -> Self {
        given.text().and_then(|text| domain::form::check::day(&text)).unwrap_or_default()
    }
}

impl Read for Ratio {
    fn read(given: &Given) -> Self {
        given.text().and_then(|text| Ratio::parse(&text)).unwrap_or(Ratio(0))
    }
}

read_fields!(Form { section });
read_fields!(Section { key, title, hint, show, field });
read_fields!(Field { key, label, kind, required, hint, show, not_applicable, choices, max, autocomplete, value, case });
read_fields!(Choice { value, label, hint });
read_fields!(Case { when, value });
read_fields!(Ladder { field, entry });
read_fields!(When { key, is, is_not, and });
read_words!(FieldKind,
    "plan_fact" => PlanFact, "account_fact" => AccountFact, "preset" => Preset, "subjects" => Subjects,
    "long_text" => LongText, "person_name" => PersonName, "mobile" => Mobile, "credit_code" => CreditCode,
    "years" => Years, "date" => Date, "yes_no" => YesNo, "choice" => Choice, "level" => Level,
    "certificate_no" => CertificateNo, "condition" => Condition, "jobs" => Jobs; else Text);
read_fields!(PaperSpec { formats, bytes_less_than, max_bytes, max_pages, note });
read_words!(PaperFormat, "jpeg" => Jpeg, "png" => Png, "webp" => Webp; else Pdf);
read_fields!(PhotoSpec {
    formats,
    width_more_than,
    height_more_than,
    max_width,
    max_height,
    exact,
    ratio_min,
    ratio_max,
    bytes_more_than,
    bytes_less_than,
    max_bytes,
    max_bytes_inclusive,
    background,
    processed_forbidden,
    dpi,
    export_extension,
    file_name,
    refuse_points,
    aim,
    note,
});
read_words!(PhotoFormat, "png" => Png, "webp" => Webp, "gif" => Gif; else Jpeg);
read_words!(Background, "white" => White, "blue" => Blue, "red" => Red; else Any);
read_words!(PointKind,
    "background" => Background, "uneven" => Uneven, "head_size" => HeadSize, "head_top" => HeadTop,
    "head_middle" => HeadMiddle, "tilt" => Tilt, "exposure" => Exposure, "sharpness" => Sharpness; else Blank);

#[cfg(all(test, not(feature = "hydrate")))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;
    use serde::Serialize;

    fn travels<T: Serialize + Read + PartialEq + std::fmt::Debug>(facts: &T) {
        let text = serde_json::to_string(facts).unwrap();
        assert_eq!(T::read(&Given::parse(&text).unwrap()), *facts, "{text}");
    }

    fn field(kind: FieldKind) -> Field {
        let when = When { key: "a".into(), is: vec!["1".into()], is_not: vec!["2".into()], and: None };
        let further = When { and: Some(Box::new(when.clone())), ..When::default() };
        Field {
            key: "key".into(),
            label: "“标签”".into(),
            kind,
            required: true,
            hint: "提示".into(),
            show: Some(further),
            not_applicable: "无".into(),
            choices: vec![Choice { value: "v".into(), label: "l".into(), hint: "h".into() }],
            max: 7,
            autocomplete: "name".into(),
            value: "preset".into(),
            case: vec![Case { when, value: "other".into() }],
        }
    }

    #[test]
    fn a_form_arrives_as_it_was_sent_with_every_kind_of_question() {
        use FieldKind::*;
        let kinds = [
            PlanFact,
            AccountFact,
            Preset,
            Subjects,
            Text,
            LongText,
            PersonName,
            Mobile,
            CreditCode,
            Years,
            Date,
            YesNo,
            Choice,
            Level,
            CertificateNo,
            Condition,
            Jobs,
        ];
        let field = kinds.map(field).to_vec();
        let section = Section { key: "s".into(), title: "t".into(), hint: "h".into(), show: None, field };
        travels(&Form { section: vec![section] });
        travels(&Answers(BTreeMap::from([("jobs.0.occ".to_owned(), "焊工\n\"".to_owned())])));
    }

    #[test]
    fn limits_of_photos_and_papers_arrive_as_they_were_sent() {
        travels(&PhotoSpec::default());
        travels(&PhotoSpec {
            formats: vec![PhotoFormat::Jpeg, PhotoFormat::Png, PhotoFormat::Webp, PhotoFormat::Gif],
            exact: Some((413, 579)),
            ratio_min: Some(Ratio(650)),
            ratio_max: Some(Ratio(800)),
            bytes_more_than: Some(30_720),
            max_bytes: Some(8_589_934_592),
            background: Some(Background::White),
            refuse_points: vec![
                PointKind::Background,
                PointKind::Blank,
                PointKind::Uneven,
                PointKind::HeadSize,
                PointKind::HeadTop,
                PointKind::HeadMiddle,
                PointKind::Tilt,
                PointKind::Exposure,
                PointKind::Sharpness,
            ],
            ..PhotoSpec::default()
        });
        travels(&PaperSpec { max_pages: Some(20), max_bytes: Some(9), ..PaperSpec::default() });
    }

    #[test]
    fn what_is_missing_is_empty() {
        let nothing = Given::parse("{}").unwrap();
        assert_eq!((nothing.get::<String>("a"), nothing.get::<u32>("b")), (String::new(), 0));
        assert_eq!(nothing.get::<Option<Vec<String>>>("c"), None);
        assert!(Given::parse("{").is_none());
    }
}
