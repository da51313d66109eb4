//! Whose work a main thread's time was.
//!
//! Durations are the thread's own processor time, which the emulated slowdown burns on the same
//! thread: what other programs take of this machine is left out, and what the visitor's slow phone
//! would need is in. An event belongs to the variant
//!
//! - if its script's address is at the collector's origin (evaluating, compiling, calling a function);
//! - if it is WebAssembly's (no other variant has any);
//! - if it is a checkpoint of microtasks outside of the page's own calls: the page uses no promises;
//! - if it is a timer or an idle callback in which the first call is the variant's.
//!
//! Everything inside such an event is its own too, forced style and layout as well as garbage
//! collection, and is counted once, with the outermost.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde_json::Value;

struct Event {
    name: String,
    /// Process and thread.
    thread: (i64, i64),
    /// Wall clock, in µs.
    start: f64,
    end: f64,
    /// Processor time, in ms.
    work: f64,
    /// The script's address, or empty.
    url: String,
    /// What an EventDispatch dispatches.
    kind: String,
}

/// The trace's complete events.
fn events(trace: &[Value]) -> impl Iterator<Item = Event> {
    let complete = |event: &&Value| event["ph"] == "X";
    trace.iter().filter(complete).map(|event| {
        let (args, wall) = (&event["args"], event["dur"].as_f64().unwrap_or_default());
        let start = event["ts"].as_f64().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let url = &args["data"]["url"];
        Event {
            name: text(&event["name"]),
            thread: (
                event["pid"].as_i64().unwrap_or_default(),
                event["tid"].as_i64().unwrap_or_default(),
            ),
            start,
            end: start + wall,
            work: event["tdur"].as_f64().unwrap_or(wall) / 1000.0,
            url: text(if url.is_string() {
                url
            } else {
                &args["fileName"]
            }),
            kind: text(&args["data"]["type"]),
        }
    })
}

/// What a visit cost the page's main thread, in ms.
#[derive(Default)]
pub struct Cost {
    /// All tasks, whoever's.
    pub main: f64,
    /// The variant's own.
    pub own: f64,
    /// The variant's, by what started it.
    pub by_cause: BTreeMap<String, f64>,
    /// Its largest share of one task.
    pub longest: f64,
    /// Tasks over 50 ms that would not be without the variant's share, while the page was there.
    pub long_tasks: usize,
    /// The same of the task in which the page was left, which the browser fills with the next page.
    pub long_leaving: usize,
}

/// <https://www.w3.org/TR/longtasks-1/>
pub const LONG_TASK: f64 = 50.0;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Nobody,
    Page,
    Variant,
}

/// Reads the main thread that evaluated scripts of `page` (an address).
pub fn cost(trace: &[Value], page: &str, collector: &str) -> Result<Cost> {
    let events: Vec<Event> = events(trace).collect();
    let thread = events
        .iter()
        .find(|event| event.name == "EvaluateScript" && event.url.starts_with(page))
        .context("the page's own script is not in the trace")?
        .thread;
    let mut events: Vec<&Event> = events
        .iter()
        .filter(|event| event.thread == thread)
        .collect();
    events.sort_by(|a, b| a.start.total_cmp(&b.start).then(b.end.total_cmp(&a.end)));

    let mut cost = Cost::default();
    let mut tasks = vec![0.0; events.len()];
    let mut leaving = vec![false; events.len()];
    let mut owners = Vec::with_capacity(events.len());
    let mut open: Vec<usize> = Vec::new();
    for (at, event) in events.iter().enumerate() {
        while open
            .last()
            .is_some_and(|&above| events[above].end <= event.start)
        {
            open.pop();
        }
        let task = open
            .iter()
            .copied()
            .find(|&above| events[above].name == "RunTask");
        if let Some(task) = task {
            // Nothing else hides the page in a visit.
            leaving[task] |= event.kind == "visibilitychange";
        }
        let inside = |wanted, owners: &[Owner]| open.iter().any(|&above| owners[above] == wanted);
        let mut owner = owner(event, page, collector);
        if event.name == "RunMicrotasks" && !inside(Owner::Page, &owners) {
            owner = Owner::Variant;
        }
        let counted = inside(Owner::Variant, &owners);
        owners.push(owner);
        if owner == Owner::Variant && !counted {
            // A call's timer or idle callback is part of it.
            let first = open
                .iter()
                .rev()
                .copied()
                .find(|&above| is_callback(events[above]));
            let first = first.unwrap_or(at);
            owners[first] = Owner::Variant;
            let work = events[first].work;
            cost.own += work;
            let above = open.iter().map(|&above| events[above]);
            *cost
                .by_cause
                .entry(cause(events[first], above))
                .or_default() += work;
            if let Some(task) = task {
                tasks[task] += work;
            }
        }
        open.push(at);
    }
    for ((event, share), leaving) in events.iter().zip(tasks).zip(leaving) {
        if event.name == "RunTask" {
            cost.main += event.work;
            cost.longest = cost.longest.max(share);
            let lifted = event.work > LONG_TASK && event.work - share <= LONG_TASK;
            let count = if leaving {
                &mut cost.long_leaving
            } else {
                &mut cost.long_tasks
            };
            *count += usize::from(lifted);
        }
    }
    Ok(cost)
}

/// Tasks of the thread that evaluated a script of `collector`: ms, the longest first.
pub fn tasks(trace: &[Value], collector: &str) -> Result<Vec<f64>> {
    let mut scripts = events(trace).filter(|event| event.name == "EvaluateScript");
    let ours = scripts.find(|script| script.url.starts_with(collector));
    let thread = ours
        .context("the panel's script is not in the trace")?
        .thread;
    let own = events(trace).filter(|event| event.thread == thread && event.name == "RunTask");
    let mut tasks: Vec<f64> = own.map(|task| task.work).collect();
    tasks.sort_by(|one, other| f64::total_cmp(other, one));
    Ok(tasks)
}

fn owner(event: &Event, page: &str, collector: &str) -> Owner {
    let script = [
        "EvaluateScript",
        "FunctionCall",
        "v8.compile",
        "v8.run",
        "v8.produceCache",
    ];
    if event.name.starts_with("wasm.") {
        Owner::Variant
    } else if !script.contains(&event.name.as_str()) {
        Owner::Nobody
    } else if event.url.starts_with(collector) {
        Owner::Variant
    } else if event.url.starts_with(page) {
        Owner::Page
    } else {
        Owner::Nobody
    }
}

/// What runs one script's callback and nothing else.
fn is_callback(event: &Event) -> bool {
    ["TimerFire", "FireIdleCallback", "FireAnimationFrame"].contains(&event.name.as_str())
}

/// What to call the reason for which the browser ran `event`.
fn cause<'a>(event: &Event, mut above: impl Iterator<Item = &'a Event>) -> String {
    if let Some(dispatch) = above.find(|above| above.name == "EventDispatch") {
        format!("event {}", dispatch.kind)
    } else if event.name.starts_with("wasm.") {
        "wasm".to_owned()
    } else {
        event.name.clone()
    }
}

#[cfg(test)]
#[path = "trace_tests.rs"]
mod tests;
