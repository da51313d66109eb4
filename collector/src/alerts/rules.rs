//! What is watched: rules of the configuration file, or those that stand where it has none.

use std::collections::BTreeSet;

use nhip_protocol::code::Code;
use nhip_protocol::unit::Ms;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The longest time that a rule looks back, in hours.
pub const MOST_HOURS: u16 = 7 * 24;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub name: String,
    pub condition: Condition,
    /// Empty: all.
    pub portals: BTreeSet<Code>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The grade of the last 7 days is worse than that of the 7 days before, by more than chance.
    GradeFall,
    /// The p75 of each of the last `hours` is over the limit.
    P75 {
        reading: Reading,
        limit: Ms,
        hours: u16,
    },
    /// No report for so many hours.
    Silence { hours: u16 },
    /// Of the views of each of the last `hours`, more than so many percent.
    Share { of: Share, percent: u8, hours: u16 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    Lcp,
    Inp,
    ServerWait,
}

/// Of the views that began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    /// Something went wrong.
    Errors,
    /// Left or broken before anything was measured.
    Losses,
}

/// A rule as the file writes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    name: String,
    when: When,
    reading: Option<Reading>,
    limit_ms: Option<u32>,
    percent: Option<u8>,
    hours: Option<u16>,
    #[serde(default)]
    portals: Vec<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum When {
    Grade,
    P75,
    Silence,
    Errors,
    Losses,
}

impl Rule {
    /// What a monitor wants to know of every portal.
    pub fn usual() -> Vec<Rule> {
        let rule = |name: &str, condition| Rule {
            name: name.to_owned(),
            condition,
            portals: BTreeSet::new(),
        };
        let slow = |reading, limit| Condition::P75 {
            reading,
            limit: Ms::whole(limit),
            hours: 6,
        };
        let share = |of, percent| Condition::Share {
            of,
            percent,
            hours: 6,
        };
        vec![
            rule("grade", Condition::GradeFall),
            rule("silence", Condition::Silence { hours: 24 }),
            rule("slow-load", slow(Reading::Lcp, 4000)),
            rule("slow-server", slow(Reading::ServerWait, 800)),
            rule("errors", share(Share::Errors, 20)),
            rule("losses", share(Share::Losses, 30)),
        ]
    }

    pub fn is_about(&self, portal: &Code) -> bool {
        self.portals.is_empty() || self.portals.contains(portal)
    }
}

impl TryFrom<Written> for Rule {
    type Error = String;

    fn try_from(written: Written) -> Result<Rule, String> {
        let Written { name, when, .. } = &written;
        if !(1..=50).contains(&name.chars().count()) || name.chars().any(char::is_control) {
            return Err(format!("name: expected 1 to 50 characters, got '{name}'"));
        }
        let wrong = |what: &str| format!("'{name}': {what}");
        let hours = |usual: u16| match written.hours.unwrap_or(usual) {
            hours @ 1..=MOST_HOURS => Ok(hours),
            hours => Err(wrong(&format!(
                "hours: expected 1 to {MOST_HOURS}, got {hours}"
            ))),
        };
        let percent = || match written.percent {
            Some(percent @ 1..=99) => Ok(percent),
            Some(got) => Err(wrong(&format!("percent: expected 1 to 99, got {got}"))),
            None => Err(wrong("expected percent")),
        };
        let condition = match when {
            When::Grade => Condition::GradeFall,
            When::Silence => Condition::Silence { hours: hours(24)? },
            When::P75 => Condition::P75 {
                reading: written
                    .reading
                    .ok_or_else(|| wrong("expected reading: lcp, inp or server_wait"))?,
                limit: match written.limit_ms {
                    Some(limit @ 1..=600_000) => Ms::whole(limit),
                    Some(got) => {
                        return Err(wrong(&format!("limit_ms: expected 1 to 600000, got {got}")));
                    }
                    None => return Err(wrong("expected limit_ms")),
                },
                hours: hours(3)?,
            },
            When::Errors | When::Losses => Condition::Share {
                of: match when {
                    When::Errors => Share::Errors,
                    _ => Share::Losses,
                },
                percent: percent()?,
                hours: hours(3)?,
            },
        };
        let takes = |field: &str| match field {
            "reading" | "limit_ms" => matches!(when, When::P75),
            "percent" => matches!(when, When::Errors | When::Losses),
            _ => !matches!(when, When::Grade),
        };
        for (field, is_there) in [
            ("reading", written.reading.is_some()),
            ("limit_ms", written.limit_ms.is_some()),
            ("percent", written.percent.is_some()),
            ("hours", written.hours.is_some()),
        ] {
            if is_there && !takes(field) {
                return Err(wrong(&format!("this kind of rule takes no {field}")));
            }
        }
        let code = |text: &String| {
            let code = text.parse::<Code>();
            code.map_err(|_| wrong(&format!("portals: expected codes, got '{text}'")))
        };
        Ok(Rule {
            portals: written.portals.iter().map(code).collect::<Result<_, _>>()?,
            name: written.name,
            condition,
        })
    }
}
