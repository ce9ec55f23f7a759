//! [`Hooks`]: what a program does before and after a run, and before and after each migration.

use std::fmt;

use embed_migrations_core::{Plan, Step};

use crate::work::{BoxError, Done};
use crate::{Engine, Report};

/// What a program does before and after a run, and before and after each migration, on the connection of the run.
///
/// ```no_run
/// # #[cfg(feature = "postgres")]
/// # fn hooks(set: &'static embed_migrations::MigrationSet) -> embed_migrations::Migrator {
/// use embed_migrations::{Hooks, Migrator, Plan, Step};
/// use sqlx::PgConnection;
///
/// let hooks = Hooks::new()
///     .before_run(async |_: &mut PgConnection, plan: &Plan| match plan.steps.len() {
///         0..10 => Ok(()),
///         many => Err(format!("{many} migrations are too many at once").into()),
///     })
///     .after_each(async |connection: &mut PgConnection, step: &Step| {
///         let audit = sqlx::query("INSERT INTO audit (what) VALUES ($1)").bind(step.to_string());
///         audit.execute(connection).await?;
///         Ok(())
///     });
/// Migrator::new(set).hooks(hooks)
/// # }
/// ```
///
/// They are called for `run`, `revert` and `redo`, and only where something is to be done. `before_run` and `after_run` are
/// called by every process that finds something to do, outside of any transaction. `before_each` and `after_each` are called
/// by the one process that has claimed the migration; in its transaction where it has one, so that what they write is
/// committed or rolled back with it. An error of any of them stops the run; what was done before stays done. One of
/// `before_run` is a veto: nothing was run.
pub struct Hooks<C: Engine> {
    pub(crate) before_run: Vec<Box<dyn AnyHook<C, Plan>>>,
    pub(crate) after_run: Vec<Box<dyn AnyHook<C, Report>>>,
    pub(crate) before_each: Vec<Box<dyn AnyHook<C, Step>>>,
    pub(crate) after_each: Vec<Box<dyn AnyHook<C, Step>>>,
}

impl<C: Engine> Hooks<C> {
    /// None.
    pub const fn new() -> Self {
        Self {
            before_run: Vec::new(),
            after_run: Vec::new(),
            before_each: Vec::new(),
            after_each: Vec::new(),
        }
    }

    /// Calls this before the first migration; an error is a veto.
    #[must_use]
    pub fn before_run<H>(mut self, hook: H) -> Self
    where
        H: AsyncFnOnce(&mut C, &Plan) -> Result<(), BoxError> + for<'c> Hook<'c, C, Plan>,
    {
        self.before_run.push(Box::new(hook));
        self
    }

    /// Calls this after the last migration.
    #[must_use]
    pub fn after_run<H>(mut self, hook: H) -> Self
    where
        H: AsyncFnOnce(&mut C, &Report) -> Result<(), BoxError> + for<'c> Hook<'c, C, Report>,
    {
        self.after_run.push(Box::new(hook));
        self
    }

    /// Calls this before each migration that is applied or reverted.
    #[must_use]
    pub fn before_each<H>(mut self, hook: H) -> Self
    where
        H: AsyncFnOnce(&mut C, &Step) -> Result<(), BoxError> + for<'c> Hook<'c, C, Step>,
    {
        self.before_each.push(Box::new(hook));
        self
    }

    /// Calls this after each migration that is applied or reverted.
    #[must_use]
    pub fn after_each<H>(mut self, hook: H) -> Self
    where
        H: AsyncFnOnce(&mut C, &Step) -> Result<(), BoxError> + for<'c> Hook<'c, C, Step>,
    {
        self.after_each.push(Box::new(hook));
        self
    }
}

impl<C: Engine> Default for Hooks<C> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C: Engine> fmt::Debug for Hooks<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            before_run,
            after_run,
            before_each,
            after_each,
        } = self;
        f.debug_struct("Hooks")
            .field("before_run", &before_run.len())
            .field("after_run", &after_run.len())
            .field("before_each", &before_each.len())
            .field("after_each", &after_each.len())
            .finish()
    }
}

/// An async closure over a connection and what it is called for.
pub trait Hook<'c, C, A>: Send + Sync + 'static {
    #[doc(hidden)]
    fn begin(&self, connection: &'c mut C, about: &'c A) -> Done<'c, ()>;
}

impl<'c, C, A, F, Fut> Hook<'c, C, A> for F
where
    C: 'c,
    A: 'c,
    F: FnOnce(&'c mut C, &'c A) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<(), BoxError>> + Send + 'c,
{
    fn begin(&self, connection: &'c mut C, about: &'c A) -> Done<'c, ()> {
        Box::pin(self.clone()(connection, about))
    }
}

/// A [`Hook`] without its type.
pub(crate) trait AnyHook<C, A>: Send + Sync {
    fn call<'c>(&self, connection: &'c mut C, about: &'c A) -> Done<'c, ()>;
}

impl<C, A, H: for<'c> Hook<'c, C, A>> AnyHook<C, A> for H {
    fn call<'c>(&self, connection: &'c mut C, about: &'c A) -> Done<'c, ()> {
        self.begin(connection, about)
    }
}
