//! One statement of a script that runs statement by statement.

use embed_migrations_core::{Journal, Statement, builds_concurrently, effect};

use super::Run;
use super::attempt::Attempt;
use super::crash::{self, Point};
use super::failure::{claim_lost, commit_failed, connection_lost, statement_failed, too_large};
use super::message::{Message, Part};
use super::statements::Tried;
use crate::Engine;
use crate::engine::{Meaning, Stopped};
use crate::error::Error;
use crate::history::unwritable;

impl<C: Engine> Run<'_, C> {
    /// In one transaction with the journal's word that it is done: neither is without the other, and whoever lost the claim
    /// has done nothing.
    pub(super) async fn together(
        &mut self,
        attempt: &Attempt<'_, C>,
        statement: Statement,
        after: &Journal,
    ) -> Result<Tried, Error> {
        let mut message = attempt.message();
        message.push(Part::Begin, attempt.server.begin);
        message.push_all(Part::Begin, &attempt.server.limits);
        message.push(
            Part::Statement(attempt.step.script, statement),
            attempt.step.script.text(statement),
        );
        message.push(Part::History, &attempt.writer().record(after));
        match attempt.send_all(self.connection, &message).await {
            Ok(1) => {}
            Ok(_) => {
                self.roll_back().await?;
                return Err(claim_lost(attempt.step));
            }
            Err(stopped) => return self.refused(attempt, &message, statement, stopped).await,
        }
        let mut commit = attempt.message();
        commit.push(Part::Commit, "COMMIT");
        crash::at(Point::BeforeCommit);
        match self.connection.run(commit.text()).await {
            Ok(_) => {
                crash::at(Point::AfterCommit);
                Ok(Tried::Done)
            }
            Err(stopped) => self.refused(attempt, &commit, statement, stopped).await,
        }
    }

    /// By itself; the journal says that it is under way.
    pub(super) async fn alone(
        &mut self,
        attempt: &Attempt<'_, C>,
        statement: Statement,
        is_again: bool,
    ) -> Result<Tried, Error> {
        let sql = attempt.step.script.text(statement);
        if is_again {
            self.clear_away(attempt, statement).await?;
        }
        let mut message = attempt.message();
        message.push(Part::Statement(attempt.step.script, statement), sql);
        match attempt.send(self.connection, message.text()).await {
            Ok(_) => {
                crash::at(Point::BeforeDone);
                Ok(Tried::Done)
            }
            Err(stopped) => self.refused(attempt, &message, statement, stopped).await,
        }
    }

    /// The server refused; of this statement nothing is done. A connection that was lost says nothing, and the row stays as
    /// it is.
    async fn refused(
        &mut self,
        attempt: &Attempt<'_, C>,
        message: &Message,
        statement: Statement,
        stopped: Stopped,
    ) -> Result<Tried, Error> {
        let step = attempt.step;
        if stopped.is_overtaken {
            self.roll_back().await?;
            return Ok(Tried::InTheWay(commit_failed::<C>(step, stopped)));
        }
        let Some(error) = stopped.database_error() else {
            return Err(connection_lost(step, stopped));
        };
        let sql = step.script.text(statement);
        let (part, at) = message.stopped_at(&stopped, C::position(error, sql));
        let is_busy = stopped.meaning::<C>() == Meaning::Busy;
        let error = match part {
            _ if stopped.meaning::<C>() == Meaning::TooLarge => too_large(step, stopped),
            Part::Statement(script, statement) => {
                statement_failed::<C>(step, script, statement, at, stopped)
            }
            Part::Commit => commit_failed::<C>(step, stopped),
            Part::Begin | Part::Claim | Part::Restore | Part::History => {
                unwritable::<C>(attempt.table, stopped)
            }
        };
        // In a transaction of the script's own more than the statement would be void.
        if !is_busy || attempt.has_transactions() {
            return Err(error);
        }
        self.roll_back().await?;
        Ok(Tried::InTheWay(error))
    }

    /// An index whose building was cut short is there and never used, and is in the way of the next try.
    pub(super) async fn clear_away(
        &mut self,
        attempt: &Attempt<'_, C>,
        statement: Statement,
    ) -> Result<(), Error> {
        let sql = attempt.step.script.text(statement);
        let effect = effect(sql, C::DIALECT).filter(|_| builds_concurrently(sql, C::DIALECT));
        let Some(effect) = effect else {
            return Ok(());
        };
        let state = self.state(&effect).await?;
        let Some(name) = state
            .as_deref()
            .and_then(|state| state.strip_prefix(BROKEN))
        else {
            return Ok(());
        };
        tracing::warn!("dropping the index {name}, whose building was cut short");
        let drop = format!(
            "{}DROP INDEX CONCURRENTLY {name}",
            attempt.writer().marker()
        );
        let dropped = attempt.send(self.connection, drop).await;
        dropped.map(|_| ()).map_err(|stopped| {
            let message = format!("the unfinished index {name} cannot be dropped");
            Error::database(message, stopped.error).of_statement()
        })
    }
}

/// What the catalogue says of an index that was never finished, before its name.
pub(super) const BROKEN: &str = "broken ";
