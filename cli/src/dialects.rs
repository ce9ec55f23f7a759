//! [`Chosen`]: the dialects that a file is read in whose name says none.

use std::path::Path;

use embed_migrations_core::{Dialect, Options, Settings};

use crate::locate::{Located, seen_from_here};
use crate::{clock, manifest};

/// The dialects, and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) dialects: Vec<Dialect>,
    pub(crate) by: By,
}

/// Who says which dialects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum By {
    /// `dialects` in `migrations.toml`.
    Settings,
    /// `--dialect`.
    Option,
    /// The features of `embed-migrations` in this Cargo.toml, as the macro is built with.
    Manifest(String),
    /// Nobody, so it is all of them.
    Nobody,
}

impl Chosen {
    /// As the macro chooses, with `--dialect` in between.
    pub(crate) fn new(located: &Located, given: &[Dialect]) -> Self {
        if let Some(dialects) = Settings::read(&located.path).dialects {
            return Self {
                dialects,
                by: By::Settings,
            };
        }
        if !given.is_empty() {
            let mut dialects = Dialect::ALL.to_vec();
            dialects.retain(|dialect| given.contains(dialect));
            return Self {
                dialects,
                by: By::Option,
            };
        }
        // The crate that embeds a directory outside of it is where its author stands.
        let engines =
            manifest::engines(&located.path).or_else(|| manifest::engines(Path::new(".")));
        match engines {
            Some(engines) => Self {
                dialects: engines.dialects,
                by: By::Manifest(seen_from_here(&engines.manifest)),
            },
            None => Self {
                dialects: Dialect::ALL.to_vec(),
                by: By::Nobody,
            },
        }
    }

    /// How the directory is read with these dialects, today.
    pub(crate) fn options(&self) -> Options {
        Options {
            dialects: self.dialects.clone(),
            now: clock::digits(clock::now()),
            ..Options::default()
        }
    }
}
