//! A script statement by statement, where nothing can be rolled back: a claim that others see, and a journal.

use std::time::Duration;

use embed_migrations_core::{Journal, Statement, Step};
use tracing::debug;

use super::attempt::Attempt;
use super::crash::{self, Point};
use super::failure::{connection_lost, named, statement_failed};
use super::heartbeat::Heartbeat;
use super::message::Part;
use super::waiting::Waiting;
use super::{Outcome, Run};
use crate::engine::{Meaning, Stopped};
use crate::error::{Error, ErrorKind};
use crate::history::{self, unwritable};
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
        crash::at(Point::AfterClaim);
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

    async fn statements(&mut self, attempt: &Attempt<'_, C>) -> Result<(), Error> {
        let step = attempt.step;
        if let Err(error) = self.set_again(step).await {
            return Err(self.settled(attempt, error).await);
        }
        if let Err(error) = attempt.before(self.connection).await {
            return Err(self.settled(attempt, error).await);
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
                crash::at(Point::BeforeIntent);
                write(self.connection, attempt, record).await?;
            }
            crash::at(Point::AfterIntent);
            self.tell_statement(step, index, line.of(step, statement));
            let marker = attempt.writer().marker();
            let sql = marker + step.script.text(statement);
            if let Err(stopped) = attempt.send(self.connection, sql).await {
                return Err(self.failed(attempt, statement, stopped).await);
            }
            crash::at(Point::BeforeDone);
        }
        crash::at(Point::BeforeCommit);
        self.commit().await?;
        crash::at(Point::AfterCommit);
        self.put_back(attempt.server).await?;
        self.after_all(attempt).await?;
        let finished = attempt.writer().finished();
        crash::at(Point::BeforeFinal);
        write(self.connection, attempt, finished).await
    }

    /// The hooks after the last statement, which must not be in doubt when one of them fails or dies.
    async fn after_all(&mut self, attempt: &Attempt<'_, C>) -> Result<(), Error> {
        if !attempt.has_around() {
            return Ok(());
        }
        let step = attempt.step;
        let record = attempt.writer().record(&step.journal(step.total(), false));
        write(self.connection, attempt, record).await?;
        if let Err(error) = attempt.after(self.connection).await {
            return Err(self.settled(attempt, error).await);
        }
        self.commit().await?;
        self.put_back(attempt.server).await
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
        let error = Error::stopped(&format!("in {}", named(step)));
        Err(self.settled(attempt, error).await)
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
        let error = statement_failed::<C>(step, step.script, statement, at, stopped);
        self.settled(attempt, error).await
    }

    /// The error, when the row says that the script failed, and what of it is done.
    async fn settled(&mut self, attempt: &Attempt<'_, C>, error: Error) -> Error {
        match self.settle(attempt).await {
            Ok(0) => error,
            Ok(done) => error.with_note(resumes_at(attempt.step, done)),
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
            Err(stopped) => return Err(unwritable::<C>(attempt.table, stopped)),
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
    let (are, stay) = if done == 1 {
        ("is", "stays")
    } else {
        ("are", "stay")
    };
    let place = match step.statements.get(done) {
        Some(next) => format!("at line {}", step.script.line(*next)),
        None => "behind them".to_owned(),
    };
    format!("{done} of {of} statements {are} done and {stay}; the next run goes on {place}")
}
