//! INP.

use crate::page::{BUTTON, NOTHING, Page};
use crate::scenario::{ALL, Browser::Chromium, QUIET, Scenario};

pub const SCENARIOS: &[Scenario] = &[
    GROUPED_CLICK,
    Scenario {
        name: "grouped-key",
        rules: &[13],
        browser: Chromium,
        visit: |stage| {
            let script =
                "<script>onkeydown = () => act.busy(50); onkeyup = () => act.busy(130)</script>";
            stage.page("trang", &Page::with_button("", script));
            stage.open("trang")?;
            stage.reported()?;
            stage.visitor.key(100)?;
            stage.idle();
            Ok(())
        },
        tells: &[ALL],
        needs: &[("the release took longer than the press", |visit| {
            let facts = &visit.facts[0];
            facts.shares_an_id("keydown", "keyup")
                && facts.longest("keyup") > facts.longest("keydown")
        })],
    },
    FAST_FIRST_INPUT,
    Scenario {
        name: "below-the-threshold",
        rules: &[16, 17],
        browser: Chromium,
        visit: |stage| {
            let script = "<script>let times = 0</script>";
            let page = Page::with_button("onclick='times++ && act.busy(10)'", script);
            stage.page("trang", &page);
            stage.open("trang")?;
            stage.reported()?;
            for _ in 0..6 {
                stage.click()?;
                stage.rest(100);
            }
            stage.idle();
            Ok(())
        },
        tells: &[ALL],
        needs: &[
            ("later ones longer than the first, none of 40 ms", |visit| {
                let facts = &visit.facts[0];
                let first = facts.firsts();
                first > 0.0 && facts.events_from(first + 8.0) > 0 && facts.events_from(40.0) == 0
            }),
        ],
    },
    Scenario {
        name: "at-the-threshold",
        rules: &[16],
        browser: Chromium,
        visit: |stage| {
            let script = "<script>let times = 0</script>";
            let page = Page::with_button("onclick='times++ && act.busy(36)'", script);
            stage.page("trang", &page);
            stage.open("trang")?;
            stage.reported()?;
            for _ in 0..6 {
                stage.click()?;
                stage.rest(100);
            }
            stage.idle();
            Ok(())
        },
        tells: &[ALL],
        needs: &[(
            "some of 40 ms and more, none as long as the default threshold",
            |visit| {
                let facts = &visit.facts[0];
                facts.firsts() < 40.0
                    && facts.events_from(40.0) > 0
                    && facts.events_from(104.0) == 0
            },
        )],
    },
    Scenario {
        name: "hover-only",
        rules: &[12],
        browser: Chromium,
        visit: |stage| {
            stage.page(
                "trang",
                &Page::with_button("onmouseover='act.busy(120)'", ""),
            );
            stage.open("trang")?;
            stage.reported()?;
            stage.visitor.hover(NOTHING)?;
            stage.visitor.hover(BUTTON)?;
            stage.idle();
            Ok(())
        },
        tells: &[QUIET],
        needs: &[("a slow event that is no interaction", |visit| {
            visit.facts[0]
                .events
                .iter()
                .any(|event| event.id == 0 && event.duration >= 104.0)
        })],
    },
    Scenario {
        name: "pending-at-hide",
        rules: &[10, 18],
        browser: Chromium,
        visit: |stage| {
            let click = "onclick='act.mark(\"handling\"); act.busy(400)'";
            stage.page("trang", &Page::with_button(click, ""));
            stage.open("trang")?;
            stage.reported()?;
            stage.visitor.strike(BUTTON)?;
            stage.marked("handling")?;
            stage.hide()
        },
        tells: &[ALL],
        needs: &[("hidden as soon as the click was handled", |visit| {
            let facts = &visit.facts[0];
            let ended = facts.events.iter().find(|event| event.name == "click");
            ended.is_some_and(|click| facts.hidden[0] - click.ended < 60.0)
        })],
    },
    Scenario {
        name: "hidden-before-idle",
        rules: &[18],
        browser: Chromium,
        visit: |stage| {
            stage.page("trang", &Page::with_button("onclick='act.busy(100)'", ""));
            stage.open("trang")?;
            stage.reported()?;
            stage.click()?;
            stage.rest(100);
            Ok(())
        },
        // The reference, which would have waited for an idle moment, tells nothing.
        tells: &[QUIET],
        needs: &[("a slow click before it was hidden", |visit| {
            let facts = &visit.facts[0];
            let last = facts.events.last();
            facts.events_from(96.0) > 0
                && last.is_some_and(|last| facts.hidden[0] > last.ended + 30.0)
        })],
    },
    Scenario {
        name: "pending-fast-first-input",
        rules: &[17, 18],
        browser: Chromium,
        visit: |stage| {
            let click = "onpointerdown='act.mark(\"handling\")'";
            stage.page("trang", &Page::with_button(click, ""));
            stage.open("trang")?;
            stage.reported()?;
            stage.visitor.strike(BUTTON)?;
            stage.marked("handling")?;
            stage.hide()
        },
        tells: &[ALL],
        needs: &[("hidden soon after the click", |visit| {
            let facts = &visit.facts[0];
            facts
                .clicked()
                .is_some_and(|at| facts.hidden[0] - at < 100.0)
        })],
    },
];

pub const GROUPED_CLICK: Scenario = Scenario {
    name: "grouped-click",
    rules: &[13],
    browser: Chromium,
    visit: |stage| {
        let handlers =
            "onpointerdown='act.busy(180)' onpointerup='act.busy(50)' onclick='act.busy(30)'";
        stage.page("trang", &Page::with_button(handlers, ""));
        stage.open("trang")?;
        stage.reported()?;
        stage.visitor.click(BUTTON, 300)?;
        stage.idle();
        Ok(())
    },
    tells: &[ALL],
    needs: &[(
        "press and click share an id, and the press is longer",
        |visit| {
            let facts = &visit.facts[0];
            facts.shares_an_id("pointerdown", "click")
                && facts.longest("pointerdown") > facts.longest("click")
        },
    )],
};

pub const FAST_FIRST_INPUT: Scenario = Scenario {
    name: "fast-first-input",
    rules: &[9, 17],
    browser: Chromium,
    visit: |stage| {
        stage.page("trang", &Page::with_button("", ""));
        stage.open("trang")?;
        stage.reported()?;
        stage.click()?;
        stage.idle();
        Ok(())
    },
    tells: &[ALL],
    needs: &[("one input, and no event of 40 ms", |visit| {
        let facts = &visit.facts[0];
        facts.clicked().is_some() && facts.events_from(40.0) == 0
    })],
};
