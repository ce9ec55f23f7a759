//! A script statement by statement, where not all of it can be rolled back: a claim that others see, and a journal.
//!
//! What the engine can roll back is done in one transaction with its word in the journal (`together`); before everything
//! else the journal says that it is under way (`alone`).

use std::time::Duration;

use embed_migrations_core::{Journal, Statement, Step};
use tracing::debug;

use super::attempt::Attempt;
use super::crash::{self, Point};
use super::failure::{claim_lost, named, resumes_at};
use super::heartbeat::Heartbeat;
use super::message::Part;
use super::waiting::Waiting;
use super::{Outcome, Run};
use crate::engine::Meaning;
use crate::error::{Error, ErrorKind};
use crate::history::{self, unwritable};
use crate::{Engine, Progress};

/// What came of trying a statement.
pub(super) enum Tried {
    /// It is done.
    Done,
    /// Somebody's lock was in the way, and nothing is done.
    InTheWay(Error),
}

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
        let heartbeat = Heartbeat::start(attempt);
        let result = match self.statements(attempt).await {
            // The connection is gone and the row is not settled: let it go, so that the next run need not wait.
            Err(error) if error.kind() == ErrorKind::Database => {
                heartbeat.let_go().await;
                return Err(error);
            }
            // It is another's to settle.
            Err(error) if error.kind() == ErrorKind::ClaimLost => Err(error),
            Err(error) => match self.settle(attempt).await {
                Ok(0) => Err(error),
                Ok(done) => Err(error.with_note(resumes_at(attempt.step, done))),
                Err(unsettled) => {
                    heartbeat.let_go().await;
                    return Err(error.with_note(format!("and then {unsettled:?}")));
                }
            },
            Ok(()) => Ok(Outcome::Finished),
        };
        heartbeat.stop();
        result
    }

    /// All that is left of the script. After an error other than of the database the row is to be settled.
    async fn statements(&mut self, attempt: &Attempt<'_, C>) -> Result<(), Error> {
        let step = attempt.step;
        self.set_again(step).await?;
        attempt.before(self.connection).await?;
        let mut done = step.journal(step.done, false);
        let mut said = attempt.first_word();
        let mut line = Line::default();
        for (index, &statement) in step.statements.iter().enumerate().skip(step.done) {
            let is_together = attempt.is_together(index);
            if index > step.done && self.migrator.stop().is_requested() {
                self.say(attempt, &mut said, &done).await?;
                return Err(Error::stopped(&format!("in {}", named(step))));
            }
            let mut is_again = index == step.done && !attempt.begins();
            let word = if is_together {
                done.clone()
            } else {
                if is_again {
                    self.clear_away(attempt, statement).await?;
                }
                let before = self.state_before(attempt, index).await?;
                Journal {
                    before,
                    ..done.under_way()
                }
            };
            self.say(attempt, &mut said, &word).await?;
            self.tell_statement(step, index, line.of(step, statement));
            let after = step.journal_after(&done, statement);
            loop {
                let tried = if is_together {
                    self.together(attempt, statement, &after).await?
                } else {
                    self.alone(attempt, statement, is_again).await?
                };
                match tried {
                    Tried::Done => break,
                    Tried::InTheWay(error) => {
                        self.make_way(step, step.script, statement, error).await?;
                    }
                }
                is_again = true;
            }
            self.in_the_way.over();
            if is_together {
                said = after.clone();
            }
            done = after;
        }
        if attempt.has_transactions() {
            crash::at(Point::BeforeCommit);
            self.commit().await?;
            crash::at(Point::AfterCommit);
        }
        self.put_back(attempt.server).await?;
        self.after_all(attempt).await?;
        let finished = attempt.writer().finished();
        crash::at(Point::BeforeFinal);
        write(self.connection, attempt, finished).await
    }

    /// Makes the journal say this, unless it does.
    async fn say(
        &mut self,
        attempt: &Attempt<'_, C>,
        said: &mut Journal,
        word: &Journal,
    ) -> Result<(), Error> {
        if said != word {
            crash::at(Point::BeforeIntent);
            write(self.connection, attempt, attempt.writer().record(word)).await?;
            said.clone_from(word);
        }
        crash::at(Point::AfterIntent);
        Ok(())
    }

    /// What comes after the last statement, which must not be in doubt when it fails or dies.
    async fn after_all(&mut self, attempt: &Attempt<'_, C>) -> Result<(), Error> {
        if !attempt.has_around() {
            return Ok(());
        }
        let step = attempt.step;
        let record = attempt.writer().record(&step.journal(step.total(), false));
        write(self.connection, attempt, record).await?;
        attempt.after(self.connection).await?;
        self.commit().await?;
        self.put_back(attempt.server).await
    }

    /// What the script left open is its own last word, and is not lost with the connection.
    async fn commit(&mut self) -> Result<(), Error> {
        let failure = "the transaction that the script left open cannot be committed";
        self.end("COMMIT", failure).await
    }

    /// What the statements that are done had set in the session that ran them.
    pub(super) async fn set_again(&mut self, step: &Step) -> Result<(), Error> {
        for setting in step.settings() {
            let set = self.connection.run(setting.to_owned()).await;
            set.map_err(|stopped| {
                let message = format!("{} cannot go on: `{setting}` fails now", named(step));
                let is_answered = stopped.database_error().is_some();
                let error = Error::database(message, stopped.error);
                if is_answered {
                    error.of_statement()
                } else {
                    error
                }
            })?;
        }
        Ok(())
    }

    /// Makes the row say that the script failed, and how many statements of it are done. That is what the journal says after
    /// a rollback: the script may have opened a transaction of its own, which is void now, and the journal was written inside
    /// of it.
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
            set: step.set.name(),
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
    let mut message = attempt.message();
    message.push_all(Part::Begin, &attempt.server.limits);
    message.push(Part::History, &sql);
    loop {
        match connection.run(message.text()).await {
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
