//! The socket, and how many connections may come through it.

use std::net::SocketAddr;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::TcpListener;

use super::CannotStart;

/// Connections at a time; the next ones wait in the kernel's queue. One that has begun a request takes 18 kB.
const MAX_CONNECTIONS: usize = 10_240;

/// Connections that may wait to be accepted.
const BACKLOG: i32 = 4096;
/// Beside the connections: the database's files, and what serves a page.
const OTHER_FILES: usize = 256;

/// How many connections may be taken: what a system gives by default is less than that.
pub fn raise_file_limit() -> usize {
    let wanted = (MAX_CONNECTIONS + OTHER_FILES) as u64;
    let given = rlimit::increase_nofile_limit(wanted).unwrap_or_else(|error| {
        tracing::warn!(%error, "the limit of open files cannot be raised");
        wanted
    });
    if given < wanted {
        tracing::warn!(
            given,
            wanted,
            "fewer open files are allowed than connections may need"
        );
    }
    let most = usize::try_from(given).unwrap_or(usize::MAX);
    most.saturating_sub(OTHER_FILES).clamp(1, MAX_CONNECTIONS)
}

/// `[::]` takes IPv4, too, whatever the system's own setting.
pub fn bind(address: SocketAddr) -> Result<TcpListener, CannotStart> {
    let listen = || {
        let socket = Socket::new(
            Domain::for_address(address),
            Type::STREAM,
            Some(Protocol::TCP),
        )?;
        socket.set_reuse_address(true)?;
        if address.ip().is_unspecified() && address.is_ipv6() {
            socket.set_only_v6(false)?;
        }
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        socket.listen(BACKLOG)?;
        TcpListener::from_std(socket.into())
    };
    listen().map_err(|error: std::io::Error| {
        if error.kind() == std::io::ErrorKind::AddrInUse {
            CannotStart::InUse { address }
        } else {
            cannot_listen(address, &error)
        }
    })
}

pub fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> CannotStart {
    CannotStart::Listen {
        address,
        cause: error.to_string(),
    }
}
