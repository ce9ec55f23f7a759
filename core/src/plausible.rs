//! Whether a version that looks like a time is one.

use crate::diagnostic::Diagnostic;
use crate::directory::DirectoryMigration;

pub(crate) fn check(_migrations: &[DirectoryMigration], _now: Option<u64>) -> Vec<Diagnostic> {
    Vec::new()
}
