//! `adopt`: records as applied what another tool has applied.

use embed_migrations::{History, Migrator};

use super::Done;
use super::judge::Judge;
use super::runs::Reported;
use super::site::Site;
use crate::database::{Database, on};
use crate::failure::Failure;

/// Records as applied what another tool has applied.
#[derive(Debug, Clone, clap::Args)]
pub struct Adopt {
    /// The tool whose history is taken over [default: the one whose table is there]
    #[arg(long, value_name = "TOOL", value_parser = tool())]
    from: Option<History>,
    #[command(flatten)]
    judge: Judge,
}

impl Adopt {
    pub(super) async fn run(&self, site: Site) -> Done {
        let migrator = self.judge.apply(site.migrator.clone());
        let database = site.reach().await?;
        let history = match self.from {
            Some(history) => history,
            None => found(&migrator, &database).await?,
        };
        let report = on!(database, pool => migrator.adopt(pool, history).await?);
        Ok(Reported::recorded(report))
    }
}

/// The one whose table is there.
async fn found(migrator: &Migrator, database: &Database) -> Result<History, Failure> {
    let found: Option<History> = on!(*database, pool => migrator.adoptable(pool).await?);
    found.ok_or_else(none)
}

fn none() -> Failure {
    let tools = History::ALL.map(History::name).join(", ");
    Failure::refused("there is no history of another tool that can be told from its table alone")
        .hint(format!("name the tool with `--from`: {tools}"))
        .hint("without any, `baseline VERSION` records what the database has")
}

fn tool() -> impl clap::builder::TypedValueParser<Value = History> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(History::ALL.map(History::name))
        .try_map(|word| History::from_name(&word).ok_or("no tool has this name"))
}
