//! Pages that come back from the back/forward cache.

use crate::page::{BUTTON, Page, TEXT};
use crate::rig::site::Answer;
use crate::scenario::{ALL, Browser::Chromium, Need, QUIET, Scenario};

const RESTORED: Need = ("it came back from the cache", |visit| {
    visit.facts[0].restored.len() == 1
});

pub const SCENARIOS: &[Scenario] = &[
    RESTORED_QUIET,
    Scenario {
        name: "restored-busy",
        rules: &[7, 10, 23],
        browser: Chromium,
        visit: |stage| {
            // The first view is the worse in all.
            let script = "<script>let views = 0; addEventListener('pageshow', () => {\
                const px = views++ ? 40 : 150; setTimeout(() => { act.push(px); act.mark('moved') }, 700) })</script>";
            let click = "onclick='act.busy(views > 1 ? 90 : 200)'";
            stage.page(
                "trang",
                &Page::with_button(click, &format!("{TEXT}{script}")),
            );
            stage.open("trang")?;
            stage.marked("moved")?;
            stage.reported()?;
            stage.click()?;
            stage.idle();
            stage.leave()?;
            stage.back()?;
            stage.marked("moved")?;
            stage.rest(200);
            stage.click()?;
            stage.idle();
            Ok(())
        },
        tells: &[ALL, ALL],
        needs: &[
            RESTORED,
            ("a shift in each view", |visit| {
                let facts = &visit.facts[0];
                let after = facts
                    .shifts
                    .iter()
                    .filter(|shift| shift.at > facts.restored[0]);
                after.count() == 1 && facts.shifts.len() == 2
            }),
        ],
    },
    Scenario {
        name: "restored-twice",
        rules: &[23],
        browser: Chromium,
        visit: |stage| {
            let click = "onclick='act.busy(70)'";
            stage.page("trang", &Page::with_button(click, TEXT));
            stage.open("trang")?;
            stage.reported()?;
            stage.leave()?;
            stage.back()?;
            stage.reported()?;
            stage.leave()?;
            stage.back()?;
            stage.reported()?;
            stage.click()?;
            stage.idle();
            Ok(())
        },
        tells: &[QUIET, QUIET, ALL],
        needs: &[("it came back from the cache twice", |visit| {
            visit.facts[0].restored.len() == 2
        })],
    },
    Scenario {
        name: "restored-after-many",
        rules: &[14, 23],
        browser: Chromium,
        visit: |stage| {
            let script = "<script>let times = 0</script>";
            let click = "onclick='act.busy([160, 80][times++])'";
            stage.page("trang", &Page::with_button(click, script));
            stage.open("trang")?;
            stage.reported()?;
            for _ in 0..60 {
                stage.visitor.key(0)?;
            }
            stage.rest(200);
            stage.leave()?;
            stage.back()?;
            stage.reported()?;
            stage.click()?;
            stage.click()?;
            stage.idle();
            Ok(())
        },
        tells: &[ALL, ALL],
        needs: &[
            RESTORED,
            ("over fifty interactions in all", |visit| {
                visit.facts[0].interactions.is_some_and(|count| count > 60)
            }),
            ("two slow ones", |visit| {
                visit.facts[0].events_from(80.0) >= 2
            }),
        ],
    },
    Scenario {
        name: "restored-fast-click",
        rules: &[16, 23],
        browser: Chromium,
        visit: |stage| {
            stage.page("trang", &Page::with_button("", ""));
            stage.open("trang")?;
            stage.reported()?;
            stage.click()?;
            stage.idle();
            stage.leave()?;
            stage.back()?;
            stage.reported()?;
            stage.click()?;
            stage.idle();
            Ok(())
        },
        tells: &[ALL, ALL],
        needs: &[
            RESTORED,
            ("no event of 40 ms", |visit| {
                visit.facts[0].events_from(40.0) == 0
            }),
        ],
    },
    Scenario {
        name: "restored-after-a-slow-link",
        rules: &[18, 23],
        browser: Chromium,
        visit: |stage| {
            let elsewhere = stage.elsewhere();
            let click = format!("onclick='location.href = \"{elsewhere}\"; act.busy(150)'");
            stage.page("trang", &Page::with_button(&click, ""));
            stage.open("trang")?;
            stage.reported()?;
            stage.visitor.strike(BUTTON)?;
            stage.left()?;
            stage.back()?;
            stage.reported()?;
            stage.rest(300);
            Ok(())
        },
        tells: &[ALL, QUIET],
        needs: &[
            RESTORED,
            ("the click that left was slow", |visit| {
                visit.facts[0].events_from(100.0) > 0
            }),
        ],
    },
    Scenario {
        name: "restored-then-hidden-at-once",
        rules: &[3, 23],
        browser: Chromium,
        visit: |stage| {
            // Its second frame comes after it was hidden.
            let script = "<script>addEventListener('pageshow', (event) => event.persisted &&\
                requestAnimationFrame(() => { requestAnimationFrame(() => act.mark('second frame'));\
                act.mark('first frame'); act.busy(600) }))</script>";
            stage.page("trang", &Page::with_button("", &format!("{TEXT}{script}")));
            stage.open("trang")?;
            stage.reported()?;
            stage.leave()?;
            stage.back()?;
            stage.marked("first frame")?;
            stage.hide()?;
            stage.rest(200);
            stage.show()?;
            stage.marked("second frame")?;
            stage.rest(500);
            Ok(())
        },
        tells: &[QUIET, QUIET],
        needs: &[
            RESTORED,
            ("its second frame came after it was hidden", |visit| {
                let facts = &visit.facts[0];
                let frame = facts.marks.get("second frame");
                frame.is_some_and(|at| facts.hidden.get(1).is_some_and(|hidden| hidden < at))
            }),
        ],
    },
    Scenario {
        name: "restored-before-module",
        rules: &[23],
        browser: Chromium,
        visit: |stage| {
            stage.page("trang", &Page::with_button("", TEXT).module_after(3000));
            stage.open("trang")?;
            stage.heard("pageshow")?;
            stage.rest(300);
            stage.leave()?;
            stage.back()?;
            stage.rest(4500);
            Ok(())
        },
        tells: &[QUIET, QUIET],
        needs: &[
            RESTORED,
            (
                "the first view was over before the module was there",
                |visit| visit.segments[0].kinds == ["abandoned"],
            ),
        ],
    },
    Scenario {
        name: "restored-shift-in-the-window",
        rules: &[7, 23],
        browser: Chromium,
        visit: |stage| {
            // The one just before it was left, and the one just after it came back.
            let script = "<script>addEventListener('pageshow', (event) => event.persisted && act.push(40))</script>";
            let elsewhere = stage.elsewhere();
            let leave = format!(
                "<script>setTimeout(() => {{ act.push(60); setTimeout(() => location.href = '{elsewhere}', 100) }}, 2000)</script>"
            );
            let body = format!("{TEXT}{script}{leave}");
            stage.page("trang", &Page::with_button("", &body));
            stage.open("trang")?;
            stage.reported()?;
            stage.left()?;
            stage.back()?;
            stage.reported()?;
            stage.rest(200);
            Ok(())
        },
        tells: &[QUIET, QUIET],
        needs: &[
            RESTORED,
            ("a shift in each view, less than a second apart", |visit| {
                let shifts = &visit.facts[0].shifts;
                shifts.len() == 2 && shifts[1].at - shifts[0].at < 1000.0
            }),
        ],
    },
    Scenario {
        name: "restored-slow-frame",
        rules: &[23],
        browser: Chromium,
        visit: |stage| {
            // So that the second frame is long after the first, in which the page comes last.
            let script = "<script>onload = () => setTimeout(() => addEventListener('pageshow', () =>\
                requestAnimationFrame(() => { act.busy(200); act.mark('first frame') })))</script>";
            let page = stage.html(&Page::with_button("", &format!("{TEXT}{script}")));
            // The first view's TTFB is not to be taken for none.
            stage.serve("trang", Answer::new("text/html", page).after(60));
            stage.open("trang")?;
            stage.reported()?;
            stage.leave()?;
            stage.back()?;
            stage.marked("first frame")?;
            stage.rest(800);
            Ok(())
        },
        tells: &[QUIET, QUIET],
        needs: &[
            RESTORED,
            ("its first frame took 200 ms", |visit| {
                let facts = &visit.facts[0];
                let frame = facts.marks.get("first frame");
                frame.is_some_and(|at| at - facts.restored[0] >= 200.0)
            }),
        ],
    },
];

pub const RESTORED_QUIET: Scenario = Scenario {
    name: "restored-quiet",
    rules: &[9, 23],
    browser: Chromium,
    visit: |stage| {
        stage.page("trang", &Page::with_button("", TEXT));
        stage.open("trang")?;
        stage.reported()?;
        stage.leave()?;
        stage.back()?;
        stage.reported()
    },
    tells: &[QUIET, QUIET],
    needs: &[RESTORED],
};
