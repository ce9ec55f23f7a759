//! `run`: applies what is pending.

use embed_migrations::{Goal, Target};

use super::Done;
use super::judge::Judge;
use super::patience::Patience;
use super::plan::Planned;
use super::runs::Way;
use super::site::Site;
use super::target::Far;

/// Applies what is pending.
#[derive(Debug, Clone, clap::Args)]
pub struct Run {
    #[command(flatten)]
    far: Far,
    /// Show what would be done, and do nothing
    #[arg(long = "dry-run")]
    dry: bool,
    #[command(flatten)]
    patience: Patience,
    #[command(flatten)]
    judge: Judge,
}

impl Run {
    pub(super) const fn is_dry(&self) -> bool {
        self.dry
    }

    pub(super) async fn run(&self, site: Site) -> Done {
        let migrator = self.judge.apply(site.migrator.clone());
        let mut migrator = self.patience.apply(migrator);
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
