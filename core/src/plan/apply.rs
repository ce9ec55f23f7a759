//! What is pending, in the order of the sets and of their versions.

use std::collections::BTreeSet;

use super::difference::{self, Difference, DifferenceKind};
use super::{Footing, Plan, Refusal, Scope, Step, Target};
use crate::history::{by_key, newest_applied, of_set};
use crate::{AppliedMigration, Dialect, Direction, Key, Member, Migration, RowState, Version};

pub(super) fn plan(
    scope: Scope<'_>,
    history: &[AppliedMigration],
    target: Target,
) -> Result<Plan, Refusal> {
    let mut pending = Pending::of(scope, history);
    for (index, member) in scope.members.iter().enumerate() {
        let is_own = index + 1 == scope.members.len();
        let target = match target {
            Target::Version(_) if !is_own => Target::Latest,
            target => target,
        };
        pending.add(member, target, |_| Part::Meant)?;
    }
    pending.judged()
}

pub(super) fn plan_again(
    scope: Scope<'_>,
    history: &[AppliedMigration],
    these: &[(&'static str, Key)],
    beside: &[(&'static str, Key)],
) -> Result<Plan, Refusal> {
    let mut pending = Pending::of(scope, history);
    for member in scope.members {
        let name = member.set().name;
        let is_of = |list: &[(&'static str, Key)], key: &Key| {
            list.iter().any(|(set, other)| *set == name && other == key)
        };
        pending.add(member, Target::Latest, |key| {
            if is_of(these, key) {
                Part::Meant
            } else if is_of(beside, key) {
                Part::Gone
            } else {
                Part::LeftOut
            }
        })?;
    }
    pending.judged()
}

/// What a pending migration is to a goal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// It is to be applied.
    Meant,
    /// It stays pending.
    LeftOut,
    /// It was applied when the goal was set.
    Gone,
}

/// What is pending in one set after the other, and what the history says of them.
struct Pending<'a> {
    scope: Scope<'a>,
    history: &'a [AppliedMigration],
    steps: Vec<Step>,
    differences: Vec<Difference>,
}

impl<'a> Pending<'a> {
    fn of(scope: Scope<'a>, history: &'a [AppliedMigration]) -> Self {
        Self {
            scope,
            history,
            steps: Vec::new(),
            differences: Vec::new(),
        }
    }

    fn judged(self) -> Result<Plan, Refusal> {
        self.scope.judge(self.steps, self.differences)
    }

    /// Adds what is pending of one set and meant.
    fn add(
        &mut self,
        member: &Member,
        target: Target,
        part: impl Fn(&Key) -> Part,
    ) -> Result<(), Refusal> {
        let (set, dialect) = (member.set(), self.scope.dialect);
        let last = target.last(member).map_err(Refusal::UnknownTarget)?;
        let found = difference::in_history(member, dialect, self.history);
        let is_ahead = found
            .iter()
            .any(|difference| difference.kind() == DifferenceKind::Ahead);
        self.differences.extend(found);
        let newest = newest_applied(of_set(self.history, set));
        let rows = by_key(of_set(self.history, set));
        let mut gone = None;
        let mut refused = Vec::new();
        let mut ground = Ground::of(of_set(self.history, set));
        for migration in member.of(dialect).migrations() {
            let key = migration.key();
            let row = rows.get(&key).copied();
            let is_beyond = match migration.version() {
                Some(version) => last.is_some_and(|last| version > last),
                // An old program does not put its old view back over the newer one.
                None => is_ahead || last.is_some(),
            };
            let is_enough = target.steps().is_some_and(|most| self.steps.len() >= most);
            if is_beyond || is_enough || row.is_some_and(|row| is_current(migration, dialect, row))
            {
                continue;
            }
            match part(&key) {
                Part::Meant => {}
                Part::LeftOut => continue,
                Part::Gone => {
                    gone = gone.or(Some(migration));
                    continue;
                }
            }
            match step(member, migration, dialect, row) {
                Ok(step) => {
                    let is_late = migration.version().is_some_and(|own| Some(own) < newest);
                    if row.is_none() && is_late {
                        self.differences
                            .push(Difference::out_of_order(migration, step.script));
                    }
                    if let Some(below) = gone.take().filter(|_| migration.version().is_some()) {
                        self.differences.push(Difference::gap(below, migration));
                    }
                    let step = match step.footing {
                        Footing::None => step.on(ground.below(migration.version())),
                        _ => step,
                    };
                    ground.lay(migration.version());
                    self.steps.push(step);
                }
                Err(difference) => refused.push(difference),
            }
        }
        let refused = difference::of_dialect(member, dialect, refused);
        self.differences.extend(refused);
        Ok(())
    }
}

/// The versions of a set that are applied, or will be when the next step is taken.
struct Ground(BTreeSet<Version>);

impl Ground {
    fn of<'h>(rows: impl Iterator<Item = &'h AppliedMigration>) -> Self {
        let applied = rows.filter(|row| row.is_applied());
        Self(applied.filter_map(AppliedMigration::version).collect())
    }

    fn lay(&mut self, version: Option<Version>) {
        self.0.extend(version);
    }

    /// What a version stands on. A repeatable stands on nothing.
    fn below(&self, version: Option<Version>) -> Footing {
        let below = version.and_then(|version| self.0.range(..version).next_back());
        below.map_or(Footing::None, |below| Footing::On(Key::Version(*below)))
    }
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
        // Whether it still is, the run finds out when it comes to it.
        Some(row) if row.direction == Direction::Down && row.state == RowState::Running => {
            Ok(step.on(Footing::Reverting))
        }
        Some(row) if row.direction == Direction::Down => {
            Err(Difference::half_reverted(migration, row))
        }
        Some(row) => step.resumed(row),
        None => Ok(step),
    }
}
