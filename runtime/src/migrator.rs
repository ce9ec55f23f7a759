//! [`Migrator`]: sets, and what to do with them. The verbs are in `verb/`.

use std::any::Any;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use embed_migrations_core::{Key, Member, MigrationSet, Policies, Target, Version};

use crate::error::{Error, ErrorKind};
use crate::history::Table;
use crate::work::{self, Batch, Batches, BoxError, InRust, Work};
use crate::{Engine, Hooks, Mode, Policy, Progress, Stop};

/// How long a run waits for another process that is at work on a migration.
const WAIT: Duration = Duration::from_mins(10);

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
    foreign: Policy,
    mode: Mode,
    wait: Duration,
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
            foreign: Policy::Error,
            mode: Mode::Run,
            wait: WAIT,
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
        self.members.retain(|member| member.set().name() == name);
        if self.members.is_empty() {
            return Err(Error::new(ErrorKind::Configuration, message).with_hint(hint));
        }
        Ok(self)
    }

    /// Slots a step written in Rust between the migrations of the program's own set.
    ///
    /// It is called once, in the transaction that records it; where the engine commits by itself, as MySQL does at DDL, a
    /// step that dies on the way is in doubt. It has no checksum, and nothing reverts it. What the closure captures is
    /// cloned for each call.
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
        let work = InRust::Whole(Box::new(work));
        self.add(version.into(), name, Location::caller(), work);
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
        let batches = InRust::Batches(Box::new(batches));
        self.add(version.into(), name, Location::caller(), batches);
        self
    }

    fn add<C: Engine>(
        &mut self,
        version: Version,
        name: &'static str,
        place: &'static Location<'static>,
        work: InRust<C>,
    ) {
        let script = work::script(version, name, place);
        let key = Key::Version(version);
        let for_another_engine = self
            .in_rust
            .iter()
            .any(|(other, typed)| *other == key && !typed.is::<InRust<C>>());
        if let Some(own) = self.members.last_mut().filter(|_| !for_another_engine) {
            own.add(script);
        }
        self.in_rust.push((key, Arc::new(work)));
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

    /// What to do where the database has the history of another tool and none of ours. Default: [`Policy::Error`], so
    /// that a whole history is never replayed on a live database.
    pub fn foreign_history(mut self, policy: Policy) -> Self {
        self.foreign = policy;
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

    /// Refuses sets that cannot share a database, and steps that cannot share a version.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let refused = |message: String| Error::new(ErrorKind::Configuration, message);
        let Some(first) = self.sets().next() else {
            return Err(refused("the migrator has no set".to_owned()));
        };
        for (index, set) in self.sets().enumerate() {
            if self
                .sets()
                .take(index)
                .any(|other| other.name() == set.name())
            {
                let message = format!("two sets are called `{}`", set.name());
                return Err(refused(message)
                    .with_hint("give one of them another `name` in its migrations.toml"));
            }
            if self.table.is_none() && set.table() != first.table() {
                let (one, other) = (first.table(), set.table());
                let message =
                    format!("the sets have different history tables, `{one}` and `{other}`");
                return Err(refused(message).with_hint("say which with `table`"));
            }
        }
        match self.members.iter().find_map(Member::twice) {
            Some((one, other)) => Err(refused(format!(
                "two migrations have the version {}: {one} of {}, and {other} of {}",
                one.label(),
                one.scripts()[0].path(),
                other.scripts()[0].path()
            ))
            .with_hint("give the step a version of its own")),
            None => Ok(()),
        }
    }

    /// The step in Rust with this key, for this kind of connection.
    pub(crate) fn in_rust<C: Engine>(&self, key: &Key) -> Result<&InRust<C>, Error> {
        let mut steps = self.in_rust.iter().filter(|(other, _)| other == key);
        let found = steps.find_map(|(_, step)| step.downcast_ref());
        found.ok_or_else(|| {
            Error::new(
                ErrorKind::Configuration,
                format!("the step {key} in Rust is not written for {}", C::DIALECT),
            )
            .with_hint("add a `step` with the same version and name for this engine's connection")
        })
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

    pub(crate) fn foreign_policy(&self) -> Policy {
        self.foreign
    }

    pub(crate) fn configured_mode(&self) -> Mode {
        self.mode
    }

    pub(crate) fn patience(&self) -> Duration {
        self.wait
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
            foreign,
            mode,
            wait,
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
            .field("foreign_history", foreign)
            .field("mode", mode)
            .field("wait_timeout", wait)
            .field("stop", stop)
            .finish_non_exhaustive()
    }
}
