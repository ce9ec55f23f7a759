//! A script statement by statement, where nothing can be rolled back: a claim that others see, and a journal.

use std::time::Duration;

use embed_migrations_core::{AppliedMigration, Direction, Journal, RowState, Statement, Step};
use tracing::debug;

use super::attempt::Attempt;
use super::doubt::{in_doubt, still_at_work};
use super::failure::{connection_lost, named, statement_failed};
use super::heartbeat::Heartbeat;
use super::message::Part;
use super::waiting::Waiting;
use super::{Outcome, Run, history_error};
use crate::engine::{Meaning, Stopped};
use crate::error::{Error, ErrorKind};
use crate::history;
use crate::{Engine, Progress};

impl<C: Engine> Run<'_, C> {
    pub(super) async fn statement_by_statement(
        &mut self,
        attempt: &Attempt<'_, C>,
    ) -> Result<Outcome, Error> {
        if !self.claim(attempt).await? {
            return Ok(Outcome::Taken);
        }
        if attempt.was_never_called() {
            // The row is free now and says that nothing is done: the step begins anew, in its transaction.
            self.settle(attempt).await?;
            return Ok(Outcome::Taken);
        }
        let heartbeat = Heartbeat::start::<C>(self.pool, &attempt.writer());
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
        result.map(|()| Outcome::Finished)
    }

    /// Makes the row ours, with the first statement on its way. `false`: somebody else has it.
    pub(super) async fn claim(&mut self, attempt: &Attempt<'_, C>) -> Result<bool, Error> {
        match attempt.row.filter(|_| !attempt.begins()) {
            None => self.claim_new(attempt).await,
            Some(row) if row.state == RowState::Failed => self.claim_from(attempt, row).await,
            Some(row) => {
                if !self.is_abandoned(row).await? {
                    return Ok(false);
                }
                if row.is_in_doubt() {
                    return Err(in_doubt(&attempt.writer(), row));
                }
                self.claim_from(attempt, row).await
            }
        }
    }

    async fn claim_new(&mut self, attempt: &Attempt<'_, C>) -> Result<bool, Error> {
        let mut message = attempt.message();
        message.push_begin(attempt.server);
        message.push_all(Part::Claim, attempt.replace().as_slice());
        message.push(
            Part::Claim,
            &attempt.writer().claim(&Self::first_word(attempt)),
        );
        let is_checked = attempt.step.direction() == Direction::Down;
        if !is_checked {
            message.push_end(attempt.server);
        }
        let claimed = match self.connection.run(message.text()).await {
            Ok(0) if is_checked => {
                self.roll_back().await?;
                return Ok(false);
            }
            Ok(_) if is_checked => {
                let mut end = attempt.message();
                end.push_end(attempt.server);
                self.connection.run(end.text()).await
            }
            claimed => claimed,
        };
        let Err(stopped) = claimed else {
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
    pub(super) async fn forget(&mut self, attempt: &Attempt<'_, C>) -> Result<bool, Error> {
        let forget = attempt.writer().forget();
        match self.connection.run(forget).await {
            Ok(changed) => Ok(changed == 1),
            Err(stopped) if stopped.meaning::<C>() == Meaning::Busy => Ok(false),
            Err(stopped) => Err(history_error(attempt.table, stopped)),
        }
    }

    async fn claim_from(
        &mut self,
        attempt: &Attempt<'_, C>,
        row: &AppliedMigration,
    ) -> Result<bool, Error> {
        let journal = Self::first_word(attempt);
        let take_over = attempt.writer().take_over(row, &journal);
        match self.connection.run(take_over).await {
            Ok(changed) => Ok(changed == 1),
            Err(stopped) if stopped.meaning::<C>() == Meaning::Busy => Ok(false),
            Err(stopped) => Err(history_error(attempt.table, stopped)),
        }
    }

    /// Whether the holder of a row is gone: not heard of, nothing under way on its behalf, and so for a while.
    async fn is_abandoned(&mut self, row: &AppliedMigration) -> Result<bool, Error> {
        match &row.claim {
            None => Ok(true),
            Some(claim) if !claim.expired => Ok(false),
            Some(_) => {
                let activity = still_at_work(self.connection, row).await?;
                Ok(activity.is_empty() && self.waiting.is_abandoned(row))
            }
        }
    }

    async fn statements(&mut self, attempt: &Attempt<'_, C>) -> Result<(), Error> {
        let step = attempt.step;
        if let Err(error) = self.set_again(step).await {
            self.settle(attempt).await?;
            return Err(error);
        }
        if let Err(error) = attempt.before_each(self.connection).await {
            self.settle(attempt).await?;
            return Err(error);
        }
        let mut journal = step.journal(step.done, true);
        let mut is_recorded = journal == Self::first_word(attempt);
        let mut line = Line::default();
        for (index, &statement) in step.statements.iter().enumerate().skip(step.done) {
            if index > step.done {
                self.stop_between(attempt, index, &journal).await?;
                journal = step.journal_after(&journal, step.statements[index - 1]);
                is_recorded = false;
            }
            if !is_recorded {
                let record = attempt.writer().record(&journal);
                write(self.connection, attempt, record).await?;
            }
            self.tell_statement(step, index, line.of(step, statement));
            let marker = attempt.writer().marker();
            let sql = marker + step.script.text(statement);
            if let Err(stopped) = self.connection.run(sql).await {
                return Err(self.failed(attempt, statement, stopped).await);
            }
        }
        self.commit().await?;
        self.put_back(attempt.server).await?;
        self.after_all(attempt).await?;
        let finished = attempt.writer().finished();
        write(self.connection, attempt, finished).await
    }

    /// The hooks after the last statement, which must not be in doubt when one of them fails or dies.
    async fn after_all(&mut self, attempt: &Attempt<'_, C>) -> Result<(), Error> {
        if !attempt.has_hooks() {
            return Ok(());
        }
        let step = attempt.step;
        let record = attempt.writer().record(&step.journal(step.total(), false));
        write(self.connection, attempt, record).await?;
        if let Err(error) = attempt.after_each(self.connection).await {
            self.settle(attempt).await?;
            return Err(error);
        }
        self.commit().await?;
        self.put_back(attempt.server).await
    }

    /// What a claim says first: that the first statement is under way, unless a hook comes before it, or a batch.
    fn first_word(attempt: &Attempt<'_, C>) -> Journal {
        let step = attempt.step;
        let is_first = !attempt.has_hooks() && !step.script.is_rust();
        step.journal(step.done, is_first)
    }

    /// Ends the run between two statements where somebody asks for it.
    async fn stop_between(
        &mut self,
        attempt: &Attempt<'_, C>,
        index: usize,
        before: &Journal,
    ) -> Result<(), Error> {
        if !self.migrator.stop().is_requested() {
            return Ok(());
        }
        let step = attempt.step;
        let journal = step.journal_after(before, step.statements[index - 1]);
        let record = attempt.writer().record(&Journal {
            sent: journal.done,
            ..journal
        });
        write(self.connection, attempt, record).await?;
        let done = self.settle(attempt).await?;
        let error = Error::stopped(&format!("in {}", named(step)));
        Err(error.with_note(resumes_at(step, done)))
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

    /// The server refused a statement. What is done is what the journal says after a rollback: the script may have opened a
    /// transaction of its own, which is void now, and the journal was written inside of it. A connection that was lost says
    /// nothing, and the row stays as it is.
    async fn failed(
        &mut self,
        attempt: &Attempt<'_, C>,
        statement: Statement,
        stopped: Stopped,
    ) -> Error {
        let step = attempt.step;
        let Some(error) = stopped.database_error() else {
            return connection_lost(step, stopped);
        };
        let sql = step.script.text(statement);
        let mut message = attempt.message();
        message.push(Part::Statement(step.script, statement), sql);
        let (_, at) = message.stopped_at(&stopped, C::position(error, sql));
        let settled = self.settle(attempt).await;
        let error = statement_failed::<C>(step, step.script, statement, at, stopped);
        match settled {
            Ok(0) => error,
            Ok(done) => error.with_note(resumes_at(step, done)),
            Err(unsettled) => error.with_note(format!("and then {unsettled:?}")),
        }
    }

    /// Makes the row say that the script failed, and how many statements of it are done.
    async fn settle(&mut self, attempt: &Attempt<'_, C>) -> Result<usize, Error> {
        self.roll_back().await?;
        self.put_back(attempt.server).await?;
        let failed = attempt.writer().failed();
        write(self.connection, attempt, failed).await?;
        let set = attempt.step.set.name();
        let history = history::read(self.connection, attempt.table, &[set]).await?;
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

/// Writes to the row, which must still be ours. Somebody else's lock is waited for: what failed is not the script.
pub(super) async fn write<C: Engine>(
    connection: &mut C,
    attempt: &Attempt<'_, C>,
    sql: String,
) -> Result<(), Error> {
    let mut waiting = Waiting::new(WRITE_PATIENCE);
    loop {
        match connection.run(sql.clone()).await {
            Ok(1) => return Ok(()),
            Ok(_) => return Err(claim_lost(attempt.step)),
            Err(stopped) if stopped.meaning::<C>() == Meaning::Busy && waiting.pause().await => {}
            Err(stopped) => return Err(history_error(attempt.table, stopped)),
        }
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
    let (are, stay) = if done == 1 {
        ("is", "stays")
    } else {
        ("are", "stay")
    };
    format!(
        "{done} of {of} statements {are} done and {stay}; after the fix the run goes on at line {line}"
    )
}
