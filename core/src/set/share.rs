//! [`Member`]: a set as a program looks after it; and [`Share`]: what a database of one dialect is to hold of it.

use std::iter;

use super::{Migration, MigrationSet, Script};
use crate::{Dialect, Key, Version};

/// A set as a program looks after it: the migrations of the directory, and the steps in Rust between them.
#[derive(Debug, Clone)]
pub struct Member {
    set: &'static MigrationSet,
    /// The steps in Rust, each its scripts, ordered by version.
    in_rust: Vec<&'static [Script]>,
}

impl Member {
    /// The set as it was embedded.
    pub const fn new(set: &'static MigrationSet) -> Self {
        Self {
            set,
            in_rust: Vec::new(),
        }
    }

    /// Slots a step in Rust into the order: its up script, and its down script if it has one. One for the version of another stands beside it: see
    /// [`twice`](Self::twice).
    pub fn add(&mut self, step: &'static [Script]) {
        let place = self
            .in_rust
            .partition_point(|other| other[0].version <= step[0].version);
        self.in_rust.insert(place, step);
    }

    /// The set.
    pub const fn set(&self) -> &'static MigrationSet {
        self.set
    }

    /// A step in Rust whose version another migration of the set has, and that migration.
    pub fn twice(&self) -> Option<(Migration, Migration)> {
        let steps = || self.in_rust.iter().map(|step| Migration::of(step));
        let files = steps().find_map(|step| Some((step, self.set.get(step.version()?)?)));
        let pair = |(one, other): (Migration, Migration)| {
            (one.version() == other.version()).then_some((other, one))
        };
        files.or_else(|| steps().zip(steps().skip(1)).find_map(pair))
    }

    /// Whether something of it has this key.
    pub fn knows(&self, key: &Key) -> bool {
        self.set.knows(key)
            || key
                .version()
                .is_some_and(|version| self.step(version).is_some())
    }

    /// What a database of this dialect is to hold.
    pub(crate) fn of(&self, dialect: Dialect) -> Share<'_> {
        let mut scripts = self.set.scripts.iter();
        Share {
            member: self,
            dialect,
            is_made_for_it: scripts.any(|script| script.dialect == Some(dialect)),
        }
    }

    /// The versions of all migrations, in their order.
    pub(crate) fn versions(&self) -> impl Iterator<Item = Version> {
        self.versioned().filter_map(|migration| migration.version())
    }

    /// The migration with this version.
    pub fn get(&self, version: Version) -> Option<Migration> {
        self.set.get(version).or_else(|| self.step(version))
    }

    fn step(&self, version: Version) -> Option<Migration> {
        let at = self
            .in_rust
            .binary_search_by(|step| step[0].version.cmp(&Some(version)));
        at.ok().map(|at| Migration::of(self.in_rust[at]))
    }

    /// The migrations of the directory and the steps in Rust, in the order of their versions.
    fn versioned(&self) -> impl Iterator<Item = Migration> {
        let mut files = self.set.migrations().peekable();
        let steps = self.in_rust.iter().map(|step| Migration::of(step));
        let mut steps = steps.peekable();
        iter::from_fn(move || {
            let is_before = match (steps.peek(), files.peek()) {
                (Some(step), Some(file)) => step.version() < file.version(),
                (step, _) => step.is_some(),
            };
            if is_before {
                steps.next()
            } else {
                files.next()
            }
        })
    }
}

/// What a database of one dialect is to hold of a set.
///
/// A migration without a script for the dialect is none of it, as in a directory with a folder for each dialect; but a
/// set that has nothing of its own for the dialect is not made for it, and then all of it is here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share<'m> {
    member: &'m Member,
    dialect: Dialect,
    is_made_for_it: bool,
}

impl<'m> Share<'m> {
    /// The migrations in the order of their versions, and the repeatables after them.
    pub(crate) fn migrations(self) -> impl Iterator<Item = Migration> + 'm {
        let all = self.member.versioned().chain(self.member.set.repeatables());
        all.filter_map(move |migration| self.own(migration))
    }

    /// The migration with this version.
    pub(crate) fn get(self, version: Version) -> Option<Migration> {
        let migration = self.member.get(version);
        migration.and_then(|migration| self.own(migration))
    }

    /// The newest version.
    pub(crate) fn newest(self) -> Option<Version> {
        let newest_first = self.member.set.migrations().rev();
        let mut own = newest_first.filter_map(|migration| self.own(migration));
        let file = own.next().and_then(|migration| migration.version());
        let step = self.member.in_rust.last().and_then(|step| step[0].version);
        file.max(step)
    }

    /// The migration as the dialect knows it, unless it is none of its.
    fn own(self, migration: Migration) -> Option<Migration> {
        let is_own = !self.is_made_for_it || migration.up(self.dialect).is_some();
        is_own.then(|| migration.on(self.dialect))
    }
}
