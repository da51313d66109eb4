//! `--profile`: which of the widget's functions take the time, by the browser's sampling profiler, on
//! a build whose names can be read.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{pkg, root};

pub const CATEGORIES: [&str; 2] = ["devtools.timeline", "disabled-by-default-v8.cpu_profiler"];

/// So many functions are shown.
const SHOWN: usize = 25;

/// Self time in ms by function.
pub type Times = BTreeMap<String, f64>;

/// Builds the widget with its functions' names.
pub fn readable_widget() -> Result<PathBuf> {
    let folder = root().join("target/bench-widget");
    pkg::build_readable(&folder)?;
    Ok(folder)
}

/// Adds the samples of one visit's trace whose stack has a function of a script at `origin`.
pub fn add(times: &mut Times, trace: &[Value], origin: &str) -> Result<()> {
    let thread = trace
        .iter()
        .find(|event| {
            let url = event["args"]["data"]["url"].as_str().unwrap_or_default();
            event["name"] == "EvaluateScript" && url.starts_with(origin)
        })
        .context("the widget's script is not in the trace")?;
    let mut nodes: HashMap<u64, Node> = HashMap::new();
    let of_the_page =
        |event: &&Value| event["name"] == "ProfileChunk" && event["pid"] == thread["pid"];
    for chunk in trace.iter().filter(of_the_page) {
        let data = &chunk["args"]["data"];
        for node in data["cpuProfile"]["nodes"].as_array().into_iter().flatten() {
            nodes.insert(node["id"].as_u64().unwrap_or_default(), Node::of(node));
        }
        let samples = data["cpuProfile"]["samples"]
            .as_array()
            .into_iter()
            .flatten();
        let deltas = data["timeDeltas"].as_array().into_iter().flatten();
        for (sample, delta) in samples.zip(deltas) {
            let id = sample.as_u64().unwrap_or_default();
            if let Some(name) = name(&nodes, id, origin) {
                let took = delta.as_f64().unwrap_or_default().max(0.0);
                *times.entry(name).or_default() += took / 1000.0;
            }
        }
    }
    Ok(())
}

struct Node {
    parent: Option<u64>,
    function: String,
    url: String,
}

impl Node {
    fn of(node: &Value) -> Node {
        let frame = &node["callFrame"];
        let function = frame["functionName"].as_str().unwrap_or_default();
        let line = frame["lineNumber"].as_u64();
        Node {
            parent: node["parent"].as_u64(),
            function: match (function, line) {
                ("", Some(line)) => format!("(line {})", line + 1),
                (function, _) => function.to_owned(),
            },
            url: frame["url"].as_str().unwrap_or_default().to_owned(),
        }
    }

    fn is_at(&self, origin: &str) -> bool {
        self.url.starts_with(origin) || self.url.starts_with("wasm:")
    }
}

/// The function at the top of the stack; what the browser does for one of ours is named after both.
fn name(nodes: &HashMap<u64, Node>, id: u64, origin: &str) -> Option<String> {
    let top = nodes.get(&id)?;
    let mut caller = top;
    while !caller.is_at(origin) {
        caller = nodes.get(&caller.parent?)?;
    }
    Some(if std::ptr::eq(caller, top) {
        top.function.clone()
    } else {
        format!("{} → {}", caller.function, top.function)
    })
}

/// The largest, as means over `rounds`.
pub fn table(times: &Times, rounds: usize) -> Result<String> {
    let mut largest: Vec<(&String, f64)> = times
        .iter()
        .map(|(name, time)| (name, time / rounds as f64))
        .collect();
    largest.sort_by(|a, b| b.1.total_cmp(&a.1));
    let all: f64 = largest.iter().map(|(_, time)| time).sum();
    let mut text =
        format!("{all:8.1} ms  all samples in the widget's calls, mean of {rounds} views\n");
    for (name, time) in largest.iter().take(SHOWN) {
        writeln!(text, "{time:8.1} ms  {name}")?;
    }
    Ok(text)
}
