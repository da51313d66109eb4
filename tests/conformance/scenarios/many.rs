//! INP of many interactions.

use crate::facts::Facts;
use crate::page::Page;
use crate::scenario::{ALL, Browser::Chromium, Scenario};

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "sixty-interactions",
        rules: &[14, 15],
        browser: Chromium,
        visit: |stage| {
            let script = "<script>let times = 0; onkeydown = () => \
                act.busy({ 5: 250, 25: 150, 58: 90 }[++times] || 0)</script>";
            stage.page("trang", &Page::with_button("", script));
            stage.open("trang")?;
            stage.reported()?;
            for _ in 0..60 {
                stage.visitor.key(0)?;
            }
            stage.idle();
            Ok(())
        },
        tells: &[ALL],
        needs: &[("sixty interactions, three of them slow", |visit| {
            let facts = &visit.facts[0];
            facts
                .interactions
                .is_some_and(|count| (60..100).contains(&count))
                && slow(facts) == 3
        })],
    },
    Scenario {
        name: "twelve-long-interactions",
        rules: &[13, 14],
        browser: Chromium,
        visit: |stage| {
            let script = "<script>let times = 0</script>";
            let click = "onclick='act.busy(60 + 10 * ((++times * 7) % 12))'";
            stage.page("trang", &Page::with_button(click, script));
            stage.open("trang")?;
            stage.reported()?;
            for _ in 0..12 {
                stage.click()?;
            }
            stage.idle();
            Ok(())
        },
        tells: &[ALL],
        needs: &[("more than ten long interactions", |visit| {
            slow(&visit.facts[0]) > 10
        })],
    },
    Scenario {
        name: "over-five-hundred",
        rules: &[14, 15],
        browser: Chromium,
        visit: |stage| {
            // The eleventh of the longest would be asked for; ten are kept.
            let script = "<script>let times = 0; onkeydown = () => \
                ++times % 40 || act.busy(50 + times / 4)</script>";
            stage.page("trang", &Page::with_button("", script));
            stage.open("trang")?;
            stage.reported()?;
            stage.visitor.type_fast(530)?;
            stage.idle();
            Ok(())
        },
        tells: &[ALL],
        needs: &[
            ("over five hundred interactions", |visit| {
                visit.facts[0]
                    .interactions
                    .is_some_and(|count| count >= 500)
            }),
            ("more than ten of them slow", |visit| {
                slow(&visit.facts[0]) > 10
            }),
        ],
    },
];

/// How many interactions took 40 ms or more.
pub fn slow(facts: &Facts) -> usize {
    let long = facts
        .events
        .iter()
        .filter(|event| event.id > 0 && event.duration >= 40.0);
    let mut ids: Vec<_> = long.map(|event| event.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.len()
}
