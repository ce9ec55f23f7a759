//! [`Located`]: the directory that the verbs work on, and how messages call it.

use std::path::{Component, Path, PathBuf};

use crate::failure::Failure;

/// The directory of the migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) path: PathBuf,
    /// As seen from the current directory, with `/`. Where that is the crate's, it is what the macro says too.
    pub(crate) shown: String,
}

const DEFAULT: &str = "migrations";

impl Located {
    /// What `--dir` names, or `migrations` beside the nearest Cargo.toml, or just `migrations`.
    pub(crate) fn find(given: Option<&Path>) -> Result<Self, Failure> {
        let here = here()?;
        let path = match given {
            Some(path) => path.to_owned(),
            None => beside_manifest(&here).unwrap_or_else(|| DEFAULT.into()),
        };
        Ok(Self {
            shown: shown(&path, &here),
            path,
        })
    }

    /// A file of the directory by the name that messages give it.
    pub(crate) fn file(&self, shown: &str) -> PathBuf {
        self.path.join(self.below(shown))
    }

    /// The path below the directory of a file by the name that messages give it.
    pub(crate) fn below<'a>(&self, shown: &'a str) -> &'a str {
        shown
            .strip_prefix(&*self.shown)
            .and_then(|below| below.strip_prefix('/'))
            .unwrap_or(shown)
    }

    /// How messages call a file, by its path below the directory.
    pub(crate) fn shown(&self, below: &str) -> String {
        format!("{}/{below}", self.shown)
    }

    /// How messages would call the file that a person names.
    pub(crate) fn called(&self, given: &Path) -> Result<String, Failure> {
        let called = shown(given, &here()?);
        let is_below = called.starts_with(&format!("{}/", self.shown));
        Ok(if is_below {
            called
        } else {
            self.shown(&called)
        })
    }
}

fn here() -> Result<PathBuf, Failure> {
    std::env::current_dir().map_err(|error| Failure::io("find", "the current directory", &error))
}

/// As seen from `here`, so many directories up.
fn beside_manifest(here: &Path) -> Option<PathBuf> {
    let up = here
        .ancestors()
        .position(|directory| directory.join("Cargo.toml").is_file())?;
    Some(PathBuf::from("../".repeat(up)).join(DEFAULT))
}

/// How messages call a file by its canonical path.
pub(crate) fn seen_from_here(path: &Path) -> String {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    shown(path, &here.unwrap_or_default())
}

/// The path as a message shows it: without what says nothing, and relative to `here` where it is below.
fn shown(path: &Path, here: &Path) -> String {
    let path = path.strip_prefix(here).unwrap_or(path);
    let parts: PathBuf = path
        .components()
        .filter(|part| *part != Component::CurDir)
        .collect();
    let shown = parts
        .to_string_lossy()
        .replace(std::path::MAIN_SEPARATOR, "/");
    if shown.is_empty() {
        ".".to_owned()
    } else {
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_as_seen_from_here_and_without_what_says_nothing() {
        let shown = |path: &str| shown(Path::new(path), Path::new("/home/ann/shop"));
        assert_eq!(shown("./db//migrations/"), "db/migrations");
        assert_eq!(shown("/home/ann/shop/migrations"), "migrations");
        assert_eq!(shown("/home/ann/other"), "/home/ann/other");
        assert_eq!(shown("../migrations"), "../migrations");
        assert_eq!(shown("."), ".");
    }
}
