//! What is said as JSON: one object a verb, in a shape that docs/json.md describes and that has a format of its own.
//!
//! Every value is taken apart completely, so that a new field of it does not build until it is written here.

use embed_migrations_core::diagnostic::{Diagnostic, Place, Severity};
use serde_json::{Map, Value, json};

use crate::failure::{Failure, OfRun};

/// The format of every object; a later one may lack what this one has.
const FORMAT: u32 = 1;

/// What a verb says, with its name and the format before it.
pub(crate) fn object(verb: &str, said: Value) -> Value {
    let mut object = Map::new();
    object.insert("format".to_owned(), json!(FORMAT));
    object.insert("verb".to_owned(), json!(verb));
    if let Value::Object(said) = said {
        object.extend(said);
    }
    Value::Object(object)
}

/// With a line for each value and one at the end.
pub(crate) fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

pub(crate) fn error(failure: &Failure) -> Value {
    let Failure {
        exit: _,
        kind,
        message,
        hints,
        diagnostics,
        of_run,
    } = failure;
    let OfRun {
        notes,
        place,
        rendered: _,
        done,
    } = of_run.as_deref().cloned().unwrap_or_default();
    json!({
        "kind": kind,
        "message": message,
        "notes": notes,
        "hints": hints,
        "place": place.map(|(path, line, column)| json!({ "path": path, "line": line, "column": column })),
        "diagnostics": diagnostics.iter().map(diagnostic).collect::<Vec<_>>(),
        "report": done.map(|done| done.json),
    })
}

pub(crate) fn diagnostic(diagnostic: &Diagnostic) -> Value {
    let severity = match diagnostic.severity() {
        Severity::Deny => "error",
        Severity::Warn | Severity::Allow => "warning",
    };
    let related = diagnostic.related_places().iter().map(place);
    json!({
        "code": diagnostic.code().name(),
        "severity": severity,
        "message": diagnostic.message(),
        "place": place(diagnostic.place()),
        "related": related.collect::<Vec<_>>(),
        "hints": diagnostic.hints(),
        "rendered": diagnostic.to_string(),
    })
}

fn place(place: &Place) -> Value {
    json!({
        "path": place.path(),
        "line": place.line(),
        "column": place.column(),
        "label": place.said(),
    })
}
