//! `new`: the files of the next migration.

use embed_migrations_core::{LockEntry, Outline, OutlineScript, Settings, Version};

use super::change::{Change, touch};
use super::draft::{Draft, Wanted, drafts};
use super::number::{Kind, after, first};
use super::{lock, number};
use crate::clock;
use crate::dialects::Chosen;
use crate::failure::{Failure, refused};
use crate::locate::Located;
use crate::options::Options;

/// Makes the files of the next migration, in the manner of those that are there: layout, width and kind of the version,
/// dialects, down scripts. With `--dialect` there is a script for each of these dialects.
#[derive(Debug, Clone, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct New {
    /// What the migration does, as a part of a file's name: `add_users`
    name: String,
    /// Number it one above the newest
    #[arg(long, conflicts_with = "timestamp")]
    sequence: bool,
    /// Number it with the time, in UTC
    #[arg(long)]
    timestamp: bool,
    /// With a down script
    #[arg(long, conflicts_with = "no_down")]
    down: bool,
    /// Without a down script
    #[arg(long)]
    no_down: bool,
    /// Lock it as it is, too
    #[arg(long)]
    lock: bool,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Created {
    pub(crate) directory: String,
    pub(crate) label: String,
    pub(crate) name: String,
    pub(crate) files: Vec<String>,
    /// The lines that are new in the lock.
    pub(crate) locked: Vec<LockEntry>,
    /// There is a lock, and the migration is not in it.
    pub(crate) is_to_be_locked: bool,
    /// Cargo does not see a new file: why it could not be told.
    pub(crate) untouched: Option<String>,
}

impl New {
    pub(crate) fn run(&self, options: &Options) -> Result<Created, Failure> {
        let name = file_name(&self.name)?;
        let located = Located::find(options.dir.as_deref())?;
        let read = Chosen::new(&located, &[]).options();
        let before = outline(&located, &read)?;
        let newest = before.scripts.last();
        let kind = self.kind();
        let label = match newest {
            Some(newest) => after(newest, kind, clock::now()),
            None => first(kind, clock::now()),
        };
        let wanted = Wanted {
            dialects: &options.dialects,
            down: self.wants_down(Settings::read(&located.path).require_down),
        };
        let files = files(&drafts(&before.scripts, &located, wanted)?, &label, &name);
        let (locked, is_to_be_locked) = Change::attempt(|change| {
            for (file, text) in &files {
                let path = located.path.join(file);
                path.parent()
                    .map_or(Ok(()), |above| change.directory(above))?;
                change.file(&path, text)?;
            }
            let after = Outline::read(&located.path, &located.shown, &read);
            verify(
                &located,
                &files,
                &name,
                newest.map(|newest| newest.version),
                &after,
            )?;
            if self.lock {
                let locked = lock::append(&located, &read).map_err(|failure| {
                    failure.hint("no file was made either; without `--lock` it is")
                })?;
                return Ok((locked, false));
            }
            Ok((Vec::new(), lock::exists(&located)))
        })?;
        Ok(Created {
            untouched: tell_cargo(&located, &before),
            files: files.iter().map(|(file, _)| located.shown(file)).collect(),
            directory: located.shown,
            label,
            name,
            locked,
            is_to_be_locked,
        })
    }

    fn kind(&self) -> Option<Kind> {
        match (self.sequence, self.timestamp) {
            (true, _) => Some(number::Kind::Sequence),
            (_, true) => Some(number::Kind::Timestamp),
            _ => None,
        }
    }

    fn wants_down(&self, is_required: bool) -> Option<bool> {
        if self.no_down {
            Some(false)
        } else {
            (self.down || is_required).then_some(true)
        }
    }
}

/// The names of a directory, all of them.
pub(super) fn outline(
    located: &Located,
    read: &embed_migrations_core::Options,
) -> Result<Outline, Failure> {
    let outline = Outline::read(&located.path, &located.shown, read);
    let mistakes = refused(&outline.mistakes);
    if mistakes.is_empty() {
        return Ok(outline);
    }
    if !located.path.exists() {
        let undone = "nothing was done, because there is no directory";
        return Err(Failure::findings(undone, mistakes)
            .hint("`cargo migrations init` makes it, `--dir` names another"));
    }
    let undone = "nothing was done, because the names that are there could not all be read";
    Err(Failure::findings(undone, mistakes))
}

/// What is asked for as a part of a file's name, on every system.
fn file_name(asked: &str) -> Result<String, Failure> {
    let name = asked.split_whitespace().collect::<Vec<_>>().join("_");
    let is_odd = |letter: char| letter.is_control() || "/\\<>:\"|?*".contains(letter);
    if let Some(odd) = name.chars().find(|letter| is_odd(*letter)) {
        let odd = if odd.is_control() {
            odd.escape_default().to_string()
        } else {
            odd.to_string()
        };
        return Err(Failure::usage(format!(
            "`{odd}` does not belong in the name of a file, on one system or another"
        ))
        .hint("say in a few words what the migration does: `add_users`"));
    }
    if name.is_empty() {
        return Err(Failure::usage("the name is empty")
            .hint("say in a few words what the migration does: `add_users`"));
    }
    Ok(name)
}

/// The files, each once, below the directory, and what stands in them.
fn files(drafts: &[Draft], label: &str, name: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for draft in drafts {
        let (path, text) = (draft.path(label, name), draft.text(label, name));
        match files.iter_mut().find(|(file, _)| *file == path) {
            Some((_, above)) => *above = format!("{above}\n{text}"),
            None => files.push((path, text)),
        }
    }
    files
}

/// Whether the files are read as they are meant: as one migration, behind all others, of this name.
fn verify(
    located: &Located,
    files: &[(String, String)],
    name: &str,
    newest: Option<Version>,
    after: &Outline,
) -> Result<(), Failure> {
    let mistakes = refused(&after.mistakes);
    if !mistakes.is_empty() {
        return Err(Failure::findings(
            "nothing was made, because it could not be read",
            mistakes,
        ));
    }
    for (file, _) in files {
        let path = located.shown(file);
        let mut scripts = after.scripts.iter().filter(|script| script.path == path);
        let is_as_meant = |script: &OutlineScript| {
            script.name == name && newest.is_none_or(|newest| newest < script.version)
        };
        match scripts.next() {
            None => {
                return Err(Failure::usage(format!(
                    "`{path}` would be left alone, so it was not made"
                ))
                .hint("`ignore` in migrations.toml names such files: choose another name"));
            }
            Some(script) if !is_as_meant(script) => {
                let Some(word) = name.strip_prefix(&*script.name) else {
                    return Err(Failure::usage(format!(
                        "`{path}` would be read as `{}`, so it was not made",
                        script.name
                    ))
                    .hint("choose another name"));
                };
                return Err(Failure::usage(format!(
                    "`{word}` at the end of a name says something else, so `{path}` was not made"
                ))
                .hint("a dialect is asked for with `--dialect`, a down script with `--down`"));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Touches a file that cargo watches; `None` where it sees the new one, or there was none before.
pub(super) fn tell_cargo(located: &Located, before: &Outline) -> Option<String> {
    let newest = before.scripts.last().map(|script| &script.path);
    let watched = before.settings.first().or(newest)?;
    let error = touch(&located.file(watched)).err()?;
    Some(format!("{watched}: {error}"))
}
