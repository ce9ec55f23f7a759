//! Debug builds only: is the source directory still what was embedded?

use std::collections::BTreeSet;
use std::path::Path;

use embed_migrations_core::{Directory, MigrationSet, Options};

use crate::error::{Error, ErrorKind};

/// Refuses when files came, changed or went after the build. Silent where the directory is not there, as on any machine
/// but the one that built the program, and in release builds, which do not know the directory.
pub(crate) fn check(set: &MigrationSet) -> Result<(), Error> {
    let Some(origin) = set.origin() else {
        return Ok(());
    };
    let directory = Path::new(origin.manifest_dir).join(origin.directory);
    if !directory.is_dir() {
        return Ok(());
    }
    let differing = differing(set, &directory, origin.directory);
    if differing.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Stale,
        format!(
            "`{}` is not what this program embeds: {}",
            origin.directory,
            differing.join(", ")
        ),
    )
    .with_hint("build again; where only a new file came, touch the file that calls `embed_migrations!` first")
    .with_hint(format!(
        "cargo finds new files by itself with `cargo::rerun-if-changed={}` in build.rs",
        origin.directory
    )))
}

fn differing(set: &MigrationSet, directory: &Path, shown: &str) -> Vec<String> {
    let mut there = Directory::checksums(directory, shown, &Options::default());
    let mut differing = BTreeSet::new();
    let callbacks = set.callbacks.iter().map(|callback| &callback.script);
    for script in set.scripts().iter().chain(callbacks) {
        let path = script.path();
        match there.remove(&(path.to_owned(), script.direction())) {
            None => {
                differing.insert(format!("{path} is gone"));
            }
            Some(now) if now != Some(script.checksum()) => {
                differing.insert(format!("{path} was edited"));
            }
            Some(_) => {}
        }
    }
    differing.extend(there.into_keys().map(|(path, _)| format!("{path} is new")));
    differing.into_iter().collect()
}
