//! Photo limits and lead times of the five procedures.

use super::Unusable;
use domain::photo::PhotoSpec;
use domain::timeline::LeadTimes;
use serde::Deserialize;

/// What `check photo` and `check plan` need of a procedure.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Limits of the photo.
    pub photo: PhotoSpec,
    /// Lead times.
    #[serde(default)]
    pub times: LeadTimes,
}

const ZYNL: &str = include_str!("../../profiles/zynl.toml");
const OTHERS: [(&str, &str); 4] = [
    ("zj-daily", include_str!("../../profiles/rules/zj-daily.toml")),
    ("jx-gongqin", include_str!("../../profiles/rules/jx-gongqin.toml")),
    ("zhhn", include_str!("../../profiles/rules/zhhn.toml")),
    ("qz-institution", include_str!("../../profiles/rules/qz-institution.toml")),
];

/// The names that can be asked for.
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = OTHERS.iter().map(|(name, _)| *name).collect();
    names.insert(3, "zynl");
    names
}

/// The rules of a procedure by its name.
pub fn rules(name: &str) -> Result<Rules, Unusable> {
    if name == "zynl" {
        let profile = records::profiles::parse(ZYNL, "zynl.toml").map_err(|why| Unusable(why.to_string()))?;
        return Ok(Rules { photo: profile.photo.spec, times: profile.times });
    }
    let Some((_, text)) = OTHERS.iter().find(|(known, _)| *known == name) else {
        return Err(Unusable(format!("no profile {name:?}; there are {}", names().join(", "))));
    };
    toml::from_str(text).map_err(|why| Unusable(format!("{name}.toml: {why}")))
}
