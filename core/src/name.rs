//! Stage 2: from a file's path to what it says: version, name, direction, dialect, layout.
//!
//! A path is folders and a file. [`path`] reads the folders; [`numbered`] and [`prefixed`] read what a migration is
//! called, be it the name of its file or that of its own directory.

mod callback;
mod engine;
mod file;
mod label;
mod misfit;
mod numbered;
mod path;
mod prefixed;
mod space;
mod subject;
mod suffix;
#[cfg(test)]
mod tests;

use crate::diagnostic::Diagnostic;
use crate::{Dialect, Direction, Version};
use label::{PREFIXES, dotted, label};

pub(crate) use subject::Subject;

/// What the path of a script says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_field_names,
    reason = "the path has a name, and so has the migration"
)]
pub(crate) struct Name {
    pub(crate) subject: Subject,
    /// The version as written; empty in a repeatable, the name of the event in a callback.
    pub(crate) label: String,
    /// Empty in a callback without a description.
    pub(crate) name: String,
    /// None where the path says nothing: all of the file is an up script, or its sections say it.
    pub(crate) direction: Option<Direction>,
    pub(crate) dialect: Option<Dialect>,
    /// The dialect is that of a folder, which is a directory of its own: another may have other migrations.
    pub(crate) in_folder: bool,
    pub(crate) layout: Layout,
}

impl Name {
    /// The dialect whose folder the file lies in.
    pub(crate) fn folder(&self) -> Option<Dialect> {
        self.dialect.filter(|_| self.in_folder)
    }

    /// Whether some database may see both files: those in the folders of two dialects never meet.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        match (self.folder(), other.folder()) {
            (None, None) => true,
            _ => self.dialect.is_none() || other.dialect.is_none() || self.dialect == other.dialect,
        }
    }

    /// The name of a file that fits no layout.
    pub(crate) fn nobody() -> Self {
        Self {
            subject: Subject::Repeatable(String::new()),
            label: String::new(),
            name: String::new(),
            direction: None,
            dialect: None,
            in_folder: false,
            layout: Layout::Numbered,
        }
    }
}

/// The ways to lay out a directory that do not mix with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// `0001_name.sql`, with or without direction and dialect.
    Numbered,
    /// `0001_name/up.sql`.
    DirectoryEach,
    /// `V1__name.sql`.
    Prefixed,
}

impl Layout {
    pub(crate) const fn example(self) -> &'static str {
        match self {
            Self::Numbered => "0001_name.sql",
            Self::DirectoryEach => "0001_name/up.sql",
            Self::Prefixed => "V1__name.sql",
        }
    }
}

/// Reads the path of a file below the directory, whose folders are read too where it is `recursive`. `None`: it is not
/// ours.
pub(crate) fn name(path: &str, shown: &str, recursive: bool) -> Option<Result<Name, Diagnostic>> {
    let read = path::read(path, recursive)?;
    Some(read.map_err(|misfit| misfit.diagnose(path, shown, recursive)))
}

/// The version that the path of a file, or of a folder, seems to have, whatever else is wrong with it.
pub(crate) fn probable_version(path: &str) -> Option<Version> {
    path.rsplit('/').find_map(|part| {
        let part = part.trim_start();
        let after = part.trim_start_matches(PREFIXES);
        let prefixed = after
            .split_once("__")
            .filter(|_| after.len() < part.len())
            .map(|(label, _)| label);
        let time = Some(label(after)).filter(|label| label.contains('-'));
        [prefixed, time, Some(dotted(after))]
            .into_iter()
            .flatten()
            .find_map(|label| label.parse().ok())
    })
}
