//! 证书查询: an earlier certificate is looked up by number and name, so that nobody types what is known. Where the
//! lookup is off, finds nothing or does not answer, everything can be typed as before.

use crate::applications::{self, Person, load};
use crate::{Error, Records};
use domain::form::Answers;
use domain::ids::{AccountId, ApplicationId, Revision};
use domain::occupation::SkillLevel;
use domain::page::collecting::LookupRefusal;
use domain::page::wizard::Saved;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(6);
/// Largest answer that is read, in bytes.
const LARGEST: usize = 16 * 1024;

/// Where certificates are looked up.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Nowhere: what is known is typed.
    #[default]
    Off,
    /// A service: `POST` of `{"certificate_no", "name"}` to this address, answered by 200 with a [`Certificate`] or 404.
    Http {
        /// Address, with `https://`.
        url: String,
    },
    /// A list in memory, for demonstrations and tests.
    Demo(Vec<Certificate>),
}

/// A certificate as the source knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// 证书编号
    pub certificate_no: String,
    /// 姓名
    pub name: String,
    /// 职业（工种）
    pub occupation: String,
    /// 等级, 5 to 1.
    pub level: u8,
    /// 发证日期, `2022-05-30`.
    pub issued_on: String,
    /// 发证机构
    pub issuer: String,
    /// `skill_level` or `qualification`.
    #[serde(default)]
    pub kind: String,
}

/// Looks the certificate up whose number stands in `prior_no`, and fills in what is known of it. The fields count as
/// looked up until somebody changes them.
pub async fn look_up_prior(
    records: &Records,
    account: AccountId,
    id: ApplicationId,
    number: &str,
) -> Result<Saved, Error> {
    let whole = load::own(records, account, id).await?;
    let (_, profile) = applications::ground_of(records, whole.plan).await?;
    let number = number.trim();
    if number.is_empty() {
        return Err(LookupRefusal::NoNumber.into());
    }
    let person = Person::load(records.read(), account).await?;
    let found = ask(records, number, person.name()).await?;
    let mut known = Answers::default();
    for (key, value) in [
        ("prior_no", found.certificate_no.as_str()),
        ("prior_occ", found.occupation.as_str()),
        ("prior_level", &found.level.to_string()),
        ("prior_date", found.issued_on.as_str()),
        ("prior_issuer", found.issuer.as_str()),
        ("prior_kind", found.kind.as_str()),
    ] {
        let asked = profile.form.field(key);
        let fits = asked
            .is_some_and(|field| field.choices.is_empty() || field.choices.iter().any(|choice| choice.value == value));
        if fits {
            known.set(key, value);
        }
    }
    let mut answers = whole.answers.clone();
    // Who holds an earlier certificate has answered the question that asks for one.
    if let Some(opened_by) = profile.form.field("prior_no").and_then(|field| field.show.as_ref())
        && !opened_by.holds(&answers)
        && let Some(value) = opened_by.is.first()
    {
        answers.set(&opened_by.key, value);
    }
    answers.0.extend(known.0.clone());
    let seen = Revision(whole.row.answers_revision);
    let saved = applications::save_answers(records, account, id, seen, answers).await?;
    applications::keep_looked_up(records, account, id, &known).await?;
    Ok(saved)
}

async fn ask(records: &Records, number: &str, name: &str) -> Result<Certificate, Error> {
    // What was issued here is known here, whatever else is asked.
    if let Some(own) = crate::certificates::known_to(records, number, name).await? {
        return Ok(own);
    }
    let found = match &records.inner.certificates {
        Source::Off => return Err(LookupRefusal::Off.into()),
        Source::Demo(list) => list.iter().find(|one| one.certificate_no.eq_ignore_ascii_case(number)).cloned(),
        Source::Http { url } => from_service(url, number, name).await?,
    };
    // A certificate of somebody else is none: the answer tells no stranger's name.
    let found = found.filter(|one| one.name.trim() == name && SkillLevel::from_number(one.level).is_some());
    found.ok_or_else(|| LookupRefusal::NotFound.into())
}

async fn from_service(url: &str, number: &str, name: &str) -> Result<Option<Certificate>, Error> {
    let unreachable = |why: reqwest::Error| {
        tracing::warn!("The lookup of certificates did not answer: {}", why.without_url());
        Error::from(LookupRefusal::Unreachable)
    };
    let client = reqwest::Client::builder().timeout(PATIENCE).build().map_err(unreachable)?;
    let question = serde_json::json!({ "certificate_no": number, "name": name });
    let answer = client
        .post(url)
        .header("content-type", "application/json")
        .body(question.to_string())
        .send()
        .await
        .map_err(unreachable)?;
    if answer.status() == reqwest::StatusCode::NOT_FOUND {
        return Ok(None);
    }
    let answer = answer.error_for_status().map_err(unreachable)?;
    let body = answer.bytes().await.map_err(unreachable)?;
    if body.len() > LARGEST {
        return Err(LookupRefusal::Unreachable.into());
    }
    match serde_json::from_slice(&body) {
        Ok(found) => Ok(Some(found)),
        Err(why) => {
            tracing::warn!("The lookup of certificates gave an answer that cannot be read: {why}");
            Err(LookupRefusal::Unreachable.into())
        }
    }
}
