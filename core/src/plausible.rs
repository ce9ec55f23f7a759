//! Whether a version that looks like a time is one.

#[cfg(test)]
mod tests;

use std::ops::{Range, RangeInclusive};

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::directory::{DirectoryMigration, DirectoryScript};

/// `now` is the time as fourteen digits; without it no version is in the future.
pub(crate) fn check(migrations: &[DirectoryMigration], now: Option<u64>) -> Vec<Diagnostic> {
    let latest = now.map(a_day_after);
    migrations
        .iter()
        .filter_map(|migration| {
            let script = &migration.scripts[0];
            let time = Time::of(&script.label)?;
            time.no_such(script)
                .or_else(|| time.future(script, latest?))
        })
        .collect()
}

/// A version that is meant as `YYYYMMDDHHMMSS`, perhaps with dashes in between.
struct Time {
    value: u64,
    /// Where each of its fourteen digits stands in the label.
    digits: Vec<usize>,
}

impl Time {
    fn of(label: &str) -> Option<Self> {
        let is_meant = label
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-');
        let (digits, text): (Vec<usize>, String) = label
            .char_indices()
            .filter(|(_, c)| c.is_ascii_digit())
            .unzip();
        let value = text.parse().ok()?;
        let time = Self { value, digits };
        let is_time = is_meant && time.digits.len() == 14 && (1970..=2999).contains(&time.year());
        is_time.then_some(time)
    }

    /// The number of two digits at this place.
    fn part(&self, place: usize) -> u64 {
        two_digits(self.value, place)
    }

    fn year(&self) -> u64 {
        self.value / 10_000_000_000
    }

    /// What is wrong with the time, if anything.
    fn no_such(&self, script: &DirectoryScript) -> Option<Diagnostic> {
        let month = self.part(4);
        let parts: [(usize, &str, RangeInclusive<u64>); 5] = [
            (4, "month", 1..=12),
            (6, "day", 1..=days_in(self.year(), month)),
            (8, "hour", 0..=23),
            (10, "minute", 0..=59),
            (12, "second", 0..=59),
        ];
        let (place, what, allowed) = parts
            .into_iter()
            .find(|(place, _, allowed)| !allowed.contains(&self.part(*place)))?;
        let (label, wrong) = (&script.label, self.part(place));
        let (first, last) = allowed.into_inner();
        let digits = self.digits[place]..self.digits[place + 1] + 1;
        let manner = if label.contains('-') {
            "`YYYY-MM-DD-HHMMSS`"
        } else {
            "`YYYYMMDDHHMMSS`"
        };
        Some(
            Diagnostic::new(
                Code::ImplausibleVersion,
                format!(
                    "`{label}` looks like a time ({manner}), and there is no such {what} as {wrong:02}"
                ),
                in_name(script, digits).label(format!("{first:02} to {last:02}")),
            )
            .hint(
                "rename the file to the time that was meant, in UTC",
            )
            .hint(ALLOWED),
        )
    }

    fn future(&self, script: &DirectoryScript, latest: u64) -> Option<Diagnostic> {
        let label = &script.label;
        (self.value > latest).then(|| {
            Diagnostic::new(
                Code::ImplausibleVersion,
                format!("`{label}` is a time in the future"),
                in_name(script, 0..label.len())
                    .label("every later migration needs a version above this"),
            )
            .hint("rename the file to the time of its making, in UTC")
            .hint(ALLOWED)
        })
    }
}

const ALLOWED: &str = "if a database has it already: `allow` it, with a `reason`, in an override of the file in \
                       `migrations.toml`";

/// The place of a part of the label in the name of its file.
fn in_name(script: &DirectoryScript, part: Range<usize>) -> Place {
    let path = &*script.path;
    let is_version = |at: &usize| {
        let before = path[..*at].trim_end_matches(['V', 'U']);
        before.is_empty() || before.ends_with('/')
    };
    let mut found = path.rmatch_indices(&*script.label).map(|(at, _)| at);
    match found.find(is_version) {
        Some(at) => Place::name(path, at + part.start..at + part.end),
        None => Place::whole(path),
    }
}

/// Of fourteen digits.
fn two_digits(time: u64, place: usize) -> u64 {
    (place..12).fold(time, |time, _| time / 10) % 100
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_in(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The same time of the next day.
fn a_day_after(now: u64) -> u64 {
    const DAY: u64 = 1_000_000;
    const MONTH: u64 = 100 * DAY;
    const YEAR: u64 = 100 * MONTH;
    let (year, month, day) = (now / YEAR, now / MONTH % 100, now / DAY % 100);
    let first = now - day.saturating_sub(1) * DAY;
    if day < days_in(year, month) {
        now + DAY
    } else if month < 12 {
        first + MONTH
    } else {
        first - 11 * MONTH + YEAR
    }
}
