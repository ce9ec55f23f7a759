//! The statements that do not run in a transaction.

use super::finding::{Finding, Verdict};
use super::pattern::begins;
use super::sentence::{Sentence, Word};
use crate::Dialect;
use crate::diagnostic::Code;
use Dialect::{MySql, Postgres, Sqlite};

/// A statement that some dialect refuses inside a transaction, or does not do there.
pub(super) struct Refused {
    name: &'static str,
    pattern: &'static str,
    /// With this it does run.
    unless: Option<&'static str>,
    verb: &'static str,
    hint: &'static str,
    by: &'static [Dialect],
    /// Who runs it inside a transaction, or ends the transaction by it as by all DDL.
    fine_in: &'static [Dialect],
}

/// PostgreSQL: each of these pages says "cannot be executed inside a transaction block".
/// SQLite: <https://www.sqlite.org/pragma.html>, <https://www.sqlite.org/lang_vacuum.html>,
/// <https://www.sqlite.org/lang_detach.html>.
const REFUSED: &[Refused] = &[
    refused(
        "CREATE INDEX CONCURRENTLY",
        "CREATE ?UNIQUE INDEX CONCURRENTLY",
        &[Postgres],
    ),
    refused(
        "DROP INDEX CONCURRENTLY",
        "DROP INDEX CONCURRENTLY",
        &[Postgres],
    ),
    refused(
        "REINDEX CONCURRENTLY",
        "REINDEX (*) INDEX|TABLE|SCHEMA|DATABASE|SYSTEM CONCURRENTLY",
        &[Postgres],
    ),
    refused(
        "REINDEX (CONCURRENTLY)",
        "REINDEX ( * CONCURRENTLY )|,|TRUE|ON|1",
        &[Postgres],
    ),
    refused("REINDEX SCHEMA", "REINDEX (*) SCHEMA", &[Postgres]),
    refused("REINDEX DATABASE", "REINDEX (*) DATABASE", &[Postgres]),
    refused("REINDEX SYSTEM", "REINDEX (*) SYSTEM", &[Postgres]),
    refused(
        "DETACH PARTITION … CONCURRENTLY",
        "ALTER TABLE * DETACH PARTITION * CONCURRENTLY",
        &[Postgres],
    ),
    refused("VACUUM", "VACUUM", &[Postgres, Sqlite]),
    refused("CREATE DATABASE", "CREATE DATABASE", &[Postgres]).fine_in(&[MySql]),
    refused("DROP DATABASE", "DROP DATABASE", &[Postgres]).fine_in(&[MySql]),
    refused("CREATE TABLESPACE", "CREATE TABLESPACE", &[Postgres]).fine_in(&[MySql]),
    refused("DROP TABLESPACE", "DROP TABLESPACE", &[Postgres]).fine_in(&[MySql]),
    refused("DISCARD ALL", "DISCARD ALL", &[Postgres]),
    refused("CREATE SUBSCRIPTION", "CREATE SUBSCRIPTION", &[Postgres]).unless(
        "* CREATE_SLOT|CONNECT = FALSE|OFF|0|'FALSE'|'OFF'|'0'",
    ),
    refused("ALTER SYSTEM", "ALTER SYSTEM", &[Postgres]),
    refused(
        "PRAGMA journal_mode = …",
        "PRAGMA ?_ ?. JOURNAL_MODE =|(",
        &[Sqlite],
    ),
    refused(
        "PRAGMA foreign_keys = …",
        "PRAGMA ?_ ?. FOREIGN_KEYS =|(",
        &[Sqlite],
    )
    .verb("ignores")
    .hint(
        "begin the file with `-- no-transaction`, and keep in it what needs the setting, in a `BEGIN` … `COMMIT` of its \
         own: a setting ends with its file",
    ),
    refused("ATTACH", "ATTACH", &[Sqlite]),
    refused("DETACH", "DETACH", &[Sqlite]),
];

const fn refused(name: &'static str, pattern: &'static str, by: &'static [Dialect]) -> Refused {
    Refused {
        name,
        pattern,
        unless: None,
        verb: "cannot run",
        hint: "begin the file with `-- no-transaction`, best with this statement alone in it",
        by,
        fine_in: &[],
    }
}

impl Refused {
    const fn verb(self, verb: &'static str) -> Self {
        Self { verb, ..self }
    }

    const fn unless(self, pattern: &'static str) -> Self {
        let unless = Some(pattern);
        Self { unless, ..self }
    }

    const fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    const fn fine_in(self, fine_in: &'static [Dialect]) -> Self {
        Self { fine_in, ..self }
    }
}

impl Refused {
    /// What is known of a statement that does not run in a transaction.
    pub(super) fn find(words: &[Word], dialect: Dialect) -> Option<&'static Self> {
        REFUSED
            .iter()
            .find(|rule| rule.is_like(words) && !rule.fine_in.contains(&dialect))
    }

    fn is_like(&self, words: &[Word]) -> bool {
        let is = |pattern| begins(words, pattern);
        is(self.pattern) && !self.unless.is_some_and(is)
    }

    pub(super) fn finding(&self, sentence: &Sentence, dialect: Dialect) -> Finding {
        let by: Vec<String> = self.by.iter().map(Dialect::to_string).collect();
        let message = format!(
            "{} {} `{}` in a transaction",
            by.join(" and "),
            self.verb,
            self.name
        );
        Finding::new(Code::NotInTransaction, sentence.part(), message)
            .verdict(Verdict::of(dialect, self.by))
            .hint(self.hint)
    }

    /// Whether this dialect knows the statement.
    pub(super) fn is_of(&self, dialect: Dialect) -> bool {
        self.by.contains(&dialect)
    }
}
