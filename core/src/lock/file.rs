//! The file that a locked script was in, which its line does not say.

use super::LockEntry;
use crate::directory::DirectoryMigration;
use crate::{Dialect, Direction};

/// Where the file of a locked script would be, in the manner of the nearest script of its kind.
pub(super) fn file_of(
    locked: &LockEntry,
    shown: &str,
    migrations: &[DirectoryMigration],
) -> String {
    let kind = (locked.direction, locked.dialect);
    let mut nearest = None;
    for migration in migrations {
        let mut scripts = migration.scripts.iter();
        let alike = scripts.find(|script| (script.direction, script.dialect) == kind);
        if nearest.is_none() || migration.version < locked.version {
            nearest = alike.map(|script| (migration.version, script)).or(nearest);
        }
    }
    nearest
        .and_then(|(version, like)| named_like(&like.path, &LockEntry::of(version, like), locked))
        .unwrap_or_else(|| format!("{shown}/{}", usual(locked)))
}

/// What git moves to give the file of `now` the name that it has as `then`: its folder, where that has the name.
pub(super) fn way_back(
    path: &str,
    now: &LockEntry,
    then: &LockEntry,
    shown: &str,
) -> (String, String) {
    let back = named_like(path, now, then).unwrap_or_else(|| format!("{shown}/{}", usual(then)));
    match (path.rsplit_once('/'), back.rsplit_once('/')) {
        (Some((now, file)), Some((then, same))) if file == same => {
            (now.to_owned(), then.to_owned())
        }
        _ => (path.to_owned(), back),
    }
}

/// Whether a file is the one that is named, or lies in the folder of a migration that is.
pub(super) fn is_at(file: &str, named: &str) -> bool {
    let below = file.strip_prefix(named);
    below.is_some_and(|below| matches!(below, "" | "/up.sql" | "/down.sql"))
}

/// The path of `now` under the name of `then`.
fn named_like(path: &str, now: &LockEntry, then: &LockEntry) -> Option<String> {
    let (before, joint, after) = ["_", "__"].into_iter().find_map(|joint| {
        let stem = format!("{}{joint}{}", now.label, now.name);
        let (before, after) = path.rsplit_once(&stem)?;
        Some((before, joint, after))
    })?;
    let LockEntry { label, name, .. } = then;
    Some(format!("{before}{label}{joint}{name}{after}"))
}

fn usual(locked: &LockEntry) -> String {
    let LockEntry { label, name, .. } = locked;
    let stem = if label.contains(['.', '_']) {
        format!("V{label}__{name}")
    } else {
        format!("{label}_{name}")
    };
    let dialect = locked.dialect.map_or("", Dialect::name);
    let direction = match locked.direction {
        Direction::Up => "",
        Direction::Down => Direction::Down.name(),
    };
    let parts = [&*stem, dialect, direction, "sql"];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(".")
}
