//! Numbers, names and masks: the published cases, and what must hold for every text.

#![allow(clippy::unwrap_used)] // helpers of tests, outside the test functions

use chrono::NaiveDate;
use domain::bank_card::BankCard;
use domain::certificate_no::CertificateNo;
use domain::contact::{Address, Email, Mobile, PersonName};
use domain::credit_code::CreditCode;
use domain::id_document::{Gender, IdFault, IdKind, IdNumber, IdWarning, resident_check_character};
use domain::masking::{self, Audience};
use proptest::prelude::*;
use serde_json::{Value, json};

fn fixture() -> Value {
    serde_json::from_str(include_str!("fixtures/ids.json")).unwrap()
}

/// Runs `check` on every case of one list and tells all that differ, not the first alone.
fn each_case(list: &str, check: impl Fn(&Value) -> Value) {
    let fixture = fixture();
    let cases = fixture[list].as_array().unwrap();
    assert!(!cases.is_empty(), "{list} has no cases");
    let mut differing = Vec::new();
    for case in cases {
        let answer = check(case);
        for (key, value) in answer.as_object().unwrap() {
            let wanted = case.get(key).unwrap_or(&Value::Null);
            if wanted != value {
                differing.push(format!("{case}\n  {key}: {value}, wanted {wanted}"));
            }
        }
    }
    assert!(differing.is_empty(), "{list}:\n{}", differing.join("\n"));
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_else(|| panic!("{key} missing in {case}"))
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn today() -> NaiveDate {
    day(text(&fixture(), "today"))
}

#[test]
fn identity_numbers() {
    let today = today();
    each_case("id_numbers", |case| {
        let kind = IdKind::from_code(text(case, "kind")).unwrap();
        let input = text(case, "input");
        let read = IdNumber::parse(Some(kind), input, today);
        let id = read.as_ref().ok();
        if let Some(id) = id {
            assert_eq!(id.as_str(), IdNumber::normalise(kind, input));
            assert_eq!(id.kind(), kind);
        }
        json!({
            "valid": read.is_ok(),
            "error": read.as_ref().err().map(|fault| fault.code()),
            "normalized": IdNumber::normalise(kind, input),
            "birth": id.and_then(IdNumber::birth).map(|birth| birth.to_string()),
            "gender": id.and_then(IdNumber::gender).map(Gender::label),
            "dedupe_key": id.map(IdNumber::dedupe_key),
        })
    });
}

#[test]
fn the_kind_of_a_right_number_is_recognised() {
    let today = today();
    each_case("id_numbers", |case| {
        if case["valid"] == false {
            return json!({});
        }
        let id = IdNumber::parse(None, text(case, "input"), today).unwrap();
        json!({ "kind": id.kind().code(), "normalized": id.as_str() })
    });
}

#[test]
fn credit_codes() {
    each_case("uscc", |case| {
        let read = CreditCode::parse(text(case, "input"));
        json!({
            "valid": read.is_ok(),
            "error": read.err().map(|fault| fault.code()),
            "normalized": CreditCode::normalise(text(case, "input")),
        })
    });
}

#[test]
fn mobiles() {
    each_case("mobiles", |case| {
        let read = Mobile::parse(text(case, "input"));
        json!({
            "valid": read.is_ok(),
            "error": read.err().map(|fault| fault.code()),
            "normalized": Mobile::normalise(text(case, "input")),
        })
    });
}

#[test]
fn certificate_numbers() {
    each_case("certificate_numbers", |case| {
        let input = text(case, "input");
        let read = CertificateNo::parse(input);
        let parts = read.as_ref().ok().and_then(CertificateNo::parts).map(|parts| {
            json!({
                "class": parts.class, "agency": parts.agency, "province": parts.province,
                "site": parts.site, "year": parts.year, "level": parts.level,
                "sequence": parts.sequence,
            })
        });
        json!({
            "valid": read.is_ok(),
            "error": read.as_ref().err().map(|fault| fault.code()),
            "kind": CertificateNo::kind_of(input).map(|kind| kind.code()),
            "normalized": CertificateNo::normalise(input),
            "parts": parts,
            "filing_code": read.as_ref().ok().and_then(CertificateNo::filing_code),
        })
    });
}

#[test]
fn names() {
    each_case("names", |case| {
        let read = PersonName::parse(text(case, "input"));
        json!({
            "valid": read.is_ok(),
            "error": read.as_ref().err().map(|fault| fault.code()),
            "normalized": read.as_ref().ok().map(PersonName::as_str),
        })
    });
}

#[test]
fn bank_cards() {
    each_case("bank_cards", |case| json!({ "luhn": BankCard::parse(text(case, "input")).unwrap().luhn_holds() }));
}

#[test]
fn masks() {
    each_case("masks", |case| {
        let audience = Audience::from_code(text(case, "profile")).unwrap();
        let mask = match text(case, "field") {
            "name" => masking::name,
            "id_no" => masking::id_number,
            "mobile" => masking::mobile,
            "email" => masking::email,
            "address" => masking::address,
            "bank_card" => masking::bank_card,
            other => panic!("no mask for {other}"),
        };
        json!({ "out": mask(text(case, "in"), audience) })
    });
}

#[test]
fn kinds_keep_their_codes_and_names() {
    for kind in IdKind::ALL {
        assert_eq!(IdKind::from_code(kind.code()), Some(kind));
        assert_eq!(serde_json::to_value(kind).unwrap(), json!(kind.code()));
        assert!(IdKind::named(kind.label()).contains(&kind), "{kind:?}");
    }
    for gender in Gender::ALL {
        assert_eq!(Gender::from_label(gender.label()), Some(gender));
        assert_eq!(serde_json::to_value(gender).unwrap(), json!(gender.code()));
    }
}

#[test]
fn the_number_decides_where_a_name_means_several_kinds() {
    let read = |name, number| IdNumber::parse_as_one_of(IdKind::named(name), number, today()).map(|id| id.kind());
    let residence = "港澳台居民居住证";
    assert_eq!(read(residence, "830000200104200156"), Ok(IdKind::TaiwanResidence));
    assert_eq!(read(residence, "820000198811080032"), Ok(IdKind::HongKongMacaoResidence));
    assert_eq!(read(residence, "330822199012153426"), Err(IdFault::Address));
    assert_eq!(read("外国人永久居留身份证", "CAN110481080310"), Ok(IdKind::ForeignerPermanent2017));
    assert_eq!(read("护照", "L898902C3"), Ok(IdKind::ForeignPassport));
    assert_eq!(read("护照", "E12345678"), Ok(IdKind::ChinesePassport));
    assert_eq!(read("身份证件甲", "330822199012153426"), Err(IdFault::Pattern));
}

#[test]
fn a_slip_in_a_resident_number_is_told_as_such() {
    for (number, fault) in [
        ("", IdFault::Length),
        ("33082219901215342", IdFault::Length),
        ("3308221990121534266", IdFault::Length),
        ("33082219901215342A", IdFault::Charset),
        ("330822199012153420", IdFault::Check),
        ("930822199012153420", IdFault::Address),
    ] {
        assert_eq!(IdNumber::parse(None, number, today()), Err(fault), "{number}");
    }
}

#[test]
fn warnings_are_apart_from_faults() {
    let warnings = |kind, number: &str| IdNumber::parse(Some(kind), number, today()).unwrap().warnings().to_vec();
    assert_eq!(warnings(IdKind::Resident, "330822199012153426"), []);
    assert_eq!(warnings(IdKind::HongKongMacaoResidence, "810000199906120124"), []);
    assert_eq!(
        warnings(IdKind::Resident, "810000199906120124"),
        [IdWarning::LooksLike(IdKind::HongKongMacaoResidence)]
    );
    assert_eq!(warnings(IdKind::Resident15, "330822901215342"), [IdWarning::SupersededForm]);
    assert_eq!(warnings(IdKind::TaiwanPass, "12345678"), []);
    assert_eq!(warnings(IdKind::TaiwanPass, "1234567890"), [IdWarning::SupersededForm]);
    let no_county = with_check("33000019901215342");
    assert_eq!(warnings(IdKind::Resident, &no_county), [IdWarning::UnknownCounty]);
    let dongguan = with_check("44190019901215342");
    assert_eq!(warnings(IdKind::Resident, &dongguan), []);
}

#[test]
fn numbers_cross_the_wire_and_are_checked_on_arrival() {
    let old = IdNumber::parse(Some(IdKind::Resident15), "330822901215342", today()).unwrap();
    let wire = serde_json::to_value(&old).unwrap();
    assert_eq!(wire, json!({ "kind": "RIC15", "number": "330822199012153426" }));
    assert_eq!(serde_json::from_value::<IdNumber>(wire).unwrap(), old);
    let forged = json!({ "kind": "RIC", "number": "330822199012153420" });
    assert!(serde_json::from_value::<IdNumber>(forged).is_err());
    assert!(serde_json::from_value::<PersonName>(json!("=1+1")).is_err());
    let mobile: Mobile = serde_json::from_value(json!("+86 13800000000")).unwrap();
    assert_eq!(serde_json::to_value(&mobile).unwrap(), json!("13800000000"));
}

#[test]
fn a_logged_number_names_no_person() {
    let id = IdNumber::parse(None, "330822199012153426", today()).unwrap();
    let logged = format!("{id:?}");
    assert!(logged.contains("3426") && !logged.contains("1990"), "{logged}");
}

fn with_check(body: &str) -> String {
    format!("{body}{}", resident_check_character(body).unwrap())
}

/// Texts near enough to numbers to get past the first checks, and texts of any kind.
fn typed_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9０-９Xx ]{0,24}",
        "[HMEGYS]?[A-Z]{0,2}[0-9]{5,22}(\\([A-Z]\\))?",
        "[1-9]{2}[0-9]{4}(19|20)[0-9]{9}[0-9X]",
        "\\PC{15}",
        "\\PC{18}",
        "\\PC{22}",
        "[省市区县旗州盟路镇乡村自治地小衢州柯城]{0,30}",
    ]
}

proptest! {
    #[test]
    fn no_text_makes_reading_panic(text in typed_text()) {
        let today = day("2026-11-21");
        let _ = IdNumber::parse(None, &text, today);
        for kind in IdKind::ALL {
            if let Ok(id) = IdNumber::parse(Some(kind), &text, today) {
                prop_assert_eq!(&IdNumber::restore(kind, id.as_str()).unwrap(), &id);
                prop_assert!(id.as_str().starts_with(id.dedupe_key()));
            }
            let _ = IdNumber::restore(kind, &text);
            let _ = IdNumber::normalise(kind, &text);
        }
        let _ = CertificateNo::kind_of(&text);
        for audience in Audience::ALL {
            for mask in [masking::name, masking::id_number, masking::mobile, masking::email, masking::address, masking::bank_card] {
                let _ = mask(&text, audience);
            }
        }
    }

    #[test]
    fn reading_twice_changes_nothing(text in typed_text()) {
        macro_rules! settles {
            ($($kind:ty),*) => {$(
                if let Ok(once) = <$kind>::parse(&text) {
                    prop_assert_eq!(<$kind>::parse(once.as_str()).unwrap(), once);
                }
            )*};
        }
        settles!(PersonName, Mobile, Email, Address, CreditCode, CertificateNo, BankCard);
    }

    #[test]
    fn a_computed_check_character_is_accepted_and_every_other_refused(
        county in prop::sample::select(vec!["330802", "110101", "650102", "711001"]),
        days in 0i64..46_000, sequence in 0u16..1000, wrong in 1usize..11,
    ) {
        let birth = day("1900-01-01") + chrono::TimeDelta::days(days);
        let body = format!("{county}{}{sequence:03}", birth.format("%Y%m%d"));
        let number = with_check(&body);
        let id = IdNumber::parse(None, &number, day("2026-11-21")).unwrap();
        prop_assert_eq!(id.birth(), Some(birth));
        prop_assert_eq!(id.gender() == Some(Gender::Male), sequence % 2 == 1);
        prop_assert_eq!(id.county_code(), Some(county));

        let characters = "0123456789X";
        let place = characters.find(number.chars().last().unwrap()).unwrap();
        let other = characters.chars().nth((place + wrong) % 11).unwrap();
        let slip = format!("{body}{other}");
        prop_assert_eq!(IdNumber::parse(None, &slip, day("2026-11-21")), Err(IdFault::Check));
    }

    #[test]
    fn a_first_generation_number_is_the_same_person(days in 0i64..36_000, sequence in 0u16..1000) {
        let birth = day("1900-01-01") + chrono::TimeDelta::days(days);
        let old = format!("330802{}{sequence:03}", birth.format("%y%m%d"));
        let new = with_check(&format!("330802{}{sequence:03}", birth.format("%Y%m%d")));
        let read = |number: &str| IdNumber::parse(None, number, day("2026-11-21")).unwrap();
        let (old, new) = (read(&old), read(&new));
        prop_assert_eq!(old.dedupe_key(), new.dedupe_key());
    }

    #[test]
    fn a_computed_credit_code_is_accepted_and_a_slip_refused(
        body in "[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{9}",
        place in 8usize..17, slip in "[0-9A-HJ-NPQRTUWXY]",
    ) {
        let code = format!("{body}{}", CreditCode::check_character(&body).unwrap());
        prop_assert_eq!(CreditCode::parse(&code).map(CreditCode::into_string), Ok(code.clone()));
        if code[place..=place] != slip {
            let mut wrong = code;
            wrong.replace_range(place..=place, &slip);
            prop_assert_eq!(CreditCode::parse(&wrong).map_err(|fault| fault.code()), Err("check"));
        }
    }

    #[test]
    fn a_public_mask_hides_birth_and_sequence(text in "[0-9]{15,18}") {
        let masked = masking::id_number(&text, Audience::Public);
        prop_assert_eq!(masked.len(), text.len());
        prop_assert_eq!(masked.trim_start_matches('*').len(), 4);
    }
}
