//! What is baked: a [`MigrationSet`] and what it holds, all of it `&'static`.
//!
//! The fields are public for the tokens that the macro writes, and hidden, because people read through the methods. A
//! script has only fields that are one literal each: nested slices would cost a build of thousands of files half as much
//! again, in the compiler's type check.

mod callback;
mod migration;
mod script;
mod share;

use crate::{Dialect, Key, Version};

use callback::due;

pub use callback::{Callback, Event};
pub use migration::Migration;
pub use script::{Direction, Script, Statement};
pub use share::Member;

/// All migrations of one directory, ordered by version.
///
/// Made by `embed_migrations!` at build time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MigrationSet {
    #[doc(hidden)]
    pub name: &'static str,
    #[doc(hidden)]
    pub table: &'static str,
    #[doc(hidden)]
    pub origin: Option<Origin>,
    /// Ordered by version, the repeatables last and by name, and up before down.
    #[doc(hidden)]
    pub scripts: &'static [Script],
    /// Ordered by event, then by description.
    #[doc(hidden)]
    pub callbacks: &'static [Callback],
}

impl MigrationSet {
    /// The set of no migrations.
    pub const EMPTY: Self = Self {
        name: "default",
        table: "_embed_migrations",
        origin: None,
        scripts: &[],
        callbacks: &[],
    };

    /// The name under which this set's rows stand in the history table, `default` unless configured.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The name of the history table, `_embed_migrations` unless configured.
    pub const fn table(&self) -> &'static str {
        self.table
    }

    /// Where the set was read from, in a debug build.
    pub const fn origin(&self) -> Option<Origin> {
        self.origin
    }

    /// Whether there is no migration.
    pub const fn is_empty(&self) -> bool {
        self.scripts.is_empty()
    }

    /// Every script, of all migrations and repeatables; callbacks are not among them.
    pub const fn scripts(&self) -> &'static [Script] {
        self.scripts
    }

    /// The migrations with a version, in the order of their versions.
    pub fn migrations(&self) -> impl DoubleEndedIterator<Item = Migration> + Clone + use<> {
        let versioned = self.versioned();
        self.scripts[..versioned]
            .chunk_by(|one, other| one.version == other.version)
            .map(Migration::of)
    }

    /// The repeatables, in the order of their names.
    pub fn repeatables(&self) -> impl DoubleEndedIterator<Item = Migration> + Clone + use<> {
        let versioned = self.versioned();
        self.scripts[versioned..]
            .chunk_by(|one, other| one.name == other.name)
            .map(Migration::of)
    }

    /// The callbacks that are due at an event, in the order of their descriptions and the one without first: for each
    /// description the script of the dialect, else the one that serves every dialect.
    pub fn callbacks(
        &self,
        event: Event,
        dialect: Dialect,
    ) -> impl Iterator<Item = &'static Script> + use<> {
        due(self.callbacks, event, dialect)
    }

    /// The migration with this version.
    pub fn get(&self, version: Version) -> Option<Migration> {
        let is_below = |script: &Script| script.version.is_some_and(|other| other < version);
        let start = self.scripts.partition_point(is_below);
        let length =
            self.scripts[start..].partition_point(|script| script.version == Some(version));
        (length > 0).then(|| Migration::of(&self.scripts[start..start + length]))
    }

    /// Whether something in the set has this key.
    pub fn knows(&self, key: &Key) -> bool {
        match key {
            Key::Version(version) => self.get(*version).is_some(),
            Key::Repeatable(name) => self
                .repeatables()
                .any(|repeatable| repeatable.name() == name),
        }
    }

    fn versioned(&self) -> usize {
        self.scripts
            .partition_point(|script| script.version.is_some())
    }
}

/// The directory that a set was read from. Debug builds carry it, to find files that came after the build; release
/// builds do not, so that no path of the build machine is in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// `CARGO_MANIFEST_DIR` of the crate that embeds the set.
    pub manifest_dir: &'static str,
    /// The directory of the migrations, relative to it.
    pub directory: &'static str,
}
