//! Chromium, driven over its DevTools pipe: messages of JSON with a zero byte after each, commands on
//! its descriptor 3, answers on 4. <https://chromedevtools.github.io/devtools-protocol/>

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tempfile::TempDir;

const PROGRAM: &str = "/usr/bin/chromium";

const ARGUMENTS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A browser that has not answered for so long never will.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Chromium {
    process: Child,
    commands: ChildStdin,
    messages: Receiver<Value>,
    /// What came while an answer was waited for.
    unread: VecDeque<Value>,
    last_id: u64,
    _profile: TempDir,
}

impl Chromium {
    pub fn start() -> Result<Chromium> {
        Chromium::start_with(&[])
    }

    /// With `arguments` beside the usual ones.
    pub fn start_with(arguments: &[&str]) -> Result<Chromium> {
        let profile = tempfile::tempdir()?;
        // The shell moves our two pipes to the descriptors where the browser expects them.
        let mut process = Command::new("sh")
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 0</dev/null 1>/dev/null"])
            .arg(PROGRAM)
            .args(ARGUMENTS)
            .args(arguments)
            .arg("--remote-debugging-pipe")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot run {PROGRAM}"))?;
        let commands = process.stdin.take().context("its input is piped")?;
        let answers = process.stdout.take().context("its output is piped")?;
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            for message in BufReader::new(answers).split(0).map_while(Result::ok) {
                let Ok(message) = serde_json::from_slice(&message) else {
                    return;
                };
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Ok(Chromium {
            process,
            commands,
            messages,
            unread: VecDeque::new(),
            last_id: 0,
            _profile: profile,
        })
    }

    /// `Chromium 156.0.7345.2`.
    pub fn version(&mut self) -> Result<String> {
        let version = self.call("", "Browser.getVersion", json!({}))?;
        let product = version["product"].as_str().unwrap_or_default();
        Ok(format!(
            "Chromium {}",
            product.rsplit('/').next().unwrap_or_default()
        ))
    }

    /// One command of a page's session, or of the browser itself where `session` is empty.
    pub fn call(&mut self, session: &str, method: &str, params: Value) -> Result<Value> {
        self.last_id += 1;
        let id = self.last_id;
        let mut command = json!({ "id": id, "method": method, "params": params });
        if !session.is_empty() {
            command["sessionId"] = session.into();
        }
        self.commands
            .write_all(format!("{command}\0").as_bytes())
            .with_context(|| format!("{method}: the browser has ended"))?;
        loop {
            let message = self
                .messages
                .recv_timeout(PATIENCE)
                .with_context(|| format!("{method}: no answer"))?;
            if message["id"] != id {
                self.unread.push_back(message);
                continue;
            }
            if let Some(error) = message.get("error") {
                bail!("{method}: {error}");
            }
            return Ok(message["result"].clone());
        }
    }

    /// Waits for an event; gives what came before it, and it.
    pub fn until(&mut self, method: &str) -> Result<Vec<Value>> {
        let mut events = Vec::new();
        loop {
            let message = match self.unread.pop_front() {
                Some(message) => message,
                None => self
                    .messages
                    .recv_timeout(PATIENCE)
                    .with_context(|| format!("{method} never came"))?,
            };
            let found = message["method"] == method;
            events.push(message);
            if found {
                return Ok(events);
            }
        }
    }

    /// Lets time pass; gives what came meanwhile.
    pub fn pause(&mut self, time: Duration) -> Vec<Value> {
        let until = Instant::now() + time;
        let mut events = Vec::from(std::mem::take(&mut self.unread));
        while let Ok(message) = self
            .messages
            .recv_timeout(until.saturating_duration_since(Instant::now()))
        {
            events.push(message);
        }
        events
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let _ = self.call("", "Browser.close", json!({}));
        let _ = self.process.wait();
    }
}
