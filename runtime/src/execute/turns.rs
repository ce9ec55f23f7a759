//! A step in one transaction of several messages: where the program has a word in between, and where the claim must be
//! seen to have succeeded before anything else is sent.
//!
//! The transaction is one that sqlx knows of, so that one begun inside of it by the program is a savepoint.

use sqlx::AssertSqlSafe;

use super::attempt::Attempt;
use super::crash::{self, Point};
use super::failure::{named, reverting};
use super::message::{Message, Part};
use super::{Outcome, Run};
use crate::Engine;
use crate::engine::Stopped;
use crate::error::{Error, ErrorKind};
use crate::history::unwritable;
use crate::work::Way;

/// Why a transaction did not come to its end.
enum Halt {
    /// Somebody was quicker.
    Taken,
    /// The server stopped in a message.
    Stopped(Message, Stopped),
    /// The program's own code failed.
    Failed(Error),
}

impl<C: Engine> Run<'_, C> {
    pub(super) async fn in_turns(&mut self, attempt: &Attempt<'_, C>) -> Result<Outcome, Error> {
        match self.transaction(attempt).await {
            Ok(()) => Ok(Outcome::Finished),
            Err(Halt::Taken) => Ok(Outcome::Taken),
            Err(Halt::Stopped(message, stopped)) => {
                self.not_applied(attempt, &message, stopped).await
            }
            Err(Halt::Failed(error)) => match self.settle_what_was_committed(attempt).await {
                Ok(()) => Err(error),
                Err(unsettled) => Err(error.with_note(format!("and then {unsettled:?}"))),
            },
        }
    }

    async fn transaction(&mut self, attempt: &Attempt<'_, C>) -> Result<(), Halt> {
        let mut before = attempt.message();
        before.push_all(Part::Begin, &attempt.server.before_begin);
        attempt.turn(self.connection, before).await?;
        let mut begin = attempt.message();
        begin.push(Part::Begin, attempt.server.begin);
        let text = AssertSqlSafe(begin.text());
        let mut transaction = match self.connection.begin_with(text).await {
            Ok(transaction) => transaction,
            Err(error) => return Err(Halt::Stopped(begin, error.into())),
        };
        let taken = attempt.turns(C::inside(&mut transaction)).await;
        let mut end = attempt.message();
        if let Err(halt) = taken {
            end.push(Part::Begin, "ROLLBACK");
            let rolled_back = transaction.rollback().await;
            // What the program's own code failed with is the cause of what comes after it.
            return match (rolled_back, halt) {
                (Err(error), Halt::Taken) => Err(Halt::Stopped(end, error.into())),
                (_, halt) => Err(halt),
            };
        }
        end.push(Part::Commit, "COMMIT");
        crash::at(Point::BeforeCommit);
        let committed = transaction.commit().await;
        crash::at(Point::AfterCommit);
        committed.map_err(|error| Halt::Stopped(end, error.into()))
    }

    /// An engine that commits by itself has committed the claim, too: the row says that the step failed.
    async fn settle_what_was_committed(&mut self, attempt: &Attempt<'_, C>) -> Result<(), Error> {
        self.put_back(attempt.server).await?;
        let failed = attempt.writer().failed();
        match self.connection.run(failed).await {
            Ok(_) => Ok(()),
            Err(stopped) => Err(unwritable::<C>(attempt.table, stopped)),
        }
    }
}

impl<C: Engine> Attempt<'_, C> {
    /// All that is in the transaction.
    async fn turns(&self, connection: &mut C) -> Result<(), Halt> {
        self.claim_it(connection).await?;
        crash::at(Point::AfterClaim);
        self.hooks_before(connection).await.map_err(Halt::Failed)?;
        let mut before = self.message();
        self.around.before.push_to(&mut before);
        self.turn(connection, before).await?;
        if self.step.script.is_rust() {
            self.call_step(connection).await.map_err(Halt::Failed)?;
        } else {
            let mut script = self.message();
            script.push_script(self.step);
            self.turn(connection, script).await?;
        }
        let mut after = self.restore();
        after.push_all(Part::Begin, &self.server.limits);
        self.around.after.push_to(&mut after);
        self.turn(connection, after).await?;
        self.hooks_after(connection).await.map_err(Halt::Failed)?;
        let mut end = self.restore();
        end.push(Part::History, &self.writer().finished());
        crash::at(Point::BeforeFinal);
        match self.turn(connection, end).await? {
            1 => Ok(()),
            _ => Err(Halt::Failed(ended_inside(self))),
        }
    }

    async fn claim_it(&self, connection: &mut C) -> Result<(), Halt> {
        // Where a step or a hook may commit by itself, what it leaves is in doubt, not undone.
        let is_under_way = self.step.script.is_rust() || !self.server.transactional_ddl;
        let claim = self
            .writer()
            .claim(&self.step.journal(self.step.done, is_under_way));
        let mut message = self.message();
        message.push_all(Part::Begin, &self.server.after_begin);
        message.push_all(Part::Claim, self.replace().as_slice());
        message.push_all(Part::Claim, &claim);
        if self.turn(connection, message).await? != 1 {
            return Err(Halt::Taken);
        }
        let mut after = self.message();
        after.push_all(Part::Begin, &self.server.limits);
        self.turn(connection, after).await?;
        Ok(())
    }

    async fn call_step(&self, connection: &mut C) -> Result<(), Error> {
        let step = self.step;
        let Way::Whole(work) = self.migrator.in_rust::<C>(step)? else {
            return Ok(());
        };
        work.call(connection).await.map_err(|error| {
            let (path, line) = (step.script.path(), step.script.first_line());
            let (what, way) = (named(step), reverting(step));
            Error::rust(format!("{what}{way} failed at {path}:{line}"), error)
        })
    }

    fn restore(&self) -> Message {
        let mut message = self.message();
        message.push_all(Part::Restore, &self.server.restore);
        message
    }

    /// Sends a message, unless it is empty. How many rows its last statement changed.
    async fn turn(&self, connection: &mut C, message: Message) -> Result<u64, Halt> {
        if message.is_empty() {
            return Ok(0);
        }
        match self.send(connection, message.text()).await {
            Ok(changed) => Ok(changed),
            Err(stopped) => Err(Halt::Stopped(message, stopped)),
        }
    }
}

fn ended_inside<C: Engine>(attempt: &Attempt<'_, C>) -> Error {
    let message = format!(
        "{} has no claim any more inside its transaction",
        named(attempt.step)
    );
    Error::new(ErrorKind::ClaimLost, message)
        .with_hint("a step or a hook must not end the transaction that it is called in")
}
