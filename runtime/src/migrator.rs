//! [`Migrator`]: a set, what to do with it, and the verbs.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use embed_migrations_core::{
    AppliedMigration, Difference, DifferenceKind, MigrationSet, Plan, Policies, Refusal, RowState,
    Status, Target, Version, plan, status,
};

use crate::connect::sealed::Source;
use crate::connect::{Database, Held};
use crate::error::{Error, ErrorKind};
use crate::execute::Run;
use crate::history::{self, Table};
use crate::{Dialect, Engine, Policy, Progress, Report, origin};

/// How long a run waits for another process that is at work on a migration.
const WAIT: Duration = Duration::from_mins(10);

type Listener = Arc<dyn Fn(&Progress) + Send + Sync>;

/// Applies a set of migrations to a database.
///
/// ```no_run
/// # #[cfg(feature = "sqlite")]
/// # async fn start() -> Result<(), Box<dyn std::error::Error>> {
/// # use embed_migrations::{MigrationSet, Migrator};
/// # static MIGRATIONS: MigrationSet = MigrationSet::EMPTY;
/// let pool = sqlx::SqlitePool::connect("sqlite:jobs.sqlite?mode=rwc").await?;
/// let report = Migrator::new(&MIGRATIONS).run(&pool).await?;
/// println!("{report}");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "a migrator does nothing until one of its verbs is awaited"]
pub struct Migrator {
    set: &'static MigrationSet,
    table: Option<String>,
    schema: Option<String>,
    target: Target,
    policies: Policies,
    foreign: Policy,
    wait: Duration,
    listener: Option<Listener>,
}

impl Migrator {
    /// A migrator with every default.
    pub const fn new(set: &'static MigrationSet) -> Self {
        Self {
            set,
            table: None,
            schema: None,
            target: Target::Latest,
            policies: Policies::DEFAULT,
            foreign: Policy::Error,
            wait: WAIT,
            listener: None,
        }
    }

    /// Keeps the history in a table of this name instead of `_embed_migrations`.
    pub fn table(mut self, name: impl Into<String>) -> Self {
        self.table = Some(name.into());
        self
    }

    /// Keeps the history in this schema (on MySQL: database) instead of the connection's current one. On PostgreSQL it is
    /// created where it does not exist. SQLite has no schemas and refuses.
    pub fn schema(mut self, name: impl Into<String>) -> Self {
        self.schema = Some(name.into());
        self
    }

    /// Goes so far instead of to the newest migration.
    pub fn target(mut self, target: Target) -> Self {
        self.target = target;
        self
    }

    /// Decides otherwise about differences between set and history.
    pub fn policies(mut self, policies: Policies) -> Self {
        self.policies = policies;
        self
    }

    /// What to do where the database has the history of another tool and none of ours. Default: [`Policy::Error`], so
    /// that a whole history is never replayed on a live database.
    pub fn foreign_history(mut self, policy: Policy) -> Self {
        self.foreign = policy;
        self
    }

    /// Waits so long for another process that is at work on a migration, instead of ten minutes.
    pub fn wait_timeout(mut self, timeout: Duration) -> Self {
        self.wait = timeout;
        self
    }

    /// Calls this for everything that a run does.
    pub fn on_progress(mut self, listener: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }

    /// Applies what is pending.
    ///
    /// Any number of processes may do so at once: each migration is applied by one of them, and all of them return when it
    /// is done. Where nothing is pending this is one read, without lock, transaction or DDL.
    ///
    /// A pool's connection is closed after it has run migrations, and after any error. A borrowed connection whose future
    /// was dropped half-way should be closed by its owner.
    ///
    /// # Errors
    ///
    /// A statement that fails, with file, line and column; a script that was edited after it was applied, one that was
    /// removed, one below the newest applied version; a server that takes no writes; another process that does not finish
    /// in time; a statement of which nobody knows whether it ran; the history of another tool; and a database that cannot
    /// be reached. [`Error::report`] has what was done before.
    pub fn run<'a>(
        &'a self,
        database: impl Database<'a>,
    ) -> impl Future<Output = Result<Report, Error>> + Send + 'a {
        self.run_on(database.source())
    }

    async fn run_on<C: Engine>(&self, source: Source<'_, C>) -> Result<Report, Error> {
        let started = Instant::now();
        origin::check(self.set)?;
        let (mut held, pool, history) = self.begin(source).await?;
        let plan = self.plan_towards(self.target, C::DIALECT, &history)?;
        for warning in &plan.warnings {
            tracing::warn!("{warning}");
        }
        if plan.is_empty() {
            held.give_back();
            return Ok(self.nothing_pending(plan, &history, started));
        }
        let mut run = Run::new(self, &mut *held, pool, started);
        let result = run.execute(plan, history).await;
        let (lives_on, report) = (run.lives_on(), run.into_report());
        // After an error of the database itself nobody knows how the connection is.
        if lives_on && result.as_ref().err().map(Error::kind) != Some(ErrorKind::Database) {
            held.give_back();
        }
        match result {
            Ok(()) => Ok(report),
            Err(error) => Err(error.with_report(report)),
        }
    }

    /// What [`run`](Self::run) would do. Reads only.
    ///
    /// # Errors
    ///
    /// The differences between set and history that [`run`](Self::run) would refuse, an unknown target, and a database that
    /// cannot be reached. What only the server can tell, such as that it takes no writes, is left to the run.
    pub fn plan<'a>(
        &'a self,
        database: impl Database<'a>,
    ) -> impl Future<Output = Result<Plan, Error>> + Send + 'a {
        self.with_history(database, |dialect, history| {
            self.plan_towards(self.target, dialect, &history)
        })
    }

    /// Where each migration is. Reads only.
    ///
    /// # Errors
    ///
    /// A database that cannot be reached, and a history table that this program cannot have written.
    pub fn status<'a>(
        &'a self,
        database: impl Database<'a>,
    ) -> impl Future<Output = Result<Status, Error>> + Send + 'a {
        self.with_history(database, |dialect, history| {
            Ok(status(self.set, dialect, &history))
        })
    }

    /// The rows of the history, in the order of their versions. Reads only.
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

    /// The newest version that is applied. Reads only.
    ///
    /// # Errors
    ///
    /// A database that cannot be reached, and a history table that this program cannot have written.
    pub fn version<'a>(
        &'a self,
        database: impl Database<'a>,
    ) -> impl Future<Output = Result<Option<Version>, Error>> + Send + 'a {
        self.with_history(database, |_, history| {
            let applied = |row: &&AppliedMigration| row.state == RowState::Applied;
            Ok(history
                .iter()
                .filter(applied)
                .filter_map(AppliedMigration::version)
                .max())
        })
    }

    /// What follows from the history alone.
    fn with_history<'a, T: 'a>(
        &'a self,
        database: impl Database<'a>,
        answer: impl FnOnce(Dialect, Vec<AppliedMigration>) -> Result<T, Error> + Send + 'a,
    ) -> impl Future<Output = Result<T, Error>> + Send + 'a {
        self.read_from(database.source(), answer)
    }

    async fn read_from<C: Engine, T>(
        &self,
        source: Source<'_, C>,
        answer: impl FnOnce(Dialect, Vec<AppliedMigration>) -> Result<T, Error> + Send,
    ) -> Result<T, Error> {
        let (held, _, history) = self.begin(source).await?;
        held.give_back();
        answer(C::DIALECT, history)
    }

    /// A connection, and the history: the one read that every verb begins with.
    async fn begin<'a, C: Engine>(&self, source: Source<'a, C>) -> Result<Beginning<'a, C>, Error> {
        let (table, set) = (self.history_table(), self.set.name());
        let pool = match &source {
            Source::Pool(pool) => Some(*pool),
            Source::Connection(_) => None,
        };
        let mut held = Held::take(source).await?;
        if held.is_in_transaction() {
            return Err(in_transaction());
        }
        let history = match (history::read(&mut *held, &table, set).await, pool) {
            // An idle connection may have died since it was used last.
            (Err(error), Some(pool)) if is_dead(&error) => {
                drop(held);
                held = Held::take_living(pool).await?;
                history::read(&mut *held, &table, set).await?
            }
            (history, _) => history?,
        };
        Ok((held, pool, history))
    }

    pub(crate) fn plan_towards(
        &self,
        target: Target,
        dialect: Dialect,
        history: &[AppliedMigration],
    ) -> Result<Plan, Error> {
        plan(self.set, dialect, history, &self.policies, target).map_err(|refusal| match refusal {
            Refusal::Differences(differences) => {
                Error::new(ErrorKind::Difference, refusal_of(&differences))
                    .with_differences(differences)
            }
            Refusal::UnknownTarget(unknown) => Error::new(ErrorKind::Target, unknown.to_string()),
            _ => Error::new(
                ErrorKind::Difference,
                format!("there is no plan: {refusal:?}"),
            ),
        })
    }

    fn nothing_pending(
        &self,
        plan: Plan,
        history: &[AppliedMigration],
        started: Instant,
    ) -> Report {
        Report {
            applied: Vec::new(),
            applied_before: self.count_applied(history),
            pending: 0,
            warnings: plan.warnings,
            took: started.elapsed(),
        }
    }

    /// How many migrations of the set are applied.
    pub(crate) fn count_applied(&self, history: &[AppliedMigration]) -> usize {
        history
            .iter()
            .filter(|row| row.state == RowState::Applied && self.set.knows(&row.key))
            .count()
    }

    pub(crate) fn set(&self) -> &'static MigrationSet {
        self.set
    }

    pub(crate) fn history_table(&self) -> Table {
        let name = self.table.as_deref().unwrap_or(self.set.table());
        Table::new(name, self.schema.clone())
    }

    pub(crate) fn configured_target(&self) -> Target {
        self.target
    }

    pub(crate) fn foreign_policy(&self) -> Policy {
        self.foreign
    }

    pub(crate) fn patience(&self) -> Duration {
        self.wait
    }

    pub(crate) fn tell(&self, progress: &Progress) {
        if let Some(listener) = &self.listener {
            listener(progress);
        }
    }
}

type Beginning<'a, C> = (
    Held<'a, C>,
    Option<&'a sqlx::Pool<<C as sqlx::Connection>::Database>>,
    Vec<AppliedMigration>,
);

/// Whether the connection is gone, rather than the statement refused. PostgreSQL says so in class 57P, "operator
/// intervention", before it closes an idle one.
fn is_dead(error: &Error) -> bool {
    match error.database_error() {
        Some(sqlx::Error::Io(_) | sqlx::Error::Protocol(_)) => true,
        Some(sqlx::Error::Database(error)) => {
            error.code().is_some_and(|code| code.starts_with("57P"))
        }
        _ => false,
    }
}

fn refusal_of(differences: &[Difference]) -> &'static str {
    let is_about_engine = |difference: &Difference| {
        matches!(
            difference.kind(),
            DifferenceKind::NoScript | DifferenceKind::Unreadable
        )
    };
    if differences.iter().all(is_about_engine) {
        "the program has no script for this engine"
    } else {
        "the database's history does not fit this program"
    }
}

fn in_transaction() -> Error {
    let message = "the connection is in a transaction, and migrations begin and commit their own";
    Error::new(ErrorKind::Configuration, message)
        .with_hint("pass the pool, or the connection before its `begin`")
}

impl fmt::Debug for Migrator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            set,
            table,
            schema,
            target,
            policies,
            foreign,
            wait,
            listener: _,
        } = self;
        f.debug_struct("Migrator")
            .field("set", &set.name())
            .field("table", table)
            .field("schema", schema)
            .field("target", target)
            .field("policies", policies)
            .field("foreign_history", foreign)
            .field("wait_timeout", wait)
            .finish_non_exhaustive()
    }
}
