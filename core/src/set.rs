//! What is baked: a [`MigrationSet`] and what it holds, all of it `&'static`.
//!
//! The fields are public for the tokens that the macro writes, and hidden, because people read through the methods. A
//! script has only fields that are one literal each: nested slices would cost a build of thousands of files half as much
//! again, in the compiler's type check.

use std::borrow::Cow;
use std::fmt;

use crate::key::REPEATABLE;
use crate::{Checksum, Dialect, Key, Version, reading};

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
}

impl MigrationSet {
    /// The set of no migrations.
    pub const EMPTY: Self = Self {
        name: "default",
        table: "_embed_migrations",
        origin: None,
        scripts: &[],
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

    /// Every script, of all migrations and repeatables.
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

    /// What a database of this dialect is to hold: the migrations, and the repeatables after them.
    ///
    /// A migration without a script for the dialect is none of it, as in a directory with a folder for each dialect; but a
    /// set that has nothing of its own for the dialect is not made for it, and then all of it is here.
    pub(crate) fn of(
        &self,
        dialect: Dialect,
    ) -> impl DoubleEndedIterator<Item = Migration> + Clone + use<> {
        let mut scripts = self.scripts.iter();
        let is_made_for_it = scripts.any(|script| script.dialect == Some(dialect));
        self.migrations()
            .chain(self.repeatables())
            .map(move |migration| migration.on(dialect))
            .filter(move |migration| !is_made_for_it || migration.up(dialect).is_some())
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

/// One change: an *up* script and perhaps a *down* script, possibly one for each dialect.
///
/// It has a version, or it is repeatable: applied again whenever its script changes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// The scripts of one key; never empty.
    scripts: &'static [Script],
    /// The dialect of the database that it is told of.
    dialect: Option<Dialect>,
}

impl Migration {
    fn of(scripts: &'static [Script]) -> Self {
        Self {
            scripts,
            dialect: None,
        }
    }

    /// The same as a database of this dialect knows it: where each dialect has a folder, names may differ.
    pub(crate) fn on(self, dialect: Dialect) -> Self {
        Self {
            dialect: Some(dialect),
            ..self
        }
    }

    /// What it is known by.
    pub fn key(&self) -> Key {
        match self.version() {
            Some(version) => Key::Version(version),
            None => Key::Repeatable(Cow::Borrowed(self.scripts[0].name)),
        }
    }

    /// The version, which orders the migration among the others; a repeatable has none.
    pub fn version(&self) -> Option<Version> {
        self.scripts[0].version
    }

    /// The version as the file name writes it, with its padding: `0003`; `R__` in a repeatable.
    pub fn label(&self) -> &'static str {
        match self.version() {
            Some(_) => self.named().label,
            None => REPEATABLE,
        }
    }

    /// The name: `add_priority` of `0003_add_priority.sql`.
    pub fn name(&self) -> &'static str {
        self.named().name
    }

    fn named(&self) -> &'static Script {
        let up = self.dialect.and_then(|dialect| self.up(dialect));
        up.unwrap_or(&self.scripts[0])
    }

    /// Every script, of both directions and all dialects.
    pub const fn scripts(&self) -> &'static [Script] {
        self.scripts
    }

    /// The script that applies the migration on a dialect: its own, else the one that serves every dialect.
    pub fn up(&self, dialect: Dialect) -> Option<&'static Script> {
        self.script(Direction::Up, dialect)
    }

    /// The script that undoes the migration on a dialect, if there is one.
    pub fn down(&self, dialect: Dialect) -> Option<&'static Script> {
        self.script(Direction::Down, dialect)
    }

    fn script(&self, direction: Direction, dialect: Dialect) -> Option<&'static Script> {
        let serves = |wanted: Option<Dialect>| {
            self.scripts
                .iter()
                .find(|script| script.direction == direction && script.dialect == wanted)
        };
        serves(Some(dialect)).or_else(|| serves(None))
    }
}

/// Which way a script goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// It applies the migration.
    Up,
    /// It undoes the migration.
    Down,
}

impl Direction {
    /// `up` or `down`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// The SQL of one direction, for one dialect or for all.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Script {
    /// None in a repeatable.
    #[doc(hidden)]
    pub version: Option<Version>,
    #[doc(hidden)]
    pub label: &'static str,
    #[doc(hidden)]
    pub name: &'static str,
    #[doc(hidden)]
    pub direction: Direction,
    #[doc(hidden)]
    pub dialect: Option<Dialect>,
    #[doc(hidden)]
    pub path: &'static str,
    #[doc(hidden)]
    pub first_line: usize,
    #[doc(hidden)]
    pub sql: &'static str,
    #[doc(hidden)]
    pub checksum: &'static [u8; 32],
    #[doc(hidden)]
    pub transaction: bool,
    /// Where its statements are: see [`Reading`](crate::Reading).
    #[doc(hidden)]
    pub readings: &'static str,
}

impl Script {
    /// Which way it goes.
    pub const fn direction(&self) -> Direction {
        self.direction
    }

    /// The dialect it is for; `None` where it serves every dialect that has no script of its own.
    pub const fn dialect(&self) -> Option<Dialect> {
        self.dialect
    }

    /// The file it was read from, relative to the crate that embeds it, with `/`.
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// The name of its migration: `add_priority` of `0003_add_priority.sql`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The line of the file that the text begins on, 1-based: above 1 for a section of a file.
    pub const fn first_line(&self) -> usize {
        self.first_line
    }

    /// The text of the file or of its section, without byte order mark and with LF line ends.
    pub const fn sql(&self) -> &'static str {
        self.sql
    }

    /// The checksum of [`sql`](Self::sql).
    pub const fn checksum(&self) -> Checksum {
        Checksum::from_bytes(*self.checksum)
    }

    /// Whether the script may run inside a transaction: it has no `-- no-transaction`.
    pub const fn transaction(&self) -> bool {
        self.transaction
    }

    /// The statements to run on a dialect, in order; `None` where the script cannot be read in that dialect.
    pub fn statements(&self, dialect: Dialect) -> Option<Vec<Statement>> {
        reading::statements(self.readings, dialect)
    }

    /// The text of one of this script's statements.
    pub fn text(&self, statement: Statement) -> &'static str {
        &self.sql[statement.start..statement.end]
    }

    /// The line of the file that a statement begins on, 1-based.
    pub fn line(&self, statement: Statement) -> usize {
        self.sql[..statement.start].matches('\n').count() + self.first_line
    }
}

/// Where a statement stands in its script: from its first word to its last, without the semicolon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// The offset of its first byte.
    pub start: usize,
    /// The offset behind its last byte.
    pub end: usize,
}

/// What people call it: `0003 add_priority`, `R__views`.
impl fmt::Display for Migration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.version() {
            Some(_) => write!(f, "{} {}", self.label(), self.name()),
            None => write!(f, "{}{}", self.label(), self.name()),
        }
    }
}

/// What it is called, and not all of its SQL.
impl fmt::Debug for Migration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Migration({self})")
    }
}

/// What it is called, and not all of its SQL.
impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Script({})", self.path)
    }
}
