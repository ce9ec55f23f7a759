//! [`Progress`]: what a run is doing, for whoever wants to show it.

use std::time::Duration;

use embed_migrations_core::{Direction, Migration, Script};

/// What a run is doing. The same is told by `tracing`; a callback is for programs without it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// So many migrations are to be applied, reverted or recorded.
    Started {
        /// How many.
        pending: usize,
    },
    /// A migration begins.
    Migration {
        /// The name of its set.
        set: &'static str,
        /// The migration.
        migration: Migration,
        /// The script that is run.
        script: &'static Script,
        /// How many statements it has.
        statements: usize,
    },
    /// A statement begins, in a script that runs statement by statement.
    Statement {
        /// The name of its set.
        set: &'static str,
        /// The file.
        path: &'static str,
        /// Its line, 1-based.
        line: usize,
        /// Which statement it is, 1-based.
        number: usize,
        /// Of how many.
        of: usize,
    },
    /// A migration is applied, reverted or recorded.
    Finished {
        /// The name of its set.
        set: &'static str,
        /// The migration.
        migration: Migration,
        /// Whether it is applied, or no more.
        direction: Direction,
        /// How long it took.
        took: Duration,
    },
    /// A batch of a step in Rust is committed.
    Batch {
        /// The name of its set.
        set: &'static str,
        /// The migration.
        migration: Migration,
        /// How many batches are.
        done: usize,
    },
    /// Another process is at work on a migration.
    Waiting {
        /// The name of its set.
        set: &'static str,
        /// The migration.
        migration: Migration,
        /// For how long this run has waited.
        waited: Duration,
    },
    /// A lock of another session is in the way of a statement; the run has stepped back, and tries again after a pause.
    Blocked {
        /// The name of its set.
        set: &'static str,
        /// The migration.
        migration: Migration,
        /// For how long this run has been held up.
        waited: Duration,
        /// Who may have the lock, as the server shows its sessions; nobody where it does not tell, or where they are gone.
        by: Vec<String>,
    },
}
