//! A copy of the whole database while it is written to, and a copy put back.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, params};

use super::schema::{Database, VERSION};
use super::spool::become_another;
use crate::rollup::{Hour, Total};

/// What a database holds, and that it is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    pub reports: u64,
    pub hours: u64,
    pub portals: u64,
    /// Its reports go on to a cluster.
    pub spools: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum Failed {
    #[error("'{0}' exists already; give another name, or remove it first")]
    Exists(String),
    #[error("'{file}' cannot be used: {cause}")]
    File { file: String, cause: String },
    #[error("'{file}' is damaged: {what}; use an older backup")]
    Damaged { file: String, what: String },
    #[error(
        "'{file}' has schema {found}, this nhip knows up to {VERSION}; use the nhip that wrote it, or a newer one"
    )]
    Newer { file: String, found: i64 },
    #[error(
        "the data directory has a database already; move '{0}' away first, or say --replace, which keeps it beside"
    )]
    InTheWay(String),
}

/// Copies the database to `to` as it is at one moment; reports are taken meanwhile. `to` is there whole or
/// not at all.
pub fn backup(database: &Database, to: &Path) -> Result<Checked, Failed> {
    let failed = |error: &dyn std::fmt::Display| unusable(to, error);
    if to.exists() {
        return Err(Failed::Exists(to.display().to_string()));
    }
    let part = beside(to, "part");
    remove(&part)?;
    let connection = database.writer().map_err(|error| failed(&error))?;
    connection
        .execute("VACUUM INTO ?1", params![part.to_string_lossy()])
        .map_err(|error| unusable(&part, &error))?;
    let checked = check(&part)?;
    put(&part, to)?;
    Ok(checked)
}

/// Puts a backup into a data directory that nobody serves.
pub fn restore(from: &Path, database: &Path, replace: bool) -> Result<Checked, Failed> {
    check(from)?;
    if database.exists() {
        if !replace {
            return Err(Failed::InTheWay(database.display().to_string()));
        }
        let before = beside(database, "before-restore");
        remove(&before)?;
        // With all that is only in its log.
        let old = Connection::open(database).map_err(|error| unusable(database, &error))?;
        old.execute("VACUUM INTO ?1", params![before.to_string_lossy()])
            .map_err(|error| unusable(&before, &error))?;
    }
    let part = beside(database, "part");
    std::fs::copy(from, &part).map_err(|error| unusable(&part, &error))?;
    let checked = check(&part)?;
    let copy = Connection::open(&part).map_err(|error| unusable(&part, &error))?;
    if checked.spools {
        become_another(&copy).map_err(|error| unusable(&part, &error))?;
    }
    drop(copy);
    for log in ["wal", "shm"] {
        let mut name = database.as_os_str().to_owned();
        name.push(format!("-{log}"));
        remove(Path::new(&name))?;
    }
    put(&part, database)?;
    Ok(checked)
}

/// Reads all of a database: its pages, its indexes, its rollups.
pub fn check(file: &Path) -> Result<Checked, Failed> {
    let damaged = |what: String| Failed::Damaged {
        file: file.display().to_string(),
        what: what.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(file, flags).map_err(|error| unusable(file, &error))?;
    let number = |sql: &str| {
        let number = connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        number.map_err(|error| damaged(error.to_string()))
    };
    let found = number("PRAGMA user_version")?;
    if found > VERSION {
        return Err(Failed::Newer {
            file: file.display().to_string(),
            found,
        });
    }
    let verdict: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(|error| damaged(error.to_string()))?;
    if verdict != "ok" {
        return Err(damaged(verdict));
    }
    let count = |table: &str| {
        let count = number(&format!("SELECT count(*) FROM {table}"))?;
        Ok::<_, Failed>(count.unsigned_abs())
    };
    let checked = Checked {
        reports: count("reports")?,
        // A database of a former schema has none.
        hours: if found < 3 { 0 } else { count("rollups")? },
        portals: count("portals")?,
        spools: found >= 8 && count("collector")? > 0,
    };
    // A former schema's are rolled up anew.
    if found >= 5 && checked.hours > 0 {
        rollups(&connection).map_err(damaged)?;
    }
    Ok(checked)
}

/// What is wrong with the first rollup that cannot be read.
fn rollups(connection: &Connection) -> Result<(), String> {
    let told = |error: rusqlite::Error| error.to_string();
    let days = "SELECT portal, day * 24, total, groups FROM days";
    let hours = "SELECT portal, hour, total, groups FROM rollups";
    let mut select = connection
        .prepare(&format!("{hours} UNION ALL {days}"))
        .map_err(told)?;
    let mut rows = select.query([]).map_err(told)?;
    while let Some(row) = rows.next().map_err(told)? {
        let bytes = |column| -> Result<Vec<u8>, String> { row.get(column).map_err(told) };
        let (portal, hour): (String, i64) = (row.get(0).map_err(told)?, row.get(1).map_err(told)?);
        let wrong = |error| format!("portal '{portal}', hour {hour}: {error}");
        Total::decode(&bytes(2)?).map_err(wrong)?;
        Hour::decode(&bytes(3)?).map_err(wrong)?;
    }
    Ok(())
}

/// On disk under its name, or under no name.
fn put(part: &Path, to: &Path) -> Result<(), Failed> {
    let failed = |error: std::io::Error| unusable(to, &error);
    File::open(part)
        .and_then(|file| file.sync_all())
        .map_err(failed)?;
    std::fs::rename(part, to).map_err(failed)?;
    let folder = to.parent().filter(|folder| *folder != Path::new(""));
    File::open(folder.unwrap_or(Path::new(".")))
        .and_then(|folder| folder.sync_all())
        .map_err(failed)
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{ending}"));
    PathBuf::from(name)
}

fn remove(file: &Path) -> Result<(), Failed> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(unusable(file, &error)),
        _ => Ok(()),
    }
}

fn unusable(file: &Path, error: &dyn std::fmt::Display) -> Failed {
    Failed::File {
        file: file.display().to_string(),
        cause: error.to_string(),
    }
}
