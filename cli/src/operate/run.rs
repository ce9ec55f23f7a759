//! `run`: applies what is pending.

use std::time::Duration;

use embed_migrations::{Goal, Target};

use super::Done;
use super::judge::Judge;
use super::plan::Planned;
use super::runs::Way;
use super::site::Site;
use super::target::Far;
use crate::options::seconds;

/// Applies what is pending.
#[derive(Debug, Clone, clap::Args)]
pub struct Run {
    #[command(flatten)]
    far: Far,
    /// Show what would be done, and do nothing
    #[arg(long = "dry-run")]
    dry: bool,
    /// How long to wait for another process that is at work on a migration [default: 600]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    wait_timeout: Option<Duration>,
    #[command(flatten)]
    judge: Judge,
}

impl Run {
    pub(super) const fn is_dry(&self) -> bool {
        self.dry
    }

    pub(super) async fn run(&self, site: Site) -> Done {
        let mut migrator = self.judge.apply(site.migrator.clone());
        if let Some(timeout) = self.wait_timeout {
            migrator = migrator.wait_timeout(timeout);
        }
        let database = site.reach().await?;
        if self.dry {
            let goal = Goal::Run(self.far.target().unwrap_or(Target::Latest));
            let planned = Planned::towards(&migrator, &database, goal).await?;
            return Ok(Box::new(planned));
        }
        if let Some(target) = self.far.target() {
            migrator = migrator.target(target);
        }
        Way::Run.go("run", &site, migrator, &database).await
    }
}
