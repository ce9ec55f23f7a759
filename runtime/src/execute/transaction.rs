//! A script in one transaction, together with its history row: one message.

use embed_migrations_core::Step;

use super::failure::{commit_failed, connection_lost, statement_failed};
use super::message::{Message, Part};
use super::{Attempt, Outcome, Run, history_error};
use crate::Engine;
use crate::engine::{Meaning, Stopped};
use crate::error::Error;

impl<C: Engine> Run<'_, C> {
    /// Claims and applies. Whoever comes second waits on the key for a moment, then finds the row, or finds it rolled back.
    pub(super) async fn in_one_transaction(
        &mut self,
        attempt: &Attempt<'_>,
    ) -> Result<Outcome, Error> {
        let message = self.whole(attempt);
        match self.connection.run(message.text()).await {
            Ok(_) => Ok(Outcome::Applied),
            Err(stopped) => self.not_applied(attempt, &message, stopped).await,
        }
    }

    fn whole(&self, attempt: &Attempt<'_>) -> Message {
        let Attempt { server, step, .. } = attempt;
        let writer = self.writer(attempt);
        let mut message = Message::new(writer.marker());
        message.push_all(Part::Begin, &server.begin);
        message.push_all(Part::Claim, attempt.replace(&writer).as_slice());
        message.push(Part::Claim, &writer.insert(&step.journal(0, false)));
        message.push_all(Part::Begin, &server.after_claim);
        message.push_script(step);
        message.push_all(Part::Restore, &server.restore);
        message.push(Part::History, &writer.applied());
        message.push(Part::Commit, "COMMIT");
        message
    }

    async fn not_applied(
        &mut self,
        attempt: &Attempt<'_>,
        message: &Message,
        stopped: Stopped,
    ) -> Result<Outcome, Error> {
        let step = attempt.step;
        let Some(error) = stopped.database_error() else {
            return Err(connection_lost(step, stopped));
        };
        let statement = statement_at(step, message, &stopped);
        let (part, at) = message.stopped_at(&stopped, C::position(error, statement));
        let meaning = stopped.meaning::<C>();
        self.roll_back().await?;
        match (part, meaning) {
            (Part::Begin | Part::Claim, Meaning::Exists | Meaning::Busy)
            | (Part::Commit, Meaning::Busy) => Ok(Outcome::Taken),
            (Part::Statement(statement), _) => {
                Err(statement_failed::<C>(step, statement, at, stopped))
            }
            (Part::Commit, _) => Err(commit_failed::<C>(step, stopped)),
            (Part::Begin | Part::Claim | Part::Restore | Part::History, _) => {
                Err(history_error(attempt.table, stopped))
            }
        }
    }
}

/// The text of the statement that a message stopped at, going by the count alone.
fn statement_at(step: &Step, message: &Message, stopped: &Stopped) -> &'static str {
    match message.stopped_at(stopped, None).0 {
        Part::Statement(statement) => step.script.text(statement),
        _ => "",
    }
}
