//! `history`: what was applied, when, and by whom.

use embed_migrations::{AppliedMigration, Direction, Key};
use serde_json::{Value, json};

use super::site::Site;
use super::{Done, Outcome, part};
use crate::database::on;
use crate::output::Screen;
use crate::output::table::Table;
use crate::time::{rounded, utc};

/// Shows what was applied, when, and by whom.
#[derive(Debug, Clone, clap::Args)]
pub struct History {}

/// The rows of the history.
struct Rows {
    rows: Vec<AppliedMigration>,
    sets: usize,
}

impl History {
    pub(super) async fn run(&self, site: Site) -> Done {
        let migrator = &site.migrator;
        let database = site.reach().await?;
        let rows = on!(database, pool => migrator.history(pool).await?);
        let sets = site.sets();
        Ok(Box::new(Rows { rows, sets }))
    }
}

impl Outcome for Rows {
    fn result(&self, screen: Screen) -> String {
        let head = [
            "VERSION",
            "NAME",
            "STATE",
            "VIA",
            "APPLIED AT",
            "TOOK",
            "BY",
        ];
        let mut table = Table::of_migrations(screen, self.sets, head);
        for of in &self.rows {
            let version = match &of.key {
                Key::Version(version) => version.to_string(),
                Key::Repeatable(_) => "repeatable".to_owned(),
            };
            let direction = match of.direction {
                Direction::Up => "",
                Direction::Down => " (reverting)",
            };
            let cells = [
                version,
                of.name.clone(),
                format!("{}{direction}", of.state.name()),
                of.via.name().to_owned(),
                of.applied_at.map(utc).unwrap_or_default(),
                rounded(of.execution),
                of.applied_by.clone(),
            ];
            table.migration(&of.set, cells);
        }
        table.to_string()
    }

    fn words(&self) -> String {
        if self.rows.is_empty() {
            "nothing is applied\n".to_owned()
        } else {
            String::new()
        }
    }

    fn json(&self) -> Value {
        json!({ "rows": self.rows.iter().map(part::row).collect::<Vec<_>>() })
    }
}
