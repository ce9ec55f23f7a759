//! The text of a lock: from lines to entries and back.
//!
//! There is one text for one lock, but for the wording of its first line: what is written otherwise is refused.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

use super::mistake::take_the_other;
use super::{Lock, LockEntry, Slot};
use crate::command::command;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::text::text;
use crate::{Checksum, Dialect, Direction};

const COMMENT: &str = "# What was there, in the order of arrival. Written by `cargo migrations lock`: commit it, do not edit it.";
const FORMAT: u64 = 1;
const ANY: &str = "any";

/// The line of the digest, 1-based.
pub(super) const DIGEST_LINE: usize = 3;
/// The line of the first entry, 1-based.
pub(super) const FIRST_LINE: usize = 4;

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { entries, misfit } = self;
        let digest = misfit.unwrap_or_else(|| digest_of(entries));
        writeln!(f, "{COMMENT}\nformat {FORMAT}\n{}", digest_line(digest))?;
        entries.iter().try_for_each(|entry| writeln!(f, "{entry}"))
    }
}

impl fmt::Display for LockEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            version: _,
            label,
            name,
            direction,
            dialect,
            checksum,
        } = self;
        let (direction, dialect) = (direction.name(), dialect.map_or(ANY, Dialect::name));
        write!(f, "{label} {name} {direction} {dialect} {checksum}")
    }
}

pub(super) fn digest_line(digest: Checksum) -> String {
    format!("digest {digest}")
}

/// It stands at the top, so that two branches that both add a line change the same line.
fn digest_of(entries: &[LockEntry]) -> Checksum {
    entries.iter().fold(Checksum::EMPTY, |digest, entry| {
        digest.and(&entry.to_string())
    })
}

pub(super) fn parse(bytes: Vec<u8>, path: &str) -> Result<Lock, Vec<Diagnostic>> {
    let text = text(bytes, path).map_err(|mistake| vec![mistake])?;
    let lines: Vec<&str> = text.lines().collect();
    let file = File { path, lines };
    if let Some(mistake) = file.conflict() {
        return Err(vec![mistake]);
    }
    let digest = file.head().map_err(|mistake| vec![mistake])?;
    let entries = file.entries()?;
    let misfit = (digest != digest_of(&entries)).then_some(digest);
    Ok(Lock { entries, misfit })
}

/// The part of a line that is wrong, and what was expected there.
type Misfit = (Range<usize>, &'static str);

struct File<'a> {
    path: &'a str,
    lines: Vec<&'a str>,
}

impl File<'_> {
    fn conflict(&self) -> Option<Diagnostic> {
        let is_marker = |line: &&str| {
            ["<<<<<<<", "|||||||", "=======", ">>>>>>>"]
                .iter()
                .any(|marker| line.starts_with(marker))
        };
        let index = self.lines.iter().position(is_marker)?;
        let mistake = Diagnostic::new(
            Code::LockFormat,
            "a merge conflict is left in the lock",
            self.place(index, 0..self.lines[index].len()),
        );
        Some(mistake.hint(take_the_other(self.path)))
    }

    /// The three lines before the entries, and the digest in them.
    fn head(&self) -> Result<Checksum, Diagnostic> {
        // A later format may have more comments.
        let says_format = self.lines.iter().position(|line| !line.starts_with('#'));
        if let Some(index) = says_format
            && let Some(Ok(format)) = self.line(index).strip_prefix("format ").map(str::parse)
            && format > FORMAT
        {
            return Err(self.later_format(index, format));
        }
        if !self.line(0).starts_with('#') {
            return Err(self.misfit(0, "expected the comment that a lock begins with"));
        }
        if self.line(1) != format!("format {FORMAT}") {
            return Err(self.misfit(1, "expected `format 1`"));
        }
        let index = DIGEST_LINE - 1;
        let digest = self.line(index).strip_prefix("digest ").and_then(checksum);
        digest.ok_or_else(|| self.misfit(index, "expected `digest` and 64 hexadecimal digits"))
    }

    fn entries(&self) -> Result<Vec<LockEntry>, Vec<Diagnostic>> {
        let mut mistakes = Vec::new();
        let mut entries = Vec::with_capacity(self.lines.len());
        let mut seen: HashMap<Slot, usize> = HashMap::new();
        for (index, line) in self.lines.iter().enumerate().skip(FIRST_LINE - 1) {
            match entry(line) {
                Ok(entry) => {
                    let first = *seen.entry(entry.slot()).or_insert(index);
                    if first != index {
                        mistakes.push(self.twice(first, index));
                    }
                    entries.push(entry);
                }
                Err((part, expected)) => mistakes.push(self.misfit_at(index, part, expected)),
            }
        }
        if mistakes.is_empty() {
            Ok(entries)
        } else {
            Err(mistakes)
        }
    }

    fn later_format(&self, index: usize, format: u64) -> Diagnostic {
        Diagnostic::new(
            Code::LockFormat,
            format!("the lock has format {format}, and this release reads format {FORMAT}"),
            self.place(index, 0..self.line(index).len()),
        )
        .hint("a later release wrote it: update `embed-migrations`")
    }

    fn twice(&self, first: usize, second: usize) -> Diagnostic {
        let place = |index: usize| self.place(index, 0..self.lines[index].len());
        Diagnostic::new(
            Code::LockFormat,
            "one script is locked twice",
            place(second),
        )
        .related(place(first))
        .hint(self.bring_back())
    }

    fn misfit(&self, index: usize, expected: &str) -> Diagnostic {
        self.misfit_at(index, 0..self.line(index).len(), expected)
    }

    fn misfit_at(&self, index: usize, part: Range<usize>, expected: &str) -> Diagnostic {
        Diagnostic::new(
            Code::LockFormat,
            "a line of the lock cannot be read",
            self.place(index, part).label(expected),
        )
        .hint(self.bring_back())
    }

    fn shown(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(shown, _)| shown)
    }

    fn bring_back(&self) -> String {
        format!(
            "bring it back with `git checkout <commit> -- {}`, then add what it lacks with {}",
            self.path,
            command(self.shown(), "lock", "")
        )
    }

    fn place(&self, index: usize, part: Range<usize>) -> Place {
        Place::text(self.path, self.line(index), part).starting_at(index + 1)
    }

    /// Past the end are empty lines.
    fn line(&self, index: usize) -> &str {
        self.lines.get(index).copied().unwrap_or_default()
    }
}

fn entry(line: &str) -> Result<LockEntry, Misfit> {
    let Some(words) = words(line) else {
        return Err((
            0..line.len(),
            "expected version, name, direction, dialect and checksum",
        ));
    };
    let [label, name, direction, dialect, digest] = words;
    let misfit = |index: usize, expected: &'static str| {
        let start = words[..index].iter().map(|word| word.len() + 1).sum();
        (start..start + words[index].len(), expected)
    };
    if name.is_empty() || name.trim() != name {
        return Err(misfit(1, "expected a name"));
    }
    Ok(LockEntry {
        version: label.parse().map_err(|_| misfit(0, "expected a version"))?,
        label: label.to_owned(),
        name: name.to_owned(),
        direction: match direction {
            "up" => Direction::Up,
            "down" => Direction::Down,
            _ => return Err(misfit(2, "expected `up` or `down`")),
        },
        dialect: match Dialect::from_name(dialect) {
            _ if dialect == ANY => None,
            Some(known) if known.name() == dialect => Some(known),
            _ => {
                return Err(misfit(3, "expected `any`, `postgres`, `mysql` or `sqlite`"));
            }
        },
        checksum: checksum(digest)
            .ok_or_else(|| misfit(4, "expected 64 hexadecimal digits in lower case"))?,
    })
}

/// The five parts of a line. Only the name may have spaces in it.
fn words(line: &str) -> Option<[&str; 5]> {
    if line.trim() != line {
        return None;
    }
    let (label, rest) = line.split_once(' ')?;
    let (rest, digest) = rest.rsplit_once(' ')?;
    let (rest, dialect) = rest.rsplit_once(' ')?;
    let (name, direction) = rest.rsplit_once(' ')?;
    Some([label, name, direction, dialect, digest])
}

/// Digits in upper case are another text with the same meaning.
fn checksum(digits: &str) -> Option<Checksum> {
    digits
        .parse()
        .ok()
        .filter(|checksum: &Checksum| checksum.to_string() == digits)
}
