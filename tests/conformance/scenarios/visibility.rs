//! Pages that nobody sees: loaded in the background, hidden before their paint, left before their load
//! event, or without one.

use crate::page::{Page, TEXT};
use crate::scenario::{ALL, Browser::Chromium, QUIET, Scenario};
use crate::scenarios::load::{IMAGE, slow_image, stream};

/// Longer than any visit.
const NEVER_MS: u64 = 3_600_000;

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "hidden-before-paint",
        rules: &[3, 4, 6],
        browser: Chromium,
        visit: |stage| {
            stream(stage, 1500);
            stage.open("trang")?;
            stage.heard("began")?;
            stage.hide()?;
            stage.rest(1500);
            stage.show()?;
            stage.heard("painted")?;
            stage.rest(1500);
            Ok(())
        },
        tells: &["TTFB"],
        needs: &[("it was painted after it was hidden", |visit| {
            let facts = &visit.facts[0];
            facts.paints.first() > facts.hidden.first() && !facts.hidden.is_empty()
        })],
    },
    Scenario {
        name: "never-painted",
        rules: &[6, 21],
        browser: Chromium,
        visit: |stage| {
            stage.page("trang", &Page::new(""));
            stage.open("trang")?;
            stage.reported()
        },
        tells: &["TTFB"],
        needs: &[("nothing was painted", |visit| {
            visit.facts[0].paints.is_empty()
        })],
    },
    Scenario {
        name: "background-tab",
        rules: &[3, 4, 5],
        browser: Chromium,
        visit: |stage| {
            let shifts = "<script>document.onvisibilitychange = () => \
                setTimeout(() => act.push(90), 300)</script>";
            stage.page(
                "trang",
                &Page::with_button("onclick='act.busy(80)'", shifts),
            );
            stage.open_behind("trang")?;
            stage.reported()?;
            stage.show()?;
            stage.rest(800);
            stage.click()?;
            stage.idle();
            Ok(())
        },
        tells: &["TTFB INP"],
        needs: &[
            ("it was hidden from the beginning", |visit| {
                visit.facts[0].hidden.first() == Some(&0.0)
            }),
            ("it was painted and moved once it was shown", |visit| {
                let facts = &visit.facts[0];
                !facts.paints.is_empty() && !facts.shifts.is_empty()
            }),
        ],
    },
    Scenario {
        name: "hidden-before-module",
        rules: &[3, 10, 19],
        browser: Chromium,
        visit: |stage| {
            let image = slow_image(stage, 2000);
            stage.page("trang", &Page::with_button("", &image));
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
        needs: &[
            ("it was hidden before its load event", |visit| {
                let facts = &visit.facts[0];
                facts
                    .hidden
                    .first()
                    .is_some_and(|at| *at < facts.load_event_end - 200.0)
            }),
            ("a larger image was painted after the return", |visit| {
                let facts = &visit.facts[0];
                facts
                    .largest
                    .last()
                    .is_some_and(|last| last.at > facts.shown[0])
            }),
        ],
    },
    Scenario {
        name: "left-before-module",
        rules: &[3],
        browser: Chromium,
        visit: |stage| {
            let image = slow_image(stage, 5000);
            stage.page("trang", &Page::with_button("", &image));
            stage.open("trang")?;
            stage.heard("painted")?;
            stage.rest(200);
            stage.leave()
        },
        // The reference waits for the load event with TTFB.
        tells: &["LCP FCP CLS"],
        needs: &[("the load event never came", |visit| {
            visit.facts[0].load_event_end == 0.0
        })],
    },
    Scenario {
        name: "load-never-comes",
        rules: &[11, 20],
        browser: Chromium,
        visit: |stage| {
            let image = slow_image(stage, NEVER_MS);
            let shift = "<script>setTimeout(() => act.push(70), 1000)</script>";
            let body = format!("{shift}{image}");
            stage.page(
                "trang",
                &Page::with_button("onclick='act.busy(120)'", &body),
            );
            stage.open("trang")?;
            stage.heard("painted")?;
            stage.rest(1500);
            stage.click()?;
            stage.reported()
        },
        tells: &["LCP FCP CLS INP"],
        needs: &[
            ("the load event never came", |visit| {
                visit.facts[0].load_event_end == 0.0
            }),
            ("it moved before the module was there", |visit| {
                visit.facts[0].shifts.iter().any(|shift| shift.at < 4000.0)
            }),
        ],
    },
    Scenario {
        name: "hidden-then-larger",
        rules: &[3, 19],
        browser: Chromium,
        visit: |stage| {
            let image = stage.image("anh", IMAGE, 0);
            let body = format!(
                "<script>let times = 0; document.addEventListener('visibilitychange', () => \
                 document.hidden || times++ || setTimeout(() => act.image('{image}'), 200))</script>"
            );
            stage.page("trang", &Page::with_button("", &body));
            stage.open("trang")?;
            stage.reported()?;
            stage.hide()?;
            stage.show()?;
            stage.rest(1000);
            Ok(())
        },
        tells: &[QUIET],
        needs: &[("a larger image was told of after the return", |visit| {
            let facts = &visit.facts[0];
            facts
                .largest
                .last()
                .is_some_and(|last| last.is_image && last.at > facts.shown[0])
        })],
    },
    HIDDEN_AND_SHOWN,
    Scenario {
        name: "slower-after-return",
        rules: &[10, 13],
        browser: Chromium,
        visit: |stage| {
            let script = "<script>let times = 0</script>";
            let page = Page::with_button("onclick='act.busy([60, 180][times++])'", script);
            stage.page("trang", &page);
            stage.open("trang")?;
            stage.reported()?;
            stage.click()?;
            stage.idle();
            stage.hide()?;
            stage.show()?;
            stage.rest(200);
            stage.click()?;
            stage.idle();
            Ok(())
        },
        tells: &[ALL],
        needs: &[("a slower click after the return", |visit| {
            let facts = &visit.facts[0];
            let shown = facts.shown[0];
            let mut after = facts.events.iter().filter(|event| event.at > shown);
            after.any(|event| event.duration >= 160.0)
        })],
    },
];

pub const HIDDEN_AND_SHOWN: Scenario = Scenario {
    name: "hidden-and-shown",
    rules: &[10, 19],
    browser: Chromium,
    visit: |stage| {
        stage.page("trang", &Page::with_button("onclick='act.busy(90)'", TEXT));
        stage.open("trang")?;
        stage.reported()?;
        for _ in 0..2 {
            stage.hide()?;
            stage.rest(200);
            stage.show()?;
            stage.rest(200);
        }
        stage.click()?;
        stage.idle();
        Ok(())
    },
    tells: &[ALL],
    needs: &[("it was hidden three times", |visit| {
        visit.facts[0].hidden.len() == 3
    })],
};
