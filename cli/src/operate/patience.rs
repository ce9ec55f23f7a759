//! How long to wait for others, and for a statement.

use std::time::Duration;

use embed_migrations::Migrator;

use crate::options::seconds;

/// How long to wait for others, and for a statement.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
#[command(next_help_heading = "Patience")]
pub(crate) struct Patience {
    /// How long to wait for another process that is at work on a migration [default: 600]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    wait_timeout: Option<Duration>,
    /// How long a statement waits for a lock before it lets others through [default: 5]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    lock_timeout: Option<Duration>,
    /// How long to try again where a lock is in the way [default: 300]
    #[arg(long = "lock-patience", value_name = "SECONDS", value_parser = seconds)]
    lock_retry: Option<Duration>,
    /// How long a statement may run [default: without end]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    statement_timeout: Option<Duration>,
}

impl Patience {
    pub(super) fn apply(self, migrator: Migrator) -> Migrator {
        let Self {
            wait_timeout,
            lock_timeout,
            lock_retry,
            statement_timeout,
        } = self;
        let migrator = set(migrator, wait_timeout, Migrator::wait_timeout);
        let migrator = set(migrator, lock_timeout, Migrator::lock_timeout);
        let migrator = set(migrator, lock_retry, Migrator::lock_patience);
        set(migrator, statement_timeout, Migrator::statement_timeout)
    }
}

fn set(
    migrator: Migrator,
    given: Option<Duration>,
    how: fn(Migrator, Duration) -> Migrator,
) -> Migrator {
    match given {
        Some(time) => how(migrator, time),
        None => migrator,
    }
}
