//! Debian's `postgresql` package makes and starts a server of its own when it is installed; this prevents it.

use std::fs;

use crate::install::Right;

const DIRECTORY: &str = "/etc/postgresql-common/createcluster.d";
const FILE: &str = "/etc/postgresql-common/createcluster.d/embed-migrations-servers.conf";

/// A setting which holds while packages are installed; dropping it takes it back.
#[derive(Debug)]
pub(crate) struct NoMainCluster(Right);

impl NoMainCluster {
    /// Makes the setting; if that fails, the worst is a server which the developer did not ask for.
    pub(crate) fn declare(right: Right) -> Self {
        if let Ok(source) = tempfile::NamedTempFile::new() {
            let _ = fs::write(source.path(), "create_main_cluster = false\n");
            let _ = right
                .command("install")
                .args(["-D", "-m", "644"])
                .arg(source.path())
                .arg(FILE)
                .status();
        }
        Self(right)
    }
}

impl Drop for NoMainCluster {
    fn drop(&mut self) {
        let _ = self.0.command("rm").args(["-f", FILE]).status();
        let _ = self
            .0
            .command("rmdir")
            .args(["--ignore-fail-on-non-empty", DIRECTORY])
            .status();
    }
}
