//! What counts as applied without being run: a row, and nothing else.

use super::attempt::Attempt;
use super::message::Part;
use super::{Outcome, Run};
use crate::Engine;
use crate::engine::Meaning;
use crate::error::Error;
use crate::history::unwritable;

impl<C: Engine> Run<'_, C> {
    pub(super) async fn record(&mut self, attempt: &Attempt<'_, C>) -> Result<Outcome, Error> {
        let writer = attempt.writer();
        let mut message = attempt.message();
        message.push_begin(attempt.server);
        message.push(Part::Claim, &writer.record_applied());
        message.push_end(attempt.server);
        let Err(stopped) = attempt.send_all(self.connection, &message).await else {
            return Ok(Outcome::Finished);
        };
        if stopped.database_error().is_none() && !stopped.is_overtaken {
            return Err(unwritable::<C>(attempt.table, stopped));
        }
        self.roll_back().await?;
        match stopped.meaning::<C>() {
            Meaning::Exists | Meaning::Busy => Ok(Outcome::Taken),
            _ => Err(unwritable::<C>(attempt.table, stopped)),
        }
    }
}
