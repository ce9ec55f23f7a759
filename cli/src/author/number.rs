//! The version behind the newest, in the manner of the newest.

use embed_migrations_core::{Version, next_label};
use jiff::ToSpan;
use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;

/// How a version comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One above the newest.
    Sequence,
    /// The time.
    Timestamp,
}

/// How a time is written as a version: as most tools do, as diesel does and as its later releases do, and as a day.
const TIMES: [&str; 4] = [
    "%Y%m%d%H%M%S",
    "%Y-%m-%d-%H%M%S",
    "%Y-%m-%d-%H%M%S-0000",
    DAY,
];

const DAY: &str = "%Y-%m-%d";

/// What the next version comes about from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Next<'a> {
    /// The newest version of all, and as its file writes it.
    pub(super) newest: Option<(Version, &'a str)>,
    /// How it is asked for; otherwise as the newest.
    pub(super) kind: Option<Kind>,
    pub(super) now: DateTime,
}

impl Next<'_> {
    /// The version behind the newest of all.
    pub(super) fn label(self) -> String {
        let Some((version, label)) = self.newest else {
            return match self.kind {
                None | Some(Kind::Sequence) => "0001".to_owned(),
                Some(Kind::Timestamp) => self.now.strftime(TIMES[0]).to_string(),
            };
        };
        match (self.kind, time_of(label)) {
            (Some(Kind::Sequence), _) | (None, None) => next_label(label),
            (Some(Kind::Timestamp), None) => {
                let time = self.now.strftime(TIMES[0]).to_string();
                let is_behind = time.parse::<Version>().is_ok_and(|time| time > version);
                if is_behind { time } else { next_label(label) }
            }
            (_, Some((format, newest))) => {
                let step = if format == DAY { 1.day() } else { 1.second() };
                let next = newest.checked_add(step).unwrap_or(newest);
                self.now.max(next).strftime(format).to_string()
            }
        }
    }

    /// The same version in a folder that is numbered in the same manner, as wide as versions are there; where it is not,
    /// the one behind its own newest.
    pub(super) fn label_in(self, newest_there: Option<(Version, &str)>) -> String {
        let (Some((_, newest)), Some((_, there))) = (self.newest, newest_there) else {
            return self.label();
        };
        if manner(newest) == manner(there) {
            return as_wide(self.label(), there);
        }
        Next {
            newest: newest_there,
            ..self
        }
        .label()
    }
}

/// The version, each number in it padded as it is in another of the same manner. A time has a width of its own.
fn as_wide(label: String, other: &str) -> String {
    let is_joint = |letter: char| !letter.is_ascii_digit();
    if time_of(&label).is_some() || manner(&label) != manner(other) {
        return label;
    }
    let padded = |(part, other): (&str, &str)| {
        let number = part.trim_end_matches(is_joint);
        let joint = &part[number.len()..];
        let width = if other.starts_with('0') {
            other.len()
        } else {
            1
        };
        format!("{:0>width$}{joint}", number.trim_start_matches('0'))
    };
    label
        .split_inclusive(is_joint)
        .zip(other.split(is_joint))
        .map(padded)
        .collect()
}

/// What two versions have in common that are counted alike: whether they are times, and what joins their parts.
fn manner(label: &str) -> (Option<&'static str>, String) {
    let joints = label.chars().filter(|letter| !letter.is_ascii_digit());
    (time_of(label).map(|(format, _)| format), joints.collect())
}

/// The time that a version is, and how it is written. A sequence of fourteen digits has no such year.
fn time_of(label: &str) -> Option<(&'static str, DateTime)> {
    // Diesel counts the migrations of one second, in hexadecimal.
    let (time, count) = label.rsplit_once('-').unwrap_or((label, ""));
    let is_counted = label.split('-').count() == 5
        && count.len() == 4
        && count.bytes().all(|byte| byte.is_ascii_hexdigit());
    let uncounted = if is_counted {
        format!("{time}-0000")
    } else {
        label.to_owned()
    };
    TIMES.into_iter().find_map(|format| {
        let parsed = BrokenDownTime::parse(format, &uncounted).ok()?;
        let time = parsed.to_time().unwrap_or_default();
        let at = parsed.to_date().ok()?.to_datetime(time);
        let is_time = at.year() >= 1970 && at.strftime(format).to_string() == uncounted;
        is_time.then_some((format, at))
    })
}

#[cfg(test)]
mod tests;
