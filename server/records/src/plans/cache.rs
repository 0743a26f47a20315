//! What every page reads and seldom changes: published plans with their seats, profiles, standards.
//! Kept in memory for two seconds at most, so that a rush of readers costs the database nothing,
//! and other servers' changes still arrive.

use domain::eligibility::OccupationalStandard;
use domain::helpline::HelpLine;
use domain::ids::{PlanId, SiteId};
use domain::plan::{Plan, Site};
use domain::profile::Profile;
use domain::time::Timestamp;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// How long kept plans and standards are believed, in milliseconds.
const BELIEVED_MS: i64 = 2_000;

/// How many plans and how many people to ask there are, and when the newest of each was changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sea_orm::FromQueryResult)]
pub(crate) struct Mark {
    plans: i64,
    changed: i64,
    contacts: i64,
    added: i64,
}

/// All published plans.
#[derive(Default)]
pub(crate) struct Shelf {
    pub lines: Vec<Line>,
    pub by_id: HashMap<PlanId, usize>,
    /// Counts and newest changes: tell whether anything but seats moved.
    pub mark: Mark,
    checked_at: AtomicI64,
}

/// One plan on the shelf.
pub(crate) struct Line {
    plan: Plan,
    /// Folded words that a search looks into.
    pub words: String,
    taken: AtomicU32,
    sites: Vec<(Site, AtomicU32)>,
    /// Whom its candidates ask.
    help: Vec<HelpLine>,
    /// The procedure as it stands for this plan: made once, when it is first asked for.
    ground: OnceLock<Arc<Profile>>,
}

impl Line {
    pub fn new(plan: Plan, words: String, sites: Vec<Site>, help: Vec<HelpLine>) -> Line {
        let sites = sites.into_iter().map(|site| (AtomicU32::new(site.taken), site)).map(|(taken, site)| (site, taken));
        Line { taken: AtomicU32::new(plan.taken), plan, words, sites: sites.collect(), help, ground: OnceLock::new() }
    }

    /// The sites with the seats of this moment, in order.
    pub fn sites(&self) -> Vec<Site> {
        let now = |(site, taken): &(Site, AtomicU32)| Site { taken: taken.load(Ordering::Relaxed), ..site.clone() };
        self.sites.iter().map(now).collect()
    }

    /// Whom its candidates ask, by topic.
    pub fn help(&self) -> &[HelpLine] {
        &self.help
    }

    pub fn has_sites(&self) -> bool {
        !self.sites.is_empty()
    }

    pub fn set_site_taken(&self, id: SiteId, taken: u32) {
        if let Some((_, seats)) = self.sites.iter().find(|(site, _)| site.id == id) {
            seats.store(taken, Ordering::Relaxed);
        }
    }

    pub fn ground(&self) -> Option<Arc<Profile>> {
        self.ground.get().cloned()
    }

    /// Keeps the procedure of this plan; whoever comes second takes the first one's.
    pub fn keep_ground(&self, profile: Profile) -> Arc<Profile> {
        self.ground.get_or_init(|| Arc::new(profile)).clone()
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
    pub fn new(lines: Vec<Line>, mark: Mark, now: Timestamp) -> Shelf {
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

    /// After a commit that took or freed a seat at a site.
    pub fn site_seats_changed(&self, plan: PlanId, site: SiteId, taken: u32) {
        if let Some(shelf) = self.shelf()
            && let Some(line) = shelf.get(plan)
        {
            line.set_site_taken(site, taken);
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
