//! The engine and its major version, by the request's `User-Agent`. The header itself is kept nowhere:
//! what is stored are the two words that a report may carry, and that the widget need not.

use nhip_protocol::report::{Engine, Report};

/// Tells the report's engine where the report does not.
pub fn tell(report: &mut Report, agent: &str) {
    if report.engine == Engine::Other && report.engine_version.is_none() {
        (report.engine, report.engine_version) = engine(agent);
    }
}

/// A WebView of Android says a `Version` before it says Chrome. WebKit's own number has stood still for
/// years; Safari's moves, or that of the system that it comes with.
fn engine(agent: &str) -> (Engine, Option<u16>) {
    let version = |name: &str| number(agent.rsplit_once(name)?.1);
    let blink = version("Chrome/").or_else(|| version("Chromium/"));
    let webkit = || {
        let (before, _) = agent.split_once("AppleWebKit")?;
        version("Version/").or_else(|| number(before.split_once("OS ")?.1))
    };
    let named = [
        (Engine::Blink, blink),
        (Engine::Webkit, webkit()),
        (Engine::Gecko, version("Firefox/")),
    ];
    named
        .into_iter()
        .find(|(_, version)| version.is_some())
        .unwrap_or((Engine::Other, None))
}

fn number(text: &str) -> Option<u16> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    text[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_is_known_by_its_agent() {
        const KHTML: &str = "AppleWebKit/537.36 (KHTML, like Gecko)";
        const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS";
        const MOBILE: &str = "like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
        let agents = [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0".to_owned(), Engine::Gecko, Some(153)),
            (format!("Mozilla/5.0 (X11; Linux x86_64) {KHTML} Chrome/156.0.0.0 Safari/537.36"), Engine::Blink, Some(156)),
            (format!("Mozilla/5.0 (X11) {KHTML} Ubuntu Chromium/80.0.3987.87 Chrome/80.0.3987.87"), Engine::Blink, Some(80)),
            (format!("Mozilla/5.0 (Linux; Android 10; wv) {KHTML} Version/4.0 Chrome/109.0.5414.117 Mobile Zalo android/230"), Engine::Blink, Some(109)),
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.2 Safari/605.1.15".to_owned(), Engine::Webkit, Some(26)),
            (format!("{IPHONE} 17_5 {MOBILE} Version/17.5 Mobile/15E148"), Engine::Webkit, Some(17)),
            // The system's number stands still since 18.
            (format!("{IPHONE} 18_6 {MOBILE} Version/26.0 Mobile/15E148"), Engine::Webkit, Some(26)),
            // In another application: its own name, no version of Safari.
            (format!("{IPHONE} 17_5 {MOBILE} Mobile/15E148"), Engine::Webkit, Some(17)),
            (format!("{IPHONE} 16_2 {MOBILE} CriOS/120.0 Mobile/15E148"), Engine::Webkit, Some(16)),
            (format!("{IPHONE} 17_5 {MOBILE} FxiOS/120.0 Mobile/15E148"), Engine::Webkit, Some(17)),
            ("Lynx/2.8".to_owned(), Engine::Other, None),
            ("Chrome/".to_owned(), Engine::Other, None),
            ("Firefox/99999999999 Ü".to_owned(), Engine::Other, None),
            (String::new(), Engine::Other, None),
        ];
        for (agent, expected, version) in agents {
            assert_eq!(engine(&agent), (expected, version), "{agent}");
        }
    }
}
