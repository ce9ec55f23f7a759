//! A plan, step by step. Written once for every engine; what differs is in [`Server`] and in the primitives.

mod failure;
mod heartbeat;
mod message;
mod prepare;
mod statements;
mod transaction;
mod waiting;

use std::time::{Duration, Instant};

use embed_migrations_core::{AppliedMigration, Key, Plan, RowState, Step};
use sqlx::Pool;
use tracing::{Instrument, info, info_span};

use crate::engine::{Meaning, Server, Stopped};
use crate::error::{Error, ErrorKind};
use crate::history::{Table, Writer};
use crate::report::Applied;
use crate::{Engine, Migrator, Progress, Report};
use waiting::Waiting;

/// One run on one connection.
pub(crate) struct Run<'a, C: Engine> {
    migrator: &'a Migrator,
    connection: &'a mut C,
    /// Where a second connection may come from.
    pool: Option<&'a Pool<C::Database>>,
    started: Instant,
    report: Report,
    waiting: Waiting,
    /// The migration that was last said to begin; it may take several attempts.
    begun: Option<Key>,
    program: String,
    /// Whether the connection is not to be closed: it is borrowed, or its database goes with it.
    lives_on: bool,
}

/// What came of trying to apply a migration.
enum Outcome {
    /// It is applied, by this run.
    Applied,
    /// Somebody else holds it, or was quicker; look again.
    Taken,
}

/// What every attempt needs and none changes.
struct Attempt<'r> {
    server: &'r Server,
    table: &'r Table,
    step: &'r Step,
    /// What the history says about the migration.
    row: Option<&'r AppliedMigration>,
    claim: &'r str,
}

impl Attempt<'_> {
    /// Whether it begins with the first statement: there is no row, or that of a repeatable's earlier text.
    fn begins(&self) -> bool {
        self.row.is_none() || self.earlier().is_some()
    }

    /// The row of a repeatable's earlier text, which was applied, or failed after some statements.
    fn earlier(&self) -> Option<&AppliedMigration> {
        self.row.filter(|row| match row.state {
            RowState::Applied => true,
            RowState::Failed => self.step.done < row.journal.done,
            _ => false,
        })
    }

    /// What takes the row of the earlier text away, in the transaction that inserts the new one.
    fn replace(&self, writer: &Writer<'_>) -> Option<String> {
        self.earlier().map(|earlier| writer.replace(earlier))
    }
}

impl<'a, C: Engine> Run<'a, C> {
    pub(crate) fn new(
        migrator: &'a Migrator,
        connection: &'a mut C,
        pool: Option<&'a Pool<C::Database>>,
        started: Instant,
    ) -> Self {
        Self {
            migrator,
            connection,
            pool,
            started,
            report: Report::default(),
            waiting: Waiting::new(migrator.patience()),
            begun: None,
            program: program(),
            lives_on: false,
        }
    }

    pub(crate) fn into_report(self) -> Report {
        Report {
            took: self.started.elapsed(),
            ..self.report
        }
    }

    /// Whether the connection is not to be closed once it is as it was.
    pub(crate) fn lives_on(&self) -> bool {
        self.lives_on
    }

    /// Takes the steps of the plan, and of what becomes of it when others take some of them.
    pub(crate) async fn execute(
        &mut self,
        plan: Plan,
        history: Vec<AppliedMigration>,
    ) -> Result<(), Error> {
        let span = info_span!(
            "run",
            set = self.migrator.set().name(),
            pending = plan.steps.len()
        );
        async {
            self.report.pending = plan.steps.len();
            self.migrator.tell(&Progress::Started {
                pending: plan.steps.len(),
            });
            let (server, table) = self.prepare().await?;
            self.lives_on = self.pool.is_none() || server.in_memory;
            let result = self.steps(plan, history, &server, &table).await;
            // A pool's connection is closed; one that lives on is left as it was found.
            if self.lives_on {
                let put_back = self.put_back(&server).await;
                result.and(put_back)
            } else {
                result
            }
        }
        .instrument(span)
        .await
    }

    async fn steps(
        &mut self,
        mut plan: Plan,
        mut history: Vec<AppliedMigration>,
        server: &Server,
        table: &Table,
    ) -> Result<(), Error> {
        self.report.warnings.clone_from(&plan.warnings);
        self.report.applied_before = self.migrator.count_applied(&history);
        let mut next = 0;
        loop {
            self.report.pending = plan.steps.len() - next;
            let Some(step) = plan.steps.get(next) else {
                return Ok(());
            };
            match self.step(step, &history, server, table).await? {
                Outcome::Applied => next += 1,
                Outcome::Taken => {
                    let (read, planned) = self.look_again(&history, step, table).await?;
                    (history, plan, next) = (read, planned, 0);
                }
            }
        }
    }

    async fn step(
        &mut self,
        step: &Step,
        history: &[AppliedMigration],
        server: &Server,
        table: &Table,
    ) -> Result<Outcome, Error> {
        let started = Instant::now();
        let (migration, path) = (step.migration, step.script.path());
        let span =
            info_span!("migration", version = %migration.key(), name = migration.name(), path);
        let claim = format!("{:032x}", fastrand::u128(..));
        let attempt = Attempt {
            server,
            table,
            step,
            row: history.iter().find(|row| row.key == migration.key()),
            claim: &claim,
        };
        let in_transaction = step.statements.is_empty()
            || step.script.transaction() && (server.transactional_ddl || step.is_data_only());
        if self.begun.replace(migration.key()) != Some(migration.key()) {
            self.migrator.tell(&Progress::Migration {
                migration,
                script: step.script,
                statements: step.statements.len() - step.done,
            });
        }
        refuse_unreadable(step, server)?;
        let outcome = async {
            let nothing_done = attempt
                .row
                .is_some_and(|row| row.state == RowState::Failed && row.journal.done == 0);
            if in_transaction && nothing_done && !self.forget(&attempt).await? {
                Ok(Outcome::Taken)
            } else if in_transaction && (nothing_done || attempt.begins()) {
                self.in_one_transaction(&attempt).await
            } else {
                self.statement_by_statement(&attempt).await
            }
        }
        .instrument(span)
        .await?;
        if matches!(outcome, Outcome::Applied) {
            let took = started.elapsed();
            info!(version = %migration.key(), name = migration.name(), ?took, "applied");
            self.migrator.tell(&Progress::Applied { migration, took });
            self.report.applied.push(Applied {
                step: step.clone(),
                took,
            });
            self.waiting.over();
        }
        Ok(outcome)
    }

    fn writer<'w>(&'w self, attempt: &Attempt<'w>) -> Writer<'w> {
        Writer {
            dialect: C::DIALECT,
            table: attempt.table,
            set: self.migrator.set().name(),
            step: attempt.step,
            claim: attempt.claim,
            lease: self.lease(),
            applied_by: &self.program,
        }
    }

    /// Puts the session back to what it was before the run.
    async fn put_back(&mut self, server: &Server) -> Result<(), Error> {
        match self.connection.run(server.restore.join(";\n")).await {
            Ok(_) => Ok(()),
            Err(stopped) => Err(Error::database(
                "the session cannot be put back to what it was",
                stopped.error,
            )),
        }
    }

    /// Ends a transaction that did not end itself, if there is one.
    async fn roll_back(&mut self) -> Result<(), Error> {
        self.end("ROLLBACK", "the transaction cannot be rolled back")
            .await
    }

    /// Ends a transaction, if there is one.
    async fn end(&mut self, how: &str, failure: &str) -> Result<(), Error> {
        match self.connection.run(how.to_owned()).await {
            Ok(_) => Ok(()),
            Err(stopped) if stopped.meaning::<C>() == Meaning::NoTransaction => Ok(()),
            Err(stopped) => Err(Error::database(failure, stopped.error)),
        }
    }
}

/// Refuses what this server would understand otherwise, before anything of it is run.
fn refuse_unreadable(step: &Step, server: &Server) -> Result<(), Error> {
    let path = step.script.path();
    if server.no_backslash_escapes && step.script.sql().contains('\\') {
        let message = format!(
            "{path} has a backslash, and the server's `sql_mode` has `NO_BACKSLASH_ESCAPES`"
        );
        return Err(Error::new(ErrorKind::Configuration, message).with_hint(
            "take the mode out of the connection's `sql_mode`, or the backslash out of the script",
        ));
    }
    Ok(())
}

/// An error of the history's own statements.
fn history_error(table: &Table, stopped: Stopped) -> Error {
    Error::database(
        format!("the history table `{}` cannot be written", table.shown()),
        stopped.error,
    )
}

/// Who applies: the host where it is told, and the process.
fn program() -> String {
    let host = ["HOSTNAME", "COMPUTERNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok())
        .filter(|host| !host.is_empty());
    let process = std::process::id();
    match host {
        Some(host) => format!("{host}, process {process}"),
        None => format!("process {process}"),
    }
}

/// How long a claim holds without a word, where a second connection says so meanwhile, and where none does.
const LEASE: Duration = Duration::from_secs(30);
const LONG_LEASE: Duration = Duration::from_mins(5);
