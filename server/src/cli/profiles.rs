//! Which profile a word on the command line means.

use super::{Failed, in_words, open, text_of};
use crate::check;
use crate::config::Config;
use domain::profile::Profile;
use records::Clock;
use std::path::Path;

/// A file, a published version (`zynl@2`), or one of the profiles that come with the product.
pub(super) async fn find(meant: &str, config: &Config) -> Result<Profile, Failed> {
    let file = Path::new(meant);
    if file.exists() {
        return records::profiles::parse(&text_of(file)?, meant).map_err(in_words);
    }
    match meant.split_once('@') {
        None => check::profile(meant).map_err(|why| format!("{meant}: there is no such file, and {why}")),
        Some((name, version)) => {
            let version: u32 = version.parse().map_err(|_| format!("{meant}: write NAME@VERSION, as zynl@2"))?;
            let records = open(config, Clock::System).await?;
            let kept = records::profiles::get(&records, name, version)
                .await
                .map_err(|why| format!("{meant}: is not published here: {why}"))?;
            Ok(kept.as_ref().clone())
        }
    }
}
