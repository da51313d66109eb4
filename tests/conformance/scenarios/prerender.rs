//! Pages that the browser prepared before they were asked for.

use anyhow::Result;
use serde_json::json;

use crate::page::{Page, TEXT};
use crate::rig::site::Answer;
use crate::scenario::{ALL, Browser::Chromium, Need, QUIET, Scenario};
use crate::stage::Stage;

const PRERENDERED: Need = ("it was prerendered and then shown", |visit| {
    let facts = &visit.facts[0];
    facts.prerendered && facts.activation_start > 0.0
});

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "prerendered-long-before",
        rules: &[1, 2, 3],
        browser: Chromium,
        visit: |stage| {
            stage.page("trang", &Page::with_button("", TEXT));
            activate_after(stage, 2500)?;
            stage.reported()?;
            // Where the rule is broken the report comes before the reference has told anything.
            stage.idle();
            Ok(())
        },
        tells: &[QUIET],
        needs: &[
            PRERENDERED,
            ("it was complete when it was shown", |visit| {
                let facts = &visit.facts[0];
                facts.load_event_end < facts.activation_start
            }),
        ],
    },
    Scenario {
        name: "prerendered-just-before",
        rules: &[1, 2, 20],
        browser: Chromium,
        visit: |stage| {
            let image = stage.image("anh", (600, 400), 2500);
            let body = format!("{TEXT}<img src=\"{image}\" width=600 height=400>");
            let page = stage.html(&Page::with_button("", &body));
            let (head, body) = page.split_once("<body>").unwrap_or_default();
            let answer = Answer::new("text/html", head).then(0, " ".repeat(4096));
            stage.serve("trang", answer.then(1500, format!("<body>{body}")));
            activate_after(stage, 1000)?;
            stage.reported()
        },
        tells: &[QUIET],
        needs: &[
            PRERENDERED,
            ("its body came after it was shown", |visit| {
                let facts = &visit.facts[0];
                facts.response_end > facts.activation_start
                    && facts
                        .paints
                        .first()
                        .is_some_and(|at| *at > facts.activation_start)
            }),
        ],
    },
    Scenario {
        name: "prerendered-busy",
        rules: &[1, 2, 4, 6, 7],
        browser: Chromium,
        visit: |stage| {
            let script = "<script>document.addEventListener('prerenderingchange', () => \
                setTimeout(() => act.push(80), 700))</script>";
            let click = "onclick='act.busy(80)'";
            stage.page(
                "trang",
                &Page::with_button(click, &format!("{TEXT}{script}")),
            );
            activate_after(stage, 1500)?;
            stage.reported()?;
            stage.rest(500);
            stage.click()?;
            stage.idle();
            stage.hide()?;
            stage.show()?;
            stage.rest(200);
            Ok(())
        },
        tells: &[ALL],
        needs: &[
            PRERENDERED,
            ("it moved once it was shown", |visit| {
                let facts = &visit.facts[0];
                facts
                    .shifts
                    .iter()
                    .any(|shift| shift.at > facts.activation_start)
            }),
        ],
    },
];

/// Opens a page that has `trang` prerendered and goes there after a while. No debugger may be at
/// either until then.
pub fn activate_after(stage: &mut Stage, ms: u64) -> Result<()> {
    let url = stage.url("trang");
    let rules = json!({"prerender": [{"urls": [url], "eagerness": "immediate"}]});
    let launcher = format!(
        "<h1>Trước</h1><script>const rules = document.createElement('script');\
         rules.type = 'speculationrules'; rules.textContent = '{rules}'; document.head.append(rules);\
         setTimeout(() => location.href = '{url}', {ms})</script>"
    );
    stage.serve("truoc", Answer::new("text/html", launcher));
    let from = stage.url("truoc");
    stage.visitor.open_alone(&from)?;
    stage.heard("activated")?;
    stage.visitor.hold(&url)
}
