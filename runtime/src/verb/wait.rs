//! Waiting until another process has applied what is pending.

use std::time::{Duration, Instant};

use embed_migrations_core::{AppliedMigration, Goal, Validation, validate};

use super::look::pending;
use crate::connect::Database;
use crate::connect::sealed::Source;
use crate::error::{Error, ErrorKind};
use crate::{Engine, Migrator, Report};

const SHORTEST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(2);

impl Migrator {
    /// Returns when every migration of the program is applied, by whomever: for processes of a fleet whose deployment
    /// migrates. Reads only, with pauses from 50 ms to 2 s. A database that cannot be reached yet is waited for, too.
    ///
    /// # Errors
    ///
    /// What is not there after the timeout, [`ErrorKind::Waited`]; a difference that no waiting mends, at once; and a
    /// request to [`Stop`](crate::Stop).
    pub fn wait<'a>(
        &'a self,
        database: impl Database<'a>,
        timeout: Duration,
    ) -> impl Future<Output = Result<Validation, Error>> + Send + 'a {
        self.wait_on(database.source(), timeout)
    }

    pub(super) async fn waited<C: Engine>(
        &self,
        source: Source<'_, C>,
        timeout: Duration,
    ) -> Result<Report, Error> {
        let started = Instant::now();
        let validation = self.wait_on(source, timeout).await?;
        Ok(Report {
            applied_before: validation.applied,
            took: started.elapsed(),
            ..Report::default()
        })
    }

    async fn wait_on<C: Engine>(
        &self,
        mut source: Source<'_, C>,
        timeout: Duration,
    ) -> Result<Validation, Error> {
        let started = Instant::now();
        let mut pause = SHORTEST;
        loop {
            let look = |dialect, history: Vec<AppliedMigration>| {
                let plan =
                    self.plan_towards(&Goal::Run(self.configured_target()), dialect, &history)?;
                Ok((validate(self.scope(dialect), &history, None), plan))
            };
            let why = match self.read_from(source.again(), look).await {
                Ok((validation, plan)) if plan.is_empty() => return Ok(validation),
                Ok((validation, plan)) => {
                    let first = plan.steps[0].migration.to_string();
                    let error = pending(plan.steps.len(), &first);
                    error.with_note(validation.summary())
                }
                Err(error) if error.kind() == ErrorKind::Database => error,
                Err(error) => return Err(error),
            };
            if started.elapsed() + pause > timeout {
                return Err(why.waited(timeout));
            }
            tokio::select! {
                () = self.stop().requested() => return Err(Error::stopped("while it waited")),
                () = tokio::time::sleep(pause.mul_f64(0.5 + fastrand::f64() / 2.0)) => {}
            }
            pause = (pause * 2).min(LONGEST);
        }
    }
}
