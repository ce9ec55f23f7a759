//! `plan`: what `run` or `revert` would do.

use embed_migrations::{Goal, Migrator, Target};
use serde_json::Value;

use super::judge::Judge;
use super::site::Site;
use super::target::Far;
use super::{Done, Outcome, part};
use crate::database::{Database, on};
use crate::failure::Failure;
use crate::output::Screen;
use crate::output::text::lines;

/// Shows what would be done.
#[derive(Debug, Clone, clap::Args)]
pub struct Plan {
    #[command(flatten)]
    far: Far,
    /// What `revert` would do
    #[arg(long)]
    revert: bool,
    /// Print the SQL that would run, and nothing else
    #[arg(long)]
    sql: bool,
    #[command(flatten)]
    judge: Judge,
}

/// What would be done.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub(super) plan: embed_migrations::Plan,
    sql: bool,
}

impl Plan {
    pub(super) async fn run(&self, site: Site) -> Done {
        let migrator = self.judge.apply(site.migrator.clone());
        let target = self.far.target().unwrap_or(Target::Latest);
        let goal = if self.revert {
            Goal::Revert(target)
        } else {
            Goal::Run(target)
        };
        let database = site.reach().await?;
        let planned = Planned::towards(&migrator, &database, goal).await?;
        Ok(Box::new(Planned {
            sql: self.sql,
            ..planned
        }))
    }
}

impl Planned {
    pub(super) async fn towards(
        migrator: &Migrator,
        database: &Database,
        goal: Goal,
    ) -> Result<Self, Failure> {
        let plan = on!(*database, pool => migrator.plan_for(pool, goal).await?);
        Ok(Self { plan, sql: false })
    }
}

impl Outcome for Planned {
    fn result(&self, _: Screen) -> String {
        if self.sql {
            self.plan.sql()
        } else {
            format!("{}\n", self.plan)
        }
    }

    fn words(&self) -> String {
        let warnings = self.plan.warnings.iter();
        lines(warnings.map(|warning| format!("warning: {warning}")))
    }

    fn json(&self) -> Value {
        part::plan(&self.plan)
    }
}
