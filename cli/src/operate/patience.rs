//! How long to wait for another process.

use std::time::Duration;

use embed_migrations::Migrator;

use crate::options::seconds;

/// How long to wait for another process.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub(crate) struct Patience {
    /// How long to wait for another process that is at work on a migration [default: 600]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    wait_timeout: Option<Duration>,
}

impl Patience {
    pub(super) fn apply(self, migrator: Migrator) -> Migrator {
        match self.wait_timeout {
            Some(timeout) => migrator.wait_timeout(timeout),
            None => migrator,
        }
    }
}
