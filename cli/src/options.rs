//! [`Options`]: what every verb that needs a database is told.

use std::time::Duration;

use embed_migrations::Migrator;

use crate::database::DatabaseUrl;
use crate::failure::Failure;

const EVERYWHERE: &str = "Options of every verb";

/// What every verb is told.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// The database [default: `DATABASE_URL` of the environment, else of a .env here or above]
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "URL", hide_default_value = true)]
    pub(crate) database_url: Option<DatabaseUrl>,
    /// How long a connection may take
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub(crate) connect_timeout: Duration,
    /// Look after the set of this name alone
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "NAME")]
    pub(crate) set: Option<String>,
    /// The history table
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "NAME")]
    pub(crate) table: Option<String>,
    /// The schema of the history table; on MySQL its database
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "NAME")]
    pub(crate) schema: Option<String>,
    /// Print the result as JSON
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub(crate) json: bool,
}

impl Options {
    /// The migrator with what is asked for here.
    pub(crate) fn apply(&self, mut migrator: Migrator) -> Result<Migrator, Failure> {
        if let Some(set) = &self.set {
            migrator = migrator.only(set)?;
        }
        if let Some(table) = &self.table {
            migrator = migrator.table(table);
        }
        if let Some(schema) = &self.schema {
            migrator = migrator.schema(schema);
        }
        Ok(migrator)
    }
}

/// A number of seconds, perhaps with a fraction.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text
        .parse()
        .map_err(|_| "expected a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}
