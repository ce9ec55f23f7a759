//! [`Share`]: what a database of one dialect is to hold of a set.

use super::{Migration, MigrationSet};
use crate::{Dialect, Version};

/// What a database of one dialect is to hold of a set.
///
/// A migration without a script for the dialect is none of it, as in a directory with a folder for each dialect; but a
/// set that has nothing of its own for the dialect is not made for it, and then all of it is here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share {
    set: MigrationSet,
    dialect: Dialect,
    is_made_for_it: bool,
}

impl Share {
    pub(super) fn new(set: MigrationSet, dialect: Dialect) -> Self {
        let mut scripts = set.scripts.iter();
        Self {
            set,
            dialect,
            is_made_for_it: scripts.any(|script| script.dialect == Some(dialect)),
        }
    }

    /// The migrations in the order of their versions, and the repeatables after them.
    pub(crate) fn migrations(self) -> impl Iterator<Item = Migration> {
        let all = self.set.migrations().chain(self.set.repeatables());
        all.filter_map(move |migration| self.own(migration))
    }

    /// The migration with this version.
    pub(crate) fn get(self, version: Version) -> Option<Migration> {
        self.set
            .get(version)
            .and_then(|migration| self.own(migration))
    }

    /// The newest version.
    pub(crate) fn newest(self) -> Option<Version> {
        let newest_first = self.set.migrations().rev();
        let mut own = newest_first.filter_map(|migration| self.own(migration));
        own.next()?.version()
    }

    /// The migration as the dialect knows it, unless it is none of its.
    fn own(self, migration: Migration) -> Option<Migration> {
        let is_own = !self.is_made_for_it || migration.up(self.dialect).is_some();
        is_own.then(|| migration.on(self.dialect))
    }
}
