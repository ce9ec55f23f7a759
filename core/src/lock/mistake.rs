//! What is wrong between lock and migrations, each with the two commands that could be meant.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::compare::{Arrival, Comparison, Late, Present, Why};
use super::file::{file_of, way_back};
use super::format::{DIGEST_LINE, FIRST_LINE, digest_line};
use super::{Lock, LockEntry};
use crate::command::command;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::directory::DirectoryMigration;
use crate::{Checksum, next_label};

pub(super) fn missing(shown: &str) -> Diagnostic {
    Diagnostic::new(
        Code::LockMissing,
        "the lock is required and does not exist",
        Place::whole(format!("{shown}/{}", Lock::FILE)),
    )
    .hint(format!(
        "write it with {}, and commit it",
        command(shown, "lock", "")
    ))
    .hint("if there is to be none: take `required` out of `[lock]` in `migrations.toml`")
}

pub(super) fn digest(digest: Checksum, shown: &str) -> Diagnostic {
    let path = format!("{shown}/{}", Lock::FILE);
    let line = digest_line(digest);
    let place = Place::text(&path, &line, 0..line.len()).starting_at(DIGEST_LINE);
    Diagnostic::new(
        Code::LockDigest,
        "the digest of the lock does not fit its lines, which were merged or edited by hand",
        place,
    )
    .hint(take_the_other(&path))
    .hint(accept(shown, "the lines are right as they are", &path))
}

/// How a merge of two locks is resolved.
pub(super) fn take_the_other(path: &str) -> String {
    let shown = path.rsplit_once('/').map_or("", |(shown, _)| shown);
    format!(
        "take the lock of the other branch with `git checkout <branch> -- {path}`, then add what it lacks with {}",
        command(shown, "lock", "")
    )
}

/// What is wrong with the migrations.
pub(super) fn of(
    comparison: &Comparison<'_>,
    shown: &str,
    migrations: &[DirectoryMigration],
) -> Vec<Diagnostic> {
    let locked = comparison.locked;
    let lines = Lines {
        shown,
        path: format!("{shown}/{}", Lock::FILE),
        locked,
    };
    let pairs = || {
        comparison
            .found
            .iter()
            .map(|(line, script)| (*line, script))
    };
    let edited = grouped(
        pairs().filter(|(line, script)| locked[*line].checksum != script.entry.checksum),
        |(_, script)| script.path,
    );
    let renamed = grouped(
        pairs().filter(|(line, script)| !locked[*line].is_called_like(&script.entry)),
        |(line, script)| way_back(script.path, &script.entry, &locked[*line], shown),
    );
    let gone = grouped(comparison.gone.iter().copied(), |line| {
        file_of(&locked[*line], shown, migrations)
    });
    let newest = migrations.last().map_or("0", DirectoryMigration::label);
    let edited = edited.values().map(|pairs| lines.edited(pairs));
    let renamed = renamed.iter().map(|(way, pairs)| lines.renamed(way, pairs));
    let gone = gone.iter().map(|(path, gone)| lines.removed(path, gone));
    let new = comparison.new.iter().map(|arrival| match &arrival.late {
        Some(late) => lines.overtaken(arrival, late, newest),
        None => lines.not_locked(arrival),
    });
    edited.chain(renamed).chain(gone).chain(new).collect()
}

/// What has one cause is one mistake.
fn grouped<K: Ord, T>(
    all: impl Iterator<Item = T>,
    cause: impl Fn(&T) -> K,
) -> BTreeMap<K, Vec<T>> {
    let mut groups: BTreeMap<K, Vec<T>> = BTreeMap::new();
    for one in all {
        groups.entry(cause(&one)).or_default().push(one);
    }
    groups
}

/// A line, and the script that it is.
type Pair<'a> = (usize, &'a Present<'a>);

struct Lines<'a> {
    shown: &'a str,
    path: String,
    locked: &'a [LockEntry],
}

impl Lines<'_> {
    fn place(&self, line: usize, part: impl FnOnce(&LockEntry, &str) -> Range<usize>) -> Place {
        let entry = &self.locked[line];
        let text = entry.to_string();
        let part = part(entry, &text);
        Place::text(&self.path, &text, part).starting_at(FIRST_LINE + line)
    }

    fn whole(&self, line: usize) -> Place {
        self.place(line, |_, text| 0..text.len())
    }

    fn accept(&self, meant: &str, path: &str) -> String {
        accept(self.shown, meant, path)
    }

    fn edited(&self, pairs: &[Pair<'_>]) -> Diagnostic {
        let (_, script) = pairs[0];
        let path = script.path;
        let mistake = Diagnostic::new(
            Code::LockEdited,
            format!(
                "{} was edited after it was locked",
                migration(&script.entry)
            ),
            Place::whole(path),
        )
        .hint(format!(
            "undo the edit with `git checkout <commit> -- {path}` (see `git log`), and put the change into a new \
             migration"
        ))
        .hint(self.accept("the edit is meant, and no database has run it yet", path));
        pairs.iter().fold(mistake, |mistake, (line, _)| {
            let checksum = |entry: &LockEntry, text: &str| {
                text.len() - entry.checksum.to_string().len()..text.len()
            };
            let place = self.place(*line, checksum);
            mistake.related(place.label("the checksum that was locked"))
        })
    }

    fn renamed(&self, (now, then): &(String, String), pairs: &[Pair<'_>]) -> Diagnostic {
        let (line, script) = pairs[0];
        let locked = &self.locked[line];
        let meant = if locked.version == script.entry.version {
            "the name is meant"
        } else {
            "the version is meant, and no database has run it yet"
        };
        let mistake = Diagnostic::new(
            Code::LockRenamed,
            format!(
                "{} was renamed after it was locked as {} {}",
                migration(&script.entry),
                locked.label,
                locked.name
            ),
            Place::whole(script.path),
        )
        .hint(format!("undo it with `git mv {now} {then}`"))
        .hint(self.accept(meant, now));
        pairs.iter().fold(mistake, |mistake, (line, _)| {
            let name = |entry: &LockEntry, _: &str| 0..entry.label.len() + 1 + entry.name.len();
            mistake.related(self.place(*line, name))
        })
    }

    fn removed(&self, path: &str, gone: &[usize]) -> Diagnostic {
        let first = &self.locked[gone[0]];
        let what = match gone {
            [_] => format!("its {} script is", first.direction.name()),
            _ => "its up and down scripts are".to_owned(),
        };
        let mistake = Diagnostic::new(
            Code::LockRemoved,
            format!("{} is locked, and {what} gone", migration(first)),
            self.whole(gone[0]),
        )
        .hint(format!(
            "bring it back with `git checkout <commit> -- {path}`, from before it went (see `git log`)"
        ))
        .hint(self.accept("it is meant to be gone, and no database has run it yet", path));
        let others = gone[1..].iter().map(|line| self.whole(*line));
        others.fold(mistake, Diagnostic::related)
    }

    fn overtaken(&self, arrival: &Arrival<'_>, late: &Late, newest: &str) -> Diagnostic {
        let script = &arrival.scripts[late.script];
        let path = script.path;
        let migration = migration(&script.entry);
        let (message, label, meant) = match late.why {
            Why::Overtaken => (
                format!(
                    "{migration} was overtaken by {}",
                    self.locked[late.line].label
                ),
                "this is locked already".to_owned(),
                "it may run after the newer one",
            ),
            Why::Replaces(dialect) => (
                format!("{migration} gets another script for {dialect}"),
                format!("{dialect} may have run this already"),
                "no database has run the other one yet",
            ),
        };
        let next = next_label(newest);
        let mistake = Diagnostic::new(Code::LockOvertaken, message, Place::whole(path))
            .related(self.whole(late.line).label(label))
            .hint(format!(
                "move it behind the newest with {}: the next free version is {next}",
                command(self.shown, "renumber", path)
            ))
            .hint(self.accept(meant, path));
        also(mistake, arrival, path)
    }

    fn not_locked(&self, arrival: &Arrival<'_>) -> Diagnostic {
        let Present { entry, path } = arrival.first();
        let is_locked_in_part = self
            .locked
            .iter()
            .any(|locked| (locked.version, &locked.name) == (entry.version, &entry.name));
        let what = if is_locked_in_part {
            format!(
                "the {} script of {}",
                entry.direction.name(),
                migration(entry)
            )
        } else {
            migration(entry)
        };
        let mistake = Diagnostic::new(
            Code::NotLocked,
            format!("{what} is not in `{}`", Lock::FILE),
            Place::whole(*path),
        )
        .hint(format!(
            "lock it with {}, and commit the lock",
            command(self.shown, "lock", "")
        ))
        .hint("if it does not belong here: remove it, or name it in `ignore` of `migrations.toml`");
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

fn accept(shown: &str, meant: &str, path: &str) -> String {
    let accept = format!("--accept {path}");
    format!("if {meant}: {}", command(shown, "lock", &accept))
}
