//! Set × history × policy × target → the steps to take. A pure value.

mod difference;
mod policy;
mod session;
mod target;
#[cfg(test)]
mod tests;

use std::fmt;

pub use difference::{Difference, DifferenceKind};
pub use policy::{Policies, Policy};
pub use target::{Target, UnknownTarget};

use crate::history::{by_key, newest_applied};
use crate::{
    AppliedMigration, Checksum, Dialect, Journal, Migration, MigrationSet, RowState, Script,
    Statement,
};

/// What a run would do.
///
/// `Display` lists the steps, one a line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// What is to be applied, in order.
    pub steps: Vec<Step>,
    /// The differences that policy let through with a word.
    pub warnings: Vec<Difference>,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

/// A migration to apply.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The migration.
    pub migration: Migration,
    /// Its up script for the database's dialect.
    pub script: &'static Script,
    /// The statements of the script, as that dialect reads it.
    pub statements: Vec<Statement>,
    /// How many of them an earlier, failed run has done already.
    pub done: usize,
    /// Whether the history says that somebody runs it, or died while running it.
    pub running: bool,
}

impl Step {
    /// The journal with so many statements done, and the next one, if there is one, under way or not.
    pub fn journal(&self, done: usize, next_is_under_way: bool) -> Journal {
        self.journal_of(done, next_is_under_way, self.checksum_of_first(done))
    }

    /// The journal after one statement more is done, and the next one is under way.
    pub fn journal_after(&self, before: &Journal, statement: Statement) -> Journal {
        let checksum = before.done_checksum.unwrap_or(Checksum::EMPTY);
        self.journal_of(
            before.done + 1,
            true,
            checksum.and(self.script.text(statement)),
        )
    }

    fn journal_of(&self, done: usize, next_is_under_way: bool, checksum: Checksum) -> Journal {
        let total = self.statements.len();
        Journal {
            total,
            done,
            sent: done + usize::from(next_is_under_way && done < total),
            done_checksum: Some(checksum),
        }
    }

    /// Whether every statement only reads and writes rows, so that even an engine whose DDL cannot be rolled back rolls
    /// all of it back.
    pub fn is_data_only(&self) -> bool {
        const DATA: [&str; 6] = ["INSERT", "UPDATE", "DELETE", "REPLACE", "SELECT", "WITH"];
        self.statements.iter().all(|statement| {
            let text = self.script.text(*statement);
            let word = text.split(|c: char| !c.is_ascii_alphabetic()).next();
            word.is_some_and(|word| DATA.iter().any(|data| word.eq_ignore_ascii_case(data)))
        })
    }

    /// The checksum of the first `count` statements: equal for two scripts that begin with the same statements.
    pub fn checksum_of_first(&self, count: usize) -> Checksum {
        let first = self.statements.iter().take(count);
        first.fold(Checksum::EMPTY, |checksum, statement| {
            checksum.and(self.script.text(*statement))
        })
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing is pending");
        }
        for (index, step) in self.steps.iter().enumerate() {
            let newline = if index == 0 { "" } else { "\n" };
            let Step {
                migration,
                script,
                statements,
                done,
                running,
            } = step;
            let count = statements.len() - done;
            let plural = if count == 1 { "" } else { "s" };
            write!(
                f,
                "{newline}apply {migration}: {count} statement{plural} of {}",
                script.path()
            )?;
            if *done > 0 {
                write!(f, ", resuming at statement {}", done + 1)?;
            }
            if *running {
                f.write_str(", which is being run or was interrupted")?;
            }
        }
        Ok(())
    }
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Set and history differ in ways that policy does not allow.
    Differences(Vec<Difference>),
    /// The target is no version of the set.
    UnknownTarget(UnknownTarget),
}

/// Plans what brings a database with this history to the target.
///
/// # Errors
///
/// Every difference that a policy calls an error, at once: a script that was edited after it was applied, one that is
/// missing, one below the newest applied version, …; and a target that is no version of the set.
pub fn plan(
    set: &'static MigrationSet,
    dialect: Dialect,
    history: &[AppliedMigration],
    policies: &Policies,
    target: Target,
) -> Result<Plan, Refusal> {
    let last = target.last(set).map_err(Refusal::UnknownTarget)?;
    let mut differences = difference::in_history(set, dialect, history);
    let newest = newest_applied(history);
    let is_ahead = differences
        .iter()
        .any(|difference| difference.kind() == DifferenceKind::Ahead);
    let rows = by_key(history);
    let mut steps = Vec::new();
    for migration in set.of(dialect).migrations() {
        let row = rows.get(&migration.key()).copied();
        let is_beyond = match migration.version() {
            Some(version) => last.is_some_and(|last| version > last),
            // An old program does not put its old view back over the newer one.
            None => is_ahead || last.is_some(),
        };
        let is_enough = target.steps().is_some_and(|most| steps.len() >= most);
        if is_beyond || is_enough || row.is_some_and(|row| is_current(migration, dialect, row)) {
            continue;
        }
        match step(migration, dialect, row) {
            Ok(step) => {
                if row.is_none() && migration.version().is_some_and(|own| Some(own) < newest) {
                    differences.push(Difference::out_of_order(migration, step.script));
                }
                steps.push(step);
            }
            Err(difference) => differences.push(difference),
        }
    }
    let (refused, warnings) = policies.judge(differences);
    if refused.is_empty() {
        Ok(Plan { steps, warnings })
    } else {
        Err(Refusal::Differences(refused))
    }
}

/// Whether a row leaves nothing to do: an edited migration is a difference, and an edited repeatable a step.
fn is_current(migration: Migration, dialect: Dialect, row: &AppliedMigration) -> bool {
    let is_edited = || {
        let script = migration.up(dialect);
        script.is_some_and(|script| script.checksum() != row.checksum)
    };
    row.state == RowState::Applied && (migration.version().is_some() || !is_edited())
}

/// The step that applies a migration, or goes on with it.
fn step(
    migration: Migration,
    dialect: Dialect,
    row: Option<&AppliedMigration>,
) -> Result<Step, Difference> {
    let script = migration
        .up(dialect)
        .ok_or_else(|| Difference::no_script(migration, dialect))?;
    let statements = script
        .statements(dialect)
        .ok_or_else(|| Difference::unreadable(migration, script, dialect))?;
    let mut step = Step {
        migration,
        script,
        statements,
        done: 0,
        running: false,
    };
    // What of an edited repeatable was done was done by another text.
    if let Some(row) = row.filter(|row| row.state != RowState::Applied) {
        step.done = row.journal.done;
        step.running = row.state == RowState::Running;
        let same = row.checksum == script.checksum()
            || row.journal.done <= step.statements.len()
                && row.journal.done_checksum == Some(step.checksum_of_first(row.journal.done));
        if !same && migration.version().is_none() && row.state == RowState::Failed {
            // It is made to be applied again as a whole, and may be put back to what it was.
            step.done = 0;
            return Ok(step);
        }
        // A claim without a finished statement has nothing that an edit could contradict.
        if !same && row.journal.done > 0 {
            return Err(Difference::changed_before_resume(migration, script, row));
        }
        if let Some(statement) = step.lost() {
            return Err(Difference::session_lost(migration, script, statement));
        }
    }
    Ok(step)
}
