//! CLS.

use crate::facts::Facts;
use crate::page::{Page, TEXT};
use crate::rig::site::Answer;
use crate::scenario::{ALL, Browser::Chromium, QUIET, Scenario};

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "shifts-with-a-gap",
        rules: &[7],
        browser: Chromium,
        visit: |stage| {
            // Two windows, of which the first is the larger.
            let script = "<script>for (const [at, px] of [[200, 90], [900, 60], [2600, 80], [3100, 20]]) \
                setTimeout(() => { act.push(px); act.mark('at' + at) }, at)</script>";
            stage.page("trang", &Page::with_button("", &format!("{TEXT}{script}")));
            stage.open("trang")?;
            stage.marked("at3100")?;
            stage.rest(200);
            Ok(())
        },
        tells: &[QUIET],
        needs: &[(
            "two shifts, a gap of over a second, and two lesser ones",
            |visit| {
                let facts = &visit.facts[0];
                let gaps = gaps(facts);
                let value = |index: usize| facts.shifts[index].value;
                gaps.len() == 3
                    && gaps[0] < 1000.0
                    && gaps[1] > 1000.0
                    && gaps[2] < 1000.0
                    && value(0) + value(1) > value(2) + value(3)
            },
        )],
    },
    Scenario {
        name: "shifts-over-five-seconds",
        rules: &[7],
        browser: Chromium,
        visit: |stage| {
            let script = "<script>let times = 0; const timer = setInterval(() => { act.push(30);\
                if (++times == 9) { clearInterval(timer); act.mark('moved') } }, 750)</script>";
            stage.page("trang", &Page::with_button("", &format!("{TEXT}{script}")));
            stage.open("trang")?;
            stage.marked("moved")?;
            stage.rest(200);
            Ok(())
        },
        tells: &[QUIET],
        needs: &[("no gap of a second in over five", |visit| {
            let gaps = gaps(&visit.facts[0]);
            gaps.iter().all(|gap| *gap < 1000.0) && gaps.iter().sum::<f64>() > 5500.0
        })],
    },
    Scenario {
        name: "shifts-after-input",
        rules: &[8, 13],
        browser: Chromium,
        visit: |stage| {
            let click = "onclick='setTimeout(() => act.push(200), 100);\
                setTimeout(() => { act.push(30); act.mark(\"moved\") }, 1200)'";
            stage.page("trang", &Page::with_button(click, TEXT));
            stage.open("trang")?;
            stage.reported()?;
            stage.click()?;
            stage.marked("moved")?;
            stage.rest(200);
            Ok(())
        },
        tells: &[ALL],
        needs: &[("one shift soon after the input, and one later", |visit| {
            let recent: Vec<_> = visit.facts[0]
                .shifts
                .iter()
                .map(|shift| shift.recent)
                .collect();
            recent == [true, false]
        })],
    },
    Scenario {
        name: "shifts-before-module",
        rules: &[6, 11],
        browser: Chromium,
        visit: |stage| {
            let image = stage.image("anh", (40, 40), 1500);
            let script = format!(
                "<script>setTimeout(() => act.push(80), 300); setTimeout(() => act.push(50), 600)</script>\
                 <img src=\"{image}\" width=40 height=40>"
            );
            // Both shifts are over before anything of the widget is there.
            let page = Page::with_button("", &format!("{TEXT}{script}")).loader_after(900);
            stage.page("trang", &page);
            stage.open("trang")?;
            stage.reported()
        },
        tells: &[QUIET],
        needs: &[("two shifts before the load event", |visit| {
            let facts = &visit.facts[0];
            facts.shifts.len() == 2
                && facts
                    .shifts
                    .iter()
                    .all(|shift| shift.at < facts.load_event_end)
        })],
    },
    Scenario {
        name: "shifts-before-anyone",
        rules: &[6, 11, 17],
        browser: Chromium,
        visit: |stage| {
            let image = stage.image("anh", (40, 40), 1000);
            let script = format!(
                "<script>setTimeout(() => act.push(80), 300)</script>\
                 <img src=\"{image}\" width=40 height=40>"
            );
            let page = Page::with_button("", &format!("{TEXT}{script}"));
            stage.page("trang", &page.reference_at_load());
            stage.open("trang")?;
            stage.reported()
        },
        tells: &[QUIET],
        needs: &[("a shift before the load event", |visit| {
            let facts = &visit.facts[0];
            facts
                .shifts
                .first()
                .is_some_and(|shift| shift.at < facts.load_event_end)
        })],
    },
    Scenario {
        name: "shift-before-first-paint",
        rules: &[6],
        browser: Chromium,
        visit: |stage| {
            // A box of one colour can move, but is no content.
            let body = "<div id=hop style='position:absolute;left:50px;top:50px;width:600px;height:300px;\
                background:#888'></div><script>setTimeout(() => hop.style.top = '250px', 900);\
                setTimeout(() => document.body.append('Thủ tục'), 1300)</script>";
            stage.page("trang", &Page::new(body));
            stage.open("trang")?;
            stage.reported()?;
            stage.heard("painted")?;
            stage.rest(300);
            Ok(())
        },
        tells: &[QUIET],
        needs: &[(
            "a shift before the first paint, and after the module was there",
            |visit| {
                let facts = &visit.facts[0];
                let shift = facts.shifts.first();
                shift.is_some_and(|shift| {
                    facts.paints.first().is_some_and(|paint| shift.at < *paint)
                        && shift.at > facts.load_event_end + 500.0
                })
            },
        )],
    },
    Scenario {
        name: "shifts-after-return",
        rules: &[7, 10],
        browser: Chromium,
        visit: |stage| {
            let script = "<script>setTimeout(() => act.push(20), 300);\
                document.addEventListener('visibilitychange', () => document.hidden || \
                setTimeout(() => { act.push(120); act.mark('moved') }, 400))</script>";
            stage.page("trang", &Page::with_button("", &format!("{TEXT}{script}")));
            stage.open("trang")?;
            stage.reported()?;
            stage.hide()?;
            stage.rest(300);
            stage.show()?;
            stage.marked("moved")?;
            stage.rest(200);
            Ok(())
        },
        tells: &[QUIET],
        needs: &[(
            "a shift before it was hidden, and one after the return",
            |visit| {
                let facts = &visit.facts[0];
                let shown = facts.shown[0];
                facts.shifts.iter().any(|shift| shift.at < shown)
                    && facts.shifts.iter().any(|shift| shift.at > shown)
            },
        )],
    },
    Scenario {
        name: "frame-that-grows",
        rules: &[6, 7],
        browser: Chromium,
        visit: |stage| {
            let frame = "<p id=dong style='height:50px'>Trong khung</p><p>Dưới</p><script>\
                setTimeout(() => dong.style.height = '90px', 300);\
                setTimeout(() => parent.postMessage('grow', '*'), 800)</script>";
            stage.serve("khung", Answer::new("text/html", frame));
            let body = format!(
                "<iframe id=khung src=\"{}\" height=120></iframe>{TEXT}\
                 <script>addEventListener('message', () => {{ khung.height = 260; act.mark('grown') }})</script>",
                stage.path("khung")
            );
            stage.page("trang", &Page::with_button("", &body));
            stage.open("trang")?;
            stage.marked("grown")?;
            stage.reported()
        },
        tells: &[QUIET],
        needs: &[("the frame moved the page", |visit| {
            !visit.facts[0].shifts.is_empty()
        })],
    },
];

/// Between one shift and the next.
fn gaps(facts: &Facts) -> Vec<f64> {
    let times: Vec<_> = facts.shifts.iter().map(|shift| shift.at).collect();
    times.windows(2).map(|pair| pair[1] - pair[0]).collect()
}
