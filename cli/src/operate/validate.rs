//! `validate`: whether the database is what the program expects.

use embed_migrations::{Policies, Policy, Validation};
use serde_json::Value;

use super::half_done::half_done;
use super::judge::Judge;
use super::site::Site;
use super::status::{Found, told};
use super::{Done, Outcome, part};
use crate::database::on;
use crate::exit::Exit;
use crate::output::Screen;
use crate::output::text::lines;

/// Tells whether the database is what the program expects.
#[derive(Debug, Clone, clap::Args)]
pub struct Validate {
    #[command(flatten)]
    judge: Judge,
}

/// What was found.
pub(super) struct Validated {
    pub(super) validation: Validation,
    pub(super) policies: Policies,
    pub(super) sets: usize,
}

impl Validate {
    pub(super) async fn run(&self, site: Site) -> Done {
        let migrator = self.judge.apply(site.migrator.clone());
        let database = site.reach().await?;
        let validation = on!(database, pool => migrator.validate(pool).await?);
        let sets = site.sets();
        Ok(Box::new(Validated {
            validation,
            policies: *migrator.configured_policies(),
            sets,
        }))
    }
}

impl Outcome for Validated {
    fn result(&self, screen: Screen) -> String {
        let found = Found {
            status: self.validation.status.clone(),
            sets: self.sets,
        };
        let table = if self.validation.is_valid() {
            String::new()
        } else {
            found.table(screen)
        };
        format!("{table}{}\n", self.validation)
    }

    fn words(&self) -> String {
        let differences = self.validation.differences.iter();
        let differences = differences.flat_map(|of| {
            // What is let through needs no mending.
            let lines = match self.policies.of(of.kind()) {
                Policy::Error => 2,
                Policy::Warn | Policy::Allow => 1,
            };
            told("difference", of).into_iter().take(lines)
        });
        let migrations = self.validation.status.migrations.iter();
        lines(differences.chain(migrations.flat_map(half_done)))
    }

    fn json(&self) -> Value {
        part::validation(&self.validation)
    }

    fn exit(&self) -> Exit {
        let found = &self.validation;
        if found.in_doubt > 0 {
            Exit::InDoubt
        } else if found.refused > 0 || found.failed > 0 {
            Exit::Integrity
        } else if found.is_valid() {
            Exit::Fine
        } else {
            Exit::Pending
        }
    }
}
