//! What `cargo xtask bench collector` needs of the collector's own code: realistic reports, a database of years,
//! questions to it.
//!
//! - `bodies FILE N`: N reports, a line each, `VIEW` where the view id belongs.
//! - `fill DIR PORTALS DAYS VIEWS`: a database of rolled up hours, VIEWS a portal and hour.
//! - `ask DIR`: starts a collector on it and asks; prints JSON.
//! - `cluster DIR PORTALS VIEWS`: an hour of VIEWS a portal goes to a ClickHouse of its own; prints JSON.
#![allow(clippy::unwrap_used)]

#[path = "../tests/common/clickhouse.rs"]
mod clickhouse;

#[path = "collector/ask.rs"]
mod ask;
#[path = "collector/cluster.rs"]
mod cluster;
#[path = "collector/fill.rs"]
mod fill;
#[path = "collector/reports.rs"]
mod reports;

fn main() {
    // `cargo bench` says `--bench` behind everything.
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|it| it != "--bench")
        .collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<u64>().unwrap();
    match words.as_slice() {
        ["bodies", file, n] => reports::write(file.as_ref(), number(n)),
        ["fill", dir, portals, days, views] => {
            fill::fill(dir.as_ref(), number(portals), number(days), number(views));
        }
        ["ask", dir] => ask::ask(dir.as_ref()),
        ["cluster", dir, portals, views] => {
            cluster::run(dir.as_ref(), number(portals), number(views));
        }
        other => panic!(
            "expected bodies, fill, ask or cluster, got {other:?}; `cargo xtask bench collector` says more"
        ),
    }
}
