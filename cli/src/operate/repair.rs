//! `repair`: mends the history where a person knows what the database cannot.

use embed_migrations::{Key, MigrationSet, Migrator, State, Status};
use serde_json::{Value, json};

use super::site::Site;
use super::{Done, Outcome};
use crate::confirm::Confirm;
use crate::database::{Database, on};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Screen;
use crate::output::text::lines;

/// Mends the history.
#[derive(Debug, Clone, clap::Args)]
pub struct Repair {
    /// Take the script that the program has for the one that was applied: an edit that changes nothing in the database
    #[arg(long, value_name = "VERSION", num_args = 1..)]
    accept: Vec<Key>,
    /// Forget a migration that failed and was cleared away by hand, that is gone from the program, or that was only recorded by
    /// `baseline` or `skip`
    #[arg(long, value_name = "VERSION", num_args = 1..)]
    forget: Vec<Key>,
    #[command(flatten)]
    confirm: Confirm,
}

/// What was mended, or could be.
struct Mended {
    repairs: Vec<embed_migrations::Repair>,
    /// Whether it is only said what could be.
    asked: bool,
}

impl Repair {
    pub(super) async fn run(&self, site: Site) -> Done {
        use embed_migrations::Repair::{Accept, Forget};
        let migrator = &site.migrator;
        let database = site.reach().await?;
        let accept = self.accept.iter().cloned().map(Accept);
        let repairs: Vec<_> = accept
            .chain(self.forget.iter().cloned().map(Forget))
            .collect();
        if repairs.is_empty() {
            return Ok(Box::new(Mended {
                repairs: possible(migrator, &database).await?,
                asked: true,
            }));
        }
        on!(database, pool => migrator.can_repair(pool, &repairs).await?);
        let what: Vec<String> = repairs.iter().map(meant).collect();
        self.confirm.ask(&what.join("\n"))?;
        on!(database, pool => migrator.repair(pool, &repairs).await?);
        Ok(Box::new(Mended {
            repairs,
            asked: false,
        }))
    }
}

/// What can be mended in the history of the program's own set.
async fn possible(
    migrator: &Migrator,
    database: &Database,
) -> Result<Vec<embed_migrations::Repair>, Failure> {
    use embed_migrations::Repair::{Accept, Forget};
    let status: Status = on!(*database, pool => migrator.status(pool).await?);
    let own = migrator.sets().next_back().map(MigrationSet::name);
    let migrations = status.migrations.into_iter();
    let repairs = migrations
        .filter(|of| Some(&*of.set) == own)
        .filter_map(|of| match of.state {
            State::Modified => Some(Accept(of.key)),
            State::Missing | State::Failed => Some(Forget(of.key)),
            _ => None,
        });
    Ok(repairs.collect())
}

impl Outcome for Mended {
    fn result(&self, _: Screen) -> String {
        let line = |repair| {
            if self.asked {
                let (option, key) = option(repair);
                format!("--{option} {key}")
            } else {
                said(repair)
            }
        };
        lines(self.repairs.iter().map(line))
    }

    fn words(&self) -> String {
        match (self.asked, self.repairs.is_empty()) {
            (false, _) => String::new(),
            (true, true) => {
                "there is nothing to repair; `resolve` settles what is in doubt\n".to_owned()
            }
            (true, false) => lines([
                "error: nothing was done: `repair` wants to be told what to mend",
                "help: `--accept` takes the script of the program for the applied one, where the edit changes nothing in the database",
                "help: `--forget` removes the row of what is gone from the program, or failed and was cleared away by hand",
            ]),
        }
    }

    fn json(&self) -> Value {
        let repairs = self.repairs.iter().map(|repair| {
            let (option, key) = option(repair);
            json!({ "do": option, "version": key.to_string() })
        });
        let repairs: Vec<Value> = repairs.collect();
        if self.asked {
            json!({ "repaired": [], "possible": repairs })
        } else {
            json!({ "repaired": repairs, "possible": [] })
        }
    }

    fn exit(&self) -> Exit {
        if self.asked && !self.repairs.is_empty() {
            Exit::Usage
        } else {
            Exit::Fine
        }
    }
}

fn option(repair: &embed_migrations::Repair) -> (&'static str, &Key) {
    let option = match repair {
        embed_migrations::Repair::Accept(_) => "accept",
        _ => "forget",
    };
    (option, repair.key())
}

/// What would be done.
fn meant(repair: &embed_migrations::Repair) -> String {
    let (option, key) = option(repair);
    let how = match option {
        "accept" => "its row gets the checksum of the program's script",
        _ => "its row is removed from the history",
    };
    format!("{option} {key}: {how}")
}

/// What was done.
fn said(repair: &embed_migrations::Repair) -> String {
    let (option, key) = option(repair);
    let past = match option {
        "accept" => "accepted",
        _ => "forgotten",
    };
    format!("{past}: {key}")
}
