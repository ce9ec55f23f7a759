//! From the text of `migrations.toml` to a [`Config`], and every mistake in it.

use std::path::Path;

use super::{Config, Metadata};
use crate::diagnostic::Diagnostic;

impl Config {
    /// What `migrations.toml` says. Its path is added to `settings` where it exists.
    pub(crate) fn read(
        _directory: &Path,
        _shown: &str,
        _settings: &mut Vec<String>,
        _mistakes: &mut Vec<Diagnostic>,
    ) -> Self {
        Self::default()
    }
}

impl Metadata {
    /// What diesel's `metadata.toml` says.
    pub(crate) fn read(_bytes: &[u8], _path: &str, _mistakes: &mut Vec<Diagnostic>) -> Self {
        Self::default()
    }
}
