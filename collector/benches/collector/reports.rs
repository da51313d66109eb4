//! Reports as a province's visitors would send them: most on phones, some far away. Drawn from a seed, so that
//! two runs draw the same.

use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::{Value, json};

/// Where the view id belongs.
pub const VIEW: &str = "VIEW";

/// xorshift64*: good enough to spread readings, the same on every machine.
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Draw {
        Draw(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// Log-normal, as times are: half of them under `median`. To a tenth.
    fn time(&mut self, median: f64) -> f64 {
        let normal = (0..12).map(|_| self.unit()).sum::<f64>() - 6.0;
        ((median * (0.6 * normal).exp()).min(60_000.0) * 10.0).round() / 10.0
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
}

const SERVICES: [&str; 8] = [
    "khai-sinh",
    "ket-hon",
    "ho-khau",
    "dat-dai",
    "kinh-doanh",
    "giay-phep-lai-xe",
    "bao-hiem",
    "thue",
];

/// The last snapshot of a view. One in three views tells less: it was left early, or nobody tapped.
pub fn report(draw: &mut Draw, portal: &str) -> Value {
    let page = match draw.below(10) {
        0..4 => "/".to_owned(),
        4..7 => format!("/thu-tuc/{}", draw.of(&SERVICES)),
        7..9 => format!("/thu-tuc/{}/:n", draw.of(&SERVICES)),
        _ => format!(
            "/ho-so/{}",
            draw.of(&["nop", "tra-cuu", "thanh-toan", "ket-qua"])
        ),
    };
    let phone = draw.below(10) < 7;
    let slow = if draw.below(10) < 3 { 2.5 } else { 1.0 };
    let wait = draw.time(220.0 * slow);
    let ttfb = ((wait + draw.time(120.0 * slow)) * 10.0).round() / 10.0;
    let fcp = ((ttfb + draw.time(400.0 * slow)) * 10.0).round() / 10.0;
    let lcp = ((fcp + draw.time(500.0 * slow)) * 10.0).round() / 10.0;
    let mut response = json!({"server_wait": wait});
    if draw.below(3) > 0 {
        response["inp"] = json!((draw.time(90.0 * slow) / 8.0).round() * 8.0);
    }
    let verdict = |draw: &mut Draw| draw.of(&["pass", "pass", "pass", "fail", "unknown"]);
    let checks = json!({"content-width": verdict(draw), "target-size": verdict(draw),
        "font-size": verdict(draw), "zoom": verdict(draw), "layout-stability": verdict(draw)});
    json!({"v": 1, "portal": portal, "view": VIEW, "seq": 2, "kind": "final", "nav": "navigate",
        "age": 5000 + draw.below(60_000), "page": page, "engine": draw.of(&["blink/141", "blink/140", "webkit/18", "gecko/140"]),
        "device": if phone { "phone" } else { "desktop" },
        "net": if slow > 1.0 { "3g" } else { "4g" }, "weight": 1,
        "load": {"lcp": lcp, "fcp": fcp, "ttfb": ttfb, "loaded": lcp + 200.0,
            "phases": {"dns": draw.time(15.0), "connect": draw.time(60.0), "wait": wait, "download": draw.time(40.0)}},
        "response": response, "layout": {"cls": (draw.unit() * 1000.0).round() / 10_000.0},
        "viewport": {"width": if phone { 390 } else { 1366 }, "height": 844, "checks": checks}})
}

pub fn write(file: &Path, n: u64) {
    let mut draw = Draw::new(1);
    let mut file = BufWriter::new(std::fs::File::create(file).unwrap());
    for _ in 0..n {
        writeln!(file, "{}", report(&mut draw, "vn-hn")).unwrap();
    }
    file.flush().unwrap();
}
