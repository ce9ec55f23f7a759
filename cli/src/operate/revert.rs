//! `revert`: takes back what is applied.

use embed_migrations::{Goal, Target};

use super::judge::Judge;
use super::patience::Patience;
use super::plan::Planned;
use super::runs::Way;
use super::site::Site;
use super::target::Far;
use super::{Done, Outcome};
use crate::confirm::Confirm;

/// Takes back what is applied.
#[derive(Debug, Clone, clap::Args)]
pub struct Revert {
    #[command(flatten)]
    far: Far,
    /// Take back everything that is applied
    #[arg(long, conflicts_with_all = ["to", "steps"])]
    all: bool,
    /// Show what would be done, and do nothing
    #[arg(long = "dry-run")]
    dry: bool,
    #[command(flatten)]
    confirm: Confirm,
    #[command(flatten)]
    patience: Patience,
    #[command(flatten)]
    judge: Judge,
}

impl Revert {
    pub(super) const fn is_dry(&self) -> bool {
        self.dry
    }

    pub(super) async fn run(&self, site: Site) -> Done {
        let migrator = self.judge.apply(site.migrator.clone());
        let migrator = self.patience.apply(migrator);
        let target = match self.far.target() {
            _ if self.all => Target::Steps(usize::MAX),
            Some(target) => target,
            None => Target::Latest,
        };
        let done = if self.dry {
            let database = site.reach().await?;
            let planned = Planned::towards(&migrator, &database, Goal::Revert(target)).await;
            planned.map(|planned| Box::new(planned) as Box<dyn Outcome>)
        } else {
            Way::ask_and_go(false, &site, migrator, target, self.confirm).await
        };
        // Other tools have a version below all others for it.
        done.map_err(|failure| match failure.kind {
            "target" => failure.hint("`--all` takes everything back"),
            _ => failure,
        })
    }
}
