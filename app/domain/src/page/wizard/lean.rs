//! What of plan and procedure goes to a phone: what the wizard's steps show and check, in order and without names.
//! Every field left out is code that phones need not load to read it; it arrives empty.

/// A plan on its way to the wizard.
pub mod plan {
    use crate::ids::{AgencyId, Fen, PlanId};
    use crate::plan::{Plan, PlanKind};
    use crate::time::Timestamp;
    use crate::timeline::RegistrationWindow;
    use chrono::NaiveDate;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use uuid::Uuid;

    /// Writes what the steps show.
    pub fn serialize<S: Serializer>(plan: &Plan, out: S) -> Result<S::Ok, S::Error> {
        let shown = [
            &plan.number,
            &plan.title,
            &plan.agency_name,
            &plan.contact_phone,
            &plan.occupation,
            &plan.trade,
            &plan.code,
            &plan.site,
        ];
        (shown, plan.level, &plan.subjects, plan.window.closes, plan.exam_on, &plan.conditions).serialize(out)
    }

    /// Reads it; the rest is empty.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Plan, D::Error> {
        let (shown, level, subjects, closes, exam_on, conditions): (
            [String; 8],
            _,
            Vec<String>,
            Timestamp,
            NaiveDate,
            Vec<(u32, String)>,
        ) = Deserialize::deserialize(from)?;
        let [number, title, agency_name, contact_phone, occupation, trade, code, site] = shown;
        Ok(Plan {
            id: PlanId(Uuid::nil()),
            number,
            year: 0,
            title,
            agency: AgencyId(Uuid::nil()),
            agency_name,
            agency_filing: String::new(),
            contact: String::new(),
            contact_phone,
            kind: PlanKind::LevelRecognition,
            occupation,
            trade,
            code,
            level,
            subjects,
            city: String::new(),
            city_name: String::new(),
            county: String::new(),
            county_name: String::new(),
            site,
            window: RegistrationWindow { opens: Timestamp(0), closes },
            review_close: Timestamp(0),
            exam_on,
            capacity: 0,
            taken: 0,
            fee: Fen(0),
            scope: Vec::new(),
            instructions: Vec::new(),
            conditions,
            profile: String::new(),
            profile_version: 0,
            standard: String::new(),
        })
    }
}

/// A procedure on its way to the wizard.
pub mod procedure {
    use crate::form::Form;
    use crate::profile::{Declaration, Numbering, PhotoRules, Phrases, Profile, Requirement, ReviewRules, Step};
    use crate::timeline::LeadTimes;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Writes what the steps show and check.
    pub fn serialize<S: Serializer>(profile: &Profile, out: S) -> Result<S::Ok, S::Error> {
        let notes = (&profile.phrases.photo_note, &profile.phrases.form_note);
        (&profile.wizard, &profile.photo, &profile.form, &profile.document, &profile.declaration, notes).serialize(out)
    }

    /// Reads it; the rest is empty.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Profile, D::Error> {
        let (wizard, photo, form, document, declaration, (photo_note, form_note)): (
            Vec<Step>,
            PhotoRules,
            Form,
            Vec<Requirement>,
            Declaration,
            (Vec<String>, Vec<String>),
        ) = Deserialize::deserialize(from)?;
        Ok(Profile {
            name: String::new(),
            version: 0,
            title: String::new(),
            wizard,
            numbering: Numbering {
                plan_number: String::new(),
                plan_title: String::new(),
                application_number: String::new(),
            },
            times: LeadTimes::default(),
            photo,
            form,
            document,
            declaration,
            review: ReviewRules {
                correction_days: 0,
                correction_days_max: 0,
                claim_minutes: 0,
                answer_days: 0,
                reject_reason: Vec::new(),
                return_remark: Vec::new(),
            },
            phrases: Phrases { photo_note, form_note, ..Phrases::default() },
        })
    }
}
