//! Waiting until another process has applied what is pending.

use std::time::{Duration, Instant};

use embed_migrations_core::{AppliedMigration, Goal, Validation, validate};

use super::look::pending;
use crate::connect::Database;
use crate::connect::sealed::Source;
use crate::error::{Error, ErrorKind};
use crate::execute::seen_at_work;
use crate::{Doubt, Engine, Migrator, Report};

const SHORTEST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(2);
/// So long a run has to settle what is in doubt by itself.
const FOR_A_RUN: Duration = Duration::from_secs(5);

impl Migrator {
    /// Returns when every migration of the program is applied, by whomever: for processes of a fleet whose deployment
    /// migrates. Reads only, with pauses from 50 ms to 2 s. A database that cannot be reached yet is waited for, too.
    ///
    /// # Errors
    ///
    /// What is not there after the timeout, [`ErrorKind::Waited`]; a difference that no waiting mends, at once; what is in
    /// doubt, [`ErrorKind::InDoubt`], where no run settles it within 5 s; and a request to [`Stop`](crate::Stop).
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
        let mut doubts = Doubts::default();
        loop {
            let why = match self.seen(source.again()).await {
                Ok(Ok(validation)) => return Ok(validation),
                Ok(Err(why)) => why,
                Err(error) if error.kind() == ErrorKind::Database => error,
                Err(error) => return Err(error),
            };
            let is_over = started.elapsed() + pause > timeout;
            if why.is_in_doubt() && (doubts.stay(&why) || is_over) {
                return Err(why);
            }
            if is_over {
                return Err(why.waited(timeout));
            }
            tokio::select! {
                () = self.stop().requested() => return Err(Error::stopped("while it waited")),
                () = tokio::time::sleep(pause.mul_f64(0.5 + fastrand::f64() / 2.0)) => {}
            }
            pause = (pause * 2).min(LONGEST);
        }
    }

    /// What there is, or why it is to be waited for.
    async fn seen<C: Engine>(
        &self,
        source: Source<'_, C>,
    ) -> Result<Result<Validation, Error>, Error> {
        let (mut held, _, history) = self.begin(source).await?;
        let doubt = self.unattended(&mut *held, &history).await;
        held.give_back();
        if let Some(doubt) = doubt {
            return Ok(Err(Error::in_doubt(&doubt)));
        }
        let goal = Goal::Run(self.configured_target());
        let plan = self.plan_towards(&goal, C::DIALECT, &history)?;
        let validation = validate(self.scope(C::DIALECT), &history, None);
        Ok(match plan.steps.first() {
            None => Ok(validation),
            Some(first) => {
                let error = pending(plan.steps.len(), &first.migration.to_string());
                Err(error.with_note(validation.summary()))
            }
        })
    }

    /// What is in doubt, and nobody is seen at work on it.
    async fn unattended<C: Engine>(
        &self,
        connection: &mut C,
        history: &[AppliedMigration],
    ) -> Option<Doubt> {
        for row in history.iter().filter(|row| row.is_in_doubt()) {
            let mut members = self.members().iter();
            let member = members.find(|member| member.set().name() == row.set)?;
            // Where the server does not say, somebody may be.
            let doing = seen_at_work(connection, row).await;
            if doing.is_ok_and(|doing| doing.is_empty()) {
                return Some(Doubt::of(member, C::DIALECT, row));
            }
        }
        None
    }
}

/// Since when the same is in doubt. A run that takes it over may ask the catalogue and go on; where that takes too long, it is
/// for a person to say.
#[derive(Debug, Default)]
struct Doubts(Option<(String, Instant)>);

impl Doubts {
    /// Whether it has been the same for a while.
    fn stay(&mut self, error: &Error) -> bool {
        let what = error.to_string();
        match &self.0 {
            Some((known, since)) if *known == what => since.elapsed() >= FOR_A_RUN,
            _ => {
                self.0 = Some((what, Instant::now()));
                false
            }
        }
    }
}
