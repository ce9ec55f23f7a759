//! A script in one transaction, together with its history row: one message; and what it means when that fails.

use super::attempt::Attempt;
use super::failure::{commit_failed, connection_lost, statement_failed, too_large};
use super::message::{Message, Part};
use super::{Outcome, Run};
use crate::Engine;
use crate::engine::{Meaning, Stopped};
use crate::error::Error;
use crate::history::unwritable;

impl<C: Engine> Run<'_, C> {
    /// Claims and applies. Whoever comes second waits on the key for a moment, then finds the row, or finds it rolled back.
    pub(super) async fn in_one_message(
        &mut self,
        attempt: &Attempt<'_, C>,
    ) -> Result<Outcome, Error> {
        let message = Self::whole(attempt);
        match attempt.send(self.connection, message.text()).await {
            Ok(_) => Ok(Outcome::Finished),
            Err(stopped) => self.not_applied(attempt, &message, stopped).await,
        }
    }

    fn whole(attempt: &Attempt<'_, C>) -> Message {
        let Attempt { server, step, .. } = attempt;
        let writer = attempt.writer();
        let mut message = attempt.message();
        message.push_begin(server);
        message.push_all(Part::Claim, attempt.replace().as_slice());
        message.push_all(Part::Claim, &writer.claim(&step.journal(0, false)));
        message.push_all(Part::Begin, &server.limits);
        attempt.around.before.push_to(&mut message);
        message.push_script(step);
        message.push_all(Part::Restore, &server.restore);
        if !attempt.around.after.is_empty() {
            message.push_all(Part::Begin, &server.limits);
            attempt.around.after.push_to(&mut message);
            message.push_all(Part::Restore, &server.restore);
        }
        message.push(Part::History, &writer.finished());
        message.push(Part::Commit, "COMMIT");
        message
    }

    pub(super) async fn not_applied(
        &mut self,
        attempt: &Attempt<'_, C>,
        message: &Message,
        stopped: Stopped,
    ) -> Result<Outcome, Error> {
        let step = attempt.step;
        if stopped.is_overtaken {
            self.roll_back().await?;
            return Ok(Outcome::Taken);
        }
        let Some(error) = stopped.database_error() else {
            return Err(connection_lost(step, stopped));
        };
        let statement = statement_at(message, &stopped);
        let (part, at) = message.stopped_at(&stopped, C::position(error, statement));
        let meaning = stopped.meaning::<C>();
        // Where that fails the connection is gone, and the transaction with it.
        let rolled_back = self.roll_back().await;
        match (part, meaning) {
            (_, Meaning::TooLarge) => Err(too_large(step, stopped)),
            (Part::Begin | Part::Claim, Meaning::Exists | Meaning::Busy | Meaning::Absent)
            | (Part::Restore | Part::History | Part::Commit, Meaning::Busy) => {
                rolled_back.map(|()| Outcome::Taken)
            }
            (Part::Statement(script, statement), meaning) => {
                let error = statement_failed::<C>(step, script, statement, at, stopped);
                let error =
                    error.with_note("nothing of it is left: its transaction was rolled back");
                if meaning != Meaning::Busy {
                    return Err(error);
                }
                rolled_back?;
                self.make_way(step, script, statement, error).await?;
                Ok(Outcome::TryAgain)
            }
            (Part::Commit, _) => Err(commit_failed::<C>(step, stopped)),
            (Part::Begin | Part::Claim | Part::Restore | Part::History, _) => {
                Err(unwritable::<C>(attempt.table, stopped))
            }
        }
    }
}

/// The text of the statement that a message stopped at, going by the count alone.
fn statement_at(message: &Message, stopped: &Stopped) -> &'static str {
    match message.stopped_at(stopped, None).0 {
        Part::Statement(script, statement) => script.text(statement),
        _ => "",
    }
}
