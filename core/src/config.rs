//! [`Config`]: what `migrations.toml` says about its directory.

mod checks;
mod document;
mod keys;
mod overrides;
mod read;
mod set;
#[cfg(test)]
mod tests;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use glob::{MatchOptions, Pattern};

use overrides::Written;

use crate::diagnostic::{Code, Severity};
use crate::section::Style;
use crate::{Dialect, MigrationSet};

/// The file of a directory's settings.
pub(crate) const SETTINGS: &str = "migrations.toml";

/// What `migrations.toml` says about its directory; without the file, every default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Config {
    /// The name of the set.
    pub(crate) name: String,
    /// The history table.
    pub(crate) table: String,
    /// The dialects that every migration serves; `None` where the file does not say.
    pub(crate) dialects: Option<Vec<Dialect>>,
    /// Every migration has a down script.
    pub(crate) require_down: bool,
    /// Folders below the directory are read too.
    pub(crate) recursive: bool,
    /// Files that are none of ours.
    pub(crate) ignore: Vec<Pattern>,
    /// `migrations.lock` has to exist.
    pub(crate) lock_required: bool,
    /// What is done about a kind of mistake, where it is not the default.
    pub(crate) checks: BTreeMap<Code, Severity>,
    /// What is said about one file, by its path below the directory.
    pub(crate) overrides: BTreeMap<String, Override>,
    /// Where those overrides are written.
    pub(crate) written: Written,
}

/// What is said about one file, which may not be edited any more because it is applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Override {
    /// Whether it runs in a transaction.
    pub(crate) transaction: Option<bool>,
    /// The mistakes that are none in it.
    pub(crate) allow: BTreeSet<Code>,
    /// How the sections in it are marked.
    pub(crate) sections: Option<Style>,
}

/// What diesel's `metadata.toml` says about the migration in its folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Metadata {
    /// Whether its scripts run in a transaction.
    pub(crate) transaction: Option<bool>,
}

impl Default for Config {
    fn default() -> Self {
        let MigrationSet { name, table, .. } = MigrationSet::EMPTY;
        Self {
            name: name.to_owned(),
            table: table.to_owned(),
            dialects: None,
            require_down: false,
            recursive: false,
            ignore: Vec::new(),
            lock_required: false,
            checks: BTreeMap::new(),
            overrides: BTreeMap::new(),
            written: Written::default(),
        }
    }
}

impl Config {
    /// Whether a file, by its path below the directory, is none of ours.
    pub(crate) fn ignores(&self, path: &str) -> bool {
        let options = MatchOptions {
            require_literal_separator: true,
            ..MatchOptions::default()
        };
        self.ignore
            .iter()
            .any(|pattern| pattern.matches_with(path, options))
    }

    /// What is said about a file, by its path below the directory.
    pub(crate) fn of_file(&self, path: &str) -> Option<&Override> {
        self.overrides.get(path)
    }

    /// What is done about the mistakes of a file, by its path below the directory.
    pub(crate) fn severities(&self, path: &str) -> Severities<'_> {
        Severities {
            checks: &self.checks,
            allowed: self.of_file(path).map(|said| &said.allow),
        }
    }
}

/// What is done about the mistakes of one file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Severities<'a> {
    checks: &'a BTreeMap<Code, Severity>,
    allowed: Option<&'a BTreeSet<Code>>,
}

impl Severities<'_> {
    /// Every code as it is by default.
    pub(crate) const DEFAULT: Severities<'static> = Severities {
        checks: &BTreeMap::new(),
        allowed: None,
    };

    pub(crate) fn of(&self, code: Code) -> Severity {
        if self.allowed.is_some_and(|allowed| allowed.contains(&code)) {
            return Severity::Allow;
        }
        self.checks
            .get(&code)
            .copied()
            .unwrap_or_else(|| code.severity())
    }
}
