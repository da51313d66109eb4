//! DuckDB, as people use it on a file.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Types and rows of the answer.
pub fn ask(sql: &str) -> (Vec<String>, Vec<Vec<Value>>) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = here.join("../target/duckdb/bin/python");
    assert!(
        python.exists(),
        "DuckDB is not installed: run `cargo xtask install`"
    );
    let answer = Command::new(python)
        .arg(here.join("tests/common/ask_duckdb.py"))
        .arg(sql)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&answer.stderr);
    assert!(answer.status.success(), "{sql}: {said}");
    let mut answer: Value = serde_json::from_slice(&answer.stdout).unwrap();
    let types = serde_json::from_value(answer["types"].take()).unwrap();
    (
        types,
        serde_json::from_value(answer["rows"].take()).unwrap(),
    )
}
