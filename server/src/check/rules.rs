//! Photo limits and lead times of the procedures that come with the product.

use super::Unusable;
use crate::demo::PROFILES;
use domain::photo::PhotoSpec;
use domain::profile::Profile;
use domain::timeline::LeadTimes;

/// What `check photo` and `check plan` need of a procedure.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// Limits of the photo.
    pub photo: PhotoSpec,
    /// Lead times.
    pub times: LeadTimes,
}

/// The names that can be asked for.
pub fn names() -> Vec<&'static str> {
    PROFILES.iter().map(|(file, _)| file.trim_end_matches(".toml")).collect()
}

/// A procedure by its name.
pub fn profile(name: &str) -> Result<Profile, Unusable> {
    let Some((file, text)) = PROFILES.iter().find(|(file, _)| file.trim_end_matches(".toml") == name) else {
        return Err(Unusable(format!("no profile {name:?}; there are {}", names().join(", "))));
    };
    records::profiles::parse(text, file).map_err(|why| Unusable(why.to_string()))
}

/// The rules of a procedure by its name.
pub fn rules(name: &str) -> Result<Rules, Unusable> {
    let profile = profile(name)?;
    Ok(Rules { photo: profile.photo.spec, times: profile.times })
}
