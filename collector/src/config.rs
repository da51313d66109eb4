//! Settings: flag over environment over file over default. Flag and environment are one to clap.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU16;
use std::path::PathBuf;

use clap::ValueEnum;
use ipnet::IpNet;
use jiff::tz::TimeZone;
use nhip_protocol::code::Code;
use nhip_protocol::grade;

use self::file::File;
use crate::access::Part;
use crate::alerts::{Notify, Rule, WrittenRule};
use crate::cli::{Flags, store, time_zone, web_address};
use crate::federation::Parent;
use crate::limits::Rates;
use crate::monitoring::{DEFAULT_EVERY, Receiver};
use crate::store::{DEFAULT_SPOOL, Engine};
use crate::upkeep::Retention;
use crate::{demo, first_seen, names};

const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8787);
const DEFAULT_ZONE: &str = "Asia/Ho_Chi_Minh";
const DEFAULT_DATA: &str = "nhip-data";
/// The demo's own: its views are no portal's.
const DEFAULT_DEMO_DATA: &str = "nhip-data/demo";
const DEFAULT_HISTORY_DATA: &str = "nhip-data/history";

mod file;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub listen: SocketAddr,
    pub data: PathBuf,
    pub min_views: u64,
    /// Different views that a name needs before it is stored.
    pub name_views: u64,
    /// Proxies in front whose word is taken for who sends.
    pub trusted_proxies: Vec<IpNet>,
    pub rates: Rates,
    pub retention: Retention,
    /// How much of a portal's hour one address may be, in percent.
    pub address_share: u8,
    /// What needs no token.
    pub public: BTreeSet<Part>,
    /// Where days and months begin.
    pub time_zone: TimeZone,
    /// As which portal the dashboard measures itself.
    pub own_portal: Option<Code>,
    /// What is watched, and who is told.
    pub rules: Vec<Rule>,
    pub notify: Notify,
    /// What keeps the reports.
    pub store: Engine,
    /// What may wait for it on this machine's disk.
    pub spool_bytes: u64,
    /// Who is told metrics by OTLP.
    pub otlp: Option<Receiver>,
    /// The collector that this one feeds.
    pub upstream: Option<Parent>,
    /// Where the widget is, if not in this binary.
    pub widget: Option<PathBuf>,
    pub demo: bool,
    /// Days of made-up history, where that is what the collector is for.
    pub history: Option<u16>,
}

/// What the collector is started for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Serve,
    Demo,
    History(u16),
    /// For a command beside it: it tells nobody anything.
    Tool,
}

#[derive(Debug, thiserror::Error)]
pub enum BadConfig {
    #[error("time_zone: {0}")]
    Zone(String),
    #[error("the configuration: {0}")]
    Wrong(String),
    #[error("the configuration file '{file}' cannot be read: {cause}")]
    Unreadable { file: String, cause: String },
    #[error("the configuration file '{file}' is not understood: {cause}")]
    NotUnderstood { file: String, cause: String },
}

impl Settings {
    pub fn resolve(flags: &Flags, role: Role) -> Result<Settings, BadConfig> {
        let file = match &flags.config {
            Some(path) => file::read(path)?,
            None => File::default(),
        };
        let (data, min_views, name_views) = match role {
            Role::Demo => (DEFAULT_DEMO_DATA, demo::MIN_VIEWS, demo::NAME_VIEWS),
            Role::History(_) => (DEFAULT_HISTORY_DATA, grade::MIN_VIEWS, names::DEFAULT_VIEWS),
            Role::Serve | Role::Tool => (DEFAULT_DATA, grade::MIN_VIEWS, names::DEFAULT_VIEWS),
        };
        Ok(Settings {
            listen: flags.listen.or(file.listen).unwrap_or(DEFAULT_LISTEN),
            data: flags
                .data
                .clone()
                .or(file.data)
                .unwrap_or_else(|| PathBuf::from(data)),
            min_views: flags.min_views.or(file.min_views).unwrap_or(min_views),
            name_views: flags.name_views.or(file.name_views).unwrap_or(name_views),
            trusted_proxies: match flags.trusted_proxies.as_slice() {
                [] => file.trusted_proxy.unwrap_or_default(),
                named => named.to_vec(),
            },
            rates: Rates {
                address: flags
                    .address_rate
                    .or(file.address_rate)
                    .unwrap_or(Rates::DEFAULT.address),
                portal: flags
                    .portal_rate
                    .or(file.portal_rate)
                    .unwrap_or(Rates::DEFAULT.portal),
            },
            retention: Retention {
                raw: flags
                    .raw_days
                    .or(file.raw_days)
                    .unwrap_or(Retention::DEFAULT.raw),
                rollups: flags
                    .rollup_days
                    .or(file.rollup_days)
                    .unwrap_or(Retention::DEFAULT.rollups),
            },
            address_share: flags
                .address_share
                .or(file.address_share)
                .unwrap_or(first_seen::DEFAULT_SHARE),
            public: match flags.public.clone().or(file.public) {
                Some(named) => named.into_iter().collect(),
                None if matches!(role, Role::Demo | Role::History(_)) => {
                    Part::value_variants().iter().copied().collect()
                }
                None => BTreeSet::from(Part::PUBLIC),
            },
            time_zone: match (&flags.time_zone, file.time_zone) {
                (Some(zone), _) => zone.clone(),
                (None, zone) => {
                    time_zone(zone.as_deref().unwrap_or(DEFAULT_ZONE)).map_err(BadConfig::Zone)?
                }
            },
            own_portal: own_portal(flags, file.own_portal, role)?,
            rules: rules(file.alert).map_err(BadConfig::Wrong)?,
            // The mail server's password may be in the environment of the service alone.
            notify: match role {
                Role::Tool => Notify::default(),
                _ => file
                    .notify
                    .check(flags.smtp.clone())
                    .map_err(BadConfig::Wrong)?,
            },
            upstream: upstream(flags, file.upstream, file.token, role)?,
            store: engine(flags, file.store, role)?,
            spool_bytes: flags
                .spool_mb
                .or(file.spool_mb)
                .map_or(DEFAULT_SPOOL, |mb| mb.saturating_mul(1024 * 1024)),
            otlp: receiver(flags, file.otlp, file.otlp_every, role)?,
            widget: flags.widget.clone().or(file.widget),
            demo: role == Role::Demo,
            history: match role {
                Role::History(days) => Some(days),
                Role::Serve | Role::Demo | Role::Tool => None,
            },
        })
    }
}

/// A setting that the file has as text.
fn of_file<T, E: Display>(
    setting: &str,
    text: Option<String>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<Option<T>, BadConfig> {
    let parsed = text.as_deref().map(parse).transpose();
    parsed.map_err(|error| BadConfig::Wrong(format!("{setting}: {error}")))
}

/// What is made up feeds nobody.
fn upstream(
    flags: &Flags,
    url: Option<String>,
    token: Option<String>,
    role: Role,
) -> Result<Option<Parent>, BadConfig> {
    let named = of_file("upstream", url, web_address)?;
    let url = flags.upstream.clone().or(named);
    let token = flags.token.clone().or(token);
    match (url, token, role) {
        (Some(url), Some(token), Role::Serve) => Ok(Some(Parent { url, token })),
        (Some(_), None, Role::Serve) => Err(BadConfig::Wrong(
            "upstream: expected a token of that collector with it (--token, or NHIP_TOKEN): nhip token create --feed NAME --of CODE"
                .to_owned(),
        )),
        _ => Ok(None),
    }
}

/// What is made up stays on this machine.
fn engine(flags: &Flags, file: Option<String>, role: Role) -> Result<Engine, BadConfig> {
    let named = of_file("store", file, store)?;
    Ok(match role {
        Role::Demo | Role::History(_) => Engine::Sqlite,
        Role::Serve | Role::Tool => flags.store.clone().or(named).unwrap_or_default(),
    })
}

/// The demo has a portal for it; in a made-up history nothing is measured.
fn own_portal(flags: &Flags, file: Option<String>, role: Role) -> Result<Option<Code>, BadConfig> {
    let code = |text: &str| {
        let parsed = text.parse::<Code>();
        parsed.map_err(|error| format!("expected a portal's code: {error}"))
    };
    let named = of_file("own_portal", file, code)?;
    Ok(match role {
        Role::Demo => demo::OWN.parse().ok(),
        Role::History(_) => None,
        Role::Serve | Role::Tool => flags.own_portal.clone().or(named),
    })
}

/// What is made up is told to nobody.
fn receiver(
    flags: &Flags,
    file: Option<String>,
    every: Option<NonZeroU16>,
    role: Role,
) -> Result<Option<Receiver>, BadConfig> {
    let named = of_file("otlp", file, web_address)?;
    let every = flags.otlp_every.or(every).unwrap_or(DEFAULT_EVERY);
    let url = match role {
        Role::Serve | Role::Demo => flags.otlp.clone().or(named),
        Role::History(_) | Role::Tool => None,
    };
    Ok(url.map(|url| Receiver { url, every }))
}

/// Of the file, or the usual ones where it has none; an empty list is none at all.
fn rules(written: Option<Vec<WrittenRule>>) -> Result<Vec<Rule>, String> {
    let Some(written) = written else {
        return Ok(Rule::usual());
    };
    let mut rules: Vec<Rule> = Vec::new();
    for rule in written {
        let rule = Rule::try_from(rule).map_err(|error| format!("alert: {error}"))?;
        if rules.iter().any(|it| it.name == rule.name) {
            let name = &rule.name;
            return Err(format!(
                "alert: expected a name of its own for each, got '{name}' again"
            ));
        }
        rules.push(rule);
    }
    Ok(rules)
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
