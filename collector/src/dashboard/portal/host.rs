//! Where the collector is, for the tag that is to be pasted.

use axum::http::HeaderMap;
use axum::http::header::HOST;
use url::{Host, Url};

/// Where this collector is, as the visitor's own address bar has it: `https://nhip.example.vn`.
/// Whether a proxy in front speaks TLS cannot be seen from here; away from loopback it must.
pub fn of(headers: &HeaderMap) -> String {
    let given = headers.get(HOST).and_then(|value| value.to_str().ok());
    given
        .and_then(|host| Url::parse(&format!("https://{host}")).ok())
        .filter(|url| url.path() == "/" && url.query().is_none())
        .and_then(|url| {
            let loopback = match url.host()? {
                Host::Domain(name) => name == "localhost",
                Host::Ipv4(address) => address.is_loopback(),
                Host::Ipv6(address) => address.is_loopback(),
            };
            let authority = &url[url::Position::BeforeHost..url::Position::AfterPort];
            let scheme = if loopback { "http" } else { "https" };
            Some(format!("{scheme}://{authority}"))
        })
        .unwrap_or_else(|| "https://HOST".to_owned())
}
