//! What each browser can tell, by what its reports said when they were stored. The table that comes
//! out is `docs/browsers.md`; `NHIP_WRITE_DOCS=1` writes it.
//!
//! `cargo xtask install`, `cargo build`, then `cargo test --package nhip --test browsers`.

mod document;
mod expected;
mod view;
mod visitor;

// Each suite uses a part of it.
#[allow(dead_code)]
#[path = "../rig/mod.rs"]
mod rig;

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let (mut passed, mut failed) = (0, 0);
    let mut count = |name: &str, faults: &[String]| {
        let says = if faults.is_empty() { "ok" } else { "FAILED" };
        println!("{name}: {says}");
        for fault in faults {
            println!("    {fault}");
        }
        *(if faults.is_empty() {
            &mut passed
        } else {
            &mut failed
        }) += 1;
    };
    let mut columns = Vec::new();
    for name in visitor::ALL {
        match view::visit(name).await {
            Ok(seen) => {
                count(&format!("{name:?}"), &expected::faults(name, &seen));
                columns.push(seen);
            }
            Err(error) => count(&format!("{name:?}"), &[format!("{error:#}")]),
        }
    }
    if columns.len() == visitor::ALL.len() {
        let faults = match document::agree(&columns) {
            Ok(faults) => faults,
            Err(error) => vec![format!("{error:#}")],
        };
        count("docs/browsers.md", &faults);
    }
    println!("{passed} passed, {failed} failed");
    ExitCode::from(u8::from(failed > 0))
}
