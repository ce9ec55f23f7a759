//! A row whose holder is not heard of: is it still at work, and if not, what became of its statement?

use embed_migrations_core::{AppliedMigration, Direction, Effect};

use super::Run;
use super::attempt::Attempt;
use super::failure::{claim_lost, named};
use super::statement::BROKEN;
use crate::engine::{Meaning, patient};
use crate::error::Error;
use crate::history::{Mender, unwritable};
use crate::{Doubt, Engine};

/// What the server does under the claim of a row whose holder is not heard of. A session that does nothing is ended, so that
/// a holder that only slept does nothing more when it wakes.
pub(crate) async fn still_at_work<C: Engine>(
    connection: &mut C,
    row: &AppliedMigration,
) -> Result<Vec<String>, Error> {
    if let Some(claim) = &row.claim {
        // Whoever may not end it waits for it.
        let _ = connection.evict(&marker(&claim.id), claim).await;
    }
    seen_at_work(connection, row).await
}

/// The same, and nobody is ended.
pub(crate) async fn seen_at_work<C: Engine>(
    connection: &mut C,
    row: &AppliedMigration,
) -> Result<Vec<String>, Error> {
    let Some(claim) = &row.claim else {
        return Ok(Vec::new());
    };
    let marker = marker(&claim.id);
    let activity = connection.activity(&marker, user_of(row)).await;
    activity.map_err(|stopped| {
        Error::database("the server does not say what it is doing", stopped.error)
    })
}

/// What stands in front of each statement under a claim.
pub(super) fn marker(claim: &str) -> String {
    format!("claim={claim}")
}

/// The database user of a row's holder: see `Writer::who`.
fn user_of(row: &AppliedMigration) -> &str {
    row.applied_by.split(" from ").next().unwrap_or_default()
}

impl<C: Engine> Run<'_, C> {
    /// Asks the catalogue what became of the statement in doubt, and makes the row say so; where it cannot tell, a person
    /// must.
    pub(super) async fn out_of_doubt(
        &mut self,
        attempt: &Attempt<'_, C>,
        row: &AppliedMigration,
    ) -> Result<(), Error> {
        let step = attempt.step;
        let Some(has_run) = self.has_run(attempt, row).await? else {
            let mut members = self.migrator.members().iter();
            let member = members.find(|member| member.set().name() == row.set);
            let doubt = member.map(|member| Doubt::of(member, C::DIALECT, row));
            return Err(doubt.map_or_else(|| claim_lost(step), |doubt| Error::in_doubt(&doubt)));
        };
        let done = row.journal.done + usize::from(has_run);
        tracing::info!(
            "{}: {} died while statement {} was under way; the catalogue says that it {}",
            named(step),
            row.applied_by,
            row.journal.done + 1,
            if has_run { "ran" } else { "did not run" }
        );
        let mender = Mender {
            dialect: C::DIALECT,
            table: attempt.table,
            row,
        };
        let settle = mender.settle(&step.journal(done, false));
        // Where somebody was quicker it changes nothing.
        match self.connection.run(settle).await {
            Ok(_) => Ok(()),
            Err(stopped) if stopped.meaning::<C>() == Meaning::Busy => Ok(()),
            Err(stopped) => Err(unwritable::<C>(attempt.table, stopped)),
        }
    }

    /// `None`: the catalogue cannot tell, or the script is not the one that was run.
    async fn has_run(
        &mut self,
        attempt: &Attempt<'_, C>,
        row: &AppliedMigration,
    ) -> Result<Option<bool>, Error> {
        let step = attempt.step;
        let ran = match step.direction() {
            Direction::Up => Some(row.checksum),
            Direction::Down => row.down_checksum,
        };
        if ran != Some(step.script.checksum()) {
            return Ok(None);
        }
        let Some(effect) = attempt.effect(row.journal.done) else {
            return Ok(None);
        };
        let was_there = match (&effect, row.journal.before.as_deref()) {
            // Once more comes to the same.
            (Effect::Same, _) => return Ok(Some(false)),
            // Only what changed can tell.
            (_, None) => return Ok(None),
            (_, Some(before)) => before != ABSENT,
        };
        if was_there != matches!(effect, Effect::Drops(_)) {
            return Ok(None);
        }
        self.set_again(step).await?;
        let state = match (&effect, &row.journal.before) {
            (Effect::Drops(_), Some(before)) => self.still(&effect, before).await,
            _ => self.state(&effect).await,
        };
        self.put_back(attempt.server).await?;
        Ok(match (effect, state?) {
            (Effect::Creates(_), Some(state)) if state.starts_with(BROKEN) => Some(false),
            (Effect::Creates(_), Some(state)) => Some(state != ABSENT),
            (Effect::Drops(_), Some(state)) => Some(state == ABSENT),
            _ => None,
        })
    }

    /// What the catalogue says of what a statement is to create or drop, before it is announced.
    pub(super) async fn state_before(
        &mut self,
        attempt: &Attempt<'_, C>,
        index: usize,
    ) -> Result<Option<String>, Error> {
        match attempt.effect(index) {
            None | Some(Effect::Same) => Ok(None),
            Some(effect) => self.state(&effect).await,
        }
    }

    /// What the catalogue says: `no`, or what it calls what is there; `None` where it cannot tell which is meant.
    pub(super) async fn state(&mut self, effect: &Effect) -> Result<Option<String>, Error> {
        match C::state(effect) {
            None => Ok(None),
            Some(sql) => self.ask_catalogue(sql).await,
        }
    }

    /// The same of what was there before under this identity.
    async fn still(&mut self, effect: &Effect, identity: &str) -> Result<Option<String>, Error> {
        match C::still(identity) {
            None => self.state(effect).await,
            Some(sql) => self.ask_catalogue(sql).await,
        }
    }

    async fn ask_catalogue(&mut self, sql: String) -> Result<Option<String>, Error> {
        let rows = patient::query(self.connection, &sql).await;
        let rows =
            rows.map_err(|stopped| Error::database("the catalogue cannot be read", stopped.error))?;
        Ok(rows.into_iter().flatten().flatten().next())
    }
}

/// What the catalogue says of what is not there.
pub(super) const ABSENT: &str = "no";
