//! Steps in Rust: how a migrator is given them, and how a run finds them.

use std::panic::Location;
use std::sync::Arc;

use embed_migrations_core::{Direction, Key, Plan, Step, Version, Via};

use super::Migrator;
use crate::Engine;
use crate::error::{Error, ErrorKind};
use crate::work::{self, Batch, Batches, BoxError, InRust, Way, Work};

impl Migrator {
    /// Slots a step written in Rust between the migrations of the program's own set.
    ///
    /// It is called once, in the transaction that records it; where the engine commits by itself, as MySQL does at DDL, a
    /// step that dies on the way is in doubt. Its code has no checksum. What the closure captures is cloned for each call.
    ///
    /// A program for several engines gives a step for each, under the same version and name.
    ///
    /// ```no_run
    /// # #[cfg(feature = "postgres")]
    /// # fn steps(set: &'static embed_migrations::MigrationSet) -> embed_migrations::Migrator {
    /// use embed_migrations::Migrator;
    /// use sqlx::PgConnection;
    ///
    /// Migrator::new(set).step(4, "hash_tokens", async |connection: &mut PgConnection| {
    ///     let tokens: Vec<String> = sqlx::query_scalar("SELECT token FROM sessions")
    ///         .fetch_all(&mut *connection)
    ///         .await?;
    ///     for token in tokens {
    ///         let update = sqlx::query("UPDATE sessions SET token = $1 WHERE token = $2");
    ///         update.bind(token.to_uppercase()).bind(&token).execute(&mut *connection).await?;
    ///     }
    ///     Ok(())
    /// })
    /// # }
    /// ```
    #[track_caller]
    pub fn step<C: Engine, W>(
        mut self,
        version: impl Into<Version>,
        name: &'static str,
        work: W,
    ) -> Self
    where
        W: AsyncFnOnce(&mut C) -> Result<(), BoxError> + for<'c> Work<'c, C>,
    {
        let step = InRust {
            up: Way::Whole(Box::new(work)),
            down: None,
        };
        self.add(version.into(), name, Location::caller(), step);
        self
    }

    /// The same with a way back, so that [`revert`](Self::revert) can go past it.
    #[track_caller]
    pub fn reversible_step<C: Engine, U, D>(
        mut self,
        version: impl Into<Version>,
        name: &'static str,
        up: U,
        down: D,
    ) -> Self
    where
        U: AsyncFnOnce(&mut C) -> Result<(), BoxError> + for<'c> Work<'c, C>,
        D: AsyncFnOnce(&mut C) -> Result<(), BoxError> + for<'c> Work<'c, C>,
    {
        let step = InRust {
            up: Way::Whole(Box::new(up)),
            down: Some(Way::Whole(Box::new(down))),
        };
        self.add(version.into(), name, Location::caller(), step);
        self
    }

    /// The same for a long data migration: the closure is called again and again, each time in a transaction of its own,
    /// until it says [`Batch::Done`]. What it says otherwise is recorded in that transaction, and the next call gets it, in
    /// this process or in the one that goes on after a death. No batch is done twice.
    ///
    /// ```no_run
    /// # #[cfg(feature = "sqlite")]
    /// # fn steps(set: &'static embed_migrations::MigrationSet) -> embed_migrations::Migrator {
    /// use embed_migrations::{Batch, Migrator};
    /// use sqlx::SqliteConnection;
    ///
    /// async fn lower(connection: &mut SqliteConnection, from: Option<String>) -> Result<Batch, embed_migrations::BoxError> {
    ///     let last: Option<String> = sqlx::query_scalar(
    ///         "UPDATE users SET email = lower(email) WHERE id IN
    ///          (SELECT id FROM users WHERE id > coalesce(?, '') ORDER BY id LIMIT 1000) RETURNING max(id)",
    ///     )
    ///     .bind(from)
    ///     .fetch_one(connection)
    ///     .await?;
    ///     Ok(last.map_or(Batch::Done, Batch::Next))
    /// }
    ///
    /// Migrator::new(set).batches(5, "lower_emails", lower)
    /// # }
    /// ```
    #[track_caller]
    pub fn batches<C: Engine, B>(
        mut self,
        version: impl Into<Version>,
        name: &'static str,
        batches: B,
    ) -> Self
    where
        B: AsyncFnOnce(&mut C, Option<String>) -> Result<Batch, BoxError> + for<'c> Batches<'c, C>,
    {
        let step = InRust {
            up: Way::Batches(Box::new(batches)),
            down: None,
        };
        self.add(version.into(), name, Location::caller(), step);
        self
    }

    fn add<C: Engine>(
        &mut self,
        version: Version,
        name: &'static str,
        place: &'static Location<'static>,
        step: InRust<C>,
    ) {
        let scripts = work::scripts(version, name, place, step.down.is_some());
        let key = Key::Version(version);
        let mut same = self.in_rust.iter().filter(|(other, _)| *other == key);
        // The first is in the order already; a second one for one engine stands beside it, and is refused.
        let is_first = same.clone().next().is_none();
        let is_twice = same.any(|(_, typed)| typed.is::<InRust<C>>());
        if let Some(own) = self.members.last_mut().filter(|_| is_first || is_twice) {
            own.add(scripts);
        }
        self.in_rust.push((key, Arc::new(step)));
    }

    /// What a step in Rust does, for this kind of connection.
    pub(crate) fn in_rust<C: Engine>(&self, step: &Step) -> Result<&Way<C>, Error> {
        let key = step.migration.key();
        let steps = self.in_rust.iter().filter(|(other, _)| *other == key);
        let mut typed = steps.filter_map(|(_, step)| step.downcast_ref::<InRust<C>>());
        let found = typed.find_map(|of| match step.direction() {
            Direction::Up => Some(&of.up),
            Direction::Down => of.down.as_ref(),
        });
        found.ok_or_else(|| {
            Error::new(
                ErrorKind::Configuration,
                format!("the step {key} in Rust is not written for {}", C::DIALECT),
            )
            .with_hint("add a `step` with the same version and name for this engine's connection")
        })
    }

    /// Refuses a plan with a step in Rust that is not written for this kind of connection.
    pub(crate) fn has_steps_of<C: Engine>(&self, plan: &Plan) -> Result<(), Error> {
        let run = plan.steps.iter().filter(|step| step.via == Via::Run);
        run.filter(|step| step.script.is_rust())
            .try_for_each(|step| self.in_rust::<C>(step).map(drop))
    }
}
