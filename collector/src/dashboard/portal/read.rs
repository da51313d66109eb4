//! What a portal's page is made of, read once: each part of the window, all of it, and its groups.

use std::ops::Range;

use crate::app::App;
use crate::clock::{UnixMs, whole_hours};
use crate::portals::Entry;
use crate::question;
use crate::rollup::{Filter, Hour};
use crate::routes::Problem;
use crate::series::series;
use crate::store::{Store, Unreadable};
use crate::summary::Summary;

pub struct Read {
    /// Of each part.
    pub points: Vec<Summary>,
    /// Of the window.
    pub summary: Summary,
    /// All of the window's, whatever the filter lets through.
    pub groups: Hour,
}

/// The parts lie beside each other and make up the window.
pub async fn read(
    app: &App,
    entry: &Entry,
    window: &Range<UnixMs>,
    parts: &[Range<UnixMs>],
    filter: &Filter,
) -> Result<Read, Problem> {
    let (entry, window, parts) = (entry.clone(), window.clone(), parts.to_vec());
    let (filter, min_views) = (filter.clone(), app.min_views);
    let read = app.read(move |store| match filter.is_empty() {
        true => totals(store, &entry, &window, &parts, min_views),
        false => groups(store, &entry, &window, &parts, &filter, min_views),
    });
    Ok(read.await?)
}

/// Of all views: totals are kept beside the groups, and are small.
fn totals(
    store: &dyn Store,
    entry: &Entry,
    window: &Range<UnixMs>,
    parts: &[Range<UnixMs>],
    min_views: u64,
) -> Result<Read, Unreadable> {
    let all = Filter::default();
    let whole = std::slice::from_ref(window);
    let mut summary = series(store, entry, whole, &all, min_views)?;
    Ok(Read {
        points: series(store, entry, parts, &all, min_views)?,
        summary: summary
            .pop()
            .ok_or_else(|| Unreadable("no summary was made".to_owned()))?,
        groups: question::groups(store, &entry.code, &whole_hours(window))?,
    })
}

/// Of some: they are in the groups alone.
fn groups(
    store: &dyn Store,
    entry: &Entry,
    window: &Range<UnixMs>,
    parts: &[Range<UnixMs>],
    filter: &Filter,
    min_views: u64,
) -> Result<Read, Unreadable> {
    let summary = |of: &Range<UnixMs>, groups: &Hour| {
        let views = groups.filtered(filter).counted(entry.count_automated());
        Summary::new(entry.code.clone(), of, &views, min_views)
    };
    let mut whole = Hour::default();
    let mut points = Vec::with_capacity(parts.len());
    for part in parts {
        let groups = question::groups(store, &entry.code, &whole_hours(part))?;
        points.push(summary(part, &groups));
        whole.merge(&groups);
    }
    Ok(Read {
        points,
        summary: summary(window, &whole),
        groups: whole,
    })
}
