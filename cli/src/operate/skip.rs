//! `skip`: records one migration as applied, without running it.

use super::Done;
use super::runs::Reported;
use super::site::Site;
use crate::database::on;

/// Records one migration as applied, without running it.
#[derive(Debug, Clone, clap::Args)]
pub struct Skip {
    /// The migration that the database has already
    version: embed_migrations::Version,
}

impl Skip {
    pub(super) async fn run(&self, site: Site) -> Done {
        let (migrator, version) = (&site.migrator, self.version);
        let database = site.reach().await?;
        let report = on!(database, pool => migrator.skip(pool, version).await?);
        Ok(Reported::recorded(report))
    }
}
