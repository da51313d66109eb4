//! Readings as they stand in a table.

use nhip_protocol::unit::Ms;

use crate::dashboard::Language;
use crate::league::Country;
use crate::summary::{Millis, Percentiles, Summary};

/// A value and the number of views that it is made of.
pub struct Reading {
    pub value: String,
    pub n: String,
    /// Where the value of all views like these lies, 19 times of 20.
    pub interval: Option<[String; 2]>,
}

/// Of all views together.
pub fn readings(country: &Country, language: Language) -> [(&'static str, Option<Reading>); 3] {
    let t = language.strings();
    let (load, response) = (&country.load, &country.response);
    let (seconds, millis) = (|ms| language.seconds(ms), |ms| language.millis(ms));
    [
        (t.load_p75, p75(&load.lcp_ms, None, seconds, language)),
        (t.inp_p75, p75(&response.inp_ms, None, millis, language)),
        (
            t.server_p75,
            p75(&response.server_wait_ms, None, millis, language),
        ),
    ]
}

pub fn p75(
    percentiles: &Option<Percentiles<Millis>>,
    interval: Option<[Millis; 2]>,
    show: impl Fn(Ms) -> String,
    language: Language,
) -> Option<Reading> {
    percentiles.as_ref().map(|percentiles| Reading {
        value: show(percentiles.p75.0),
        n: language.count(percentiles.n),
        interval: interval.map(|ends| ends.map(|end| show(end.0))),
    })
}

/// The share that passed, averaged over the checks that some browser could tell.
pub fn viewport_share(summary: &Summary, language: Language) -> Option<Reading> {
    let (mut percent, mut checks, mut n) = (0, 0, 0);
    for (_, check) in summary.viewport.iter() {
        let share = (check.pass * 100).checked_div(check.pass + check.fail);
        if let Some(share) = share {
            percent += share;
            checks += 1;
            n = n.max(check.n);
        }
    }
    let share = percent.checked_div(checks)?;
    Some(Reading {
        value: format!("{share} %"),
        n: language.count(n),
        interval: None,
    })
}
