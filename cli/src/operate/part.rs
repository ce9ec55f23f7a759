//! The parts of what is said as JSON that come again. Structs of other crates are open to new fields; what is here is
//! what docs/json.md describes.

use embed_migrations::{
    AppliedMigration, Difference, DifferenceKind, Finished, Journal, Key, MigrationStatus, Plan,
    Report, State, Step, Validation,
};
use serde_json::{Value, json};

use crate::failure::in_shell;
use crate::time::{milliseconds, rfc_3339};

pub(super) fn report(report: &Report) -> Value {
    let each = |steps: Vec<&Finished>| steps.into_iter().map(finished).collect::<Vec<_>>();
    json!({
        "applied": each(report.applied()),
        "reverted": each(report.reverted()),
        "recorded": each(report.recorded()),
        "applied_before": report.applied_before(),
        "pending": report.pending(),
        "warnings": differences(report.warnings()),
        "took_ms": milliseconds(report.took()),
    })
}

/// What a verb takes for a migration: the version as its file name writes it, or what a repeatable is known by.
pub(crate) fn version(key: &Key, label: &str) -> String {
    match key {
        Key::Version(_) => label.to_owned(),
        Key::Repeatable(_) => key.to_string(),
    }
}

fn finished(of: &Finished) -> Value {
    json!({
        "set": of.set(),
        "version": version(&of.key(), of.label()),
        "name": of.name(),
        "path": of.path(),
        "via": of.via().name(),
        "statements": of.statements(),
        "took_ms": milliseconds(of.took()),
    })
}

pub(super) fn plan(plan: &Plan) -> Value {
    json!({
        "steps": plan.steps.iter().map(step).collect::<Vec<_>>(),
        "warnings": differences(&plan.warnings),
    })
}

fn step(step: &Step) -> Value {
    json!({
        "set": step.set.name(),
        "version": version(&step.migration.key(), step.migration.label()),
        "name": step.migration.name(),
        "direction": step.direction().name(),
        "via": step.via.name(),
        "path": step.script.path(),
        "transaction": step.script.transaction(),
        "statements": step.statements.len(),
        "done": step.done,
        "running": step.running,
        "sql": step.sql().collect::<Vec<_>>(),
    })
}

pub(super) fn status(of: &MigrationStatus) -> Value {
    json!({
        "set": of.set,
        "version": version(&of.key, &of.label),
        "name": of.name,
        "state": state(of.state),
        "direction": of.direction.name(),
        "via": of.via.map(embed_migrations::Via::name),
        "applied_at": of.applied_at.map(rfc_3339),
        "took_ms": of.took.map(milliseconds),
        "journal": of.journal.as_ref().map(journal),
        "known": of.is_known,
        "reversible": of.reversible,
    })
}

pub(super) fn row(of: &AppliedMigration) -> Value {
    json!({
        "set": of.set,
        "version": of.key.to_string(),
        "name": of.name,
        "kind": of.key.kind().name(),
        "state": of.state.name(),
        "direction": of.direction.name(),
        "via": of.via.name(),
        "checksum": of.checksum.to_string(),
        "down_checksum": of.down_checksum.map(|checksum| checksum.to_string()),
        "journal": journal(&of.journal),
        "applied_at": of.applied_at.map(rfc_3339),
        "took_ms": milliseconds(of.execution),
        "applied_by": of.applied_by,
    })
}

fn journal(journal: &Journal) -> Value {
    let Journal {
        total,
        done,
        sent,
        done_checksum: _,
        before: _,
    } = journal;
    json!({ "statements": total, "done": done, "sent": sent })
}

pub(super) fn validation(of: &Validation) -> Value {
    json!({
        "valid": of.is_valid(),
        "applied": of.applied,
        "expected": of.expected,
        "pending": of.pending,
        "failed": of.failed,
        "in_doubt": of.in_doubt,
        "running": of.running,
        "refused": of.refused,
        "differences": differences(&of.differences),
        "migrations": of.status.migrations.iter().map(status).collect::<Vec<_>>(),
    })
}

pub(super) fn differences(differences: &[Difference]) -> Vec<Value> {
    differences.iter().map(difference).collect()
}

pub(super) fn difference(of: &Difference) -> Value {
    json!({
        "kind": kind(of.kind()),
        "version": of.key().map(ToString::to_string),
        "message": of.to_string(),
        "hint": in_shell(of.hint()),
    })
}

const fn state(state: State) -> &'static str {
    match state {
        State::Pending => "pending",
        State::Applied => "applied",
        State::Running => "running",
        State::Failed => "failed",
        State::InDoubt => "in-doubt",
        State::Missing => "missing",
        State::Modified => "modified",
        State::OutOfOrder => "out-of-order",
        State::Ahead => "ahead",
    }
}

const fn kind(kind: DifferenceKind) -> &'static str {
    match kind {
        DifferenceKind::Modified => "modified",
        DifferenceKind::Replaced => "replaced",
        DifferenceKind::Missing => "missing",
        DifferenceKind::OutOfOrder => "out-of-order",
        DifferenceKind::Ahead => "ahead",
        DifferenceKind::NoScript => "no-script",
        DifferenceKind::Unreadable => "unreadable",
        DifferenceKind::ChangedBeforeResume => "changed-before-resume",
        DifferenceKind::SessionLost => "session-lost",
        DifferenceKind::NoDown => "no-down",
        DifferenceKind::DownModified => "down-modified",
        DifferenceKind::HalfApplied => "half-applied",
        DifferenceKind::HalfReverted => "half-reverted",
        DifferenceKind::NotNewest => "not-newest",
        DifferenceKind::FailedElsewhere => "failed-elsewhere",
        DifferenceKind::ForeignHistory => "foreign-history",
        _ => "other",
    }
}
