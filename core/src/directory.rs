//! A [`Directory`] without a mistake, and the stages that lead to it in their order.

mod files;
mod outline;
mod read;
mod scripts;

use std::collections::BTreeMap;
use std::path::Path;

use crate::diagnostic::{Diagnostics, Place};
use crate::{Checksum, Dialect, Direction, Event, Reading, Statement, Version};

pub use outline::{Outline, OutlineScript};
pub use read::ScriptKey;

/// What the reader of a directory knows that the directory does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The dialects that a script may be meant for whose name says none, where `migrations.toml` does not say either: it
    /// is refused only for what is wrong in all of them.
    pub dialects: Vec<Dialect>,
    /// The time in UTC as fourteen digits, `20240131235959`. A version far behind it is told; without it none is, so
    /// that a build does not depend on its day.
    pub now: Option<u64>,
    /// Whether the migrations are compared with `migrations.lock`: not by what is about to change it.
    pub lock: bool,
    /// Whether warnings are mistakes.
    pub deny_warnings: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            dialects: Dialect::ALL.to_vec(),
            now: None,
            lock: true,
            deny_warnings: false,
        }
    }
}

/// A directory of migrations without a mistake; what the macro turns into tokens.
///
/// The owned counterpart of [`MigrationSet`](crate::MigrationSet), which holds the same as `&'static`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// The directory as messages call it: relative to the crate, with `/`.
    pub path: String,
    /// The name of the set.
    pub name: String,
    /// The history table.
    pub table: String,
    /// The migrations, in the order of their versions.
    pub migrations: Vec<DirectoryMigration>,
    /// The repeatables, in the order of their names.
    pub repeatables: Vec<DirectoryRepeatable>,
    /// The callbacks, in the order of their events and descriptions.
    pub callbacks: Vec<DirectoryCallback>,
    /// The files beside scripts that were read, `migrations.toml` for one, as messages call them.
    pub settings: Vec<String>,
    /// What is told and builds.
    pub warnings: Diagnostics,
}

/// A migration of a [`Directory`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryMigration {
    /// What orders it.
    pub version: Version,
    /// Its scripts, up before down; never none.
    pub scripts: Vec<DirectoryScript>,
}

/// A repeatable of a [`Directory`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryRepeatable {
    /// What orders it.
    pub name: String,
    /// Its scripts, one for each dialect or one for all; never none.
    pub scripts: Vec<DirectoryScript>,
}

/// A callback of a [`Directory`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryCallback {
    /// When it is due.
    pub event: Event,
    /// What orders it among the callbacks of its event; empty where its file has none.
    pub description: String,
    /// Its scripts, one for each dialect or one for all; never none. None of them has a direction, so each says up.
    pub scripts: Vec<DirectoryScript>,
}

/// A script of a [`DirectoryMigration`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryScript {
    /// The version as its file writes it; empty in a repeatable, the name of the event in a callback.
    pub label: String,
    /// The name of its migration as its file writes it; the description of a callback.
    pub name: String,
    /// Which way it goes.
    pub direction: Direction,
    /// The dialect in its name.
    pub dialect: Option<Dialect>,
    /// The file, below the crate, with `/`.
    pub path: String,
    /// The line of the file that its text begins on, 1-based.
    pub first_line: usize,
    /// Its text without byte order mark and with LF line ends.
    pub sql: String,
    /// The checksum of the text.
    pub checksum: Checksum,
    /// It runs in a transaction.
    pub transaction: bool,
    /// Its statements, for each group of dialects that split it in the same way.
    pub readings: Vec<Reading>,
}

impl Directory {
    /// Reads and checks a directory. `shown` is how messages call it, with `/`.
    ///
    /// # Errors
    ///
    /// Every mistake that [`Code`](crate::diagnostic::Code) lists, all at once, the warnings too: a directory that does
    /// not exist, two files with one version, a string that is never closed, …
    pub fn read(directory: &Path, shown: &str, options: &Options) -> Result<Self, Diagnostics> {
        read::directory(directory, shown, options)
    }

    /// The scripts below a directory and their checksums, without checking anything but that they are text.
    ///
    /// A script that is no text has no checksum.
    pub fn checksums(
        directory: &Path,
        shown: &str,
        options: &Options,
    ) -> BTreeMap<ScriptKey, Option<Checksum>> {
        read::checksums(directory, shown, options)
    }

    /// Every script, in the order of the migrations, then those of the repeatables and of the callbacks.
    pub fn scripts(&self) -> impl Iterator<Item = &DirectoryScript> {
        let versioned = self
            .migrations
            .iter()
            .flat_map(|migration| &migration.scripts);
        let repeatable = self
            .repeatables
            .iter()
            .flat_map(|repeatable| &repeatable.scripts);
        let called_back = self.callbacks.iter().flat_map(|callback| &callback.scripts);
        versioned.chain(repeatable).chain(called_back)
    }
}

impl DirectoryScript {
    /// Where one of its statements is in its file.
    pub(crate) fn place(&self, statement: &Statement) -> Place {
        let part = statement.start..statement.end;
        Place::text(&*self.path, &self.sql, part).starting_at(self.first_line)
    }
}

impl DirectoryMigration {
    /// The version as written.
    pub fn label(&self) -> &str {
        &self.scripts[0].label
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.scripts[0].name
    }
}
