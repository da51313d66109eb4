//! What a page's address asks: a window, a part of the views, something to compare with. It can be shared, and the
//! back button goes through it.

use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::app::App;
use crate::clock::{DAY_MS, UnixMs, day_begins};
use crate::routes::{Problem, Question, between};

/// Days that may be chosen.
pub const DAYS: [u16; 4] = [1, 7, 30, 90];

/// As it stands in the address; a field of a form that is left empty is not asked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub lang: Option<String>,
    pub days: Option<String>,
    /// Days, both part of the window.
    pub from: Option<String>,
    pub to: Option<String>,
    pub device: Option<String>,
    pub network: Option<String>,
    pub browser: Option<String>,
    pub agency: Option<String>,
    pub page: Option<String>,
    /// `previous`, `national`, or a portal's code.
    pub compare: Option<String>,
    /// Days, both part of the window that it is compared in.
    pub compare_from: Option<String>,
    pub compare_to: Option<String>,
}

impl Asked {
    /// Without what is empty.
    #[must_use]
    pub fn told(mut self) -> Asked {
        for (_, field) in self.fields_mut() {
            *field = field.take().filter(|text| !text.trim().is_empty());
        }
        self
    }

    fn fields_mut(&mut self) -> [(&'static str, &mut Option<String>); 11] {
        [
            ("days", &mut self.days),
            ("from", &mut self.from),
            ("to", &mut self.to),
            ("device", &mut self.device),
            ("network", &mut self.network),
            ("browser", &mut self.browser),
            ("agency", &mut self.agency),
            ("page", &mut self.page),
            ("compare", &mut self.compare),
            ("compare_from", &mut self.compare_from),
            ("compare_to", &mut self.compare_to),
        ]
    }

    /// The same question in an address, after a `lang`: `&days=30&device=phone`.
    pub fn query(&self) -> String {
        let mut asked = self.clone();
        let mut query = Serializer::new(String::new());
        for (name, field) in asked.fields_mut() {
            if let Some(text) = field {
                query.append_pair(name, text);
            }
        }
        match query.finish() {
            query if query.is_empty() => query,
            query => format!("&{query}"),
        }
    }

    /// Which views alone, as the API takes it: `&device=phone`.
    pub fn filters(&self) -> String {
        let cut = [
            "days",
            "from",
            "to",
            "compare",
            "compare_from",
            "compare_to",
        ];
        let views = cut
            .iter()
            .fold(self.clone(), |asked, name| asked.with(name, None));
        views.query()
    }

    /// The same question with one field set, or left out.
    #[must_use]
    pub fn with(&self, name: &str, value: Option<&str>) -> Asked {
        let mut asked = self.clone();
        for (field, text) in asked.fields_mut() {
            if field == name {
                *text = value.map(str::to_owned);
            }
        }
        asked
    }

    /// Whether two dates say which window it is.
    pub fn has_dates(&self) -> bool {
        self.from.is_some() || self.to.is_some()
    }

    /// How many days back; 7 where nothing is asked.
    pub fn days(&self) -> Result<u16, Problem> {
        let Some(text) = self.days.as_deref() else {
            return Ok(7);
        };
        let days = text.parse().ok().filter(|days| DAYS.contains(days));
        days.ok_or_else(|| {
            let got: String = text.chars().take(40).collect();
            Problem::bad_parameter(format!("days: expected 1, 7, 30 or 90, got '{got}'"))
        })
    }

    pub fn window(&self, app: &App) -> Result<Range<UnixMs>, Problem> {
        if !self.has_dates() {
            let usual = app.default_window();
            let start = usual.end - 1 - i64::from(self.days()?) * DAY_MS;
            return between(app, Some(start), None);
        }
        dated(app, ("from", &self.from), ("to", &self.to))
    }

    /// The window that it is compared in, where days say which.
    pub fn compared_window(&self, app: &App) -> Result<Option<Range<UnixMs>>, Problem> {
        let (from, to) = (&self.compare_from, &self.compare_to);
        if from.is_none() && to.is_none() {
            return Ok(None);
        }
        dated(app, ("compare_from", from), ("compare_to", to)).map(Some)
    }

    /// As the API takes it.
    pub fn question(&self) -> Question {
        Question {
            agency: self.agency.clone(),
            device: self.device.clone(),
            network: self.network.clone(),
            browser: self.browser.clone(),
            page: self.page.clone(),
            ..Question::default()
        }
    }
}

/// Days, both part of it.
fn dated(
    app: &App,
    (from_name, from): (&str, &Option<String>),
    (to_name, to): (&str, &Option<String>),
) -> Result<Range<UnixMs>, Problem> {
    let day = |name, text: &Option<String>, more: i64| {
        let text = text.as_deref();
        text.map(|text| midnight(name, text, more, &app.zone))
            .transpose()
    };
    let from = day(from_name, from, 0)?;
    let to = day(to_name, to, 1)?;
    // The day that runs is not over.
    let to = to.filter(|to| *to < app.clock.now());
    between(app, from, to)
}

fn midnight(name: &str, text: &str, more: i64, zone: &TimeZone) -> Result<UnixMs, Problem> {
    let day = text.parse::<Date>().ok();
    let day = day.and_then(|day| day.checked_add(more.days()).ok());
    day.and_then(|day| day_begins(day, zone)).ok_or_else(|| {
        let got: String = text.chars().take(40).collect();
        Problem::bad_parameter(format!(
            "{name}: expected a day such as 2026-07-01, got '{got}'"
        ))
    })
}
