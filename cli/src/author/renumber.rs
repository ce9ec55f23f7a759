//! `renumber`: a migration that is not locked goes behind the newest.

use std::collections::BTreeSet;
use std::path::PathBuf;

use embed_migrations_core::{Dialect, Direction, Lock, LockEntry, Outline, OutlineScript};

use super::change::Change;
use super::draft::shape;
use super::new::{outline, tell_cargo};
use super::number::Next;
use super::options::Options;
use super::overrides::Settings;
use super::shape::Shape;
use crate::clock;
use crate::dialects::Chosen;
use crate::failure::{Failure, refused};
use crate::locate::Located;

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
    /// The overrides that were renamed, paths below the directory.
    pub(crate) overrides: Vec<Moved>,
}

/// A file, the directory of a migration or an override under its old and its new name.
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
        let (mine, others) = parted(&before, &file, &locked(&located)?, &located)?;
        let first = mine[0];
        let newest = others
            .last()
            .filter(|newest| newest.version >= first.version);
        let Some(newest) = newest else {
            return Ok(Renumbered {
                name: first.name.clone(),
                from: first.label.clone(),
                to: first.label.clone(),
                moved: Vec::new(),
                overrides: Vec::new(),
                directory: located.shown,
            });
        };
        let moves = moves(&mine, newest, &others, &located)?;
        let settings = Settings::read(&located, moves.iter().map(Move::file).collect())?;
        let mut entries: Vec<Moved> = moves.iter().map(|of| of.entry(&located)).collect();
        entries.sort();
        entries.dedup();
        let after = Change::attempt(|change| {
            for Moved { from, to } in &entries {
                change.rename(&located.file(from), &located.file(to))?;
            }
            settings.rename(change)?;
            let after = Outline::read(&located.path, &located.shown, &read);
            verify(&moves, &others, &located, &after).map(|()| after)
        })?;
        tell_cargo(&located, &after);
        Ok(Renumbered {
            name: first.name.clone(),
            from: first.label.clone(),
            to: moves[0].to.clone(),
            moved: entries,
            overrides: settings.renamed,
            directory: located.shown,
        })
    }
}

/// A script and the version that it gets.
struct Move<'a> {
    script: &'a OutlineScript,
    shape: Shape,
    to: String,
}

impl Move<'_> {
    /// What moves: the file, or the directory of its migration.
    fn entry(&self, located: &Located) -> Moved {
        let OutlineScript { label, name, .. } = self.script;
        Moved {
            from: located.shown(&self.shape.entry(label, name)),
            to: located.shown(&self.shape.entry(&self.to, name)),
        }
    }

    /// The file below the directory.
    fn file(&self) -> Moved {
        let OutlineScript { label, name, .. } = self.script;
        Moved {
            from: self.shape.path(label, name),
            to: self.shape.path(&self.to, name),
        }
    }
}

/// Each script of the migration behind the newest, in the manner of its folder.
fn moves<'a>(
    mine: &[&'a OutlineScript],
    newest: &OutlineScript,
    others: &[&OutlineScript],
    located: &Located,
) -> Result<Vec<Move<'a>>, Failure> {
    let next = Next {
        newest: Some((newest.version, &newest.label)),
        kind: None,
        now: clock::now(),
    };
    let mut moves = Vec::new();
    for script in mine {
        let shape = shape(script, located)?;
        let mut there = *script;
        for other in others.iter().filter(|other| other.version > script.version) {
            if self::shape(other, located)?.folder() == shape.folder() {
                there = other;
            }
        }
        moves.push(Move {
            to: next.label_in(Some((there.version, &there.label))),
            script,
            shape,
        });
    }
    Ok(moves)
}

/// Whether the new names are read as they are meant, and all others as they were.
fn verify(
    moves: &[Move<'_>],
    others: &[&OutlineScript],
    located: &Located,
    after: &Outline,
) -> Result<(), Failure> {
    let mistakes = refused(&after.mistakes);
    if !mistakes.is_empty() {
        let undone = "nothing was moved, because the new names cannot be read";
        return Err(Failure::findings(undone, mistakes));
    }
    for Move { script, shape, to } in moves {
        let path = located.shown(&shape.path(to, &script.name));
        let is_meant = |read: &&OutlineScript| {
            (&read.path, read.direction, read.dialect) == (&path, script.direction, script.dialect)
                && (&read.label, &read.name) == (to, &script.name)
        };
        if !after.scripts.iter().any(|read| is_meant(&read)) {
            return Err(Failure::refused(format!(
                "`{path}` would be left alone, so nothing was moved"
            ))
            .hint("`ignore` in migrations.toml names such files: name it more narrowly"));
        }
    }
    let read: BTreeSet<&OutlineScript> = after.scripts.iter().collect();
    match others.iter().find(|other| !read.contains(*other)) {
        None => Ok(()),
        Some(other) => Err(Failure::refused(format!(
            "`{}` would move too, so nothing was moved",
            other.path
        ))
        .hint("give the files that are to move a directory of their own")),
    }
}

type Parted<'a> = (Vec<&'a OutlineScript>, Vec<&'a OutlineScript>);

/// The scripts of the migration that the file belongs to and that are not locked, the up script among them, and all
/// others.
fn parted<'a>(
    outline: &'a Outline,
    file: &str,
    locked: &[LockEntry],
    located: &Located,
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
    let is_free = |script: &OutlineScript| !locked.iter().any(|entry| is_line_of(entry, script));
    let mut free = Vec::new();
    for script in &outline.scripts {
        if script.version == found.version && is_free(script) {
            free.push((shape(script, located)?.folder(), script));
        }
    }
    // Two names under one version are two migrations: that is what renumbering mends.
    let name = migration(found, &free)?;
    let mut mine = Vec::new();
    for (_, script) in &free {
        if script.name == name || migration(script, &free)? == name {
            mine.push(*script);
        }
    }
    let scripts = outline.scripts.iter();
    let others: Vec<_> = scripts.filter(|script| !mine.contains(script)).collect();
    if mine.contains(&found) && mine.iter().any(|script| script.direction == Direction::Up) {
        return Ok((mine, others));
    }
    Err(Failure::refused(format!(
        "`{}` is locked: databases may have run it under this version",
        found.path
    ))
    .hint("renumber the migration that is not locked"))
}

/// The name of the migration that a script belongs to, among those of its version and the folders that they lie in. A down
/// script may have another name than the up script that it undoes, as Flyway's have.
fn migration<'a>(
    script: &'a OutlineScript,
    beside: &[(Option<Dialect>, &'a OutlineScript)],
) -> Result<&'a str, Failure> {
    let folder = beside.iter().find(|(_, other)| *other == script);
    let ups: BTreeSet<&str> = beside
        .iter()
        .filter(|(of, up)| {
            up.direction == Direction::Up && folder.is_some_and(|(folder, _)| folder == of)
        })
        .map(|(_, up)| &*up.name)
        .collect();
    if script.direction == Direction::Up || ups.contains(&*script.name) {
        return Ok(&script.name);
    }
    let mut names = ups.into_iter();
    match (names.next(), names.next()) {
        (Some(name), None) => Ok(name),
        (None, _) => Ok(&script.name),
        (Some(one), Some(other)) => Err(Failure::refused(format!(
            "`{}` may undo `{one}` or `{other}`, so nothing was moved",
            script.path
        ))
        .hint("give it the name of the migration that it undoes")),
    }
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
