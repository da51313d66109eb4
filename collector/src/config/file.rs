//! The configuration file, as it is written.

use std::net::SocketAddr;
use std::num::{NonZeroU16, NonZeroU32};
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use serde::Deserialize;

use super::BadConfig;
use crate::access::Part;
use crate::alerts::{WrittenNotify, WrittenRule};
use crate::names;
use crate::upkeep::Retention;

/// What the file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub listen: Option<SocketAddr>,
    pub data: Option<PathBuf>,
    pub min_views: Option<u64>,
    pub name_views: Option<u64>,
    pub trusted_proxy: Option<Vec<IpNet>>,
    pub address_rate: Option<NonZeroU32>,
    pub portal_rate: Option<NonZeroU32>,
    pub address_share: Option<u8>,
    pub raw_days: Option<u16>,
    pub rollup_days: Option<u16>,
    pub public: Option<Vec<Part>>,
    pub time_zone: Option<String>,
    pub widget: Option<PathBuf>,
    pub store: Option<String>,
    pub spool_mb: Option<u64>,
    pub upstream: Option<String>,
    pub token: Option<String>,
    pub own_portal: Option<String>,
    pub otlp: Option<String>,
    pub otlp_every: Option<NonZeroU16>,
    pub alert: Option<Vec<WrittenRule>>,
    #[serde(default)]
    pub notify: WrittenNotify,
}

pub fn read(path: &Path) -> Result<File, BadConfig> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| BadConfig::Unreadable {
        file: file.clone(),
        cause: error.to_string(),
    })?;
    let not_understood = |cause: String| BadConfig::NotUnderstood {
        file: file.clone(),
        cause,
    };
    let parsed: File = toml::from_str(&text)
        // One line: the parser's own picture of the file has several.
        .map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map_or(1, |before| before.matches('\n').count() + 1);
            not_understood(format!(
                "line {line}: {}",
                error.message().replace('\n', " ")
            ))
        })?;
    if parsed.min_views == Some(0) {
        return Err(not_understood(
            "min_views: expected 1 or more, got 0".into(),
        ));
    }
    if let Some(n) = parsed.name_views
        && !(1..=names::MOST_VIEWS).contains(&n)
    {
        let most = names::MOST_VIEWS;
        return Err(not_understood(format!(
            "name_views: expected 1 to {most}, got {n}"
        )));
    }
    if let Some(days) = parsed.raw_days
        && days < Retention::LEAST_RAW
    {
        let least = Retention::LEAST_RAW;
        return Err(not_understood(format!(
            "raw_days: expected {least} or more, got {days}"
        )));
    }
    if let Some(share) = parsed.address_share
        && !(1..=100).contains(&share)
    {
        return Err(not_understood(format!(
            "address_share: expected 1 to 100, got {share}"
        )));
    }
    Ok(parsed)
}
