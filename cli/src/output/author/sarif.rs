//! Mistakes as SARIF 2.1.0 (OASIS), which code scanning reads.

use embed_migrations_core::diagnostic::{Code, Diagnostic, Place, Severity};
use serde_json::{Value, json};

use super::text::paragraph;
use crate::author::page;
use crate::output::json::pretty;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn log(diagnostics: &[Diagnostic]) -> String {
    let mut codes: Vec<Code> = diagnostics.iter().map(Diagnostic::code).collect();
    codes.sort();
    codes.dedup();
    let rules: Vec<Value> = codes.iter().map(|code| rule(*code)).collect();
    let results: Vec<Value> = diagnostics
        .iter()
        .map(|diagnostic| result(diagnostic, &codes))
        .collect();
    pretty(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "cargo migrations",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                },
            },
            // As all columns of this project are counted.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

fn rule(code: Code) -> Value {
    let page = page(code);
    json!({
        "id": code.name(),
        "shortDescription": { "text": code.summary() },
        "help": { "text": page, "markdown": page },
        "defaultConfiguration": { "level": level(code.severity()) },
    })
}

fn result(diagnostic: &Diagnostic, codes: &[Code]) -> Value {
    let code = diagnostic.code();
    let related: Vec<Value> = diagnostic
        .related_places()
        .iter()
        .map(|place| json!({ "physicalLocation": location(place) }))
        .collect();
    json!({
        "ruleId": code.name(),
        "ruleIndex": codes.iter().position(|other| *other == code),
        "level": level(diagnostic.severity()),
        "message": { "text": paragraph(diagnostic) },
        "locations": [{ "physicalLocation": location(diagnostic.place()) }],
        "relatedLocations": related,
    })
}

fn location(place: &Place) -> Value {
    let uri = uri(place.path());
    let artifact = if uri.starts_with('/') {
        json!({ "uri": format!("file://{uri}") })
    } else {
        json!({ "uri": uri, "uriBaseId": "%SRCROOT%" })
    };
    json!({
        "artifactLocation": artifact,
        "region": { "startLine": place.line(), "startColumn": place.column() },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Deny => "error",
        Severity::Warn => "warning",
        Severity::Allow => "none",
    }
}

/// A path as a relative reference (RFC 3986, section 4.2): everything but the unreserved characters is escaped.
fn uri(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_reference() {
        assert_eq!(uri("db/0001_a.sql"), "db/0001_a.sql");
        assert_eq!(uri("a b/0001_é.sql"), "a%20b/0001_%C3%A9.sql");
    }
}
