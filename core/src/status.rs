//! Set × history → where each migration is. A pure value.

use std::fmt;
use std::time::{Duration, SystemTime};

use crate::history::{by_version, newest_applied};
use crate::{AppliedMigration, Dialect, Journal, Migration, MigrationSet, RowState, Version};

/// Where each migration is, those of the set and those of the history, in the order of their versions.
///
/// `Display` writes a line for each.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// One entry a migration.
    pub migrations: Vec<MigrationStatus>,
}

impl Status {
    /// The migrations in this state.
    pub fn in_state(&self, state: State) -> impl Iterator<Item = &MigrationStatus> {
        self.migrations
            .iter()
            .filter(move |migration| migration.state == state)
    }

    /// Whether every migration of the set is applied, intact and in order.
    pub fn is_current(&self) -> bool {
        self.migrations
            .iter()
            .all(|migration| matches!(migration.state, State::Applied | State::Ahead))
    }
}

/// Where one migration is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MigrationStatus {
    /// Its version.
    pub version: Version,
    /// Its version as the file name writes it; as the history stores it where there is no file.
    pub label: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub state: State,
    /// When it was applied, by the database's clock.
    pub applied_at: Option<SystemTime>,
    /// How long it took.
    pub took: Option<Duration>,
    /// How far it is, where it runs statement by statement.
    pub journal: Option<Journal>,
    /// Whether the set has a down script for it.
    pub reversible: bool,
}

/// Where a migration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// It is in the set and not in the history.
    Pending,
    /// It is applied as the set has it.
    Applied,
    /// Somebody runs it.
    Running,
    /// A statement of it failed and what came before could not be rolled back.
    Failed,
    /// Its process died, and nobody knows whether the statement under way ran.
    InDoubt,
    /// It is applied and no longer in the set.
    Missing,
    /// It is applied and was edited since.
    Modified,
    /// It is pending and older than the newest applied one.
    OutOfOrder,
    /// It is applied and newer than this program knows.
    Ahead,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pending => "pending",
            Self::Applied => "applied",
            Self::Running => "running",
            Self::Failed => "failed",
            Self::InDoubt => "in doubt",
            Self::Missing => "missing",
            Self::Modified => "modified",
            Self::OutOfOrder => "out of order",
            Self::Ahead => "ahead",
        })
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |of: fn(&MigrationStatus) -> &str| {
            let widths = self.migrations.iter().map(|row| of(row).chars().count());
            widths.max().unwrap_or(0)
        };
        let (labels, names) = (width(|row| &row.label), width(|row| &row.name));
        for (index, row) in self.migrations.iter().enumerate() {
            let newline = if index == 0 { "" } else { "\n" };
            let line = format!("{:labels$}  {:names$}  {}", row.label, row.name, row.state);
            write!(f, "{newline}{line}")?;
        }
        Ok(())
    }
}

/// Where each migration is.
pub fn status(
    set: &'static MigrationSet,
    dialect: Dialect,
    history: &[AppliedMigration],
) -> Status {
    let (rows, newest) = (by_version(history), newest_applied(history));
    let mut migrations: Vec<MigrationStatus> = set
        .migrations()
        .map(|migration| {
            let row = rows.get(&migration.version()).copied();
            of_migration(migration, dialect, row, newest)
        })
        .collect();
    let last = set
        .migrations()
        .next_back()
        .map(|migration| migration.version());
    migrations.extend(
        history
            .iter()
            .filter(|row| set.get(row.version).is_none())
            .map(|row| of_row(row, last)),
    );
    migrations.sort_by_key(|migration| migration.version);
    Status { migrations }
}

fn of_migration(
    migration: Migration,
    dialect: Dialect,
    row: Option<&AppliedMigration>,
    newest: Option<Version>,
) -> MigrationStatus {
    let script = migration.up(dialect);
    let state = match row {
        None if newest.is_some_and(|newest| migration.version() < newest) => State::OutOfOrder,
        None => State::Pending,
        Some(row) => match row.state {
            RowState::Applied if script.is_some_and(|up| up.checksum() != row.checksum) => {
                State::Modified
            }
            RowState::Applied => State::Applied,
            RowState::Running if row.is_in_doubt() => State::InDoubt,
            RowState::Running => State::Running,
            RowState::Failed => State::Failed,
        },
    };
    MigrationStatus {
        version: migration.version(),
        label: migration.label().to_owned(),
        name: migration.name().to_owned(),
        state,
        applied_at: row.and_then(|row| row.applied_at),
        took: row.map(|row| row.execution),
        journal: row.map(|row| row.journal.clone()),
        reversible: migration.down(dialect).is_some(),
    }
}

fn of_row(row: &AppliedMigration, last: Option<Version>) -> MigrationStatus {
    MigrationStatus {
        version: row.version,
        label: row.version.to_string(),
        name: row.name.clone(),
        state: match row.state {
            RowState::Applied if last.is_some_and(|last| row.version < last) => State::Missing,
            RowState::Applied => State::Ahead,
            RowState::Running if row.is_in_doubt() => State::InDoubt,
            RowState::Running => State::Running,
            RowState::Failed => State::Failed,
        },
        applied_at: row.applied_at,
        took: Some(row.execution),
        journal: Some(row.journal.clone()),
        reversible: false,
    }
}
