//! [`Outline`]: the names of a directory, whatever is wrong in its SQL.

use std::path::Path;

use super::{Options, read};
use crate::diagnostic::Diagnostics;
use crate::{Dialect, Direction, Version};

/// The scripts of a directory by their names, for a tool that adds or moves one while another is half written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// The scripts of migrations, in the order of their versions and up before down; repeatables and callbacks are not among them.
    pub scripts: Vec<OutlineScript>,
    /// The files beside scripts that were read, `migrations.toml` for one, as messages call them.
    pub settings: Vec<String>,
    /// Why the names may not be all: a file that fits no layout, one that is no text, a section that is not understood,
    /// a setting that is none.
    pub mistakes: Diagnostics,
}

/// A script of an [`Outline`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OutlineScript {
    /// What orders it.
    pub version: Version,
    /// Which way it goes.
    pub direction: Direction,
    /// The dialect in its name.
    pub dialect: Option<Dialect>,
    /// The file, below the crate, with `/`.
    pub path: String,
    /// The version as its file writes it.
    pub label: String,
    /// The name of its migration as its file writes it.
    pub name: String,
    /// The line of the file that its text begins on, 1-based: above 1 where it is a section of the file.
    pub first_line: usize,
}

impl Outline {
    /// Reads the names of a directory. `shown` is how messages call it, with `/`.
    pub fn read(directory: &Path, shown: &str, options: &Options) -> Self {
        read::outline(directory, shown, options)
    }
}

#[cfg(test)]
mod tests;
