//! From the files of settings to a [`Config`] and a [`Metadata`].

use std::io::ErrorKind;
use std::path::Path;

use super::{Config, Metadata, SETTINGS as FILE, document};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::suggest::nearest;

impl Config {
    /// What `migrations.toml` says. Its path is added to `settings` where it exists.
    pub(crate) fn read(
        directory: &Path,
        shown: &str,
        settings: &mut Vec<String>,
        mistakes: &mut Vec<Diagnostic>,
    ) -> Self {
        mistakes.extend(misspelt(directory, shown));
        let path = format!("{shown}/{FILE}");
        let bytes = match std::fs::read(directory.join(FILE)) {
            Ok(bytes) => bytes,
            // What is wrong with the directory is told where it is scanned.
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                return Self::default();
            }
            Err(error) => {
                mistakes.push(unreadable(&error, &path));
                return Self::default();
            }
        };
        let config = document::read(bytes, &path, mistakes, Self::of);
        settings.push(path);
        config
    }
}

impl Metadata {
    /// What diesel's `metadata.toml` says. Diesel passes over any other key, and over a file that it cannot read.
    pub(crate) fn read(bytes: &[u8], path: &str, mistakes: &mut Vec<Diagnostic>) -> Self {
        document::read(bytes.to_vec(), path, mistakes, Self::of)
    }
}

fn unreadable(error: &std::io::Error, path: &str) -> Diagnostic {
    Diagnostic::new(
        Code::BadConfig,
        format!("the file cannot be read: {}", error.kind()),
        Place::whole(path),
    )
    .hint("let the user who builds read it")
}

/// The files of the directory whose names are nearly that of the settings, which nobody would read.
fn misspelt(directory: &Path, shown: &str) -> Vec<Diagnostic> {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return Vec::new();
    };
    let mut files: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    files.sort();
    let hint = if files.iter().any(|file| file == FILE) {
        format!("move what it says to `{FILE}`, and remove it")
    } else {
        format!("rename it to `{FILE}`")
    };
    let start = shown.len() + 1;
    files
        .iter()
        .filter(|file| is_nearly_ours(file))
        .map(|file| {
            let place = Place::name(format!("{shown}/{file}"), start..start + file.len());
            let message = format!("settings are read from `{FILE}`, and nothing from `{file}`");
            Diagnostic::new(Code::BadConfig, message, place).hint(&hint)
        })
        .collect()
}

fn is_nearly_ours(file: &str) -> bool {
    let parts = file.rsplit_once('.').zip(FILE.rsplit_once('.'));
    file != FILE
        && parts.is_some_and(|((stem, extension), (our_stem, our_extension))| {
            nearest(stem, [our_stem]).is_some() && nearest(extension, [our_extension]).is_some()
        })
}
