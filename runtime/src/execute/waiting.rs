//! Waiting for somebody else: without a transaction or a snapshot, with jitter and back-off, for a bounded time.

use std::time::{Duration, Instant};

use embed_migrations_core::{AppliedMigration, Goal, Journal, Plan, Step, Target};

use super::Run;
use super::failure::named;
use crate::error::{Error, ErrorKind};
use crate::history::{self, Table};
use crate::{Engine, Progress};

const SHORTEST: Duration = Duration::from_millis(15);
const LONGEST: Duration = Duration::from_secs(1);
/// A row that looks abandoned must look so twice, this far apart.
const SECOND_LOOK: Duration = Duration::from_secs(1);

impl<C: Engine> Run<'_, C> {
    /// After a pause: what the history says now, and what is left to do.
    pub(super) async fn look_again(
        &mut self,
        before: &[AppliedMigration],
        step: &Step,
        table: &Table,
    ) -> Result<(Vec<AppliedMigration>, Plan), Error> {
        self.migrator.tell(&Progress::Waiting {
            set: step.set.name(),
            migration: step.migration,
            waited: self.waiting.so_far(),
        });
        let asked = self.migrator.stop().clone();
        let patient = tokio::select! {
            patient = self.waiting.pause() => patient,
            () = asked.requested() => return Err(Error::stopped(&format!(
                "while it waited for {}",
                named(step)
            ))),
        };
        let history = history::read(self.connection, table, &self.migrator.names()).await?;
        if has_moved(before, &history) {
            self.waiting.over();
        } else if !patient {
            return Err(self.waited_too_long(step, &history).await);
        }
        let plan = self.plan_left(&history)?;
        Ok((history, plan))
    }

    /// What the history says now, and what is left to do.
    pub(super) async fn look(
        &mut self,
        table: &Table,
    ) -> Result<(Vec<AppliedMigration>, Plan), Error> {
        let history = history::read(self.connection, table, &self.migrator.names()).await?;
        let plan = self.plan_left(&history)?;
        Ok((history, plan))
    }

    fn plan_left(&mut self, history: &[AppliedMigration]) -> Result<Plan, Error> {
        let mine = self.report.applied().len();
        self.report.applied_before = self.migrator.count_applied(history).saturating_sub(mine);
        self.migrator
            .plan_towards(&self.goal_left(), C::DIALECT, history)
    }

    /// The goal without what this run has done of it.
    fn goal_left(&self) -> Goal {
        match &self.goal {
            Goal::Run(Target::Steps(most)) => {
                Goal::Run(Target::Steps(most.saturating_sub(self.done_for_goal)))
            }
            // What this run has reverted and somebody has applied again is that one's.
            Goal::RevertThese(these) => {
                let reverted = self.reverted();
                let left = these.iter().filter(|these| !reverted.contains(these));
                Goal::RevertThese(left.cloned().collect())
            }
            goal => goal.clone(),
        }
    }

    async fn waited_too_long(&mut self, step: &Step, history: &[AppliedMigration]) -> Error {
        let key = step.migration.key();
        let row = history
            .iter()
            .find(|row| row.set == step.set.name() && row.key == key);
        let holder = match row {
            Some(row) => format!(
                "{}, statement {} of {}",
                row.applied_by, row.journal.sent, row.journal.total
            ),
            None => "a transaction that has not ended".to_owned(),
        };
        let activity = self
            .connection
            .activity("embed-migrations claim=", "")
            .await;
        let error = Error::new(
            ErrorKind::Waited,
            format!(
                "migration {} is held by {holder}; nothing changed for {} s",
                step.migration,
                self.waiting.so_far().as_secs()
            ),
        )
        .with_hint("wait longer with `wait_timeout`, or end the session that holds it");
        activity
            .unwrap_or_default()
            .into_iter()
            .fold(error, |error, doing| {
                error.with_note(format!("under way: {doing}"))
            })
    }
}

/// Whether anything happened between two looks; that a claim ran out is nothing that happened.
fn has_moved(before: &[AppliedMigration], now: &[AppliedMigration]) -> bool {
    let told = |row: &AppliedMigration| {
        let claim = row.claim.as_ref().map(|claim| claim.id.clone());
        (
            row.set.clone(),
            row.key.clone(),
            (row.direction, row.state),
            row.journal.clone(),
            claim,
        )
    };
    !before.iter().map(told).eq(now.iter().map(told))
}

/// How long nothing has changed.
#[derive(Debug)]
pub(super) struct Waiting {
    patience: Duration,
    shortest: Duration,
    longest: Duration,
    since: Option<Instant>,
    pause: Duration,
    pauses: usize,
    suspect: Option<(String, Journal, Instant)>,
}

impl Waiting {
    pub(super) fn new(patience: Duration) -> Self {
        Self::between(patience, SHORTEST, LONGEST)
    }

    /// For a lock that others hold: each try may hold others up, so there is time for them in between.
    pub(super) fn for_locks(patience: Duration) -> Self {
        Self::between(
            patience,
            Duration::from_millis(500),
            Duration::from_secs(10),
        )
    }

    fn between(patience: Duration, shortest: Duration, longest: Duration) -> Self {
        Self {
            patience,
            shortest,
            longest,
            since: None,
            pause: shortest,
            pauses: 0,
            suspect: None,
        }
    }

    /// Sleeps a little, longer each time. `false`: patience is at its end.
    pub(super) async fn pause(&mut self) -> bool {
        self.since.get_or_insert_with(Instant::now);
        // Anything between half of the pause and all of it, so that many starters do not come back together.
        tokio::time::sleep(self.pause.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
        self.pause = (self.pause * 2).min(self.longest);
        self.pauses += 1;
        self.so_far() < self.patience
    }

    /// Something changed: the next wait begins anew.
    pub(super) fn over(&mut self) {
        self.since = None;
        self.pause = self.shortest;
        self.pauses = 0;
    }

    /// How often it has paused since.
    pub(super) fn pauses(&self) -> usize {
        self.pauses
    }

    pub(super) fn so_far(&self) -> Duration {
        self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Whether a row whose holder is not heard of has looked the same for a while.
    pub(super) fn is_abandoned(&mut self, row: &AppliedMigration) -> bool {
        let claim = row.claim.as_ref().map_or("", |claim| &claim.id);
        match &self.suspect {
            Some((id, journal, since)) if id == claim && *journal == row.journal => {
                since.elapsed() >= SECOND_LOOK
            }
            _ => {
                self.suspect = Some((claim.to_owned(), row.journal.clone(), Instant::now()));
                false
            }
        }
    }
}
