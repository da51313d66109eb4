//! LCP, FCP and TTFB of a navigation.

use std::time::Duration;

use anyhow::Result;

use crate::page::{Page, TEXT};
use crate::rig::site::Answer;
use crate::scenario::{ALL, Browser::Chromium, QUIET, Scenario};
use crate::stage::Stage;

/// Larger than the heading.
pub const IMAGE: (u32, u32) = (600, 400);

pub const SCENARIOS: &[Scenario] = &[
    LATE_IMAGE,
    INPUT_BEFORE_LCP,
    Scenario {
        name: "key-before-lcp",
        rules: &[19],
        browser: Chromium,
        visit: |stage| {
            let image = stage.image("anh", IMAGE, 0);
            let later = format!("<script>setTimeout(() => act.image('{image}'), 2000)</script>");
            stage.page("trang", &Page::with_button("", &later));
            stage.open("trang")?;
            stage.reported()?;
            stage.visitor.key(30)?;
            stage.rest(1500);
            Ok(())
        },
        tells: &[ALL],
        needs: &[("a key was pressed", |visit| {
            visit.facts[0]
                .inputs
                .iter()
                .any(|input| input.kind == "keydown")
        })],
    },
    Scenario {
        name: "click-by-a-script",
        rules: &[19],
        browser: Chromium,
        visit: |stage| {
            let image = stage.image("anh", IMAGE, 0);
            let script = format!(
                "<script>setTimeout(() => nut.click(), 400);\
                 setTimeout(() => act.image('{image}'), 700)</script>"
            );
            stage.page("trang", &Page::with_button("", &script));
            stage.open("trang")?;
            stage.reported()?;
            stage.rest(500);
            Ok(())
        },
        tells: &[QUIET],
        needs: &[("an image was painted after the click", |visit| {
            visit.facts[0]
                .largest
                .last()
                .is_some_and(|last| last.is_image && last.at > 600.0)
        })],
    },
    Scenario {
        name: "input-at-paint",
        rules: &[18, 19],
        browser: Chromium,
        visit: |stage| {
            let image = stage.image("anh", IMAGE, 0);
            // The click waits behind the paint that is not yet told of.
            let later = format!(
                "<script>setTimeout(async () => {{\
                   const image = new Image(); image.src = '{image}'; await image.decode();\
                   requestAnimationFrame(() => {{\
                     document.querySelector('main').append(image); act.mark('drawn');\
                     setTimeout(() => act.busy(100)); }}); }}, 1500)</script>"
            );
            stage.page("trang", &Page::with_button("", &later));
            stage.open("trang")?;
            stage.marked("drawn")?;
            stage.click()?;
            stage.idle();
            Ok(())
        },
        tells: &[ALL],
        // Whether the image still counts is the browser's to say.
        needs: &[("the click came within 150 ms of the drawing", |visit| {
            let facts = &visit.facts[0];
            let drawn = facts.marks.get("drawn");
            drawn.is_some_and(|drawn| facts.clicked().is_some_and(|at| (at - drawn).abs() < 150.0))
        })],
    },
    Scenario {
        name: "scroll-before-lcp",
        rules: &[12, 19],
        browser: Chromium,
        visit: |stage| {
            let image = stage.image("anh", IMAGE, 0);
            let later = format!(
                "<div style='height:3000px'></div>\
                 <script>setTimeout(() => act.image('{image}').style = \
                 'position:fixed;left:300px;top:100px', 2000)</script>"
            );
            stage.page("trang", &Page::with_button("", &later));
            stage.open("trang")?;
            stage.reported()?;
            stage.visitor.scroll(200)?;
            stage.rest(1500);
            Ok(())
        },
        tells: &[QUIET],
        needs: &[],
    },
    REDIRECTS,
    Scenario {
        name: "streamed-body",
        rules: &[20, 21],
        browser: Chromium,
        visit: |stage| {
            stream(stage, 800);
            stage.open("trang")?;
            stage.reported()
        },
        tells: &[QUIET],
        needs: &[("the body came long after the head", |visit| {
            let facts = &visit.facts[0];
            facts.response_end - facts.response_start > 600.0
        })],
    },
    Scenario {
        name: "largest-removed",
        rules: &[20],
        browser: Chromium,
        visit: |stage| {
            let image = stage.image("anh", IMAGE, 0);
            let body = format!(
                "<script>const image = act.image('{image}');\
                 setTimeout(() => image.remove(), 1000);\
                 setTimeout(() => document.querySelector('main').append('Đã xóa ảnh'), 1200)</script>"
            );
            stage.page("trang", &Page::with_button("", &body));
            stage.open("trang")?;
            stage.reported()?;
            stage.rest(1000);
            Ok(())
        },
        tells: &[QUIET],
        needs: &[("the image was the largest paint", |visit| {
            visit.facts[0]
                .largest
                .last()
                .is_some_and(|last| last.is_image)
        })],
    },
    Scenario {
        name: "response-in-the-future",
        rules: &[22],
        browser: Chromium,
        visit: |stage| visit_with_response_start(stage, "performance.now() + 60000"),
        tells: &["LCP FCP CLS"],
        needs: &[],
    },
    Scenario {
        name: "response-before-the-request",
        rules: &[22],
        browser: Chromium,
        visit: |stage| visit_with_response_start(stage, "-1"),
        tells: &["LCP FCP CLS"],
        needs: &[],
    },
];

pub const LATE_IMAGE: Scenario = Scenario {
    name: "late-image",
    rules: &[3, 9, 20, 21],
    browser: Chromium,
    visit: |stage| {
        let image = slow_image(stage, 700);
        stage.page("trang", &Page::with_button("", &image));
        stage.open("trang")?;
        stage.reported()
    },
    tells: &[QUIET],
    needs: &[("an image overtook the text", |visit| {
        let largest = &visit.facts[0].largest;
        let last = largest.last();
        last.is_some_and(|last| {
            last.is_image && last.size > largest[0].size && last.at > largest[0].at + 400.0
        })
    })],
};

pub const INPUT_BEFORE_LCP: Scenario = Scenario {
    name: "input-before-lcp",
    rules: &[16, 19],
    browser: Chromium,
    visit: |stage| {
        let image = stage.image("anh", IMAGE, 0);
        let later = format!(
            "<script>act.show = () => setTimeout(() => act.image('{image}'), 700)</script>"
        );
        let click = "onclick='act.busy(60); act.show()'";
        stage.page("trang", &Page::with_button(click, &later));
        stage.open("trang")?;
        stage.reported()?;
        stage.click()?;
        stage.rest(1500);
        Ok(())
    },
    tells: &[ALL],
    needs: &[("it was clicked", |visit| visit.facts[0].clicked().is_some())],
};

pub const REDIRECTS: Scenario = Scenario {
    name: "redirects",
    rules: &[21],
    browser: Chromium,
    visit: |stage| {
        stage.serve("dau", Answer::redirect(&stage.path("giua")).after(150));
        stage.serve("giua", Answer::redirect(&stage.path("trang")).after(150));
        let page = stage.html(&Page::with_button("", ""));
        stage.serve("trang", Answer::new("text/html", page).after(200));
        stage.open("dau")?;
        stage.reported()
    },
    tells: &[QUIET],
    needs: &[("it was redirected twice", |visit| {
        visit.facts[0].redirect_count == 2 && visit.facts[0].response_start > 480.0
    })],
};

/// An image that holds up the load event.
pub fn slow_image(stage: &Stage, wait_ms: u64) -> String {
    let image = stage.image("anh", IMAGE, wait_ms);
    let (width, height) = IMAGE;
    format!("<img src=\"{image}\" width={width} height={height}>")
}

/// Serves a page whose body comes so much later than its head.
pub fn stream(stage: &Stage, wait_ms: u64) {
    let page = stage.html(&Page::with_button("", "<p>Nội dung"));
    let (head, body) = page.split_once("<body>").unwrap_or_default();
    let answer = Answer {
        wait: Duration::from_millis(50),
        ..Answer::new("text/html", head)
    };
    // A browser may wait for more before it begins to read.
    let padding = " ".repeat(4096);
    stage.serve(
        "trang",
        answer
            .then(0, padding)
            .then(wait_ms, format!("<body>{body}")),
    );
}

/// A browser that says something impossible of the response.
fn visit_with_response_start(stage: &mut Stage, value: &str) -> Result<()> {
    let page = Page::with_button("", TEXT).pretending(&responded(value));
    stage.page("trang", &page);
    stage.open("trang")?;
    stage.reported()
}

/// For [`Page::pretending`]: the response started when `value` says.
pub fn responded(value: &str) -> String {
    format!(
        "Object.defineProperty(PerformanceNavigationTiming.prototype, 'responseStart', \
         {{ get: () => {value} }})"
    )
}
