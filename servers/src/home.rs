//! The temporary directory of one server, and the account which owns it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::account::{self, Account};
use crate::interrupt;
use crate::notice;
use crate::place::{Mount, Place};
use crate::process::{Farewell, Running};

/// How many lines of a log an error message repeats.
const TAIL: usize = 30;

/// How often the removal of a directory is tried while killed processes still write to it.
const REMOVALS: usize = 20;

/// A server's directory; dropping it removes it.
#[derive(Debug)]
pub(crate) struct Home {
    mount: Option<Mount>,
    directory: TempDir,
    account: Option<Account>,
}

impl Home {
    /// Makes a fresh directory; under root it belongs to the account `preferred`, else to `nobody`.
    pub(crate) fn create(preferred: &str, place: Place) -> Result<Self> {
        let account = Account::instead_of_root(preferred)?;
        let directory = tempfile::Builder::new()
            .prefix(&format!("embed-migrations-{preferred}-"))
            .tempdir()
            .context(
                "could not make a temporary directory for the server; set TMPDIR to a writable one",
            )?;
        let mount = match place {
            Place::Disk => None,
            Place::Small(megabytes) => Some(Mount::small(directory.path(), megabytes)?),
        };
        if let Some(owner) = &account {
            owner.own(directory.path()).with_context(|| {
                format!(
                    "could not give {} to `{}`",
                    directory.path().display(),
                    owner.name()
                )
            })?;
        }
        Ok(Self {
            mount,
            directory,
            account,
        })
    }

    /// The path of a file in the directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A command which runs under the account, in the directory, and logs to the file `log` there.
    pub(crate) fn command(&self, program: &Path, log: &str) -> Result<Command> {
        let path = self.path(log);
        let log =
            File::create(&path).with_context(|| format!("could not create {}", path.display()))?;
        let mut command = Command::new(program);
        command
            .current_dir(self.directory.path())
            .env("HOME", self.directory.path())
            .env("TMPDIR", self.directory.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        if let Some(account) = &self.account {
            account.run(&mut command);
        }
        Ok(command)
    }

    /// Writes a file that the server reads.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.path(name);
        fs::write(&path, text).with_context(|| format!("could not write {}", path.display()))?;
        if let Some(account) = &self.account {
            account.own(&path)?;
        }
        Ok(())
    }

    /// Writes a script that the server runs.
    pub(crate) fn write_program(&self, name: &str, text: &str) -> Result<()> {
        self.write(name, text)?;
        let path = self.path(name);
        account::make_runnable(&path)
            .with_context(|| format!("could not make {} a program", path.display()))
    }

    /// Starts `command`, and says what may be in the way if that fails.
    pub(crate) fn start(&self, command: &mut Command, farewell: Farewell) -> Result<Running> {
        interrupt::check()?;
        Running::start(command, farewell).with_context(|| match &self.account {
            Some(account) => format!(
                "the account `{}` must be able to enter {}; set TMPDIR to a directory open to all, such as /tmp",
                account.name(),
                self.directory.path().display()
            ),
            None => format!("a program of the server in {} did not start", self.directory.path().display()),
        })
    }

    /// Runs a command which prepares the server, to its end; `log` is the one given to [`Home::command`].
    pub(crate) fn prepare(&self, command: &mut Command, log: &str) -> Result<()> {
        let status = self.start(command, Farewell::TerminateGroup)?.finish()?;
        if !status.success() {
            bail!(
                "`{}` failed ({status}); the end of its output:\n{}",
                command.get_program().to_string_lossy(),
                self.tail(log)
            );
        }
        Ok(())
    }

    /// The last lines of a log in the directory.
    pub(crate) fn tail(&self, log: &str) -> String {
        let bytes = fs::read(self.path(log)).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().collect();
        let skipped = lines.len().saturating_sub(TAIL);
        lines
            .into_iter()
            .skip(skipped)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.mount = None;
        for _ in 0..REMOVALS {
            if fs::remove_dir_all(self.directory.path()).is_ok() {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        notice(&format!(
            "could not remove {}; please do so",
            self.directory.path().display()
        ));
    }
}
