//! `nhip backup`, `nhip restore`, `nhip check`.

use std::path::Path;

use crate::server::{CannotStart, lock};
use crate::store::sqlite::{CannotOpen, Checked, CopyFailed, Database, backup, check, restore};

#[derive(Debug, thiserror::Error)]
pub enum Failed {
    #[error(transparent)]
    Open(#[from] CannotOpen),
    #[error(transparent)]
    Copy(#[from] CopyFailed),
    #[error(transparent)]
    InUse(#[from] CannotStart),
}

/// Copies the database, also of a running server.
pub fn back_up(data: &Path, to: &Path) -> Result<String, Failed> {
    let checked = backup(&Database::existing(data)?, to)?;
    Ok(format!("'{}' has {}\n", to.display(), told(checked)))
}

/// Puts a backup in the place of the database.
pub fn put_back(data: &Path, from: &Path, replace: bool) -> Result<String, Failed> {
    std::fs::create_dir_all(data).map_err(|error| CannotOpen::Directory {
        dir: data.display().to_string(),
        cause: error.to_string(),
    })?;
    let _lock = lock(data)?;
    let checked = restore(from, &Database::file_in(data), replace)?;
    Ok(format!("'{}' has {}\n", data.display(), told(checked)))
}

/// Reads all of the database.
pub fn look_through(data: &Path) -> Result<String, Failed> {
    let checked = check(Database::existing(data)?.file())?;
    Ok(format!(
        "'{}' is whole: {}\n",
        data.display(),
        told(checked)
    ))
}

fn told(checked: Checked) -> String {
    let Checked {
        reports,
        hours,
        portals,
        ..
    } = checked;
    format!("{reports} reports, {hours} hours rolled up, {portals} portals")
}
