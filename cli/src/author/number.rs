//! The version behind the newest, in the manner of the newest.

use embed_migrations_core::{OutlineScript, Version, next_label};
use jiff::ToSpan;
use jiff::civil::DateTime;

/// How a version comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One above the newest.
    Sequence,
    /// The time.
    Timestamp,
}

/// How a time is written as a version; the second is diesel's, and the third that of its later releases.
const TIMES: [&str; 3] = ["%Y%m%d%H%M%S", "%Y-%m-%d-%H%M%S", "%Y-%m-%d-%H%M%S-0000"];

/// The first version of a directory.
pub(super) fn first(kind: Option<Kind>, now: DateTime) -> String {
    match kind {
        None | Some(Kind::Sequence) => "0001".to_owned(),
        Some(Kind::Timestamp) => now.strftime(TIMES[0]).to_string(),
    }
}

/// The version behind `newest`, whatever the clock says; of its kind where none is asked for.
pub(super) fn after(newest: &OutlineScript, kind: Option<Kind>, now: DateTime) -> String {
    let label = &newest.label;
    match (kind, time_of(label)) {
        (Some(Kind::Sequence), _) | (None, None) => next_label(label),
        (Some(Kind::Timestamp), None) => {
            let time = now.strftime(TIMES[0]).to_string();
            let is_behind = time
                .parse::<Version>()
                .is_ok_and(|time| time > newest.version);
            if is_behind { time } else { next_label(label) }
        }
        (_, Some((format, newest))) => {
            let next = newest.checked_add(1.second()).unwrap_or(newest);
            now.max(next).strftime(format).to_string()
        }
    }
}

/// The time that a version is, and how it is written. A sequence of fourteen digits has no such year.
fn time_of(label: &str) -> Option<(&'static str, DateTime)> {
    TIMES.into_iter().find_map(|format| {
        let time = DateTime::strptime(format, label).ok()?;
        let is_time = time.year() >= 1970 && time.strftime(format).to_string() == label;
        is_time.then_some((format, time))
    })
}

#[cfg(test)]
mod tests;
