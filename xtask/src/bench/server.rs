//! Two origins on ports of their own: the portal, and the collector with the variants' scripts. Files
//! are compressed once, as the collector does, and every report is answered 204.

use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;

use crate::size;

pub struct File {
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

/// By path.
pub type Files = HashMap<String, File>;

pub struct Server {
    pub portal: String,
    pub collector: String,
    sent: Arc<Sent>,
}

/// What pages have posted, and asked for in vain.
#[derive(Default)]
struct Sent {
    reports: AtomicUsize,
    bytes: AtomicUsize,
    /// Paths that were asked for and are not there.
    missing: Mutex<BTreeSet<String>>,
}

struct Content {
    media_type: &'static str,
    plain: Vec<u8>,
    /// Brotli 11, where it is worth it.
    brotli: Option<Vec<u8>>,
}

impl Server {
    /// The files may name the collector's origin: they are made once its port is known.
    pub fn open(files: impl FnOnce(&str) -> Result<Files>) -> Result<Server> {
        let (one, other) = (
            TcpListener::bind("127.0.0.1:0")?,
            TcpListener::bind("127.0.0.1:0")?,
        );
        let portal = format!("http://{}", one.local_addr()?);
        let collector = format!("http://{}", other.local_addr()?);
        let mut contents = HashMap::new();
        for (path, file) in files(&collector)? {
            let compressed = size::brotli(&file.bytes)?;
            let content = Content {
                media_type: file.media_type,
                brotli: (compressed.len() < file.bytes.len() * 9 / 10).then_some(compressed),
                plain: file.bytes,
            };
            contents.insert(path, content);
        }
        let contents = Arc::new(contents);
        let sent = Arc::new(Sent::default());
        for listener in [one, other] {
            let (contents, sent) = (contents.clone(), sent.clone());
            std::thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let (contents, sent) = (contents.clone(), sent.clone());
                    // An error is a browser that has hung up.
                    std::thread::spawn(move || connection(&stream, &contents, &sent).ok());
                }
            });
        }
        Ok(Server {
            portal,
            collector,
            sent,
        })
    }

    /// Reports and their bytes since the last time.
    pub fn take_sent(&self) -> (usize, usize) {
        (
            self.sent.reports.swap(0, Ordering::Relaxed),
            self.sent.bytes.swap(0, Ordering::Relaxed),
        )
    }

    /// What was asked for and is not there: a page with errors is another page, and costs more.
    pub fn missing(&self) -> BTreeSet<String> {
        let missing = self.sent.missing.lock();
        missing.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

struct Request {
    method: String,
    path: String,
    body: usize,
    takes_brotli: bool,
}

fn connection(stream: &TcpStream, contents: &HashMap<String, Content>, sent: &Sent) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader)? {
        let mut stream = stream;
        if request.method != "GET" {
            if request.method == "POST" {
                sent.reports.fetch_add(1, Ordering::Relaxed);
                sent.bytes.fetch_add(request.body, Ordering::Relaxed);
            }
            stream
                .write_all(b"HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: *\r\n\r\n")?;
            continue;
        }
        let path = request.path.split('?').next().unwrap_or_default();
        let Some(content) = contents.get(path) else {
            let mut missing = sent.missing.lock().unwrap_or_else(PoisonError::into_inner);
            missing.insert(path.to_owned());
            drop(missing);
            stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")?;
            continue;
        };
        let (encoding, body) = match &content.brotli {
            Some(brotli) if request.takes_brotli => ("Content-Encoding: br\r\n", brotli),
            _ => ("", &content.plain),
        };
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Length: {}\r\n{encoding}\
             Access-Control-Allow-Origin: *\r\nTiming-Allow-Origin: *\r\n\
             Cross-Origin-Resource-Policy: cross-origin\r\nVary: accept-encoding\r\n\
             Cache-Control: public, max-age=3600\r\n\r\n",
            content.media_type,
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body].concat())?;
    }
    Ok(())
}

/// None at the connection's end.
fn read(reader: &mut BufReader<&TcpStream>) -> Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split(' ').map(str::to_owned);
    let mut request = Request {
        method: words.next().unwrap_or_default(),
        path: words.next().unwrap_or_default(),
        body: 0,
        takes_brotli: false,
    };
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header)? <= 2 {
            break;
        }
        let header = header.to_ascii_lowercase();
        if let Some(length) = header.strip_prefix("content-length:") {
            request.body = length.trim().parse()?;
        }
        request.takes_brotli |= header.starts_with("accept-encoding:") && header.contains("br");
    }
    std::io::copy(&mut reader.take(request.body as u64), &mut std::io::sink())?;
    Ok(Some(request))
}
