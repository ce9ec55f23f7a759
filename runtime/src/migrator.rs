//! [`Migrator`]: sets, and what to do with them. The verbs are in `verb/`.

mod check;
mod steps;

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use embed_migrations_core::{Key, Member, MigrationSet, Policies, Target};

use crate::engine::Limits;
use crate::error::{Error, ErrorKind};
use crate::history::Table;
use crate::{Engine, Hooks, Mode, Progress, Stop};

/// How long a run waits for another process that is at work on a migration.
const WAIT: Duration = Duration::from_mins(10);

/// How long a run tries to get a lock.
const LOCK_PATIENCE: Duration = Duration::from_mins(5);

type Listener = Arc<dyn Fn(&Progress) + Send + Sync>;

/// What is for one kind of connection, whichever that is.
type Typed = Arc<dyn Any + Send + Sync>;

/// Applies sets of migrations to a database, and looks after them there.
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
    members: Vec<Member>,
    in_rust: Vec<(Key, Typed)>,
    hooks: Vec<Typed>,
    table: Option<String>,
    schema: Option<String>,
    target: Target,
    policies: Policies,
    mode: Mode,
    wait: Duration,
    limits: Limits,
    lock_patience: Duration,
    stop: Stop,
    listener: Option<Listener>,
}

impl Migrator {
    /// A migrator with every default.
    pub fn new(set: &'static MigrationSet) -> Self {
        Self::for_sets([set])
    }

    /// A migrator for several sets in one database, such as those of libraries and the program's own.
    ///
    /// They are applied in this order, and reverted in the other. Each has its own rows in the one history table, by its
    /// name, and knows nothing of the others'. The last one is the program's own: the versions that verbs and targets name
    /// are its versions, and [`step`](Self::step) adds to it. [`only`](Self::only) chooses another.
    ///
    /// ```no_run
    /// # use embed_migrations::{MigrationSet, Migrator};
    /// # static QUEUE: MigrationSet = MigrationSet::EMPTY;
    /// # static SHOP: MigrationSet = MigrationSet::EMPTY;
    /// let migrator = Migrator::for_sets([&QUEUE, &SHOP]);
    /// ```
    pub fn for_sets(sets: impl IntoIterator<Item = &'static MigrationSet>) -> Self {
        Self {
            members: sets.into_iter().map(Member::new).collect(),
            in_rust: Vec::new(),
            hooks: Vec::new(),
            table: None,
            schema: None,
            target: Target::Latest,
            policies: Policies::DEFAULT,
            mode: Mode::Run,
            wait: WAIT,
            limits: Limits {
                lock: None,
                statement: Duration::ZERO,
            },
            lock_patience: LOCK_PATIENCE,
            stop: Stop::new(),
            listener: None,
        }
    }

    /// A migrator that does what the environment variable `MIGRATE` says: `run`, `check`, `wait` or `off`.
    ///
    /// # Errors
    ///
    /// Another word than these.
    pub fn from_env(set: &'static MigrationSet) -> Result<Self, Error> {
        Ok(Self::new(set).mode(Mode::from_env()?))
    }

    /// Looks after the set of this name alone, of those that it was made for.
    ///
    /// # Errors
    ///
    /// A name that none of the sets has.
    pub fn only(mut self, name: &str) -> Result<Self, Error> {
        let names: Vec<&str> = self.members.iter().map(|of| of.set().name()).collect();
        let message = format!("no set is called `{name}`");
        let hint = format!("there are: {}", names.join(", "));
        // Steps in Rust are of the last set.
        if names.last() != Some(&name) {
            self.in_rust.clear();
        }
        self.members.retain(|member| member.set().name() == name);
        if self.members.is_empty() {
            return Err(Error::new(ErrorKind::Configuration, message).with_hint(hint));
        }
        Ok(self)
    }

    /// Calls these before and after a run and each migration. Those for other engines than that of the run are passed
    /// over; hooks given before are called before.
    pub fn hooks<C: Engine>(mut self, hooks: Hooks<C>) -> Self {
        self.hooks.push(Arc::new(hooks));
        self
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

    /// What [`run`](Self::run) does in this process; the other verbs do not ask.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// Waits so long for another process that is at work on a migration, instead of ten minutes.
    pub fn wait_timeout(mut self, timeout: Duration) -> Self {
        self.wait = timeout;
        self
    }

    /// Lets a statement wait so long for a lock, instead of five seconds or the session's own `lock_timeout` where that is
    /// shorter. Zero: without end.
    ///
    /// Whoever comes behind a statement that waits, waits too: an `ALTER TABLE` behind one long reader stops every other
    /// reader of the table. So it gives up and is tried again, see [`lock_patience`](Self::lock_patience). A script that sets
    /// the time itself has its own. MySQL counts in seconds, and SQLite has `busy_timeout` for this.
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.limits.lock = Some(timeout);
        self
    }

    /// Tries for so long, instead of five minutes, to get a lock that others hold, with pauses that grow to ten seconds. So
    /// it is with deadlocks and serialization failures, and only where nothing is done yet.
    pub fn lock_patience(mut self, patience: Duration) -> Self {
        self.lock_patience = patience;
        self
    }

    /// Lets a statement run so long and no longer. Without it nothing ends a statement, whatever the role or the database
    /// has as its `statement_timeout`, which is meant for the application.
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.limits.statement = timeout;
        self
    }

    /// Ends a run when this asks for it.
    pub fn stop_on(mut self, stop: &Stop) -> Self {
        self.stop = stop.clone();
        self
    }

    /// Calls this for everything that a run does.
    pub fn on_progress(mut self, listener: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        self.listener = Some(Arc::new(listener));
        self
    }

    /// Its sets, in the order in which they are applied.
    pub fn sets(&self) -> impl DoubleEndedIterator<Item = &'static MigrationSet> {
        self.members.iter().map(Member::set)
    }

    /// The hooks for this kind of connection.
    pub(crate) fn hooks_for<C: Engine>(&self) -> Vec<&Hooks<C>> {
        let hooks = self.hooks.iter();
        hooks.filter_map(|hooks| hooks.downcast_ref()).collect()
    }

    pub(crate) fn members(&self) -> &[Member] {
        &self.members
    }

    pub(crate) fn history_table(&self) -> Table {
        let of_set = self.sets().next().map_or("", MigrationSet::table);
        Table::new(self.table.as_deref().unwrap_or(of_set), self.schema.clone())
    }

    pub(crate) fn configured_target(&self) -> Target {
        self.target
    }

    /// What it does about differences between set and history.
    pub fn configured_policies(&self) -> &Policies {
        &self.policies
    }

    pub(crate) fn configured_mode(&self) -> Mode {
        self.mode
    }

    pub(crate) fn patience(&self) -> Duration {
        self.wait
    }

    pub(crate) fn limits(&self) -> Limits {
        self.limits
    }

    pub(crate) fn patience_with_locks(&self) -> Duration {
        self.lock_patience
    }

    pub(crate) fn stop(&self) -> &Stop {
        &self.stop
    }

    pub(crate) fn tell(&self, progress: &Progress) {
        if let Some(listener) = &self.listener {
            listener(progress);
        }
    }
}

impl From<&'static MigrationSet> for Migrator {
    fn from(set: &'static MigrationSet) -> Self {
        Self::new(set)
    }
}

impl fmt::Debug for Migrator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            members,
            in_rust,
            hooks,
            table,
            schema,
            target,
            policies,
            mode,
            wait,
            limits,
            lock_patience,
            stop,
            listener: _,
        } = self;
        let names: Vec<&str> = members.iter().map(|member| member.set().name()).collect();
        f.debug_struct("Migrator")
            .field("sets", &names)
            .field("steps_in_rust", &in_rust.len())
            .field("hooks", &hooks.len())
            .field("table", table)
            .field("schema", schema)
            .field("target", target)
            .field("policies", policies)
            .field("mode", mode)
            .field("wait_timeout", wait)
            .field("limits", limits)
            .field("lock_patience", lock_patience)
            .field("stop", stop)
            .finish_non_exhaustive()
    }
}
