//! How far to go.

use embed_migrations::{Target, Version};

/// How far to go.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub(crate) struct Far {
    /// Up to and with this version; a reversion leaves it
    #[arg(long, value_name = "VERSION", conflicts_with = "steps")]
    to: Option<Version>,
    /// So many migrations
    #[arg(long, value_name = "NUMBER")]
    steps: Option<usize>,
}

impl Far {
    pub(super) fn target(self) -> Option<Target> {
        let to = self.to.map(Target::Version);
        to.or(self.steps.map(Target::Steps))
    }
}
