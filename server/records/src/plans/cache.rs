//! What every page reads and seldom changes: published plans with their seats, profiles, standards.
//! Kept in memory for two seconds at most, so that a rush of readers costs the database nothing,
//! and other servers' changes still arrive.

use domain::eligibility::OccupationalStandard;
use domain::ids::PlanId;
use domain::plan::Plan;
use domain::profile::Profile;
use domain::time::Timestamp;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// How long kept plans and standards are believed, in milliseconds.
const BELIEVED_MS: i64 = 2_000;

/// All published plans.
#[derive(Default)]
pub(crate) struct Shelf {
    pub lines: Vec<Line>,
    pub by_id: HashMap<PlanId, usize>,
    /// Count and newest change: tells whether anything but seats moved.
    pub mark: (i64, i64),
    checked_at: AtomicI64,
}

/// One plan on the shelf.
pub(crate) struct Line {
    plan: Plan,
    /// Folded words that a search looks into.
    pub words: String,
    taken: AtomicU32,
}

impl Line {
    pub fn new(plan: Plan, words: String) -> Line {
        Line { taken: AtomicU32::new(plan.taken), plan, words }
    }

    /// The plan; its own `taken` may be old, see [`Line::taken`].
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    pub fn taken(&self) -> u32 {
        self.taken.load(Ordering::Relaxed)
    }

    pub fn set_taken(&self, taken: u32) {
        self.taken.store(taken, Ordering::Relaxed);
    }

    /// A copy with the seats of this moment.
    pub fn current(&self) -> Plan {
        Plan { taken: self.taken(), ..self.plan.clone() }
    }
}

impl Shelf {
    pub fn new(lines: Vec<Line>, mark: (i64, i64), now: Timestamp) -> Shelf {
        let by_id = lines.iter().enumerate().map(|(at, line)| (line.plan.id, at)).collect();
        Shelf { lines, by_id, mark, checked_at: AtomicI64::new(now.0) }
    }

    pub fn is_fresh(&self, now: Timestamp) -> bool {
        (now.0 - self.checked_at.load(Ordering::Relaxed)).abs() < BELIEVED_MS
    }

    pub fn checked(&self, now: Timestamp) {
        self.checked_at.store(now.0, Ordering::Relaxed);
    }

    pub fn get(&self, id: PlanId) -> Option<&Line> {
        self.by_id.get(&id).and_then(|at| self.lines.get(*at))
    }
}

/// The memory of one server.
#[derive(Default)]
pub struct Cache {
    plans: RwLock<Option<Arc<Shelf>>>,
    /// One request looks into the database, the others go on with what there is.
    pub(crate) looking: tokio::sync::Mutex<()>,
    profiles: RwLock<HashMap<(String, u32), Arc<Profile>>>,
    standards: RwLock<HashMap<String, (i64, Option<Arc<OccupationalStandard>>)>>,
}

impl Cache {
    pub(crate) fn shelf(&self) -> Option<Arc<Shelf>> {
        self.plans.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn keep_shelf(&self, shelf: Arc<Shelf>) {
        *self.plans.write().unwrap_or_else(PoisonError::into_inner) = Some(shelf);
    }

    /// After a change of plans or agencies.
    pub fn forget_plans(&self) {
        *self.plans.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// After a commit that took or freed a seat: `taken` as it stands now.
    pub fn seats_changed(&self, id: PlanId, taken: u32) {
        if let Some(shelf) = self.shelf()
            && let Some(line) = shelf.get(id)
        {
            line.set_taken(taken);
        }
    }

    pub(crate) fn profile(&self, name: &str, version: u32) -> Option<Arc<Profile>> {
        self.profiles.read().unwrap_or_else(PoisonError::into_inner).get(&(name.to_owned(), version)).cloned()
    }

    pub(crate) fn keep_profile(&self, name: &str, version: u32, profile: &Arc<Profile>) {
        let mut kept = self.profiles.write().unwrap_or_else(PoisonError::into_inner);
        kept.insert((name.to_owned(), version), profile.clone());
    }

    pub(crate) fn standard(&self, name: &str, now: Timestamp) -> Option<Option<Arc<OccupationalStandard>>> {
        let kept = self.standards.read().unwrap_or_else(PoisonError::into_inner);
        kept.get(name).filter(|(at, _)| (now.0 - at).abs() < BELIEVED_MS).map(|(_, standard)| standard.clone())
    }

    pub(crate) fn keep_standard(&self, name: &str, standard: Option<Arc<OccupationalStandard>>, now: Timestamp) {
        let mut kept = self.standards.write().unwrap_or_else(PoisonError::into_inner);
        kept.insert(name.to_owned(), (now.0, standard));
    }

    pub(crate) fn forget_standards(&self) {
        self.standards.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
