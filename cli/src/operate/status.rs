//! `status`: where each migration is.

use embed_migrations::{MigrationStatus, State};
use serde_json::{Value, json};

use super::site::Site;
use super::{Done, Outcome, part};
use crate::database::on;
use crate::output::table::Table;
use crate::output::text::count;
use crate::output::{Colour, Screen};
use crate::time::{rounded, utc};

/// Shows where each migration is.
#[derive(Debug, Clone, clap::Args)]
pub struct Status {}

/// Where each migration is.
pub(super) struct Found {
    pub(super) status: embed_migrations::Status,
    pub(super) sets: usize,
}

impl Status {
    pub(super) async fn run(&self, site: Site) -> Done {
        let migrator = &site.migrator;
        let database = site.reach().await?;
        let status = on!(database, pool => migrator.status(pool).await?);
        let sets = site.sets();
        Ok(Box::new(Found { status, sets }))
    }
}

impl Found {
    /// The table, whose name column gives way where the screen is narrow.
    pub(super) fn table(&self, screen: Screen) -> String {
        let head = [
            "VERSION",
            "NAME",
            "STATE",
            "APPLIED AT",
            "TOOK",
            "REVERSIBLE",
        ];
        let mut table = Table::of_migrations(screen, self.sets, head);
        for of in &self.status.migrations {
            let took = of.took.filter(|_| of.via.is_some());
            let cells = [
                of.label.clone(),
                of.name.clone(),
                of.state.to_string(),
                of.applied_at.map(utc).unwrap_or_default(),
                took.map(rounded).unwrap_or_default(),
                (if of.reversible { "yes" } else { "no" }).to_owned(),
            ];
            table.migration(&of.set, cells);
            table.colour(2, colour(of.state));
        }
        table.to_string()
    }
}

impl Outcome for Found {
    fn result(&self, screen: Screen) -> String {
        self.table(screen)
    }

    fn words(&self) -> String {
        let migrations = &self.status.migrations;
        let known = migrations.iter().filter(|of| of.is_known);
        let is_applied = |of: &&MigrationStatus| of.via.is_some() && of.state != State::Pending;
        let applied = known.clone().filter(is_applied).count();
        let known = count(known.count(), "migration");
        format!("{applied} of {known} applied\n")
    }

    fn json(&self) -> Value {
        let migrations: Vec<Value> = self.status.migrations.iter().map(part::status).collect();
        json!({ "current": self.status.is_current(), "migrations": migrations })
    }
}

/// Never the only sign: the word says the same.
fn colour(state: State) -> Colour {
    match state {
        State::Applied => Colour::Green,
        State::Pending | State::Running | State::Ahead => Colour::Yellow,
        State::Failed | State::InDoubt | State::Missing | State::Modified | State::OutOfOrder => {
            Colour::Red
        }
    }
}

/// Whether a state is one of these, in any migration.
pub(super) fn any(migrations: &[MigrationStatus], state: State) -> bool {
    migrations.iter().any(|of| of.state == state)
}
