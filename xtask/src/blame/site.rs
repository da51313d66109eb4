//! The site that is visited: one page that is slow as it is asked to be, the widget, and what it reports.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::root;

/// A report comes within so long of the page's being left: a slow connection, a slowed processor.
const ARRIVAL: Duration = Duration::from_secs(15);

/// Rounds of a division that take about a millisecond where nothing is slowed.
const ROUNDS: u32 = 200_000;

/// Bytes of the page's style sheet and of its text: what a portal's start page has, compressed.
const STYLE: usize = 40_000;
const TEXT: usize = 20_000;

const PHOTO: &str = "www/demo/assets/anh-ruong-bac-thang.jpg";

pub struct Site {
    pub address: String,
    reports: Receiver<Value>,
}

impl Site {
    pub fn open() -> Result<Site> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("http://{}", listener.local_addr()?);
        let mut files = HashMap::new();
        for (path, file) in [
            ("/nhip.js", "pkg/nhip.js"),
            ("/nhip_bg.wasm", "pkg/nhip_bg.wasm"),
            ("/anh.jpg", PHOTO),
        ] {
            files.insert(path, std::fs::read(root().join(file))?);
        }
        let files: &'static HashMap<_, _> = Box::leak(Box::new(files));
        let (sender, reports) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sender = sender.clone();
                // An error is a browser that has hung up.
                std::thread::spawn(move || serve(&stream, files, &sender).ok());
            }
        });
        Ok(Site { address, reports })
    }

    /// The next report of a kind; those before it are passed over.
    pub fn report(&self, kind: &str) -> Result<Value> {
        let until = Instant::now() + ARRIVAL;
        loop {
            let report = self
                .reports
                .recv_timeout(until.saturating_duration_since(Instant::now()))
                .with_context(|| format!("no {kind} report came"))?;
            if report["kind"] == kind {
                return Ok(report);
            }
        }
    }

    /// Forgets what came so far.
    pub fn forget(&self) {
        while self.reports.try_recv().is_ok() {}
    }
}

fn serve(
    stream: &TcpStream,
    files: &HashMap<&str, Vec<u8>>,
    reports: &Sender<Value>,
) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let mut length = 0;
        loop {
            let mut header = String::new();
            if reader.read_line(&mut header)? <= 2 {
                break;
            }
            if let Some(told) = header.to_ascii_lowercase().strip_prefix("content-length:") {
                length = told.trim().parse()?;
            }
        }
        let mut body = Vec::new();
        (&mut reader).take(length).read_to_end(&mut body)?;
        let address = line.split(' ').nth(1).unwrap_or_default();
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        answer(stream, path, query, &body, files, reports)?;
    }
}

fn answer(
    mut stream: &TcpStream,
    path: &str,
    query: &str,
    body: &[u8],
    files: &HashMap<&str, Vec<u8>>,
    reports: &Sender<Value>,
) -> Result<()> {
    let asked = |name: &str| {
        let of = |pair: &str| pair.strip_prefix(name)?.strip_prefix('=')?.parse().ok();
        query.split('&').find_map(of).unwrap_or(0_u32)
    };
    let mut more = String::new();
    let (kind, content) = match path {
        "/v1/reports" => {
            reports.send(serde_json::from_slice(body)?)?;
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n")?;
            return Ok(());
        }
        "/trang" => {
            if asked("told") > 0 {
                write!(more, "Server-Timing: app;dur={}\r\n", asked("server"))?;
            }
            ("text/html; charset=utf-8", page(query, &asked).into_bytes())
        }
        "/roi" => ("text/html", b"<!doctype html><title>.</title>".to_vec()),
        "/kieu.css" => ("text/css", style()),
        _ => match files.get(path) {
            Some(bytes) if path.ends_with(".js") => ("text/javascript", bytes.clone()),
            Some(bytes) if path.ends_with(".wasm") => ("application/wasm", bytes.clone()),
            Some(bytes) => ("image/jpeg", bytes.clone()),
            None => {
                stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")?;
                return Ok(());
            }
        },
    };
    std::thread::sleep(Duration::from_millis(u64::from(asked("server"))));
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n{more}\
         Cache-Control: no-store\r\n\r\n",
        content.len()
    );
    stream.write_all(&[head.as_bytes(), &content].concat())?;
    Ok(())
}

/// Work is so many rounds, not so many milliseconds: a slowed processor needs longer for it.
fn page(query: &str, asked: &dyn Fn(&str) -> u32) -> String {
    let work = |ms: u32| {
        format!(
            "{{ let x = 1; for (let i = 0; i < {}; i++) x = 1 / (x + 1); self.x = x; }}",
            ms * ROUNDS
        )
    };
    let photo = format!("/anh.jpg?server={}", asked("photo-server"));
    let photo = match (asked("photo"), asked("late")) {
        (0, _) => String::new(),
        (_, 0) => format!("<img src=\"{photo}\" alt=\"\">"),
        (_, late) => format!(
            "<img alt=\"\"><script>setTimeout(() => document.images[0].src = '{photo}', {late})</script>"
        ),
    };
    let away = match asked("away") {
        0 => String::new(),
        after => format!("setTimeout(() => location = '/roi', {after});"),
    };
    let text = "Nộp hồ sơ trực tuyến, theo dõi và nhận kết quả. ".repeat(TEXT / 60);
    format!(
        "<!doctype html><html lang=\"vi\"><meta charset=\"utf-8\"><title>{query}</title>\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <script async src=\"/nhip.js\" data-portal=\"vn-hn\" data-page=\"blame\"></script>\
         <link rel=\"stylesheet\" href=\"/kieu.css?server={}\">\
         <script>{}{away}</script>\
         <body><h1>Cổng dịch vụ công</h1><button onclick=\"{}\">Tra cứu</button>{photo}<p>{text}</p>",
        asked("style-server"),
        work(asked("work")),
        work(asked("click")).replace('"', "'"),
    )
}

fn style() -> Vec<u8> {
    let mut style = "body { font: 16px/1.5 sans-serif; margin: 0 16px } \
        button { position: absolute; left: 16px; top: 0; width: 200px; height: 48px } \
        h1 { margin-top: 64px } img { display: block; width: 800px; height: 500px }\n"
        .to_owned();
    for n in 0.. {
        if style.len() >= STYLE {
            break;
        }
        style += &format!(".khong-dung-{n} {{ color: #123; padding: {n}px }}\n");
    }
    style.into_bytes()
}

/// What was asked of the page was asked in words that it knows.
pub fn check(query: &str) -> Result<()> {
    const KNOWN: [&str; 9] = [
        "server",
        "told",
        "photo",
        "photo-server",
        "late",
        "style-server",
        "work",
        "click",
        "away",
    ];
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let name = pair.split('=').next().unwrap_or_default();
        if !KNOWN.contains(&name) {
            bail!("a page knows nothing of '{name}'");
        }
    }
    Ok(())
}
