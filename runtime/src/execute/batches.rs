//! A step in Rust in batches: a claim that others see, and a transaction for each batch that records where the next begins.

use embed_migrations_core::{RowState, Step};
use sqlx::AssertSqlSafe;

use super::attempt::Attempt;
use super::crash::{self, Point};
use super::failure::named;
use super::heartbeat::Heartbeat;
use super::statements::write;
use super::{Outcome, Run};
use crate::error::{Error, ErrorKind};
use crate::work::AnyBatches;
use crate::{Batch, Engine, Progress};

impl<C: Engine> Run<'_, C> {
    pub(super) async fn in_batches(
        &mut self,
        attempt: &Attempt<'_, C>,
        batches: &dyn AnyBatches<C>,
    ) -> Result<Outcome, Error> {
        if !self.claim(attempt).await? {
            return Ok(Outcome::Taken);
        }
        crash::at(Point::AfterClaim);
        // Dropped where the row cannot be settled: it lets the claim go.
        let heartbeat = Heartbeat::start(attempt);
        let Err(error) = self.batches(attempt, batches).await else {
            heartbeat.stop();
            return Ok(Outcome::Finished);
        };
        if error.kind() == ErrorKind::Database {
            return Err(error);
        }
        match self.not_done(attempt).await {
            Ok(()) => {
                heartbeat.stop();
                Err(error)
            }
            Err(unsettled) => Err(error.with_note(format!("and then {unsettled:?}"))),
        }
    }

    /// Makes the row say that the step failed; the batches that it says are done stay.
    async fn not_done(&mut self, attempt: &Attempt<'_, C>) -> Result<(), Error> {
        self.roll_back().await?;
        self.put_back(attempt.server).await?;
        let failed = attempt.writer().failed();
        write(self.connection, attempt, failed).await
    }

    async fn batches(
        &mut self,
        attempt: &Attempt<'_, C>,
        batches: &dyn AnyBatches<C>,
    ) -> Result<(), Error> {
        let step = attempt.step;
        let row = attempt.row.filter(|row| row.state != RowState::Applied);
        let mut done = row.map_or(0, |row| row.journal.done);
        let mut cursor = row.and_then(|row| row.cursor.clone());
        attempt.before(self.connection).await?;
        loop {
            let begin = AssertSqlSafe(attempt.server.begin);
            let transaction = self.connection.begin_with(begin).await;
            let mut transaction = transaction.map_err(|error| uncommitted(step, done, error))?;
            let inside = C::inside(&mut transaction);
            let batch = attempt.batch(inside, batches, cursor, done).await?;
            crash::at(Point::BeforeCommit);
            let committed = transaction.commit().await;
            crash::at(Point::AfterCommit);
            committed.map_err(|error| uncommitted(step, done, error))?;
            let Batch::Next(next) = batch else {
                return Ok(());
            };
            done += 1;
            attempt.migrator.tell(&Progress::Batch {
                set: step.set.name(),
                migration: step.migration,
                done,
            });
            if attempt.migrator.stop().is_requested() {
                let place = format!("in {}, after batch {done}", named(step));
                return Err(Error::stopped(&place));
            }
            cursor = Some(next);
        }
    }
}

impl<C: Engine> Attempt<'_, C> {
    /// One batch, and the row that says where the next begins. The row is ours from the first statement to the commit.
    async fn batch(
        &self,
        connection: &mut C,
        batches: &dyn AnyBatches<C>,
        cursor: Option<String>,
        done: usize,
    ) -> Result<Batch, Error> {
        let step = self.step;
        write(connection, self, self.writer().beat()).await?;
        let said = batches.call(connection, cursor).await;
        let batch = said.map_err(|error| {
            let (path, line) = (step.script.path(), step.script.first_line());
            let batch = done + 1;
            let message = format!("{} failed at {path}:{line}, in batch {batch}", named(step));
            Error::rust(message, error).with_note(format!("{done} batches are done and stay"))
        })?;
        let record = match &batch {
            Batch::Next(next) => self.writer().batch(done + 1, next),
            Batch::Done => {
                self.after(connection).await?;
                self.writer().finished()
            }
        };
        write(connection, self, record).await?;
        Ok(batch)
    }
}

fn uncommitted(step: &Step, done: usize, error: sqlx::Error) -> Error {
    let batch = done + 1;
    Error::database(
        format!("batch {batch} of {} cannot be committed", named(step)),
        error,
    )
}
