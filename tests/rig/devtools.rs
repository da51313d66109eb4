//! Chromium over its own DevTools protocol. A driver attaches to every page, and a page that is
//! attached to is never prerendered; here the one who calls decides what to attach to.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tempfile::TempDir;
use tungstenite::{Message, WebSocket};

/// An answer is on its way for so long at most: a page whose main thread is busy answers late.
const ANSWER: Duration = Duration::from_secs(30);

/// So long the browser has to end by itself.
const ENDING: Duration = Duration::from_secs(5);

const ARGUMENTS: &[&str] = &[
    "--headless",
    "--remote-debugging-port=0",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1366,768",
];

/// A browser process and the one connection to it.
pub struct Devtools {
    process: Child,
    socket: WebSocket<TcpStream>,
    last: u64,
    /// Answers that came while another was waited for.
    answers: HashMap<u64, Result<Value, String>>,
    _profile: TempDir,
}

/// A tab that is attached to.
#[derive(Clone, Debug)]
pub struct Tab {
    pub target: String,
    session: String,
}

/// A command on its way.
#[must_use]
pub struct Sent(u64);

impl Devtools {
    /// Starts `program` with an empty profile and `arguments` beside the usual ones.
    pub fn start(program: &str, arguments: &[&str]) -> Result<Devtools> {
        let profile = tempfile::tempdir()?;
        let mut process = Command::new(program)
            .args(ARGUMENTS)
            .args(arguments)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("{program} cannot be started"))?;
        let errors = process.stderr.take().context("standard error is piped")?;
        let mut lines = BufReader::new(errors).lines();
        let address = loop {
            let line = lines
                .next()
                .context("the browser names no DevTools address")??;
            if let Some(address) = line.strip_prefix("DevTools listening on ") {
                break address.to_owned();
            }
        };
        // Drained, or the browser would block once the pipe is full.
        std::thread::spawn(move || lines.for_each(drop));
        let host = address
            .strip_prefix("ws://")
            .and_then(|rest| rest.split('/').next())
            .with_context(|| format!("an address like ws://HOST/PATH, got {address}"))?;
        let stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(ANSWER))?;
        let (socket, _) = tungstenite::client(&address, stream)?;
        Ok(Devtools {
            process,
            socket,
            last: 0,
            answers: HashMap::new(),
            _profile: profile,
        })
    }

    /// A command of the browser itself.
    pub fn browser(&mut self, method: &str, parameters: Value) -> Result<Value> {
        let sent = self.write(json!({"method": method, "params": parameters}))?;
        self.answer(&sent)
    }

    /// A command of a tab.
    pub fn tab(&mut self, tab: &Tab, method: &str, parameters: Value) -> Result<Value> {
        let sent = self.send(tab, method, parameters)?;
        self.answer(&sent)
    }

    /// A command of a tab whose answer is not waited for yet.
    pub fn send(&mut self, tab: &Tab, method: &str, parameters: Value) -> Result<Sent> {
        self.write(json!({"method": method, "params": parameters, "sessionId": tab.session}))
    }

    pub fn answer(&mut self, sent: &Sent) -> Result<Value> {
        let began = Instant::now();
        loop {
            if let Some(answer) = self.answers.remove(&sent.0) {
                return answer.map_err(|fault| anyhow::anyhow!("{fault}"));
            }
            if began.elapsed() > ANSWER {
                bail!("no answer within {ANSWER:?}");
            }
            let Message::Text(text) = self.socket.read()? else {
                continue;
            };
            let message: Value = serde_json::from_str(&text)?;
            // Events carry no id; nothing here listens to them.
            if let Some(id) = message["id"].as_u64() {
                let answer = match message.get("error") {
                    Some(fault) => Err(fault.to_string()),
                    None => Ok(message["result"].clone()),
                };
                self.answers.insert(id, answer);
            }
        }
    }

    /// Opens `url` in a tab of its own, in front, without attaching to it.
    pub fn open(&mut self, url: &str) -> Result<String> {
        let opened = self.browser("Target.createTarget", json!({"url": url}))?;
        Ok(opened["targetId"].as_str().context("targetId")?.to_owned())
    }

    /// Opens `url` behind the tab that is in front.
    pub fn open_behind(&mut self, url: &str) -> Result<String> {
        let parameters = json!({"url": url, "background": true});
        let opened = self.browser("Target.createTarget", parameters)?;
        Ok(opened["targetId"].as_str().context("targetId")?.to_owned())
    }

    pub fn attach(&mut self, target: &str) -> Result<Tab> {
        let parameters = json!({"targetId": target, "flatten": true});
        let attached = self.browser("Target.attachToTarget", parameters)?;
        let session = attached["sessionId"].as_str().context("sessionId")?;
        Ok(Tab {
            target: target.to_owned(),
            session: session.to_owned(),
        })
    }

    /// Brings a tab to the front, which hides the one that was.
    pub fn activate(&mut self, target: &str) -> Result<()> {
        self.browser("Target.activateTarget", json!({"targetId": target}))?;
        Ok(())
    }

    pub fn close_tab(&mut self, target: &str) -> Result<()> {
        self.browser("Target.closeTarget", json!({"targetId": target}))?;
        Ok(())
    }

    /// Targets of type `page`: id and address.
    pub fn pages(&mut self) -> Result<Vec<(String, String)>> {
        let answer = self.browser("Target.getTargets", json!({}))?;
        let targets = answer["targetInfos"].as_array().context("targetInfos")?;
        let text = |target: &Value, name: &str| target[name].as_str().unwrap_or("").to_owned();
        Ok(targets
            .iter()
            .filter(|target| target["type"] == "page")
            .map(|target| (text(target, "targetId"), text(target, "url")))
            .collect())
    }

    fn write(&mut self, mut message: Value) -> Result<Sent> {
        self.last += 1;
        message["id"] = json!(self.last);
        self.socket.send(Message::text(message.to_string()))?;
        Ok(Sent(self.last))
    }
}

impl Drop for Devtools {
    fn drop(&mut self) {
        // Asked first: what is killed leaves its children behind.
        let _ = self.browser("Browser.close", json!({}));
        let began = Instant::now();
        while began.elapsed() < ENDING && matches!(self.process.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
