//! Tokens, without their secrets.

use nhip_protocol::code::Code;
use rusqlite::types::Type;
use rusqlite::{Connection, params};

use crate::access::{Scope, Token};
use crate::clock::UnixMs;

pub fn select(connection: &Connection) -> rusqlite::Result<Vec<Token>> {
    connection
        .prepare("SELECT id, hash, scope, label, created, revoked FROM keys ORDER BY created, id")?
        .query_map([], |row| {
            let scope: String = row.get(2)?;
            Ok(Token {
                id: row.get(0)?,
                hash: row.get(1)?,
                scope: Scope::read(&scope).map_err(|error| {
                    rusqlite::Error::FromSqlConversionFailure(2, Type::Text, Box::new(error))
                })?,
                label: row.get(3)?,
                created: row.get(4)?,
                revoked: row.get(5)?,
            })
        })?
        .collect()
}

pub fn insert(connection: &Connection, token: &Token) -> rusqlite::Result<usize> {
    connection.execute(
        "INSERT INTO keys VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            token.id,
            token.hash,
            token.scope.written(),
            token.label,
            token.created,
            token.revoked
        ],
    )
}

/// How many there were to revoke.
pub fn revoke(connection: &Connection, id: &str, now: UnixMs) -> rusqlite::Result<usize> {
    connection.execute(
        "UPDATE keys SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL",
        params![id, now],
    )
}

/// How many of a portal's were revoked.
pub fn revoke_all(connection: &Connection, portal: &Code, now: UnixMs) -> rusqlite::Result<usize> {
    connection.execute(
        "UPDATE keys SET revoked = ?2 WHERE scope = ?1 AND revoked IS NULL",
        params![portal.as_str(), now],
    )
}
