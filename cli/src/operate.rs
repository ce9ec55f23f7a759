//! The verbs of whoever runs migrations, one file each: what it is asked, what it did, and how that is said.

mod adopt;
mod baseline;
mod half_done;
mod history;
mod judge;
pub(crate) mod part;
mod patience;
mod plan;
mod redo;
mod repair;
#[cfg(feature = "reset")]
mod reset;
mod resolve;
mod revert;
mod run;
mod runs;
mod site;
mod skip;
mod status;
mod target;
mod validate;
mod version;
mod wait;

use embed_migrations::{Migrator, Report};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::options::Options;
use crate::output::json::{self, object, pretty};
use crate::output::{Said, Screen};
use site::Site;

pub use adopt::Adopt;
pub use baseline::Baseline;
pub use history::History;
pub use plan::Plan;
pub use redo::Redo;
pub use repair::Repair;
#[cfg(feature = "reset")]
pub use reset::Reset;
pub use resolve::Resolve;
pub use revert::Revert;
pub use run::Run;
pub use skip::Skip;
pub use status::Status;
pub use validate::Validate;
pub use version::Version;
pub use wait::Wait;

/// What to do.
#[derive(Debug, Clone, clap::Subcommand)]
#[non_exhaustive]
pub enum Verb {
    /// Apply what is pending
    #[command(visible_aliases = ["up", "migrate"])]
    Run(Box<Run>),
    /// Show what `run` or `revert` would do
    Plan(Plan),
    /// Show where each migration is
    #[command(visible_alias = "info")]
    Status(Status),
    /// Tell whether the database is what the program expects
    #[command(
        visible_alias = "verify",
        after_help = "The exit code is 3 where something is pending, 6 where something is in doubt, and 7 where the database differs in\n\
            another way or a migration failed half-way."
    )]
    Validate(Validate),
    /// Show what was applied, when, and by whom
    History(History),
    /// Print the newest version that is applied
    Version(Version),
    /// Take back the newest migration, or more
    #[command(visible_aliases = ["down", "rollback"])]
    Revert(Box<Revert>),
    /// Take back the newest migration and apply it again
    Redo(Box<Redo>),
    /// Record every migration up to a version as applied, without running any
    Baseline(Baseline),
    /// Record one migration as applied, without running it
    Skip(Skip),
    /// Record as applied what sqlx, diesel, refinery, Flyway or another tool has applied
    Adopt(Adopt),
    /// Mend the history: accept an edit that changes nothing, forget what failed or is gone
    #[command(after_help = "Without an option it says what there is to mend, and how.")]
    Repair(Repair),
    /// Say what became of a statement that is in doubt
    Resolve(Resolve),
    /// Drop the database, make it again, and apply everything
    #[cfg(feature = "reset")]
    Reset(Reset),
    /// Wait until another process has applied what is pending
    #[command(
        after_help = "The exit code is 5 where it waited too long, 6 where something is in doubt and no run settles it, and 7 where program\n\
            and database differ in what no waiting mends."
    )]
    Wait(Wait),
}

/// What a verb did or found.
pub(crate) trait Outcome: Send {
    /// What a program may read.
    fn result(&self, screen: Screen) -> String;

    /// What a person reads besides.
    fn words(&self) -> String {
        String::new()
    }

    /// The same as JSON.
    fn json(&self) -> Value;

    fn exit(&self) -> Exit {
        Exit::Fine
    }

    /// Whether events came before it, so that it is the last of them: one line.
    fn is_last_event(&self) -> bool {
        false
    }
}

type Done = Result<Box<dyn Outcome>, Failure>;

impl Verb {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Run(_) => "run",
            Self::Plan(_) => "plan",
            Self::Status(_) => "status",
            Self::Validate(_) => "validate",
            Self::History(_) => "history",
            Self::Version(_) => "version",
            Self::Revert(_) => "revert",
            Self::Redo(_) => "redo",
            Self::Baseline(_) => "baseline",
            Self::Skip(_) => "skip",
            Self::Adopt(_) => "adopt",
            Self::Repair(_) => "repair",
            Self::Resolve(_) => "resolve",
            #[cfg(feature = "reset")]
            Self::Reset(_) => "reset",
            Self::Wait(_) => "wait",
        }
    }

    pub(crate) async fn run(&self, options: &Options, migrator: Migrator) -> Done {
        let site = Site::new(options, migrator)?;
        match self {
            Self::Run(run) => run.run(site).await,
            Self::Plan(plan) => plan.run(site).await,
            Self::Status(status) => status.run(site).await,
            Self::Validate(validate) => validate.run(site).await,
            Self::History(history) => history.run(site).await,
            Self::Version(version) => version.run(site).await,
            Self::Revert(revert) => revert.run(site).await,
            Self::Redo(redo) => redo.run(site).await,
            Self::Baseline(baseline) => baseline.run(site).await,
            Self::Skip(skip) => skip.run(site).await,
            Self::Adopt(adopt) => adopt.run(site).await,
            Self::Repair(repair) => repair.run(site).await,
            Self::Resolve(resolve) => resolve.run(site).await,
            #[cfg(feature = "reset")]
            Self::Reset(reset) => reset.run(site).await,
            Self::Wait(wait) => wait.run(site).await,
        }
    }

    /// What there is to say about it.
    pub(crate) fn say(&self, options: &Options, done: Done) -> Said {
        let verb = self.name();
        match done {
            Ok(outcome) if outcome.is_last_event() && options.json => {
                let mut event = json!({ "event": "report" });
                if let (Value::Object(event), Value::Object(said)) = (&mut event, outcome.json()) {
                    event.extend(said);
                }
                Said::line(&object(verb, event), String::new(), outcome.exit())
            }
            Ok(outcome) => Said {
                result: if options.json {
                    pretty(&object(verb, outcome.json()))
                } else {
                    outcome.result(Screen::of_stdout())
                },
                words: outcome.words(),
                exit: outcome.exit(),
            },
            Err(failure) if self.tells_events() && options.json => {
                let said = json!({ "event": "error", "error": json::error(&failure) });
                Said {
                    words: failure.say(verb, false).words,
                    ..Said::line(&object(verb, said), String::new(), failure.exit)
                }
            }
            Err(failure) => failure.say(verb, options.json),
        }
    }

    /// Whether its JSON is one object a line.
    fn tells_events(&self) -> bool {
        match self {
            Self::Run(run) => !run.is_dry(),
            Self::Revert(revert) => !revert.is_dry(),
            Self::Redo(_) => true,
            #[cfg(feature = "reset")]
            Self::Reset(_) => true,
            _ => false,
        }
    }
}

/// A report as JSON.
pub(crate) fn report_json(report: &Report) -> Value {
    part::report(report)
}
