//! The API against its own description: schemathesis makes requests from `/openapi.json`, right ones and wrong ones.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use crate::command::run;
use crate::{python, root};

/// Of each operation. Enough for every field to be wrong once; some seconds.
const EXAMPLES: &str = "30";

/// Tries every operation on a collector of its own, with all of it public.
pub fn try_api() -> Result<()> {
    let tool = python::environment("schemathesis")?.join("bin/schemathesis");
    let collector = Collector::start()?;
    let document = format!("{}/openapi.json", collector.address);
    run(Command::new(tool)
        // Where it keeps what it found.
        .current_dir(root().join("target"))
        .arg("--config-file")
        .arg(root().join("xtask/schemathesis.toml"))
        .args(["run", &document, "--no-color", "--seed", "1"])
        .args(["--max-examples", EXAMPLES]))
}

/// Ended with the run.
struct Collector {
    process: Child,
    address: String,
    _data: tempfile::TempDir,
}

impl Collector {
    fn start() -> Result<Collector> {
        let data = tempfile::tempdir()?;
        let nhip = || {
            let mut nhip = Command::new(root().join("target/debug/nhip"));
            nhip.arg("--data").arg(data.path()).env("NHIP_LOG", "warn");
            nhip
        };
        let add = ["portal", "add", "vn-hn", "--name", "Hà Nội"];
        let origin = ["--origin", "https://dvc.example.vn"];
        run(nhip().args(add).args(origin).stdout(Stdio::null()))?;
        let all = "league,summary,series,badge,pages,culprits,errors,origins";
        let mut process = nhip()
            .args(["serve", "--listen", "127.0.0.1:0", "--public", all])
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().context("standard output is piped")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on ").map(str::to_owned);
        Ok(Collector {
            process,
            address: address.with_context(|| format!("the collector said: {line:?}"))?,
            _data: data,
        })
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
