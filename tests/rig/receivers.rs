//! Receivers of alerts: a real SMTP server and a webhook, in `receivers.mjs`.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

pub struct Receivers {
    process: Child,
    lines: BufReader<ChildStdout>,
    pub smtp: u64,
    pub http: u64,
}

impl Receivers {
    /// `away`: the webhook does not take its first message.
    pub fn start(away: bool) -> Result<Receivers> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rig/receivers.mjs");
        let mut process = Command::new("node")
            .arg(script)
            .args(away.then_some("away"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().context("standard output is piped")?;
        let mut receivers = Receivers {
            process,
            lines: BufReader::new(output),
            smtp: 0,
            http: 0,
        };
        let ports = receivers.next()?;
        receivers.smtp = ports["smtp"].as_u64().context("a port")?;
        receivers.http = ports["http"].as_u64().context("a port")?;
        Ok(receivers)
    }

    /// Waits for what comes next.
    pub fn next(&mut self) -> Result<Value> {
        let mut line = String::new();
        self.lines.read_line(&mut line)?;
        serde_json::from_str(&line).with_context(|| format!("the receivers said: {line:?}"))
    }
}

impl Drop for Receivers {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
