//! `nhip token`: who may see what is not public.

use std::path::Path;

use crate::access::{NoRandomness, Scope, Token};
use crate::audit::By;
use crate::cli::NewToken;
use crate::clock::{Clock, rfc3339};
use crate::portals::{BadSeed, seeded};
use crate::store::Unreadable;
use crate::store::sqlite::{CannotOpen, Database, NotAdded, Portals};

#[derive(Debug, thiserror::Error)]
pub enum Failed {
    #[error(transparent)]
    Open(#[from] CannotOpen),
    #[error(transparent)]
    Seed(#[from] BadSeed),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(transparent)]
    NotChanged(#[from] NotAdded),
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

fn open(data: &Path) -> Result<Portals, Failed> {
    Ok(Portals::open(&Database::open(data)?, seeded()?)?)
}

/// Makes a token. The first line is the token itself, which is kept nowhere.
pub fn create(data: &Path, new: NewToken, clock: &Clock) -> Result<String, Failed> {
    let scope = match (new.portal, new.feed) {
        (Some(portal), _) => Scope::Portal(portal),
        (None, Some(source)) => Scope::Feed {
            source,
            portals: new.of,
        },
        (None, None) => Scope::National,
    };
    let (token, text) = Token::create(scope, new.label, clock.now())?;
    open(data)?.add_token(&token, &By::operator(clock.now()))?;
    Ok(format!(
        "{text}\nKeep it now: it is shown this once. `nhip token revoke {}` ends it.\n",
        token.id
    ))
}

/// A line a token, tabs between: id, scope, label, created, revoked.
pub fn list(data: &Path) -> Result<String, Failed> {
    let registry = open(data)?.current()?;
    let line = |token: &Token| {
        let revoked = token.revoked.map_or_else(|| "-".to_owned(), rfc3339);
        let (id, scope, created) = (&token.id, token.scope.written(), rfc3339(token.created));
        format!("{id}\t{scope}\t{}\t{created}\t{revoked}\n", token.label)
    };
    Ok(registry.tokens.iter().map(line).collect())
}

/// Ends a token at once, also for a running server.
pub fn revoke(data: &Path, id: &str, clock: &Clock) -> Result<String, Failed> {
    open(data)?.revoke_token(id, &By::operator(clock.now()))?;
    Ok(format!("token {id} is revoked\n"))
}
