//! `wait`: until another process has applied what is pending.

use std::time::Duration;

use embed_migrations::{Error, Validation};

use super::Done;
use super::judge::Judge;
use super::site::Site;
use super::validate::Validated;
use crate::database::{Database, on};
use crate::options::seconds;
use crate::signals::stoppable;

/// Waits until another process has applied what is pending.
#[derive(Debug, Clone, clap::Args)]
pub struct Wait {
    /// How long to wait
    #[arg(long, value_name = "SECONDS", default_value = "600", value_parser = seconds)]
    timeout: Duration,
    #[command(flatten)]
    judge: Judge,
}

impl Wait {
    pub(super) async fn run(&self, site: Site) -> Done {
        let migrator = self.judge.apply(site.migrator.clone());
        // The server may not be there yet, so nothing is tried before.
        let timeout = site.timeout.min(self.timeout).max(Duration::from_secs(1));
        let database = Database::at(&site.url, timeout)?;
        let wait = async {
            let validation: Result<Validation, Error> =
                on!(database, pool => migrator.wait(pool, self.timeout).await);
            Ok(validation?)
        };
        let validation = stoppable(&site.stop, wait).await?;
        let sets = site.sets();
        Ok(Box::new(Validated { validation, sets }))
    }
}
