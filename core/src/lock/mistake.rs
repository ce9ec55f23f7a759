//! What is wrong between lock and migrations, each with the two commands that could be meant.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::compare::{Arrival, Comparison, Late, Present, Why};
use super::file::{file_of, named_like};
use super::format::{DIGEST_LINE, FIRST_LINE, digest_line};
use super::{Lock, LockEntry};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::directory::DirectoryMigration;
use crate::{Checksum, next_label};

pub(super) fn missing(shown: &str) -> Diagnostic {
    let path = format!("{shown}/{}", Lock::FILE);
    Diagnostic::new(
        Code::LockMissing,
        "the lock is required and does not exist",
        Place::whole(path),
    )
    .hint(
        "write it with `cargo migrations lock` and commit it; if it was never meant to be, take `required` out of \
         `[lock]` in `migrations.toml`",
    )
}

pub(super) fn digest(digest: Checksum, shown: &str) -> Diagnostic {
    let path = format!("{shown}/{}", Lock::FILE);
    let line = digest_line(digest);
    let place = Place::text(&path, &line, 0..line.len()).from_line(DIGEST_LINE);
    Diagnostic::new(
        Code::LockDigest,
        "the digest of the lock does not fit its lines, which were merged or edited by hand",
        place,
    )
    .hint(format!(
        "take the lock of the other branch, `git checkout <branch> -- {path}`, and add what it lacks with \
         `cargo migrations lock`; if the lines are right as they are, `cargo migrations lock --accept {path}`"
    ))
}

/// What is wrong with the migrations, by their files.
pub(super) fn of(
    comparison: &Comparison<'_>,
    shown: &str,
    migrations: &[DirectoryMigration],
) -> Vec<Diagnostic> {
    let lines = Lines {
        path: format!("{shown}/{}", Lock::FILE),
        locked: comparison.locked,
    };
    let mut found = Vec::new();
    let mut edited: BTreeMap<&str, Vec<Pair<'_>>> = BTreeMap::new();
    let mut renamed: BTreeMap<&str, Vec<Pair<'_>>> = BTreeMap::new();
    for (line, script) in &comparison.found {
        let locked = &lines.locked[*line];
        if locked.checksum != script.entry.checksum {
            edited.entry(script.path).or_default().push((*line, script));
        }
        if !locked.is_called_like(&script.entry) {
            renamed
                .entry(script.path)
                .or_default()
                .push((*line, script));
        }
    }
    found.extend(edited.into_values().map(|pairs| lines.edited(&pairs)));
    found.extend(
        renamed
            .into_values()
            .map(|pairs| lines.renamed(&pairs, shown)),
    );
    let mut gone: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for line in &comparison.gone {
        let path = file_of(&lines.locked[*line], shown, migrations);
        gone.entry(path).or_default().push(*line);
    }
    found.extend(
        gone.into_iter()
            .map(|(path, gone)| lines.removed(&path, &gone)),
    );
    let newest = migrations.last().map_or("0", DirectoryMigration::label);
    found.extend(comparison.new.iter().map(|arrival| match &arrival.late {
        Some(late) => lines.overtaken(arrival, late, newest),
        None => lines.not_locked(arrival),
    }));
    found
}

/// A line, and the script of one file that it is. A file with sections has two.
type Pair<'a> = (usize, &'a Present<'a>);

struct Lines<'a> {
    path: String,
    locked: &'a [LockEntry],
}

impl Lines<'_> {
    fn place(&self, line: usize, part: impl FnOnce(&LockEntry, &str) -> Range<usize>) -> Place {
        let entry = &self.locked[line];
        let text = entry.to_string();
        let part = part(entry, &text);
        Place::text(&self.path, &text, part).from_line(FIRST_LINE + line)
    }

    fn whole(&self, line: usize) -> Place {
        self.place(line, |_, text| 0..text.len())
    }

    fn edited(&self, pairs: &[Pair<'_>]) -> Diagnostic {
        let (_, script) = pairs[0];
        let path = script.path;
        let mistake = Diagnostic::new(
            Code::LockEdited,
            format!("{} was edited after it was locked", migration(&script.entry)),
            Place::whole(path),
        )
        .hint(format!(
            "undo the edit with `git checkout -- {path}` and put the change into a new migration; if the edit is meant, \
             `cargo migrations lock --accept {path}`"
        ));
        pairs.iter().fold(mistake, |mistake, (line, _)| {
            let checksum = |entry: &LockEntry, text: &str| {
                text.len() - entry.checksum.to_string().len()..text.len()
            };
            mistake.related(
                self.place(*line, checksum)
                    .label("the text that was locked"),
            )
        })
    }

    fn renamed(&self, pairs: &[Pair<'_>], shown: &str) -> Diagnostic {
        let (line, script) = pairs[0];
        let (path, locked) = (script.path, &self.locked[line]);
        let before =
            named_like(path, &script.entry, locked).unwrap_or_else(|| file_of(locked, shown, &[]));
        let (now, then) = moved(path, &before);
        let what = if locked.version == script.entry.version {
            "the name is meant"
        } else {
            "the version is meant and no database has run it yet"
        };
        let mistake = Diagnostic::new(
            Code::LockRenamed,
            format!(
                "{} was renamed after it was locked as `{} {}`",
                migration(&script.entry),
                locked.label,
                locked.name
            ),
            Place::whole(path),
        )
        .hint(format!(
            "undo it with `git mv {now} {then}`; if {what}, `cargo migrations lock --accept {path}`"
        ));
        pairs.iter().fold(mistake, |mistake, (line, _)| {
            let name = |entry: &LockEntry, _: &str| 0..entry.label.len() + 1 + entry.name.len();
            mistake.related(self.place(*line, name))
        })
    }

    fn removed(&self, path: &str, gone: &[usize]) -> Diagnostic {
        let first = gone[0];
        let directions: Vec<&str> = gone
            .iter()
            .map(|line| self.locked[*line].direction.name())
            .collect();
        let mistake = Diagnostic::new(
            Code::LockRemoved,
            format!(
                "{} is locked, and its {} script is gone",
                migration(&self.locked[first]),
                directions.join(" and its ")
            ),
            self.whole(first),
        )
        .hint(format!(
            "bring it back with `git checkout HEAD -- {path}`; if it is meant to be gone, \
             `cargo migrations lock --accept {path}`"
        ));
        gone[1..]
            .iter()
            .fold(mistake, |mistake, line| mistake.related(self.whole(*line)))
    }

    fn overtaken(&self, arrival: &Arrival<'_>, late: &Late, newest: &str) -> Diagnostic {
        let script = &arrival.scripts[late.script];
        let (path, first) = (script.path, &self.locked[late.line]);
        let (message, label, why) = match late.why {
            Why::Overtaken => (
                format!(
                    "{} was overtaken by {}",
                    migration(&script.entry),
                    first.label
                ),
                "this is locked already".to_owned(),
                "it may run after the newer one",
            ),
            Why::Replaces(dialect) => (
                format!(
                    "{} gets another script for {dialect}",
                    migration(&script.entry)
                ),
                format!("{dialect} may have run this already"),
                "no database has run the other one yet",
            ),
        };
        let mistake = Diagnostic::new(
            Code::LockOvertaken,
            message,
            Place::whole(path),
        )
        .related(self.whole(late.line).label(label))
        .hint(format!(
            "move it behind the newest with `cargo migrations renumber {path}`, the next free version is {}; if {why}, \
             `cargo migrations lock --accept {path}`",
            next_label(newest)
        ));
        also(mistake, arrival, path)
    }

    fn not_locked(&self, arrival: &Arrival<'_>) -> Diagnostic {
        let script = arrival.first();
        let in_part = self.locked.iter().any(|locked| {
            locked.version == script.entry.version && locked.name == script.entry.name
        });
        let migration = migration(&script.entry);
        let message = match (in_part, script.entry.direction) {
            (true, direction) => format!(
                "the {} script of {migration} is not locked",
                direction.name()
            ),
            (false, _) => format!("{migration} is not locked"),
        };
        let path = script.path;
        let mistake = Diagnostic::new(Code::NotLocked, message, Place::whole(path)).hint(
            "lock it with `cargo migrations lock` and commit the lock; if it does not belong here, remove it, or name it \
             in `ignore` of `migrations.toml`"
        );
        also(mistake, arrival, path)
    }
}

/// The other files of a migration that are new too, each once: a file with sections has two scripts.
fn also(mistake: Diagnostic, arrival: &Arrival<'_>, told: &str) -> Diagnostic {
    let mut seen = HashSet::from([told]);
    let paths = arrival.scripts.iter().map(|script| script.path);
    paths
        .filter(|path| seen.insert(path))
        .fold(mistake, |mistake, path| mistake.related(Place::whole(path)))
}

fn migration(entry: &LockEntry) -> String {
    format!("migration {} {}", entry.label, entry.name)
}

/// What git moves: the folder where the file keeps its own name.
fn moved<'a>(now: &'a str, then: &'a str) -> (&'a str, &'a str) {
    match (now.rsplit_once('/'), then.rsplit_once('/')) {
        (Some((now, file)), Some((then, same))) if file == same => (now, then),
        _ => (now, then),
    }
}
