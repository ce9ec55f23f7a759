//! `list`: the migrations of the directory.

use std::collections::HashMap;

use embed_migrations_core::{
    Checksum, Dialect, Direction, Directory, DirectoryScript, Lock, LockEntry, Options as Read,
    Version,
};

use super::options::Options;
use crate::dialects::Chosen;
use crate::failure::{Failure, refused};
use crate::locate::Located;

/// Lists the migrations.
#[derive(Debug, Clone, clap::Args)]
pub struct List {}

/// The migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) directory: Directory,
    lock: Option<Vec<LockEntry>>,
}

/// What the lock knows of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LockState {
    /// It is as it is locked.
    Locked,
    /// It is not as it is locked.
    Edited,
    /// It is not locked.
    NotLocked,
}

impl LockState {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Locked => "locked",
            Self::Edited => "edited",
            Self::NotLocked => "not locked",
        }
    }
}

type Key = (Version, Direction, Option<Dialect>);

impl List {
    pub(crate) fn run(options: &Options) -> Result<Listed, Failure> {
        let located = Located::find(options.dir.as_deref())?;
        let read = Chosen::new(&located, &options.dialects).options();
        let directory = directory(&located, &read, "nothing is listed")?;
        let lock = Lock::read(&located.path, &located.shown)
            .map_err(|mistakes| Failure::findings("nothing is listed", refused(&mistakes)))?;
        Ok(Listed {
            directory,
            lock: lock.map(|lock| lock.entries().to_vec()),
        })
    }
}

/// The directory as it is, whatever is locked.
pub(super) fn directory(
    located: &Located,
    read: &Read,
    undone: &str,
) -> Result<Directory, Failure> {
    let read = Read {
        lock: false,
        ..read.clone()
    };
    Directory::read(&located.path, &located.shown, &read).map_err(|mistakes| {
        let message = format!("{undone}, because the directory has mistakes");
        Failure::findings(message, refused(&mistakes))
    })
}

impl Listed {
    /// What the lock knows of each script of a migration, by version, direction and dialect; `None` where there is no
    /// lock.
    pub(crate) fn locked(&self) -> Option<impl Fn(Version, &DirectoryScript) -> LockState> {
        let entries = self.lock.as_ref()?.iter();
        let known: HashMap<Key, Checksum> = entries
            .map(|entry| {
                (
                    (entry.version, entry.direction, entry.dialect),
                    entry.checksum,
                )
            })
            .collect();
        Some(move |version, script: &DirectoryScript| {
            match known.get(&(version, script.direction, script.dialect)) {
                None => LockState::NotLocked,
                Some(checksum) if *checksum == script.checksum => LockState::Locked,
                Some(_) => LockState::Edited,
            }
        })
    }
}
