//! `docs/report.schema.json`, generated from the report's type.

use std::fs;

use anyhow::{Result, bail};
use nhip_protocol::report::RawReport;
use serde_json::Value;

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
    let mut schema = schemars::schema_for!(RawReport).to_value();
    without_null(&mut schema);
    Ok(serde_json::to_string_pretty(&schema)? + "\n")
}

/// What is not told is absent, never null; the generator takes an `Option` for both.
fn without_null(schema: &mut Value) {
    if let Some(object) = schema.as_object_mut() {
        if object.get("default").is_some_and(Value::is_null) {
            object.remove("default");
        }
        if let Some(Value::Array(types)) = object.get_mut("type") {
            types.retain(|name| name != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                object.insert("type".to_owned(), only);
            }
        }
        if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
            choices.retain(|choice| choice["type"] != "null");
            if let [Value::Object(only)] = choices.as_slice() {
                let only = only.clone();
                object.remove("anyOf");
                object.extend(only);
            }
        }
        object.values_mut().for_each(without_null);
    } else if let Some(list) = schema.as_array_mut() {
        list.iter_mut().for_each(without_null);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_in_a_report_may_be_null() {
        let schema = super::generated().unwrap();
        assert!(!schema.contains("null"), "{schema}");
    }
}
