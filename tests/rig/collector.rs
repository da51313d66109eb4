//! A collector of a test's own: the real binary, on port 0, with its own folder.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nhip_collector::store::sqlite::{Database, SqliteStore};
use nhip_collector::store::{Slice, Store, StoredRow};
use serde_json::Value;
use tempfile::TempDir;

/// A report is on its way for so long at most: a browser under load, not a network.
const ARRIVAL: Duration = Duration::from_secs(15);

pub struct Collector {
    process: Child,
    folder: TempDir,
    pub address: String,
}

impl Collector {
    /// `nhip demo`: with the three demo portals.
    pub fn demo() -> Result<Collector> {
        Collector::spawn("demo", tempfile::tempdir()?, &[])
    }

    /// `nhip demo --history`: made-up readings of so many days.
    pub fn history(days: u16) -> Result<Collector> {
        let days = format!("{days}d");
        Collector::spawn("demo", tempfile::tempdir()?, &["--history", &days])
    }

    /// The same over what is in `folder` already, with `settings`.
    pub fn history_in(folder: TempDir, days: u16, settings: &[&str]) -> Result<Collector> {
        let days = format!("{days}d");
        let settings = [&["--history", &days], settings].concat();
        Collector::spawn("demo", folder, &settings)
    }

    /// Ends it; what it kept stays.
    pub fn end(mut self) -> Result<TempDir> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(std::mem::replace(&mut self.folder, tempfile::tempdir()?))
    }

    /// `nhip serve`, with one portal whose automated views count, and whose names a single view brings
    /// to the disk.
    pub fn with_portal(code: &str, origin: &str) -> Result<Collector> {
        Collector::serve(code, origin, &["--name-views", "1"])
    }

    /// The same with `settings`.
    pub fn serve(code: &str, origin: &str, settings: &[&str]) -> Result<Collector> {
        let folder = tempfile::tempdir()?;
        let added = Command::new(binary()?)
            .args([
                "portal",
                "add",
                code,
                "--name",
                "Cổng thử",
                "--origin",
                origin,
            ])
            .args(["--count-automated", "--data"])
            .arg(folder.path())
            .output()?;
        if !added.status.success() {
            bail!("portal add: {}", String::from_utf8_lossy(&added.stderr));
        }
        Collector::spawn("serve", folder, settings)
    }

    fn spawn(command: &str, folder: TempDir, settings: &[&str]) -> Result<Collector> {
        let mut collector = Command::new(binary()?);
        collector
            .args([command, "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path())
            .args(settings);
        if let Some(widget) = std::env::var_os("NHIP_TEST_WIDGET") {
            collector.arg("--widget").arg(widget);
        }
        let mut process = collector
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = process.stdout.take().context("standard output is piped")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on ").map(str::to_owned);
        Ok(Collector {
            process,
            folder,
            address: address.with_context(|| format!("the collector said: {line:?}"))?,
        })
    }

    /// A new token for `scope`.
    pub fn token(&self, scope: &str) -> Result<String> {
        let made = Command::new(binary()?)
            .args(["token", "create", scope, "--data"])
            .arg(self.folder.path())
            .output()?;
        let text = String::from_utf8(made.stdout)?;
        let token = text.lines().next().map(str::to_owned);
        token.context("a token")
    }

    /// The tag with this collector's script and with `attributes`.
    pub fn tag(&self, attributes: &str) -> String {
        format!(
            "<script async src=\"{}/nhip.js\" {attributes}></script>",
            self.address
        )
    }

    /// Every row that is on disk, in the order of receipt.
    pub fn rows(&self) -> Result<Vec<StoredRow>> {
        let store = SqliteStore::start(Database::open(self.folder.path())?)?;
        let mut rows = Vec::new();
        store.scan(0..i64::MAX, &Slice::whole(None), &mut |row| rows.push(row))?;
        rows.sort_by_key(|row: &StoredRow| row.received);
        store.close();
        Ok(rows)
    }

    /// Every byte of the database and of what was not yet moved into it.
    pub fn disk(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for file in std::fs::read_dir(self.folder.path())? {
            let path = file?.path();
            if path.is_file() {
                bytes.extend(std::fs::read(path)?);
            }
        }
        Ok(bytes)
    }

    /// Waits until some rows satisfy `wanted`; gives the first such.
    pub async fn row(&self, what: &str, wanted: impl Fn(&StoredRow) -> bool) -> Result<StoredRow> {
        let began = Instant::now();
        loop {
            let rows = self.rows()?;
            if let Some(row) = rows.iter().find(|row| wanted(row)) {
                return Ok(row.clone());
            }
            if began.elapsed() > ARRIVAL {
                bail!("{what}: never arrived; what did: {rows:#?}");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// `GET path` as JSON.
    pub async fn get(&self, path: &str) -> Result<Value> {
        let answer = reqwest::get(format!("{}{path}", self.address)).await?;
        Ok(answer.error_for_status()?.json().await?)
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        // Its folder goes with it.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The binary beside the tests.
pub fn binary() -> Result<PathBuf> {
    let tests = std::env::current_exe()?;
    let folder = tests.ancestors().nth(2).context("target/PROFILE/deps")?;
    let binary = folder.join("nhip");
    if !binary.exists() {
        bail!("{} is missing: run `cargo build` first", binary.display());
    }
    Ok(binary)
}
