//! What is pending, in the order of the sets and of their versions.

use super::difference::{self, Difference, DifferenceKind};
use super::{Plan, Refusal, Scope, Step, Target};
use crate::history::{by_key, newest_applied, of_set};
use crate::{AppliedMigration, Dialect, Key, Member, Migration};

pub(super) fn plan(
    scope: Scope<'_>,
    history: &[AppliedMigration],
    target: Target,
) -> Result<Plan, Refusal> {
    let (mut steps, mut differences) = (Vec::new(), Vec::new());
    for (index, member) in scope.members.iter().enumerate() {
        let is_own = index + 1 == scope.members.len();
        let target = match target {
            Target::Version(_) if !is_own => Target::Latest,
            target => target,
        };
        pending(
            scope.dialect,
            member,
            history,
            target,
            |_| true,
            &mut steps,
            &mut differences,
        )?;
    }
    scope.judge(steps, differences)
}

pub(super) fn plan_these(
    scope: Scope<'_>,
    history: &[AppliedMigration],
    these: &[(&'static str, Key)],
) -> Result<Plan, Refusal> {
    let (mut steps, mut differences) = (Vec::new(), Vec::new());
    for member in scope.members {
        let name = member.set().name;
        let is_meant = |key: &Key| these.iter().any(|these| these.0 == name && these.1 == *key);
        pending(
            scope.dialect,
            member,
            history,
            Target::Latest,
            is_meant,
            &mut steps,
            &mut differences,
        )?;
    }
    scope.judge(steps, differences)
}

/// Adds what is pending of one set and meant, and what its history says of it.
fn pending(
    dialect: Dialect,
    member: &Member,
    history: &[AppliedMigration],
    target: Target,
    is_meant: impl Fn(&Key) -> bool,
    steps: &mut Vec<Step>,
    differences: &mut Vec<Difference>,
) -> Result<(), Refusal> {
    let set = member.set();
    let last = target.last(member).map_err(Refusal::UnknownTarget)?;
    let found = difference::in_history(member, dialect, history);
    let is_ahead = found
        .iter()
        .any(|difference| difference.kind() == DifferenceKind::Ahead);
    differences.extend(found);
    let newest = newest_applied(of_set(history, set));
    let rows = by_key(of_set(history, set));
    for migration in member.of(dialect).migrations() {
        let key = migration.key();
        let row = rows.get(&key).copied();
        let is_beyond = match migration.version() {
            Some(version) => last.is_some_and(|last| version > last),
            // An old program does not put its old view back over the newer one.
            None => is_ahead || last.is_some(),
        };
        let is_enough = target.steps().is_some_and(|most| steps.len() >= most);
        let is_left_out = is_beyond || is_enough || !is_meant(&key);
        if is_left_out || row.is_some_and(|row| is_current(migration, dialect, row)) {
            continue;
        }
        match step(member, migration, dialect, row) {
            Ok(step) => {
                if row.is_none() && migration.version().is_some_and(|own| Some(own) < newest) {
                    differences.push(Difference::out_of_order(migration, step.script));
                }
                steps.push(step);
            }
            Err(difference) => differences.push(difference),
        }
    }
    Ok(())
}

/// Whether a row leaves nothing to do: an edited migration is a difference, and an edited repeatable a step.
fn is_current(migration: Migration, dialect: Dialect, row: &AppliedMigration) -> bool {
    let is_edited = || {
        let script = migration.up(dialect);
        script.is_some_and(|script| script.checksum() != row.checksum)
    };
    row.is_applied() && (migration.version().is_some() || !is_edited())
}

/// The step that applies a migration, or goes on with it.
fn step(
    member: &Member,
    migration: Migration,
    dialect: Dialect,
    row: Option<&AppliedMigration>,
) -> Result<Step, Difference> {
    let script = migration
        .up(dialect)
        .ok_or_else(|| Difference::no_script(migration, dialect))?;
    let step = Step::new(member.set(), migration, script, dialect)?;
    // What of an edited repeatable was done was done by another text.
    match row.filter(|row| !row.is_applied()) {
        Some(row) if row.direction != step.direction() => {
            Err(Difference::half_reverted(migration, row))
        }
        Some(row) => step.resumed(row),
        None => Ok(step),
    }
}
