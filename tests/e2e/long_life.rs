//! A page that is left open: the widget keeps no more of an hour than of a minute. The hour's input,
//! shifts, hidings and soft navigations are real, and follow each other without its pauses.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nhip_collector::store::StoredRow;
use nhip_protocol::report::{Kind as ReportKind, Nav, Report};
use serde_json::{Value, json};

use crate::rig::collector::Collector;
use crate::rig::devtools::{Devtools, Sent, Tab};
use crate::rig::site::Site;

const PORTAL: &str = "thu-nghiem";

/// Rounds of use before the first measurement: everything that is made once is there, compiled code
/// included.
const WARM: usize = 3;

/// Rounds between the measurements: so many at least, and more until an hour's entries were told of.
const ROUNDS: usize = 4;
const MOST_ROUNDS: usize = 15;

/// Each page is used so often, in turns.
const RUNS: usize = 2;

/// Clicks of a round, one behind the other, so that all but the first wait for 40 ms or more.
const CLICKS: usize = 80;

/// Entries that a page was told of between the measurements: an hour's.
const LEAST_ENTRIES: f64 = 2000.0;

/// What the heap may grow by beside the same page without the tag: a quarter of what an hour's entries
/// take if a script keeps them, and five times what two pages that keep nothing differ by.
const MOST_HEAP_BYTES: f64 = 150_000.0;

/// Collections of garbage before a measurement.
const MOST_COLLECTIONS: usize = 8;

/// Where the buttons are.
const BUSY: (u32, u32) = (120, 50);
const NEXT: (u32, u32) = (420, 50);

/// Before the tag: what the widget makes is counted, and its memory is kept hold of.
const WATCH: &str = "<script>\
    const instantiate = WebAssembly.instantiate;\
    WebAssembly.instantiate = async (...words) => {\
      const made = await instantiate(...words);\
      self.memory = made.instance.exports.memory; self.before = memory.buffer.byteLength;\
      return made };\
    self.observers = 0;\
    const Observer = PerformanceObserver;\
    self.PerformanceObserver = class extends Observer {\
      constructor(...words) { super(...words); observers++ } };\
    self.entries = 0;\
    const counting = new Observer((list) => entries += list.getEntries().length);\
    for (const type of ['event', 'layout-shift']) counting.observe({ type, durationThreshold: 40 });\
    const busy = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };\
    </script>";

/// Two buttons: one that is busy at the first click of a burst, and a router. `shift()` moves the
/// text for so many frames.
const BODY: &str = "<style>body { margin: 0 } main { margin-top: 120px }\
      button { position: fixed; top: 20px; width: 200px; height: 60px }</style>\
    <button id=ban style=\"left: 20px\">Bấm</button>\
    <button id=tiep style=\"left: 320px\">Tiếp</button>\
    <div id=day></div><main><h1>Trang 0</h1><p>Nội dung</main>\
    <script>\
    let first = false, at = 0;\
    ban.onpointerdown = () => { if (first) busy(120); first = false };\
    tiep.onclick = () => { at++; history.replaceState({}, '', '?trang=' + at % 2);\
      document.querySelector('main').innerHTML =\
        '<h1>Trang ' + at % 10 + '</h1><p>' + ('nội dung ' + at % 10 + ' ').repeat(100) };\
    const shift = (frames) => new Promise((done) => requestAnimationFrame(function frame() {\
      day.style.height = frames % 2 * 40 + 'px';\
      frames-- ? requestAnimationFrame(frame) : done(1) }));\
    </script>";

/// What a script that must not be would do.
const LEAK: &str = "<script>\
    self.kept = [];\
    const keeping = new Observer((list) => kept.push(...list.getEntries()));\
    for (const type of ['event', 'layout-shift']) keeping.observe({ type, durationThreshold: 40 });\
    addEventListener('click', () => {\
      kept.push(document.createElement('p'), new PerformanceObserver(() => 0));\
      addEventListener('scroll', () => kept);\
      if (self.memory && kept.length > 2500 && memory.buffer.byteLength == before) memory.grow(1);\
    }, true);\
    </script>";

#[test]
fn an_hour_of_use_leaves_nothing_behind() -> Result<()> {
    let site = Site::open()?;
    let collector = Collector::with_portal(PORTAL, &site.address)?;
    let tag = collector.tag("data-portal=thu-nghiem");
    site.page("/khong", WATCH, BODY);
    site.page("/co", &format!("{WATCH}{tag}"), BODY);
    site.page("/giu", &format!("{WATCH}{LEAK}{tag}"), BODY);

    let (mut plain, mut tagged) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        plain.push(hour(&format!("{}/khong", site.address))?);
        tagged.push(hour(&format!("{}/co", site.address))?);
    }
    let rows = collector.rows()?;
    let leaking = [hour(&format!("{}/giu", site.address))?];

    let leaking = leaks(grown(&leaking), grown(&plain));
    let kept = leaks(grown(&tagged), grown(&plain));
    assert!(kept.is_empty(), "{kept:?}: {tagged:#?} beside {plain:#?}");
    assert_eq!(
        leaking,
        ["heap", "nodes", "listeners", "observers", "memory"],
        "what a script keeps is seen"
    );
    // And all the while it measured.
    let told = |row: &&StoredRow| {
        let Report {
            kind,
            nav,
            response,
            ..
        } = &row.report;
        *kind == ReportKind::Final && *nav == Nav::Soft && response.inp.is_some()
    };
    let told = rows.iter().filter(told).count();
    assert!(
        told >= RUNS * (WARM + ROUNDS - 1),
        "{told} views with an INP"
    );
    Ok(())
}

/// What a page keeps, or how much more of it.
#[derive(Clone, Copy, Debug)]
struct Kept {
    /// Bytes, the browser's own objects included.
    heap: f64,
    /// Of the document, those that only a script still knows included.
    nodes: f64,
    listeners: f64,
    /// Observers that were ever made.
    observers: f64,
    /// Bytes of the module's memory beyond what it began with; 0 without the tag.
    memory: f64,
}

impl Kept {
    fn of([heap, nodes, listeners, observers, memory]: [f64; 5]) -> Kept {
        Kept {
            heap,
            nodes,
            listeners,
            observers,
            memory,
        }
    }

    fn each(one: Kept, other: Kept, of: fn(f64, f64) -> f64) -> Kept {
        Kept::of([
            of(one.heap, other.heap),
            of(one.nodes, other.nodes),
            of(one.listeners, other.listeners),
            of(one.observers, other.observers),
            of(one.memory, other.memory),
        ])
    }
}

/// What a page kept after its first minutes, and at the hour's end.
type Hour = (Kept, Kept);

/// What it keeps more at the end. Of several runs the least counts, at either time: what was not yet
/// collected is not kept.
fn grown(runs: &[Hour]) -> Kept {
    let any = Kept::of([f64::INFINITY; 5]);
    let (warm, end) = runs.iter().fold((any, any), |(warm, end), run| {
        let least = |one, other| Kept::each(one, other, f64::min);
        (least(warm, run.0), least(end, run.1))
    });
    Kept::each(end, warm, |end, warm| end - warm)
}

/// What grows with the hour, beside the same page without the tag.
fn leaks(grown: Kept, plain: Kept) -> Vec<&'static str> {
    let more = Kept::each(grown, plain, |grown, plain| grown - plain);
    [
        ("heap", more.heap > MOST_HEAP_BYTES),
        ("nodes", more.nodes > 0.0),
        ("listeners", more.listeners > 0.0),
        ("observers", more.observers > 0.0),
        ("memory", more.memory > 0.0),
    ]
    .into_iter()
    .filter_map(|(name, grows)| grows.then_some(name))
    .collect()
}

/// Uses a page in a browser of its own.
fn hour(url: &str) -> Result<Hour> {
    let mut page = Open::new(url)?;
    for _ in 0..WARM {
        page.round()?;
    }
    let warm = page.kept()?;
    let told = page.number("entries")?;
    // On a slow machine more of a burst's clicks are waited for than on a fast one.
    let mut rounds = 0;
    while rounds < ROUNDS || page.number("entries")? - told < LEAST_ENTRIES {
        if rounds == MOST_ROUNDS {
            bail!("{rounds} rounds make no hour");
        }
        page.round()?;
        rounds += 1;
    }
    let end = page.kept()?;
    Ok((warm, end))
}

/// A page that is used.
struct Open {
    devtools: Devtools,
    /// An empty tab: in front, it hides the page.
    other: String,
    tab: Tab,
}

impl Open {
    fn new(url: &str) -> Result<Open> {
        let mut devtools = Devtools::start("/usr/bin/chromium", &[])?;
        let pages = devtools.pages()?;
        let other = pages.first().context("the first tab")?.0.clone();
        let target = devtools.open(url)?;
        let tab = devtools.attach(&target)?;
        let mut page = Open {
            devtools,
            other,
            tab,
        };
        page.until("document.readyState == 'complete'")?;
        // The module is there, and has looked at the page.
        sleep(Duration::from_millis(1200));
        Ok(page)
    }

    /// Minutes of an hour: clicks, shifts, another page, and a while in the background.
    fn round(&mut self) -> Result<()> {
        self.value("first = true")?;
        let mut last = None;
        for _ in 0..CLICKS {
            last = Some(self.click(BUSY)?);
        }
        if let Some(last) = last {
            self.devtools.answer(&last)?;
        }
        self.value("shift(8)")?;
        let next = self.click(NEXT)?;
        self.devtools.answer(&next)?;
        self.value("shift(4)")?;
        self.devtools.activate(&self.other.clone())?;
        self.until("document.visibilityState == 'hidden'")?;
        self.devtools.activate(&self.tab.target.clone())?;
        self.until("document.visibilityState == 'visible'")
    }

    fn click(&mut self, (x, y): (u32, u32)) -> Result<Sent> {
        let mouse = |kind| json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1});
        let method = "Input.dispatchMouseEvent";
        let _ = self
            .devtools
            .send(&self.tab, method, mouse("mousePressed"))?;
        self.devtools
            .send(&self.tab, method, mouse("mouseReleased"))
    }

    /// What is still reachable.
    fn kept(&mut self) -> Result<Kept> {
        let mut heap = self.heap()?;
        for _ in 0..MOST_COLLECTIONS {
            // What one collection frees may be what held the rest.
            let less = self.heap()?;
            let is_all = less >= heap;
            heap = heap.min(less);
            if is_all {
                break;
            }
        }
        let counts = self.command("Memory.getDOMCounters")?;
        Ok(Kept {
            heap,
            nodes: number(&counts, "nodes")?,
            listeners: number(&counts, "jsEventListeners")?,
            observers: self.number("observers")?,
            memory: self.number("self.memory ? memory.buffer.byteLength - before : 0")?,
        })
    }

    /// Bytes in use after a collection.
    fn heap(&mut self) -> Result<f64> {
        self.command("HeapProfiler.collectGarbage")?;
        sleep(Duration::from_millis(50));
        let heap = self.command("Runtime.getHeapUsage")?;
        Ok(number(&heap, "usedSize")? + number(&heap, "embedderHeapUsedSize")?)
    }

    fn command(&mut self, method: &str) -> Result<Value> {
        self.devtools.tab(&self.tab, method, json!({}))
    }

    fn value(&mut self, expression: &str) -> Result<Value> {
        let parameters =
            json!({"expression": expression, "awaitPromise": true, "returnByValue": true});
        let answer = self
            .devtools
            .tab(&self.tab, "Runtime.evaluate", parameters)?;
        if answer["exceptionDetails"].is_object() {
            bail!("{expression}: {answer:#}");
        }
        Ok(answer["result"]["value"].clone())
    }

    fn number(&mut self, expression: &str) -> Result<f64> {
        let value = self.value(expression)?;
        value
            .as_f64()
            .with_context(|| format!("{expression} is {value}"))
    }

    fn until(&mut self, expression: &str) -> Result<()> {
        let began = Instant::now();
        while self.value(expression)? != true {
            if began.elapsed() > Duration::from_secs(10) {
                bail!("never {expression}");
            }
            sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

fn number(of: &Value, name: &str) -> Result<f64> {
    of[name].as_f64().with_context(|| name.to_owned())
}
