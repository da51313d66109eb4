//! The registry in the same file, so that `nhip portal add` works beside a running server. Every change has
//! its line in the audit, written in the same commit.

use std::sync::{Arc, Mutex};

use nhip_protocol::code::Code;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::history::is_synthetic;
use super::portals::{insert, origins, select};
use super::{Database, audit, notes, tokens};
use crate::access::Token;
use crate::audit::{By, Line};
use crate::locks::lock;
use crate::months::{Frozen, Month};
use crate::notes::Note;
use crate::portals::{Agency, CannotAdd, CannotChange, Portal, Registry, difference};
use crate::store::Unreadable;

/// The registry of a database, read again when another process has changed it.
pub struct Portals {
    agencies: Vec<Agency>,
    read: Mutex<Read>,
    /// Of alerts: what they write must not keep requests waiting.
    alerts: Mutex<Connection>,
}

struct Read {
    connection: Connection,
    version: i64,
    registry: Arc<Registry>,
}

#[derive(Debug, thiserror::Error)]
pub enum NotAdded {
    #[error(transparent)]
    Refused(#[from] CannotAdd),
    #[error(transparent)]
    NotChanged(#[from] CannotChange),
    #[error(
        "this database has made-up history (`nhip demo --history`): no portal is added to it; name another with --data DIR"
    )]
    Synthetic,
    #[error("the registry cannot be written: {0}")]
    Database(#[from] rusqlite::Error),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// What is made up and what was measured are never in one database.
fn refuse_synthetic(transaction: &Transaction<'_>) -> Result<(), NotAdded> {
    match is_synthetic(transaction)? {
        true => Err(NotAdded::Synthetic),
        false => Ok(()),
    }
}

/// What is to be told of a change.
struct Told {
    action: &'static str,
    subject: String,
    detail: String,
}

impl Portals {
    pub fn open(database: &Database, agencies: Vec<Agency>) -> Result<Portals, Unreadable> {
        let portals = Portals {
            agencies,
            read: Mutex::new(Read {
                connection: database.writer()?,
                version: 0,
                registry: Arc::default(),
            }),
            alerts: Mutex::new(database.writer()?),
        };
        portals.current()?;
        Ok(portals)
    }

    /// The registry as it is now. Asks the database for one integer, a few microseconds: cheap
    /// enough for every request, so that an added portal is known at once.
    pub fn current(&self) -> Result<Arc<Registry>, Unreadable> {
        let mut read = lock(&self.read);
        let version = version(&read.connection)?;
        if version != read.version {
            read.registry = Arc::new(self.registry(&read.connection)?);
            read.version = version;
        }
        Ok(Arc::clone(&read.registry))
    }

    /// Lets `work` use the connection of alerts.
    pub(super) fn beside<T>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Unreadable> {
        let mut connection = lock(&self.alerts);
        Ok(work(&mut connection)?)
    }

    /// Whether the database is one of made-up history.
    pub fn is_synthetic(&self) -> Result<bool, Unreadable> {
        self.beside(|connection| is_synthetic(connection))
    }

    fn registry(&self, connection: &Connection) -> rusqlite::Result<Registry> {
        let mut registry = Registry::new(self.agencies.clone(), select(connection)?);
        registry.tokens = tokens::select(connection)?;
        Ok(registry)
    }

    /// Adds a portal that is not there yet.
    pub fn add(&self, portal: &Portal, by: &By) -> Result<(), NotAdded> {
        self.write(by, |registry, transaction| {
            registry.admit(portal, by.at)?;
            refuse_synthetic(transaction)?;
            insert(transaction, portal)?;
            Ok(Told {
                action: "portal add",
                subject: portal.code.to_string(),
                detail: format!("{}; origins: {}", portal.name, origins(portal)),
            })
        })
    }

    /// Adds a portal or replaces it: the demo's own, whose address changes with every start. No line is kept.
    pub fn put(&self, portal: &Portal) -> Result<(), NotAdded> {
        let mut read = lock(&self.read);
        let transaction = begin(&mut read.connection)?;
        refuse_synthetic(&transaction)?;
        insert(&transaction, portal)?;
        Ok(commit(transaction)?)
    }

    /// Changes a portal that was added; what is different now.
    pub fn change(
        &self,
        code: &Code,
        action: &'static str,
        by: &By,
        change: impl FnOnce(&mut Portal) -> Result<(), CannotChange>,
    ) -> Result<String, NotAdded> {
        let mut told = String::new();
        self.write(by, |registry, transaction| {
            let before = added(registry, code)?;
            let mut portal = before.clone();
            change(&mut portal)?;
            registry.admit_change(before, &portal, by.at)?;
            insert(transaction, &portal)?;
            told = difference(before, &portal);
            Ok(Told {
                action,
                subject: code.to_string(),
                detail: told.clone(),
            })
        })?;
        Ok(told)
    }

    pub fn remove(&self, code: &Code, by: &By) -> Result<(), NotAdded> {
        self.write(by, |registry, transaction| {
            let portal = added(registry, code)?;
            transaction.execute("DELETE FROM portals WHERE code = ?1", [code.as_str()])?;
            // Whoever gets the code next is somebody else.
            let revoked = tokens::revoke_all(transaction, code, by.at)?;
            Ok(Told {
                action: "portal remove",
                subject: code.to_string(),
                detail: format!(
                    "{}; origins: {}; tokens revoked: {revoked}",
                    portal.name,
                    origins(portal)
                ),
            })
        })
    }

    pub fn add_token(&self, token: &Token, by: &By) -> Result<(), NotAdded> {
        self.write(by, |registry, transaction| {
            for code in token.scope.portals() {
                added(registry, code)?;
            }
            tokens::insert(transaction, token)?;
            Ok(Told {
                action: "token create",
                subject: token.id.clone(),
                detail: format!("for {}; {}", token.scope.written(), token.label),
            })
        })
    }

    pub fn revoke_token(&self, id: &str, by: &By) -> Result<(), NotAdded> {
        self.write(by, |_, transaction| {
            if tokens::revoke(transaction, id, by.at)? == 0 {
                return Err(CannotChange::NoToken(id.to_owned()).into());
            }
            Ok(Told {
                action: "token revoke",
                subject: id.to_owned(),
                detail: String::new(),
            })
        })
    }

    pub fn note(&self, note: &Note, by: &By) -> Result<(), NotAdded> {
        self.write(by, |_, transaction| {
            notes::insert(transaction, note)?;
            Ok(Told {
                action: "note",
                subject: note.portal.to_string(),
                detail: note.text.clone(),
            })
        })
    }

    /// Keeps what a month was, once.
    pub fn freeze(&self, frozen: &Frozen, by: &By) -> Result<(), NotAdded> {
        self.write(by, |_, transaction| {
            if super::months::insert(transaction, frozen)? == 0 {
                return Err(CannotChange::Frozen(frozen.month).into());
            }
            Ok(Told {
                action: "month freeze",
                subject: frozen.month.to_string(),
                detail: format!("{}, {} portals", frozen.profile, frozen.portals),
            })
        })
    }

    pub fn publish(&self, month: Month, by: &By) -> Result<(), NotAdded> {
        self.write(by, |_, transaction| {
            if super::months::publish(transaction, month, by.at)? == 0 {
                return Err(CannotChange::NothingToPublish(month).into());
            }
            Ok(Told {
                action: "month publish",
                subject: month.to_string(),
                detail: String::new(),
            })
        })
    }

    /// Every change there was, the first one first.
    pub fn audit(&self) -> Result<Vec<Line>, Unreadable> {
        let read = lock(&self.read);
        Ok(audit::select(&read.connection)?)
    }

    /// `change` sees the registry as it is when nobody else can write.
    fn write(
        &self,
        by: &By,
        change: impl FnOnce(&Registry, &Transaction<'_>) -> Result<Told, NotAdded>,
    ) -> Result<(), NotAdded> {
        let mut read = lock(&self.read);
        let transaction = begin(&mut read.connection)?;
        let told = change(&self.registry(&transaction)?, &transaction)?;
        audit::insert(&transaction, by, told.action, &told.subject, &told.detail)?;
        Ok(commit(transaction)?)
    }
}

fn begin(connection: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    connection.transaction_with_behavior(TransactionBehavior::Immediate)
}

/// Whoever holds the registry reads it again.
fn commit(transaction: Transaction<'_>) -> rusqlite::Result<()> {
    transaction.execute("UPDATE registry SET version = version + 1", [])?;
    transaction.commit()
}

fn added<'a>(registry: &'a Registry, code: &Code) -> Result<&'a Portal, CannotAdd> {
    let entry = registry.entry(code);
    let portal = entry.and_then(|entry| entry.portal.as_ref());
    portal.ok_or_else(|| CannotAdd::NotThere(code.clone()))
}

fn version(connection: &Connection) -> Result<i64, Unreadable> {
    let mut version = connection.prepare_cached("SELECT version FROM registry")?;
    Ok(version.query_row([], |row| row.get(0))?)
}
