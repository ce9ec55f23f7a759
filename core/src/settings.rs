//! [`Settings`]: what an author's tool asks of `migrations.toml`.

use std::path::Path;

use crate::Dialect;
use crate::config::Config;

/// What `migrations.toml` says to whoever writes the next migration. A mistake in it is told when the directory is read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// The dialects that every migration serves; `None` where the file does not say.
    pub dialects: Option<Vec<Dialect>>,
    /// Every migration has a down script.
    pub require_down: bool,
}

impl Settings {
    /// What is said in a directory; every default where nothing is.
    pub fn read(directory: &Path) -> Self {
        let Config {
            dialects,
            require_down,
            ..
        } = Config::read(directory, "", &mut Vec::new(), &mut Vec::new());
        Self {
            dialects,
            require_down,
        }
    }
}
