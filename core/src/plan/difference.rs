//! [`Difference`]: where set and history disagree.

use std::fmt;

use crate::{
    AppliedMigration, Dialect, Migration, MigrationSet, RowState, Script, Statement, Version,
};

/// How set and history disagree about a migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DifferenceKind {
    /// The script was edited after it was applied.
    Modified,
    /// It is in the history and not in the set, and is older than the set's newest.
    Missing,
    /// It is pending and older than the newest applied one.
    OutOfOrder,
    /// It is in the history and newer than everything in the set.
    Ahead,
    /// It has no script for this dialect.
    NoScript,
    /// Its script cannot be read in this dialect.
    Unreadable,
    /// It failed half-way, and what was done already has been edited since.
    ChangedBeforeResume,
    /// It failed half-way, and the rest needs what a finished statement left in a session that is gone.
    SessionLost,
}

/// A disagreement about one migration. `Display` says what it is; [`hint`](Self::hint) how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    kind: DifferenceKind,
    version: Version,
    text: String,
}

impl Difference {
    pub(super) fn of(kind: DifferenceKind, migration: Migration, script: &Script) -> Self {
        let what = format!("migration {} {}", migration.label(), migration.name());
        let path = script.path();
        let text = match kind {
            DifferenceKind::Modified => format!("{what} was edited after it was applied: {path}"),
            _ => format!("{what} is pending, and newer ones are applied: {path}"),
        };
        Self {
            kind,
            version: migration.version(),
            text,
        }
    }

    fn not_in_set(kind: DifferenceKind, row: &AppliedMigration) -> Self {
        let (version, name) = (row.version, &row.name);
        let text = match kind {
            DifferenceKind::Ahead => {
                format!("migration {version} {name} is applied and newer than this program knows")
            }
            _ => format!("migration {version} {name} is in the history and not in this program"),
        };
        Self {
            kind,
            version,
            text,
        }
    }

    pub(super) fn no_script(migration: Migration, dialect: Dialect) -> Self {
        Self {
            kind: DifferenceKind::NoScript,
            version: migration.version(),
            text: format!(
                "migration {} {} has no script for {dialect}",
                migration.label(),
                migration.name()
            ),
        }
    }

    pub(super) fn unreadable(migration: Migration, script: &Script, dialect: Dialect) -> Self {
        Self {
            kind: DifferenceKind::Unreadable,
            version: migration.version(),
            text: format!(
                "migration {} {} cannot run on {dialect}: {} is written for another dialect",
                migration.label(),
                migration.name(),
                script.path()
            ),
        }
    }

    pub(super) fn changed_before_resume(
        migration: Migration,
        script: &Script,
        row: &AppliedMigration,
    ) -> Self {
        Self {
            kind: DifferenceKind::ChangedBeforeResume,
            version: migration.version(),
            text: format!(
                "migration {} {} failed after statement {}, and the statements up to there were edited since: {}",
                migration.label(),
                migration.name(),
                row.journal.done,
                script.path()
            ),
        }
    }

    pub(super) fn session_lost(
        migration: Migration,
        script: &Script,
        statement: Statement,
    ) -> Self {
        Self {
            kind: DifferenceKind::SessionLost,
            version: migration.version(),
            text: format!(
                "migration {} {} failed half-way, and what {}:{} left in its session is gone",
                migration.label(),
                migration.name(),
                script.path(),
                script.line(statement)
            ),
        }
    }

    /// How they disagree.
    pub fn kind(&self) -> DifferenceKind {
        self.kind
    }

    /// The version they disagree about.
    pub fn version(&self) -> Version {
        self.version
    }

    /// How to mend it.
    pub fn hint(&self) -> &'static str {
        match self.kind {
            DifferenceKind::Modified => {
                "restore the file and put the change into a new migration, or set the policy `modified`"
            }
            DifferenceKind::Missing => "restore the file, or set the policy `missing`",
            DifferenceKind::OutOfOrder => {
                "give the migration a version above the newest applied one, or set the policy `out_of_order`"
            }
            DifferenceKind::Ahead => {
                "deploy a program that knows the migration, or set the policy `ahead`"
            }
            DifferenceKind::NoScript => "add a script for this dialect, or one without a dialect",
            DifferenceKind::Unreadable => {
                "put the dialect into the file's name (`….postgres.sql`), and the build says what is wrong with it"
            }
            DifferenceKind::SessionLost => {
                "undo by hand what the finished statements did, and delete the row from the history table"
            }
            DifferenceKind::ChangedBeforeResume => {
                "restore the statements that were done, and change only what comes after them"
            }
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What the rows of the history say about the set.
pub(super) fn in_history(
    set: &'static MigrationSet,
    dialect: Dialect,
    history: &[AppliedMigration],
) -> Vec<Difference> {
    let newest = set
        .migrations()
        .next_back()
        .map(|migration| migration.version());
    history
        .iter()
        .filter_map(|row| match set.get(row.version) {
            None if newest.is_some_and(|newest| row.version < newest) => {
                Some(Difference::not_in_set(DifferenceKind::Missing, row))
            }
            None => Some(Difference::not_in_set(DifferenceKind::Ahead, row)),
            Some(migration) => {
                let script = migration.up(dialect)?;
                let modified = row.state == RowState::Applied && row.checksum != script.checksum();
                modified.then(|| Difference::of(DifferenceKind::Modified, migration, script))
            }
        })
        .collect()
}
