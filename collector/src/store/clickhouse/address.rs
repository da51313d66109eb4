//! `clickhouse://user:password@host:8123,host:8123/database?cluster=NAME&quorum=2`

use std::fmt;
use std::str::FromStr;

use url::Url;

/// Of ClickHouse's HTTP interface.
const PORT: u16 = 8123;
const DATABASE: &str = "nhip";

/// Replicas that must have what is written, in a cluster.
const QUORUM: u8 = 2;

/// Servers of one installation, each as good as the other.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// Of each server.
    pub urls: Vec<String>,
    pub user: Option<String>,
    pub password: Option<String>,
    pub database: String,
    /// `None`: one server, or several that somebody else keeps alike.
    pub cluster: Option<Cluster>,
}

/// Replicated tables; reports are spread over the shards of `name` by view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    pub name: String,
    pub quorum: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected clickhouse://[USER:PASSWORD@]HOST[:PORT][,HOST…][/DATABASE][?cluster=NAME[&quorum=N]]: {0}"
)]
pub struct NotAnAddress(String);

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Address, NotAnAddress> {
        let wrong = |what: String| NotAnAddress(what);
        let rest = text
            .strip_prefix("clickhouse://")
            .ok_or_else(|| wrong("it begins otherwise".to_owned()))?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        // Names may hold an `@` only as %40; several hosts are no URL's.
        let (login, hosts) = match authority.rsplit_once('@') {
            Some((login, hosts)) => (format!("{login}@"), hosts),
            None => (String::new(), authority),
        };
        let parsed: Vec<Url> = hosts
            .split(',')
            .map(|host| {
                Url::parse(&format!("http://{login}{host}{path}"))
                    .map_err(|error| wrong(format!("'{host}': {error}")))
            })
            .collect::<Result<_, _>>()?;
        let [first, ..] = parsed.as_slice() else {
            return Err(wrong("it names no host".to_owned()));
        };
        Ok(Address {
            urls: parsed
                .iter()
                .map(|url| {
                    let host = url.host_str().unwrap_or_default();
                    // What HTTP has for a default is not ClickHouse's.
                    let port = url.port().unwrap_or(PORT);
                    format!("http://{host}:{port}/")
                })
                .collect(),
            user: Some(decoded(first.username())).filter(|user| !user.is_empty()),
            password: first.password().map(decoded),
            database: database(first.path().trim_matches('/')).map_err(wrong)?,
            cluster: cluster(first).map_err(wrong)?,
        })
    }
}

fn decoded(text: &str) -> String {
    // Form encoding but for the `+`.
    let pair = format!("={}", text.replace('+', "%2B"));
    let mut pairs = url::form_urlencoded::parse(pair.as_bytes());
    pairs
        .next()
        .map_or(String::new(), |(_, value)| value.into_owned())
}

fn database(text: &str) -> Result<String, String> {
    name(if text.is_empty() { DATABASE } else { text })
}

/// It is part of a statement and of a path in ZooKeeper.
fn name(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !text.is_empty() && text.chars().all(plain) {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "expected letters, digits and _ in a name, got '{text}'"
        ))
    }
}

fn cluster(url: &Url) -> Result<Option<Cluster>, String> {
    let (mut cluster, mut quorum) = (None, None);
    for (key, value) in url.query_pairs() {
        match &*key {
            "cluster" => cluster = Some(name(&value)?),
            "quorum" => {
                let number = value.parse().map_err(|_| {
                    format!("expected a number of replicas as quorum, got '{value}'")
                })?;
                quorum = Some(number);
            }
            other => return Err(format!("'{other}' is not known")),
        }
    }
    match (cluster, quorum) {
        (None, Some(_)) => Err("a quorum is of a cluster".to_owned()),
        (name, quorum) => Ok(name.map(|name| Cluster {
            name,
            quorum: quorum.unwrap_or(QUORUM),
        })),
    }
}

/// Without the password: it may go to a log.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.urls.join(","), self.database)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    #[test]
    fn servers_have_one_database_and_one_login() {
        let one = address("clickhouse://db.example.vn");
        assert_eq!(one.urls, ["http://db.example.vn:8123/"]);
        assert_eq!((one.user, one.password), (None, None));
        assert_eq!((one.database.as_str(), one.cluster), ("nhip", None));
        let three =
            address("clickhouse://nhip:p%40s%2Fs+@a,b:18123,[::1]:80/field?cluster=vn&quorum=3");
        assert_eq!(
            three.urls,
            ["http://a:8123/", "http://b:18123/", "http://[::1]:8123/"]
        );
        assert_eq!(three.user.as_deref(), Some("nhip"));
        assert_eq!(three.password.as_deref(), Some("p@s/s+"));
        assert_eq!(three.database, "field");
        let cluster = three.cluster.unwrap();
        assert_eq!((cluster.name.as_str(), cluster.quorum), ("vn", 3));
        let cluster = address("clickhouse://a/?cluster=vn").cluster.unwrap();
        assert_eq!(cluster.quorum, QUORUM);
    }

    #[test]
    fn what_is_no_address_says_what_was_expected() {
        for (text, says) in [
            ("http://a/", "begins otherwise"),
            ("clickhouse://", "empty host"),
            ("clickhouse://a:x", "invalid port"),
            ("clickhouse://a/x'y", "letters, digits"),
            ("clickhouse://a?cluster=a;b", "letters, digits"),
            ("clickhouse://a?quorum=2", "of a cluster"),
            ("clickhouse://a?cluster=a&quorum=many", "number of replicas"),
            ("clickhouse://a?tls=1", "'tls' is not known"),
        ] {
            let error = text.parse::<Address>().unwrap_err().to_string();
            assert!(error.starts_with("expected clickhouse://"), "{error}");
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
