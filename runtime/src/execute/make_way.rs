//! Somebody's lock in the way of a statement of which nothing is done: step back, let others through, and try again, for a
//! bounded time. Then say who is in the way.

use embed_migrations_core::{Script, Statement, Step};

use super::Run;
use super::failure::named;
use crate::error::{Error, ErrorKind};
use crate::{Engine, Progress};

impl<C: Engine> Run<'_, C> {
    /// Pauses; or, when patience is at its end, returns the error with those who are in the way.
    pub(super) async fn make_way(
        &mut self,
        step: &Step,
        script: &'static Script,
        statement: Statement,
        error: Error,
    ) -> Result<(), Error> {
        let (waited, by) = (
            self.in_the_way.so_far(),
            self.holders(script, statement).await,
        );
        tracing::info!(?waited, ?by, %error, "a lock is in the way");
        self.migrator.tell(&Progress::Blocked {
            set: step.set.name(),
            migration: step.migration,
            waited,
            by,
        });
        let asked = self.migrator.stop().clone();
        let is_patient = tokio::select! {
            is_patient = self.in_the_way.pause() => is_patient,
            () = asked.requested() => {
                return Err(Error::stopped(&format!("while a lock was in the way of {}", named(step))));
            }
        };
        if is_patient {
            return Ok(());
        }
        // Who has gone since is in nobody's way.
        let holders = self.holders(script, statement).await;
        let (tries, seconds) = (self.in_the_way.pauses(), self.in_the_way.so_far().as_secs());
        let error = error.in_the_way(tries, seconds);
        Err(holders.into_iter().fold(error, |error, holder| {
            error.with_note(format!("in the way: {holder}"))
        }))
    }

    /// Who may have the lock: nobody, where the server does not tell.
    async fn holders(&mut self, script: &'static Script, statement: Statement) -> Vec<String> {
        let holders = self.connection.holders(script.text(statement)).await;
        holders.unwrap_or_default()
    }
}

impl Error {
    /// The same after it was tried so often, for so long.
    fn in_the_way(self, tries: usize, seconds: u64) -> Self {
        let times = if tries == 1 {
            "once"
        } else {
            &format!("{tries} times")
        };
        let message = format!("{self}; it was tried {times} in {seconds} s");
        self.with_message(message)
            .with_kind(ErrorKind::Waited)
            .with_hint("end what is in the way, or let the run try for longer with `lock_patience`")
    }
}
