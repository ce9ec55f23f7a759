//! What a database has been through: the rows of the history table, as plain values.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use crate::{Checksum, Direction, Key, MigrationSet, Version};

/// A row of the history table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AppliedMigration {
    /// The name of its set.
    pub set: String,
    /// What the migration is known by.
    pub key: Key,
    /// Its name.
    pub name: String,
    /// Whether it is applied, or being applied, or being reverted.
    pub direction: Direction,
    /// How far it is.
    pub state: RowState,
    /// Why it counts as applied.
    pub via: Via,
    /// The checksum of the up script.
    pub checksum: Checksum,
    /// The checksum of its down script at that time, if it had one; of the one that is run while it is reverted.
    pub down_checksum: Option<Checksum>,
    /// How far its statements are.
    pub journal: Journal,
    /// Where a step in batches goes on, in its own words.
    pub cursor: Option<String>,
    /// When it was applied, by the database's clock.
    pub applied_at: Option<SystemTime>,
    /// How long its statements took, by the database's clock where it has one.
    pub execution: Duration,
    /// Who applied it: the database user, and the host and process of the program.
    pub applied_by: String,
    /// Who is running it.
    pub claim: Option<Claim>,
}

impl AppliedMigration {
    /// A row of the set with nothing but its identity; the starting point of readers and of tests.
    pub fn new(
        set: impl Into<String>,
        key: impl Into<Key>,
        name: impl Into<String>,
        checksum: Checksum,
    ) -> Self {
        Self {
            set: set.into(),
            key: key.into(),
            name: name.into(),
            direction: Direction::Up,
            state: RowState::Applied,
            via: Via::Run,
            checksum,
            down_checksum: None,
            journal: Journal::default(),
            cursor: None,
            applied_at: None,
            execution: Duration::ZERO,
            applied_by: String::new(),
            claim: None,
        }
    }

    /// The version, which a repeatable has not.
    pub const fn version(&self) -> Option<Version> {
        self.key.version()
    }

    /// Whether all of it is applied: nothing is left to do, and nothing was undone yet.
    pub fn is_applied(&self) -> bool {
        match (self.state, self.direction) {
            (RowState::Applied, _) => true,
            (RowState::Failed, Direction::Down) => self.journal.done == 0,
            _ => false,
        }
    }

    /// Whether it is half applied or half reverted, and nobody is at it.
    pub fn is_failed(&self) -> bool {
        self.state == RowState::Failed && !self.is_applied()
    }

    /// Whether the process that ran it is gone and left a statement of which nobody knows whether it ran.
    pub fn is_in_doubt(&self) -> bool {
        self.state == RowState::Running
            && self.journal.sent > self.journal.done
            && self.claim.as_ref().is_none_or(|claim| claim.expired)
    }
}

/// What kind of entry a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A migration with a version.
    Versioned,
    /// A script that is applied again whenever it changes.
    Repeatable,
}

impl Kind {
    /// The word in the history table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Versioned => "versioned",
            Self::Repeatable => "repeatable",
        }
    }

    /// The kind with this word.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Versioned, Self::Repeatable]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// Why a row counts as applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Via {
    /// Its script was run.
    Run,
    /// It is older than the baseline: the database had it before.
    Baseline,
    /// It was skipped.
    Skip,
    /// Another tool had applied it.
    Adopt,
}

impl Via {
    const ALL: [Self; 4] = [Self::Run, Self::Baseline, Self::Skip, Self::Adopt];

    /// The word in the history table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Baseline => "baseline",
            Self::Skip => "skip",
            Self::Adopt => "adopt",
        }
    }

    /// The reason with this word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|via| via.name() == name)
    }
}

/// How far a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RowState {
    /// Every statement succeeded.
    Applied,
    /// Somebody runs it, or died while running it.
    Running,
    /// A statement failed, and what came before it could not be rolled back.
    Failed,
}

impl RowState {
    const ALL: [Self; 3] = [Self::Applied, Self::Running, Self::Failed];

    /// The word in the history table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Running => "running",
            Self::Failed => "failed",
        }
    }

    /// The state with this word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// How far a script is that runs statement by statement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Journal {
    /// How many statements the script has.
    pub total: usize,
    /// How many are known to have succeeded.
    pub done: usize,
    /// How many were sent; one more than `done` while a statement is under way.
    pub sent: usize,
    /// The checksum of the statements that are done, which tells whether an edited script may be resumed.
    pub done_checksum: Option<Checksum>,
    /// What the catalogue said about what the statement under way creates or drops, before it was sent.
    pub before: Option<String>,
}

impl Journal {
    /// The same with the next statement under way.
    #[must_use]
    pub fn under_way(&self) -> Self {
        Self {
            sent: self.done + 1,
            ..self.clone()
        }
    }
}

/// Who is running a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// A random word, in front of every statement that is run under the claim.
    pub id: String,
    /// Whether its holder has not been heard of for longer than promised, by the database's clock.
    pub expired: bool,
    /// What the server calls the session that took it, where it has sessions.
    pub session: Option<String>,
    /// How long ago the row was begun, by the database's clock.
    pub age: Duration,
}

/// The newest version that is applied.
pub(crate) fn newest_applied<'h>(
    rows: impl Iterator<Item = &'h AppliedMigration>,
) -> Option<Version> {
    rows.filter(|row| row.is_applied())
        .filter_map(AppliedMigration::version)
        .max()
}

/// The rows of a set.
pub(crate) fn of_set<'h>(
    history: &'h [AppliedMigration],
    set: &'static MigrationSet,
) -> impl Iterator<Item = &'h AppliedMigration> + Clone {
    history.iter().filter(|row| row.set == set.name)
}

/// The rows, to be looked up: a history may be thousands of rows long.
pub(crate) fn by_key<'h>(
    rows: impl Iterator<Item = &'h AppliedMigration>,
) -> BTreeMap<&'h Key, &'h AppliedMigration> {
    rows.map(|row| (&row.key, row)).collect()
}
