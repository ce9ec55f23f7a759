//! The account a server runs under: database servers refuse to run as root, or should.

use std::process::{Command, Stdio};

pub(crate) use platform::{Account, is_root, make_runnable};

/// Whether `sudo` works without asking for a password.
pub(crate) fn has_sudo() -> bool {
    let mut sudo = Command::new("sudo");
    sudo.args(["-n", "true"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    sudo.status().is_ok_and(|status| status.success())
}

#[cfg(unix)]
mod platform {
    use std::fs::{self, Permissions};
    use std::io;
    use std::os::unix::fs::{PermissionsExt, chown};
    use std::os::unix::process::CommandExt;
    use std::path::Path;
    use std::process::Command;

    use anyhow::{Context, Result};
    use nix::unistd::{User, geteuid};

    /// An ordinary account, taken on instead of root.
    #[derive(Debug)]
    pub(crate) struct Account(User);

    impl Account {
        /// Under root `preferred` or else `nobody`; otherwise none, for the caller's own account does.
        pub(crate) fn instead_of_root(preferred: &str) -> Result<Option<Self>> {
            if !is_root() {
                return Ok(None);
            }
            for name in [preferred, "nobody"] {
                let user = User::from_name(name)
                    .with_context(|| format!("could not look up the account `{name}`"))?;
                if let Some(user) = user {
                    return Ok(Some(Self(user)));
                }
            }
            anyhow::bail!(
                "the server must not run as root, and this system has neither an account `{preferred}` \
                 nor `nobody`; be an ordinary user"
            )
        }

        /// The name of the account.
        pub(crate) fn name(&self) -> &str {
            &self.0.name
        }

        /// Lets `command` run under this account.
        pub(crate) fn run(&self, command: &mut Command) {
            command.uid(self.0.uid.as_raw()).gid(self.0.gid.as_raw());
        }

        /// Gives `path` to this account.
        pub(crate) fn own(&self, path: &Path) -> io::Result<()> {
            chown(path, Some(self.0.uid.as_raw()), Some(self.0.gid.as_raw()))
        }
    }

    /// Whether this process runs as root.
    pub(crate) fn is_root() -> bool {
        geteuid().is_root()
    }

    /// Lets everybody run a file.
    pub(crate) fn make_runnable(path: &Path) -> io::Result<()> {
        fs::set_permissions(path, Permissions::from_mode(0o755))
    }
}

#[cfg(not(unix))]
mod platform {
    use std::io;
    use std::path::Path;
    use std::process::Command;

    use anyhow::Result;

    /// No account can be taken on here, so there is no value of this type.
    #[derive(Debug)]
    pub(crate) enum Account {}

    impl Account {
        /// None: the caller's own account serves.
        #[expect(clippy::unnecessary_wraps, reason = "the same signature as on Unix")]
        pub(crate) fn instead_of_root(_preferred: &str) -> Result<Option<Self>> {
            Ok(None)
        }

        /// Never called.
        pub(crate) fn name(&self) -> &str {
            match *self {}
        }

        /// Never called.
        pub(crate) fn run(&self, _command: &mut Command) {
            match *self {}
        }

        /// Never called.
        pub(crate) fn own(&self, _path: &Path) -> io::Result<()> {
            match *self {}
        }
    }

    /// There is no root here.
    pub(crate) fn is_root() -> bool {
        false
    }

    /// Here the name of a file says whether it is a program.
    #[expect(clippy::unnecessary_wraps, reason = "the same signature as on Unix")]
    pub(crate) fn make_runnable(_path: &Path) -> io::Result<()> {
        Ok(())
    }
}
