//! Between a person of a roster and the answers of a procedure's form: the words of the sheet become the choices of
//! the form, and back.

use super::RosterPerson;
use crate::form::{Answers, Field, FieldKind, Form};

/// Words of sheets for 考生来源 beside the label of the form's choice. Source: the list of sheets in [`super::SOURCES`].
const SOURCES: [(&str, &[&str]); 6] = [
    ("企业", &["企业职工", "企业"]),
    ("机关", &["机关事业单位", "机关事业单位人员", "事业单位", "机关"]),
    ("社会", &["社会人员", "社会(社会化鉴定)", "社会"]),
    ("学校(在校生)", &["院校学生", "在校学生", "学校", "学校(在校生)"]),
    ("军队", &["军队人员", "军队"]),
    ("其他", &["其他"]),
];

/// Words of sheets for 文化程度 beside those of forms.
const EDUCATIONS: [&[&str]; 5] = [
    &["研究生", "博士研究生", "硕士研究生"],
    &["大学本科", "本科"],
    &["大学专科和专科学校", "大学专科", "大专", "高等职业学校"],
    &["中等专业学校", "中等职业学校", "中专"],
    &["高中", "普通高中"],
];

/// What a person of a roster answers to a form. What the form does not ask, or offers no such choice for, is left out:
/// the person is asked when confirming.
pub fn answers(person: &RosterPerson, form: &Form) -> Answers {
    let mut answers = Answers::default();
    for field in form.fields().filter(|field| !field.is_given()) {
        let word = asked(person, &field.key);
        if word.is_empty() {
            continue;
        }
        let value = match field.kind {
            FieldKind::Choice => match choice(field, word) {
                Some(value) => value,
                None => continue,
            },
            _ => word,
        };
        answers.set(&field.key, value);
    }
    answers
}

/// The person that stands in the sheets that go out: `given` are the facts of the account, the rest comes from the
/// answers.
pub fn person(given: RosterPerson, answers: &Answers, form: &Form) -> RosterPerson {
    let said = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| {
                let value = answers.get(key);
                let field = form.field(key)?;
                let label = field.choices.iter().find(|choice| choice.value == value).map(|choice| &choice.label);
                let word = label.map_or(value, String::as_str);
                (!word.is_empty()).then(|| word.replace('（', "(").replace('）', ")"))
            })
            .unwrap_or_default()
    };
    let text =
        |keys: &[&str]| keys.iter().map(|key| answers.get(key)).find(|text| !text.is_empty()).unwrap_or_default();
    let education = said(&["education"]);
    RosterPerson {
        ethnicity: text(&["ethnicity"]).to_owned(),
        education: if education.is_empty() { given.education } else { education },
        source: said(&["source"]),
        employer: text(&["employer"]).to_owned(),
        years: text(&["years_work", "years_occ"]).to_owned(),
        prior_level: text(&["prior_level"]).to_owned(),
        prior_no: text(&["prior_no"]).to_owned(),
        address: text(&["address"]).to_owned(),
        email: text(&["email"]).to_owned(),
        condition: text(&["condition"]).to_owned(),
        ..given
    }
}

fn asked<'a>(person: &'a RosterPerson, key: &str) -> &'a str {
    match key {
        "education" => &person.education,
        "source" => &person.source,
        "employer" => &person.employer,
        "address" => &person.address,
        "prior_level" => &person.prior_level,
        "prior_no" => &person.prior_no,
        "condition" => &person.condition,
        "ethnicity" => &person.ethnicity,
        "email" => &person.email,
        "years_work" | "years_occ" => &person.years,
        _ => "",
    }
}

/// The choice whose label or value is this word, or another word for it.
fn choice<'a>(field: &'a Field, word: &str) -> Option<&'a str> {
    let plain = |text: &str| text.replace('（', "(").replace('）', ")");
    let offered = |word: &str| {
        field
            .choices
            .iter()
            .find(|choice| plain(&choice.label) == word || choice.value == word)
            .map(|choice| choice.value.as_str())
    };
    offered(word).or_else(|| {
        let others = SOURCES.iter().find(|(_, words)| words.contains(&word)).map(|(label, _)| *label);
        let schools = EDUCATIONS.iter().find(|words| words.contains(&word));
        others.and_then(offered).or_else(|| schools?.iter().find_map(|other| offered(other)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn form() -> Form {
        serde_json::from_value(json!({ "section": [{ "key": "all", "title": "全部", "field": [
            { "key": "education", "label": "学历", "kind": "choice", "choices": [
                { "value": "大学专科和专科学校", "label": "大学专科和专科学校" }, { "value": "高中", "label": "高中" } ] },
            { "key": "source", "label": "考生来源", "kind": "choice", "choices": [
                { "value": "enterprise", "label": "企业" }, { "value": "student", "label": "学校（在校生）" } ] },
            { "key": "years_occ", "label": "年限", "kind": "years" },
            { "key": "mobile", "label": "手机号码", "kind": "account_fact" },
        ] }] }))
        .unwrap()
    }

    #[test]
    fn words_of_the_sheet_become_choices_and_come_back() {
        let person_in = RosterPerson {
            education: "大专".into(),
            source: "院校学生".into(),
            years: "3".into(),
            mobile: "13800000000".into(),
            ..RosterPerson::default()
        };
        let answers = answers(&person_in, &form());
        assert_eq!(answers.get("education"), "大学专科和专科学校");
        assert_eq!(answers.get("source"), "student");
        assert_eq!(answers.get("years_occ"), "3");
        assert!(!answers.has("mobile"), "facts of the account are not answers");
        let given = RosterPerson { name: "张三".into(), mobile: "13800000000".into(), ..RosterPerson::default() };
        let back = person(given, &answers, &form());
        assert_eq!((back.name.as_str(), back.source.as_str(), back.years.as_str()), ("张三", "学校(在校生)", "3"));
        let unknown = RosterPerson { education: "博士后".into(), ..RosterPerson::default() };
        assert!(super::answers(&unknown, &form()).0.is_empty(), "no choice fits: nobody answers for them");
    }
}
