//! [`Dialect`]: how SQL is written.

use std::fmt;

/// How SQL is written. Two engines of one dialect (MySQL and MariaDB) may still promise different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// PostgreSQL, and what speaks its protocol.
    Postgres,
    /// MySQL, MariaDB, and what speaks their protocol.
    MySql,
    /// SQLite.
    Sqlite,
}

impl Dialect {
    /// Every dialect, in the order in which they are listed to people.
    pub const ALL: [Self; 3] = [Self::Postgres, Self::MySql, Self::Sqlite];

    /// The word for this dialect in file names: `postgres`, `mysql` or `sqlite`.
    pub const fn name(self) -> &'static str {
        self.names()[0]
    }

    /// Every word that means this dialect in a file name; the first is the usual one.
    pub const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Postgres => &["postgres", "postgresql", "pg"],
            Self::MySql => &["mysql", "mariadb"],
            Self::Sqlite => &["sqlite", "sqlite3"],
        }
    }

    /// The dialect that a word in a file name means, in any case.
    pub fn from_name(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| {
            dialect
                .names()
                .iter()
                .any(|name| name.eq_ignore_ascii_case(word))
        })
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Postgres => "PostgreSQL",
            Self::MySql => "MySQL",
            Self::Sqlite => "SQLite",
        })
    }
}
