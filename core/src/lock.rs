//! Stage 9: `migrations.lock`, which knows what was once there.

use std::path::Path;

use crate::diagnostic::Diagnostic;
use crate::directory::DirectoryMigration;

/// What of the migrations is not as it is locked.
pub(crate) fn check(
    _directory: &Path,
    _shown: &str,
    _migrations: &[DirectoryMigration],
    _required: bool,
) -> Vec<Diagnostic> {
    Vec::new()
}
