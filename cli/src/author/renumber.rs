//! `renumber`: a migration that is not locked goes behind the newest.

use std::path::PathBuf;

use embed_migrations_core::diagnostic::{Code, Diagnostic};
use embed_migrations_core::{Direction, Lock, LockEntry, Outline, OutlineScript};

use super::change::Change;
use super::draft::shape;
use super::new::{outline, tell_cargo};
use super::number::Next;
use crate::clock;
use crate::dialects::Chosen;
use crate::failure::{Failure, refused};
use crate::locate::Located;
use crate::options::Options;

/// Moves a migration that is not locked behind the newest.
#[derive(Debug, Clone, clap::Args)]
pub struct Renumber {
    /// A file of the migration
    file: PathBuf,
}

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Renumbered {
    pub(crate) directory: String,
    pub(crate) name: String,
    /// The version as it was written.
    pub(crate) from: String,
    /// The version as it is written now.
    pub(crate) to: String,
    /// Nothing, where it is the newest.
    pub(crate) moved: Vec<Moved>,
    /// What names the old files still.
    pub(crate) mistakes: Vec<Diagnostic>,
}

/// A file, or the directory of a migration, under its old and its new name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moved {
    pub(crate) from: String,
    pub(crate) to: String,
}

impl Renumber {
    pub(crate) fn run(&self, options: &Options) -> Result<Renumbered, Failure> {
        let located = Located::find(options.dir.as_deref())?;
        let read = Chosen::new(&located, &options.dialects).options();
        let before = outline(&located, &read)?;
        let file = located.called(&self.file)?;
        let (mine, others) = parted(&before, &file, &locked(&located)?)?;
        let first = mine[0];
        let newest = others
            .last()
            .filter(|newest| newest.version >= first.version);
        let to = match newest {
            None => first.label.clone(),
            Some(newest) => Next {
                newest: Some((newest.version, &newest.label)),
                kind: None,
                now: clock::now(),
            }
            .label(),
        };
        let mut moved = Vec::new();
        for script in mine.iter().filter(|_| newest.is_some()) {
            let shape = shape(script, &located)?;
            moved.push(Moved {
                from: located.shown(&shape.entry(&script.label, &script.name)),
                to: located.shown(&shape.entry(&to, &script.name)),
            });
        }
        moved.sort();
        moved.dedup();
        let after = Change::attempt(|change| {
            for Moved { from, to } in &moved {
                change.rename(&located.file(from), &located.file(to))?;
            }
            let after = Outline::read(&located.path, &located.shown, &read);
            verify(refused(&after.mistakes)).map(|()| after)
        })?;
        if !moved.is_empty() {
            tell_cargo(&located, &after);
        }
        Ok(Renumbered {
            name: first.name.clone(),
            from: first.label.clone(),
            to,
            moved,
            mistakes: refused(&after.mistakes),
            directory: located.shown,
        })
    }
}

/// Whether the new names can be read. What names the old ones in `migrations.toml` can only be mended afterwards.
fn verify(mut mistakes: Vec<Diagnostic>) -> Result<(), Failure> {
    mistakes.retain(|mistake| mistake.code() != Code::BadConfig);
    if mistakes.is_empty() {
        return Ok(());
    }
    Err(Failure::findings(
        "nothing was moved, because the new names cannot be read",
        mistakes,
    ))
}

type Parted<'a> = (Vec<&'a OutlineScript>, Vec<&'a OutlineScript>);

/// The scripts of the migration that the file belongs to and that are not locked, the up script among them, and all
/// others.
fn parted<'a>(
    outline: &'a Outline,
    file: &str,
    locked: &[LockEntry],
) -> Result<Parted<'a>, Failure> {
    let is_in = |script: &&OutlineScript| {
        let below = script.path.strip_prefix(file);
        below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
    };
    let Some(found) = outline.scripts.iter().find(is_in) else {
        return Err(
            Failure::usage(format!("`{file}` is no file of a migration"))
                .hint("`cargo migrations list` names the files"),
        );
    };
    // Two names under one version are two migrations: that is what renumbering mends.
    let (mine, others): Parted<'_> = outline.scripts.iter().partition(|script| {
        (script.version, &script.name) == (found.version, &found.name)
            && !locked.iter().any(|entry| is_line_of(entry, script))
    });
    if mine.contains(&found) && mine.iter().any(|script| script.direction == Direction::Up) {
        return Ok((mine, others));
    }
    Err(Failure::refused(format!(
        "`{}` is locked: databases may have run it under this version",
        found.path
    ))
    .hint("renumber the migration that is not locked"))
}

fn is_line_of(entry: &LockEntry, script: &OutlineScript) -> bool {
    (entry.version, &entry.name) == (script.version, &script.name)
        && (entry.direction, entry.dialect) == (script.direction, script.dialect)
}

fn locked(located: &Located) -> Result<Vec<LockEntry>, Failure> {
    let lock = Lock::read(&located.path, &located.shown).map_err(|mistakes| {
        let undone = "nothing was moved, because the lock cannot be read";
        Failure::findings(undone, refused(&mistakes))
    })?;
    Ok(lock.map_or_else(Vec::new, |lock| lock.entries().to_vec()))
}
