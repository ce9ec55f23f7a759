//! [`Script`]: the SQL of one direction, and where its statements are.

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;

use crate::{Checksum, Dialect, Version, reading};

/// Which way a script goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// It applies the migration.
    Up,
    /// It undoes the migration.
    Down,
}

impl Direction {
    /// The direction with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Up, Self::Down]
            .into_iter()
            .find(|direction| direction.name() == name)
    }

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
    /// None in a repeatable and in a callback.
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

    /// The name of its migration: `add_priority` of `0003_add_priority.sql`. In a callback it is the description, perhaps
    /// empty.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Whether it is not SQL but a step of the program, in a Rust file.
    pub fn is_rust(&self) -> bool {
        Path::new(self.path).extension() == Some(OsStr::new("rs"))
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

/// What it is called, and not all of its SQL.
impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Script({})", self.path)
    }
}
