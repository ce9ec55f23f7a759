//! A plan, step by step. Written once for every engine; what differs is in [`Server`] and in the primitives.

mod around;
mod attempt;
mod batches;
mod claim;
mod crash;
mod doubt;
mod failure;
mod heartbeat;
mod make_way;
mod message;
mod prepare;
mod record;
mod send;
mod session;
mod statement;
mod statements;
mod transaction;
mod turns;
mod waiting;

use std::sync::OnceLock;
use std::time::Instant;

use embed_migrations_core::{
    AppliedMigration, Direction, Footing, Goal, Key, Plan, Step, Target, Via,
};
use sqlx::Pool;
use tracing::{Instrument, info, info_span};

use crate::engine::Server;
use crate::error::Error;
use crate::history::{self, Table};
use crate::report::Finished;
use crate::work::Way;
use crate::{Engine, Hooks, Migrator, Progress, Report};
use around::Around;
use attempt::Attempt;
use crash::Point;
use waiting::Waiting;

pub(crate) use doubt::{seen_at_work, still_at_work};

/// One run on one connection.
pub(crate) struct Run<'a, C: Engine> {
    migrator: &'a Migrator,
    hooks: Vec<&'a Hooks<C>>,
    connection: &'a mut C,
    /// Where a second connection may come from.
    pool: Option<&'a Pool<C::Database>>,
    started: Instant,
    goal: Goal,
    /// How many steps were taken towards the goal.
    done_for_goal: usize,
    report: Report,
    /// For another process.
    waiting: Waiting,
    /// For a lock.
    in_the_way: Waiting,
    /// The migration that was last said to begin; it may take several attempts.
    begun: Option<(&'static str, Key)>,
    program: String,
    /// Whether the connection is not to be closed: it is borrowed, or its database goes with it.
    lives_on: bool,
}

/// What came of trying to take a step.
enum Outcome {
    /// It is taken, by this run.
    Finished,
    /// Somebody else holds it, or was quicker; look again.
    Taken,
    /// A lock was in the way, and nothing is done; the run has waited for it.
    TryAgain,
}

impl<'a, C: Engine> Run<'a, C> {
    pub(crate) fn new(
        migrator: &'a Migrator,
        connection: &'a mut C,
        pool: Option<&'a Pool<C::Database>>,
        started: Instant,
    ) -> Self {
        Self {
            migrator,
            hooks: migrator.hooks_for(),
            connection,
            pool,
            started,
            goal: Goal::Run(Target::Latest),
            done_for_goal: 0,
            report: Report::default(),
            waiting: Waiting::new(migrator.patience()),
            in_the_way: Waiting::for_locks(migrator.patience_with_locks()),
            begun: None,
            program: program(),
            lives_on: false,
        }
    }

    pub(crate) fn into_report(self) -> Report {
        Report {
            took: self.started.elapsed(),
            ..self.report
        }
    }

    /// Whether the connection is not to be closed once it is as it was.
    pub(crate) fn lives_on(&self) -> bool {
        self.lives_on
    }

    /// Takes the steps of the plan, and of what becomes of it when others take some of them. Where something is said to be
    /// beside what is reverted, that is applied again.
    pub(crate) async fn execute(
        &mut self,
        goal: Goal,
        beside: Option<Vec<(&'static str, Key)>>,
        plan: Plan,
        history: Vec<AppliedMigration>,
    ) -> Result<(), Error> {
        let sets = self.migrator.names().join(", ");
        let span = info_span!("run", sets, pending = plan.steps.len());
        async {
            self.goal = goal;
            let (server, table) = self.prepare(&plan).await?;
            self.lives_on = self.pool.is_none() || server.in_memory;
            let result = self.goals(beside, plan, history, &server, &table).await;
            // A pool's connection is closed; one that lives on is left as it was found.
            if self.lives_on {
                let put_back = self.put_back(&server).await;
                result.and(put_back)
            } else {
                result
            }
        }
        .instrument(span)
        .await
    }

    async fn goals(
        &mut self,
        mut beside: Option<Vec<(&'static str, Key)>>,
        mut plan: Plan,
        mut history: Vec<AppliedMigration>,
        server: &Server,
        table: &Table,
    ) -> Result<(), Error> {
        self.report.warnings.clone_from(&plan.warnings);
        self.report.allowed.clone_from(&plan.allowed);
        loop {
            self.bind(&plan);
            self.report.pending = plan.steps.len();
            self.migrator.tell(&Progress::Started {
                pending: plan.steps.len(),
            });
            self.before_run(&plan, server).await?;
            self.steps(plan, history, server, table).await?;
            self.after_run(server).await?;
            let Some(beside) = beside.take() else {
                return Ok(());
            };
            self.goal = Goal::RunAgain {
                // What another process has reverted is its to apply again.
                these: self.reverted(),
                beside,
            };
            self.done_for_goal = 0;
            // What is reverted and applied again begins twice.
            self.begun = None;
            history = history::read(self.connection, table, &self.migrator.names()).await?;
            plan = self
                .migrator
                .plan_towards(&self.goal, C::DIALECT, &history)?;
        }
    }

    fn reverted(&self) -> Vec<(&'static str, Key)> {
        let reverted = self.report.reverted().into_iter();
        reverted.map(|of| (of.set(), of.key())).collect()
    }

    /// What is to be reverted is what was there at the first look, whatever others revert or apply meanwhile.
    fn bind(&mut self, plan: &Plan) {
        if matches!(self.goal, Goal::Revert(_)) {
            self.goal = Goal::RevertThese(plan.keys().collect());
        }
    }

    async fn steps(
        &mut self,
        mut plan: Plan,
        mut history: Vec<AppliedMigration>,
        server: &Server,
        table: &Table,
    ) -> Result<(), Error> {
        self.report.applied_before = self.migrator.count_applied(&history);
        let mut next = 0;
        loop {
            self.report.pending = plan.steps.len() - next;
            let Some(step) = plan.steps.get(next) else {
                return Ok(());
            };
            if self.migrator.stop().is_requested() {
                let place = format!("before {}", failure::named(step));
                return Err(Error::stopped(&place));
            }
            match self.step(step, &history, server, table).await? {
                Outcome::Finished => next += 1,
                Outcome::Taken => {
                    let (read, planned) = self.look_again(&history, step, table).await?;
                    (history, plan, next) = (read, planned, 0);
                }
                Outcome::TryAgain => {
                    let (read, planned) = self.look(table).await?;
                    (history, plan, next) = (read, planned, 0);
                }
            }
        }
    }

    async fn step(
        &mut self,
        step: &Step,
        history: &[AppliedMigration],
        server: &Server,
        table: &Table,
    ) -> Result<Outcome, Error> {
        let started = Instant::now();
        let (migration, path) = (step.migration, step.script.path());
        let (set, key) = (step.set.name(), migration.key());
        let span = info_span!("migration", set, version = %key, name = migration.name(), path);
        let claim = format!("{:032x}", fastrand::u128(..));
        let (hooks, program) = (self.hooks.clone(), self.program.clone());
        let around = Around::of(step, C::DIALECT)?;
        let attempt = Attempt {
            migrator: self.migrator,
            pool: self.pool,
            hooks: &hooks,
            around: &around,
            rolls_back: OnceLock::new(),
            program: &program,
            server,
            table,
            step,
            row: history.iter().find(|row| row.set == set && row.key == key),
            claim: &claim,
        };
        if self.begun.replace((set, key.clone())) != Some((set, key)) {
            self.migrator.tell(&Progress::Migration {
                set,
                migration,
                script: step.script,
                statements: step.left(),
            });
        }
        prepare::refuse_unreadable(step, server)?;
        crash::at(Point::BeforeClaim);
        let outcome = self.attempt(&attempt).instrument(span).await?;
        if matches!(outcome, Outcome::Finished) {
            let (took, direction) = (started.elapsed(), step.direction());
            let what = match (step.via, direction) {
                (Via::Run, Direction::Up) => "applied",
                (Via::Run, Direction::Down) => "reverted",
                _ => "recorded",
            };
            info!(version = %migration.key(), name = migration.name(), ?took, "{what}");
            self.migrator.tell(&Progress::Finished {
                set,
                migration,
                direction,
                took,
            });
            self.report.steps.push(Finished {
                step: step.clone(),
                took,
            });
            self.done_for_goal += 1;
            self.waiting.over();
            self.in_the_way.over();
        }
        Ok(outcome)
    }

    /// The one of the ways that is right for the step.
    async fn attempt(&mut self, attempt: &Attempt<'_, C>) -> Result<Outcome, Error> {
        let step = attempt.step;
        if step.footing == Footing::Reverting {
            return self.after_reverting(attempt).await;
        }
        if step.via != Via::Run {
            return self.record(attempt).await;
        }
        let in_rust = if step.script.is_rust() {
            Some(self.migrator.in_rust::<C>(step)?)
        } else {
            None
        };
        match in_rust {
            Some(Way::Batches(batches)) => return self.in_batches(attempt, &**batches).await,
            Some(Way::Whole(_)) => attempt.refuse_begun_in_batches()?,
            None => {}
        }
        if !attempt.is_transactional() {
            return self.statement_by_statement(attempt).await;
        }
        let nothing_done = attempt.failed_before_anything();
        if nothing_done && !self.forget(attempt).await? {
            return Ok(Outcome::Taken);
        }
        if !nothing_done && !attempt.begins() {
            return self.statement_by_statement(attempt).await;
        }
        let is_one_message = in_rust.is_none()
            && step.direction() == Direction::Up
            && !attempt.has_hooks()
            && !attempt.server.is_cluster;
        if is_one_message {
            self.in_one_message(attempt).await
        } else {
            self.in_turns(attempt).await
        }
    }
}

/// Who applies: the host where it is told, and the process.
fn program() -> String {
    let host = ["HOSTNAME", "COMPUTERNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok())
        .filter(|host| !host.is_empty());
    let process = std::process::id();
    match host {
        Some(host) => format!("{host}, process {process}"),
        None => format!("process {process}"),
    }
}
