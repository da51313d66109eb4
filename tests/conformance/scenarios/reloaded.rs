//! Pages that are visited again, and loaded anew.

use crate::page::{Page, TEXT};
use crate::scenario::{ALL, Browser::Chromium, QUIET, Scenario};

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "reloaded",
        rules: &[20, 21],
        browser: Chromium,
        visit: |stage| {
            stage.page("trang", &Page::with_button("onclick='act.busy(70)'", TEXT));
            stage.open("trang")?;
            stage.reported()?;
            stage.click()?;
            stage.idle();
            stage.reload()?;
            stage.reported()
        },
        tells: &[ALL, QUIET],
        needs: &[("the second was a reload", |visit| {
            visit
                .facts
                .last()
                .is_some_and(|facts| facts.navigation == "reload")
        })],
    },
    Scenario {
        name: "back-without-the-cache",
        rules: &[20, 21],
        browser: Chromium,
        visit: |stage| {
            // Such a listener keeps a page out of the cache.
            let listener = "<script>addEventListener('unload', () => 0)</script>";
            stage.page(
                "trang",
                &Page::with_button("", &format!("{TEXT}{listener}")),
            );
            stage.open("trang")?;
            stage.reported()?;
            stage.leave()?;
            stage.back()?;
            stage.reported()
        },
        tells: &[QUIET, QUIET],
        needs: &[("it was loaded again on the way back", |visit| {
            visit.facts.len() == 2 && visit.facts[1].navigation == "back_forward"
        })],
    },
];
