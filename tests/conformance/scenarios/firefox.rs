//! What Firefox, too, can be asked. It has no layout shifts.

use crate::scenario::{Browser::Firefox, Scenario};
use crate::scenarios::{load, response, restored, visibility};

const ALL: &str = "LCP FCP TTFB INP";

const QUIET: &str = "LCP FCP TTFB";

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "firefox-late-image",
        browser: Firefox,
        tells: &[QUIET],
        ..load::LATE_IMAGE
    },
    Scenario {
        name: "firefox-input-before-lcp",
        browser: Firefox,
        tells: &[ALL],
        ..load::INPUT_BEFORE_LCP
    },
    Scenario {
        name: "firefox-redirects",
        browser: Firefox,
        tells: &[QUIET],
        ..load::REDIRECTS
    },
    Scenario {
        name: "firefox-grouped-click",
        browser: Firefox,
        tells: &[ALL],
        ..response::GROUPED_CLICK
    },
    Scenario {
        name: "firefox-fast-first-input",
        browser: Firefox,
        tells: &[ALL],
        ..response::FAST_FIRST_INPUT
    },
    Scenario {
        name: "firefox-hidden-and-shown",
        browser: Firefox,
        tells: &[ALL],
        ..visibility::HIDDEN_AND_SHOWN
    },
    Scenario {
        name: "firefox-restored-quiet",
        browser: Firefox,
        tells: &[QUIET, QUIET],
        ..restored::RESTORED_QUIET
    },
];
