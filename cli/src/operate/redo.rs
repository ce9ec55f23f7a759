//! `redo`: takes back what is applied, and applies it again.

use embed_migrations::Target;

use super::Done;
use super::judge::Judge;
use super::patience::Patience;
use super::runs::Way;
use super::site::Site;
use crate::confirm::Confirm;

/// Takes back the newest migration, and applies it again.
#[derive(Debug, Clone, clap::Args)]
pub struct Redo {
    /// So many migrations at most
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    steps: usize,
    #[command(flatten)]
    confirm: Confirm,
    #[command(flatten)]
    patience: Patience,
    #[command(flatten)]
    judge: Judge,
}

impl Redo {
    pub(super) async fn run(&self, site: Site) -> Done {
        let migrator = self.judge.apply(site.migrator.clone());
        let migrator = self.patience.apply(migrator);
        let target = Target::Steps(self.steps);
        Way::ask_and_go(true, &site, migrator, target, self.confirm).await
    }
}
