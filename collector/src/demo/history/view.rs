//! One made-up view: a device on a network, and what its browser would have told.

use fastrand::Rng;
use nhip_protocol::check::{Check, PerCheck, Verdict};
use nhip_protocol::code::Code;
use nhip_protocol::refusal::Refusal;
use nhip_protocol::report::{
    Device, Kind, Load, Net, Phases, RawCauses, RawReport, Report, Response, Step, StepResult,
    Viewport,
};
use serde_json::json;

use super::nature::{Nature, Weather, spread};

/// Page groups, how often each is seen, and how heavy it is.
const PAGES: [(&str, f64, f64); 8] = [
    ("/", 0.28, 1.0),
    ("/thu-tuc", 0.2, 0.9),
    ("/thu-tuc/:n", 0.18, 1.05),
    ("/ho-so/tra-cuu", 0.12, 1.2),
    ("/ho-so/nop", 0.09, 1.4),
    ("/tin-tuc/:n", 0.07, 1.1),
    ("/lien-he", 0.04, 0.7),
    ("/thanh-toan", 0.02, 1.6),
];

const FILING: &str = "/ho-so/nop";

const SERVICES: [&str; 3] = ["dang-ky-khai-sinh", "ho-chieu", "giay-phep-lai-xe"];

/// Round trips in ms, and how much longer a page takes.
const NETS: [(Net, f64, f64); 4] = [
    (Net::FourG, 45.0, 1.0),
    (Net::ThreeG, 210.0, 1.9),
    (Net::TwoG, 520.0, 3.4),
    (Net::Slow2g, 1400.0, 6.0),
];

/// All that a view has before anything of it is known.
pub fn blank(portal: &Code) -> serde_json::Result<RawReport> {
    serde_json::from_value(
        json!({"v": 1, "portal": portal, "view": "0000000000000000", "seq": 1,
        "kind": "final", "nav": "navigate", "age": 0, "page": "/"}),
    )
}

/// # Errors
///
/// The refusal that a collector would answer: none of these should have one.
pub fn view(blank: &RawReport, nature: &Nature, weather: &mut Weather) -> Result<Report, Refusal> {
    let (lcp, wait, inp) = (weather.lcp, weather.server_wait, weather.inp);
    let (abandoned, errors) = (weather.abandoned, weather.errors);
    let rng = &mut weather.rng;
    let mut report = blank.clone();
    report.view = format!("{:016x}", rng.u64(1..));
    let device = device(rng);
    report.device = Some(device);
    let engine = engine(rng, device);
    report.engine = Some(engine.to_owned());
    let is_blink = engine.starts_with("blink");
    let (net, round_trip, slower) = net(rng, device, nature.rural);
    // Only Chromium tells its network.
    report.net = is_blink.then_some(net);
    let (page, _, weight) = page(rng);
    report.page = page.to_owned();
    let slow_device = match device {
        Device::Phone => 1.35,
        Device::Tablet => 1.2,
        Device::Desktop => 1.0,
    };
    let round_trip = spread(rng, round_trip, 0.3);
    let wait = spread(rng, wait * weight, 0.4) + round_trip;
    let connect = round_trip * 2.0;
    let ttfb = connect + wait + spread(rng, 8.0, 0.5);
    report.response.server_wait = Some(wait);
    report.load.ttfb = Some(ttfb);
    report.load.phases = Some(Phases {
        redirect: None,
        dns: Some(spread(rng, 12.0, 0.7)),
        connect: Some(round_trip),
        tls: Some(round_trip),
        wait: Some(wait),
        download: Some(spread(rng, 20.0, 0.5) * slower),
    });
    if rng.f64() < abandoned * slower.sqrt() {
        report.kind = Kind::Abandoned;
        report.load.phases = None;
        report.response = Response::default();
        report.load = Load {
            ttfb: Some(ttfb),
            ..Load::default()
        };
        return report.validate();
    }
    let largest = ttfb + spread(rng, lcp * weight * slow_device, 0.3) * slower;
    if is_blink {
        report.causes = Some(causes(rng, (ttfb, largest), round_trip, wait, slow_device));
    }
    if page == FILING {
        report.steps = steps(rng);
    }
    report.load.fcp = Some(ttfb + (largest - ttfb) * 0.6);
    report.load.loaded = Some(largest * 1.2);
    // What only some browsers tell.
    report.load.lcp = Some(largest);
    if rng.f64() < 0.65 {
        report.response.inp = Some(spread(rng, inp * slow_device, 0.5).round());
    }
    if is_blink {
        report.layout.cls = Some(spread(rng, 0.02, 1.0).min(1.0));
    }
    report.viewport = Some(viewport(rng, device, nature.careful));
    if rng.f64() < errors {
        report.errors.uncaught = rng.u32(1..3);
    }
    if rng.f64() < 0.04 {
        report.kind = Kind::Started;
    }
    report.validate()
}

/// What the widget tells of a slow view: a photo that the page asks for late, long tasks, what the server says of
/// itself.
fn causes(
    rng: &mut Rng,
    (ttfb, largest): (f64, f64),
    round_trip: f64,
    wait: f64,
    slow_device: f64,
) -> RawCauses {
    let rest = largest - ttfb;
    let asked = ttfb + rest * spread(rng, 0.3, 0.6).min(0.7);
    let came = asked + (largest - asked) * 0.8;
    let photo = [
        asked,
        asked,
        asked,
        asked + 1.0,
        (asked + 1.0 + round_trip).min(came),
        came,
        180_000.0,
    ];
    RawCauses {
        resource: Some(photo),
        blocking: None,
        busy: Some(rest * 0.05 * slow_device),
        pace: Some([1_000_000.0, spread(rng, 4.3 * slow_device, 0.2), 0.1]),
        server: Some((wait - round_trip).max(0.0)),
    }
}

/// Most who begin to file come to the end, in this view or another.
fn steps(rng: &mut Rng) -> Vec<Step<f64>> {
    let service = SERVICES[rng.usize(..SERVICES.len())];
    let step = |result, ms| Step {
        service: service.to_owned(),
        result,
        ms,
    };
    match rng.f64() {
        part if part < 0.5 => vec![step(StepResult::Start, None)],
        part if part < 0.84 => {
            let took = spread(rng, 240_000.0, 0.7);
            vec![step(StepResult::Done, Some(took))]
        }
        part if part < 0.88 => vec![step(StepResult::Error, None)],
        _ => Vec::new(),
    }
}

fn device(rng: &mut Rng) -> Device {
    match rng.f64() {
        part if part < 0.68 => Device::Phone,
        part if part < 0.72 => Device::Tablet,
        _ => Device::Desktop,
    }
}

fn engine(rng: &mut Rng, device: Device) -> &'static str {
    match (device, rng.f64()) {
        (Device::Desktop, part) if part < 0.08 => "gecko/145",
        (Device::Desktop, part) if part < 0.13 => "webkit/26",
        (Device::Phone | Device::Tablet, part) if part < 0.2 => "webkit/26",
        _ => "blink/142",
    }
}

fn net(rng: &mut Rng, device: Device, rural: f64) -> (Net, f64, f64) {
    let rural = if device == Device::Desktop {
        rural / 4.0
    } else {
        rural
    };
    let at = match rng.f64() {
        part if part > rural => 0,
        part if part > rural * 0.25 => 1,
        part if part > rural * 0.04 => 2,
        _ => 3,
    };
    NETS[at]
}

fn page(rng: &mut Rng) -> (&'static str, f64, f64) {
    let mut left = rng.f64();
    for page in PAGES {
        left -= page.1;
        if left < 0.0 {
            return page;
        }
    }
    PAGES[0]
}

fn viewport(rng: &mut Rng, device: Device, careful: f64) -> Viewport {
    let (width, height) = match device {
        Device::Phone => (390, 844),
        Device::Tablet => (820, 1180),
        Device::Desktop => (1366, 768),
    };
    let mut checks = PerCheck::default();
    let mut culprits = PerCheck::default();
    for check in Check::ALL {
        let fails = device == Device::Phone && rng.f64() > careful;
        checks[check] = Some(if fails { Verdict::Fail } else { Verdict::Pass });
        if fails && check == Check::TargetSize {
            culprits[check] = Some(vec!["nav.menu>a:nth-child(2)".to_owned()]);
        }
    }
    Viewport {
        width,
        height,
        checks,
        culprits,
    }
}
