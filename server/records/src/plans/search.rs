//! Searching plans: a pure function over the plans in memory.

use super::PER_PAGE;
use super::cache::Line;
use domain::occupation::SkillLevel;
use domain::plan::{Plan, PlanKind, PlanLine, PlanResults, PlanSearch, PlanState, state_of};
use domain::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Longest search text that is looked at, in characters.
const LONGEST_QUERY: usize = 60;

/// Answers a search at `now`.
pub(super) fn search(lines: &[Line], wanted: &PlanSearch, now: Timestamp) -> PlanResults {
    let query = Query::of(wanted);
    let mut results = PlanResults { now, per_page: PER_PAGE, ..PlanResults::default() };
    let mut found: Vec<(Rank, &Line)> = Vec::new();
    let mut levels: BTreeMap<u8, u64> = SkillLevel::EXAMINED.iter().map(|level| (level.number(), 0)).collect();
    let (mut occupations, mut trades) = (BTreeSet::new(), BTreeSet::new());
    let (mut cities, mut counties) = (BTreeMap::new(), BTreeMap::new());
    for line in lines {
        let plan = line.plan();
        let state = state_of(&plan.window, plan.capacity, line.taken(), now);
        // A plan that was called off is no offer, over or not.
        if plan.cancelled || !query.wants_state(state) {
            continue;
        }
        occupations.insert(plan.occupation.as_str());
        cities.insert(plan.city.as_str(), plan.city_name.as_str());
        if plan.occupation == wanted.occupation && !plan.trade.is_empty() {
            trades.insert(plan.trade.as_str());
        }
        if plan.city == wanted.city && !plan.county.is_empty() {
            counties.insert(plan.county.as_str(), plan.county_name.as_str());
        }
        if !query.wants(plan, &line.words) {
            continue;
        }
        if let Some(count) = plan.level.and_then(|level| levels.get_mut(&level.number())) {
            *count += 1;
        }
        if query.wants_level(plan.level) {
            found.push((Rank::of(state, plan), line));
        }
    }
    found.sort_by(|(one, a), (other, b)| one.cmp(other).then_with(|| a.plan().number.cmp(&b.plan().number)));
    results.total = found.len() as u64;
    let pages = u32::try_from(found.len()).unwrap_or(u32::MAX).div_ceil(PER_PAGE).max(1);
    results.page = wanted.page.clamp(1, pages);
    let skip = (results.page as usize - 1) * PER_PAGE as usize;
    results.lines = found.iter().skip(skip).take(PER_PAGE as usize).map(|(_, line)| shown(line)).collect();
    results.per_level = levels.into_iter().rev().collect();
    results.occupations = occupations.into_iter().map(String::from).collect();
    results.trades = trades.into_iter().map(String::from).collect();
    results.cities = pairs(cities);
    results.counties = pairs(counties);
    results
}

/// Plans of one procedure that are open or to come, those that close first in front.
pub(super) fn of_profile(lines: &[Line], name: &str, now: Timestamp) -> Vec<PlanLine> {
    let state = |line: &Line| state_of(&line.plan().window, line.plan().capacity, line.taken(), now);
    let mut found: Vec<&Line> = lines
        .iter()
        .filter(|line| line.plan().profile == name && !matches!(state(line), PlanState::Closed { .. }))
        .collect();
    found.sort_by(|one, other| {
        let rank = |line: &Line| Rank::of(state(line), line.plan());
        rank(one).cmp(&rank(other)).then_with(|| one.plan().number.cmp(&other.plan().number))
    });
    found.into_iter().map(shown).collect()
}

fn pairs(map: BTreeMap<&str, &str>) -> Vec<(String, String)> {
    map.into_iter().map(|(code, name)| (code.to_owned(), name.to_owned())).collect()
}

/// Open first, by closing date; then full; then to come, by opening; then over, the latest first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank(u8, i64);

impl Rank {
    fn of(state: PlanState, plan: &Plan) -> Rank {
        match state {
            PlanState::Open { .. } => Rank(0, plan.window.closes.0),
            PlanState::Full => Rank(1, plan.window.closes.0),
            PlanState::Upcoming { opens } => Rank(2, opens.0),
            PlanState::Closed { closed } => Rank(3, -closed.0),
        }
    }
}

/// A search, read once.
struct Query<'a> {
    wanted: &'a PlanSearch,
    words: Vec<String>,
    kind: Option<PlanKind>,
    level: Option<SkillLevel>,
}

impl<'a> Query<'a> {
    fn of(wanted: &'a PlanSearch) -> Query<'a> {
        let text: String = wanted.q.chars().take(LONGEST_QUERY).collect();
        Query {
            wanted,
            words: fold(&text).split_whitespace().map(String::from).collect(),
            kind: PlanKind::parse(&wanted.kind),
            level: SkillLevel::parse(&wanted.level),
        }
    }

    fn wants_state(&self, state: PlanState) -> bool {
        match (self.wanted.state.as_str(), state) {
            ("all", _) => true,
            ("open", state) => matches!(state, PlanState::Open { .. } | PlanState::Full),
            ("upcoming", state) => matches!(state, PlanState::Upcoming { .. }),
            ("closed", state) => matches!(state, PlanState::Closed { .. }),
            (_, state) => !matches!(state, PlanState::Closed { .. }),
        }
    }

    fn wants(&self, plan: &Plan, words: &str) -> bool {
        let fits = |wanted: &str, is: &str| wanted.is_empty() || wanted == is;
        self.kind.is_none_or(|kind| plan.kind == kind)
            && fits(&self.wanted.occupation, &plan.occupation)
            && fits(&self.wanted.trade, &plan.trade)
            && fits(&self.wanted.city, &plan.city)
            && fits(&self.wanted.county, &plan.county)
            && self.words.iter().all(|word| words.contains(word.as_str()))
    }

    fn wants_level(&self, level: Option<SkillLevel>) -> bool {
        self.level.is_none() || self.level == level
    }
}

fn shown(line: &Line) -> PlanLine {
    let plan = line.plan();
    PlanLine {
        id: plan.id,
        number: plan.number.clone(),
        title: plan.title.clone(),
        agency_name: plan.agency_name.clone(),
        trade: plan.occupation_and_trade(),
        level: plan.level,
        place: format!("{}{}", plan.city_name, plan.county_name),
        window: plan.window,
        exam_on: plan.exam_on,
        capacity: plan.capacity,
        taken: line.taken(),
    }
}

/// Everything of a plan that people search by, folded.
pub(super) fn words_of(plan: &Plan) -> String {
    let level = plan.level.map_or("", SkillLevel::name);
    let parts = [
        &plan.title,
        &plan.agency_name,
        &plan.number,
        &plan.occupation,
        &plan.trade,
        &plan.code,
        &plan.city_name,
        &plan.county_name,
        &plan.site,
    ];
    let mut words: String = parts.into_iter().flat_map(|part| [part.as_str(), " "]).collect();
    words.push_str(level);
    words.push(' ');
    words.push_str(plan.kind.label());
    fold(&words)
}

/// Half-width, small letters: `２０２４－Ｓ` finds `2024-S`.
pub(super) fn fold(text: &str) -> String {
    text.chars()
        .flat_map(|ch| {
            let narrow = match ch {
                '\u{3000}' => ' ',
                '\u{ff01}'..='\u{ff5e}' => char::from_u32(ch as u32 - 0xfee0).unwrap_or(ch),
                other => other,
            };
            narrow.to_lowercase()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn what_people_type_is_folded() {
        assert_eq!(fold("２０２４－Ｓ　（碳）"), "2024-s (碳)");
    }
}
