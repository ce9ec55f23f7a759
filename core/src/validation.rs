//! Set × history → is the database what the program expects? A pure value.

use std::fmt;

use crate::plan::in_history;
use crate::{
    AppliedMigration, Difference, Foreign, MigrationStatus, Policy, Scope, State, Status, status,
};

/// Whether a database is what the program expects.
///
/// `Display` is [`summary`](Self::summary).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Validation {
    /// How many migrations of the program are applied.
    pub applied: usize,
    /// How many migrations the program has.
    pub expected: usize,
    /// How many are pending, those out of order included.
    pub pending: usize,
    /// How many failed half-way.
    pub failed: usize,
    /// How many are in doubt: a person must say what became of a statement.
    pub in_doubt: usize,
    /// How many somebody runs now.
    pub running: usize,
    /// The newest that is applied.
    pub last: Option<MigrationStatus>,
    /// Every difference between set and history, whatever the policies say.
    pub differences: Vec<Difference>,
    /// How many of the differences the policies refuse.
    pub refused: usize,
    /// Where each migration is.
    pub status: Status,
}

impl Validation {
    /// Whether every migration of the program is applied, and no difference is refused.
    pub const fn is_valid(&self) -> bool {
        self.pending == 0
            && self.failed == 0
            && self.in_doubt == 0
            && self.running == 0
            && self.refused == 0
    }

    /// One line for people: how many are applied of how many, and what is wrong.
    pub fn summary(&self) -> String {
        let verdict = if self.is_valid() {
            "valid"
        } else {
            "not valid"
        };
        let applied = format!("{verdict}: {} of {} applied", self.applied, self.expected);
        let counts = [
            (self.pending, "pending"),
            (self.running, "running"),
            (self.failed, "failed"),
            (self.in_doubt, "in doubt"),
            (self.refused, "refused"),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let words: Vec<String> = std::iter::once(applied)
            .chain(counts.map(|(count, what)| format!("{count} {what}")))
            .collect();
        let last = match &self.last {
            Some(last) => format!("; the newest is {} {}", last.label, last.name),
            None => String::new(),
        };
        words.join(", ") + &last
    }
}

impl fmt::Display for Validation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary())
    }
}

/// Compares a database with what the program expects. `foreign` is the history of another tool, where there is none of ours.
pub fn validate(
    scope: Scope<'_>,
    history: &[AppliedMigration],
    foreign: Option<Foreign>,
) -> Validation {
    let status = status(scope.members, scope.dialect, history, foreign);
    let count = |is_meant: fn(&MigrationStatus) -> bool| {
        let migrations = status.migrations.iter();
        migrations.filter(|migration| is_meant(migration)).count()
    };
    let of_members = scope.members.iter();
    let mut differences: Vec<Difference> = of_members
        .flat_map(|member| in_history(member, scope.dialect, history))
        .collect();
    let late = status.in_state(State::OutOfOrder);
    differences.extend(late.map(Difference::late));
    differences.extend(status.foreign_history.clone());
    let is_refused = |of: &&Difference| scope.policies.of(of.kind()) == Policy::Error;
    let applied = |of: &&MigrationStatus| of.via.is_some() && of.version().is_some();
    Validation {
        applied: count(|of| of.via.is_some() && is_ours(of) && of.state != State::Pending),
        expected: count(is_ours),
        pending: count(|of| matches!(of.state, State::Pending | State::OutOfOrder)),
        failed: count(|of| of.state == State::Failed),
        in_doubt: count(|of| of.state == State::InDoubt),
        running: count(|of| of.state == State::Running),
        last: status.migrations.iter().rfind(applied).cloned(),
        refused: differences.iter().filter(is_refused).count(),
        differences,
        status,
    }
}

/// Whether the program knows it.
fn is_ours(of: &MigrationStatus) -> bool {
    of.is_known
}
