//! What `run`, `revert` and `redo` share: they are shown while they run, they can be stopped, and they end in a report.

use embed_migrations::{Error, Goal, Migrator, Mode, Report, Target};
use serde_json::Value;

use super::plan::Planned;
use super::site::Site;
use super::{Outcome, part};
use crate::confirm::Confirm;
use crate::database::{Database, on};
use crate::failure::Failure;
use crate::output::Screen;
use crate::progress::Show;
use crate::signals::stoppable;

/// What a run did.
#[derive(Debug, Clone)]
pub(crate) struct Reported {
    report: Report,
    /// Whether events came before it.
    is_last_event: bool,
}

impl Reported {
    /// What was recorded, of which there are no events.
    pub(super) fn recorded(report: Report) -> Box<dyn Outcome> {
        Box::new(Self {
            report,
            is_last_event: false,
        })
    }
}

impl Outcome for Reported {
    fn result(&self, _: Screen) -> String {
        format!("{}\n", self.report)
    }

    fn json(&self) -> Value {
        part::report(&self.report)
    }

    fn is_last_event(&self) -> bool {
        self.is_last_event
    }
}

/// A verb of the migrator that takes a while.
#[derive(Debug, Clone)]
pub(super) enum Way {
    Run,
    /// What was shown.
    Revert(Goal),
    Redo,
}

impl Way {
    const fn name(&self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Revert(_) => "revert",
            Self::Redo => "redo",
        }
    }

    /// Goes it, as `verb`.
    pub(super) async fn go(
        self,
        verb: &'static str,
        site: &Site,
        migrator: Migrator,
        database: &Database,
    ) -> Result<Box<dyn Outcome>, Failure> {
        let show = Show::new(verb, site.json);
        let migrator = show.listen(migrator.mode(Mode::Run));
        // It holds a run on each engine, and so it is large.
        let run = Box::pin(async {
            let report: Result<Report, Error> = on!(*database, pool => match &self {
                Self::Run => migrator.run(pool).await,
                Self::Revert(these) => migrator.execute(pool, these.clone()).await,
                Self::Redo => migrator.redo(pool).await,
            });
            Ok(report?)
        });
        let run = stoppable(&site.stop, run);
        let report = show.while_running(database, run).await?;
        Ok(Box::new(Reported {
            report,
            is_last_event: true,
        }))
    }

    /// Shows what would be taken back, and perhaps applied again, asks, and goes.
    pub(super) async fn ask_and_go(
        again: bool,
        site: &Site,
        migrator: Migrator,
        target: Target,
        confirm: Confirm,
    ) -> Result<Box<dyn Outcome>, Failure> {
        let database = site.reach().await?;
        let planned = Planned::towards(&migrator, &database, Goal::Revert(target)).await?;
        if !planned.plan.is_empty() {
            let then = if again { "\nand apply it again" } else { "" };
            confirm.ask(&format!("{}{then}", planned.plan))?;
        }
        let way = if again {
            Self::Redo
        } else {
            Self::Revert(Goal::RevertThese(planned.plan.keys().collect()))
        };
        let verb = way.name();
        way.go(verb, site, migrator.target(target), &database).await
    }
}
