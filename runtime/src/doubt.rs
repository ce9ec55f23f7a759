//! [`Doubt`]: a statement of which nobody knows whether it ran.

use std::fmt;

use embed_migrations_core::{AppliedMigration, Key, Script, Statement};

use crate::error::{Error, ErrorKind};

/// A statement of which nobody knows whether it ran: its process died while it was under way. `Display` is one line that says
/// which one, and whose it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    key: Key,
    name: String,
    place: Option<(&'static str, usize)>,
    sql: Option<&'static str>,
    /// Which of its script it is, from 1.
    number: usize,
    by: String,
}

impl Doubt {
    /// What a row is in doubt about. `name` is what a person calls the migration; `script` is the one that was run, where it
    /// is known, with its statements.
    pub(crate) fn of(
        row: &AppliedMigration,
        name: String,
        script: Option<(&'static Script, &[Statement])>,
    ) -> Self {
        let done = row.journal.done;
        let statement = |(script, statements): (&'static Script, &[Statement])| {
            statements.get(done).map(|of| (script, *of))
        };
        let found = script.and_then(statement);
        let line = found.map(|(script, of)| script.line(of));
        Self {
            key: row.key.clone(),
            name,
            place: script
                .map(|(script, _)| (script.path(), line.unwrap_or_else(|| script.first_line()))),
            sql: found.map(|(script, of)| script.text(of)),
            number: done + 1,
            by: row.applied_by.clone(),
        }
    }

    /// What the migration is known by.
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// The file and the line that the statement begins on, where the program has the script that was run.
    pub const fn place(&self) -> Option<(&'static str, usize)> {
        self.place
    }

    /// The statement, where the program has the script that was run.
    pub const fn sql(&self) -> Option<&'static str> {
        self.sql
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name, number, by, ..
        } = self;
        write!(f, "migration {name} is in doubt")?;
        if let Some((path, line)) = self.place() {
            write!(f, " at {path}:{line}")?;
        }
        write!(
            f,
            ": {by} died while statement {number} was under way, and nobody knows whether it ran"
        )?;
        match self.sql.and_then(|sql| sql.lines().next()) {
            Some(first) => write!(f, ": {first}"),
            None => Ok(()),
        }
    }
}

impl Error {
    /// A person must say what became of a statement.
    pub(crate) fn in_doubt(doubt: &Doubt) -> Self {
        let key = doubt.key();
        Self::new(ErrorKind::InDoubt, doubt.to_string())
            .with_hint("look at the schema, then settle it and run again")
            .with_hint(format!("it ran: `resolve {key} --ran`, `Resolution::Ran`"))
            .with_hint(format!(
                "it did not run: `resolve {key} --not-run`, `Resolution::NotRun`"
            ))
    }
}
