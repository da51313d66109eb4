//! Soft navigations: pages of a single-page application, as the browser reports them. The reference
//! runs with `reportSoftNavs`.

use anyhow::Result;

use crate::facts::Facts;
use crate::page::{Page, TEXT};
use crate::scenario::{ALL, Browser::Chromium, Need, QUIET, Scenario};
use crate::stage::Stage;
use crate::visit::Visit;

/// Larger than the text of a page.
const IMAGE: (u32, u32) = (700, 400);

/// A router: `go()` shows the next page, whose number is `at`.
const ROUTER: &str = "let at = 0;\
    const go = () => { at++; history.pushState({}, \"\", \"?trang=\" + at);\
      document.querySelector(\"main\").innerHTML =\
        \"<h1>Trang \" + at + \"</h1><p>\" + (\"nội dung trang \" + at + \" \").repeat(40);\
      act.mark(\"shown \" + at) };";

/// A click on the button does `click`; `script` comes after the router.
fn application(click: &str, script: &str) -> Page {
    let body = format!("{TEXT}<script>{ROUTER}{script}</script>");
    Page::with_button(&format!("onclick='{click}'"), &body).with_soft_navigations()
}

/// Opens the application and goes to its next page.
fn open_and_go(stage: &mut Stage, click: &str, script: &str) -> Result<()> {
    stage.page("trang", &application(click, script));
    stage.open("trang")?;
    stage.reported()?;
    go(stage)
}

/// The next page. Its first report is not waited for: after a click the browser may have no idle
/// moment for seconds.
fn go(stage: &mut Stage) -> Result<()> {
    stage.click()?;
    stage.rest(700);
    Ok(())
}

/// `go()`, and an image so much later.
fn go_with_image(stage: &Stage, after_ms: u64) -> String {
    let image = stage.image("anh", IMAGE, 0);
    format!("go(); setTimeout(() => act.image(\"{image}\"), {after_ms})")
}

const ONE: Need = ("one soft navigation", |visit| soft(visit, 1));

const TWO: Need = ("two soft navigations", |visit| soft(visit, 2));

fn soft(visit: &Visit, times: usize) -> bool {
    visit.facts[0].soft.len() == times
}

/// The image overtook the text of the page that the last soft navigation led to.
const OVERTAKEN: Need = ("an image overtook the text", |visit| {
    let facts = &visit.facts[0];
    let last = facts.interaction_paints.last();
    last.zip(facts.soft.last())
        .is_some_and(|(paint, went)| *paint > went + 700.0)
});

/// Some event of an interaction was so long between two moments.
fn slow_between(facts: &Facts, from: f64, to: f64) -> bool {
    let mut events = facts.events.iter();
    events.any(|event| event.id > 0 && event.duration >= 40.0 && event.at >= from && event.at < to)
}

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "soft-late-paint",
        rules: &[20],
        browser: Chromium,
        visit: |stage| {
            let click = format!("act.busy(60); {}", go_with_image(stage, 900));
            open_and_go(stage, &click, "")?;
            stage.rest(1500);
            Ok(())
        },
        tells: &[ALL, QUIET],
        needs: &[ONE, OVERTAKEN],
    },
    Scenario {
        name: "soft-twice",
        rules: &[13, 18],
        browser: Chromium,
        visit: |stage| {
            open_and_go(stage, "act.busy(60 + 40 * at); go()", "")?;
            stage.rest(300);
            go(stage)?;
            stage.rest(300);
            Ok(())
        },
        tells: &[ALL, ALL, QUIET],
        needs: &[TWO],
    },
    Scenario {
        name: "soft-shifts",
        rules: &[6, 7, 8],
        browser: Chromium,
        visit: |stage| {
            // One in each view, none within half a second of a click, the smallest in the middle.
            let click = "act.busy(50); go();\
                setTimeout(() => { act.push(at > 1 ? 60 : 20); act.mark(\"moved\") }, 900)";
            let script = "setTimeout(() => { act.push(100); act.mark(\"moved\") }, 700)";
            stage.page("trang", &application(click, script));
            stage.open("trang")?;
            stage.marked("moved")?;
            stage.reported()?;
            for _ in 0..2 {
                stage.rest(300);
                stage.click()?;
                stage.marked("moved")?;
            }
            stage.rest(300);
            Ok(())
        },
        tells: &[ALL, ALL, QUIET],
        needs: &[
            TWO,
            ("a shift that counts in each view", |visit| {
                let facts = &visit.facts[0];
                let counts = |from: f64, to: f64| {
                    let mut shifts = facts.shifts.iter();
                    shifts.any(|shift| !shift.recent && shift.at >= from && shift.at < to)
                };
                let [first, second] = facts.soft[..] else {
                    return false;
                };
                counts(0.0, first) && counts(first, second) && counts(second, f64::INFINITY)
            }),
        ],
    },
    Scenario {
        name: "soft-shift-in-the-window",
        rules: &[7],
        browser: Chromium,
        visit: |stage| {
            // Less than a second apart, in two views.
            let script =
                "onkeydown = () => setTimeout(() => { act.push(90); act.mark(\"moved\") }, 600)";
            let click = "go(); setTimeout(() => { act.push(50); act.mark(\"moved\") }, 600)";
            stage.page("trang", &application(click, script));
            stage.open("trang")?;
            stage.reported()?;
            stage.visitor.key(0)?;
            stage.marked("moved")?;
            stage.rest(100);
            stage.click()?;
            stage.marked("moved")?;
            stage.rest(300);
            Ok(())
        },
        tells: &[ALL, QUIET],
        needs: &[
            ONE,
            ("two shifts that count, less than a second apart", |visit| {
                let shifts: Vec<_> = visit.facts[0]
                    .shifts
                    .iter()
                    .filter(|one| !one.recent)
                    .collect();
                shifts.len() == 2 && shifts[1].at - shifts[0].at < 1000.0
            }),
        ],
    },
    Scenario {
        name: "soft-slow-interactions",
        rules: &[13, 14],
        browser: Chromium,
        visit: |stage| {
            // The click that leads on is the slowest, and of the page before.
            let script = "onkeydown = () => act.busy(90)";
            open_and_go(stage, "act.busy(200); go()", script)?;
            for _ in 0..3 {
                stage.visitor.key(0)?;
            }
            stage.idle();
            Ok(())
        },
        tells: &[ALL, ALL],
        needs: &[
            ONE,
            ("a slow interaction on each page", |visit| {
                let facts = &visit.facts[0];
                // By then the click that led there was over.
                let arrived = facts.marks.get("shown 1").copied().unwrap_or(0.0);
                slow_between(facts, 0.0, arrived) && slow_between(facts, arrived, f64::INFINITY)
            }),
        ],
    },
    Scenario {
        name: "soft-held-key",
        rules: &[13],
        browser: Chromium,
        visit: |stage| {
            // The slow rest of the interaction comes after the next page was painted.
            let script = "onkeydown = () => at || go(); onkeyup = () => act.busy(120)";
            stage.page("trang", &application("", script));
            stage.open("trang")?;
            stage.reported()?;
            stage.visitor.key(400)?;
            stage.idle();
            Ok(())
        },
        tells: &[ALL, ALL],
        needs: &[
            ONE,
            ("the rest of the key press was slow", |visit| {
                visit.facts[0].longest("keyup") >= 120.0
            }),
        ],
    },
    Scenario {
        name: "soft-fast-interaction",
        rules: &[16, 17],
        browser: Chromium,
        visit: |stage| {
            open_and_go(stage, "act.busy(60); go()", "")?;
            // The reference begins to count anew in an idle moment.
            stage.idle();
            stage.visitor.key(0)?;
            stage.idle();
            Ok(())
        },
        tells: &[ALL, ALL],
        needs: &[
            ONE,
            ("a fast key press on the second page", |visit| {
                let facts = &visit.facts[0];
                let arrived = facts.marks.get("shown 1").copied().unwrap_or(0.0);
                facts.interactions == Some(2) && !slow_between(facts, arrived, f64::INFINITY)
            }),
        ],
    },
    Scenario {
        name: "soft-quick-then-slow-route",
        rules: &[13],
        browser: Chromium,
        visit: |stage| {
            // The click is over and painted before the next page is there.
            open_and_go(stage, "act.busy(80); setTimeout(go, 400)", "")?;
            stage.rest(300);
            Ok(())
        },
        tells: &[ALL, QUIET],
        needs: &[ONE],
    },
    Scenario {
        name: "soft-hidden-and-shown",
        rules: &[3, 10, 19],
        browser: Chromium,
        visit: |stage| {
            // Its image is painted after it was hidden.
            let click = format!("act.busy(60); {}", go_with_image(stage, 3000));
            open_and_go(stage, &click, "onkeydown = () => act.busy(90)")?;
            stage.hide()?;
            stage.rest(300);
            stage.show()?;
            stage.visitor.key(0)?;
            stage.rest(3000);
            Ok(())
        },
        tells: &[ALL, ALL],
        needs: &[
            ONE,
            ("it was hidden on the second page", |visit| {
                let facts = &visit.facts[0];
                facts.hidden.len() == 2 && facts.hidden[0] > facts.soft[0]
            }),
        ],
    },
    Scenario {
        name: "soft-after-hidden",
        rules: &[3, 4],
        browser: Chromium,
        visit: |stage| {
            // The page before was hidden; the next one was not.
            stage.page("trang", &application("act.busy(60); go()", ""));
            stage.open("trang")?;
            stage.reported()?;
            stage.hide()?;
            stage.rest(300);
            stage.show()?;
            go(stage)?;
            stage.rest(300);
            Ok(())
        },
        tells: &[ALL, QUIET],
        needs: &[
            ONE,
            ("it was hidden on the first page", |visit| {
                let facts = &visit.facts[0];
                facts.hidden.len() == 2 && facts.hidden[0] < facts.soft[0]
            }),
        ],
    },
    Scenario {
        name: "soft-then-restored",
        rules: &[23],
        browser: Chromium,
        visit: |stage| {
            let script = "onkeydown = () => act.busy(90)";
            open_and_go(stage, "act.busy(60); go()", script)?;
            stage.leave()?;
            // The one that was left.
            stage.reported()?;
            stage.back()?;
            stage.reported()?;
            stage.visitor.key(0)?;
            stage.idle();
            Ok(())
        },
        tells: &[ALL, QUIET, ALL],
        needs: &[
            ONE,
            ("it came back from the cache", |visit| {
                visit.facts[0].restored.len() == 1
            }),
        ],
    },
    Scenario {
        name: "restored-then-soft",
        rules: &[23],
        browser: Chromium,
        visit: |stage| {
            stage.page("trang", &application("act.busy(60); go()", ""));
            stage.open("trang")?;
            stage.reported()?;
            stage.leave()?;
            stage.back()?;
            stage.reported()?;
            go(stage)?;
            stage.rest(300);
            Ok(())
        },
        tells: &[QUIET, ALL, QUIET],
        needs: &[
            ONE,
            ("it came back from the cache", |visit| {
                visit.facts[0].restored.len() == 1
            }),
        ],
    },
    Scenario {
        name: "soft-input-before-lcp",
        rules: &[19],
        browser: Chromium,
        visit: |stage| {
            let click = format!("act.busy(60); {}", go_with_image(stage, 2500));
            open_and_go(stage, &click, "onkeydown = () => act.busy(50)")?;
            stage.visitor.key(0)?;
            stage.rest(2500);
            Ok(())
        },
        tells: &[ALL, ALL],
        needs: &[
            ONE,
            ("a key was pressed before the image came", |visit| {
                let facts = &visit.facts[0];
                let pressed = facts.inputs.iter().find(|input| input.kind == "keydown");
                pressed.is_some_and(|pressed| pressed.at < facts.soft[0] + 2500.0)
            }),
        ],
    },
    Scenario {
        name: "soft-told-at-once",
        rules: &[13],
        browser: Chromium,
        visit: |stage| {
            // A router that tells within the click.
            open_and_go(stage, "act.busy(80); go(); nhip.view(\"hai\")", "")?;
            stage.rest(500);
            Ok(())
        },
        tells: &[ALL, QUIET],
        needs: &[ONE],
    },
    Scenario {
        name: "soft-told-later",
        rules: &[13],
        browser: Chromium,
        visit: |stage| {
            // And one that fetches its page first.
            let click = "act.busy(80); setTimeout(() => { go(); nhip.view(\"hai\") }, 300)";
            open_and_go(stage, click, "")?;
            stage.rest(500);
            Ok(())
        },
        tells: &[ALL, QUIET],
        needs: &[ONE],
    },
    Scenario {
        name: "soft-told-after-the-paint",
        rules: &[13],
        browser: Chromium,
        visit: |stage| {
            // As an effect of a component that was painted.
            let click = "act.busy(80); go(); setTimeout(() => nhip.view(\"hai\"), 300)";
            open_and_go(stage, click, "")?;
            stage.rest(500);
            Ok(())
        },
        tells: &[ALL, QUIET],
        needs: &[ONE],
    },
    Scenario {
        name: "soft-back",
        rules: &[13],
        browser: Chromium,
        visit: |stage| {
            let click = "act.busy(60); at ? history.back() : go()";
            let script = "onpopstate = () => { at = 5; \
                document.querySelector(\"main\").innerHTML =\
                  \"<h1>Trang đầu</h1><p>\" + \"nội dung trang đầu \".repeat(60) }";
            open_and_go(stage, click, script)?;
            go(stage)?;
            Ok(())
        },
        tells: &[ALL, ALL, QUIET],
        needs: &[TWO],
    },
    Scenario {
        name: "soft-before-module",
        rules: &[11],
        browser: Chromium,
        visit: |stage| {
            let page = application("act.busy(60); go()", "");
            stage.page("trang", &page.module_after(2500));
            stage.open("trang")?;
            stage.heard("loaded")?;
            stage.rest(300);
            go(stage)?;
            // The module is there, and the view was told.
            stage.reported()?;
            stage.rest(1500);
            Ok(())
        },
        tells: &[ALL, QUIET],
        needs: &[ONE],
    },
    Scenario {
        name: "soft-and-slow-before-module",
        rules: &[11, 13],
        browser: Chromium,
        visit: |stage| {
            // On the next page the reader types before the module is there.
            let page = application("act.busy(60); go()", "onkeydown = () => act.busy(150)");
            stage.page("trang", &page.module_after(3000));
            stage.open("trang")?;
            stage.heard("loaded")?;
            stage.rest(300);
            go(stage)?;
            stage.visitor.key(0)?;
            stage.reported()?;
            stage.idle();
            Ok(())
        },
        tells: &[ALL, ALL],
        needs: &[ONE],
    },
];
