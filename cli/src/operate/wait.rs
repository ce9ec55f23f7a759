//! `wait`: until another process has applied what is pending.

use std::time::Duration;

use embed_migrations::{Error, Validation};

use super::Done;
use super::judge::Judge;
use super::site::Site;
use super::validate::Validated;
use crate::database::{Database, on};
use crate::failure::Failure;
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
            match validation {
                Ok(validation) => Ok(validation),
                Err(error) => Err(self.why(error, &site, timeout).await),
            }
        };
        let validation = stoppable(&site.stop, wait).await?;
        let sets = site.sets();
        Ok(Box::new(Validated {
            validation,
            policies: *migrator.configured_policies(),
            sets,
        }))
    }

    /// A pool only says that it got no connection, so a server that never was there is asked once more for its reason.
    async fn why(&self, error: Error, site: &Site, timeout: Duration) -> Failure {
        let is_reached = !error.is_waited() || error.database_error().is_none();
        let failure = Failure::from(error);
        if is_reached {
            return failure;
        }
        match Database::reach(&site.url, timeout).await {
            Ok(_) => failure,
            Err(unreached) => Failure {
                message: format!(
                    "waited {} s in vain: {}",
                    self.timeout.as_secs_f64().round(),
                    unreached.message
                ),
                hints: unreached.hints,
                ..failure
            },
        }
    }
}
