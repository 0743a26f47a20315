//! Forms that came after the login had ended. Nothing is done with them: what was typed waits in memory for half an hour,
//! and after signing in the same person finds it in the form again. It is bound to the browser by a cookie with a secret
//! of its own, and to the account whose login ended: whoever else signs in at that browser is not shown it.

use crate::signed_in::ssr::{Site, cookie};
use domain::time::Timestamp;
use leptos::prelude::use_context;
use records::Records;
use records::logins::Whose;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// How long a form is kept, in milliseconds.
pub const KEEP_MS: i64 = 30 * 60_000;
/// Forms of one person at a time.
const OF_ONE: usize = 8;
/// All forms together, in bytes.
const BYTES: usize = 32 * 1024 * 1024;
/// Id of the sentence at the form; the page opens there.
pub const PLACE: &str = "kept";

/// What was typed into one form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptForm {
    /// Path of the page that it stood on.
    pub page: String,
    /// Where it was sent, with its query.
    pub action: String,
    /// Names and values as the browser sent them, without secrets.
    pub fields: Vec<(String, String)>,
    /// Names of chosen files, which cannot be kept.
    pub files: Vec<String>,
    /// When the login ended.
    pub ended: Timestamp,
    /// Names of the fields that say what the form is about; known once it was shown on its page.
    pub about: Vec<String>,
}

impl KeptForm {
    /// Whether `fields` come from the same form about the same thing.
    fn is_about(&self, fields: &[(String, String)]) -> bool {
        let of = |all: &[(String, String)], name: &str| {
            all.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
        };
        self.about.iter().all(|name| of(&self.fields, name) == of(fields, name))
    }

    fn bytes(&self) -> usize {
        crate::again::bytes_of(&self.fields)
            + self.files.iter().map(String::len).sum::<usize>()
            + self.page.len()
            + self.action.len()
            + 256
    }
}

/// The forms that wait, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Shelf(Arc<Mutex<VecDeque<Waiting>>>);

#[derive(Debug)]
struct Waiting {
    secret: String,
    whose: Whose,
    at: i64,
    form: Arc<KeptForm>,
}

impl Shelf {
    /// Keeps `form` for the browser that has `secret`, and for nobody but `whose`.
    pub fn keep(&self, secret: &str, whose: Whose, now: Timestamp, form: KeptForm) {
        let mut all = self.all(now);
        while all.iter().filter(|one| one.whose == whose).count() >= OF_ONE {
            let Some(oldest) = all.iter().position(|one| one.whose == whose) else { break };
            all.remove(oldest);
        }
        let room = BYTES.saturating_sub(form.bytes());
        while all.iter().map(|one| one.form.bytes()).sum::<usize>() > room && all.pop_front().is_some() {}
        all.push_back(Waiting { secret: secret.to_owned(), whose, at: now.0, form: Arc::new(form) });
    }

    /// The forms of the page `page` that wait for this browser, and whose they are; what was sent last stands last.
    pub fn of_page(&self, secret: &str, page: &str, now: Timestamp) -> Vec<(Whose, Arc<KeptForm>)> {
        let all = self.all(now);
        let here = all.iter().filter(|one| one.secret == secret && one.form.page == page);
        here.map(|one| (one.whose, one.form.clone())).collect()
    }

    /// What `form` is about, told by its page.
    pub fn learn(&self, form: &Arc<KeptForm>, about: Vec<String>, now: Timestamp) {
        if let Some(one) = self.all(now).iter_mut().find(|one| Arc::ptr_eq(&one.form, form)) {
            one.form = Arc::new(KeptForm { about, ..(**form).clone() });
        }
    }

    /// Whether a form of this page that was sent to `action` waits for this browser.
    pub fn waits_for(&self, secret: &str, page: &str, action: &str, now: Timestamp) -> bool {
        self.all(now).iter().any(|one| one.secret == secret && one.form.page == page && one.form.action == action)
    }

    /// The form was sent again by `whose`. Done, it is forgotten; refused, what was typed now takes the place of what was
    /// typed before.
    pub fn sent_again(&self, secret: &str, whose: Whose, sent: &KeptForm, refused: bool, now: Timestamp) {
        let same = |one: &Waiting| {
            let form = &one.form;
            let place =
                one.secret == secret && one.whose == whose && form.page == sent.page && form.action == sent.action;
            place && form.is_about(&sent.fields)
        };
        let mut all = self.all(now);
        if !refused {
            all.retain(|one| !same(one));
            return;
        }
        for one in all.iter_mut().filter(|one| same(one)) {
            one.form = Arc::new(KeptForm { fields: sent.fields.clone(), ..(*one.form).clone() });
        }
    }

    /// Until when the newest form of this browser waits, and when the login ended.
    pub fn newest(&self, secret: &str, desk: bool, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
        let all = self.all(now);
        let newest =
            all.iter().rev().find(|one| one.secret == secret && matches!(one.whose, Whose::Staff(_)) == desk)?;
        Some((newest.form.ended, Timestamp(newest.at + KEEP_MS)))
    }

    fn all(&self, now: Timestamp) -> std::sync::MutexGuard<'_, VecDeque<Waiting>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|one| (0..KEEP_MS).contains(&(now.0 - one.at)));
        all
    }
}

/// Name of the cookie that binds kept forms to a browser.
pub fn cookie_name(site: &Site) -> &'static str {
    if site.secure() { "__Host-jikao-kept" } else { "jikao-kept" }
}

/// That cookie; it ends with what it is for.
pub fn set_cookie(site: &Site, secret: &str) -> String {
    format!("{}; Max-Age={}", site.set_cookie(cookie_name(site), secret), KEEP_MS / 1_000)
}

/// The sentence of a page to sign in: when the login ended, and that what was typed waits.
pub fn waits(desk: bool) -> Option<String> {
    let (shelf, site, records) = (use_context::<Shelf>()?, use_context::<Site>()?, use_context::<Records>()?);
    let now = records.now();
    let (ended, until) = shelf.newest(&cookie(cookie_name(&site))?, desk, now)?;
    Some(crate::wording::kept::waits(ended, until, now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::{AccountId, StaffId};

    fn form(page: &str, text: &str) -> KeptForm {
        KeptForm {
            page: page.to_owned(),
            action: "/api/x".to_owned(),
            fields: vec![("text".to_owned(), text.to_owned())],
            files: Vec::new(),
            ended: Timestamp(0),
            about: Vec::new(),
        }
    }

    fn texts(shelf: &Shelf, secret: &str, page: &str, now: i64) -> Vec<String> {
        let found = shelf.of_page(secret, page, Timestamp(now));
        found.iter().map(|(_, form)| form.fields[0].1.clone()).collect()
    }

    fn staff(id: u128) -> Whose {
        Whose::Staff(StaffId(uuid::Uuid::from_u128(id)))
    }

    #[test]
    fn a_form_waits_for_one_browser_and_half_an_hour() {
        let shelf = Shelf::default();
        shelf.keep("a", staff(1), Timestamp(0), form("/office/x", "字"));
        assert_eq!(texts(&shelf, "a", "/office/x", KEEP_MS - 1), ["字"]);
        assert!(texts(&shelf, "b", "/office/x", 1).is_empty(), "another browser");
        assert!(texts(&shelf, "a", "/office/y", 1).is_empty(), "another page");
        assert!(texts(&shelf, "a", "/office/x", KEEP_MS).is_empty(), "too late");
    }

    #[test]
    fn what_is_sent_again_is_forgotten_or_takes_the_place_of_the_older_words() {
        let shelf = Shelf::default();
        let about = |id: &str, text: &str| {
            let fields = vec![("text".to_owned(), text.to_owned()), ("id".to_owned(), id.to_owned())];
            KeptForm { fields, ..form("/office/x", "") }
        };
        for (id, text) in [("1", "一"), ("2", "二")] {
            shelf.keep("a", staff(1), Timestamp(0), about(id, text));
        }
        for (_, form) in shelf.of_page("a", "/office/x", Timestamp(1)) {
            shelf.learn(&form, vec!["id".to_owned()], Timestamp(1));
        }
        shelf.sent_again("a", staff(2), &about("1", "别人"), true, Timestamp(1));
        assert_eq!(texts(&shelf, "a", "/office/x", 1), ["一", "二"], "somebody else's words stay theirs");
        shelf.sent_again("a", staff(1), &about("1", "一一"), true, Timestamp(1));
        assert_eq!(texts(&shelf, "a", "/office/x", 1), ["一一", "二"]);
        shelf.sent_again("a", staff(1), &about("1", "一一"), false, Timestamp(1));
        assert_eq!(texts(&shelf, "a", "/office/x", 1), ["二"]);
        assert!(shelf.waits_for("a", "/office/x", "/api/x", Timestamp(1)));
        assert!(!shelf.waits_for("a", "/office/x", "/api/y", Timestamp(1)));
    }

    #[test]
    fn nobody_fills_the_shelf_alone() {
        let shelf = Shelf::default();
        shelf.keep("a", staff(1), Timestamp(0), form("/office/x", "他"));
        for at in 0..20 {
            shelf.keep("b", staff(2), Timestamp(0), form(&format!("/office/{at}"), "她"));
        }
        assert_eq!(texts(&shelf, "a", "/office/x", 1), ["他"]);
        assert!(texts(&shelf, "b", "/office/11", 1).is_empty() && !texts(&shelf, "b", "/office/12", 1).is_empty());
        let heavy = "重".repeat(BYTES / 9);
        for at in 0..4_u128 {
            shelf.keep("c", staff(10 + at), Timestamp(0), form("/office/heavy", &heavy));
        }
        assert_eq!(texts(&shelf, "c", "/office/heavy", 1).len(), 2, "the oldest make room");
    }

    #[test]
    fn a_form_of_many_empty_fields_is_as_heavy_as_it_is() {
        let shelf = Shelf::default();
        let empty =
            KeptForm { fields: vec![("a".to_owned(), String::new()); BYTES / 300], ..form("/office/empty", "") };
        for at in 0..4_u128 {
            shelf.keep("a", staff(at), Timestamp(0), empty.clone());
        }
        assert_eq!(
            shelf.of_page("a", "/office/empty", Timestamp(1)).len(),
            2,
            "what holds a field weighs more than its name"
        );
    }

    #[test]
    fn each_door_tells_of_its_own_forms() {
        let shelf = Shelf::default();
        let li = Whose::Applicant(AccountId(uuid::Uuid::from_u128(7)));
        shelf.keep("a", li, Timestamp(5), KeptForm { ended: Timestamp(3), ..form("/profile", "字") });
        assert_eq!(shelf.newest("a", true, Timestamp(6)), None);
        assert_eq!(shelf.newest("a", false, Timestamp(6)), Some((Timestamp(3), Timestamp(5 + KEEP_MS))));
    }
}
