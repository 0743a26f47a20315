//! From a provider's words to a person.

use crate::config::Claims;
use chrono::NaiveDate;
use domain::account::WayRefusal;
use domain::id_document::{Gender, IdKind};
use records::ways::arrival::Arrival;
use serde_json::{Map, Value};

/// Reads who came, as far as the provider says. Whether it is enough is for the records to judge.
pub fn read(claims: &Claims, provider: &str, said: &Map<String, Value>) -> Result<Arrival, WayRefusal> {
    if let Some(assurance) = &claims.assurance
        && !assurance.values.contains(&text(said, &assurance.claim))
    {
        return Err(WayRefusal::NotAssured);
    }
    let mut arrival = Arrival {
        provider: provider.to_owned(),
        subject: text(said, &claims.subject),
        name: text(said, &claims.name),
        mobile: text(said, &claims.mobile),
        birth: day(&text(said, &claims.birth)),
        gender: gender(&text(said, &claims.gender)),
        ..Arrival::default()
    };
    if let Some((document, number)) = claims
        .document
        .iter()
        .map(|document| (document, text(said, &document.claim)))
        .find(|(_, number)| !number.is_empty())
    {
        let told = document.kind_claim.as_ref().map(|claim| text(said, claim)).unwrap_or_default();
        let code = document.kind.as_deref().or_else(|| claims.kinds.get(&told).map(String::as_str));
        // Without a word of ours the provider may already speak our codes; else the number tells the kind.
        arrival.id_kind = IdKind::from_code(code.unwrap_or(&told));
        arrival.id_no = number;
    }
    Ok(arrival)
}

/// A word or a number, as text.
pub fn text(said: &Map<String, Value>, claim: &str) -> String {
    match said.get(claim) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn day(text: &str) -> Option<NaiveDate> {
    domain::form::check::day(text)
}

/// GB/T 2261.1 says 1 and 2; others say words.
fn gender(text: &str) -> Option<Gender> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "m" | "male" | "男" | "男性" => Some(Gender::Male),
        "2" | "f" | "female" | "女" | "女性" => Some(Gender::Female),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Assurance;

    fn said(text: &str) -> Map<String, Value> {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_first_number_that_is_filled_counts() {
        let arrival = read(
            &Claims::of_portal(),
            "zwfw",
            &said(r#"{"userid":7,"username":" 黄嘉欣 ","idnum":"","permitlicense":"H1234567801","sex":"2","birthday":"1990-03-07"}"#),
        )
        .unwrap();
        assert_eq!((arrival.subject.as_str(), arrival.name.as_str()), ("7", "黄嘉欣"));
        assert_eq!((arrival.id_kind, arrival.id_no.as_str()), (Some(IdKind::HongKongMacaoPass), "H1234567801"));
        assert_eq!(arrival.gender, Some(Gender::Female));
    }

    #[test]
    fn a_person_whom_the_provider_hardly_knows_is_told_so() {
        let assurance = Some(Assurance { claim: "acr".into(), values: ["2".to_owned()].into() });
        let claims = Claims { assurance, ..Claims::default() };
        assert_eq!(read(&claims, "id", &said(r#"{"sub":"a"}"#)).unwrap_err(), WayRefusal::NotAssured);
        assert_eq!(read(&claims, "id", &said(r#"{"sub":"a","acr":"1"}"#)).unwrap_err(), WayRefusal::NotAssured);
        assert_eq!(read(&claims, "id", &said(r#"{"sub":"a","acr":2}"#)).unwrap().subject, "a");
    }
}
