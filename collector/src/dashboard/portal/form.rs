//! The form on a portal's page: what its address may ask, and what it asks.

use super::super::asked::DAYS;
use super::explore::{Subject, Table};
use crate::rollup::Dimension;
use crate::routes::Problem;

pub struct Form {
    pub days: Vec<Choice>,
    pub from: String,
    pub to: String,
    pub selects: Vec<Select>,
    pub page: Option<String>,
    pub compare: String,
    pub compare_from: String,
    pub compare_to: String,
    /// Whether only a part of the views is asked for.
    pub is_filtered: bool,
}

pub struct Select {
    pub name: &'static str,
    pub label: &'static str,
    pub choices: Vec<Choice>,
}

pub struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

impl Subject<'_> {
    pub fn form(&self, tables: &[Table], may_pages: bool) -> Result<Form, Problem> {
        let t = self.language.strings().explore;
        let asked = self.asked;
        let days = match asked.has_dates() {
            true => None,
            false => Some(asked.days()?),
        };
        let select = |name, label, by, chosen: &Option<String>, values: &[&str]| {
            let choice = |value: &str| Choice {
                value: value.to_owned(),
                label: self.named(by, Some(value)),
                chosen: chosen.as_deref() == Some(value),
            };
            let any = Choice {
                value: String::new(),
                label: t.any.to_owned(),
                chosen: chosen.is_none(),
            };
            Select {
                name,
                label,
                choices: std::iter::once(any)
                    .chain(values.iter().map(|value| choice(value)))
                    .collect(),
            }
        };
        let mut selects = vec![
            select(
                "device",
                t.device,
                Dimension::Device,
                &asked.device,
                &["phone", "tablet", "desktop"],
            ),
            select(
                "network",
                t.network,
                Dimension::Network,
                &asked.network,
                &["4g", "3g", "2g", "slow-2g"],
            ),
            select(
                "browser",
                t.browser,
                Dimension::Browser,
                &asked.browser,
                &["blink", "webkit", "gecko", "other"],
            ),
        ];
        if let Some(agencies) = tables.iter().find(|table| table.id == "agency") {
            let codes: Vec<&str> = agencies.rows.iter().map(|row| row.label.as_str()).collect();
            let chosen = &asked.agency;
            selects.push(select(
                "agency",
                t.agency,
                Dimension::Agency,
                chosen,
                &codes,
            ));
        }
        Ok(Form {
            days: DAYS
                .into_iter()
                .map(|of| Choice {
                    value: of.to_string(),
                    label: format!("{of} {}", t.days),
                    chosen: days == Some(of),
                })
                .collect(),
            from: asked.from.clone().unwrap_or_default(),
            to: asked.to.clone().unwrap_or_default(),
            selects,
            page: may_pages.then(|| asked.page.clone().unwrap_or_default()),
            compare: asked.compare.clone().unwrap_or_default(),
            compare_from: asked.compare_from.clone().unwrap_or_default(),
            compare_to: asked.compare_to.clone().unwrap_or_default(),
            is_filtered: !self.filter.is_empty(),
        })
    }
}
