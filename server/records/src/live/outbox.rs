//! Which pages hear of which change.

use crate::entity::application;

/// A row to be.
pub(crate) struct News {
    pub topic: String,
    pub entity: String,
    pub version: i64,
    pub kind: &'static str,
}

/// Who hears of a change of an application.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Its applicant's pages: a draft is nobody else's business.
    Applicant,
    /// Also the desks of the agency and of the authority.
    Desk,
    /// Also everyone who looks at the plan: a seat was taken or became free.
    Seats,
}

/// News of an application, after the change.
pub(crate) fn of(application: &application::Model, kind: &'static str, audience: Audience) -> Vec<News> {
    let news = |topic: String| News { topic, entity: application.id.clone(), version: application.revision, kind };
    let mut all =
        vec![news(format!("account:{}", application.account_id)), news(format!("application:{}", application.id))];
    if audience != Audience::Applicant {
        all.push(news(format!("agency:{}", application.agency_id)));
        all.push(news(format!("region:{}", application.region)));
    }
    if audience == Audience::Seats {
        // The public topic names the plan only, not who applied.
        all.push(News {
            topic: format!("plan:{}", application.plan_id),
            entity: application.plan_id.clone(),
            version: 0,
            kind: "seats",
        });
    }
    all
}
