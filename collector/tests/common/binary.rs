//! The real binary, as an operator runs it.
#![allow(dead_code, clippy::unwrap_used)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use serde_json::{Value, json};

use crate::common::{ORIGIN, client, report};

/// A running `nhip`, ended with the test.
pub struct Nhip {
    pub child: Child,
    pub base: String,
}

impl Nhip {
    pub fn start(arguments: &[&str], data: &Path) -> Nhip {
        Nhip::run(nhip(arguments, data))
    }

    pub fn run(command: Command) -> Nhip {
        Nhip::at(command, "127.0.0.1:0")
    }

    pub fn at(mut command: Command, listen: &str) -> Nhip {
        let mut child = command.args(["--listen", listen]).spawn().unwrap();
        let mut line = String::new();
        let stdout = child.stdout.as_mut().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let base = line.trim_end().strip_prefix("listening on ").unwrap();
        Nhip {
            base: base.to_owned(),
            child,
        }
    }

    /// With a portal with every reading (`vn-hn`, four views), one whose browsers told little (`vn-dn`), and one that
    /// nobody has visited (`vn-ct`).
    pub async fn with_three_portals(arguments: &[&str], data: &Path) -> Nhip {
        for code in ["vn-hn", "vn-dn", "vn-ct"] {
            assert!(add(data, code).status.success());
        }
        let server = Nhip::start(arguments, data);
        for view in 0..4 {
            assert_eq!(server.post("vn-hn", view).await, 204);
        }
        let mut mute = report("vn-dn", 99);
        mute["load"] = json!({"ttfb": 0});
        mute["response"] = json!({});
        mute["layout"] = json!({});
        assert_eq!(server.post_report(&mute).await, 204);
        server
    }

    pub async fn post(&self, portal: &str, view: u64) -> u16 {
        self.post_report(&report(portal, view)).await
    }

    async fn post_report(&self, report: &Value) -> u16 {
        let response = client()
            .post(format!("{}/v1/reports", self.base))
            .header("content-type", "text/plain")
            .header("origin", ORIGIN)
            .body(report.to_string())
            .send()
            .await
            .unwrap();
        response.status().as_u16()
    }

    pub async fn json(&self, path: &str) -> Value {
        let response = client().get(format!("{}{path}", self.base)).send().await;
        response.unwrap().json().await.unwrap()
    }

    /// `kill -SIGNAL` of this process alone, and its end.
    pub fn signal(&mut self, signal: &str) -> ExitStatus {
        let pid = self.child.id().to_string();
        let kill = Command::new("kill").args([signal, &pid]).status().unwrap();
        assert!(kill.success());
        self.child.wait().unwrap()
    }
}

impl Drop for Nhip {
    fn drop(&mut self) {
        // Already ended, or ended here: either way it is gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn nhip(arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nhip"));
    command
        .args(arguments)
        .arg("--data")
        .arg(data)
        .env_remove("NHIP_LISTEN")
        .env_remove("NHIP_DATA")
        .env_remove("NHIP_MIN_VIEWS")
        .env_remove("NHIP_CONFIG")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What the command prints; it must succeed.
pub fn said(arguments: &[&str], data: &Path) -> String {
    let output = nhip(arguments, data).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

/// A new token.
pub fn token(scope: &[&str], data: &Path) -> String {
    let text = said(&[&["token", "create"], scope].concat(), data);
    text.lines().next().unwrap().to_owned()
}

pub fn add(data: &Path, code: &str) -> Output {
    nhip(
        &["portal", "add", code, "--name", code, "--origin", ORIGIN],
        data,
    )
    .output()
    .unwrap()
}

/// Exit code 2 and one line on standard error that has all of `words`; nothing on standard output.
pub fn assert_refused(output: &Output, words: &[&str]) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(words.iter().all(|word| stderr.contains(word)), "{stderr}");
    assert!(output.stdout.is_empty());
}
