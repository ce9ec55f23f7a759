//! `version`: the newest version that is applied.

use serde_json::{Value, json};

use super::site::Site;
use super::{Done, Outcome};
use crate::database::on;
use crate::output::Screen;
use crate::output::text::lines;

/// Prints the newest version that is applied.
#[derive(Debug, Clone, clap::Args)]
pub struct Version {}

/// The newest version that is applied.
struct Newest(Option<embed_migrations::Version>);

impl Version {
    pub(super) async fn run(&self, site: Site) -> Done {
        let migrator = &site.migrator;
        let database = site.reach().await?;
        let version = on!(database, pool => migrator.version(pool).await?);
        Ok(Box::new(Newest(version)))
    }
}

impl Outcome for Newest {
    fn result(&self, _: Screen) -> String {
        lines(self.0.map(|version| version.to_string()))
    }

    fn words(&self) -> String {
        match self.0 {
            Some(_) => String::new(),
            None => "nothing is applied\n".to_owned(),
        }
    }

    fn json(&self) -> Value {
        json!({ "version": self.0.map(|version| version.to_string()) })
    }
}
