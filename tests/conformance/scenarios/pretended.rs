//! What this browser does not do, or not when it is asked to, as far as a page can pretend it. The
//! reference and the widget are told the same.

use crate::facts::Facts;
use crate::page::{Page, TEXT};
use crate::scenario::{ALL, Browser::Chromium, Need, QUIET, Scenario};
use crate::scenarios::load::{IMAGE, slow_image};

/// Layout shifts come at these times, so that each edge of a window is met: a gap of a second, a
/// window of five.
const EDGES: &str = "const { get } = Object.getOwnPropertyDescriptor(PerformanceEntry.prototype, 'startTime');\
    const times = [1000, 2000, 4000, 4900, 5800, 6700, 7600, 8500, 9000], told = new Map();\
    Object.defineProperty(PerformanceEntry.prototype, 'startTime', { get() { \
      const at = get.call(this);\
      if (this.entryType != 'layout-shift') return at;\
      if (!told.has(at)) told.set(at, times[told.size]);\
      return told.get(at) } })";

/// The paints, and the page's being hidden, came in one and the same millisecond.
const AT_ONCE: &str = "const { get } = Object.getOwnPropertyDescriptor(PerformanceEntry.prototype, 'startTime');\
    Object.defineProperty(PerformanceEntry.prototype, 'startTime', { get() { \
      return /paint/.test(this.entryType) || this.name == 'hidden' ? 700 : get.call(this) } })";

/// No `visibility-state` entries.
const NO_STATES: &str = "const all = performance.getEntriesByType;\
    performance.getEntriesByType = (type) => type == 'visibility-state' ? [] : all.call(performance, type)";

/// Input does not end LCP: an image with `elementtiming` is a largest paint whenever it comes.
const PAINTS_GO_ON: &str = "const { observe } = PerformanceObserver.prototype;\
    PerformanceObserver.prototype.observe = function (options) { \
      observe.call(this, options);\
      if (options.type == 'largest-contentful-paint') observe.call(this, { ...options, type: 'element' }) };\
    const { get } = Object.getOwnPropertyDescriptor(PerformanceEntry.prototype, 'entryType');\
    Object.defineProperty(PerformanceEntry.prototype, 'entryType', { get() { \
      const type = get.call(this);\
      return type == 'element' ? 'largest-contentful-paint' : type } })";

const PAINTED_AFTER_INPUT: Need = ("an image was told of after the input", |visit| {
    let facts = &visit.facts[0];
    let input = facts
        .inputs
        .iter()
        .find(|input| input.kind != "pointermove");
    facts
        .largest
        .last()
        .is_some_and(|last| last.is_image && input.is_some_and(|input| last.at > input.at + 300.0))
});

/// A page where an image comes so many milliseconds after an event, and another.
fn image_after(event: &str, image: &str, waits: &str) -> Page {
    let later = format!(
        "<script>const show = () => act.image('{image}').setAttribute('elementtiming', 'anh');\
         addEventListener('{event}', () => {{ for (const after of [{waits}]) setTimeout(show, after) }},\
         {{ once: true }})</script>"
    );
    Page::with_button("", &later).pretending(PAINTS_GO_ON)
}

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "shifts-at-the-edges",
        rules: &[7],
        browser: Chromium,
        visit: |stage| {
            // Two windows of one shift, one of six, and one of one: the six are the largest.
            let script = "<script>const all = [70, 70, 28, 28, 28, 28, 28, 28, 28]; const next = () => {\
                act.push(all.shift()); requestAnimationFrame(() => requestAnimationFrame(\
                all.length ? next : () => act.mark('moved'))) }; setTimeout(next, 300)</script>";
            let page = Page::with_button("", &format!("{TEXT}{script}"));
            stage.page("trang", &page.pretending(EDGES));
            stage.open("trang")?;
            stage.marked("moved")?;
            stage.reported()
        },
        tells: &[QUIET],
        needs: &[(
            "nine shifts, at the edges, and none of the windows negligible",
            |visit| {
                let facts = &visit.facts[0];
                let sum = |from: f64, to: f64| score_between(facts, from, to);
                let (six, pair) = (sum(4000.0, 8500.0), sum(1000.0, 2000.0));
                let alone = sum(1000.0, 1000.0).max(sum(2000.0, 2000.0));
                facts.shifts.len() == 9 && alone + 0.001 < six && six + 0.001 < pair
            },
        )],
    },
    Scenario {
        name: "hidden-at-the-paint",
        rules: &[3, 4],
        browser: Chromium,
        visit: |stage| {
            let image = slow_image(stage, 1200);
            let page = Page::with_button("", &image).pretending(AT_ONCE);
            stage.page("trang", &page.loader_after(1000).reference_at_load());
            stage.open("trang")?;
            stage.heard("painted")?;
            stage.hide()?;
            stage.show()?;
            stage.reported()
        },
        tells: &["TTFB"],
        needs: &[
            ("it was painted, and hidden before anybody asked", |visit| {
                let facts = &visit.facts[0];
                let hidden = facts.hidden.first();
                facts.paints == [700.0]
                    && hidden.is_some_and(|at| at + 100.0 < facts.load_event_end)
            }),
        ],
    },
    Scenario {
        name: "background-without-states",
        rules: &[4, 5],
        browser: Chromium,
        visit: |stage| {
            let page = Page::with_button("", TEXT).pretending(NO_STATES);
            stage.page("trang", &page);
            stage.open_behind("trang")?;
            stage.reported()?;
            stage.show()?;
            stage.rest(800);
            Ok(())
        },
        tells: &["TTFB"],
        needs: &[("it was painted once it was shown", |visit| {
            !visit.facts[0].paints.is_empty()
        })],
    },
    Scenario {
        name: "hidden-before-module-without-states",
        rules: &[4],
        browser: Chromium,
        visit: |stage| {
            let image = slow_image(stage, 2000);
            let page = Page::with_button("", &image).pretending(NO_STATES);
            stage.page("trang", &page);
            stage.open("trang")?;
            stage.heard("painted")?;
            stage.rest(200);
            stage.hide()?;
            stage.show()?;
            stage.heard("loaded")?;
            stage.rest(1500);
            Ok(())
        },
        tells: &[QUIET],
        needs: &[("a larger image was painted after the return", |visit| {
            let facts = &visit.facts[0];
            let last = facts.largest.last();
            last.is_some_and(|last| last.at > facts.shown[0])
        })],
    },
    Scenario {
        name: "click-where-paints-go-on",
        rules: &[19],
        browser: Chromium,
        visit: |stage| {
            let image = stage.image("anh", IMAGE, 0);
            stage.page("trang", &image_after("click", &image, "700"));
            stage.open("trang")?;
            stage.reported()?;
            stage.click()?;
            stage.rest(1300);
            Ok(())
        },
        tells: &[ALL],
        needs: &[PAINTED_AFTER_INPUT],
    },
    Scenario {
        name: "key-where-paints-go-on",
        rules: &[19],
        browser: Chromium,
        visit: |stage| {
            let image = stage.image("anh", IMAGE, 0);
            stage.page("trang", &image_after("keydown", &image, "700"));
            stage.open("trang")?;
            stage.reported()?;
            stage.visitor.key(30)?;
            stage.rest(1300);
            Ok(())
        },
        tells: &[ALL],
        needs: &[PAINTED_AFTER_INPUT],
    },
    Scenario {
        name: "click-before-module-paints-go-on",
        rules: &[19],
        browser: Chromium,
        visit: |stage| {
            let image = stage.image("anh", IMAGE, 0);
            // One before the module is there, and one after.
            let page = image_after("click", &image, "700, 3000");
            stage.page("trang", &page.module_after(2500));
            stage.open("trang")?;
            stage.heard("pageshow")?;
            stage.rest(300);
            stage.click()?;
            stage.reported()?;
            stage.rest(800);
            Ok(())
        },
        tells: &[ALL],
        needs: &[(
            "an image before the first report, and one after the click",
            |visit| {
                let facts = &visit.facts[0];
                let images: Vec<_> = facts.largest.iter().filter(|one| one.is_image).collect();
                images.len() == 2 && images[1].at > images[0].at + 2000.0
            },
        )],
    },
];

fn score_between(facts: &Facts, from: f64, to: f64) -> f64 {
    let shifts = facts.shifts.iter();
    let within = shifts.filter(|shift| (from..=to).contains(&shift.at));
    within.map(|shift| shift.value).sum()
}
