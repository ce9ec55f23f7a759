//! Set × history → where each migration is. A pure value.

use std::collections::BTreeSet;
use std::fmt;
use std::time::{Duration, SystemTime};

use crate::history::{by_key, newest_applied, of_set};
use crate::key::REPEATABLE;
use crate::{
    AppliedMigration, Dialect, Difference, Direction, Foreign, Journal, Key, Member, Migration,
    RowState, Version, Via,
};

/// Where each migration is, those of the set and those of the history, in the order of their keys.
///
/// `Display` writes a line for each.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Status {
    /// One entry a migration.
    pub migrations: Vec<MigrationStatus>,
    /// The history of another tool, where there is none of ours: a run would refuse because of it.
    pub foreign_history: Option<Difference>,
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
            .all(|migration| match migration.state {
                State::Applied | State::Ahead => true,
                // A repeatable that is gone leaves what it made.
                State::Missing => migration.version().is_none(),
                _ => false,
            })
    }
}

/// Where one migration is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MigrationStatus {
    /// The name of its set.
    pub set: String,
    /// What it is known by.
    pub key: Key,
    /// Its version as the file name writes it; as the history stores it where there is no file.
    pub label: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub state: State,
    /// Down while it is being reverted, and when that failed or is in doubt.
    pub direction: Direction,
    /// Why it counts as applied, where it does.
    pub via: Option<Via>,
    /// When it was applied, by the database's clock.
    pub applied_at: Option<SystemTime>,
    /// How long it took.
    pub took: Option<Duration>,
    /// How far it is, where it runs statement by statement.
    pub journal: Option<Journal>,
    /// Whether the set has it.
    pub is_known: bool,
    /// Whether the set has a down script for it.
    pub reversible: bool,
}

impl MigrationStatus {
    /// Its version, which a repeatable has not.
    pub const fn version(&self) -> Option<Version> {
        self.key.version()
    }
}

/// Where a migration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// It is in the set and not in the history, or is a repeatable that was edited.
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

/// Where each migration is: the sets in their order. `foreign` is the history of another tool, where there is none of ours.
pub fn status(
    members: &[Member],
    dialect: Dialect,
    history: &[AppliedMigration],
    foreign: Option<Foreign>,
) -> Status {
    let of_member = |member| of_member(member, dialect, history);
    Status {
        migrations: members.iter().flat_map(of_member).collect(),
        foreign_history: foreign.map(Difference::foreign_history),
    }
}

fn of_member(
    member: &Member,
    dialect: Dialect,
    history: &[AppliedMigration],
) -> Vec<MigrationStatus> {
    let history = of_set(history, member.set());
    let rows = by_key(history.clone());
    let share = member.of(dialect);
    let last = share.newest();
    let newest = newest_applied(history.clone());
    let mut migrations: Vec<MigrationStatus> = share
        .migrations()
        .map(|migration| {
            let row = rows.get(&migration.key()).copied();
            let state = state(migration, dialect, row, (newest, last));
            MigrationStatus {
                label: migration.label().to_owned(),
                name: migration.name().to_owned(),
                is_known: true,
                reversible: migration.down(dialect).is_some(),
                ..of_key(member, migration.key(), row, state)
            }
        })
        .collect();
    let ours: BTreeSet<Key> = migrations.iter().map(|of| of.key.clone()).collect();
    migrations.extend(
        history
            .filter(|row| !ours.contains(&row.key))
            .map(|row| of_row(member, row, last)),
    );
    migrations.sort_by(|one, other| one.key.cmp(&other.key));
    migrations
}

fn state(
    migration: Migration,
    dialect: Dialect,
    row: Option<&AppliedMigration>,
    (newest, last): (Option<Version>, Option<Version>),
) -> State {
    let script = migration.up(dialect);
    let is_edited =
        |row: &AppliedMigration| script.is_some_and(|script| script.checksum() != row.checksum);
    let is_late = migration.version().is_some_and(|own| Some(own) < newest);
    match row {
        None if is_late => State::OutOfOrder,
        None => State::Pending,
        Some(row) => unfinished(row).unwrap_or_else(|| {
            if !is_edited(row) {
                State::Applied
            } else if migration.version().is_some() {
                State::Modified
            } else if newest > last {
                // An old program does not put its old view back over the newer one.
                State::Ahead
            } else {
                State::Pending
            }
        }),
    }
}

/// Where a row is that is not applied.
fn unfinished(row: &AppliedMigration) -> Option<State> {
    match row.state {
        _ if row.is_applied() => None,
        RowState::Applied => None,
        RowState::Running if row.is_in_doubt() => Some(State::InDoubt),
        RowState::Running => Some(State::Running),
        RowState::Failed => Some(State::Failed),
    }
}

fn of_row(member: &Member, row: &AppliedMigration, last: Option<Version>) -> MigrationStatus {
    let is_within = row.version().is_none_or(|own| Some(own) < last);
    let state = unfinished(row).unwrap_or(if is_within {
        State::Missing
    } else {
        State::Ahead
    });
    let label = row.version().map(|version| version.to_string());
    MigrationStatus {
        label: label.unwrap_or_else(|| REPEATABLE.to_owned()),
        name: row.name.clone(),
        ..of_key(member, row.key.clone(), Some(row), state)
    }
}

fn of_key(
    member: &Member,
    key: Key,
    row: Option<&AppliedMigration>,
    state: State,
) -> MigrationStatus {
    MigrationStatus {
        set: member.set().name().to_owned(),
        key,
        label: String::new(),
        name: String::new(),
        state,
        direction: row.map_or(Direction::Up, |row| row.direction),
        via: row.filter(|row| row.is_applied()).map(|row| row.via),
        applied_at: row.and_then(|row| row.applied_at),
        took: row.map(|row| row.execution),
        journal: row.map(|row| row.journal.clone()),
        is_known: false,
        reversible: false,
    }
}
