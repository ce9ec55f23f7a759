//! How far to go.

use embed_migrations::{Target, Version};

/// How far to go.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub(crate) struct Far {
    /// As far as this version: `run` applies it, `revert` leaves it applied
    #[arg(long, value_name = "VERSION", conflicts_with = "steps")]
    to: Option<Version>,
    /// So many migrations at most
    #[arg(long, value_name = "NUMBER")]
    steps: Option<usize>,
}

impl Far {
    pub(super) fn target(self) -> Option<Target> {
        let to = self.to.map(Target::Version);
        to.or(self.steps.map(Target::Steps))
    }
}
