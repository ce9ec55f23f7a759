//! `status`: where each migration is.

use embed_migrations::{Difference, MigrationStatus, State};
use serde_json::{Value, json};

use super::half_done::half_done;
use super::site::Site;
use super::{Done, Outcome, part};
use crate::database::on;
use crate::failure::in_shell;
use crate::output::table::Table;
use crate::output::text::{count, lines};
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
                part::version(&of.key, &of.label),
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
        let foreign = self.status.foreign_history.iter();
        let foreign = foreign.flat_map(|found| told("warning", found));
        let first = std::iter::once(format!("{applied} of {known} applied"));
        let half_done = migrations.iter().flat_map(half_done);
        lines(first.chain(foreign).chain(half_done))
    }

    fn json(&self) -> Value {
        let migrations: Vec<Value> = self.status.migrations.iter().map(part::status).collect();
        let foreign = self.status.foreign_history.as_ref();
        json!({
            "current": self.status.is_current(),
            "foreign_history": foreign.map(part::difference),
            "migrations": migrations,
        })
    }
}

/// A difference and how to mend it, as a person reads them.
pub(super) fn told(what: &str, difference: &Difference) -> [String; 2] {
    let hint = format!("help: {}", in_shell(difference.hint()));
    [format!("{what}: {difference}"), hint]
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
