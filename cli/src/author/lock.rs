//! `lock`: what is new goes into `migrations.lock`, and what differs is refused.

use std::path::PathBuf;

use embed_migrations_core::diagnostic::{Code, Diagnostic};
use embed_migrations_core::{Directory, Lock as File, LockEntry, Options as Read};

use super::change::replace;
use super::list::directory;
use super::options::Options;
use crate::dialects::Chosen;
use crate::failure::{Failure, refused};
use crate::locate::Located;

/// Writes what is new into migrations.lock.
#[derive(Debug, Clone, clap::Args)]
pub struct Lock {
    /// Take this file as it is now; may be given more than once
    #[arg(long, value_name = "FILE")]
    accept: Vec<PathBuf>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Locked {
    pub(crate) directory: String,
    pub(crate) file: String,
    /// The lines that changed, for each accepted file.
    pub(crate) accepted: Vec<LockEntry>,
    pub(crate) added: Vec<LockEntry>,
    /// How many lines there are now.
    pub(crate) lines: usize,
}

const UNDONE: &str = "nothing was locked";

impl Lock {
    pub(crate) fn run(&self, options: &Options) -> Result<Locked, Failure> {
        let located = Located::find(options.dir.as_deref())?;
        let read = Chosen::new(&located, &options.dialects).options();
        let files: Vec<String> = self
            .accept
            .iter()
            .map(|file| located.called(file))
            .collect::<Result<_, _>>()?;
        write(&located, &read, &files)
    }
}

/// Adds what is new; what `new --lock` does.
pub(super) fn append(located: &Located, read: &Read) -> Result<Vec<LockEntry>, Failure> {
    write(located, read, &[]).map(|locked| locked.added)
}

/// Locks what is there; what `init --lock` does.
pub(super) fn create(located: &Located, read: &Read) -> Result<(), Failure> {
    if exists(located) {
        let path = shown(located);
        return Err(Failure::refused(format!("`{path}` is there already"))
            .hint("`cargo migrations lock` adds what is new"));
    }
    let outline = super::new::outline(located, read)?;
    if outline.scripts.is_empty() {
        return replace(&path(located), &File::default().to_string());
    }
    append(located, read).map(|_| ())
}

pub(super) fn exists(located: &Located) -> bool {
    path(located).symlink_metadata().is_ok()
}

/// How messages call the lock.
pub(super) fn shown(located: &Located) -> String {
    located.shown(File::FILE)
}

fn path(located: &Located) -> PathBuf {
    located.path.join(File::FILE)
}

fn write(located: &Located, read: &Read, accept: &[String]) -> Result<Locked, Failure> {
    let directory = directory(located, read, UNDONE)?;
    let before = File::read(&located.path, &located.shown)
        .map_err(|mistakes| Failure::findings(UNDONE, refused(&mistakes)))?;
    let mut lock = before.clone().unwrap_or_default();
    let mut accepted = Vec::new();
    for file in accept {
        let changed = lock.accept(&directory, file);
        if changed.is_empty() {
            return Err(
                Failure::usage(format!("there is nothing to accept in `{file}`"))
                    .hint("`cargo migrations check` names the files that differ from the lock"),
            );
        }
        accepted.extend(changed);
    }
    refuse(&lock, &directory, located, read)?;
    let added = lock.add(&directory);
    if before.as_ref() != Some(&lock) {
        replace(&path(located), &lock.to_string())?;
    }
    Ok(Locked {
        file: shown(located),
        directory: located.shown.clone(),
        accepted,
        added,
        lines: lock.entries().len(),
    })
}

/// Refuses what differs from the lock, unless `migrations.toml` lets the build pass all the same.
fn refuse(
    lock: &File,
    directory: &Directory,
    located: &Located,
    read: &Read,
) -> Result<(), Failure> {
    let differences = lock.mistakes(directory);
    let told = match Directory::read(&located.path, &located.shown, read) {
        Ok(_) => Vec::new(),
        Err(mistakes) => refused(&mistakes),
    };
    let is_refused = |difference: &&Diagnostic| {
        // What is not locked yet is what the verb is for.
        difference.code() != Code::NotLocked
            && told.iter().any(|told| {
                (told.code(), told.place().path()) == (difference.code(), difference.place().path())
            })
    };
    let refused: Vec<Diagnostic> = differences.iter().filter(is_refused).cloned().collect();
    if refused.is_empty() {
        return Ok(());
    }
    Err(Failure::findings(
        format!("{UNDONE}, because something is not as it is locked"),
        refused,
    ))
}
