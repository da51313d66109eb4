//! The groups of hours, added up along one of their names.

use std::collections::BTreeMap;

use super::{Filter, Hour, Total};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    Device,
    Network,
    Browser,
    Agency,
    Page,
}

impl Hour {
    /// Of the groups that pass, by name; `None`: the browser did not tell, or, of agencies, the name had no place
    /// among the most seen ones.
    pub fn split(&self, filter: &Filter, by: Dimension) -> BTreeMap<Option<String>, Total> {
        let mut split: BTreeMap<Option<String>, Total> = BTreeMap::new();
        for (group, aggregate) in self.groups_of(filter) {
            let name = match by {
                Dimension::Device => group.device.map(|it| it.name().to_owned()),
                Dimension::Network => group.network.map(|it| it.name().to_owned()),
                Dimension::Browser => Some(group.browser.name().to_owned()),
                Dimension::Agency => group.agency.as_ref().map(ToString::to_string),
                Dimension::Page => Some(group.page.clone()),
            };
            let total = split.entry(name).or_default();
            total.part_of(group).merge(aggregate);
        }
        split
    }
}
