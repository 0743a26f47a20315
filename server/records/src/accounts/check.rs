//! What a sign-up must hold, all faults at once.

use super::password;
use chrono::NaiveDate;
use domain::account::SignUp;
use domain::contact::{Mobile, PersonName};
use domain::form::{FieldFault, OFFERED_ID_KINDS, Problem, check};
use domain::id_document::{Gender, IdKind, IdNumber};

/// A sign-up whose every part was read.
pub(super) struct Checked {
    pub name: PersonName,
    pub id: IdNumber,
    pub birth: Option<NaiveDate>,
    pub gender: Option<Gender>,
    pub mobile: Mobile,
}

/// Reads a sign-up, or names everything that is wrong with it, in the order of the form.
pub(super) fn sign_up(typed: &SignUp, today: NaiveDate) -> Result<Checked, Vec<FieldFault>> {
    let mut faults = Faults(Vec::new());
    let name = faults.read("name", "姓名", &typed.name, |text| PersonName::parse(text).map_err(Problem::Name));
    let kind = faults.read("id_kind", "证件类型", &typed.id_kind, |code| {
        IdKind::from_code(code).filter(|kind| OFFERED_ID_KINDS.contains(kind)).ok_or(Problem::NotOffered)
    });
    let id = faults.read("id_no", "证件号码", &typed.id_no, |text| match kind {
        Some(kind) => IdNumber::parse(Some(kind), text, today).map_err(Problem::Id),
        None => IdNumber::parse(None, text, today).map_err(Problem::Id),
    });
    let asks = kind.is_some_and(|kind| !kind.tells_birth_and_gender());
    let birth = if asks {
        faults.read("birth", "出生日期", &typed.birth, |text| match check::day(text) {
            None => Err(Problem::NotADate),
            Some(day) if day > today => Err(Problem::InFuture),
            Some(day) => Ok(day),
        })
    } else {
        id.as_ref().and_then(IdNumber::birth)
    };
    let gender = if asks {
        faults.read("gender", "性别", &typed.gender, |code| Gender::from_code(code).ok_or(Problem::NotOffered))
    } else {
        id.as_ref().and_then(IdNumber::gender)
    };
    let mobile =
        faults.read("mobile", "手机号码", &typed.mobile, |text| Mobile::parse(text).map_err(Problem::Mobile));
    let own = [
        id.as_ref().map_or(typed.id_no.as_str(), IdNumber::as_str),
        mobile.as_ref().map_or(typed.mobile.as_str(), Mobile::as_str),
        typed.name.trim(),
    ];
    if let Some(problem) = password::fault(&typed.password, &own) {
        faults.add("password", "密码", problem);
    } else if typed.password != typed.password_again {
        faults.add("password_again", "再次输入密码", Problem::PasswordsDiffer);
    }
    if typed.agreed != "yes" {
        faults.add("agreed", "个人信息处理同意", Problem::NotAgreed);
    }
    match (name, id, mobile) {
        (Some(name), Some(id), Some(mobile)) if faults.0.is_empty() => Ok(Checked { name, id, birth, gender, mobile }),
        _ => Err(faults.0),
    }
}

struct Faults(Vec<FieldFault>);

impl Faults {
    fn add(&mut self, key: &str, label: &str, problem: Problem) {
        self.0.push(FieldFault { key: key.into(), label: label.into(), problem });
    }

    fn read<T>(&mut self, key: &str, label: &str, text: &str, parse: impl Fn(&str) -> Result<T, Problem>) -> Option<T> {
        let parsed = if text.trim().is_empty() { Err(Problem::Missing) } else { parse(text.trim()) };
        parsed.map_err(|problem| self.add(key, label, problem)).ok()
    }
}
