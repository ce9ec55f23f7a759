//! Stage 8: whether a down script undoes its up script.

use crate::diagnostic::Diagnostic;
use crate::directory::DirectoryMigration;

pub(crate) fn check(_migrations: &[DirectoryMigration]) -> Vec<Diagnostic> {
    Vec::new()
}
