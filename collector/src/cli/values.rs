//! What stands on the command line, as the types that it means.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use nhip_protocol::code::{Code, NotACode};
use nhip_protocol::redact;
use url::Url;

use crate::months::{Month, NotAMonth};
use crate::portals::{NotAnOrigin, Origin};
use crate::store::Engine;
use crate::store::clickhouse::NotAnAddress;

pub fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        "expected an address and a port, such as 127.0.0.1:8787 or [::]:8787".to_owned()
    })
}

pub fn network(text: &str) -> Result<IpNet, String> {
    let one = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse().ok().or_else(one).ok_or_else(|| {
        "expected an address or a network, such as 10.0.0.5 or 10.0.0.0/8".to_owned()
    })
}

/// The longest name of a portal, in characters: it has to fit a row of a table.
const MAX_NAME: usize = 100;

pub fn name(text: &str) -> Result<String, String> {
    let name = text.trim();
    let fits = (1..=MAX_NAME).contains(&name.chars().count());
    if fits && !name.chars().any(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err("expected 1 to 100 characters, no tabs or line breaks".to_owned())
    }
}

/// As a report's page group comes: `/thu-tuc/123` would never be met.
pub fn page(text: &str) -> Result<String, String> {
    let group = redact::path(text);
    if group == text {
        Ok(group)
    } else {
        Err(format!(
            "expected a page group as reports name it, such as '{group}'"
        ))
    }
}

/// As a report's step comes: any other name would never be met.
pub fn service(text: &str) -> Result<String, String> {
    let named = redact::segment(text) == text && ![redact::NUMBER, redact::OTHER].contains(&text);
    named.then(|| text.to_owned()).ok_or_else(|| {
        "expected words of letters with hyphens between, 64 bytes at most, such as nop-ho-so"
            .to_owned()
    })
}

/// Of a receiver.
pub fn web_address(text: &str) -> Result<Url, String> {
    let url = text.parse().ok();
    url.filter(|url: &Url| matches!(url.scheme(), "http" | "https") && url.query().is_none())
        .ok_or_else(|| {
            "expected an address without a query, such as http://127.0.0.1:4318".to_owned()
        })
}

pub fn code(text: &str) -> Result<Code, NotACode> {
    text.parse()
}

pub fn origin(text: &str) -> Result<Origin, NotAnOrigin> {
    text.parse()
}

/// May be empty.
pub fn label(text: &str) -> Result<String, String> {
    if text.is_empty() {
        Ok(String::new())
    } else {
        name(text)
    }
}

/// The longest history that is kept.
const MAX_DAYS: u16 = 1095;

/// `90d`, or `90`.
pub fn days(text: &str) -> Result<u16, String> {
    let days = text.strip_suffix('d').unwrap_or(text).parse().ok();
    days.filter(|days| (1..=MAX_DAYS).contains(days))
        .ok_or_else(|| "expected 1 to 1095 days, such as 90d".to_owned())
}

pub fn month(text: &str) -> Result<Month, NotAMonth> {
    text.parse()
}

/// `sqlite`, or ClickHouse's address.
pub fn store(text: &str) -> Result<Engine, NotAnAddress> {
    match text {
        "sqlite" => Ok(Engine::Sqlite),
        address => address.parse().map(Engine::Clickhouse),
    }
}

/// Days of it are made of whole hours: readings are kept by the hour.
pub fn time_zone(text: &str) -> Result<TimeZone, String> {
    let zone = TimeZone::get(text).map_err(|_| {
        let got: String = text.chars().take(40).collect();
        format!("expected a time zone such as Asia/Ho_Chi_Minh, got '{got}'")
    })?;
    let offset = zone.to_offset(Timestamp::now()).seconds();
    if offset % 3600 == 0 {
        Ok(zone)
    } else {
        Err(format!("expected a time zone of whole hours, got '{text}'"))
    }
}
