//! [`Site`]: where a verb works.

use std::time::Duration;

use embed_migrations::{Migrator, Stop};

use crate::database::{Database, DatabaseUrl};
use crate::failure::Failure;
use crate::options::Options;

/// Where a verb works: the sets, and the database that is not reached yet.
pub(crate) struct Site {
    pub(crate) migrator: Migrator,
    pub(crate) url: DatabaseUrl,
    pub(crate) timeout: Duration,
    pub(crate) json: bool,
    pub(crate) stop: Stop,
}

impl Site {
    pub(crate) fn new(options: &Options, migrator: Migrator) -> Result<Self, Failure> {
        let url = DatabaseUrl::find(options.database_url.as_ref())?;
        // What is wrong with the URL alone is told before anything is asked.
        Database::at(&url, options.connect_timeout)?;
        let stop = Stop::new();
        Ok(Self {
            migrator: options.apply(migrator)?.stop_on(&stop),
            url,
            timeout: options.connect_timeout,
            json: options.json,
            stop,
        })
    }

    pub(crate) async fn reach(&self) -> Result<Database, Failure> {
        Database::reach(&self.url, self.timeout).await
    }

    /// How many sets there are: one needs no name in a table.
    pub(crate) fn sets(&self) -> usize {
        self.migrator.sets().count()
    }
}
