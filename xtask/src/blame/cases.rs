//! What is done to a view, and whom to blame for it.

use std::time::Duration;

use serde_json::{Value, json};

use super::link::Shape;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    Chromium,
    Firefox,
    WebKit,
}

impl Browser {
    pub const fn name(self) -> &'static str {
        match self {
            Browser::Chromium => "chromium",
            Browser::Firefox => "firefox",
            Browser::WebKit => "webkit",
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub name: &'static str,
    pub browser: Browser,
    /// Of the page (`site.rs`).
    pub query: &'static str,
    /// The processor's slowdown.
    pub cpu: u32,
    /// Round trip in ms.
    round_trip: u64,
    /// Bits in a second; 0: as fast as the machine.
    rate: u32,
    /// The page is visited a second time over the connection that is there.
    pub again: bool,
    /// Every verdict that is right.
    pub wanted: &'static [&'static str],
}

impl Case {
    pub fn shape(&self) -> Shape {
        Shape {
            round_trip: Duration::from_millis(self.round_trip),
            rate: (self.rate > 0).then_some(self.rate / 8),
        }
    }

    pub fn clicks(&self) -> bool {
        self.query.contains("click=")
    }

    /// For the file of recorded cases.
    pub fn done(&self) -> Value {
        json!({
            "page": self.query, "cpu": self.cpu, "round_trip_ms": self.round_trip,
            "bits_per_second": self.rate, "again": self.again,
        })
    }

    const fn cpu(self, cpu: u32) -> Case {
        Case { cpu, ..self }
    }

    const fn away(self, round_trip: u64) -> Case {
        Case { round_trip, ..self }
    }

    const fn at(self, rate: u32) -> Case {
        Case { rate, ..self }
    }

    const fn again(self) -> Case {
        Case {
            again: true,
            ..self
        }
    }

    const fn in_firefox(self) -> Case {
        Case {
            browser: Browser::Firefox,
            ..self
        }
    }

    const fn in_webkit(self) -> Case {
        Case {
            browser: Browser::WebKit,
            ..self
        }
    }
}

const fn case(name: &'static str, query: &'static str, wanted: &'static [&'static str]) -> Case {
    Case {
        name,
        browser: Browser::Chromium,
        query,
        cpu: 1,
        round_trip: 20,
        rate: 0,
        again: false,
        wanted,
    }
}

const NETWORK: &[&str] = &["network"];
const SERVER: &[&str] = &["server"];
const PAGE: &[&str] = &["page"];
const DEVICE: &[&str] = &["device"];
/// The share that would decide is one that this browser cannot tell.
const UNKNOWN: &[&str] = &["unknown"];
/// WebKitGTK tells of some navigations a wait, of others not even that.
const UNTOLD: &[&str] = &["unknown", "none"];

/// In the order in which they are split: of each three, the last is held out.
pub const CASES: &[Case] = &[
    case("cpu-6-text", "work=550", DEVICE).cpu(6),
    case("cpu-5-photo", "photo=1&work=700", DEVICE).cpu(5),
    case("cpu-8-text", "work=450", DEVICE).cpu(8),
    case("cpu-6-click", "click=60", DEVICE).cpu(6),
    case("cpu-4-click", "click=90", DEVICE).cpu(4),
    case("cpu-6-photo", "photo=1&work=500", DEVICE).cpu(6),
    case("latency-300-text", "", NETWORK).away(300),
    case("latency-900-text", "", NETWORK).away(900),
    case("latency-700-photo", "photo=1", NETWORK).away(700),
    case("latency-1200-photo", "photo=1", NETWORK).away(1200),
    case("latency-250-photo", "photo=1", NETWORK).away(250),
    case("latency-500-text", "", NETWORK).away(500),
    case("rate-200-text", "", NETWORK).at(200_000),
    case("rate-300-photo", "photo=1", NETWORK).at(300_000),
    case("rate-150-text", "", NETWORK).at(150_000).away(60),
    case("rate-400-photo", "photo=1", NETWORK)
        .at(400_000)
        .away(100),
    case("rate-100-photo", "photo=1", NETWORK).at(100_000),
    case("rate-250-photo", "photo=1", NETWORK)
        .at(250_000)
        .away(150),
    case("server-900-text", "server=900", SERVER),
    case("server-3000-photo", "server=3000&photo=1", SERVER).away(60),
    case("server-400-text", "server=400", SERVER).away(60),
    case("server-photo-3000", "photo=1&photo-server=3000", SERVER),
    case("server-style-2800", "style-server=2800", SERVER),
    case("server-photo-2700", "photo=1&photo-server=2700", SERVER).away(60),
    case("server-told-again", "server=900&told=1", SERVER).again(),
    case("server-again", "server=900", UNKNOWN).again(),
    case("server-style-4000", "style-server=4000&photo=1", SERVER).away(40),
    case("script-3000-text", "work=3000", PAGE),
    case("script-2700-photo", "photo=1&work=2700", PAGE).away(60),
    case("script-4500-text", "work=4500", PAGE).away(40),
    case("script-click-400", "click=400", PAGE),
    case("script-click-900", "click=900", PAGE).away(60),
    case("script-click-600", "click=600&photo=1", PAGE),
    case("late-2600", "photo=1&late=2600", PAGE),
    case("late-4000", "photo=1&late=4000", PAGE).away(60),
    case("late-3200", "photo=1&late=3200", PAGE).away(30),
    case("cpu+latency", "work=500", &["device", "network", "mixed"])
        .cpu(6)
        .away(700),
    case(
        "cpu+rate",
        "work=500&photo=1",
        &["device", "network", "mixed"],
    )
    .cpu(6)
    .at(300_000),
    case(
        "cpu+server",
        "work=500&server=2500",
        &["device", "server", "mixed"],
    )
    .cpu(6),
    case("cpu+script", "work=1500", &["device", "page", "mixed"]).cpu(4),
    case(
        "cpu+late",
        "work=400&photo=1&late=3000",
        &["device", "page", "mixed"],
    )
    .cpu(6),
    case("latency+rate", "photo=1", NETWORK)
        .away(500)
        .at(300_000),
    case(
        "latency+server",
        "server=900",
        &["network", "server", "mixed"],
    )
    .away(700),
    case("latency+script", "work=2500", &["network", "page", "mixed"]).away(700),
    case(
        "latency+late",
        "photo=1&late=3000",
        &["network", "page", "mixed"],
    )
    .away(700),
    case(
        "rate+server",
        "server=2500&photo=1",
        &["network", "server", "mixed"],
    )
    .at(300_000),
    case(
        "rate+script",
        "work=2500&photo=1",
        &["network", "page", "mixed"],
    )
    .at(300_000),
    case(
        "rate+late",
        "photo=1&late=3000",
        &["network", "page", "mixed"],
    )
    .at(250_000),
    case(
        "server+script",
        "server=1500&work=2500",
        &["server", "page", "mixed"],
    ),
    case(
        "server+late",
        "server=1500&photo=1&late=2500",
        &["server", "page", "mixed"],
    ),
    case("script+late", "work=1500&photo=1&late=2500", PAGE),
    case("firefox-latency-300", "away=3000", NETWORK)
        .away(300)
        .in_firefox(),
    case("firefox-server-900", "server=900&away=3000", SERVER).in_firefox(),
    case(
        "firefox-server-3000",
        "server=3000&photo=1&away=3000",
        SERVER,
    )
    .away(40)
    .in_firefox(),
    case("firefox-script-3000", "work=3000&away=7000", UNKNOWN).in_firefox(),
    case("firefox-late-3000", "photo=1&late=3000&away=7000", UNKNOWN).in_firefox(),
    case("firefox-style-3000", "style-server=3000&away=7000", UNKNOWN).in_firefox(),
    // On the machine itself a connection takes less than the clock's tick.
    case("webkit-server-900", "server=900&away=3000", UNTOLD).in_webkit(),
    case("webkit-server-400", "server=400&photo=1&away=3000", UNTOLD).in_webkit(),
    case("webkit-server-2000", "server=2000&away=4000", UNTOLD).in_webkit(),
];

/// Of the same cases always the same are held out: the rules were never tuned on them.
pub fn is_held_out(index: usize) -> bool {
    index % 3 == 2
}
