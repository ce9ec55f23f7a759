//! `baseline`: records every migration up to a version as applied, without running any.

use super::Done;
use super::runs::Reported;
use super::site::Site;
use crate::database::on;

/// Records every migration up to a version as applied, without running any.
#[derive(Debug, Clone, clap::Args)]
pub struct Baseline {
    /// The last version that the database has already
    version: embed_migrations::Version,
}

impl Baseline {
    pub(super) async fn run(&self, site: Site) -> Done {
        let (migrator, version) = (&site.migrator, self.version);
        let database = site.reach().await?;
        let report = on!(database, pool => migrator.baseline(pool, version).await?);
        Ok(Reported::recorded(report))
    }
}
