//! Mistakes as GitLab's code quality report: a subset of Code Climate's.

use std::collections::HashMap;

use embed_migrations_core::Checksum;
use embed_migrations_core::diagnostic::{Diagnostic, Severity};
use serde_json::{Value, json};

use super::text::sentence;
use crate::output::json::pretty;

pub(super) fn report(diagnostics: &[Diagnostic]) -> String {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let issues = diagnostics.iter().map(|diagnostic| {
        let identity = identity(diagnostic);
        let same = seen.entry(identity.clone()).or_default();
        *same += 1;
        issue(diagnostic, &format!("{identity}\n{same}"))
    });
    pretty(&Value::Array(issues.collect()))
}

/// What makes a mistake the same as on another branch: not its line, which moves with what is written above it.
fn identity(diagnostic: &Diagnostic) -> String {
    let path = diagnostic.place().path();
    format!("{}\n{path}\n{}", diagnostic.code(), diagnostic.message())
}

fn issue(diagnostic: &Diagnostic, fingerprint: &str) -> Value {
    let severity = match diagnostic.severity() {
        Severity::Deny => "major",
        Severity::Warn | Severity::Allow => "minor",
    };
    json!({
        "description": sentence(diagnostic),
        "check_name": diagnostic.code().name(),
        "fingerprint": Checksum::of(fingerprint).to_string(),
        "severity": severity,
        "location": {
            "path": diagnostic.place().path(),
            "lines": { "begin": diagnostic.place().line() },
        },
    })
}
