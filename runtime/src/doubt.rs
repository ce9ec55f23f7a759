//! [`Doubt`]: a statement of which nobody knows whether it ran.

use std::fmt;

use embed_migrations_core::{AppliedMigration, Dialect, Direction, Key, Member, Migration, Script};

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
    /// What a row is in doubt about.
    pub(crate) fn of(member: &Member, dialect: Dialect, row: &AppliedMigration) -> Self {
        let done = row.journal.done;
        let script = script_that_ran(member, dialect, row);
        let statements = script.and_then(|script| script.statements(dialect));
        let statement = statements.and_then(|statements| statements.get(done).copied());
        let found = script.zip(statement);
        let line = found.map(|(script, of)| script.line(of));
        let name = known(member, row).map(|migration| migration.to_string());
        Self {
            key: row.key.clone(),
            name: name.unwrap_or_else(|| called(row)),
            place: script
                .map(|script| (script.path(), line.unwrap_or_else(|| script.first_line()))),
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

    /// What a person can do about it.
    pub fn hints(&self) -> Vec<String> {
        let key = &self.key;
        let lost = "the program has not the script that was run: restore it first";
        let lost = self.sql.is_none().then(|| lost.to_owned());
        let settle = [
            "look at the schema, then settle it and run again".to_owned(),
            format!("it ran: `resolve {key} --ran`, `Resolution::Ran`"),
            format!("it did not run: `resolve {key} --not-run`, `Resolution::NotRun`"),
        ];
        lost.into_iter().chain(settle).collect()
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
        let error = Self::new(ErrorKind::InDoubt, doubt.to_string());
        doubt.hints().into_iter().fold(error, Self::with_hint)
    }
}

/// The script that was run, where the program still has it.
pub(crate) fn script_that_ran(
    of: &Member,
    dialect: Dialect,
    row: &AppliedMigration,
) -> Option<&'static Script> {
    let migration = known(of, row)?;
    let (script, ran) = match row.direction {
        Direction::Up => (migration.up(dialect)?, Some(row.checksum)),
        Direction::Down => (migration.down(dialect)?, row.down_checksum),
    };
    (Some(script.checksum()) == ran).then_some(script)
}

/// What the program has under the key of a row.
pub(crate) fn known(own: &Member, row: &AppliedMigration) -> Option<Migration> {
    match &row.key {
        Key::Version(version) => own.get(*version),
        Key::Repeatable(_) => own.set().repeatables().find(|other| other.key() == row.key),
    }
}

/// What a person calls the migration of a row that the program may not have.
pub(crate) fn called(row: &AppliedMigration) -> String {
    match &row.key {
        Key::Version(version) => format!("{version} {}", row.name),
        Key::Repeatable(_) => row.key.to_string(),
    }
}
