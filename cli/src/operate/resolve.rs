//! `resolve`: says what became of a statement that is in doubt.

use embed_migrations::{Doubt, Key, Resolution};
use serde_json::{Value, json};

use super::site::Site;
use super::{Done, Outcome};
use crate::confirm::{Answer, Confirm};
use crate::database::on;
use crate::output::Screen;

/// Says what became of a statement that is in doubt.
#[derive(Debug, Clone, clap::Args)]
pub struct Resolve {
    /// The migration that is in doubt
    version: Key,
    #[command(flatten)]
    became: Became,
    #[command(flatten)]
    confirm: Confirm,
}

/// What became of the statement.
#[derive(Debug, Clone, Copy, clap::Args)]
#[group(required = true, multiple = false)]
struct Became {
    /// It ran to its end; the next run goes on behind it
    #[arg(long)]
    ran: bool,
    /// It did not run, or its traces are cleared away; the next run goes on with it
    #[arg(long)]
    not_run: bool,
}

/// What was settled.
struct Settled {
    key: Key,
    resolution: Resolution,
}

impl Resolve {
    pub(super) async fn run(&self, site: Site) -> Done {
        let settled = Settled {
            key: self.version.clone(),
            resolution: if self.became.ran {
                Resolution::Ran
            } else {
                Resolution::NotRun
            },
        };
        let Settled { key, resolution } = &settled;
        let migrator = &site.migrator;
        let database = site.reach().await?;
        let doubt = on!(database, pool => migrator.doubt(pool, key.clone()).await?);
        let what = format!("{}\nyou say: {}", shown(&doubt), settled.said());
        self.confirm.ask(&what, Answer::Yes)?;
        on!(database, pool => migrator.resolve(pool, key.clone(), *resolution).await?);
        Ok(Box::new(settled))
    }
}

/// What is in doubt, with all of the statement.
fn shown(doubt: &Doubt) -> String {
    match doubt.sql() {
        Some(sql) if sql.lines().nth(1).is_some() => format!("{doubt} …\n{sql}"),
        _ => doubt.to_string(),
    }
}

impl Settled {
    fn said(&self) -> String {
        let Self { key, resolution } = self;
        match resolution {
            Resolution::Ran => format!("the statement in doubt of {key} ran"),
            Resolution::NotRun => format!("the statement in doubt of {key} did not run"),
        }
    }
}

impl Outcome for Settled {
    fn result(&self, _: Screen) -> String {
        format!("{}\n", self.said())
    }

    fn words(&self) -> String {
        "the next `run`, or `revert`, goes on from there\n".to_owned()
    }

    fn json(&self) -> Value {
        let Self { key, resolution } = self;
        json!({ "version": key.to_string(), "ran": *resolution == Resolution::Ran })
    }
}
