//! [`Around`]: what stands around a run and around each migration, the program's hooks and the directory's callbacks.
//!
//! The hooks are the outer ones: before, they come first; after, last.

use embed_migrations_core::{
    Dialect, Direction, Event, MigrationSet, Plan, Script, Statement, Step, Via, is_data_only,
};

use super::Run;
use super::attempt::Attempt;
use super::failure::{callback_failed, named};
use super::message::{Message, Part};
use crate::engine::Server;
use crate::error::{Error, ErrorKind};
use crate::hooks::AnyHook;
use crate::{BoxError, Engine, Hooks};

/// The callbacks of one event.
#[derive(Debug, Default)]
pub(super) struct Callbacks(Vec<(&'static Script, Vec<Statement>)>);

impl Callbacks {
    fn of(set: &MigrationSet, event: Event, dialect: Dialect) -> Result<Self, Error> {
        let scripts = set.callbacks(event, dialect).map(|script| {
            let statements = script.statements(dialect);
            let statements = statements.ok_or_else(|| unreadable(script, dialect))?;
            Ok((script, statements))
        });
        scripts.collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether each of them only reads and writes rows.
    pub(super) fn are_data_only(&self) -> bool {
        let mut scripts = self.0.iter();
        scripts.all(|(script, statements)| is_data_only(script, statements))
    }

    fn statements(&self) -> impl Iterator<Item = (&'static Script, Statement)> {
        self.0.iter().flat_map(|(script, statements)| {
            statements.iter().map(|statement| (*script, *statement))
        })
    }

    /// All of them into a message.
    pub(super) fn push_to(&self, message: &mut Message) {
        for (script, statement) in self.statements() {
            message.push(Part::Statement(script, statement), script.text(statement));
        }
    }

    /// One statement after the other, outside of a script's own message.
    pub(super) async fn run<C: Engine>(
        &self,
        connection: &mut C,
        place: &str,
    ) -> Result<(), Error> {
        for (script, statement) in self.statements() {
            let sql = script.text(statement).to_owned();
            let ran = connection.run(sql).await;
            ran.map_err(|stopped| callback_failed::<C>(place, script, statement, stopped))?;
        }
        Ok(())
    }
}

/// What stands around one migration.
#[derive(Debug, Default)]
pub(super) struct Around {
    pub(super) before: Callbacks,
    pub(super) after: Callbacks,
}

impl Around {
    pub(super) fn of(step: &Step, dialect: Dialect) -> Result<Self, Error> {
        let [before, after] = match step.direction() {
            Direction::Up => [Event::BeforeEach, Event::AfterEach],
            Direction::Down => [Event::BeforeEachRevert, Event::AfterEachRevert],
        };
        Ok(Self {
            before: Callbacks::of(step.set, before, dialect)?,
            after: Callbacks::of(step.set, after, dialect)?,
        })
    }
}

impl<C: Engine> Attempt<'_, C> {
    /// Whether the program is to be called around the migration.
    pub(super) fn has_hooks(&self) -> bool {
        let mut hooks = self.hooks.iter();
        hooks.any(|hooks| !hooks.before_each.is_empty() || !hooks.after_each.is_empty())
    }

    /// Whether anything stands around the migration.
    pub(super) fn has_around(&self) -> bool {
        self.has_hooks() || !self.around.before.is_empty() || !self.around.after.is_empty()
    }

    pub(super) async fn hooks_before(&self, connection: &mut C) -> Result<(), Error> {
        let said = call(
            self.hooks,
            |hooks| &hooks.before_each,
            connection,
            self.step,
        )
        .await;
        said.map_err(|error| self.hook_failed("before", error))
    }

    pub(super) async fn hooks_after(&self, connection: &mut C) -> Result<(), Error> {
        let said = call(self.hooks, |hooks| &hooks.after_each, connection, self.step).await;
        said.map_err(|error| self.hook_failed("after", error))
    }

    /// All that comes before the migration, where it is not one message.
    pub(super) async fn before(&self, connection: &mut C) -> Result<(), Error> {
        self.hooks_before(connection).await?;
        let place = format!("before {}", named(self.step));
        self.around.before.run(connection, &place).await
    }

    /// All that comes after it.
    pub(super) async fn after(&self, connection: &mut C) -> Result<(), Error> {
        let place = format!("after {}", named(self.step));
        self.around.after.run(connection, &place).await?;
        self.hooks_after(connection).await
    }

    fn hook_failed(&self, place: &str, error: BoxError) -> Error {
        Error::rust(format!("a hook failed {place} {}", named(self.step)), error)
    }
}

impl<C: Engine> Run<'_, C> {
    /// Before the first step; an error is a veto.
    pub(super) async fn before_run(&mut self, plan: &Plan, server: &Server) -> Result<(), Error> {
        // What is only recorded has nothing around it.
        let Some(first) = plan.steps.first().filter(|step| step.via == Via::Run) else {
            return Ok(());
        };
        let event = match first.direction() {
            Direction::Up => Event::BeforeRun,
            Direction::Down => Event::BeforeRevert,
        };
        let callbacks = self.callbacks(event, |set| {
            let mut steps = plan.steps.iter();
            steps.any(|step| step.set == set)
        })?;
        let hooks = self.hooks.clone();
        let place = "before the run, and nothing was run";
        let said = call(&hooks, |hooks| &hooks.before_run, self.connection, plan).await;
        let ran = match said {
            Ok(()) => callbacks.run(self.connection, place).await,
            Err(error) => Err(Error::rust(format!("a hook failed {place}"), error)),
        };
        self.out_of_transaction(&callbacks, ran, server).await
    }

    /// After the last step, where this run took one.
    pub(super) async fn after_run(&mut self, server: &Server) -> Result<(), Error> {
        let taken = self.report.steps.len() - self.done_for_goal;
        let taken = self.report.steps.iter().skip(taken).map(|of| &of.step);
        let run: Vec<&Step> = taken.filter(|step| step.via == Via::Run).collect();
        let Some(last) = run.last() else {
            return Ok(());
        };
        let event = match last.direction() {
            Direction::Up => Event::AfterRun,
            Direction::Down => Event::AfterRevert,
        };
        let sets: Vec<&MigrationSet> = run.iter().map(|step| step.set).collect();
        let callbacks = self.callbacks(event, |set| sets.contains(&set))?;
        let (hooks, report) = (self.hooks.clone(), self.report.clone());
        let ran = match callbacks.run(self.connection, "after the run").await {
            Ok(()) => call(&hooks, |hooks| &hooks.after_run, self.connection, &report)
                .await
                .map_err(|error| Error::rust("a hook failed after the run", error)),
            Err(error) => Err(error),
        };
        self.out_of_transaction(&callbacks, ran, server).await
    }

    /// Whether anything is called before the first migration, or the first is nothing but that.
    pub(super) fn has_something_before(&self, plan: &Plan) -> bool {
        let mut hooks = self.hooks.iter();
        let has_hook =
            hooks.any(|hooks| !hooks.before_run.is_empty() || !hooks.before_each.is_empty());
        has_hook
            || plan.steps.iter().any(|step| {
                let events = [Event::BeforeRun, Event::BeforeEach].into_iter();
                let mut callbacks = events.flat_map(|event| step.set.callbacks(event, C::DIALECT));
                callbacks.next().is_some()
            })
    }

    fn callbacks(
        &self,
        event: Event,
        is_meant: impl Fn(&'static MigrationSet) -> bool,
    ) -> Result<Callbacks, Error> {
        let mut all = Callbacks::default();
        for set in self.migrator.sets().filter(|set| is_meant(set)) {
            all.0.extend(Callbacks::of(set, event, C::DIALECT)?.0);
        }
        Ok(all)
    }

    /// What stands around a run must not leave a transaction open, nor the session as it likes it.
    async fn out_of_transaction(
        &mut self,
        callbacks: &Callbacks,
        ran: Result<(), Error>,
        server: &Server,
    ) -> Result<(), Error> {
        if self.hooks.is_empty() && callbacks.is_empty() {
            return ran;
        }
        self.roll_back().await?;
        self.put_back(server).await?;
        ran
    }
}

async fn call<C: Engine, A>(
    hooks: &[&Hooks<C>],
    chosen: impl for<'h> Fn(&'h Hooks<C>) -> &'h Vec<Box<dyn AnyHook<C, A>>>,
    connection: &mut C,
    about: &A,
) -> Result<(), BoxError> {
    for hook in hooks.iter().flat_map(|hooks| chosen(hooks)) {
        hook.call(connection, about).await?;
    }
    Ok(())
}

fn unreadable(script: &Script, dialect: Dialect) -> Error {
    let message = format!("{} cannot be read as {dialect}", script.path());
    Error::new(ErrorKind::Difference, message).with_hint(format!(
        "give the file a dialect in its name, and one for {dialect} beside it"
    ))
}
