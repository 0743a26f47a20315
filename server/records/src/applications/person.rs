//! The applicant behind an application: facts of the account, masked for pages, whole for freezing.

use crate::{Error, Records, Tx, entity::account, keys::place, sql};
use chrono::NaiveDate;
use domain::form::{Answers, FieldKind, Form};
use domain::id_document::{Gender, IdKind, IdNumber};
use domain::ids::AccountId;
use sea_orm::{ConnectionTrait, EntityTrait};

/// What an account knows of its person.
pub(crate) struct Person {
    row: account::Model,
    pub kind: IdKind,
    pub birth: Option<NaiveDate>,
    pub gender: Option<Gender>,
}

/// Applications keep their person's day of birth, for ages: called where an account learns it or is another's from now on.
pub(crate) async fn tell_birth(tx: &Tx, account: &str) -> Result<(), Error> {
    let text = "UPDATE application SET birth = (SELECT o.birth FROM account o WHERE o.id = application.account_id)
                WHERE account_id = $1";
    sql::run(&tx.db, text, vec![account.into()]).await.map(drop)
}

impl Person {
    /// Loads an account.
    pub(crate) async fn load<C: ConnectionTrait>(db: &C, id: AccountId) -> Result<Person, Error> {
        let row = account::Entity::find_by_id(id.to_string()).one(db).await?.ok_or(Error::NotFound)?;
        let kind = IdKind::from_code(&row.id_kind).ok_or_else(|| Error::bad_row("account", &row.id, "id_kind"))?;
        let birth = row.birth.as_deref().and_then(|day| day.parse().ok());
        let gender = row.gender.as_deref().and_then(Gender::from_code);
        Ok(Person { row, kind, birth, gender })
    }

    pub(crate) fn name(&self) -> &str {
        &self.row.name
    }

    pub(crate) fn id_index(&self) -> &str {
        &self.row.id_index
    }

    pub(crate) fn mobile_index(&self) -> &str {
        &self.row.mobile_index
    }

    pub(crate) fn education(&self) -> &str {
        &self.row.education
    }

    /// 通讯地址 as kept with the account.
    pub(crate) fn address(&self, records: &Records) -> Result<String, Error> {
        match &self.row.address_sealed {
            Some(sealed) => records.inner.keys.open_text(&place("account", "address", &self.row.id), sealed),
            None => Ok(String::new()),
        }
    }

    /// 证件号码 in full: for freezing, checking and the act of revealing.
    pub(crate) fn id_number(&self, records: &Records) -> Result<String, Error> {
        records.inner.keys.open_text(&place("account", "id_no", &self.row.id), &self.row.id_sealed)
    }

    /// 手机号码 in full.
    pub(crate) fn mobile(&self, records: &Records) -> Result<String, Error> {
        records.inner.keys.open_text(&place("account", "mobile", &self.row.id), &self.row.mobile_sealed)
    }

    /// Whether a reviewer should look at the identity number (a retired county code and the like).
    pub(crate) fn has_unusual_id(&self, records: &Records) -> Result<bool, Error> {
        let number = self.id_number(records)?;
        Ok(IdNumber::restore(self.kind, &number).is_ok_and(|number| !number.warnings().is_empty()))
    }

    /// What was typed, with the account's facts under their keys; numbers masked.
    pub(crate) fn masked_into(&self, records: &Records, form: &Form, typed: &Answers) -> Result<Answers, Error> {
        self.fill(records, form, typed, self.row.id_masked.clone(), self.row.mobile_masked.clone())
    }

    /// The same with the numbers in full, for the frozen answers.
    pub(crate) fn whole_into(&self, records: &Records, form: &Form, typed: &Answers) -> Result<Answers, Error> {
        self.fill(records, form, typed, self.id_number(records)?, self.mobile(records)?)
    }

    fn fill(
        &self,
        records: &Records,
        form: &Form,
        typed: &Answers,
        id_no: String,
        mobile: String,
    ) -> Result<Answers, Error> {
        let mut answers = super::answers::with_presets(form, typed);
        for field in form.fields().filter(|field| field.kind == FieldKind::AccountFact) {
            let value = match field.key.as_str() {
                "name" => self.row.name.clone(),
                "id_type" | "id_kind" => self.kind.label().to_owned(),
                "id_no" => id_no.clone(),
                "gender" => self.gender.map_or_else(String::new, |gender| gender.label().to_owned()),
                "birth" => self.birth.map_or_else(String::new, |day| day.to_string()),
                "mobile" => mobile.clone(),
                "address" => self.address(records)?,
                "education" => self.row.education.clone(),
                _ => String::new(),
            };
            answers.set(&field.key, &value);
        }
        Ok(answers)
    }
}
