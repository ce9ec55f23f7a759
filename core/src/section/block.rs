//! `StatementBegin` and `StatementEnd`. Bodies are known without them; those that do not match are a mistake all the same.

use super::marker::{Marker, Says};
use super::{Code, Source, Style};
use crate::diagnostic::Diagnostic;

/// What is wrong with the pairs.
pub(super) fn blocks(source: &Source, markers: &[&Marker]) -> Vec<Diagnostic> {
    let mut mistakes = Vec::new();
    let mut open: Option<&Marker> = None;
    let mut in_section = false;
    for marker in markers {
        match marker.said.says {
            Says::StatementBegin => {
                mistakes.extend(open.map(|open| nested(source, marker, open)));
                mistakes.extend((!in_section).then(|| outside(source, marker)));
                open = Some(marker);
            }
            Says::StatementEnd if open.take().is_none() => {
                mistakes.push(never_begun(source, marker));
            }
            Says::Section { .. } if in_section => {
                mistakes.extend(open.take().map(|open| never_ended(source, open)));
            }
            Says::Section { .. } => in_section = true,
            Says::StatementEnd | Says::NoTransaction | Says::Nothing => {}
        }
    }
    mistakes.extend(open.map(|open| never_ended(source, open)));
    mistakes
}

fn mistake(source: &Source, marker: &Marker, message: &str, hint: String) -> Diagnostic {
    let place = source.place(marker.comment.clone());
    Diagnostic::new(Code::SectionMarker, message, place).hint(hint)
}

fn outside(source: &Source, begin: &Marker) -> Diagnostic {
    mistake(
        source,
        begin,
        "a statement begins before the first section",
        "move it into the section that it belongs to".to_owned(),
    )
}

fn nested(source: &Source, begin: &Marker, open: &Marker) -> Diagnostic {
    let end = end(open);
    let first = source.place(open.comment.clone()).label("begun here");
    mistake(
        source,
        begin,
        "a statement begins before the last one has ended",
        format!("put `{end}` on a line above it"),
    )
    .related(first)
}

fn never_begun(source: &Source, end: &Marker) -> Diagnostic {
    mistake(
        source,
        end,
        "a statement ends that was never begun",
        "remove the marker, or put the one that begins the statement above it".to_owned(),
    )
}

fn never_ended(source: &Source, begin: &Marker) -> Diagnostic {
    mistake(
        source,
        begin,
        "a statement begins and never ends",
        format!("put `{}` on a line below the statement", end(begin)),
    )
}

fn end(begin: &Marker) -> &'static str {
    if begin.said.style == Style::Goose {
        "-- +goose StatementEnd"
    } else {
        "-- +migrate StatementEnd"
    }
}
