//! Markers of tools that keep up and down in one file. Run as they are, such files undo what they did.

use super::{Finding, Verdict};
use crate::diagnostic::Code;
use crate::lex::Token;

/// Each marker, in lower case, as it stands behind `--`.
const MARKERS: &[&str] = &[
    "migrate:up",
    "migrate:down",
    "+goose up",
    "+goose down",
    "+migrate up",
    "+migrate down",
    "up migration",
    "down migration",
    "down migration (rollback)",
    "up",
    "down",
];

/// Judges a comment.
pub(super) fn check(text: &str, token: Token) -> Option<Finding> {
    let comment = text[token.start..token.end].trim_end();
    let marker = comment.strip_prefix("--")?.trim().to_lowercase();
    let is_marker = MARKERS.iter().any(|known| {
        let rest = marker.strip_prefix(known);
        // dbmate's and sql-migrate's markers take options; the plain words are a marker only alone.
        rest.is_some_and(|rest| {
            rest.is_empty() || known.contains([':', '+']) && rest.starts_with(' ')
        })
    });
    is_marker.then(|| Finding {
        code: Code::SectionMarker,
        verdict: Verdict::Wrong,
        part: token.start..token.start + comment.len(),
        message: "a file with sections for up and down".to_owned(),
        label: "all of the file would run, whatever the marker says",
        hint:
            "put the two into files of their own, `….up.sql` and `….down.sql`, without the markers"
                .to_owned(),
    })
}
