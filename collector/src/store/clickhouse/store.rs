//! Each question and each work, and whose it is: the engine's, or this machine's database's.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use nhip_protocol::code::Code;
use nhip_protocol::report::ViewId;

use super::{ClickhouseStore, counts, days, parts, rollups, rows, upkeep, uplink};
use crate::browser_reports::{Kind, Tally};
use crate::clock::UnixMs;
use crate::first_seen::Dated;
use crate::locks::lock;
use crate::months::{Frozen, Month};
use crate::notes::Note;
use crate::rollup::View;
use crate::store::{
    Activity, Broken, Day, Duty, FromChild, Had, Keep, Kept, KeptHour, KeptPart, Name, NewRow,
    NotKept, OutcomeCount, RolledUp, Slice, Spool, Stale, Store, StoredRow, Stranger, Unreadable,
};

/// That are read before somebody takes them.
const ROWS_AHEAD: usize = 256;

impl Store for ClickhouseStore {
    fn append(&self, rows: Vec<NewRow>) -> Kept<'_> {
        let Some(uplink) = &self.uplink else {
            return self.local.append(rows);
        };
        if !uplink.has_room() {
            return Box::pin(std::future::ready(Err(NotKept::SpoolFull)));
        }
        let (count, bytes) = (rows.len() as u64, uplink::size_of(&rows));
        let (local, uplink) = (Arc::clone(&self.local), Arc::clone(uplink));
        // Also where nobody waits for the answer any more.
        let kept = self.handle.spawn(async move {
            local.append(rows).await?;
            uplink.came(count, bytes);
            Ok(())
        });
        Box::pin(async move { kept.await.unwrap_or(Err(NotKept::Closing)) })
    }

    fn record(&self, refused: Vec<OutcomeCount>, strangers: Vec<Stranger>) -> Kept<'_> {
        self.local.record(refused, strangers)
    }

    fn names(&self) -> Result<Vec<Name>, Unreadable> {
        self.local.names()
    }

    fn scan(
        &self,
        hours: Range<i64>,
        slice: &Slice,
        each: &mut dyn FnMut(StoredRow),
    ) -> Result<Broken, Unreadable> {
        // Whoever takes a row may wait for somebody, which is not allowed where the engine is asked.
        let (to, rows) = std::sync::mpsc::sync_channel(ROWS_AHEAD);
        let (engine, handle) = (Arc::clone(&self.engine), self.handle.clone());
        let slice = slice.clone();
        let reading = self.handle.spawn_blocking(move || {
            let mut give = |row| {
                let _ = to.send(row);
            };
            handle.block_on(rows::scan(&engine, hours, &slice, &mut give))
        });
        rows.iter().for_each(each);
        let read = self.handle.block_on(reading);
        Ok(read.map_err(|error| Unreadable(error.to_string()))??)
    }

    fn last_snapshots(
        &self,
        hour: i64,
        slice: &Slice,
        each: &mut dyn FnMut(&View),
    ) -> Result<Broken, Unreadable> {
        self.read(rows::last_snapshots(&self.engine, hour, slice, each))
    }

    fn views(
        &self,
        hours: Range<i64>,
        each: &mut dyn FnMut(&str, ViewId, Dated) -> bool,
    ) -> Result<(), Unreadable> {
        // What waits is known without the cluster.
        let mut wanted = true;
        self.local
            .views(hours.clone(), &mut |portal, view, dated| {
                wanted = each(portal, view, dated);
                wanted
            })?;
        for hour in hours.rev() {
            if !wanted {
                break;
            }
            wanted = self.read(rows::dated(&self.engine, hour, each))?;
        }
        Ok(())
    }

    fn stale(&self) -> Result<Vec<Stale>, Unreadable> {
        self.read(rollups::stale(&self.engine))
    }

    fn keep_rollups(&self, rolled: Vec<RolledUp>) -> Kept<'_> {
        let (engine, now) = (Arc::clone(&self.engine), self.clock.now());
        self.write(move || async move { rollups::keep(&engine, now, rolled).await })
    }

    fn keep_fed(&self, fed: FromChild) -> Kept<'_> {
        let engine = Arc::clone(&self.engine);
        self.write(move || async move { parts::keep(&engine, fed).await })
    }

    fn parts(
        &self,
        hour: i64,
        portals: &[Code],
        each: &mut dyn FnMut(KeptPart<'_>),
    ) -> Result<(), Unreadable> {
        self.read(parts::of_hour(&self.engine, hour, portals, each))
    }

    fn had(&self, source: &str, hours: Range<i64>) -> Result<Vec<Had>, Unreadable> {
        self.read(parts::had(&self.engine, source, hours))
    }

    fn rollups(
        &self,
        portal: &Code,
        hours: Range<i64>,
        with_groups: bool,
        each: &mut dyn FnMut(KeptHour<'_>),
    ) -> Result<(), Unreadable> {
        self.read(rollups::read(
            &self.engine,
            portal,
            hours,
            with_groups,
            each,
        ))
    }

    fn days(
        &self,
        portal: &Code,
        days: Range<i64>,
        with_groups: bool,
        each: &mut dyn FnMut(i64, &[u8]),
    ) -> Result<(), Unreadable> {
        self.read(days::read(&self.engine, portal, days, with_groups, each))
    }

    fn stale_days(&self, before: i64) -> Result<Vec<(Code, i64)>, Unreadable> {
        self.read(days::stale(&self.engine, before))
    }

    fn keep_day(&self, day: Day) -> Kept<'_> {
        let (engine, now) = (Arc::clone(&self.engine), self.clock.now());
        self.write(move || async move { days::keep(&engine, now, day).await })
    }

    fn has_older(&self, keep: Keep) -> Result<bool, Unreadable> {
        Ok(!self.read(upkeep::older(&self.engine, keep))?.is_empty())
    }

    fn prune(&self, keep: Keep) -> Kept<'_> {
        let engine = Arc::clone(&self.engine);
        self.write(move || async move { upkeep::prune(&engine, keep).await })
    }

    fn outcomes(&self, hours: Range<i64>) -> Result<Vec<OutcomeCount>, Unreadable> {
        self.read(counts::outcomes(&self.engine, hours))
    }

    fn activity(&self) -> Result<HashMap<Code, Activity>, Unreadable> {
        self.read(counts::activity(&self.engine))
    }

    fn count_browser_reports(&self, tallies: Vec<Tally>) -> Kept<'_> {
        self.local.count_browser_reports(tallies)
    }

    fn browser_reports(
        &self,
        portal: &Code,
        hours: Range<i64>,
    ) -> Result<Vec<(Kind, String, u64)>, Unreadable> {
        self.read(counts::browser_reports(&self.engine, portal, hours))
    }

    fn notes(&self, portal: &Code, window: Range<UnixMs>) -> Result<Vec<Note>, Unreadable> {
        self.local.notes(portal, window)
    }

    fn months(&self) -> Result<Vec<Frozen>, Unreadable> {
        self.local.months()
    }

    fn month(&self, month: Month) -> Result<Option<Frozen>, Unreadable> {
        self.local.month(month)
    }

    fn strangers(&self) -> Result<Vec<Stranger>, Unreadable> {
        self.local.strangers()
    }

    fn duty(&self) -> Duty {
        self.uplink
            .as_ref()
            .map_or(Duty::NONE, |uplink| uplink.duty())
    }

    fn spool(&self) -> Option<Spool> {
        let (backlog, trouble) = self.uplink.as_ref()?.waits();
        Some(Spool {
            rows: backlog.rows,
            bytes: backlog.bytes,
            untold: self.local.untold().unwrap_or_default(),
            trouble,
        })
    }

    fn stuck(&self) -> Option<u64> {
        let (backlog, trouble) = self.uplink.as_ref()?.waits();
        trouble.map(|_| backlog.rows).filter(|rows| *rows > 0)
    }

    fn close(&self) {
        if let Some(uplink) = &self.uplink {
            uplink.stop();
        }
        let sending = lock(&self.sending).take();
        if sending.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that sends has panicked");
        }
        self.local.close();
        if let Some(runtime) = lock(&self.runtime).take() {
            runtime.shutdown_background();
        }
    }
}
