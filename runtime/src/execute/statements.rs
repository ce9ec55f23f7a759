//! A script statement by statement, where nothing can be rolled back: a claim that others see, and a journal.

use std::time::Duration;

use embed_migrations_core::{AppliedMigration, RowState, Statement, Step};
use tracing::debug;

use super::failure::{connection_lost, named, statement_failed};
use super::heartbeat::Heartbeat;
use super::message::{Message, Part};
use super::waiting::Waiting;
use super::{Attempt, Outcome, Run, history_error};
use crate::engine::{Meaning, Stopped};
use crate::error::{Error, ErrorKind};
use crate::history::{self, Writer};
use crate::{Engine, Progress};

impl<C: Engine> Run<'_, C> {
    pub(super) async fn statement_by_statement(
        &mut self,
        attempt: &Attempt<'_>,
    ) -> Result<Outcome, Error> {
        if !self.claim(attempt).await? {
            return Ok(Outcome::Taken);
        }
        let heartbeat = Heartbeat::start::<C>(self.pool, &self.writer(attempt));
        let result = self.statements(attempt).await;
        if result
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::Database)
        {
            // The connection is gone and the row is not settled: let it go, so that the next run need not wait.
            drop(heartbeat);
        } else {
            heartbeat.stop();
        }
        result.map(|()| Outcome::Applied)
    }

    /// Makes the row ours, with the first statement on its way. `false`: somebody else has it.
    async fn claim(&mut self, attempt: &Attempt<'_>) -> Result<bool, Error> {
        match attempt.row.filter(|_| !attempt.begins()) {
            None => self.claim_new(attempt).await,
            Some(row) if row.state == RowState::Failed => self.claim_from(attempt, row).await,
            Some(row) => {
                if !self.is_abandoned(row).await? {
                    return Ok(false);
                }
                if row.is_in_doubt() {
                    return Err(in_doubt(&self.writer(attempt), row));
                }
                self.claim_from(attempt, row).await
            }
        }
    }

    async fn claim_new(&mut self, attempt: &Attempt<'_>) -> Result<bool, Error> {
        let writer = self.writer(attempt);
        let mut message = Message::new(writer.marker());
        message.push_all(Part::Begin, &attempt.server.begin);
        message.push_all(Part::Claim, attempt.replace(&writer).as_slice());
        message.push(Part::Claim, &writer.insert(&attempt.step.journal(0, true)));
        message.push_all(Part::Begin, &attempt.server.after_claim);
        message.push(Part::Commit, "COMMIT");
        let Err(stopped) = self.connection.run(message.text()).await else {
            return Ok(true);
        };
        if stopped.database_error().is_none() {
            return Err(history_error(attempt.table, stopped));
        }
        self.roll_back().await?;
        match stopped.meaning::<C>() {
            Meaning::Exists | Meaning::Busy => Ok(false),
            _ => Err(history_error(attempt.table, stopped)),
        }
    }

    /// Takes away the row of a run that failed before anything was done, so that the script may begin in a transaction.
    pub(super) async fn forget(&mut self, attempt: &Attempt<'_>) -> Result<bool, Error> {
        let forget = self.writer(attempt).forget();
        match self.connection.run(forget).await {
            Ok(changed) => Ok(changed == 1),
            Err(stopped) if stopped.meaning::<C>() == Meaning::Busy => Ok(false),
            Err(stopped) => Err(history_error(attempt.table, stopped)),
        }
    }

    async fn claim_from(
        &mut self,
        attempt: &Attempt<'_>,
        row: &AppliedMigration,
    ) -> Result<bool, Error> {
        let journal = attempt.step.journal(attempt.step.done, true);
        let take_over = self.writer(attempt).take_over(row, &journal);
        match self.connection.run(take_over).await {
            Ok(changed) => Ok(changed == 1),
            Err(stopped) if stopped.meaning::<C>() == Meaning::Busy => Ok(false),
            Err(stopped) => Err(history_error(attempt.table, stopped)),
        }
    }

    /// Whether the holder of a row is gone: not heard of, nothing under way on its behalf, and so for a while.
    async fn is_abandoned(&mut self, row: &AppliedMigration) -> Result<bool, Error> {
        let Some(claim) = &row.claim else {
            return Ok(true);
        };
        if !claim.expired {
            return Ok(false);
        }
        let marker = format!("claim={}", claim.id);
        let activity = self
            .connection
            .activity(&marker, user_of(row))
            .await
            .map_err(|stopped| {
                Error::database("the server does not say what it is doing", stopped.error)
            })?;
        Ok(activity.is_empty() && self.waiting.is_abandoned(row))
    }

    async fn statements(&mut self, attempt: &Attempt<'_>) -> Result<(), Error> {
        let step = attempt.step;
        if let Err(error) = self.set_again(step).await {
            self.settle(attempt).await?;
            return Err(error);
        }
        let mut journal = step.journal(step.done, true);
        let mut line = Line::default();
        for (index, &statement) in step.statements.iter().enumerate().skip(step.done) {
            if index > step.done {
                journal = step.journal_after(&journal, step.statements[index - 1]);
                let record = self.writer(attempt).record(&journal);
                self.write(attempt, record).await?;
            }
            self.tell_statement(step, index, line.of(step, statement));
            let marker = self.writer(attempt).marker();
            let sql = marker + step.script.text(statement);
            if let Err(stopped) = self.connection.run(sql).await {
                return Err(self.failed(attempt, statement, stopped).await);
            }
        }
        self.commit().await?;
        self.put_back(attempt.server).await?;
        let applied = self.writer(attempt).applied();
        self.write(attempt, applied).await
    }

    /// What the script left open is its own last word, and is not lost with the connection.
    async fn commit(&mut self) -> Result<(), Error> {
        let failure = "the transaction that the script left open cannot be committed";
        self.end("COMMIT", failure).await
    }

    /// What the statements that are done had set in the session that ran them.
    async fn set_again(&mut self, step: &Step) -> Result<(), Error> {
        for setting in step.settings() {
            self.connection
                .run(setting.to_owned())
                .await
                .map_err(|stopped| {
                    let message = format!("{} cannot go on: `{setting}` fails now", named(step));
                    Error::database(message, stopped.error)
                })?;
        }
        Ok(())
    }

    /// Writes to the row, which must still be ours. Somebody else's lock is waited for: what failed is not the script.
    async fn write(&mut self, attempt: &Attempt<'_>, sql: String) -> Result<(), Error> {
        let mut waiting = Waiting::new(WRITE_PATIENCE);
        loop {
            match self.connection.run(sql.clone()).await {
                Ok(1) => return Ok(()),
                Ok(_) => return Err(claim_lost(attempt.step)),
                Err(stopped)
                    if stopped.meaning::<C>() == Meaning::Busy && waiting.pause().await => {}
                Err(stopped) => return Err(history_error(attempt.table, stopped)),
            }
        }
    }

    /// The server refused a statement. What is done is what the journal says after a rollback: the script may have opened a
    /// transaction of its own, which is void now, and the journal was written inside of it. A connection that was lost says
    /// nothing, and the row stays as it is.
    async fn failed(
        &mut self,
        attempt: &Attempt<'_>,
        statement: Statement,
        stopped: Stopped,
    ) -> Error {
        let step = attempt.step;
        let Some(error) = stopped.database_error() else {
            return connection_lost(step, stopped);
        };
        let sql = step.script.text(statement);
        let mut message = Message::new(self.writer(attempt).marker());
        message.push(Part::Statement(statement), sql);
        let (_, at) = message.stopped_at(&stopped, C::position(error, sql));
        let settled = self.settle(attempt).await;
        let error = statement_failed::<C>(step, statement, at, stopped);
        match settled {
            Ok(0) => error,
            Ok(done) => error.with_note(resumes_at(step, done)),
            Err(unsettled) => error.with_note(format!("and then {unsettled:?}")),
        }
    }

    /// Makes the row say that the script failed, and how many statements of it are done.
    async fn settle(&mut self, attempt: &Attempt<'_>) -> Result<usize, Error> {
        self.roll_back().await?;
        self.put_back(attempt.server).await?;
        let failed = self.writer(attempt).failed();
        self.write(attempt, failed).await?;
        let set = self.migrator.set().name();
        let history = history::read(self.connection, attempt.table, set).await?;
        let key = attempt.step.migration.key();
        let row = history.iter().find(|row| row.key == key);
        Ok(row.map_or(0, |row| row.journal.done))
    }

    fn tell_statement(&self, step: &Step, index: usize, line: usize) {
        let (path, number, of) = (step.script.path(), index + 1, step.statements.len());
        debug!(path, line, number, of, "statement");
        self.migrator.tell(&Progress::Statement {
            path,
            line,
            number,
            of,
        });
    }
}

/// How long a write to the history waits for somebody else's lock.
const WRITE_PATIENCE: Duration = Duration::from_mins(1);

/// The line of one statement after the other, counted on from the last.
#[derive(Default)]
struct Line {
    newlines: usize,
    counted: usize,
}

impl Line {
    fn of(&mut self, step: &Step, statement: Statement) -> usize {
        let between = &step.script.sql()[self.counted..statement.start];
        self.newlines += between.matches('\n').count();
        self.counted = statement.start;
        self.newlines + step.script.first_line()
    }
}

/// The database user of a row's holder: see `Writer::who`.
fn user_of(row: &AppliedMigration) -> &str {
    row.applied_by.split(" from ").next().unwrap_or_default()
}

fn claim_lost(step: &Step) -> Error {
    Error::new(
        ErrorKind::ClaimLost,
        format!("{} was taken over by another process", named(step)),
    )
    .with_hint(
        "this process was not heard of for too long; see `status` for what the other one does",
    )
}

fn resumes_at(step: &Step, done: usize) -> String {
    let of = step.statements.len();
    let line = step
        .statements
        .get(done)
        .map_or(1, |statement| step.script.line(*statement));
    let verb = if done == 1 { "is" } else { "are" };
    format!(
        "{done} of {of} statements {verb} done and stay; after the fix the run goes on at line {line}"
    )
}

fn in_doubt(writer: &Writer<'_>, row: &AppliedMigration) -> Error {
    let step = writer.step;
    let index = row.journal.done;
    let statement = step.statements.get(index);
    let (line, text) = statement.map_or((1, ""), |statement| {
        (step.script.line(*statement), step.script.text(*statement))
    });
    let first = text.lines().next().unwrap_or_default();
    Error::new(
        ErrorKind::InDoubt,
        format!(
            "{} is in doubt at {}:{line}: {} died while statement {} was under way, and nobody knows whether it ran: {first}",
            named(step),
            step.script.path(),
            row.applied_by,
            index + 1
        ),
    )
    .with_hint("look at the schema, then settle it with one of the two and run again")
    .with_hint(format!("it ran: {}", writer.settle(row, index + 1)))
    .with_hint(format!("it did not run: {}", writer.settle(row, index)))
}
