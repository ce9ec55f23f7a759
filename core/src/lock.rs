//! Stage 9: `migrations.lock`, which knows what was once there.

mod change;
mod compare;
mod file;
mod format;
mod mistake;
#[cfg(test)]
mod tests;

use std::io::ErrorKind;
use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place};
use crate::directory::{Directory, DirectoryMigration, DirectoryScript};
use crate::{Checksum, Dialect, Direction, Version};
use compare::compare;

/// What was once in a directory, in the order in which it arrived: the file `migrations.lock`.
///
/// Only [`add`](Self::add) and [`accept`](Self::accept) change it. `Display` is the text of the file.
///
/// ```
/// use embed_migrations_core::Lock;
///
/// let lock = Lock::default();
/// assert_eq!(Lock::parse(&lock.to_string(), "migrations/migrations.lock"), Ok(lock));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lock {
    entries: Vec<LockEntry>,
    /// The digest that was read, where it does not fit the lines.
    misfit: Option<Checksum>,
}

/// A line of a [`Lock`]: a script as it was when it was locked. `Display` is the line.
///
/// A file with sections has one for each. A repeatable and a callback have none: they are there to be changed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LockEntry {
    /// What orders its migration.
    pub version: Version,
    /// The version as its file wrote it.
    pub label: String,
    /// The name of its migration as its file wrote it.
    pub name: String,
    /// Which way it goes.
    pub direction: Direction,
    /// The dialect in the name of its file.
    pub dialect: Option<Dialect>,
    /// The checksum of its text.
    pub checksum: Checksum,
}

/// What one script of a directory has for itself.
type Slot = (Version, Direction, Option<Dialect>);

impl LockEntry {
    fn of(version: Version, script: &DirectoryScript) -> Self {
        Self {
            version,
            label: script.label.clone(),
            name: script.name.clone(),
            direction: script.direction,
            dialect: script.dialect,
            checksum: script.checksum,
        }
    }

    fn slot(&self) -> Slot {
        (self.version, self.direction, self.dialect)
    }

    fn is_called_like(&self, other: &Self) -> bool {
        (&self.label, &self.name) == (&other.label, &other.name)
    }
}

impl Lock {
    /// The name of the file, in the directory of the migrations.
    pub const FILE: &'static str = "migrations.lock";

    /// Reads the lock of a directory, which messages call `shown`; `None` where it has none.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, and everything that [`parse`](Self::parse) refuses.
    pub fn read(directory: &Path, shown: &str) -> Result<Option<Self>, Diagnostics> {
        read(directory, shown).map_err(Diagnostics::new)
    }

    /// Reads the text of a lock, which messages call `path`. A byte order mark and CRLF line ends change nothing.
    ///
    /// A digest that does not fit the lines is none of the errors: see [`is_intact`](Self::is_intact).
    ///
    /// # Errors
    ///
    /// A later format, markers of a merge conflict, a line that is not as a lock writes it, and two lines for one script.
    pub fn parse(text: &str, path: &str) -> Result<Self, Diagnostics> {
        format::parse(text.into(), path).map_err(Diagnostics::new)
    }

    /// The lines, in the order in which the scripts arrived.
    pub fn entries(&self) -> &[LockEntry] {
        &self.entries
    }

    /// Whether the digest fits the lines: it does not after a merge by hand. Such a lock keeps the digest that it has
    /// until it is accepted itself, whatever is added.
    pub fn is_intact(&self) -> bool {
        self.misfit.is_none()
    }

    /// What of the migrations is not as it is locked, what is not locked, and a digest that does not fit.
    pub fn mistakes(&self, directory: &Directory) -> Diagnostics {
        let Directory {
            path, migrations, ..
        } = directory;
        Diagnostics::new(mistakes(self, path, migrations))
    }
}

fn read(directory: &Path, shown: &str) -> Result<Option<Lock>, Vec<Diagnostic>> {
    let path = format!("{shown}/{}", Lock::FILE);
    match std::fs::read(directory.join(Lock::FILE)) {
        Ok(bytes) => format::parse(bytes, &path).map(Some),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(vec![
            Diagnostic::new(
                Code::LockFormat,
                format!("the lock cannot be read: {}", error.kind()),
                Place::whole(path),
            )
            .hint("let the user who builds read it"),
        ]),
    }
}

/// What of the migrations is not as it is locked.
pub(crate) fn check(
    directory: &Path,
    shown: &str,
    migrations: &[DirectoryMigration],
    required: bool,
) -> Vec<Diagnostic> {
    match read(directory, shown) {
        Ok(Some(lock)) => mistakes(&lock, shown, migrations),
        Ok(None) if required => vec![mistake::missing(shown)],
        Ok(None) => Vec::new(),
        Err(mistakes) => mistakes,
    }
}

fn mistakes(lock: &Lock, shown: &str, migrations: &[DirectoryMigration]) -> Vec<Diagnostic> {
    let comparison = compare(&lock.entries, migrations);
    let mut found = mistake::of(&comparison, shown, migrations);
    found.extend(lock.misfit.map(|digest| mistake::digest(digest, shown)));
    found
}
