//! A site of a test's own: pages by path, on a port of its own, over plain sockets.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use anyhow::Result;

type Pages = Arc<Mutex<HashMap<String, String>>>;

pub struct Site {
    pub address: String,
    pages: Pages,
    closing: Arc<AtomicBool>,
    server: Option<JoinHandle<()>>,
}

impl Site {
    pub fn open() -> Result<Site> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("http://{}", listener.local_addr()?);
        let pages = Pages::default();
        let closing = Arc::new(AtomicBool::new(false));
        let (served, ends) = (pages.clone(), closing.clone());
        let server = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ends.load(Ordering::Relaxed) {
                    return;
                }
                let pages = served.clone();
                std::thread::spawn(move || answer(stream, &pages));
            }
        });
        Ok(Site {
            address,
            pages,
            closing,
            server: Some(server),
        })
    }

    /// Serves a page with `head` and `body` at `path`.
    pub fn page(&self, path: &str, head: &str, body: &str) {
        let html = format!(
            "<!doctype html><html lang=vi><meta charset=utf-8>\
             <meta name=viewport content=\"width=device-width\"><title>Thử</title>{head}<body>{body}"
        );
        if let Ok(mut pages) = self.pages.lock() {
            pages.insert(path.to_owned(), html);
        }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::Relaxed);
        // Wakes the listener, so that it sees that it is closing.
        let _ = TcpStream::connect(self.address.trim_start_matches("http://"));
        if let Some(server) = self.server.take() {
            let _ = server.join();
        }
    }
}

fn answer(mut stream: TcpStream, pages: &Pages) {
    let mut reader = BufReader::new(&stream);
    let mut request = String::new();
    if reader.read_line(&mut request).is_err() {
        return;
    }
    let mut header = String::new();
    while reader.read_line(&mut header).is_ok_and(|read| read > 2) {
        header.clear();
    }
    let target = request.split(' ').nth(1).unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default();
    let page = pages.lock().ok().and_then(|pages| pages.get(path).cloned());
    let (status, body) = match page {
        Some(page) => ("200 OK", page),
        None => ("404 Not Found", String::new()),
    };
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
}
