//! The verbs that only read.

use std::time::Instant;

use embed_migrations_core::{
    AppliedMigration, Goal, MigrationSet, Plan, Status, Validation, Version, status,
};

use crate::connect::sealed::Source;
use crate::connect::{Database, Held};
use crate::error::{Error, ErrorKind};
use crate::{Dialect, Engine, Migrator, Report};

impl Migrator {
    /// What [`run`](Self::run) would do. Reads only.
    ///
    /// # Errors
    ///
    /// The differences between set and history that [`run`](Self::run) would refuse, an unknown target, and a database that
    /// cannot be reached. Where nothing is recorded it looks for the history of another tool, as the run does; what only the
    /// server can tell, such as that it takes no writes, is left to the run.
    pub fn plan<'a>(
        &'a self,
        database: impl Database<'a>,
    ) -> impl Future<Output = Result<Plan, Error>> + Send + 'a {
        self.plan_for(database, Goal::Run(self.configured_target()))
    }

    /// What [`run`](Self::run) would do with an empty database of a dialect, without looking at one.
    ///
    /// # Errors
    ///
    /// A migration without a script for the dialect, or with one that cannot be read in it; an unknown target.
    pub fn plan_from_scratch(&self, dialect: Dialect) -> Result<Plan, Error> {
        self.check()?;
        self.refuse_schema(dialect)?;
        self.plan_towards(&Goal::Run(self.configured_target()), dialect, &[])
    }

    /// What another verb would do: [`Goal::Revert`], [`Goal::Baseline`], [`Goal::Skip`]. Reads only.
    ///
    /// # Errors
    ///
    /// What the verb would refuse, as [`plan`](Self::plan) does.
    pub fn plan_for<'a>(
        &'a self,
        database: impl Database<'a>,
        goal: Goal,
    ) -> impl Future<Output = Result<Plan, Error>> + Send + 'a {
        self.plan_on(database.source(), goal)
    }

    /// Where each migration is; where nothing is recorded, whether there is the history of another tool. Reads only.
    ///
    /// # Errors
    ///
    /// A database that cannot be reached, and a history table that this program cannot have written.
    pub fn status<'a>(
        &'a self,
        database: impl Database<'a>,
    ) -> impl Future<Output = Result<Status, Error>> + Send + 'a {
        self.status_on(database.source())
    }

    /// Whether the database is what the program expects, and if not, in what it differs: the history of another tool counts,
    /// where there is none of ours. Reads only.
    ///
    /// # Errors
    ///
    /// A database that cannot be reached, and a history table that this program cannot have written. A database that is not
    /// what is expected is no error: see [`Validation::is_valid`].
    pub fn validate<'a>(
        &'a self,
        database: impl Database<'a>,
    ) -> impl Future<Output = Result<Validation, Error>> + Send + 'a {
        self.validate_on(database.source())
    }

    /// The rows of the history, in the order of the sets and of their versions. Reads only.
    ///
    /// # Errors
    ///
    /// A database that cannot be reached, and a history table that this program cannot have written.
    pub fn history<'a>(
        &'a self,
        database: impl Database<'a>,
    ) -> impl Future<Output = Result<Vec<AppliedMigration>, Error>> + Send + 'a {
        self.with_history(database, |_, history| Ok(history))
    }

    /// The newest version of the program's own set that is applied. Reads only.
    ///
    /// # Errors
    ///
    /// A database that cannot be reached, and a history table that this program cannot have written.
    pub fn version<'a>(
        &'a self,
        database: impl Database<'a>,
    ) -> impl Future<Output = Result<Option<Version>, Error>> + Send + 'a {
        self.with_history(database, |_, history| {
            let own = self.sets().next_back().map(MigrationSet::name);
            let applied = history.iter().filter(|row| row.is_applied());
            Ok(applied
                .filter(|row| Some(&*row.set) == own)
                .filter_map(AppliedMigration::version)
                .max())
        })
    }

    async fn plan_on<C: Engine>(&self, source: Source<'_, C>, goal: Goal) -> Result<Plan, Error> {
        let (mut held, _, history) = self.begin(source).await?;
        let plan = self.planned(&mut *held, &goal, &history).await;
        looked(held, plan)
    }

    async fn status_on<C: Engine>(&self, source: Source<'_, C>) -> Result<Status, Error> {
        let (mut held, _, history) = self.begin(source).await?;
        let foreign = self.beside(&mut *held, &history).await;
        let foreign = looked(held, foreign)?;
        Ok(status(self.members(), C::DIALECT, &history, foreign))
    }

    async fn validate_on<C: Engine>(&self, source: Source<'_, C>) -> Result<Validation, Error> {
        let (mut held, _, history) = self.begin(source).await?;
        let validation = self.validated(&mut *held, &history).await;
        looked(held, validation)
    }

    /// What [`run`](Self::run) does where it may only look.
    pub(super) async fn checked<C: Engine>(&self, source: Source<'_, C>) -> Result<Report, Error> {
        let started = Instant::now();
        let (mut held, _, history) = self.begin(source).await?;
        let goal = Goal::Run(self.configured_target());
        let plan = self.planned(&mut *held, &goal, &history).await;
        let plan = looked(held, plan)?;
        match plan.steps.first() {
            Some(first) => Err(pending(plan.steps.len(), &first.migration.to_string())),
            None => Ok(self.nothing_to_do(plan, &history, started)),
        }
    }

    /// What follows from the history alone.
    fn with_history<'a, T: 'a>(
        &'a self,
        database: impl Database<'a>,
        answer: impl FnOnce(Dialect, Vec<AppliedMigration>) -> Result<T, Error> + Send + 'a,
    ) -> impl Future<Output = Result<T, Error>> + Send + 'a {
        self.read_from(database.source(), answer)
    }

    pub(super) async fn read_from<C: Engine, T>(
        &self,
        source: Source<'_, C>,
        answer: impl FnOnce(Dialect, Vec<AppliedMigration>) -> Result<T, Error> + Send,
    ) -> Result<T, Error> {
        let (held, _, history) = self.begin(source).await?;
        held.give_back();
        answer(C::DIALECT, history)
    }
}

/// Gives back a connection that was only read from, unless it failed itself.
fn looked<C: Engine, T>(held: Held<'_, C>, result: Result<T, Error>) -> Result<T, Error> {
    if result.as_ref().err().map(Error::kind) != Some(ErrorKind::Database) {
        held.give_back();
    }
    result
}

/// The error where something is pending and may not be applied.
pub(super) fn pending(count: usize, first: &str) -> Error {
    let (plural, verb) = if count == 1 { ("", "is") } else { ("s", "are") };
    Error::new(
        ErrorKind::Pending,
        format!("{count} migration{plural} {verb} pending, {first} first"),
    )
}
