//! The two servers that take their turns: each a process of its own, with files of its own, ended with its round.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::command::run;
use crate::root;

/// `USER_HZ`: the unit of processor times in `/proc`, on every Linux there is.
const TICK: Duration = Duration::from_millis(10);

pub trait Service {
    fn address(&self) -> &str;
    fn files(&self) -> &Path;
    fn pids(&self) -> Result<Vec<u32>>;

    /// Processor time of all its processes.
    fn cpu(&self) -> Result<Duration> {
        let mut ticks = 0;
        for pid in self.pids()? {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
            // The name, in brackets, may hold anything.
            let (_, fields) = stat.rsplit_once(')').context("/proc/PID/stat")?;
            let times = fields.split_whitespace().skip(11).take(2);
            ticks += times
                .filter_map(|time| time.parse::<u32>().ok())
                .sum::<u32>();
        }
        Ok(TICK * ticks)
    }

    /// The most that its processes ever had in memory.
    fn memory(&self) -> Result<u64> {
        let mut bytes = 0;
        for pid in self.pids()? {
            let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kilobytes =
                line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
            bytes += kilobytes.context("VmHWM")? * 1024;
        }
        Ok(bytes)
    }

    /// Of its files.
    fn bytes(&self) -> Result<u64> {
        let mut bytes = 0;
        for file in std::fs::read_dir(self.files())? {
            bytes += file?.metadata()?.len();
        }
        Ok(bytes)
    }
}

pub struct Nhip {
    process: Child,
    files: TempDir,
    address: String,
}

impl Nhip {
    pub fn start() -> Result<Nhip> {
        let files = tempfile::tempdir()?;
        let nhip = || {
            let mut nhip = Command::new(root().join("target/release/nhip"));
            nhip.arg("--data").arg(files.path()).env("NHIP_LOG", "warn");
            nhip
        };
        let origin = "https://dvc.example.vn";
        run(nhip()
            .args([
                "portal",
                "add",
                "vn-hn",
                "--name",
                "Hà Nội",
                "--origin",
                origin,
            ])
            .stdout(Stdio::null()))?;
        // One portal gets what a country's would.
        let mut process = nhip()
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--portal-rate",
                "1000000",
            ])
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take().context("standard output is piped")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on ").map(str::to_owned);
        Ok(Nhip {
            process,
            files,
            address: address.with_context(|| format!("the collector said: {line:?}"))?,
        })
    }
}

impl Service for Nhip {
    fn address(&self) -> &str {
        &self.address
    }

    fn files(&self) -> &Path {
        self.files.path()
    }

    fn pids(&self) -> Result<Vec<u32>> {
        Ok(vec![self.process.id()])
    }
}

impl Drop for Nhip {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// As many workers as processors; the body of each request in a log.
pub struct Nginx {
    process: Child,
    files: TempDir,
    address: String,
}

impl Nginx {
    pub fn start() -> Result<Nginx> {
        let files = tempfile::tempdir()?;
        // Nobody else takes it in the moment between.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let dir = files.path().display();
        let config = format!(
            "load_module /usr/lib/nginx/modules/ngx_http_echo_module.so;\n\
             user root;\nworker_processes auto;\npid {dir}/pid;\ndaemon off;\n\
             error_log {dir}/error.log;\n\
             events {{ worker_connections 1024; }}\n\
             http {{ log_format body escape=json '$time_iso8601 $http_origin $request_body';\n\
             client_body_temp_path {dir}/temp; client_body_in_single_buffer on;\n\
             keepalive_requests 100000000;\n\
             server {{ listen 127.0.0.1:{port};\n\
             location / {{ access_log {dir}/bodies.log body; echo_read_request_body; echo_status 204; echo_flush; }} }} }}\n"
        );
        let file = files.path().join("nginx.conf");
        std::fs::write(&file, config)?;
        let process = Command::new("/usr/sbin/nginx")
            .arg("-c")
            .arg(&file)
            .stderr(Stdio::null())
            .spawn()?;
        let nginx = Nginx {
            process,
            address: format!("http://127.0.0.1:{port}"),
            files,
        };
        for _ in 0..200 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(nginx);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!(
            "nginx did not start: {}",
            std::fs::read_to_string(nginx.files.path().join("error.log"))?
        )
    }
}

impl Service for Nginx {
    fn address(&self) -> &str {
        &self.address
    }

    fn files(&self) -> &Path {
        self.files.path()
    }

    fn pids(&self) -> Result<Vec<u32>> {
        let master = self.process.id();
        let children = format!("/proc/{master}/task/{master}/children");
        let workers = std::fs::read_to_string(children)?;
        let workers = workers
            .split_whitespace()
            .filter_map(|pid| pid.parse().ok());
        Ok(workers.chain([master]).collect())
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // The master ends its workers; a kill would leave them.
        let pid = self.process.id().to_string();
        let _ = Command::new("kill").arg(&pid).status();
        let _ = self.process.wait();
    }
}
