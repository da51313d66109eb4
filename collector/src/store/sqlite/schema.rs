//! The database file: where it is, how it is opened, its schema.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::migrations::MIGRATIONS;

/// In the data directory.
const FILE: &str = "nhip.db";

/// `PRAGMA user_version`: how many of [`MIGRATIONS`] were run. A newer one was written by a newer
/// collector.
pub const VERSION: i64 = MIGRATIONS.len() as i64;

/// Longer than any commit of the other process (`nhip portal add` beside a server).
const BUSY: Duration = Duration::from_secs(5);

/// `PRAGMA auto_vacuum`: pages of what was deleted can be given back.
const INCREMENTAL: i64 = 2;

/// What a burst leaves of the write-ahead log, once it is in the database.
const JOURNAL_BYTES: i64 = 64 * 1024 * 1024;

/// A data directory whose database exists and has this collector's schema.
#[derive(Clone, Debug)]
pub struct Database {
    file: PathBuf,
}

#[derive(Debug, thiserror::Error)]
pub enum CannotOpen {
    #[error(
        "cannot write to the data directory '{dir}' ({cause}); give a writable one with --data DIR"
    )]
    Directory { dir: String, cause: String },
    #[error(
        "the database '{file}' has schema {found}, this nhip knows up to {VERSION}; \
         use the nhip that wrote it, or a newer one"
    )]
    Newer { file: String, found: i64 },
    #[error("there is no database '{file}'; name its directory with --data DIR")]
    NotThere { file: String },
    #[error("the database '{file}' cannot be used: {cause}")]
    Database { file: String, cause: String },
}

impl Database {
    /// Opens the database of `dir`; makes both where they are missing.
    pub fn open(dir: &Path) -> Result<Database, CannotOpen> {
        let no_directory = |cause: &dyn std::fmt::Display| CannotOpen::Directory {
            dir: dir.display().to_string(),
            cause: cause.to_string(),
        };
        std::fs::create_dir_all(dir).map_err(|error| no_directory(&error))?;
        let database = Database {
            file: dir.join(FILE),
        };
        // SQLite only says "unable to open database file"; the file system knows why.
        std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(&database.file)
            .map_err(|error| no_directory(&error))?;
        database.migrate()?;
        Ok(database)
    }

    /// The database of a directory that must have one.
    pub fn existing(dir: &Path) -> Result<Database, CannotOpen> {
        let file = Database::file_in(dir);
        if !file.exists() {
            return Err(CannotOpen::NotThere {
                file: file.display().to_string(),
            });
        }
        Database::open(dir)
    }

    pub fn file_in(dir: &Path) -> PathBuf {
        dir.join(FILE)
    }

    /// With its write-ahead log, which is there only while it is open.
    pub fn files_in(dir: &Path) -> [PathBuf; 2] {
        ["", "-wal"].map(|ending| dir.join(format!("{FILE}{ending}")))
    }

    pub fn file(&self) -> &Path {
        &self.file
    }

    fn migrate(&self) -> Result<(), CannotOpen> {
        let unusable = |error: rusqlite::Error| CannotOpen::Database {
            file: self.file.display().to_string(),
            cause: error.to_string(),
        };
        let mut connection = self.writer().map_err(unusable)?;
        make_shrinkable(&connection).map_err(unusable)?;
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(unusable)?;
        let found: i64 = transaction
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .map_err(unusable)?;
        if found > VERSION {
            return Err(CannotOpen::Newer {
                file: self.file.display().to_string(),
                found,
            });
        }
        for migration in MIGRATIONS.iter().skip(found.max(0) as usize) {
            transaction.execute_batch(migration).map_err(unusable)?;
        }
        if found < VERSION {
            transaction
                .pragma_update(None, "user_version", VERSION)
                .map_err(unusable)?;
        }
        transaction.commit().map_err(unusable)
    }

    /// A connection whose commits are on disk when they return.
    pub fn writer(&self) -> rusqlite::Result<Connection> {
        let connection = Connection::open(&self.file)?;
        connection.busy_timeout(BUSY)?;
        // Only heeded by a file without a table.
        connection.pragma_update(None, "auto_vacuum", INCREMENTAL)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "journal_size_limit", JOURNAL_BYTES)?;
        Ok(connection)
    }

    pub fn reader(&self) -> rusqlite::Result<Connection> {
        // Not read-only: the first reader of a WAL after a crash has to recover it.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.file, flags)?;
        connection.busy_timeout(BUSY)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }
}

/// A database of a former version could not give pages back: it is written anew, once.
fn make_shrinkable(connection: &Connection) -> rusqlite::Result<()> {
    let mode: i64 = connection.query_row("PRAGMA auto_vacuum", [], |row| row.get(0))?;
    if mode != INCREMENTAL {
        connection.pragma_update(None, "auto_vacuum", INCREMENTAL)?;
        connection.execute_batch("VACUUM")?;
    }
    Ok(())
}
