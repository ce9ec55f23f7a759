//! `resolve`: says what became of a statement that is in doubt.

use embed_migrations::{Doubt, Key, Resolution};
use serde_json::{Value, json};

use super::site::Site;
use super::{Done, Outcome};
use crate::confirm::Confirm;
use crate::database::on;
use crate::exit::Exit;
use crate::failure::in_shell;
use crate::output::Screen;
use crate::output::text::lines;

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
#[group(multiple = false)]
struct Became {
    /// It ran to its end; the next run goes on behind it
    #[arg(long)]
    ran: bool,
    /// It did not run, or its traces are cleared away; the next run goes on with it
    #[arg(long)]
    not_run: bool,
}

impl Became {
    const fn said(self) -> Option<Resolution> {
        match (self.ran, self.not_run) {
            (true, _) => Some(Resolution::Ran),
            (_, true) => Some(Resolution::NotRun),
            _ => None,
        }
    }
}

/// What is to be settled.
struct Asked(Doubt);

impl Outcome for Asked {
    fn result(&self, _: Screen) -> String {
        format!("{}\n", shown(&self.0))
    }

    fn words(&self) -> String {
        let hints = self.0.hints().into_iter();
        lines(hints.map(|hint| format!("help: {}", in_shell(&hint))))
    }

    fn json(&self) -> Value {
        json!({ "version": self.0.key().to_string(), "message": self.0.to_string(), "sql": self.0.sql() })
    }

    fn exit(&self) -> Exit {
        Exit::InDoubt
    }
}

/// What was settled.
struct Settled {
    key: Key,
    resolution: Resolution,
}

impl Resolve {
    pub(super) async fn run(&self, site: Site) -> Done {
        let (key, migrator) = (&self.version, &site.migrator);
        let database = site.reach().await?;
        let doubt = on!(database, pool => migrator.doubt(pool, key.clone()).await?);
        let Some(resolution) = self.became.said() else {
            return Ok(Box::new(Asked(doubt)));
        };
        let settled = Settled {
            key: key.clone(),
            resolution,
        };
        let what = format!("{}\nyou say: {}", shown(&doubt), settled.said());
        self.confirm.ask(&what)?;
        on!(database, pool => migrator.resolve(pool, key.clone(), resolution).await?);
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
