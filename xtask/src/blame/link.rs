//! The visitor's connection: a SOCKS proxy between browser and site, with a round trip and a rate. What
//! DevTools emulate shows in no phase of a navigation; a proxy's handshake does, as `connect`.
//! <https://www.rfc-editor.org/rfc/rfc1928>

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Bytes on their way at once: about a segment, so that what shares the connection takes turns.
const SEGMENT: usize = 1460;

/// How the connection is at the moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shape {
    pub round_trip: Duration,
    /// Bytes in a second towards the visitor; none: as fast as the machine.
    pub rate: Option<u32>,
}

pub struct Link {
    pub port: u16,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    shape: Mutex<Shape>,
    /// When the last byte that was given to it will have arrived.
    free: Mutex<Option<Instant>>,
}

impl Link {
    pub fn open() -> Result<Link> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let state = Arc::new(State::default());
        let shared = state.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = shared.clone();
                // An error is a browser that has hung up.
                thread::spawn(move || connect(stream, &state).ok());
            }
        });
        Ok(Link { port, state })
    }

    pub fn set(&self, shape: Shape) {
        *locked(&self.state.shape) = shape;
        *locked(&self.state.free) = None;
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn connect(mut browser: TcpStream, state: &Arc<State>) -> Result<()> {
    browser.set_nodelay(true)?;
    let mut head = [0; 2];
    browser.read_exact(&mut head)?;
    browser.read_exact(&mut vec![0; usize::from(head[1])])?;
    browser.write_all(&[5, 0])?;
    let mut request = [0; 4];
    browser.read_exact(&mut request)?;
    let host = match request[3] {
        1 => {
            let mut address = [0; 4];
            browser.read_exact(&mut address)?;
            Ipv4Addr::from(address).to_string()
        }
        3 => {
            let mut length = [0];
            browser.read_exact(&mut length)?;
            let mut name = vec![0; usize::from(length[0])];
            browser.read_exact(&mut name)?;
            String::from_utf8(name)?
        }
        kind => bail!("no address of kind {kind} is asked for here"),
    };
    let mut port = [0; 2];
    browser.read_exact(&mut port)?;
    // A browser's own services are not there.
    if host != "127.0.0.1" {
        browser.write_all(&[5, 4, 0, 1, 0, 0, 0, 0, 0, 0])?;
        return Ok(());
    }
    let site = TcpStream::connect((host.as_str(), u16::from_be_bytes(port)))?;
    site.set_nodelay(true)?;
    let Shape { round_trip, .. } = *locked(&state.shape);
    thread::sleep(round_trip);
    browser.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
    let up = (browser.try_clone()?, site.try_clone()?);
    let upwards = state.clone();
    thread::spawn(move || carry(up.0, up.1, &upwards, false).ok());
    carry(site, browser, state, true)
}

/// Each piece arrives half a round trip after it was sent, and not before those ahead of it.
fn carry(mut from: TcpStream, mut to: TcpStream, state: &State, is_down: bool) -> Result<()> {
    let (sender, pieces) = channel::<(Instant, Vec<u8>)>();
    let writer = thread::spawn(move || {
        for (due, piece) in pieces {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&piece).is_err() {
                break;
            }
        }
        to.shutdown(Shutdown::Write).ok();
    });
    let mut buffer = [0; SEGMENT];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        let Shape { round_trip, rate } = *locked(&state.shape);
        let mut due = Instant::now();
        if let (Some(rate), true) = (rate, is_down) {
            let mut free = locked(&state.free);
            due = free.map_or(due, |free| free.max(due))
                + Duration::from_secs_f64(length as f64 / f64::from(rate));
            *free = Some(due);
        }
        if sender
            .send((due + round_trip / 2, buffer[..length].to_vec()))
            .is_err()
        {
            break;
        }
    }
    drop(sender);
    writer.join().ok();
    Ok(())
}
