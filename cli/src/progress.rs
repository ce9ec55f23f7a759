//! [`Show`]: what a run is doing, while it does it: bars on a terminal, lines elsewhere, events for a program.

mod bars;
mod events;
#[cfg(feature = "postgres")]
mod index;
mod lines;

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;

use embed_migrations::{Migration, Migrator, Progress};

use crate::database::Database;
use bars::Bars;
use lines::Lines;

/// Who is told what a run is doing.
#[derive(Debug, Clone)]
pub(crate) enum Show {
    /// A person at a terminal.
    Bars(Arc<Bars>),
    /// A person who reads a log.
    Lines(Arc<Lines>),
    /// A program: one JSON object a line.
    Events(&'static str),
}

impl Show {
    pub(crate) fn new(verb: &'static str, as_json: bool) -> Self {
        if as_json {
            Self::Events(verb)
        } else if io::stderr().is_terminal() {
            Self::Bars(Arc::default())
        } else {
            Self::Lines(Arc::default())
        }
    }

    /// The migrator, which tells it.
    pub(crate) fn listen(&self, migrator: Migrator) -> Migrator {
        let show = self.clone();
        let name = if migrator.sets().count() > 1 {
            with_its_set
        } else {
            alone
        };
        migrator.on_progress(move |progress| show.tell(progress, name))
    }

    fn tell(&self, progress: &Progress, name: Name) {
        match self {
            Self::Bars(bars) => bars.tell(progress, name),
            Self::Lines(lines) => lines.tell(progress, name),
            // Whoever reads the events no more has heard enough; the run goes on.
            Self::Events(verb) => drop(line(&events::event(verb, progress))),
        }
    }

    /// Awaits a run and shows what only the server knows of it.
    pub(crate) async fn while_running<T>(
        &self,
        #[cfg_attr(
            not(feature = "postgres"),
            allow(unused_variables, reason = "only PostgreSQL says how far it is")
        )]
        database: &Database,
        run: impl Future<Output = T>,
    ) -> T {
        #[cfg(feature = "postgres")]
        if let (Self::Bars(bars), Database::Postgres(pool)) = (self, database) {
            let done = tokio::select! {
                done = run => done,
                never = index::watch(pool, bars) => match never {},
            };
            bars.clear();
            return done;
        }
        let done = run.await;
        if let Self::Bars(bars) = self {
            bars.clear();
        }
        done
    }
}

/// What a person calls a migration of a set.
type Name = fn(&str, Migration) -> String;

/// Where there is no other set.
fn alone(_: &str, migration: Migration) -> String {
    migration.to_string()
}

/// Where another set may have the same version.
fn with_its_set(set: &str, migration: Migration) -> String {
    format!("{set} {migration}")
}

/// One object on a line of stdout.
fn line(object: &serde_json::Value) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{object}")?;
    stdout.flush()
}
