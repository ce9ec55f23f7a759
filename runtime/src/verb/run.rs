//! The verbs that bring the database to a goal: run, revert, redo, baseline, skip.

use std::time::Instant;

use embed_migrations_core::{AppliedMigration, Goal, Key, Plan, Target, Version};

use super::Beginning;
use crate::connect::Database;
use crate::connect::sealed::Source;
use crate::error::{Error, ErrorKind};
use crate::execute::Run;
use crate::{Dialect, Engine, Migrator, Mode, Report, origin};

/// What comes after a goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// Nothing more.
    Nothing,
    /// What was reverted is applied again.
    Again,
}

impl Migrator {
    /// Applies what is pending.
    ///
    /// Any number of processes may do so at once: each migration is applied by one of them, and all of them return when it
    /// is done. Where nothing is pending this is one read, without lock, transaction or DDL. [`Mode`] may make it a check,
    /// a wait, or nothing.
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
        match self.configured_mode() {
            Mode::Run => {
                let goal = Goal::Run(self.configured_target());
                self.reach(source, goal, Then::Nothing).await
            }
            Mode::Check => self.checked(source).await,
            Mode::Wait => self.waited(source, self.patience()).await,
            Mode::Off => Ok(Report {
                is_off: true,
                ..Report::default()
            }),
        }
    }

    /// Takes back what is applied: the newest migration, or what the target says. [`Target::Steps`] takes back so many,
    /// [`Target::Version`] all above a version.
    ///
    /// Each down script is run together with the removal of its history row, as an up script is with its insertion. Nothing
    /// is run unless all of it can be. Of two processes that revert at once each reverts what was there when it began, and
    /// nothing is reverted twice.
    ///
    /// # Errors
    ///
    /// A migration without a down script, one that is not in this program, one whose down script was edited since it was
    /// applied, unless the policy `modified` says otherwise, and one that is half applied: before anything is run. And all
    /// errors of [`run`](Self::run).
    pub fn revert<'a>(
        &'a self,
        database: impl Database<'a>,
    ) -> impl Future<Output = Result<Report, Error>> + Send + 'a {
        let goal = Goal::Revert(self.configured_target());
        self.reach(database.source(), goal, Then::Nothing)
    }

    /// Takes back all migrations above a version, which stays.
    ///
    /// # Errors
    ///
    /// A version that is neither in the set nor in the history, and all errors of [`revert`](Self::revert).
    pub fn revert_to<'a>(
        &'a self,
        database: impl Database<'a>,
        version: impl Into<Version>,
    ) -> impl Future<Output = Result<Report, Error>> + Send + 'a {
        let goal = Goal::Revert(Target::Version(version.into()));
        self.reach(database.source(), goal, Then::Nothing)
    }

    /// Takes back what [`revert`](Self::revert) would, and applies it again: for work on the newest migration.
    ///
    /// # Errors
    ///
    /// Those of [`revert`](Self::revert) and [`run`](Self::run); a difference between set and history before anything is
    /// reverted. Where an up script fails, its migration stays reverted.
    pub fn redo<'a>(
        &'a self,
        database: impl Database<'a>,
    ) -> impl Future<Output = Result<Report, Error>> + Send + 'a {
        let revert = Goal::Revert(self.configured_target());
        self.reach(database.source(), revert, Then::Again)
    }

    /// Records every migration up to and with a version as applied, without running any: for a database that has had them
    /// from elsewhere. What has a row keeps it.
    ///
    /// # Errors
    ///
    /// A version that is not in the set, a migration that is half applied, and a database that cannot be reached or written.
    pub fn baseline<'a>(
        &'a self,
        database: impl Database<'a>,
        version: impl Into<Version>,
    ) -> impl Future<Output = Result<Report, Error>> + Send + 'a {
        self.reach(
            database.source(),
            Goal::Baseline(version.into()),
            Then::Nothing,
        )
    }

    /// Records one migration as applied, without running it.
    ///
    /// # Errors
    ///
    /// A version that is not in the set, a migration that is half applied, and a database that cannot be reached or written.
    pub fn skip<'a>(
        &'a self,
        database: impl Database<'a>,
        version: impl Into<Version>,
    ) -> impl Future<Output = Result<Report, Error>> + Send + 'a {
        self.reach(database.source(), Goal::Skip(version.into()), Then::Nothing)
    }

    /// Does what [`plan_for`](Self::plan_for) shows for a goal. [`Goal::RevertThese`] with [`Plan::keys`] takes back what was
    /// shown, and nothing that came since.
    ///
    /// # Errors
    ///
    /// Those of the verb that the goal is.
    pub fn execute<'a>(
        &'a self,
        database: impl Database<'a>,
        goal: Goal,
    ) -> impl Future<Output = Result<Report, Error>> + Send + 'a {
        self.reach(database.source(), goal, Then::Nothing)
    }

    /// Reaches a goal.
    pub(super) async fn reach<C: Engine>(
        &self,
        source: Source<'_, C>,
        goal: Goal,
        then: Then,
    ) -> Result<Report, Error> {
        let started = Instant::now();
        self.refuse_stale()?;
        let beginning = self.begin(source).await?;
        self.reach_from(beginning, goal, then, started).await
    }

    /// Refuses sets that are not what their directories are now.
    pub(super) fn refuse_stale(&self) -> Result<(), Error> {
        self.sets().try_for_each(origin::check)
    }

    /// Reaches a goal from what was read.
    pub(super) async fn reach_from<C: Engine>(
        &self,
        (mut held, pool, history): Beginning<'_, C>,
        goal: Goal,
        then: Then,
        started: Instant,
    ) -> Result<Report, Error> {
        let plan = self.planned(&mut *held, &goal, &history).await?;
        self.has_steps_of::<C>(&plan)?;
        for warning in &plan.warnings {
            tracing::warn!("{warning}");
        }
        if plan.is_empty() {
            held.give_back();
            return Ok(self.nothing_to_do(plan, &history, started));
        }
        let beside = match then {
            Then::Again => Some(self.can_be_applied_again(&plan, C::DIALECT, &history)?),
            Then::Nothing => None,
        };
        let mut run = Run::new(self, &mut *held, pool, started);
        let result = run.execute(goal, beside, plan, history).await;
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

    /// Refuses to revert what would be refused when it is to be applied again. What stays applied beside it.
    fn can_be_applied_again(
        &self,
        revert: &Plan,
        dialect: Dialect,
        history: &[AppliedMigration],
    ) -> Result<Vec<(&'static str, Key)>, Error> {
        let these: Vec<_> = revert.keys().collect();
        let is_reverted = |row: &AppliedMigration| {
            let mut these = these.iter();
            these.any(|(set, key)| *set == row.set && *key == row.key)
        };
        let rows = history.iter().filter(|row| !is_reverted(row));
        let afterwards: Vec<AppliedMigration> = rows.cloned().collect();
        let named = |row: &AppliedMigration| {
            let name = self.names().into_iter().find(|name| *name == row.set)?;
            row.is_applied().then(|| (name, row.key.clone()))
        };
        let beside: Vec<_> = afterwards.iter().filter_map(named).collect();
        let again = Goal::RunAgain {
            these,
            beside: beside.clone(),
        };
        self.plan_towards(&again, dialect, &afterwards)?;
        Ok(beside)
    }

    pub(super) fn nothing_to_do(
        &self,
        plan: Plan,
        history: &[AppliedMigration],
        started: Instant,
    ) -> Report {
        Report {
            applied_before: self.count_applied(history),
            warnings: plan.warnings,
            allowed: plan.allowed,
            took: started.elapsed(),
            ..Report::default()
        }
    }
}
