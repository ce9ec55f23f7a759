//! Making a row ours where others see it, and taking over one whose holder is gone.

use embed_migrations_core::{AppliedMigration, Direction, RowState};

use super::attempt::Attempt;
use super::doubt::still_at_work;
use super::message::Part;
use super::{Outcome, Run};
use crate::Engine;
use crate::engine::Meaning;
use crate::error::Error;
use crate::history::unwritable;

impl<C: Engine> Run<'_, C> {
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
                    return self.out_of_doubt(attempt, row).await.map(|()| false);
                }
                self.claim_from(attempt, row).await
            }
        }
    }

    async fn claim_new(&mut self, attempt: &Attempt<'_, C>) -> Result<bool, Error> {
        let mut message = attempt.message();
        message.push_begin(attempt.server);
        message.push_all(Part::Claim, attempt.replace().as_slice());
        let claim = attempt.writer().claim(&attempt.first_word());
        message.push_all(Part::Claim, &claim);
        let is_checked = attempt.step.direction() == Direction::Down;
        if !is_checked {
            message.push_end(attempt.server);
        }
        let claimed = match attempt.send_all(self.connection, &message).await {
            Ok(0) if is_checked => {
                self.roll_back().await?;
                return Ok(false);
            }
            Ok(_) if is_checked => {
                let mut end = attempt.message();
                end.push_end(attempt.server);
                attempt.send_all(self.connection, &end).await
            }
            claimed => claimed,
        };
        let Err(stopped) = claimed else {
            return Ok(true);
        };
        if stopped.database_error().is_none() && !stopped.is_overtaken {
            return Err(unwritable::<C>(attempt.table, stopped));
        }
        let rolled_back = self.roll_back().await;
        match stopped.meaning::<C>() {
            Meaning::Exists | Meaning::Busy | Meaning::Absent => rolled_back.map(|()| false),
            _ => Err(unwritable::<C>(attempt.table, stopped)),
        }
    }

    /// Takes away the row of a run that failed before anything was done, so that the script may begin in a transaction.
    pub(super) async fn forget(&mut self, attempt: &Attempt<'_, C>) -> Result<bool, Error> {
        let mut message = attempt.message();
        message.push_all(Part::Begin, &attempt.server.after_begin);
        message.push(Part::Claim, &attempt.writer().forget());
        match self.connection.run(message.text()).await {
            Ok(changed) => Ok(changed == 1),
            Err(stopped) if stopped.meaning::<C>() == Meaning::Busy => Ok(false),
            Err(stopped) => Err(unwritable::<C>(attempt.table, stopped)),
        }
    }

    async fn claim_from(
        &mut self,
        attempt: &Attempt<'_, C>,
        row: &AppliedMigration,
    ) -> Result<bool, Error> {
        let journal = attempt.first_word();
        let mut message = attempt.message();
        message.push_all(Part::Begin, &attempt.server.before_begin);
        message.push_all(Part::Begin, &attempt.server.after_begin);
        message.push_all(Part::Begin, &attempt.server.limits_outside);
        message.push(Part::Claim, &attempt.writer().take_over(row, &journal));
        match self.connection.run(message.text()).await {
            Ok(changed) => Ok(changed == 1),
            Err(stopped) if stopped.meaning::<C>() == Meaning::Busy => Ok(false),
            Err(stopped) => Err(unwritable::<C>(attempt.table, stopped)),
        }
    }

    /// Somebody reverts what is to be applied: it can be applied again when that is over.
    pub(super) async fn after_reverting(
        &mut self,
        attempt: &Attempt<'_, C>,
    ) -> Result<Outcome, Error> {
        let Some(row) = attempt.row else {
            return Ok(Outcome::Taken);
        };
        if !self.is_abandoned(row).await? {
            return Ok(Outcome::Taken);
        }
        let half = attempt.step.half_reverted(row);
        Err(Error::differing(vec![half]))
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
}
