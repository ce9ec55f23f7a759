//! [`Settings`]: the overrides of files that move, under the new names of these files.

use std::fs;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::PathBuf;

use toml::de::DeTable;

use super::change::Change;
use super::init::SETTINGS;
use super::renumber::Moved;
use crate::failure::Failure;
use crate::locate::Located;

/// The `migrations.toml`, as it is and with the overrides of what moves renamed.
pub(super) struct Settings {
    path: PathBuf,
    before: String,
    after: String,
    /// The overrides that are renamed, by their paths below the directory.
    pub(super) renamed: Vec<Moved>,
}

impl Settings {
    /// For files that move, by their paths below the directory.
    pub(super) fn read(located: &Located, mut files: Vec<Moved>) -> Result<Self, Failure> {
        let path = located.path.join(SETTINGS);
        let before = match fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            read => read.map_err(|error| Failure::io("read", path.display(), &error))?,
        };
        // A file with sections has several scripts.
        files.sort();
        files.dedup();
        let (after, renamed) = renamed(&before, files).map_err(|file| {
            let settings = located.shown(SETTINGS);
            Failure::refused(format!(
                "nothing was moved, because the override of `{file}` is not written as such in `{settings}`"
            ))
            .hint(format!("write `[overrides.\"{file}\"]` there"))
        })?;
        Ok(Self {
            path,
            before,
            after,
            renamed,
        })
    }

    pub(super) fn rename(&self, change: &mut Change) -> Result<(), Failure> {
        if self.renamed.is_empty() {
            return Ok(());
        }
        change.rewrite(&self.path, &self.before, &self.after)
    }
}

/// The text of a `migrations.toml` with the overrides of files under their new names, which are paths below the directory,
/// and those that were renamed. Nothing else of it is another. `Err` is the first that does not stand in it as it is.
fn renamed(
    text: &str,
    files: impl IntoIterator<Item = Moved>,
) -> Result<(String, Vec<Moved>), String> {
    let mut text = text.to_owned();
    let mut renamed = Vec::new();
    for file in files {
        let mut is_there = false;
        // Dotted keys name a file once for each thing that they say of it.
        while let Some(key) = key_of(&text, &file.from) {
            let quoted = written(&text[key.clone()], &file).ok_or_else(|| file.from.clone())?;
            text.replace_range(key, &quoted);
            is_there = true;
        }
        if is_there {
            renamed.push(file);
        }
    }
    Ok((text, renamed))
}

/// Where the file is named, the quotes included.
fn key_of(text: &str, path: &str) -> Option<Range<usize>> {
    let parsed = DeTable::parse(text).ok()?;
    let overrides = parsed.get_ref().get("overrides")?.get_ref().as_table()?;
    let mut keys = overrides.keys();
    let key = keys.find(|key| &**key.get_ref() == path)?;
    Some(key.span())
}

/// The new name in the quotes of the old one; `None` where that is written in another manner, with escapes for one.
fn written(old: &str, file: &Moved) -> Option<String> {
    ["\"", "'"].into_iter().find_map(|quote| {
        let path = old.strip_prefix(quote)?.strip_suffix(quote)?;
        (path == file.from).then(|| format!("{quote}{}{quote}", file.to))
    })
}

#[cfg(test)]
mod tests;
