//! [`Difference`]: where set and history disagree.

mod dialect;
mod elsewhere;
mod kind;

use std::fmt;

pub(super) use dialect::of_dialect;
pub use kind::DifferenceKind;

use super::Step;
use crate::check::{Readers, Source, check};
use crate::config::Severities;
use crate::diagnostic::Severity;
use crate::history::of_set;
use crate::{
    AppliedMigration, Dialect, Direction, Key, Member, Migration, MigrationStatus, RowState,
    Script, Statement, Version,
};

/// A disagreement, as a rule about one migration. `Display` says what it is; [`hint`](Self::hint) how to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    kind: DifferenceKind,
    key: Option<Key>,
    text: String,
}

impl Difference {
    /// `what` goes on behind the migration's name.
    fn new(kind: DifferenceKind, migration: Migration, what: impl fmt::Display) -> Self {
        Self {
            kind,
            key: Some(migration.key()),
            text: format!("migration {migration} {what}"),
        }
    }

    pub(super) fn out_of_order(migration: Migration, script: &Script) -> Self {
        let what = format!("is older than what is applied already: {}", script.path());
        Self::new(DifferenceKind::OutOfOrder, migration, what)
    }

    /// One that somebody reverted below what is to be applied again.
    pub(super) fn gap(migration: Migration, above: Migration) -> Self {
        let what = format!("is pending now, and {above} would be applied above it");
        Self::new(DifferenceKind::OutOfOrder, migration, what)
    }

    /// `above` was applied since it was decided to revert the migration.
    pub(super) fn not_newest(row: &AppliedMigration, above: &AppliedMigration) -> Self {
        Self {
            kind: DifferenceKind::NotNewest,
            key: Some(row.key.clone()),
            text: format!(
                "migration {} {} is to be reverted, and {} {} above it is not",
                row.key, row.name, above.key, above.name
            ),
        }
    }

    /// The same where only the status is known.
    pub(crate) fn late(of: &MigrationStatus) -> Self {
        Self {
            kind: DifferenceKind::OutOfOrder,
            key: Some(of.key.clone()),
            text: format!(
                "migration {} {} is older than what is applied already",
                of.label, of.name
            ),
        }
    }

    /// An edit keeps the name; what has another name is another migration, as two branches make it.
    fn in_content(migration: Migration, script: &Script, row: &AppliedMigration) -> Self {
        if row.name == migration.name() {
            let what = format!("was edited after it was applied: {}", script.path());
            return Self::new(DifferenceKind::Modified, migration, what);
        }
        Self {
            kind: DifferenceKind::Replaced,
            key: Some(migration.key()),
            text: format!(
                "version {} is applied as `{}`, and `{}` is another migration: {}",
                migration.label(),
                row.name,
                migration.name(),
                script.path()
            ),
        }
    }

    fn not_in_set(kind: DifferenceKind, row: &AppliedMigration) -> Self {
        let (key, name) = (&row.key, &row.name);
        let called = match key {
            Key::Version(version) => format!("{version} {name}"),
            Key::Repeatable(_) => key.to_string(),
        };
        let state = under_way(row);
        let why = match kind {
            DifferenceKind::Ahead => "is newer than this program knows",
            _ => "is not in this program",
        };
        let text = format!("migration {called} {state}, and {why}");
        Self {
            kind,
            key: Some(key.clone()),
            text,
        }
    }

    pub(super) fn no_script(migration: Migration, dialect: Dialect) -> Self {
        let what = format!("has no script for {dialect}");
        Self::new(DifferenceKind::NoScript, migration, what)
    }

    pub(super) fn unreadable(migration: Migration, script: &Script, dialect: Dialect) -> Self {
        let source = Source {
            text: script.sql(),
            path: script.path(),
            first_line: script.first_line(),
            transaction: Some(script.transaction()),
            is_callback: false,
            table: "",
            severities: Severities::DEFAULT,
        };
        let mistakes = check(&source, Readers::Each(&[dialect])).mistakes;
        let mut mistakes = mistakes.into_iter();
        let mistake = mistakes.find(|mistake| mistake.severity() == Severity::Deny);
        let why = mistake.map_or_else(
            || format!("{} is written for another dialect", script.path()),
            |mistake| {
                let place = mistake.place();
                let (path, line, column) = (place.path(), place.line(), place.column());
                format!("{path}:{line}:{column}: {}", mistake.message())
            },
        );
        let what = format!("cannot run on {dialect}: {why}");
        Self::new(DifferenceKind::Unreadable, migration, what)
    }

    pub(super) fn changed_before_resume(step: &Step, row: &AppliedMigration) -> Self {
        let what = format!(
            "failed after statement {}, and the statements up to there were edited since: {}",
            row.journal.done,
            step.script.path()
        );
        Self::new(DifferenceKind::ChangedBeforeResume, step.migration, what)
    }

    pub(super) fn session_lost(step: &Step, statement: Statement) -> Self {
        let (path, line) = (step.script.path(), step.script.line(statement));
        let what = format!("failed half-way, and what {path}:{line} left in its session is gone");
        Self::new(DifferenceKind::SessionLost, step.migration, what)
    }

    pub(super) fn no_down(migration: Migration, dialect: Dialect) -> Self {
        let what = format!("cannot be reverted: it has no down script for {dialect}");
        Self::new(DifferenceKind::NoDown, migration, what)
    }

    /// What is applied, and not known to this program, has no down script here.
    pub(super) fn unknown_down(row: &AppliedMigration) -> Self {
        Self {
            kind: DifferenceKind::NoDown,
            key: Some(row.key.clone()),
            text: format!(
                "migration {} {} cannot be reverted: it is not in this program",
                row.key, row.name
            ),
        }
    }

    pub(super) fn down_modified(migration: Migration, script: &Script) -> Self {
        let what = format!(
            "was applied when its down script was another: {}",
            script.path()
        );
        Self::new(DifferenceKind::DownModified, migration, what)
    }

    pub(super) fn half_applied(migration: Migration, row: &AppliedMigration) -> Self {
        Self::new(DifferenceKind::HalfApplied, migration, under_way(row))
    }

    pub(super) fn half_reverted(migration: Migration, row: &AppliedMigration) -> Self {
        Self::new(DifferenceKind::HalfReverted, migration, under_way(row))
    }

    /// How they disagree.
    pub fn kind(&self) -> DifferenceKind {
        self.kind
    }

    /// What the migration is known by that they disagree about. None where it is about no single migration, or about one that
    /// only another tool has a name for.
    pub fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    /// The version they disagree about, which a repeatable has not.
    pub fn version(&self) -> Option<Version> {
        self.key.as_ref()?.version()
    }

    /// How to mend it.
    pub fn hint(&self) -> &'static str {
        self.kind.hint()
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Where a row is, as it goes on behind a migration's name.
fn under_way(row: &AppliedMigration) -> String {
    let reverting = row.direction == Direction::Down;
    match row.state {
        RowState::Applied => "is applied".to_owned(),
        RowState::Running if row.is_in_doubt() => "is in doubt".to_owned(),
        RowState::Running if reverting => "is being reverted".to_owned(),
        RowState::Running => "is being run".to_owned(),
        RowState::Failed if row.cursor.is_some() => {
            format!("failed after {} batches", row.journal.done)
        }
        RowState::Failed => format!(
            "failed{} after {} of {} statements",
            if reverting {
                " while it was reverted"
            } else {
                ""
            },
            row.journal.done,
            row.journal.total
        ),
    }
}

/// What the rows of the history say about the set.
pub(crate) fn in_history(
    member: &Member,
    dialect: Dialect,
    history: &[AppliedMigration],
) -> Vec<Difference> {
    let share = member.of(dialect);
    let newest = share.newest();
    of_set(history, member.set())
        .filter_map(|row| {
            let Some(version) = row.version() else {
                return of_repeatable(member, row);
            };
            match share.get(version) {
                None if newest.is_some_and(|newest| version < newest) => {
                    Some(Difference::not_in_set(DifferenceKind::Missing, row))
                }
                None => Some(Difference::not_in_set(DifferenceKind::Ahead, row)),
                Some(migration) => {
                    let script = migration.up(dialect)?;
                    let modified = row.is_applied() && row.checksum != script.checksum();
                    modified.then(|| Difference::in_content(migration, script, row))
                }
            }
        })
        .collect()
}

/// One that was edited is applied again, and one that is gone leaves what it made; but not half of it without a word.
fn of_repeatable(member: &Member, row: &AppliedMigration) -> Option<Difference> {
    let is_gone = row.state != RowState::Applied && !member.knows(&row.key);
    is_gone.then(|| Difference::not_in_set(DifferenceKind::Missing, row))
}
