//! Whom a candidate asks: an agency's people by topic, and those of them who are there for a place.

use serde::{Deserialize, Serialize};

/// Somebody to ask about a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelpLine {
    /// 事项
    pub topic: String,
    /// 地区, as the agency wrote it: one, several with 、 between them, or empty for everywhere.
    pub region: String,
    /// 姓名
    pub name: String,
    /// 电话
    pub phone: String,
}

/// Where a plan takes place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whereabouts<'a> {
    /// 省
    pub province: &'a str,
    /// 市
    pub city: &'a str,
    /// 县（市、区）, or empty.
    pub county: &'a str,
    /// Names and addresses of the places to choose from, where there are several.
    pub sites: Vec<String>,
}

/// How close somebody's region is to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Near {
    Everywhere,
    City,
    County,
}

/// Between the regions of one line.
const BETWEEN: [char; 8] = ['、', '，', ',', '；', ';', '/', ' ', '　'];
/// The city itself, and none of its counties.
const CITY_ITSELF: [&str; 3] = ["市本级", "市直", "市级"];

/// Who is to be asked at a place: for each topic those who are closest to it. Whoever looks after another county is not
/// among them. Where the candidate still chooses a site, everybody of one of the sites is.
pub fn for_place(lines: &[HelpLine], place: &Whereabouts<'_>) -> Vec<HelpLine> {
    let near: Vec<(Near, &HelpLine)> =
        lines.iter().filter_map(|line| Some((nearness(&line.region, place)?, line))).collect();
    let closest = |topic: &str| near.iter().filter(|(_, line)| line.topic == topic).map(|(near, _)| *near).max();
    near.iter()
        .filter(|(near, line)| !place.sites.is_empty() || Some(*near) == closest(&line.topic))
        .map(|(_, line)| (*line).clone())
        .collect()
}

fn nearness(region: &str, place: &Whereabouts<'_>) -> Option<Near> {
    let regions: Vec<&str> = region.split(BETWEEN).map(str::trim).filter(|one| !one.is_empty()).collect();
    if regions.is_empty() {
        return Some(Near::Everywhere);
    }
    regions.into_iter().filter_map(|one| near(one, place)).max()
}

fn near(region: &str, place: &Whereabouts<'_>) -> Option<Near> {
    if region.starts_with('全') || is_same(region, place.province) {
        return Some(Near::Everywhere);
    }
    if is_same(region, place.city) {
        return Some(Near::City);
    }
    // 衢州市柯城区 is 柯城区 of that city.
    let within = [place.city, bare(place.city)].into_iter().find_map(|city| match city {
        "" => None,
        city => region.strip_prefix(city),
    });
    let county = within.unwrap_or(region);
    if CITY_ITSELF.contains(&county) {
        return place.county.is_empty().then_some(Near::County);
    }
    let there = |text: &String| text.contains(bare(county));
    (is_same(county, place.county) || place.sites.iter().any(there)).then_some(Near::County)
}

fn is_same(one: &str, other: &str) -> bool {
    !other.is_empty() && bare(one) == bare(other)
}

/// A name without what kind of place it is: 柯城区 and 柯城 are one.
fn bare(name: &str) -> &str {
    let short = ["省", "市", "县", "区"].into_iter().find_map(|kind| name.strip_suffix(kind)).unwrap_or(name);
    if short.chars().count() < 2 { name } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Vec<HelpLine> {
        [
            ("报名", "市本级、柯城", "毛伟"),
            ("报名", "常山、开化县", "郑小满"),
            ("报名", "", "程一帆"),
            ("证书", "衢州市", "罗青"),
            ("证书", "杭州市", "何平"),
            ("缴费", "衢州市江山市", "孙悦"),
        ]
        .map(|(topic, region, name)| HelpLine {
            topic: topic.into(),
            region: region.into(),
            name: name.into(),
            phone: "0570-00000000".into(),
        })
        .to_vec()
    }

    fn asked(county: &str, sites: &[&str]) -> Vec<String> {
        let sites = sites.iter().map(|site| (*site).to_owned()).collect();
        let place = Whereabouts { province: "浙江省", city: "衢州市", county, sites };
        for_place(&lines(), &place).into_iter().map(|line| line.name).collect()
    }

    #[test]
    fn whoever_is_closest_is_asked_and_nobody_of_another_place() {
        assert_eq!(asked("柯城区", &[]), ["毛伟", "罗青"]);
        assert_eq!(asked("开化县", &[]), ["郑小满", "罗青"]);
        assert_eq!(
            asked("江山市", &[]),
            ["程一帆", "罗青", "孙悦"],
            "who is there for all is asked where nobody is closer"
        );
        assert_eq!(asked("", &[]), ["毛伟", "罗青"], "the city itself");
        assert_eq!(asked("柯城", &[]), asked("柯城区", &[]));
    }

    #[test]
    fn before_a_site_is_chosen_the_people_of_all_sites_stand_there() {
        assert_eq!(
            asked("", &["江山市职业技术学校", "常山县文峰路 8 号"]),
            ["毛伟", "郑小满", "程一帆", "罗青", "孙悦"]
        );
    }

    #[test]
    fn a_province_and_all_are_everywhere_and_a_name_of_two_letters_stays_whole() {
        for region in ["全省", "全部地区", "浙江", "浙江省"] {
            let place =
                Whereabouts { province: "浙江省", city: "衢州市", county: "柯城区", sites: Vec::new() };
            assert_eq!(nearness(region, &place), Some(Near::Everywhere), "{region}");
        }
        let place = Whereabouts { province: "河北省", city: "保定市", county: "易县", sites: Vec::new() };
        assert_eq!((nearness("易县", &place), nearness("雄县", &place)), (Some(Near::County), None));
    }
}
