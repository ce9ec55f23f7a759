//! `new`: the files of the next migration.

use embed_migrations_core::{
    LockEntry, Options as Read, Outline, OutlineScript, Settings, Version,
};

use super::change::{Change, touch};
use super::draft::{Draft, Wanted, drafts};
use super::lock;
use super::number::{Kind, Next};
use super::options::Options;
use crate::clock;
use crate::dialects::Chosen;
use crate::failure::{Failure, refused};
use crate::locate::Located;

/// Makes the files of the next migration.
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
        let next = Next {
            newest: newest.map(|newest| (newest.version, &*newest.label)),
            kind: self.kind(),
            now: clock::now(),
        };
        let settings = Settings::read(&located.path);
        let wanted = Wanted {
            dialects: &options.dialects,
            served: settings.dialects.as_deref(),
            down: self.wants_down(settings.require_down),
        };
        let files = files(&drafts(&before.scripts, &located, wanted)?, next, &name);
        let locked = Change::attempt(|change| {
            write(change, &located, &files)?;
            let after = Outline::read(&located.path, &located.shown, &read);
            verify(&located, &files, &name, &after)?;
            self.lock(&located, &read)
        })?;
        Ok(Created {
            untouched: tell_cargo(&located, &before),
            is_to_be_locked: !self.lock && lock::exists(&located),
            files: files.iter().map(|file| located.shown(&file.path)).collect(),
            directory: located.shown,
            label: next.label(),
            name,
            locked,
        })
    }

    fn lock(&self, located: &Located, read: &Read) -> Result<Vec<LockEntry>, Failure> {
        if !self.lock {
            return Ok(Vec::new());
        }
        lock::append(located, read)
            .map_err(|failure| failure.hint("no file was made either; without `--lock` it is"))
    }

    fn kind(&self) -> Option<Kind> {
        match (self.sequence, self.timestamp) {
            (true, _) => Some(Kind::Sequence),
            (_, true) => Some(Kind::Timestamp),
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
pub(super) fn outline(located: &Located, read: &Read) -> Result<Outline, Failure> {
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

/// A file that is to be made.
struct File {
    /// Below the directory.
    path: String,
    text: String,
    behind: Option<Version>,
}

/// The files, each once: one with sections has several scripts.
fn files(drafts: &[Draft], next: Next<'_>, name: &str) -> Vec<File> {
    let mut files: Vec<File> = Vec::new();
    for draft in drafts {
        let label = next.label_in(draft.behind());
        let (path, text) = (draft.path(&label, name), draft.text(&label, name));
        match files.iter_mut().find(|file| file.path == path) {
            Some(file) => file.text = format!("{}\n{text}", file.text),
            None => files.push(File {
                path,
                text,
                behind: draft.behind().map(|(version, _)| version),
            }),
        }
    }
    files
}

fn write(change: &mut Change, located: &Located, files: &[File]) -> Result<(), Failure> {
    for file in files {
        let path = located.path.join(&file.path);
        if let Some(above) = path.parent() {
            change.directory(above)?;
        }
        change.file(&path, &file.text)?;
    }
    Ok(())
}

/// Whether the files are read as they are meant: as scripts of this name, behind those that were there.
fn verify(located: &Located, files: &[File], name: &str, after: &Outline) -> Result<(), Failure> {
    let mistakes = refused(&after.mistakes);
    if !mistakes.is_empty() {
        let undone = "nothing was made, because it could not be read";
        return Err(Failure::findings(undone, mistakes));
    }
    for file in files {
        let path = located.shown(&file.path);
        let found = after.scripts.iter().find(|script| script.path == path);
        match found {
            Some(script) if script.name == name && Some(script.version) > file.behind => {}
            Some(script) => return Err(read_otherwise(script, name)),
            None => {
                return Err(Failure::usage(format!(
                    "`{path}` would be left alone, so it was not made"
                ))
                .hint("`ignore` in migrations.toml names such files: choose another name"));
            }
        }
    }
    Ok(())
}

fn read_otherwise(script: &OutlineScript, name: &str) -> Failure {
    let OutlineScript {
        path, name: read, ..
    } = script;
    match name.strip_prefix(&**read) {
        Some(word) if !word.is_empty() => Failure::usage(format!(
            "`{word}` at the end of a name says something else, so `{path}` was not made"
        ))
        .hint("a dialect is asked for with `--dialect`, a down script with `--down`"),
        _ => Failure::usage(format!(
            "`{path}` would be read as `{read}`, so it was not made"
        ))
        .hint("choose another name"),
    }
}

/// Touches a file that cargo watches; `None` where it sees the new one, or there was none before.
pub(super) fn tell_cargo(located: &Located, before: &Outline) -> Option<String> {
    let newest = before.scripts.last().map(|script| &script.path);
    let watched = before.settings.first().or(newest)?;
    let error = touch(&located.file(watched)).err()?;
    Some(format!("{watched}: {error}"))
}
