//! What a database has been through: the rows of the history table, as plain values.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use crate::{Checksum, Key, Version};

/// A row of the history table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AppliedMigration {
    /// What the migration is known by.
    pub key: Key,
    /// Its name.
    pub name: String,
    /// How far it is.
    pub state: RowState,
    /// The checksum of the script that was run.
    pub checksum: Checksum,
    /// The checksum of its down script at that time, if it had one.
    pub down_checksum: Option<Checksum>,
    /// How far its statements are.
    pub journal: Journal,
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
    /// A row with nothing but its identity; the starting point of readers and of tests.
    pub fn new(key: impl Into<Key>, name: impl Into<String>, checksum: Checksum) -> Self {
        Self {
            key: key.into(),
            name: name.into(),
            state: RowState::Applied,
            checksum,
            down_checksum: None,
            journal: Journal::default(),
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
}

/// Who is running a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// A random word, in front of every statement that is run under the claim.
    pub id: String,
    /// Whether its holder has not been heard of for longer than promised, by the database's clock.
    pub expired: bool,
}

/// The newest version that is applied.
pub(crate) fn newest_applied(history: &[AppliedMigration]) -> Option<Version> {
    history
        .iter()
        .filter(|row| row.state == RowState::Applied)
        .filter_map(AppliedMigration::version)
        .max()
}

/// The rows, to be looked up: a history may be thousands of rows long.
pub(crate) fn by_key(history: &[AppliedMigration]) -> BTreeMap<&Key, &AppliedMigration> {
    history.iter().map(|row| (&row.key, row)).collect()
}
