//! What stands around a run: the program's hooks.

use embed_migrations_core::{Plan, Step, Via};

use super::Run;
use crate::engine::Server;
use crate::error::Error;
use crate::hooks::AnyHook;
use crate::{Engine, Hooks};

/// What is only recorded has nothing around it.
fn is_run(step: &Step) -> bool {
    step.via == Via::Run
}

impl<C: Engine> Run<'_, C> {
    /// Before the first step; an error is a veto.
    pub(super) async fn before_run(&mut self, plan: &Plan, server: &Server) -> Result<(), Error> {
        if !plan.steps.iter().any(is_run) {
            return Ok(());
        }
        let said = self.call(|hooks| &hooks.before_run, plan).await;
        self.settled(said, "before the run, and nothing was run", server)
            .await
    }

    /// After the last step, where this run took one.
    pub(super) async fn after_run(&mut self, server: &Server) -> Result<(), Error> {
        let done = self.report.steps.iter().rev().take(self.done_for_goal);
        if !done.map(|of| &of.step).any(is_run) {
            return Ok(());
        }
        let report = self.report.clone();
        let said = self.call(|hooks| &hooks.after_run, &report).await;
        self.settled(said, "after the run", server).await
    }

    async fn call<A>(
        &mut self,
        chosen: impl for<'h> Fn(&'h Hooks<C>) -> &'h Vec<Box<dyn AnyHook<C, A>>>,
        about: &A,
    ) -> Result<(), crate::BoxError> {
        for hooks in self.hooks.clone() {
            for hook in chosen(hooks) {
                hook.call(self.connection, about).await?;
            }
        }
        Ok(())
    }

    /// What was said outside of a transaction, which a hook must not leave open.
    async fn settled(
        &mut self,
        said: Result<(), crate::BoxError>,
        place: &str,
        server: &Server,
    ) -> Result<(), Error> {
        if self.hooks.is_empty() {
            return Ok(());
        }
        self.roll_back().await?;
        self.put_back(server).await?;
        said.map_err(|error| Error::rust(format!("a hook failed {place}"), error))
    }
}
