//! INP where a browser counts or times interactions in another way, as far as a page can pretend it.

use crate::page::{BUTTON, Page};
use crate::scenario::{ALL, Browser::Chromium, Scenario};
use crate::scenarios::many::slow;

/// The browser does not count interactions.
const UNCOUNTED: &str = "delete Performance.prototype.interactionCount";

/// How long events took is what `ms` is here.
fn timed(ms: &str) -> String {
    format!(
        "const {{ get }} = Object.getOwnPropertyDescriptor(PerformanceEntry.prototype, 'duration');\
         Object.defineProperty(PerformanceEntry.prototype, 'duration', {{ get() {{ \
         const ms = get.call(this); return this.interactionId >= 0 ? {ms} : ms }} }})"
    )
}

/// The browser counted so many.
fn counted(count: u32) -> String {
    format!(
        "Object.defineProperty(Performance.prototype, 'interactionCount', {{ get: () => {count} }})"
    )
}

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "sixty-without-a-count",
        rules: &[15],
        browser: Chromium,
        visit: |stage| {
            // The last that is told of is no slow one, but counts.
            let script = "<script>let times = 0; onkeydown = () => \
                act.busy({ 5: 250, 25: 150, 45: 90, 58: 20 }[++times] || 0)</script>";
            stage.page(
                "trang",
                &Page::with_button("", script).pretending(UNCOUNTED),
            );
            stage.open("trang")?;
            stage.reported()?;
            for _ in 0..60 {
                stage.visitor.key(0)?;
            }
            stage.idle();
            Ok(())
        },
        tells: &[ALL],
        needs: &[
            ("three slow interactions, and no count", |visit| {
                let facts = &visit.facts[0];
                facts.interactions.is_none() && slow(facts) == 3
            }),
            ("over fifty in all, by their ids", |visit| {
                let ids = visit.facts[0].events.iter().map(|event| event.id);
                let ids: Vec<_> = ids.filter(|id| *id > 0).collect();
                ids.iter()
                    .max()
                    .zip(ids.iter().min())
                    .is_some_and(|(max, min)| max - min >= 7 * 50)
            }),
        ],
    },
    Scenario {
        name: "fifty-without-a-count",
        rules: &[15],
        browser: Chromium,
        visit: |stage| {
            // The first and the last are told of, and count.
            let script = "<script>let times = 0; onkeydown = () => \
                act.busy({ 1: 20, 5: 250, 25: 150, 45: 90, 50: 20 }[++times] || 0)</script>";
            stage.page(
                "trang",
                &Page::with_button("", script).pretending(UNCOUNTED),
            );
            stage.open("trang")?;
            stage.reported()?;
            for _ in 0..50 {
                stage.visitor.key(0)?;
            }
            stage.idle();
            Ok(())
        },
        tells: &[ALL],
        needs: &[
            ("some slow interactions, and no count", |visit| {
                let facts = &visit.facts[0];
                facts.interactions.is_none() && slow(facts) >= 3
            }),
            ("fifty in all, by their ids", |visit| {
                let ids = visit.facts[0].events.iter().map(|event| event.id);
                let ids: Vec<_> = ids.filter(|id| *id > 0).collect();
                ids.iter()
                    .max()
                    .zip(ids.iter().min())
                    .is_some_and(|(max, min)| max - min == 7 * 49)
            }),
        ],
    },
    Scenario {
        name: "just-fifty",
        rules: &[14],
        browser: Chromium,
        visit: |stage| {
            let script =
                "<script>let times = 0; onkeydown = () => act.busy([150, 250][times++])</script>";
            let page = Page::with_button("", script).pretending(&counted(50));
            stage.page("trang", &page);
            stage.open("trang")?;
            stage.reported()?;
            for _ in 0..2 {
                stage.visitor.key(0)?;
            }
            stage.idle();
            Ok(())
        },
        tells: &[ALL],
        needs: &[("two slow interactions of fifty", |visit| {
            let facts = &visit.facts[0];
            facts.interactions == Some(50) && slow(facts) == 2
        })],
    },
    Scenario {
        name: "twelve-of-five-hundred",
        rules: &[14],
        browser: Chromium,
        visit: |stage| {
            // The eleventh of the longest would be asked for; ten are kept.
            let script = "<script>let times = 0; onkeydown = () => \
                act.busy(50 + 16 * ((++times * 7) % 12))</script>";
            let page = Page::with_button("", script).pretending(&counted(540));
            stage.page("trang", &page);
            stage.open("trang")?;
            stage.reported()?;
            for _ in 0..12 {
                stage.visitor.key(0)?;
            }
            stage.idle();
            Ok(())
        },
        tells: &[ALL],
        needs: &[(
            "twelve slow interactions, the tenth unlike those beside it",
            |visit| {
                let keys = visit.facts[0]
                    .events
                    .iter()
                    .filter(|event| event.name == "keydown");
                let mut lengths: Vec<_> = keys.map(|key| key.duration as u32).collect();
                lengths.sort_unstable();
                lengths.len() == 12 && lengths[1] < lengths[2] && lengths[2] < lengths[3]
            },
        )],
    },
    Scenario {
        name: "input-of-no-time",
        rules: &[9, 17],
        browser: Chromium,
        visit: |stage| {
            // A clock so coarse that a short event takes no time.
            let page = Page::with_button("", "").pretending(&timed("ms < 40 ? 0 : ms"));
            stage.page("trang", &page);
            stage.open("trang")?;
            stage.reported()?;
            stage.visitor.click(BUTTON, 0)?;
            stage.idle();
            Ok(())
        },
        tells: &[ALL],
        needs: &[("one input, of 0 ms", |visit| {
            let facts = &visit.facts[0];
            let firsts = &facts.first_inputs;
            firsts.len() == 1 && facts.longest_interaction() == 0.0
        })],
    },
    Scenario {
        name: "input-of-just-forty",
        rules: &[16],
        browser: Chromium,
        visit: |stage| {
            let script = "<script>let times = 0</script>";
            let page = Page::with_button("onclick='times++ && act.busy(50)'", script);
            let page = page.pretending(&timed("ms < 40 ? 8 : 40"));
            stage.page("trang", &page);
            stage.open("trang")?;
            stage.reported()?;
            for _ in 0..2 {
                stage.click()?;
                stage.rest(100);
            }
            stage.idle();
            Ok(())
        },
        tells: &[ALL],
        needs: &[("a fast first input, and one of 40 ms", |visit| {
            let facts = &visit.facts[0];
            facts.firsts() == 8.0 && facts.longest_interaction() == 40.0
        })],
    },
    Scenario {
        name: "below-the-threshold-uncounted",
        rules: &[15, 16],
        browser: Chromium,
        visit: |stage| {
            // The first input is shorter than any other event.
            let timed = timed("this.entryType == 'first-input' ? 8 : ms < 40 ? 32 : ms");
            let page = Page::with_button("onclick='act.busy(10)'", "");
            stage.page("trang", &page.pretending(&format!("{UNCOUNTED}; {timed}")));
            stage.open("trang")?;
            stage.reported()?;
            for _ in 0..2 {
                stage.click()?;
                stage.rest(100);
            }
            stage.idle();
            Ok(())
        },
        tells: &[ALL],
        needs: &[(
            "no count; later ones longer than the first, none of 40 ms",
            |visit| {
                let facts = &visit.facts[0];
                facts.interactions.is_none()
                    && facts.firsts() == 8.0
                    && facts.longest_interaction() == 32.0
            },
        )],
    },
];
