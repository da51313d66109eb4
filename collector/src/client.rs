//! Who sends, as far as limits need it: a number that stands for an address as long as this process runs.
//! The address itself is kept nowhere.

use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// As the usual proxies write it, the nearest last.
const FORWARDED: &str = "x-forwarded-for";

/// What a site is given of IPv6, at least: one household changes its address within it at will.
const SITE: u8 = 64;

/// The other end of the connection, put into each request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// An address, or an IPv6 site, under a key that only this process knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Client(pub u64);

pub struct Clients {
    trusted: Vec<IpNet>,
    key: RandomState,
}

impl Clients {
    /// `trusted`: proxies whose word is taken for who sends.
    pub fn new(trusted: Vec<IpNet>) -> Clients {
        Clients {
            trusted,
            key: RandomState::new(),
        }
    }

    /// `None` where nobody can tell: a proxy that was not named stands in front, or it is this machine.
    pub fn of(&self, peer: Peer, headers: &HeaderMap) -> Option<Client> {
        let address = self.address(peer.0.ip().to_canonical(), headers)?;
        let site = match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(_) => IpNet::new(address, SITE).ok()?.network(),
        };
        Some(Client(self.key.hash_one(site)))
    }

    fn address(&self, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
        if !self.trusts(peer) {
            return is_public(peer).then_some(peer);
        }
        // What stands left of the first one that is not trusted, anybody can have written.
        let lines: Vec<&str> = headers
            .get_all(FORWARDED)
            .iter()
            .map(|line| line.to_str().unwrap_or_default())
            .collect();
        let hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
        for hop in hops {
            let address = parse(hop.trim())?;
            if !self.trusts(address) {
                return Some(address);
            }
        }
        None
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|net| net.contains(&address))
    }
}

/// With a port or without one.
fn parse(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse().ok();
    let with_port = || hop.parse().ok().map(|with: SocketAddr| with.ip());
    address
        .or_else(with_port)
        .map(|it: IpAddr| it.to_canonical())
}

/// Not of this machine and not of a network behind it.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(it) => !(it.is_loopback() || it.is_private() || it.is_link_local()),
        IpAddr::V6(it) => !(it.is_loopback() || it.is_unique_local() || it.is_unicast_link_local()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clients(trusted: &[&str]) -> Clients {
        Clients::new(trusted.iter().map(|net| net.parse().unwrap()).collect())
    }

    fn address(trusted: &[&str], peer: &str, forwarded: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED, line.parse().unwrap());
        }
        let peer: IpAddr = peer.parse().unwrap();
        let told = clients(trusted).address(peer.to_canonical(), &headers);
        told.map(|address| address.to_string())
    }

    #[test]
    fn a_proxy_is_believed_only_where_it_was_named() {
        let proxy = ["10.0.0.0/8", "::1/128"];
        for (trusted, peer, forwarded, expected) in [
            (&[][..], "203.0.113.5", &[][..], Some("203.0.113.5")),
            // Anybody can write a header.
            (&[], "203.0.113.5", &["198.51.100.1"], Some("203.0.113.5")),
            (&[], "::ffff:203.0.113.5", &[], Some("203.0.113.5")),
            // Behind a proxy that nobody named, everybody would be one.
            (&[], "10.1.2.3", &["198.51.100.1"], None),
            (&[], "127.0.0.1", &[], None),
            (&[], "::1", &[], None),
            (&[], "fd00::1", &[], None),
            (&proxy, "10.1.2.3", &["198.51.100.1"], Some("198.51.100.1")),
            (&proxy, "::1", &["198.51.100.1"], Some("198.51.100.1")),
            (
                &proxy,
                "203.0.113.5",
                &["198.51.100.1"],
                Some("203.0.113.5"),
            ),
            // Two proxies, and a first hop that the visitor made up.
            (
                &proxy,
                "10.1.2.3",
                &["1.1.1.1, 198.51.100.1, 10.9.9.9"],
                Some("198.51.100.1"),
            ),
            (
                &proxy,
                "10.1.2.3",
                &["1.1.1.1", "198.51.100.1,10.9.9.9"],
                Some("198.51.100.1"),
            ),
            (
                &proxy,
                "10.1.2.3",
                &["198.51.100.1:4711"],
                Some("198.51.100.1"),
            ),
            (
                &proxy,
                "10.1.2.3",
                &["[2001:db8::7]:4711"],
                Some("2001:db8::7"),
            ),
            (&proxy, "10.1.2.3", &["2001:db8::7"], Some("2001:db8::7")),
            (&proxy, "10.1.2.3", &["unknown"], None),
            (&proxy, "10.1.2.3", &["1.1.1.1, _hidden"], None),
            (&proxy, "10.1.2.3", &[], None),
        ] {
            let told = address(trusted, peer, forwarded);
            assert_eq!(
                told.as_deref(),
                expected,
                "{trusted:?} {peer} {forwarded:?}"
            );
        }
    }

    #[test]
    fn a_site_of_ipv6_is_one_client_and_another_process_knows_another_number() {
        let of = |clients: &Clients, address: &str| {
            let peer = Peer(SocketAddr::new(address.parse().unwrap(), 1));
            clients.of(peer, &HeaderMap::new()).unwrap()
        };
        let one = clients(&[]);
        let first = of(&one, "2001:db8:1:2::1");
        assert_eq!(first, of(&one, "2001:db8:1:2:ffff::9"));
        assert_ne!(first, of(&one, "2001:db8:1:3::1"));
        assert_ne!(of(&one, "203.0.113.5"), of(&one, "203.0.113.6"));
        assert_ne!(first, of(&clients(&[]), "2001:db8:1:2::1"));
    }
}
