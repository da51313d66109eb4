//! Alerts, the messages that tell of them, and since when anybody could be heard.

use std::collections::HashMap;

use nhip_protocol::code::Code;
use rusqlite::{OptionalExtension, Row, params};

use super::{Portals, code};
use crate::alerts::{Alert, Changes, Delivery, Tried};
use crate::clock::{DAY_MS, UnixMs};
use crate::store::Unreadable;

/// What is over is kept for so long.
const KEPT_MS: UnixMs = 400 * DAY_MS;

/// The most that one question tells.
const MOST: i64 = 200;

const COLUMNS: &str = "id, rule, portal, since, resolved, evidence, ending";

const DELIVERY: &str = "id, receiver, created, message, attempts, due, sent, error";

impl Portals {
    /// Since when portals could be heard without a break that is longer than `longest`.
    pub fn listen(&self, now: UnixMs, longest: UnixMs) -> Result<UnixMs, Unreadable> {
        self.beside(|connection| {
            let known: Option<(UnixMs, UnixMs)> = connection
                .query_row("SELECT since, at FROM listening", [], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            let since = match known {
                // A clock that was set back is no break.
                Some((since, at)) if now - at <= longest => {
                    if (0..longest / 3).contains(&(now - at)) {
                        return Ok(since);
                    }
                    since.min(now)
                }
                _ => now,
            };
            let transaction = connection.transaction()?;
            transaction.execute("DELETE FROM listening", [])?;
            transaction.execute("INSERT INTO listening VALUES (?1, ?2)", [since, now])?;
            transaction.commit()?;
            Ok(since)
        })
    }

    /// Since when each portal may report, as far as its changes are known.
    pub fn allowed_since(&self) -> Result<HashMap<Code, UnixMs>, Unreadable> {
        self.beside(|connection| {
            connection
                .prepare_cached(
                    "SELECT subject, max(at) FROM audit
                     WHERE action IN ('portal add', 'portal resume') GROUP BY subject",
                )?
                .query_map([], |row| Ok((code(row, 0)?, row.get(1)?)))?
                .collect()
        })
    }

    pub fn firing(&self) -> Result<Vec<Alert>, Unreadable> {
        self.beside(|connection| {
            let firing = format!("SELECT {COLUMNS} FROM alerts WHERE resolved IS NULL ORDER BY id");
            let mut select = connection.prepare_cached(&firing)?;
            select.query_map([], alert)?.collect()
        })
    }

    /// All that are firing, then the latest others.
    pub fn alerts(&self, portal: Option<&Code>) -> Result<Vec<Alert>, Unreadable> {
        self.beside(|connection| {
            let latest = format!(
                "SELECT {COLUMNS} FROM alerts WHERE (?1 IS NULL OR portal = ?1)
                    AND (resolved IS NULL OR id IN (SELECT id FROM alerts
                        WHERE resolved IS NOT NULL AND (?1 IS NULL OR portal = ?1)
                        ORDER BY resolved DESC LIMIT {MOST}))
                 ORDER BY resolved IS NOT NULL, coalesce(resolved, since) DESC, id DESC"
            );
            let mut select = connection.prepare_cached(&latest)?;
            select
                .query_map([portal.map(Code::as_str)], alert)?
                .collect()
        })
    }

    /// The latest first.
    pub fn deliveries(&self) -> Result<Vec<Delivery>, Unreadable> {
        self.beside(|connection| {
            let latest = format!("SELECT {DELIVERY} FROM deliveries ORDER BY id DESC LIMIT {MOST}");
            let mut select = connection.prepare_cached(&latest)?;
            select.query_map([], delivery)?.collect()
        })
    }

    /// What waits for receivers of which anything is due, in its order: none is told that something is over before it
    /// is told that it began.
    pub fn due(&self, now: UnixMs) -> Result<Vec<Delivery>, Unreadable> {
        self.beside(|connection| {
            let due = format!(
                "SELECT {DELIVERY} FROM deliveries WHERE due IS NOT NULL AND receiver IN
                    (SELECT receiver FROM deliveries WHERE due <= ?1 OR created > ?1)
                 ORDER BY id"
            );
            let mut select = connection.prepare_cached(&due)?;
            select.query_map([now], delivery)?.collect()
        })
    }

    /// Not tried, because its receiver is away.
    pub fn postpone(&self, id: i64, due: UnixMs) -> Result<(), Unreadable> {
        self.beside(|connection| {
            connection.execute("UPDATE deliveries SET due = ?2 WHERE id = ?1", [id, due])?;
            Ok(())
        })
    }

    /// One more try begins; if it is never heard of again, the next is at `again`.
    pub fn trying(&self, id: i64, again: UnixMs) -> Result<(), Unreadable> {
        self.beside(|connection| {
            connection.execute(
                "UPDATE deliveries SET attempts = attempts + 1, due = ?2 WHERE id = ?1",
                [id, again],
            )?;
            Ok(())
        })
    }

    pub fn tried(&self, id: i64, tried: &Tried) -> Result<(), Unreadable> {
        self.beside(|connection| {
            connection.execute(
                "UPDATE deliveries SET due = ?2, sent = ?3, error = ?4 WHERE id = ?1",
                params![id, tried.due, tried.sent, tried.error],
            )?;
            Ok(())
        })
    }

    /// Alerts and their messages in one commit: none is told twice, none is forgotten.
    pub fn keep_alerts(
        &self,
        changes: &Changes,
        now: UnixMs,
        listening_since: UnixMs,
    ) -> Result<(), Unreadable> {
        if changes.is_empty() {
            return Ok(());
        }
        self.beside(|connection| {
            let transaction = connection.transaction()?;
            for (id, ending) in &changes.resolved {
                transaction.execute(
                    "UPDATE alerts SET resolved = ?2, ending = ?3 WHERE id = ?1",
                    params![id, now, ending.as_ref().map(json).transpose()?],
                )?;
            }
            for found in &changes.firing {
                transaction.execute(
                    "INSERT INTO alerts (rule, portal, since, evidence) VALUES (?1, ?2, ?3, ?4)",
                    params![
                        found.rule,
                        found.portal.as_str(),
                        now,
                        json(&found.evidence)?
                    ],
                )?;
            }
            for delivery in &changes.deliveries {
                transaction.execute(
                    "INSERT INTO deliveries (receiver, created, message, attempts, due)
                     VALUES (?1, ?2, ?3, 0, ?2)",
                    params![delivery.receiver, now, delivery.message],
                )?;
            }
            // Not by a clock that was just set.
            if now - listening_since > DAY_MS {
                let old = [now - KEPT_MS];
                transaction.execute("DELETE FROM alerts WHERE resolved < ?1", old)?;
                let sent = "DELETE FROM deliveries WHERE created < ?1 AND due IS NULL";
                transaction.execute(sent, old)?;
            }
            transaction.commit()
        })
    }
}

fn alert(row: &Row<'_>) -> rusqlite::Result<Alert> {
    let ending: Option<String> = row.get(6)?;
    Ok(Alert {
        id: row.get(0)?,
        rule: row.get(1)?,
        portal: code(row, 2)?,
        since: row.get(3)?,
        resolved: row.get(4)?,
        evidence: parsed(5, &row.get::<_, String>(5)?)?,
        ending: ending.map(|text| parsed(6, &text)).transpose()?,
    })
}

fn delivery(row: &Row<'_>) -> rusqlite::Result<Delivery> {
    Ok(Delivery {
        id: row.get(0)?,
        receiver: row.get(1)?,
        created: row.get(2)?,
        message: row.get(3)?,
        attempts: row.get(4)?,
        due: row.get(5)?,
        sent: row.get(6)?,
        error: row.get(7)?,
    })
}

fn json(evidence: &crate::alerts::Evidence) -> rusqlite::Result<String> {
    serde_json::to_string(evidence)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn parsed(column: usize, text: &str) -> rusqlite::Result<crate::alerts::Evidence> {
    let text_type = rusqlite::types::Type::Text;
    serde_json::from_str(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, text_type, error.into()))
}
