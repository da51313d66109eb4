//! One hour of one portal as it is kept when its raw rows are gone: an aggregate for each group of its
//! views, and one of all. The same rows give the same bytes.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::Read;

use nhip_protocol::code::Code;
use nhip_protocol::report::{Device, Engine, Net};
use serde::{Deserialize, Serialize};

use super::{Aggregate, Filter, OTHER, View};

/// Agencies of a portal that are told apart in an hour: more than a country has.
const MOST_AGENCIES: usize = 100;

/// Page groups of a portal, each of one agency, that are told apart in an hour.
const MOST_PAGES: usize = 200;

/// What the views of a group have in common. Groups of different hours with the same name are the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Group {
    /// `None`: one of those that had no place among the most seen ones.
    pub agency: Option<Code>,
    /// [`OTHER`]: the same.
    pub page: String,
    pub device: Option<Device>,
    pub network: Option<Net>,
    pub browser: Engine,
    pub automated: bool,
    /// Too many of one address: shown, not graded.
    pub surplus: bool,
}

/// All views of an hour.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Total {
    pub people: Aggregate,
    pub automated: Aggregate,
    pub surplus: Aggregate,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hour {
    groups: BTreeMap<Group, Aggregate>,
}

/// Bytes that are no rollup, or one of a newer collector.
#[derive(Debug, thiserror::Error)]
#[error("a rollup cannot be read: {0}")]
pub enum Undecodable {
    Fields(#[from] rmp_serde::decode::Error),
    Packing(#[from] std::io::Error),
}

#[derive(Debug, thiserror::Error)]
#[error("a rollup cannot be written: {0}")]
pub enum NotEncoded {
    Fields(#[from] rmp_serde::encode::Error),
    Packing(#[from] std::io::Error),
}

/// What zstd begins with (RFC 8878, section 3.1.1); no array of MessagePack does.
const PACKED: [u8; 4] = 0xfd2f_b528_u32.to_le_bytes();

/// What an hour or a day of a portal takes unpacked, at most.
const MOST_UNPACKED: u64 = 1024 * 1024 * 1024;

/// The same of an hour that another collector packed.
const MOST_SENT: u64 = 32 * 1024 * 1024;
const MOST_SENT_GROUPS: usize = 40_000;

/// Of zstd: its own default.
const LEVEL: i32 = 3;

fn unpacked(bytes: &[u8], most: u64) -> std::io::Result<Vec<u8>> {
    let mut unpacked = Vec::new();
    let mut packed = zstd::Decoder::new(bytes)?.take(most + 1);
    if packed.read_to_end(&mut unpacked)? as u64 > most {
        return Err(std::io::Error::other("more than an hour takes unpacked"));
    }
    Ok(unpacked)
}

impl Group {
    fn of(view: &View) -> Group {
        let report = &view.last;
        Group {
            agency: Some(report.agency.clone()),
            page: report.page.clone(),
            device: report.device,
            network: report.net,
            browser: report.engine,
            automated: report.automated,
            surplus: view.surplus,
        }
    }
}

impl Total {
    /// Where the views of a group belong.
    pub fn part_of(&mut self, group: &Group) -> &mut Aggregate {
        if group.surplus {
            &mut self.surplus
        } else if group.automated {
            &mut self.automated
        } else {
            &mut self.people
        }
    }

    pub fn merge(&mut self, other: &Total) {
        self.people.merge(&other.people);
        self.automated.merge(&other.automated);
        self.surplus.merge(&other.surplus);
    }

    /// As [`Hour::views`].
    pub fn views(&self) -> u64 {
        let all = [&self.people, &self.automated, &self.surplus];
        all.iter().map(|part| part.views.began).sum()
    }

    /// Automated views are part of it where the portal counts them; their number always is told.
    pub fn counted(mut self, count_automated: bool) -> Aggregate {
        let automated = self.automated.views.began;
        if count_automated {
            self.people.merge(&self.automated);
        }
        self.people.views.automated = automated;
        self.people.views.surplus = self.surplus.views.began;
        self.people
    }

    pub fn encode(&self) -> Result<Vec<u8>, NotEncoded> {
        Ok(rmp_serde::to_vec_named(self)?)
    }

    pub fn decode(bytes: &[u8]) -> Result<Total, Undecodable> {
        Ok(rmp_serde::from_slice(bytes)?)
    }
}

impl Hour {
    pub fn push(&mut self, view: &View) {
        self.groups.entry(Group::of(view)).or_default().push(view);
    }

    /// Keeps the groups that were seen most; the rest of them become one visible *other*.
    pub fn cap(&mut self) {
        let agencies = self.most_seen(MOST_AGENCIES, |group| group.agency.clone());
        self.rename(|group| {
            if !agencies.contains_key(&group.agency) {
                group.agency = None;
            }
        });
        let pages = self.most_seen(MOST_PAGES, |group| {
            (group.agency.clone(), group.page.clone())
        });
        self.rename(|group| {
            let page = (group.agency.clone(), std::mem::take(&mut group.page));
            let kept = pages.contains_key(&page);
            group.page = if kept { page.1 } else { OTHER.to_owned() };
        });
        for aggregate in self.groups.values_mut() {
            aggregate.culprits.cap();
        }
    }

    /// By the number of their views, ties by name.
    fn most_seen<K: Ord + Clone>(
        &self,
        most: usize,
        key: impl Fn(&Group) -> K,
    ) -> BTreeMap<K, u64> {
        let mut seen: BTreeMap<K, u64> = BTreeMap::new();
        for (group, aggregate) in &self.groups {
            *seen.entry(key(group)).or_default() += aggregate.views.began;
        }
        let mut order: Vec<(K, u64)> = seen.into_iter().collect();
        // Stable: names are in their order already.
        order.sort_by_key(|(_, views)| Reverse(*views));
        order.into_iter().take(most).collect()
    }

    fn rename(&mut self, rename: impl Fn(&mut Group)) {
        for (mut group, aggregate) in std::mem::take(&mut self.groups) {
            rename(&mut group);
            self.groups.entry(group).or_default().merge(&aggregate);
        }
    }

    /// Exactly what both together are: nothing is capped.
    pub fn merge(&mut self, other: &Hour) {
        for (group, aggregate) in &other.groups {
            self.groups
                .entry(group.clone())
                .or_default()
                .merge(aggregate);
        }
    }

    /// How many there are, of people or not.
    pub fn views(&self) -> u64 {
        let began = self.groups.values().map(|group| group.views.began);
        began.sum()
    }

    pub fn total(&self) -> Total {
        self.filtered(&Filter::default())
    }

    /// Of the groups that pass.
    pub fn filtered(&self, filter: &Filter) -> Total {
        let mut total = Total::default();
        for (group, aggregate) in self.groups_of(filter) {
            total.part_of(group).merge(aggregate);
        }
        total
    }

    pub fn groups_of(&self, filter: &Filter) -> impl Iterator<Item = (&Group, &Aggregate)> {
        self.groups.iter().filter(|(group, _)| filter.passes(group))
    }

    #[cfg(test)]
    pub fn groups(&self) -> impl Iterator<Item = (&Group, &Aggregate)> {
        self.groups.iter()
    }

    /// Packed: a group's fields are many, and the same in each.
    pub fn encode(&self) -> Result<Vec<u8>, NotEncoded> {
        let groups = rmp_serde::to_vec_named(&self.groups.iter().collect::<Vec<_>>())?;
        Ok(zstd::encode_all(groups.as_slice(), LEVEL)?)
    }

    pub fn decode(bytes: &[u8]) -> Result<Hour, Undecodable> {
        Hour::decode_up_to(bytes, MOST_UNPACKED)
    }

    /// Of somebody else: much smaller, and no more groups than [`Hour::cap`] leaves.
    pub fn decode_sent(bytes: &[u8]) -> Result<Hour, Undecodable> {
        let hour = Hour::decode_up_to(bytes, MOST_SENT)?;
        match hour.groups.len() <= MOST_SENT_GROUPS {
            true => Ok(hour),
            false => Err(std::io::Error::other("more groups than an hour has").into()),
        }
    }

    fn decode_up_to(bytes: &[u8], most: u64) -> Result<Hour, Undecodable> {
        // As they were written before: not packed.
        let groups: Vec<(Group, Aggregate)> = match bytes.starts_with(&PACKED) {
            true => rmp_serde::from_slice(&unpacked(bytes, most)?)?,
            false => rmp_serde::from_slice(bytes)?,
        };
        Ok(Hour {
            groups: groups.into_iter().collect(),
        })
    }
}

#[cfg(test)]
#[path = "hour_tests.rs"]
mod tests;
