//! `docs/report.schema.json`, generated from the report's type.

use std::fs;

use anyhow::{Result, bail};
use nhip_protocol::report::RawReport;

use crate::root;

const FILE: &str = "docs/report.schema.json";

pub fn write() -> Result<()> {
    fs::write(root().join(FILE), generated()?)?;
    Ok(())
}

/// # Errors
///
/// The committed schema is not the generated one.
pub fn check() -> Result<()> {
    if fs::read_to_string(root().join(FILE)).ok() != Some(generated()?) {
        bail!("{FILE} is stale: run `cargo xtask build`");
    }
    Ok(())
}

fn generated() -> Result<String> {
    let schema = schemars::schema_for!(RawReport);
    Ok(serde_json::to_string_pretty(&schema)? + "\n")
}
