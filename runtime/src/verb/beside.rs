//! What another tool has left in a database that has no history of ours. One more look, and only where nothing is recorded
//! and something is to be run.

use embed_migrations_core::{AppliedMigration, Foreign, Goal, Plan, Validation, validate};

use crate::error::Error;
use crate::history::foreign_history;
use crate::{Engine, Migrator};

impl Migrator {
    /// The plan towards a goal, as the verb begins with it.
    pub(super) async fn planned<C: Engine>(
        &self,
        connection: &mut C,
        goal: &Goal,
        history: &[AppliedMigration],
    ) -> Result<Plan, Error> {
        let plan = self.plan_towards(goal, C::DIALECT, history)?;
        if !matches!(goal, Goal::Run(_)) || plan.is_empty() {
            return Ok(plan);
        }
        match self.beside(connection, history).await? {
            Some(foreign) => {
                let scope = self.scope(C::DIALECT);
                scope.beside(foreign, plan).map_err(Error::refused)
            }
            None => Ok(plan),
        }
    }

    /// Whether the database is what the program expects.
    pub(super) async fn validated<C: Engine>(
        &self,
        connection: &mut C,
        history: &[AppliedMigration],
    ) -> Result<Validation, Error> {
        let foreign = self.beside(connection, history).await?;
        Ok(validate(self.scope(C::DIALECT), history, foreign))
    }

    /// The history of another tool, where there is none of ours.
    pub(super) async fn beside<C: Engine>(
        &self,
        connection: &mut C,
        history: &[AppliedMigration],
    ) -> Result<Option<Foreign>, Error> {
        if !history.is_empty() {
            return Ok(None);
        }
        foreign_history(connection, &self.history_table()).await
    }
}
