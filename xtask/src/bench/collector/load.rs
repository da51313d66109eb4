//! Reports from this machine, as fast as they are answered: wrk, with one thread.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::command::output;

/// A report of the file, with another view id each time.
const SCRIPT: &str = r#"
local bodies, sent, seed = {}, 0, os.time() % 1048576
for line in io.lines(os.getenv("BODIES")) do bodies[#bodies + 1] = line end
local headers = { ["content-type"] = "text/plain;charset=UTF-8", ["origin"] = "https://dvc.example.vn" }
request = function()
  sent = sent + 1
  local view = string.format("%08x%08x", seed, sent)
  local body = string.gsub(bodies[sent % #bodies + 1], "VIEW", view)
  return wrk.format("POST", "/v1/reports", headers, body)
end
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format('{"taken":%d,"refused":%d,"seconds":%f,"p50_ms":%f,"p99_ms":%f}\n',
    summary.requests, errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
"#;

/// What came of it.
#[derive(Deserialize)]
pub struct Load {
    pub taken: u64,
    pub refused: u64,
    seconds: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

impl Load {
    pub fn per_second(&self) -> f64 {
        self.taken as f64 / self.seconds
    }
}

pub fn drive(address: &str, connections: u32, seconds: u32, bodies: &Path) -> Result<Load> {
    let script = tempfile::NamedTempFile::with_suffix(".lua")?;
    std::fs::write(script.path(), SCRIPT)?;
    let mut wrk = Command::new("wrk");
    wrk.args(["--threads", "1", "--latency"])
        .args(["--connections", &connections.to_string()])
        .args(["--duration", &format!("{seconds}s")])
        .arg("--script")
        .arg(script.path())
        .arg(address)
        .env("BODIES", bodies);
    let said = output(&mut wrk)?;
    let line = said.lines().last().context("wrk said nothing")?;
    serde_json::from_str(line).with_context(|| format!("wrk said: {said}"))
}
