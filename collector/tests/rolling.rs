//! Two collectors behind nginx, each stopped and started again under load, as an upgrade does it: whoever sends notices nothing,
//! and every report is counted once. The proxy's settings are those that are shipped.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "common/binary.rs"]
mod binary;
#[path = "common/clickhouse.rs"]
mod clickhouse;
mod common;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use binary::{Nhip, add, nhip};
use clickhouse::{ClickHouse, free_ports};
use common::{ORIGIN, client, report};

const SHIPPED: &str = include_str!("../../deploy/nginx.conf");

struct Nginx {
    process: Child,
    base: String,
    _dir: tempfile::TempDir,
}

impl Nginx {
    /// The shipped servers and upstream, without TLS, on ports of this machine.
    fn before(collectors: &[u16; 2]) -> Nginx {
        let (dir, port) = (tempfile::tempdir().unwrap(), free_ports(1)[0][0]);
        let mut http = SHIPPED
            .replace("collector-1:8787", &format!("127.0.0.1:{}", collectors[0]))
            .replace("collector-2:8787", &format!("127.0.0.1:{}", collectors[1]))
            .replace(
                "listen 443 ssl http2;",
                &format!("listen 127.0.0.1:{port};"),
            );
        let tls = |line: &&str| {
            let line = line.trim_start();
            !["ssl_", "listen [::]"]
                .iter()
                .any(|it| line.starts_with(it))
        };
        http = http.lines().filter(tls).collect::<Vec<_>>().join("\n");
        let path = dir.path().display();
        let config = format!(
            "daemon off; worker_processes 1; pid {path}/pid; error_log {path}/error.log;
             events {{ worker_connections 512; }}
             http {{ access_log off; client_body_temp_path {path}/body; proxy_temp_path {path}/proxy;
                fastcgi_temp_path {path}/f; uwsgi_temp_path {path}/u; scgi_temp_path {path}/s;
                {http} }}"
        );
        let file = dir.path().join("nginx.conf");
        std::fs::write(&file, config).unwrap();
        let process = Command::new("/usr/sbin/nginx")
            .arg("-c")
            .arg(&file)
            .arg("-p")
            .arg(dir.path())
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx; `cargo xtask install` installs it");
        Nginx {
            process,
            base: format!("http://127.0.0.1:{port}"),
            _dir: dir,
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its worker ends with it only if it is asked.
        let pid = self.process.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let _ = self.process.wait();
    }
}

fn collector(store: &str, port: u16, data: &Path) -> Nhip {
    let listen = format!("127.0.0.1:{port}");
    let mut command = nhip(&["serve", "--store", store, "--name-views", "1"], data);
    command
        .env("NHIP_TRUSTED_PROXY", "127.0.0.1")
        // All of it comes from one machine.
        .args(["--address-rate", "100000", "--min-views", "1"])
        .stderr(Stdio::null());
    Nhip::at(command, &listen)
}

/// Sends each report once; how many were answered 204, and what else was said.
async fn send(url: String, next: Arc<AtomicU64>, over: Arc<AtomicBool>) -> (u64, Vec<String>) {
    let (client, mut answered, mut other) = (client(), 0, Vec::new());
    while !over.load(Ordering::Relaxed) {
        let view = next.fetch_add(1, Ordering::Relaxed);
        let sent = client
            .post(&url)
            .header("content-type", "text/plain")
            .header("origin", ORIGIN)
            .body(report("vn-hn", view).to_string())
            .send();
        match sent.await {
            Ok(response) if response.status() == 204 => answered += 1,
            Ok(response) => other.push(response.status().to_string()),
            Err(error) => other.push(error.to_string()),
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    (answered, other)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_of_one_after_the_other_loses_nothing() {
    let server = ClickHouse::old();
    server.ready();
    let store = format!("clickhouse://127.0.0.1:{}/nhip", server.port);
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [ports] = free_ports(1)[..] else { panic!() };
    let ports = [ports[0], ports[1]];
    let mut collectors = Vec::new();
    for (dir, port) in dirs.iter().zip(ports) {
        assert!(add(dir.path(), "vn-hn").status.success());
        collectors.push(collector(&store, port, dir.path()));
    }
    let nginx = Nginx::before(&ports);
    let url = format!("{}/v1/reports", nginx.base);
    for _ in 0..100 {
        if client()
            .get(format!("{}/healthz", nginx.base))
            .send()
            .await
            .is_ok()
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (next, over) = (
        Arc::new(AtomicU64::new(1)),
        Arc::new(AtomicBool::new(false)),
    );
    let senders: Vec<_> = (0..6)
        .map(|_| tokio::spawn(send(url.clone(), Arc::clone(&next), Arc::clone(&over))))
        .collect();
    for round in 0..4 {
        let at = round % 2;
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert!(collectors[at].signal("-TERM").success());
        tokio::time::sleep(Duration::from_millis(300)).await;
        collectors[at] = collector(&store, ports[at], dirs[at].path());
        // As the manual says: the next one once this one is ready, and the proxy asks it again.
        tokio::time::sleep(Duration::from_millis(1500)).await;
    }
    over.store(true, Ordering::Relaxed);
    let (mut answered, mut other) = (0, Vec::new());
    for sender in senders {
        let (own, said) = sender.await.unwrap();
        answered += own;
        other.extend(said);
    }
    let mut began = 0;
    for _ in 0..150 {
        let views = &collectors[0].json("/v1/portals/vn-hn/summary").await["views"];
        began = views["began"].as_u64().unwrap() + views["surplus"].as_u64().unwrap();
        if began >= answered {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    println!(
        "4 restarts: {answered} answered, {} otherwise, {began} views counted",
        other.len()
    );
    assert_eq!(other, Vec::<String>::new());
    assert!(answered > 500, "{answered}");
    assert_eq!(began, answered);
}
