//! What happens before the module is there.

use crate::page::{Page, TEXT};
use crate::rig::site::Answer;
use crate::scenario::{ALL, Browser::Chromium, QUIET, Scenario};
use crate::scenarios::load::{responded, slow_image};
use crate::scenarios::prerender::activate_after;

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "input-before-load",
        rules: &[17, 19],
        browser: Chromium,
        visit: |stage| {
            let image = slow_image(stage, 1500);
            stage.page(
                "trang",
                &Page::with_button("onclick='act.busy(60)'", &image),
            );
            stage.open("trang")?;
            stage.heard("painted")?;
            stage.click()?;
            stage.reported()
        },
        tells: &[ALL],
        needs: &[("the click came long before the load event", |visit| {
            let facts = &visit.facts[0];
            facts
                .clicked()
                .is_some_and(|at| at + 500.0 < facts.load_event_end)
        })],
    },
    Scenario {
        name: "input-before-anyone",
        rules: &[11, 17],
        browser: Chromium,
        visit: |stage| {
            let image = stage.image("anh", (40, 40), 2000);
            let body =
                format!("<img src=\"{image}\" width=40 height=40><script>let times = 0</script>");
            let page = Page::with_button("onclick='act.busy([20, 160, 70][times++])'", &body);
            stage.page("trang", &page.reference_at_load());
            stage.open("trang")?;
            stage.heard("painted")?;
            stage.rest(200);
            for _ in 0..3 {
                stage.click()?;
                stage.rest(50);
            }
            stage.reported()
        },
        tells: &[ALL],
        needs: &[
            ("all three clicks came before the load event", |visit| {
                let facts = &visit.facts[0];
                let clicks = facts.inputs.iter().filter(|input| input.kind == "click");
                clicks.clone().count() == 3
                    && clicks.clone().all(|click| click.at < facts.load_event_end)
            }),
            ("one was long enough to be kept", |visit| {
                visit.facts[0].events_from(104.0) > 0
            }),
        ],
    },
    Scenario {
        name: "fast-input-before-anyone",
        rules: &[11, 17],
        browser: Chromium,
        visit: |stage| {
            let image = stage.image("anh", (40, 40), 1500);
            let body = format!("<img src=\"{image}\" width=40 height=40>");
            stage.page("trang", &Page::with_button("", &body).reference_at_load());
            stage.open("trang")?;
            stage.heard("painted")?;
            stage.rest(200);
            stage.click()?;
            stage.reported()
        },
        tells: &[ALL],
        needs: &[(
            "the first input came before the load event, and was fast",
            |visit| {
                let facts = &visit.facts[0];
                facts.clicked().is_some_and(|at| at < facts.load_event_end)
                    && facts.firsts() < 104.0
            },
        )],
    },
    Scenario {
        name: "blocked-after-load",
        rules: &[11, 17],
        browser: Chromium,
        visit: |stage| {
            let image = stage.image("anh", (40, 40), 700);
            let body = format!(
                "<img src=\"{image}\" width=40 height=40><script>onload = () => setTimeout(() => {{\
                 act.mark('blocked'); act.busy(3000) }})</script>"
            );
            stage.page("trang", &Page::with_button("", &body).reference_at_load());
            stage.open("trang")?;
            stage.marked("blocked")?;
            stage.click()?;
            stage.reported()
        },
        tells: &[ALL],
        needs: &[(
            "the first report came seconds after the load event",
            |visit| {
                let facts = &visit.facts[0];
                facts.events_from(1000.0) > 0 && facts.load_event_end < 2000.0
            },
        )],
    },
    Scenario {
        name: "module-late",
        rules: &[6, 11, 13, 17],
        browser: Chromium,
        visit: |stage| {
            let image = stage.image("anh", (600, 400), 0);
            let script = format!(
                "<script>setTimeout(() => act.image('{image}'), 400);\
                 setTimeout(() => act.push(60), 700)</script>"
            );
            let page = Page::with_button("onclick='act.busy(150)'", &script);
            stage.page("trang", &page.module_after(2500));
            stage.open("trang")?;
            stage.heard("pageshow")?;
            stage.rest(1200);
            stage.click()?;
            stage.reported()
        },
        tells: &[ALL],
        needs: &[(
            "an image, a shift and a click between the load event and the module",
            |visit| {
                let facts = &visit.facts[0];
                let from = facts.load_event_end;
                let between = |at: f64| from < at && at < from + 2400.0;
                facts.largest.last().is_some_and(|last| between(last.at))
                    && facts.shifts.iter().any(|shift| between(shift.at))
                    && facts.clicked().is_some_and(between)
            },
        )],
    },
    Scenario {
        name: "hidden-while-module-late",
        rules: &[3, 4, 10, 18],
        browser: Chromium,
        visit: |stage| {
            let image = stage.image("anh", (600, 400), 0);
            let script = format!(
                "<script>let times = 0; document.addEventListener('visibilitychange', () => \
                 document.hidden || times++ || setTimeout(() => act.image('{image}'), 200))</script>"
            );
            let page = Page::with_button("onclick='act.busy(150)'", &script);
            stage.page("trang", &page.module_after(3000));
            stage.open("trang")?;
            stage.heard("pageshow")?;
            stage.rest(300);
            stage.hide()?;
            stage.show()?;
            stage.rest(600);
            stage.click()?;
            stage.rest(3000);
            Ok(())
        },
        tells: &[ALL],
        needs: &[(
            "hidden before the module was there, and not again until the end",
            |visit| visit.segments[0].kinds == ["abandoned", "final"],
        )],
    },
    Scenario {
        name: "hidden-before-loader",
        rules: &[3, 4],
        browser: Chromium,
        visit: |stage| {
            let image = stage.image("anh", (600, 400), 0);
            let script = format!(
                "<script>document.addEventListener('visibilitychange', () => document.hidden || \
                 setTimeout(() => act.image('{image}'), 100))</script>"
            );
            stage.page("trang", &Page::with_button("", &script).loader_after(1200));
            stage.open("trang")?;
            stage.heard("painted")?;
            stage.hide()?;
            stage.show()?;
            stage.reported()
        },
        tells: &[QUIET],
        needs: &[(
            "hidden, then a larger image, before the loader was there",
            |visit| {
                let facts = &visit.facts[0];
                let last = facts.largest.last();
                last.is_some_and(|last| {
                    last.is_image && last.at > facts.shown[0] && last.at < facts.load_event_end
                })
            },
        )],
    },
    Scenario {
        name: "painted-after-hidden-then-left",
        rules: &[3, 5],
        browser: Chromium,
        visit: |stage| {
            let page = stage.html(&Page::with_button("", "").module_after(5000));
            let (head, body) = page.split_once("<body>").unwrap_or_default();
            let answer = Answer::new("text/html", head).then(0, " ".repeat(4096));
            stage.serve("trang", answer.then(1000, format!("<body>{body}")));
            stage.open("trang")?;
            stage.heard("began")?;
            stage.hide()?;
            stage.show()?;
            stage.heard("pageshow")?;
            stage.heard("painted")?;
            stage.rest(200);
            stage.leave()
        },
        tells: &["TTFB"],
        needs: &[(
            "painted after it was hidden, and left before the module was there",
            |visit| {
                let facts = &visit.facts[0];
                let abandoned = visit.segments[0]
                    .kinds
                    .iter()
                    .all(|kind| kind == "abandoned");
                abandoned && facts.paints.first() > facts.hidden.first()
            },
        )],
    },
    Scenario {
        name: "response-in-the-future-then-left",
        rules: &[22],
        browser: Chromium,
        visit: |stage| {
            let page =
                Page::with_button("", TEXT).pretending(&responded("performance.now() + 60000"));
            stage.page("trang", &page.module_after(5000));
            stage.open("trang")?;
            stage.heard("pageshow")?;
            stage.heard("painted")?;
            stage.rest(200);
            stage.leave()
        },
        tells: &["LCP FCP CLS"],
        needs: &[("left before the module was there", |visit| {
            visit.segments[0]
                .kinds
                .iter()
                .all(|kind| kind == "abandoned")
        })],
    },
    Scenario {
        name: "prerendered-then-left",
        rules: &[1, 2],
        browser: Chromium,
        visit: |stage| {
            let page = Page::with_button("", TEXT).module_after(5000);
            stage.page("trang", &page);
            activate_after(stage, 1200)?;
            stage.rest(300);
            stage.leave()
        },
        tells: &[QUIET],
        needs: &[("left before the module was there", |visit| {
            visit.facts[0].activation_start > 500.0 && visit.segments[0].kinds == ["abandoned"]
        })],
    },
];
