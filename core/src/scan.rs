//! Stage 1: from a directory to its files.

use std::collections::BTreeMap;
use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use crate::diagnostic::{Code, Diagnostic, Place};

/// A file of the directory.
pub(crate) struct File {
    /// Its path below the directory, with `/`.
    pub(crate) path: String,
    /// What it holds; empty where the name alone makes it a mistake.
    pub(crate) bytes: Vec<u8>,
}

impl File {
    /// Whether it is read, and not only noted.
    pub(crate) fn is_script(&self) -> bool {
        is_script(&self.path)
    }
}

/// Reads every `.sql` file below `directory`, and diesel's `metadata.toml`, and notes the names of all others.
///
/// Hidden files, which editors leave behind, are left alone. `shown` is how messages call the
/// directory.
pub(crate) fn scan(directory: &Path, shown: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<File> {
    let mut files = Vec::new();
    let entries = WalkDir::new(directory)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.path()));
    for entry in entries {
        match entry {
            Ok(entry) if entry.depth() == 0 && !entry.file_type().is_dir() => {
                diagnostics.push(not_a_directory(shown));
            }
            Ok(entry) if entry.file_type().is_file() => {
                read(&entry, directory, shown, &mut files, diagnostics);
            }
            Ok(_) => {}
            // An editor's lock is a hidden link that leads nowhere.
            Err(error) if error.depth() > 0 && error.path().is_some_and(is_hidden) => {}
            Err(error) => diagnostics.push(unreadable(&error, directory, shown)),
        }
    }
    without_case_collisions(files, shown, diagnostics)
}

fn is_hidden(path: &Path) -> bool {
    path.file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

fn read(
    entry: &DirEntry,
    directory: &Path,
    shown: &str,
    files: &mut Vec<File>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let path = below(entry.path(), directory);
    if entry.file_name().to_str().is_none() {
        diagnostics.push(no_text(&path, shown));
        return;
    }
    if !is_script(&path) && !path.ends_with("/metadata.toml") {
        files.push(File {
            path,
            bytes: Vec::new(),
        });
        return;
    }
    match std::fs::read(entry.path()) {
        Ok(bytes) => files.push(File { path, bytes }),
        Err(error) => diagnostics.push(
            Diagnostic::new(
                Code::UnreadableFile,
                format!("the file cannot be read: {}", error.kind()),
                Place::whole(format!("{shown}/{path}")),
            )
            .hint("let the user who builds read it"),
        ),
    }
}

fn no_text(path: &str, shown: &str) -> Diagnostic {
    Diagnostic::new(
        Code::UnreadableFile,
        "the name of the file is not UTF-8",
        Place::whole(format!("{shown}/{path}")),
    )
    .hint("rename it")
}

fn is_script(path: &str) -> bool {
    Path::new(path)
        .extension()
        .is_some_and(|extension| extension == "sql")
}

/// The path below the directory, with `/` on every system.
fn below(path: &Path, directory: &Path) -> String {
    let below = path.strip_prefix(directory).unwrap_or(path);
    let names: Vec<_> = below.iter().map(|name| name.to_string_lossy()).collect();
    names.join("/")
}

fn not_a_directory(shown: &str) -> Diagnostic {
    Diagnostic::new(
        Code::UnreadableDirectory,
        format!("`{shown}` is not a directory"),
        Place::whole(shown),
    )
    .hint("name the directory that holds the migrations, not one of its files")
}

fn unreadable(error: &walkdir::Error, directory: &Path, shown: &str) -> Diagnostic {
    let path = error.path().unwrap_or(directory);
    let path = match below(path, directory) {
        below if below.is_empty() => shown.to_owned(),
        below => format!("{shown}/{below}"),
    };
    if let Some(ancestor) = error.loop_ancestor() {
        let ancestor = below(ancestor, directory);
        return Diagnostic::new(
            Code::SymlinkLoop,
            format!(
                "the symbolic link leads back to `{}`",
                [shown, &ancestor].join("/").trim_end_matches('/')
            ),
            Place::whole(path),
        )
        .hint("remove the link, or let it point to a directory that does not contain it");
    }
    let kind = error.io_error().map(std::io::Error::kind);
    if kind == Some(std::io::ErrorKind::NotFound) && error.depth() > 0 {
        return Diagnostic::new(
            Code::UnreadableFile,
            "the symbolic link leads nowhere",
            Place::whole(path),
        )
        .hint("remove the link, or bring back the file that it points to");
    }
    let message = match kind {
        Some(std::io::ErrorKind::NotFound) => format!("`{path}` does not exist"),
        Some(kind) => format!("`{path}` cannot be read: {kind}"),
        None => format!("`{path}` cannot be read: unknown"),
    };
    let diagnostic = Diagnostic::new(Code::UnreadableDirectory, message, Place::whole(path));
    if kind != Some(std::io::ErrorKind::NotFound) {
        return diagnostic.hint("let the user who builds list and enter it");
    }
    diagnostic
        .hint("`cargo migrations init` makes it; `--dir` names another, as seen from the current directory")
        .hint("what `embed_migrations!` names is as seen from the crate's Cargo.toml")
}

/// Reports two names that are one on a file system that ignores case, and goes on with the first.
fn without_case_collisions(
    files: Vec<File>,
    shown: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<File> {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut kept = Vec::with_capacity(files.len());
    for file in files {
        if !is_script(&file.path.to_lowercase()) {
            kept.push(file);
            continue;
        }
        let folded = file.path.to_lowercase();
        if let Some(first) = seen.get(&folded) {
            diagnostics.push(
                Diagnostic::new(
                    Code::CaseCollision,
                    "two names differ only in case",
                    Place::whole(format!("{shown}/{}", file.path)),
                )
                .related(Place::whole(format!("{shown}/{first}")))
                .hint("Windows and macOS keep only one of the two: rename or remove one"),
            );
        } else {
            seen.insert(folded, file.path.clone());
            kept.push(file);
        }
    }
    kept
}
