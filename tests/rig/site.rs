//! A site of a test's own: answers by path, on a port of its own, over plain sockets.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Result;

/// A message that a page posts is no longer than this.
const MAX_POSTED: usize = 64 * 1024;

/// What is answered at a path, and how slowly.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: &'static str,
    /// Whole lines, without their ends.
    pub headers: Vec<String>,
    /// Before the headers are sent.
    pub wait: Duration,
    /// Each part after a wait of its own.
    pub parts: Vec<(Duration, Vec<u8>)>,
}

impl Answer {
    pub fn new(kind: &str, body: impl Into<Vec<u8>>) -> Answer {
        Answer {
            status: "200 OK",
            headers: vec![format!("Content-Type: {kind}")],
            wait: Duration::ZERO,
            parts: vec![(Duration::ZERO, body.into())],
        }
    }

    pub fn redirect(to: &str) -> Answer {
        Answer {
            status: "302 Found",
            headers: vec![format!("Location: {to}")],
            ..Answer::new("text/plain", "")
        }
    }

    /// With one more line in its head.
    pub fn header(mut self, line: String) -> Answer {
        self.headers.push(line);
        self
    }

    pub fn after(self, wait_ms: u64) -> Answer {
        Answer {
            wait: Duration::from_millis(wait_ms),
            ..self
        }
    }

    /// More of the body, later.
    pub fn then(mut self, wait_ms: u64, body: impl Into<Vec<u8>>) -> Answer {
        let wait = Duration::from_millis(wait_ms);
        self.parts.push((wait, body.into()));
        self
    }
}

#[derive(Default)]
struct Content {
    answers: Mutex<HashMap<String, Answer>>,
    posted: Mutex<Vec<String>>,
}

pub struct Site {
    pub address: String,
    content: Arc<Content>,
    closing: Arc<AtomicBool>,
    server: Option<JoinHandle<()>>,
}

impl Site {
    pub fn open() -> Result<Site> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("http://{}", listener.local_addr()?);
        let content = Arc::new(Content::default());
        let closing = Arc::new(AtomicBool::new(false));
        let (served, ends) = (content.clone(), closing.clone());
        let server = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ends.load(Ordering::Relaxed) {
                    return;
                }
                let content = served.clone();
                std::thread::spawn(move || answer(stream, &content));
            }
        });
        Ok(Site {
            address,
            content,
            closing,
            server: Some(server),
        })
    }

    /// Serves a page with `head` and `body` at `path`.
    pub fn page(&self, path: &str, head: &str, body: &str) {
        self.serve(path, Answer::new("text/html", html(head, body)));
    }

    pub fn serve(&self, path: &str, answer: Answer) {
        if let Ok(mut answers) = self.content.answers.lock() {
            answers.insert(path.to_owned(), answer);
        }
    }

    /// Bodies of the POST requests so far, from the `from`th on.
    pub fn posted(&self, from: usize) -> Vec<String> {
        let posted = self.content.posted.lock();
        posted.map_or_else(
            |_| Vec::new(),
            |all| all.iter().skip(from).cloned().collect(),
        )
    }
}

/// A page like those of a portal.
pub fn html(head: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=vi><meta charset=utf-8>\
         <meta name=viewport content=\"width=device-width\"><title>Thử</title>{head}<body>{body}"
    )
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

fn answer(stream: TcpStream, content: &Content) {
    let mut reader = BufReader::new(&stream);
    let mut request = String::new();
    if reader.read_line(&mut request).is_err() {
        return;
    }
    let mut length = 0;
    let mut header = String::new();
    while reader.read_line(&mut header).is_ok_and(|read| read > 2) {
        let (name, value) = header.split_once(':').unwrap_or_default();
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap_or(0).min(MAX_POSTED);
        }
        header.clear();
    }
    let mut words = request.split(' ');
    let method = words.next().unwrap_or_default();
    let path = words.next().and_then(|target| target.split('?').next());
    if method == "POST" {
        let mut body = vec![0; length];
        if let (Ok(()), Ok(mut posted)) = (reader.read_exact(&mut body), content.posted.lock()) {
            posted.push(String::from_utf8_lossy(&body).into_owned());
        }
    }
    let answers = content.answers.lock();
    let found = answers.ok().and_then(|all| all.get(path?).cloned());
    if method == "POST" && found.is_none() {
        let _ = (&stream).write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        return;
    }
    let missing = Answer {
        status: "404 Not Found",
        ..Answer::new("text/html", "")
    };
    let _ = write(&stream, &found.unwrap_or(missing));
}

fn write(mut stream: &TcpStream, answer: &Answer) -> std::io::Result<()> {
    std::thread::sleep(answer.wait);
    let mut head = format!("HTTP/1.1 {}\r\nConnection: close\r\n", answer.status);
    for line in &answer.headers {
        head.push_str(line);
        head.push_str("\r\n");
    }
    // The length of a body in parts is known by its end.
    if let [(_, body)] = &answer.parts[..] {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    for (wait, body) in &answer.parts {
        std::thread::sleep(*wait);
        stream.write_all(body)?;
    }
    Ok(())
}
