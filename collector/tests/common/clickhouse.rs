//! Servers of ClickHouse, each ended by its own pid: Debian's old one, and the current engine of PyPI's chdb behind a small
//! server of its own.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nhip_collector::store::clickhouse::Address;

const SERVER: &str = "/usr/sbin/clickhouse-server";
const PYTHON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/chdb/bin/python");
const SHIM: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/common/current_clickhouse.py"
);

pub struct ClickHouse {
    pub port: u16,
    process: Option<Child>,
    config: PathBuf,
    _dir: tempfile::TempDir,
}

/// How a server belongs to others.
pub struct Place<'a> {
    /// Its number, from 0.
    pub at: usize,
    /// Of each server: HTTP, native, between servers.
    pub ports: &'a [[u16; 3]],
    pub zookeeper: u16,
    /// Servers of a shard: each has what the others of it have.
    pub replicas: usize,
}

impl ClickHouse {
    /// Alone.
    pub fn old() -> ClickHouse {
        let mut server = ClickHouse::prepared(&free_ports(1), None);
        server.start();
        server
    }

    /// Servers of one cluster, `replicas` of them a shard.
    pub fn cluster(zookeeper: &ZooKeeper, servers: usize, replicas: usize) -> Vec<ClickHouse> {
        let ports = free_ports(servers);
        let prepared = |at| {
            let place = Place {
                at,
                ports: &ports,
                zookeeper: zookeeper.port,
                replicas,
            };
            ClickHouse::prepared(&ports, Some(place))
        };
        let mut servers: Vec<ClickHouse> = (0..servers).map(prepared).collect();
        servers.iter_mut().for_each(ClickHouse::start);
        servers.iter().for_each(ClickHouse::ready);
        servers
    }

    pub fn current() -> ClickHouse {
        assert!(
            Path::new(PYTHON).exists(),
            "no chdb; `cargo xtask install` installs it"
        );
        let dir = tempfile::tempdir().unwrap();
        let mut process = Command::new(PYTHON)
            .arg(SHIM)
            .arg(dir.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        ClickHouse {
            port: line.trim().parse().expect("chdb says its port"),
            process: Some(process),
            config: PathBuf::new(),
            _dir: dir,
        }
    }

    pub fn prepared(ports: &[[u16; 3]], place: Option<Place<'_>>) -> ClickHouse {
        assert!(
            Path::new(SERVER).exists(),
            "no clickhouse-server; `cargo xtask install` installs it"
        );
        let dir = tempfile::tempdir().unwrap();
        let config = dir.path().join("config.xml");
        let at = place.as_ref().map_or(0, |place| place.at);
        std::fs::write(&config, written(dir.path(), ports[at], place.as_ref())).unwrap();
        std::fs::write(dir.path().join("users.xml"), USERS).unwrap();
        ClickHouse {
            port: ports[at][0],
            process: None,
            config,
            _dir: dir,
        }
    }

    pub fn start(&mut self) {
        let log = std::fs::File::create(self.config.with_file_name("log")).unwrap();
        let process = Command::new(SERVER)
            .arg(format!("--config-file={}", self.config.display()))
            .current_dir(self.config.parent().unwrap())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.process = Some(process);
    }

    /// At once, as a power cut does it.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Waits until it answers.
    pub fn ready(&self) {
        for _ in 0..600 {
            if self.try_ask("SELECT 1") == Some(Ok("1\n".to_owned())) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let log = std::fs::read_to_string(self.config.with_file_name("log")).unwrap_or_default();
        panic!("ClickHouse does not answer after a minute:\n{log}");
    }

    pub fn address(&self) -> Address {
        format!("clickhouse://127.0.0.1:{}/nhip", self.port)
            .parse()
            .unwrap()
    }

    /// What it says to `sql`, as lines with tabs.
    pub fn ask(&self, sql: &str) -> String {
        match self.try_ask(sql) {
            Some(Ok(said)) => said,
            other => panic!("{sql}\n{other:?}"),
        }
    }

    /// `None`: nobody answers.
    fn try_ask(&self, sql: &str) -> Option<Result<String, String>> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        let length = sql.len();
        write!(
            stream,
            "POST / HTTP/1.0\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n{sql}"
        )
        .ok()?;
        let mut said = String::new();
        stream.read_to_string(&mut said).ok()?;
        let (head, body) = said.split_once("\r\n\r\n")?;
        Some(match head.split(' ').nth(1) {
            Some("200") => Ok(body.to_owned()),
            _ => Err(body.to_owned()),
        })
    }
}

impl Drop for ClickHouse {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What replicas agree by.
pub struct ZooKeeper {
    pub port: u16,
    process: Child,
    _dir: tempfile::TempDir,
}

impl ZooKeeper {
    pub fn start() -> ZooKeeper {
        let (dir, port) = (tempfile::tempdir().unwrap(), free_ports(1)[0][0]);
        let path = dir.path().display();
        let config = dir.path().join("zoo.cfg");
        std::fs::write(
            &config,
            format!(
                "tickTime=1000\ndataDir={path}/data\nclientPort={port}\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n"
            ),
        )
        .unwrap();
        let log = std::fs::File::create(dir.path().join("log")).unwrap();
        let process = Command::new("java")
            .args([
                "-cp",
                "/usr/share/java/zookeeper.jar:/usr/share/java/slf4j-nop.jar",
            ])
            .arg("org.apache.zookeeper.server.ZooKeeperServerMain")
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("java; `cargo xtask install` installs it");
        for _ in 0..300 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        ZooKeeper {
            port,
            process,
            _dir: dir,
        }
    }
}

impl Drop for ZooKeeper {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Free when they were looked for.
pub fn free_ports(servers: usize) -> Vec<[u16; 3]> {
    let held: Vec<TcpListener> = (0..servers * 3)
        .map(|_| TcpListener::bind("127.0.0.1:0").unwrap())
        .collect();
    let ports: Vec<u16> = held
        .iter()
        .map(|listener| listener.local_addr().unwrap().port())
        .collect();
    ports
        .chunks(3)
        .map(|three| [three[0], three[1], three[2]])
        .collect()
}

const USERS: &str =
    "<yandex><profiles><default/></profiles><quotas><default/></quotas><users><default>
    <password/><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>
</default></users></yandex>";

fn written(dir: &Path, ports: [u16; 3], place: Option<&Place<'_>>) -> String {
    let dir = dir.display();
    let [http, native, between] = ports;
    let mut text = format!(
        "<yandex>
        <logger><level>warning</level><console>1</console></logger>
        <http_port>{http}</http_port><tcp_port>{native}</tcp_port>
        <interserver_http_port>{between}</interserver_http_port>
        <interserver_http_host>127.0.0.1</interserver_http_host><listen_host>127.0.0.1</listen_host>
        <path>{dir}/data/</path><tmp_path>{dir}/tmp/</tmp_path>
        <format_schema_path>{dir}/schemas/</format_schema_path>
        <mark_cache_size>67108864</mark_cache_size><users_config>{dir}/users.xml</users_config>
        <default_profile>default</default_profile><default_database>default</default_database>"
    );
    if let Some(place) = place {
        write!(
            text,
            "<zookeeper><node><host>127.0.0.1</host><port>{}</port></node>
                <session_timeout_ms>10000</session_timeout_ms></zookeeper>
            <macros><shard>{}</shard><replica>{}</replica></macros><remote_servers><nhip>",
            place.zookeeper,
            place.at / place.replicas,
            place.at % place.replicas
        )
        .unwrap();
        for shard in place.ports.chunks(place.replicas) {
            text.push_str("<shard><internal_replication>true</internal_replication>");
            for [_, native, _] in shard {
                write!(
                    text,
                    "<replica><host>127.0.0.1</host><port>{native}</port></replica>"
                )
                .unwrap();
            }
            text.push_str("</shard>");
        }
        text.push_str("</nhip></remote_servers>");
    }
    text + "</yandex>"
}
