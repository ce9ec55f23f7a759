//! What is recorded as applied without being run.

use super::difference::{Difference, of_dialect};
use super::target::UnknownTarget;
use super::{Plan, Refusal, Scope, Step};
use crate::history::{by_key, of_set};
use crate::{Adoption, AppliedMigration, Member, Migration, Version, Via};

pub(super) fn baseline(
    scope: Scope<'_>,
    history: &[AppliedMigration],
    version: Version,
) -> Result<Plan, Refusal> {
    let up_to = |migration: &Migration| migration.version().is_some_and(|own| own <= version);
    let own = known(scope, version)?;
    let Recorded { steps, differences } = recorded(scope, own, history, Via::Baseline, up_to);
    scope.judge(steps, differences)
}

pub(super) fn skip(
    scope: Scope<'_>,
    history: &[AppliedMigration],
    version: Version,
) -> Result<Plan, Refusal> {
    let only = |migration: &Migration| migration.version() == Some(version);
    let own = known(scope, version)?;
    let Recorded { steps, differences } = recorded(scope, own, history, Via::Skip, only);
    scope.judge(steps, differences)
}

pub(super) fn adopt(
    scope: Scope<'_>,
    history: &[AppliedMigration],
    adoption: &Adoption,
) -> Result<Plan, Refusal> {
    let Some(own) = scope.members.last() else {
        return Ok(Plan::default());
    };
    let these = |migration: &Migration| adoption.applied.contains(&migration.key());
    let recorded = recorded(scope, own, history, Via::Adopt, these);
    let mut differences = elsewhere(scope, own, adoption);
    differences.extend(recorded.differences);
    scope.judge(recorded.steps, differences)
}

/// Where the other tool and the set disagree.
fn elsewhere(scope: Scope<'_>, own: &Member, adoption: &Adoption) -> Vec<Difference> {
    let tool = adoption.tool;
    let failed = adoption.failed.iter();
    let unknown = adoption.unknown.iter();
    let modified = own.of(scope.dialect).migrations().filter_map(|migration| {
        let is_modified = adoption.modified.contains(&migration.key());
        let script = migration.up(scope.dialect).filter(|_| is_modified)?;
        Some(Difference::modified_elsewhere(tool, migration, script))
    });
    failed
        .map(|name| Difference::failed_elsewhere(tool, name))
        .chain(unknown.map(|name| Difference::unknown_elsewhere(tool, name)))
        .chain(modified)
        .collect()
}

/// The program's own set, which has to have the version.
fn known(scope: Scope<'_>, version: Version) -> Result<&Member, Refusal> {
    let own = scope.members.last();
    own.filter(|own| own.of(scope.dialect).get(version).is_some())
        .ok_or_else(|| Refusal::UnknownTarget(UnknownTarget::new(version, own)))
}

/// What is to be recorded, and what is in the way.
struct Recorded {
    steps: Vec<Step>,
    differences: Vec<Difference>,
}

/// Records what is meant and has no row.
fn recorded(
    scope: Scope<'_>,
    own: &Member,
    history: &[AppliedMigration],
    via: Via,
    is_meant: impl Fn(&Migration) -> bool,
) -> Recorded {
    let rows = by_key(of_set(history, own.set()));
    let (mut steps, mut differences) = (Vec::new(), Vec::new());
    for migration in own.of(scope.dialect).migrations().filter(is_meant) {
        match rows.get(&migration.key()) {
            None => match step(scope, own, migration, via) {
                Ok(step) => steps.push(step),
                Err(difference) => differences.push(difference),
            },
            Some(row) if !row.is_applied() => {
                differences.push(Difference::half_applied(migration, row));
            }
            Some(_) => {}
        }
    }
    Recorded {
        steps,
        differences: of_dialect(own, scope.dialect, differences),
    }
}

fn step(
    scope: Scope<'_>,
    own: &Member,
    migration: Migration,
    via: Via,
) -> Result<Step, Difference> {
    let script = migration
        .up(scope.dialect)
        .ok_or_else(|| Difference::no_script(migration, scope.dialect))?;
    let step = Step::new(own.set(), migration, script, scope.dialect)?;
    Ok(Step { via, ..step })
}
