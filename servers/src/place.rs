//! Where the data of a server lies.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::account;
use crate::notice;

/// Where the data of a server lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the directory for temporary files.
    Disk,
    /// On a file system in memory of its own, of so many megabytes, which can be filled.
    Small(u32),
}

/// A mounted file system; dropping it unmounts it.
#[derive(Debug)]
pub(crate) struct Mount(std::path::PathBuf);

impl Mount {
    /// Mounts a small file system on a directory.
    pub(crate) fn small(directory: &Path, megabytes: u32) -> Result<Self> {
        if !account::is_root() {
            bail!(
                "a small file system can only be mounted by root; run the tests as root, as in a container"
            );
        }
        let status = Command::new("mount")
            .args(["-t", "tmpfs", "-o"])
            .arg(format!("size={megabytes}m,mode=0700"))
            .arg("tmpfs")
            .arg(directory)
            .status()
            .context("`mount` cannot be started")?;
        if !status.success() {
            bail!(
                "a file system of {megabytes} MB cannot be mounted on {} ({status}); this system or container forbids it",
                directory.display()
            );
        }
        Ok(Self(directory.to_owned()))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Lazily: a killed server may still have a file open for a moment.
        let unmounted = Command::new("umount").arg("-l").arg(&self.0).status();
        if !unmounted.is_ok_and(|status| status.success()) {
            notice(&format!(
                "could not unmount {}; please do so",
                self.0.display()
            ));
        }
    }
}
