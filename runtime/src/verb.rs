//! What a [`Migrator`] can be asked to do, one file a kind of verb. Each begins with one read of the history.

mod adopt;
mod beside;
mod look;
mod mend;
mod repair;
mod resolve;
mod run;
mod wait;

use embed_migrations_core::{
    AppliedMigration, Dialect, Difference, DifferenceKind, Goal, MigrationSet, Plan, Refusal,
    Scope, plan,
};

pub use repair::Repair;
pub use resolve::Resolution;

use crate::connect::Held;
use crate::connect::sealed::Source;
use crate::error::{Error, ErrorKind};
use crate::{Engine, Migrator, history};

/// A connection, the pool that it is of, and the history.
type Beginning<'a, C> = (
    Held<'a, C>,
    Option<&'a sqlx::Pool<<C as sqlx::Connection>::Database>>,
    Vec<AppliedMigration>,
);

impl Migrator {
    /// A connection, and the history: the one read that every verb begins with.
    async fn begin<'a, C: Engine>(&self, source: Source<'a, C>) -> Result<Beginning<'a, C>, Error> {
        self.check()?;
        self.refuse_schema(C::DIALECT)?;
        let pool = match &source {
            Source::Pool(pool) => Some(*pool),
            Source::Connection(_) => None,
        };
        let mut held = Held::take(source).await?;
        if held.is_in_transaction() {
            return Err(in_transaction());
        }
        let history = match (self.read(&mut *held).await, pool) {
            // An idle connection may have died since it was used last.
            (Err(error), Some(pool)) if is_dead(&error) => {
                drop(held);
                held = Held::take_living(pool).await?;
                self.read(&mut *held).await?
            }
            (history, _) => history?,
        };
        Ok((held, pool, history))
    }

    async fn read<C: Engine>(&self, connection: &mut C) -> Result<Vec<AppliedMigration>, Error> {
        history::read(connection, &self.history_table(), &self.names()).await
    }

    /// The names of the sets.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.sets().map(MigrationSet::name).collect()
    }

    pub(crate) fn scope(&self, dialect: Dialect) -> Scope<'_> {
        Scope {
            members: self.members(),
            dialect,
            policies: self.configured_policies(),
        }
    }

    pub(crate) fn plan_towards(
        &self,
        goal: &Goal,
        dialect: Dialect,
        history: &[AppliedMigration],
    ) -> Result<Plan, Error> {
        plan(self.scope(dialect), history, goal).map_err(Error::refused)
    }

    /// How many migrations of the sets are applied.
    pub(crate) fn count_applied(&self, history: &[AppliedMigration]) -> usize {
        let is_known = |row: &AppliedMigration| {
            let mut members = self.members().iter();
            members.any(|member| member.set().name() == row.set && member.knows(&row.key))
        };
        let applied = history.iter().filter(|row| row.is_applied());
        applied.filter(|row| is_known(row)).count()
    }
}

/// Whether the connection is gone, rather than the statement refused. PostgreSQL says so in class 57P, "operator
/// intervention", before it closes an idle one.
fn is_dead(error: &Error) -> bool {
    match error.database_error() {
        Some(sqlx::Error::Io(_) | sqlx::Error::Protocol(_)) => true,
        Some(sqlx::Error::Database(error)) => {
            error.code().is_some_and(|code| code.starts_with("57P"))
        }
        _ => false,
    }
}

impl Error {
    /// Why there is no plan.
    pub(crate) fn refused(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Differences(differences) => Self::differing(differences),
            Refusal::UnknownTarget(unknown) => Self::new(ErrorKind::Target, unknown.to_string()),
            _ => Self::new(
                ErrorKind::Difference,
                format!("there is no plan: {refusal:?}"),
            ),
        }
    }

    /// The error of differences that policy refuses.
    pub(crate) fn differing(differences: Vec<Difference>) -> Self {
        let mut kinds = differences.iter().map(Difference::kind);
        let kind = if kinds.all(|kind| kind == DifferenceKind::ForeignHistory) {
            ErrorKind::ForeignHistory
        } else {
            ErrorKind::Difference
        };
        Self::new(kind, refusal_of(&differences)).with_differences(differences)
    }
}

fn refusal_of(differences: &[Difference]) -> &'static str {
    let all = |is_meant: fn(DifferenceKind) -> bool| {
        let mut kinds = differences.iter().map(Difference::kind);
        kinds.all(is_meant)
    };
    if all(|kind| matches!(kind, DifferenceKind::NoScript | DifferenceKind::Unreadable)) {
        "the program has no script for this engine"
    } else if all(|kind| matches!(kind, DifferenceKind::NoDown | DifferenceKind::NotNewest)) {
        "not everything can be reverted"
    } else if all(|kind| kind == DifferenceKind::ForeignHistory) {
        "nothing is run, for all would be run again"
    } else if all(|kind| kind == DifferenceKind::FailedElsewhere) {
        "the history of another tool is not finished"
    } else {
        "the database's history does not fit this program"
    }
}

fn in_transaction() -> Error {
    let message = "the connection is in a transaction, and migrations begin and commit their own";
    Error::new(ErrorKind::Configuration, message)
        .with_hint("pass the pool, or the connection before its `begin`")
}
