//! [`Migration`]: a view of the scripts of one key.

use std::borrow::Cow;
use std::fmt;

use super::{Direction, Script};
use crate::key::REPEATABLE;
use crate::{Dialect, Key, Version};

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
    pub(super) fn of(scripts: &'static [Script]) -> Self {
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
