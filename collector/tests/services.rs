//! Names of services: from the command line, and to the disk.
#![allow(clippy::unwrap_used)]

mod common;

use clap::Parser;
use common::{Collector, ORIGIN, report};
use nhip_collector::cli::{Cli, Command, NewPortal, PortalCommand};
use nhip_collector::clock::Clock;
use nhip_collector::config::Settings;
use nhip_collector::registry;
use serde_json::json;

/// `nhip portal add vn-hn` with these services.
fn add(services: &[&str]) -> Result<NewPortal, String> {
    let mut line = vec!["nhip", "portal", "add", "vn-hn", "--name", "Hà Nội"];
    line.extend(["--origin", ORIGIN]);
    for service in services {
        line.extend(["--service", service]);
    }
    match Cli::try_parse_from(line)
        .map_err(|error| error.to_string())?
        .command
    {
        Some(Command::Portal(PortalCommand::Add(portal))) => Ok(portal),
        other => Err(format!("{other:?}")),
    }
}

#[test]
fn a_service_is_registered_as_reports_name_it_or_not_at_all() {
    let portal = add(&["nop-ho-so", "nop-phi"]).unwrap();
    assert_eq!(portal.services, ["nop-ho-so", "nop-phi"]);
    for name in [
        "nộp-hồ-sơ",
        "nop ho so",
        "mau-01",
        "/nop-ho-so",
        ":n",
        ":x",
        ":rare",
        "",
    ] {
        let refusal = add(&[name]).unwrap_err();
        assert!(refusal.contains("such as nop-ho-so"), "{name}: {refusal}");
    }
}

#[tokio::test]
async fn a_service_that_is_registered_or_common_reaches_the_disk_and_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let settings = || Settings {
        name_views: 20,
        ..common::settings(dir.path())
    };
    let collector = Collector::with(settings(), Clock::system()).await;
    registry::add(dir.path(), add(&["cap-lai"]).unwrap(), &Clock::system()).unwrap();
    let send = async |collector: &Collector, view: u64, service: &str| {
        let mut report = report("vn-hn", view);
        report["steps"] = json!([{"service": service, "result": "start"}]);
        assert_eq!(collector.post(report).await.status(), 204);
    };
    send(&collector, 1, "cap-lai").await;
    for view in 100..122 {
        send(&collector, view, "nop-ho-so").await;
    }
    // Both look like words of the site.
    for view in 200..219 {
        send(&collector, view, "nguyen-van-an").await;
        send(&collector, 300 + view, "tran-thi-hoa-0912345678").await;
    }
    collector.stop().await;

    let files = std::fs::read_dir(dir.path()).unwrap();
    let files = files.map(|file| file.unwrap().path());
    let disk: Vec<u8> = files
        .filter(|path| path.is_file())
        .flat_map(|path| std::fs::read(path).unwrap())
        .collect();
    let holds = |text: &str| disk.windows(text.len()).any(|part| part == text.as_bytes());
    for (name, expected) in [
        ("cap-lai", true),
        ("nop-ho-so", true),
        ("nguyen-van-an", false),
        ("tran-thi-hoa", false),
        ("0912345678", false),
    ] {
        assert_eq!(holds(name), expected, "{name}");
    }

    // What was common before a restart is common after it.
    let collector = Collector::with(settings(), Clock::system()).await;
    send(&collector, 400, "nop-ho-so").await;
    let summary = collector.json("/v1/portals/vn-hn/summary").await;
    let started: Vec<_> = summary["services"]
        .as_array()
        .unwrap()
        .iter()
        .map(|service| {
            (
                service["service"].as_str().unwrap(),
                service["started"].as_u64().unwrap(),
            )
        })
        .collect();
    let expected = [(":rare", 38), (":n", 19), ("nop-ho-so", 4), ("cap-lai", 1)];
    assert_eq!(started, expected);
    collector.stop().await;
}
