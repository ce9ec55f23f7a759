//! [`Step`]: one migration of a plan, and what of its script is left to do.

use std::fmt;

use super::difference::Difference;
use crate::{
    AppliedMigration, Checksum, Dialect, Direction, Journal, Key, Migration, MigrationSet,
    RowState, Script, Statement, Via,
};

/// A migration to apply, to revert, or to record as applied.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The set that it is of.
    pub set: &'static MigrationSet,
    /// The migration.
    pub migration: Migration,
    /// Its up or down script for the database's dialect.
    pub script: &'static Script,
    /// Whether it is run, or why it counts as applied without.
    pub via: Via,
    /// The dialect of the database.
    pub dialect: Dialect,
    /// The statements of the script, as that dialect reads it.
    pub statements: Vec<Statement>,
    /// How many of them an earlier, failed run has done already.
    pub done: usize,
    /// Whether the history says that somebody runs it, or died while running it.
    pub running: bool,
    /// What has to hold in the history when it is claimed.
    pub footing: Footing,
}

/// What a step stands on: what has to hold in the history at the moment that it is claimed, whatever others did since the
/// plan was made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Footing {
    /// Nothing: it is the lowest of its set, or goes on with a row that is there.
    None,
    /// This migration, the next below it, is applied.
    On(Key),
    /// Its set has so many rows of migrations: none was added above it.
    Rows(usize),
    /// Somebody is reverting it; it can be applied once that is over.
    Reverting,
}

impl Step {
    /// A step that begins with the first statement.
    pub(super) fn new(
        set: &'static MigrationSet,
        migration: Migration,
        script: &'static Script,
        dialect: Dialect,
    ) -> Result<Self, Difference> {
        let statements = script
            .statements(dialect)
            .ok_or_else(|| Difference::unreadable(migration, script, dialect))?;
        Ok(Self {
            set,
            migration,
            script,
            via: Via::Run,
            dialect,
            statements,
            done: 0,
            running: false,
            footing: Footing::None,
        })
    }

    /// The same, standing on something.
    pub(super) fn on(self, footing: Footing) -> Self {
        Self { footing, ..self }
    }

    /// The difference where nobody is reverting it any more, and it is half reverted.
    pub fn half_reverted(&self, row: &AppliedMigration) -> Difference {
        Difference::half_reverted(self.migration, row)
    }

    /// The same, going on where a row says that an earlier run stopped.
    pub(super) fn resumed(mut self, row: &AppliedMigration) -> Result<Self, Difference> {
        let recorded = match self.direction() {
            Direction::Up => Some(row.checksum),
            Direction::Down => row.down_checksum,
        };
        self.done = row.journal.done;
        self.running = row.state == RowState::Running;
        if self.script.is_rust() {
            return Ok(self);
        }
        let same = recorded == Some(self.script.checksum())
            || self.done <= self.statements.len()
                && row.journal.done_checksum == Some(self.checksum_of_first(self.done));
        if !same && self.migration.version().is_none() && row.state == RowState::Failed {
            // It is made to be applied again as a whole, and may be put back to what it was.
            self.done = 0;
            return Ok(self);
        }
        // A claim without a finished statement has nothing that an edit could contradict.
        if !same && self.done > 0 {
            return Err(Difference::changed_before_resume(&self, row));
        }
        match self.lost() {
            Some(statement) => Err(Difference::session_lost(&self, statement)),
            None => Ok(self),
        }
    }

    /// Whether it applies the migration or reverts it.
    pub const fn direction(&self) -> Direction {
        self.script.direction()
    }

    /// How many statements are left to run: none of what is only recorded.
    pub fn left(&self) -> usize {
        match self.via {
            Via::Run => self.statements.len().saturating_sub(self.done),
            _ => 0,
        }
    }

    /// The text of each statement that is left to run.
    pub fn sql(&self) -> impl Iterator<Item = &'static str> {
        let statements = self.statements.iter().skip(self.done).take(self.left());
        statements.map(|statement| self.script.text(*statement))
    }

    /// The journal with so many statements done, and the next one, if there is one, under way or not.
    pub fn journal(&self, done: usize, next_is_under_way: bool) -> Journal {
        self.journal_of(done, next_is_under_way, self.checksum_of_first(done))
    }

    /// The journal after one statement more is done.
    pub fn journal_after(&self, before: &Journal, statement: Statement) -> Journal {
        let checksum = before.done_checksum.unwrap_or(Checksum::EMPTY);
        self.journal_of(
            before.done + 1,
            false,
            checksum.and(self.script.text(statement)),
        )
    }

    /// How many statements there are; a step in Rust is one.
    pub fn total(&self) -> usize {
        if self.script.is_rust() {
            1
        } else {
            self.statements.len()
        }
    }

    fn journal_of(&self, done: usize, next_is_under_way: bool, checksum: Checksum) -> Journal {
        let total = self.total();
        Journal {
            total,
            done,
            sent: done + usize::from(next_is_under_way && done < total),
            done_checksum: Some(checksum),
            before: None,
        }
    }

    /// Whether every statement only reads and writes rows, so that even an engine whose DDL cannot be rolled back rolls
    /// all of it back.
    pub fn is_data_only(&self) -> bool {
        is_data_only(self.script, &self.statements)
    }

    /// The checksum of the first `count` statements: equal for two scripts that begin with the same statements.
    pub fn checksum_of_first(&self, count: usize) -> Checksum {
        let first = self.statements.iter().take(count);
        first.fold(Checksum::EMPTY, |checksum, statement| {
            checksum.and(self.script.text(*statement))
        })
    }
}

/// Whether these statements of a script only read and write rows.
pub fn is_data_only(script: &Script, statements: &[Statement]) -> bool {
    const DATA: [&str; 6] = ["INSERT", "UPDATE", "DELETE", "REPLACE", "SELECT", "WITH"];
    statements.iter().all(|statement| {
        let text = script.text(*statement);
        let word = text.split(|c: char| !c.is_ascii_alphabetic()).next();
        word.is_some_and(|word| DATA.iter().any(|data| word.eq_ignore_ascii_case(data)))
    })
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, &self.migration.to_string())
    }
}

impl Step {
    /// One line that calls the migration by a name.
    pub(super) fn write(&self, f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
        let Self {
            set: _,
            migration: _,
            script,
            via,
            dialect: _,
            statements: _,
            done,
            running,
            footing,
        } = self;
        let path = script.path();
        match (via, script.direction()) {
            (Via::Run, Direction::Up) => write!(f, "apply {name}: ")?,
            (Via::Run, Direction::Down) => write!(f, "revert {name}: ")?,
            (via, _) => return write!(f, "{} {name}: {path} is not run", via.name()),
        }
        if script.is_rust() {
            write!(f, "Rust of {path}:{}", script.first_line())?;
        } else {
            let count = self.left();
            let plural = if count == 1 { "" } else { "s" };
            write!(f, "{count} statement{plural} of {path}")?;
            if *done > 0 {
                write!(f, ", resuming at statement {}", done + 1)?;
            }
        }
        match footing {
            Footing::Reverting => f.write_str(", once it is reverted")?,
            _ if *running => f.write_str(", which is being run or was interrupted")?,
            _ => {}
        }
        Ok(())
    }
}
