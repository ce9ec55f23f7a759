//! What is to be reverted: the newest first, the last set first.

use super::difference::Difference;
use super::target::UnknownTarget;
use super::{Footing, Plan, Refusal, Scope, Step, Target};
use crate::history::of_set;
use crate::{AppliedMigration, Checksum, Dialect, Direction, Key, Member, Migration, Script};

/// A row and the set that it is of.
type Candidate<'a> = (&'a Member, &'a AppliedMigration);

pub(super) fn plan(
    scope: Scope<'_>,
    history: &[AppliedMigration],
    target: Target,
) -> Result<Plan, Refusal> {
    let candidates = candidates(scope, history);
    let chosen: Vec<Candidate<'_>> = match target {
        Target::Latest => candidates.take(1).collect(),
        Target::Steps(most) => candidates.take(most).collect(),
        Target::Version(version) => {
            let own = scope.members.last().map(|member| member.set().name);
            let is_known = scope.members.last().is_some_and(|own| {
                let is_row = |row: &AppliedMigration| row.version() == Some(version);
                own.get(version).is_some() || of_set(history, own.set()).any(is_row)
            });
            if !is_known {
                let unknown = UnknownTarget::new(version, scope.members.last());
                return Err(Refusal::UnknownTarget(unknown));
            }
            candidates
                .filter(|(member, row)| {
                    Some(member.set().name) == own && row.version() > Some(version)
                })
                .collect()
        }
    };
    revert(scope, history, chosen)
}

pub(super) fn plan_these(
    scope: Scope<'_>,
    history: &[AppliedMigration],
    these: &[(&'static str, Key)],
) -> Result<Plan, Refusal> {
    let is_meant =
        |set: &str, key: &Key| these.iter().any(|these| these.0 == set && these.1 == *key);
    let chosen = candidates(scope, history)
        .filter(|(member, row)| is_meant(member.set().name, &row.key))
        .collect();
    revert(scope, history, chosen)
}

/// The rows of migrations, in the order in which they are reverted. What a repeatable made is replaced, never undone.
fn candidates<'a>(
    scope: Scope<'a>,
    history: &'a [AppliedMigration],
) -> impl Iterator<Item = Candidate<'a>> {
    scope.members.iter().rev().flat_map(move |member| {
        let mut rows: Vec<&AppliedMigration> = of_set(history, member.set())
            .filter(|row| row.version().is_some())
            .collect();
        rows.sort_by(|one, other| other.key.cmp(&one.key));
        rows.into_iter().map(move |row| (member, row))
    })
}

fn revert(
    scope: Scope<'_>,
    history: &[AppliedMigration],
    chosen: Vec<Candidate<'_>>,
) -> Result<Plan, Refusal> {
    let (mut steps, mut differences) = (Vec::new(), Vec::new());
    let mut above: Vec<Candidate<'_>> = candidates(scope, history).collect();
    for (member, row) in chosen {
        above.retain(|(_, other)| !std::ptr::eq(*other, row));
        let of_set = || above.iter().filter(|(of, _)| of.set().name == row.set);
        if let Some((_, newer)) = of_set().find(|(_, other)| other.key > row.key) {
            differences.push(Difference::not_newest(row, newer));
            continue;
        }
        match step(scope.dialect, member, row) {
            Ok((step, difference)) => {
                steps.push(step.on(Footing::Rows(of_set().count() + 1)));
                differences.extend(difference);
            }
            Err(difference) => differences.push(difference),
        }
    }
    scope.judge(steps, differences)
}

/// The step that reverts a migration, or goes on with it; and what policy is to judge.
fn step(
    dialect: Dialect,
    member: &Member,
    row: &AppliedMigration,
) -> Result<(Step, Option<Difference>), Difference> {
    let migration = row
        .version()
        .and_then(|version| member.of(dialect).get(version))
        .ok_or_else(|| Difference::unknown_down(row))?;
    if !row.is_applied() && row.direction == Direction::Up {
        return Err(Difference::half_applied(migration, row));
    }
    let script = migration
        .down(dialect)
        .ok_or_else(|| Difference::no_down(migration, dialect))?;
    let step = Step::new(member.set(), migration, script, dialect)?;
    if row.is_applied() {
        let edited = edited(migration, script, row.down_checksum);
        Ok((step, edited))
    } else {
        Ok((step.resumed(row)?, None))
    }
}

/// A down script that came after its up script was run is no edit.
fn edited(migration: Migration, script: &Script, recorded: Option<Checksum>) -> Option<Difference> {
    let is_edited = recorded.is_some_and(|recorded| recorded != script.checksum());
    is_edited.then(|| Difference::down_modified(migration, script))
}
