use super::*;
use serde_json::json;

const PAGE: &str = "http://portal";
const COLLECTOR: &str = "http://collector";

/// An event from `start` to `end`, in ms, that worked all the time.
fn event(name: &str, start: u32, end: u32, url: &str) -> Value {
    let (ts, dur) = (start * 1000, (end - start) * 1000);
    json!({ "ph": "X", "name": name, "pid": 1, "tid": 1, "ts": ts, "dur": dur, "tdur": dur,
        "args": { "data": { "url": url } } })
}

fn check(events: &[(&str, u32, u32, &str)]) -> Cost {
    let page = ("EvaluateScript", 900, 901, "http://portal/");
    let all = events.iter().chain([&page]);
    let trace: Vec<Value> = all
        .map(|&(name, start, end, url)| event(name, start, end, url))
        .collect();
    cost(&trace, PAGE, COLLECTOR).unwrap()
}

const OURS: &str = "http://collector/nhip.js";
const THEIRS: &str = "http://portal/trang.js";

#[test]
fn nested_calls_are_counted_once_with_what_they_force() {
    let cost = check(&[
        ("RunTask", 0, 40, ""),
        ("FireIdleCallback", 1, 31, ""),
        ("FunctionCall", 2, 20, OURS),
        ("Layout", 3, 10, ""),
        ("FunctionCall", 11, 12, OURS),
        ("RunMicrotasks", 21, 30, ""),
    ]);
    assert_eq!((cost.own, cost.longest, cost.main), (30.0, 30.0, 40.0));
    assert_eq!(cost.by_cause["FireIdleCallback"], 30.0);
}

#[test]
fn the_pages_work_is_not_the_variants() {
    let cost = check(&[
        ("RunTask", 0, 100, ""),
        ("EventDispatch", 0, 90, ""),
        ("FunctionCall", 1, 70, THEIRS),
        ("RunMicrotasks", 60, 65, ""),
        ("FunctionCall", 71, 75, OURS),
    ]);
    assert_eq!(cost.own, 4.0);
    assert_eq!(cost.long_tasks, 0, "it was long without us");
}

#[test]
fn a_task_that_is_long_only_with_our_share_is_ours() {
    let long = |ours| check(&[("RunTask", 0, 60, ""), ("FunctionCall", 0, ours, OURS)]).long_tasks;
    assert_eq!((long(9), long(10)), (0, 1));
}

#[test]
fn the_task_in_which_the_page_is_left_is_counted_apart() {
    let mut hidden = event("EventDispatch", 0, 10, "");
    hidden["args"]["data"]["type"] = json!("visibilitychange");
    let trace = [
        event("EvaluateScript", 900, 901, "http://portal/"),
        event("RunTask", 0, 60, ""),
        hidden,
        event("FunctionCall", 0, 10, OURS),
    ];
    let cost = cost(&trace, PAGE, COLLECTOR).unwrap();
    assert_eq!((cost.long_tasks, cost.long_leaving), (0, 1));
}

#[test]
fn microtasks_and_wasm_are_the_variants() {
    let cost = check(&[("RunMicrotasks", 0, 5, ""), ("wasm.AsyncCompile", 6, 7, "")]);
    assert_eq!(
        (cost.by_cause["RunMicrotasks"], cost.by_cause["wasm"]),
        (5.0, 1.0)
    );
}
